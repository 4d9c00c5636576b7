//! A book and its gate as bytes, so that a device starts without reading every change again.
//!
//! A snapshot is a cache of what the log says. Its bytes do not pass the gate, so they must come back from where only
//! this device can have put them; and whether they are what the log says is for the caller to ask.

use sha2::{Digest, Sha256};

use crate::book::{Book, LoadError};
use crate::chunk::{Reader, write_uint};
use crate::gate::Gate;
use crate::ids::{ActorId, ChangeHash};

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

impl Book {
    /// The changes of the book in the order in which a snapshot has them: the same after [`Book::resume`].
    pub fn changes(&self) -> Vec<KnownChange> {
        let metas = self.doc.get_changes_meta(&[]);
        let known = metas.iter().map(|meta| {
            let mut deps: Vec<ChangeHash> = meta.deps.iter().map(ChangeHash::from_automerge).collect();
            deps.sort_unstable();
            KnownChange {
                hash: ChangeHash::from_automerge(&meta.hash),
                actor: ActorId::from_automerge(&meta.actor).unwrap_or(ActorId([0; 16])),
                seq: meta.seq,
                deps,
            }
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
        let hashes = changes.iter().map(|change| change.hash);
        let judged = gate.save(hashes.clone()).ok_or(SnapshotError::OtherGate)?;
        let document = self.save_plain().map_err(|_| SnapshotError::Poisoned)?;
        let mut out = Vec::with_capacity(document.len() + judged.len() + 64);
        out.extend(order(hashes));
        write_uint(&mut out, document.len() as u64);
        out.extend(document);
        out.extend(judged);
        Ok(out)
    }

    /// Opens what [`Book::snapshot`] wrote.
    ///
    /// # Errors
    /// If the bytes are none of a snapshot; never a panic.
    pub fn resume(bytes: &[u8]) -> Result<(Book, Gate), LoadError> {
        let mut reader = Reader::new(bytes);
        let mut part = || {
            let order = reader.array::<32>()?;
            let length = reader.length()?;
            Ok((order, reader.take(length)?, reader.rest()))
        };
        let (expected, document, judged) = part().map_err(|_: crate::ChunkError| LoadError::Foreign)?;
        let book = Book::load(document)?;
        // The gate's part and the caller's numbers are told by the order of the changes.
        if order(book.graph.hashes()) != expected {
            return Err(LoadError::Foreign);
        }
        let gate = Gate::resume(&book, judged).map_err(|_| LoadError::Foreign)?;
        Ok((book, gate))
    }
}

fn order(hashes: impl Iterator<Item = ChangeHash>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for hash in hashes {
        digest.update(hash.0);
    }
    digest.finalize().into()
}
