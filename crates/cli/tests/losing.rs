//! Machines that are lost or in wrong hands, and the keys on paper, as processes.
#![allow(missing_docs)]

mod common;
#[path = "common/relay.rs"]
mod relay;

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use common::{HOUSEHOLD, World};
use relay::{RelayAt, copy};
use serde_json::Value;

fn string(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

fn id(world: &World, device: &str) -> String {
    string(&world.ask(device, &["status"])["device"])
}

/// An office, the head of village 1 and the police, all met; what founding answered.
fn commune() -> (World, Value) {
    let world = World::new();
    let founded = world.ask("office", &["found", "--villages", "2", "--year", "2025"]);
    world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
    world.admit(&founded, "police", &["--role", "police-chief"]);
    for _ in 0..2 {
        world.meet("office", "thon1");
        world.meet("office", "police");
    }
    (world, founded)
}

/// A file with a key on paper in it.
fn sheet(world: &World, secret: &Value) -> String {
    let path = world.path("sheet");
    std::fs::write(&path, string(secret)).expect("writes");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn what_was_on_a_lost_device_is_told_and_its_end_is_one_act_of_the_registrar() {
    let (world, _) = commune();
    world.ask("thon1", &HOUSEHOLD);
    world.meet("office", "thon1");
    let lost = id(&world, "thon1");
    let looked = world.run("office", &["lost", &lost]);
    assert_eq!(looked.code, 8, "{}", looked.stderr);
    let had = looked.object();
    assert_eq!(had["ended"], false);
    let books = had["had"].as_array().expect("books").clone();
    let own = books.iter().find(|had| had["book"]["place"] == "village:1");
    let own = own.expect("its village's book");
    assert_eq!(
        (&own["read"], &own["records"]),
        (&true.into(), &1.into()),
        "{own}"
    );
    assert!(own["wrote"].as_u64() > Some(0), "{own}");
    assert!(
        books.iter().all(|had| had["book"]["place"] != "village:2"),
        "{books:?}"
    );

    let tried = world.run("police", &["lost", &lost, "--yes"]);
    assert_eq!((tried.code, &tried.error()["code"]), (5, &"not_registrar".into()));
    let ended = world.ask("office", &["lost", &lost, "--yes"]);
    let renewed = ended["renewed"].as_array().expect("books");
    assert!(renewed.iter().any(|book| book["place"] == "village:1"), "{ended}");
    // What it wrote before counts; nobody serves it any more.
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
    let office = world.serve("office", &["--for", "30"]);
    let ran = world.run(
        "thon1",
        &["sync", "--peer", &office.address, "--key", &office.key],
    );
    assert_eq!(
        (ran.code, &ran.error()["code"]),
        (7, &"refused".into()),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_a_device_wrote_is_undone_where_one_may_write() {
    let (world, _) = commune();
    world.ask("thon1", &HOUSEHOLD);
    world.meet("office", "thon1");
    world.meet("office", "police");
    let thon1 = id(&world, "thon1");
    let tried = world.run("office", &["undo-device", &thon1, "--reason", "  "]);
    assert_eq!((tried.code, &tried.error()["code"]), (3, &"reason".into()));
    // The office reads the village's book and may not write in it: it says where this is to be done.
    let elsewhere = world.ask("office", &["undo-device", &thon1, "--reason", "Máy mất"]);
    assert_eq!(elsewhere["records"], serde_json::json!([]));
    assert_eq!(elsewhere["elsewhere"][0]["place"], "village:1", "{elsewhere}");
    let undone = world.ask("police", &["undo-device", &thon1, "--reason", "Máy mất"]);
    assert_eq!(undone["records"].as_array().map(Vec::len), Some(1), "{undone}");
    world.meet("office", "police");
    for device in ["police", "office"] {
        assert_eq!(world.ask(device, &["list", "household"])["total"], 0, "{device}");
        let voided = world.ask(device, &["list", "household", "--voided"]);
        assert_eq!(voided["total"], 1, "{device}: nothing is deleted");
    }
}

#[test]
fn a_suspended_device_is_not_served_until_it_is_let_go_and_its_work_counts() {
    let (world, _) = commune();
    world.ask("thon1", &HOUSEHOLD);
    world.meet("office", "thon1");
    let thon1 = id(&world, "thon1");
    let tried = world.run("thon1", &["suspend", &id(&world, "police")]);
    assert_eq!(
        (tried.code, &tried.error()["code"]),
        (5, &"may_not_suspend".into())
    );
    world.ask("police", &["suspend", &thon1]);
    let refused = |by: &str| {
        let serving = world.serve(by, &["--for", "30"]);
        let ran = world.run(
            "thon1",
            &["sync", "--peer", &serving.address, "--key", &serving.key],
        );
        assert_eq!(
            (ran.code, &ran.error()["code"]),
            (7, &"refused".into()),
            "{}",
            ran.stderr
        );
    };
    refused("police");
    world.meet("office", "police");
    refused("office");
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
    world.ask("office", &["suspend", &thon1, "--lift"]);
    assert_eq!(world.meet("office", "thon1")["up_to_date"], true);
}

#[test]
fn an_open_session_of_a_device_ends_when_it_is_cut_and_brings_nothing_more() {
    let world = World::new();
    let mut relay = RelayAt::new(world.path("relay"));
    let found = [
        "found",
        "--villages",
        "2",
        "--year",
        "2025",
        "--relay",
        &relay.place,
    ];
    let founded = world.ask("office", &found);
    relay.add(founded["slip"].as_str().expect("a slip"));
    for (device, role) in [("thon1", "village-head"), ("deputy", "deputy-village-head")] {
        world.admit(&founded, device, &["--role", role, "--village", "1"]);
    }
    for device in ["office", "thon1", "deputy", "office", "thon1", "deputy"] {
        world.ask(device, &["sync"]);
    }
    let mut open = world
        .command("deputy", &["--json", "sync", "--for", "120"])
        .env("SOTHON_LOG", "info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sothon starts");
    let mut lines = BufReader::new(open.stderr.take().expect("a pipe")).lines();
    relay.until_open(1);
    // What the head writes now comes at once.
    world.ask("thon1", &HOUSEHOLD);
    world.ask("thon1", &["sync"]);
    let deputy = id_of(&world, "deputy-village-head");
    world.ask("office", &["cut", &deputy]);
    world.ask("office", &["sync"]);
    let ended = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("is over"));
    let ended = ended.expect("the session ends by itself");
    assert!(ended.contains("NotAdmitted"), "{ended}");
    relay.until_open(0);
    let later = ["add", "household", "number=6", "head=Lê Thị Sau", "address=Ngõ 6"];
    world.ask("thon1", &later);
    world.ask("thon1", &["sync"]);
    let asked = Command::new("kill").arg(open.id().to_string()).status();
    assert!(asked.expect("kill").success());
    let rest: String = lines.map_while(Result::ok).collect();
    assert_eq!(open.wait().expect("ends").code(), Some(7), "{rest}");
    assert!(rest.contains("\"refused\""), "{rest}");
    let list = world.ask("deputy", &["list", "household"]);
    let (before, after) = ("Nguyễn Văn An", "Lê Thị Sau");
    assert!(list.to_string().contains(before), "its session was open: {list}");
    assert!(!list.to_string().contains(after), "{list}");
}

fn id_of(world: &World, role: &str) -> String {
    let devices = world.ask("office", &["devices"]);
    let all = devices["devices"].as_array().expect("devices");
    let found = all.iter().find(|device| device["role"] == role);
    string(&found.expect("a device of that role")["device"])
}

#[test]
fn the_recovery_sheet_makes_another_machine_the_registrar_s_and_the_lost_one_orders_nothing_more() {
    let (world, founded) = commune();
    // The office's machine is gone; a new one of the police stands in for it.
    let recovery = sheet(&world, &founded["recovery"]);
    let wrong = world.path("wrong");
    let other = World::new().ask("other", &["found", "--villages", "1", "--year", "2025"]);
    std::fs::write(&wrong, string(&other["recovery"])).expect("writes");
    let tried = world.run(
        "police",
        &["recover", "--sheet-file", wrong.to_str().expect("a path")],
    );
    assert_eq!((tried.code, &tried.error()["code"]), (3, &"not_the_sheet".into()));
    assert_eq!(world.ask("police", &["status"])["registrar"], false);
    let recovered = world.ask("police", &["recover", "--sheet-file", &recovery]);
    assert_eq!(recovered["registrar"], true);
    world.ask("police", &["lost", &id(&world, "office"), "--yes"]);
    let joined = world.ask("new", &["join", &string(&founded["slip"])]);
    let request = string(&joined["request"]);
    let role = ["--role", "village-head", "--village", "2"];
    world.ask("police", &[&["admit", &request], &role[..]].concat());
    world.meet("police", "new");
    world.meet("police", "thon1");
    assert_eq!(world.ask("new", &["status"])["role"], "village-head");
    // What the old machine still orders is heard by nobody.
    world.run("office", &["cut", &id(&world, "thon1")]);
    let serving = world.serve("thon1", &["--for", "30"]);
    let ran = world.run(
        "office",
        &["sync", "--peer", &serving.address, "--key", &serving.key],
    );
    assert_eq!(ran.code, 7, "{} {}", ran.stdout, ran.stderr);
    drop(serving);
    let frozen = &world.ask("thon1", &["status"])["register"]["frozen_at"];
    assert!(frozen.is_null(), "{frozen}");
    assert_eq!(world.meet("police", "thon1")["up_to_date"], true);
}

#[test]
fn a_compartment_is_read_again_with_its_key_on_paper_when_its_readers_are_gone() {
    let (world, founded) = commune();
    let made = world.ask("police", &["reading-key", "make", "--compartment", "tips"]);
    world.ask("office", &["reading-key", "enter", &string(&made["slip"])]);
    world.ask("office", &["open-books", "--compartment", "tips"]);
    for _ in 0..2 {
        world.meet("office", "police");
    }
    let tip = [
        "add",
        "tip",
        "channel=hotline",
        "received_at=10/06/2025 07:30",
        "content=Có người lạ",
        "place=Cuối thôn",
    ];
    world.ask("police", &tip);
    world.meet("office", "police");
    world.ask("office", &["lost", &id(&world, "police"), "--yes"]);
    world.admit(&founded, "new", &["--role", "police-chief"]);
    for _ in 0..2 {
        world.meet("office", "new");
    }
    assert_eq!(world.ask("new", &["list", "tip"])["total"], 0);
    let paper = sheet(&world, &made["secret"]);
    let care = [
        "reading-key",
        "open",
        "--compartment",
        "care",
        "--sheet-file",
        &paper,
    ];
    let tried = world.run("new", &care);
    assert_eq!((tried.code, &tried.error()["code"]), (3, &"not_the_key".into()));
    let tips = [
        "reading-key",
        "open",
        "--compartment",
        "tips",
        "--sheet-file",
        &paper,
    ];
    let opened = world.ask("new", &tips);
    assert!(opened["keys"].as_u64() > Some(0), "{opened}");
    assert_eq!(world.ask("new", &["list", "tip"])["total"], 1);
}

#[test]
fn two_on_two_branches_of_the_register_are_told_that_they_do_not_hold_the_same_and_why() {
    let world = World::new();
    let founded = world.ask("office", &["found", "--villages", "2", "--year", "2025"]);
    copy(&world.path("office"), &world.path("copy"));
    let slip = founded["slip"].as_str().expect("a slip");
    for (registrar, device, village) in [("office", "thon1", "1"), ("copy", "thon2", "2")] {
        let joined = world.ask(device, &["join", slip]);
        let request = joined["request"].as_str().expect("a request");
        world.ask(
            registrar,
            &["admit", request, "--role", "village-head", "--village", village],
        );
        assert_eq!(world.meet(registrar, device)["up_to_date"], true);
    }
    let serving = world.serve("thon1", &["--for", "60"]);
    let sync = [
        "sync",
        "--peer",
        &serving.address,
        "--key",
        &serving.key,
        "--wait",
        "1",
    ];
    let synced = world.ask("thon2", &sync);
    // Who was left says the same as who went.
    for said in [synced, serving.end()] {
        assert_eq!(said["event"], "done", "{said}");
        assert_eq!(
            (&said["up_to_date"], &said["why_not"]),
            (&false.into(), &"registers_differ".into()),
            "{said}"
        );
    }
}
