//! Starting a book from a checkpoint: as from the log, only sooner; and never by it alone (design.md §3.7, A9, B18).

use crate::common::hostile::{actor, batch, besieged, making};
use crate::common::picture::picture;
use crate::common::wire::{Part, Relay, meet, session};
use crate::common::{Commune, NOW, YEAR, act, record, set, text, village_book};
use sothon_ledger::{BookId, BookKind, LogId, Role, Scope};
use sothon_records::RawRecord;
use sothon_replica::ReplicaError;
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
fn a_checkpoint_is_made_by_itself_when_as_much_was_written_as_the_last_one_covers() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let mut relay = Relay::new(&mut commune);
    let book = village_book(commune.get("thon1"), 1);
    let (mut made, mut last) = (Vec::new(), None);
    for count in 1..=1_100 {
        commune.writes("thon1", book, "Lò Văn Ún");
        let head = commune.get("thon1");
        head.publish(NOW, YEAR).expect("publishes");
        let saves = head.station().archive().saves(&book).expect("reads");
        let save = saves.last().map(|save| save.entry);
        if save != last {
            made.push(count);
        }
        last = save;
    }
    // The second covers 1,000: the next comes when so many more are there.
    assert_eq!(made, [500, 1_000]);
    meet(&mut commune, &mut relay);
    assert_eq!(
        relay.archive.saves(&book).expect("reads").len(),
        1,
        "the last one"
    );
    starts(&mut commune, &mut relay);
    assert_eq!(hollow(&mut commune, &book), 999, "all but who vouches for them");
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
fn a_book_that_is_being_checked_is_read_meanwhile_and_says_so_also_after_a_start() {
    // What the head wrote counts on by the police's checkpoint, which builds on it; by what the police wrote nothing stands.
    for (cut, counting) in [("thon1", 7), ("police", 5)] {
        let (mut commune, mut relay, book) = filled();
        commune.admit("police2", Role::Police, Scope::Commune);
        meet(&mut commune, &mut relay);
        // Of each one's entries the last comes with its payload, and vouches for those before it.
        for (who, head) in [
            ("thon1", "Quàng Thị Ín"),
            ("police", "Lường Văn Ỏm"),
            ("thon1", "Lò Thị Pâng"),
            ("police", "Mùa A Sử"),
        ] {
            commune.writes(who, book, head);
            commune.sync(who, &mut relay);
        }
        commune.sync("police", &mut relay);
        commune.get("police").make_checkpoint(&book, NOW).expect("makes");
        for name in ["police", "police2", "police", "police2"] {
            commune.sync(name, &mut relay);
        }
        let missing = hollow(&mut commune, &book);
        assert!(missing > 0, "it read the log");
        assert_eq!(heads(&mut commune, "police2", &book).len(), 7);
        // The office has seen nothing of what was written last when it cuts.
        let device = commune.get(cut).device();
        commune
            .get("office")
            .cut_device_in_book(device, book, NOW)
            .expect("cuts");
        // It hears of the register alone, with no entry.
        let office = commune.devices.remove("office").expect("is there");
        commune.carry_operations(&office, "police2");
        commune.devices.insert("office".to_owned(), office);
        let read = heads(&mut commune, "police2", &book);
        assert_eq!(read.len(), counting, "{read:?}");
        for _ in 0..3 {
            let checked: Vec<BookId> = commune.get("police2").being_checked().collect();
            assert_eq!(checked, [book], "{cut}: nobody is told");
            assert_eq!(heads(&mut commune, "police2", &book), read, "{cut}");
            assert_eq!(hollow(&mut commune, &book), missing);
            commune.restart("police2");
        }
        for name in ["office", "police2"] {
            commune.sync(name, &mut relay);
        }
        assert_eq!(commune.get("police2").being_checked().count(), 0, "all has come");
        assert_eq!(hollow(&mut commune, &book), 0, "the payloads were not read");
        let read = heads(&mut commune, "police2", &book);
        assert_eq!(heads(&mut commune, "office", &book), read, "{cut}");
    }
}

/// The households of a book, as a device reads them.
fn heads(commune: &mut Commune, name: &str, book: &BookId) -> Vec<String> {
    let records = commune.get(name).records_of(book);
    let head = |record: RawRecord| format!("{:?}", record.fields.get("head"));
    let mut heads: Vec<String> = records.map(|(_, record)| head(record)).collect();
    heads.sort();
    heads
}

#[test]
fn a_rival_among_what_a_checkpoint_covers_has_the_payloads_read() {
    let (mut commune, hostile, _) = besieged();
    let mut relay = Relay::new(&mut commune);
    let (book, nonce) = (hostile.book, [4; 16]);
    let before = hostile.header(&mut commune);
    let [covered, rival] = [1, 2].map(|log| {
        let mut header = before.clone();
        header.log = LogId([log; 16]);
        let chunk = making(actor(&hostile, nonce), None);
        let (envelope, payload) = hostile.changes(&header, nonce, vec![chunk]);
        (envelope, Some(payload))
    });
    let give = |relay: &mut Relay, entry| {
        let batch = sothon_store::Batch {
            entries: vec![entry],
            ..Default::default()
        };
        relay.archive.add(batch).expect("stores");
    };
    give(&mut relay, covered);
    for head in ["Lò Văn Ún", "Vi Thị Ơn"] {
        meet(&mut commune, &mut relay);
        commune.writes("thon1", book, head);
    }
    meet(&mut commune, &mut relay);
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    starts(&mut commune, &mut relay);
    assert!(hollow(&mut commune, &book) > 0, "it read the log");
    assert_eq!(commune.get("police2").rivals().len(), 0);
    give(&mut relay, rival);
    commune.sync("police2", &mut relay);
    assert_eq!(commune.get("police2").rivals().len(), 1);
    assert_eq!(hollow(&mut commune, &book), 0, "the payloads were not read");
    assert_eq!(commune.get("police2").being_checked().count(), 0, "all has come");
    sees_what_the_log_says(&mut commune, &mut relay);
}

#[test]
fn of_one_device_s_saves_the_last_is_kept_and_of_each_device_one() {
    let (mut commune, mut relay, book) = with_checkpoint();
    let first = relay.archive.saves(&book).expect("reads").remove(0);
    commune.writes("police", book, "Mùa A Sử");
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    let [second] = relay.archive.saves(&book).expect("reads")[..] else {
        panic!("the first one is still there");
    };
    assert_ne!(first.entry, second.entry);
    let store = relay.archive.store();
    assert!(store.blob(&first.digest).expect("reads").is_none());
    assert!(
        store.entry(&first.entry).expect("reads").is_some(),
        "its entry stays"
    );
    commune.get("thon1").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    assert_eq!(relay.archive.saves(&book).expect("reads").len(), 2);
    starts(&mut commune, &mut relay);
    assert!(hollow(&mut commune, &book) > 0, "it read the log");
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

#[test]
fn no_checkpoint_is_made_by_who_may_not_write_nor_of_a_book_of_drops() {
    let (mut commune, _) = Commune::with_tips();
    let thon1 = village_book(commune.get("thon1"), 1);
    let refused = commune.get("thon2").make_checkpoint(&thon1, NOW);
    assert!(matches!(refused, Err(ReplicaError::MayNotWrite)), "{refused:?}");
    let chief = commune.get("chief");
    let tips = chief
        .find_book(BookKind::Tips, Scope::Commune, YEAR)
        .expect("is open");
    let refused = chief.make_checkpoint(&tips, NOW);
    assert!(matches!(refused, Err(ReplicaError::OfDrops)), "{refused:?}");
}
