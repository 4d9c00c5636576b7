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

/// A person of the register, with these episodes.
async fn person(app: &App, episodes: Value) -> Value {
    let values = json!({"name": "Sùng A Phính", "born": "12/06/1990", "sex": "male", "residence": "stable", "occurred": "01/01/2026"});
    let input = json!({"kind": "person", "place": "village:3", "values": values, "subs": episodes});
    ask(app, "save", json!({ "input": input })).await["key"].clone()
}

fn episode(state: &str, from: &str) -> Value {
    json!({"list": "episodes", "key": null, "values": {"state": state, "from": from, "regime": "a"}})
}

/// Looks at a table of states: born, state, since, ended.
async fn seen(base: &TempDir, app: &App, rows: &[[&'static str; 4]]) -> Value {
    let heads = vec![
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Nơi cư trú",
        "Diện đối tượng",
        "Ngày đưa vào diện",
        "Kết thúc ngày",
    ];
    let rows = rows
        .iter()
        .map(|[born, state, from, ended]| vec!["Sùng A Phính", born, "Nam", "Ổn định", state, from, ended]);
    let all: Vec<Vec<&str>> = [heads].into_iter().chain(rows).collect();
    workbook(base.path(), "dien.xlsx", &all);
    open(app, "dien.xlsx", "person").await
}

/// A person's episodes: the state, and whether the first of March is said of it.
async fn episodes(app: &App, key: &Value) -> Vec<(String, bool)> {
    let page = ask(app, "record", json!({"key": key, "reason": "Đối chiếu"})).await;
    let told = page["episodes"].as_array().unwrap().iter();
    told.map(|one| {
        let state = one["state"].as_str().unwrap().to_owned();
        (state, one.to_string().contains("2026-03-01"))
    })
    .collect()
}

/// The only place to be put right: its row, its column, and what it says.
async fn refused(app: &App, page: &Value, row: usize, column: &str, says: &str) {
    let wrong = &page["wrongs"][0];
    assert_eq!(
        (&page["wrong"], &wrong["row"]),
        (&json!(1), &json!(row)),
        "{page:#}"
    );
    assert!(wrong["column"].as_str().unwrap().starts_with(column), "{wrong}");
    assert!(wrong["says"].as_str().unwrap().contains(says), "{wrong}");
    assert_eq!(fault(app, "import_table", json!({})).await, "table_waits");
}

const BORN: &str = "12/6/1990";

#[tokio::test]
async fn a_further_state_of_a_person_in_the_register_becomes_a_further_episode_where_it_fits() {
    let (base, app) = practice().await;
    let key = person(&app, json!([episode("u1", "01/01/2026")])).await;
    let user = |ended| [BORN, "Sử dụng trái phép", "01/01/2026", ended];
    let addicted = |from, ended| [BORN, "Nghiện", from, ended];

    // What the register has is passed over.
    let page = seen(&base, &app, &[user("")]).await;
    assert_eq!(
        (&page["twice"], &page["adds"]),
        (&json!(1), &json!(0)),
        "{page:#}"
    );
    // Beside a state that goes on, or at the time of another, nothing is added, and nothing else is saved either.
    for (rows, column, says) in [
        (vec![addicted("01/03/2026", "")], "F, ", "chưa kết thúc"),
        (vec![addicted("01/01/2026", "")], "E, ", "từ cùng ngày 01/01/2026"),
        (
            vec![addicted("01/12/2025", "01/02/2026")],
            "G, ",
            "phải kết thúc trước hoặc vào ngày đó",
        ),
        (
            vec![user("01/04/2026"), addicted("01/03/2026", "")],
            "F, ",
            "trùng thời gian",
        ),
    ] {
        let page = seen(&base, &app, &rows).await;
        refused(&app, &page, rows.len() + 1, column, says).await;
    }
    assert_eq!(episodes(&app, &key).await.len(), 1);

    // With the day on which the one before ended it fits.
    let page = seen(&base, &app, &[user("01/03/2026"), addicted("01/03/2026", "")]).await;
    assert_eq!(
        (&page["fresh"], &page["twice"], &page["adds"]),
        (&json!(0), &json!(0), &json!(2)),
        "{page:#}"
    );
    for (at, row, says) in [
        (0, 2, "Ghi ngày kết thúc cho Sùng A Phính"),
        (1, 3, "Thêm trạng thái cho Sùng A Phính"),
    ] {
        let added = &page["additions"][at];
        assert_eq!(added["row"], row, "{page:#}");
        assert!(added["says"].as_str().unwrap().starts_with(says), "{added}");
    }
    assert!(
        page["notices"]
            .to_string()
            .contains("1 trạng thái theo Luật 73/2021/QH14"),
        "{page:#}"
    );
    let imported = ask(&app, "import_table", json!({})).await;
    assert_eq!(
        imported["says"],
        "Đã ghi 2 trạng thái cho người đã có trong sổ, lưu trên máy này"
    );
    let two = episodes(&app, &key).await;
    assert_eq!(two.len(), 2, "{two:?}");
    assert!(
        two.iter().all(|(_, since)| *since),
        "one ended on the day on which the other began: {two:?}"
    );
    assert_eq!(found(&app, "person", "Sùng A Phính").await.len(), 1);
    ask(&app, "undo", json!({"act": imported["act"]})).await;
    let one = episodes(&app, &key).await;
    assert_eq!(one.len(), 1, "{one:?}");
    assert!(!one[0].1, "it goes on again: {one:?}");
}

#[tokio::test]
async fn the_states_of_a_table_and_the_ends_that_it_writes_do_not_overlap_either() {
    let (base, app) = practice().await;
    let key = person(
        &app,
        json!([episode("u1", "01/01/2026"), episode("a1", "01/03/2026")]),
    )
    .await;
    let user = |ended| [BORN, "Sử dụng trái phép", "01/01/2026", ended];
    let page = seen(&base, &app, &[user("01/05/2026")]).await;
    let says = "phải kết thúc trước hoặc vào ngày đó";
    refused(&app, &page, 2, "G, ", says).await;
    // Of two rows that overlap the later one is told, by the row of the earlier.
    let rows = [
        user("01/03/2026"),
        [BORN, "Nghiện", "01/03/2026", "01/04/2026"],
        [BORN, "Cai nghiện bắt buộc", "01/04/2026", ""],
        [BORN, "Quản lý sau cai", "01/05/2026", ""],
    ];
    let page = seen(&base, &app, &rows).await;
    refused(&app, &page, 5, "F, ", "Dòng 4 ghi").await;
    assert_eq!(episodes(&app, &key).await.len(), 2);
}

#[tokio::test]
async fn the_day_on_which_a_state_ended_is_taken_and_shown_without_a_further_state() {
    let (base, app) = practice().await;
    let key = person(&app, json!([episode("u1", "01/01/2026")])).await;
    let ended = [BORN, "Sử dụng trái phép", "01/01/2026", "01/03/2026"];
    let page = seen(&base, &app, &[ended]).await;
    assert_eq!(
        (&page["twice"], &page["adds"], &page["waits"]),
        (&json!(0), &json!(1), &Value::Null),
        "{page:#}"
    );
    let says = page["additions"][0]["says"].as_str().unwrap();
    assert!(
        says.starts_with("Ghi ngày kết thúc cho Sùng A Phính") && says.ends_with("đến 01/03/2026"),
        "{says}"
    );
    ask(&app, "import_table", json!({})).await;
    let ended = episodes(&app, &key).await;
    assert!(matches!(&ended[..], [(_, true)]), "{ended:?}");
    // Now the register has it.
    let page = seen(
        &base,
        &app,
        &[[BORN, "Sử dụng trái phép", "01/01/2026", "01/03/2026"]],
    )
    .await;
    assert_eq!(
        (&page["twice"], &page["adds"]),
        (&json!(1), &json!(0)),
        "{page:#}"
    );
}

#[tokio::test]
async fn a_namesake_of_another_day_or_village_gets_no_further_state_and_can_be_taken_as_somebody_new() {
    let (base, app) = practice().await;
    let key = person(&app, json!([episode("u1", "01/01/2026")])).await;
    for born in ["03/02/1990", "1990"] {
        let page = seen(&base, &app, &[[born, "Nghiện", "01/03/2026", ""]]).await;
        assert_eq!(
            (&page["wrong"], &page["likely"], &page["adds"]),
            (&json!(0), &json!(1), &json!(0)),
            "{page:#}"
        );
    }
    // Born on one day, in another village.
    let file = json!({"file": "downloads/dien.xlsx", "kind": "person", "place": "village:2"});
    seen(&base, &app, &[[BORN, "Nghiện", "01/03/2026", ""]]).await;
    let page = ask(&app, "open_table", file).await;
    assert_eq!(
        (&page["wrong"], &page["likely"], &page["adds"]),
        (&json!(0), &json!(1), &json!(0)),
        "{page:#}"
    );
    let likely = json!({"ask": {"columns": [], "values": {}, "likely": true}});
    ask(&app, "see_table", likely).await;
    assert_eq!(ask(&app, "import_table", json!({})).await["records"], 1);
    assert_eq!(found(&app, "person", "Sùng A Phính").await.len(), 2);
    assert_eq!(episodes(&app, &key).await.len(), 1);
}

#[tokio::test]
async fn an_import_with_further_states_is_undone_but_for_what_was_changed_since() {
    let (base, app) = practice().await;
    let key = person(&app, json!([episode("u1", "01/01/2026")])).await;
    let row = |name, born, village, state, from, ended| {
        vec![name, born, "Nam", "Ổn định", village, state, from, ended]
    };
    let heads = vec![
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Nơi cư trú",
        "Thôn",
        "Diện đối tượng",
        "Ngày đưa vào diện",
        "Kết thúc ngày",
    ];
    let rows = [
        heads,
        row(
            "Sùng A Phính",
            BORN,
            "Thôn 3",
            "Sử dụng trái phép",
            "01/01/2026",
            "01/03/2026",
        ),
        row("Sùng A Phính", BORN, "Thôn 3", "Nghiện", "01/03/2026", ""),
        row("Giàng Seo Mốc", "1980", "Thôn 1", "Nghiện", "01/03/2026", ""),
        row("Giàng Seo Hai", "1981", "Thôn 2", "Nghiện", "01/03/2026", ""),
    ];
    workbook(base.path(), "ca xa.xlsx", &rows);
    let page = open(&app, "ca xa.xlsx", "person").await;
    assert_eq!(
        (&page["fresh"], &page["adds"]),
        (&json!(2), &json!(2)),
        "{page:#}"
    );
    let act = ask(&app, "import_table", json!({})).await["act"].clone();
    let rows = found(&app, "person", "Giàng Seo Hai").await;
    let input =
        json!({"kind": "person", "key": rows[0]["key"], "values": {"occupation": "Thợ mộc"}, "subs": []});
    ask(&app, "save", json!({ "input": input })).await;
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!(
        (&undone["undone"], &undone["left"]),
        (&json!(2), &json!(1)),
        "{undone}"
    );
    let left = found(&app, "person", "Giàng Seo").await;
    assert_eq!((left.len(), &left[0]["title"]), (1, &rows[0]["title"]));
    assert!(matches!(&episodes(&app, &key).await[..], [(_, false)]));
}
