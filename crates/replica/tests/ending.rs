//! What the registrar ends and begins: roles, cuts, what is let in, which of two rivals counts.

use crate::common::hostile::{actor, besieged, give, making};
use crate::common::{Commune, Device, NOW, YEAR, act, household, set, text, village_book};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::slip::{ReadingKeySlip, RequestSlip};
use sothon_ledger::verdict::Aside;
use sothon_ledger::{BookId, Compartment, LogId, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::{Folder, InvitationError, Lock, RegistrarError, ReplicaError, WhyOut};
use sothon_vault::{Cost, NoKeyStore};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn reads(commune: &mut Commune, who: &str, book: BookId, key: &RecordKey) -> bool {
    commune.get(who).record(&book, key).is_some()
}

fn refused<T: std::fmt::Debug>(result: Result<T, ReplicaError>) -> RegistrarError {
    match result {
        Err(ReplicaError::Registrar(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_role_is_changed_in_one_operation_and_what_was_held_still_counts() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let before = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let device = commune.get("thon1").device();
    let office = commune.get("office");
    let height = office.register().expect("is there").height();
    let deputy = Role::DeputyVillageHead;
    office
        .change_role(device, deputy, vec![Scope::Village(1)], NOW)
        .expect("changes");
    assert_eq!(office.register().expect("is there").height().0, height.0 + 1);
    commune.meet_all();
    let after = commune.writes("thon1", book, "Trần Thị Bình");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        for key in [&before, &after] {
            assert!(reads(&mut commune, name, book, key), "{name}");
        }
        assert_eq!(commune.get(name).set_aside().expect("reads"), Vec::new());
    }
}

#[test]
fn a_device_that_moves_to_another_village_writes_there_and_no_longer_here() {
    let mut commune = commune();
    let (here, there) = (
        village_book(commune.get("thon1"), 1),
        village_book(commune.get("thon1"), 2),
    );
    let before = commune.writes("thon1", here, "Nguyễn Văn An");
    commune.meet_all();
    let device = commune.get("thon1").device();
    let scopes = vec![Scope::Village(2)];
    commune
        .get("office")
        .change_role(device, Role::VillageHead, scopes, NOW)
        .expect("changes");
    commune.meet_all();
    let (_, create) = household("Trần Thị Bình");
    let tried = commune.get("thon1").edit(here, &[create], &act());
    assert!(matches!(tried, Err(ReplicaError::MayNotWrite)), "{tried:?}");
    let after = commune.writes("thon1", there, "Lê Văn Cường");
    commune.meet_all();
    assert!(reads(&mut commune, "police", here, &before));
    assert!(reads(&mut commune, "police", there, &after));
}

#[test]
fn a_role_is_given_to_no_device_that_was_cut_and_not_twice_and_not_without_a_place() {
    let mut commune = commune();
    let thon1 = commune.get("thon1").device();
    let office = commune.get("office");
    let same = office.change_role(thon1, Role::VillageHead, vec![Scope::Village(1)], NOW);
    assert!(matches!(refused(same.map(drop)), RegistrarError::SameRole));
    let nowhere = office.change_role(thon1, Role::VillageHead, vec![Scope::Commune], NOW);
    assert!(matches!(
        nowhere,
        Err(ReplicaError::Invitation(InvitationError::Place))
    ));
    office.cut_device(thon1, NOW).expect("cuts");
    let again = office.change_role(thon1, Role::VillageHead, vec![Scope::Village(2)], NOW);
    assert!(matches!(refused(again.map(drop)), RegistrarError::NoRole));
    let own = office.device();
    assert!(matches!(
        refused(office.cut_device(own, NOW)),
        RegistrarError::OwnDevice
    ));
    let police = commune.get("police");
    assert!(matches!(
        refused(police.cut_device(thon1, NOW)),
        RegistrarError::NotRegistrar
    ));
}

#[test]
fn what_came_after_a_cut_is_aside_with_its_reason_until_it_is_let_in() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let early = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let late = commune.writes("thon1", book, "Trần Thị Bình");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    let thon1 = commune.get("thon1").device();
    commune.get("office").cut_device(thon1, NOW).expect("cuts");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        assert!(reads(&mut commune, name, book, &early), "{name}");
        assert!(!reads(&mut commune, name, book, &late), "{name}");
    }
    let office = commune.get("office");
    let [aside] = office.set_aside().expect("reads")[..]
        .to_vec()
        .try_into()
        .expect("one");
    assert_eq!((aside.book, aside.device, aside.missing), (book, thon1, Some(1)));
    assert!(
        matches!(aside.why, WhyOut::Aside(Aside::PastCut(_))),
        "{:?}",
        aside.why
    );
    assert!(!sothon_replica::why_aside(&aside.why).vi.is_empty());
    office.let_in(book, aside.entry, NOW).expect("lets in");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        assert!(reads(&mut commune, name, book, &late), "{name}");
        assert_eq!(
            commune.get(name).set_aside().expect("reads"),
            Vec::new(),
            "{name}"
        );
    }
    let again = commune.get("office").let_in(book, aside.entry, NOW);
    assert!(matches!(refused(again), RegistrarError::NotAside));
}

#[test]
fn a_device_that_is_cut_in_one_book_goes_on_in_the_others() {
    let mut commune = commune();
    let (one, two) = (
        village_book(commune.get("police"), 1),
        village_book(commune.get("police"), 2),
    );
    let before = commune.writes("police", one, "Nguyễn Văn An");
    commune.meet_all();
    let police = commune.get("police").device();
    commune
        .get("office")
        .cut_device_in_book(police, one, NOW)
        .expect("cuts");
    commune.meet_all();
    let (_, create) = household("Trần Thị Bình");
    let tried = commune.get("police").edit(one, &[create], &act());
    assert!(matches!(tried, Err(ReplicaError::MayNotWrite)), "{tried:?}");
    let after = commune.writes("police", two, "Lê Văn Cường");
    commune.meet_all();
    assert!(reads(&mut commune, "thon1", one, &before));
    assert!(reads(&mut commune, "office", two, &after));
}

#[test]
fn a_book_that_is_ended_keeps_what_was_held_and_takes_nothing_more() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let held = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let late = commune.writes("thon1", book, "Trần Thị Bình");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.get("office").cut_book(book, NOW).expect("cuts");
    commune.meet_all();
    for name in ["police", "office"] {
        assert!(reads(&mut commune, name, book, &held), "{name}");
        assert!(!reads(&mut commune, name, book, &late), "{name}");
    }
}

#[test]
fn a_machine_that_is_not_served_every_book_does_not_say_what_a_cut_leaves() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let passphrase = crate::common::passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let at = |name: &str| Folder::new(folder.path().join(name));
    let scopes = vec![Scope::Commune];
    let founded = Device::found(
        at("leader"),
        &lock,
        Role::Leader,
        scopes,
        NOW,
        crate::common::rng(),
    );
    let mut leader = founded.expect("founds").replica;
    let slip = leader.root_slip().expect("founded");
    let thon1 = Device::join(at("thon1"), &lock, slip, crate::common::rng()).expect("joins");
    let request = RequestSlip::from_text(&thon1.request()).expect("a request");
    leader
        .admit(&request, Role::VillageHead, vec![Scope::Village(1)], None, NOW)
        .expect("admits");
    let key = AgreeSecret::derive(&[3; 32]).public();
    let slip = ReadingKeySlip::new(Compartment::Care, YEAR, key);
    leader.enter_reading_key(&slip, NOW).expect("enters");
    let opened = leader
        .open_books(Compartment::Care, YEAR, &[1], &[], NOW)
        .expect("opens");
    let tried = leader.cut_device(thon1.device(), NOW);
    let RegistrarError::NotHeld(books) = refused(tried) else {
        panic!("it cannot know");
    };
    assert!(!books.is_empty() && books.iter().all(|book| opened.contains(book)));
    // As a machine of the office it is served everything.
    let own = leader.device();
    leader
        .change_role(own, Role::Office, vec![Scope::Commune], NOW)
        .expect("its own logs are here");
    leader.cut_device(thon1.device(), NOW).expect("cuts");
}

#[test]
fn rivals_are_listed_and_the_one_that_is_anchored_counts_whatever_others_built_on() {
    let (mut commune, hostile, _) = besieged();
    let book = hostile.book;
    let nonce = [4; 16];
    // Two changes of one actor and seq, in two logs.
    let mut ids = Vec::new();
    let before = hostile.header(&mut commune);
    for log in [1, 2] {
        let mut header = before.clone();
        header.log = LogId([log; 16]);
        let chunk = making(actor(&hostile, nonce), None);
        let (envelope, payload) = hostile.changes(&header, nonce, vec![chunk]);
        for name in ["office", "thon1", "police"] {
            give(&mut commune, name, &envelope, &payload);
        }
        ids.push(envelope.id());
    }
    let office = commune.get("office");
    let [rivals] = office.rivals().try_into().expect("one pair");
    assert_eq!((rivals.book, rivals.device), (book, hostile.device()));
    let counts: Vec<bool> = rivals.branches.iter().map(|branch| branch.counts).collect();
    assert_eq!(counts, [true, false]);
    let lost = rivals.branches[1].entries[0];
    assert!(ids.contains(&lost));
    office.anchor(book, lost, NOW).expect("anchors");
    commune.meet_all();
    for name in ["office", "thon1", "police"] {
        let [rivals] = commune.get(name).rivals().try_into().expect("one pair");
        let first = &rivals.branches[0];
        assert_eq!(first.entries, [lost], "{name}");
        assert!(first.counts && first.anchored, "{name}");
    }
    let honest = commune.get("thon1").set_aside().expect("reads");
    let aside: Vec<_> = honest.iter().map(|one| one.entry).collect();
    assert!(aside.iter().all(|entry| ids.contains(entry)), "{honest:?}");
    let [other] = aside[..].try_into().expect("the other one");
    // With two that are chosen, neither would decide.
    assert!(matches!(
        refused(commune.get("office").anchor(book, other, NOW)),
        RegistrarError::Chosen
    ));
    let key = commune.writes("thon1", book, "Nguyễn Văn An");
    commune
        .get("thon1")
        .edit(book, &[set(&key, "phone", "0900 000 001")], &act())
        .expect("saves");
    commune.meet_all();
    assert!(reads(&mut commune, "police", book, &key));
}

#[test]
fn nothing_is_anchored_where_there_is_no_rival() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let key = commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    assert!(reads(&mut commune, "office", book, &key));
    let office = commune.get("office");
    let entry = *office
        .verdicts(&book)
        .expect("is open")
        .iter()
        .next()
        .expect("some")
        .0;
    assert!(matches!(
        refused(office.anchor(book, entry, NOW)),
        RegistrarError::NoRival
    ));
}

#[test]
fn what_a_device_wrote_is_undone_by_edits_where_one_may_write_and_told_where_not() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let right = commune.writes("police", book, "Nguyễn Văn An");
    commune.meet_all();
    let wrong = commune.writes("thon1", book, "Kẻ Không Có");
    commune
        .get("thon1")
        .edit(book, &[set(&right, "head", "Nguyễn Văn Sai")], &act())
        .expect("saves");
    commune.meet_all();
    let thon1 = commune.get("thon1").device();
    let undone = commune
        .get("office")
        .undo_device(&thon1, "Máy mất", Some(NOW))
        .expect("looks");
    assert_eq!((undone.act, undone.elsewhere), (None, vec![book]));
    let police = commune.get("police");
    let undone = police.undo_device(&thon1, "Máy mất", Some(NOW)).expect("undoes");
    assert_eq!((undone.records.len(), undone.left_alone), (2, 0));
    let again = police.undo_device(&thon1, "Máy mất", Some(NOW)).expect("looks");
    assert_eq!(again.act, None);
    commune.meet_all();
    for name in ["thon1", "office"] {
        let device = commune.get(name);
        let seen = device.record(&book, &right).expect("is there");
        assert_eq!(seen.fields["head"], text("Nguyễn Văn An"), "{name}");
        let voided = device.record(&book, &wrong).expect("is kept");
        assert_eq!(voided.fields["voided"], sothon_records::Value::Bool(true));
        assert_eq!(device.history(&book, &right).len(), 3, "{name}");
    }
    // It is an act like others.
    let act = undone.act.expect("one act");
    commune
        .get("police")
        .undo(act, "nhầm máy", Some(NOW))
        .expect("undoes");
    let seen = commune.get("police").record(&book, &right).expect("is there");
    assert_eq!(seen.fields["head"], text("Nguyễn Văn Sai"));
}
