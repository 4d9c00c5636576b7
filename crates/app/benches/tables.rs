//! Tables: taking in an Excel file of 5,000 households, and lists of 20,000 rows sorted, filtered and searched; beside
//! reading the same rows from memory.
//!
//! `cargo bench -p sothon-app --bench tables`, with `-- imports` or `-- lists` one of both. Figures are printed;
//! docs/benchmarks.md keeps them.

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
/// So often a list is asked for: it is short, and other work on the machine disturbs it.
const LOOKS: usize = 21;

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let all: [(&str, fn()); 2] = [("imports", imports), ("lists", lists)];
    for (name, run) in all {
        if asked.is_empty() || asked.iter().any(|one| one == name) {
            run();
        }
    }
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
                // Of two heads with one name and year of birth the second may be the first: a person says so, not the table.
                let count = |of: &Value| of.as_u64().expect("a number");
                let all = count(&imported["records"]) + count(&seen["likely"]);
                assert_eq!(all, HOUSEHOLDS as u64);
                app.quit().await;
            });
        }
        println!(
            "{HOUSEHOLDS} households from an Excel file of {} rows, {RUNS} runs, median (least to worst)",
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
        let mut read: Vec<Duration> = (0..LOOKS).map(|_| from_memory(&rows)).collect();
        println!("a list of {RECORDS} households in six books right after a change, a page of it, {LOOKS} times, median (least to worst)");
        let all = json!({"typed": "", "place": null, "filter": null, "sort": "name", "from": 0});
        for (what, asked) in [
            ("  sorted by name", json!({})),
            ("  sorted by number", json!({"sort": "number"})),
            ("  sorted by date", json!({"sort": "newest"})),
            ("  sorted by name, the last page", json!({"from": RECORDS - 50})),
            ("  one village of six", json!({"place": "village:3"})),
            ("  filtered: not signed", json!({"filter": "unsigned"})),
            ("  searched: many are found", json!({"typed": "nguyen"})),
            (
                "  searched and filtered",
                json!({"typed": "nguyen", "filter": "unsigned"}),
            ),
            ("  searched: few are found", json!({"typed": "hoàng văn hải"})),
        ] {
            let (mut times, mut cores) = (Vec::new(), Vec::new());
            for n in 0..LOOKS {
                // What is kept of the order is old after each change.
                let values = json!({"number": format!("8{n}"), "head": "Đặng Văn Lâm", "address": "Ngõ 5", "occurred": "10/06/2026"});
                let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
                ask(&app, "save", json!({"input": input})).await;
                let mut list = json!({"kinds": ["household"], "voided": false, "count": 50});
                for some in [&all, &asked] {
                    let some = some.as_object().expect("an object").clone();
                    list.as_object_mut().expect("an object").extend(some);
                }
                let (begun, busy) = (Instant::now(), on_the_cores());
                let page = ask(&app, "list", json!({ "ask": list })).await;
                times.push(begun.elapsed());
                cores.push(on_the_cores().saturating_sub(busy));
                assert!(page["total"].as_u64() > Some(0), "{what}: {}", page["total"]);
            }
            tell(what, &mut times, &read);
            tell("    of that on the processor", &mut cores, &read);
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

/// The time that this program's threads have had on the processor: what others do on the machine does not count in it. Nothing
/// where the system does not say.
fn on_the_cores() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let nanos = tasks.filter_map(|task| {
        let said = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        said.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn tell(what: &str, times: &mut [Duration], read: &[Duration]) {
    times.sort_unstable();
    let mut read = read.to_vec();
    read.sort_unstable();
    let (least, median, worst) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    let memory = read[read.len() / 2];
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{what}: {:.1} ({:.1} to {:.1}) ms, {:.1} x",
        ms(median),
        ms(least),
        ms(worst),
        median.as_secs_f64() / memory.as_secs_f64().max(f64::MIN_POSITIVE)
    );
}
