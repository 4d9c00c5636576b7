//! Dropping, erasing, copying, and what is done in idle time.

use std::path::Path;

use rusqlite::{MAIN_DB, Transaction, TransactionBehavior};
use sothon_ledger::{BookId, Digest, EntryId};

use crate::blobs::drop_blob;
use crate::fault::{Fault, OpenError};
use crate::open::{Store, beside, new_file, sync_folder};
use crate::verify::Finding;

impl Store {
    /// Drops payloads for good; the envelopes stay and verify. Returns how many were here or awaited.
    ///
    /// # Errors
    /// [`Fault`]; nothing is dropped then.
    pub fn drop_payloads(&mut self, ids: &[EntryId]) -> Result<usize, Fault> {
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate)?;
        let mut dropped = 0;
        for table in ["payloads", "missing"] {
            let mut query = tx.prepare_cached(&format!(
                "DELETE FROM {table} WHERE row = (SELECT row FROM entries WHERE id = ?1)"
            ))?;
            for id in ids {
                dropped += query.execute([id.0])?;
            }
        }
        tx.commit()?;
        self.settle_log()?;
        Ok(dropped)
    }

    /// Drops blobs. Returns how many were here.
    ///
    /// # Errors
    /// [`Fault`]; nothing is dropped then.
    pub fn drop_blobs(&mut self, ids: &[Digest]) -> Result<usize, Fault> {
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate)?;
        let mut dropped = 0;
        for id in ids {
            dropped += drop_blob(&tx, &id.0)?;
        }
        tx.commit()?;
        self.settle_log()?;
        Ok(dropped)
    }

    /// Erases what a closed volume held, as the register orders it: payloads, blobs, wraps, unpublished changes and
    /// files, the snapshot. The envelopes stay.
    ///
    /// # Errors
    /// [`Fault`]; nothing is erased then.
    pub fn erase_book(&mut self, book: &BookId) -> Result<(), Fault> {
        const OF_BOOK: &str = "SELECT e.row FROM entries e JOIN logs l ON l.log = e.log WHERE l.book = ?1";
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate)?;
        for table in ["payloads", "missing"] {
            tx.execute(&format!("DELETE FROM {table} WHERE row IN ({OF_BOOK})"), [book.0])?;
        }
        for table in [
            "blobs",
            "blob_parts",
            "checkpoints",
            "wraps",
            "unpublished",
            "attached",
            "snapshots",
        ] {
            tx.execute(&format!("DELETE FROM {table} WHERE book = ?1"), [book.0])?;
        }
        tx.commit()?;
        self.settle_log()
    }

    /// Moves the write-ahead log into the file and cuts it to nothing, so that what was deleted is overwritten in both.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn settle_log(&mut self) -> Result<(), Fault> {
        self.conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// The full check of the file, for idle time: every page and every index. Finds nothing in a store that is whole.
    ///
    /// # Errors
    /// [`Fault`] where even checking is not possible.
    pub fn integrity_check(&self) -> Result<Vec<Finding>, Fault> {
        let mut found = Vec::new();
        {
            let mut query = self.conn.prepare("PRAGMA integrity_check(100)")?;
            let lines = query.query_map([], |row| row.get::<_, String>(0))?;
            for line in lines {
                let line = line?;
                if line != "ok" {
                    found.push(Finding::File(line));
                }
            }
        }
        let mut query = self.conn.prepare("PRAGMA foreign_key_check")?;
        let rows = query.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
        })?;
        for row in rows {
            let (table, row) = row?;
            found.push(Finding::Orphan {
                table,
                row: row.unwrap_or_default(),
            });
        }
        Ok(found)
    }

    /// Copies the store, as it is now, to a file that must not be there yet. The copy is a store and can be opened. Who
    /// goes back to it has been rolled back and begins new logs (design.md §3.2).
    ///
    /// # Errors
    /// [`OpenError`]; nothing is at `path` then.
    pub fn backup(&self, path: &Path) -> Result<(), OpenError> {
        if path.try_exists()? {
            return Err(OpenError::Exists(path.to_path_buf()));
        }
        let new = beside(path, ".new");
        if new.try_exists()? {
            std::fs::remove_file(&new)?;
        }
        new_file(&new)?;
        let copied = self
            .conn
            .backup(MAIN_DB, &new, None::<fn(_)>)
            .map_err(OpenError::from)
            .and_then(|()| {
                let file = std::fs::OpenOptions::new().write(true).open(&new)?;
                Ok(file.sync_all()?)
            });
        if let Err(error) = copied {
            // What stands in the way next time is removed then; the error to report is the first one.
            let _ = std::fs::remove_file(&new);
            return Err(error);
        }
        std::fs::rename(&new, path)?;
        sync_folder(path)
    }
}
