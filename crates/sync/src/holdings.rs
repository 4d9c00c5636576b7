//! What a replica holds, as a session reads it: synchronous, read-only, as of now.

use sothon_ledger::slip::Knock;
use sothon_ledger::suspension::Note;
use sothon_ledger::{
    BookId, DeviceId, Digest, EntryId, EpochId, Height, LogId, OperationId, Receiver, Seq, WrapId,
};

use crate::config::WantedSave;

/// Why holdings could not be read.
#[derive(Debug, thiserror::Error)]
#[error("what this replica holds could not be read")]
pub struct HoldingsError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// What a look into the holdings gives.
pub type Held<T> = Result<T, HoldingsError>;

/// An author log: the entries that one device wrote to one book under one random id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LogName {
    /// The book.
    pub book: BookId,
    /// The author.
    pub device: DeviceId,
    /// The random id.
    pub log: LogId,
}

/// An entry that no held entry of its log names as its backlink. An honest log has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tip {
    /// Its place in the log.
    pub seq: Seq,
    /// Its id.
    pub id: EntryId,
}

/// How far a log is held. Every entry is held with all before it, so its tips say all of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogState {
    /// The log.
    pub log: LogName,
    /// Its tips: one, or several of a forked log; never none.
    pub tips: Vec<Tip>,
}

/// A held entry without its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryRef {
    /// The log that it stands in.
    pub log: LogName,
    /// Its place there.
    pub seq: Seq,
    /// Its id.
    pub id: EntryId,
    /// The entry before it.
    pub backlink: Option<EntryId>,
    /// Bytes of envelope and payload together.
    pub bytes: u64,
}

/// A held entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// The envelope's bytes.
    pub envelope: Vec<u8>,
    /// The sealed payload; `None` where it was dropped or never came.
    pub payload: Option<Vec<u8>>,
}

/// A held wrap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredWrap {
    /// The book whose epoch it opens.
    pub book: BookId,
    /// For whom it was made.
    pub to: Receiver,
    /// The signed bytes.
    pub bytes: Vec<u8>,
}

/// A held blob without its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlobRef {
    /// The book that it belongs to.
    pub book: BookId,
    /// Its length in bytes.
    pub len: u64,
}

/// A checkpoint's save that is held whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SaveRef {
    /// The checkpoint's entry.
    pub entry: EntryId,
    /// The blob.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

/// A held entry that is a file of a record, without its payload.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileState {
    /// The envelope's bytes.
    pub envelope: Vec<u8>,
    /// Whether its payload is held.
    pub here: bool,
}

/// The last operation of a branch of the register.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RegisterTip {
    /// Its height.
    pub height: Height,
    /// Its id.
    pub id: OperationId,
}

/// Which wraps are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WrapScope {
    /// All: between two that store all.
    All,
    /// Those made for this device, or signed by it.
    Of(DeviceId),
}

/// Read access to what a replica holds.
///
/// A session trusts its own holdings: what is in them was verified when it came. Between two calls on the session
/// they may grow; the driver then says [`crate::Session::local_changed`].
pub trait Holdings {
    /// The tips of the register: one, or one per branch of a forked one; none before there is a register.
    ///
    /// # Errors
    /// [`HoldingsError`] where the store cannot be read; so for all that follow.
    fn register(&self) -> Held<Vec<RegisterTip>>;

    /// The operations at a height: one, or one per branch of a forked register.
    fn operation_ids(&self, height: Height) -> Held<Vec<OperationId>>;

    /// The bytes of an operation.
    fn operation(&self, id: &OperationId) -> Held<Option<Vec<u8>>>;

    /// Whether a device was ever admitted (also one that is revoked by now).
    fn known_device(&self, device: &DeviceId) -> Held<bool>;

    /// The logs of a book of which something is held, in any order.
    fn logs(&self, book: &BookId) -> Held<Vec<LogState>>;

    /// One log.
    fn log(&self, log: &LogName) -> Held<Option<LogState>>;

    /// The held entries of a log from `from` on, by seq, entries of one seq in any fixed order; at most `limit`.
    fn entries(&self, log: &LogName, from: Seq, limit: usize) -> Held<Vec<EntryRef>>;

    /// How many bytes the held entries of a log from `from` on have together.
    fn bytes_from(&self, log: &LogName, from: Seq) -> Held<u64>;

    /// Where an entry stands, if it is held.
    fn place(&self, id: &EntryId) -> Held<Option<EntryRef>>;

    /// An entry's bytes.
    fn entry(&self, id: &EntryId) -> Held<Option<StoredEntry>>;

    /// The held wraps of a book within a scope, in any order.
    fn wrap_ids(&self, book: &BookId, scope: WrapScope) -> Held<Vec<WrapId>>;

    /// The held wraps of an epoch within a scope.
    fn wraps_of(&self, epoch: &EpochId, scope: WrapScope) -> Held<Vec<WrapId>>;

    /// A wrap.
    fn wrap(&self, id: &WrapId) -> Held<Option<StoredWrap>>;

    /// Requests of devices that are not admitted, kept for the registrar; few.
    fn knocks(&self) -> Held<Vec<Knock>> {
        Ok(Vec::new())
    }

    /// The suspensions that are held.
    fn notes(&self) -> Held<Vec<Note>> {
        Ok(Vec::new())
    }

    /// The held entries of other devices' logs in a book that concern a device which only drops into it: what it is
    /// served beside its own logs, as notices.
    fn notices_for(&self, _book: &BookId, _device: &DeviceId) -> Held<Vec<EntryId>> {
        Ok(Vec::new())
    }

    /// Of the notices of a book that were served to `own`, our device, those that [`Holdings::notices_for`] would name.
    fn notices_held(&self, _book: &BookId, _own: &DeviceId) -> Held<Vec<EntryId>> {
        Ok(Vec::new())
    }

    /// Whether a device may read a book, by the register: who only carries it has no use for a checkpoint.
    fn may_read(&self, _book: &BookId, _device: &DeviceId) -> Held<bool> {
        Ok(false)
    }

    /// The checkpoints of a book whose saves are held whole.
    fn checkpoints(&self, _book: &BookId) -> Held<Vec<SaveRef>> {
        Ok(Vec::new())
    }

    /// What is wanted of a checkpoint's save that a peer offers; `None`: it is not taken. `by` is the device that offers
    /// it, if it is one that does not keep everything.
    fn takes_save(&self, _offered: &SaveRef, _by: Option<&DeviceId>) -> Held<Option<WantedSave>> {
        Ok(None)
    }

    /// Whether the payload of an entry is in a checkpoint's save that is held, as far as can be seen without reading
    /// either: who starts from it is not sent the payload, unless it asks.
    fn is_in_save(&self, _entry: &EntryId) -> Held<bool> {
        Ok(false)
    }

    /// An entry that is a file of a record; `None`: it is none, or is not held. Its payload is sent when it is asked for.
    fn file(&self, _entry: &EntryId) -> Held<Option<FileState>> {
        Ok(None)
    }

    /// Whether any file is held, or announced.
    fn has_files(&self) -> Held<bool> {
        Ok(false)
    }

    /// A blob that is held whole.
    fn blob(&self, digest: &Digest) -> Held<Option<BlobRef>>;

    /// At most `max` bytes of a blob from `offset` on.
    fn blob_part(&self, digest: &Digest, offset: u64, max: usize) -> Held<Vec<u8>>;
}
