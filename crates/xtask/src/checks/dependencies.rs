//! Each direct dependency has a line in docs/dependencies.md that says why it was chosen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::setup;

const PAGE: &str = "docs/dependencies.md";

/// Compares the workspace's dependencies, and those of the checks in other languages, with the page.
pub(crate) fn check(root: &Path) -> Result<String> {
    let read =
        |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let mut used = of_cargo(&read("Cargo.toml")?);
    used.extend(of_pip(&read("tests/cose/requirements.txt")?));
    for folder in setup::NPM_FOLDERS.iter().chain([&setup::BENCH_FOLDER]) {
        let package = format!("{folder}/package.json");
        used.extend(of_npm(&read(&package)?).context(package)?);
    }
    let explained = explained(&read(PAGE)?);
    let missing: Vec<&str> = used.difference(&explained).map(String::as_str).collect();
    ensure!(
        missing.is_empty(),
        "{PAGE} says nothing of: {}",
        missing.join(", ")
    );
    let gone: Vec<&str> = explained.difference(&used).map(String::as_str).collect();
    ensure!(
        gone.is_empty(),
        "{PAGE} explains what is not used: {}",
        gone.join(", ")
    );
    Ok(format!("{} direct dependencies", used.len()))
}

/// Names in `[workspace.dependencies]`, without our own crates.
fn of_cargo(manifest: &str) -> BTreeSet<String> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim().to_owned()))
        .filter(|name| !name.starts_with('#') && !name.starts_with("sothon-"))
        .collect()
}

/// Names before `==`, of lines that are marked as direct by standing above the first comment "# what these need".
fn of_pip(requirements: &str) -> BTreeSet<String> {
    requirements
        .lines()
        .take_while(|line| !line.starts_with("# what these need"))
        .filter_map(|line| line.split_once("==").map(|(name, _)| name.trim().to_owned()))
        .filter(|name| !name.starts_with('#'))
        .collect()
}

fn of_npm(package: &str) -> Result<BTreeSet<String>> {
    let package: serde_json::Value = serde_json::from_str(package)?;
    let names = ["dependencies", "devDependencies"]
        .iter()
        .filter_map(|kind| package[kind].as_object())
        .flat_map(|names| names.keys().cloned());
    Ok(names.collect())
}

/// Names in the first column of the page's tables.
fn explained(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_all_four_files() {
        let manifest = "[workspace]\nx = 1\n[workspace.dependencies]\nsothon-book = { path = \"x\" }\n\
            # why\nserde = \"1\"\nzstd = { version = \"0.14\" }\n\n[profile.dev]\ndebug = false\n";
        assert_eq!(
            of_cargo(manifest),
            BTreeSet::from(["serde".to_owned(), "zstd".to_owned()])
        );
        let requirements = "# direct\npycose==1.1.0\n# what these need\ncbor2==5.0.0\n";
        assert_eq!(of_pip(requirements), BTreeSet::from(["pycose".to_owned()]));
        assert_eq!(
            of_npm(r#"{"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}}"#).unwrap(),
            BTreeSet::from(["a".to_owned(), "b".to_owned()])
        );
        assert_eq!(
            explained("| name | why |\n| `a` | b `c` |\n"),
            BTreeSet::from(["a".to_owned()])
        );
    }
}
