//! Changes as they are in a save: without the hashes that follow from those before them.

use std::collections::HashMap;

use sothon_book::{ChangeFacts, ChangeHash, ChunkError, Gate, join_chunk, split_chunk};
use sothon_ledger::payload::SavedChange;
use sothon_ledger::seal::MAX_SAVE_PLAIN;

/// Takes the changes of a book apart, one after another.
#[derive(Default)]
pub(super) struct Packing {
    /// Where each change is for the first time, by how many were packed before it.
    places: HashMap<ChangeHash, u32>,
    packed: u32,
    bytes: usize,
}

impl Packing {
    /// The next change; `None` if something that it builds on was not packed before it, or all are more than a save holds.
    pub fn pack(&mut self, chunk: &[u8]) -> Option<SavedChange> {
        let hash = ChangeFacts::read(chunk).ok()?.hash;
        let back = |of: &ChangeHash| Some(self.packed - *self.places.get(of)?);
        let change = match back(&hash) {
            Some(back) => SavedChange {
                back: vec![back],
                rest: None,
            },
            None => {
                let (deps, rest) = split_chunk(chunk).ok()?;
                self.bytes += chunk.len();
                SavedChange {
                    back: deps.iter().map(back).collect::<Option<_>>()?,
                    rest: Some(rest.to_vec().into()),
                }
            }
        };
        self.places.entry(hash).or_insert(self.packed);
        self.packed = self.packed.checked_add(1)?;
        (self.bytes <= MAX_SAVE_PLAIN).then_some(change)
    }
}

/// Why a change of a save is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoChange {
    /// It names one that is not before it.
    #[error("it builds on nothing that is before it")]
    Back,
    /// All together are longer than a save may make them.
    #[error("the changes are too long")]
    TooLong,
    /// Its length alone.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// The gate.
    #[error("a change that the gate refuses")]
    Gate,
}

/// The changes of a save, put together again. Each has passed the gate.
pub(super) struct Unpacked {
    pub gate: Gate,
    /// Each change once.
    pub facts: Vec<ChangeFacts>,
    pub chunks: Vec<Vec<u8>>,
    /// By its place in the save, which of these a change is.
    places: Vec<usize>,
    bytes: usize,
}

impl Unpacked {
    pub fn new() -> Unpacked {
        Unpacked {
            gate: Gate::new(),
            facts: Vec::new(),
            chunks: Vec::new(),
            places: Vec::new(),
            bytes: 0,
        }
    }

    /// Takes the next change of a save: which of [`Unpacked::facts`] it is.
    pub fn take(&mut self, change: &SavedChange) -> Result<usize, NoChange> {
        let index = match &change.rest {
            None => match change.back.as_slice() {
                [back] => self.before(*back)?,
                _ => return Err(NoChange::Back),
            },
            Some(rest) => {
                let mut deps = Vec::new();
                for back in &change.back {
                    let before = self.before(*back)?;
                    deps.push(self.facts.get(before).ok_or(NoChange::Back)?.hash);
                }
                let chunk = join_chunk(&deps, rest)?;
                self.bytes += chunk.len();
                if self.bytes > MAX_SAVE_PLAIN {
                    return Err(NoChange::TooLong);
                }
                let facts = self.gate.check(&chunk).map_err(|_| NoChange::Gate)?;
                self.facts.push(facts);
                self.chunks.push(chunk);
                self.facts.len() - 1
            }
        };
        self.places.push(index);
        Ok(index)
    }

    /// The change that is so many places back.
    fn before(&self, back: u32) -> Result<usize, NoChange> {
        let place = self.places.len().checked_sub(back as usize);
        let index = place.and_then(|place| self.places.get(place));
        index.copied().ok_or(NoChange::Back)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use sothon_book::{Act, ActorId, Book};
    use sothon_records::{Edit, RawRecord, RecordId, RecordKey, Value};
    use uuid::Uuid;

    use super::*;

    /// What one device wrote, then another that did not know the last of it, then one who knew both.
    fn honest() -> Vec<Vec<u8>> {
        let key = |n| RecordKey {
            kind: "household".into(),
            id: RecordId(Uuid::from_bytes([n; 16])),
        };
        let text = |text: &str| [("head".to_owned(), Value::Text(text.to_owned()))];
        let create = |n| Edit::Create {
            key: key(n),
            record: RawRecord {
                fields: text("Lý A Páo").into(),
                subs: BTreeMap::new(),
            },
        };
        let set = |n, name: &str| Edit::Set {
            key: key(n),
            sub: None,
            fields: text(name).map(|(field, value)| (field, Some(value))).into(),
        };
        let write = |book: &mut Book, actor: u8, edit: Edit| {
            book.set_actor(ActorId([actor; 16]));
            let act = Act::of_one_change("edit", None);
            book.edit(&[edit], &act).expect("edits").bytes
        };
        let mut one = Book::new();
        let mut all = vec![write(&mut one, 1, create(1))];
        let mut other = Book::new();
        other.apply(&all).expect("applies");
        all.push(write(&mut one, 1, set(1, "Giàng A Sử")));
        all.push(write(&mut other, 2, set(1, "Vàng Thị Dợ")));
        other.apply(&all).expect("applies");
        all.push(write(&mut other, 2, create(2)));
        all
    }

    fn packed() -> Vec<SavedChange> {
        let mut packing = Packing::default();
        let again = honest()[..1].to_vec();
        let all = honest().into_iter().chain(again);
        all.map(|chunk| packing.pack(&chunk).expect("packs")).collect()
    }

    #[test]
    fn what_was_packed_is_put_together_as_it_was() {
        let mut unpacked = Unpacked::new();
        let places: Vec<usize> = (packed().iter())
            .map(|change| unpacked.take(change).expect("fits"))
            .collect();
        assert_eq!(places, [0, 1, 2, 3, 0]);
        assert_eq!(unpacked.chunks, honest());
    }

    proptest! {
        #[test]
        fn whatever_a_save_says_what_is_taken_of_it_has_passed_the_gate(
            said in proptest::collection::vec(
                (0usize..5, proptest::option::of(proptest::collection::vec(0u32..7, 0..4)), any::<bool>(),
                 proptest::option::of((any::<usize>(), any::<u8>()))),
                0..9,
            ),
        ) {
            let honest = packed();
            let mut unpacked = Unpacked::new();
            for (which, back, empty, flip) in said {
                let mut change = honest[which].clone();
                if let Some(back) = back {
                    change.back = back;
                }
                if empty {
                    change.rest = None;
                }
                if let (Some(rest), Some((at, with))) = (&mut change.rest, flip)
                    && !rest.is_empty()
                {
                    let at = at % rest.len();
                    rest[at] ^= with;
                }
                let before = unpacked.chunks.len();
                match unpacked.take(&change) {
                    Ok(index) => prop_assert!(index < unpacked.chunks.len()),
                    Err(_) => prop_assert_eq!(unpacked.chunks.len(), before, "what was refused left something"),
                }
            }
            let mut gate = Gate::new();
            for (chunk, facts) in unpacked.chunks.iter().zip(&unpacked.facts) {
                let passed = gate.check(chunk);
                prop_assert_eq!(passed.as_ref(), Ok(facts));
            }
        }
    }
}
