//! "Nhiệm vụ": the tasks of a plan by its steps and phases: who is responsible, by when, how far; of all or of one place.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sothon_overview::Place;
use sothon_overview::board::TaskStanding;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::plan::{PlanPhase, PlanStep};
use sothon_records::kinds::task::{Phase, Repeat, Step};
use sothon_records::kinds::{OwnPlan, Plan, Progress, Task};
use sothon_records::plan::parts_of;
use sothon_records::problem::day;
use sothon_records::{Record, RecordKey, Words};

use crate::api::{Choice, RowState, TaskAsk, TaskBoard, TaskGroup, TaskRow, Tone};
use crate::app::App;
use crate::desk::{Desk, key_of, place_of, scope_of};
use crate::fault::Done;
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn tasks(&self, ask: TaskAsk) -> Done<TaskBoard> {
        self.at_desk(move |desk| desk.task_board(&ask)).await
    }
}

/// How the steps and phases of a plan are called.
struct Parts {
    phases: Vec<PlanPhase>,
    steps: Vec<PlanStep>,
}

impl Desk {
    /// The page.
    pub(crate) fn task_board(&mut self, ask: &TaskAsk) -> Done<TaskBoard> {
        self.refresh();
        let today = self.today();
        let plans = self.plans();
        let asked = ask.plan.as_deref().map(key_of).transpose()?;
        let shown = plans.iter().find(|(key, _)| Some(key) == asked.as_ref());
        let shown = shown.or_else(|| plan_in_force(&plans, today));
        let parts = shown.map_or_else(Parts::none, |(key, plan)| Parts::of(key, plan));
        let plan = shown.map(|(key, _)| key);
        // Tasks whose plan cannot be read here are shown all the same, while no plan is chosen.
        let all = self.view.tasks(today, plan, None);
        let places: BTreeSet<Place> = all.iter().flat_map(|task| task.places.iter().copied()).collect();
        let place = ask
            .place
            .as_deref()
            .and_then(words::parse_scope)
            .and_then(place_of);
        let place = place.filter(|place| places.contains(place));
        let mut tasks = match place {
            Some(_) => self.view.tasks(today, plan, place),
            None => all,
        };
        tasks.sort_by_cached_key(|standing| order(standing.key, standing.task));
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
        let plans_of = self.own_plans(plan, place);
        let own = self.own_by_task(&plans_of);
        let group =
            |((step, phase), tasks): ((Option<Step>, Option<Phase>), Vec<&TaskStanding<'_>>)| TaskGroup {
                label: self.group_label(&parts, step, phase),
                done: tasks.iter().filter(|standing| standing.is_done).count(),
                tasks: tasks
                    .into_iter()
                    .map(|standing| {
                        let own = own.get(standing.key).cloned().unwrap_or_default();
                        TaskRow {
                            own,
                            ..self.task_row(standing, place, may(standing))
                        }
                    })
                    .collect(),
            };
        let choice = |(key, plan): &(RecordKey, Plan)| Choice {
            slug: key.to_string(),
            label: self.plan_words(key, plan),
        };
        let groups = with_step.into_iter().chain(none).map(group).collect();
        Ok(TaskBoard {
            plan: plan.map(ToString::to_string),
            plans: plans.iter().map(choice).collect(),
            places: places
                .into_iter()
                .map(|place| Choice {
                    slug: words::scope_text(scope_of(place)),
                    label: self.place_name(place),
                })
                .collect(),
            place: place.map(|place| words::scope_text(scope_of(place))),
            renews: plan.is_some() && self.writes_kind(Plan::KIND),
            summary: self.task_summary(&tasks),
            groups,
            own: self.own_plan_rows(&plans_of),
            writes_own: self.writes_kind(OwnPlan::KIND),
            units: units
                .into_values()
                .map(|actor| Choice {
                    slug: slug(actor),
                    label: actor.label().get(self.lang).to_owned(),
                })
                .collect(),
        })
    }

    /// Its name, with the period: a plan of the next one may be called the same.
    pub(crate) fn plan_words(&self, key: &RecordKey, plan: &Plan) -> String {
        let name = plan.name.clone().unwrap_or_else(|| self.title(key));
        match self.period_words(plan.from, plan.until) {
            period if period.is_empty() => name,
            period => format!("{name} ({period})"),
        }
    }

    /// The plans in force, the newest period first.
    pub(crate) fn plans(&self) -> Vec<(RecordKey, Plan)> {
        let read = |key: &RecordKey| Some((key.clone(), Plan::read(self.view.record(key)?).value));
        let all = self.view.of_kind(Plan::KIND.slug).filter_map(read);
        let mut plans: Vec<_> = all.filter(|(key, _)| !self.view.is_voided(key)).collect();
        plans.sort_by_key(|(key, plan)| (Reverse(plan.until), Reverse(plan.issued_on), key.clone()));
        plans
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

    /// "Bước 4: Ra mắt mô hình · Giai đoạn 1 (đến 14/12/2024)", as far as the plan says so.
    fn group_label(&self, parts: &Parts, step: Option<Step>, phase: Option<Phase>) -> String {
        let step = step.map(|step| {
            let label = step.label().get(self.lang);
            let named = parts.steps.iter().find(|part| part.step == Some(step));
            match named.and_then(|part| part.name.as_ref()) {
                Some(name) => format!("{label}: {name}"),
                None => label.to_owned(),
            }
        });
        let phase = phase.map(|phase| {
            let label = phase.label().get(self.lang);
            let Some(part) = parts.phases.iter().find(|part| part.phase == Some(phase)) else {
                return label.to_owned();
            };
            let name = part
                .name
                .as_ref()
                .map(|name| format!(": {name}"))
                .unwrap_or_default();
            match self.period_words(part.from, part.until) {
                period if period.is_empty() => format!("{label}{name}"),
                period => format!("{label}{name} ({period})"),
            }
        });
        let labels: Vec<String> = step.into_iter().chain(phase).collect();
        if labels.is_empty() {
            return self.t("Ngoài các bước", "Outside the steps").to_owned();
        }
        labels.join(" · ")
    }

    fn task_row(&self, standing: &TaskStanding<'_>, place: Option<Place>, writes: bool) -> TaskRow {
        let task = standing.task;
        TaskRow {
            key: standing.key.to_string(),
            number: task.number.clone().unwrap_or_default(),
            title: task.title.clone().unwrap_or_default(),
            responsible: self.responsible(task),
            units: task.lead.map(slug).into_iter().collect(),
            due: self.due_words(standing),
            state: self.task_state(standing),
            progress: self.progress_words(standing, place),
            own: String::new(),
            writes,
        }
    }

    /// "Công an xã"; of what each village does: "Trưởng thôn, từng thôn".
    pub(crate) fn responsible(&self, task: &Task) -> String {
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

    /// "2/6 thôn", "60 %"; of one place its own.
    fn progress_words(&self, standing: &TaskStanding<'_>, place: Option<Place>) -> String {
        let (done, asked) = (standing.done, standing.asked);
        if standing.task.per_village == Some(true) && place.is_none() {
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

impl Parts {
    fn none() -> Parts {
        Parts {
            phases: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn of(key: &RecordKey, plan: &Plan) -> Parts {
        let (phases, steps) = parts_of(key, plan);
        Parts { phases, steps }
    }
}

/// The plan that holds on a day: of several the newest; of none the last one that is over, else the next.
fn plan_in_force(plans: &[(RecordKey, Plan)], today: NaiveDate) -> Option<&(RecordKey, Plan)> {
    let begun = |plan: &Plan| plan.from.or(plan.issued_on).is_none_or(|from| from <= today);
    let holds = |plan: &Plan| begun(plan) && plan.until.is_none_or(|until| until >= today);
    let held = plans.iter().find(|(_, plan)| holds(plan));
    held.or_else(|| plans.iter().find(|(_, plan)| begun(plan)))
        .or(plans.last())
}

/// Tasks stand in the order of their numbers: 2 before 10.
pub(crate) fn order(key: &RecordKey, task: &Task) -> (Option<u32>, String, RecordKey) {
    let number = task.number.clone().unwrap_or_default();
    (number.parse().ok(), number, key.clone())
}

fn slug(actor: Actor) -> String {
    let choice = Actor::CHOICES.get(actor.place());
    choice.map_or_else(String::new, |choice| choice.slug.to_owned())
}
