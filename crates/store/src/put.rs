//! Storing a batch: one transaction, one fsync, twice is once.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use sothon_ledger::register::MAX_OPERATION;
use sothon_ledger::{BookId, DeviceId, EntryId, Envelope, Kind, Operation, Root, Wrap, cbor};

use crate::batch::{Batch, Local, Put, UnpublishedId};
use crate::blobs::is_blob;
use crate::fault::{Fault, PutError};
use crate::held::{self, Stamp};
use crate::index::{Index, LogKey, LogState, Row};
use crate::open::Store;
use crate::usage::Usage;

impl Store {
    /// Stores a batch. When it returns, all of it is on the disk; what was there before is left as it is.
    ///
    /// # Errors
    /// [`PutError`]; nothing of the batch is stored then, and the store can be used on.
    pub fn put(&mut self, batch: Batch) -> Result<Put, PutError> {
        check(&batch)?;
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate)?;
        let mut writing = Writing {
            tx: &tx,
            index: &self.index,
            touched: HashMap::new(),
            used: HashMap::new(),
            done: Put::default(),
        };
        for operation in &batch.operations {
            writing.operation(operation)?;
        }
        for (envelope, payload) in &batch.entries {
            writing.entry(envelope, payload.as_deref())?;
        }
        for (id, payload) in &batch.payloads {
            writing.late_payload(id, payload)?;
        }
        for (envelope, payload) in &batch.notices {
            writing.notice(envelope, payload)?;
        }
        for wrap in &batch.wraps {
            writing.wrap(wrap)?;
        }
        for blob in &batch.blobs {
            if writing.blob(&blob.id, &blob.book, blob.of.as_ref(), &blob.bytes)? {
                writing.count_blob(blob.by, blob.book, blob.bytes.len());
            }
        }
        for part in &batch.blob_parts {
            writing.blob_part(part)?;
        }
        for local in &batch.local {
            writing.local(local)?;
        }
        if let Some(stamp) = batch.stamp {
            writing.stamp(stamp, &self.root)?;
        }
        if let Some(day) = batch.day {
            writing.charge(day)?;
        }
        let Writing { touched, done, .. } = writing;
        tx.commit()?;
        touched.into_values().for_each(|state| self.index.set(state));
        Ok(done)
    }
}

/// What can be seen without the disk.
fn check(batch: &Batch) -> Result<(), PutError> {
    for operation in &batch.operations {
        let bytes = operation.bytes().len();
        if bytes > MAX_OPERATION {
            let id = operation.id();
            return Err(PutError::Operation { id, bytes });
        }
    }
    for (envelope, payload) in &batch.entries {
        if let Some(payload) = payload {
            envelope
                .check_payload(payload)
                .map_err(|_| PutError::Payload(envelope.id()))?;
        }
    }
    for blob in &batch.blobs {
        if !is_blob(&blob.id, &blob.bytes) {
            return Err(PutError::Blob(blob.id));
        }
    }
    Ok(())
}

/// A batch on its way: the index is changed only once the disk has it.
pub(crate) struct Writing<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    index: &'a Index,
    touched: HashMap<LogKey, LogState>,
    pub(crate) used: HashMap<(DeviceId, BookId), Usage>,
    pub(crate) done: Put,
}

impl Writing<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<(), Fault> {
        let new = self
            .tx
            .prepare_cached(
                "INSERT INTO operations (height, id, previous, bytes) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                operation.height().0 as i64,
                operation.id().0,
                operation.previous().map(|id| id.0),
                operation.bytes()
            ])?;
        if new == 1 {
            self.done.operations.push(operation.id());
        }
        Ok(())
    }

    fn entry(&mut self, envelope: &Envelope, payload: Option<&[u8]>) -> Result<(), Fault> {
        let header = envelope.header();
        let id = envelope.id();
        if let Some(row) = self.row_of(&id)? {
            if let Some(payload) = payload
                && self.fill(row, payload)?
            {
                self.done.payloads.push(id);
            }
            return Ok(());
        }
        let size = envelope.bytes().len() as u64 + envelope.payload_len();
        let key = LogKey {
            book: header.book,
            device: header.device,
            log: header.log,
        };
        let log = self.log(key)?;
        log.add(header.seq, id, header.backlink, size);
        let number = log.number;
        self.tx
            .prepare_cached(
                "INSERT INTO entries (log, seq, payload_size, id, backlink, envelope)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                number,
                header.seq as i64,
                envelope.payload_len() as i64,
                id.0,
                header.backlink.map(|id| id.0),
                envelope.bytes()
            ])?;
        let row = Row(self.tx.last_insert_rowid());
        if header.kind == Kind::File {
            crate::files::note(self.tx, row, &envelope.payload_hash())?;
        }
        match payload {
            Some(payload) => self.insert_payload(row, payload)?,
            None => {
                self.tx
                    .prepare_cached("INSERT INTO missing (row) VALUES (?1)")?
                    .execute([row.0])?;
            }
        }
        let used = self.used.entry((header.device, header.book)).or_default();
        used.entries += 1;
        used.bytes += size;
        self.done.entries.push((row, id));
        Ok(())
    }

    /// The log's state as of this batch; a new log is written down.
    fn log(&mut self, key: LogKey) -> Result<&mut LogState, Fault> {
        use std::collections::hash_map::Entry;
        let slot = match self.touched.entry(key) {
            Entry::Occupied(slot) => return Ok(slot.into_mut()),
            Entry::Vacant(slot) => slot,
        };
        if let Some(state) = self.index.log(&key) {
            return Ok(slot.insert(state.clone()));
        }
        self.tx
            .prepare_cached("INSERT INTO logs (book, device, name) VALUES (?1, ?2, ?3)")?
            .execute(params![key.book.0, key.device.0, key.log.0])?;
        self.used.entry((key.device, key.book)).or_default().logs += 1;
        Ok(slot.insert(LogState::new(key, self.tx.last_insert_rowid())))
    }

    fn late_payload(&mut self, id: &EntryId, payload: &[u8]) -> Result<(), PutError> {
        let row = self.row_of(id)?.ok_or(PutError::UnknownEntry(*id))?;
        let envelope: Vec<u8> = self
            .tx
            .prepare_cached("SELECT envelope FROM entries WHERE row = ?1")?
            .query_row([row.0], |row| row.get(0))?;
        let envelope = crate::entries::parse(&envelope)?;
        envelope
            .check_payload(payload)
            .map_err(|_| PutError::Payload(*id))?;
        if self.fill(row, payload)? {
            self.done.payloads.push(*id);
        }
        Ok(())
    }

    fn row_of(&self, id: &EntryId) -> Result<Option<Row>, Fault> {
        Ok(self
            .tx
            .prepare_cached("SELECT row FROM entries WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0).map(Row))
            .optional()?)
    }

    /// Takes a payload that was missing; one that is held or was dropped is not taken again.
    fn fill(&mut self, row: Row, payload: &[u8]) -> Result<bool, Fault> {
        let missed = self
            .tx
            .prepare_cached("DELETE FROM missing WHERE row = ?1")?
            .execute([row.0])?;
        if missed == 1 {
            self.insert_payload(row, payload)?;
        }
        Ok(missed == 1)
    }

    fn insert_payload(&self, row: Row, payload: &[u8]) -> Result<(), Fault> {
        self.tx
            .prepare_cached("INSERT INTO payloads (row, bytes) VALUES (?1, ?2)")?
            .execute(params![row.0, payload])?;
        Ok(())
    }

    fn wrap(&mut self, wrap: &Wrap) -> Result<(), Fault> {
        let new = self
            .tx
            .prepare_cached(
                "INSERT INTO wraps (id, book, epoch, receiver, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                wrap.id().0,
                wrap.book().0,
                wrap.epoch().0,
                cbor::encode(&wrap.to()),
                wrap.bytes()
            ])?;
        if new == 1 {
            self.done.wraps.push(wrap.id());
        }
        Ok(())
    }

    fn local(&mut self, local: &Local) -> Result<(), Fault> {
        match local {
            Local::Unpublished { book, sealed } => {
                self.tx
                    .prepare_cached("INSERT INTO unpublished (book, sealed) VALUES (?1, ?2)")?
                    .execute(params![book.0, sealed.0])?;
                self.done
                    .unpublished
                    .push(UnpublishedId(self.tx.last_insert_rowid()));
            }
            Local::Published(id) => {
                self.tx
                    .prepare_cached("DELETE FROM unpublished WHERE number = ?1")?
                    .execute([id.0])?;
            }
            Local::Attached { book, hash, bytes } => {
                self.tx
                    .prepare_cached("INSERT INTO attached (book, hash, named, bytes) VALUES (?1, ?2, 0, ?3)")?
                    .execute(params![book.0, hash.0, bytes])?;
            }
            Local::Named(id) => {
                self.tx
                    .prepare_cached("UPDATE attached SET named = 1 WHERE number = ?1")?
                    .execute([id.0])?;
            }
            Local::DropUnnamed => {
                self.tx
                    .prepare_cached("DELETE FROM attached WHERE named = 0")?
                    .execute([])?;
            }
            Local::Carried(id) => {
                self.tx
                    .prepare_cached("DELETE FROM attached WHERE number = ?1")?
                    .execute([id.0])?;
            }
            Local::Snapshot { book, upto, sealed } => {
                self.tx
                    .prepare_cached(
                        "INSERT OR REPLACE INTO snapshots (book, upto, sealed) VALUES (?1, ?2, ?3)",
                    )?
                    .execute(params![book.0, upto.0, sealed.0])?;
            }
            Local::NoSnapshot(book) => {
                self.tx
                    .prepare_cached("DELETE FROM snapshots WHERE book = ?1")?
                    .execute([book.0])?;
            }
            Local::Keep { shelf, key, sealed } => {
                self.tx
                    .prepare_cached("INSERT OR REPLACE INTO kept (shelf, key, sealed) VALUES (?1, ?2, ?3)")?
                    .execute(params![shelf.code(), key, sealed.0])?;
            }
            Local::Forget { shelf, key } => {
                self.tx
                    .prepare_cached("DELETE FROM kept WHERE shelf = ?1 AND key = ?2")?
                    .execute(params![shelf.code(), key])?;
            }
        }
        Ok(())
    }

    /// Seals the time of arrival for the entries that are new; their rows have no gap between them.
    fn stamp(&mut self, stamp: Stamp, root: &Root) -> Result<(), PutError> {
        let (Some((first, _)), Some((last, _))) = (self.done.entries.first(), self.done.entries.last())
        else {
            return Ok(());
        };
        let ids: Vec<EntryId> = self.done.entries.iter().map(|(_, id)| *id).collect();
        let sealed = stamp.seal(&held::bound(root, &ids))?;
        self.tx
            .prepare_cached("INSERT INTO arrivals (first, last, sealed) VALUES (?1, ?2, ?3)")?
            .execute(params![first.0, last.0, sealed])?;
        Ok(())
    }

    fn charge(&mut self, day: i64) -> Result<(), Fault> {
        let mut query = self.tx.prepare_cached(
            "INSERT INTO usage (day, device, book, bytes, entries, logs) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (day, device, book) DO UPDATE SET
             bytes = bytes + excluded.bytes, entries = entries + excluded.entries, logs = logs + excluded.logs",
        )?;
        for ((device, book), used) in &self.used {
            query.execute(params![
                day,
                device.0,
                book.0,
                used.bytes as i64,
                used.entries as i64,
                used.logs as i64
            ])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Sealed;

    #[test]
    fn a_store_that_may_not_grow_says_that_it_is_full_and_stays_as_it_was() {
        let mut store = Store::in_memory(Root([1; 32])).expect("a store");
        let pages: i64 = store
            .conn
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .expect("a count");
        let limit = |store: &Store, pages: i64| {
            store
                .conn
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
                .expect("a limit");
        };
        limit(&store, pages + 4);
        let save = |len| Batch {
            local: vec![Local::Unpublished {
                book: BookId([1; 16]),
                sealed: Sealed(vec![1; len]),
            }],
            ..Batch::default()
        };
        store.put(save(10)).expect("there is room");
        assert!(matches!(
            store.put(save(100_000)),
            Err(PutError::Fault(Fault::Full(_)))
        ));
        assert_eq!(store.unpublished().expect("read").len(), 1);
        limit(&store, pages + 400);
        store.put(save(100_000)).expect("there is room again");
        assert_eq!(store.unpublished().expect("read").len(), 2);
    }
}
