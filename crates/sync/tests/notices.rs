//! Notices: served, out of their logs, to whom they concern; anything else that is sent as one is passed over.

use crate::harness::{World, book};
use sothon_ledger::payload::{Epoch, Receipt, Yes};
use sothon_ledger::register::LogHead;
use sothon_ledger::{AgreeKey, EntryId, Envelope, EpochId, Height, Kind, LogId, Suite, cbor};
use sothon_sync::{Changed, Event, LogName};

/// A village head who only drops into book 1, police who reads it, and a relay.
fn three() -> (World, usize, usize, usize) {
    let mut world = World::new(31);
    let village = world.device(&[1]);
    let police = world.device(&[1]);
    let relay = world.relay(&[1]);
    for at in [village, police, relay] {
        world.inform(at);
    }
    let device = world.replicas[village].device();
    world.only.insert(book(1), device);
    (world, village, police, relay)
}

/// An entry by a replica's device that follows one which nobody holds: only as a notice can it be served.
fn alone(
    world: &World,
    author: usize,
    seq: u64,
    kind: Kind,
    after: &[EntryId],
    payload: Vec<u8>,
) -> (Envelope, Vec<u8>) {
    let replica = &world.replicas[author];
    let sealed = !kind.is_clear();
    let header = sothon_ledger::Header {
        version: 1,
        book: book(1),
        device: replica.device(),
        log: LogId([8; 16]),
        seq,
        backlink: (seq > 0).then_some(EntryId([9; 32])),
        after: after.to_vec(),
        height: Height(1),
        operation: sothon_ledger::OperationTag([0; 8]),
        kind,
        epoch: matches!(kind, Kind::Epoch | Kind::Changes).then_some(EpochId([3; 32])),
        suite: match kind {
            Kind::Reply => Suite::HpkeX25519,
            _ if sealed => Suite::XChaCha20Poly1305,
            _ => Suite::Clear,
        },
        encoding: if sealed {
            sothon_ledger::Encoding::ZstdPadded
        } else {
            sothon_ledger::Encoding::Cbor
        },
        unknown_critical: false,
    };
    (Envelope::sign(&header, &payload, &replica.key), payload)
}

/// Puts an entry into a replica's store, before which others are lacking, and lets it serve it as a notice.
fn serve(world: &mut World, at: usize, to: usize, (envelope, payload): (Envelope, Vec<u8>)) -> EntryId {
    let header = envelope.header();
    let place = sothon_sync::EntryRef {
        log: LogName {
            book: header.book,
            device: header.device,
            log: header.log,
        },
        seq: header.seq,
        id: envelope.id(),
        backlink: header.backlink,
        bytes: (envelope.bytes().len() + payload.len()) as u64,
    };
    let stored = sothon_sync::StoredEntry {
        envelope: envelope.bytes().to_vec(),
        payload: Some(payload),
    };
    let device = world.replicas[to].device();
    let store = &mut world.replicas[at].store;
    store.entries.insert(envelope.id(), (place, stored));
    store
        .concerns
        .entry((book(1), device))
        .or_default()
        .push(envelope.id());
    envelope.id()
}

fn epoch(world: &World, author: usize, seq: u64) -> (Envelope, Vec<u8>) {
    let body = Epoch {
        height: Height(1),
        drop_key: AgreeKey([seq as u8; 32]),
    };
    alone(world, author, seq, Kind::Epoch, &[], cbor::encode(&body))
}

fn noticed(world: &World, at: usize) -> Vec<EntryId> {
    world.replicas[at].store.noticed.keys().copied().collect()
}

#[test]
fn a_notice_comes_without_what_stands_before_it_and_only_once() {
    let (mut world, village, police, relay) = three();
    let made = epoch(&world, police, 7);
    let id = serve(&mut world, relay, village, made);
    let link = world.connect(village, relay);
    world.run();
    assert!(world.up_to_date(link));
    assert_eq!(noticed(&world, village), [id]);
    assert!(
        world.replicas[village].store.entries.is_empty(),
        "it has no place in a log"
    );
    world.links.clear();
    let link = world.connect(relay, village);
    world.run();
    let (there, back) = world.bytes(link);
    assert!(there + back < 150, "{there} + {back}");
}

/// Who was told elsewhere what the peer does not hold yet wants nothing of the peer's: then that was the last word.
#[test]
fn who_holds_more_notices_than_who_serves_them_ends_in_agreement_too() {
    for opener in [0, 1] {
        let (mut world, village, police, relay) = three();
        for seq in [7, 8] {
            let made = epoch(&world, police, seq);
            serve(&mut world, relay, village, made);
        }
        world.connect(village, relay);
        world.run();
        assert_eq!(noticed(&world, village).len(), 2);
        world.links.clear();
        let first = epoch(&world, police, 7);
        serve(&mut world, police, village, first);
        let ends = [village, police];
        let link = world.connect(ends[opener], ends[1 - opener]);
        world.run();
        for side in [0, 1] {
            let told = world.told(link, side, |event| matches!(event, Event::UpToDate { .. }));
            assert!(told, "opener {opener}, side {side}");
        }
    }
}

#[test]
fn nobody_is_up_to_date_before_the_notices_are_here() {
    for opener in [0, 1] {
        let (mut world, village, police, relay) = three();
        let made = epoch(&world, police, 7);
        let id = serve(&mut world, relay, village, made);
        let (one, other) = if opener == 0 {
            (village, relay)
        } else {
            (relay, village)
        };
        let link = world.connect(one, other);
        let told = |world: &World, at| world.told(link, at, |event| matches!(event, Event::UpToDate { .. }));
        while !(told(&world, 0) && told(&world, 1)) {
            world.act(link, 0);
            world.act(link, 1);
            for at in [0, 1] {
                assert!(!told(&world, at) || noticed(&world, village) == [id], "side {at}");
            }
        }
    }
}

#[test]
fn who_holds_notices_and_meets_who_has_none_at_all_comes_to_an_end_with_it() {
    let (mut world, village, police, relay) = three();
    let made = epoch(&world, police, 7);
    let id = serve(&mut world, relay, village, made);
    world.connect(village, relay);
    world.run();
    assert_eq!(noticed(&world, village), [id]);
    world.links.clear();
    // A relay set back to nothing.
    let empty = world.relay(&[1]);
    world.inform(empty);
    let link = world.connect(village, empty);
    world.run();
    assert!(world.up_to_date(link));
    assert!((0..2).all(|at| world.links[link].sides[at].session.is_idle()));
}

#[test]
fn what_is_new_is_pushed_while_the_session_is_open() {
    let (mut world, village, police, relay) = three();
    world.connect(village, relay);
    world.run();
    let made = epoch(&world, police, 7);
    let id = serve(&mut world, relay, village, made);
    let changed = Changed {
        books: vec![book(1)],
        ..Changed::default()
    };
    world.changed(relay, &changed, None);
    world.run();
    assert_eq!(noticed(&world, village), [id]);
}

#[test]
fn receipts_and_replies_are_taken_for_own_drops_and_yeses_by_all() {
    let (mut world, village, police, relay) = three();
    let own = world.write(village, 1, 5, 100);
    let head = |log: u8| LogHead {
        log: LogId([log; 16]),
        seq: 0,
        id: own,
    };
    let receipt = |log| {
        cbor::encode(&Receipt {
            heads: vec![head(log)],
        })
    };
    let yes = cbor::encode(&Yes {
        device: world.replicas[police].device(),
    });
    let foreign = EntryId([44; 32]);
    let right = [
        alone(&world, police, 1, Kind::Receipt, &[], receipt(5)),
        alone(&world, police, 2, Kind::Reply, &[own], vec![1; 2096]),
        alone(&world, police, 3, Kind::Yes, &[], yes),
    ];
    let wrong = [
        alone(&world, police, 4, Kind::Receipt, &[], receipt(6)),
        alone(&world, police, 5, Kind::Reply, &[foreign], vec![1; 2096]),
        alone(&world, police, 6, Kind::Changes, &[own], vec![1; 100]),
    ];
    let mut wanted: Vec<EntryId> = right
        .into_iter()
        .map(|e| serve(&mut world, relay, village, e))
        .collect();
    wanted.sort_unstable();
    for entry in wrong {
        serve(&mut world, relay, village, entry);
    }
    world.connect(village, relay);
    world.run();
    assert_eq!(noticed(&world, village), wanted);
}

#[test]
fn a_forged_notice_is_a_strike_and_nobody_stores_one_who_holds_the_book() {
    let (mut world, village, police, relay) = three();
    let forger = world.device(&[2]);
    for at in [village, relay, police] {
        world.inform(at);
    }
    let (real, payload) = epoch(&world, police, 7);
    let mut header = real.header().clone();
    header.seq = 8;
    let forged = Envelope::sign(&header, &payload, &world.replicas[forger].key);
    serve(&mut world, relay, village, (forged, payload.clone()));
    // To whom the book is served whole nothing is a notice.
    serve(&mut world, relay, police, (real, payload));
    world.connect(village, relay);
    world.connect(police, relay);
    world.run();
    assert_eq!(noticed(&world, village), []);
    assert_eq!(noticed(&world, police), []);
}
