//! A table as it was read: rows of cells, without formats.

use std::collections::BTreeSet;

/// What stands in a cell.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text: one line or several, without marks that turn the direction of writing.
    Text(String),
    /// A number, as the program that wrote it kept it: leading zeros are lost.
    Number(f64),
    /// Yes or no.
    YesNo(bool),
    /// A day: year, month, day.
    Date(i32, u32, u32),
    /// A formula that has no value: "#REF!".
    Broken(&'static str),
}

/// The longest text that a cell of Excel holds, in characters.
pub(crate) const LONGEST: usize = 32_767;

impl Cell {
    /// A text as a cell; nothing where there is none.
    pub fn text(text: &str) -> Cell {
        let kept: String = text.chars().filter(|c| !is_invisible(*c)).take(LONGEST).collect();
        if kept.trim().is_empty() {
            Cell::Empty
        } else {
            Cell::Text(kept)
        }
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty)
    }

    /// As a person would type it.
    pub fn typed(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
            Cell::Number(n) => n.to_string(),
            Cell::YesNo(true) => "có".to_owned(),
            Cell::YesNo(false) => "không".to_owned(),
            Cell::Date(year, month, day) => format!("{day:02}/{month:02}/{year:04}"),
            Cell::Broken(says) => (*says).to_owned(),
        }
    }
}

/// Marks that nobody sees: they turn the direction of writing (a name would read as another), or stand for nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// A row in which something stands.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// Its number, as Excel shows it: from 1.
    pub number: u32,
    /// Its cells, from column A.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell in a column, from 0.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

/// One sheet of a workbook.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The rows in which something stands, from the top. Rows that are hidden are among them: they are data too.
    pub rows: Vec<Row>,
    /// The numbers of the rows that the file hides.
    pub hidden: BTreeSet<u32>,
}

/// A column as Excel names it: 0 is `A`, 26 is `AA`.
pub fn letters(column: usize) -> String {
    let mut left = column;
    let mut name = Vec::new();
    loop {
        name.push(b'A' + u8::try_from(left % 26).unwrap_or_default());
        match (left / 26).checked_sub(1) {
            Some(more) => left = more,
            None => break,
        }
    }
    name.iter().rev().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_excel_names_them() {
        for (at, name) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
        ] {
            assert_eq!(letters(at), name);
        }
    }

    #[test]
    fn a_cell_reads_as_one_would_type_it() {
        for (cell, typed) in [
            (Cell::text("  An "), "An"),
            (Cell::text("\u{202e}An\u{202c}"), "An"),
            (Cell::text("\u{200b}"), ""),
            (Cell::Number(1980.0), "1980"),
            (Cell::Number(1.5), "1.5"),
            (Cell::Number(f64::NAN), "NaN"),
            (Cell::Date(2026, 1, 5), "05/01/2026"),
            (Cell::Broken("#REF!"), "#REF!"),
        ] {
            assert_eq!(cell.typed(), typed);
        }
        assert_eq!(Cell::text(&"a".repeat(40_000)).typed().len(), LONGEST);
    }
}
