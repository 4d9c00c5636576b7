//! What verify finds in a store that somebody has changed by hand.

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use sothon_ledger::{Digest, EntryId};
use sothon_store::{Batch, Blob, Finding, Store};

use crate::author::{Author, ROOT};

/// A store of three entries (the last without its payload), a wrap and a blob, changed by `sql`; and the entries' ids.
fn changed(sql: &str) -> (Vec<EntryId>, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let mut author = Author::new(1, 1);
    let entries = [
        author.write_some(50),
        author.write_some(50),
        author.write_some(50),
    ];
    let ids = entries.iter().map(|(envelope, _)| envelope.id()).collect();
    let mut batch = Batch {
        wraps: vec![author.wrap()],
        ..Batch::default()
    };
    for (n, (envelope, payload)) in entries.into_iter().enumerate() {
        batch.entries.push((envelope, (n < 2).then_some(payload)));
    }
    let bytes = b"blob".to_vec();
    batch.blobs.push(Blob {
        id: Digest(Sha256::digest(&bytes).into()),
        book: author.book(),
        by: None,
        of: None,
        bytes,
    });
    let mut store = Store::create(&path, ROOT).unwrap();
    store.put(batch).unwrap();
    drop(store);
    Connection::open(&path)
        .unwrap()
        .execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}"))
        .unwrap();
    (ids, Store::open(&path, ROOT).unwrap())
}

#[test]
fn a_store_that_nobody_changed_has_no_finding_and_progress_reaches_its_end() {
    let (_, store) = changed("");
    let mut last = (0, 0);
    assert_eq!(store.verify(|done, all| last = (done, all)), []);
    assert_eq!(last, (3, 3));
}

#[test]
fn each_change_by_hand_is_found() {
    let other_signature = "UPDATE entries SET envelope = \
        substr(envelope, 1, length(envelope) - 1) || x'00' WHERE row = 2";
    let (ids, store) = changed(
        &other_signature
            .replace("substr(", "CAST(substr(")
            .replace(") || x'00'", ") || x'00' AS BLOB)"),
    );
    assert_eq!(store.verify(|_, _| ()), [Finding::Signature(ids[1])]);

    let unreadable = |table, row| Finding::Unreadable { table, row };
    for (sql, found) in [
        (
            "UPDATE entries SET seq = 7 WHERE row = 3",
            vec![unreadable("entries", 3)],
        ),
        (
            "UPDATE entries SET envelope = x'00' WHERE row = 3",
            vec![unreadable("entries", 3)],
        ),
        (
            "UPDATE entries SET backlink = NULL WHERE row = 3",
            vec![unreadable("entries", 3)],
        ),
        (
            "UPDATE logs SET name = zeroblob(16)",
            (1..4).map(|row| unreadable("entries", row)).collect(),
        ),
        ("UPDATE wraps SET receiver = x'00'", vec![unreadable("wraps", 1)]),
        ("UPDATE wraps SET bytes = x'00'", vec![unreadable("wraps", 1)]),
        (
            "INSERT INTO operations (height, id, bytes) VALUES (1, zeroblob(32), x'00')",
            vec![unreadable("operations", 1)],
        ),
        (
            "UPDATE payloads SET bytes = x'00' WHERE row = 1",
            vec![Finding::Payload(ids[0])],
        ),
        ("INSERT INTO missing VALUES (1)", vec![Finding::Payload(ids[0])]),
        (
            "DELETE FROM entries WHERE row = 2; DELETE FROM payloads WHERE row = 2",
            vec![Finding::Waiting(ids[2])],
        ),
        (
            "INSERT INTO missing VALUES (99)",
            vec![Finding::Orphan {
                table: "missing".into(),
                row: 99,
            }],
        ),
        (
            "UPDATE blobs SET bytes = x'00'",
            vec![Finding::Blob(Digest(Sha256::digest(b"blob").into()))],
        ),
    ] {
        assert_eq!(changed(sql).1.verify(|_, _| ()), found, "{sql}");
    }
}

#[test]
fn an_entry_that_follows_one_of_another_log_is_found() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let (mut one, mut other) = (Author::new(1, 1), Author::new(2, 1));
    let first = one.write(b"first");
    let stray = other.entry(1, Some(first.0.id()), b"stray");
    let entries = vec![
        (other.write(b"its own").0, None),
        (first.0, None),
        (stray.clone(), None),
    ];
    store
        .put(Batch {
            entries,
            ..Batch::default()
        })
        .unwrap();
    assert_eq!(store.verify(|_, _| ()), [Finding::Backlink(stray.id())]);
    // It is stored, and neither log takes it for more than an end of its own.
    assert_eq!(
        store.index().all().map(|log| log.tips().count()).sum::<usize>(),
        3
    );
}

#[test]
fn a_notice_is_kept_once_out_of_its_log_and_one_changed_by_hand_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let mut author = Author::new(2, 1);
    author.write_some(50);
    // The one before it is not here, and is not wanted.
    let notice = author.write_some(60);
    let id = notice.0.id();
    let mut store = Store::create(&path, ROOT).unwrap();
    for new in [vec![id], vec![]] {
        let put = store
            .put(Batch {
                notices: vec![notice.clone()],
                ..Batch::default()
            })
            .unwrap();
        assert_eq!((put.notices, put.entries), (new, vec![]));
    }
    assert_eq!(
        store.notices(&author.book()).unwrap(),
        std::slice::from_ref(&notice)
    );
    assert_eq!(store.noticed_books().unwrap(), [author.book()]);
    assert_eq!(store.index().logs(&author.book()).count(), 0);
    assert_eq!(store.verify(|_, _| ()), []);
    drop(store);
    let unreadable = Finding::Unreadable {
        table: "notices",
        row: 1,
    };
    for (sql, found) in [
        ("UPDATE notices SET payload = x'00'", Finding::Payload(id)),
        ("UPDATE notices SET envelope = x'00'", unreadable),
    ] {
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let store = Store::open(&path, ROOT).unwrap();
        assert_eq!(store.verify(|_, _| ()), [found], "{sql}");
    }
}
