//! One rule broken at a time, here and never in what ships: each has to be reported, else nothing says that these histories
//! can fail.

use sothon_book::{Act, ActId};
use sothon_ledger::{ChangeHash, EpochId, Register};
use sothon_records::{Edit, RecordKey, Value};

use super::step::steps;
use super::world::{HONEST, HOSTILE, Unpublished, World};

/// Who breaks it, if not everybody does: a village head's device.
const BY: usize = 2;
/// Within so many histories it has to be reported.
const TRIES: u64 = 60;

/// Which rule is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Broken {
    /// What was acknowledged is dropped instead of published.
    Drops,
    /// What hostile devices wrote is in the document, whatever gate and verdict say.
    NoGate,
    /// Cuts are not heard of.
    NoCuts,
    /// An edit is made twice under its own name.
    Twice,
    /// Everybody is given the secrets of a book of care, whether anybody said yes or not.
    NoYes,
    /// Any key will do, also one that somebody has who was removed since.
    OldKey,
}

/// Each, and one of what has to be said of it.
const ALL: [(Broken, &[&str]); 6] = [
    (Broken::Drops, &["nobody says where it is"]),
    (Broken::NoGate, &["does not count", "poisoned"]),
    (
        Broken::NoCuts,
        &["here is", "after reading anew", "does not come to rest"],
    ),
    (Broken::Twice, &["2 times"]),
    (Broken::NoYes, &["never might have"]),
    (Broken::OldKey, &["honest work of", "does not count"]),
];

impl World {
    fn breaks(&self, what: Broken, by: usize) -> bool {
        self.broken == Some(what) && by == BY
    }

    /// What is published of what was saved.
    pub fn is_dropped(&mut self, by: usize, gone: &[ChangeHash]) -> bool {
        let drops = self.breaks(Broken::Drops, by);
        if drops {
            let kept = |change: &Unpublished| !gone.contains(&change.hash);
            self.devices[by].disk.unpublished.retain(kept);
        }
        drops
    }

    /// The register that a device goes by.
    pub fn believed(&self, by: usize) -> Register {
        if self.breaks(Broken::NoCuts, by) {
            self.registers[self.begin as usize - 1].clone()
        } else {
            self.register(by).clone()
        }
    }

    /// After a device has judged what it holds.
    pub fn has_judged(&mut self, by: usize) {
        if !self.breaks(Broken::NoGate, by) {
            return;
        }
        let hostile = HOSTILE.map(|by| self.devices[by].id);
        let device = &mut self.devices[by];
        for number in &device.disk.held {
            let entry = &self.entries[*number];
            if hostile.contains(&entry.envelope.header().device) {
                for chunk in &entry.chunks {
                    // Automerge refuses some by itself.
                    let _ = device.live.book.apply(&[chunk]);
                }
            }
        }
    }

    /// The same act once more, after an edit was acknowledged.
    pub fn again(&self, by: usize, record: &RecordKey, act: ActId) -> Option<(Edit, Act)> {
        let fields = [("field9".to_owned(), Some(Value::Text("hai lần".to_owned())))];
        let edit = Edit::Set {
            key: record.clone(),
            sub: None,
            fields: fields.into(),
        };
        let act = Act {
            id: Some(act),
            ..Act::of_one_change("edit", None)
        };
        self.breaks(Broken::Twice, by).then_some((edit, act))
    }

    /// Whether somebody is given secrets who should not be.
    pub fn gives_away(&self) -> bool {
        self.broken == Some(Broken::NoYes)
    }

    /// The key that is used where any will do.
    pub fn any_key(&self, by: usize) -> Option<EpochId> {
        let live = &self.devices[by].live;
        let mut held = live.epochs.keys().filter(|epoch| live.secret(epoch).is_some());
        held.next().copied().filter(|_| self.breaks(Broken::OldKey, by))
    }
}

#[test]
fn whatever_rule_is_broken_these_histories_report_it() {
    assert!(HONEST.contains(&BY));
    let mut missed = Vec::new();
    for (broken, reports) in ALL {
        let reported = (0..TRIES)
            .find_map(|seed| super::fails(seed, &steps(seed), Some(broken)).map(|error| (seed, error)));
        match reported {
            Some((seed, error)) if reports.iter().any(|what| error.contains(what)) => {
                println!("    {broken:?}, by seed {seed}: {error}");
            }
            other => missed.push(format!("{broken:?}: {other:?}")),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
