//! The evening's stack of pledges: all households of a village in one table, saved as one act or not at all.

use serde_json::{Value, json};

use crate::common::people::{commune, founded, rows};
use crate::common::{App, ask, fault, practice};

async fn stack(app: &App) -> Value {
    ask(app, "stack", json!({"place": "village:1"})).await
}

fn sheets(of: &Value, count: usize, signed_on: &str) -> Value {
    let lines: Vec<Value> = rows(of, "rows")
        .iter()
        .take(count)
        .map(|row| json!({"household": row["household"], "signer": row["head"]}))
        .collect();
    json!({"input": {"place": "village:1", "signedOn": signed_on, "lines": lines}})
}

async fn household(app: &App, number: &str, head: &str) -> Value {
    let values = json!({"number": number, "head": head, "group": "Ngõ Sậy", "occurred": "10/06/2026"});
    let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
    ask(app, "save", json!({ "input": input })).await["key"].clone()
}

fn numbers(of: &Value) -> Vec<&str> {
    rows(of, "rows")
        .iter()
        .map(|row| row["what"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_evening_s_pledges_are_saved_as_one_act_and_undone_as_one() {
    let (_base, app) = practice().await;
    for (number, head) in [("910", "Phùng Thế Quyến"), ("99", "Đàm Thị Nhạn")] {
        household(&app, number, head).await;
    }
    let before = stack(&app).await;
    assert_eq!(before["year"], 2026);
    assert!(rows(&before, "groups").contains(&json!("Ngõ Sậy")));
    let numbers = numbers(&before);
    let at = |wanted: &str| numbers.iter().position(|number| *number == wanted);
    assert!(at("Hộ số 99") < at("Hộ số 910"), "{numbers:?}");
    let open = rows(&before, "rows").len();
    let saved = ask(&app, "save_stack", sheets(&before, open, "09/06/2026")).await;
    assert_eq!(saved["says"], format!("Đã lưu {open} bản cam kết trên máy này"));
    let after = stack(&app).await;
    assert!(rows(&after, "rows").is_empty(), "{after}");
    assert_eq!(
        after["signed"].as_u64(),
        before["signed"].as_u64().map(|n| n + open as u64)
    );
    ask(&app, "undo", json!({"act": saved["act"]})).await;
    assert_eq!(stack(&app).await, before);
}

#[tokio::test]
async fn a_sheet_that_says_not_who_signed_or_a_day_to_come_is_named_and_nothing_is_saved() {
    let (_base, app) = practice().await;
    let keys = [
        household(&app, "910", "Phùng Thế Quyến").await,
        household(&app, "911", "Đàm Thị Nhạn").await,
    ];
    let before = stack(&app).await;
    let input = |signed_on: &str, signers: [&str; 2]| {
        let lines = keys.iter().zip(signers);
        let lines: Vec<Value> = lines
            .map(|(key, signer)| json!({"household": key, "signer": signer}))
            .collect();
        json!({"input": {"place": "village:1", "signedOn": signed_on, "lines": lines}})
    };
    let told = app
        .call("save_stack", input("09/06/2026", ["Phùng Thế Quyến", " "]))
        .await;
    let told = told.expect_err("one says not who signed");
    let fields: Vec<&str> = told
        .problems
        .iter()
        .map(|problem| problem.place.field.as_str())
        .collect();
    assert_eq!(fields, [format!("signer:{}", keys[1].as_str().unwrap())]);
    let told = app
        .call(
            "save_stack",
            input("11/06/2026", ["Phùng Thế Quyến", "Đàm Thị Nhạn"]),
        )
        .await;
    let told = told.expect_err("the day is to come");
    let fields: Vec<&str> = told
        .problems
        .iter()
        .map(|problem| problem.place.field.as_str())
        .collect();
    assert_eq!(fields, ["signed_on"], "said once");
    assert_eq!(stack(&app).await, before);
}

#[tokio::test]
async fn a_household_that_had_not_signed_and_said_why_has_one_pledge_when_it_signs() {
    let (_base, app) = practice().await;
    let key = household(&app, "910", "Phùng Thế Quyến").await;
    let values = json!({"household": key, "year": "2026", "unsigned_reason": "Đi làm xa"});
    let input = json!({"kind": "pledge", "place": "village:1", "values": values, "subs": []});
    let pledge = ask(&app, "save", json!({ "input": input })).await["key"].clone();
    let open = stack(&app).await;
    let row = rows(&open, "rows").iter().find(|row| row["household"] == key);
    assert_eq!(row.unwrap()["reason"], "Đi làm xa");
    let lines = json!([{"household": key, "signer": "Phùng Thế Quyến"}]);
    let input = json!({"place": "village:1", "signedOn": "10/06/2026", "lines": lines});
    ask(&app, "save_stack", json!({ "input": input })).await;
    let page = ask(&app, "record", json!({ "key": pledge })).await;
    assert!(page.to_string().contains("10/06/2026"), "{page}");
    assert!(!page["facts"].to_string().contains("Đi làm xa"), "{page}");
    let page = ask(&app, "record", json!({ "key": key })).await;
    let concerning = page["concerning"].to_string();
    assert_eq!(concerning.matches("pledge/").count(), 1, "{concerning}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_village_head_sees_the_own_village_and_who_writes_no_pledges_sees_none() {
    let (_station, _dir, people) = commune().await;
    let own = people["head-1"]
        .until("stack", json!({"place": null}), |of| of["place"] == "village:1")
        .await;
    assert_eq!(rows(&own, "places").len(), 1);
    // Another village is not to be had by asking for it.
    let other = people["head-1"].ask("stack", json!({"place": "village:2"})).await;
    assert_eq!(other["place"], "village:1");
    for who in ["health", "chair"] {
        let told = fault(&people[who].app, "stack", json!({"place": "village:1"})).await;
        assert_eq!(told, "may_not_write", "{who}");
        let input = json!({"place": "village:1", "signedOn": "10/06/2026", "lines": []});
        let told = fault(&people[who].app, "save_stack", json!({ "input": input })).await;
        assert_eq!(told, "may_not_write", "{who}");
    }
}

#[tokio::test]
async fn what_is_half_done_on_a_page_comes_back_after_a_lock_and_is_gone_once_it_is_saved_or_thrown_away() {
    let (station, _dir, police) = founded().await;
    let mut keys = Vec::new();
    for (number, head) in [("1", "Phùng Thế Quyến"), ("2", "Đàm Thị Nhạn")] {
        keys.push(household(&police.app, number, head).await);
    }
    let key = |n: usize| keys[n].as_str().unwrap().to_owned();
    let of = json!({"of": {"page": "stack", "place": "village:1"}});
    let half = |signers: Value| json!({"half": {"page": "stack", "place": "village:1", "signedOn": "09/06/2026", "signers": signers}});
    assert_eq!(police.ask("unfinished", of.clone()).await, Value::Null);
    let marked = json!({key(0): "Phùng Thế Quyến"});
    police.ask("keep_unfinished", half(marked)).await;
    let more = half(json!({key(0): "Phùng Thế Quyến", key(1): "Đàm Văn Nhu"}));
    police.ask("keep_unfinished", more.clone()).await;
    // On the disk nobody reads who was marked.
    police.ask("lock", json!({})).await;
    assert!(!holds(police.base.path(), "Phùng Thế Quyến".as_bytes()));
    assert_eq!(fault(&police.app, "unfinished", of.clone()).await, "locked");
    let books = police.ask("welcome", json!({})).await["folders"].clone();
    let word = json!({"folder": books[0]["id"], "passphrase": "lua song tre nang"});
    police.ask("unlock", word).await;
    assert_eq!(police.ask("unfinished", of.clone()).await, more["half"]);
    let home = police.ask("today", json!({})).await;
    let card = &rows(&home, "drafts")[0];
    assert_eq!(
        rows(&home, "drafts").len(),
        1,
        "one of each page and village: {home:#}"
    );
    assert_eq!(
        (&card["title"], &card["about"], &card["of"]),
        (
            &json!("Ghi nhiều bản cam kết"),
            &json!("Thôn 1: 2 bản"),
            &of["of"]
        )
    );

    // Saved, it is no draft any more; nor where no sheet is marked, or somebody throws it away.
    let lines = json!([{"household": key(0), "signer": "Phùng Thế Quyến"}]);
    let input = json!({"place": "village:1", "signedOn": "09/06/2026", "lines": lines});
    ask(&police.app, "save_stack", json!({ "input": input })).await;
    assert_eq!(police.ask("drafts", json!({})).await, json!([]));
    police.ask("keep_unfinished", more.clone()).await;
    police.ask("keep_unfinished", half(json!({}))).await;
    assert_eq!(police.ask("unfinished", of.clone()).await, Value::Null);
    police.ask("keep_unfinished", more).await;
    let id = police.ask("drafts", json!({})).await[0]["id"].clone();
    police.ask("discard_draft", json!({ "id": id })).await;
    assert_eq!(police.ask("drafts", json!({})).await, json!([]));
    // What names no page of ours is not kept.
    let other = json!({"half": {"page": "stack", "place": "../x", "signedOn": "", "signers": {"a": "b"}}});
    assert_eq!(fault(&police.app, "keep_unfinished", other).await, "internal");

    // A plan for a new period, with what was chosen of its tasks.
    let plan = json!({"kind": "plan", "place": "commune", "subs": [], "values": {
        "name": "Kế hoạch năm 2026", "number": "01/KH-UBND", "issued_on": "02/01/2026", "issuer": "UBND xã",
        "from": "01/01/2026", "until": "31/12/2026"}});
    let plan = police.ask("save", json!({ "input": plan })).await["key"].clone();
    let mut asked = police.ask("renewing", json!({ "plan": plan })).await["suggested"].clone();
    asked["number"] = json!("02/KH-UBND");
    asked["issuedOn"] = json!("04/01/2027");
    let tasks = json!([{"key": "task/1", "taken": false, "deadline": "31/01/2027", "repeatUntil": ""}]);
    let half = json!({"page": "renewal", "ask": asked, "period": "01/01/2027 31/12/2027", "tasks": tasks});
    police.ask("keep_unfinished", json!({ "half": half })).await;
    let of = json!({"of": {"page": "renewal", "plan": plan}});
    assert_eq!(police.ask("unfinished", of.clone()).await, half);
    police
        .ask("renew_plan", json!({"input": {"ask": asked, "tasks": []}}))
        .await;
    assert_eq!(police.ask("unfinished", of).await, Value::Null);
    station.end().await;
}

/// Whether a file anywhere in a folder holds these bytes.
fn holds(folder: &std::path::Path, bytes: &[u8]) -> bool {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut entries = entries.into_iter();
    entries.any(|path| {
        if path.is_dir() {
            holds(&path, bytes)
        } else {
            std::fs::read(&path)
                .unwrap()
                .windows(bytes.len())
                .any(|some| some == bytes)
        }
    })
}
