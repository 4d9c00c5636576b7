//! Makes signed entries in a line: what the tests store.

use ed25519_dalek::SigningKey;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest as _, Sha256};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::{
    BookId, DeviceId, Encoding, EntryId, Envelope, EpochId, EpochSecret, Header, Height, Kind, LogId,
    OperationTag, Receiver, Root, Seq, Suite, Wrap,
};

/// The commune of all tests.
pub const ROOT: Root = Root([0xc0; 32]);

/// A device that writes to one log of one book.
#[derive(Clone)]
pub struct Author {
    key: SigningKey,
    book: BookId,
    log: LogId,
    next: Seq,
    last: Option<EntryId>,
}

impl Author {
    pub fn new(device: u8, book: u8) -> Self {
        Author {
            key: SigningKey::from_bytes(&[device; 32]),
            book: BookId([book; 16]),
            log: LogId([device; 16]),
            next: 0,
            last: None,
        }
    }

    pub fn device(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }

    pub fn book(&self) -> BookId {
        self.book
    }

    /// The next entry, with `payload` as its sealed bytes.
    pub fn write(&mut self, payload: &[u8]) -> (Envelope, Vec<u8>) {
        let envelope = self.entry(self.next, self.last, payload);
        self.next += 1;
        self.last = Some(envelope.id());
        (envelope, payload.to_vec())
    }

    /// The next entry with some payload of `len` bytes, which no other entry has.
    pub fn write_some(&mut self, len: usize) -> (Envelope, Vec<u8>) {
        let mut payload = Vec::with_capacity(len + 32);
        let mut block = Sha256::digest([&self.log.0[..], &self.book.0, &self.next.to_be_bytes()].concat());
        while payload.len() < len {
            payload.extend_from_slice(&block);
            block = Sha256::digest(block);
        }
        payload.truncate(len);
        self.write(&payload)
    }

    pub fn entry(&self, seq: Seq, backlink: Option<EntryId>, payload: &[u8]) -> Envelope {
        let header = Header {
            version: 1,
            book: self.book,
            device: self.device(),
            log: self.log,
            seq,
            backlink,
            after: Vec::new(),
            height: Height(1),
            operation: OperationTag([0; 8]),
            kind: Kind::Changes,
            epoch: Some(EpochId([4; 32])),
            suite: Suite::XChaCha20Poly1305,
            encoding: Encoding::ZstdPadded,
            unknown_critical: false,
        };
        Envelope::sign(&header, payload, &self.key)
    }

    /// The first entry of a log of its own, that is a file.
    pub fn file(&self, payload: &[u8]) -> Envelope {
        let mut header = self.entry(0, None, payload).header().clone();
        header.log = LogId([self.log.0[0] ^ 0xff; 16]);
        (header.kind, header.epoch) = (Kind::File, None);
        (header.suite, header.encoding) = (Suite::OwnKey, Encoding::Padded);
        Envelope::sign(&header, payload, &self.key)
    }

    /// A wrap of the book's epoch, for this device by itself; the same each time.
    pub fn wrap(&self) -> Wrap {
        let secret = EpochSecret::from_bytes([3; 32]);
        let epoch = secret.commit(&self.book, Height(1));
        let to = Receiver::Device(self.device());
        let key = AgreeSecret([5; 32]).public();
        let mut rng = StdRng::seed_from_u64(self.book.0[0].into());
        Wrap::seal(&ROOT, self.book, epoch, &secret, to, key, &self.key, &mut rng).unwrap()
    }
}
