//! Books of every released format open for ever and say the same (design.md §5).
//!
//! Each `tests/released/<format>.automerge` is a saved book, the `.json` beside it what it says. A file of a released
//! format is never changed; a new format brings a new one, written by
//! `cargo test -p sothon-book --test book released_formats -- --ignored`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::common::*;
use serde_json::{Value as Json, json};
use sothon_book::{Act, ActId, Book, Gate, VOID_REASON, VOIDED};
use sothon_records::{Edit, RawRecord, Value};

const CURRENT: &str = "format-1";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released")
}

/// All that a book says, as JSON.
fn said(book: &Book) -> Json {
    let records: BTreeMap<String, RawRecord> = book
        .iter()
        .map(|(key, record)| (key.to_string(), record))
        .collect();
    let conflicts: Vec<Json> = book
        .conflicts()
        .into_iter()
        .map(|conflict| {
            let sides: Vec<Json> = conflict
                .sides
                .iter()
                .map(|side| json!([side.field, side.value, side.author.actor, side.author.time]))
                .collect();
            json!([
                conflict.key,
                conflict.sub,
                conflict.field,
                format!("{:?}", conflict.kind),
                sides
            ])
        })
        .collect();
    let history: Vec<Json> = book
        .keys()
        .flat_map(|key| book.history(&key))
        .map(|step| {
            let fields: Vec<Json> = step
                .fields
                .iter()
                .map(|field| json!([field.sub, field.field, field.old, field.new]))
                .collect();
            json!([
                step.change,
                step.actor,
                step.time,
                step.act,
                step.what,
                step.created,
                fields
            ])
        })
        .collect();
    json!({ "heads": book.heads(), "records": records, "conflicts": conflicts, "history": history })
}

fn book_of_the_current_format() -> Book {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    let visit = key("visits", 5);
    let first = RawRecord {
        fields: fields([
            ("name", text("Nguyễn Văn Ước")),
            ("members", Value::Int(-4)),
            ("poor", Value::Bool(true)),
            ("photo", Value::Bytes(vec![0, 127, 255])),
            ("note", long("Hộ có hai người làm ăn xa.")),
            ("audience/youth", Value::Bool(true)),
        ]),
        subs: BTreeMap::from([(
            visit.clone(),
            fields([("date", text("2025-06-10")), ("note", long(""))]),
        )]),
    };
    a.edit(&[Edit::Create {
        key: household(1),
        record: first,
    }]);
    let import = Act {
        id: Some(ActId([7; 16])),
        what: "import".into(),
        undoes: None,
        by_delegation: None,
        time: Some(NOW + 1),
    };
    a.edit_as(&[create(&household(2), [("name", text("Lò Thị Én"))])], &import);
    a.edit_as(&[create(&household(3), [("name", text("Lò Thị Ển"))])], &import);
    b.pull(&a);
    let late = Act::of_one_change("edit", None);
    a.edit(&[set(
        &household(1),
        [
            ("name", text("Nguyễn Văn Ước A")),
            ("note", long("Hộ có ba người làm ăn xa.")),
        ],
    )]);
    b.edit_as(
        &[set(
            &household(1),
            [
                ("name", text("Nguyễn Văn Ước B")),
                ("note", long("Hộ có hai người làm ăn xa, đã về.")),
            ],
        )],
        &late,
    );
    a.edit(&[set(
        &household(2),
        [(VOIDED, Value::Bool(true)), (VOID_REASON, text("ghi trùng"))],
    )]);
    b.edit(&[set(&household(2), [("phone", text("0900000000"))])]);
    b.edit(&[Edit::AddSub {
        key: household(3),
        sub: visit,
        fields: fields([("date", text("2025-06-11"))]),
    }]);
    b.edit(&[clear(&household(3), "name")]);
    meet(&mut a, &mut b);
    a.book
}

#[test]
fn books_of_every_released_format_open_and_say_the_same() {
    let mut opened = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "automerge") {
            continue;
        }
        let book = Book::load(&std::fs::read(&path).unwrap()).unwrap();
        let expected: Json =
            serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        assert_eq!(said(&book), expected, "{}", path.display());
        assert_eq!(Gate::of_book(&book).unwrap().len(), book.change_count());
        let mut replayed = Book::new();
        replayed.apply(&book.changes_since(&[])).unwrap();
        assert_eq!(said(&replayed), expected, "{}", path.display());
        opened += 1;
    }
    assert!(opened > 0);
}

#[test]
fn what_is_written_today_is_the_current_format() {
    let expected = std::fs::read(folder().join(CURRENT).with_extension("json")).unwrap();
    assert_eq!(
        said(&book_of_the_current_format()),
        serde_json::from_slice::<Json>(&expected).unwrap()
    );
}

#[test]
#[ignore = "writes the files of a new format; never over those of a released one"]
fn write_the_current_format() {
    let book = book_of_the_current_format();
    let path = folder().join(CURRENT).with_extension("automerge");
    assert!(!path.exists(), "{} is there already", path.display());
    std::fs::write(&path, book.export_automerge().unwrap()).unwrap();
    let mut text = serde_json::to_string_pretty(&said(&book)).unwrap();
    text.push('\n');
    std::fs::write(path.with_extension("json"), text).unwrap();
}
