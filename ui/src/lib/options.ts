// What the core gives to choose from, as the controls take it.
import type { Option } from './components/Radios.svelte';
import type { Choice } from './generated/types';

export function optionsOf(choices: readonly Choice[]): Option[] {
  return choices.map(({ slug, label }) => ({ value: slug, label }));
}
