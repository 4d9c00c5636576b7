//! The way from a version of the tables to the next, cut short: killed, or with only a part of it on the disk.

use std::io::{BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sothon_ledger::Root;
use sothon_store::{Batch, Local, Store};

use crate::author::Author;
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

#[test]
fn files_that_an_earlier_release_kept_without_knowing_the_kind_are_found_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let mut author = Author::new(3, 4);
    let (photo, lacking) = (author.file(b"a sealed photo"), Author::new(5, 4).file(b"another"));
    let (written, payload) = author.write_some(40);
    let mut store = Store::create(&path, root()).unwrap();
    let entries = vec![
        (written, Some(payload)),
        (photo.clone(), Some(b"a sealed photo".to_vec())),
        (lacking.clone(), None),
    ];
    store
        .put(Batch {
            entries,
            ..Batch::default()
        })
        .unwrap();
    drop(store);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("DROP TABLE files; DROP TABLE attached; PRAGMA user_version = 5")
        .unwrap();
    drop(conn);
    let store = Store::open(&path, root()).unwrap();
    let book = author.book();
    let name = photo.payload_hash();
    assert_eq!(store.files(&book, &name).unwrap(), [photo.id()]);
    assert_eq!(
        store.file(&book, &name).unwrap().as_deref(),
        Some(b"a sealed photo".as_slice())
    );
    assert_eq!(store.files_to_ask(10).unwrap(), [lacking.id()]);
    assert_eq!(store.payloads_to_ask(10).unwrap(), []);
    assert_eq!(store.missing_payloads(None).unwrap(), []);
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn a_file_that_was_attached_is_there_until_an_entry_carries_it_and_then_once() {
    let author = Author::new(3, 4);
    let (book, photo) = (author.book(), author.file(b"a sealed photo"));
    let hash = photo.payload_hash();
    let bytes = b"a sealed photo".to_vec();
    let local = |local| Batch {
        local: vec![local],
        ..Batch::default()
    };
    let mut store = Store::in_memory(root()).unwrap();
    let attached = Local::Attached {
        book,
        hash,
        bytes: bytes.clone(),
    };
    store.put(local(attached)).unwrap();
    assert_eq!(store.file(&book, &hash).unwrap(), Some(bytes.clone()));
    assert_eq!(store.file(&Author::new(3, 5).book(), &hash).unwrap(), None);
    assert_eq!(store.first_attached(&book).unwrap(), None, "nothing names it");
    let [(id, of, name)] = store.unnamed().unwrap()[..] else {
        panic!("one is not named");
    };
    assert_eq!((of, name), (book, hash));
    store.put(local(Local::Named(id))).unwrap();
    store.put(local(Local::DropUnnamed)).unwrap();
    assert_eq!(
        (store.unnamed().unwrap(), store.attached(&book).unwrap().count),
        (vec![], 1)
    );
    let (id, first) = store.first_attached(&book).unwrap().unwrap();
    assert_eq!(first, bytes);
    let carried = Batch {
        entries: vec![(photo.clone(), Some(first))],
        ..local(Local::Carried(id))
    };
    store.put(carried).unwrap();
    assert_eq!(store.first_attached(&book).unwrap(), None);
    assert_eq!(store.file(&book, &hash).unwrap(), Some(bytes));
    assert_eq!(
        store.file_entry(&photo.id()).unwrap(),
        Some((photo.bytes().to_vec(), true))
    );
    assert_eq!(store.attached(&book).unwrap().count, 0);
    store.erase_book(&book).unwrap();
    assert_eq!(store.file(&book, &hash).unwrap(), None);
}

#[test]
fn an_attached_file_that_nothing_names_goes_when_it_is_swept() {
    let author = Author::new(3, 4);
    let (book, photo) = (author.book(), author.file(b"a sealed photo"));
    let hash = photo.payload_hash();
    let local = |local| Batch {
        local: vec![local],
        ..Batch::default()
    };
    let mut store = Store::in_memory(root()).unwrap();
    let bytes = b"a sealed photo".to_vec();
    store.put(local(Local::Attached { book, hash, bytes })).unwrap();
    assert!(store.file(&book, &hash).unwrap().is_some());
    store.put(local(Local::DropUnnamed)).unwrap();
    assert_eq!(store.file(&book, &hash).unwrap(), None);
    assert_eq!(store.unnamed().unwrap(), []);
}
