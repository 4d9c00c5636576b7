//! One field's value with its meaning: read from what the book keeps, without ever failing, and written back.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::added;
use crate::civil::{self, YearOrDate};
use crate::kind::{Choice, Field, FieldType};
use crate::problem::{Place, Problem};
use crate::raw::{Fields, RecordId, RecordKey, Value};
use crate::text;

/// Bytes sealed once more, opened one at a time by whoever may. Shows nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// A value that its field understands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Datum {
    /// A short or a long text, or a telephone number.
    Text(String),
    /// A whole number or an amount of money.
    Whole(i64),
    /// Yes or no.
    YesNo(bool),
    /// A date.
    Date(NaiveDate),
    /// A date or a year.
    YearOrDate(YearOrDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A choice.
    Choice(&'static Choice),
    /// A value that a commune added: the choice that stands for it, “Khác”, and its words.
    Added {
        /// “Khác”.
        choice: &'static Choice,
        /// What it is called.
        words: String,
    },
    /// The choices ticked, in the order shown; never empty.
    Choices(Vec<&'static Choice>),
    /// Another record.
    Reference(RecordKey),
    /// A sealed part.
    Sealed(Sealed),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// What a field could not understand: shown as it is, flagged, and kept in the book.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The key in the book (for a choice of several with the choice).
    pub key: String,
    /// The value as it is shown.
    pub shown: String,
    /// Why it is not understood.
    pub why: Why,
}

/// Why a field did not understand a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It is not of the field's form.
    Broken,
    /// It is a choice that this version does not know, as one of a later release would be.
    UnknownChoice,
    /// It is a value of a commune's own, and the field takes none, or none with such words.
    NotAdded,
}

/// What reading a field gives.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reading {
    /// The value, if something understood is there.
    pub datum: Option<Datum>,
    /// What is there and is not understood.
    pub faults: Vec<Fault>,
}

impl Reading {
    /// The faults as problems of a place.
    pub fn problems(&self, place: &Place, field: &Field) -> impl Iterator<Item = Problem> {
        self.faults.iter().map(|fault| {
            let problem = match fault.why {
                Why::Broken => Problem::broken,
                Why::UnknownChoice => Problem::unknown_choice,
                Why::NotAdded => Problem::not_added,
            };
            problem(place.clone(), field, &fault.shown)
        })
    }
}

/// Reads a field.
pub fn read(field: &Field, fields: &Fields) -> Reading {
    if let FieldType::Choices(choices) = field.holds {
        return read_choices(field, choices, fields);
    }
    let Some(value) = fields.get(field.name) else {
        return Reading::default();
    };
    if matches!(value, Value::Text(text) | Value::Long(text) if text.trim().is_empty()) {
        return Reading::default();
    }
    match understand(field, value) {
        Some(datum) => Reading {
            datum: Some(datum),
            faults: Vec::new(),
        },
        None => {
            let why = match (&field.holds, value) {
                (FieldType::Choice(_), Value::Text(text)) if added::words(text).is_some() => Why::NotAdded,
                (FieldType::Choice(_), Value::Text(_)) => Why::UnknownChoice,
                _ => Why::Broken,
            };
            // What belongs in a sealed part and lies there unsealed must not come out in a sentence either.
            let shown = if field.is_hidden() {
                "…".to_owned()
            } else {
                shown(value)
            };
            let fault = Fault {
                key: field.name.to_owned(),
                shown,
                why,
            };
            Reading {
                datum: None,
                faults: vec![fault],
            }
        }
    }
}

fn read_choices(field: &Field, choices: &'static [Choice], fields: &Fields) -> Reading {
    let mut reading = Reading::default();
    let mut ticked = Vec::new();
    for (key, value) in choice_keys(field, fields) {
        let slug = key.get(field.name.len() + 1..).unwrap_or("");
        match (choices.iter().position(|choice| choice.slug == slug), value) {
            (Some(place), Value::Bool(true)) => ticked.push(place),
            (_, Value::Bool(false)) => {}
            (place, value) => reading.faults.push(Fault {
                key: key.clone(),
                shown: if matches!(value, Value::Bool(_)) {
                    slug.to_owned()
                } else {
                    shown(value)
                },
                why: match place {
                    None => Why::UnknownChoice,
                    Some(_) => Why::Broken,
                },
            }),
        }
    }
    if let Some(value) = fields.get(field.name) {
        reading.faults.push(Fault {
            key: field.name.to_owned(),
            shown: shown(value),
            why: Why::Broken,
        });
    }
    ticked.sort_unstable();
    let ticked: Vec<_> = ticked
        .into_iter()
        .filter_map(|place| choices.get(place))
        .collect();
    reading.datum = (!ticked.is_empty()).then_some(Datum::Choices(ticked));
    reading
}

/// The keys of a choice of several that are there, with their values.
pub(crate) fn choice_keys<'a>(
    field: &Field,
    fields: &'a Fields,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let prefix = format!("{}/", field.name);
    let from = prefix.clone();
    fields
        .range(from..)
        .take_while(move |(key, _)| key.starts_with(&prefix))
}

fn understand(field: &Field, value: &Value) -> Option<Datum> {
    Some(match (&field.holds, value) {
        // A long text that a later release or a hand edit made short, and the other way round, is still that text.
        (FieldType::Text { .. } | FieldType::Long { .. }, Value::Text(text) | Value::Long(text)) => {
            Datum::Text(text.clone())
        }
        (FieldType::Phone, Value::Text(text)) if is_phone(text) => Datum::Text(text.clone()),
        (FieldType::Whole { .. }, Value::Int(n)) => Datum::Whole(*n),
        (FieldType::Money, Value::Int(n)) => Datum::Whole(*n),
        (FieldType::YesNo, Value::Bool(yes)) => Datum::YesNo(*yes),
        (FieldType::Date(_), Value::Text(text)) => Datum::Date(civil::parse_date(text)?),
        (FieldType::YearOrDate, Value::Text(text)) => Datum::YearOrDate(text.parse().ok()?),
        (FieldType::Instant(_), Value::Text(text)) => Datum::Instant(civil::parse_instant(text)?),
        (FieldType::Choice(choices), Value::Text(text)) => {
            match choices.iter().find(|choice| choice.slug == text) {
                Some(choice) => Datum::Choice(choice),
                None => added::read(field, text)?,
            }
        }
        (FieldType::Reference(_), Value::Text(text)) => Datum::Reference(text.parse().ok()?),
        (FieldType::Sealed(_), Value::Bytes(bytes)) => Datum::Sealed(Sealed(bytes.clone())),
        (FieldType::Bytes, Value::Bytes(bytes)) => Datum::Bytes(bytes.clone()),
        _ => return None,
    })
}

/// Whether a text is a telephone number as it is kept: digits, with a `+` in front at most.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Any value of a book as a short text, for what is not understood.
pub fn shown(value: &Value) -> String {
    const MOST: usize = 200;
    let text = match value {
        Value::Bool(true) => "có".to_owned(),
        Value::Bool(false) => "không".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Text(text) | Value::Long(text) | Value::Unknown(text) => text.clone(),
        Value::Bytes(bytes) => format!("({} byte)", bytes.len()),
    };
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}

/// Writes a field into the fields of a record: tidied and NFC. `None` leaves a short field out and empties a long one,
/// since a long text must be made with its record.
pub fn write(field: &Field, datum: Option<Datum>, fields: &mut Fields) {
    let key = field.name.to_owned();
    match (field.holds, datum) {
        (FieldType::Long { .. }, Some(Datum::Text(text))) => {
            fields.insert(key, Value::Long(text::tidy_long(&text)));
        }
        (FieldType::Long { .. }, _) => {
            fields.insert(key, Value::Long(String::new()));
        }
        (FieldType::Choices(_), Some(Datum::Choices(ticked))) => {
            for choice in ticked {
                fields.insert(format!("{}/{}", field.name, choice.slug), Value::Bool(true));
            }
        }
        (_, Some(datum)) => {
            if let Some(value) = value_of(&field.holds, datum) {
                fields.insert(key, value);
            }
        }
        (_, None) => {}
    }
}

/// The value that the book keeps for a datum; nothing for a text that is empty when tidied.
pub fn value_of(holds: &FieldType, datum: Datum) -> Option<Value> {
    Some(match datum {
        Datum::Text(text) => {
            let tidied = match holds {
                FieldType::Long { .. } => return Some(Value::Long(text::tidy_long(&text))),
                FieldType::Phone => text::tidy_phone(&text),
                _ => text::tidy_line(&text),
            };
            if tidied.is_empty() {
                return None;
            }
            Value::Text(tidied)
        }
        Datum::Whole(n) => Value::Int(n),
        Datum::YesNo(yes) => Value::Bool(yes),
        Datum::Date(date) => Value::Text(date.format("%Y-%m-%d").to_string()),
        Datum::YearOrDate(born) => Value::Text(born.to_string()),
        Datum::Instant(instant) => Value::Text(civil::write_instant(instant)),
        Datum::Choice(choice) => Value::Text(choice.slug.to_owned()),
        Datum::Added { words, .. } => Value::Text(added::kept(&words)),
        Datum::Reference(key) => Value::Text(key.to_string()),
        Datum::Sealed(Sealed(bytes)) | Datum::Bytes(bytes) => Value::Bytes(bytes),
        Datum::Choices(_) => return None,
    })
}

/// The record of this kind with this id.
pub fn key(kind: &str, id: Uuid) -> RecordKey {
    RecordKey {
        kind: kind.to_owned(),
        id: RecordId(id),
    }
}
