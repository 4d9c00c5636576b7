//! Reading the register's operations and the wraps.

use rusqlite::{Row as SqlRow, params};
use sothon_ledger::{BookId, EpochId, Height, Operation, OperationId, Receiver, Wrap, WrapId, cbor};

use crate::fault::Fault;
use crate::open::Store;

impl Store {
    /// The operations from `from` on, by height; at one height, where the register is forked, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn operations(&self, from: Height) -> Result<Vec<Operation>, Fault> {
        self.conn
            .prepare_cached("SELECT bytes FROM operations WHERE height >= ?1 ORDER BY height, row")?
            .query_and_then([from.0 as i64], operation)?
            .collect()
    }

    /// One operation.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn operation(&self, id: &OperationId) -> Result<Option<Operation>, Fault> {
        self.conn
            .prepare_cached("SELECT bytes FROM operations WHERE id = ?1")?
            .query_and_then([id.0], operation)?
            .next()
            .transpose()
    }

    /// The ids of the operations at a height: several where the register is forked, in the order of arrival.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn operation_ids(&self, height: Height) -> Result<Vec<OperationId>, Fault> {
        let mut query = self
            .conn
            .prepare_cached("SELECT id FROM operations WHERE height = ?1 ORDER BY row")?;
        let rows = query.query_map([height.0 as i64], |row| row.get(0).map(OperationId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The operations that none follows: one, or one per branch of a forked register.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn register_tips(&self) -> Result<Vec<(Height, OperationId)>, Fault> {
        let mut query = self.conn.prepare_cached(
            "SELECT o.height, o.id FROM operations o WHERE NOT EXISTS
             (SELECT 1 FROM operations n WHERE n.height = o.height + 1 AND n.previous = o.id) ORDER BY o.row",
        )?;
        let rows = query.query_map([], |row| {
            let height: i64 = row.get(0)?;
            Ok((Height(height as u64), OperationId(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One wrap.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wrap(&self, id: &WrapId) -> Result<Option<Wrap>, Fault> {
        Ok(self.wraps_where("WHERE id = ?1", params![id.0])?.pop())
    }

    /// All wraps, in the order of arrival, as for those that follow.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps(&self) -> Result<Vec<Wrap>, Fault> {
        self.wraps_where("", [])
    }

    /// The wraps for a receiver.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps_for(&self, to: &Receiver) -> Result<Vec<Wrap>, Fault> {
        self.wraps_where("WHERE receiver = ?1", params![cbor::encode(to)])
    }

    /// The wraps of an epoch.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps_of(&self, epoch: &EpochId) -> Result<Vec<Wrap>, Fault> {
        self.wraps_where("WHERE epoch = ?1", params![epoch.0])
    }

    /// The wraps of a book's epochs.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn wraps_of_book(&self, book: &BookId) -> Result<Vec<Wrap>, Fault> {
        self.wraps_where("WHERE book = ?1", params![book.0])
    }

    fn wraps_where(&self, clause: &str, params: impl rusqlite::Params) -> Result<Vec<Wrap>, Fault> {
        self.conn
            .prepare_cached(&format!("SELECT bytes FROM wraps {clause} ORDER BY row"))?
            .query_and_then(params, |row| {
                let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                Wrap::parse_held(bytes).map_err(|error| Fault::Damaged(error.into()))
            })?
            .collect()
    }
}

fn operation(row: &SqlRow<'_>) -> Result<Operation, Fault> {
    let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    Operation::parse(bytes).map_err(|error| Fault::Damaged(error.into()))
}
