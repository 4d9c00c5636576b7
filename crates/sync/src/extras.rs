//! What is lacking beside entries, asked for by name: wraps of epochs, payloads, blobs. Blobs last (design.md §5).

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::{Digest, EntryId, EpochId};

use crate::config::Wants;
use crate::event::{BlobPart, CloseReason};
use crate::frame::Frame;
use crate::holdings::Holdings;
use crate::session::{Fault, Session, Step};

/// How many things are asked for in one session, of each sort.
const MOST: usize = 10_000;
/// How many of them are asked for in one frame.
const IN_FRAME: usize = 4_000;

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    wants: Wants,
    asked_wraps: BTreeSet<EpochId>,
    asked_payloads: BTreeSet<EntryId>,
    /// Entries whose payload is lacking and of which the peer is served nothing: their ids are none of its business.
    not_its: Vec<EntryId>,
    /// Blobs asked for, and where their next part begins.
    asked_blobs: BTreeMap<Digest, u64>,
}

impl Extras {
    pub(crate) fn set(&mut self, wants: Wants) {
        self.not_its.clear();
        self.wants = wants;
    }

    /// What both share has changed: what was not the peer's business may be now.
    pub(crate) fn look_again(&mut self) {
        self.wants.payloads.append(&mut self.not_its);
    }

    pub(crate) fn asked_payload(&self, entry: &EntryId) -> bool {
        self.asked_payloads.contains(entry)
    }

    /// Whether this is the next part of a blob that was asked for.
    pub(crate) fn expects(&mut self, part: &BlobPart) -> bool {
        let end = part.offset.checked_add(part.bytes.len() as u64);
        match (self.asked_blobs.get_mut(&part.digest), end) {
            (Some(at), Some(end)) if *at == part.offset && end <= part.len => {
                *at = end;
                true
            }
            _ => false,
        }
    }
}

impl Session {
    /// Asks for what is lacking and was not asked for yet.
    pub(crate) fn ask_extras(&mut self, holdings: &impl Holdings) -> Step {
        let wants = std::mem::take(&mut self.extras.wants);
        let epochs = first_time(wants.wraps, &mut self.extras.asked_wraps);
        for epochs in epochs.chunks(IN_FRAME) {
            self.control(Frame::WantWraps(epochs.to_vec()));
        }
        let mut payloads = Vec::new();
        for id in wants.payloads {
            let place = holdings.place(&id)?;
            if place.is_some_and(|place| self.is_shared_log(&place.log)) {
                payloads.push(id);
            } else {
                self.extras.not_its.push(id);
            }
        }
        let payloads = first_time(payloads, &mut self.extras.asked_payloads);
        for payloads in payloads.chunks(IN_FRAME) {
            self.control(Frame::WantPayloads(payloads.to_vec()));
        }
        if !self.compare.is_done() {
            self.extras.wants.blobs = wants.blobs;
            return Ok(());
        }
        let mut blobs = Vec::new();
        for (digest, held) in wants.blobs {
            if self.extras.asked_blobs.len() < MOST && !self.extras.asked_blobs.contains_key(&digest) {
                self.extras.asked_blobs.insert(digest, held);
                blobs.push((digest, held));
            }
        }
        for blobs in blobs.chunks(IN_FRAME) {
            self.control(Frame::WantBlobs(blobs.to_vec()));
        }
        Ok(())
    }

    pub(crate) fn on_want_payloads(&mut self, entries: Vec<EntryId>) -> Step {
        if self.sending.payloads.len() + entries.len() > MOST {
            return Err(Fault::Close(CloseReason::Flood));
        }
        self.sending.payloads.extend(entries);
        Ok(())
    }

    pub(crate) fn on_want_blobs(&mut self, blobs: Vec<(Digest, u64)>) -> Step {
        if self.sending.blobs.len() + blobs.len() > MOST {
            return Err(Fault::Close(CloseReason::Flood));
        }
        self.sending.blobs.extend(blobs);
        Ok(())
    }
}

fn first_time<T: Ord + Copy>(wanted: Vec<T>, asked: &mut BTreeSet<T>) -> Vec<T> {
    let room = MOST.saturating_sub(asked.len());
    wanted
        .into_iter()
        .filter(|id| asked.insert(*id))
        .take(room)
        .collect()
}
