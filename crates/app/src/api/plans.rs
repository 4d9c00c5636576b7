//! Plans: one for a new period from the one before it, the commune's or a village's or unit's own.

use super::data;

data! {
    /// With what a plan for the next period begins.
    pub struct RenewPage {
        /// The old plan.
        pub plan: String,
        /// Its name.
        pub name: String,
        /// Whether it is a village's or unit's own: such a one has no number.
        pub own: bool,
        /// Its period in words: "đến 31/12/2025".
        pub period: String,
        /// How many tasks it has in force.
        pub tasks: usize,
        /// The new one, as far as it follows from the old: the period after it, as long as its own.
        pub suggested: RenewAsk,
    }

    /// A plan for a new period, as it is typed.
    #[derive(Default)]
    pub struct RenewAsk {
        /// The old plan.
        pub plan: String,
        /// Its name.
        pub name: String,
        /// Its number; an own plan has none.
        pub number: String,
        /// When it was issued.
        pub issued_on: String,
        /// Its first day.
        pub from: String,
        /// Its last day.
        pub until: String,
    }

    /// The tasks of the old plan with their dates in the new period, to be looked through.
    pub struct RenewTasks {
        /// The tasks, in the order of the old plan.
        pub rows: Vec<RenewRow>,
        /// How many do not fall into the period: they are left out unless they are given another day.
        pub outside: usize,
        /// What else is in the new plan, in words: its phases; of an own plan, which one of the commune's it carries out.
        pub says: Vec<String>,
    }

    /// A task of the old plan as it would be in the new one.
    pub struct RenewRow {
        /// The old task.
        pub key: String,
        /// Its number and title.
        pub title: String,
        /// Who leads, and how often it returns.
        pub detail: String,
        /// When it was due: "14/12/2024", "31/01/2025 – 31/12/2025".
        pub old: String,
        /// When it would be due, as one types it.
        pub deadline: String,
        /// The last day of one that returns, as one types it.
        pub repeat_until: String,
        /// Whether it returns, and so has a last day.
        pub returns: bool,
        /// Where the day is a day off: by when it binds, in words.
        pub binds: String,
        /// Whether it falls into the period.
        pub fits: bool,
    }

    /// A task that is taken over, with its dates as typed.
    pub struct RenewTask {
        /// The old task.
        pub key: String,
        /// When it is due.
        pub deadline: String,
        /// The last day of one that returns; else empty.
        pub repeat_until: String,
    }

    /// The new plan, with the tasks that are taken over: written as one act.
    #[derive(Default)]
    pub struct RenewInput {
        /// The plan.
        pub ask: RenewAsk,
        /// The tasks.
        pub tasks: Vec<RenewTask>,
    }

    /// What was written.
    pub struct Renewed {
        /// The act, to be undone as one.
        pub act: String,
        /// The new plan.
        pub key: String,
        /// The commune's plan on whose board it is found; `null`: on that of any.
        pub board: Option<String>,
        /// "Đã lập kế hoạch với 62 nhiệm vụ trên máy này".
        pub says: String,
    }

    /// Duties that come back every year, offered as tasks of a plan.
    pub struct Duties {
        /// The plan.
        pub plan: String,
        /// Its name.
        pub name: String,
        /// The duties that are due in its period.
        pub rows: Vec<DutyRow>,
    }

    /// A duty.
    pub struct DutyRow {
        /// Its number.
        pub number: String,
        /// What.
        pub title: String,
        /// What is to be done.
        pub content: String,
        /// Who leads, how often, when the first time.
        pub detail: String,
        /// On what it rests, and what of it is a default.
        pub source: String,
        /// Whether it is a task of the plan already.
        pub made: bool,
    }

    /// What was made.
    pub struct DutiesMade {
        /// The act, to be undone as one.
        pub act: String,
        /// "Đã tạo 6 nhiệm vụ trên máy này".
        pub says: String,
    }
}
