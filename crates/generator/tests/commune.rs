//! What the generator promises: the same for the same parameters, valid, consistent, and like a commune.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use sothon_generator::replay::Books;
use sothon_generator::{Author, Commune, Event, Mistake, Parameters, Place, bulk};
use sothon_records::kinds::{Contact, Household, Person, Pledge, Tip, Village};
use sothon_records::problem::Weight;
use sothon_records::raw::{Fields, Value};
use sothon_records::{Context, Edit, Kind, RawRecord, Record, RecordKey, Shelf, civil, validate};

fn demo() -> Commune {
    Commune::generate(Parameters::demo(7))
}

fn small(seed: u64) -> Commune {
    Commune::generate(Parameters {
        households: 30,
        ..Parameters::years(seed, 3, 30, 2024, 3)
    })
}

/// Communes that begin in other seasons and under other laws; in the last, people move in the middle of the pledges.
fn several() -> [Commune; 4] {
    let years = |seed, first, years| Commune::generate(Parameters::years(seed, 3, 20, first, years));
    [demo(), small(4), years(5, 2027, 2), years(149, 2025, 3)]
}

fn day(text: &str) -> NaiveDate {
    civil::parse_date(text).unwrap()
}

/// A digest of everything said, in a form of its own, so that it holds whatever `Debug` prints.
fn digest(commune: &Commune) -> String {
    let mut hash = Sha256::new();
    for event in &commune.events {
        hash.update(event.at.timestamp().to_le_bytes());
        hash.update(format!(
            "{:?}{:?}{:?}{}",
            event.author, event.shelf, event.place, event.what
        ));
        for edit in &event.edits {
            let (key, part) = match edit {
                Edit::Create { key, record } => (
                    key,
                    serde_json::to_string(&record.fields).unwrap() + &subs(record),
                ),
                Edit::Set { key, sub, fields } => (
                    key,
                    format!("{}{}", shown(sub), serde_json::to_string(fields).unwrap()),
                ),
                Edit::AddSub { key, sub, fields } => {
                    (key, format!("{sub}{}", serde_json::to_string(fields).unwrap()))
                }
            };
            hash.update(format!("{key}{part}\n"));
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(sub: &Option<RecordKey>) -> String {
    sub.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn subs(record: &RawRecord) -> String {
    let subs = record
        .subs
        .iter()
        .map(|(key, fields)| format!("{key}{}", serde_json::to_string(fields).unwrap()));
    subs.collect()
}

#[test]
fn the_same_parameters_give_the_same_commune_for_ever() {
    let parameters = Parameters {
        households: 20,
        villages: 2,
        ..Parameters::demo(1)
    };
    let one = Commune::generate(parameters);
    assert_eq!(one, Commune::generate(parameters));
    assert_ne!(
        one.events,
        Commune::generate(Parameters {
            seed: 2,
            ..parameters
        })
        .events
    );
    assert_eq!(
        digest(&one),
        "d00b2afb5b4940feaff9259e2301d6884c3adfd4d160e66c91bcb01af8138112"
    );
}

#[test]
fn events_are_in_order_of_time_and_within_it() {
    for commune in [demo(), small(3)] {
        let Parameters { from, until, .. } = commune.parameters;
        assert!(commune.events.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert!(
            commune
                .events
                .iter()
                .all(|event| (from..=until).contains(&event.day()))
        );
        assert!(commune.events.iter().all(|event| !event.edits.is_empty()));
    }
}

#[test]
fn every_record_is_valid_but_those_said_to_be_broken() {
    for commune in several() {
        let books = Books::after(&commune.events).unwrap();
        let slips = keys_of(
            commune
                .events
                .iter()
                .filter(|event| event.mistake == Some(Mistake::Invalid)),
        );
        let today = commune.parameters.until;
        let mut broken = 0;
        for (_, key, raw) in books.records() {
            let kind = Kind::by_slug(&key.kind).unwrap();
            let problems = validate(kind, raw, &Context { today });
            let blocks: Vec<_> = problems
                .iter()
                .filter(|problem| problem.weight == Weight::Blocks)
                .collect();
            assert!(
                blocks.is_empty() || slips.contains(key),
                "{key}: {blocks:?}\n{raw:?}"
            );
            broken += usize::from(!blocks.is_empty());
        }
        assert!((1..=4).contains(&broken), "{broken} stay broken");
    }
}

#[test]
fn a_record_is_valid_on_the_day_on_which_it_is_made() {
    for event in small(6)
        .events
        .iter()
        .filter(|event| event.mistake != Some(Mistake::Invalid))
    {
        for edit in &event.edits {
            if let Edit::Create { key, record } = edit {
                let problems = validate(
                    Kind::by_slug(&key.kind).unwrap(),
                    record,
                    &Context { today: event.day() },
                );
                let blocks = problems.iter().find(|problem| problem.weight == Weight::Blocks);
                assert_eq!(blocks, None, "{} {key}", event.what);
            }
        }
    }
}

#[test]
fn every_reference_is_to_a_record_written_before() {
    for commune in several() {
        let mut there: BTreeSet<RecordKey> = BTreeSet::new();
        for event in &commune.events {
            there.extend(event.keys().cloned());
            for fields in event.edits.iter().flat_map(fields_of) {
                for value in fields.values() {
                    if let Value::Text(text) = value
                        && let Ok(key) = text.parse::<RecordKey>()
                    {
                        assert!(there.contains(&key), "{} at {} names {key}", event.what, event.at);
                    }
                }
            }
        }
    }
}

fn fields_of(edit: &Edit) -> Vec<Fields> {
    match edit {
        Edit::Create { record, .. } => std::iter::once(&record.fields)
            .chain(record.subs.values())
            .cloned()
            .collect(),
        Edit::Set { fields, .. } => {
            let set = fields
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
            vec![set.collect()]
        }
        Edit::AddSub { fields, .. } => vec![fields.clone()],
    }
}

fn keys_of<'a>(events: impl Iterator<Item = &'a Event>) -> BTreeSet<RecordKey> {
    events.flat_map(|event| event.keys().cloned()).collect()
}

#[test]
fn records_lie_on_a_shelf_of_their_kind_written_by_who_may() {
    for event in demo().events.iter().chain(&small(5).events) {
        for key in event.keys() {
            let shelves = Kind::by_slug(&key.kind).unwrap().shelf.shelves();
            assert!(shelves.contains(&event.shelf), "{key} on {:?}", event.shelf);
        }
        // The table of design.md §4.
        let may = match (event.shelf, event.place, event.author) {
            (
                Shelf::Village | Shelf::CareContacts,
                Place::Village(n),
                Author::VillageHead(of) | Author::Deputy(of),
            ) => n == of,
            (Shelf::Village | Shelf::CareContacts, Place::Village(_), Author::Police) => true,
            (
                Shelf::CareFiles | Shelf::CareAssignments,
                Place::Village(_),
                Author::Police | Author::PoliceChief,
            ) => true,
            (Shelf::CareHealth, Place::Village(_), Author::Health) => true,
            (Shelf::Tips | Shelf::TipsPolice, Place::Commune, Author::Police | Author::PoliceChief) => true,
            (Shelf::Commune, Place::Commune, author) => {
                matches!(
                    author,
                    Author::Police | Author::PoliceChief | Author::Office | Author::Chair
                )
            }
            (Shelf::Unit, Place::Unit(n), Author::Unit(of)) => n == of,
            (Shelf::Unit, Place::Unit(_), Author::Police | Author::Health | Author::Office) => true,
            _ => false,
        };
        assert!(
            may,
            "{:?} writes {} to {:?} {:?}",
            event.author, event.what, event.shelf, event.place
        );
    }
}

#[test]
fn a_commune_looks_like_one() {
    let commune = demo();
    let books = Books::after(&commune.events).unwrap();
    let today = commune.parameters.until;
    let (mut households, mut people, mut pledged, mut children, mut old, mut women) = (0, 0, 0, 0, 0, 0);
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let mut in_care: BTreeMap<Place, usize> = BTreeMap::new();
    for ((_, place), key, raw) in books.records() {
        *by_kind.entry(Kind::by_slug(&key.kind).unwrap().slug).or_default() += 1;
        match key.kind.as_str() {
            "household" => {
                let household = Household::read(raw).value;
                if household.common.in_force() {
                    households += 1;
                    for member in household.members.values().filter(|member| member.in_force()) {
                        people += 1;
                        let age = member.born.map_or(40, |born| born.age_on(today).1);
                        children += usize::from(age < 15);
                        old += usize::from(age >= 65);
                        women +=
                            usize::from(member.sex == Some(sothon_records::kinds::household::Sex::Female));
                    }
                }
            }
            "pledge" => {
                let pledge = Pledge::read(raw).value;
                pledged += usize::from(pledge.year == Some(2025) && pledge.holds_on(today));
            }
            "person" => {
                let counts = Person::read(raw).value.standing(today).is_some();
                *in_care.entry(place).or_default() += usize::from(counts);
            }
            _ => {}
        }
    }
    let share = |n: usize, of: usize| n * 1_000 / of.max(1);
    for (what, value, least, most) in [
        ("households", households, 700, 1_150),
        (
            "people per thousand households",
            share(people, households),
            3_200,
            4_000,
        ),
        (
            "households pledged for 2025, per mille",
            share(pledged, households),
            830,
            990,
        ),
        ("children, per mille", share(children, people), 150, 330),
        ("over 64, per mille", share(old, people), 60, 180),
        ("women, per mille", share(women, people), 450, 550),
        ("kinds", by_kind.len(), 18, 18),
        (
            "most in care in a village",
            in_care.values().copied().max().unwrap_or(0),
            1,
            5,
        ),
        ("persons in care", by_kind["person"], 4, 24),
        ("contacts", by_kind["contact"], 15, 200),
        ("tips", by_kind["tip"], 4, 25),
        ("tasks", by_kind["task"], 60, 100),
        ("progress", by_kind["progress"], 150, 1_500),
        ("outreach", by_kind["outreach"], 100, 700),
        (
            "all records per village",
            (books.records().count() / 6),
            400,
            1_200,
        ),
    ] {
        assert!(
            (least..=most).contains(&value),
            "{what}: {value}, not {least} to {most}"
        );
    }
}

#[test]
fn slips_conflicts_and_late_entries_are_there_and_marked() {
    let commune = demo();
    for mistake in [Mistake::Typo, Mistake::Twice, Mistake::Invalid] {
        assert!(
            commune.events.iter().any(|event| event.mistake == Some(mistake)),
            "{mistake:?}"
        );
    }
    let late: Vec<_> = commune.events.iter().filter_map(|event| event.late_by).collect();
    assert!(
        late.len() > 20 && late.iter().all(|days| (14..=100).contains(days)),
        "{late:?}"
    );
    let conflicts = commune.conflicts();
    assert!(conflicts.len() > 6);
    for n in 0..6 {
        assert!(
            conflicts.iter().any(|(one, _)| one.place == Place::Village(n)),
            "village {n}"
        );
    }
    for (one, other) in conflicts {
        assert_ne!(one.author, other.author);
        assert_eq!((one.shelf, one.place), (other.shelf, other.place));
        assert!(
            one.at < other.at
                && Some(other.at) < one.offline_until
                && one.offline_until == other.offline_until
        );
        let [Edit::Set { key, fields, .. }] = one.edits.as_slice() else {
            panic!("{one:?}")
        };
        let [
            Edit::Set {
                key: same,
                fields: others,
                ..
            },
        ] = other.edits.as_slice()
        else {
            panic!("{other:?}")
        };
        assert_eq!(key, same);
        assert!(fields.keys().eq(others.keys()) && fields != others);
        let between = commune
            .events
            .iter()
            .filter(|event| one.at < event.at && Some(event.at) < one.offline_until);
        assert!(
            between
                .filter(|event| event.at != other.at)
                .all(|event| event.keys().all(|touched| touched != key))
        );
    }
}

#[test]
fn in_five_years_of_twenty_villages_every_kind_of_record_is_written_and_all_that_befalls_records() {
    let commune = Commune::generate(Parameters::years(11, 20, 40, 2024, 5));
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for edit in commune.events.iter().flat_map(|event| &event.edits) {
        if let Edit::Create { key, .. } = edit {
            *told.entry(Kind::by_slug(&key.kind).unwrap().slug).or_default() += 1;
        }
    }
    // What is written by the app itself: who opened what.
    let left = Kind::all()
        .iter()
        .map(|kind| kind.slug)
        .filter(|slug| !told.contains_key(slug));
    assert_eq!(left.collect::<Vec<_>>(), ["access"]);
    let says = |field: &str| {
        let edits = commune.events.iter().flat_map(|event| &event.edits);
        edits
            .filter(|edit| matches!(edit, Edit::Set { fields, .. } if fields.contains_key(field)))
            .count()
    };
    let late = commune
        .events
        .iter()
        .filter(|event| event.late_by.is_some())
        .count();
    let twice = (commune.events.iter())
        .filter(|event| event.mistake == Some(Mistake::Twice))
        .count();
    for (what, count, least) in [
        ("moved to another village", says("moved_to"), 10),
        ("merged", says("merged_into"), 5),
        ("written late", late, 50),
        ("written twice", twice, 20),
        ("in conflict", commune.conflicts().len(), 100),
        ("written in the fifth year", commune.in_year(2028).count(), 3_000),
    ] {
        assert!(count >= least, "{what}: {count}");
    }
}

#[test]
fn every_kind_of_life_event_happens_in_years() {
    let commune = Commune::generate(Parameters::years(8, 4, 60, 2024, 4));
    let acts: BTreeSet<&str> = commune.events.iter().map(|event| event.what).collect();
    for act in [
        "household.birth",
        "household.death",
        "household.marriage",
        "household.divorce",
        "household.split",
        "household.away",
        "household.back",
        "household.move-out",
        "household.move-in",
        "household.correct",
        "household.void-twice",
        "pledge.refused",
        "pledge.signed-later",
        "conflict.resolve",
        "person.episode",
        "assignment.enter",
        "contact.enter",
        "figure.publish",
        "tip.handle",
        "population.enter",
        "progress.done",
        "village.rename",
        "village.merge",
        "village.divide",
    ] {
        assert!(acts.contains(act), "{act}");
    }
    let books = Books::after(&commune.events).unwrap();
    let regimes: BTreeSet<_> = books
        .records()
        .filter(|(_, key, _)| key.kind == "person")
        .flat_map(|(_, _, raw)| Person::read(raw).value.episodes.into_values())
        .filter_map(|episode| episode.regime)
        .collect();
    assert_eq!(regimes.len(), 2);
}

#[test]
fn a_household_that_moves_goes_on_under_its_key_in_the_new_village_and_both_books_tell_of_the_move() {
    let commune = Commune::generate(Parameters::years(8, 4, 60, 2024, 4));
    let books = Books::after(&commune.events).unwrap();
    let mut copies: BTreeMap<&RecordKey, Vec<Household>> = BTreeMap::new();
    for (_, key, raw) in books.records().filter(|(_, key, _)| key.kind == "household") {
        copies.entry(key).or_default().push(Household::read(raw).value);
    }
    let gone = copies
        .values()
        .filter(|of| of.iter().any(|copy| copy.moved_to.is_some()));
    let gone: Vec<_> = gone.collect();
    assert!(gone.len() > 3, "{}", gone.len());
    for of in gone {
        let last = of.iter().filter(|copy| copy.moved_to.is_none()).count();
        assert_eq!(last, 1, "it goes on in one place: {of:#?}");
        for copy in of.iter().filter(|copy| copy.moved_to.is_some()) {
            let told = |other: &&Household| copy.moves.keys().all(|key| other.moves.contains_key(key));
            assert!(
                !copy.moves.is_empty() && of.iter().filter(told).count() > 1,
                "{of:#?}"
            );
        }
    }
}

#[test]
fn in_years_a_village_is_renamed_one_goes_on_in_its_neighbour_and_one_is_divided() {
    let commune = Commune::generate(Parameters::years(8, 4, 60, 2024, 4));
    let books = Books::after(&commune.events).unwrap();
    let records = |slug: &'static str| books.records().filter(move |(_, key, _)| key.kind == slug);
    let villages: BTreeMap<&RecordKey, Village> = records("village")
        .map(|(_, key, raw)| (key, Village::read(raw).value))
        .collect();
    let of = |n: usize| &villages[&commune.villages[n].key];
    let name = |village: &Village, on: &str| village.name_on(Some(day(on)));
    assert_ne!(name(of(1), "2024-12-31"), name(of(1), "2027-01-01"));
    assert_eq!(of(3).goes_on_in.as_ref(), Some(&commune.villages[2].key));
    assert!(of(3).until.is_some());
    // Its head has not heard of it, and writes on in the old book.
    assert!(
        commune
            .by_author(Author::VillageHead(3))
            .any(|event| Some(event.day()) > of(3).until)
    );
    let begun: Vec<_> = villages
        .values()
        .filter(|village| village.split_from().is_some())
        .collect();
    assert_eq!(begun[0].split_from(), Some(&commune.villages[0].key));
    let households: BTreeSet<&RecordKey> = records("household").map(|(_, key, _)| key).collect();
    let going = of(0).shared_out();
    assert_eq!(going.len(), 8);
    assert!(going.keys().all(|household| households.contains(household)));
    // A year is too short for any of it.
    let year = Commune::generate(Parameters::years(8, 4, 60, 2024, 1));
    let acts = ["village.rename", "village.merge", "village.divide"];
    assert!(!year.events.iter().any(|event| acts.contains(&event.what)));
}

#[test]
fn tellers_lie_beside_the_event_and_nowhere_in_it() {
    let commune = demo();
    let secrets: Vec<_> = commune
        .events
        .iter()
        .filter_map(|event| event.secret.as_ref())
        .collect();
    assert!(!secrets.is_empty());
    let books = Books::after(&commune.events).unwrap();
    for (_, key, raw) in books.records().filter(|(_, key, _)| key.kind == "tip") {
        let tip = Tip::read(raw).value;
        assert!(tip.teller.is_none());
        assert_eq!(
            tip.anonymous == Some(true),
            secrets.iter().all(|secret| secret.key != *key)
        );
    }
    let all: String = books.records().map(|(_, _, raw)| format!("{raw:?}")).collect();
    for secret in secrets {
        assert!(!all.contains(secret.teller.contact.as_deref().unwrap()));
    }
}

#[test]
fn contacts_with_an_assignment_lie_where_the_village_head_reads() {
    let commune = demo();
    let books = Books::after(&commune.events).unwrap();
    for ((shelf, _), _, raw) in books.records().filter(|(_, key, _)| key.kind == "contact") {
        let assigned = Contact::read(raw).value.assignment.is_some();
        assert_eq!(shelf == Shelf::CareContacts, assigned);
    }
}

#[test]
fn the_helpers_take_parts_of_the_history() {
    let commune = demo();
    let by_all: usize = commune
        .authors()
        .into_iter()
        .map(|author| commune.by_author(author).count())
        .sum();
    assert_eq!(by_all, commune.events.len());
    assert!(commune.of_kind("tip").all(|event| event.shelf == Shelf::Tips));
    assert!(commune.of_book(Shelf::Village, Place::Village(2)).count() > 100);
    let year: usize = [2024, 2025]
        .map(|year| commune.in_year(year).count())
        .iter()
        .sum();
    assert_eq!(year, commune.events.len());
    let early = commune.until(day("2024-12-31"));
    assert_eq!(early.count(), commune.in_year(2024).count());
}

#[test]
fn bulk_records_are_valid_stable_and_distinct() {
    let records: Vec<_> = bulk::records(1, 2_000).collect();
    assert_eq!(records[..10], bulk::records(1, 10).collect::<Vec<_>>());
    let keys: BTreeSet<_> = records.iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 2_000);
    for (key, raw) in &records {
        let problems = validate(
            Kind::by_slug(&key.kind).unwrap(),
            raw,
            &Context {
                today: day("2026-01-01"),
            },
        );
        assert_eq!(problems, []);
        assert_eq!(raw.fields.len(), 10);
    }
}
