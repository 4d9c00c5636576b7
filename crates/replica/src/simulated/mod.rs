//! Communes in memory, thousands of histories a minute: register, entries, seals, gate, judge and document are what
//! ships, put together by the `Live` that ships; disks, vaults and wires are not there (those are in `tests/`).
//!
//! Honest devices write, meet in part, forget, are set back, lose roles; hostile ones sign whatever their keys allow,
//! alone and together. The oracle is design.md §3.1: equal sets and registers, whatever came when, give equal verdicts
//! and equal documents, and the document is what the admitted entries carry.
//!
//! `SOTHON_SEED=n cargo test -p sothon-replica --lib simulated` runs one history again; `SOTHON_HISTORIES=n` that many.

mod broken;
mod checks;
mod honest;
mod hostile;
mod kept;
mod step;
mod world;

use std::time::Instant;

use broken::Broken;
use step::{Step, steps};
use world::World;

/// How many histories are tried while somebody waits.
const HISTORIES: u64 = 600;

fn run(seed: u64, steps: &[Step], broken: Option<Broken>) -> Result<World, String> {
    let mut world = World::new(seed);
    world.broken = broken;
    for (at, step) in steps.iter().enumerate() {
        let failed = |error| format!("step {at}, {step:?}: {error}");
        world.step(step).map_err(failed)?;
    }
    world.meet_all()?;
    world.check_all()?;
    Ok(world)
}

fn fails(seed: u64, steps: &[Step], broken: Option<Broken>) -> Option<String> {
    let run = || run(seed, steps, broken).err();
    std::panic::catch_unwind(run).unwrap_or_else(|_| Some("panics".to_owned()))
}

/// A shorter list that fails too.
fn shorten(seed: u64, mut steps: Vec<Step>) -> Vec<Step> {
    let mut part = steps.len() / 2;
    while part > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut shorter = steps.clone();
            shorter.drain(at..(at + part).min(steps.len()));
            if fails(seed, &shorter, None).is_some() {
                steps = shorter;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    steps
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn history(seed: u64) -> World {
    let steps = steps(seed);
    let outcome = std::panic::catch_unwind(|| run(seed, &steps, None));
    match outcome {
        Ok(Ok(world)) => world,
        failed => {
            let error = failed.map_or_else(|_| "panics".to_owned(), |run| run.err().unwrap_or_default());
            let shorter = shorten(seed, steps);
            let again = fails(seed, &shorter, None).unwrap_or_default();
            shorter.iter().for_each(|step| println!("    {step:?},"));
            panic!(
                "{error}\nSOTHON_SEED={seed} cargo test -p sothon-replica --lib simulated\nin {} steps: {again}",
                shorter.len()
            )
        }
    }
}

#[test]
fn whoever_lies_and_whatever_comes_when_equal_sets_make_equal_books() {
    let begun = Instant::now();
    let seeds = match number("SOTHON_SEED") {
        Some(seed) => seed..seed + number("SOTHON_HISTORIES").unwrap_or(1),
        None => 0..number("SOTHON_HISTORIES").unwrap_or(HISTORIES),
    };
    let count = seeds.end - seeds.start;
    let mut met = checks::Met::default();
    for seed in seeds {
        met.add(history(seed).met());
    }
    println!("    {count} histories in {:?}: {met}", begun.elapsed());
    assert!(
        count < HISTORIES || met.is_everything(),
        "too little was met: {met}"
    );
}

#[test]
#[ignore = "a million histories, or SOTHON_HISTORIES, from SOTHON_SEED on"]
fn soak_histories() {
    let first = number("SOTHON_SEED").unwrap_or(1_000_000);
    let count = number("SOTHON_HISTORIES").unwrap_or(1_000_000);
    let begun = Instant::now();
    let mut met = checks::Met::default();
    for seed in first..first + count {
        met.add(history(seed).met());
    }
    println!(
        "    {count} histories from {first} on in {:?}: {met}",
        begun.elapsed()
    );
}
