//! Row 4: from a closed device to a usable list, as a process of its own, for its time and its memory.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use sothon_records::Value;
use sothon_replica::Folder;
use sothon_store::{Batch, Local, Store};

use crate::line;
use crate::stage::{Stage, open};

/// Names the folder of the device that a child process is to open.
pub const CHILD: &str = "SOTHON_BENCH_OPEN";

/// What a child process says of its start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    open: u64,
    list: u64,
    memory: u64,
    records: u64,
    resumed: u64,
    loading: u64,
}

pub fn run(stage: &mut Stage) {
    println!("\nRow 4: start to a usable list (goal: 1 s, 200 MB)");
    let folder = stage.head_on_disk();
    // It was locked with a snapshot. The first start finds none, reads the log, and keeps one for the others.
    forget_snapshot(&folder, stage);
    let first = start(&folder);
    let mut runs: Vec<Start> = (0..5).map(|_| start(&folder)).collect();
    runs.sort_unstable();
    let median = runs[runs.len() / 2];
    assert!(
        first.resumed == 0 && median.resumed > 0,
        "snapshots were not used"
    );
    line("records", &median.records.to_string());
    for (what, start) in [
        ("from its snapshot (median of 5)", median),
        ("from the log, once, and its snapshot kept", first),
    ] {
        let Start {
            open, list, memory, ..
        } = start;
        line(what, &format!("{} ms", open + list));
        line("  open: store, judge, decrypt, document", &format!("{open} ms"));
        line(
            "  list: every record read once, sorted by name",
            &format!("{list} ms"),
        );
        line(
            "  most memory of the whole process",
            &format!("{} MB", memory / 1000),
        );
    }
    line(
        "beside it: Automerge loads a full save of the same book",
        &format!("{} ms", median.loading),
    );
}

fn forget_snapshot(folder: &Path, stage: &Stage) {
    let folder = Folder::new(folder);
    let mut store = Store::open(&folder.store(), stage.relay.store().root()).expect("opens");
    let local = vec![Local::NoSnapshot(stage.book)];
    let batch = Batch {
        local,
        ..Batch::default()
    };
    store.put(batch).expect("stores");
}

fn start(folder: &Path) -> Start {
    let me = std::env::current_exe().expect("has a path");
    let out = Command::new(me).env(CHILD, folder).output().expect("runs");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    let [open, list, memory, records, resumed, loading] = numbers.as_slice() else {
        panic!("the child said {text:?} {}", String::from_utf8_lossy(&out.stderr));
    };
    Start {
        open: *open,
        list: *list,
        memory: *memory,
        records: *records,
        resumed: *resumed,
        loading: *loading,
    }
}

/// What the child process does.
pub fn child(folder: &Path) {
    let began = Instant::now();
    let device = open(folder);
    let opened = began.elapsed().as_millis();
    let began = Instant::now();
    let mut names: Vec<String> = device
        .records()
        .filter_map(|(_, _, record)| match record.fields.get("head") {
            Some(Value::Text(name)) => Some(name.clone()),
            _ => None,
        })
        .collect();
    names.sort_unstable();
    let listed = began.elapsed().as_millis();
    let memory = most_memory();
    let fullest = device
        .readable()
        .max_by_key(|open| device.records_of(&open.book).count())
        .expect("a book")
        .book;
    let save = device.export_automerge(&fullest).expect("saves");
    let began = Instant::now();
    let loaded = automerge::Automerge::load(&save).expect("loads");
    let loading = began.elapsed().as_millis();
    drop(loaded);
    let resumed = device.from_snapshots();
    println!("{opened} {listed} {memory} {} {resumed} {loading}", names.len());
}

/// The most memory that this process has used, in kB; 0 where the system does not say.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
