//! What a driver tells a session: who speaks with whom, what the peer may have, and what is remembered of it.

use std::collections::HashSet;

use sothon_ledger::{BookId, DeviceId, Digest, EntryId, EpochId, Height, Root, TransportKey, WrapId};

use crate::event::NotNowReason;
use crate::holdings::{LogName, LogState};

/// 32 bytes that both sides share and neither alone could choose: under TLS 1.3 the exporter (RFC 8446 §7.5) with the
/// label `EXPORTER-sothon/1`; in memory any. All tags of the session are salted with it (A22).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionSalt(pub [u8; 32]);

/// What a side is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PeerRole {
    /// A device; its holdings are what its role needs.
    Device(DeviceId),
    /// A device that keeps everything, as the office's machine does.
    Keeper(DeviceId),
    /// A relay: keeps everything, reads nothing, writes nothing.
    Relay,
}

impl PeerRole {
    /// The device, where it is one.
    pub fn device(self) -> Option<DeviceId> {
        match self {
            PeerRole::Device(device) | PeerRole::Keeper(device) => Some(device),
            PeerRole::Relay => None,
        }
    }

    /// Whether it takes whatever belongs to its books, wraps for others included.
    pub fn stores_all(self) -> bool {
        !matches!(self, PeerRole::Device(_))
    }
}

/// What a session is opened with and keeps.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    /// What we are.
    pub role: PeerRole,
    /// The commune: a session is about one.
    pub root: Root,
    /// Whether we opened the connection. Exactly one side did.
    pub initiator: bool,
    /// The salt of this connection.
    pub salt: SessionSalt,
    /// Bounds on what the peer can make us do.
    pub limits: Limits,
    /// The transport key that the peer has proved to own.
    pub peer: TransportKey,
    /// The signed request of a device that is not admitted: delivered if we opened the connection.
    pub knock: Option<Vec<u8>>,
}

/// A book that both sides may hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SharedBook {
    /// The book.
    pub book: BookId,
    /// Whether it is a closed volume: all closed volumes share one tag.
    pub closed: bool,
    /// `Some`: one side may hold no more of it than this device's own logs (it drops and does not read).
    pub only: Option<DeviceId>,
}

/// What the register says of the peer; the driver computes it anew whenever the register grew.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// What the peer is, by its transport key. `None`: a key that the register does not know; it may deliver register
    /// operations and nothing else.
    pub peer: Option<PeerRole>,
    /// Whether it is nobody because its role has ended, or it is suspended. It brings no branch of the register on which it
    /// was admitted later, as a stranger may.
    pub ended: bool,
    /// The books that both sides may hold, by the same rule on both sides.
    pub shared: Vec<SharedBook>,
    /// Whether the peer is told of who knocked: a relay, or a device that works for the commune.
    pub knocks: bool,
}

/// What is remembered of the peer from earlier sessions. Only a hint: if it is wrong, more bytes travel.
#[derive(Clone, Debug, Default)]
pub struct PeerHints {
    /// The height of the register that the peer had.
    pub register: Option<Height>,
    /// What the peer was last said to hold ([`crate::Event::PeerHas`]), by log.
    pub heads: Vec<LogState>,
    /// Whether the last session came to an end with everything equal, so that a log not named is new to the peer.
    pub complete: bool,
    /// Wraps that the peer is not known to hold.
    pub wraps: Vec<WrapId>,
    /// Logs that the peer did not want for now, and until when (Unix milliseconds).
    pub not_now: Vec<(LogName, NotNowReason, u64)>,
    /// Saves that the peer need not be offered ([`crate::Event::PeerNeedsNoSaves`]).
    pub saves: Vec<Digest>,
}

/// What this replica lacks beside entries; asked of the peer, served if it can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Epochs whose secret is not held: the peer answers with wraps made for us.
    pub wraps: Vec<EpochId>,
    /// Entries whose payload is not held, but for files.
    pub payloads: Vec<EntryId>,
    /// Files whose payload is not held. Asked for when nothing else is lacking.
    pub files: Vec<EntryId>,
    /// Saves of checkpoints. Asked for when the entries are equal.
    pub saves: Vec<WantedSave>,
}

impl Wants {
    /// What a session that was told `before` is to be told now; `None` where that is nothing. Of files only those that are
    /// lacking since: each that comes shortens the list, and a relay has thousands of sessions.
    pub fn since(&self, before: &Wants) -> Option<Wants> {
        if self == before {
            return None;
        }
        let known: HashSet<&EntryId> = before.files.iter().collect();
        let files = self.files.iter().filter(|id| !known.contains(id));
        let files: Vec<EntryId> = files.copied().collect();
        let same =
            (&self.wraps, &self.payloads, &self.saves) == (&before.wraps, &before.payloads, &before.saves);
        (!same || !files.is_empty()).then(|| Wants {
            wraps: self.wraps.clone(),
            payloads: self.payloads.clone(),
            files,
            saves: self.saves.clone(),
        })
    }
}

/// A checkpoint's save that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedSave {
    /// The checkpoint's entry.
    pub entry: EntryId,
    /// The blob.
    pub digest: Digest,
    /// How long it is: a peer that says something else is not believed.
    pub size: u64,
    /// How many bytes of it are held already.
    pub held: u64,
}

/// Bounds on what a peer can make a session do. Both sides of a connection may have different ones, except for the
/// window, which is part of the protocol.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries, wraps and payloads received in one session, in bytes; what is above is "not now".
    pub received_bytes: u64,
    /// Bytes that a peer may send before the register knows it.
    pub unknown_bytes: u64,
    /// Register operations taken in one session, in bytes.
    pub operation_bytes: u64,
    /// How far above our register an entry's height may be (A28).
    pub height_ahead: u64,
    /// Tips that a log may have by its author's own bringing; a fork above it is "not now".
    pub tips: usize,
    /// Tips that a log may have in all. What others bring may be what honest work was built on: an author who gives everybody
    /// else as many branches as they take has to find room here, or who built on one would be waited for in vain.
    pub branches: usize,
    /// Invalid entries after which the session is closed.
    pub invalid: u32,
    /// How often the peer may ask again for what it acknowledged.
    pub rewinds: u32,
    /// Bytes of answers that wait because the peer does not read.
    pub unread_bytes: usize,
    /// Logs in one exchange of heights.
    pub logs: usize,
}

impl Limits {
    /// How many tips a log may have for one more branch to be taken from this peer.
    pub fn tips_by(&self, author: bool) -> usize {
        if author { self.tips } else { self.branches }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            received_bytes: 1 << 30,
            unknown_bytes: 1 << 20,
            operation_bytes: 32 << 20,
            height_ahead: 1000,
            tips: 32,
            branches: 1_024,
            invalid: 3,
            rewinds: 32,
            unread_bytes: 1 << 20,
            logs: 150_000,
        }
    }
}
