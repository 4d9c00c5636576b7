//! Under which actor a device writes: another one with each log, after each start, after a restore (B17).

use std::collections::BTreeSet;

use crate::common::{Commune, NOW, village_book};
use sothon_book::{ActorId, Book};
use sothon_ledger::{BookId, Role, Scope};
use sothon_records::RecordKey;

/// The actor of the change that made a record, as anybody reads it in the book.
fn made_by(commune: &mut Commune, who: &str, book: BookId, key: &RecordKey) -> ActorId {
    let whole = commune.get(who).export_automerge(&book).expect("reads");
    let whole = Book::load(&whole).expect("loads");
    let made = whole.changes_touching(key);
    assert_eq!(made.len(), 1);
    whole.facts(&made[0]).expect("is there").actor
}

fn logs(commune: &mut Commune, who: &str, book: BookId) -> usize {
    let device = commune.get(who);
    let us = device.device();
    let logs = device.station().store().index().logs(&book);
    logs.filter(|log| log.key().device == us).count()
}

/// Writes a record, which everybody gets, and says under which actor.
fn writes(commune: &mut Commune, book: BookId, name: &str) -> ActorId {
    let key = commune.writes("thon1", book, name);
    let here = made_by(commune, "thon1", book, &key);
    commune.meet_all();
    assert_eq!(
        made_by(commune, "office", book, &key),
        here,
        "everybody sees the same"
    );
    here
}

#[test]
fn a_device_writes_under_another_actor_after_each_start_in_each_log_and_after_a_restore() {
    let mut commune = Commune::new(&[("thon1", Role::VillageHead, Scope::Village(1))]);
    let book = village_book(commune.get("thon1"), 1);
    // Its log begins when this is published.
    writes(&mut commune, book, "Nguyễn Thị Mở Đầu");
    let first = writes(&mut commune, book, "Nguyễn Văn An");
    // Publishing is no reason for another one.
    assert_eq!(writes(&mut commune, book, "Trần Thị Bình"), first);
    let mut all = BTreeSet::from([first]);

    for name in ["Lê Văn Cường", "Phạm Thị Dung"] {
        commune.restart("thon1");
        assert!(all.insert(writes(&mut commune, book, name)), "after a start");
    }
    assert_eq!(logs(&mut commune, "thon1", book), 1);

    let device = commune.get("thon1").device();
    let scopes = vec![Scope::Village(1)];
    commune
        .get("office")
        .change_role(device, Role::DeputyVillageHead, scopes, NOW)
        .expect("changes");
    commune.meet_all();
    // The log begins when this is published.
    writes(&mut commune, book, "Hoàng Văn Em");
    assert_eq!(logs(&mut commune, "thon1", book), 2);
    assert!(
        all.insert(writes(&mut commune, book, "Bùi Thị Én")),
        "with a new log"
    );

    commune.copy("thon1", "backup");
    let backup = commune.devices.remove("backup").expect("was copied");
    assert!(
        all.insert(writes(&mut commune, book, "Vũ Thị Gấm")),
        "after a start"
    );
    let lost = commune.devices.insert("thon1".to_owned(), backup);
    drop(lost);
    // It hears of what it wrote and does not know any more.
    commune.carry("office", "thon1");
    assert!(
        all.insert(writes(&mut commune, book, "Đỗ Văn Hùng")),
        "after a restore"
    );
    assert_eq!(logs(&mut commune, "thon1", book), 3);
}
