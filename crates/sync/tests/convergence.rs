//! Any number of replicas, any order, cuts at any byte, lost batches: in the end equal sets among those with equal
//! rights, and then silence.

use crate::harness::{World, book};
use proptest::prelude::*;
use rand::RngExt;
use sothon_ledger::register::Action;
use sothon_ledger::{LogId, Receiver};
use sothon_sync::{Changed, Event, Holdings, LogName, PeerHints, Tip};

/// Connects every two that share a book.
fn connect_all(world: &mut World) {
    for one in 0..world.replicas.len() {
        for other in one + 1..world.replicas.len() {
            if !world.replicas[one]
                .books
                .is_disjoint(&world.replicas[other].books)
            {
                world.connect(one, other);
            }
        }
    }
}

/// A relay, a keeper of all, devices with overlapping books; the last volume is closed.
fn commune(seed: u64) -> World {
    let mut world = World::new(seed);
    world.device(&[1, 2, 9]);
    world.device(&[1, 3]);
    world.device(&[2, 3, 9]);
    world.relay(&[1, 2, 3, 4, 9]);
    world.device(&[4, 1]);
    world.closed_books.extend([book(9), book(3)]);
    world.inform(0);
    world.inform(3);
    world
}

/// Writes somewhere: mostly at the tip of an own log, now and then at an older place (a fork) or as a clone elsewhere.
fn write_somewhere(world: &mut World) {
    let author = [0, 1, 2, 4][world.rng.random_range(0..4)];
    if world.replicas[author].store.height().0 == 0 {
        return;
    }
    let books: Vec<_> = world.replicas[author].books.iter().copied().collect();
    let to = books[world.rng.random_range(0..books.len())];
    let log = LogId([world.rng.random_range(1..3); 16]);
    let name = LogName {
        book: to,
        device: world.replicas[author].device(),
        log,
    };
    let len = [10, 200, 1200, 20_000][world.rng.random_range(0..4)];
    let held: Vec<_> = world.replicas[author]
        .store
        .logs
        .get(&name)
        .into_iter()
        .flatten()
        .copied()
        .collect();
    let fork = world.rng.random_bool(0.08);
    let before = if fork && !held.is_empty() {
        let at = world.rng.random_range(0..=held.len());
        held.get(at).copied()
    } else {
        held.last().copied()
    };
    let before = before.map(|(seq, id)| Tip { seq, id });
    world.entry(author, name, before, len);
    let changed = Changed {
        books: vec![to],
        ..Changed::default()
    };
    world.changed(author, &changed, None);
}

/// One random step.
fn step(world: &mut World) {
    match world.rng.random_range(0..100) {
        0..25 => write_somewhere(world),
        25..35 => {
            let one = world.rng.random_range(0..world.replicas.len());
            let other = world.rng.random_range(0..world.replicas.len());
            if one != other {
                world.connect(one, other);
            }
        }
        35..42 if !world.links.is_empty() => {
            let link = world.rng.random_range(0..world.links.len());
            world.cut(link);
        }
        42..44 => {
            // A replica forgets what it knew of the others.
            let at = world.rng.random_range(0..world.replicas.len());
            world.replicas[at].hints.clear();
        }
        44..46 => {
            // A wrong hint: the peer is said to hold everything.
            let at = world.rng.random_range(0..world.replicas.len());
            let store = &world.replicas[at].store;
            let heads = store
                .logs
                .keys()
                .filter_map(|log| store.log(log).unwrap())
                .collect();
            let hints = PeerHints {
                heads,
                complete: true,
                ..PeerHints::default()
            };
            let peer = world.rng.random_range(0..world.replicas.len());
            world.replicas[at].hints.insert(peer, hints);
        }
        46..48 => {
            world.operation(Action::StillCurrent);
            world.inform(0);
            let changed = Changed {
                register: true,
                ..Changed::default()
            };
            world.changed(0, &changed, None);
        }
        48..50 => {
            let (from, to) = (
                [0, 1, 4][world.rng.random_range(0..3)],
                [0, 1, 4][world.rng.random_range(0..3)],
            );
            let wraps = vec![world.wrap(from, to, 1)];
            world.changed(
                from,
                &Changed {
                    wraps,
                    ..Changed::default()
                },
                None,
            );
        }
        50..53 => {
            // A quota is reached, or a new day begins.
            let at = world.rng.random_range(0..world.replicas.len());
            let full = world.rng.random_bool(0.6);
            let log = world.replicas[0].store.logs.keys().next().copied();
            world.replicas[at].store.quota = log.filter(|_| full).into_iter().collect();
            world.now_ms += 20_000;
        }
        _ if !world.links.is_empty() => {
            let link = world.rng.random_range(0..world.links.len());
            for _ in 0..world.rng.random_range(1..6) {
                let at = world.rng.random_range(0..2);
                world.act(link, at);
            }
        }
        _ => {}
    }
}

fn converges(seed: u64) {
    // Shown when it fails.
    println!("SOTHON_SEED={seed} cargo test -p sothon-sync --test sync convergence");
    let mut world = commune(seed);
    for _ in 0..150 {
        step(&mut world);
    }
    world.now_ms += 1_000_000_000;
    for replica in &mut world.replicas {
        replica.store.quota.clear();
    }
    // Twice, since two that hold no register yet have nothing to say to each other.
    for _ in 0..2 {
        world.links.clear();
        connect_all(&mut world);
        world.run();
    }
    for one in 0..world.replicas.len() {
        for other in one + 1..world.replicas.len() {
            world.assert_equal(one, other);
        }
    }
    // All wraps are at the relay, and each is where it is for.
    for (id, wrap) in world
        .replicas
        .iter()
        .flat_map(|replica| replica.store.wraps.clone())
    {
        assert!(world.replicas[3].store.wraps.contains_key(&id));
        for replica in &world.replicas {
            let concerned = wrap.to() == Receiver::Device(replica.device());
            assert!(!concerned || replica.store.wraps.contains_key(&id), "seed {seed}");
        }
    }
    // Silence: nothing is sent again, now or in the next session.
    for link in 0..world.links.len() {
        for at in 0..2 {
            let side = &world.links[link].sides[at];
            let done = world.told(link, at, |event| matches!(event, Event::UpToDate { .. }));
            assert!(done, "{link} {at} of seed {seed}: {:?}", side.events);
        }
    }
    world.links.clear();
    connect_all(&mut world);
    world.run();
    for link in 0..world.links.len() {
        let (out, back) = world.bytes(link);
        assert!(
            out + back <= 90,
            "{out} + {back} bytes on link {link} of seed {seed} though all is equal"
        );
    }
    // And never, in any session, anything that the peer may not have.
    assert_eq!(world.unserved, 0);
    world.links.clear();
    for replica in &mut world.replicas {
        replica.hints.clear();
    }
    connect_all(&mut world);
    world.run();
    for link in 0..world.links.len() {
        let (out, back) = world.bytes(link);
        assert!(
            out + back <= 90,
            "{out} + {back} bytes without hints on link {link} of seed {seed}"
        );
    }
}

/// `SOTHON_SEED=… cargo test -p sothon-sync --test sync convergence` runs one history again; SOTHON_SEEDS runs that many.
#[test]
fn a_seed_given_by_hand_converges() {
    let number = |name| std::env::var(name).ok().and_then(|seed| seed.parse::<u64>().ok());
    number("SOTHON_SEED").into_iter().for_each(converges);
    (0..number("SOTHON_SEEDS").unwrap_or(0)).for_each(converges);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_history_equal_rights_mean_equal_sets_and_then_silence(seed in any::<u64>()) {
        converges(seed);
    }
}
