//! Search over the view: by name, number, telephone, without marks, in any order ([`sothon_records::search`]).

use std::collections::BTreeSet;

use serde::Serialize;
use sothon_records::search::{self, Fit};
use sothon_records::{Kind, Label, Lang, RecordKey, moving};

use crate::change::Place;
use crate::identity::Copy;
use crate::view::{Entry, View};

/// Where to look; what is not said does not narrow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only what belongs to these places.
    pub places: Option<BTreeSet<Place>>,
    /// Only these kinds, by slug.
    pub kinds: Option<BTreeSet<String>>,
    /// Also what is out: voided, merged, or moved to where this device does not read.
    pub voided: bool,
}

/// A record found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Hit {
    /// Its key.
    pub key: RecordKey,
    /// Its kind.
    pub kind: Label,
    /// Its title.
    pub title: String,
    /// Where it belongs.
    pub place: Place,
    /// Whether it is voided.
    pub voided: bool,
    /// Whether each word was found as typed, marks and all.
    pub exact: bool,
}

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Found {
    /// The best, as many as asked for.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: usize,
}

impl View {
    /// Finds records that have every word typed: best fit first, then by name.
    pub fn find(&self, typed: &str, most: usize, filter: &Filter, lang: Lang) -> Found {
        let found = self.find_where(typed, most, filter, |_| true);
        let hits = found.hits.into_iter().filter_map(|hit| {
            Some(Hit {
                kind: Kind::by_slug(&hit.key.kind)?.label,
                title: self.title_words(&hit.key, lang)?,
                place: self.place_of(&hit.key)?,
                voided: self.is_voided(&hit.key),
                exact: hit.fit == Fit::Exact,
                key: hit.key,
            })
        });
        Found {
            hits: hits.collect(),
            total: found.total,
        }
    }

    /// The same of those of which something else holds too, and without their titles: of a long list only those shown need one.
    pub fn find_where(
        &self,
        typed: &str,
        most: usize,
        filter: &Filter,
        holds: impl Fn(&RecordKey) -> bool,
    ) -> search::Found<RecordKey> {
        let wanted = |key: &RecordKey| {
            let of_kind = filter
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.contains(&key.kind));
            of_kind && self.stands_in(key, filter.places.as_ref(), filter.voided) && holds(key)
        };
        self.search.find(typed, most, wanted)
    }

    /// A record's place in lists that go by name, as it was reckoned when the record last changed.
    pub fn name_order(&self, key: &RecordKey) -> &[u8] {
        self.search.order(key)
    }

    /// Whether a record stands in lists only where all are asked for: it is voided or merged, or has moved away.
    pub fn is_out(&self, key: &RecordKey) -> bool {
        self.entries
            .get(key)
            .is_some_and(|entry| entry.voided || self.has_left_with(entry))
    }

    /// Whether a record stands in the lists of some places (`None`: of all), those that are out among them or not.
    pub fn stands_in(&self, key: &RecordKey, places: Option<&BTreeSet<Place>>, out: bool) -> bool {
        let entry = self.entries.get(key);
        entry.is_some_and(|entry| self.stands_with(entry, places, out))
    }

    /// The records of a kind that stand in such lists, in the order of their keys: all are looked at in one go, which costs far
    /// less than asking for each.
    pub fn standing_in<'a>(
        &'a self,
        kind: &'a str,
        places: Option<&'a BTreeSet<Place>>,
        out: bool,
    ) -> impl Iterator<Item = &'a RecordKey> {
        let all = self.entries_of(kind);
        all.filter(move |(_, entry)| self.stands_with(entry, places, out))
            .map(|(key, _)| key)
    }

    fn stands_with(&self, entry: &Entry, places: Option<&BTreeSet<Place>>, out: bool) -> bool {
        places.is_none_or(|places| places.contains(&entry.place))
            && (out || !(entry.voided || self.has_left_with(entry)))
    }

    /// Whether a record has moved to where this device does not read.
    pub fn has_left(&self, key: &RecordKey) -> bool {
        self.entries
            .get(key)
            .is_some_and(|entry| self.has_left_with(entry))
    }

    fn has_left_with(&self, entry: &Entry) -> bool {
        let stays = |copy: &Copy| copy.book.place == entry.place || self.reads(copy.book.shelf, entry.place);
        // What a division gives to another village stays in its book.
        let says = |copy: &Copy| copy.raw.fields.contains_key(moving::MOVED_TO);
        entry.copy().is_some_and(|copy| says(copy) && !stays(copy))
    }

    /// Whether a record is voided, or merged into another.
    pub fn is_voided(&self, key: &RecordKey) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.voided)
    }
}
