//! Checking everything again: what `sothon verify` prints. It goes on after a finding and ends with a list.

use rusqlite::Row as SqlRow;
use sothon_ledger::{
    BookId, DeviceId, Digest, EntryId, Envelope, Height, LogId, Operation, OperationId, Register, Root, Wrap,
    cbor,
};

use crate::blobs::is_blob;
use crate::entries::{Payload, load_index, payload};
use crate::fault::Fault;
use crate::index::LogKey;
use crate::open::Store;

/// Something in the store that is not as it should be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Finding {
    /// SQLite says that its file is damaged.
    #[error("the file: {0}")]
    File(String),
    /// A row that names another which is not there.
    #[error("{table} {row} belongs to nothing")]
    Orphan {
        /// The table.
        table: String,
        /// The row.
        row: i64,
    },
    /// Bytes that are not what they have to be, or not the ones that they are filed as.
    #[error("{table} {row} is not what was stored")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The row.
        row: i64,
    },
    /// An entry's signature does not fit.
    #[error("the signature of entry {0}")]
    Signature(EntryId),
    /// An entry's payload is not the one that was signed.
    #[error("the payload of entry {0}")]
    Payload(EntryId),
    /// An entry follows one that is held, but in another log or at another place.
    #[error("the backlink of entry {0}")]
    Backlink(EntryId),
    /// An entry follows one that is not held: no damage, but it waits.
    #[error("what entry {0} follows is not here")]
    Waiting(EntryId),
    /// The register's first operation is not the commune's.
    #[error("the register does not begin with commune {0}")]
    Root(Root),
    /// An operation does not follow from those before it, or is not signed by who may make it.
    #[error("operation {id} at height {height}")]
    Operation {
        /// Its height.
        height: Height,
        /// Its id.
        id: OperationId,
    },
    /// A blob is not what its name says.
    #[error("blob {0}")]
    Blob(Digest),
    /// The index in memory is not what the file says.
    #[error("the index")]
    Index,
}

impl Store {
    /// Checks every row again: form, signatures, payloads' hashes, backlinks, the register's chain, blobs, and the file
    /// itself. `progress` is told (entries done, entries in all). What is sealed is not opened: that takes the vault.
    pub fn verify(&self, mut progress: impl FnMut(u64, u64)) -> Vec<Finding> {
        let mut found = Vec::new();
        let steps = [
            self.integrity_check().map(|more| found.extend(more)),
            self.verify_register(&mut found),
            self.verify_entries(&mut found, &mut progress),
            self.verify_notices(&mut found),
            self.verify_wraps(&mut found),
            self.verify_blobs(&mut found),
            self.verify_index(&mut found),
        ];
        // A page that cannot be read ends that step, and is a finding like the others.
        found.extend(
            steps
                .into_iter()
                .filter_map(Result::err)
                .map(|fault| Finding::File(fault.to_string())),
        );
        found
    }

    fn verify_register(&self, found: &mut Vec<Finding>) -> Result<(), Fault> {
        let mut query = self
            .conn
            .prepare("SELECT row, height, id, previous, bytes FROM operations ORDER BY height, row")?;
        let mut rows = query.query([])?;
        let mut register: Option<Register> = None;
        while let Some(row) = rows.next()? {
            let Some(operation) = operation_as_filed(row)? else {
                found.push(Finding::Unreadable {
                    table: "operations",
                    row: row.get(0)?,
                });
                continue;
            };
            let (height, id) = (operation.height(), operation.id());
            let fits = match &mut register {
                Some(register) => register.add(operation).is_ok(),
                None if operation.root() != Some(self.root) => {
                    found.push(Finding::Root(self.root));
                    return Ok(());
                }
                None => {
                    register = Register::found(operation).ok();
                    register.is_some()
                }
            };
            if !fits {
                found.push(Finding::Operation { height, id });
            }
        }
        Ok(())
    }

    fn verify_entries(
        &self,
        found: &mut Vec<Finding>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), Fault> {
        let all = self
            .conn
            .query_row("SELECT count(*) FROM entries", [], |row| row.get::<_, i64>(0))?;
        let mut before = self.conn.prepare("SELECT log, seq FROM entries WHERE id = ?1")?;
        let mut query = self.conn.prepare(
            "SELECT e.row, e.log, e.seq, e.payload_size, e.id, e.backlink, e.envelope, l.book, l.device, l.name,
                    p.bytes, m.row
             FROM entries e LEFT JOIN logs l ON l.log = e.log
             LEFT JOIN payloads p ON p.row = e.row LEFT JOIN missing m ON m.row = e.row ORDER BY e.row",
        )?;
        let mut rows = query.query([])?;
        let mut done = 0;
        while let Some(row) = rows.next()? {
            done += 1;
            progress(done, all.unsigned_abs());
            let Some(envelope) = entry_as_filed(row)? else {
                found.push(Finding::Unreadable {
                    table: "entries",
                    row: row.get(0)?,
                });
                continue;
            };
            let id = envelope.id();
            if Envelope::parse(envelope.bytes()).is_err() {
                found.push(Finding::Signature(id));
            }
            if let Payload::Held(bytes) = payload(row, 10)?
                && (envelope.check_payload(&bytes).is_err() || row.get::<_, Option<i64>>(11)?.is_some())
            {
                found.push(Finding::Payload(id));
            }
            if let Some(backlink) = envelope.header().backlink {
                let place = (row.get(1)?, row.get::<_, i64>(2)?.wrapping_sub(1));
                let mut rows = before.query([backlink.0])?;
                match rows.next()? {
                    None => found.push(Finding::Waiting(id)),
                    Some(row) if (row.get::<_, i64>(0)?, row.get::<_, i64>(1)?) != place => {
                        found.push(Finding::Backlink(id));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    fn verify_notices(&self, found: &mut Vec<Finding>) -> Result<(), Fault> {
        let mut query = self
            .conn
            .prepare("SELECT row, id, book, envelope, payload FROM notices ORDER BY row")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let Ok(envelope) = Envelope::parse_held(row.get_ref(3)?.as_blob().unwrap_or_default()) else {
                found.push(Finding::Unreadable {
                    table: "notices",
                    row: row.get(0)?,
                });
                continue;
            };
            let id = envelope.id();
            if row.get::<_, [u8; 32]>(1)? != id.0 || row.get::<_, [u8; 16]>(2)? != envelope.header().book.0 {
                found.push(Finding::Unreadable {
                    table: "notices",
                    row: row.get(0)?,
                });
            }
            if Envelope::parse(envelope.bytes()).is_err() {
                found.push(Finding::Signature(id));
            }
            if envelope
                .check_payload(row.get_ref(4)?.as_blob().unwrap_or_default())
                .is_err()
            {
                found.push(Finding::Payload(id));
            }
        }
        Ok(())
    }

    fn verify_wraps(&self, found: &mut Vec<Finding>) -> Result<(), Fault> {
        let mut query = self
            .conn
            .prepare("SELECT row, id, book, epoch, receiver, bytes FROM wraps ORDER BY row")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let wrap = Wrap::parse(row.get_ref(5)?.as_blob().unwrap_or_default()).ok();
            let filed = match wrap {
                Some(wrap) => {
                    row.get::<_, [u8; 32]>(1)? == wrap.id().0
                        && row.get::<_, [u8; 16]>(2)? == wrap.book().0
                        && row.get::<_, [u8; 32]>(3)? == wrap.epoch().0
                        && row.get::<_, Vec<u8>>(4)? == cbor::encode(&wrap.to())
                }
                None => false,
            };
            if !filed {
                found.push(Finding::Unreadable {
                    table: "wraps",
                    row: row.get(0)?,
                });
            }
        }
        Ok(())
    }

    fn verify_blobs(&self, found: &mut Vec<Finding>) -> Result<(), Fault> {
        let mut query = self.conn.prepare("SELECT id, bytes FROM blobs ORDER BY row")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let id = Digest(row.get(0)?);
            if !is_blob(&id, row.get_ref(1)?.as_blob().unwrap_or_default()) {
                found.push(Finding::Blob(id));
            }
        }
        Ok(())
    }

    fn verify_index(&self, found: &mut Vec<Finding>) -> Result<(), Fault> {
        if load_index(&self.conn)? != self.index {
            found.push(Finding::Index);
        }
        Ok(())
    }
}

/// The operation, if bytes and columns say the same.
fn operation_as_filed(row: &SqlRow<'_>) -> Result<Option<Operation>, Fault> {
    let Ok(operation) = Operation::parse(row.get_ref(4)?.as_blob().unwrap_or_default()) else {
        return Ok(None);
    };
    let filed = row.get::<_, i64>(1)? == operation.height().0 as i64
        && row.get::<_, [u8; 32]>(2)? == operation.id().0
        && row.get::<_, Option<[u8; 32]>>(3)? == operation.previous().map(|id| id.0);
    Ok(filed.then_some(operation))
}

/// The envelope, if bytes and columns say the same.
fn entry_as_filed(row: &SqlRow<'_>) -> Result<Option<Envelope>, Fault> {
    let Ok(envelope) = Envelope::parse_held(row.get_ref(6)?.as_blob().unwrap_or_default()) else {
        return Ok(None);
    };
    let header = envelope.header();
    let key = LogKey {
        book: header.book,
        device: header.device,
        log: header.log,
    };
    let filed = row.get::<_, i64>(2)? == header.seq as i64
        && row.get::<_, i64>(3)? == envelope.payload_len() as i64
        && row.get::<_, [u8; 32]>(4)? == envelope.id().0
        && row.get::<_, Option<[u8; 32]>>(5)? == header.backlink.map(|id| id.0)
        && key
            == LogKey {
                book: BookId(row.get(7)?),
                device: DeviceId(row.get(8)?),
                log: LogId(row.get(9)?),
            };
    Ok(filed.then_some(envelope))
}
