//! What the gate costs, beside what it stands before: applying the same changes to the document.

use std::time::{Duration, Instant};

use sothon_book::{ActorId, Book, Gate};

use crate::line;
use crate::stage::act;

/// How many changes come together: one that was just written, an entry, what a start reads at a time.
const TOGETHER: [usize; 3] = [1, 40, 1024];
/// How many changes are taken one by one, in a book that has all the others.
const ALONE: usize = 200;
const RUNS: usize = 5;
const SEED: u64 = 3;

pub fn run(records: usize) {
    println!("\nThe gate's share of taking changes in, {records} records of one change each");
    let mut book = Book::new();
    book.set_actor(ActorId([1; 16]));
    let changes: Vec<Vec<u8>> = sothon_generator::bulk::edits(SEED, records)
        .map(|edit| book.edit(&[edit], &act()).expect("is sound").bytes)
        .collect();
    drop(book);
    for together in TOGETHER {
        let skipped = if together == 1 {
            records.saturating_sub(ALONE)
        } else {
            0
        };
        let mut runs: Vec<Took> = (0..RUNS).map(|_| take(&changes, skipped, together)).collect();
        runs.sort_by(|one, other| one.share().total_cmp(&other.share()));
        let Took { gate, apply } = runs[RUNS / 2];
        let taken = (records - skipped) as f64;
        let each = |took: Duration| took.as_secs_f64() * 1e6 / taken;
        line(
            &format!("{together} at a time: gate, applying, of one change"),
            &format!("{:.1} us, {:.1} us", each(gate), each(apply)),
        );
        line(
            &format!("   the gate as a share of applying (of {RUNS} runs the middle, the worst)"),
            &format!("{:.3}, {:.3}", runs[RUNS / 2].share(), runs[RUNS - 1].share()),
        );
    }
}

#[derive(Clone, Copy)]
struct Took {
    gate: Duration,
    apply: Duration,
}

impl Took {
    fn share(&self) -> f64 {
        self.gate.as_secs_f64() / self.apply.as_secs_f64()
    }
}

/// Takes all in, so many at a time; the first `skipped` are not measured.
fn take(changes: &[Vec<u8>], skipped: usize, together: usize) -> Took {
    let (mut gate, mut book) = (Gate::new(), Book::new());
    let pass = |gate: &mut Gate, book: &mut Book, changes: &[Vec<u8>]| {
        let began = Instant::now();
        for change in changes {
            gate.check(change).expect("is honest");
        }
        let passed = began.elapsed();
        book.apply(changes).expect("passed");
        Took {
            gate: passed,
            apply: began.elapsed() - passed,
        }
    };
    let (before, measured) = changes.split_at(skipped);
    if !before.is_empty() {
        pass(&mut gate, &mut book, before);
    }
    let mut sum = Took {
        gate: Duration::ZERO,
        apply: Duration::ZERO,
    };
    for some in measured.chunks(together) {
        let took = pass(&mut gate, &mut book, some);
        sum.gate += took.gate;
        sum.apply += took.apply;
    }
    assert_eq!(book.change_count(), changes.len());
    sum
}
