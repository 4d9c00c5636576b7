//! Reading the register's operations, wraps and blobs.

use rusqlite::{OptionalExtension, Row as SqlRow, params};
use sothon_ledger::{BookId, Digest, EpochId, Height, Operation, OperationId, WrapId};

use crate::batch::Wrap;
use crate::fault::Fault;
use crate::open::Store;

impl Store {
    /// The operations from `from` on, by height; at one height, where the register is forked, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn operations(&self, from: Height) -> Result<Vec<Operation>, Fault> {
        self.conn
            .prepare_cached("SELECT bytes FROM operations WHERE height >= ?1 ORDER BY height, row")?
            .query_and_then([from.0 as i64], operation)?
            .collect()
    }

    /// One operation.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn operation(&self, id: &OperationId) -> Result<Option<Operation>, Fault> {
        self.conn
            .prepare_cached("SELECT bytes FROM operations WHERE id = ?1")?
            .query_and_then([id.0], operation)?
            .next()
            .transpose()
    }

    /// One wrap.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wrap(&self, id: &WrapId) -> Result<Option<Wrap>, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT id, book, epoch, receiver, bytes FROM wraps WHERE id = ?1")?
            .query_row([id.0], wrap)
            .optional()?)
    }

    /// All wraps for a receiver, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps_for(&self, to: &[u8; 32]) -> Result<Vec<Wrap>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT id, book, epoch, receiver, bytes FROM wraps WHERE receiver = ?1 ORDER BY row",
        )?;
        let rows = query.query_map([to], wrap)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All wraps of an epoch, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps_of(&self, book: &BookId, epoch: &EpochId) -> Result<Vec<Wrap>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT id, book, epoch, receiver, bytes FROM wraps WHERE book = ?1 AND epoch = ?2 ORDER BY row",
        )?;
        let rows = query.query_map(params![book.0, epoch.0], wrap)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All wraps, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps(&self) -> Result<Vec<Wrap>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT id, book, epoch, receiver, bytes FROM wraps ORDER BY row")?;
        let rows = query.query_map([], wrap)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A blob's bytes.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn blob(&self, id: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT bytes FROM blobs WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?)
    }

    /// Whether a blob is held.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn has_blob(&self, id: &Digest) -> Result<bool, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM blobs WHERE id = ?1")?
            .exists([id.0])?)
    }

    /// The blobs of a book with their sizes in bytes, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn blobs(&self, book: &BookId) -> Result<Vec<(Digest, u64)>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT id, size FROM blobs WHERE book = ?1 ORDER BY row")?;
        let rows = query.query_map([book.0], |row| {
            Ok((Digest(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn operation(row: &SqlRow<'_>) -> Result<Operation, Fault> {
    let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    Operation::parse(bytes).map_err(|error| Fault::Damaged(error.into()))
}

pub(crate) fn wrap(row: &SqlRow<'_>) -> rusqlite::Result<Wrap> {
    Ok(Wrap {
        id: WrapId(row.get(0)?),
        book: BookId(row.get(1)?),
        epoch: EpochId(row.get(2)?),
        to: row.get(3)?,
        bytes: row.get(4)?,
    })
}
