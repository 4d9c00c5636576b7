//! "Lập kế hoạch cho kỳ mới": a plan from the one before it, with the tasks that go on, as one act. How dates move is said by
//! `records::plan::renewal`; here it is typed, looked through and written. What is different of the own plan of a village or
//! unit is in [`own`].

mod own;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sothon_ledger::BookId;
use sothon_records::enter::enter;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::task::{Phase, Repeat};
use sothon_records::kinds::{OwnPlan, Plan, Task};
use sothon_records::plan::renewal::{CannotRenew, Dates, Period, Renewal, next_period};
use sothon_records::plan::{parts_of, record_id};
use sothon_records::problem::{Weight, day, number};
use sothon_records::{Code, Edit, Kind, Place, Problem, RawRecord, Record, RecordKey, Words, validate};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::fresh_id;
use crate::place::Said;
use crate::typing::{all_retyped, entered};

const PLAN: &Kind = Plan::KIND;
const TASK: &Kind = Task::KIND;
/// What the act is called in histories.
pub(crate) const RENEW: &str = "plan-renew";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn renewing(&self, plan: String) -> Done<RenewPage> {
        self.at_desk(move |desk| desk.renewing(&key_of(&plan)?)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn renewed_tasks(&self, ask: RenewAsk) -> Done<RenewTasks> {
        self.at_desk(move |desk| desk.renewed_tasks(&ask)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn renew_plan(&self, input: RenewInput) -> Done<Renewed> {
        self.at_desk(move |desk| desk.renew_plan(&input)).await
    }
}

/// A plan after which another is made.
enum Old {
    /// The commune's.
    Commune(Plan),
    /// A village's or unit's own, and where.
    Own(OwnPlan, Said),
}

impl Old {
    fn kind(&self) -> &'static Kind {
        match self {
            Old::Commune(_) => PLAN,
            Old::Own(..) => OwnPlan::KIND,
        }
    }

    fn name(&self) -> &str {
        let name = match self {
            Old::Commune(plan) => &plan.name,
            Old::Own(plan, _) => &plan.name,
        };
        name.as_deref().unwrap_or_default()
    }

    fn period(&self) -> Period {
        match self {
            Old::Commune(plan) => plan.into(),
            Old::Own(plan, _) => plan.into(),
        }
    }
}

/// What was typed of a new plan, understood.
struct Typed {
    old_key: RecordKey,
    old: Old,
    record: RawRecord,
    from: NaiveDate,
    until: NaiveDate,
    renewal: Renewal,
}

impl Desk {
    /// Whether this person may write a plan of the commune.
    fn may_renew(&self) -> Done {
        if self.writes_kind(PLAN) && self.writes_kind(TASK) {
            return Ok(());
        }
        Err(sothon_replica::ReplicaError::MayNotWrite.into())
    }

    /// The plan after which one is to be made, by who may write it.
    fn old_plan(&self, key: &RecordKey) -> Done<(RawRecord, Old)> {
        let of_commune = key.kind == PLAN.slug;
        if of_commune {
            self.may_renew()?;
        }
        let (_, raw) = self.placed(key)?;
        if self.view.is_voided(key) {
            return Err(Fault::not_understood("plan"));
        }
        let old = if of_commune {
            Old::Commune(Plan::read(&raw).value)
        } else {
            self.old_own_plan(key, &raw)?
        };
        Ok((raw, old))
    }

    fn renewing(&self, key: &RecordKey) -> Done<RenewPage> {
        let (_, old) = self.old_plan(key)?;
        let period = old.period();
        let next = next_period(period);
        let typed =
            |pick: fn((NaiveDate, NaiveDate)) -> NaiveDate| next.map(pick).map(day).unwrap_or_default();
        Ok(RenewPage {
            plan: key.to_string(),
            name: old.name().to_owned(),
            own: matches!(old, Old::Own(..)),
            period: self.period_words(period.from, period.until),
            tasks: match &old {
                Old::Commune(_) => self.tasks_of_plan(key).len(),
                Old::Own(plan, _) => own::tasks(plan).len(),
            },
            suggested: RenewAsk {
                plan: key.to_string(),
                name: old.name().to_owned(),
                from: typed(|(from, _)| from),
                until: typed(|(_, until)| until),
                ..RenewAsk::default()
            },
        })
    }

    /// "từ 01/01/2026 đến 31/12/2026", "đến 31/12/2025".
    pub(crate) fn period_words(&self, from: Option<NaiveDate>, until: Option<NaiveDate>) -> String {
        let ends = [(from, "từ", "from"), (until, "đến", "to")];
        let words = ends
            .into_iter()
            .filter_map(|(on, vi, en)| Some(format!("{} {}", self.t(vi, en), day(on?))));
        words.collect::<Vec<_>>().join(" ")
    }

    /// The tasks of a plan that are in force, in the order of their numbers.
    pub(crate) fn tasks_of_plan(&self, plan: &RecordKey) -> Vec<(RecordKey, Task)> {
        let of_it = self.view.of_kind(TASK.slug).filter_map(|key| {
            let task = Task::read(self.view.record(key)?).value;
            let here = task.plan.as_ref() == Some(plan) && !self.view.is_voided(key);
            here.then(|| (key.clone(), task))
        });
        let mut tasks: Vec<(RecordKey, Task)> = of_it.collect();
        tasks.sort_by_cached_key(|(key, task)| crate::tasks::order(key, task));
        tasks
    }

    /// The plan's own fields: what goes on from the old one, and what was typed.
    fn typed_plan(&self, ask: &RenewAsk) -> Done<Typed> {
        let old_key = key_of(&ask.plan)?;
        let (raw, old) = self.old_plan(&old_key)?;
        let kind = old.kind();
        let mut values: BTreeMap<String, String> = all_retyped(kind.fields.iter(), &raw.fields);
        let mut typed = vec![
            ("name", &ask.name),
            ("issued_on", &ask.issued_on),
            ("from", &ask.from),
            ("until", &ask.until),
            ("previous", &ask.plan),
        ];
        if matches!(old, Old::Commune(_)) {
            typed.push(("number", &ask.number));
        }
        values.extend(
            typed
                .into_iter()
                .map(|(name, typed)| (name.to_owned(), typed.clone())),
        );
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let mut record = entered(kind, None, &values, &[], &self.context(), &mut rng)?.record;
        let period = match old {
            Old::Commune(_) => Period::from(&Plan::read(&record).value),
            Old::Own(..) => Period::from(&OwnPlan::read(&record).value),
        };
        let from = period
            .from
            .ok_or_else(|| at("from", Code::Missing, "Nhập kỳ từ ngày.", "Enter: from."))?;
        let until = period
            .until
            .ok_or_else(|| at("until", Code::Missing, "Nhập kỳ đến ngày.", "Enter: until."))?;
        let renewal = Renewal::new(old.period(), from, until).map_err(cannot)?;
        if let Old::Own(old, _) = &old {
            record = self.under_the_communes(old, &record, period);
        }
        Ok(Typed {
            old_key,
            old,
            record,
            from,
            until,
            renewal,
        })
    }

    fn renewed_tasks(&self, ask: &RenewAsk) -> Done<RenewTasks> {
        let typed = self.typed_plan(ask)?;
        let (rows, says) = match &typed.old {
            Old::Commune(old) => self.commune_rows(&typed, old),
            Old::Own(old, _) => self.own_rows(&typed, old),
        };
        Ok(RenewTasks {
            outside: rows.iter().filter(|row| !row.fits).count(),
            rows,
            says,
        })
    }

    /// The tasks as they would be, and the phases in words.
    fn commune_rows(&self, typed: &Typed, old: &Plan) -> (Vec<RenewRow>, Vec<String>) {
        let tasks = self.tasks_of_plan(&typed.old_key);
        let rows = tasks
            .iter()
            .map(|(key, task)| self.renew_row(key, task, typed.renewal.dates(task)));
        let (phases, _) = parts_of(&typed.old_key, old);
        let phases = typed.renewal.phases(&phases);
        let says = phases.iter().map(|phase| {
            let label = phase.phase.map_or("", |phase| phase.label().get(self.lang));
            format!("{label}: {}", self.period_words(phase.from, phase.until))
        });
        (rows.collect(), says.collect())
    }

    fn renew_row(&self, key: &RecordKey, task: &Task, dates: Dates) -> RenewRow {
        let typed = |on: Option<NaiveDate>| on.map(day).unwrap_or_default();
        let title = [task.number.clone(), task.title.clone()];
        let repeat = task.repeat.filter(|repeat| *repeat != Repeat::Once);
        let detail = [
            task.lead.map(|lead| lead.label().get(self.lang).to_owned()),
            repeat.map(|repeat| repeat.label().inside(self.lang)),
        ];
        let binds = dates
            .deadline
            .map(|due| (due, self.view.holidays().roll_forward(due)));
        let binds = binds.filter(|(due, binds)| due != binds).map(|(_, binds)| {
            self.w(&Words::new(
                format!("Rơi vào ngày nghỉ, tính đến {}", day(binds)),
                format!("On a day off, binds on {}", day(binds)),
            ))
        });
        let old = [task.deadline, task.repeat_until];
        RenewRow {
            key: key.to_string(),
            title: title.into_iter().flatten().collect::<Vec<_>>().join(" "),
            detail: detail.into_iter().flatten().collect::<Vec<_>>().join(", "),
            old: old.into_iter().flatten().map(day).collect::<Vec<_>>().join(" – "),
            deadline: typed(dates.deadline),
            repeat_until: typed(dates.repeat_until),
            returns: task.repeat.and_then(Repeat::months).is_some(),
            binds: binds.unwrap_or_default(),
            fits: dates.fits,
        }
    }

    /// Writes the new plan and its tasks as one act. When it returns they are on the disk.
    fn renew_plan(&mut self, input: &RenewInput) -> Done<Renewed> {
        let typed = self.typed_plan(&input.ask)?;
        // One task twice is one task.
        let taken: BTreeMap<&str, &RenewTask> = input
            .tasks
            .iter()
            .rev()
            .map(|task| (task.key.as_str(), task))
            .collect();
        let made = match &typed.old {
            Old::Commune(old) => self.made_of_commune(&typed, old, &taken)?,
            Old::Own(old, said) => self.made_of_own(&typed, old, *said, &taken)?,
        };
        let by_book: BTreeMap<BookId, Vec<Edit>> = [(made.book, made.edits)].into();
        let saved = self.write_many(by_book, RENEW)?;
        self.discard_unfinished(&crate::unfinished::of_renewal(&input.ask.plan))?;
        let count = number(i64::try_from(taken.len()).unwrap_or(i64::MAX), self.lang);
        Ok(Renewed {
            act: saved.act.to_string(),
            key: made.key.to_string(),
            board: made.board.map(|plan| plan.to_string()),
            says: self.w(&Words::new(
                format!("Đã lập kế hoạch với {count} nhiệm vụ trên máy này"),
                format!("Plan with {count} tasks saved on this device"),
            )),
        })
    }

    fn made_of_commune(&self, typed: &Typed, old: &Plan, taken: &BTreeMap<&str, &RenewTask>) -> Done<Made> {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let key = Plan::key(fresh_id(&mut rng));
        let mut plan = Plan::read(&typed.record).value;
        let (phases, steps) = parts_of(&typed.old_key, old);
        let phases = typed.renewal.phases(&phases);
        let known: BTreeSet<Phase> = phases.iter().filter_map(|phase| phase.phase).collect();
        // Ids of parts are made from the plan's: they are another plan's elsewhere.
        let id = |list: &str, n: usize| record_id(&key.to_string(), &format!("{list}/{n}"));
        plan.phases = (0..).map(|n| id("phases", n)).zip(phases).collect();
        plan.steps = (0..).map(|n| id("steps", n)).zip(steps).collect();
        let record = plan.write();
        let book = self.book_for(PLAN, &record, Said::default())?;
        let mut edits = vec![Edit::Create {
            key: key.clone(),
            record,
        }];
        let mut problems = Vec::new();
        let old = self
            .tasks_of_plan(&typed.old_key)
            .into_iter()
            .map(|(key, task)| (key.to_string(), task));
        for (old, task) in these(old, taken)? {
            match self.carried_on(typed, &key, &known, &old, task) {
                Ok(record) => edits.push(Edit::Create {
                    key: Task::key(fresh_id(&mut rng)),
                    record,
                }),
                Err(more) => problems.extend(more),
            }
        }
        if !problems.is_empty() {
            return Err(Fault::fields(problems));
        }
        Ok(Made {
            book,
            board: Some(key.clone()),
            key,
            edits,
        })
    }

    /// A task of the old plan as one of the new, with the dates that were typed.
    fn carried_on(
        &self,
        typed: &Typed,
        plan: &RecordKey,
        phases: &BTreeSet<Phase>,
        old: &Task,
        task: &RenewTask,
    ) -> Result<RawRecord, Vec<Problem>> {
        let dates = typed.renewal.dates(old);
        let kept = Task {
            plan: Some(plan.clone()),
            ..typed.renewal.task(old, dates, phases)
        };
        let mut record = kept.write();
        let mut problems = Vec::new();
        for (name, said) in [("deadline", &task.deadline), ("repeat_until", &task.repeat_until)] {
            if let Some(field) = TASK.field(name)
                && let Err(problem) = enter(field, said, &mut record.fields)
            {
                problems.push(problem);
            }
        }
        if problems.is_empty() {
            let found = validate(TASK, &record, &self.context());
            problems.extend(
                found
                    .into_iter()
                    .filter(|problem| problem.weight == Weight::Blocks),
            );
        }
        let due = Task::read(&record).value;
        for (name, day) in [("deadline", due.deadline), ("repeat_until", due.repeat_until)] {
            problems.extend(typed.outside(name, day));
        }
        for problem in &mut problems {
            // What is wrong with another field than the two that stand here is to be mended in the old task.
            let name = if problem.place.field == "repeat_until" {
                "repeat_until"
            } else {
                "deadline"
            };
            problem.place = Place::field(&format!("{name}:{}", task.key));
        }
        if problems.is_empty() {
            Ok(record)
        } else {
            Err(problems)
        }
    }
}

/// A plan with its tasks, to be written.
struct Made {
    key: RecordKey,
    book: BookId,
    edits: Vec<Edit>,
    /// The commune's plan on whose board it is found.
    board: Option<RecordKey>,
}

/// Of the old plan's tasks, in its order, those that are taken over, with what was typed of them.
///
/// # Errors
/// One is taken that the old plan does not have.
fn these<'a, T>(
    old: impl Iterator<Item = (String, T)>,
    taken: &BTreeMap<&str, &'a RenewTask>,
) -> Done<Vec<(T, &'a RenewTask)>> {
    let here: Vec<(T, &RenewTask)> = old
        .filter_map(|(key, task)| Some((task, *taken.get(key.as_str())?)))
        .collect();
    if here.len() == taken.len() {
        Ok(here)
    } else {
        Err(Fault::not_understood("renew_plan"))
    }
}

impl Typed {
    /// What is wrong with a day that does not lie in the new period.
    fn outside(&self, name: &str, on: Option<NaiveDate>) -> Option<Problem> {
        on.filter(|on| !(self.from..=self.until).contains(on))?;
        let (from, until) = (day(self.from), day(self.until));
        Some(Problem::new(
            Place::field(name),
            Code::OutOfRange,
            format!("Ngày phải nằm trong kỳ mới, {from} – {until}. Nếu không cần việc này, bỏ đánh dấu."),
            format!("The day must be in the new period, {from} – {until}. Or leave the task out."),
        ))
    }
}

fn at(field: &str, code: Code, vi: &str, en: &str) -> Fault {
    Fault::fields(vec![Problem::new(Place::field(field), code, vi, en)])
}

fn cannot(error: CannotRenew) -> Fault {
    match error {
        CannotRenew::EndsBeforeItBegins => at(
            "until",
            Code::Order,
            "Kỳ đến ngày phải là ngày bắt đầu kỳ hoặc sau đó.",
            "The last day must be the first or later.",
        ),
        CannotRenew::OldHasNoEnd => Fault::new(
            "no_end",
            "Kế hoạch cũ chưa ghi ngày hết kỳ. Mở kế hoạch cũ và ghi “Kỳ đến ngày”.",
            "The old plan says no last day. Open it and enter one.",
        ),
        _ => at(
            "from",
            Code::Order,
            "Kỳ mới phải sau kỳ của kế hoạch cũ.",
            "The new period must be later than the old plan’s.",
        ),
    }
}
