// What the core tells without being asked, for as long as a component stands.
import { onMount } from 'svelte';
import { listen } from './api';
import type { Told } from './generated/types';

/** Hears what the core tells. Called while a component is made; ends with it. */
export function hears(hear: (told: Told) => void): void {
  onMount(() => {
    let gone = false;
    const listening = listen((told) => {
      if (!gone) hear(told);
    });
    return () => {
      gone = true;
      // A window without the core hears nothing; there is nothing to stop.
      listening.then((stop) => stop()).catch(ignore);
    };
  });
}

/**
 * Runs something at once, then at most every `ms`, and once more after the last wish: a thousand records that arrive
 * ask for a few pictures, not for a thousand. Each run waits for the one before.
 */
export function seldom(run: () => Promise<unknown>, ms = 500): () => void {
  let running = false;
  let wanted = false;
  const go = async (): Promise<void> => {
    running = true;
    wanted = false;
    await run().catch(ignore);
    await new Promise((over) => setTimeout(over, ms));
    running = false;
    if (wanted) void go();
  };
  return () => {
    wanted = true;
    if (!running) void go();
  };
}

function ignore(): void {
  // Who asks says what went wrong.
}
