//! Files of records: entries whose payload is one, and what was attached here and is in no entry yet. Neither is read with
//! what entries say: a commune has thousands of photos.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use sothon_ledger::{BookId, Digest, EntryId, Kind, Seq};

use crate::batch::AttachedId;
use crate::entries::{Payload, halves, parse, payload};
use crate::fault::Fault;
use crate::index::{LogKey, Row};
use crate::open::Store;

/// Files, counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileSum {
    /// How many.
    pub count: usize,
    /// Their sealed bytes.
    pub bytes: u64,
}

impl std::ops::AddAssign for FileSum {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
    }
}

impl Store {
    /// The entries of a book whose payload is, by their envelopes, the file of this name, in the order of arrival. More than
    /// one where somebody has copied an envelope's word: their payloads are the same bytes.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn files(&self, book: &BookId, hash: &Digest) -> Result<Vec<EntryId>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT e.id FROM files f JOIN entries e ON e.row = f.row JOIN logs l ON l.log = e.log
             WHERE f.hash = ?1 AND l.book = ?2 ORDER BY f.row",
        )?;
        let rows = query.query_map([&hash.0[..], &book.0[..]], |row| row.get(0).map(EntryId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sealed bytes of a file of a book, if they are here: attached and in no entry yet, or an entry's payload.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn file(&self, book: &BookId, hash: &Digest) -> Result<Option<Vec<u8>>, Fault> {
        let mut attached = self
            .conn
            .prepare_cached("SELECT bytes FROM attached WHERE hash = ?1 AND book = ?2")?;
        let attached = attached
            .query_row([&hash.0[..], &book.0[..]], |row| row.get(0))
            .optional()?;
        if attached.is_some() {
            return Ok(attached);
        }
        let mut carried = self.conn.prepare_cached(
            "SELECT p.bytes, NULL FROM files f JOIN entries e ON e.row = f.row JOIN logs l ON l.log = e.log
             JOIN payloads p ON p.row = f.row WHERE f.hash = ?1 AND l.book = ?2 LIMIT 1",
        )?;
        let carried = carried
            .query_row([&hash.0[..], &book.0[..]], |row| payload(row, 0))
            .optional()?;
        Ok(carried.and_then(Payload::held))
    }

    /// The envelope of an entry that is a file, and whether the file is here.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn file_entry(&self, id: &EntryId) -> Result<Option<(Vec<u8>, bool)>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT e.envelope, EXISTS (SELECT 1 FROM payloads p WHERE p.row = e.row)
             FROM entries e JOIN files f ON f.row = e.row WHERE e.id = ?1",
        )?;
        let found = query.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }

    /// Whether any entry is a file.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn has_files(&self) -> Result<bool, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM files LIMIT 1")?
            .exists([])?)
    }

    /// The files that have not come, as [`Store::payloads_to_ask`] gives other payloads.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn files_to_ask(&self, of_each: usize) -> Result<Vec<EntryId>, Fault> {
        self.to_ask("IN", of_each)
    }

    /// Whether the first entry of a log is a file: then it is a log of files.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn begins_with_file(&self, key: &LogKey) -> Result<bool, Fault> {
        let Some(log) = self.index.log(key) else {
            return Ok(false);
        };
        let mut query = self.conn.prepare_cached(
            "SELECT 1 FROM entries e JOIN files f ON f.row = e.row WHERE e.log = ?1 AND e.seq = 0",
        )?;
        Ok(query.exists([log.number])?)
    }

    /// The place of the first file of a log that has not come.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn first_lacking_file(&self, key: &LogKey) -> Result<Option<Seq>, Fault> {
        let Some(log) = self.index.log(key) else {
            return Ok(None);
        };
        let seq: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT min(e.seq) FROM missing m JOIN files f ON f.row = m.row JOIN entries e ON e.row = m.row
                 WHERE e.log = ?1",
            )?
            .query_row([log.number], |row| row.get(0))?;
        Ok(seq.map(i64::unsigned_abs))
    }

    /// The attached files that nothing names yet: of each its number, its book and its name.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn unnamed(&self) -> Result<Vec<(AttachedId, BookId, Digest)>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT number, book, hash FROM attached WHERE named = 0 ORDER BY number")?;
        let rows = query.query_map([], |row| {
            Ok((AttachedId(row.get(0)?), BookId(row.get(1)?), Digest(row.get(2)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The files of a book that were attached, are named, and are in no entry yet.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn attached(&self, book: &BookId) -> Result<FileSum, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM attached WHERE book = ?1 AND named = 1",
        )?;
        Ok(query.query_row([book.0], sum)?)
    }

    /// The files of a log from `from` on that are here.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn files_from(&self, key: &LogKey, from: Seq) -> Result<FileSum, Fault> {
        let mut files = FileSum::default();
        let Some(log) = self.index.log(key) else {
            return Ok(files);
        };
        let mut query = self.conn.prepare_cached(
            "SELECT count(*), coalesce(sum(e.payload_size), 0) FROM files f JOIN entries e ON e.row = f.row
             WHERE e.log = ?1 AND e.seq BETWEEN ?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM missing m WHERE m.row = e.row)",
        )?;
        for (low, high) in halves(from) {
            files += query.query_row(params![log.number, low, high], sum)?;
        }
        Ok(files)
    }

    /// Of the files of a book that were attached, are named, and are in no entry yet, the first: its number and its sealed
    /// bytes.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn first_attached(&self, book: &BookId) -> Result<Option<(AttachedId, Vec<u8>)>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT number, bytes FROM attached WHERE book = ?1 AND named = 1 ORDER BY number LIMIT 1",
        )?;
        let first = query.query_row([book.0], |row| Ok((AttachedId(row.get(0)?), row.get(1)?)));
        Ok(first.optional()?)
    }
}

/// Reads a count and a sum of bytes.
fn sum(row: &SqlRow<'_>) -> rusqlite::Result<FileSum> {
    let (count, bytes): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(FileSum {
        count: usize::try_from(count).unwrap_or_default(),
        bytes: bytes.unsigned_abs(),
    })
}

/// Notes that the entry in a row is a file of this name.
pub(crate) fn note(conn: &Connection, row: Row, hash: &Digest) -> Result<(), Fault> {
    conn.prepare_cached("INSERT INTO files (row, hash) VALUES (?1, ?2)")?
        .execute(params![row.0, hash.0])?;
    Ok(())
}

/// Notes all files among the entries that are held.
pub(crate) fn note_all(conn: &Connection) -> Result<(), Fault> {
    let mut query = conn.prepare("SELECT row, envelope FROM entries")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        // What is damaged is found when it is read.
        if let Ok(envelope) = parse(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)
            && envelope.header().kind == Kind::File
        {
            note(conn, Row(row.get(0)?), &envelope.payload_hash())?;
        }
    }
    Ok(())
}
