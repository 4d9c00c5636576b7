//! What changes said that are not in the book is said again, beside what came since.

use std::collections::BTreeMap;

use sothon_book::{Act, ActorId, Again, Book, ChangeFacts};
use sothon_records::raw::{Edit, Fields, RawRecord, RecordKey, Value};

const HOUSE: &str = "household/00000000000000000000000000000001";
const VISIT: &str = "visits/00000000000000000000000000000002";

fn key(text: &str) -> RecordKey {
    text.parse().expect("a key")
}

fn fields(all: &[(&str, Value)]) -> Fields {
    all.iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn edit(book: &mut Book, actor: u8, edits: &[Edit]) -> Vec<u8> {
    book.set_actor(ActorId([actor; 16]));
    let act = Act::of_one_change("edit", None);
    book.edit(edits, &act).expect("edits").bytes
}

fn set(sub: Option<&str>, name: &str, value: Value) -> Edit {
    Edit::Set {
        key: key(HOUSE),
        sub: sub.map(key),
        fields: [(name.to_owned(), Some(value))].into(),
    }
}

fn writes(book: &mut Book, again: &Again) {
    let act = Act::of_one_change("edit", None);
    book.edit_at(&again.heads, ActorId([5; 16]), &again.edits, &act)
        .expect("is written");
}

/// A book with one household: a name and a long note.
fn founded() -> (Book, Vec<u8>) {
    let mut book = Book::new();
    let record = RawRecord {
        fields: fields(&[("head", text("An")), ("note", Value::Long("một hai".into()))]),
        subs: BTreeMap::new(),
    };
    let create = Edit::Create {
        key: key(HOUSE),
        record,
    };
    let first = edit(&mut book, 1, &[create]);
    (book, first)
}

#[test]
fn fields_sub_records_and_long_texts_are_said_again_beside_what_came_since() {
    let (mut lost, first) = founded();
    let mut counts = Book::new();
    counts.apply(&[&first]).expect("applies");
    // Of another's change, which does not count either, a value is changed.
    let below = edit(&mut lost, 2, &[set(None, "phone", text("1"))]);
    let add = Edit::AddSub {
        key: key(HOUSE),
        sub: key(VISIT),
        fields: fields(&[("note", text("đã thăm"))]),
    };
    let own = [
        edit(&mut lost, 3, &[set(None, "phone", text("2")), add]),
        edit(
            &mut lost,
            3,
            &[set(None, "note", Value::Long("một hai ba".into()))],
        ),
    ];
    // Meanwhile.
    edit(&mut counts, 4, &[set(None, "head", text("Ân"))]);
    let again = counts.again(&[below], &[], &own).expect("says something");
    writes(&mut counts, &again);
    let record = counts.get(&key(HOUSE)).expect("is there");
    assert_eq!(record.fields["head"], text("Ân"));
    assert_eq!(record.fields["phone"], text("2"));
    assert_eq!(record.fields["note"], Value::Long("một hai ba".into()));
    assert_eq!(record.subs[&key(VISIT)]["note"], text("đã thăm"));
    assert!(counts.conflicts().is_empty());
}

#[test]
fn a_record_that_is_not_in_the_book_is_made_there_as_its_editor_left_it() {
    let (mut lost, first) = founded();
    let own = [edit(&mut lost, 3, &[set(None, "phone", text("2"))])];
    let mut counts = Book::new();
    let again = counts.again(&[first], &[], &own).expect("says something");
    assert!(again.heads.is_empty());
    writes(&mut counts, &again);
    let record = counts.get(&key(HOUSE)).expect("is there");
    assert_eq!(
        (&record.fields["head"], &record.fields["phone"]),
        (&text("An"), &text("2"))
    );
}

#[test]
fn what_lies_in_no_book_at_all_is_not_said_again() {
    let (mut lost, _) = founded();
    let own = [edit(&mut lost, 3, &[set(None, "phone", text("2"))])];
    assert_eq!(Book::new().again(&[], &[], &own), None);
}

#[test]
fn what_was_said_again_below_is_gone_on_from_and_not_said_once_more() {
    let (mut lost, first) = founded();
    let mut counts = Book::new();
    counts.apply(&[&first]).expect("applies");
    let said = |phone: &str, note: &str| {
        let note = Value::Long(note.to_owned());
        [set(None, "phone", text(phone)), set(None, "note", note)]
    };
    let below = edit(&mut lost, 2, &said("1", "một hai ba"));
    let own = [edit(&mut lost, 3, &said("2", "một hai ba bốn"))];
    // Somebody else has said what stands below.
    let instead = edit(&mut counts, 4, &said("1", "một hai ba"));
    let instead = ChangeFacts::read(&instead).expect("a change").hash;
    let again = counts.again(&[below], &[instead], &own).expect("says something");
    writes(&mut counts, &again);
    let record = counts.get(&key(HOUSE)).expect("is there");
    assert_eq!(record.fields["phone"], text("2"));
    assert_eq!(record.fields["note"], Value::Long("một hai ba bốn".into()));
    assert!(counts.conflicts().is_empty(), "{:?}", counts.conflicts());
}
