//! Why a file cannot be written or taken in.

use sothon_courier::{ReadError, WriteError};
use sothon_ledger::Root;
use sothon_store::{Fault, PutError};
use sothon_sync::HoldingsError;

/// Why a courier file cannot be written or taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CourierError {
    /// The file is not whole, or not a courier file. Nothing was taken in.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file is of another commune. Nothing was taken in.
    #[error("the courier file is of another commune")]
    OtherCommune {
        /// Which.
        found: Root,
    },
    /// The file became another one between the two readings. What was taken in until then is whole.
    #[error("the courier file changed while it was read")]
    Changed,
    /// The file could not be read or written.
    #[error("the courier file could not be read or written")]
    Io(#[source] std::io::Error),
    /// More than a file may have.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store could not be read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// What is held could not be read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
    /// The store could not be written. What was taken in until then is whole.
    #[error(transparent)]
    Put(#[from] PutError),
}
