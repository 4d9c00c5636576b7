//! Villages that are renamed, merged, divided, that end or go to another commune, while books go on as they are.

use std::collections::BTreeMap;

use crate::common::*;
use sothon_overview::{Change, Period, Place, Value, View};
use sothon_records::kinds::village::{Origin, OriginForm, Share, VillageName, VillageType};
use sothon_records::kinds::{Household, Outreach, Pledge, Population, Progress, Task, Village};
use sothon_records::villages::{Act, Event, SplitTo};
use sothon_records::{Edit, RawRecord, Record, RecordKey};

/// The records of villages, as acts change them.
struct Office {
    villages: BTreeMap<RecordKey, RawRecord>,
    next: u128,
}

impl Office {
    fn of(numbers: impl IntoIterator<Item = u32>) -> Self {
        let records = numbers.into_iter().map(village);
        Office {
            villages: records
                .map(|change| (change.key, change.record.expect("a record")))
                .collect(),
            next: 1000,
        }
    }

    fn act(mut self, number: u32, from: &str, event: Event) -> Self {
        let act = Act {
            village: village_key(number),
            from: day(from),
            decision: "QĐ 12/QĐ-UBND ngày 01/06/2025".to_owned(),
            event,
        };
        let mut fresh = || {
            self.next += 1;
            id(self.next)
        };
        let edits = act.edits(&self.villages, &mut fresh).expect("an act");
        for edit in edits {
            match edit {
                Edit::Create { key, record } => {
                    self.villages.insert(key, record);
                }
                Edit::Set { key, sub, fields } => {
                    let record = self.villages.get_mut(&key).expect("a village");
                    let target = match &sub {
                        Some(sub) => record.subs.get_mut(sub).expect("a part"),
                        None => &mut record.fields,
                    };
                    for (name, value) in fields {
                        match value {
                            Some(value) => target.insert(name, value),
                            None => target.remove(&name),
                        };
                    }
                }
                Edit::AddSub { key, sub, fields } => {
                    self.villages
                        .get_mut(&key)
                        .expect("a village")
                        .subs
                        .insert(sub, fields);
                }
            }
        }
        self
    }

    fn said(&self) -> Vec<Change> {
        let records = self.villages.iter();
        records
            .map(|(key, raw)| change(commune(), key.clone(), Some(raw.clone())))
            .collect()
    }
}

fn merged(into: u32) -> Event {
    Event::Merge {
        into: village_key(into),
        name: None,
    }
}

fn divided(to: &str, code: &str, households: &[u128]) -> Event {
    Event::Split {
        to: SplitTo::New {
            name: to.to_owned(),
            code: code.to_owned(),
        },
        households: households.iter().map(|n| Household::key(id(*n))).collect(),
    }
}

/// Three households in village 1, two in village 2, one of each with a pledge.
fn kept() -> Vec<Change> {
    let home = |n: u128| household(&format!("Hộ {n}"), &[1980, 2010]);
    vec![
        put(general(1), 11, &home(11)),
        put(general(1), 12, &home(12)),
        put(general(1), 13, &home(13)),
        put(general(2), 21, &home(21)),
        put(general(2), 22, &home(22)),
        put(general(1), 111, &pledge(11, 2025, "2025-02-01")),
        put(general(2), 121, &pledge(21, 2025, "2025-02-01")),
    ]
}

/// The households and pledges of each village with a row, and of the commune.
fn figures(view: &View, period: &Period) -> Vec<(String, [Value; 2])> {
    let table = view.table(&["I01.households", "I21.pledged"], period);
    let rows = table.rows.iter().chain([&table.total]);
    rows.map(|row| (row.name.vi.clone(), [row.cells[0].value, row.cells[1].value]))
        .collect()
}

fn row(name: &str, households: i64, pledged: i64) -> (String, [Value; 2]) {
    let rate = Value::Rate {
        part: pledged,
        whole: households,
    };
    (name.to_owned(), [Value::Number(households), rate])
}

fn on(text: &str) -> Period {
    Period::day(day(text))
}

#[test]
fn a_village_is_found_by_the_name_of_the_day_by_a_former_one_and_by_its_code() {
    let rename = |name: &str| Event::Rename {
        name: name.to_owned(),
        type_of: Some(VillageType::KhuPho),
    };
    let office = Office::of([1, 2, 3])
        .act(1, "2025-07-01", rename("Đông"))
        .act(2, "2025-08-01", rename("1"))
        .act(3, "2025-09-01", merged(2));
    let view = view(office.said());
    let found = |text: &str| Vec::from_iter(view.villages_called(text, day("2026-01-01"), &[].into()));
    for (text, numbers) in [
        ("Khu phố Đông", vec![1]),
        ("dong", vec![1]),
        ("  KHU PHO  01 ", vec![2]),
        // Of today's names and former ones today's count: the first village was called so before.
        ("Thôn 1", vec![2]),
        ("1", vec![2]),
        ("Thôn 2", vec![2]),
        // It has ended: it is found by the name that it bore, and whoever asks knows where it goes on.
        ("thon 3", vec![3]),
        ("3", vec![3]),
        ("Thôn 4", vec![]),
        ("", vec![]),
        ("Thôn", vec![]),
        ("Thôn 1 và 2", vec![]),
    ] {
        assert_eq!(found(text), numbers, "{text}");
    }
    // One whose record has not come yet is called by its number.
    assert_eq!(
        Vec::from_iter(view.villages_called("thôn 9", day("2026-01-01"), &[9].into())),
        [9]
    );
    // Before it was renamed it was called so.
    assert_eq!(
        Vec::from_iter(view.villages_called("Thôn 1", day("2025-01-01"), &[].into())),
        [1]
    );
}

#[test]
fn villages_of_one_name_are_told_apart_by_the_commune_that_they_belonged_to() {
    let with = |number: u32, former: &str| {
        let record = village(number).record.expect("a record");
        let mut read = Village::read(&record).value;
        read.former_commune = Some(former.to_owned());
        for name in read.names.values_mut() {
            name.name = Some("1".to_owned());
        }
        put(commune(), u128::from(number), &read)
    };
    let mut here = sothon_records::kinds::Commune {
        name: Some("Xã Hợp Nhất".to_owned()),
        from: Some(day("2025-07-01")),
        ..sothon_records::kinds::Commune::default()
    };
    for (n, name) in [(1, "Xã Quang Hòa"), (2, "Xã Tân Sơn")] {
        let former = sothon_records::kinds::commune::Former {
            called: Some(name.to_owned()),
            until: Some(day("2025-06-30")),
            ..Default::default()
        };
        here.formers.insert(id(n), former);
    }
    let view = view(vec![
        with(1, "Xã Quang Hòa"),
        with(2, "Tân Sơn"),
        put(commune(), 900, &here),
    ]);
    let found = |text: &str| Vec::from_iter(view.villages_called(text, day("2026-01-01"), &[].into()));
    assert_eq!(found("Thôn 1"), [1, 2]);
    assert_eq!(found("Thôn 1 (Quang Hòa cũ)"), [1]);
    assert_eq!(found("thôn 1, xã Tân Sơn"), [2]);
    assert_eq!(found("Thôn 1 xã Hợp Nhất"), [1, 2]);
}

#[test]
fn a_village_is_called_on_each_day_as_it_was_called_then() {
    let rename = |name: &str, type_of| Event::Rename {
        name: name.to_owned(),
        type_of,
    };
    let office = Office::of([1])
        .act(1, "2025-07-01", rename("Đông", None))
        .act(
            1,
            "2026-01-01",
            rename("1 Quang Trung", Some(VillageType::ToDanPho)),
        )
        .act(1, "2026-03-01", rename("2 Quang Trung", None));
    let view = view(office.said());
    for (at, name) in [
        ("2024-06-10", "Thôn 1"),
        ("2025-06-30", "Thôn 1"),
        ("2025-07-01", "Thôn Đông"),
        ("2026-01-01", "Tổ dân phố 1 Quang Trung"),
        ("2026-05-01", "Tổ dân phố 2 Quang Trung"),
    ] {
        assert_eq!(view.village_name(1, day(at)).vi, name, "{at}");
    }
    assert!(view.breaches().is_empty());
}

#[test]
fn two_offices_that_rename_a_village_from_one_day_are_asked_and_all_devices_call_it_alike() {
    let rename = |name: &str| Event::Rename {
        name: name.to_owned(),
        type_of: None,
    };
    let one = Office::of([1]).act(1, "2025-07-01", rename("Đông"));
    let mut other = Office::of([1]);
    other.next = 2000;
    let other = other.act(1, "2025-07-01", rename("Tây"));
    let mut both = one;
    let record = both.villages.get_mut(&village_key(1)).expect("the village");
    record.subs.extend(other.villages[&village_key(1)].subs.clone());
    let view = view(both.said());
    assert_eq!(view.village_name(1, day("2025-07-01")).vi, "Thôn Tây");
    let rules: Vec<&str> = view.breaches().iter().map(|breach| breach.rule.name).collect();
    assert_eq!(rules, ["village-two-names"]);
}

#[test]
fn after_a_merger_the_households_of_both_count_once_in_one_and_the_past_stays_as_it_was() {
    let office = Office::of([1, 2]).act(2, "2025-07-01", merged(1));
    let view = view(office.said().into_iter().chain(kept()));
    assert_eq!(
        figures(&view, &on("2025-06-30")),
        [row("Thôn 1", 3, 1), row("Thôn 2", 2, 1), row("Toàn xã", 5, 2)]
    );
    assert_eq!(
        figures(&view, &on("2025-07-01")),
        [row("Thôn 1", 5, 2), row("Toàn xã", 5, 2)]
    );
    // By the boundaries of another day, said in so many words.
    assert_eq!(
        figures(&view, &on("2025-06-30").by_villages_of(day("2025-07-01"))),
        [row("Thôn 1", 5, 2), row("Toàn xã", 5, 2)]
    );
    assert_eq!(
        figures(&view, &on("2025-07-01").by_villages_of(day("2025-06-30"))),
        [row("Thôn 1", 3, 1), row("Thôn 2", 2, 1), row("Toàn xã", 5, 2)]
    );
    // What is asked of the old one from then on is nothing: it is the other.
    let asked = view
        .value("I01", &on("2025-07-01"), Place::Village(2))
        .expect("I01");
    assert_eq!(asked.main(), Value::Missing);
}

#[test]
fn what_an_offline_device_writes_late_in_the_book_of_a_merged_village_counts_in_its_successor() {
    let office = Office::of([1, 2, 3])
        .act(2, "2025-07-01", merged(1))
        .act(1, "2026-01-01", merged(3));
    let mut seen = view(office.said().into_iter().chain(kept()));
    let late = Outreach {
        date: Some(day("2026-02-10")),
        attendance: Some(40),
        ..Outreach::default()
    };
    seen.apply([
        put(general(2), 23, &household("Hộ 23", &[1990])),
        put(general(2), 131, &pledge(22, 2025, "2025-09-02")),
        put(general(2), 400, &late),
    ]);
    assert!(seen.agrees_with(&seen.recomputed()));
    assert_eq!(
        figures(&seen, &on("2025-12-31")),
        [
            row("Thôn 1", 6, 3),
            ("Thôn 3".to_owned(), [Value::Missing; 2]),
            row("Toàn xã", 6, 3)
        ]
    );
    let month = Period::month(2026, 2).expect("a month");
    let at = |place| seen.value("I23", &month, place).expect("I23").main();
    assert_eq!(
        (at(Place::Village(3)), at(Place::Commune)),
        (Value::Number(1), Value::Number(1))
    );
    assert_eq!(
        seen.place_of_on(&Household::key(id(23)), day("2025-08-01")),
        Some(Place::Village(1))
    );
    assert_eq!(
        seen.place_of_on(&Household::key(id(23)), day("2026-08-01")),
        Some(Place::Village(3))
    );
}

#[test]
fn villages_that_each_go_on_in_the_other_are_one_and_count_once() {
    let office = Office::of([1, 2, 3]).act(2, "2025-07-01", merged(1));
    let other = Office::of([1, 2, 3]).act(1, "2025-07-01", merged(2));
    let mut both = office;
    let turned = other.villages[&village_key(1)].clone();
    both.villages.insert(village_key(1), turned);
    let view = view(both.said().into_iter().chain(kept()));
    let told = figures(&view, &on("2025-07-01"));
    assert_eq!(told.first(), Some(&row("Thôn 1", 5, 2)));
    assert_eq!(told.last(), Some(&row("Toàn xã", 5, 2)));
}

#[test]
fn a_divided_village_gives_the_households_of_its_map_and_keeps_the_others() {
    let office = Office::of([1, 2]).act(1, "2025-07-01", divided("1B", "7", &[12, 13]));
    let seen = view(office.said().into_iter().chain(kept()));
    assert_eq!(
        figures(&seen, &on("2025-07-01")),
        [
            row("Thôn 1", 1, 1),
            row("Thôn 2", 2, 1),
            row("Thôn 1B", 2, 0),
            row("Toàn xã", 5, 2)
        ]
    );
    // Before, it was one.
    assert_eq!(
        figures(&seen, &on("2025-06-30")),
        [row("Thôn 1", 3, 1), row("Thôn 2", 2, 1), row("Toàn xã", 5, 2)]
    );
    // The map may come last, and what belongs to a household goes with it.
    let mut late = view(kept());
    late.apply(office.said());
    late.apply([put(general(1), 112, &pledge(12, 2025, "2025-08-01"))]);
    assert!(late.agrees_with(&late.recomputed()));
    assert_eq!(late.place_of(&Pledge::key(id(112))), Some(Place::Village(7)));
    assert_eq!(figures(&late, &on("2025-08-01"))[2], row("Thôn 1B", 2, 1));
    // Written into the new village's book one day, a household is there and nowhere twice.
    late.apply([put(general(7), 12, &household("Hộ 12", &[1980]))]);
    assert_eq!(
        figures(&late, &on("2025-08-01")).last(),
        Some(&row("Toàn xã", 5, 3))
    );
}

#[test]
fn a_household_that_two_offices_share_out_differently_is_asked_about_and_counts_once() {
    let share = |to: u32| Share {
        household: Some(Household::key(id(11))),
        to: Some(village_key(to)),
        from: Some(day("2025-07-01")),
        ..Share::default()
    };
    let mut office = Office::of([1, 2, 3]);
    let record = office.villages.get_mut(&village_key(1)).expect("the village");
    let mut divided = Village::read(record).value;
    divided.shares = [(id(501), share(2)), (id(502), share(3))].into();
    *record = divided.write();
    let view = view(office.said().into_iter().chain(kept()));
    assert_eq!(
        view.breaches()
            .iter()
            .map(|breach| breach.rule.name)
            .collect::<Vec<_>>(),
        ["village-shared-twice"]
    );
    assert_eq!(
        figures(&view, &on("2025-07-01")).last(),
        Some(&row("Toàn xã", 5, 2))
    );
}

#[test]
fn a_village_that_ended_is_listed_as_long_as_something_of_it_is_shared_out_to_nobody() {
    let office = Office::of([1, 2]).act(2, "2025-07-01", Event::Dissolve);
    let given = |households: &[u128]| Event::Split {
        to: SplitTo::Existing(village_key(1)),
        households: households.iter().map(|n| Household::key(id(*n))).collect(),
    };
    let half = office.act(2, "2025-07-01", given(&[21]));
    let seen = view(half.said().into_iter().chain(kept()));
    assert_eq!(
        figures(&seen, &on("2025-07-02")),
        [row("Thôn 1", 4, 2), row("Thôn 2", 1, 0), row("Toàn xã", 5, 2)]
    );
    let whole = half.act(2, "2025-07-01", given(&[22]));
    let seen = view(whole.said().into_iter().chain(kept()));
    assert_eq!(
        figures(&seen, &on("2025-07-02")),
        [row("Thôn 1", 5, 2), row("Toàn xã", 5, 2)]
    );
}

#[test]
fn a_village_that_goes_to_another_commune_counts_until_its_last_day() {
    let leave = Event::Leave {
        commune: "Phường Ngọc Trạo".to_owned(),
    };
    let office = Office::of([1, 2]).act(2, "2025-07-01", leave);
    let held = Outreach {
        date: Some(day("2025-03-10")),
        ..Outreach::default()
    };
    let changes = office
        .said()
        .into_iter()
        .chain(kept())
        .chain([put(general(2), 400, &held)]);
    let view = view(changes);
    assert_eq!(
        figures(&view, &on("2025-06-30")).last(),
        Some(&row("Toàn xã", 5, 2))
    );
    assert_eq!(
        figures(&view, &on("2025-07-01")),
        [row("Thôn 1", 3, 1), row("Toàn xã", 3, 1)]
    );
    // What it did while it was here stays in the year's figure.
    let year = Period::around(sothon_overview::Span::Year, day("2025-12-31")).expect("a year");
    let at = |period: &Period| view.value("I23", period, Place::Commune).expect("I23").main();
    assert_eq!(at(&year), Value::Number(1));
    assert_eq!(at(&Period::month(2025, 8).expect("a month")), Value::Number(0));
}

#[test]
fn a_population_record_of_the_whole_counts_nobody_twice_and_one_of_a_part_takes_the_old_ones_place() {
    let population = |n: u128, village: RecordKey, at: &str, residents| {
        let population = Population {
            village: Some(village),
            date: Some(day(at)),
            residents: Some(residents),
            ..Population::default()
        };
        put(commune(), n, &population)
    };
    let residents = |view: &View, at: &str, place| {
        let figure = view.value("I01", &on(at), place).expect("I01");
        figure.value("residents")
    };
    let merged = Office::of([1, 2]).act(2, "2025-07-01", merged(1));
    let mut seen = view(merged.said().into_iter().chain(kept()).chain([
        population(1, village_key(1), "2025-01-01", 300),
        population(2, village_key(2), "2025-01-01", 200),
    ]));
    assert_eq!(
        residents(&seen, "2025-07-02", Place::Village(1)),
        Value::Number(500)
    );
    seen.apply([population(3, village_key(1), "2025-09-01", 510)]);
    assert_eq!(residents(&seen, "2025-07-02", Place::Commune), Value::Number(500));
    assert_eq!(residents(&seen, "2025-09-01", Place::Commune), Value::Number(510));

    let split = Office::of([1]).act(1, "2025-07-01", divided("1B", "7", &[12]));
    let part = split
        .villages
        .keys()
        .find(|key| **key != village_key(1))
        .expect("the part")
        .clone();
    let mut seen = view(split.said().into_iter().chain(kept()).chain([population(
        1,
        village_key(1),
        "2025-01-01",
        300,
    )]));
    // The old record counted the people of both.
    assert_eq!(residents(&seen, "2025-07-02", Place::Village(7)), Value::Missing);
    assert_eq!(
        residents(&seen, "2025-07-02", Place::Village(1)),
        Value::Number(300)
    );
    // Once the part has one of its own, the rest is counted by its members.
    seen.apply([population(4, part, "2025-08-01", 120)]);
    assert_eq!(
        residents(&seen, "2025-08-01", Place::Village(7)),
        Value::Number(120)
    );
    assert_eq!(
        residents(&seen, "2025-08-01", Place::Village(1)),
        Value::Number(4)
    );
}

#[test]
fn a_task_that_the_old_village_reports_late_is_done_for_the_one_in_which_it_goes_on() {
    let task = Task {
        deadline: Some(day("2025-09-30")),
        per_village: Some(true),
        ..Task::default()
    };
    let progress = Progress {
        task: Some(Task::key(id(900))),
        due: Some(day("2025-09-30")),
        date: Some(day("2025-09-20")),
        percent: Some(100),
        ..Progress::default()
    };
    let office = Office::of([1, 2]).act(2, "2025-07-01", merged(1));
    let told = [put(commune(), 900, &task), put(general(2), 901, &progress)];
    let view = view(office.said().into_iter().chain(kept()).chain(told));
    let month = Period::month(2025, 9)
        .expect("a month")
        .seen_on(day("2025-10-20"));
    let figure = view.value("I39", &month, Place::Village(1)).expect("I39");
    assert_eq!(figure.main(), Value::Rate { part: 1, whole: 1 });
}

#[test]
fn only_an_origin_by_division_makes_a_village_the_part_of_another_before_it_began() {
    let mut begun = Village {
        origins: [(
            id(1),
            Origin {
                village: Some(village_key(1)),
                form: Some(OriginForm::Merged),
                ..Origin::default()
            },
        )]
        .into(),
        ..Village::default()
    };
    assert_eq!(begun.split_from(), None);
    for origin in begun.origins.values_mut() {
        origin.form = Some(OriginForm::Split);
    }
    assert_eq!(begun.split_from(), Some(&village_key(1)));
}

#[test]
fn one_may_have_moved_to_a_village_that_the_register_began_with_before_that_day_and_to_no_part_before_it_was_one()
 {
    let began = |n: u32, origins| {
        let name = VillageName {
            name: Some(n.to_string()),
            ..VillageName::default()
        };
        let began = Village {
            code: Some(n.to_string()),
            type_of: Some(VillageType::Thon),
            from: Some(day("2026-06-10")),
            names: [(id(1), name)].into(),
            origins,
            ..Village::default()
        };
        put(commune(), u128::from(n), &began)
    };
    let split = Origin {
        village: Some(village_key(1)),
        form: Some(OriginForm::Split),
        ..Origin::default()
    };
    let view = view([began(1, [].into()), began(2, [(id(1), split)].into())]);
    let before = day("2026-05-20");
    assert!(view.took_in(1, before) && !view.is_there(1, before));
    assert!(!view.took_in(2, before) && view.took_in(2, day("2026-06-10")));
}
