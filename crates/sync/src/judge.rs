//! What becomes of an item: taken into the growing batch, held already, wanted again because of a gap, or refused.

use sothon_ledger::epoch::Wrap;
use sothon_ledger::{Digest, EntryId, Envelope};

use crate::config::PeerRole;
use crate::event::{CloseReason, Event, LeftOut, NotNowReason, ReceivedEntry, ReceivedPayload};
use crate::frame::{Frame, How, LogWant, Part};
use crate::holdings::{Held, Holdings, LogName, Tip};
use crate::incoming::{Item, Pending};
use crate::limits::{CHUNK, LONGEST_NOT_NOW};
use crate::peer::note;
use crate::session::{Fault, Session, Step};

/// For how long a log is not taken whose entries came in more than the session's quota, in seconds.
const AFTER_QUOTA: u64 = 3600;
/// For how long a log is not taken for other reasons, in seconds.
const AFTER_REFUSAL: u64 = 24 * 3600;

impl Session {
    /// Puts an item into the growing batch, or refuses it.
    pub(crate) fn judge(&mut self, at: u64, item: Item, holdings: &impl Holdings) -> Step {
        let bytes = item.bytes();
        let is_notice = matches!(item, Item::Notice(..));
        let taken = match item {
            Item::Entry(envelope, payload) => self.judge_entry(*envelope, payload, holdings)?,
            Item::Payload(envelope, bytes) => {
                if envelope.check_payload(&bytes).is_err() {
                    self.strike_invalid()?;
                    false
                } else {
                    let entry = envelope.id();
                    if self.filing.asked(&entry) {
                        // What was asked for at our own pace is no flood, and takes no place of entries.
                        self.receiving.total = self.receiving.total.saturating_sub(bytes.len() as u64);
                    }
                    self.receiving
                        .growing
                        .payloads
                        .push(ReceivedPayload { entry, bytes });
                    true
                }
            }
            Item::Notice(envelope, payload) => self.judge_notice(*envelope, payload, holdings)?,
            Item::Wrap(bytes) => self.judge_wrap(bytes, holdings)?,
            // On its way when the peer was told that there is no room for it.
            Item::Blob(part) if self.extras.is_left_out(&part.digest) => false,
            Item::Blob(part) => {
                let fits = !part.bytes.is_empty() && part.bytes.len() <= CHUNK;
                match self.extras.expected(part).filter(|_| fits) {
                    Some(part) => {
                        self.receiving.growing.blobs.push(part);
                        true
                    }
                    None => {
                        self.strike_invalid()?;
                        false
                    }
                }
            }
        };
        if is_notice && !taken {
            self.noticing.came(1);
        }
        if taken {
            self.receiving.growing.begins.get_or_insert(at);
            self.receiving.growing.bytes += bytes;
        } else {
            self.receiving.bytes = self.receiving.bytes.saturating_sub(bytes);
        }
        Ok(())
    }

    fn judge_wrap(&mut self, bytes: Vec<u8>, holdings: &impl Holdings) -> Step<bool> {
        let Ok(wrap) = Wrap::parse(&bytes) else {
            self.strike_invalid()?;
            return Ok(false);
        };
        let growing = &self.receiving.growing.wraps;
        if !self.is_shared(&wrap.book())
            || growing.iter().any(|held| held.id() == wrap.id())
            || holdings.wrap(&wrap.id())?.is_some()
        {
            return Ok(false);
        }
        self.receiving.growing.wraps.push(wrap);
        Ok(true)
    }

    fn judge_entry(
        &mut self,
        envelope: Envelope,
        payload: Option<Vec<u8>>,
        holdings: &impl Holdings,
    ) -> Step<bool> {
        let header = envelope.header();
        let log = LogName {
            book: header.book,
            device: header.device,
            log: header.log,
        };
        let tip = Tip {
            seq: header.seq,
            id: envelope.id(),
        };
        let backlink = header.backlink;
        if !self.is_shared_log(&log) {
            return self.refuse(log, NotNowReason::NotServed, AFTER_REFUSAL);
        }
        if self.peer.refused.contains_key(&log) {
            return Ok(false);
        }
        if self.receiving.pending.contains_key(&tip.id) || holdings.place(&tip.id)?.is_some() {
            self.peer_sent(log, tip, backlink);
            return Ok(false);
        }
        if self.receiving.total > self.config.limits.received_bytes {
            return self.refuse(log, NotNowReason::Quota, AFTER_QUOTA);
        }
        let ours = self.our_height(holdings)?;
        if header.height.0 > ours.0.saturating_add(self.config.limits.height_ahead) {
            return self.refuse(log, NotNowReason::HeightAhead, AFTER_REFUSAL);
        }
        if !holdings.known_device(&log.device)? {
            return self.refuse(log, NotNowReason::UnknownDevice, AFTER_REFUSAL);
        }
        if let Some(before) = backlink {
            match self.stands_at(&before, holdings)? {
                Some((of, seq)) if of == log && seq + 1 == tip.seq => {}
                Some(_) => return self.invalid(log),
                None => return self.gap(log, holdings),
            }
        }
        let mut tips = self.known_tips(&log, holdings)?;
        let branches = !tips.is_empty() && !tips.iter().any(|held| Some(held.id) == backlink);
        let by_author = self.peer_role.and_then(PeerRole::device) == Some(log.device);
        if branches && tips.len() >= self.config.limits.tips_by(by_author) {
            return self.refuse(log, NotNowReason::TooManyForks, AFTER_REFUSAL);
        }
        if envelope.verify().is_err()
            || payload
                .as_ref()
                .is_some_and(|payload| envelope.check_payload(payload).is_err())
        {
            return self.invalid(log);
        }
        if header.height > ours {
            self.tell_register_behind(header.height, ours);
        }
        self.receiving.gaps.remove(&log);
        self.peer_sent(log, tip, backlink);
        note(&mut tips, tip, backlink);
        self.receiving.tips.insert(log, tips);
        self.receiving
            .pending
            .insert(tip.id, Pending { log, seq: tip.seq });
        self.receiving
            .growing
            .entries
            .push(ReceivedEntry { envelope, payload });
        Ok(true)
    }

    /// What the peer sends, it holds.
    fn peer_sent(&mut self, log: LogName, tip: Tip, backlink: Option<EntryId>) {
        let known = self.peer.logs.entry(log).or_default();
        note(&mut known.has, tip, backlink);
        note(&mut known.sent, tip, backlink);
        known.unclear = false;
        self.receiving.peer_sent.insert(log);
        self.compare.touch(&log);
    }

    /// Where an entry stands that is held or about to be stored.
    fn stands_at(&self, id: &EntryId, holdings: &impl Holdings) -> Held<Option<(LogName, u64)>> {
        if let Some(pending) = self.receiving.pending.get(id) {
            return Ok(Some((pending.log, pending.seq)));
        }
        Ok(holdings.place(id)?.map(|place| (place.log, place.seq)))
    }

    /// The tips of a log with what is about to be stored.
    pub(crate) fn known_tips(&self, log: &LogName, holdings: &impl Holdings) -> Held<Vec<Tip>> {
        match self.receiving.tips.get(log) {
            Some(tips) => Ok(tips.clone()),
            None => Ok(holdings.log(log)?.map(|state| state.tips).unwrap_or_default()),
        }
    }

    /// An entry whose predecessor is not here: says once from where on the log is wanted again.
    fn gap(&mut self, log: LogName, holdings: &impl Holdings) -> Step<bool> {
        if self.receiving.gaps.insert(log) {
            let tips = self.known_tips(&log, holdings)?;
            let points = tips
                .iter()
                .map(|tip| (tip.seq, self.tagger.entry(&tip.id)))
                .collect();
            let want = LogWant {
                log: self.tagger.log(&log),
                how: How::Again,
                points,
            };
            self.control(Frame::Wants {
                part: Part::Unasked,
                logs: vec![want],
                unserved: vec![],
            });
        }
        Ok(false)
    }

    fn invalid(&mut self, log: LogName) -> Step<bool> {
        self.refuse(log, NotNowReason::Invalid, AFTER_REFUSAL)?;
        self.strike_invalid()?;
        Ok(false)
    }

    /// Does not take a log for now, and says so once.
    fn refuse(&mut self, log: LogName, reason: NotNowReason, seconds: u64) -> Step<bool> {
        let seconds = seconds.clamp(1, LONGEST_NOT_NOW);
        self.compare.touch(&log);
        if self
            .peer
            .refused
            .insert(log, (reason, self.now_ms + seconds * 1000))
            .is_none()
        {
            self.control(Frame::NotNow {
                log: self.tagger.log(&log),
                reason: reason.code(),
                seconds,
            });
            self.events.push_back(Event::Refused { log, reason });
        }
        if self.peer.refused.len() > self.config.limits.logs {
            return Err(Fault::Close(CloseReason::Flood));
        }
        Ok(false)
    }

    /// Entries that the driver did not store: they, and what stands on them, are no longer pending.
    pub(crate) fn leave_out(&mut self, left: LeftOut) -> Step {
        self.refuse(left.log, left.reason, left.seconds)?;
        self.receiving
            .pending
            .retain(|_, pending| pending.log != left.log);
        self.receiving.tips.remove(&left.log);
        let growing = &mut self.receiving.growing;
        let mut dropped = 0;
        growing.entries.retain(|entry| {
            let header = entry.envelope.header();
            let keep =
                (header.book, header.device, header.log) != (left.log.book, left.log.device, left.log.log);
            if !keep {
                dropped += entry.envelope.bytes().len() + entry.payload.as_ref().map_or(0, Vec::len);
            }
            keep
        });
        growing.bytes -= (dropped as u64).min(growing.bytes);
        self.receiving.bytes = self.receiving.bytes.saturating_sub(dropped as u64);
        if let Some(known) = self.peer.logs.get_mut(&left.log) {
            known.unclear = true;
        }
        Ok(())
    }

    /// Saves that the driver has no room for now: no more of them is taken in this session, and the peer stops sending.
    pub(crate) fn leave_saves_out(&mut self, saves: Vec<Digest>) {
        let mut lacked = Vec::new();
        for digest in saves {
            if self.extras.leave_out(digest) {
                lacked.push(digest);
            }
        }
        if lacked.is_empty() {
            return;
        }
        let growing = &mut self.receiving.growing;
        let mut dropped = 0;
        growing.blobs.retain(|part| {
            let keep = !lacked.contains(&part.digest);
            dropped += if keep { 0 } else { part.bytes.len() as u64 };
            keep
        });
        growing.bytes = growing.bytes.saturating_sub(dropped);
        self.receiving.bytes = self.receiving.bytes.saturating_sub(dropped);
        self.control(Frame::Lacks {
            payloads: vec![],
            blobs: lacked,
        });
    }
}
