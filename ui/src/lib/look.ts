// How the window looks, set on the root element; the styles do the rest.

export type Theme = 'auto' | 'light' | 'dark';
export type TextSize = 100 | 125 | 150 | 200;

/** The sizes to choose from: Thường, Lớn, Rất lớn, Lớn nhất. */
export const textSizes: readonly TextSize[] = [100, 125, 150, 200];

export function setTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}

export function setTextSize(size: TextSize): void {
  document.documentElement.dataset['text'] = String(size);
  // Chromium does not ask a container's queries in rem again when only the size of the root's text has changed: the
  // container must be made anew.
  const page = document.getElementById('app');
  if (!page) return;
  page.style.containerType = 'normal';
  page.getBoundingClientRect();
  page.style.containerType = '';
}

/** The practice commune has another colour on every screen. */
export function setPractice(on: boolean): void {
  document.documentElement.toggleAttribute('data-practice', on);
}
