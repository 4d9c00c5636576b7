//! Starting: founding, locking, unlocking, the practice commune; through the commands, as a window asks.

use crate::common::{app, ask, copy, fault};
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
    assert_eq!(founded["sheetWaits"], true);
    let sheet = ask(&app, "recovery_sheet", json!({})).await;
    let groups = sheet["groups"].as_array().unwrap();
    assert!(
        groups.len() > 8,
        "one types back two short groups, never the whole key: {groups:?}"
    );
    assert!(
        groups.iter().all(|group| group.as_str().unwrap().len() <= 4),
        "{groups:?}"
    );
    assert_eq!(
        ask(&app, "confirm_sheet", json!({"groups": ["X", "Y"]})).await,
        json!(false)
    );
    let typed = json!({"groups": asked_back(&sheet)});
    assert_eq!(ask(&app, "confirm_sheet", typed).await, json!(true));
    let me = ask(&app, "me", json!({})).await;
    assert_eq!(
        (&me["commune"], &me["registrar"], &me["standing"]),
        (&json!("Xã Quang Trung"), &json!(true), &json!("admitted"))
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

/// The groups of a sheet that it asks for, as they stand on the paper.
fn asked_back(sheet: &Value) -> Vec<&Value> {
    let ask = sheet["ask"].as_array().unwrap();
    let group = |n: &Value| &sheet["groups"][usize::try_from(n.as_u64().unwrap()).unwrap()];
    ask.iter().map(group).collect()
}

#[tokio::test]
async fn a_sheet_that_was_not_typed_back_is_there_after_a_lock_and_after_another_start_and_then_no_more() {
    let base = tempfile::tempdir().unwrap();
    let first = app(base.path());
    let founded = ask(&first, "found", found()).await;
    let sheet = ask(&first, "recovery_sheet", json!({})).await;
    let unlock = json!({"folder": founded["folder"], "passphrase": "lua song tre nang"});
    ask(&first, "lock", json!({})).await;
    assert_eq!(fault(&first, "recovery_sheet", json!({})).await, "locked");
    assert_eq!(ask(&first, "unlock", unlock.clone()).await["sheetWaits"], true);
    assert_eq!(ask(&first, "recovery_sheet", json!({})).await, sheet);
    // What a power cut leaves: the files as they are, without an end in order.
    let after = tempfile::tempdir().unwrap();
    copy(base.path(), after.path());
    let app = app(after.path());
    assert_eq!(ask(&app, "unlock", unlock.clone()).await["sheetWaits"], true);
    assert_eq!(ask(&app, "recovery_sheet", json!({})).await, sheet);
    let typed = json!({"groups": asked_back(&sheet)});
    assert_eq!(ask(&app, "confirm_sheet", typed.clone()).await, true);
    assert_eq!(ask(&app, "me", json!({})).await["sheetWaits"], false);
    assert_eq!(
        fault(&app, "recovery_sheet", json!({})).await,
        "sheet_is_on_paper"
    );
    ask(&app, "lock", json!({})).await;
    assert_eq!(ask(&app, "unlock", unlock).await["sheetWaits"], false);
    assert_eq!(
        fault(&app, "recovery_sheet", json!({})).await,
        "sheet_is_on_paper"
    );
    assert_eq!(ask(&app, "confirm_sheet", typed).await, false);
    app.quit().await;
}

#[tokio::test]
async fn unlocking_a_folder_that_is_gone_leaves_nothing_in_its_place() {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    let founded = ask(&app, "found", found()).await;
    ask(&app, "lock", json!({})).await;
    let unlock = json!({"folder": founded["folder"], "passphrase": "lua song tre nang"});
    let (there, aside) = (base.path().join("so-1"), base.path().join("aside"));
    std::fs::rename(&there, &aside).unwrap();
    assert_eq!(fault(&app, "unlock", unlock.clone()).await, "folder_gone");
    assert!(!there.exists());
    // A disk that is not mounted leaves an empty folder, and nothing is put into it.
    std::fs::create_dir(&there).unwrap();
    assert_eq!(fault(&app, "unlock", unlock.clone()).await, "folder_gone");
    assert_eq!(std::fs::read_dir(&there).unwrap().count(), 0);
    std::fs::remove_dir(&there).unwrap();
    std::fs::rename(&aside, &there).unwrap();
    assert_eq!(ask(&app, "unlock", unlock).await["registrar"], true);
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
