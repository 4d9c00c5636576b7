//! What is told of a table before it is taken, and what is judged again when it is.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sothon_app::api::Told;

use crate::common::{App, TempDir, ask, fault, practice};
use crate::import::{found, open, workbook};

#[tokio::test]
async fn rows_that_may_all_be_there_are_told_as_that_and_can_be_taken() {
    let (base, app) = practice().await;
    let heads = || vec!["Số hộ", "Họ và tên", "Năm sinh", "Quan hệ"];
    let first = vec!["931", "Lường Văn Phóng", "1966", "Chủ hộ"];
    workbook(base.path(), "mot.xlsx", &[heads(), first]);
    open(&app, "mot.xlsx", "household").await;
    ask(&app, "import_table", json!({})).await;
    let likely = vec!["932", "Phóng Lường V.", "1966", "Chủ hộ"];
    workbook(base.path(), "hai.xlsx", &[heads(), likely]);
    let seen = open(&app, "hai.xlsx", "household").await;
    assert_eq!(
        (&seen["fresh"], &seen["likely"]),
        (&json!(0), &json!(1)),
        "{seen}"
    );
    let waits = seen["waits"].as_str().unwrap();
    assert!(waits.contains("có thể đã có trong sổ"), "{waits}");
    let likely = json!({"ask": {"columns": [], "values": {}, "likely": true}});
    let seen = ask(&app, "see_table", likely).await;
    assert_eq!(seen["waits"], json!(null), "{seen}");
    assert_eq!(ask(&app, "import_table", json!({})).await["records"], 1);
}

#[tokio::test]
async fn what_came_into_the_register_since_a_table_was_seen_is_not_taken_twice() {
    let (base, app) = practice().await;
    let rows = [
        vec!["Số hộ", "Chủ hộ", "Địa chỉ"],
        vec!["941", "Giàng Seo Phóng", "ngõ 1"],
        vec!["942", "Giàng Seo Phúc", "ngõ 2"],
    ];
    workbook(base.path(), "ho.xlsx", &rows);
    assert_eq!(open(&app, "ho.xlsx", "household").await["fresh"], 2);
    let values =
        json!({"number": "941", "head": "Giàng Seo Phóng", "address": "ngõ 1", "occurred": "10/06/2026"});
    let input = json!({"input": {"kind": "household", "place": "village:3", "values": values, "subs": []}});
    ask(&app, "save", input).await;
    assert_eq!(fault(&app, "import_table", json!({})).await, "table_changed");
    assert_eq!(found(&app, "household", "Giàng Seo").await.len(), 1);
    let again = json!({"ask": {"columns": [], "values": {}, "likely": false}});
    let seen = ask(&app, "see_table", again).await;
    assert_eq!((&seen["fresh"], &seen["twice"]), (&json!(1), &json!(1)), "{seen}");
    ask(&app, "import_table", json!({})).await;
    assert_eq!(found(&app, "household", "Giàng Seo").await.len(), 2);
}

/// Takes in a table of households, and says as which act.
async fn imported(base: &TempDir, app: &App, file: &str, rows: &[Vec<&str>]) -> Value {
    workbook(base.path(), file, rows);
    open(app, file, "household").await;
    ask(app, "import_table", json!({})).await["act"].clone()
}

/// Four households of three villages, or of two.
fn households(last_of: [&'static str; 2]) -> [Vec<&'static str>; 5] {
    let [third, fourth] = last_of;
    let number = if third == fourth { "952" } else { "951" };
    [
        vec!["Thôn", "Số hộ", "Chủ hộ"],
        vec!["Thôn 1", "951", "Giàng Seo Mốc"],
        vec!["Thôn 1", "952", "Giàng Seo Hai"],
        vec![third, "951", "Giàng Seo Ba"],
        vec![fourth, number, "Giàng Seo Tư"],
    ]
}

/// Changes the phone of a household of that name.
async fn change(app: &App, named: &str) {
    let rows = found(app, "household", named).await;
    let input =
        json!({"kind": "household", "key": rows[0]["key"], "values": {"phone": "0912345678"}, "subs": []});
    ask(app, "save", json!({ "input": input })).await;
}

#[tokio::test]
async fn undoing_an_import_leaves_what_was_changed_since_and_says_how_many() {
    let (base, app) = practice().await;
    let rows = households(["Thôn 2", "Thôn 3"]);
    let act = imported(&base, &app, "ca xa.xlsx", &rows).await;
    change(&app, "Giàng Seo Hai").await;
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!(
        (&undone["undone"], &undone["left"]),
        (&json!(3), &json!(1)),
        "{undone}"
    );
    assert_eq!(
        undone["says"],
        "3 bản ghi đã hủy, 1 bản ghi để lại vì đã sửa sau đó"
    );
    let left = found(&app, "household", "Giàng Seo").await;
    assert_eq!((left.len(), &left[0]["title"]), (1, &json!("Giàng Seo Hai")));
    // Nothing is left of it to undo.
    assert_eq!(fault(&app, "undo", json!({ "act": act })).await, "changed_since");

    // In one book too, and without a word where nothing stays.
    let rows = [
        vec!["Số hộ", "Chủ hộ"],
        vec!["961", "Giàng Seo Năm"],
        vec!["962", "Giàng Seo Sáu"],
    ];
    let act = imported(&base, &app, "mot thon.xlsx", &rows).await;
    change(&app, "Giàng Seo Sáu").await;
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!(
        (&undone["undone"], &undone["left"]),
        (&json!(1), &json!(1)),
        "{undone}"
    );
    let rows = [vec!["Số hộ", "Chủ hộ"], vec!["971", "Giàng Seo Bảy"]];
    let act = imported(&base, &app, "hai.xlsx", &rows).await;
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!((&undone["undone"], &undone["says"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn while_a_table_is_saved_it_is_told_how_many_records_there_are_of_how_many() {
    let (base, app) = practice().await;
    let rows = households(["Thôn 2", "Thôn 2"]);
    workbook(base.path(), "ca xa.xlsx", &rows);
    open(&app, "ca xa.xlsx", "household").await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = told.clone();
    app.subscribe(move |one| {
        if let Told::Table { rows, of: Some(of) } = one {
            hears.lock().unwrap().push((rows, of));
        }
    });
    ask(&app, "import_table", json!({})).await;
    assert_eq!(*told.lock().unwrap(), [(0, 4), (2, 4), (4, 4)]);
}
