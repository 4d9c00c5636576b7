//! A relay with 10,000 connections, and beyond its limits: memory, time, files, what is refused and how.
//!
//! `cargo bench -p sothon-relay`; `SOTHON_CONNECTIONS=400` makes it smaller, to try the benchmark itself. The relay is a
//! process of its own on loopback. The crowd is 250 keys, each admitted to 40 communes, with a connection and a session
//! of its own in each; two whole devices of one commune write to each other in the midst of it. Load and relay share the
//! machine, so times are upper bounds; the relay's own processor time is told beside them.
#![allow(missing_docs)]

#[path = "../../../net/tests/common/mod.rs"]
mod common;
mod phones;
mod process;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{HEAD, Machine, POLICE, Registrar, Running};
use phones::{Commune, NotServed, Open, Phone, come_back, open, open_all};
use process::{Process, Usage, done};
use sothon_ledger::slip::RootSlip;
use sothon_ledger::{Height, OperationId, TransportKey};
use sothon_net::{Expected, Limits};

const COMMUNES: usize = 40;
/// How many dial at once while the crowd gathers.
const ABREAST: usize = 64;
/// How many are tried beyond the limit.
const BEYOND: usize = 1000;
/// How often a time is taken.
const TIMES: usize = 50;
/// The writers and one newcomer.
const SPARE: usize = 3;

fn main() {
    let connections = std::env::var("SOTHON_CONNECTIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(run(connections));
}

async fn run(connections: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let relay: TransportKey = done(&["init"], folder.path()).parse().expect("a key");
    let phones: Vec<_> = (0..connections / COMMUNES)
        .map(|n| Arc::new(Phone::new(n)))
        .collect();
    let newcomers: Vec<_> = (0..TIMES).map(|n| Arc::new(Phone::new(1_000_000 + n))).collect();
    let (communes, registrar) = communes(relay, &phones, &newcomers, folder.path());
    let limit = connections.to_string();
    let limits = ["--connections", &limit, "--connections-per-address", "0"];
    println!(
        "{COMMUNES} communes of {} devices; the relay takes {limit} connections.",
        phones.len()
    );
    let process = Process::start(folder.path(), "127.0.0.1:0", &limits);
    let at = process.address;

    let mut pair = Pair::new(&registrar, relay, at, folder.path()).await;
    // Whoever comes first brings the register.
    drop(
        open_all(
            communes
                .iter()
                .map(|commune| (phones[0].clone(), commune.clone())),
            at,
            8,
        )
        .await,
    );
    let alone = process.usage();
    println!("\nWith two devices");
    tell(&alone);
    newcomer(&newcomers, &communes[0], at).await;
    pair.exchange().await;

    let all: Vec<_> = phones
        .iter()
        .flat_map(|phone| communes.iter().map(|commune| (phone.clone(), commune.clone())))
        .collect();
    let crowd = connections - SPARE;
    let (began, before) = (Instant::now(), process.usage());
    let opened = open_all(all[..crowd].iter().cloned(), at, ABREAST).await;
    let took = began.elapsed();
    let mut open_now = served("the crowd", opened);
    let full = process.usage();
    println!("\nWith {} more, {ABREAST} dialing at once", open_now.len());
    tell(&full);
    let each = |what: u64| what / open_now.len().max(1) as u64;
    line(
        "memory a connection",
        format!("{} B", each(full.memory.saturating_sub(alone.memory))),
    );
    line("until all were served", format!("{:.1} s", took.as_secs_f64()));
    let spent = full.processor - before.processor;
    line(
        "the relay's processor time for each",
        format!("{} us", each(spent.as_micros() as u64)),
    );
    newcomer(&newcomers, &communes[0], at).await;
    pair.exchange().await;

    let (idle, before) = (Duration::from_secs(40), process.usage());
    tokio::time::sleep(idle).await;
    let spent = process.usage().processor - before.processor;
    let share = 100.0 * spent.as_secs_f64() / idle.as_secs_f64();
    line(
        "of one core, while all are silent (kept alive every 20 s)",
        format!("{share:.1} %"),
    );

    println!("\nBeyond the limit");
    let last = open(&newcomers[0], &communes[0], at)
        .await
        .expect("one place is left");
    let before = process.usage();
    let strangers = all.iter().rev().cycle().take(BEYOND).cloned();
    let (began, refused) = (Instant::now(), open_all(strangers, at, ABREAST).await);
    let took = began.elapsed();
    reasons(&refused);
    drop(refused);
    line(
        &format!("until {BEYOND} were refused"),
        format!("{:.2} s", took.as_secs_f64()),
    );
    let after = process.usage();
    let more = after.memory as i64 - before.memory as i64;
    line("memory that they cost", format!("{more} B"));
    pair.exchange().await;
    line("health", process.health());
    line("of the crowd, still connected", still(&open_now).to_string());
    drop(last);
    newcomer(&newcomers[1..], &communes[0], at).await;

    println!("\nHalf of them leave");
    open_now.truncate(crowd / 2);
    newcomer(&newcomers, &communes[0], at).await;
    tell(&process.usage());
    let (lines, bad) = process.lines();
    line(
        "lines logged, of them warnings or worse",
        format!("{lines}, {bad}"),
    );

    println!("\nThe relay is stopped, and started again");
    let left = open_now.len();
    let (took, well) = process.stop();
    let how = if well { "in order" } else { "NOT in order" };
    line(
        &format!("stopping with {left} sessions: {how}"),
        format!("{:.2} s", took.as_secs_f64()),
    );
    drop(open_now);
    let process = Process::start(folder.path(), &at.to_string(), &limits);
    let began = Instant::now();
    let (back, again) = come_back(all[..crowd].iter().cloned(), at).await;
    line(
        &format!("{} dial in one moment, until all are served", back.len()),
        format!("{:.1} s", began.elapsed().as_secs_f64()),
    );
    line("dials that were in vain", again.to_string());
    tell(&process.usage());
    drop(back);
    drop(process);

    println!("\nOne address, the relay's own limits");
    let _process = Process::start(folder.path(), &at.to_string(), &[]);
    let opened = open_all(all.iter().take(400).cloned(), at, ABREAST).await;
    reasons(&opened);
    let elsewhere = Phone::at("127.0.0.2:0".parse().expect("an address"), 1_000_000);
    let one = open(&elsewhere, &communes[0], at).await;
    line(
        "one from another address",
        if one.is_ok() { "served" } else { "NOT served" }.to_owned(),
    );
}

/// The communes, served by the relay in `folder`; and the registrar of the first.
fn communes(
    relay: TransportKey,
    phones: &[Arc<Phone>],
    newcomers: &[Arc<Phone>],
    folder: &Path,
) -> (Vec<Arc<Commune>>, Registrar) {
    let mut first = None;
    let all = (0..COMMUNES).map(|n| {
        let mut registrar = Registrar::new(u8::try_from(n).expect("few"));
        let commune = Commune::new(&mut registrar, relay, phones.iter().chain(newcomers));
        let root = registrar.root();
        let slip = RootSlip::new(root, Height(1), OperationId(root.0), Vec::new());
        done(&["add", &slip.to_text()], folder);
        first.get_or_insert(registrar);
        Arc::new(commune)
    });
    let all = all.collect();
    (all, first.expect("there are some"))
}

/// Two whole devices: what the head writes is for the police.
struct Pair {
    head: Running,
    police: Running,
    written: u64,
    /// On the relay's disk, for what that alone takes.
    bare: File,
}

impl Pair {
    async fn new(registrar: &Registrar, relay: TransportKey, at: SocketAddr, folder: &Path) -> Pair {
        let device = async |n| {
            let device = common::start(n, Machine::in_memory(n, registrar.root()), Limits::default());
            device.learn(registrar.operations()).await;
            device.sync_with(at, Expected::Key(relay));
            device
        };
        let mut pair = Pair {
            head: device(HEAD).await,
            police: device(POLICE).await,
            written: 0,
            bare: File::create(folder.join("bare")).expect("a file"),
        };
        pair.head
            .until("the head is served", |seen| seen.up_to_date > 0)
            .await;
        pair.police
            .until("the police are served", |seen| seen.up_to_date > 0)
            .await;
        pair
    }

    /// How long an entry takes from one to the other, through the relay's disk; and, each time, a bare write to that disk.
    async fn exchange(&mut self) {
        let (mut took, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let began = Instant::now();
            self.head.write(1, 500).await;
            self.written += 1;
            let wanted = self.written;
            self.police
                .until("it arrives", |seen| seen.entries == wanted)
                .await;
            took.push(began.elapsed());
            let began = Instant::now();
            self.bare.write_all(&[7; 1024]).expect("writes");
            self.bare.sync_data().expect("writes");
            bare.push(began.elapsed());
        }
        times("an entry, from one device to another", took);
        times("   a bare fsynced write of 1 KiB, in turn with it", bare);
    }
}

/// How long it takes until one more device is served.
async fn newcomer(newcomers: &[Arc<Phone>], commune: &Arc<Commune>, at: SocketAddr) {
    let mut took = Vec::new();
    for phone in newcomers {
        let began = Instant::now();
        // Its predecessor's place is free once the relay has heard its goodbye.
        while open(phone, commune, at).await.is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "a newcomer is not served"
            );
        }
        took.push(began.elapsed());
    }
    times("a new device, from its dial until both hold the same", took);
}

fn served(who: &str, opened: Vec<Result<Open, NotServed>>) -> Vec<Open> {
    let wanted = opened.len();
    let (good, bad): (Vec<_>, Vec<_>) = opened.into_iter().partition(Result::is_ok);
    if !bad.is_empty() {
        line(
            &format!("of {wanted} of {who}, NOT served"),
            bad.len().to_string(),
        );
        reasons(&bad);
    }
    good.into_iter().flatten().collect()
}

/// How it went, and how often so.
fn reasons(opened: &[Result<Open, NotServed>]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in opened {
        let how = match one {
            Ok(_) => "served".to_owned(),
            Err(NotServed::Dial(error)) => {
                let why = std::error::Error::source(error).map(ToString::to_string);
                why.unwrap_or_else(|| "no answer in time".to_owned())
            }
            Err(NotServed::Ended) => "connected, then nothing".to_owned(),
        };
        *counts.entry(how).or_default() += 1;
    }
    for (how, count) in counts {
        line(&format!("of {}: {how}", opened.len()), count.to_string());
    }
}

fn still(open: &[Open]) -> usize {
    open.iter().filter(|open| !open.is_over()).count()
}

fn tell(usage: &Usage) {
    let mebibytes = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    line(
        "the relay's memory, and at the highest",
        format!("{}, {}", mebibytes(usage.memory), mebibytes(usage.peak)),
    );
    line(
        "its open files, its threads",
        format!("{}, {}", usage.files, usage.threads),
    );
}

fn times(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let ms = |at: usize| took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
    line(
        &format!("{what}: half, worst"),
        format!("{:.1} ms, {:.1} ms", ms(took.len() / 2), ms(took.len() - 1)),
    );
}

fn line(what: &str, value: String) {
    println!("  {what:<64} {value:>24}");
}
