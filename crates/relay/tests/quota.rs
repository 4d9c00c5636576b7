//! How much a relay takes of one author in a day: bytes are not all that a flood is made of (A27).

#[path = "../../net/tests/common/commune.rs"]
mod commune;

use commune::{HEAD, NEIGHBOUR, Registrar, VILLAGE, device, signing};
use sothon_archive::Archive;
use sothon_ledger::{Encoding, Envelope, EpochId, Header, Kind, LogId, Suite};
use sothon_net::{FromPeer, Host as _};
use sothon_relay::commune::Commune;
use sothon_relay::folder::Quota;
use sothon_store::{Batch as StoreBatch, Store};
use sothon_sync::{Batch, BatchId, NotNowReason, ReceivedEntry, StoreOutcome};

const DAY_MS: u64 = 24 * 3600 * 1000;

/// A relay's host whose clock the test sets.
fn relay(registrar: &Registrar, quota: Quota) -> (Commune<impl Fn() -> u64 + Send + 'static>, Clock) {
    let mut archive = Archive::open(Store::in_memory(registrar.root()).unwrap()).unwrap();
    let operations = registrar.operations();
    archive
        .add(StoreBatch {
            operations,
            ..StoreBatch::default()
        })
        .unwrap();
    let clock = Clock::default();
    let now = clock.clone();
    (Commune::new(archive, quota, move || now.get()), clock)
}

/// Unix milliseconds, as the test says.
#[derive(Clone, Default)]
struct Clock(std::sync::Arc<std::sync::atomic::AtomicU64>);

impl Clock {
    fn get(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn set(&self, ms: u64) {
        self.0.store(ms, std::sync::atomic::Ordering::Relaxed);
    }
}

/// The first entry of the `n`-th log of a device, with no more in it than has to be.
fn begins(registrar: &Registrar, by: u8, n: u32) -> ReceivedEntry {
    let mut log = [9; 16];
    log[..4].copy_from_slice(&n.to_be_bytes());
    let (height, id) = registrar.head();
    let header = Header {
        version: 1,
        book: VILLAGE,
        device: device(by),
        log: LogId(log),
        seq: 0,
        backlink: None,
        after: Vec::new(),
        height,
        operation: id.tag(),
        kind: Kind::Changes,
        epoch: Some(EpochId([3; 32])),
        suite: Suite::XChaCha20Poly1305,
        encoding: Encoding::ZstdPadded,
        unknown_critical: false,
    };
    let payload = n.to_be_bytes().to_vec();
    ReceivedEntry {
        envelope: Envelope::sign(&header, &payload, &signing(by)),
        payload: Some(payload),
    }
}

/// Stores entries in one batch: those that were left out, by log.
fn store<C: Fn() -> u64 + Send + 'static>(
    commune: &mut Commune<C>,
    entries: Vec<ReceivedEntry>,
) -> Vec<(LogId, NotNowReason)> {
    let batch = Batch {
        entries,
        ..Batch::empty(BatchId(0))
    };
    let report = commune.store(vec![FromPeer {
        peer: commune::transport(HEAD),
        batch,
    }]);
    match &report.outcomes[..] {
        [StoreOutcome::Stored] => Vec::new(),
        [StoreOutcome::StoredExcept { logs, saves }] if saves.is_empty() => {
            logs.iter().map(|left| (left.log.log, left.reason)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn held<C: Fn() -> u64>(commune: &Commune<C>) -> u64 {
    let index = commune.archive().store().index();
    index.all().map(sothon_store::LogState::entries).sum()
}

#[test]
fn of_fifty_thousand_logs_a_relay_takes_a_day_s_number_and_the_neighbour_s_are_taken_too() {
    let registrar = Registrar::new(1);
    let quota = Quota::default();
    let (mut relay, clock) = relay(&registrar, quota);
    clock.set(20_000 * DAY_MS + 5);
    let logs = 50_000;
    let mut refused = 0;
    let mut n = 0;
    while n < logs {
        let some = (n..logs.min(n + 5_000))
            .map(|n| begins(&registrar, HEAD, n))
            .collect();
        let left = store(&mut relay, some);
        assert!(left.iter().all(|(_, reason)| *reason == NotNowReason::Quota));
        refused += left.len() as u64;
        n += 5_000;
    }
    assert_eq!(refused, u64::from(logs) - quota.device_day_logs);
    let held = relay.archive().store().index().all().count() as u64;
    assert_eq!(held, quota.device_day_logs);
    // Who writes as people do does not notice.
    assert_eq!(store(&mut relay, vec![begins(&registrar, NEIGHBOUR, 0)]), []);
    // What was left comes on the days after, as many again.
    clock.set(20_001 * DAY_MS + 5);
    let more = (10_000..11_000).map(|n| begins(&registrar, HEAD, n)).collect();
    assert_eq!(
        store(&mut relay, more).len() as u64,
        1_000 - quota.device_day_logs
    );
}

#[test]
fn more_entries_than_a_day_s_number_are_not_now_however_small_and_a_log_goes_on_the_day_after() {
    let registrar = Registrar::new(1);
    let quota = Quota {
        device_day_entries: 100,
        ..Quota::default()
    };
    let (mut relay, clock) = relay(&registrar, quota);
    clock.set(20_000 * DAY_MS + 5);
    let mut author = commune::Author::new(HEAD);
    let written: Vec<ReceivedEntry> = (0..150)
        .map(|_| {
            let (envelope, payload) = author.write(VILLAGE, registrar.head(), 10);
            let payload = Some(payload);
            ReceivedEntry { envelope, payload }
        })
        .collect();
    let left = store(&mut relay, written.clone());
    assert_eq!(left, [(author.log(), NotNowReason::Quota)]);
    assert_eq!(held(&relay), 100);
    // One batch or many: it is the day that counts.
    assert_eq!(store(&mut relay, written[100..101].to_vec()).len(), 1);
    clock.set(20_001 * DAY_MS + 5);
    assert_eq!(store(&mut relay, written[100..].to_vec()), []);
    assert_eq!(held(&relay), 150);
}

#[test]
fn a_thousand_entries_of_one_device_wait_for_the_register_and_no_more() {
    let registrar = Registrar::new(1);
    let (mut behind, _) = relay(&registrar, Quota::default());
    let mut ahead = registrar.clone();
    ahead.admit(
        7,
        sothon_ledger::Role::VillageHead,
        sothon_ledger::Scope::Village(3),
    );
    let mut author = commune::Author::new(HEAD);
    let mut written = Vec::new();
    for _ in 0..1_200 {
        let (envelope, payload) = author.write(VILLAGE, ahead.head(), 10);
        let payload = Some(payload);
        written.push(ReceivedEntry { envelope, payload });
    }
    let left = store(&mut behind, written.clone());
    assert_eq!(left, [(author.log(), NotNowReason::HeightAhead)]);
    let log = behind.archive().store().index().all().next().unwrap().entries();
    assert_eq!(log, 1_000);
    // What it waits for comes, and the rest is taken.
    let mut batch = Batch::empty(BatchId(1));
    batch.operations = ahead.operations();
    batch.entries = written[1_000..].to_vec();
    let peer = commune::transport(HEAD);
    let report = behind.store(vec![FromPeer { peer, batch }]);
    assert_eq!(report.outcomes, [StoreOutcome::Stored]);
}

#[test]
fn photos_leave_an_eighth_of_a_day_s_bytes_to_what_is_written() {
    let registrar = Registrar::new(1);
    let quota = Quota {
        device_day_bytes: 1_000_000,
        ..Quota::default()
    };
    let (mut relay, clock) = relay(&registrar, quota);
    clock.set(20_000 * DAY_MS + 5);
    let mut files: Vec<ReceivedEntry> = Vec::new();
    for n in 0..12 {
        let next = file(&registrar, n, files.last().map(|last| &last.envelope), 100_000);
        files.push(next);
    }
    let log = files[0].envelope.header().log;
    assert_eq!(store(&mut relay, files), [(log, NotNowReason::Quota)]);
    assert_eq!(held(&relay), 8);
    // The records go on, in the same day.
    let written = (100..110).map(|n| begins(&registrar, HEAD, n)).collect();
    assert_eq!(store(&mut relay, written), []);
    assert_eq!(relay.wants().files.len(), 8);
}

#[test]
fn photos_however_small_leave_an_eighth_of_a_day_s_entries_to_what_is_written() {
    let registrar = Registrar::new(1);
    let quota = Quota {
        device_day_entries: 40,
        ..Quota::default()
    };
    let (mut relay, clock) = relay(&registrar, quota);
    clock.set(20_000 * DAY_MS + 5);
    let mut files: Vec<ReceivedEntry> = Vec::new();
    for n in 0..40 {
        let next = file(&registrar, n, files.last().map(|last| &last.envelope), 1);
        files.push(next);
    }
    let log = files[0].envelope.header().log;
    assert_eq!(store(&mut relay, files), [(log, NotNowReason::Quota)]);
    assert_eq!(held(&relay), 35);
    let written = (100..105).map(|n| begins(&registrar, HEAD, n)).collect();
    assert_eq!(store(&mut relay, written), []);
    assert_eq!(held(&relay), 40);
}

/// The next entry of a log of files, as a session brings it: the payload is asked for later, and is counted now.
fn file(registrar: &Registrar, n: u32, before: Option<&Envelope>, len: usize) -> ReceivedEntry {
    let mut header = begins(registrar, HEAD, 7).envelope.header().clone();
    (header.seq, header.backlink) = (n.into(), before.map(Envelope::id));
    (header.kind, header.epoch) = (Kind::File, None);
    (header.suite, header.encoding) = (Suite::OwnKey, Encoding::Padded);
    ReceivedEntry {
        envelope: Envelope::sign(&header, &vec![n as u8; len], &signing(HEAD)),
        payload: None,
    }
}
