//! Two people with a device each and a relay between them: an invitation, eight words, two values of one field, the end
//! of a device. Real sockets on loopback; what is waited for is a condition, never a time.

use crate::common::people::{MINUTE, Person, Station, rows};
use crate::common::two::two;
use crate::common::{fault, notices};
use serde_json::{Value, json};

async fn save(person: &Person, input: Value) -> Value {
    person.ask("save", json!({ "input": input })).await
}

fn address_of(page: &Value) -> &str {
    let facts = rows(page, "facts");
    let fact = facts.iter().find(|fact| fact["field"] == "address").unwrap();
    fact["value"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_is_there_only_after_receipts_and_two_values_are_both_kept_when_one_is_chosen() {
    let (station, _dir, police, head) = two().await;
    // A locked device carries, and confirms nothing.
    police.ask("lock", json!({})).await;
    let values =
        json!({"number": "1", "head": "Hoàng Văn Cường", "address": "Ngõ 5", "occurred": "10/06/2026"});
    let household = save(
        &head,
        json!({"kind": "household", "place": "village:1", "values": values, "subs": []}),
    )
    .await;
    let key = household["key"].clone();
    let sent = head
        .until("exchange", json!({}), |page| {
            page["onDevice"] == 0 && page["atRelay"] != 0
        })
        .await;
    assert_eq!(sent["allThere"], false, "{sent:#}");
    let welcome = police.ask("welcome", json!({})).await;
    let unlock = json!({"folder": welcome["folders"][0]["id"], "passphrase": "lua song tre nang"});
    police.ask("unlock", unlock).await;
    let there = head
        .until("exchange", json!({}), |page| page["allThere"] == true)
        .await;
    assert_eq!((&there["atRelay"], &there["onDevice"]), (&json!(0), &json!(0)));

    let seen = police
        .until("list", json!({"ask": {"kinds": ["household"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 9}}), |page| {
            page["total"] == 1
        })
        .await;
    assert_eq!(seen["rows"][0]["title"], "Hoàng Văn Cường");
    let mut notices = notices(&head.app);
    let stopped = station.end().await;
    let edit =
        |address: &str| json!({"kind": "household", "key": key, "values": {"address": address}, "subs": []});
    save(&head, edit("Ngõ 7")).await;
    save(&police, edit("Ngõ 9")).await;
    let _station = Station::again(stopped);
    head.ask("send_now", json!({})).await;
    police.ask("send_now", json!({})).await;
    let review = head
        .until("review", json!({}), |review| {
            !rows(review, "conflicts").is_empty()
        })
        .await;
    let says = tokio::time::timeout(MINUTE, notices.recv()).await.unwrap();
    assert_eq!(
        says.unwrap(),
        "Có 1 chỗ hai người ghi khác nhau. Xem ở mục Cần xem lại."
    );
    let row = &review["conflicts"][0];
    assert_eq!(
        (&row["about"], &row["decides"]),
        (&json!("Hoàng Văn Cường"), &json!(true))
    );
    let conflict = head.ask("conflict", json!({"id": row["id"]})).await;
    let mut values: Vec<&str> = rows(&conflict, "sides")
        .iter()
        .map(|side| side["value"].as_str().unwrap())
        .collect();
    values.sort_unstable();
    assert_eq!(values, ["Ngõ 7", "Ngõ 9"]);
    let mut who: Vec<&str> = rows(&conflict, "sides")
        .iter()
        .map(|side| side["who"].as_str().unwrap())
        .collect();
    who.sort_unstable();
    assert_eq!(
        who,
        [
            "Lê Văn Hùng, trưởng thôn, Thôn 1",
            "Phạm Minh Đức, trưởng Công an xã"
        ]
    );
    for side in rows(&conflict, "sides") {
        let differs: Vec<&Value> = rows(side, "pieces")
            .iter()
            .filter(|piece| piece["differs"] == true)
            .collect();
        assert_eq!(differs.len(), 1, "{side:#}");
        assert!(["7", "9"].contains(&differs[0]["text"].as_str().unwrap()));
    }
    let nine = rows(&conflict, "sides")
        .iter()
        .position(|side| side["value"] == "Ngõ 9")
        .unwrap();
    let decided = json!({"id": row["id"], "decision": {"type": "side", "index": nine}});
    head.ask("decide", decided.clone()).await;
    assert_eq!(fault(&head.app, "decide", decided).await, "decided");
    for person in [&head, &police] {
        let page = person
            .until("record", json!({"key": key, "reason": null}), |page| {
                rows(page, "conflicts").is_empty() && rows(page, "history").len() == 4
            })
            .await;
        assert_eq!(address_of(&page), "Ngõ 9");
        let history = page["history"].to_string();
        assert!(
            history.contains("Ngõ 7") && history.contains("Ngõ 5"),
            "{history}"
        );
    }
    police.app.quit().await;
    head.app.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_value_is_typed_and_a_record_voided_here_and_edited_there_is_brought_back() {
    let (station, _dir, police, head) = two().await;
    let values =
        json!({"number": "1", "head": "Hoàng Văn Cường", "address": "Ngõ 5", "occurred": "10/06/2026"});
    let household = save(
        &head,
        json!({"kind": "household", "place": "village:1", "values": values, "subs": []}),
    )
    .await;
    let key = household["key"].clone();
    let has = |page: &Value| page["total"] == 1;
    let list = json!({"ask": {"kinds": ["household"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 9}});
    police.until("list", list, has).await;
    let stopped = station.end().await;
    let edit = |values: Value| json!({"kind": "household", "key": key, "values": values, "subs": []});
    save(&head, edit(json!({"address": "Ngõ 7"}))).await;
    save(&police, edit(json!({"address": "Ngõ 9"}))).await;
    police
        .ask(
            "void_record",
            json!({"key": key, "sub": null, "reason": "Ghi trùng"}),
        )
        .await;
    let _station = Station::again(stopped);
    head.ask("send_now", json!({})).await;
    police.ask("send_now", json!({})).await;
    let review = head
        .until("review", json!({}), |review| rows(review, "conflicts").len() == 2)
        .await;
    for row in rows(&review, "conflicts") {
        let conflict = head.ask("conflict", json!({"id": row["id"]})).await;
        let decision = if conflict["voided"] == true {
            assert_eq!(
                (&conflict["sides"][0]["value"], &conflict["field"]),
                (&json!("Ghi trùng"), &Value::Null)
            );
            assert_eq!(conflict["sides"][1]["value"], "Địa chỉ (ngõ, số nhà): Ngõ 7");
            json!({"type": "side", "index": 1})
        } else {
            assert_eq!(conflict["field"]["name"], "address");
            json!({"type": "other", "typed": "Ngõ 11"})
        };
        head.ask("decide", json!({"id": row["id"], "decision": decision}))
            .await;
    }
    let page = police
        .until("record", json!({"key": key, "reason": null}), |page| {
            page["voided"] == Value::Null && rows(page, "conflicts").is_empty()
        })
        .await;
    assert_eq!(address_of(&page), "Ngõ 11");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_device_is_answered_no_more_and_its_person_is_told_as_ended() {
    let (_station, _dir, police, head) = two().await;
    let page = police.ask("people", json!({})).await;
    let person = rows(&page, "people")
        .iter()
        .find(|person| person["name"] == "Lê Văn Hùng")
        .unwrap();
    let device = &person["devices"][0];
    assert_eq!(
        (&device["what"], &person["role"]),
        (&json!("Điện thoại"), &json!("Trưởng thôn, Thôn 1"))
    );
    let own = rows(&page, "people")
        .iter()
        .flat_map(|person| rows(person, "devices"))
        .find(|device| device["this"] == true)
        .unwrap();
    assert_eq!(
        fault(&police.app, "end_device", json!({"device": own["id"]})).await,
        "own_device"
    );
    assert_eq!(
        fault(&head.app, "end_device", json!({"device": own["id"]})).await,
        "not_registrar"
    );
    let page = police.ask("end_device", json!({"device": device["id"]})).await;
    assert_eq!(page["summary"], "1 người, 1 máy");
    let ended = rows(&page, "people")
        .iter()
        .find(|person| person["name"] == "Lê Văn Hùng")
        .unwrap();
    assert_eq!(
        (
            &ended["devices"][0]["state"]["word"],
            &ended["devices"][0]["ended"]
        ),
        (&json!("Đã dừng"), &json!(true))
    );
    // The relay has the register, and answers the ended device as it answers a stranger.
    head.until("exchange", json!({}), |page| {
        page["says"].as_str().unwrap().contains("chưa nhận máy này")
    })
    .await;
}
