//! Verdicts: what entries and register say of each stored entry (design.md §3.4).
//!
//! [`judge()`] is a pure function of the entries of one book, of what is known of their payloads, and of the register. It
//! has four steps, none of which refers back to a later one (B1):
//!
//! 1. *Reading* (`reading.rs`): is all there that the entry names; has it the right form; did the gate pass it?
//!    Otherwise it is pending or aside, and so is what builds on it.
//! 2. *By right* (`standing.rs`): grants, cuts, lawfulness, epochs, *yes*. Depends on the entry, its ancestors and the
//!    register, never on what else arrived.
//! 3. *Rivals* (`rivals.rs`): of two changes of one (actor, seq) among what is by right or beneath it, one counts.
//! 4. *What stays* ([`judge()`] itself): by right, or through an entry by right that is alive.
//!
//! A drop, a checkpoint or a receipt whose payload is missing or refused is held back alone: nothing of what it says is
//! needed to judge who names it, so that a payload which somebody withholds cannot turn the verdict of others' work when
//! it comes. For the same reason a drop's change never beats one that an entry of kind changes carries, and a drop that
//! lost to a rival takes down only what stands on its change.
//!
//! [`Judge`] keeps a set with its verdicts and judges only what is new where it can.

mod facts;
mod incremental;
mod judge;
mod law;
mod reading;
mod rivals;
mod set;
mod standing;

use std::collections::HashMap;

pub use facts::{BAD_FORM, ChangeFact, Fact, Facts};
pub use incremental::{Changed, Judge, Outcome};
pub use judge::judge;
pub use set::{EntrySet, EntryView};

use crate::ids::{Actor, ChangeHash, EntryId, EpochId, Height};

/// What entries and register say of a stored entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It cannot be judged yet.
    Pending(Pending),
    /// It does not count.
    Aside(Aside),
    /// It counts.
    Admitted(Admitted),
}

impl Verdict {
    /// Whether the entry counts.
    pub fn is_admitted(&self) -> bool {
        matches!(self, Verdict::Admitted(_))
    }

    /// Whether the entry stands by right and counts.
    pub fn is_by_right(&self) -> bool {
        matches!(self, Verdict::Admitted(Admitted::ByRight))
    }
}

/// How an entry counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admitted {
    /// By right.
    ByRight,
    /// Not by right itself, but this entry by right builds on it (of several, the one with the lowest id among the nearest).
    Through(EntryId),
}

/// Why an entry cannot be judged yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Pending {
    /// Its kind, suite, encoding or version, or a critical label, belongs to a later version of this program.
    Upgrade,
    /// It names a register height above ours.
    Height(Height),
    /// It names, at this height, an operation that our register does not have there.
    Operation(Height),
    /// It names an entry that is not held.
    Entry(EntryId),
    /// It names an epoch of which no entry is held.
    Epoch(EpochId),
    /// Its payload is not held.
    Payload,
    /// Its changes wait at the gate for others that are not read yet.
    Gate,
    /// It builds on an entry that is pending.
    Behind(EntryId),
}

/// Why an entry does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Aside {
    /// No operation up to the height that it names gives its device the right for its kind.
    NoRight,
    /// It lies past the cut of this height.
    PastCut(Height),
    /// It names this entry, which does not stand by right at the height that it names itself.
    Names(EntryId),
    /// It names this entry, which knows a greater register height.
    HeightFalls(EntryId),
    /// Two different changes of one actor and seq are in its ancestry and itself.
    RivalsBelow(Actor, u64),
    /// Its epoch is for the readers of this height, and a reader was removed since, at the second height.
    EpochTooOld(Height, Height),
    /// It names no epoch that an entry which it builds on made by right.
    NoEpoch,
    /// It makes an epoch for readers at a height that it does not know.
    EpochAhead(Height),
    /// No reader that counts has said yes to its device.
    NoYes,
    /// The gate refuses its payload, for this reason.
    Gate(u32),
    /// Its backlink does not lead to the entry before it in its log, or to one that is a file where it is none, or the other
    /// way about.
    Backlink,
    /// It names this file, which only the next file of the same log does.
    NamesFile(EntryId),
    /// It carries a change that stands on this one, which nothing that it builds on carries.
    Uncovered(ChangeHash),
    /// It builds on this entry, whose form or payload is refused.
    OnRefused(EntryId),
    /// It carries the first change, and of its actor and seq the second counts.
    Rival(ChangeHash, ChangeHash),
    /// It builds on this entry, which lost to a rival or builds on one that did.
    OnLoser(EntryId),
    /// It is not by right, and what is by right and builds on it is aside itself.
    Alone,
}

/// The verdicts of one book.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Verdicts {
    by_entry: HashMap<EntryId, Verdict>,
}

impl Verdicts {
    /// The verdict of an entry; `None` if it is not held.
    pub fn get(&self, entry: &EntryId) -> Option<&Verdict> {
        self.by_entry.get(entry)
    }

    /// All verdicts.
    pub fn iter(&self) -> impl Iterator<Item = (&EntryId, &Verdict)> {
        self.by_entry.iter()
    }

    /// Whether an entry is held and counts.
    pub fn is_admitted(&self, entry: &EntryId) -> bool {
        self.get(entry).is_some_and(Verdict::is_admitted)
    }

    /// How many entries count only through this one: what cutting its author would end.
    pub fn admitted_through(&self, by: &EntryId) -> usize {
        let through = Verdict::Admitted(Admitted::Through(*by));
        self.by_entry
            .values()
            .filter(|verdict| **verdict == through)
            .count()
    }
}
