//! A cell as a field, and a cell that tells of a field a second time.

use sothon_records::civil::YearOrDate;
use sothon_records::enter::enter;
use sothon_records::kind::FieldType;
use sothon_records::text::{fold, folded_words};
use sothon_records::{Datum, Field, Fields, Value, Words, datum, show};

use crate::sheet::Cell;
use crate::synonyms;

/// The choice that the commune has added and that a cell means, as records keep it.
pub(super) type Added<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Puts a cell into a field.
pub(super) fn put(field: &Field, cell: &Cell, added: Added<'_>, fields: &mut Fields) -> Result<(), Words> {
    let typed = match (cell, field.holds) {
        (Cell::Broken(_), _) | (_, FieldType::Text { .. }) => plain(cell)?,
        // A number loses the zero that it began with.
        (Cell::Number(_), FieldType::Phone) if cell.typed().len() == 9 => format!("0{}", cell.typed()),
        _ => cell.typed(),
    };
    let typed = synonyms::of(field, &typed).map_or(typed, str::to_owned);
    let entered = enter(field, &typed, fields).or_else(|problem| match added(&typed) {
        Some(kept) => enter(field, &kept, fields),
        None => Err(problem),
    });
    entered.map_err(|problem| short(problem.says))
}

/// What somebody wrote into a cell as a text.
pub(super) fn plain(cell: &Cell) -> Result<String, Words> {
    match cell {
        Cell::Broken(code) => Err(Words::new(
            format!("Công thức trong ô này không ra kết quả ({code}). Sửa ô trong Excel."),
            format!("The formula in this cell has no value ({code}). Put it right in Excel."),
        )),
        // "5/12" becomes the fifth of December as soon as it is typed: nobody can tell it from one.
        Cell::Date(..) => Err(Words::new(
            format!(
                "Excel đã đổi ô này thành ngày ({}). Đổi kiểu ô thành Text rồi gõ lại.",
                cell.typed()
            ),
            format!(
                "Excel has made this cell a date ({}). Make the cell a text and type it again.",
                cell.typed()
            ),
        )),
        _ => Ok(cell.typed()),
    }
}

/// What is said of a value never holds all of a long one.
pub(super) fn short(mut says: Words) -> Words {
    const MOST: usize = 240;
    for text in [&mut says.vi, &mut says.en] {
        if text.chars().count() > MOST {
            *text = text.chars().take(MOST).chain(['…']).collect();
        }
    }
    says
}

/// The digits of an identity card; a number has lost its zeros. Nine digits were the old card's, twelve are today's.
pub(super) fn identity(cell: &Cell) -> Option<String> {
    let digits: String = cell.typed().chars().filter(char::is_ascii_digit).collect();
    match (cell, digits.len()) {
        (Cell::Number(_), 10..=12) => Some(format!("{digits:0>12}")),
        (_, 9 | 12) => Some(digits),
        _ => None,
    }
}

/// Takes in what a later row says of a field that has a value already: texts of several lines are joined, each line once; a
/// day of birth is more than its year; what is not there yet is added. What is told is that the later row says something
/// else, which is not taken.
pub(super) fn take_in(field: &Field, into: &mut Fields, later: Fields, above: u32) -> Option<Words> {
    if let FieldType::Long { .. } = field.holds {
        for value in later.into_values() {
            let Value::Long(more) = value else { continue };
            match into.get_mut(field.name) {
                Some(Value::Long(text)) => join(text, &more),
                _ => {
                    into.insert(field.name.to_owned(), Value::Long(more));
                }
            }
        }
        return None;
    }
    let born = (born(field, into), born(field, &later));
    match born {
        (Some(YearOrDate::Year(here)), Some(there)) if here == there.year() => {
            into.extend(later);
            return None;
        }
        (Some(here), Some(YearOrDate::Year(there))) if here.year() == there => return None,
        _ => {}
    }
    let differs = |(name, value): (&String, &Value)| into.get(name).is_some_and(|here| !is_same(here, value));
    if later.iter().any(differs) {
        let (here, _) = show::in_words(field, into, &show::no_titles);
        return Some(short(Words::new(
            format!(
                "Dòng {above} ghi “{}”. Giữ như dòng {above}, không nhập ô này.",
                here.vi
            ),
            format!(
                "Row {above} has “{}”. That is kept, this cell is not taken.",
                here.en
            ),
        )));
    }
    for (name, value) in later {
        into.entry(name).or_insert(value);
    }
    None
}

/// What a field says of a birth.
pub(super) fn born(field: &Field, fields: &Fields) -> Option<YearOrDate> {
    match datum::read(field, fields).datum? {
        Datum::YearOrDate(born) => Some(born),
        _ => None,
    }
}

fn is_same(here: &Value, there: &Value) -> bool {
    match (here, there) {
        (Value::Text(here), Value::Text(there)) => folded_words(here) == folded_words(there),
        _ => here == there,
    }
}

/// Adds the lines that a text has not yet.
fn join(text: &mut String, more: &str) {
    for line in more.lines().filter(|line| !line.trim().is_empty()) {
        let has = text.lines().any(|here| fold(here.trim()) == fold(line.trim()));
        if !has {
            // A record begins with an empty text.
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
    }
}
