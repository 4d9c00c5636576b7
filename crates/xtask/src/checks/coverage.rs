//! docs/coverage.md answers every kind of record and every duty of the plan once; the files and tests that it names exist,
//! and a row without a test says why.

use std::path::Path;

use anyhow::{Result, ensure};
use sothon_records::Kind;

use super::table::{Page, Row};

/// What a row says that names no test.
const WITHOUT: [&str; 2] = ["**later**", "**no part**"];
/// The duties of the plan.
const DUTIES: std::ops::RangeInclusive<u32> = 1..=108;

/// Compares the page with the declarations, the list of duties and the sources.
pub(crate) fn check(root: &Path) -> Result<String> {
    let page = Page::read(root, "docs/coverage.md")?;
    let kinds = page.rows(&['R']);
    let codes: Vec<String> = Kind::all().iter().map(|kind| kind.code.to_owned()).collect();
    page.answers(&kinds, &codes)?;
    let duties = page.rows(&['S']);
    page.answers(&duties, &DUTIES.map(|n| format!("S{n}")).collect::<Vec<_>>())?;

    let rows: Vec<Row<'_>> = kinds.into_iter().chain(duties).collect();
    page.tests_exist(root, &rows)?;
    let files = rows.iter().flat_map(|row| row.quoted(1));
    let missing: Vec<&str> = files.filter(|path| !root.join(path).is_file()).collect();
    ensure!(
        missing.is_empty(),
        "docs/coverage.md names files that do not exist: {}",
        missing.join(", ")
    );
    let tested = |row: &&Row<'_>| row.tests().next().is_some();
    let silent: Vec<&str> = rows
        .iter()
        .filter(|row| !tested(row) && !WITHOUT.iter().any(|word| row.last().contains(word)))
        .map(|row| row.point)
        .collect();
    ensure!(
        silent.is_empty(),
        "docs/coverage.md names no test and no reason for {}",
        silent.join(", ")
    );
    let count = |word: &str| rows.iter().filter(|row| row.last().contains(word)).count();
    Ok(format!(
        "{} of {} rows name a test, {} wait for a later issue in part, software has no part in {}",
        rows.iter().filter(tested).count(),
        rows.len(),
        count("**later**"),
        count("**no part**"),
    ))
}
