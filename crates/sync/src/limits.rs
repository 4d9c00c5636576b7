//! What a peer can make us do, and where it ends (A27, A28): everything else that bounds is next to what it bounds.

use crate::event::CloseReason;
use crate::session::{Fault, Session, Step};

/// The most bytes of items (entries, wraps, payloads, blobs) that may be sent and not acknowledged, apart from the
/// last item. Part of the protocol: a receiver counts on it.
pub(crate) const WINDOW: u64 = 2 << 20;
/// The most bytes of one part of a payload or blob.
pub(crate) const CHUNK: usize = 256 << 10;
/// What a receiver has room for: the window and a last item.
pub(crate) const ROOM: u64 = WINDOW + sothon_ledger::entry::MAX_PAYLOAD + 8192;
/// From how many bytes on a list goes on in another frame. With one more item it still fits a frame.
pub(crate) const FULL: usize = 200_000;
/// How many times what may wait unread of other frames may wait of a round's answers when another is begun.
const ANSWERS: usize = 4;
/// The longest "not now", in seconds.
pub(crate) const LONGEST_NOT_NOW: u64 = 7 * 24 * 3600;

/// What the peer has done wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Strikes {
    invalid: u32,
    rewinds: u32,
}

impl Session {
    /// Counts an entry or frame that no honest peer sends.
    pub(crate) fn strike_invalid(&mut self) -> Step {
        self.strikes.invalid += 1;
        if self.strikes.invalid >= self.config.limits.invalid {
            return Err(Fault::Close(CloseReason::Invalid));
        }
        Ok(())
    }

    /// Counts a request for what the peer had acknowledged.
    pub(crate) fn strike_rewind(&mut self) -> Step {
        self.strikes.rewinds += 1;
        if self.strikes.rewinds > self.config.limits.rewinds {
            return Err(Fault::Close(CloseReason::Flood));
        }
        Ok(())
    }

    /// Whether a round's answer may be begun: not on top of long ones that the peer has not read.
    pub(crate) fn may_answer(&self) -> Step {
        if self.answering > ANSWERS * self.config.limits.unread_bytes {
            return Err(Fault::Close(CloseReason::Flood));
        }
        Ok(())
    }

    /// A peer that asks and does not read is not answered for ever.
    pub(crate) fn check_unread(&self, waiting: usize) -> Step {
        if waiting > self.config.limits.unread_bytes {
            return Err(Fault::Close(CloseReason::Flood));
        }
        Ok(())
    }
}
