//! Lists taken out as files.

use super::{Choice, ListAsk};

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

    /// A list to be taken out.
    pub struct ExportAsk {
        /// The list as it stands on the screen, of one kind; from the first to the last.
        pub list: ListAsk,
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
