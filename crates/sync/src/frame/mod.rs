//! The frames: an array whose first item is the type. Further items than the known ones are skipped; so are unknown
//! types from 0 up; unknown types below 0 are critical and end the session.

mod read;
mod write;

use minicbor::Encoder;
use sothon_ledger::cbor::CborError;
use sothon_ledger::{Digest, EntryId, EpochId, Height, Root, Seq};

use crate::tags::{BookRef, LogRef, Tag};

/// The version of the protocol that this side speaks.
pub(crate) const VERSION: u64 = 2;
/// The lowest that it speaks with.
pub(crate) const LOWEST: u64 = 1;
/// From which version on a side says *filed*.
pub(crate) const SAYS_FILED: u64 = 2;

/// Why bytes are not a frame.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Not the form of a frame.
    #[error("not a frame")]
    Form,
    /// Longer than [`crate::MAX_FRAME`].
    #[error("a frame longer than the limit")]
    TooLong,
    /// A critical frame of a later version.
    #[error("a critical frame of an unknown type")]
    Unknown,
    /// Not the one deterministic encoding.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// Not the items that its type has.
    #[error("not the items that a frame of its type has")]
    Items(#[from] minicbor::decode::Error),
}

/// Opens a session; the root is stated by the side that opened the connection.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hello {
    pub(crate) version: u64,
    pub(crate) height: Height,
    pub(crate) register: Tag,
    pub(crate) root: Option<Root>,
    /// Whether a knock follows; said by an opener who is not admitted yet.
    pub(crate) knocks: bool,
}

/// Points in a log: (seq, tag of the entry there).
pub(crate) type Points = Vec<(Seq, Tag)>;

/// A log, and up to where it is held.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogPoints {
    pub(crate) log: LogRef,
    pub(crate) points: Points,
}

/// What is held of a book.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BookLogs {
    pub(crate) book: BookRef,
    pub(crate) wraps: Tag,
    pub(crate) logs: Vec<LogPoints>,
}

/// What is wanted of a log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogWant {
    pub(crate) log: LogRef,
    /// How the points are meant.
    pub(crate) how: How,
    pub(crate) points: Points,
}

/// How the points of a [`LogWant`] are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The tips: send what is not at or before them.
    After = 0,
    /// Points along all branches down to seq 0, since a fork is between us.
    Along = 1,
    /// The tips; what was sent beyond them had a gap before it and was not stored.
    Again = 2,
}

/// Which books a frame of tags is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Volumes {
    /// The open ones one by one, the closed ones as one.
    Open = 0,
    /// The closed ones one by one.
    Closed = 1,
}

/// Which part of the answer to Logs a frame of wants is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The last one.
    Last = 0,
    /// More follow.
    More = 1,
    /// None: it comes unasked, because of a gap or a fork.
    Unasked = 2,
}

/// A frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Frame {
    Hello(Hello),
    Register {
        height: Height,
        register: Tag,
    },
    Operations {
        last: bool,
        operations: Vec<Vec<u8>>,
    },
    Locator(Vec<(Height, Tag)>),
    Entry {
        envelope: Vec<u8>,
        payload: Option<Vec<u8>>,
    },
    Part(Vec<u8>),
    Ack(u64),
    Summary {
        tag: Tag,
        except: Vec<LogRef>,
    },
    Agree,
    Books {
        volumes: Volumes,
        closed: Option<Tag>,
        books: Vec<(BookRef, Tag)>,
    },
    Logs {
        more: bool,
        books: Vec<BookLogs>,
        unserved: Vec<BookRef>,
    },
    Wants {
        part: Part,
        logs: Vec<LogWant>,
        unserved: Vec<BookRef>,
    },
    NotNow {
        log: LogRef,
        reason: u64,
        seconds: u64,
    },
    WrapTags {
        book: BookRef,
        tags: Vec<Tag>,
    },
    WantWrapTags {
        book: BookRef,
        tags: Vec<Tag>,
    },
    WantWraps(Vec<EpochId>),
    Wrap(Vec<u8>),
    WantPayloads(Vec<EntryId>),
    Payload {
        entry: EntryId,
        bytes: Vec<u8>,
    },
    WantBlobs(Vec<(Digest, u64)>),
    Blob {
        digest: Digest,
        offset: u64,
        len: u64,
        bytes: Vec<u8>,
    },
    Lacks {
        payloads: Vec<EntryId>,
        blobs: Vec<Digest>,
    },
    Coming {
        entries: u64,
    },
    Close {
        reason: u64,
    },
    Knock(Vec<u8>),
    Note(Vec<u8>),
    Heard,
    Noticed(Tag),
    NoticeTags(Vec<BookTags>),
    WantNotices(Vec<BookTags>),
    Notice {
        envelope: Vec<u8>,
        payload: Vec<u8>,
    },
    Offers(Vec<Offer>),
    Starts(Vec<BookRef>),
    /// All files that the receiver holds, of entries that were acknowledged, are held.
    Filed,
}

/// A checkpoint whose save the sender holds whole: its entry, the blob, and the blob's length in bytes.
pub(crate) type Offer = (EntryId, Digest, u64);

/// Tags of entries of a book.
pub(crate) type BookTags = (BookRef, Vec<Tag>);

impl Frame {
    /// Appends the frame, in its byte string, to `out`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut body = Vec::new();
        let done = self.encode(&mut Encoder::new(&mut body)).is_ok();
        debug_assert!(done, "writing to a Vec does not fail");
        debug_assert!(
            body.len() <= crate::framing::MAX_FRAME,
            "a frame that the peer would refuse"
        );
        crate::framing::wrap(&body, out);
    }

    /// About how many bytes a deferred frame keeps in memory.
    pub(crate) fn weight(&self) -> usize {
        let points = |points: &Points| 40 + 16 * points.len();
        64 + match self {
            Frame::Summary { except, .. } => 8 * except.len(),
            Frame::Books { books, .. } => 12 * books.len(),
            Frame::Logs { books, .. } => books
                .iter()
                .map(|book| 64 + book.logs.iter().map(|log| points(&log.points)).sum::<usize>())
                .sum(),
            Frame::Wants { logs, .. } => logs.iter().map(|log| points(&log.points)).sum(),
            Frame::WrapTags { tags, .. } | Frame::WantWrapTags { tags, .. } => 8 * tags.len(),
            Frame::NoticeTags(books) | Frame::WantNotices(books) => {
                books.iter().map(|(_, tags)| 40 + 8 * tags.len()).sum()
            }
            Frame::WantWraps(ids) => 32 * ids.len(),
            Frame::WantPayloads(ids) => 32 * ids.len(),
            Frame::WantBlobs(blobs) => 40 * blobs.len(),
            Frame::Offers(offers) => 72 * offers.len(),
            _ => 0,
        }
    }
}
