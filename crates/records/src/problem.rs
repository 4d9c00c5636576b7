//! What is to be said of a record: which field, why, and one sentence in each language (ux.md §1.4).
//!
//! A sentence says what to do, in the label's own words; else what must hold.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::added;
use crate::kind::{Field, FieldType};
use crate::label::{Lang, Words};
use crate::raw::SubKey;

/// What validation is told: it asks no clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// Today's civil date in Vietnam.
    pub today: NaiveDate,
}

/// How much a problem weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Worth knowing.
    Notice,
    /// Something to be done later; can be saved.
    ToDo,
    /// To be put right before saving. A record that comes from elsewhere with it is shown all the same.
    Blocks,
}

/// What kind of problem: for machines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// Nothing is there and something must be.
    Missing,
    /// The value is not of the field's form (a text where a number belongs, a day that does not exist).
    Broken,
    /// The choice is not one that this version knows.
    UnknownChoice,
    /// A field or list that this version does not know.
    UnknownField,
    /// Longer than allowed.
    TooLong,
    /// Outside its bounds.
    OutOfRange,
    /// A date after today.
    InFuture,
    /// Two dates in the wrong order.
    Order,
    /// A reference to a kind that does not belong there.
    WrongKind,
    /// A state without the document that it rests on ("thiếu căn cứ").
    LacksBasis,
    /// Something that is there and may not be.
    NotAllowed,
}

/// Where in a record a problem is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize)]
pub struct Place {
    /// The sub-record, if it is inside one.
    pub sub: Option<SubKey>,
    /// The field's name, or the list's.
    pub field: String,
}

impl Place {
    /// A field (or list) of the record itself.
    pub fn field(name: &str) -> Self {
        Place {
            sub: None,
            field: name.to_owned(),
        }
    }

    /// A field of a sub-record.
    pub fn sub(sub: &SubKey, name: &str) -> Self {
        Place {
            sub: Some(sub.clone()),
            field: name.to_owned(),
        }
    }
}

/// One thing to be said of a record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, for machines.
    pub code: Code,
    /// How much it weighs.
    pub weight: Weight,
    /// What, in one sentence.
    pub says: Words,
}

impl Problem {
    /// A problem that has to be put right before saving.
    pub fn new(place: Place, code: Code, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Problem {
            place,
            code,
            weight: Weight::Blocks,
            says: Words::new(vi, en),
        }
    }

    /// The same with another weight.
    pub fn weighing(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// "Nhập …" or "Chọn …": nothing is there.
    pub fn missing(place: Place, field: &Field) -> Self {
        let (vi, en) = (field.label.inside(Lang::Vi), field.label.inside(Lang::En));
        let picked = matches!(
            field.holds,
            FieldType::Choice(_) | FieldType::Choices(_) | FieldType::Reference(_) | FieldType::YesNo
        );
        if picked {
            Problem::new(
                place,
                Code::Missing,
                format!("Chọn {vi}."),
                format!("Choose: {en}."),
            )
        } else {
            Problem::new(
                place,
                Code::Missing,
                format!("Nhập {vi}."),
                format!("Enter: {en}."),
            )
        }
    }

    /// "Nhập lại …": what is there cannot be read as this field; it is shown and kept.
    pub fn broken(place: Place, field: &Field, shown: &str) -> Self {
        let (vi, en) = (field.label.inside(Lang::Vi), field.label.inside(Lang::En));
        Problem::new(
            place,
            Code::Broken,
            format!("Nhập lại {vi} (đang ghi “{shown}”)."),
            format!("Enter again: {en} (it says “{shown}”)."),
        )
    }

    /// A choice that this version does not know; it is shown and kept.
    pub fn unknown_choice(place: Place, field: &Field, shown: &str) -> Self {
        let (vi, en) = (field.label.inside(Lang::Vi), field.label.inside(Lang::En));
        Problem::new(
            place,
            Code::UnknownChoice,
            format!("Chọn lại {vi}: phiên bản này chưa biết lựa chọn “{shown}”."),
            format!("Choose again: {en}. This version does not know the choice “{shown}”."),
        )
        .weighing(Weight::Notice)
    }

    /// A value of the commune's own where the field takes none (as a later version might), or none with such words.
    pub fn not_added(place: Place, field: &Field, shown: &str) -> Self {
        let (vi, en) = (field.label.inside(Lang::Vi), field.label.inside(Lang::En));
        if added::stands_for(field).is_none() {
            return Problem::new(
                place,
                Code::NotAllowed,
                format!("Chọn lại {vi}: mục này chỉ nhận các giá trị sẵn có (đang ghi “{shown}”)."),
                format!("Choose again: {en}. It takes no added values (it says “{shown}”)."),
            )
            .weighing(Weight::Notice);
        }
        let most = added::LONGEST;
        Problem::new(
            place,
            Code::NotAllowed,
            format!(
                "Chọn lại {vi}: giá trị xã thêm là một dòng chữ, dài nhất {most} ký tự (đang ghi “{shown}”)."
            ),
            format!(
                "Choose again: {en}. An added value is one line, at most {most} characters (it says “{shown}”)."
            ),
        )
    }

    /// A field or list that this version does not know; it is shown and kept.
    pub fn unknown_field(place: Place) -> Self {
        let name = place.field.clone();
        Problem::new(
            place,
            Code::UnknownField,
            format!("Phiên bản này chưa biết mục “{name}”. Mục được giữ nguyên."),
            format!("This version does not know “{name}”. It is kept as it is."),
        )
        .weighing(Weight::Notice)
    }

    /// "… dài nhất … ký tự": longer than allowed.
    pub fn too_long(place: Place, field: &Field, max: usize, length: usize) -> Self {
        let (vi, en) = (field.label.vi, field.label.en);
        let (max, length) = (max as i64, length as i64);
        Problem::new(
            place,
            Code::TooLong,
            format!(
                "{vi} dài nhất {} ký tự (đang có {}).",
                number(max, Lang::Vi),
                number(length, Lang::Vi)
            ),
            format!(
                "{en}: at most {} characters (there are {}).",
                number(max, Lang::En),
                number(length, Lang::En)
            ),
        )
    }

    /// "… phải từ … đến …": outside its bounds.
    pub fn out_of_range(place: Place, field: &Field, min: i64, max: i64) -> Self {
        let (vi, en) = (field.label.vi, field.label.en);
        Problem::new(
            place,
            Code::OutOfRange,
            format!(
                "{vi} phải từ {} đến {}.",
                number(min, Lang::Vi),
                number(max, Lang::Vi)
            ),
            format!(
                "{en} must be from {} to {}.",
                number(min, Lang::En),
                number(max, Lang::En)
            ),
        )
    }

    /// "… phải là hôm nay hoặc trước hôm nay."
    pub fn in_future(place: Place, field: &Field) -> Self {
        let (vi, en) = (field.label.vi, field.label.en);
        Problem::new(
            place,
            Code::InFuture,
            format!("{vi} phải là hôm nay hoặc trước hôm nay."),
            format!("{en} must be today or before today."),
        )
    }

    /// "… phải là ngày … hoặc sau đó": two dates in the wrong order.
    pub fn order(place: Place, later: &Field, earlier: &Field) -> Self {
        let (vi, en) = (later.label.vi, later.label.en);
        let (vi_first, en_first) = (earlier.label.inside(Lang::Vi), earlier.label.inside(Lang::En));
        Problem::new(
            place,
            Code::Order,
            format!("{vi} phải là cùng ngày hoặc sau “{vi_first}”."),
            format!("{en} must be the same day as “{en_first}” or later."),
        )
    }
}

/// A whole number as people read it: "32.808" or "32,808".
pub fn number(n: impl Into<i128>, lang: Lang) -> String {
    let n = n.into();
    let digits = n.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(if lang == Lang::Vi { '.' } else { ',' });
        }
        text.push(digit);
    }
    text
}

/// A date as people read it: "05/01/2026", in both languages, since the paper forms have it so.
pub fn day(date: NaiveDate) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        for (n, vi, en) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1.000", "1,000"),
            (-32_808, "-32.808", "-32,808"),
            (
                i64::MIN,
                "-9.223.372.036.854.775.808",
                "-9,223,372,036,854,775,808",
            ),
        ] {
            assert_eq!(number(n, Lang::Vi), vi);
            assert_eq!(number(n, Lang::En), en);
        }
    }
}
