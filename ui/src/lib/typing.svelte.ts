// Vietnamese is typed through input methods: UniKey, ibus, fcitx, Gboard. They compose letters from several keys, or
// send backspaces and letters. So no key acts while a letter is being composed, and nobody writes into a field that
// someone is typing in (ux.md §1.5).
import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

type Box = HTMLInputElement | HTMLTextAreaElement;

/** Whether a key belongs to the input method and not to us. */
export function isComposing(event: KeyboardEvent): boolean {
  // Some input methods on Windows and Android only tell by the old key code.
  return event.isComposing || event.keyCode === 229;
}

/** A handler for keys by name, deaf while a letter is being composed. One that returns `false` leaves the key alone. */
export function keys(
  handlers: Record<string, (event: KeyboardEvent) => unknown>,
): (event: KeyboardEvent) => void {
  return (event) => {
    if (isComposing(event)) return;
    const handler = handlers[event.key];
    if (handler && handler(event) !== false) event.preventDefault();
  };
}

/** Longer than any field of the declarations. Text of such length is drawn in one plain typeface. */
const HUGE = 20_000;

/**
 * Takes a paste of a megabyte without freezing: engines edit such a text in minutes, but set it in a moment. A text
 * area holds all of it; a field of one line, which engines cannot draw at such length, as much as is still refused.
 */
function pastes(box: Box, event: ClipboardEvent): boolean {
  const text = event.clipboardData?.getData('text') ?? '';
  if (text.length <= HUGE || event.defaultPrevented) return false;
  event.preventDefault();
  const held = box instanceof HTMLTextAreaElement ? text : text.slice(0, HUGE);
  box.classList.add('huge');
  box.setRangeText(held, box.selectionStart ?? 0, box.selectionEnd ?? 0, 'end');
  return true;
}

/**
 * Ties a field to a value without ever writing into it while a letter is being composed: what is typed is read, what
 * is set from elsewhere waits for the letter's end.
 */
export function typed(value: () => string, onTyped: (value: string) => void): Attachment<Box> {
  return (box) => {
    let composing = false;
    const read = (): void => {
      onTyped(box.value);
    };
    const start = (): void => {
      composing = true;
    };
    const end = (): void => {
      composing = false;
      read();
    };
    const paste = (event: Event): void => {
      // A union of two elements loses the type of its event.
      if (pastes(box, event as ClipboardEvent)) read();
    };
    box.addEventListener('input', read);
    box.addEventListener('paste', paste);
    box.addEventListener('compositionstart', start);
    box.addEventListener('compositionend', end);
    $effect(() => {
      const now = value();
      box.classList.toggle('huge', now.length > HUGE);
      if (!composing && box.value !== now) box.value = now;
    });
    return () => {
      box.removeEventListener('input', read);
      box.removeEventListener('paste', paste);
      box.removeEventListener('compositionstart', start);
      box.removeEventListener('compositionend', end);
    };
  };
}

/** Lets a text field grow with its text where the browser does not know `field-sizing`. */
export function grows(text: () => string): Attachment<HTMLTextAreaElement> {
  return (box) => {
    if (CSS.supports('field-sizing', 'content')) return;
    const fit = (): void => {
      box.style.height = 'auto';
      box.style.height = `${String(box.scrollHeight + box.offsetHeight - box.clientHeight)}px`;
    };
    $effect(() => {
      text();
      fit();
    });
    // In a narrower window the same words have more lines.
    return on(window, 'resize', fit);
  };
}
