//! What the commune sets, what of it is not known enough, and its days off.

use super::{RowState, data};

data! {
    /// "Quy định của xã": every matter that can be set, as it stands today.
    pub struct Matters {
        /// The matters for which a value holds, by default or as recorded.
        pub rows: Vec<MatterRow>,
        /// Who stands above the commune today, role by role.
        pub superiors: Vec<SuperiorRow>,
        /// How many matters wait to be known.
        pub unknown: usize,
        /// Whether this person may set them.
        pub sets: bool,
    }

    /// Who stands above the commune in a role.
    pub struct SuperiorRow {
        /// The record of the commune that says so, or is to say so; `null`: there is none.
        pub key: Option<String>,
        /// "Cấp trên trực tiếp".
        pub role: String,
        /// "UBND tỉnh: từ 01/07/2025 · NQ 203/2025/QH15", one each; none: nobody is recorded.
        pub bodies: Vec<String>,
    }

    /// A matter as it stands today.
    pub struct MatterRow {
        /// Its slug.
        pub matter: String,
        /// "Hạn ký bản cam kết hằng năm".
        pub label: String,
        /// "31/03"; empty: nothing is known.
        pub value: String,
        /// Since when, on what it rests and who set it, in one line.
        pub rests_on: String,
        /// Whether there is something to be decided, or another value ahead.
        pub state: Option<RowState>,
    }

    /// A matter with its history.
    pub struct MatterPage {
        /// Its slug.
        pub matter: String,
        /// Its name.
        pub label: String,
        /// What holds today; empty: nothing is known.
        pub value: String,
        /// Since when: a day, or that it is the default.
        pub since: String,
        /// On what it rests.
        pub basis: String,
        /// Who decided it, and who wrote it down.
        pub set_by: String,
        /// Where the default is from, or where the matter is named.
        pub source: String,
        /// What changes with it.
        pub changes: String,
        /// Who finds it out.
        pub filled_by: String,
        /// One sentence for each day for which there are two values; which of them is to stand is decided by a person.
        pub to_decide: Vec<String>,
        /// All that was recorded of it, the newest first.
        pub recorded: Vec<MatterRecorded>,
        /// Whether this person may set it.
        pub sets: bool,
    }

    /// A value that was recorded.
    pub struct MatterRecorded {
        /// The record, whose page has its history.
        pub key: String,
        /// The value.
        pub value: String,
        /// "Từ 01/01/2026 · QĐ 12/QĐ-UBND · Bùi Thị Lan, văn phòng".
        pub detail: String,
        /// How it stands today.
        pub state: RowState,
        /// Whether it is voided.
        pub voided: bool,
    }

    /// What setting a matter so would mean: looked at once more before it is saved.
    pub struct MatterCheck {
        /// The matter's name.
        pub label: String,
        /// What holds on that day as long as this is not saved.
        pub before: String,
        /// What would hold.
        pub after: String,
        /// The field in which that is mended; `null`: it is what was asked for.
        pub mends: Option<String>,
        /// From that day on.
        pub from: String,
        /// The other fields that were filled in.
        pub lines: Vec<CheckLine>,
        /// What changes with it.
        pub changes: String,
        /// What is worth knowing: that the day is past, that another value is there for it.
        pub notices: Vec<String>,
    }

    /// A field of a form as it would be saved.
    pub struct CheckLine {
        /// The field.
        pub field: String,
        /// Its label.
        pub label: String,
        /// Its value in words.
        pub value: String,
    }

    /// "Chưa đủ căn cứ": what nobody could find in an official text, and who fills it.
    pub struct Gaps {
        /// What is missing.
        pub open: Vec<GapRow>,
        /// What the commune has found out since.
        pub filled: Vec<GapRow>,
        /// Sets of criteria with blanks.
        pub sets_of_criteria: Vec<CriteriaGap>,
        /// Codes of communes, and who is above this one, where that is not recorded.
        pub codes: Vec<CodeGap>,
        /// Years whose days off are not recorded, in words.
        pub days_off: Vec<String>,
        /// Whether this person may fill it.
        pub fills: bool,
    }

    /// Something that is not known enough.
    pub struct GapRow {
        /// The matter's slug.
        pub matter: String,
        /// Its name.
        pub label: String,
        /// What is known of it, and where it is named.
        pub missing: String,
        /// Who finds it out.
        pub filled_by: String,
        /// What then changes.
        pub changes: String,
        /// What was recorded; empty: nothing.
        pub value: String,
    }

    /// Something of the commune itself that is not recorded.
    pub struct CodeGap {
        /// The record where it belongs.
        pub key: String,
        /// "Chưa có mã của Xã Quang Trung".
        pub says: String,
    }

    /// A set of criteria with blanks.
    pub struct CriteriaGap {
        /// The record.
        pub key: String,
        /// Its name.
        pub name: String,
        /// "7/10 tiêu chí chưa có nội dung: 4, 5, 6 …".
        pub says: Vec<String>,
    }

    /// The days off of a year.
    pub struct DaysOff {
        /// The year.
        pub year: i32,
        /// The year before, if it can be looked at.
        pub before: Option<i32>,
        /// The next.
        pub after: Option<i32>,
        /// That no announced day off is recorded; empty: some are.
        pub unannounced: String,
        /// The days, in their order.
        pub rows: Vec<DayOffRow>,
        /// Whether this person may record some.
        pub writes: bool,
    }

    /// Days on which offices are closed, or a weekend on which they work.
    pub struct DayOffRow {
        /// The record; `null`: it is the law's.
        pub key: Option<String>,
        /// What it is called.
        pub name: String,
        /// When, with the days of the week.
        pub when: String,
        /// What it rests on.
        pub basis: String,
        /// Off, worked, or to be decided.
        pub state: RowState,
    }
}
