//! The people, keys and randomness of the vectors. Everything is derived from a text, so that anybody can make it again.

use std::convert::Infallible;

use ed25519_dalek::SigningKey;
use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sothon_ledger::epoch::EpochSecret;
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::{BookId, DeviceId, EpochId, Height, LogId, OperationTag, TransportKey};
use sothon_ledger::{Encoding, Header, Kind, Suite};

/// SHA-256 of `sothon/vector/<name>`: all that is "random" here.
pub fn seed(name: &str) -> [u8; 32] {
    Sha256::digest(format!("sothon/vector/{name}")).into()
}

pub fn seed16(name: &str) -> [u8; 16] {
    let mut out = [0; 16];
    out.copy_from_slice(&seed(name)[..16]);
    out
}

pub fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&seed(name))
}

pub fn device(name: &str) -> DeviceId {
    DeviceId(key(name).verifying_key().to_bytes())
}

pub fn transport(name: &str) -> TransportKey {
    TransportKey(key(&format!("{name}/transport")).verifying_key().to_bytes())
}

pub fn agree(name: &str) -> AgreeSecret {
    AgreeSecret::derive(&seed(&format!("{name}/agree")))
}

pub fn book() -> BookId {
    BookId(seed16("book"))
}

pub fn log() -> LogId {
    LogId(seed16("log"))
}

pub fn secret() -> EpochSecret {
    EpochSecret::from_bytes(seed("epoch secret"))
}

/// The height whose readers the epoch of the vectors is for.
pub const EPOCH_HEIGHT: Height = Height(5);

pub fn epoch() -> EpochId {
    secret().commit(&book(), EPOCH_HEIGHT)
}

/// The header of the first changes of the village head's device.
pub fn header() -> Header {
    Header {
        version: 1,
        book: book(),
        device: device("village head"),
        log: log(),
        seq: 0,
        backlink: None,
        after: Vec::new(),
        height: Height(7),
        operation: OperationTag([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]),
        kind: Kind::Changes,
        epoch: Some(epoch()),
        suite: Suite::XChaCha20Poly1305,
        encoding: Encoding::ZstdPadded,
        unknown_critical: false,
    }
}

/// The header of an entry in clear.
pub fn clear(kind: Kind) -> Header {
    Header {
        kind,
        epoch: None,
        suite: Suite::Clear,
        encoding: Encoding::Cbor,
        ..header()
    }
}

/// "Randomness": gives out exactly the bytes that a vector states.
pub struct Given(pub [u8; 32]);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("only whole byte strings are drawn")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("only whole byte strings are drawn")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0[..out.len()]);
        Ok(())
    }
}

impl TryCryptoRng for Given {}

pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hexadecimal text");
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

/// A negative vector.
pub fn bad(name: &str, reason: &str, bytes: impl AsRef<[u8]>) -> Value {
    json!({ "name": name, "reason": reason, "bytes": hex(bytes) })
}
