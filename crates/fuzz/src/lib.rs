//! What comes from outside as bytes, and one plain function for each parser of it: whatever the bytes are, it does not
//! panic, takes no more memory than a phone has, and what it takes in it gives back as it was.
//!
//! A function here is a fuzz target. `tests/bytes.rs` feeds each with mutations of honest bytes for a bounded number of
//! rounds, and with every file under `kept/`: what once broke something, or came close. `cargo xtask test --long` goes
//! on for an hour. `tests/guided.rs` puts libFuzzer in front of the same [`targets`].
//!
//! Signatures, checksums and seals are made anew around mutated bytes wherever somebody hostile could make them: else
//! nothing behind them would ever be reached.

mod changes;
mod checkpoints;
mod courier;
mod entries;
mod files;
mod mutate;
mod photos;
mod register;
mod seeds;
mod session;
mod slips;
mod tables;

pub use mutate::{Mutator, shorten};

/// One parser, or several that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is also its folder under `kept/`.
    pub name: &'static str,
    /// What is parsed.
    pub about: &'static str,
    /// Honest bytes, from which others are made.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Parses, and panics where the oracle is broken. Says whether anything was taken in: a test that never gets so far
    /// tries too little.
    pub run: fn(&[u8]) -> bool,
    /// How many inputs it takes to be tried once while somebody waits.
    pub rounds: u32,
}

/// All of them.
pub fn targets() -> Vec<Target> {
    [
        entries::TARGETS,
        register::TARGETS,
        slips::TARGETS,
        changes::TARGETS,
        checkpoints::TARGETS,
        session::TARGETS,
        files::TARGETS,
        courier::TARGETS,
        tables::TARGETS,
        photos::TARGETS,
    ]
    .concat()
}
