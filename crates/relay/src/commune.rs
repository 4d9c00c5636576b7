//! One commune at the relay: what is kept, who is served, how much is taken. Nothing here is judged or read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sothon_archive::{Archive, log_name, rights_of};
use sothon_ledger::serving::Party;
use sothon_ledger::{DeviceId, EntryId, Envelope, Kind, Root, TransportKey};
use sothon_net::{FromPeer, Host, StoreReport};
use sothon_store::{LogKey, PutError, Usage};
use sothon_sync::{
    Batch, Event, Limits, LogName, NotNowReason, PAYLOADS_OF_EACH, PeerRole, Rights, StoreOutcome, Wants,
};

use crate::folder::Quota;

const DAY_MS: u64 = 24 * 3600 * 1000;
/// The most bytes of a register that an unknown key may bring to a relay that has none.
const FIRST_REGISTER: u64 = 32 << 20;

/// What is counted of a commune, for whoever watches.
#[derive(Debug, Default)]
pub struct Gauges {
    /// The height of the register held.
    pub register_height: AtomicU64,
    /// Entries taken in since the start.
    pub entries: AtomicU64,
    /// Bytes of entries that are kept.
    pub bytes: AtomicU64,
    /// Entries not taken because of a quota.
    pub over_quota: AtomicU64,
    /// How often an entry named a register that nobody here has.
    pub register_behind: AtomicU64,
    /// Requests to be admitted that wait for the registrar.
    pub knocks: AtomicU64,
    /// Whether the last attempt to store failed.
    pub failing: AtomicBool,
}

/// The relay's host for one commune.
#[derive(Debug)]
pub struct Commune<C> {
    archive: Archive,
    quota: Quota,
    gauges: Arc<Gauges>,
    clock: C,
    /// Payloads to ask for; read again only when there are others.
    lacking: Vec<EntryId>,
    lacking_files: Vec<EntryId>,
}

impl<C: Fn() -> u64> Commune<C> {
    /// Serves what is in `archive` within `quota`; `clock` gives Unix milliseconds.
    pub fn new(archive: Archive, quota: Quota, clock: C) -> Self {
        let gauges = Arc::new(Gauges::default());
        let bytes = bytes_held(&archive);
        gauges.bytes.store(bytes, Ordering::Relaxed);
        gauges
            .knocks
            .store(archive.knock_count() as u64, Ordering::Relaxed);
        let mut commune = Commune {
            archive,
            quota,
            gauges,
            clock,
            lacking: Vec::new(),
            lacking_files: Vec::new(),
        };
        commune.look_for_lacking();
        commune.note_height();
        commune
    }

    /// What is kept.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// What is counted of it.
    pub fn gauges(&self) -> Arc<Gauges> {
        self.gauges.clone()
    }

    /// Keeps the requests in batches, and forgets old ones. Says whether any was new.
    fn hear_knocks(&mut self, batches: &mut [Batch], day: i64) -> Result<bool, PutError> {
        let knocks = batches
            .iter_mut()
            .flat_map(|batch| std::mem::take(&mut batch.knocks));
        let knocks: Vec<_> = knocks.collect();
        self.archive.forget_old_knocks(day)?;
        self.archive.take_knocks(knocks, day)
    }

    /// What cannot be read now is asked for when it can.
    fn look_for_lacking(&mut self) {
        let store = self.archive.store();
        self.lacking = store.payloads_to_ask(PAYLOADS_OF_EACH).unwrap_or_default();
        self.lacking_files = store.files_to_ask(PAYLOADS_OF_EACH).unwrap_or_default();
    }

    fn note_height(&self) {
        let height = self.archive.register().map_or(0, |register| register.height().0);
        self.gauges.register_height.store(height, Ordering::Relaxed);
    }
}

impl<C: Fn() -> u64 + Send + 'static> Host for Commune<C> {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.archive.root()
    }

    fn role(&self) -> PeerRole {
        PeerRole::Relay
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        read(&self.archive)
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        rights_of(&self.archive, Party::Relay, peer)
    }

    fn now_ms(&self) -> u64 {
        (self.clock)()
    }

    /// Payloads of entries that came without: who brought them did not hold them, or kept them back, and others would wait
    /// here for nothing.
    fn wants(&self) -> Wants {
        Wants {
            payloads: self.lacking.clone(),
            files: self.lacking_files.clone(),
            ..Wants::default()
        }
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if self.archive.register().is_none() {
            // Whoever comes first is unknown, and brings the register of many years.
            limits.unknown_bytes = FIRST_REGISTER;
        }
        limits
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let now = self.now_ms();
        let mut allowance = Allowance {
            quota: self.quota,
            day: i64::try_from(now / DAY_MS).unwrap_or(i64::MAX),
            until_tomorrow: (DAY_MS - now % DAY_MS).div_ceil(1000),
            total: self.gauges.bytes.load(Ordering::Relaxed),
            used: HashMap::new(),
            begun: HashSet::new(),
            refused: 0,
        };
        let day = allowance.day;
        let mut batches: Vec<_> = batches.into_iter().map(|from| from.batch).collect();
        let knocked = self.hear_knocks(&mut batches, day);
        let lacking = batches.iter().any(|batch| {
            !batch.payloads.is_empty() || batch.entries.iter().any(|entry| entry.payload.is_none())
        });
        let mut taken = self.archive.take_in(
            batches,
            &mut || None,
            Some(day),
            &mut |archive, envelope, size| allowance.admit(archive, envelope, size),
        );
        match knocked {
            Ok(knocks) => taken.changed.knocks = knocks,
            Err(error) => {
                // Nobody is told that it was heard.
                taken.outcomes.fill(StoreOutcome::Failed);
                taken.fault = taken.fault.or(Some(error));
            }
        }
        if lacking || !taken.put.payloads.is_empty() {
            self.look_for_lacking();
        }
        let failed = taken.outcomes.contains(&StoreOutcome::Failed);
        self.gauges.failing.store(failed, Ordering::Relaxed);
        if let Some(error) = &taken.fault {
            tracing::error!(commune = %short(self.root()), %error, "could not store");
        }
        if allowance.refused > 0 {
            tracing::warn!(commune = %short(self.root()), entries = allowance.refused, "over quota");
        }
        let added = taken.put.entries.len() as u64;
        let bytes = bytes_held(&self.archive);
        self.gauges.bytes.store(bytes, Ordering::Relaxed);
        self.gauges.entries.fetch_add(added, Ordering::Relaxed);
        self.gauges
            .over_quota
            .fetch_add(allowance.refused, Ordering::Relaxed);
        let knocks = self.archive.knock_count() as u64;
        self.gauges.knocks.store(knocks, Ordering::Relaxed);
        if taken.register_grew {
            self.note_height();
            let height = self.gauges.register_height.load(Ordering::Relaxed);
            tracing::info!(commune = %short(self.root()), height, "register grew");
        }
        tracing::debug!(commune = %short(self.root()), entries = added, "stored");
        StoreReport {
            changed: taken.changed,
            register_grew: taken.register_grew,
            outcomes: taken.outcomes,
        }
    }

    fn told(&mut self, peer: &TransportKey, event: &Event) {
        match event {
            Event::RegisterBehind { named, ours } => {
                self.gauges.register_behind.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(commune = %short(self.root()), %named, %ours, "the relay is behind");
            }
            Event::RegisterFork { common } => {
                tracing::error!(commune = %short(self.root()), %common, "the register is forked");
            }
            Event::Closed { reason, by_peer } => {
                tracing::info!(commune = %short(self.root()), ?peer, ?reason, by_peer, "session closed");
            }
            _ => {}
        }
    }
}

/// What counts against the commune's quota: entries and the saves of checkpoints.
fn bytes_held(archive: &Archive) -> u64 {
    let logs: u64 = archive.store().index().all().map(|log| log.bytes()).sum();
    // If it cannot be read, storing fails as well.
    logs + archive.store().blob_bytes().unwrap_or(0)
}

/// The first four bytes of a root: enough for a log, useless to who reads it.
pub fn short(root: Root) -> String {
    root.to_string().chars().take(8).collect()
}

/// What may still be taken today.
struct Allowance {
    quota: Quota,
    day: i64,
    until_tomorrow: u64,
    total: u64,
    used: HashMap<DeviceId, Usage>,
    /// Logs that began in these batches.
    begun: HashSet<LogName>,
    refused: u64,
}

impl Allowance {
    fn admit(&mut self, archive: &Archive, envelope: &Envelope, size: u64) -> Option<(NotNowReason, u64)> {
        let log = log_name(envelope);
        let used = self.used.entry(log.device).or_insert_with(|| {
            // If it cannot be read, storing will fail as well.
            (archive.store().usage_of_device(&log.device, self.day)).unwrap_or_default()
        });
        // A part of a save comes with the entry that names it, which is held already.
        let is_entry = !archive.store().has(&envelope.id()).unwrap_or(false);
        let key = LogKey {
            book: log.book,
            device: log.device,
            log: log.log,
        };
        let begins = is_entry && archive.store().index().log(&key).is_none() && !self.begun.contains(&log);
        let after = Usage {
            bytes: used.bytes + size,
            entries: used.entries + u64::from(is_entry),
            logs: used.logs + u64::from(begins),
        };
        let is_file = envelope.header().kind == Kind::File;
        // However many photos there are, and however small, what is written has room.
        let room = |most: u64| if is_file { most - most / 8 } else { most };
        if after.bytes > room(self.quota.device_day_bytes)
            || after.entries > room(self.quota.device_day_entries)
            || after.logs > room(self.quota.device_day_logs)
            || self.total + size > room(self.quota.total_bytes)
        {
            self.refused += 1;
            return Some((NotNowReason::Quota, self.until_tomorrow));
        }
        *used = after;
        self.total += size;
        if begins {
            self.begun.insert(log);
        }
        None
    }
}
