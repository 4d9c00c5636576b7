//! When each village was last heard from: every figure says how complete it is (indicator I51).

use std::collections::{BTreeMap, BTreeSet};

use rand_core::CryptoRng;
use sothon_ledger::{DeviceId, EntryId, Scope};
use sothon_store::Row;

use crate::replica::{Replica, ReplicaError};

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
