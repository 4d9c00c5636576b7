//! Changes of others: one Automerge application for a whole batch.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::Change;
use sothon_records::raw::RecordKey;

use crate::book::Book;
use crate::chunk::{Chunk, ChunkError};
use crate::ids::{ActorId, ChangeFacts, ChangeHash};

/// How many changes Automerge is handed at a time. While it takes them up each is there several times, as bytes, parsed
/// and as operations being sorted: a book read from the log would need three times the memory that it has in the end.
const PART: usize = 1_024;

/// What a batch of changes did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// The records that may read differently now.
    pub changed: BTreeSet<RecordKey>,
    /// How many changes were new to the book.
    pub new: usize,
}

/// Why a batch was not applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// Bytes that cannot have passed the gate. The book is as it was.
    #[error("not a change that passed the gate")]
    NotGated(#[from] ChunkError),
    /// Changes that the batch builds on are neither in the book nor in the batch. The book is as it was.
    #[error("{} changes are missing", .0.len())]
    Missing(Vec<ChangeHash>),
    /// The book holds another change of this actor and seq, or lacks one before it: which of two counts is decided
    /// elsewhere, and then the book is built again. The book is as it was.
    #[error("change {hash} is seq {seq} of actor {actor}, where {expected} follows")]
    Rival {
        /// The change in the batch.
        hash: ChangeHash,
        /// Its actor.
        actor: ActorId,
        /// Its seq.
        seq: u64,
        /// The seq that the book could take next.
        expected: u64,
    },
    /// Automerge refused what had passed the gate; the book must be thrown away and built again.
    #[error("the document refused a change")]
    Document(#[from] automerge::AutomergeError),
    /// Automerge refused to read a chunk that our reader took.
    #[error("the document refused the encoding of a change")]
    Encoding(#[from] automerge::LoadChangeError),
    /// Automerge panicked, now or earlier, or lost a change; the book must be thrown away and built again.
    #[error("the book is unusable and must be built again")]
    Panicked,
}

impl Book {
    /// Applies changes that passed the gate, as one batch: each application costs time in proportion to the book.
    /// Changes that the book has already are passed over.
    ///
    /// # Errors
    /// [`ApplyError`] says whether the book is as it was.
    pub fn apply<B: AsRef<[u8]>>(&mut self, changes: &[B]) -> Result<Applied, ApplyError> {
        if self.poisoned {
            return Err(ApplyError::Panicked);
        }
        let chunks = self.in_order(changes)?;
        if chunks.is_empty() {
            return Ok(Applied::default());
        }
        let work = AssertUnwindSafe(|| self.take(&chunks));
        let applied = catch_unwind(work).unwrap_or(Err(ApplyError::Panicked));
        if applied.is_err() {
            self.poison();
        }
        applied
    }

    fn take(&mut self, chunks: &[&[u8]]) -> Result<Applied, ApplyError> {
        let was_empty = self.graph.len() == 0;
        // Who wrote to each record; `None` for several.
        let mut writers: BTreeMap<RecordKey, Option<ActorId>> = BTreeMap::new();
        for part in chunks.chunks(PART) {
            let changes = part.iter().map(|bytes| Change::from_bytes(bytes.to_vec()));
            self.doc.apply_changes(changes.collect::<Result<Vec<_>, _>>()?)?;
            for bytes in part {
                let chunk = Chunk::parse(bytes)?;
                // After a panic inside, Automerge was seen to answer Ok without the change (threats A3): ask.
                if self
                    .doc
                    .get_change_meta_by_hash(&chunk.hash.to_automerge())
                    .is_none()
                {
                    return Err(ApplyError::Panicked);
                }
                for key in self.remember(&chunk) {
                    let writer = writers.entry(key).or_insert(Some(chunk.actor()));
                    *writer = writer.filter(|writer| *writer == chunk.actor());
                }
            }
        }
        for (key, writer) in &writers {
            // One actor's changes follow one another, so what only one ever wrote to is in no conflict.
            if !was_empty || writer.is_none() {
                self.judge_dispute(key);
            }
        }
        Ok(Applied {
            new: chunks.len(),
            changed: writers.into_keys().collect(),
        })
    }

    /// The new ones of a batch, each after all that it builds on.
    fn in_order<'b, B: AsRef<[u8]>>(&self, changes: &'b [B]) -> Result<Vec<&'b [u8]>, ApplyError> {
        // Their operations are read again when they are applied: all at once they are more than the book.
        let mut new: HashMap<ChangeHash, (ChangeFacts, &'b [u8])> = HashMap::new();
        for bytes in changes {
            let facts = ChangeFacts::read(bytes.as_ref())?;
            if !self.contains(&facts.hash) {
                new.insert(facts.hash, (facts, bytes.as_ref()));
            }
        }
        let mut missing = BTreeSet::new();
        let mut waits_for: HashMap<ChangeHash, usize> = HashMap::new();
        let mut builds_on: HashMap<ChangeHash, Vec<ChangeHash>> = HashMap::new();
        for (facts, _) in new.values() {
            let (inside, outside): (Vec<_>, Vec<_>) =
                facts.deps.iter().copied().partition(|dep| new.contains_key(dep));
            missing.extend(outside.into_iter().filter(|dep| !self.contains(dep)));
            waits_for.insert(facts.hash, inside.len());
            for dep in inside {
                builds_on.entry(dep).or_default().push(facts.hash);
            }
        }
        if !missing.is_empty() {
            return Err(ApplyError::Missing(missing.into_iter().collect()));
        }
        let mut ready: Vec<ChangeHash> = Vec::new();
        ready.extend(
            waits_for
                .iter()
                .filter(|(_, count)| **count == 0)
                .map(|(hash, _)| *hash),
        );
        let mut ordered = Vec::with_capacity(new.len());
        let mut seqs: HashMap<ActorId, u64> = HashMap::new();
        while let Some(hash) = ready.pop() {
            for next in builds_on.remove(&hash).unwrap_or_default() {
                if let Some(count) = waits_for.get_mut(&next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(next);
                    }
                }
            }
            let Some((facts, bytes)) = new.remove(&hash) else {
                continue;
            };
            let (actor, seq) = (facts.actor, facts.seq);
            let last = seqs.entry(actor).or_insert_with(|| self.actor_seq(actor));
            let expected = *last + 1;
            if seq != expected {
                return Err(ApplyError::Rival {
                    hash,
                    actor,
                    seq,
                    expected,
                });
            }
            *last = expected;
            ordered.push(bytes);
        }
        Ok(ordered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Act;
    use crate::chunk::{Key, OpRef};
    use crate::edit::EditError;
    use sothon_records::raw::{Edit, RawRecord, Value};

    #[test]
    fn after_a_panic_of_automerge_the_book_is_empty_and_says_so() {
        let key: RecordKey = "household/00000000000000000000000000000001".parse().unwrap();
        let fields = [("name".to_owned(), Value::Int(1))].into();
        let record = RawRecord {
            fields,
            subs: BTreeMap::new(),
        };
        let act = Act::of_one_change("edit", None);
        let mut book = Book::new();
        book.set_actor(ActorId([1; 16]));
        let first = book
            .edit(
                &[Edit::Create {
                    key: key.clone(),
                    record,
                }],
                &act,
            )
            .unwrap();

        // What no gate would pass: a predecessor by an actor that nobody knows (threats B4).
        let mut hostile = Chunk::parse(&first.bytes).unwrap();
        hostile.actors = vec![ActorId([2; 16]), ActorId([1; 16]), ActorId([9; 16])];
        hostile.deps = vec![first.facts.hash];
        hostile.start_op = 3;
        hostile.ops.truncate(1);
        for op in &mut hostile.ops {
            op.object = Some(OpRef { actor: 1, counter: 1 });
            op.key = Key::Map("name".into());
            op.preds = vec![OpRef { actor: 2, counter: 2 }];
        }
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let answer = book.apply(&[hostile.encode()]);
        std::panic::set_hook(loud);
        assert!(
            matches!(answer, Err(ApplyError::Panicked | ApplyError::Document(_))),
            "{answer:?}"
        );
        assert!(book.is_poisoned());
        assert_eq!(
            (book.get(&key), book.keys().count(), book.heads().len()),
            (None, 0, 0)
        );
        assert!(book.save().is_err());
        assert!(matches!(book.edit(&[], &act), Err(EditError::Poisoned)));
        assert!(matches!(book.apply(&[&first.bytes]), Err(ApplyError::Panicked)));

        // Built again from the log, all is there.
        let mut again = Book::new();
        again.apply(&[&first.bytes]).unwrap();
        assert!(again.get(&key).is_some());
    }
}
