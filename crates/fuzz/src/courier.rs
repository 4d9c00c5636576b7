//! The courier file: as it came from a stick, and with a seal that somebody made right again.

use std::io::Cursor;
use std::sync::OnceLock;

use minicbor::Encoder;
use sha2::{Digest, Sha256};
use sothon_archive::{Archive, Brought, Seen};
use sothon_courier::{Part, Reader};
use sothon_ledger::serving::Party;
use sothon_ledger::{DeviceId, Root, sign};
use sothon_store::Store;

use crate::Target;
use crate::seeds::{courier, hex, signer};

pub(crate) const TARGETS: &[Target] = &[Target {
    name: "courier",
    about: "a courier file, whose seal somebody made right again",
    seeds: files,
    run: file,
    rounds: 1_500,
}];

/// Whole files without their seals.
fn files() -> Vec<Vec<u8>> {
    let all = courier();
    let whole = ["whole", "with_notices", "with_suspensions"]
        .iter()
        .filter_map(|name| hex(&all[*name]["bytes"]));
    whole.map(without_seal).collect()
}

fn without_seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut reader = Reader::new();
    reader.push(&bytes);
    let mut end = 0;
    while let Ok(Some(_)) = reader.next_part() {
        end = reader.place().at;
    }
    bytes.truncate(usize::try_from(end).unwrap_or(0));
    bytes
}

fn file(bytes: &[u8]) -> bool {
    let _ = take(bytes);
    take(&sealed(bytes))
}

/// The file with a seal of its own, by the device that its head may still name.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let key = signer("village head");
    let mut statement = Vec::new();
    let digest = Sha256::digest(bytes);
    let device = key.verifying_key().to_bytes();
    let root = root();
    let written = Encoder::new(&mut statement)
        .array(5)
        .and_then(|e| e.u64(1))
        .and_then(|e| e.bytes(&root.0))
        .and_then(|e| e.bytes(&device))
        .and_then(|e| e.u64(bytes.len() as u64))
        .and_then(|e| e.bytes(&digest))
        .is_ok();
    assert!(written, "writing to a Vec does not fail");
    let signed = sign::sign(sign::COURIER, &statement, &key);
    let mut part = Vec::new();
    let mut out = bytes.to_vec();
    let written = Encoder::new(&mut part)
        .array(2)
        .and_then(|e| e.i64(5))
        .and_then(|e| e.bytes(&signed))
        .is_ok()
        && Encoder::new(&mut out).bytes(&part).is_ok();
    assert!(written, "writing to a Vec does not fail");
    out
}

/// The commune of the vectors.
fn root() -> Root {
    static ROOT: OnceLock<Root> = OnceLock::new();
    *ROOT.get_or_init(|| {
        let text = courier()["whole"]["root"].as_str().unwrap_or_default();
        text.parse().unwrap_or(Root([0; 32]))
    })
}

/// Takes a file in as the village head's own device, and looks whether what is stored then is what was signed.
fn take(bytes: &[u8]) -> bool {
    let mut parts = 0;
    let Ok(seen) = Seen::read(Cursor::new(bytes), |part| {
        parts += usize::from(*part != Part::Unknown)
    }) else {
        return false;
    };
    assert!(parts as u64 <= seen.seal().parts && seen.seal().size == bytes.len() as u64);
    let Some(mut archive) = Store::in_memory(root())
        .ok()
        .and_then(|store| Archive::open(store).ok())
    else {
        return false;
    };
    let us = Party::Device(DeviceId(signer("village head").verifying_key().to_bytes()));
    let mut brought = Brought::default();
    let taken = archive.take_courier(Cursor::new(bytes), &seen, us, &mut || None, &mut brought);
    assert!(archive.store().verify(|_, _| ()).is_empty());
    taken.is_ok() && brought.operations > 0
}
