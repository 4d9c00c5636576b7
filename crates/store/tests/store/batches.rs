//! What a batch leaves behind.

use ed25519_dalek::SigningKey;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest as _, Sha256};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::register::{Action, MAX_OPERATION, RegisterError};
use sothon_ledger::{BookId, Digest, EntryId, EpochId, Height, Operation, Register};
use sothon_store::{
    Batch, Blob, BlobPart, Finding, Local, LogKey, Payload, Put, Row, Sealed, Shelf, Stamp, Store,
};

use crate::author::{Author, ROOT};

fn with_payloads(entries: &[(sothon_ledger::Envelope, Vec<u8>)]) -> Batch {
    Batch {
        entries: entries
            .iter()
            .map(|(envelope, payload)| (envelope.clone(), Some(payload.clone())))
            .collect(),
        ..Batch::default()
    }
}

#[test]
fn twice_is_once() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let entries: Vec<_> = (0..5).map(|_| author.write_some(40)).collect();
    let first = store.put(with_payloads(&entries)).unwrap();
    assert_eq!(first.entries.len(), 5);
    assert_eq!(first.entries[4], (Row(5), entries[4].0.id()));
    assert_eq!(store.put(with_payloads(&entries)).unwrap(), Put::default());

    let sent_on = store
        .entry_bytes(&entries[2].0.id())
        .unwrap()
        .map(|bytes| (bytes.envelope, bytes.payload));
    assert_eq!(
        sent_on,
        Some((entries[2].0.bytes().to_vec(), Some(entries[2].1.clone())))
    );
    let log = store.index().all().next().unwrap();
    assert_eq!((log.next(), log.entries()), (5, 5));
    assert_eq!(log.tips().collect::<Vec<_>>(), [(4, entries[4].0.id())]);
    let held = store.since(Row::default(), 100).unwrap();
    assert_eq!(held.len(), 5);
    for (held, (envelope, payload)) in held.iter().zip(&entries) {
        assert_eq!(&held.envelope, envelope);
        assert_eq!(held.payload, Payload::Held(payload.clone()));
    }
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn a_fork_is_kept_with_both_its_branches() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let root = author.write(b"common");
    let mut other = author.clone();
    let (a, b) = (author.write(b"one branch"), other.write(b"the other"));
    store
        .put(with_payloads(&[root.clone(), a.clone(), b.clone()]))
        .unwrap();
    let log = store.index().all().next().unwrap();
    let mut tips: Vec<_> = log.tips().map(|(_, id)| id).collect();
    let mut both = vec![a.0.id(), b.0.id()];
    tips.sort();
    both.sort();
    assert_eq!(tips, both);
    assert_eq!((log.next(), log.entries()), (2, 3));
    let key = log.key();
    let ids: Vec<_> = store
        .places_in_log(&key, 1, 10)
        .unwrap()
        .into_iter()
        .map(|place| (place.seq, place.id))
        .collect();
    assert_eq!(ids, [(1, a.0.id()), (1, b.0.id())]);
    assert_eq!(store.entries_of_log(&key, 0, 10).unwrap().len(), 3);
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn a_payload_may_come_later_and_may_be_dropped_for_good() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let (envelope, payload) = author.write(b"sealed");
    let id = envelope.id();
    let alone = || Batch {
        entries: vec![(envelope.clone(), None)],
        ..Batch::default()
    };
    let late = |bytes: &[u8]| Batch {
        payloads: vec![(id, bytes.to_vec())],
        ..Batch::default()
    };

    store.put(alone()).unwrap();
    assert_eq!(store.payload(&id).unwrap(), Some(Payload::Missing));
    assert_eq!(store.missing_payloads(Some(&author.book())).unwrap(), [id]);
    assert!(store.put(late(b"forged")).is_err());
    assert_eq!(store.put(late(&payload)).unwrap().payloads, [id]);
    assert_eq!(store.put(late(&payload)).unwrap().payloads, []);
    assert_eq!(store.missing_payloads(None).unwrap(), []);
    assert_eq!(store.payload(&id).unwrap(), Some(Payload::Held(payload.clone())));

    assert_eq!(store.drop_payloads(&[id]).unwrap(), 1);
    assert_eq!(store.put(late(&payload)).unwrap(), Put::default());
    assert_eq!(
        store
            .put(with_payloads(&[(envelope.clone(), payload.clone())]))
            .unwrap(),
        Put::default()
    );
    assert_eq!(store.payload(&id).unwrap(), Some(Payload::Dropped));
    assert_eq!(store.missing_payloads(None).unwrap(), []);
    assert_eq!(store.envelope(&id).unwrap(), Some(envelope.clone()));
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn a_batch_with_a_wrong_part_leaves_nothing() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let good = author.write(b"good");
    let mut batch = with_payloads(std::slice::from_ref(&good));
    batch.local.push(Local::Unpublished {
        book: author.book(),
        sealed: Sealed(vec![1]),
    });
    batch
        .payloads
        .push((author.write(b"not here").0.id(), Vec::new()));
    assert!(matches!(
        store.put(batch),
        Err(sothon_store::PutError::UnknownEntry(_))
    ));
    assert!(!store.has(&good.0.id()).unwrap());
    assert_eq!(store.index().all().count(), 0);
    assert_eq!(store.unpublished().unwrap(), []);
    assert_eq!(store.put(with_payloads(&[good])).unwrap().entries.len(), 1);
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn the_highest_seq_is_stored_and_found() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let first = author.write(b"first");
    let far = author.entry(sothon_ledger::MAX_NUMBER, Some(first.0.id()), b"far");
    let middle = author.entry(1 << 40, Some(first.0.id()), b"middle");
    store
        .put(with_payloads(&[
            (far.clone(), b"far".to_vec()),
            first.clone(),
            (middle.clone(), b"middle".to_vec()),
        ]))
        .unwrap();
    let key = LogKey {
        book: author.book(),
        device: author.device(),
        log: first.0.header().log,
    };
    let seqs = |from| {
        store
            .places_in_log(&key, from, 10)
            .unwrap()
            .into_iter()
            .map(|place| place.seq)
            .collect::<Vec<_>>()
    };
    assert_eq!(seqs(0), [0, 1 << 40, sothon_ledger::MAX_NUMBER]);
    assert_eq!(seqs(1), [1 << 40, sothon_ledger::MAX_NUMBER]);
    assert_eq!(seqs(sothon_ledger::MAX_NUMBER), [sothon_ledger::MAX_NUMBER]);
    let found = store.entries_of_log(&key, 1, 1).unwrap();
    assert_eq!(
        found.iter().map(|e| e.envelope.id()).collect::<Vec<_>>(),
        [middle.id()]
    );
    assert_eq!(store.index().log(&key).unwrap().next(), 1);
    // Both claim to follow the first, at a place that does not follow it.
    assert_eq!(store.verify(|_, _| ()).len(), 2);
}

#[test]
fn an_unpublished_change_goes_with_the_entry_that_publishes_it() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let change = |n| Local::Unpublished {
        book: Author::new(1, 1).book(),
        sealed: Sealed(vec![n]),
    };
    let saved = store
        .put(Batch {
            local: vec![change(1), change(2)],
            ..Batch::default()
        })
        .unwrap()
        .unpublished;
    assert_eq!(store.unpublished().unwrap().len(), 2);

    let mut publish = with_payloads(&[author.write(b"both")]);
    publish.local = saved.iter().map(|id| Local::Published(*id)).collect();
    publish.local.push(change(3));
    let later = store.put(publish).unwrap().unpublished;
    assert!(later[0] > saved[1]);
    let left = store.unpublished().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(
        (left[0].id, left[0].book, &left[0].sealed),
        (later[0], author.book(), &Sealed(vec![3]))
    );
}

#[test]
fn what_is_kept_is_replaced_and_forgotten_by_key() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let book = Author::new(1, 1).book();
    let keep = |shelf, key: &[u8], n| Local::Keep {
        shelf,
        key: key.to_vec(),
        sealed: Sealed(vec![n]),
    };
    let local = vec![
        keep(Shelf::Setting, b"a", 1),
        keep(Shelf::Draft, b"a", 2),
        keep(Shelf::Setting, b"a", 3),
        keep(Shelf::Hint, &[9; 32], 4),
        Local::Snapshot {
            book,
            upto: Row(0),
            sealed: Sealed(vec![5]),
        },
        Local::Snapshot {
            book,
            upto: Row(7),
            sealed: Sealed(vec![6]),
        },
    ];
    store
        .put(Batch {
            local,
            ..Batch::default()
        })
        .unwrap();
    assert_eq!(store.kept(Shelf::Setting, b"a").unwrap(), Some(Sealed(vec![3])));
    assert_eq!(
        store.all_kept(Shelf::Draft).unwrap(),
        [(b"a".to_vec(), Sealed(vec![2]))]
    );
    assert_eq!(store.snapshot(&book).unwrap().unwrap().upto, Row(7));
    let local = vec![
        Local::Forget {
            shelf: Shelf::Setting,
            key: b"a".to_vec(),
        },
        Local::NoSnapshot(book),
    ];
    store
        .put(Batch {
            local,
            ..Batch::default()
        })
        .unwrap();
    assert_eq!(store.kept(Shelf::Setting, b"a").unwrap(), None);
    assert_eq!(store.kept(Shelf::Draft, b"a").unwrap(), Some(Sealed(vec![2])));
    assert_eq!(store.snapshot(&book).unwrap(), None);
}

#[test]
fn use_is_counted_by_author_book_and_day_and_only_for_what_is_new() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let (mut here, mut there) = (Author::new(1, 1), Author::new(1, 2));
    let entries = [here.write_some(100), here.write_some(200), there.write_some(50)];
    let size = |n: usize| (entries[n].0.bytes().len() + entries[n].1.len()) as u64;
    for _ in 0..2 {
        let mut batch = with_payloads(&entries);
        batch.day = Some(20_000);
        store.put(batch).unwrap();
    }
    let bytes = b"a photo, sealed".to_vec();
    let id = Digest(Sha256::digest(&bytes).into());
    let blob = Blob {
        id,
        book: here.book(),
        by: Some(here.device()),
        of: None,
        bytes,
    };
    store
        .put(Batch {
            blobs: vec![blob],
            day: Some(20_001),
            ..Batch::default()
        })
        .unwrap();

    let used = store.usage(&here.device(), &here.book(), 20_000).unwrap();
    assert_eq!((used.bytes, used.entries, used.logs), (size(0) + size(1), 2, 1));
    let used = store.usage_of_device(&here.device(), 20_000).unwrap();
    assert_eq!(
        (used.bytes, used.entries, used.logs),
        (size(0) + size(1) + size(2), 3, 2)
    );
    assert_eq!(
        store.usage(&here.device(), &here.book(), 20_001).unwrap().bytes,
        15
    );
    store.forget_usage_before(20_001).unwrap();
    assert_eq!(
        store.usage(&here.device(), &here.book(), 20_000).unwrap().entries,
        0
    );
    assert_eq!(
        store.usage(&here.device(), &here.book(), 20_001).unwrap().bytes,
        15
    );
}

#[test]
fn erasing_a_book_leaves_its_envelopes_and_the_other_books() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let (mut gone, mut stays) = (Author::new(1, 1), Author::new(1, 2));
    let entries = [gone.write_some(100), stays.write_some(100)];
    let mut batch = with_payloads(&entries);
    batch.entries.push((gone.write_some(9).0, None));
    for author in [&gone, &stays] {
        let bytes = author.book().0.to_vec();
        batch.blobs.push(Blob {
            id: Digest(Sha256::digest(&bytes).into()),
            book: author.book(),
            by: None,
            of: None,
            bytes,
        });
        batch.wraps.push(author.wrap());
        batch.local.push(Local::Unpublished {
            book: author.book(),
            sealed: Sealed(vec![1]),
        });
        batch.local.push(Local::Snapshot {
            book: author.book(),
            upto: Row(1),
            sealed: Sealed(vec![1]),
        });
    }
    store.put(batch).unwrap();
    store.erase_book(&gone.book()).unwrap();

    assert_eq!(store.payload(&entries[0].0.id()).unwrap(), Some(Payload::Dropped));
    assert_eq!(
        store.payload(&entries[1].0.id()).unwrap(),
        Some(Payload::Held(entries[1].1.clone()))
    );
    assert_eq!(store.missing_payloads(None).unwrap(), []);
    for (author, left) in [(&gone, 0), (&stays, 1)] {
        assert_eq!(store.blobs(&author.book()).unwrap().len(), left);
        assert_eq!(store.wraps_of_book(&author.book()).unwrap().len(), left);
        assert_eq!(store.snapshot(&author.book()).unwrap().is_some(), left == 1);
    }
    assert_eq!(store.wraps_for(&stays.wrap().to()).unwrap().len(), 1);
    assert_eq!(store.unpublished().unwrap().len(), 1);
    assert_eq!(store.index().all().count(), 2);
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn a_log_is_looked_into_without_its_bytes() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut author = Author::new(1, 1);
    let entries: Vec<_> = (0..6).map(|n| author.write_some(10 * n)).collect();
    store.put(with_payloads(&entries)).unwrap();
    let key = store.index().all().next().unwrap().key();
    let sizes: Vec<u64> = entries
        .iter()
        .map(|(e, p)| (e.bytes().len() + p.len()) as u64)
        .collect();
    let places = store.places_in_log(&key, 2, 3).unwrap();
    assert_eq!(
        places.iter().map(|place| place.bytes).collect::<Vec<_>>(),
        sizes[2..5]
    );
    assert_eq!(places[0].backlink, Some(entries[1].0.id()));
    assert_eq!(store.place(&entries[3].0.id()).unwrap(), Some(places[1]));
    assert_eq!(store.bytes_from(&key, 0).unwrap(), sizes.iter().sum::<u64>());
    assert_eq!(store.bytes_from(&key, 4).unwrap(), sizes[4] + sizes[5]);
    assert_eq!(store.bytes_from(&key, 6).unwrap(), 0);
    let unknown = LogKey {
        log: sothon_ledger::LogId([9; 16]),
        ..key
    };
    assert_eq!(
        (
            store.places_in_log(&unknown, 0, 9).unwrap().len(),
            store.bytes_from(&unknown, 0).unwrap()
        ),
        (0, 0)
    );
}

#[test]
fn the_branches_of_a_forked_register_are_all_kept() {
    let mut store = Store::in_memory(ROOT).unwrap();
    assert_eq!(store.register_tips().unwrap(), []);
    let key = SigningKey::from_bytes(&[5; 32]);
    let registrar = key.verifying_key().to_bytes();
    let found = Operation::sign(
        None,
        1,
        Action::Found {
            registrar,
            recovery: [6; 32],
            nonce: [7; 16],
        },
        &key,
    );
    let at = Some((found.height(), found.id()));
    let [one, other] =
        [[1; 32], [2; 32]].map(|registrar| Operation::sign(at, 2, Action::HandOver { registrar }, &key));
    let operations = vec![found.clone(), one.clone(), other.clone()];
    for new in [3, 0] {
        let put = store
            .put(Batch {
                operations: operations.clone(),
                ..Batch::default()
            })
            .unwrap();
        assert_eq!(put.operations.len(), new);
    }
    assert_eq!(store.operations(Height(1)).unwrap(), operations);
    assert_eq!(store.operations(Height(2)).unwrap(), operations[1..]);
    assert_eq!(store.operation_ids(Height(2)).unwrap(), [one.id(), other.id()]);
    assert_eq!(
        store.register_tips().unwrap(),
        [(Height(2), one.id()), (Height(2), other.id())]
    );
    assert_eq!(store.operation(&other.id()).unwrap(), Some(other));
    // The commune of this store is another.
    assert_eq!(store.verify(|_, _| ()), [Finding::Root(ROOT)]);
}

#[test]
fn a_blob_comes_in_pieces_and_what_is_not_it_is_thrown_away() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let author = Author::new(1, 1);
    let whole: Vec<u8> = (0..1000u32).flat_map(u32::to_be_bytes).collect();
    let id = Digest(Sha256::digest(&whole).into());
    let size = whole.len() as u64;
    let part = |start: usize, bytes: &[u8]| Batch {
        blob_parts: vec![BlobPart {
            id,
            book: author.book(),
            by: Some(author.device()),
            of: None,
            start: start as u64,
            size,
            bytes: bytes.to_vec(),
        }],
        day: Some(1),
        ..Batch::default()
    };
    // The first piece is forged: nobody can tell before the last has come.
    store.put(part(0, &[0; 1500])).unwrap();
    assert_eq!(store.blob_progress(&id).unwrap(), 1500);
    assert_eq!(store.put(part(1500, &whole[1500..])).unwrap().broken_blobs, [id]);
    assert_eq!(
        (store.blob_progress(&id).unwrap(), store.blob(&id).unwrap()),
        (0, None)
    );

    store.put(part(0, &whole[..1500])).unwrap();
    for passed_over in [part(0, &whole[..1500]), part(3000, &whole[3000..])] {
        store.put(passed_over).unwrap();
        assert_eq!(store.blob_progress(&id).unwrap(), 1500);
    }
    assert_eq!(store.put(part(1500, &whole[1500..3000])).unwrap().blobs, []);
    assert_eq!(store.put(part(3000, &whole[3000..])).unwrap().blobs, [id]);
    assert_eq!(store.put(part(0, &whole[..1500])).unwrap(), Put::default());
    assert_eq!(store.blob(&id).unwrap().as_ref(), Some(&whole));
    assert_eq!(store.blob_place(&id).unwrap(), Some((author.book(), size)));
    assert_eq!(
        store.blob_part(&id, 3900, 500).unwrap().as_deref(),
        Some(&whole[3900..])
    );
    assert_eq!(
        store.blob_part(&id, u64::MAX, 500).unwrap().as_deref(),
        Some(&[][..])
    );
    assert_eq!(
        store.usage(&author.device(), &author.book(), 1).unwrap().bytes,
        2 * size
    );
    assert_eq!(store.drop_blobs(&[id]).unwrap(), 1);
    assert_eq!(store.blob(&id).unwrap(), None);
    assert_eq!(store.verify(|_, _| ()), []);
}

#[test]
fn a_blob_that_is_not_what_its_name_says_is_refused() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let blob = Blob {
        id: Digest([1; 32]),
        book: Author::new(1, 1).book(),
        by: None,
        of: None,
        bytes: vec![1],
    };
    let put = store.put(Batch {
        blobs: vec![blob],
        ..Batch::default()
    });
    assert!(matches!(put, Err(sothon_store::PutError::Blob(_))));
}

#[test]
fn the_time_of_arrival_is_sealed_for_what_is_new_and_opens_with_the_vaults_key() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let vault = AgreeSecret([3; 32]);
    let mut author = Author::new(1, 1);
    let entries: Vec<_> = (0..4).map(|_| author.write_some(10)).collect();
    for (range, at) in [(0..2, 100), (0..2, 200), (1..4, 300)] {
        let mut batch = with_payloads(&entries[range]);
        batch.stamp = Some(Stamp::new(at, &vault.public(), &mut rng).unwrap());
        store.put(batch).unwrap();
    }
    let opened = |after| {
        let arrivals = store.arrivals(after).unwrap();
        arrivals
            .iter()
            .map(|a| (a.first, a.ids.clone(), a.open(&vault).unwrap()))
            .collect::<Vec<_>>()
    };
    let ids: Vec<_> = entries.iter().map(|(envelope, _)| envelope.id()).collect();
    let second = (Row(3), ids[2..].to_vec(), 300);
    assert_eq!(opened(Row(0)), [(Row(1), ids[..2].to_vec(), 100), second.clone()]);
    assert_eq!(opened(Row(2)), [second]);
}

#[test]
fn payloads_are_asked_for_by_turns_of_their_authors_the_last_first() {
    let mut store = Store::in_memory(ROOT).unwrap();
    let (mut liar, mut honest) = (Author::new(1, 1), Author::new(2, 2));
    let mut without = |author: &mut Author, n: usize| -> Vec<EntryId> {
        let entries: Vec<_> = (0..n).map(|_| (author.write_some(10).0, None)).collect();
        let ids = entries.iter().map(|(envelope, _)| envelope.id()).collect();
        let batch = Batch {
            entries,
            ..Batch::default()
        };
        store.put(batch).unwrap();
        ids
    };
    let heap = without(&mut liar, 100);
    let lacking = without(&mut honest, 2);
    let more = without(&mut liar, 1);
    let asked = store.payloads_to_ask(3).unwrap();
    assert_eq!(asked, [more[0], lacking[1], lacking[0], heap[99], heap[98]]);
    assert_eq!(store.missing_payloads(None).unwrap().len(), 103);
}

#[test]
fn an_operation_that_nobody_could_read_back_is_neither_added_nor_stored() {
    let key = SigningKey::from_bytes(&[5; 32]);
    let registrar = key.verifying_key().to_bytes();
    let found = Operation::sign(
        None,
        1,
        Action::Found {
            registrar,
            recovery: [6; 32],
            nonce: [7; 16],
        },
        &key,
    );
    let mut register = Register::found(found.clone()).unwrap();
    let at = Some((found.height(), found.id()));
    let lan_key = |len| Action::LanKey {
        book: BookId([1; 16]),
        epoch: EpochId([2; 32]),
        sealed: vec![3; len],
    };
    let long = Operation::sign(at, 2, lan_key(MAX_OPERATION), &key);
    let bytes = long.bytes().len();
    assert!(Operation::parse(long.bytes()).is_err());
    assert!(matches!(
        register.add(long.clone()),
        Err(RegisterError::TooLong { height: Height(2), bytes: found }) if found == bytes
    ));
    let mut store = Store::in_memory(ROOT).unwrap();
    let put = store.put(Batch {
        operations: vec![found.clone(), long],
        ..Batch::default()
    });
    assert!(
        matches!(put, Err(sothon_store::PutError::Operation { .. })),
        "{put:?}"
    );
    assert_eq!(store.operations(Height(1)).unwrap(), []);
    let longest = Operation::sign(at, 2, lan_key(MAX_OPERATION - 1_000), &key);
    register.add(longest.clone()).unwrap();
    let operations = vec![found, longest];
    store
        .put(Batch {
            operations: operations.clone(),
            ..Batch::default()
        })
        .unwrap();
    assert_eq!(store.operations(Height(1)).unwrap(), operations);
}
