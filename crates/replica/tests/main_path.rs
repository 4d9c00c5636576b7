//! The main job in memory: villages record, the commune sees, who may not read has nothing.

use crate::common::{Commune, act, record, set, text, village_book};
use sothon_ledger::{Role, Scope};
use sothon_replica::Delivery;

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("thon2", Role::VillageHead, Scope::Village(2)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

#[test]
fn what_a_village_records_arrives_at_the_commune_and_nowhere_else() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = record(
        "household",
        &[("head", text("Nguyễn Văn An")), ("number", text("5"))],
    );
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    assert_eq!(
        commune.get("thon1").delivery(&book, &key),
        Some(Delivery::OnDevice)
    );
    commune.meet_all();
    for reader in ["thon1", "police", "office"] {
        let seen = commune
            .get(reader)
            .record(&book, &key)
            .unwrap_or_else(|| panic!("{reader} reads it"));
        assert_eq!(seen.fields["head"], text("Nguyễn Văn An"));
    }
    assert!(commune.get("thon2").record(&book, &key).is_none());
    assert!(!commune.get("thon2").readable().any(|open| open.book == book));
    assert_eq!(
        commune.get("thon1").delivery(&book, &key),
        Some(Delivery::AtCommune)
    );
}

#[test]
fn what_was_saved_is_there_after_a_restart_published_or_not() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (first, create) = record("household", &[("head", text("Trần Thị Bình"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.restart("thon1");
    assert!(commune.get("thon1").record(&book, &first).is_some());
    commune.meet_all();
    let (second, create) = record("household", &[("head", text("Lê Văn Cường"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.restart("thon1");
    commune.restart("police");
    commune.meet_all();
    for key in [&first, &second] {
        assert!(commune.get("police").record(&book, key).is_some());
        assert_eq!(
            commune.get("thon1").delivery(&book, key),
            Some(Delivery::AtCommune)
        );
    }
}

#[test]
fn two_who_edit_one_field_offline_both_see_both_values() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = record("household", &[("phone", text("0900 000 001"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    commune
        .get("thon1")
        .edit(book, &[set(&key, "phone", "0900 000 002")], &act())
        .expect("saves");
    commune
        .get("police")
        .edit(book, &[set(&key, "phone", "0900 000 003")], &act())
        .expect("saves");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        let device = commune.get(name);
        let conflicts = device.conflicts();
        assert_eq!(conflicts.len(), 1, "{name}");
        assert_eq!(conflicts[0].1.sides.len(), 2);
    }
    commune
        .get("thon1")
        .edit(book, &[set(&key, "phone", "0900 000 003")], &act())
        .expect("saves");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        let device = commune.get(name);
        assert!(device.conflicts().is_empty(), "{name}");
        assert_eq!(
            device.record(&book, &key).expect("is there").fields["phone"],
            text("0900 000 003")
        );
    }
}

#[test]
fn an_act_is_undone_as_one() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (a, create_a) = record("household", &[("head", text("Phạm Thị Dung"))]);
    let (b, create_b) = record("household", &[("head", text("Đỗ Văn Giang"))]);
    let device = commune.get("thon1");
    let saved = device.edit(book, &[create_a, create_b], &act()).expect("saves");
    assert_eq!(saved.records.len(), 2);
    device
        .undo(saved.act, "hoàn tác", Some(crate::common::NOW))
        .expect("undoes");
    for key in [&a, &b] {
        assert_eq!(
            device.record(&book, key).expect("is kept").fields["voided"],
            sothon_records::Value::Bool(true)
        );
    }
}

#[test]
fn more_than_one_entry_may_carry_is_published_in_several_and_counts_everywhere() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    // Some thirty operations a record: together more than readers take in one entry, each change alone less.
    let edits: Vec<_> = sothon_generator::bulk::edits(1, 9_000).collect();
    for some in edits.chunks(1_500) {
        commune.get("thon1").edit(book, some, &act()).expect("saves");
    }
    commune.meet_all();
    commune.restart("thon1");
    for reader in ["thon1", "police"] {
        let reader = commune.get(reader);
        assert_eq!(reader.records_of(&book).count(), 9_000);
        assert_eq!(reader.check_seals().expect("reads").aside, Vec::new());
        assert_eq!(reader.unpublished(), 0);
    }
}
