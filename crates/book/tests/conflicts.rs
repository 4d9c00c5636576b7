//! Conflicts: all sides, with who and when; voided here and edited there; choosing.

use std::collections::BTreeMap;

use crate::common::*;
use sothon_book::{Act, Book, ChangeHash, ConflictKind, EditError, VOID_REASON, VOIDED};
use sothon_records::{Edit, Value, common as fields_of_records};

fn pair() -> (Device, Device) {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(
        &household(1),
        [
            ("name", text("Quách Văn Mười")),
            ("phone", text("0")),
            ("note", long("Ở đầu thôn.")),
        ],
    )]);
    b.pull(&a);
    (a, b)
}

#[test]
fn the_names_of_voiding_are_those_of_records() {
    assert_eq!(
        (VOIDED, VOID_REASON),
        (fields_of_records::VOIDED, fields_of_records::VOID_REASON)
    );
}

#[test]
fn two_values_of_one_field_are_both_shown_with_author_and_time() {
    let (mut a, mut b) = pair();
    let left = a.edit(&[set(&household(1), [("name", text("Quách Văn Mưởi"))])]);
    let later = Act::of_one_change("edit", Some(NOW + 60));
    let right = b.edit_as(&[set(&household(1), [("name", text("Quách Văn Mươi"))])], &later);
    assert_eq!(a.pull(&b).changed.len(), 1);
    b.pull(&a);
    let conflicts = a.book.conflicts();
    assert_eq!(conflicts, b.book.conflicts());
    let [conflict] = conflicts.as_slice() else {
        panic!("{conflicts:?}")
    };
    assert_eq!((&conflict.key, conflict.field.as_str()), (&household(1), "name"));
    assert_eq!((conflict.kind, conflict.sides.len()), (ConflictKind::Field, 2));
    assert_eq!(
        conflict.sides[0].value,
        a.value(&household(1), "name"),
        "the first side is the one shown"
    );
    for (change, value, time) in [
        (&left, "Quách Văn Mưởi", NOW),
        (&right, "Quách Văn Mươi", NOW + 60),
    ] {
        let side = conflict
            .sides
            .iter()
            .find(|side| side.value == Some(text(value)))
            .unwrap();
        let author = side.author;
        assert_eq!(
            (author.change, author.actor, author.time),
            (change.facts.hash, change.facts.actor, time)
        );
    }
}

#[test]
fn three_sides_are_three_sides() {
    let (mut a, mut b) = pair();
    let mut c = Device::new(3);
    c.pull(&a);
    for (device, phone) in [(&mut a, "0901"), (&mut b, "0902"), (&mut c, "0903")] {
        device.edit(&[set(&household(1), [("phone", text(phone))])]);
    }
    b.pull(&c);
    a.pull(&b);
    let conflicts = a.book.conflicts_of(&household(1));
    assert_eq!(conflicts[0].sides.len(), 3);
}

#[test]
fn equal_values_and_different_fields_and_long_texts_are_no_conflict() {
    let (mut a, mut b) = pair();
    a.edit(&[set(
        &household(1),
        [
            ("name", text("Quách Mười")),
            ("note", long("Ở đầu thôn. Có chó dữ.")),
        ],
    )]);
    b.edit(&[set(
        &household(1),
        [("name", text("Quách Mười")), ("phone", text("0907"))],
    )]);
    b.edit(&[set(&household(1), [("note", long("Nhà ở đầu thôn."))])]);
    meet(&mut a, &mut b);
    assert_eq!((a.book.conflicts(), b.book.disputed().len()), (vec![], 0));
    assert_eq!(
        a.value(&household(1), "note"),
        Some(long("Nhà ở đầu thôn. Có chó dữ."))
    );
}

#[test]
fn choosing_ends_the_conflict_everywhere() {
    for choice in ["Mười A", "Mười B", "Mười C"] {
        let (mut a, mut b) = pair();
        a.edit(&[set(&household(1), [("name", text("Mười A"))])]);
        b.edit(&[set(&household(1), [("name", text("Mười B"))])]);
        meet(&mut a, &mut b);
        a.edit(&[Book::resolve(&household(1), None, "name", Some(text(choice)))]);
        assert!(a.book.conflicts().is_empty());
        assert_eq!(b.book.conflicts().len(), 1);
        b.pull(&a);
        assert!(b.book.conflicts().is_empty() && b.book.disputed().is_empty());
        assert_eq!(b.value(&household(1), "name"), Some(text(choice)));
    }
}

#[test]
fn a_conflict_inside_a_sub_record_names_it() {
    let (mut a, mut b) = pair();
    let visit = key("visits", 5);
    let fields = fields([("date", text("2025-06-01"))]);
    a.edit(&[Edit::AddSub {
        key: household(1),
        sub: visit.clone(),
        fields,
    }]);
    b.pull(&a);
    let date = |date: &str| Edit::Set {
        key: household(1),
        sub: Some(visit.clone()),
        fields: BTreeMap::from([("date".to_owned(), Some(text(date)))]),
    };
    a.edit(&[date("2025-06-02")]);
    b.edit(&[date("2025-06-03")]);
    meet(&mut a, &mut b);
    let conflicts = b.book.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].sub.as_ref()), (1, Some(&visit)));
    let opened = Book::load(&b.book.save().unwrap()).unwrap();
    assert_eq!(opened.conflicts(), conflicts);
    b.edit(&[Book::resolve(
        &household(1),
        Some(&visit),
        "date",
        Some(text("2025-06-03")),
    )]);
    assert!(b.book.conflicts().is_empty());
}

#[test]
fn voided_here_and_edited_there_is_a_conflict() {
    let edits: [Edit; 3] = [
        set(&household(1), [("phone", text("0908"))]),
        set(&household(1), [("note", long("Ở đầu thôn. Mới về."))]),
        Edit::AddSub {
            key: household(1),
            sub: key("visits", 1),
            fields: fields([("date", text("2025-06-09"))]),
        },
    ];
    for edit in edits {
        let (mut a, mut b) = pair();
        let void = a.edit(&[set(
            &household(1),
            [(VOIDED, Value::Bool(true)), (VOID_REASON, text("ghi trùng"))],
        )]);
        let other = b.edit(&[edit]);
        meet(&mut a, &mut b);
        assert_eq!(a.book.conflicts(), b.book.conflicts());
        let conflicts = a.book.conflicts();
        let [conflict] = conflicts.as_slice() else {
            panic!("{conflicts:?}")
        };
        assert_eq!(conflict.kind, ConflictKind::VoidedWhileEdited);
        assert_eq!(conflict.sides[0].author.change, void.facts.hash);
        assert_eq!(conflict.sides[1].author.change, other.facts.hash);
        let opened = Book::load(&a.book.save().unwrap()).unwrap();
        assert_eq!(opened.conflicts(), conflicts);
        // Whoever now voids it again, or takes the voiding back, has seen both.
        let mut c = Device::new(9);
        c.pull(&a);
        a.edit(&[set(&household(1), [(VOIDED, Value::Bool(false))])]);
        assert!(a.book.conflicts().is_empty());
        c.edit(&[Book::resolve(
            &household(1),
            None,
            VOIDED,
            Some(Value::Bool(true)),
        )]);
        assert!(c.book.conflicts().is_empty(), "{:?}", c.book.conflicts());
        b.pull(&c);
        assert!(b.book.disputed().is_empty());
    }
}

#[test]
fn voiding_what_was_known_and_voiding_twice_are_no_conflict() {
    let (mut a, mut b) = pair();
    let void = [set(&household(1), [(VOIDED, Value::Bool(true))])];
    a.edit(&[set(&household(1), [("phone", text("0909"))])]);
    a.edit(&void);
    b.edit(&void);
    meet(&mut a, &mut b);
    assert_eq!(a.book.conflicts(), []);
    // Edited afterwards, in knowledge of it.
    b.edit(&[set(&household(1), [("phone", text("0910"))])]);
    a.pull(&b);
    assert_eq!((a.book.conflicts(), b.book.conflicts()), (vec![], vec![]));
}

#[test]
fn values_of_other_software_survive_and_are_shown() {
    use automerge::transaction::Transactable;
    use automerge::{ObjType, ROOT, ReadDoc};
    let (a, _) = pair();
    let mut doc = automerge::AutoCommit::load(&a.book.export_automerge().unwrap())
        .unwrap()
        .with_actor(automerge::ActorId::from(&[8; 16]));
    let (_, map) = doc.get(ROOT, household(1).to_string()).unwrap().unwrap();
    doc.put(&map, "phone", 3.5).unwrap();
    doc.put(&map, "photo", automerge::ScalarValue::Null).unwrap();
    doc.put_object(&map, "odd", ObjType::Map).unwrap();
    doc.put(ROOT, "household/xyz", 1).unwrap();
    doc.put(ROOT, household(2).to_string(), "no map").unwrap();
    let mut book = Book::load(&doc.save()).unwrap();
    book.set_actor(actor(4));
    assert_eq!(book.keys().collect::<Vec<_>>(), [household(1)]);
    let read = book.get(&household(1)).unwrap();
    let unknown = |field: &str| matches!(read.fields.get(field), Some(Value::Unknown(_)));
    assert!(unknown("phone") && unknown("photo") && unknown("odd"), "{read:?}");
    book.edit(&[set(&household(1), [("name", text("Mười"))])], &act())
        .unwrap();
    assert_eq!(
        book.get(&household(1)).unwrap().fields.get("odd"),
        read.fields.get("odd")
    );
    assert_eq!(book.history(&household(1)).len(), 3);
    assert!(!book.acts().is_empty());
}

#[test]
fn what_is_written_beside_a_newer_value_is_shown_with_it() {
    let (mut a, mut b) = pair();
    let heads = a.book.heads();
    let newer = a.edit(&[set(&household(1), [("name", text("mới"))])]);
    let late = [set(
        &household(1),
        [("name", text("muộn")), ("phone", text("0917"))],
    )];
    let beside = a.book.edit_at(&heads, actor(7), &late, &act()).unwrap();
    assert_eq!(a.gate.check(&beside.bytes).as_ref(), Ok(&beside.facts));
    assert_eq!((beside.facts.deps.clone(), beside.facts.seq), (heads.clone(), 1));
    assert_eq!(a.value(&household(1), "phone"), Some(text("0917")));
    b.pull(&a);
    let conflicts = b.book.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].sides.len()), (1, 2));
    let mut heads_now = [newer.facts.hash, beside.facts.hash];
    heads_now.sort();
    assert_eq!(a.book.heads(), heads_now);
    let again = a.book.edit_at(&heads, actor(7), &late, &act());
    assert!(matches!(again, Err(EditError::ActorNotFresh(at)) if at == actor(7)));
    let nowhere = a.book.edit_at(&[ChangeHash([0; 32])], actor(8), &late, &act());
    assert!(matches!(nowhere, Err(EditError::Document(_))));
    assert_eq!(
        (a.book.heads().len(), a.book.is_poisoned(), a.book.actor()),
        (2, false, Some(actor(1)))
    );
    let merged = a.edit(&[set(&household(1), [("name", text("chọn"))])]);
    assert_eq!(merged.facts.deps.len(), 2);
    assert!(a.book.conflicts().is_empty());
}
