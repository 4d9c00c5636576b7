// Who touches something else in the middle of a letter ends the composition, and WebKitGTK then writes what was composed.
// IBus, told that nobody composes any more, hands the same letters over once more: "Hoa" becomes "HoaHoa".

/** Refuses what an input method hands over a second time, outside of any composition; gives what ends that. */
export function composeOnce(root: Document): () => void {
  let composing = false;
  let ended: string | undefined;

  function onstart(): void {
    composing = true;
    ended = undefined;
  }

  // Input methods that never show what they compose end what was never begun: their words may well be alike.
  function onend(event: CompositionEvent): void {
    ended = composing && event.data !== '' ? event.data : undefined;
    composing = false;
  }

  function oninput(event: InputEvent): void {
    if (composing) return;
    if (event.inputType === 'insertFromComposition' && event.data === ended) event.preventDefault();
    ended = undefined;
  }

  root.addEventListener('compositionstart', onstart, true);
  root.addEventListener('compositionend', onend, true);
  root.addEventListener('beforeinput', oninput, true);
  return () => {
    root.removeEventListener('compositionstart', onstart, true);
    root.removeEventListener('compositionend', onend, true);
    root.removeEventListener('beforeinput', oninput, true);
  };
}
