//! What the registrar does about devices: another role, a lost one in one flow, what came too late, keys on paper. Two
//! people with a relay between them.

use crate::common::people::{Person, Station, admitted, founded, open_compartment, rows};
use crate::common::two::two;
use crate::common::{ask, copy, fault};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_gets_another_role_and_what_ends_and_begins_is_said_first() {
    let (_station, _dir, police, head) = two().await;
    let page = police.ask("people", json!({})).await;
    let device = |page: &Value| {
        let mut people = rows(page, "people").iter();
        people
            .find(|person| person["name"] == "Lê Văn Hùng")
            .cloned()
            .unwrap()
    };
    let id = device(&page)["devices"][0]["id"].clone();
    let role = |role: &str, place: &str| json!({"input": {"device": id, "role": role, "place": place}});
    let wanted = role("village-head", "village:2");
    let change = police.ask("role_change", wanted.clone()).await;
    assert_eq!(
        (&change["person"], &change["from"], &change["to"]),
        (
            &json!("Lê Văn Hùng"),
            &json!("Trưởng thôn, Thôn 1"),
            &json!("Trưởng thôn, Thôn 2")
        )
    );
    let says = |lines: &Value| {
        let lines = lines.as_array().unwrap().iter();
        lines
            .map(|line| {
                let books: Vec<&str> = rows(line, "books")
                    .iter()
                    .map(|book| book.as_str().unwrap())
                    .collect();
                format!("{}: {}", line["says"].as_str().unwrap(), books.join("; "))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        says(&change["ends"]),
        [
            "Không nhận thêm, không đọc phần mới: Sổ thôn (Thôn 1)",
            "Không ghi vào: Sổ thôn (Thôn 1)"
        ]
    );
    assert_eq!(
        says(&change["begins"]),
        ["Nhận và đọc: Sổ thôn (Thôn 2)", "Ghi vào: Sổ thôn (Thôn 2)"]
    );
    assert_eq!(change["asks"], false);
    // Looking has changed nothing; only the registrar changes anything.
    for command in ["role_change", "change_role"] {
        assert_eq!(fault(&head.app, command, wanted.clone()).await, "not_registrar");
        assert_eq!(
            fault(&police.app, command, role("village-head", "village:1")).await,
            "same_role"
        );
        for (wrong, field) in [
            (role("village-head", ""), "place"),
            (role("mayor", "village:2"), "role"),
        ] {
            let fault = police.app.call(command, wrong).await.unwrap_err();
            assert_eq!(fault.problems[0].place.field, field);
        }
    }
    let page = police.ask("change_role", wanted).await;
    assert_eq!(device(&page)["role"], "Trưởng thôn, Thôn 2");
    head.until("me", json!({}), |me| me["place"] == "Thôn 2").await;
    let household = |place: &str| {
        let values =
            json!({"number": "1", "head": "Hoàng Văn Cường", "address": "Ngõ 5", "occurred": "10/06/2026"});
        json!({"input": {"kind": "household", "place": place, "values": values, "subs": []}})
    };
    assert!(head.app.call("save", household("village:1")).await.is_err());
    head.ask("save", household("village:2")).await;
}

/// The device of the village head, as the registrar's page has it.
async fn device_of_head(police: &Person) -> Value {
    let page = police.ask("people", json!({})).await;
    let mut people = rows(&page, "people").iter();
    let head = people.find(|person| person["name"] == "Lê Văn Hùng").unwrap();
    head["devices"][0].clone()
}

fn household(number: &str, head: &str) -> Value {
    let values = json!({"number": number, "head": head, "address": "Ngõ 5", "occurred": "10/06/2026"});
    json!({"input": {"kind": "household", "place": "village:1", "values": values, "subs": []}})
}

fn households() -> Value {
    json!({"ask": {"kinds": ["household"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 9}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_device_is_suspended_looked_at_cut_and_reported_and_each_step_says_what_is_left() {
    let (_station, _dir, police, head) = two().await;
    head.ask("save", household("1", "Hoàng Văn Cường")).await;
    police
        .until("list", households(), |page| page["total"] == 1)
        .await;
    let id = device_of_head(&police).await["id"].clone();
    let of = || json!({"device": id});
    let suspend = |begins: bool| json!({"device": id, "begins": begins});
    // Nobody but who may does anything of it.
    for (command, arguments, code) in [
        ("suspend_device", suspend(true), "may_not_suspend"),
        ("end_lost", of(), "not_registrar"),
        ("loss_reported", of(), "not_lost"),
    ] {
        assert_eq!(fault(&head.app, command, arguments).await, code);
    }
    let seen = police.ask("lost_device", of()).await;
    assert_eq!(
        (
            &seen["person"],
            &seen["suspended"],
            &seen["ended"],
            &seen["report"]
        ),
        (&json!("Lê Văn Hùng"), &json!(false), &json!(false), &Value::Null)
    );
    let village = rows(&seen, "had")
        .iter()
        .find(|had| had["book"] == "Sổ thôn, Thôn 1, 2026")
        .unwrap();
    let says = village["says"].as_str().unwrap();
    assert!(says.starts_with("1 bản ghi, máy đó đọc được · "), "{says}");

    let seen = police.ask("suspend_device", suspend(true)).await;
    assert_eq!(seen["suspended"], true);
    let report = &seen["report"];
    let hours = (report["until"].as_i64().unwrap() - report["since"].as_i64().unwrap()) / 3600;
    assert_eq!((hours, &report["told"]), (72, &Value::Null));
    assert_eq!(device_of_head(&police).await["state"]["word"], "Đang tạm dừng");
    let today = police.ask("today", json!({})).await;
    let due = &today["due"][0];
    assert_eq!((&due["kind"], &due["key"]), (&json!("lost-device"), &id));
    assert!(
        due["who"]
            .as_str()
            .unwrap()
            .starts_with("Máy bị mất: Lê Văn Hùng")
    );
    assert!(
        due["what"].as_str().unwrap().contains("trước 13/06/2026"),
        "{due}"
    );
    // It was found in a drawer: nothing is left of it.
    let seen = police.ask("suspend_device", suspend(false)).await;
    assert_eq!(
        (&seen["suspended"], &seen["report"]),
        (&json!(false), &Value::Null)
    );

    police.ask("suspend_device", suspend(true)).await;
    let seen = police.ask("end_lost", of()).await;
    assert_eq!((&seen["ended"], &seen["lacksKey"]), (&json!(true), &json!([])));
    assert!(
        seen["endedAt"].is_number() && seen["report"].is_object(),
        "{seen:#}"
    );
    // Asked again it finds nothing to do; the hours go on from where they began.
    let again = police.ask("end_lost", of()).await;
    assert_eq!(again["report"]["since"], seen["report"]["since"]);
    let seen = police.ask("loss_reported", of()).await;
    assert!(seen["report"]["told"].is_number());
    let today = police.ask("today", json!({})).await;
    assert!(rows(&today, "due").iter().all(|due| due["kind"] != "lost-device"));
    // Its window learns it, and is answered no more.
    head.until("exchange", json!({}), |page| {
        page["says"].as_str().unwrap().contains("chưa nhận máy này")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_after_the_end_is_aside_and_is_let_in_or_written_again_by_the_registrar_alone() {
    let (station, _dir, police, head) = two().await;
    station.end().await;
    // Written before its person knew anything, and carried by hand.
    head.ask("save", household("7", "Trần Thị Cẩm")).await;
    let out = json!({"place": "downloads", "device": null, "all": true, "photos": false});
    let made = head.ask("courier_out", out).await;
    let id = device_of_head(&police).await["id"].clone();
    police.ask("end_device", json!({"device": id})).await;
    assert_eq!(police.ask("asides", json!({})).await["rows"], json!([]));
    police.app.bring(made["path"].as_str().unwrap().into());
    police.ask("courier_in", json!({"file": "brought"})).await;
    assert_eq!(police.ask("list", households()).await["total"], 0);

    let aside = police.ask("asides", json!({})).await;
    let row = &rows(&aside, "rows")[0];
    assert_eq!(
        (&row["book"], &row["why"], &row["letsIn"]),
        (
            &json!("Sổ thôn, Thôn 1, 2026"),
            &json!("Xã nhận được sau khi quyền của máy này đã dừng."),
            &json!(true)
        )
    );
    assert!(row["who"].as_str().unwrap().starts_with("Lê Văn Hùng") && row["at"].is_number());
    // The page says who, when, which book and why; nothing of what was written.
    assert!(!aside.to_string().contains("Trần Thị Cẩm"));
    let entry = json!({"entry": row["entry"]});
    // What was written is looked at before it is let in.
    assert_eq!(row["says"], true);
    let said = police.ask("entry_says", entry.clone()).await;
    let said = &rows(&said, "records")[0];
    assert_eq!(said["title"], "Ghi mới: Hộ gia đình Trần Thị Cẩm");
    assert!(
        rows(said, "lines").contains(&json!("Họ và tên chủ hộ: Trần Thị Cẩm")),
        "{said}"
    );
    assert_eq!(fault(&head.app, "let_in", entry.clone()).await, "not_aside");
    let after = police.ask("let_in", entry.clone()).await;
    assert_eq!(after["rows"], json!([]));
    assert_eq!(police.ask("list", households()).await["total"], 1);
    assert_eq!(fault(&police.app, "let_in", entry.clone()).await, "not_aside");
    assert_eq!(fault(&police.app, "choose_rival", entry).await, "no_rival");

    // What the device wrote is undone, as one act that is taken back.
    let undo = |reason: &str| json!({"device": id, "reason": reason});
    assert_eq!(fault(&police.app, "undo_device", undo("  ")).await, "reason");
    let undone = police.ask("undo_device", undo("Máy bị kẻ gian dùng")).await;
    assert_eq!(undone["says"][0], "Đã hoàn tác 1 bản ghi.");
    assert_eq!(police.ask("list", households()).await["total"], 0);
    police.ask("undo", json!({"act": undone["act"]})).await;
    assert_eq!(police.ask("list", households()).await["total"], 1);

    // What came later still is written again, once and for all: its author may not write there any more.
    head.ask("save", household("8", "Vi Thị Lan")).await;
    let out = json!({"place": "downloads", "device": null, "all": true, "photos": false});
    let made = head.ask("courier_out", out).await;
    police.app.bring(made["path"].as_str().unwrap().into());
    police.ask("courier_in", json!({"file": "brought"})).await;
    let aside = police.ask("asides", json!({})).await;
    let row = &rows(&aside, "rows")[0];
    assert_eq!(row["again"], "ordersAndWrites");
    let entry = json!({"entry": row["entry"]});
    assert_eq!(fault(&head.app, "write_again", entry.clone()).await, "not_aside");
    let written = police.ask("write_again", entry.clone()).await;
    assert_eq!(written["says"], "Đã ghi lại thay 1 mục.");
    assert_eq!(police.ask("list", households()).await["total"], 2);
    let aside = police.ask("asides", json!({})).await;
    let row = &rows(&aside, "rows")[0];
    assert_eq!(
        (&row["state"]["word"], &row["again"], &row["letsIn"]),
        (&json!("Đã ghi lại"), &json!(null), &json!(false))
    );
    for command in ["let_in", "write_again"] {
        let again = fault(&police.app, command, entry.clone()).await;
        assert_eq!(again, "written_again", "{command}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_aside_of_people_in_care_is_looked_at_and_the_look_is_written_down() {
    let (station, _dir, chief) = founded().await;
    let police = admitted(&chief, "Lê Văn Hùng", "police", "").await;
    for compartment in ["care", "tips"] {
        open_compartment(&chief, compartment).await;
    }
    let may_write = |cards: &Value| {
        let mut cards = cards.as_array().unwrap().iter();
        cards.any(|card| card["kind"] == "person" && card["writes"] == true)
    };
    police.until("kinds", json!({}), may_write).await;
    station.end().await;
    let person = json!({"input": {"kind": "person", "place": "village:1", "values": {
        "name": "Giàng Seo Vảng", "born": "1990", "sex": "male", "residence": "stable", "occurred": "10/06/2026"},
        "subs": [{"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/03/2026", "regime": "a"}}]}});
    let key = police.ask("save", person).await["key"].clone();
    let out = json!({"place": "downloads", "device": null, "all": true, "photos": false});
    let made = police.ask("courier_out", out).await;
    let id = device_of_head(&chief).await["id"].clone();
    chief.ask("end_device", json!({"device": id})).await;
    chief.app.bring(made["path"].as_str().unwrap().into());
    chief.ask("courier_in", json!({"file": "brought"})).await;

    let aside = chief.ask("asides", json!({})).await;
    let row = &rows(&aside, "rows")[0];
    assert_eq!(row["says"], true, "{aside:#}");
    let log = async || {
        let log = json!({"ask": {"kinds": ["access"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 9}});
        chief.ask("list", log).await
    };
    assert_eq!(log().await["total"], 0);
    let said = chief.ask("entry_says", json!({"entry": row["entry"]})).await;
    let said = &rows(&said, "records")[0];
    assert!(
        rows(said, "lines").contains(&json!("Họ và tên: Giàng Seo Vảng")),
        "{said:#}"
    );
    let log = log().await;
    assert_eq!(log["total"], 1);
    let look = json!({"key": rows(&log, "rows")[0]["key"], "reason": null});
    let look = chief.ask("record", look).await;
    let words = look.to_string();
    assert!(
        words.contains("Xem mục chưa được tính trước khi quyết định")
            && words.contains(key.as_str().unwrap()),
        "{look:#}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recovery_sheet_makes_another_device_the_registrars_and_no_other_paper_does() {
    let (_station, _dir, police, head) = two().await;
    let sheet = police.ask("recovery_sheet", json!({})).await;
    let key: Vec<&str> = rows(&sheet, "groups")
        .iter()
        .map(|group| group.as_str().unwrap())
        .collect();
    let key = key.join("-");
    let made = json!({"compartment": "care", "year": 2026});
    let paper = police.ask("make_reading_key", made).await;
    let other: Vec<&str> = rows(&paper, "groups")
        .iter()
        .map(|group| group.as_str().unwrap())
        .collect();
    let recover = |key: &str| json!({"key": key, "branch": null});
    let before = head.ask("recovery_ask", json!({})).await;
    assert_eq!(
        (&before["registrar"], &before["branches"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(
        fault(&head.app, "recover", recover(&other.join("-"))).await,
        "not_the_sheet"
    );
    assert_eq!(
        fault(&head.app, "recover", recover("STS-KHONG-PHAI")).await,
        "slip"
    );
    let reading = json!({"compartment": "care", "year": 2026, "key": other.join("-")});
    assert_eq!(fault(&head.app, "read_by_paper", reading).await, "not_the_key");
    let page = head.ask("recover", recover(&key)).await;
    assert_eq!(page["registrar"], true);
    police
        .until("people", json!({}), |page| page["registrar"] == false)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_opened_on_a_second_folder_loses_nothing_and_what_both_write_is_kept() {
    let (station, _dir, police, head) = two().await;
    head.ask("save", household("1", "Hoàng Văn Cường")).await;
    head.until("exchange", json!({}), |page| page["allThere"] == true)
        .await;
    head.ask("lock", json!({})).await;
    let (backup, base) = (tempfile::tempdir().unwrap(), head.base.path().to_owned());
    copy(&base, backup.path());
    let unlock =
        |welcome: Value| json!({"folder": welcome["folders"][0]["id"], "passphrase": "cau gio thuyen chum"});
    let door = unlock(head.ask("welcome", json!({})).await);
    head.ask("unlock", door).await;
    head.ask("save", household("2", "Trần Thị Cẩm")).await;
    police
        .until("list", households(), |page| page["total"] == 2)
        .await;
    head.app.quit().await;
    // The machine breaks; its backup is older than what the relay has of it.
    let restored = crate::common::app(backup.path());
    let door = unlock(ask(&restored, "welcome", json!({})).await);
    ask(&restored, "unlock", door).await;
    ask(&restored, "save", household("3", "Lò Thị Mai")).await;
    ask(&restored, "send_now", json!({})).await;
    let page = police
        .until("list", households(), |page| page["total"] == 3)
        .await;
    assert_eq!(page["total"], 3);
    assert_eq!(police.ask("asides", json!({})).await["rows"], json!([]));
    let _running: Station = station;
}
