//! Reading entries: by id, by log, in the order of arrival.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use sothon_ledger::{BookId, DeviceId, EntryId, Envelope, LogId, Seq};

use crate::fault::Fault;
use crate::held::Arrival;
use crate::index::{Index, LogKey, LogState, Row};
use crate::open::Store;

/// What is here of an entry's payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Payload {
    /// The sealed bytes.
    Held(Vec<u8>),
    /// It has not come yet.
    Missing,
    /// It was dropped, and will not be taken again.
    Dropped,
}

impl Payload {
    /// The sealed bytes, if they are here.
    pub fn held(self) -> Option<Vec<u8>> {
        match self {
            Payload::Held(bytes) => Some(bytes),
            Payload::Missing | Payload::Dropped => None,
        }
    }
}

/// An entry as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// Its place in the order of arrival.
    pub row: Row,
    /// The envelope; its signature was verified when it came.
    pub envelope: Envelope,
    /// The payload.
    pub payload: Payload,
}

/// An entry as it travels.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryBytes {
    /// The envelope.
    pub envelope: Vec<u8>,
    /// The sealed payload, if it is here.
    pub payload: Option<Vec<u8>>,
}

/// Where an entry stands, without its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its place in the order of arrival.
    pub row: Row,
    /// Its log.
    pub log: LogKey,
    /// Its place in the log.
    pub seq: Seq,
    /// Its id.
    pub id: EntryId,
    /// The entry before it.
    pub backlink: Option<EntryId>,
    /// The size of envelope and signed payload in bytes, whether the payload is held or not.
    pub bytes: u64,
}

impl Store {
    /// Whether an entry is held.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn has(&self, id: &EntryId) -> Result<bool, Fault> {
        Ok(self.row_of(id)?.is_some())
    }

    /// The row of an entry.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn row_of(&self, id: &EntryId) -> Result<Option<Row>, Fault> {
        Ok(self
            .conn
            .prepare_cached("SELECT row FROM entries WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0).map(Row))
            .optional()?)
    }

    /// An entry's envelope.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn envelope(&self, id: &EntryId) -> Result<Option<Envelope>, Fault> {
        let bytes: Option<Vec<u8>> = self
            .conn
            .prepare_cached("SELECT envelope FROM entries WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        bytes.map(|bytes| parse(&bytes)).transpose()
    }

    /// An entry's payload; `None` where the entry is not held.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn payload(&self, id: &EntryId) -> Result<Option<Payload>, Fault> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT p.bytes, m.row FROM entries e
                 LEFT JOIN payloads p ON p.row = e.row LEFT JOIN missing m ON m.row = e.row WHERE e.id = ?1",
            )?
            .query_row([id.0], |row| payload(row, 0))
            .optional()?)
    }

    /// An entry with its payload.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn entry(&self, id: &EntryId) -> Result<Option<StoredEntry>, Fault> {
        let mut found = self.entries_where("WHERE e.id = ?1", params![id.0])?;
        Ok(found.pop())
    }

    /// The bytes of an entry's envelope, and of its payload if that is here: what is sent on without being read.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn entry_bytes(&self, id: &EntryId) -> Result<Option<EntryBytes>, Fault> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT e.envelope, p.bytes FROM entries e LEFT JOIN payloads p ON p.row = e.row WHERE e.id = ?1",
            )?
            .query_row([id.0], |row| Ok(EntryBytes { envelope: row.get(0)?, payload: row.get(1)? }))
            .optional()?)
    }

    /// Up to `limit` entries that arrived after `row`, in the order of arrival; `Row::default()` to begin.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn since(&self, row: Row, limit: usize) -> Result<Vec<StoredEntry>, Fault> {
        self.entries_where(
            "WHERE e.row > ?1 ORDER BY e.row LIMIT ?2",
            params![row.0, limit as i64],
        )
    }

    /// The same, and an entry by its id, for who reads what entries say: the payloads of files stay where they are, as if they
    /// had not come.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn to_read_since(&self, row: Row, limit: usize) -> Result<Vec<StoredEntry>, Fault> {
        self.selected(
            TO_READ,
            "WHERE e.row > ?1 ORDER BY e.row LIMIT ?2",
            params![row.0, limit as i64],
        )
    }

    /// See [`Store::to_read_since`].
    ///
    /// # Errors
    /// [`Fault`].
    pub fn to_read(&self, id: &EntryId) -> Result<Option<StoredEntry>, Fault> {
        Ok(self.selected(TO_READ, "WHERE e.id = ?1", params![id.0])?.pop())
    }

    /// Up to `limit` envelopes that arrived after `row`, without payloads.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn envelopes_since(&self, row: Row, limit: usize) -> Result<Vec<(Row, Envelope)>, Fault> {
        self.conn
            .prepare_cached("SELECT row, envelope FROM entries WHERE row > ?1 ORDER BY row LIMIT ?2")?
            .query_and_then(params![row.0, limit as i64], |row| {
                Ok((
                    Row(row.get(0)?),
                    parse(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?,
                ))
            })?
            .collect()
    }

    /// The row of the entry that arrived last.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn last_row(&self) -> Result<Row, Fault> {
        let last: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(row) FROM entries")?
            .query_row([], |row| row.get(0))?;
        Ok(Row(last.unwrap_or_default()))
    }

    /// Up to `limit` entries of a log from `from` on, by seq; where it is forked, all branches.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn entries_of_log(&self, key: &LogKey, from: Seq, limit: usize) -> Result<Vec<StoredEntry>, Fault> {
        let Some(log) = self.index.log(key) else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        for (low, high) in halves(from) {
            let left = limit.saturating_sub(out.len()) as i64;
            out.extend(self.entries_where(
                "WHERE e.log = ?1 AND e.seq BETWEEN ?2 AND ?3 ORDER BY e.seq, e.row LIMIT ?4",
                params![log.number, low, high, left],
            )?);
        }
        Ok(out)
    }

    /// Where up to `limit` entries of a log from `from` on stand, by seq; where it is forked, all branches.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn places_in_log(&self, key: &LogKey, from: Seq, limit: usize) -> Result<Vec<Place>, Fault> {
        let Some(log) = self.index.log(key) else {
            return Ok(Vec::new());
        };
        let mut query = self.conn.prepare_cached(
            "SELECT row, seq, id, backlink, length(envelope) + payload_size FROM entries
             WHERE log = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq, row LIMIT ?4",
        )?;
        let mut out = Vec::new();
        for (low, high) in halves(from) {
            let left = limit.saturating_sub(out.len()) as i64;
            for place in query.query_map(params![log.number, low, high, left], |row| place(row, *key))? {
                out.push(place?);
            }
        }
        Ok(out)
    }

    /// The size in bytes of envelopes and signed payloads of a log from `from` on.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn bytes_from(&self, key: &LogKey, from: Seq) -> Result<u64, Fault> {
        let Some(log) = self.index.log(key) else {
            return Ok(0);
        };
        if from == 0 {
            return Ok(log.bytes());
        }
        let mut query = self.conn.prepare_cached(
            "SELECT coalesce(sum(length(envelope) + payload_size), 0) FROM entries
             WHERE log = ?1 AND seq BETWEEN ?2 AND ?3",
        )?;
        let mut bytes = 0;
        for (low, high) in halves(from) {
            bytes += query
                .query_row(params![log.number, low, high], |row| row.get::<_, i64>(0))?
                .unsigned_abs();
        }
        Ok(bytes)
    }

    /// Where an entry stands; `None` where it is not held.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn place(&self, id: &EntryId) -> Result<Option<Place>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT e.row, e.seq, e.id, e.backlink, length(e.envelope) + e.payload_size, l.book, l.device, l.name
             FROM entries e JOIN logs l ON l.log = e.log WHERE e.id = ?1",
        )?;
        Ok(query
            .query_row([id.0], |row| {
                let key = LogKey {
                    book: BookId(row.get(5)?),
                    device: DeviceId(row.get(6)?),
                    log: LogId(row.get(7)?),
                };
                place(row, key)
            })
            .optional()?)
    }

    /// The entries of a book, or of all, whose payload has not come, but for files, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn missing_payloads(&self, book: Option<&BookId>) -> Result<Vec<EntryId>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT e.id FROM missing m JOIN entries e ON e.row = m.row JOIN logs l ON l.log = e.log
             WHERE (?1 IS NULL OR l.book = ?1) AND m.row NOT IN (SELECT row FROM files) ORDER BY m.row",
        )?;
        let rows = query.query_map([book.map(|book| book.0)], |row| row.get(0).map(EntryId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The entries whose payload has not come and is worth asking for: of each author at most `of_each`, the last that came
    /// first, the authors in turn. So nobody's heap of entries without payloads takes the place of what others wrote. Files are
    /// asked for after all else ([`Store::files_to_ask`]).
    ///
    /// # Errors
    /// [`Fault`].
    pub fn payloads_to_ask(&self, of_each: usize) -> Result<Vec<EntryId>, Fault> {
        self.to_ask("NOT IN", of_each)
    }

    pub(crate) fn to_ask(&self, among_files: &str, of_each: usize) -> Result<Vec<EntryId>, Fault> {
        let mut query = self.conn.prepare_cached(&format!(
            "SELECT id FROM (
                 SELECT e.id AS id, m.row AS row, row_number() OVER (PARTITION BY l.device ORDER BY m.row DESC) AS turn
                 FROM missing m JOIN entries e ON e.row = m.row JOIN logs l ON l.log = e.log
                 WHERE m.row {among_files} (SELECT row FROM files)
             ) WHERE turn <= ?1 ORDER BY turn, row DESC"
        ))?;
        let rows = query.query_map([of_each as i64], |row| row.get(0).map(EntryId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sealed times of arrival of the entries after `row`, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn arrivals(&self, row: Row) -> Result<Vec<Arrival>, Fault> {
        let mut ids = self
            .conn
            .prepare_cached("SELECT id FROM entries WHERE row BETWEEN ?1 AND ?2 ORDER BY row")?;
        let mut query = self
            .conn
            .prepare_cached("SELECT first, last, sealed FROM arrivals WHERE last > ?1 ORDER BY first")?;
        let rows = query.query_map([row.0], |row| {
            let (first, last): (i64, i64) = (row.get(0)?, row.get(1)?);
            let ids = ids
                .query_map([first, last], |row| row.get(0).map(EntryId))?
                .collect::<Result<_, _>>()?;
            Ok(Arrival {
                first: Row(first),
                ids,
                root: self.root,
                sealed: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn entries_where(&self, clause: &str, params: impl rusqlite::Params) -> Result<Vec<StoredEntry>, Fault> {
        self.selected(WHOLE, clause, params)
    }

    fn selected(
        &self,
        select: &str,
        clause: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<StoredEntry>, Fault> {
        self.conn
            .prepare_cached(&format!("{select} {clause}"))?
            .query_and_then(params, |row| {
                Ok(StoredEntry {
                    row: Row(row.get(0)?),
                    envelope: parse(row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?)?,
                    payload: payload(row, 2)?,
                })
            })?
            .collect()
    }
}

/// Entries with all of their payloads.
const WHOLE: &str = "SELECT e.row, e.envelope, p.bytes, m.row FROM entries e
    LEFT JOIN payloads p ON p.row = e.row LEFT JOIN missing m ON m.row = e.row";
/// Entries without the payloads of files.
const TO_READ: &str = "SELECT e.row, e.envelope, p.bytes, coalesce(m.row, f.row) FROM entries e
    LEFT JOIN files f ON f.row = e.row
    LEFT JOIN payloads p ON p.row = e.row AND f.row IS NULL LEFT JOIN missing m ON m.row = e.row";

/// Builds the index from the entries in the order of their arrival.
pub(crate) fn load_index(conn: &Connection) -> Result<Index, Fault> {
    // Logs are numbered from 1 without a gap: they are never deleted.
    let mut logs: Vec<LogState> = Vec::new();
    let mut query = conn.prepare("SELECT log, book, device, name FROM logs ORDER BY log")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let key = LogKey {
            book: BookId(row.get(1)?),
            device: DeviceId(row.get(2)?),
            log: LogId(row.get(3)?),
        };
        logs.push(LogState::new(key, row.get(0)?));
    }
    let mut query = conn
        .prepare("SELECT log, seq, payload_size, id, backlink, length(envelope) FROM entries ORDER BY row")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let log: i64 = row.get(0)?;
        let seq: i64 = row.get(1)?;
        let bytes = row.get::<_, i64>(2)?.unsigned_abs() + row.get::<_, i64>(5)?.unsigned_abs();
        let id = EntryId(row.get(3)?);
        let backlink = row.get::<_, Option<[u8; 32]>>(4)?.map(EntryId);
        let at = log.checked_sub(1).and_then(|at| usize::try_from(at).ok());
        let state = at
            .and_then(|at| logs.get_mut(at))
            .filter(|state| state.number == log);
        let state = state.ok_or_else(|| Fault::Damaged("an entry of no log".into()))?;
        state.add(seq as Seq, id, backlink, bytes);
    }
    let mut index = Index::default();
    logs.into_iter().for_each(|state| index.set(state));
    Ok(index)
}

/// The range of seqs from `from` on, as SQLite orders them: those past its signed numbers come last.
pub(crate) fn halves(from: Seq) -> impl Iterator<Item = (i64, i64)> {
    let from = from as i64;
    let low = (from >= 0).then_some((from, i64::MAX));
    let high = if from >= 0 { (i64::MIN, -1) } else { (from, -1) };
    low.into_iter().chain([high])
}

fn place(row: &SqlRow<'_>, log: LogKey) -> rusqlite::Result<Place> {
    let seq: i64 = row.get(1)?;
    Ok(Place {
        row: Row(row.get(0)?),
        log,
        seq: seq as Seq,
        id: EntryId(row.get(2)?),
        backlink: row.get::<_, Option<[u8; 32]>>(3)?.map(EntryId),
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
    })
}

pub(crate) fn payload(row: &SqlRow<'_>, at: usize) -> rusqlite::Result<Payload> {
    let bytes: Option<Vec<u8>> = row.get(at)?;
    let missing: Option<i64> = row.get(at + 1)?;
    Ok(match (bytes, missing) {
        (Some(bytes), _) => Payload::Held(bytes),
        (None, Some(_)) => Payload::Missing,
        (None, None) => Payload::Dropped,
    })
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Envelope, Fault> {
    Envelope::parse_held(bytes).map_err(|error| Fault::Damaged(error.into()))
}
