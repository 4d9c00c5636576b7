//! HPKE (RFC 9180) base mode in the one suite that we use: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! ChaCha20-Poly1305. A sealed message is `enc (32 bytes) ‖ ciphertext ‖ tag (16)`.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::AgreeKey;

/// How many bytes sealing adds.
pub const OVERHEAD: usize = 32 + 16;

/// A secret X25519 key.
#[derive(Clone, Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
pub struct AgreeSecret(pub [u8; 32]);

impl std::fmt::Debug for AgreeSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AgreeSecret(..)")
    }
}

/// Why a message does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HpkeError {
    /// Not a public key, or one whose shared secret would be zero (RFC 9180 §7.1.4).
    #[error("not an acceptable X25519 key")]
    Key,
    /// Not sealed to this key for this purpose, or changed since.
    #[error("the message does not open under this key")]
    Open,
}

impl AgreeSecret {
    /// Makes a key pair from 32 random or derived bytes (RFC 9180 §7.1.3).
    pub fn derive(ikm: &[u8; 32]) -> AgreeSecret {
        let (secret, _) = X25519HkdfSha256::derive_keypair(ikm);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&secret.to_bytes());
        AgreeSecret(bytes)
    }

    /// Makes a random key pair.
    pub fn generate(rng: &mut impl CryptoRng) -> AgreeSecret {
        let mut ikm = [0; 32];
        rng.fill_bytes(&mut ikm);
        let secret = Self::derive(&ikm);
        ikm.zeroize();
        secret
    }

    /// The public half.
    pub fn public(&self) -> AgreeKey {
        AgreeKey(x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(self.0)).to_bytes())
    }
}

/// Seals a message to a public key.
///
/// # Errors
/// [`HpkeError::Key`].
pub fn seal(
    to: &AgreeKey,
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, HpkeError> {
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&to.0).map_err(|_| HpkeError::Key)?;
    let (enc, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &key,
            info,
            plain,
            aad,
            rng,
        )
        .map_err(|_| HpkeError::Key)?;
    let mut out = enc.to_bytes().to_vec();
    out.extend_from_slice(&ciphertext);
    Ok(out)
}

/// Opens a message.
///
/// # Errors
/// [`HpkeError`].
pub fn open(secret: &AgreeSecret, info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, HpkeError> {
    let (enc, ciphertext) = sealed.split_at_checked(32).ok_or(HpkeError::Open)?;
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).map_err(|_| HpkeError::Key)?;
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&secret.0).map_err(|_| HpkeError::Key)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &enc,
        info,
        ciphertext,
        aad,
    )
    .map_err(|_| HpkeError::Open)
}
