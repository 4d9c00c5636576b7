//! Whatever an honest program does with the Automerge calls that we use, the gate passes; and the two calls that we never
//! use, it does not (design.md §3.3).

use std::collections::BTreeSet;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{
    ActorId, AutoCommit, Automerge, ChangeHash, ObjId, ObjType, PatchLog, ROOT, ReadDoc, ScalarValue,
};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use sothon_book::{Gate, GateError};

/// How many small histories are tried, each of other replicas.
const SMALL: u64 = 2_000;
/// What is typed: one letter of one byte, letters of many, and of more than one code point.
const TYPED: [&str; 6] = [
    "a",
    "Đồng Ươm",
    "\n",
    "👩\u{200d}🌾",
    "ư\u{301}",
    "hộ nghèo, vắng mặt",
];

fn new_actor(rng: &mut StdRng) -> ActorId {
    ActorId::from(&rng.random::<[u8; 16]>())
}

fn put_record(doc: &mut AutoCommit, key: &str, step: usize) {
    let map = doc.put_object(ROOT, key, ObjType::Map).unwrap();
    for field in 0..4 {
        doc.put(&map, format!("f{field}"), format!("Nguyễn Văn {step} {field}"))
            .unwrap();
    }
    let note = doc.put_object(&map, "note", ObjType::Text).unwrap();
    doc.splice_text(&note, 0, 0, "Ghi chú ban đầu").unwrap();
    doc.commit();
}

fn random_step(docs: &mut [AutoCommit], step: usize, rng: &mut StdRng) {
    let at = rng.random_range(0..docs.len());
    match rng.random_range(0..12) {
        0..=2 => put_record(
            &mut docs[at],
            &format!("household/{:032x}", rng.random_range(0..8)),
            step,
        ),
        3 => {
            let key = format!("household/{:032x}", rng.random_range(0..8));
            if let Ok(Some((_, map))) = docs[at].get(ROOT, &key) {
                docs[at].put(&map, "f0", true).unwrap();
                let _ = docs[at].delete(&map, "f1");
                if let Ok(Some((_, note))) = docs[at].get(&map, "note") {
                    docs[at]
                        .update_text(&note, format!("Ghi chú bước {step}"))
                        .unwrap();
                }
                docs[at].commit();
            }
        }
        4 => {
            docs[at].commit();
            docs[at].empty_change(CommitOptions::default());
        }
        5 | 6 => {
            let from = rng.random_range(0..docs.len());
            if at != from {
                let mut other = docs[from].fork();
                docs[at].merge(&mut other).unwrap();
            }
        }
        7 => {
            docs[at].put(ROOT, "x", step as i64).unwrap();
            docs[at].rollback();
        }
        8 => {
            let saved = docs[at].save();
            let actor = docs[at].get_actor().clone();
            docs[at] = AutoCommit::load(&saved).unwrap();
            docs[at].set_actor(if rng.random() { actor } else { new_actor(rng) });
        }
        _ => {
            let heads = docs[at].get_heads();
            docs[at].put(ROOT, "t", rng.random_range(0..3)).unwrap();
            docs[at].commit();
            let mut fork = docs[at].fork_at(&heads).unwrap().with_actor(new_actor(rng));
            fork.put(ROOT, "late", step as i64).unwrap();
            fork.commit();
            docs[at].merge(&mut fork).unwrap();
        }
    }
}

#[test]
fn honest_histories_pass_the_gate() {
    let mut judged = 0;
    for seed in 0..60 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut docs: Vec<AutoCommit> = (0..4)
            .map(|_| AutoCommit::new().with_actor(new_actor(&mut rng)))
            .collect();
        for step in 0..80 {
            random_step(&mut docs, step, &mut rng);
        }
        let mut gate = Gate::new();
        for doc in &mut docs {
            for change in doc.get_changes(&[]) {
                let facts = gate
                    .check(change.raw_bytes())
                    .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
                assert_eq!(facts.hash.0, change.hash().0);
                assert_eq!(
                    (facts.seq, facts.start_op),
                    (change.seq(), change.start_op().get())
                );
                assert_eq!(facts.max_op, change.max_op());
            }
        }
        let all: BTreeSet<_> = docs
            .iter_mut()
            .flat_map(|doc| doc.get_changes(&[]))
            .map(|c| c.hash().0)
            .collect();
        assert_eq!(gate.len(), all.len());
        judged += all.len();
    }
    assert!(judged > 2_000, "only {judged} changes");
}

/// A replica, and states that it was in.
struct Replica {
    doc: AutoCommit,
    was: Vec<Vec<ChangeHash>>,
}

/// One of a few records, made where it is not there yet: so replicas make the same one unknown to each other.
fn some_record(doc: &mut AutoCommit, rng: &mut StdRng) -> ObjId {
    let key = format!("household/{:032x}", rng.random_range(0..3));
    match doc.get(ROOT, &key) {
        Ok(Some((_, record))) => record,
        _ => {
            let record = doc.put_object(ROOT, &key, ObjType::Map).unwrap();
            let note = doc.put_object(&record, "note", ObjType::Text).unwrap();
            doc.splice_text(&note, 0, 0, "Ghi chú").unwrap();
            record
        }
    }
}

fn scalar(rng: &mut StdRng) -> ScalarValue {
    match rng.random_range(0..8) {
        0 => ScalarValue::Null,
        1 => rng.random::<bool>().into(),
        2 => ScalarValue::Int(i64::MIN),
        3 => ScalarValue::Uint(u64::MAX),
        4 => ScalarValue::Timestamp(1_749_520_800_000),
        5 => ScalarValue::Bytes(vec![0, 255, 7]),
        6 => ScalarValue::Str("".into()),
        _ => ScalarValue::Str(TYPED[rng.random_range(0..TYPED.len())].into()),
    }
}

/// Types into a text, takes some of it away, or both, anywhere.
fn types(doc: &mut AutoCommit, text: &ObjId, rng: &mut StdRng) {
    let length = doc.length(text);
    let at = rng.random_range(0..=length);
    let gone = rng.random_range(0..=(length - at).min(4));
    let typed = TYPED.choose(rng).copied().filter(|_| rng.random_bool(0.8));
    doc.splice_text(text, at, gone as isize, typed.unwrap_or_default())
        .unwrap();
}

/// One thing that somebody does: several edits at once, or one.
fn does(doc: &mut AutoCommit, rng: &mut StdRng) {
    for _ in 0..rng.random_range(1..4) {
        let record = some_record(doc, rng);
        match rng.random_range(0..7) {
            0 | 1 => {
                if let Ok(Some((_, note))) = doc.get(&record, "note") {
                    types(doc, &note, rng);
                }
            }
            2 => {
                if let Ok(Some((_, note))) = doc.get(&record, "note") {
                    let words = [0; 3].map(|_| TYPED[rng.random_range(0..TYPED.len())]);
                    doc.update_text(&note, words.concat()).unwrap();
                }
            }
            3 => {
                // Where there is nothing, there is nothing to take away.
                let _ = doc.delete(&record, format!("f{}", rng.random_range(0..3)));
            }
            4 => {
                // A visit, made whole at once.
                let key = format!("visits/{:032x}", rng.random_range(0..3));
                if let Ok(None) = doc.get(&record, &key) {
                    let visit = doc.put_object(&record, &key, ObjType::Map).unwrap();
                    let note = doc.put_object(&visit, "note", ObjType::Text).unwrap();
                    types(doc, &note, rng);
                }
            }
            _ => {
                let value = scalar(rng);
                doc.put(&record, format!("f{}", rng.random_range(0..3)), value)
                    .unwrap();
            }
        }
    }
    doc.commit();
}

/// What is not wanted any more is written beside what came since: the values of then, by a fresh actor, at an old state.
fn undoes(replica: &mut Replica, rng: &mut StdRng) {
    let Some(heads) = replica.was.choose(rng).cloned() else {
        return;
    };
    let mut beside = replica.doc.fork_at(&heads).unwrap().with_actor(new_actor(rng));
    does(&mut beside, rng);
    if rng.random() {
        does(&mut beside, rng);
    }
    replica.doc.merge(&mut beside).unwrap();
}

/// Takes some of what another has, in some order, as far as it fits: logs come one by one and not whole.
fn takes(replica: &mut Replica, other: &mut Replica, rng: &mut StdRng) {
    let heads = replica.doc.get_heads();
    let mut changes = other.doc.get_changes(&heads);
    if rng.random() {
        changes.truncate(rng.random_range(0..=changes.len()));
    }
    if rng.random_bool(0.2) {
        changes.extend(changes.clone());
    }
    replica.doc.apply_changes(changes).unwrap();
}

fn steps(replicas: &mut [Replica], rng: &mut StdRng) {
    let at = rng.random_range(0..replicas.len());
    let heads = replicas[at].doc.get_heads();
    replicas[at].was.push(heads);
    let other = (at + rng.random_range(1..replicas.len())) % replicas.len();
    match rng.random_range(0..12) {
        0..5 => does(&mut replicas[at].doc, rng),
        5..8 => {
            if let Ok([replica, other]) = replicas.get_disjoint_mut([at, other]) {
                takes(replica, other, rng);
            }
        }
        8 | 9 => undoes(&mut replicas[at], rng),
        10 => {
            // A start: what was saved is opened, and written on by somebody new.
            let saved = replicas[at].doc.save();
            replicas[at].doc = AutoCommit::load(&saved).unwrap().with_actor(new_actor(rng));
        }
        _ => {
            replicas[at].doc.empty_change(CommitOptions::default());
        }
    }
}

#[test]
fn thousands_of_small_honest_histories_pass_the_gate_in_whatever_order_they_come() {
    let (mut judged, mut concurrent) = (0, 0);
    for seed in 0..SMALL {
        let mut rng = StdRng::seed_from_u64(seed);
        let count = rng.random_range(2..5);
        let mut replicas: Vec<Replica> = (0..count)
            .map(|_| Replica {
                doc: AutoCommit::new().with_actor(new_actor(&mut rng)),
                was: Vec::new(),
            })
            .collect();
        for _ in 0..rng.random_range(4..16) {
            steps(&mut replicas, &mut rng);
        }
        let mut merged = AutoCommit::new().with_actor(new_actor(&mut rng));
        for replica in &mut replicas {
            merged.merge(&mut replica.doc).unwrap();
        }
        concurrent += usize::from(merged.get_heads().len() > 1);
        does(&mut merged, &mut rng);
        let changes = merged.get_changes(&[]);
        let mut gate = Gate::new();
        for change in &changes {
            let facts = gate
                .check(change.raw_bytes())
                .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(facts.max_op, change.max_op(), "seed {seed}");
        }
        judged += changes.len();
        let mut waiting: Vec<&[u8]> = changes.iter().map(|change| change.raw_bytes()).collect();
        waiting.shuffle(&mut rng);
        let mut other = Gate::new();
        while !waiting.is_empty() {
            let before = waiting.len();
            waiting.retain(|change| match other.check(change) {
                Ok(_) => false,
                Err(GateError::Missing(_)) => true,
                Err(error) => panic!("seed {seed}, in another order: {error}"),
            });
            assert!(waiting.len() < before, "seed {seed}: some wait for ever");
        }
        assert_eq!(other.len(), gate.len(), "seed {seed}");
    }
    assert!(judged > 7 * SMALL as usize, "only {judged} changes");
    assert!(concurrent > SMALL as usize / 4, "only {concurrent} with branches");
}

#[test]
fn a_change_of_ten_thousand_letters_passes() {
    // Above 10,000 operations Automerge has another encoder.
    let mut doc = AutoCommit::new().with_actor(ActorId::from(&[1; 16]));
    let map = doc
        .put_object(ROOT, "household/00000000000000000000000000000001", ObjType::Map)
        .unwrap();
    let note = doc.put_object(&map, "note", ObjType::Text).unwrap();
    doc.splice_text(&note, 0, 0, &"Thôn Đồng Ươm. ".repeat(800))
        .unwrap();
    doc.splice_text(&note, 7, 900, "").unwrap();
    doc.commit();
    let mut gate = Gate::new();
    for change in doc.get_changes(&[]) {
        gate.check(change.raw_bytes()).unwrap();
    }
}

#[test]
fn isolated_transactions_are_refused() {
    let mut doc = Automerge::new().with_actor(ActorId::from(&[1; 16]));
    for value in 0..2 {
        let mut tx = doc.transaction();
        tx.put(ROOT, "a", value).unwrap();
        tx.put(ROOT, "b", value).unwrap();
        tx.commit();
    }
    let first = doc.get_changes(&[])[0].hash();
    let mut tx = doc.transaction_at(PatchLog::null(), &[first]).unwrap();
    tx.put(ROOT, "c", 1).unwrap();
    tx.commit();
    let mut gate = Gate::new();
    let refused: Vec<_> = doc
        .get_changes(&[])
        .iter()
        .filter_map(|change| gate.check(change.raw_bytes()).err())
        .collect();
    assert!(
        matches!(
            refused.as_slice(),
            [GateError::StartOp { .. } | GateError::Chunk(_)]
        ),
        "{refused:?}"
    );
}

#[test]
fn a_chunk_that_was_taken_apart_is_put_together_again_as_it_was() {
    let mut doc = AutoCommit::new();
    let mut deps = 0;
    for step in 0..5 {
        let mut other = doc.fork();
        put_record(&mut doc, "household/one", step);
        put_record(&mut other, "household/two", step);
        doc.merge(&mut other).expect("merges");
    }
    put_record(&mut doc, "household/three", 0);
    for change in doc.get_changes(&[]) {
        let bytes = change.raw_bytes();
        let (on, rest) = sothon_book::split_chunk(bytes).expect("is a chunk");
        deps = deps.max(on.len());
        assert_eq!(sothon_book::join_chunk(&on, rest).expect("fits"), bytes);
    }
    assert_eq!(deps, 2);
    let long = vec![0; sothon_book::MAX_CHUNK_BYTES + 1];
    assert!(sothon_book::join_chunk(&[], &long).is_err());
}
