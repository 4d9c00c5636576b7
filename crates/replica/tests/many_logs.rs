//! A device that began thousands of logs before it is cut: an operation has a bound, and honest work comes first.

use crate::common::hostile::{Hostile, besieged, give};
use crate::common::{Commune, Device, NOW, YEAR, act, set};
use sothon_ledger::register::{Action, CutOf, MAX_OPERATION};
use sothon_ledger::{EntryId, Height, LogId};
use sothon_sync::{Batch, BatchId, ReceivedEntry};

/// How many logs the liar begins: more than any operation has room for.
const LOGS: u32 = 6_000;

/// Begins a log with an entry that says nothing; its id.
fn begins(hostile: &Hostile, header: &sothon_ledger::Header, log: u32) -> (EntryId, ReceivedEntry) {
    let mut header = header.clone();
    let mut name = [7; 16];
    name[..4].copy_from_slice(&log.to_be_bytes());
    header.log = LogId(name);
    let (envelope, payload) = hostile.changes(&header, [3; 16], Vec::new());
    let entry = ReceivedEntry {
        envelope,
        payload: Some(payload),
    };
    (entry.envelope.id(), entry)
}

fn takes(commune: &mut Commune, who: &str, entries: Vec<ReceivedEntry>) {
    let batch = Batch {
        entries,
        ..Batch::empty(BatchId(0))
    };
    commune.get(who).take_in(vec![batch], NOW).expect("takes");
}

#[test]
fn a_device_of_six_thousand_logs_is_cut_and_the_register_is_read_on() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    let header = hostile.header(&mut commune);
    // The last of all its logs to come is one on which the village's head goes on.
    let (honest, entry) = begins(&hostile, &header, LOGS);
    give(
        &mut commune,
        "thon1",
        &entry.envelope,
        entry.payload.as_deref().unwrap_or_default(),
    );
    let thon1 = commune.get("thon1");
    thon1
        .edit(book, &[set(&key, "phone", "0900 000 001")], &act())
        .expect("saves");
    thon1.publish(NOW, YEAR).expect("publishes");
    let heap: Vec<_> = (0..LOGS).map(|log| begins(&hostile, &header, log)).collect();
    let ids: Vec<EntryId> = heap.iter().map(|(id, _)| *id).collect();
    takes(
        &mut commune,
        "office",
        heap.into_iter().map(|(_, entry)| entry).collect(),
    );
    assert!(commune.carry("thon1", "office"));

    let office = commune.get("office");
    let of = CutOf::Device(hostile.device());
    let not_named = office.cut(of, NOW).expect("cuts");
    let register = office.register().expect("is there");
    let operation = register.operation(register.height()).expect("is there");
    assert!(operation.bytes().len() <= MAX_OPERATION);
    let Action::Cut(cut) = operation.action() else {
        panic!("{:?}", operation.action());
    };
    assert!(cut.heads.len() >= 4_000, "{}", cut.heads.len());
    // Each log has one head; with that on which others build, and the one in which it stated its keys.
    let logs = usize::try_from(LOGS).expect("is small") + 2;
    assert_eq!(cut.heads.len() + not_named.logs, logs);
    assert_eq!(not_named.counted, not_named.logs);
    let left_out = |office: &Device| office.left_out(&hostile.device()).expect("looks");
    assert_eq!(left_out(office), not_named.logs);
    let named = |id: &EntryId| cut.heads.iter().any(|head| head.id == *id);
    assert!(named(&honest), "others build on it");
    // Of the rest, what came first.
    let first_left_out = ids.iter().position(|id| !named(id)).expect("some are");
    assert!(ids[first_left_out..].iter().all(|id| !named(id)));

    commune.restart("office");
    assert_eq!(
        left_out(commune.get("office")),
        not_named.logs,
        "also after a start"
    );
    let honest_device = commune.get("thon1").device();
    let office = commune.get("office");
    assert_eq!(office.left_out(&honest_device).expect("looks"), 0);
    let height = commune.get("office").register().expect("is there").height();
    let operations = commune.get("office").station().store().operations(Height(1));
    assert_eq!(operations.expect("reads").len() as u64, height.0);
    commune.carry("office", "police");
    for name in ["office", "police"] {
        let device = commune.get(name);
        assert_eq!(device.register().expect("is there").height(), height, "{name}");
        let verdicts = device.verdicts(&book).expect("is open");
        assert!(verdicts.is_admitted(&honest), "{name}");
        assert!(verdicts.is_admitted(&ids[0]), "{name}");
        assert!(!verdicts.is_admitted(&ids[ids.len() - 1]), "{name}");
        let seen = device.record(&book, &key).expect("is there");
        assert_eq!(
            seen.fields["phone"],
            crate::common::text("0900 000 001"),
            "{name}"
        );
    }
    // What had no room is let in by name.
    let last = ids[ids.len() - 1];
    let office = commune.get("office");
    office.let_in(book, last, NOW).expect("lets in");
    assert!(office.verdicts(&book).expect("is open").is_admitted(&last));
}
