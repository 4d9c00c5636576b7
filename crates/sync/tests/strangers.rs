//! What somebody whom the register does not know is sent: how long the register is, and tags by which nobody learns what is
//! in it who does not know it already.

use std::collections::BTreeSet;

use crate::harness::World;
use ed25519_dalek::SigningKey;
use minicbor::Decoder;
use sothon_ledger::register::{Action, Operation};
use sothon_sync::{CloseReason, Event};

/// A frame: its number, and for a locator its points.
struct Said {
    number: i64,
    points: Vec<(u64, Vec<u8>)>,
}

fn frames(bytes: &[u8]) -> Vec<Said> {
    let mut stream = Decoder::new(bytes);
    let mut said = Vec::new();
    while stream.position() < bytes.len() {
        let mut frame = Decoder::new(stream.bytes().expect("a byte string"));
        frame.array().expect("an array");
        let number = frame.i64().expect("a number");
        let mut points = Vec::new();
        if number == 3 {
            for _ in 0..frame.array().expect("a list").expect("its length") {
                assert_eq!(frame.array().expect("a point"), Some(2));
                let height = frame.u64().expect("a height");
                points.push((height, frame.bytes().expect("a tag").to_vec()));
            }
        }
        said.push(Said { number, points });
    }
    said
}

/// A relay with a register of 300 operations and entries, and a stranger that brings another register of some length.
fn world(length: i64) -> (World, usize, usize) {
    let mut world = World::new(70);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    while world.register.len() < 300 {
        world.operation(Action::StillCurrent);
    }
    world.inform(village);
    world.inform(relay);
    world.write(village, 1, 1, 300);
    world.connect(village, relay);
    world.run();
    world.links.clear();
    let held = world.register.len();
    let stranger = world.device(&[1]);
    world.register.truncate(held);
    let other = SigningKey::from_bytes(&[9; 32]);
    let mut before = world.register[0].clone();
    world.replicas[stranger].store.add_operation(&before);
    for time in 1..length {
        let place = Some((before.height(), before.id()));
        before = Operation::sign(place, time, Action::StillCurrent, &other);
        world.replicas[stranger].store.add_operation(&before);
    }
    (world, stranger, relay)
}

/// Whether bytes hold a piece of a name that says more than chance.
fn holds_a_piece(bytes: &[u8], of: &[u8]) -> bool {
    of.windows(6).any(|piece| bytes.windows(6).any(|at| at == piece))
}

#[test]
fn a_stranger_with_another_register_is_sent_heights_and_tags_and_nothing_of_what_they_stand_for() {
    for length in [2, 40, 300] {
        let (mut world, stranger, relay) = world(length);
        let mut tags: Vec<BTreeSet<Vec<u8>>> = Vec::new();
        let village = world.replicas[0].device();
        let names: Vec<Vec<u8>> = (world.register.iter())
            .flat_map(|operation| [operation.id().0.to_vec(), operation.bytes().to_vec()])
            .chain([village.0.to_vec()])
            .chain(world.replicas[relay].store.entries.keys().map(|id| id.0.to_vec()))
            .collect();
        let register = world.replicas[relay].store.operations.clone();
        for _ in 0..2 {
            // What the stranger brings is signed by nobody who may: a relay does not keep it.
            world.replicas[relay].store.operations = register.clone();
            let link = world.connect(stranger, relay);
            world.run();
            let side = &world.links[link].sides[1];
            let said = frames(&side.said);
            let numbers: Vec<i64> = said.iter().map(|frame| frame.number).collect();
            // Hello, the locator, and the end where there was one.
            assert!(
                [vec![0, 3], vec![0, 3, 23]].contains(&numbers),
                "{length}: {numbers:?}"
            );
            let points = &said[1].points;
            let heights: Vec<u64> = points.iter().map(|(height, _)| *height).collect();
            assert_eq!(heights, [300, 299, 298, 296, 292, 284, 268, 236, 172, 44, 1]);
            assert!(points.iter().all(|(_, tag)| tag.len() == 8));
            assert!(side.said.len() < 300, "{} bytes", side.said.len());
            for name in &names {
                assert!(!holds_a_piece(&side.said, name), "{length}: a piece of {name:?}");
            }
            tags.push(points.iter().map(|(_, tag)| tag.clone()).collect());
        }
        // Of two sessions nothing shows that both were about the same operations.
        assert!(tags[0].is_disjoint(&tags[1]));
        let theirs = &world.replicas[stranger].store;
        assert!(theirs.entries.is_empty() && theirs.operations.len() == length as usize);
    }
}

#[test]
fn a_stranger_who_asks_again_and_again_is_told_once_and_sent_away() {
    let (mut world, stranger, relay) = world(2);
    let link = world.connect(stranger, relay);
    // By hand: a hello at height 2 with a tag of nothing, then empty locators.
    let root = world.root.0;
    let hello = [&[0x58, 47, 0x85, 0, 1, 2, 0x48][..], &[7; 8], &[0x58, 32], &root].concat();
    let wire = &mut world.links[link].sides[0].wire;
    wire.extend(hello);
    for _ in 0..20 {
        wire.extend([0x43, 0x82, 3, 0x80]);
    }
    for _ in 0..200 {
        world.act(link, 1);
    }
    let side = &world.links[link].sides[1];
    let said = frames(&side.said);
    assert_eq!(said.iter().filter(|frame| frame.number == 3).count(), 1);
    let ended =
        |event: &Event| matches!(event, Event::Closed { reason, .. } if *reason == CloseReason::Flood);
    assert!(world.told(link, 1, ended));
    assert!(side.said.len() < 300, "{} bytes", side.said.len());
}
