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
