//! Courier files by real processes, and what is said of bad ones.
#![allow(missing_docs)]

mod common;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{HOUSEHOLD, World};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

fn path(world: &World, name: &str) -> String {
    world.path(name).to_str().expect("a path that is text").to_owned()
}

#[test]
fn what_a_village_records_goes_on_a_stick_and_the_receipt_comes_back_on_it() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    let (there, back) = (path(&world, "there.sothon"), path(&world, "back.sothon"));
    let made = world.ask("thon1", &["courier", "out", &there]);
    assert!(made["entries"].as_u64() > Some(0), "{made}");
    let state = |world: &World| world.ask("thon1", &["list", "household"])["records"][0]["state"].clone();
    assert_eq!(state(&world), "on_device");
    let taken = world.ask("office", &["courier", "in", &there]);
    assert!(taken["entries"].as_u64() > Some(0), "{taken}");
    assert_eq!(
        world.ask("office", &["list", "household"])["records"][0]["title"],
        "Nguyễn Văn An"
    );
    let again = world.ask("office", &["courier", "in", &there]);
    assert_eq!((&again["entries"], &again["wraps"]), (&json!(0), &json!(0)));
    let thon1 = made_by(&world, "thon1");
    world.ask("office", &["courier", "out", &back, "--for", &thon1[..12]]);
    world.ask("thon1", &["courier", "in", &back]);
    assert_eq!(state(&world), "at_commune");
    for device in ["office", "thon1"] {
        assert_eq!(world.ask(device, &["verify"])["ok"], true);
    }
}

fn made_by(world: &World, device: &str) -> String {
    let list = world.ask(device, &["devices"]);
    let devices = list["devices"].as_array().expect("a list");
    let this = devices.iter().find(|device| device["this"] == true);
    this.expect("this one")["device"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[test]
fn a_file_with_what_is_for_the_police_says_so_to_a_village() {
    let world = World::commune();
    let slip = world.ask("office", &["root-slip"]);
    world.admit(&slip, "police", &["--role", "police-chief"]);
    world.meet("office", "police");
    let made = world.ask("police", &["reading-key", "make", "--compartment", "tips"]);
    world.ask(
        "office",
        &["reading-key", "enter", made["slip"].as_str().expect("a slip")],
    );
    world.ask("office", &["open-books", "--compartment", "tips"]);
    world.meet("office", "police");
    world.ask(
        "police",
        &[
            "add",
            "tip",
            "channel=hotline",
            "received_at=10/06/2025 07:30",
            "content=Có người lạ",
            "place=Cuối thôn",
        ],
    );
    let file = path(&world, "all.sothon");
    world.ask("police", &["courier", "out", &file, "--all"]);
    let said = world.say("thon1", &["courier", "in", &file]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout
            .contains("mục dành cho Công an xã: đưa chính tệp này tới xã."),
        "{}",
        said.stdout
    );
    let left = world.ask("thon1", &["courier", "in", &file])["left"].clone();
    assert!(
        left.as_array().is_some_and(|left| left
            .iter()
            .any(|left| left["books"] == "tips" && left["readers"][0] == "police")),
        "{left}"
    );
}

#[test]
fn a_bad_file_gets_a_sentence_and_changes_nothing() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    let good = path(&world, "good.sothon");
    world.ask("thon1", &["courier", "out", &good]);
    let whole = std::fs::read(&good).expect("reads");
    let other = World::commune();
    let foreign = path(&world, "foreign.sothon");
    other.ask("thon1", &["courier", "out", &foreign]);
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(world.path(name), bytes).expect("written");
        path(&world, name)
    };
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut newer = whole.clone();
    newer[12] = 2;
    let huge = [&whole[..8], &[0x5b, 0, 0, 0, 2, 0x54, 0x0b, 0xe4, 0]].concat();
    let before = world.ask("office", &["status"]);
    for (file, code, says) in [
        (write("empty.sothon", b""), "courier_truncated", "Tệp bị cụt."),
        (
            write("cut.sothon", &whole[..whole.len() - 7]),
            "courier_truncated",
            "Tệp bị cụt.",
        ),
        (
            write("photo.sothon", b"\xff\xd8\xff\xe0 a photo"),
            "courier_foreign",
            "Tệp này không phải tệp chuyển tay của Sổ Thôn.",
        ),
        (
            path(&world, "thon1/vault.sothon"),
            "courier_foreign",
            "Tệp này không phải tệp chuyển tay của Sổ Thôn.",
        ),
        (
            write("flipped.sothon", &flipped),
            "courier_damaged",
            "Tệp đã hỏng.",
        ),
        (
            write("newer.sothon", &newer),
            "courier_newer",
            "Tệp do phiên bản mới hơn ghi.",
        ),
        (write("huge.sothon", &huge), "courier_damaged", "Tệp đã hỏng."),
        (
            write("twice.sothon", &[&whole[..], &whole[..]].concat()),
            "courier_damaged",
            "Tệp đã hỏng.",
        ),
        (foreign, "courier_other_commune", "Tệp này của xã khác."),
        (
            path(&world, "nowhere.sothon"),
            "file",
            "Không đọc hoặc ghi được tệp",
        ),
    ] {
        let ran = world.run("office", &["courier", "in", &file]);
        let error = ran.error();
        assert_eq!((ran.code, &error["code"]), (3, &json!(code)), "{file}");
        let said = error["says"].as_str().unwrap_or_default();
        assert!(said.starts_with(says), "{file}: {said}");
    }
    let after = world.ask("office", &["status"]);
    assert_eq!(before["entries"], after["entries"]);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 0);
    // Nothing is written over another file.
    let ran = world.run("thon1", &["courier", "out", &good]);
    assert_eq!((ran.code, &ran.error()["code"]), (3, &json!("file_exists")));
    assert_eq!(std::fs::read(&good).expect("reads"), whole);
}

#[test]
fn an_invited_device_joins_by_files_alone() {
    let world = World::commune();
    let invited = world.ask(
        "office",
        &[
            "invite",
            "--role",
            "village-head",
            "--village",
            "2",
            "--note",
            "Bà Hoa",
        ],
    );
    let joined = world.ask("thon2", &["join", invited["slip"].as_str().expect("a slip")]);
    let (request, admitted) = (path(&world, "request.sothon"), path(&world, "admitted.sothon"));
    world.ask("thon2", &["courier", "out", &request]);
    let heard = world.ask("office", &["courier", "in", &request]);
    assert_eq!(heard["asked"][0]["words"], joined["words"], "{heard}");
    let device = heard["asked"][0]["device"].as_str().expect("an id");
    world.ask("office", &["admit", &device[..12], "--yes"]);
    world.ask("office", &["courier", "out", &admitted, "--for", &device[..12]]);
    let taken = world.ask("thon2", &["courier", "in", &admitted]);
    assert_eq!(taken["admitted"], true, "{taken}");
    world.ask("thon2", &HOUSEHOLD);
    let first = path(&world, "first.sothon");
    world.ask("thon2", &["courier", "out", &first]);
    world.ask("office", &["courier", "in", &first]);
    assert_eq!(world.ask("office", &["list", "household"])["total"], 1);
}

#[test]
fn who_joined_with_the_commune_s_slip_is_admitted_from_a_file_too() {
    let world = World::commune();
    let slip = world.ask("office", &["root-slip"]);
    let joined = world.ask("unit", &["join", slip["slip"].as_str().expect("a slip")]);
    let request = path(&world, "request.sothon");
    world.ask("unit", &["courier", "out", &request]);
    let heard = world.ask("office", &["courier", "in", &request]);
    let text: Value = heard["requests"][0].clone();
    assert_eq!(text, joined["request"], "{heard}");
}

/// Lets this much time pass: the instant of a kill is what is tried here.
fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::thread::yield_now();
    }
}

#[test]
fn taking_in_and_writing_out_may_be_killed_at_any_instant() {
    kills(24);
}

#[test]
#[ignore = "four hundred kills"]
fn soak_courier_kills() {
    kills(400);
}

fn kills(rounds: u32) {
    let world = World::commune();
    let mut rng = StdRng::seed_from_u64(7);
    let file = path(&world, "there.sothon");
    let begun = Instant::now();
    world.ask("thon1", &["courier", "out", &file]);
    let takes = begun.elapsed();
    let (mut early, mut whole) = (0, 0);
    for round in 0..rounds {
        let number = format!("number={}", 100 + round);
        world.ask("thon1", &["add", "household", &number, "head=Lê Văn An"]);
        let writes = round % 2 == 0;
        if writes {
            let _ = std::fs::remove_file(&file);
        }
        let (device, what) = if writes {
            ("thon1", "out")
        } else {
            ("office", "in")
        };
        let mut command = world.command(device, &["courier", what, &file]);
        let mut child = command.stdout(Stdio::null()).spawn().expect("sothon starts");
        spin(takes.mul_f64(rng.random_range(0.0..1.0)));
        early += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("kills");
        child.wait().expect("ends");
        assert_eq!(world.ask(device, &["verify"])["ok"], true);
        if writes {
            // What is there under its name is whole, or nothing is there.
            if Path::new(&file).exists() {
                whole += 1;
                world.ask("office", &["courier", "in", &file]);
            } else {
                world.ask("thon1", &["courier", "out", &file]);
            }
        } else {
            let again = world.ask("office", &["courier", "in", &file]);
            let twice = world.ask("office", &["courier", "in", &file]);
            assert_eq!(twice["entries"], 0, "{again} and then {twice}");
        }
    }
    println!("    {early} of {rounds} were killed before their end, {whole} files were whole by then");
    assert!(early > rounds / 6, "the kills came too late: {early}");
    let _ = std::fs::remove_file(&file);
    world.ask("thon1", &["courier", "out", &file]);
    world.ask("office", &["courier", "in", &file]);
    let count = |device| world.ask(device, &["list", "household"])["total"].clone();
    assert_eq!(count("office"), json!(rounds));
    assert_eq!(count("thon1"), json!(rounds));
}
