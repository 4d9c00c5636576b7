//! The choices of forms that the commune may change.

use super::{MatterRecorded, RowState, data};

data! {
    /// "Lựa chọn trong biểu mẫu": every field whose choices the commune may change, kind by kind.
    pub struct ChoiceFields {
        /// The kinds.
        pub groups: Vec<ChoiceGroup>,
        /// Whether this person may change them.
        pub sets: bool,
    }

    /// The fields of a kind.
    pub struct ChoiceGroup {
        /// "Cơ sở kinh doanh".
        pub label: String,
        /// The fields, in the order of the form.
        pub rows: Vec<ChoiceFieldRow>,
    }

    /// A field as it stands today.
    pub struct ChoiceFieldRow {
        /// Its path.
        pub of: String,
        /// "Loại".
        pub label: String,
        /// "Xã thêm 1 · Không dùng 2"; empty: nothing was changed.
        pub changed: String,
        /// Whether there is something to be decided.
        pub state: Option<RowState>,
    }

    /// A field with its choices and all that was recorded of them.
    pub struct ChoiceFieldPage {
        /// Its path.
        pub of: String,
        /// "Cơ sở kinh doanh, Loại".
        pub label: String,
        /// The choices, in the order of the form.
        pub values: Vec<ChoiceValueRow>,
        /// Why nothing can be added; empty: something can.
        pub adds_not: String,
        /// One sentence for each choice and day of which two records say otherwise.
        pub to_decide: Vec<String>,
        /// All that was recorded, the newest first.
        pub recorded: Vec<MatterRecorded>,
        /// Whether this person may change them.
        pub sets: bool,
    }

    /// A choice as it stands today.
    pub struct ChoiceValueRow {
        /// What it is called.
        pub label: String,
        /// "Sẵn có"; "Xã thêm từ 01/01/2026 · căn cứ · ai quyết định, ai ghi".
        pub stands: String,
        /// Whether forms have it.
        pub offered: bool,
        /// What the form begins with that changes it.
        pub value: Option<String>,
        /// The same of one that was added.
        pub words: Option<String>,
    }
}
