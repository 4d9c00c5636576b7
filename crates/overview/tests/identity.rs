//! One record in several books, what is there twice, search and pages.

use crate::common::*;
use chrono::Datelike as _;
use sothon_overview::search::Filter;
use sothon_overview::{Change, Period, Place, Value, View};
use sothon_records::alike::Likeness;
use sothon_records::kinds::household::{Member, Move};
use sothon_records::kinds::outreach::Form;
use sothon_records::kinds::{Household, Outreach, Pledge, Village};
use sothon_records::{Lang, Record, Shelf};

fn moved(to: u32) -> Household {
    Household {
        moved_to: Some(village_key(to)),
        ..household("Nguyễn Văn An", &[1980])
    }
}

fn stays() -> Household {
    household("Nguyễn Văn An", &[1980])
}

fn volume(village: u32, year: u32) -> sothon_overview::OpenBook {
    book(Shelf::Village, Place::Village(village), year)
}

fn place(view: &View) -> Option<Place> {
    view.place_of(&Household::key(id(11)))
}

#[test]
fn the_newest_place_wins_along_the_links_whatever_volume_the_new_place_is_in() {
    let villages = || (1..=3).map(village);
    let cases: [(&str, Vec<Change>, u32); 6] = [
        (
            "carried over",
            vec![
                put(volume(1, 2024), 11, &stays()),
                put(volume(1, 2025), 11, &stays()),
            ],
            1,
        ),
        (
            "moved",
            vec![
                put(volume(1, 2025), 11, &moved(2)),
                put(volume(2, 2025), 11, &stays()),
            ],
            2,
        ),
        (
            "moved to where the old volume is still open",
            vec![
                put(volume(1, 2026), 11, &moved(2)),
                put(volume(2, 2025), 11, &stays()),
            ],
            2,
        ),
        (
            "moved on",
            vec![
                put(volume(1, 2025), 11, &moved(2)),
                put(volume(2, 2025), 11, &moved(3)),
                put(volume(3, 2025), 11, &stays()),
            ],
            3,
        ),
        (
            "moved after a carry-over: the old volume does not bring it back",
            vec![
                put(volume(1, 2024), 11, &stays()),
                put(volume(1, 2025), 11, &moved(2)),
                put(volume(2, 2025), 11, &stays()),
            ],
            2,
        ),
        (
            "moved to where this device does not read",
            vec![
                put(volume(1, 2024), 11, &stays()),
                put(volume(1, 2025), 11, &moved(3)),
            ],
            3,
        ),
    ];
    for (name, changes, expected) in cases {
        let seen = view(villages().chain(changes.clone()));
        assert_eq!(place(&seen), Some(Place::Village(expected)), "{name}");
        // The villages' records may come last.
        let late = view(changes.into_iter().chain(villages()));
        assert_eq!(place(&late), Some(Place::Village(expected)), "{name}");
        let counted = |view: &View| {
            let figure = view.value("I01", &Period::day(day("2025-06-10")), Place::Commune);
            figure.map(|figure| figure.main())
        };
        let read = name != "moved to where this device does not read";
        let one = if read { Value::Number(1) } else { Value::Missing };
        assert_eq!(counted(&seen), Some(one), "{name}");
    }
}

#[test]
fn the_record_of_a_village_decides_anew_also_over_links_in_copies_that_do_not_count() {
    let mut seen = view([
        village(2),
        put(volume(1, 2025), 11, &moved(2)),
        put(volume(2, 2024), 11, &stays()),
    ]);
    assert_eq!(place(&seen), Some(Place::Village(2)));
    // Nobody knows any more which village that was: the latest volume it is.
    seen.apply([change(commune(), village_key(2), None)]);
    assert_eq!(place(&seen), Some(Place::Village(1)));
    seen.apply([village(2)]);
    assert_eq!(place(&seen), Some(Place::Village(2)));
    assert!(seen.agrees_with(&seen.recomputed()));
}

#[test]
fn two_villages_that_each_say_it_went_to_the_other_still_have_one() {
    let back_and_forth = [
        village(1),
        village(2),
        put(volume(1, 2025), 11, &moved(2)),
        put(volume(2, 2025), 11, &moved(1)),
    ];
    let forth = place(&view(back_and_forth.clone()));
    let back = place(&view(back_and_forth.into_iter().rev()));
    assert!(forth == back && forth.is_some());
}

#[test]
fn the_population_record_counts_before_the_members_and_stands_in_for_missing_households() {
    let population = |n: u128, village: u32, on: &str, residents, households| {
        let population = sothon_records::kinds::Population {
            village: Some(village_key(village)),
            date: Some(day(on)),
            residents: Some(residents),
            households,
            ..sothon_records::kinds::Population::default()
        };
        put(commune(), n, &population)
    };
    let mut away = household("Trần Thị Hoa", &[1950, 1975]);
    let absent = Member {
        away_at: Some("Hà Nội".into()),
        away_from: Some(day("2025-03-01")),
        ..Member::default()
    };
    away.members.insert(id(9), absent);
    let view = view([
        village(1),
        village(2),
        population(1, 1, "2025-01-01", 700, Some(190)),
        population(2, 1, "2025-05-01", 712, None),
        population(3, 2, "2025-05-01", 301, Some(80)),
        put(general(1), 11, &away),
    ]);
    let at = |on: &str, place| view.value("I01", &Period::day(day(on)), place).unwrap().values;
    // Village 1: one household in the book; before any population record its members, of whom one is away from March.
    assert_eq!(
        at("2024-12-31", Place::Village(1)),
        [Value::Number(1), Value::Number(3)]
    );
    assert_eq!(
        at("2025-02-01", Place::Village(1)),
        [Value::Number(1), Value::Number(700)]
    );
    assert_eq!(
        at("2025-06-10", Place::Village(1)),
        [Value::Number(1), Value::Number(712)]
    );
    assert_eq!(at("2025-04-30", Place::Village(2)), [Value::Missing; 2]);
    assert_eq!(
        at("2025-06-10", Place::Village(2)),
        [Value::Number(80), Value::Number(301)]
    );
    assert_eq!(
        at("2025-06-10", Place::Commune),
        [Value::Number(81), Value::Number(1013)]
    );
}

#[test]
fn what_is_twice_is_found_over_all_books_and_a_copy_is_not_twice() {
    let mut seen = view([
        put(volume(1, 2024), 11, &stays()),
        put(volume(1, 2025), 11, &stays()),
        put(volume(1, 2025), 51, &pledge(11, 2025, "2025-02-01")),
    ]);
    assert_eq!(seen.breaches(), []);
    // Without marks and case the same head and number: offered while it is typed, in its own village only.
    let mut twin = household("nguyen VAN an", &[]);
    let alike = |seen: &View, twin: &Household, village| {
        seen.alike(
            &Household::key(id(12)),
            &[Place::Village(village)].into(),
            &twin.write(),
        )
    };
    assert_eq!(
        alike(&seen, &twin, 1),
        [(Likeness::Twice, Household::key(id(11)))]
    );
    assert_eq!(alike(&seen, &twin, 2), []);
    assert_eq!(alike(&seen, &household("Nguyễn Văn Anh", &[]), 1), []);
    // Its name alone, in another order and under another number; itself is never meant.
    let namesake = Household {
        number: Some("7".into()),
        ..household("An Nguyễn V.", &[])
    };
    assert_eq!(
        alike(&seen, &namesake, 1),
        [(Likeness::Named, Household::key(id(11)))]
    );
    let own = seen.alike(
        &Household::key(id(11)),
        &[Place::Village(1)].into(),
        &namesake.write(),
    );
    assert_eq!(own, []);
    let all = seen.alikes(Household::KIND, [Place::Village(1)].into());
    assert_eq!(
        all.of(&namesake.write()),
        [(Likeness::Named, &Household::key(id(11)))]
    );
    seen.apply([
        put(volume(1, 2025), 12, &twin),
        put(volume(1, 2025), 52, &pledge(11, 2025, "2025-03-01")),
    ]);
    let breaches = seen.breaches();
    let named: Vec<_> = breaches
        .iter()
        .map(|breach| (breach.rule.name, breach.records.clone()))
        .collect();
    let both = |a: u128, b: u128| vec![Household::key(id(a)), Household::key(id(b))];
    assert_eq!(
        named,
        [
            ("household-same-number", both(11, 12)),
            ("pledge-same-year", vec![Pledge::key(id(51)), Pledge::key(id(52))]),
        ]
    );
    // Two pledges of one household are one household that has pledged.
    let figure = seen
        .value("I21", &Period::day(day("2025-06-10")), Place::Village(1))
        .unwrap();
    assert_eq!(figure.main(), Value::Rate { part: 1, whole: 2 });
    twin.common.voided = Some(true);
    seen.apply([put(volume(1, 2025), 12, &twin)]);
    assert_eq!(seen.breaches().len(), 1);
}

#[test]
fn a_page_shows_where_a_record_is_and_all_that_concerns_it_newest_first() {
    let visit = |date: &str| Outreach {
        form: Some(Form::HouseholdVisit),
        household: Some(Household::key(id(11))),
        date: Some(day(date)),
        ..Outreach::default()
    };
    let view = view([
        put(volume(1, 2024), 11, &stays()),
        put(volume(1, 2025), 11, &stays()),
        put(volume(1, 2025), 51, &pledge(11, 2025, "2025-02-01")),
        put(volume(1, 2025), 41, &visit("2025-01-05")),
        put(volume(1, 2025), 42, &visit("2025-04-05")),
    ]);
    let page = view.page(&Household::key(id(11))).unwrap();
    assert_eq!(page.page.title.vi, "Nguyễn Văn An");
    assert_eq!(page.page.parts.len(), 1);
    assert_eq!(
        page.books.iter().map(|book| book.year).collect::<Vec<_>>(),
        [2025, 2024]
    );
    let concerning: Vec<_> = page
        .concerning
        .iter()
        .map(|of_kind| {
            (
                of_kind.kind,
                of_kind.records.iter().map(|link| link.key.id).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        concerning,
        [("pledge", vec![id(51)]), ("outreach", vec![id(42), id(41)])]
    );
    let pledge = view.page(&Pledge::key(id(51))).unwrap();
    assert_eq!(pledge.names[0].title.as_deref(), Some("Nguyễn Văn An"));
    assert!(
        pledge.page.title.vi.contains("Nguyễn Văn An"),
        "{}",
        pledge.page.title.vi
    );
    assert!(view.page(&Household::key(id(99))).is_none());
}

#[test]
fn search_finds_the_record_that_counts_where_it_is_now() {
    let mut voided = household("Nguyễn Thị An", &[]);
    voided.common.voided = Some(true);
    let mut seen = view([
        village(1),
        village(2),
        put(volume(1, 2025), 11, &moved(2)),
        put(volume(2, 2025), 11, &household("Nguyễn Văn Ân", &[1980])),
        put(volume(2, 2025), 12, &voided),
    ]);
    let find = |view: &View, typed: &str, filter: &Filter| {
        let found = view.find(typed, 20, filter, Lang::Vi);
        assert_eq!(found.total, found.hits.len());
        found
            .hits
            .into_iter()
            .map(|hit| (hit.title, hit.place, hit.exact))
            .collect::<Vec<_>>()
    };
    let any = Filter::default();
    let an = |exact| vec![("Nguyễn Văn Ân".to_owned(), Place::Village(2), exact)];
    assert_eq!(find(&seen, "an nguyen", &any), an(false));
    assert_eq!(find(&seen, "Ân Nguyễn", &any), an(true));
    let first = Filter {
        places: Some([Place::Village(1)].into()),
        ..Filter::default()
    };
    assert_eq!(find(&seen, "an", &first), []);
    assert_eq!(
        find(
            &seen,
            "an",
            &Filter {
                voided: true,
                ..Filter::default()
            }
        )
        .len(),
        2
    );
    let villages = Filter {
        kinds: Some([Village::KIND.slug.to_owned()].into()),
        ..Filter::default()
    };
    assert_eq!(find(&seen, "an", &villages), []);
    seen.apply([
        change(volume(2, 2025), Household::key(id(11)), None),
        change(volume(1, 2025), Household::key(id(11)), None),
    ]);
    assert_eq!(find(&seen, "nguyen", &any), []);
}

#[test]
fn two_villages_of_one_name_are_told_apart_by_their_former_commune() {
    let named = |number: u32, name: &str, former: &str| {
        let mut change = village(number);
        let mut record = Village::read(&change.record.clone().unwrap()).value;
        record.former_commune = Some(former.into());
        for bears in record.names.values_mut() {
            bears.name = Some(name.into());
        }
        change.record = Some(record.write());
        change
    };
    let view = view([
        named(1, "1", "Quang Trung"),
        named(7, "1", "Bắc Sơn"),
        named(2, "Thôn 2", "Quang Trung"),
    ]);
    let name = |number| view.village_name(number, day("2025-06-10")).vi;
    assert_eq!(name(1), "Thôn 1 (Quang Trung cũ)");
    assert_eq!(name(7), "Thôn 1 (Bắc Sơn cũ)");
    assert_eq!(name(2), "Thôn 2");
    assert_eq!(name(9), "Thôn 9");
}

fn twin(merged_into: Option<u128>) -> Household {
    Household {
        merged_into: merged_into.map(|n| Household::key(id(n))),
        ..household("Nguyễn Văn An", &[1980])
    }
}

fn pledge_of(household: u128) -> Pledge {
    Pledge {
        household: Some(Household::key(id(household))),
        year: Some(2025),
        signed_on: Some(day("2025-03-01")),
        signer: Some("Nguyễn Văn An".into()),
        ..Pledge::default()
    }
}

fn figure(view: &View, code: &str) -> Value {
    let figure = view.value(code, &Period::day(day("2025-06-10")), Place::Commune);
    figure.expect("is an indicator").main()
}

#[test]
fn what_was_entered_twice_counts_once_after_merging_and_its_pledge_with_it() {
    let here = volume(1, 2025);
    let mut seen = view([
        village(1),
        put(here, 11, &twin(None)),
        put(here, 12, &twin(None)),
        put(here, 21, &pledge_of(12)),
    ]);
    assert_eq!(figure(&seen, "I01"), Value::Number(2));
    assert!(!seen.breaches().is_empty());
    seen.apply([put(here, 12, &twin(Some(11)))]);
    let (kept, gone) = (Household::key(id(11)), Household::key(id(12)));
    assert_eq!(figure(&seen, "I01"), Value::Number(1));
    assert_eq!(figure(&seen, "I21"), Value::Rate { part: 1, whole: 1 });
    assert!(seen.breaches().is_empty());
    assert_eq!(seen.goes_on_in(&gone), Some(&kept));
    assert_eq!(seen.taken_in_by(&kept), [&gone]);
    // It is shown where voided records are, and nowhere else.
    let found = |voided| {
        seen.find(
            "an",
            10,
            &Filter {
                voided,
                ..Filter::default()
            },
            Lang::Vi,
        )
        .total
    };
    assert_eq!((found(false), found(true)), (1, 2));
    // On the page of the one that goes on stands what was written about the other.
    let page = seen.page(&kept).expect("is readable");
    assert!(
        page.concerning
            .iter()
            .any(|some| some.kind == "pledge" && some.records.len() == 1)
    );
    // Taken back: as before.
    seen.apply([put(here, 12, &twin(None))]);
    assert_eq!(figure(&seen, "I01"), Value::Number(2));
    assert_eq!(figure(&seen, "I21"), Value::Rate { part: 1, whole: 2 });
}

#[test]
fn of_records_merged_in_a_ring_by_people_who_did_not_know_of_each_other_one_stays() {
    let here = volume(1, 2025);
    let ring = |pairs: &[(u128, u128)]| {
        let puts = pairs
            .iter()
            .map(|(from, into)| put(here, *from, &twin(Some(*into))));
        view([village(1)].into_iter().chain(puts))
    };
    for pairs in [
        &[(11, 12), (12, 11)][..],
        &[(11, 11)],
        &[(11, 12), (12, 13), (13, 11)],
        &[(13, 12), (11, 12), (12, 11)],
    ] {
        let seen = ring(pairs);
        assert_eq!(figure(&seen, "I01"), Value::Number(1), "{pairs:?}");
        assert!(!seen.is_voided(&Household::key(id(11))), "{pairs:?}");
        assert!(seen.agrees_with(&seen.recomputed()));
    }
}

#[test]
fn a_move_that_was_undone_does_not_leave_the_voided_copy_to_count() {
    let voided = Household {
        common: sothon_records::common::Common {
            voided: Some(true),
            ..Default::default()
        },
        ..stays()
    };
    // Whichever of the two books has the lesser id.
    for (here, there) in [(1, 2), (2, 1)] {
        let seen = view([
            village(1),
            village(2),
            put(volume(here, 2025), 11, &stays()),
            put(volume(there, 2025), 11, &voided),
        ]);
        assert_eq!(place(&seen), Some(Place::Village(here)));
        assert_eq!(figure(&seen, "I01"), Value::Number(1));
    }
}

#[test]
fn a_pledge_moves_with_its_household() {
    let (old, new) = (volume(1, 2025), volume(2, 2025));
    let gone = Pledge {
        moved_to: Some(village_key(2)),
        ..pledge_of(11)
    };
    let seen = view([
        village(1),
        village(2),
        put(old, 11, &moved(2)),
        put(new, 11, &stays()),
        put(old, 21, &gone),
        put(new, 21, &pledge_of(11)),
    ]);
    assert_eq!(seen.place_of(&Pledge::key(id(21))), Some(Place::Village(2)));
    let of = |village| {
        seen.value("I21", &Period::day(day("2025-06-10")), Place::Village(village))
            .expect("is one")
            .main()
    };
    assert_eq!(of(2), Value::Rate { part: 1, whole: 1 });
}

/// The same household as a copy that tells of some moves: from, to, on. The same move is the same part in each copy.
fn told(moves: &[(u32, u32, &str)], then: Household) -> Household {
    let moves = moves.iter().map(|(from, to, on)| {
        let on = day(on);
        let moved = Move {
            from: Some(village_key(*from)),
            to: Some(village_key(*to)),
            on: Some(on),
            ..Move::default()
        };
        let number = u128::from(from * 10 + to) * 1_000_000 + u128::from(on.ordinal());
        (id(number), moved)
    });
    Household {
        moves: moves.collect(),
        ..then
    }
}

/// A copy whose moves are taken back.
fn taken_back(mut copy: Household) -> Household {
    for moved in copy.moves.values_mut() {
        moved.voided = Some(true);
    }
    copy
}

fn voided(mut copy: Household) -> Household {
    copy.common.voided = Some(true);
    copy
}

#[test]
fn a_household_that_moved_counts_on_each_day_in_the_village_where_it_was_whichever_books_are_read() {
    const OUT: (u32, u32, &str) = (1, 2, "2025-03-01");
    const BACK: (u32, u32, &str) = (2, 1, "2025-06-01");
    const ON: (u32, u32, &str) = (2, 3, "2025-06-01");
    const AGAIN: (u32, u32, &str) = (1, 2, "2025-09-01");
    let days = [
        "2025-02-28",
        "2025-03-01",
        "2025-05-31",
        "2025-06-01",
        "2025-09-01",
    ];
    let there = |number: u32, year: u32, copy: &Household| put(volume(number, year), 11, copy);
    // What copies there are, and the village of each day.
    let cases: [(&str, Vec<Change>, [u32; 5]); 12] = [
        (
            "without a day",
            vec![there(1, 2025, &moved(2)), there(2, 2025, &stays())],
            [2; 5],
        ),
        (
            "moved",
            vec![
                there(1, 2025, &told(&[OUT], moved(2))),
                there(2, 2025, &told(&[OUT], stays())),
            ],
            [1, 2, 2, 2, 2],
        ),
        (
            "the old village's book is not read here",
            vec![there(2, 2025, &told(&[OUT], stays()))],
            [1, 2, 2, 2, 2],
        ),
        (
            "not taken up in the new one",
            vec![there(1, 2025, &told(&[OUT], moved(2)))],
            [1, 2, 2, 2, 2],
        ),
        (
            "undone",
            vec![
                there(1, 2025, &taken_back(told(&[OUT], stays()))),
                there(2, 2025, &voided(told(&[OUT], stays()))),
            ],
            [1; 5],
        ),
        (
            "moved on",
            vec![
                there(1, 2025, &told(&[OUT], moved(2))),
                there(2, 2025, &told(&[OUT, ON], moved(3))),
                there(3, 2025, &told(&[OUT, ON], stays())),
            ],
            [1, 2, 2, 3, 3],
        ),
        (
            "back again",
            vec![
                there(1, 2025, &told(&[OUT, BACK], stays())),
                there(2, 2025, &told(&[OUT, BACK], moved(1))),
            ],
            [1, 2, 2, 1, 1],
        ),
        (
            "back again, and only the first village's book is read here",
            vec![there(1, 2025, &told(&[OUT, BACK], stays()))],
            [1, 2, 2, 1, 1],
        ),
        (
            "back again, and only the second village's book is read here",
            vec![there(2, 2025, &told(&[OUT, BACK], moved(1)))],
            [1, 2, 2, 1, 1],
        ),
        (
            "and there once more",
            vec![
                there(1, 2025, &told(&[OUT, BACK, AGAIN], moved(2))),
                there(2, 2025, &told(&[OUT, BACK, AGAIN], stays())),
            ],
            [1, 2, 2, 1, 2],
        ),
        (
            "there once more, and only the second village's book is read here",
            vec![there(2, 2025, &told(&[OUT, BACK, AGAIN], stays()))],
            [1, 2, 2, 1, 2],
        ),
        (
            "carried over since",
            vec![
                there(1, 2025, &told(&[OUT], moved(2))),
                there(2, 2025, &told(&[OUT], stays())),
                there(2, 2026, &told(&[OUT], stays())),
            ],
            [1, 2, 2, 2, 2],
        ),
    ];
    for (name, changes, expected) in cases {
        let pledged = put(volume(expected[4], 2025), 111, &pledge(11, 2025, "2025-01-10"));
        let open = (1..=3).map(|number| volume(number, 2025));
        let mut seen = View::new();
        seen.open_books(open);
        // The villages' records may come first or last.
        seen.apply(changes.into_iter().chain([pledged]).chain((1..=3).map(village)));
        // So that each village has something to count by.
        seen.apply((1..=3).map(|n| {
            put(
                volume(n, 2025),
                50 + u128::from(n),
                &household(&format!("Hộ {n}"), &[1990]),
            )
        }));
        for (on, at) in days.iter().zip(expected) {
            let period = Period::day(day(on));
            for number in 1..=3 {
                let value = |code| {
                    seen.value(code, &period, Place::Village(number))
                        .map(|figure| figure.values)
                };
                let here = i64::from(number == at);
                let whole = 1 + here;
                assert_eq!(
                    value("I01"),
                    Some(vec![Value::Number(whole), Value::Number(whole)]),
                    "{name}: village {number} on {on}"
                );
                assert_eq!(
                    value("I21"),
                    Some(vec![Value::Rate { part: here, whole }]),
                    "{name}: village {number} on {on}"
                );
            }
            let commune = seen
                .value("I21", &period, Place::Commune)
                .map(|figure| figure.main());
            assert_eq!(commune, Some(Value::Rate { part: 1, whole: 4 }), "{name}, {on}");
        }
        assert!(seen.agrees_with(&seen.recomputed()), "{name}");
    }
}
