//! What travels beside entries: wraps, payloads that were missing, blobs; and long payloads in parts.

use crate::harness::{World, book};
use sothon_ledger::{Digest, EntryId, EpochId, LogId};
use sothon_sync::{Changed, Event, Holdings as _, LogName, SaveRef, Tip, WantedSave, Wants};

fn three() -> (World, usize, usize, usize) {
    let mut world = World::new(21);
    let village = world.device(&[1]);
    let police = world.device(&[1]);
    let relay = world.relay(&[1]);
    for at in [village, police, relay] {
        world.inform(at);
    }
    (world, village, police, relay)
}

#[test]
fn wraps_reach_the_relay_and_whom_they_are_for_though_all_entries_are_equal() {
    let (mut world, village, police, relay) = three();
    world.write(village, 1, 1, 100);
    world.connect(village, relay);
    world.connect(police, relay);
    world.run();
    world.links.clear();
    let for_village = world.wrap(police, village, 1);
    let for_other = world.wrap(police, police, 1);
    let link = world.connect(police, relay);
    world.run();
    assert!(world.replicas[relay].store.wraps.contains_key(&for_village));
    assert!(world.told(link, 0, |event| matches!(event, Event::PeerHasWraps(_))));
    world.connect(village, relay);
    world.run();
    assert!(world.replicas[village].store.wraps.contains_key(&for_village));
    assert!(
        !world.replicas[village].store.wraps.contains_key(&for_other),
        "only its own"
    );
}

#[test]
fn a_device_asks_another_for_the_wraps_of_epochs_that_it_lacks() {
    let (mut world, village, police, _) = three();
    let mine = world.wrap(police, village, 5);
    let link = world.connect(village, police);
    world.run();
    assert!(
        world.replicas[village].store.wraps.is_empty(),
        "not offered unasked between devices"
    );
    let wants = Wants {
        wraps: vec![EpochId([5; 32])],
        ..Wants::default()
    };
    let store = &world.replicas[village].store;
    world.links[link].sides[0].session.wants(wants, store, 0).unwrap();
    world.run();
    assert!(world.replicas[village].store.wraps.contains_key(&mine));
}

#[test]
fn payloads_that_nobody_has_take_no_place_of_what_others_wrote() {
    let (mut world, village, liar, relay) = three();
    let name = LogName {
        book: book(1),
        device: world.replicas[liar].device(),
        log: LogId([1; 16]),
    };
    let mut ids = Vec::new();
    let mut tip = None;
    for _ in 0..12_000 {
        let (envelope, _) = world.sign(liar, name, tip, 20);
        for of in [village, relay] {
            world.replicas[of].store.add_entry(&envelope, None);
        }
        tip = Some(Tip {
            seq: envelope.header().seq,
            id: envelope.id(),
        });
        ids.push(envelope.id());
    }
    let honest = world.write(village, 1, 2, 100);
    world.connect(village, relay);
    world.run();
    let kept = &mut world.replicas[relay].store.entries;
    kept.get_mut(&honest).unwrap().1.payload = None;
    ids.push(honest);
    // The worst order; the store gives a better one.
    let wants = Wants {
        payloads: ids,
        ..Wants::default()
    };
    let link = world.connect(village, relay);
    let store = &world.replicas[relay].store;
    world.links[link].sides[1].session.wants(wants, store, 0).unwrap();
    world.run();
    assert!(world.replicas[relay].store.entries[&honest].1.payload.is_some());
    assert!(world.up_to_date(link));
}

#[test]
fn a_new_wrap_is_pushed_live_to_whom_it_is_for() {
    let (mut world, village, police, relay) = three();
    world.connect(village, relay);
    world.connect(police, relay);
    world.run();
    let id = world.wrap(police, village, 6);
    world.changed(
        police,
        &Changed {
            wraps: vec![id],
            ..Changed::default()
        },
        None,
    );
    world.run();
    assert!(world.replicas[village].store.wraps.contains_key(&id));
}

#[test]
fn a_payload_that_was_dropped_is_fetched_by_id_where_it_is_held() {
    let (mut world, village, police, relay) = three();
    let id = world.write(village, 1, 1, 700_000);
    world.connect(village, relay);
    world.run();
    world.links.clear();
    let whole = world.replicas[relay].store.entries[&id].1.payload.clone();
    assert!(whole.is_some(), "long payloads travel in parts");
    world.replicas[village]
        .store
        .entries
        .get_mut(&id)
        .unwrap()
        .1
        .payload = None;
    // The envelope alone travels and is stored.
    let link = world.connect(police, village);
    world.run();
    assert_eq!(world.replicas[police].store.entries[&id].1.payload, None);
    let wants = Wants {
        payloads: vec![id],
        ..Wants::default()
    };
    let store = &world.replicas[police].store;
    world.links[link].sides[0]
        .session
        .wants(wants.clone(), store, 0)
        .unwrap();
    world.run();
    let lacks = |event: &Event| matches!(event, Event::PeerLacks { payloads, .. } if payloads == &[id]);
    assert!(world.told(link, 0, lacks));
    let link = world.connect(police, relay);
    let store = &world.replicas[police].store;
    world.links[link].sides[0].session.wants(wants, store, 0).unwrap();
    world.run();
    assert_eq!(world.replicas[police].store.entries[&id].1.payload, whole);
}

fn wanted(digest: Digest, held: u64) -> WantedSave {
    WantedSave {
        entry: EntryId([7; 32]),
        digest,
        size: 900_000,
        held,
    }
}

#[test]
fn who_is_asked_for_a_payload_that_it_lacks_too_says_all_the_same_when_both_hold_the_same() {
    for seed in 0..20 {
        let mut world = World::new(seed);
        let village = world.device(&[1]);
        let police = world.device(&[1]);
        let relay = world.relay(&[1]);
        for at in [village, police, relay] {
            world.inform(at);
        }
        let id = world.write(village, 1, 1, 100);
        world.replicas[village]
            .store
            .entries
            .get_mut(&id)
            .unwrap()
            .1
            .payload = None;
        world.connect(village, relay);
        world.run();
        world.links.clear();
        world.write(police, 1, 1, 100);
        let link = world.connect(police, relay);
        // As soon as the entry is here, its payload is asked for.
        while !world.replicas[police].store.entries.contains_key(&id) {
            world.act(link, 0);
            world.act(link, 1);
        }
        let wants = Wants {
            payloads: vec![id],
            ..Wants::default()
        };
        let store = &world.replicas[police].store;
        world.links[link].sides[0].session.wants(wants, store, 0).unwrap();
        world.run();
        assert!(world.up_to_date(link), "seed {seed}");
    }
}

#[test]
fn of_what_a_peer_is_not_served_not_even_a_payload_is_asked_of_it() {
    let mut world = World::new(23);
    let police = world.device(&[1, 2]);
    let village = world.device(&[1]);
    let relay = world.relay(&[1, 2]);
    for at in [police, village, relay] {
        world.inform(at);
    }
    let id = world.write(police, 2, 1, 100);
    world.connect(police, relay);
    world.run();
    world.links.clear();
    world.replicas[relay]
        .store
        .entries
        .get_mut(&id)
        .unwrap()
        .1
        .payload = None;
    let wants = Wants {
        payloads: vec![id],
        ..Wants::default()
    };
    let mut asked = Vec::new();
    for peer in [village, police] {
        let link = world.connect(relay, peer);
        let quiet = world.connect(relay, peer);
        let store = &world.replicas[relay].store;
        let session = &mut world.links[link].sides[0].session;
        session.wants(wants.clone(), store, 0).unwrap();
        world.run();
        asked.push(world.bytes(link).0 > world.bytes(quiet).0 + 32);
        world.links.clear();
    }
    assert_eq!(asked, [false, true]);
    assert!(world.replicas[relay].store.entries[&id].1.payload.is_some());
}

#[test]
fn blobs_come_in_parts_and_go_on_where_they_stopped() {
    let (mut world, village, _, relay) = three();
    let bytes: Vec<u8> = (0..900_000u32).map(|n| n as u8).collect();
    let digest = Digest([8; 32]);
    world.replicas[relay]
        .store
        .blobs
        .insert(digest, (book(1), bytes.clone()));
    let link = world.connect(village, relay);
    world.run();
    let missing = Digest([9; 32]);
    let wants = Wants {
        saves: vec![wanted(missing, 0), wanted(digest, 100_000)],
        ..Wants::default()
    };
    let store = &world.replicas[village].store;
    world.links[link].sides[0].session.wants(wants, store, 0).unwrap();
    world.run();
    let lacks = |event: &Event| matches!(event, Event::PeerLacks { blobs, .. } if blobs == &[missing]);
    assert!(world.told(link, 0, lacks));
    let parts: Vec<u8> = world.links[link].sides[0]
        .parts
        .iter()
        .flat_map(|part| part.bytes.clone())
        .collect();
    assert_eq!(parts, bytes[100_000..]);
}

#[test]
fn a_save_that_is_longer_than_was_said_is_not_taken() {
    let (mut world, village, _, relay) = three();
    let digest = Digest([8; 32]);
    let store = &mut world.replicas[relay].store;
    store.blobs.insert(digest, (book(1), vec![1; 900_001]));
    let link = world.connect(village, relay);
    world.run();
    let wants = Wants {
        saves: vec![wanted(digest, 0)],
        ..Wants::default()
    };
    let store = &world.replicas[village].store;
    world.links[link].sides[0].session.wants(wants, store, 0).unwrap();
    world.run();
    assert!(world.links[link].sides[0].parts.is_empty());
}

/// A save of 900,000 bytes that a device holds, and the checkpoint that names it.
fn with_save(world: &mut World, at: usize) -> SaveRef {
    let entry = world.write(at, 1, 1, 100);
    let digest = Digest([8; 32]);
    let save = SaveRef {
        entry,
        digest,
        size: 900_000,
    };
    let store = &mut world.replicas[at].store;
    store.blobs.insert(digest, (book(1), vec![5; 900_000]));
    store.saves.push(save);
    save
}

/// How many bytes a device sent in a session with a relay that ends with both equal.
fn meets(world: &mut World, device: usize, relay: usize) -> u64 {
    let link = world.connect(device, relay);
    world.run();
    assert!(world.up_to_date(link));
    let sent = world.bytes(link).0;
    world.links.clear();
    sent
}

#[test]
fn a_save_for_which_there_was_no_room_is_offered_again_in_the_next_session_and_comes_once() {
    let (mut world, village, _, relay) = three();
    let save = with_save(&mut world, village);
    let held = |world: &World| {
        world.replicas[relay]
            .store
            .blobs
            .get(&save.digest)
            .map_or(0, |(_, bytes)| bytes.len())
    };
    world.replicas[relay].store.room_for_saves = 300_000;
    let link = world.connect(village, relay);
    world.run();
    assert!(world.up_to_date(link));
    let (held_first, sent) = (held(&world), world.bytes(link).0);
    assert!(0 < held_first && held_first <= 300_000);
    // Within the session nothing of it goes again, whatever else is new.
    world.write(village, 1, 1, 100);
    let books = vec![book(1)];
    world.changed(
        village,
        &Changed {
            books,
            ..Changed::default()
        },
        None,
    );
    world.run();
    assert!(world.bytes(link).0 < sent + 1_000);
    assert_eq!(held(&world), held_first);
    world.links.clear();
    // As long as there is no room, a session is told so before much has gone.
    world.replicas[relay].store.room_for_saves = 0;
    assert!(meets(&mut world, village, relay) < 300_000);
    assert_eq!(held(&world), held_first);
    // Where there is, what was lacking comes, and goes no second time; then not even its name does.
    world.replicas[relay].store.room_for_saves = 900_000;
    let rest = 900_000 - held_first as u64;
    let sent = meets(&mut world, village, relay);
    assert!(rest < sent && sent < rest + 1_000, "{sent}");
    assert_eq!(held(&world), 900_000);
    let first = meets(&mut world, village, relay);
    let second = meets(&mut world, village, relay);
    assert!(second + 60 < first && second < 110, "{first}, {second}");
}

#[test]
fn a_save_of_a_log_that_is_left_out_for_now_comes_when_the_log_goes_on() {
    let (mut world, village, _, relay) = three();
    world.write(village, 1, 1, 100);
    meets(&mut world, village, relay);
    let save = with_save(&mut world, village);
    world.replicas[relay].store.room_for_saves = 900_000;
    let name = world.replicas[village].store.entries[&save.entry].0.log;
    world.replicas[relay].store.quota.insert(name);
    meets(&mut world, village, relay);
    world.replicas[relay].store.quota.clear();
    world.now_ms += 61_000;
    meets(&mut world, village, relay);
    assert!(world.replicas[relay].store.place(&save.entry).unwrap().is_some());
    assert_eq!(world.replicas[relay].store.blobs.len(), 1);
}

#[test]
fn a_save_that_was_cut_off_goes_on_in_the_next_session_though_its_entry_had_come() {
    let (mut world, village, _, relay) = three();
    meets(&mut world, village, relay);
    let save = with_save(&mut world, village);
    world.replicas[relay].store.room_for_saves = 900_000;
    let link = world.connect(village, relay);
    let part = |world: &World| {
        world.replicas[relay]
            .store
            .blobs
            .get(&save.digest)
            .map_or(0, |(_, bytes)| bytes.len())
    };
    while part(&world) == 0 {
        world.act(link, 0);
        world.act(link, 1);
    }
    assert!(part(&world) < 900_000, "it came whole");
    world.cut(link);
    meets(&mut world, village, relay);
    assert_eq!(part(&world), 900_000);
}
