//! Edits as operations on an Automerge document, in the layout of design.md §3.2.
//!
//! No container is made later than its record, but a new sub-record's own map, whose key is a fresh uuid: two devices
//! that each made the same container would hide one of the two (threats A13).

use automerge::transaction::{Transactable, Transaction};
use automerge::{AutomergeError, ObjId, ObjType, ReadDoc, ScalarValue};
use sothon_records::raw::{Edit, Fields, RecordKey, SubKey, Value};

use crate::chunk::MAX_KEY_BYTES;
use crate::conflict::VOIDED;
use crate::ids::ActorId;
use crate::read::parse_key;

/// Why an edit was not made; the book is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// A record with this key is in the book already.
    #[error("{0} is in the book already")]
    KeyInUse(RecordKey),
    /// There is no such record.
    #[error("there is no {0} in the book")]
    NoRecord(RecordKey),
    /// The record has this sub-record already.
    #[error("{key} has a {sub} already")]
    SubInUse {
        /// The record.
        key: RecordKey,
        /// The sub-record.
        sub: SubKey,
    },
    /// The record has no such sub-record.
    #[error("{key} has no {sub}")]
    NoSub {
        /// The record.
        key: RecordKey,
        /// The sub-record.
        sub: SubKey,
    },
    /// The record's or sub-record's kind is not a slug, or too long.
    #[error("{0:?} cannot be the key of a record")]
    BadKey(String),
    /// The name cannot be that of a field: empty, too long, or that of a sub-record.
    #[error("{0:?} cannot be the name of a field")]
    FieldName(String),
    /// A value that this version can only show.
    #[error("the value of {0:?} is of a kind that cannot be written")]
    UnknownValue(String),
    /// The act's code is empty, too long, or not of letters, digits and `-`.
    #[error("{0:?} is not the code of an act")]
    ActCode(String),
    /// Everything is already as the edits want it.
    #[error("the edits change nothing")]
    NothingToWrite,
    /// More operations or bytes than one change may have; the edits must be divided.
    #[error("the edits do not fit into one change")]
    TooLarge,
    /// No actor was set.
    #[error("no actor was set for this book")]
    NoActor,
    /// Writing beside needs an actor that has not written in this book.
    #[error("actor {0} has written in this book before")]
    ActorNotFresh(ActorId),
    /// Automerge panicked, now or earlier: the book must be thrown away and built again.
    #[error("the book is unusable and must be built again")]
    Poisoned,
    /// Automerge refused.
    #[error("the document refused the edit")]
    Document(#[from] AutomergeError),
}

/// Makes one edit.
pub(crate) fn perform(tx: &mut Transaction<'_>, edit: &Edit) -> Result<(), EditError> {
    match edit {
        Edit::Create { key, record } => {
            let mut keys = std::iter::once(key).chain(record.subs.keys());
            keys.try_for_each(check_key)?;
            if !tx.get_all(ObjId::Root, key.to_string())?.is_empty() {
                return Err(EditError::KeyInUse(key.clone()));
            }
            let map = tx.put_object(ObjId::Root, key.to_string(), ObjType::Map)?;
            fill(tx, &map, &record.fields)?;
            for (sub, fields) in &record.subs {
                let map = tx.put_object(&map, sub.to_string(), ObjType::Map)?;
                fill(tx, &map, fields)?;
            }
            Ok(())
        }
        Edit::AddSub { key, sub, fields } => {
            check_key(sub)?;
            let maps = record_maps(tx, key)?;
            for map in &maps {
                if !tx.get_all(map, sub.to_string())?.is_empty() {
                    return Err(EditError::SubInUse {
                        key: key.clone(),
                        sub: sub.clone(),
                    });
                }
            }
            let Some(shown) = maps.last() else {
                return Err(EditError::NoRecord(key.clone()));
            };
            let map = tx.put_object(shown, sub.to_string(), ObjType::Map)?;
            fill(tx, &map, fields)
        }
        Edit::Set { key, sub, fields } => {
            let mut maps = record_maps(tx, key)?;
            if let Some(sub) = sub {
                let mut inside = Vec::new();
                for map in &maps {
                    inside.extend(maps_at(tx, map, &sub.to_string())?);
                }
                maps = inside;
                if maps.is_empty() {
                    return Err(EditError::NoSub {
                        key: key.clone(),
                        sub: sub.clone(),
                    });
                }
            }
            fields
                .iter()
                .try_for_each(|(field, value)| set(tx, &maps, field, value.as_ref()))
        }
    }
}

fn record_maps(tx: &Transaction<'_>, key: &RecordKey) -> Result<Vec<ObjId>, EditError> {
    let maps = maps_at(tx, &ObjId::Root, &key.to_string())?;
    if maps.is_empty() {
        Err(EditError::NoRecord(key.clone()))
    } else {
        Ok(maps)
    }
}

fn maps_at(tx: &Transaction<'_>, parent: &ObjId, key: &str) -> Result<Vec<ObjId>, EditError> {
    let all = tx.get_all(parent, key)?.into_iter();
    Ok(all
        .filter(|(value, _)| is_object(value, ObjType::Map))
        .map(|(_, id)| id)
        .collect())
}

fn is_object(value: &automerge::Value<'_>, kind: ObjType) -> bool {
    matches!(value, automerge::Value::Object(is) if *is == kind)
}

/// Fills a map that was just made.
fn fill(tx: &mut Transaction<'_>, map: &ObjId, fields: &Fields) -> Result<(), EditError> {
    for (field, value) in fields {
        check_name(field)?;
        if let Value::Long(text) = value {
            let object = tx.put_object(map, field.as_str(), ObjType::Text)?;
            tx.splice_text(&object, 0, 0, text)?;
        } else if !is_empty(value) {
            tx.put(map, field.as_str(), scalar(field, value)?)?;
        }
    }
    Ok(())
}

/// Sets or empties a field in the map that is shown, over whatever concurrent edits left there.
fn set(
    tx: &mut Transaction<'_>,
    maps: &[ObjId],
    field: &str,
    value: Option<&Value>,
) -> Result<(), EditError> {
    check_name(field)?;
    let Some((shown, hidden)) = maps.split_last() else {
        return Ok(());
    };
    for map in hidden {
        if !tx.get_all(map, field)?.is_empty() {
            tx.delete(map, field)?;
        }
    }
    let there = tx.get_all(shown, field)?;
    // A text is never replaced, since none can be made again: it is spliced, and emptied instead of deleted.
    let only_text = match there.as_slice() {
        [(object, id)] if is_object(object, ObjType::Text) => Some(id.clone()),
        _ => None,
    };
    let is_there = !there.is_empty();
    match (value.filter(|value| !is_empty(value)), only_text) {
        (Some(Value::Long(text) | Value::Text(text)), Some(object)) => splice(tx, &object, text),
        (None, Some(object)) => splice(tx, &object, ""),
        (None, None) if is_there => Ok(tx.delete(shown, field)?),
        (None, None) => Ok(()),
        (Some(value), _) => {
            // Voiding what is voided already says "in knowledge of all that was edited meanwhile", so it must be written
            // though the value is the same; Automerge would pass over it.
            if field == VOIDED && *value == Value::Bool(true) && is_there {
                tx.delete(shown, field)?;
            }
            Ok(tx.put(shown, field, scalar(field, value)?)?)
        }
    }
}

/// Changes a text by what differs, so that edits of two people merge.
fn splice(tx: &mut Transaction<'_>, text: &ObjId, new: &str) -> Result<(), EditError> {
    /// Above this many differing letters the search for the smallest difference (quadratic) is not worth its time.
    const MAX_DIFFERING: usize = 2_000;
    let old = tx.text(text)?;
    if old == new {
        return Ok(());
    }
    let same_start = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let old_rest = old.chars().skip(same_start);
    let new_rest = new.chars().skip(same_start);
    let (old_len, new_len) = (old_rest.clone().count(), new_rest.clone().count());
    let old_end: Vec<char> = old_rest.collect();
    let new_end: Vec<char> = new_rest.collect();
    let same_end = old_end
        .iter()
        .rev()
        .zip(new_end.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    if old_len.max(new_len) - same_end <= MAX_DIFFERING {
        return Ok(tx.update_text(text, new)?);
    }
    let inserted: String = new_end.iter().take(new_len - same_end).collect();
    let deleted = isize::try_from(old_len - same_end).unwrap_or(isize::MAX);
    Ok(tx.splice_text(text, same_start, deleted, &inserted)?)
}

fn check_key(key: &RecordKey) -> Result<(), EditError> {
    let text = key.to_string();
    let bad = text.len() > MAX_KEY_BYTES || parse_key(&text).is_none();
    if bad {
        Err(EditError::BadKey(text.chars().take(80).collect()))
    } else {
        Ok(())
    }
}

/// An empty text says what an absent field says.
fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Text(text) | Value::Long(text) if text.is_empty())
}

fn check_name(field: &str) -> Result<(), EditError> {
    let bad = field.is_empty() || field.len() > MAX_KEY_BYTES || parse_key(field).is_some();
    if bad {
        Err(EditError::FieldName(field.chars().take(80).collect()))
    } else {
        Ok(())
    }
}

fn scalar(field: &str, value: &Value) -> Result<ScalarValue, EditError> {
    Ok(match value {
        Value::Bool(yes) => ScalarValue::Boolean(*yes),
        Value::Int(number) => ScalarValue::Int(*number),
        // A long text whose object was not made with its record: a plain value, replaced as a whole.
        Value::Text(text) | Value::Long(text) => ScalarValue::from(text.as_str()),
        Value::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
        Value::Unknown(_) => return Err(EditError::UnknownValue(field.to_owned())),
    })
}
