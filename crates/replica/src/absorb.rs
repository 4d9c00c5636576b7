//! Taking in: what was stored is judged, opened and applied, and who listens is told.

use std::collections::BTreeSet;

use rand_core::CryptoRng;
use sothon_ledger::{BookId, Kind, payload};
use sothon_store::Row;

use crate::keeping::{AgreeKeys, MOST_KEYS};
use crate::live::{Live, Moved};
use crate::pending::saved;
use crate::replica::{Event, Replica, ReplicaError};
use crate::snapshot::DUE;
use crate::station::Taken;

/// How many entries are read from the store at a time.
const PAGE: usize = 512;

impl<R: CryptoRng> Replica<R> {
    /// Stores what came and takes it in. `at` is now in unix seconds.
    ///
    /// # Errors
    /// [`ReplicaError`] where what is stored could not be read again; what could not be stored is in the outcomes.
    pub fn take_in(&mut self, batches: Vec<sothon_sync::Batch>, at: i64) -> Result<Taken, ReplicaError> {
        let taken = self.station.take_in(batches, at, &mut self.rng);
        self.absorb(&taken)?;
        Ok(taken)
    }

    /// Takes in what [`crate::Station::take_in`] stored: judges, opens, applies, and tells who listens.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn absorb(&mut self, taken: &Taken) -> Result<(), ReplicaError> {
        let mut touched: BTreeSet<BookId> = BTreeSet::new();
        if taken.register_grew {
            // Books of a branch of the register that was not chosen are none.
            if let Some(register) = self.station.register() {
                self.books.retain(|id, _| register.rights().book(id).is_some());
            }
            // Before the entries: of a book that is new, what came earlier is read with what came now.
            self.open_new_books()?;
        }
        let mut files = BTreeSet::new();
        for id in &taken.entries {
            let Some(entry) = self.station.store().to_read(id)? else {
                continue;
            };
            let book = entry.envelope.header().book;
            if entry.envelope.header().kind == Kind::File {
                files.insert(book);
            }
            if self.live(book).is_some_and(|live| {
                live.take_stored(entry);
                true
            }) {
                touched.insert(book);
            }
        }
        if taken.register_grew {
            self.tell(Event::Register);
            touched.extend(self.books.keys());
        }
        if taken.wraps > 0 || taken.register_grew {
            touched.extend(
                self.books
                    .keys()
                    .filter(|id| self.books[*id].unopened().next().is_some()),
            );
        }
        self.settle(touched)?;
        self.refuse_saves(&taken.broken_saves);
        self.look_for_checkpoints()?;
        self.confirm_doubted()?;
        if taken.notices > 0 {
            self.read_notices()?;
            self.tell(Event::Delivery);
        }
        for book in files {
            self.tell(Event::Files(book));
        }
        self.keep_snapshots(DUE);
        Ok(())
    }

    /// Judges books again, opening what can be opened by now.
    pub(crate) fn settle(&mut self, mut books: BTreeSet<BookId>) -> Result<(), ReplicaError> {
        let Some(register) = self.station.register().cloned() else {
            return Ok(());
        };
        let device = self.device();
        let mut events = Vec::new();
        let mut reloaded = BTreeSet::new();
        let mut dummies = Vec::new();
        let settled = books.clone();
        let hoping: BTreeSet<BookId> = books.iter().filter(|id| self.hopes(id)).copied().collect();
        while let Some(id) = books.pop_first() {
            let Some(live) = self.books.get_mut(&id) else {
                continue;
            };
            let pending = saved(self.pending.get(&id));
            live.hopes = hoping.contains(&id);
            let was_readable = live.is_readable();
            let Moved {
                mut records,
                mut verdicts,
                mut rebuilt,
                mut lost,
                keys,
            } = live.settle(&register, &pending, device);
            for (device, stated) in keys {
                note_keys(self.agree.entry(device).or_default(), &stated);
            }
            // An epoch may just have become known whose wrap is here.
            if self.open_secrets(&id)? {
                if let Some(live) = self.books.get_mut(&id) {
                    let more = live.settle(&register, &pending, device);
                    records.extend(more.records);
                    rebuilt |= more.rebuilt;
                    lost |= more.lost;
                    verdicts |= more.verdicts;
                    for (device, stated) in more.keys {
                        note_keys(self.agree.entry(device).or_default(), &stated);
                    }
                }
                if !was_readable {
                    events.push(Event::Books);
                }
            }
            if rebuilt {
                self.actors.remove(&id);
            }
            if let Some(live) = self.books.get_mut(&id) {
                records = live.with_siblings(records);
                dummies.extend(live.read_dummies());
            }
            if lost && reloaded.insert(id) {
                if let Some(live) = self.books.get_mut(&id) {
                    *live = Live::new(live.open.clone());
                }
                self.read_entries(&[id].into())?;
                books.insert(id);
            }
            if !records.is_empty() {
                events.push(Event::Records {
                    book: id,
                    keys: records,
                });
            }
            if verdicts {
                events.push(Event::Delivery);
            }
        }
        self.note_read(&settled);
        if !dummies.is_empty() {
            self.station.archive.store_mut().drop_payloads(&dummies)?;
        }
        for event in events {
            self.tell(event);
        }
        Ok(())
    }

    fn live(&mut self, book: BookId) -> Option<&mut Live> {
        let open = self.station.register()?.rights().book(&book)?.open.clone();
        Some(self.books.entry(book).or_insert_with(|| Live::new(open)))
    }

    /// Books that the register opened since, and entries that had arrived before their book was known.
    fn open_new_books(&mut self) -> Result<(), ReplicaError> {
        let known: Vec<BookId> = match self.station.register() {
            Some(register) => register.rights().books().map(|(id, _)| *id).collect(),
            None => return Ok(()),
        };
        let new: BTreeSet<BookId> = known
            .into_iter()
            .filter(|id| !self.books.contains_key(id))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        for id in &new {
            let _ = self.live(*id);
        }
        if new
            .iter()
            .any(|id| self.station.store().index().logs(id).next().is_some())
        {
            self.read_entries(&new)?;
        }
        self.tell(Event::Books);
        Ok(())
    }

    pub(crate) fn read_entries(&mut self, of: &BTreeSet<BookId>) -> Result<(), ReplicaError> {
        let mut row = Row::default();
        loop {
            let page = self.station.store().to_read_since(row, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            row = last.row;
            for entry in page {
                let book = entry.envelope.header().book;
                if of.contains(&book)
                    && let Some(live) = self.live(book)
                {
                    live.take_stored(entry);
                }
            }
        }
    }

    /// Builds one book again from the store.
    pub(crate) fn reload(&mut self, book: BookId) -> Result<(), ReplicaError> {
        let Some(open) = self.books.get(&book).map(|live| live.open.clone()) else {
            return Ok(());
        };
        self.books.insert(book, Live::new(open));
        self.read_entries(&[book].into())?;
        self.settle([book].into())?;
        Ok(())
    }
}

/// Notes the agree keys that a device states. One whose disk was set back whole states others beside those that it has lost,
/// and nobody can tell which are the later ones.
fn note_keys(known: &mut AgreeKeys, stated: &payload::Keys) {
    for stated in &stated.keys {
        let keys = known.entry((stated.compartment, stated.year)).or_default();
        if !keys.contains(&stated.key) {
            keys.push(stated.key);
        }
        if keys.len() > MOST_KEYS {
            keys.remove(0);
        }
    }
}
