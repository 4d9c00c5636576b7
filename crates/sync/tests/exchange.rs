//! Two replicas: what the ordinary exchanges come to, and what they cost in bytes.

use crate::harness::{World, book};
use sothon_sync::{Changed, Event};

/// A village device and a relay that hold the same register and books 1 to 3.
fn village_and_relay() -> (World, usize, usize) {
    let mut world = World::new(1);
    let village = world.device(&[1, 2, 3]);
    let relay = world.relay(&[1, 2, 3, 4]);
    world.inform(village);
    world.inform(relay);
    (world, village, relay)
}

/// Connects, runs to the end, cuts; the bytes of both directions.
fn session(world: &mut World, opener: usize, other: usize) -> (u64, u64) {
    let link = world.connect(opener, other);
    world.run();
    assert!(world.up_to_date(link), "{:?}", world.links[link].sides[0].events);
    let bytes = world.bytes(link);
    world.cut(link);
    bytes
}

#[test]
fn a_first_session_brings_everything_both_ways() {
    let (mut world, village, relay) = village_and_relay();
    for n in 0u16..300 {
        world.write(village, (1 + n % 3) as u8, 1, 900);
    }
    session(&mut world, village, relay);
    world.assert_equal(village, relay);
    assert_eq!(world.replicas[relay].store.entries.len(), 300);
}

#[test]
fn nothing_new_costs_less_than_a_hundred_bytes() {
    let (mut world, village, relay) = village_and_relay();
    for n in 0..30 {
        world.write(village, 1 + n % 3, 1, 900);
    }
    session(&mut world, village, relay);
    let (out, back) = session(&mut world, village, relay);
    assert_eq!((out, back), (61, 26));
}

#[test]
fn ten_new_records_cost_one_round_trip_and_little_more_than_themselves() {
    let (mut world, village, relay) = village_and_relay();
    for n in 0..30 {
        world.write(village, 1 + n % 3, 1, 900);
    }
    session(&mut world, village, relay);
    let id = world.write(village, 1, 1, 1000);
    let entry = world.replicas[village].store.entries[&id].0.bytes;
    let (out, back) = session(&mut world, village, relay);
    assert_eq!(out + back - entry, 102);
    assert!(out + back < 1600, "{out} + {back}");
    world.assert_equal(village, relay);
}

#[test]
fn what_is_new_is_pushed_while_the_session_stays_open() {
    let (mut world, village, relay) = village_and_relay();
    world.write(village, 1, 1, 100);
    let link = world.connect(village, relay);
    world.run();
    let id = world.write(village, 1, 1, 100);
    let changed = Changed {
        books: vec![crate::harness::book(1)],
        ..Changed::default()
    };
    world.changed(village, &changed, None);
    world.run();
    assert!(world.replicas[relay].store.entries.contains_key(&id));
    let acknowledged = |event: &Event| matches!(event, Event::PeerHas(heads) if heads.iter().any(|state| state.tips[0].id == id));
    assert!(world.told(link, 0, acknowledged));
}

#[test]
fn only_a_session_that_shares_a_changed_book_need_hear_of_it() {
    let mut world = World::new(5);
    let one = world.device(&[1, 2]);
    let other = world.device(&[1, 3]);
    let relay = world.relay(&[1, 2]);
    for of in [one, other, relay] {
        world.inform(of);
    }
    let met = world.connect(one, other);
    let with_relay = world.connect(one, relay);
    world.run();
    let of = |book_of: u8| Changed {
        books: vec![book(book_of)],
        ..Changed::default()
    };
    let session = &world.links[met].sides[0].session;
    assert!(session.concerns(&of(1)));
    assert!(!session.concerns(&of(2)) && !session.concerns(&of(3)));
    let register = Changed {
        register: true,
        ..Changed::default()
    };
    let knocks = Changed {
        knocks: true,
        ..Changed::default()
    };
    assert!(session.concerns(&register) && session.concerns(&knocks));
    // Who stores all is offered saves as well, of whatever book.
    let session = &world.links[with_relay].sides[0].session;
    assert!(session.concerns(&of(3)));
    let session = &world.links[with_relay].sides[1].session;
    assert!(session.concerns(&of(2)) && !session.concerns(&of(3)));
}

#[test]
fn the_hello_is_as_the_format_page_shows_it() {
    let mut world = World::new(2);
    let village = world.device(&[1]);
    while world.register.len() < 300 {
        world.operation(sothon_ledger::register::Action::StillCurrent);
    }
    world.inform(village);
    let relay = world.relay(&[1]);
    let link = world.connect(village, relay);
    let store = &world.replicas[village].store;
    let sent = world.links[link].sides[0]
        .session
        .poll_output(store)
        .unwrap()
        .unwrap();
    assert_eq!(sent[..9], [0x58, 0x31, 0x85, 0x00, 0x02, 0x19, 0x01, 0x2c, 0x48]);
    assert_eq!(
        (&sent[17..19], &sent[19..51]),
        (&[0x58, 0x20][..], &world.root.0[..])
    );
    assert_eq!(sent.len(), 51 + 12);
}

#[test]
fn who_only_drops_into_a_book_gets_no_more_of_it_than_its_own_logs() {
    let (mut world, village, relay) = village_and_relay();
    let police = world.device(&[1]);
    for at in [village, relay, police] {
        world.inform(at);
    }
    world.write(police, 1, 1, 100);
    session(&mut world, police, relay);
    let own = world.write(village, 1, 1, 100);
    let device = world.replicas[village].device();
    world.only.insert(crate::harness::book(1), device);
    session(&mut world, village, relay);
    assert!(world.replicas[relay].store.entries.contains_key(&own));
    assert_eq!(world.replicas[village].store.entries.len(), 1);
    assert_eq!(world.replicas[relay].store.entries.len(), 2);
}
