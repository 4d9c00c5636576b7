//! What an author who will not come back wrote, and does not count, is written again by others on the registrar's word.

use crate::common::{Commune, NOW, YEAR, act, record, set, text, village_book};
use sothon_ledger::verdict::Aside;
use sothon_ledger::{BookId, BookKind, EntryId, Role, Scope};
use sothon_records::{Edit, RecordKey, Value};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Ordered, RegistrarError, ReplicaError, SetAside, WhyOut};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn note(text: &str) -> Value {
    Value::Long(text.to_owned())
}

fn sets_note(commune: &mut Commune, who: &str, book: BookId, key: &RecordKey, said: &str) {
    let edit = Edit::Set {
        key: key.clone(),
        sub: None,
        fields: [("note".to_owned(), Some(note(said)))].into(),
    };
    commune.get(who).edit(book, &[edit], &act()).expect("saves");
}

fn publishes(commune: &mut Commune, who: &str) {
    commune.get(who).publish(NOW, YEAR).expect("publishes");
}

fn cuts(commune: &mut Commune, who: &str) {
    let device = commune.get(who).device();
    commune.get("office").cut_device(device, NOW).expect("cuts");
}

fn comes_back(commune: &mut Commune, who: &str) {
    let request = RequestSlip::from_text(&commune.get(who).request()).expect("a request");
    let scopes = vec![Scope::Village(1)];
    let office = commune.get("office");
    office
        .admit(&request, Role::VillageHead, scopes, None, NOW)
        .expect("admits");
}

fn aside(commune: &mut Commune, who: &str) -> Vec<SetAside> {
    commune.get(who).set_aside().expect("reads")
}

fn refused<T: std::fmt::Debug>(tried: Result<T, ReplicaError>) -> RegistrarError {
    match tried {
        Err(ReplicaError::Registrar(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// A record that all know, and what the village head wrote then in two entries, whose device was cut before they came.
fn stranded() -> (Commune, BookId, RecordKey, RecordKey) {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let fields = [("head", text("Nguyễn Văn An")), ("note", note("Nhà cuối xóm."))];
    let (known, create) = record("household", &fields);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    sets_note(&mut commune, "thon1", book, &known, "Nhà cuối xóm. Hay vắng.");
    publishes(&mut commune, "thon1");
    let made = commune.writes("thon1", book, "Trần Thị Bình");
    let edit = set(&made, "phone", "0900 000 001");
    commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
    publishes(&mut commune, "thon1");
    cuts(&mut commune, "thon1");
    // A receipt of who has not heard of the cut would admit what it names.
    commune.carry("office", "police");
    for other in ["office", "police"] {
        commune.carry("thon1", other);
    }
    (commune, book, known, made)
}

fn last_entry(commune: &mut Commune) -> EntryId {
    let all = aside(commune, "office");
    let store = commune.get("office").station().store();
    let seq = |one: &&SetAside| {
        let stored = store.envelope(&one.entry).expect("reads");
        stored.expect("is held").header().seq
    };
    all.iter().max_by_key(seq).expect("something is aside").entry
}

fn must_read(commune: &mut Commune, who: &str, book: BookId, known: &RecordKey, made: &RecordKey) {
    let device = commune.get(who);
    assert_eq!(device.records_of(&book).count(), 2, "{who}");
    assert!(device.conflicts().is_empty(), "{who}: {:?}", device.conflicts());
    let fields = device.record(&book, known).expect("is there").fields;
    assert_eq!(fields["note"], note("Nhà cuối xóm. Hay vắng."), "{who}");
    let fields = device.record(&book, made).expect("is there").fields;
    assert_eq!(fields["phone"], text("0900 000 001"), "{who}");
}

#[test]
fn who_will_not_come_back_is_written_again_by_who_may_and_each_edit_is_in_once_though_it_comes_back() {
    let (mut commune, book, known, made) = stranded();
    let gone = commune.devices.remove("thon1").expect("is there");
    let mut entries: Vec<EntryId> = aside(&mut commune, "office")
        .iter()
        .map(|one| one.entry)
        .collect();
    assert_eq!(entries.len(), 2);
    assert!(aside(&mut commune, "office").iter().all(|one| one.may_be_ordered));
    let last = last_entry(&mut commune);
    let Ordered {
        entries: ordered,
        written,
    } = commune
        .get("office")
        .order_again(book, last, NOW)
        .expect("orders");
    // The office may not write in a village's book: it waits for one who may.
    assert!(!written);
    let mut both = ordered.clone();
    both.sort_unstable();
    entries.sort_unstable();
    assert_eq!(both, entries);
    let open = aside(&mut commune, "office");
    assert!(
        open.iter()
            .all(|one| one.ordered && !one.written_again && !one.may_be_ordered)
    );
    commune.carry("office", "police");
    let police = commune.get("police");
    let mut replaced = police.write_ordered(book, last, NOW).expect("writes");
    replaced.sort_unstable();
    assert_eq!(replaced, entries);
    let again = refused(commune.get("police").write_ordered(book, last, NOW));
    assert!(matches!(again, RegistrarError::WrittenAgain), "{again:?}");
    for restarted in [false, true] {
        commune.meet_all();
        for name in ["police", "office"] {
            must_read(&mut commune, name, book, &known, &made);
            assert!(
                aside(&mut commune, name).iter().all(|one| one.written_again),
                "{name} {restarted}"
            );
            commune.restart(name);
        }
    }
    for entry in &entries {
        let tried = refused(commune.get("office").let_in(book, *entry, NOW));
        assert!(matches!(tried, RegistrarError::WrittenAgain), "{tried:?}");
    }
    // It was in a drawer.
    commune.devices.insert("thon1".to_owned(), gone);
    comes_back(&mut commune, "thon1");
    let later = commune.writes("thon1", book, "Lê Văn Cường");
    for restarted in [false, true] {
        commune.meet_all();
        for name in ["thon1", "police", "office"] {
            let device = commune.get(name);
            assert_eq!(device.records_of(&book).count(), 3, "{name} {restarted}");
            assert!(device.record(&book, &later).is_some());
            assert!(device.conflicts().is_empty(), "{name} {restarted}");
            let fields = device.record(&book, &known).expect("is there").fields;
            assert_eq!(
                fields["note"],
                note("Nhà cuối xóm. Hay vắng."),
                "{name} {restarted}"
            );
            assert_eq!(device.history(&book, &made).len(), 1, "{name} {restarted}");
            commune.restart(name);
        }
    }
    assert_eq!(commune.get("thon1").unpublished(), 0);
}

#[test]
fn what_its_author_wrote_on_top_and_nobody_had_seen_is_not_lost_when_it_comes_back() {
    let (mut commune, book, known, made) = stranded();
    // One more entry, and one more edit in none.
    let edit = set(&made, "phone", "0900 000 002");
    commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
    publishes(&mut commune, "thon1");
    sets_note(
        &mut commune,
        "thon1",
        book,
        &known,
        "Nhà cuối xóm. Hay vắng. Có chó.",
    );
    let last = last_entry(&mut commune);
    commune
        .get("office")
        .order_again(book, last, NOW)
        .expect("orders");
    commune.carry("office", "police");
    let police = commune.get("police");
    police.write_ordered(book, last, NOW).expect("writes");
    comes_back(&mut commune, "thon1");
    for restarted in [false, true] {
        commune.meet_all();
        for name in ["thon1", "police", "office"] {
            let device = commune.get(name);
            assert_eq!(device.records_of(&book).count(), 2, "{name} {restarted}");
            assert!(device.conflicts().is_empty(), "{name} {restarted}");
            let fields = device.record(&book, &made).expect("is there").fields;
            assert_eq!(fields["phone"], text("0900 000 002"), "{name} {restarted}");
            let fields = device.record(&book, &known).expect("is there").fields;
            let Value::Long(said) = &fields["note"] else {
                panic!("a long text: {fields:?}");
            };
            assert_eq!(said.matches("Có chó.").count(), 1, "{name} {restarted}: {said}");
            assert_eq!(said.matches("Hay vắng.").count(), 1, "{name} {restarted}: {said}");
            commune.restart(name);
        }
    }
    assert_eq!(commune.get("thon1").unpublished(), 0);
}

#[test]
fn what_came_later_on_top_is_not_let_in_and_is_ordered_too() {
    let (mut commune, book, _, made) = stranded();
    let last = last_entry(&mut commune);
    commune
        .get("office")
        .order_again(book, last, NOW)
        .expect("orders");
    let edit = set(&made, "phone", "0900 000 002");
    commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
    publishes(&mut commune, "thon1");
    commune.carry("thon1", "office");
    let gone = commune.devices.remove("thon1").expect("is there");
    let all = aside(&mut commune, "office");
    let late = all.iter().find(|one| !one.ordered).expect("the later one");
    assert!(late.may_be_ordered);
    // With it would come what is written again.
    let tried = refused(commune.get("office").let_in(book, late.entry, NOW));
    assert!(matches!(tried, RegistrarError::WrittenAgain), "{tried:?}");
    let ordered = commune
        .get("office")
        .order_again(book, late.entry, NOW)
        .expect("orders");
    assert_eq!(ordered.entries.len(), 3);
    drop(gone);
    commune.meet_all();
    let replaced = commune
        .get("police")
        .write_ordered(book, late.entry, NOW)
        .expect("writes");
    assert_eq!(replaced.len(), 3);
    commune.meet_all();
    for name in ["police", "office"] {
        let fields = commune.get(name).record(&book, &made).expect("is there").fields;
        assert_eq!(fields["phone"], text("0900 000 002"), "{name}");
        assert!(commune.get(name).conflicts().is_empty(), "{name}");
    }
}

#[test]
fn who_wrote_by_a_dead_branch_and_is_gone_is_written_again_by_a_registrar_who_may_write() {
    let (mut commune, sheet) = Commune::with_sheet(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let book = village_book(commune.get("thon1"), 1);
    commune.copy("office", "clone");
    commune.get("office").still_current(NOW).expect("signs");
    commune.get("clone").still_current(NOW + 1).expect("signs");
    commune.carry("clone", "thon1");
    let made = commune.writes("thon1", book, "Trần Thị Bình");
    publishes(&mut commune, "thon1");
    for from in ["clone", "thon1", "office"] {
        commune.carry(from, "police");
    }
    let gone = commune.devices.remove("thon1").expect("is there");
    commune.devices.remove("clone");
    let offices = commune.get("office").register().expect("is there").head().1;
    let police = commune.get("police");
    police.recover(&sheet, Some(offices), NOW).expect("chooses");
    let [one] = &police.set_aside().expect("reads")[..] else {
        panic!("one entry");
    };
    assert_eq!((one.why, one.may_be_ordered), (WhyOut::DeadBranch, false));
    let entry = one.entry;
    let let_in = refused(police.let_in(book, entry, NOW));
    assert!(matches!(let_in, RegistrarError::NotAside), "{let_in:?}");
    // Its author goes on by itself, as long as it may.
    let early = refused(police.order_again(book, entry, NOW));
    assert!(matches!(early, RegistrarError::StillWrites), "{early:?}");
    police.cut_device(gone.device(), NOW).expect("cuts");
    let ordered = police.order_again(book, entry, NOW).expect("orders");
    assert_eq!((ordered.entries, ordered.written), (vec![entry], true));
    commune.meet_all();
    assert!(commune.get("office").record(&book, &made).is_some());
    // It comes after all, and may write again.
    commune.devices.insert("thon1".to_owned(), gone);
    let request = RequestSlip::from_text(&commune.get("thon1").request()).expect("a request");
    let scopes = vec![Scope::Village(1)];
    let police = commune.get("police");
    police
        .admit(&request, Role::VillageHead, scopes, None, NOW)
        .expect("admits");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        let device = commune.get(name);
        assert_eq!(device.history(&book, &made).len(), 1, "{name}");
        assert!(device.conflicts().is_empty(), "{name}");
    }
}

#[test]
fn only_what_does_not_count_of_who_may_not_write_there_is_ordered_and_only_by_the_registrar() {
    let (mut commune, book, _, _) = stranded();
    let last = last_entry(&mut commune);
    commune.carry("office", "police");
    let police = refused(commune.get("police").order_again(book, last, NOW));
    assert!(matches!(police, RegistrarError::NotRegistrar), "{police:?}");
    let unasked = refused(commune.get("police").write_ordered(book, last, NOW));
    assert!(matches!(unasked, RegistrarError::NotOrdered), "{unasked:?}");
    commune.writes("police", book, "Phạm Thị Dung");
    commune.meet_all();
    let store = commune.get("office").station().store();
    let stored = store
        .since(sothon_store::Row::default(), usize::MAX >> 1)
        .expect("reads");
    let counts = stored.iter().map(|one| one.envelope.id()).find(|id| {
        let aside = commune.devices["office"].set_aside().expect("reads");
        aside.iter().all(|one| one.entry != *id)
    });
    let counting = counts.expect("something counts");
    let tried = commune.get("office").order_again(book, counting, NOW);
    assert!(matches!(refused(tried), RegistrarError::NotAside));
    commune
        .get("office")
        .order_again(book, last, NOW)
        .expect("orders");
    let height = commune.get("office").register().expect("is there").height();
    // What is ordered is not ordered twice.
    commune
        .get("office")
        .order_again(book, last, NOW)
        .expect("is ordered");
    assert_eq!(
        commune.get("office").register().expect("is there").height(),
        height
    );
    let unable = commune.get("office").write_ordered(book, last, NOW);
    assert!(matches!(unable, Err(ReplicaError::MayNotWrite)), "{unable:?}");
}

#[test]
fn more_than_one_entry_can_carry_is_written_again_in_several() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    commune.meet_all();
    let mut made = Vec::new();
    for n in 0..3_u8 {
        use rand_core::Rng as _;
        let mut noise = vec![n; 600_000];
        crate::common::rng().fill_bytes(&mut noise);
        let (key, create) = record("household", &[("head", Value::Bytes(noise))]);
        commune.get("thon1").edit(book, &[create], &act()).expect("saves");
        publishes(&mut commune, "thon1");
        made.push(key);
    }
    cuts(&mut commune, "thon1");
    commune.carry("thon1", "office");
    commune.devices.remove("thon1");
    commune.meet_all();
    for one in aside(&mut commune, "office") {
        assert!(matches!(one.why, WhyOut::Aside(Aside::PastCut(_))));
        commune
            .get("office")
            .order_again(book, one.entry, NOW)
            .expect("orders");
    }
    let any = aside(&mut commune, "office")[0].entry;
    commune.meet_all();
    let replaced = commune
        .get("police")
        .write_ordered(book, any, NOW)
        .expect("writes");
    assert_eq!(replaced.len(), 3);
    commune.meet_all();
    for key in &made {
        assert!(commune.get("office").record(&book, key).is_some());
    }
}

/// The police's check of a score, in an entry that comes after its device was cut; two more devices, one of the police too.
fn stranded_check() -> (Commune, BookId, RecordKey) {
    let mut commune = Commune::new(&[
        ("police", Role::Police, Scope::Commune),
        ("chief", Role::PoliceChief, Scope::Commune),
        ("chair", Role::Chair, Scope::Commune),
    ]);
    let police = commune.get("police");
    let book = police.find_book(BookKind::Commune, Scope::Commune, YEAR);
    let book = book.expect("is open");
    let (key, create) = record("score-check", &[("by", text("Lò Văn Pháp"))]);
    police.edit(book, &[create], &act()).expect("saves");
    publishes(&mut commune, "police");
    cuts(&mut commune, "police");
    for other in ["chair", "chief"] {
        commune.carry("office", other);
    }
    for other in ["office", "chair", "chief"] {
        commune.carry("police", other);
    }
    commune.devices.remove("police");
    (commune, book, key)
}

#[test]
fn what_is_an_offices_is_written_again_by_one_of_that_office_alone_and_counts() {
    let (mut commune, book, key) = stranded_check();
    let last = last_entry(&mut commune);
    // The office may write in the commune's book, and what it wrote there as a check would count for nothing.
    let ordered = commune
        .get("office")
        .order_again(book, last, NOW)
        .expect("orders");
    assert_eq!((ordered.entries, ordered.written), (vec![last], false));
    commune.meet_all();
    for other in ["office", "chair"] {
        let tried = commune.get(other).write_ordered(book, last, NOW);
        assert!(
            matches!(tried, Err(ReplicaError::MayNotWrite)),
            "{other}: {tried:?}"
        );
        let open = aside(&mut commune, other);
        assert!(
            open.iter().all(|one| one.ordered && !one.written_again),
            "{other}"
        );
    }
    let replaced = commune
        .get("chief")
        .write_ordered(book, last, NOW)
        .expect("writes");
    assert_eq!(replaced, [last]);
    for restarted in [false, true] {
        commune.meet_all();
        for name in ["office", "chair", "chief"] {
            let device = commune.get(name);
            let check = device.record(&book, &key).expect("is there");
            assert_eq!(check.fields["by"], text("Lò Văn Pháp"), "{name} {restarted}");
            assert_eq!(device.counts_for_nothing(&book, &key), None, "{name} {restarted}");
            assert!(aside(&mut commune, name).iter().all(|one| one.written_again));
            commune.restart(name);
        }
    }
}
