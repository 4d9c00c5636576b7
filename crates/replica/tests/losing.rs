//! A device is lost: what was on it is told, its end is one act, and a compartment is read again by its key on paper.

use crate::common::{Commune, NOW, YEAR, act, record, text, village_book};
use sothon_ledger::{BookId, BookKind, Compartment, Role, Scope};
use sothon_records::{Edit, RawRecord, RecordKey};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Folder, Lock, RegistrarError, Replica, ReplicaError};
use sothon_vault::{Cost, NoKeyStore};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn writes(commune: &mut Commune, who: &str, book: BookId, kind: &str) -> RecordKey {
    let (key, create): (RecordKey, Edit) = record(kind, &[("head", text("Nguyễn Văn An"))]);
    commune.get(who).edit(book, &[create], &act()).expect("saves");
    key
}

/// Opens care with the police chief's key on paper, and gives its secret.
fn open_care(commune: &mut Commune) -> [u8; 32] {
    let key = commune
        .get("police")
        .make_reading_key(Compartment::Care, YEAR)
        .expect("the chief makes it");
    let office = commune.get("office");
    office.enter_reading_key(&key.slip, NOW).expect("enters");
    office
        .open_books(Compartment::Care, YEAR, &[1, 2], &[1], NOW)
        .expect("opens");
    commune.meet_all();
    *key.secret
}

#[test]
fn a_lost_device_is_ended_in_one_act_and_the_books_that_it_read_get_new_keys() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let key = writes(&mut commune, "thon1", book, "household");
    writes(&mut commune, "police", book, "household");
    commune.meet_all();
    let lost = commune.get("thon1").device();
    let had = commune.get("office").what_is_on(&lost).expect("looks");
    let of_book = had.iter().find(|had| had.book == book).expect("its village's");
    assert!(of_book.read && of_book.wrote > 0);
    assert_eq!(of_book.records, Some(2));
    let other = village_book(commune.get("office"), 2);
    assert!(had.iter().all(|had| had.book != other));
    let ended = commune.get("office").end_lost(lost, NOW).expect("ends");
    assert_eq!(ended.role, Some((Role::VillageHead, vec![Scope::Village(1)])));
    assert!(ended.renewed.contains(&book), "{ended:?}");
    assert!(ended.to_renew.is_empty(), "{ended:?}");
    let thief = commune.devices.remove("thon1").expect("is there");
    commune.meet_all();
    // What is written from now on cannot be read by who has the device, whoever carries it there.
    let after = writes(&mut commune, "police", book, "household");
    commune.meet_all();
    commune.devices.insert("thief".into(), thief);
    commune.carry("office", "thief");
    assert!(commune.get("thief").record(&book, &key).is_some());
    assert!(commune.get("thief").record(&book, &after).is_none());
    assert!(commune.get("office").record(&book, &after).is_some());
}

#[test]
fn the_end_of_a_lost_device_is_taken_up_again_after_a_crash_and_cuts_nothing_twice() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    writes(&mut commune, "thon1", book, "household");
    commune.meet_all();
    let lost = commune.get("thon1").device();
    let office = commune.get("office");
    let had = office.what_is_on(&lost).expect("looks");
    assert_eq!(office.lacks_new_key(&lost).expect("looks"), []);
    office.cut_device(lost, NOW).expect("cuts");
    // The machine stops between the cut and the keys.
    commune.restart("office");
    let office = commune.get("office");
    assert!(office.lacks_new_key(&lost).expect("looks").contains(&book));
    let height = office.register().expect("is here").height();
    let ended = office.end_lost(lost, NOW).expect("goes on");
    assert_eq!(office.register().expect("is here").height(), height);
    assert_eq!((ended.role, ended.had), (None, had));
    assert!(ended.renewed.contains(&book), "{:?}", ended.renewed);
    assert_eq!(office.lacks_new_key(&lost).expect("looks"), []);
    let refused = commune.get("police").end_lost(lost, NOW);
    assert!(
        matches!(
            refused,
            Err(ReplicaError::Registrar(RegistrarError::NotRegistrar))
        ),
        "{refused:?}"
    );
}

#[test]
fn a_compartment_whose_only_reader_is_gone_is_read_again_by_its_key_on_paper() {
    let mut commune = commune();
    let secret = open_care(&mut commune);
    let files = commune
        .get("police")
        .find_book(BookKind::CareFiles, Scope::Village(1), YEAR)
        .expect("is open");
    let key = writes(&mut commune, "police", files, "person");
    commune.meet_all();
    let lost = commune.devices.remove("police").expect("is there");
    let lost = lost.device();
    commune.get("office").end_lost(lost, NOW).expect("ends");
    let passphrase = crate::common::passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let slip = commune.get("office").root_slip().expect("founded");
    let folder = Folder::new(commune.folder.path().join("new"));
    let new = Replica::join(folder, &lock, slip, crate::common::rng()).expect("joins");
    let request = RequestSlip::from_text(&new.request()).expect("a request");
    commune.devices.insert("new".into(), new);
    let scopes = vec![Scope::Commune];
    commune
        .get("office")
        .admit(&request, Role::PoliceChief, scopes, None, NOW)
        .expect("admits");
    commune.meet_all();
    // It is a police chief's, and reads nothing: nobody is left to say yes to it.
    let new = commune.get("new");
    assert!(new.record(&files, &key).is_none());
    for wrong in [[7; 32], [0; 32]] {
        let tried = new.read_by_paper(Compartment::Care, YEAR, wrong);
        assert!(matches!(tried, Err(ReplicaError::NotTheKey)), "{tried:?}");
    }
    let tried = new.read_by_paper(Compartment::Tips, YEAR, secret);
    assert!(matches!(tried, Err(ReplicaError::NotTheKey)), "{tried:?}");
    let opened = new.read_by_paper(Compartment::Care, YEAR, secret).expect("opens");
    assert!(opened.books.contains(&files) && opened.without == 0, "{opened:?}");
    assert!(new.record(&files, &key).is_some());
    let again = new.read_by_paper(Compartment::Care, YEAR, secret).expect("looks");
    assert_eq!(again.keys, 0);
    commune.restart("new");
    assert!(commune.get("new").record(&files, &key).is_some());
    // The office has carried it all, and reads none of it.
    assert!(commune.get("office").record(&files, &key).is_none());
}

#[test]
fn what_is_dropped_after_a_reader_was_cut_is_sealed_to_those_who_are_left() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
        ("second", Role::Police, Scope::Commune),
    ]);
    let key = commune
        .get("police")
        .make_reading_key(Compartment::Tips, YEAR)
        .expect("the chief makes it");
    let office = commune.get("office");
    office.enter_reading_key(&key.slip, NOW).expect("enters");
    office
        .open_books(Compartment::Tips, YEAR, &[], &[], NOW)
        .expect("opens");
    commune.meet_all();
    let tips = commune
        .get("police")
        .find_book(BookKind::Tips, Scope::Commune, YEAR)
        .expect("is open");
    let lost = commune.get("second").device();
    commune.get("office").end_lost(lost, NOW).expect("ends");
    let thief = commune.devices.remove("second").expect("is there");
    commune.meet_all();
    let dropped = RawRecord {
        fields: [("note".to_owned(), text("đêm qua"))].into(),
        ..RawRecord::default()
    };
    let device = commune.get("thon1");
    let tip = device.seal_tip(dropped, None, NOW).expect("seals");
    device.send_tip_now(tip, NOW).expect("sends");
    commune.devices.insert("thief".into(), thief);
    commune.carry("thon1", "police");
    commune.carry("thon1", "thief");
    commune.carry("police", "thief");
    assert_eq!(commune.get("police").records_of(&tips).count(), 1);
    assert_eq!(commune.get("thief").records_of(&tips).count(), 0);
}
