//! The top level is what ARCHITECTURE.md says, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, ensure};

use super::checked_in;

const ALWAYS: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "crates",
    "docs",
    "rustfmt.toml",
    "src-tauri",
    "tests",
    "ui",
];

/// Checks the names of the top level.
pub(crate) fn check(root: &Path) -> Result<String> {
    let files = checked_in(root)?;
    let found: BTreeSet<&str> = files.iter().filter_map(|path| path.split('/').next()).collect();
    let wrong = wrong(&found);
    ensure!(
        wrong.is_empty(),
        "the top level is not as agreed: {}",
        wrong.join(", ")
    );
    Ok(format!("{} files checked in", files.len()))
}

fn wrong(found: &BTreeSet<&str>) -> Vec<String> {
    let stray = found
        .iter()
        .filter(|name| !name.starts_with('.') && !ALWAYS.contains(name))
        .map(|name| format!("{name} does not belong there"));
    let missing = ALWAYS
        .iter()
        .filter(|name| !found.contains(*name))
        .map(|name| format!("{name} is missing"));
    stray.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_folder_and_a_missing_file_are_found() {
        let mut found: BTreeSet<&str> = ALWAYS.iter().copied().chain([".ci", ".gitignore"]).collect();
        assert!(wrong(&found).is_empty());
        found.insert("scripts");
        found.remove("LICENSE");
        assert_eq!(
            wrong(&found),
            ["scripts does not belong there", "LICENSE is missing"]
        );
    }
}
