//! docs/security.md answers every finding once, and each test that it names exists.

use std::path::Path;

use anyhow::Result;

use super::table::{Page, Row};

/// Compares the page with the list of findings and with the sources.
pub(crate) fn check(root: &Path) -> Result<String> {
    let page = Page::read(root, "docs/security.md")?;
    let rows = page.rows(&['A', 'B']);
    let findings = (1..=43)
        .map(|n| format!("A{n}"))
        .chain((1..=24).map(|n| format!("B{n}")));
    page.answers(&rows, &findings.collect::<Vec<_>>())?;
    page.tests_exist(root, &rows)?;

    let count = |word: &str| rows.iter().filter(|row| row.last().contains(word)).count();
    let tested = |row: &&Row<'_>| row.tests().next().is_some();
    Ok(format!(
        "{} of {} findings name a test, {} are open, {} wait for a later issue",
        rows.iter().filter(tested).count(),
        rows.len(),
        count("**open**"),
        count("**later**")
    ))
}
