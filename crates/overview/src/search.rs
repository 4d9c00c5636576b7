//! Search over the view: by name, number, telephone, without marks, in any order ([`sothon_records::search`]).

use std::collections::BTreeSet;

use serde::Serialize;
use sothon_records::search::Fit;
use sothon_records::{Kind, Label, Lang, RecordKey};

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
        let wanted = |key: &RecordKey| {
            let Some(entry) = self.entries.get(key) else {
                return false;
            };
            filter
                .places
                .as_ref()
                .is_none_or(|places| places.contains(&entry.place))
                && filter
                    .kinds
                    .as_ref()
                    .is_none_or(|kinds| kinds.contains(&key.kind))
                && (filter.voided || !self.is_out(key))
        };
        let found = self.search.find(typed, most, wanted);
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
        self.entries.get(key).is_some_and(|entry| {
            places.is_none_or(|places| places.contains(&entry.place))
                && (out || !(entry.voided || self.has_left_with(entry)))
        })
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
        !entry.moved_to.is_empty() && entry.copy().is_some_and(|copy| !stays(copy))
    }

    /// Whether a record is voided, or merged into another.
    pub fn is_voided(&self, key: &RecordKey) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.voided)
    }
}
