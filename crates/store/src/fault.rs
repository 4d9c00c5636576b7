//! What can go wrong with the file, told apart by what a person can do about it.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use sothon_ledger::{Digest, EntryId, OperationId, Root};

/// What SQLite or the operating system said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What the disk or the file does not allow. Nothing that was acknowledged is lost by one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no room left; what was already stored can still be read.
    #[error("the disk is full")]
    Full(#[source] Cause),
    /// Another process, or another part of this one, has the store open.
    #[error("the store is open elsewhere")]
    Locked(#[source] Cause),
    /// The file or its folder cannot be written.
    #[error("the store cannot be written")]
    ReadOnly(#[source] Cause),
    /// Pages or rows are not what was written.
    #[error("the store is damaged")]
    Damaged(#[source] Cause),
    /// Not a database at all.
    #[error("the file is not a store")]
    Foreign(#[source] Cause),
    /// The operating system reports an error of the disk.
    #[error("the disk reports an error")]
    Disk(#[source] Cause),
    /// Anything else that SQLite says.
    #[error("SQLite")]
    Sqlite(#[source] Cause),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        let code = error.sqlite_error_code();
        // A column that does not hold what was written there has no code.
        let misread = matches!(
            error,
            E::FromSqlConversionFailure(..) | E::InvalidColumnType(..) | E::IntegralValueOutOfRange(..)
        );
        let cause = Box::new(error);
        match code {
            Some(ErrorCode::DiskFull) => Fault::Full(cause),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::Locked(cause),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Fault::ReadOnly(cause),
            Some(ErrorCode::DatabaseCorrupt) => Fault::Damaged(cause),
            Some(ErrorCode::NotADatabase) => Fault::Foreign(cause),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Fault::Disk(cause),
            None if misread => Fault::Damaged(cause),
            _ => Fault::Sqlite(cause),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        match error.kind() {
            K::StorageFull | K::QuotaExceeded => Fault::Full(error.into()),
            K::ReadOnlyFilesystem | K::PermissionDenied => Fault::ReadOnly(error.into()),
            _ => Fault::Disk(error.into()),
        }
    }
}

/// Why a store cannot be opened or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no file.
    #[error("there is no store at {0}")]
    Missing(PathBuf),
    /// There is a file already where a store was to be made.
    #[error("there is a file at {0} already")]
    Exists(PathBuf),
    /// A write-ahead log without its store: made anew, the store would be given what another wrote.
    #[error("{0} is left from another store; move it away first")]
    Leftover(PathBuf),
    /// The file is shorter than any store, or does not end with a page.
    #[error("{path} was cut off: it has {len} bytes")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        len: u64,
    },
    /// Another program's file.
    #[error("{0} is not a Sổ Thôn store")]
    Foreign(PathBuf),
    /// Made by a later release.
    #[error("the store has version {found}; this release knows versions up to {known}")]
    Newer {
        /// The store's version.
        found: i64,
        /// Our version.
        known: i64,
    },
    /// The store of another commune.
    #[error("the store belongs to commune {found}, not to {wanted}")]
    OtherRoot {
        /// Whose it is.
        found: Root,
        /// Who was asked for.
        wanted: Root,
    },
    /// The check at opening found damage; the file was left as it is.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// SQLite declined a setting that durability or erasure needs.
    #[error("SQLite declines the settings that a store needs")]
    Settings,
    /// This program was built with a SQLite that can corrupt a store (threats.md A38).
    #[error("SQLite {0} is too old")]
    OldSqlite(&'static str),
    /// What the disk or the file does not allow.
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        OpenError::Fault(fault)
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        OpenError::Fault(error.into())
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        OpenError::Fault(error.into())
    }
}

/// Why a batch was not stored; nothing of it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PutError {
    /// A payload is not the one that the entry's author signed.
    #[error("not the payload of entry {0}")]
    Payload(EntryId),
    /// A payload came without its entry.
    #[error("a payload of entry {0}, which is not here")]
    UnknownEntry(EntryId),
    /// A blob is not what its name says.
    #[error("not the blob {0}")]
    Blob(Digest),
    /// An operation of the register is longer than anybody reads back, this store neither.
    #[error("the operation {id} has {bytes} bytes")]
    Operation {
        /// Which.
        id: OperationId,
        /// Its length.
        bytes: usize,
    },
    /// The time of arrival could not be sealed: the vault's public key is not a key.
    #[error("the time of arrival cannot be sealed")]
    Stamp(#[from] crate::held::StampError),
    /// What the disk or the file does not allow.
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for PutError {
    fn from(fault: Fault) -> Self {
        PutError::Fault(fault)
    }
}

impl From<rusqlite::Error> for PutError {
    fn from(error: rusqlite::Error) -> Self {
        PutError::Fault(error.into())
    }
}
