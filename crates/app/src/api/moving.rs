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
        /// How many assignment cards of the person end in the village that is left.
        pub cards: usize,
        /// How many self-management groups there the household leaves.
        pub groups: usize,
        /// The persons in care who live in the household, and whose files move by an act of their own.
        pub persons: Vec<String>,
        /// That figures were closed, and until when.
        pub closed: Option<String>,
        /// The move by which it came to where it is.
        pub last: Option<LastMove>,
    }

    /// A move that was.
    pub struct LastMove {
        /// The village that it left.
        pub from: String,
        /// The day, as it is typed.
        pub on: String,
    }

    /// A village to which a record can move.
    pub struct MoveTo {
        /// `village:3`.
        pub to: FormPlace,
        /// Whether this person may write in its book too; else somebody of the commune takes the record up there.
        pub arrives: bool,
    }

    /// A record that moved and that nobody has taken up in its new village yet.
    pub struct MovedRow {
        /// The record.
        pub key: String,
        /// Its title.
        pub title: String,
        /// The village that it left.
        pub from: String,
        /// The village to which it went.
        pub to: String,
        /// Whether this person may take it up.
        pub decides: bool,
    }

    /// Something that was written late: in a village's old book, after what it is about had gone to another village.
    pub struct LateRow {
        /// Names it: the record, and the book in which it was written.
        pub id: String,
        /// The record.
        pub key: String,
        /// Its title.
        pub title: String,
        /// The kind's name.
        pub kind_label: String,
        /// Why it is late: "Ghi trong sổ Thôn 1; Nguyễn Văn An đã chuyển sang Thôn 2."
        pub why: String,
        /// The village where it belongs now.
        pub to: String,
        /// What was written in a copy that is old: "Địa chỉ: Ngõ 7". Empty: the record itself is new.
        pub said: Vec<String>,
        /// Who wrote it; several one beside the other.
        pub who: String,
        /// When last, by the writer's clock.
        pub at: Option<i64>,
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
