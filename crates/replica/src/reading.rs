//! Reading: records, history, conflicts, with who did it.

use rand_core::CryptoRng;
use sothon_book::{ActorId, ChangeHash, Conflict, HistoryStep};
use sothon_ledger::register::OpenBook;
use sothon_ledger::verdict::Verdicts;
use sothon_ledger::{BookId, DeviceId, Right};
use sothon_records::{RawRecord, RecordKey};

use crate::live::Live;
use crate::replica::{Replica, ReplicaError};

impl<R: CryptoRng> Replica<R> {
    /// All records of all books that this device can read.
    pub fn records(&self) -> impl Iterator<Item = (&OpenBook, RecordKey, RawRecord)> {
        self.books.values().flat_map(|live| {
            let all = self.counted_of(live);
            all.map(|(key, record)| (&live.open, key, record))
        })
    }

    /// All records of a book.
    pub fn records_of(&self, book: &BookId) -> impl Iterator<Item = (RecordKey, RawRecord)> {
        let live = self.books.get(book).into_iter();
        live.flat_map(|live| self.counted_of(live))
    }

    fn counted_of<'a>(&'a self, live: &'a Live) -> impl Iterator<Item = (RecordKey, RawRecord)> + 'a {
        live.read_all().map(|(key, record)| {
            let record = self.counting(live, &key, record);
            (key, record)
        })
    }

    /// A record, of which counts alone what was written in the office whose it is.
    pub fn record(&self, book: &BookId, key: &RecordKey) -> Option<RawRecord> {
        let live = self.books.get(book)?;
        Some(self.counting(live, key, live.read(key)?))
    }

    /// The books that hold a record with this key: one, or several after a move.
    pub fn books_with(&self, key: &RecordKey) -> Vec<BookId> {
        self.books
            .iter()
            .filter(|(_, live)| live.read(key).is_some())
            .map(|(id, _)| *id)
            .collect()
    }

    /// What the register says of a book.
    pub fn book_info(&self, book: &BookId) -> Option<&OpenBook> {
        self.books.get(book).map(|live| &live.open)
    }

    /// A record's history, oldest first.
    pub fn history(&self, book: &BookId, key: &RecordKey) -> Vec<HistoryStep> {
        self.books
            .get(book)
            .map(|live| live.book.history(key))
            .unwrap_or_default()
    }

    /// Whether a record was changed in a book after it was made there.
    pub fn is_changed(&self, book: &BookId, key: &RecordKey) -> bool {
        self.books.get(book).is_some_and(|live| live.book.is_changed(key))
    }

    /// All changes of a book, with their writers' clocks in Unix seconds; 0 = unknown.
    pub fn written(&self, book: &BookId) -> Vec<(ChangeHash, i64)> {
        let live = self.books.get(book);
        live.map(|live| live.book.written()).unwrap_or_default()
    }

    /// Whether who made a change of a book had another one of it then, or made it.
    pub fn knew(&self, book: &BookId, change: &ChangeHash, older: &ChangeHash) -> bool {
        let live = self.books.get(book);
        live.is_some_and(|live| live.book.knew(change, older))
    }

    /// The conflicts of all readable books.
    pub fn conflicts(&self) -> Vec<(BookId, Conflict)> {
        self.books
            .iter()
            .flat_map(|(id, live)| live.book.conflicts().into_iter().map(|conflict| (*id, conflict)))
            .collect()
    }

    /// Whether a record has conflicts. Costs a look into a set.
    pub fn is_disputed(&self, book: &BookId, key: &RecordKey) -> bool {
        let live = self.books.get(book);
        live.is_some_and(|live| live.book.disputed().contains(key))
    }

    /// The conflicts of one record.
    pub fn conflicts_of(&self, book: &BookId, key: &RecordKey) -> Vec<Conflict> {
        let live = self.books.get(book);
        live.map(|live| live.book.conflicts_of(key)).unwrap_or_default()
    }

    /// Which device wrote under an actor.
    pub fn author(&self, book: &BookId, actor: &ActorId) -> Option<DeviceId> {
        self.books.get(book)?.author(actor)
    }

    /// What entries and register say of every entry that is held of a book.
    pub fn verdicts(&self, book: &BookId) -> Option<Verdicts> {
        self.books.get(book).map(|live| live.judge.verdicts())
    }

    /// A book as a plain `.automerge` file, which any Automerge opens. The caller records the export.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn export_automerge(&self, book: &BookId) -> Result<Vec<u8>, ReplicaError> {
        let live = self
            .books
            .get(book)
            .filter(|live| live.is_readable() || (live.is_new() && self.may(book, Right::Read)))
            .ok_or(ReplicaError::CannotRead)?;
        live.book.export_automerge().map_err(|_| ReplicaError::Unusable)
    }
}
