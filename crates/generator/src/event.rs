//! One act of one author: what is replayed through a device.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sothon_records::kinds::tip::Teller;
use sothon_records::{Edit, RecordKey, Shelf, civil};

/// Who writes: one person at one device. Numbers are places in [`crate::Commune::villages`] and
/// [`crate::Commune::units`], from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Author {
    /// A village's head.
    VillageHead(usize),
    /// The head's deputy, who writes into the same books.
    Deputy(usize),
    /// Commune police.
    Police,
    /// The chief of commune police.
    PoliceChief,
    /// The health station.
    Health,
    /// The commune's chair.
    Chair,
    /// The office.
    Office,
    /// Another unit.
    Unit(usize),
}

/// Whose book an event is written to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// The commune.
    Commune,
    /// A village, by its place in [`crate::Commune::villages`].
    Village(usize),
    /// A unit, by its place in [`crate::Commune::units`].
    Unit(usize),
}

/// A slip that the author makes in an event, on purpose of the generator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mistake {
    /// A name with wrong or missing marks.
    Typo,
    /// Something entered twice.
    Twice,
    /// A value that validation does not let pass (an import of other people's tables).
    Invalid,
}

/// What is to be sealed once more into a record of the event: sealing is the replica's work, so the event itself
/// has the field empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// The tip.
    pub key: RecordKey,
    /// Its field.
    pub field: &'static str,
    /// Who told.
    pub teller: Teller,
}

/// One act: a form saved, or a page of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When it is recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub author: Author,
    /// Into which kind of book.
    pub shelf: Shelf,
    /// Whose book.
    pub place: Place,
    /// What it says; made in one change.
    pub edits: Vec<Edit>,
    /// What act it is, for logs and for choosing: `household.move-in`, `pledge.signed`.
    pub what: &'static str,
    /// For one recorded late: how many days after it happened.
    pub late_by: Option<u32>,
    /// For one half of a conflict: the author does not sync before this instant.
    pub offline_until: Option<DateTime<Utc>>,
    /// For one half of a conflict: its number. Two events have it.
    pub conflict: Option<u32>,
    /// Whether it is a slip.
    pub mistake: Option<Mistake>,
    /// What is to be sealed into it.
    pub secret: Option<Secret>,
}

impl Event {
    /// The civil date in Vietnam on which it is recorded.
    pub fn day(&self) -> NaiveDate {
        civil::date_in_vietnam(self.at)
    }

    /// The year whose volume it is recorded in.
    pub fn year(&self) -> i32 {
        self.day().year()
    }

    /// The records that it touches, in order.
    pub fn keys(&self) -> impl Iterator<Item = &RecordKey> {
        self.edits.iter().map(|edit| match edit {
            Edit::Create { key, .. } | Edit::Set { key, .. } | Edit::AddSub { key, .. } => key,
        })
    }
}
