//! Opening and making a store: what is ours, whole, of this commune and open nowhere else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags, Transaction, TransactionBehavior};
use sothon_ledger::Root;

use crate::fault::{Fault, OpenError};
use crate::index::Index;
use crate::schema;

/// Older ones can corrupt a write-ahead log (threats.md A38).
const OLDEST_SQLITE: i32 = 3_051_003;
/// The size of a page in bytes.
const PAGE: u64 = 4096;
/// The write-ahead log is cut back to this many bytes once what is in it has been moved to the store.
const LOG_LIMIT: i64 = 16 << 20;

/// What is held of one commune, open for reading and writing.
#[derive(Debug)]
pub struct Store {
    pub(crate) conn: Connection,
    pub(crate) root: Root,
    pub(crate) index: Index,
    pub(crate) path: Option<PathBuf>,
}

impl Store {
    /// Opens the commune's store at `path`, checks that it is whole, and brings its tables to this release's version.
    ///
    /// # Errors
    /// [`OpenError`]; the file is left as it is.
    pub fn open(path: &Path, root: Root) -> Result<Store, OpenError> {
        new_enough()?;
        let torn = torn(path)?;
        let mut conn = connect(path)?;
        identify(&conn, path, root)?;
        if let Some(len) = torn {
            return Err(OpenError::Truncated {
                path: path.to_path_buf(),
                len,
            });
        }
        settle(&conn)?;
        whole(&conn)?;
        schema::migrate(&mut conn, schema::STEPS)?;
        Store::load(conn, root, Some(path.to_path_buf()))
    }

    /// Makes the commune's store at `path`, where nothing may be. It is there wholly or not at all, even if the power
    /// fails meanwhile.
    ///
    /// # Errors
    /// [`OpenError`]; nothing is at `path` then.
    pub fn create(path: &Path, root: Root) -> Result<Store, OpenError> {
        new_enough()?;
        if exists(path)? {
            return Err(OpenError::Exists(path.to_path_buf()));
        }
        for left in ["-wal", "-journal"].map(|end| beside(path, end)) {
            if exists(&left)? {
                return Err(OpenError::Leftover(left));
            }
        }
        let new = beside(path, ".new");
        for left in [&new, &beside(&new, "-wal"), &beside(&new, "-journal")] {
            if exists(left)? {
                std::fs::remove_file(left)?;
            }
        }
        new_file(&new)?;
        {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let mut conn = Connection::open_with_flags(&new, flags)?;
            found(&mut conn, root)?;
            settle(&conn)?;
        }
        std::fs::rename(&new, path)?;
        sync_folder(path)?;
        Store::open(path, root)
    }

    /// Opens the store at `path`, or makes it if there is no file.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_or_create(path: &Path, root: Root) -> Result<Store, OpenError> {
        if exists(path)? {
            Store::open(path, root)
        } else {
            Store::create(path, root)
        }
    }

    /// A store without a file, for simulations: what it holds is gone with it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn in_memory(root: Root) -> Result<Store, OpenError> {
        let mut conn = Connection::open_in_memory()?;
        found(&mut conn, root)?;
        Store::load(conn, root, None)
    }

    fn load(conn: Connection, root: Root, path: Option<PathBuf>) -> Result<Store, OpenError> {
        conn.set_prepared_statement_cache_capacity(64);
        // Else a statement that is used again is compiled again, since a plan might depend on the values that are bound to it. There
        // are no statistics by which it could, and it took a third of a relay's time.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let index = crate::entries::load_index(&conn)?;
        Ok(Store {
            conn,
            root,
            index,
            path,
        })
    }

    /// The commune.
    pub fn root(&self) -> Root {
        self.root
    }

    /// What is held of each author log.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Where the file is; `None` in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

fn new_enough() -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite(rusqlite::version()));
    }
    Ok(())
}

/// The length of a file that does not end with a page, which SQLite would fill up with zeros. With a log beside it this
/// is how a kill may leave it: the log has the page.
fn torn(path: &Path) -> Result<Option<u64>, OpenError> {
    let len = |path: &Path| match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        other => other.map(|meta| meta.len()),
    };
    let (file, log) = (len(path)?, len(&beside(path, "-wal"))?);
    Ok((log == 0 && file % PAGE != 0).then_some(file))
}

/// Opens the file without changing anything in it, and without waiting for who else has it.
fn connect(path: &Path) -> Result<Connection, OpenError> {
    let meta = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(OpenError::Missing(path.to_path_buf()));
        }
        other => other?,
    };
    if !meta.is_file() {
        return Err(OpenError::Foreign(path.to_path_buf()));
    }
    // To SQLite an empty file is a new database; to us it is a store that lost everything.
    if meta.len() < 512 {
        return Err(OpenError::Truncated {
            path: path.to_path_buf(),
            len: meta.len(),
        });
    }
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.busy_timeout(Duration::ZERO)?;
    if conn.is_readonly(MAIN_DB)? {
        return Err(Fault::from(std::io::Error::from(std::io::ErrorKind::ReadOnlyFilesystem)).into());
    }
    // If it turns out not to be ours, closing must not move another program's log into its file.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Before the first reading: the lock is then taken once and kept, and there is no shared memory file.
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    Ok(conn)
}

/// Whose file it is, of which version, of which commune.
fn identify(conn: &Connection, path: &Path, root: Root) -> Result<(), OpenError> {
    let foreign = || OpenError::Foreign(path.to_path_buf());
    let application: i64 = match conn.pragma_query_value(None, "application_id", |row| row.get(0)) {
        Err(error) if matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::NotADatabase)) => {
            return Err(foreign());
        }
        other => other?,
    };
    if application != schema::APPLICATION_ID {
        return Err(foreign());
    }
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > schema::known() {
        return Err(OpenError::Newer {
            found,
            known: schema::known(),
        });
    }
    let found = conn.query_row("SELECT root FROM identity", [], |row| row.get(0).map(Root))?;
    if found != root {
        return Err(OpenError::OtherRoot { found, wanted: root });
    }
    Ok(())
}

/// The settings of a connection. Each is read back where SQLite may decline without an error.
fn settle(conn: &Connection) -> Result<(), OpenError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.pragma_update(None, "mmap_size", 0)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    // Apple's fsync does not reach the disk; elsewhere these two do nothing.
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    let erases: i64 = conn.pragma_update_and_check(None, "secure_delete", true, |row| row.get(0))?;
    let syncs: i64 = conn.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    let refers: i64 = conn.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    if mode != "wal" || syncs != 2 || erases != 1 || refers != 1 {
        return Err(OpenError::Settings);
    }
    Ok(())
}

fn whole(conn: &Connection) -> Result<(), OpenError> {
    let said: String = match conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)) {
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DatabaseCorrupt)
            ) =>
        {
            error.to_string()
        }
        other => other?,
    };
    if said == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged(said))
    }
}

/// Writes the tables and the commune into a new file.
fn found(conn: &mut Connection, root: Root) -> Result<(), OpenError> {
    conn.pragma_update(None, "page_size", PAGE as i64)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    schema::migrate(conn, schema::STEPS)?;
    let tx = Transaction::new(conn, TransactionBehavior::Immediate)?;
    tx.execute("INSERT INTO identity (one, root) VALUES (1, ?1)", [root.0])?;
    tx.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    tx.commit()?;
    Ok(())
}

/// Makes an empty file that only its owner may read; SQLite gives its log the same rights. Here the operating system
/// also tells why a file cannot be made, which SQLite does not.
pub(crate) fn new_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// The path with something added to the file's name.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn exists(path: &Path) -> Result<bool, OpenError> {
    Ok(path.try_exists()?)
}

/// Makes a new name durable. Only on Unix can a folder be opened to be synced.
pub(crate) fn sync_folder(path: &Path) -> Result<(), OpenError> {
    if cfg!(unix) {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let opened = std::fs::File::open(folder)?;
        opened.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sqlite_inside_is_one_that_does_not_corrupt_its_log() {
        assert!(new_enough().is_ok(), "{}", rusqlite::version());
    }

    #[test]
    fn every_open_store_is_durable_alone_erasing_and_without_mapped_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.store");
        drop(Store::create(&path, Root([1; 32])).expect("made"));
        let store = Store::open(&path, Root([1; 32])).expect("opened");
        let setting = |name| {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            store
                .conn
                .pragma_query_value(None, name, read)
                .expect("a setting")
        };
        for (name, value) in [
            ("journal_mode", "wal".to_owned().into()),
            ("locking_mode", "exclusive".to_owned().into()),
            ("synchronous", 2.into()),
            ("secure_delete", 1.into()),
            ("foreign_keys", 1.into()),
            ("trusted_schema", 0.into()),
            ("page_size", (PAGE as i64).into()),
            ("application_id", schema::APPLICATION_ID.into()),
            ("user_version", schema::known().into()),
        ] {
            let value: rusqlite::types::Value = value;
            assert_eq!(setting(name), value, "{name}");
        }
        // Nothing is answered where SQLite was built without mapping.
        let mapped = store
            .conn
            .pragma_query_value(None, "mmap_size", |row| row.get::<_, i64>(0));
        assert!(
            matches!(mapped, Ok(0) | Err(rusqlite::Error::QueryReturnedNoRows)),
            "{mapped:?}"
        );
        assert!(!beside(&path, "-shm").exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_a_store_its_log_and_its_copy() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.store");
        let mut store = Store::create(&path, Root([1; 32])).expect("made");
        store.forget_usage_before(1).expect("written");
        store
            .put(crate::Batch {
                day: Some(1),
                ..Default::default()
            })
            .expect("written");
        let copy = folder.path().join("copy.store");
        store.backup(&copy).expect("copied");
        for path in [&path, &beside(&path, "-wal"), &copy] {
            let rights = std::fs::metadata(path).expect("there").permissions().mode();
            assert_eq!(rights & 0o777, 0o600, "{path:?}");
        }
    }

    #[test]
    fn a_store_and_a_batch_can_be_given_to_a_thread() {
        fn given<T: Send>() {}
        given::<Store>();
        given::<crate::Batch>();
        given::<crate::PutError>();
    }
}
