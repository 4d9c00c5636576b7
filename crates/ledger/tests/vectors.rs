//! The vectors of docs/vectors: made here from fixed seeds, compared with the files, and judged by the crate.
//!
//! `SOTHON_WRITE_VECTORS=1 cargo test -p sothon-ledger --test vectors` writes the files anew.

#[path = "vectors/cbor.rs"]
mod cbor;
#[path = "vectors/cose.rs"]
mod cose;
#[path = "vectors/ed25519.rs"]
mod ed25519;
#[path = "vectors/entries.rs"]
mod entries;
#[path = "vectors/operations.rs"]
mod operations;
#[path = "vectors/sealing.rs"]
mod sealing;
#[path = "vectors/slips.rs"]
mod slips;
#[path = "vectors/suspensions.rs"]
mod suspensions;
#[path = "vectors/world.rs"]
mod world;

use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sothon_ledger::epoch::Wrap;
use sothon_ledger::file::{FileKey, FileRef, open_file};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload;
use sothon_ledger::{Digest, Encoding, Envelope, Kind, Operation, Register, Root, Suite, seal};
use world::unhex;

fn list<'a>(file: &'a Value, name: &str) -> &'a [Value] {
    file[name].as_array().expect("a list")
}

fn key32(value: &Value) -> [u8; 32] {
    unhex(value).try_into().expect("32 bytes")
}

#[test]
fn the_vectors_in_docs_are_those_that_this_code_makes() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/vectors");
    for (name, value) in [
        ("entries.json", entries::file()),
        ("operations.json", operations::file()),
        ("payloads.json", sealing::payloads()),
        ("wraps.json", sealing::wraps()),
        ("ed25519.json", ed25519::file()),
        ("slips.json", slips::file()),
        ("suspensions.json", suspensions::file()),
    ] {
        let text = serde_json::to_string_pretty(&value).expect("JSON") + "\n";
        let path = dir.join(name);
        if std::env::var_os("SOTHON_WRITE_VECTORS").is_some() {
            std::fs::create_dir_all(&dir).expect("a folder");
            std::fs::write(&path, text).expect("written");
        } else {
            let held = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                held == text,
                "{name} is stale: SOTHON_WRITE_VECTORS=1 cargo test -p sothon-ledger --test vectors"
            );
        }
    }
}

#[test]
fn the_example_in_the_page_is_the_first_vector() {
    let page = include_str!("../../../docs/format.md");
    let example = page
        .split("```hex")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("an example");
    let digits: String = example
        .lines()
        .filter_map(|line| line.split('#').next())
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    let first = &entries::file()["accepted"][0];
    assert_eq!(first["bytes"], digits);
    assert!(page.contains(first["id"].as_str().expect("an id")));
}

#[test]
fn good_envelopes_are_accepted_and_have_their_ids() {
    for case in list(&entries::file(), "accepted") {
        let bytes = unhex(&case["bytes"]);
        let envelope = Envelope::parse(&bytes).unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
        assert_eq!(unhex(&case["id"]), envelope.id().0);
        assert_eq!(
            envelope.header().encode(),
            unhex(&case["header_bytes"]),
            "{}",
            case["name"]
        );
        assert!(envelope.check_payload(&unhex(&case["payload"])).is_ok());
        assert!(envelope.check_payload(b"sealed payloaD").is_err());
        assert!(envelope.check_payload(b"").is_err());
    }
}

#[test]
fn envelopes_of_later_versions_are_kept() {
    for case in list(&entries::file(), "pending") {
        let envelope =
            Envelope::parse(&unhex(&case["bytes"])).unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
        let header = envelope.header();
        let pending = header.unknown_critical
            || header.version != 1
            || matches!(header.kind, Kind::Unknown(_))
            || matches!(header.suite, Suite::Unknown(_))
            || matches!(header.encoding, Encoding::Unknown(_));
        let not_critical = ["label 13", "label 23"].contains(&case["name"].as_str().expect("a name"));
        assert_eq!(pending, !not_critical, "{}", case["name"]);
    }
}

#[test]
fn bad_envelopes_are_refused() {
    for case in list(&entries::file(), "invalid") {
        let refused = Envelope::parse(&unhex(&case["bytes"]));
        assert!(refused.is_err(), "{}: {}", case["name"], case["reason"]);
    }
}

#[test]
fn a_pair_that_does_not_follow_is_told_by_its_headers() {
    for case in list(&entries::file(), "not_following") {
        let [first, second] =
            ["first", "second"].map(|name| Envelope::parse(&unhex(&case[name])).expect("good by itself"));
        let (one, two) = (first.header(), second.header());
        let follows = (one.book, one.device, one.log) == (two.book, two.device, two.log)
            && two.seq == one.seq + 1
            && two.backlink == Some(first.id());
        assert!(!follows, "{}", case["name"]);
    }
}

#[test]
fn the_register_takes_every_operation_in() {
    let file = operations::file();
    let mut register: Option<Register> = None;
    for case in list(&file, "register") {
        let operation =
            Operation::parse(&unhex(&case["bytes"])).unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
        assert_eq!(unhex(&case["id"]), operation.id().0);
        match &mut register {
            None => register = Some(Register::found(operation).expect("found")),
            Some(register) => {
                register
                    .add(operation)
                    .unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
            }
        }
    }
    let register = register.expect("not empty");
    assert_eq!(
        register.effective_height().0 + 3,
        register.height().0,
        "successor and later ones are not evaluated"
    );
    let codes: std::collections::BTreeSet<u64> = list(&file, "register")
        .iter()
        .filter_map(|case| case["code"].as_u64())
        .collect();
    assert!((1..=20).all(|code| codes.contains(&code)), "{codes:?}");
}

#[test]
fn bad_operations_are_refused() {
    for case in list(&operations::file(), "invalid") {
        assert!(
            Operation::parse(&unhex(&case["bytes"])).is_err(),
            "{}: {}",
            case["name"],
            case["reason"]
        );
    }
}

#[test]
fn an_operation_is_kept_up_to_its_bound() {
    let around = operations::of_length(0).len();
    let fits = (0..20)
        .map(|more| operations::of_length(256 * 1024 - around - more))
        .find(|o| o.len() <= 256 * 1024);
    assert!(Operation::parse(&fits.expect("near the bound")).is_ok());
    assert!(Operation::parse(&operations::of_length(256 * 1024)).is_err());
}

#[test]
fn operations_that_do_not_fit_the_register_are_refused_and_change_nothing() {
    let file = operations::file();
    for case in list(&file, "refused_by_the_register") {
        let after = case["after"].as_u64().expect("a number") as usize;
        let mut chain = list(&file, "register")[..after]
            .iter()
            .map(|case| Operation::parse(&unhex(&case["bytes"])).expect("good"));
        let mut register = Register::found(chain.next().expect("found")).expect("found");
        for operation in chain {
            register.add(operation).expect("good");
        }
        let before = register.head();
        let operation = Operation::parse(&unhex(&case["bytes"])).expect("good by itself");
        assert!(
            register.add(operation).is_err(),
            "{}: {}",
            case["name"],
            case["reason"]
        );
        assert_eq!(register.head(), before);
    }
}

#[test]
fn a_branch_of_the_register_holds_only_what_its_signers_signed() {
    use sothon_ledger::register::{Action, Added};
    let chain: Vec<Operation> = operations::chain()
        .into_iter()
        .take(4)
        .map(|(_, _, o)| o)
        .collect();
    let mut register = Register::found(chain[0].clone()).expect("found");
    for operation in &chain[1..] {
        register.add(operation.clone()).expect("good");
    }
    let after = |o: &Operation| Some((o.height(), o.id()));
    let hand_over = Action::HandOver {
        registrar: world::key("second registrar").verifying_key().to_bytes(),
    };
    let fork = Operation::sign(after(&chain[1]), 1, hand_over, &world::key("registrar"));
    assert!(matches!(register.add(fork.clone()), Ok(Added::Fork(height)) if height == chain[1].height()));
    let next = |signer: &str| Operation::sign(after(&fork), 2, Action::StillCurrent, &world::key(signer));
    for stranger in ["village head", "registrar", "recovery"] {
        assert!(register.add(next(stranger)).is_err(), "{stranger}");
    }
    let held = next("second registrar");
    assert!(matches!(register.add(held.clone()), Ok(Added::Fork(_))));
    let further = |signer: &str| Operation::sign(after(&held), 3, Action::StillCurrent, &world::key(signer));
    assert!(register.add(further("registrar")).is_err());
    assert!(register.add(further("second registrar")).is_ok());
    let high = (sothon_ledger::Height(90), held.id());
    let high = Operation::sign(
        Some(high),
        3,
        Action::StillCurrent,
        &world::key("second registrar"),
    );
    assert!(
        register.add(high).is_err(),
        "heights have no gaps on a branch either"
    );
    assert_eq!(register.effective_height(), chain[1].height());
}

#[test]
fn sealed_payloads_open_to_what_was_sealed() {
    for case in list(&sealing::payloads(), "sealed") {
        let (sealed, header) = (unhex(&case["sealed"]), unhex(&case["header"]));
        let changes = if case["suite"] == 1 {
            seal::open_changes(&sealed, &header, &world::secret()).expect("opens")
        } else {
            seal::open_drop(&sealed, &header, &AgreeSecret(key32(&case["secret"]))).expect("opens")
        };
        assert_eq!(sothon_ledger::cbor::encode(&changes), unhex(&case["plain"]));
    }
}

#[test]
fn a_checkpoint_and_the_lan_key_are_read_as_they_were_written() {
    let file = sealing::payloads();
    let body = unhex(&file["checkpoint"]);
    assert_eq!(
        sothon_ledger::cbor::decode::<payload::Checkpoint>(&body).expect("reads"),
        sealing::checkpoint()
    );
    let sealed = unhex(&file["lan_key"]["sealed"]);
    let open = |root: &Root, book| seal::open_lan_key(&sealed, root, &book, &world::secret());
    assert_eq!(
        *open(&sealing::root(), world::book()).expect("opens"),
        world::seed("LAN key")
    );
    assert!(open(&Root([0; 32]), world::book()).is_none());
    assert!(open(&sealing::root(), sothon_ledger::BookId([0; 16])).is_none());
}

#[test]
fn a_save_opens_for_its_book_and_epoch_only() {
    let file = sealing::payloads();
    let sealed = unhex(&file["save"]["sealed"]);
    let open = |book, epoch| seal::open_save(&sealed, &book, &epoch, &world::secret());
    assert_eq!(
        open(world::book(), world::epoch()).expect("opens"),
        sealing::save()
    );
    assert!(open(sothon_ledger::BookId([0; 16]), world::epoch()).is_err());
    assert!(open(world::book(), sothon_ledger::EpochId([0; 32])).is_err());
}

#[test]
fn a_file_opens_to_what_was_sealed_and_others_do_not() {
    let file = &sealing::payloads()["file"];
    let means = |case: &Value| FileRef {
        hash: Digest(Sha256::digest(unhex(&case["sealed"])).into()),
        key: FileKey::new(key32(&case["key"])),
        size: case["size"].as_u64().expect("a size").try_into().expect("small"),
    };
    let opened = open_file(&unhex(&file["sealed"]), &world::book(), &means(file)).expect("opens");
    assert_eq!(*opened, unhex(&file["plain"]));
    assert_eq!(means(file).hash.0, key32(&file["name"]));
    for case in list(file, "not_opening") {
        let opened = open_file(&unhex(&case["sealed"]), &world::book(), &means(case));
        assert!(opened.is_err(), "{}: {}", case["name"], case["reason"]);
    }
}

#[test]
fn a_list_that_is_empty_is_left_out() {
    let none = payload::Changes::default();
    let empty = payload::Changes {
        actors: Some(Vec::new()),
        replaces: Some(Vec::new()),
        ..none.clone()
    };
    assert_eq!(
        sothon_ledger::cbor::encode(&empty),
        sothon_ledger::cbor::encode(&none)
    );
}

#[test]
fn bad_payloads_do_not_open() {
    for case in list(&sealing::payloads(), "not_opening") {
        let (sealed, header) = (unhex(&case["sealed"]), unhex(&case["header"]));
        let opened = seal::open_changes(&sealed, &header, &world::secret());
        assert!(opened.is_err(), "{}: {}", case["name"], case["reason"]);
    }
}

/// Whether a clear body is one of its kind.
fn reads(kind: u64, bytes: &[u8]) -> bool {
    use sothon_ledger::cbor::decode;
    match Kind::from_code(kind) {
        Kind::Epoch => decode::<payload::Epoch>(bytes).is_ok(),
        Kind::Yes => decode::<payload::Yes>(bytes).is_ok(),
        Kind::Keys => decode::<payload::Keys>(bytes).is_ok(),
        Kind::Receipt => decode::<payload::Receipt>(bytes).is_ok(),
        Kind::Final => decode::<payload::Final>(bytes).is_ok(),
        _ => panic!("not a clear kind"),
    }
}

#[test]
fn clear_bodies_are_read_in_their_one_form_only() {
    let file = sealing::payloads();
    for (name, good) in [("clear", true), ("invalid_clear", false)] {
        for case in list(&file, name) {
            let kind = case["kind"].as_u64().expect("a number");
            assert_eq!(reads(kind, &unhex(&case["bytes"])), good, "{case}");
        }
    }
}

#[test]
fn wraps_open_for_their_receiver_only() {
    let file = sealing::wraps();
    for case in list(&file, "accepted") {
        let wrap = Wrap::parse(&unhex(&case["bytes"])).expect("good");
        assert_eq!(unhex(&case["id"]), wrap.id().0);
        let secret = AgreeSecret(key32(&case["secret"]));
        let opened = wrap
            .open(&sealing::root(), world::EPOCH_HEIGHT, &secret)
            .expect("opens");
        assert_eq!(opened, world::secret());
        let other_height = sothon_ledger::Height(world::EPOCH_HEIGHT.0 + 1);
        assert!(
            wrap.open(&sealing::root(), other_height, &secret).is_err(),
            "the height is committed to"
        );
    }
    for case in list(&file, "invalid") {
        assert!(
            Wrap::parse(&unhex(&case["bytes"])).is_err(),
            "{}: {}",
            case["name"],
            case["reason"]
        );
    }
    for case in list(&file, "not_opening") {
        let wrap = Wrap::parse(&unhex(&case["bytes"])).unwrap_or_else(|e| panic!("{}: {e}", case["name"]));
        let (root, secret) = (Root(key32(&case["root"])), AgreeSecret(key32(&case["secret"])));
        assert!(
            wrap.open(&root, world::EPOCH_HEIGHT, &secret).is_err(),
            "{}: {}",
            case["name"],
            case["reason"]
        );
    }
}

#[test]
fn of_the_edge_cases_of_ed25519_only_those_with_canonical_parts_of_full_order_are_accepted() {
    let file = ed25519::file();
    let accepted: Vec<&str> = list(&file, "cases")
        .iter()
        .filter(|case| case["accepted"] == true)
        .filter_map(|case| case["name"].as_str())
        .collect();
    let expected = [
        "honest",
        "key with a part of order 8, which k cancels",
        "key and R with parts of order 8 that cancel",
        "key with a part of order 4, which k cancels",
        "key and R with parts of order 4 that cancel",
        "key with a part of order 2, which k cancels",
        "key and R with parts of order 2 that cancel",
    ];
    assert_eq!(accepted, expected);
    let lax = list(&file, "cases")
        .iter()
        .filter(|case| case["lax"] == true)
        .count();
    assert!(lax > 200, "the cases are such that others accept: {lax}");
}

#[test]
fn negative_vectors_outnumber_the_positive() {
    let (entries, operations) = (entries::file(), operations::file());
    let (payloads, wraps) = (sealing::payloads(), sealing::wraps());
    let count = |file: &Value, names: &[&str]| names.iter().map(|name| list(file, name).len()).sum::<usize>();
    let positive = count(&entries, &["accepted", "pending"])
        + count(&operations, &["register"])
        + count(&payloads, &["clear", "sealed"])
        + count(&wraps, &["accepted"]);
    let negative = count(&entries, &["invalid", "not_following"])
        + count(&operations, &["invalid", "refused_by_the_register"])
        + count(&payloads, &["invalid_clear", "not_opening"])
        + count(&wraps, &["invalid", "not_opening"]);
    assert!(negative > 3 * positive, "{negative} against {positive}");
}

#[test]
fn slips_are_read_as_they_were_written_and_others_are_refused() {
    use sothon_ledger::slip::{FirstTrust, RequestSlip};
    let file = slips::file();
    let text = |name: &str| file[name]["text"].as_str().expect("a text").to_owned();
    assert_eq!(
        FirstTrust::from_text(&text("root")),
        Ok(slips::root_slip().into())
    );
    assert_eq!(
        FirstTrust::from_text(&text("invitation")),
        Ok(slips::invitation().into())
    );
    let secret = slips::invitation().secret;
    for (name, invited) in [("request", false), ("invited_request", true)] {
        let request = RequestSlip::from_text(&text(name)).expect("a request");
        assert_eq!(request.is_proved_by(&secret), invited);
    }
    for case in list(&file, "invalid") {
        let text = case["text"].as_str().expect("a text");
        let read = (FirstTrust::from_text(text), RequestSlip::from_text(text));
        assert!(matches!(read, (Err(_), Err(_))), "{}", case["reason"]);
    }
}

#[test]
fn suspensions_are_read_as_they_were_signed_and_others_are_refused() {
    use sothon_ledger::suspension::Note;
    let file = suspensions::file();
    for case in list(&file, "accepted") {
        let note = Note::parse(&unhex(&case["bytes"])).expect("good");
        assert_eq!(note.says().begins, case["begins"], "{}", case["name"]);
        assert_eq!(note.says().counter, case["counter"], "{}", case["name"]);
    }
    for case in list(&file, "invalid") {
        let read = Note::parse(&unhex(&case["bytes"]));
        assert!(read.is_err(), "{}: {}", case["name"], case["reason"]);
    }
}
