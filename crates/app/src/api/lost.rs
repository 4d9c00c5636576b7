//! A device that is lost: what is done about it, step by step; keys on paper, when machines are gone.

use super::{RowState, data};

data! {
    /// A device that may be lost, and how far one has come.
    pub struct LostDevice {
        /// Its id.
        pub device: String,
        /// Whose: the person's name, else the role.
        pub person: String,
        /// The role and place; the last one, where it has ended.
        pub role: String,
        /// What it is: "Điện thoại".
        pub what: String,
        /// The beginning of its id.
        pub short: String,
        /// Whether nobody serves it for now.
        pub suspended: bool,
        /// Whether this person may suspend it, or lift that.
        pub suspends: bool,
        /// Whether all that it may has ended.
        pub ended: bool,
        /// When that was, in unix seconds, by the registrar's clock.
        pub ended_at: Option<i64>,
        /// Whether this person may end it.
        pub ends: bool,
        /// What was on it.
        pub had: Vec<HadRow>,
        /// Of an ended device: the books that still lack a key that it does not know.
        pub lacks_key: Vec<String>,
        /// Whether this device may make some of these keys.
        pub renews: bool,
        /// What the cut had no room to name, in a sentence: nothing of it counts. `null`: it named all that was held.
        pub left_out: Option<String>,
        /// By when the authority is to be told, where personal data were on it; `null`: nobody has said here that it is lost.
        pub report: Option<Report>,
    }

    /// A book that was on a device.
    pub struct HadRow {
        /// "Sổ thôn, Thôn 3, 2026".
        pub book: String,
        /// "12 bản ghi · đọc được".
        pub says: String,
    }

    /// The 72 hours within which a loss of personal data is reported.
    pub struct Report {
        /// Since when they run, in unix seconds: when it was first said on this device that the other is lost.
        pub since: i64,
        /// Until when.
        pub until: i64,
        /// "Còn 71 giờ", "Quá hạn 5 giờ", "Đã báo".
        pub state: RowState,
        /// When it was marked as reported; `null`: not yet.
        pub told: Option<i64>,
    }

    /// What a reading key on paper opened.
    pub struct OpenedByKey {
        /// The books that can be read now.
        pub books: Vec<String>,
        /// What was opened and what was not, in a sentence.
        pub says: String,
    }

    /// How the recovery sheet would be used here.
    pub struct RecoveryAsk {
        /// Whether this device is the registrar's already.
        pub registrar: bool,
        /// The register's branches to choose from, where it has several.
        pub branches: Vec<RegisterBranch>,
    }

    /// A branch of a register that has several.
    pub struct RegisterBranch {
        /// Its last operation.
        pub id: String,
        /// "Nhánh 3fa9c120, đến mốc 14".
        pub says: String,
    }
}
