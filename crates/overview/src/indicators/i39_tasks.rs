//! I39 Nhiệm vụ: tổng, đúng hạn, quá hạn.

use chrono::{Days, NaiveDate};
use sothon_records::civil::{self, Holidays};
use sothon_records::kinds::Task;
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::task::{Phase, Step};
use sothon_records::label::Label;
use sothon_records::{RecordKey, Shelf};

use super::parts::{choice, measure};
use crate::change::Place;
use crate::facts::{Facts, slug};
use crate::indicator::{Compartment, Indicator, Split, Value, When};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

const CODE: &str = "I39";
const TASKS: Label = Label::new("nhiệm vụ", "tasks");
const TOTAL: Series = Series::whole(CODE, "total");
const IN_TIME: Series = Series::whole(CODE, "in-time");
const LATE: Series = Series::whole(CODE, "late");
/// How far ahead a task that names no last day is looked at, in months.
const AHEAD_MONTHS: u32 = 60;

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new("Nhiệm vụ theo kế hoạch", "Tasks of the plan"),
    definition: Label::new(
        "Nhiệm vụ có hạn trong kỳ (R51; việc lặp lại tính từng kỳ hạn, việc từng thôn thực hiện tính từng thôn). Đúng \
         hạn: tiến độ 100 % không muộn hơn hạn; hạn rơi vào ngày nghỉ thì tính đến ngày làm việc tiếp theo. Quá hạn: \
         đến thời điểm tính đã hết hạn mà chưa xong. Tỷ lệ đúng hạn tính trên số đã đến hạn hoặc đã xong.",
        "Tasks due in the period (R51; one that returns counts for each due date, one done by each village for each \
         village). In time: 100 % no later than the due date, or the next working day where that is a day off. Overdue: \
         the due date is over on the day looked at and it is not done. The share in time is of those due or done.",
    ),
    version: 1,
    compartment: Compartment::Commune,
    when: When::During,
    kinds: &["R51", "R51.1"],
    measures: &[
        measure(
            "share",
            Label::new("Đúng hạn / đã đến hạn", "In time of those due"),
            TASKS,
        ),
        measure("total", Label::new("Tổng số nhiệm vụ", "Tasks"), TASKS),
        measure("late", Label::new("Xong sau hạn", "Done late"), TASKS),
        measure("overdue", Label::new("Quá hạn, chưa xong", "Overdue"), TASKS),
    ],
    splits: &[
        split(
            "lead",
            Label::new("Theo đơn vị chủ trì", "By who leads"),
            "lead.total",
            choice::<Actor>,
        ),
        split(
            "step",
            Label::new("Theo bước", "By step"),
            "step.total",
            choice::<Step>,
        ),
        split(
            "phase",
            Label::new("Theo giai đoạn", "By phase"),
            "phase.total",
            choice::<Phase>,
        ),
    ],
    count,
    at,
};

const fn split(
    name: &'static str,
    label: Label,
    total: &'static str,
    part: fn(&str) -> Option<Label>,
) -> Split {
    Split {
        name,
        label,
        out_of: Some(total),
        part,
    }
}

/// One thing that a task asks: of one place, by one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Expected {
    /// Of whom.
    pub place: Place,
    /// By when, as the plan says; an office's deadline moves to the next working day.
    pub due: NaiveDate,
    /// When it was done.
    pub done: Option<NaiveDate>,
}

impl Expected {
    /// Whether it was done no later than its deadline.
    pub fn is_in_time(&self, holidays: &Holidays) -> bool {
        self.done
            .is_some_and(|done| done <= holidays.roll_forward(self.due))
    }
}

/// All that a task asks, place by place and due date by due date.
pub(crate) fn expectations(view: &View, key: &RecordKey, task: &Task) -> Vec<Expected> {
    let Some(first) = task.deadline else {
        return Vec::new();
    };
    let far = task
        .repeat_until
        .or_else(|| civil::after_months(first, AHEAD_MONTHS))
        .unwrap_or(first);
    let mut done: std::collections::BTreeMap<(NaiveDate, Place), NaiveDate> =
        std::collections::BTreeMap::new();
    let mut done_by_any: std::collections::BTreeMap<NaiveDate, NaiveDate> = std::collections::BTreeMap::new();
    for progress in view.referring(key, "progress") {
        let (Facts::Progress(facts), Some(place)) = (view.facts(progress), view.place_of(progress)) else {
            continue;
        };
        if let Some(on) = facts.done {
            let place = view.place_on(place, facts.due);
            let first = done.entry((facts.due, place)).or_insert(on);
            *first = on.min(*first);
            let first = done_by_any.entry(facts.due).or_insert(on);
            *first = on.min(*first);
        }
    }
    let mut expected = Vec::new();
    for due in task.due_dates(far) {
        if task.per_village == Some(true) {
            let places = view.villages_on(due).into_iter().map(Place::Village);
            expected.extend(places.map(|place| Expected {
                place,
                due,
                done: done.get(&(due, place)).copied(),
            }));
        } else {
            expected.push(Expected {
                place: place_of_lead(view, task.lead),
                due,
                done: done_by_any.get(&due).copied(),
            });
        }
    }
    expected
}

/// Of whom a task is asked that the villages do not each do: the one unit that is its lead, else the commune.
fn place_of_lead(view: &View, lead: Option<Actor>) -> Place {
    let mut units = lead.into_iter().flat_map(|lead| view.units_of(lead));
    match (units.next(), units.next()) {
        (Some(unit), None) => Place::Unit(unit),
        _ => Place::Commune,
    }
}

fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    let Facts::Task(task) = view.facts(subject) else {
        return;
    };
    let parts = [
        ("lead", "lead.total", task.lead.map(slug)),
        ("step", "step.total", task.step.map(slug)),
        ("phase", "phase.total", task.phase.map(slug)),
    ];
    for expected in expectations(view, subject, task) {
        let mut push = |series| {
            deltas.push(Delta {
                series,
                place: expected.place,
                day: expected.due,
                by: 1,
            });
        };
        let in_time = expected.is_in_time(view.holidays());
        push(TOTAL);
        if in_time {
            push(IN_TIME);
        } else if expected.done.is_some() {
            push(LATE);
        }
        for (name, total, part) in parts {
            if let Some(part) = part {
                push(Series::part(CODE, total, part));
                if in_time {
                    push(Series::part(CODE, name, part));
                }
            }
        }
    }
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    let known = match place {
        Place::Village(number) => view.has_heard(number),
        Place::Unit(_) | Place::Commune => true,
    };
    let (from, until) = (period.from(), period.until());
    let sum = |series| view.tally.sum(series, place, from..=until);
    let total = sum(TOTAL);
    let none = place != Place::Commune && total == 0;
    if !known || none || !view.reads_any(Shelf::Commune) || view.entries_of("task").next().is_none() {
        return None;
    }
    // Due dates whose deadline, rolled forward, was over before the day looked at.
    let over = last_day_over(view.holidays(), period.as_of());
    let overdue = over.map_or(0, |over| {
        let days = from..=until.min(over);
        let open = |series| view.tally.sum(series, place, days.clone());
        open(TOTAL) - open(IN_TIME) - open(LATE)
    });
    let in_time = sum(IN_TIME);
    let late = sum(LATE);
    let due = in_time + late + overdue;
    let share = if due == 0 {
        Value::Missing
    } else {
        Value::Rate {
            part: in_time,
            whole: due,
        }
    };
    Some(vec![
        share,
        Value::Number(total),
        Value::Number(late),
        Value::Number(overdue),
    ])
}

/// The last due date whose deadline is over on a day.
fn last_day_over(holidays: &Holidays, on: NaiveDate) -> Option<NaiveDate> {
    (1..90u64)
        .filter_map(|back| on.checked_sub_days(Days::new(back)))
        .find(|day| holidays.roll_forward(*day) < on)
}
