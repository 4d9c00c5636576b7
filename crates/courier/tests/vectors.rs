//! The vectors of docs/vectors/courier.json: made here from fixed seeds, compared with the file, and read.
//!
//! `SOTHON_WRITE_VECTORS=1 cargo test -p sothon-courier --test vectors` writes the file anew.
#![allow(missing_docs)]

use std::path::PathBuf;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sothon_courier::{Head, MAGIC, Meant, Part, ReadError, Reader, Seal, Writer};
use sothon_ledger::{DeviceId, Height, OperationId, Root, cbor, sign};

fn vectors(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/vectors")
        .join(name)
}

fn load(name: &str) -> Value {
    let text = std::fs::read_to_string(vectors(name)).expect("reads");
    serde_json::from_str(&text).expect("JSON")
}

fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(format!("sothon/vector/{name}")).into())
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hexadecimal");
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("a digit"))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the whole file of the vectors is made of.
struct Content {
    head: Head,
    operations: Vec<Vec<u8>>,
    request: Vec<u8>,
    entries: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    wrap: Vec<u8>,
    notice: Option<(Vec<u8>, Vec<u8>)>,
    suspension: Option<Vec<u8>>,
}

/// What a file may have that those of the first days had not.
#[derive(Clone, Copy, PartialEq)]
enum With {
    Nothing,
    Notice,
    Suspension,
}

impl Content {
    fn new(with: With) -> Content {
        let register = load("operations.json");
        let register = register["register"].as_array().expect("a list");
        let operations: Vec<&Value> = register.iter().take(3).collect();
        let entries = load("entries.json");
        let entry = |at: usize| unhex(&entries["accepted"][at]["bytes"]);
        let id = |value: &Value| <[u8; 32]>::try_from(unhex(value)).expect("32 bytes");
        Content {
            head: Head {
                root: Root(id(&operations[0]["id"])),
                device: DeviceId(key("village head").verifying_key().to_bytes()),
                register: Some((Height(3), OperationId(id(&operations[2]["id"])))),
                made: 1_749_520_800,
                meant: Meant::Commune,
            },
            operations: operations.iter().map(|op| unhex(&op["bytes"])).collect(),
            request: unhex(&load("slips.json")["invited_request"]["bytes"]),
            entries: vec![
                (entry(0), Some(unhex(&entries["accepted"][0]["payload"]))),
                (entry(1), None),
            ],
            wrap: unhex(&load("wraps.json")["accepted"][0]["bytes"]),
            notice: (with == With::Notice).then(|| (entry(2), unhex(&entries["accepted"][2]["payload"]))),
            suspension: (with == With::Suspension)
                .then(|| unhex(&load("suspensions.json")["accepted"][0]["bytes"])),
        }
    }

    fn file(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = Writer::begin(&self.head, &mut out);
        for operation in &self.operations {
            writer.operation(operation, &mut out).expect("fits");
        }
        if let Some(note) = &self.suspension {
            writer.suspension(note, &mut out).expect("fits");
        }
        writer.request(&self.request, &mut out).expect("fits");
        for (envelope, payload) in &self.entries {
            writer
                .entry(envelope, payload.as_deref(), &mut out)
                .expect("fits");
        }
        writer.wrap(&self.wrap, &mut out).expect("fits");
        if let Some((envelope, payload)) = &self.notice {
            writer.notice(envelope, payload, &mut out).expect("fits");
        }
        writer.seal(&key("village head"), &mut out).expect("its key");
        out
    }

    fn described(&self) -> Value {
        let whole = self.file();
        let mut described = json!({
            "root": self.head.root.to_string(),
            "device": self.head.device.to_string(),
            "height": 3,
            "made": self.head.made,
            "operations": self.operations.iter().map(|op| hex(op)).collect::<Vec<_>>(),
            "requests": [hex(&self.request)],
            "entries": self.entries.iter().map(|(envelope, payload)| json!([hex(envelope), payload.as_deref().map(hex)])).collect::<Vec<_>>(),
            "wraps": [hex(&self.wrap)],
            "sha256": hex(&Sha256::digest(&whole)),
            "bytes": hex(&whole),
        });
        if let Some((envelope, payload)) = &self.notice {
            described["notices"] = json!([[hex(envelope), hex(payload)]]);
        }
        if let Some(note) = &self.suspension {
            described["suspensions"] = json!([hex(note)]);
        }
        described
    }

    fn parts(&self) -> Vec<Part> {
        let mut parts = vec![Part::Head(self.head)];
        parts.extend(self.operations.iter().cloned().map(Part::Operation));
        parts.extend(self.suspension.clone().map(Part::Suspension));
        parts.push(Part::Request(self.request.clone()));
        let entry = |(envelope, payload): &(Vec<u8>, Option<Vec<u8>>)| Part::Entry {
            envelope: envelope.clone(),
            payload: payload.clone(),
        };
        parts.extend(self.entries.iter().map(entry));
        parts.push(Part::Wrap(self.wrap.clone()));
        let notice = |(envelope, payload)| Part::Notice { envelope, payload };
        parts.extend(self.notice.clone().map(notice));
        parts
    }
}

/// Puts bytes into a part, as it stands in a file.
fn part(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    minicbor::Encoder::new(&mut out).bytes(body).expect("a Vec");
    out
}

/// Signs whatever stands before: a file that is whole, but of an odd content.
fn sealed(mut bytes: Vec<u8>, head: &Head) -> Vec<u8> {
    let mut statement = Vec::new();
    let digest = Sha256::digest(&bytes);
    minicbor::Encoder::new(&mut statement)
        .array(5)
        .and_then(|e| e.u64(1))
        .and_then(|e| e.bytes(&head.root.0))
        .and_then(|e| e.bytes(&head.device.0))
        .and_then(|e| e.u64(bytes.len() as u64))
        .and_then(|e| e.bytes(&digest))
        .expect("a Vec");
    let signed = sign::sign(sign::COURIER, &statement, &key("village head"));
    let mut body = Vec::new();
    minicbor::Encoder::new(&mut body)
        .array(2)
        .and_then(|e| e.i64(5))
        .and_then(|e| e.bytes(&signed))
        .expect("a Vec");
    bytes.extend(part(&body));
    bytes
}

/// Files that are refused, and why.
fn refused(content: &Content) -> Vec<(&'static str, Vec<u8>)> {
    let whole = content.file();
    let mut head = Vec::new();
    Writer::begin(&content.head, &mut head);
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let with = |parts: &[u8]| sealed([&head[..], parts].concat(), &content.head);
    let operation = part(&cbor_array(1, &content.operations[0]));
    let wrap = part(&cbor_array(4, &content.wrap));
    let by_another = {
        let mut stranger = content.head;
        stranger.device = DeviceId(key("police").verifying_key().to_bytes());
        let mut bytes = Vec::new();
        Writer::begin(&stranger, &mut bytes);
        sealed(bytes, &stranger)
    };
    vec![
        ("nothing at all", Vec::new()),
        ("a text", b"Ch\xc3\xa0o x\xc3\xa3".to_vec()),
        (
            "line ends changed on the way",
            [b"\x89SoTh\n\x1a", &whole[8..]].concat(),
        ),
        ("cut in the magic", whole[..5].to_vec()),
        ("cut behind the head", head.clone()),
        ("cut in an entry", whole[..whole.len() / 2].to_vec()),
        ("cut before the last byte", whole[..whole.len() - 1].to_vec()),
        ("a bit of the root changed", changed(20)),
        ("a bit of an operation changed", changed(head.len() + 40)),
        ("a bit of the signature changed", changed(whole.len() - 1)),
        ("a byte after the end", [&whole[..], &[0]].concat()),
        ("twice in one", [&whole[..], &whole[..]].concat()),
        (
            "no head",
            sealed([&MAGIC[..], &operation].concat(), &content.head),
        ),
        ("two heads", with(&head[8..])),
        ("an operation after a wrap", with(&[wrap, operation].concat())),
        ("signed by another than the head names", by_another),
        ("a later version", {
            let mut newer = head.clone();
            newer[12] = 2;
            sealed(newer, &content.head)
        }),
        ("a part that must be known", with(&part(&cbor_array(-1, b"x")))),
        (
            "10 GB, as it says",
            [&head[..], &[0x5b, 0, 0, 0, 2, 0x54, 0x0b, 0xe4, 0]].concat(),
        ),
        (
            "a part longer than any may be",
            [&head[..], &[0x5a, 0, 0x10, 0x20, 1]].concat(),
        ),
        (
            "a length not in its shortest form",
            [&head[..], &[0x58, 3, 0x82, 4, 0x40]].concat(),
        ),
        ("no byte string", [&head[..], &[0x83, 1, 2, 3]].concat()),
        ("no array inside", [&head[..], &[0x41, 1]].concat()),
        (
            "a part that is not deterministic CBOR",
            [&head[..], &[0x44, 0x82, 0x18, 4, 0x40]].concat(),
        ),
    ]
}

fn cbor_array(code: i64, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    minicbor::Encoder::new(&mut out)
        .array(2)
        .and_then(|e| e.i64(code))
        .and_then(|e| e.bytes(bytes))
        .expect("a Vec");
    out
}

/// Reads a file in pieces of `step` bytes.
fn read(bytes: &[u8], step: usize) -> Result<(Vec<Part>, Seal), ReadError> {
    let mut reader = Reader::new();
    let mut parts = Vec::new();
    for piece in bytes.chunks(step) {
        reader.push(piece);
        while let Some(part) = reader.next_part()? {
            parts.push(part);
        }
    }
    Ok((parts, reader.finish()?))
}

fn made() -> Value {
    let content = Content::new(With::Nothing);
    let refused: Vec<Value> = refused(&content)
        .iter()
        .map(|(name, bytes)| {
            let error = read(bytes, bytes.len().max(1)).expect_err(name);
            json!({"name": name, "reason": error.fault.to_string(), "part": error.place.part, "at": error.place.at, "bytes": hex(bytes)})
        })
        .collect();
    json!({
        "about": "Courier files (docs/format-courier.md). What is in the whole one stands in operations.json, slips.json, entries.json, wraps.json and suspensions.json; it is signed by the village head.",
        "whole": content.described(),
        "with_notices": Content::new(With::Notice).described(),
        "with_suspensions": Content::new(With::Suspension).described(),
        "refused": refused,
    })
}

#[test]
fn the_courier_vectors_in_docs_are_those_that_this_code_makes() {
    let text = serde_json::to_string_pretty(&made()).expect("JSON") + "\n";
    let path = vectors("courier.json");
    if std::env::var_os("SOTHON_WRITE_VECTORS").is_some() {
        std::fs::write(&path, text).expect("written");
    } else {
        let held = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            held == text,
            "courier.json is stale: SOTHON_WRITE_VECTORS=1 cargo test -p sothon-courier --test vectors"
        );
    }
}

#[test]
fn the_whole_file_is_read_in_pieces_of_any_size() {
    for (name, with) in [
        ("whole", With::Nothing),
        ("with_notices", With::Notice),
        ("with_suspensions", With::Suspension),
    ] {
        let content = Content::new(with);
        let bytes = unhex(&load("courier.json")[name]["bytes"]);
        for step in [1, 2, 7, 64, 300, bytes.len()] {
            let (parts, seal) = read(&bytes, step).expect("is whole");
            assert_eq!(parts, content.parts());
            assert_eq!((seal.head, seal.size), (content.head, bytes.len() as u64));
        }
    }
}

#[test]
fn every_refused_file_is_refused_for_its_reason_at_its_place_however_it_is_cut() {
    let file = load("courier.json");
    for case in file["refused"].as_array().expect("a list") {
        let bytes = unhex(&case["bytes"]);
        for step in [1, 13, bytes.len().max(1)] {
            let error = read(&bytes, step).expect_err("is refused");
            assert_eq!(
                (
                    json!(error.fault.to_string()),
                    json!(error.place.part),
                    json!(error.place.at)
                ),
                (case["reason"].clone(), case["part"].clone(), case["at"].clone()),
                "{}",
                case["name"]
            );
        }
    }
}

#[test]
fn a_part_of_a_later_version_and_items_after_the_known_ones_are_passed_over() {
    let content = Content::new(With::Nothing);
    let mut bytes = Vec::new();
    Writer::begin(&content.head, &mut bytes);
    bytes.extend(part(&cbor_array(40, b"later")));
    let mut longer = Vec::new();
    minicbor::Encoder::new(&mut longer)
        .array(3)
        .and_then(|e| e.i64(4))
        .and_then(|e| e.bytes(&content.wrap))
        .and_then(|e| e.u64(9))
        .expect("a Vec");
    bytes.extend(part(&longer));
    let (parts, _) = read(&sealed(bytes, &content.head), 50).expect("is whole");
    let wrap = Part::Wrap(content.wrap.clone());
    assert_eq!(parts, [Part::Head(content.head), Part::Unknown, wrap]);
    assert!(cbor::check(&longer).is_ok());
}
