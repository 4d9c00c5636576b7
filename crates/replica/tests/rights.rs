//! Who has no right to a book has no byte of it (design.md §4): for every role and every book, over real sessions through a
//! relay and between neighbours, on disk, in a courier file, and when writing.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::wire::Relay;
use crate::common::{Commune, Device, NOW, YEAR, act, record, text};
use sothon_courier::{Part, Reader};
use sothon_ledger::{BookId, BookKind, Compartment, Envelope, Kind, Role, Scope};
use sothon_records::{Edit, RawRecord};
use sothon_replica::Meant;

const VILLAGE: Scope = Scope::Village(1);
const UNIT: Scope = Scope::Unit(1);

/// Everybody of the test beside the office that founded the commune.
const PEOPLE: [(&str, Role, Scope); 9] = [
    ("head", Role::VillageHead, VILLAGE),
    ("deputy", Role::DeputyVillageHead, VILLAGE),
    ("other-head", Role::VillageHead, Scope::Village(2)),
    ("women", Role::Unit, UNIT),
    ("police", Role::Police, Scope::Commune),
    ("chief", Role::PoliceChief, Scope::Commune),
    ("health", Role::Health, Scope::Commune),
    ("chair", Role::Chair, Scope::Commune),
    ("leader", Role::Leader, Scope::Commune),
];

const EVERYBODY: [&str; 10] = [
    "head",
    "deputy",
    "other-head",
    "women",
    "police",
    "chief",
    "health",
    "chair",
    "leader",
    "office",
];

/// A book of each row, of village 1 and unit 1.
const BOOKS: [(BookKind, Scope); 10] = [
    (BookKind::Village, VILLAGE),
    (BookKind::Unit, UNIT),
    (BookKind::Commune, Scope::Commune),
    (BookKind::CareFiles, VILLAGE),
    (BookKind::CareHealth, VILLAGE),
    (BookKind::CareAssignments, VILLAGE),
    (BookKind::CareContacts, VILLAGE),
    (BookKind::Tips, Scope::Commune),
    (BookKind::TipsPolice, Scope::Commune),
    (BookKind::TipsAccess, Scope::Commune),
];

/// The table of design.md §4, written down here once more: readers and writers of a row.
fn rights(kind: BookKind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        BookKind::Village => (
            &[
                "head", "deputy", "police", "chief", "health", "office", "chair", "leader",
            ],
            &["head", "deputy", "police", "chief"],
        ),
        BookKind::Unit => (&EVERYBODY, &["women"]),
        BookKind::Commune => (&EVERYBODY, &["police", "chief", "office", "chair"]),
        BookKind::CareFiles => (&["police", "chief", "health", "chair"], &["police", "chief"]),
        BookKind::CareHealth => (&["police", "chief", "health", "chair"], &["health"]),
        BookKind::CareAssignments => (
            &["head", "deputy", "police", "chief", "chair"],
            &["police", "chief"],
        ),
        BookKind::CareContacts => (
            &["head", "deputy", "police", "chief", "health", "chair"],
            &["head", "deputy", "police", "chief"],
        ),
        BookKind::Tips | BookKind::TipsPolice => (&["police", "chief"], &["police", "chief"]),
        BookKind::TipsAccess => (&["chief", "chair"], &[]),
        _ => (&[], &[]),
    }
}

fn everybody() -> impl Iterator<Item = &'static str> {
    // The office first: it brings the register.
    ["office"]
        .into_iter()
        .chain(PEOPLE.iter().map(|(name, ..)| *name))
}

/// What stands in a record of a book and nowhere else.
fn mark(kind: BookKind) -> String {
    format!("dau rieng cua so {kind:?} 7q")
}

fn made(kind: BookKind) -> Edit {
    record("household", &[("head", text(&mark(kind)))]).1
}

fn met(commune: &mut Commune, relay: &mut Relay) {
    for _ in 0..3 {
        for name in everybody() {
            commune.sync(name, relay);
        }
    }
    for (one, other) in [
        ("head", "other-head"),
        ("women", "head"),
        ("leader", "chair"),
        ("other-head", "health"),
    ] {
        commune.meet(one, other);
    }
}

/// A commune in which each book has a record, and everybody has met.
fn commune() -> (Commune, Relay, BTreeMap<BookKind, BookId>) {
    let mut commune = Commune::new(&PEOPLE);
    for compartment in [Compartment::Care, Compartment::Tips] {
        commune.open_guarded("chief", compartment);
    }
    let mut relay = Relay::new(&mut commune);
    met(&mut commune, &mut relay);
    let mut books = BTreeMap::new();
    for (kind, scope) in BOOKS {
        let book = commune
            .get("office")
            .find_book(kind, scope, YEAR)
            .expect("is open");
        books.insert(kind, book);
        match rights(kind).1.first() {
            Some(writer) => {
                let writer = commune.get(writer);
                writer.edit(book, &[made(kind)], &act()).expect("has the right");
            }
            None => {
                let Edit::Create { record, .. } = made(kind) else {
                    unreachable!("a record is made")
                };
                commune
                    .get("head")
                    .log_access(record, NOW)
                    .expect("everybody may");
            }
        }
    }
    met(&mut commune, &mut relay);
    (commune, relay, books)
}

fn says(record: &RawRecord, mark: &str) -> bool {
    record.fields.values().any(|value| *value == text(mark))
}

/// The sealed bytes of what was written into a book, by author; what lets others write there is no record.
fn sealed(relay: &Relay, book: &BookId) -> Vec<(Envelope, Vec<u8>)> {
    let store = relay.archive.store();
    let logs = store.index().logs(book).map(|log| log.key());
    let entries = logs.flat_map(|key| store.entries_of_log(&key, 0, 1_000).expect("reads"));
    let content = entries.filter(|entry| is_content(&entry.envelope));
    content
        .filter_map(|entry| Some((entry.envelope, entry.payload.held()?)))
        .collect()
}

fn is_content(envelope: &Envelope) -> bool {
    matches!(
        envelope.header().kind,
        Kind::Changes | Kind::Checkpoint | Kind::Drop
    )
}

fn all_bytes(at: &Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(at).expect("a folder") {
        let path = entry.expect("reads").path();
        if path.is_dir() {
            all_bytes(&path, into);
        } else {
            into.extend(std::fs::read(&path).expect("reads"));
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    let first = part[0];
    (0..bytes.len()).any(|at| bytes[at] == first && bytes[at..].starts_with(part))
}

fn folder(device: &Device) -> std::path::PathBuf {
    device.station().folder().path().to_owned()
}

#[test]
fn nobody_without_the_right_has_a_byte_of_a_book() {
    let (mut commune, relay, books) = commune();
    for name in everybody() {
        let path = commune.folder.path().join(format!("{name}.sothon"));
        let device = commune.get(name);
        let own = device.device();
        let mut bytes = Vec::new();
        device
            .courier_out(&path, Meant::Everybody, NOW, YEAR)
            .expect("a file");
        let mut carried = Vec::new();
        let mut file = Reader::new();
        file.push(&std::fs::read(&path).expect("reads"));
        while let Some(part) = file.next_part().expect("is whole") {
            if let Part::Entry { envelope, .. } = part {
                carried.push(Envelope::parse(&envelope).expect("an entry"));
            }
        }
        all_bytes(&folder(device), &mut bytes);
        for (kind, book) in &books {
            let (at, mark) = (format!("{name}, {kind:?}"), mark(*kind));
            let reads = rights(*kind).0.contains(&name);
            let read = device.records_of(book).any(|(_, record)| says(&record, &mark));
            assert_eq!(read, reads, "{at}: reads");
            // Nobody's disk says it in the open, and no reader's either.
            assert!(!holds(&bytes, mark.as_bytes()), "{at}: in the open");
            // General books are carried by everybody, sealed; what is guarded by the office and by those who read or write.
            let guarded = matches!(kind.compartment(), Compartment::Care | Compartment::Tips);
            let carries = !guarded || reads || rights(*kind).1.contains(&name) || name == "office";
            let by_others = sealed(&relay, book)
                .into_iter()
                .filter(|(envelope, _)| envelope.header().device != own);
            let by_others: Vec<_> = by_others.collect();
            for (envelope, payload) in &by_others {
                let part = payload.get(..32).unwrap_or(payload);
                assert_eq!(
                    holds(&bytes, part),
                    carries,
                    "{at}: {:?} on the disk",
                    envelope.header().kind
                );
            }
            let in_file = |envelope: &Envelope| {
                let header = envelope.header();
                header.book == *book && header.device != own && is_content(envelope)
            };
            assert_eq!(
                carried.iter().filter(|envelope| in_file(envelope)).count() > 0,
                carries && !by_others.is_empty(),
                "{at}: in its courier file"
            );
        }
    }
}

#[test]
fn nobody_without_the_right_writes_into_a_book() {
    let (mut commune, _relay, books) = commune();
    for name in everybody() {
        for (kind, book) in &books {
            let writes = rights(*kind).1.contains(&name);
            let written = commune.get(name).edit(*book, &[made(*kind)], &act());
            assert_eq!(written.is_ok(), writes, "{name}, {kind:?}: {:?}", written.err());
        }
    }
}
