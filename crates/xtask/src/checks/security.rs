//! docs/security.md answers every finding once, and each test that it names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::checked_in;

const PAGE: &str = "docs/security.md";

/// Compares the page with the list of findings and with the sources.
pub(crate) fn check(root: &Path) -> Result<String> {
    let page = fs::read_to_string(root.join(PAGE)).with_context(|| format!("cannot read {PAGE}"))?;
    let rows = rows(&page);
    let expected: Vec<String> = (1..=43)
        .map(|n| format!("A{n}"))
        .chain((1..=24).map(|n| format!("B{n}")))
        .collect();
    let found: Vec<&str> = rows.iter().map(|row| row.finding).collect();
    ensure!(
        found == expected,
        "{PAGE} must have A1 to A43 and B1 to B24, once each, in order"
    );

    let mut sources = String::new();
    for path in checked_in(root)?.iter().filter(|path| path.ends_with(".rs")) {
        sources.push_str(&fs::read_to_string(root.join(path)).unwrap_or_default());
    }
    let tests = functions(&sources);
    let missing: Vec<&str> = rows
        .iter()
        .flat_map(|row| names(row.test))
        .filter(|name| !tests.contains(name))
        .collect();
    ensure!(
        missing.is_empty(),
        "{PAGE} names tests that do not exist:\n  {}",
        missing.join("\n  ")
    );

    let count = |word: &str| rows.iter().filter(|row| row.test.contains(word)).count();
    let tried = rows.iter().filter(|row| names(row.test).next().is_some()).count();
    Ok(format!(
        "{tried} of {} findings name a test, {} are open, {} wait for a later issue",
        rows.len(),
        count("**open**"),
        count("**later**")
    ))
}

struct Row<'p> {
    finding: &'p str,
    test: &'p str,
}

/// Rows of the table, those whose first cell is a letter and a number.
fn rows(page: &str) -> Vec<Row<'_>> {
    page.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
            let finding = cells.next()?;
            let number = finding.strip_prefix(['A', 'B'])?;
            number.parse::<u32>().ok()?;
            Some(Row {
                finding,
                test: cells.last()?,
            })
        })
        .collect()
}

fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn functions(sources: &str) -> BTreeSet<&str> {
    sources
        .split("fn ")
        .skip(1)
        .filter_map(|rest| rest.split(['(', '<']).next())
        .map(str::trim)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_the_last_cell_only() {
        let page = "| | holds | where | test |\n| --- |\n| A1 | `after` | x | `a_b`, **open**; `c` |\n";
        let rows = rows(page);
        assert_eq!(rows.len(), 1);
        assert_eq!(names(rows[0].test).collect::<Vec<_>>(), ["a_b", "c"]);
        assert!(
            functions("#[test]\nfn a_b() {}\nfn c<T>(x: T) {}").is_superset(&BTreeSet::from(["a_b", "c"]))
        );
    }
}
