//! R51 Tiến độ: what a village or unit has done of a task; its own record, since the task is the office's.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, ShelfRule, Unique, Within, date, kind, long, refers, whole};
use crate::label::Label;
use crate::raw::RecordKey;

kind! {
    /// Progress on a task, for one of its due dates.
    Progress = kind(Chapter::Plan, "R51.1", "progress", "Tiến độ nhiệm vụ", "Progress on a task")
        .purpose("Theo dõi việc thực hiện kế hoạch", "To follow how the plan is carried out")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["task", "due"])
        .happened("date")
        .feeds(&["I39"])
        .unique(&[Unique {
            name: "progress-same-due-date",
            label: Label::new("Hai tiến độ của một nhiệm vụ trong một kỳ", "Two reports on one task and due date"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Exact("task"), Part::Exact("due")] },
        }]);
    fields {
        /// The task.
        task: Option<RecordKey> = refers(&["task"], "Nhiệm vụ", "Task").required(),
        /// The due date that it answers.
        due: Option<NaiveDate> = date("Kỳ hạn", "Due date").required(),
        /// As of.
        date: Option<NaiveDate> = date("Ngày báo", "Reported on").required().past(),
        /// How much is done.
        percent: Option<i64> = whole("Tiến độ (%)", "Progress (%)", 0, 100).required(),
        /// What came of it.
        result: Option<String> = long("Kết quả", "Result")
            .help("Ghi việc đã làm và con số, không ghi tên người trong diện quản lý.", "What was done, in numbers; no names of persons under management."),
        /// What shows it.
        evidence: Option<String> = long("Minh chứng", "Evidence"),
    }
}

impl Progress {
    /// Whether the task is done for this due date.
    pub fn is_done(&self) -> bool {
        self.common.in_force() && self.percent == Some(100)
    }

    /// Whether it was done in time.
    pub fn is_in_time(&self) -> bool {
        self.is_done() && matches!((self.date, self.due), (Some(date), Some(due)) if date <= due)
    }
}
