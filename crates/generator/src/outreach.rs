//! Meetings, talks, contests and visits: more before Tết and in June, the month of action against drugs.

use chrono::{Datelike, NaiveDate};
use sothon_records::kinds::Outreach;
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::outreach::{Audience, Form, Theme};
use sothon_records::{ChoiceSet, Record, Shelf};

use crate::calendar::{after_tet, day_between, office_hours, plus, tet, working_day};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Place};
use crate::story::{event, no_earlier, noted};
use crate::words;

/// How busy a month is, in per cent.
fn season(first: NaiveDate) -> u64 {
    let to_tet = (tet(first.year()) - first).num_days();
    match first.month() {
        6 => 260,
        _ if (-5..=35).contains(&to_tet) => 150,
        7 | 8 => 80,
        _ => 100,
    }
}

/// What a village holds in a month.
pub(crate) fn month(world: &mut World, n: usize, first: NaiveDate, last: NaiveDate) {
    let first = first.max(plus(world.story.from, 10));
    if first > last {
        return;
    }
    let season = season(first);
    // Per thousand: not quite a meeting a month; a fifth of the households visited in a year.
    let (meetings, visits) = (world.scaled(8 * season), world.scaled(season * 200 / 1_200));
    let World { states, story, .. } = world;
    let Some(state) = states.get_mut(n) else {
        return;
    };
    let dice = &mut state.dice;
    let book = (Shelf::Village, Place::Village(n));
    for _ in 0..dice.times(1, meetings) {
        let day = after_tet(day_between(dice, first, last));
        let form = if first.month() == 6 {
            dice.weighted(
                &[
                    (Form::Talk, 3),
                    (Form::MobileInformation, 2),
                    (Form::VillageMeeting, 3),
                    (Form::Sport, 1),
                ],
                Form::Talk,
            )
        } else {
            let forms = [
                (Form::VillageMeeting, 8),
                (Form::Talk, 2),
                (Form::Direct, 2),
                (Form::Arts, 1),
                (Form::Sport, 1),
            ];
            dice.weighted(&forms, Form::VillageMeeting)
        };
        let most = (state.homes.len() as i64 * 3 / 2).max(20);
        let place = dice.pick::<&str>(words::HALL);
        let held = held(dice, day, form, Actor::VillageHead, place, most);
        let at = noted(dice, day);
        let author = if dice.percent(85) {
            Author::VillageHead(n)
        } else {
            Author::Deputy(n)
        };
        story.tell(event(at, author, book, "outreach.held", vec![held.create(dice.id())]).of(day));
    }
    for _ in 0..dice.times(state.homes.len(), visits) {
        let at = dice.below(state.homes.len() as u64) as usize;
        let Some(home) = state.homes.get(at).filter(|home| !home.gone) else {
            continue;
        };
        let day = after_tet(day_between(dice, first, last));
        if home.record.common.occurred.is_none_or(|entered| day < entered) {
            continue;
        }
        let mut visit = Outreach {
            form: Some(Form::HouseholdVisit),
            household: Some(home.key()),
            theme: themes(dice),
            date: Some(day),
            lead: Some(if dice.percent(90) {
                Actor::VillageHead
            } else {
                Actor::Front
            }),
            audience: [dice.weighted(
                &[
                    (Audience::Everybody, 5),
                    (Audience::Youth, 2),
                    (Audience::AtRisk, 2),
                ],
                Audience::Everybody,
            )]
            .into(),
            attendance: Some(dice.between(1, 6)),
            result: Some(dice.pick::<&str>(words::VISIT_RESULTS).to_owned()),
            ..Outreach::default()
        };
        visit.handed_out = dice
            .percent(40)
            .then(|| dice.pick::<&str>(words::HANDED_OUT).to_owned());
        let at = no_earlier(noted(dice, day), home.last);
        story.tell(
            event(
                at,
                Author::VillageHead(n),
                book,
                "outreach.visit",
                vec![visit.create(dice.id())],
            )
            .of(day),
        );
    }
}

/// What the units hold in a month.
pub(crate) fn units(world: &mut World, first: NaiveDate, last: NaiveDate) {
    let busy = world.scaled(4 * season(first));
    for (n, unit) in world.units.iter().enumerate() {
        let mut dice = Dice::new(world.parameters.seed, &format!("unit/{}/{first}", unit.code));
        let dice = &mut dice;
        if matches!(unit.actor, Actor::Office | Actor::PeoplesCommittee) {
            continue;
        }
        for _ in 0..dice.times(1, busy) {
            let day = working_day(day_between(dice, first, last));
            let form = match (unit.actor, first.month()) {
                (Actor::Youth | Actor::Culture, 6..=8) => {
                    dice.choose(&[Form::Sport, Form::Contest, Form::Arts, Form::Show])
                }
                (Actor::Culture, _) => dice.choose(&[Form::MobileInformation, Form::Arts, Form::Show]),
                (Actor::Police | Actor::Health, _) => Some(Form::Talk),
                _ => dice.choose(&[Form::Talk, Form::Exchange, Form::Direct, Form::Contest]),
            };
            let place = dice.pick::<&str>(words::UNIT_PLACES);
            let mut held = held(dice, day, form.unwrap_or(Form::Talk), unit.actor, place, 220);
            held.speaker = dice.percent(60).then(|| unit.leader.clone());
            if matches!(unit.actor, Actor::Women | Actor::Veterans) {
                held.audience = [Audience::UnionMembers].into();
            }
            let written = plus(day, dice.weighted(&[(0, 6), (1, 3), (20, 1)], 0));
            let at = office_hours(dice, written);
            let book = (Shelf::Unit, Place::Unit(n));
            world.story.tell(
                event(
                    at,
                    unit.author,
                    book,
                    "outreach.held",
                    vec![held.create(dice.id())],
                )
                .of(day),
            );
        }
    }
}

fn held(dice: &mut Dice, day: NaiveDate, form: Form, lead: Actor, place: &str, most: i64) -> Outreach {
    Outreach {
        form: Some(form),
        theme: themes(dice),
        date: Some(day),
        place: Some(place.to_owned()),
        lead: Some(lead),
        partners: dice
            .choose(&[Actor::Police, Actor::Front, Actor::Women, Actor::Youth])
            .filter(|other| *other != lead)
            .into_iter()
            .collect(),
        audience: [dice.weighted(
            &[
                (Audience::Everybody, 6),
                (Audience::Youth, 3),
                (Audience::Pupils, 2),
            ],
            Audience::Everybody,
        )]
        .into(),
        attendance: Some(dice.between(15, most.max(16))),
        handed_out: dice
            .percent(40)
            .then(|| dice.pick::<&str>(words::HANDED_OUT).to_owned()),
        result: Some(dice.pick::<&str>(words::MEETING_RESULTS).to_owned()),
        cost: dice.percent(30).then(|| dice.between(2, 30) * 100_000),
        ..Outreach::default()
    }
}

fn themes(dice: &mut Dice) -> std::collections::BTreeSet<Theme> {
    let count = dice.between(1, 3);
    (0..count).filter_map(|_| dice.choose(Theme::ALL)).collect()
}
