//! What is lacking beside entries, asked for by name: wraps of epochs, payloads, blobs. Blobs last (design.md §5).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sothon_ledger::{DeviceId, Digest, EntryId, EpochId};

use crate::config::{WantedSave, Wants};
use crate::event::{BlobPart, CloseReason};
use crate::frame::Frame;
use crate::holdings::Holdings;
use crate::incoming::FramedPart;
use crate::outgoing::BlobQueue;
use crate::session::{Fault, Session, Step};

/// How many things are asked for in one session, of each sort; payloads so many at a time.
const MOST: usize = 10_000;
/// How many payloads of one author are asked for in one session: nobody has what somebody keeps back, and that must not take
/// the place of what others wrote. A host need not name more.
pub const PAYLOADS_OF_EACH: usize = 10_000;
/// How many of them are asked for in one frame.
const IN_FRAME: usize = 4_000;

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    wants: Wants,
    asked_wraps: BTreeSet<EpochId>,
    asked_payloads: BTreeSet<EntryId>,
    /// How many of each author, and what is to be asked when some of it has come or is lacking there.
    asked_of: BTreeMap<DeviceId, usize>,
    to_ask: VecDeque<(EntryId, DeviceId)>,
    /// Entries whose payload is lacking and of which the peer is served nothing: their ids are none of its business.
    not_its: Vec<EntryId>,
    /// Payloads and saves that were asked for, and neither came nor are lacking there.
    awaited_payloads: BTreeSet<EntryId>,
    awaited_saves: BTreeSet<Digest>,
    /// Saves that the peer offered and that are taken.
    offered: Vec<WantedSave>,
    /// Saves asked for; what is held of each is where its next part begins.
    asked_saves: BTreeMap<Digest, WantedSave>,
    /// Of these, those for which there was no room.
    left_out: BTreeSet<Digest>,
}

impl Extras {
    pub(crate) fn set(&mut self, wants: Wants) {
        self.not_its.clear();
        self.to_ask.clear();
        self.wants = wants;
    }

    /// What both share has changed: what was not the peer's business may be now.
    pub(crate) fn look_again(&mut self) {
        self.wants.payloads.append(&mut self.not_its);
    }

    pub(crate) fn asked_payload(&self, entry: &EntryId) -> bool {
        self.asked_payloads.contains(entry)
    }

    /// Whether all that is asked for has come, as far as the peer has it.
    pub(crate) fn is_idle(&self) -> bool {
        let asked = self.awaited_payloads.is_empty() && self.awaited_saves.is_empty();
        asked && self.to_ask.is_empty() && self.wants.saves.is_empty() && self.offered.is_empty()
    }

    pub(crate) fn payload_came(&mut self, entry: &EntryId) {
        self.awaited_payloads.remove(entry);
    }

    pub(crate) fn lacking(&mut self, payloads: &[EntryId], blobs: &[Digest]) {
        for id in payloads {
            self.awaited_payloads.remove(id);
        }
        for id in blobs {
            self.awaited_saves.remove(id);
        }
    }

    /// The payloads that are asked for next, in the order in which they are wanted.
    fn next_payloads(&mut self) -> Vec<EntryId> {
        let mut next = Vec::new();
        while self.awaited_payloads.len() < MOST
            && let Some((id, device)) = self.to_ask.pop_front()
        {
            let asked = self.asked_of.entry(device).or_default();
            if *asked < PAYLOADS_OF_EACH && self.asked_payloads.insert(id) {
                *asked += 1;
                self.awaited_payloads.insert(id);
                next.push(id);
            }
        }
        next
    }

    /// Asks for a save that the peer has offered.
    pub(crate) fn take_up(&mut self, save: WantedSave) {
        self.offered.push(save);
    }

    /// There is no room for a save that was asked for. Says whether that is new.
    pub(crate) fn leave_out(&mut self, save: Digest) -> bool {
        self.awaited_saves.remove(&save);
        self.left_out.insert(save)
    }

    pub(crate) fn is_left_out(&self, save: &Digest) -> bool {
        self.left_out.contains(save)
    }

    /// A part, if it is the next one of a save that was asked for, and no longer than was said.
    pub(crate) fn expected(&mut self, part: FramedPart) -> Option<BlobPart> {
        let end = part.offset.checked_add(part.bytes.len() as u64)?;
        let asked = self.asked_saves.get_mut(&part.digest)?;
        if asked.held != part.offset || asked.size != part.len || end > asked.size {
            return None;
        }
        asked.held = end;
        if end == asked.size {
            self.awaited_saves.remove(&part.digest);
        }
        Some(BlobPart {
            entry: asked.entry,
            digest: part.digest,
            offset: part.offset,
            len: part.len,
            bytes: part.bytes,
        })
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
        for id in wants.payloads {
            if self.extras.asked_payload(&id) {
                continue;
            }
            let place = holdings.place(&id)?;
            match place.filter(|place| self.is_shared_log(&place.log)) {
                Some(place) => self.extras.to_ask.push_back((id, place.log.device)),
                None => self.extras.not_its.push(id),
            }
        }
        for payloads in self.extras.next_payloads().chunks(IN_FRAME) {
            self.control(Frame::WantPayloads(payloads.to_vec()));
        }
        let mut wanted = std::mem::take(&mut self.extras.offered);
        if self.compare.is_done() {
            wanted.extend(wants.saves);
        } else {
            self.extras.wants.saves = wants.saves;
        }
        let mut blobs = Vec::new();
        // One that is held whole by now is none of these any more.
        for save in wanted.into_iter().filter(|save| save.held < save.size) {
            let asked = &mut self.extras.asked_saves;
            if asked.len() < MOST && !asked.contains_key(&save.digest) {
                asked.insert(save.digest, save);
                self.extras.awaited_saves.insert(save.digest);
                blobs.push((save.digest, save.held));
            }
        }
        for blobs in blobs.chunks(IN_FRAME) {
            self.control(Frame::WantBlobs(blobs.to_vec()));
        }
        Ok(())
    }

    pub(crate) fn on_want_payloads(&mut self, entries: Vec<EntryId>, holdings: &impl Holdings) -> Step {
        if self.sending.payloads.len() + self.sending.files.len() + entries.len() > MOST {
            return Err(Fault::Close(CloseReason::Flood));
        }
        let mut lacking = Vec::new();
        for id in entries {
            if !self.on_want_file(id, &mut lacking, holdings)? {
                self.sending.payloads.push_back(id);
            }
        }
        for payloads in lacking.chunks(IN_FRAME) {
            self.control(Frame::Lacks {
                payloads: payloads.to_vec(),
                blobs: vec![],
            });
        }
        Ok(())
    }

    pub(crate) fn on_want_blobs(&mut self, blobs: Vec<(Digest, u64)>) -> Step {
        if self.sending.blobs.len() + blobs.len() > MOST {
            return Err(Fault::Close(CloseReason::Flood));
        }
        blobs
            .iter()
            .for_each(|(digest, _)| self.checkpointing.asked(*digest));
        let queued = blobs.into_iter().map(|(digest, offset)| BlobQueue {
            digest,
            offset,
            begun: false,
        });
        self.sending.blobs.extend(queued);
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
