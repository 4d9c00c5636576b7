//! When each village was last heard from: every figure says how complete it is (indicator I51).

use std::collections::{BTreeMap, BTreeSet};

use rand_core::CryptoRng;
use sothon_ledger::{BookId, ChangeHash, DeviceId, EntryId, Scope};
use sothon_store::Row;

use crate::replica::{Replica, ReplicaError};

/// What came to a device after a moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// When anything first came to it, in unix seconds; `None`: nothing ever did.
    pub first: Option<i64>,
    /// The changes that were not here before, and when they came.
    pub changes: BTreeMap<(BookId, ChangeHash), i64>,
}

impl<R: CryptoRng> Replica<R> {
    /// By village: when an entry by one of its devices last came to this one, in unix seconds; for this device's own
    /// village, `now`. A village that is not here was never heard from.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn heard_from(&self, now: i64) -> Result<BTreeMap<u32, i64>, ReplicaError> {
        let mut heard = BTreeMap::new();
        let Some(register) = self.station().register() else {
            return Ok(heard);
        };
        let at = register.effective_height();
        let villages_of = |device: &DeviceId| -> Vec<u32> {
            let span = register.rights().device(device).and_then(|info| info.role_at(at));
            let scopes = span.map(|span| span.scopes.clone()).unwrap_or_default();
            let village = |scope| match scope {
                Scope::Village(number) => Some(number),
                _ => None,
            };
            scopes.into_iter().filter_map(village).collect()
        };
        for (device, time) in self.devices_heard_from()? {
            for village in villages_of(&device) {
                let last = heard.entry(village).or_insert(time);
                *last = time.max(*last);
            }
        }
        heard.extend(
            villages_of(&self.device())
                .into_iter()
                .map(|village| (village, now)),
        );
        Ok(heard)
    }

    /// When each of these entries came to this device, in unix seconds. What was written here, or came at a time that does
    /// not open, is not among them.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn arrived(&self, entries: &BTreeSet<EntryId>) -> Result<BTreeMap<EntryId, i64>, ReplicaError> {
        let mut arrived = BTreeMap::new();
        for arrival in self.station().store().arrivals(Row::default())? {
            let ids = arrival.ids.iter().filter(|id| entries.contains(id));
            let ids: Vec<EntryId> = ids.copied().collect();
            if ids.is_empty() {
                continue;
            }
            if let Ok(time) = arrival.open(&self.secrets.held) {
                arrived.extend(ids.into_iter().map(|id| (id, time)));
            }
        }
        Ok(arrived)
    }

    /// What came to this device after a moment, in unix seconds.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn came_after(&self, at: i64) -> Result<Came, ReplicaError> {
        let mut came = Came::default();
        let mut entries: BTreeMap<EntryId, i64> = BTreeMap::new();
        for arrival in self.station().store().arrivals(Row::default())? {
            let Ok(time) = arrival.open(&self.secrets.held) else {
                continue;
            };
            came.first = Some(came.first.map_or(time, |first| first.min(time)));
            if time > at {
                entries.extend(arrival.ids.iter().map(|id| (*id, time)));
            }
        }
        for (book, live) in &self.books {
            for (entry, time) in &entries {
                for change in live.carried(entry).unwrap_or_default() {
                    // A change in two entries was here with the first.
                    if self
                        .carriers(book, change)
                        .all(|other| entries.contains_key(&other))
                    {
                        let first = came.changes.entry((*book, *change)).or_insert(*time);
                        *first = (*time).min(*first);
                    }
                }
            }
        }
        Ok(came)
    }

    /// By device: when an entry by it last came to this one, in unix seconds. Nothing comes to a device from itself.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn devices_heard_from(&self) -> Result<BTreeMap<DeviceId, i64>, ReplicaError> {
        let mut heard = BTreeMap::new();
        for arrival in self.station().store().arrivals(Row::default())? {
            // A time that does not open is for `verify` to tell of.
            let Ok(time) = arrival.open(&self.secrets.held) else {
                continue;
            };
            for id in &arrival.ids {
                if let Some(envelope) = self.station().store().envelope(id)? {
                    let last = heard.entry(envelope.header().device).or_insert(time);
                    *last = time.max(*last);
                }
            }
        }
        Ok(heard)
    }
}
