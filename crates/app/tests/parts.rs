//! Records that are more than a form: a box opened before witnesses, a shift that takes over, groups with their households, a
//! committee with its villages, the budget, requests with limits, rewards to be decided.

use serde_json::{Value, json};

use crate::common::people::{Person, commune, rows};
use crate::common::{App, ask, fault};

fn form(kind: &str, place: &str, values: Value, subs: Value) -> Value {
    json!({"input": {"kind": kind, "place": place, "values": values, "subs": subs}})
}

async fn save(app: &App, kind: &str, place: &str, values: Value, subs: Value) -> Value {
    ask(app, "save", form(kind, place, values, subs)).await
}

fn part(list: &str, values: Value) -> Value {
    json!({"list": list, "key": null, "values": values})
}

fn list(kind: &str) -> Value {
    json!({"ask": {"kinds": [kind], "typed": "", "place": null, "filter": null, "sort": "", "voided": false,
        "from": 0, "count": 50}})
}

async fn page(person: &Person, key: &Value) -> Value {
    let looked = json!({"key": key, "reason": "Kiểm tra"});
    person.ask("record", looked).await
}

/// Waits until somebody has so many records of a kind.
async fn has(person: &Person, kind: &str, count: usize) -> Value {
    person
        .until("list", list(kind), |page| page["total"] == count)
        .await
}

fn shown(of: &Value, name: &str) -> Vec<String> {
    let each = of.as_array().unwrap().iter();
    each.map(|row| row[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_box_is_opened_by_two_and_each_letter_is_a_tip_of_the_same_act() {
    let (_station, _dir, people) = commune().await;
    let (police, chief, head) = (&people["police"], &people["chief"], &people["head-1"]);
    head.until("kinds", json!({}), |cards| {
        cards.to_string().contains("\"tip-box\"")
    })
    .await;
    let tip_box = json!({"type_of": "box", "place": "Nhà văn hóa Thôn 1", "from": "01/06/2026"});
    let tip_box = save(&head.app, "tip-box", "village:1", tip_box, json!([])).await["key"].clone();
    has(police, "tip-box", 1).await;
    let sought = |place: &str| json!({"ask": {"kinds": ["tip-box"], "typed": "nha van hoa", "place": place}});
    assert_eq!(police.ask("pick", sought("commune")).await[0]["key"], tip_box);
    assert_eq!(
        police.ask("pick", sought("village:2")).await,
        json!([]),
        "of another village"
    );
    let letters = [
        part(
            "tips",
            json!({"content": "Có người lạ ra vào", "place": "Ngõ 5", "teller_name": "Quách Thị Kín"}),
        ),
        part(
            "tips",
            json!({"content": "Trồng cây lạ", "place": "Đồi Sậy", "anonymous": "yes"}),
        ),
    ];
    let opener = |name: &str| part("openers", json!({"name": name}));
    let opening = |openers: &[&str], letters: &[Value]| {
        let values =
            json!({"box_opened": tip_box, "date": "09/06/2026", "seal": "whole", "minutes": "01/BB"});
        let subs: Vec<Value> = openers
            .iter()
            .map(|name| opener(name))
            .chain(letters.iter().cloned())
            .collect();
        form("box-opening", "commune", values, json!(subs))
    };

    // One alone opens nothing, and a letter that says nothing is no tip: both are said at once, and nothing is saved.
    let empty = part("tips", json!({"place": "Ngõ 5"}));
    let told = police
        .app
        .call("save", opening(&["Lê Văn Ân"], &[empty]))
        .await
        .unwrap_err();
    let told = serde_json::to_value(told.told(sothon_records::Lang::Vi)).unwrap();
    let fields: Vec<(Value, Value)> = rows(&told, "problems")
        .iter()
        .map(|problem| (problem["sub"].clone(), problem["field"].clone()))
        .collect();
    assert!(
        fields.contains(&(json!("tips:1"), json!("content"))),
        "{fields:?}"
    );
    assert!(fields.contains(&(Value::Null, json!("openers"))), "{fields:?}");
    assert_eq!(police.ask("list", list("tip")).await["total"], 0);

    let act = police
        .ask("save", opening(&["Lê Văn Ân", "Mai Thị Chứng"], &letters))
        .await;
    has(chief, "tip", 2).await;
    has(chief, "box-opening", 1).await;
    let minutes = page(chief, &act["key"]).await;
    assert!(
        rows(&minutes, "facts")
            .iter()
            .any(|fact| fact["field"] == "letters" && fact["value"] == "2")
    );
    assert_eq!(rows(&minutes, "parts").len(), 4);
    assert!(
        !minutes.to_string().contains("Quách Thị Kín"),
        "who wrote stays sealed"
    );
    let tips = chief.ask("list", list("tip")).await;
    for row in rows(&tips, "rows") {
        let tip = page(chief, &row["key"]).await;
        assert!(
            tip["title"].as_str().unwrap().ends_with("Hòm thư tố giác"),
            "{}",
            tip["title"]
        );
        assert!(!tip.to_string().contains("Quách Thị Kín"));
        let signed = tip.to_string().contains("Có người lạ ra vào");
        assert_eq!(tip["sealed"], signed);
        if signed {
            let opened = json!({"key": row["key"], "reason": "Trả lời"});
            assert_eq!(chief.ask("open_teller", opened).await["name"], "Quách Thị Kín");
        }
    }

    // The village head has the place and nothing of what lay in it; so has the office.
    assert_eq!(has(head, "tip-box", 1).await["rows"][0]["key"], tip_box);
    for who in ["head-1", "office", "chair"] {
        for kind in ["box-opening", "tip"] {
            assert_eq!(
                people[who].ask("list", list(kind)).await["total"],
                0,
                "{who}: {kind}"
            );
        }
        let refused = fault(
            &people[who].app,
            "save",
            opening(&["Lê Văn Ân", "Mai Thị Chứng"], &[]),
        )
        .await;
        assert!(
            ["may_not_write", "no_book", "cannot_read"].contains(&refused),
            "{who}: {refused}"
        );
    }

    police.ask("undo", json!({"act": act["act"]})).await;
    has(police, "tip", 0).await;
    has(police, "box-opening", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shift_sees_at_its_beginning_what_the_one_before_hands_over() {
    let (_station, _dir, people) = commune().await;
    let (head, police) = (&people["head-1"], &people["police"]);
    head.until("kinds", json!({}), |cards| {
        cards.to_string().contains("\"patrol\"")
    })
    .await;
    let before = json!({"kind": "patrol", "place": "village:1"});
    assert_eq!(
        head.ask("before", before.clone()).await,
        Value::Null,
        "nobody was before the first"
    );
    let team = json!({"name": "Tổ bảo vệ Thôn 1", "from": "01/07/2024"});
    let member = part(
        "members",
        json!({"name": "Đàm Thế Sáng", "position": "Tổ trưởng"}),
    );
    save(&head.app, "guard-team", "village:1", team, json!([member])).await;
    let offered = json!({"kind": "patrol", "list": "watch", "place": "village:1"});
    let offered = head.ask("roll", offered).await;
    assert_eq!(
        offered[0]["values"],
        json!({"name": "Đàm Thế Sáng", "part": "Tổ trưởng"})
    );
    let shift = |begins: &str, ends: &str, more: Value| {
        let mut values = json!({"begins": begins, "ends": ends, "forces": "security-team", "area": "Đường liên thôn",
            "situation": "Bình thường"});
        let more = more.as_object().unwrap().clone();
        values.as_object_mut().unwrap().extend(more);
        values
    };
    let handed = json!({"handed_to": "Hà Văn Sau", "handed_note": "Cổng nhà văn hóa chưa khóa"});
    let watch = part("watch", offered[0]["values"].clone());
    let first = shift("08/06/2026 20:00", "08/06/2026 23:00", handed);
    let first = save(&head.app, "patrol", "village:1", first, json!([watch])).await["key"].clone();
    let seen = head.ask("before", before.clone()).await;
    assert_eq!((&seen["key"], &seen["field"]), (&first, &json!("takes_over")));
    assert!(
        shown(&seen["facts"], "value").contains(&"Cổng nhà văn hóa chưa khóa".to_owned()),
        "{seen}"
    );
    let second = shift(
        "08/06/2026 23:00",
        "09/06/2026 04:00",
        json!({"takes_over": first}),
    );
    let second = save(&head.app, "patrol", "village:1", second, json!([])).await["key"].clone();
    assert_eq!(head.ask("before", before.clone()).await["key"], second);

    has(police, "patrol", 2).await;
    let first = page(police, &first).await;
    assert!(
        rows(&first, "concerning").iter().any(|of| of["kind"] == "patrol"),
        "{}",
        first["concerning"]
    );
    assert!(first["parts"].to_string().contains("Đàm Thế Sáng"));
    let values = shift("08/06/2026 20:00", "08/06/2026 23:00", json!({}));
    for who in ["chair", "health"] {
        let refused = fault(
            &people[who].app,
            "save",
            form("patrol", "village:1", values.clone(), json!([])),
        )
        .await;
        assert_eq!(refused, "may_not_write", "{who}");
    }
    let other = people["head-2"].ask("before", before).await;
    assert_eq!(other, Value::Null, "another village's shifts are not there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_have_their_households_and_committees_their_villages_and_those_left_out_are_told() {
    let (_station, _dir, people) = commune().await;
    let (head, police, chair) = (&people["head-1"], &people["police"], &people["chair"]);
    head.until("kinds", json!({}), |cards| {
        cards.to_string().contains("\"self-group\"")
    })
    .await;
    for (number, name) in [("1", "Bạch Thị Cốc"), ("2", "Cao Văn Dế"), ("3", "Đỗ Thị Én")] {
        let household = json!({"number": number, "head": name, "group": "Ngõ Sậy", "occurred": "01/06/2026"});
        save(&head.app, "household", "village:1", household, json!([])).await;
    }
    let offer = json!({"kind": "self-group", "list": "members", "place": "village:1"});
    let offered = head.ask("roll", offer.clone()).await;
    assert_eq!(
        shown(&offered, "title"),
        ["Bạch Thị Cốc", "Cao Văn Dế", "Đỗ Thị Én"]
    );
    let group = |name: &str, type_of: &str| json!({"name": name, "type_of": type_of, "founded_on": "01/06/2026", "leader": "Bạch Thị Cốc"});
    let members = |some: &[usize]| {
        let parts = some
            .iter()
            .map(|n| part("members", offered[*n]["values"].clone()));
        json!(parts.collect::<Vec<_>>())
    };
    let one = save(
        &head.app,
        "self-group",
        "village:1",
        group("Nhóm 1", "household-group"),
        members(&[0, 1]),
    )
    .await;
    let own = page(head, &one["key"]).await;
    assert_eq!(own["leftOut"][0]["label"], "Hộ chưa vào nhóm nào");
    assert_eq!(shown(&own["leftOut"][0]["rows"], "title"), ["Đỗ Thị Én"]);
    let again = head.ask("roll", offer.clone()).await;
    assert_eq!(again[0]["namedIn"], json!(["Nhóm 1 – Nhóm hộ tự quản"]));
    // A clan beside it is nothing; a second group of the same type is told and for a person to decide.
    save(
        &head.app,
        "self-group",
        "village:1",
        group("Họ Bạch", "clan"),
        members(&[0]),
    )
    .await;
    assert!(rows(&page(head, &one["key"]).await, "twice").is_empty());
    save(
        &head.app,
        "self-group",
        "village:1",
        group("Nhóm 2", "household-group"),
        members(&[1, 2]),
    )
    .await;
    let twice = page(head, &one["key"]).await;
    assert_eq!(twice["twice"][0]["says"], "Một hộ đang ở hai nhóm cùng loại");
    assert_eq!(twice["leftOut"][0]["count"], 0);
    has(police, "self-group", 3).await;
    for who in ["chair", "health"] {
        assert_eq!(
            fault(&people[who].app, "roll", offer.clone()).await,
            "may_not_write",
            "{who}"
        );
    }

    let villages = police.ask("list", list("village")).await;
    let village = rows(&villages, "rows")
        .iter()
        .find(|row| row["title"] == "Thôn 1")
        .unwrap();
    let decision = json!({"name": "Ban Chỉ đạo", "decision": "01/QĐ-UBND", "date": "02/06/2026"});
    let member = part(
        "members",
        json!({"name": "Lê Văn Ân", "role": "head", "village": village["key"]}),
    );
    let body = save(
        &police.app,
        "committee",
        "commune",
        decision.clone(),
        json!([member.clone()]),
    )
    .await;
    has(chair, "committee", 1).await;
    let seen = page(chair, &body["key"]).await;
    assert_eq!(shown(&seen["leftOut"][0]["rows"], "title"), ["Thôn 2"]);
    assert_eq!(seen["totals"][0]["lines"], json!(["Vai trò: Trưởng ban 1"]));
    let all = head
        .until("list", list("committee"), |page| page["total"] == 1)
        .await;
    assert_eq!(shown(&all["leftOut"][0]["rows"], "title"), ["Thôn 2"]);
    let refused = fault(
        &head.app,
        "save",
        form("committee", "commune", decision, json!([member])),
    )
    .await;
    assert_eq!(refused, "may_not_write");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_requests_about_data_and_rewards_stand_as_the_office_decides_on_them() {
    let (_station, _dir, people) = commune().await;
    let (office, chair, head) = (&people["office"], &people["chair"], &people["head-1"]);
    office
        .until("kinds", json!({}), |cards| {
            cards.to_string().contains("\"budget\"")
        })
        .await;

    let line = |content: &str, planned: &str| json!({"year": "2026", "source": "commune", "content": content, "planned": planned, "occurred": "05/06/2026"});
    let pay = |amount: &str| part("payments", json!({"date": "05/06/2026", "amount": amount}));
    let paid = json!([pay("3.000.000"), pay("1")]);
    let sums = office
        .ask(
            "totals",
            form("budget", "commune", line("Tập huấn", ""), paid.clone()),
        )
        .await;
    assert_eq!(sums[0]["lines"], json!(["Số tiền: 3.000.001 đồng"]));
    save(
        &office.app,
        "budget",
        "commune",
        line("Tập huấn", "10.000.000"),
        paid,
    )
    .await;
    save(
        &office.app,
        "budget",
        "commune",
        line("Pa nô", "2.000.000"),
        json!([pay("2.500.000")]),
    )
    .await;
    has(chair, "budget", 2).await;
    let accounts = chair.ask("accounts", json!({})).await;
    assert_eq!(accounts[0]["title"], "Năm 2026 · Ngân sách xã");
    assert_eq!(shown(&accounts[0]["lines"], "left"), ["-500.000", "6.999.999"]);
    let total = &accounts[0]["total"];
    assert_eq!(
        (&total["planned"], &total["spent"], &total["left"]),
        (&json!("12.000.000"), &json!("5.500.001"), &json!("6.499.999"))
    );
    assert_eq!(
        fault(
            &head.app,
            "save",
            form("budget", "commune", line("Loa", "1"), json!([]))
        )
        .await,
        "may_not_write"
    );

    let request = |matter: &str| json!({"type_of": matter, "received_on": "08/06/2026"});
    let told = office
        .app
        .call(
            "save",
            form("data-request", "commune", request("complaint"), json!([])),
        )
        .await;
    let told = told.expect_err("a complaint has no limit in the law");
    assert_eq!(
        told.problems
            .iter()
            .map(|problem| problem.place.field.as_str())
            .collect::<Vec<_>>(),
        ["due"]
    );
    let asked = save(
        &office.app,
        "data-request",
        "commune",
        request("erase"),
        json!([]),
    )
    .await["key"]
        .clone();
    let seen = has(chair, "data-request", 1).await;
    assert_eq!(
        seen["rows"][0]["state"]["word"], "Còn 19 ngày, 29/06/2026",
        "the 28th is a Sunday"
    );
    let steps = page(chair, &asked).await["steps"].clone();
    assert_eq!(
        shown(&steps, "label"),
        ["Báo đã nhận yêu cầu", "Yêu cầu xóa dữ liệu"]
    );
    let due = office.ask("all_due", json!({})).await;
    assert!(
        shown(&due, "what").contains(&"Báo đã nhận yêu cầu".to_owned()),
        "{due}"
    );
    assert!(
        !head
            .ask("all_due", json!({}))
            .await
            .to_string()
            .contains("Báo đã nhận yêu cầu")
    );
    let refused = fault(
        &head.app,
        "save",
        form("data-request", "commune", request("erase"), json!([])),
    )
    .await;
    assert_eq!(refused, "may_not_write");

    head.until("kinds", json!({}), |cards| {
        cards.to_string().contains("\"reward-proposal\"")
    })
    .await;
    let proposal = |values: Value| {
        let mut all =
            json!({"merit": "Giúp phát hiện điểm bán lẻ", "date": "09/06/2026", "by": "Trịnh Thị Hạnh"});
        all.as_object_mut()
            .unwrap()
            .extend(values.as_object().unwrap().clone());
        form("reward-proposal", "village:1", all, json!([]))
    };
    let named = proposal(json!({"proposed": "informant", "name": "Quách Thị Kín"}));
    let told = head
        .app
        .call("save", named)
        .await
        .expect_err("a teller has no name here");
    assert_eq!(
        told.problems
            .iter()
            .map(|problem| problem.place.field.as_str())
            .collect::<Vec<_>>(),
        ["name"]
    );
    let proposed = head.ask("save", proposal(json!({"proposed": "informant"}))).await["key"].clone();
    let waiting = has(office, "reward-proposal", 1).await;
    assert_eq!(
        waiting["filters"][0],
        json!({"slug": "undecided", "label": "Chờ quyết định", "count": 1})
    );
    assert_eq!(
        waiting["rows"][0]["title"],
        "Cung cấp tin có giá trị – 09/06/2026"
    );
    let begun = json!({"ask": {"kind": "reward", "key": null, "draft": null, "values": {"proposal": proposed}, "reason": null}});
    let begun = office.ask("form", begun).await["values"].clone();
    assert_eq!(begun["rewarded"], "informant");
    assert_eq!(begun["proposed_by"], "Trịnh Thị Hạnh, Thôn 1");
    let mut reward = begun.as_object().unwrap().clone();
    reward.insert("date".to_owned(), json!("10/06/2026"));
    office
        .ask("save", form("reward", "commune", json!(reward), json!([])))
        .await;
    let decided = head.until("list", list("reward-proposal"), |page| {
        page["rows"][0]["state"]["word"] == "Đã có quyết định"
    });
    assert_eq!(decided.await["filters"][0]["count"], 0);
    let refused = fault(
        &head.app,
        "save",
        form("reward", "commune", json!(reward), json!([])),
    )
    .await;
    assert_eq!(refused, "may_not_write");
}
