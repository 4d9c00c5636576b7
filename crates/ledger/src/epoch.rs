//! Epochs: the secrets of a book, made by its readers, and wraps: a secret for one who may read (design.md §3.6).
//!
//! An epoch's id commits to its secret, so nobody can hand different secrets to different readers (A14).

use ed25519_dalek::SigningKey;
use hkdf::Hkdf;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::cbor;
use crate::hpke::{self, AgreeSecret, HpkeError};
use crate::ids::{AgreeKey, BookId, DeviceId, EpochId, Height, Root, WrapId};
use crate::people::Compartment;
use crate::sign::{self, SignError, Signed};

/// The most bytes that a wrap may have.
pub const MAX_WRAP: usize = 1024;

/// The secret of an epoch.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct EpochSecret([u8; 32]);

impl std::fmt::Debug for EpochSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EpochSecret(..)")
    }
}

impl EpochSecret {
    /// Makes one.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut secret = [0; 32];
        rng.fill_bytes(&mut secret);
        EpochSecret(secret)
    }

    /// Takes one from where it was kept sealed.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        EpochSecret(bytes)
    }

    /// The bytes, to be kept sealed.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The id of the epoch that this is the secret of: `SHA-256("sothon/epoch/1" ‖ book ‖ height as 8 bytes big-endian ‖
    /// secret)`, where the height is the one whose readers it is for.
    pub fn commit(&self, book: &BookId, height: Height) -> EpochId {
        let hash = Sha256::new()
            .chain_update(b"sothon/epoch/1")
            .chain_update(book)
            .chain_update(height.0.to_be_bytes())
            .chain_update(self.0)
            .finalize();
        EpochId(hash.into())
    }

    /// The key that entries are sealed under.
    pub fn entry_key(&self) -> Zeroizing<[u8; 32]> {
        self.derive(&[b"sothon/entry-key/1"])
    }

    /// The key pair that drops are sealed to.
    pub fn drop_key(&self) -> AgreeSecret {
        AgreeSecret::derive(&self.derive(&[b"sothon/drop-key/1"]))
    }

    /// The key that a part of one record is sealed under once more (the teller of a tip).
    pub fn record_key(&self, record: &[u8; 16]) -> Zeroizing<[u8; 32]> {
        self.derive(&[b"sothon/record-key/1", record])
    }

    fn derive(&self, info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        let done = Hkdf::<Sha256>::new(None, &self.0).expand_multi_info(info, out.as_mut());
        debug_assert!(done.is_ok(), "32 bytes are within HKDF's bound");
        out
    }
}

/// For whom a secret is wrapped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[non_exhaustive]
pub enum Receiver {
    /// A device.
    #[n(0)]
    Device(#[n(0)] DeviceId),
    /// The reading key on paper of a compartment and year.
    #[n(1)]
    Paper(#[n(0)] Compartment, #[n(1)] u32),
}

#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
struct Statement {
    #[n(0)]
    version: u64,
    #[n(1)]
    suite: u64,
    #[n(2)]
    book: BookId,
    #[n(3)]
    epoch: EpochId,
    #[n(4)]
    to: Receiver,
    #[n(5)]
    key: AgreeKey,
    #[n(6)]
    from: DeviceId,
    #[n(7)]
    sealed: ByteVec,
}

/// An epoch's secret, sealed to one receiver and signed by who wrapped it. A blob beside the log, droppable (A6).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrap {
    bytes: Vec<u8>,
    id: WrapId,
    statement: Statement,
}

/// Why a wrap is refused, or does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WrapError {
    /// Form or signature.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Not the fields of a wrap.
    #[error("the wrap's fields")]
    Fields(#[from] cbor::CborError),
    /// Longer than [`MAX_WRAP`], or of a version or suite that this version does not know.
    #[error("not a wrap of a form known here")]
    Form,
    /// It is not for this key.
    #[error("the wrap does not open")]
    Open(#[from] HpkeError),
    /// The secret inside is not the one that the epoch commits to: somebody lies (A14).
    #[error("the wrapped secret is not the epoch's")]
    Commitment,
}

impl Wrap {
    /// Wraps an epoch's secret for a receiver's agree key.
    ///
    /// # Errors
    /// [`WrapError::Open`] if `key` is not an acceptable key.
    #[allow(clippy::too_many_arguments)] // each is a different thing that the wrap binds
    pub fn seal(
        root: &Root,
        book: BookId,
        epoch: EpochId,
        secret: &EpochSecret,
        to: Receiver,
        key: AgreeKey,
        from: &SigningKey,
        rng: &mut impl CryptoRng,
    ) -> Result<Wrap, WrapError> {
        let sealed = hpke::seal(&key, &info(root, &book, &epoch, &to), b"", secret.expose(), rng)?;
        let from_id = DeviceId(from.verifying_key().to_bytes());
        let statement = Statement {
            version: 1,
            suite: 2,
            book,
            epoch,
            to,
            key,
            from: from_id,
            sealed: sealed.into(),
        };
        let payload = cbor::encode(&statement);
        let id = WrapId(sign::id(sign::WRAP, &payload));
        Ok(Wrap {
            bytes: sign::sign(sign::WRAP, &payload, from),
            id,
            statement,
        })
    }

    /// Reads a wrap and verifies its signature.
    ///
    /// # Errors
    /// [`WrapError`].
    pub fn parse(bytes: &[u8]) -> Result<Wrap, WrapError> {
        let wrap = Self::parse_held(bytes)?;
        Signed::parse(bytes)?.verify(sign::WRAP, &wrap.statement.from.0)?;
        Ok(wrap)
    }

    /// Reads a wrap from our own store; its signature is not verified again.
    ///
    /// # Errors
    /// [`WrapError`] for form.
    pub fn parse_held(bytes: &[u8]) -> Result<Wrap, WrapError> {
        if bytes.len() > MAX_WRAP {
            return Err(WrapError::Form);
        }
        let signed = Signed::parse(bytes)?;
        let statement: Statement = cbor::decode(signed.payload)?;
        if statement.version != 1 {
            return Err(WrapError::Form);
        }
        Ok(Wrap {
            bytes: bytes.to_vec(),
            id: WrapId(signed.id(sign::WRAP)),
            statement,
        })
    }

    /// Opens it, and checks the secret against the epoch's commitment, made for the readers at `height`.
    ///
    /// # Errors
    /// [`WrapError`].
    pub fn open(&self, root: &Root, height: Height, secret: &AgreeSecret) -> Result<EpochSecret, WrapError> {
        let Statement {
            suite,
            book,
            epoch,
            to,
            sealed,
            ..
        } = &self.statement;
        if *suite != 2 {
            return Err(WrapError::Form);
        }
        let plain = Zeroizing::new(hpke::open(secret, &info(root, book, epoch, to), b"", sealed)?);
        let secret = EpochSecret(plain.as_slice().try_into().map_err(|_| WrapError::Form)?);
        let fits: bool = secret.commit(book, height).0.ct_eq(&epoch.0).into();
        if fits {
            Ok(secret)
        } else {
            Err(WrapError::Commitment)
        }
    }

    /// The wrap as it travels and is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its id.
    pub fn id(&self) -> WrapId {
        self.id
    }

    /// The book.
    pub fn book(&self) -> BookId {
        self.statement.book
    }

    /// The epoch whose secret is inside.
    pub fn epoch(&self) -> EpochId {
        self.statement.epoch
    }

    /// For whom it is.
    pub fn to(&self) -> Receiver {
        self.statement.to
    }

    /// The key that it is sealed to.
    pub fn key(&self) -> AgreeKey {
        self.statement.key
    }

    /// Who wrapped it.
    pub fn from(&self) -> DeviceId {
        self.statement.from
    }
}

#[derive(Encode)]
#[cbor(array)]
struct Info<'a> {
    #[n(0)]
    label: &'a str,
    #[n(1)]
    root: Root,
    #[n(2)]
    book: BookId,
    #[n(3)]
    epoch: EpochId,
    #[n(4)]
    to: Receiver,
}

fn info(root: &Root, book: &BookId, epoch: &EpochId, to: &Receiver) -> Vec<u8> {
    cbor::encode(&Info {
        label: "sothon/wrap/1",
        root: *root,
        book: *book,
        epoch: *epoch,
        to: *to,
    })
}
