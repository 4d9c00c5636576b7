//! What is changed after a period was closed is told: by whom, when, from what to what; and what was written before and came
//! after. Real devices and sockets on loopback.

use serde_json::{Value, json};

use crate::common::fault;
use crate::common::people::{Person, Station, founded, rows};
use crate::common::two::two;

async fn save(person: &Person, kind: &str, key: Option<&Value>, values: Value) -> Value {
    let place = if kind == "report" || kind == "figure" {
        Value::Null
    } else {
        json!("village:1")
    };
    let input = json!({"kind": kind, "key": key, "place": place, "values": values, "subs": []});
    person.ask("save", json!({ "input": input })).await["key"].clone()
}

async fn household(person: &Person, number: &str, head: &str, day: &str) -> Value {
    let values = json!({"number": number, "head": head, "address": "Ngõ 5", "occurred": day});
    save(person, "household", None, values).await
}

/// The closing by a kind of record, once so much was changed after it.
async fn closed(person: &Person, by: &str, changes: u64) -> Value {
    let fits = |row: &&Value| row["id"].as_str().unwrap().starts_with(by);
    let there = |all: &Value| {
        all.as_array()
            .unwrap()
            .iter()
            .find(fits)
            .is_some_and(|row| row["changes"] == changes)
    };
    let all = person.until("closings", json!({}), there).await;
    let id = all.as_array().unwrap().iter().find(fits).unwrap()["id"].clone();
    person.ask("closing", json!({ "id": id })).await
}

/// How much was changed after the closing by a kind of record.
async fn closings_of(person: &Person, by: &str) -> u64 {
    let all = person.ask("closings", json!({})).await;
    let mut all = all.as_array().unwrap().iter();
    let row = all.find(|row| row["id"].as_str().unwrap().starts_with(by));
    row.unwrap()["changes"].as_u64().unwrap()
}

/// Waits until this person's clock shows another second: in one second nothing is before or after.
async fn tick(person: &Person) {
    let now = async || {
        let file = person.ask("helper_file", json!({})).await;
        let text = file["text"].as_str().unwrap().to_owned();
        text.lines()
            .find(|line| line.starts_with("now: "))
            .unwrap()
            .to_owned()
    };
    let begun = now().await;
    while now().await == begun {
        tokio::task::yield_now().await;
    }
}

fn told<'a>(page: &'a Value, what: &str) -> Vec<&'a Value> {
    rows(page, "changes")
        .iter()
        .filter(|row| row["what"] == what)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_after_closing_and_what_was_written_before_and_comes_after_is_listed_with_who_and_what()
 {
    let (station, _dir, police, head) = two().await;
    let known = household(&head, "1", "Hoàng Văn Cường", "05/05/2026").await;
    let older = household(&head, "2", "Trần Thị Hoa", "05/01/2026").await;
    let list = json!({"ask": {"kinds": ["household"], "typed": "", "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    police.until("list", list, |page| page["total"] == 2).await;
    head.until("exchange", json!({}), |page| page["allThere"] == true)
        .await;

    tick(&police).await;
    // Written out of reach, before the period is closed.
    let stopped = station.end().await;
    household(&head, "3", "Lê Văn Nam", "06/05/2026").await;
    // A report that is not signed closes nothing; a figure does.
    let values =
        json!({"type_of": "monthly", "from": "01/05/2026", "until": "31/05/2026", "number": "12/BC"});
    let report = save(&police, "report", None, values).await;
    assert_eq!(police.ask("closings", json!({})).await, json!([]));
    save(
        &police,
        "report",
        Some(&report),
        json!({"signed_on": "02/06/2026"}),
    )
    .await;
    let figure = json!({"indicator": "I01", "from": "01/05/2026", "until": "31/05/2026", "value": "2", "published_by": "Công an xã", "occurred": "02/06/2026"});
    save(&police, "figure", None, figure).await;
    let page = closed(&police, "report/", 0).await;
    assert_eq!(rows(&page, "changes").len(), 0);
    assert!(
        page["row"]["title"].as_str().unwrap().contains("12/BC"),
        "{page:#}"
    );
    assert!(
        page["row"]["closed"].as_str().unwrap().starts_with("Chốt "),
        "{page:#}"
    );
    let opened = police.ask("record", json!({"key": report, "reason": null})).await;
    assert_eq!(opened["closing"], page["row"]["id"]);

    tick(&police).await;
    // It comes afterwards: dated before, and late all the same.
    let _station = Station::again(stopped);
    for person in [&head, &police] {
        person.ask("send_now", json!({})).await;
    }
    let page = closed(&police, "report/", 1).await;
    let came = &rows(&page, "changes")[0];
    assert_eq!(
        (&came["title"], &came["what"], &came["about"]),
        (
            &json!("Lê Văn Nam"),
            &json!("Ghi mới"),
            &json!("Hộ gia đình, Thôn 1")
        )
    );
    assert!(
        came["who"].as_str().unwrap().starts_with("Lê Văn Hùng"),
        "{came:#}"
    );
    assert!(came["came"].as_i64().is_some(), "{came:#}");
    // What was published would be another figure now.
    let figures = closed(&police, "figure/", 1).await;
    assert_eq!(
        (&figures["figures"][0]["then"], &figures["figures"][0]["now"]),
        (&json!("2"), &json!("3")),
        "{figures:#}"
    );
    // It can be taken out as it stands.
    let changes = json!({"type": "changes", "closing": figures["row"]["id"]});
    let out = json!({"ask": {"what": changes, "form": "csv", "place": "downloads", "reason": "Giải trình"}});
    let made = police.ask("export_list", out).await;
    let text = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
    assert!(text.contains("Lê Văn Nam") && text.contains("Ghi mới"), "{text}");

    // Written afterwards: changed, voided, added; a household of before the period matters only where it goes or comes.
    head.until("closings", json!({}), |all| {
        all.as_array().is_some_and(|all| all.len() == 2)
    })
    .await;
    save(&police, "household", Some(&known), json!({"address": "Ngõ 9"})).await;
    save(&police, "household", Some(&older), json!({"address": "Ngõ 8"})).await;
    household(&police, "4", "Đỗ Văn Em", "07/06/2026").await;
    let void = json!({"key": older, "sub": null, "reason": "Ghi nhầm"});
    police.ask("void_record", void).await;
    let page = closed(&police, "report/", 3).await;
    // The picture of the period says so, each change once though both report and figure closed it; that of another does not.
    let within = async |span: &str, day: &str| {
        let ask = json!({"ask": {"span": span, "day": day, "villages": ""}});
        police.ask("changed_since_closing", ask).await
    };
    let of_may = within("month", "2026-05-10").await;
    assert_eq!(of_may["closing"], Value::Null, "two closings: the list of them");
    assert_eq!(of_may["changes"], within("year", "").await["changes"]);
    let figure = closings_of(&police, "figure/").await;
    assert!(
        of_may["changes"].as_u64() >= Some(3) && of_may["changes"].as_u64() < Some(3 + figure),
        "{of_may}"
    );
    assert_eq!(within("month", "2026-04-10").await["changes"], 0);
    let edit = told(&page, "Sửa")[0];
    assert_eq!(
        (
            &edit["title"],
            &edit["changes"][0]["from"],
            &edit["changes"][0]["to"]
        ),
        (&json!("Hoàng Văn Cường"), &json!("Ngõ 5"), &json!("Ngõ 9"))
    );
    assert_eq!(
        (&edit["came"], told(&page, "Hủy bản ghi").len()),
        (&Value::Null, 1),
        "{page:#}"
    );
    // Another device tells the same of what was written afterwards; of arrival each tells its own.
    let seen = closed(&head, "report/", 2).await;
    assert!(
        told(&seen, "Ghi mới").is_empty(),
        "its own was never late here: {seen:#}"
    );
    // Voided, it has closed nothing.
    police
        .ask(
            "void_record",
            json!({"key": report, "sub": null, "reason": "Ký nhầm"}),
        )
        .await;
    assert_eq!(
        fault(&police.app, "closing", json!({"id": page["row"]["id"]})).await,
        "no_closing"
    );
}

/// What was in a period when it was closed, and was taken out of it since: a date put off, a household moved away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_out_of_a_closed_period_by_its_date_or_its_village_is_listed_too() {
    let (_station, _dir, police, head) = two().await;
    let put_off = household(&head, "1", "Giàng Seo Cường", "05/05/2026").await;
    let moves = household(&head, "2", "Giàng Seo Hoa", "05/01/2026").await;
    let goes_later = household(&head, "4", "Giàng Seo Dín", "05/01/2026").await;
    let list = |kind: &str| json!({"ask": {"kinds": [kind], "typed": "", "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    police
        .until("list", list("household"), |page| page["total"] == 3)
        .await;
    let villages = police.ask("list", list("village")).await;
    let mut villages = rows(&villages, "rows").iter();
    let village = &villages
        .find(|row| row["title"].as_str().unwrap().contains("Thôn 1"))
        .unwrap()["key"];
    let pledge = json!({"household": goes_later, "year": "2026", "signed_on": "06/01/2026", "signer": "Giàng Seo Dín"});
    let pledge = json!({"kind": "pledge", "place": "village:1", "values": pledge, "subs": []});
    head.ask("save", json!({ "input": pledge })).await;
    police
        .until("list", list("pledge"), |page| page["total"] == 1)
        .await;
    tick(&police).await;
    let figure = json!({"indicator": "I21", "from": "01/05/2026", "until": "31/05/2026", "village": village, "value": "1", "out_of": "3", "published_by": "Công an xã", "occurred": "02/06/2026"});
    save(&police, "figure", None, figure).await;
    let figure = json!({"indicator": "I01", "from": "01/05/2026", "until": "31/05/2026", "village": village, "value": "2", "published_by": "Công an xã", "occurred": "02/06/2026"});
    save(&police, "figure", None, figure).await;
    tick(&police).await;
    let later = json!({"occurred": "05/06/2026"});
    save(&police, "household", Some(&put_off), later).await;
    let page = closed(&police, "figure/", 1).await;
    assert_eq!(rows(&page, "changes")[0]["title"], "Giàng Seo Cường");
    police
        .ask(
            "move_record",
            json!({"key": moves, "to": "village:2", "on": "20/05/2026"}),
        )
        .await;
    // What the household did before does not matter, that it went does; what is written in its new village does not.
    let page = closed(&police, "figure/", 2).await;
    let mut changes = rows(&page, "changes").iter();
    assert!(changes.any(|row| row["title"] == "Giàng Seo Hoa"), "{page:#}");
    // Whoever went after the period was there in it.
    let later = json!({"key": goes_later, "to": "village:2", "on": "02/06/2026"});
    police.ask("move_record", later).await;
    household(&police, "3", "Giàng Seo Em", "07/06/2026").await;
    assert_eq!(
        closings_of(&police, "figure/").await,
        2,
        "nor is its pledge, which went with it"
    );
    // A day that is put right into the period is told.
    let right = json!({"key": goes_later, "on": "20/05/2026"});
    police.ask("correct_move", right).await;
    let page = closed(&police, "figure/", 3).await;
    let mut changes = rows(&page, "changes").iter();
    assert!(changes.any(|row| row["title"] == "Giàng Seo Dín"), "{page:#}");
}

/// A household that left after a period counted in it where it was: what is written of it in its new village alters that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_new_village_takes_away_is_listed_for_the_old_one_where_it_counted_there() {
    let (_station, _dir, police) = founded().await;
    let before = household(&police, "1", "Giàng Seo Dín", "05/01/2026").await;
    let after = household(&police, "2", "Giàng Seo Hoa", "05/01/2026").await;
    household(&police, "3", "Giàng Seo Em", "05/01/2026").await;
    let moved = async |key: &Value, on: &str| {
        let to = json!({"key": key, "to": "village:2", "on": on});
        police.ask("move_record", to).await;
    };
    moved(&before, "15/04/2026").await;
    let list = json!({"ask": {"kinds": ["village"], "typed": "", "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    let villages = police.ask("list", list).await;
    let mut villages = rows(&villages, "rows").iter();
    let village = &villages
        .find(|row| row["title"].as_str().unwrap().contains("Thôn 1"))
        .unwrap()["key"];
    tick(&police).await;
    let figure = json!({"indicator": "I01", "from": "01/05/2026", "until": "31/05/2026", "village": village, "value": "2", "published_by": "Công an xã", "occurred": "02/06/2026"});
    save(&police, "figure", None, figure).await;
    tick(&police).await;
    moved(&after, "02/06/2026").await;
    assert_eq!(
        closings_of(&police, "figure/").await,
        0,
        "until then it was there"
    );
    for key in [&before, &after] {
        let void = json!({"key": key, "sub": null, "reason": "Ghi nhầm"});
        police.ask("void_record", void).await;
    }
    let page = closed(&police, "figure/", 1).await;
    assert_eq!(
        (&page["changes"][0]["title"], &page["changes"][0]["what"]),
        (&json!("Giàng Seo Hoa"), &json!("Hủy bản ghi")),
        "{page:#}"
    );
    let figure = &page["figures"][0];
    assert_eq!((&figure["then"], &figure["now"]), (&json!("2"), &json!("1")));
}
