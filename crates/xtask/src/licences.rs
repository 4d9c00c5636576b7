//! All that we build on has a licence that lets us.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::command::{Run, answers};
use crate::context::Context;
use crate::metadata::Metadata;
use crate::report::Outcome;

const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    // Asks only that changes to its own files be published; we change none, and it may stand beside the AGPL (its §3.3).
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

const OURS: &str = "AGPL-3.0-or-later";

/// The lock file of the pages: what it does not mark as for development may be in the window.
const PAGES: &str = "ui/package-lock.json";

/// Only for what is a typeface.
const FONTS: (&str, &str) = ("@fontsource/", "OFL-1.1");

/// Packages whose `package.json` says nothing, and the licence that lies beside it.
const UNSAID: &[(&str, &str)] = &[("svelte-toolbelt", "MIT")];

/// The package that the window is.
const WINDOW: &str = "sothon-desktop";

/// Something that is built into the program.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Part {
    name: String,
    version: String,
    licence: String,
}

/// Checks the licences of all crates, on whatever platform they would be used, and of the packages in the pages.
pub(crate) fn check(context: &Context) -> Result<String> {
    let crates = crates(&context.metadata)?;
    let packages = packages(&lock(context)?)?;
    Ok(format!("{crates} crates, {packages} packages of npm"))
}

/// What is built into the program, for its page about itself: crates that the window links, and packages in the pages.
pub(crate) fn as_json(context: &Context) -> Result<String> {
    let mut parts = shipped(&lock(context)?)?;
    parts.extend(linked(&context.metadata)?);
    parts.sort();
    parts.dedup();
    let lines: Vec<String> = parts
        .iter()
        .map(|part| {
            let Part {
                name,
                version,
                licence,
            } = part;
            serde_json::json!({ "licence": licence, "name": name, "version": version }).to_string()
        })
        .collect();
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// The crates that the window links, however far.
fn linked(metadata: &Metadata) -> Result<Vec<Part>> {
    let window = metadata
        .packages
        .iter()
        .find(|(_, package)| package.is_ours && package.name == WINDOW);
    let (id, _) = window.with_context(|| format!("no package {WINDOW}"))?;
    let mut seen = BTreeSet::from([id]);
    let mut queue = vec![id];
    while let Some(package) = queue.pop().and_then(|id| metadata.packages.get(id)) {
        for next in &package.builds_on {
            if seen.insert(next) {
                queue.push(next);
            }
        }
    }
    let parts = seen.into_iter().filter_map(|id| metadata.packages.get(id));
    Ok(parts
        .filter(|package| !package.is_ours)
        .map(|package| Part {
            name: package.name.clone(),
            version: package.version.clone(),
            licence: package.licence.clone().unwrap_or_default(),
        })
        .collect())
}

fn lock(context: &Context) -> Result<Value> {
    let text =
        fs::read_to_string(context.root.join(PAGES)).with_context(|| format!("cannot read {PAGES}"))?;
    serde_json::from_str(&text).context(PAGES)
}

/// The packages that may be in the pages.
fn shipped(lock: &Value) -> Result<Vec<Part>> {
    let all = lock["packages"]
        .as_object()
        .context("no packages in the lock file")?;
    let shipped = all
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["dev"] != Value::Bool(true))
        .map(|(path, package)| {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            let unsaid = UNSAID.iter().find(|(unsaid, _)| *unsaid == name);
            let licence = package["license"]
                .as_str()
                .or(unsaid.map(|(_, licence)| *licence));
            Part {
                name: name.to_owned(),
                version: package["version"].as_str().unwrap_or_default().to_owned(),
                licence: licence.unwrap_or("none stated").to_owned(),
            }
        });
    Ok(shipped.collect())
}

fn packages(lock: &Value) -> Result<usize> {
    let shipped = shipped(lock)?;
    let wrong: Vec<String> = shipped
        .iter()
        .filter(|part| {
            let font = part.name.starts_with(FONTS.0) && part.licence == FONTS.1;
            !font && !is_allowed(&part.licence)
        })
        .map(|part| format!("{}: {}", part.name, part.licence))
        .collect();
    ensure!(
        wrong.is_empty(),
        "licences that are not on the list:\n  {}",
        wrong.join("\n  ")
    );
    Ok(shipped.len())
}

fn crates(metadata: &Metadata) -> Result<usize> {
    let mut wrong = Vec::new();
    for package in metadata.packages.values() {
        let licence = package.licence.as_deref().unwrap_or("none stated");
        let fine = if package.is_ours {
            licence == OURS
        } else {
            is_allowed(licence)
        };
        if !fine {
            wrong.push(format!("{} {}: {licence}", package.name, package.version));
        }
    }
    ensure!(
        wrong.is_empty(),
        "licences that are not on the list:\n  {}",
        wrong.join("\n  ")
    );
    Ok(metadata.packages.len())
}

/// The folder of a checkout of the RustSec advisory database; it is on GitHub, which CI cannot reach.
const ADVISORY_FOLDER: &str = "SOTHON_ADVISORY_DB";

/// Checks for known holes, where a copy of the database was given.
pub(crate) fn check_advisories(context: &Context) -> Result<Outcome> {
    let Some(folder) = std::env::var_os(ADVISORY_FOLDER) else {
        return Ok(Outcome::Skipped(format!(
            "ADVISORIES WERE NOT CHECKED: set {ADVISORY_FOLDER} to a copy of the RustSec database"
        )));
    };
    let folder = Path::new(&folder);
    if !answers("cargo", &["audit", "--version"]) {
        bail!(
            "{ADVISORY_FOLDER} is set, but cargo-audit is not installed: cargo install --locked cargo-audit"
        );
    }
    let db = folder.display().to_string();
    Run::new(
        "cargo",
        &["audit", "--no-fetch", "--stale", "--db", &db],
        &context.root,
    )
    .until(context.deadline)
    .run()?;
    Ok(Outcome::Passed("no known holes".to_owned()))
}

/// Whether an SPDX expression can be met with allowed licences alone. `AND` binds tighter than `OR`; a slash is the
/// old way to write `OR`.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut tokens: Vec<&str> = spaced.split_whitespace().rev().collect();
    let allowed = any(&mut tokens);
    allowed && tokens.is_empty()
}

fn any(tokens: &mut Vec<&str>) -> bool {
    let mut allowed = all(tokens);
    while tokens.last() == Some(&"OR") {
        tokens.pop();
        allowed |= all(tokens);
    }
    allowed
}

fn all(tokens: &mut Vec<&str>) -> bool {
    let mut allowed = one(tokens);
    while tokens.last() == Some(&"AND") {
        tokens.pop();
        allowed &= one(tokens);
    }
    allowed
}

fn one(tokens: &mut Vec<&str>) -> bool {
    match tokens.pop() {
        Some("(") => {
            let allowed = any(tokens);
            tokens.pop() == Some(")") && allowed
        }
        Some(name) if tokens.last() == Some(&"WITH") => {
            tokens.pop();
            let exception = tokens.pop().unwrap_or_default();
            ALLOWED.contains(&format!("{name} WITH {exception}").as_str())
        }
        Some(name) => ALLOWED.contains(&name),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_of_the_pages_without_a_good_licence_is_found() {
        let lock = |name: &str, package: Value| serde_json::json!({ "packages": { "": {}, name: package } });
        let check = |name: &str, package: Value| packages(&lock(name, package));
        let said = |licence: &str| serde_json::json!({ "license": licence });
        assert_eq!(check("node_modules/a", said("MIT")).unwrap(), 1);
        assert_eq!(check("node_modules/@fontsource/a", said("OFL-1.1")).unwrap(), 1);
        assert_eq!(
            check("node_modules/b/node_modules/svelte-toolbelt", Value::Null).unwrap(),
            1
        );
        let tool = serde_json::json!({ "license": "GPL-3.0-only", "dev": true });
        assert_eq!(check("node_modules/a", tool).unwrap(), 0);
        assert!(check("node_modules/a", said("OFL-1.1")).is_err());
        assert!(check("node_modules/a", Value::Null).is_err());
    }

    #[test]
    fn an_expression_is_read_as_spdx_means_it() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-2.0-only OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only",
            "GPL-3.0-only OR MIT AND ISC",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "",
            "none stated",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT OR Apache-2.0) AND SSPL-1.0",
            "GPL-3.0-only WITH LLVM-exception",
            "MIT AND",
            "(MIT",
            "MIT Apache-2.0",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
