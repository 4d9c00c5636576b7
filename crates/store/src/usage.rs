//! How much a device has stored in a book on a day: what a relay's quotas are read from (threats.md A27).

use rusqlite::{OptionalExtension, Row as SqlRow, params};
use sothon_ledger::{BookId, DeviceId};

use crate::fault::Fault;
use crate::open::Store;

/// What was taken in from one author, in one book, on one day or over some days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Envelopes, signed payloads (held or not) and blobs, in bytes.
    pub bytes: u64,
    /// New entries.
    pub entries: u64,
    /// New logs.
    pub logs: u64,
}

impl Store {
    /// What `device` (as author, whoever carried it) has had stored in `book` on `day`.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn usage(&self, device: &DeviceId, book: &BookId, day: i64) -> Result<Usage, Fault> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT bytes, entries, logs FROM usage WHERE day = ?1 AND device = ?2 AND book = ?3",
            )?
            .query_row(params![day, device.0, book.0], usage)
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// What `device` has had stored on `day` in all books together.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn usage_of_device(&self, device: &DeviceId, day: i64) -> Result<Usage, Fault> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(sum(bytes), 0), coalesce(sum(entries), 0), coalesce(sum(logs), 0) FROM usage WHERE day = ?1 AND device = ?2",
            )?
            .query_row(params![day, device.0], usage)?)
    }

    /// Forgets the counts of the days before `day`.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn forget_usage_before(&mut self, day: i64) -> Result<(), Fault> {
        self.conn.execute("DELETE FROM usage WHERE day < ?1", [day])?;
        Ok(())
    }
}

fn usage(row: &SqlRow<'_>) -> rusqlite::Result<Usage> {
    let count = |at| row.get::<_, i64>(at).map(i64::unsigned_abs);
    Ok(Usage {
        bytes: count(0)?,
        entries: count(1)?,
        logs: count(2)?,
    })
}
