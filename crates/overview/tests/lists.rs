//! Tasks, persons and tips as lists have them.

use crate::common::*;
use std::collections::BTreeSet;

use sothon_overview::Place;
use sothon_overview::search::Filter;
use sothon_records::civil::{parse_date, parse_instant};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::person::{Episode, State};
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::tip_handling::Step;
use sothon_records::kinds::{
    Assignment, Contact, Document, Household, Person, Progress, Task, Tip, TipHandling,
};
use sothon_records::{Record, RecordKey, Shelf};

fn progress(task: u128, due: &str, percent: i64) -> Progress {
    Progress {
        task: Some(Task::key(id(task))),
        due: parse_date(due),
        date: parse_date(due),
        percent: Some(percent),
        ..Progress::default()
    }
}

#[test]
fn a_task_shows_the_newest_round_that_was_missed_else_the_next_that_is_open() {
    let monthly = Task {
        title: Some("Báo cáo tình hình".into()),
        lead: Some(Actor::VillageHead),
        deadline: parse_date("2025-01-31"),
        repeat: Some(Repeat::Monthly),
        repeat_until: parse_date("2025-03-31"),
        per_village: Some(true),
        ..Task::default()
    };
    let mut changes = vec![village(1), village(2), put(commune(), 50, &monthly)];
    // Both villages have been heard from.
    for n in [1, 2] {
        changes.push(put(general(n), 100 + u128::from(n), &household("An", &[])));
    }
    changes.push(put(general(1), 200, &progress(50, "2025-01-31", 100)));
    let picture = view(changes.clone());
    let tasks = picture.tasks(day("2025-02-10"), None, None);
    let [task] = tasks.as_slice() else {
        panic!("one task")
    };
    assert_eq!((task.due, task.late_by_days), (parse_date("2025-01-31"), 10));
    assert_eq!((task.done, task.asked, task.is_done), (1, 2, false));

    changes.push(put(general(2), 201, &progress(50, "2025-01-31", 100)));
    changes.push(put(general(2), 202, &progress(50, "2025-02-28", 40)));
    let picture = view(changes.clone());
    let tasks = picture.tasks(day("2025-02-10"), None, None);
    let task = &tasks[0];
    assert_eq!((task.due, task.late_by_days), (parse_date("2025-02-28"), 0));
    assert_eq!((task.done, task.percent, task.is_done), (0, Some(40), false));

    let rest = [
        ("2025-02-28", 1),
        ("2025-02-28", 2),
        ("2025-03-31", 1),
        ("2025-03-31", 2),
    ];
    for (n, (due, at)) in (300..).zip(rest) {
        changes.push(put(general(at), n, &progress(50, due, 100)));
    }
    let picture = view(changes);
    assert!(picture.tasks(day("2025-02-10"), None, None)[0].is_done);
}

#[test]
fn a_person_in_care_has_today_s_state_the_next_contact_and_who_is_assigned() {
    let episode = Episode {
        state: Some(State::U1),
        from: parse_date("2025-01-10"),
        basis: Some(Document::key(id(900))),
        ..Episode::default()
    };
    let person = Person {
        name: Some("Trần Văn Minh".into()),
        episodes: [(id(1), episode)].into(),
        ..Person::default()
    };
    let card = Assignment {
        person: Some(Person::key(id(10))),
        name: person.name.clone(),
        assignee: Some("Lê Văn Hùng".into()),
        from: parse_date("2025-01-15"),
        until: parse_date("2025-12-31"),
        ..Assignment::default()
    };
    let met = Contact {
        assignment: Some(Assignment::key(id(20))),
        date: parse_date("2025-03-01"),
        ..Contact::default()
    };
    let shelf = |shelf| book(shelf, Place::Village(1), 2025);
    let cards = [
        village(1),
        put(shelf(Shelf::CareAssignments), 20, &card),
        put(shelf(Shelf::CareContacts), 30, &met),
    ];
    let police = view(cards.clone().into_iter().chain([put(care(1), 10, &person)]));
    let persons = police.in_care(day("2025-03-10"));
    let [found] = persons.as_slice() else {
        panic!("one person")
    };
    assert_eq!(found.standing.map(|standing| standing.state), Some(State::U1));
    assert_eq!(found.next, parse_date("2025-04-01"));
    assert!(found.has_basis && found.assigned.contains("Lê Văn Hùng"));

    // Who has no files has the card.
    let head = view(cards);
    assert!(head.in_care(day("2025-03-10")).is_empty());
    let cards = head.cards(day("2025-03-10"));
    assert_eq!(cards[0].next, parse_date("2025-04-01"));
    assert!(head.cards(day("2026-01-01")).is_empty(), "it is over");
}

#[test]
fn a_tip_waits_to_be_passed_on_then_for_the_answer_then_for_nothing() {
    let tips = book(Shelf::Tips, Place::Commune, 2025);
    let tip = Tip {
        received_at: parse_instant("2025-06-10T02:00:00Z"),
        ..Tip::default()
    };
    let handled = |step, on| TipHandling {
        tip: Some(Tip::key(id(1))),
        step: Some(step),
        date: parse_date(on),
        ..TipHandling::default()
    };
    let mut changes = vec![put(tips, 1, &tip)];
    let standing = |changes: &[sothon_overview::Change]| {
        let view = view(changes.to_vec());
        let found = view.tips();
        (found[0].step, found[0].next)
    };
    let passed_on_by = Some((Step::Transferred, parse_date("2025-06-17")));
    assert_eq!(standing(&changes), (None, passed_on_by));
    changes.push(put(tips, 2, &handled(Step::Checked, "2025-06-11")));
    assert_eq!(standing(&changes), (Some(Step::Checked), passed_on_by));
    changes.push(put(tips, 3, &handled(Step::Transferred, "2025-06-12")));
    let answered_by = Some((Step::Answered, parse_date("2025-07-07")));
    assert_eq!(standing(&changes), (Some(Step::Transferred), answered_by));
    changes.push(put(tips, 4, &handled(Step::Answered, "2025-06-20")));
    assert_eq!(standing(&changes), (Some(Step::Answered), None));
}

#[test]
fn what_is_looked_at_in_one_go_is_what_stands_in_a_list_one_by_one_and_so_is_what_is_found() {
    let mut voided = household("Nguyễn Thị Ân", &[]);
    voided.common.voided = Some(true);
    let gone = Household {
        moved_to: Some(village_key(9)),
        ..household("Nguyễn Văn Bền", &[])
    };
    let came = Household {
        moved_to: Some(village_key(2)),
        ..household("Nguyễn Văn Chiến", &[])
    };
    let picture = view([
        village(1),
        village(2),
        village(9),
        put(general(1), 11, &household("Nguyễn Văn An", &[1980])),
        put(general(1), 12, &voided),
        put(general(1), 13, &gone),
        put(general(1), 14, &came),
        put(general(2), 15, &household("Nguyễn Văn Dũng", &[])),
        put(commune(), 50, &Task::default()),
    ]);
    let kind = Household::KIND.slug;
    let mut sizes = Vec::new();
    for places in [None, Some([Place::Village(1)]), Some([Place::Village(2)])] {
        let places = places.map(BTreeSet::from);
        for out in [false, true] {
            let stands = |key: &&RecordKey| picture.stands_in(key, places.as_ref(), out);
            let one_by_one: Vec<&RecordKey> = picture.of_kind(kind).filter(stands).collect();
            let at_once: Vec<&RecordKey> = picture.standing_in(kind, places.as_ref(), out).collect();
            assert_eq!(at_once, one_by_one);
            let filter = Filter {
                places: places.clone(),
                kinds: Some([kind.to_owned()].into()),
                voided: out,
            };
            // A filter of the caller's own narrows what is found, and what is counted.
            let odd = |key: &RecordKey| key.id.0.as_u128() % 2 == 1;
            for most in [1, 20] {
                let found = picture.find_where("nguyen", most, &filter, odd);
                let wanted = one_by_one.iter().filter(|key| odd(key)).count();
                assert_eq!((found.total, found.hits.len()), (wanted, wanted.min(most)));
            }
            sizes.push(at_once.len());
        }
    }
    assert_eq!(sizes, [3, 5, 1, 2, 2, 2]);
}
