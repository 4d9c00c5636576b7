//! Checks of the checkout itself and with other languages: each a small function, listed in `steps.rs`.

pub(crate) mod automerge_js;
pub(crate) mod cose_python;
pub(crate) mod coverage;
pub(crate) mod dependencies;
pub(crate) mod layout;
pub(crate) mod links;
pub(crate) mod package;
pub(crate) mod pages;
pub(crate) mod security;
mod table;
pub(crate) mod traces;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// The files that are checked in, as paths from the top.
pub(crate) fn checked_in(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output()
        .context("cannot start `git ls-files`")?;
    ensure!(
        output.status.success(),
        "`git ls-files` failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let paths = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    Ok(paths.split_terminator('\0').map(str::to_owned).collect())
}
