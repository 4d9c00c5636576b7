//! Row 5: what one new entry costs a commune's machine that holds 20 villages x 5 volumes: replica and view apart.

use std::time::Instant;

use sothon_ledger::{BookKind, Scope};
use sothon_overview::{BookRef, Change, Period, Place, View};
use sothon_records::{Edit, Shelf};
use sothon_replica::Event;
use sothon_store::Row;
use sothon_sync::{Batch, BatchId, ReceivedEntry};
use tempfile::TempDir;

use crate::stage::{Device, NOW, YEAR, act, carry, commune};
use crate::{line, percentile};

const VILLAGES: u32 = 20;
const YEARS: u32 = 5;
const TIMES: usize = 60;

/// With this many records per village.
pub fn run(per_village: usize) {
    let per_book = per_village / YEARS as usize;
    let total = per_book * (VILLAGES * YEARS) as usize;
    println!(
        "\nRow 5: commune view after one new entry, {total} records in {VILLAGES} x {YEARS} volumes (goal: 10 ms)"
    );
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let years: Vec<u32> = (YEAR + 1 - YEARS..=YEAR).collect();
    let villages: Vec<u32> = (1..=VILLAGES).collect();
    let (_office, mut police, mut head) = commune(folder.path(), &years, &villages);
    let mut records = sothon_generator::bulk::edits(2, total + TIMES);
    for year in &years {
        for village in &villages {
            let book = police
                .find_book(BookKind::Village, Scope::Village(*village), *year)
                .expect("is open");
            let mut left = per_book;
            while left > 0 {
                let some: Vec<Edit> = records.by_ref().take(left.min(40)).collect();
                left -= some.len();
                police.edit(book, &some, &act()).expect("saves");
            }
        }
    }
    let began = Instant::now();
    police.publish(NOW, YEAR).expect("publishes");
    line(
        "publishing all of it",
        &format!("{} ms", began.elapsed().as_millis()),
    );
    carry(&police, &mut head);
    head.publish(NOW, YEAR).expect("publishes");
    carry(&head, &mut police);

    let mut view = View::new();
    let began = Instant::now();
    view.apply(
        police
            .records()
            .map(|(open, key, record)| change_of(open, key, Some(record))),
    );
    line(
        &format!("the view of all {} records, made once", view.len()),
        &format!("{} ms", began.elapsed().as_millis()),
    );
    let told = police.subscribe();
    let book = head
        .find_book(BookKind::Village, Scope::Village(1), YEAR)
        .expect("is open");
    let (mut store, mut absorb, mut apply, mut table, mut all) = (vec![], vec![], vec![], vec![], vec![]);
    let period = Period::year(YEAR as i32).expect("a year");
    for _ in 0..TIMES {
        head.edit(book, &[records.next().expect("there are more")], &act())
            .expect("saves");
        let row = head.station().store().last_row().expect("reads");
        head.publish(NOW, YEAR).expect("publishes");
        let batch = since(&head, row);
        let began = Instant::now();
        let device = &mut police;
        device.take_in(vec![batch], NOW).expect("takes");
        let taken = began.elapsed();
        let mut changes = Vec::new();
        for event in told.try_iter() {
            if let Event::Records { book, keys } = event {
                let Some(open) = device.book_info(&book) else {
                    continue;
                };
                changes.extend(keys.into_iter().map(|key| {
                    let record = device.record(&book, &key);
                    change_of(open, key, record)
                }));
            }
        }
        assert_eq!(changes.len(), 1, "one record changed");
        let read = began.elapsed();
        view.apply(changes);
        let applied = began.elapsed();
        let figures = view.table(&["I01", "I02", "I03", "I04"], &period);
        std::hint::black_box(&figures);
        let done = began.elapsed();
        store.push(taken.as_micros());
        absorb.push((read - taken).as_micros());
        apply.push((applied - read).as_micros());
        table.push((done - applied).as_micros());
        all.push(done.as_micros());
    }
    for (what, times) in [
        (
            "storing (fsync), judging, opening, applying one entry",
            &mut store,
        ),
        ("reading the record that changed", &mut absorb),
        ("the view takes the change", &mut apply),
        ("a table of four indicators by village", &mut table),
        ("all of it", &mut all),
    ] {
        times.sort_unstable();
        line(
            &format!("{what}: p50 / p99"),
            &format!("{} / {} µs", percentile(times, 500), percentile(times, 990)),
        );
    }
}

/// What a device has stored since.
fn since(device: &Device, row: Row) -> Batch {
    let entries = device.station().store().since(row, 1000).expect("reads");
    Batch {
        entries: entries
            .into_iter()
            .map(|entry| ReceivedEntry {
                envelope: entry.envelope,
                payload: entry.payload.held(),
            })
            .collect(),
        ..Batch::empty(BatchId(0))
    }
}

fn change_of(
    open: &sothon_ledger::register::OpenBook,
    key: sothon_records::RecordKey,
    record: Option<sothon_records::RawRecord>,
) -> Change {
    let place = match open.scope {
        Scope::Village(number) => Place::Village(number),
        Scope::Unit(number) => Place::Unit(number),
        _ => Place::Commune,
    };
    let shelf = match open.kind {
        BookKind::Village => Shelf::Village,
        BookKind::Unit => Shelf::Unit,
        _ => Shelf::Commune,
    };
    Change {
        book: BookRef(open.book.0),
        shelf,
        place,
        year: open.year,
        key,
        record,
    }
}
