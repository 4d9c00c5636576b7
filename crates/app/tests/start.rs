//! Starting: founding, locking, unlocking, the practice commune; through the commands, as a window asks.

mod common;

use common::{app, ask};
use serde_json::{Value, json};

fn found() -> Value {
    json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn 1", "Thôn 2", "Thôn 3"], "person": "Phạm Thị Thu",
        "role": "office", "passphrase": "lua song tre nang", "relay": "",
    }})
}

#[tokio::test]
async fn a_commune_is_founded_locked_and_unlocked_and_a_wrong_passphrase_costs_nothing() {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    assert_eq!(ask(&app, "welcome", json!({})).await["folders"], json!([]));
    let founded = ask(&app, "found", found()).await;
    let sheet = &founded["sheet"];
    let groups = sheet["groups"].as_array().unwrap();
    assert!(
        groups.len() > 8,
        "one types back two short groups, never the whole key: {groups:?}"
    );
    assert!(
        groups.iter().all(|group| group.as_str().unwrap().len() <= 4),
        "{groups:?}"
    );
    let back: Vec<&Value> = sheet["ask"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &sheet["groups"][n.as_u64().unwrap() as usize])
        .collect();
    assert_eq!(
        ask(&app, "confirm_sheet", json!({"groups": ["X", "Y"]})).await,
        json!(false)
    );
    assert_eq!(
        ask(&app, "confirm_sheet", json!({"groups": back})).await,
        json!(true)
    );
    let me = ask(&app, "me", json!({})).await;
    assert_eq!(
        (&me["commune"], &me["registrar"], &me["admitted"]),
        (&json!("Xã Quang Trung"), &json!(true), &json!(true))
    );
    assert_eq!(me["villages"][2]["name"], json!("Thôn 3"));
    ask(&app, "lock", json!({})).await;
    assert_eq!(app.call("me", json!({})).await.unwrap_err().code, "locked");
    let folder = founded["folder"].clone();
    let wrong = app
        .call("unlock", json!({"folder": folder, "passphrase": "sai mat khau"}))
        .await;
    assert_eq!(wrong.unwrap_err().code, "wrong_passphrase");
    let me = ask(
        &app,
        "unlock",
        json!({"folder": folder, "passphrase": "lua song tre nang"}),
    )
    .await;
    assert_eq!(me["commune"], json!("Xã Quang Trung"));
    app.quit().await;
}

#[tokio::test]
async fn the_practice_commune_is_made_has_every_place_and_is_thrown_away() {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    let me = ask(&app, "open_practice", json!({})).await;
    assert_eq!(me["practice"], json!(true));
    let places: Vec<&str> = me["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_str().unwrap())
        .collect();
    assert!(
        ["care", "tips", "commune", "tasks"]
            .iter()
            .all(|place| places.contains(place)),
        "{places:?}"
    );
    let welcome = ask(&app, "discard_practice", json!({})).await;
    assert_eq!(welcome["folders"], json!([]));
    assert!(!base.path().join("practice").exists());
}

#[tokio::test]
async fn a_second_program_on_the_same_folder_is_told_so() {
    let base = tempfile::tempdir().unwrap();
    let first = app(base.path());
    let founded = ask(&first, "found", found()).await;
    let second = app(base.path());
    let unlock = json!({"folder": founded["folder"], "passphrase": "lua song tre nang"});
    assert_eq!(
        second.call("unlock", unlock).await.unwrap_err().code,
        "folder_in_use"
    );
}
