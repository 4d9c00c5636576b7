//! Persons under management: none to five in a village, each with a way through the states of the law, the documents
//! on which these rest, an assignment card, a contact a month; and the figures that the police publish of them.

use chrono::{Datelike, NaiveDate};
use sothon_records::civil::YearOrDate;
use sothon_records::kinds::contact::{Attitude, ContactForm};
use sothon_records::kinds::document::DocumentType;
use sothon_records::kinds::household::Sex;
use sothon_records::kinds::person::{
    Episode, ExitReason, Regime, ResidenceKind, Schooling, State, Substance,
};
use sothon_records::kinds::{Assignment, Contact, Document, Figure, Person};
use sothon_records::{ChoiceSet, Edit, Record, RecordId, RecordKey, Shelf};

use crate::calendar::{
    after_tet, date, day_between, minus_months, office_hours, plus, plus_months, working_day,
};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Place};
use crate::story::{Story, change, event, no_earlier, noted};
use crate::{names, words};

/// A step on the way: the state, the paper, the fewest and the most months until the next.
type Step = (State, DocumentType, i64, i64);

const USER: Step = (State::U1, DocumentType::UserManagement, 12, 12);
const TAKEN_OFF: Step = (State::E0, DocumentType::UserEnded, 0, 0);
const WAITING: Step = (State::X1, DocumentType::FindingRequested, 1, 2);
const ADDICTED: Step = (State::A1, DocumentType::Finding, 1, 4);
const AT_HOME: Step = (State::A2, DocumentType::VoluntaryRehab, 7, 12);
const SUBSTITUTION: Step = (State::A5, DocumentType::TreatmentConfirmed, 30, 60);
const FILE_MADE: Step = (State::C1, DocumentType::Violation, 1, 3);
const COMPULSORY: Step = (State::C2, DocumentType::Court, 12, 20);
const COMPLETED: Step = (State::H0, DocumentType::RehabCompleted, 1, 1);
const AFTER_CARE: Step = (State::H1, DocumentType::AfterCare, 12, 12);
const SERVED: Step = (State::E0, DocumentType::AfterCareServed, 0, 0);

/// Ways through the states, by weight.
const WAYS: &[(&[Step], u64)] = &[
    (&[USER, TAKEN_OFF], 30),
    (
        &[USER, WAITING, ADDICTED, AT_HOME, COMPLETED, AFTER_CARE, SERVED],
        20,
    ),
    (&[ADDICTED, SUBSTITUTION], 22),
    (&[ADDICTED, AT_HOME, COMPLETED, AFTER_CARE, SERVED], 14),
    (
        &[ADDICTED, FILE_MADE, COMPULSORY, COMPLETED, AFTER_CARE, SERVED],
        14,
    ),
];

/// One person's file while the history is made.
pub(crate) struct Care {
    village: usize,
    id: RecordId,
    person: Person,
    /// When each episode was written down.
    steps: Vec<(NaiveDate, RecordId, Option<Document>)>,
}

/// Draws who is under management, before the households begin to change: they then stay where they are.
pub(crate) fn begin(world: &mut World) -> Vec<Care> {
    let (from, until) = (world.story.from, world.story.until);
    let years = ((until - from).num_days() / 365) as u64;
    let mut cares = Vec::new();
    for n in 0..world.states.len() {
        let mut dice = Dice::new(world.parameters.seed, &format!("care/{n}"));
        let dice = &mut dice;
        let now = dice.weighted(&[(0, 2), (1, 3), (2, 4), (3, 3), (4, 2), (5, 1)], 2u64);
        // Later years bring a new one for about each that leaves.
        let later = (0..years).filter(|_| dice.percent(60)).count() as u64;
        for nth in 0..now + later {
            let begins = if nth < now {
                minus_months(from, dice.below(11) as u32 + 1)
            } else {
                plus(from, 365 * (nth - now + 1) as i64 - dice.between(5, 300))
            };
            // The first of all is a user, so that even a small commune has one.
            if let Some(care) = draw(world, dice, n, working_day(begins), cares.is_empty() && nth == 0) {
                cares.push(care);
            }
        }
    }
    cares
}

fn draw(world: &mut World, dice: &mut Dice, n: usize, begins: NaiveDate, first: bool) -> Option<Care> {
    let state = world.states.get_mut(n)?;
    let (at, who) = (0..60).find_map(|_| {
        let at = dice.below(state.homes.len() as u64) as usize;
        let home = state.homes.get(at).filter(|home| !home.in_care && !home.gone)?;
        let aged = home.aged(begins, 19, 52);
        let men = aged.iter().copied().filter(|id| {
            home.record
                .members
                .get(id)
                .is_some_and(|member| member.sex == Some(Sex::Male) && member.away_at.is_none())
        });
        Some((at, dice.choose(&men.collect::<Vec<_>>())?))
    })?;
    let home = state.homes.get_mut(at)?;
    home.in_care = true;
    let member = home.record.members.get(&who)?;
    let mut born = member.born?;
    let young = !first && dice.percent(6);
    if young {
        // Under 18 to the end of the history: the rules for minors then hold all the time.
        born = YearOrDate::Year(world.story.until.year() - 15);
    }
    let way = match () {
        () if first => &[USER, TAKEN_OFF][..],
        () if young => &[USER][..],
        () => dice.weighted(WAYS, &[USER, TAKEN_OFF]),
    };
    let id = dice.id();
    let mut person = Person {
        name: if young {
            Some(names::full(dice, Sex::Male))
        } else {
            member.name.clone()
        },
        born: Some(born),
        sex: Some(Sex::Male),
        household: Some(home.key()),
        address: home.record.address.clone(),
        residence: Some(if dice.percent(92) {
            ResidenceKind::Stable
        } else {
            ResidenceKind::Unstable
        }),
        guardian: young.then(|| home.record.head.clone()).flatten(),
        occupation: Some(dice.pick::<&str>(words::WORK).to_owned()),
        schooling: dice.choose(&[
            Schooling::Primary,
            Schooling::LowerSecondary,
            Schooling::LowerSecondary,
            Schooling::UpperSecondary,
        ]),
        substances: [dice.weighted(
            &[
                (Substance::Methamphetamine, 5),
                (Substance::Heroin, 4),
                (Substance::Ketamine, 1),
                (Substance::Synthetic, 2),
            ],
            Substance::Heroin,
        )]
        .into(),
        used_since: Some(i64::from(begins.year()) - dice.between(1, if young { 2 } else { 8 })),
        rehab_number: Some(dice.weighted(&[(1, 6), (2, 3), (3, 1)], 1)),
        ..Person::default()
    };
    person.common.occurred = Some(begins);
    let steps = walk(dice, way, begins, world.story.until, &mut person, id);
    Some(Care {
        village: n,
        id,
        person,
        steps,
    })
}

/// Goes the way as far as the last day: one episode after the other, each ended by the next.
fn walk(
    dice: &mut Dice,
    way: &[Step],
    begins: NaiveDate,
    until: NaiveDate,
    person: &mut Person,
    id: RecordId,
) -> Vec<(NaiveDate, RecordId, Option<Document>)> {
    let mut steps = Vec::new();
    let mut day = begins;
    let mut open: Option<RecordId> = None;
    for (state, paper, least, most) in way {
        if day > until {
            break;
        }
        let (episode_id, document_id) = (dice.id(), dice.id());
        let lacking = dice.percent(4);
        let number = dice.between(1, 240);
        let court = *paper == DocumentType::Court;
        let document = Document {
            person: Some(Person::key(id)),
            kind_of: Some(*paper),
            number: Some(format!("{number}/{}", if court { "QĐ-TA" } else { "QĐ-UBND" })),
            date: Some(day),
            authority: Some(
                if court {
                    "Tòa án nhân dân khu vực"
                } else {
                    "Ủy ban nhân dân xã"
                }
                .to_owned(),
            ),
            valid_from: Some(day),
            folio: Some(format!("{:02}", steps.len() + 1)),
            ..Document::default()
        };
        let mut months = dice.between(*least, *most);
        let compulsory = person
            .episodes
            .values()
            .any(|episode| episode.state == Some(State::C2));
        if *state == State::H1 && compulsory {
            months = 24;
        }
        let terms = matches!(state, State::A2 | State::C2 | State::U1);
        let ends = plus_months(day, months as u32);
        let episode = Episode {
            state: Some(*state),
            from: Some(day),
            until: terms.then_some(ends),
            basis: (!lacking).then(|| Document::key(document_id)),
            regime: Some(Regime::on(day)),
            exit_reason: (*state == State::E0).then_some(match paper {
                DocumentType::AfterCareServed => ExitReason::AfterCareServed,
                _ => ExitReason::YearWithoutUse,
            }),
            ..Episode::default()
        };
        if let Some(before) = open.and_then(|open| person.episodes.get_mut(&open)) {
            before.ended = Some(day);
        }
        person.episodes.insert(episode_id, episode);
        steps.push((day, episode_id, (!lacking).then_some(document)));
        open = Some(episode_id);
        // A decision comes some days after a term is over.
        day = working_day(plus(ends, dice.between(0, 9)));
    }
    steps
}

/// Writes down every file, card and contact.
pub(crate) fn tell(world: &mut World, cares: &mut [Care]) {
    for (nth, care) in cares.iter_mut().enumerate() {
        let mut dice = Dice::new(world.parameters.seed, &format!("care/file/{nth}"));
        let head = world.head(care.village);
        let assigned = file(&mut world.story, &mut dice, care);
        contacts(&mut world.story, &mut dice, care, &head, nth, assigned);
    }
}

/// The file: made with what has been, continued with each step. Gives the day on which it was made.
fn file(story: &mut Story, dice: &mut Dice, care: &Care) -> NaiveDate {
    let book = (Shelf::CareFiles, Place::Village(care.village));
    let begins = care.steps.first().map_or(story.from, |(day, ..)| *day);
    let made = working_day(begins.max(plus(story.from, dice.between(22, 34))));
    let mut at = office_hours(dice, made);
    let mut kept: Option<Person> = None;
    let mut page: Vec<Edit> = Vec::new();
    let last = care.steps.len().saturating_sub(1);
    for (nth, (day, id, document)) in care.steps.iter().enumerate() {
        let known = *day <= made;
        let mut person = care.person.clone();
        // As it stood then: what came later is not known yet.
        person.episodes.retain(|_, episode| episode.from <= Some(*day));
        for episode in person.episodes.values_mut() {
            episode.ended = episode.ended.filter(|ended| ended <= day);
        }
        let basis = person.episodes.get(id).and_then(|episode| episode.basis.clone());
        if let (Some(document), Some(key)) = (document, basis) {
            page.push(document.create(key.id));
        }
        let next_known = care.steps.get(nth + 1).is_some_and(|(next, ..)| *next <= made);
        if known && next_known && nth < last {
            continue;
        }
        match &kept {
            None => page.push(person.create(care.id)),
            Some(kept) => page.extend(change(care.id, kept, &person)),
        }
        let what = if kept.is_none() {
            "person.enter"
        } else {
            "person.episode"
        };
        let author = if dice.percent(80) {
            Author::Police
        } else {
            Author::PoliceChief
        };
        if !known {
            let written = plus(*day, dice.weighted(&[(0, 5), (1, 3), (3, 2)], 0));
            at = no_earlier(office_hours(dice, written), at);
        }
        // A file that is begun long after its first day is no late entry: the state is what counts.
        story.tell(event(at, author, book, what, std::mem::take(&mut page)));
        kept = Some(person);
    }
    made
}

/// The card for the village head, and the contacts; without a card (one in seven) the police alone meet the person.
fn contacts(story: &mut Story, dice: &mut Dice, care: &Care, head: &str, nth: usize, made: NaiveDate) {
    let village = Place::Village(care.village);
    let mut from = working_day(plus(made, dice.between(3, 10)));
    let without_card = nth % 7 == 6;
    while from <= story.until {
        let Some(standing) = care.person.standing(from) else {
            return;
        };
        let state = standing.state;
        if matches!(state, State::E0 | State::C2 | State::P1) {
            // Nobody to meet now: look again when something changes.
            match care.steps.iter().map(|(day, ..)| *day).find(|day| *day > from) {
                Some(next) => from = next,
                None => return,
            }
            continue;
        }
        let ended = standing
            .episode
            .ended
            .unwrap_or(story.until.max(from))
            .min(plus_months(from, 12));
        let until = ended.max(from);
        let card_id = dice.id();
        let at = office_hours(dice, from);
        if !without_card {
            let card = Assignment {
                person: Some(Person::key(care.id)),
                name: care.person.name.clone(),
                address: care.person.address.clone(),
                assignee: Some(head.to_owned()),
                duties: Some(dice.pick::<&str>(words::DUTIES).to_owned()),
                from: Some(from),
                // As decided: a year, or to the end of the state if that comes first.
                until: Some(plus_months(from, 12)),
                next_on: Some(plus(from, dice.between(7, 25))),
                basis: Some(format!(
                    "Quyết định số {}/QĐ-UBND ngày {}",
                    dice.between(1, 99),
                    sothon_records::problem::day(from)
                )),
                ..Assignment::default()
            };
            story.tell(event(
                at,
                Author::Police,
                (Shelf::CareAssignments, village),
                "assignment.enter",
                vec![card.create(card_id)],
            ));
        }
        let card = (!without_card).then(|| Assignment::key(card_id));
        let mut month = from;
        while month < until {
            let end = plus_months(month, 1).min(until);
            let day = after_tet(day_between(dice, plus(month, 5).min(end), end));
            // One month in nine is missed.
            if dice.percent(89) && day <= story.until {
                let by_head = card.is_some() && dice.percent(80);
                let (author, by) = if by_head {
                    (Author::VillageHead(care.village), head)
                } else {
                    (Author::Police, "Công an xã")
                };
                let contact = contact(dice, care.id, card.clone(), day, by);
                let shelf = if card.is_some() {
                    Shelf::CareContacts
                } else {
                    Shelf::CareFiles
                };
                let written = if by_head {
                    noted(dice, day)
                } else {
                    office_hours(dice, day)
                };
                let written = no_earlier(written, at);
                story.tell(
                    event(
                        written,
                        author,
                        (shelf, village),
                        "contact.enter",
                        vec![contact.create(dice.id())],
                    )
                    .of(day),
                );
            }
            month = plus_months(month, 1);
        }
        from = working_day(plus(until, 1));
    }
}

fn contact(dice: &mut Dice, person: RecordId, card: Option<RecordKey>, day: NaiveDate, by: &str) -> Contact {
    Contact {
        person: Some(Person::key(person)),
        assignment: card,
        date: Some(day),
        by: Some(by.to_owned()),
        form: dice.choose(&[
            ContactForm::HomeVisit,
            ContactForm::HomeVisit,
            ContactForm::Meeting,
            ContactForm::Phone,
        ]),
        content: Some(dice.pick::<&str>(words::CONTACT_CONTENTS).to_owned()),
        attitude: dice.choose(Attitude::ALL),
        health: dice
            .percent(60)
            .then(|| dice.pick::<&str>(words::HEALTH).to_owned()),
        work: dice
            .percent(50)
            .then(|| dice.pick::<&str>(words::WORK).to_owned()),
        needs: dice
            .percent(30)
            .then(|| dice.pick::<&str>(words::NEEDS).to_owned()),
        next_on: dice.percent(70).then(|| plus(day, dice.between(20, 32))),
        tell_police: Some(dice.percent(6)),
        ..Contact::default()
    }
}

/// After each quarter the chief of police publishes the commune's figures. Villages are left out: small counts name
/// people (domain.md §6). `received` are the days of the tips.
pub(crate) fn publish(world: &mut World, cares: &[Care], received: &[NaiveDate]) {
    let (from, until) = (world.story.from, world.story.until);
    let mut dice = Dice::new(world.parameters.seed, "care/figures");
    let dice = &mut dice;
    let quarters =
        (from.year()..=until.year()).flat_map(|year| [1, 4, 7, 10].map(|month| date(year, month, 1)));
    for first in quarters.filter(|first| *first >= from || plus_months(*first, 3) > plus(from, 45)) {
        let last = plus(plus_months(first, 3), -1);
        let count = |on: fn(&sothon_records::standing::Standing<'_>) -> bool| {
            let standing = cares.iter().filter_map(|care| care.person.standing(last));
            standing
                .filter(|standing| standing.counts() && on(standing))
                .count() as i64
        };
        let tips = received
            .iter()
            .filter(|day| (first..=last).contains(*day))
            .count() as i64;
        let figures = [
            ("I02", last, count(|standing| standing.lists.addicted)),
            ("I03", last, count(|standing| standing.lists.users)),
            (
                "I04",
                last,
                count(|standing| standing.lists.addicted && standing.state.is_at_home()),
            ),
            ("I34", first, tips),
        ];
        let edits = figures.map(|(indicator, begins, value)| {
            let figure = Figure {
                indicator: Some(indicator.to_owned()),
                from: Some(begins),
                until: Some(last),
                value: Some(value),
                definition: Some(1),
                published_by: Some("Công an xã".to_owned()),
                common: sothon_records::common::Common {
                    occurred: Some(plus(last, 1)),
                    ..Default::default()
                },
                ..Figure::default()
            };
            figure.create(dice.id())
        });
        let at = office_hours(dice, plus(last, 3));
        let day = sothon_records::civil::date_in_vietnam(at);
        let event = event(
            at,
            Author::PoliceChief,
            (Shelf::Commune, Place::Commune),
            "figure.publish",
            edits.into(),
        );
        world.story.tell(event.of(day));
    }
}
