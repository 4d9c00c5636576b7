//! Reading records out of an Automerge document: the layout of design.md §3.2, from the document's side.
//!
//! Reading never fails: what is not of the layout is shown as [`Value::Unknown`] or passed over, and stays in the
//! document as it is. Two devices may each have made the same record (a carry-over done twice): Automerge keeps both
//! maps at one key. They are read as one record, where the map that Automerge shows goes before the hidden ones.

use std::collections::BTreeMap;
use std::iter;

use automerge::iter::{ListRange, MapRange};
use automerge::{Automerge, ObjId, ObjType, ReadDoc, ScalarValue, ScalarValueRef, ValueRef};
use sothon_records::cores;
use sothon_records::raw::{Fields, RawRecord, RecordKey, SubKey, Value};

/// How many records are read at a time.
const BATCH: usize = 4_096;

/// A document as it is now, or as it was at some heads.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub doc: &'a Automerge,
    pub heads: Option<&'a [automerge::ChangeHash]>,
}

/// One of the values that concurrent edits left at a key, with the operation that wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// `None`: an empty long text, which counts as an absent field.
    pub value: Option<Value>,
    pub op: ObjId,
    /// Whether it is a long text, and so an object that can be spliced.
    pub is_text: bool,
}

impl<'a> View<'a> {
    pub fn now(doc: &'a Automerge) -> View<'a> {
        View { doc, heads: None }
    }

    pub fn at(doc: &'a Automerge, heads: &'a [automerge::ChangeHash]) -> View<'a> {
        View {
            doc,
            heads: Some(heads),
        }
    }

    /// The keys of the records, in ascending order.
    pub fn keys(self) -> impl Iterator<Item = RecordKey> + 'a {
        self.entries(&ObjId::Root)
            .filter(move |entry| {
                matches!(entry.value, ValueRef::Object(ObjType::Map))
                    || entry.conflict && !self.maps(&ObjId::Root, &entry.key).is_empty()
            })
            .filter_map(|entry| parse_key(&entry.key))
    }

    /// The maps at a key, the one that Automerge shows last.
    pub fn maps(self, parent: &ObjId, key: &str) -> Vec<ObjId> {
        self.all(parent, key)
            .into_iter()
            .filter(|(value, _)| is_map(value))
            .map(|(_, id)| id)
            .collect()
    }

    /// The objects at a key.
    pub fn objects(self, parent: &ObjId, key: &str) -> Vec<(ObjType, ObjId)> {
        let object = |(value, id): (automerge::Value<'_>, ObjId)| match value {
            automerge::Value::Object(kind) => Some((kind, id)),
            automerge::Value::Scalar(_) => None,
        };
        self.all(parent, key).into_iter().filter_map(object).collect()
    }

    /// A record's maps; empty if there is no such record.
    pub fn record_maps(self, key: &RecordKey) -> Vec<ObjId> {
        self.maps(&ObjId::Root, &key.to_string())
    }

    /// The maps of a sub-record in a record's maps.
    pub fn sub_maps(self, record: &[ObjId], sub: &SubKey) -> Vec<ObjId> {
        let key = sub.to_string();
        record.iter().flat_map(|map| self.maps(map, &key)).collect()
    }

    /// The maps that hold the fields of a record or sub-record.
    pub fn field_maps(self, key: &RecordKey, sub: Option<&SubKey>) -> Vec<ObjId> {
        let record = self.record_maps(key);
        match sub {
            None => record,
            Some(sub) => self.sub_maps(&record, sub),
        }
    }

    /// A whole record.
    pub fn record(self, key: &RecordKey) -> Option<RawRecord> {
        let maps = self.record_maps(key);
        if maps.is_empty() {
            None
        } else {
            Some(self.read(&maps))
        }
    }

    /// All records, in ascending order of their keys. They are read some thousand at a time, by several cores: a start
    /// reads them all.
    pub fn records(self) -> impl Iterator<Item = (RecordKey, RawRecord)> + 'a {
        let mut places = self.entries(&ObjId::Root).filter_map(move |entry| {
            let key = parse_key(&entry.key)?;
            let maps = match entry.value {
                ValueRef::Object(ObjType::Map) if !entry.conflict => vec![entry.id()],
                _ if entry.conflict => self.maps(&ObjId::Root, &entry.key),
                _ => return None,
            };
            (!maps.is_empty()).then_some((key, maps))
        });
        let batches = iter::from_fn(move || {
            let batch: Vec<_> = places.by_ref().take(BATCH).collect();
            let read = cores::map(&batch, |(_, maps)| self.read(maps));
            (!batch.is_empty()).then(|| batch.into_iter().map(|(key, _)| key).zip(read))
        });
        batches.flatten()
    }

    /// The record that these maps make up.
    pub fn read(self, maps: &[ObjId]) -> RawRecord {
        let mut record = RawRecord::default();
        let mut subs: BTreeMap<SubKey, Vec<ObjId>> = BTreeMap::new();
        for map in maps {
            for entry in self.entries(map) {
                let is_map = matches!(entry.value, ValueRef::Object(ObjType::Map));
                match is_map.then(|| parse_key(&entry.key)).flatten() {
                    Some(sub) => {
                        let maps = if entry.conflict {
                            self.maps(map, &entry.key)
                        } else {
                            vec![entry.id()]
                        };
                        subs.entry(sub).or_default().extend(maps);
                    }
                    None => self.read_field(&mut record.fields, entry),
                }
            }
        }
        for (sub, maps) in subs {
            let fields = record.subs.entry(sub).or_default();
            for entry in maps.iter().flat_map(|map| self.entries(map)) {
                self.read_field(fields, entry);
            }
        }
        record
    }

    /// What concurrent edits left at a field, the value that is shown last.
    pub fn written(self, maps: &[ObjId], field: &str) -> Vec<Written> {
        let all = maps.iter().flat_map(|map| self.all(map, field));
        all.map(|(value, op)| {
            let is_text = matches!(value, automerge::Value::Object(ObjType::Text));
            let value = match value {
                automerge::Value::Object(kind) => self.object(kind, &op),
                automerge::Value::Scalar(scalar) => Some(value_of(&scalar)),
            };
            Written { value, op, is_text }
        })
        .collect()
    }

    /// The value that is shown at a field.
    pub fn field(self, maps: &[ObjId], field: &str) -> Option<Value> {
        // A long text emptied in the shown map does not bring back what a hidden map holds.
        self.written(maps, field).pop().and_then(|written| written.value)
    }

    /// The entries of a map, one per key.
    pub fn entries(self, map: &ObjId) -> MapRange<'a> {
        match self.heads {
            None => self.doc.map_range(map, ..),
            Some(heads) => self.doc.map_range_at(map, .., heads),
        }
    }

    /// The letters of a text.
    pub fn letters(self, text: &ObjId) -> ListRange<'a> {
        match self.heads {
            None => self.doc.list_range(text, ..),
            Some(heads) => self.doc.list_range_at(text, .., heads),
        }
    }

    pub fn text(self, text: &ObjId) -> String {
        let read = match self.heads {
            None => self.doc.text(text),
            Some(heads) => self.doc.text_at(text, heads),
        };
        read.unwrap_or_default()
    }

    fn all(self, map: &ObjId, key: &str) -> Vec<(automerge::Value<'a>, ObjId)> {
        let read = match self.heads {
            None => self.doc.get_all(map, key),
            Some(heads) => self.doc.get_all_at(map, key, heads),
        };
        // An error says that the object is not there or is no map: nothing is at that key then.
        read.unwrap_or_default()
    }

    fn read_field(self, fields: &mut Fields, entry: automerge::iter::MapRangeItem<'_>) {
        let value = match &entry.value {
            ValueRef::Object(kind) => self.object(*kind, &entry.id()),
            ValueRef::Scalar(scalar) => Some(value_of_ref(scalar)),
        };
        match value {
            Some(value) => fields.insert(entry.key.into_owned(), value),
            None => fields.remove(&*entry.key),
        };
    }

    fn object(self, kind: ObjType, id: &ObjId) -> Option<Value> {
        match kind {
            ObjType::Text => Some(self.text(id))
                .filter(|text| !text.is_empty())
                .map(Value::Long),
            ObjType::Map | ObjType::Table => Some(Value::Unknown("{…}".to_owned())),
            ObjType::List => Some(Value::Unknown("[…]".to_owned())),
        }
    }
}

/// A key of the form that the layout uses; other spellings of the same uuid are not keys.
pub(crate) fn parse_key(text: &str) -> Option<RecordKey> {
    text.parse().ok()
}

fn is_map(value: &automerge::Value<'_>) -> bool {
    matches!(value, automerge::Value::Object(ObjType::Map))
}

fn value_of(scalar: &ScalarValue) -> Value {
    match scalar {
        ScalarValue::Boolean(yes) => Value::Bool(*yes),
        ScalarValue::Int(number) => Value::Int(*number),
        ScalarValue::Str(text) => Value::Text(text.to_string()),
        ScalarValue::Bytes(bytes) => Value::Bytes(bytes.clone()),
        other => Value::Unknown(other.to_string()),
    }
}

fn value_of_ref(scalar: &ScalarValueRef<'_>) -> Value {
    match scalar {
        ScalarValueRef::Boolean(yes) => Value::Bool(*yes),
        ScalarValueRef::Int(number) => Value::Int(*number),
        ScalarValueRef::Str(text) => Value::Text(text.to_string()),
        ScalarValueRef::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        // Shown in the same words wherever it is read.
        other => value_of(&ScalarValue::from(other)),
    }
}
