//! Tables: taking in an Excel file of 5,000 households, and lists of 20,000 rows sorted, filtered and searched; beside
//! reading the same rows from memory.
//!
//! `cargo bench -p sothon-app --bench tables`. Figures are printed; docs/benchmarks.md keeps them.

mod common;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{ask, prepare, runtime, unlocked};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use sothon_records::{Edit, Value as Held};

const HOUSEHOLDS: usize = 5_000;
/// So many members a household has in the longer file.
const MEMBERS: usize = 4;
const RECORDS: usize = 20_000;
const RUNS: usize = 5;

fn main() {
    imports();
    lists();
}

/// Rows as somebody keeps them in Excel: of each household its number, head, address and telephone, of each member a row.
fn rows(members: usize) -> Vec<[String; 5]> {
    let mut rows = Vec::with_capacity(HOUSEHOLDS * members);
    for (n, edit) in sothon_generator::bulk::edits(2, HOUSEHOLDS).enumerate() {
        let Edit::Create { record, .. } = edit else {
            continue;
        };
        let head = match record.fields.get("head") {
            Some(Held::Text(head)) => head.clone(),
            _ => continue,
        };
        for member in 0..members {
            rows.push([
                (10_000 + n).to_string(),
                head.clone(),
                format!("Ngõ {}, số {}", n % 40 + 1, n / 40 + 1),
                (1950 + (n + member * 7) % 70).to_string(),
                if member == 0 { "Chủ hộ" } else { "Con" }.to_owned(),
            ]);
        }
    }
    rows
}

fn workbook(at: &Path, rows: &[[String; 5]], members: usize) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = if members == 1 {
        ["Số hộ", "Chủ hộ", "Địa chỉ", "Ghi chú", ""]
    } else {
        ["Số hộ", "Họ và tên", "Địa chỉ", "Năm sinh", "Quan hệ với chủ hộ"]
    };
    for (line, cells) in (0..).zip(std::iter::once(heads.map(str::to_owned)).chain(rows.iter().cloned())) {
        for (column, cell) in (0..).zip(&cells[..if members == 1 { 4 } else { 5 }]) {
            sheet.write_string(line, column, cell.as_str()).expect("a cell");
        }
    }
    book.save(at).expect("saves");
}

fn imports() {
    for members in [1, MEMBERS] {
        let rows = rows(members);
        let (mut looked, mut taken, mut read) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let base = tempfile::tempdir().expect("a folder");
            prepare(base.path(), 1, 1);
            workbook(&base.path().join("ho.xlsx"), &rows, members);
            read.push(from_memory(&rows));
            runtime().block_on(async {
                let app = unlocked(base.path()).await;
                let begun = Instant::now();
                let open = json!({"file": "downloads/ho.xlsx", "kind": "household", "place": "village:1"});
                let seen = ask(&app, "open_table", open).await;
                looked.push(begun.elapsed());
                assert_eq!(seen["wrong"], 0, "{seen}");
                let begun = Instant::now();
                let imported = ask(&app, "import_table", json!({})).await;
                taken.push(begun.elapsed());
                assert_eq!(imported["records"], HOUSEHOLDS);
                app.quit().await;
            });
        }
        println!(
            "{HOUSEHOLDS} households from an Excel file of {} rows, {RUNS} runs, median (worst)",
            rows.len()
        );
        tell("  opening it and seeing what it would make", &mut looked, &read);
        tell("  taking it in as one act", &mut taken, &read);
        tell("  reading the same rows from memory", &mut read.clone(), &read);
    }
}

fn lists() {
    let base = tempfile::tempdir().expect("a folder");
    prepare(base.path(), 6, RECORDS);
    runtime().block_on(async {
        let app = unlocked(base.path()).await;
        let rows: Vec<[String; 5]> = rows(MEMBERS);
        let mut read: Vec<Duration> = (0..RUNS).map(|_| from_memory(&rows)).collect();
        println!("a list of {RECORDS} households in six books, the first page of it, {RUNS} times, median (worst)");
        for (what, typed, place, sort) in [
            ("  sorted by name", "", Value::Null, "name"),
            ("  sorted by number", "", Value::Null, "number"),
            ("  sorted by date", "", Value::Null, "newest"),
            ("  one village of six", "", json!("village:3"), "name"),
            ("  searched: many are found", "nguyen", Value::Null, "name"),
            ("  searched: few are found", "hoàng văn hải", Value::Null, "name"),
        ] {
            let mut times = Vec::new();
            for n in 0..RUNS {
                // What is kept of the order is old after each change.
                let values = json!({"number": format!("8{n}"), "head": "Đặng Văn Lâm", "address": "Ngõ 5", "occurred": "10/06/2026"});
                let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
                ask(&app, "save", json!({"input": input})).await;
                let list = json!({"ask": {"kinds": ["household"], "typed": typed, "place": place, "filter": null,
                    "sort": sort, "voided": false, "from": 0, "count": 50}});
                let begun = Instant::now();
                let page = ask(&app, "list", list).await;
                times.push(begun.elapsed());
                assert!(page["total"].as_u64() > Some(0), "{what}: {}", page["total"]);
            }
            tell(what, &mut times, &read);
        }
        tell("  reading as many rows from memory", &mut read.clone(), &read);
        read.clear();
        app.quit().await;
    });
}

/// Reads every cell once.
fn from_memory(rows: &[[String; 5]]) -> Duration {
    let begun = Instant::now();
    let read: Vec<[String; 5]> = rows.to_vec();
    black_box(read.iter().flatten().map(String::len).sum::<usize>());
    begun.elapsed()
}

fn tell(what: &str, times: &mut [Duration], read: &[Duration]) {
    times.sort_unstable();
    let mut read = read.to_vec();
    read.sort_unstable();
    let (median, worst, memory) = (times[RUNS / 2], times[RUNS - 1], read[RUNS / 2]);
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{what}: {:.1} ({:.1}) ms, {:.1} x",
        ms(median),
        ms(worst),
        median.as_secs_f64() / memory.as_secs_f64().max(f64::MIN_POSITIVE)
    );
}
