//! Small open files beside vault and store, replaced whole.

use std::path::Path;

use crate::fault::{Done, Fault};

/// Replaces a file: after a power cut it is the old one or the new one.
///
/// # Errors
/// The disk.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Done {
    sothon_vault::file::replace(path, bytes).map_err(Fault::from)
}
