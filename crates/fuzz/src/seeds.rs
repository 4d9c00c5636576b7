//! Honest bytes: the vectors of docs/vectors, and the keys that they were made with.

use std::sync::OnceLock;

use ed25519_dalek::SigningKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

const COURIER: &str = include_str!("../../../docs/vectors/courier.json");
const ENTRIES: &str = include_str!("../../../docs/vectors/entries.json");
const OPERATIONS: &str = include_str!("../../../docs/vectors/operations.json");
const PAYLOADS: &str = include_str!("../../../docs/vectors/payloads.json");
const SLIPS: &str = include_str!("../../../docs/vectors/slips.json");
const SUSPENSIONS: &str = include_str!("../../../docs/vectors/suspensions.json");
const WRAPS: &str = include_str!("../../../docs/vectors/wraps.json");

/// The secret of whoever signs in the vectors under a name.
pub(crate) fn signer(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(format!("sothon/vector/{name}")).into())
}

/// The files, each read once.
macro_rules! vectors {
    ($($name:ident: $text:ident),*) => {$(
        pub(crate) fn $name() -> &'static Value {
            static READ: OnceLock<Value> = OnceLock::new();
            READ.get_or_init(|| serde_json::from_str($text).unwrap_or_default())
        }
    )*};
}

vectors!(courier: COURIER, entries: ENTRIES, operations: OPERATIONS, payloads: PAYLOADS, slips: SLIPS, suspensions: SUSPENSIONS,
    wraps: WRAPS);

/// The values of a field in the rows of a list, as bytes.
pub(crate) fn column(list: &Value, field: &str) -> Vec<Vec<u8>> {
    let rows = list.as_array().into_iter().flatten();
    rows.filter_map(|row| hex(&row[field])).collect()
}

/// Bytes that are written in hexadecimal.
pub(crate) fn hex(value: &Value) -> Option<Vec<u8>> {
    data_encoding::HEXLOWER.decode(value.as_str()?.as_bytes()).ok()
}
