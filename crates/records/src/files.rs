//! Of which records files are kept (design.md §5): none with tips, and none of persons under 18. Where it cannot be said here how
//! old somebody is, none either: in doubt somebody is protected.

use chrono::NaiveDate;

use crate::common::{self, FILES, FileRef};
use crate::datum::{self, Datum};
use crate::kind::{Kind, Shelf};
use crate::kinds::Person;
use crate::label::Words;
use crate::problem::{Code, Place, Problem};
use crate::raw::{RawRecord, RecordId, RecordKey, SubKey};
use crate::record::{read_subs, write_subs};
use crate::show;

/// How far a record of care is from the person: a contact names a card, the card the person.
const FARTHEST: usize = 3;

/// What of a file is said in its book alone: by the book's own name and key for it. A copy of the record in another book has others.
pub const OF_BOOK: [&str; 2] = ["hash", "key"];

/// Why a record has no files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoFiles {
    /// What is told to the police has none.
    Tips,
    /// It is about somebody under 18.
    Minor,
    /// It is about somebody whose age cannot be read here.
    AgeUnknown,
}

impl NoFiles {
    /// What a person is told.
    pub fn says(self) -> Words {
        match self {
            NoFiles::Tips => Words::new(
                "Tin báo và việc của Công an về tin báo không kèm ảnh.",
                "Tips, and what the police do about them, have no photos.",
            ),
            NoFiles::Minor => Words::new(
                "Không lưu ảnh của người dưới 18 tuổi. Bỏ các ảnh đã thêm.",
                "No photos of persons under 18 are kept. Take the photos away.",
            ),
            NoFiles::AgeUnknown => Words::new(
                "Trên máy này không rõ tuổi người được ghi nên không lưu ảnh. Bỏ các ảnh đã thêm.",
                "This device does not know how old the person is, so no photos are kept. Take the photos away.",
            ),
        }
    }

    /// The same as a problem of the record.
    pub fn problem(self) -> Problem {
        let says = self.says();
        Problem::new(Place::field(FILES.name), Code::NotAllowed, says.vi, says.en)
    }
}

/// Why a record has no files on a day; `None`: it may. `find` gives other records, as far as they are read here.
pub fn refused(
    kind: &Kind,
    raw: &RawRecord,
    today: NaiveDate,
    find: &dyn Fn(&RecordKey) -> Option<RawRecord>,
) -> Option<NoFiles> {
    if !kind.files {
        return Some(NoFiles::Tips);
    }
    if !is_of_care(kind) {
        return None;
    }
    match about(kind, raw, today, find, FARTHEST) {
        Some(true) => Some(NoFiles::Minor),
        Some(false) => None,
        None => Some(NoFiles::AgeUnknown),
    }
}

/// Whether somebody that a record of care is about may be under 18; `None`: that is not known of one, or it names nobody.
fn about(
    kind: &Kind,
    raw: &RawRecord,
    today: NaiveDate,
    find: &dyn Fn(&RecordKey) -> Option<RawRecord>,
    farther: usize,
) -> Option<bool> {
    if kind.slug == <Person as crate::Record>::KIND.slug {
        let born = datum::read(kind.field("born")?, &raw.fields).datum?;
        let Datum::YearOrDate(born) = born else {
            return None;
        };
        return Some(born.may_be_under_18(today));
    }
    let named = show::references(kind, raw)
        .into_iter()
        .filter_map(|(_, key)| Some((Kind::by_slug(&key.kind)?, key)))
        .filter(|(kind, _)| is_of_care(kind));
    let ages: Vec<Option<bool>> = named
        .map(|(kind, key)| about(kind, &find(&key)?, today, find, farther.checked_sub(1)?))
        .collect();
    match ages.as_slice() {
        [] => None,
        ages if ages.contains(&Some(true)) => Some(true),
        ages if ages.contains(&None) => None,
        _ => Some(false),
    }
}

fn is_of_care(kind: &Kind) -> bool {
    kind.shelf.shelves().into_iter().any(Shelf::is_sensitive)
}

/// The files of a record, those that were taken away too.
pub fn all(raw: &RawRecord) -> impl Iterator<Item = (RecordId, FileRef)> + use<> {
    read_subs(FILES.name, raw, &mut Vec::new()).into_iter()
}

/// One of them.
pub fn one(raw: &RawRecord, id: RecordId) -> Option<FileRef> {
    all(raw).find(|(other, _)| *other == id).map(|(_, file)| file)
}

/// How many are there that were not taken away.
pub fn count(raw: &RawRecord) -> usize {
    raw.subs
        .iter()
        .filter(|(key, fields)| key.kind == FILES.name && !common::is_voided(fields))
        .count()
}

/// Adds one to a record.
pub fn add(raw: &mut RawRecord, id: RecordId, file: FileRef) {
    write_subs(FILES.name, &[(id, file)].into(), raw);
}

/// The key of a file in its record.
pub fn key(id: RecordId) -> SubKey {
    SubKey {
        kind: FILES.name.to_owned(),
        id,
    }
}
