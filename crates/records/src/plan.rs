//! The plan "Xã an toàn về ma túy, không ma túy" as data: `data/plan-2024.json`, that a lawyer could read.
//!
//! Each task says which lines of the plan it carries (S1 to S108 of domain.md §7.2); docs/plan-source.md is the table
//! the other way round. Deadlines that the plan does not name are this project's defaults and can be changed like any
//! field. Ids are made from plan and number, so loading the plan twice, or on two devices, makes the same records.

pub mod duties;
pub mod renewal;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::civil;
use crate::kind::ChoiceSet;
use crate::kinds::actor::Actor;
use crate::kinds::plan::{PlanPhase, PlanStep};
use crate::kinds::task::{Phase, Repeat, Step};
use crate::kinds::{Plan, Task};
use crate::raw::{RawRecord, RecordId, RecordKey};
use crate::record::Record;

/// The plan of 2024 for a commune of Thanh Hóa, as shipped.
pub const PLAN_2024: &str = include_str!("../data/plan-2024.json");

/// Its name in ids.
const SHIPPED: &str = "plan-2024";

/// A plan with its tasks, and what it was made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShippedPlan {
    /// Its name in ids: plans of different names never share records.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// Its tasks in order.
    pub tasks: Vec<ShippedTask>,
    /// The lines of the plan's text, in order.
    pub sources: Vec<Source>,
}

/// A task and the lines that it carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShippedTask {
    /// The task; its number is that of the data.
    pub task: Task,
    /// The lines of the plan that it carries.
    pub carries: BTreeSet<String>,
}

/// A line of the plan's text.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its number (`S1`).
    #[serde(rename = "s")]
    pub number: String,
    /// Its part of the plan.
    pub section: String,
    /// What it asks.
    pub asks: String,
    /// The kinds in which it is recorded.
    pub records: String,
    /// What it became, where no task carries it.
    #[serde(default)]
    pub became: Option<Became>,
}

/// What a line of the plan became that no task carries.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Became {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// What is wrong with the data of a plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadPlan {
    /// Not the JSON of a plan.
    #[error("not the data of a plan")]
    Json(#[from] serde_json::Error),
    /// A value that its field does not know.
    #[error("task {task}: {field} does not know {value:?}")]
    UnknownValue {
        /// The task's number.
        task: String,
        /// The field.
        field: &'static str,
        /// The value.
        value: String,
    },
    /// Two tasks with one number.
    #[error("two tasks have the number {0}")]
    NumberTwice(String),
}

/// The phases of the shipped plan (IV.1) and its steps (II.2), which its record does not say: it was made before plans had
/// lists of them, and is the same on all devices.
fn parts_shipped() -> (Vec<PlanPhase>, Vec<PlanStep>) {
    let phase = |phase, from, until| PlanPhase {
        phase: Some(phase),
        from: civil::parse_date(from),
        until: civil::parse_date(until),
        ..PlanPhase::default()
    };
    let step = |step, name: &str| PlanStep {
        step: Some(step),
        name: Some(name.to_owned()),
        ..PlanStep::default()
    };
    let phases = vec![
        phase(Phase::First, "", "2024-12-14"),
        phase(Phase::Second, "2024-12-15", "2025-12-31"),
    ];
    let steps = vec![
        step(Step::One, "UBND ban hành kế hoạch"),
        step(Step::Two, "Tuyên truyền, lấy ý kiến về mô hình"),
        step(Step::Three, "Quyết định Ban Chỉ đạo, quy chế"),
        step(Step::Four, "Ra mắt mô hình"),
        step(Step::Five, "Củng cố, duy trì mô hình"),
    ];
    (phases, steps)
}

/// The phases and steps of a plan in force, in their order.
pub fn parts_of(key: &RecordKey, plan: &Plan) -> (Vec<PlanPhase>, Vec<PlanStep>) {
    let mut phases: Vec<PlanPhase> = plan
        .phases
        .values()
        .filter(|part| part.in_force())
        .cloned()
        .collect();
    let mut steps: Vec<PlanStep> = plan
        .steps
        .values()
        .filter(|part| part.in_force())
        .cloned()
        .collect();
    if phases.is_empty() && steps.is_empty() && *key == Plan::key(record_id(SHIPPED, "plan")) {
        return parts_shipped();
    }
    phases.sort_by_key(|part| (part.from, part.phase));
    steps.sort_by_key(|part| part.step);
    (phases, steps)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    plan: PlanData,
    tasks: Vec<TaskData>,
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanData {
    name: String,
    number: Option<String>,
    issued_on: Option<NaiveDate>,
    issuer: String,
    from: Option<NaiveDate>,
    until: NaiveDate,
    basis: String,
    scope: String,
    recipients: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskData {
    number: String,
    section: String,
    title: String,
    content: String,
    lead: String,
    partners: Vec<String>,
    #[serde(default)]
    step: Option<String>,
    phase: String,
    deadline: NaiveDate,
    repeat: String,
    #[serde(default)]
    repeat_until: Option<NaiveDate>,
    per_village: bool,
    #[serde(default)]
    movement: Option<String>,
    carries: BTreeSet<String>,
}

/// The plan as shipped.
///
/// # Errors
/// [`BadPlan`]; a test sees to it that the data shipped has none.
pub fn shipped() -> Result<ShippedPlan, BadPlan> {
    ShippedPlan::parse(SHIPPED, PLAN_2024)
}

impl ShippedPlan {
    /// Reads the data of a plan.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(name: &str, json: &str) -> Result<Self, BadPlan> {
        let data: Data = serde_json::from_str(json)?;
        let key = Plan::key(record_id(name, "plan"));
        let mut seen = BTreeSet::new();
        let mut tasks = Vec::with_capacity(data.tasks.len());
        for task in data.tasks {
            if !seen.insert(task.number.clone()) {
                return Err(BadPlan::NumberTwice(task.number));
            }
            tasks.push(task.typed(&key)?);
        }
        let plan = Plan {
            name: Some(data.plan.name),
            number: data.plan.number,
            issued_on: data.plan.issued_on,
            issuer: Some(data.plan.issuer),
            from: data.plan.from,
            until: Some(data.plan.until),
            basis: Some(data.plan.basis),
            scope: Some(data.plan.scope),
            recipients: Some(data.plan.recipients),
            ..Plan::default()
        };
        Ok(ShippedPlan {
            name: name.to_owned(),
            plan,
            tasks,
            sources: data.sources,
        })
    }

    /// The key of the plan's record.
    pub fn plan_key(&self) -> RecordKey {
        Plan::key(record_id(&self.name, "plan"))
    }

    /// The key of a task's record.
    pub fn task_key(&self, task: &ShippedTask) -> RecordKey {
        let number = task.task.number.as_deref().unwrap_or_default();
        Task::key(record_id(&self.name, &format!("task/{number}")))
    }

    /// The records to be made: the plan, then its tasks. Leave out those whose keys a book already has.
    pub fn records(&self) -> Vec<(RecordKey, RawRecord)> {
        let tasks = self
            .tasks
            .iter()
            .map(|task| (self.task_key(task), task.task.write()));
        std::iter::once((self.plan_key(), self.plan.write()))
            .chain(tasks)
            .collect()
    }

    /// Which tasks carry each line of the plan, by number.
    pub fn carried(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut carried: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for task in &self.tasks {
            for line in &task.carries {
                carried
                    .entry(line)
                    .or_default()
                    .push(task.task.number.as_deref().unwrap_or_default());
            }
        }
        carried
    }
}

impl TaskData {
    fn typed(self, plan: &RecordKey) -> Result<ShippedTask, BadPlan> {
        let number = self.number.clone();
        let known = |field, value: String| Actor::from_slug(&value).ok_or(unknown(&number, field, value));
        let task = Task {
            plan: Some(plan.clone()),
            number: Some(self.number),
            section: Some(self.section),
            title: Some(self.title),
            content: Some(self.content),
            lead: Some(known("lead", self.lead)?),
            partners: self
                .partners
                .into_iter()
                .map(|actor| known("partners", actor))
                .collect::<Result<_, _>>()?,
            step: self
                .step
                .map(|step| choice::<Step>(&number, "step", step))
                .transpose()?,
            phase: Some(choice::<Phase>(&number, "phase", self.phase)?),
            deadline: Some(self.deadline),
            repeat: Some(choice::<Repeat>(&number, "repeat", self.repeat)?),
            repeat_until: self.repeat_until,
            per_village: Some(self.per_village),
            movement: self.movement,
            ..Task::default()
        };
        Ok(ShippedTask {
            task,
            carries: self.carries,
        })
    }
}

fn choice<C: ChoiceSet>(task: &str, field: &'static str, slug: String) -> Result<C, BadPlan> {
    C::from_slug(&slug).ok_or_else(|| unknown(task, field, slug))
}

fn unknown(task: &str, field: &'static str, value: String) -> BadPlan {
    BadPlan::UnknownValue {
        task: task.to_owned(),
        field,
        value,
    }
}

/// The id of a record that is made from data: a UUID of version 8 from the SHA-256 of the plan's and its own name.
pub fn record_id(plan: &str, name: &str) -> RecordId {
    let digest = Sha256::new()
        .chain_update(b"sothon/plan/1/")
        .chain_update(plan)
        .chain_update(b"/")
        .chain_update(name);
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(digest.finalize()) {
        *byte = hashed;
    }
    RecordId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
