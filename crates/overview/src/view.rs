//! The merged picture, kept up change by change.
//!
//! Three layers, each a pure function of the one below, so that the order in which changes came leaves no trace:
//! copies of records in books, the record that counts of each ([`crate::identity`]), and what its *subject* adds to the
//! counts (a household together with its pledges, a person with contacts, a task with its progress, a tip with its
//! handling). A change settles the records it names and counts their subjects anew: its cost is that of what it
//! touches, not of the commune.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use sothon_records::civil::Holidays;
use sothon_records::holidays;
use sothon_records::kinds::Village;
use sothon_records::kinds::actor::Actor;
use sothon_records::raw::RecordId;
use sothon_records::search::SearchIndex;
use sothon_records::settings::Settings;
use sothon_records::settings::choices::Offers;
use sothon_records::unique::{self, Breach, UniqueKey};
use sothon_records::{Kind, Lang, RawRecord, RecordKey, Shelf, show};

use uuid::Uuid;

use crate::change::{BookRef, Change, Freshness, OpenBook, Place};
use crate::facts::{Facts, scope_number};
use crate::identity::Copy;
use crate::tally::{Delta, Tally};

/// A record as the view has it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The copies; [`Entry::newest`] counts.
    pub copies: Vec<Copy>,
    pub newest: usize,
    pub place: Place,
    /// Voided or merged: shown, and counts nowhere.
    pub voided: bool,
    pub facts: Facts,
    pub refers_to: BTreeSet<RecordKey>,
    /// Where it was before, and until before which day: see [`crate::stays`].
    pub stays_before: Box<[(Place, NaiveDate)]>,
    /// The villages to which or from which any copy says that the record has moved: their records decide which copy counts,
    /// and where it was.
    pub moved_to: BTreeSet<RecordKey>,
    /// The record in which the copy that counts says that it goes on.
    pub merged_into: Option<RecordKey>,
    /// Whether it does: of records that are merged in a ring, the least stays.
    pub merged: bool,
    pub unique: Vec<Arc<UniqueKey<Place>>>,
    /// What all spellings of its name have in common; 0 without a name.
    pub spelling: u32,
}

impl Entry {
    /// The copy that counts.
    pub fn copy(&self) -> Option<&Copy> {
        self.copies.get(self.newest)
    }

    /// What the record holds.
    pub fn raw(&self) -> Option<&RawRecord> {
        self.copy().map(|copy| &copy.raw)
    }
}

/// The merged, read-only picture over all books that a device may read.
#[derive(Debug, Default)]
pub struct View {
    pub(crate) entries: BTreeMap<RecordKey, Entry>,
    /// Who refers to a record, also to one that is not here.
    pub(crate) referring: HashMap<RecordKey, BTreeSet<RecordKey>>,
    /// Which records have a copy that says that it has moved to a village or from it.
    pub(crate) moved: HashMap<RecordKey, BTreeSet<RecordKey>>,
    /// Which records say that they go on in a record.
    pub(crate) merged: HashMap<RecordKey, BTreeSet<RecordKey>>,
    pub(crate) tally: Tally,
    pub(crate) counted: HashMap<RecordKey, Box<[Delta]>>,
    pub(crate) books: BTreeMap<BookRef, OpenBook>,
    /// How many records lie on a shelf of a place.
    pub(crate) held: BTreeMap<(Shelf, Place), usize>,
    pub(crate) search: SearchIndex<RecordKey>,
    /// The records that have a value that no two should, in the order of their keys.
    pub(crate) sharing: HashMap<Arc<UniqueKey<Place>>, Vec<RecordKey>>,
    pub(crate) twice: HashSet<Arc<UniqueKey<Place>>>,
    pub(crate) inside: BTreeMap<RecordKey, Vec<Breach>>,
    /// The records of each village's number (R74): one, unless two villages have one code.
    pub(crate) villages: BTreeMap<u32, BTreeSet<RecordKey>>,
    /// The households that a village's record shares out, and the village to which each goes.
    pub(crate) shared: BTreeMap<RecordKey, BTreeMap<RecordKey, RecordKey>>,
    /// Unit numbers by what the unit is in the plan.
    pub(crate) units: BTreeMap<Actor, BTreeSet<(u32, RecordKey)>>,
    /// Published figures (R70) by indicator.
    pub(crate) published: BTreeMap<String, BTreeSet<RecordKey>>,
    pub(crate) freshness: BTreeMap<u32, Freshness>,
    /// The calendar of offices: what the law fixes, and what is recorded (R76).
    pub(crate) holidays: Holidays,
    /// What the commune has set (R77).
    pub(crate) settings: Settings,
    /// What forms offer by what the commune has said of it (R78).
    pub(crate) offers: Offers,
}

impl View {
    /// An empty view.
    pub fn new() -> Self {
        View {
            holidays: holidays::by_law(),
            ..View::default()
        }
    }

    /// Names books that this device reads, also while they are empty. Those of changes need not be named.
    pub fn open_books(&mut self, books: impl IntoIterator<Item = OpenBook>) {
        let mut fresh = false;
        for book in books {
            fresh |= self.books.insert(book.book, book) != Some(book);
        }
        if fresh {
            self.count_tasks();
        }
    }

    /// A book that can no longer be read: its records leave the view.
    pub fn close_book(&mut self, book: BookRef) {
        self.books.remove(&book);
        let gone: Vec<Change> = self
            .entries
            .iter()
            .flat_map(|(key, entry)| entry.copies.iter().map(move |copy| (key, copy)))
            .filter(|(_, copy)| copy.book.book == book)
            .map(|(key, copy)| Change {
                book,
                shelf: copy.book.shelf,
                place: copy.book.place,
                year: copy.book.year,
                key: key.clone(),
                record: None,
            })
            .collect();
        self.take(gone);
        self.count_tasks();
    }

    /// Takes changes of records, any number at once, in any order over books.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) {
        let mut batch = Vec::new();
        let mut fresh = false;
        for change in changes {
            let book = change.open_book();
            fresh |= self.books.insert(book.book, book) != Some(book);
            batch.push(change);
        }
        self.take(batch);
        if fresh {
            self.count_tasks();
        }
    }

    fn take(&mut self, changes: Vec<Change>) {
        let mut keys = BTreeSet::new();
        for change in changes {
            keys.insert(change.key.clone());
            self.put_copy(change);
        }
        self.settle_all(keys);
    }

    /// How fresh the villages' data are; replaces what was said before of these villages.
    pub fn set_freshness(&mut self, freshness: impl IntoIterator<Item = Freshness>) {
        for fresh in freshness {
            self.freshness.insert(fresh.village, fresh);
        }
    }

    /// How fresh the villages' data are, as it was last said, by number.
    pub fn freshness(&self) -> impl Iterator<Item = &Freshness> {
        self.freshness.values()
    }

    /// The calendar in use.
    pub fn holidays(&self) -> &Holidays {
        &self.holidays
    }

    /// What the commune has set, and what holds where it has not.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What forms offer, by what the commune has said of it.
    pub fn offers(&self) -> &Offers {
        &self.offers
    }

    /// How many records there are: one uuid in several books is one.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The keys of all records of a kind (a slug), voided ones too.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a RecordKey> {
        self.entries_of(kind).map(|(key, _)| key)
    }

    /// The same with what each says, which costs far less than asking for each. A copy that says nothing any more is left out.
    pub fn records_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a RecordKey, &'a RawRecord)> {
        self.entries_of(kind)
            .filter_map(|(key, entry)| Some((key, entry.raw()?)))
    }

    /// A record: of several copies the one that counts.
    pub fn record(&self, key: &RecordKey) -> Option<&RawRecord> {
        self.entries.get(key)?.raw()
    }

    /// Where a record belongs.
    pub fn place_of(&self, key: &RecordKey) -> Option<Place> {
        self.entries.get(key).map(|entry| entry.place)
    }

    /// The books in which a record stands, the one that counts first.
    pub fn books_of(&self, key: &RecordKey) -> Vec<OpenBook> {
        let Some(entry) = self.entries.get(key) else {
            return Vec::new();
        };
        let others = entry
            .copies
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != entry.newest);
        let counting = entry.copy().into_iter();
        counting
            .chain(others.map(|(_, copy)| copy))
            .map(|copy| copy.book)
            .collect()
    }

    /// A record as each book has it.
    pub fn copies(&self, key: &RecordKey) -> &[Copy] {
        self.entries.get(key).map_or(&[], |entry| &entry.copies)
    }

    /// The records that have a copy which says that they moved from one village to another.
    pub fn moved(&self) -> BTreeSet<&RecordKey> {
        self.moved.values().flatten().collect()
    }

    /// A record's title, in Vietnamese: for references. `None` where it is not readable here.
    pub fn title(&self, key: &RecordKey) -> Option<String> {
        self.title_in(key, Lang::Vi, 0)
    }

    /// A record's title in a language.
    pub fn title_words(&self, key: &RecordKey, lang: Lang) -> Option<String> {
        self.title_in(key, lang, 0)
    }

    fn title_in(&self, key: &RecordKey, lang: Lang, depth: usize) -> Option<String> {
        let raw = self.record(key)?;
        let kind = Kind::by_slug(&key.kind)?;
        // A title may name a record whose title names another; a ring of references must end.
        let titles = |key: &RecordKey| (depth < 3).then(|| self.title_in(key, lang, depth + 1)).flatten();
        Some(show::title(kind, raw, &titles).get(lang).to_owned())
    }

    /// What is there twice (design.md §5), over all books.
    pub fn breaches(&self) -> Vec<Breach> {
        let mut twice: Vec<&Arc<UniqueKey<Place>>> = self.twice.iter().collect();
        twice.sort();
        let between = twice.into_iter().filter_map(|shared| {
            Some(Breach {
                rule: unique::rule(shared.rule)?,
                records: self.sharing.get(&**shared)?.clone(),
                subs: Vec::new(),
            })
        });
        between.chain(self.inside.values().flatten().cloned()).collect()
    }

    /// The breaches of which a record is a part.
    pub fn breaches_of(&self, key: &RecordKey) -> Vec<Breach> {
        let Some(entry) = self.entries.get(key) else {
            return Vec::new();
        };
        let between = entry.unique.iter().filter_map(|shared| {
            let records = self.sharing.get(&**shared).filter(|records| records.len() > 1)?;
            Some(Breach {
                rule: unique::rule(shared.rule)?,
                records: records.clone(),
                subs: Vec::new(),
            })
        });
        between
            .chain(self.inside.get(key).into_iter().flatten().cloned())
            .collect()
    }

    /// The villages known, by number: those with a record (R74), and those of which a book is readable.
    pub fn villages(&self) -> BTreeSet<u32> {
        let of_books = self.books.values().filter_map(|book| match book.place {
            Place::Village(number) => Some(number),
            _ => None,
        });
        self.villages.keys().copied().chain(of_books).collect()
    }

    /// The record of a village (R74).
    pub fn village_key(&self, number: u32) -> Option<&RecordKey> {
        self.villages.get(&number)?.first()
    }

    /// The number of a village, from its record.
    pub fn village_number(&self, key: &RecordKey) -> Option<u32> {
        scope_number(self.village(key)?.code.as_ref())
    }

    pub(crate) fn village(&self, key: &RecordKey) -> Option<&Village> {
        match self.facts(key) {
            Facts::Village(village) => Some(village),
            _ => None,
        }
    }

    pub(crate) fn units_of(&self, actor: Actor) -> impl Iterator<Item = u32> {
        self.units
            .get(&actor)
            .into_iter()
            .flatten()
            .map(|(number, _)| *number)
    }

    pub(crate) fn unit_key(&self, number: u32) -> Option<&RecordKey> {
        self.units
            .values()
            .flatten()
            .find(|(known, _)| *known == number)
            .map(|(_, key)| key)
    }

    /// The number of a unit, from its record.
    pub(crate) fn unit_number(&self, key: &RecordKey) -> Option<u32> {
        let mut all = self.units.values().flatten();
        all.find(|(_, known)| known == key).map(|(number, _)| *number)
    }

    pub(crate) fn unit_places(&self) -> Vec<Place> {
        self.unit_numbers().into_iter().map(Place::Unit).collect()
    }

    /// The units of which anything is counted or a book is readable, by number.
    pub(crate) fn unit_numbers(&self) -> BTreeSet<u32> {
        let of_books = self.books.values().filter_map(|book| match book.place {
            Place::Unit(number) => Some(number),
            _ => None,
        });
        of_books
            .chain(self.units.values().flatten().map(|(number, _)| *number))
            .collect()
    }

    /// Whether a book of this shelf and place is readable.
    pub fn reads(&self, shelf: Shelf, place: Place) -> bool {
        self.books
            .values()
            .any(|book| (book.shelf, book.place) == (shelf, place))
    }

    /// Whether any book of this shelf is readable.
    pub fn reads_any(&self, shelf: Shelf) -> bool {
        self.books.values().any(|book| book.shelf == shelf)
    }

    /// Whether a village's general data are here: its book is readable, and something of it was ever received; or they lie
    /// in the book of a village that gave it households.
    pub fn has_heard(&self, village: u32) -> bool {
        self.has_heard_of(village) || self.gave_to(village).any(|giver| self.has_heard_of(giver))
    }

    fn has_heard_of(&self, village: u32) -> bool {
        let (shelf, place) = (Shelf::Village, Place::Village(village));
        let received = self
            .freshness
            .get(&village)
            .is_some_and(|fresh| fresh.last_received.is_some());
        self.reads(shelf, place) && (received || self.held.contains_key(&(shelf, place)))
    }

    pub(crate) fn facts(&self, key: &RecordKey) -> &Facts {
        self.entries.get(key).map_or(&Facts::None, |entry| &entry.facts)
    }

    pub(crate) fn entries_of<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a RecordKey, &'a Entry)> {
        self.entries
            .range(first_of(kind)..)
            .take_while(move |(key, _)| key.kind == kind)
    }

    /// The records of a kind that refer to a record, or to one that was merged into it.
    pub(crate) fn referring<'a>(
        &'a self,
        key: &RecordKey,
        kind: &'a str,
    ) -> impl Iterator<Item = &'a RecordKey> + use<'a> {
        let named = std::iter::once(self.referring.get(key));
        let taken_in = self.taken_in_by(key);
        let all = named.chain(taken_in.into_iter().map(|other| self.referring.get(other)));
        all.flatten().flat_map(move |all| {
            all.range(first_of(kind)..)
                .take_while(move |key| key.kind == kind)
        })
    }

    /// The same view made anew from all copies: what the incremental one must equal.
    pub fn recomputed(&self) -> View {
        let mut fresh = View::new();
        fresh.freshness = self.freshness.clone();
        fresh.books = self.books.clone();
        fresh.apply(self.entries.iter().flat_map(|(key, entry)| {
            entry.copies.iter().map(|copy| Change {
                book: copy.book.book,
                shelf: copy.book.shelf,
                place: copy.book.place,
                year: copy.book.year,
                key: key.clone(),
                record: Some(copy.raw.clone()),
            })
        }));
        fresh
    }

    /// Whether both hold the same counts, places and breaches.
    pub fn agrees_with(&self, other: &View) -> bool {
        let places = |view: &View| -> Vec<_> {
            let all = view.entries.iter();
            all.map(|(key, entry)| {
                let stays = entry.stays_before.clone();
                (key.clone(), entry.place, stays, entry.newest, entry.merged)
            })
            .collect()
        };
        self.tally == other.tally
            && self.holidays == other.holidays
            && self.settings == other.settings
            && places(self) == places(other)
            && self.referring == other.referring
            && self.merged == other.merged
            && self.held == other.held
            && self.villages == other.villages
            && self.shared == other.shared
            && self.units == other.units
            && self.published == other.published
            && self.search.len() == other.search.len()
            && self.breaches() == other.breaches()
    }
}

/// The key before all of a kind.
fn first_of(kind: &str) -> RecordKey {
    RecordKey {
        kind: kind.to_owned(),
        id: RecordId(Uuid::nil()),
    }
}
