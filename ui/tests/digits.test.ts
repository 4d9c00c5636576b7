import { readFileSync } from 'node:fs';
import { openSync, type Font } from 'fontkit';
import { describe, expect, it } from 'vitest';

describe('figures', () => {
  it.each([400, 600])('of Noto Sans %i are all equally wide, so that columns stand straight', (weight) => {
    const font = openSync(
      `node_modules/@fontsource/noto-sans/files/noto-sans-latin-${String(weight)}-normal.woff2`,
    ) as Font;
    const width = (text: string): number => font.layout(text).advanceWidth;
    for (const digit of '0123456789') expect(width(digit.repeat(4))).toBe(width('1111'));
  });

  it('are set in Noto Sans by `.so`', () => {
    expect(readFileSync('src/styles/base.css', 'utf8')).toMatch(/\.so \{\s*font-family: var\(--figures\)/);
    expect(readFileSync('src/styles/tokens.css', 'utf8')).toContain("--figures: 'Noto Sans'");
  });
});
