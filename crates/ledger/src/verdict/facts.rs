//! What is known of payloads, as plain values: `ledger` knows neither Automerge nor what a record is.

use std::collections::HashMap;

use crate::cbor;
use crate::entry::Kind;
use crate::ids::{Actor, ChangeHash, DeviceId, EntryId, Height};
use crate::payload;

/// A change, as `book` read it from a payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeFact {
    /// Its hash.
    pub hash: ChangeHash,
    /// Its actor. Whoever hands in the fact has checked that the actor belongs to the entry's device (§3.2).
    pub actor: Actor,
    /// Its number among the actor's changes, from 1.
    pub seq: u64,
    /// The changes that it stands on.
    pub deps: Vec<ChangeHash>,
}

/// The code with which a payload is refused that is not what its kind says.
pub const BAD_FORM: u32 = 0;

/// What is known of an entry's payload. An entry of which nothing is said is [`Fact::Missing`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Fact {
    /// The payload is not held.
    Missing,
    /// The payload is held, and we have no secret for it: the entry is judged by its envelope only.
    Unreadable,
    /// A used checkpoint covers the entry: counts as held, judged by its envelope only.
    Covered,
    /// The gate, or the form of a payload ([`BAD_FORM`]), refuses it, for this reason (a code of who refused).
    Refused(u32),
    /// Read, and the gate cannot say yet: it waits for changes that these stand on.
    Waiting(Vec<ChangeFact>),
    /// Read and passed by the gate: the changes of an entry of kind changes or drop, each after what it stands on.
    Changes(Vec<ChangeFact>),
    /// An epoch for the readers at this height. The epoch's id is in the header.
    Epoch {
        /// The height whose readers it is for.
        height: Height,
    },
    /// A reader's yes for a device.
    Yes {
        /// The device.
        device: DeviceId,
    },
    /// Read and right; nothing in it concerns a verdict (checkpoint, keys, reply, receipt, final). A file counts as read also while its
    /// payload is not held.
    Read,
}

/// What is known of the payloads of a book.
#[derive(Clone, Default, Debug)]
pub struct Facts {
    by_entry: HashMap<EntryId, Fact>,
}

impl Facts {
    /// Nothing is known.
    pub fn new() -> Facts {
        Facts::default()
    }

    /// Says what is known of an entry's payload; what was said before no longer counts.
    pub fn insert(&mut self, entry: EntryId, fact: Fact) {
        self.by_entry.insert(entry, fact);
    }

    /// What is known of an entry's payload.
    pub fn get(&self, entry: &EntryId) -> &Fact {
        self.by_entry.get(entry).unwrap_or(&Fact::Missing)
    }

    /// Whether an entry can be judged by its envelope only, since its payload cannot be read here.
    pub fn envelope_only(&self, entry: &EntryId) -> bool {
        matches!(self.get(entry), Fact::Unreadable | Fact::Covered)
    }

    /// The changes that an entry carries, as far as the gate passed them.
    pub fn changes(&self, entry: &EntryId) -> &[ChangeFact] {
        match self.get(entry) {
            Fact::Changes(changes) => changes,
            _ => &[],
        }
    }
}

impl Fact {
    /// What the payload of a clear kind says. `None` for the sealed kinds.
    pub fn of_clear(kind: Kind, payload: &[u8]) -> Option<Fact> {
        let fact = match kind {
            Kind::Epoch => {
                cbor::decode::<payload::Epoch>(payload).map(|epoch| Fact::Epoch { height: epoch.height })
            }
            Kind::Yes => cbor::decode::<payload::Yes>(payload).map(|yes| Fact::Yes { device: yes.device }),
            Kind::Keys => cbor::decode::<payload::Keys>(payload).map(|_| Fact::Read),
            Kind::Receipt => cbor::decode::<payload::Receipt>(payload).map(|_| Fact::Read),
            Kind::Final => cbor::decode::<payload::Final>(payload).map(|_| Fact::Read),
            _ => return None,
        };
        Some(fact.unwrap_or(Fact::Refused(BAD_FORM)))
    }
}

impl FromIterator<(EntryId, Fact)> for Facts {
    fn from_iter<T: IntoIterator<Item = (EntryId, Fact)>>(facts: T) -> Self {
        Facts {
            by_entry: facts.into_iter().collect(),
        }
    }
}
