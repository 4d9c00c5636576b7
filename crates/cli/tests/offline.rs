//! What one device does without any connection, and what it says when it cannot.
#![allow(missing_docs)]

mod common;

use common::{HOUSEHOLD, World};
use serde_json::{Value, json};

#[test]
fn a_record_is_added_found_edited_voided_and_undone() {
    let world = World::commune();
    let added = world.ask("thon1", &HOUSEHOLD);
    let key = added["records"][0]["key"].as_str().expect("a key").to_owned();
    assert_eq!(added["state"], "on_device");
    // Without marks, in another order, and by the decomposed form.
    for typed in ["an nguyen", "NGUYEN VAN AN", "Nguye\u{302}\u{303}n"] {
        let found = world.ask("thon1", &["find", typed]);
        assert_eq!(found["records"][0]["key"], key.as_str(), "{typed}");
    }
    world.ask("thon1", &["edit", &key[..18], "phone=0912.345.678"]);
    let shown = world.ask("thon1", &["show", &key, "--history"]);
    assert_eq!(shown["fields"]["phone"], "0912345678");
    assert_eq!(shown["history"].as_array().map(Vec::len), Some(2));
    let edited = shown["history"][0]["act"].as_str().expect("an act").to_owned();
    world.ask("thon1", &["undo", &edited]);
    let shown = world.ask("thon1", &["show", &key]);
    assert_eq!(shown["fields"]["phone"], Value::Null);
    world.ask("thon1", &["void", &key, "--reason", "Ghi nhầm"]);
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 0);
    assert_eq!(world.ask("thon1", &["list", "household", "--voided"])["total"], 1);
    let verified = world.ask("thon1", &["verify"]);
    assert_eq!(verified["findings"], json!([]));
}

#[test]
fn a_field_to_be_put_right_is_named_and_nothing_is_saved() {
    let world = World::commune();
    let ran = world.run("thon1", &["add", "household", "number=5", "phone=abc"]);
    assert_eq!(ran.code, 3);
    let error = ran.error();
    let fields: Vec<&str> = error["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .filter_map(|problem| problem["field"].as_str())
        .collect();
    assert_eq!(fields, ["phone", "head"]);
    assert_eq!(error["problems"][1]["says"], "Nhập họ và tên chủ hộ.");
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 0);
    let said = world.say("thon1", &["--lang", "en", "add", "household", "number=5"]);
    assert_eq!(said.code, 3);
    assert!(
        said.stderr.contains("head: Enter: head of household."),
        "{}",
        said.stderr
    );
}

#[test]
fn a_likely_duplicate_is_shown_and_not_refused() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    let again = world.ask(
        "thon1",
        &[
            "add",
            "household",
            "number=6",
            "head=nguyễn văn an",
            "address=ngõ 5",
        ],
    );
    assert_eq!(again["alike"][0]["rule"], "household-same-address");
    let twice = world.ask("thon1", &["conflicts"]);
    assert_eq!(twice["twice"][0]["rule"], "household-same-address");
    assert_eq!(world.run("thon1", &["conflicts", "--check"]).code, 8);
}

#[test]
fn an_import_is_one_act_all_or_nothing() {
    let world = World::commune();
    let key = "household/00000000000000000000000000abcdef";
    let good: Vec<Value> = std::iter::once(json!({"kind": "household", "key": key,
            "fields": {"number": 0, "head": "Trần Văn Không"}}))
    .chain((1..40).map(|n| {
        json!({"kind": "household", "place": "village:1",
                "fields": {"number": n, "head": format!("Lê Thị {n}")},
                "subs": [{"list": "members", "fields": {"name": format!("Lê Thị {n}"), "born": 1980}}]})
    }))
    .chain([
        json!({"kind": "pledge", "fields": {"household": key, "year": 2025,
            "signed_on": "5/1/2025", "signer": "Trần Văn Không"}}),
    ])
    .collect();
    let mut bad = good.clone();
    bad.push(json!({"kind": "household", "fields": {"number": "x"}}));
    let (good_file, bad_file) = (world.path("good.json"), world.path("bad.json"));
    std::fs::write(&good_file, json!(good).to_string()).expect("written");
    std::fs::write(&bad_file, json!(bad).to_string()).expect("written");
    let ran = world.run("thon1", &["add", "--file", bad_file.to_str().expect("text")]);
    assert_eq!((ran.code, ran.error()["item"].as_u64()), (3, Some(42)));
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 0);
    let saved = world.ask("thon1", &["add", "--file", good_file.to_str().expect("text")]);
    assert_eq!(saved["count"], 41);
    let acts = world.ask("thon1", &["acts"]);
    assert_eq!(acts["acts"].as_array().map(Vec::len), Some(1));
    world.ask("thon1", &["undo", saved["act"].as_str().expect("an act")]);
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 0);
}

#[test]
fn replayed_acts_are_told_one_by_one() {
    let world = World::commune();
    let line = |n: u32| {
        json!({"shelf": "village", "place": "village:1", "what": "household-new", "at": 1_749_000_000,
            "edits": [{"create": {"key": format!("household/{n:032x}"), "record": {"fields":
            {"number": {"text": n.to_string()}, "head": {"text": "Phạm Văn Bảy"},
             "occurred": {"text": "2025-06-01"}, "note": {"long": ""}}, "subs": {}}}}]})
        .to_string()
    };
    let file = world.path("acts.jsonl");
    std::fs::write(&file, (1..=20).map(line).collect::<Vec<_>>().join("\n")).expect("written");
    let ran = world.run("thon1", &["replay", "--file", file.to_str().expect("text")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 21);
    assert_eq!(ran.object()["acts"], 20);
    assert_eq!(world.ask("thon1", &["status"])["unpublished"], 20);
    assert_eq!(world.ask("thon1", &["publish"])["unpublished"], 0);
}

#[test]
fn a_wrong_passphrase_is_told_and_harms_nothing() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    let mut command = world.command("thon1", &["--json", "list", "household"]);
    let output = command.env("SOTHON_PASSPHRASE", "sai").output().expect("starts");
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Mật khẩu chưa đúng."), "{said}");
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 1);
}

#[test]
fn a_foreign_cut_off_or_missing_store_is_told_and_left_as_it_is() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    world.ask("thon1", &["publish"]);
    let store = world.path("thon1").join("store.db");
    let whole = std::fs::read(&store).expect("a store");
    let cut = &whole[..whole.len() - 100];
    let page_short = &whole[..4096 * 2];
    let foreign = b"khong phai so".repeat(1000);
    for (bytes, codes) in [
        (cut, &["store_truncated", "store_damaged"][..]),
        (page_short, &["store_damaged", "store_truncated", "store"][..]),
        (&foreign, &["store_foreign"][..]),
        (b"", &["store_foreign", "store_truncated"][..]),
    ] {
        std::fs::write(&store, bytes).expect("written");
        let ran = world.run("thon1", &["status"]);
        let error = ran.error();
        assert_eq!(ran.code, 6, "{error}");
        assert!(
            codes.contains(&error["code"].as_str().expect("a code")),
            "{error}"
        );
        assert_eq!(std::fs::read(&store).expect("there"), bytes, "left as it is");
    }
    // The office's store is of the same commune, and yet another device's: signatures say so, nothing is lost.
    std::fs::remove_file(&store).expect("removed");
    assert_eq!(world.run("thon1", &["status"]).error()["code"], "store_missing");
    std::fs::write(&store, whole).expect("put back");
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 1);
}

#[test]
fn a_damaged_vault_is_told() {
    let world = World::commune();
    let vault = world.path("thon1").join("vault.sothon");
    let mut bytes = std::fs::read(&vault).expect("a vault");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&vault, bytes).expect("written");
    let ran = world.run("thon1", &["status"]);
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (6, Some("vault_damaged"))
    );
}

#[test]
fn what_was_changed_on_disk_is_found() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    world.ask("thon1", &["publish"]);
    let store = world.path("thon1").join("store.db");
    let mut bytes = std::fs::read(&store).expect("a store");
    // Every envelope names its device; what stands behind that is signed.
    let device = world.ask("thon1", &["status"])["device"]
        .as_str()
        .expect("a device")
        .to_owned();
    let device: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&device[2 * at..2 * at + 2], 16).expect("hex"))
        .collect();
    let places: Vec<usize> = (0..bytes.len() - 100)
        .filter(|at| bytes[*at..].starts_with(&device))
        .collect();
    assert!(places.len() > 2);
    for at in places {
        bytes[at + 40] ^= 0xff;
    }
    std::fs::write(&store, bytes).expect("written");
    let ran = world.run("thon1", &["verify", "--locked"]);
    assert!(ran.code == 8 || ran.code == 6, "{} {}", ran.code, ran.stderr);
}

#[test]
fn an_export_is_recorded_and_overwrites_nothing() {
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    let file = world.path("ho.csv");
    let out = file.to_str().expect("text");
    let export = |reason| {
        [
            "export",
            "csv",
            "--kind",
            "household",
            "--out",
            out,
            "--reason",
            reason,
        ]
    };
    let without = world.run("thon1", &export(" "));
    assert_eq!((without.code, file.exists()), (3, false));
    let done = world.ask("thon1", &export("Báo cáo tháng 6"));
    assert_eq!(
        (done["records"].as_u64(), done["recorded"].as_bool()),
        (Some(1), Some(true))
    );
    let bytes = std::fs::read(&file).expect("a file");
    assert!(bytes.starts_with(&[0xef, 0xbb, 0xbf]));
    assert!(String::from_utf8_lossy(&bytes).contains("Nguyễn Văn An"));
    let again = world.run("thon1", &export("Lần nữa"));
    assert_eq!(
        (again.code, again.error()["code"].as_str()),
        (3, Some("file_exists"))
    );
    assert_eq!(std::fs::read(&file).expect("a file"), bytes);
    for (format, more) in [
        ("json", ["--kind", "household"]),
        ("automerge", ["--book", "village/village:1"]),
    ] {
        let file = world.path(format);
        let mut arguments = vec![
            "export",
            format,
            "--out",
            file.to_str().expect("text"),
            "--reason",
            "Thử",
        ];
        arguments.extend(more);
        world.ask("thon1", &arguments);
        assert!(std::fs::metadata(file).expect("a file").len() > 100);
    }
}

#[test]
fn a_clock_at_1970_or_2100_keeps_nobody_from_recording() {
    let world = World::commune();
    for (now, number) in [("1970-01-01", "1"), ("2100-12-31", "2"), ("2025-06-10", "3")] {
        let number = format!("number={number}");
        let fields = [
            "--now",
            now,
            "add",
            "household",
            &number,
            "head=Vũ Thị Sáu",
            "occurred=1/6/1969",
        ];
        let ran = world.run("thon1", &fields);
        assert_eq!(ran.code, 0, "{now}: {}", ran.stderr);
        let ran = world.run("thon1", &["--now", now, "publish"]);
        assert_eq!(ran.code, 0, "{now}: {}", ran.stderr);
        assert_eq!(world.run("thon1", &["--now", now, "due"]).code, 0, "{now}");
    }
    let listed = world.ask("thon1", &["list", "household"]);
    assert_eq!(listed["total"], 3);
    let key = listed["records"][0]["key"].as_str().expect("a key");
    let shown = world.ask("thon1", &["show", key, "--history"]);
    assert!(shown["history"][0]["by"].is_string());
}

#[test]
fn who_may_not_is_told_so() {
    let world = World::commune();
    for refused in [
        &["open-books", "--compartment", "general", "--year", "2026"][..],
        &["reading-key", "make", "--compartment", "care"],
        &["add", "task", "title=x"],
        &["relays", "set"],
    ] {
        let ran = world.run("thon1", refused);
        assert!(
            [3, 5].contains(&ran.code),
            "{refused:?}: {} {}",
            ran.code,
            ran.stderr
        );
    }
    let ran = world.run("thon1", &["relays", "set"]);
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (5, Some("not_registrar"))
    );
    assert_eq!(world.run("nobody", &["status"]).code, 2);
    assert_eq!(world.run("office", &["found", "--villages", "2"]).code, 2);
    assert_eq!(world.run("thon1", &["no-such-command"]).code, 2);
    assert_eq!(world.run("thon1", &["join", "STR-ABC"]).code, 3);
}

#[test]
fn the_store_is_open_in_one_program_at_a_time() {
    let world = World::commune();
    let _serving = world.serve("thon1", &[]);
    let ran = world.run("thon1", &["status"]);
    assert_eq!(
        (ran.code, ran.error()["code"].as_str()),
        (6, Some("store_locked"))
    );
}

#[test]
fn a_full_disk_is_told_in_one_sentence() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let world = World::commune();
    world.ask("thon1", &HOUSEHOLD);
    // What no file may grow beyond stands in for a disk without room: the store's log cannot be written.
    let mut limited = std::process::Command::new("bash");
    let command = world.command(
        "thon1",
        &["--json", "add", "household", "number=7", "head=Đỗ Văn Tám"],
    );
    limited
        .arg("-c")
        .arg("ulimit -f 4; trap '' XFSZ; exec \"$0\" \"$@\"")
        .arg(command.get_program())
        .args(command.get_args())
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    let output = limited.output().expect("starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert_eq!(world.ask("thon1", &["list", "household"])["total"], 1);
    assert_eq!(world.ask("thon1", &["verify"])["findings"], json!([]));
}
