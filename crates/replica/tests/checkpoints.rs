//! Starting a book from a checkpoint: as from the log, only sooner; and never by it alone (design.md §3.7, A9, B18).
#![allow(missing_docs)]

mod common;

use common::hostile::{Hostile, actor, batch, besieged, making, verdict};
use common::picture::picture;
use common::wire::{Part, Relay, session};
use common::{Commune, NOW, act, record, rng, set, text, village_book};
use sha2::{Digest as _, Sha256};
use sothon_ledger::payload::{ActorNonce, ActorOwner, Checkpoint, Save};
use sothon_ledger::{BookId, Digest, Envelope, Header, Height, Kind, LogId, OperationTag, Role, Scope, seal};
use sothon_store::Blob;
use sothon_sync::{Batch, BlobPart};

/// Village 1's book, with work of its head and of the police, at a relay.
fn filled() -> (Commune, Relay, BookId) {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let mut relay = Relay::new(&mut commune);
    let book = village_book(commune.get("thon1"), 1);
    for head in ["Lò Văn Ún", "Vi Thị Ơn", "Hà Thị Ước"] {
        let key = commune.writes("thon1", book, head);
        meet(&mut commune, &mut relay);
        let edit = set(&key, "note", "hộ mới về");
        commune.get("police").edit(book, &[edit], &act()).expect("saves");
        meet(&mut commune, &mut relay);
    }
    (commune, relay, book)
}

fn meet(commune: &mut Commune, relay: &mut Relay) {
    for _ in 0..2 {
        for name in ["office", "thon1", "police"] {
            commune.sync(name, relay);
        }
    }
}

/// The police's device makes a checkpoint, and the relay has it.
fn with_checkpoint() -> (Commune, Relay, BookId) {
    let (mut commune, mut relay, book) = filled();
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    assert_eq!(relay.archive.saves(&book).expect("reads").len(), 1);
    (commune, relay, book)
}

/// A second device of the police starts by the relay alone.
fn starts(commune: &mut Commune, relay: &mut Relay) {
    commune.admit("police2", Role::Police, Scope::Commune);
    for name in ["office", "police2", "office", "police", "police2"] {
        commune.sync(name, relay);
    }
}

/// Both say the same: one that started from the checkpoint, and one that has read the whole log.
fn sees_what_the_log_says(commune: &mut Commune, relay: &mut Relay) {
    let log = "police3";
    if !commune.devices.contains_key(log) {
        commune.admit(log, Role::Police, Scope::Commune);
    }
    commune.carry("office", log);
    for name in [log, "office", "police", "police2", log, "police2"] {
        commune.sync(name, relay);
    }
    let (started, read) = (picture(commune.get("police2")), picture(commune.get(log)));
    assert!(
        started.of_all() == read.of_all(),
        "it says something else than the log"
    );
}

fn hollow(commune: &mut Commune, book: &BookId) -> usize {
    let store = commune.get("police2").station().store();
    store.missing_payloads(Some(book)).expect("reads").len()
}

#[test]
fn a_device_that_starts_from_a_checkpoint_sees_what_one_sees_that_read_the_log() {
    let (mut commune, mut relay, book) = with_checkpoint();
    starts(&mut commune, &mut relay);
    assert!(hollow(&mut commune, &book) > 0, "it read the log");
    sees_what_the_log_says(&mut commune, &mut relay);
    // It is written on by both, and opened again.
    let key = commune.writes("police2", book, "Mùa A Sử");
    commune.sync("police2", &mut relay);
    meet(&mut commune, &mut relay);
    let edit = set(&key, "note", "đã gặp");
    commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
    meet(&mut commune, &mut relay);
    commune.sync("police2", &mut relay);
    sees_what_the_log_says(&mut commune, &mut relay);
    commune.restart("police2");
    assert!(hollow(&mut commune, &book) > 0);
    sees_what_the_log_says(&mut commune, &mut relay);
}

#[test]
fn a_cut_among_what_a_checkpoint_covers_has_the_payloads_read() {
    let (mut commune, mut relay, book) = filled();
    commune.admit("police2", Role::Police, Scope::Commune);
    meet(&mut commune, &mut relay);
    // What the office does not know yet when it cuts: it counts on through what the police wrote in ignorance.
    for head in ["Quàng Thị Ín", "Lường Văn Ỏm"] {
        commune.writes("thon1", book, head);
        commune.sync("thon1", &mut relay);
    }
    commune.sync("police", &mut relay);
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    for name in ["police", "police2", "police", "police2", "thon1", "police2"] {
        commune.sync(name, &mut relay);
    }
    assert!(hollow(&mut commune, &book) > 0);
    let thon1 = commune.get("thon1").device();
    commune
        .get("office")
        .cut_device_in_book(thon1, book, NOW)
        .expect("cuts");
    for name in ["office", "police2"] {
        commune.sync(name, &mut relay);
    }
    assert_eq!(commune.get("police2").being_checked().count(), 0, "all has come");
    assert_eq!(hollow(&mut commune, &book), 0, "the payloads were not read");
    sees_what_the_log_says(&mut commune, &mut relay);
}

#[test]
fn a_save_that_is_kept_back_holds_nobody_up() {
    let (mut commune, mut relay, book) = with_checkpoint();
    commune.admit("police2", Role::Police, Scope::Commune);
    // Nobody has wrapped for it yet, so it can look at no checkpoint.
    for name in ["office", "police2", "office", "police"] {
        commune.sync(name, &mut relay);
    }
    assert!(hollow(&mut commune, &book) > 0);
    let save = relay.archive.saves(&book).expect("reads").remove(0);
    relay
        .archive
        .store_mut()
        .drop_blobs(&[save.digest])
        .expect("drops");
    for _ in 0..3 {
        commune.sync("police2", &mut relay);
    }
    assert_eq!(hollow(&mut commune, &book), 0, "it still waits");
    sees_what_the_log_says(&mut commune, &mut relay);
}

/// A note that no packing makes shorter than half.
fn long_note(seed: u32) -> String {
    let mut state = seed;
    let digit = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_digit(state >> 28, 16).expect("a digit")
    };
    (0..200_000).map(digit).collect()
}

#[test]
fn a_save_goes_on_where_it_was_cut_off_also_after_a_restart() {
    let (mut commune, mut relay, book) = filled();
    for seed in 0..4 {
        let (_, create) = record("household", &[("note", text(&long_note(seed)))]);
        commune
            .get("police")
            .edit(book, &[create], &act())
            .expect("saves");
        commune.sync("police", &mut relay);
    }
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    commune.admit("police2", Role::Police, Scope::Commune);
    for name in ["office", "police2", "office", "police"] {
        commune.sync(name, &mut relay);
    }
    let save = relay.archive.saves(&book).expect("reads").remove(0);
    assert!(save.size > 300_000, "one piece is all of it");
    let store = relay.archive.store();
    let first = BlobPart {
        entry: save.entry,
        digest: save.digest,
        offset: 0,
        len: save.size,
        bytes: store
            .blob_part(&save.digest, 0, 256 << 10)
            .expect("reads")
            .expect("is held"),
    };
    let cut_off = Batch {
        blobs: vec![first],
        ..batch()
    };
    commune.get("police2").take_in(vec![cut_off], NOW).expect("takes");
    commune.restart("police2");
    let device = commune.get("police2");
    assert_eq!(
        device
            .station()
            .store()
            .blob_progress(&save.digest)
            .expect("reads"),
        256 << 10
    );
    let (_, back) = session(&mut Part::Device(device), &mut Part::Relay(&mut relay));
    assert!(
        (back.len() as u64) < save.size,
        "it came from the beginning again"
    );
    assert!(hollow(&mut commune, &book) > 0);
    sees_what_the_log_says(&mut commune, &mut relay);
}

/// What a maker of checkpoints may say that is not so.
type Lie = fn(&mut Checkpoint, &mut Save, &Hostile);

/// A change that nobody signed, by an actor of the device that lies.
fn forged(by: &Hostile) -> Vec<u8> {
    making(actor(by, [3; 16]), None)
}

fn own(checkpoint: &mut Checkpoint, by: &Hostile) {
    let nonce = ActorNonce::new([3; 16]);
    checkpoint.actors.push(ActorOwner {
        actor: nonce.actor(&by.book, &by.device()),
        device: by.device(),
        nonce,
    });
}

const LIES: [(&str, Lie); 9] = [
    (
        "a change that nobody signed, said to be an entry's",
        |checkpoint, save, by| {
            own(checkpoint, by);
            save.chunks.push(forged(by).into());
            let place = u32::try_from(save.chunks.len() - 1).expect("few");
            save.entries[0].changes.push(place);
        },
    ),
    (
        "a change that nobody signed, in no entry",
        |checkpoint, save, by| {
            own(checkpoint, by);
            save.chunks.push(forged(by).into());
        },
    ),
    ("a change left out", |_, save, _| {
        save.chunks.pop();
    }),
    ("the first change left out", |_, save, _| {
        save.chunks.remove(0);
    }),
    ("the changes of two entries exchanged", |_, save, _| {
        let first = save.entries[0].changes.clone();
        save.entries[0].changes = std::mem::replace(&mut save.entries[1].changes, first);
    }),
    ("an actor that is another's", |checkpoint, _, by| {
        checkpoint.actors[0].device = by.device()
    }),
    ("a head that nobody signed", |checkpoint, _, by| {
        let head = Header {
            version: 1,
            book: by.book,
            device: by.device(),
            log: LogId([1; 16]),
            seq: 0,
            backlink: None,
            after: Vec::new(),
            height: Height(1),
            operation: OperationTag([0; 8]),
            kind: Kind::Changes,
            epoch: Some(by.epoch),
            suite: Kind::Changes.sealing().0,
            encoding: Kind::Changes.sealing().1,
            unknown_critical: false,
        };
        let head = Envelope::sign(&head, b"nothing", &by.sign);
        checkpoint.heads.push(head.bytes().to_vec().into());
    }),
    ("heads that do not cover what it names", |checkpoint, _, _| {
        checkpoint.heads.clear()
    }),
    ("bytes that are no change", |_, save, _| {
        save.chunks[0] = vec![1, 2, 3].into()
    }),
];

#[test]
fn a_checkpoint_that_lies_is_not_used_and_an_honest_one_is() {
    let (mut commune, hostile, key) = besieged();
    let mut relay = Relay::new(&mut commune);
    let book = hostile.book;
    for note in ["một", "hai", "ba"] {
        let edit = set(&key, "note", note);
        commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
        meet(&mut commune, &mut relay);
        commune.writes("police", book, note);
        meet(&mut commune, &mut relay);
    }
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    let honest = relay.archive.saves(&book).expect("reads").remove(0);
    let store = relay.archive.store();
    let made = store.entry(&honest.entry).expect("reads").expect("is held");
    let payload = made.payload.held().expect("is held");
    let epoch = made.envelope.header().epoch.expect("is sealed");
    let said = seal::open_checkpoint(&payload, made.envelope.header_bytes(), &hostile.secret).expect("opens");
    let sealed = store.blob(&honest.digest).expect("reads").expect("is held");
    let saved = seal::open_save(&sealed, &book, &epoch, &hostile.secret).expect("opens");
    let other_book = BookId([9; 16]);
    for (number, (name, lie)) in (1u8..).zip(
        LIES.into_iter()
            .chain([("another book's", nothing as Lie), ("flipped", nothing)]),
    ) {
        let (mut checkpoint, mut save) = (said.clone(), saved.clone());
        lie(&mut checkpoint, &mut save, &hostile);
        let of = if name == "another book's" {
            &other_book
        } else {
            &book
        };
        let mut sealed = seal::seal_save(&save, of, &epoch, &hostile.secret, &mut rng()).expect("fits");
        if name == "flipped" {
            sealed[100] ^= 1;
        }
        checkpoint.blob = Digest(Sha256::digest(&sealed).into());
        checkpoint.size = sealed.len() as u64;
        let mut header = hostile.header(&mut commune);
        header.kind = Kind::Checkpoint;
        header.log = LogId([number; 16]);
        let payload = seal::seal_checkpoint(&checkpoint, &header.encode(), &hostile.secret, &mut rng());
        let payload = payload.expect("fits");
        let envelope = Envelope::sign(&header, &payload, &hostile.sign);
        let blob = Blob {
            id: checkpoint.blob,
            book,
            by: None,
            // Kept beside the honest one, and beside those of the lies before.
            of: None,
            bytes: sealed,
        };
        let lied = sothon_store::Batch {
            entries: vec![(envelope.clone(), Some(payload))],
            blobs: vec![blob],
            ..Default::default()
        };
        relay.archive.add(lied).expect("stores");
        let device = format!("new{number}");
        commune.admit(&device, Role::Police, Scope::Commune);
        for name in ["office", &device, "office", "police", &device] {
            commune.sync(name, &mut relay);
        }
        commune.sync("police", &mut relay);
        let verdict = verdict(&mut commune, &device, &book, &envelope.id());
        assert!(
            verdict.is_by_right(),
            "{name}: it was refused for something else: {verdict:?}"
        );
        let store = commune.get(&device).station().store();
        assert_eq!(
            store.blob(&checkpoint.blob).expect("reads"),
            None,
            "{name}: it is used"
        );
        assert!(
            store.blob(&honest.digest).expect("reads").is_some(),
            "{name}: no other is asked for"
        );
        assert!(
            !store.missing_payloads(Some(&book)).expect("reads").is_empty(),
            "{name}: none is used"
        );
        let seen: Vec<_> = commune.get(&device).records_of(&book).collect();
        let log: Vec<_> = commune.get("police").records_of(&book).collect();
        assert!(seen == log, "{name}: it says something else than the log");
    }
}

fn nothing(_: &mut Checkpoint, _: &mut Save, _: &Hostile) {}
