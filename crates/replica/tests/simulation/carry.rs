//! A carrier: what one holds and the other may hold, by the rule of serving, in pieces, doubled, bare, in any order.

use sothon_net::{FromPeer, Host as _};
use sothon_sync::{Holdings as _, StoreOutcome};

use super::*;

impl World {
    pub(super) fn party(&self, place: usize, register: &Register) -> Option<Party> {
        if place == RELAY {
            return Some(Party::Relay);
        }
        let device = self.ids[place];
        let role = register
            .rights()
            .device(&device)?
            .role_at(register.effective_height())?;
        let _ = role;
        Some(Party::Device(device))
    }

    pub(super) fn store(&self, place: usize) -> &Store {
        if place == RELAY {
            self.relay().store()
        } else {
            self.device(place).station().store()
        }
    }

    pub(super) fn register_of(&self, place: usize) -> Option<&Register> {
        if place == RELAY {
            self.relay().register()
        } else {
            self.device(place).station().register()
        }
    }

    pub(super) fn take(&mut self, place: usize, mut batches: Vec<Batch>) -> Result<bool, String> {
        if let Some(spoil) = self.spoil(place) {
            batches.iter_mut().for_each(spoil);
        }
        if place == RELAY {
            let relay = self.relay.as_mut().ok_or("the relay is under way")?;
            let from = |batch| FromPeer {
                peer: TransportKey([0; 32]),
                batch,
            };
            let report = relay.store(batches.into_iter().map(from).collect());
            if report.outcomes.contains(&StoreOutcome::Failed) {
                return Err("the relay could not store".to_owned());
            }
            return Ok(report.register_grew || !report.changed.is_empty());
        }
        let device = self.device_mut(place);
        let taken = device.take_in(batches, NOW).map_err(|e| e.to_string())?;
        if let Some(fault) = &taken.fault {
            return Err(format!("{}: {fault}", ROLES[place].0));
        }
        device.publish_owed(NOW, YEAR).map_err(|e| e.to_string())?;
        Ok(!taken.is_empty())
    }

    /// The higher register first, whoever has it.
    pub(super) fn carry_register(&mut self, one: usize, other: usize) -> Result<bool, String> {
        let height = |place| self.register_of(place).map_or(Height(0), Register::height);
        let (from, to) = if height(one) >= height(other) {
            (one, other)
        } else {
            (other, one)
        };
        let from_height = height(to).0 + 1;
        let operations = self
            .store(from)
            .operations(Height(from_height))
            .map_err(|e| e.to_string())?;
        if operations.is_empty() {
            return Ok(false);
        }
        self.take(
            to,
            vec![Batch {
                operations,
                ..batch()
            }],
        )
    }

    /// Carries what the rule of serving allows, as a session would, with the losses that `how` says.
    pub fn carry(&mut self, from: usize, to: usize, how: How) -> Result<bool, String> {
        if from == to {
            return Ok(false);
        }
        let mut new = self.carry_register(from, to)?;
        let Some(register) = self.register_of(to).cloned() else {
            return Ok(new);
        };
        let (Some(giver), Some(taker)) = (self.party(from, &register), self.party(to, &register)) else {
            return Ok(new);
        };
        let mut shared = shared_books(&register, giver, taker);
        if self.is_broken(Broken::Generous) {
            let all = register.rights().books().map(|(book, _)| Shared {
                book: *book,
                closed: false,
                only: None,
            });
            shared = all.collect();
        }
        let mut rng = StdRng::seed_from_u64(self.rng.random());
        let mut logs = self.lacking(from, to, &shared, how)?;
        logs.shuffle(&mut rng);
        let mut wraps: Vec<Wrap> = self.store(from).wraps().map_err(|e| e.to_string())?;
        let keeps_all = taker.keeps_all(&register);
        wraps.retain(|wrap| {
            shared.iter().any(|s| s.book == wrap.book())
                && (keeps_all
                    || Party::Device(
                        self.ids
                            .iter()
                            .copied()
                            .find(|id| wrap.to() == Receiver::Device(*id))
                            .unwrap_or(DeviceId([0; 32])),
                    ) == taker)
        });
        wraps.shuffle(&mut rng);
        if let How::Prefix = how {
            for log in &mut logs {
                let keep = rng.random_range(0..=log.len());
                log.truncate(keep);
            }
            let keep = rng.random_range(0..=wraps.len());
            wraps.truncate(keep);
        }
        if let How::Bare = how {
            for entry in logs.iter_mut().flatten() {
                if rng.random_bool(0.4) {
                    entry.payload = None;
                }
            }
        }
        let mut batches = Vec::new();
        let mut whole = batch();
        for entry in logs.into_iter().flatten() {
            whole.entries.push(entry);
            if matches!(how, How::Pieces) && rng.random_bool(0.5) {
                batches.push(std::mem::replace(&mut whole, batch()));
            }
        }
        whole.wraps = wraps;
        whole.notices = self.notices(from, to, &shared)?;
        batches.push(whole);
        if let How::Pieces = how {
            for one in batches.clone() {
                new |= self.take(to, vec![one])?;
            }
        } else {
            new |= self.take(to, batches.clone())?;
        }
        if let How::Twice = how
            && self.take(to, batches)?
        {
            return Err("what came twice was new twice".into());
        }
        Ok(new)
    }

    /// What of the logs that one holds concerns the other, who only drops there.
    fn notices(&self, from: usize, to: usize, shared: &[Shared]) -> Result<Vec<ReceivedEntry>, String> {
        let source = self.archive(from);
        let mut notices = Vec::new();
        for shared in shared {
            let Some(only) = shared.only.filter(|only| to != RELAY && *only == self.ids[to]) else {
                continue;
            };
            let ids = source
                .notices_for(&shared.book, &only)
                .map_err(|e| e.to_string())?;
            for id in ids {
                let entry = source.store().entry(&id).map_err(|e| e.to_string())?;
                notices.extend(entry.map(|entry| ReceivedEntry {
                    envelope: entry.envelope,
                    payload: entry.payload.held(),
                }));
            }
        }
        Ok(notices)
    }

    pub(super) fn archive(&self, place: usize) -> &Archive {
        if place == RELAY {
            self.relay()
        } else {
            self.device(place).station().archive()
        }
    }

    /// By log, what one holds, the other may hold, and does not (or all of it, where things are to come twice).
    pub(super) fn lacking(
        &self,
        from: usize,
        to: usize,
        shared: &[Shared],
        how: How,
    ) -> Result<Vec<Vec<ReceivedEntry>>, String> {
        let (source, target) = (self.store(from), self.store(to));
        let error = |fault: sothon_store::Fault| fault.to_string();
        let bare = target.missing_payloads(None).map_err(error)?;
        let mut logs = Vec::new();
        for Shared { book, only, .. } in shared {
            for log in source.index().logs(book) {
                let mut entries = Vec::new();
                for entry in source
                    .entries_of_log(&log.key(), 0, usize::MAX >> 1)
                    .map_err(error)?
                {
                    let id = entry.envelope.id();
                    if only.is_some_and(|only| entry.envelope.header().device != only) {
                        continue;
                    }
                    let held = target.has(&id).map_err(error)? && !bare.contains(&id);
                    if held && !matches!(how, How::Twice) {
                        continue;
                    }
                    entries.push(ReceivedEntry {
                        envelope: entry.envelope,
                        payload: entry.payload.held(),
                    });
                }
                if !entries.is_empty() {
                    logs.push(entries);
                }
            }
        }
        Ok(logs)
    }
}
