//! Lists that are kept like a roll: their parts can be ticked off what is recorded already (officials, households), and
//! what they come to is added up (learners by force, payments in đồng).

use serde::Serialize;

use crate::common;
use crate::datum::{self, Datum};
use crate::kind::{Field, FieldType, List};
use crate::label::{Label, Lang, Words};
use crate::problem::number;
use crate::raw::{Fields, RawRecord};

/// Records off which the parts of a list can be ticked: each of a kind, or each part of a list of theirs.
///
/// Nobody is offered whose record or part is voided, or whose time (`from`, `until`) is not now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Roll {
    /// The kind's slug.
    pub kind: &'static str,
    /// The list whose parts are meant, or empty: the records themselves.
    pub list: &'static str,
    /// What a tick fills in. Of several for one field the first that gives something does.
    pub fills: &'static [(&'static str, Given)],
    /// Under what it stands among the others: a unit, a group of households.
    pub under: Given,
}

/// Records that should all be named in some list of a kind: every household in a group, every village in somebody's charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Covers {
    /// The field of the list that names one.
    pub field: &'static str,
    /// The kind of what is named.
    pub kind: &'static str,
    /// What those are that are named nowhere.
    pub missing: Label,
}

/// Parts of a list that are written down as records of their own in the act that makes the record: what lay in a tip box is
/// tips. The part only names what was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Makes {
    /// The kind of what is made.
    pub kind: &'static str,
    /// The field of the part that names it.
    pub field: &'static str,
    /// What is asked of each.
    pub asks: &'static [&'static str],
    /// What each has from the start, as typed.
    pub has: &'static [(&'static str, &'static str)],
    /// The field of the record that says how many there are; counted when left empty.
    pub count: &'static str,
    /// A part in words: "Thư".
    pub one: Label,
}

/// What a record, or a part of it, gives to somebody who ticks it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// The record itself, as a reference.
    Itself,
    /// The record's title.
    Title,
    /// A field of the record, or of the part where parts are ticked.
    Field(&'static str),
    /// The title of the record that this field names.
    TitleOf(&'static str),
    /// A field of the record that this field names.
    Through(&'static str, &'static str),
    /// A value by what a text field says, without marks and case; nothing for what is not among these.
    Said(&'static str, &'static [(&'static str, &'static str)]),
    /// Always this.
    Is(&'static str),
}

/// What the parts of a list come to; voided ones do not count.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Totals {
    /// How many parts there are.
    pub count: usize,
    /// One line for each field that is added up: "Lực lượng: Công an xã 3, Trạm Y tế 2, chưa ghi 1".
    pub lines: Vec<Words>,
}

/// Adds up a list of a record, as its declaration says ([`List::totals`]). Of a choice it is how many have each value,
/// of yes or no how many have yes, of money the exact sum.
pub fn totals(list: &List, record: &RawRecord) -> Totals {
    let parts: Vec<&Fields> = (record.subs.iter())
        .filter(|(key, fields)| key.kind == list.name && !common::is_voided(fields))
        .map(|(_, fields)| fields)
        .collect();
    let fields = list.totals.iter().filter_map(|name| list.field(name));
    Totals {
        count: parts.len(),
        lines: fields.filter_map(|field| line(field, &parts)).collect(),
    }
}

fn line(field: &Field, parts: &[&Fields]) -> Option<Words> {
    if parts.is_empty() {
        return None;
    }
    let values: Vec<Option<Datum>> = parts
        .iter()
        .map(|fields| datum::read(field, fields).datum)
        .collect();
    let says = |lang| {
        Some(format!(
            "{}: {}",
            field.label.get(lang),
            come_to(field, &values, lang)?
        ))
    };
    Some(Words::new(says(Lang::Vi)?, says(Lang::En)?))
}

fn come_to(field: &Field, values: &[Option<Datum>], lang: Lang) -> Option<String> {
    let count = |wanted: &dyn Fn(&Option<Datum>) -> bool| values.iter().filter(|value| wanted(value)).count();
    Some(match field.holds {
        FieldType::Choice(choices) => {
            let none = match lang {
                Lang::Vi => "chưa ghi",
                Lang::En => "not said",
            };
            let known = choices.iter().map(|choice| {
                let is = |value: &Option<Datum>| matches!(value, Some(Datum::Choice(had) | Datum::Added { choice: had, .. }) if *had == choice);
                (choice.label.get(lang), count(&is))
            });
            let some: Vec<String> = known
                .chain([(none, count(&Option::is_none))])
                .filter(|(_, count)| *count > 0)
                .map(|(label, count)| format!("{label} {count}"))
                .collect();
            some.join(", ")
        }
        FieldType::YesNo => {
            let yes = count(&|value| *value == Some(Datum::YesNo(true)));
            format!("{yes}/{}", values.len())
        }
        FieldType::Money => {
            let amounts = values.iter().map(|value| match value {
                Some(Datum::Whole(amount)) => i128::from(*amount),
                _ => 0,
            });
            format!("{} đồng", number(amounts.sum::<i128>(), lang))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;
    use crate::kinds::{Budget, Training};
    use crate::raw::SubKey;
    use crate::record::Record as _;

    fn record(list: &str, parts: &[&[(&str, Value)]]) -> RawRecord {
        let mut record = RawRecord::default();
        for (n, fields) in (1_u128..).zip(parts) {
            let key = SubKey {
                kind: list.to_owned(),
                id: crate::RecordId(uuid::Uuid::from_u128(n)),
            };
            let fields = fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()));
            record.subs.insert(key, fields.collect());
        }
        record
    }

    fn force(slug: &str) -> (&'static str, Value) {
        ("force", Value::Text(slug.to_owned()))
    }

    #[test]
    fn learners_are_counted_by_force_and_those_who_were_there_apart() {
        let list = Training::KIND.list("learners").unwrap();
        let there = || ("present", Value::Bool(true));
        let record = record(
            "learners",
            &[
                &[force("police"), there()],
                &[force("police")],
                &[force("women"), there(), ("passed", Value::Bool(true))],
                &[there()],
                &[force("health"), there(), ("voided", Value::Bool(true))],
            ],
        );
        let totals = totals(list, &record);
        let lines: Vec<&str> = totals.lines.iter().map(|line| line.vi.as_str()).collect();
        assert_eq!(totals.count, 4);
        assert_eq!(
            lines,
            [
                "Lực lượng: Công an xã 2, Hội Liên hiệp Phụ nữ 1, chưa ghi 1",
                "Có mặt: 3/4",
                "Đạt yêu cầu: 1/4"
            ]
        );
    }

    #[test]
    fn payments_are_added_up_to_the_last_đồng_however_large() {
        let list = Budget::KIND.list("payments").unwrap();
        let amount = |amount: i64| ("amount", Value::Int(amount));
        let sum = |amounts: &[i64]| {
            let parts: Vec<[(&str, Value); 1]> = amounts.iter().map(|n| [amount(*n)]).collect();
            let parts: Vec<&[(&str, Value)]> = parts.iter().map(|part| part.as_slice()).collect();
            totals(list, &record("payments", &parts))
                .lines
                .first()
                .map(|line| line.vi.clone())
        };
        assert_eq!(
            sum(&[1_500_000, 1, 20]).as_deref(),
            Some("Số tiền: 1.500.021 đồng")
        );
        assert_eq!(
            sum(&[i64::MAX, i64::MAX]).as_deref(),
            Some("Số tiền: 18.446.744.073.709.551.614 đồng")
        );
        assert_eq!(sum(&[]), None);
    }
}
