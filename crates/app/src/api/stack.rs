//! An evening's stack of signed pledges.

use super::{Choice, data};

data! {
    /// The households of a village that have not signed this year's pledge.
    pub struct Stack {
        /// The villages where this person writes pledges.
        pub places: Vec<Choice>,
        /// The one that is shown: `village:3`; `null`: it is to be chosen.
        pub place: Option<String>,
        /// The self-management groups that its households name.
        pub groups: Vec<String>,
        /// The year.
        pub year: i64,
        /// How many households have signed.
        pub signed: usize,
        /// Those that have not, by their number.
        pub rows: Vec<StackRow>,
    }

    /// A household that has not signed.
    pub struct StackRow {
        /// Its key.
        pub household: String,
        /// The head's name: who signs, unless somebody else did.
        pub head: String,
        /// "Hộ số 12 · Ngõ 5".
        pub what: String,
        /// Its self-management group, as it is written.
        pub group: String,
        /// Why it had not signed when somebody came last.
        pub reason: String,
    }

    /// The sheets of the stack.
    pub struct StackInput {
        /// The village.
        pub place: String,
        /// The day on which all of them were signed, as typed.
        pub signed_on: String,
        /// One for each sheet.
        pub lines: Vec<StackLine>,
    }

    /// One sheet.
    pub struct StackLine {
        /// The household.
        pub household: String,
        /// Who signed for it.
        pub signer: String,
    }

    /// What was saved of a stack.
    pub struct StackSaved {
        /// The act, for undoing it.
        pub act: String,
        /// "Đã lưu 12 bản cam kết trên máy này".
        pub says: String,
    }
}
