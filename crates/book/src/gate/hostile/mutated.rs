//! Changes mutated at random, and the oracle: what the gate passes neither panics Automerge nor spoils a save.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::Transactable;
use automerge::{Automerge, Change, ObjId, ObjType, ReadDoc};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::{A, frame, honest, template};
use crate::chunk::{Action, Chunk, Key, OpRef, Scalar};
use crate::gate::Gate;
use crate::ids::{ActorId, ChangeHash};

/// The oracle: a document takes the change, is written to, saved, opened and written to again.
pub(super) fn survives(doc: &Automerge, bytes: &[u8]) -> Result<(), String> {
    let run = || -> Result<(), String> {
        let mut doc = doc.fork();
        let change = Change::from_bytes(bytes.to_vec()).map_err(|e| format!("from_bytes: {e}"))?;
        doc.apply_changes([change.clone()])
            .map_err(|e| format!("apply: {e}"))?;
        if doc.get_change_by_hash(&change.hash()).is_none() {
            return Err("the change is not in the document".into());
        }
        let again = doc
            .get_change_by_hash(&change.hash())
            .map(|change| change.raw_bytes().to_vec());
        if again.as_deref() != Some(bytes) {
            return Err("the document gives other bytes back".into());
        }
        doc.hydrate(None);
        let mut opened = Automerge::load(&doc.save()).map_err(|e| format!("load of the save: {e}"))?;
        if opened.get_heads() != doc.get_heads() || opened.hydrate(None) != doc.hydrate(None) {
            return Err("the save is another document".into());
        }
        let mut tx = opened.transaction();
        tx.put(ObjId::Root, "after", 1)
            .map_err(|e| format!("next edit: {e}"))?;
        tx.commit();
        Automerge::load(&opened.save())
            .map(drop)
            .map_err(|e| format!("load after the next edit: {e}"))
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("panic".into()))
}

/// Changes one thing or a few in an honest change; any of these actors may come to be named.
fn mutate(chunk: &mut Chunk, all_actors: &[ActorId], rng: &mut StdRng) {
    let others = all_actors.iter().filter(|actor| !chunk.actors.contains(actor));
    chunk.actors.extend(others.copied().collect::<Vec<_>>());
    let actors = chunk.actors.len();
    let highest = chunk.max_op() + 2;
    let reference = |rng: &mut StdRng| OpRef {
        actor: rng.random_range(0..actors),
        counter: rng.random_range(1..highest),
    };
    for _ in 0..rng.random_range(1..=3) {
        let count = chunk.ops.len();
        if count == 0 {
            break;
        }
        let place = rng.random_range(0..count);
        let other = chunk.ops[rng.random_range(0..count)].clone();
        let op = &mut chunk.ops[place];
        match rng.random_range(0..16) {
            0 => op.object = Some(reference(rng)),
            1 => op.object = None,
            2 => op.key = Key::Element(reference(rng)),
            3 => op.key = Key::Head,
            4 => {
                op.key = Key::Map(
                    ["name", "note", "zz", ""]
                        .choose(rng)
                        .copied()
                        .unwrap_or("")
                        .into(),
                )
            }
            5 => op.insert = !op.insert,
            6 => {
                let actions = [Action::MakeMap, Action::Put, Action::Delete, Action::MakeText];
                op.action = actions.choose(rng).copied().unwrap_or(Action::Put);
                op.value = Scalar::Null;
            }
            7 => op.value = random_scalar(rng),
            8 => op.preds.clear(),
            9 => op.preds.push(reference(rng)),
            10 => op.preds = vec![reference(rng)],
            11 => *op = other,
            12 => chunk.ops.insert(place, other),
            13 => drop(chunk.ops.remove(place)),
            // Half of what an honest edit supersedes.
            14 => drop(op.preds.pop()),
            _ => {
                let highest = chunk.actors.clone();
                let order = |p: &OpRef| (p.counter, highest.get(p.actor).copied());
                op.preds.extend(other.preds);
                op.preds.sort_by_key(order);
                op.preds.dedup();
            }
        }
    }
    tidy(chunk);
}

fn random_scalar(rng: &mut StdRng) -> Scalar {
    let values = [
        Scalar::Null,
        Scalar::Bool(true),
        Scalar::Uint(u64::MAX),
        Scalar::Int(i64::MIN),
        Scalar::Float(-0.0),
        Scalar::Float(f64::INFINITY),
        Scalar::Text("ơ".into()),
        Scalar::Text(String::new()),
        Scalar::Bytes(vec![0; 3]),
        Scalar::Timestamp(i64::MAX),
    ];
    values.choose(rng).cloned().unwrap_or(Scalar::Null)
}

/// Names the actors that are used and no others, in order, so that a mutated change comes further.
fn tidy(chunk: &mut Chunk) {
    let old = chunk.actors.clone();
    let mut used = BTreeSet::new();
    let mut each = |visit: &mut dyn FnMut(&mut OpRef)| {
        for op in &mut chunk.ops {
            op.object.iter_mut().for_each(&mut *visit);
            if let Key::Element(element) = &mut op.key {
                visit(element);
            }
            op.preds.iter_mut().for_each(&mut *visit);
        }
    };
    each(&mut |op| {
        used.insert(old[op.actor]);
    });
    used.remove(&old[0]);
    let new: Vec<ActorId> = std::iter::once(old[0]).chain(used).collect();
    each(&mut |op| op.actor = new.iter().position(|actor| *actor == old[op.actor]).unwrap_or(0));
    chunk.actors = new;
}

/// Runs without the messages of the panics that are caught.
pub(super) fn quietly(run: impl FnOnce()) {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    run();
    std::panic::set_hook(loud);
}

#[test]
fn what_the_gate_passes_neither_panics_nor_spoils_a_save() {
    let (doc, _) = honest();
    let template = template(&doc);
    let mut passed = 0;
    let mut broken = Vec::new();
    quietly(|| {
        for seed in 0..4_000u64 {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut chunk = template.clone();
            mutate(&mut chunk, &[A], &mut rng);
            let bytes = chunk.encode();
            let (_, mut gate) = honest();
            if gate.check(&bytes).is_ok() {
                passed += 1;
                broken.extend(survives(&doc, &bytes).err().map(|how| (seed, how)));
            }
        }
    });
    assert!(
        passed > 300,
        "only {passed} of the mutated changes passed: the test tries too little"
    );
    assert!(
        broken.is_empty(),
        "passed the gate and broke Automerge: {broken:?}"
    );
}

/// One random honest edit, as any program with the Automerge API could make it within the allow-list.
fn random_edit(doc: &mut Automerge, rng: &mut StdRng) {
    let mut tx = doc.transaction();
    for _ in 0..rng.random_range(1..4) {
        let at = format!("household/{:032x}", rng.random_range(0..3));
        let map = match tx.get(ObjId::Root, &at).unwrap() {
            Some((automerge::Value::Object(ObjType::Map), map)) if rng.random_bool(0.9) => map,
            _ => {
                let map = tx.put_object(ObjId::Root, &at, ObjType::Map).unwrap();
                let note = tx.put_object(&map, "note", ObjType::Text).unwrap();
                tx.splice_text(&note, 0, 0, "ghi").unwrap();
                tx.put_object(&map, "visits/00000000000000000000000000000001", ObjType::Map)
                    .unwrap();
                map
            }
        };
        match rng.random_range(0..5) {
            0 if tx.get(&map, "name").unwrap().is_some() => tx.delete(&map, "name").unwrap(),
            1 | 2 => match tx.get(&map, "note").unwrap() {
                Some((automerge::Value::Object(ObjType::Text), note)) => {
                    let length = tx.length(&note);
                    let at = rng.random_range(0..=length);
                    let deleted = rng.random_range(0..=2.min(length - at)) as isize;
                    tx.splice_text(&note, at, deleted, ["", "ầ", "ơi"].choose(rng).unwrap())
                        .unwrap();
                }
                _ => tx.put(&map, "note", "?").unwrap(),
            },
            3 => {
                let sub = "visits/00000000000000000000000000000001";
                if let Some((automerge::Value::Object(ObjType::Map), sub)) = tx.get(&map, sub).unwrap() {
                    tx.put(&sub, "date", rng.random_range(0..9)).unwrap();
                }
            }
            _ => tx.put(&map, "name", rng.random_range(0..9)).unwrap(),
        }
    }
    tx.commit();
}

#[test]
fn what_the_gate_passes_is_safe_beside_concurrent_changes() {
    let stranger = automerge::ActorId::from(&[7; 16]);
    let mut passed = 0;
    let mut broken = Vec::new();
    quietly(|| {
        for seed in 0..250u64 {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut docs: Vec<Automerge> = (1..=3u8)
                .map(|n| Automerge::new().with_actor(automerge::ActorId::from(&[n * 3; 16])))
                .collect();
            for _ in 0..rng.random_range(4..14) {
                let (to, from) = (rng.random_range(0..3), rng.random_range(0..3));
                random_edit(&mut docs[to], &mut rng);
                if to != from {
                    let mut other = docs[from].clone();
                    docs[to].merge(&mut other).unwrap();
                }
            }
            let base = docs[rng.random_range(0..3)].fork().with_actor(stranger.clone());
            let mut whole = docs[0].clone();
            for other in &mut docs[1..] {
                whole.merge(other).unwrap();
            }
            let changes = whole.get_changes(&[]);
            let gate = || {
                let mut gate = Gate::new();
                for change in &changes {
                    gate.check(change.raw_bytes()).expect("an honest change passes");
                }
                gate
            };
            let actors: Vec<ActorId> = (1..=3u8).map(|n| ActorId([n * 3; 16])).collect();
            let mut next = base.clone();
            random_edit(&mut next, &mut rng);
            random_edit(&mut next, &mut rng);
            let news = next.get_changes(&base.get_heads());
            let Some(template) = news
                .first()
                .and_then(|change| Chunk::parse(change.raw_bytes()).ok())
            else {
                continue;
            };
            let mut judge = gate();
            for _ in 0..40 {
                let mut chunk = template.clone();
                mutate(&mut chunk, &actors, &mut rng);
                // A dependency that says nothing new: it is in the ancestry of another one.
                if rng.random_bool(0.2)
                    && let Some(old) = changes.first()
                {
                    chunk.deps.push(ChangeHash::from_automerge(&old.hash()));
                    chunk.deps.sort();
                    chunk.deps.dedup();
                }
                let bytes = chunk.encode();
                if judge.check(&bytes).is_ok() {
                    passed += 1;
                    broken.extend(survives(&whole, &bytes).err().map(|how| (seed, how)));
                    judge = gate();
                }
            }
        }
    });
    assert!(
        passed > 300,
        "only {passed} of the mutated changes passed: the test tries too little"
    );
    assert!(
        broken.is_empty(),
        "passed the gate and broke Automerge: {broken:?}"
    );
}

#[test]
fn random_bytes_never_panic_the_gate() {
    let (doc, mut gate) = honest();
    let plain = template(&doc).encode();
    let mut rng = StdRng::seed_from_u64(7);
    for _ in 0..20_000 {
        let mut body = plain[11..].to_vec();
        for _ in 0..rng.random_range(1..4) {
            let place = rng.random_range(0..body.len());
            match rng.random_range(0..3) {
                0 => body[place] = rng.random(),
                1 => body.truncate(place.max(1)),
                _ => body.insert(place, rng.random()),
            }
        }
        let bytes = frame(&body);
        if gate.check(&bytes).is_ok() {
            survives(&doc, &bytes).unwrap();
        }
    }
}
