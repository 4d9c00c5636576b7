//! Lists that are kept like a roll: ticked off what is recorded, added up, saved as one act.

use serde_json::{Value, json};

use crate::common::people::{Person, commune, rows};
use crate::common::{App, ask, fault, practice};

/// A form of a kind, saved; its answer.
async fn saved(app: &App, kind: &str, place: &str, values: Value, subs: Value) -> Value {
    let input = json!({"kind": kind, "place": place, "values": values, "subs": subs});
    ask(app, "save", json!({ "input": input })).await
}

fn training(subs: Value) -> Value {
    let values = json!({"name": "Lớp kỹ năng tuyên truyền", "topics": "propaganda", "date": "09/06/2026"});
    json!({"input": {"kind": "training", "place": "commune", "values": values, "subs": subs}})
}

fn ticked(list: &str, roll: &Value) -> Vec<Value> {
    let all = roll.as_array().unwrap().iter();
    all.map(|row| json!({"list": list, "key": null, "values": row["values"]}))
        .collect()
}

async fn roll(app: &App, kind: &str, list: &str, place: Value) -> Value {
    ask(app, "roll", json!({"kind": kind, "list": list, "place": place})).await
}

fn titles(of: &Value) -> Vec<&str> {
    let all = of.as_array().unwrap().iter();
    all.map(|row| row["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_attendance_is_ticked_off_and_added_up_and_is_one_act_with_one_undo() {
    let (_base, app) = practice().await;
    let offered = roll(&app, "training", "learners", Value::Null).await;
    assert!(offered.as_array().unwrap().len() > 20, "{offered}");
    assert!(
        rows_of(&offered, "under").contains(&"Công an xã Quang Trung"),
        "{offered}"
    );
    let mut subs = ticked("learners", &offered);
    let by_name = json!({"name": "Khổng Thị Ngoài", "force": "women"});
    subs.push(json!({"list": "learners", "key": null, "values": by_name}));
    let count = subs.len();
    let sums = ask(&app, "totals", training(json!(subs))).await;
    assert_eq!(sums[0]["count"], count.to_string());
    let by_force = sums[0]["lines"][0].as_str().unwrap();
    assert!(by_force.starts_with("Lực lượng: "), "{by_force}");
    assert!(
        by_force.contains("Công an xã ") && by_force.contains("Hội Liên hiệp Phụ nữ "),
        "{by_force}"
    );
    assert_eq!(sums[0]["lines"][1], format!("Có mặt: {}/{count}", count - 1));
    let before = ask(&app, "list", list("training")).await;
    let act = ask(&app, "save", training(json!(subs))).await;
    let page = ask(&app, "record", json!({"key": act["key"]})).await;
    assert_eq!(rows(&page, "parts").len(), count);
    assert_eq!(page["totals"], sums);
    ask(&app, "undo", json!({"act": act["act"]})).await;
    assert_eq!(
        ask(&app, "list", list("training")).await["total"],
        before["total"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_police_keep_an_attendance_that_reaches_all_and_a_village_head_keeps_none() {
    let (_station, _dir, people) = commune().await;
    let police = &people["police"].app;
    let unit = json!({"code": "tram-y-te-3", "name": "Trạm Y tế", "actor": "health", "from": "01/01/2026"});
    let unit = saved(police, "unit", "commune", unit, json!([])).await["key"].clone();
    for (name, until) in [("Lò Thị Xuân", ""), ("Hà Văn Thôi", "31/05/2026")] {
        let official =
            json!({"unit": unit, "name": name, "position": "Y sĩ", "from": "01/01/2026", "until": until});
        saved(police, "official", "commune", official, json!([])).await;
    }
    let offered = roll(police, "training", "learners", Value::Null).await;
    assert!(titles(&offered).contains(&"Lò Thị Xuân"), "{offered}");
    assert!(
        !titles(&offered).contains(&"Hà Văn Thôi"),
        "who has left is not asked to come"
    );
    let act = ask(police, "save", training(json!(ticked("learners", &offered)))).await;
    for who in ["head-1", "chair", "health", "women"] {
        let page = arrives(&people[who], "training").await;
        assert!(page["parts"].to_string().contains("Lò Thị Xuân"), "{who}");
        assert!(
            page["totals"].to_string().contains("Trạm Y tế 2"),
            "{who}: {}",
            page["totals"]
        );
        assert_eq!(page["key"], act["key"]);
    }
    for who in ["head-1", "health", "women"] {
        let app = &people[who].app;
        let of = json!({"kind": "training", "list": "learners", "place": null});
        assert_eq!(fault(app, "roll", of).await, "may_not_write", "{who}");
        let input = training(json!(ticked("learners", &offered)));
        assert_eq!(fault(app, "save", input).await, "may_not_write", "{who}");
    }
}

fn list(kind: &str) -> Value {
    json!({"ask": {"kinds": [kind], "typed": "", "place": null, "filter": null, "sort": "", "voided": false,
        "from": 0, "count": 50}})
}

fn rows_of<'a>(of: &'a Value, name: &str) -> Vec<&'a str> {
    let all = of.as_array().unwrap().iter();
    all.map(|row| row[name].as_str().unwrap()).collect()
}

/// Waits until somebody has a record of a kind, and gives its page.
async fn arrives(person: &Person, kind: &str) -> Value {
    let there = person.until("list", list(kind), |page| page["total"] != 0).await;
    person
        .ask("record", json!({"key": there["rows"][0]["key"]}))
        .await
}
