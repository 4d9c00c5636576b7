//! A person's day with 20,000 records, as whole processes: from the passphrase to a list, typing in the search, saving.
//! Twice: in the books of six villages, as the commune's police read them, and all in one book, which is the worst that
//! can be.
//!
//! `cargo bench -p sothon-app --bench day`. Figures are printed, with the limit of this machine measured in the same run;
//! docs/benchmarks.md keeps them.

mod common;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::{ask, peak_memory, prepare};
use serde_json::{Value, json};

/// Names the base folder that a child process is to work in.
const CHILD: &str = "SOTHON_BENCH_BASE";
const RECORDS: usize = 20_000;
/// How many villages the records are spread over.
const SHAPES: [u32; 2] = [6, 1];
const RUNS: usize = 5;
const SAVES: usize = 60;

fn main() {
    match std::env::var_os(CHILD) {
        Some(base) => work(Path::new(&base)),
        None => compare(),
    }
}

fn compare() {
    for villages in SHAPES {
        compare_in(villages);
    }
}

fn compare_in(villages: u32) {
    let base = tempfile::tempdir().expect("a folder");
    prepare(base.path(), villages, RECORDS);
    // The first start reads the log and leaves a snapshot behind, as a first day does.
    child(base.path());
    let mut runs: Vec<Figures> = (0..RUNS).map(|_| child(base.path())).collect();
    println!("{RECORDS} records in {villages} books, {RUNS} whole processes each; median (worst)");
    let mut tell = |what: &str, of: fn(&Figures) -> f64, unit: &str| {
        runs.sort_by(|a, b| of(a).total_cmp(&of(b)));
        println!(
            "{what}: {:.1} ({:.1}) {unit}",
            of(&runs[RUNS / 2]),
            of(&runs[RUNS - 1])
        );
    };
    tell(
        "from the passphrase to a list, Argon2id left out",
        |f| f.list,
        "ms",
    );
    tell("  unlocking alone", |f| f.unlock, "ms");
    tell("home (Hôm nay), the first time", |f| f.home, "ms");
    tell("search, worst of 12 typed beginnings", |f| f.search, "ms");
    tell("saving, p99", |f| f.save, "ms");
    tell("a bare write of 512 bytes with fsync, p99", |f| f.fsync, "ms");
    tell("the core's memory at its highest", |f| f.memory, "MB");
}

struct Figures {
    unlock: f64,
    list: f64,
    home: f64,
    search: f64,
    save: f64,
    fsync: f64,
    memory: f64,
}

fn child(base: &Path) -> Figures {
    let program = std::env::current_exe().expect("has a path");
    let out = Command::new(program).env(CHILD, base).output().expect("runs");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    let [unlock, list, home, search, save, fsync, memory] = numbers[..] else {
        panic!("the child said {text:?} {}", String::from_utf8_lossy(&out.stderr));
    };
    Figures {
        unlock,
        list,
        home,
        search,
        save,
        fsync,
        memory,
    }
}

/// One day in a process of its own: prints its figures.
fn work(base: &Path) {
    common::runtime().block_on(async {
        let app = common::start(base);
        let begun = Instant::now();
        common::unlock(&app).await;
        let unlock = begun.elapsed();
        let page = ask(&app, "list", list("")).await;
        let listed = begun.elapsed();
        assert!(page["total"].as_u64() >= Some(RECORDS as u64), "{}", page["total"]);
        let begun = Instant::now();
        ask(&app, "today", json!({})).await;
        let home = begun.elapsed();
        let mut search = Duration::ZERO;
        for typed in ["ng", "nguyen", "nguyễn v", "tran", "an", "le thi", "010", "ngo", "so 1", "đo", "hoang van", "zz"] {
            let begun = Instant::now();
            ask(&app, "list", list(typed)).await;
            search = search.max(begun.elapsed());
        }
        let (mut saves, mut bare) = (Vec::new(), Vec::new());
        for n in 0..SAVES {
            bare.push(fsynced(base));
            let values = json!({"number": format!("9{n}"), "head": "Đặng Văn Lâm", "address": "Ngõ 5", "occurred": "10/06/2026"});
            let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
            let begun = Instant::now();
            ask(&app, "save", json!({"input": input})).await;
            saves.push(begun.elapsed());
        }
        app.quit().await;
        let figures = [unlock, listed, home, search, p99(&mut saves), p99(&mut bare)];
        for figure in figures {
            println!("{}", figure.as_secs_f64() * 1000.0);
        }
        println!("{}", peak_memory());
    });
}

fn list(typed: &str) -> Value {
    json!({"ask": {"kinds": ["household"], "typed": typed, "place": null, "filter": null, "sort": "name", "voided": false, "from": 0, "count": 50}})
}

/// What the disk takes for a write that has to survive a power cut.
fn fsynced(base: &Path) -> Duration {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(base.join("bare"))
        .expect("opens");
    let begun = Instant::now();
    file.write_all(&[7; 512]).expect("writes");
    file.sync_data().expect("is on the disk");
    begun.elapsed()
}

fn p99(of: &mut [Duration]) -> Duration {
    of.sort_unstable();
    of[(of.len() * 99).div_ceil(100) - 1]
}
