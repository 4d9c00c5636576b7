//! Every parser against mutations of honest bytes and against what is kept, in a process with as little memory as an old
//! phone has.
//!
//! `SOTHON_TARGET=name SOTHON_SEED=n cargo test -p sothon-fuzz --test bytes` tries one seed of one target again. What breaks a
//! target is written under `target/`, already shortened: it goes into `kept/` with the mending.
#![allow(missing_docs)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sothon_fuzz::{Mutator, Target, shorten, targets};

/// In KiB: the program, its stacks and whatever one input makes it take.
const MEMORY: u32 = 640 << 10;
/// Inputs that one seed makes.
const INPUTS: u32 = 50;
/// No honest machine is so slow, and no input may be.
const SLOW: Duration = Duration::from_secs(20);

const CHILD: &str = "SOTHON_FUZZ_CHILD";
const LAST: &str = "SOTHON_FUZZ_LAST";

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn kept(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("kept")
        .join(target.name)
}

fn chosen() -> Vec<Target> {
    let only = std::env::var("SOTHON_TARGET").ok();
    let mut all = targets();
    all.retain(|target| only.as_ref().is_none_or(|only| only == target.name));
    assert!(!all.is_empty(), "there is no target {only:?}");
    all
}

/// Runs a test of this file again, with little memory. Its output is shown where it fails.
fn with_little_memory(test: &str, what: &str) {
    let folder = tempfile::tempdir_in(Path::new("/dev/shm")).or_else(|_| tempfile::tempdir());
    let folder = folder.unwrap();
    let last = folder.path().join("last");
    let limit = format!("ulimit -v {MEMORY} && exec \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &limit])
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CHILD, what)
        .env(LAST, &last)
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        let counts = said.lines().filter(|line| line.starts_with("    "));
        counts.for_each(|line| println!("{line}"));
        assert!(said.contains("tried "), "the child tried nothing");
        return;
    }
    // Aborted: what it was at was written down before.
    if output.status.code().is_none()
        && let Ok(bytes) = std::fs::read(&last)
    {
        write_down("aborted", &bytes);
    }
    panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn write_down(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.bin"));
    std::fs::write(&path, bytes).unwrap();
    path
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs without the messages of panics that are caught.
fn breaks(target: &Target, bytes: &[u8]) -> bool {
    QUIET.set(true);
    let broken = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err();
    QUIET.set(false);
    broken
}

/// One input. Says whether it was taken in; ends with what to do where it broke the target.
fn tried(target: &Target, bytes: &[u8], from: &str) -> bool {
    let begun = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    let took = begun.elapsed();
    assert!(took < SLOW, "{}: {from} took {took:?}", target.name);
    result.unwrap_or_else(|_| {
        let short = shorten(bytes.to_vec(), |bytes| breaks(target, bytes));
        let path = write_down(target.name, &short);
        panic!(
            "{} is broken by {from}\nSOTHON_TARGET={} {from} cargo test -p sothon-fuzz --test bytes\nshortened: {}",
            target.about,
            target.name,
            path.display()
        )
    })
}

fn rounds(target: &Target, seeds: Range<u64>, until: Option<Instant>) -> (u64, u64) {
    let (mut all, mut taken) = (0, 0);
    let last = std::env::var(LAST).ok();
    let honest = (target.seeds)();
    assert!(!honest.is_empty(), "{} has no honest bytes", target.name);
    for seed in seeds {
        if until.is_some_and(|until| Instant::now() > until) {
            break;
        }
        let mut mutator = Mutator::new(seed, honest.clone());
        for _ in 0..INPUTS {
            let bytes = mutator.next_bytes();
            if let Some(last) = &last {
                std::fs::write(last, &bytes).unwrap();
            }
            all += 1;
            taken += u64::from(tried(target, &bytes, &format!("SOTHON_SEED={seed}")));
        }
    }
    (all, taken)
}

#[test]
fn whatever_bytes_come_no_parser_panics_or_takes_much_memory() {
    with_little_memory("child_tries_mutations", "rounds");
}

#[test]
fn what_is_kept_harms_nothing() {
    with_little_memory("child_tries_what_is_kept", "kept");
}

#[test]
#[ignore = "goes on for an hour, or SOTHON_SECONDS"]
fn soak_bytes() {
    with_little_memory("child_tries_mutations", "soak");
}

#[test]
#[ignore = "the child of another test"]
fn child_tries_mutations() {
    let Ok(what) = std::env::var(CHILD) else { return };
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !QUIET.get() {
            loud(info);
        }
    }));
    let seconds = Duration::from_secs(number("SOTHON_SECONDS").unwrap_or(3600));
    let begun = Instant::now();
    let all = chosen();
    let mut counts: BTreeMap<&str, (u64, u64, Duration)> = BTreeMap::new();
    let mut add = |target: &Target, seeds: Range<u64>, until| {
        let begun = Instant::now();
        let (all, taken) = rounds(target, seeds, until);
        let count = counts.entry(target.name).or_default();
        *count = (count.0 + all, count.1 + taken, count.2 + begun.elapsed());
    };
    if what == "soak" {
        // Each target in turn, on seeds that were not tried before.
        let first = number("SOTHON_SEED").unwrap_or(1_000_000);
        let mut seed = first;
        while begun.elapsed() < seconds {
            for target in &all {
                let some = u64::from(target.rounds / INPUTS).max(1);
                add(target, seed..seed + some, Some(begun + seconds));
            }
            seed += 1000;
        }
        println!("    seeds {first} to {seed}");
    } else {
        for target in &all {
            let seeds = match number("SOTHON_SEED") {
                Some(seed) => seed..seed + 1,
                None => 0..u64::from(target.rounds / INPUTS).max(1),
            };
            add(target, seeds, None);
        }
    }
    for (name, (all, taken, took)) in &counts {
        println!(
            "    {name}: tried {all}, taken in {taken}, {:.1} s",
            took.as_secs_f64()
        );
        let few = number("SOTHON_SEED").is_none() && *taken * 1000 < *all;
        assert!(
            !few,
            "{name}: {taken} of {all} were taken in: behind its first check nothing is tried"
        );
    }
    println!("    {:?}", begun.elapsed());
}

#[test]
#[ignore = "the child of another test"]
fn child_tries_what_is_kept() {
    if std::env::var(CHILD).is_err() {
        return;
    }
    let mut files = 0;
    for target in chosen() {
        for honest in (target.seeds)() {
            tried(&target, &honest, "honest bytes");
        }
        let Ok(folder) = std::fs::read_dir(kept(&target)) else {
            continue;
        };
        for file in folder {
            let path = file.unwrap().path();
            tried(
                &target,
                &std::fs::read(&path).unwrap(),
                &path.display().to_string(),
            );
            files += 1;
        }
    }
    println!("    tried {files} kept files");
}
