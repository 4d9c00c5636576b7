//! Notices: entries of others that are served, out of their logs, to who only drops into a book (design.md §3.6). They
//! have no place in the index, since what stands before them in their logs is not here and is not wanted.

use rusqlite::params;
use sothon_ledger::{BookId, Envelope};

use crate::fault::{Fault, PutError};
use crate::open::Store;
use crate::put::Writing;

impl Store {
    /// The notices of a book with their payloads, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn notices(&self, book: &BookId) -> Result<Vec<(Envelope, Vec<u8>)>, Fault> {
        self.conn
            .prepare_cached("SELECT envelope, payload FROM notices WHERE book = ?1 ORDER BY row")?
            .query_and_then([book.0], |row| {
                let envelope = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                Ok((crate::entries::parse(envelope)?, row.get(1)?))
            })?
            .collect()
    }

    /// The books of which notices are held.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn noticed_books(&self) -> Result<Vec<BookId>, Fault> {
        let mut query = self.conn.prepare_cached("SELECT DISTINCT book FROM notices")?;
        let rows = query.query_map([], |row| row.get(0).map(BookId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writing<'_> {
    /// Takes a notice; twice is once.
    pub(crate) fn notice(&mut self, envelope: &Envelope, payload: &[u8]) -> Result<(), PutError> {
        let id = envelope.id();
        envelope
            .check_payload(payload)
            .map_err(|_| PutError::Payload(id))?;
        let new = self
            .tx
            .prepare_cached(
                "INSERT INTO notices (id, book, envelope, payload) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![id.0, envelope.header().book.0, envelope.bytes(), payload])?;
        if new == 1 {
            self.done.notices.push(id);
        }
        Ok(())
    }
}
