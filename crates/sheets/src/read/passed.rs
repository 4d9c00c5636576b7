//! Rows that are no records: sums and signatures, management that has ended, pledges that nobody has signed.

use sothon_records::text::folded_words;

use crate::guess::Mapping;
use crate::sheet::{Cell, Row};
use crate::subject::Subject;

/// A row that was passed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passed {
    /// Its number.
    pub row: u32,
    /// Of whom or what it is, as it is written.
    pub named: String,
    /// Why.
    pub why: Why,
}

/// Why a row is no record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It is a sum, a signature or a remark about the table.
    Beside,
    /// The management of the person has ended.
    Ended,
    /// The household has not signed.
    Unsigned,
}

/// The columns that name whom a row is of.
const NAMES: [&str; 4] = ["head", "name", "members/name", "household/head"];

/// Whether a row is passed over, and why.
pub(super) fn passed(row: &Row, subject: Subject, mapping: &Mapping) -> Option<Passed> {
    let mut named = NAMES
        .iter()
        .filter_map(|slug| mapping.column(slug))
        .map(|column| row.cell(column.at).typed())
        .filter(|name| !name.is_empty());
    let first = || {
        let mut cells = row.cells.iter().filter(|cell| !cell.is_empty());
        cells.next().map(Cell::typed).unwrap_or_default()
    };
    let name = named.next();
    let why = if name.is_none() && is_beside(&first()) {
        Why::Beside
    } else if subject == Subject::Pledges && is_unsigned(row, mapping) {
        Why::Unsigned
    } else {
        let standing = mapping.column("standing")?;
        says_ended(&row.cell(standing.at).typed()).then_some(Why::Ended)?
    };
    Some(Passed {
        row: row.number,
        named: name.unwrap_or_else(first),
        why,
    })
}

/// Whether a row that names nobody begins as those below a list do.
fn is_beside(first: &str) -> bool {
    const BEGINS: &[&[&str]] = &[
        &["tong"],
        &["cong"],
        &["nguoi", "lap"],
        &["lap", "bieu"],
        &["truong", "thon"],
        &["ngay"],
        &["ghi", "chu"],
    ];
    let words = folded_words(first);
    let starts = |with: &[&str]| {
        let words = words.iter().map(String::as_str).take(with.len());
        words.eq(with.iter().copied())
    };
    BEGINS.iter().any(|with| starts(with))
}

/// Whoever has not signed has an empty cell there.
fn is_unsigned(row: &Row, mapping: &Mapping) -> bool {
    let is_empty = |slug: &str| {
        let column = mapping.column(slug);
        column.is_none_or(|column| row.cell(column.at).is_empty())
    };
    mapping.column("signed_on").is_some() && is_empty("signed_on") && is_empty("unsigned_reason")
}

/// Whether a cell says that the management has ended. "Chưa kết thúc" and "sắp kết thúc" do not: somebody who is managed
/// and left out would be missed, somebody whose management has ended and is taken in stands there to be put right.
fn says_ended(says: &str) -> bool {
    const ENDED: [[&str; 2]; 2] = [["ket", "thuc"], ["da", "het"]];
    // Not, not yet, soon, about to, waiting for, before, until, when.
    const NOT: &[&str] = &[
        "chua", "khong", "ko", "chang", "sap", "se", "gan", "cho", "doi", "truoc", "den", "khi", "kien",
    ];
    says.split([',', ';', '.', '\n', '(']).any(|clause| {
        let words = folded_words(clause);
        let ended = |pair: &[String]| ENDED.iter().any(|ended| pair.iter().eq(ended.iter()));
        let Some(at) = words.windows(2).position(ended) else {
            return false;
        };
        let is_not = |word: &String| NOT.contains(&word.as_str());
        let (before, after) = words.split_at(at);
        let said = before.last().is_some_and(|word| word == "da") || after.first().is_some_and(|w| w == "da");
        // "Kết thúc: chưa" says no after it.
        !before.iter().any(is_not) && (said || !after.iter().any(is_not))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_plainly_that_management_has_ended_is_read_so() {
        for says in [
            "Đã kết thúc",
            "kết thúc",
            "KẾT THÚC 12/2025",
            "Đã hết hạn quản lý",
            "Hết hạn, đã kết thúc",
            "Đã kết thúc không tái phạm",
        ] {
            assert!(says_ended(says), "{says}");
        }
        for says in [
            "Chưa kết thúc",
            "chua ket thuc",
            "Không kết thúc sớm",
            "Đang quản lý (chưa kết thúc)",
            "Kết thúc: chưa",
            "Sắp kết thúc",
            "Dự kiến kết thúc 12/2026",
            "Chưa có quyết định kết thúc",
            "Đang quản lý",
            "",
        ] {
            assert!(!says_ended(says), "{says}");
        }
    }
}
