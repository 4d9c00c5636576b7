//! What is in entries: Automerge changes before the gate, drops, snapshots of a book.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use sothon_book::{Act, ActorId, Book, ChangeFacts, ChangeHash, Gate, check_drop};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey, SubKey, Value};
use uuid::Uuid;

use crate::Target;

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "change",
        about: "a change that a writer published: what the gate passes harms no book",
        seeds: bodies,
        run: change,
        rounds: 6_000,
    },
    Target {
        name: "drop",
        about: "a change that somebody dropped without reading",
        seeds: drops,
        run: drop_of_one,
        rounds: 4_000,
    },
    Target {
        name: "snapshot",
        about: "a book's snapshot, as if its seal were broken",
        seeds: snapshots,
        run: snapshot,
        rounds: 600,
    },
];

const NOW: i64 = 1_749_520_800;
const A: ActorId = ActorId([1; 16]);
const B: ActorId = ActorId([2; 16]);
const HOSTILE: ActorId = ActorId([3; 16]);

fn key(kind: &str, n: u8) -> RecordKey {
    RecordKey {
        kind: kind.into(),
        id: RecordId(Uuid::from_bytes([n; 16])),
    }
}

fn create(n: u8, name: &str) -> Edit {
    let fields = [
        ("head".to_owned(), Value::Text(name.to_owned())),
        ("note".to_owned(), Value::Long(format!("Ghi chú về {name}."))),
        ("people".to_owned(), Value::Int(4)),
    ];
    Edit::Create {
        key: key("household", n),
        record: RawRecord {
            fields: fields.into(),
            subs: BTreeMap::new(),
        },
    }
}

fn set(n: u8, field: &str, value: Option<Value>) -> Edit {
    Edit::Set {
        key: key("household", n),
        sub: None,
        fields: [(field.to_owned(), value)].into(),
    }
}

fn add_sub(n: u8, sub: u8) -> Edit {
    let sub: SubKey = key("visits", sub);
    Edit::AddSub {
        key: key("household", n),
        sub,
        fields: [("date".to_owned(), Value::Text("2025-06-10".into()))].into(),
    }
}

fn act() -> Act {
    Act::of_one_change("edit", Some(NOW))
}

fn edits(book: &mut Book, actor: ActorId, rounds: &[Vec<Edit>]) -> Vec<Vec<u8>> {
    book.set_actor(actor);
    let mut out = Vec::new();
    for edits in rounds {
        if let Ok(change) = book.edit(edits, &act()) {
            out.push(change.bytes);
        }
    }
    out
}

/// The honest changes of several devices, some of which did not know the others', and what another writes next.
pub(crate) struct Honest {
    pub(crate) changes: Vec<Vec<u8>>,
    pub(crate) next: Vec<Vec<u8>>,
    /// What they are all called.
    names: HashSet<ChangeHash>,
}

impl Honest {
    fn new(changes: Vec<Vec<u8>>, next: Vec<Vec<u8>>) -> Honest {
        let all = changes.iter().chain(&next);
        let names = all
            .filter_map(|chunk| ChangeFacts::read(chunk).ok())
            .map(|facts| facts.hash);
        let names: HashSet<ChangeHash> = names.collect();
        assert!(changes.len() > 3 && next.len() > 1 && names.len() == changes.len() + next.len());
        Honest { changes, next, names }
    }
}

pub(crate) fn honest() -> &'static Honest {
    let [first, ..] = histories();
    first
}

/// Books that a change may be meant for, each with another past.
fn histories() -> &'static [Honest; 4] {
    static HISTORIES: OnceLock<[Honest; 4]> = OnceLock::new();
    HISTORIES.get_or_init(|| [merged(), typed(), undone(), made_twice()])
}

fn head(n: u8, name: &str) -> Edit {
    set(n, "head", Some(Value::Text(name.into())))
}

fn note(n: u8, text: &str) -> Edit {
    set(n, "note", Some(Value::Long(text.into())))
}

/// Two edit the same records, and one takes in what the other wrote.
fn merged() -> Honest {
    let mut one = Book::new();
    let rounds = [
        vec![create(1, "Lý A Páo"), create(2, "Giàng Thị Mỷ")],
        vec![head(1, "Lý A Pao"), add_sub(1, 9)],
    ];
    let mut changes = edits(&mut one, A, &rounds);
    let mut other = Book::new();
    let _ = other.apply(&changes[..1]);
    let rounds = [vec![head(1, "Lý A Phà")], vec![note(2, "Đã chuyển nhà.")]];
    changes.extend(edits(&mut other, B, &rounds));
    let _ = other.apply(&changes);
    let rounds = [
        vec![
            head(1, "Vàng"),
            note(1, "Ghi chú mới."),
            add_sub(2, 8),
            create(3, "Vừ Thị Mai"),
        ],
        vec![set(1, "people", None), set(2, "note", None)],
        vec![set(3, "people", Some(Value::Int(i64::MIN)))],
    ];
    let next = edits(&mut other, HOSTILE, &rounds);
    Honest::new(changes, next)
}

/// Two type in one text, at its ends and in its middle.
fn typed() -> Honest {
    let mut one = Book::new();
    let rounds = [
        vec![create(1, "Sùng A Tủa")],
        vec![note(1, "Ghi chú về hộ Sùng A Tủa: nhà cuối thôn.")],
        vec![note(1, "Ghi chú: nhà cuối thôn, có ao.")],
    ];
    let mut changes = edits(&mut one, A, &rounds);
    let mut other = Book::new();
    let _ = other.apply(&changes[..2]);
    let rounds = [
        vec![note(1, "Về hộ Sùng A Tủa: nhà đầu thôn.")],
        vec![note(1, "")],
    ];
    changes.extend(edits(&mut other, B, &rounds));
    let _ = other.apply(&changes);
    let rounds = [
        vec![note(1, "👩\u{200d}🌾 làm nương, ư\u{301}.")],
        vec![note(1, "làm ư\u{301}")],
    ];
    let next = edits(&mut other, HOSTILE, &rounds);
    Honest::new(changes, next)
}

/// What was written is undone beside what came since, each time by a fresh actor at an old state.
fn undone() -> Honest {
    let mut book = Book::new();
    let mut changes = edits(
        &mut book,
        A,
        &[vec![create(1, "Thào Mí Sính")], vec![head(1, "Thào Mí Sình")]],
    );
    let old = book.heads();
    changes.extend(edits(
        &mut book,
        A,
        &[vec![head(1, "Thào"), add_sub(1, 3)], vec![note(1, "nhầm")]],
    ));
    let beside = |book: &mut Book, actor: u8, edits: &[Edit]| {
        let made = book.edit_at(&old, ActorId([actor; 16]), edits, &act());
        made.map(|change| change.bytes).ok()
    };
    changes.extend(beside(&mut book, 11, &[head(1, "Thào Mí Sính")]));
    changes.extend(beside(&mut book, 12, &[note(1, "Ghi chú về Thào.")]));
    changes.extend(edits(
        &mut book,
        B,
        &[vec![head(1, "Thào Mí Sính"), set(1, "people", None)]],
    ));
    let mut next: Vec<Vec<u8>> = beside(&mut book, 13, &[head(1, "Vừ"), add_sub(1, 4)])
        .into_iter()
        .collect();
    next.extend(edits(
        &mut book,
        HOSTILE,
        &[vec![head(1, "Vừ Mí Sính")], vec![create(2, "Vừ")]],
    ));
    Honest::new(changes, next)
}

/// Two made the same record, unknown to each other, and a third one clears and edits it.
fn made_twice() -> Honest {
    let (mut one, mut other) = (Book::new(), Book::new());
    let rounds = [vec![create(1, "Hầu A Dơ"), create(2, "Hầu")], vec![add_sub(1, 5)]];
    let mut changes = edits(&mut one, A, &rounds);
    let rounds = [
        vec![create(1, "Hầu A Do")],
        vec![add_sub(1, 5), note(1, "Hộ mới.")],
    ];
    changes.extend(edits(&mut other, B, &rounds));
    let _ = other.apply(&changes);
    let rounds = [
        vec![set(1, "head", None), set(1, "voided", Some(Value::Bool(true)))],
        vec![note(1, "Hộ ghi hai lần."), add_sub(1, 6)],
        vec![set(1, "voided", None), head(2, "Hầu A Dơ")],
    ];
    let next = edits(&mut other, HOSTILE, &rounds);
    Honest::new(changes, next)
}

/// A chunk without its frame: kind, length and checksum are made anew.
pub(crate) fn body_of(chunk: &[u8]) -> Vec<u8> {
    let rest = chunk.get(9..).unwrap_or_default();
    let length = rest.iter().position(|byte| *byte < 0x80).map_or(0, |at| at + 1);
    rest[length..].to_vec()
}

fn framed(body: &[u8]) -> Vec<u8> {
    let mut length = Vec::new();
    let mut left = body.len();
    while left >= 0x80 {
        length.push(left as u8 | 0x80);
        left >>= 7;
    }
    length.push(left as u8);
    let sum = Sha256::new()
        .chain_update([1])
        .chain_update(&length)
        .chain_update(body)
        .finalize();
    [&[0x85, 0x6f, 0x4a, 0x83], &sum[..4], &[1], &length, body].concat()
}

fn bodies() -> Vec<Vec<u8>> {
    let all = histories().iter();
    all.flat_map(|Honest { changes, next, .. }| next.iter().chain(changes))
        .map(|chunk| body_of(chunk))
        .collect()
}

pub(crate) fn change(body: &[u8]) -> bool {
    let chunk = framed(body);
    let read = ChangeFacts::read(&chunk).ok();
    let fits = |history: &&Honest| {
        let known = |read: &ChangeFacts| read.deps.iter().all(|dep| history.names.contains(dep));
        read.as_ref().is_some_and(known)
    };
    let mut past: Vec<&Honest> = histories().iter().filter(fits).collect();
    // Everywhere it waits for what is not there, or cannot be read.
    if past.is_empty() {
        past.push(honest());
    }
    let mut taken = false;
    for history in past {
        taken |= judged(history, &chunk, read.as_ref());
    }
    taken
}

/// Whether the gate passes a change in a book with this past; then it harms nothing there.
fn judged(history: &Honest, chunk: &[u8], read: Option<&ChangeFacts>) -> bool {
    let Honest { changes, next, .. } = history;
    let chunk = chunk.to_vec();
    let mut taken = false;
    // On what the third device knew, and on what it wrote before.
    for known in 0..next.len() {
        let mut gate = Gate::new();
        let mut book = Book::new();
        let mut all = changes.clone();
        all.extend(next[..known].iter().cloned());
        for honest in &all {
            assert!(gate.check(honest).is_ok(), "an honest change passes");
        }
        let Ok(facts) = gate.check(&chunk) else {
            continue;
        };
        assert_eq!(read, Some(&facts), "a change is read as it was judged");
        let others: Vec<ChangeFacts> = all.iter().filter_map(|c| ChangeFacts::read(c).ok()).collect();
        let is_rival = |other: &ChangeFacts| {
            (other.actor, other.seq) == (facts.actor, facts.seq) && other.hash != facts.hash
        };
        // Of rivals the ledger lets one into the book: then only what the change builds on is there.
        if others.iter().any(is_rival) {
            let mut below = facts.deps.clone();
            for other in others.iter().rev() {
                if below.contains(&other.hash) {
                    below.extend(&other.deps);
                }
            }
            let mut hashes = others.iter().map(|other| below.contains(&other.hash));
            all.retain(|_| hashes.next().unwrap_or(false));
        }
        all.push(chunk.clone());
        assert!(
            book.apply(&all).is_ok(),
            "the gate passed what Automerge does not take"
        );
        assert!(book.contains(&facts.hash));
        assert_eq!(
            book.change(&facts.hash).as_ref(),
            Some(&chunk),
            "other bytes come back"
        );
        unharmed(&mut book, &gate, all.len() == known + changes.len() + 1);
        taken = true;
    }
    taken
}

/// The oracle of the gate: a book with what it passed is read, saved, opened and written on like any other.
pub(crate) fn unharmed(book: &mut Book, gate: &Gate, whole: bool) {
    let read = |book: &Book| -> Vec<(RecordKey, RawRecord)> { book.iter().collect() };
    let before = read(book);
    for key in book.keys().collect::<Vec<_>>() {
        let _ = book.history(&key);
        let _ = book.conflicts_of(&key);
    }
    let _ = (book.conflicts(), book.acts());
    let saved = match book.save() {
        Ok(saved) => saved,
        Err(error) => panic!("a book that cannot be saved: {error}"),
    };
    match Book::load(&saved) {
        Ok(opened) => assert_eq!(read(&opened), before, "a save that says something else"),
        Err(error) => panic!("a save that does not open: {error}"),
    }
    if whole {
        match book.snapshot(gate).map(|bytes| Book::resume(&bytes)) {
            Ok(Ok(resumed)) => assert_eq!(read(&resumed.book), before),
            other => panic!("a snapshot that does not open: {other:?}"),
        }
    }
    for actor in [A, ActorId([9; 16])] {
        book.set_actor(actor);
        let edited = book.edit(&[create(7, "Sùng A Tủa"), add_sub(1, 77)], &act());
        // The record may be there already, under the same key: then it is refused, and nothing worse.
        if let Ok(edited) = edited {
            assert!(!edited.bytes.is_empty());
        }
        assert!(!book.is_poisoned(), "the next edit of anybody is lost");
    }
    let again = book
        .save()
        .map(|saved| Book::load(&saved).map(|book| book.change_count()));
    assert!(
        matches!(again, Ok(Ok(count)) if count == book.change_count()),
        "after the next edit the save does not open"
    );
}

fn drops() -> Vec<Vec<u8>> {
    let mut book = Book::new();
    let dropped = edits(&mut book, HOSTILE, &[vec![create(5, "Tin báo")]]);
    dropped
        .iter()
        .map(|chunk| body_of(chunk))
        .chain(bodies())
        .collect()
}

fn drop_of_one(body: &[u8]) -> bool {
    let chunk = framed(body);
    let id = RecordId(Uuid::from_bytes([5; 16]));
    let Ok((facts, key)) = check_drop(&chunk, id) else {
        return false;
    };
    assert_eq!(key.id, id);
    let mut gate = Gate::new();
    assert_eq!(gate.check(&chunk), Ok(facts), "a drop that the gate refuses");
    let mut book = Book::new();
    assert!(book.apply(&[&chunk]).is_ok());
    assert_eq!(book.keys().collect::<Vec<_>>(), [key], "a drop is one record");
    unharmed(&mut book, &gate, true);
    true
}

fn snapshots() -> Vec<Vec<u8>> {
    let mut gate = Gate::new();
    let mut book = Book::new();
    for change in &honest().changes {
        let _ = gate.check(change);
    }
    let _ = book.apply(&honest().changes);
    book.snapshot(&gate).into_iter().collect()
}

fn snapshot(bytes: &[u8]) -> bool {
    Book::resume(bytes).is_ok()
}
