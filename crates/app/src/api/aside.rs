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
        /// How this person may have it written again, or do so; `null`: not at all.
        pub again: Option<WritesAgain>,
        /// Whether what it says can be looked at here.
        pub says: bool,
    }

    /// What an entry says, whether or not it counts.
    pub struct EntrySays {
        /// The records that it makes or changes; none: it says nothing that can be shown.
        pub records: Vec<RecordSays>,
    }

    /// What an entry says about one record.
    pub struct RecordSays {
        /// "Sửa: Hộ Nguyễn Văn An".
        pub title: String,
        /// Its values: "Điện thoại: 0900 000 001".
        pub lines: Vec<String>,
    }

    /// How what does not count is written again for an author who will not come back.
    pub enum WritesAgain {
        /// The registrar orders it; somebody else writes.
        Orders,
        /// The registrar orders it and writes.
        OrdersAndWrites,
        /// It is ordered, and this device writes.
        Writes,
    }

    /// What came of it.
    pub struct WrittenAgain {
        /// In a sentence.
        pub says: String,
    }

    /// An operation on a branch of the register that was not chosen.
    pub struct UnchosenRow {
        /// Its id.
        pub operation: String,
        /// "Duyệt máy: 3fa9c120, Trưởng thôn (Thôn 3)".
        pub says: String,
        /// When it was ordered, in unix seconds, by the clock of who did; `null`: that was wrong.
        pub at: Option<i64>,
        /// "Còn phải làm lại", "Không cần làm lại".
        pub state: RowState,
    }

    /// Several versions that a device wrote at one place.
    pub struct RivalRow {
        /// Who.
        pub who: String,
        /// The device that wrote them.
        pub device: String,
        /// The book.
        pub book: String,
        /// Whether what they say can be looked at here.
        pub says: bool,
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
