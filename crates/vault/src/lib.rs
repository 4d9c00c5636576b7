//! A device's secrets at rest, sealed under a passphrase (docs: design §3.10; threats A16, A26).
//!
//! A vault is one small file that is rewritten whole at each change. It has two parts:
//!
//! - the **open part** can be read while the app is locked: the transport secret key and whatever else lets sealed
//!   entries move without a person. Nothing in it can read a record or sign as the person.
//! - the **secret** is opaque to this crate: the replica's keys and epoch secrets, in its own encoding.
//!
//! The key is HKDF(Argon2id(passphrase) ‖ key-store secret). Where the machine has a key store *both* are needed, so
//! that a six-digit number on a stolen disk is not a matter of a million guesses; on a headless machine there is
//! [`NoKeyStore`] and the passphrase stands alone.
//!
//! This crate is pure: bytes in, bytes out, randomness as an argument. Only [`mod@file`] touches the disk.
//!
//! # Layout, version 1
//!
//! ```text
//! offset  bytes  what
//! 0       8      "SothonVa"
//! 8       1      version, 1
//! 9       32     SHA-256 of all that follows: tells a damaged file from a wrong passphrase
//! 41      …      CBOR array [header, open, nonce, sealed]
//!   header       CBOR map in a byte string:
//!                0 id, 16 bytes; 1 salt, 16 bytes; 2 memory in KiB; 3 passes; 4 lanes;
//!                5 key check, 32 bytes; 6 mark of the key-store secret, 8 bytes, or absent
//!   open         byte string, the open part
//!   nonce        byte string, 24 bytes
//!   sealed       byte string, XChaCha20-Poly1305 of the secret,
//!                additional data = version ‖ length of header ‖ header ‖ open
//! ```
//!
//! `stretched = Argon2id(NFC(passphrase), salt)`, 32 bytes;
//! `HKDF-SHA256(ikm = stretched ‖ key-store secret, salt = id, info = "sothon/vault/1")` gives 64 bytes: the sealing
//! key and the key check. The check commits to the key, which the AEAD alone does not, and tells a wrong passphrase
//! from a sealed part that somebody changed.

#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod cost;
pub mod file;
mod key;
mod key_store;
mod layout;
mod passphrase;
mod vault;

pub use cost::{Cost, CostError};
pub use key_store::{KeyStore, KeyStoreError, MemoryKeyStore, NoKeyStore};
pub use layout::{MAX_PART_LEN, ParseError, VaultId};
pub use passphrase::{Passphrase, PassphraseError};
pub use vault::{OpenError, Opened, SealError, Secret, Vault};
