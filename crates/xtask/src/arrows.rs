//! The architecture as a table: which crate of ours may build on which, and what must never be reached.
//!
//! ARCHITECTURE.md shows the same table; it is generated from here.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use crate::context::Context;
use crate::metadata::{self, Metadata, Package};

/// A crate, and which crates of ours it may name in its `[dependencies]`.
const MAY_BUILD_ON: &[(&str, &[&str])] = &[
    ("sothon-records", &[]),
    ("sothon-book", &["sothon-records"]),
    ("sothon-ledger", &[]),
    ("sothon-store", &["sothon-ledger"]),
    ("sothon-sync", &["sothon-ledger"]),
    ("sothon-courier", &["sothon-ledger"]),
    (
        "sothon-archive",
        &["sothon-courier", "sothon-ledger", "sothon-store", "sothon-sync"],
    ),
    ("sothon-net", &["sothon-ledger", "sothon-sync"]),
    (
        "sothon-relay",
        &[
            "sothon-archive",
            "sothon-ledger",
            "sothon-net",
            "sothon-store",
            "sothon-sync",
        ],
    ),
    ("sothon-vault", &[]),
    (
        "sothon-replica",
        &[
            "sothon-records",
            "sothon-book",
            "sothon-archive",
            "sothon-courier",
            "sothon-ledger",
            "sothon-net",
            "sothon-store",
            "sothon-sync",
            "sothon-vault",
        ],
    ),
    ("sothon-overview", &["sothon-records"]),
    ("sothon-generator", &["sothon-records"]),
    ("sothon-sheets", &["sothon-records"]),
    ("sothon-photos", &[]),
    (
        "sothon-app",
        &[
            "sothon-records",
            "sothon-book",
            "sothon-archive",
            "sothon-ledger",
            "sothon-net",
            "sothon-replica",
            "sothon-store",
            "sothon-sync",
            "sothon-vault",
            "sothon-overview",
            "sothon-generator",
            "sothon-sheets",
            "sothon-photos",
        ],
    ),
    ("sothon-desktop", &["sothon-app"]),
    (
        "sothon-cli",
        &[
            "sothon-app",
            "sothon-records",
            "sothon-book",
            "sothon-ledger",
            "sothon-net",
            "sothon-replica",
            "sothon-store",
            "sothon-sync",
            "sothon-vault",
            "sothon-overview",
        ],
    ),
    (
        "sothon-fuzz",
        &[
            "sothon-records",
            "sothon-book",
            "sothon-archive",
            "sothon-courier",
            "sothon-ledger",
            "sothon-store",
            "sothon-sync",
            "sothon-vault",
            "sothon-sheets",
            "sothon-photos",
        ],
    ),
    ("xtask", &["sothon-records", "sothon-generator"]),
];

/// Crates of ours, what none of them may reach however far, and why.
struct Never {
    ours: &'static [&'static str],
    reach: &'static [&'static str],
    why: &'static str,
}

const NEVER: &[Never] = &[
    Never {
        ours: &[
            "sothon-ledger",
            "sothon-store",
            "sothon-sync",
            "sothon-courier",
            "sothon-archive",
            "sothon-net",
            "sothon-relay",
        ],
        reach: &[
            "automerge",
            "sothon-records",
            "sothon-book",
            "sothon-replica",
            "sothon-overview",
        ],
        why: "how it travels must not be able to read what is written",
    },
    Never {
        ours: &[
            "sothon-records",
            "sothon-book",
            "sothon-overview",
            "sothon-generator",
            "sothon-sheets",
            "sothon-photos",
        ],
        reach: &[
            "sothon-ledger",
            "sothon-store",
            "sothon-sync",
            "sothon-courier",
            "sothon-net",
            "sothon-vault",
        ],
        why: "what is written knows nothing of devices, keys and networks",
    },
    Never {
        ours: &[
            "sothon-records",
            "sothon-book",
            "sothon-ledger",
            "sothon-sync",
            "sothon-courier",
            "sothon-vault",
            "sothon-overview",
            "sothon-generator",
            "sothon-sheets",
            "sothon-photos",
        ],
        reach: &["tokio", "quinn", "rustls", "rusqlite", "mdns-sd", "axum"],
        why: "the core is pure: no sockets, no database, no runtime",
    },
    Never {
        ours: &["sothon-app", "sothon-cli"],
        reach: &["tauri", "wry", "gtk", "webkit2gtk"],
        why: "the core of the app does not know the window, and goes to a phone as it is",
    },
    // Not of sothon-sheets: `zip` names getrandom for locking files, which nothing there asks it to do.
    Never {
        ours: &[
            "sothon-records",
            "sothon-ledger",
            "sothon-sync",
            "sothon-courier",
            "sothon-vault",
            "sothon-overview",
            "sothon-photos",
        ],
        reach: &["getrandom"],
        why: "randomness is an argument",
    },
];

/// Checks every arrow between our crates, and every way to what must not be reached.
pub(crate) fn check(context: &Context) -> Result<String> {
    let metadata = &context.metadata;
    let broken = broken(metadata, |package| {
        metadata::reached_alone(&context.root, &package.name)
    })?;
    ensure!(
        broken.is_empty(),
        "the architecture is broken:\n  {}",
        broken.join("\n  ")
    );
    Ok(format!("{} crates", metadata.ours().count()))
}

/// The tables for ARCHITECTURE.md.
pub(crate) fn as_markdown() -> String {
    let mut text = String::from("| crate | may build on |\n| --- | --- |\n");
    for (name, may) in MAY_BUILD_ON {
        let may = if may.is_empty() {
            "none of ours".to_owned()
        } else {
            short(may)
        };
        text.push_str(&format!("| {} | {may} |\n", name.trim_start_matches("sothon-")));
    }
    text.push_str("\n| these | never reach, however far | because |\n| --- | --- | --- |\n");
    for never in NEVER {
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            short(never.ours),
            short(never.reach),
            never.why
        ));
    }
    text
}

/// Chains from one crate to all that it reaches, by the name of what is reached.
type Reached = BTreeMap<String, Vec<String>>;

fn broken(metadata: &Metadata, reach: impl Fn(&Package) -> Result<Reached>) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for package in metadata.ours() {
        let Some((_, may)) = MAY_BUILD_ON.iter().find(|(name, _)| *name == package.name) else {
            broken.push(format!(
                "{} is not in the table of crates/xtask/src/arrows.rs",
                package.name
            ));
            continue;
        };
        let ours = package
            .builds_on
            .iter()
            .filter_map(|id| metadata.packages.get(id))
            .filter(|on| on.is_ours);
        for on in ours.filter(|on| !may.contains(&on.name.as_str())) {
            broken.push(format!("{} must not build on {}", package.name, on.name));
        }
    }
    for never in NEVER {
        for package in never.ours.iter().filter_map(|name| metadata.ours_named(name)) {
            let reached = reach(package)?;
            for chain in never.reach.iter().filter_map(|name| reached.get(*name)) {
                broken.push(format!("{} ({})", chain.join(" -> "), never.why));
            }
        }
    }
    Ok(broken)
}

fn short(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| name.trim_start_matches("sothon-"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::of_arrows;

    fn broken(metadata: &Metadata) -> Vec<String> {
        super::broken(metadata, |package| Ok(metadata.reaches(package))).unwrap()
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_found() {
        let broken = broken(&of_arrows(&[("sothon-store", "sothon-sync")]));
        assert_eq!(broken, ["sothon-store must not build on sothon-sync"]);
    }

    #[test]
    fn a_relay_that_links_automerge_by_three_steps_is_found() {
        let graph = of_arrows(&[
            ("sothon-relay", "sothon-store"),
            ("sothon-store", "innocent"),
            ("innocent", "automerge"),
        ]);
        let broken = broken(&graph);
        assert!(
            broken
                .iter()
                .any(|line| line.starts_with("sothon-relay -> sothon-store -> innocent -> automerge")),
            "{broken:?}"
        );
    }

    #[test]
    fn a_crate_that_the_table_does_not_know_is_found() {
        assert_eq!(broken(&of_arrows(&[("sothon-new", "serde")])).len(), 1);
    }

    #[test]
    fn the_table_itself_breaks_none_of_its_rules() {
        let arrows: Vec<(&str, &str)> = MAY_BUILD_ON
            .iter()
            .flat_map(|(from, may)| may.iter().map(move |to| (*from, *to)))
            .chain([
                ("sothon-book", "automerge"),
                ("sothon-net", "quinn"),
                ("sothon-store", "rusqlite"),
            ])
            .collect();
        assert_eq!(broken(&of_arrows(&arrows)), Vec::<String>::new());
    }
}
