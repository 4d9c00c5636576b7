//! The register comes first: who lacks operations gets them before entries, who is unknown brings nothing else.

use crate::harness::{World, book};
use sothon_ledger::register::{Action, Operation};
use sothon_ledger::{Height, LogId};
use sothon_sync::{Changed, CloseReason, Event, Holdings, LogName, NotNowReason};

fn closed(event: &Event) -> bool {
    matches!(
        event,
        Event::Closed {
            reason: CloseReason::NotAdmitted,
            ..
        }
    )
}

/// What one writes while both are connected comes to the other.
fn what_is_written_travels(world: &mut World, from: usize, to: usize) {
    let id = world.write(from, 1, 1, 300);
    let changed = Changed {
        books: vec![book(1)],
        ..Changed::default()
    };
    world.changed(from, &changed, None);
    world.run();
    assert!(world.replicas[to].store.place(&id).unwrap().is_some());
}

#[test]
fn a_new_device_gets_the_register_and_then_the_entries() {
    let mut world = World::new(3);
    let old = world.device(&[1]);
    let relay = world.relay(&[1]);
    let new = world.device(&[1]);
    for _ in 0..500 {
        world.operation(Action::StillCurrent);
    }
    world.inform(old);
    world.inform(relay);
    for _ in 0..20 {
        world.write(old, 1, 1, 300);
    }
    world.connect(old, relay);
    world.connect(new, relay);
    world.run();
    world.assert_equal(old, new);
    assert_eq!(world.replicas[new].store.height(), Height(503));
}

#[test]
fn a_device_that_the_relay_does_not_know_yet_brings_its_own_admission() {
    let mut world = World::new(4);
    let relay = world.relay(&[1]);
    world.inform(relay);
    let new = world.device(&[1]);
    world.inform(new);
    world.write(new, 1, 1, 300);
    let link = world.connect(new, relay);
    world.run();
    world.assert_equal(new, relay);
    assert_eq!(world.replicas[relay].store.entries.len(), 1);
    assert!(world.up_to_date(link));
}

#[test]
fn a_device_that_stays_unknown_is_sent_away_and_served_nothing() {
    let mut world = World::new(5);
    let known = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(known);
    world.inform(relay);
    world.write(known, 1, 1, 300);
    world.connect(known, relay);
    world.run();
    // Admitted in a register that nobody holds.
    let stranger = world.device(&[1]);
    let link = world.connect(stranger, relay);
    world.run();
    assert!(world.told(link, 1, closed));
    assert!(world.replicas[stranger].store.entries.is_empty());
    assert!(world.replicas[stranger].store.operations.is_empty());
}

#[test]
fn a_stranger_may_not_bring_more_than_a_bounded_register() {
    let mut world = World::new(6);
    world.limits.unknown_bytes = 20_000;
    let relay = world.relay(&[1]);
    world.inform(relay);
    let new = world.device(&[1]);
    for _ in 0..500 {
        world.operation(Action::StillCurrent);
    }
    world.inform(new);
    let link = world.connect(new, relay);
    world.run();
    let flood = |event: &Event| {
        matches!(
            event,
            Event::Closed {
                reason: CloseReason::Flood,
                ..
            }
        )
    };
    assert!(world.told(link, 1, flood));
}

#[test]
fn a_new_operation_reaches_an_open_session_before_the_entry_that_names_it() {
    let mut world = World::new(7);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    world.write(village, 1, 1, 300);
    let link = world.connect(village, relay);
    world.run();
    world.operation(Action::StillCurrent);
    world.inform(village);
    let id = world.write(village, 1, 1, 300);
    let changed = Changed {
        register: true,
        books: vec![book(1)],
        wraps: vec![],
        payloads: vec![],
        knocks: false,
    };
    world.changed(village, &changed, None);
    world.run();
    assert_eq!(
        world.replicas[relay].store.height(),
        world.replicas[village].store.height()
    );
    assert!(world.replicas[relay].store.place(&id).unwrap().is_some());
    assert!(!world.told(link, 1, |event| matches!(event, Event::RegisterBehind { .. })));
}

#[test]
fn an_entry_that_names_a_height_above_both_registers_is_stored_and_shouted_about() {
    let mut world = World::new(8);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    let held = world.replicas[village].store.operations.clone();
    world.operation(Action::StillCurrent);
    world.inform(village);
    let id = world.write(village, 1, 1, 300);
    // Set back: the device has its entry, but not the operation that it names.
    world.replicas[village].store.operations = held;
    let link = world.connect(village, relay);
    world.run();
    assert!(world.replicas[relay].store.place(&id).unwrap().is_some());
    let behind = Event::RegisterBehind {
        named: Height(3),
        ours: Height(2),
    };
    assert!(world.told(link, 1, |event| *event == behind));
}

#[test]
fn both_branches_of_a_forked_register_reach_both_sides() {
    let mut world = World::new(9);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    for _ in 0..40 {
        world.operation(Action::StillCurrent);
    }
    world.inform(village);
    world.inform(relay);
    let common = world.replicas[village].store.height();
    let mut before = world.register.last().map(|op| (op.height(), op.id()));
    for time in 1..4 {
        let other = Operation::sign(before, time, Action::StillCurrent, &world.registrar);
        before = Some((other.height(), other.id()));
        world.replicas[village].store.add_operation(&other);
    }
    for _ in 0..6 {
        world.operation(Action::StillCurrent);
    }
    world.inform(relay);
    world.write(village, 1, 1, 300);
    let link = world.connect(village, relay);
    world.run();
    assert_eq!(
        world.replicas[village].store.register().unwrap(),
        world.replicas[relay].store.register().unwrap()
    );
    assert!(world.told(
        link,
        0,
        |event| matches!(event, Event::RegisterFork { common: at } if *at <= common)
    ));
    world.assert_equal(village, relay);
    assert!(world.up_to_date(link));
}

#[test]
fn a_branch_that_grows_after_the_fork_was_exchanged_reaches_who_is_connected() {
    let mut world = World::new(19);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    let head = world.register.last().map(|op| (op.height(), op.id()));
    let first = Operation::sign(head, 1, Action::StillCurrent, &world.registrar);
    let second = Operation::sign(
        Some((first.height(), first.id())),
        2,
        Action::StillCurrent,
        &world.registrar,
    );
    world.replicas[relay].store.add_operation(&first);
    // The other branch is as long as the first one will be.
    world.operation(Action::StillCurrent);
    world.operation(Action::StillCurrent);
    world.inform(village);
    let link = world.connect(village, relay);
    world.run();
    assert!(world.up_to_date(link));
    world.replicas[relay].store.add_operation(&second);
    let changed = Changed {
        register: true,
        ..Changed::default()
    };
    world.changed(relay, &changed, None);
    world.run();
    assert_eq!(
        world.replicas[village].store.register().unwrap(),
        world.replicas[relay].store.register().unwrap()
    );
    // And it goes on being served.
    what_is_written_travels(&mut world, village, relay);
    assert!(world.up_to_date(link));
}

#[test]
fn a_branch_that_ends_below_the_peers_height_reaches_who_is_connected() {
    let mut world = World::new(21);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    for _ in 0..3 {
        world.operation(Action::StillCurrent);
    }
    let parting = world.register.last().map(|op| (op.height(), op.id()));
    for _ in 0..3 {
        world.operation(Action::StillCurrent);
    }
    world.inform(village);
    world.inform(relay);
    world.write(village, 1, 1, 300);
    let link = world.connect(village, relay);
    world.run();
    assert!(world.up_to_date(link));
    // A registrar's machine from an old backup brings what it wrote to the relay, and goes.
    let other = Operation::sign(parting, 1, Action::StillCurrent, &world.registrar);
    world.replicas[relay].store.add_operation(&other);
    let changed = Changed {
        register: true,
        ..Changed::default()
    };
    world.changed(relay, &changed, None);
    world.run();
    let register = world.replicas[village].store.register().unwrap();
    assert_eq!(register.len(), 2);
    assert_eq!(register, world.replicas[relay].store.register().unwrap());
    let forked = |event: &Event| matches!(event, Event::RegisterFork { .. });
    assert!(world.told(link, 0, forked) && world.told(link, 1, forked));
    // And it goes on being served.
    what_is_written_travels(&mut world, village, relay);
}

#[test]
fn a_branch_that_comes_to_the_peer_while_ours_is_under_way_reaches_us() {
    let mut world = World::new(20);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    let common = world.replicas[relay].store.height();
    let head = world.register.last().map(|op| (op.height(), op.id()));
    let other = Operation::sign(head, 1, Action::StillCurrent, &world.registrar);
    world.operation(Action::StillCurrent);
    world.inform(village);
    let link = world.connect(village, relay);
    let heard = |event: &Event| matches!(event, Event::PeerRegister { height, .. } if *height == common);
    while !world.told(link, 0, heard) {
        world.act(link, 0);
        world.act(link, 1);
    }
    // Both branches are stored in one go there, so that no change is told between them.
    assert_eq!(world.replicas[relay].store.height(), common);
    world.replicas[relay].store.add_operation(&other);
    world.run();
    assert_eq!(
        world.replicas[village].store.register().unwrap(),
        world.replicas[relay].store.register().unwrap()
    );
    assert!(world.up_to_date(link));
}

#[test]
fn entries_of_a_device_that_was_never_admitted_are_neither_stored_nor_acknowledged() {
    let mut world = World::new(10);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    let stranger = world.device(&[1]);
    world.inform(stranger);
    world.write(stranger, 1, 1, 300);
    let own = world.write(village, 1, 1, 300);
    // The village has got the stranger's entry somehow, and not the operation that admits it.
    let (place, stored) = world.replicas[stranger]
        .store
        .entries
        .values()
        .next()
        .cloned()
        .unwrap();
    world.replicas[village]
        .store
        .logs
        .entry(place.log)
        .or_default()
        .insert((place.seq, place.id));
    world.replicas[village]
        .store
        .entries
        .insert(place.id, (place, stored));
    let link = world.connect(village, relay);
    world.run();
    assert!(world.replicas[relay].store.place(&own).unwrap().is_some());
    assert!(world.replicas[relay].store.place(&place.id).unwrap().is_none());
    let refused = |event: &Event| {
        matches!(
            event,
            Event::NotNow {
                reason: NotNowReason::UnknownDevice,
                ..
            }
        )
    };
    assert!(world.told(link, 0, refused));
    assert!(world.up_to_date(link), "all but that log is equal");
    // When the operation comes, so does the entry.
    world.inform(village);
    let changed = Changed {
        register: true,
        ..Changed::default()
    };
    world.changed(village, &changed, None);
    world.run();
    assert!(world.replicas[relay].store.place(&place.id).unwrap().is_some());
}

#[test]
fn a_session_of_a_device_that_lost_its_rights_is_closed_and_pushes_nothing_more() {
    let mut world = World::new(11);
    let village = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    world.inform(village);
    world.inform(relay);
    let link = world.connect(relay, village);
    world.run();
    let store = &world.replicas[relay].store;
    let session = &mut world.links[link].sides[0].session;
    session
        .rights_changed(&Default::default(), store, 2_000_000)
        .unwrap();
    assert!(session.is_closed());
    let log = LogName {
        book: book(1),
        device: world.replicas[village].device(),
        log: LogId([1; 16]),
    };
    world.entry(village, log, None, 100);
    world.changed(
        relay,
        &Changed {
            books: vec![book(1)],
            ..Changed::default()
        },
        None,
    );
    world.run();
    assert!(world.told(link, 1, closed));
}

#[test]
fn the_commune_is_checked_before_anything_is_said() {
    let mut world = World::new(12);
    let village = world.device(&[1]);
    world.inform(village);
    let mut other = World::new(13);
    let relay = other.relay(&[1]);
    other.inform(relay);
    let link = other.connect(relay, relay);
    let own = world.connect(village, village);
    let store = &world.replicas[village].store;
    let hello = world.links[own].sides[0]
        .session
        .poll_output(store)
        .unwrap()
        .unwrap();
    assert_eq!(
        sothon_sync::peek_root(&hello),
        sothon_sync::Peeked::Root(world.root)
    );
    let store = &other.replicas[relay].store;
    let session = &mut other.links[link].sides[1].session;
    session.handle(&hello, store, 0).unwrap();
    let said = session.poll_output(store).unwrap().unwrap();
    assert_eq!(said, [0x43, 0x82, 23, 1], "a close and nothing else");
}
