//! "Nhiệm vụ": the plan's tasks by step and phase: who is responsible, by when, how far.

use std::collections::BTreeMap;

use sothon_overview::Place;
use sothon_overview::board::TaskStanding;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::task::{Phase, Repeat, Step};
use sothon_records::kinds::{Progress, Task};
use sothon_records::problem::day;
use sothon_records::{Record, Words};

use crate::api::{Choice, RowState, TaskBoard, TaskGroup, TaskRow, Tone};
use crate::app::App;
use crate::desk::{Desk, scope_of};
use crate::fault::Done;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn tasks(&self) -> Done<TaskBoard> {
        self.at_desk(|desk| Ok(desk.task_board())).await
    }
}

impl Desk {
    fn task_board(&mut self) -> TaskBoard {
        self.refresh();
        let mut tasks = self.view.tasks(self.today());
        tasks.sort_by_cached_key(|standing| {
            let number = standing.task.number.clone().unwrap_or_default();
            (number.parse::<u32>().ok(), number, standing.key.clone())
        });
        let mut groups: BTreeMap<(Option<Step>, Option<Phase>), Vec<&TaskStanding<'_>>> = BTreeMap::new();
        let mut units: BTreeMap<usize, Actor> = BTreeMap::new();
        for standing in &tasks {
            let of = (standing.task.step, standing.task.phase);
            groups.entry(of).or_default().push(standing);
            units.extend(standing.task.lead.map(|lead| (lead.place(), lead)));
        }
        let (none, with_step): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|((step, _), _)| step.is_none());
        let progress = self.places_for(Progress::KIND);
        let may = |standing: &TaskStanding<'_>| {
            let asked_here = standing
                .places
                .iter()
                .any(|place| progress.contains(&scope_of(*place)));
            asked_here || (standing.places.contains(&Place::Commune) && !progress.is_empty())
        };
        let group =
            |((step, phase), tasks): ((Option<Step>, Option<Phase>), Vec<&TaskStanding<'_>>)| TaskGroup {
                label: self.group_label(step, phase),
                done: tasks.iter().filter(|standing| standing.is_done).count(),
                tasks: tasks
                    .into_iter()
                    .map(|standing| self.task_row(standing, may(standing)))
                    .collect(),
            };
        TaskBoard {
            summary: self.task_summary(&tasks),
            groups: with_step.into_iter().chain(none).map(group).collect(),
            units: units
                .into_values()
                .map(|actor| Choice {
                    slug: slug(actor),
                    label: actor.label().get(self.lang).to_owned(),
                })
                .collect(),
        }
    }

    /// "88 nhiệm vụ · 31 xong · 4 quá hạn".
    fn task_summary(&self, tasks: &[TaskStanding<'_>]) -> String {
        let (all, done) = (tasks.len(), tasks.iter().filter(|task| task.is_done).count());
        let late = tasks.iter().filter(|task| task.late_by_days > 0).count();
        self.w(&Words::new(
            format!("{all} nhiệm vụ · {done} xong · {late} quá hạn"),
            format!("{all} tasks · {done} done · {late} late"),
        ))
    }

    fn group_label(&self, step: Option<Step>, phase: Option<Phase>) -> String {
        let labels = [step.map(Step::label), phase.map(Phase::label)];
        let labels: Vec<&str> = labels
            .iter()
            .flatten()
            .map(|label| label.get(self.lang))
            .collect();
        if labels.is_empty() {
            return self.t("Ngoài các bước", "Outside the steps").to_owned();
        }
        labels.join(" · ")
    }

    fn task_row(&self, standing: &TaskStanding<'_>, writes: bool) -> TaskRow {
        let task = standing.task;
        TaskRow {
            key: standing.key.to_string(),
            number: task.number.clone().unwrap_or_default(),
            title: task.title.clone().unwrap_or_default(),
            responsible: self.responsible(task),
            units: task.lead.map(slug).into_iter().collect(),
            due: self.due_words(standing),
            state: self.task_state(standing),
            progress: self.progress_words(standing),
            writes,
        }
    }

    /// "Công an xã"; of what each village does: "Trưởng thôn, từng thôn".
    fn responsible(&self, task: &Task) -> String {
        let lead = task.lead.map(|lead| lead.label().get(self.lang).to_owned());
        let mut who: Vec<String> = lead.into_iter().collect();
        if task.per_village == Some(true) {
            who.push(self.t("từng thôn", "each village").to_owned());
        }
        who.join(", ")
    }

    /// "15/06/2025, hằng quý".
    fn due_words(&self, standing: &TaskStanding<'_>) -> String {
        let mut words: Vec<String> = standing.deadline.map(day).into_iter().collect();
        let repeat = standing.task.repeat.filter(|repeat| *repeat != Repeat::Once);
        words.extend(repeat.map(|repeat| repeat.label().inside(self.lang)));
        words.join(", ")
    }

    fn task_state(&self, standing: &TaskStanding<'_>) -> RowState {
        let plain = |tone, vi, en| RowState {
            tone,
            word: self.t(vi, en).to_owned(),
        };
        match standing.deadline {
            _ if standing.is_done => plain(Tone::Ok, "Xong", "Done"),
            None => plain(Tone::Plain, "Chưa có hạn", "No deadline"),
            // Over, and nothing is known of who has not done it.
            Some(deadline) if standing.late_by_days == 0 && deadline < self.today() => {
                plain(Tone::Plain, "Chưa có số liệu", "No data yet")
            }
            Some(deadline) => self.time_left(deadline),
        }
    }

    /// "2/6 thôn", "60 %".
    fn progress_words(&self, standing: &TaskStanding<'_>) -> String {
        let (done, asked) = (standing.done, standing.asked);
        if standing.task.per_village == Some(true) {
            return self.w(&Words::new(
                format!("{done}/{asked} thôn"),
                format!("{done} of {asked} villages"),
            ));
        }
        match standing.percent {
            _ if asked > 0 && done == asked => "100 %".to_owned(),
            Some(percent) => format!("{percent} %"),
            None => self.t("chưa báo", "not reported").to_owned(),
        }
    }
}

fn slug(actor: Actor) -> String {
    let choice = Actor::CHOICES.get(actor.place());
    choice.map_or_else(String::new, |choice| choice.slug.to_owned())
}
