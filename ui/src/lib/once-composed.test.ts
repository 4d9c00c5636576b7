import { afterEach, beforeEach, expect, it } from 'vitest';
import { composeOnce } from './once-composed';

let box: HTMLInputElement;
let end: () => void;

beforeEach(() => {
  box = document.createElement('input');
  document.body.append(box);
  end = composeOnce(document);
});

afterEach(() => {
  end();
  box.remove();
});

/** What the web view asks before it writes; whether it may. */
function writes(data: string, inputType = 'insertFromComposition'): boolean {
  return box.dispatchEvent(
    new InputEvent('beforeinput', { data, inputType, bubbles: true, cancelable: true }),
  );
}

function composition(name: 'start' | 'end', data = ''): void {
  box.dispatchEvent(new CompositionEvent(`composition${name}`, { data, bubbles: true }));
}

it('a word that is handed over twice is written once', () => {
  composition('start');
  expect(writes('Hoa')).toBe(true);
  composition('end', 'Hoa');
  expect(writes('Hoa')).toBe(false);
  composition('end', 'Hoa');
  expect(writes('Hoa')).toBe(true);
});

it('the same word composed again is written again', () => {
  for (const time of ['once', 'again']) {
    composition('start');
    expect(writes('Hoa '), time).toBe(true);
    composition('end', 'Hoa ');
  }
});

it('an input method that shows nothing while composing may write one word twice', () => {
  for (const time of ['once', 'again']) {
    expect(writes('Hoa '), time).toBe(true);
    composition('end', 'Hoa ');
  }
});

it('what is typed or pasted after a word is written', () => {
  composition('start');
  writes('Hoa');
  composition('end', 'Hoa');
  expect(writes('Hoa', 'insertFromPaste')).toBe(true);
  expect(writes('Hoa')).toBe(true);
});
