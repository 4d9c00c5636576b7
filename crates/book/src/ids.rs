//! Names of things in a book's history: who wrote a change, which change, which act; and the plain facts of a change
//! that are told to those who do not know Automerge.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Writes bytes as lower-case hex digits.
pub(crate) fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

bytes_id! {
    /// Who wrote a change, as the book sees it: 16 bytes that the ledger derives from a device (design.md §3.2).
    ActorId, 16
}

bytes_id! {
    /// The name of a change: SHA-256 of its chunk.
    ChangeHash, 32
}

bytes_id! {
    /// The name of an act: a form saved, an import, a move. Shown as one, undone as one.
    ActId, 16
}

impl ActId {
    /// The act of a change that names none: the change is the whole act, and lends it its name.
    pub fn of_change(hash: ChangeHash) -> ActId {
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(hash.0) {
            *to = from;
        }
        ActId(id)
    }

    /// Reads 32 hex digits.
    pub fn parse(text: &str) -> Option<ActId> {
        uuid::Uuid::try_parse(text)
            .ok()
            .filter(|_| text.len() == 32)
            .map(|id| ActId(id.into_bytes()))
    }
}

impl ActorId {
    pub(crate) fn to_automerge(self) -> automerge::ActorId {
        automerge::ActorId::from(&self.0[..])
    }

    pub(crate) fn from_automerge(actor: &automerge::ActorId) -> Option<ActorId> {
        actor.to_bytes().try_into().ok().map(ActorId)
    }
}

impl ChangeHash {
    pub(crate) fn to_automerge(self) -> automerge::ChangeHash {
        automerge::ChangeHash(self.0)
    }

    pub(crate) fn from_automerge(hash: &automerge::ChangeHash) -> ChangeHash {
        ChangeHash(hash.0)
    }
}

/// What the ledger is told about a change (design.md §3.4): plain values, nothing of Automerge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChangeFacts {
    /// The change's name.
    pub hash: ChangeHash,
    /// Who wrote it.
    pub actor: ActorId,
    /// The how-manyeth change of its actor it is, from 1, without gaps.
    pub seq: u64,
    /// The changes that it builds on directly, in ascending order.
    pub deps: Vec<ChangeHash>,
    /// The counter of its first operation: 1 + the highest over `deps`.
    pub start_op: u64,
    /// The counter of its last operation; `start_op - 1` if it has none.
    pub max_op: u64,
    /// The writer's clock in Unix seconds; 0 = unknown ("giờ máy sai").
    pub time: i64,
    /// The length of its chunk in bytes.
    pub bytes_len: usize,
}

impl ChangeFacts {
    /// Reads the facts off a change chunk, without judging it.
    ///
    /// # Errors
    /// If the bytes are not a plain change chunk.
    pub fn read(bytes: &[u8]) -> Result<ChangeFacts, crate::ChunkError> {
        crate::chunk::Chunk::parse(bytes).map(|chunk| chunk.facts())
    }

    /// How many operations the change has. All changes of an entry together may have [`crate::MAX_OPS`]: a run of
    /// equal operations takes a few bytes, and a hundred megabytes once it is unpacked (threats A3).
    pub fn op_count(&self) -> u64 {
        (self.max_op + 1).saturating_sub(self.start_op)
    }
}
