//! COSE_Sign1 messages in every form, right and wrong.

use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha512};

use super::cbor;

pub const PROTECTED: &[u8] = &[0xa1, 0x01, 0x27];

/// The Sig_structure of RFC 9052 §4.4.
pub fn sig_structure(protected: &[u8], aad: &str, payload: &[u8]) -> Vec<u8> {
    cbor::array(&[
        cbor::text("Signature1"),
        cbor::bytes(protected),
        cbor::bytes(aad),
        cbor::bytes(payload),
    ])
}

/// The parts of a message, before they are put together.
#[derive(Clone)]
pub struct Parts {
    pub protected: Vec<u8>,
    pub unprotected: Vec<u8>,
    pub payload: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Parts {
    pub fn sign(aad: &str, payload: &[u8], key: &SigningKey) -> Parts {
        Self::sign_under(PROTECTED, aad, payload, key)
    }

    /// Signs with any protected header.
    pub fn sign_under(protected: &[u8], aad: &str, payload: &[u8], key: &SigningKey) -> Parts {
        let signature = key.sign(&sig_structure(protected, aad, payload)).to_bytes();
        Parts {
            protected: protected.to_vec(),
            unprotected: cbor::map(&[]),
            payload: payload.to_vec(),
            signature: signature.to_vec(),
        }
    }

    /// A signature under a key of small order, that whoever checks the equation alone accepts: R = rB, S = r, for an r
    /// with which k times the key is the neutral point.
    pub fn forged(aad: &str, payload: &[u8], key: &[u8; 32]) -> Parts {
        let point = CompressedEdwardsY(*key)
            .decompress()
            .expect("a point of small order");
        let message = sig_structure(PROTECTED, aad, payload);
        let (commitment, r) = (1u64..)
            .map(Scalar::from)
            .map(|r| ((&r * ED25519_BASEPOINT_TABLE).compress().to_bytes(), r))
            .find(|(commitment, _)| (challenge(commitment, key, &message) * point).is_identity())
            .expect("one in eight");
        Parts {
            protected: PROTECTED.to_vec(),
            unprotected: cbor::map(&[]),
            payload: payload.to_vec(),
            signature: [commitment, r.to_bytes()].concat(),
        }
    }

    /// The four items of the array.
    pub fn items(&self) -> Vec<Vec<u8>> {
        vec![
            cbor::bytes(&self.protected),
            self.unprotected.clone(),
            cbor::bytes(&self.payload),
            cbor::bytes(&self.signature),
        ]
    }

    pub fn message(&self) -> Vec<u8> {
        cbor::tag(18, cbor::array(&self.items()))
    }

    /// S + L: the same scalar, not in its canonical form.
    pub fn with_large_s(mut self) -> Parts {
        let order_minus_1 = (-Scalar::ONE).to_bytes();
        let mut carry = 1u16;
        for (byte, l) in self.signature[32..].iter_mut().zip(order_minus_1) {
            let sum = u16::from(*byte) + u16::from(l) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        self
    }
}

/// k of RFC 8032 §5.1.7.
pub fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(message)
        .finalize();
    Scalar::from_bytes_mod_order_wide(&hash.into())
}
