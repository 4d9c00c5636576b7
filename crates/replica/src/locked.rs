//! A locked device in the thread that runs its sessions: sealed entries move, nothing is read or signed (A16).

use std::sync::mpsc;

use rand_core::CryptoRng;
use sothon_archive::{Archive, rights_of, role_of};
use sothon_ledger::serving::Party;
use sothon_ledger::{Root, TransportKey};
use sothon_net::{FromPeer, Host, StoreReport};
use sothon_sync::{Event, PeerRole, Rights};

use crate::host::{Clock, Told};
use crate::station::Station;

/// A locked device. It remembers nothing of its peers, since the vault's secrets seal what is remembered: that costs
/// bytes and nothing else.
pub struct LockedHost<R, C> {
    station: Station,
    clock: C,
    rng: R,
    told: Option<mpsc::Sender<Told>>,
}

impl<R: CryptoRng, C: Clock> LockedHost<R, C> {
    /// Takes a locked device into the thread that runs its sessions; `told` hears what sessions tell.
    pub fn new(station: Station, clock: C, rng: R, told: Option<mpsc::Sender<Told>>) -> Self {
        LockedHost {
            station,
            clock,
            rng,
            told,
        }
    }

    /// The device.
    pub fn station(&self) -> &Station {
        &self.station
    }

    fn party(&self) -> Party {
        Party::Device(self.station.device())
    }
}

impl<R: CryptoRng + Send + 'static, C: Clock> Host for LockedHost<R, C> {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.station.root()
    }

    fn role(&self) -> PeerRole {
        match self.station.register() {
            Some(register) => role_of(register, self.party()),
            None => PeerRole::Device(self.station.device()),
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        read(self.station.archive())
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        rights_of(self.station.archive(), self.party(), peer)
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let now = self.clock.now();
        let knocks = self.station.carry_knocks(&batches, now);
        let batches = batches.into_iter().map(|from| from.batch).collect();
        let taken = self.station.take_in(batches, now, &mut self.rng);
        let mut changed = taken.changed;
        changed.knocks = knocks;
        StoreReport {
            outcomes: taken.outcomes,
            changed,
            register_grew: taken.register_grew,
        }
    }

    fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    fn knock(&self) -> Option<Vec<u8>> {
        self.station.knock()
    }

    fn told(&mut self, peer: &TransportKey, event: &Event) {
        self.station.hear(peer, event);
        if let Some(told) = &self.told {
            // Who listened may have gone.
            let _ = told.send(Told {
                peer: *peer,
                event: event.clone(),
            });
        }
    }
}
