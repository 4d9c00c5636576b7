//! Records in an Automerge document, behind a gate.
//!
//! A [`Book`] turns [`Edit`](sothon_records::Edit)s into changes and changes into records
//! ([`RawRecord`](sothon_records::RawRecord)), with conflicts, history, and acts that can be undone. A [`Gate`] judges
//! every change before a book may see it. Both are pure: bytes, times and actor ids come in as arguments. Nothing here
//! knows devices, logs or networks; what they must know of a change is in [`ChangeFacts`].
//!
//! Layout (design.md §3.2): a record is a map at the document's root, at the key `"<kind>/<uuid>"`; a field is a
//! scalar in it; a long text is an Automerge text made with its record; a sub-record is a map at `"<list>/<uuid>"`
//! inside the record's map.

mod act;
mod again;
mod apply;
mod book;
mod chunk;
mod conflict;
mod counted;
mod edit;
mod gate;
mod graph;
mod history;
mod ids;
mod places;
mod read;
mod snapshot;
mod touched;
mod undo;

pub use act::Act;
pub use again::Again;
pub use apply::{Applied, ApplyError};
pub use book::{Book, LoadError, LocalChange, Poisoned};
pub use chunk::{
    ChunkError, MAX_CHUNK_BYTES, MAX_KEY_BYTES, MAX_MESSAGE_BYTES, MAX_OPS, join_chunk, split_chunk,
};
pub use conflict::{Conflict, ConflictKind, OpAuthor, Side, VOID_REASON, VOIDED};
pub use edit::EditError;
pub use gate::{DropError, Gate, GateError, MAX_OP, OpFault, check_drop};
pub use history::{ActSummary, FieldChange, HistoryStep};
pub use ids::{ActId, ActorId, ChangeFacts, ChangeHash};
pub use snapshot::{KnownChange, Resumed, SNAPSHOT_VERSION, SnapshotError};
pub use undo::{LeftAlone, Undo, UndoError};
