//! Requests of devices that ask to be admitted, on their way to the registrar (design.md §3.5). No secret is in them.

use rusqlite::{Transaction, TransactionBehavior, params};
use sothon_ledger::TransportKey;
use sothon_ledger::slip::Knock;

use crate::fault::{Fault, PutError};
use crate::open::Store;

/// A request that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredKnock {
    /// The request.
    pub knock: Knock,
    /// The day on which it came, as the caller numbers days.
    pub day: i64,
}

impl Store {
    /// The requests that are kept, the oldest first.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn knocks(&self) -> Result<Vec<StoredKnock>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT day, bytes FROM knocks ORDER BY number")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let mut knocks = Vec::new();
        for row in rows {
            let (day, bytes) = row?;
            // What this version cannot read says nothing to it.
            if let Ok(knock) = Knock::parse(&bytes) {
                knocks.push(StoredKnock { knock, day });
            }
        }
        Ok(knocks)
    }

    /// Forgets requests, and keeps others: of one invitation and transport key the last one.
    ///
    /// # Errors
    /// [`PutError`]; all is as it was then.
    pub fn put_knocks(&mut self, forget: &[Knock], keep: &[StoredKnock]) -> Result<(), PutError> {
        let tx = Transaction::new(&mut self.conn, TransactionBehavior::Immediate)?;
        for knock in forget {
            let TransportKey(transport) = knock.request().transport;
            tx.prepare_cached("DELETE FROM knocks WHERE invitation = ?1 AND transport = ?2")?
                .execute(params![knock.invitation().0, transport])?;
        }
        for StoredKnock { knock, day } in keep {
            let TransportKey(transport) = knock.request().transport;
            tx.prepare_cached(
                "INSERT OR REPLACE INTO knocks (day, invitation, transport, bytes) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![day, knock.invitation().0, transport, knock.bytes()])?;
        }
        Ok(tx.commit()?)
    }
}
