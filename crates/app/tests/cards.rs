//! Assignment cards (R36), made of the team that helps a person (R30) as one act.

use serde_json::{Value, json};

use crate::common::people::{commune, rows};
use crate::common::{ask, fault};

fn list(kind: &str) -> Value {
    json!({"ask": {"kinds": [kind], "typed": "", "place": null, "filter": null, "sort": "", "voided": false,
        "from": 0, "count": 50}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_a_team_gets_a_card_by_one_act_and_reads_nothing_of_the_file() {
    let (_station, _dir, people) = commune().await;
    let (police, head) = (&people["police"], &people["head-1"]);
    let writes = |page: &Value| {
        let writes = |kind: &str| {
            let mut all = page.as_array().unwrap().iter();
            all.any(|one| one["kind"] == kind && one["writes"] == true)
        };
        writes("care-team") && writes("assignment")
    };
    police.until("kinds", json!({}), writes).await;
    let person = json!({"input": {"kind": "person", "place": "village:1", "values": {
        "name": "Hà Văn Tư", "born": "1990", "sex": "male", "residence": "stable", "address": "Ngõ 5",
        "occurred": "10/06/2026"},
        "subs": [{"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/06/2026", "regime": "a"}}]}});
    let person = police.ask("save", person).await["key"].clone();
    let member =
        |name: &str| json!({"list": "members", "key": null, "values": {"name": name, "role": "Gia đình"}});
    let team = json!({"input": {"kind": "care-team", "place": "village:1", "values": {
        "person": person, "decision": "12/QĐ", "leader": "Phạm Minh Đức", "deputy": "Lê Văn Hùng",
        "counsellor": "Trịnh Thị Hạnh", "duties": "Gặp mỗi tháng hai lần", "from": "01/06/2026"},
        "subs": [member("Hà Thị Mai"), member("Lê Văn Hùng")]}});
    let team = police.ask("save", team).await["key"].clone();
    let looked = json!({"key": team, "reason": "Phân công"});
    assert_eq!(police.ask("record", looked).await["assigns"], true);

    // Who leads is police and needs none; who is named twice gets one.
    let page = police.ask("cards", json!({ "team": team })).await;
    let names: Vec<&Value> = rows(&page, "helpers")
        .iter()
        .map(|helper| &helper["name"])
        .collect();
    assert_eq!(names, ["Lê Văn Hùng", "Trịnh Thị Hạnh", "Hà Thị Mai"]);
    let mut input = page["suggested"].clone();
    assert_eq!(
        (&input["address"], &input["basis"], &input["from"]),
        (&json!("Ngõ 5"), &json!("12/QĐ"), &json!("01/06/2026"))
    );

    // What a card must say and the team does not is asked for, and nothing is written before.
    input["names"] = json!(["Lê Văn Hùng", "Trịnh Thị Hạnh"]);
    let refused = police
        .app
        .call("make_cards", json!({ "input": input }))
        .await
        .unwrap_err();
    assert_eq!(refused.problems[0].place.field, "until");
    assert_eq!(police.ask("list", list("assignment")).await["total"], 0);
    input["until"] = json!("31/12/2026");
    let mut stranger = input.clone();
    stranger["names"] = json!(["Người Lạ"]);
    assert_eq!(
        fault(&police.app, "make_cards", json!({ "input": stranger })).await,
        "internal"
    );

    let made = police.ask("make_cards", json!({ "input": input })).await;
    assert_eq!(made["says"], "Đã làm 2 thẻ tiếp xúc trên máy này");
    assert_eq!(police.ask("list", list("assignment")).await["total"], 2);
    police.ask("undo", json!({ "act": made["act"] })).await;
    assert_eq!(
        police.ask("list", list("assignment")).await["total"],
        0,
        "undone as one"
    );
    police.ask("make_cards", json!({ "input": input })).await;
    let again = police.ask("cards", json!({ "team": team })).await;
    assert_eq!(again["suggested"]["names"], json!(["Hà Thị Mai"]), "{again:#}");

    // The village head has the cards, and nothing of team and file; nor can he make any.
    head.until("list", list("assignment"), |page| page["total"] == 2)
        .await;
    for key in [&team, &person] {
        assert_eq!(
            fault(&head.app, "record", json!({ "key": key })).await,
            "no_record"
        );
    }
    assert!(ask(&police.app, "cards", json!({ "team": team })).await["helpers"].is_array());
    let refused = fault(&head.app, "make_cards", json!({ "input": input })).await;
    assert_eq!(refused, "may_not_write");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_has_ended_opens_no_new_contact_to_the_village_head_and_one_of_its_time_may_still_come() {
    let (_station, _dir, people) = commune().await;
    let (police, head) = (&people["police"], &people["head-1"]);
    let writes = |page: &Value| {
        let mut all = page.as_array().unwrap().iter();
        all.any(|one| one["kind"] == "assignment" && one["writes"] == true)
    };
    police.until("kinds", json!({}), writes).await;
    let person = json!({"input": {"kind": "person", "place": "village:1", "values": {
        "name": "Hà Văn Tư", "born": "1990", "sex": "male", "residence": "stable", "address": "Ngõ 5",
        "occurred": "10/06/2026"},
        "subs": [{"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/03/2026", "regime": "a"}}]}});
    let person = police.ask("save", person).await["key"].clone();
    let card = json!({"input": {"kind": "assignment", "place": "village:1", "values": {
        "person": person, "name": "Hà Văn Tư", "address": "Ngõ 5", "assignee": "Trịnh Thị Hạnh",
        "duties": "Gặp mỗi tháng", "from": "01/03/2026", "until": "31/05/2026", "basis": "12/QĐ"}, "subs": []}});
    police.ask("save", card).await;
    head.until("list", list("assignment"), |page| page["total"] == 1)
        .await;
    let contact = |day: &str| {
        json!({"input": {"kind": "contact", "place": "village:1", "values": {
            "person": person, "date": day, "by": "Trịnh Thị Hạnh"}, "subs": []}})
    };
    assert_eq!(fault(&head.app, "save", contact("02/06/2026")).await, "no_card");
    head.ask("save", contact("31/05/2026")).await;
    police
        .until("list", list("contact"), |page| page["total"] == 1)
        .await;
}
