//! What the commune itself keeps: villages, units, officials, delegations, the plan with its tasks, population; and how
//! far villages and units have come with the tasks.

use chrono::{Datelike, NaiveDate};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::delegation::Form;
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::village::{VillageName, VillageType};
use sothon_records::kinds::{Delegation, Official, Plan, Population, Progress, Task, Unit, Village};
use sothon_records::plan::{self, ShippedPlan};
use sothon_records::{Edit, Record, RecordKey, Shelf, civil};

use crate::calendar::{after_tet, date, evening, office_hours, plus, plus_months, working_day};
use crate::commune::{Parameters, UnitOf, VillageOf, World};
use crate::dice::Dice;
use crate::event::{Author, Place};
use crate::story::{change, event, no_earlier};
use crate::{names, words};

const BOOK: (Shelf, Place) = (Shelf::Commune, Place::Commune);

/// Who there is.
pub(crate) struct Offices {
    pub villages: Vec<VillageOf>,
    pub units: Vec<UnitOf>,
}

const UNITS: &[(&str, &str, Actor)] = &[
    ("police", "Công an xã Quang Trung", Actor::Police),
    ("health", "Trạm Y tế xã Quang Trung", Actor::Health),
    ("office", "Văn phòng HĐND và UBND xã", Actor::Office),
    ("military", "Ban Chỉ huy Quân sự xã", Actor::Military),
    ("culture", "Văn hóa và Thông tin xã", Actor::Culture),
    ("front", "Ủy ban MTTQ xã", Actor::Front),
    ("women", "Hội Liên hiệp Phụ nữ xã", Actor::Women),
    ("youth", "Đoàn Thanh niên xã", Actor::Youth),
    ("veterans", "Hội Cựu chiến binh xã", Actor::Veterans),
    ("ex-police", "Hội Cựu Công an nhân dân xã", Actor::ExPolice),
    ("school", "Trường Trung học cơ sở Quang Trung", Actor::School),
];

/// Draws the villages and units with the people who lead them.
pub(crate) fn people(parameters: &Parameters) -> Offices {
    let mut dice = Dice::new(parameters.seed, "office/people");
    let dice = &mut dice;
    let name = |dice: &mut Dice| {
        let sex = names::sex(dice);
        names::full(dice, sex)
    };
    let villages = (1..=parameters.villages).map(|number| VillageOf {
        key: Village::key(dice.id()),
        code: format!("quang-trung-{number}"),
        name: format!("Thôn {number}"),
        head: name(dice),
        deputy: name(dice),
    });
    let villages = villages.collect();
    let units = UNITS.iter().enumerate().map(|(n, (code, unit, actor))| UnitOf {
        key: Unit::key(dice.id()),
        code,
        name: unit,
        actor: *actor,
        author: match actor {
            Actor::Police => Author::Police,
            Actor::Health => Author::Health,
            Actor::Office => Author::Office,
            _ => Author::Unit(n),
        },
        leader: name(dice),
    });
    let units = units.collect();
    Offices { villages, units }
}

/// The office enters villages, units and officials on the first days.
pub(crate) fn found(world: &mut World) {
    let mut dice = Dice::new(world.parameters.seed, "office/found");
    let dice = &mut dice;
    let since = date(2021, 7, 1);
    let from = world.story.from;
    let mut at = office_hours(dice, from);
    let mut tell = |world: &mut World, author, what, edits: Vec<Edit>| {
        at = no_earlier(at + chrono::Duration::minutes(11), at);
        world.story.tell(event(at, author, BOOK, what, edits));
    };
    let mut villages = Vec::new();
    let mut officials = Vec::new();
    for (n, village) in world.villages.iter().enumerate() {
        let name = VillageName {
            name: Some(village.name.clone()),
            from: Some(since),
            ..VillageName::default()
        };
        let record = Village {
            code: Some(village.code.clone()),
            type_of: Some(VillageType::Thon),
            order: Some(n as i64 + 1),
            // NQ 1686/NQ-UBTVQH15: a ward with villages of several former communes since then.
            former_commune: (from >= date(2025, 7, 1)).then(|| "Quang Trung".to_owned()),
            decision: Some("Theo danh sách thôn hiện hành của xã".to_owned()),
            from: Some(since),
            names: [(dice.id(), name)].into(),
            ..Village::default()
        };
        villages.push(record.create(village.key.id));
        for (name, position) in [
            (&village.head, "Trưởng thôn"),
            (&village.deputy, "Phó trưởng thôn"),
        ] {
            officials.push(official(dice, &village.key, name, position, since).create(dice.id()));
        }
    }
    let mut units = Vec::new();
    for (number, unit) in (1..).zip(&world.units) {
        let record = Unit {
            // That of its book, by which its name is found.
            code: Some(i32::to_string(&number)),
            name: Some(unit.name.to_owned()),
            actor: Some(unit.actor),
            from: Some(since),
            ..Unit::default()
        };
        units.push(record.create(unit.key.id));
        let position = match unit.actor {
            Actor::Police => "Trưởng Công an xã",
            Actor::Health => "Trạm trưởng",
            Actor::Office => "Chánh Văn phòng",
            Actor::Military => "Chỉ huy trưởng",
            Actor::School => "Hiệu trưởng",
            Actor::Youth => "Bí thư",
            _ => "Chủ tịch",
        };
        officials.push(official(dice, &unit.key, &unit.leader, position, since).create(dice.id()));
    }
    let office = world
        .units
        .iter()
        .find(|unit| unit.actor == Actor::Office)
        .map(|unit| unit.key.clone());
    let mut delegations = Vec::new();
    if let Some(office) = office {
        let sex = names::sex(dice);
        let (chair, deputy) = (names::full(dice, sex), names::full(dice, sex));
        let (chair_id, deputy_id) = (dice.id(), dice.id());
        officials.push(official(dice, &office, &chair, "Chủ tịch UBND xã", since).create(chair_id));
        officials.push(official(dice, &office, &deputy, "Phó Chủ tịch UBND xã", since).create(deputy_id));
        let delegation = Delegation {
            principal: Some(Official::key(chair_id)),
            deputy: Some(Official::key(deputy_id)),
            form: Some(Form::Deputy),
            matters: Some("Phòng, chống ma túy; văn hóa – xã hội".to_owned()),
            document: Some(format!(
                "Quyết định phân công ngày {}",
                sothon_records::problem::day(from)
            )),
            from: Some(from),
            ..Delegation::default()
        };
        delegations.push(delegation.create(dice.id()));
    }
    tell(world, Author::Office, "village.enter", villages);
    tell(world, Author::Office, "unit.enter", units);
    tell(world, Author::Office, "official.enter", officials);
    tell(world, Author::Chair, "delegation.enter", delegations);
}

fn official(dice: &mut Dice, unit: &RecordKey, name: &str, position: &str, since: NaiveDate) -> Official {
    Official {
        unit: Some(unit.clone()),
        name: Some(name.to_owned()),
        position: Some(position.to_owned()),
        phone: Some(names::phone(dice)),
        from: Some(since),
        ..Official::default()
    }
}

/// At the ends of June and December, and once at the start, the office notes each village's residents.
pub(crate) fn month(world: &mut World, first: NaiveDate, last: NaiveDate) {
    let half_year = matches!(last.month(), 6 | 12) && plus(last, 1).month() != last.month();
    if half_year && last > plus(world.story.from, 60) {
        let mut dice = Dice::new(world.parameters.seed, &format!("office/population/{first}"));
        population(world, last, &mut dice);
    }
    let start = plus(world.story.from, 26);
    if (first..=last).contains(&start) {
        let mut dice = Dice::new(world.parameters.seed, "office/population");
        population(world, start, &mut dice);
    }
}

fn population(world: &mut World, day: NaiveDate, dice: &mut Dice) {
    let World {
        states,
        story,
        villages,
        ..
    } = world;
    let edits: Vec<Edit> = villages
        .iter()
        .zip(states.iter())
        .filter(|(_, state)| !state.homes.is_empty())
        .map(|(village, state)| {
            let here = state.homes.iter().filter(|home| !home.gone);
            let record = Population {
                village: Some(village.key.clone()),
                date: Some(day),
                residents: Some(
                    here.clone()
                        .map(|home| home.record.residents_on(day) as i64)
                        .sum(),
                ),
                households: Some(here.count() as i64),
                source: Some("Công an xã, thống kê cư trú".to_owned()),
                ..Population::default()
            };
            record.create(dice.id())
        })
        .collect();
    let written = plus(day, dice.between(1, 5));
    let at = office_hours(dice, written);
    story.tell(event(at, Author::Office, BOOK, "population.enter", edits).of(day));
}

/// The plan as shipped, with the number and day that the commune gives it, and for later years a plan of what returns.
pub(crate) fn plans(world: &mut World) -> Vec<ShippedPlan> {
    // The data is checked by a test of records.
    let Ok(shipped) = plan::shipped() else {
        return Vec::new();
    };
    let (from, until) = (world.story.from, world.story.until);
    let issued = date(2024, 12, 14);
    let mut plans = Vec::new();
    if from <= date(2025, 12, 31) && until >= issued {
        plans.push((shipped.clone(), issued));
    }
    for year in from.year().max(2026)..=until.year() {
        let previous = plans.last().map(|(plan, _): &(ShippedPlan, _)| plan.plan_key());
        plans.push((yearly(&shipped, year, previous.as_ref()), date(year, 1, 2)));
    }
    let mut dice = Dice::new(world.parameters.seed, "office/plans");
    for (plan, issued) in &mut plans {
        plan.plan.number = Some(format!("{}/KH-UBND", dice.between(20, 240)));
        plan.plan.issued_on = Some(*issued);
        let day = working_day(plus(*issued, 1).max(plus(from, 1)));
        let edits = plan
            .records()
            .into_iter()
            .map(|(key, record)| Edit::Create { key, record });
        world.story.tell(event(
            office_hours(&mut dice, day),
            Author::Office,
            BOOK,
            "plan.enter",
            edits.collect(),
        ));
    }
    plans.into_iter().map(|(plan, _)| plan).collect()
}

/// What returns of the shipped plan, as the plan of a later year.
fn yearly(shipped: &ShippedPlan, year: i32, previous: Option<&RecordKey>) -> ShippedPlan {
    let mut plan = shipped.clone();
    plan.name = format!("plan-{year}");
    plan.plan = Plan {
        name: Some(format!("Kế hoạch phòng, chống ma túy năm {year}")),
        from: Some(date(year, 1, 1)),
        until: Some(date(year, 12, 31)),
        previous: previous.cloned(),
        ..shipped.plan.clone()
    };
    let key = plan.plan_key();
    let later = u32::try_from(year - 2025).unwrap_or(0) * 12;
    let end = date(year, 12, 31);
    plan.tasks.retain_mut(|shipped| {
        let task = &mut shipped.task;
        let first = task
            .due_dates(date(2025, 12, 31))
            .into_iter()
            .find(|day| day.year() == 2025);
        let returns = task.repeat.and_then(Repeat::months).is_some();
        let Some(first) = first.filter(|_| returns) else {
            return false;
        };
        task.plan = Some(key.clone());
        task.phase = None;
        task.deadline = Some(plus_months(first, later));
        task.repeat_until = Some(end);
        true
    });
    plan
}

/// Who answers for a task of an actor.
fn responsible(units: &[UnitOf], actor: Actor) -> Option<(usize, Author)> {
    let code = match actor {
        Actor::Police | Actor::SecurityForce | Actor::VillageHead | Actor::PartyCell => Actor::Police,
        Actor::Health | Actor::Pharmacy => Actor::Health,
        Actor::PartyCommittee
        | Actor::PeoplesCommittee
        | Actor::SteeringCommittee
        | Actor::ModelCommittee
        | Actor::HelperTeam
        | Actor::Office
        | Actor::Other => Actor::Office,
        other => other,
    };
    let found = units.iter().enumerate().find(|(_, unit)| unit.actor == code);
    found.map(|(n, unit)| (n, unit.author))
}

/// Reports on the tasks: most done and in time, some half done, some not reported at all.
pub(crate) fn progress(world: &mut World, plans: &[ShippedPlan]) {
    for plan in plans {
        let begins = plan
            .plan
            .issued_on
            .unwrap_or(world.story.from)
            .max(world.story.from);
        for shipped in &plan.tasks {
            let task = plan.task_key(shipped);
            for n in 0..world.villages.len() {
                if shipped.task.per_village == Some(true) {
                    let topic = format!("progress/{task}/village/{n}");
                    let book = (Shelf::Village, Place::Village(n));
                    report(
                        world,
                        &topic,
                        &shipped.task,
                        &task,
                        begins,
                        Author::VillageHead(n),
                        book,
                    );
                }
            }
            if shipped.task.per_village == Some(true) {
                continue;
            }
            if let Some((n, author)) = shipped.task.lead.and_then(|lead| responsible(&world.units, lead)) {
                let topic = format!("progress/{task}/unit");
                report(
                    world,
                    &topic,
                    &shipped.task,
                    &task,
                    begins,
                    author,
                    (Shelf::Unit, Place::Unit(n)),
                );
            }
        }
    }
}

fn report(
    world: &mut World,
    topic: &str,
    task: &Task,
    key: &RecordKey,
    begins: NaiveDate,
    author: Author,
    book: (Shelf, Place),
) {
    let mut dice = Dice::new(world.parameters.seed, topic);
    let dice = &mut dice;
    // Reports come in evenings in villages, in office hours elsewhere.
    let when = |dice: &mut Dice, day| match author {
        Author::VillageHead(_) => evening(dice, after_tet(day)),
        _ => office_hours(dice, day),
    };
    let due_dates = task.due_dates(plus(world.story.until, 10));
    for due in due_dates.into_iter().filter(|due| *due >= begins) {
        if dice.percent(9) {
            continue;
        }
        let late = dice.percent(18);
        let day = if late {
            plus(due, dice.between(1, 25))
        } else {
            plus(due, -dice.between(0, 12))
        };
        let day = working_day(day.max(plus(begins, 4)));
        let done = dice.percent(82);
        let id = dice.id();
        let mut progress = Progress {
            task: Some(key.clone()),
            due: Some(due),
            date: Some(day),
            percent: Some(if done { 100 } else { dice.between(2, 9) * 10 }),
            result: Some(
                dice.pick::<&str>(if done {
                    words::PROGRESS
                } else {
                    words::PROGRESS_PART
                })
                .to_owned(),
            ),
            evidence: done.then(|| dice.pick::<&str>(words::EVIDENCE).to_owned()),
            ..Progress::default()
        };
        let at = when(dice, day);
        world.story.tell(event(
            at,
            author,
            book,
            "progress.report",
            vec![progress.create(id)],
        ));
        if !done && dice.percent(60) {
            let later = working_day(plus(day, dice.between(5, 30)));
            let before = progress.clone();
            progress.date = Some(later);
            progress.percent = Some(100);
            progress.result = Some(dice.pick::<&str>(words::PROGRESS).to_owned());
            let at = no_earlier(when(dice, later), at);
            let day = civil::date_in_vietnam(at);
            progress.date = Some(later.min(day));
            world.story.tell(event(
                at,
                author,
                book,
                "progress.done",
                change(id, &before, &progress),
            ));
        }
    }
}
