//! A book and its gate as bytes, so that a device starts without reading every change again.
//!
//! A snapshot is a cache of what the log says. Its bytes do not pass the gate, so they must come back from where only
//! this device can have put them; and whether they are what the log says is for the caller to ask.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::Automerge;
use sha2::{Digest, Sha256};

use crate::book::{Book, LoadError};
use crate::chunk::{ChunkError, Reader, write_uint};
use crate::gate::Gate;
use crate::ids::{ActorId, ChangeHash};
use crate::read::parse_key;

/// The version of the bytes, of the gate's rules, and of what is derived from a document when it is opened.
pub const SNAPSHOT_VERSION: u32 = 1;

/// What is known of a change in a book without reading its chunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// The how-manyeth of its actor it is.
    pub seq: u64,
    /// What it builds on directly, in ascending order.
    pub deps: Vec<ChangeHash>,
    /// The counter of its first operation.
    pub start_op: u64,
    /// The counter of its last operation; `start_op - 1` if it has none.
    pub max_op: u64,
}

/// Why there is no snapshot of a book.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The book was poisoned by a panic.
    #[error("the book is unusable and must be built again")]
    Poisoned,
    /// The book holds a change that did not pass this gate.
    #[error("the gate is not the one of this book")]
    OtherGate,
}

impl From<ChunkError> for LoadError {
    fn from(_: ChunkError) -> Self {
        LoadError::Foreign
    }
}

/// A book as it came from a snapshot.
#[derive(Debug)]
pub struct Resumed {
    /// The book.
    pub book: Book,
    /// Its gate.
    pub gate: Gate,
    /// Its changes, as [`Book::changes`] gives them.
    pub changes: Vec<KnownChange>,
}

impl Book {
    /// The changes of the book in the order in which a snapshot has them: the same after [`Book::resume`].
    pub fn changes(&self) -> Vec<KnownChange> {
        self.known_changes().unwrap_or_default()
    }

    /// The same; `None` if there is one by an actor that is none of ours.
    pub(crate) fn known_changes(&self) -> Option<Vec<KnownChange>> {
        let metas = self.doc.get_changes_meta(&[]);
        let known = metas.iter().map(|meta| {
            let mut deps: Vec<ChangeHash> = meta.deps.iter().map(ChangeHash::from_automerge).collect();
            deps.sort_unstable();
            Some(KnownChange {
                hash: ChangeHash::from_automerge(&meta.hash),
                actor: ActorId::from_automerge(&meta.actor)?,
                seq: meta.seq,
                deps,
                start_op: meta.start_op,
                max_op: meta.max_op,
            })
        });
        known.collect()
    }

    /// The book and its gate as bytes; what the gate knows of changes that are not in the book is left out. They are
    /// readable and not compressed: to be packed and sealed.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn snapshot(&self, gate: &Gate) -> Result<Vec<u8>, SnapshotError> {
        let changes = self.changes();
        let judged = gate.save(&changes).ok_or(SnapshotError::OtherGate)?;
        let document = self.save_plain().map_err(|_| SnapshotError::Poisoned)?;
        let mut out = Vec::with_capacity(document.len() + judged.len() + 64);
        out.extend(order(&changes));
        write_uint(&mut out, self.disputed.len() as u64);
        for key in &self.disputed {
            write_part(&mut out, key.to_string().as_bytes());
        }
        write_part(&mut out, &document);
        out.extend(judged);
        Ok(out)
    }

    /// Opens what [`Book::snapshot`] wrote.
    ///
    /// # Errors
    /// If the bytes are none of a snapshot; never a panic.
    pub fn resume(bytes: &[u8]) -> Result<Resumed, LoadError> {
        let resume = || resume(bytes);
        catch_unwind(AssertUnwindSafe(resume)).unwrap_or(Err(LoadError::Panicked))
    }
}

fn resume(bytes: &[u8]) -> Result<Resumed, LoadError> {
    let mut reader = Reader::new(bytes);
    let expected = reader.array::<32>()?;
    let mut disputed = BTreeSet::new();
    for _ in 0..reader.length()? {
        let length = reader.length()?;
        disputed.insert(parse_key(reader.text(length)?).ok_or(LoadError::Foreign)?);
    }
    let length = reader.length()?;
    let mut book = Book::new();
    book.doc = Automerge::load(reader.take(length)?)?;
    book.disputed = disputed;
    let changes = book.note_changes()?;
    // The gate's part and the caller's numbers are told by the order of the changes.
    if order(&changes) != expected {
        return Err(LoadError::Foreign);
    }
    let gate = Gate::resume(&book.graph, reader.rest())?;
    book.places = gate.places(&changes);
    Ok(Resumed { book, gate, changes })
}

fn write_part(out: &mut Vec<u8>, part: &[u8]) {
    write_uint(out, part.len() as u64);
    out.extend(part);
}

fn order(changes: &[KnownChange]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for change in changes {
        digest.update(change.hash.0);
    }
    digest.finalize().into()
}
