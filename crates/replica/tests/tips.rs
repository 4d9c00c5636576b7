//! Tips: sealed for the police, sent in slots, in parts, answered; over real sessions with a relay that reads nothing.

use std::collections::BTreeSet;

use crate::common::wire::Relay;
use crate::common::{Commune, NOW, YEAR, record};
use sothon_book::{Act, ActorId, Book};
use sothon_ledger::payload::{self, ActorNonce};
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::verdict::{Aside, Verdict};
use sothon_ledger::{
    BookId, BookKind, DeviceId, Encoding, Envelope, Header, Kind, LogId, Role, Scope, Suite, TransportKey,
    cbor, seal,
};
use sothon_records::kinds::tip_parts::{PART, Part, TipId};
use sothon_records::kinds::tip_reply::{State, TipReply};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey, Value};
use sothon_replica::{ReplicaError, SentIn, Slot, TipState, tip_fit};
use sothon_store::Payload;

const MARK: &str = "xe lạ sau nhà văn hóa";

fn tips(commune: &mut Commune) -> BookId {
    let chief = commune.get("chief");
    chief
        .find_book(BookKind::Tips, Scope::Commune, YEAR)
        .expect("is open")
}

fn tip(content: &str) -> RawRecord {
    let (_, edit) = record(
        "tip",
        &[
            ("channel", Value::Text("village-head".into())),
            ("content", Value::Long(content.into())),
            ("place", Value::Text("đầu thôn".into())),
        ],
    );
    match edit {
        Edit::Create { record, .. } => record,
        _ => unreachable!("a record is made"),
    }
}

/// A text that does not pack well.
fn long(words: u32) -> String {
    (0..words).fold(String::new(), |text, n| {
        let mixed = u64::from(n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        format!("{text}{MARK} {mixed:016x} ")
    })
}

fn read(commune: &mut Commune) -> Vec<(RecordKey, String)> {
    let book = tips(commune);
    let all = commune.get("chief").records_of(&book);
    let mut read: Vec<_> = all
        .map(|(key, record)| match record.fields.get("content") {
            Some(Value::Long(text)) => (key, text.clone()),
            other => panic!("no text: {other:?}"),
        })
        .collect();
    read.sort();
    read
}

/// The drops that the relay holds of a device, in the order of their log.
fn held(relay: &Relay, book: BookId, by: sothon_ledger::DeviceId) -> Vec<(Envelope, Vec<u8>)> {
    let store = relay.archive.store();
    let logs = store.index().logs(&book).map(|log| log.key());
    let entries = logs
        .filter(|key| key.device == by)
        .flat_map(|key| store.entries_of_log(&key, 0, 1000).expect("reads"));
    entries
        .map(|entry| {
            (
                entry.envelope,
                entry.payload.held().expect("the relay drops nothing"),
            )
        })
        .collect()
}

fn later(hours: i64) -> i64 {
    NOW + hours * 3600
}

#[test]
fn a_tip_reaches_the_police_and_its_author_cannot_open_it_from_the_moment_it_was_sealed() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    let id = commune
        .get("thon1")
        .seal_tip(tip(MARK), None, NOW)
        .expect("seals");
    let nothing = |commune: &mut Commune| {
        let device = commune.get("thon1");
        assert_eq!(
            device.records().filter(|(open, _, _)| open.book == book).count(),
            0
        );
        assert!(!device.readable().any(|open| open.book == book));
        let kept = device.kept("").expect("reads");
        assert!(
            kept.iter()
                .all(|(_, plain)| !String::from_utf8_lossy(plain).contains(MARK))
        );
    };
    nothing(&mut commune);
    commune.restart("thon1");
    nothing(&mut commune);
    assert_eq!(
        commune.get("thon1").own_tips().expect("reads")[0].state(),
        TipState::Waiting
    );
    let sent = commune.get("thon1").use_slot(Slot::Lock, NOW).expect("sends");
    assert!(sent.is_some());
    commune.sync("thon1", &mut relay);
    commune.sync("chief", &mut relay);
    assert_eq!(
        read(&mut commune)
            .into_iter()
            .map(|(_, text)| text)
            .collect::<Vec<_>>(),
        [MARK]
    );
    nothing(&mut commune);
    let own = commune.get("thon1").own_tips().expect("reads");
    assert_eq!((own.len(), own[0].id), (1, id));
    // Neither a neighbour nor the office, which keeps it, reads it.
    commune.sync("office", &mut relay);
    commune.sync("thon2", &mut relay);
    for name in ["office", "thon2"] {
        assert_eq!(commune.get(name).records_of(&book).count(), 0, "{name}");
    }
    let (device, other) = (commune.get("thon1").device(), commune.get("thon2"));
    let logs = other.station().store().index();
    assert!(
        logs.logs(&book).all(|log| log.key().device != device),
        "a neighbour is not served it"
    );
}

#[test]
fn a_relay_cannot_tell_a_tip_from_a_dummy() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    // Ten days: both use all slots alike, one of them has something to tell in half of them.
    for day in 0..10 {
        for (name, tells) in [("thon1", day % 2 == 0), ("thon2", false)] {
            let device = commune.get(name);
            if tells {
                device
                    .seal_tip(tip(&format!("{MARK} {day}")), None, later(day * 24 + 1))
                    .expect("seals");
            }
            for (slot, hour) in [
                (Slot::Unlock, 2),
                (Slot::Lock, 3),
                (Slot::Unlock, 5),
                (Slot::Lock, 6),
            ] {
                device.use_slot(slot, later(day * 24 + hour)).expect("uses");
            }
            commune.sync(name, &mut relay);
        }
        if day == 4 {
            // The register grows meanwhile: what was sealed before looks like what is made up after.
            commune.get("office").still_current(NOW).expect("signs");
            commune.sync("office", &mut relay);
        }
    }
    let shapes = |commune: &mut Commune, name: &str| {
        let device = commune.get(name).device();
        let drops = held(&relay, book, device).into_iter();
        drops
            .map(|(envelope, payload)| {
                let header = envelope.header().clone();
                (
                    envelope.bytes().len(),
                    payload.len(),
                    (header.seq, header.backlink.is_some(), header.after.len()),
                    (header.kind, header.epoch, header.suite, header.encoding),
                    (header.height, header.operation),
                )
            })
            .collect::<Vec<_>>()
    };
    let (one, other) = (shapes(&mut commune, "thon1"), shapes(&mut commune, "thon2"));
    assert_eq!(one.len(), 30, "one at unlocking and two at locking a day");
    assert_eq!(one, other);
    let sizes: BTreeSet<usize> = one.iter().map(|shape| shape.1).collect();
    assert_eq!(sizes, [2096].into());
    assert!(one.iter().all(|shape| shape.3.0 == Kind::Drop));
    commune.sync("chief", &mut relay);
    assert_eq!(read(&mut commune).len(), 5);
}

#[test]
fn dummies_leave_nothing_with_the_reader_but_their_envelopes() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    for day in 0..3 {
        commune
            .get("thon1")
            .use_slot(Slot::Unlock, later(24 * day))
            .expect("uses")
            .expect("a dummy");
    }
    commune
        .get("thon1")
        .seal_tip(tip(MARK), None, NOW)
        .expect("seals");
    commune
        .get("thon1")
        .use_slot(Slot::Lock, NOW)
        .expect("uses")
        .expect("a tip");
    commune.sync("thon1", &mut relay);
    commune.sync("chief", &mut relay);
    for _ in 0..2 {
        assert_eq!(read(&mut commune).len(), 1);
        let thon1 = commune.get("thon1").device();
        let chief = commune.get("chief");
        let store = chief.station().store();
        let logs: Vec<_> = store.index().logs(&book).map(|log| log.key()).collect();
        let drops: Vec<_> = logs
            .iter()
            .filter(|key| key.device == thon1)
            .flat_map(|key| store.entries_of_log(key, 0, 100).expect("reads"))
            .collect();
        assert_eq!(drops.len(), 4);
        assert_eq!(
            drops
                .iter()
                .filter(|drop| drop.payload == Payload::Dropped)
                .count(),
            3
        );
        assert_eq!(chief.wants().payloads, []);
        let seals = chief.check_seals().expect("reads");
        assert_eq!(
            (seals.waiting, seals.aside),
            (0, vec![]),
            "none waits, and none is aside"
        );
        commune.restart("chief");
    }
}

#[test]
fn a_long_tip_goes_part_by_part_one_a_slot_and_is_one_tip_for_its_readers() {
    let (mut commune, mut relay) = Commune::with_tips();
    let text = long(480);
    let fit = tip_fit(&tip(&text), 0).expect("fits");
    assert!(fit.parts >= 3, "{fit:?}");
    let device = commune.get("thon1");
    device.seal_tip(tip(&text), None, NOW).expect("seals");
    for day in 0..i64::from(fit.parts) {
        commune
            .get("thon1")
            .use_slot(Slot::Unlock, later(24 * day))
            .expect("uses")
            .expect("a part");
        commune.sync("thon1", &mut relay);
        commune.sync("chief", &mut relay);
        let read = read(&mut commune);
        assert_eq!(read.len(), 1, "one tip, whatever has come of it");
        let whole = day + 1 == i64::from(fit.parts);
        assert_eq!(read[0].1 == text, whole);
        assert_eq!(read[0].1.contains("chưa tới"), !whole);
    }
    let own = commune.get("thon1").own_tips().expect("reads");
    assert_eq!(own[0].parts.len(), fit.parts as usize);
    assert!(
        own[0]
            .parts
            .iter()
            .all(|part| matches!(part.sent, Some((SentIn::Unlock, _))))
    );
    // Its text is what somebody told: it is not edited. Its other fields and its voiding are.
    let book = tips(&mut commune);
    let key = read(&mut commune)[0].0.clone();
    let edit = Edit::Set {
        key: key.clone(),
        sub: None,
        fields: [("content".to_owned(), Some(Value::Long("khác".into())))].into(),
    };
    let refused = commune.get("chief").edit(book, &[edit], &crate::common::act());
    assert!(matches!(refused, Err(ReplicaError::InParts)));
    let edit = crate::common::set(&key, "place", "cuối thôn");
    commune
        .get("chief")
        .edit(book, &[edit], &crate::common::act())
        .expect("saves");
    assert_eq!(read(&mut commune), [(key, text)]);
}

#[test]
fn parts_that_come_in_any_order_or_not_at_all_are_read_as_far_as_they_are_here() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    let text = long(480);
    let id = commune
        .get("thon1")
        .seal_tip(tip(&text), None, NOW)
        .expect("seals");
    let sent = commune.get("thon1").send_tip_now(id, NOW).expect("sends");
    let parts = sent.len();
    assert!(parts >= 3);
    commune.sync("thon1", &mut relay);
    // The relay withholds the payload of the second part.
    let thon1 = commune.get("thon1").device();
    let drops = held(&relay, book, thon1);
    let batch = |entries: Vec<(Envelope, Option<Vec<u8>>)>, payloads| sothon_sync::Batch {
        entries: entries
            .into_iter()
            .map(|(envelope, payload)| sothon_sync::ReceivedEntry { envelope, payload })
            .collect(),
        payloads,
        ..sothon_sync::Batch::empty(sothon_sync::BatchId(0))
    };
    let all: Vec<_> = drops.iter().map(|(e, p)| (e.clone(), Some(p.clone()))).collect();
    let without = |at: usize| {
        let mut some = all.clone();
        some[at].1 = None;
        some
    };
    let chief = commune.get("chief");
    chief
        .take_in(vec![batch(without(1), Vec::new())], NOW)
        .expect("takes");
    chief
        .take_in(vec![batch(without(1), Vec::new())], NOW)
        .expect("takes twice");
    let seen = read(&mut commune);
    assert_eq!(seen.len(), 1);
    assert!(
        seen[0].1.contains(&format!("phần 2/{parts} chưa tới")),
        "{}",
        seen[0].1
    );
    let late = sothon_sync::ReceivedPayload {
        entry: sent[1],
        bytes: drops[1].1.clone(),
    };
    let chief = commune.get("chief");
    chief
        .take_in(vec![batch(Vec::new(), vec![late])], NOW)
        .expect("takes");
    assert_eq!(read(&mut commune)[0].1, text);
}

#[test]
fn a_part_by_somebody_else_is_not_joined_to_a_tip() {
    let (mut commune, mut relay) = Commune::with_tips();
    let text = long(480);
    let id = commune
        .get("thon1")
        .seal_tip(tip(&text), None, NOW)
        .expect("seals");
    commune.get("thon1").send_tip_now(id, NOW).expect("sends");
    let mut forged = tip("lời của người khác");
    let part = Part {
        tip: id,
        number: 1,
        of: 2,
    };
    forged.fields.insert(PART.into(), Value::Text(part.to_string()));
    let other = commune.get("thon2").seal_tip(forged, None, NOW).expect("seals");
    commune.get("thon2").send_tip_now(other, NOW).expect("sends");
    for name in ["thon1", "thon2", "chief"] {
        commune.sync(name, &mut relay);
    }
    let texts: BTreeSet<String> = read(&mut commune).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.contains(&text));
}

#[test]
fn who_sends_now_sends_all_of_a_tip_and_what_was_sealed_before_it() {
    let (mut commune, mut relay) = Commune::with_tips();
    let device = commune.get("thon1");
    device.seal_tip(tip("một"), None, NOW).expect("seals");
    let second = device.seal_tip(tip("hai"), None, NOW).expect("seals");
    device.seal_tip(tip("ba"), None, NOW).expect("seals");
    assert_eq!(device.send_tip_now(second, NOW).expect("sends").len(), 2);
    assert_eq!(device.send_tip_now(second, NOW).expect("sends"), [], "once");
    let unknown = device.send_tip_now(TipId([1; 16]), NOW);
    assert!(matches!(unknown, Err(ReplicaError::NoTip)));
    let states: Vec<TipState> = device
        .own_tips()
        .expect("reads")
        .iter()
        .map(|tip| tip.state())
        .collect();
    assert_eq!(states, [TipState::Sent, TipState::Sent, TipState::Waiting]);
    commune.sync("thon1", &mut relay);
    commune.sync("chief", &mut relay);
    assert_eq!(read(&mut commune).len(), 2);
}

#[test]
fn the_author_sees_how_far_a_tip_has_come_and_what_was_answered_and_nobody_else_does() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    let state = |commune: &mut Commune| commune.get("thon1").own_tips().expect("reads")[0].state();
    commune
        .get("thon1")
        .seal_tip(tip(MARK), None, NOW)
        .expect("seals");
    assert_eq!(state(&mut commune), TipState::Waiting);
    commune.get("thon1").use_slot(Slot::Lock, NOW).expect("sends");
    assert_eq!(state(&mut commune), TipState::Sent);
    commune.sync("thon1", &mut relay);
    assert_eq!(state(&mut commune), TipState::AtRelay);
    commune.sync("chief", &mut relay);
    commune.sync("chief", &mut relay);
    commune.sync("thon1", &mut relay);
    assert_eq!(state(&mut commune), TipState::Received);
    let (key, _) = read(&mut commune).remove(0);
    let reply = TipReply {
        state: Some(State::Checking),
        text: "Đang xác minh, cảm ơn đồng chí".into(),
    };
    commune
        .get("chief")
        .reply_to_tip(&book, &key, &reply, NOW)
        .expect("answers");
    assert_eq!(commune.get("chief").replies_to_tip(&book, &key).counting.len(), 1);
    for name in ["chief", "thon1", "thon2", "office"] {
        commune.sync(name, &mut relay);
    }
    commune.restart("thon1");
    let own = commune.get("thon1").own_tips().expect("reads");
    assert_eq!(own[0].replies, [reply]);
    assert_eq!(own[0].state(), TipState::Received);
    let neighbour = commune.get("thon2").station().store();
    let notices = neighbour.notices(&book).expect("reads");
    assert!(
        notices
            .iter()
            .all(|(envelope, _)| envelope.header().kind != Kind::Reply)
    );
    let long = TipReply {
        state: None,
        text: long(400),
    };
    let refused = commune.get("chief").reply_to_tip(&book, &key, &long, NOW);
    assert!(matches!(refused, Err(ReplicaError::TooLarge)), "{refused:?}");
}

/// By the sheet the chief chooses the office's branch of the register.
fn choose_offices(commune: &mut Commune, sheet: &[u8; 32]) {
    let office = commune.devices.remove("office").expect("is there");
    commune.carry_operations(&office, "chief");
    let offices = office.register().expect("is there").head().1;
    commune.devices.insert("office".to_owned(), office);
    let chief = commune.get("chief");
    chief.recover(sheet, Some(offices), NOW).expect("chooses");
}

#[test]
fn an_answer_by_a_branch_that_was_not_chosen_is_told_not_to_count_and_another_one_counts() {
    let (mut commune, sheet) = Commune::with_sheet(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("thon2", Role::VillageHead, Scope::Village(2)),
        ("chief", Role::PoliceChief, Scope::Commune),
    ]);
    commune.open_tips();
    let mut relay = Relay::new(&mut commune);
    let all = ["office", "chief", "thon1", "thon2"];
    for name in all.into_iter().chain(all) {
        commune.sync(name, &mut relay);
    }
    let book = tips(&mut commune);
    let tells = |commune: &mut Commune, who: &str| {
        let head = commune.get(who);
        let id = head.seal_tip(tip(MARK), None, NOW).expect("seals");
        head.send_tip_now(id, NOW).expect("sends");
    };
    tells(&mut commune, "thon1");
    for name in ["thon1", "chief"] {
        commune.sync(name, &mut relay);
    }
    let (key, _) = read(&mut commune).remove(0);
    // The register forks; the chief answers, and another head tells, by the branch that is not chosen.
    commune.copy("office", "clone");
    commune.get("office").still_current(NOW).expect("signs");
    commune.get("clone").still_current(NOW + 1).expect("signs");
    let clone = commune.devices.remove("clone").expect("is there");
    for name in ["chief", "thon2"] {
        commune.carry_operations(&clone, name);
    }
    tells(&mut commune, "thon2");
    let reply = TipReply {
        state: Some(State::Checking),
        text: "Đang xác minh".into(),
    };
    let chief = commune.get("chief");
    let first = chief.reply_to_tip(&book, &key, &reply, NOW).expect("answers");
    assert_eq!(chief.replies_to_tip(&book, &key).counting, [first]);
    choose_offices(&mut commune, &sheet);
    let chief = commune.get("chief");
    let stands = chief.replies_to_tip(&book, &key);
    assert_eq!((stands.counting, stands.lost), (vec![], vec![first]));
    // Nobody but a person can say it again.
    let second = chief.reply_to_tip(&book, &key, &reply, NOW).expect("answers");
    let stands = chief.replies_to_tip(&book, &key);
    assert_eq!((stands.counting, stands.lost), (vec![second], vec![first]));
    for name in all.into_iter().cycle().take(3 * all.len()) {
        commune.sync(name, &mut relay);
    }
    let own = commune.get("thon1").own_tips().expect("reads");
    assert_eq!(own[0].replies, [reply]);
    assert_eq!(own[0].state(), TipState::Received);
    // A tip names what its epoch was made by, which is older than the fork.
    assert_eq!(read(&mut commune).len(), 2);
    let own = commune.get("thon2").own_tips().expect("reads");
    assert_eq!(own[0].state(), TipState::Received);
}

#[test]
fn a_tip_under_a_key_of_a_branch_that_was_not_chosen_is_to_be_told_again() {
    let (mut commune, sheet) = Commune::with_sheet(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("chief", Role::PoliceChief, Scope::Commune),
    ]);
    commune.open_tips();
    let mut relay = Relay::new(&mut commune);
    let police = commune.admit("police", Role::Police, Scope::Commune);
    let all = ["office", "chief", "thon1"];
    for name in all.into_iter().chain(all) {
        commune.sync(name, &mut relay);
    }
    let book = tips(&mut commune);
    commune
        .get("chief")
        .say_yes(&book, police, NOW)
        .expect("says yes");
    for name in all {
        commune.sync(name, &mut relay);
    }
    // On one branch a reader goes, so that there is a new key.
    commune.copy("office", "clone");
    commune.get("office").still_current(NOW).expect("signs");
    commune.get("clone").cut_device(police, NOW + 1).expect("cuts");
    let clone = commune.devices.remove("clone").expect("is there");
    for name in ["chief", "thon1"] {
        commune.carry_operations(&clone, name);
    }
    for name in ["chief", "thon1"] {
        commune.sync(name, &mut relay);
    }
    let head = commune.get("thon1");
    let id = head.seal_tip(tip(MARK), None, NOW).expect("seals");
    head.send_tip_now(id, NOW).expect("sends");
    for name in ["thon1", "chief"] {
        commune.sync(name, &mut relay);
    }
    assert_eq!(read(&mut commune).len(), 1);
    // The other one is chosen.
    choose_offices(&mut commune, &sheet);
    for name in all.into_iter().chain(all) {
        commune.sync(name, &mut relay);
    }
    assert_eq!(read(&mut commune).len(), 0);
    let own = commune.get("thon1").own_tips().expect("reads");
    assert_eq!(own[0].state(), TipState::DeadBranch);
}

#[test]
fn a_tip_that_waited_while_a_reader_went_is_still_read() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    let police = commune.admit("police", Role::Police, Scope::Commune);
    for name in ["office", "police", "chief"] {
        commune.sync(name, &mut relay);
    }
    commune
        .get("chief")
        .say_yes(&book, police, NOW)
        .expect("says yes");
    for name in ["chief", "police", "thon1"] {
        commune.sync(name, &mut relay);
    }
    commune
        .get("thon1")
        .seal_tip(tip(MARK), None, NOW)
        .expect("seals");
    commune.get("office").cut_device(police, NOW).expect("cuts");
    for name in ["office", "chief", "thon1"] {
        commune.sync(name, &mut relay);
    }
    commune
        .get("thon1")
        .use_slot(Slot::Lock, NOW)
        .expect("sends")
        .expect("the old one");
    commune.sync("thon1", &mut relay);
    commune.sync("chief", &mut relay);
    assert_eq!(
        read(&mut commune).len(),
        1,
        "never refused for the age of its epoch"
    );
}

#[test]
fn who_told_is_sealed_once_more_and_opened_by_the_police_for_a_reason() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    let teller = "{\"name\":{\"text\":\"Lò Văn Xôm\"}}".as_bytes();
    let id = commune
        .get("thon1")
        .seal_tip(tip(MARK), Some(teller), NOW)
        .expect("seals");
    commune.get("thon1").send_tip_now(id, NOW).expect("sends");
    commune.sync("thon1", &mut relay);
    commune.sync("chief", &mut relay);
    let (key, _) = read(&mut commune).remove(0);
    let chief = commune.get("chief");
    let record = chief.record(&book, &key).expect("is there");
    let Some(Value::Bytes(sealed)) = record.fields.get("teller") else {
        panic!("no sealed part");
    };
    let why = RawRecord::default();
    let opened = chief.open_part(&book, &key, sealed, why, NOW).expect("opens");
    assert_eq!(opened.as_slice(), teller);
    let other = RecordKey {
        kind: "tip".into(),
        id: RecordId(uuid::Uuid::from_bytes([5; 16])),
    };
    let elsewhere = chief.open_part(&book, &other, sealed, RawRecord::default(), NOW);
    assert!(
        matches!(elsewhere, Err(ReplicaError::SealedPart)),
        "bound to its record"
    );
}

#[test]
fn what_a_form_is_told_of_the_size_is_what_sealing_does() {
    let (mut commune, _) = Commune::with_tips();
    for words in [1, 100, 160, 200, 400] {
        let tip = tip(&long(words));
        let fit = tip_fit(&tip, 40).expect("fits");
        let teller = [7; 40];
        let device = commune.get("thon1");
        let id = device.seal_tip(tip, Some(&teller), NOW).expect("seals");
        let own = device.own_tips().expect("reads");
        let sealed = own.iter().find(|own| own.id == id).expect("is kept");
        assert_eq!(sealed.parts.len(), fit.parts as usize, "{words} words");
    }
    let device = commune.get("thon1");
    let much = tip(&long(2000));
    assert!(tip_fit(&much, 0).is_err());
    let refused = device.seal_tip(much, None, NOW);
    assert!(matches!(refused, Err(ReplicaError::TooLarge)));
}

/// A drop by a device of our own making, with these records in one change by this actor.
fn forged(
    commune: &mut Commune,
    key: &ed25519_dalek::SigningKey,
    log: u8,
    nonce: ActorNonce,
    actor: [u8; 16],
    records: Vec<RecordKey>,
) -> (Envelope, Vec<u8>) {
    let book = tips(commune);
    let chief = commune.get("chief");
    let store = chief.station().store();
    let logs = store.index().logs(&book).map(|log| log.key());
    let mut entries = logs.flat_map(|key| store.entries_of_log(&key, 0, 100).expect("reads"));
    let epoch = entries
        .find(|entry| entry.envelope.header().kind == Kind::Epoch)
        .expect("there is an epoch");
    let made: payload::Epoch = cbor::decode(&epoch.payload.held().expect("is here")).expect("reads");
    let mut alone = Book::new();
    alone.set_actor(ActorId(actor));
    let edits: Vec<Edit> = records
        .into_iter()
        .map(|key| Edit::Create {
            key,
            record: tip("giả"),
        })
        .collect();
    let change = alone
        .edit(&edits, &Act::of_one_change("drop", None))
        .expect("makes");
    let changes = payload::Changes {
        time: 0,
        actors: Some(vec![nonce]),
        chunks: vec![change.bytes.into()],
        replaces: None,
    };
    let register = chief.register().expect("is here");
    let height = register.effective_height();
    let header = Header {
        device: DeviceId(key.verifying_key().to_bytes()),
        log: LogId([log; 16]),
        seq: 0,
        backlink: None,
        after: Vec::new(),
        height,
        operation: register.operation(height).expect("is there").id().tag(),
        kind: Kind::Drop,
        suite: Suite::HpkeX25519,
        encoding: Encoding::ZstdPadded,
        ..epoch.envelope.header().clone()
    };
    let sealed = seal::seal_drop(
        &changes,
        &header.encode(),
        &made.drop_key,
        &mut crate::common::rng(),
    )
    .expect("fits");
    (Envelope::sign(&header, &sealed, key), sealed)
}

#[test]
fn a_drop_that_breaks_its_form_is_aside_and_strikes_nothing() {
    let (mut commune, mut relay) = Commune::with_tips();
    let book = tips(&mut commune);
    let id = commune
        .get("thon1")
        .seal_tip(tip(MARK), None, NOW)
        .expect("seals");
    commune.get("thon1").send_tip_now(id, NOW).expect("sends");
    let key = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
    let office = commune.get("office");
    let request = RequestSlip::new(office.root(), TransportKey([8; 32]), &key);
    let scopes = vec![Scope::Village(2)];
    office
        .admit(&request, Role::VillageHead, scopes, None, NOW)
        .expect("admits");
    for name in ["office", "thon1", "chief"] {
        commune.sync(name, &mut relay);
    }
    let before = read(&mut commune);
    let (there, _) = before[0].clone();
    let device = DeviceId(key.verifying_key().to_bytes());
    let nonce = ActorNonce::new([3; 16]);
    let actor = nonce.actor(&book, &device).0;
    let hash = <sha2::Sha256 as sha2::Digest>::new();
    let hash = sha2::Digest::finalize(sha2::Digest::chain_update(
        sha2::Digest::chain_update(hash, device),
        actor,
    ));
    let of = |kind: &str| RecordKey {
        kind: kind.into(),
        id: RecordId(uuid::Uuid::from_slice(&hash[..16]).expect("16 bytes")),
    };
    let chosen = RecordKey {
        kind: "tip".into(),
        id: RecordId(uuid::Uuid::from_bytes([9; 16])),
    };
    let forged: Vec<_> = [
        (1, actor, vec![there]),
        (2, actor, vec![chosen.clone()]),
        (3, actor, vec![of("tip"), chosen]),
        (4, actor, vec![of("household")]),
        (5, [7; 16], vec![of("tip")]),
        (6, actor, vec![of("tip")]),
    ]
    .into_iter()
    .map(|(log, actor, records)| forged(&mut commune, &key, log, nonce, actor, records))
    .collect();
    let ids: Vec<_> = forged.iter().map(|(envelope, _)| envelope.id()).collect();
    let entries = forged
        .into_iter()
        .map(|(envelope, payload)| sothon_sync::ReceivedEntry {
            envelope,
            payload: Some(payload),
        })
        .collect();
    let batch = sothon_sync::Batch {
        entries,
        ..sothon_sync::Batch::empty(sothon_sync::BatchId(0))
    };
    let chief = commune.get("chief");
    chief.take_in(vec![batch], NOW).expect("takes");
    let verdicts = chief.verdicts(&book).expect("is open");
    let (last, broken) = ids.split_last().expect("there are some");
    for id in broken {
        let verdict = verdicts.get(id).expect("is held");
        assert!(matches!(verdict, Verdict::Aside(Aside::Gate(_))), "{verdict:?}");
    }
    assert!(
        verdicts.get(last).is_some_and(Verdict::is_by_right),
        "one that keeps to it counts"
    );
    let after = read(&mut commune);
    assert_eq!(after.len(), 2);
    assert!(after.contains(&before[0]));
}
