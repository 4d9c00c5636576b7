//! Moving to another village, and making one of what was entered twice.

use super::{FormPlace, LinkRow, data};

data! {
    /// What a move is asked about.
    pub struct MovePage {
        /// The record.
        pub key: String,
        /// Its title.
        pub title: String,
        /// What tells it from others.
        pub detail: String,
        /// Where it is.
        pub from: String,
        /// Where it can go.
        pub villages: Vec<MoveTo>,
        /// How many pledges go with it.
        pub pledges: usize,
    }

    /// A village to which a record can move.
    pub struct MoveTo {
        /// `village:3`.
        pub to: FormPlace,
        /// Whether this person may write in its book too; else somebody of the commune takes the record up there.
        pub arrives: bool,
    }

    /// A record that moved and is not settled yet.
    pub struct MovedRow {
        /// Names it: the record, and the book that it left.
        pub id: String,
        /// The record.
        pub key: String,
        /// Its title.
        pub title: String,
        /// The village that it left.
        pub from: String,
        /// The village to which it went.
        pub to: String,
        /// What was written in the old book after it had gone: "Địa chỉ: Ngõ 7". Empty: nobody has taken it up in its new
        /// village yet.
        pub late: Vec<String>,
        /// Whether this person may settle it.
        pub decides: bool,
    }

    /// Two records of which one goes on.
    pub struct MergePage {
        /// The one that goes on.
        pub kept: LinkRow,
        /// The one that gives way.
        pub other: LinkRow,
        /// What they say, where either says something.
        pub rows: Vec<MergeRow>,
        /// How many parts (members, episodes) are taken over.
        pub parts: usize,
        /// How many records name the one that gives way; they count with the other from then on.
        pub named: usize,
        /// Whether this person may write both.
        pub decides: bool,
    }

    /// A field of both.
    pub struct MergeRow {
        /// Its label.
        pub label: String,
        /// What the one that goes on says.
        pub kept: String,
        /// What the other says.
        pub other: String,
        /// Whether it is taken over, since the first says nothing.
        pub taken: bool,
    }
}
