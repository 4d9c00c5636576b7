//! Files of records: their entries come with the others, they themselves when nothing else is lacking.

use crate::harness::{World, book, frames};
use sothon_ledger::EntryId;
use sothon_sync::{Changed, Event, Wants};

fn three() -> (World, usize, usize, usize) {
    let mut world = World::new(33);
    let village = world.device(&[1, 2]);
    let police = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    for at in [village, police, relay] {
        world.inform(at);
    }
    (world, village, police, relay)
}

fn here(world: &World, at: usize, entry: &EntryId) -> bool {
    let held = world.replicas[at].store.entries.get(entry);
    held.is_some_and(|(_, stored)| stored.payload.is_some())
}

fn of_book(n: u8) -> Changed {
    Changed {
        books: vec![book(n)],
        ..Changed::default()
    }
}

#[test]
fn both_are_equal_before_a_file_is_asked_for_and_are_told_when_all_have_come() {
    let (mut world, village, _, relay) = three();
    let files: Vec<EntryId> = (0..20).map(|_| world.file(village, 1, 7, 300_000)).collect();
    world.write(village, 2, 1, 100);
    let link = world.connect(village, relay);
    world.run();
    assert!(files.iter().all(|id| here(&world, relay, id)));
    let events = &world.links[link].sides[0].events;
    let equal = events
        .iter()
        .position(|event| matches!(event, Event::UpToDate { .. }));
    let filed = events.iter().position(|event| *event == Event::PeerHasFiles);
    assert!(equal.expect("is told") < filed.expect("is told"), "{events:?}");
    // What is new is not held up by what is on its way, and is told of again.
    let more: Vec<EntryId> = (0..20).map(|_| world.file(village, 1, 7, 300_000)).collect();
    world.changed(village, &of_book(1), None);
    for _ in 0..30 {
        world.act(link, 0);
        world.act(link, 1);
    }
    let new = world.write(village, 2, 1, 100);
    world.changed(village, &of_book(2), None);
    for _ in 0..1_000 {
        if here(&world, relay, &new) {
            break;
        }
        world.act(link, 0);
        world.act(link, 1);
    }
    assert!(here(&world, relay, &new));
    assert!(!more.iter().all(|id| here(&world, relay, id)), "it came last");
    world.run();
    assert!(more.iter().all(|id| here(&world, relay, id)));
    let filed = world.links[link].sides[0].events.iter();
    assert!(filed.filter(|event| **event == Event::PeerHasFiles).count() >= 2);
    for side in 0..2 {
        assert!(world.told(link, side, |event| *event == Event::FilesSettled));
    }
}

#[test]
fn who_asks_a_relay_that_waits_for_a_file_itself_gets_it_when_it_comes() {
    let (mut world, village, police, relay) = three();
    let file = world.file(village, 1, 7, 50_000);
    // The relay has the entry from a line that broke.
    let envelope = world.replicas[village].store.entries[&file].1.envelope.clone();
    let envelope = sothon_ledger::Envelope::parse_held(&envelope).unwrap();
    world.replicas[relay].store.add_entry(&envelope, None);
    let link = world.connect(police, relay);
    world.run();
    assert!(!here(&world, police, &file));
    assert!(world.up_to_date(link));
    let other = world.connect(village, relay);
    let wants = Wants {
        files: vec![file],
        ..Wants::default()
    };
    let store = &world.replicas[relay].store;
    world.links[other].sides[1]
        .session
        .wants(wants, store, 0)
        .unwrap();
    world.run();
    assert!(here(&world, relay, &file));
    assert!(here(&world, police, &file), "it was owed");
}

#[test]
fn who_only_carries_a_book_asks_for_no_file_of_it() {
    let (mut world, village, neighbour, relay) = three();
    let device = world.replicas[neighbour].device();
    world.replicas[neighbour].store.carries_only.insert(device);
    let file = world.file(village, 1, 7, 50_000);
    world.connect(village, relay);
    world.run();
    let link = world.connect(neighbour, relay);
    world.run();
    assert!(world.replicas[neighbour].store.entries.contains_key(&file));
    assert!(!here(&world, neighbour, &file));
    assert!(world.up_to_date(link) && world.links[link].sides[0].session.is_idle());
    assert!(world.told(link, 0, |event| *event == Event::FilesSettled));
}

#[test]
fn where_no_file_is_nothing_is_said_of_files() {
    let (mut world, village, _, relay) = three();
    world.write(village, 1, 1, 100);
    let link = world.connect(village, relay);
    world.run();
    assert!(!world.told(link, 0, |event| *event == Event::PeerHasFiles));
    assert!(world.told(link, 0, |event| *event == Event::FilesSettled));
}

/// How often a side was told that the other has its files.
fn filed(world: &World, link: usize, at: usize) -> usize {
    let events = world.links[link].sides[at].events.iter();
    events.filter(|event| **event == Event::PeerHasFiles).count()
}

#[test]
fn who_announces_files_that_do_not_exist_holds_up_nobody_elses() {
    let mut world = World::new(33);
    let hostile = world.device(&[1, 2]);
    let village = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    for at in [hostile, village, relay] {
        world.inform(at);
    }
    for _ in 0..600 {
        let id = world.file(hostile, 1, 9, 1);
        let held = world.replicas[hostile].store.entries.get_mut(&id);
        held.unwrap().1.payload = None;
    }
    let first = world.connect(hostile, relay);
    world.run();
    let lacking = |world: &World, link: usize| -> usize {
        let events = world.links[link].sides[1].events.iter();
        let lacks = events.map(|event| match event {
            Event::PeerLacks { payloads, .. } => payloads.len(),
            _ => 0,
        });
        lacks.sum()
    };
    assert_eq!(lacking(&world, first), 256, "no more are asked for");
    assert!(world.told(first, 1, |event| *event == Event::FilesSettled));
    // Who comes next brings the names of all of them too.
    let real: Vec<EntryId> = (0..12).map(|_| world.file(village, 1, 7, 300_000)).collect();
    let files = world.replicas[relay].store.entries.keys().copied();
    let wants = Wants {
        files: files.collect(),
        ..Wants::default()
    };
    let link = world.connect(village, relay);
    let store = &world.replicas[relay].store;
    world.links[link].sides[1].session.wants(wants, store, 0).unwrap();
    world.run();
    assert!(real.iter().all(|id| here(&world, relay, id)));
    assert!(filed(&world, link, 0) > 0, "it is told that they are there");
    assert_eq!(lacking(&world, link), 256);
    // Of each author one in turn: the first real one does not wait for those that nobody has.
    let said = frames(&world.links[link].sides[1].said);
    let asked = said.iter().filter(|(of, _)| *of == 17).take(4);
    assert!(
        asked
            .flat_map(|(_, frame)| frame.windows(32))
            .any(|id| id == real[0].0),
        "it is among the first that are asked for"
    );
}

#[test]
fn what_an_author_brings_later_comes_though_hundreds_of_its_files_were_lacking() {
    let (mut world, village, police, relay) = three();
    let mut lost = Vec::new();
    for _ in 0..300 {
        let id = world.file(village, 1, 7, 1_000);
        let held = &mut world.replicas[village].store.entries.get_mut(&id).unwrap().1;
        lost.push((id, held.payload.take()));
    }
    world.connect(village, relay);
    world.run();
    world.connect(police, relay);
    world.run();
    // They are found on another disk.
    let ids: Vec<EntryId> = lost.iter().map(|(id, _)| *id).collect();
    for (id, payload) in lost {
        let held = world.replicas[village].store.entries.get_mut(&id);
        held.unwrap().1.payload = payload;
    }
    let found = Changed {
        payloads: ids.clone(),
        ..Changed::default()
    };
    world.changed(village, &found, None);
    world.run();
    for at in [relay, police] {
        assert!(ids.iter().all(|id| here(&world, at, id)));
    }
}

#[test]
fn what_was_on_its_way_when_the_peer_said_that_it_has_all_files_is_not_among_them() {
    let (mut world, village, _, relay) = three();
    let first = world.file(village, 1, 7, 1_000);
    let link = world.connect(village, relay);
    world.run();
    assert!(here(&world, relay, &first) && filed(&world, link, 0) > 0);
    let second = world.file(village, 1, 7, 1_000);
    world.changed(village, &of_book(1), None);
    while !here(&world, relay, &second) {
        world.act(link, 0);
        world.act(link, 1);
    }
    // The relay says that it has all, and while that is on the wire a third one goes the other way.
    while world.act(link, 1) {}
    let before = filed(&world, link, 0);
    let third = world.file(village, 1, 7, 1_000);
    world.changed(village, &of_book(1), None);
    while !world.links[link].sides[1].wire.is_empty() {
        world.act(link, 0);
    }
    assert_eq!(filed(&world, link, 0), before);
    world.run();
    assert!(here(&world, relay, &third) && filed(&world, link, 0) > before);
}

#[test]
fn who_holds_the_entry_of_a_file_already_says_again_that_it_has_the_file() {
    let (mut world, village, police, relay) = three();
    world.file(police, 1, 7, 1_000);
    let link = world.connect(police, relay);
    world.run();
    let before = filed(&world, link, 0);
    assert!(before > 0);
    // Both have heard of another one elsewhere, and do not know it of each other.
    let file = world.file(village, 1, 7, 1_000);
    let (_, stored) = world.replicas[village].store.entries[&file].clone();
    let envelope = sothon_ledger::Envelope::parse_held(&stored.envelope).unwrap();
    for at in [police, relay] {
        world.replicas[at]
            .store
            .add_entry(&envelope, stored.payload.clone());
    }
    world.changed(police, &of_book(1), None);
    world.run();
    assert!(filed(&world, link, 0) > before);
}

#[test]
fn a_peer_of_a_release_that_says_nothing_of_files_is_not_waited_for() {
    let (mut world, village, _, relay) = three();
    world.without_files.insert(relay);
    let file = world.file(village, 1, 7, 50_000);
    let link = world.connect(village, relay);
    world.run();
    assert!(here(&world, relay, &file));
    assert!(world.up_to_date(link));
    for at in 0..2 {
        assert!(world.told(link, at, |event| *event == Event::FilesSettled));
    }
    assert_eq!(filed(&world, link, 0), 0, "it never said so");
}

#[test]
fn what_the_peer_said_of_files_is_told_again_after_each_time_that_all_else_is_equal() {
    let (mut world, village, police, relay) = three();
    world.file(village, 1, 7, 1_000);
    let link = world.connect(village, relay);
    world.connect(police, relay);
    world.run();
    let equal = |world: &World| {
        let events = world.links[link].sides[0].events.iter();
        events
            .filter(|event| matches!(event, Event::UpToDate { .. }))
            .count()
    };
    for author in [village, police] {
        let before = equal(&world);
        world.write(author, 1, 1, 100);
        world.changed(author, &of_book(1), None);
        world.run();
        // What came through a session is named to it too.
        world.changed(village, &of_book(1), None);
        world.run();
        assert!(equal(&world) > before);
        let events = &world.links[link].sides[0].events;
        let last = events
            .iter()
            .rposition(|event| matches!(event, Event::UpToDate { .. }));
        let filed = events.iter().rposition(|event| *event == Event::PeerHasFiles);
        assert!(last < filed, "{events:?}");
    }
    // Of one that is on its way it has said nothing.
    let said = filed(&world, link, 0);
    let before = equal(&world);
    let file = world.file(village, 1, 7, 300_000);
    world.changed(village, &of_book(1), None);
    while equal(&world) == before {
        assert_eq!(filed(&world, link, 0), said);
        world.act(link, 0);
        world.act(link, 1);
    }
    assert!(here(&world, relay, &file) || filed(&world, link, 0) == said);
    world.run();
    assert!(filed(&world, link, 0) > said);
}

#[test]
fn what_is_lacking_is_looked_up_once_however_often_it_is_said() {
    let (mut world, village, police, relay) = three();
    let files: Vec<EntryId> = (0..200).map(|_| world.file(village, 1, 7, 1_000)).collect();
    for at in [police, relay] {
        for id in &files {
            let envelope = world.replicas[village].store.entries[id].1.envelope.clone();
            let envelope = sothon_ledger::Envelope::parse_held(&envelope).unwrap();
            world.replicas[at].store.add_entry(&envelope, None);
        }
    }
    let link = world.connect(police, relay);
    world.run();
    assert!(world.up_to_date(link));
    let wants = |from: usize| Wants {
        files: files[from..].to_vec(),
        ..Wants::default()
    };
    let store = &world.replicas[relay].store;
    let session = &mut world.links[link].sides[1].session;
    let before = store.places.get();
    session.wants(wants(0), store, 0).unwrap();
    let first = store.places.get() - before;
    assert!(first >= files.len());
    // One after the other comes through somebody else.
    for from in 1..100 {
        session.wants(wants(from), store, 0).unwrap();
    }
    assert_eq!(store.places.get() - before, first);
}

#[test]
fn sessions_are_told_of_files_that_are_lacking_since_and_not_of_those_that_came() {
    let ids = |of: std::ops::Range<u8>| of.map(|n| EntryId([n; 32])).collect::<Vec<_>>();
    let wants = |files: std::ops::Range<u8>, payloads: std::ops::Range<u8>| Wants {
        files: ids(files),
        payloads: ids(payloads),
        ..Wants::default()
    };
    let before = wants(0..10, 20..25);
    assert_eq!(before.since(&before), None);
    assert_eq!(wants(5..10, 20..25).since(&before), None);
    assert_eq!(wants(5..12, 20..25).since(&before), Some(wants(10..12, 20..25)));
    assert_eq!(wants(5..10, 20..24).since(&before), Some(wants(0..0, 20..24)));
}
