//! Blobs: sealed files of records and full saves, named by their SHA-256. They come whole or in pieces, and the pieces
//! are kept until the whole can be checked, so that an interrupted session goes on where it was.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use sothon_ledger::{BookId, DeviceId, Digest, EntryId};

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

    /// The checkpoints of a book whose saves are held whole, those that came last at the end: entry, blob, size in bytes.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn checkpoints(&self, book: &BookId) -> Result<Vec<(EntryId, Digest, u64)>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT c.entry, c.blob, b.size FROM checkpoints c JOIN blobs b ON b.id = c.blob
             WHERE c.book = ?1 ORDER BY b.row",
        )?;
        let rows = query.query_map([book.0], |row| {
            let size: i64 = row.get(2)?;
            Ok((EntryId(row.get(0)?), Digest(row.get(1)?), size.unsigned_abs()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many bytes all blobs have, with what is here of those that are not whole.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn blob_bytes(&self) -> Result<u64, Fault> {
        let sum: i64 = self
            .conn
            .prepare_cached(
                "SELECT (SELECT coalesce(sum(size), 0) FROM blobs) +
                 (SELECT coalesce(sum(length(bytes)), 0) FROM blob_parts)",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(sum.unsigned_abs())
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
    pub(crate) fn blob(
        &mut self,
        id: &Digest,
        book: &BookId,
        of: Option<&EntryId>,
        bytes: &[u8],
    ) -> Result<bool, Fault> {
        let new = self
            .tx
            .prepare_cached(
                "INSERT INTO blobs (id, book, size, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![id.0, book.0, bytes.len() as i64, bytes])?;
        self.tx
            .prepare_cached("DELETE FROM blob_parts WHERE id = ?1")?
            .execute([id.0])?;
        if let Some(entry) = of {
            self.save_of(id, entry, book)?;
            self.supersede(entry, book)?;
        }
        if new == 1 {
            self.done.blobs.push(*id);
        }
        Ok(new == 1)
    }

    fn save_of(&self, blob: &Digest, entry: &EntryId, book: &BookId) -> Result<(), Fault> {
        self.tx
            .prepare_cached(
                "INSERT INTO checkpoints (blob, entry, book) VALUES (?1, ?2, ?3) ON CONFLICT (blob) DO NOTHING",
            )?
            .execute(params![blob.0, entry.0, book.0])?;
        Ok(())
    }

    /// Drops the saves of the other checkpoints of one device in a book.
    fn supersede(&self, by: &EntryId, book: &BookId) -> Result<(), Fault> {
        let others: Vec<Vec<u8>> = self
            .tx
            .prepare_cached(
                "SELECT c.blob FROM checkpoints c JOIN entries e ON e.id = c.entry JOIN logs l ON l.log = e.log
                 WHERE c.book = ?2 AND c.entry <> ?1 AND l.device =
                 (SELECT l.device FROM entries e JOIN logs l ON l.log = e.log WHERE e.id = ?1)",
            )?
            .query_map(params![by.0, book.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for blob in others {
            drop_blob(self.tx, &blob)?;
        }
        Ok(())
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
        if let Some(entry) = part.of.filter(|_| part.start == 0) {
            self.tx
                .prepare_cached(
                    "DELETE FROM blob_parts WHERE id IN (SELECT blob FROM checkpoints WHERE book = ?1)",
                )?
                .execute([part.book.0])?;
            self.save_of(&part.id, &entry, &part.book)?;
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
            self.blob(&part.id, &part.book, part.of.as_ref(), &whole)?;
        } else {
            drop_blob(self.tx, &part.id.0)?;
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

/// Drops a blob and what is here of it.
pub(crate) fn drop_blob(conn: &Connection, id: &[u8]) -> Result<usize, Fault> {
    for pieces in [
        "DELETE FROM blob_parts WHERE id = ?1",
        "DELETE FROM checkpoints WHERE blob = ?1",
    ] {
        conn.prepare_cached(pieces)?.execute([id])?;
    }
    Ok(conn
        .prepare_cached("DELETE FROM blobs WHERE id = ?1")?
        .execute([id])?)
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
