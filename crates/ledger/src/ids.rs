//! The names of things on the wire: fixed-size byte strings that cannot be mistaken for one another.

use std::fmt;

use minicbor::bytes::ByteArray;
use minicbor::encode::Write;
use minicbor::{Decode, Decoder, Encode, Encoder};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = $len;

            /// Takes the id from a slice of exactly the right length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Some(Self(bytes.try_into().ok()?))
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for byte in self.0 {
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        /// The first four bytes: enough to tell ids apart in a log line.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "("))?;
                for byte in &self.0[..4] {
                    write!(f, "{byte:02x}")?;
                }
                write!(f, ")")
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let mut out = [0; $len];
                if !text.is_ascii() || text.len() != 2 * $len {
                    return Err(BadId { bytes: $len });
                }
                for (at, byte) in out.iter_mut().enumerate() {
                    let digits = text.get(2 * at..2 * at + 2).ok_or(BadId { bytes: $len })?;
                    *byte = u8::from_str_radix(digits, 16).map_err(|_| BadId { bytes: $len })?;
                }
                Ok(Self(out))
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                ByteArray::<$len>::decode(d, ctx).map(|b| Self(b.into()))
            }
        }
    };
}

/// A text that is not the hexadecimal form of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: {} hexadecimal digits expected", 2 * bytes)]
pub struct BadId {
    /// How long the id is.
    pub bytes: usize,
}

id! {
    /// A commune: the id of its register's *found* operation.
    Root, 32
}
id! {
    /// A device: its Ed25519 signing key.
    DeviceId, 32
}
id! {
    /// A device's or relay's Ed25519 transport key, shown in TLS as a raw public key (RFC 7250).
    TransportKey, 32
}
id! {
    /// A book: random.
    BookId, 16
}
id! {
    /// An author log of one device in one book: random.
    LogId, 16
}
id! {
    /// An entry: SHA-256 of its COSE Sig_structure (RFC 9052 §4.4).
    EntryId, 32
}
id! {
    /// A register operation: SHA-256 of its COSE Sig_structure.
    OperationId, 32
}
id! {
    /// The first eight bytes of an [`OperationId`], as an entry names it.
    OperationTag, 8
}
id! {
    /// An epoch of a book: the commitment to its secret.
    EpochId, 32
}
id! {
    /// SHA-256 of a sealed payload, or of a blob.
    Digest, 32
}
id! {
    /// A public X25519 key.
    AgreeKey, 32
}
id! {
    /// A wrap: SHA-256 of its COSE Sig_structure.
    WrapId, 32
}
id! {
    /// An invitation: SHA-256 over its secret, the first 16 bytes.
    InvitationId, 16
}
id! {
    /// An Automerge actor: the first 16 bytes of SHA-256 over device, book and a random number (§3.2).
    Actor, 16
}
id! {
    /// An Automerge change hash.
    ChangeHash, 32
}

impl OperationId {
    /// What an entry says of the operation at the height that it names.
    pub fn tag(&self) -> OperationTag {
        let mut tag = [0; 8];
        tag.copy_from_slice(&self.0[..8]);
        OperationTag(tag)
    }
}

/// The number of operations in a register, and so the height of its last one; the *found* operation has height 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Height(#[n(0)] pub u64);

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of an entry in its log: from 0, without gaps.
pub type Seq = u64;

/// The highest seq and height on the wire, 2^63 - 1: what stands above is refused, so that one more never overflows, and
/// databases without unsigned integers hold it.
pub const MAX_NUMBER: u64 = i64::MAX as u64;
