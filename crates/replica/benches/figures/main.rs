//! The figures of design.md §6, rows 1 to 5, each beside a limit that is measured in the same run; what the gate costs, and
//! what many actors cost.
//!
//! `cargo bench -p sothon-replica` runs all; `cargo bench -p sothon-replica -- first sync save start view gate actors` some;
//! `SOTHON_RECORDS=2000` makes them smaller, to try the benchmark itself.
#![allow(missing_docs)]

mod actors;
mod first;
mod gate;
mod save;
mod stage;
mod start;
mod sync;
mod view;
mod wire;

fn main() {
    if let Ok(folder) = std::env::var(start::CHILD) {
        start::child(folder.as_ref());
        return;
    }
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|one| one == name);
    let records = std::env::var("SOTHON_RECORDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000);
    if ["first", "sync", "save", "start"].into_iter().any(&wanted) {
        println!("One book of {records} records of ten fields, one change each, 40 changes in an entry.");
        let mut stage = stage::village(records);
        if wanted("start") {
            start::run(&mut stage);
        }
        if wanted("first") {
            first::run(&mut stage);
        }
        // What only the first row needs would count in the others' memory.
        (stage.office, stage.police) = (None, None);
        if wanted("sync") {
            sync::run(&mut stage);
        }
        if wanted("save") {
            save::run(&mut stage);
        }
    }
    if wanted("view") {
        view::run(records / 4);
    }
    if wanted("gate") {
        gate::run(records);
    }
    if wanted("actors") {
        actors::run(records);
    }
}

/// A line of the report.
pub fn line(what: &str, value: &str) {
    println!("  {what:<68} {value:>16}");
}

/// A place in a sorted list of times, in microseconds.
pub fn percentile(sorted: &[u128], per_mille: usize) -> u128 {
    let at = (sorted.len() * per_mille / 1000).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(0)
}
