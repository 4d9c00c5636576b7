//! Makes the exports that Automerge for JavaScript reads (tests/js): books as `sothon` exports them, and beside each
//! what is in it, written by us without Automerge's help.
//!
//! `cargo xtask generate` writes them anew (it sets `SOTHON_WRITE_VECTORS`).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};
use sothon_book::{Act, ActorId, Book, ConflictKind};
use sothon_records::{Edit, Fields, RawRecord, RecordId, RecordKey, Value};
use uuid::Uuid;

/// 10 June 2025, 08:00 in Hà Nội.
const NOW: i64 = 1_749_517_200;

#[test]
fn the_exports_in_tests_js_are_those_that_this_code_makes() {
    for (name, book) in [("one-device", one_device()), ("two-devices", two_devices())] {
        let export = book.export_automerge().unwrap();
        let content = serde_json::to_string_pretty(&content(&book)).unwrap() + "\n";
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/js/exports");
        let files = [
            (format!("{name}.automerge"), export),
            (format!("{name}.json"), content.into_bytes()),
        ];
        for (file, bytes) in files {
            let path = folder.join(&file);
            if std::env::var_os("SOTHON_WRITE_VECTORS").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, bytes).unwrap();
            } else {
                let kept = fs::read(&path).unwrap_or_default();
                assert!(kept == bytes, "{file} is stale: run `cargo xtask generate`");
            }
        }
    }
}

#[test]
fn an_export_that_was_kept_is_a_book_for_ever() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/js/exports");
    for name in ["one-device", "two-devices"] {
        let book = Book::load(&fs::read(folder.join(format!("{name}.automerge"))).unwrap()).unwrap();
        let kept: Json =
            serde_json::from_slice(&fs::read(folder.join(format!("{name}.json"))).unwrap()).unwrap();
        assert_eq!(content(&book), kept);
    }
}

/// Every type of value, a sub-record, a text that was edited, a field that was emptied.
fn one_device() -> Book {
    let mut book = book(1);
    let record = RawRecord {
        fields: fields([
            ("name", text("Nguyễn Văn Ước")),
            ("members", Value::Int(-4)),
            ("largest", Value::Int((1 << 53) - 1)),
            ("poor", Value::Bool(true)),
            ("photo", Value::Bytes(vec![0, 127, 255])),
            ("phone", text("không có")),
            ("note", Value::Long("Hộ có người làm ăn xa 🚚.".to_owned())),
        ]),
        subs: BTreeMap::from([(key("visits", 7), fields([("date", text("2025-06-10"))]))]),
    };
    write(
        &mut book,
        &[Edit::Create {
            key: key("household", 1),
            record,
        }],
    );
    let note = Value::Long("Hộ có hai người làm ăn xa 🚚, đã về.".to_owned());
    write(&mut book, &[set(1, "note", Some(note))]);
    write(&mut book, &[set(1, "phone", None)]);
    book
}

/// Two devices that wrote apart from each other: a text merged by letters, and a field with two values.
fn two_devices() -> Book {
    let (mut here, mut there) = (book(1), book(2));
    let record = RawRecord {
        fields: fields([
            ("name", text("Trần Thị Mây")),
            ("note", Value::Long("Nhà ở cuối thôn.".to_owned())),
        ]),
        subs: BTreeMap::new(),
    };
    write(
        &mut here,
        &[Edit::Create {
            key: key("household", 1),
            record,
        }],
    );
    there.apply(&here.changes_since(&there.heads())).unwrap();
    write(&mut here, &[set(1, "name", Some(text("Trần Thị Mai")))]);
    write(
        &mut here,
        &[set(
            1,
            "note",
            Some(Value::Long("Nhà ở cuối thôn, cạnh suối.".to_owned())),
        )],
    );
    write(&mut there, &[set(1, "name", Some(text("Trần Thị Mầy")))]);
    write(
        &mut there,
        &[set(
            1,
            "note",
            Some(Value::Long("Hộ nghèo. Nhà ở cuối thôn.".to_owned())),
        )],
    );
    here.apply(&there.changes_since(&here.heads())).unwrap();
    here
}

/// What a reader of the export must find: the records as nested objects, and the fields with more than one value.
fn content(book: &Book) -> Json {
    let document: Map<String, Json> = book
        .iter()
        .map(|(key, record)| {
            let mut fields = as_json(&record.fields);
            let subs = record.subs.iter();
            fields.extend(subs.map(|(key, fields)| (key.to_string(), Json::Object(as_json(fields)))));
            (key.to_string(), Json::Object(fields))
        })
        .collect();
    let conflicts: Vec<Json> = book
        .conflicts()
        .iter()
        .filter(|conflict| conflict.kind == ConflictKind::Field && conflict.sub.is_none())
        .map(|conflict| {
            let mut values: Vec<Json> = conflict
                .sides
                .iter()
                .filter_map(|side| side.value.as_ref())
                .map(value_as_json)
                .collect();
            values.sort_by_key(Json::to_string);
            json!({ "record": conflict.key.to_string(), "field": conflict.field, "values": values })
        })
        .collect();
    json!({ "document": document, "conflicts": conflicts })
}

fn as_json(fields: &Fields) -> Map<String, Json> {
    fields
        .iter()
        .map(|(name, value)| (name.clone(), value_as_json(value)))
        .collect()
}

fn value_as_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Text(value) | Value::Long(value) | Value::Unknown(value) => json!(value),
        Value::Bytes(value) => json!(value.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}

fn book(number: u8) -> Book {
    let mut book = Book::new();
    book.set_actor(ActorId([number; 16]));
    book
}

fn write(book: &mut Book, edits: &[Edit]) {
    book.edit(edits, &Act::of_one_change("edit", Some(NOW))).unwrap();
}

fn set(number: u128, field: &str, value: Option<Value>) -> Edit {
    let fields = BTreeMap::from([(field.to_owned(), value)]);
    Edit::Set {
        key: key("household", number),
        sub: None,
        fields,
    }
}

fn key(kind: &str, number: u128) -> RecordKey {
    RecordKey {
        kind: kind.to_owned(),
        id: RecordId(Uuid::from_u128(number)),
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Fields {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
