//! "Cần xem lại": what two people wrote differently, what is there twice.

use super::{LinkRow, data};

data! {
    /// What is to be looked at.
    pub struct Review {
        /// Fields that two people wrote differently.
        pub conflicts: Vec<ConflictRow>,
        /// What is there twice.
        pub twice: Vec<BreachRow>,
        /// What moved to another village and is not taken up there.
        pub moved: Vec<super::MovedRow>,

        /// Entries that do not count yet: how many wait or are held back.
        pub held_back: usize,
        /// Entries that the registrar has ordered to be written again and that this device may write.
        pub write_again: usize,
        /// Places where a device wrote two different things, between which the registrar here is to choose.
        pub rivals: usize,
    }

    /// A question in the list.
    pub struct ConflictRow {
        /// Names it.
        pub id: String,
        /// "Hai người ghi khác nhau: Ngày ký".
        pub title: String,
        /// The record's title.
        pub about: String,
        /// When the later of both was written.
        pub at: Option<i64>,
        /// Whether this person may decide it.
        pub decides: bool,
    }

    /// A question.
    pub struct Conflict {
        /// Names it.
        pub id: String,
        /// The record.
        pub key: String,
        /// Its title.
        pub about: String,
        /// The kind's name.
        pub kind_label: String,
        /// The field's label.
        pub label: String,
        /// Whether one side voided the record while the other changed it.
        pub voided: bool,
        /// What each wrote.
        pub sides: Vec<ConflictSide>,
        /// How a third value is typed; `null`: only these can be chosen.
        pub field: Option<super::FormField>,
        /// Whether this person may decide it.
        pub decides: bool,
    }

    /// What one wrote.
    pub struct ConflictSide {
        /// The value in words; empty: nothing.
        pub value: String,
        /// The value with the parts that differ marked.
        pub pieces: Vec<Piece>,
        /// Who.
        pub who: String,
        /// When, by the device's clock.
        pub at: Option<i64>,
        /// For a side that changed other fields than the one asked about: what it changed.
        pub label: String,
    }

    /// A piece of a value.
    pub struct Piece {
        /// The text.
        pub text: String,
        /// Whether the other side has something else here.
        pub differs: bool,
    }

    /// A decision.
    #[serde(tag = "type", rename_all_fields = "camelCase")]
    pub enum Decision {
        /// This side's value.
        Side {
            /// Counted from 0.
            index: usize,
        },
        /// Another value, as typed.
        Other {
            /// What was typed.
            typed: String,
        },
    }

    /// Something that is there twice.
    pub struct BreachRow {
        /// What is twice; several reasons of one group stand beside each other.
        pub says: String,
        /// The records.
        pub records: Vec<LinkRow>,
        /// Whether this person can make one of them.
        pub merges: bool,
    }
}
