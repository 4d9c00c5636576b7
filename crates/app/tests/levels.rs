//! What the commune is called, under which code, and who is above it, by date: on paper, in files, where one searches.

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::common::people::{Person, admitted, founded, rows};
use crate::common::{ask, fault};

fn list(kind: &str, typed: &str) -> Value {
    json!({"ask": {"kinds": [kind], "typed": typed, "place": null, "sort": "", "voided": false, "from": 0, "count": 9}})
}

fn superior(name: &str, from: &str, until: &str) -> Value {
    json!({"list": "superiors", "key": null, "values": {"role": "direct", "body": name, "from": from, "until": until}})
}

fn recipient(name: &str, order: &str, from: &str, until: &str) -> Value {
    let values = json!({"role": "recipient", "body": name, "order": order, "from": from, "until": until});
    json!({"list": "superiors", "key": null, "values": values})
}

fn former(name: &str, code: &str, source: &str) -> Value {
    json!({"list": "formers", "key": null, "values": {
        "called": name, "code": code, "code_source": source, "until": "30/06/2025"}})
}

async fn communes(person: &Person) -> Value {
    let there = |page: &Value| !rows(page, "rows").is_empty();
    let page = person.until("list", list("commune", ""), there).await;
    rows(&page, "rows")[0]["key"].clone()
}

/// The ward of today, which was made of two communes; the office has found the code of one of them.
async fn a_ward_of_two(person: &Person) -> Value {
    let input = json!({"kind": "commune", "key": communes(person).await, "values": {
    "name": "Phường Quang Trung", "code": "14818", "code_source": "NQ 1686/NQ-UBTVQH15", "from": "01/07/2025"},
    "subs": [
        former("Xã Quang Trung", "14824", "QĐ 124/2004/QĐ-TTg"), former("Phường Ba Sơn", "", ""),
        superior("UBND thị xã Bình Sơn", "01/01/2010", "30/06/2025"), superior("UBND tỉnh", "01/07/2025", ""),
        recipient("Công an tỉnh", "2", "01/07/2025", ""), recipient("Thường trực Đảng ủy", "1", "01/07/2025", ""),
        recipient("Công an thị xã", "1", "01/01/2010", "30/06/2025"),
    ]});
    person.ask("save", json!({ "input": input })).await;
    let before = json!({"kind": "commune", "place": "commune", "subs": [], "values": {
        "name": "Xã Quang Trung", "code": "14824", "code_source": "QĐ 124/2004/QĐ-TTg",
        "from": "01/01/2010", "until": "30/06/2025"}});
    person.ask("save", json!({ "input": before })).await["key"].clone()
}

/// Two villages have one name, each of another commune of before.
async fn namesakes(person: &Person) {
    let villages = person.ask("list", list("village", "")).await;
    for (row, former) in rows(&villages, "rows").iter().zip(["Quang Trung", "Ba Sơn"]) {
        let form = json!({"ask": {"kind": "village", "key": row["key"], "draft": null, "values": {}, "reason": null}});
        let mut subs = person.ask("form", form).await["subs"].clone();
        for sub in subs.as_array_mut().unwrap() {
            sub["values"]["name"] = json!("1");
        }
        let input =
            json!({"kind": "village", "key": row["key"], "values": {"former_commune": former}, "subs": subs});
        person.ask("save", json!({ "input": input })).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_about_a_day_is_headed_by_the_commune_and_the_superior_of_that_day() {
    let (station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let gaps = |page: &Value| -> Vec<Value> {
        rows(page, "codes")
            .iter()
            .map(|gap| gap["says"].clone())
            .collect()
    };
    assert_eq!(
        gaps(&chief.ask("gaps", json!({})).await),
        [
            json!("Chưa có mã của Xã Quang Trung"),
            json!("Chưa ghi cơ quan cấp trên trực tiếp")
        ]
    );
    // A code without its source is not taken, and who has no right records none.
    let sourceless =
        json!({"kind": "commune", "key": communes(&chief).await, "subs": [], "values": {"code": "14818"}});
    assert_eq!(
        fault(&chief.app, "save", json!({"input": sourceless})).await,
        "fields"
    );
    let own =
        json!({"kind": "commune", "key": communes(&head).await, "subs": [], "values": {"name": "Xã Khác"}});
    assert_eq!(
        fault(&head.app, "save", json!({"input": own})).await,
        "may_not_write"
    );

    a_ward_of_two(&chief).await;
    chief.ask("send_now", json!({})).await;
    let is_ward = |me: &Value| me["head"]["commune"] == "Phường Quang Trung";
    let me = head.until("me", json!({}), is_ward).await;
    assert_eq!(me["head"]["superiors"], json!(["UBND tỉnh"]));
    let then = json!({"superiors": ["UBND thị xã Bình Sơn"], "commune": "Xã Quang Trung"});
    let picture = json!({"ask": {"span": "month", "day": "2025-03-10"}});
    assert_eq!(chief.ask("overview", picture).await["head"], then);
    let values = json!({"number": "9", "head": "Lò Văn Sơn", "address": "Ngõ 5", "occurred": "10/03/2025"});
    let old = json!({"kind": "household", "place": "village:1", "subs": [], "values": values});
    let old = head.ask("save", json!({ "input": old })).await;
    assert_eq!(head.ask("record", json!({"key": old["key"]})).await["head"], then);
    assert_eq!(
        gaps(&chief.ask("gaps", json!({})).await),
        [json!("Chưa có mã của Phường Ba Sơn")]
    );
    station.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_of_before_and_todays_both_find_the_commune_and_stand_in_what_is_taken_out() {
    let (station, _dir, chief) = founded().await;
    a_ward_of_two(&chief).await;
    namesakes(&chief).await;
    for typed in ["14818", "14824", "phuong quang trung"] {
        let page = chief.ask("list", list("commune", typed)).await;
        assert!(!rows(&page, "rows").is_empty(), "{typed}");
    }
    // A village knows by name where it belonged; the code finds it too.
    let picked = json!({"ask": {"kinds": ["village"], "typed": "14824", "place": null}});
    let picked = chief.ask("pick", picked).await;
    assert_eq!(picked.as_array().unwrap().len(), 1, "{picked:#}");
    let asked = json!({"ask": {"what": {"type": "list", "list": list("village", "")["ask"]}, "form": "csv", "place": "downloads", "reason": "Nộp Ủy ban"}});
    let made = chief.ask("export_list", asked).await;
    let text = String::from_utf8(std::fs::read(made["path"].as_str().unwrap()).unwrap()).unwrap();
    for says in [
        "UBND tỉnh",
        "Phường Quang Trung (mã 14818)",
        "đến 30/06/2025: Xã Quang Trung (mã 14824)",
        "đến 30/06/2025: Phường Ba Sơn",
    ] {
        assert_eq!(text.matches(says).count(), 1, "{says}: {text}");
    }
    station.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_names_the_commune_of_before_or_its_code_is_for_the_village_that_belonged_there() {
    let (station, _dir, chief) = founded().await;
    a_ward_of_two(&chief).await;
    namesakes(&chief).await;
    let heads = ["STT", "Số hộ", "Chủ hộ", "Địa chỉ"];
    for (name, title, place) in [
        (
            "a.xlsx",
            "Danh sách hộ thôn 1, xã Quang Trung",
            json!("village:1"),
        ),
        ("b.xlsx", "THÔN 1 - MÃ XÃ 14824", json!("village:1")),
        ("c.xlsx", "Danh sách hộ Thôn 1 phường Ba Sơn", json!("village:2")),
        // Either may be meant, and nothing is guessed.
        ("d.xlsx", "Danh sách hộ Thôn 1", Value::Null),
        ("e.xlsx", "Danh sách hộ", Value::Null),
    ] {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, title).unwrap();
        for (column, head) in (0..).zip(heads) {
            sheet.write_string(1, column, head).unwrap();
        }
        for (column, text) in (0..).zip(["1", "12", "Nguyễn Văn Ân", "Ngõ 5"]) {
            sheet.write_string(2, column, text).unwrap();
        }
        book.save(chief.base.path().join(name)).unwrap();
        let file = format!("downloads/{name}");
        let asked = json!({"file": file, "kind": "household", "place": null});
        let seen = ask(&chief.app, "open_table", asked).await;
        assert_eq!(seen["place"], place, "{title}");
    }
    station.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_above_the_commune_is_shown_role_by_role_and_a_report_goes_to_who_receives_it_on_its_day() {
    let (station, _dir, chief) = founded().await;
    let bodies = |page: &Value| -> Vec<(Value, Value)> {
        let rows = rows(page, "superiors").iter();
        rows.map(|row| (row["role"].clone(), row["bodies"].clone()))
            .collect()
    };
    let empty = bodies(&chief.ask("matters", json!({})).await);
    assert_eq!(empty.len(), 6, "a role of which nobody is recorded is named too");
    assert!(empty.iter().all(|(_, bodies)| *bodies == json!([])));
    let blank = json!({"ask": {"kind": "report", "key": null, "draft": null, "values": {}, "reason": null}});
    let form = chief.ask("form", blank.clone()).await;
    assert_eq!(form["values"].get("recipients"), None, "nothing is guessed");

    a_ward_of_two(&chief).await;
    let shown = bodies(&chief.ask("matters", json!({})).await);
    let of = |role: &str| shown.iter().find(|(name, _)| name == role).unwrap().1.clone();
    assert_eq!(of("Cấp trên trực tiếp"), json!(["UBND tỉnh: từ 01/07/2025"]));
    assert_eq!(
        of("Nơi nhận báo cáo"),
        json!([
            "Thường trực Đảng ủy: từ 01/07/2025",
            "Công an tỉnh: từ 01/07/2025"
        ])
    );
    assert_eq!(of("Tòa án"), json!([]));
    // A new report begins with who receives it today; one that says nothing of it is sent, on paper, to those of its day.
    let form = chief.ask("form", blank).await;
    assert_eq!(form["values"]["recipients"], "Thường trực Đảng ủy\nCông an tỉnh");
    let sent_to = async |until: &str, recipients: &str| {
        let values =
            json!({"type_of": "monthly", "from": "01/01/2025", "until": until, "recipients": recipients});
        let input = json!({"kind": "report", "place": null, "values": values, "subs": []});
        let key = chief.ask("save", json!({ "input": input })).await["key"].clone();
        chief.ask("record", json!({"key": key, "reason": null})).await["sentTo"].clone()
    };
    assert_eq!(sent_to("31/03/2025", "").await, json!(["Công an thị xã"]));
    assert_eq!(
        sent_to("31/08/2025", "").await,
        json!(["Thường trực Đảng ủy", "Công an tỉnh"])
    );
    assert_eq!(
        sent_to("30/09/2025", "Văn phòng").await,
        json!([]),
        "it says so itself"
    );
    station.end().await;
}
