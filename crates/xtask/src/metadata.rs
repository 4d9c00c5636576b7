//! What `cargo metadata` says: crates, their licences, and which builds on which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// The resolved graph of the workspace, for all platforms.
pub(crate) struct Metadata {
    pub packages: BTreeMap<String, Package>,
    pub target_directory: PathBuf,
}

/// One crate in one version, by cargo's id.
pub(crate) struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    pub is_ours: bool,
    /// Ids of what it links; what only its tests or build scripts use is not among them.
    pub builds_on: BTreeSet<String>,
}

impl Metadata {
    pub fn of_workspace(root: &Path) -> Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root)
            .output()
            .context("cannot start `cargo metadata`")?;
        ensure!(
            output.status.success(),
            "`cargo metadata --locked` failed (is Cargo.lock up to date?):\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self::parse(&serde_json::from_slice(&output.stdout)?)
    }

    fn parse(value: &Value) -> Result<Self> {
        let ours: BTreeSet<&str> = list(value, "workspace_members")?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut packages = BTreeMap::new();
        for package in list(value, "packages")? {
            let id = text(package, "id")?;
            packages.insert(
                id.to_owned(),
                Package {
                    name: text(package, "name")?.to_owned(),
                    version: text(package, "version")?.to_owned(),
                    licence: package["license"].as_str().map(str::to_owned),
                    is_ours: ours.contains(id),
                    builds_on: BTreeSet::new(),
                },
            );
        }
        for node in list(&value["resolve"], "nodes")? {
            let builds_on = list(node, "deps")?
                .iter()
                .filter(|dep| {
                    dep["dep_kinds"]
                        .as_array()
                        .is_some_and(|kinds| kinds.iter().any(is_linked))
                })
                .filter_map(|dep| dep["pkg"].as_str().map(str::to_owned))
                .collect();
            let id = text(node, "id")?;
            packages
                .get_mut(id)
                .with_context(|| format!("no package for {id}"))?
                .builds_on = builds_on;
        }
        Ok(Self {
            packages,
            target_directory: text(value, "target_directory")?.into(),
        })
    }

    pub fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.values().filter(|package| package.is_ours)
    }

    pub fn ours_named(&self, name: &str) -> Option<&Package> {
        self.ours().find(|package| package.name == name)
    }

    /// As [`reached_alone`], in this graph.
    #[cfg(test)]
    pub fn reaches(&self, from: &Package) -> BTreeMap<String, Vec<String>> {
        let mut found = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([(from, vec![from.name.clone()])]);
        while let Some((package, chain)) = queue.pop_front() {
            for next in package.builds_on.iter().filter_map(|id| self.packages.get(id)) {
                if !found.contains_key(&next.name) {
                    let mut chain = chain.clone();
                    chain.push(next.name.clone());
                    found.insert(next.name.clone(), chain.clone());
                    queue.push_back((next, chain));
                }
            }
        }
        found
    }
}

/// The ways from a crate of ours to all that it links when it is built by itself: name of each, with the chain to it.
///
/// Not the whole workspace's graph: there a feature that the window's crates switch on would seem to be everybody's.
pub(crate) fn reached_alone(root: &Path, name: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--locked",
            "--target",
            "all",
            "--edges",
            "normal",
            "--prefix",
            "depth",
            "--package",
            name,
        ])
        .current_dir(root)
        .output()
        .context("cannot start `cargo tree`")?;
    ensure!(
        output.status.success(),
        "`cargo tree --package {name}` failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(chains(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads lines like `2tokio v1.54.1 (*)`: depth, name, and more.
fn chains(tree: &str) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut chain: Vec<String> = Vec::new();
    for line in tree.lines() {
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (depth, rest) = line.split_at(digits);
        let (Ok(depth), Some(name)) = (depth.parse::<usize>(), rest.split_whitespace().next()) else {
            continue;
        };
        chain.truncate(depth);
        chain.push(name.to_owned());
        if depth > 0 {
            found.entry(name.to_owned()).or_insert_with(|| chain.clone());
        }
    }
    found
}

/// Neither for tests alone ("dev") nor for a build script alone ("build").
fn is_linked(kind: &Value) -> bool {
    kind["kind"].is_null()
}

fn list<'v>(value: &'v Value, key: &str) -> Result<&'v Vec<Value>> {
    value[key]
        .as_array()
        .with_context(|| format!("`cargo metadata` gave no list {key}"))
}

fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str> {
    value[key]
        .as_str()
        .with_context(|| format!("`cargo metadata` gave no text {key}"))
}

#[cfg(test)]
pub(crate) fn of_arrows(arrows: &[(&str, &str)]) -> Metadata {
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    for name in arrows.iter().flat_map(|(from, to)| [from, to]) {
        packages.entry((*name).to_owned()).or_insert_with(|| Package {
            name: (*name).to_owned(),
            version: "1.0.0".to_owned(),
            licence: Some("MIT".to_owned()),
            is_ours: name.starts_with("sothon-") || *name == "xtask",
            builds_on: BTreeSet::new(),
        });
    }
    for (from, to) in arrows {
        packages
            .get_mut(*from)
            .unwrap()
            .builds_on
            .insert((*to).to_owned());
    }
    Metadata {
        packages,
        target_directory: PathBuf::from("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_read_from_a_tree() {
        let tree = "0sothon-net v0.1.0 (here)\n1quinn v0.11.12\n2tokio v1.54.1\n1tokio v1.54.1 (*)\n";
        let chains = chains(tree);
        assert_eq!(chains.keys().collect::<Vec<_>>(), ["quinn", "tokio"]);
        assert_eq!(chains["tokio"], ["sothon-net", "quinn", "tokio"]);
    }

    #[test]
    fn a_crate_used_only_by_tests_or_build_scripts_is_not_built_on() {
        let value = serde_json::json!({
            "workspace_members": ["a"], "target_directory": "/t",
            "packages": [{"id": "a", "name": "a", "version": "1.0.0", "license": null},
                         {"id": "b", "name": "b", "version": "1.0.0", "license": "MIT"},
                         {"id": "c", "name": "c", "version": "1.0.0", "license": "MIT"}],
            "resolve": {"nodes": [
                {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": "dev"}, {"kind": "build"}]},
                                     {"pkg": "c", "dep_kinds": [{"kind": "dev"}, {"kind": null}]}]},
                {"id": "b", "deps": []}, {"id": "c", "deps": []}]}
        });
        let metadata = Metadata::parse(&value).unwrap();
        let a = metadata.ours_named("a").unwrap();
        assert_eq!(metadata.reaches(a).into_keys().collect::<Vec<_>>(), ["c"]);
    }
}
