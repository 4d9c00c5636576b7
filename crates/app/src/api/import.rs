//! Tables that others keep, taken in as records.

use super::Choice;

super::data! {
    /// Where tables are found.
    pub struct Tables {
        /// Those that lie in the folder for downloads and on sticks, the newest first; at most twenty.
        pub files: Vec<TableFile>,
    }

    /// A table that lies somewhere.
    pub struct TableFile {
        /// By which it is opened.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Where it lies.
        pub place: String,
        /// "12 KB".
        pub size: String,
        /// When it was written there, in unix seconds.
        pub at: i64,
    }

    /// How the open table is to be read. What is left out is guessed.
    #[derive(Default)]
    pub struct TableAsk {
        /// The sheet, from 0.
        pub sheet: Option<usize>,
        /// What its columns hold; the others as guessed.
        pub columns: Vec<ColumnSaid>,
        /// Where its records belong: `village:3`.
        pub place: Option<String>,
        /// What holds for all rows: by the field's name, as one types it.
        pub values: std::collections::BTreeMap<String, String>,
        /// Whether rows are taken too that only may be there already.
        pub likely: bool,
    }

    /// What a column holds.
    pub struct ColumnSaid {
        /// From 0.
        pub at: usize,
        /// As [`TableSeen::targets`] has it; empty: it is not used.
        pub into: String,
    }

    /// A table as it would be taken in. Nothing is saved yet.
    pub struct TableSeen {
        /// The file's name.
        pub file: String,
        /// The kind of record that its rows become.
        pub kind: String,
        /// As people read it.
        pub kind_label: String,
        /// Its sheets, where there are several.
        pub sheets: Vec<String>,
        /// The one that is read.
        pub sheet: usize,
        /// Where its records can belong.
        pub places: Vec<Choice>,
        /// Where they belong; none yet where there are several.
        pub place: Option<String>,
        /// The number of the row with the heads.
        pub head_row: u32,
        /// Its columns.
        pub columns: Vec<TableColumn>,
        /// What a column can hold.
        pub targets: Vec<Choice>,
        /// What may be said once for all rows: fields that no column has.
        pub asked: Vec<super::FormField>,
        /// What is said for all rows.
        pub values: std::collections::BTreeMap<String, String>,
        /// How many records the rows make.
        pub records: usize,
        /// How many would be saved.
        pub fresh: usize,
        /// How many states would be added to persons who are in the register, or ended there.
        pub adds: usize,
        /// The first of them, in words.
        pub additions: Vec<TablePassed>,
        /// How many rows were passed over: sums, signatures, empty signatures, management that has ended.
        pub passed: usize,
        /// The first of them, and why.
        pub passes: Vec<TablePassed>,
        /// How many places are to be put right; then nothing is taken.
        pub wrong: usize,
        /// The first of them.
        pub wrongs: Vec<TableWrong>,
        /// How many cells are not taken, since an earlier row of the same household or person says something else.
        pub told: usize,
        /// The first of them.
        pub tells: Vec<TableWrong>,
        /// How many are there already.
        pub twice: usize,
        /// How many may be there already: one name, one year of birth.
        pub likely: usize,
        /// The first of both.
        pub twices: Vec<TableTwice>,
        /// The first records, as lists would show them.
        pub samples: Vec<String>,
        /// What is worth knowing before it is taken.
        pub notices: Vec<String>,
        /// Why it cannot be taken yet, in one sentence.
        pub waits: Option<String>,
    }

    /// A column of a table.
    pub struct TableColumn {
        /// From 0.
        pub at: usize,
        /// As Excel names it: `B`.
        pub letters: String,
        /// What stands in its head.
        pub head: String,
        /// The first value below.
        pub sample: String,
        /// What it holds; empty: it is not used.
        pub into: String,
    }

    /// A place to be put right.
    pub struct TableWrong {
        /// The row.
        pub row: u32,
        /// The column as Excel names it, with its head: "C, Năm sinh"; empty: the table has no column for it.
        pub column: String,
        /// One sentence.
        pub says: String,
    }

    /// A row that is no record of its own.
    pub struct TablePassed {
        /// The row.
        pub row: u32,
        /// Of whom or what it is, as it is written.
        pub title: String,
        /// Why, or what it adds.
        pub says: String,
    }

    /// A row that is there already, or may be.
    pub struct TableTwice {
        /// The row.
        pub row: u32,
        /// Its record's title.
        pub title: String,
        /// With what it is twice.
        pub says: String,
        /// Whether it only may be.
        pub likely: bool,
    }

    /// What was taken in.
    pub struct Imported {
        /// The act, for undoing it.
        pub act: String,
        /// How many records.
        pub records: usize,
        /// "Đã nhập 128 hộ từ …".
        pub says: String,
    }
}
