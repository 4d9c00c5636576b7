//! What home, the merged picture, tasks, care, tips and a village's page show of the practice commune.

use crate::common::{App, ask, fault, practice};
use serde_json::{Value, json};

async fn overview(app: &App, span: &str, day: &str) -> Value {
    ask(app, "overview", json!({"ask": {"span": span, "day": day}})).await
}

fn rows<'a>(of: &'a Value, name: &str) -> &'a Vec<Value> {
    of[name].as_array().unwrap()
}

fn texts<'a>(rows: &'a [Value], name: &str) -> Vec<&'a str> {
    rows.iter().map(|row| row[name].as_str().unwrap()).collect()
}

/// How many days late a word of state says; 0: not late.
fn days_late(state: &Value) -> i64 {
    let word = state["word"].as_str().unwrap();
    match word.strip_prefix("Quá hạn ") {
        Some(rest) => rest.trim_end_matches(" ngày").replace('.', "").parse().unwrap(),
        None => 0,
    }
}

#[tokio::test]
async fn home_has_what_is_due_with_the_late_first_and_no_name_of_anybody_in_care() {
    let (_base, app) = practice().await;
    let today = ask(&app, "today", json!({})).await;
    assert_eq!(today["date"], "Thứ Tư, 10/06/2026");
    let due = rows(&today, "due");
    assert_eq!(due.len(), 10);
    let late: Vec<i64> = due.iter().map(|row| days_late(&row["when"])).collect();
    assert!(late[0] > 0 && late.is_sorted_by(|a, b| a >= b), "{late:?}");
    let all = ask(&app, "all_due", json!({})).await;
    let all = all.as_array().unwrap();
    assert_eq!(today["dueTotal"], json!(all.len()));
    // A village's unsigned pledges are one row for who looks after all of them.
    assert!(all.iter().all(|row| row["kind"] != "household"));
    let pledges = |row: &&Value| row["kind"] == "village";
    assert_eq!(all.iter().filter(pledges).count(), 6);
    let care = ask(&app, "care", json!({})).await;
    let told = format!("{today}{}", Value::from(all.clone()));
    for name in texts(rows(&care, "rows"), "name") {
        assert!(!told.contains(name), "{name} is on home");
    }
    let tiles = texts(rows(&today, "tiles"), "kind");
    assert_eq!(tiles, ["contact", "tip", "tip-handling", "document"]);
    assert_eq!(rows(&today, "recent").len(), 5);
    let line = &today["line"];
    assert_eq!(
        (&line["allThere"], &line["overdue"]),
        (&json!(false), &json!(false))
    );
}

#[tokio::test]
async fn what_was_just_recorded_stands_first_on_home() {
    let (_base, app) = practice().await;
    let values =
        json!({"number": "991", "head": "Đặng Thị Ngọc Ánh", "address": "Ngõ 5", "occurred": "10/06/2026"});
    let input = json!({"input": {"kind": "household", "place": "village:3", "values": values, "subs": []}});
    let saved = ask(&app, "save", input).await;
    let today = ask(&app, "today", json!({})).await;
    let first = &today["recent"][0];
    assert_eq!(
        (&first["key"], &first["title"]),
        (&saved["key"], &json!("Đặng Thị Ngọc Ánh"))
    );
}

#[tokio::test]
async fn the_picture_has_a_row_a_village_and_a_total_that_is_their_sum() {
    let (_base, app) = practice().await;
    let year = overview(&app, "", "").await;
    assert_eq!(
        (&year["span"], &year["period"]),
        (&json!("year"), &json!("năm 2026"))
    );
    let villages: Vec<&Value> = rows(&year, "rows")
        .iter()
        .filter(|row| !row["place"].is_null())
        .collect();
    assert_eq!(villages.len(), 6);
    let columns = texts(rows(&year, "columns"), "id");
    let at = |id: &str| columns.iter().position(|known| *known == id).unwrap();
    for id in ["I01.households", "I21.pledged"] {
        let of = |row: &Value| -> (i64, i64) {
            let shown = row["cells"][at(id)]["shown"].as_str().unwrap().replace('.', "");
            let (part, whole) = shown.split_once('/').unwrap_or((&shown, "0"));
            (part.parse().unwrap(), whole.parse().unwrap())
        };
        let sum = villages
            .iter()
            .map(|row| of(row))
            .fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        assert_eq!(of(&year["total"]), sum, "{id}");
        assert!(sum.0 > 0, "{id}");
    }
    for row in rows(&year, "rows").iter().chain([&year["total"]]) {
        assert_eq!(row["cells"].as_array().unwrap().len(), columns.len());
        for cell in row["cells"].as_array().unwrap() {
            let missing = ["chưa có số liệu", "không áp dụng"].contains(&cell["shown"].as_str().unwrap());
            assert_eq!(missing, cell["value"].is_null(), "{cell}");
        }
    }
    assert_eq!(rows(&year, "charts").len(), 2);
    for chart in rows(&year, "charts") {
        assert_eq!(rows(chart, "at").len(), 6, "the months that have begun");
        for line in rows(chart, "lines") {
            assert_eq!(rows(line, "values").len(), 6);
        }
        assert!(rows(chart, "lines").len() <= 4);
    }
    assert!(year["after"].is_null(), "next year has not begun");
}

#[tokio::test]
async fn a_village_in_the_picture_has_the_same_figures_on_its_page() {
    let (_base, app) = practice().await;
    let year = overview(&app, "year", "").await;
    let page = ask(&app, "village", json!({"number": 2})).await;
    assert_eq!(page["name"], "Thôn 2");
    let row = rows(&year, "rows")
        .iter()
        .find(|row| row["place"] == "village:2")
        .unwrap();
    for figure in rows(&page, "figures") {
        let labels = texts(rows(&year, "columns"), "label");
        let at = labels.iter().position(|label| figure["label"] == *label).unwrap();
        assert_eq!(figure["cell"], row["cells"][at]);
        assert_eq!(figure["commune"], year["total"]["cells"][at]["shown"]);
    }
    assert!(rows(&page, "figures").len() > 3);
    assert!(rows(&page, "due").iter().all(|due| due["place"] == "Thôn 2"));
    assert!(
        rows(&page, "people")
            .iter()
            .any(|who| who.as_str().unwrap().ends_with(", trưởng thôn"))
    );
    assert_eq!(fault(&app, "village", json!({"number": 77})).await, "no_village");
}

#[tokio::test]
async fn periods_are_walked_and_one_that_is_not_over_ends_today() {
    let (_base, app) = practice().await;
    let month = overview(&app, "month", "").await;
    assert_eq!(
        (&month["period"], &month["before"]),
        (&json!("tháng 6/2026"), &json!("2026-05-01"))
    );
    assert_eq!(
        rows(&month, "charts").len(),
        0,
        "of one month there is nothing to draw"
    );
    let may = overview(&app, "month", "2026-05-01").await;
    assert_eq!(
        (&may["period"], &may["after"]),
        (&json!("tháng 5/2026"), &json!("2026-06-01"))
    );
    let spans = texts(rows(&may, "spans"), "slug");
    assert_eq!(spans, ["year", "half", "quarter", "month", "police"]);
    assert_eq!(
        fault(&app, "overview", json!({"ask": {"span": "", "day": "32/13/1"}})).await,
        "internal"
    );
}

#[tokio::test]
async fn tasks_stand_in_their_groups_with_who_and_how_far() {
    let (_base, app) = practice().await;
    let board = ask(&app, "tasks", json!({"ask": {}})).await;
    let groups = rows(&board, "groups");
    let tasks: Vec<&Value> = groups.iter().flat_map(|group| rows(group, "tasks")).collect();
    let late = tasks
        .iter()
        .filter(|task| task["state"]["tone"] == "late")
        .count();
    let done = tasks.iter().filter(|task| task["state"]["tone"] == "ok").count();
    let summary = format!("{} nhiệm vụ · {done} xong · {late} quá hạn", tasks.len());
    assert_eq!(board["summary"], json!(summary));
    let units = texts(rows(&board, "units"), "slug");
    for task in &tasks {
        assert!(
            task["units"]
                .as_array()
                .unwrap()
                .iter()
                .all(|unit| units.contains(&unit.as_str().unwrap()))
        );
    }
    assert!(
        tasks
            .iter()
            .any(|task| task["progress"].as_str().unwrap().ends_with("/6 thôn"))
    );
}

#[tokio::test]
async fn the_police_chief_sees_persons_with_the_time_that_is_left() {
    let (_base, app) = practice().await;
    let care = ask(&app, "care", json!({})).await;
    let persons = rows(&care, "rows");
    assert!(persons.iter().any(|row| !row["left"].is_null()));
    assert!(persons.iter().any(|row| !row["next"].is_null()));
    let counted: u64 = rows(&care, "counts")
        .iter()
        .map(|list| list["count"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, persons.len() as u64);
}

#[tokio::test]
async fn the_inbox_has_steps_and_limits_and_no_word_of_a_tip() {
    let (_base, app) = practice().await;
    let inbox = ask(&app, "tips", json!({})).await;
    let tips = rows(&inbox, "rows");
    assert!(!tips.is_empty());
    let open: Vec<i64> = tips
        .iter()
        .filter(|row| !row["due"].is_null())
        .map(|row| days_late(&row["due"]))
        .collect();
    assert!(open.is_sorted_by(|a, b| a >= b), "{open:?}");
    let told = inbox.to_string();
    for tip in tips {
        let asked = json!({"key": tip["key"], "reason": "Xử lý tin"});
        let page = ask(&app, "record", asked).await;
        let content = rows(&page, "facts")
            .iter()
            .find(|fact| fact["field"] == "content")
            .unwrap();
        let content = content["value"].as_str().unwrap();
        assert!(!content.is_empty() && !told.contains(content));
    }
}
