//! What a device or relay holds of one commune, in one SQLite file: entries by id, the register, wraps and blobs, and
//! on devices what is sealed for themselves (design.md §3.10).
//!
//! Storing is not judging: every well-formed entry is kept, forks too, keyed by entry id and numbered in the order of
//! arrival ([`Row`]). Nothing here can be read by who finds the file but clear headers, the register and sizes: payloads
//! come sealed, and so does everything that is local ([`Sealed`]).
//!
//! What [`Store::put`] has returned for is on the disk: one batch is one transaction with one fsync. One store is open
//! at a time ([`Fault::Locked`]; no other code of the process may open the file meanwhile: on Unix, closing it would let
//! go of the lock); calls are synchronous, so a driver gives the store a thread of its own. The [`Index`]
//! answers from memory what a session asks all the time; it is recomputed at each start, never remembered.

mod batch;
mod blobs;
mod entries;
mod fault;
mod files;
pub mod held;
mod index;
mod knocks;
mod local;
mod notices;
mod open;
mod put;
mod register;
mod schema;
mod suspensions;
mod upkeep;
mod usage;
mod verify;

pub use batch::{AttachedId, Batch, Blob, BlobPart, Local, Put, Sealed, Shelf, UnpublishedId};
pub use entries::{EntryBytes, Payload, Place, StoredEntry};
pub use fault::{Cause, Fault, OpenError, PutError};
pub use files::FileSum;
pub use held::Stamp;
pub use index::{Index, LogKey, LogState, Row};
pub use knocks::StoredKnock;
pub use local::{Snapshot, Unpublished};
pub use open::Store;
pub use usage::Usage;
pub use verify::Finding;
