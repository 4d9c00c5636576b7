//! Settling: what a change does to the layers of the view. The record that counts is chosen and read, the indexes
//! forget what it said before and remember what it says now, and the subjects concerned are counted anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use sothon_records::search::SearchText;
use sothon_records::settings::Settings;
use sothon_records::settings::choices::Offers;
use sothon_records::unique::{self, Breach, UniqueKey};
use sothon_records::{Kind, RecordKey, alike, cores, holidays, moving, show};

use crate::change::{Change, Place};
use crate::facts::{Facts, facts, scope_number};
use crate::identity::{self, Copy, Newest};
use crate::indicators;
use crate::view::{Entry, View};

/// What a record says, read out of the copy that counts.
struct Reading {
    newest: Newest,
    stays_before: Box<[(Place, NaiveDate)]>,
    voided: bool,
    facts: Facts,
    moved_to: BTreeSet<RecordKey>,
    merged_into: Option<RecordKey>,
    merged: bool,
    /// What the declaration of its kind finds in it; none of a kind that this version does not know.
    of_kind: Option<OfKind>,
}

struct OfKind {
    refers_to: BTreeSet<RecordKey>,
    unique: Vec<Arc<UniqueKey<Place>>>,
    inside: Vec<Breach>,
    spelling: u32,
    search: SearchText,
}

/// What settling records has touched.
#[derive(Default)]
struct Touched {
    subjects: BTreeSet<RecordKey>,
    villages_or_units: bool,
    /// The households that a village shares out, or did.
    shared: BTreeSet<RecordKey>,
    /// A holiday or a setting.
    rules: bool,
}

impl View {
    pub(crate) fn put_copy(&mut self, change: Change) {
        let book = change.open_book();
        let at = (book.shelf, book.place);
        let entry = self.entries.entry(change.key).or_insert_with(|| Entry {
            copies: Vec::new(),
            newest: 0,
            place: book.place,
            voided: false,
            facts: Facts::None,
            refers_to: BTreeSet::new(),
            stays_before: Box::default(),
            moved_to: BTreeSet::new(),
            merged_into: None,
            merged: false,
            unique: Vec::new(),
            spelling: 0,
        });
        let found = entry.copies.iter().position(|copy| copy.book.book == book.book);
        match (found, change.record) {
            (Some(index), Some(raw)) => {
                if let Some(copy) = entry.copies.get_mut(index) {
                    copy.raw = raw;
                }
            }
            (None, Some(raw)) => {
                entry.copies.push(Copy { book, raw });
                entry.copies.sort_by_key(|copy| copy.book.book);
                *self.held.entry(at).or_default() += 1;
            }
            (Some(index), None) => {
                entry.copies.remove(index);
                if let Some(held) = self.held.get_mut(&at) {
                    *held = held.saturating_sub(1);
                    if *held == 0 {
                        self.held.remove(&at);
                    }
                }
            }
            (None, None) => {}
        }
    }

    /// Settles records, then those whose place depends on what has changed, then counts the subjects anew.
    pub(crate) fn settle_all(&mut self, mut keys: BTreeSet<RecordKey>) {
        let mut touched = Touched::default();
        // Villages and units first: what has moved to a village is placed by its number.
        let (first, rest): (BTreeSet<_>, BTreeSet<_>) = keys
            .into_iter()
            .partition(|key| matches!(key.kind.as_str(), "village" | "unit"));
        for key in &first {
            self.settle(key, self.read(key), &mut touched);
        }
        keys = rest;
        for village in &first {
            keys.extend(self.moved.get(village).into_iter().flatten().cloned());
        }
        touched.shared.extend(self.shared_to(&first));
        for household in std::mem::take(&mut touched.shared) {
            keys.extend(self.referring.get(&household).into_iter().flatten().cloned());
            keys.insert(household);
        }
        keys.extend(self.hanging_on(&keys));
        let keys: Vec<RecordKey> = keys.into_iter().collect();
        let read = cores::map(&keys, |key| self.read(key));
        for (key, reading) in keys.iter().zip(read) {
            self.settle(key, reading, &mut touched);
        }
        let moves_deadlines = touched.rules && self.read_rules();
        if touched.villages_or_units || moves_deadlines {
            touched.subjects.extend(self.of_kind("task").cloned());
        }
        for subject in &touched.subjects {
            self.count(subject);
        }
    }

    /// What a record's copies say now; `None` if there is none.
    fn read(&self, key: &RecordKey) -> Option<Reading> {
        let entry = self.entries.get(key)?;
        let kind = Kind::by_slug(&key.kind);
        let newest = identity::newest(kind, &entry.copies, |village| self.village_number(village))?;
        let raw = entry.copies.get(newest.index).map(|copy| &copy.raw)?;
        let before = identity::stays_before(kind, &entry.copies, newest, |village| {
            self.village_number(village)
        });
        let shared = |(place, until)| (self.shared_place(kind, key, raw, place), until);
        let stays_before = before.into_iter().map(shared).collect();
        let newest = Newest {
            place: self.shared_place(kind, key, raw, newest.place),
            ..newest
        };
        let merged_into = kind.and_then(|kind| moving::merged_into(kind, raw));
        let merged = merged_into.as_ref().is_some_and(|to| self.gives_way(key, to));
        Some(Reading {
            newest,
            stays_before,
            voided: merged || sothon_records::common::is_voided(&raw.fields),
            facts: if merged { Facts::None } else { facts(key, raw) },
            merged_into,
            merged,
            moved_to: entry
                .copies
                .iter()
                .flat_map(|copy| identity::moved_between(kind, &copy.raw))
                .collect(),
            of_kind: kind.map(|kind| OfKind {
                refers_to: show::references(kind, raw)
                    .into_iter()
                    .map(|(_, to)| to)
                    .collect(),
                unique: if merged {
                    Vec::new()
                } else {
                    let shared = unique::unique_keys(kind, &newest.place, raw).into_iter();
                    shared.map(Arc::new).collect()
                },
                inside: unique::inside(kind, key, raw),
                spelling: alike::spelling(kind, raw),
                search: SearchText::of(kind, raw),
            }),
        })
    }

    fn settle(&mut self, key: &RecordKey, reading: Option<Reading>, touched: &mut Touched) {
        let Some(mut entry) = self.entries.remove(key) else {
            return;
        };
        self.forget(key, &entry, touched);
        let Some(reading) = reading else {
            self.search.remove(key);
            return;
        };
        (entry.newest, entry.place) = (reading.newest.index, reading.newest.place);
        (entry.voided, entry.facts, entry.moved_to) = (reading.voided, reading.facts, reading.moved_to);
        entry.stays_before = reading.stays_before;
        (entry.merged_into, entry.merged) = (reading.merged_into, reading.merged);
        if let Some(of_kind) = reading.of_kind {
            (entry.refers_to, entry.unique) = (of_kind.refers_to, of_kind.unique);
            entry.spelling = of_kind.spelling;
            if !of_kind.inside.is_empty() {
                self.inside.insert(key.clone(), of_kind.inside);
            }
            self.search.put(key.clone(), of_kind.search);
        }
        self.remember(key, &mut entry, touched);
        self.entries.insert(key.clone(), entry);
    }

    fn remember(&mut self, key: &RecordKey, entry: &mut Entry, touched: &mut Touched) {
        for to in &entry.refers_to {
            self.referring.entry(to.clone()).or_default().insert(key.clone());
        }
        for to in &entry.moved_to {
            self.moved.entry(to.clone()).or_default().insert(key.clone());
        }
        if let Some(into) = &entry.merged_into {
            self.merged.entry(into.clone()).or_default().insert(key.clone());
        }
        for shared in &mut entry.unique {
            // One copy of what is compared, however many share it.
            if let Some((known, _)) = self.sharing.get_key_value(&**shared) {
                *shared = known.clone();
            }
            let records = self.sharing.entry(shared.clone()).or_default();
            if let Err(at) = records.binary_search(key) {
                records.insert(at, key.clone());
            }
            if records.len() > 1 {
                self.twice.insert(shared.clone());
            }
        }
        match &entry.facts {
            Facts::Village(village) => {
                let shares = village.shared_out().into_iter();
                let shares: BTreeMap<RecordKey, RecordKey> = shares
                    .map(|(household, to)| (household.clone(), to.clone()))
                    .collect();
                if !shares.is_empty() {
                    touched.shared.extend(shares.keys().cloned());
                    self.shared.insert(key.clone(), shares);
                }
                if let Some(number) = scope_number(village.code.as_ref()) {
                    self.villages.entry(number).or_default().insert(key.clone());
                }
            }
            Facts::Unit(unit) => {
                if let Some(actor) = unit.actor {
                    self.units
                        .entry(actor)
                        .or_default()
                        .insert((unit.number, key.clone()));
                }
            }
            Facts::Figure(figure) => {
                if let Some(code) = &figure.indicator {
                    self.published
                        .entry(code.clone())
                        .or_default()
                        .insert(key.clone());
                }
            }
            _ => {}
        }
        self.touch(key, entry, touched);
    }

    fn forget(&mut self, key: &RecordKey, entry: &Entry, touched: &mut Touched) {
        self.touch(key, entry, touched);
        for to in &entry.refers_to {
            take_out(&mut self.referring, to, key);
        }
        for to in &entry.moved_to {
            take_out(&mut self.moved, to, key);
        }
        if let Some(into) = &entry.merged_into {
            take_out(&mut self.merged, into, key);
        }
        for shared in &entry.unique {
            if let Some(records) = self.sharing.get_mut(&**shared) {
                records.retain(|other| other != key);
                if records.len() < 2 {
                    self.twice.remove(&**shared);
                }
                if records.is_empty() {
                    self.sharing.remove(&**shared);
                }
            }
        }
        match &entry.facts {
            Facts::Village(village) => {
                let shared = self.shared.remove(key).unwrap_or_default();
                touched.shared.extend(shared.into_keys());
                let number = scope_number(village.code.as_ref());
                if let Some(number) = number
                    && let Some(keys) = self.villages.get_mut(&number)
                {
                    keys.remove(key);
                    if keys.is_empty() {
                        self.villages.remove(&number);
                    }
                }
            }
            Facts::Unit(unit) => {
                if let Some(units) = unit.actor.and_then(|actor| self.units.get_mut(&actor)) {
                    units.remove(&(unit.number, key.clone()));
                }
                self.units.retain(|_, units| !units.is_empty());
            }
            Facts::Figure(figure) => {
                if let Some(keys) = figure
                    .indicator
                    .as_ref()
                    .and_then(|code| self.published.get_mut(code))
                {
                    keys.remove(key);
                }
                self.published.retain(|_, keys| !keys.is_empty());
            }
            _ => {}
        }
        self.inside.remove(key);
    }

    /// Notes the subjects whose counts depend on a record as it is now.
    fn touch(&self, key: &RecordKey, entry: &Entry, touched: &mut Touched) {
        touched.subjects.insert(key.clone());
        if let Some(into) = entry.merged_into.as_ref().filter(|_| entry.merged) {
            touched.subjects.insert(into.clone());
            touched.subjects.extend(self.on_the_way_from(into).cloned());
        }
        match key.kind.as_str() {
            "village" | "unit" => touched.villages_or_units = true,
            "holiday" | "setting" | "choice" => touched.rules = true,
            // A state rests on its document: whoever names it is counted again.
            "document" => touched.subjects.extend(self.referring(key, "person").cloned()),
            "pledge" | "contact" | "tip-handling" | "progress" => {
                for to in &entry.refers_to {
                    touched.subjects.insert(to.clone());
                    touched.subjects.extend(self.on_the_way_from(to).cloned());
                }
            }
            _ => {}
        }
    }

    /// Reads the calendar and what is set anew; whether the calendar is another one, by which tasks are in time or late.
    fn read_rules(&mut self) -> bool {
        let recorded = self
            .entries_of("setting")
            .filter_map(|(_, entry)| match &entry.facts {
                Facts::Setting(setting) => Some(&**setting),
                _ => None,
            });
        let settings = Settings::new(recorded);
        let choices = self
            .entries_of("choice")
            .filter_map(|(_, entry)| match &entry.facts {
                Facts::Choice(rule) => Some(&**rule),
                _ => None,
            });
        let offers = Offers::new(choices);
        let days = self
            .entries_of("holiday")
            .filter_map(|(_, entry)| match &entry.facts {
                Facts::Holiday(holiday) => Some(&**holiday),
                _ => None,
            });
        let calendar = holidays::with(days);
        self.settings = settings;
        self.offers = offers;
        let moved = self.holidays != calendar;
        self.holidays = calendar;
        moved
    }

    pub(crate) fn count_tasks(&mut self) {
        let tasks: Vec<RecordKey> = self.of_kind("task").cloned().collect();
        for task in tasks {
            self.count(&task);
        }
    }

    /// Counts a subject anew.
    fn count(&mut self, subject: &RecordKey) {
        let mut deltas = Vec::new();
        for indicator in indicators::ALL {
            (indicator.count)(self, subject, &mut deltas);
        }
        for old in self.counted.remove(subject).unwrap_or_default() {
            self.tally.take_back(&old);
        }
        for delta in &deltas {
            self.tally.add(delta);
        }
        if !deltas.is_empty() {
            self.counted.insert(subject.clone(), deltas.into_boxed_slice());
        }
    }
}

/// Takes a record out of those noted with another.
fn take_out(noted: &mut HashMap<RecordKey, BTreeSet<RecordKey>>, with: &RecordKey, key: &RecordKey) {
    if let Some(keys) = noted.get_mut(with) {
        keys.remove(key);
        if keys.is_empty() {
            noted.remove(with);
        }
    }
}
