//! Looking at what was done and at what is held: acts, and whether every seal opens.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::CryptoRng;
use sothon_book::{ActId, ActSummary, ChangeHash};
use sothon_ledger::verdict::{Aside, Pending, Verdict};
use sothon_ledger::{BookId, EntryId, Height, Kind};
use sothon_records::RecordKey;
use sothon_store::{Fault, Row};

use crate::live::Live;
use crate::replica::Replica;

/// How many envelopes are read at a time.
const PAGE: usize = 512;

/// What checking the seals of a device found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seals {
    /// Entries that count.
    pub counting: usize,
    /// Entries that wait: for other entries, for the register, for a key that this device may never have.
    pub waiting: usize,
    /// Entries of readable books that do not count, and why.
    pub aside: Vec<(BookId, EntryId, Aside)>,
    /// Times of arrival that open.
    pub times: usize,
    /// Times of arrival that do not open: the store was changed.
    pub bad_times: usize,
}

/// What is here of a book, and what of it is known not to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Holding {
    /// Entries that are here.
    pub entries: u64,
    /// Entries that these build on and that are nowhere here: lost, or still on another device.
    pub missing: u64,
    /// Entries that are here without what they carry.
    pub hollow: u64,
}

impl<R: CryptoRng> Replica<R> {
    /// What is here of a book. One of which nothing is here was never written in, or is lost.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn holding(&self, book: &BookId) -> Result<Holding, Fault> {
        let store = self.station().store();
        let logs = store.index().logs(book);
        let mut holding = Holding {
            entries: logs.map(sothon_store::LogState::entries).sum(),
            missing: 0,
            hollow: store.missing_payloads(Some(book))?.len() as u64,
        };
        if let Some(live) = self.books.get(book) {
            if !self.being_checked().any(|checked| checked == *book) {
                // What a checkpoint says they carry is here.
                holding.hollow = holding.hollow.saturating_sub(live.covered().len() as u64);
            }
            let named = live.judge.set().iter().flat_map(|view| {
                let header = &view.header;
                header.after.iter().chain(&header.backlink).copied()
            });
            let missing: BTreeSet<EntryId> = named.filter(|id| live.view(id).is_none()).collect();
            holding.missing = missing.len() as u64;
        }
        Ok(holding)
    }

    /// How many entries of each book cannot be judged or opened yet.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn entries_waiting(&self) -> Result<BTreeMap<BookId, u64>, Fault> {
        let mut waiting: BTreeMap<BookId, u64> = BTreeMap::new();
        let mut row = Row::default();
        loop {
            let page = self.station.store().envelopes_since(row, PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(waiting);
            };
            row = *last;
            for (_, envelope) in &page {
                let book = envelope.header().book;
                // How far a drop of our own has come is told otherwise: this device never opens it.
                if envelope.header().kind == Kind::Drop && envelope.header().device == self.device() {
                    continue;
                }
                let live = self.books.get(&book);
                let verdict = live.and_then(|live| live.judge.verdict(&envelope.id()));
                if matches!(verdict, None | Some(Verdict::Pending(_))) {
                    *waiting.entry(book).or_default() += 1;
                }
            }
        }
    }

    /// The greatest height of the register above ours that an entry of an admitted device names: what was ordered there is kept
    /// back, or still on its way (threats A23).
    pub fn height_waited_for(&self) -> Option<Height> {
        let register = self.station.register()?;
        let (ours, rights) = (register.height(), register.rights());
        let waits = |live: &Live, entry: &EntryId, verdict: &Verdict| {
            let &Verdict::Pending(Pending::Height(height)) = verdict else {
                return None;
            };
            let header = &live.view(entry)?.header;
            let author = rights.device(&header.device)?;
            let counts = author.role_at(ours).is_some() && !register.is_dead(height, header.operation);
            counts.then_some(height)
        };
        let of_book = |live: &Live| {
            let verdicts = live.judge.verdicts();
            let heights = verdicts
                .iter()
                .filter_map(|(entry, verdict)| waits(live, entry, verdict));
            heights.max()
        };
        self.books.values().filter_map(of_book).max()
    }

    /// The acts of all readable books, newest first in each.
    pub fn acts(&self) -> Vec<(BookId, ActSummary)> {
        self.books
            .iter()
            .flat_map(|(id, live)| live.book.acts().into_iter().map(|act| (*id, act)))
            .collect()
    }

    /// The last acts that this device wrote, so many of each readable book; newest first in each.
    pub fn own_acts(&self, most: usize) -> Vec<(BookId, ActSummary)> {
        let own = self.device();
        let of_book = |(id, live): (&BookId, &Live)| {
            let acts = live
                .book
                .latest_acts(most, |actor| live.author(actor) == Some(own));
            acts.into_iter().map(|act| (*id, act)).collect::<Vec<_>>()
        };
        self.books.iter().flat_map(of_book).collect()
    }

    /// The records that changes of a book touched.
    pub fn records_touched(&self, book: &BookId, changes: &[ChangeHash]) -> Vec<RecordKey> {
        let touched = self
            .books
            .get(book)
            .map(|live| live.book.records_touched(changes));
        touched.into_iter().flatten().collect()
    }

    /// The records that an act touched in all readable books, each once.
    pub fn records_of_act(&self, act: &ActId) -> BTreeSet<RecordKey> {
        let books = self.books.values();
        books.flat_map(|live| live.book.records_of_act(act)).collect()
    }

    /// Looks at every verdict and opens every time of arrival. Payloads and wraps were opened when the device was, or when
    /// the snapshot was made that it came from; that payloads are the signed ones is for the store to check.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn check_seals(&self) -> Result<Seals, Fault> {
        let mut seals = Seals::default();
        let mut row = Row::default();
        loop {
            let page = self.station.store().envelopes_since(row, PAGE)?;
            let Some((last, _)) = page.last() else { break };
            row = *last;
            for (_, envelope) in &page {
                let (book, id) = (envelope.header().book, envelope.id());
                let Some(live) = self.books.get(&book) else {
                    seals.waiting += 1;
                    continue;
                };
                match live.judge.verdict(&id) {
                    Some(Verdict::Admitted(_)) => seals.counting += 1,
                    Some(Verdict::Aside(why)) => seals.aside.push((book, id, *why)),
                    Some(Verdict::Pending(_)) | None => seals.waiting += 1,
                }
            }
        }
        for arrival in self.station.store().arrivals(Row::default())? {
            match arrival.open(&self.secrets.held) {
                Ok(_) => seals.times += 1,
                Err(_) => seals.bad_times += 1,
            }
        }
        Ok(seals)
    }
}
