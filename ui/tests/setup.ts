import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => {
  cleanup();
});

// jsdom draws nothing: it knows no sizes and no scrolling.
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
globalThis.CSS ??= {} as typeof CSS;
CSS.supports ??= () => true;
window.matchMedia ??= (media) =>
  Object.assign(new EventTarget(), { media, matches: false }) as unknown as MediaQueryList;
