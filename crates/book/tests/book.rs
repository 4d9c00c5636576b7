//! Making, reading, saving and merging records.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::*;
use sothon_book::{Act, Book, EditError, SnapshotError};
use sothon_records::{Edit, RawRecord, Value};

#[test]
fn what_was_written_is_read_back() {
    let mut device = Device::new(1);
    let record = RawRecord {
        fields: fields([
            ("name", text("Nguyễn Văn Ước")),
            ("members", Value::Int(-4)),
            ("poor", Value::Bool(true)),
            ("photo", Value::Bytes(vec![0, 255])),
            ("note", long("Hộ có người làm ăn xa.")),
        ]),
        subs: BTreeMap::from([(key("visits", 7), fields([("date", text("2025-06-10"))]))]),
    };
    let change = device.edit(&[Edit::Create {
        key: household(1),
        record: record.clone(),
    }]);
    assert_eq!(change.changed, [household(1)]);
    assert_eq!(device.book.get(&household(1)), Some(record.clone()));
    let opened = Book::load(&device.book.save().unwrap()).unwrap();
    assert_eq!(opened.iter().collect::<Vec<_>>(), [(household(1), record)]);
    assert_eq!(opened.heads(), [change.facts.hash]);
    assert_eq!(opened.facts(&change.facts.hash), Some(change.facts));
}

#[test]
fn a_failed_edit_leaves_the_book_as_it_was() {
    let mut device = Device::new(1);
    device.edit(&[create(&household(1), [("name", text("Lò Thị Én"))])]);
    let before = (device.book.heads(), device.book.save().unwrap());
    let bad = [
        set(&household(1), [("name", text("Lò Thị Yên"))]),
        set(&household(2), [("name", text("?"))]),
    ];
    assert!(matches!(device.book.edit(&bad, &act()), Err(EditError::NoRecord(at)) if at == household(2)));
    let twice = [create(&household(3), []), create(&household(1), [])];
    assert!(matches!(device.book.edit(&twice, &act()), Err(EditError::KeyInUse(at)) if at == household(1)));
    let unknown = [set(&household(1), [("name", Value::Unknown("?".into()))])];
    assert!(matches!(
        device.book.edit(&unknown, &act()),
        Err(EditError::UnknownValue(_))
    ));
    assert!(matches!(
        device.book.edit(&[], &act()),
        Err(EditError::NothingToWrite)
    ));
    let same = [set(&household(1), [("name", text("Lò Thị Én"))])];
    assert!(matches!(
        device.book.edit(&same, &act()),
        Err(EditError::NothingToWrite)
    ));
    assert_eq!((device.book.heads(), device.book.save().unwrap()), before);
    let next = device.edit(&[set(&household(1), [("name", text("Lò Thị Yên"))])]);
    assert_eq!(next.facts.seq, 2);
}

#[test]
fn edits_of_two_devices_meet_and_say_which_records_changed() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(
        &household(1),
        [("name", text("Trần Thị Mây")), ("note", long("Nhà ở cuối thôn."))],
    )]);
    b.pull(&a);
    a.edit(&[set(
        &household(1),
        [("note", long("Nhà ở cuối thôn, cạnh suối."))],
    )]);
    b.edit(&[create(&household(2), [("name", text("Đỗ Văn Lâm"))])]);
    b.edit(&[set(&household(1), [("note", long("Hộ nghèo. Nhà ở cuối thôn."))])]);
    assert_eq!(a.pull(&b).changed, BTreeSet::from([household(1), household(2)]));
    assert_eq!(b.pull(&a).changed, BTreeSet::from([household(1)]));
    let merged = Some(long("Hộ nghèo. Nhà ở cuối thôn, cạnh suối."));
    assert_eq!(
        (a.value(&household(1), "note"), b.value(&household(1), "note")),
        (merged.clone(), merged)
    );
    assert_eq!(a.book.heads(), b.book.heads());
    assert!(a.book.conflicts().is_empty());
}

#[test]
fn a_clock_out_of_bounds_is_written_as_unknown() {
    let mut device = Device::new(1);
    for (clock, written) in [
        (Some(NOW), NOW),
        (Some(4_102_444_800), 0),
        (Some(5), 0),
        (None, 0),
    ] {
        let edit = create(&household(clock.unwrap_or(9) as u128), []);
        assert_eq!(
            device
                .edit_as(&[edit], &Act::of_one_change("edit", clock))
                .facts
                .time,
            written
        );
    }
}

#[test]
fn saved_bytes_that_are_no_book_are_an_error() {
    let mut device = Device::new(1);
    device.edit(&[create(&household(1), [("name", text("Bùi Văn Khoa"))])]);
    let saved = device.book.save().unwrap();
    for end in 1..saved.len() {
        assert!(Book::load(&saved[..end]).is_err(), "cut at {end}");
    }
    for place in 0..saved.len() {
        let mut torn = saved.clone();
        torn[place] ^= 0x55;
        assert!(Book::load(&torn).is_err(), "flipped at {place}");
    }
}

#[test]
fn bytes_that_are_no_snapshot_are_an_error() {
    let mut device = Device::new(1);
    device.edit(&[create(
        &household(1),
        [("name", text("Bùi Văn Khoa")), ("note", long("ở nhờ"))],
    )]);
    let saved = device.book.snapshot(&device.gate).unwrap();
    assert!(Book::resume(&saved).is_ok());
    for end in 0..saved.len() {
        assert!(Book::resume(&saved[..end]).is_err(), "cut at {end}");
    }
    for place in 0..saved.len() {
        let mut torn = saved.clone();
        torn[place] ^= 0x55;
        // What the gate knows has no check sum of its own: whoever seals it sees to that. It is read without a panic.
        let _ = Book::resume(&torn);
    }
    let other = Device::new(2);
    assert_eq!(device.book.snapshot(&other.gate), Err(SnapshotError::OtherGate));
}

#[test]
fn a_batch_of_many_parts_is_one_batch() {
    let mut a = Device::new(1);
    for number in 0..2_500 {
        a.edit(&[create(&household(number), [("name", text("Vàng A Páo"))])]);
    }
    a.edit(&[set(&household(0), [("name", text("Vàng A Pó"))])]);
    let mut changes = a.book.changes_since(&[]);
    changes.reverse();
    let mut b = Book::new();
    let applied = b.apply(&changes).unwrap();
    assert_eq!((applied.new, applied.changed.len()), (2_501, 2_500));
    assert_eq!(b.iter().collect::<Vec<_>>(), a.book.iter().collect::<Vec<_>>());
    assert_eq!(b.heads(), a.book.heads());
}

#[test]
fn a_long_text_that_was_not_made_with_its_record_is_a_plain_value() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(&household(1), [("name", text("Mùa A Dế"))])]);
    b.pull(&a);
    // Two devices with a newer release write its new long field at once: no text of one hides the other's (A13).
    a.edit(&[set(&household(1), [("advice", long("từ a"))])]);
    b.edit(&[set(&household(1), [("advice", long("từ b"))])]);
    meet(&mut a, &mut b);
    assert_eq!(a.value(&household(1), "advice"), b.value(&household(1), "advice"));
    assert!(matches!(a.value(&household(1), "advice"), Some(Value::Text(_))));
    assert_eq!(a.book.conflicts().len(), 1);
}

#[test]
fn texts_on_two_sides_of_a_change_merge_letter_by_letter() {
    let words = "Hộ có hai người làm ăn xa, nhà ở cuối thôn.";
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(&household(1), [("note", long(words))])]);
    b.pull(&a);
    let start = words.replace("Hộ có hai", "Gia đình có ba");
    a.edit(&[set(&household(1), [("note", long(&start))])]);
    let end = words
        .replace("cuối thôn.", "cuối thôn, cạnh trạm y tế.")
        .replace("Hộ", "Hộ này");
    b.edit(&[set(&household(1), [("note", long(&end))])]);
    meet(&mut a, &mut b);
    let Some(Value::Long(merged)) = a.value(&household(1), "note") else {
        panic!("no text")
    };
    assert_eq!(b.value(&household(1), "note"), Some(long(&merged)));
    assert!(
        merged.contains("có ba người làm ăn xa") && merged.ends_with("cuối thôn, cạnh trạm y tế."),
        "{merged}"
    );
    // A text of which nearly everything changes, too long for the search for the smallest difference.
    let (old, new) = ("a".repeat(9_000), "b".repeat(9_000));
    a.edit(&[create(&household(2), [("note", long(&format!("x{old}y")))])]);
    a.edit(&[set(&household(2), [("note", long(&format!("x{new}y")))])]);
    assert_eq!(a.value(&household(2), "note"), Some(long(&format!("x{new}y"))));
}
