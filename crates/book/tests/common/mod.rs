//! What the tests of this crate share: invented records, and devices that exchange changes.
#![allow(dead_code)]

use std::collections::BTreeMap;

use sothon_book::{Act, ActorId, Book, Gate, LocalChange};
use sothon_records::{Edit, Fields, RawRecord, RecordId, RecordKey, Value};
use uuid::Uuid;

/// 10 June 2025, 08:00 in Hà Nội.
pub const NOW: i64 = 1_749_517_200;

pub fn key(kind: &str, number: u128) -> RecordKey {
    RecordKey {
        kind: kind.into(),
        id: RecordId(Uuid::from_u128(number)),
    }
}

pub fn household(number: u128) -> RecordKey {
    key("household", number)
}

pub fn actor(number: u8) -> ActorId {
    ActorId([number; 16])
}

pub fn text(value: &str) -> Value {
    Value::Text(value.into())
}

pub fn long(value: &str) -> Value {
    Value::Long(value.into())
}

pub fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Fields {
    pairs
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}

pub fn create<const N: usize>(key: &RecordKey, pairs: [(&str, Value); N]) -> Edit {
    Edit::Create {
        key: key.clone(),
        record: RawRecord {
            fields: fields(pairs),
            subs: BTreeMap::new(),
        },
    }
}

pub fn set<const N: usize>(key: &RecordKey, pairs: [(&str, Value); N]) -> Edit {
    let fields = fields(pairs)
        .into_iter()
        .map(|(field, value)| (field, Some(value)))
        .collect();
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields,
    }
}

pub fn clear(key: &RecordKey, field: &str) -> Edit {
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields: BTreeMap::from([(field.to_owned(), None)]),
    }
}

pub fn act() -> Act {
    Act::of_one_change("edit", Some(NOW))
}

/// A book with its gate, as a device holds them.
pub struct Device {
    pub book: Book,
    pub gate: Gate,
}

impl Device {
    pub fn new(number: u8) -> Device {
        let mut book = Book::new();
        book.set_actor(actor(number));
        Device {
            book,
            gate: Gate::new(),
        }
    }

    pub fn edit(&mut self, edits: &[Edit]) -> LocalChange {
        self.edit_as(edits, &act())
    }

    pub fn edit_as(&mut self, edits: &[Edit], act: &Act) -> LocalChange {
        let change = self.book.edit(edits, act).expect("an honest edit is made");
        assert_eq!(
            self.gate.check(&change.bytes).as_ref(),
            Ok(&change.facts),
            "an honest change passes"
        );
        change
    }

    /// Takes everything that the other has and this one lacks.
    pub fn pull(&mut self, other: &Device) -> sothon_book::Applied {
        let changes = other.book.changes_since(&self.book.heads());
        for change in &changes {
            self.gate.check(change).expect("an honest change passes");
        }
        self.book.apply(&changes).expect("what passed the gate applies")
    }

    pub fn value(&self, key: &RecordKey, field: &str) -> Option<Value> {
        self.book.get(key)?.fields.get(field).cloned()
    }
}

/// Both have everything.
pub fn meet(a: &mut Device, b: &mut Device) {
    a.pull(b);
    b.pull(a);
}
