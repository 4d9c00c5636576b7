//! What this device was told of books into which it only drops: which epoch to seal to, who received, who replied
//! (design.md §3.6). It holds none of the logs that these entries stand in, and judges them by what they show
//! (`sothon_ledger::outside`).

use rand_core::CryptoRng;
use sothon_ledger::outside::{Notice, Outside};
use sothon_ledger::{AgreeKey, BookId, EpochId, Height};

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

    /// The newest epoch of a book that is known, secret or not, and what drops are sealed to: never refused for its age.
    pub(crate) fn epoch_to_drop_to(&self, book: &BookId) -> Option<(EpochId, Height, AgreeKey)> {
        let judged = self.books.get(book).and_then(crate::live::Live::newest_epoch);
        let told = self.outside(book).and_then(|outside| outside.newest_epoch());
        let newest = judged.into_iter().chain(told);
        newest.max_by(|(a, x, _), (b, y, _)| x.cmp(y).then(b.cmp(a)))
    }
}
