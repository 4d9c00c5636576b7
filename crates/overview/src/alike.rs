//! What a new or edited record may be twice with: to be offered while it is typed, or looked for in a table; never forbidden.

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::alike::{self, Known, Likeness, Namesakes};
use sothon_records::{Kind, RawRecord, RecordKey, cores, unique};

use crate::change::Place;
use crate::view::View;

/// The records of a kind and of some places, to be asked which of them look like others.
#[derive(Debug)]
pub struct Alikes<'a> {
    view: &'a View,
    kind: &'static Kind,
    places: BTreeSet<Place>,
    named: Namesakes<&'a RecordKey>,
}

impl View {
    /// The records that look like this one, what is surest first: those that break a rule of uniqueness with it, wherever that
    /// holds, and namesakes in these places. `key` says its kind, and is itself left out.
    pub fn alike(
        &self,
        key: &RecordKey,
        places: &BTreeSet<Place>,
        raw: &RawRecord,
    ) -> Vec<(Likeness, RecordKey)> {
        let Some(kind) = Kind::by_slug(&key.kind) else {
            return Vec::new();
        };
        let spelling = alike::spelling(kind, raw);
        let found = self
            .alikes_spelled(kind, places.clone(), |of| of == spelling)
            .of(raw);
        let others = found.into_iter().filter(|(_, other)| *other != key);
        others
            .map(|(likeness, other)| (likeness, other.clone()))
            .collect()
    }

    /// All records of a kind and of some places, to ask which look like many others.
    pub fn alikes(&self, kind: &'static Kind, places: BTreeSet<Place>) -> Alikes<'_> {
        self.alikes_spelled(kind, places, |_| true)
    }

    fn alikes_spelled(
        &self,
        kind: &'static Kind,
        places: BTreeSet<Place>,
        wanted: impl Fn(u32) -> bool,
    ) -> Alikes<'_> {
        let there = self.entries_of(kind.slug).filter(|(key, entry)| {
            entry.spelling != 0
                && wanted(entry.spelling)
                && places.contains(&entry.place)
                && !self.is_out(key)
        });
        let keys: Vec<&RecordKey> = there.map(|(key, _)| key).collect();
        let known = cores::map(&keys, |key| Known::of(kind, self.record(key)?));
        let mut named = Namesakes::default();
        for (key, known) in keys.into_iter().zip(known) {
            if let Some(known) = known {
                named.put(known, key);
            }
        }
        Alikes {
            view: self,
            kind,
            places,
            named,
        }
    }
}

impl<'a> Alikes<'a> {
    /// Those that look like a record, what is surest first, each once.
    pub fn of(&self, raw: &RawRecord) -> Vec<(Likeness, &'a RecordKey)> {
        let mut found: BTreeMap<&'a RecordKey, Likeness> = BTreeMap::new();
        if let Some(known) = Known::of(self.kind, raw) {
            found.extend(self.named.like(&known).map(|(likeness, key)| (*key, likeness)));
        }
        for place in &self.places {
            let shared = unique::unique_keys(self.kind, place, raw);
            let twice = shared.iter().filter_map(|shared| self.view.sharing.get(shared));
            found.extend(twice.flatten().map(|key| (key, Likeness::Twice)));
        }
        let mut found: Vec<_> = found.into_iter().map(|(key, likeness)| (likeness, key)).collect();
        found.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
        found
    }
}
