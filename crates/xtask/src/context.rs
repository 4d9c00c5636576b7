//! What every step may know: where the checkout is, what cargo says of it, how long there is.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::metadata::Metadata;

/// CI ends after 60 minutes; a step that hangs must end before that, with its name.
const LIMIT: Duration = Duration::from_secs(57 * 60);

/// The run of one chore.
pub(crate) struct Context {
    /// The top of the checkout.
    pub root: PathBuf,
    /// Whether the hours-long tests were asked for.
    pub long: bool,
    /// Crates and what they stand on.
    pub metadata: Metadata,
    /// When a running command is ended; `None` for long runs.
    pub deadline: Option<Instant>,
}

impl Context {
    pub fn new(long: bool) -> Result<Self> {
        // Cargo says where the package is that it runs; a program built elsewhere would know only its own place.
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package)
            .ancestors()
            .nth(2)
            .context("xtask lives in crates/xtask")?
            .to_owned();
        let metadata = Metadata::of_workspace(&root)?;
        let deadline = (!long).then(|| Instant::now() + LIMIT);
        Ok(Self {
            root,
            long,
            metadata,
            deadline,
        })
    }

    /// A folder of this checkout for what steps make: environments of other languages.
    pub fn made(&self, name: &str) -> PathBuf {
        self.metadata.target_directory.join("xtask").join(name)
    }
}

/// Whether this is a machine where nobody can be asked.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some()
}
