//! How a frame is written.

use std::convert::Infallible;

use minicbor::Encoder;

use crate::frame::{BookTags, Frame, Points};
use crate::tags::{BookRef, Tag};

type Written = Result<(), minicbor::encode::Error<Infallible>>;

impl Frame {
    /// Writes the frame's array.
    pub(super) fn encode(&self, e: &mut Encoder<&mut Vec<u8>>) -> Written {
        match self {
            Frame::Hello(hello) => {
                let knocks = hello.root.is_some() && hello.knocks;
                e.array(4 + u64::from(hello.root.is_some()) + u64::from(knocks))?
                    .u8(0)?;
                e.u64(hello.version)?
                    .u64(hello.height.0)?
                    .bytes(&hello.register.0)?;
                if let Some(root) = &hello.root {
                    e.bytes(&root.0)?;
                }
                if knocks {
                    e.bool(true)?;
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
            Frame::Knock(request) => {
                e.array(2)?.u8(24)?.bytes(request)?;
            }
            Frame::Note(note) => {
                e.array(2)?.u8(30)?.bytes(note)?;
            }
            Frame::Heard => {
                e.array(1)?.u8(25)?;
            }
            Frame::Noticed(tag) => {
                e.array(2)?.u8(26)?.bytes(&tag.0)?;
            }
            Frame::NoticeTags(books) => book_tags(e, 27, books)?,
            Frame::WantNotices(books) => book_tags(e, 28, books)?,
            Frame::Notice { envelope, payload } => {
                e.array(3)?.u8(29)?.bytes(envelope)?.bytes(payload)?;
            }
            Frame::Offers(offers) => {
                e.array(2)?.u8(31)?.array(offers.len() as u64)?;
                for (entry, digest, size) in offers {
                    e.array(3)?.bytes(&entry.0)?.bytes(&digest.0)?.u64(*size)?;
                }
            }
            Frame::Starts(books) => {
                e.array(2)?.u8(32)?;
                book_refs(e, books)?;
            }
            Frame::Filed => {
                e.array(1)?.u8(33)?;
            }
        }
        Ok(())
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

fn book_tags(e: &mut Encoder<&mut Vec<u8>>, kind: u8, books: &[BookTags]) -> Written {
    e.array(2)?.u8(kind)?.array(books.len() as u64)?;
    for (book, tags) in books {
        e.array(2)?.bytes(&book.0)?.array(tags.len() as u64)?;
        for tag in tags {
            e.bytes(&tag.0)?;
        }
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
