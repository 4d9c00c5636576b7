//! One filled-in form of every kind of record, from its declaration: what a person would type, all fields of it.
//!
//! The history of [`crate::Commune`] tells of the kinds that a commune writes every day; here is each of them, also those
//! that a commune writes once in years. A kind that is declared tomorrow has its form too.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Duration, NaiveDate};
use sothon_records::enter::enter;
use sothon_records::kind::{Field, FieldType, Kind, Needed};
use sothon_records::raw::{Fields, SubKey};
use sothon_records::{Problem, RawRecord, RecordKey, common};

use crate::dice::Dice;
use crate::names;
use crate::said::said;

/// A form as it is typed: of each field the text, of each part of a list its fields.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filled {
    /// The fields by name.
    pub values: BTreeMap<&'static str, String>,
    /// The parts: the list's name and the fields of one.
    pub parts: Vec<(&'static str, BTreeMap<&'static str, String>)>,
}

/// Finds a record of one of these kinds to refer to; `None`: the field stays empty.
pub type Find<'a> = &'a dyn Fn(&[&str]) -> Option<RecordKey>;

/// Fills in the form of a kind on a day. What is sealed once more stays empty, and so does what moves a record away.
pub fn form(kind: &Kind, today: NaiveDate, dice: &mut Dice, find: Find<'_>) -> Filled {
    let fill = |list: Option<&str>, fields: &mut dyn Iterator<Item = &'static Field>, dice: &mut Dice| {
        let mut values = BTreeMap::new();
        // Dates follow one another in the order of the form.
        for (n, field) in (0_i64..).zip(fields) {
            let said = special(kind.slug, field);
            let typed = match said {
                Some("") => None,
                Some(said) => Some(said.to_owned()),
                None => typed((kind, list), field, today - Duration::days(60 - n), dice, find),
            };
            values.extend(typed.map(|typed| (field.name, typed)));
        }
        values
    };
    let values = fill(None, &mut kind.all_fields(), dice);
    let mut parts = Vec::new();
    for list in kind.lists.iter().filter(|list| !list.is_by_act()) {
        for _ in 0..list.least.max(1) {
            let part = fill(Some(list.name), &mut list.fields.iter(), dice);
            let needed = list.fields.iter().filter(|field| field.needed == Needed::Always);
            // A part that must name a record which is not there yet is left for later.
            if needed.map(|field| field.name).all(|name| part.contains_key(name)) {
                parts.push((list.name, part));
            }
        }
    }
    Filled { values, parts }
}

impl Filled {
    /// The record that these texts make.
    ///
    /// # Errors
    /// A text that its field does not take.
    pub fn record(&self, kind: &Kind, dice: &mut Dice) -> Result<RawRecord, Problem> {
        let mut record = kind.blank();
        for (name, typed) in &self.values {
            if let Some(field) = kind.field(name) {
                enter(field, typed, &mut record.fields)?;
            }
        }
        for (name, values) in &self.parts {
            let Some(list) = kind.list(name) else { continue };
            let mut fields: Fields = list.blank();
            for (name, typed) in values {
                if let Some(field) = list.field(name) {
                    enter(field, typed, &mut fields)?;
                }
            }
            let key = SubKey {
                kind: list.name.to_owned(),
                id: dice.id(),
            };
            record.subs.insert(key, fields);
        }
        Ok(record)
    }
}

/// What a field of a kind says where its declaration does not tell; empty: nothing.
fn special(kind: &str, field: &Field) -> Option<&'static str> {
    Some(match (kind, field.name) {
        (_, common::VOIDED | common::VOID_REASON) => "",
        // A move, a merge: no fields of a form.
        _ if field.by_act => "",
        ("figure", "indicator") => "I02",
        // Signed, so there is nothing to be said of why not.
        ("pledge", "unsigned_reason") => "",
        ("task", "repeat") => "monthly",
        // Added up from the payments.
        ("budget", "spent") => "",
        ("box-opening", "letters") => "1",
        // Who gave information has no name there.
        ("reward", "rewarded") | ("reward-proposal", "proposed") => "individual",
        // A commune bears its name until it is given another.
        ("commune", "name") => "Xã Quang Trung",
        ("commune", "until") => "",
        // Codes are looked up by somebody, not made.
        ("commune", "code" | "province_code" | "code_source") => "",
        ("commune", "role") => "direct",
        ("commune", "body") => "UBND tỉnh (số liệu mẫu)",
        ("setting", "matter") => "remind-days",
        ("choice", "of") => "business/type_of",
        // Of a field's own value nothing is added.
        ("choice", "value") => "",
        ("choice", "offer") => "offered",
        ("setting", "value") => "20",
        ("consultation", "invited") => "150",
        ("consultation", "attended") => "120",
        ("consultation", "for_it") => "100",
        ("consultation", "against") => "8",
        ("consultation", "other") => "5",
        ("person", "born") => "1985",
        ("person", "state") => "u1",
        ("person", "regime") => "a",
        ("person", "ended" | "exit_reason") => "",
        // The parts of a tip that is too long are numbered by who seals it.
        ("tip", "anonymous") => "no",
        _ => return None,
    })
}

fn typed(
    (kind, list): (&Kind, Option<&str>),
    field: &Field,
    day: NaiveDate,
    dice: &mut Dice,
    find: Find<'_>,
) -> Option<String> {
    let short = |date: NaiveDate| date.format("%d/%m/%Y").to_string();
    Some(match field.holds {
        FieldType::Text { max } | FieldType::Long { max } => {
            // What a kind of tomorrow says nobody has thought of yet.
            let said = said(kind.slug, list, field.name, day.year(), dice);
            let said = said.unwrap_or_else(|| "Theo sổ tay của thôn".to_owned());
            said.chars().take(max).collect()
        }
        FieldType::Whole { .. } if field.name == "year" => day.year().to_string(),
        FieldType::Whole { min, max } => dice.between(min, max.min(min.saturating_add(20))).to_string(),
        FieldType::Money => (dice.between(2, 40) * 50_000).to_string(),
        FieldType::YesNo => "yes".to_owned(),
        FieldType::Date(_) => short(day),
        FieldType::YearOrDate => dice.between(1950, 2000).to_string(),
        FieldType::Instant(_) => format!("{} 19:30", short(day)),
        FieldType::Phone => names::phone(dice),
        FieldType::Choice(choices) => dice.choose(choices)?.slug.to_owned(),
        FieldType::Choices(choices) => {
            let ticked: Vec<&str> = choices.iter().take(2).map(|choice| choice.slug).collect();
            ticked.join(",")
        }
        FieldType::Reference(kinds) => find(kinds)?.to_string(),
        FieldType::Sealed(_) | FieldType::Bytes => return None,
    })
}

#[cfg(test)]
mod tests {
    use sothon_records::{Context, validate};

    use super::*;

    fn today() -> NaiveDate {
        crate::calendar::date(2026, 6, 10)
    }

    #[test]
    fn a_filled_form_of_every_kind_is_a_record_of_which_nothing_is_to_be_said() {
        let mut dice = Dice::new(1, "every");
        for kind in Kind::all() {
            let mut ids = Dice::new(2, kind.slug);
            // Each field names another record.
            let named = std::cell::Cell::new(3);
            let key = |kinds: &[&str]| {
                let id = Dice::new(named.replace(named.get() + 1), kinds.first()?).id();
                let kind = kinds.first().map(|slug| (*slug).to_owned())?;
                Some(RecordKey { kind, id })
            };
            let filled = form(kind, today(), &mut dice, &key);
            let record = filled.record(kind, &mut ids).expect("its fields take it");
            let problems = validate(kind, &record, &Context { today: today() });
            assert_eq!(problems, [], "{}", kind.slug);
            let left = kind.fields.iter().filter(|field| !field.is_hidden());
            for field in left.filter(|field| special(kind.slug, field).is_none()) {
                assert!(
                    filled.values.contains_key(field.name),
                    "{}.{}",
                    kind.slug,
                    field.name
                );
            }
        }
    }

    #[test]
    fn every_line_of_every_form_reads_like_what_somebody_wrote_and_not_like_its_label() {
        let mut dice = Dice::new(4, "lines");
        for kind in Kind::all() {
            let own = kind.all_fields().map(|field| (None, field));
            let of_parts = kind.lists.iter().flat_map(|list| {
                let fields = list.fields.iter();
                fields.map(|field| (Some(list.name), field))
            });
            for (list, field) in own.chain(of_parts) {
                let (FieldType::Text { max } | FieldType::Long { max }) = field.holds else {
                    continue;
                };
                if special(kind.slug, field).is_some() {
                    continue;
                }
                let at = format!(
                    "{}.{}{}",
                    kind.slug,
                    list.map_or_else(String::new, |list| format!("{list}/")),
                    field.name
                );
                for _ in 0..20 {
                    let text = said(kind.slug, list, field.name, 2026, &mut dice);
                    let text = text.unwrap_or_else(|| panic!("{at} has no text"));
                    assert!((1..=max).contains(&text.chars().count()), "{at}: {text}");
                    assert!(!text.contains(['{', '}']), "{at}: {text}");
                    let label = sothon_records::text::fold(field.label.vi);
                    let folded = sothon_records::text::fold(&text);
                    let rest = folded.strip_prefix(&label).map(str::trim);
                    let is_label = rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
                    assert!(!is_label, "{at}: {text}");
                    if field.is_name {
                        assert!(names::is_put_together(&text), "{at}: {text}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_dice_fill_in_the_same() {
        let kind = Kind::by_slug("patrol").expect("declared");
        let nothing = |_: &[&str]| None;
        let fill = || form(kind, today(), &mut Dice::new(5, "same"), &nothing);
        assert_eq!(fill(), fill());
    }
}
