//! Meeting: real sessions between any two, and everybody with the relay until nothing is new and all agree.

use std::collections::BTreeSet;

use sothon_sync::{CloseReason, Tip};

use super::broken::Spoil;
use super::rogue::Rogue;
use super::wire::{self, End, Talk};
use super::*;

/// After so many rounds there must be nothing new.
const MOST_ROUNDS: usize = 12;

/// Whoever takes part in sessions.
pub enum Peer {
    Device(Box<Opened>),
    Relay(Box<Relay>),
    Rogue(Box<Rogue>),
}

impl Peer {
    fn end(
        &mut self,
        peer: TransportKey,
        initiator: bool,
        salt: [u8; 32],
        spoil: Option<Spoil>,
    ) -> Result<Box<dyn End + '_>, String> {
        match self {
            Peer::Device(host) => wire::open(host.as_mut(), peer, initiator, salt, spoil),
            Peer::Relay(relay) => wire::open(relay.as_mut(), peer, initiator, salt, spoil),
            Peer::Rogue(rogue) => wire::open(rogue.as_mut(), peer, initiator, salt, spoil),
        }
    }
}

impl World {
    fn transport_key(&self, place: usize) -> TransportKey {
        match place {
            RELAY => RELAY_KEY,
            rogue if rogue > RELAY => self.rogue(rogue).transport,
            device => self.device(device).station().transport_key(),
        }
    }

    fn take_out(&mut self, place: usize) -> Peer {
        match place {
            RELAY => Peer::Relay(Box::new(self.relay.take().expect("is not under way"))),
            rogue if rogue > RELAY => {
                let slot = self.rogues[rogue - RELAY - 1].take();
                Peer::Rogue(Box::new(slot.expect("is not under way")))
            }
            device => Peer::Device(Box::new(self.devices[device].take().expect("is open"))),
        }
    }

    fn put_back(&mut self, place: usize, peer: Peer) {
        match peer {
            Peer::Device(host) => self.devices[place] = Some(*host),
            Peer::Relay(relay) => self.relay = Some(*relay),
            Peer::Rogue(rogue) => self.rogues[place - RELAY - 1] = Some(*rogue),
        }
    }

    /// Two meet, and the wire breaks after so many bytes.
    pub fn session(&mut self, one: usize, other: usize, cut: Option<usize>) -> Result<Talk, String> {
        let salt = self.rng.random();
        let (key, other_key) = (self.transport_key(one), self.transport_key(other));
        let spoils = [one, other].map(|place| self.spoil(place));
        let (mut first, mut second) = (self.take_out(one), self.take_out(other));
        let talk = {
            let mut opener = first.end(other_key, true, salt, spoils[0])?;
            let mut answerer = second.end(key, false, salt, spoils[1])?;
            wire::talk(opener.as_mut(), answerer.as_mut(), cut)
        };
        self.put_back(one, first);
        self.put_back(other, second);
        if one.min(other) == OFFICE && one.max(other) == RELAY {
            let whole = talk.as_ref().is_ok_and(|talk| !talk.cut);
            let was = [self.confirmed, self.met_relay].map(|was| was.filter(|was| *was || whole));
            [self.confirmed, self.met_relay] =
                was.map(|was| was.map(|was| was || whole).or(whole.then_some(true)));
        }
        let (one, other) = (name(one), name(other));
        talk.map_err(|error| format!("{one} with {other}: {error}"))
    }

    /// A session over a wire that holds. Honest sides end it in agreement: each says that both hold the same, and they do.
    pub fn agree(&mut self, one: usize, other: usize) -> Result<Talk, String> {
        let talk = self.session(one, other, None)?;
        let (known, with) = (self.knows(other, one), self.knows(one, other));
        let strangers = !known || !with;
        for (said, place) in talk.said.iter().zip([one, other]) {
            let ended = match said.closed {
                Some(CloseReason::NotAdmitted) => strangers,
                Some(_) => false,
                None => strangers || (said.idle && said.left_out.is_some()),
            };
            if !ended {
                return Err(format!(
                    "{} does not say that {} and {} hold the same: {said:?}",
                    name(place),
                    name(one),
                    name(other)
                ));
            }
        }
        if !strangers {
            self.hold_the_same(one, other, &talk)?;
        }
        Ok(talk)
    }

    /// Whether one has somebody in its register now.
    fn knows(&self, one: usize, other: usize) -> bool {
        self.register_of(one)
            .is_some_and(|register| Party::of(register, &self.transport_key(other)).is_some())
    }

    fn hold_the_same(&self, one: usize, other: usize, talk: &Talk) -> Result<(), String> {
        let register = self.register_of(one).ok_or("there is no register")?;
        let (Some(a), Some(b)) = (self.party(one, register), self.party(other, register)) else {
            return Ok(());
        };
        let left_out: BTreeSet<_> = talk
            .said
            .iter()
            .flat_map(|said| said.left_out.iter().flatten())
            .collect();
        for Shared { book, only, .. } in shared_books(register, a, b) {
            let heads = |place| -> BTreeSet<(DeviceId, sothon_ledger::LogId, Tip)> {
                let logs = self.store(place).index().logs(&book);
                let logs = logs.filter(|log| only.is_none_or(|only| log.key().device == only));
                let tips = logs.flat_map(|log| {
                    let key = log.key();
                    log.tips()
                        .map(move |(seq, id)| (key.device, key.log, Tip { seq, id }))
                });
                tips.filter(|(device, log, _)| {
                    !left_out
                        .iter()
                        .any(|left| left.device == *device && left.log == *log)
                })
                .collect()
            };
            if heads(one) != heads(other) {
                return Err(format!(
                    "{} and {} ended a session in agreement and hold other entries",
                    name(one),
                    name(other)
                ));
            }
        }
        Ok(())
    }

    /// One of the hostile devices.
    pub fn rogue(&self, place: usize) -> &Rogue {
        self.rogues[place - RELAY - 1].as_ref().expect("is not under way")
    }

    /// Everybody publishes and meets the relay, until nothing is new. Then none has anything to send again.
    pub fn meet(&mut self) -> Result<(), String> {
        // What the hostile ones still had to bring, for as long as they are served.
        for rogue in rogues() {
            self.session(rogue, RELAY, None)?;
        }
        for _ in 0..MOST_ROUNDS {
            let mut new = false;
            for place in everybody() {
                new |= self.publish(place, NOW)?;
                new |= self.agree(place, RELAY)?.brought_something();
            }
            if !new {
                return self.none_resends();
            }
        }
        Err(format!("after {MOST_ROUNDS} rounds there is still something new"))
    }

    fn none_resends(&mut self) -> Result<(), String> {
        for place in everybody() {
            let talk = self.agree(place, RELAY)?;
            let again: usize = talk.said.iter().map(|said| said.entries).sum();
            if again > 0 {
                return Err(format!(
                    "{} and the relay agree and {again} entries went again",
                    name(place)
                ));
            }
        }
        Ok(())
    }
}
