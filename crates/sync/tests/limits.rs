//! What a hostile, slow or mistaken peer can do, and where it ends.

use crate::harness::{World, book};
use minicbor::Encoder;
use proptest::prelude::*;
use sothon_ledger::{Height, LogId};
use sothon_sync::*;

/// A village with some entries that waits for a peer to open a session, and that peer's hello.
fn waiting(entries: usize) -> (World, Session, Vec<u8>) {
    let mut world = World::new(31);
    let village = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    world.inform(village);
    world.inform(relay);
    for _ in 0..entries {
        world.write(village, 1, 1, 1000);
    }
    let link = world.connect(relay, village);
    let [mut opener, waiting] = world.links.remove(link).sides;
    let hello = opener
        .session
        .poll_output(&world.replicas[relay].store)
        .unwrap()
        .unwrap();
    (world, waiting.session, hello)
}

fn frame(items: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut body = Vec::new();
    items(&mut Encoder::new(&mut body));
    let mut out = Vec::new();
    Encoder::new(&mut out).bytes(&body).unwrap();
    out
}

fn closed(session: &mut Session) -> Option<CloseReason> {
    while let Some(event) = session.poll_event() {
        if let Event::Closed { reason, .. } = event {
            return Some(reason);
        }
    }
    None
}

/// Feeds bytes as a peer might, in pieces; whatever they are, the session neither panics nor grows without bound.
fn feed(bytes: &[u8], cut: usize) {
    let (world, mut session, hello) = waiting(3);
    let store = &world.replicas[0].store;
    session.handle(&hello, store, 0).unwrap();
    for piece in bytes.chunks(cut.max(1)) {
        session.handle(piece, store, 0).unwrap();
        while let Some(out) = session.poll_output(store).unwrap() {
            assert!(out.len() < 1 << 20);
        }
        while let Some(event) = session.poll_event() {
            if let Event::Store(batch) = event {
                session.stored(batch.id, StoreOutcome::Stored, store, 0).unwrap();
            }
        }
    }
}

/// What the opener of an honest session sends.
fn honest_transcript() -> Vec<u8> {
    let mut world = World::new(31);
    let village = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    world.inform(village);
    world.inform(relay);
    for n in 0..12 {
        world.write(village, 1 + n % 2, n, 100);
    }
    world.connect(village, relay);
    let mut sent = Vec::new();
    for _ in 0..50 {
        let before = world.links[0].sides[0].wire.len();
        let store = &world.replicas[village].store;
        if let Some(bytes) = world.links[0].sides[0].session.poll_output(store).unwrap() {
            sent.extend(&bytes);
            world.links[0].sides[0].wire.extend(bytes);
        }
        assert!(before < 1 << 20);
        world.act(0, 1);
        world.act(0, 1);
        world.links[0].sides[1].wire.make_contiguous();
        let back: Vec<u8> = world.links[0].sides[1].wire.drain(..).collect();
        let store = &world.replicas[village].store;
        world.links[0].sides[0].session.handle(&back, store, 0).unwrap();
    }
    sent
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600), cut in 1usize..200) {
        feed(&bytes, cut);
    }

    #[test]
    fn garbage_in_frames_never_panics(
        bodies in proptest::collection::vec((0u8..30, proptest::collection::vec(any::<u8>(), 0..60)), 0..12),
    ) {
        let mut bytes = Vec::new();
        for (kind, rest) in bodies {
            let mut body = vec![0x80 | (1 + rest.len().min(4) as u8)];
            Encoder::new(&mut body).u8(kind).unwrap();
            body.extend(rest);
            Encoder::new(&mut bytes).bytes(&body).unwrap();
        }
        feed(&bytes, 50);
    }

    #[test]
    fn a_damaged_honest_stream_never_panics(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = TRANSCRIPT.with(Clone::clone);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        feed(&bytes, 333);
    }
}

thread_local! {
    static TRANSCRIPT: Vec<u8> = honest_transcript()[61..].to_vec();
}

#[test]
fn huge_lengths_end_the_session_before_anything_is_allocated() {
    for head in [
        &[0x5a, 0xff, 0xff, 0xff, 0xff][..],
        &[0x5b, 0, 0, 1, 0, 0, 0, 0, 0],
        &[0x5f],
        &[0x80],
    ] {
        let (world, mut session, hello) = waiting(0);
        let store = &world.replicas[0].store;
        session.handle(&hello, store, 0).unwrap();
        session.handle(head, store, 0).unwrap();
        assert_eq!(closed(&mut session), Some(CloseReason::Protocol), "{head:x?}");
    }
}

#[test]
fn unknown_frames_are_skipped_unless_they_are_critical() {
    let (world, mut session, hello) = waiting(0);
    let store = &world.replicas[0].store;
    session.handle(&hello, store, 0).unwrap();
    let unknown = frame(|e| {
        e.array(2).unwrap().u16(900).unwrap().str("later").unwrap();
    });
    session.handle(&unknown, store, 0).unwrap();
    assert_eq!(closed(&mut session), None);
    let critical = frame(|e| {
        e.array(1).unwrap().i8(-3).unwrap();
    });
    session.handle(&critical, store, 0).unwrap();
    assert_eq!(closed(&mut session), Some(CloseReason::Version));
}

#[test]
fn a_peer_that_does_not_acknowledge_gets_no_more_than_the_window() {
    let mut world = World::new(32);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    world.write(village, 1, 1, 10);
    world.connect(village, relay);
    world.run();
    world.links.clear();
    for _ in 0..8 {
        world.write(village, 1, 1, 1 << 20);
    }
    let link = world.connect(village, relay);
    let store = &world.replicas[village].store;
    let session = &mut world.links[link].sides[0].session;
    let mut sent = 0;
    while let Some(bytes) = session.poll_output(store).unwrap() {
        assert!(bytes.len() < 400_000);
        sent += bytes.len();
    }
    assert!((2 << 20..4 << 20).contains(&sent), "{sent}");
}

#[test]
fn a_peer_that_ignores_the_window_is_cut_off() {
    let (mut world, mut session, hello) = waiting(0);
    let name = LogName {
        book: book(1),
        device: world.replicas[0].device(),
        log: LogId([7; 16]),
    };
    let mut before = None;
    let mut stream = hello;
    for _ in 0..6 {
        let (envelope, payload) = world.sign(0, name, before, 1 << 20);
        before = Some(Tip {
            seq: envelope.header().seq,
            id: envelope.id(),
        });
        let (first, rest) = payload.split_at(256 << 10);
        stream.extend(frame(|e| {
            e.array(3)
                .unwrap()
                .u8(4)
                .unwrap()
                .bytes(envelope.bytes())
                .unwrap()
                .bytes(first)
                .unwrap();
        }));
        for part in rest.chunks(256 << 10) {
            stream.extend(frame(|e| {
                e.array(2).unwrap().u8(5).unwrap().bytes(part).unwrap();
            }));
        }
    }
    // The driver never stores: its disk is slow.
    let store = &world.replicas[0].store;
    session.handle(&stream, store, 0).unwrap();
    assert_eq!(closed(&mut session), Some(CloseReason::Flood));
}

#[test]
fn invalid_entries_are_never_stored_and_a_few_of_them_end_the_session() {
    let (mut world, mut session, hello) = waiting(0);
    let mut stream = hello;
    for log in 0..3 {
        let name = LogName {
            book: book(1),
            device: world.replicas[0].device(),
            log: LogId([log; 16]),
        };
        let (envelope, payload) = world.sign(0, name, None, 50);
        let mut bytes = envelope.bytes().to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        stream.extend(frame(|e| {
            e.array(3)
                .unwrap()
                .u8(4)
                .unwrap()
                .bytes(&bytes)
                .unwrap()
                .bytes(&payload)
                .unwrap();
        }));
    }
    session.handle(&stream, &world.replicas[0].store, 0).unwrap();
    let mut events = Vec::new();
    while let Some(event) = session.poll_event() {
        assert!(!matches!(event, Event::Store(_)));
        events.push(event);
    }
    assert!(
        events.contains(&Event::Closed {
            reason: CloseReason::Invalid,
            by_peer: false
        }),
        "{events:?}"
    );
}

#[test]
fn a_log_that_claims_a_height_far_above_ours_is_not_now_and_keeps_nothing_else_back() {
    let mut world = World::new(33);
    let village = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    world.limits.height_ahead = 5;
    world.inform(village);
    world.inform(relay);
    let held = world.replicas[village].store.operations.clone();
    for _ in 0..6 {
        world.operation(sothon_ledger::register::Action::StillCurrent);
    }
    world.inform(village);
    let far = world.write(village, 1, 9, 100);
    world.replicas[village].store.operations = held;
    let near = world.write(village, 2, 1, 100);
    let link = world.connect(village, relay);
    world.run();
    let relay_store = &world.replicas[relay].store;
    assert!(relay_store.place(&near).unwrap().is_some());
    assert!(relay_store.place(&far).unwrap().is_none());
    assert!(world.up_to_date(link));
    // In the next session it is left out and costs nine bytes, not the entry.
    world.links.clear();
    let link = world.connect(village, relay);
    world.run();
    let (out, back) = world.bytes(link);
    assert!(out + back < 110, "{out} + {back}");
    assert!(world.up_to_date(link));
    assert_eq!(world.replicas[village].store.height(), Height(2));
}

#[test]
fn over_quota_means_not_now_until_then_and_then_it_goes() {
    let mut world = World::new(34);
    let village = world.device(&[1, 2]);
    let relay = world.relay(&[1, 2]);
    world.inform(village);
    world.inform(relay);
    for _ in 0..50 {
        world.write(village, 1, 1, 1000);
    }
    let fine = world.write(village, 2, 1, 100);
    let name = LogName {
        book: book(1),
        device: world.replicas[village].device(),
        log: LogId([1; 16]),
    };
    world.replicas[relay].store.quota.insert(name);
    let link = world.connect(village, relay);
    world.run();
    assert_eq!(world.replicas[relay].store.entries.len(), 1);
    assert!(world.replicas[relay].store.place(&fine).unwrap().is_some());
    assert!(world.told(
        link,
        0,
        |event| matches!(event, Event::UpToDate { left_out } if left_out == &[name])
    ));
    // New entries of that log are not sent either.
    world.write(village, 1, 1, 1000);
    let sent = world.bytes(link).0;
    world.changed(
        village,
        &Changed {
            books: vec![book(1)],
            ..Changed::default()
        },
        None,
    );
    world.run();
    assert_eq!(world.bytes(link).0, sent);
    world.replicas[relay].store.quota.clear();
    world.now_ms += 61_000;
    for at in [0, 1] {
        let side = &mut world.links[link].sides[at];
        side.session
            .tick(&world.replicas[side.replica].store, world.now_ms)
            .unwrap();
    }
    world.run();
    world.assert_equal(village, relay);
}

#[test]
fn a_log_may_have_only_so_many_branches() {
    let mut world = World::new(35);
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.limits.tips = 4;
    world.inform(village);
    world.inform(relay);
    let name = LogName {
        book: book(1),
        device: world.replicas[village].device(),
        log: LogId([1; 16]),
    };
    for _ in 0..9 {
        world.entry(village, name, None, 100);
    }
    let link = world.connect(village, relay);
    world.run();
    assert_eq!(world.replicas[relay].store.entries.len(), 4);
    let refused = |event: &Event| {
        matches!(
            event,
            Event::NotNow {
                reason: NotNowReason::TooManyForks,
                ..
            }
        )
    };
    assert!(world.told(link, 0, refused));
}

#[test]
fn a_branch_on_which_another_built_is_taken_though_the_author_filled_the_log_with_others() {
    let mut world = World::new(41);
    let liar = world.device(&[1]);
    let head = world.device(&[1]);
    let police = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.limits.tips = 4;
    world.limits.branches = 6;
    for of in [liar, head, police, relay] {
        world.inform(of);
    }
    let name = LogName {
        book: book(1),
        device: world.replicas[liar].device(),
        log: LogId([1; 16]),
    };
    // To the relay go as many as it takes of its author; to the village's head another one, on which it builds.
    for _ in 0..4 {
        world.entry(liar, name, None, 100);
    }
    let link = world.connect(liar, relay);
    world.run();
    assert_eq!(world.replicas[relay].store.entries.len(), 4);
    let (other, payload) = world.sign(liar, name, None, 100);
    world.replicas[head].store.add_entry(&other, Some(payload));
    let built = world.write(head, 1, 2, 100);
    let met = world.connect(head, relay);
    world.run();
    world.assert_equal(head, relay);
    assert!(world.up_to_date(met));
    // And on to others, whole.
    world.connect(police, relay);
    world.run();
    world.assert_equal(police, relay);
    for id in [other.id(), built] {
        assert!(world.replicas[police].store.place(&id).unwrap().is_some());
    }
    // Its author fills nothing more.
    world.entry(liar, name, None, 100);
    let again = world.connect(liar, relay);
    world.run();
    assert_eq!(world.replicas[relay].store.logs[&name].len(), 5);
    // And there is an end for others too.
    for _ in 0..3 {
        let (other, payload) = world.sign(liar, name, None, 100);
        world.replicas[head].store.add_entry(&other, Some(payload));
    }
    world.connect(head, relay);
    world.run();
    assert_eq!(world.replicas[relay].store.logs[&name].len(), 6);
    let _ = (link, again);
}

#[test]
fn a_book_with_more_logs_than_may_wait_unread_is_compared_and_what_is_new_goes() {
    let mut world = World::new(40);
    // As 60,000 logs are to the usual 1 MiB: that runs too, for minutes.
    world.limits.unread_bytes = 32 << 10;
    let village = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(village);
    world.inform(relay);
    let device = world.replicas[village].device();
    for n in 0..2_000u32 {
        let mut log = [0; 16];
        log[..4].copy_from_slice(&n.to_be_bytes());
        let name = LogName {
            book: book(1),
            device,
            log: LogId(log),
        };
        let (envelope, payload) = world.sign(village, name, None, 20);
        for of in [village, relay] {
            world.replicas[of]
                .store
                .add_entry(&envelope, Some(payload.clone()));
        }
    }
    world.write(village, 1, 255, 100);
    let link = world.connect(village, relay);
    world.run();
    world.assert_equal(village, relay);
    assert!(world.up_to_date(link));
    let closed = |event: &Event| matches!(event, Event::Closed { .. });
    assert!(!world.told(link, 0, closed) && !world.told(link, 1, closed));
}

#[test]
fn a_peer_that_asks_for_long_answers_and_reads_none_is_cut_off() {
    let (mut world, mut session, hello) = waiting(0);
    let device = world.replicas[0].device();
    for n in 0..2_000u32 {
        let mut log = [0; 16];
        log[..4].copy_from_slice(&n.to_be_bytes());
        let name = LogName {
            book: book(1),
            device,
            log: LogId(log),
        };
        let (envelope, payload) = world.sign(0, name, None, 20);
        world.replicas[0].store.add_entry(&envelope, Some(payload));
    }
    let store = &world.replicas[0].store;
    session.handle(&hello, store, 0).unwrap();
    let mut asked = 0;
    while !session.is_closed() {
        asked += 1;
        assert!(asked < 1_000, "so much is kept for who does not read");
        // Books, which are answered with all logs; then that nothing is wanted.
        let books = frame(|e| {
            e.array(4).unwrap().u8(9).unwrap().u8(0).unwrap().null().unwrap();
            e.array(0).unwrap();
        });
        let nothing = frame(|e| {
            e.array(4).unwrap().u8(11).unwrap().u8(0).unwrap();
            e.array(0).unwrap().array(0).unwrap();
        });
        session.handle(&books, store, 0).unwrap();
        session.handle(&nothing, store, 0).unwrap();
    }
    assert_eq!(closed(&mut session), Some(CloseReason::Flood));
}

#[test]
fn the_log_with_the_fewest_bytes_left_goes_first_and_each_in_order() {
    let mut world = World::new(36);
    let village = world.device(&[1, 2, 3]);
    let relay = world.relay(&[1, 2, 3]);
    world.inform(village);
    world.inform(relay);
    for (to, len) in [(1, 5000), (2, 100), (3, 1000)] {
        for _ in 0..5 {
            world.write(village, to, 1, len);
        }
    }
    let link = world.connect(village, relay);
    world.run();
    let order: Vec<(u8, u64)> = world.links[link].sides[1]
        .stored
        .iter()
        .map(|(log, seq)| (log.book.0[0], *seq))
        .collect();
    let expected: Vec<(u8, u64)> = [2, 3, 1]
        .into_iter()
        .flat_map(|b| (0..5).map(move |seq| (b, seq)))
        .collect();
    assert_eq!(order, expected);
}

#[test]
fn a_peer_that_asks_again_and_again_for_what_it_acknowledged_is_cut_off() {
    let (world, mut session, hello) = waiting(5);
    let store = &world.replicas[0].store;
    session.handle(&hello, store, 0).unwrap();
    while session.poll_output(store).unwrap().is_some() {}
    // The log's reference, taken from the salt as any peer of the session can.
    let name = *store.logs.keys().next().unwrap();
    let log = crate::harness::log_ref(1, &name);
    let mut acknowledged = 0u64;
    for _ in 0..100 {
        let want = frame(|e| {
            e.array(4)
                .unwrap()
                .u8(11)
                .unwrap()
                .u8(2)
                .unwrap()
                .array(1)
                .unwrap();
            e.array(3)
                .unwrap()
                .bytes(&log)
                .unwrap()
                .u8(2)
                .unwrap()
                .array(0)
                .unwrap();
            e.array(0).unwrap();
        });
        session.handle(&want, store, 0).unwrap();
        while session.poll_output(store).unwrap().is_some() {}
        acknowledged += 5;
        let ack = frame(|e| {
            e.array(2).unwrap().u8(6).unwrap().u64(acknowledged).unwrap();
        });
        session.handle(&ack, store, 0).unwrap();
        if session.is_closed() {
            break;
        }
    }
    assert_eq!(closed(&mut session), Some(CloseReason::Flood));
}

#[test]
fn a_peer_that_asks_and_does_not_read_is_cut_off() {
    let (world, mut session, hello) = waiting(5);
    let store = &world.replicas[0].store;
    session.handle(&hello, store, 0).unwrap();
    let log = crate::harness::log_ref(1, store.logs.keys().next().unwrap());
    for n in 0..200_000u32 {
        // Wants along a branch that nobody has: each is a question back, once; and books, which are answered.
        let books = frame(|e| {
            e.array(4)
                .unwrap()
                .u8(9)
                .unwrap()
                .u8(0)
                .unwrap()
                .null()
                .unwrap()
                .array(1)
                .unwrap();
            e.array(2)
                .unwrap()
                .bytes(&n.to_be_bytes())
                .unwrap()
                .bytes(&log)
                .unwrap();
        });
        session.handle(&books, store, 0).unwrap();
        if session.is_closed() {
            break;
        }
    }
    assert_eq!(closed(&mut session), Some(CloseReason::Flood));
}

#[test]
fn a_driver_that_cannot_store_ends_the_session_and_acknowledges_nothing() {
    let (mut world, mut session, hello) = waiting(0);
    let name = LogName {
        book: book(1),
        device: world.replicas[0].device(),
        log: LogId([7; 16]),
    };
    let (envelope, payload) = world.sign(0, name, None, 100);
    let mut stream = hello;
    stream.extend(frame(|e| {
        e.array(3)
            .unwrap()
            .u8(4)
            .unwrap()
            .bytes(envelope.bytes())
            .unwrap()
            .bytes(&payload)
            .unwrap();
    }));
    let store = &world.replicas[0].store;
    session.handle(&stream, store, 0).unwrap();
    let before = session.poll_output(store).unwrap().unwrap_or_default();
    let batch = std::iter::from_fn(|| session.poll_event()).find_map(|event| match event {
        Event::Store(batch) => Some(batch.id),
        _ => None,
    });
    session
        .stored(batch.unwrap(), StoreOutcome::Failed, store, 0)
        .unwrap();
    let after = session.poll_output(store).unwrap().unwrap();
    assert_eq!(closed(&mut session), Some(CloseReason::Storage));
    let ack = [0x43, 0x82, 6, 1];
    assert!(
        ![before, after]
            .iter()
            .any(|bytes| bytes.windows(4).any(|part| part == ack))
    );
}
