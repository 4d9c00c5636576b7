//! Links between the pages of this repository lead to files that are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::checked_in;

/// Looks at every `](target)` of every page; what leads out of the repository is not followed.
pub(crate) fn check(root: &Path) -> Result<String> {
    let files = checked_in(root)?;
    let there: BTreeSet<&str> = files.iter().flat_map(|path| prefixes(path)).collect();
    let mut count = 0;
    let mut broken = Vec::new();
    for page in files.iter().filter(|path| path.ends_with(".md")) {
        let text = fs::read_to_string(root.join(page)).with_context(|| format!("cannot read {page}"))?;
        for target in targets(&text) {
            count += 1;
            if !there.contains(resolve(page, target).as_str()) {
                broken.push(format!("{page}: {target}"));
            }
        }
    }
    ensure!(
        broken.is_empty(),
        "links that lead nowhere:\n  {}",
        broken.join("\n  ")
    );
    Ok(format!("{count} links"))
}

/// A file and the folders that it lies in.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
}

/// The path from the top that a link on a page means.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_resolved_from_their_page() {
        assert_eq!(resolve("docs/a.md", "../README.md"), "README.md");
        assert_eq!(resolve("docs/a.md", "vectors/"), "docs/vectors");
        assert_eq!(resolve("README.md", "docs/a.md"), "docs/a.md");
        let text = "[a](b.md#c) [d](https://x.example) [e](#f) ![g](h.svg)";
        assert_eq!(targets(text).collect::<Vec<_>>(), ["b.md", "h.svg"]);
        assert_eq!(prefixes("a/b/c").collect::<Vec<_>>(), ["a", "a/b", "a/b/c"]);
    }
}
