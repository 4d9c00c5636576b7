//! Validation: the rules of single fields from their declarations, then those of the kind.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::civil;
use crate::common;
use crate::datum::{self, Datum};
use crate::kind::{DateBound, Field, FieldType, Kind, Needed};
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::{Fields, RawRecord, SubKey};

/// The years that a date may lie in; outside them it is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// Everything that is to be said of a record, in the order of the form. Empty: it can be saved as it is; it can also
/// be saved where nothing [blocks](crate::problem::Weight::Blocks). Voided records are not asked for what is missing.
pub fn validate(kind: &Kind, raw: &RawRecord, context: &Context) -> Vec<Problem> {
    let voided = common::is_voided(&raw.fields);
    let mut problems = Vec::new();
    let declared: Vec<&Field> = kind.all_fields().collect();
    for field in &declared {
        check_field(
            field,
            &declared,
            &raw.fields,
            None,
            voided,
            context,
            &mut problems,
        );
    }
    unknown_fields(&declared, &raw.fields, None, &mut problems);
    let mut known = BTreeSet::new();
    for list in kind.all_lists() {
        known.insert(list.name);
        let mut live = 0;
        let declared: Vec<&Field> = list.all_fields().collect();
        for (key, fields) in raw.subs.iter().filter(|(key, _)| key.kind == list.name) {
            let voided = voided || common::is_voided(fields);
            live += usize::from(!voided);
            for field in &declared {
                check_field(
                    field,
                    &declared,
                    fields,
                    Some(key),
                    voided,
                    context,
                    &mut problems,
                );
            }
            unknown_fields(&declared, fields, Some(key), &mut problems);
        }
        if live < list.least && !voided {
            let (vi, en) = (
                list.label.inside(crate::Lang::Vi),
                list.label.inside(crate::Lang::En),
            );
            let place = Place::field(list.name);
            problems.push(Problem::new(
                place,
                Code::Missing,
                format!("Thêm {vi}."),
                format!("Add: {en}."),
            ));
        }
    }
    let unknown: BTreeSet<_> = raw.subs.keys().map(|key| key.kind.as_str()).collect();
    for name in unknown.into_iter().filter(|name| !known.contains(name)) {
        problems.push(Problem::unknown_field(Place::field(name)));
    }
    if voided {
        if let Some(field) = kind
            .field(common::VOID_REASON)
            .filter(|field| is_empty(field, &raw.fields))
        {
            problems.push(Problem::missing(Place::field(field.name), field));
        }
    } else if let Some(check) = kind.check {
        check(raw, context, &mut problems);
    }
    problems
}

fn check_field(
    field: &Field,
    declared: &[&'static Field],
    fields: &Fields,
    sub: Option<&SubKey>,
    voided: bool,
    context: &Context,
    problems: &mut Vec<Problem>,
) {
    let place = Place {
        sub: sub.cloned(),
        field: field.name.to_owned(),
    };
    let reading = datum::read(field, fields);
    problems.extend(reading.problems(&place, field));
    let Some(datum) = &reading.datum else {
        if field.needed == Needed::Always && reading.faults.is_empty() && !voided {
            problems.push(Problem::missing(place, field));
        }
        return;
    };
    problems.extend(check_datum(field, datum, context, &place));
    if !field.not_before.is_empty()
        && let Some(earlier) = declared.iter().find(|other| other.name == field.not_before)
        && let (Some(first), Some(this)) = (day_of(earlier, fields), day_of(field, fields))
        && this < first
    {
        problems.push(Problem::order(place, field, earlier));
    }
}

/// The civil date of a date, of an instant, or of a date of birth known to the day.
pub(crate) fn day_of(field: &Field, fields: &Fields) -> Option<NaiveDate> {
    match datum::read(field, fields).datum? {
        Datum::Date(date) | Datum::YearOrDate(civil::YearOrDate::Date(date)) => Some(date),
        Datum::Instant(instant) => Some(civil::date_in_vietnam(instant)),
        _ => None,
    }
}

fn is_empty(field: &Field, fields: &Fields) -> bool {
    let reading = datum::read(field, fields);
    reading.datum.is_none() && reading.faults.is_empty()
}

fn unknown_fields(
    declared: &[&'static Field],
    fields: &Fields,
    sub: Option<&SubKey>,
    problems: &mut Vec<Problem>,
) {
    let unknown = fields
        .keys()
        .filter(|key| !declared.iter().any(|field| is_key_of(field, key)));
    problems.extend(unknown.map(|key| {
        Problem::unknown_field(Place {
            sub: sub.cloned(),
            field: key.clone(),
        })
    }));
}

/// Whether a key of a book belongs to a field.
pub(crate) fn is_key_of(field: &Field, key: &str) -> bool {
    if key == field.name {
        return true;
    }
    let choice = key
        .strip_prefix(field.name)
        .and_then(|rest| rest.strip_prefix('/'));
    choice.is_some() && matches!(field.holds, FieldType::Choices(_))
}

/// What is to be said of one value that its field understands.
pub(crate) fn check_datum(field: &Field, datum: &Datum, context: &Context, place: &Place) -> Option<Problem> {
    match (&field.holds, datum) {
        (FieldType::Text { max } | FieldType::Long { max }, Datum::Text(text)) => {
            let length = text.chars().count();
            (length > *max).then(|| Problem::too_long(place.clone(), field, *max, length))
        }
        (FieldType::Phone, Datum::Text(text)) => {
            let digits = text.trim_start_matches('+').len();
            (!(3..=15).contains(&digits)).then(|| {
                let (vi, en) = (field.label.vi, field.label.en);
                Problem::new(
                    place.clone(),
                    Code::OutOfRange,
                    format!("{vi} phải có từ 3 đến 15 chữ số."),
                    format!("{en} must have 3 to 15 digits."),
                )
            })
        }
        (FieldType::Whole { min, max }, Datum::Whole(n)) => {
            (!(*min..=*max).contains(n)).then(|| Problem::out_of_range(place.clone(), field, *min, *max))
        }
        (FieldType::Money, Datum::Whole(n)) => {
            const MOST: i64 = 1_000_000_000_000;
            (!(0..=MOST).contains(n)).then(|| Problem::out_of_range(place.clone(), field, 0, MOST))
        }
        (FieldType::Date(bound), Datum::Date(date)) => check_date(field, *date, *bound, context, place),
        (FieldType::Instant(bound), Datum::Instant(instant)) => {
            check_date(field, civil::date_in_vietnam(*instant), *bound, context, place)
        }
        (FieldType::YearOrDate, Datum::YearOrDate(born)) => match born {
            civil::YearOrDate::Date(date) => check_date(field, *date, DateBound::PastOrToday, context, place),
            civil::YearOrDate::Year(year) => {
                let last = context.today.year();
                (*year < *YEARS.start() || *year > last).then(|| out_of_years(field, last, place))
            }
        },
        (FieldType::Reference(kinds), Datum::Reference(key)) => {
            (!kinds.contains(&key.kind.as_str())).then(|| {
                let (vi, en) = (
                    field.label.inside(crate::Lang::Vi),
                    field.label.inside(crate::Lang::En),
                );
                Problem::new(
                    place.clone(),
                    Code::WrongKind,
                    format!("Chọn lại {vi} (đang trỏ tới loại “{}”).", key.kind),
                    format!("Choose again: {en} (it points to “{}”).", key.kind),
                )
            })
        }
        _ => None,
    }
}

fn check_date(
    field: &Field,
    date: NaiveDate,
    bound: DateBound,
    context: &Context,
    place: &Place,
) -> Option<Problem> {
    if !YEARS.contains(&date.year()) {
        return Some(out_of_years(field, *YEARS.end(), place));
    }
    (bound == DateBound::PastOrToday && date > context.today)
        .then(|| Problem::in_future(place.clone(), field))
}

fn out_of_years(field: &Field, last: i32, place: &Place) -> Problem {
    let (vi, en) = (field.label.vi, field.label.en);
    Problem::new(
        place.clone(),
        Code::OutOfRange,
        format!("Năm của “{vi}” phải từ {} đến {last}.", YEARS.start()),
        format!("The year of “{en}” must be from {} to {last}.", YEARS.start()),
    )
}

/// Says that a field has to be filled in, if it is empty. For the checks of kinds.
pub(crate) fn needs(kind: &Kind, name: &str, raw: &RawRecord, problems: &mut Vec<Problem>) {
    if let Some(field) = kind.field(name).filter(|field| is_empty(field, &raw.fields)) {
        problems.push(Problem::missing(Place::field(name), field));
    }
}
