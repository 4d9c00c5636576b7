//! What was entered in one place and goes on in another: a household or person that moves to another village, and one that
//! was entered twice and becomes one.
//!
//! Nothing is taken away: the old copy says *moved to*, the record that gives way says *merged into*, and both keep their
//! histories. Emptying that one field takes it back. Where a move has a day, it is a part of the record too, which is only ever
//! added: the same in the book that was left and in the new one, so that each alone knows where one was on each day.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate};

use crate::civil::YearOrDate;
use crate::common::{self, FILES};
use crate::datum::{self, Datum};
use crate::files;
use crate::kind::Kind;
use crate::raw::{Fields, RawRecord, RecordId, RecordKey, SubKey, Value};
use crate::text::fold;

/// The field that says to which village a record has moved.
pub const MOVED_TO: &str = "moved_to";
/// The field that says in which other record this one goes on.
pub const MERGED_INTO: &str = "merged_into";
/// The list of the moves of a record.
pub const MOVES: &str = "moves";
/// The field of a move with its day.
pub const ON: &str = "on";
const FROM: &str = "from";
const TO: &str = "to";

/// A move that a record tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The village that was left.
    pub from: RecordKey,
    /// The village since then.
    pub to: RecordKey,
    /// The day.
    pub on: NaiveDate,
}

impl Moved {
    /// As a part of a record.
    pub fn part(&self) -> Fields {
        let says = |name: &str, text: String| (name.to_owned(), Value::Text(text));
        [
            says(FROM, self.from.to_string()),
            says(TO, self.to.to_string()),
            says(ON, self.on.to_string()),
        ]
        .into()
    }

    /// What a part of a record says; `None`: not all of it is there.
    pub fn read(kind: &Kind, part: &Fields) -> Option<Moved> {
        let list = kind.list(MOVES)?;
        let village = |name: &str| match datum::read(list.field(name)?, part).datum? {
            Datum::Reference(key) => Some(key),
            _ => None,
        };
        let on = match datum::read(list.field(ON)?, part).datum? {
            Datum::Date(day) => day,
            _ => return None,
        };
        Some(Moved {
            from: village(FROM)?,
            to: village(TO)?,
            on,
        })
    }
}

/// The key of a move among the parts of a record.
pub fn move_key(id: RecordId) -> SubKey {
    SubKey {
        kind: MOVES.to_owned(),
        id,
    }
}

/// Whether the moves of such records have days: what goes along with a household has none of its own.
pub fn has_days(kind: &Kind) -> bool {
    kind.list(MOVES).is_some()
}

/// The moves that a record tells of; whether each is taken back.
pub fn moves<'a>(kind: &'a Kind, raw: &'a RawRecord) -> impl Iterator<Item = (&'a SubKey, Moved, bool)> {
    let parts = raw.subs.iter().filter(|(key, _)| key.kind == MOVES);
    parts.filter_map(|(key, part)| Some((key, Moved::read(kind, part)?, common::is_voided(part))))
}

/// The village to which a record says that it has moved.
pub fn moved_to(kind: &Kind, raw: &RawRecord) -> Option<RecordKey> {
    named(kind, MOVED_TO, raw)
}

/// The record in which another one says that it goes on.
pub fn merged_into(kind: &Kind, raw: &RawRecord) -> Option<RecordKey> {
    named(kind, MERGED_INTO, raw)
}

/// Whether records of a kind can be merged.
pub fn merges(kind: &Kind) -> bool {
    kind.field(MERGED_INTO).is_some()
}

fn named(kind: &Kind, field: &str, raw: &RawRecord) -> Option<RecordKey> {
    match datum::read(kind.field(field)?, &raw.fields).datum? {
        Datum::Reference(key) => Some(key),
        _ => None,
    }
}

/// What a record says of where it goes on and of what was settled about it: of one book, and nothing that is taken over.
const OF_ONE_BOOK: [&str; 3] = [MOVED_TO, MERGED_INTO, common::LEFT_LATE];

/// A record as it begins in the book of the village to which it moves.
pub fn carried(raw: &RawRecord) -> RawRecord {
    let mut raw = raw.clone();
    for name in [MOVED_TO, common::LEFT_LATE] {
        raw.fields.remove(name);
    }
    raw
}

/// What was written in the old copy and is not in the new one: fields of the old copy that say something else than they did
/// when the record moved (`then`), and not what the new copy says `now`. Sub-records are looked at alike; one that was added
/// and voided since is nothing. As a record that holds these fields alone.
pub fn left_behind(old: &RawRecord, then: &RawRecord, now: &RawRecord) -> RawRecord {
    let late = |old: &Fields, then: Option<&Fields>, now: Option<&Fields>| -> Fields {
        let says = |fields: Option<&Fields>, name: &str| fields.and_then(|fields| fields.get(name)).cloned();
        let fields = old.iter().filter(|(name, value)| {
            !OF_ONE_BOOK.contains(&name.as_str())
                && says(then, name).as_ref() != Some(*value)
                && says(now, name).as_ref() != Some(*value)
        });
        fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let lasting =
        |(key, fields): &(&RecordKey, &Fields)| !common::is_voided(fields) || then.subs.contains_key(*key);
    let told = old.subs.iter().filter(|(key, _)| key.kind != MOVES);
    let subs = told.filter(lasting).filter_map(|(key, fields)| {
        let then = then.subs.get(key);
        let mut fields = fields.clone();
        // A photograph that came along has another name and key there.
        if key.kind == FILES.name && then.is_some() {
            fields.retain(|name, _| !files::OF_BOOK.contains(&name.as_str()));
        }
        // A part that was taken over and whose taking was undone is there as voided: it is not there.
        let now = now.subs.get(key);
        let now = now.filter(|now| then.is_some() || !common::is_voided(now));
        let fields = late(&fields, then, now);
        (!fields.is_empty()).then(|| (key.clone(), fields))
    });
    RawRecord {
        fields: late(&old.fields, Some(&then.fields), Some(&now.fields)),
        subs: subs.collect(),
    }
}

/// A record that takes in what another one of its kind knows beside it: fields that it leaves empty, and parts (members,
/// episodes) that it has none of alike. What both say differently stays as it is here, and can be read in the other.
pub fn merged(kind: &Kind, kept: &RawRecord, other: &RawRecord) -> RawRecord {
    let mut merged = kept.clone();
    let own =
        |name: &str| OF_ONE_BOOK.contains(&name) || [common::VOIDED, common::VOID_REASON].contains(&name);
    for field in kind.all_fields().filter(|field| !own(field.name)) {
        if datum::read(field, &kept.fields).datum.is_some() {
            continue;
        }
        // A choice of several is many keys, and what is not understood is nothing to fill with.
        let mut known = RawRecord::default();
        if let Some(datum) = datum::read(field, &other.fields).datum {
            datum::write(field, Some(datum), &mut known.fields);
        }
        // A long text is made with its record and never later.
        let short = |value: &Value| !matches!(value, Value::Long(_));
        merged
            .fields
            .extend(known.fields.into_iter().filter(|(_, value)| short(value)));
    }
    let named = |(key, fields): (&RecordKey, &Fields)| telling(kind, key, fields);
    // A part that was taken over from the other one before, and given back, is voided here and is none of its own.
    let given_back =
        |key: &RecordKey, fields: &Fields| other.subs.contains_key(key) && common::is_voided(fields);
    let own = kept.subs.iter().filter(|(key, fields)| !given_back(key, fields));
    let alike: BTreeSet<Vec<String>> = own.map(named).collect();
    // Where the other one was says nothing of this one.
    for (key, fields) in other.subs.iter().filter(|(key, _)| key.kind != MOVES) {
        if !common::is_voided(fields) && !alike.contains(&named((key, fields))) {
            merged.subs.insert(key.clone(), fields.clone());
        }
    }
    merged
}

/// What two parts have to share to be one: the list with name and year of birth; where they have none, all their texts.
/// Photographs are never one: cameras give the same name again and again.
fn telling(kind: &Kind, key: &RecordKey, fields: &Fields) -> Vec<String> {
    if key.kind == FILES.name {
        return vec![key.to_string()];
    }
    let declared = kind.list(&key.kind).map_or(&[] as &[_], |list| list.fields);
    let tells = declared
        .iter()
        .filter_map(|field| match datum::read(field, fields).datum? {
            Datum::Text(text) if field.is_name => Some(fold(&text)),
            Datum::YearOrDate(YearOrDate::Year(year)) => Some(year.to_string()),
            Datum::YearOrDate(YearOrDate::Date(day)) => Some(day.year().to_string()),
            _ => None,
        });
    let mut tells: Vec<String> = tells.collect();
    if tells.is_empty() {
        let texts = fields.iter().filter_map(|(name, value)| match value {
            Value::Text(text) => Some(format!("{name} {}", fold(text))),
            _ => None,
        });
        tells.extend(texts);
    }
    tells.insert(0, key.kind.clone());
    tells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Household;
    use crate::kinds::household::Member;
    use crate::raw::RecordId;
    use crate::record::Record as _;

    fn key(slug: &str, n: u128) -> RecordKey {
        RecordKey {
            kind: slug.to_owned(),
            id: RecordId(uuid::Uuid::from_u128(n)),
        }
    }

    fn household(address: &str, phone: Option<&str>, members: &[(u128, &str, &str)]) -> RawRecord {
        let member = |(n, name, born): &(u128, &str, &str)| {
            let member = Member {
                name: Some((*name).to_owned()),
                born: born.parse().ok(),
                ..Member::default()
            };
            (RecordId(uuid::Uuid::from_u128(*n)), member)
        };
        Household {
            number: Some("12".into()),
            head: Some("Nguyễn Văn An".into()),
            address: Some(address.into()),
            phone: phone.map(Into::into),
            members: members.iter().map(member).collect(),
            ..Household::default()
        }
        .write()
    }

    #[test]
    fn a_late_word_in_the_old_copy_is_found_until_the_new_one_says_it_too() {
        let then = household("Ngõ 5", None, &[(1, "Nguyễn Văn An", "1980")]);
        let mut old = household(
            "Ngõ 7",
            None,
            &[(1, "Nguyễn Văn An", "1980"), (2, "Nguyễn Thị Bình", "2026")],
        );
        old.fields
            .insert(MOVED_TO.into(), Value::Text(key("village", 2).to_string()));
        let mut now = then.clone();
        now.fields
            .insert("phone".into(), Value::Text("0912345678".into()));
        let late = left_behind(&old, &then, &now);
        assert_eq!(
            late.fields,
            [("address".to_owned(), Value::Text("Ngõ 7".into()))].into()
        );
        assert_eq!(late.subs.len(), 1);
        // What the new place has said since is no question where the old one did not speak.
        assert_eq!(left_behind(&then, &then, &now), RawRecord::default());
        assert_eq!(left_behind(&old, &then, &carried(&old)), RawRecord::default());
        // A part whose taking was undone is late again.
        let mut undone = carried(&old);
        let taken = undone
            .subs
            .iter_mut()
            .find(|(key, _)| !then.subs.contains_key(*key));
        taken.unwrap().1.insert(common::VOIDED.into(), Value::Bool(true));
        assert_eq!(left_behind(&old, &then, &undone).subs, late.subs);
    }

    #[test]
    fn what_is_merged_fills_the_gaps_and_no_member_is_there_twice() {
        let kept = household("", None, &[(1, "Nguyễn Văn An", "1980")]);
        let other = household(
            "Ngõ 5",
            Some("0912345678"),
            &[(2, "nguyen van an", "1980-03-05"), (3, "Nguyễn Thị Bình", "2010")],
        );
        let made = Household::read(&merged(Household::KIND, &kept, &other)).value;
        assert_eq!(made.address.as_deref(), Some("Ngõ 5"));
        assert_eq!(made.phone.as_deref(), Some("0912345678"));
        let names: Vec<_> = made
            .members
            .values()
            .filter_map(|member| member.name.clone())
            .collect();
        assert_eq!(names, ["Nguyễn Văn An", "Nguyễn Thị Bình"]);
        // A grandson of the same name is somebody else; what the kept record says stands.
        let other = household("Ngõ 9", None, &[(4, "Nguyễn Văn An", "2015")]);
        let made = Household::read(&merged(
            Household::KIND,
            &merged(Household::KIND, &kept, &household("Ngõ 5", None, &[])),
            &other,
        ))
        .value;
        assert_eq!((made.address.as_deref(), made.members.len()), (Some("Ngõ 5"), 2));
    }

    #[test]
    fn a_photo_that_came_along_is_not_late_and_two_photos_of_one_name_are_two() {
        let with = |photos: &[(u128, u8)]| {
            let mut raw = household("Ngõ 5", None, &[]);
            for (n, bytes) in photos {
                let photo = common::FileRef {
                    name: Some("IMG_0001.jpg".into()),
                    size: Some(9),
                    hash: Some(vec![*bytes; 32]),
                    key: Some(vec![*bytes; 32]),
                    ..common::FileRef::default()
                };
                files::add(&mut raw, RecordId(uuid::Uuid::from_u128(*n)), photo);
            }
            raw
        };
        // In the new village's book it has another name and key.
        let (old, new) = (with(&[(1, 1)]), with(&[(1, 2)]));
        assert_eq!(left_behind(&old, &new, &new), RawRecord::default());
        let late = left_behind(&with(&[(1, 1), (5, 3)]), &new, &new);
        assert_eq!((late.subs.len(), files::count(&late)), (1, 1));
        let mut taken = old.clone();
        for fields in taken.subs.values_mut() {
            fields.insert(common::VOIDED.into(), Value::Bool(true));
        }
        assert_eq!(left_behind(&taken, &new, &new).subs.len(), 1);

        let made = merged(Household::KIND, &old, &with(&[(2, 2)]));
        assert_eq!(files::count(&made), 2);
        assert_eq!(merged(Household::KIND, &made, &with(&[(2, 2)])), made);
    }

    #[test]
    fn neither_moving_nor_merging_nor_voiding_is_taken_over() {
        let kept = household("Ngõ 5", None, &[]);
        let mut other = kept.clone();
        for name in [MOVED_TO, common::VOID_REASON] {
            other
                .fields
                .insert(name.into(), Value::Text(key("village", 1).to_string()));
        }
        other.fields.insert(common::VOIDED.into(), Value::Bool(true));
        assert_eq!(merged(Household::KIND, &kept, &other), kept);
        assert_eq!(moved_to(Household::KIND, &other), Some(key("village", 1)));
        assert_eq!(merged_into(Household::KIND, &other), None);
    }
}
