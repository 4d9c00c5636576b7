//! What this device was told of books into which it only drops: which epoch to seal to, who received, who replied
//! (design.md §3.6). It holds none of the logs that these entries stand in, and judges them by what they show
//! (`sothon_ledger::outside`).

use rand_core::CryptoRng;
use sothon_ledger::BookId;
use sothon_ledger::announced::{Announced, to_drop_to};
use sothon_ledger::outside::{Notice, Outside};

use crate::live::Live;
use crate::replica::{Replica, ReplicaError};

impl<R: CryptoRng> Replica<R> {
    /// Reads what the store has of notices.
    pub(crate) fn read_notices(&mut self) -> Result<(), ReplicaError> {
        self.notices.clear();
        let store = self.station.store();
        for book in store.noticed_books()? {
            let held = store.notices(&book)?.into_iter();
            let notices = held.filter_map(|(envelope, payload)| Notice::read(envelope, payload));
            self.notices.insert(book, notices.collect());
        }
        Ok(())
    }

    /// A book's notices, by what the register says now.
    pub(crate) fn outside(&self, book: &BookId) -> Option<Outside<'_>> {
        let notices = self.notices.get(book)?;
        Some(Outside::new(self.station.register()?, *book, notices))
    }

    /// What drops into a book are sealed to. Who reads it seals to what it can open, if that is fresh.
    pub(crate) fn epoch_to_drop_to(&self, book: &BookId) -> Option<Announced> {
        let register = self.station.register()?;
        let removal = register.rights().last_removal(book, register.effective_height());
        let live = self.books.get(book);
        let judged = live.into_iter().flat_map(Live::announced);
        let outside = self.outside(book);
        let told = outside.iter().flat_map(Outside::announced);
        let reads = live.filter(|_| self.counts_as_reader(book));
        let opens = |announced: &Announced| reads.is_some_and(|live| live.opens(announced));
        to_drop_to(judged.chain(told), removal, opens)
    }
}
