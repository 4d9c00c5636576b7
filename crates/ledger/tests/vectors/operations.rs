//! `operations.json`: one register with every operation in order, operations that are refused by themselves, and such
//! that a register refuses.

use serde_json::{Value, json};
use sothon_ledger::people::{BookKind, Compartment, Right, Role, Scope, Selector};
use sothon_ledger::register::{Action, Cut, CutOf, Grant, LogHead, OpenBook, Operation, Relay};
use sothon_ledger::{BookId, EntryId, Height, LogId, OperationId};

use super::cbor::{self, array, bytes, int, map, text};
use super::cose::Parts;
use super::world::{agree, bad, book, device, hex, key, log, seed, seed16, transport};

/// 10/06/2025 08:00 UTC+7.
const TIME: i64 = 1_749_517_200;

pub fn file() -> Value {
    json!({
        "about": "Register operations (docs/format.md §9). Keys: the secret of a signer is SHA-256(\"sothon/vector/\" ‖ its name).",
        "register": described(),
        "invalid": invalid(),
        "refused_by_the_register": refused(),
    })
}

fn described() -> Vec<Value> {
    chain()
        .into_iter()
        .map(|(name, signer, operation)| {
            json!({
                "name": name,
                "signer": signer,
                "height": operation.height().0,
                "previous": operation.previous().map(hex),
                "time": operation.time(),
                "code": operation.action().code(),
                "id": hex(operation.id()),
                "bytes": hex(operation.bytes()),
            })
        })
        .collect()
}

fn grant(right: Right, role: Role, scope: Option<Scope>) -> Grant {
    Grant {
        right,
        to: Selector { role, scope },
    }
}

fn head(name: &str, seq: u64) -> LogHead {
    LogHead {
        log: log(),
        seq,
        id: EntryId(seed(name)),
    }
}

fn opened(id: BookId, kind: BookKind, scope: Scope, year: u32, previous: Option<BookId>) -> OpenBook {
    OpenBook {
        book: id,
        kind,
        scope,
        year,
        grants: vec![
            grant(Right::Read, Role::Police, None),
            grant(Right::Read, Role::VillageHead, Some(scope)),
            grant(Right::Write, Role::VillageHead, Some(scope)),
        ],
        first_readers: if kind == BookKind::CareFiles {
            vec![device("police")]
        } else {
            Vec::new()
        },
        previous,
    }
}

fn next_book() -> BookId {
    BookId(seed16("book of the next year"))
}

fn care_book() -> BookId {
    BookId(seed16("care book"))
}

/// Every operation once or more, in an order in which a register takes them.
fn actions() -> Vec<(&'static str, &'static str, Action)> {
    let admit = |name: &str, role: Role, scopes: Vec<Scope>, until: Option<i64>| Action::Admit {
        device: device(name),
        transport: transport(name),
        role,
        scopes,
        until,
    };
    let village = Scope::Village(3);
    let registrar = key("second registrar").verifying_key().to_bytes();
    vec![
        (
            "found",
            "registrar",
            Action::Found {
                registrar: key("registrar").verifying_key().to_bytes(),
                recovery: key("recovery").verifying_key().to_bytes(),
                nonce: seed16("commune"),
            },
        ),
        (
            "admit a village head",
            "registrar",
            admit("village head", Role::VillageHead, vec![village], None),
        ),
        (
            "admit police, with a reminder",
            "registrar",
            admit("police", Role::Police, vec![Scope::Commune], Some(20_820)),
        ),
        (
            "admit for two villages",
            "registrar",
            admit(
                "deputy",
                Role::DeputyVillageHead,
                vec![village, Scope::Village(4)],
                None,
            ),
        ),
        (
            "open a village's general book",
            "registrar",
            Action::Open(opened(book(), BookKind::Village, village, 2025, None)),
        ),
        (
            "open a care book with its first readers",
            "registrar",
            Action::Open(opened(care_book(), BookKind::CareFiles, village, 2025, None)),
        ),
        (
            "a reading key on paper",
            "registrar",
            Action::ReadingKey {
                compartment: Compartment::Care,
                year: 2025,
                key: agree("paper").public(),
            },
        ),
        (
            "the commune's relays",
            "registrar",
            Action::Relays(vec![Relay {
                key: transport("relay"),
                addresses: vec!["relay.example.vn:4433".into(), "[2001:db8::1]:4433".into()],
            }]),
        ),
        (
            "the LAN key",
            "registrar",
            Action::LanKey {
                book: book(),
                epoch: super::world::epoch(),
                sealed: vec![7; 72],
            },
        ),
        (
            "rights: give and take, with a cut",
            "registrar",
            Action::Rights {
                book: book(),
                add: vec![grant(Right::Write, Role::Police, None)],
                remove: vec![grant(Right::Read, Role::VillageHead, Some(village))],
                cuts: vec![Cut {
                    of: CutOf::DeviceInBook(device("village head"), book()),
                    heads: vec![head("head 1", 4)],
                }],
            },
        ),
        (
            "a changed role",
            "registrar",
            Action::Role {
                device: device("deputy"),
                role: Role::VillageHead,
                scopes: vec![Scope::Village(4)],
                heads: vec![],
            },
        ),
        (
            "a cut of a device",
            "registrar",
            Action::Cut(Cut {
                of: CutOf::Device(device("deputy")),
                heads: vec![
                    head("head 2", 17),
                    LogHead {
                        log: LogId(seed16("log 2")),
                        seq: 0,
                        id: EntryId(seed("head 3")),
                    },
                ],
            }),
        ),
        (
            "a cut of a book",
            "registrar",
            Action::Cut(Cut {
                of: CutOf::Book(care_book()),
                heads: vec![],
            }),
        ),
        (
            "let in",
            "registrar",
            Action::LetIn {
                book: book(),
                entry: EntryId(seed("let in")),
            },
        ),
        (
            "anchor",
            "registrar",
            Action::Anchor {
                book: book(),
                entry: EntryId(seed("anchor")),
            },
        ),
        (
            "replaced",
            "registrar",
            Action::Replaced {
                book: book(),
                entries: vec![EntryId(seed("r 1")), EntryId(seed("r 2"))],
            },
        ),
        (
            "close, and open the next volume",
            "registrar",
            Action::Close {
                book: book(),
                heads: vec![head("head 4", 300)],
                next: opened(next_book(), BookKind::Village, village, 2026, Some(book())),
                carrier: device("police"),
            },
        ),
        (
            "another carrier",
            "registrar",
            Action::Carrier {
                book: book(),
                device: device("village head"),
            },
        ),
        (
            "override a final",
            "registrar",
            Action::OverrideFinal {
                book: book(),
                device: device("deputy"),
            },
        ),
        ("erase", "registrar", Action::Erase { book: book() }),
        ("still current", "registrar", Action::StillCurrent),
        ("hand over", "registrar", Action::HandOver { registrar }),
        (
            "recover, by the paper key",
            "recovery",
            Action::Recover {
                registrar: key("registrar").verifying_key().to_bytes(),
                counter: 1,
            },
        ),
        (
            "signed by the recovered registrar",
            "registrar",
            Action::StillCurrent,
        ),
        (
            "successor: reserved, not evaluated from here on",
            "registrar",
            Action::Successor,
        ),
    ]
}

/// The register of the vectors: name, signer, operation.
pub fn chain() -> Vec<(&'static str, &'static str, Operation)> {
    let mut out: Vec<(&str, &str, Operation)> = Vec::new();
    for (name, signer, action) in actions() {
        let previous = out.last().map(|(_, _, last)| (last.height(), last.id()));
        let time = TIME + 60 * out.len() as i64;
        out.push((
            name,
            signer,
            Operation::sign(previous, time, action, &key(signer)),
        ));
    }
    let (height, last) = out
        .last()
        .map(|(_, _, o)| (o.height().0, o.id()))
        .expect("not empty");
    let later = [
        ("an operation of a later version", 2, 2),
        ("an operation with a code of a later release", 1, 21),
    ];
    for (previous, (name, version, code)) in [Some(last), None].into_iter().zip(later) {
        let previous = previous.unwrap_or_else(|| out.last().map_or(last, |(_, _, o)| o.id()));
        let height = height + 1 + i64::from(code == 21) as u64;
        let bytes = raw(
            version,
            height,
            Some(previous),
            code,
            b"unknown here",
            "registrar",
        );
        out.push((name, "registrar", Operation::parse(&bytes).expect("kept")));
    }
    out
}

fn statement(
    version: i64,
    height: u64,
    previous: Option<OperationId>,
    code: u64,
    body: &[u8],
) -> Vec<Vec<u8>> {
    vec![
        int(version),
        int(height as i64),
        previous.map_or(vec![cbor::NULL], bytes),
        int(TIME),
        int(code as i64),
        bytes(body),
    ]
}

fn signed(statement: &[u8]) -> Vec<u8> {
    Parts::sign("sothon/register/1", statement, &key("registrar")).message()
}

fn raw(
    version: i64,
    height: u64,
    previous: Option<OperationId>,
    code: u64,
    body: &[u8],
    signer: &str,
) -> Vec<u8> {
    let statement = array(&statement(version, height, previous, code, body));
    Parts::sign("sothon/register/1", &statement, &key(signer)).message()
}

/// An operation of a later release of that many bytes in its body.
pub fn of_length(body: usize) -> Vec<u8> {
    raw(
        1,
        2,
        Some(OperationId(seed("previous"))),
        21,
        &vec![0; body],
        "registrar",
    )
}

fn selector() -> Vec<u8> {
    array(&[int(3)])
}

fn scope(n: i64, fields: &[i64]) -> Vec<u8> {
    array(&[int(n), array(&fields.iter().map(|n| int(*n)).collect::<Vec<_>>())])
}

fn invalid() -> Vec<Value> {
    let previous = OperationId(seed("previous"));
    let body = |name: &str, reason: &str, code: u64, body: Vec<u8>| {
        bad(name, reason, raw(1, 2, Some(previous), code, &body, "registrar"))
    };
    let admit = |role: Vec<u8>, scopes: Vec<u8>, more: &[Vec<u8>]| {
        let fields = [
            bytes(device("village head")),
            bytes(transport("village head")),
            role,
            scopes,
        ];
        array(&[&fields[..], more].concat())
    };
    let scopes = || array(&[scope(1, &[3])]);
    let open = |grants: Vec<u8>, more: &[Vec<u8>]| {
        let fields = [
            bytes(book()),
            int(0),
            scope(1, &[3]),
            int(2025),
            grants,
            array(&[]),
        ];
        array(&[&fields[..], more].concat())
    };
    let found = [bytes([1; 32]), bytes([2; 32]), bytes([3; 16])];
    let good = statement(1, 2, Some(previous), 17, b"");
    let field = |at: usize, value: Vec<u8>| {
        let mut items = good.clone();
        items[at] = value;
        signed(&array(&items))
    };
    let erase = array(&[bytes(book())]);
    let whole = raw(1, 2, Some(previous), 11, &erase, "registrar");
    let chunked = {
        let mut items = good.clone();
        items[5] = [&[0x5f][..], &bytes([]), &[0xff]].concat();
        signed(&array(&items))
    };
    vec![
        bad("version 0", "versions begin with 1", field(0, int(0))),
        bad(
            "version below zero",
            "must be an unsigned integer",
            field(0, int(-1)),
        ),
        bad(
            "height 2^63",
            "at most 2^63 - 1",
            field(1, cbor::head(0, 1 << 63)),
        ),
        bad("height 0", "heights begin with 1", field(1, int(0))),
        bad(
            "height 1 and not found",
            "the first operation is found",
            field(1, int(1)),
        ),
        bad(
            "no previous at height 2",
            "every operation but the first names the one before it",
            field(2, vec![cbor::NULL]),
        ),
        bad(
            "previous of 8 bytes",
            "an operation id has 32",
            field(2, bytes([1; 8])),
        ),
        bad("time as a text", "must be an integer", field(3, text("2025"))),
        bad(
            "code below zero",
            "must be an unsigned integer",
            field(4, int(-1)),
        ),
        bad(
            "body not in a byte string",
            "must be a byte string",
            field(5, array(&[])),
        ),
        bad("indefinite body", "indefinite lengths are refused", chunked),
        bad("five items", "a statement has six", signed(&array(&good[..5]))),
        bad(
            "seven items",
            "a statement has six",
            signed(&array(&[good.clone(), vec![int(0)]].concat())),
        ),
        bad(
            "a map",
            "a statement is an array",
            signed(&map(&[(int(0), int(1))])),
        ),
        bad("a byte after it", "trailing bytes", [&whole[..], &[0]].concat()),
        bad(
            "a byte after the statement",
            "trailing bytes inside what was signed",
            signed(&[array(&good), vec![0]].concat()),
        ),
        bad("untagged", "COSE_Sign1 must carry tag 18", &whole[1..]),
        bad(
            "found at height 2",
            "a register begins once",
            raw(1, 2, Some(previous), 1, &array(&found), "registrar"),
        ),
        bad(
            "found with a previous",
            "the first operation has none",
            raw(1, 1, Some(previous), 1, &array(&found), "registrar"),
        ),
        bad(
            "found with a short key",
            "keys have 32 bytes",
            raw(
                1,
                1,
                None,
                1,
                &array(&[bytes([1; 31]), found[1].clone(), found[2].clone()]),
                "registrar",
            ),
        ),
        bad(
            "found with a fourth field",
            "unknown fields are refused",
            raw(
                1,
                1,
                None,
                1,
                &array(&[&found[..], &[int(0)]].concat()),
                "registrar",
            ),
        ),
        body("still current with a body", "has none", 17, array(&[])),
        body("erase without body", "its body is [book]", 11, Vec::new()),
        body(
            "erase with a byte after its body",
            "trailing bytes in the body",
            11,
            [erase, vec![0]].concat(),
        ),
        body(
            "erase with a second field",
            "unknown fields are refused",
            11,
            array(&[bytes(book()), int(0)]),
        ),
        body(
            "erase with a book of 32 bytes",
            "a book id has 16",
            11,
            array(&[bytes([1; 32])]),
        ),
        body(
            "erase as a map",
            "bodies are arrays",
            11,
            map(&[(int(0), bytes(book()))]),
        ),
        body(
            "admit with role 0",
            "roles are 1 to 9",
            2,
            admit(int(0), scopes(), &[]),
        ),
        body(
            "admit with role 10",
            "a new role comes with a new version",
            2,
            admit(int(10), scopes(), &[]),
        ),
        body(
            "admit with role in an array",
            "a role is a number",
            2,
            admit(array(&[int(1)]), scopes(), &[]),
        ),
        body(
            "admit with until null",
            "a last field that is absent is left out",
            2,
            admit(int(1), scopes(), &[vec![cbor::NULL]]),
        ),
        body(
            "admit with a sixth field",
            "unknown fields are refused",
            2,
            admit(int(1), scopes(), &[int(20_000), int(0)]),
        ),
        body(
            "admit without scopes",
            "a field is missing",
            2,
            array(&[bytes([1; 32]), bytes([2; 32]), int(1)]),
        ),
        body(
            "admit for scope 3",
            "scopes are 0 to 2",
            2,
            admit(int(1), array(&[scope(3, &[])]), &[]),
        ),
        body(
            "admit for a village without number",
            "a village has one",
            2,
            admit(int(1), array(&[scope(1, &[])]), &[]),
        ),
        body(
            "admit for a village with two numbers",
            "a village has one",
            2,
            admit(int(1), array(&[scope(1, &[3, 4])]), &[]),
        ),
        body(
            "admit for the commune with a number",
            "the commune has none",
            2,
            admit(int(1), array(&[scope(0, &[1])]), &[]),
        ),
        body(
            "admit for the commune as a bare number",
            "a scope is [number, fields]",
            2,
            admit(int(1), array(&[int(0)]), &[]),
        ),
        body(
            "admit for village 2^32",
            "numbers of villages have 32 bits",
            2,
            admit(int(1), array(&[scope(1, &[1 << 32])]), &[]),
        ),
        body(
            "cut of what",
            "cuts are 0 to 2",
            4,
            array(&[array(&[int(3), array(&[])]), array(&[])]),
        ),
        body(
            "cut with a head of two fields",
            "a head is [log, seq, id]",
            4,
            array(&[
                array(&[int(2), array(&[bytes(book())])]),
                array(&[array(&[bytes(log()), int(1)])]),
            ]),
        ),
        body(
            "open with previous null",
            "a last field that is absent is left out",
            5,
            open(array(&[]), &[vec![cbor::NULL]]),
        ),
        body(
            "open with a right 3",
            "rights are 0 to 2",
            5,
            open(array(&[array(&[int(3), selector()])]), &[]),
        ),
        body(
            "open with a selector's scope null",
            "a last field that is absent is left out",
            5,
            open(
                array(&[array(&[int(0), array(&[int(3), vec![cbor::NULL]])])]),
                &[],
            ),
        ),
        body(
            "open with book kind 10",
            "a new row of the table comes with a new version",
            5,
            array(&[
                bytes(book()),
                int(10),
                scope(0, &[]),
                int(2025),
                array(&[]),
                array(&[]),
            ]),
        ),
        body(
            "open with year -1",
            "must be an unsigned integer",
            5,
            array(&[
                bytes(book()),
                int(0),
                scope(0, &[]),
                int(-1),
                array(&[]),
                array(&[]),
            ]),
        ),
        body(
            "relays with an address as bytes",
            "addresses are text",
            15,
            array(&[array(&[array(&[bytes([1; 32]), array(&[bytes("x")])])])]),
        ),
        body(
            "recover without counter",
            "a field is missing",
            19,
            array(&[bytes([1; 32])]),
        ),
        body(
            "reading key with compartment 4",
            "compartments are 0 to 3",
            7,
            array(&[int(4), int(2025), bytes([1; 32])]),
        ),
        body(
            "body with a long form",
            "not the shortest form",
            7,
            [&[0x83, 0x18, 0x01][..], &int(2025), &bytes([1; 32])].concat(),
        ),
    ]
}

/// Operations of good form that the register of the vectors refuses after its first `after` operations.
fn refused() -> Vec<Value> {
    let chain = chain();
    let case = |name: &str, reason: &str, after: usize, signer: &str, action: Action| {
        let (_, _, last) = &chain[after - 1];
        let operation = Operation::sign(Some((last.height(), last.id())), TIME, action, &key(signer));
        json!({ "name": name, "reason": reason, "after": after, "bytes": hex(operation.bytes()) })
    };
    let admit = |name: &str, transport_of: &str| Action::Admit {
        device: device(name),
        transport: transport(transport_of),
        role: Role::Police,
        scopes: vec![],
        until: None,
    };
    let village = Scope::Village(3);
    let end = chain.len() - 4;
    let recover = |counter| Action::Recover {
        registrar: seed("x"),
        counter,
    };
    let gap = Operation::sign(
        Some((Height(4), OperationId(seed("x")))),
        TIME,
        Action::StillCurrent,
        &key("registrar"),
    );
    let purpose = {
        let statement = array(&statement(1, 2, Some(chain[0].2.id()), 17, b""));
        Parts::sign("sothon/entry/1", &statement, &key("registrar")).message()
    };
    let large_s = {
        let statement = array(&statement(1, 2, Some(chain[0].2.id()), 17, b""));
        Parts::sign("sothon/register/1", &statement, &key("registrar"))
            .with_large_s()
            .message()
    };
    vec![
        case(
            "by a device",
            "only the registrar key orders",
            2,
            "village head",
            Action::StillCurrent,
        ),
        case(
            "by the recovery key",
            "its one power is to name a registrar",
            2,
            "recovery",
            Action::StillCurrent,
        ),
        case(
            "recovery by the registrar",
            "only the recovery key may",
            2,
            "registrar",
            recover(1),
        ),
        case(
            "by the registrar that handed over",
            "its power has ended",
            22,
            "registrar",
            Action::StillCurrent,
        ),
        case(
            "by the registrar that was recovered from",
            "its power has ended",
            23,
            "second registrar",
            Action::StillCurrent,
        ),
        case(
            "a recovery counted 0",
            "counters begin with 1",
            2,
            "recovery",
            recover(0),
        ),
        case(
            "a recovery counted 1 again",
            "the higher counter wins",
            end,
            "recovery",
            recover(1),
        ),
        case(
            "a transport key twice",
            "another device has it",
            2,
            "registrar",
            admit("police", "village head"),
        ),
        case(
            "a role for a stranger",
            "never admitted",
            1,
            "registrar",
            Action::Role {
                device: device("police"),
                role: Role::Police,
                scopes: vec![],
                heads: vec![],
            },
        ),
        case(
            "a cut of a stranger",
            "never admitted",
            1,
            "registrar",
            Action::Cut(Cut {
                of: CutOf::Device(device("police")),
                heads: vec![],
            }),
        ),
        case(
            "a cut of no book",
            "never opened",
            1,
            "registrar",
            Action::Cut(Cut {
                of: CutOf::Book(book()),
                heads: vec![],
            }),
        ),
        case(
            "a book twice",
            "opened before",
            5,
            "registrar",
            Action::Open(opened(book(), BookKind::Village, village, 2025, None)),
        ),
        case(
            "rights to no book",
            "never opened",
            1,
            "registrar",
            Action::Rights {
                book: book(),
                add: vec![],
                remove: vec![],
                cuts: vec![],
            },
        ),
        case(
            "closing no book",
            "never opened",
            1,
            "registrar",
            Action::Close {
                book: book(),
                heads: vec![],
                next: opened(next_book(), BookKind::Village, village, 2026, None),
                carrier: device("police"),
            },
        ),
        case(
            "closing twice",
            "closed",
            17,
            "registrar",
            Action::Close {
                book: book(),
                heads: vec![],
                next: opened(BookId([9; 16]), BookKind::Village, village, 2026, None),
                carrier: device("police"),
            },
        ),
        case(
            "erasing no book",
            "never opened",
            1,
            "registrar",
            Action::Erase { book: book() },
        ),
        json!({ "name": "gap", "reason": "names an operation that is not there", "after": 2, "bytes": hex(gap.bytes()) }),
        json!({ "name": "another purpose", "reason": "external_aad is sothon/entry/1", "after": 1, "bytes": hex(purpose) }),
        json!({ "name": "S is not canonical", "reason": "S + L instead of S", "after": 1, "bytes": hex(large_s) }),
    ]
}
