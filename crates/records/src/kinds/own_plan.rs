//! R81 Kế hoạch của thôn, đơn vị (a number of ours; S102 of domain.md §7.2): a village's or unit's own plan, in its own book, and
//! its own tasks, each under the task of the commune's plan that it serves. How far the commune's task is stays said by its
//! progress (R51.1): what a village plans for itself counts in no figure of the commune's.

use chrono::NaiveDate;

use crate::declare::{kind, sub};
use crate::kind::{Chapter, Shelf, ShelfRule, date, kind, list, long, refers, text};
use crate::raw::RecordKey;

sub! {
    /// A task that a village or unit sets itself.
    OwnTask {
        /// What.
        title: Option<String> = text("Việc cần làm", "What is to be done", 200).required(),
        /// The task of the commune's plan that it serves.
        under: Option<RecordKey> = refers(&["task"], "Thuộc nhiệm vụ của xã", "Under the commune's task"),
        /// Who does it.
        lead: Option<String> = text("Người làm", "Who does it", 100),
        /// By when.
        due: Option<NaiveDate> = date("Hạn", "Due").required(),
        /// When it was done.
        done_on: Option<NaiveDate> = date("Xong ngày", "Done on").past(),
        /// What came of it.
        result: Option<String> = text("Kết quả", "Result", 300),
    }
}

kind! {
    /// A village's or unit's own plan.
    OwnPlan = kind(Chapter::Plan, "R81", "own-plan", "Kế hoạch của thôn, đơn vị", "Own plan of a village or unit")
        .purpose("Thôn, đơn vị tự lập kế hoạch để thực hiện kế hoạch của xã", "How a village or unit carries out the commune's plan")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["name"])
        .happened("issued_on");
    fields {
        /// Its name.
        name: Option<String> = text("Tên kế hoạch", "Name", 300).required().searchable(),
        /// The commune's plan that it carries out.
        plan: Option<RecordKey> = refers(&["plan"], "Theo kế hoạch của xã", "Carries out the commune's plan"),
        /// Drawn up on.
        issued_on: Option<NaiveDate> = date("Ngày lập", "Drawn up on").required(),
        /// Its first day.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From"),
        /// Its last day.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// What it wants to reach.
        goals: Option<String> = long("Mục tiêu", "Goals"),
        /// The plan before it.
        previous: Option<RecordKey> = refers(&["own-plan"], "Kế hoạch trước", "Previous plan"),
    }
    lists {
        /// Its tasks.
        tasks: OwnTask = list("Việc của thôn, đơn vị", "Own tasks"),
    }
}

impl OwnTask {
    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        self.done_on.is_some()
    }
}
