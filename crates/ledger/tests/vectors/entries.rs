//! `entries.json`: envelopes that are accepted, kept pending, or refused, and pairs that do not follow each other.

use curve25519_dalek::constants::EIGHT_TORSION;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sothon_ledger::{Encoding, EntryId, Envelope, Header, Kind, Suite};

use super::cbor::{self, array, bytes, int, map, tag, text};
use super::cose::Parts;
use super::world::{bad, book, clear, device, epoch, header, hex, key, log, seed};

pub fn file() -> Value {
    json!({
        "about": "Envelopes of entries (docs/format.md §5). Keys: the secret of a device is SHA-256(\"sothon/vector/\" ‖ its name).",
        "accepted": accepted(),
        "pending": pending(),
        "invalid": invalid(),
        "not_following": not_following(),
    })
}

fn accepted() -> Vec<Value> {
    let first = Envelope::sign(&header(), b"sealed payload", &key("village head"));
    let next = Header {
        seq: 1,
        backlink: Some(first.id()),
        ..header()
    };
    let mut after = vec![
        EntryId(seed("after 1")),
        EntryId(seed("after 2")),
        EntryId(seed("after 3")),
    ];
    after.sort();
    let by_police = |header: Header| Header {
        device: device("police"),
        ..header
    };
    let cases = [
        ("changes, the first of a log", "village head", header()),
        ("changes, the second of a log", "village head", next.clone()),
        (
            "changes that name three entries of other logs",
            "village head",
            Header { after, ..next },
        ),
        (
            "an epoch",
            "police",
            by_police(Header {
                epoch: Some(epoch()),
                ..clear(Kind::Epoch)
            }),
        ),
        ("a yes: no epoch", "police", by_police(clear(Kind::Yes))),
        ("keys: no epoch", "village head", clear(Kind::Keys)),
        ("a receipt: no epoch", "police", by_police(clear(Kind::Receipt))),
        ("a final: no epoch", "village head", clear(Kind::Final)),
        (
            "a file: under a key of its own, no epoch",
            "village head",
            file_header(),
        ),
        (
            "a checkpoint",
            "police",
            by_police(Header {
                kind: Kind::Checkpoint,
                ..header()
            }),
        ),
        (
            "a drop",
            "village head",
            Header {
                kind: Kind::Drop,
                suite: Suite::HpkeX25519,
                ..header()
            },
        ),
        (
            "a reply: sealed to an agree key, no epoch",
            "police",
            by_police(Header {
                kind: Kind::Reply,
                suite: Suite::HpkeX25519,
                epoch: None,
                ..header()
            }),
        ),
    ];
    cases
        .into_iter()
        .map(|(name, author, header)| {
            let payload: &[u8] = if name.ends_with("the first of a log") {
                b"sealed payload"
            } else {
                b"another"
            };
            let envelope = Envelope::sign(&header, payload, &key(author));
            json!({
                "name": name,
                "author": author,
                "header": describe(&header),
                "header_bytes": hex(envelope.header_bytes()),
                "payload": hex(payload),
                "payload_hash": hex(envelope.payload_hash()),
                "payload_length": envelope.payload_len(),
                "id": hex(envelope.id()),
                "bytes": hex(envelope.bytes()),
            })
        })
        .collect()
}

fn describe(h: &Header) -> Value {
    json!({
        "version": h.version,
        "book": hex(h.book),
        "device": hex(h.device),
        "log": hex(h.log),
        "seq": h.seq,
        "backlink": h.backlink.map(hex),
        "after": h.after.iter().map(hex).collect::<Vec<_>>(),
        "height": h.height.0,
        "operation": hex(h.operation),
        "kind": h.kind.code(),
        "epoch": h.epoch.map(hex),
        "suite": h.suite.code(),
        "encoding": h.encoding.code(),
    })
}

type Label = (Vec<u8>, Vec<u8>);

/// The labels of the first changes, each as key and value.
fn labels() -> Vec<Label> {
    vec![
        (int(0), int(1)),
        (int(1), bytes(book())),
        (int(2), bytes(device("village head"))),
        (int(3), bytes(log())),
        (int(4), int(0)),
        (int(7), int(7)),
        (int(8), bytes([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88])),
        (int(9), int(0)),
        (int(10), bytes(epoch())),
        (int(11), int(1)),
        (int(12), int(1)),
    ]
}

/// The labels with one given another value, or added in its place.
fn with(label: i64, value: Vec<u8>) -> Vec<Label> {
    let mut out = without(label);
    out.push((int(label), value));
    out.sort();
    out
}

fn without(label: i64) -> Vec<Label> {
    labels()
        .into_iter()
        .filter(|(key, _)| *key != int(label))
        .collect()
}

fn statement(header: &[u8]) -> Vec<u8> {
    array(&[bytes(header), bytes(Sha256::digest(b"sealed payload")), int(14)])
}

fn signed(statement: &[u8]) -> Parts {
    Parts::sign("sothon/entry/1", statement, &key("village head"))
}

fn envelope(header: &[u8]) -> Vec<u8> {
    signed(&statement(header)).message()
}

fn of(labels: &[Label]) -> Vec<u8> {
    envelope(&map(labels))
}

fn pending() -> Vec<Value> {
    let case = |name: &str, reason: &str, labels: &[Label]| bad(name, reason, of(labels));
    vec![
        case(
            "label -1",
            "a critical label that version 1 does not know",
            &with(-1, int(5)),
        ),
        case("label -24", "the lowest critical label", &with(-24, text("?"))),
        case("version 2", "a later version", &with(0, int(2))),
        case("kind 10", "a kind of a later version", &with(9, int(10))),
        case("suite 4", "a suite of a later version", &with(11, int(4))),
        case("encoding 3", "an encoding of a later version", &with(12, int(3))),
        case(
            "label 13",
            "not critical: read as if it were not there, so not pending",
            &with(13, array(&[int(1), map(&[])])),
        ),
        case(
            "label 23",
            "the highest label, not critical: not pending",
            &with(23, vec![cbor::NULL]),
        ),
    ]
}

fn invalid() -> Vec<Value> {
    let mut out = invalid_cose();
    out.extend(invalid_statements());
    out.extend(invalid_headers());
    out.extend(invalid_combinations());
    out
}

fn invalid_cose() -> Vec<Value> {
    let header = map(&labels());
    let statement = statement(&header);
    let good = signed(&statement);
    let items = good.items();
    let author = key("village head");
    let replace = |at: usize, item: Vec<u8>| {
        let mut items = items.clone();
        items[at] = item;
        tag(18, array(&items))
    };
    let under =
        |protected: &[u8]| Parts::sign_under(protected, "sothon/entry/1", &statement, &author).message();
    let mut flipped = good.clone();
    flipped.signature[0] ^= 1;
    let mut changed = good.clone();
    let in_hash = changed.payload.len() - 2;
    changed.payload[in_hash] ^= 1;
    let mut zero = good.clone();
    zero.signature = vec![0; 64];
    let long_array = [&[0xd2, 0x98, 0x04][..], &items.concat()].concat();
    let long_tag = [&[0xd8, 0x12][..], &array(&items)].concat();
    let indefinite = [&[0xd2, 0x9f][..], &items.concat(), &[0xff]].concat();
    let chunked = [&[0x5f][..], &bytes(&good.payload), &[0xff]].concat();
    let small = EIGHT_TORSION[1].compress().to_bytes();
    let mut not_reduced = [0xff; 32];
    not_reduced[0] = 0xf0;
    not_reduced[31] = 0x7f;
    let device_is = |device: [u8; 32]| of(&with(2, bytes(device)));
    let message = good.message();
    let alg_beside = tag(
        18,
        array(&[
            bytes([]),
            vec![0xa1, 0x01, 0x27],
            items[2].clone(),
            items[3].clone(),
        ]),
    );
    let by_point = |device: [u8; 32]| {
        let statement = self::statement(&map(&with(2, bytes(device))));
        Parts::forged("sothon/entry/1", &statement, &device).message()
    };
    vec![
        bad("signature changed", "one bit of R", flipped.message()),
        bad(
            "statement changed",
            "one bit of what was signed",
            changed.message(),
        ),
        bad("signature of zeros", "not a signature", zero.message()),
        bad(
            "another's signature",
            "signed by a device that the header does not name",
            Parts::sign("sothon/entry/1", &statement, &key("police")).message(),
        ),
        bad(
            "another purpose",
            "external_aad is sothon/register/1",
            Parts::sign("sothon/register/1", &statement, &author).message(),
        ),
        bad(
            "a later purpose",
            "external_aad is sothon/entry/2",
            Parts::sign("sothon/entry/2", &statement, &author).message(),
        ),
        bad(
            "no purpose",
            "external_aad is empty",
            Parts::sign("", &statement, &author).message(),
        ),
        bad(
            "S is not canonical",
            "S + L instead of S: a second signature made of the first",
            good.clone().with_large_s().message(),
        ),
        bad(
            "device of small order",
            "the header names a point of order 8",
            by_point(small),
        ),
        bad(
            "device is the neutral point",
            "a point of order 1: anybody could sign",
            by_point({
                let mut y = [0; 32];
                y[0] = 1;
                y
            }),
        ),
        bad(
            "device not reduced",
            "y = 2^255 - 16: the key y = 3 written in a second way",
            device_is(not_reduced),
        ),
        bad(
            "device not on the curve",
            "y = 2",
            device_is({
                let mut y = [0; 32];
                y[0] = 2;
                y
            }),
        ),
        bad("no tag", "COSE_Sign1 must carry tag 18", array(&items)),
        bad("tag 17", "COSE_Mac0", tag(17, array(&items))),
        bad("tag 98", "COSE_Sign", tag(98, array(&items))),
        bad("tag 18 twice", "tag in tag", tag(18, good.message())),
        bad("tag in two bytes", "not the shortest form", long_tag),
        bad(
            "unprotected key id",
            "the unprotected header must be empty",
            replace(1, map(&[(int(4), bytes([1]))])),
        ),
        bad(
            "unprotected header is null",
            "must be an empty map",
            replace(1, vec![cbor::NULL]),
        ),
        bad("alg beside the signature", "alg must be protected", alg_beside),
        bad(
            "alg -19",
            "Ed25519 of RFC 9864, which version 1 does not use",
            under(&[0xa1, 0x01, 0x32]),
        ),
        bad("alg -7", "ES256", under(&[0xa1, 0x01, 0x26])),
        bad("no alg", "empty protected header", under(&[])),
        bad("no alg in a map", "protected header {}", under(&[0xa0])),
        bad(
            "alg and more",
            "protected header with a content type",
            under(&[0xa2, 0x01, 0x27, 0x03, 0x00]),
        ),
        bad(
            "alg in two bytes",
            "the protected header is not deterministic",
            under(&[0xa1, 0x01, 0x38, 0x07]),
        ),
        bad(
            "alg as a text",
            "protected header {1: \"EdDSA\"}",
            under(&[&[0xa1, 0x01][..], &text("EdDSA")].concat()),
        ),
        bad(
            "detached payload",
            "what is signed must be embedded",
            replace(2, vec![cbor::NULL]),
        ),
        bad(
            "payload as text",
            "must be a byte string",
            replace(2, text("statement")),
        ),
        bad(
            "signature of 63 bytes",
            "must be 64",
            replace(3, bytes(&good.signature[..63])),
        ),
        bad(
            "signature of 65 bytes",
            "must be 64",
            replace(3, bytes([&good.signature[..], &[0]].concat())),
        ),
        bad("three items", "COSE_Sign1 has four", tag(18, array(&items[..3]))),
        bad(
            "five items",
            "COSE_Sign1 has four",
            tag(18, array(&[items.clone(), vec![int(0)]].concat())),
        ),
        bad("array length in two bytes", "not the shortest form", long_array),
        bad("indefinite array", "indefinite lengths are refused", indefinite),
        bad(
            "indefinite byte string",
            "indefinite lengths are refused",
            replace(2, chunked),
        ),
        bad("a byte after it", "trailing bytes", [&message[..], &[0]].concat()),
        bad(
            "twice in a row",
            "trailing bytes",
            [&message[..], &message[..]].concat(),
        ),
        bad(
            "cut off",
            "the last byte is missing",
            &message[..message.len() - 1],
        ),
        bad("nothing", "no bytes", []),
    ]
}

fn invalid_statements() -> Vec<Value> {
    let header = map(&labels());
    let hash = bytes(Sha256::digest(b"sealed payload"));
    let case = |name: &str, reason: &str, statement: Vec<u8>| bad(name, reason, signed(&statement).message());
    let whole = statement(&header);
    vec![
        case(
            "two items",
            "a statement has three",
            array(&[bytes(&header), hash.clone()]),
        ),
        case(
            "four items",
            "a statement has three",
            array(&[bytes(&header), hash.clone(), int(14), int(0)]),
        ),
        case(
            "a map",
            "a statement is an array",
            map(&[
                (int(0), bytes(&header)),
                (int(1), hash.clone()),
                (int(2), int(14)),
            ]),
        ),
        case(
            "header not in a byte string",
            "the header must be a byte string",
            array(&[header.clone(), hash.clone(), int(14)]),
        ),
        case(
            "hash of 31 bytes",
            "SHA-256 has 32",
            array(&[bytes(&header), bytes([7; 31]), int(14)]),
        ),
        case(
            "hash of 33 bytes",
            "SHA-256 has 32",
            array(&[bytes(&header), bytes([7; 33]), int(14)]),
        ),
        case(
            "length below zero",
            "must be an unsigned integer",
            array(&[bytes(&header), hash.clone(), int(-1)]),
        ),
        case(
            "length 1 MiB + 1",
            "above the bound",
            array(&[bytes(&header), hash.clone(), int((1 << 20) + 1)]),
        ),
        case(
            "length in two bytes",
            "14 is written 0e",
            array(&[bytes(&header), hash, vec![0x18, 14]]),
        ),
        case(
            "a byte after the statement",
            "trailing bytes inside what was signed",
            [whole, vec![0]].concat(),
        ),
        case("empty statement", "nothing was signed", Vec::new()),
    ]
}

fn invalid_headers() -> Vec<Value> {
    let case = |name: &str, reason: &str, labels: &[Label]| bad(name, reason, of(labels));
    let raw = |name: &str, reason: &str, header: Vec<u8>| bad(name, reason, envelope(&header));
    let good = map(&labels());
    let swapped = {
        let mut l = labels();
        l.swap(1, 2);
        l
    };
    let twice = {
        let mut l = labels();
        l.insert(1, l[1].clone());
        l
    };
    let long_label = {
        let mut l = labels();
        l[4].0 = vec![0x18, 0x04];
        l
    };
    let critical_first = {
        let mut l = labels();
        l.insert(0, (int(-1), int(0)));
        l
    };
    let ids = |names: &[&str]| {
        let mut v: Vec<[u8; 32]> = names.iter().map(|n| seed(n)).collect();
        v.sort();
        v
    };
    let after = |ids: &[[u8; 32]]| array(&ids.iter().map(bytes).collect::<Vec<_>>());
    let sorted = ids(&["after 1", "after 2"]);
    let many: Vec<[u8; 32]> = {
        let mut v: Vec<_> = (0..65).map(|n| seed(&format!("after {n}"))).collect();
        v.sort();
        v
    };
    let mut full = labels();
    full.extend((-24..=-4).map(|label| (int(label), int(0))));
    full.push((int(13), int(0)));
    full.sort();
    let deep = {
        let mut v = vec![0x81; 40];
        v.push(0);
        v
    };
    let mut out = vec![
        case("labels out of order", "2 before 1", &swapped),
        case("a label twice", "label 1", &twice),
        case("label in two bytes", "4 is written 04", &long_label),
        case(
            "critical label first",
            "by its encoding, -1 comes after 12",
            &critical_first,
        ),
        case("label 24", "labels are within -24..23", &with(24, int(0))),
        case("label -25", "labels are within -24..23", &with(-25, int(0))),
        case("label 300", "labels are within -24..23", &with(300, int(0))),
        case(
            "label as a text",
            "labels are integers",
            &[labels(), vec![(text("x"), int(0))]].concat(),
        ),
        case(
            "label as bytes",
            "labels are integers",
            &[labels(), vec![(bytes([1]), int(0))]].concat(),
        ),
        case("33 labels", "above the bound of 32", &full),
        case(
            "float in label 13",
            "floats are refused",
            &with(13, vec![0xf9, 0x3c, 0x00]),
        ),
        case("tag in label 13", "tags are refused", &with(13, tag(1, int(0)))),
        case(
            "undefined in label 13",
            "only false, true and null",
            &with(13, vec![0xf7]),
        ),
        case(
            "text that is not UTF-8 in label 13",
            "text strings are UTF-8",
            &with(13, vec![0x61, 0xff]),
        ),
        case(
            "map out of order in label 13",
            "what is unknown is deterministic too",
            &with(13, map(&[(int(1), int(0)), (int(0), int(0))])),
        ),
        case("40 levels in label 13", "nested deeper than 16", &with(13, deep)),
        case(
            "4 KiB in label 13",
            "the envelope is above 4096 bytes",
            &with(13, bytes(vec![0; 4096])),
        ),
        raw("header is an array", "must be a map", array(&[int(1)])),
        raw(
            "indefinite header",
            "indefinite lengths are refused",
            [&[0xbf][..], &good[1..], &[0xff]].concat(),
        ),
        raw(
            "header cut off",
            "a label without value",
            good[..good.len() - 1].to_vec(),
        ),
        raw(
            "a byte after the header",
            "trailing bytes",
            [&good[..], &[0]].concat(),
        ),
        raw(
            "header length in two bytes",
            "11 labels are written ab",
            [&[0xb8, 11][..], &good[1..]].concat(),
        ),
        raw("empty header", "no labels", map(&[])),
        case("version 0", "versions begin with 1", &with(0, int(0))),
        case(
            "version as a text",
            "must be an unsigned integer",
            &with(0, text("1")),
        ),
        case("book of 15 bytes", "a book id has 16", &with(1, bytes([1; 15]))),
        case(
            "book as text",
            "a book id is a byte string",
            &with(1, text("0123456789abcdef")),
        ),
        case(
            "device of 33 bytes",
            "a device id has 32",
            &with(2, bytes([1; 33])),
        ),
        case("log of 17 bytes", "a log id has 16", &with(3, bytes([1; 17]))),
        case("seq 2^63", "at most 2^63 - 1", &{
            let mut l = with(4, cbor::head(0, 1 << 63));
            l.insert(5, (int(5), bytes(seed("x"))));
            l
        }),
        case(
            "height 2^63",
            "at most 2^63 - 1",
            &with(7, cbor::head(0, 1 << 63)),
        ),
        case("seq -1", "must be an unsigned integer", &with(4, int(-1))),
        case(
            "seq null",
            "must be an unsigned integer",
            &with(4, vec![cbor::NULL]),
        ),
        case(
            "seq 0 with a backlink",
            "the first entry has nothing before it",
            &with(5, bytes(seed("x"))),
        ),
        case(
            "seq 1 without a backlink",
            "every entry but the first has one",
            &with(4, int(1)),
        ),
        case("backlink null", "absent, never null", &with(5, vec![cbor::NULL])),
        case("backlink of 31 bytes", "an entry id has 32", &{
            let mut l = with(4, int(1));
            l.insert(5, (int(5), bytes([1; 31])));
            l
        }),
        case("after empty", "absent when empty", &with(6, array(&[]))),
        case("after null", "absent when empty", &with(6, vec![cbor::NULL])),
        case(
            "after not sorted",
            "ids in ascending order",
            &with(6, after(&[sorted[1], sorted[0]])),
        ),
        case(
            "after names one twice",
            "ids in ascending order, each once",
            &with(6, after(&[sorted[0], sorted[0]])),
        ),
        case("after with 65 entries", "at most 64", &with(6, after(&many))),
        case(
            "after with a short id",
            "an entry id has 32 bytes",
            &with(6, array(&[bytes([1; 8])])),
        ),
        case("height 0", "heights begin with 1", &with(7, int(0))),
        case("height -1", "must be an unsigned integer", &with(7, int(-1))),
        case(
            "operation of 7 bytes",
            "the first 8 bytes of an id",
            &with(8, bytes([1; 7])),
        ),
        case(
            "operation of 32 bytes",
            "the first 8 bytes of an id",
            &with(8, bytes([1; 32])),
        ),
        case(
            "kind as a text",
            "must be an unsigned integer",
            &with(9, text("changes")),
        ),
        case("kind -1", "must be an unsigned integer", &with(9, int(-1))),
        case("epoch null", "absent, never null", &with(10, vec![cbor::NULL])),
        case(
            "epoch of 31 bytes",
            "an epoch id has 32",
            &with(10, bytes([1; 31])),
        ),
        case(
            "suite null",
            "must be an unsigned integer",
            &with(11, vec![cbor::NULL]),
        ),
        case(
            "encoding as bytes",
            "must be an unsigned integer",
            &with(12, bytes([1])),
        ),
    ];
    for (label, name) in [
        (0, "version"),
        (1, "book"),
        (2, "device"),
        (3, "log"),
        (4, "seq"),
        (7, "height"),
        (8, "operation"),
        (9, "kind"),
        (11, "suite"),
        (12, "encoding"),
    ] {
        out.push(case(
            &format!("no {name}"),
            &format!("label {label} is missing"),
            &without(label),
        ));
    }
    out
}

/// Kind, suite, encoding and epoch that do not fit together.
fn invalid_combinations() -> Vec<Value> {
    let case = |name: &str, reason: &str, header: Header| {
        bad(
            name,
            reason,
            Envelope::sign(&header, b"sealed payload", &key("village head")).bytes(),
        )
    };
    let h = header;
    vec![
        case(
            "changes in clear",
            "what is to be sealed would be readable",
            Header {
                suite: Suite::Clear,
                ..h()
            },
        ),
        case(
            "changes by HPKE",
            "changes are sealed under the epoch",
            Header {
                suite: Suite::HpkeX25519,
                ..h()
            },
        ),
        case(
            "changes not packed",
            "changes have encoding 1",
            Header {
                encoding: Encoding::Cbor,
                ..h()
            },
        ),
        case(
            "changes without epoch",
            "sealed under what?",
            Header { epoch: None, ..h() },
        ),
        case(
            "checkpoint in clear",
            "what is to be sealed would be readable",
            Header {
                kind: Kind::Checkpoint,
                suite: Suite::Clear,
                ..h()
            },
        ),
        case(
            "drop in clear",
            "what is to be sealed would be readable",
            Header {
                kind: Kind::Drop,
                suite: Suite::Clear,
                ..h()
            },
        ),
        case(
            "drop under the epoch's entry key",
            "its author could read it again",
            Header {
                kind: Kind::Drop,
                ..h()
            },
        ),
        case(
            "drop without epoch",
            "sealed to what?",
            Header {
                kind: Kind::Drop,
                suite: Suite::HpkeX25519,
                epoch: None,
                ..h()
            },
        ),
        case(
            "reply with an epoch",
            "a reply is sealed to an agree key",
            Header {
                kind: Kind::Reply,
                suite: Suite::HpkeX25519,
                ..h()
            },
        ),
        case(
            "sealed epoch",
            "who drops must read it",
            Header {
                kind: Kind::Epoch,
                ..h()
            },
        ),
        case("epoch without epoch", "which epoch?", clear(Kind::Epoch)),
        case(
            "yes with an epoch",
            "a yes belongs to no epoch",
            Header {
                epoch: Some(epoch()),
                ..clear(Kind::Yes)
            },
        ),
        case(
            "sealed keys",
            "keys are in clear",
            Header {
                kind: Kind::Keys,
                ..h()
            },
        ),
        case(
            "packed receipt",
            "a receipt has encoding 0",
            Header {
                encoding: Encoding::ZstdPadded,
                ..clear(Kind::Receipt)
            },
        ),
        case(
            "file in clear",
            "what is to be sealed would be readable",
            Header {
                suite: Suite::Clear,
                ..file_header()
            },
        ),
        case(
            "file under the epoch's entry key",
            "its name would depend on where it stands",
            Header {
                suite: Suite::XChaCha20Poly1305,
                ..file_header()
            },
        ),
        case(
            "packed file",
            "a photo is packed already",
            Header {
                encoding: Encoding::ZstdPadded,
                ..file_header()
            },
        ),
        case(
            "file with an epoch",
            "a file belongs to no epoch",
            Header {
                epoch: Some(epoch()),
                ..file_header()
            },
        ),
        case(
            "file that names an entry of another log",
            "a file names nothing but the file before it",
            Header {
                after: vec![EntryId(seed("after 1"))],
                ..file_header()
            },
        ),
        bad(
            "file of 540,713 bytes, sealed",
            "a file has at most 524,288",
            Envelope::sign(&file_header(), &vec![0; 540_713], &key("village head")).bytes(),
        ),
        case(
            "final with an epoch",
            "a final belongs to no epoch",
            Header {
                epoch: Some(epoch()),
                ..clear(Kind::Final)
            },
        ),
    ]
}

fn file_header() -> Header {
    Header {
        kind: Kind::File,
        epoch: None,
        suite: Suite::OwnKey,
        encoding: Encoding::Padded,
        ..header()
    }
}

/// Pairs of good envelopes of one log of which the second does not follow the first.
fn not_following() -> Vec<Value> {
    let sign = |header: &Header| Envelope::sign(header, b"sealed payload", &key("village head"));
    let first = sign(&header());
    let pair = |name: &str, reason: &str, second: Header| json!({ "name": name, "reason": reason, "first": hex(first.bytes()), "second": hex(sign(&second).bytes()) });
    let follows = Header {
        seq: 1,
        backlink: Some(first.id()),
        ..header()
    };
    vec![
        pair(
            "gap",
            "seq 2 after seq 0",
            Header {
                seq: 2,
                ..follows.clone()
            },
        ),
        pair(
            "another backlink",
            "names an entry that is not the one before it",
            Header {
                backlink: Some(EntryId(seed("x"))),
                ..follows.clone()
            },
        ),
        pair(
            "a second beginning",
            "seq 0 again: two entries of one seq",
            Header {
                height: sothon_ledger::Height(8),
                ..header()
            },
        ),
        pair(
            "another log",
            "the log id differs",
            Header {
                log: sothon_ledger::LogId([9; 16]),
                ..follows.clone()
            },
        ),
        pair(
            "another book",
            "the book differs",
            Header {
                book: sothon_ledger::BookId([9; 16]),
                ..follows
            },
        ),
    ]
}
