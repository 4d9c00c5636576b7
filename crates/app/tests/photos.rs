//! Photographs of records, as who adds, sees and takes them away asks for them.

use std::path::Path;

use data_encoding::BASE64;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use sothon_replica::{Folder, Replica};
use sothon_vault::{NoKeyStore, Passphrase};

use crate::common::people::{Person, Station, admitted, founded, rows};
use crate::common::{App, ask, fault, practice};

const PLACE: &[u8] = b"GPS 21.028511N 105.804817E";

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(picture)
        .unwrap();
    bytes
}

/// A photograph of some 200 KB: pixels of which none says anything of the next.
fn large() -> Vec<u8> {
    let mut state = 1_u32;
    jpeg(&RgbImage::from_fn(400, 400, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [red, green, blue, _] = state.to_be_bytes();
        Rgb([red, green, blue])
    }))
}

/// A photograph as a telephone writes it, with the place in it.
fn photograph() -> Vec<u8> {
    let plain = jpeg(&RgbImage::from_fn(300, 200, |x, y| Rgb([x as u8, y as u8, 90])));
    let length = u16::try_from(PLACE.len() + 8).unwrap().to_be_bytes();
    let (start, rest) = plain.split_at(2);
    [start, &[0xff, 0xe1], &length, b"Exif\0\0", PLACE, rest].concat()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A form as it is typed, kept as a draft.
async fn draft(app: &App, mut input: Value) -> Value {
    input["subs"] = input.get("subs").cloned().unwrap_or(json!([]));
    input["draft"] = ask(app, "keep_draft", json!({ "input": input })).await["id"].clone();
    input
}

fn adding(input: &Value, bytes: &[u8]) -> Value {
    json!({"input": {"draft": input["draft"], "name": "C:\\anh\\Bản ký.jpg", "content": BASE64.encode(bytes)}})
}

/// Adds a photograph to a form.
async fn with_photo(app: &App, input: &mut Value) -> Value {
    with(app, input, &photograph()).await
}

async fn with(app: &App, input: &mut Value, bytes: &[u8]) -> Value {
    let added = ask(app, "add_photo", adding(input, bytes)).await;
    input["added"] = json!([added["photo"]]);
    added
}

async fn saved(app: &App, input: &Value) -> Value {
    ask(app, "save", json!({ "input": input })).await
}

async fn page(app: &App, key: &Value) -> Value {
    ask(app, "record", json!({"key": key, "reason": "Kiểm tra"})).await
}

fn of_record(key: &Value, photo: &Value) -> Value {
    json!({"ask": {"key": key, "draft": null, "photo": photo}})
}

fn pledge(household: &Value) -> Value {
    json!({"kind": "pledge", "place": "village:1", "values": {
        "household": household, "year": "2026", "signed_on": "09/06/2026", "signer": "Hoàng Văn Cường"}})
}

fn in_village(village: &str) -> Value {
    let values =
        json!({"number": "901", "head": "Hoàng Văn Cường", "address": "Ngõ 5", "occurred": "10/06/2026"});
    json!({"kind": "household", "place": village, "values": values, "subs": []})
}

async fn household(app: &App) -> Value {
    saved(app, &in_village("village:1")).await["key"].clone()
}

fn person(name: &str, born: &str) -> Value {
    json!({"kind": "person", "place": "village:1", "values": {"name": name, "born": born, "sex": "male",
        "residence": "stable", "guardian": "Lê Văn Cha", "occurred": "10/06/2026"},
        "subs": [{"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/03/2026", "regime": "a"}}]})
}

#[tokio::test]
async fn a_photo_lies_with_its_draft_is_saved_opened_taken_away_and_taken_back() {
    let (_base, app) = practice().await;
    let mut input = draft(&app, pledge(&household(&app).await)).await;
    let added = with_photo(&app, &mut input).await;
    assert_eq!(
        (&added["name"], &added["taken"]),
        (&json!("Bản ký.jpg"), &json!(false))
    );
    ask(&app, "keep_draft", json!({ "input": input })).await;
    let going_on = json!({"ask": {"kind": "", "key": null, "draft": input["draft"], "values": {}}});
    let form = ask(&app, "form", going_on).await;
    assert_eq!(form["photos"], json!([added]));
    let of_draft = json!({"ask": {"key": null, "draft": input["draft"], "photo": added["photo"]}});
    let seen = ask(&app, "photo", of_draft.clone()).await;
    let kept = BASE64
        .decode(seen["content"].as_str().unwrap().as_bytes())
        .unwrap();
    assert!(contains(&photograph(), PLACE) && !contains(&kept, PLACE) && !contains(&kept, b"Exif"));

    let key = saved(&app, &input).await["key"].clone();
    assert_eq!(
        fault(&app, "photo", of_draft).await,
        "no_photo",
        "it lay with the draft"
    );
    let shown = page(&app, &key).await;
    let photo = shown["photos"][0].clone();
    assert_eq!(
        (&photo["name"], rows(&shown, "photos").len()),
        (&json!("Bản ký.jpg"), 1)
    );
    assert_eq!(ask(&app, "photo", of_record(&key, &photo["photo"])).await, seen);

    let taking = json!({"kind": "pledge", "key": key, "values": {}, "subs": [], "taken": [photo["photo"]]});
    let taken = saved(&app, &taking).await;
    let shown = page(&app, &key).await;
    assert_eq!(shown["photos"][0]["taken"], true);
    fault(&app, "photo", of_record(&key, &photo["photo"])).await;
    let change = &shown["history"][0]["changes"][0];
    assert_eq!(
        (&change["label"], &change["to"], &change["oldTyped"]),
        (&json!("Bỏ ảnh"), &json!("Bản ký.jpg"), &Value::Null)
    );
    assert_eq!(rows(&shown["history"][0], "changes").len(), 1);

    ask(&app, "undo", json!({"act": taken["act"]})).await;
    assert_eq!(ask(&app, "photo", of_record(&key, &photo["photo"])).await, seen);

    // One more, by an edit: the history says so.
    let mut input = draft(&app, json!({"kind": "pledge", "key": key, "values": {}})).await;
    with_photo(&app, &mut input).await;
    saved(&app, &input).await;
    let shown = page(&app, &key).await;
    assert_eq!(rows(&shown, "photos").len(), 2);
    assert_eq!(shown["history"][0]["changes"][0]["label"], "Thêm ảnh");
    let list = json!({"kinds": ["pledge"], "typed": "", "place": "village:1", "filter": null, "sort": "",
        "voided": false, "from": 0, "count": 9});
    let what = json!({"type": "list", "list": list});
    let taking_out =
        json!({"ask": {"what": what, "form": "csv", "place": "downloads", "reason": "Nộp danh sách"}});
    let made = ask(&app, "export_list", taking_out).await;
    let table = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
    assert!(
        table.contains("Số ảnh, giấy tờ") && !table.contains("jpg"),
        "{table}"
    );
}

#[tokio::test]
async fn nobody_under_18_nobody_of_unknown_age_and_no_tip_has_a_photo() {
    let (_base, app) = practice().await;
    let refused = async |input: Value| {
        let input = draft(&app, input).await;
        fault(&app, "add_photo", adding(&input, &photograph())).await
    };
    assert_eq!(refused(person("Lê Văn Con", "2010")).await, "no_photos");
    let child = saved(&app, &person("Lê Văn Con", "2010")).await["key"].clone();
    let paper = |about: &Value| {
        json!({"kind": "document", "place": "village:1", "values": {"person": about, "kind_of": "other", "number": "1",
            "date": "09/06/2026", "authority": "Ủy ban"}})
    };
    assert_eq!(refused(paper(&child)).await, "no_photos");
    assert_eq!(
        refused(paper(&json!(""))).await,
        "no_photos",
        "whose it is has not been said"
    );
    assert_eq!(
        refused(json!({"kind": "tip", "values": {"content": "Có người lạ"}})).await,
        "no_photos"
    );
    let form = ask(&app, "form", json!({"ask": {"kind": "tip", "values": {}}})).await;
    assert_eq!(form["photos"], Value::Null);

    let mut adult = draft(&app, person("Lê Văn Lớn", "1990")).await;
    with_photo(&app, &mut adult).await;
    let adult = saved(&app, &adult).await["key"].clone();
    let mut about = draft(&app, paper(&adult)).await;
    with_photo(&app, &mut about).await;
    // Whoever was chosen afterwards is looked at when it is saved.
    let mut changed = about.clone();
    changed["values"]["person"] = child.clone();
    let told = app.call("save", json!({ "input": changed })).await.unwrap_err();
    assert_eq!(told.problems[0].place.field, "files");
    saved(&app, &about).await;

    // The year was wrong: the photograph has to go with it.
    let photo = page(&app, &adult).await["photos"][0]["photo"].clone();
    let mut younger = json!({"kind": "person", "key": adult, "values": {"born": "2010"}, "subs": []});
    assert_eq!(fault(&app, "save", json!({ "input": younger })).await, "fields");
    younger["taken"] = json!([photo]);
    saved(&app, &younger).await;
    assert_eq!(page(&app, &adult).await["photos"][0]["taken"], true);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_a_sentence_and_a_guarded_one_is_opened_with_its_page() {
    let (base, app) = practice().await;
    let input = draft(&app, person("Lê Văn Lớn", "1990")).await;
    for bytes in [b"%PDF-1.7".as_slice(), b"", b"\xff\xd8\xff\xe0", &[0xff; 1_000]] {
        assert_eq!(fault(&app, "add_photo", adding(&input, bytes)).await, "no_photo");
    }
    let gone = json!({"input": {"draft": "0", "name": "x", "content": ""}});
    assert_eq!(fault(&app, "add_photo", gone).await, "no_draft");
    let mut input = input;
    with_photo(&app, &mut input).await;
    let key = saved(&app, &input).await["key"].clone();
    let photo = page(&app, &key).await["photos"][0]["photo"].clone();
    ask(&app, "photo", of_record(&key, &photo)).await;
    // After a lock nobody has given a reason.
    ask(&app, "lock", json!({})).await;
    ask(&app, "open_practice", json!({})).await;
    let refused = app.call("photo", of_record(&key, &photo)).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.says.vi.as_str()),
        ("look_over", "Quay lại, mở lại trang bản ghi rồi xem ảnh."),
        "there is no field for a reason where a photograph stands"
    );
    page(&app, &key).await;
    let seen = ask(&app, "photo", of_record(&key, &photo)).await;
    let bytes = BASE64
        .decode(seen["content"].as_str().unwrap().as_bytes())
        .unwrap();
    assert!(!lies_in(base.path(), &bytes), "it lies open on the disk");
}

#[tokio::test]
async fn no_photo_stays_with_a_paper_that_comes_to_name_a_child_or_comes_back_to_it() {
    let (_base, app) = practice().await;
    let child = saved(&app, &person("Lê Văn Con", "2010")).await["key"].clone();
    let adult = saved(&app, &person("Lê Văn Lớn", "1990")).await["key"].clone();
    let values = json!({"person": adult, "kind_of": "other", "number": "1", "date": "09/06/2026",
        "authority": "Ủy ban"});
    let mut about = draft(
        &app,
        json!({"kind": "document", "place": "village:1", "values": values}),
    )
    .await;
    with_photo(&app, &mut about).await;
    let key = saved(&app, &about).await["key"].clone();
    let photo = page(&app, &key).await["photos"][0]["photo"].clone();

    let mut renamed = json!({"kind": "document", "key": key, "values": {"person": child}, "subs": []});
    let told = app.call("save", json!({ "input": renamed })).await.unwrap_err();
    assert_eq!(told.problems[0].place.field, "files");
    renamed["taken"] = json!([photo]);
    saved(&app, &renamed).await;
    let back = json!({"key": key, "sub": photo});
    assert_eq!(fault(&app, "restore_record", back.clone()).await, "fields");
    assert_eq!(page(&app, &key).await["photos"][0]["taken"], true);

    // It is the adult's after all.
    let mut again = renamed.clone();
    again["values"]["person"] = adult.clone();
    again["taken"] = json!([]);
    saved(&app, &again).await;
    ask(&app, "restore_record", back).await;
    assert_eq!(page(&app, &key).await["photos"][0]["taken"], false);

    // Nor by setting back what took it away before the paper came to name a child.
    let taking = json!({"kind": "document", "key": key, "values": {}, "subs": [], "taken": [photo]});
    let taken = saved(&app, &taking).await;
    let renamed = json!({"kind": "document", "key": key, "values": {"person": child}, "subs": []});
    saved(&app, &renamed).await;
    assert_eq!(fault(&app, "undo", json!({"act": taken["act"]})).await, "fields");
    assert_eq!(page(&app, &key).await["photos"][0]["taken"], true);
}

#[tokio::test]
async fn a_photo_taken_away_does_not_come_back_as_the_thirteenth() {
    let (_base, app) = practice().await;
    let mut input = draft(&app, in_village("village:1")).await;
    let mut photos = Vec::new();
    for _ in 0..12 {
        photos.push(with_photo(&app, &mut input).await["photo"].clone());
    }
    input["added"] = json!(photos);
    let key = saved(&app, &input).await["key"].clone();
    let first = page(&app, &key).await["photos"][0]["photo"].clone();
    let taking = json!({"kind": "household", "key": key, "values": {}, "subs": [], "taken": [first]});
    saved(&app, &taking).await;
    let mut input = draft(&app, json!({"kind": "household", "key": key, "values": {}})).await;
    with_photo(&app, &mut input).await;
    saved(&app, &input).await;
    let back = json!({"key": key, "sub": first});
    assert_eq!(fault(&app, "restore_record", back).await, "too_many_photos");
}

#[tokio::test]
async fn a_record_that_takes_over_anothers_photo_from_another_village_shows_it() {
    let (_base, app) = practice().await;
    let mut input = draft(&app, in_village("village:2")).await;
    with_photo(&app, &mut input).await;
    let other = saved(&app, &input).await["key"].clone();
    let photo = page(&app, &other).await["photos"][0]["photo"].clone();
    let seen = ask(&app, "photo", of_record(&other, &photo)).await;
    let mut input = draft(&app, in_village("village:1")).await;
    with_photo(&app, &mut input).await;
    let kept = saved(&app, &input).await["key"].clone();

    ask(&app, "merge", json!({"kept": kept, "other": other})).await;
    // Both are called alike, and are two.
    let photos = page(&app, &kept).await["photos"].clone();
    assert_eq!(photos.as_array().unwrap().len(), 2, "{photos:#}");
    for photo in photos.as_array().unwrap() {
        assert_eq!(ask(&app, "photo", of_record(&kept, &photo["photo"])).await, seen);
    }
}

#[tokio::test]
async fn photos_of_a_draft_that_is_gone_are_gone() {
    let (base, app) = practice().await;
    let mut input = draft(&app, pledge(&household(&app).await)).await;
    let photo = with_photo(&app, &mut input).await["photo"].clone();
    ask(&app, "keep_draft", json!({ "input": input })).await;
    let thrown = draft(&app, in_village("village:1")).await;
    ask(&app, "add_photo", adding(&thrown, &photograph())).await;
    ask(&app, "discard_draft", json!({"id": thrown["draft"]})).await;
    assert_eq!(
        fault(&app, "add_photo", adding(&thrown, &photograph())).await,
        "no_draft"
    );
    app.quit().await;

    // One was left where the program died in between.
    let mut device = practice_device(base.path());
    let left = "photo/0b9f1b53-6cf5-4d3c-a8a2-0d9a4a0f1c11/1".to_owned();
    assert_eq!(
        kept_photos(&device).len(),
        1,
        "one draft was thrown away with its photo"
    );
    device.keep(&left, b"x\0x").unwrap();
    drop(device);
    let app = crate::common::app(base.path());
    ask(&app, "open_practice", json!({})).await;
    let of_draft = json!({"ask": {"key": null, "draft": input["draft"], "photo": photo}});
    assert!(ask(&app, "photo", of_draft).await["content"].is_string());
    app.quit().await;
    let kept = kept_photos(&practice_device(base.path()));
    assert!(kept.len() == 1 && !kept.contains(&left), "{kept:?}");
}

#[tokio::test]
async fn a_save_that_fails_publishes_no_photo() {
    let (base, app) = practice().await;
    let mut input = draft(&app, in_village("village:1")).await;
    with_photo(&app, &mut input).await;
    let mut refused = input.clone();
    refused["behalf"] = json!("delegation/0b9f1b536cf54d3ca8a20d9a4a0f1c11");
    for _ in 0..2 {
        app.call("save", json!({ "input": refused })).await.unwrap_err();
    }
    let key = saved(&app, &input).await["key"].clone();
    assert_eq!(rows(&page(&app, &key).await, "photos").len(), 1);
    app.quit().await;
    let mut device = practice_device(base.path());
    device.publish(1_781_100_000, 2026).unwrap();
    let store = device.station().store();
    let logs = store.index().all();
    let of_files = logs.filter(|log| store.begins_with_file(&log.key()).unwrap());
    assert_eq!(of_files.map(|log| log.entries()).sum::<u64>(), 1);
}

type Device = Replica<rand_core::UnwrapErr<getrandom::SysRng>>;

/// The practice device itself, beside the app.
fn practice_device(base: &Path) -> Device {
    let passphrase = Passphrase::new("so lieu mau").unwrap();
    let rng = rand_core::UnwrapErr(getrandom::SysRng);
    Device::open(Folder::new(base.join("practice")), &passphrase, &NoKeyStore, rng).unwrap()
}

fn kept_photos(device: &Device) -> Vec<String> {
    let kept = device.kept("photo/").unwrap().into_iter();
    kept.map(|(name, _)| name).collect()
}

/// Whether the middle of these bytes is in any file of a folder.
fn lies_in(folder: &Path, bytes: &[u8]) -> bool {
    let middle = bytes.get(bytes.len() / 2..bytes.len() / 2 + 40).unwrap();
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        match entry.file_type().unwrap().is_dir() {
            true => lies_in(&path, bytes),
            false => contains(&std::fs::read(path).unwrap_or_default(), middle),
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_adds_a_photo_offline_the_police_see_it_and_another_village_only_once_it_moves_there() {
    let (station, _dir, police) = founded().await;
    let head = admitted(&police, "Lê Văn Hùng", "village-head", "village:1").await;
    let other = admitted(&police, "Mai Văn Lộc", "village-head", "village:2").await;
    let home = household(&head.app).await;
    let stopped = station.end().await;
    let mut input = draft(&head.app, pledge(&home)).await;
    with_photo(&head.app, &mut input).await;
    let key = saved(&head.app, &input).await["key"].clone();
    let photo = page(&head.app, &key).await["photos"][0]["photo"].clone();
    let seen = head.ask("photo", of_record(&key, &photo)).await;
    let bytes = BASE64
        .decode(seen["content"].as_str().unwrap().as_bytes())
        .unwrap();
    let _station = Station::again(stopped);
    for person in [&head, &police, &other] {
        person.ask("send_now", json!({})).await;
    }
    has_record(&police, &key).await;
    let there = police
        .until("photo", of_record(&key, &photo), |seen| {
            seen["content"] != Value::Null
        })
        .await;
    assert_eq!(there, seen);
    assert_eq!(
        fault(&other.app, "photo", of_record(&key, &photo)).await,
        "no_record"
    );

    let moves = json!({"key": home, "to": "village:2", "on": "10/06/2026"});
    police.ask("move_record", moves).await;
    has_record(&other, &key).await;
    let there = other
        .until("photo", of_record(&key, &photo), |seen| {
            seen["content"] != Value::Null
        })
        .await;
    assert_eq!(there, seen);
    for person in [&head, &police, &other] {
        assert!(!lies_in(person.base.path(), &bytes), "it lies open on a disk");
    }
    for person in [head, police, other] {
        person.app.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_that_comes_after_its_record_moved_follows_it_and_until_it_has_come_nobody_says_so() {
    let (station, _dir, police) = founded().await;
    let head = admitted(&police, "Lê Văn Hùng", "village-head", "village:1").await;
    let other = admitted(&police, "Mai Văn Lộc", "village-head", "village:2").await;
    // The relay has room for what is written, and not for a photo.
    let stopped = station.end().await;
    Station::room(&stopped, 150 << 10);
    let station = Station::again(stopped);
    let mut input = draft(&head.app, in_village("village:1")).await;
    with(&head.app, &mut input, &large()).await;
    let key = saved(&head.app, &input).await["key"].clone();
    let photo = page(&head.app, &key).await["photos"][0]["photo"].clone();
    let seen = head.ask("photo", of_record(&key, &photo)).await;
    for person in [&head, &police, &other] {
        person.ask("send_now", json!({})).await;
    }
    has(&police, "household", &key).await;
    let not_here = police.ask("photo", of_record(&key, &photo)).await;
    assert_eq!(not_here["content"], Value::Null);
    // The record is at the commune; the photo is on this device alone.
    let home = head
        .until("today", json!({}), |home| {
            home["line"]["says"]
                .as_str()
                .is_some_and(|says| says.starts_with("1 ảnh chờ gửi."))
        })
        .await;
    assert_eq!(home["line"]["allThere"], false);
    let exchange = head.ask("exchange", json!({})).await;
    assert_eq!(exchange["allThere"], false, "{exchange:#}");

    let moves = json!({"key": key, "to": "village:2", "on": "10/06/2026"});
    police.ask("move_record", moves).await;
    has(&other, "household", &key).await;
    let not_here = other.ask("photo", of_record(&key, &photo)).await;
    assert_eq!(not_here["content"], Value::Null);

    let stopped = station.end().await;
    Station::room(&stopped, 64 << 20);
    let _station = Station::again(stopped);
    for person in [&head, &police, &other] {
        person.ask("send_now", json!({})).await;
    }
    let there = other
        .until("photo", of_record(&key, &photo), |seen| {
            seen["content"] != Value::Null
        })
        .await;
    assert_eq!(there, seen);
    head.until("today", json!({}), |home| home["line"]["allThere"] == true)
        .await;
    // What followed is part of the move: no late entry, and undone with it.
    assert_eq!(police.ask("late_entries", json!({})).await, json!([]));
    let act = page(&police.app, &key).await["history"][0]["act"].clone();
    police.ask("undo", json!({ "act": act })).await;
    let photos = page(&police.app, &key).await["photos"].clone();
    assert_eq!(
        police.ask("photo", of_record(&key, &photos[0]["photo"])).await,
        seen
    );
    for person in [head, police, other] {
        person.app.quit().await;
    }
}

async fn has_record(person: &Person, key: &Value) {
    has(person, "pledge", key).await;
}

/// Waits until a record is in a person's list.
async fn has(person: &Person, kind: &str, key: &Value) {
    let list = json!({"ask": {"kinds": [kind], "typed": "", "place": null, "filter": null, "sort": "",
        "voided": false, "from": 0, "count": 9}});
    person
        .until("list", list, |page| {
            rows(page, "rows").iter().any(|row| row["key"] == *key)
        })
        .await;
}

/// The photos that a file would take along, and what was said of one that was made without them or with them.
async fn goes(app: &App, all: bool, photos: bool) -> (Value, u64, String) {
    let count = ask(app, "courier_photos", json!({"device": null, "all": all})).await;
    let out = json!({"place": "downloads", "device": null, "all": all, "photos": photos});
    let made = ask(app, "courier_out", out).await;
    let bytes = std::fs::metadata(made["path"].as_str().unwrap()).unwrap().len();
    (count, bytes, made["says"].to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_courier_file_takes_photos_along_or_leaves_them_and_it_is_said_before_how_many_and_how_large_they_are()
 {
    let (station, _dir, police) = founded().await;
    let head = admitted(&police, "Lê Văn Hùng", "village-head", "village:1").await;
    let _stopped = station.end().await;
    let mut input = draft(&head.app, pledge(&household(&head.app).await)).await;
    with(&head.app, &mut input, &large()).await;
    saved(&head.app, &input).await;
    // Saved and not published yet: it goes all the same.
    let (count, without, says) = goes(&head.app, false, false).await;
    assert_eq!(count["count"], 1, "{count}");
    assert!(says.contains("1 ảnh không đi theo tệp này"), "{says}");
    for all in [false, true] {
        let (again, with, says) = goes(&head.app, all, true).await;
        assert_eq!(again, count);
        assert!(!says.contains("không đi theo"), "{says}");
        assert!(with > without + 100_000, "{with}, {without}");
    }
    let (_, without, _) = goes(&head.app, true, false).await;
    let (_, with, _) = goes(&head.app, true, true).await;
    let tenths = ((with - without) * 10 + (1 << 19)) >> 20;
    assert_eq!(count["size"], format!("0,{tenths} MB"));
}
