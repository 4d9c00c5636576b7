//! A device that was admitted and is hostile: what it signs itself is refused with a reason, and nothing else suffers.

use crate::common::hostile::{actor, besieged, entries, give, header, making, verdict};
use crate::common::{Commune, Device, NOW, YEAR, act, record, set, text, village_book};
use ed25519_dalek::SigningKey;
use sothon_book::Act;
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::verdict::{Aside, Pending, Verdict};
use sothon_ledger::{BookId, BookKind, EntryId, Envelope, Kind, LogId, Role, Scope, TransportKey, seal};
use sothon_replica::Delivery;
use sothon_sync::StoreOutcome;

/// Honest work goes on after whatever came, everybody agrees, and a restart reads the same.
fn goes_on(commune: &mut Commune, book: BookId, key: &sothon_records::RecordKey, households: usize) {
    commune
        .get("thon1")
        .edit(book, &[set(key, "phone", "0900 000 007")], &act())
        .expect("saves");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        commune.restart(name);
        let device = commune.get(name);
        assert_eq!(device.records_of(&book).count(), households, "{name}");
        let read = device.record(&book, key).expect("is there");
        assert_eq!(read.fields["phone"], text("0900 000 007"), "{name}");
        assert_eq!(device.delivery(&book, key), Some(Delivery::AtCommune), "{name}");
    }
}

#[test]
fn what_a_deputy_writes_in_order_counts_so_that_the_refusals_below_mean_something() {
    let (mut commune, hostile, key) = besieged();
    assert_ne!(hostile.agree.public().0, [0; 32]);
    let header = hostile.header(&mut commune);
    let chunk = making(actor(&hostile, [1; 16]), None);
    let (envelope, payload) = hostile.changes(&header, [1; 16], vec![chunk]);
    give(&mut commune, "police", &envelope, &payload);
    let book = hostile.book;
    assert!(verdict(&mut commune, "police", &book, &envelope.id()).is_admitted());
    goes_on(&mut commune, book, &key, 2);
}

#[test]
fn a_byte_changed_in_an_envelope_or_payload_is_noticed() {
    let (mut commune, hostile, _) = besieged();
    let header = hostile.header(&mut commune);
    let (envelope, payload) = hostile.changes(&header, [1; 16], Vec::new());
    for at in 0..envelope.bytes().len() {
        let mut bytes = envelope.bytes().to_vec();
        bytes[at] ^= 1;
        assert!(Envelope::parse(&bytes).is_err(), "byte {at}");
    }
    let mut other = payload.clone();
    other[30] ^= 1;
    let outcomes = give(&mut commune, "police", &envelope, &other);
    assert_eq!(outcomes, [StoreOutcome::Failed]);
    let held = commune.get("police").station().store().has(&envelope.id());
    assert!(!held.expect("reads"));
}

#[test]
fn an_entry_of_a_device_that_was_never_admitted_is_not_stored() {
    let (mut commune, mut hostile, key) = besieged();
    hostile.sign = SigningKey::from_bytes(&[77; 32]);
    let header = hostile.header(&mut commune);
    let chunk = making(actor(&hostile, [1; 16]), None);
    let (envelope, payload) = hostile.changes(&header, [1; 16], vec![chunk]);
    let outcomes = give(&mut commune, "police", &envelope, &payload);
    assert!(matches!(outcomes.as_slice(), [StoreOutcome::StoredExcept { logs, .. }] if logs.len() == 1));
    let held = commune.get("police").station().store().has(&envelope.id());
    assert!(!held.expect("reads"));
    goes_on(&mut commune, hostile.book, &key, 1);
}

#[test]
fn a_wrong_seq_or_backlink_does_not_count() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    let first = hostile.header(&mut commune);
    let (one, payload) = hostile.changes(&first, [1; 16], Vec::new());
    give(&mut commune, "police", &one, &payload);
    // Seq 5 after seq 0; an entry of another log as the one before; one that nobody holds.
    let foreign = first.after[0];
    for (log, seq, backlink) in [
        (first.log, 5, one.id()),
        (LogId([10; 16]), 1, foreign),
        (LogId([11; 16]), 1, EntryId([3; 32])),
    ] {
        let mut header = first.clone();
        (header.log, header.seq, header.backlink) = (log, seq, Some(backlink));
        header.after.retain(|id| *id != backlink);
        let chunk = making(actor(&hostile, [seq as u8; 16]), None);
        let (envelope, payload) = hostile.changes(&header, [seq as u8; 16], vec![chunk]);
        give(&mut commune, "police", &envelope, &payload);
        let verdict = verdict(&mut commune, "police", &book, &envelope.id());
        assert!(
            matches!(
                verdict,
                Verdict::Aside(Aside::Backlink) | Verdict::Pending(Pending::Entry(_))
            ),
            "seq {seq}: {verdict:?}"
        );
    }
    goes_on(&mut commune, book, &key, 1);
}

#[test]
fn a_book_that_it_may_not_write_or_that_is_not_there_stays_as_it_is() {
    let (mut commune, hostile, key) = besieged();
    let shared = commune
        .get("office")
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    let (_, create) = record("task", &[("name", text("Rà soát"))]);
    commune
        .get("office")
        .edit(shared, &[create], &act())
        .expect("saves");
    commune.meet_all();
    let epoch = entries(commune.get("police"), &shared)
        .iter()
        .find(|envelope| envelope.header().kind == Kind::Epoch)
        .and_then(|envelope| envelope.header().epoch);
    for book in [shared, BookId([4; 16])] {
        let mut header = header(commune.get("office"), &hostile.sign, book, Kind::Changes, epoch);
        header.log = LogId([12; 16]);
        let (envelope, payload) = hostile.changes(&header, [1; 16], Vec::new());
        give(&mut commune, "police", &envelope, &payload);
        if book == shared {
            let verdict = verdict(&mut commune, "police", &book, &envelope.id());
            assert!(matches!(verdict, Verdict::Aside(_)), "{verdict:?}");
        }
    }
    goes_on(&mut commune, hostile.book, &key, 1);
}

#[test]
fn a_change_under_the_actor_of_another_device_is_refused() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    let theirs = commune.get("thon1").history(&book, &key)[0].actor;
    let saved = commune.get("thon1").export_automerge(&book).expect("reads");
    // Their actor's next change, and a change by their actor beside their first.
    for (at, base) in [Some(saved.as_slice()), None].into_iter().enumerate() {
        let mut header = hostile.header(&mut commune);
        header.log = LogId([at as u8; 16]);
        let (envelope, payload) = hostile.changes(&header, [1; 16], vec![making(theirs, base)]);
        give(&mut commune, "police", &envelope, &payload);
        let verdict = verdict(&mut commune, "police", &book, &envelope.id());
        assert!(matches!(verdict, Verdict::Aside(Aside::Gate(_))), "{verdict:?}");
    }
    goes_on(&mut commune, book, &key, 1);
}

#[test]
fn changes_that_stand_on_what_the_entry_does_not_name_are_refused() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    let saved = commune.get("thon1").export_automerge(&book).expect("reads");
    let mut header = hostile.header(&mut commune);
    // Only the epoch's entry is named: not the one whose change is built upon.
    let epochs: Vec<EntryId> = entries(commune.get("thon1"), &book)
        .iter()
        .filter(|envelope| envelope.header().kind == Kind::Epoch)
        .map(Envelope::id)
        .collect();
    header.after.retain(|id| epochs.contains(id));
    let chunk = making(actor(&hostile, [1; 16]), Some(&saved));
    let (envelope, payload) = hostile.changes(&header, [1; 16], vec![chunk]);
    for name in ["police", "thon1", "office"] {
        give(&mut commune, name, &envelope, &payload);
        let verdict = verdict(&mut commune, name, &book, &envelope.id());
        assert!(matches!(verdict, Verdict::Aside(_)), "{name}: {verdict:?}");
    }
    goes_on(&mut commune, book, &key, 1);
}

#[test]
fn a_decompression_bomb_and_garbage_are_refused_quickly() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    let bomb = |size: usize| zstd::bulk::compress(&vec![0; size], 19).expect("packs");
    let many: Vec<u8> = bomb(1 << 20).repeat(64);
    for (at, packed) in [
        bomb(256 << 20),
        bomb(15 << 20),
        many,
        b"not zstd at all".to_vec(),
        Vec::new(),
    ]
    .into_iter()
    .enumerate()
    {
        let mut header = hostile.header(&mut commune);
        header.log = LogId([20 + at as u8; 16]);
        let padded = [packed.as_slice(), &[0x80]].concat();
        let payload = seal::seal_bytes(
            &hostile.secret.entry_key(),
            &header.encode(),
            &padded,
            &mut crate::common::rng(),
        );
        let envelope = Envelope::sign(&header, &payload, &hostile.sign);
        give(&mut commune, "police", &envelope, &payload);
        let verdict = verdict(&mut commune, "police", &book, &envelope.id());
        assert!(
            matches!(verdict, Verdict::Aside(Aside::Gate(_))),
            "{at}: {verdict:?}"
        );
    }
    goes_on(&mut commune, book, &key, 1);
}

#[test]
fn a_chunk_that_is_no_change_is_refused_and_what_comes_beside_it_too() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    let header = hostile.header(&mut commune);
    let good = making(actor(&hostile, [1; 16]), None);
    let mut bad = good.clone();
    bad.truncate(bad.len() - 3);
    let (envelope, payload) = hostile.changes(&header, [1; 16], vec![good, bad]);
    give(&mut commune, "police", &envelope, &payload);
    let verdict = verdict(&mut commune, "police", &book, &envelope.id());
    assert!(matches!(verdict, Verdict::Aside(Aside::Gate(_))), "{verdict:?}");
    goes_on(&mut commune, book, &key, 1);
}

#[test]
fn a_clock_at_1970_or_2100_keeps_nobody_from_working() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let book = village_book(commune.get("thon1"), 1);
    let mut keys = Vec::new();
    for (clock, year) in [(0, 1970), (4_102_444_800, 2100), (-1, 1969), (i64::MAX, 9999)] {
        let (key, create) = record("household", &[("head", text("Trần Thị Bình"))]);
        let act = Act::of_one_change("edit", Some(clock));
        let device = commune.get("thon1");
        device.edit(book, &[create], &act).expect("saves");
        let published = device.publish(clock, year).expect("publishes");
        assert!(!published.is_empty());
        assert_eq!(device.unpublished(), 0);
        commune.restart("thon1");
        keys.push(key);
    }
    commune.meet_all();
    for key in keys {
        let history = commune.get("police").history(&book, &key);
        assert_eq!(history.iter().map(|step| step.time).collect::<Vec<_>>(), [0]);
        assert_eq!(
            commune.get("thon1").delivery(&book, &key),
            Some(Delivery::AtCommune)
        );
    }
}

#[test]
fn a_store_set_back_begins_a_new_log_and_nothing_is_in_twice_when_the_old_entries_return() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let book = village_book(commune.get("thon1"), 1);
    let mut keys = Vec::new();
    let mut save = |commune: &mut Commune, head: &str| {
        let (key, create) = record("household", &[("head", text(head))]);
        commune.get("thon1").edit(book, &[create], &act()).expect("saves");
        keys.push(key);
    };
    save(&mut commune, "Nguyễn Văn An");
    commune.meet_all();
    // Saved, not yet published, when the copy is made: it is published in both lives.
    save(&mut commune, "Trần Thị Bình");
    let copy = commune.folder.path().join("copy.db");
    let folder = commune.get("thon1").station().folder().clone();
    commune
        .get("thon1")
        .station()
        .store()
        .backup(&copy)
        .expect("copies");
    save(&mut commune, "Lê Văn Cường");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.carry("thon1", "police");
    let logs = |device: &Device| -> std::collections::BTreeSet<LogId> {
        let index = device.station().store().index();
        let own = index.logs(&book).map(|log| log.key());
        own.filter(|key| key.device == device.device())
            .map(|key| key.log)
            .collect()
    };
    let before = logs(commune.get("thon1"));
    drop(commune.devices.remove("thon1").expect("is open").lock());
    for end in ["", "-wal", "-shm"] {
        let file = format!("{}{end}", folder.store().display());
        if std::path::Path::new(&file).exists() {
            std::fs::remove_file(file).expect("removes");
        }
    }
    std::fs::copy(&copy, folder.store()).expect("copies");
    let back = Device::open(
        folder,
        &crate::common::passphrase(),
        &sothon_vault::NoKeyStore,
        crate::common::rng(),
    )
    .expect("opens");
    commune.devices.insert("thon1".into(), back);
    save(&mut commune, "Phạm Thị Dung");
    commune.meet_all();
    let after = logs(commune.get("thon1"));
    assert_eq!(after.difference(&before).count(), 1, "one new log");
    for name in ["thon1", "police", "office"] {
        let device = commune.get(name);
        assert_eq!(device.records_of(&book).count(), 4, "{name}");
        assert!(device.conflicts().is_empty(), "{name}");
        let verdicts = device.verdicts(&book).expect("is open");
        assert!(
            verdicts.iter().all(|(_, verdict)| verdict.is_admitted()),
            "{name}"
        );
        for key in &keys {
            assert_eq!(device.history(&book, key).len(), 1, "{name}");
        }
    }
}

/// Who cannot open a book yet judges what it holds by the envelopes, and states its keys in it. Did it name what those who read
/// refuse, its keys would be refused with it, nobody would wrap for it, and it would never open the book (A4, B20).
#[test]
fn a_new_device_is_not_shut_out_by_what_it_cannot_open_and_others_refuse() {
    let (mut commune, _, _) = besieged();
    let hostile = SigningKey::from_bytes(&[15; 32]);
    let root = commune.get("office").root();
    let request = RequestSlip::new(root, TransportKey([18; 32]), &hostile);
    let office = commune.get("office");
    office
        .admit(&request, Role::Police, vec![Scope::Commune], None, NOW)
        .expect("admits");
    let shared = office
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    let (key, create) = record("task", &[("name", text("Rà soát"))]);
    office.edit(shared, &[create], &act()).expect("saves");
    commune.meet_all();
    let held = entries(commune.get("police"), &shared);
    let epoch = held
        .iter()
        .find(|envelope| envelope.header().kind == Kind::Epoch)
        .and_then(|envelope| envelope.header().epoch);
    let mut header = header(commune.get("office"), &hostile, shared, Kind::Changes, epoch);
    header.after = held.iter().map(Envelope::id).collect();
    header.after.sort_unstable();
    let garbage = vec![7; 300];
    let envelope = Envelope::sign(&header, &garbage, &hostile);
    give(&mut commune, "police", &envelope, &garbage);
    commune.meet_all();
    let refused = verdict(&mut commune, "police", &shared, &envelope.id());
    assert!(matches!(refused, Verdict::Aside(Aside::Gate(_))), "{refused:?}");

    commune.admit("late", Role::Police, Scope::Commune);
    // It has all entries before it has any key.
    commune.carry("police", "late");
    let seen = verdict(&mut commune, "late", &shared, &envelope.id());
    assert!(seen.is_admitted(), "by its envelope: {seen:?}");
    commune.meet_all();
    assert!(
        commune.get("late").record(&shared, &key).is_some(),
        "it is shut out"
    );
    let seen = verdict(&mut commune, "late", &shared, &envelope.id());
    assert_eq!(seen, refused);
}
