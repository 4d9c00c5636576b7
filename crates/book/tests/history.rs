//! Who changed what, from what to what; acts; undoing them.

use std::collections::BTreeMap;

use crate::common::*;
use sothon_book::{Act, ActId, ActorId, Book, LeftAlone, UndoError, VOID_REASON, VOIDED};
use sothon_records::{Edit, RawRecord, Value};

fn one_act(id: u8, what: &str) -> Act {
    Act {
        id: Some(ActId([id; 16])),
        what: what.into(),
        undoes: None,
        by_delegation: None,
        time: Some(NOW),
    }
}

#[test]
fn a_history_says_who_changed_what_from_what_to_what() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(
        &household(1),
        [("name", text("Vừ Thị Dợ")), ("note", long("một"))],
    )]);
    b.pull(&a);
    a.edit(&[create(&household(2), [])]);
    let edit = [set(
        &household(1),
        [("note", long("một hai")), ("phone", text("0912"))],
    )];
    let second = b.edit_as(&edit, &Act::of_one_change("phone", Some(NOW + 5)));
    b.edit(&[clear(&household(1), "phone")]);
    a.pull(&b);
    let steps = a.book.history(&household(1));
    assert_eq!(steps.len(), 3);
    assert!(steps[0].created && !steps[1].created);
    let step = &steps[1];
    assert_eq!(
        (step.change, step.actor, step.time),
        (second.facts.hash, actor(2), NOW + 5)
    );
    assert_eq!(
        (step.what.as_str(), step.act),
        ("phone", ActId::of_change(second.facts.hash))
    );
    let changes: Vec<_> = step
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.old.clone(), field.new.clone()))
        .collect();
    assert_eq!(
        changes,
        [
            ("note", Some(long("một")), Some(long("một hai"))),
            ("phone", None, Some(text("0912")))
        ]
    );
    assert_eq!(steps[2].fields[0].new, None);
    assert_eq!(a.book.history(&household(9)), []);
    let opened = Book::load(&a.book.save().unwrap()).unwrap();
    assert_eq!(opened.history(&household(1)), steps);
    assert_eq!(opened.changes_touching(&household(1)).len(), 3);
}

#[test]
fn old_values_are_those_that_the_writer_saw() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(&household(1), [("name", text("một"))])]);
    b.pull(&a);
    a.edit(&[set(&household(1), [("name", text("hai"))])]);
    b.edit(&[set(&household(1), [("name", text("ba"))])]);
    a.pull(&b);
    let olds: Vec<_> = a
        .book
        .history(&household(1))
        .into_iter()
        .map(|step| step.fields[0].old.clone())
        .collect();
    assert_eq!(olds, [None, Some(text("một")), Some(text("một"))]);
}

#[test]
fn the_last_acts_of_one_writer_are_those_of_all_acts() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(&household(1), [])]);
    b.pull(&a);
    let act = one_act(7, "import");
    b.edit_as(&[create(&household(2), [])], &act);
    b.edit_as(&[create(&household(3), [])], &act);
    b.edit(&[set(&household(1), [("name", text("Sùng A Chơ"))])]);
    a.edit(&[set(&household(1), [("phone", text("0912"))])]);
    a.pull(&b);
    let of_b: Vec<_> = a
        .book
        .acts()
        .into_iter()
        .filter(|act| act.actor == actor(2))
        .collect();
    assert_eq!(of_b.len(), 2);
    let by_b = |writer: &ActorId| *writer == actor(2);
    assert_eq!(a.book.latest_acts(9, by_b), of_b);
    assert_eq!(a.book.latest_acts(1, by_b), of_b[..1]);
    assert_eq!(a.book.latest_acts(0, by_b), []);
}

#[test]
fn changes_of_one_act_are_one_act() {
    let mut device = Device::new(1);
    let import = one_act(7, "import");
    device.edit_as(&[create(&household(1), []), create(&household(2), [])], &import);
    device.edit_as(&[create(&household(3), [])], &import);
    let alone = device.edit(&[set(&household(1), [("name", text("Giàng A Sử"))])]);
    let acts = device.book.acts();
    let ids: Vec<_> = acts
        .iter()
        .map(|act| (act.id, act.what.as_str(), act.changes.len()))
        .collect();
    assert_eq!(
        ids,
        [
            (ActId::of_change(alone.facts.hash), "edit", 1),
            (ActId([7; 16]), "import", 2)
        ]
    );
    assert_eq!(acts[1].actors, [actor(1)].into());
    let touched = device.book.records_touched(&acts[1].changes);
    assert_eq!(
        touched.into_iter().collect::<Vec<_>>(),
        [household(1), household(2), household(3)]
    );
    device.book.history(&household(1));
    assert_eq!(
        device
            .book
            .records_touched(&acts[0].changes)
            .into_iter()
            .collect::<Vec<_>>(),
        [household(1)]
    );
}

#[test]
fn an_act_is_undone_as_one_and_its_undoing_too() {
    let mut device = Device::new(1);
    let visit = key("visits", 3);
    let before = RawRecord {
        fields: fields([
            ("name", text("Sùng A Chớ")),
            ("phone", text("0913")),
            ("note", long("cũ")),
        ]),
        subs: BTreeMap::from([(visit.clone(), fields([("date", text("2025-05-01"))]))]),
    };
    device.edit(&[Edit::Create {
        key: household(1),
        record: before.clone(),
    }]);
    let act = one_act(5, "edit");
    let in_visit = Edit::Set {
        key: household(1),
        sub: Some(visit.clone()),
        fields: BTreeMap::from([
            ("date".into(), Some(text("2025-05-02"))),
            ("who".into(), Some(text("y tế"))),
        ]),
    };
    device.edit_as(
        &[set(
            &household(1),
            [("name", text("Sùng A Chơ")), ("note", long("cũ và mới"))],
        )],
        &act,
    );
    device.edit_as(
        &[clear(&household(1), "phone"), in_visit, create(&household(2), [])],
        &act,
    );
    let after: Vec<_> = device.book.iter().collect();

    let undo = device.book.undo_edits(&ActId([5; 16]), "nhập nhầm").unwrap();
    assert_eq!(undo.left_alone, []);
    let undoing = Act {
        id: None,
        what: "undo".into(),
        undoes: Some(ActId([5; 16])),
        by_delegation: None,
        time: Some(NOW),
    };
    let undone = device.edit_as(&undo.edits, &undoing);
    assert_eq!(device.book.get(&household(1)), Some(before));
    let voided = device.book.get(&household(2)).unwrap().fields;
    assert_eq!(
        voided,
        fields([(VOIDED, Value::Bool(true)), (VOID_REASON, text("nhập nhầm"))])
    );
    assert_eq!(device.book.acts()[0].undoes, Some(ActId([5; 16])));

    let redo = device
        .book
        .undo_edits(&ActId::of_change(undone.facts.hash), "")
        .unwrap();
    device.edit(&redo.edits);
    assert_eq!(device.book.iter().collect::<Vec<_>>(), after);
}

#[test]
fn what_was_changed_since_is_left_alone_and_named() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(
        &household(1),
        [
            ("name", text("cũ")),
            ("phone", text("0914")),
            ("note", long("cũ")),
        ],
    )]);
    let bad = one_act(6, "import");
    a.edit_as(
        &[
            set(
                &household(1),
                [
                    ("name", text("sai")),
                    ("phone", text("sai")),
                    ("note", long("sai")),
                ],
            ),
            create(&household(2), [("name", text("sai"))]),
            create(&household(3), [("name", text("sai"))]),
        ],
        &bad,
    );
    b.pull(&a);
    b.edit(&[
        set(
            &household(1),
            [("phone", text("0915")), ("note", long("sai, đã sửa"))],
        ),
        set(&household(3), [("phone", text("0916"))]),
    ]);
    a.pull(&b);
    let undo = a.book.undo_edits(&ActId([6; 16]), "nhập nhầm").unwrap();
    let named = |number, field: Option<&str>| LeftAlone {
        key: household(number),
        sub: None,
        field: field.map(str::to_owned),
    };
    assert_eq!(
        undo.left_alone,
        [named(1, Some("note")), named(1, Some("phone")), named(3, None)]
    );
    a.edit(&undo.edits);
    assert_eq!(a.value(&household(1), "name"), Some(text("cũ")));
    assert_eq!(a.value(&household(1), "phone"), Some(text("0915")));
    assert_eq!(a.value(&household(2), VOIDED), Some(Value::Bool(true)));
    assert_eq!(a.value(&household(3), VOIDED), None);
}

#[test]
fn an_unknown_act_cannot_be_undone() {
    let device = Device::new(1);
    assert_eq!(
        device.book.undo_edits(&ActId([1; 16]), ""),
        Err(UndoError::NoAct(ActId([1; 16])))
    );
}

#[test]
fn all_that_one_wrote_is_undone_and_what_others_wrote_stays() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(
        &household(1),
        [("name", text("cũ")), ("phone", text("1")), ("note", long("một"))],
    )]);
    b.pull(&a);
    // Twice at one field, over what the other wrote between.
    b.edit(&[set(
        &household(1),
        [("phone", text("2")), ("note", long("một hai"))],
    )]);
    a.pull(&b);
    a.edit(&[set(&household(1), [("phone", text("3"))])]);
    b.pull(&a);
    b.edit(&[set(&household(1), [("phone", text("4"))])]);
    b.edit(&[set(&household(1), [("phone", text("5")), ("name", text("sai"))])]);
    b.edit(&[create(&household(2), [("name", text("thừa"))])]);
    b.edit(&[create(&household(3), [("name", text("nhận"))])]);
    a.pull(&b);
    a.edit(&[set(&household(3), [("name", text("sửa"))])]);

    let undo = a.book.undo_all_of(&[actor(2)].into(), "ghi sai");
    let left = [LeftAlone {
        key: household(3),
        sub: None,
        field: None,
    }];
    assert_eq!(undo.left_alone, left);
    a.edit(&undo.edits);
    for (field, value) in [("phone", text("3")), ("name", text("cũ")), ("note", long("một"))] {
        assert_eq!(a.value(&household(1), field), Some(value), "{field}");
    }
    let voided = a.book.get(&household(2)).unwrap().fields;
    assert_eq!(voided[VOIDED], Value::Bool(true));
    assert_eq!(a.value(&household(3), "name"), Some(text("sửa")));
    // There is nothing more to undo.
    let again = a.book.undo_all_of(&[actor(2)].into(), "ghi sai");
    assert_eq!(again.edits, []);
}
