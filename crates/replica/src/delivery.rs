//! How far records have come: four states, recomputed from receipts and heights, never remembered from a boast (A23).

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use serde::Serialize;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, ChangeHash, EntryId, Kind, LogId, Seq, TransportKey};
use sothon_records::RecordKey;
use sothon_store::LogKey;

use crate::live::{Live, is_at_commune};
use crate::replica::{Replica, ReplicaError};

/// How far something has come; the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Cần xem lại: pending or aside.
    HeldBack,
    /// Đã lưu trên máy: only on this device, as far as is known.
    OnDevice,
    /// Đã gửi: the relay holds it, by its word in the last session.
    AtRelay,
    /// Xã đã nhận: a device at the commune holds it, by its signed receipt.
    AtCommune,
}

/// A change of this device that is known to be nowhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unsent {
    /// The book.
    pub book: BookId,
    /// The change.
    pub change: sothon_book::ChangeHash,
    /// When it was written, by this device's clock in Unix seconds; 0 = unknown.
    pub time: i64,
}

/// Files that this device attached and that are not known to be at the commune.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OwnFiles {
    /// On this device alone, as far as is known: in no entry yet, or in one whose file no relay is known to hold.
    pub on_device: usize,
    /// A relay holds them, by its word in the last session.
    pub at_relay: usize,
}

impl<R: CryptoRng> Replica<R> {
    /// How far a record has come: as far as that change to it which has come least far. `None`: no such record.
    pub fn delivery(&self, book: &BookId, key: &RecordKey) -> Option<Delivery> {
        let live = self.books.get(book)?;
        let steps = live.book.history(key);
        steps
            .iter()
            .map(|step| self.change_delivery(book, &ChangeHash(step.change.0)))
            .min()
    }

    /// How far a change has come.
    pub fn change_delivery(&self, book: &BookId, change: &ChangeHash) -> Delivery {
        // A change in two entries has come as far as that which came farther.
        let carriers = self.carriers(book, change);
        let farthest = carriers.map(|entry| self.entry_delivery(book, &entry)).max();
        farthest.unwrap_or(Delivery::OnDevice)
    }

    /// How far an entry has come.
    pub fn entry_delivery(&self, book: &BookId, entry: &EntryId) -> Delivery {
        let Some(live) = self.books.get(book) else {
            return Delivery::OnDevice;
        };
        // A file is read whether or not its entry counts.
        let is_file = live
            .view(entry)
            .is_some_and(|view| view.header.kind == Kind::File);
        if !is_file && !live.judge.verdict(entry).is_some_and(Verdict::is_admitted) {
            return Delivery::HeldBack;
        }
        let Some(view) = live.view(entry) else {
            return Delivery::OnDevice;
        };
        let from_commune = self
            .station
            .register()
            .is_some_and(|register| is_at_commune(register, view));
        if from_commune || live.is_received(view) {
            Delivery::AtCommune
        } else if self.is_at_relay(book, entry) {
            Delivery::AtRelay
        } else {
            Delivery::OnDevice
        }
    }

    /// Whether a relay said in the last session with it that it holds an entry.
    pub fn is_at_relay(&self, book: &BookId, entry: &EntryId) -> bool {
        let Some(view) = self.books.get(book).and_then(|live| live.view(entry)) else {
            return false;
        };
        let log = LogKey {
            book: *book,
            device: view.header.device,
            log: view.header.log,
        };
        // That it holds a file's entry does not say that it holds the file.
        let relayed = match view.header.kind {
            Kind::File => &self.relayed_files,
            _ => &self.relayed,
        };
        let mut relays = relayed.values();
        relays.any(|held| held.get(&log).is_some_and(|held| *held >= view.header.seq))
    }

    /// The records of a book of which the commune does not have every change, and how far each has come: as far as that
    /// change which has come least far. Costs a look at each entry and what is on the way, not the book's changes.
    pub fn on_the_way(&self, book: &BookId) -> BTreeMap<RecordKey, Delivery> {
        let Some(live) = self.books.get(book) else {
            return BTreeMap::new();
        };
        // An entry that has come has brought all its changes: they are looked at one by one only in what has not.
        let on_the_way = live.all_carried().filter(|(entry, changes)| {
            !changes.is_empty() && self.entry_delivery(book, entry) != Delivery::AtCommune
        });
        self.least_far(
            book,
            live,
            on_the_way.flat_map(|(_, changes)| changes.iter().copied()),
        )
    }

    /// The same of what this device wrote, over all books. What is held back is in no book, and so in no record.
    pub fn own_on_the_way(&self) -> BTreeMap<(BookId, RecordKey), Delivery> {
        let mut found = BTreeMap::new();
        for (book, live) in &self.books {
            let own = |entry| {
                live.view(entry)
                    .is_some_and(|view| view.header.device == self.device())
            };
            let published = live.carriers.iter().filter(|(_, entry)| own(entry));
            let records = self.least_far(book, live, published.map(|(change, _)| *change));
            found.extend(records.into_iter().map(|(key, far)| ((*book, key), far)));
        }
        found
    }

    /// The records that published changes, and those in no entry yet, touched on their way to the commune.
    fn least_far(
        &self,
        book: &BookId,
        live: &Live,
        published: impl Iterator<Item = ChangeHash>,
    ) -> BTreeMap<RecordKey, Delivery> {
        let mut found = BTreeMap::new();
        let saved = self.pending.get(book).into_iter().flatten().map(|p| p.hash);
        for change in published.chain(saved) {
            let far = self.change_delivery(book, &change);
            if far == Delivery::AtCommune {
                continue;
            }
            for key in live.book.records_touched(&[sothon_book::ChangeHash(change.0)]) {
                let least = found.entry(key).or_insert(far);
                *least = far.min(*least);
            }
        }
        found
    }

    /// How many of this device's changes have come how far: on this device, at the relay, at the commune, held back.
    pub fn delivery_counts(&self) -> [usize; 4] {
        let held_back = self.held_back();
        let mut counts = [self.unpublished() - held_back, 0, 0, held_back];
        for (book, live) in &self.books {
            for (change, entry) in &live.carriers {
                if live
                    .view(entry)
                    .is_none_or(|view| view.header.device != self.device())
                {
                    continue;
                }
                let slot = match self.change_delivery(book, change) {
                    Delivery::OnDevice => 0,
                    Delivery::AtRelay => 1,
                    Delivery::AtCommune => 2,
                    Delivery::HeldBack => 3,
                };
                if let Some(count) = counts.get_mut(slot) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// This device's changes that are known to be nowhere else: in no entry yet, or in one that no relay and nobody at the
    /// commune is known to hold.
    pub fn unsent(&self) -> Vec<Unsent> {
        let mut found = Vec::new();
        for (book, live) in &self.books {
            let own = |entry| {
                live.view(entry)
                    .is_some_and(|view| view.header.device == self.device())
            };
            let published = live.carriers.iter().filter(|(change, entry)| {
                own(entry) && self.change_delivery(book, change) == Delivery::OnDevice
            });
            let saved = self.pending.get(book).into_iter().flatten().map(|p| &p.hash);
            for change in published.map(|(change, _)| change).chain(saved) {
                let change = sothon_book::ChangeHash(change.0);
                let time = live.book.facts(&change).map_or(0, |facts| facts.time);
                found.push(Unsent {
                    book: *book,
                    change,
                    time,
                });
            }
        }
        found
    }

    /// The files of this device that are on their way to the commune. What is written says nothing of them: both sides of a
    /// session hold the same entries long before the files have come. Costs what is on the way, not the book.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read: nothing is known of the files then.
    pub fn own_files(&self) -> Result<OwnFiles, ReplicaError> {
        let store = self.station.store();
        let mut files = OwnFiles::default();
        for (book, live) in &self.books {
            files.on_device += store.attached(book)?.count;
            for log in store.index().logs(book) {
                let key = log.key();
                if key.device != self.device() || !store.begins_with_file(&key)? {
                    continue;
                }
                let from = live.received_below(&key.device, &key.log);
                for place in store.places_in_log(&key, from, usize::MAX >> 1)? {
                    match self.entry_delivery(book, &place.id) {
                        Delivery::HeldBack | Delivery::OnDevice => files.on_device += 1,
                        Delivery::AtRelay => files.at_relay += 1,
                        Delivery::AtCommune => {}
                    }
                }
            }
        }
        Ok(files)
    }

    /// What a relay holds by its word, where only one device has a log of that id.
    pub fn relay_holds(&mut self, holds: impl IntoIterator<Item = (BookId, LogId, Seq)>) {
        let named = |(book, log, seq): (BookId, LogId, Seq)| {
            let mut logs = self.station.store().index().logs(&book).map(|state| state.key());
            let key = logs.find(|key| key.log == log)?;
            logs.all(|other| other.log != log).then_some((key, seq))
        };
        let holds: Vec<(LogKey, Seq)> = holds.into_iter().filter_map(named).collect();
        self.relay_says(&TransportKey([0; 32]), holds);
    }

    /// That relay says that it holds the files of these, too.
    pub fn relay_holds_files(&mut self) {
        self.relay_has_files(&TransportKey([0; 32]));
    }

    /// What a relay says in a session that it holds; what it said of these logs before no longer counts.
    pub(crate) fn relay_says(
        &mut self,
        relay: &TransportKey,
        holds: impl IntoIterator<Item = (LogKey, Seq)>,
    ) {
        self.relayed.entry(*relay).or_default().extend(holds);
        self.tell(crate::replica::Event::Delivery);
    }

    /// What a relay said before no longer counts, but of some logs.
    pub(crate) fn relay_forgets(&mut self, relay: &TransportKey, but: impl Fn(&LogKey) -> bool) {
        if let Some(said) = self.relayed.get_mut(relay) {
            said.retain(|log, _| but(log));
        }
        self.relayed_files.remove(relay);
    }

    /// A relay says that it holds the files of all entries that it holds, as far as they are here.
    pub(crate) fn relay_has_files(&mut self, relay: &TransportKey) {
        let said = self.relayed.get(relay).cloned().unwrap_or_default();
        self.relayed_files.insert(*relay, said);
        self.tell(crate::replica::Event::Delivery);
    }

    /// What the relays said before no longer counts.
    pub fn forget_relay(&mut self) {
        self.relayed.clear();
        self.relayed_files.clear();
    }
}
