//! Records as typed structs, and the edits that lead from one to another.
//!
//! A typed struct is for rules and figures: it holds what is understood and leaves out the rest. Nothing is lost by
//! that, since an edit is a difference: [`Record::edits`] names only what has changed, and broken or unknown values
//! stay in the book untouched.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Chain;
use std::slice::Iter;

use chrono::{DateTime, NaiveDate, Utc};

use crate::civil::YearOrDate;
use crate::common::{Common, SUB_FIELDS};
use crate::datum::{self, Datum, Sealed};
use crate::kind::{ChoiceSet, Field, Kind};
use crate::problem::{Place, Problem};
use crate::raw::{Edit, Fields, RawRecord, RecordId, RecordKey, SubKey, Value};

/// A value together with what could not be understood of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Typed<T> {
    /// What is understood.
    pub value: T,
    /// What is not.
    pub problems: Vec<Problem>,
}

/// A record kind as a Rust type; made by the macro `kind!`.
pub trait Record: Clone + Default + PartialEq + Sized {
    /// Its declaration.
    const KIND: &'static Kind;

    /// Reads a record. Never fails: what is broken or unknown is left out and listed.
    fn read(raw: &RawRecord) -> Typed<Self>;

    /// Writes a whole record, with every long text, empty or not (they must be made with it).
    fn write(&self) -> RawRecord;

    /// The common fields.
    fn common(&self) -> &Common;

    /// The common fields, to be changed.
    fn common_mut(&mut self) -> &mut Common;

    /// The key of the record with this id.
    fn key(id: RecordId) -> RecordKey {
        RecordKey {
            kind: Self::KIND.slug.to_owned(),
            id,
        }
    }

    /// The edit that makes this record.
    fn create(&self, id: RecordId) -> Edit {
        Edit::Create {
            key: Self::key(id),
            record: self.write(),
        }
    }

    /// The edits that turn the record kept into this one; nothing if it says the same. Sub-records that are missing
    /// here stay as they are: void them instead.
    fn edits(&self, id: RecordId, kept: &RawRecord) -> Vec<Edit> {
        differences(&Self::key(id), &Self::read(kept).value.write(), &self.write())
    }
}

/// The edits that lead from one record to another. Fields that only the first has are emptied; sub-records that only
/// the first has stay.
pub fn differences(key: &RecordKey, before: &RawRecord, after: &RawRecord) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut set = |sub: Option<&SubKey>, before: &Fields, after: &Fields| {
        let fields = changed_fields(before, after);
        if !fields.is_empty() {
            edits.push(Edit::Set {
                key: key.clone(),
                sub: sub.cloned(),
                fields,
            });
        }
    };
    set(None, &before.fields, &after.fields);
    for (sub, fields) in &after.subs {
        if let Some(kept) = before.subs.get(sub) {
            set(Some(sub), kept, fields);
        }
    }
    for (sub, fields) in &after.subs {
        if !before.subs.contains_key(sub) {
            edits.push(Edit::AddSub {
                key: key.clone(),
                sub: sub.clone(),
                fields: fields.clone(),
            });
        }
    }
    edits
}

fn changed_fields(before: &Fields, after: &Fields) -> BTreeMap<String, Option<Value>> {
    let set = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value));
    let emptied = before.keys().filter(|name| !after.contains_key(*name));
    set.map(|(name, value)| (name.clone(), Some(value.clone())))
        .chain(emptied.map(|name| (name.clone(), None)))
        .collect()
}

/// A sub-record as a Rust type; made by the macro `kind!`.
pub trait Sub: Clone + Default + PartialEq + Sized {
    /// Its fields, without those that every sub-record has.
    const FIELDS: &'static [Field];

    /// Reads the fields in the order of the declaration.
    fn read_from(reader: &mut Reader<'_>) -> Self;

    /// Writes the fields in the order of the declaration.
    fn write_to(&self, writer: &mut Writer<'_>);
}

/// A Rust type that a field of a typed struct can have.
pub trait FieldValue: Default {
    /// From what was understood; the default where nothing was, or something else than this type holds.
    fn from_datum(datum: Option<Datum>) -> Self;

    /// To what is written.
    fn to_datum(&self) -> Option<Datum>;
}

/// Reads fields one after the other, in the order of a declaration.
pub struct Reader<'a> {
    declared: Chain<Iter<'static, Field>, Iter<'static, Field>>,
    fields: &'a Fields,
    sub: Option<&'a SubKey>,
    /// What could not be understood so far.
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// Starts at the first field.
    pub fn new(declared: &'static [Field], fields: &'a Fields, sub: Option<&'a SubKey>) -> Self {
        let own: &'static [Field] = if sub.is_some() { SUB_FIELDS } else { &[] };
        Reader {
            declared: declared.iter().chain(own),
            fields,
            sub,
            problems: Vec::new(),
        }
    }

    /// Reads the next field.
    pub fn take<T: FieldValue>(&mut self) -> T {
        let Some(field) = self.declared.next() else {
            return T::default();
        };
        let reading = datum::read(field, self.fields);
        if !reading.faults.is_empty() {
            let place = Place {
                sub: self.sub.cloned(),
                field: field.name.to_owned(),
            };
            self.problems.extend(reading.problems(&place, field));
        }
        T::from_datum(reading.datum)
    }
}

/// Writes fields one after the other, in the order of a declaration.
pub struct Writer<'a> {
    declared: Chain<Iter<'static, Field>, Iter<'static, Field>>,
    fields: &'a mut Fields,
}

impl<'a> Writer<'a> {
    /// Starts at the first field.
    pub fn new(declared: &'static [Field], fields: &'a mut Fields) -> Self {
        Writer {
            declared: declared.iter().chain(SUB_FIELDS),
            fields,
        }
    }

    /// Writes the next field.
    pub fn put<T: FieldValue>(&mut self, value: &T) {
        if let Some(field) = self.declared.next() {
            datum::write(field, value.to_datum(), self.fields);
        }
    }
}

/// Reads the sub-records of a list.
pub fn read_subs<S: Sub>(list: &str, raw: &RawRecord, problems: &mut Vec<Problem>) -> BTreeMap<RecordId, S> {
    let mut subs = BTreeMap::new();
    for (key, fields) in raw.subs.iter().filter(|(key, _)| key.kind == list) {
        let mut reader = Reader::new(S::FIELDS, fields, Some(key));
        subs.insert(key.id, S::read_from(&mut reader));
        problems.append(&mut reader.problems);
    }
    subs
}

/// Writes the sub-records of a list.
pub fn write_subs<S: Sub>(list: &str, subs: &BTreeMap<RecordId, S>, raw: &mut RawRecord) {
    for (id, sub) in subs {
        let mut fields = Fields::new();
        sub.write_to(&mut Writer::new(S::FIELDS, &mut fields));
        raw.subs.insert(
            SubKey {
                kind: list.to_owned(),
                id: *id,
            },
            fields,
        );
    }
}

/// Types whose datum is one variant of [`Datum`].
macro_rules! plain {
    ($($type:ty = $variant:ident),* $(,)?) => {$(
        impl FieldValue for Option<$type> {
            fn from_datum(datum: Option<Datum>) -> Self {
                match datum {
                    Some(Datum::$variant(value)) => Some(value),
                    _ => None,
                }
            }

            fn to_datum(&self) -> Option<Datum> {
                self.clone().map(Datum::$variant)
            }
        }
    )*};
}

plain! {
    String = Text,
    i64 = Whole,
    bool = YesNo,
    NaiveDate = Date,
    YearOrDate = YearOrDate,
    DateTime<Utc> = Instant,
    RecordKey = Reference,
    Sealed = Sealed,
    Vec<u8> = Bytes,
}

impl<C: ChoiceSet> FieldValue for Option<C> {
    fn from_datum(datum: Option<Datum>) -> Self {
        match datum {
            // What a commune added is “Khác” to whatever reckons.
            Some(Datum::Choice(choice) | Datum::Added { choice, .. }) => C::from_slug(choice.slug),
            _ => None,
        }
    }

    fn to_datum(&self) -> Option<Datum> {
        C::CHOICES.get((*self)?.place()).map(Datum::Choice)
    }
}

impl<C: ChoiceSet> FieldValue for BTreeSet<C> {
    fn from_datum(datum: Option<Datum>) -> Self {
        match datum {
            Some(Datum::Choices(ticked)) => ticked
                .iter()
                .filter_map(|choice| C::from_slug(choice.slug))
                .collect(),
            _ => BTreeSet::new(),
        }
    }

    fn to_datum(&self) -> Option<Datum> {
        let ticked: Vec<_> = self
            .iter()
            .filter_map(|value| C::CHOICES.get(value.place()))
            .collect();
        (!ticked.is_empty()).then_some(Datum::Choices(ticked))
    }
}
