//! What happens to villages, recorded by who writes the commune's book, while a head's device is away and does not know.

use serde_json::{Value, json};

use crate::common::people::{Person, Station, admitted, commune, founded, rows};
use crate::common::{ask, fault, practice};

fn act(what: &str, number: u32, from: &str, more: Value) -> Value {
    let mut input = json!({"number": number, "what": what, "from": from, "decision": "QĐ 12/QĐ-UBND"});
    let more = more.as_object().unwrap().clone();
    input.as_object_mut().unwrap().extend(more);
    json!({ "input": input })
}

fn households(place: &str) -> Value {
    json!({"ask": {"kinds": ["household"], "typed": "", "place": place, "sort": "", "voided": false, "from": 0, "count": 9}})
}

async fn household(person: &Person, place: &str, number: &str, head: &str) -> String {
    let values = json!({"number": number, "head": head, "address": "Ngõ 5", "occurred": "10/06/2026"});
    let input = json!({"kind": "household", "place": place, "values": values, "subs": []});
    let saved = person.ask("save", json!({ "input": input })).await;
    saved["key"].as_str().unwrap().to_owned()
}

/// The villages have been there for long: an office says so once.
async fn began_long_ago(person: &Person) {
    let list = json!({"ask": {"kinds": ["village"], "typed": "", "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    for row in rows(&person.ask("list", list).await, "rows") {
        let form = json!({"ask": {"kind": "village", "key": row["key"], "draft": null, "values": {}, "reason": null}});
        let mut subs = person.ask("form", form).await["subs"].clone();
        for sub in subs.as_array_mut().unwrap() {
            sub["values"]["from"] = json!("01/01/2020");
        }
        let input =
            json!({"kind": "village", "key": row["key"], "values": {"from": "01/01/2020"}, "subs": subs});
        person.ask("save", json!({ "input": input })).await;
    }
}

fn village(page: &Value, number: u32) -> &Value {
    rows(page, "rows")
        .iter()
        .find(|row| row["number"] == number)
        .unwrap()
}

/// Households by row of the merged picture.
async fn counted(person: &Person, day: &str) -> Vec<(String, Value)> {
    counted_by(person, day, "then").await.0
}

/// The same by today's villages or by those of then, and the choice that there is.
async fn counted_by(person: &Person, day: &str, villages: &str) -> (Vec<(String, Value)>, Vec<Value>) {
    let page = person
        .ask(
            "overview",
            json!({"ask": {"span": "month", "day": day, "villages": villages}}),
        )
        .await;
    let choice = rows(&page, "villages")
        .iter()
        .map(|one| one["label"].clone())
        .collect();
    let all = rows(&page, "rows").iter().chain([&page["total"]]);
    let cell = |row: &Value| row["cells"][0]["value"].clone();
    let counted = all.map(|row| (row["name"].as_str().unwrap().to_owned(), cell(row)));
    (counted.collect(), choice)
}

#[tokio::test]
async fn a_village_is_renamed_after_a_page_that_says_what_changes_and_back_by_undoing() {
    let (_base, app) = practice().await;
    let rename = |from: &str, name: &str| act("rename", 1, from, json!({ "name": name }));
    for (input, field) in [
        (rename("", "Đông"), "from"),
        (rename("31/02/2026", "Đông"), "from"),
        (rename("01/06/2026", " "), "name"),
        (rename("01/06/2026", "thon 2"), "name"),
        (act("merge", 1, "01/06/2026", json!({})), "into"),
        (
            act("merge", 1, "01/06/2026", json!({"into": "village:1"})),
            "into",
        ),
        (act("leave", 1, "01/06/2026", json!({})), "commune"),
        (act("split", 1, "01/06/2026", json!({"name": "1B"})), "households"),
    ] {
        let fault = app.call("see_village_act", input.clone()).await.unwrap_err();
        let fields: Vec<&str> = fault
            .problems
            .iter()
            .map(|problem| problem.place.field.as_str())
            .collect();
        assert!(fields.contains(&field), "{input}: {fields:?}");
    }
    // All of it is told at once, in the order of the form.
    let nothing = act("rename", 1, "", json!({"name": "", "decision": ""}));
    let fault = app.call("see_village_act", nothing).await.unwrap_err();
    let problems = fault.problems.iter();
    let fields: Vec<&str> = problems.map(|problem| problem.place.field.as_str()).collect();
    assert_eq!(fields, ["name", "from", "decision"]);
    let before = ask(&app, "villages", json!({})).await;
    let seen = ask(&app, "see_village_act", rename("01/06/2026", "Đông")).await;
    assert!(
        seen["changes"][0]
            .as_str()
            .unwrap()
            .contains("Từ 01/06/2026: Thôn Đông"),
        "{seen:#}"
    );
    let saved = ask(&app, "do_village_act", rename("01/06/2026", "Đông")).await;
    let after = ask(&app, "villages", json!({})).await;
    assert_eq!(village(&after, 1)["name"], "Thôn Đông");
    assert_eq!(
        rows(village(&after, 1), "names").len(),
        rows(village(&before, 1), "names").len() + 1
    );
    // What happened before says the name of then.
    let ask_pledges = json!({"ask": {"kinds": ["pledge"], "typed": "", "place": "village:1", "sort": "", "voided": false, "from": 0, "count": 300}});
    let pledges = ask(&app, "list", ask_pledges).await;
    let names: Vec<&str> = rows(&pledges, "rows")
        .iter()
        .map(|row| row["place"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"Thôn 1"), "{names:?}");
    ask(&app, "undo", json!({"act": saved["act"]})).await;
    assert_eq!(ask(&app, "villages", json!({})).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn villages_merge_while_a_head_is_away_and_what_he_writes_late_is_counted_once_in_the_successor() {
    let (station, _dir, chief) = founded().await;
    let one = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    began_long_ago(&chief).await;
    let two = admitted(&chief, "Mai Văn Lộc", "village-head", "village:2").await;
    household(&one, "village:1", "1", "Hoàng Văn Cường").await;
    household(&two, "village:2", "1", "Trần Thị Cẩm").await;
    for (place, total) in [("village:1", 1), ("village:2", 1)] {
        chief
            .until("list", households(place), move |page| page["total"] == total)
            .await;
    }
    assert_eq!(
        fault(
            &one.app,
            "see_village_act",
            act("dissolve", 1, "01/06/2026", json!({}))
        )
        .await,
        "may_not_write"
    );
    assert_eq!(one.ask("villages", json!({})).await["writes"], false);

    // Out of reach of each other: the commune merges, the head of the village that ends goes on writing.
    for person in [&one, &two] {
        person
            .until("exchange", json!({}), |page| page["allThere"] == true)
            .await;
    }
    let stopped = station.end().await;
    let merge = act(
        "merge",
        2,
        "01/06/2026",
        json!({"into": "village:1", "name": "Đông"}),
    );
    let seen = chief.ask("see_village_act", merge.clone()).await;
    assert!(seen["changes"][0].as_str().unwrap().contains("2 hộ"), "{seen:#}");
    assert_eq!(rows(&seen, "then").len(), 2, "{seen:#}");
    let saved = chief.ask("do_village_act", merge).await;
    let late = household(&two, "village:2", "2", "Đỗ Văn Em").await;
    let _station = Station::again(stopped);
    for person in [&chief, &two] {
        person.ask("send_now", json!({})).await;
    }
    let page = chief
        .until("list", households("village:1"), |page| page["total"] == 3)
        .await;
    assert!(
        rows(&page, "rows")
            .iter()
            .any(|row| row["key"] == late.as_str() && row["place"] == "Thôn Đông"),
        "{page:#}"
    );
    let now = counted(&chief, "2026-06-10").await;
    assert!(now.contains(&("Thôn Đông".to_owned(), json!(3.0))), "{now:?}");
    assert!(now.contains(&("Toàn xã".to_owned(), json!(3.0))), "{now:?}");
    assert!(!now.iter().any(|(name, _)| name == "Thôn 2"), "{now:?}");
    // What was written in his book since the day on which the end was recorded waits to be taken over.
    let waits = async |person: &Person, count: usize| {
        let there = |late: &Value| late.as_array().is_some_and(|rows| rows.len() == count);
        person.until("late_entries", json!({}), there).await
    };
    let rows_of = waits(&chief, 2).await;
    let row = rows_of
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == late.as_str())
        .unwrap();
    assert_eq!(
        (&row["why"], &row["decides"]),
        (
            &json!("Ghi trong sổ Thôn 2 sau khi thôn đã nhập vào Thôn Đông."),
            &json!(true)
        )
    );
    assert_eq!(chief.ask("today", json!({})).await["late"], 2);
    let taken = chief.ask("take_late", json!({"id": row["id"]})).await;
    waits(&chief, 1).await;
    assert!(
        counted(&chief, "2026-06-10")
            .await
            .contains(&("Toàn xã".to_owned(), json!(3.0)))
    );
    chief.ask("undo", json!({"act": taken["act"]})).await;
    waits(&chief, 2).await;
    let then = counted(&chief, "2026-05-10").await;
    assert!(then.contains(&("Thôn 2".to_owned(), json!(2.0))), "{then:?}");
    // Unless somebody asks for that, it is today's villages that are counted; where they are the same there is no choice.
    let (by_todays, choice) = counted_by(&chief, "2026-05-10", "").await;
    assert!(
        by_todays.contains(&("Thôn Đông".to_owned(), json!(3.0))),
        "{by_todays:?}"
    );
    assert!(
        !by_todays.iter().any(|(name, _)| name == "Thôn 2"),
        "{by_todays:?}"
    );
    assert_eq!(
        choice,
        [json!("Theo thôn hiện nay"), json!("Theo thôn ngày 31/05/2026")]
    );
    assert!(counted_by(&chief, "2026-06-10", "then").await.1.is_empty());

    // The old head learns it, sees all that he sees, and writes on.
    two.until("villages", json!({}), |page| village(page, 2)["ended"] == true)
        .await;
    assert_eq!(two.ask("list", households("village:2")).await["total"], 2);
    assert_eq!(waits(&two, 2).await[0]["decides"], false);
    chief
        .ask(
            "leave_late",
            json!({"id": row["id"], "reason": "Hộ ở nhờ, tháng sau về"}),
        )
        .await;
    waits(&chief, 1).await;
    waits(&two, 1).await;

    // The registrar gives the successor's head the role in the village as it is now: both books.
    let people = chief.ask("people", json!({})).await;
    let head = rows(&people, "people")
        .iter()
        .find(|one| one["name"] == "Trịnh Thị Hạnh")
        .unwrap();
    let input =
        json!({"input": {"device": head["devices"][0]["id"], "role": "village-head", "place": "village:1"}});
    assert_eq!(one.ask("list", households("village:1")).await["total"], 1);
    chief.ask("change_role", input).await;
    one.until("list", households("village:1"), |page| page["total"] == 3)
        .await;
    household(&one, "village:1", "7", "Lý Văn Giang").await;

    // Undone, each has its own again.
    chief
        .until("list", households("village:1"), |page| page["total"] == 4)
        .await;
    chief.ask("undo", json!({"act": saved["act"]})).await;
    assert_eq!(chief.ask("list", households("village:2")).await["total"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_merge_a_village_differently_are_asked_and_nobody_counts_twice_meanwhile() {
    let (station, _dir, chief) = founded().await;
    let office = admitted(&chief, "Bùi Thị Lan", "office", "").await;
    began_long_ago(&chief).await;
    let given = household(&chief, "village:1", "9", "Phan Văn Khoa").await;
    let split = act(
        "split",
        1,
        "01/05/2026",
        json!({"name": "3", "households": [given]}),
    );
    chief.ask("do_village_act", split).await;
    office
        .until("villages", json!({}), |page| {
            rows(page, "rows").len() == 3 && page["writes"] == true
        })
        .await;
    household(&chief, "village:2", "1", "Trần Thị Cẩm").await;
    office
        .until("list", households("village:2"), |page| page["total"] == 1)
        .await;
    let stopped = station.end().await;
    for (person, into) in [(&chief, "village:1"), (&office, "village:3")] {
        person
            .ask(
                "do_village_act",
                act("merge", 2, "01/06/2026", json!({ "into": into })),
            )
            .await;
    }
    let _station = Station::again(stopped);
    for person in [&chief, &office] {
        person.ask("send_now", json!({})).await;
    }
    let mut seen = Vec::new();
    for person in [&chief, &office] {
        person
            .until("review", json!({}), |page| !rows(page, "conflicts").is_empty())
            .await;
        let now = counted(person, "2026-06-10").await;
        let of = |name: &str| {
            now.iter()
                .find(|(row, _)| row == name)
                .map(|(_, value)| value.clone())
        };
        assert_eq!(of("Toàn xã"), Some(json!(2.0)), "{now:?}");
        assert_eq!(of("Thôn 2"), None, "{now:?}");
        seen.push(now);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn households_of_a_divided_village_go_over_into_the_books_where_they_belong_as_one_act() {
    let (station, _dir, chief) = founded().await;
    let office = admitted(&chief, "Bùi Thị Lan", "office", "").await;
    began_long_ago(&chief).await;
    let mut all = Vec::new();
    for (number, head) in [
        ("1", "Hoàng Văn Cường"),
        ("2", "Trần Thị Cẩm"),
        ("3", "Lê Văn Tú"),
        ("4", "Mai Thị Nụ"),
    ] {
        all.push(household(&chief, "village:1", number, head).await);
    }
    let pledge = json!({"kind": "pledge", "values": {"household": all[0], "year": "2026", "signed_on": "05/06/2026", "signer": "Hoàng Văn Cường"}, "subs": []});
    let pledge = chief.ask("save", json!({ "input": pledge })).await;
    let divide = |more: Value| act("split", 1, "01/06/2026", more);
    chief
        .ask(
            "do_village_act",
            divide(json!({"name": "Tân Lập", "households": [all[0], all[1]]})),
        )
        .await;
    chief
        .ask(
            "do_village_act",
            divide(json!({"into": "village:2", "households": [all[2]]})),
        )
        .await;
    // The new village has no book yet: its households wait, the other goes.
    let seen = chief.ask("shared", json!({"number": 1})).await;
    assert_eq!(seen["moves"], 1);
    let waits: Vec<bool> = rows(&seen, "groups")
        .iter()
        .map(|group| group["waits"] != "")
        .collect();
    assert_eq!(waits, [false, true], "{seen:#}");
    chief
        .ask(
            "open_compartment",
            json!({"compartment": "general", "year": 2026}),
        )
        .await;
    let seen = chief.ask("shared", json!({"number": 1})).await;
    assert_eq!(seen["moves"], 3, "{seen:#}");
    let names: Vec<&str> = rows(&seen, "groups")
        .iter()
        .map(|group| group["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Thôn 2", "Thôn Tân Lập"]);
    // The office records what happens to villages and writes no village's book.
    office
        .until("villages", json!({}), |page| rows(page, "rows").len() == 3)
        .await;
    assert_eq!(
        fault(&office.app, "move_shared", json!({"number": 1})).await,
        "may_not_write"
    );

    let books = async |person: &Person| {
        let mut books = Vec::new();
        for key in all.iter().map(|key| json!(key)).chain([pledge["key"].clone()]) {
            let page = person.ask("record", json!({ "key": key })).await;
            books.push(page["book"].as_str().unwrap().to_owned());
        }
        books
    };
    let before = books(&chief).await;
    let moved = chief.ask("move_shared", json!({"number": 1})).await;
    assert_eq!(moved["says"], "Đã chuyển 3 hộ, lưu trên máy này");
    let after = books(&chief).await;
    let at: Vec<bool> = after
        .iter()
        .zip(["Thôn 3", "Thôn 3", "Thôn 2", "Thôn 1", "Thôn 3"])
        .map(|(book, village)| book.contains(village))
        .collect();
    assert_eq!(at, [true; 5], "{after:?}");
    let counts = counted_by(&chief, "2026-06-10", "").await.0;
    assert!(counts.contains(&("Toàn xã".to_owned(), json!(4.0))), "{counts:?}");
    assert_eq!(village(&chief.ask("villages", json!({})).await, 1)["shared"], 0);
    chief.ask("undo", json!({"act": moved["act"]})).await;
    assert_eq!(books(&chief).await, before);
    station.end().await;
}

/// What the act that moved the shared households stands as in a record's history.
fn shared_act(page: &Value) -> &Value {
    let mut lines = rows(page, "history").iter();
    lines
        .find(|line| line["what"] == "Chuyển các hộ đã chia")
        .unwrap()
}

/// The files of persons in care that are listed of the commune, and of each village.
async fn files_listed(person: &Person) -> [Value; 3] {
    let of = |place: Value| json!({"ask": {"kinds": ["person"], "typed": "", "place": place, "sort": "", "voided": false, "from": 0, "count": 9}});
    let total = async |place: Value| person.ask("list", of(place)).await["total"].clone();
    [
        total(Value::Null).await,
        total(json!("village:1")).await,
        total(json!("village:2")).await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_persons_in_care_go_over_with_the_households_of_a_divided_village_and_who_may_not_see_them_learns_nothing()
 {
    let (_station, _dir, people) = commune().await;
    let (chief, police) = (&people["chief"], &people["police"]);
    began_long_ago(chief).await;
    let with = household(chief, "village:1", "1", "Hoàng Văn Cường").await;
    let without = household(chief, "village:1", "2", "Trần Thị Cẩm").await;
    let stays = household(chief, "village:1", "3", "Lê Văn Tú").await;
    let mut files = Vec::new();
    for (name, of) in [("Hà Văn Tư", &with), ("Đỗ Văn Năm", &stays)] {
        let values = json!({"name": name, "born": "1990", "sex": "male", "residence": "stable",
            "household": of, "occurred": "10/06/2026"});
        let episode = json!({"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/06/2026", "regime": "a"}});
        let input = json!({"kind": "person", "place": "village:1", "values": values, "subs": [episode]});
        let saved = chief.ask("save", json!({ "input": input })).await;
        files.push(saved["key"].as_str().unwrap().to_owned());
    }
    let divide = json!({"into": "village:2", "households": [with, without]});
    chief
        .ask("do_village_act", act("split", 1, "01/06/2026", divide))
        .await;
    // He counts where his household does, and once.
    let counted_so = async |person: &Person| {
        assert_eq!(files_listed(person).await, [json!(2), json!(1), json!(1)]);
    };
    counted_so(chief).await;

    // Home says that files wait, to who writes them alone.
    let waiting =
        json!([{"number": 1, "says": "1 hồ sơ cần chuyển sang thôn mới", "from": "Thôn 1 đã chia tách"}]);
    for person in [chief, police] {
        person
            .until("today", json!({}), |home| home["filesToMove"] == waiting)
            .await;
    }
    let seen = chief.ask("shared", json!({"number": 1})).await;
    assert_eq!(
        (&seen["moves"], &seen["files"], &seen["groups"][0]["files"]),
        (&json!(2), &json!(1), &json!(1)),
        "{seen:#}"
    );
    assert!(
        !seen.to_string().contains("Hà Văn Tư"),
        "files are counted here, not named: {seen:#}"
    );
    // The head sees the households, and one sentence that is the same whether there is a file or not.
    let head = &people["head-1"];
    let theirs = head
        .until("villages", json!({}), |page| village(page, 1)["shared"] == 2)
        .await;
    assert_eq!(village(&theirs, 1)["files"], 0);
    assert_eq!(head.ask("today", json!({})).await["filesToMove"], json!([]));
    let of_head = head.ask("shared", json!({"number": 1})).await;
    assert_eq!(
        of_head["care"],
        "Hồ sơ quản lý, giúp đỡ, nếu có, do Công an xã chuyển sang thôn mới."
    );
    assert_eq!(
        (&of_head["files"], &of_head["groups"][0]["files"]),
        (&json!(0), &json!(0))
    );
    for person in ["office", "women", "health"] {
        assert_eq!(
            people[person].ask("today", json!({})).await["filesToMove"],
            json!([]),
            "{person}"
        );
    }

    // All of it goes as one act.
    let book = async |person: &Person, key: &str| {
        let looked = json!({"key": key, "reason": "Chuyển thôn"});
        person.ask("record", looked).await["book"].clone()
    };
    let before = (book(chief, &files[0]).await, book(chief, &with).await);
    let moved = chief.ask("move_shared", json!({"number": 1})).await;
    assert_eq!(moved["says"], "Đã chuyển 2 hộ, 1 hồ sơ, lưu trên máy này");
    for key in [&files[0], &with] {
        assert!(book(chief, key).await.as_str().unwrap().contains("Thôn 2"));
    }
    assert!(book(chief, &files[1]).await.as_str().unwrap().contains("Thôn 1"));
    counted_so(chief).await;
    assert_eq!(chief.ask("today", json!({})).await["filesToMove"], json!([]));

    // Undone later, from the history of one of them, it is undone as the one act that it was.
    let looked = json!({"key": with, "reason": null});
    let page = chief.ask("record", looked.clone()).await;
    let line = shared_act(&page);
    assert_eq!(
        (&line["undoable"], &line["many"]),
        (&json!(true), &json!(3)),
        "{page:#}"
    );
    // Who writes in one of the two books would undo half of it, and is not offered that.
    for head in ["head-1", "head-2"] {
        let person = &people[head];
        let there = |page: &Value| {
            let mut lines = rows(page, "history").iter();
            lines.any(|line| line["what"] == "Chuyển các hộ đã chia")
        };
        let list = households(if head == "head-1" {
            "village:1"
        } else {
            "village:2"
        });
        let wanted = if head == "head-1" { 1 } else { 2 };
        person.until("list", list, |page| page["total"] == wanted).await;
        let page = person.until("record", looked.clone(), there).await;
        assert_eq!(shared_act(&page)["undoable"], false, "{head}");
    }
    chief.ask("undo", json!({"act": line["act"]})).await;
    assert_eq!((book(chief, &files[0]).await, book(chief, &with).await), before);
    counted_so(chief).await;
    // It says that it is undone and is not offered again; what is offered is to undo the undoing, of as many.
    let page = chief.ask("record", looked.clone()).await;
    let undone = shared_act(&page);
    assert_eq!(undone["undoable"], false, "{page:#}");
    let says = undone["notUndone"].as_str().unwrap();
    assert!(says.starts_with("Đã hoàn tác 10/06/2026"), "{says}");
    let undoing = &rows(&page, "history")[0];
    assert_eq!(
        (&undoing["what"], &undoing["undoable"], &undoing["many"]),
        (&json!("Hoàn tác"), &json!(true), &json!(3)),
        "{page:#}"
    );

    // Somebody of the police who did not do it may undo it too; households that are gone leave the files as what waits.
    let again = chief.ask("move_shared", json!({"number": 1})).await;
    let page = police
        .until("record", looked.clone(), |page| {
            let line = rows(page, "history")
                .iter()
                .find(|line| line["act"] == again["act"]);
            line.is_some_and(|line| line["undoable"] == true)
        })
        .await;
    assert_eq!(shared_act(&page)["many"], 3);
    // Of the two that moved as many, the one that was undone is not offered.
    let acts: Vec<bool> = rows(&page, "history")
        .iter()
        .filter(|line| line["what"] == "Chuyển các hộ đã chia")
        .map(|line| line["undoable"] == true && line["act"] == again["act"])
        .collect();
    assert_eq!(acts, [true, false], "{page:#}");
    // Once somebody has changed what it moved, it would be undone by half, and is not offered.
    let change = json!({"kind": "household", "key": with, "values": {"address": "Ngõ 9"}, "subs": []});
    chief.ask("save", json!({ "input": change })).await;
    let page = chief.ask("record", looked).await;
    let line = shared_act(&page);
    assert_eq!(
        (&line["undoable"], &line["notUndone"]),
        (&json!(false), &json!("Sau đó đã sửa tiếp, không hoàn tác được")),
        "{page:#}"
    );
    assert_eq!(rows(&page, "history")[0]["undoable"], true, "{page:#}");
}
