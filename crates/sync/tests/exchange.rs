//! Two replicas: what the ordinary exchanges come to, and what they cost in bytes.

mod harness;

use harness::World;
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
        books: vec![harness::book(1)],
        ..Changed::default()
    };
    world.changed(village, &changed, None);
    world.run();
    assert!(world.replicas[relay].store.entries.contains_key(&id));
    let acknowledged = |event: &Event| matches!(event, Event::PeerHas(heads) if heads.iter().any(|state| state.tips[0].id == id));
    assert!(world.told(link, 0, acknowledged));
}
