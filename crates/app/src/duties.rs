//! "Việc thường kỳ": duties that come back every year, offered as tasks of a plan; each becomes one task of it, once.

use std::collections::{BTreeMap, BTreeSet};

use sothon_book::EditError;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::{Plan, Task};
use sothon_records::plan::duties::{Duty, standing};
use sothon_records::problem::{day, number};
use sothon_records::record::differences;
use sothon_records::{Edit, Record, RecordKey, Words};
use sothon_replica::ReplicaError;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::place::Said;

/// What the act is called in histories.
pub(crate) const MAKE: &str = "duties";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn duties(&self, plan: String) -> Done<Duties> {
        self.at_desk(move |desk| desk.duties(&key_of(&plan)?)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn make_duties(&self, plan: String, numbers: Vec<String>) -> Done<DutiesMade> {
        self.at_desk(move |desk| desk.make_duties(&key_of(&plan)?, &numbers))
            .await
    }
}

impl Desk {
    fn duties(&self, key: &RecordKey) -> Done<Duties> {
        let plan = self.plan_to_write(key)?;
        let row = |duty: Duty| {
            let task = duty.task(key, &plan)?;
            Some(DutyRow {
                title: task.title.clone().unwrap_or_default(),
                content: task.content.clone().unwrap_or_default(),
                detail: self.duty_words(&task),
                made: self.is_made(&duty.key(key)),
                source: duty.source,
                number: duty.number,
            })
        };
        let rows = standing().map_err(Fault::internal)?.into_iter().filter_map(row);
        Ok(Duties {
            plan: key.to_string(),
            name: plan.name.clone().unwrap_or_default(),
            rows: rows.collect(),
        })
    }

    /// A plan in force, of which this person may write tasks.
    fn plan_to_write(&self, key: &RecordKey) -> Done<Plan> {
        if !self.writes_kind(Task::KIND) {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let (_, raw) = self.placed(key)?;
        if key.kind != Plan::KIND.slug || self.view.is_voided(key) {
            return Err(Fault::not_understood("plan"));
        }
        Ok(Plan::read(&raw).value)
    }

    fn is_made(&self, task: &RecordKey) -> bool {
        self.view.record(task).is_some() && !self.view.is_voided(task)
    }

    /// "Trưởng thôn, từng thôn · hằng tháng, lần đầu 31/01/2026".
    fn duty_words(&self, task: &Task) -> String {
        let due = task.deadline.map(day).unwrap_or_default();
        let returns = task.repeat.and_then(Repeat::months).is_some();
        let repeat = task
            .repeat
            .map(|repeat| repeat.label().inside(self.lang))
            .unwrap_or_default();
        let when = match returns {
            true => Words::new(
                format!("{repeat}, lần đầu {due}"),
                format!("{repeat}, first {due}"),
            ),
            false => Words::new(format!("{repeat}, đến {due}"), format!("{repeat}, until {due}")),
        };
        format!("{} · {}", self.responsible(task), self.w(&when))
    }

    /// Makes tasks of the duties chosen, as one act; those that are there already stay as they are.
    fn make_duties(&mut self, key: &RecordKey, numbers: &[String]) -> Done<DutiesMade> {
        let plan = self.plan_to_write(key)?;
        let chosen: BTreeSet<&String> = numbers.iter().collect();
        let mut edits = Vec::new();
        let mut made = 0;
        for duty in standing().map_err(Fault::internal)? {
            let task = duty.key(key);
            if !chosen.contains(&duty.number) || self.is_made(&task) {
                continue;
            }
            let Some(record) = duty.task(key, &plan).map(|task| task.write()) else {
                continue;
            };
            made += 1;
            match self.view.record(&task) {
                // It was there and was voided: it comes back as it is offered.
                Some(before) => edits.extend(differences(&task, before, &record)),
                None => edits.push(Edit::Create { key: task, record }),
            }
        }
        if made == 0 {
            return Err(EditError::NothingToWrite.into());
        }
        let book = self.book_for(Task::KIND, &Task::KIND.blank(), Said::default())?;
        let saved = self.write_many(BTreeMap::from([(book, edits)]), MAKE)?;
        let count = number(made, self.lang);
        Ok(DutiesMade {
            act: saved.act.to_string(),
            says: self.w(&Words::new(
                format!("Đã tạo {count} nhiệm vụ trên máy này"),
                format!("{count} tasks made on this device"),
            )),
        })
    }
}
