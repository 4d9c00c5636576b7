//! Who copies the change of another into an entry of its own takes nothing away from it (threats A2, A3).

use sothon_ledger::seal;
use sothon_ledger::verdict::{Aside, Verdict};
use sothon_ledger::{Envelope, EpochId, Height, Kind, Receiver, Role, Scope, Wrap};
use sothon_records::Value;
use sothon_store::Row;
use sothon_sync::ReceivedEntry;

use crate::common::hostile::{batch, besieged, give, verdict};
use crate::common::{NOW, YEAR, act, set};

/// A reader to whom the secret of an older epoch comes last, as an honest entry of the newer one stands on what it opens.
/// A copy of that under the newer epoch let the gate pass the newer entry, and it was never applied.
#[test]
fn what_stands_on_a_copied_change_is_applied_when_the_change_itself_can_be_opened() {
    let (mut commune, mut hostile, key) = besieged();
    let book = hostile.book;
    let root = commune.get("office").root();
    let all = |commune: &mut crate::common::Commune, who: &str| {
        let store = commune.get(who).station().store();
        let all = store.since(Row::default(), usize::MAX >> 1).expect("reads");
        let held = all.into_iter().map(|entry| ReceivedEntry {
            envelope: entry.envelope,
            payload: entry.payload.held(),
        });
        held.collect::<Vec<_>>()
    };
    let of_kind = |entries: &[ReceivedEntry], epoch: EpochId| {
        let wanted = |entry: &&ReceivedEntry| {
            let header = entry.envelope.header();
            header.book == book && header.kind == Kind::Changes && header.epoch == Some(epoch)
        };
        entries.iter().find(wanted).cloned()
    };
    let made = of_kind(&all(&mut commune, "thon1"), hostile.epoch).expect("the household was made");
    let payload = made.payload.expect("is held");
    let opened = seal::open_changes(&payload, made.envelope.header_bytes(), &hostile.secret).expect("opens");
    let copied = opened.chunks[0].to_vec();
    let old = hostile.epoch;

    // One more reader, and one who goes: what is written from now on is sealed to another epoch.
    let late = commune.admit("late", Role::Police, Scope::Commune);
    let gone = commune.admit("gone", Role::Police, Scope::Commune);
    commune.get("office").cut_device(gone, NOW).expect("cuts");
    let late_only = commune.devices.remove("late").expect("was admitted");
    commune.meet_all();
    commune.devices.insert("late".to_owned(), late_only);
    commune.get("late").publish(NOW, YEAR).expect("publishes");
    commune.carry("office", "late");
    commune.get("late").publish(NOW, YEAR).expect("publishes");
    commune.carry("late", "thon1");
    // Somebody writes, or there is no other epoch.
    commune.writes("thon1", book, "Trần Văn Bảy");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");

    let wraps: Vec<Wrap> = commune
        .get("thon1")
        .station()
        .store()
        .wraps_of_book(&book)
        .expect("reads");
    let me = Receiver::Device(hostile.device());
    let mine = wraps
        .iter()
        .find(|wrap| wrap.to() == me && wrap.epoch() != old)
        .expect("is wrapped");
    hostile.secret = (0..200)
        .find_map(|height| mine.open(&root, Height(height), &hostile.agree).ok())
        .expect("opens");
    hostile.epoch = mine.epoch();
    let mut header = hostile.header(&mut commune);
    // It names nothing that waits for the old secret: it is opened first.
    let first = all(&mut commune, "thon1").into_iter().map(|entry| entry.envelope);
    let names = |envelope: &Envelope| {
        let header = envelope.header();
        header.book == book && header.kind == Kind::Epoch && header.epoch == Some(hostile.epoch)
    };
    header.after = first.filter(names).map(|envelope| envelope.id()).collect();
    let (copy, copy_payload): (Envelope, Vec<u8>) = hostile.changes(&header, [7; 16], vec![copied]);
    give(&mut commune, "thon1", &copy, &copy_payload);
    let found = verdict(&mut commune, "thon1", &book, &copy.id());
    assert!(matches!(found, Verdict::Aside(Aside::Gate(_))), "{found:?}");

    commune
        .get("thon1")
        .edit(book, &[set(&key, "phone", "0900 000 007")], &act())
        .expect("saves");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");

    for (wrapped, seen) in [(false, None), (true, Some(Value::Text("0900 000 007".into())))] {
        let for_late = wraps.iter().filter(|wrap| wrap.to() == Receiver::Device(late));
        let some: Vec<Wrap> = for_late
            .filter(|wrap| (wrap.epoch() == old) == wrapped)
            .cloned()
            .collect();
        assert!(!some.is_empty());
        let mut come = batch();
        come.entries = if wrapped {
            Vec::new()
        } else {
            all(&mut commune, "thon1")
        };
        come.wraps = some;
        commune.get("late").take_in(vec![come], NOW).expect("takes");
        let record = commune.get("late").record(&book, &key);
        assert_eq!(
            record.and_then(|record| record.fields.get("phone").cloned()),
            seen
        );
    }
}
