// What is half done and must be kept before the book is locked: drafts. Locking waits for it.

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
