//! R51 Nhiệm vụ: a task of a plan. What has been done of it are records of their own: [`super::Progress`].

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::actor::Actor;
use crate::declare::{choices, kind};
use crate::civil;
use crate::kind::{Chapter, Shelf, Source, choice, choices as any_of, date, kind, long, refers, text, yes_no};
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;

choices! {
    /// The phases of a plan (IV.1). From when to when they go is said by the plan ([`super::plan::PlanPhase`]).
    Phase: Source::Own => {
        First = "first", "Giai đoạn 1", "Phase 1";
        Second = "second", "Giai đoạn 2", "Phase 2";
        Third = "third", "Giai đoạn 3", "Phase 3";
        Both = "both", "Mọi giai đoạn", "All phases";
    }
}

choices! {
    /// The steps of a plan, as of building the model (plan II.2). What is done in each is said by the plan
    /// ([`super::plan::PlanStep`]).
    Step: Source::Plan("mục II.2") => {
        One = "one", "Bước 1", "Step 1";
        Two = "two", "Bước 2", "Step 2";
        Three = "three", "Bước 3", "Step 3";
        Four = "four", "Bước 4", "Step 4";
        Five = "five", "Bước 5", "Step 5";
    }
}

choices! {
    /// What kind of work a task is (plan II.1.a-3, III.1-7).
    Work: Source::Plan("mục II.1.a-3, III.1-7") => {
        Advise = "advise", "Tham mưu", "Advising";
        Direct = "direct", "Chỉ đạo, hướng dẫn", "Directing";
        CarryOut = "carry-out", "Tổ chức thực hiện", "Carrying out";
        Check = "check", "Kiểm tra, đôn đốc", "Checking and urging";
    }
}

choices! {
    /// How often a task returns.
    Repeat: Source::Reckoned => {
        Once = "once", "Một lần", "Once";
        Monthly = "monthly", "Hằng tháng", "Monthly";
        Quarterly = "quarterly", "Hằng quý", "Quarterly";
        HalfYearly = "half-yearly", "6 tháng một lần", "Half-yearly";
        Yearly = "yearly", "Hằng năm", "Yearly";
        Always = "always", "Thường xuyên", "Always";
    }
}

impl Repeat {
    /// Months from one due date to the next; none for a task that is done once or goes on.
    pub const fn months(self) -> Option<u32> {
        match self {
            Repeat::Once | Repeat::Always => None,
            Repeat::Monthly => Some(1),
            Repeat::Quarterly => Some(3),
            Repeat::HalfYearly => Some(6),
            Repeat::Yearly => Some(12),
        }
    }
}

kind! {
    /// A task: what a plan asks, of whom, by when, how often.
    Task = kind(Chapter::Plan, "R51", "task", "Nhiệm vụ", "Task")
        .purpose("Theo dõi việc thực hiện kế hoạch", "To follow how the plan is carried out")
        .on(Shelf::Commune)
        .titled(&["number", "title"])
        .happened("deadline")
        .feeds(&["I39"])
        .checked_by(check);
    fields {
        /// The plan.
        plan: Option<RecordKey> = refers(&["plan"], "Kế hoạch", "Plan").required(),
        /// Its number within the plan.
        number: Option<String> = text("Số thứ tự", "Number", 10),
        /// The part of the plan that asks for it (`II.1.a-1`).
        section: Option<String> = text("Mục của kế hoạch", "Section of the plan", 20).required().columns(&["Mục"]),
        /// A short name for lists.
        title: Option<String> = text("Tên nhiệm vụ", "Title", 80).required().searchable(),
        /// What is to be done.
        content: Option<String> = long("Nội dung", "Content").required(),
        /// Who leads.
        lead: Option<Actor> = choice::<Actor>("Chủ trì", "Led by").required(),
        /// Who takes part.
        partners: BTreeSet<Actor> = any_of::<Actor>("Phối hợp", "Together with"),
        /// What kind of work it is.
        work: Option<Work> = choice::<Work>("Loại việc", "Kind of work"),
        /// The step of building the model.
        step: Option<Step> = choice::<Step>("Bước", "Step"),
        /// The phase.
        phase: Option<Phase> = choice::<Phase>("Giai đoạn", "Phase"),
        /// By when; for one that returns, the first time.
        deadline: Option<NaiveDate> = date("Hạn", "Due").required()
            .help("Việc lặp lại: hạn của lần đầu.", "For a task that returns: the first time."),
        /// How often.
        repeat: Option<Repeat> = choice::<Repeat>("Lặp lại", "Repeats"),
        /// The last day of one that returns.
        repeat_until: Option<NaiveDate> = date("Ngày lặp lại cuối", "Repeats until").not_before("deadline")
            .required_when("khi việc lặp lại", "for a task that returns"),
        /// Whether each village does it and reports it.
        per_village: Option<bool> = yes_no("Từng thôn thực hiện", "Done by each village"),
        /// The movement into which it is woven (plan III.5-2).
        movement: Option<String> = text("Lồng ghép phong trào", "Part of the movement", 200),
    }
}

impl Task {
    /// Every day on which it is due, up to and with a day: the deadline, then month by month from it (a day that a
    /// month lacks is its last).
    pub fn due_dates(&self, up_to: NaiveDate) -> Vec<NaiveDate> {
        let Some(first) = self.deadline else {
            return Vec::new();
        };
        let last = self.repeat_until.map_or(up_to, |until| until.min(up_to));
        let Some(months) = self.repeat.and_then(Repeat::months) else {
            return if first <= up_to { vec![first] } else { Vec::new() };
        };
        (0..1200u32)
            .map_while(|n| civil::after_months(first, n.checked_mul(months)?))
            .take_while(|day| *day <= last)
            .collect()
    }

    /// The first day on or after a day on which it is due.
    pub fn next_due(&self, from: NaiveDate) -> Option<NaiveDate> {
        let far = civil::after_months(from, 13)?.max(self.deadline?);
        self.due_dates(far).into_iter().find(|day| *day >= from)
    }
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let task = Task::read(raw).value;
    let returns = task.repeat.and_then(Repeat::months).is_some();
    if returns {
        crate::validate::needs(Task::KIND, "repeat_until", raw, problems);
    } else if task.repeat_until.is_some() {
        problems.push(Problem::new(
            Place::field("repeat_until"),
            Code::NotAllowed,
            "Chọn “Lặp lại” hằng tháng, quý, 6 tháng hoặc năm, hoặc để trống “Ngày lặp lại cuối”.",
            "Choose how often it repeats, or leave “Repeats until” empty.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(deadline: &str, repeat: Repeat, until: &str) -> Task {
        Task {
            deadline: civil::parse_date(deadline),
            repeat: Some(repeat),
            repeat_until: civil::parse_date(until),
            ..Task::default()
        }
    }

    fn day(text: &str) -> NaiveDate {
        civil::parse_date(text).unwrap()
    }

    #[test]
    fn a_task_that_returns_is_due_in_each_period_until_its_last_day() {
        let monthly = task("2024-12-31", Repeat::Monthly, "2025-12-31");
        let dates = monthly.due_dates(day("2025-03-15"));
        assert_eq!(dates, [day("2024-12-31"), day("2025-01-31"), day("2025-02-28")]);
        assert_eq!(monthly.due_dates(day("2030-01-01")).len(), 13);
        assert_eq!(monthly.next_due(day("2025-03-01")), Some(day("2025-03-31")));
        assert_eq!(monthly.next_due(day("2026-01-01")), None);
    }

    #[test]
    fn a_task_done_once_is_due_once() {
        let once = task("2024-12-14", Repeat::Once, "");
        assert_eq!(once.due_dates(day("2024-12-13")), []);
        assert_eq!(once.due_dates(day("2025-12-13")), [day("2024-12-14")]);
        assert_eq!(once.next_due(day("2024-01-01")), Some(day("2024-12-14")));
        assert_eq!(once.next_due(day("2024-12-15")), None);
    }
}
