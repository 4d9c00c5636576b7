//! The registrar's machine: keys on paper, compartments, invitations that end; the helper's file, the program itself.

use crate::common::{App, TempDir, app, app_at, ask, fault};
use serde_json::{Value, json};

async fn founded(role: &str) -> (TempDir, App) {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn 1", "Thôn 2"], "person": "Phạm Minh Đức",
        "role": role, "passphrase": "lua song tre nang", "relay": "",
    }});
    ask(&app, "found", input).await;
    (base, app)
}

fn rows<'a>(of: &'a Value, name: &str) -> &'a Vec<Value> {
    of[name].as_array().unwrap()
}

fn unopened<'a>(page: &'a Value, compartment: &str) -> Option<&'a Value> {
    rows(page, "unopened")
        .iter()
        .find(|unopened| unopened["compartment"] == compartment)
}

#[tokio::test]
async fn care_is_opened_once_its_reading_key_is_on_paper() {
    let (_base, app) = founded("police-chief").await;
    let page = ask(&app, "people", json!({})).await;
    assert!(unopened(&page, "general").is_none() && unopened(&page, "commune").is_none());
    assert_ne!(unopened(&page, "care").unwrap()["lacks"], "");
    let open = json!({"compartment": "care", "year": 2026});
    assert_eq!(
        fault(&app, "open_compartment", open.clone()).await,
        "no_second_reader"
    );
    let sheet = ask(&app, "make_reading_key", open.clone()).await;
    assert_eq!(sheet["title"], "Ngăn quản lý, giúp đỡ, 2026");
    let back: Vec<&Value> = rows(&sheet, "ask")
        .iter()
        .map(|n| &sheet["groups"][n.as_u64().unwrap() as usize])
        .collect();
    assert_eq!(ask(&app, "confirm_sheet", json!({"groups": back})).await, true);
    let page = ask(&app, "enter_reading_key", json!({"slip": sheet["slip"]})).await;
    assert_eq!(unopened(&page, "care").unwrap()["lacks"], "");
    let page = ask(&app, "open_compartment", open.clone()).await;
    assert!(unopened(&page, "care").is_none());
    assert!(unopened(&page, "tips").is_some());
    let me = ask(&app, "me", json!({})).await;
    assert!(rows(&me, "places").contains(&json!("care")));
    assert_eq!(fault(&app, "open_compartment", open).await, "already_open");
    assert_eq!(
        fault(
            &app,
            "make_reading_key",
            json!({"compartment": "general", "year": 2026})
        )
        .await,
        "not_head"
    );
}

#[tokio::test]
async fn an_invitation_is_shown_again_withdrawn_and_then_shown_no_more() {
    let (_base, app) = founded("office").await;
    let invite = |person: &str, role: &str, place: &str| json!({"input": {"person": person, "role": role, "place": place, "days": 7, "what": "Điện thoại"}});
    for (person, role, place, field) in [
        ("  ", "village-head", "village:1", "person"),
        ("Lê Văn Hùng", "mayor", "village:1", "role"),
        ("Lê Văn Hùng", "village-head", "", "place"),
    ] {
        let fault = app.call("invite", invite(person, role, place)).await.unwrap_err();
        assert_eq!(fault.problems[0].place.field, field);
    }
    let made = ask(&app, "invite", invite("Lê Văn Hùng", "village-head", "village:1")).await;
    assert_eq!(
        (&made["role"], &made["commune"]),
        (&json!("Trưởng thôn, Thôn 1"), &json!("Xã Quang Trung"))
    );
    let id = json!({"id": made["id"]});
    assert_eq!(ask(&app, "show_invite", id.clone()).await, made);
    let page = ask(&app, "withdraw_invite", id.clone()).await;
    assert_eq!(
        (&page["invites"][0]["open"], &page["invites"][0]["state"]["word"]),
        (&json!(false), &json!("Đã rút lại"))
    );
    assert_eq!(fault(&app, "show_invite", id).await, "invitation_withdrawn");
    assert_eq!(
        fault(&app, "take_request", json!({"text": "STQ-ABC"})).await,
        "slip"
    );
    // Of the commune's people the role is said alone; the unit whose book they write goes without saying.
    let made = ask(&app, "invite", invite("Trịnh Thị Hạnh", "health", "")).await;
    assert_eq!(made["role"], "Trạm Y tế");
}

#[tokio::test]
async fn relays_are_read_as_a_relay_prints_them_and_shown_so() {
    let (_base, app) = founded("office").await;
    let line = format!("{}@127.0.0.1:4433,tram.example:4433", "ab".repeat(32));
    let page = ask(&app, "set_relays", json!({"relays": [format!(" {line} "), ""]})).await;
    assert_eq!(page["relays"], json!([line]));
    assert_eq!(
        fault(&app, "set_relays", json!({"relays": ["tram.example"]})).await,
        "fields"
    );
    let page = ask(&app, "set_relays", json!({"relays": []})).await;
    assert_eq!(page["relays"], json!([]));
    let exchange = ask(&app, "exchange", json!({})).await;
    assert_eq!(
        (&exchange["allThere"], &exchange["says"]),
        (&json!(true), &json!("Mọi bản ghi đã tới xã."))
    );
}

#[tokio::test]
async fn the_helpers_file_has_codes_and_counts_and_no_name_and_no_key() {
    let (base, app) = founded("office").await;
    assert_eq!(fault(&app, "show_invite", json!({"id": "x"})).await, "internal");
    let file = ask(&app, "helper_file", json!({})).await;
    let text = file["text"].as_str().unwrap();
    assert!(
        text.contains("show_invite: internal") && text.contains("role: office"),
        "{text}"
    );
    let page = ask(&app, "people", json!({})).await;
    let device = page["people"][0]["devices"][0]["id"].as_str().unwrap();
    for secret in ["Phạm", "Quang Trung", "Thôn", device, &device[..8]] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let path = ask(&app, "save_helper_file", json!({})).await;
    assert!(std::path::Path::new(path.as_str().unwrap()).starts_with(base.path()));
    ask(&app, "lock", json!({})).await;
    let file = ask(&app, "helper_file", json!({})).await;
    assert!(file["text"].as_str().unwrap().contains("book: locked"));
    let about = ask(&app, "about", json!({})).await;
    assert!(
        rows(&about, "parts")
            .iter()
            .any(|part| part[0] == "automerge" && part[2] == "MIT")
    );
}

#[tokio::test]
async fn from_december_on_the_registrar_is_reminded_of_next_years_books_and_opens_them() {
    let base = tempfile::tempdir().unwrap();
    let first = app(base.path());
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn Đông"], "person": "Phạm Thị Thu",
        "role": "office", "passphrase": "lua song tre nang", "relay": "",
    }});
    let folder = ask(&first, "found", input).await["folder"].clone();
    first.quit().await;
    drop(first);
    let unlock = json!({"folder": folder, "passphrase": "lua song tre nang"});
    let books = |due: &Value| {
        let mut rows = due.as_array().unwrap().iter();
        rows.find(|row| row["to"] == "people").cloned()
    };
    let app = app_at(base.path(), "2026-11-30T09:00");
    ask(&app, "unlock", unlock.clone()).await;
    assert_eq!(books(&ask(&app, "all_due", json!({})).await), None);
    app.quit().await;
    drop(app);
    let app = app_at(base.path(), "2026-12-01T09:00");
    ask(&app, "unlock", unlock).await;
    let row = books(&ask(&app, "all_due", json!({})).await).unwrap();
    assert_eq!(
        (&row["who"], &row["when"]["word"]),
        (&json!("Sổ năm 2027"), &json!("Còn 30 ngày, 31/12/2026"))
    );
    let page = ask(&app, "people", json!({})).await;
    assert_eq!(page["years"], json!([2026, 2027]));
    for compartment in ["general", "commune"] {
        ask(
            &app,
            "open_compartment",
            json!({"compartment": compartment, "year": 2027}),
        )
        .await;
    }
    assert_eq!(books(&ask(&app, "all_due", json!({})).await), None);
    let year = json!({"compartment": "general", "year": 2030});
    assert_eq!(fault(&app, "open_compartment", year).await, "internal");
}

#[tokio::test]
async fn a_role_names_its_village_as_the_commune_does_and_units_have_no_households() {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn Đông", "Thôn Đoài"], "person": "Phạm Thị Thu",
        "role": "office", "passphrase": "lua song tre nang", "relay": "",
    }});
    ask(&app, "found", input).await;
    let head = json!({"input": {"person": "Lê Văn Hùng", "role": "village-head", "place": "village:2", "days": 7, "what": "Máy"}});
    let made = ask(&app, "invite", head).await;
    assert_eq!(made["role"], "Trưởng thôn, Thôn Đoài");
    let table = ask(&app, "overview", json!({"ask": {"span": "", "day": ""}})).await;
    let units = rows(&table, "rows")
        .iter()
        .find(|row| row["place"] == Value::Null);
    for (cell, column) in rows(units.unwrap(), "cells").iter().zip(rows(&table, "columns")) {
        let applies = ["I23.activities", "I39.share"].contains(&column["id"].as_str().unwrap());
        assert_eq!(cell["shown"] == "không áp dụng", !applies, "{column} {cell}");
    }
}
