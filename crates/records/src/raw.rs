//! Records as a book keeps them: keys, scalars and long texts, before any kind gives them a meaning.
//!
//! A book (an Automerge document) holds one map per record at the key `"<kind>/<uuid>"`; inside it one key per
//! field, and one map per sub-record at `"<list>/<uuid>"`. A choice of several values is one boolean key per value
//! (`"audience/youth" = true`), so that two people can tick two boxes at once. Nothing here knows Automerge: this
//! is the form in which `book` hands records to everybody else.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The random id of a record, or of a sub-record inside one (UUID version 4: order comes from the log, not from a clock;
/// version 8 where it is made from data, see [`crate::plan`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_simple().fmt(f)
    }
}

/// Where a record lies in a book: its kind's slug and its id. Written `"<kind>/<uuid>"` with 32 hex digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecordKey {
    /// The kind's slug (`household`, `pledge`, …): lower-case ASCII letters, digits and `-`.
    pub kind: String,
    /// The record's id.
    pub id: RecordId,
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// A text that is not of the form `"<slug>/<uuid>"`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a key of the form <kind>/<uuid>: {0:?}")]
pub struct BadKey(pub String);

impl FromStr for RecordKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let bad = || BadKey(text.chars().take(80).collect());
        let (kind, id) = text.split_once('/').ok_or_else(bad)?;
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        // One spelling only: else two keys of a book would name one record.
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if kind.is_empty() || !kind.chars().all(slug) || id.len() != 32 || !id.bytes().all(hex) {
            return Err(bad());
        }
        let id = Uuid::try_parse(id).map_err(|_| bad())?;
        Ok(RecordKey {
            kind: kind.to_owned(),
            id: RecordId(id),
        })
    }
}

impl Serialize for RecordKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// One value as the book keeps it. Dates are texts `"2025-06-10"`, instants texts `"2025-06-10T14:05:00Z"`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A short text, replaced as a whole.
    Text(String),
    /// A long text, merged letter by letter. Made with its record and never later (design.md §3.2, threats A13).
    Long(String),
    /// Bytes (a hash, a key).
    Bytes(Vec<u8>),
    /// Something that this version does not know; kept in the book as it is, shown as this text.
    Unknown(String),
}

/// Fields by name. An absent field and a field that was emptied are both not here.
pub type Fields = BTreeMap<String, Value>;

/// Where a sub-record lies inside its record. Written `"<list>/<uuid>"`.
pub type SubKey = RecordKey;

/// A record as the book keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RawRecord {
    /// The record's own fields. For a concurrently edited field this is the value that Automerge shows; the others
    /// are listed by the book's conflicts.
    pub fields: Fields,
    /// Sub-records by key.
    pub subs: BTreeMap<SubKey, Fields>,
}

/// One step of an edit. A form, an import or a move is a list of these, done in one change of the book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Makes a new record. Every long text and every sub-record known now is made with it.
    Create {
        /// Its key; must not be in use in this book.
        key: RecordKey,
        /// What it holds.
        record: RawRecord,
    },
    /// Sets (or with `None` empties) fields of a record, or of one of its sub-records.
    Set {
        /// The record.
        key: RecordKey,
        /// The sub-record, if the field is inside one.
        sub: Option<SubKey>,
        /// What changes. A [`Value::Long`] is spliced into the text that is there, so that edits of two people merge.
        fields: BTreeMap<String, Option<Value>>,
    },
    /// Adds a sub-record to a record.
    AddSub {
        /// The record.
        key: RecordKey,
        /// The new sub-record's key.
        sub: SubKey,
        /// What it holds.
        fields: Fields,
    },
}

impl Edit {
    /// The record that it makes or changes.
    pub fn key(&self) -> &RecordKey {
        match self {
            Edit::Create { key, .. } | Edit::Set { key, .. } | Edit::AddSub { key, .. } => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_spelling() {
        let key = "household/00000000000000000000000000abcdef";
        assert_eq!(
            key.parse::<RecordKey>().map(|key| key.to_string()).as_deref(),
            Ok(key)
        );
        for bad in [
            "household/00000000000000000000000000ABCDEF",
            "household/00000000-0000-0000-0000-000000abcdef",
            "Household/00000000000000000000000000abcdef",
            "/00000000000000000000000000abcdef",
            "household/00000000000000000000000000abcde",
            "household",
        ] {
            assert!(bad.parse::<RecordKey>().is_err(), "{bad}");
        }
    }
}
