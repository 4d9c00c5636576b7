//! What a history comes to when nothing is concurrent: the records of each book after its events, in order.
//!
//! Tests compare real replicas with this. Where two authors wrote the same field while offline, the later one wins
//! here; a book may show the other first, and shows both.

use std::collections::BTreeMap;

use sothon_records::{Edit, RawRecord, RecordKey, Shelf};

use crate::event::{Event, Place};

/// A book of a commune: what shelf, whose.
pub type BookOf = (Shelf, Place);

/// Why an event cannot follow those before it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadHistory {
    /// A record is made that is there already.
    #[error("{0} is made twice")]
    MadeTwice(RecordKey),
    /// A record, or part of one, is changed that is not there.
    #[error("{0} is changed and not there")]
    NotThere(RecordKey),
}

/// The records of every book.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Books(pub BTreeMap<BookOf, BTreeMap<RecordKey, RawRecord>>);

impl Books {
    /// The records after these events.
    ///
    /// # Errors
    /// [`BadHistory`]; a test sees to it that what this crate makes has none.
    pub fn after<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, BadHistory> {
        let mut books = Books::default();
        for event in events {
            let book = books.0.entry((event.shelf, event.place)).or_default();
            event.edits.iter().try_for_each(|edit| apply(book, edit))?;
        }
        Ok(books)
    }

    /// Every record with its book.
    pub fn records(&self) -> impl Iterator<Item = (BookOf, &RecordKey, &RawRecord)> {
        let books = self.0.iter();
        books.flat_map(|(book, records)| records.iter().map(|(key, raw)| (*book, key, raw)))
    }
}

fn apply(book: &mut BTreeMap<RecordKey, RawRecord>, edit: &Edit) -> Result<(), BadHistory> {
    match edit {
        Edit::Create { key, record } => {
            if book.insert(key.clone(), record.clone()).is_some() {
                return Err(BadHistory::MadeTwice(key.clone()));
            }
        }
        Edit::Set { key, sub, fields } => {
            let record = book
                .get_mut(key)
                .ok_or_else(|| BadHistory::NotThere(key.clone()))?;
            let into = match sub {
                None => &mut record.fields,
                Some(sub) => record
                    .subs
                    .get_mut(sub)
                    .ok_or_else(|| BadHistory::NotThere(sub.clone()))?,
            };
            for (name, value) in fields {
                match value {
                    Some(value) => into.insert(name.clone(), value.clone()),
                    None => into.remove(name),
                };
            }
        }
        Edit::AddSub { key, sub, fields } => {
            let record = book
                .get_mut(key)
                .ok_or_else(|| BadHistory::NotThere(key.clone()))?;
            if record.subs.insert(sub.clone(), fields.clone()).is_some() {
                return Err(BadHistory::MadeTwice(sub.clone()));
            }
        }
    }
    Ok(())
}
