//! `suspensions.json`: notes beside the register, and bytes that are none.

use serde_json::{Value, json};
use sothon_ledger::Register;
use sothon_ledger::suspension::{Note, Says};

use super::cbor;
use super::cose::Parts;
use super::operations;
use super::world::{device, hex, key, seed};

pub fn file() -> Value {
    let register = register();
    let sign = |begins, counter, by: &str| {
        let says = Says {
            device: device("village head"),
            begins,
            counter,
        };
        Note::sign(&register, says, &key(by))
    };
    let good = [
        ("begins, by a police chief", sign(true, 1, "police"), "police"),
        ("ends, by the registrar", sign(false, 2, "registrar"), "registrar"),
    ];
    let accepted: Vec<Value> = good
        .iter()
        .map(|(name, note, by)| {
            json!({
                "name": name,
                "bytes": hex(note.bytes()),
                "root": hex(note.root()),
                "device": hex(note.says().device),
                "begins": note.says().begins,
                "counter": note.says().counter,
                "by": by,
            })
        })
        .collect();
    json!({
        "about": "Suspension notes (docs/format.md §14). Keys: the secret of a signer is SHA-256(\"sothon/vector/\" ‖ its name).",
        "accepted": accepted,
        "invalid": invalid(&register),
    })
}

fn register() -> Register {
    let mut chain = operations::chain().into_iter().map(|(_, _, operation)| operation);
    let mut register = Register::found(chain.next().expect("found")).expect("founds");
    for operation in chain.take(3) {
        register.add(operation).expect("follows");
    }
    register
}

/// The statement's fields, as they should be.
fn fields(register: &Register) -> Vec<Vec<u8>> {
    let (height, operation) = register.head();
    vec![
        cbor::int(1),
        cbor::bytes(register.root()),
        cbor::bytes(device("village head")),
        cbor::int(height.0 as i64),
        cbor::bytes(operation),
        cbor::int(1),
        vec![0xf5],
        cbor::bytes(device("registrar")),
    ]
}

fn invalid(register: &Register) -> Vec<Value> {
    let signed = |name: &str, reason: &str, aad: &str, fields: &[Vec<u8>], by: &str| {
        let message = Parts::sign(aad, &cbor::array(fields), &key(by)).message();
        json!({"name": name, "reason": reason, "bytes": hex(message)})
    };
    const AAD: &str = "sothon/suspension/1";
    let with = |at: usize, item: Vec<u8>| {
        let mut changed = fields(register);
        changed[at] = item;
        changed
    };
    let mut more = fields(register);
    more.push(cbor::int(0));
    vec![
        signed(
            "version 0",
            "there is none",
            AAD,
            &with(0, cbor::int(0)),
            "registrar",
        ),
        signed(
            "version 2",
            "not this version's",
            AAD,
            &with(0, cbor::int(2)),
            "registrar",
        ),
        signed(
            "height 0",
            "heights begin at 1",
            AAD,
            &with(3, cbor::int(0)),
            "registrar",
        ),
        signed(
            "a negative counter",
            "it counts up",
            AAD,
            &with(5, cbor::int(-1)),
            "registrar",
        ),
        signed(
            "a number for a truth",
            "begins is a truth",
            AAD,
            &with(6, cbor::int(1)),
            "registrar",
        ),
        signed(
            "a short device",
            "32 bytes",
            AAD,
            &with(2, cbor::bytes(&seed("x")[..31])),
            "registrar",
        ),
        signed("a field more", "the form is fixed", AAD, &more, "registrar"),
        signed(
            "a field less",
            "the form is fixed",
            AAD,
            &fields(register)[..7],
            "registrar",
        ),
        signed(
            "by another",
            "not signed by who it names",
            AAD,
            &fields(register),
            "police",
        ),
        signed(
            "as an operation",
            "another purpose",
            "sothon/register/1",
            &fields(register),
            "registrar",
        ),
    ]
}
