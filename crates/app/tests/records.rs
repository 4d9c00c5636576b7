//! Recording, finding, changing: through the commands, as a window asks.

use crate::common::{App, app, ask, fault, practice};
use serde_json::{Value, json};

async fn new_household(app: &App, head: &str, number: &str) -> Value {
    let values = json!({"number": number, "head": head, "address": "Ngõ 5", "occurred": "10/06/2026"});
    ask(
        app,
        "save",
        json!({"input": {"kind": "household", "place": "village:3", "values": values, "subs": []}}),
    )
    .await
}

#[tokio::test]
async fn a_household_is_recorded_found_with_and_without_marks_changed_voided_and_restored() {
    let (_base, app) = practice().await;
    let saved = new_household(&app, "Đặng Thị Ngọc Ánh", "991").await;
    assert_eq!(saved["title"], "Đặng Thị Ngọc Ánh");
    for typed in ["dang thi ngoc anh", "Ánh Đặng", "Đặng Thị Ngọc A\u{301}nh", "991"] {
        let page = list(&app, json!({"kinds": ["household"], "typed": typed})).await;
        assert!(
            page["rows"]
                .as_array()
                .unwrap()
                .iter()
                .any(|row| row["key"] == saved["key"]),
            "{typed}"
        );
    }
    let key = saved["key"].clone();
    let changed = ask(
        &app,
        "save",
        json!({"input": {"kind": "household", "key": key, "values": {"address": "Ngõ 7"}, "subs": []}}),
    )
    .await;
    let page = ask(&app, "record", json!({"key": key})).await;
    let lines = page["history"].as_array().unwrap();
    assert_eq!(
        (
            lines.len(),
            lines[0]["changes"][0]["from"].as_str(),
            lines[0]["changes"][0]["to"].as_str()
        ),
        (2, Some("Ngõ 5"), Some("Ngõ 7"))
    );
    ask(&app, "undo", json!({"act": changed["act"]})).await;
    assert_eq!(
        fact(&ask(&app, "record", json!({"key": key})).await, "address"),
        "Ngõ 5"
    );
    assert_eq!(
        fault(&app, "void_record", json!({"key": key, "reason": "  "})).await,
        "fields"
    );
    ask(&app, "void_record", json!({"key": key, "reason": "Ghi trùng"})).await;
    let page = ask(&app, "record", json!({"key": key})).await;
    assert!(page["voided"].as_str().unwrap().contains("Ghi trùng"));
    assert_eq!(
        list(
            &app,
            json!({"kinds": ["household"], "typed": "đặng thị ngọc ánh"})
        )
        .await["total"],
        0
    );
    ask(&app, "restore_record", json!({"key": key})).await;
    assert_eq!(
        ask(&app, "record", json!({"key": key})).await["voided"],
        Value::Null
    );
}

#[tokio::test]
async fn what_is_missing_or_cannot_be_is_said_at_its_field_and_nothing_is_saved() {
    let (_base, app) = practice().await;
    let before = list(&app, json!({"kinds": ["pledge"]})).await["total"].clone();
    let household = first(&app, "household").await;
    let input = json!({"input": {"kind": "pledge", "values": {"household": household, "year": "2026", "signed_on": "31/02/2026"}, "subs": []}});
    let fault = app.call("save", input).await.unwrap_err();
    assert_eq!(fault.code, "fields");
    let told = serde_json::to_value(fault.told(app.lang())).unwrap();
    let says: Vec<&str> = told["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["says"].as_str().unwrap())
        .collect();
    assert!(says.contains(&"Tháng 02/2026 không có ngày 31."), "{says:?}");
    assert_eq!(list(&app, json!({"kinds": ["pledge"]})).await["total"], before);
}

#[tokio::test]
async fn a_part_that_is_new_is_named_in_a_problem_as_the_form_named_it() {
    let (_base, app) = practice().await;
    let subs = json!([{"list": "members", "key": null, "values": {"name": "Lê Văn A", "born": "1980"}}, {"list": "members", "key": null, "values": {"name": "", "born": "x"}}]);
    let input = json!({"input": {"kind": "household", "place": "village:1", "values": {"number": "992", "head": "Lê Văn A", "occurred": "10/06/2026"}, "subs": subs}});
    let told = app.call("save", input).await.unwrap_err().told(app.lang());
    assert!(
        told.problems
            .iter()
            .all(|problem| problem.sub.as_deref() == Some("members:1")),
        "{:?}",
        told.problems
    );
}

#[tokio::test]
async fn a_draft_survives_a_lock_and_is_gone_when_it_is_saved() {
    let (_base, app) = practice().await;
    let input = json!({"kind": "household", "place": "village:2", "values": {"head": "Bùi Văn Đạt", "occurred": "10/06/2026"}, "subs": []});
    let kept = ask(&app, "keep_draft", json!({"input": input})).await;
    let mut again = input.clone();
    again["draft"] = kept["id"].clone();
    again["values"]["number"] = json!("993");
    again["values"]["of_a_later_version"] = json!("giữ lại");
    assert_eq!(
        ask(&app, "keep_draft", json!({"input": again})).await["id"],
        kept["id"]
    );
    ask(&app, "lock", json!({})).await;
    ask(&app, "open_practice", json!({})).await;
    let drafts = ask(&app, "drafts", json!({})).await;
    assert_eq!(
        (drafts.as_array().unwrap().len(), &drafts[0]["about"]),
        (1, &json!("Bùi Văn Đạt"))
    );
    let form = ask(
        &app,
        "form",
        json!({"ask": {"kind": "", "key": null, "draft": kept["id"], "values": {}, "reason": null}}),
    )
    .await;
    assert_eq!(form["values"]["number"], "993");
    assert_eq!(
        form["draft"]["unknown"],
        json!([["of_a_later_version", "giữ lại"]])
    );
    again["values"]
        .as_object_mut()
        .unwrap()
        .remove("of_a_later_version");
    ask(&app, "save", json!({"input": again})).await;
    assert_eq!(ask(&app, "drafts", json!({})).await, json!([]));
}

#[tokio::test]
async fn likely_duplicates_are_noticed_while_a_name_is_typed_whatever_its_marks_and_order() {
    let (_base, app) = practice().await;
    let saved = new_household(&app, "Hoàng Văn Thái", "994").await;
    let found = async |typed: &str, number: &str, born: &str| {
        let subs = match born {
            "" => json!([]),
            born => json!([{"list": "members", "key": null, "values": {"name": typed, "born": born}}]),
        };
        let values = json!({"head": typed, "number": number});
        let input = json!({"kind": "household", "place": "village:3", "values": values, "subs": subs});
        let alike = ask(&app, "alike", json!({"input": input})).await;
        let mut rows = alike.as_array().unwrap().iter();
        rows.any(|row| row["key"] == saved["key"])
    };
    for typed in [
        "Hoàng Văn Thái",
        "hoang van thai",
        "Thái Hoàng Văn",
        "Hoàng V. Thái",
    ] {
        assert!(found(typed, "", "").await, "{typed}");
    }
    let member =
        json!([{"list": "members", "key": null, "values": {"name": "Hoàng Văn Thái", "born": "1970"}}]);
    let input = json!({"kind": "household", "key": saved["key"], "values": {}, "subs": member});
    ask(&app, "save", json!({"input": input})).await;
    assert!(found("Thái Hoàng Văn", "1", "1970").await);
    assert!(
        !found("Thái Hoàng Văn", "1", "2001").await,
        "somebody else, by the years"
    );
    let elsewhere =
        json!({"kind": "household", "place": "village:4", "values": {"head": "Hoàng Văn Thái"}, "subs": []});
    let alike = ask(&app, "alike", json!({"input": elsewhere})).await;
    assert!(
        !alike
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["key"] == saved["key"])
    );
}

#[tokio::test]
async fn a_page_of_care_or_tips_opens_for_a_reason_only() {
    let (_base, app) = practice().await;
    let person = first(&app, "person").await;
    assert_eq!(
        fault(&app, "record", json!({"key": person})).await,
        "reason_needed"
    );
    let page = ask(
        &app,
        "record",
        json!({"key": person, "reason": "Rà soát cuối quý"}),
    )
    .await;
    assert!(!page["episodes"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_field_is_given_back_the_value_that_it_had() {
    let (_base, app) = practice().await;
    let saved = new_household(&app, "Đỗ Văn Bình", "995").await;
    let key = saved["key"].clone();
    ask(
        &app,
        "save",
        json!({"input": {"kind": "household", "key": key, "values": {"address": "Ngõ 9"}, "subs": []}}),
    )
    .await;
    let page = ask(&app, "record", json!({"key": key})).await;
    let change = &page["history"][0]["changes"][0];
    ask(
        &app,
        "set_back",
        json!({"key": key, "sub": change["sub"], "field": change["field"], "typed": change["oldTyped"]}),
    )
    .await;
    assert_eq!(
        fact(&ask(&app, "record", json!({"key": key})).await, "address"),
        "Ngõ 5"
    );
}

#[tokio::test]
async fn lists_go_by_vietnamese_names_and_their_order_follows_what_is_written() {
    let (_base, app) = practice().await;
    for (n, head) in ["Lê Văn Ân", "Lê Văn An", "Lê Văn Ăn"].into_iter().enumerate() {
        new_household(&app, head, &format!("88{n}")).await;
    }
    let page = list(
        &app,
        json!({"kinds": ["household"], "place": "village:3", "sort": "name"}),
    )
    .await;
    let titles: Vec<&str> = page["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["title"].as_str().unwrap())
        .collect();
    let place = |name| titles.iter().position(|title| *title == name).unwrap();
    assert!(
        place("Lê Văn An") < place("Lê Văn Ăn") && place("Lê Văn Ăn") < place("Lê Văn Ân"),
        "{titles:?}"
    );
    let filters = page["filters"].as_array().unwrap();
    assert_eq!(
        filters.iter().map(|f| f["count"].as_u64().unwrap()).sum::<u64>(),
        page["total"].as_u64().unwrap()
    );
}

async fn list(app: &App, mut wish: Value) -> Value {
    let whole = json!({"kinds": [], "typed": "", "place": null, "filter": null, "sort": "", "voided": false, "from": 0, "count": 500});
    for (name, value) in whole.as_object().unwrap() {
        wish.as_object_mut().unwrap().entry(name).or_insert(value.clone());
    }
    ask(app, "list", json!({"ask": wish})).await
}

async fn first(app: &App, kind: &str) -> Value {
    list(app, json!({"kinds": [kind]})).await["rows"][0]["key"].clone()
}

fn fact<'a>(page: &'a Value, field: &str) -> &'a str {
    let facts = page["facts"].as_array().unwrap();
    facts.iter().find(|fact| fact["field"] == field).unwrap()["value"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn a_draft_of_a_tip_gives_back_who_told_and_a_new_tip_was_received_now() {
    let (_base, app) = practice().await;
    let ask_for = |draft: Value| json!({"ask": {"kind": "tip", "key": null, "draft": draft, "values": {}, "reason": null}});
    let fresh = ask(&app, "form", ask_for(Value::Null)).await;
    let received = fresh["values"]["received_at"].as_str().unwrap();
    assert!(received.starts_with("10/06/2026 09:"), "{received}");
    assert_eq!(fresh["teller"], Value::Null);
    let teller = json!({"name": "Lò Thị Mai", "contact": "0912 000 111", "secret": true});
    let input =
        json!({"kind": "tip", "place": null, "values": {"place": "Chợ"}, "subs": [], "teller": teller});
    let kept = ask(&app, "keep_draft", json!({"input": input})).await;
    ask(&app, "lock", json!({})).await;
    ask(&app, "open_practice", json!({})).await;
    let again = ask(&app, "form", ask_for(kept["id"].clone())).await;
    assert_eq!(
        (&again["teller"], &again["values"]["place"]),
        (&teller, &json!("Chợ"))
    );
    let drafts = ask(&app, "drafts", json!({})).await;
    assert_eq!(drafts[0]["about"], "", "of a tip nothing is said");
}

#[tokio::test]
async fn records_that_are_twice_for_two_reasons_are_one_question() {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn Đông", "Thôn Đoài"], "person": "Phạm Thị Thu",
        "role": "police-chief", "passphrase": "lua song tre nang", "relay": "",
    }});
    ask(&app, "found", input).await;
    let household =
        json!({"number": "1", "head": "Hoàng Văn Cường", "address": "Ngõ 5", "occurred": "10/06/2026"});
    for _ in 0..2 {
        let input = json!({"kind": "household", "place": "village:1", "values": household, "subs": []});
        ask(&app, "save", json!({"input": input})).await;
    }
    let review = ask(&app, "review", json!({})).await;
    let twice = review["twice"].as_array().unwrap();
    assert_eq!(twice.len(), 1, "{twice:#?}");
    assert!(
        twice[0]["says"].as_str().unwrap().contains(" · "),
        "both reasons are said"
    );
    assert_eq!(ask(&app, "today", json!({})).await["review"], 1);
}
