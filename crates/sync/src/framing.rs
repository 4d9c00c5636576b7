//! The stream of bytes as a sequence of frames: each a CBOR byte string (RFC 8742, RFC 8949) around one array.

use minicbor::Decoder;
use sothon_ledger::Root;

use crate::frame::{Frame, FrameError};

/// The most bytes that a frame may have inside its byte string.
pub const MAX_FRAME: usize = (256 << 10) + (8 << 10);

/// Collects bytes until a frame is whole. Holds one frame and one handed-in chunk at most.
#[derive(Default)]
pub(crate) struct FrameReader {
    buffer: Vec<u8>,
    at: usize,
}

impl std::fmt::Debug for FrameReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameReader")
            .field("waiting", &(self.buffer.len() - self.at))
            .finish()
    }
}

impl FrameReader {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame's bytes; `None` until more has come.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let Some((head, len)) = length(rest)? else {
            return Ok(None);
        };
        let Some(body) = rest.get(head..head + len) else {
            return Ok(None);
        };
        let body = body.to_vec();
        self.at += head + len;
        Ok(Some(body))
    }
}

/// The head of a byte string: its own length and that of what follows; `None` until it is whole.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, FrameError> {
    let Some(first) = bytes.first() else {
        return Ok(None);
    };
    let (head, least) = match first {
        0x40..=0x57 => return Ok(Some((1, usize::from(first & 0x1f)))),
        0x58 => (2, 24),
        0x59 => (3, 0x100),
        0x5a => (5, 0x1_0000),
        _ => return Err(FrameError::Form),
    };
    let Some(digits) = bytes.get(1..head) else {
        return Ok(None);
    };
    let len = digits
        .iter()
        .fold(0usize, |len, byte| len << 8 | usize::from(*byte));
    if len < least {
        return Err(FrameError::Form);
    }
    if len > MAX_FRAME {
        return Err(FrameError::TooLong);
    }
    Ok(Some((head, len)))
}

/// Wraps a frame's bytes.
pub(crate) fn wrap(body: &[u8], out: &mut Vec<u8>) {
    let done = minicbor::Encoder::new(out).bytes(body).is_ok();
    debug_assert!(done, "writing to a Vec does not fail");
}

/// What the first bytes of an accepted connection say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Peeked {
    /// The first frame is not whole yet.
    More,
    /// The commune that the initiator means.
    Root(Root),
    /// Not a session of ours.
    Foreign,
}

/// Reads for which commune a connection was opened, so that a relay of several communes can choose; the same bytes
/// are then given to the session.
pub fn peek_root(bytes: &[u8]) -> Peeked {
    let (head, len) = match length(bytes) {
        Ok(Some(head)) => head,
        Ok(None) => return Peeked::More,
        Err(_) => return Peeked::Foreign,
    };
    if len > 256 {
        return Peeked::Foreign;
    }
    let Some(body) = bytes.get(head..head + len) else {
        return Peeked::More;
    };
    match Frame::decode(body) {
        Ok(Some(Frame::Hello(hello))) => hello.root.map_or(Peeked::Foreign, Peeked::Root),
        _ => Peeked::Foreign,
    }
}

/// Reads an array's head and bounds it.
pub(crate) fn array(d: &mut Decoder<'_>, most: usize) -> Result<usize, FrameError> {
    let len = d.array()?.ok_or(FrameError::Form)?;
    let len = usize::try_from(len).map_err(|_| FrameError::Form)?;
    if len > most {
        Err(FrameError::Form)
    } else {
        Ok(len)
    }
}
