//! What a person typed, as a record; and a record as one would type it. A field's text is read by `records`, nowhere else.

use std::collections::BTreeMap;

use rand_core::Rng;
use sothon_records::enter::enter;
use sothon_records::kind::{Field, FieldType, Kind, Once};
use sothon_records::problem::{Context, Weight};
use sothon_records::{
    Code, Datum, Fields, Place, Problem, RawRecord, RecordKey, SubKey, added, alike, civil, common, datum,
    text, validate,
};

use crate::api::{FormInput, SubInput};
use crate::fault::{Done, Fault};
use crate::fresh_id;

/// A record after what was typed, and what is worth knowing of it.
#[derive(Debug)]
pub(crate) struct Entered {
    /// The record.
    pub record: RawRecord,
    /// Notices.
    pub notices: Vec<Problem>,
}

/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 300;

/// A reason as it was meant; `None`: there is none, or it is too long.
pub(crate) fn tidy_reason(typed: &str) -> Option<String> {
    let reason = text::tidy_line(typed);
    (!reason.is_empty() && reason.chars().count() <= LONGEST_REASON).then_some(reason)
}

/// A field as one would type it: what [`enter`] reads as the same.
pub(crate) fn retyped(field: &Field, fields: &Fields) -> String {
    let Some(datum) = datum::read(field, fields).datum else {
        return String::new();
    };
    let day = |date: chrono::NaiveDate| date.format("%d/%m/%Y").to_string();
    match datum {
        Datum::Text(text) => text,
        Datum::Whole(n) => n.to_string(),
        Datum::YesNo(yes) => if yes { "yes" } else { "no" }.to_owned(),
        Datum::Date(date) | Datum::YearOrDate(civil::YearOrDate::Date(date)) => day(date),
        Datum::YearOrDate(civil::YearOrDate::Year(year)) => year.to_string(),
        Datum::Instant(instant) => {
            let local = civil::local(instant);
            format!("{} {}", day(local.date()), local.format("%H:%M"))
        }
        Datum::Choice(choice) => choice.slug.to_owned(),
        Datum::Added { words, .. } => added::kept(&words),
        Datum::Choices(ticked) => ticked
            .iter()
            .map(|choice| choice.slug)
            .collect::<Vec<_>>()
            .join(","),
        Datum::Reference(key) => key.to_string(),
        Datum::Sealed(_) | Datum::Bytes(_) => String::new(),
    }
}

/// Fields as one would type them; empty and hidden ones are left out.
pub(crate) fn all_retyped<'a>(
    declared: impl Iterator<Item = &'a Field>,
    fields: &Fields,
) -> BTreeMap<String, String> {
    declared
        .filter(|field| !field.is_hidden() && !is_voiding(field))
        .map(|field| (field.name.to_owned(), retyped(field, fields)))
        .filter(|(_, typed)| !typed.is_empty())
        .collect()
}

/// Whether a field is one of the two by which a record is voided: they are on no form.
pub(crate) fn is_voiding(field: &Field) -> bool {
    [common::VOIDED, common::VOID_REASON].contains(&field.name)
}

/// The record of a form: `before` changed by what was typed; `None`: a new one.
///
/// # Errors
/// The fields to be put right, all at once.
pub(crate) fn entered(
    kind: &'static Kind,
    before: Option<&RawRecord>,
    values: &BTreeMap<String, String>,
    subs: &[SubInput],
    context: &Context,
    rng: &mut impl Rng,
) -> Done<Entered> {
    let mut record = before.cloned().unwrap_or_else(|| kind.blank());
    let mut reading = Reading::default();
    reading.put(
        &mut record.fields,
        values,
        &|name| kind.field(name),
        &Place::field,
    );
    for (n, typed) in subs.iter().enumerate() {
        reading.sub(kind, &mut record, n, typed, rng);
    }
    let (blocking, notices) = new_problems(kind, before, &record, context);
    // What could not be read at all is said once.
    let more = blocking
        .into_iter()
        .filter(|problem| !reading.problems.iter().any(|read| read.place == problem.place));
    let more: Vec<Problem> = more.collect();
    reading.problems.extend(more);
    if reading.problems.is_empty() {
        return Ok(Entered { record, notices });
    }
    let mut fault = Fault::fields(reading.problems);
    fault.renamed = reading.renamed;
    Err(fault)
}

/// A form as far as it can be read: what cannot be is left out. For what is said while one still types.
pub(crate) fn as_far_as_typed(kind: &'static Kind, input: &FormInput) -> RawRecord {
    let mut record = kind.blank();
    let put = |field: Option<&'static Field>, typed: &str, fields: &mut Fields| {
        if let Some(field) = field.filter(|field| !field.is_hidden()) {
            let _ = enter(field, typed, fields);
        }
    };
    for (name, typed) in &input.values {
        put(kind.field(name), typed, &mut record.fields);
    }
    for (n, sub) in (0_u128..).zip(&input.subs) {
        let Some(list) = kind.list(&sub.list) else {
            continue;
        };
        let mut fields = list.blank();
        for (name, typed) in &sub.values {
            put(list.field(name), typed, &mut fields);
        }
        // Of what is not saved the keys only tell the parts apart.
        let id = sothon_records::RecordId(uuid::Uuid::from_u128(n));
        let kind = list.name.to_owned();
        record.subs.insert(SubKey { kind, id }, fields);
    }
    record
}

/// What blocks saving a changed record, unless it was so before.
///
/// # Errors
/// The fields to be put right.
pub(crate) fn check(kind: &Kind, before: &RawRecord, after: &RawRecord, context: &Context) -> Done {
    let (blocking, _) = new_problems(kind, Some(before), after, context);
    if blocking.is_empty() {
        Ok(())
    } else {
        Err(Fault::fields(blocking))
    }
}

/// The problems that a record did not have before: those that block saving, and the others.
fn new_problems(
    kind: &Kind,
    before: Option<&RawRecord>,
    after: &RawRecord,
    context: &Context,
) -> (Vec<Problem>, Vec<Problem>) {
    let known = before
        .map(|before| validate(kind, before, context))
        .unwrap_or_default();
    validate(kind, after, context)
        .into_iter()
        .filter(|problem| !known.contains(problem))
        .partition(|problem| problem.weight == Weight::Blocks)
}

#[derive(Default)]
struct Reading {
    problems: Vec<Problem>,
    /// Sub-records that are new: how the form names them.
    renamed: BTreeMap<SubKey, String>,
}

impl Reading {
    fn put(
        &mut self,
        fields: &mut Fields,
        values: &BTreeMap<String, String>,
        declared: &dyn Fn(&str) -> Option<&'static Field>,
        place: &dyn Fn(&str) -> Place,
    ) {
        for (name, typed) in values {
            let Some(field) = declared(name).filter(|field| !is_voiding(field)) else {
                self.problems.push(Problem::new(
                    place(name),
                    Code::UnknownField,
                    "Phiên bản này không có mục đó.",
                    "This version has no such field.",
                ));
                continue;
            };
            // What was not touched stays as it is, also where this version does not understand it.
            if field.is_hidden() || retyped(field, fields) == *typed {
                continue;
            }
            if let Err(mut problem) = enter(field, typed, fields) {
                problem.place = place(field.name);
                self.problems.push(problem);
            }
        }
    }

    fn sub(
        &mut self,
        kind: &'static Kind,
        record: &mut RawRecord,
        n: usize,
        typed: &SubInput,
        rng: &mut impl Rng,
    ) {
        // Photographs come and go by their own ways, and what an act writes is written in several books at once.
        let list = kind
            .list(&typed.list)
            .filter(|list| list.name != common::FILES.name && !list.is_by_act());
        let Some(list) = list else {
            self.problems.push(Problem::new(
                Place::field(&typed.list),
                Code::UnknownField,
                "Phiên bản này không có danh sách đó.",
                "This version has no such list.",
            ));
            return;
        };
        let there = typed.key.as_ref().and_then(|key| key.parse::<SubKey>().ok());
        let key = there
            .filter(|key| record.subs.contains_key(key))
            .unwrap_or_else(|| {
                let key = RecordKey {
                    kind: list.name.to_owned(),
                    id: fresh_id(rng),
                };
                self.renamed.insert(key.clone(), format!("{}:{n}", list.name));
                key
            });
        let mut fields = record.subs.remove(&key).unwrap_or_else(|| list.blank());
        self.put(&mut fields, &typed.values, &|name| list.field(name), &|name| {
            Place::sub(&key, name)
        });
        record.subs.insert(key, fields);
    }
}

/// Whether likely duplicates are looked for as a field is typed: it says who somebody is, or is part of a rule of uniqueness.
pub(crate) fn watches(kind: &Kind, field: &Field) -> bool {
    let in_rule = kind.unique.iter().any(|rule| match rule.once {
        Once::Record { parts, .. } | Once::Among { parts, .. } => {
            parts.iter().any(|part| part.name() == field.name)
        }
        Once::OpenSub { .. } | Once::SameSub { .. } => false,
    });
    in_rule || field.is_name || alike::weighs(kind, field)
}

/// Whether a field takes a record of a kind.
pub(crate) fn refers_to(field: &Field, slug: &str) -> bool {
    matches!(field.holds, FieldType::Reference(kinds) if kinds.contains(&slug))
}

#[cfg(test)]
mod tests {
    use getrandom::SysRng;
    use rand_core::UnwrapErr;

    use super::*;

    #[test]
    fn what_a_form_shows_is_read_as_the_same_again_for_every_kind() {
        for kind in Kind::all() {
            for field in kind.all_fields().filter(|field| !field.is_hidden()) {
                for typed in samples(field) {
                    let mut fields = Fields::new();
                    enter(field, &typed, &mut fields)
                        .unwrap_or_else(|p| panic!("{} {typed}: {}", field.name, p.says.vi));
                    let shown = retyped(field, &fields);
                    let mut again = Fields::new();
                    enter(field, &shown, &mut again)
                        .unwrap_or_else(|p| panic!("{} {shown}: {}", field.name, p.says.vi));
                    assert_eq!(fields, again, "{}.{}: {typed} -> {shown}", kind.slug, field.name);
                }
            }
        }
    }

    fn samples(field: &Field) -> Vec<String> {
        match field.holds {
            FieldType::Text { .. } => vec!["Nguyễn Văn An".into()],
            FieldType::Long { .. } => vec!["Dòng một\nDòng hai".into()],
            FieldType::Whole { .. } | FieldType::Money => vec!["1500".into(), "0".into()],
            FieldType::YesNo => vec!["yes".into(), "no".into()],
            FieldType::Date(_) => vec!["5/1/2026".into()],
            FieldType::YearOrDate => vec!["1985".into(), "5/1/1985".into()],
            FieldType::Instant(_) => vec!["5/1/2026 19:30".into()],
            FieldType::Phone => vec!["010 234 5678".into()],
            FieldType::Choice(choices) => choices.iter().map(|choice| choice.slug.to_owned()).collect(),
            FieldType::Choices(choices) => {
                let all: Vec<&str> = choices.iter().map(|choice| choice.slug).collect();
                vec![
                    all.join(","),
                    all.first().map(|one| (*one).to_owned()).unwrap_or_default(),
                ]
            }
            FieldType::Reference(kinds) => {
                let key = |kind: &&str| RecordKey {
                    kind: (*kind).to_owned(),
                    id: fresh_id(&mut UnwrapErr(SysRng)),
                };
                kinds.iter().map(key).map(|key| key.to_string()).collect()
            }
            FieldType::Sealed(_) | FieldType::Bytes => Vec::new(),
        }
    }
}
