//! Meeting: real sessions between any two, and everybody with the relay until nothing is new and all agree.

use std::collections::BTreeSet;

use sothon_replica::LockedHost;
use sothon_sync::{CloseReason, Tip};

use super::broken::Spoil;
use super::rogue::Rogue;
use super::wire::{self, End, Talk};
use super::*;

/// After so many rounds there must be nothing new.
const MOST_ROUNDS: usize = 12;
/// The same where a relay takes little in a day.
const MOST_DAYS: usize = 40;

/// Whoever takes part in sessions.
pub enum Peer {
    Device(Box<Opened>),
    Relay(Box<Relay>),
    Rogue(Box<Rogue>),
    Locked(Box<LockedHost<StdRng, Watch>>),
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
            Peer::Locked(host) => wire::open(host.as_mut(), peer, initiator, salt, spoil),
        }
    }
}

impl World {
    pub(super) fn transport_key(&self, place: usize) -> TransportKey {
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
            // It is unlocked by who locked it.
            Peer::Locked(_) => {}
        }
    }

    /// Two meet, and the wire breaks after so many bytes.
    pub fn session(&mut self, one: usize, other: usize, cut: Option<usize>) -> Result<Talk, String> {
        let key = self.transport_key(one);
        let mut first = self.take_out(one);
        let talk = self.session_with(one, &mut first, key, other, cut);
        self.put_back(one, first);
        if let [place, RELAY] = [one.min(other), one.max(other)] {
            self.note_asked(place, talk.as_ref().is_ok_and(|talk| !talk.cut));
        }
        talk
    }

    /// The same of one that was taken out.
    pub(super) fn session_with(
        &mut self,
        one: usize,
        first: &mut Peer,
        key: TransportKey,
        other: usize,
        cut: Option<usize>,
    ) -> Result<Talk, String> {
        let salt = self.rng.random();
        let other_key = self.transport_key(other);
        let spoils = [one, other].map(|place| self.spoil(place));
        let suspended = other <= RELAY && self.knows_suspended(other, one);
        let mut second = self.take_out(other);
        let talk = {
            let mut opener = first.end(other_key, true, salt, spoils[0])?;
            let mut answerer = second.end(key, false, salt, spoils[1])?;
            wire::talk(opener.as_mut(), answerer.as_mut(), cut)
        };
        self.put_back(other, second);
        // Whoever knew it before they met, and knows no better now, has served nothing (B10).
        let served = talk.as_ref().is_ok_and(|talk| talk.said[0].entries > 0);
        if suspended && served && self.knows_suspended(other, one) {
            return Err(format!(
                "{} serves {}, which is suspended",
                name(other),
                name(one)
            ));
        }
        let whole = talk.as_ref().is_ok_and(|talk| !talk.cut);
        let locked = matches!(first, Peer::Locked(_));
        self.note_met([one.min(other), one.max(other)], whole, locked);
        let (one, other) = (name(one), name(other));
        talk.map_err(|error| format!("{one} with {other}: {error}"))
    }

    /// Notes who asked the relay what it holds; `whole`: to the end. A locked device remembers nothing of it.
    fn note_met(&mut self, pair: [usize; 2], whole: bool, locked: bool) {
        let [one, RELAY] = pair else { return };
        if whole && !locked {
            self.asked_since.insert(one);
        }
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
    pub(super) fn knows(&self, one: usize, other: usize) -> bool {
        let known = self.register_of(one);
        known.is_some_and(|register| Party::of(register, &self.transport_key(other)).is_some())
            && !self.knows_suspended(one, other)
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
        // A relay that takes little in a day is given the rest on the days that follow.
        let rounds = if self.relay_clock.is_small() {
            MOST_DAYS
        } else {
            MOST_ROUNDS
        };
        let mut news = Vec::new();
        for _ in 0..rounds {
            news.clear();
            for place in everybody() {
                let now = i64::try_from(self.watches[place].now_ms() / 1000).unwrap_or(0);
                if self.publish(place, now)? {
                    news.push(format!("{} publishes", name(place)));
                }
                let wanted = self.device(place).wants();
                let talk = self.agree(place, RELAY)?;
                if place == LATE {
                    self.believe()?;
                }
                // Who waits for a save goes on to another, or to the log, when nothing has come of it.
                let wants = self.device(place).wants();
                if !wants.saves.is_empty() || wants != wanted {
                    news.push(format!("{} asks for something else", name(place)));
                }
                let left = |said: &wire::Said| said.left_out.as_ref().is_some_and(|left| !left.is_empty());
                let held_back = self.relay_clock.is_small() && talk.said.iter().any(left);
                if talk.brought_something() || held_back {
                    news.push(format!("{} and the relay meet", name(place)));
                }
            }
            if news.is_empty() {
                return self.none_resends();
            }
            if self.relay_clock.is_small() {
                self.next_day();
            }
        }
        Err(format!(
            "after {rounds} rounds there is still something new: {news:?}"
        ))
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
