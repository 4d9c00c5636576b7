// Where things are.

import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The top of the checkout. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

const built = process.env.SOTHON_PROGRAMS ?? join(root, 'target/debug');

/** The programs, built by `cargo xtask test --only window`. */
export const programs = {
  app: join(built, 'so-thon'),
  cli: join(built, 'sothon'),
  relay: join(built, 'sothon-relay'),
  twin: join(built, 'sothon-twin'),
};
