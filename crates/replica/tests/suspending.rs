//! A suspended device is served by nobody, and nothing that it wrote counts less (threats B10).

use crate::common::wire::{Part, Relay, session};
use crate::common::{Commune, Device, NOW, YEAR, village_book};
use sothon_archive::rights_of;
use sothon_ledger::serving::Party;
use sothon_ledger::{Role, Scope};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{CourierIn, Meant, RegistrarError, ReplicaError};

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

/// One makes a file, and another takes it in.
fn by_stick(commune: &mut Commune, from: &str, to: &str, meant: Meant) -> CourierIn {
    let mut file = std::io::Cursor::new(Vec::new());
    let made = commune
        .get(from)
        .courier_out_to(&mut file, meant, true, NOW, YEAR);
    made.expect("a file");
    file.set_position(0);
    let taken = commune.get(to).courier_in_from(&mut file, NOW, YEAR);
    taken.expect("takes it in")
}

#[test]
fn a_device_that_meets_nothing_but_sticks_hears_of_a_suspension_and_stops_serving() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    commune.writes("thon1", book, "Nguyễn Văn An");
    by_stick(&mut commune, "thon1", "deputy", Meant::Everybody);
    let lost = commune.get("thon1").device();
    let key = commune.get("thon1").station().transport_key();
    let serves = |device: &Device| {
        let us = Party::Device(device.device());
        rights_of(device.station().archive(), us, &key).peer.is_some()
    };
    let entries_for_it = |commune: &mut Commune| {
        let made =
            commune
                .get("deputy")
                .courier_out_to(&mut std::io::sink(), Meant::Device(lost), true, NOW, YEAR);
        let made = made.expect("a file");
        assert!(made.operations > 0);
        made.entries
    };
    assert!(serves(commune.get("deputy")) && entries_for_it(&mut commune) > 0);
    commune.get("police").suspend(lost, true).expect("may");
    // What the commune lacks brings it too, and who is told by a stick tells others by a stick.
    let taken = by_stick(&mut commune, "police", "office", Meant::Commune);
    assert!(taken.suspensions == 1 && !taken.is_nothing_new());
    let deputy = commune.get("deputy").device();
    let taken = by_stick(&mut commune, "office", "deputy", Meant::Device(deputy));
    assert_eq!(taken.suspensions, 1);
    assert_eq!(commune.get("deputy").suspended(), [lost]);
    assert!(!serves(commune.get("deputy")));
    assert_eq!(entries_for_it(&mut commune), 0);
    assert!(by_stick(&mut commune, "office", "deputy", Meant::Device(deputy)).is_nothing_new());
    // It is on the disk, and what the device wrote still counts and comes.
    commune.restart("deputy");
    assert_eq!(commune.get("deputy").suspended(), [lost]);
    let late = commune.writes("thon1", book, "Trần Thị Bình");
    by_stick(&mut commune, "thon1", "deputy", Meant::Everybody);
    assert!(commune.get("deputy").record(&book, &late).is_some());
    // The registrar lifts it, and the stick goes back.
    commune.get("office").suspend(lost, false).expect("lifts");
    for to in ["deputy", "police"] {
        assert_eq!(
            by_stick(&mut commune, "office", to, Meant::Everybody).suspensions,
            1
        );
        assert_eq!(commune.get(to).suspended(), []);
    }
    assert!(serves(commune.get("deputy")) && entries_for_it(&mut commune) > 0);
}

#[test]
fn who_says_what_the_registrar_outweighs_is_told_so_and_nothing_was_said() {
    let mut commune = commune();
    let lost = commune.get("thon1").device();
    commune.get("office").suspend(lost, true).expect("may");
    by_stick(&mut commune, "office", "police", Meant::Everybody);
    let tried = commune.get("police").suspend(lost, false);
    assert!(matches!(refused(tried), RegistrarError::Outweighed));
    assert_eq!(commune.get("police").suspended(), [lost]);
    commune.get("office").suspend(lost, false).expect("lifts");
    by_stick(&mut commune, "office", "police", Meant::Everybody);
    let tried = commune.get("police").suspend(lost, true);
    assert!(matches!(refused(tried), RegistrarError::Outweighed));
    assert_eq!(commune.get("police").suspended(), []);
    let held = commune.get("police").station().archive().suspensions();
    assert_eq!(held.iter().count(), 1);
}

#[test]
fn whom_the_office_cuts_and_admits_again_is_suspended_no_more_and_may_be_again() {
    let mut commune = commune();
    let lost = commune.get("thon1").device();
    commune.get("police").suspend(lost, true).expect("may");
    by_stick(&mut commune, "police", "deputy", Meant::Everybody);
    let request = commune.get("thon1").request();
    let request = RequestSlip::from_text(&request).expect("a request");
    let office = commune.get("office");
    office.cut_device(lost, NOW).expect("cuts");
    // What the chief says of a register that does not know of it yet is over when it hears of both in one.
    let again = |commune: &mut Commune| {
        let office = commune.get("office");
        let scope = vec![Scope::Village(1)];
        office.admit(&request, Role::VillageHead, scope, None, NOW)
    };
    again(&mut commune).expect("admits");
    for (from, to) in [("office", "police"), ("deputy", "office"), ("office", "deputy")] {
        by_stick(&mut commune, from, to, Meant::Everybody);
    }
    for name in ["office", "police", "deputy"] {
        assert_eq!(commune.get(name).suspended(), [], "{name}");
        let held = commune.get(name).station().archive().suspensions();
        assert_eq!(held.iter().count(), 0, "{name}");
    }
    commune.get("police").suspend(lost, true).expect("may");
    by_stick(&mut commune, "police", "deputy", Meant::Everybody);
    assert_eq!(commune.get("deputy").suspended(), [lost]);
}

#[test]
fn the_registrar_s_own_machine_lets_itself_go_and_any_other_device_takes_that_to_the_relay() {
    let mut commune = commune();
    let mut relay = Relay::new(&mut commune);
    let everybody = ["office", "thon1", "deputy", "police"];
    for name in everybody {
        commune.sync(name, &mut relay);
    }
    let office = commune.get("office").device();
    commune.get("police").suspend(office, true).expect("may");
    commune.sync("police", &mut relay);
    assert!(!is_served(&relay, &mut commune, "office"));
    // Nobody who serves it nothing tells it: it lets itself go unheard.
    assert_eq!(commune.get("office").suspended(), []);
    commune.get("office").suspend(office, false).expect("lifts");
    let taken = by_stick(&mut commune, "office", "deputy", Meant::Everybody);
    assert_eq!(taken.suspensions, 1);
    commune.sync("deputy", &mut relay);
    assert!(is_served(&relay, &mut commune, "office"));
    for name in everybody {
        commune.sync(name, &mut relay);
    }
    for name in everybody {
        assert_eq!(commune.get(name).suspended(), [], "{name}");
    }
    // A chief is not let go by itself.
    let chief = commune.get("police").device();
    commune.get("office").suspend(chief, true).expect("may");
    by_stick(&mut commune, "office", "police", Meant::Everybody);
    let tried = commune.get("police").suspend(chief, false);
    assert!(matches!(refused(tried), RegistrarError::OwnDevice));
    assert_eq!(commune.get("police").suspended(), [chief]);
}

#[test]
fn a_chief_who_has_suspended_everybody_is_cut_and_everybody_is_served_again() {
    let mut commune = commune();
    let mut relay = Relay::new(&mut commune);
    for name in ["office", "thon1", "deputy", "police"] {
        commune.sync(name, &mut relay);
    }
    let others = ["office", "thon1", "deputy"];
    for name in others {
        let device = commune.get(name).device();
        commune.get("police").suspend(device, true).expect("may");
    }
    commune.sync("police", &mut relay);
    for name in others {
        assert!(!is_served(&relay, &mut commune, name), "{name}");
    }
    // Nobody serves the registrar, and everybody takes what it orders.
    let chief = commune.get("police").device();
    commune.get("office").cut_device(chief, NOW).expect("cuts");
    commune.sync("office", &mut relay);
    for name in others {
        assert!(is_served(&relay, &mut commune, name), "{name}");
        commune.sync(name, &mut relay);
        assert_eq!(commune.get(name).suspended(), [], "{name}");
    }
    assert!(!is_served(&relay, &mut commune, "police"));
}
