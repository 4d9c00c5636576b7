//! A plan for a new period from the one before it: its tasks with their dates in the new period.
//!
//! Dates move by as much as the period does: by whole months where both begin (or end) on the same day of a month, else by
//! days. A day that a month lacks is its last, as for every term of months (Bộ luật Dân sự 91/2015/QH13, Điều 148). What
//! returns goes on in its rhythm with its first day in the new period. What falls outside of it is said to, and is not
//! pressed into it: a person gives it another day or leaves it out.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::civil;
use crate::kinds::own_plan::OwnTask;
use crate::kinds::plan::PlanPhase;
use crate::kinds::task::{Phase, Repeat};
use crate::kinds::{OwnPlan, Plan, Task};
use crate::raw::RecordKey;

/// The period of a plan: of the commune, or of a village or unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// Its first day.
    pub from: Option<NaiveDate>,
    /// Its last day.
    pub until: Option<NaiveDate>,
}

impl From<&Plan> for Period {
    fn from(plan: &Plan) -> Self {
        Period {
            from: plan.from,
            until: plan.until,
        }
    }
}

impl From<&OwnPlan> for Period {
    fn from(plan: &OwnPlan) -> Self {
        Period {
            from: plan.from,
            until: plan.until,
        }
    }
}

impl Period {
    /// Whether it has a day in common with another one. What says no end has none.
    pub fn meets(self, other: Period) -> bool {
        let before = |until: Option<NaiveDate>, from: Option<NaiveDate>| {
            until.zip(from).is_some_and(|(until, from)| until < from)
        };
        !before(self.until, other.from) && !before(other.until, self.from)
    }
}

/// How a plan's period moves to a later one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Renewal {
    old_until: NaiveDate,
    from: NaiveDate,
    until: NaiveDate,
    shift: Shift,
}

/// By how much dates move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shift {
    Months(u32),
    Days(u64),
}

/// Why a plan cannot be renewed for a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CannotRenew {
    /// The old plan says no last day.
    #[error("the old plan says no last day")]
    OldHasNoEnd,
    /// The period ends before it begins.
    #[error("the period ends before it begins")]
    EndsBeforeItBegins,
    /// The period is no later one.
    #[error("the new period is not later than the old one")]
    NotLater,
}

/// When a task of the old plan is due in the new one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dates {
    /// By when; for one that returns, the first time. `None`: the old task says no day.
    pub deadline: Option<NaiveDate>,
    /// The last day of one that returns.
    pub repeat_until: Option<NaiveDate>,
    /// Whether it lies in the new period.
    pub fits: bool,
}

/// The period that follows a plan's: as long as its own, or a year where it says no first day.
pub fn next_period(old: impl Into<Period>) -> Option<(NaiveDate, NaiveDate)> {
    let old = old.into();
    let from = old.until?.succ_opt()?;
    let end = match old.from.and_then(|first| Shift::between(first, from)) {
        Some(shift) => shift.later(from)?,
        None => civil::after_months(from, 12)?,
    };
    Some((from, end.pred_opt()?))
}

impl Renewal {
    /// For a period.
    ///
    /// # Errors
    /// [`CannotRenew`].
    pub fn new(old: impl Into<Period>, from: NaiveDate, until: NaiveDate) -> Result<Self, CannotRenew> {
        let old = old.into();
        let old_until = old.until.ok_or(CannotRenew::OldHasNoEnd)?;
        if until < from {
            return Err(CannotRenew::EndsBeforeItBegins);
        }
        let (then, now) = match old.from {
            Some(old_from) => (old_from, from),
            None => (old_until, until),
        };
        let shift = Shift::between(then, now).ok_or(CannotRenew::NotLater)?;
        Ok(Renewal {
            old_until,
            from,
            until,
            shift,
        })
    }

    /// When a task of the old plan is due in the new one.
    pub fn dates(&self, old: &Task) -> Dates {
        let Some(months) = old.repeat.and_then(Repeat::months) else {
            return self.once(old.deadline);
        };
        let deadline = old.deadline.and_then(|deadline| self.first(deadline, months));
        let repeat_until = self.last(old.repeat_until, months);
        Dates {
            deadline,
            repeat_until,
            fits: deadline.is_some_and(|day| self.holds(day))
                && repeat_until.is_none_or(|last| self.holds(last) && deadline <= Some(last)),
        }
    }

    /// When what is due on one day of the old plan is due in the new one.
    pub fn once(&self, due: Option<NaiveDate>) -> Dates {
        let deadline = due.and_then(|due| {
            // What is due when the plan ends is due when the new one does.
            if due == self.old_until {
                Some(self.until)
            } else {
                self.shift.later(due)
            }
        });
        Dates {
            deadline,
            repeat_until: None,
            fits: deadline.is_some_and(|day| self.holds(day)),
        }
    }

    fn holds(&self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// The first day of what returns: shifted, and where that is before the period, on in its rhythm.
    fn first(&self, deadline: NaiveDate, months: u32) -> Option<NaiveDate> {
        let rounds = (0..1200u32).map_while(|n| self.shift.later_by(deadline, n.checked_mul(months)?));
        rounds.into_iter().find(|day| *day >= self.from)
    }

    /// The last day of what returns: that of the plan, unless it ended before the old one did.
    fn last(&self, old_last: Option<NaiveDate>, months: u32) -> Option<NaiveDate> {
        let ended = old_last.filter(|last| {
            let next = civil::after_months(*last, months);
            next.is_some_and(|next| next <= self.old_until)
        });
        match ended {
            Some(last) => self.shift.later(last).map(|last| last.min(self.until)),
            None => Some(self.until),
        }
    }

    /// The old plan's phases in the new period. Of fewer than two there is nothing to tell apart.
    pub fn phases(&self, old: &[PlanPhase]) -> Vec<PlanPhase> {
        let moved = old.iter().filter_map(|phase| {
            let from = phase.from.and_then(|from| self.shift.later(from));
            let until = match phase.until {
                Some(until) if until == self.old_until => Some(self.until),
                until => until.and_then(|until| self.shift.later(until)),
            };
            let touches = from.is_none_or(|from| from <= self.until)
                && until.is_none_or(|until| until >= self.from)
                && (from.is_some() || until.is_some());
            touches.then(|| PlanPhase {
                from: from.map(|from| from.max(self.from)),
                until: until.map(|until| until.min(self.until)),
                ..phase.clone()
            })
        });
        let moved: Vec<PlanPhase> = moved.collect();
        if moved.len() < 2 { Vec::new() } else { moved }
    }

    /// A task of the old plan for the new one, but for its plan: with these dates, and without a phase that there is no
    /// longer.
    pub fn task(&self, old: &Task, dates: Dates, phases: &BTreeSet<Phase>) -> Task {
        let kept = |phase: &Phase| phases.contains(phase) || (*phase == Phase::Both && !phases.is_empty());
        Task {
            deadline: dates.deadline,
            repeat_until: dates.repeat_until,
            phase: old.phase.filter(kept),
            common: crate::common::Common::default(),
            ..old.clone()
        }
    }
}

/// A task of an own plan for the next one: with this day, under this task of the commune's plan. What was done stays with
/// the old plan.
pub fn own_task(old: &OwnTask, due: Option<NaiveDate>, under: Option<RecordKey>) -> OwnTask {
    OwnTask {
        due,
        under,
        done_on: None,
        result: None,
        ..old.clone()
    }
}

impl Shift {
    /// From one day to a later one; `None`: it is no later one.
    fn between(then: NaiveDate, now: NaiveDate) -> Option<Shift> {
        if now <= then {
            return None;
        }
        let months = (now.year() - then.year()) * 12 + now.month().cast_signed() - then.month().cast_signed();
        let months = u32::try_from(months).ok()?;
        let both_last = is_last_of_month(then) && is_last_of_month(now);
        if then.checked_add_months(Months::new(months)) == Some(now) || both_last {
            return Some(Shift::Months(months));
        }
        u64::try_from((now - then).num_days()).ok().map(Shift::Days)
    }

    fn later(self, day: NaiveDate) -> Option<NaiveDate> {
        self.later_by(day, 0)
    }

    /// Shifted, and some months more; reckoned in one step, so that the 31st is not lost on the way.
    fn later_by(self, day: NaiveDate, months: u32) -> Option<NaiveDate> {
        match self {
            Shift::Months(by) => civil::after_months(day, by.checked_add(months)?),
            Shift::Days(by) => civil::after_months(day.checked_add_days(Days::new(by))?, months),
        }
    }
}

fn is_last_of_month(day: NaiveDate) -> bool {
    day.succ_opt().is_none_or(|next| next.month() != day.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::shipped;

    fn day(text: &str) -> NaiveDate {
        civil::parse_date(text).unwrap()
    }

    fn plan(from: &str, until: &str) -> Plan {
        Plan {
            from: civil::parse_date(from),
            until: civil::parse_date(until),
            ..Plan::default()
        }
    }

    fn renewal(old: (&str, &str), new: (&str, &str)) -> Renewal {
        Renewal::new(&plan(old.0, old.1), day(new.0), day(new.1)).unwrap()
    }

    fn task(deadline: &str, repeat: Repeat, until: &str) -> Task {
        Task {
            deadline: civil::parse_date(deadline),
            repeat: Some(repeat),
            repeat_until: civil::parse_date(until),
            ..Task::default()
        }
    }

    fn shown(dates: Dates) -> (String, String, bool) {
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        (text(dates.deadline), text(dates.repeat_until), dates.fits)
    }

    #[test]
    fn the_next_period_is_as_long_as_the_old_one_and_a_year_where_it_is_not_known() {
        for (old, next) in [
            (("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31")),
            (("2025-12-15", "2026-12-14"), ("2026-12-15", "2027-12-14")),
            (("2026-01-01", "2026-06-30"), ("2026-07-01", "2026-12-31")),
            (("2027-03-01", "2028-02-29"), ("2028-03-01", "2029-02-28")),
            (("2026-03-01", "2027-02-28"), ("2027-03-01", "2028-02-29")),
            (("", "2025-12-31"), ("2026-01-01", "2026-12-31")),
        ] {
            let (from, until) = next_period(&plan(old.0, old.1)).unwrap();
            assert_eq!((from, until), (day(next.0), day(next.1)), "{old:?}");
        }
        assert_eq!(next_period(&Plan::default()), None);
    }

    #[test]
    fn dates_move_with_the_period_and_a_day_that_a_month_lacks_is_its_last() {
        for (old, new, deadline, moved) in [
            (
                ("2026-01-01", "2026-12-31"),
                ("2027-01-01", "2027-12-31"),
                "2026-03-15",
                "2027-03-15",
            ),
            // 31/1 and a month.
            (
                ("2026-01-01", "2026-01-31"),
                ("2026-02-01", "2026-02-28"),
                "2026-01-31",
                "2026-02-28",
            ),
            (
                ("2026-01-01", "2026-02-28"),
                ("2026-02-01", "2026-03-31"),
                "2026-01-30",
                "2026-02-28",
            ),
            // To and from leap years.
            (
                ("2028-01-01", "2028-12-31"),
                ("2029-01-01", "2029-12-31"),
                "2028-02-29",
                "2029-02-28",
            ),
            (
                ("2027-01-01", "2027-12-31"),
                ("2028-01-01", "2028-12-31"),
                "2027-02-28",
                "2028-02-28",
            ),
            // No whole months: by days.
            (
                ("2026-01-10", "2026-12-31"),
                ("2026-02-01", "2027-01-31"),
                "2026-03-15",
                "2026-04-06",
            ),
        ] {
            let once = renewal(old, new).dates(&task(deadline, Repeat::Once, ""));
            assert_eq!(shown(once), (moved.to_owned(), String::new(), true), "{deadline}");
        }
    }

    #[test]
    fn what_returns_goes_on_in_its_rhythm_to_the_new_plans_end() {
        let year = renewal(("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31"));
        for (deadline, repeat, until, first) in [
            ("2026-01-31", Repeat::Monthly, "2026-12-31", "2027-01-31"),
            ("2026-03-31", Repeat::Quarterly, "2026-12-31", "2027-03-31"),
            ("2026-06-30", Repeat::HalfYearly, "2026-12-31", "2027-06-30"),
            ("2026-12-14", Repeat::Yearly, "2026-12-14", "2027-12-14"),
        ] {
            let dates = shown(year.dates(&task(deadline, repeat, until)));
            assert_eq!(dates, (first.to_owned(), "2027-12-31".to_owned(), true));
        }
        // What ended in the middle of the old plan ends in the middle of the new one.
        let spring = year.dates(&task("2026-01-31", Repeat::Monthly, "2026-05-31"));
        assert_eq!(
            shown(spring),
            ("2027-01-31".to_owned(), "2027-05-31".to_owned(), true)
        );
        // The old plan said no first day: 14/12/2024 moves to 14/12/2025, which is before the period, and goes on.
        let shipped = renewal(("", "2025-12-31"), ("2026-01-01", "2026-12-31"));
        let yearly = shipped.dates(&task("2024-12-14", Repeat::Yearly, "2025-12-14"));
        assert_eq!(
            shown(yearly),
            ("2026-12-14".to_owned(), "2026-12-31".to_owned(), true)
        );
        // The 31st is not lost on a way through shorter months.
        let monthly = renewal(("", "2026-06-30"), ("2026-08-01", "2026-12-31"));
        let dates = monthly.dates(&task("2026-01-31", Repeat::Monthly, "2026-06-30"));
        assert_eq!(shown(dates).0, "2026-08-31");
    }

    #[test]
    fn what_falls_outside_of_the_new_period_is_not_pressed_into_it() {
        let shipped = renewal(("", "2025-12-31"), ("2026-01-01", "2026-12-31"));
        let launch = shipped.dates(&task("2024-12-14", Repeat::Once, ""));
        assert_eq!(shown(launch), ("2025-12-14".to_owned(), String::new(), false));
        let half = renewal(("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-06-30"));
        assert!(!half.dates(&task("2026-11-30", Repeat::Yearly, "2026-12-31")).fits);
        assert!(!half.dates(&task("", Repeat::Once, "")).fits);
        // What is done all the time is so to the new plan's end.
        let always = half.dates(&task("2026-12-31", Repeat::Always, ""));
        assert_eq!(shown(always), ("2027-06-30".to_owned(), String::new(), true));
    }

    #[test]
    fn a_period_that_is_no_later_one_is_refused() {
        let old = plan("2026-01-01", "2026-12-31");
        let new = |from, until| Renewal::new(&old, day(from), day(until)).unwrap_err();
        assert_eq!(new("2026-01-01", "2026-12-31"), CannotRenew::NotLater);
        assert_eq!(new("2027-12-31", "2027-01-01"), CannotRenew::EndsBeforeItBegins);
        let endless = Renewal::new(&plan("2026-01-01", ""), day("2027-01-01"), day("2027-12-31"));
        assert_eq!(endless.unwrap_err(), CannotRenew::OldHasNoEnd);
    }

    #[test]
    fn phases_move_too_and_one_alone_is_none() {
        let phase = |phase, from: &str, until: &str| PlanPhase {
            phase: Some(phase),
            from: civil::parse_date(from),
            until: civil::parse_date(until),
            ..PlanPhase::default()
        };
        let old = [
            phase(Phase::First, "2026-01-01", "2026-06-30"),
            phase(Phase::Second, "2026-07-01", "2026-12-31"),
        ];
        let year = renewal(("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31"));
        let moved = [
            phase(Phase::First, "2027-01-01", "2027-06-30"),
            phase(Phase::Second, "2027-07-01", "2027-12-31"),
        ];
        assert_eq!(year.phases(&old), moved);
        let half = renewal(("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-06-30"));
        assert_eq!(half.phases(&old), []);
        let second = Task {
            phase: Some(Phase::Second),
            number: Some("07".to_owned()),
            ..task("2026-12-31", Repeat::Once, "")
        };
        let dates = half.dates(&second);
        let kept = half.task(&second, dates, &BTreeSet::new());
        assert_eq!((kept.phase, kept.number.as_deref()), (None, Some("07")));
        let kept = year.task(&second, year.dates(&second), &[Phase::Second].into());
        assert_eq!(kept.phase, Some(Phase::Second));
    }

    #[test]
    fn an_own_task_moves_with_its_plan_and_what_was_done_of_it_stays_behind() {
        let old = OwnPlan {
            from: civil::parse_date("2026-01-01"),
            until: civil::parse_date("2026-12-31"),
            ..OwnPlan::default()
        };
        assert_eq!(next_period(&old), Some((day("2027-01-01"), day("2027-12-31"))));
        let year = Renewal::new(&old, day("2027-01-01"), day("2027-12-31")).unwrap();
        let task = OwnTask {
            title: Some("Đi từng ngõ".to_owned()),
            lead: Some("Tổ liên gia".to_owned()),
            due: civil::parse_date("2026-03-15"),
            done_on: civil::parse_date("2026-03-10"),
            result: Some("42 hộ".to_owned()),
            ..OwnTask::default()
        };
        let dates = year.once(task.due);
        assert_eq!(shown(dates), ("2027-03-15".to_owned(), String::new(), true));
        let moved = own_task(&task, dates.deadline, None);
        let kept = (moved.title.as_deref(), moved.lead.as_deref(), moved.due);
        assert_eq!(
            kept,
            (Some("Đi từng ngõ"), Some("Tổ liên gia"), Some(day("2027-03-15")))
        );
        assert!(!moved.is_done() && moved.result.is_none());
    }

    #[test]
    fn periods_meet_where_they_have_a_day_in_common() {
        let period = |from: &str, until: &str| Period::from(&plan(from, until));
        let year = period("2026-01-01", "2026-12-31");
        assert!(year.meets(period("2026-12-31", "2027-12-30")));
        assert!(year.meets(period("", "2026-01-01")) && year.meets(period("2026-05-01", "")));
        assert!(!year.meets(period("2027-01-01", "2027-12-31")));
        assert!(!year.meets(period("", "2025-12-31")));
    }

    #[test]
    fn the_shipped_plan_is_renewed_for_a_year_and_then_for_the_next() {
        let old = shipped().unwrap();
        let (from, until) = next_period(&old.plan).unwrap();
        let first = Renewal::new(&old.plan, from, until).unwrap();
        let fitting: Vec<Task> = old
            .tasks
            .iter()
            .map(|shipped| (&shipped.task, first.dates(&shipped.task)))
            .filter(|(_, dates)| dates.fits)
            .map(|(task, dates)| first.task(task, dates, &BTreeSet::new()))
            .collect();
        let returns = |task: &&Task| task.repeat.and_then(Repeat::months).is_some();
        // All that returns goes on; the launch and its like of December 2024 do not.
        let of_old = old
            .tasks
            .iter()
            .map(|shipped| &shipped.task)
            .filter(returns)
            .count();
        assert_eq!(fitting.iter().filter(returns).count(), of_old);
        assert!(fitting.len() < old.tasks.len());
        let renewed = Plan {
            from: Some(from),
            until: Some(until),
            ..old.plan
        };
        let (from, until) = next_period(&renewed).unwrap();
        let second = Renewal::new(&renewed, from, until).unwrap();
        for task in &fitting {
            let dates = second.dates(task);
            assert!(dates.fits, "{:?}: {dates:?}", task.number);
            let due = second.task(task, dates, &BTreeSet::new()).due_dates(until);
            assert_eq!(due.len(), task.due_dates(from).len(), "{:?}", task.number);
        }
    }
}
