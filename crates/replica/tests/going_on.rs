//! An honest device whose work does not count any more goes on by itself, and each edit is in once.

use crate::common::{Commune, NOW, YEAR, act, record, set, text, village_book};
use sothon_ledger::verdict::Aside;
use sothon_ledger::{BookId, BookKind, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Delivery, Folder, Lock, RegistrarError, Replica, ReplicaError, WhyOut};
use sothon_vault::{Cost, NoKeyStore};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn sets(commune: &mut Commune, who: &str, book: BookId, key: &RecordKey, phone: &str) {
    let edit = set(key, "phone", phone);
    commune.get(who).edit(book, &[edit], &act()).expect("saves");
}

/// A deputy from now on, by the office's word, which has not heard of what the device wrote last.
fn becomes_deputy(commune: &mut Commune) {
    let device = commune.get("thon1").device();
    let scopes = vec![Scope::Village(1)];
    commune
        .get("office")
        .change_role(device, Role::DeputyVillageHead, scopes, NOW)
        .expect("changes");
}

#[test]
fn who_got_another_role_while_offline_writes_again_by_itself_and_each_edit_is_in_once() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let first = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let second = commune.writes("thon1", book, "Trần Thị Bình");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    // In no entry yet, and on what will not count.
    sets(&mut commune, "thon1", book, &second, "0900 000 002");
    becomes_deputy(&mut commune);
    commune.carry("office", "thon1");
    for restarted in [false, true] {
        commune.meet_all();
        for name in ["thon1", "police", "office"] {
            let device = commune.get(name);
            assert_eq!(device.records_of(&book).count(), 2, "{name} {restarted}");
            assert!(device.conflicts().is_empty(), "{name} {restarted}");
            let seen = device.record(&book, &second).expect("is there");
            assert_eq!(seen.fields["phone"], text("0900 000 002"));
            assert_eq!(device.history(&book, &second).len(), 2, "{name} {restarted}");
            commune.restart(name);
        }
    }
    let device = commune.get("thon1");
    assert_eq!(device.unpublished(), 0);
    for key in [&first, &second] {
        assert_eq!(device.delivery(&book, key), Some(Delivery::AtCommune));
    }
    // The first entry stays aside, said again: nobody lets it in beside that.
    let office = commune.get("office");
    let [aside] = &office.set_aside().expect("reads")[..] else {
        panic!("one entry");
    };
    assert!(matches!(aside.why, WhyOut::Aside(Aside::PastCut(_))) && aside.written_again);
    let tried = office.let_in(book, aside.entry, NOW);
    assert!(matches!(
        tried,
        Err(ReplicaError::Registrar(RegistrarError::WrittenAgain))
    ));
}

#[test]
fn over_a_value_that_changed_meanwhile_both_are_shown() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let key = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    sets(&mut commune, "thon1", book, &key, "0900 000 001");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    sets(&mut commune, "police", book, &key, "0900 000 002");
    becomes_deputy(&mut commune);
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        let [(_, conflict)] = &commune.get(name).conflicts()[..] else {
            panic!("{name}: one conflict");
        };
        assert_eq!(conflict.sides.len(), 2, "{name}");
    }
}

#[test]
fn what_stands_on_work_of_others_that_does_not_count_is_said_again_beside_what_came_since() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let known = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let lost = commune.writes("police", book, "Trần Thị Bình");
    sets(&mut commune, "police", book, &known, "0900 000 009");
    commune.get("police").publish(NOW, YEAR).expect("publishes");
    commune.carry("police", "thon1");
    sets(&mut commune, "thon1", book, &lost, "0900 000 001");
    sets(&mut commune, "thon1", book, &known, "0900 000 001");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    let police = commune.get("police").device();
    commune.get("office").cut_device(police, NOW).expect("cuts");
    becomes_deputy(&mut commune);
    for restarted in [false, true] {
        commune.meet_all();
        for name in ["thon1", "office"] {
            let device = commune.get(name);
            for key in [&known, &lost] {
                let seen = device.record(&book, key).expect("is there");
                assert_eq!(seen.fields["phone"], text("0900 000 001"), "{name} {restarted}");
            }
            assert_eq!(device.records_of(&book).count(), 2);
            assert!(device.conflicts().is_empty());
            commune.restart(name);
        }
    }
    let said = commune.get("office").set_aside().expect("reads");
    let thon1 = commune.get("thon1").device();
    assert!(said.iter().any(|one| one.device == thon1));
    assert!(said.iter().all(|one| one.written_again == (one.device == thon1)));
}

#[test]
fn what_may_not_be_written_there_any_more_stays_aside_until_it_is_let_in() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let late = commune.writes("thon1", book, "Trần Thị Bình");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    let device = commune.get("thon1").device();
    let office = commune.get("office");
    office
        .change_role(device, Role::VillageHead, vec![Scope::Village(2)], NOW)
        .expect("changes");
    commune.meet_all();
    let office = commune.get("office");
    assert!(office.record(&book, &late).is_none());
    let [aside] = &office.set_aside().expect("reads")[..] else {
        panic!("one entry");
    };
    assert_eq!((aside.missing, aside.written_again), (Some(1), false));
    office.let_in(book, aside.entry, NOW).expect("lets in");
    commune.meet_all();
    assert!(commune.get("police").record(&book, &late).is_some());
}

/// A police device saves two checks of scores in the commune's book, and a task beside them; the first check is published, if
/// `sent`, and the office gives the device an office's role without having seen any of it.
fn checks_of_one_who_is_no_police_any_more(sent: bool) -> (Commune, BookId, [RecordKey; 3]) {
    let mut commune = Commune::new(&[
        ("lan", Role::Police, Scope::Commune),
        ("chief", Role::PoliceChief, Scope::Commune),
    ]);
    let lan = commune.get("lan");
    let book = lan.find_book(BookKind::Commune, Scope::Commune, YEAR);
    let book = book.expect("is open");
    let written = [
        record("score-check", &[("by", text("Bùi Thị Lan"))]),
        record("score-check", &[("by", text("Bùi Thị Lan"))]),
        record("task", &[("what", text("Rà soát hộ"))]),
    ];
    let keys = written.clone().map(|(key, _)| key);
    for (_, create) in written {
        lan.edit(book, &[create], &act()).expect("saves");
        if sent {
            lan.publish(NOW, YEAR).expect("publishes");
        }
    }
    let device = lan.device();
    let office = commune.get("office");
    office
        .change_role(device, Role::Office, vec![Scope::Commune], NOW)
        .expect("changes");
    // A receipt of who has not heard of it would admit what it names.
    commune.carry("office", "chief");
    commune.carry("office", "lan");
    (commune, book, keys)
}

/// Who reads which of them, where they count.
fn counting(commune: &mut Commune, book: BookId, keys: &[RecordKey; 3]) -> Vec<[bool; 3]> {
    let mut all = Vec::new();
    for name in ["chief", "lan", "office"] {
        let device = commune.get(name);
        all.push(keys.each_ref().map(|key| {
            let record = device.record(&book, key);
            record.is_some_and(|record| !record.fields.is_empty())
                && device.counts_for_nothing(&book, key).is_none()
        }));
        commune.restart(name);
    }
    all
}

#[test]
fn what_was_written_in_an_office_that_its_author_holds_no_more_waits_aside_and_counts_when_it_is_let_in() {
    for sent in [true, false] {
        let (mut commune, book, keys) = checks_of_one_who_is_no_police_any_more(sent);
        commune.meet_all();
        // What is nobody's office's goes on by itself.
        assert_eq!(
            counting(&mut commune, book, &keys),
            [[false, false, true]; 3],
            "{sent}"
        );
        commune.meet_all();
        assert_eq!(commune.get("lan").unpublished(), 0, "{sent}");
        let office = commune.get("office");
        let aside = office.set_aside().expect("reads");
        let waits: Vec<_> = aside.iter().filter(|one| !one.written_again).collect();
        assert!(!waits.is_empty(), "{sent}");
        let store = office.station().store();
        let seq = |id| store.place(&id).expect("reads").map(|place| place.seq);
        let last = waits.iter().max_by_key(|one| seq(one.entry)).expect("one");
        assert!(last.may_be_ordered && last.missing > Some(0), "{sent}: {last:?}");
        let last = last.entry;
        office.let_in(book, last, NOW).expect("lets in");
        for _ in 0..2 {
            commune.meet_all();
            assert_eq!(counting(&mut commune, book, &keys), [[true; 3]; 3], "{sent}");
        }
    }
}

#[test]
fn what_was_written_in_an_office_that_its_author_holds_no_more_can_be_written_again_by_one_who_holds_it() {
    for sent in [true, false] {
        let (mut commune, book, keys) = checks_of_one_who_is_no_police_any_more(sent);
        commune.meet_all();
        let office = commune.get("office");
        let aside = office.set_aside().expect("reads");
        for one in aside.iter().filter(|one| one.may_be_ordered) {
            let ordered = office.order_again(book, one.entry, NOW).expect("orders");
            assert!(!ordered.written, "{sent}");
        }
        commune.meet_all();
        let chief = commune.get("chief");
        let open = chief.set_aside().expect("reads");
        let open = open
            .iter()
            .find(|one| one.ordered && !one.written_again)
            .expect("one");
        let entry = open.entry;
        chief.write_ordered(book, entry, NOW).expect("writes");
        for _ in 0..2 {
            commune.meet_all();
            assert_eq!(counting(&mut commune, book, &keys), [[true; 3]; 3], "{sent}");
        }
        let aside = commune.get("office").set_aside().expect("reads");
        assert!(aside.iter().all(|one| one.written_again), "{sent}: {aside:?}");
    }
}

#[test]
fn who_is_cut_by_mistake_and_admitted_again_loses_nothing() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    commune.meet_all();
    let published = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    let saved = commune.writes("thon1", book, "Trần Thị Bình");
    let device = commune.get("thon1").device();
    let request = RequestSlip::from_text(&commune.get("thon1").request()).expect("a request");
    let office = commune.get("office");
    office.cut_device(device, NOW).expect("cuts");
    commune.carry("office", "thon1");
    let scopes = vec![Scope::Village(1)];
    let office = commune.get("office");
    office
        .admit(&request, Role::VillageHead, scopes, None, NOW)
        .expect("admits");
    commune.meet_all();
    for key in [&published, &saved] {
        for name in ["thon1", "police", "office"] {
            assert!(commune.get(name).record(&book, key).is_some(), "{name}");
        }
    }
}

#[test]
fn who_stated_its_keys_before_another_role_states_them_again_and_reads() {
    let mut commune = commune();
    let passphrase = crate::common::passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let folder = Folder::new(commune.folder.path().join("new"));
    let slip = commune.get("office").root_slip().expect("founded");
    let device = Replica::join(folder, &lock, slip, crate::common::rng()).expect("joins");
    let request = RequestSlip::from_text(&device.request()).expect("a request");
    let id = device.device();
    commune.devices.insert("new".into(), device);
    let book = village_book(commune.get("thon1"), 1);
    let key = commune.writes("thon1", book, "Nguyễn Văn An");
    let scopes = vec![Scope::Village(1)];
    let office = commune.get("office");
    office
        .admit(&request, Role::VillageHead, scopes.clone(), None, NOW)
        .expect("admits");
    commune.carry("office", "new");
    commune.get("new").publish(NOW, YEAR).expect("publishes");
    let office = commune.get("office");
    office
        .change_role(id, Role::DeputyVillageHead, scopes, NOW)
        .expect("changes");
    commune.meet_all();
    assert!(commune.get("new").record(&book, &key).is_some());
}
