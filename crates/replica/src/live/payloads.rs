//! What the payloads of entries say: opened under the book's secrets, passed by the gate, and told to the judge.

use std::collections::HashSet;

use sothon_book::{ActorId, GateError};
use sothon_ledger::payload::{self, Changes};
use sothon_ledger::verdict::{ChangeFact, Fact};
use sothon_ledger::{Actor, ChangeHash, EntryId, Envelope, Kind, cbor, seal};

use super::{Clear, Live, Waiting};
use crate::dropping::{drop_key, dropped_kind};

/// The payload does not open, or does not hold the fields of its kind.
pub(crate) const REFUSED_PAYLOAD: u32 = 1;
/// The changes of an entry have more operations together than one entry may have.
pub(crate) const REFUSED_TOO_MANY: u32 = 2;
/// The gate refuses a change.
pub(crate) const REFUSED_GATE: u32 = 3;
/// A change is by an actor that is not the device's.
pub(crate) const REFUSED_ACTOR: u32 = 4;

/// Not in the form of a drop.
pub(crate) const REFUSED_DROP: u32 = 5;

/// What is here of an entry's payload.
pub(super) enum Payload {
    Missing,
    Sealed(Vec<u8>),
    /// A snapshot has what is in it.
    Known(Vec<ChangeFact>),
}

impl Live {
    pub(super) fn open_waiting(&mut self) {
        self.shut = self
            .waiting
            .iter()
            .filter(|waiting| self.is_shut(waiting))
            .map(|w| w.envelope.id())
            .collect();
        loop {
            let mut progress = false;
            for _ in 0..self.waiting.len() {
                let Some(mut waiting) = self.waiting.pop_front() else {
                    break;
                };
                match self.fact(&mut waiting) {
                    // The judge is told, and it is tried again when something new has come.
                    Some(fact @ Fact::Waiting(_)) => {
                        waiting.told = true;
                        self.new_facts.push((waiting.envelope.id(), fact));
                        self.waiting.push_back(waiting);
                    }
                    Some(fact) => {
                        let id = waiting.envelope.id();
                        self.settled.insert(id);
                        self.waiting_kinds.remove(&id);
                        self.fresh.push(id);
                        self.new_facts.push((id, fact));
                        progress = true;
                    }
                    None => self.waiting.push_back(waiting),
                }
            }
            if !progress {
                self.tell_unreadable();
                return;
            }
        }
    }

    /// Says of what is held and cannot be opened yet that it is judged by its envelope: no secret for it is here, or for
    /// something that it builds on. Were only the first said, what an entry is called would depend on which came first.
    fn tell_unreadable(&mut self) {
        let hopes = self.hopes();
        for waiting in &mut self.waiting {
            let kind = waiting.envelope.header().kind;
            if hopes && !waiting.told && kind == Kind::Changes && matches!(waiting.payload, Payload::Missing)
            {
                waiting.told = true;
                self.new_facts.push((waiting.envelope.id(), Fact::Covered));
            }
            let sealed = matches!(kind, Kind::Changes | Kind::Drop);
            if sealed && !waiting.told && !matches!(waiting.payload, Payload::Missing) {
                waiting.told = true;
                self.new_facts.push((waiting.envelope.id(), Fact::Unreadable));
            }
        }
    }

    /// What the payload says, or `None` where it cannot be known yet.
    fn fact(&mut self, waiting: &mut Waiting) -> Option<Fact> {
        let envelope = &waiting.envelope;
        let header = envelope.header();
        if matches!(waiting.payload, Payload::Missing) {
            return None;
        }
        match header.kind {
            Kind::Epoch | Kind::Yes | Kind::Keys | Kind::Receipt | Kind::Final => match &waiting.payload {
                Payload::Sealed(payload) => Some(self.clear_fact(envelope, payload)),
                _ => None,
            },
            // Of what it stands on, little is here.
            Kind::Changes if self.hopes() => None,
            Kind::Changes | Kind::Drop => {
                let secret = header.epoch.as_ref().and_then(|epoch| self.secrets.get(epoch))?;
                // A payload is opened once all that it may build on was, as far as it can be.
                let mut before = header.after.iter().chain(header.backlink.iter());
                if !before.all(|id| self.is_passable(id)) {
                    return None;
                }
                let payload = match &mut waiting.payload {
                    Payload::Missing => return None,
                    Payload::Sealed(payload) => payload,
                    Payload::Known(facts) => {
                        let facts = std::mem::take(facts);
                        return Some(self.known_fact(envelope, facts));
                    }
                };
                let opened = if header.kind == Kind::Drop {
                    seal::open_drop(payload, envelope.header_bytes(), &secret.drop_key())
                } else {
                    seal::open_changes(payload, envelope.header_bytes(), secret)
                };
                if opened.as_ref().is_ok_and(is_dummy) && header.kind == Kind::Drop {
                    self.dummies.push(envelope.id());
                    self.carried.insert(envelope.id(), Vec::new());
                    return Some(Fact::Changes(Vec::new()));
                }
                Some(match opened {
                    Ok(changes) if header.kind == Kind::Drop && !self.is_drop(envelope, &changes) => {
                        Fact::Refused(REFUSED_DROP)
                    }
                    Ok(changes) => self.change_fact(envelope, changes),
                    Err(_) => Fact::Refused(REFUSED_PAYLOAD),
                })
            }
            // A checkpoint's or reply's payload is for those who ask for it; unknown kinds wait for an upgrade.
            _ => Some(Fact::Read),
        }
    }

    fn clear_fact(&mut self, envelope: &Envelope, payload: &[u8]) -> Fact {
        let id = envelope.id();
        let header = envelope.header();
        let (clear, fact) = match header.kind {
            Kind::Epoch => match (cbor::decode::<payload::Epoch>(payload), header.epoch) {
                (Ok(epoch), Some(of)) => {
                    self.stated.insert((of, epoch.height));
                    (Clear::Epoch(of, epoch), Fact::Epoch { height: epoch.height })
                }
                _ => return Fact::Refused(REFUSED_PAYLOAD),
            },
            Kind::Yes => match cbor::decode::<payload::Yes>(payload) {
                Ok(yes) => (Clear::Yes(yes.device), Fact::Yes { device: yes.device }),
                Err(_) => return Fact::Refused(REFUSED_PAYLOAD),
            },
            Kind::Keys => match cbor::decode::<payload::Keys>(payload) {
                Ok(keys) => (Clear::Keys(keys), Fact::Read),
                Err(_) => return Fact::Refused(REFUSED_PAYLOAD),
            },
            Kind::Receipt => match cbor::decode::<payload::Receipt>(payload) {
                Ok(receipt) => (Clear::Receipt(receipt.heads), Fact::Read),
                Err(_) => return Fact::Refused(REFUSED_PAYLOAD),
            },
            _ => return Fact::Read,
        };
        self.clear.insert(id, clear);
        fact
    }

    /// Whether what builds on an entry can be opened: it was opened itself, or carries nothing to stand on, or nobody
    /// gave us its secret. Were the last waited for, a writer who keeps the secret of an epoch to itself would shut
    /// everything that honest devices write later; what really stands on it waits at the gate.
    fn is_passable(&self, id: &EntryId) -> bool {
        self.settled.contains(id)
            || self.shut.contains(id)
            || self
                .waiting_kinds
                .get(id)
                .is_some_and(|kind| *kind != Kind::Changes)
    }

    /// Whether a payload is here and no secret for it.
    fn is_shut(&self, waiting: &Waiting) -> bool {
        let epoch = waiting.envelope.header().epoch;
        let opens = epoch.is_some_and(|epoch| self.secrets.contains_key(&epoch));
        !matches!(waiting.payload, Payload::Missing) && !opens
    }

    /// Whether changes keep to the form of a drop: one change making one record at the key that its author must use.
    fn is_drop(&self, envelope: &Envelope, changes: &Changes) -> bool {
        let header = envelope.header();
        let (Some(kind), [chunk], Some([nonce])) = (
            dropped_kind(self.open.kind),
            changes.chunks.as_slice(),
            changes.actors.as_deref(),
        ) else {
            return false;
        };
        let actor = nonce.actor(&header.book, &header.device);
        let expected = drop_key(kind, &header.device, &actor);
        sothon_book::check_drop(chunk, expected.id).is_ok_and(|(_, key)| key == expected)
    }

    fn change_fact(&mut self, envelope: &Envelope, changes: Changes) -> Fact {
        let header = envelope.header();
        let owned: HashSet<Actor> = changes
            .actors
            .iter()
            .flatten()
            .map(|r| r.actor(&header.book, &header.device))
            .collect();
        let mut facts = Vec::new();
        let mut operations = 0;
        let mut carried = Vec::new();
        // The gate remembers what it passes: it is not shown what somebody else made, whose own entry may be shut here still.
        let read = |chunk: &[u8]| sothon_book::ChangeFacts::read(chunk).ok();
        let mut known = changes.chunks.iter().filter_map(|chunk| read(chunk));
        if known.any(|facts| !owned.contains(&Actor(facts.actor.0))) {
            return Fact::Refused(REFUSED_ACTOR);
        }
        for chunk in &changes.chunks {
            let chunk: &[u8] = chunk;
            let passed = match self.gate.check(chunk) {
                Ok(passed) => passed,
                // What it stands on is in a drop whose payload has not come, or was named by nobody.
                Err(GateError::Missing(_)) => return waits(&changes),
                Err(_) => return Fact::Refused(REFUSED_GATE),
            };
            operations += passed.op_count();
            if operations > sothon_book::MAX_OPS as u64 {
                return Fact::Refused(REFUSED_TOO_MANY);
            }
            let hash = ChangeHash(passed.hash.0);
            self.note_carrier(envelope, passed.actor, hash);
            if !self.book.contains(&passed.hash) {
                self.chunks.insert(hash, chunk.to_vec());
            }
            carried.push(hash);
            facts.push(plain(&passed));
        }
        self.carried.insert(envelope.id(), carried);
        Fact::Changes(facts)
    }

    /// The same of an entry that a snapshot knows: its changes are in the document, and passed when it was made.
    fn known_fact(&mut self, envelope: &Envelope, facts: Vec<ChangeFact>) -> Fact {
        for fact in &facts {
            self.note_carrier(envelope, ActorId(fact.actor.0), fact.hash);
        }
        let carried = facts.iter().map(|fact| fact.hash).collect();
        self.carried.insert(envelope.id(), carried);
        Fact::Changes(facts)
    }

    fn note_carrier(&mut self, envelope: &Envelope, actor: ActorId, hash: ChangeHash) {
        self.authors.entry(actor).or_insert(envelope.header().device);
        let carrier = *self.carriers.entry(hash).or_insert(envelope.id());
        if carrier != envelope.id() {
            self.carriers_too.entry(hash).or_default().insert(envelope.id());
        }
    }
}

/// Whether a drop says that it is none.
fn is_dummy(changes: &Changes) -> bool {
    changes.chunks.is_empty() && changes.actors.is_none() && changes.replaces.is_none()
}

/// What the ledger is told of changes that the gate cannot judge yet.
fn waits(changes: &Changes) -> Fact {
    let read: Result<Vec<ChangeFact>, _> = changes
        .chunks
        .iter()
        .map(|chunk| sothon_book::ChangeFacts::read(chunk).map(|facts| plain(&facts)))
        .collect();
    match read {
        Ok(facts) => Fact::Waiting(facts),
        Err(_) => Fact::Refused(REFUSED_GATE),
    }
}

fn plain(facts: &sothon_book::ChangeFacts) -> ChangeFact {
    ChangeFact {
        hash: ChangeHash(facts.hash.0),
        actor: Actor(facts.actor.0),
        seq: facts.seq,
        deps: facts.deps.iter().map(|dep| ChangeHash(dep.0)).collect(),
    }
}
