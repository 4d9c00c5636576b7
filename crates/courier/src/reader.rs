//! Reading a file: bytes in, parts out.

use sha2::{Digest as _, Sha256};
use sothon_ledger::sign::{self, Signed};
use sothon_ledger::{Digest, cbor};

use crate::fault::{Place, ReadError, ReadFault};
use crate::part::{Head, Part, Read};
use crate::writer::{STATEMENT, Statement};
use crate::{MAGIC, MAX_PART, MAX_REGISTER, MAX_REQUESTS};

/// That a file is whole: its seal fits all that came before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seal {
    /// What the file says of itself.
    pub head: Head,
    /// How many bytes it has in all.
    pub size: u64,
    /// How many parts it has, the seal not counted.
    pub parts: u64,
}

/// Reads a file as it comes, in pieces of any size.
///
/// Holds one part and the piece that was handed in last. What a part says of its length is believed only up to
/// [`MAX_PART`], and never allocated before the bytes are there.
#[derive(Default)]
pub struct Reader {
    buffer: Vec<u8>,
    /// How much of the buffer was read.
    read: usize,
    /// Where in the file what was not read begins.
    at: u64,
    hash: Sha256,
    begun: bool,
    head: Option<Head>,
    /// How many parts were read.
    parts: u64,
    operations: u64,
    requests: usize,
    past_register: bool,
    seal: Option<Seal>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("part", &self.parts)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Begins.
    pub fn new() -> Reader {
        Reader::default()
    }

    /// Takes the next bytes of the file. Call [`Reader::next_part`] until it gives nothing, then again with more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next part; `None` until more bytes are here, and after the seal.
    ///
    /// # Errors
    /// [`ReadError`]; the file cannot be read on.
    pub fn next_part(&mut self) -> Result<Option<Part>, ReadError> {
        self.try_next().map_err(|fault| self.error(fault))
    }

    /// Where the next part begins.
    pub fn place(&self) -> Place {
        Place {
            part: self.parts,
            at: self.at,
        }
    }

    /// Says that the file has ended.
    ///
    /// # Errors
    /// [`ReadError`] where it was not whole.
    pub fn finish(mut self) -> Result<Seal, ReadError> {
        if let Some(part) = self.next_part()? {
            drop(part);
            return Err(self.error(ReadFault::Truncated));
        }
        self.seal.ok_or_else(|| self.error(ReadFault::Truncated))
    }

    fn error(&self, fault: ReadFault) -> ReadError {
        ReadError {
            fault,
            place: self.place(),
        }
    }

    fn try_next(&mut self) -> Result<Option<Part>, ReadFault> {
        if !self.begun && !self.begin()? {
            return Ok(None);
        }
        if self.seal.is_some() {
            return match self.rest() {
                [] => Ok(None),
                _ => Err(ReadFault::Trailing),
            };
        }
        let rest = self.rest();
        let Some((head, len)) = length(rest)? else {
            return Ok(None);
        };
        let whole = head + len;
        let Some(body) = rest.get(head..whole) else {
            return Ok(None);
        };
        match Read::decode(body)? {
            Read::Part(part) => {
                self.allow(&part)?;
                self.pass(whole);
                self.parts += 1;
                if let Part::Head(head) = &part {
                    self.head = Some(*head);
                }
                Ok(Some(part))
            }
            Read::Seal(signed) => {
                let head = self.head.ok_or(ReadFault::Order)?;
                self.verify(&head, &signed)?;
                self.seal = Some(Seal {
                    head,
                    size: self.at + whole as u64,
                    parts: self.parts,
                });
                self.pass(whole);
                self.try_next()
            }
        }
    }

    /// Reads the magic, as far as it is here.
    fn begin(&mut self) -> Result<bool, ReadFault> {
        let rest = self.rest();
        let known = rest.len().min(MAGIC.len());
        if rest.get(..known) != MAGIC.get(..known) {
            return Err(ReadFault::Foreign);
        }
        if known < MAGIC.len() {
            return Ok(false);
        }
        self.pass(MAGIC.len());
        self.begun = true;
        Ok(true)
    }

    /// Whether a part may stand here.
    fn allow(&mut self, part: &Part) -> Result<(), ReadFault> {
        if self.head.is_some() == matches!(part, Part::Head(_)) {
            return Err(ReadFault::Order);
        }
        match part {
            Part::Head(_) | Part::Unknown => {}
            Part::Operation(_) if self.past_register => return Err(ReadFault::Order),
            Part::Operation(operation) => {
                self.operations += operation.len() as u64;
                if self.operations > MAX_REGISTER {
                    return Err(ReadFault::TooMany);
                }
            }
            Part::Request(_) => {
                self.past_register = true;
                self.requests += 1;
                if self.requests > MAX_REQUESTS {
                    return Err(ReadFault::TooMany);
                }
            }
            Part::Entry { .. } | Part::Wrap(_) | Part::Notice { .. } | Part::Suspension(_) => {
                self.past_register = true;
            }
        }
        Ok(())
    }

    /// Whether the seal is that of the bytes so far, by the device that the head names.
    fn verify(&self, head: &Head, signed: &[u8]) -> Result<(), ReadFault> {
        let bad = |_| ReadFault::Seal;
        let signed = Signed::parse(signed).map_err(|_| ReadFault::Seal)?;
        let said: Statement = cbor::decode(signed.payload).map_err(|_| ReadFault::Seal)?;
        let is = Statement {
            version: STATEMENT,
            root: head.root,
            device: head.device,
            size: self.at,
            digest: Digest(self.hash.clone().finalize().into()),
        };
        if said != is {
            return Err(ReadFault::Seal);
        }
        signed.verify(sign::COURIER, &head.device.0).map_err(bad)
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.read..).unwrap_or_default()
    }

    /// Goes on behind bytes that were read.
    fn pass(&mut self, bytes: usize) {
        let end = self.read + bytes;
        self.hash
            .update(self.buffer.get(self.read..end).unwrap_or_default());
        self.read = end;
        self.at += bytes as u64;
    }
}

/// The head of a part's byte string: its own length and that of what follows; `None` until it is whole.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, ReadFault> {
    let Some(first) = bytes.first() else {
        return Ok(None);
    };
    let (head, least) = match first {
        0x40..=0x57 => return Ok(Some((1, usize::from(first & 0x1f)))),
        0x58 => (2, 24),
        0x59 => (3, 0x100),
        0x5a => (5, 0x1_0000),
        0x5b => (9, 0x1_0000_0000),
        _ => return Err(ReadFault::Form),
    };
    let Some(digits) = bytes.get(1..head) else {
        return Ok(None);
    };
    let len = digits.iter().fold(0u64, |len, byte| len << 8 | u64::from(*byte));
    if len < least {
        return Err(ReadFault::Form);
    }
    match usize::try_from(len) {
        Ok(fits) if fits <= MAX_PART => Ok(Some((head, fits))),
        _ => Err(ReadFault::TooLong { len }),
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use sothon_ledger::{DeviceId, Root};

    use super::*;
    use crate::{Meant, Writer};

    #[test]
    fn a_long_file_takes_the_room_of_one_part_and_one_piece() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let head = Head {
            root: Root([1; 32]),
            device: DeviceId(key.verifying_key().to_bytes()),
            register: None,
            made: 0,
            meant: Meant::Everybody,
        };
        let (mut out, payload) = (Vec::new(), vec![3; 1 << 20]);
        let mut writer = Writer::begin(&head, &mut out);
        let mut reader = Reader::new();
        let (mut parts, mut most, mut size) = (0, 0, 0);
        for _ in 0..24 {
            writer.entry(&[2; 300], Some(&payload), &mut out).expect("fits");
            size += out.len();
            for piece in out.chunks(100_000) {
                reader.push(piece);
                while reader.next_part().expect("is whole").is_some() {
                    parts += 1;
                }
                most = most.max(reader.buffer.capacity());
            }
            out.clear();
        }
        writer.seal(&key, &mut out).expect("its key");
        reader.push(&out);
        assert_eq!(reader.next_part(), Ok(None));
        assert_eq!((parts, reader.finish().expect("is whole").parts), (25, 25));
        // A vector that grows may have twice of what is in it.
        assert!(most < 3 * MAX_PART && size > 20 * MAX_PART, "{most} of {size}");
    }
}
