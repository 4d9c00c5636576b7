//! A suspended device is served by nobody, and nothing that it wrote counts less (threats B10).

use crate::common::wire::{Part, Relay, session};
use crate::common::{Commune, NOW, YEAR, village_book};
use sothon_archive::rights_of;
use sothon_ledger::serving::Party;
use sothon_ledger::{Role, Scope};
use sothon_replica::{RegistrarError, ReplicaError};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("deputy", Role::DeputyVillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn is_served(relay: &Relay, commune: &mut Commune, who: &str) -> bool {
    let key = commune.get(who).station().transport_key();
    rights_of(&relay.archive, Party::Relay, &key).peer.is_some()
}

fn refused(result: Result<(), ReplicaError>) -> RegistrarError {
    match result {
        Err(ReplicaError::Registrar(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_note_by_the_chief_goes_by_relay_and_stops_the_serving_until_the_registrar_lifts_it() {
    let mut commune = commune();
    let mut relay = Relay::new(&mut commune);
    let book = village_book(commune.get("thon1"), 1);
    let before = commune.writes("thon1", book, "Nguyễn Văn An");
    for name in ["office", "thon1", "police", "office"] {
        commune.sync(name, &mut relay);
    }
    assert!(is_served(&relay, &mut commune, "thon1"));
    let lost = commune.get("thon1").device();
    commune.get("police").suspend(lost, true).expect("may");
    commune.sync("police", &mut relay);
    assert!(!is_served(&relay, &mut commune, "thon1"));
    // Everybody hears of it there, and nearby of everybody.
    commune.sync("office", &mut relay);
    commune.meet("office", "deputy");
    for name in ["office", "police", "deputy"] {
        let device = commune.get(name);
        assert_eq!(device.suspended(), [lost], "{name}");
        assert!(device.record(&book, &before).is_some() || name == "deputy");
        assert_eq!(device.set_aside().expect("reads"), Vec::new(), "{name}");
    }
    // It is on the disk, and no verdict has changed.
    commune.restart("office");
    assert_eq!(commune.get("office").suspended(), [lost]);
    assert!(commune.get("office").record(&book, &before).is_some());
    commune.get("office").suspend(lost, false).expect("lifts");
    commune.sync("office", &mut relay);
    assert!(is_served(&relay, &mut commune, "thon1"));
    commune.sync("thon1", &mut relay);
    commune.sync("police", &mut relay);
    assert_eq!(commune.get("police").suspended(), []);
}

#[test]
fn readers_wrap_nothing_for_a_device_that_is_suspended() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let deputy = commune.get("deputy").device();
    commune.get("office").suspend(deputy, true).expect("may");
    commune.carry_notes("office", "thon1");
    let wraps = |commune: &mut Commune| {
        let store = commune.get("thon1").station().store().wraps_of_book(&book);
        let for_deputy = store.expect("reads").into_iter();
        for_deputy
            .filter(|wrap| wrap.to() == sothon_ledger::Receiver::Device(deputy))
            .count()
    };
    let before = wraps(&mut commune);
    commune.writes("thon1", book, "Nguyễn Văn An");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    assert_eq!(wraps(&mut commune), before);
    commune.get("office").suspend(deputy, false).expect("may");
    commune.carry_notes("office", "thon1");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    assert!(wraps(&mut commune) > before);
}

#[test]
fn nobody_else_suspends_and_a_cut_takes_its_place() {
    let mut commune = commune();
    let mut relay = Relay::new(&mut commune);
    commune.sync("office", &mut relay);
    let lost = commune.get("thon1").device();
    let tried = commune.get("deputy").suspend(lost, true);
    assert!(matches!(refused(tried), RegistrarError::MayNotSuspend));
    let own = commune.get("office").device();
    let tried = commune.get("office").suspend(own, true);
    assert!(matches!(refused(tried), RegistrarError::OwnDevice));
    let office = commune.get("office");
    office.suspend(lost, true).expect("may");
    office.cut_device(lost, NOW).expect("cuts");
    assert_eq!(office.suspended(), []);
    assert!(matches!(
        refused(office.suspend(lost, true)),
        RegistrarError::NoRole
    ));
    session(
        &mut Part::Device(commune.get("office")),
        &mut Part::Relay(&mut relay),
    );
    assert!(!is_served(&relay, &mut commune, "thon1"));
    assert_eq!(relay.archive.suspensions().iter().count(), 0);
}
