//! Which entries concern those who only drop into a book: found in memory, since every session with such a device asks.
//!
//! Of the receipts of one log only the last that covers a log is served: it says all that those before it said of it.

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::serving::Concern;
use sothon_ledger::{BookId, DeviceId, EntryId, Envelope, LogId, Register, Right, Seq};
use sothon_store::{Fault, Store};

/// How many entries of a log are read at once.
const PAGE: usize = 256;

/// The entries of some books that concern who only drops there.
#[derive(Debug, Default)]
pub(crate) struct Concerns {
    books: BTreeMap<BookId, OfBook>,
}

#[derive(Debug, Default)]
struct OfBook {
    everybody: BTreeSet<EntryId>,
    /// What each answers.
    replies: BTreeMap<EntryId, Vec<EntryId>>,
    /// By the log that is covered.
    receipts: BTreeMap<LogId, LastReceipts>,
}

/// By the log that they stand in: the last one of each.
type LastReceipts = BTreeMap<(DeviceId, LogId), (Seq, EntryId)>;

impl Concerns {
    /// Whether a book is looked after here.
    pub(crate) fn has(&self, book: &BookId) -> bool {
        self.books.contains_key(book)
    }

    /// Looks after a book from now on.
    pub(crate) fn open(&mut self, book: BookId) {
        self.books.entry(book).or_default();
    }

    /// Takes an entry in, in any order; twice is once.
    pub(crate) fn add(&mut self, envelope: &Envelope, payload: &[u8]) {
        let header = envelope.header();
        let Some(of_book) = self.books.get_mut(&header.book) else {
            return;
        };
        let id = envelope.id();
        match Concern::of(header, payload) {
            Some(Concern::Everybody) => {
                of_book.everybody.insert(id);
            }
            Some(Concern::WhoWrote(entries)) => {
                of_book.replies.insert(id, entries);
            }
            Some(Concern::Whose(heads)) => {
                for head in heads {
                    let by_log = of_book.receipts.entry(head.log).or_default();
                    let last = by_log
                        .entry((header.device, header.log))
                        .or_insert((header.seq, id));
                    *last = (*last).max((header.seq, id));
                }
            }
            None => {}
        }
    }

    /// What concerns a device that wrote these logs of a book, and the entries of which `wrote` says so.
    pub(crate) fn of(
        &self,
        book: &BookId,
        logs: &BTreeSet<LogId>,
        wrote: impl Fn(&EntryId) -> Result<bool, Fault>,
    ) -> Result<BTreeSet<EntryId>, Fault> {
        let Some(of_book) = self.books.get(book) else {
            return Ok(BTreeSet::new());
        };
        let mut out = of_book.everybody.clone();
        for (reply, answered) in &of_book.replies {
            for id in answered {
                if wrote(id)? {
                    out.insert(*reply);
                    break;
                }
            }
        }
        let receipts = logs.iter().filter_map(|log| of_book.receipts.get(log));
        out.extend(receipts.flat_map(|last| last.values().map(|(_, id)| *id)));
        Ok(out)
    }
}

/// Reads from the store what of a book concerns who only drops there: the logs of those who could ever read or write it.
pub(crate) fn read(
    store: &Store,
    register: &Register,
    book: &BookId,
    into: &mut Concerns,
) -> Result<(), Fault> {
    let at = register.effective_height();
    let could = |device: &DeviceId, right| !register.rights().grants(device, book, right, at).is_empty();
    into.open(*book);
    for log in store.index().logs(book) {
        let key = log.key();
        if !could(&key.device, Right::Read) && !could(&key.device, Right::Write) {
            continue;
        }
        let mut from = 0;
        loop {
            let page = store.entries_of_log(&key, from, PAGE)?;
            let Some(last) = page.last() else { break };
            // Entries of one seq beyond a page are a fork of hundreds: nobody is served them.
            from = last.envelope.header().seq.saturating_add(1);
            for entry in page {
                if let Some(payload) = entry.payload.held() {
                    into.add(&entry.envelope, &payload);
                }
            }
        }
    }
    Ok(())
}
