//! COSE_Sign1 (RFC 9052 §4.2) with Ed25519, in the one form that we make and accept.
//!
//! Tagged (18), protected header exactly `{1: -8}`, unprotected header empty, payload embedded. What is signed, and
//! hashed to an id, is the Sig_structure with an `external_aad` that names the purpose: one signature can never be
//! taken for another kind of statement, and bytes outside the signature cannot make two things out of one (A20).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use minicbor::data::Tag;
use minicbor::{Decoder, Encoder};
use sha2::{Digest as _, Sha256};

use crate::cbor;

/// The encoded protected header `{1: -8}`: algorithm EdDSA.
const PROTECTED: &[u8] = &[0xa1, 0x01, 0x27];

/// What a signature is for: its `external_aad`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Purpose(pub(crate) &'static str);

/// An entry's envelope.
pub const ENTRY: Purpose = Purpose("sothon/entry/1");
/// A register operation.
pub const OPERATION: Purpose = Purpose("sothon/register/1");
/// An epoch's secret wrapped for one device.
pub const WRAP: Purpose = Purpose("sothon/wrap/1");
/// A device's request to be admitted.
pub const REQUEST: Purpose = Purpose("sothon/request/1");
/// A suspension beside the register.
pub const SUSPENSION: Purpose = Purpose("sothon/suspension/1");
/// A courier file as a whole.
pub const COURIER: Purpose = Purpose("sothon/courier/1");

/// Why bytes are not a statement signed by the key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// Not a COSE_Sign1 in our form.
    #[error("not a COSE_Sign1 message in the accepted form")]
    Form,
    /// Not the one deterministic encoding.
    #[error(transparent)]
    Cbor(#[from] cbor::CborError),
    /// The bytes given as a key are not one, or one of small order.
    #[error("not an Ed25519 public key")]
    Key,
    /// The signature does not fit key and bytes.
    #[error("the signature does not fit")]
    Signature,
}

/// A COSE_Sign1 whose form is right; the signature is not looked at yet.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'b> {
    /// What was signed.
    pub payload: &'b [u8],
    signature: &'b [u8; 64],
}

impl<'b> Signed<'b> {
    /// Reads the form.
    ///
    /// # Errors
    /// [`SignError::Form`] or [`SignError::Cbor`].
    pub fn parse(bytes: &'b [u8]) -> Result<Self, SignError> {
        cbor::check(bytes)?;
        let form = |_| SignError::Form;
        let mut d = Decoder::new(bytes);
        if d.tag().map_err(form)? != Tag::new(18) || d.array().map_err(form)? != Some(4) {
            return Err(SignError::Form);
        }
        if d.bytes().map_err(form)? != PROTECTED || d.map().map_err(form)? != Some(0) {
            return Err(SignError::Form);
        }
        let payload = d.bytes().map_err(form)?;
        let signature = d.bytes().map_err(form)?.try_into().map_err(|_| SignError::Form)?;
        Ok(Signed { payload, signature })
    }

    /// The SHA-256 of the Sig_structure: the id of what was signed.
    pub fn id(&self, purpose: Purpose) -> [u8; 32] {
        id(purpose, self.payload)
    }

    /// Verifies by the one strict rule: no small order, canonical S and R.
    ///
    /// # Errors
    /// [`SignError::Key`] or [`SignError::Signature`].
    pub fn verify(&self, purpose: Purpose, key: &[u8; 32]) -> Result<(), SignError> {
        verify_strict(key, &sig_structure(purpose, self.payload), self.signature)
    }
}

/// The one rule by which an Ed25519 signature is verified: the equation of RFC 8032 §5.1.7 without the cofactor, S below
/// L, R and key in their one encoding and not of small order. docs/vectors/ed25519.json holds it fast.
///
/// # Errors
/// [`SignError::Key`] or [`SignError::Signature`].
pub fn verify_strict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), SignError> {
    verifying_key(key)?
        .verify_strict(message, &Signature::from_bytes(signature))
        .map_err(|_| SignError::Signature)
}

/// Takes a key in its one encoding: what is reduced mod 2^255 - 19 by the decoder is refused before (RFC 8032 §5.1.3).
fn verifying_key(bytes: &[u8; 32]) -> Result<VerifyingKey, SignError> {
    let [low, middle @ .., high] = bytes;
    if *low >= 0xed && middle.iter().all(|byte| *byte == 0xff) && high & 0x7f == 0x7f {
        return Err(SignError::Key);
    }
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| SignError::Key)?;
    if key.is_weak() {
        Err(SignError::Key)
    } else {
        Ok(key)
    }
}

/// The SHA-256 of the Sig_structure of a payload: the id of what is signed.
pub fn id(purpose: Purpose, payload: &[u8]) -> [u8; 32] {
    Sha256::digest(sig_structure(purpose, payload)).into()
}

/// Signs a payload. The result is the COSE_Sign1 bytes.
pub fn sign(purpose: Purpose, payload: &[u8], key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&sig_structure(purpose, payload)).to_bytes();
    let mut out = Vec::with_capacity(payload.len() + 80);
    let mut e = Encoder::new(&mut out);
    let done = e
        .tag(Tag::new(18))
        .and_then(|e| e.array(4))
        .and_then(|e| e.bytes(PROTECTED))
        .and_then(|e| e.map(0))
        .and_then(|e| e.bytes(payload))
        .and_then(|e| e.bytes(&signature))
        .is_ok();
    debug_assert!(done, "writing to a Vec does not fail");
    out
}

/// RFC 9052 §4.4: `["Signature1", protected, external_aad, payload]`.
fn sig_structure(purpose: Purpose, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 48);
    let mut e = Encoder::new(&mut out);
    let done = e
        .array(4)
        .and_then(|e| e.str("Signature1"))
        .and_then(|e| e.bytes(PROTECTED))
        .and_then(|e| e.bytes(purpose.0.as_bytes()))
        .and_then(|e| e.bytes(payload))
        .is_ok();
    debug_assert!(done, "writing to a Vec does not fail");
    out
}
