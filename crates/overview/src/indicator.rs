//! What an indicator is, and what asking for one gives (domain.md §5.4). The indicators themselves are in
//! [`crate::indicators`], one file each.

use chrono::NaiveDate;
use serde::Serialize;
use sothon_records::label::{Label, Lang, Words};
use sothon_records::problem::{day, number};
use sothon_records::{RecordKey, civil};

use crate::change::Place;
use crate::indicators;
use crate::period::Period;
use crate::tally::Delta;
use crate::view::View;

/// How sensitive an indicator is, by where its records lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compartment {
    /// General books.
    General,
    /// Care: who may not read it sees what the police published (R70).
    Care,
    /// Tips: as care; small counts of a village are not shown as they are.
    Tips,
    /// The commune's book.
    Commune,
}

/// Whether an indicator is of a day or of a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Thời điểm: as of the last day of a period.
    AsOf,
    /// Kỳ: within a period.
    During,
}

/// One number of an indicator. The first measure of an indicator is its main one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Measure {
    /// Its name among the indicator's measures.
    pub name: &'static str,
    /// As a table's heading has it.
    pub label: Label,
    /// The unit.
    pub unit: Label,
}

/// A way of dividing an indicator.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Split {
    /// Its name among the indicator's splits.
    pub name: &'static str,
    /// By what.
    pub label: Label,
    /// For a rate: the name of the series below the line.
    pub out_of: Option<&'static str>,
    /// The label of a part.
    #[serde(skip)]
    pub part: fn(&str) -> Option<Label>,
}

/// The declaration of an indicator.
#[derive(Clone, Copy, Serialize)]
pub struct Indicator {
    /// Its code.
    pub code: &'static str,
    /// Its official name.
    pub label: Label,
    /// What exactly is counted.
    pub definition: Label,
    /// The version of the definition: published figures are frozen with it.
    pub version: i64,
    /// How sensitive it is.
    pub compartment: Compartment,
    /// Of a day or of a period.
    pub when: When,
    /// The codes of the record kinds that feed it.
    pub kinds: &'static [&'static str],
    /// Its numbers, the main one first.
    pub measures: &'static [Measure],
    /// How it can be divided.
    pub splits: &'static [Split],
    /// What a subject adds to the counts.
    #[serde(skip)]
    pub(crate) count: fn(&View, &RecordKey, &mut Vec<Delta>),
    /// The measures at one place, from the counts; `None`: not kept there, or no data. For [`Place::Commune`] what is
    /// kept for the commune as a whole, without villages and units.
    #[serde(skip)]
    pub(crate) at: fn(&View, &Period, Place) -> Option<Vec<Value>>,
}

/// The value of a measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// "Chưa có số liệu".
    Missing,
    /// A count.
    Number(i64),
    /// A share: exact, as its two whole numbers.
    Rate {
        /// What is above the line.
        part: i64,
        /// What is below.
        whole: i64,
    },
    /// An instant, in unix seconds.
    Time(i64),
}

/// Where a figure comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Counted from the records read here.
    Counted,
    /// Published by the police (R70).
    Published {
        /// The last day of the period that was published.
        until: NaiveDate,
    },
    /// From nothing: there are no data.
    Nothing,
}

/// A part of a figure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Part {
    /// The split's name.
    pub split: &'static str,
    /// The part's name.
    pub name: &'static str,
    /// As people read it.
    pub label: Words,
    /// Its value.
    pub value: Value,
}

/// How complete a figure is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Completeness {
    /// How many villages it ought to be about.
    pub villages: usize,
    /// How many were heard from on the figure's day or later, or the evening before.
    pub fresh: usize,
    /// The others, with the day on which each was last heard from; `None`: never.
    pub behind: Vec<(u32, Option<NaiveDate>)>,
    /// The same in words: "5/6 thôn; thôn 6 nhận cuối 12/03/2025".
    pub words: Words,
}

/// An indicator for a period and a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figure {
    /// The indicator's code.
    pub code: &'static str,
    /// The values, one for each measure of the declaration.
    pub values: Vec<Value>,
    /// The parts, split by split.
    pub parts: Vec<Part>,
    /// The day as of which it is.
    pub as_of: NaiveDate,
    /// Where it comes from.
    pub source: Source,
    /// How complete it is.
    pub complete: Completeness,
    /// The version of the definition.
    pub version: i64,
}

impl Figure {
    /// The main value.
    pub fn main(&self) -> Value {
        self.values.first().copied().unwrap_or(Value::Missing)
    }

    /// The value of a measure by its name.
    pub fn value(&self, measure: &str) -> Value {
        let declared = indicators::by_code(self.code);
        let index = declared.and_then(|declared| {
            declared
                .measures
                .iter()
                .position(|declared| declared.name == measure)
        });
        index
            .and_then(|index| self.values.get(index))
            .copied()
            .unwrap_or(Value::Missing)
    }
}

/// "Chưa có số liệu".
pub const NO_DATA: Label = Label::new("chưa có số liệu", "no data yet");
/// Counts of tips in a village below this are not shown as they are: small counts identify people (domain.md §4.2).
pub const LEAST_SHOWN: i64 = 3;
/// A village counts as heard from when that was at most so many days before the figure's day.
pub const GRACE_DAYS: u64 = 1;

impl Value {
    /// As people read it: "32.808", "142/180 (78,9 %)", "12/03/2025 19:40", "chưa có số liệu".
    pub fn words(self) -> Words {
        Words::new(self.text(Lang::Vi), self.text(Lang::En))
    }

    /// As people read it, in one language.
    pub fn text(self, lang: Lang) -> String {
        match self {
            Value::Missing => NO_DATA.get(lang).to_owned(),
            Value::Number(n) => number(n, lang),
            Value::Rate { part, whole } => {
                let (above, below) = (number(part, lang), number(whole, lang));
                match percent(part, whole, lang) {
                    Some(percent) => format!("{above}/{below} ({percent})"),
                    None => format!("{above}/{below}"),
                }
            }
            Value::Time(seconds) => match chrono::DateTime::from_timestamp(seconds, 0) {
                Some(instant) => {
                    let local = civil::local(instant);
                    format!("{} {}", day(local.date()), local.format("%H:%M"))
                }
                None => NO_DATA.get(lang).to_owned(),
            },
        }
    }

    /// As it may be shown for a place: a small count of tips in a village is "< 3".
    pub fn shown(self, of: &Indicator, place: Place, lang: Lang) -> String {
        let small = |n: i64| n < LEAST_SHOWN;
        let hides = of.compartment == Compartment::Tips && matches!(place, Place::Village(_));
        match self {
            Value::Number(n) if hides && small(n) => format!("< {LEAST_SHOWN}"),
            Value::Rate { part, whole } if hides && (small(part) || small(whole)) => {
                format!("< {LEAST_SHOWN}")
            }
            _ => self.text(lang),
        }
    }

    /// Whether it says that there is something.
    pub fn is_something(self) -> bool {
        match self {
            Value::Missing => false,
            Value::Number(n) => n != 0,
            Value::Rate { part, .. } => part != 0,
            Value::Time(_) => true,
        }
    }

    /// Both together: counts and rates add up, of instants the earlier one; what is missing adds nothing.
    pub(crate) fn and(self, other: Value) -> Value {
        match (self, other) {
            (Value::Missing, value) | (value, Value::Missing) => value,
            (Value::Number(a), Value::Number(b)) => Value::Number(a.saturating_add(b)),
            (Value::Rate { part, whole }, Value::Rate { part: p, whole: w }) => Value::Rate {
                part: part.saturating_add(p),
                whole: whole.saturating_add(w),
            },
            (Value::Time(a), Value::Time(b)) => Value::Time(a.min(b)),
            (value, _) => value,
        }
    }
}

/// A share in per cent with one decimal, rounded half up from the exact numbers; `None` where there is nothing below
/// the line.
pub fn percent(part: i64, whole: i64, lang: Lang) -> Option<String> {
    if whole <= 0 || part < 0 {
        return None;
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    let tenths = (part * 2000 + whole) / (whole * 2);
    let whole_percent = number(i64::try_from(tenths / 10).ok()?, lang);
    let point = if lang == Lang::Vi { ',' } else { '.' };
    Some(format!("{whole_percent}{point}{} %", tenths % 10))
}

#[cfg(test)]
mod tests {
    use sothon_records::Kind;

    use super::*;

    #[test]
    fn shares_are_rounded_from_exact_numbers_and_never_made_of_nothing() {
        for (part, whole, vi) in [
            (142, 180, Some("78,9 %")),
            (1, 3, Some("33,3 %")),
            (2, 3, Some("66,7 %")),
            (1, 2000, Some("0,1 %")),
            (0, 5, Some("0,0 %")),
            (5, 5, Some("100,0 %")),
            (0, 0, None),
        ] {
            assert_eq!(percent(part, whole, Lang::Vi).as_deref(), vi, "{part}/{whole}");
        }
        let rate = Value::Rate {
            part: 1420,
            whole: 1800,
        };
        assert_eq!(rate.text(Lang::Vi), "1.420/1.800 (78,9 %)");
        assert_eq!(rate.text(Lang::En), "1,420/1,800 (78.9 %)");
        assert_eq!(Value::Time(1_749_574_800).text(Lang::Vi), "11/06/2025 00:00");
    }

    #[test]
    fn declarations_are_complete_and_name_kinds_that_feed_them() {
        let codes: Vec<&str> = indicators::ALL.iter().map(|declared| declared.code).collect();
        assert!(codes.is_sorted() && codes.windows(2).all(|pair| pair[0] != pair[1]));
        for declared in indicators::ALL {
            for label in [declared.label, declared.definition] {
                assert!(!label.vi.is_empty() && !label.en.is_empty(), "{}", declared.code);
                assert!(!label.vi.contains("  "), "{}: {}", declared.code, label.vi);
            }
            assert!(!declared.measures.is_empty(), "{}", declared.code);
            for code in declared.kinds {
                assert!(Kind::by_code(code).is_some(), "{}: {code}", declared.code);
            }
            let fed = declared.kinds.iter().filter_map(|code| Kind::by_code(code));
            assert!(
                fed.into_iter().any(|kind| kind.feeds.contains(&declared.code)),
                "{}: no kind says that it feeds it",
                declared.code
            );
        }
    }
}
