//! What a field of a record is in a cell.

use chrono::{NaiveDate, NaiveDateTime};
use sothon_records::civil::{self, YearOrDate};
use sothon_records::datum::{self, Datum};
use sothon_records::kind::{Field, FieldType};
use sothon_records::raw::Fields;
use sothon_records::show::{self, Titles};
use sothon_records::{Lang, text};

use crate::sheet;

/// The greatest whole number that a cell keeps to the last digit.
const EXACT: i64 = 1 << 53;

/// A cell of a list that is written.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, whatever it begins with.
    Text(String),
    /// A whole number, its thousands set apart.
    Whole(i64),
    /// A year or a number in a row: its thousands are not set apart.
    Plain(i64),
    /// A day.
    Day(NaiveDate),
    /// A moment, as clocks in Vietnam show it.
    Moment(NaiveDateTime),
}

impl Cell {
    /// A text as a cell, without marks that nobody sees and no longer than Excel has it; nothing where there is none.
    pub fn text(text: &str) -> Cell {
        let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
        let kept = text.chars().filter(|c| !forbidden(*c));
        match sheet::Cell::text(&kept.collect::<String>()) {
            sheet::Cell::Text(text) => Cell::Text(within(text)),
            _ => Cell::Empty,
        }
    }

    /// As a person reads it, and as CSV has it.
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Whole(n) | Cell::Plain(n) => n.to_string(),
            Cell::Day(day) => day.format("%d/%m/%Y").to_string(),
            Cell::Moment(moment) => moment.format("%d/%m/%Y %H:%M").to_string(),
        }
    }
}

/// Excel counts a letter beyond the first 65,536 as two.
fn within(text: String) -> String {
    let mut left = sheet::LONGEST;
    if text.len() <= left {
        return text;
    }
    text.chars()
        .take_while(|c| match left.checked_sub(c.len_utf16()) {
            Some(less) => {
                left = less;
                true
            }
            None => false,
        })
        .collect()
}

/// A field's value as a cell: numbers and days as such, all else in words. What is not understood stands as it is; nothing of a
/// hidden field.
pub fn cell(field: &Field, values: &Fields, titles: Titles<'_>, lang: Lang) -> Cell {
    if field.is_hidden() {
        return Cell::Empty;
    }
    let reading = datum::read(field, values);
    let in_words = || Cell::text(show::in_words(field, values, titles).0.get(lang));
    let Some(datum) = reading.datum.filter(|_| reading.faults.is_empty()) else {
        return in_words();
    };
    match datum {
        // One reads a number out as it is written here; a cell with a number would lose the zero in front.
        Datum::Text(digits) if field.holds == FieldType::Phone => Cell::text(&text::group_phone(&digits)),
        Datum::Whole(n) if !(-EXACT..=EXACT).contains(&n) => Cell::Text(n.to_string()),
        Datum::Whole(n) if show::is_year(field) => Cell::Plain(n),
        Datum::Whole(n) => Cell::Whole(n),
        Datum::Date(day) | Datum::YearOrDate(YearOrDate::Date(day)) => Cell::Day(day),
        Datum::YearOrDate(YearOrDate::Year(year)) => Cell::Plain(year.into()),
        Datum::Instant(at) => Cell::Moment(civil::local(at)),
        _ => in_words(),
    }
}
