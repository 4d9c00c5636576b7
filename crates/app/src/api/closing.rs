//! What was changed after closing.

use super::{ChangeLine, data};

data! {
    /// What was changed in the period of a picture after it was closed.
    pub struct ClosedWithin {
        /// How many changes; none: nothing was closed, or nothing changed since.
        pub changes: usize,
        /// The closing, where it is one.
        pub closing: Option<String>,
    }

    /// A period that was closed: by a signed report, by figures that were published, by what a village or unit said of itself.
    pub struct ClosingRow {
        /// Names it.
        pub id: String,
        /// "Báo cáo Quý, số 12/BC-UBND".
        pub title: String,
        /// The period in words.
        pub period: String,
        /// When and by whom: "Chốt 05/07/2026 09:00 · Phạm Minh Đức".
        pub closed: String,
        /// How many changes came after.
        pub changes: usize,
    }

    /// A period that was closed, and what was changed afterwards.
    pub struct ClosingPage {
        /// What it is.
        pub row: ClosingRow,
        /// Published figures that would be others today.
        pub figures: Vec<FigureThen>,
        /// The changes, newest first, as many as are shown.
        pub changes: Vec<ChangedAfter>,
    }

    /// A published figure beside what is counted now.
    pub struct FigureThen {
        /// The indicator, and the village.
        pub label: String,
        /// As it was published.
        pub then: String,
        /// As it is counted now.
        pub now: String,
    }

    /// A change after closing.
    pub struct ChangedAfter {
        /// The record.
        pub key: String,
        /// Its title, or its kind where the title is not told.
        pub title: String,
        /// The kind, and where it belongs.
        pub about: String,
        /// What was done: "Ghi mới", "Sửa", "Hủy bản ghi".
        pub what: String,
        /// Who.
        pub who: String,
        /// When, by the writer's clock.
        pub at: Option<i64>,
        /// Where it was written before: when it came to this device, which was after.
        pub came: Option<i64>,
        /// The fields before and after; in care and tips the labels alone.
        pub changes: Vec<ChangeLine>,
    }
}
