//! The registrar's words on roles, cuts and what does not count, as processes.
#![allow(missing_docs)]

mod common;

use common::{HOUSEHOLD, World};

fn device(world: &World, role: &str) -> String {
    let devices = world.ask("office", &["devices"]);
    let all = devices["devices"].as_array().expect("devices").clone();
    let found = all.into_iter().find(|device| device["role"] == role);
    found.expect("a device of that role")["device"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[test]
fn a_device_gets_another_role_and_writes_again_by_itself_what_the_commune_did_not_have() {
    let world = World::commune();
    let thon1 = device(&world, "village-head");
    world.ask("thon1", &HOUSEHOLD);
    world.ask("thon1", &["publish"]);
    let change = [
        "role",
        &thon1[..12],
        "--role",
        "deputy-village-head",
        "--village",
        "1",
    ];
    let changed = world.ask("office", &change);
    assert_eq!(changed["role"], "deputy-village-head");
    let again = world.run("office", &change);
    assert_eq!(
        (again.code, again.error()["code"].as_str()),
        (3, Some("same_role"))
    );
    world.meet("office", "thon1");
    world.meet("office", "thon1");
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 1);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
    // What it wrote first stays aside, and is not let in beside what it wrote again.
    let aside = world.ask("office", &["aside", "--device", &thon1[..12]]);
    let entries = aside["aside"].as_array().expect("a list").clone();
    let written = entries.iter().find(|one| one["written_again"] == true);
    let entry = written.expect("the first entry")["entry"]
        .as_str()
        .expect("an id");
    let tried = world.run("office", &["let-in", &entry[..16]]);
    assert_eq!(
        (tried.code, tried.error()["code"].as_str()),
        (3, Some("written_again"))
    );
}

#[test]
fn what_came_after_a_right_had_ended_is_told_in_words_and_let_in_by_name() {
    let world = World::commune();
    let thon1 = device(&world, "village-head");
    world.ask("thon1", &HOUSEHOLD);
    world.ask("thon1", &["publish"]);
    let moved = ["role", &thon1[..12], "--role", "village-head", "--village", "2"];
    world.ask("office", &moved);
    world.meet("office", "thon1");
    assert_eq!(world.ask("office", &["list", "household"])["total"], 0);
    let said = world.say("office", &["aside"]);
    let sentence = "Xã nhận được sau khi quyền của máy này đã dừng.";
    assert!(said.stdout.contains(sentence), "{}", said.stdout);
    let aside = world.ask("office", &["aside"]);
    let [one] = &aside["aside"].as_array().expect("a list")[..] else {
        panic!("one entry: {aside}");
    };
    assert_eq!(one["written_again"], false);
    let entry = one["entry"].as_str().expect("an id");
    world.ask("office", &["let-in", &entry[..16]]);
    assert_eq!(world.ask("office", &["aside"])["aside"], serde_json::json!([]));
    assert_eq!(world.ask("office", &["rivals"])["rivals"], serde_json::json!([]));
}

#[test]
fn what_is_ordered_to_be_written_again_is_never_let_in_and_written_by_who_may() {
    let world = World::commune();
    let thon1 = device(&world, "village-head");
    world.ask("thon1", &HOUSEHOLD);
    world.ask("thon1", &["publish"]);
    let to_village = |number| {
        [
            "role",
            &thon1[..12],
            "--role",
            "village-head",
            "--village",
            number,
        ]
    };
    world.ask("office", &to_village("2"));
    world.meet("office", "thon1");
    let aside = world.ask("office", &["aside"]);
    let entry = aside["aside"][0]["entry"].as_str().expect("an id").to_owned();
    let unasked = world.run("thon1", &["write-again", &entry[..16]]);
    assert_eq!(unasked.error()["code"], "may_not_write");
    // The office keeps the register and does not write in a village's book.
    let ordered = world.ask("office", &["order-again", &entry[..16]]);
    assert_eq!(ordered["written"], false);
    assert_eq!(ordered["entries"], serde_json::json!([entry]));
    let tried = world.run("office", &["let-in", &entry[..16]]);
    assert_eq!(
        (tried.code, tried.error()["code"].as_str()),
        (3, Some("written_again"))
    );
    assert_eq!(world.ask("office", &["aside"])["aside"][0]["ordered"], true);
    // Its own author does it by name alone, too: by itself it writes nothing of it.
    world.ask("office", &to_village("1"));
    world.meet("office", "thon1");
    assert_eq!(world.ask("office", &["list", "household"])["total"], 0);
    let written = world.ask("thon1", &["write-again", &entry[..16]]);
    assert_eq!(written["entries"], serde_json::json!([entry]));
    world.meet("office", "thon1");
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
    let aside = world.ask("office", &["aside"]);
    assert_eq!(aside["aside"][0]["written_again"], true);
    assert_eq!(
        world.ask("office", &["unchosen"])["unchosen"],
        serde_json::json!([])
    );
}

#[test]
fn a_device_is_cut_by_the_registrar_alone_and_told_so() {
    let world = World::commune();
    let thon1 = device(&world, "village-head");
    let tried = world.run("thon1", &["cut", &thon1[..12]]);
    assert_eq!(
        (tried.code, tried.error()["code"].as_str()),
        (5, Some("not_registrar"))
    );
    assert_eq!(world.run("office", &["cut"]).code, 2);
    let cut = world.ask("office", &["cut", &thon1[..12]]);
    assert_eq!(cut["cut"], thon1.as_str());
    let again = world.run("office", &["role", &thon1[..12], "--role", "leader"]);
    assert_eq!((again.code, again.error()["code"].as_str()), (3, Some("no_role")));
}

#[test]
fn a_device_that_was_cut_while_it_was_away_is_turned_away_and_told_so() {
    let world = World::commune();
    let thon1 = device(&world, "village-head");
    world.ask("office", &["cut", &thon1[..12]]);
    world.ask("thon1", &HOUSEHOLD);
    let office = world.serve("office", &["--for", "30"]);
    let ran = world.run(
        "thon1",
        &["sync", "--peer", &office.address, "--key", &office.key],
    );
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (7, Some("refused")),
        "{} {}",
        ran.stdout,
        ran.stderr
    );
    drop(office);
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 1);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 0);
}

#[test]
fn a_book_is_ended_for_everybody_or_for_one_device() {
    let world = World::commune();
    let thon1 = device(&world, "village-head");
    let book = "village/village:1";
    world.ask("office", &["cut", &thon1[..12], "--book", book]);
    world.meet("office", "thon1");
    assert_eq!(world.run("thon1", &HOUSEHOLD).error()["code"], "may_not_write");
    let ended = world.ask("office", &["cut", "--book", "village/village:2"]);
    assert_eq!(ended["cut"], serde_json::Value::Null);
    assert!(ended["book"].is_string());
}

#[test]
fn the_register_is_handed_over_to_another_machine_which_orders_from_then_on() {
    let world = World::new();
    let founded = world.ask("office", &["found", "--villages", "2", "--year", "2025"]);
    world.admit(&founded, "new", &["--role", "office"]);
    world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
    world.meet("office", "new");
    let status = world.ask("new", &["status"]);
    let new = status["device"].as_str().expect("an id").to_owned();
    let looked = world.run("office", &["hand-over", &new[..12]]);
    assert_eq!((looked.code, &looked.object()["handed_over"]), (8, &false.into()));
    assert_eq!(world.ask("office", &["status"])["registrar"], true);
    let done = world.ask("office", &["hand-over", &new[..12], "--yes"]);
    assert_eq!(done["handed_over"], true);
    let thon1 = device(&world, "village-head");
    let tried = world.run("office", &["cut", &thon1[..12]]);
    assert_eq!(tried.error()["code"], "not_registrar");
    world.meet("office", "new");
    assert_eq!(world.ask("new", &["status"])["registrar"], true);
    let cut = world.ask("new", &["cut", &thon1[..12]]);
    assert_eq!(
        (&cut["cut"], &cut["not_named"]),
        (&thon1.as_str().into(), &0.into())
    );
}

#[test]
fn a_unit_reads_a_village_s_book_as_long_as_it_is_open_to_it() {
    let world = World::new();
    let founded = ["found", "--villages", "2", "--units", "1", "--year", "2025"];
    let founded = world.ask("office", &founded);
    world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
    world.admit(&founded, "women", &["--role", "unit", "--unit", "1"]);
    let round = || {
        for _ in 0..2 {
            world.meet("office", "thon1");
            world.meet("office", "women");
        }
    };
    round();
    world.ask("thon1", &HOUSEHOLD);
    round();
    assert_eq!(world.ask("women", &["list", "household"])["total"], 0);
    let book = "village/village:1";
    let opened = world.ask("office", &["open-to", book, "--unit", "1"]);
    assert_eq!((&opened["open"], &opened["unit"]), (&true.into(), &1.into()));
    let again = world.run("office", &["open-to", book, "--unit", "1"]);
    assert_eq!(again.error()["code"], "opened");
    let other = world.run("office", &["open-to", "commune", "--unit", "1"]);
    assert_eq!(other.error()["code"], "not_for_units");
    round();
    assert_eq!(world.ask("women", &["list", "household"])["total"], 1);
    let closed = world.ask("office", &["open-to", book, "--unit", "1", "--close"]);
    assert_eq!(closed["open"], false);
    round();
    world.ask("thon1", &HOUSEHOLD);
    round();
    assert_eq!(world.ask("office", &["list", "household"])["total"], 2);
    assert_ne!(world.ask("women", &["list", "household"])["total"], 2);
}
