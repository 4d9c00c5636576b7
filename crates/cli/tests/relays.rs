//! What becomes of relays: set back to an old copy, two of them, a wrong one. Real relays over QUIC, real devices.
#![allow(missing_docs)]

mod common;
#[path = "common/relay.rs"]
mod relay;

use common::{HOUSEHOLD, World};
use relay::{RelayAt, copy};
use serde_json::{Value, json};
use sothon_ledger::BookId;
use sothon_relay::folder::{Folder, Quota};
use sothon_replica::slip::RootSlip;

/// An office and a village head, and relays that serve them; all have met.
fn commune(relays: usize) -> (World, Vec<RelayAt>) {
    let world = World::new();
    let mut all: Vec<RelayAt> = (0..relays)
        .map(|n| RelayAt::new(world.path(&format!("relay{n}"))))
        .collect();
    let mut found = vec!["found", "--villages", "2", "--year", "2025"];
    for relay in &all {
        found.extend(["--relay", &relay.place]);
    }
    let founded = world.ask("office", &found);
    let slip = founded["slip"].as_str().expect("a slip");
    for relay in &mut all {
        relay.add(slip);
    }
    world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
    for _ in 0..2 {
        for device in ["office", "thon1"] {
            let synced = world.ask(device, &["sync"]);
            assert_eq!(synced["up_to_date"], true, "{device}: {synced}");
        }
    }
    (world, all)
}

fn state(world: &World) -> Value {
    world.ask("thon1", &["list", "household"])["records"][0]["state"].clone()
}

#[test]
fn a_relay_set_back_to_an_old_copy_is_given_everything_again_and_nothing_is_lost() {
    let (world, mut relays) = commune(1);
    let relay = &mut relays[0];
    let old = world.path("relay of yesterday");
    relay.stop();
    copy(&relay.dir, &old);
    relay.start();
    world.ask("thon1", &HOUSEHOLD);
    let synced = world.ask("thon1", &["sync"]);
    assert!(synced["entries_sent"].as_u64() > Some(0), "{synced}");
    assert_eq!(state(&world), "at_relay");
    relay.set_back_to(&old);
    relay.start();
    // The office finds nothing there, and the village is the only one that has it.
    world.ask("office", &["sync"]);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 0);
    let again = world.ask("thon1", &["sync"]);
    assert!(again["entries_sent"].as_u64() > Some(0), "{again}");
    assert_eq!(state(&world), "at_relay");
    world.ask("office", &["sync"]);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
    world.ask("thon1", &["sync"]);
    assert_eq!(state(&world), "at_commune");
    for device in ["office", "thon1"] {
        assert_eq!(world.ask(device, &["verify"])["ok"], true);
    }
}

#[test]
fn what_one_relay_has_taken_reaches_the_other_through_the_devices() {
    let (world, mut relays) = commune(2);
    relays[0].stop();
    world.ask("thon1", &HOUSEHOLD);
    let synced = world.ask("thon1", &["sync", "--wait", "5"]);
    assert!(synced["entries_sent"].as_u64() > Some(0), "{synced}");
    relays[0].start();
    world.ask("office", &["sync"]);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
    // The second one is gone for good: the first has all that it had.
    relays[1].stop();
    world.ask("thon1", &["sync", "--wait", "5"]);
    assert_eq!(state(&world), "at_commune");
}

#[test]
fn a_relay_with_another_key_at_the_place_or_of_another_commune_gets_nothing() {
    let (world, mut relays) = commune(1);
    world.ask("thon1", &HOUSEHOLD);
    let relay = &mut relays[0];
    // At the place of the true one somebody else, who serves the commune by its slip.
    let (dir, kept) = (relay.dir.clone(), world.path("the true relay"));
    relay.stop();
    std::fs::rename(&dir, &kept).expect("moves");
    let slip = world.ask("office", &["root-slip"])["slip"].clone();
    let wrong = RelayAt::new(world.path("a wrong relay"));
    let other_key = wrong.dir.clone();
    drop(wrong);
    copy(&other_key, &dir);
    relay.add(slip.as_str().expect("a slip"));
    let ran = world.run("thon1", &["sync", "--wait", "3"]);
    assert_eq!(
        (ran.code, &ran.error()["code"]),
        (7, &Value::from("no_peer")),
        "{}",
        ran.stderr
    );
    assert_eq!(state(&world), "on_device");
    let served = Folder::open(&dir).expect("opens").0;
    relay.stop();
    let root = RootSlip::from_text(slip.as_str().expect("a slip"))
        .expect("a slip")
        .root;
    let took = served.archive(root).expect("opens");
    assert_eq!(took.store().index().all().count(), 0, "not even its register");
    assert!(took.register().is_none());
    drop(took);
    // The true one again, which has forgotten the commune: it was set up anew for others.
    relay.set_back_to(&kept);
    let (folder, _) = Folder::open(&dir).expect("opens");
    folder.remove(root).expect("removes");
    relay.start();
    let ran = world.run("thon1", &["sync", "--wait", "3"]);
    assert_eq!(ran.code, 7, "{}", ran.stdout);
    relay.set_back_to(&kept);
    relay.start();
    assert_eq!(world.ask("thon1", &["sync"])["up_to_date"], true);
    assert_eq!(state(&world), "at_relay");
}

#[test]
fn the_registrar_s_machine_restored_from_a_backup_writes_nothing_until_a_relay_has_told_what_came_since() {
    let (world, mut relays) = commune(1);
    // Yesterday's copy of the office's machine, and one device more that the relay knows of.
    copy(&world.path("office"), &world.path("backup"));
    let slip = world.ask("office", &["root-slip"])["slip"].clone();
    let founded = serde_json::json!({ "slip": slip });
    world.admit(&founded, "thon2", &["--role", "village-head", "--village", "2"]);
    world.ask("office", &["sync"]);
    let height = world.ask("office", &["status"])["register"]["height"].as_u64();
    std::fs::remove_dir_all(world.path("office")).expect("the machine is gone");
    copy(&world.path("backup"), &world.path("office"));
    relays[0].stop();
    let device = world.ask("thon1", &["status"])["device"].clone();
    let cut = ["cut", device.as_str().expect("an id")];
    let refused = world.run("office", &cut);
    assert_eq!(
        (refused.code, &refused.error()["code"]),
        (7, &Value::from("unconfirmed")),
        "{}",
        refused.stderr
    );
    relays[0].start();
    // It asks by itself, and stands on what it had ordered before.
    world.ask("office", &cut);
    world.ask("office", &["sync"]);
    for device in ["thon2", "office"] {
        let synced = world.ask(device, &["sync"]);
        assert_eq!(synced["up_to_date"], true, "{device}: {synced}");
        let register = world.ask(device, &["status"])["register"].clone();
        assert_eq!(register["frozen_at"], Value::Null, "{device}: {register}");
        assert_eq!(
            register["height"].as_u64(),
            height.map(|height| height + 1),
            "{device}"
        );
    }
}

#[test]
fn a_save_for_which_the_relay_had_no_room_comes_when_it_has() {
    let (world, mut relays) = commune(1);
    let relay = &mut relays[0];
    // Characters of so many that nothing packs them much.
    let note = |n: u32| -> String {
        let character = |at: u32| char::from_u32(0x4e00 + (at * 7_919 + n * 104_729) % 20_000);
        (0..2_000).filter_map(character).collect()
    };
    let items: Vec<Value> = (0..10)
        .map(|n| {
            json!({"kind": "household", "fields": {
                "number": n.to_string(), "head": "Nguyễn Văn An", "address": "Ngõ 5", "note": note(n)}})
        })
        .collect();
    let file = world.path("items.json");
    std::fs::write(&file, json!(items).to_string()).expect("writes");
    world.ask("thon1", &["add", "--file", file.to_str().expect("a name")]);
    world.ask("thon1", &["sync"]);
    let books = world.ask("thon1", &["books"]);
    let mut books = books["books"].as_array().expect("books").iter();
    let book = books
        .find(|book| book["records"] == 10)
        .expect("the village's book");
    let book: BookId = book["id"].as_str().expect("its id").parse().expect("an id");
    world.ask("thon1", &["checkpoint", &book.to_string()]);
    relay.stop();
    let slip = world.ask("office", &["root-slip"])["slip"].clone();
    let root = RootSlip::from_text(slip.as_str().expect("a slip"))
        .expect("a slip")
        .root;
    // Whole saves of the book, and how many bytes are kept.
    let held = |relay: &RelayAt| {
        let (folder, _) = Folder::open(&relay.dir).expect("opens");
        let archive = folder.archive(root).expect("opens");
        let bytes: u64 = archive.store().index().all().map(|log| log.bytes()).sum();
        (archive.saves(&book).expect("reads").len(), bytes)
    };
    let (_, bytes) = held(relay);
    let little = Quota {
        total_bytes: bytes + 8_000,
        ..Quota::default()
    };
    relay.set_quota(root, little);
    relay.start();
    for _ in 0..2 {
        let synced = world.ask("thon1", &["sync"]);
        assert_eq!(
            (&synced["up_to_date"], &synced["left_out"]),
            (&json!(true), &json!(0)),
            "{synced}"
        );
    }
    relay.stop();
    let (saves, after) = held(relay);
    assert_eq!(saves, 0, "it had room");
    assert!(bytes < after, "it had no room for the entry that names the save");
    relay.set_quota(root, Quota::default());
    relay.start();
    world.ask("thon1", &["sync"]);
    relay.stop();
    assert_eq!(held(relay).0, 1);
}
