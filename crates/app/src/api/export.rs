//! Lists taken out as files.

use super::{Choice, ListAsk, OverviewAsk, TaskAsk};

super::data! {
    /// What taking a list out means, before it is done.
    pub struct ExportPage {
        /// "Hộ gia đình".
        pub title: String,
        /// What would be in the file: which records, how many.
        pub what: String,
        /// How many records.
        pub count: usize,
        /// Where the file can be made.
        pub places: Vec<Choice>,
        /// What a person should know before: it can be read by anybody who has the file.
        pub says: Vec<String>,
    }

    /// What can be taken out, as it stands on its page.
    #[serde(tag = "type", rename_all_fields = "camelCase")]
    pub enum TakenOut {
        /// A list of records of one kind, from the first to the last.
        List {
            /// Which.
            list: ListAsk,
        },
        /// "Việc đến hạn".
        Due,
        /// "Mục ghi muộn".
        Late,
        /// "Toàn xã": the figures village by village.
        Overview {
            /// Of which period.
            ask: OverviewAsk,
        },
        /// "Kế hoạch và nhiệm vụ".
        Board {
            /// Of which plan and place.
            ask: TaskAsk,
        },
        /// What was changed after a period was closed.
        Changes {
            /// The closing's id.
            closing: String,
        },
        /// "Bảng kinh phí".
        Accounts,
        /// "Người và máy".
        People,
        /// "Chưa đủ căn cứ".
        Gaps,
    }

    /// What is to be taken out, as what, where and why.
    pub struct ExportAsk {
        /// What is taken out.
        pub what: TakenOut,
        /// `xlsx` or `csv`.
        pub form: String,
        /// Where, as [`ExportPage::places`] has it.
        pub place: String,
        /// Why. Goes into the access log.
        pub reason: String,
    }

    /// A file that was made.
    pub struct Exported {
        /// Its name.
        pub name: String,
        /// Where it lies, in words.
        pub place: String,
        /// The same as a path.
        pub path: String,
        /// "12 KB".
        pub size: String,
        /// How many records are in it.
        pub count: usize,
        /// What a person should know of it.
        pub says: Vec<String>,
    }
}
