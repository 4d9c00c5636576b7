//! Reading what a device keeps for itself: unpublished changes, snapshots, settings, drafts, hints. All of it is sealed.

use rusqlite::{OptionalExtension, params};
use sothon_ledger::BookId;

use crate::batch::{Sealed, Shelf, UnpublishedId};
use crate::fault::Fault;
use crate::index::Row;
use crate::open::Store;

/// A saved change that is in no entry yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unpublished {
    /// Its number.
    pub id: UnpublishedId,
    /// The book.
    pub book: BookId,
    /// The change.
    pub sealed: Sealed,
}

/// A book as it stood with all entries up to a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The last row that is in it.
    pub upto: Row,
    /// The book.
    pub sealed: Sealed,
}

impl Store {
    /// The unpublished changes of all books, in the order of saving.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn unpublished(&self) -> Result<Vec<Unpublished>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT number, book, sealed FROM unpublished ORDER BY number")?;
        let rows = query.query_map([], |row| {
            Ok(Unpublished {
                id: UnpublishedId(row.get(0)?),
                book: BookId(row.get(1)?),
                sealed: Sealed(row.get(2)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A book's snapshot.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn snapshot(&self, book: &BookId) -> Result<Option<Snapshot>, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT upto, sealed FROM snapshots WHERE book = ?1")?
            .query_row([book.0], |row| {
                Ok(Snapshot {
                    upto: Row(row.get(0)?),
                    sealed: Sealed(row.get(1)?),
                })
            })
            .optional()?)
    }

    /// What is kept under a key.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn kept(&self, shelf: Shelf, key: &[u8]) -> Result<Option<Sealed>, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT sealed FROM kept WHERE shelf = ?1 AND key = ?2")?
            .query_row(params![shelf.code(), key], |row| row.get(0).map(Sealed))
            .optional()?)
    }

    /// All that is kept on a shelf, by key.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn all_kept(&self, shelf: Shelf) -> Result<Vec<(Vec<u8>, Sealed)>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT key, sealed FROM kept WHERE shelf = ?1 ORDER BY key")?;
        let rows = query.query_map([shelf.code()], |row| Ok((row.get(0)?, Sealed(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
