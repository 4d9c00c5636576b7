//! Any number of replicas, any order: the same changes make the same book.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::*;
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use sothon_book::{ApplyError, Book, ChangeHash, Conflict, Gate, GateError};
use sothon_records::{Edit, RawRecord, RecordKey, Value};

const WORDS: [&str; 6] = [
    "Nguyễn Thị Ngân",
    "thôn Đồng Ươm",
    "",
    "hộ nghèo",
    "vắng mặt",
    "đã ký",
];

fn random_edit(rng: &mut StdRng, book: &Book, fresh: &mut u128) -> Edit {
    let keys: Vec<RecordKey> = book.keys().collect();
    let word = WORDS.choose(rng).copied().unwrap_or("");
    let field = ["name", "state", "audience/youth"]
        .choose(rng)
        .copied()
        .unwrap_or("name");
    let Some(key) = keys.choose(rng).filter(|_| rng.random_bool(0.8)).cloned() else {
        *fresh += 1;
        return Edit::Create {
            key: household(*fresh),
            record: RawRecord {
                fields: fields([("name", text(word)), ("note", long("Nhà cuối thôn."))]),
                subs: BTreeMap::from([(key("visits", *fresh), fields([("note", long(word))]))]),
            },
        };
    };
    let subs: Vec<_> = book
        .get(&key)
        .into_iter()
        .flat_map(|record| record.subs.into_keys())
        .collect();
    match rng.random_range(0..8) {
        0 => clear(&key, field),
        1 => set(&key, [("voided", Value::Bool(rng.random()))]),
        2 => {
            *fresh += 1;
            let sub = crate::common::key("visits", *fresh);
            Edit::AddSub {
                key,
                sub,
                fields: fields([("who", text(word)), ("note", long("ghi"))]),
            }
        }
        3 => match subs.choose(rng) {
            Some(sub) => {
                let value = Some(long(&format!("{word} {}", rng.random_range(0..9))));
                Edit::Set {
                    key,
                    sub: Some(sub.clone()),
                    fields: BTreeMap::from([("note".into(), value)]),
                }
            }
            None => set(&key, [("count", Value::Int(rng.random_range(0..3)))]),
        },
        4 => {
            let old = match book
                .get(&key)
                .and_then(|record| record.fields.get("note").cloned())
            {
                Some(Value::Long(note) | Value::Text(note)) => note,
                _ => String::new(),
            };
            let at = rng.random_range(0..=old.chars().count());
            let note: String = old
                .chars()
                .take(at)
                .chain(word.chars())
                .chain(old.chars().skip(at + 2))
                .collect();
            set(&key, [("note", long(&note))])
        }
        _ => set(&key, [(field, text(word))]),
    }
}

/// All that a book shows.
fn picture(book: &Book) -> (BTreeMap<RecordKey, RawRecord>, Vec<Conflict>, BTreeSet<RecordKey>) {
    (book.iter().collect(), book.conflicts(), book.disputed().clone())
}

/// Gives changes to a new book in random order and batches, some twice, as entries arrive: what waits is tried again.
fn replay(changes: &[Vec<u8>], rng: &mut StdRng) -> Book {
    let mut order: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
    order.extend(changes.choose(rng).map(Vec::as_slice));
    order.shuffle(rng);
    let (mut gate, mut book) = (Gate::new(), Book::new());
    let mut waiting: Vec<&[u8]> = Vec::new();
    let mut ready: Vec<&[u8]> = Vec::new();
    while !order.is_empty() {
        let size = rng.random_range(1..=order.len());
        waiting.extend(order.drain(..size));
        loop {
            let before = waiting.len();
            waiting.retain(|change| match gate.check(change) {
                Ok(_) => {
                    ready.push(change);
                    false
                }
                Err(GateError::Missing(_)) => true,
                Err(error) => panic!("an honest change was refused: {error}"),
            });
            if waiting.len() == before {
                break;
            }
        }
        ready.shuffle(rng);
        book.apply(&ready).expect("what passed applies");
        ready.clear();
    }
    assert!(waiting.is_empty());
    book
}

fn history(seed: u64, devices: u8, steps: usize) -> (Vec<Device>, StdRng) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut fresh = u128::from(seed) << 64;
    let mut all: Vec<Device> = (0..devices).map(|n| Device::new(n + 1)).collect();
    let mut actors = devices;
    // States that devices were in, to write beside later.
    let mut old_heads: Vec<Vec<Vec<ChangeHash>>> = vec![Vec::new(); all.len()];
    for _ in 0..steps {
        let at = rng.random_range(0..all.len());
        old_heads[at].push(all[at].book.heads());
        match rng.random_range(0..10) {
            0..=5 => {
                let edits: Vec<Edit> = (0..rng.random_range(1..3))
                    .map(|_| random_edit(&mut rng, &all[at].book, &mut fresh))
                    .collect();
                let before = all[at].book.heads();
                match all[at].book.edit(&edits, &act()) {
                    Ok(change) => {
                        assert_eq!(all[at].gate.check(&change.bytes), Ok(change.facts));
                    }
                    // Two creates of nothing new, or a set to what is there already.
                    Err(_) => assert_eq!(all[at].book.heads(), before),
                }
            }
            6 | 7 => {
                let from = rng.random_range(0..all.len());
                if from != at {
                    let changes = all[from].book.changes_since(&all[at].book.heads());
                    for change in &changes {
                        all[at].gate.check(change).expect("honest");
                    }
                    let before: BTreeMap<_, _> = all[at].book.iter().collect();
                    let applied = all[at].book.apply(&changes).expect("honest");
                    for (key, record) in all[at].book.iter() {
                        if before.get(&key) != Some(&record) {
                            assert!(applied.changed.contains(&key), "{key} changed unsaid");
                        }
                    }
                }
            }
            8 => {
                let mut opened = if rng.random() {
                    let saved = all[at].book.save().expect("not poisoned");
                    Book::load(&saved).expect("our own save")
                } else {
                    let saved = all[at].book.snapshot(&all[at].gate).expect("its own gate");
                    let opened = Book::resume(&saved).expect("our own snapshot");
                    assert_eq!(opened.changes, all[at].book.changes());
                    assert_eq!(opened.book.snapshot(&opened.gate), Ok(saved));
                    // From here on it judges what all the others make.
                    all[at].gate = opened.gate;
                    opened.book
                };
                assert_eq!(picture(&opened), picture(&all[at].book));
                if rng.random() {
                    actors += 1;
                    opened.set_actor(actor(actors));
                } else {
                    opened.set_actor(all[at].book.actor().expect("set"));
                }
                all[at].book = opened;
            }
            _ => {
                let hashes = old_heads[at].choose(&mut rng).cloned().unwrap_or_default();
                let keys: Vec<RecordKey> = all[at].book.keys().collect();
                if let Some(key) = keys.choose(&mut rng) {
                    actors += 1;
                    let late = [set(key, [("name", text("viết sau"))])];
                    let change = all[at].book.edit_at(&hashes, actor(actors), &late, &act());
                    if let Ok(change) = change {
                        assert_eq!(all[at].gate.check(&change.bytes), Ok(change.facts));
                    }
                }
            }
        }
    }
    (all, rng)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn replicas_with_the_same_changes_show_the_same(seed in any::<u64>(), devices in 2u8..5, steps in 10usize..50) {
        let (mut all, mut rng) = history(seed, devices, steps);
        for _ in 0..2 {
            for to in 0..all.len() {
                for from in 0..all.len() {
                    let changes = all[from].book.changes_since(&all[to].book.heads());
                    for change in &changes {
                        all[to].gate.check(change).expect("honest");
                    }
                    all[to].book.apply(&changes).expect("honest");
                }
            }
        }
        let first = &all[0].book;
        let changes = first.changes_since(&[]);
        for other in &all[1..] {
            prop_assert_eq!(other.book.heads(), first.heads());
            prop_assert_eq!(picture(&other.book), picture(first));
        }
        for _ in 0..3 {
            let replayed = replay(&changes, &mut rng);
            prop_assert_eq!(replayed.heads(), first.heads());
            prop_assert_eq!(picture(&replayed), picture(first));
            let opened = Book::load(&replayed.save().expect("not poisoned")).expect("our own save");
            prop_assert_eq!(picture(&opened), picture(first));
            for key in first.keys() {
                prop_assert_eq!(replayed.history(&key), first.history(&key));
            }
            prop_assert_eq!(replayed.acts(), first.acts());
        }
    }
}

#[test]
fn a_batch_that_lacks_something_changes_nothing() {
    let mut device = Device::new(1);
    let first = device.edit(&[create(&household(1), [])]);
    let second = device.edit(&[create(&household(2), [])]);
    let mut book = Book::new();
    match book.apply(&[&second.bytes]) {
        Err(ApplyError::Missing(missing)) => assert_eq!(missing, [first.facts.hash]),
        other => panic!("{other:?}"),
    }
    assert_eq!(book.change_count(), 0);
    assert_eq!(
        book.apply(&[&second.bytes, &first.bytes, &second.bytes])
            .unwrap()
            .new,
        2
    );
    assert_eq!(book.apply(&[&second.bytes]).unwrap().new, 0);
    assert_eq!(book.changes_of(actor(1), 2), [second.bytes]);
}

#[test]
fn a_second_change_of_one_seq_is_told_and_not_applied() {
    let (mut a, mut clone) = (Device::new(1), Device::new(1));
    let one = a.edit(&[create(&household(1), [])]);
    let other = clone.edit(&[create(&household(2), [])]);
    let mut book = Book::new();
    book.apply(&[&one.bytes]).unwrap();
    assert!(matches!(
        book.apply(&[&other.bytes]),
        Err(ApplyError::Rival {
            seq: 1,
            expected: 2,
            ..
        })
    ));
    assert!(!book.is_poisoned());
    assert_eq!(book.keys().collect::<Vec<_>>(), [household(1)]);
}

#[test]
fn two_devices_that_made_one_record_have_one_record() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    a.edit(&[create(
        &household(1),
        [
            ("name", text("Hoàng Văn Thụy")),
            ("note", long("từ a")),
            ("a", Value::Int(1)),
        ],
    )]);
    b.edit(&[create(
        &household(1),
        [
            ("name", text("Hoàng Văn Thùy")),
            ("note", long("từ b")),
            ("b", Value::Int(2)),
        ],
    )]);
    meet(&mut a, &mut b);
    assert_eq!(picture(&a.book), picture(&b.book));
    let record = a.book.get(&household(1)).unwrap();
    assert_eq!(
        (record.fields.get("a"), record.fields.get("b")),
        (Some(&Value::Int(1)), Some(&Value::Int(2)))
    );
    let fields: Vec<_> = a
        .book
        .conflicts()
        .into_iter()
        .map(|conflict| conflict.field)
        .collect();
    assert_eq!(fields, ["name", "note"]);
    let choices = [
        ("name", Some(text("Hoàng Văn Thụy"))),
        ("note", Some(long("từ a và b"))),
        ("a", None),
    ];
    let edits = choices.map(|(field, value)| Book::resolve(&household(1), None, field, value));
    a.edit(&edits);
    b.pull(&a);
    assert_eq!((b.book.conflicts(), a.book.conflicts()), (vec![], vec![]));
    assert_eq!(b.value(&household(1), "name"), Some(text("Hoàng Văn Thụy")));
    assert_eq!(b.value(&household(1), "note"), Some(long("từ a và b")));
    assert_eq!(b.value(&household(1), "a"), None);
}
