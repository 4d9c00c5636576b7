//! Records that were entered twice and became one: the one that gives way says so, is shown, and counts nowhere; what names
//! it is counted with the one that goes on.

use std::collections::{BTreeSet, HashSet};

use sothon_records::{Kind, RecordKey, moving};

use crate::identity;
use crate::view::View;

impl View {
    /// The record in which one goes on that was merged; through several where that one was merged too.
    pub fn goes_on_in(&self, key: &RecordKey) -> Option<&RecordKey> {
        self.on_the_way_from(key).last()
    }

    /// The records that were merged into a record, those of each other included.
    pub fn taken_in_by(&self, key: &RecordKey) -> Vec<&RecordKey> {
        let mut found: Vec<&RecordKey> = Vec::new();
        let mut asked = Some(key);
        let mut next = 0;
        while let Some(at) = asked {
            for other in self.merged.get(at).into_iter().flatten() {
                let merged = self.entries.get(other).is_some_and(|entry| entry.merged);
                // While records are being settled a ring may stand open.
                if merged && other != key && !found.contains(&other) {
                    found.push(other);
                }
            }
            asked = found.get(next).copied();
            next += 1;
        }
        found
    }

    /// The records through which one goes on, itself left out. What is merged in a ring stays with the least, so this ends.
    pub(crate) fn on_the_way_from<'a>(&'a self, key: &RecordKey) -> impl Iterator<Item = &'a RecordKey> {
        let next = |key: &RecordKey| {
            let entry = self.entries.get(key).filter(|entry| entry.merged)?;
            entry.merged_into.as_ref()
        };
        // While records are being settled a ring may stand open or closed: no step is taken twice.
        let mut seen = HashSet::new();
        std::iter::successors(next(key), move |at| next(at)).take_while(move |at| seen.insert(*at))
    }

    /// All records whose fate hangs on one of these: that say, also through others, that they go on in it.
    pub(crate) fn hanging_on(&self, keys: &BTreeSet<RecordKey>) -> BTreeSet<RecordKey> {
        let mut found = BTreeSet::new();
        let mut asked: Vec<&RecordKey> = keys.iter().collect();
        while let Some(key) = asked.pop() {
            for other in self.merged.get(key).into_iter().flatten() {
                if found.insert(other.clone()) {
                    asked.push(other);
                }
            }
        }
        found
    }

    /// Whether a record that says it goes on in another does: unless it is the least of a ring, which has to stay.
    pub(crate) fn gives_way(&self, key: &RecordKey, to: &RecordKey) -> bool {
        let mut ring = vec![key.clone()];
        let mut at = to.clone();
        loop {
            if at == *key {
                return ring.iter().min() != Some(key);
            }
            if ring.contains(&at) {
                return true;
            }
            let next = self.says_merged(&at);
            ring.push(at);
            match next {
                Some(next) => at = next,
                None => return true,
            }
        }
    }

    /// What the copy of a record that counts says now, settled or not.
    fn says_merged(&self, key: &RecordKey) -> Option<RecordKey> {
        let kind = Kind::by_slug(&key.kind)?;
        if !moving::merges(kind) {
            return None;
        }
        let copies = &self.entries.get(key)?.copies;
        let newest = identity::newest(Some(kind), copies, |village| self.village_number(village))?;
        moving::merged_into(kind, &copies.get(newest.index)?.raw)
    }
}
