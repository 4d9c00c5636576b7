//! A change chunk as bytes: our own strict reader of Automerge's format, so that nothing hostile reaches Automerge.
//!
//! Only what honest code writes is read: one plain change chunk, no deflate, no extra bytes, known columns. A chunk is
//! accepted only if writing it again gives the same bytes: Automerge takes a saved document apart and puts its
//! changes together again, and a change in any other encoding would get another hash there (the save would not load).
//! Format: <https://automerge.org/automerge-binary-format-spec/>.

mod body;
mod columns;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::ids::{ActorId, ChangeFacts, ChangeHash};
use body::{encode_body, parse_body, read_deps, write_deps};
pub(crate) use columns::{Reader, write_uint};

/// The most operations in one change (design.md §3.2); counted before anything is decoded.
pub const MAX_OPS: usize = 200_000;
/// The longest change chunk, in bytes.
pub const MAX_CHUNK_BYTES: usize = 8 << 20;
/// The longest change message, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1_024;
/// The longest map key, in bytes.
pub const MAX_KEY_BYTES: usize = 256;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE_CHUNK: u8 = 1;

/// Why bytes are not a change chunk that we read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkError {
    /// Longer than [`MAX_CHUNK_BYTES`].
    #[error("the chunk is too long")]
    TooLong,
    /// Not an Automerge chunk, or cut short.
    #[error("not a whole Automerge chunk")]
    Torn,
    /// A document, bundle or compressed chunk.
    #[error("chunk type {0}, where only a plain change may be")]
    NotPlainChange(u8),
    /// The checksum does not fit.
    #[error("wrong checksum")]
    Checksum,
    /// More operations than [`MAX_OPS`], or predecessors in all.
    #[error("too many operations")]
    TooManyOps,
    /// Too long a message or key.
    #[error("the message or a key is too long")]
    TooLarge,
    /// An actor id that is not of 16 bytes.
    #[error("an actor id that is not of 16 bytes")]
    ActorLength,
    /// A compressed or unknown column.
    #[error("column {0} is compressed or unknown")]
    Column(u32),
    /// A column that does not decode, or not to as many values as there are operations.
    #[error("a column does not decode")]
    Malformed,
    /// A type of value, or an action, that books do not hold (counter, list, table, mark, unknown).
    #[error("a value or an action that books do not hold")]
    NotAllowed,
    /// The same change in another encoding than the canonical one.
    #[error("not in canonical encoding")]
    NotCanonical,
}

/// An operation's id within its chunk: `actor` counts from the change's own actor (0) through its other actors.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct OpRef {
    pub actor: usize,
    pub counter: u64,
}

/// Where in its object an operation writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Key {
    Map(Arc<str>),
    Head,
    Element(OpRef),
}

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    MakeMap,
    Put,
    Delete,
    MakeText,
}

impl Action {
    fn code(self) -> u64 {
        match self {
            Action::MakeMap => 0,
            Action::Put => 1,
            Action::Delete => 3,
            Action::MakeText => 4,
        }
    }

    fn parse(code: u64) -> Result<Action, ChunkError> {
        [Action::MakeMap, Action::Put, Action::Delete, Action::MakeText]
            .into_iter()
            .find(|action| action.code() == code)
            .ok_or(ChunkError::NotAllowed)
    }
}

/// A plain scalar.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Uint(u64),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Timestamp(i64),
}

/// One operation of a change; its id is (the change's actor, start_op + its place).
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Op {
    /// The object it writes to; `None` is the root.
    pub object: Option<OpRef>,
    pub key: Key,
    pub insert: bool,
    pub action: Action,
    pub value: Scalar,
    pub preds: Vec<OpRef>,
}

/// A decoded change chunk.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Chunk {
    pub hash: ChangeHash,
    pub deps: Vec<ChangeHash>,
    /// The writer first, then the other actors that operations name, ascending.
    pub actors: Vec<ActorId>,
    pub seq: u64,
    pub start_op: u64,
    pub time: i64,
    pub message: String,
    pub ops: Vec<Op>,
    pub bytes_len: usize,
}

impl Chunk {
    /// Reads one chunk, strictly.
    pub fn parse(bytes: &[u8]) -> Result<Chunk, ChunkError> {
        let (hash, body) = open(bytes)?;
        let mut chunk = parse_body(body)?;
        chunk.hash = hash;
        chunk.bytes_len = bytes.len();
        if chunk.encode() != bytes {
            return Err(ChunkError::NotCanonical);
        }
        Ok(chunk)
    }

    /// The name of the change in a chunk whose frame is whole, whatever is inside.
    pub fn name(bytes: &[u8]) -> Option<ChangeHash> {
        open(bytes).ok().map(|(hash, _)| hash)
    }

    /// Writes the chunk in the one encoding that honest code uses.
    pub fn encode(&self) -> Vec<u8> {
        frame(&encode_body(self))
    }

    /// The writer.
    pub fn actor(&self) -> ActorId {
        self.actors.first().copied().unwrap_or(ActorId([0; 16]))
    }

    /// The counter of the last operation.
    pub fn max_op(&self) -> u64 {
        self.start_op
            .saturating_add(self.ops.len() as u64)
            .saturating_sub(1)
    }

    /// The actor and counter that a reference within this chunk names.
    pub fn resolve(&self, op: OpRef) -> Option<(ActorId, u64)> {
        self.actors.get(op.actor).map(|actor| (*actor, op.counter))
    }

    /// What the ledger is told.
    pub fn facts(&self) -> ChangeFacts {
        ChangeFacts {
            hash: self.hash,
            actor: self.actor(),
            seq: self.seq,
            deps: self.deps.clone(),
            start_op: self.start_op,
            max_op: self.max_op(),
            time: self.time,
            bytes_len: self.bytes_len,
        }
    }
}

/// Takes a chunk apart, whose frame is whole: what it builds on, and its body after that. Whatever is in the body.
///
/// # Errors
/// [`ChunkError`].
pub fn split_chunk(bytes: &[u8]) -> Result<(Vec<ChangeHash>, &[u8]), ChunkError> {
    let (_, body) = open(bytes)?;
    let mut reader = Reader::new(body);
    let deps = read_deps(&mut reader)?;
    Ok((deps, reader.rest()))
}

/// Puts a chunk together again that was taken apart.
///
/// # Errors
/// [`ChunkError::TooLong`].
pub fn join_chunk(deps: &[ChangeHash], rest: &[u8]) -> Result<Vec<u8>, ChunkError> {
    let length = deps.len().saturating_mul(32).saturating_add(rest.len());
    if length > MAX_CHUNK_BYTES {
        return Err(ChunkError::TooLong);
    }
    let mut body = Vec::with_capacity(length + 5);
    write_deps(&mut body, deps);
    body.extend(rest);
    Ok(frame(&body))
}

/// Puts a chunk's frame around its body.
fn frame(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 16);
    out.extend(MAGIC);
    out.extend(hash_of(body).0.iter().take(4));
    out.push(CHANGE_CHUNK);
    write_uint(&mut out, body.len() as u64);
    out.extend(body);
    out
}

/// Opens a chunk's frame: the name of the change and the bytes inside.
fn open(bytes: &[u8]) -> Result<(ChangeHash, &[u8]), ChunkError> {
    if bytes.len() > MAX_CHUNK_BYTES {
        return Err(ChunkError::TooLong);
    }
    let mut reader = Reader::new(bytes);
    if reader.array::<4>()? != MAGIC {
        return Err(ChunkError::Torn);
    }
    let checksum = reader.array::<4>()?;
    let [chunk_type] = reader.array::<1>()?;
    if chunk_type != CHANGE_CHUNK {
        return Err(ChunkError::NotPlainChange(chunk_type));
    }
    let length = reader.length()?;
    let body = reader.take(length)?;
    if !reader.is_empty() {
        return Err(ChunkError::Torn);
    }
    let hash = hash_of(body);
    if !hash.0.starts_with(&checksum) {
        return Err(ChunkError::Checksum);
    }
    Ok((hash, body))
}

fn hash_of(body: &[u8]) -> ChangeHash {
    let mut head = vec![CHANGE_CHUNK];
    write_uint(&mut head, body.len() as u64);
    ChangeHash(
        Sha256::new()
            .chain_update(head)
            .chain_update(body)
            .finalize()
            .into(),
    )
}
