//! The tables, and the way from one version of them to the next.
//!
//! A row of `entries` never changes and is never deleted, so `row` is the order of arrival. Whether a payload is held is
//! told by where the row is found: in `payloads` = held, in `missing` = not arrived yet, in neither = dropped for good.
//! Numbers that may exceed SQLite's 63 bits (seq, height) are stored as the same 64 bits, signed.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::fault::Fault;

/// SQLite's `application_id` of a store: "SoTh".
pub(crate) const APPLICATION_ID: i64 = 0x536f_5468;

/// Each step makes version n+1 out of version n; they are kept for ever, as they were released.
pub(crate) const STEPS: &[&str] = &[VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6];

const VERSION_1: &str = "
CREATE TABLE identity (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    root BLOB NOT NULL
) STRICT;

CREATE TABLE logs (
    log    INTEGER PRIMARY KEY,
    book   BLOB NOT NULL,
    device BLOB NOT NULL,
    name   BLOB NOT NULL,
    UNIQUE (book, device, name)
) STRICT;

CREATE TABLE entries (
    row          INTEGER PRIMARY KEY,
    log          INTEGER NOT NULL REFERENCES logs,
    seq          INTEGER NOT NULL,
    payload_size INTEGER NOT NULL,
    id           BLOB NOT NULL UNIQUE,
    backlink     BLOB,
    envelope     BLOB NOT NULL
) STRICT;
CREATE INDEX entries_of_log ON entries (log, seq);

CREATE TABLE payloads (
    row   INTEGER PRIMARY KEY REFERENCES entries,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE missing (
    row INTEGER PRIMARY KEY REFERENCES entries
) STRICT;

CREATE TABLE arrivals (
    first  INTEGER PRIMARY KEY REFERENCES entries,
    last   INTEGER NOT NULL REFERENCES entries,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE operations (
    row      INTEGER PRIMARY KEY,
    height   INTEGER NOT NULL,
    id       BLOB NOT NULL UNIQUE,
    previous BLOB,
    bytes    BLOB NOT NULL
) STRICT;
CREATE INDEX operations_by_height ON operations (height);

CREATE TABLE wraps (
    row      INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    book     BLOB NOT NULL,
    epoch    BLOB NOT NULL,
    receiver BLOB NOT NULL,
    bytes    BLOB NOT NULL
) STRICT;
CREATE INDEX wraps_by_receiver ON wraps (receiver);
CREATE INDEX wraps_by_epoch ON wraps (epoch);
CREATE INDEX wraps_by_book ON wraps (book);

CREATE TABLE blobs (
    row   INTEGER PRIMARY KEY,
    id    BLOB NOT NULL UNIQUE,
    book  BLOB NOT NULL,
    size  INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX blobs_by_book ON blobs (book);

CREATE TABLE blob_parts (
    id    BLOB NOT NULL,
    start INTEGER NOT NULL,
    book  BLOB NOT NULL,
    size  INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (id, start)
) STRICT;

CREATE TABLE usage (
    day     INTEGER NOT NULL,
    device  BLOB NOT NULL,
    book    BLOB NOT NULL,
    bytes   INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    logs    INTEGER NOT NULL,
    PRIMARY KEY (day, device, book)
) STRICT, WITHOUT ROWID;

CREATE TABLE unpublished (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    book   BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE snapshots (
    book   BLOB PRIMARY KEY,
    upto   INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE kept (
    shelf  INTEGER NOT NULL,
    key    BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (shelf, key)
) STRICT;
";

/// Who asks to be admitted.
const VERSION_2: &str = "
CREATE TABLE knocks (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    day        INTEGER NOT NULL,
    invitation BLOB NOT NULL,
    transport  BLOB NOT NULL,
    bytes      BLOB NOT NULL,
    UNIQUE (invitation, transport)
) STRICT;
";

/// Entries that were served out of their logs: they have no place in the index.
const VERSION_3: &str = "
CREATE TABLE notices (
    row      INTEGER PRIMARY KEY,
    id       BLOB NOT NULL UNIQUE,
    book     BLOB NOT NULL,
    envelope BLOB NOT NULL,
    payload  BLOB NOT NULL
) STRICT;
CREATE INDEX notices_by_book ON notices (book);
";

/// Suspensions: of each signer about each device the last note.
const VERSION_4: &str = "
CREATE TABLE suspensions (
    device BLOB NOT NULL,
    signer BLOB NOT NULL,
    bytes  BLOB NOT NULL,
    PRIMARY KEY (device, signer)
) STRICT, WITHOUT ROWID;
";

/// Which blobs are the saves of checkpoints, whole or on their way.
const VERSION_5: &str = "
CREATE TABLE checkpoints (
    blob  BLOB PRIMARY KEY,
    entry BLOB NOT NULL,
    book  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoints_by_book ON checkpoints (book);
";

/// Which entries are files, and by what name records mean them; and what was attached here and is in no entry yet, with whether
/// what was saved names it.
const VERSION_6: &str = "
CREATE TABLE files (
    row  INTEGER PRIMARY KEY REFERENCES entries,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX files_by_hash ON files (hash);

CREATE TABLE attached (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    book   BLOB NOT NULL,
    hash   BLOB NOT NULL,
    named  INTEGER NOT NULL,
    bytes  BLOB NOT NULL
) STRICT;
CREATE INDEX attached_by_book ON attached (book);
";

/// The version that this code writes.
pub(crate) fn known() -> i64 {
    STEPS.len() as i64
}

/// Brings the tables from the version that they have to the newest of `steps`, in one transaction.
pub(crate) fn migrate(conn: &mut Connection, steps: &[&str]) -> Result<(), Fault> {
    let from: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let ahead = usize::try_from(from)
        .ok()
        .and_then(|from| steps.get(from..))
        .unwrap_or_default();
    if ahead.is_empty() {
        return Ok(());
    }
    let tx = Transaction::new(conn, TransactionBehavior::Immediate)?;
    for step in ahead {
        tx.execute_batch(step)?;
        if *step == VERSION_6 {
            // An earlier release has kept them as entries of a kind that it did not know.
            crate::files::note_all(&tx)?;
        }
    }
    tx.pragma_update(None, "user_version", steps.len() as i64)?;
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version_1() -> Connection {
        let mut conn = Connection::open_in_memory().expect("memory");
        migrate(&mut conn, &[VERSION_1]).expect("version 1");
        conn.execute(
            "INSERT INTO logs (book, device, name) VALUES (x'01', x'02', x'03')",
            [],
        )
        .expect("a log");
        conn
    }

    fn state(conn: &Connection) -> (i64, i64) {
        let version = conn
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("version");
        let columns = conn
            .query_row("SELECT count(*) FROM pragma_table_info('logs')", [], |row| {
                row.get(0)
            })
            .expect("columns");
        (version, columns)
    }

    #[test]
    fn each_step_is_taken_once_and_in_order() {
        let mut conn = version_1();
        let later = [
            VERSION_1,
            "ALTER TABLE logs ADD COLUMN a BLOB",
            "ALTER TABLE logs RENAME COLUMN a TO b",
        ];
        for _ in 0..2 {
            migrate(&mut conn, &later).expect("migrated");
            assert_eq!(state(&conn), (3, 5));
        }
        let kept: i64 = conn
            .query_row("SELECT count(*) FROM logs WHERE b IS NULL", [], |r| r.get(0))
            .expect("b");
        assert_eq!(kept, 1);
    }

    #[test]
    fn a_step_that_fails_leaves_the_version_before_all_steps() {
        let mut conn = version_1();
        let later = [
            VERSION_1,
            "ALTER TABLE logs ADD COLUMN a BLOB",
            "ALTER TABLE nothing ADD COLUMN a BLOB",
        ];
        assert!(migrate(&mut conn, &later).is_err());
        assert_eq!(state(&conn), (1, 4));
    }
}
