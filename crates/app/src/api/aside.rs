//! Entries that do not count: which, of whom, and why.

use super::{RowState, data};

data! {
    /// What is aside in the books that concern this person.
    pub struct Asides {
        /// The entries, those that nobody wrote again first.
        pub rows: Vec<AsideRow>,
        /// Where a device wrote two different things at one place.
        pub rivals: Vec<RivalRow>,
        /// Whether this is the registrar's device, which lets in and chooses.
        pub registrar: bool,
    }

    /// An entry that does not count.
    pub struct AsideRow {
        /// Its id.
        pub entry: String,
        /// The beginning of its id.
        pub short: String,
        /// Who wrote it.
        pub who: String,
        /// The device that wrote it.
        pub device: String,
        /// "Sổ thôn, Thôn 3, 2026".
        pub book: String,
        /// Why, in one sentence.
        pub why: String,
        /// When it came to this device, in unix seconds; `null`: it was written here.
        pub at: Option<i64>,
        /// How it stands: "Đã ghi lại", "Chưa ai ghi lại".
        pub state: RowState,
        /// Whether it may be let in here.
        pub lets_in: bool,
    }

    /// Several versions that a device wrote at one place.
    pub struct RivalRow {
        /// Who.
        pub who: String,
        /// The device that wrote them.
        pub device: String,
        /// The book.
        pub book: String,
        /// The versions: the one that counts first.
        pub branches: Vec<RivalBranch>,
    }

    /// One of several versions.
    pub struct RivalBranch {
        /// An entry that carries it.
        pub entry: String,
        /// The beginning of its id.
        pub short: String,
        /// When it came to this device, in unix seconds.
        pub at: Option<i64>,
        /// "Được tính", "Được tính, xã đã chọn", "Không được tính".
        pub state: RowState,
        /// Whether it may be chosen.
        pub open: bool,
    }

    /// What undoing all that a device wrote did.
    pub struct UndoneTold {
        /// The act, by which it is taken back; `null`: there was nothing to undo.
        pub act: Option<String>,
        /// What was done and what was left, one sentence each.
        pub says: Vec<String>,
    }
}
