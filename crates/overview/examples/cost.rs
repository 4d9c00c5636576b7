//! What one change costs in a commune of 100,000 records, beside making the whole view anew (design.md §6).
//!
//! `cargo run -p sothon-overview --example cost` (with `--release` for figures to be reported).
#![allow(clippy::disallowed_methods)] // this measures time

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use sothon_overview::due::Who;
use sothon_overview::{BookRef, Change, Period, Place, View};
use sothon_records::civil::YearOrDate;
use sothon_records::kinds::household::Member;
use sothon_records::kinds::outreach::Form;
use sothon_records::kinds::person::{Episode, State};
use sothon_records::kinds::village::VillageName;
use sothon_records::kinds::{Contact, Document, Household, Outreach, Person, Pledge, Progress, Village};
use sothon_records::{Lang, Record, RecordId, Shelf, plan};
use uuid::Uuid;

const VILLAGES: u32 = 20;
const YEARS: std::ops::RangeInclusive<u32> = 2021..=2025;
const HOUSEHOLDS: u32 = 330;
const OUTREACH: u32 = 260;
const PERSONS: u32 = 4;

fn main() {
    let changes = commune();
    let (copies, first) = (changes.len(), changes.first().cloned());
    let start = Instant::now();
    let mut view = View::new();
    view.apply(changes);
    println!(
        "{copies} records in books, {} by identity; made in {:.2?}",
        view.len(),
        start.elapsed()
    );
    let start = Instant::now();
    let again = view.recomputed();
    let whole = start.elapsed();
    println!("made anew: {whole:.2?}; agrees: {}", view.agrees_with(&again));
    drop(again);

    println!("one change, worst of 50 and mean:");
    let mut slowest = Duration::ZERO;
    for (name, make) in EDITS {
        let times: Vec<Duration> = (0..50u32)
            .map(|n| {
                let change = make(n);
                let start = Instant::now();
                view.apply([change]);
                start.elapsed()
            })
            .collect();
        let worst = times.iter().max().copied().unwrap_or_default();
        let mean = times.iter().sum::<Duration>() / 50;
        slowest = slowest.max(mean);
        println!("  {name:<24} {worst:>10.2?} {mean:>10.2?}");
    }
    println!(
        "slowest kind of change: 1/{:.0} of making the view anew",
        whole.as_secs_f64() / slowest.as_secs_f64().max(1e-9)
    );

    let period = Period::year(2025).expect("a year");
    timed("table of ten indicators", || {
        let codes: Vec<&str> = sothon_overview::indicators::ALL
            .iter()
            .map(|one| one.code)
            .collect();
        view.table(&codes, &period).rows.len()
    });
    timed("due, all places", || {
        view.due(date(2025, 6, 10), &Who::default()).len()
    });
    timed("due, one village", || {
        view.due(date(2025, 6, 10), &Who::village(3)).len()
    });
    timed("search", || {
        view.find("nguyen van an 7", 20, &Default::default(), Lang::Vi)
            .total
    });
    timed("what is twice", || view.breaches().len());
    if let Some(first) = first {
        timed("a page", || {
            view.page(&first.key).map_or(0, |page| page.concerning.len())
        });
    }
}

fn timed(name: &str, ask: impl FnOnce() -> usize) {
    let start = Instant::now();
    let n = ask();
    println!("  {name:<24} {:>10.2?}  ({n})", start.elapsed());
}

type Edit = (&'static str, fn(u32) -> Change);

const EDITS: &[Edit] = &[
    ("a household", |n| {
        let village = 1 + n % VILLAGES;
        put(
            general(village, 2025),
            household_id(village, n),
            &household(n + 1),
        )
    }),
    ("a new pledge", |n| {
        let village = 1 + n % VILLAGES;
        put(
            general(village, 2025),
            id(90, village, n, 2026),
            &pledge(village, n, 2026),
        )
    }),
    ("a new activity", |n| {
        let village = 1 + n % VILLAGES;
        put(general(village, 2025), id(91, village, n, 0), &outreach(2025, n))
    }),
    ("a contact", |n| {
        let village = 1 + n % VILLAGES;
        put(
            care(village),
            id(92, village, n, 0),
            &contact(village, n % PERSONS, n),
        )
    }),
    ("progress on a task", |n| {
        let village = 1 + n % VILLAGES;
        let shipped = plan::shipped().expect("the plan as shipped");
        let monthly = shipped
            .tasks
            .iter()
            .max_by_key(|task| task.task.due_dates(date(2025, 12, 31)).len());
        let key = monthly.map(|task| shipped.task_key(task));
        let progress = Progress {
            task: key,
            due: Some(date(2025, 5, 31)),
            date: Some(date(2025, 5, 30)),
            percent: Some(100),
            ..Progress::default()
        };
        put(general(village, 2025), id(93, village, n, 0), &progress)
    }),
    ("a village's name (rare)", |n| {
        village_record(1 + n % VILLAGES, "mới")
    }),
];

fn commune() -> Vec<Change> {
    let mut made: Vec<Change> = (1..=VILLAGES)
        .map(|village| village_record(village, ""))
        .collect();
    let shipped = plan::shipped().expect("the plan as shipped");
    for (key, raw) in shipped.records() {
        made.push(Change {
            key,
            record: Some(raw),
            ..put(commune_book(), id(0, 0, 0, 0), &Document::default())
        });
    }
    for task in &shipped.tasks {
        for village in 1..=VILLAGES {
            for (n, due) in task.task.due_dates(date(2025, 5, 31)).into_iter().enumerate() {
                let progress = Progress {
                    task: Some(shipped.task_key(task)),
                    due: Some(due),
                    date: Some(due),
                    percent: Some(100),
                    ..Progress::default()
                };
                let number: u32 = task
                    .task
                    .number
                    .as_deref()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(0);
                made.push(put(
                    general(village, 2025),
                    id(7, village, number, n as u32),
                    &progress,
                ));
            }
        }
    }
    for year in YEARS {
        for village in 1..=VILLAGES {
            for n in 0..HOUSEHOLDS {
                made.push(put(
                    general(village, year),
                    household_id(village, n),
                    &household(n),
                ));
                made.push(put(
                    general(village, year),
                    id(2, village, n, year),
                    &pledge(village, n, year),
                ));
            }
            for n in 0..OUTREACH {
                made.push(put(
                    general(village, year),
                    id(4, village, n, year),
                    &outreach(year, n),
                ));
            }
        }
    }
    for village in 1..=VILLAGES {
        for n in 0..PERSONS {
            made.push(put(care(village), id(20, village, n, 0), &person(n)));
            made.extend((0..60).map(|m| put(care(village), id(22, village, n, m), &contact(village, n, m))));
        }
    }
    made
}

fn put<R: Record>((shelf, place, year): (Shelf, Place, u32), id: RecordId, record: &R) -> Change {
    let number = match place {
        Place::Village(number) | Place::Unit(number) => number,
        Place::Commune => 0,
    };
    let mut book = [shelf as u8; 16];
    book[4..8].copy_from_slice(&number.to_be_bytes());
    book[8..12].copy_from_slice(&year.to_be_bytes());
    Change {
        book: BookRef(book),
        shelf,
        place,
        year,
        key: R::key(id),
        record: Some(record.write()),
    }
}

fn general(village: u32, year: u32) -> (Shelf, Place, u32) {
    (Shelf::Village, Place::Village(village), year)
}

fn care(village: u32) -> (Shelf, Place, u32) {
    (Shelf::CareFiles, Place::Village(village), 2025)
}

fn commune_book() -> (Shelf, Place, u32) {
    (Shelf::Commune, Place::Commune, 2025)
}

fn id(kind: u32, village: u32, n: u32, more: u32) -> RecordId {
    let parts = [kind, village, n, more].map(u128::from);
    RecordId(Uuid::from_u128(parts.iter().fold(0, |id, part| id << 32 | part)))
}

fn household_id(village: u32, n: u32) -> RecordId {
    id(1, village, n, 0)
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn village_record(number: u32, name: &str) -> Change {
    let named = VillageName {
        name: Some(format!("{number} {name}")),
        from: Some(date(2000, 1, 1)),
        ..VillageName::default()
    };
    let village = Village {
        code: Some(number.to_string()),
        from: Some(date(2000, 1, 1)),
        names: [(id(1, 1, 1, 1), named)].into(),
        ..Village::default()
    };
    put(commune_book(), id(74, number, 0, 0), &village)
}

fn household(n: u32) -> Household {
    let members = (0..4).map(|m| {
        let member = Member {
            name: Some(format!("Nguyễn Văn An {n} {m}")),
            born: Some(YearOrDate::Year(1960 + (n as i32 * 7 + m) % 60)),
            ..Member::default()
        };
        (id(1, n, 0, m as u32), member)
    });
    Household {
        number: Some(n.to_string()),
        head: Some(format!("Nguyễn Văn An {n}")),
        address: Some(format!("Ngõ {}, số {}", n % 20, n)),
        phone: Some(format!("09{n:08}")),
        members: members.collect(),
        ..Household::default()
    }
}

fn pledge(village: u32, n: u32, year: u32) -> Pledge {
    Pledge {
        household: Some(Household::key(household_id(village, n))),
        year: Some(i64::from(year)),
        signed_on: Some(date(year as i32, 1 + n % 12, 10)),
        signer: Some(format!("Nguyễn Văn An {n}")),
        ..Pledge::default()
    }
}

fn outreach(year: u32, n: u32) -> Outreach {
    Outreach {
        form: Some(Form::VillageMeeting),
        date: Some(date(year as i32, 1 + n % 12, 1 + n % 28)),
        place: Some("Nhà văn hóa thôn".into()),
        attendance: Some(i64::from(n)),
        ..Outreach::default()
    }
}

fn person(n: u32) -> Person {
    let episode = Episode {
        state: Some(State::A2),
        from: Some(date(2024, 1 + n % 12, 5)),
        basis: Some(Document::key(id(21, 0, 0, 0))),
        ..Episode::default()
    };
    Person {
        name: Some(format!("Trần Văn Minh {n}")),
        born: Some(YearOrDate::Year(1990)),
        episodes: [(id(1, 1, 1, 1), episode)].into(),
        ..Person::default()
    }
}

fn contact(village: u32, person: u32, n: u32) -> Contact {
    Contact {
        person: Some(Person::key(id(20, village, person, 0))),
        date: Some(date(2021 + (n / 12) as i32 % 5, 1 + n % 12, 15)),
        ..Contact::default()
    }
}
