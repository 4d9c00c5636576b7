//! The hostile changes of threats A3 and B4 as files under `tests/hostile`: what they were when they were found, whatever
//! the code that makes them does later. `honest-1.change` and `honest-2.change` are what they stand on.

use std::path::{Path, PathBuf};

use super::mutated::{quietly, survives};
use super::*;

/// What Automerge makes of a change that the gate refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Without {
    /// It panics, or the save does not open, or the next edit is lost.
    Breaks,
    /// Not on this release: refused for what it would do beside others, or on another.
    Stands,
    /// Nobody tries: it takes all memory, or the stack.
    Untried,
}

use Without::{Breaks, Stands, Untried};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

type Made = (&'static str, Without, Vec<u8>);

fn made(name: &'static str, without: Without, change: impl FnOnce(&mut Chunk)) -> Made {
    let mut chunk = template(&honest().0);
    change(&mut chunk);
    (name, without, chunk.encode())
}

fn one_op(c: &mut Chunk) {
    c.ops.truncate(1);
}

fn all() -> Vec<Made> {
    let put = |change: fn(&mut Op)| {
        move |c: &mut Chunk| {
            one_op(c);
            change(&mut c.ops[0]);
        }
    };
    vec![
        made("a3-last-counter", Breaks, |c| {
            one_op(c);
            c.start_op = u64::from(u32::MAX);
        }),
        made("a3-beyond-the-last-counter", Breaks, |c| {
            c.start_op = u64::from(u32::MAX)
        }),
        made("a3-seq-of-an-actor-never-seen", Breaks, |c| c.seq = 5),
        made(
            "a3-object-that-is-not-there",
            Breaks,
            put(|op| op.object = Some(by_a(77))),
        ),
        made("a3-start-op-below-its-deps", Breaks, |c| {
            one_op(c);
            c.start_op = 2;
        }),
        made("a3-nested-20000-deep", Untried, |c| {
            let nested = |object| Op {
                object,
                key: Key::Map("x".into()),
                insert: false,
                action: Action::MakeMap,
                value: Scalar::Null,
                preds: vec![],
            };
            c.actors.truncate(1);
            c.ops = (0..20_000)
                .map(|n| nested((n > 0).then(|| by_m(10 + n))))
                .collect();
        }),
        made("a3-a-run-of-a-million", Untried, |c| {
            let op = Op {
                value: Scalar::Bool(true),
                ..c.ops[0].clone()
            };
            c.ops = vec![op; MAX_OPS + 1];
        }),
        made("b4-pred-by-nobody", Breaks, |c| c.actors[1] = ActorId([9; 16])),
        made("b4-after-an-element-that-is-not-there", Breaks, |c| {
            c.ops.drain(..1);
            one_op(c);
            c.ops[0].key = Key::Element(by_a(77));
        }),
        made(
            "b4-object-is-a-scalar",
            Breaks,
            put(|op| op.object = Some(by_a(2))),
        ),
        made("b4-pred-is-itself", Breaks, put(|op| op.preds = vec![by_m(11)])),
        made("b4-element-key-in-a-map", Breaks, put(|op| op.key = Key::Head)),
        made("b4-insert-in-a-map", Breaks, put(|op| op.insert = true)),
        made(
            "b4-pred-that-is-not-there",
            Breaks,
            put(|op| op.preds = vec![by_a(77)]),
        ),
        made(
            "b4-pred-in-the-future",
            Breaks,
            put(|op| op.preds = vec![by_m(50)]),
        ),
        made(
            "b4-pred-of-another-key",
            Breaks,
            put(|op| op.preds = vec![by_a(3)]),
        ),
        made("b4-map-key-in-a-text", Breaks, |c| {
            c.ops.drain(..1);
            one_op(c);
            c.ops[0].key = Key::Map("zz".into());
        }),
        made("b4-delete-of-nothing", Breaks, |c| {
            one_op(c);
            c.ops[0].action = Action::Delete;
            c.ops[0].value = Scalar::Null;
            c.ops[0].preds.clear();
        }),
        made(
            "b4-pred-twice",
            Stands,
            put(|op| op.preds = vec![by_a(10), by_a(10)]),
        ),
        made("b4-empty-key", Breaks, put(|op| op.key = Key::Map("".into()))),
        made("b4-number-in-a-text", Stands, |c| {
            c.ops.drain(..1);
            one_op(c);
            c.ops[0].value = Scalar::Int(7);
        }),
    ]
}

#[test]
#[ignore = "writes the files anew"]
fn write_the_hostile_changes() {
    std::fs::create_dir_all(folder()).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder().join(format!("{name}.change")), bytes).unwrap();
    };
    for (at, change) in honest().0.get_changes(&[]).iter().enumerate() {
        write(&format!("honest-{}", at + 1), change.raw_bytes());
    }
    all().iter().for_each(|(name, _, bytes)| write(name, bytes));
}

#[test]
fn each_hostile_change_that_is_kept_is_refused_and_would_break_a_book() {
    let read = |name: &str| std::fs::read(folder().join(format!("{name}.change"))).unwrap();
    let base: Vec<Vec<u8>> = ["honest-1", "honest-2"].map(read).into();
    let mut doc = Automerge::new();
    for change in &base {
        doc.apply_changes([automerge::Change::from_bytes(change.clone()).unwrap()])
            .unwrap();
    }
    let known = all();
    let files = std::fs::read_dir(folder()).unwrap().count();
    assert_eq!(files, known.len() + base.len(), "a file that nobody looks at");
    let mut wrong = Vec::new();
    quietly(|| {
        for (name, without, _) in &known {
            let bytes = read(name);
            let mut gate = Gate::new();
            assert!(base.iter().all(|change| gate.check(change).is_ok()));
            let refused = gate.check(&bytes);
            if matches!(refused, Ok(_) | Err(GateError::Missing(_))) {
                wrong.push(format!("{name}: {refused:?}"));
            }
            if *without != Untried && (*without == Breaks) != survives(&doc, &bytes).is_err() {
                wrong.push(format!("{name}: {:?} without the gate", survives(&doc, &bytes)));
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
