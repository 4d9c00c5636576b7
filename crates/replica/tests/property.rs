//! Any number of devices, any order, loss, doubling, truncation, restarts: one picture, nothing lost, nothing leaked
//! (design.md §3.1, §6).
//!
//! `SOTHON_SEED=n` runs one seed; `SOTHON_SECONDS=n` runs new seeds for so long.
#![allow(missing_docs)]

#[path = "common/picture.rs"]
mod picture;
mod simulation;

use std::time::{Duration, Instant};

use simulation::{Op, World, ops};

const OPERATIONS: usize = 110;

/// Runs a list of operations and then everything that has to hold.
fn run(seed: u64, list: &[Op]) -> Result<(), String> {
    let mut world = World::new(seed);
    for (at, op) in list.iter().enumerate() {
        world
            .apply(op)
            .map_err(|error| format!("operation {at}, {op:?}: {error}"))?;
    }
    world.meet()?;
    world.check_all()?;
    world.restart_all()
}

/// A shorter list that fails too: parts are left out as long as there is time.
fn shorten(seed: u64, mut list: Vec<Op>, limit: Duration) -> Vec<Op> {
    let begun = Instant::now();
    let mut part = list.len() / 2;
    while part > 0 {
        let mut at = 0;
        while at < list.len() {
            if begun.elapsed() > limit {
                return list;
            }
            let mut shorter = list.clone();
            shorter.drain(at..(at + part).min(list.len()));
            if run(seed, &shorter).is_err() {
                list = shorter;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    list
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_happens_everybody_agrees_in_the_end_and_nothing_is_lost_or_leaked() {
    let begun = Instant::now();
    let limit = Duration::from_secs(number("SOTHON_SECONDS").unwrap_or(25));
    let first = number("SOTHON_SEED").unwrap_or(1);
    let last = match (number("SOTHON_SEED"), number("SOTHON_SECONDS")) {
        (Some(seed), None) => seed,
        _ => first + 100_000,
    };
    let mut done = 0;
    for seed in first..=last {
        if begun.elapsed() > limit {
            break;
        }
        let list = ops(seed, OPERATIONS);
        if let Err(error) = run(seed, &list) {
            let shorter = shorten(seed, list, Duration::from_secs(60));
            let again = run(seed, &shorter).err().unwrap_or_default();
            for op in &shorter {
                println!("    {op:?}");
            }
            panic!(
                "seed {seed}: {error}\nshortened to {} operations: {again}",
                shorter.len()
            );
        }
        done += 1;
    }
    println!("{done} seeds from {first} on");
}
