//! When entries were first held, sealed to a public key of the vault: a locked device receives too, and whoever finds
//! it cannot tell when (design.md §3.11, 4).
//!
//! All that one batch brings is new at one moment, so one sealed time stands for the whole batch: HPKE (RFC 9180) base
//! mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, info `sothon/held/1`. Plaintext: unix seconds as
//! eight bytes, big-endian, signed. Additional data: SHA-256 over commune and the ids of the entries in the order of
//! arrival, so that a time cannot be moved to other entries. Stored: encapsulated key (32 bytes), then ciphertext (24).

use hpke::aead::{AeadCtxS, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::{AgreeKey, EntryId, Root};

use crate::index::Row;

type Kdf = HkdfSha256;
type Dh = X25519HkdfSha256;
type Aead = ChaCha20Poly1305;

const INFO: &[u8] = b"sothon/held/1";
const ENC: usize = 32;

/// The bytes given are not a public X25519 key that anything can be sealed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key that can be sealed to")]
pub struct StampError;

/// The moment at which a batch arrives, ready to be sealed.
pub struct Stamp {
    enc: [u8; ENC],
    sender: AeadCtxS<Aead, Kdf, Dh>,
    at: i64,
}

impl Stamp {
    /// The moment `at` (unix seconds), to be sealed to the vault's public key `to`.
    ///
    /// # Errors
    /// [`StampError`] where `to` is not a key.
    pub fn new(at: i64, to: &AgreeKey, rng: &mut impl CryptoRng) -> Result<Self, StampError> {
        let to = <Dh as Kem>::PublicKey::from_bytes(&to.0).map_err(|_| StampError)?;
        let (key, sender) = hpke::setup_sender_with_rng::<Aead, Kdf, Dh>(&OpModeS::Base, &to, INFO, rng)
            .map_err(|_| StampError)?;
        let mut enc = [0; ENC];
        enc.copy_from_slice(&key.to_bytes());
        Ok(Stamp { enc, sender, at })
    }

    pub(crate) fn seal(mut self, bound: &[u8; 32]) -> Result<Vec<u8>, StampError> {
        let sealed = self
            .sender
            .seal(&self.at.to_be_bytes(), bound)
            .map_err(|_| StampError)?;
        Ok([&self.enc[..], &sealed].concat())
    }
}

impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stamp(..)")
    }
}

/// What a time is sealed for.
pub(crate) fn bound(root: &Root, ids: &[EntryId]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(root.0);
    for id in ids {
        hash.update(id.0);
    }
    hash.finalize().into()
}

/// The entries that arrived together, with the sealed time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// The row of the first of them; the others follow it without a gap.
    pub first: Row,
    /// Their ids, in the order of arrival.
    pub ids: Vec<EntryId>,
    pub(crate) root: Root,
    pub(crate) sealed: Vec<u8>,
}

/// A sealed time does not open: another vault's key, or bytes that were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time of arrival from row {} does not open", first.0)]
pub struct CannotOpen {
    /// The row of the first entry of the batch.
    pub first: Row,
}

impl Arrival {
    /// When they were first held, in unix seconds.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open(&self, key: &AgreeSecret) -> Result<i64, CannotOpen> {
        self.try_open(key).ok_or(CannotOpen { first: self.first })
    }

    fn try_open(&self, key: &AgreeSecret) -> Option<i64> {
        let (enc, sealed) = self.sealed.split_at_checked(ENC)?;
        let enc = <Dh as Kem>::EncappedKey::from_bytes(enc).ok()?;
        let key = <Dh as Kem>::PrivateKey::from_bytes(&key.0).ok()?;
        let mut receiver = hpke::setup_receiver::<Aead, Kdf, Dh>(&OpModeR::Base, &key, &enc, INFO).ok()?;
        let plain = receiver.open(sealed, &bound(&self.root, &self.ids)).ok()?;
        Some(i64::from_be_bytes(plain.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn a_time_of_arrival_opens_only_with_its_key_and_for_its_entries() {
        let mut rng = StdRng::seed_from_u64(1);
        let key = AgreeSecret([7; 32]);
        let to = key.public();
        let root = Root([1; 32]);
        let ids = vec![EntryId([2; 32]), EntryId([3; 32])];
        let at = 1_749_520_800;
        let sealed = Stamp::new(at, &to, &mut rng).and_then(|stamp| stamp.seal(&bound(&root, &ids)));
        let sealed = sealed.expect("sealed");
        assert!(!sealed.windows(4).any(|w| w == &at.to_be_bytes()[4..]));

        let arrival = Arrival {
            first: Row(1),
            ids,
            root,
            sealed,
        };
        assert_eq!(arrival.open(&key), Ok(at));
        assert!(arrival.open(&AgreeSecret([8; 32])).is_err());
        let other = Arrival {
            ids: vec![EntryId([2; 32])],
            ..arrival.clone()
        };
        assert!(other.open(&key).is_err());
        let mut changed = arrival;
        changed.sealed.pop();
        assert!(changed.open(&key).is_err());
        changed.sealed.clear();
        assert!(changed.open(&key).is_err());
    }

    #[test]
    fn nothing_is_sealed_to_a_key_of_small_order() {
        let mut rng = StdRng::seed_from_u64(1);
        assert!(Stamp::new(0, &AgreeKey([0; 32]), &mut rng).is_err());
    }
}
