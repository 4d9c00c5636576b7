//! What a replica or relay is to the sessions that others have with it.

use sothon_ledger::{Root, TransportKey};
use sothon_sync::{
    Batch, Changed, Event, Holdings, Limits, PeerHints, PeerRole, Rights, StoreOutcome, Wants,
};

/// A batch, and from whom it came.
#[derive(Debug)]
pub struct FromPeer {
    /// The transport key that the peer has proved to own.
    pub peer: TransportKey,
    /// What is to be stored.
    pub batch: Batch,
}

/// What became of batches.
#[derive(Debug, Default)]
pub struct StoreReport {
    /// One for each batch, in their order.
    pub outcomes: Vec<StoreOutcome>,
    /// What is new here by them, for the sessions with other peers.
    pub changed: Changed,
    /// Whether the register has grown, so that everybody's rights are looked at again.
    pub register_grew: bool,
}

/// A replica or relay, as the thread that runs its sessions sees it. All calls come from that one thread.
pub trait Host: Send + 'static {
    /// What sessions read.
    type Holdings: Holdings;

    /// The commune.
    fn root(&self) -> Root;

    /// What we are.
    fn role(&self) -> PeerRole;

    /// Lets a session read what is held.
    fn read<T>(&self, read: impl FnOnce(&Self::Holdings) -> T) -> T;

    /// What the register says now of whoever owns this key. The rule is that of `sothon_ledger::serving`.
    fn rights(&self, peer: &TransportKey) -> Rights;

    /// Stores what came; when it returns, what it reports as stored is on the disk. Batches of several sessions come
    /// together, so that one fsync serves them all.
    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport;

    /// The time in Unix milliseconds.
    fn now_ms(&self) -> u64;

    /// What is remembered of the peer.
    fn hints(&self, _peer: &TransportKey) -> PeerHints {
        PeerHints::default()
    }

    /// What is lacking beside entries and may be asked of a peer.
    fn wants(&self) -> Wants {
        Wants::default()
    }

    /// The signed request that a device which is not admitted delivers to whom it dials.
    fn knock(&self) -> Option<Vec<u8>> {
        None
    }

    /// Bounds on what a peer can make a session do.
    fn limits(&self) -> Limits {
        Limits::default()
    }

    /// Told of everything else that a session says.
    fn told(&mut self, _peer: &TransportKey, _event: &Event) {}
}
