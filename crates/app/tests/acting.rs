//! Who acts for whom: its work comes to who does it, what they write says for whom, and no right comes with it.

use calamine::Reader as _;
use serde_json::{Value, json};

use crate::common::fault;
use crate::common::people::{Person, admitted, commune, founded, rows};

/// The record of a person by name, as a device finds it.
async fn official(person: &Person, name: &str) -> String {
    let list = json!({"ask": {"kinds": ["official"], "typed": name, "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    let found = person
        .until("list", list, |page| !rows(page, "rows").is_empty())
        .await;
    found["rows"][0]["key"].as_str().unwrap().to_owned()
}

/// A delegation from 08/06/2026 on, recorded by this person.
async fn delegate(person: &Person, principal: &str, deputy: &str, until: &str) -> String {
    let (principal, deputy) = (official(person, principal).await, official(person, deputy).await);
    let values = json!({
        "principal": principal, "deputy": deputy, "form": "authorised", "from": "08/06/2026", "until": until,
        "document": "Giấy ủy quyền số 3",
    });
    let input = json!({"kind": "delegation", "values": values, "subs": []});
    let saved = person.ask("save", json!({ "input": input })).await;
    saved["key"].as_str().unwrap().to_owned()
}

async fn household(person: &Person, number: &str, behalf: Value) -> String {
    let values =
        json!({"number": number, "head": "Lò Văn Sơn", "address": "Ngõ 5", "occurred": "10/06/2026"});
    let input =
        json!({"kind": "household", "place": "village:1", "values": values, "subs": [], "behalf": behalf});
    let saved = person.ask("save", json!({ "input": input })).await;
    saved["key"].as_str().unwrap().to_owned()
}

async fn acts(person: &Person) -> Value {
    person
        .until("today", json!({}), |home| !rows(home, "acting").is_empty())
        .await["acting"][0]
        .clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deputy_acts_for_an_absent_head_what_is_written_says_so_and_it_ends_by_itself() {
    let (station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let deputy = admitted(&chief, "Đỗ Thị Lan", "deputy-village-head", "village:1").await;
    let before = household(&deputy, "1", Value::Null).await;
    let delegation = delegate(&chief, "Trịnh Thị Hạnh", "Đỗ Thị Lan", "12/06/2026").await;

    let acting = acts(&deputy).await;
    assert_eq!(
        (&acting["says"], &acting["lacks"], &acting["key"]),
        (
            &json!("Đang thay mặt Trịnh Thị Hạnh, trưởng thôn, đến hết 12/06/2026"),
            &json!(""),
            &json!(delegation)
        )
    );
    let told = acts(&head).await;
    assert_eq!(
        told["says"],
        "Đỗ Thị Lan, phó trưởng thôn, đang làm thay ông/bà, đến hết 12/06/2026"
    );
    let village = deputy.ask("village", json!({"number": 1})).await;
    assert_eq!(
        village["acting"],
        json!([
            "Đỗ Thị Lan, phó trưởng thôn, thay mặt Trịnh Thị Hạnh, trưởng thôn, đến hết 12/06/2026 (Giấy ủy quyền số 3)"
        ])
    );

    // On the form it is chosen beforehand where the head works; what is said there is what is saved.
    let form =
        json!({"ask": {"kind": "household", "key": null, "draft": null, "values": {}, "reason": null}});
    let form = deputy.ask("form", form).await;
    assert_eq!(
        (&form["behalf"][0]["label"], &form["behalf"][0]["place"]),
        (
            &json!("Thay mặt Trịnh Thị Hạnh, trưởng thôn"),
            &json!("village:1")
        )
    );
    let theirs = household(&deputy, "2", Value::Null).await;
    let own = household(&deputy, "3", json!("")).await;
    deputy.ask("send_now", json!({})).await;
    let households = json!({"ask": {"kinds": ["household"], "typed": "", "place": null, "sort": "", "voided": false, "from": 0, "count": 9}});
    let mut list = households["ask"].clone();
    chief
        .until("list", households, |page| rows(page, "rows").len() == 3)
        .await;
    // A list that is taken out has a column of it, with a word in the one row of which it is true.
    list["sort"] = json!("number");
    let take = |form: &str| json!({"ask": {"what": {"type": "list", "list": list}, "form": form, "place": "downloads", "reason": "Nộp danh sách"}});
    let made = chief.ask("export_list", take("csv")).await;
    let text = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
    assert_eq!(text.matches("Ghi thay mặt").count(), 1, "{text}");
    let made = chief.ask("export_list", take("xlsx")).await;
    let bytes = std::fs::read(made["path"].as_str().unwrap()).unwrap();
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let head = range.rows().position(|row| row[0] == "STT").unwrap();
    let lasts = range.rows().skip(head).map(|row| row.last().unwrap().to_string());
    let lasts: Vec<String> = lasts.collect();
    assert_eq!(
        lasts,
        ["Ghi thay mặt", "", "Thay mặt Trịnh Thị Hạnh, trưởng thôn", ""]
    );
    assert_eq!(chief.ask("record", json!({ "key": own })).await["behalf"], "");
    let page = chief.ask("record", json!({"key": theirs})).await;
    assert_eq!(page["behalf"], "Thay mặt Trịnh Thị Hạnh, trưởng thôn");
    assert_eq!(
        (&page["history"][0]["who"], &page["history"][0]["behalf"]),
        (
            &json!("Đỗ Thị Lan, phó trưởng thôn, Thôn 1"),
            &json!("thay mặt Trịnh Thị Hạnh, trưởng thôn")
        )
    );
    assert_eq!(chief.ask("record", json!({"key": before})).await["behalf"], "");

    // It ended yesterday: nobody acts any more, nothing can be written so, and what says so is not borne out.
    let ended =
        json!({"kind": "delegation", "key": delegation, "values": {"until": "09/06/2026"}, "subs": []});
    chief.ask("save", json!({ "input": ended })).await;
    chief.ask("send_now", json!({})).await;
    deputy
        .until("today", json!({}), |home| rows(home, "acting").is_empty())
        .await;
    let input = json!({"kind": "household", "place": "village:1", "subs": [], "behalf": delegation,
        "values": {"number": "4", "head": "Lò Văn Sơn", "address": "Ngõ 5", "occurred": "10/06/2026"}});
    assert_eq!(
        fault(&deputy.app, "save", json!({ "input": input })).await,
        "behalf"
    );
    let late = household(&deputy, "5", Value::Null).await;
    assert_eq!(deputy.ask("record", json!({"key": late})).await["behalf"], "");
    assert_eq!(
        deputy.ask("record", json!({"key": theirs})).await["behalf"],
        "Ghi là thay mặt Trịnh Thị Hạnh, trưởng thôn, không thấy ủy quyền của ngày đó"
    );
    station.end().await;
}

/// Threat: somebody who may write the commune's book names himself, or a friend, the deputy of the police.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delegation_widens_nobodys_rights_it_shows_work_and_opens_no_book() {
    let (station, _dir, people) = commune().await;
    let of = |who: &str| people.get(who).unwrap();
    let (chief, police, head, office) = (of("chief"), of("police"), of("head-2"), of("office"));

    // Care and tips have something in them that the head must not see.
    let writes = |page: &Value| {
        let mut all = page.as_array().unwrap().iter();
        ["person", "tip"]
            .iter()
            .all(|kind| all.any(|one| one["kind"] == *kind && one["writes"] == true))
    };
    police.until("kinds", json!({}), writes).await;
    let person = json!({"kind": "person", "place": "village:1", "values": {
        "name": "Hà Văn Tư", "born": "1990", "sex": "male", "residence": "stable", "occurred": "10/06/2026"},
        "subs": [{"list": "episodes", "key": null, "values": {"state": "u1", "from": "01/06/2026", "regime": "a"}}]});
    let person = police.ask("save", json!({ "input": person })).await;
    let tip = json!({"kind": "tip", "values": {
        "channel": "in-person", "received_at": "10/06/2026 08:00", "content": "Có người lạ tụ tập", "place": "Cuối ngõ 5"}, "subs": []});
    let tip = police.ask("save", json!({ "input": tip })).await;
    police.ask("send_now", json!({})).await;

    let rights = |page: &Value| (page["register"].clone(), page["summary"].clone());
    let register = rights(&chief.ask("people", json!({})).await);
    let kinds = |page: &Value| -> Vec<(Value, Value, Value)> {
        let all = page.as_array().unwrap().iter();
        all.map(|kind| {
            (
                kind["kind"].clone(),
                kind["reads"].clone(),
                kind["writes"].clone(),
            )
        })
        .collect()
    };
    let before = kinds(&head.ask("kinds", json!({})).await);

    for principal in [
        "Lê Văn Hùng",
        "Phạm Minh Đức",
        "Trịnh Thị Hạnh",
        "Hoàng Đình Quân",
    ] {
        delegate(office, principal, "Mai Văn Lộc", "12/06/2026").await;
    }
    office.ask("send_now", json!({})).await;
    let home = head
        .until("today", json!({}), |home| rows(home, "acting").len() == 4)
        .await;
    // It is said that the register gives nothing where these work; only his own places are his.
    let lacks = rows(&home, "acting").iter().filter(|row| row["lacks"] != "");
    assert_eq!(lacks.count(), 4, "{home:#}");

    assert_eq!(kinds(&head.ask("kinds", json!({})).await), before);
    assert_eq!(rights(&chief.ask("people", json!({})).await), register);
    for key in [&person["key"], &tip["key"]] {
        assert_eq!(
            fault(&head.app, "record", json!({ "key": key })).await,
            "no_record"
        );
    }
    let due = head.ask("all_due", json!({})).await;
    let guarded = ["person", "assignment", "tip"];
    let shown = due
        .as_array()
        .unwrap()
        .iter()
        .any(|row| guarded.contains(&row["kind"].as_str().unwrap()));
    assert!(!shown, "{due:#}");
    // Nor can he write where they may.
    let in_village_1 = json!({"kind": "household", "place": "village:1", "subs": [], "values": {
        "number": "9", "head": "Lò Văn Sơn", "address": "Ngõ 5", "occurred": "10/06/2026"}});
    assert_eq!(
        fault(&head.app, "save", json!({ "input": in_village_1 })).await,
        "may_not_write"
    );
    // And he cannot make himself anybody's deputy.
    let values = json!({
        "principal": official(head, "Lê Văn Hùng").await, "deputy": official(head, "Mai Văn Lộc").await,
        "form": "authorised", "from": "08/06/2026",
    });
    let own = json!({"kind": "delegation", "values": values, "subs": []});
    assert_eq!(
        fault(&head.app, "save", json!({ "input": own })).await,
        "may_not_write"
    );
    station.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_work_of_a_unit_comes_to_who_acts_for_its_head_and_says_whose_it_is() {
    let (station, _dir, people) = commune().await;
    let of = |who: &str| people.get(who).unwrap();
    let (head, office) = (of("head-1"), of("office"));
    let plan = json!({"kind": "plan", "values": {
        "name": "Kế hoạch năm 2026", "number": "01/KH-UBND", "issued_on": "05/01/2026", "issuer": "UBND",
        "from": "01/01/2026", "until": "31/12/2026"}, "subs": []});
    let plan = office.ask("save", json!({ "input": plan })).await;
    let task = json!({"kind": "task", "values": {
        "plan": plan["key"], "section": "III.5-1", "title": "Tuyên truyền hội viên", "content": "Tuyên truyền tới hội viên",
        "lead": "women", "deadline": "15/06/2026"}, "subs": []});
    let task = office.ask("save", json!({ "input": task })).await;
    office.ask("send_now", json!({})).await;
    let mine = |home: &Value| rows(home, "due").iter().any(|row| row["key"] == task["key"]);
    assert!(!mine(&head.ask("today", json!({})).await));
    delegate(office, "Vũ Thị Yến", "Trịnh Thị Hạnh", "12/06/2026").await;
    office.ask("send_now", json!({})).await;
    let home = head.until("today", json!({}), mine).await;
    let row = rows(&home, "due")
        .iter()
        .find(|row| row["key"] == task["key"])
        .unwrap();
    assert_eq!(row["behalf"], "Việc của Vũ Thị Yến (thay mặt)");
    station.end().await;
}
