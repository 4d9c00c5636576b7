//! "Lựa chọn trong biểu mẫu" (R78): the office adds a choice and no longer uses one, forms of a village head follow, and what
//! was written keeps its words; a village head changes no form.

use serde_json::{Value, json};

use crate::common::people::{admitted, founded, rows};

const OF: &str = "business/type_of";
const ADDED: &str = "other: Tiệm xăm";

/// A change of a choice: of one of the field's own by its slug, of one that is added by its words.
fn change(value: (&str, &str), offer: &str, from: &str) -> Value {
    let mut values = json!({
        "of": OF, "offer": offer, "from": from, "basis": "Thông báo 12/TB-UBND ngày 05/01/2026",
        "decided_by": "Chủ tịch Hoàng Đình Quân",
    });
    values[value.0] = json!(value.1);
    json!({"input": {"kind": "choice", "place": "commune", "subs": [], "values": values}})
}

fn business(name: &str, type_of: &str) -> Value {
    json!({"input": {"kind": "business", "place": "village:1", "subs": [], "values": {
        "name": name, "type_of": type_of, "manager": "Lê Văn Tám", "address": "Ngõ 5", "occurred": "01/06/2026",
    }}})
}

/// What a form offers for the type of a business.
fn offered(form: &Value) -> Vec<&str> {
    let mut groups = rows(form, "groups").iter();
    let field = groups.find_map(|group| {
        rows(group, "fields")
            .iter()
            .find(|field| field["name"] == "type_of")
    });
    let choices = rows(&field.unwrap()["control"], "choices").iter();
    choices.map(|choice| choice["slug"].as_str().unwrap()).collect()
}

fn value<'a>(page: &'a Value, label: &str) -> &'a Value {
    let found = rows(page, "values").iter().find(|value| value["label"] == label);
    found.unwrap_or_else(|| panic!("{label} is not in {page:#}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_office_adds_or_retires_is_on_a_village_heads_form_or_not_and_his_records_keep_their_words()
{
    let (_station, _dir, chief) = founded().await;
    let office = admitted(&chief, "Bùi Thị Lan", "office", "").await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let of = json!({"of": OF});
    let fresh =
        json!({"ask": {"kind": "business", "key": null, "draft": null, "values": {}, "reason": null}});

    // The commune's book has come once its villages are there.
    let villages = json!({"ask": {"kinds": ["village"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 50}});
    office
        .until("list", villages, |list| rows(list, "rows").len() == 2)
        .await;

    // Every field that can be changed is listed, none is changed; those of a law are not there.
    let fields = office
        .until("choice_fields", json!({}), |page| page["sets"] == true)
        .await;
    let listed: Vec<&Value> = rows(&fields, "groups")
        .iter()
        .flat_map(|group| rows(group, "rows"))
        .collect();
    assert!(listed.iter().any(|row| row["of"] == OF && row["changed"] == ""));
    assert!(listed.iter().all(|row| row["of"] != "drug-test/result"));
    let page = office.ask("choice_field", of.clone()).await;
    assert_eq!(
        (&page["addsNot"], &value(&page, "Karaoke")["stands"]),
        (&json!(""), &json!("Sẵn có"))
    );
    let page = office.ask("choice_field", json!({"of": "outreach/form"})).await;
    assert!(page["addsNot"].as_str().unwrap().contains("không có “Khác”"));

    // The form of an addition asks for words, day, basis and person; what would be taken for another is refused.
    let ask = json!({"ask": {"kind": "choice", "values": {"of": OF, "offer": "offered"}}});
    let form = office.ask("form", ask).await;
    assert_eq!(
        form["title"],
        "Thêm giá trị: Cơ sở kinh doanh có nguy cơ, quầy thuốc, Loại"
    );
    assert_eq!(form["reviewed"], true);
    let asked: Vec<&str> = rows(&form["groups"][0], "fields")
        .iter()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert_eq!(asked, ["words", "from", "basis", "decided_by", "note"]);
    let add = |words| change(("words", words), "offered", "01/01/2026");
    for command in ["check_matter", "save"] {
        let refused = office.app.call(command, add("KARAOKE.")).await;
        let refused = refused.expect_err("Karaoke is there");
        assert_eq!(refused.problems[0].place.field, "words");
        assert!(refused.problems[0].says.vi.contains("đã có “Karaoke”"));
    }
    let check = office.ask("check_matter", add("Tiệm  xăm")).await;
    assert_eq!(
        (&check["before"], &check["after"], &check["mends"]),
        (
            &json!("Chưa có trong biểu mẫu"),
            &json!("Được dùng: Tiệm xăm"),
            &json!("words")
        )
    );
    office.ask("save", add("Tiệm  xăm")).await;
    let refused = office.app.call("save", add("tiem xam")).await;
    let refused = refused.expect_err("nobody could tell them apart");
    assert!(refused.problems[0].says.vi.contains("đã có “Tiệm xăm”"));

    // The village head's form has it before "Khác" once it has come, and what he writes says so in the commune.
    let has = |form: &Value| offered(form).contains(&ADDED);
    let form = head.until("form", fresh.clone(), has).await;
    let before = offered(&form);
    let at = before.iter().position(|slug| *slug == ADDED).unwrap();
    assert_eq!(before.get(at + 1), Some(&"other"));
    let tattoo = head.ask("save", business("Mực Đen", ADDED)).await;
    assert_eq!(tattoo["title"], "Mực Đen – Tiệm xăm");
    let bar = head.ask("save", business("Sao Đêm", "karaoke")).await;
    let shown = json!({"key": tattoo["key"], "reason": null});
    let found = json!({"ask": {"kinds": ["business"], "typed": "", "sort": "", "voided": false, "from": 0, "count": 50}});
    office
        .until("list", found, |list| rows(list, "rows").len() == 2)
        .await;
    let page = office.ask("record", shown.clone()).await;
    assert_eq!(page["title"], "Mực Đen – Tiệm xăm");
    assert!(page.to_string().contains(r#""value":"Tiệm xăm""#), "{page:#}");

    // What is retired is offered no longer; records have it, and their forms too.
    office
        .ask("save", change(("value", "karaoke"), "retired", "01/06/2026"))
        .await;
    office
        .ask("save", change(("words", "Tiệm xăm"), "retired", "01/06/2026"))
        .await;
    let gone = |form: &Value| !offered(form).contains(&ADDED) && !offered(form).contains(&"karaoke");
    head.until("form", fresh.clone(), gone).await;
    for (saved, slug) in [(&tattoo, ADDED), (&bar, "karaoke")] {
        let ask = json!({"ask": {"kind": "business", "key": saved["key"], "draft": null, "values": {}, "reason": null}});
        let form = head.ask("form", ask).await;
        assert!(offered(&form).contains(&slug), "{slug}");
    }
    let page = head.ask("record", shown.clone()).await;
    assert_eq!(page["title"], "Mực Đen – Tiệm xăm");
    let other = json!({"input": {"kind": "business", "key": tattoo["key"], "values": {"type_of": "other"}, "subs": []}});
    head.ask("save", other).await;
    let page = head.ask("record", shown).await;
    let history = page["history"].to_string();
    assert!(
        history.contains("Tiệm xăm") && history.contains("Khác"),
        "{history}"
    );

    // What was done stands there with day, basis and persons, at the village head's too; he changes nothing.
    let page = head.ask("choice_field", of.clone()).await;
    assert_eq!(page["sets"], false);
    assert_eq!(
        value(&page, "Tiệm xăm")["stands"],
        "Không dùng từ 01/06/2026 · Thông báo 12/TB-UBND ngày 05/01/2026 · Chủ tịch Hoàng Đình Quân quyết định; \
         Bùi Thị Lan, văn phòng ghi"
    );
    assert_eq!(
        (&value(&page, "Karaoke")["offered"], rows(&page, "recorded").len()),
        (&json!(false), 3)
    );
    let fields = head.ask("choice_fields", json!({})).await;
    let mut listed = rows(&fields, "groups")
        .iter()
        .flat_map(|group| rows(group, "rows"));
    let row = listed.find(|row| row["of"] == OF).unwrap();
    assert_eq!(row["changed"], "Không dùng 2");
    for command in ["check_matter", "save"] {
        let refused = head.app.call(command, add("Quán nước")).await;
        let refused = refused.expect_err("a village head changes no form");
        assert!(
            ["may_not_write", "no_book"].contains(&refused.code),
            "{}",
            refused.code
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_field_is_never_left_without_a_value_to_choose_and_a_retired_one_is_used_again() {
    let (_station, _dir, office) = founded().await;
    office
        .until("choice_fields", json!({}), |page| page["sets"] == true)
        .await;
    let seal = |slug: &str, offer: &str, from: &str| {
        let mut change = change(("value", slug), offer, from);
        change["input"]["values"]["of"] = json!("box-opening/seal");
        change
    };
    let page = office
        .ask("choice_field", json!({"of": "box-opening/seal"}))
        .await;
    let slugs: Vec<String> = rows(&page, "values")
        .iter()
        .map(|value| value["value"].as_str().unwrap().to_owned())
        .collect();
    let [first, last] = slugs.as_slice() else {
        panic!("{slugs:?}")
    };
    office.ask("save", seal(first, "retired", "01/06/2026")).await;
    let refused = office.app.call("save", seal(last, "retired", "01/06/2026")).await;
    assert_eq!(refused.expect_err("nothing would be left").code, "last_choice");
    office.ask("save", seal(first, "offered", "02/06/2026")).await;
    office.ask("save", seal(last, "retired", "02/06/2026")).await;
    let page = office
        .ask("choice_field", json!({"of": "box-opening/seal"}))
        .await;
    let offers: Vec<&Value> = rows(&page, "values")
        .iter()
        .map(|value| &value["offered"])
        .collect();
    assert_eq!(offers, [&json!(true), &json!(false)]);
    assert!(
        rows(&page, "values")[0]["stands"]
            .as_str()
            .unwrap()
            .starts_with("Dùng lại từ 02/06/2026")
    );
    // What is recorded for a day ahead leaves one value from then on: it cannot be retired before.
    office.ask("save", seal(last, "offered", "03/06/2026")).await;
    office.ask("save", seal(first, "retired", "01/09/2026")).await;
    let refused = office.app.call("save", seal(last, "retired", "01/08/2026")).await;
    let refused = refused.expect_err("nothing would be left from September on");
    assert_eq!(refused.code, "last_choice");
    assert!(
        refused.says.vi.starts_with("Từ 01/09/2026"),
        "{}",
        refused.says.vi
    );
}
