//! Writing a file: parts in, bytes out.

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode, Encoder};
use sha2::{Digest as _, Sha256};
use sothon_ledger::{DeviceId, Digest, Root, cbor, sign};

use crate::fault::WriteError;
use crate::part::{Head, Write};
use crate::{MAGIC, MAX_PART, MAX_REGISTER, MAX_REQUESTS};

/// What the seal signs: which commune, who made the file, and all bytes before the seal.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Statement {
    #[n(0)]
    pub(crate) version: u64,
    #[n(1)]
    pub(crate) root: Root,
    #[n(2)]
    pub(crate) device: DeviceId,
    #[n(3)]
    pub(crate) size: u64,
    #[n(4)]
    pub(crate) digest: Digest,
}

/// The version of [`Statement`].
pub(crate) const STATEMENT: u64 = 1;

/// Writes a file part by part. Each call appends bytes to what it is given; whoever calls writes them away.
#[derive(Debug)]
pub struct Writer {
    root: Root,
    device: DeviceId,
    hash: Sha256,
    size: u64,
    operations: u64,
    requests: usize,
    /// Whether something other than the register was written.
    past_register: bool,
    part: Vec<u8>,
}

impl Writer {
    /// Begins a file.
    pub fn begin(head: &Head, out: &mut Vec<u8>) -> Writer {
        let mut writer = Writer {
            root: head.root,
            device: head.device,
            hash: Sha256::new(),
            size: 0,
            operations: 0,
            requests: 0,
            past_register: false,
            part: Vec::new(),
        };
        writer.append(&MAGIC, out);
        // A head is far shorter than a part may be.
        let _ = writer.write(&Write::Head(head), out);
        writer
    }

    /// Writes an operation of the register; all of them come before anything else.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then, as for those that follow.
    pub fn operation(&mut self, operation: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.past_register {
            return Err(WriteError::Order);
        }
        let bytes = self.operations + operation.len() as u64;
        if bytes > MAX_REGISTER {
            return Err(WriteError::TooLarge);
        }
        self.write(&Write::Operation(operation), out)?;
        self.operations = bytes;
        Ok(())
    }

    /// Writes a signed request to be admitted.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn request(&mut self, request: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.requests >= MAX_REQUESTS {
            return Err(WriteError::TooLarge);
        }
        self.past_register = true;
        self.requests += 1;
        self.write(&Write::Request(request), out)
    }

    /// Writes an entry. Those of one log come in order, each after the one that it names as backlink.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn entry(
        &mut self,
        envelope: &[u8],
        payload: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        self.past_register = true;
        self.write(&Write::Entry(envelope, payload), out)
    }

    /// Writes a wrap.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn wrap(&mut self, wrap: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.past_register = true;
        self.write(&Write::Wrap(wrap), out)
    }

    /// Writes a notice: an entry out of its log, with its payload.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn notice(&mut self, envelope: &[u8], payload: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.past_register = true;
        self.write(&Write::Notice(envelope, payload), out)
    }

    /// Writes a suspension, a note beside the register.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn suspension(&mut self, note: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.past_register = true;
        self.write(&Write::Suspension(note), out)
    }

    /// Ends the file, signed by the device that the head names.
    ///
    /// # Errors
    /// [`WriteError::Key`].
    pub fn seal(mut self, key: &SigningKey, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.device.0 != key.verifying_key().to_bytes() {
            return Err(WriteError::Key);
        }
        let statement = Statement {
            version: STATEMENT,
            root: self.root,
            device: self.device,
            size: self.size,
            digest: Digest(self.hash.clone().finalize().into()),
        };
        let signed = sign::sign(sign::COURIER, &cbor::encode(&statement), key);
        self.write(&Write::Seal(&signed), out)
    }

    fn write(&mut self, part: &Write<'_>, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let mut body = std::mem::take(&mut self.part);
        body.clear();
        part.encode(&mut body);
        let fits = body.len() <= MAX_PART;
        if fits {
            let begin = out.len();
            let done = Encoder::new(&mut *out).bytes(&body).is_ok();
            debug_assert!(done, "writing to a Vec does not fail");
            let written = out.get(begin..).unwrap_or_default();
            self.hash.update(written);
            self.size += written.len() as u64;
        }
        self.part = body;
        if fits { Ok(()) } else { Err(WriteError::TooLarge) }
    }

    fn append(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        out.extend_from_slice(bytes);
    }
}
