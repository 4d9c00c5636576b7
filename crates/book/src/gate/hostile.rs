//! Hostile changes, built by hand (threats A3, B4), and the oracle: what the gate passes neither panics Automerge nor
//! spoils a save.

mod kept;
mod mutated;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ObjId, ObjType, ReadDoc};

use super::*;
use crate::check_drop;
use crate::chunk::{Action, Key, MAX_OPS, Op, OpRef, Scalar};
use mutated::survives;
use sothon_records::raw::RecordKey;

const A: ActorId = ActorId([1; 16]);
const M: ActorId = ActorId([2; 16]);

fn commit(doc: &mut Automerge, write: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) -> Vec<u8> {
    let mut tx = doc.transaction();
    write(&mut tx);
    tx.commit_with(CommitOptions::default().with_message("edit").with_time(0));
    doc.get_last_local_change().unwrap().raw_bytes().to_vec()
}

/// An honest document of two changes by `A`, and the gate that let them in. Its operations: 1 the record, 2 its name,
/// 3 its note, 4 to 6 the note's letters, 7 a sub-record, 8 a field in it, 9 another record; 10 a new name.
fn honest() -> (Automerge, Gate) {
    let mut doc = Automerge::new().with_actor(A.to_automerge());
    let first = commit(&mut doc, |tx| {
        let map = tx
            .put_object(
                ObjId::Root,
                "household/00000000000000000000000000000001",
                ObjType::Map,
            )
            .unwrap();
        tx.put(&map, "name", "Lý A Páo").unwrap();
        let note = tx.put_object(&map, "note", ObjType::Text).unwrap();
        tx.splice_text(&note, 0, 0, "xin").unwrap();
        let sub = tx
            .put_object(&map, "visits/00000000000000000000000000000002", ObjType::Map)
            .unwrap();
        tx.put(&sub, "date", "2025-06-10").unwrap();
        tx.put_object(
            ObjId::Root,
            "household/00000000000000000000000000000003",
            ObjType::Map,
        )
        .unwrap();
    });
    let second = commit(&mut doc, |tx| {
        let (_, map) = tx
            .get(ObjId::Root, "household/00000000000000000000000000000001")
            .unwrap()
            .unwrap();
        tx.put(&map, "name", "Lý A Pao").unwrap();
    });
    let mut gate = Gate::new();
    for change in [first, second] {
        gate.check(&change).unwrap();
    }
    (doc, gate)
}

/// An honest next change by `M`: it sets the name (11), adds a letter (12) and deletes one (13), adds a field to the
/// sub-record (14) and makes a record with a text (15, 16, 17).
fn template(doc: &Automerge) -> Chunk {
    let mut fork = doc.fork().with_actor(M.to_automerge());
    let bytes = commit(&mut fork, |tx| {
        let (_, map) = tx
            .get(ObjId::Root, "household/00000000000000000000000000000001")
            .unwrap()
            .unwrap();
        tx.put(&map, "name", "Lý A Phà").unwrap();
        let (_, note) = tx.get(&map, "note").unwrap().unwrap();
        tx.splice_text(&note, 1, 0, "y").unwrap();
        tx.splice_text(&note, 3, 1, "").unwrap();
        let (_, sub) = tx
            .get(&map, "visits/00000000000000000000000000000002")
            .unwrap()
            .unwrap();
        tx.put(&sub, "who", "trưởng thôn").unwrap();
        let new = tx
            .put_object(
                ObjId::Root,
                "household/00000000000000000000000000000004",
                ObjType::Map,
            )
            .unwrap();
        let note = tx.put_object(&new, "note", ObjType::Text).unwrap();
        tx.splice_text(&note, 0, 0, "a").unwrap();
    });
    Chunk::parse(&bytes).unwrap()
}

/// Gives a hand-made change to the gate.
fn judged(change: impl FnOnce(&mut Chunk)) -> Result<ChangeFacts, GateError> {
    let (doc, mut gate) = honest();
    let mut chunk = template(&doc);
    change(&mut chunk);
    gate.check(&chunk.encode())
}

fn fault(change: impl FnOnce(&mut Chunk)) -> OpFault {
    match judged(change) {
        Err(GateError::Op { fault, .. }) => fault,
        other => panic!("expected a fault of an operation, got {other:?}"),
    }
}

const fn by_a(counter: u64) -> OpRef {
    OpRef { actor: 1, counter }
}

const fn by_m(counter: u64) -> OpRef {
    OpRef { actor: 0, counter }
}

#[test]
fn the_honest_change_passes_and_survives() {
    let (doc, mut gate) = honest();
    let chunk = template(&doc);
    assert_eq!(
        chunk
            .ops
            .iter()
            .map(|op| op.action)
            .filter(|a| *a == Action::Delete)
            .count(),
        1
    );
    assert_eq!(gate.check(&chunk.encode()), Ok(chunk.facts()));
    assert_eq!(
        gate.check(&chunk.encode()),
        Ok(chunk.facts()),
        "asked again, it answers the same"
    );
    survives(&doc, &chunk.encode()).unwrap();
}

#[test]
fn counters_at_the_edge_of_u32_are_refused() {
    // threats A3: applies, and then the next local edit of anybody panics.
    assert!(matches!(
        judged(|c| c.start_op = u64::from(u32::MAX)),
        Err(GateError::MaxOp)
    ));
    assert!(matches!(judged(|c| c.start_op = MAX_OP), Err(GateError::MaxOp)));
    assert!(matches!(judged(|c| c.start_op = u64::MAX), Err(GateError::MaxOp)));
}

#[test]
fn a_start_op_that_is_not_next_is_refused() {
    for start in [1, 10, 12, 1_000] {
        let judged = judged(|c| c.start_op = start);
        assert_eq!(
            judged,
            Err(GateError::StartOp {
                found: start,
                expected: 11
            })
        );
    }
}

#[test]
fn a_seq_that_is_not_next_is_refused() {
    for seq in [0, 2, 5, u64::MAX] {
        assert_eq!(
            judged(|c| c.seq = seq),
            Err(GateError::Seq {
                found: seq,
                expected: 1
            })
        );
    }
}

#[test]
fn a_change_waits_for_what_it_builds_on_and_falls_with_it() {
    let (doc, mut gate) = honest();
    let chunk = template(&doc);
    assert_eq!(
        Gate::new().check(&chunk.encode()),
        Err(GateError::Missing(chunk.deps.clone()))
    );
    let mut bad = chunk.clone();
    bad.seq = 9;
    let bad_hash = Chunk::name(&bad.encode()).unwrap();
    let mut child = chunk.clone();
    child.deps = vec![bad_hash];
    assert_eq!(
        gate.check(&child.encode()),
        Err(GateError::Missing(vec![bad_hash]))
    );
    assert!(gate.check(&bad.encode()).is_err());
    assert_eq!(gate.check(&child.encode()), Err(GateError::OnRefused(bad_hash)));
    assert!(gate.check(&chunk.encode()).is_ok());
}

#[test]
fn times_are_unknown_or_of_this_century() {
    for time in [-1, 1, 946_684_799, 4_102_444_800, i64::MAX, i64::MIN] {
        assert_eq!(judged(|c| c.time = time), Err(GateError::Time(time)));
    }
    for time in [0, 946_684_800, 4_102_444_799] {
        assert!(judged(|c| c.time = time).is_ok());
    }
}

#[test]
fn objects_must_be_there_and_be_objects() {
    let to = |object: OpRef| move |c: &mut Chunk| c.ops[0].object = Some(object);
    assert_eq!(fault(to(by_a(77))), OpFault::NoObject, "none");
    assert_eq!(fault(to(by_a(2))), OpFault::NoObject, "a scalar");
    assert_eq!(fault(to(by_a(4))), OpFault::NoObject, "a letter");
    assert_eq!(
        fault(to(by_m(15))),
        OpFault::NoObject,
        "made later in the same change"
    );
    assert_eq!(fault(to(by_m(99))), OpFault::NoObject, "never made");
}

#[test]
fn predecessors_must_be_there_on_the_same_key() {
    let with = |preds: Vec<OpRef>| move |c: &mut Chunk| c.ops[0].preds = preds;
    assert_eq!(
        fault(with(vec![by_a(77)])),
        OpFault::NoPredecessor,
        "does not exist"
    );
    assert_eq!(fault(with(vec![by_m(11)])), OpFault::NoPredecessor, "itself");
    assert_eq!(
        fault(with(vec![by_m(50)])),
        OpFault::NoPredecessor,
        "in the future"
    );
    assert_eq!(
        fault(with(vec![by_a(8)])),
        OpFault::NoPredecessor,
        "another object"
    );
    assert_eq!(fault(with(vec![by_a(3)])), OpFault::NoPredecessor, "another key");
    assert_eq!(
        fault(with(vec![by_a(10), by_a(10)])),
        OpFault::PredecessorOrder,
        "twice the same"
    );
    assert_eq!(fault(with(vec![by_a(10), by_a(2)])), OpFault::PredecessorOrder);
    assert!(judged(with(vec![by_a(2)])).is_ok(), "overwritten long ago");
    assert!(judged(with(vec![])).is_ok(), "none");
}

#[test]
fn an_actor_that_is_nowhere_is_refused() {
    let stranger = |c: &mut Chunk| c.actors[1] = ActorId([9; 16]);
    assert!(matches!(judged(stranger), Err(GateError::Op { .. })));
    let unused = |c: &mut Chunk| c.actors.push(ActorId([9; 16]));
    assert_eq!(fault(unused), OpFault::UnusedActor);
    let twice = |c: &mut Chunk| c.actors.push(A);
    assert_eq!(judged(twice), Err(GateError::Order));
    let itself = |c: &mut Chunk| c.actors.push(M);
    assert_eq!(judged(itself), Err(GateError::Order));
}

#[test]
fn keys_fit_their_objects() {
    let map_key = |c: &mut Chunk| c.ops[1].key = Key::Map("zz".into());
    assert_eq!(fault(map_key), OpFault::KeyKind, "map key in a text");
    let element = |c: &mut Chunk| c.ops[0].key = Key::Head;
    assert_eq!(fault(element), OpFault::KeyKind, "element in a map");
    let empty = |c: &mut Chunk| c.ops[3].key = Key::Map("".into());
    assert_eq!(fault(empty), OpFault::KeyKind);
    assert_eq!(
        fault(|c| c.ops[0].insert = true),
        OpFault::Insert,
        "insert in a map"
    );
    assert_eq!(
        fault(|c| c.ops[1].insert = false),
        OpFault::Insert,
        "no insert in a text"
    );
    let elsewhere = |c: &mut Chunk| c.ops[1].key = Key::Element(by_a(77));
    assert_eq!(fault(elsewhere), OpFault::NoElement);
    let no_letter = |c: &mut Chunk| c.ops[1].key = Key::Element(by_a(2));
    assert_eq!(fault(no_letter), OpFault::NoElement);
    let other_text = |c: &mut Chunk| c.ops[6].key = Key::Element(by_a(4));
    assert_eq!(fault(other_text), OpFault::NoElement);
    let itself = |c: &mut Chunk| c.ops[1].key = Key::Element(by_m(12));
    assert_eq!(fault(itself), OpFault::NoElement);
}

#[test]
fn a_text_holds_letters_only() {
    for value in [
        Scalar::Int(7),
        Scalar::Null,
        Scalar::Text("xyz".into()),
        Scalar::Text(String::new()),
    ] {
        assert_eq!(fault(|c| c.ops[1].value = value), OpFault::NotALetter);
    }
    let map_in_text = |c: &mut Chunk| {
        c.ops[1].action = Action::MakeMap;
        c.ops[1].value = Scalar::Null;
    };
    assert_eq!(fault(map_in_text), OpFault::NotALetter);
    assert_eq!(
        fault(|c| c.ops[1].preds = vec![by_a(4)]),
        OpFault::PredecessorCount
    );
}

#[test]
fn deletes_delete_something() {
    let delete = |c: &mut Chunk, preds: Vec<OpRef>| {
        c.ops[0].action = Action::Delete;
        c.ops[0].value = Scalar::Null;
        c.ops[0].preds = preds;
    };
    assert_eq!(fault(|c| delete(c, vec![])), OpFault::PredecessorCount);
    assert!(judged(|c| delete(c, vec![by_a(10)])).is_ok());
    assert_eq!(fault(|c| c.ops[2].preds = vec![]), OpFault::PredecessorCount);
    assert_eq!(
        fault(|c| c.ops[2].preds = vec![by_a(4)]),
        OpFault::NoPredecessor,
        "another letter"
    );
    let of_a_delete = |c: &mut Chunk| {
        let mut again = c.ops[2].clone();
        again.preds = vec![by_m(13)];
        c.ops[3] = again;
    };
    assert_eq!(
        fault(of_a_delete),
        OpFault::NoPredecessor,
        "a delete is nothing to delete"
    );
    assert_eq!(
        fault(|c| {
            delete(c, vec![by_a(10)]);
            c.ops[0].value = Scalar::Int(1);
        }),
        OpFault::StrayValue
    );
}

#[test]
fn a_change_leaves_one_value_at_a_key() {
    let again = |preds: Vec<OpRef>| {
        move |c: &mut Chunk| {
            let op = c.ops[0].clone();
            c.ops.push(Op { preds, ..op });
        }
    };
    assert_eq!(fault(again(vec![])), OpFault::SecondValue);
    assert_eq!(fault(again(vec![by_a(10)])), OpFault::SecondValue);
    assert!(judged(again(vec![by_m(11)])).is_ok());
    let after_delete = |c: &mut Chunk| {
        let op = c.ops[0].clone();
        c.ops.push(Op {
            action: Action::Delete,
            value: Scalar::Null,
            preds: vec![by_m(11)],
            ..op.clone()
        });
        c.ops.push(Op { preds: vec![], ..op });
    };
    assert!(judged(after_delete).is_ok());
}

#[test]
fn objects_are_not_nested_without_end() {
    let nested = |depth: u64| {
        move |c: &mut Chunk| {
            let op = |object| Op {
                object,
                key: Key::Map("x".into()),
                insert: false,
                action: Action::MakeMap,
                value: Scalar::Null,
                preds: vec![],
            };
            c.actors.truncate(1);
            c.ops = (0..depth).map(|n| op((n > 0).then(|| by_m(10 + n)))).collect();
        }
    };
    assert!(judged(nested(4)).is_ok());
    assert_eq!(fault(nested(5)), OpFault::Depth);
    assert_eq!(fault(nested(20_000)), OpFault::Depth);
}

#[test]
fn a_run_that_unpacks_to_millions_is_refused_before_it_is_unpacked() {
    let mut chunk = Chunk::parse(&template(&honest().0).encode()).unwrap();
    let op = Op {
        value: Scalar::Bool(true),
        ..chunk.ops[0].clone()
    };
    chunk.ops = vec![op; MAX_OPS + 1];
    let bytes = chunk.encode();
    assert!(bytes.len() < 400, "{} bytes", bytes.len());
    assert_eq!(Chunk::parse(&bytes), Err(ChunkError::TooManyOps));
    // The same with 2^62 of them, by the run header alone.
    let huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x3f, 1];
    assert_eq!(
        Chunk::parse(&frame(&with_column(66, &huge))),
        Err(ChunkError::TooManyOps)
    );
}

/// A chunk's body with one column and nothing else.
fn with_column(number: u32, data: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 16];
    body.extend(M.0);
    body.extend([1, 1, 0, 0, 0, 1]);
    leb128(&mut body, number as usize);
    leb128(&mut body, data.len());
    body.extend(data);
    body
}

fn leb128(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn frame_as(kind: u8, body: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut length = Vec::new();
    leb128(&mut length, body.len());
    let hash = Sha256::new()
        .chain_update([kind])
        .chain_update(&length)
        .chain_update(body)
        .finalize();
    let mut out = vec![0x85, 0x6f, 0x4a, 0x83];
    out.extend(&hash[..4]);
    out.push(kind);
    out.extend(length);
    out.extend(body);
    out
}

fn frame(body: &[u8]) -> Vec<u8> {
    frame_as(1, body)
}

#[test]
fn only_plain_change_chunks_are_read() {
    let (doc, mut gate) = honest();
    let plain = template(&doc).encode();
    let body = &plain[plain.len() - (plain.len() - 11)..];
    for kind in [0, 2, 3, 4, 255] {
        let refused = Err(GateError::Chunk(ChunkError::NotPlainChange(kind)));
        assert_eq!(gate.check(&frame_as(kind, body)), refused);
    }
    assert!(matches!(
        gate.check(&doc.save()),
        Err(GateError::Chunk(ChunkError::NotPlainChange(0)))
    ));
    let two: Vec<u8> = plain.iter().chain(&plain).copied().collect();
    assert_eq!(gate.check(&two), Err(GateError::Chunk(ChunkError::Torn)));
    let mut wrong = plain.clone();
    wrong[5] ^= 1;
    assert_eq!(gate.check(&wrong), Err(GateError::Chunk(ChunkError::Checksum)));
}

#[test]
fn compressed_unknown_and_doubled_columns_and_extra_bytes_are_refused() {
    // Compressed actions; the marks' two columns; columns that nobody knows.
    for number in [66 | 8, 148, 165, 200, 1 << 31] {
        assert_eq!(
            Chunk::parse(&frame(&with_column(number, &[1, 1]))),
            Err(ChunkError::Column(number))
        );
    }
    let mut extra = vec![0, 16];
    extra.extend(M.0);
    extra.extend([1, 1, 0, 0, 0, 0]);
    assert!(
        Chunk::parse(&frame(&extra)).is_ok(),
        "a change without operations"
    );
    extra.push(7);
    assert_eq!(Chunk::parse(&frame(&extra)), Err(ChunkError::Malformed));
}

#[test]
fn a_change_in_another_encoding_than_the_canonical_one_is_refused() {
    // One put, whose action column is the run (1 × put) where a literal is canonical.
    let mut body = vec![0, 16];
    body.extend(M.0);
    body.extend([1, 1, 0, 0, 0]);
    let columns: [(u8, &[u8]); 5] = [
        (21, &[0x7f, 1, b'k']),
        (52, &[1]),
        (66, &[1, 1]),
        (86, &[0x7f, 2]),
        (112, &[0x7f, 0]),
    ];
    body.push(columns.len() as u8);
    body.extend(
        columns
            .iter()
            .flat_map(|(number, data)| [*number, data.len() as u8]),
    );
    body.extend(columns.iter().flat_map(|(_, data)| data.iter().copied()));
    assert_eq!(Chunk::parse(&frame(&body)), Err(ChunkError::NotCanonical));
}

#[test]
fn dependencies_are_in_order_and_any_number_of_them() {
    let mut chunk = template(&honest().0);
    chunk.deps = (0..20_000u32)
        .map(|n| {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&n.to_be_bytes());
            ChangeHash(hash)
        })
        .collect();
    assert!(
        matches!(Gate::new().check(&chunk.encode()), Err(GateError::Missing(deps)) if deps == chunk.deps)
    );
    chunk.deps.reverse();
    assert_eq!(Gate::new().check(&chunk.encode()), Err(GateError::Order));
    // A count of dependencies that are not there.
    assert_eq!(
        Chunk::parse(&frame(&[0xff, 0xff, 0xff, 0xff, 0x0f])),
        Err(ChunkError::Torn)
    );
}

#[test]
fn rivals_both_pass_alone_and_no_change_may_build_on_both() {
    let (doc, mut gate) = honest();
    let one = template(&doc);
    let mut other = one.clone();
    other.time = 1_749_517_200;
    let one = gate.check(&one.encode()).unwrap();
    let other = gate.check(&other.encode()).unwrap();
    let mut both = template(&doc);
    both.deps = vec![one.hash, other.hash];
    both.deps.sort();
    both.seq = 2;
    both.start_op = one.max_op + 1;
    both.ops.clear();
    both.actors.truncate(1);
    assert_eq!(gate.check(&both.encode()), Err(GateError::Rivals(M)));
    // Each branch goes on by itself.
    for parent in [one.hash, other.hash] {
        both.deps = vec![parent];
        both.hash = Chunk::name(&both.encode()).unwrap();
        assert_eq!(gate.check(&both.encode()).map(|facts| facts.seq), Ok(2));
    }
}

#[test]
fn a_drop_is_one_new_record_and_builds_on_nothing() {
    let key: RecordKey = "tip/00000000000000000000000000000009".parse().unwrap();
    let mut doc = Automerge::new().with_actor(M.to_automerge());
    let good = commit(&mut doc, |tx| {
        let map = tx.put_object(ObjId::Root, key.to_string(), ObjType::Map).unwrap();
        tx.put(&map, "what", "…").unwrap();
    });
    let (facts, made) = check_drop(&good, key.id).unwrap();
    assert_eq!(made, key);
    let second = commit(&mut doc, |tx| {
        tx.put_object(ObjId::Root, "tip/00000000000000000000000000000008", ObjType::Map)
            .map(drop)
            .unwrap();
    });
    assert_eq!(check_drop(&second, key.id), Err(DropError::NotAlone));
    let elsewhere: RecordKey = "tip/00000000000000000000000000000007".parse().unwrap();
    let wrong = DropError::Id {
        found: key.clone(),
        expected: elsewhere.id,
    };
    assert_eq!(check_drop(&good, elsewhere.id), Err(wrong));
    let mut two = Chunk::parse(&good).unwrap();
    let again = two.ops[0].clone();
    two.ops.push(Op {
        key: Key::Map("tip/00000000000000000000000000000008".into()),
        ..again
    });
    assert_eq!(check_drop(&two.encode(), key.id), Err(DropError::NotOneRecord));
    let mut high = Chunk::parse(&good).unwrap();
    high.start_op = 1_000;
    assert_eq!(check_drop(&high.encode(), key.id), Err(DropError::NotAlone));
    assert_eq!(Gate::new().check(&good), Ok(facts));
}
