//! What happens to villages, on the command line: one act in the commune's book, undone as one; refused without the right.
#![allow(missing_docs)]

mod common;

use common::{HOUSEHOLD, World};
use serde_json::{Value, json};

const BY: [&str; 4] = ["--from", "2026-01-01", "--decision", "NQ 05/NQ-HĐND"];

fn act(world: &World, device: &str, what: &[&str]) -> Value {
    let all: Vec<&str> = ["village"].iter().chain(what).chain(&BY).copied().collect();
    world.ask(device, &all)
}

/// The commune of two villages, with their records: they have been there since 2020.
fn commune() -> World {
    let world = World::commune();
    let line = |number: u32| {
        json!({"kind": "village",
            "fields": {"code": number.to_string(), "type_of": "thon", "decision": "QĐ 1/QĐ-UBND", "from": "2020-01-01"},
            "subs": [{"list": "names", "fields": {"name": number.to_string(), "from": "2020-01-01"}}]})
    };
    let file = world.path("villages.json");
    std::fs::write(&file, json!([line(1), line(2)]).to_string()).expect("a file");
    world.ask("office", &["add", "--file", file.to_str().expect("a path")]);
    world
}

/// The villages by title, as the office lists them.
fn titles(world: &World) -> Vec<String> {
    let listed = world.ask("office", &["list", "village"]);
    let mut titles: Vec<String> = listed["records"]
        .as_array()
        .expect("records")
        .iter()
        .map(|record| record["title"].as_str().expect("a title").to_owned())
        .collect();
    titles.sort();
    titles
}

#[test]
fn a_village_is_renamed_merged_and_divided_each_as_one_act_that_is_undone_as_one() {
    let world = commune();
    let added = world.ask("thon1", &HOUSEHOLD);
    let household = added["records"][0]["key"].as_str().expect("a key").to_owned();
    world.meet("office", "thon1");
    let before = titles(&world);
    assert_eq!(before.len(), 2);

    let renamed = act(&world, "office", &["1", "rename", "Đông"]);
    assert!(
        titles(&world).contains(&"Đông".to_owned()),
        "{:?}",
        titles(&world)
    );
    world.ask("office", &["undo", renamed["act"].as_str().expect("an act")]);
    assert_eq!(titles(&world), before);

    let merged = act(&world, "office", &["1", "merge", "2", "--name", "Tân Lập"]);
    assert!(titles(&world).contains(&"Tân Lập".to_owned()));
    world.ask("office", &["undo", merged["act"].as_str().expect("an act")]);
    assert_eq!(titles(&world), before);

    let divided = act(
        &world,
        "office",
        &["1", "split", "--name", "Mới", "--household", &household],
    );
    assert_eq!(titles(&world).len(), 3);
    world.ask("office", &["undo", divided["act"].as_str().expect("an act")]);
    assert_eq!(world.ask("office", &["verify"])["findings"], json!([]));
}

#[test]
fn what_is_to_be_put_right_is_named_and_who_has_no_right_changes_no_village() {
    let world = commune();
    let before = titles(&world);
    let all = |what: &[&str]| -> Vec<String> {
        ["village"]
            .iter()
            .chain(what)
            .chain(&BY)
            .map(|word| (*word).to_owned())
            .collect()
    };
    let run = |device: &str, what: &[&str]| {
        let all = all(what);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        world.run(device, &all)
    };
    assert_eq!(
        run("office", &["9", "rename", "Đông"]).error()["code"],
        "no_village"
    );
    let problems = run("office", &["1", "rename", "  "]).error()["problems"].clone();
    assert_eq!(problems[0]["field"], "name", "{problems:#}");
    world.meet("office", "thon1");
    let refused = run("thon1", &["1", "rename", "Đông"]);
    assert_ne!(refused.code, 0);
    assert_eq!(refused.error()["code"], "may_not_write");
    assert_eq!(titles(&world), before);
}
