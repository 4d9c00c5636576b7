//! A list is taken out as a file: what stands on the screen, marked, recorded, written over nothing. Through the commands.

use std::io::Cursor;

use crate::common::people::{Person, admitted, founded, rows};
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

fn asked(list: &Value, form: &str) -> Value {
    json!({"ask": {"list": list, "form": form, "place": "downloads", "reason": REASON}})
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
    let page = ask(&app, "exporting", json!({"list": seen})).await;
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
