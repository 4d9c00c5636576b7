//! The entry: a signed envelope, and beside it a sealed payload (design.md §3.2).
//!
//! The envelope is a COSE_Sign1 over `[header, payload hash, payload length]`. The header is a byte string inside, so
//! that the very bytes received are what payloads are bound to; it says where the entry stands and what it needs,
//! in clear, because relays order and forward by it. Its labels 0 to 6 never change their meaning in any version.
//! Labels below 0 are critical: who does not know one keeps the entry as *pending until upgrade* (A21).

use ed25519_dalek::SigningKey;
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use sha2::{Digest as _, Sha256};

use crate::cbor;
use crate::file::MAX_SEALED_FILE;
use crate::ids::{BookId, DeviceId, Digest, EntryId, EpochId, Height, LogId, MAX_NUMBER, OperationTag, Seq};
use crate::sign::{self, SignError, Signed};

/// The version of the format that this code writes.
pub const VERSION: u64 = 1;
/// The most bytes that a sealed payload may have.
pub const MAX_PAYLOAD: u64 = 1 << 20;
/// The most bytes that an envelope may have.
pub const MAX_ENVELOPE: usize = 4096;
/// The most entries that `after` may name.
pub const MAX_AFTER: usize = 64;
/// The most labels that a header may have.
const MAX_LABELS: u64 = 32;

/// What an entry is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Automerge changes.
    Changes,
    /// A sealed full save of the book.
    Checkpoint,
    /// A new epoch: its commitment and the public half for drops.
    Epoch,
    /// A reader's word that a device may count as a reader.
    Yes,
    /// A device's agree keys, in the commune book.
    Keys,
    /// A record that its author can write and not read again.
    Drop,
    /// The status of a drop, sealed to its author.
    Reply,
    /// A signed word that the device at the commune holds these heads.
    Receipt,
    /// A writer's last word in a closed volume.
    Final,
    /// A photo or paper of a record, sealed under a key of its own that the record holds.
    File,
    /// A kind of a later version: kept, pending.
    Unknown(u64),
}

impl Kind {
    const KNOWN: [Kind; 10] = [
        Kind::Changes,
        Kind::Checkpoint,
        Kind::Epoch,
        Kind::Yes,
        Kind::Keys,
        Kind::Drop,
        Kind::Reply,
        Kind::Receipt,
        Kind::Final,
        Kind::File,
    ];

    /// Its number on the wire.
    pub fn code(self) -> u64 {
        match self {
            Kind::Changes => 0,
            Kind::Checkpoint => 1,
            Kind::Epoch => 2,
            Kind::Yes => 3,
            Kind::Keys => 4,
            Kind::Drop => 5,
            Kind::Reply => 6,
            Kind::Receipt => 7,
            Kind::Final => 8,
            Kind::File => 9,
            Kind::Unknown(code) => code,
        }
    }

    /// The kind with this number.
    pub fn from_code(code: u64) -> Kind {
        Kind::KNOWN
            .into_iter()
            .find(|kind| kind.code() == code)
            .unwrap_or(Kind::Unknown(code))
    }

    /// How payloads of this kind are sealed and encoded. One of a later version is never written here, and never in clear.
    pub fn sealing(self) -> (Suite, Encoding) {
        match self {
            Kind::Epoch | Kind::Yes | Kind::Keys | Kind::Receipt | Kind::Final => {
                (Suite::Clear, Encoding::Cbor)
            }
            Kind::Drop | Kind::Reply => (Suite::HpkeX25519, Encoding::ZstdPadded),
            Kind::File => (Suite::OwnKey, Encoding::Padded),
            Kind::Changes | Kind::Checkpoint | Kind::Unknown(_) => {
                (Suite::XChaCha20Poly1305, Encoding::ZstdPadded)
            }
        }
    }

    /// Whether the payload is in clear (suite 0): who drops must read epochs before holding a secret.
    pub fn is_clear(self) -> bool {
        self.sealing().0 == Suite::Clear
    }
}

/// How a payload is sealed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Suite {
    /// In clear.
    Clear,
    /// XChaCha20-Poly1305 under the epoch's entry key.
    XChaCha20Poly1305,
    /// HPKE (RFC 9180) base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305, to the epoch's drop key or an agree key.
    HpkeX25519,
    /// XChaCha20-Poly1305 under a key of its own, which a record holds.
    OwnKey,
    /// A suite of a later version: kept, pending.
    Unknown(u64),
}

impl Suite {
    /// Its number on the wire.
    pub fn code(self) -> u64 {
        match self {
            Suite::Clear => 0,
            Suite::XChaCha20Poly1305 => 1,
            Suite::HpkeX25519 => 2,
            Suite::OwnKey => 3,
            Suite::Unknown(code) => code,
        }
    }

    /// The suite with this number.
    pub fn from_code(code: u64) -> Suite {
        match code {
            0 => Suite::Clear,
            1 => Suite::XChaCha20Poly1305,
            2 => Suite::HpkeX25519,
            3 => Suite::OwnKey,
            _ => Suite::Unknown(code),
        }
    }
}

/// How the plain payload is encoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Encoding {
    /// Deterministic CBOR.
    Cbor,
    /// Deterministic CBOR with plain Automerge change chunks inside, zstd, padded (Padmé).
    ZstdPadded,
    /// The bytes of a file as they are, padded (Padmé).
    Padded,
    /// An encoding of a later version: kept, pending.
    Unknown(u64),
}

impl Encoding {
    /// Its number on the wire.
    pub fn code(self) -> u64 {
        match self {
            Encoding::Cbor => 0,
            Encoding::ZstdPadded => 1,
            Encoding::Padded => 2,
            Encoding::Unknown(code) => code,
        }
    }

    /// The encoding with this number.
    pub fn from_code(code: u64) -> Encoding {
        match code {
            0 => Encoding::Cbor,
            1 => Encoding::ZstdPadded,
            2 => Encoding::Padded,
            _ => Encoding::Unknown(code),
        }
    }
}

/// The clear header of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Label 0: version of the format.
    pub version: u64,
    /// Label 1: the book.
    pub book: BookId,
    /// Label 2: the author.
    pub device: DeviceId,
    /// Label 3: the author log.
    pub log: LogId,
    /// Label 4: place in the log, from 0.
    pub seq: Seq,
    /// Label 5: the entry before it in the log; absent exactly at seq 0.
    pub backlink: Option<EntryId>,
    /// Label 6: the outermost entries of other logs that the author had applied; sorted, absent when empty.
    pub after: Vec<EntryId>,
    /// Label 7: the height of the register that the author knew.
    pub height: Height,
    /// Label 8: the first eight bytes of the id of the operation at that height.
    pub operation: OperationTag,
    /// Label 9: what the entry is for.
    pub kind: Kind,
    /// Label 10: the epoch under which the payload is sealed, or that an epoch entry makes; absent where none.
    pub epoch: Option<EpochId>,
    /// Label 11: how the payload is sealed.
    pub suite: Suite,
    /// Label 12: how the plain payload is encoded.
    pub encoding: Encoding,
    /// Whether a critical label (below 0) is there that this version does not know.
    pub unknown_critical: bool,
}

impl Header {
    /// The header's bytes: a CBOR map in deterministic encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(192);
        let mut e = Encoder::new(&mut out);
        let labels = 10
            + u64::from(self.backlink.is_some())
            + u64::from(!self.after.is_empty())
            + u64::from(self.epoch.is_some());
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            e.map(labels)?;
            e.u8(0)?.u64(self.version)?;
            e.u8(1)?.bytes(&self.book.0)?;
            e.u8(2)?.bytes(&self.device.0)?;
            e.u8(3)?.bytes(&self.log.0)?;
            e.u8(4)?.u64(self.seq)?;
            if let Some(backlink) = &self.backlink {
                e.u8(5)?.bytes(&backlink.0)?;
            }
            if !self.after.is_empty() {
                e.u8(6)?.array(self.after.len() as u64)?;
                for id in &self.after {
                    e.bytes(&id.0)?;
                }
            }
            e.u8(7)?.u64(self.height.0)?;
            e.u8(8)?.bytes(&self.operation.0)?;
            e.u8(9)?.u64(self.kind.code())?;
            if let Some(epoch) = &self.epoch {
                e.u8(10)?.bytes(&epoch.0)?;
            }
            e.u8(11)?.u64(self.suite.code())?;
            e.u8(12)?.u64(self.encoding.code())?;
            Ok(())
        };
        let done = write().is_ok();
        debug_assert!(done, "writing to a Vec does not fail");
        out
    }

    /// Whether a part of a later version is in it: then it is pending, not judged.
    fn is_later(&self) -> bool {
        self.version != VERSION
            || self.unknown_critical
            || matches!(self.kind, Kind::Unknown(_))
            || matches!(self.suite, Suite::Unknown(_))
            || matches!(self.encoding, Encoding::Unknown(_))
    }

    /// Checks that kind, suite, encoding and epoch fit together, so that nobody publishes in clear what is to be sealed; and
    /// that a file names nothing of other logs.
    fn check_sealing(&self) -> Result<(), InvalidEntry> {
        let epoch = match self.kind {
            _ if self.is_later() => return Ok(()),
            Kind::Unknown(_) => return Ok(()),
            Kind::Changes | Kind::Checkpoint | Kind::Epoch | Kind::Drop => true,
            Kind::Reply | Kind::Yes | Kind::Keys | Kind::Receipt | Kind::Final | Kind::File => false,
        };
        let (suite, encoding) = self.kind.sealing();
        if self.suite != suite {
            return Err(InvalidEntry::Field("suite"));
        }
        if self.encoding != encoding {
            return Err(InvalidEntry::Field("encoding"));
        }
        if self.epoch.is_some() != epoch {
            return Err(InvalidEntry::Field("epoch"));
        }
        if self.kind == Kind::File && !self.after.is_empty() {
            return Err(InvalidEntry::Field("after"));
        }
        Ok(())
    }

    /// The most bytes that the sealed payload may have.
    fn most_payload(&self) -> u64 {
        match self.kind {
            Kind::File if !self.is_later() => MAX_SEALED_FILE,
            _ => MAX_PAYLOAD,
        }
    }

    /// Reads a header that is known to be deterministic CBOR.
    fn decode(bytes: &[u8]) -> Result<Self, InvalidEntry> {
        cbor::check(bytes).map_err(SignError::Cbor)?;
        let mut d = Decoder::new(bytes);
        let labels = d.map().map_err(field("map"))?.ok_or(InvalidEntry::Field("map"))?;
        if labels > MAX_LABELS {
            return Err(InvalidEntry::Field("map"));
        }
        let mut slots = Slots::default();
        for _ in 0..labels {
            if !matches!(d.datatype().map_err(field("label"))?, Type::U8 | Type::I8) {
                return Err(InvalidEntry::Field("label"));
            }
            match d.i8().map_err(field("label"))? {
                // Labels of one byte: there, all canonical orders of CBOR agree.
                ..-24 | 24.. => return Err(InvalidEntry::Field("label")),
                0 => slots.version = Some(d.u64().map_err(field("version"))?),
                1 => slots.book = Some(d.decode().map_err(field("book"))?),
                2 => slots.device = Some(d.decode().map_err(field("device"))?),
                3 => slots.log = Some(d.decode().map_err(field("log"))?),
                4 => slots.seq = Some(d.u64().map_err(field("seq"))?),
                5 => slots.backlink = Some(d.decode().map_err(field("backlink"))?),
                6 => slots.after = after(&mut d)?,
                7 => slots.height = Some(Height(d.u64().map_err(field("height"))?)),
                8 => slots.operation = Some(d.decode().map_err(field("operation"))?),
                9 => slots.kind = Some(Kind::from_code(d.u64().map_err(field("kind"))?)),
                10 => slots.epoch = Some(d.decode().map_err(field("epoch"))?),
                11 => slots.suite = Some(Suite::from_code(d.u64().map_err(field("suite"))?)),
                12 => slots.encoding = Some(Encoding::from_code(d.u64().map_err(field("encoding"))?)),
                label => {
                    slots.unknown_critical |= label < 0;
                    d.skip().map_err(field("label"))?;
                }
            }
        }
        slots.finish()
    }
}

/// The fields while they are read.
#[derive(Default)]
struct Slots {
    version: Option<u64>,
    book: Option<BookId>,
    device: Option<DeviceId>,
    log: Option<LogId>,
    seq: Option<Seq>,
    backlink: Option<EntryId>,
    after: Vec<EntryId>,
    height: Option<Height>,
    operation: Option<OperationTag>,
    kind: Option<Kind>,
    epoch: Option<EpochId>,
    suite: Option<Suite>,
    encoding: Option<Encoding>,
    unknown_critical: bool,
}

impl Slots {
    fn finish(self) -> Result<Header, InvalidEntry> {
        let missing = InvalidEntry::Field;
        let header = Header {
            version: self.version.filter(|v| *v >= 1).ok_or(missing("version"))?,
            book: self.book.ok_or(missing("book"))?,
            device: self.device.ok_or(missing("device"))?,
            log: self.log.ok_or(missing("log"))?,
            seq: self.seq.filter(|seq| *seq <= MAX_NUMBER).ok_or(missing("seq"))?,
            backlink: self.backlink,
            after: self.after,
            height: self
                .height
                .filter(|h| (1..=MAX_NUMBER).contains(&h.0))
                .ok_or(missing("height"))?,
            operation: self.operation.ok_or(missing("operation"))?,
            kind: self.kind.ok_or(missing("kind"))?,
            epoch: self.epoch,
            suite: self.suite.ok_or(missing("suite"))?,
            encoding: self.encoding.ok_or(missing("encoding"))?,
            unknown_critical: self.unknown_critical,
        };
        if header.backlink.is_some() != (header.seq > 0) {
            return Err(InvalidEntry::Field("backlink"));
        }
        header.check_sealing()?;
        Ok(header)
    }
}

fn after(d: &mut Decoder<'_>) -> Result<Vec<EntryId>, InvalidEntry> {
    let bad = InvalidEntry::Field("after");
    let Some(len @ 1..) = d.array().map_err(field("after"))? else {
        return Err(bad);
    };
    if len > MAX_AFTER as u64 {
        return Err(bad);
    }
    let mut out: Vec<EntryId> = Vec::new();
    for _ in 0..len {
        let id = d.decode().map_err(field("after"))?;
        if out.last().is_some_and(|last| *last >= id) {
            return Err(bad);
        }
        out.push(id);
    }
    Ok(out)
}

fn field(name: &'static str) -> impl Fn(minicbor::decode::Error) -> InvalidEntry {
    move |_| InvalidEntry::Field(name)
}

/// Why an envelope is *invalid*: it is never stored. Nothing here depends on anything but the envelope itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEntry {
    /// Longer than [`MAX_ENVELOPE`].
    #[error("the envelope has {0} bytes")]
    TooLong(usize),
    /// Form or signature.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A header field that is missing or not what it has to be.
    #[error("the header's field {0}")]
    Field(&'static str),
    /// The payload is not the one whose hash and length were signed.
    #[error("not the payload that was signed")]
    Payload,
}

/// An envelope whose form and signature are right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    bytes: Vec<u8>,
    id: EntryId,
    header: Header,
    header_bytes: Vec<u8>,
    payload_hash: Digest,
    payload_len: u64,
}

impl Envelope {
    /// Signs an envelope for a sealed payload.
    pub fn sign(header: &Header, payload: &[u8], key: &SigningKey) -> Envelope {
        let header_bytes = header.encode();
        let payload_hash = Digest(Sha256::digest(payload).into());
        let payload_len = payload.len() as u64;
        let mut statement = Vec::with_capacity(header_bytes.len() + 48);
        let mut e = Encoder::new(&mut statement);
        let done = e
            .array(3)
            .and_then(|e| e.bytes(&header_bytes))
            .and_then(|e| e.bytes(&payload_hash.0))
            .and_then(|e| e.u64(payload_len))
            .is_ok();
        debug_assert!(done, "writing to a Vec does not fail");
        let bytes = sign::sign(sign::ENTRY, &statement, key);
        let id = EntryId(sign::id(sign::ENTRY, &statement));
        Envelope {
            bytes,
            id,
            header: header.clone(),
            header_bytes,
            payload_hash,
            payload_len,
        }
    }

    /// Reads an envelope and verifies its form and signature.
    ///
    /// # Errors
    /// [`InvalidEntry`]: such bytes are never stored.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidEntry> {
        let envelope = Self::parse_held(bytes)?;
        envelope.verify()?;
        Ok(envelope)
    }

    /// Verifies the signature of an envelope that [`Envelope::parse_held`] read.
    ///
    /// # Errors
    /// [`InvalidEntry`].
    pub fn verify(&self) -> Result<(), InvalidEntry> {
        Ok(Signed::parse(&self.bytes)?.verify(sign::ENTRY, &self.header.device.0)?)
    }

    /// Reads an envelope from our own store, which took in only what [`Envelope::parse`] had accepted; the signature
    /// is not verified again.
    ///
    /// # Errors
    /// [`InvalidEntry`] for form.
    pub fn parse_held(bytes: &[u8]) -> Result<Self, InvalidEntry> {
        if bytes.len() > MAX_ENVELOPE {
            return Err(InvalidEntry::TooLong(bytes.len()));
        }
        let signed = Signed::parse(bytes)?;
        cbor::check(signed.payload).map_err(SignError::Cbor)?;
        let mut d = Decoder::new(signed.payload);
        if d.array().map_err(field("statement"))? != Some(3) {
            return Err(InvalidEntry::Field("statement"));
        }
        let header_bytes = d.bytes().map_err(field("statement"))?;
        let payload_hash = d.decode().map_err(field("payload hash"))?;
        let payload_len = d.u64().map_err(field("payload length"))?;
        let header = Header::decode(header_bytes)?;
        if payload_len > header.most_payload() {
            return Err(InvalidEntry::Field("payload length"));
        }
        Ok(Envelope {
            bytes: bytes.to_vec(),
            id: EntryId(signed.id(sign::ENTRY)),
            header,
            header_bytes: header_bytes.to_vec(),
            payload_hash,
            payload_len,
        })
    }

    /// The envelope as it travels and is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The entry's id.
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// The clear header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The header as it was received: what payloads are bound to.
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }

    /// SHA-256 of the sealed payload.
    pub fn payload_hash(&self) -> Digest {
        self.payload_hash
    }

    /// Length of the sealed payload in bytes.
    pub fn payload_len(&self) -> u64 {
        self.payload_len
    }

    /// Checks that these bytes are the payload that was signed.
    ///
    /// # Errors
    /// [`InvalidEntry::Payload`].
    pub fn check_payload(&self, payload: &[u8]) -> Result<(), InvalidEntry> {
        let fits = payload.len() as u64 == self.payload_len
            && Sha256::digest(payload).as_slice() == self.payload_hash.0.as_slice();
        if fits { Ok(()) } else { Err(InvalidEntry::Payload) }
    }
}
