// Vietnamese is typed through input methods: UniKey, ibus, fcitx, Gboard. They compose letters from several keys, or
// send backspaces and letters. So no key acts while a letter is being composed, and nobody writes into a field that
// someone is typing in (ux.md §1.5).
import type { Attachment } from 'svelte/attachments';

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
    box.addEventListener('input', read);
    box.addEventListener('compositionstart', start);
    box.addEventListener('compositionend', end);
    $effect(() => {
      const now = value();
      if (!composing && box.value !== now) box.value = now;
    });
    return () => {
      box.removeEventListener('input', read);
      box.removeEventListener('compositionstart', start);
      box.removeEventListener('compositionend', end);
    };
  };
}

/** Lets a text field grow with its text where the browser does not know `field-sizing`. */
export function grows(text: () => string): Attachment<HTMLTextAreaElement> {
  return (box) => {
    if (CSS.supports('field-sizing', 'content')) return;
    $effect(() => {
      text();
      box.style.height = 'auto';
      box.style.height = `${String(box.scrollHeight + box.offsetHeight - box.clientHeight)}px`;
    });
  };
}
