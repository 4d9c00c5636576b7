//! What is due, case by case.

use crate::common::*;
use sothon_overview::due::{Due, DueKind, Who};
use sothon_overview::{Change, Place, View};
use sothon_records::civil::{YearOrDate, parse_date, parse_instant};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::holiday::DayForm;
use sothon_records::kinds::household::Move;
use sothon_records::kinds::person::{Episode, State};
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::tip_handling::Step;
use sothon_records::kinds::{
    Assignment, Contact, Document, Holiday, Household, Person, Progress, Setting, Task, Tip, TipHandling,
};
use sothon_records::settings::Matter;
use sothon_records::{Lang, Record, Shelf};

fn due(view: &View, today: &str, kind: DueKind) -> Vec<Due> {
    let all = view.due(day(today), &Who::default());
    assert!(all.is_sorted_by_key(|due| due.date));
    all.into_iter().filter(|due| due.kind == kind).collect()
}

/// Dates and days late, in short.
fn dates(found: &[Due]) -> Vec<(String, i64)> {
    found
        .iter()
        .map(|due| (due.date.to_string(), due.late_by_days))
        .collect()
}

fn is(date: &str, late: i64) -> (String, i64) {
    (date.to_owned(), late)
}

fn person(state: State, from: &str, until: &str) -> Person {
    let episode = Episode {
        state: Some(state),
        from: parse_date(from),
        until: parse_date(until),
        basis: Some(Document::key(id(900))),
        ..Episode::default()
    };
    Person {
        name: Some("Trần Văn Minh".into()),
        born: Some(YearOrDate::Year(1990)),
        episodes: [(id(1), episode)].into(),
        ..Person::default()
    }
}

fn task(deadline: &str, repeat: Repeat, until: &str, per_village: bool) -> Task {
    Task {
        title: Some("Báo cáo tình hình".into()),
        lead: Some(Actor::Police),
        deadline: parse_date(deadline),
        repeat: Some(repeat),
        repeat_until: parse_date(until),
        per_village: Some(per_village),
        ..Task::default()
    }
}

fn progress(due: &str, date: &str, percent: i64) -> Progress {
    Progress {
        task: Some(Task::key(id(70))),
        due: parse_date(due),
        date: parse_date(date),
        percent: Some(percent),
        ..Progress::default()
    }
}

#[test]
fn a_term_warns_30_15_7_and_1_days_before_and_then_waits_for_a_decision() {
    // A user managed from 29/02/2024 for a year: there is no 29/02/2025, so the term ends on 28/02/2025.
    let view = view([put(care(1), 30, &person(State::U1, "2024-02-29", ""))]);
    let warning = |today| {
        due(&view, today, DueKind::TermEnds)
            .first()
            .map(|due| due.warning)
    };
    assert_eq!(warning("2025-01-28"), None);
    for (today, days) in [
        ("2025-01-29", 30),
        ("2025-02-12", 30),
        ("2025-02-13", 15),
        ("2025-02-21", 7),
        ("2025-02-27", 1),
        ("2025-02-28", 1),
    ] {
        assert_eq!(warning(today), Some(Some(days)), "{today}");
    }
    let ends = due(&view, "2025-02-13", DueKind::TermEnds);
    assert_eq!(dates(&ends), [is("2025-02-28", 0)]);
    assert_eq!(ends[0].when(day("2025-02-13"), Lang::Vi), "Còn 15 ngày");
    assert_eq!(warning("2025-03-03"), None);
    let over = due(&view, "2025-03-03", DueKind::TermOver);
    assert_eq!(dates(&over), [is("2025-02-28", 3)]);
    assert!(over[0].what.vi.starts_with("Hết thời hạn, chờ quyết định"));
    assert_eq!(over[0].when(day("2025-03-03"), Lang::Vi), "Quá hạn 3 ngày");
}

#[test]
fn a_term_that_binds_a_person_ends_on_its_plain_day_also_on_a_day_off() {
    // 31/01/2025 + 1 year = Saturday 31/01/2026.
    let view = view([put(care(1), 30, &person(State::U1, "2025-01-31", ""))]);
    assert_eq!(
        dates(&due(&view, "2026-01-30", DueKind::TermEnds)),
        [is("2026-01-31", 0)]
    );
    assert_eq!(
        dates(&due(&view, "2026-02-01", DueKind::TermOver)),
        [is("2026-01-31", 1)]
    );
}

#[test]
fn an_offices_deadline_on_a_day_off_moves_to_the_next_working_day() {
    // Saturday 31/05/2025, so Monday 02/06.
    let mut view = view([put(commune(), 70, &task("2025-05-31", Repeat::Once, "", false))]);
    assert_eq!(
        dates(&due(&view, "2025-06-02", DueKind::Task)),
        [is("2025-06-02", 0)]
    );
    assert_eq!(
        dates(&due(&view, "2025-06-03", DueKind::Task)),
        [is("2025-06-02", 1)]
    );
    let closed = Holiday {
        form: Some(DayForm::Off),
        from: parse_date("2025-06-02"),
        until: parse_date("2025-06-02"),
        ..Holiday::default()
    };
    view.apply([put(commune(), 71, &closed)]);
    assert_eq!(
        dates(&due(&view, "2025-06-03", DueKind::Task)),
        [is("2025-06-03", 0)]
    );
}

#[test]
fn of_a_task_that_returns_the_newest_missed_and_the_next_are_shown_until_done() {
    let monthly = task("2025-01-31", Repeat::Monthly, "2025-12-31", false);
    let changes = |done: &[(&str, i64)]| -> Vec<Change> {
        let police = book(Shelf::Unit, Place::Unit(1), 2025);
        let done = done
            .iter()
            .enumerate()
            .map(|(n, (on, percent))| put(police, 700 + n as u128, &progress(on, on, *percent)));
        done.chain([put(commune(), 70, &monthly)]).collect()
    };
    // Due 31/01, 28/02, 31/03 (missed on 10/04) and 30/04, a holiday like the day after it.
    let found = due(&view(changes(&[])), "2025-04-10", DueKind::Task);
    assert_eq!(dates(&found), [is("2025-03-31", 10), is("2025-05-02", 0)]);
    assert!(
        found[0].what.vi.ends_with("(còn 2 kỳ trước chưa xong)"),
        "{}",
        found[0].what.vi
    );
    let found = due(
        &view(changes(&[("2025-03-31", 100), ("2025-04-30", 60)])),
        "2025-04-10",
        DueKind::Task,
    );
    assert_eq!(dates(&found), [is("2025-02-28", 41), is("2025-05-02", 0)]);
}

#[test]
fn a_task_of_each_village_is_due_in_each_that_is_heard_from() {
    let changes = [
        village(1),
        village(2),
        village(3),
        put(commune(), 70, &task("2025-06-13", Repeat::Once, "", true)),
        put(general(1), 11, &household("Nguyễn Văn An", &[])),
        put(general(2), 71, &progress("2025-06-13", "2025-06-01", 100)),
    ];
    let view = view(changes);
    let found = due(&view, "2025-06-10", DueKind::Task);
    assert_eq!(
        found.iter().map(|due| due.place).collect::<Vec<_>>(),
        [Place::Village(1)]
    );
    assert!(
        view.due(day("2025-06-10"), &Who::village(2))
            .iter()
            .all(|due| due.kind != DueKind::Task)
    );
}

#[test]
fn the_next_contact_is_by_the_card_or_as_agreed_and_leaves_once_held() {
    let card = Assignment {
        person: Some(Person::key(id(30))),
        name: Some("Trần Văn Minh".into()),
        assignee: Some("Lê Thị Thu".into()),
        from: parse_date("2025-01-31"),
        until: parse_date("2025-12-31"),
        ..Assignment::default()
    };
    let contact = |person: u128, date, next| Contact {
        person: Some(Person::key(id(person))),
        date: parse_date(date),
        next_on: parse_date(next),
        ..Contact::default()
    };
    let cards = book(Shelf::CareAssignments, Place::Village(1), 2025);
    let contacts = book(Shelf::CareContacts, Place::Village(1), 2025);
    // No contact yet: a month after 31/01 is 28/02.
    let mut seen = view([put(cards, 36, &card)]);
    assert_eq!(
        dates(&due(&seen, "2025-03-01", DueKind::Contact)),
        [is("2025-02-28", 1)]
    );
    seen.apply([put(contacts, 1, &contact(30, "2025-03-05", "2025-03-20"))]);
    let found = due(&seen, "2025-03-21", DueKind::Contact);
    assert_eq!(dates(&found), [is("2025-03-20", 1)]);
    assert_eq!(seen.title(&found[0].subject).as_deref(), Some("Trần Văn Minh"));
    seen.apply([put(contacts, 2, &contact(30, "2025-03-22", ""))]);
    assert_eq!(
        dates(&due(&seen, "2025-04-01", DueKind::Contact)),
        [is("2025-04-22", 0)]
    );
    // Without a card: only what was agreed, and only while the person is on a list.
    let mut seen = view([
        put(care(1), 31, &person(State::A1, "2025-01-01", "")),
        put(care(1), 3, &contact(31, "2025-03-05", "2025-03-20")),
    ]);
    assert_eq!(
        dates(&due(&seen, "2025-03-10", DueKind::Contact)),
        [is("2025-03-20", 0)]
    );
    seen.apply([put(care(1), 31, &person(State::E0, "2025-03-08", ""))]);
    assert_eq!(due(&seen, "2025-03-10", DueKind::Contact), []);
}

#[test]
fn households_without_this_years_pledge_are_due_at_the_end_of_march() {
    let mut unsigned = pledge(12, 2025, "");
    unsigned.unsigned_reason = Some("chủ hộ đi vắng".into());
    let mut long = pledge(13, 2024, "2024-03-01");
    long.valid_until = parse_date("2026-03-01");
    let view = view([
        put(general(1), 11, &household("Nguyễn Văn An", &[])),
        put(general(1), 12, &household("Trần Thị Hoa", &[])),
        put(general(1), 13, &household("Phạm Văn Cường", &[])),
        put(general(1), 14, &household("Lê Văn Dũng", &[])),
        put(general(1), 51, &pledge(11, 2024, "2024-02-01")),
        put(general(1), 52, &unsigned),
        put(general(1), 53, &long),
        put(general(1), 54, &pledge(14, 2025, "2025-01-10")),
    ]);
    assert_eq!(due(&view, "2025-02-01", DueKind::Pledge), []);
    let found = due(&view, "2025-04-03", DueKind::Pledge);
    assert_eq!(dates(&found), [is("2025-03-31", 3), is("2025-03-31", 3)]);
    let subjects: Vec<_> = found.iter().map(|due| due.subject.clone()).collect();
    assert_eq!(subjects, [Household::key(id(11)), Household::key(id(12))]);
    assert!(found[1].what.vi.ends_with("chủ hộ đi vắng"));
    // 31/03/2024 is a Sunday: Monday 01/04.
    assert!(
        due(&view, "2024-04-01", DueKind::Pledge)
            .iter()
            .all(|due| due.late_by_days == 0)
    );
}

#[test]
fn the_day_of_pledges_is_the_one_that_the_commune_has_set_and_a_voided_setting_sets_nothing() {
    let mut by = Setting {
        matter: Some(Matter::PledgeBy),
        value: Some("30/04".into()),
        from: parse_date("2025-01-01"),
        basis: Some("QĐ 12/QĐ-UBND".into()),
        ..Setting::default()
    };
    let mut view = view([
        put(general(1), 11, &household("Nguyễn Văn An", &[])),
        put(commune(), 72, &by),
    ]);
    // 30/04 and 01/05 are holidays, 03/05 and 04/05 a weekend.
    assert_eq!(
        dates(&due(&view, "2025-05-05", DueKind::Pledge)),
        [is("2025-05-02", 3)]
    );
    // The year before goes by the default.
    assert_eq!(
        dates(&due(&view, "2024-04-03", DueKind::Pledge)),
        [is("2024-04-01", 2)]
    );
    by.common.voided = Some(true);
    view.apply([put(commune(), 72, &by)]);
    assert_eq!(
        dates(&due(&view, "2025-05-05", DueKind::Pledge)),
        [is("2025-03-31", 35)]
    );
}

#[test]
fn a_tip_is_to_be_passed_on_and_then_answered() {
    let tips = book(Shelf::Tips, Place::Commune, 2025);
    // 10/06/2025 18:00 UTC is 11/06 in Vietnam: urgent until 12/06, else until 18/06; answered 20 days after that.
    let tip = |urgent| Tip {
        received_at: parse_instant("2025-06-10T18:00:00Z"),
        urgent: Some(urgent),
        ..Tip::default()
    };
    let step = |step, date| TipHandling {
        tip: Some(Tip::key(id(40))),
        step: Some(step),
        date: parse_date(date),
        ..TipHandling::default()
    };
    let urgent = view([put(tips, 40, &tip(true))]);
    assert_eq!(
        dates(&due(&urgent, "2025-06-13", DueKind::TipPassOn)),
        [is("2025-06-12", 1)]
    );
    let mut seen = view([
        put(tips, 40, &tip(false)),
        put(tips, 41, &step(Step::Checked, "2025-06-12")),
    ]);
    assert_eq!(
        dates(&due(&seen, "2025-06-13", DueKind::TipPassOn)),
        [is("2025-06-18", 0)]
    );
    seen.apply([put(tips, 42, &step(Step::Transferred, "2025-06-14"))]);
    assert_eq!(due(&seen, "2025-06-20", DueKind::TipPassOn), []);
    assert_eq!(
        dates(&due(&seen, "2025-06-20", DueKind::TipAnswer)),
        [is("2025-07-08", 0)]
    );
    seen.apply([put(tips, 43, &step(Step::Answered, "2025-06-25"))]);
    assert_eq!(seen.due(day("2025-07-20"), &Who::default()), []);
}

#[test]
fn a_state_without_its_document_is_a_to_do_and_so_is_one_whose_document_is_voided() {
    let mut lacking = person(State::A1, "2025-01-01", "");
    lacking.episodes.get_mut(&id(1)).unwrap().basis = None;
    let mut document = Document::default();
    let mut seen = view([
        put(care(1), 30, &lacking),
        put(care(1), 31, &person(State::A1, "2025-02-01", "")),
        put(care(1), 900, &document),
    ]);
    assert_eq!(
        dates(&due(&seen, "2025-02-02", DueKind::LacksBasis)),
        [is("2025-01-01", 32)]
    );
    document.common.voided = Some(true);
    seen.apply([put(care(1), 900, &document)]);
    assert_eq!(due(&seen, "2025-02-02", DueKind::LacksBasis).len(), 2);
    let none = Who {
        shelves: Some([Shelf::Village].into()),
        ..Who::default()
    };
    assert_eq!(seen.due(day("2025-02-02"), &none), []);
}

#[test]
fn a_file_that_stayed_when_the_household_moved_is_a_to_do_until_it_follows_or_is_closed() {
    let moved = Move {
        from: Some(village_key(1)),
        to: Some(village_key(2)),
        on: parse_date("2025-05-20"),
        ..Move::default()
    };
    let home = Household {
        moves: [(id(5), moved)].into(),
        ..household("Trần Văn Minh", &[])
    };
    let lives = |state| Person {
        household: Some(Household::key(id(10))),
        ..person(state, "2025-01-01", "")
    };
    let all = |file: Change| {
        let mut changes = vec![village(1), village(2), put(general(2), 10, &home)];
        changes.push(file);
        view(changes)
    };
    let seen = all(put(care(1), 30, &lives(State::A1)));
    let found = due(&seen, "2025-06-01", DueKind::HomeMoved);
    assert_eq!(dates(&found), [is("2025-05-20", 12)]);
    assert_eq!(found[0].place, Place::Village(1), "where the file is");
    for done in [
        put(care(2), 30, &lives(State::A1)),
        put(care(1), 30, &lives(State::E0)),
    ] {
        assert_eq!(due(&all(done), "2025-06-01", DueKind::HomeMoved), []);
    }
    let mut voided = home.clone();
    voided.common.voided = Some(true);
    let seen = view([put(general(2), 10, &voided), put(care(1), 30, &lives(State::A1))]);
    assert_eq!(due(&seen, "2025-06-01", DueKind::HomeMoved), []);
}

#[test]
fn nothing_is_to_follow_a_household_that_has_not_moved_since_its_person_has() {
    let to = |n, from, to, on| {
        let moved = Move {
            from: Some(village_key(from)),
            to: Some(village_key(to)),
            on: parse_date(on),
            ..Move::default()
        };
        (id(n), moved)
    };
    let lives = |moves: &[(sothon_records::RecordId, Move)]| Person {
        household: Some(Household::key(id(10))),
        moves: moves.iter().cloned().collect(),
        ..person(State::A1, "2025-01-01", "")
    };
    let home = |moves: &[(sothon_records::RecordId, Move)]| Household {
        moves: moves.iter().cloned().collect(),
        ..household("Trần Văn Minh", &[])
    };
    let all = |home: Change, file: Change| {
        let seen = view([village(1), village(2), village(3), home, file]);
        dates(&due(&seen, "2025-06-01", DueKind::HomeMoved))
    };
    // One person moves alone, and the household stays; or it was told from the beginning that he lives elsewhere.
    let alone = lives(&[to(6, 1, 2, "2025-05-20")]);
    assert_eq!(all(put(general(1), 10, &home(&[])), put(care(2), 30, &alone)), []);
    assert_eq!(
        all(put(general(1), 10, &home(&[])), put(care(2), 30, &lives(&[]))),
        []
    );
    // He went his way after the household had gone its own; if before, he may have come back to it.
    let gone = |on| put(general(3), 10, &home(&[to(5, 1, 3, on)]));
    assert_eq!(all(gone("2025-05-10"), put(care(2), 30, &alone)), []);
    assert_eq!(
        all(gone("2025-05-25"), put(care(2), 30, &alone)),
        [is("2025-05-25", 7)]
    );
    // Of an older release, or where a village was divided, a move has no day.
    let undated = Household {
        moved_to: Some(village_key(3)),
        ..household("Trần Văn Minh", &[])
    };
    let undated = || put(general(1), 10, &undated);
    assert_eq!(
        all(undated(), put(care(1), 30, &lives(&[]))),
        [is("2025-06-01", 0)]
    );
    assert_eq!(all(undated(), put(care(2), 30, &alone)), []);
}
