//! What is stored together: a batch is one transaction.

use sothon_ledger::{BookId, DeviceId, Digest, EntryId, Envelope, Operation, OperationId, Wrap, WrapId};

use crate::held::Stamp;
use crate::index::Row;

/// Bytes that were sealed before they came here: nothing readable is ever on disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed(pub Vec<u8>);

/// A sealed blob: a file of a record, or a checkpoint's save.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blob {
    /// SHA-256 of its bytes.
    pub id: Digest,
    /// The book that it belongs to.
    pub book: BookId,
    /// Whose use it counts as, where quotas are kept.
    pub by: Option<DeviceId>,
    /// The checkpoint whose save it is: earlier ones of the same device in the book go with it.
    pub of: Option<EntryId>,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// A piece of a blob on its way. Pieces are taken in order, each where the one before ended; others are passed over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlobPart {
    /// SHA-256 of the whole.
    pub id: Digest,
    /// The book that it belongs to.
    pub book: BookId,
    /// Whose use it counts as, where quotas are kept.
    pub by: Option<DeviceId>,
    /// The checkpoint whose save it is, as in [`Blob`]. Of the saves of a book one is on its way at a time.
    pub of: Option<EntryId>,
    /// Where the piece begins.
    pub start: u64,
    /// How long the whole is, as the sender says.
    pub size: u64,
    /// The piece.
    pub bytes: Vec<u8>,
}

/// The number of an unpublished change: higher is later, none is given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnpublishedId(pub i64);

/// The number of an attached file: higher is later, none is given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttachedId(pub i64);

/// What small sealed things are for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Shelf {
    /// Settings, and what a device must remember of itself.
    Setting,
    /// What a person has typed and not saved.
    Draft,
    /// What a peer was last known to hold.
    Hint,
    /// What the registrar's device keeps of an invitation.
    Invitation,
}

impl Shelf {
    pub(crate) fn code(self) -> i64 {
        match self {
            Shelf::Setting => 0,
            Shelf::Draft => 1,
            Shelf::Hint => 2,
            Shelf::Invitation => 3,
        }
    }
}

/// A change to what a device keeps for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Local {
    /// A saved change that is in no entry yet.
    Unpublished {
        /// The book.
        book: BookId,
        /// The change.
        sealed: Sealed,
    },
    /// An unpublished change is now in an entry (of this batch) and goes.
    Published(UnpublishedId),
    /// A file that was attached, is in no entry yet, and is named by nothing that was saved. It was sealed before it came here.
    Attached {
        /// The book.
        book: BookId,
        /// SHA-256 of the sealed bytes.
        hash: Digest,
        /// The sealed bytes.
        bytes: Vec<u8>,
    },
    /// An attached file is named by a saved change (of this batch), and goes on with it.
    Named(AttachedId),
    /// The attached files that nothing names go.
    DropUnnamed,
    /// An attached file is now in an entry (of this batch) and goes.
    Carried(AttachedId),
    /// A book as it stands with all entries up to a row; it replaces the one before.
    Snapshot {
        /// The book.
        book: BookId,
        /// The last row that is in it.
        upto: Row,
        /// The book.
        sealed: Sealed,
    },
    /// The book's snapshot goes.
    NoSnapshot(BookId),
    /// Something small is kept under a key; it replaces the one before. The key is readable on disk: a number or a
    /// word of this program, nothing of a person.
    Keep {
        /// What it is for.
        shelf: Shelf,
        /// Its key.
        key: Vec<u8>,
        /// What is kept.
        sealed: Sealed,
    },
    /// What is kept under a key goes.
    Forget {
        /// What it was for.
        shelf: Shelf,
        /// Its key.
        key: Vec<u8>,
    },
}

/// What is to be stored together, in this order: register, entries, late payloads, notices, wraps, blobs, pieces of blobs,
/// local things.
#[derive(Debug, Default)]
pub struct Batch {
    /// Operations of the register.
    pub operations: Vec<Operation>,
    /// Entries that [`Envelope::parse`] has verified, each with its payload if that has come.
    pub entries: Vec<(Envelope, Option<Vec<u8>>)>,
    /// Payloads of entries that came earlier, or stand above.
    pub payloads: Vec<(EntryId, Vec<u8>)>,
    /// Entries out of their logs that [`Envelope::parse`] has verified.
    pub notices: Vec<(Envelope, Vec<u8>)>,
    /// Wraps that [`Wrap::parse`] has verified.
    pub wraps: Vec<Wrap>,
    /// Blobs.
    pub blobs: Vec<Blob>,
    /// Pieces of blobs.
    pub blob_parts: Vec<BlobPart>,
    /// What a device keeps for itself.
    pub local: Vec<Local>,
    /// When the entries are first held; devices give it, a relay does not.
    pub stamp: Option<Stamp>,
    /// The day on which use is counted, as the caller numbers days; `None`: not counted.
    pub day: Option<i64>,
}

/// What of a batch was new. All of it is on the disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Put {
    /// New operations of the register.
    pub operations: Vec<OperationId>,
    /// New entries with their rows, in the order of the batch.
    pub entries: Vec<(Row, EntryId)>,
    /// Entries that were known, whose payloads are new.
    pub payloads: Vec<EntryId>,
    /// New notices.
    pub notices: Vec<EntryId>,
    /// New wraps.
    pub wraps: Vec<WrapId>,
    /// New blobs, also those that a piece has completed.
    pub blobs: Vec<Digest>,
    /// Blobs whose pieces did not make what their name says; the pieces are gone.
    pub broken_blobs: Vec<Digest>,
    /// The numbers of the unpublished changes, in the order of the batch.
    pub unpublished: Vec<UnpublishedId>,
}
