//! The sans-I/O session by which two replicas come to hold the same entries (design.md §3.8).
//!
//! Bytes in, bytes and events out: no sockets, no clock, no randomness, no storage of its own. A driver feeds what
//! arrives to [`Session::handle`], writes what [`Session::poll_output`] gives, and does what [`Session::poll_event`]
//! asks for: above all [`Event::Store`], after which it calls [`Session::stored`], and only then the peer is told that
//! the entries are here. What this replica holds is read through [`Holdings`].
//!
//! One session, seen from the side that opened it:
//!
//! ```text
//! -> Hello (version, root, register)  entries that the peer lacks by its hints   Summary (one tag over all books)
//! <- Hello (register)  Ack  entries that we lack by its hints                    Summary
//!    equal: done, and from now on both push what is new
//!    else:  Books (a tag each) -> Logs (heights and tags of those that differ) -> Wants and entries -> Summary again
//! ```
//!
//! The register comes first: no entry is stored before both sides have the same operations, or know that they cannot.
//! The frames are described in docs/format-session.md.

mod books;
mod checkpoints;
mod compare;
mod config;
mod event;
mod extras;
mod files;
mod frame;
mod framing;
mod heights;
mod holdings;
mod incoming;
mod judge;
mod knock;
mod limits;
mod live;
mod notes;
mod notices;
mod outgoing;
mod peer;
mod register;
mod session;
mod tags;
mod wraps;

pub use config::{
    Limits, PeerHints, PeerRole, Rights, SessionConfig, SessionSalt, SharedBook, WantedSave, Wants,
};
pub use event::{
    Batch, BatchId, BlobPart, CloseReason, Event, LeftOut, NotNowReason, Progress, ReceivedEntry,
    ReceivedPayload, StoreOutcome,
};
pub use extras::PAYLOADS_OF_EACH;
pub use framing::{MAX_FRAME, Peeked, peek_root};
pub use holdings::{
    BlobRef, EntryRef, FileState, Held, Holdings, HoldingsError, LogName, LogState, RegisterTip, SaveRef,
    StoredEntry, StoredWrap, Tip, WrapScope,
};
pub use live::Changed;
pub use notices::concerns;
pub use session::{Session, SessionError};
