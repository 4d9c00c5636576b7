//! The parts of a file: an array whose first item is the type. Items after the known ones are skipped, and so are parts
//! of an unknown type from 0 up; one of an unknown type below 0 must be understood.

use minicbor::{Decoder, Encoder};
use sothon_ledger::{DeviceId, Height, OperationId, Root, cbor};

use crate::VERSION;
use crate::fault::ReadFault;

/// What a file was made for. It binds nobody: whoever has the file takes what it may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Meant {
    /// What the commune lacks.
    Commune,
    /// What one device may hold.
    Device(DeviceId),
    /// All that its maker holds.
    Everybody,
    /// Something of a later version.
    Other,
}

/// What a file says of itself at its beginning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The commune.
    pub root: Root,
    /// The device that made the file and signs it.
    pub device: DeviceId,
    /// The register's head as the device had it; `None` where it had none.
    pub register: Option<(Height, OperationId)>,
    /// When it was made, by that device's clock in Unix seconds; 0 = unknown.
    pub made: i64,
    /// What it was made for.
    pub meant: Meant,
}

/// A part of a file. Its content is as it stands in the file: nothing was verified but the form of the part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// What the file says of itself.
    Head(Head),
    /// An operation of the register.
    Operation(Vec<u8>),
    /// A signed request of a device that wants to be admitted.
    Request(Vec<u8>),
    /// An entry.
    Entry {
        /// The envelope.
        envelope: Vec<u8>,
        /// The sealed payload; `None` where the maker did not hold it.
        payload: Option<Vec<u8>>,
    },
    /// A wrap.
    Wrap(Vec<u8>),
    /// An entry out of its log, for who only drops into its book.
    Notice {
        /// The envelope.
        envelope: Vec<u8>,
        /// The payload.
        payload: Vec<u8>,
    },
    /// A suspension: a note beside the register.
    Suspension(Vec<u8>),
    /// Something of a later version that may be passed over.
    Unknown,
}

/// A part as it is read: with the seal, which is not handed out.
pub(crate) enum Read {
    Part(Part),
    Seal(Vec<u8>),
}

const HEAD: i64 = 0;
const OPERATION: i64 = 1;
const REQUEST: i64 = 2;
const ENTRY: i64 = 3;
const WRAP: i64 = 4;
const SEAL: i64 = 5;
const NOTICE: i64 = 6;
const SUSPENSION: i64 = 7;

impl Read {
    /// Reads what stands inside a part's byte string.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Read, ReadFault> {
        cbor::check(bytes).map_err(|_| ReadFault::Form)?;
        let mut d = Decoder::new(bytes);
        let items = d.array().ok().flatten().ok_or(ReadFault::Form)?;
        let code = d.i64().map_err(|_| ReadFault::Form)?;
        if code < 0 {
            return Err(ReadFault::Newer);
        }
        let read = match code {
            HEAD => Part::Head(head(&mut d, items)?),
            OPERATION => Part::Operation(bytes_of(&mut d)?),
            REQUEST => Part::Request(bytes_of(&mut d)?),
            ENTRY => Part::Entry {
                envelope: bytes_of(&mut d)?,
                payload: optional_bytes(&mut d)?,
            },
            WRAP => Part::Wrap(bytes_of(&mut d)?),
            NOTICE => Part::Notice {
                envelope: bytes_of(&mut d)?,
                payload: bytes_of(&mut d)?,
            },
            SUSPENSION => Part::Suspension(bytes_of(&mut d)?),
            SEAL => return Ok(Read::Seal(bytes_of(&mut d)?)),
            _ => Part::Unknown,
        };
        Ok(Read::Part(read))
    }
}

fn bytes_of(d: &mut Decoder<'_>) -> Result<Vec<u8>, ReadFault> {
    d.bytes().map(<[u8]>::to_vec).map_err(|_| ReadFault::Form)
}

fn optional_bytes(d: &mut Decoder<'_>) -> Result<Option<Vec<u8>>, ReadFault> {
    match d.datatype() {
        Ok(minicbor::data::Type::Null) => d.null().map(|()| None).map_err(|_| ReadFault::Form),
        _ => bytes_of(d).map(Some),
    }
}

fn head(d: &mut Decoder<'_>, items: u64) -> Result<Head, ReadFault> {
    // What follows the version is known of this version alone.
    let version = d.u64().map_err(|_| ReadFault::Form)?;
    if version > VERSION {
        return Err(ReadFault::Newer);
    }
    if version == 0 || items < 7 {
        return Err(ReadFault::Form);
    }
    read_head(d).map_err(|_| ReadFault::Form)
}

fn read_head(d: &mut Decoder<'_>) -> Result<Head, minicbor::decode::Error> {
    let root = d.decode()?;
    let device = d.decode()?;
    let register = match d.datatype()? {
        minicbor::data::Type::Null => d.null().map(|()| None)?,
        _ => Some(read_pair(d)?),
    };
    Ok(Head {
        root,
        device,
        register,
        made: d.i64()?,
        meant: meant(d)?,
    })
}

fn read_pair(d: &mut Decoder<'_>) -> Result<(Height, OperationId), minicbor::decode::Error> {
    if d.array()? != Some(2) {
        return Err(minicbor::decode::Error::message("not a height and an id"));
    }
    Ok((d.decode()?, d.decode()?))
}

fn meant(d: &mut Decoder<'_>) -> Result<Meant, minicbor::decode::Error> {
    let items = d.array()?;
    Ok(match (d.u64()?, items) {
        (0, _) => Meant::Commune,
        (1, Some(2..)) => Meant::Device(d.decode()?),
        (2, _) => Meant::Everybody,
        _ => Meant::Other,
    })
}

/// What a part is written from.
pub(crate) enum Write<'a> {
    Head(&'a Head),
    Operation(&'a [u8]),
    Request(&'a [u8]),
    Entry(&'a [u8], Option<&'a [u8]>),
    Wrap(&'a [u8]),
    Notice(&'a [u8], &'a [u8]),
    Suspension(&'a [u8]),
    Seal(&'a [u8]),
}

impl Write<'_> {
    /// What stands inside the part's byte string.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let done = self.try_encode(&mut Encoder::new(out)).is_ok();
        debug_assert!(done, "writing to a Vec does not fail");
    }

    fn try_encode(
        &self,
        e: &mut Encoder<&mut Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        let one = |e: &mut Encoder<&mut Vec<u8>>, code: i64, bytes: &[u8]| {
            e.array(2)?.i64(code)?.bytes(bytes)?;
            Ok(())
        };
        match self {
            Write::Head(head) => {
                e.array(7)?.i64(HEAD)?.u64(VERSION)?;
                e.encode(head.root)?.encode(head.device)?;
                match &head.register {
                    Some((height, id)) => e.array(2)?.encode(height)?.encode(id)?,
                    None => e.null()?,
                };
                e.i64(head.made)?;
                match head.meant {
                    Meant::Commune => e.array(1)?.u64(0)?,
                    Meant::Device(device) => e.array(2)?.u64(1)?.encode(device)?,
                    Meant::Everybody | Meant::Other => e.array(1)?.u64(2)?,
                };
                Ok(())
            }
            Write::Operation(bytes) => one(e, OPERATION, bytes),
            Write::Request(bytes) => one(e, REQUEST, bytes),
            Write::Entry(envelope, payload) => {
                e.array(3)?.i64(ENTRY)?.bytes(envelope)?;
                match payload {
                    Some(payload) => e.bytes(payload)?,
                    None => e.null()?,
                };
                Ok(())
            }
            Write::Wrap(bytes) => one(e, WRAP, bytes),
            Write::Notice(envelope, payload) => {
                e.array(3)?.i64(NOTICE)?.bytes(envelope)?.bytes(payload)?;
                Ok(())
            }
            Write::Suspension(bytes) => one(e, SUSPENSION, bytes),
            Write::Seal(bytes) => one(e, SEAL, bytes),
        }
    }
}
