//! Tables of docs/ that answer a list point by point, the last cell naming the tests that show it, `like_this`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::checked_in;

/// A page, of which some rows answer points.
pub(crate) struct Page {
    name: &'static str,
    text: String,
}

/// A row that answers a point.
pub(crate) struct Row<'p> {
    /// The point: a letter and a number, `A1`, `R51.1`.
    pub point: &'p str,
    /// The cells after it.
    cells: Vec<&'p str>,
}

impl Page {
    /// Reads a page.
    pub(crate) fn read(root: &Path, name: &'static str) -> Result<Page> {
        let text = fs::read_to_string(root.join(name)).with_context(|| format!("cannot read {name}"))?;
        Ok(Page { name, text })
    }

    /// The rows whose first cell is one of these letters and a number.
    pub(crate) fn rows(&self, letters: &[char]) -> Vec<Row<'_>> {
        rows(&self.text, letters)
    }

    /// That the rows answer these points, once each and in order.
    pub(crate) fn answers(&self, rows: &[Row<'_>], points: &[String]) -> Result<()> {
        let found: BTreeSet<&str> = rows.iter().map(|row| row.point).collect();
        let asked: BTreeSet<&str> = points.iter().map(String::as_str).collect();
        let missing: Vec<&str> = asked.difference(&found).copied().collect();
        let unknown: Vec<&str> = found.difference(&asked).copied().collect();
        let name = self.name;
        ensure!(missing.is_empty(), "{name} has no row for {}", missing.join(", "));
        ensure!(
            unknown.is_empty(),
            "{name} answers what nobody asked: {}",
            unknown.join(", ")
        );
        let in_order = rows
            .iter()
            .map(|row| row.point)
            .eq(points.iter().map(String::as_str));
        ensure!(in_order, "{name} must answer each point once, in order");
        Ok(())
    }

    /// That every test named in the rows is a function of the sources.
    pub(crate) fn tests_exist(&self, root: &Path, rows: &[Row<'_>]) -> Result<()> {
        let mut sources = String::new();
        for path in checked_in(root)?.iter().filter(|path| path.ends_with(".rs")) {
            sources.push_str(&fs::read_to_string(root.join(path)).unwrap_or_default());
        }
        let tests = functions(&sources);
        let named = rows.iter().flat_map(Row::tests);
        let missing: BTreeSet<&str> = named.filter(|name| !tests.contains(name)).collect();
        ensure!(
            missing.is_empty(),
            "{} names tests that do not exist:\n  {}",
            self.name,
            missing.into_iter().collect::<Vec<_>>().join("\n  ")
        );
        Ok(())
    }
}

impl<'p> Row<'p> {
    /// What the last cell says.
    pub(crate) fn last(&self) -> &'p str {
        self.cells.last().copied().unwrap_or_default()
    }

    /// The tests that it names.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &'p str> + use<'p> {
        quoted(self.last())
    }

    /// What is in backquotes in a cell, counted from the one after the point.
    pub(crate) fn quoted(&self, cell: usize) -> impl Iterator<Item = &'p str> + use<'p> {
        quoted(self.cells.get(cell).copied().unwrap_or_default())
    }
}

fn rows<'p>(page: &'p str, letters: &[char]) -> Vec<Row<'p>> {
    page.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
            let point = cells.next()?;
            let number = point.strip_prefix(letters)?;
            let digits = |c: char| c.is_ascii_digit() || c == '.';
            (!number.is_empty() && number.chars().all(digits)).then(|| Row {
                point,
                cells: cells.collect(),
            })
        })
        .collect()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
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

    const PAGE: &str = "| | holds | where | test |\n| --- |\n| A1 | `after` | x | `a_b`, **open**; `c` |\n";

    #[test]
    fn tests_are_read_from_the_last_cell_only() {
        let rows = rows(PAGE, &['A', 'B']);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].tests().collect::<Vec<_>>(), ["a_b", "c"]);
        assert_eq!(rows[0].quoted(0).collect::<Vec<_>>(), ["after"]);
        assert!(
            functions("#[test]\nfn a_b() {}\nfn c<T>(x: T) {}").is_superset(&BTreeSet::from(["a_b", "c"]))
        );
    }

    #[test]
    fn a_point_that_is_missing_unknown_or_twice_is_noticed() {
        let page = |text: &str| Page {
            name: "x.md",
            text: text.to_owned(),
        };
        let points = ["A1".to_owned()];
        let answers = |text: &str| {
            let page = page(text);
            page.answers(&page.rows(&['A']), &points).is_ok()
        };
        assert!(answers(PAGE));
        assert!(!answers(""));
        assert!(!answers(&format!("{PAGE}| A2 | x | y |\n")));
        assert!(!answers(&format!("{PAGE}| A1 | x | y |\n")));
    }
}
