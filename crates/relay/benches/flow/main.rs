//! How many entries a second a relay takes in, beside the two things that nobody can do without (design.md §6): checking each
//! signature, and writing to a disk that is waited for.
//!
//! `cargo bench -p sothon-relay --bench flow`; `SOTHON_ENTRIES=200` makes it smaller. The relay is a process of its own on loopback. In
//! each of eight communes a village head has written as many entries of 500 bytes without a connection; all dial in one moment, and it
//! is over when each knows that the relay holds all of its own. Load and relay share the machine, so a rate is a lower bound.
#![allow(missing_docs)]

#[path = "../../../net/tests/common/mod.rs"]
mod common;
#[path = "../crowd/process.rs"]
#[allow(dead_code)]
mod process;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use common::commune::Author;
use common::{HEAD, Machine, Registrar, Running, VILLAGE};
use process::{Process, done};
use sothon_ledger::slip::RootSlip;
use sothon_ledger::{Envelope, Height, OperationId, TransportKey};
use sothon_net::{Expected, Limits};

const COMMUNES: u8 = 8;
/// Bytes of a payload: a record or two.
const PAYLOAD: usize = 500;
/// What is written between two waits for the disk: what the relay reads from a connection at once.
const BATCH: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(300);

fn main() {
    let each = std::env::var("SOTHON_ENTRIES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4_000);
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(run(each));
}

async fn run(each: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let relay: TransportKey = done(&["init"], folder.path()).parse().expect("a key");
    let registrars: Vec<_> = (0..COMMUNES).map(|n| commune(n, relay, folder.path())).collect();
    let process = Process::start(folder.path(), "127.0.0.1:0", &[]);
    let mut heads = Vec::new();
    for registrar in &registrars {
        let head = common::start(
            HEAD,
            Machine::in_memory(HEAD, registrar.root()),
            Limits::default(),
        );
        head.learn(registrar.operations()).await;
        head.write(each, PAYLOAD).await;
        heads.push(head);
    }
    let all = each * usize::from(COMMUNES);
    println!("{COMMUNES} communes, {each} entries of {PAYLOAD} B in each.");

    let before = process.usage().processor;
    let began = Instant::now();
    for head in &heads {
        head.sync_with(process.address, Expected::Key(relay));
    }
    for head in &mut heads {
        held(head, each as u64).await;
    }
    let relayed = rate("taken in by the relay and acknowledged", all, began.elapsed());
    let spent = process.usage().processor - before;
    println!(
        "  {:<64} {:>16} us",
        "the relay's processor time for each",
        spent.as_micros() / all as u128
    );

    let entries = written(&registrars[0], all);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for part in entries.chunks(entries.len().div_ceil(cores)) {
            scope.spawn(move || {
                for (envelope, _) in part {
                    Envelope::parse(envelope.bytes()).expect("signed");
                }
            });
        }
    });
    let checked = rate(
        &format!("signatures checked on {cores} cores"),
        all,
        began.elapsed(),
    );
    let disk = rate(
        "written bare, in batches of 64 KiB that are waited for",
        all,
        bare(&entries, folder.path()),
    );
    let limit = checked.min(disk);
    println!(
        "\n  the relay's rate is {:.2} of the lower of the two",
        relayed / limit
    );
}

/// A commune that the relay in `folder` serves.
fn commune(n: u8, relay: TransportKey, folder: &Path) -> Registrar {
    let mut registrar = Registrar::new(n);
    registrar.relay(relay);
    let root = registrar.root();
    let slip = RootSlip::new(root, Height(1), OperationId(root.0), Vec::new());
    done(&["add", &slip.to_text()], folder);
    registrar
}

async fn held(head: &mut Running, all: u64) {
    let waiting = head.seen.wait_for(|seen| seen.peer_has >= all);
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(
        waited.is_ok_and(|seen| seen.is_ok()),
        "the relay does not take it in"
    );
}

/// As many entries as the relay took, made anew.
fn written(registrar: &Registrar, count: usize) -> Vec<(Envelope, Vec<u8>)> {
    let mut author = Author::new(HEAD);
    (0..count)
        .map(|_| author.write(VILLAGE, registrar.head(), PAYLOAD))
        .collect()
}

/// How long it takes to write them to one file.
fn bare(entries: &[(Envelope, Vec<u8>)], folder: &Path) -> Duration {
    let mut file = File::create(folder.join("bare")).expect("a file");
    let mut batch = Vec::new();
    let began = Instant::now();
    let mut wait = |batch: &mut Vec<u8>| {
        file.write_all(batch).expect("writes");
        file.sync_data().expect("writes");
        batch.clear();
    };
    for (envelope, payload) in entries {
        batch.extend_from_slice(envelope.bytes());
        batch.extend_from_slice(payload);
        if batch.len() >= BATCH {
            wait(&mut batch);
        }
    }
    wait(&mut batch);
    began.elapsed()
}

fn rate(what: &str, entries: usize, took: Duration) -> f64 {
    let rate = entries as f64 / took.as_secs_f64();
    println!("  {what:<64} {rate:>16.0} a second");
    rate
}
