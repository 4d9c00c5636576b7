//! What is told of a table before it is taken, and what is judged again when it is.

use serde_json::{Value, json};

use crate::common::{App, ask, fault, practice};
use crate::import::{found, open, workbook};

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
    let rows = [
        vec!["Thôn", "Số hộ", "Chủ hộ"],
        vec!["Thôn 1", "951", "Giàng Seo Mốc"],
        vec!["Thôn 1", "952", "Giàng Seo Hai"],
        vec!["Thôn 2", "951", "Giàng Seo Ba"],
        vec!["Thôn 3", "951", "Giàng Seo Tư"],
    ];
    workbook(base.path(), "ca xa.xlsx", &rows);
    open(&app, "ca xa.xlsx", "household").await;
    let act = ask(&app, "import_table", json!({})).await["act"].clone();
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
    workbook(base.path(), "mot thon.xlsx", &rows);
    open(&app, "mot thon.xlsx", "household").await;
    let act = ask(&app, "import_table", json!({})).await["act"].clone();
    change(&app, "Giàng Seo Sáu").await;
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!(
        (&undone["undone"], &undone["left"]),
        (&json!(1), &json!(1)),
        "{undone}"
    );
    workbook(
        base.path(),
        "hai.xlsx",
        &[vec!["Số hộ", "Chủ hộ"], vec!["971", "Giàng Seo Bảy"]],
    );
    open(&app, "hai.xlsx", "household").await;
    let act = ask(&app, "import_table", json!({})).await["act"].clone();
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!((&undone["undone"], &undone["says"]), (&json!(1), &Value::Null));
}
