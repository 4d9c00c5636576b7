//! How a frame is read: nothing is allocated by a length that the peer states.

use minicbor::Decoder;
use minicbor::data::Type;
use sothon_ledger::cbor;
use sothon_ledger::{Height, MAX_NUMBER};

use crate::frame::{
    BookLogs, BookTags, Frame, FrameError, Hello, How, LogPoints, LogWant, Part, Points, Volumes,
};
use crate::framing::array;
use crate::tags::{BookRef, LogRef, Tag};

/// The most items of a list in a frame.
const MAX_LIST: usize = 40_000;

impl Frame {
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
                knocks: items > 5 && d.bool()?,
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
            24 => Frame::Knock(d.bytes()?.to_vec()),
            30 => Frame::Note(d.bytes()?.to_vec()),
            25 => Frame::Heard,
            26 => Frame::Noticed(tag(d)?),
            27 => Frame::NoticeTags(list(d, book_tags)?),
            28 => Frame::WantNotices(list(d, book_tags)?),
            29 => Frame::Notice {
                envelope: d.bytes()?.to_vec(),
                payload: d.bytes()?.to_vec(),
            },
            31 => Frame::Offers(list(d, |d| {
                fixed(d, 3)?;
                Ok((d.decode()?, d.decode()?, d.u64()?))
            })?),
            32 => Frame::Starts(list(d, book_ref)?),
            33 => Frame::Filed,
            _ => return Ok(None),
        }))
    }
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

fn book_tags(d: &mut Decoder<'_>) -> Result<BookTags, FrameError> {
    pair(d)?;
    Ok((book_ref(d)?, list(d, tag)?))
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
