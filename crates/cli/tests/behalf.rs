//! What is written on behalf of somebody: said on the command line, borne out by a delegation of that day, shown and taken out.
#![allow(missing_docs)]

mod common;

use common::{HOUSEHOLD, World};
use serde_json::{Value, json};

fn key(saved: &Value) -> String {
    saved["records"][0]["key"].as_str().expect("a key").to_owned()
}

/// The commune with its two villages; the head of the first is away, and the person of `thon1` acts until 15/06/2025.
fn delegated() -> (World, String) {
    let world = World::commune();
    let village = |number: u32| {
        json!({"kind": "village",
            "fields": {"code": number.to_string(), "type_of": "thon", "decision": "QĐ 1/QĐ-UBND", "from": "2020-01-01"},
            "subs": [{"list": "names", "fields": {"name": number.to_string(), "from": "2020-01-01"}}]})
    };
    let file = world.path("villages.json");
    std::fs::write(&file, json!([village(1)]).to_string()).expect("a file");
    let villages = world.ask("office", &["add", "--file", file.to_str().expect("a path")]);
    let unit = format!("unit={}", key(&villages));
    let official = |name: &str, position: &str, more: &[&str]| {
        let (name, position) = (format!("name={name}"), format!("position={position}"));
        let mut add = vec!["add", "official", &unit, &name, &position, "from=1/1/2024"];
        add.extend(more);
        key(&world.ask("office", &add))
    };
    let principal = official("Trịnh Thị Hạnh", "Trưởng thôn", &[]);
    let device = world.ask("thon1", &["status"])["device"].clone();
    let device = format!("devices:device={}", device.as_str().expect("an id"));
    let deputy = official("Đỗ Thị Lan", "Phó trưởng thôn", &["--sub", &device]);
    let (principal, deputy) = (format!("principal={principal}"), format!("deputy={deputy}"));
    let delegation = world.ask(
        "office",
        &[
            "add",
            "delegation",
            &principal,
            &deputy,
            "form=authorised",
            "from=1/6/2025",
            "until=15/6/2025",
        ],
    );
    world.meet("office", "thon1");
    (world, key(&delegation))
}

/// The households of the first village as a person there takes them out.
fn taken_out(world: &World) -> String {
    let file = world.path("ho.csv");
    let out = file.to_str().expect("a path");
    let list = ["export", "csv", "--kind", "household", "--out", out];
    let words: Vec<&str> = list.into_iter().chain(["--reason", "Nộp danh sách"]).collect();
    world.ask("thon1", &words);
    std::fs::read_to_string(&file).expect("a file")
}

#[test]
fn what_is_written_on_behalf_says_for_whom_in_its_history_and_in_what_is_taken_out() {
    let (world, delegation) = delegated();
    let with = |more: &[&'static str]| -> Vec<String> {
        let all = HOUSEHOLD.iter().chain(more).map(|word| (*word).to_owned());
        all.chain(["--behalf".to_owned(), delegation.clone()]).collect()
    };
    let words = with(&[]);
    let theirs = key(&world.ask("thon1", &words.iter().map(String::as_str).collect::<Vec<_>>()));
    let own = key(&world.ask("thon1", &["add", "household", "number=6", "head=Lò Văn Sơn"]));
    let shown = world.ask("thon1", &["show", &theirs, "--history"]);
    assert_eq!(
        shown["history"][0]["behalf"], "thay mặt Trịnh Thị Hạnh, trưởng thôn",
        "{shown:#}"
    );
    let shown = world.ask("thon1", &["show", &own, "--history"]);
    assert_eq!(shown["history"][0]["behalf"], Value::Null);

    let text = taken_out(&world);
    assert!(
        text.lines().next().expect("heads").ends_with("Ghi thay mặt"),
        "{text}"
    );
    let said = text.matches("Thay mặt Trịnh Thị Hạnh, trưởng thôn").count();
    assert_eq!(said, 1, "{text}");
}

#[test]
fn where_no_delegation_holds_nothing_is_written_on_behalf_and_no_column_is_made() {
    let (world, delegation) = delegated();
    // The office is nobody's deputy; the deputy is one no longer when its days are over.
    for (device, now) in [
        ("office", "2025-06-10"),
        ("thon1", "2025-06-16"),
        ("thon1", "2025-05-31"),
    ] {
        let mut words = vec![
            "--now",
            now,
            "add",
            "household",
            "number=7",
            "head=Lò Văn Sơn",
            "occurred=1/5/2025",
        ];
        words.extend(["--village", "1", "--behalf", &delegation]);
        let ran = world.run(device, &words);
        assert_eq!(
            (ran.code, ran.error()["code"].as_str()),
            (3, Some("behalf")),
            "{device} {now}: {}",
            ran.stderr
        );
    }
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 0);
    world.ask("thon1", &HOUSEHOLD);
    let text = taken_out(&world);
    assert!(!text.contains("Ghi thay mặt"), "{text}");
}
