// The one way to the core: a command by its name, a typed error where it did not work out.
import { invoke } from '@tauri-apps/api/core';
import { listen as listenTo, type UnlistenFn } from '@tauri-apps/api/event';
import type { FaultTold, ProblemTold, Told } from './generated/types';

/** A command that was refused. `message` is a sentence for the person in front of the screen. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly problems: readonly ProblemTold[];
  /** Until when another try is refused, in unix seconds. */
  readonly until: number | null;

  constructor(fault: FaultTold) {
    super(fault.says);
    this.code = fault.code;
    this.problems = fault.problems;
    this.until = fault.until;
  }

  get says(): string {
    return this.message;
  }

  /** Any thrown thing as an `AppError`; a stranger keeps its words under the code `window`. */
  static of(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    if (isFault(thrown)) return new AppError(thrown);
    return new AppError({
      code: 'window',
      says: thrown instanceof Error ? thrown.message : String(thrown),
      problems: [],
      until: null,
    });
  }
}

/** Runs a command of the core. Screens use the wrappers in `generated/commands.ts` instead. */
export async function call<T>(name: string, args: Record<string, unknown> = {}): Promise<T> {
  try {
    return await invoke<T>(name, args);
  } catch (thrown) {
    throw AppError.of(thrown);
  }
}

/** Hears what happens in the core without being asked. Returns how to stop. */
export function listen(hears: (told: Told) => void): Promise<UnlistenFn> {
  return listenTo<Told>('sothon', (event) => {
    hears(event.payload);
  });
}

function isFault(thrown: unknown): thrown is FaultTold {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    'says' in thrown &&
    typeof thrown.says === 'string' &&
    'problems' in thrown &&
    'until' in thrown
  );
}
