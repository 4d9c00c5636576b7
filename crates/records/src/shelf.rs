//! Shelves: where records lie, as rows of the table of books (design.md §4).

use serde::Serialize;

/// Where a record may lie: a row of the table of books (design.md §4), seen from the records' side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// A village's general book.
    Village,
    /// A unit's general book.
    Unit,
    /// The commune's book.
    Commune,
    /// A village's care book: files.
    CareFiles,
    /// A village's care book: health.
    CareHealth,
    /// A village's care book: assignments.
    CareAssignments,
    /// A village's care book: contacts with persons who have an assignment.
    CareContacts,
    /// The commune's tips.
    Tips,
    /// The commune's tips: what only the police keep.
    TipsPolice,
    /// The commune's tips: who opened what.
    TipsAccess,
}

impl Shelf {
    /// Whether records of this shelf are about persons under management or tips: sensitive as a whole (NĐ 356/2025,
    /// Điều 4.1).
    pub const fn is_sensitive(self) -> bool {
        !matches!(self, Shelf::Village | Shelf::Unit | Shelf::Commune)
    }
}

/// Which of a kind's shelves a record lies on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShelfRule {
    /// Always this one.
    Only(Shelf),
    /// That of the writer: a village's records in the village's book, a unit's in the unit's.
    OfWriter {
        /// For a writer of a village.
        village: Shelf,
        /// For a writer of a unit.
        unit: Shelf,
    },
    /// By whether the person concerned has an assignment card (R36).
    ByAssignment {
        /// With one.
        assigned: Shelf,
        /// Without.
        others: Shelf,
    },
}

/// What the choice of a shelf may depend on; known to the caller, not to the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ShelfFacts {
    /// Whether the writer writes for a unit (else for a village).
    pub for_unit: bool,
    /// Whether the person concerned has an assignment card in this village.
    pub assigned: bool,
}

impl ShelfRule {
    /// The shelf under these facts.
    pub const fn shelf(&self, facts: ShelfFacts) -> Shelf {
        match *self {
            ShelfRule::Only(shelf) => shelf,
            ShelfRule::OfWriter { village, unit } => {
                if facts.for_unit {
                    unit
                } else {
                    village
                }
            }
            ShelfRule::ByAssignment { assigned, others } => {
                if facts.assigned {
                    assigned
                } else {
                    others
                }
            }
        }
    }

    /// Every shelf that the rule can name.
    pub fn shelves(&self) -> Vec<Shelf> {
        match *self {
            ShelfRule::Only(shelf) => vec![shelf],
            ShelfRule::OfWriter { village, unit } => vec![village, unit],
            ShelfRule::ByAssignment { assigned, others } => vec![assigned, others],
        }
    }
}
