//! A list is taken out as a file: what stands on the screen, marked, recorded, written over nothing. Through the commands.

use std::io::Cursor;

use crate::common::people::{Person, Station, admitted, commune, founded, rows};
use crate::common::{App, ask, fault, practice};
use calamine::{Reader as _, Xlsx};
use serde_json::{Value, json};

const REASON: &str = "Nộp danh sách cho Ủy ban";

fn list(kind: &str, more: &Value) -> Value {
    let mut list = json!({
        "kinds": [kind], "typed": "", "place": null, "filter": null, "sort": "", "voided": false, "from": 0, "count": 1,
    });
    for (name, value) in more.as_object().unwrap() {
        list[name] = value.clone();
    }
    list
}

/// A list of one kind, or a page as `{"type": …}`.
fn what(list: &Value) -> Value {
    match list["type"] {
        Value::Null => json!({"type": "list", "list": list}),
        _ => list.clone(),
    }
}

fn asked(list: &Value, form: &str) -> Value {
    json!({"ask": {"what": what(list), "form": form, "place": "downloads", "reason": REASON}})
}

async fn taken(app: &App, list: &Value, form: &str) -> Value {
    ask(app, "export_list", asked(list, form)).await
}

/// The texts of the first sheet of a workbook, row by row.
fn sheet(made: &Value, at: usize) -> Vec<Vec<String>> {
    let bytes = std::fs::read(made["path"].as_str().unwrap()).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(at).unwrap().unwrap();
    range
        .rows()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

fn table(rows: &[Vec<String>]) -> &[Vec<String>] {
    let head = rows.iter().position(|row| row[0] == "STT").unwrap();
    &rows[head..]
}

#[tokio::test]
async fn a_list_leaves_as_it_stands_on_the_screen_and_says_whose_it_is() {
    let (_base, app) = practice().await;
    let seen = list(
        "household",
        &json!({"place": "village:3", "filter": "unsigned", "sort": "number", "from": 7}),
    );
    let page = ask(&app, "exporting", json!({"what": what(&seen)})).await;
    let mut screen = seen.clone();
    screen["from"] = json!(0);
    screen["count"] = json!(500);
    let shown = ask(&app, "list", json!({"ask": screen})).await;
    assert_eq!(page["count"], shown["total"]);
    let made = taken(&app, &seen, "xlsx").await;
    assert_eq!(made["count"], shown["total"]);
    let all = sheet(&made, 0);
    let rows = table(&all);
    let name = rows[0]
        .iter()
        .position(|head| head == "Họ và tên chủ hộ")
        .unwrap();
    let names: Vec<&str> = rows[1..].iter().map(|row| row[name].as_str()).collect();
    let titles: Vec<&str> = shown["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["title"].as_str().unwrap())
        .collect();
    assert_eq!(names, titles, "filter, place and order are those of the screen");
    let over = all[..7].concat().join(" ");
    for says in [
        "Xã Quang Trung",
        "Người xuất",
        "dữ liệu cá nhân",
        "Số liệu mẫu",
        "Chưa ký",
    ] {
        assert!(over.contains(says), "{says} is missing: {over}");
    }
    let members = sheet(&made, 1);
    assert!(table(&members).len() > rows.len(), "each household has members");
}

#[tokio::test]
async fn each_kind_that_can_be_read_leaves_in_both_forms_and_nothing_hidden_with_it() {
    let (_base, app) = practice().await;
    let kinds = ask(&app, "kinds", json!({})).await;
    let mut some = 0;
    for card in kinds.as_array().unwrap() {
        if card["count"] == 0 || card["reads"] == false {
            continue;
        }
        some += 1;
        let seen = list(card["kind"].as_str().unwrap(), &json!({}));
        let made = taken(&app, &seen, "xlsx").await;
        let rows = sheet(&made, 0);
        let heads = &table(&rows)[0];
        assert!(
            !heads.iter().any(|head| head.contains("Người tố giác")),
            "{heads:?}"
        );
        assert_eq!(
            table(&rows).len() - 1,
            usize::try_from(made["count"].as_u64().unwrap()).unwrap()
        );
        let made = taken(&app, &seen, "csv").await;
        let text = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
        assert!(text.starts_with('\u{feff}'));
    }
    assert!(some > 15, "only {some} kinds have records");
    // One table is all that CSV has: what it lacks is said.
    let households = list("household", &json!({}));
    let csv = taken(&app, &households, "csv").await;
    let lacks = &csv["says"][1];
    assert!(
        lacks.as_str().unwrap().starts_with("Tệp CSV không có bảng phụ: "),
        "{lacks}"
    );
    assert_eq!(rows(&taken(&app, &households, "xlsx").await, "says").len(), 1);
}

#[tokio::test]
async fn nothing_is_written_over_and_nothing_leaves_without_a_reason() {
    let (base, app) = practice().await;
    let seen = list("household", &json!({}));
    let first = taken(&app, &seen, "csv").await;
    let before = std::fs::read(first["path"].as_str().unwrap()).unwrap();
    let second = taken(&app, &list("household", &json!({"place": null})), "csv").await;
    assert_ne!(first["path"], second["path"]);
    assert_eq!(std::fs::read(first["path"].as_str().unwrap()).unwrap(), before);
    let files = || std::fs::read_dir(base.path()).unwrap().count();
    let there = files();
    let mut without = asked(&seen, "xlsx");
    without["ask"]["reason"] = json!("  ");
    assert_eq!(fault(&app, "export_list", without).await, "reason_needed");
    let mut elsewhere = asked(&seen, "xlsx");
    elsewhere["ask"]["place"] = json!("../..");
    assert_eq!(fault(&app, "export_list", elsewhere).await, "export_place");
    let none = list("household", &json!({"typed": "khôngcóaitênnhưvậy"}));
    assert_eq!(
        fault(&app, "export_list", asked(&none, "xlsx")).await,
        "export_empty"
    );
    assert_eq!(files(), there, "what was refused leaves no file");
}

#[tokio::test]
async fn an_export_is_in_the_access_log_without_what_was_searched_for() {
    let (_base, app) = practice().await;
    let logged = list("access", &json!({"count": 500}));
    let before = ask(&app, "list", json!({"ask": logged})).await["total"]
        .as_u64()
        .unwrap();
    let first = ask(&app, "list", json!({"ask": list("household", &json!({}))})).await;
    let name = first["rows"][0]["title"].as_str().unwrap().to_owned();
    let made = taken(&app, &list("household", &json!({"typed": name})), "xlsx").await;
    let after = ask(&app, "list", json!({"ask": logged})).await;
    assert_eq!(after["total"].as_u64().unwrap(), before + 1);
    let key = &after["rows"][0]["key"];
    let page = ask(&app, "record", json!({"key": key, "reason": "Kiểm tra nhật ký"}))
        .await
        .to_string();
    assert!(
        page.contains(REASON) && page.contains("Xuất số liệu") && page.contains(".xlsx"),
        "{page}"
    );
    assert!(
        !page.contains(&name),
        "a name that was searched for is not in the log"
    );
    let rows = sheet(&made, 0);
    assert!(
        rows.iter().take(7).any(|row| row.concat().contains(&name)),
        "the file says what it was searched by"
    );
}

#[tokio::test]
async fn who_may_not_read_a_book_takes_no_list_of_it_out() {
    let (_relay, _dir, police) = founded().await;
    let head: Person = admitted(&police, "Lê Văn Hùng", "village-head", "village:1").await;
    let before = std::fs::read_dir(head.base.path()).unwrap().count();
    for kind in ["tip", "person", "access", "compulsory-file"] {
        let seen = list(kind, &json!({}));
        let code = fault(&head.app, "export_list", asked(&seen, "xlsx")).await;
        assert!(["may_not_read", "export_empty"].contains(&code), "{kind}: {code}");
    }
    for kinds in [json!([]), json!(["household", "tip"])] {
        let seen = list("household", &json!({"kinds": kinds}));
        assert_eq!(
            fault(&head.app, "export_list", asked(&seen, "xlsx")).await,
            "internal"
        );
    }
    assert_eq!(std::fs::read_dir(head.base.path()).unwrap().count(), before);
}

#[tokio::test]
async fn what_is_due_leaves_as_its_page_has_it_and_is_recorded_as_other_lists_are() {
    let (_base, app) = practice().await;
    let seen = json!({"type": "due"});
    let shown = ask(&app, "all_due", json!({})).await;
    let shown = shown.as_array().unwrap();
    assert!(!shown.is_empty());
    let page = ask(&app, "exporting", json!({"what": what(&seen)})).await;
    assert_eq!(
        (&page["title"], page["count"].as_u64()),
        (&json!("Việc đến hạn"), Some(shown.len() as u64))
    );
    let mut without = asked(&seen, "xlsx");
    without["ask"]["reason"] = json!(" ");
    assert_eq!(fault(&app, "export_list", without).await, "reason_needed");
    let made = taken(&app, &seen, "xlsx").await;
    assert!(
        made["name"].as_str().unwrap().starts_with("viec-den-han-"),
        "{made}"
    );
    let all = sheet(&made, 0);
    let rows = table(&all);
    let whom: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
    let on_screen: Vec<&str> = shown.iter().map(|row| row["who"].as_str().unwrap()).collect();
    assert_eq!(whom, on_screen);
    let over = all[..all.len() - rows.len()].concat().join(" ");
    for says in ["Xã Quang Trung", "Người xuất", "dữ liệu cá nhân", "Số liệu mẫu"] {
        assert!(over.contains(says), "{says} is missing: {over}");
    }
    // So does the access log itself, for those who read it; and there each of these exports stands.
    let log = list("access", &json!({}));
    let made = taken(&app, &log, "csv").await;
    let text = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
    assert!(text.contains("Việc đến hạn") && text.contains(REASON), "{text}");
}

/// A household of the first village that moved to the second, a visit that its old head wrote without knowing, and a person whose
/// term ends: each leaves with those alone who read the book where it lies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_or_written_late_leaves_with_nobody_who_does_not_read_its_book() {
    let (station, _dir, people) = commune().await;
    let [police, first, second, women] = ["police", "head-1", "head-2", "women"].map(|who| &people[who]);
    let save = async |who: &Person, kind: &str, place: &str, values: Value, subs: Value| {
        let input = json!({"kind": kind, "place": place, "values": values, "subs": subs});
        who.ask("save", json!({ "input": input })).await["key"].clone()
    };
    let values = json!({"name": "Sùng A Phính", "born": "1990", "sex": "male", "residence": "stable", "occurred": "10/06/2026"});
    let ends = json!([{"list": "episodes", "key": null, "values": {"state": "u1", "from": "20/06/2025", "regime": "a"}}]);
    let person = save(police, "person", "village:1", values, ends).await;
    let due = police.ask("all_due", json!({})).await;
    let due = due.as_array().unwrap().iter().filter(|row| row["key"] == person);
    let due: Vec<Value> = due.cloned().collect();
    assert!(!due.is_empty());
    let out = async |who: &Person, page: &str| {
        let made = who
            .app
            .call("export_list", asked(&json!({"type": page}), "csv"))
            .await;
        match made {
            Ok(made) => std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap(),
            Err(fault) => {
                assert_eq!(fault.code, "export_empty");
                String::new()
            }
        }
    };
    let says = |text: &str| due.iter().any(|row| text.contains(row["what"].as_str().unwrap()));
    assert!(says(&out(police, "due").await));
    for who in [first, second, women] {
        let text = out(who, "due").await;
        assert!(!says(&text), "{text}");
    }

    let values =
        json!({"number": "7", "head": "Hoàng Văn Cường", "address": "Ngõ 5", "occurred": "01/06/2026"});
    let household = save(first, "household", "village:1", values, json!([])).await;
    let there = json!({"ask": {"kinds": ["household"], "typed": "", "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    police
        .until("list", there, |page| page.to_string().contains("Hoàng Văn Cường"))
        .await;
    first
        .until("exchange", json!({}), |page| page["allThere"] == true)
        .await;
    let stopped = station.end().await;
    let moves = json!({"key": household, "to": "village:2", "on": "05/06/2026"});
    police.ask("move_record", moves).await;
    let visit = json!({"household": household, "form": "household-visit", "date": "08/06/2026", "theme": "harm",
        "lead": "village-head", "audience": "everybody", "attendance": "2"});
    save(first, "outreach", "village:1", visit, json!([])).await;
    let _station = Station::again(stopped);
    for who in [first, police] {
        who.ask("send_now", json!({})).await;
    }
    for who in [police, first] {
        let late = |late: &Value| late.as_array().is_some_and(|rows| rows.len() == 1);
        who.until("late_entries", json!({}), late).await;
        assert!(out(who, "late").await.contains("Hoàng Văn Cường"));
    }
    // The new village's head reads the household, and not what was written in the old book.
    let moved = json!({"ask": {"kinds": ["household"], "typed": "", "place": "village:2", "sort": "", "voided": false, "from": 0, "count": 9}});
    second
        .until("list", moved, |page| page.to_string().contains("Hoàng Văn Cường"))
        .await;
    assert_eq!(out(second, "late").await, "");
}

#[tokio::test]
async fn every_page_of_rows_leaves_as_it_stands_with_its_sums_as_numbers() {
    let (_base, app) = practice().await;
    let csv = async |page: Value| {
        let made = taken(&app, &page, "csv").await;
        std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap()
    };

    let span = json!({"span": "year", "day": "", "villages": ""});
    let seen = ask(&app, "overview", json!({ "ask": span })).await;
    let made = taken(&app, &json!({"type": "overview", "ask": span}), "xlsx").await;
    let all = sheet(&made, 0);
    let rows = table(&all);
    let names: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
    let on_screen = (seen["rows"].as_array().unwrap().iter())
        .chain([&seen["total"]])
        .map(|row| row["name"].as_str().unwrap());
    assert_eq!(names, on_screen.collect::<Vec<_>>());
    let cells = seen["total"]["cells"].as_array().unwrap();
    for (at, cell) in cells.iter().enumerate() {
        let shown = cell["shown"].as_str().unwrap();
        let there = &rows.last().unwrap()[at + 2];
        assert!(
            there == shown || *there == shown.replace('.', ""),
            "{there} for {shown}"
        );
    }
    assert!(all.concat().concat().contains("không có tên người"));

    let board = json!({"plan": null, "place": "village:3"});
    let seen = ask(&app, "tasks", json!({ "ask": board })).await;
    let text = csv(json!({"type": "board", "ask": board})).await;
    let tasks: Vec<&Value> = (seen["groups"].as_array().unwrap().iter())
        .flat_map(|group| group["tasks"].as_array().unwrap())
        .collect();
    assert!(!tasks.is_empty());
    for task in &tasks {
        assert!(text.contains(task["number"].as_str().unwrap()), "{task}");
    }
    assert!(text.contains("Thôn 3"), "which part of the plan");

    let seen = ask(&app, "accounts", json!({})).await;
    let lines = seen.as_array().unwrap().iter();
    let lines: usize = lines.map(|of| of["lines"].as_array().unwrap().len()).sum();
    let made = taken(&app, &json!({"type": "accounts"}), "xlsx").await;
    assert_eq!(made["count"], lines);
    let all = sheet(&made, 0);
    let rows = table(&all);
    let planned: Vec<i64> = rows[1..].iter().filter_map(|row| row[4].parse().ok()).collect();
    assert!(!planned.is_empty() && planned.iter().all(|sum| *sum > 0));

    let seen = ask(&app, "people", json!({})).await;
    let text = csv(json!({"type": "people"})).await;
    for person in seen["people"].as_array().unwrap() {
        assert!(text.contains(person["name"].as_str().unwrap()), "{person}");
    }

    let seen = ask(&app, "gaps", json!({})).await;
    let text = csv(json!({"type": "gaps"})).await;
    for gap in seen["open"].as_array().unwrap() {
        assert!(text.contains(gap["label"].as_str().unwrap()), "{gap}");
    }
}
