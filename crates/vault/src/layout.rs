//! The bytes of a vault: what the crate's first page draws. No keys here.

use std::fmt;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::cost::Cost;

const MAGIC: &[u8; 8] = b"SothonVa";
pub(crate) const VERSION: u8 = 1;
const CHECKSUM_LEN: usize = 32;
pub(crate) const NONCE_LEN: usize = 24;

/// The longest open part and the longest secret, in bytes. Ten years of epoch secrets are some hundred kilobytes.
pub const MAX_PART_LEN: usize = 16 * 1024 * 1024;

/// Names a vault; random, made with it, and kept through every change of passphrase.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VaultId(pub(crate) [u8; 16]);

impl VaultId {
    /// The id's bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for VaultId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VaultId({self})")
    }
}

/// The bytes are no vault that this release can read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseError {
    /// Something else: no vault begins so.
    #[error("this is not a vault")]
    Foreign,
    /// Made by a later release.
    #[error("this vault has version {found}, this release reads up to {}", VERSION)]
    NewerVersion {
        /// The version that it states.
        found: u8,
    },
    /// Cut short or changed since it was written.
    #[error("this vault is damaged: {what}")]
    Damaged {
        /// What does not fit.
        what: &'static str,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub id: VaultId,
    pub salt: [u8; 16],
    pub cost: Cost,
    pub key_check: [u8; 32],
    /// Tells one key-store secret from another; `None` where the vault was made without a key store.
    pub key_store_mark: Option<[u8; 8]>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct HeaderBytes {
    #[cbor(n(0), with = "minicbor::bytes")]
    id: [u8; 16],
    #[cbor(n(1), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(2)]
    memory_kib: u32,
    #[n(3)]
    passes: u32,
    #[n(4)]
    lanes: u32,
    #[cbor(n(5), with = "minicbor::bytes")]
    key_check: [u8; 32],
    #[cbor(n(6), with = "minicbor::bytes")]
    key_store_mark: Option<[u8; 8]>,
}

#[derive(Encode, Decode)]
struct Body {
    #[n(0)]
    header: ByteVec,
    #[n(1)]
    open: ByteVec,
    #[cbor(n(2), with = "minicbor::bytes")]
    nonce: [u8; NONCE_LEN],
    #[n(3)]
    sealed: ByteVec,
}

impl Header {
    pub fn encode(&self) -> Vec<u8> {
        encode(&HeaderBytes {
            id: self.id.0,
            salt: self.salt,
            memory_kib: self.cost.memory_kib(),
            passes: self.cost.passes(),
            lanes: self.cost.lanes(),
            key_check: self.key_check,
            key_store_mark: self.key_store_mark,
        })
    }

    fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let header: HeaderBytes = decode_all(bytes, "its header cannot be read")?;
        let cost =
            Cost::new(header.memory_kib, header.passes, header.lanes).map_err(|_| ParseError::Damaged {
                what: "its cost is out of bounds",
            })?;
        Ok(Self {
            id: VaultId(header.id),
            salt: header.salt,
            cost,
            key_check: header.key_check,
            key_store_mark: header.key_store_mark,
        })
    }
}

/// A vault's fields, the header also as the bytes that were authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    pub header: Header,
    pub header_bytes: Vec<u8>,
    pub open: Vec<u8>,
    pub nonce: [u8; NONCE_LEN],
    pub sealed: Vec<u8>,
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Fields, ParseError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(ParseError::Foreign)?;
    let (version, rest) = rest.split_first().ok_or(ParseError::Damaged {
        what: "it is cut short",
    })?;
    match *version {
        VERSION => {}
        0 => {
            return Err(ParseError::Damaged {
                what: "it states version 0",
            });
        }
        found => return Err(ParseError::NewerVersion { found }),
    }
    let (checksum, body) = rest.split_at_checked(CHECKSUM_LEN).ok_or(ParseError::Damaged {
        what: "it is cut short",
    })?;
    if Sha256::digest(body).as_slice() != checksum {
        return Err(ParseError::Damaged {
            what: "its checksum does not match",
        });
    }
    let body: Body = decode_all(body, "its parts cannot be read")?;
    if body.open.len() > MAX_PART_LEN || body.sealed.len() > MAX_PART_LEN + 16 {
        return Err(ParseError::Damaged {
            what: "it is too long",
        });
    }
    Ok(Fields {
        header: Header::parse(&body.header)?,
        header_bytes: body.header.into(),
        open: body.open.into(),
        nonce: body.nonce,
        sealed: body.sealed.into(),
    })
}

pub(crate) fn write(
    header_bytes: Vec<u8>,
    open: Vec<u8>,
    nonce: [u8; NONCE_LEN],
    sealed: Vec<u8>,
) -> Vec<u8> {
    let body = encode(&Body {
        header: header_bytes.into(),
        open: open.into(),
        nonce,
        sealed: sealed.into(),
    });
    let mut bytes = Vec::with_capacity(MAGIC.len() + 1 + CHECKSUM_LEN + body.len());
    bytes.extend_from_slice(MAGIC);
    bytes.push(VERSION);
    bytes.extend_from_slice(&Sha256::digest(&body));
    bytes.extend_from_slice(&body);
    bytes
}

/// What the seal authenticates beside the secret.
pub(crate) fn additional_data(header_bytes: &[u8], open: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(1 + 8 + header_bytes.len() + open.len());
    data.push(VERSION);
    data.extend_from_slice(&(header_bytes.len() as u64).to_be_bytes());
    data.extend_from_slice(header_bytes);
    data.extend_from_slice(open);
    data
}

#[expect(
    clippy::expect_used,
    reason = "a Vec takes every byte: the writer's error is Infallible"
)]
fn encode(value: &impl Encode<()>) -> Vec<u8> {
    minicbor::to_vec(value).expect("encoding into memory")
}

fn decode_all<'b, T: Decode<'b, ()>>(bytes: &'b [u8], what: &'static str) -> Result<T, ParseError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|_| ParseError::Damaged { what })?;
    if decoder.position() != bytes.len() {
        return Err(ParseError::Damaged {
            what: "bytes follow its end",
        });
    }
    Ok(value)
}
