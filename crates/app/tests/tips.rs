//! A village head tells the police: a tip is sealed, goes in a slot like those of a device that has nothing to tell, and is
//! answered. Real sockets on loopback.

use std::path::{Path, PathBuf};

use crate::common::people::{Person, Station as Relay, admitted, founded, open_compartment, rows};
use crate::common::{TempDir, ask, fault};
use serde_json::{Value, json};
use sothon_ledger::{BookKind, Kind};
use sothon_replica::{Folder, Station};

const WORDS: &str = "Nhà bỏ hoang cuối ngõ Sậy đêm nào cũng có xe lạ";
const TELLER: &str = "Vũ Thị Nguyệt Ánh";

/// Police and a village head, with a relay between them.
async fn two() -> (Relay, TempDir, Person, Person) {
    let (relay, dir, police) = founded().await;
    let head = admitted(&police, "Lê Văn Hùng", "village-head", "village:1").await;
    (relay, dir, police, head)
}

async fn until_it_may_tell(head: &Person) {
    head.until("own_tips", json!({}), |page| page["closed"] == Value::Null)
        .await;
}

fn tip(content: &str) -> Value {
    json!({"input": {
        "kind": "tip", "subs": [],
        "values": {"channel": "village-head", "received_at": "10/06/2026 08:30", "content": content, "place": "Thôn 1"},
        "teller": {"name": TELLER, "contact": "", "secret": true},
    }})
}

async fn relock(person: &Person) {
    person.ask("lock", json!({})).await;
    let welcome = person.ask("welcome", json!({})).await;
    let unlock = json!({"folder": welcome["folders"][0]["id"], "passphrase": "cau gio thuyen chum"});
    person.ask("unlock", unlock).await;
}

/// The drops of a device in its own log of tips: of each its place and what anybody can see of it.
async fn drops(person: Person) -> Vec<(u64, bool, usize)> {
    person.app.quit().await;
    let device = Station::open(Folder::new(folder_in(person.base.path()))).unwrap();
    let rights = device.register().unwrap().rights();
    let (book, _) = rights
        .books()
        .find(|(_, info)| info.open.kind == BookKind::Tips)
        .unwrap();
    let store = device.store();
    let logs = store.index().logs(book);
    let own = logs.filter(|log| log.key().device == device.device());
    let mut at: Vec<_> = own
        .flat_map(|log| log.tips().map(|(_, id)| id).collect::<Vec<_>>())
        .collect();
    let mut drops = Vec::new();
    while let Some(id) = at.pop() {
        let entry = store.entry(&id).unwrap().unwrap();
        let header = entry.envelope.header();
        at.extend(header.backlink);
        if header.kind == Kind::Drop {
            let payload = entry.payload.held().map_or(0, |payload| payload.len());
            drops.push((header.seq, header.backlink.is_some(), payload));
        }
    }
    drops
}

pub fn folder_in(base: &Path) -> PathBuf {
    let mut folders = std::fs::read_dir(base)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders.find(|path| path.join("store.db").exists()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tells_and_who_has_nothing_to_tell_drop_alike_when_they_lock_and_unlock() {
    let (_station, _dir, police, tells) = two().await;
    let silent = admitted(&police, "Trần Thị Mai", "village-head", "village:2").await;
    open_compartment(&police, "tips").await;
    for head in [&tells, &silent] {
        until_it_may_tell(head).await;
    }
    tells.ask("seal_tip", tip(WORDS)).await;
    for head in [&tells, &silent] {
        relock(head).await;
    }
    let (told, nothing) = (drops(tells).await, drops(silent).await);
    assert_eq!(told.len(), 2, "one at locking, one at the day's first unlocking");
    assert_eq!(told, nothing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tip_is_sealed_opened_by_the_police_alone_and_answered_and_its_words_are_nowhere_else() {
    let (_station, dir, police, head) = two().await;
    open_compartment(&police, "tips").await;
    until_it_may_tell(&head).await;

    let nothing = head.app.call("check_tip", tip("")).await.unwrap_err();
    assert_eq!(nothing.problems[0].place.field, "content");
    let mut anonymous = tip(WORDS);
    anonymous["input"]["values"]["anonymous"] = json!("yes");
    let both = head.app.call("check_tip", anonymous).await.unwrap_err();
    assert_eq!(both.problems[0].place.field, "anonymous");
    let check = head.ask("check_tip", tip(WORDS)).await;
    let fields: Vec<&str> = rows(&check, "lines")
        .iter()
        .map(|line| line["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "channel",
            "received_at",
            "content",
            "place",
            "teller-name",
            "teller-secret"
        ]
    );
    let draft = head.ask("keep_draft", tip(WORDS)).await;
    let mut input = tip(WORDS);
    input["input"]["draft"] = draft["id"].clone();
    head.ask("seal_tip", input).await;
    assert_eq!(head.ask("drafts", json!({})).await, json!([]));
    let own = head.ask("own_tips", json!({})).await;
    assert_eq!(
        (&own["tips"][0]["waits"], &own["tips"][0]["state"]["word"]),
        (&json!(true), &json!("Đã niêm phong, chờ tới lượt đi"))
    );
    relock(&head).await;

    let inbox = police
        .until("tips", json!({}), |inbox| rows(inbox, "rows").len() == 1)
        .await;
    let key = inbox["rows"][0]["key"].clone();
    let page = police
        .ask("record", json!({"key": key, "reason": "Xác minh tin"}))
        .await;
    assert!(page["facts"].to_string().contains(WORDS), "{page:#}");
    assert!(!page.to_string().contains(TELLER), "{page:#}");
    assert!(!page["history"].to_string().contains("Hùng"), "{page:#}");
    assert_eq!(page["history"][0]["who"], "Người báo tin");
    let answer = |state: &str| json!({"key": key, "reason": "Báo lại người tố giác", "state": state, "text": "Đã cử người tới."});
    let unsaid = police.app.call("answer_tip", answer("")).await.unwrap_err();
    assert_eq!(unsaid.problems[0].place.field, "state");
    let answers = police.ask("answer_tip", answer("checking")).await;
    assert!(answers["says"].as_str().unwrap().starts_with("Đã trả lời 1 lần"));
    let unreasoned = json!({"key": key, "reason": " ", "state": "checking", "text": "Đã cử người tới."});
    assert_eq!(
        fault(&police.app, "answer_tip", unreasoned).await,
        "reason_needed"
    );
    // What was seen and what was answered is in the access log; how far the answer has come is no look.
    police
        .until("tip_answers", json!({"key": key}), |answers| {
            answers["says"].as_str().unwrap().contains("đã tới trạm chuyển")
        })
        .await;
    let log = json!({"ask": {"kinds": ["access"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 9}});
    let log = police.ask("list", log).await;
    let mut deeds: Vec<&str> = rows(&log, "rows")
        .iter()
        .map(|row| row["title"].as_str().unwrap())
        .collect();
    deeds.sort_unstable();
    assert_eq!(
        deeds,
        ["Mở trang người trong diện hoặc tin báo", "Trả lời người báo tin"]
    );

    let own = head
        .until("own_tips", json!({}), |own| {
            !rows(&own["tips"][0], "answers").is_empty()
        })
        .await;
    assert_eq!(
        own["tips"][0]["answers"],
        json!([{"state": "Đang xác minh", "text": "Đã cử người tới."}])
    );
    for folder in [head.base.path(), dir.path()] {
        for words in [WORDS, TELLER] {
            assert_eq!(found_in(folder, words), Vec::<PathBuf>::new(), "{words}");
        }
    }
    assert_eq!(
        fault(&head.app, "record", json!({"key": key, "reason": "Xem lại"})).await,
        "no_record"
    );
}

/// The files below a folder that hold a text, in either of the encodings that a program may write.
fn found_in(folder: &Path, words: &str) -> Vec<PathBuf> {
    let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(found_in(&path, words));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        if holds(words.as_bytes()) || holds(&wide) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_tell_sees_the_page_and_it_says_how_the_police_are_called() {
    let (_station, _dir, police, head) = two().await;
    let tells = |home: &Value| rows(home, "tiles").iter().any(|tile| tile["tells"] == true);
    assert!(!tells(&head.ask("today", json!({})).await), "no book of tips yet");
    assert_ne!(head.ask("own_tips", json!({})).await["closed"], Value::Null);
    open_compartment(&police, "tips").await;
    until_it_may_tell(&head).await;
    let home = head.ask("today", json!({})).await;
    assert_eq!(rows(&home, "tiles")[3]["label"], "Báo tin");
    let form = head
        .ask(
            "form",
            json!({"ask": {"kind": "tip", "key": null, "draft": null, "values": {}, "reason": null}}),
        )
        .await;
    assert_eq!(
        (&form["drops"], &form["values"]["channel"]),
        (&json!(true), &json!("village-head"))
    );
    assert!(!tells(&police.ask("today", json!({})).await));
    assert_eq!(fault(&police.app, "seal_tip", tip(WORDS)).await, "may_not_tell");

    let own = head.ask("own_tips", json!({})).await;
    assert!(
        own["call"]
            .as_str()
            .unwrap()
            .ends_with("số điện thoại chưa có trong sổ của xã.")
    );
    let unit = json!({"kind": "unit", "subs": [], "values": {
        "code": "CAX", "name": "Công an xã", "actor": "police", "phone": "02373774113", "from": "01/01/2026",
    }});
    ask(&police.app, "save", json!({ "input": unit })).await;
    head.until("own_tips", json!({}), |own| {
        own["call"].as_str().unwrap().contains("số 0237")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_counts_what_fits_and_what_is_too_long_is_not_sealed() {
    let (_station, _dir, police, head) = two().await;
    open_compartment(&police, "tips").await;
    until_it_may_tell(&head).await;
    let short = head.ask("tip_size", tip(WORDS)).await;
    assert!(short["says"].as_str().unwrap().starts_with("Tin vừa một phần"));
    // Letters that cannot be packed much.
    let mut state = 1_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from((state >> 16) % 26).unwrap())
    };
    let long: String = (0..60_000).map(|_| letter()).collect();
    let much = head.ask("tip_size", tip(&long)).await;
    assert_eq!(much["fits"], false, "{much}");
    assert_eq!(fault(&head.app, "seal_tip", tip(&long)).await, "fields");
    let sent = head.ask("seal_tip", tip(WORDS)).await;
    let own = head.ask("send_tip_now", json!({"tip": sent["id"]})).await;
    assert_eq!(own["tips"][0]["waits"], false);
    police
        .until("tips", json!({}), |inbox| rows(inbox, "rows").len() == 1)
        .await;
}
