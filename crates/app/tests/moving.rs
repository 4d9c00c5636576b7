//! A household that moves to another village, what is written in the old book by somebody who does not know of it yet, and
//! two records that are one household. Real devices and sockets on loopback.

use crate::common::people::{Person, Station, rows};
use crate::common::two::two;
use crate::common::{ask, fault, practice};
use serde_json::{Value, json};

async fn save(person: &Person, input: Value) -> Value {
    person.ask("save", json!({ "input": input })).await
}

async fn household(person: &Person, number: &str, head: &str) -> Value {
    let values = json!({"number": number, "head": head, "address": "Ngõ 5", "occurred": "10/06/2026"});
    let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
    save(person, input).await["key"].clone()
}

async fn pledge(person: &Person, household: &Value) {
    let values = json!({"household": household, "year": "2026", "signed_on": "10/06/2026", "signer": "Hoàng Văn Cường"});
    let input = json!({"kind": "pledge", "place": "village:1", "values": values, "subs": []});
    save(person, input).await;
}

fn households(place: &str) -> Value {
    list("household", Some(place), false)
}

fn list(kind: &str, place: Option<&str>, voided: bool) -> Value {
    json!({"ask": {"kinds": [kind], "typed": "", "place": place, "sort": "", "voided": voided, "from": 0, "count": 9}})
}

fn says(page: &Value, field: &str) -> String {
    let fact = rows(page, "facts").iter().find(|fact| fact["field"] == field);
    fact.map(|fact| fact["value"].as_str().unwrap().to_owned())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_household_moves_with_its_pledge_and_what_its_old_head_writes_late_is_not_lost() {
    let (station, _dir, police, head) = two().await;
    let key = household(&head, "1", "Hoàng Văn Cường").await;
    pledge(&head, &key).await;
    police
        .until("list", list("pledge", None, false), |page| page["total"] == 1)
        .await;
    let page = police.ask("moving", json!({ "key": key })).await;
    assert_eq!(
        (&page["from"], &page["pledges"]),
        (&json!("Thôn 1"), &json!(1)),
        "{page:#}"
    );
    let to = rows(&page, "villages")
        .iter()
        .find(|other| other["to"]["place"] == "village:2")
        .unwrap();
    assert_eq!(to["arrives"], true);

    // Out of reach of each other, one moves it and the other goes on writing.
    head.until("exchange", json!({}), |page| page["allThere"] == true)
        .await;
    let stopped = station.end().await;
    let moved = police
        .ask(
            "move_record",
            json!({"key": key, "to": "village:2", "on": "10/06/2026"}),
        )
        .await;
    save(
        &head,
        json!({"kind": "household", "key": key, "values": {"address": "Ngõ 6"}, "subs": []}),
    )
    .await;
    let late = json!([{"list": "members", "key": null, "values": {"name": "Hoàng Thị Mai", "born": "2026"}}]);
    save(
        &head,
        json!({"kind": "household", "key": key, "values": {"address": "Ngõ 7"}, "subs": late}),
    )
    .await;
    // Changed twice, it is one record that waits.
    assert_eq!(head.ask("exchange", json!({})).await["onDevice"], 1);
    assert_eq!(head.ask("today", json!({})).await["line"]["waiting"], 1);
    for (place, total) in [("village:1", 0), ("village:2", 1)] {
        assert_eq!(
            police.ask("list", households(place)).await["total"],
            total,
            "{place}"
        );
        assert_eq!(
            police.ask("list", list("pledge", Some(place), false)).await["total"],
            total,
            "{place}"
        );
    }
    let _station = Station::again(stopped);
    for person in [&head, &police] {
        person.ask("send_now", json!({})).await;
    }
    let late = late_of(&police, 1).await;
    let row = &late[0];
    assert_eq!((&row["to"], &row["decides"]), (&json!("Thôn 2"), &json!(true)));
    assert_eq!(row["why"], "Đã chuyển từ Thôn 1 sang Thôn 2; sổ Thôn 1 còn ghi:");
    assert!(row["who"].as_str().unwrap().contains("rưởng thôn"), "{row:#}");
    assert!(row["at"].as_i64().is_some());
    assert_eq!(police.ask("today", json!({})).await["late"], 1);
    let words: Vec<&str> = rows(row, "said")
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    assert!(words.iter().any(|line| line.contains("Ngõ 7")), "{words:?}");
    assert!(
        words.iter().any(|line| line.contains("Hoàng Thị Mai")),
        "{words:?}"
    );
    // The old head knows by now, sees what he wrote late, and is not the one to settle it.
    let seen = head
        .until("list", households("village:1"), |page| page["total"] == 0)
        .await;
    assert_eq!(seen["total"], 0);
    let own = &late_of(&head, 1).await[0];
    assert_eq!((&own["said"], &own["decides"]), (&row["said"], &json!(false)));
    assert_eq!(head.ask("today", json!({})).await["late"], 1);

    let taken = police.ask("take_late", json!({"id": row["id"]})).await;
    late_of(&police, 0).await;
    police.ask("undo", json!({"act": taken["act"]})).await;
    late_of(&police, 1).await;
    police.ask("take_late", json!({"id": row["id"]})).await;
    late_of(&police, 0).await;
    late_of(&head, 0).await;
    let page = police.ask("record", json!({"key": key, "reason": null})).await;
    assert_eq!(says(&page, "address"), "Ngõ 7");
    assert!(page["parts"].to_string().contains("Hoàng Thị Mai"), "{page:#}");
    // What was done in the old village stands below, and the move once.
    let did: Vec<&str> = rows(&page, "history")
        .iter()
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        did.iter().filter(|what| **what == "Chuyển thôn").count(),
        1,
        "{did:?}"
    );
    assert_eq!(did.last(), Some(&"Ghi mới"), "{did:?}");
    assert_eq!(
        fault(&police.app, "take_late", json!({"id": row["id"]})).await,
        "decided"
    );
    // What the new village writes from then on is no question about the old one.
    save(
        &police,
        json!({"kind": "household", "key": key, "values": {"address": "Ngõ 9"}, "subs": []}),
    )
    .await;
    late_of(&police, 0).await;

    // Undone now, half of the move would leave the household in two villages. It can be moved back.
    assert_eq!(
        fault(&police.app, "undo", json!({"act": moved["act"]})).await,
        "changed_since"
    );
    let back = police
        .ask(
            "move_record",
            json!({"key": key, "to": "village:1", "on": "10/06/2026"}),
        )
        .await;
    assert_eq!(police.ask("list", households("village:1")).await["total"], 1);
    let page = police.ask("record", json!({"key": key, "reason": null})).await;
    assert_eq!(says(&page, "address"), "Ngõ 9");
    late_of(&police, 0).await;
    // An act that nobody has built on is undone as the one that it was.
    police.ask("undo", json!({"act": back["act"]})).await;
    for (place, total) in [("village:1", 0), ("village:2", 1)] {
        assert_eq!(
            police.ask("list", households(place)).await["total"],
            total,
            "{place}"
        );
        assert_eq!(
            police.ask("list", list("pledge", Some(place), false)).await["total"],
            total,
            "{place}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_late_can_be_left_and_a_household_sent_off_by_its_village_is_taken_up_by_the_commune()
 {
    let (_station, _dir, police, head) = two().await;
    let key = household(&head, "2", "Trần Thị Hoa").await;
    let page = head.ask("moving", json!({ "key": key })).await;
    let to = rows(&page, "villages")
        .iter()
        .find(|other| other["to"]["place"] == "village:2")
        .unwrap();
    assert_eq!(
        to["arrives"], false,
        "a village head writes in no other village's book"
    );
    head.ask(
        "move_record",
        json!({"key": key, "to": "village:2", "on": "10/06/2026"}),
    )
    .await;
    let waits = |review: &Value| !rows(review, "moved").is_empty();
    police.until("review", json!({}), waits).await;
    // Who does not read the new village's book cannot say whether it was taken up there.
    assert!(rows(&head.ask("review", json!({})).await, "moved").is_empty());
    police.ask("take_up", json!({"key": key})).await;
    assert!(rows(&police.ask("review", json!({})).await, "moved").is_empty());
    assert_eq!(police.ask("list", households("village:2")).await["total"], 1);

    save(
        &head,
        json!({"kind": "household", "key": key, "values": {"address": "Ngõ 70"}, "subs": []}),
    )
    .await;
    let id = late_of(&police, 1).await[0]["id"].clone();
    let why = |reason: &str| json!({"id": id, "reason": reason});
    assert_eq!(fault(&police.app, "leave_late", why(" ")).await, "fields");
    let left = police.ask("leave_late", why("Ghi nhầm hộ khác")).await;
    late_of(&police, 0).await;
    let page = police.ask("record", json!({"key": key, "reason": null})).await;
    assert_eq!(says(&page, "address"), "Ngõ 5");
    assert!(
        page["history"].to_string().contains("Ghi nhầm hộ khác"),
        "{page:#}"
    );
    police.ask("undo", json!({"act": left["act"]})).await;
    late_of(&police, 1).await;
    police.ask("leave_late", why("Ghi nhầm hộ khác")).await;
    late_of(&police, 0).await;
    late_of(&head, 0).await;
}

/// Two visits of a household that a head writes without knowing that it has moved, beside one from before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_ignorant_head_writes_about_a_household_that_has_moved_waits_and_counts_once() {
    let (station, _dir, police, head) = two().await;
    let key = household(&head, "1", "Hoàng Văn Cường").await;
    let visit = async |day: &str| {
        let values = json!({"household": key, "form": "household-visit", "date": day, "theme": "harm",
            "lead": "village-head", "audience": "everybody", "attendance": "2"});
        let input = json!({"kind": "outreach", "place": "village:1", "values": values, "subs": []});
        save(&head, input).await["key"].clone()
    };
    visit("07/06/2026").await;
    police
        .until("list", list("outreach", None, false), |page| page["total"] == 1)
        .await;
    head.until("exchange", json!({}), |page| page["allThere"] == true)
        .await;
    let stopped = station.end().await;
    police
        .ask(
            "move_record",
            json!({"key": key, "to": "village:2", "on": "10/06/2026"}),
        )
        .await;
    let (taken, left) = (visit("08/06/2026").await, visit("09/06/2026").await);
    pledge(&head, &key).await;
    let _station = Station::again(stopped);
    for person in [&head, &police] {
        person.ask("send_now", json!({})).await;
    }
    let late = late_of(&police, 3).await;
    // The queue can be taken out as it stands.
    let out = json!({"ask": {"what": {"type": "late"}, "form": "csv", "place": "downloads", "reason": "Đối chiếu với trưởng thôn"}});
    let made = police.ask("export_list", out).await;
    assert_eq!(made["count"], 3);
    let text = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
    assert!(text.contains("Hoàng Văn Cường đã chuyển sang Thôn 2."), "{text}");
    assert!(
        late.iter()
            .all(|row| row["why"] == "Ghi trong sổ Thôn 1; Hoàng Văn Cường đã chuyển sang Thôn 2."),
        "{late:#?}"
    );
    let counts = async |kind: &str| {
        let mut totals = Vec::new();
        for place in [None, Some("village:1"), Some("village:2")] {
            totals.push(
                police.ask("list", list(kind, place, false)).await["total"]
                    .as_u64()
                    .unwrap(),
            );
        }
        totals
    };
    assert_eq!(
        (counts("outreach").await, counts("pledge").await),
        (vec![3, 3, 0], vec![1, 1, 0])
    );
    let id = |key: &Value| late.iter().find(|row| row["key"] == *key).unwrap()["id"].clone();
    let act = police.ask("take_late", json!({"id": id(&taken)})).await;
    police
        .ask(
            "leave_late",
            json!({"id": id(&left), "reason": "Thăm trước khi hộ chuyển"}),
        )
        .await;
    assert_eq!(counts("outreach").await, [3, 2, 1]);
    let pledge = late
        .iter()
        .find(|row| row["key"].as_str().unwrap().starts_with("pledge/"))
        .unwrap();
    police.ask("take_late", json!({"id": pledge["id"]})).await;
    assert_eq!(counts("pledge").await, [1, 0, 1]);
    for person in [&police, &head] {
        late_of(person, 0).await;
    }
    let page = police.ask("record", json!({"key": taken, "reason": null})).await;
    let did: Vec<&Value> = rows(&page, "history").iter().map(|line| &line["what"]).collect();
    assert_eq!(did, ["Giải quyết mục ghi muộn", "Ghi mới"], "both histories stay");
    let page = police.ask("record", json!({"key": left, "reason": null})).await;
    assert_eq!(says(&page, "left_late"), "Thăm trước khi hộ chuyển");
    // Taken over by mistake, it is as it was, and waits again.
    police.ask("undo", json!({"act": act["act"]})).await;
    assert_eq!(counts("outreach").await, [3, 3, 0]);
    late_of(&police, 1).await;
}

/// What was written late, once there is so much of it.
async fn late_of(person: &Person, count: usize) -> Vec<Value> {
    let there = |late: &Value| late.as_array().is_some_and(|rows| rows.len() == count);
    let late = person.until("late_entries", json!({}), there).await;
    late.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_entered_twice_becomes_one_with_both_histories_and_can_be_taken_apart() {
    let (_station, _dir, police, head) = two().await;
    let kept = household(&head, "3", "Lê Văn Nam").await;
    let other = household(&head, "3", "Le Van Nam").await;
    let members = json!([{"list": "members", "key": null, "values": {"name": "Lê Văn Tú", "born": "2001"}}]);
    let values = json!({"phone": "0912345678"});
    save(
        &head,
        json!({"kind": "household", "key": other, "values": values, "subs": members}),
    )
    .await;
    pledge(&head, &other).await;
    let review = head.ask("review", json!({})).await;
    assert_eq!(review["twice"][0]["merges"], true, "{review:#}");

    let both = json!({"kept": kept, "other": other});
    let page = head.ask("merging", both.clone()).await;
    assert_eq!(
        (&page["parts"], &page["named"], &page["decides"]),
        (&json!(1), &json!(1), &json!(true))
    );
    let taken: Vec<&Value> = rows(&page, "rows")
        .iter()
        .filter(|row| row["taken"] == true)
        .collect();
    assert_eq!(taken.len(), 1, "{page:#}");
    let merged = head.ask("merge", both.clone()).await;
    assert!(rows(&head.ask("review", json!({})).await, "twice").is_empty());
    assert_eq!(head.ask("list", households("village:1")).await["total"], 1);
    let all = head.ask("list", list("household", None, true)).await;
    let gone = rows(&all, "rows").iter().find(|row| row["key"] == other).unwrap();
    assert_eq!(
        (&gone["state"]["word"], &gone["voided"]),
        (&json!("Đã gộp"), &json!(false))
    );
    let page = head.ask("record", json!({"key": kept, "reason": null})).await;
    assert!(says(&page, "phone").contains("0912"), "{page:#}");
    assert_eq!(page["takenIn"][0]["key"], other);
    assert!(
        rows(&page, "concerning")
            .iter()
            .any(|some| some["kind"] == "pledge")
    );
    let page = head.ask("record", json!({"key": other, "reason": null})).await;
    assert_eq!(page["goesOnIn"]["key"], kept);
    assert!(rows(&page, "history").len() >= 3, "its history stays: {page:#}");
    assert_eq!(fault(&head.app, "merge", both.clone()).await, "no_pair");
    // Another device sees the same.
    police
        .until("list", households("village:1"), |page| page["total"] == 1)
        .await;

    head.ask("undo", json!({"act": merged["act"]})).await;
    assert_eq!(head.ask("list", households("village:1")).await["total"], 2);
    assert_eq!(residents(&head).await, 1);
    // Merged again it takes the member over again, and separated it gives back what it took: nobody counts twice.
    head.ask("merge", both.clone()).await;
    assert_eq!(residents(&head).await, 1);
    let apart = head.ask("separate", json!({ "key": other })).await;
    assert_eq!(head.ask("list", households("village:1")).await["total"], 2);
    assert_eq!(residents(&head).await, 1);
    let page = head.ask("record", json!({"key": kept, "reason": null})).await;
    assert_eq!(
        says(&page, "phone"),
        "",
        "what was filled in is empty again: {page:#}"
    );
    head.ask("undo", json!({"act": apart["act"]})).await;
    assert_eq!(head.ask("list", households("village:1")).await["total"], 1);
    assert_eq!(residents(&head).await, 1);

    // What was written since stays where it is, but a member that goes back takes along what was written of him.
    let page = head.ask("record", json!({"key": kept, "reason": null})).await;
    let member = &page["parts"][0]["key"];
    let job = json!([{"list": "members", "key": member, "values": {"occupation": "Thợ mộc"}}]);
    let changed = json!({"kind": "household", "key": kept, "values": {"phone": "0987654321"}, "subs": job});
    save(&head, changed).await;
    head.ask("separate", json!({ "key": other })).await;
    assert_eq!(residents(&head).await, 1);
    let page = head.ask("record", json!({"key": kept, "reason": null})).await;
    assert!(says(&page, "phone").contains("0987"), "{page:#}");
    let page = head.ask("record", json!({"key": other, "reason": null})).await;
    assert!(page["parts"].to_string().contains("Thợ mộc"), "{page:#}");
}

/// The members in force of the households that count in village 1.
async fn residents(person: &Person) -> usize {
    let list = person.ask("list", households("village:1")).await;
    let mut count = 0;
    for row in rows(&list, "rows") {
        let page = person
            .ask("record", json!({"key": row["key"], "reason": null}))
            .await;
        let members = rows(&page, "parts").iter();
        count += members.filter(|part| part["voided"] == false).count();
    }
    count
}

#[tokio::test]
async fn a_person_who_moves_leaves_no_card_behind_that_goes_on_and_a_household_leaves_its_group() {
    let (_base, app) = practice().await;
    let save = async |input: Value| ask(&app, "save", json!({ "input": input })).await["key"].clone();
    let person = save(json!({"kind": "person", "place": "village:1", "values": {
        "name": "Giàng Seo Vảng", "born": "1990", "sex": "male", "residence": "stable", "address": "Ngõ 5",
        "occurred": "10/06/2026"},
        "subs": [{"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/03/2026", "regime": "a"}}]}))
    .await;
    let card = async |from: &str, next: &str| {
        save(json!({"kind": "assignment", "place": "village:1", "values": {
            "person": person, "name": "Giàng Seo Vảng", "address": "Ngõ 5", "assignee": "Giàng Seo Dín",
            "duties": "Gặp mỗi tháng", "from": from, "until": "31/12/2026", "next_on": next, "basis": "12/QĐ"},
            "subs": []}))
        .await
    };
    let (running, later) = (
        card("01/03/2026", "12/06/2026").await,
        card("01/12/2026", "05/12/2026").await,
    );
    let due = async || {
        let care = ask(&app, "all_due", json!({})).await;
        let all = care.as_array().unwrap().clone();
        all.iter().filter(|row| row["key"] == running).count()
    };
    assert_eq!(due().await, 1);
    let page = ask(&app, "moving", json!({ "key": person })).await;
    assert_eq!(page["cards"], 2, "{page:#}");
    let moved = ask(
        &app,
        "move_record",
        json!({"key": person, "to": "village:2", "on": "10/06/2026"}),
    )
    .await;
    assert_eq!(due().await, 0, "nobody is to meet who lives there no more");
    let look = async |key: &Value| ask(&app, "record", json!({"key": key, "reason": "Đối chiếu"})).await;
    assert!(says(&look(&running).await, "until").contains("10/06/2026"));
    assert!(!look(&later).await["voided"].is_null());
    ask(&app, "undo", json!({"act": moved["act"]})).await;
    assert!(says(&look(&running).await, "until").contains("31/12/2026"));
    assert_eq!(due().await, 1, "undone as one");

    let values =
        json!({"number": "991", "head": "Giàng Seo Pao", "address": "Ngõ 5", "occurred": "10/06/2026"});
    let household =
        save(json!({"kind": "household", "place": "village:1", "values": values, "subs": []})).await;
    let values = json!({"name": "Nhóm 9", "type_of": "household-group", "leader": "Giàng Seo Pao", "founded_on": "01/06/2026"});
    let members = json!([{"list": "members", "key": null, "values": {"household": household}}]);
    let group =
        save(json!({"kind": "self-group", "place": "village:1", "values": values, "subs": members})).await;
    let page = ask(&app, "moving", json!({ "key": household })).await;
    assert_eq!(page["groups"], 1, "{page:#}");
    ask(
        &app,
        "move_record",
        json!({"key": household, "to": "village:2", "on": "10/06/2026"}),
    )
    .await;
    assert!(look(&group).await["parts"].to_string().contains("10/06/2026"));
}

#[tokio::test]
async fn a_person_moves_within_the_commune_and_who_looks_at_two_persons_is_written_down() {
    let (_base, app) = practice().await;
    let persons = ask(&app, "list", list("person", None, false)).await;
    let key = |n: usize| rows(&persons, "rows")[n]["key"].clone();
    let looks = async || {
        ask(&app, "list", list("access", None, false)).await["total"]
            .as_u64()
            .unwrap()
    };
    let before = looks().await;
    ask(&app, "merging", json!({"kept": key(0), "other": key(1)})).await;
    assert_eq!(looks().await, before + 2);

    let page = ask(&app, "moving", json!({"key": key(0)})).await;
    let to = rows(&page, "villages")[0]["to"].clone();
    ask(
        &app,
        "move_record",
        json!({"key": key(0), "to": to["place"], "on": "10/06/2026"}),
    )
    .await;
    let there = ask(&app, "list", list("person", to["place"].as_str(), false)).await;
    assert!(
        rows(&there, "rows").iter().any(|row| row["key"] == key(0)),
        "{there:#}"
    );
    assert_eq!(
        ask(&app, "list", list("person", None, false)).await["total"],
        persons["total"]
    );
}

#[tokio::test]
async fn a_household_that_moved_counts_before_the_day_of_its_move_in_its_old_village_and_from_then_on_in_the_new_one()
 {
    let (_base, app) = practice().await;
    let values =
        json!({"number": "991", "head": "Giàng Seo Pao", "address": "Ngõ 5", "occurred": "10/01/2026"});
    let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
    let key = ask(&app, "save", json!({ "input": input })).await["key"].clone();
    // The households of villages 1 and 2 and of the commune, at the end of a month or today.
    let counted = async |day: &str| {
        let ask_for = json!({"ask": {"span": "month", "day": day, "villages": ""}});
        let picture = ask(&app, "overview", ask_for).await;
        let mut columns = rows(&picture, "columns").iter();
        let at = columns
            .position(|column| column["id"] == "I01.households")
            .unwrap();
        let of = |row: &Value| row["cells"][at]["value"].as_f64().unwrap();
        let village = |place: &str| {
            rows(&picture, "rows")
                .iter()
                .find(|row| row["place"] == place)
                .map(of)
                .unwrap()
        };
        [village("village:1"), village("village:2"), of(&picture["total"])]
    };
    let days = ["2026-03-31", "2026-04-30", "2026-06-10"];
    let mut before = Vec::new();
    for day in days {
        before.push(counted(day).await);
    }
    let moving = |on: &str| json!({"key": key, "to": "village:2", "on": on});
    for wrong in ["", "11/06/2026", "31/02/2026", "5/2026"] {
        assert_eq!(
            fault(&app, "move_record", moving(wrong)).await,
            "fields",
            "{wrong}"
        );
    }
    let act = ask(&app, "move_record", moving("01/04/2026")).await["act"].clone();
    assert_eq!(
        counted(days[0]).await,
        before[0],
        "nothing of the past has changed"
    );
    for (day, was) in days.iter().zip(&before).skip(1) {
        assert_eq!(counted(day).await, [was[0] - 1.0, was[1] + 1.0, was[2]], "{day}");
    }
    let page = ask(&app, "record", json!({"key": key, "reason": null})).await;
    let told = page["parts"].to_string();
    assert!(told.contains("01/04/2026") && told.contains("Thôn 1"), "{page:#}");
    ask(&app, "undo", json!({ "act": act })).await;
    for (day, was) in days.iter().zip(&before) {
        assert_eq!(&counted(day).await, was, "undone, on {day}");
    }
    // It cannot have left before it came.
    ask(&app, "move_record", moving("01/04/2026")).await;
    let back = |on: &str| json!({"key": key, "to": "village:1", "on": on});
    assert_eq!(fault(&app, "move_record", back("31/03/2026")).await, "fields");
    ask(&app, "move_record", back("01/05/2026")).await;
    assert_eq!(counted(days[0]).await, before[0]);
    assert_eq!(counted(days[1]).await[1], before[1][1] + 1.0);
    assert_eq!(counted(days[2]).await, before[2], "it is back");
    // And there once more: the first time stays told.
    ask(&app, "move_record", moving("02/06/2026")).await;
    assert_eq!(counted(days[0]).await, before[0]);
    assert_eq!(counted(days[1]).await[1], before[1][1] + 1.0);
    assert_eq!(counted(days[2]).await[1], before[2][1] + 1.0);
}

#[tokio::test]
async fn the_day_of_a_move_lies_within_what_is_known_and_can_be_put_right_in_both_books() {
    let (_base, app) = practice().await;
    let values =
        json!({"number": "992", "head": "Giàng Seo Pao", "address": "Ngõ 5", "occurred": "10/01/2026"});
    let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
    let key = ask(&app, "save", json!({ "input": input })).await["key"].clone();
    let moving = |to: &str, on: &str| json!({"key": key, "to": to, "on": on});
    let page = ask(&app, "moving", json!({ "key": key })).await;
    assert_eq!(page["last"], Value::Null);
    let early = json!({ "key": key, "on": "01/04/2026" });
    assert_eq!(fault(&app, "correct_move", early).await, "not_moved");
    // Before the record's own day it was nowhere.
    assert_eq!(
        fault(&app, "move_record", moving("village:2", "09/01/2026")).await,
        "fields"
    );
    // What is to be filled in is told at once.
    let refused = app.call("move_record", moving("", "")).await.unwrap_err();
    let told: Vec<&str> = refused
        .problems
        .iter()
        .map(|problem| problem.place.field.as_str())
        .collect();
    assert_eq!(told, ["to", "moved_on"]);

    ask(&app, "move_record", moving("village:2", "01/04/2026")).await;
    let page = ask(&app, "moving", json!({ "key": key })).await;
    assert_eq!(page["last"], json!({"from": "Thôn 1", "on": "01/04/2026"}));
    let right = |on: &str| json!({"key": key, "on": on});
    for wrong in ["09/01/2026", "11/06/2026", ""] {
        let refused = app.call("correct_move", right(wrong)).await.unwrap_err();
        // Not where the day of a new move is typed.
        let at = refused.problems[0].place.field.as_str();
        assert_eq!((refused.code, at), ("fields", "last_on"), "{wrong}");
    }
    let act = ask(&app, "correct_move", right("01/05/2026")).await["act"].clone();
    let page = ask(&app, "moving", json!({ "key": key })).await;
    assert_eq!(page["last"]["on"], "01/05/2026");
    // In the book that was left it says the same: there it is undone with the other.
    let undone = ask(&app, "undo", json!({ "act": act })).await;
    assert_eq!((&undone["undone"], &undone["left"]), (&json!(1), &json!(0)));
    let page = ask(&app, "moving", json!({ "key": key })).await;
    assert_eq!(page["last"]["on"], "01/04/2026");
    // The way back is not before the way there, and the first day is not put after it.
    assert_eq!(
        fault(&app, "move_record", moving("village:1", "31/03/2026")).await,
        "fields"
    );
    ask(&app, "move_record", moving("village:1", "20/04/2026")).await;
    assert_eq!(fault(&app, "correct_move", right("31/03/2026")).await, "fields");
    ask(&app, "correct_move", right("15/04/2026")).await;
}

#[tokio::test]
async fn what_a_move_ends_ends_on_its_day_and_persons_in_care_of_the_household_are_named() {
    let (_base, app) = practice().await;
    let save = async |input: Value| ask(&app, "save", json!({ "input": input })).await["key"].clone();
    let values =
        json!({"number": "993", "head": "Giàng Seo Pao", "address": "Ngõ 5", "occurred": "10/01/2026"});
    let household =
        save(json!({"kind": "household", "place": "village:1", "values": values, "subs": []})).await;
    let values = json!({"name": "Nhóm 9", "type_of": "household-group", "leader": "Giàng Seo Pao", "founded_on": "01/02/2026"});
    let members = json!([{"list": "members", "key": null, "values": {"household": household}}]);
    let group =
        save(json!({"kind": "self-group", "place": "village:1", "values": values, "subs": members})).await;
    let values = json!({"name": "Giàng Seo Vảng", "born": "1990", "sex": "male", "residence": "stable", "household": household, "occurred": "10/01/2026"});
    let episode = json!([{"list": "episodes", "key": null, "values": {"state": "u1", "from": "10/01/2026", "regime": "a"}}]);
    let input = json!({"kind": "person", "place": "village:1", "values": values, "subs": episode});
    let person = save(input).await;
    // Who is managed no more has no file that is to be moved.
    let values = json!({"name": "Giàng Seo Lử", "born": "1985", "sex": "male", "residence": "stable", "household": household, "occurred": "10/01/2026"});
    let episode = json!([{"list": "episodes", "key": null, "values": {"state": "e0", "from": "10/01/2026", "regime": "a", "exit_reason": "moved"}}]);
    save(json!({"kind": "person", "place": "village:1", "values": values, "subs": episode})).await;
    let values = json!({"person": person, "name": "Giàng Seo Vảng", "address": "Ngõ 5", "assignee": "Giàng Seo Dín",
        "duties": "Gặp mỗi tháng", "from": "01/03/2026", "until": "31/12/2026", "next_on": "12/06/2026", "basis": "12/QĐ"});
    let card = save(json!({"kind": "assignment", "place": "village:1", "values": values, "subs": []})).await;

    let page = ask(&app, "moving", json!({ "key": household })).await;
    let named: Vec<&str> = rows(&page, "persons")
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert!(
        matches!(&named[..], [one] if one.contains("Giàng Seo Vảng")),
        "{page:#}"
    );
    for key in [&household, &person] {
        let moved = json!({"key": key, "to": "village:2", "on": "01/05/2026"});
        ask(&app, "move_record", moved).await;
    }
    let look = async |key: &Value| ask(&app, "record", json!({"key": key, "reason": "Đối chiếu"})).await;
    assert!(look(&group).await["parts"].to_string().contains("01/05/2026"));
    assert!(says(&look(&card).await, "until").contains("01/05/2026"));
}

#[tokio::test]
async fn the_day_of_a_move_put_right_makes_nothing_late_of_what_the_new_village_wrote() {
    let (_base, app) = practice().await;
    let late = async || ask(&app, "late_entries", json!({})).await;
    let before = late().await;
    let values = json!({"number": "994", "head": "Giàng Seo Pao", "address": "Ngõ 5", "phone": "0912345678",
        "occurred": "10/01/2026"});
    let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
    let key = ask(&app, "save", json!({ "input": input })).await["key"].clone();
    let moving = json!({"key": key, "to": "village:2", "on": "01/04/2026"});
    ask(&app, "move_record", moving).await;
    let values = json!({"phone": "0987654321"});
    let input = json!({"kind": "household", "key": key, "values": values, "subs": []});
    ask(&app, "save", json!({ "input": input })).await;
    let right = json!({"key": key, "on": "01/05/2026"});
    ask(&app, "correct_move", right).await;
    assert_eq!(late().await, before);
}

#[tokio::test]
async fn what_a_move_says_of_itself_is_neither_voided_nor_set_back_in_one_book_alone() {
    let (_base, app) = practice().await;
    let values =
        json!({"number": "995", "head": "Giàng Seo Pao", "address": "Ngõ 5", "occurred": "10/01/2026"});
    let input = json!({"kind": "household", "place": "village:1", "values": values, "subs": []});
    let key = ask(&app, "save", json!({ "input": input })).await["key"].clone();
    let moving = |to: &str, on: &str| json!({"key": key, "to": to, "on": on});
    ask(&app, "move_record", moving("village:2", "01/04/2026")).await;
    ask(&app, "correct_move", json!({"key": key, "on": "01/05/2026"})).await;
    ask(&app, "move_record", moving("village:1", "02/05/2026")).await;
    let page = ask(&app, "record", json!({"key": key, "reason": null})).await;
    let parts = rows(&page, "parts");
    assert!(parts.iter().all(|part| part["byAct"] == true), "{page:#}");
    let mut changes = rows(&page, "history")
        .iter()
        .flat_map(|line| rows(line, "changes"));
    // Neither the day nor to which village it went: it is moved again, or the act undone, in both books.
    let by_act = changes
        .clone()
        .filter(|line| ["on", "moved_to"].contains(&line["field"].as_str().unwrap()));
    assert!(by_act.clone().count() > 1, "{page:#}");
    assert!(changes.all(|line| line["oldTyped"].is_null()), "{page:#}");
    let part = &parts[0]["key"];
    let void = json!({"key": key, "sub": part, "reason": "Ghi nhầm"});
    assert_eq!(fault(&app, "void_record", void).await, "internal");
    let restore = json!({"key": key, "sub": part});
    assert_eq!(fault(&app, "restore_record", restore).await, "internal");
    let back = json!({"key": key, "sub": part, "field": "on", "typed": "02/04/2026"});
    assert_eq!(fault(&app, "set_back", back).await, "fields");
}
