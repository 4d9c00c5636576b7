//! Whatever an honest program does with the Automerge calls that we use, the gate passes; and the two calls that we never
//! use, it does not (design.md §3.3).

use std::collections::BTreeSet;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Automerge, ObjType, PatchLog, ROOT, ReadDoc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sothon_book::{Gate, GateError};

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
