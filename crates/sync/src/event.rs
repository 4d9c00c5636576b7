//! What a session asks of its driver and tells it.

use sothon_ledger::epoch::Wrap;
use sothon_ledger::register::Operation;
use sothon_ledger::slip::Knock;
use sothon_ledger::suspension::Note;
use sothon_ledger::{Digest, EntryId, Envelope, Height, WrapId};

use crate::holdings::{LogName, LogState};

/// Names a [`Batch`] within its session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BatchId(pub u64);

/// An entry whose envelope is valid, whose author was admitted once, and whose predecessor is held or in the batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedEntry {
    /// The envelope, verified.
    pub envelope: Envelope,
    /// The payload that it signs; `None`: the peer does not hold it.
    pub payload: Option<Vec<u8>>,
}

/// The payload of an entry that is held without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedPayload {
    /// The entry.
    pub entry: EntryId,
    /// The payload that it signs.
    pub bytes: Vec<u8>,
}

/// A part of a checkpoint's save that was asked for. Parts come in order, none beyond the length that was asked for; the
/// driver verifies the digest of the whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlobPart {
    /// The checkpoint's entry.
    pub entry: EntryId,
    /// The blob.
    pub digest: Digest,
    /// Where the part begins.
    pub offset: u64,
    /// How long the whole is.
    pub len: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What is to be stored durably, in one transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// For [`crate::Session::stored`].
    pub id: BatchId,
    /// Register operations of the right form, in the order of their heights. Whether they stand, the register says.
    pub operations: Vec<Operation>,
    /// Entries; those of one log in order.
    pub entries: Vec<ReceivedEntry>,
    /// Payloads that were lacking.
    pub payloads: Vec<ReceivedPayload>,
    /// Notices: entries that concern us, out of logs of a book into which we only drop; each with its payload.
    pub notices: Vec<ReceivedEntry>,
    /// Wraps whose signature is right.
    pub wraps: Vec<Wrap>,
    /// Parts of blobs.
    pub blobs: Vec<BlobPart>,
    /// Requests of devices that are not admitted, well-formed and of this commune.
    pub knocks: Vec<Knock>,
    /// Suspensions, verified and of this commune.
    pub notes: Vec<Note>,
}

impl Batch {
    /// One that brings nothing yet.
    pub fn empty(id: BatchId) -> Batch {
        Batch {
            id,
            operations: Vec::new(),
            entries: Vec::new(),
            payloads: Vec::new(),
            notices: Vec::new(),
            wraps: Vec::new(),
            blobs: Vec::new(),
            knocks: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// Why a log is not taken for now. Never a verdict: another replica, or this one later, may take it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum NotNowReason {
    /// A quota of the device, book or day.
    Quota,
    /// Its author is not in the register that we have.
    UnknownDevice,
    /// It names a register height far above ours.
    HeightAhead,
    /// The log has too many branches.
    TooManyForks,
    /// The peer may not carry this book, as we see it.
    NotServed,
    /// An entry was not valid.
    Invalid,
    /// A reason of a later version.
    Other(u64),
}

impl NotNowReason {
    pub(crate) fn code(self) -> u64 {
        match self {
            NotNowReason::Quota => 0,
            NotNowReason::UnknownDevice => 1,
            NotNowReason::HeightAhead => 2,
            NotNowReason::TooManyForks => 3,
            NotNowReason::NotServed => 4,
            NotNowReason::Invalid => 5,
            NotNowReason::Other(code) => code,
        }
    }

    pub(crate) fn from_code(code: u64) -> Self {
        match code {
            0 => NotNowReason::Quota,
            1 => NotNowReason::UnknownDevice,
            2 => NotNowReason::HeightAhead,
            3 => NotNowReason::TooManyForks,
            4 => NotNowReason::NotServed,
            5 => NotNowReason::Invalid,
            code => NotNowReason::Other(code),
        }
    }

    /// Whether a register that has grown is a reason to try again.
    pub(crate) fn ends_with_register(self) -> bool {
        matches!(
            self,
            NotNowReason::UnknownDevice | NotNowReason::HeightAhead | NotNowReason::NotServed
        )
    }
}

/// A log of which a driver did not store what was in the batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// The log.
    pub log: LogName,
    /// Why.
    pub reason: NotNowReason,
    /// For how many seconds the peer need not try again.
    pub seconds: u64,
}

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoreOutcome {
    /// All of it is on disk.
    Stored,
    /// All of it but what is named.
    StoredExcept {
        /// Logs of which the entries were not stored.
        logs: Vec<LeftOut>,
        /// Saves of which the parts were not: there is no room for them now.
        saves: Vec<Digest>,
    },
    /// Nothing of it, and there is no use in going on (the disk is full); the session closes.
    Failed,
}

/// How far the exchange has come; entries, counted in this session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Sent and acknowledged.
    pub sent: u64,
    /// Received and stored.
    pub received: u64,
    /// Known to be lacking at the peer.
    pub to_send: u64,
    /// Known to be lacking here.
    pub to_receive: u64,
}

/// Why a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CloseReason {
    /// Someone is going: the ordinary end.
    Bye,
    /// The peer belongs to another commune.
    OtherCommune,
    /// The register does not know the peer, or knows it no more.
    NotAdmitted,
    /// The peer speaks a version, or sent a critical frame, that we do not know.
    Version,
    /// The peer sent what is not the protocol.
    Protocol,
    /// The peer sent too many invalid entries.
    Invalid,
    /// The peer sent or asked for more than the limits allow.
    Flood,
    /// This replica, or the peer's, could not store.
    Storage,
    /// A reason of a later version.
    Other(u64),
}

impl CloseReason {
    pub(crate) fn code(self) -> u64 {
        match self {
            CloseReason::Bye => 0,
            CloseReason::OtherCommune => 1,
            CloseReason::NotAdmitted => 2,
            CloseReason::Version => 3,
            CloseReason::Protocol => 4,
            CloseReason::Invalid => 5,
            CloseReason::Flood => 6,
            CloseReason::Storage => 7,
            CloseReason::Other(code) => code,
        }
    }

    pub(crate) fn from_code(code: u64) -> Self {
        match code {
            0 => CloseReason::Bye,
            1 => CloseReason::OtherCommune,
            2 => CloseReason::NotAdmitted,
            3 => CloseReason::Version,
            4 => CloseReason::Protocol,
            5 => CloseReason::Invalid,
            6 => CloseReason::Flood,
            7 => CloseReason::Storage,
            code => CloseReason::Other(code),
        }
    }
}

/// What a session tells its driver.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Store this durably, then call [`crate::Session::stored`]. If the register grew by it, call
    /// [`crate::Session::rights_changed`] before.
    Store(Batch),
    /// The peer holds these logs up to these tips, by its word in this session; replaces what was told of a log
    /// before. For delivery states; recomputed in each session (A23).
    PeerHas(Vec<LogState>),
    /// The peer stored these wraps.
    PeerHasWraps(Vec<WrapId>),
    /// The saves of checkpoints that the peer need not be offered in the next session: it holds all that we hold, and asked for
    /// none of them. Replaces what was told before.
    PeerNeedsNoSaves(Vec<Digest>),
    /// The peer has no payload of these entries, or none of these blobs.
    PeerLacks {
        /// Entries.
        payloads: Vec<EntryId>,
        /// Blobs.
        blobs: Vec<Digest>,
    },
    /// The peer holds the files of all entries that it was last told to hold ([`Event::PeerHas`]), as far as they are here;
    /// told when the rest is equal, and again when more have come.
    PeerHasFiles,
    /// No file is on its way any more, after [`Event::UpToDate`]: each side holds all that the other has.
    FilesSettled,
    /// The register of the peer, as it says; told when it changes, and when ours has become the same.
    PeerRegister {
        /// Its height.
        height: Height,
        /// Whether it is the same as ours.
        same: bool,
    },
    /// An entry that came names a height that neither side has: the peer's register, and ours, is behind (A23).
    RegisterBehind {
        /// The height named.
        named: Height,
        /// The height that we have.
        ours: Height,
    },
    /// The peer has another operation at a height where we have one: the register is forked above `common`.
    RegisterFork {
        /// The highest operation in common.
        common: Height,
    },
    /// The peer, to whom we are unknown, keeps our request for the registrar.
    KnockHeard,
    /// How far the exchange has come; told at most once per poll.
    Progress(Progress),
    /// Both hold the same in all books that both may hold.
    UpToDate {
        /// Logs that one of both does not take for now.
        left_out: Vec<LogName>,
    },
    /// The holdings differ, and an exchange could not change it; nothing more is tried until something is new.
    Unresolved,
    /// We do not take a log for now; the peer was told.
    Refused {
        /// The log.
        log: LogName,
        /// Why.
        reason: NotNowReason,
    },
    /// The peer does not take a log for now.
    NotNow {
        /// The log.
        log: LogName,
        /// Why.
        reason: NotNowReason,
        /// Until when (Unix milliseconds by our clock).
        until_ms: u64,
    },
    /// The session has ended; write what is left to write and close the connection.
    Closed {
        /// Why.
        reason: CloseReason,
        /// Whether the peer ended it.
        by_peer: bool,
    },
}
