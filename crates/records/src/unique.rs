//! Uniqueness rules over a set of records: what is there twice, for a person to decide. A pure function of the set.

use std::collections::{BTreeMap, BTreeSet};

use crate::civil::YearOrDate;
use crate::common;
use crate::datum::{self, Datum};
use crate::kind::{Field, Kind, Once, Part, Unique, Within};
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
    let mut keys = Vec::new();
    for rule in kind.unique {
        let (Once::Record { within, parts } | Once::Among { within, parts, .. }) = rule.once else {
            continue;
        };
        let agree = parts.iter().map(|part| value(kind, part, &raw.fields));
        let Some(values) = agree.collect::<Option<Vec<String>>>() else {
            continue;
        };
        let scope = (within == Within::Scope).then(|| scope.clone());
        let key = |values| UniqueKey {
            rule: rule.name,
            scope: scope.clone(),
            values,
        };
        match rule.once {
            Once::Among {
                list,
                field,
                closed_by,
                ..
            } => {
                let inside: BTreeSet<String> = open_subs(raw, list, closed_by)
                    .filter_map(|(_, fields)| exact(kind.list(list)?.field(field)?, fields))
                    .collect();
                keys.extend(
                    inside
                        .into_iter()
                        .map(|one| key([values.clone(), vec![one]].concat())),
                );
            }
            _ => keys.push(key(values)),
        }
    }
    keys
}

/// The sub-records of a list that are neither voided nor closed.
fn open_subs<'a>(
    raw: &'a RawRecord,
    list: &'static str,
    closed_by: &'static str,
) -> impl Iterator<Item = (&'a SubKey, &'a Fields)> {
    parts_of(raw, list).filter(|(_, fields)| !fields.contains_key(closed_by))
}

/// The breaches inside one record: sub-records that are open beside each other, or say the same.
pub fn inside(kind: &Kind, key: &RecordKey, raw: &RawRecord) -> Vec<Breach> {
    if common::is_voided(&raw.fields) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in kind.unique {
        let groups = match rule.once {
            Once::Record { .. } | Once::Among { .. } => Vec::new(),
            Once::OpenSub { list, closed_by } => {
                let open = open_subs(raw, list, closed_by);
                vec![open.map(|(sub, _)| sub.clone()).collect()]
            }
            Once::SameSub { list, by } => {
                let mut same: BTreeMap<String, Vec<SubKey>> = BTreeMap::new();
                for (sub, fields) in parts_of(raw, list) {
                    if let Some(value) = fields.get(by) {
                        same.entry(datum::shown(value)).or_default().push(sub.clone());
                    }
                }
                same.into_values().collect()
            }
        };
        let twice = groups.into_iter().filter(|subs: &Vec<SubKey>| subs.len() > 1);
        found.extend(twice.map(|subs| Breach {
            rule,
            records: vec![key.clone()],
            subs,
        }));
    }
    found
}

/// The sub-records of a list that are not voided.
fn parts_of<'a>(raw: &'a RawRecord, list: &'a str) -> impl Iterator<Item = (&'a SubKey, &'a Fields)> {
    let here = raw.subs.iter().filter(move |(sub, _)| sub.kind == list);
    here.filter(|(_, fields)| !common::is_voided(fields))
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

/// What a field says, for comparing.
fn exact(field: &Field, fields: &Fields) -> Option<String> {
    let datum = datum::read(field, fields).datum?;
    datum::value_of(&field.holds, datum).map(|value| datum::shown(&value))
}

/// What a part of a rule compares of a record.
pub(crate) fn value(kind: &Kind, part: &Part, fields: &Fields) -> Option<String> {
    let read = |name: &str| datum::read(kind.field(name)?, fields).datum;
    let exact = |name: &str| exact(kind.field(name)?, fields);
    match part {
        Part::Exact(name) => exact(name),
        Part::Maybe(name) => Some(exact(name).unwrap_or_default()),
        Part::Folded(name) => {
            let mut words = text::folded_words(&exact(name)?);
            if kind.field(name)?.is_name {
                words.sort_unstable();
            }
            (!words.is_empty()).then(|| words.join(" "))
        }
        Part::Year(name) => match read(name)? {
            Datum::YearOrDate(born) => Some(born.year().to_string()),
            Datum::Date(date) => Some(YearOrDate::Date(date).year().to_string()),
            Datum::Whole(year) => Some(year.to_string()),
            _ => None,
        },
    }
}
