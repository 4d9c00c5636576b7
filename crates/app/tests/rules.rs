//! "Quy định của xã": the office sets a matter after a look at what it changes, a village head looks and sets nothing.

use serde_json::{Value, json};

use crate::common::people::{admitted, founded, rows};

fn typed(matter: &str, value: &str, from: &str) -> Value {
    json!({"input": {"kind": "setting", "place": "commune", "subs": [], "values": {
        "matter": matter, "value": value, "from": from, "basis": "QĐ 12/QĐ-UBND ngày 05/01/2026",
        "decided_by": "Chủ tịch Hoàng Đình Quân",
    }}})
}

fn row<'a>(page: &'a Value, matter: &str) -> &'a Value {
    let found = rows(page, "rows").iter().find(|row| row["matter"] == matter);
    found.unwrap_or_else(|| panic!("{matter} is not in {page:#}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_commune_sets_is_looked_at_before_it_is_saved_and_shown_with_day_basis_and_person() {
    let (_station, _dir, chief) = founded().await;
    let office = admitted(&chief, "Bùi Thị Lan", "office", "").await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let sets = |page: &Value| page["sets"] == true;
    let page = office.until("matters", json!({}), sets).await;
    assert_eq!(row(&page, "pledge-by")["value"], "31/03");
    assert_eq!(
        row(&page, "pledge-by")["restsOn"],
        "Mặc định của Sổ Thôn, xã chưa quy định"
    );

    // The form asks for the value as the matter takes it, and for no matter any more.
    let form = office
        .ask(
            "form",
            json!({"ask": {"kind": "setting", "values": {"matter": "remind-days"}}}),
        )
        .await;
    assert_eq!(form["title"], "Đặt giá trị mới: Nhắc trước hạn");
    let fields = rows(&form["groups"][0], "fields");
    assert_eq!(fields[0]["name"], "value");
    assert_eq!(fields[0]["control"], json!({"type": "number", "unit": "ngày"}));
    assert_eq!(form["reviewed"], true);

    let broken = office
        .app
        .call("check_matter", typed("pledge-by", "31/02", "01/01/2026"))
        .await;
    let broken = broken.expect_err("no year has that day");
    assert_eq!(broken.problems[0].place.field, "value");
    let check = office
        .ask("check_matter", typed("pledge-by", "15/6", "01/01/2026"))
        .await;
    assert_eq!(
        (&check["before"], &check["after"], &check["from"]),
        (&json!("31/03"), &json!("15/06"), &json!("01/01/2026"))
    );
    assert!(
        check["notices"][0].as_str().unwrap().contains("đã qua"),
        "{check:#}"
    );
    // Looking saves nothing.
    let page = office.ask("matter", json!({"matter": "pledge-by"})).await;
    assert_eq!(
        (&page["value"], rows(&page, "recorded").len()),
        (&json!("31/03"), 0)
    );

    let saved = office.ask("save", typed("pledge-by", "15/6", "01/01/2026")).await;
    office.ask("save", typed("pledge-by", "30/4", "01/01/2027")).await;
    let set = |page: &Value| rows(page, "recorded").len() == 2;
    let page = head.until("matter", json!({"matter": "pledge-by"}), set).await;
    assert_eq!(page["value"], "15/06");
    assert_eq!(page["since"], "Từ 01/01/2026");
    assert_eq!(page["basis"], "QĐ 12/QĐ-UBND ngày 05/01/2026");
    assert_eq!(
        page["setBy"],
        "Chủ tịch Hoàng Đình Quân quyết định; Bùi Thị Lan, văn phòng ghi"
    );
    let states: Vec<&str> = rows(&page, "recorded")
        .iter()
        .map(|row| row["state"]["word"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["Chưa áp dụng", "Đang áp dụng"]);
    let list = head.ask("matters", json!({})).await;
    assert_eq!(row(&list, "pledge-by")["state"]["word"], "Từ 01/01/2027: 30/04");

    // Undone, it is as it was before; the record and its history stay.
    office.ask("undo", json!({"act": saved["act"]})).await;
    let page = office.ask("matter", json!({"matter": "pledge-by"})).await;
    assert_eq!(page["value"], "31/03");
    assert_eq!(rows(&page, "recorded")[1]["state"]["word"], "Đã hủy");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_village_head_sees_what_the_commune_sets_and_sets_nothing() {
    let (_station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let shown = |page: &Value| page["rows"].as_array().is_some_and(|rows| !rows.is_empty());
    let came = |cards: &Value| {
        let cards = cards.as_array().unwrap();
        cards
            .iter()
            .any(|card| card["kind"] == "setting" && card["reads"] == true)
    };
    head.until("kinds", json!({}), came).await;
    let page = head.until("matters", json!({}), shown).await;
    assert_eq!(page["sets"], false);
    let page = head.ask("matter", json!({"matter": "remind-days"})).await;
    assert_eq!(
        (&page["value"], &page["sets"]),
        (&json!("30 ngày"), &json!(false))
    );
    for command in ["check_matter", "save"] {
        let refused = head
            .app
            .call(command, typed("remind-days", "5", "01/01/2026"))
            .await;
        let refused = refused.expect_err("a village head sets nothing");
        assert!(
            ["may_not_write", "no_book"].contains(&refused.code),
            "{command}: {}",
            refused.code
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_values_from_one_day_are_shown_as_to_be_decided_until_one_is_voided() {
    let (_station, _dir, chief) = founded().await;
    let sets = |page: &Value| page["sets"] == true;
    chief.until("matters", json!({}), sets).await;
    chief.ask("save", typed("remind-days", "10", "01/06/2026")).await;
    let check = chief
        .ask("check_matter", typed("remind-days", "20", "01/06/2026"))
        .await;
    let notices = check["notices"].to_string();
    assert!(notices.contains("đã ghi một giá trị"), "{notices}");
    let other = chief.ask("save", typed("remind-days", "20", "01/06/2026")).await;

    let page = chief.ask("matter", json!({"matter": "remind-days"})).await;
    assert_eq!(page["value"], "20 ngày");
    assert_eq!(
        page["toDecide"],
        json!([
            "Từ 01/06/2026 có hai giá trị khác nhau. Mọi máy tạm tính theo “20 ngày” cho tới khi một bản được hủy."
        ])
    );
    let list = chief.ask("matters", json!({})).await;
    assert_eq!(row(&list, "remind-days")["state"]["word"], "Cần chọn một giá trị");
    let void = json!({"key": other["key"], "sub": null, "reason": "Ghi nhầm"});
    chief.ask("void_record", void).await;
    let page = chief.ask("matter", json!({"matter": "remind-days"})).await;
    assert_eq!(
        (&page["value"], &page["toDecide"]),
        (&json!("10 ngày"), &json!([]))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_known_enough_says_who_fills_it_and_leaves_the_list_once_it_is_recorded() {
    let (_station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let fills = |page: &Value| page["fills"] == true;
    let page = chief.until("gaps", json!({}), fills).await;
    let open = |page: &Value, matter: &str| {
        rows(page, "open")
            .iter()
            .find(|row| row["matter"] == matter)
            .cloned()
    };
    let missing = open(&page, "criteria-3822").expect("the ten criteria are not known");
    for field in ["missing", "filledBy", "changes"] {
        assert!(!missing[field].as_str().unwrap().is_empty(), "{missing:#}");
    }
    assert_eq!(missing["value"], "");
    // What has a default is no gap.
    assert_eq!(open(&page, "pledge-by"), None);
    let count = rows(&page, "open").len();
    let list = chief.ask("matters", json!({})).await;
    assert!(
        rows(&list, "rows")
            .iter()
            .all(|row| row["matter"] != "register-days")
    );

    chief.ask("save", typed("register-days", "5", "01/06/2026")).await;
    let known = |page: &Value| rows(page, "filled").iter().any(|row| row["value"] == "5 ngày");
    let page = head.until("gaps", json!({}), known).await;
    assert_eq!(
        (page["fills"].clone(), rows(&page, "open").len()),
        (json!(false), count - 1)
    );
    let list = head.ask("matters", json!({})).await;
    assert_eq!(row(&list, "register-days")["value"], "5 ngày");

    // A set of criteria with blanks is named with them.
    let criterion = |code: &str, text: &str| json!({"list": "criteria", "key": null, "values": {"code": code, "text": text}});
    let set = json!({"input": {"kind": "criteria-set", "place": "commune",
        "values": {"name": "Đề án 3822", "source": "QĐ 3822/QĐ-CAT-PV01", "from": "18/09/2024", "certainty": "partial"},
        "subs": [criterion("1", "100 % người nghiện có hồ sơ"), criterion("4", ""), criterion("10", "")],
    }});
    chief.ask("save", set).await;
    let page = chief.ask("gaps", json!({})).await;
    assert_eq!(
        page["setsOfCriteria"][0]["says"],
        json!(["2/3 tiêu chí chưa có nội dung: 4, 10"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_off_are_listed_by_year_and_a_day_that_two_records_say_differently_is_to_be_decided() {
    let (_station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let writes = |page: &Value| page["writes"] == true;
    let page = chief.until("days_off", json!({"year": 2027}), writes).await;
    let names = |page: &Value| -> Vec<String> {
        let names = rows(page, "rows")
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    let by_law = [
        "Tết Dương lịch",
        "Ngày Chiến thắng",
        "Ngày Quốc tế lao động",
        "Quốc khánh",
    ];
    assert_eq!(names(&page), by_law);
    assert!(page["unannounced"].as_str().unwrap().contains("Tết Nguyên đán"));
    // 01/05/2027 is a Saturday.
    assert!(
        page["rows"][2]["basis"]
            .as_str()
            .unwrap()
            .contains("nghỉ bù 03/05/2027"),
        "{page:#}"
    );

    let days = |form: &str, name: &str, from: &str, until: &str| {
        json!({"input": {"kind": "holiday", "place": "commune", "subs": [], "values": {
            "form": form, "name": name, "from": from, "until": until, "basis": "Thông báo 1/TB-UBND",
        }}})
    };
    chief
        .ask("save", days("off", "Tết Nguyên đán", "05/02/2027", "11/02/2027"))
        .await;
    let tet = |page: &Value| names(page).iter().any(|name| name == "Tết Nguyên đán");
    let page = head.until("days_off", json!({"year": 2027}), tet).await;
    assert_eq!(
        (&page["writes"], &page["unannounced"]),
        (&json!(false), &json!(""))
    );
    let row = &page["rows"][1];
    assert_eq!(row["when"], "Thứ Sáu, 05/02/2027 – Thứ Năm, 11/02/2027 (7 ngày)");
    assert_eq!(row["state"]["word"], "Nghỉ");
    let refused = head
        .app
        .call("save", days("off", "Nghỉ thêm", "12/02/2027", "12/02/2027"))
        .await;
    let refused = refused.expect_err("a village head sets no days off");
    assert!(
        ["may_not_write", "no_book"].contains(&refused.code),
        "{}",
        refused.code
    );

    chief
        .ask("save", days("worked", "Làm bù", "11/02/2027", "11/02/2027"))
        .await;
    let page = chief.ask("days_off", json!({"year": 2027})).await;
    let to_decide = rows(&page, "rows")
        .iter()
        .filter(|row| row["state"]["tone"] == "warn");
    assert_eq!(to_decide.count(), 2, "{page:#}");
    // This year is shown where none is named.
    assert_eq!(head.ask("days_off", json!({"year": null})).await["year"], 2026);
}
