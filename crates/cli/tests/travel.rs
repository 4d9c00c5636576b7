//! Real devices over real sockets on loopback.
#![allow(missing_docs)]

mod common;

use common::{HOUSEHOLD, World};
use serde_json::Value;

fn first_key(list: &Value) -> String {
    list["records"][0]["key"].as_str().expect("a record").to_owned()
}

#[test]
fn what_a_village_records_arrives_and_is_receipted() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    assert_eq!(
        world.ask("thon1", &["list", "household"])["records"][0]["state"],
        "on_device"
    );
    let synced = world.meet("office", "thon1");
    assert_eq!(synced["up_to_date"], true, "{synced}");
    assert!(synced["entries_sent"].as_u64() > Some(0) && synced["wire_bytes_sent"].as_u64() > Some(0));
    let seen = world.ask("office", &["list", "household"]);
    assert_eq!(seen["records"][0]["title"], "Nguyễn Văn An");
    world.meet("office", "thon1");
    assert_eq!(
        world.ask("thon1", &["list", "household"])["records"][0]["state"],
        "at_commune"
    );
    for device in ["office", "thon1"] {
        assert_eq!(world.ask(device, &["verify"])["ok"], true);
    }
}

#[test]
fn two_who_edit_one_field_see_both_and_one_chooses() {
    let world = World::new();
    let founded = world.ask("office", &["found", "--villages", "1", "--year", "2025"]);
    world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
    world.admit(&founded, "police", &["--role", "police-chief"]);
    for _ in 0..2 {
        world.meet("office", "thon1");
        world.meet("office", "police");
    }
    world.ask("thon1", &HOUSEHOLD);
    world.meet("thon1", "police");
    let key = first_key(&world.ask("police", &["list", "household"]));
    world.ask("thon1", &["edit", &key, "phone=0911 111 111"]);
    world.ask("police", &["edit", &key, "phone=0922 222 222"]);
    world.meet("police", "thon1");
    for device in ["thon1", "police"] {
        let seen = world.ask(device, &["conflicts"]);
        assert_eq!(seen["conflicts"][0]["field"], "phone", "{device}: {seen}");
        assert_eq!(seen["conflicts"][0]["sides"].as_array().map(Vec::len), Some(2));
    }
    assert_eq!(world.run("thon1", &["resolve", &key, "phone", "abc"]).code, 3);
    world.ask("thon1", &["resolve", &key, "phone", "0922222222"]);
    world.meet("police", "thon1");
    for device in ["thon1", "police"] {
        assert_eq!(world.run(device, &["conflicts", "--check"]).code, 0, "{device}");
    }
    guarded(&world, &key);
}

/// Care and tips: opened with a key on paper, read by police alone, looked at for a reason.
fn guarded(world: &World, household: &str) {
    let made = world.ask("police", &["reading-key", "make", "--compartment", "tips"]);
    assert!(
        made["secret"]
            .as_str()
            .is_some_and(|text| text.starts_with("STS-"))
    );
    assert_eq!(
        world.run("office", &["open-books", "--compartment", "tips"]).code,
        3
    );
    world.ask(
        "office",
        &["reading-key", "enter", made["slip"].as_str().expect("a slip")],
    );
    world.ask("office", &["open-books", "--compartment", "tips"]);
    world.ask("office", &["lan-key", "set"]);
    for _ in 0..2 {
        world.meet("office", "police");
        world.meet("office", "thon1");
    }
    let teller = "Bùi Thị Kín";
    let tip = [
        "add",
        "tip",
        "channel=hotline",
        "received_at=10/06/2025 07:30",
        "content=Có người lạ",
        "place=Cuối thôn",
    ];
    assert_eq!(world.run("thon1", &tip).code, 5);
    let with_teller: Vec<&str> = tip.iter().copied().chain(["--teller-name", teller]).collect();
    world.ask("police", &with_teller);
    let listed = world.ask("police", &["list", "tip"]);
    assert!(!listed.to_string().contains(teller));
    let key = first_key(&listed);
    assert_eq!(world.run("police", &["show", &key]).code, 3);
    let shown = world.ask("police", &["show", &key, "--history", "--reason", "Xác minh"]);
    assert!(!shown.to_string().contains(teller));
    let opened = world.ask("police", &["teller", &key, "--reason", "Trả lời"]);
    assert_eq!(opened["name"], teller);
    let log = world.ask("police", &["list", "access"]);
    assert_eq!(log["total"], 2, "{log}");
    for device in ["office", "thon1"] {
        world.meet("police", device);
        assert_eq!(world.ask(device, &["list", "tip"])["total"], 0, "{device}");
    }
    // The table says what it does not know.
    let table = world.ask(
        "thon1",
        &[
            "overview",
            "--indicator",
            "I34",
            "--indicator",
            "I21",
            "--period",
            "2025-Q2",
        ],
    );
    assert_eq!(table["total"]["cells"][0]["value"], "missing", "{table}");
    let due = world.ask("thon1", &["due"]);
    assert!(due["due"].to_string().contains(household), "{due}");
    nearby(world);
}

/// Devices on one network find each other by themselves.
fn nearby(world: &World) {
    world.ask(
        "police",
        &[
            "add",
            "household",
            "number=9",
            "head=Hoàng Văn Chín",
            "--village",
            "1",
        ],
    );
    let near = ["--nearby", "--interface", "loopback", "--mdns-port", "15353"];
    let _serving = world.serve("police", &near);
    let mut sync = vec!["sync"];
    sync.extend(near);
    let synced = world.ask("thon1", &sync);
    assert_eq!(synced["up_to_date"], true, "{synced}");
    assert_eq!(world.ask("thon1", &["find", "hoang van chin"])["total"], 1);
}

#[test]
fn nobody_there_is_told_and_nothing_is_lost() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    assert_eq!(world.run("thon1", &["sync"]).error()["code"], "no_relay");
    let key = "ab".repeat(32);
    let ran = world.run(
        "thon1",
        &["sync", "--peer", "127.0.0.1:9", "--key", &key, "--wait", "1"],
    );
    assert_eq!((ran.code, ran.error()["code"].as_str()), (7, Some("no_peer")));
    // Somebody else than was expected answers.
    let serving = world.serve("office", &[]);
    let ran = world.run(
        "thon1",
        &["sync", "--peer", &serving.address, "--key", &key, "--wait", "1"],
    );
    assert_eq!(ran.code, 7);
    // A stranger is not served.
    let founded = world.ask("other", &["found", "--villages", "1", "--year", "2025"]);
    assert!(founded["slip"].is_string());
    let ran = world.run(
        "other",
        &[
            "sync",
            "--peer",
            &serving.address,
            "--key",
            &serving.key,
            "--wait",
            "2",
        ],
    );
    assert_eq!(ran.code, 7, "{}", ran.stdout);
    drop(serving);
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 1);
}

#[test]
fn a_device_that_is_not_admitted_yet_waits_and_then_gets_everything_in_one_run() {
    let world = World::new();
    let founded = world.ask("office", &["found", "--villages", "1", "--year", "2025"]);
    let slip = founded["slip"].as_str().expect("a slip");
    let joined = world.ask("thon1", &["join", slip]);
    let refused = world.run(
        "thon1",
        &[
            "add",
            "household",
            "number=1",
            "head=Ngô Văn Mười",
            "--village",
            "1",
        ],
    );
    assert_eq!(
        (refused.code, refused.error()["code"].as_str()),
        (5, Some("not_admitted"))
    );
    world.ask(
        "office",
        &[
            "add",
            "unit",
            "name=Trạm Y tế",
            "code=1",
            "actor=health",
            "from=1/1/2025",
        ],
    );
    world.ask("office", &["publish"]);
    let request = joined["request"].as_str().expect("a request");
    world.ask(
        "office",
        &["admit", request, "--role", "village-head", "--village", "1"],
    );
    let serving = world.serve("office", &[]);
    let synced = world.ask(
        "thon1",
        &["sync", "--peer", &serving.address, "--key", &serving.key],
    );
    drop(serving);
    assert_eq!(synced["admitted"], true, "{synced}");
    assert_eq!(synced["epochs_without_key"], 0, "{synced}");
    assert_eq!(world.ask("thon1", &["list", "unit"])["total"], 1);
}

#[test]
fn a_new_device_finds_the_registrar_s_nearby_without_any_relay_and_its_request_arrives() {
    let world = World::new();
    world.ask("office", &["found", "--villages", "1", "--year", "2025"]);
    let invite = [
        "invite",
        "--role",
        "village-head",
        "--village",
        "1",
        "--note",
        "Ông Hà Văn Lả",
    ];
    let slip = world.ask("office", &invite)["slip"].clone();
    let joined = world.ask("thon1", &["join", slip.as_str().expect("a slip")]);
    let near = ["--nearby", "--interface", "loopback", "--mdns-port", "15353"];
    let sync = [&["sync"][..], &near].concat();
    let serving = world.serve("office", &[&near[..], &["--welcome"]].concat());
    let synced = world.ask("thon1", &sync);
    assert_eq!(synced["heard"], true, "{synced}");
    drop(serving);
    let device = joined["device"].as_str().expect("a device");
    assert_eq!(
        world.run("office", &["admit", device]).object()["words"],
        joined["words"]
    );
    world.ask("office", &["admit", device, "--yes"]);
    let _serving = world.serve("office", &[&near[..], &["--welcome"]].concat());
    let synced = world.ask("thon1", &sync);
    assert_eq!(synced["admitted"], true, "{synced}");
}
