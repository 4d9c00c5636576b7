// What is half done and must be kept before the book is locked: drafts. Locking waits for it.

/** A pause of so long after a key, and what is half done is kept (ux.md §1.4: at most a second). */
export const PAUSE = 700;

type Keep = () => Promise<void>;

const keepers = new Set<Keep>();

/** Has something kept before the book is locked. Returns how to stop. */
export function keeper(keep: Keep): () => void {
  keepers.add(keep);
  return () => {
    keepers.delete(keep);
  };
}

/** Keeps what is half done, now. */
export async function keepAll(): Promise<void> {
  await Promise.allSettled([...keepers].map((keep) => keep()));
}
