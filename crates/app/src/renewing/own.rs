//! The own plan of a village or unit for a new period: one record with its tasks, in the book of its place, by who writes there.

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::enter::enter;
use sothon_records::kinds::own_plan::OwnTask;
use sothon_records::kinds::{OwnPlan, Task};
use sothon_records::plan::renewal::{Period, own_task};
use sothon_records::problem::{Weight, day};
use sothon_records::{
    Edit, Kind, Place, Problem, RawRecord, Record, RecordId, RecordKey, SubKey, Words, validate,
};

use super::{Made, Old, Typed, these};
use crate::api::{RenewRow, RenewTask};
use crate::desk::{Desk, scope_of};
use crate::fault::{Done, Fault};
use crate::fresh_id;
use crate::place::Said;

const OWN: &Kind = OwnPlan::KIND;
/// The list of its tasks, and when one is due.
const TASKS: &str = "tasks";
const DUE: &str = "due";

/// The tasks of an own plan that are in force, the first due first.
pub(super) fn tasks(plan: &OwnPlan) -> Vec<(RecordId, &OwnTask)> {
    let all = plan.tasks.iter().filter(|(_, task)| task.in_force());
    let mut tasks: Vec<(RecordId, &OwnTask)> = all.map(|(id, task)| (*id, task)).collect();
    tasks.sort_by_key(|(id, task)| (task.due.is_none(), task.due, *id));
    tasks
}

/// The commune's plan under which an own plan stands, with its tasks.
struct Above {
    plan: RecordKey,
    tasks: Vec<(RecordKey, Task)>,
}

impl Desk {
    /// An own plan, by who writes such a one in its place.
    pub(super) fn old_own_plan(&self, key: &RecordKey, raw: &RawRecord) -> Done<Old> {
        if key.kind != OWN.slug {
            return Err(Fault::not_understood("plan"));
        }
        let place = self.view.place_of_on(key, self.today()).map(scope_of);
        let place = place.filter(|place| self.places_for(OWN).contains(place));
        let place = place.ok_or(sothon_replica::ReplicaError::MayNotWrite)?;
        Ok(Old::Own(OwnPlan::read(raw).value, Said::at(place)))
    }

    /// The new plan under the commune's plan that it carries out then: the one of before while it lasts, or the newest that
    /// follows it. One that is over is carried out no more.
    pub(super) fn under_the_communes(&self, old: &OwnPlan, record: &RawRecord, period: Period) -> RawRecord {
        let plans = self.plans();
        let mut line: BTreeSet<&RecordKey> = old.plan.iter().collect();
        loop {
            let follows = |previous: Option<&RecordKey>| previous.is_some_and(|key| line.contains(key));
            let more = plans
                .iter()
                .filter(|(key, plan)| !line.contains(key) && follows(plan.previous.as_ref()));
            let more: Vec<&RecordKey> = more.map(|(key, _)| key).collect();
            if more.is_empty() {
                break;
            }
            line.extend(more);
        }
        let mut all = plans.iter();
        let above = all.find(|(key, plan)| line.contains(key) && Period::from(plan).meets(period));
        OwnPlan {
            plan: above.map(|(key, _)| key.clone()),
            ..OwnPlan::read(record).value
        }
        .write()
    }

    fn above(&self, typed: &Typed) -> Option<Above> {
        let plan = OwnPlan::read(&typed.record).value.plan?;
        let tasks = self.tasks_of_plan(&plan);
        Some(Above { plan, tasks })
    }

    /// The task of the commune's plan that a task goes on to serve: the same one, or the one that has its name in a plan that
    /// follows. Of several of that name the one with its number.
    fn goes_on_under(&self, above: Option<&Above>, task: &OwnTask) -> Option<RecordKey> {
        let (above, under) = (above?, task.under.as_ref()?);
        let served = Task::read(self.view.record(under)?).value;
        if served.plan.as_ref() == Some(&above.plan) {
            return Some(under.clone());
        }
        let named = |(_, task): &&(RecordKey, Task)| task.title == served.title;
        let numbered = |(_, task): &&(RecordKey, Task)| task.number == served.number;
        let of_name: Vec<_> = above.tasks.iter().filter(named).collect();
        let found = match of_name.as_slice() {
            [one] => Some(*one),
            several => several.iter().copied().find(|task| numbered(task)),
        };
        found.map(|(key, _)| key.clone())
    }

    /// The tasks as they would be, and in words under which plan of the commune.
    pub(super) fn own_rows(&self, typed: &Typed, old: &OwnPlan) -> (Vec<RenewRow>, Vec<String>) {
        let above = self.above(typed);
        let rows = tasks(old).into_iter().map(|(id, task)| {
            let dates = typed.renewal.once(task.due);
            let under = self.goes_on_under(above.as_ref(), task);
            RenewRow {
                key: id.to_string(),
                title: task.title.clone().unwrap_or_default(),
                detail: self.own_detail(task, under.as_ref()),
                old: task.due.map(day).unwrap_or_default(),
                deadline: dates.deadline.map(day).unwrap_or_default(),
                repeat_until: String::new(),
                returns: false,
                binds: String::new(),
                fits: dates.fits,
            }
        });
        let says = match (&above, &old.plan) {
            (Some(above), _) => {
                let plans = self.plans();
                let plan = plans.iter().find(|(key, _)| *key == above.plan);
                plan.map(|(key, plan)| {
                    let name = self.plan_words(key, plan);
                    self.w(&Words::new(
                        format!("Theo kế hoạch của xã: {name}"),
                        format!("Carries out the commune’s plan: {name}"),
                    ))
                })
            }
            (None, Some(_)) => Some(
                self.t(
                    "Xã chưa có kế hoạch nối tiếp cho kỳ này, nên kế hoạch mới chưa ghi theo kế hoạch nào của xã.",
                    "The commune has no plan yet that follows in this period: the new plan names none.",
                )
                .to_owned(),
            ),
            (None, None) => None,
        };
        (rows.collect(), says.into_iter().collect())
    }

    /// Who does it, what it serves, and whether it was done: "Tổ liên gia, thuộc nhiệm vụ 2 – Vận động, đã xong 01/06/2026".
    fn own_detail(&self, task: &OwnTask, under: Option<&RecordKey>) -> String {
        let serves = match (under, &task.under) {
            (Some(under), _) => Some(format!(
                "{} {}",
                self.t("thuộc nhiệm vụ", "under the task"),
                self.title(under)
            )),
            (None, Some(_)) => Some(
                self.t(
                    "không còn thuộc nhiệm vụ nào của xã",
                    "under no task of the commune any more",
                )
                .to_owned(),
            ),
            (None, None) => None,
        };
        let done = task
            .done_on
            .map(|on| format!("{} {}", self.t("đã xong", "done on"), day(on)));
        let parts = [task.lead.clone(), serves, done];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The new plan with the tasks that are taken over: what was done of them stays with the old one.
    pub(super) fn made_of_own(
        &self,
        typed: &Typed,
        old: &OwnPlan,
        said: Said,
        taken: &BTreeMap<&str, &RenewTask>,
    ) -> Done<Made> {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let mut plan = OwnPlan::read(&typed.record).value;
        let above = self.above(typed);
        let all = tasks(old).into_iter().map(|(id, task)| (id.to_string(), task));
        let mut typed_of: Vec<(RecordId, &RenewTask)> = Vec::new();
        for (task, said) in these(all, taken)? {
            let id = fresh_id(&mut rng);
            let under = self.goes_on_under(above.as_ref(), task);
            plan.tasks.insert(id, own_task(task, None, under));
            typed_of.push((id, said));
        }
        let mut record = plan.write();
        let mut wrong: BTreeMap<RecordId, Problem> = BTreeMap::new();
        let due = OWN.list(TASKS).and_then(|list| list.field(DUE));
        for (id, task) in &typed_of {
            let sub = SubKey {
                kind: TASKS.to_owned(),
                id: *id,
            };
            if let (Some(due), Some(fields)) = (due, record.subs.get_mut(&sub))
                && let Err(problem) = enter(due, &task.deadline, fields)
            {
                wrong.insert(*id, problem);
            }
        }
        for problem in validate(OWN, &record, &self.context()) {
            if problem.weight == Weight::Blocks
                && let Some(sub) = &problem.place.sub
            {
                // What is wrong with another field than the day is to be mended in the old plan.
                wrong.entry(sub.id).or_insert(problem);
            }
        }
        for (id, task) in &OwnPlan::read(&record).value.tasks {
            if let Some(problem) = typed.outside(DUE, task.due) {
                wrong.entry(*id).or_insert(problem);
            }
        }
        let problems = typed_of.iter().filter_map(|(id, task)| {
            let place = Place::field(&format!("deadline:{}", task.key));
            Some(Problem {
                place,
                ..wrong.remove(id)?
            })
        });
        let problems: Vec<Problem> = problems.collect();
        if !problems.is_empty() {
            return Err(Fault::fields(problems));
        }
        let book = self.book_for(OWN, &record, said)?;
        let key = OwnPlan::key(fresh_id(&mut rng));
        Ok(Made {
            book,
            board: plan.plan,
            key: key.clone(),
            edits: vec![Edit::Create { key, record }],
        })
    }
}
