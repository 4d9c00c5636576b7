//! What the view is told: a record as it now stands in one book, and when a village was last heard from.

use serde::Serialize;
use sothon_records::{RawRecord, RecordKey, Shelf};

/// A book, as its owner names it. The view only compares it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(transparent)]
pub struct BookRef(pub [u8; 16]);

/// Whose book it is, or where something belongs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The commune as a whole.
    Commune,
    /// A village, by the number of its scope. The fixed code of its record (R74) is that number, or ends in a dash and it
    /// (`quang-trung-6`).
    Village(u32),
    /// A unit, by the number of its scope; the fixed code of its record (R68) says it in the same way.
    Unit(u32),
}

/// A book that this device can read, empty or not. What no book is open for shows as "chưa có số liệu", not as 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenBook {
    /// The book.
    pub book: BookRef,
    /// Its row in the table of books.
    pub shelf: Shelf,
    /// Whose it is.
    pub place: Place,
    /// The year of the volume.
    pub year: u32,
}

/// A record as it now stands in one book.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The book.
    pub book: BookRef,
    /// The book's row in the table of books.
    pub shelf: Shelf,
    /// Whose book it is.
    pub place: Place,
    /// The year of the volume.
    pub year: u32,
    /// The record's key.
    pub key: RecordKey,
    /// What it holds; `None`: it is no longer in this book (what brought it does not count any more).
    pub record: Option<RawRecord>,
}

impl Change {
    /// The book of the change.
    pub fn open_book(&self) -> OpenBook {
        OpenBook {
            book: self.book,
            shelf: self.shelf,
            place: self.place,
            year: self.year,
        }
    }
}

/// How fresh a village's data are (I51), as the replica knows from receipts and heights.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Freshness {
    /// The village's number.
    pub village: u32,
    /// When something of it was last received, in unix seconds; `None`: never.
    pub last_received: Option<i64>,
    /// How many of its entries are known of and not here yet, or held back.
    pub pending: u64,
}
