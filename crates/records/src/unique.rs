//! Uniqueness rules over a set of records: what is there twice, for a person to decide. A pure function of the set.

use std::collections::{BTreeMap, BTreeSet};

use crate::civil::YearOrDate;
use crate::common;
use crate::datum::{self, Datum};
use crate::kind::{Kind, Once, Part, Unique, Within};
use crate::raw::{Fields, RawRecord, RecordKey, SubKey};
use crate::text;

/// A record where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a, S> {
    /// Its key.
    pub key: &'a RecordKey,
    /// The scope of its book: a village, a unit, the commune.
    pub scope: &'a S,
    /// What it holds.
    pub raw: &'a RawRecord,
}

/// What two records must not share. Keep a map from this to the records that have it to find breaches incrementally:
/// a key with two records or more is a breach.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UniqueKey<S> {
    /// The rule's name.
    pub rule: &'static str,
    /// The scope, where the rule holds within one.
    pub scope: Option<S>,
    /// The compared values.
    pub values: Vec<String>,
}

/// Something that is there twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Breach {
    /// The rule.
    pub rule: &'static Unique,
    /// The records, in the order of their keys.
    pub records: Vec<RecordKey>,
    /// For a rule inside one record: the sub-records.
    pub subs: Vec<SubKey>,
}

/// The keys of a record under the rules of its kind; none for a voided one.
pub fn unique_keys<S: Clone>(kind: &Kind, scope: &S, raw: &RawRecord) -> Vec<UniqueKey<S>> {
    if common::is_voided(&raw.fields) {
        return Vec::new();
    }
    let keys = kind.unique.iter().filter_map(|rule| {
        let Once::Record { within, parts } = rule.once else {
            return None;
        };
        let values = parts
            .iter()
            .map(|part| value(kind, part, &raw.fields))
            .collect::<Option<_>>()?;
        let scope = (within == Within::Scope).then(|| scope.clone());
        Some(UniqueKey {
            rule: rule.name,
            scope,
            values,
        })
    });
    keys.collect()
}

/// The breaches inside one record: sub-records that are open beside each other.
pub fn inside(kind: &Kind, key: &RecordKey, raw: &RawRecord) -> Vec<Breach> {
    if common::is_voided(&raw.fields) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in kind.unique {
        if let Once::OpenSub { list, closed_by } = rule.once {
            let open = |fields: &Fields| !common::is_voided(fields) && !fields.contains_key(closed_by);
            let subs: Vec<SubKey> = raw
                .subs
                .iter()
                .filter(|(sub, fields)| sub.kind == list && open(fields))
                .map(|(sub, _)| sub.clone())
                .collect();
            if subs.len() > 1 {
                found.push(Breach {
                    rule,
                    records: vec![key.clone()],
                    subs,
                });
            }
        }
    }
    found
}

/// The rule with this name.
pub fn rule(name: &str) -> Option<&'static Unique> {
    Kind::all()
        .iter()
        .flat_map(|kind| kind.unique)
        .find(|rule| rule.name == name)
}

/// Every breach among these records. One record in two books (carried over, moved) is one record.
pub fn breaches<'a, S: Ord + Clone + 'a>(records: impl IntoIterator<Item = Placed<'a, S>>) -> Vec<Breach> {
    let mut sharing: BTreeMap<UniqueKey<S>, BTreeSet<&RecordKey>> = BTreeMap::new();
    let mut within: BTreeMap<&RecordKey, Vec<Breach>> = BTreeMap::new();
    for Placed { key, scope, raw } in records {
        let Some(kind) = Kind::by_slug(&key.kind) else {
            continue;
        };
        for unique in unique_keys(kind, scope, raw) {
            sharing.entry(unique).or_default().insert(key);
        }
        let breaches = inside(kind, key, raw);
        if !breaches.is_empty() {
            within.insert(key, breaches);
        }
    }
    let between = sharing
        .into_iter()
        .filter(|(_, records)| records.len() > 1)
        .filter_map(|(unique, records)| {
            let rule = rule(unique.rule)?;
            Some(Breach {
                rule,
                records: records.into_iter().cloned().collect(),
                subs: Vec::new(),
            })
        });
    between.chain(within.into_values().flatten()).collect()
}

fn value(kind: &Kind, part: &Part, fields: &Fields) -> Option<String> {
    let read = |name: &str| datum::read(kind.field(name)?, fields).datum;
    let exact = |name: &str| {
        let field = kind.field(name)?;
        datum::value_of(&field.holds, read(name)?).map(|value| datum::shown(&value))
    };
    match part {
        Part::Exact(name) => exact(name),
        Part::Maybe(name) => Some(exact(name).unwrap_or_default()),
        Part::Folded(name) => {
            let words = text::folded_words(&exact(name)?).join(" ");
            (!words.is_empty()).then_some(words)
        }
        Part::Year(name) => match read(name)? {
            Datum::YearOrDate(born) => Some(born.year().to_string()),
            Datum::Date(date) => Some(YearOrDate::Date(date).year().to_string()),
            Datum::Whole(year) => Some(year.to_string()),
            _ => None,
        },
    }
}
