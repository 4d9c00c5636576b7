//! Notices of the system: what is due is told once a day, open or locked, and nothing but how much it is.

use std::path::Path;
use std::time::Duration;

use crate::common::{App, app, app_at, ask, notices};
use serde_json::{Value, json};

const PASSPHRASE: &str = "lua song tre nang";

/// A commune with something due.
async fn founded(base: &Path) -> Value {
    let app = app(base);
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn 1", "Thôn 2"], "person": "Phạm Thị Thu",
        "role": "office", "passphrase": PASSPHRASE, "relay": "",
    }});
    let folder = ask(&app, "found", input).await["folder"].clone();
    app.quit().await;
    folder
}

async fn unlock(app: &App, folder: &Value) {
    ask(app, "unlock", json!({"folder": folder, "passphrase": PASSPHRASE})).await;
}

#[tokio::test]
async fn what_is_due_is_told_at_the_first_unlocking_of_a_day_by_its_count_alone() {
    let base = tempfile::tempdir().unwrap();
    let folder = founded(base.path()).await;
    for day in ["2026-06-11T08:00", "2026-06-12T08:00"] {
        let app = app_at(base.path(), day);
        let mut told = notices(&app);
        unlock(&app, &folder).await;
        let due = ask(&app, "today", json!({})).await["dueTotal"].clone();
        assert_ne!(due, json!(0), "the plan's tasks are due");
        let says = told.try_recv().unwrap();
        assert_eq!(
            says,
            format!("Có {due} việc đến hạn hoặc sắp đến hạn. Xem ở trang Hôm nay.")
        );
        ask(&app, "lock", json!({})).await;
        unlock(&app, &folder).await;
        assert!(told.try_recv().is_err(), "once a day");
        app.quit().await;
        drop(app);
        // Another start of the program on the same day knows that it was told.
        let app = app_at(base.path(), &day.replace("08:00", "23:00"));
        let mut told = notices(&app);
        unlock(&app, &folder).await;
        assert!(told.try_recv().is_err(), "once a day, also after another start");
        app.quit().await;
    }
}

#[tokio::test]
async fn a_device_that_was_locked_tells_in_the_morning_what_it_knew_to_be_due() {
    let base = tempfile::tempdir().unwrap();
    let folder = founded(base.path()).await;
    let app = app_at(base.path(), "2026-06-12T05:59:55");
    let mut told = notices(&app);
    unlock(&app, &folder).await;
    ask(&app, "lock", json!({})).await;
    assert!(told.try_recv().is_ok(), "at five it is still the day before");
    let says = tokio::time::timeout(Duration::from_secs(60), told.recv()).await;
    assert!(says.unwrap().unwrap().contains("việc đến hạn"));
    app.quit().await;
}

#[tokio::test]
async fn the_practice_commune_tells_the_system_nothing() {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    let mut told = notices(&app);
    ask(&app, "open_practice", json!({})).await;
    assert_ne!(ask(&app, "today", json!({})).await["dueTotal"], json!(0));
    ask(&app, "lock", json!({})).await;
    ask(&app, "open_practice", json!({})).await;
    assert!(told.try_recv().is_err());
}
