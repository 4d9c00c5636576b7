//! The plan's tasks as a board has them: of each the round that counts today, and how far it has come.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::kinds::Task;

use crate::change::Place;
use crate::facts::Facts;
use crate::indicators::expectations;
use crate::view::View;

/// A task on a day.
#[derive(Clone, Debug)]
pub struct TaskStanding<'a> {
    /// The record.
    pub key: &'a RecordKey,
    /// What it says.
    pub task: &'a Task,
    /// Of whom it is asked.
    pub places: BTreeSet<Place>,
    /// The due date that counts today, by the plan: of those missed the newest, else the next one that is open, else
    /// the last. `None`: the task names none.
    pub due: Option<NaiveDate>,
    /// The same as it binds: moved to a working day.
    pub deadline: Option<NaiveDate>,
    /// Of how many places it is asked by then.
    pub asked: usize,
    /// How many of them have done it.
    pub done: usize,
    /// The least that is reported by those who have not, in per cent.
    pub percent: Option<i64>,
    /// How many days it is late; 0: not late, as far as is known.
    pub late_by_days: i64,
    /// Whether all that it asks is done, to its last due date.
    pub is_done: bool,
}

impl View {
    /// The tasks in force, as they stand on a day: of one plan, or of all; what is asked of one place, or of all of them.
    pub fn tasks(
        &self,
        today: NaiveDate,
        plan: Option<&RecordKey>,
        place: Option<Place>,
    ) -> Vec<TaskStanding<'_>> {
        let tasks = self.entries_of("task").filter_map(|(key, entry)| {
            let Facts::Task(task) = &entry.facts else {
                return None;
            };
            if plan.is_some() && task.plan.as_ref() != plan {
                return None;
            }
            let standing = self.task_standing(key, task, place, today);
            (place.is_none() || !standing.places.is_empty()).then_some(standing)
        });
        tasks.collect()
    }

    fn task_standing<'a>(
        &self,
        key: &'a RecordKey,
        task: &'a Task,
        place: Option<Place>,
        today: NaiveDate,
    ) -> TaskStanding<'a> {
        let mut expected = expectations(self, key, task);
        expected.retain(|one| place.is_none_or(|place| one.place == place));
        let binds = |due: NaiveDate| self.holidays().roll_forward(due);
        let mut rounds: BTreeMap<NaiveDate, (bool, bool)> = BTreeMap::new();
        for one in &expected {
            let (open, missed) = rounds.entry(one.due).or_default();
            *open |= one.done.is_none();
            // Of a village that nothing is known of, nothing is known to be late.
            let known = match one.place {
                Place::Village(number) => self.has_heard(number),
                _ => true,
            };
            *missed |= known && one.done.is_none() && binds(one.due) < today;
        }
        let newest_missed = rounds.iter().rev().find(|(_, (_, missed))| *missed);
        let next_open = rounds
            .iter()
            .find(|(due, (open, _))| *open && binds(**due) >= today);
        let last = rounds.iter().next_back();
        let due = newest_missed.or(next_open).or(last).map(|(due, _)| *due);
        let round = expected.iter().filter(|one| Some(one.due) == due);
        let deadline = due.map(binds);
        TaskStanding {
            key,
            task,
            places: expected.iter().map(|one| one.place).collect(),
            due,
            deadline,
            asked: round.clone().count(),
            done: round.filter(|one| one.done.is_some()).count(),
            percent: due.and_then(|due| self.least_reported(key, due, place)),
            late_by_days: deadline
                .filter(|_| newest_missed.is_some())
                .map_or(0, |deadline| (today - deadline).num_days().max(0)),
            is_done: !expected.is_empty() && expected.iter().all(|one| one.done.is_some()),
        }
    }

    fn least_reported(&self, task: &RecordKey, due: NaiveDate, place: Option<Place>) -> Option<i64> {
        self.referring(task, "progress")
            .filter(|key| place.is_none() || self.place_of(key) == place)
            .filter_map(|key| match self.facts(key) {
                Facts::Progress(progress) if progress.due == due && progress.done.is_none() => {
                    progress.percent
                }
                _ => None,
            })
            .min()
    }
}
