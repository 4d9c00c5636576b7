//! What many actors cost a book (B17): a device takes a new one at its first writing after each start (design.md §3.2).

use std::time::{Duration, Instant};

use sothon_book::{ActorId, Book};
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::{BookId, DeviceId};
use sothon_records::Edit;

use crate::line;
use crate::stage::act;

/// One device that is never closed; two that a village writes with on 300 days of a year; ten times that.
const ACTORS: [usize; 3] = [1, 600, 6_000];
const RUNS: usize = 5;
const SEED: u64 = 4;

/// What a book of so many actors takes.
struct Taken {
    bytes: usize,
    load: Duration,
    first_edit: Duration,
}

pub fn run(records: usize) {
    println!("\nThe same {records} records by one actor and by many");
    let alone = measure(records, 1);
    for actors in ACTORS.map(|actors| actors.min(records)) {
        let taken = if actors == 1 {
            &alone
        } else {
            &measure(records, actors)
        };
        let beside = |one: f64, alone: f64| format!("{:.2} x", one / alone);
        let millis = |took: Duration| took.as_secs_f64() * 1e3;
        line(
            &format!("{actors} actors: bytes of the save"),
            &taken.bytes.to_string(),
        );
        line(
            "   beside one actor",
            &beside(taken.bytes as f64, alone.bytes as f64),
        );
        line(
            &format!("   loading it (median of {RUNS})"),
            &format!("{:.0} ms", millis(taken.load)),
        );
        line(
            "   beside one actor",
            &beside(taken.load.as_secs_f64(), alone.load.as_secs_f64()),
        );
        line(
            "   the first edit after it, by one more actor",
            &format!("{:.2} ms", millis(taken.first_edit)),
        );
    }
}

fn measure(records: usize, actors: usize) -> Taken {
    let mut edits = sothon_generator::bulk::edits(SEED, records + 1);
    let last = edits.next().expect("one more");
    let save = written(edits, records.div_ceil(actors));
    let mut runs: Vec<(Duration, Duration)> = (0..RUNS).map(|_| start(&save, &last)).collect();
    runs.sort_unstable();
    let load = runs[RUNS / 2].0;
    runs.sort_unstable_by_key(|(_, edit)| *edit);
    Taken {
        bytes: save.len(),
        load,
        first_edit: runs[RUNS / 2].1,
    }
}

/// The save of a book whose writer is started anew after so many records.
fn written(edits: impl Iterator<Item = Edit>, a_start: usize) -> Vec<u8> {
    let mut book = Book::new();
    for (number, edit) in edits.enumerate() {
        if number % a_start == 0 {
            book.set_actor(actor(number));
        }
        book.edit(&[edit], &act()).expect("is sound");
    }
    book.save().expect("saves")
}

/// Actors are hashes: their order says nothing of who came first, and nothing of them packs.
fn actor(number: usize) -> ActorId {
    let nonce = ActorNonce::new(number_bytes(number));
    let book = BookId([7; 16]);
    ActorId(nonce.actor(&book, &DeviceId([8; 32])).0)
}

fn number_bytes(number: usize) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    bytes
}

fn start(save: &[u8], last: &Edit) -> (Duration, Duration) {
    let began = Instant::now();
    let mut book = Book::load(save).expect("loads");
    let load = began.elapsed();
    let began = Instant::now();
    book.set_actor(actor(usize::MAX));
    book.edit(std::slice::from_ref(last), &act()).expect("is sound");
    (load, began.elapsed())
}
