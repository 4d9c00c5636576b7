//! The courier file as a window asks for it: made where sticks and downloads are, found there, and nowhere else.

use std::fs;
use std::path::Path;

use crate::common::{App, ask, fault};
use serde_json::json;
use sothon_app::{Options, clock};

async fn founded(base: &Path, sticks: &Path) -> App {
    let mut options = Options::new(base.to_owned());
    options.cost = sothon_vault::Cost::LOWEST;
    options.nearby = None;
    options.listen = "127.0.0.1:0".parse().unwrap();
    options.clock = clock::Clock::new(Some(clock::parse("2026-06-10T09:00").unwrap()));
    options.downloads = Some(base.join("downloads"));
    options.sticks = vec![sticks.to_owned(), base.join("not there")];
    fs::create_dir(base.join("downloads")).unwrap();
    let app = App::start(options).unwrap();
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn 1", "Thôn 2"], "person": "Phạm Thị Thu",
        "role": "office", "passphrase": "lua song tre nang", "relay": "",
    }});
    ask(&app, "found", input).await;
    app
}

#[tokio::test]
async fn a_file_goes_onto_the_stick_that_was_chosen_and_none_is_overwritten() {
    let (base, sticks) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(sticks.path().join("KINGSTON")).unwrap();
    let app = founded(base.path(), sticks.path()).await;
    let seen = ask(&app, "courier", json!({})).await;
    let places: Vec<&str> = (seen["places"].as_array().unwrap().iter())
        .filter_map(|place| place["slug"].as_str())
        .collect();
    assert_eq!(places, ["downloads", "stick:KINGSTON"]);
    let everything = json!({"place": "stick:KINGSTON", "device": null, "all": true, "photos": false});
    for name in ["so-thon-xa-2026-06-10.sothon", "so-thon-xa-2026-06-10-2.sothon"] {
        let made = ask(&app, "courier_out", everything.clone()).await;
        assert_eq!(made["name"], name);
        assert!(sticks.path().join("KINGSTON").join(name).is_file());
    }
    let seen = ask(&app, "courier", json!({})).await;
    assert_eq!(seen["files"].as_array().unwrap().len(), 2);
    let file = seen["files"][0]["id"].clone();
    let taken = ask(&app, "courier_in", json!({"file": file})).await;
    assert_eq!(taken["fresh"], false, "it is this device's own");
    fs::remove_dir_all(sticks.path().join("KINGSTON")).unwrap();
    assert_eq!(fault(&app, "courier_out", everything).await, "courier_gone");
    assert_eq!(
        fault(&app, "courier_in", json!({"file": file})).await,
        "courier_gone"
    );
}

#[tokio::test]
async fn only_what_lies_in_a_place_or_was_handed_over_is_read() {
    let (base, sticks) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let app = founded(base.path(), sticks.path()).await;
    let made = ask(
        &app,
        "courier_out",
        json!({"place": "downloads", "device": null, "all": false, "photos": true}),
    )
    .await;
    let made = Path::new(made["path"].as_str().unwrap()).to_owned();
    let outside = base.path().join("outside.sothon");
    fs::rename(&made, &outside).unwrap();
    for file in [
        "downloads/../outside.sothon",
        "downloads//outside.sothon",
        "downloads/outside.sothon",
        "elsewhere/outside.sothon",
        "outside.sothon",
        "brought",
        outside.to_str().unwrap(),
    ] {
        assert_eq!(
            fault(&app, "courier_in", json!({"file": file})).await,
            "courier_gone",
            "{file}"
        );
    }
    app.bring(base.path().join("settings.json"));
    assert_eq!(ask(&app, "welcome", json!({})).await["brought"], json!(null));
    app.bring(outside);
    assert_eq!(ask(&app, "welcome", json!({})).await["brought"], "outside.sothon");
    ask(&app, "courier_in", json!({"file": "brought"})).await;
    assert_eq!(ask(&app, "welcome", json!({})).await["brought"], json!(null));
}
