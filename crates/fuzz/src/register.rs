//! The register: operations as they came, operations that the registrar signed, and wraps.

use std::sync::OnceLock;

use serde_json::Value;
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::sign::{self, Signed};
use sothon_ledger::suspension::{Note, Suspensions};
use sothon_ledger::{Height, Operation, Register, Right, Root, Wrap};

use crate::Target;
use crate::seeds::{column, hex, operations, payloads, signer, suspensions, wraps};

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "operation",
        about: "a register operation as it came",
        seeds: signed_operations,
        run: operation,
        rounds: 8_000,
    },
    Target {
        name: "registrar",
        about: "whatever the registrar signs, put into the register",
        seeds: operation_statements,
        run: registrar,
        rounds: 4_000,
    },
    Target {
        name: "wrap",
        about: "a wrap as it came, and whatever its maker signs",
        seeds: wrap_statements,
        run: wrap,
        rounds: 3_000,
    },
    Target {
        name: "suspension",
        about: "a note beside the register as it came, and whatever those sign who may suspend",
        seeds: note_statements,
        run: note,
        rounds: 4_000,
    },
];

fn signed_operations() -> Vec<Vec<u8>> {
    let all = operations();
    [
        column(&all["register"], "bytes"),
        column(&all["invalid"], "bytes"),
        column(&all["refused_by_the_register"], "bytes"),
    ]
    .concat()
}

fn operation(bytes: &[u8]) -> bool {
    let Ok(operation) = Operation::parse(bytes) else {
        return false;
    };
    assert_eq!(operation.bytes(), bytes);
    let _ = operation.verify(&signer("registrar").verifying_key().to_bytes());
    if let Some(register) = registers().last() {
        asked_after(register.clone(), operation);
    }
    true
}

/// The register of the vectors at each of its heights.
fn registers() -> &'static [Register] {
    static REGISTERS: OnceLock<Vec<Register>> = OnceLock::new();
    REGISTERS.get_or_init(|| {
        let all = column(&operations()["register"], "bytes");
        let mut all = all.iter().filter_map(|bytes| Operation::parse(bytes).ok());
        let found = all.next().and_then(|found| Register::found(found).ok());
        let mut out: Vec<Register> = found.into_iter().collect();
        for operation in all {
            let Some(mut register) = out.last().cloned() else {
                break;
            };
            if register.add(operation).is_ok() {
                out.push(register);
            }
        }
        out
    })
}

fn operation_statements() -> Vec<Vec<u8>> {
    let of = |bytes: &Vec<u8>| Some(Signed::parse(bytes).ok()?.payload.to_vec());
    signed_operations().iter().filter_map(of).collect()
}

fn registrar(bytes: &[u8]) -> bool {
    let mut taken = false;
    for name in ["registrar", "recovery"] {
        let signed = sign::sign(sign::OPERATION, bytes, &signer(name));
        let Ok(operation) = Operation::parse(&signed) else {
            return false;
        };
        if operation.height() == Height(1) {
            let _ = Register::found(operation.clone());
        }
        let before = usize::try_from(operation.height().0).unwrap_or(usize::MAX);
        let at = before.wrapping_sub(2);
        let last = registers().len().saturating_sub(1);
        for place in [at, last] {
            if let Some(register) = registers().get(place) {
                taken |= asked_after(register.clone(), operation.clone());
            }
        }
    }
    taken
}

/// Puts an operation into a register and asks it everything. Says whether the register took it in.
fn asked_after(mut register: Register, operation: Operation) -> bool {
    let height = register.height();
    let taken = register.add(operation.clone()).is_ok();
    if !taken {
        assert_eq!(register.height(), height, "a refused operation leaves no trace");
    }
    assert!(register.effective_height() <= register.height());
    assert!(
        register.add(operation).is_ok() == taken,
        "asked twice, it answers the same"
    );
    let rights = register.rights();
    for at in [0, 1, height.0, height.0 + 1, u64::MAX].map(Height) {
        for (book, info) in rights.books() {
            for right in [Right::Read, Right::Write, Right::Drop] {
                for device in rights.holders(book, right, at) {
                    assert!(rights.may(&device, book, right, at));
                }
            }
            let _ = rights.last_removal(book, at);
            let _ = rights.open_book(info.open.kind, info.open.scope, info.open.year);
        }
        for (device, info) in rights.devices() {
            let _ = info.role_at(at);
            for (book, _) in rights.books() {
                let _ = rights.grants(device, book, Right::Write, at);
            }
        }
        let _ = rights.cuts(at).count();
    }
    taken
}

/// What is signed in the vectors of a format, accepted or not.
fn statements(all: &Value) -> Vec<Vec<u8>> {
    let signed = [
        column(&all["accepted"], "bytes"),
        column(&all["invalid"], "bytes"),
    ]
    .concat();
    let of = |bytes: &Vec<u8>| Some(Signed::parse(bytes).ok()?.payload.to_vec());
    signed.iter().filter_map(of).collect()
}

fn wrap_statements() -> Vec<Vec<u8>> {
    statements(wraps())
}

fn wrap(bytes: &[u8]) -> bool {
    let _ = Wrap::parse(bytes);
    let signed = sign::sign(sign::WRAP, bytes, &signer("police"));
    let Ok(held) = Wrap::parse_held(&signed) else {
        return false;
    };
    assert_eq!(held.bytes(), signed);
    let root = hex(&wraps()["root"]).and_then(|root| root.try_into().ok());
    let secret = hex(&payloads()["derivations"]["agree_ikm"]).and_then(|secret| secret.try_into().ok());
    if let (Some(root), Some(secret)) = (root.map(Root), secret) {
        let _ = held.open(&root, Height(5), &AgreeSecret::derive(&secret));
    }
    Wrap::parse(&signed).is_ok()
}

fn note_statements() -> Vec<Vec<u8>> {
    statements(suspensions())
}

fn note(bytes: &[u8]) -> bool {
    let _ = Note::parse(bytes);
    let mut taken = false;
    for name in ["registrar", "police", "village head"] {
        let signed = sign::sign(sign::SUSPENSION, bytes, &signer(name));
        let Ok(note) = Note::parse(&signed) else {
            continue;
        };
        assert_eq!(note.bytes(), signed, "what is passed on is what came");
        let key = signer(name).verifying_key().to_bytes();
        assert_eq!(note.by().0, key, "it is said to be by somebody else");
        let device = note.says().device;
        for register in registers() {
            let mut held = Suspensions::default();
            let counts = held.take(register, note.clone());
            assert!(!held.take(register, note.clone()), "twice is once");
            assert!(counts || held.iter().next().is_none());
            let decides = held.deciding(register, &device);
            assert!(decides.is_none_or(|other| *other == note));
            let _ = held.holds(register, &device);
            let _ = held.next_counter(register, &device, &note.by());
            held.settle(register);
        }
        taken = true;
    }
    taken
}
