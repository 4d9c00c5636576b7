//! Drops leave the device that may only drop: over real sessions with a relay that reads nothing.

use crate::common::wire::{Part, Relay, session};
use crate::common::{Commune, NOW, YEAR, record};
use sothon_ledger::{BookId, BookKind, Kind, Role, Scope};
use sothon_records::{Edit, RawRecord, Value};
use sothon_replica::ReplicaError;

fn book(commune: &mut Commune, kind: BookKind) -> BookId {
    let chief = commune.get("chief");
    chief.find_book(kind, Scope::Commune, YEAR).expect("is open")
}

fn plain(kind: &str, text: &str) -> RawRecord {
    let (_, edit) = record(kind, &[("why", Value::Text(text.into()))]);
    match edit {
        Edit::Create { record, .. } => record,
        _ => unreachable!("a record is made"),
    }
}

fn kinds(relay: &Relay, book: BookId) -> Vec<Kind> {
    let store = relay.archive.store();
    let logs = store.index().logs(&book).map(|log| log.key());
    let entries = logs.flat_map(|key| store.entries_of_log(&key, 0, 1000).expect("reads"));
    entries.map(|entry| entry.envelope.header().kind).collect()
}

#[test]
fn what_a_village_head_looks_at_reaches_the_chief_through_the_relay() {
    let (mut commune, mut relay) = Commune::with_tips();
    let log = book(&mut commune, BookKind::TipsAccess);
    let looked = plain("access", "mở trang Nguyễn Văn An");
    commune.get("thon1").log_access(looked, NOW).expect("records");
    commune.sync("thon1", &mut relay);
    assert!(kinds(&relay, log).contains(&Kind::Drop), "it has left the device");
    commune.sync("chief", &mut relay);
    let seen: Vec<_> = commune.get("chief").records_of(&log).collect();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].1.fields["why"],
        Value::Text("mở trang Nguyễn Văn An".into())
    );
    assert_eq!(commune.get("thon1").records_of(&log).count(), 0);
}

#[test]
fn what_was_looked_at_before_there_was_a_key_is_kept_and_goes_when_there_is_one() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("chief", Role::PoliceChief, Scope::Commune),
    ]);
    let mut relay = Relay::new(&mut commune);
    commune.sync("office", &mut relay);
    commune.sync("thon1", &mut relay);
    let looked = plain("access", "xuất sổ");
    commune.get("thon1").log_access(looked, NOW).expect("records");
    commune.open_tips();
    for name in ["office", "chief", "thon1", "chief"] {
        commune.sync(name, &mut relay);
    }
    let log = book(&mut commune, BookKind::TipsAccess);
    assert_eq!(commune.get("chief").records_of(&log).count(), 1);
}

#[test]
fn a_neighbour_is_served_nothing_of_a_drop_and_nobody_who_drops_a_record_of_the_police() {
    let (mut commune, mut relay) = Commune::with_tips();
    let log = book(&mut commune, BookKind::TipsAccess);
    let looked = plain("access", "xem trang");
    commune.get("thon1").log_access(looked, NOW).expect("records");
    for name in ["thon1", "chief", "thon2", "thon1"] {
        commune.sync(name, &mut relay);
    }
    commune.meet("thon1", "thon2");
    commune.meet("chief", "thon2");
    let own = commune.get("thon1").device();
    for name in ["thon1", "thon2"] {
        let device = commune.get(name);
        let me = device.device();
        let store = device.station().store();
        assert!(
            store.index().logs(&log).all(|held| held.key().device == me),
            "{name}"
        );
        for (notice, _) in store.notices(&log).expect("reads") {
            let header = notice.header();
            assert!(
                matches!(header.kind, Kind::Epoch | Kind::Yes | Kind::Receipt),
                "{name} was served {:?}",
                header.kind
            );
            assert_ne!(header.device, own);
            assert!(
                name == "thon1" || header.kind != Kind::Receipt,
                "a receipt for another's drop"
            );
        }
    }
}

#[test]
fn when_a_reader_goes_who_drops_seals_to_the_fresh_epoch_as_soon_as_it_is_told() {
    let (mut commune, mut relay) = Commune::with_tips();
    let log = book(&mut commune, BookKind::TipsAccess);
    let epochs = |commune: &mut Commune| {
        let store = commune.get("thon1").station().store();
        let notices = store.notices(&log).expect("reads");
        notices
            .iter()
            .filter(|(e, _)| e.header().kind == Kind::Epoch)
            .count()
    };
    assert_eq!(epochs(&mut commune), 1);
    // The access log is read by chief and chair: a chair comes, reads, and goes.
    let chair = commune.admit("chair", Role::Chair, Scope::Commune);
    for name in ["office", "chief", "chair"] {
        commune.sync(name, &mut relay);
    }
    commune.get("chief").say_yes(&log, chair, NOW).expect("says yes");
    commune.sync("chief", &mut relay);
    commune.get("office").cut_device(chair, NOW).expect("cuts");
    for name in ["office", "chief", "thon1"] {
        commune.sync(name, &mut relay);
    }
    assert_eq!(epochs(&mut commune), 2);
    let looked = plain("access", "xem trang");
    commune.get("thon1").log_access(looked, NOW).expect("records");
    commune.sync("thon1", &mut relay);
    commune.sync("chief", &mut relay);
    let chief = commune.get("chief");
    assert_eq!(chief.records_of(&log).count(), 1);
    let drops = kinds(&relay, log);
    assert_eq!(drops.iter().filter(|kind| **kind == Kind::Drop).count(), 1);
}

#[test]
fn two_that_hold_the_same_say_so_in_few_bytes_notices_included() {
    let (mut commune, mut relay) = Commune::with_tips();
    let device = commune.get("thon1");
    let (there, back) = session(&mut Part::Device(device), &mut Part::Relay(&mut relay));
    assert!(there.len() + back.len() < 130, "{} + {}", there.len(), back.len());
}

#[test]
fn who_may_not_drop_is_told_so() {
    let (mut commune, _) = Commune::with_tips();
    let tips = book(&mut commune, BookKind::Tips);
    let record = plain("tip", "chuyện lạ");
    assert!(!commune.get("chief").may(&tips, sothon_ledger::Right::Drop));
    let refused = commune.get("chief").seal_tip(record, None, NOW);
    assert!(matches!(refused, Err(ReplicaError::MayNotWrite)));
    assert_eq!(
        commune
            .get("chief")
            .use_slot(sothon_replica::Slot::Lock, NOW)
            .expect("reads"),
        None
    );
}
