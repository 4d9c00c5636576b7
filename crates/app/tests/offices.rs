//! Records that are one office's in a book that several write: a check the police's, a decision the chair's.

use std::collections::BTreeMap;

use crate::common::fault;
use crate::common::people::{Person, Station, admitted, founded, rows};
use crate::coverage::{filled_by, has, input, list};
use crate::forks::{HEAD, ended, started};
use crate::tips::folder_in;
use serde_json::{Value, json};
use sothon_book::{Act, ActId};
use sothon_records::kinds::{CriteriaSet, ScoreDecision};
use sothon_records::{Edit, Kind, Record as _, Value as Kept};
use sothon_replica::{Folder, Replica, ReplicaError};
use sothon_vault::{NoKeyStore, Passphrase};

async fn enter(person: &Person, kind: &Kind, keys: &BTreeMap<&str, String>) -> String {
    let filled = filled_by(person, kind, "kết luận".to_owned(), keys).await;
    let saved = person.ask("save", input(kind, &filled, "commune")).await;
    saved["key"].as_str().unwrap().to_owned()
}

/// Whether a record counts for nothing here, once this person has it as it is wanted.
async fn until_counts(person: &Person, key: &str, counts: bool) -> Value {
    let look = json!({"key": key, "reason": null});
    let page = person
        .until("record", look, |page| page["invalid"].is_null() == counts)
        .await;
    let listed = person.ask("list", list(ScoreDecision::KIND)).await;
    assert_eq!(
        listed.to_string().contains("Không có giá trị"),
        !counts,
        "{listed:#}"
    );
    page
}

/// Writes by another program on the same device, which does not keep to it that a decision is the chair's.
async fn by_another_program(person: Person, edits: &[Edit]) -> Person {
    let base = ended(person).await;
    {
        let folder = Folder::new(folder_in(base.path()));
        let passphrase = Passphrase::new(HEAD).unwrap();
        let mut device = Replica::open(folder, &passphrase, &NoKeyStore, rand::rng()).unwrap();
        let book = device.books_with(edits[0].key())[0];
        let act = Act {
            id: Some(ActId([7; 16])),
            what: "edit".to_owned(),
            undoes: None,
            by_delegation: None,
            time: None,
        };
        let refused = device.edit(book, edits, &act);
        assert!(matches!(refused, Err(ReplicaError::MayNotWrite)), "{refused:?}");
        device.play_all_offices();
        device.edit(book, edits, &act).unwrap();
    }
    let person = started(base, HEAD).await;
    person.ask("send_now", json!({})).await;
    person
}

fn says(key: &str, fields: &[(&str, Kept)]) -> Edit {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Some(value.clone())));
    Edit::Set {
        key: key.parse().unwrap(),
        sub: None,
        fields: fields.collect(),
    }
}

fn said(page: &Value, field: &str) -> String {
    let mut facts = page["facts"].as_array().unwrap().iter();
    let fact = facts.find(|fact| fact["field"] == field);
    fact.map(|fact| fact["value"].as_str().unwrap().to_owned())
        .unwrap_or_default()
}

/// The office's program keeps to it that a decision is the chair's; another program on the office's device does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_office_writes_into_the_chairs_decision_counts_for_nothing_and_what_the_chair_wrote_stands()
 {
    let (_station, _dir, chief) = founded().await;
    let chair = admitted(&chief, "Hoàng Đình Quân", "chair", "").await;
    let office = admitted(&chief, "Bùi Thị Lan", "office", "").await;
    let writes = |kind: &'static Kind| {
        move |cards: &Value| {
            let mut cards = cards.as_array().unwrap().iter();
            cards.any(|card| card["kind"] == kind.slug && card["writes"] == true)
        }
    };
    office.until("kinds", json!({}), writes(CriteriaSet::KIND)).await;
    let mut keys = BTreeMap::new();
    let set = enter(&office, CriteriaSet::KIND, &keys).await;
    chair
        .until("list", list(CriteriaSet::KIND), |page| has(page, &set))
        .await;
    keys.insert(CriteriaSet::KIND.slug, set);
    chair.until("kinds", json!({}), writes(ScoreDecision::KIND)).await;
    let key = enter(&chair, ScoreDecision::KIND, &keys).await;
    office
        .until("list", list(ScoreDecision::KIND), |page| has(page, &key))
        .await;
    let page = until_counts(&office, &key, true).await;
    assert_eq!(page["writes"], false);
    let by = said(&page, "by");
    let change =
        json!({"input": {"kind": "score-decision", "key": key, "values": {"by": "Bùi Thị Lan"}, "subs": []}});
    assert_eq!(fault(&office.app, "save", change).await, "may_not_write");
    // Nor does it undo what the chair decided.
    let step = &page["history"][0];
    assert_eq!(
        (&step["undoable"], &step["notUndone"]),
        (&json!(false), &json!("")),
        "{step:#}"
    );
    let undo = json!({"act": step["act"]});
    assert_eq!(fault(&office.app, "undo", undo).await, "may_not_write");

    let bad = [
        ("by", Kept::Text("Bùi Thị Lan".to_owned())),
        ("voided", Kept::Bool(true)),
    ];
    let office = by_another_program(office, &[says(&key, &bad)]).await;
    for person in [&office, &chair, &chief] {
        let page = until_counts(person, &key, false).await;
        let invalid = page["invalid"].as_str().unwrap();
        assert!(
            invalid.contains("Bùi Thị Lan") && invalid.contains("Chủ tịch UBND xã"),
            "{invalid}"
        );
        // It is listed, and says what the chair said.
        assert_eq!(
            (said(&page, "by"), &page["voided"]),
            (by.clone(), &Value::Null),
            "{page:#}"
        );
        let listed = person.ask("list", list(ScoreDecision::KIND)).await;
        assert!(has(&listed, &key), "{listed:#}");
    }
    // Set back by the same hand, it says what the chair said, and there is nothing to tell.
    let good = [("by", Kept::Text(by.clone())), ("voided", Kept::Bool(false))];
    let office = by_another_program(office, &[says(&key, &good)]).await;
    // A voiding that was taken back says no more than none.
    let page = office.ask("record", json!({"key": key, "reason": null})).await;
    assert_eq!(
        (said(&page, "by"), &page["voided"]),
        (by, &Value::Null),
        "{page:#}"
    );
    let bad = [("by", Kept::Text("Bùi Thị Lan".to_owned()))];
    let _office = by_another_program(office, &[says(&key, &bad)]).await;
    chair
        .until("record", json!({"key": key, "reason": null}), |page| {
            page["history"].as_array().unwrap().len() == 4
        })
        .await;
    // What the chair says counts, also where another said the same before.
    let again =
        json!({"input": {"kind": "score-decision", "key": key, "values": {"by": "Bùi Thị Lan"}, "subs": []}});
    chair.ask("save", again).await;
    chief
        .until("record", json!({"key": key, "reason": null}), |page| {
            said(page, "by") == "Bùi Thị Lan"
        })
        .await;
}

/// Two chairs, out of reach of each other, say two things of one decision.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_chairs_decided_differently_is_a_question_for_them_and_for_nobody_else() {
    let (station, _dir, chief) = founded().await;
    let chair = admitted(&chief, "Hoàng Đình Quân", "chair", "").await;
    let other = admitted(&chief, "Lê Thị Hoa", "chair", "").await;
    let mut keys = BTreeMap::new();
    let set = enter(&chief, CriteriaSet::KIND, &keys).await;
    chair
        .until("list", list(CriteriaSet::KIND), |page| has(page, &set))
        .await;
    keys.insert(CriteriaSet::KIND.slug, set);
    let key = enter(&chair, ScoreDecision::KIND, &keys).await;
    other
        .until("list", list(ScoreDecision::KIND), |page| has(page, &key))
        .await;
    let stopped = station.end().await;
    for person in [&chair, &other] {
        let by = person.ask("me", json!({})).await["person"].clone();
        let change = json!({"kind": "score-decision", "key": key, "values": {"by": by}, "subs": []});
        person.ask("save", json!({ "input": change })).await;
    }
    let _station = Station::again(stopped);
    for person in [&chair, &other, &chief] {
        person.ask("send_now", json!({})).await;
    }
    for (person, decides) in [(&chair, true), (&other, true), (&chief, false)] {
        let review = person
            .until("review", json!({}), |review| {
                !rows(review, "conflicts").is_empty()
            })
            .await;
        let row = &review["conflicts"][0];
        let conflict = person.ask("conflict", json!({"id": row["id"]})).await;
        let home = person.ask("today", json!({})).await;
        assert_eq!(
            (&row["decides"], &conflict["decides"], &home["review"]),
            (&json!(decides), &json!(decides), &json!(usize::from(decides))),
            "{review:#}"
        );
    }
}

/// The machine of a chair is lost before what was decided on it has come. The registrar, of the police, orders that it is written
/// again; that is for the other chair to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_lost_machine_of_the_chair_decided_is_written_again_by_the_chair_and_offered_to_nobody_else() {
    let (station, _dir, chief) = founded().await;
    let chair = admitted(&chief, "Hoàng Đình Quân", "chair", "").await;
    let other = admitted(&chief, "Lê Thị Hoa", "chair", "").await;
    let mut keys = BTreeMap::new();
    let set = enter(&chief, CriteriaSet::KIND, &keys).await;
    for person in [&chair, &other] {
        person
            .until("list", list(CriteriaSet::KIND), |page| has(page, &set))
            .await;
    }
    keys.insert(CriteriaSet::KIND.slug, set);
    let stopped = station.end().await;
    let key = enter(&chair, ScoreDecision::KIND, &keys).await;
    let out = json!({"place": "downloads", "device": null, "all": true, "photos": false});
    let made = chair.ask("courier_out", out).await;
    let page = chief.ask("people", json!({})).await;
    let mut people = rows(&page, "people").iter();
    let lost = people.find(|person| person["name"] == "Hoàng Đình Quân").unwrap();
    chief
        .ask("end_device", json!({"device": lost["devices"][0]["id"]}))
        .await;
    chief.app.bring(made["path"].as_str().unwrap().into());
    chief.ask("courier_in", json!({"file": "brought"})).await;

    let aside = chief.ask("asides", json!({})).await;
    let row = &rows(&aside, "rows")[0];
    assert_eq!(row["again"], "orders", "{aside:#}");
    let entry = json!({"entry": row["entry"]});
    let ordered = chief.ask("write_again", entry.clone()).await;
    assert!(
        ordered["says"]
            .as_str()
            .unwrap()
            .starts_with("Đã giao ghi lại 1 mục"),
        "{ordered}"
    );
    let aside = chief.ask("asides", json!({})).await;
    assert_eq!(rows(&aside, "rows")[0]["again"], Value::Null, "{aside:#}");
    assert_eq!(
        fault(&chief.app, "write_again", entry.clone()).await,
        "may_not_write"
    );

    let _station = Station::again(stopped);
    for person in [&chief, &other] {
        person.ask("send_now", json!({})).await;
    }
    other
        .until("asides", json!({}), |aside| {
            rows(aside, "rows")
                .first()
                .is_some_and(|row| row["again"] == "writes")
        })
        .await;
    let written = other.ask("write_again", entry).await;
    assert_eq!(written["says"], "Đã ghi lại thay 1 mục.");
    for person in [&other, &chief] {
        person
            .until("list", list(ScoreDecision::KIND), |page| has(page, &key))
            .await;
        until_counts(person, &key, true).await;
    }
}
