//! What the commune sets (R77) is a record of the office: every device goes by it, and a village head sets nothing.

use serde_json::{Value, json};

use crate::common::people::{admitted, founded, rows};

fn setting(matter: &str, value: &str) -> Value {
    json!({"input": {"kind": "setting", "place": "commune", "subs": [], "values": {
        "matter": matter, "value": value, "from": "01/01/2026", "basis": "QĐ 12/QĐ-UBND",
    }}})
}

/// What home says of when a record is due.
fn when(today: &Value, key: &str) -> Option<String> {
    let row = rows(today, "due").iter().find(|row| row["key"] == key)?;
    Some(row["when"]["word"].as_str()?.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_office_sets_moves_a_village_heads_deadlines_and_he_sets_nothing_himself() {
    let (_station, _dir, chief) = founded().await;
    let office = admitted(&chief, "Bùi Thị Lan", "office", "").await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let writes = |cards: &Value| {
        let cards = cards.as_array().unwrap();
        cards
            .iter()
            .any(|card| card["kind"] == "household" && card["writes"] == true)
    };
    head.until("kinds", json!({}), writes).await;
    let household = json!({"input": {"kind": "household", "place": "village:1", "subs": [], "values": {
        "number": "12", "head": "Nguyễn Văn An", "address": "Ngõ 5", "residence": "permanent", "occurred": "01/06/2026",
    }}});
    let saved = head.ask("save", household).await;
    let key = saved["key"].as_str().unwrap();
    // 31/03 holds while nothing is set.
    let home = head.ask("today", json!({})).await;
    assert_eq!(when(&home, key).as_deref(), Some("Quá hạn 71 ngày"));

    let refused = head.app.call("save", setting("pledge-by", "15/06")).await;
    let refused = refused.expect_err("a village head sets nothing for the commune");
    assert!(
        ["may_not_write", "no_book"].contains(&refused.code),
        "{}",
        refused.code
    );

    let writes = |cards: &Value| {
        let cards = cards.as_array().unwrap();
        cards
            .iter()
            .any(|card| card["kind"] == "setting" && card["writes"] == true)
    };
    office.until("kinds", json!({}), writes).await;
    let broken = office.app.call("save", setting("pledge-by", "31/02")).await;
    let broken = broken.expect_err("no year has that day");
    assert_eq!(broken.problems[0].place.field, "value");
    let set = office.ask("save", setting("pledge-by", "15/06")).await;
    let soon = |home: &Value| when(home, key).as_deref() == Some("Còn 5 ngày, 15/06/2026");
    head.until("today", json!({}), soon).await;

    // Who set it stands on its page, at the village head's too.
    let page = head
        .ask("record", json!({"key": set["key"], "reason": null}))
        .await;
    assert!(
        page["history"].to_string().contains("Bùi Thị Lan"),
        "{}",
        page["history"]
    );

    // What is further ahead than the commune wants to be reminded of is not on home.
    office.ask("save", setting("remind-days", "3")).await;
    head.until("today", json!({}), |home| when(home, key).is_none())
        .await;
}
