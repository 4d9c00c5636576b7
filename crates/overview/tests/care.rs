//! Figures of care, tips and tasks of small communes made by hand; the numbers are worked out in the comments.

use crate::common::*;
use sothon_overview::{Change, Figure, Period, Place, Source, Value, View};
use sothon_records::civil::{parse_date, parse_instant};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::household::Sex;
use sothon_records::kinds::outreach::{Audience, Form};
use sothon_records::kinds::person::{Episode, State};
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::tip::Channel;
use sothon_records::kinds::tip_handling::{Finding, Step};
use sothon_records::kinds::{
    Contact, Document, Figure as Published, Outreach, Person, Progress, Task, Tip, TipHandling, Unit,
};
use sothon_records::{Lang, Record, Shelf};

use Value::{Missing, Number, Rate};

fn episode(state: State, from: &str, ended: &str) -> Episode {
    Episode {
        state: Some(state),
        from: parse_date(from),
        ended: parse_date(ended),
        basis: Some(Document::key(id(900))),
        ..Episode::default()
    }
}

fn person(sex: Sex, episodes: impl IntoIterator<Item = Episode>) -> Person {
    let numbered = episodes.into_iter().enumerate();
    Person {
        name: Some("Trần Văn Minh".into()),
        sex: Some(sex),
        episodes: numbered.map(|(n, episode)| (id(n as u128), episode)).collect(),
        ..Person::default()
    }
}

fn asked(view: &View, code: &str, period: Period, place: Place) -> Figure {
    view.value(code, &period, place).expect("an indicator")
}

fn on(text: &str) -> Period {
    Period::day(day(text))
}

/// Village 1: a user from 10/05/2024 (a year), found addicted (A1) on 15/01/2025 and in rehab (A2) from 01/02/2025; a
/// woman in compulsory rehab from 01/03/2025 (regime A: on the list, not in the community); one without a document.
/// Village 2: a user since 01/06/2024, whose year is over on 02/06/2025. Village 3: nobody.
fn persons() -> Vec<Change> {
    let mut lacking = person(Sex::Male, [episode(State::A1, "2025-01-01", "")]);
    lacking.episodes.get_mut(&id(0)).unwrap().basis = None;
    let first = person(
        Sex::Male,
        [
            episode(State::U1, "2024-05-10", "2025-01-15"),
            episode(State::A1, "2025-01-15", "2025-02-01"),
            episode(State::A2, "2025-02-01", ""),
        ],
    );
    vec![
        village(1),
        village(2),
        village(3),
        put(care(1), 31, &first),
        put(
            care(1),
            32,
            &person(Sex::Female, [episode(State::C2, "2025-03-01", "")]),
        ),
        put(care(1), 33, &lacking),
        put(
            care(2),
            34,
            &person(Sex::Male, [episode(State::U1, "2024-06-01", "")]),
        ),
    ]
}

#[test]
fn lists_are_counted_by_state_term_and_document_on_any_day() {
    let mut view = view(persons());
    view.open_books([care(3)]);
    let at = |code, text, place| asked(&view, code, on(text), place).values;
    let n = |values: [i64; 3]| values.map(Number);
    let (one, two) = (Place::Village(1), Place::Village(2));
    // Counted, term over, without a document.
    assert_eq!(at("I02", "2025-01-14", one), n([0, 0, 1]));
    assert_eq!(at("I02", "2025-01-15", one), n([1, 0, 1]));
    assert_eq!(at("I02", "2025-06-10", one), n([2, 0, 1]));
    assert_eq!(at("I04", "2025-06-10", one), n([1, 0, 1]));
    assert_eq!(at("I03", "2025-01-14", one), n([1, 0, 0]));
    assert_eq!(at("I03", "2025-01-15", one), n([0, 0, 0]));
    assert_eq!(at("I03", "2025-06-01", two), n([1, 0, 0]));
    assert_eq!(at("I03", "2025-06-02", two), n([0, 1, 0]));
    assert_eq!(at("I03", "2025-06-10", Place::Village(3)), n([0, 0, 0]));
    assert_eq!(at("I02", "2025-06-10", Place::Commune), n([2, 0, 1]));
    let parts = asked(&view, "I02", on("2025-06-10"), Place::Commune).parts;
    let parts: Vec<_> = parts
        .iter()
        .map(|part| (part.split, part.name, part.value))
        .collect();
    assert_eq!(
        parts,
        [
            ("state", "a2", Number(1)),
            ("state", "c2", Number(1)),
            ("sex", "female", Number(1)),
            ("sex", "male", Number(1)),
        ]
    );
}

#[test]
fn a_person_carried_over_is_one_and_a_voided_one_is_none() {
    let next = book(Shelf::CareFiles, Place::Village(1), 2026);
    let mut changes = persons();
    let ended = person(Sex::Male, [episode(State::E0, "2026-01-05", "")]);
    changes.push(put(next, 31, &ended));
    let mut seen = view(changes.clone());
    assert_eq!(
        asked(&seen, "I02", on("2025-06-10"), Place::Village(1)).main(),
        Number(1)
    );
    assert_eq!(seen.books_of(&Person::key(id(31)))[0].year, 2026);
    // The new volume does not count any more: the old copy stands again.
    seen.apply([change(next, Person::key(id(31)), None)]);
    assert_eq!(
        asked(&seen, "I02", on("2025-06-10"), Place::Village(1)).main(),
        Number(2)
    );
    let mut voided = person(Sex::Female, [episode(State::C2, "2025-03-01", "")]);
    voided.common.voided = Some(true);
    seen.apply([put(care(1), 32, &voided)]);
    assert_eq!(
        asked(&seen, "I02", on("2025-06-10"), Place::Village(1)).main(),
        Number(1)
    );
    assert!(seen.agrees_with(&seen.recomputed()));
}

#[test]
fn who_may_not_read_care_sees_what_was_published_and_else_that_there_are_no_data() {
    let published = |n: u128, village: Option<u32>, until: &str, value| {
        let figure = Published {
            indicator: Some("I02".into()),
            from: parse_date(until),
            until: parse_date(until),
            village: village.map(village_key),
            value: Some(value),
            ..Published::default()
        };
        put(commune(), n, &figure)
    };
    let view = view([
        village(1),
        village(2),
        published(80, None, "2025-03-31", 4),
        published(81, None, "2025-05-31", 5),
        published(82, Some(1), "2025-05-31", 3),
    ]);
    let figure = asked(&view, "I02", on("2025-06-10"), Place::Commune);
    assert_eq!(figure.values, [Number(5), Missing, Missing]);
    assert_eq!(
        figure.source,
        Source::Published {
            until: day("2025-05-31")
        }
    );
    assert_eq!(figure.as_of, day("2025-05-31"));
    assert_eq!(
        asked(&view, "I02", on("2025-04-10"), Place::Commune).main(),
        Number(4)
    );
    assert_eq!(
        asked(&view, "I02", on("2025-06-10"), Place::Village(1)).main(),
        Number(3)
    );
    let none = asked(&view, "I02", on("2025-06-10"), Place::Village(2));
    assert_eq!((none.main(), none.source), (Missing, Source::Nothing));
    assert_eq!(
        asked(&view, "I03", on("2025-06-10"), Place::Commune)
            .main()
            .text(Lang::Vi),
        "chưa có số liệu"
    );
}

#[test]
fn contacts_are_counted_with_who_was_met_and_who_each_month() {
    let contact = |n: u128, person: u128, date: &str| {
        let contact = Contact {
            person: Some(Person::key(id(person))),
            date: parse_date(date),
            ..Contact::default()
        };
        put(care(1), n, &contact)
    };
    let mut changes = persons();
    changes.extend([
        contact(1, 31, "2025-03-05"),
        contact(2, 31, "2025-04-10"),
        contact(3, 31, "2025-04-20"),
        contact(4, 31, "2025-05-31"),
        contact(5, 33, "2025-04-01"),
        contact(6, 32, "2025-02-01"),
    ]);
    let view = view(changes);
    // March to May: four contacts with 31, one with 33. At home and managed in each month: 31 (met in each) and 33
    // (met in April only); 32 is in a facility.
    let spring = Period::free(day("2025-03-01"), day("2025-05-31")).unwrap();
    let values = asked(&view, "I16", spring, Place::Village(1)).values;
    assert_eq!(values, [Number(5), Number(2), Rate { part: 1, whole: 2 }]);
    let april = Period::month(2025, 4).unwrap();
    let values = asked(&view, "I16", april, Place::Village(1)).values;
    assert_eq!(values, [Number(3), Number(2), Rate { part: 2, whole: 2 }]);
}

#[test]
fn outreach_of_villages_and_units_adds_up_and_the_police_year_ends_on_14_december() {
    let outreach = |date: &str, form, people| Outreach {
        form: Some(form),
        date: parse_date(date),
        attendance: Some(people),
        lead: Some(Actor::VillageHead),
        audience: [Audience::Everybody, Audience::Youth].into(),
        ..Outreach::default()
    };
    let union = book(Shelf::Unit, Place::Unit(7), 2025);
    let mut view = view([
        village(1),
        village(2),
        put(general(1), 1, &outreach("2024-12-14", Form::VillageMeeting, 100)),
        put(general(1), 2, &outreach("2024-12-15", Form::VillageMeeting, 60)),
        put(general(1), 3, &outreach("2025-12-14", Form::Talk, 40)),
        put(general(1), 4, &outreach("2025-12-15", Form::Talk, 30)),
        put(union, 5, &outreach("2025-05-01", Form::Talk, 25)),
    ]);
    view.open_books([general(2)]);
    let year = Period::police_year(2025).unwrap();
    let at = |period, place| asked(&view, "I23", period, place).values;
    assert_eq!(at(year, Place::Village(1)), [Number(2), Number(100)]);
    assert_eq!(at(year, Place::Unit(7)), [Number(1), Number(25)]);
    assert_eq!(at(year, Place::Village(2)), [Missing, Missing]);
    assert_eq!(at(year, Place::Commune), [Number(3), Number(125)]);
    assert_eq!(
        at(Period::year(2025).unwrap(), Place::Village(1)),
        [Number(2), Number(70)]
    );
    assert_eq!(
        at(Period::month(2024, 12).unwrap(), Place::Village(1)),
        [Number(2), Number(160)]
    );
    assert_eq!(
        at(Period::quarter(2025, 2).unwrap(), Place::Commune),
        [Number(1), Number(25)]
    );
    assert_eq!(
        at(Period::six_months(2025).unwrap(), Place::Village(1)),
        [Number(0), Number(0)]
    );
    let table = view.table(&["I23", "I02.persons", "I99"], &year);
    assert_eq!(table.columns.len(), 3);
    let shown: Vec<Vec<&str>> = table
        .rows
        .iter()
        .chain([&table.total])
        .map(|row| {
            [row.name.vi.as_str()]
                .into_iter()
                .chain(row.cells.iter().map(|cell| cell.shown.vi.as_str()))
                .collect()
        })
        .collect();
    let none = "chưa có số liệu";
    assert_eq!(
        shown,
        [
            vec!["Thôn 1", "2", "100", none],
            vec!["Thôn 2", none, none, none],
            vec!["Các đơn vị", "1", "25", none],
            vec!["Toàn xã", "3", "125", none],
        ]
    );
}

#[test]
fn tips_are_counted_by_the_day_of_receipt_and_late_when_the_limit_is_over() {
    let tips = book(Shelf::Tips, Place::Commune, 2025);
    let tip = |received: &str, urgent| Tip {
        channel: Some(Channel::Hotline),
        received_at: parse_instant(received),
        urgent: Some(urgent),
        ..Tip::default()
    };
    let step = |tip: u128, step, date: &str, finding| TipHandling {
        tip: Some(Tip::key(id(tip))),
        step: Some(step),
        date: parse_date(date),
        finding,
        ..TipHandling::default()
    };
    // 1: in time, true, answered. 2: passed on a day late. 3: urgent and open since 29/06 (limit 30/06). 4: open since
    // 28/06 (limit 05/07). 5: 30/06 18:00 UTC, so July.
    let view = view([
        put(tips, 1, &tip("2025-06-02T03:00:00Z", false)),
        put(tips, 2, &tip("2025-06-03T03:00:00Z", false)),
        put(tips, 3, &tip("2025-06-29T03:00:00Z", true)),
        put(tips, 4, &tip("2025-06-28T03:00:00Z", false)),
        put(tips, 5, &tip("2025-06-30T18:00:00Z", false)),
        put(
            tips,
            11,
            &step(1, Step::Checked, "2025-06-04", Some(Finding::True)),
        ),
        put(tips, 12, &step(1, Step::Transferred, "2025-06-09", None)),
        put(tips, 13, &step(1, Step::Answered, "2025-06-20", None)),
        put(tips, 14, &step(2, Step::Transferred, "2025-06-11", None)),
    ]);
    let june = Period::month(2025, 6).unwrap();
    let figure = |period| asked(&view, "I34", period, Place::Commune);
    // Received, passed on, answered, late: of tip 3 only after 30/06, of tip 4 after 05/07.
    assert_eq!(figure(june).values, [4, 2, 1, 1].map(Number));
    assert_eq!(
        figure(Period::six_months(2025).unwrap()).values,
        [4, 2, 1, 1].map(Number)
    );
    let year = |text| Period::year(2025).unwrap().seen_on(day(text));
    assert_eq!(figure(year("2025-07-01")).values, [5, 2, 1, 2].map(Number));
    assert_eq!(figure(year("2025-07-06")).values, [5, 2, 1, 3].map(Number));
    let parts: Vec<_> = figure(june)
        .parts
        .iter()
        .map(|part| (part.name, part.value))
        .collect();
    assert_eq!(parts, [("hotline", Number(4)), ("true", Number(1))]);
    let indicator = sothon_overview::indicators::by_code("i34").unwrap();
    let shown = |n| Number(n).shown(indicator, Place::Village(1), Lang::Vi);
    assert_eq!([0, 2, 3].map(shown), ["< 3", "< 3", "3"]);
    assert_eq!(Number(2).shown(indicator, Place::Commune, Lang::Vi), "2");
}

#[test]
fn tasks_are_in_time_late_overdue_or_not_due_yet() {
    let task = |deadline: &str, repeat, until: &str, lead, per_village| Task {
        lead: Some(lead),
        deadline: parse_date(deadline),
        repeat: Some(repeat),
        repeat_until: parse_date(until),
        per_village: Some(per_village),
        ..Task::default()
    };
    let progress = |task: u128, due: &str, date: &str| Progress {
        task: Some(Task::key(id(task))),
        due: parse_date(due),
        date: parse_date(date),
        percent: Some(100),
        ..Progress::default()
    };
    let police = Unit {
        code: Some("3".into()),
        actor: Some(Actor::Police),
        ..Unit::default()
    };
    let unit = book(Shelf::Unit, Place::Unit(3), 2025);
    // Task 70, police, monthly from 31/01 to 30/06: done 31/01 in time, 28/02 late, 31/03 and 30/04 not; 31/05 is a
    // Saturday and was done on Monday 02/06, in time. Task 71, each of two villages by 15/05: village 1 in time, village
    // 2 not; village 3 was never heard from.
    let view = view([
        village(1),
        village(2),
        village(3),
        put(commune(), 60, &police),
        put(
            commune(),
            70,
            &task("2025-01-31", Repeat::Monthly, "2025-06-30", Actor::Police, false),
        ),
        put(
            commune(),
            71,
            &task("2025-05-15", Repeat::Once, "", Actor::VillageHead, true),
        ),
        put(unit, 701, &progress(70, "2025-01-31", "2025-01-31")),
        put(unit, 702, &progress(70, "2025-02-28", "2025-03-04")),
        put(unit, 703, &progress(70, "2025-05-31", "2025-06-02")),
        put(general(1), 711, &progress(71, "2025-05-15", "2025-05-01")),
        put(general(2), 20, &household("Nguyễn Văn An", &[])),
    ]);
    let year = Period::year(2025).unwrap().seen_on(day("2025-06-10"));
    // Share in time of those due, total, done late, overdue. Police: 31/01 and 31/05 of five due.
    let at = |place| asked(&view, "I39", year, place).values;
    assert_eq!(
        at(Place::Unit(3)),
        [Rate { part: 2, whole: 5 }, Number(6), Number(1), Number(2)]
    );
    assert_eq!(
        at(Place::Village(1)),
        [Rate { part: 1, whole: 1 }, Number(1), Number(0), Number(0)]
    );
    assert_eq!(
        at(Place::Village(2)),
        [Rate { part: 0, whole: 1 }, Number(1), Number(0), Number(1)]
    );
    assert_eq!(at(Place::Village(3)), [Missing; 4]);
    assert_eq!(
        at(Place::Commune),
        [Rate { part: 3, whole: 7 }, Number(8), Number(1), Number(3)]
    );
    let march = asked(&view, "I39", Period::month(2025, 3).unwrap(), Place::Unit(3)).values;
    assert_eq!(march, [Missing, Number(1), Number(0), Number(0)]);
    let parts = asked(&view, "I39", year, Place::Commune).parts;
    let parts: Vec<_> = parts.iter().map(|part| (part.name, part.value)).collect();
    let rate = |part, whole| Rate { part, whole };
    assert_eq!(parts, [("police", rate(2, 6)), ("village-head", rate(1, 2))]);
}
