//! Tips that came in parts, joined where they are read: for everybody who reads the book the first part that is here is
//! the tip, and the others are not there by themselves.

use std::collections::BTreeSet;

use sothon_book::ActorId;
use sothon_ledger::{BookKind, DeviceId};
use sothon_records::kinds::tip_parts::{self, CONTENT, Part};
use sothon_records::{Edit, RawRecord, RecordKey};

use crate::live::Live;

impl Live {
    /// A record as it is read; `None`: there is none, or it is a part that belongs to another.
    pub fn read(&self, key: &RecordKey) -> Option<RawRecord> {
        let record = self.book.get(key)?;
        match self.part(&record) {
            None => Some(record),
            Some(part) => {
                let joined = tip_parts::join(self.siblings(key, part.tip))?;
                (joined.key == *key).then_some(joined.record)
            }
        }
    }

    /// All records as they are read.
    pub fn read_all(&self) -> impl Iterator<Item = (RecordKey, RawRecord)> + '_ {
        self.book
            .iter()
            .filter_map(|(key, record)| match self.part(&record) {
                None => Some((key, record)),
                Some(_) => self.read(&key).map(|record| (key, record)),
            })
    }

    /// The keys of records that read differently where these do: all parts of the same tips.
    pub fn with_siblings(&self, keys: BTreeSet<RecordKey>) -> BTreeSet<RecordKey> {
        if self.open.kind != BookKind::Tips {
            return keys;
        }
        let mut all = keys.clone();
        for key in keys {
            if let Some(part) = self.book.get(&key).and_then(|record| self.part(&record)) {
                all.extend(self.siblings(&key, part.tip).into_iter().map(|(key, _)| key));
            }
        }
        all
    }

    /// Whether an edit would change the text of a tip that came in parts.
    pub fn edits_parts(&self, edit: &Edit) -> bool {
        match edit {
            Edit::Set {
                key,
                sub: None,
                fields,
            } if fields.contains_key(CONTENT) => {
                let record = self.book.get(key);
                record.is_some_and(|record| self.part(&record).is_some())
            }
            _ => false,
        }
    }

    fn part(&self, record: &RawRecord) -> Option<Part> {
        (self.open.kind == BookKind::Tips)
            .then(|| Part::of(record))
            .flatten()
    }

    /// The parts of a tip by the author of one of them: who guesses an id joins nothing to the tip of another.
    fn siblings(&self, key: &RecordKey, tip: tip_parts::TipId) -> Vec<(RecordKey, RawRecord)> {
        let author = self.author_of(key);
        let of_tip = self.book.iter().filter(|(_, record)| {
            let part = self.part(record);
            part.is_some_and(|part| part.tip == tip)
        });
        of_tip.filter(|(key, _)| self.author_of(key) == author).collect()
    }

    /// Who made a record.
    fn author_of(&self, key: &RecordKey) -> Option<DeviceId> {
        let made = self.book.history(key).into_iter().find(|step| step.created)?;
        self.author(&ActorId(made.actor.0))
    }
}
