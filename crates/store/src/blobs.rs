//! Blobs: sealed files of records and full saves, named by their SHA-256. They come whole or in pieces, and the pieces
//! are kept until the whole can be checked, so that an interrupted session goes on where it was.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use sothon_ledger::{BookId, DeviceId, Digest};

use crate::batch::BlobPart;
use crate::fault::Fault;
use crate::open::Store;
use crate::put::Writing;

impl Store {
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

    /// At most `max` bytes of a blob from `start` on.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn blob_part(&self, id: &Digest, start: u64, max: usize) -> Result<Option<Vec<u8>>, Fault> {
        let start = i64::try_from(start).unwrap_or(i64::MAX).saturating_add(1);
        Ok(self
            .conn
            .prepare_cached("SELECT substr(bytes, ?2, ?3) FROM blobs WHERE id = ?1")?
            .query_row(params![id.0, start, max as i64], |row| row.get(0))
            .optional()?)
    }

    /// The book and size in bytes of a blob that is held.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn blob_place(&self, id: &Digest) -> Result<Option<(BookId, u64)>, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT book, size FROM blobs WHERE id = ?1")?
            .query_row([id.0], |row| {
                Ok((BookId(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
            })
            .optional()?)
    }

    /// How many bytes of a blob have come while it is not whole: where the next piece has to begin.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn blob_progress(&self, id: &Digest) -> Result<u64, Fault> {
        blob_progress(&self.conn, id)
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

impl Writing<'_> {
    /// Takes a blob; whether it is new.
    pub(crate) fn blob(&mut self, id: &Digest, book: &BookId, bytes: &[u8]) -> Result<bool, Fault> {
        let new = self
            .tx
            .prepare_cached(
                "INSERT INTO blobs (id, book, size, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![id.0, book.0, bytes.len() as i64, bytes])?;
        self.tx
            .prepare_cached("DELETE FROM blob_parts WHERE id = ?1")?
            .execute([id.0])?;
        if new == 1 {
            self.done.blobs.push(*id);
        }
        Ok(new == 1)
    }

    /// Takes the next piece of a blob; the last one makes the blob of them all.
    pub(crate) fn blob_part(&mut self, part: &BlobPart) -> Result<(), Fault> {
        let held = self
            .tx
            .prepare_cached("SELECT 1 FROM blobs WHERE id = ?1")?
            .exists([part.id.0])?;
        if held || part.start != blob_progress(self.tx, &part.id)? {
            return Ok(());
        }
        self.tx
            .prepare_cached(
                "INSERT INTO blob_parts (id, start, book, size, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                part.id.0,
                part.start as i64,
                part.book.0,
                part.size as i64,
                part.bytes
            ])?;
        self.count_blob(part.by, part.book, part.bytes.len());
        if part.start.saturating_add(part.bytes.len() as u64) < part.size {
            return Ok(());
        }
        let mut query = self
            .tx
            .prepare_cached("SELECT bytes FROM blob_parts WHERE id = ?1 ORDER BY start")?;
        let pieces = query.query_map([part.id.0], |row| row.get::<_, Vec<u8>>(0))?;
        let whole = pieces.collect::<Result<Vec<_>, _>>()?.concat();
        if is_blob(&part.id, &whole) {
            self.blob(&part.id, &part.book, &whole)?;
        } else {
            self.tx
                .prepare_cached("DELETE FROM blob_parts WHERE id = ?1")?
                .execute([part.id.0])?;
            self.done.broken_blobs.push(part.id);
        }
        Ok(())
    }

    pub(crate) fn count_blob(&mut self, by: Option<DeviceId>, book: BookId, bytes: usize) {
        if let Some(device) = by {
            self.used.entry((device, book)).or_default().bytes += bytes as u64;
        }
    }
}

pub(crate) fn is_blob(id: &Digest, bytes: &[u8]) -> bool {
    Sha256::digest(bytes).as_slice() == id.0
}

fn blob_progress(conn: &Connection, id: &Digest) -> Result<u64, Fault> {
    let came: i64 = conn
        .prepare_cached("SELECT coalesce(max(start + length(bytes)), 0) FROM blob_parts WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    Ok(came.unsigned_abs())
}
