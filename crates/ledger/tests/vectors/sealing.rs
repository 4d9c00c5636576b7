//! `payloads.json` and `wraps.json`: what is derived from an epoch's secret, sealed under it, and wrapped.

use serde_json::{Value, json};
use sothon_ledger::epoch::{EpochSecret, Receiver, Wrap};
use sothon_ledger::file::seal_file;
use sothon_ledger::payload::{self, ActorNonce, Changes, Keys, PublishedKey, Receipt, Yes};
use sothon_ledger::people::Compartment;
use sothon_ledger::register::LogHead;
use sothon_ledger::{
    AgreeKey, BookId, Digest, EntryId, Envelope, EpochId, Header, Kind, LogId, Root, Suite, cbor as ours,
    hpke, seal,
};

use super::cbor::{self, array, bytes, int, map, text};
use super::cose::Parts;
use super::world::{
    EPOCH_HEIGHT, Given, agree, bad, book, device, epoch, header, hex, key, log, secret, seed, seed16,
};

pub fn payloads() -> Value {
    json!({
        "about": "Derivations, clear bodies and sealed payloads (docs/format.md §6 to §8).",
        "derivations": derivations(),
        "padme": padme(),
        "clear": clear_bodies(),
        "invalid_clear": invalid_clear(),
        "checkpoint": hex(ours::encode(&checkpoint())),
        "save": saved(),
        "lan_key": lan_key(),
        "sealed": sealed(),
        "file": file(),
        "not_opening": not_opening(),
    })
}

/// Pairs of a length and the size that it is padded to.
fn padme() -> Vec<[usize; 2]> {
    [
        0, 1, 2, 3, 8, 9, 16, 17, 33, 100, 127, 128, 129, 1000, 1024, 1025, 4097, 65_535, 65_537, 1_000_000,
    ]
    .map(|len| [len, seal::padme(len)])
    .to_vec()
}

fn derivations() -> Value {
    let secret = secret();
    let r = seed16("actor nonce");
    let record = seed16("record");
    let drop = secret.drop_key();
    json!({
        "book": hex(book()),
        "device": hex(device("village head")),
        "epoch_secret": hex(secret.expose()),
        "epoch_height": EPOCH_HEIGHT.0,
        "epoch": hex(epoch()),
        "entry_key": hex(*secret.entry_key()),
        "drop_secret": hex(drop.0),
        "drop_key": hex(drop.public()),
        "record": hex(record),
        "record_key": hex(*secret.record_key(&record)),
        "actor_nonce": hex(r),
        "actor": hex(ActorNonce::new(r).actor(&book(), &device("village head"))),
        "agree_ikm": hex(seed("village head/agree")),
        "agree_secret": hex(agree("village head").0),
        "agree_key": hex(agree("village head").public()),
    })
}

fn clear_bodies() -> Value {
    let one = |kind: Kind, bytes: Vec<u8>| json!({ "kind": kind.code(), "bytes": hex(bytes) });
    let mut heads = vec![
        LogHead {
            log: log(),
            seq: 4,
            id: EntryId(seed("head 1")),
        },
        LogHead {
            log: LogId(seed16("log 2")),
            seq: 0,
            id: EntryId(seed("head 2")),
        },
    ];
    heads.sort();
    json!([
        one(
            Kind::Epoch,
            ours::encode(&payload::Epoch {
                height: EPOCH_HEIGHT,
                drop_key: secret().drop_key().public()
            })
        ),
        one(
            Kind::Yes,
            ours::encode(&Yes {
                device: device("police")
            })
        ),
        one(
            Kind::Keys,
            ours::encode(&Keys {
                keys: vec![
                    PublishedKey {
                        compartment: Compartment::General,
                        year: 2025,
                        key: agree("village head").public()
                    },
                    PublishedKey {
                        compartment: Compartment::General,
                        year: 2026,
                        key: agree("village head, 2026").public()
                    },
                ],
            })
        ),
        one(Kind::Receipt, ours::encode(&Receipt { heads })),
        one(Kind::Final, ours::encode(&payload::Final {})),
    ])
}

fn invalid_clear() -> Value {
    let one = |kind: Kind, name: &str, reason: &str, bytes: Vec<u8>| json!({ "kind": kind.code(), "name": name, "reason": reason, "bytes": hex(bytes) });
    let drop_key = || bytes(secret().drop_key().public());
    json!([
        one(
            Kind::Epoch,
            "epoch without drop key",
            "a field is missing",
            map(&[(int(0), int(5))])
        ),
        one(
            Kind::Epoch,
            "epoch with a third field",
            "unknown fields are refused",
            map(&[(int(0), int(5)), (int(1), drop_key()), (int(2), int(0))])
        ),
        one(
            Kind::Epoch,
            "epoch with keys out of order",
            "not deterministic",
            map(&[(int(1), drop_key()), (int(0), int(5))])
        ),
        one(
            Kind::Epoch,
            "epoch as an array",
            "bodies of entries are maps",
            array(&[int(5), drop_key()])
        ),
        one(
            Kind::Yes,
            "yes for a short id",
            "a device id has 32 bytes",
            map(&[(int(0), bytes([1; 16]))])
        ),
        one(
            Kind::Yes,
            "yes with a byte after it",
            "trailing bytes",
            [map(&[(int(0), bytes(device("police")))]), vec![0]].concat()
        ),
        one(
            Kind::Keys,
            "keys with a fourth field in a key",
            "unknown fields are refused",
            map(&[(int(0), array(&[array(&[int(0), int(2025), drop_key(), int(0)])]))])
        ),
        one(
            Kind::Receipt,
            "receipt with null",
            "must be an array",
            map(&[(int(0), vec![cbor::NULL])])
        ),
        one(
            Kind::Receipt,
            "receipt of an indefinite array",
            "indefinite lengths are refused",
            vec![0xa1, 0x00, 0x9f, 0xff]
        ),
        one(
            Kind::Final,
            "final with a field",
            "has none",
            map(&[(int(0), int(0))])
        ),
        one(Kind::Final, "final of no bytes", "is an empty map", Vec::new()),
    ])
}

fn changes() -> Changes {
    Changes {
        time: 1_749_517_200,
        actors: Some(vec![ActorNonce::new(seed16("actor nonce"))]),
        chunks: vec![
            b"not a real change chunk, but the gate looks at that later"
                .to_vec()
                .into(),
        ],
        replaces: None,
    }
}

fn sealed() -> Vec<Value> {
    let bare = Changes {
        time: 0,
        actors: None,
        chunks: vec![vec![1, 2, 3].into()],
        replaces: None,
    };
    let replacing = Changes {
        replaces: Some(vec![EntryId(seed("r 1"))]),
        ..changes()
    };
    let again = Changes {
        time: 1_749_517_201,
        actors: None,
        chunks: vec![vec![0x42; 3000].into()],
        replaces: None,
    };
    let mut out = Vec::new();
    for (name, changes) in [
        ("changes with a new actor", changes()),
        ("changes of a known actor, clock unknown", bare),
        ("changes that replace an entry", replacing),
        ("changes that compress well", again),
    ] {
        let header = header().encode();
        let random = seed(&format!("random of {name}"));
        let sealed = seal::seal_changes(&changes, &header, &secret(), &mut Given(random)).expect("small");
        out.push(json!({
            "name": name, "suite": 1, "header": hex(&header), "key": hex(*secret().entry_key()),
            "random": hex(random), "plain": hex(ours::encode(&changes)), "sealed": hex(sealed),
        }));
    }
    let author = agree("village head");
    for (name, kind, to) in [
        ("a drop", Kind::Drop, secret().drop_key()),
        ("a reply", Kind::Reply, author),
    ] {
        let epoch = (kind == Kind::Drop).then(epoch);
        let header = Header {
            kind,
            suite: Suite::HpkeX25519,
            epoch,
            ..header()
        }
        .encode();
        let random = seed(&format!("random of {name}"));
        let sealed = seal::seal_drop(&changes(), &header, &to.public(), &mut Given(random)).expect("fits");
        out.push(json!({
            "name": name, "suite": 2, "header": hex(&header), "secret": hex(to.0), "info": hex("sothon/drop/1"),
            "random": hex(random), "plain": hex(ours::encode(&changes())), "sealed": hex(sealed),
        }));
    }
    out
}

pub fn checkpoint() -> payload::Checkpoint {
    let head = Envelope::sign(&super::world::header(), b"sealed payload", &key("village head"));
    let nonce = ActorNonce::new(seed16("actor nonce"));
    payload::Checkpoint {
        time: 1_749_517_200,
        blob: Digest(seed("a sealed save")),
        size: 388_000,
        heads: vec![head.bytes().to_vec().into()],
        actors: vec![payload::ActorOwner {
            actor: nonce.actor(&book(), &device("village head")),
            device: device("village head"),
            nonce,
        }],
    }
}

pub fn save() -> payload::Save {
    let change = |back: &[u32], rest: Option<&[u8]>| payload::SavedChange {
        back: back.to_vec(),
        rest: rest.map(|rest| rest.to_vec().into()),
    };
    payload::Save {
        entries: vec![
            payload::SavedEntry {
                entry: EntryId([2; 32]),
                changes: vec![change(&[], Some(&[1, 2, 3])), change(&[1], Some(&[4, 5]))],
            },
            payload::SavedEntry {
                entry: EntryId([1; 32]),
                changes: vec![change(&[2], None), change(&[1, 2], Some(&[6]))],
            },
            payload::SavedEntry {
                entry: EntryId([3; 32]),
                changes: Vec::new(),
            },
        ],
    }
}

fn saved() -> Value {
    let random = seed("random of the save");
    let sealed = seal::seal_save(&save(), &book(), &epoch(), &secret(), &mut Given(random)).expect("small");
    json!({
        "book": hex(book()), "epoch": hex(epoch()), "key": hex(*secret().entry_key()), "random": hex(random),
        "plain": hex(ours::encode(&save())), "sealed": hex(sealed),
    })
}

/// A file: sealed, and what is not the file that a record means.
fn file() -> Value {
    let plain = b"a photo of an entrance".as_slice();
    let random = seed("random of the file");
    let (file, sealed) = seal_file(plain, &book(), &mut Given(random)).expect("small");
    let key = *file.key.bytes();
    let one = |name: &str, reason: &str, key: [u8; 32], size: u32, sealed: &[u8]| json!({ "name": name, "reason": reason, "key": hex(key), "size": size, "sealed": hex(sealed) });
    let again = |padded: &[u8]| {
        let aad = [b"sothon/file/1".as_slice(), &book().0].concat();
        seal::seal_bytes(&key, &aad, padded, &mut Given(random))
    };
    let mut flipped = sealed.clone();
    flipped[30] ^= 1;
    let of_book = seal_file(plain, &BookId([0; 16]), &mut Given(random))
        .expect("small")
        .1;
    let end = |bytes: &[u8]| [plain, bytes].concat();
    json!({
        "book": hex(book()), "key": hex(key), "random": hex(random), "size": file.size, "name": hex(file.hash),
        "plain": hex(plain), "sealed": hex(&sealed),
        "not_opening": [
            one("a bit flipped", "authentication", key, file.size, &flipped),
            one("of another book", "additional data", key, file.size, &of_book),
            one("another key", "authentication", seed("another key"), file.size, &sealed),
            one("less than its size", "the end mark is not there", key, 21, &sealed),
            one("more than its size", "the end mark is before", key, 23, &sealed),
            one("more than the seal holds", "the size", key, 1 << 19, &sealed),
            one("without an end mark", "the end mark", key, file.size, &again(&end(&[0, 0]))),
            one("something after the end mark", "the end mark is the last", key, file.size, &again(&end(&[0x80, 1]))),
            one("not filled", "the size that Padmé gives", key, file.size, &again(&end(&[0x80]))),
            one("filled too far", "the size that Padmé gives", key, file.size, &again(&end(&[0x80, 0, 0, 0]))),
            one("no bytes", "too short for nonce and tag", key, 0, &[]),
        ],
    })
}

fn lan_key() -> Value {
    let (lan_key, random) = (seed("LAN key"), seed("random of the LAN key"));
    let sealed = seal::seal_lan_key(&lan_key, &root(), &book(), &secret(), &mut Given(random));
    json!({ "root": hex(root()), "lan_key": hex(lan_key), "random": hex(random), "sealed": hex(sealed) })
}

/// Payloads that open under no header, or whose inside is not a payload. The last are sealed rightly.
fn not_opening() -> Vec<Value> {
    let header = header().encode();
    let random = || Given(seed("random"));
    let good = seal::seal_changes(&changes(), &header, &secret(), &mut random()).expect("small");
    let one = |name: &str, reason: &str, sealed: Vec<u8>| json!({ "name": name, "reason": reason, "header": hex(&header), "key": hex(*secret().entry_key()), "sealed": hex(sealed) });
    let flip = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let seal = |padded: &[u8]| seal::seal_bytes(&secret().entry_key(), &header, padded, &mut random());
    let pack = |plain: &[u8]| zstd::bulk::compress(plain, 19).expect("compresses");
    let end = |packed: Vec<u8>| [packed, vec![0x80]].concat();
    let plain = |plain: Vec<u8>| seal(&end(pack(&plain)));
    let body = ours::encode(&changes());
    let half = body.len() / 2;
    let without_size = {
        let mut zstd = zstd::bulk::Compressor::new(19).expect("a compressor");
        zstd.include_contentsize(false).expect("an option");
        zstd.compress(&body).expect("compresses")
    };
    let skippable = [
        &[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4][..],
        &pack(&body),
    ]
    .concat();
    let chunks = || (int(2), array(&[bytes([1])]));
    let next = Header {
        seq: 1,
        backlink: Some(EntryId(seed("x"))),
        ..super::world::header()
    }
    .encode();
    let copied = seal::seal_changes(&changes(), &next, &secret(), &mut random()).expect("small");
    vec![
        one("of another entry", "sealed for a header with another seq", copied),
        one(
            "under another epoch",
            "sealed under another secret",
            seal::seal_changes(
                &changes(),
                &header,
                &EpochSecret::from_bytes(seed("x")),
                &mut random(),
            )
            .expect("small"),
        ),
        one("nonce changed", "one bit", flip(0)),
        one("ciphertext changed", "one bit", flip(24)),
        one("tag changed", "one bit", flip(good.len() - 1)),
        one(
            "cut off",
            "the last byte is missing",
            good[..good.len() - 1].to_vec(),
        ),
        one("shorter than a nonce", "24 bytes at least", good[..20].to_vec()),
        one("nothing", "no bytes", Vec::new()),
        one("only zeros inside", "no end mark", seal(&[0; 64])),
        one("nothing inside", "no end mark", seal(&[])),
        one(
            "no end mark",
            "the last byte that is not 0 must be 80",
            seal(&[pack(&body), vec![1, 0, 0]].concat()),
        ),
        one(
            "not zstd",
            "after the end mark is taken off",
            seal(&end(body.clone())),
        ),
        one(
            "two frames",
            "exactly one zstd frame",
            seal(&end([pack(&body[..half]), pack(&body[half..])].concat())),
        ),
        one(
            "a skippable frame first",
            "exactly one zstd frame",
            seal(&end(skippable)),
        ),
        one(
            "a byte after the frame",
            "exactly one zstd frame",
            seal(&end([pack(&body), vec![7]].concat())),
        ),
        one(
            "frame without content size",
            "the frame must state its size",
            seal(&end(without_size)),
        ),
        one(
            "frame cut off",
            "the last byte is missing",
            seal(&end({
                let mut p = pack(&body);
                p.pop();
                p
            })),
        ),
        one(
            "16 MiB + 1",
            "above the bound once decompressed",
            seal(&end(pack(&vec![0; (16 << 20) + 1]))),
        ),
        one("empty plaintext", "a payload is a map", plain(Vec::new())),
        one(
            "a byte after the body",
            "trailing bytes",
            plain([body, vec![0]].concat()),
        ),
        one("no time", "a field is missing", plain(map(&[chunks()]))),
        one("no chunks", "a field is missing", plain(map(&[(int(0), int(1))]))),
        one(
            "time as a text",
            "must be an integer",
            plain(map(&[(int(0), text("1")), chunks()])),
        ),
        one(
            "actors null",
            "absent, never null",
            plain(map(&[(int(0), int(1)), (int(1), vec![cbor::NULL]), chunks()])),
        ),
        one(
            "actors empty",
            "absent when empty",
            plain(map(&[(int(0), int(1)), (int(1), array(&[])), chunks()])),
        ),
        one(
            "replaces empty",
            "absent when empty",
            plain(map(&[(int(0), int(1)), chunks(), (int(3), array(&[]))])),
        ),
        one(
            "actor nonce of 15 bytes",
            "must be 16",
            plain(map(&[
                (int(0), int(1)),
                (int(1), array(&[bytes([1; 15])])),
                chunks(),
            ])),
        ),
        one(
            "fields out of order",
            "not deterministic",
            plain(map(&[chunks(), (int(0), int(1))])),
        ),
        one(
            "a fifth field",
            "unknown fields are refused",
            plain(map(&[(int(0), int(1)), chunks(), (int(4), int(0))])),
        ),
        one(
            "chunk as a text",
            "chunks are byte strings",
            plain(map(&[(int(0), int(1)), (int(2), array(&[text("x")]))])),
        ),
        one(
            "body as an array",
            "bodies of entries are maps",
            plain(array(&[int(1)])),
        ),
    ]
}

pub fn root() -> Root {
    Root(super::operations::chain()[0].2.id().0)
}

pub fn wraps() -> Value {
    let accepted: Vec<Value> = [
        (
            "for a device",
            Receiver::Device(device("village head")),
            agree("village head"),
        ),
        (
            "for the reading key on paper",
            Receiver::Paper(Compartment::General, 2025),
            agree("paper"),
        ),
    ]
    .into_iter()
    .map(|(name, to, receiver)| {
        let random = seed(&format!("random of a wrap {name}"));
        let wrap = wrap(to, receiver.public(), random);
        json!({
            "name": name, "from": "police", "secret": hex(receiver.0), "random": hex(random),
            "epoch_height": EPOCH_HEIGHT.0, "epoch_secret": hex(secret().expose()),
            "info": hex(info(&to)), "id": hex(wrap.id()), "bytes": hex(wrap.bytes()),
        })
    })
    .collect();
    json!({
        "about": "Wraps (docs/format.md §8): an epoch's secret sealed to one receiver.",
        "root": hex(root()),
        "accepted": accepted,
        "invalid": invalid_wraps(),
        "not_opening": wraps_not_opening(),
    })
}

fn wrap(to: Receiver, key_of: AgreeKey, random: [u8; 32]) -> Wrap {
    Wrap::seal(
        &root(),
        book(),
        epoch(),
        &secret(),
        to,
        key_of,
        &key("police"),
        &mut Given(random),
    )
    .expect("a good key")
}

fn receiver(to: &Receiver) -> Vec<u8> {
    match to {
        Receiver::Device(device) => array(&[int(0), array(&[bytes(device)])]),
        Receiver::Paper(compartment, year) => {
            let number = Compartment::ALL
                .iter()
                .position(|c| c == compartment)
                .expect("one of them");
            array(&[int(1), array(&[int(number as i64), int(i64::from(*year))])])
        }
        _ => unreachable!("no other receivers"),
    }
}

fn info(to: &Receiver) -> Vec<u8> {
    array(&[
        text("sothon/wrap/1"),
        bytes(root()),
        bytes(book()),
        bytes(epoch()),
        receiver(to),
    ])
}

fn statement(sealed: &[u8]) -> Vec<Vec<u8>> {
    vec![
        int(1),
        int(2),
        bytes(book()),
        bytes(epoch()),
        receiver(&Receiver::Device(device("village head"))),
        bytes(agree("village head").public()),
        bytes(device("police")),
        bytes(sealed),
    ]
}

fn signed(statement: &[Vec<u8>]) -> Parts {
    Parts::sign("sothon/wrap/1", &array(statement), &key("police"))
}

fn sealed_secret() -> Vec<u8> {
    let to = Receiver::Device(device("village head"));
    hpke::seal(
        &agree("village head").public(),
        &info(&to),
        b"",
        secret().expose(),
        &mut Given(seed("random")),
    )
    .expect("a good key")
}

fn invalid_wraps() -> Vec<Value> {
    let good = statement(&sealed_secret());
    let field = |at: usize, value: Vec<u8>| {
        let mut items = good.clone();
        items[at] = value;
        signed(&items).message()
    };
    let mut flipped = signed(&good);
    flipped.signature[5] ^= 1;
    let whole = array(&good);
    vec![
        bad("signature changed", "one bit", flipped.message()),
        bad(
            "S is not canonical",
            "S + L instead of S",
            signed(&good).with_large_s().message(),
        ),
        bad(
            "another purpose",
            "external_aad is sothon/entry/1",
            Parts::sign("sothon/entry/1", &whole, &key("police")).message(),
        ),
        bad(
            "by another",
            "signed by a device that it does not name",
            Parts::sign("sothon/wrap/1", &whole, &key("village head")).message(),
        ),
        bad("version 2", "a later version", field(0, int(2))),
        bad("version 0", "versions begin with 1", field(0, int(0))),
        bad(
            "receiver 2",
            "receivers are 0 and 1",
            field(4, array(&[int(2), array(&[])])),
        ),
        bad(
            "receiver with a field too many",
            "a device is one id",
            field(
                4,
                array(&[int(0), array(&[bytes(device("village head")), int(0)])]),
            ),
        ),
        bad(
            "receiver with a field too few",
            "a reading key is compartment and year",
            field(4, array(&[int(1), array(&[int(0)])])),
        ),
        bad("key of 31 bytes", "must be 32", field(5, bytes([1; 31]))),
        bad("seven fields", "a wrap has eight", signed(&good[..7]).message()),
        bad(
            "nine fields",
            "a wrap has eight",
            signed(&[good.clone(), vec![int(0)]].concat()).message(),
        ),
        bad(
            "longer than 1024 bytes",
            "above the bound",
            field(7, bytes(vec![0; 1024])),
        ),
        bad(
            "a byte after it",
            "trailing bytes",
            [signed(&good).message(), vec![0]].concat(),
        ),
    ]
}

fn wraps_not_opening() -> Vec<Value> {
    let to = Receiver::Device(device("village head"));
    let receiver = agree("village head");
    let one = |name: &str, reason: &str, message: Vec<u8>, secret: &hpke::AgreeSecret, root: Root| json!({ "name": name, "reason": reason, "bytes": hex(message), "secret": hex(secret.0), "root": hex(root) });
    let of = |sealed: &[u8]| signed(&statement(sealed)).message();
    let good = sealed_secret();
    let flipped = {
        let mut s = good.clone();
        s[40] ^= 1;
        s
    };
    let zero_enc = {
        let mut s = good.clone();
        s[..32].fill(0);
        s
    };
    let seal = |info: &[u8], plain: &[u8]| {
        hpke::seal(&receiver.public(), info, b"", plain, &mut Given(seed("random"))).expect("a good key")
    };
    let suite = {
        let mut s = statement(&good);
        s[1] = int(3);
        signed(&s).message()
    };
    let epoch = {
        let mut s = statement(&good);
        s[3] = bytes(EpochId(seed("x")));
        signed(&s).message()
    };
    let device_as_paper = {
        let mut s = statement(&good);
        s[4] = self::receiver(&Receiver::Paper(Compartment::General, 2025));
        signed(&s).message()
    };
    vec![
        one(
            "another receiver",
            "sealed to another key",
            wrap(to, agree("police").public(), seed("random"))
                .bytes()
                .to_vec(),
            &receiver,
            root(),
        ),
        one(
            "another commune",
            "info has the root",
            of(&good),
            &receiver,
            Root(seed("x")),
        ),
        one("another epoch", "info has the epoch", epoch, &receiver, root()),
        one(
            "another kind of receiver",
            "info has the receiver",
            device_as_paper,
            &receiver,
            root(),
        ),
        one(
            "another label",
            "info begins with sothon/wrap/1",
            of(&seal(b"", secret().expose())),
            &receiver,
            root(),
        ),
        one(
            "changed",
            "one bit of the ciphertext",
            of(&flipped),
            &receiver,
            root(),
        ),
        one(
            "cut off",
            "the tag is missing",
            of(&good[..48]),
            &receiver,
            root(),
        ),
        one(
            "shorter than enc",
            "32 bytes at least",
            of(&good[..31]),
            &receiver,
            root(),
        ),
        one(
            "enc of zeros",
            "the shared secret would be zero (RFC 9180 §7.1.4)",
            of(&zero_enc),
            &receiver,
            root(),
        ),
        one("suite 3", "a suite of a later version", suite, &receiver, root()),
        one(
            "another secret",
            "the secret inside is not the one that the epoch commits to",
            of(&seal(&info(&to), &seed("x"))),
            &receiver,
            root(),
        ),
        one(
            "31 bytes inside",
            "a secret has 32",
            of(&seal(&info(&to), &[1; 31])),
            &receiver,
            root(),
        ),
        one(
            "33 bytes inside",
            "a secret has 32",
            of(&seal(&info(&to), &[1; 33])),
            &receiver,
            root(),
        ),
    ]
}
