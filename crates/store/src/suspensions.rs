//! Suspension notes, beside the register (design.md §3.5).

use rusqlite::{Transaction, TransactionBehavior, params};
use sothon_ledger::suspension::Note;

use crate::fault::{Fault, PutError};
use crate::open::Store;

impl Store {
    /// The notes that are kept.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn suspensions(&self) -> Result<Vec<Note>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT bytes FROM suspensions ORDER BY device, signer")?;
        let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        let mut notes = Vec::new();
        for row in rows {
            // What this version cannot read says nothing to it.
            notes.extend(Note::parse(&row?));
        }
        Ok(notes)
    }

    /// Forgets notes, and keeps others: of each signer about each device the last one.
    ///
    /// # Errors
    /// [`PutError`]; all is as it was then.
    pub fn put_suspensions(&mut self, forget: &[Note], keep: &[Note]) -> Result<(), PutError> {
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate)?;
        for note in forget {
            tx.prepare_cached("DELETE FROM suspensions WHERE device = ?1 AND signer = ?2")?
                .execute(params![note.says().device.0, note.by().0])?;
        }
        for note in keep {
            tx.prepare_cached(
                "INSERT OR REPLACE INTO suspensions (device, signer, bytes) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![note.says().device.0, note.by().0, note.bytes()])?;
        }
        Ok(tx.commit()?)
    }
}
