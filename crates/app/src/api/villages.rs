//! The commune's villages by date, and what happens to one.

use super::{Choice, PickRow, data};

data! {
    /// The villages, with what they were called when.
    pub struct Villages {
        /// Those that are there today, in the order of the list; then those that have ended.
        pub rows: Vec<VillageRow>,
        /// Whether this person may record what happens to one.
        pub writes: bool,
    }

    /// A village.
    pub struct VillageRow {
        /// Its number.
        pub number: u32,
        /// Its name today, or its last.
        pub name: String,
        /// "Thôn Đông: từ 01/07/2026 (QĐ 12)", the newest first.
        pub names: Vec<String>,
        /// What became of it, and what went into it: "Nhập vào Thôn 1 từ 01/07/2026".
        pub happened: Vec<String>,
        /// Whether it has ended.
        pub ended: bool,
        /// "42 hộ"; of one that has ended the households that no other village has.
        pub households: usize,
        /// How many that it gave away still lie in its book and can be taken over here.
        pub shared: usize,
        /// The same of files of persons in care; for who does not write them nothing.
        pub files: usize,
    }

    /// The households that a division gave to other villages and that still lie in the old book.
    pub struct Shared {
        /// The village.
        pub number: u32,
        /// Its name.
        pub name: String,
        /// By the village to which they go.
        pub groups: Vec<SharedTo>,
        /// How many go now.
        pub moves: usize,
        /// How many files of persons in care go with them now.
        pub files: usize,
        /// What becomes of such files; who does not write them is told the same whether there are any or not.
        pub care: String,
    }

    /// The households that go to one village.
    pub struct SharedTo {
        /// The village.
        pub name: String,
        /// The households.
        pub households: Vec<PickRow>,
        /// Why they do not go yet; empty: they go.
        pub waits: String,
        /// How many files of persons in care go along, for who writes them.
        pub files: usize,
        /// Why these do not go yet; empty: they go.
        pub files_wait: String,
    }

    /// They were taken over.
    pub struct SharedMoved {
        /// The act, for undoing it.
        pub act: String,
        /// How many.
        pub says: String,
    }

    /// What is asked of an act on a village.
    pub struct VillageActAsk {
        /// The village.
        pub number: u32,
        /// Its name today.
        pub name: String,
        /// The other villages: `village:3`.
        pub others: Vec<Choice>,
        /// The kinds of places.
        pub types: Vec<Choice>,
        /// Its households.
        pub households: Vec<PickRow>,
    }

    /// An act on a village, as typed.
    #[derive(Default)]
    #[serde(default)]
    pub struct VillageActInput {
        /// The village.
        pub number: u32,
        /// `rename`, `merge`, `split`, `dissolve`, `leave`.
        pub what: String,
        /// The first day.
        pub from: String,
        /// The decision.
        pub decision: String,
        /// The new name; of a merger that of both together, of a division that of the new village. Empty: none.
        pub name: String,
        /// The new kind of place; empty: as it is.
        pub type_of: String,
        /// The other village; empty in a division: a new one.
        pub into: String,
        /// The other commune.
        pub commune: String,
        /// The households that go.
        pub households: Vec<String>,
    }

    /// What an act will change, before it is saved.
    pub struct VillageActSeen {
        /// "Đổi tên Thôn 1".
        pub title: String,
        /// What becomes different.
        pub changes: Vec<String>,
        /// What stays.
        pub stays: Vec<String>,
        /// What is to be done afterwards, and by whom.
        pub then: Vec<String>,
    }
}
