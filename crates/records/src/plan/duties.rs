//! The duties that come back every year, to be made tasks of a plan: `data/standing-duties.json`, that a lawyer could read.
//! What a text does not say of how often and by when is this project's default and says so; a task made of it can be changed
//! like any other. Ids are made from plan and number, so a duty becomes one task of a plan, whoever asks for it how often.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::{BadPlan, choice, record_id};
use crate::civil;
use crate::kinds::actor::Actor;
use crate::kinds::task::Repeat;
use crate::kinds::{Plan, Task};
use crate::raw::RecordKey;
use crate::record::Record;

const DUTIES: &str = include_str!("../../data/standing-duties.json");

/// A duty that comes back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duty {
    /// Its number (`TK01`).
    pub number: String,
    /// On what it rests, and what of it is a default.
    pub source: String,
    /// The task but for its plan and its dates.
    task: Task,
    /// The day of the year from which its rhythm is counted: month and day.
    due: (u32, u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    number: String,
    section: String,
    title: String,
    content: String,
    lead: String,
    partners: Vec<String>,
    repeat: String,
    due: String,
    per_village: bool,
    source: String,
}

/// The duties as shipped, in their order.
///
/// # Errors
/// [`BadPlan`]; a test sees to it that the data shipped has none.
pub fn standing() -> Result<Vec<Duty>, BadPlan> {
    let data: Vec<Data> = serde_json::from_str(DUTIES)?;
    data.into_iter().map(Data::typed).collect()
}

impl Data {
    fn typed(self) -> Result<Duty, BadPlan> {
        let partners = self
            .partners
            .into_iter()
            .map(|actor| choice::<Actor>(&self.number, "partners", actor));
        let task = Task {
            number: Some(self.number.clone()),
            section: Some(self.section),
            title: Some(self.title),
            content: Some(self.content),
            lead: Some(choice::<Actor>(&self.number, "lead", self.lead)?),
            partners: partners.collect::<Result<BTreeSet<_>, _>>()?,
            repeat: Some(choice::<Repeat>(&self.number, "repeat", self.repeat)?),
            per_village: Some(self.per_village),
            ..Task::default()
        };
        let due = self.due.split_once('/');
        let due = due.and_then(|(day, month)| Some((month.parse().ok()?, day.parse().ok()?)));
        Ok(Duty {
            due: due.ok_or(BadPlan::UnknownValue {
                task: self.number.clone(),
                field: "due",
                value: self.due,
            })?,
            number: self.number,
            source: self.source,
            task,
        })
    }
}

impl Duty {
    /// The key of its task in a plan.
    pub fn key(&self, plan: &RecordKey) -> RecordKey {
        Task::key(record_id(&format!("duties/{plan}"), &self.number))
    }

    /// Its task in a plan; `None`: it is not due in the plan's period.
    pub fn task(&self, key: &RecordKey, plan: &Plan) -> Option<Task> {
        let until = plan.until?;
        let begins = plan.from.or(plan.issued_on);
        let from = begins.or_else(|| NaiveDate::from_ymd_opt(until.year(), 1, 1))?;
        let months = self.task.repeat.and_then(Repeat::months);
        let deadline = match months {
            Some(months) => self.first(from, months)?,
            None => until,
        };
        (deadline <= until).then(|| Task {
            plan: Some(key.clone()),
            deadline: Some(deadline),
            repeat_until: months.map(|_| until),
            ..self.task.clone()
        })
    }

    /// The first day of its rhythm on or after a day.
    fn first(&self, from: NaiveDate, months: u32) -> Option<NaiveDate> {
        // The day may be one of the year before, and go on from there.
        let anchor = NaiveDate::from_ymd_opt(from.year() - 1, self.due.0, self.due.1)?;
        (0..36u32)
            .map_while(|n| civil::after_months(anchor, n.checked_mul(months)?))
            .find(|day| *day >= from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Context, Weight};
    use crate::validate;

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

    fn tasks(of: &Plan) -> Vec<Task> {
        let key = Plan::key(record_id("test", "plan"));
        let duties = standing().unwrap();
        duties.iter().filter_map(|duty| duty.task(&key, of)).collect()
    }

    #[test]
    fn every_duty_is_a_sound_task_of_a_years_plan_and_says_on_what_it_rests() {
        let year = plan("2026-01-01", "2026-12-31");
        let duties = standing().unwrap();
        assert!(duties.iter().all(|duty| !duty.source.is_empty()));
        let made = tasks(&year);
        assert_eq!(made.len(), duties.len());
        let today = day("2026-01-05");
        for task in &made {
            let found = validate(Task::KIND, &task.write(), &Context { today });
            let blocks = found.iter().filter(|problem| problem.weight == Weight::Blocks);
            assert_eq!(blocks.count(), 0, "{:?}: {found:?}", task.number);
            assert_eq!(Task::read(&task.write()).value, *task);
        }
        let numbers: BTreeSet<_> = duties.iter().map(|duty| &duty.number).collect();
        assert_eq!(numbers.len(), duties.len());
    }

    #[test]
    fn monthly_to_yearly_duties_are_due_in_their_rhythm_within_the_plans_period() {
        let due = |from: &str, until: &str, number: &str| -> Vec<String> {
            let plan = plan(from, until);
            let task = tasks(&plan)
                .into_iter()
                .find(|task| task.number.as_deref() == Some(number));
            let dates = task.map(|task| task.due_dates(plan.until.unwrap()));
            dates.into_iter().flatten().map(|day| day.to_string()).collect()
        };
        let months = due("2026-01-01", "2026-12-31", "TK01");
        assert_eq!((months.len(), months[1].as_str()), (12, "2026-02-28"));
        assert_eq!(
            due("2028-01-01", "2028-03-15", "TK01"),
            ["2028-01-31", "2028-02-29"]
        );
        assert_eq!(
            due("2026-01-01", "2026-12-31", "TK04"),
            ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
        );
        // A plan of the police year, which begins in the December before.
        assert_eq!(due("2025-12-15", "2026-12-14", "TK12"), ["2026-12-14"]);
        assert_eq!(due("2026-01-01", "2026-06-30", "TK12"), [] as [&str; 0]);
        assert_eq!(due("2026-01-01", "2026-06-30", "TK14"), ["2026-06-30"]);
    }

    #[test]
    fn a_duty_is_one_task_of_a_plan_and_another_of_the_next() {
        let duties = standing().unwrap();
        let [one, other] = ["one", "other"].map(|plan| Plan::key(record_id(plan, "plan")));
        assert_eq!(duties[0].key(&one), duties[0].key(&one));
        assert_ne!(duties[0].key(&one), duties[0].key(&other));
        assert_ne!(duties[0].key(&one), duties[1].key(&one));
    }
}
