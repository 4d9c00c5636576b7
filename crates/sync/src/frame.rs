//! The frames: an array whose first item is the type. Further items than the known ones are skipped; so are unknown
//! types from 0 up; unknown types below 0 are critical and end the session.

use std::convert::Infallible;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use sothon_ledger::cbor::{self, CborError};
use sothon_ledger::{Digest, EntryId, EpochId, Height, MAX_NUMBER, Root, Seq};

use crate::framing::array;
use crate::tags::{BookRef, LogRef, Tag};

/// The version of the protocol.
pub(crate) const VERSION: u64 = 1;
/// The most items of a list in a frame.
const MAX_LIST: usize = 40_000;

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
}

type Written = Result<(), minicbor::encode::Error<Infallible>>;

impl Frame {
    /// Appends the frame, in its byte string, to `out`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut body = Vec::new();
        let done = self.encode(&mut Encoder::new(&mut body)).is_ok();
        debug_assert!(done, "writing to a Vec does not fail");
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
            Frame::WantWraps(ids) => 32 * ids.len(),
            Frame::WantPayloads(ids) => 32 * ids.len(),
            Frame::WantBlobs(blobs) => 40 * blobs.len(),
            _ => 0,
        }
    }

    fn encode(&self, e: &mut Encoder<&mut Vec<u8>>) -> Written {
        match self {
            Frame::Hello(hello) => {
                e.array(4 + u64::from(hello.root.is_some()))?.u8(0)?;
                e.u64(hello.version)?
                    .u64(hello.height.0)?
                    .bytes(&hello.register.0)?;
                if let Some(root) = &hello.root {
                    e.bytes(&root.0)?;
                }
            }
            Frame::Register { height, register } => {
                e.array(3)?.u8(1)?.u64(height.0)?.bytes(&register.0)?;
            }
            Frame::Operations { last, operations } => {
                e.array(3)?.u8(2)?.bool(*last)?.array(operations.len() as u64)?;
                for bytes in operations {
                    e.bytes(bytes)?;
                }
            }
            Frame::Locator(points) => {
                e.array(2)?.u8(3)?.array(points.len() as u64)?;
                for (height, tag) in points {
                    e.array(2)?.u64(height.0)?.bytes(&tag.0)?;
                }
            }
            Frame::Entry { envelope, payload } => {
                e.array(3)?.u8(4)?.bytes(envelope)?;
                match payload {
                    Some(bytes) => e.bytes(bytes)?,
                    None => e.null()?,
                };
            }
            Frame::Part(bytes) => {
                e.array(2)?.u8(5)?.bytes(bytes)?;
            }
            Frame::Ack(through) => {
                e.array(2)?.u8(6)?.u64(*through)?;
            }
            Frame::Summary { tag, except } => {
                e.array(2 + u64::from(!except.is_empty()))?.u8(7)?.bytes(&tag.0)?;
                if !except.is_empty() {
                    e.array(except.len() as u64)?;
                    for log in except {
                        e.bytes(&log.0)?;
                    }
                }
            }
            Frame::Agree => {
                e.array(1)?.u8(8)?;
            }
            Frame::Books {
                volumes,
                closed,
                books,
            } => {
                e.array(4)?.u8(9)?.u8(*volumes as u8)?;
                match closed {
                    Some(tag) => e.bytes(&tag.0)?,
                    None => e.null()?,
                };
                e.array(books.len() as u64)?;
                for (book, tag) in books {
                    e.array(2)?.bytes(&book.0)?.bytes(&tag.0)?;
                }
            }
            Frame::Logs {
                more,
                books,
                unserved,
            } => {
                e.array(4)?.u8(10)?.bool(*more)?.array(books.len() as u64)?;
                for book in books {
                    e.array(3)?.bytes(&book.book.0)?.bytes(&book.wraps.0)?;
                    e.array(book.logs.len() as u64)?;
                    for log in &book.logs {
                        e.array(2)?.bytes(&log.log.0)?;
                        points(e, &log.points)?;
                    }
                }
                book_refs(e, unserved)?;
            }
            Frame::Wants { part, logs, unserved } => {
                e.array(4)?.u8(11)?.u8(*part as u8)?.array(logs.len() as u64)?;
                for want in logs {
                    e.array(3)?.bytes(&want.log.0)?.u8(want.how as u8)?;
                    points(e, &want.points)?;
                }
                book_refs(e, unserved)?;
            }
            Frame::NotNow { log, reason, seconds } => {
                e.array(4)?.u8(12)?.bytes(&log.0)?.u64(*reason)?.u64(*seconds)?;
            }
            Frame::WrapTags { book, tags } => wrap_tags(e, 13, book, tags)?,
            Frame::WantWrapTags { book, tags } => wrap_tags(e, 14, book, tags)?,
            Frame::WantWraps(epochs) => {
                e.array(2)?.u8(15)?.array(epochs.len() as u64)?;
                for epoch in epochs {
                    e.bytes(&epoch.0)?;
                }
            }
            Frame::Wrap(bytes) => {
                e.array(2)?.u8(16)?.bytes(bytes)?;
            }
            Frame::WantPayloads(entries) => {
                e.array(2)?.u8(17)?;
                ids(e, entries.iter().map(|id| id.0))?;
            }
            Frame::Payload { entry, bytes } => {
                e.array(3)?.u8(18)?.bytes(&entry.0)?.bytes(bytes)?;
            }
            Frame::WantBlobs(blobs) => {
                e.array(2)?.u8(19)?.array(blobs.len() as u64)?;
                for (digest, offset) in blobs {
                    e.array(2)?.bytes(&digest.0)?.u64(*offset)?;
                }
            }
            Frame::Blob {
                digest,
                offset,
                len,
                bytes,
            } => {
                e.array(5)?
                    .u8(20)?
                    .bytes(&digest.0)?
                    .u64(*offset)?
                    .u64(*len)?
                    .bytes(bytes)?;
            }
            Frame::Lacks { payloads, blobs } => {
                e.array(3)?.u8(21)?;
                ids(e, payloads.iter().map(|id| id.0))?;
                ids(e, blobs.iter().map(|id| id.0))?;
            }
            Frame::Coming { entries } => {
                e.array(2)?.u8(22)?.u64(*entries)?;
            }
            Frame::Close { reason } => {
                e.array(2)?.u8(23)?.u64(*reason)?;
            }
        }
        Ok(())
    }

    /// Reads a frame; `None`: of an unknown type that may be skipped.
    pub(crate) fn decode(body: &[u8]) -> Result<Option<Frame>, FrameError> {
        cbor::check(body)?;
        let d = &mut Decoder::new(body);
        let items = array(d, 64)?;
        if items == 0 {
            return Err(FrameError::Form);
        }
        if !matches!(d.datatype()?, Type::U8) {
            return if matches!(
                d.datatype()?,
                Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int
            ) {
                Err(FrameError::Unknown)
            } else {
                Ok(None)
            };
        }
        Ok(Some(match d.u8()? {
            0 => Frame::Hello(Hello {
                version: d.u64()?,
                height: Height(d.u64()?),
                register: tag(d)?,
                root: if items > 4 { Some(d.decode()?) } else { None },
            }),
            1 => Frame::Register {
                height: Height(d.u64()?),
                register: tag(d)?,
            },
            2 => Frame::Operations {
                last: d.bool()?,
                operations: list(d, |d| Ok(d.bytes()?.to_vec()))?,
            },
            3 => Frame::Locator(list(d, |d| {
                pair(d)?;
                Ok((Height(d.u64()?), tag(d)?))
            })?),
            4 => Frame::Entry {
                envelope: d.bytes()?.to_vec(),
                payload: match d.datatype()? {
                    Type::Null => None,
                    _ => Some(d.bytes()?.to_vec()),
                },
            },
            5 => Frame::Part(d.bytes()?.to_vec()),
            6 => Frame::Ack(d.u64()?),
            7 => Frame::Summary {
                tag: tag(d)?,
                except: if items > 2 { list(d, log_ref)? } else { Vec::new() },
            },
            8 => Frame::Agree,
            9 => Frame::Books {
                volumes: match d.u8()? {
                    0 => Volumes::Open,
                    1 => Volumes::Closed,
                    _ => return Err(FrameError::Form),
                },
                closed: match d.datatype()? {
                    Type::Null => {
                        d.null()?;
                        None
                    }
                    _ => Some(tag(d)?),
                },
                books: list(d, |d| {
                    pair(d)?;
                    Ok((book_ref(d)?, tag(d)?))
                })?,
            },
            10 => Frame::Logs {
                more: d.bool()?,
                books: list(d, book_logs)?,
                unserved: list(d, book_ref)?,
            },
            11 => Frame::Wants {
                part: match d.u8()? {
                    0 => Part::Last,
                    1 => Part::More,
                    2 => Part::Unasked,
                    _ => return Err(FrameError::Form),
                },
                logs: list(d, log_want)?,
                unserved: list(d, book_ref)?,
            },
            12 => Frame::NotNow {
                log: log_ref(d)?,
                reason: d.u64()?,
                seconds: d.u64()?,
            },
            13 => Frame::WrapTags {
                book: book_ref(d)?,
                tags: list(d, tag)?,
            },
            14 => Frame::WantWrapTags {
                book: book_ref(d)?,
                tags: list(d, tag)?,
            },
            15 => Frame::WantWraps(list(d, |d| Ok(d.decode()?))?),
            16 => Frame::Wrap(d.bytes()?.to_vec()),
            17 => Frame::WantPayloads(list(d, |d| Ok(d.decode()?))?),
            18 => Frame::Payload {
                entry: d.decode()?,
                bytes: d.bytes()?.to_vec(),
            },
            19 => Frame::WantBlobs(list(d, |d| {
                pair(d)?;
                Ok((d.decode()?, d.u64()?))
            })?),
            20 => Frame::Blob {
                digest: d.decode()?,
                offset: d.u64()?,
                len: d.u64()?,
                bytes: d.bytes()?.to_vec(),
            },
            21 => Frame::Lacks {
                payloads: list(d, |d| Ok(d.decode()?))?,
                blobs: list(d, |d| Ok(d.decode()?))?,
            },
            22 => Frame::Coming { entries: d.u64()? },
            23 => Frame::Close { reason: d.u64()? },
            _ => return Ok(None),
        }))
    }
}

fn points(e: &mut Encoder<&mut Vec<u8>>, points: &Points) -> Written {
    e.array(points.len() as u64)?;
    for (seq, tag) in points {
        e.array(2)?.u64(*seq)?.bytes(&tag.0)?;
    }
    Ok(())
}

fn book_refs(e: &mut Encoder<&mut Vec<u8>>, books: &[BookRef]) -> Written {
    e.array(books.len() as u64)?;
    for book in books {
        e.bytes(&book.0)?;
    }
    Ok(())
}

fn wrap_tags(e: &mut Encoder<&mut Vec<u8>>, kind: u8, book: &BookRef, tags: &[Tag]) -> Written {
    e.array(3)?.u8(kind)?.bytes(&book.0)?.array(tags.len() as u64)?;
    for tag in tags {
        e.bytes(&tag.0)?;
    }
    Ok(())
}

fn ids(e: &mut Encoder<&mut Vec<u8>>, ids: impl ExactSizeIterator<Item = [u8; 32]>) -> Written {
    e.array(ids.len() as u64)?;
    for id in ids {
        e.bytes(&id)?;
    }
    Ok(())
}

fn list<'b, T>(
    d: &mut Decoder<'b>,
    mut item: impl FnMut(&mut Decoder<'b>) -> Result<T, FrameError>,
) -> Result<Vec<T>, FrameError> {
    let len = array(d, MAX_LIST)?;
    // Not with_capacity: the length is the peer's word.
    let mut out = Vec::new();
    for _ in 0..len {
        out.push(item(d)?);
    }
    Ok(out)
}

fn pair(d: &mut Decoder<'_>) -> Result<(), FrameError> {
    fixed(d, 2)
}

fn fixed(d: &mut Decoder<'_>, len: usize) -> Result<(), FrameError> {
    if array(d, len)? == len {
        Ok(())
    } else {
        Err(FrameError::Form)
    }
}

fn tag(d: &mut Decoder<'_>) -> Result<Tag, FrameError> {
    Tag::from_slice(d.bytes()?).ok_or(FrameError::Form)
}

fn log_ref(d: &mut Decoder<'_>) -> Result<LogRef, FrameError> {
    LogRef::from_slice(d.bytes()?).ok_or(FrameError::Form)
}

fn book_ref(d: &mut Decoder<'_>) -> Result<BookRef, FrameError> {
    BookRef::from_slice(d.bytes()?).ok_or(FrameError::Form)
}

fn log_points(d: &mut Decoder<'_>) -> Result<Points, FrameError> {
    list(d, |d| {
        pair(d)?;
        let seq = d.u64()?;
        // One more must not overflow where places in a log are counted.
        if seq > MAX_NUMBER {
            return Err(FrameError::Form);
        }
        Ok((seq, tag(d)?))
    })
}

fn book_logs(d: &mut Decoder<'_>) -> Result<BookLogs, FrameError> {
    fixed(d, 3)?;
    Ok(BookLogs {
        book: book_ref(d)?,
        wraps: tag(d)?,
        logs: list(d, |d| {
            pair(d)?;
            Ok(LogPoints {
                log: log_ref(d)?,
                points: log_points(d)?,
            })
        })?,
    })
}

fn log_want(d: &mut Decoder<'_>) -> Result<LogWant, FrameError> {
    fixed(d, 3)?;
    Ok(LogWant {
        log: log_ref(d)?,
        how: match d.u8()? {
            0 => How::After,
            1 => How::Along,
            2 => How::Again,
            _ => return Err(FrameError::Form),
        },
        points: log_points(d)?,
    })
}
