//! Entries: envelopes, their headers, and what is sealed or clear beside them.

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode, Encoder};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};
use sothon_ledger::file::{FileKey, FileRef, open_file};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{Changes, Checkpoint, Epoch, Final, Keys, Receipt, Save, Yes};
use sothon_ledger::sign::{self, Signed};
use sothon_ledger::{BookId, Envelope, EpochSecret, cbor, seal};

use crate::Target;
use crate::seeds::{column, entries, hex, payloads, signer};

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "envelope",
        about: "an entry's envelope as it came",
        seeds: envelopes,
        run: envelope,
        rounds: 6_000,
    },
    Target {
        name: "header",
        about: "an entry's header, signed by its author",
        seeds: headers,
        run: header,
        rounds: 4_000,
    },
    Target {
        name: "statement",
        about: "what an envelope signs, whatever it is",
        seeds: statements,
        run: statement,
        rounds: 4_000,
    },
    Target {
        name: "clear-payload",
        about: "the clear payload of an entry, of any kind",
        seeds: clear_payloads,
        run: clear_payload,
        rounds: 10_000,
    },
    Target {
        name: "packed-payload",
        about: "compressed changes, sealed by a writer",
        seeds: packed_payloads,
        run: packed_payload,
        rounds: 8_000,
    },
    Target {
        name: "sealed-payload",
        about: "a sealed payload that was changed on its way",
        seeds: sealed_payloads,
        run: sealed_payload,
        rounds: 4_000,
    },
    Target {
        name: "file",
        about: "a file of a record, padded as a writer likes, and what the record says of it",
        seeds: padded_files,
        run: padded_file,
        rounds: 4_000,
    },
];

fn envelopes() -> Vec<Vec<u8>> {
    let all = entries();
    [
        column(&all["accepted"], "bytes"),
        column(&all["pending"], "bytes"),
    ]
    .concat()
}

fn envelope(bytes: &[u8]) -> bool {
    let held = Envelope::parse_held(bytes);
    let Ok(parsed) = Envelope::parse(bytes) else {
        if let Ok(held) = held {
            assert_eq!(held.bytes(), bytes);
        }
        return false;
    };
    assert_eq!(parsed.bytes(), bytes, "what is passed on is what came");
    assert_eq!(
        held.ok().as_ref(),
        Some(&parsed),
        "what was accepted is read again"
    );
    let _ = parsed.check_payload(bytes);
    true
}

fn headers() -> Vec<Vec<u8>> {
    let of = |bytes: &Vec<u8>| Some(Envelope::parse_held(bytes).ok()?.header_bytes().to_vec());
    envelopes().iter().filter_map(of).collect()
}

/// The names under which the vectors have devices.
fn author(device: &[u8; 32]) -> Option<SigningKey> {
    let names = ["village head", "police", "health", "office", "relay", "chair"];
    let keys = names.into_iter().map(signer);
    keys.into_iter()
        .find(|key| key.verifying_key().to_bytes() == *device)
}

fn header(bytes: &[u8]) -> bool {
    let mut statement = Vec::new();
    let written = Encoder::new(&mut statement)
        .array(3)
        .and_then(|e| e.bytes(bytes))
        .and_then(|e| e.bytes(&Sha256::digest(b"")))
        .and_then(|e| e.u8(0))
        .is_ok();
    assert!(written);
    let signed = |key: &SigningKey| sign::sign(sign::ENTRY, &statement, key);
    // Whoever the header says wrote it, if it is one of ours.
    let Ok(held) = Envelope::parse_held(&signed(&signer("village head"))) else {
        return false;
    };
    assert_eq!(held.header_bytes(), bytes);
    let Some(key) = author(&held.header().device.0) else {
        return false;
    };
    let envelope = match Envelope::parse(&signed(&key)) {
        Ok(envelope) => envelope,
        Err(error) => panic!("its form is right and its author signed it: {error}"),
    };
    let same = Envelope::sign(envelope.header(), b"", &key);
    match Envelope::parse(same.bytes()) {
        // A label that this version does not know is lost, and nothing else.
        Ok(again) if !envelope.header().unknown_critical => {
            assert_eq!(again.header(), envelope.header());
        }
        Ok(_) => {}
        Err(error) => assert!(
            envelope.header().unknown_critical,
            "a header that was read cannot be written: {error}"
        ),
    }
    true
}

fn statements() -> Vec<Vec<u8>> {
    let of = |bytes: &Vec<u8>| Some(Signed::parse(bytes).ok()?.payload.to_vec());
    envelopes().iter().filter_map(of).collect()
}

fn statement(bytes: &[u8]) -> bool {
    let first = sign::sign(sign::ENTRY, bytes, &signer("village head"));
    let Ok(held) = Envelope::parse_held(&first) else {
        return false;
    };
    match author(&held.header().device.0) {
        Some(key) => envelope(&sign::sign(sign::ENTRY, bytes, &key)),
        None => false,
    }
}

fn clear_payloads() -> Vec<Vec<u8>> {
    let all = payloads();
    let mut out = column(&all["clear"], "bytes");
    out.extend(column(&all["sealed"], "plain"));
    out.extend(hex(&all["checkpoint"]));
    out.extend(hex(&all["save"]["plain"]));
    out
}

/// What is decoded is encoded to the same bytes, whatever they were.
fn round<T: for<'b> Decode<'b, ()> + Encode<()>>(bytes: &[u8]) -> bool {
    let Ok(value) = cbor::decode::<T>(bytes) else {
        return false;
    };
    assert_eq!(cbor::encode(&value), bytes);
    true
}

fn clear_payload(bytes: &[u8]) -> bool {
    let taken = [
        round::<Epoch>(bytes),
        round::<Yes>(bytes),
        round::<Keys>(bytes),
        round::<Receipt>(bytes),
        round::<Final>(bytes),
        round::<Changes>(bytes),
        round::<Checkpoint>(bytes),
        round::<Save>(bytes),
    ];
    taken.contains(&true)
}

/// A size as a record says it, and what is in the seal.
fn padded_files() -> Vec<Vec<u8>> {
    let of = |len: usize| {
        let size = u32::try_from(len).unwrap_or(u32::MAX);
        let mut out = size.to_be_bytes().to_vec();
        out.resize(4 + len, 7);
        out.push(0x80);
        out.resize(4 + seal::padme(len + 1), 0);
        out
    };
    [0, 1, 9, 40, 1_000, 5_000].map(of).to_vec()
}

fn padded_file(bytes: &[u8]) -> bool {
    let Some((size, padded)) = bytes.split_first_chunk::<4>() else {
        return false;
    };
    let book = BookId([6; 16]);
    let aad = [b"sothon/file/1".as_slice(), &book.0].concat();
    let sealed = seal::seal_bytes(&[5; 32], &aad, padded, &mut StdRng::seed_from_u64(1));
    let means = FileRef {
        hash: sothon_ledger::Digest(Sha256::digest(&sealed).into()),
        key: FileKey::new([5; 32]),
        size: u32::from_be_bytes(*size),
    };
    // What was changed on its way opens to nothing.
    assert!(open_file(padded, &book, &means).is_err());
    match open_file(&sealed, &book, &means) {
        Ok(plain) => {
            assert!(padded.starts_with(&plain) && plain.len() == means.size as usize);
            true
        }
        Err(_) => false,
    }
}

const HEADER: &[u8] = b"header";

fn secret() -> EpochSecret {
    EpochSecret::from_bytes([5; 32])
}

/// Packed payloads as they are inside the seal, and honest ones with their lengths at the edges.
fn packed_payloads() -> Vec<Vec<u8>> {
    let plain = column(&payloads()["sealed"], "plain");
    let mut out: Vec<Vec<u8>> = Vec::new();
    for plain in plain.into_iter().chain([Vec::new(), vec![0; 70_000]]) {
        for level in [1, 19] {
            if let Ok(mut packed) = zstd::bulk::compress(&plain, level) {
                packed.push(0x80);
                packed.resize(seal::padme(packed.len()), 0);
                out.push(packed);
            }
        }
    }
    out
}

fn packed_payload(bytes: &[u8]) -> bool {
    let mut rng = StdRng::seed_from_u64(1);
    let sealed = seal::seal_bytes(&secret().entry_key(), HEADER, bytes, &mut rng);
    match seal::open_changes(&sealed, HEADER, &secret()) {
        Ok(changes) => sealed_again(&changes),
        Err(_) => false,
    }
}

/// What was opened can be sealed and opened again, unless it is more than an entry may have.
fn sealed_again(changes: &Changes) -> bool {
    let mut rng = StdRng::seed_from_u64(2);
    if let Ok(sealed) = seal::seal_changes(changes, HEADER, &secret(), &mut rng) {
        let opened = seal::open_changes(&sealed, HEADER, &secret());
        assert_eq!(opened.ok().as_ref(), Some(changes));
    }
    true
}

fn sealed_payloads() -> Vec<Vec<u8>> {
    column(&payloads()["sealed"], "sealed")
}

fn sealed_payload(bytes: &[u8]) -> bool {
    let all = payloads();
    let rows = all["sealed"].as_array().into_iter().flatten();
    let honest = sealed_payloads().iter().any(|honest| honest == bytes);
    let mut taken = false;
    for row in rows.take(3) {
        let (Some(header), Some(key)) = (hex(&row["header"]), hex(&row["key"])) else {
            continue;
        };
        let Ok(key) = <[u8; 32]>::try_from(key) else {
            continue;
        };
        let opened = seal::open_bytes(&key, &header, bytes).is_some();
        assert!(
            !opened || honest,
            "other bytes open under the same key and header"
        );
        let _ = seal::open_drop(bytes, &header, &AgreeSecret::derive(&key));
        taken |= opened;
    }
    taken
}
