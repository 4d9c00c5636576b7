//! Real processes: killed while they write, two at one store, a disk that is full, a disk that cannot be written.
//!
//! A child is this test program again, told by an environment variable which folder is meant.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sothon_ledger::EntryId;
use sothon_store::{Batch, Fault, Local, OpenError, PutError, Row, Sealed, Store};

use crate::author::{Author, ROOT};

const FOLDER: &str = "SOTHON_STORE_TEST_FOLDER";
const ROUND: &str = "SOTHON_STORE_TEST_ROUND";

fn store_path() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os(FOLDER)?).join("a.store"))
}

fn this_test(name: &str) -> [String; 4] {
    [
        format!("processes::{name}"),
        "--exact".into(),
        "--ignored".into(),
        "--nocapture".into(),
    ]
}

fn child(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(this_test(name))
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// The child in a mount namespace of its own, with a small file system in memory over the folder; `None` where the
/// system does not permit it.
fn child_on_a_small_disk(name: &str, folder: &Path) -> Option<std::process::Output> {
    if !Command::new("unshare")
        .args(["-rm", "true"])
        .status()
        .is_ok_and(|status| status.success())
    {
        eprintln!("NOT TRIED: {name}: no user namespaces here");
        return None;
    }
    let mount = format!("mount -t tmpfs -o size=3m none \"${FOLDER}\" && exec \"$0\" \"$@\"");
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", &mount])
        .arg(std::env::current_exe().unwrap())
        .args(this_test(name));
    Some(command.env(FOLDER, folder).output().unwrap())
}

/// Reads the child's lines until one that begins with `word`; the rest of that line.
pub(crate) fn wait_for(lines: &mut impl BufRead, word: &str) -> Option<String> {
    let mut line = String::new();
    loop {
        line.clear();
        // A line without its end was cut by the kill: it was not said.
        if lines.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
            return None;
        }
        if let Some(rest) = line.trim_end().strip_prefix(word) {
            return Some(rest.trim().to_owned());
        }
    }
}

#[test]
#[ignore = "the child of another test"]
fn child_writes_until_it_is_killed() {
    let Some(path) = store_path() else { return };
    let round: u8 = std::env::var(ROUND).unwrap().parse().unwrap();
    let mut rng = StdRng::seed_from_u64(round.into());
    println!("\nbegins");
    let mut store = Store::open_or_create(&path, ROOT).unwrap();
    let mut author = Author::new(round, 1);
    let mut unpublished = Vec::new();
    for _ in 0..2000 {
        let entries: Vec<_> = (0..rng.random_range(1..8))
            .map(|_| author.write_some(rng.random_range(1..3000)))
            .collect();
        let ids: Vec<String> = entries
            .iter()
            .map(|(envelope, _)| envelope.id().to_string())
            .collect();
        let mut batch = Batch {
            day: Some(1),
            ..Batch::default()
        };
        batch.entries = entries
            .into_iter()
            .map(|(envelope, payload)| (envelope, Some(payload)))
            .collect();
        batch.local = unpublished.drain(..).map(Local::Published).collect();
        batch.local.push(Local::Unpublished {
            book: author.book(),
            sealed: Sealed(ids[0].clone().into_bytes()),
        });
        // Big enough that the log is moved into the file again and again.
        let sealed = Sealed(vec![round; rng.random_range(100_000..400_000)]);
        batch.local.push(Local::Snapshot {
            book: author.book(),
            upto: Row(0),
            sealed,
        });
        unpublished = store.put(batch).unwrap().unpublished;
        println!("saved {}", ids.join(" "));
    }
}

#[test]
fn what_was_reported_as_saved_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let mut rng = StdRng::seed_from_u64(11);
    let mut saved: Vec<EntryId> = Vec::new();
    for round in 0..40u8 {
        let mut child: Child = child("child_writes_until_it_is_killed", folder.path())
            .env(ROUND, round.to_string())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        wait_for(&mut lines, "begins").unwrap();
        for _ in 0..rng.random_range(0..12) {
            let ids = wait_for(&mut lines, "saved").unwrap();
            saved.extend(ids.split(' ').map(|id| id.parse::<EntryId>().unwrap()));
        }
        // Some time within the next write, other each time.
        for _ in 0..rng.random_range(0..200_000) {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let mut last = None;
        while let Some(ids) = wait_for(&mut lines, "saved") {
            saved.extend(ids.split(' ').map(|id| id.parse::<EntryId>().unwrap()));
            last = Some(ids);
        }
        if saved.is_empty() && !path.exists() {
            continue;
        }
        let store = Store::open(&path, ROOT).unwrap();
        for id in &saved {
            assert!(store.has(id).unwrap(), "round {round}: {id} was saved");
        }
        if let Some(last) = last {
            // The write under way when it died may be there wholly; then it took the one before with it.
            let unpublished = store.unpublished().unwrap();
            let of_round = unpublished.last().unwrap();
            let named: EntryId = String::from_utf8(of_round.sealed.0.clone())
                .unwrap()
                .parse()
                .unwrap();
            assert!(store.has(&named).unwrap());
            let at_least: EntryId = last.split(' ').next().unwrap().parse().unwrap();
            assert!(store.row_of(&named).unwrap() >= store.row_of(&at_least).unwrap());
        }
        if round % 8 == 7 {
            assert_eq!(store.verify(|_, _| ()), [], "round {round}");
        }
    }
    let store = Store::open(&path, ROOT).unwrap();
    assert!(saved.len() > 300, "{}", saved.len());
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
#[ignore = "the child of another test"]
fn child_holds_the_store() {
    let Some(path) = store_path() else { return };
    let _store = Store::open(&path, ROOT).unwrap();
    println!("\nopen");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

#[test]
fn a_second_process_is_told_that_the_store_is_open_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    drop(Store::create(&path, ROOT).unwrap());
    let mut child = child("child_holds_the_store", folder.path()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    wait_for(&mut lines, "open").unwrap();
    assert!(matches!(
        Store::open(&path, ROOT),
        Err(OpenError::Fault(Fault::Locked(_)))
    ));
    child.stdin.take().unwrap().write_all(b"close\n").unwrap();
    assert!(child.wait().unwrap().success());
    Store::open(&path, ROOT).unwrap();
}

#[test]
#[ignore = "the child of another test"]
fn child_fills_its_disk() {
    let Some(path) = store_path() else { return };
    let ballast = path.with_file_name("ballast");
    std::fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let mut store = Store::create(&path, ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let mut saved = Vec::new();
    let refused = loop {
        let (envelope, payload) = author.write_some(20_000);
        let id = envelope.id();
        let entry = (envelope, Some(payload));
        match store.put(Batch {
            entries: vec![entry.clone()],
            ..Batch::default()
        }) {
            Ok(_) => saved.push(id),
            Err(PutError::Fault(Fault::Full(_))) => break entry,
            Err(other) => panic!("{other:?}"),
        }
    };
    assert!(saved.len() > 10);
    let whole = |store: &Store| {
        assert!(saved.iter().all(|id| store.has(id).unwrap()));
        assert!(!store.has(&refused.0.id()).unwrap());
        assert_eq!(
            store.index().all().map(|log| log.entries()).sum::<u64>(),
            saved.len() as u64
        );
        assert_eq!(store.verify(|_, _| ()), []);
    };
    whole(&store);
    drop(store);
    whole(&Store::open(&path, ROOT).unwrap());
    std::fs::remove_file(&ballast).unwrap();
    let mut store = Store::open(&path, ROOT).unwrap();
    whole(&store);
    store
        .put(Batch {
            entries: vec![refused.clone()],
            ..Batch::default()
        })
        .unwrap();
    assert!(store.has(&refused.0.id()).unwrap());
    println!("\ndone");
}

#[test]
fn a_full_disk_refuses_the_next_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let Some(output) = child_on_a_small_disk("child_fills_its_disk", folder.path()) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("\ndone"),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "the child of another test"]
fn child_cannot_write_its_disk() {
    let Some(path) = store_path() else { return };
    let folder = path.parent().unwrap();
    let killed = path.with_file_name("killed.store");
    for (path, close) in [(&path, true), (&killed, false)] {
        let mut store = Store::create(path, ROOT).unwrap();
        store
            .put(Batch {
                entries: vec![(Author::new(1, 1).write_some(10).0, None)],
                ..Batch::default()
            })
            .unwrap();
        if !close {
            store.backup(&path.with_file_name("moved.store")).unwrap();
            std::fs::copy(path, path.with_file_name("hot.store")).unwrap();
            std::fs::copy(crate::picture::log_of(path), path.with_file_name("hot.store-wal")).unwrap();
        }
    }
    let status = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(folder)
        .status()
        .unwrap();
    assert!(status.success());
    for name in ["a.store", "hot.store"] {
        let opened = Store::open(&path.with_file_name(name), ROOT);
        assert!(
            matches!(opened, Err(OpenError::Fault(Fault::ReadOnly(_)))),
            "{name}: {opened:?}"
        );
    }
    let made = Store::create(&path.with_file_name("new.store"), ROOT);
    assert!(
        matches!(made, Err(OpenError::Fault(Fault::ReadOnly(_)))),
        "{made:?}"
    );
    println!("\ndone");
}

#[test]
fn a_disk_that_cannot_be_written_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let Some(output) = child_on_a_small_disk("child_cannot_write_its_disk", folder.path()) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("\ndone"),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "the child of another test"]
fn child_writes_until_the_disk_fails() {
    let Some(path) = store_path() else { return };
    let mut store = Store::open(&path, ROOT).unwrap();
    let mut author = Author::new(1, 1);
    println!("\nbegins");
    for _ in 0..200 {
        let (envelope, payload) = author.write_some(9000);
        let id = envelope.id();
        match store.put(Batch {
            entries: vec![(envelope, Some(payload))],
            ..Batch::default()
        }) {
            Ok(_) => println!("saved {id}"),
            Err(PutError::Fault(Fault::Disk(_))) => {
                // What was not acknowledged is not answered for either.
                assert!(!store.has(&id).unwrap());
                println!("refused {id}");
                std::process::exit(0);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// The disk's errors come from strace, which makes the n-th fsync fail: with that of a commit, the commit fails; that of
/// a checkpoint loses nothing.
#[test]
fn a_write_that_the_disk_does_not_confirm_is_not_acknowledged() {
    let traced = Command::new("strace").args(["-o", "/dev/null", "true"]).status();
    if !traced.is_ok_and(|status| status.success()) {
        eprintln!("NOT TRIED: a failing fsync: no strace here, or not permitted");
        return;
    }
    let mut refused = 0;
    for nth in [1, 2, 3, 10, 40, 90, 91, 92] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.store");
        drop(Store::create(&path, ROOT).unwrap());
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={nth}+");
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            &inject,
        ]);
        command
            .arg(std::env::current_exe().unwrap())
            .args(this_test("child_writes_until_the_disk_fails"));
        let output = command.env(FOLDER, folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.contains("begins"),
            "{said} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(said.lines().filter(|line| line.starts_with("saved")).count() < nth);
        refused += said.lines().filter(|line| line.starts_with("refused")).count();

        let store = Store::open(&path, ROOT).unwrap();
        for id in said.lines().filter_map(|line| line.strip_prefix("saved ")) {
            assert!(
                store.has(&id.parse().unwrap()).unwrap(),
                "fsync {nth}: {id} was saved"
            );
        }
        assert_eq!(store.verify(|_, _| ()), []);
    }
    assert_eq!(refused, 8);
}
