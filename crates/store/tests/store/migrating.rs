//! The way from a version of the tables to the next, cut short: killed, or with only a part of it on the disk.

use std::io::{BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sothon_ledger::Root;
use sothon_store::Store;

use crate::opening::{fixture, found_operation};
use crate::picture::{Picture, log_of};
use crate::processes::wait_for;

const PATH: &str = "SOTHON_STORE_TEST_MIGRATES";
/// A write-ahead log is a header of 32 bytes, then frames of 24 bytes and a page.
const HEADER: usize = 32;

fn root() -> Root {
    Root(found_operation().id().0)
}

/// What is in the fixture of version 1, opened by this version without disturbance.
fn whole() -> Picture {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("version-1.store");
    std::fs::copy(fixture(), &path).unwrap();
    let store = Store::open(&path, root()).unwrap();
    assert_eq!(store.verify(|_, _| ()), []);
    Picture::of(&store)
}

/// Whatever was left is opened, with all that the old store held.
fn goes_on(path: &Path, whole: &Picture, when: &str) {
    for again in ["", ", a second time"] {
        let store = Store::open(path, root()).unwrap_or_else(|error| panic!("{when}{again}: {error}"));
        assert_eq!(store.verify(|_, _| ()), [], "{when}{again}");
        assert_eq!(&Picture::of(&store), whole, "{when}{again}");
    }
}

#[test]
fn of_a_migration_of_which_only_a_part_reached_the_disk_nothing_is_lost() {
    let whole = whole();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    std::fs::copy(fixture(), &path).unwrap();
    let store = Store::open(&path, root()).unwrap();
    // As a power cut finds them: nothing of the log is in the file yet.
    let (file, log) = (
        std::fs::read(&path).unwrap(),
        std::fs::read(log_of(&path)).unwrap(),
    );
    drop(store);
    let page = usize::from(u16::from_be_bytes([file[16], file[17]]));
    let frame = 24 + page;
    let frames = (log.len() - HEADER) / frame;
    assert!(frames > 5, "{frames} frames: the migration is not in the log");
    let mut rng = StdRng::seed_from_u64(5);
    let found = folder.path().join("found.store");
    for at in 0..=frames {
        let boundary = HEADER + at * frame;
        let inside = (boundary + rng.random_range(1..frame)).min(log.len());
        for cut in [boundary, inside] {
            std::fs::write(&found, &file).unwrap();
            std::fs::write(log_of(&found), &log[..cut]).unwrap();
            goes_on(&found, &whole, &format!("cut at {cut}"));
        }
    }
    // Before the log was begun.
    std::fs::write(&found, &file).unwrap();
    std::fs::write(log_of(&found), []).unwrap();
    goes_on(&found, &whole, "without its log");
}

#[test]
#[ignore = "the child of another test"]
fn child_migrates_until_it_is_killed() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    println!("\nbegins");
    let _store = Store::open(Path::new(&path), root()).unwrap();
    println!("opened");
    // Until it is killed.
    let _ = std::io::stdin().read(&mut [0]);
}

/// Opens the old store in a child and kills it so long after it began; how long opening took, if it was opened.
fn killed_after(path: &Path, wait: Option<Duration>) -> Option<Duration> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "migrating::child_migrates_until_it_is_killed",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(PATH, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    wait_for(&mut lines, "begins").unwrap();
    let began = Instant::now();
    if let Some(wait) = wait {
        while began.elapsed() < wait {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
    }
    let opened = wait_for(&mut lines, "opened").map(|_| began.elapsed());
    child.kill().unwrap();
    child.wait().unwrap();
    opened
}

#[test]
fn what_an_old_store_held_survives_kill_9_while_it_is_migrated() {
    let whole = whole();
    let mut rng = StdRng::seed_from_u64(6);
    let folder = tempfile::tempdir().unwrap();
    let path = |round: u32| folder.path().join(format!("{round}.store"));
    std::fs::copy(fixture(), path(0)).unwrap();
    let takes = killed_after(&path(0), None).expect("nobody kills it before");
    goes_on(&path(0), &whole, "killed when it was open");
    let mut early = 0;
    for round in 1..=60 {
        std::fs::copy(fixture(), path(round)).unwrap();
        let wait = takes.mul_f64(rng.random_range(0.0..1.3));
        early += u32::from(killed_after(&path(round), Some(wait)).is_none());
        goes_on(
            &path(round),
            &whole,
            &format!("killed after {wait:?} of {takes:?}"),
        );
    }
    println!("{early} of 60 were killed before the store was open");
}
