//! Tips: those that this device sealed, of which it knows no word; and what the police answer.

use super::{Choice, RowState, data};

data! {
    /// "Báo tin": the tips that this device sealed, and how the police are reached.
    pub struct OwnTips {
        /// "Gọi ngay Công an xã: số …".
        pub call: String,
        /// Why none can be sealed now, and what to do; `null`: one can.
        pub closed: Option<String>,
        /// The tips, the last first.
        pub tips: Vec<OwnTip>,
    }

    /// A tip that this device sealed: all that it knows of it.
    pub struct OwnTip {
        /// Its id.
        pub id: String,
        /// When it was sealed, in unix seconds.
        pub sealed: i64,
        /// How far it has come.
        pub state: RowState,
        /// One sentence on that.
        pub says: String,
        /// Whether some of it still waits here, so that it can be sent at once.
        pub waits: bool,
        /// What the police answered.
        pub answers: Vec<TipAnswer>,
    }

    /// What the police answered.
    pub struct TipAnswer {
        /// How far they are.
        pub state: String,
        /// A few words; may be empty.
        pub text: String,
    }

    /// How much of a tip fits.
    pub struct TipSize {
        /// In one sentence.
        pub says: String,
        /// Whether it can be sealed so.
        pub fits: bool,
    }

    /// A tip before it is sealed.
    pub struct TipCheck {
        /// Each field that is filled in; those about the teller after the others.
        pub lines: Vec<TipLine>,
        /// How it will go.
        pub size: TipSize,
        /// "Gọi ngay Công an xã: số …".
        pub call: String,
    }

    /// A line of it.
    pub struct TipLine {
        /// The field of the form.
        pub field: String,
        /// Its label.
        pub label: String,
        /// As it will be read.
        pub value: String,
    }

    /// A tip was sealed.
    pub struct TipSealed {
        /// Its id.
        pub id: String,
    }

    /// The answers to a tip, for who answers. What they say cannot be opened again.
    pub struct TipAnswers {
        /// How far a tip can be.
        pub states: Vec<Choice>,
        /// "Đã trả lời 2 lần …"; empty: not answered yet.
        pub says: String,
        /// That some answers do not count, as of a branch of the register that was not chosen; `null`: all do.
        pub lost: Option<String>,
    }
}
