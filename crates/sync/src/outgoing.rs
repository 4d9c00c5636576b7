//! Sending: the logs that the peer lacks something of, the one with the fewest bytes left first (A29), within the
//! window; and what the peer acknowledges.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sothon_ledger::{Digest, EntryId, WrapId};

use crate::event::{CloseReason, Event, NotNowReason};
use crate::frame::Frame;
use crate::holdings::{EntryRef, Holdings, LogName, StoredEntry, Tip};
use crate::limits::{CHUNK, LONGEST_NOT_NOW, WINDOW};
use crate::peer::{beyond, note};
use crate::session::{Fault, Session, Step};
use crate::tags::LogRef;

/// How many entries of a log are looked up at once.
const AHEAD: usize = 64;
/// From how many entries on the peer is told how many are coming.
const WORTH_TELLING: u64 = 16;

/// What goes out.
#[derive(Debug, Default)]
pub(crate) struct Sending {
    logs: BTreeMap<LogName, LogQueue>,
    pub(crate) wraps: VecDeque<WrapId>,
    pub(crate) notices: VecDeque<EntryId>,
    pub(crate) payloads: VecDeque<EntryId>,
    pub(crate) blobs: VecDeque<BlobQueue>,
    /// Payloads that are files.
    pub(crate) files: VecDeque<EntryId>,
    /// The rest of a long payload whose first part is out.
    rest: Vec<u8>,
    outstanding: VecDeque<Outstanding>,
    outstanding_bytes: u64,
    /// How many items were sent, and how many of them the peer has dealt with.
    items: u64,
    acknowledged: u64,
    told_coming: bool,
}

/// What of one log is to be sent.
#[derive(Debug, Default)]
struct LogQueue {
    next: VecDeque<EntryRef>,
    bytes_left: u64,
    entries_left: u64,
}

/// What of a blob is to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlobQueue {
    pub(crate) digest: Digest,
    pub(crate) offset: u64,
    /// Whether some of it was sent.
    pub(crate) begun: bool,
}

/// An item that was sent and not acknowledged.
#[derive(Debug)]
struct Outstanding {
    item: Item,
    bytes: u64,
}

#[derive(Debug)]
enum Item {
    Entry {
        log: LogName,
        tip: Tip,
        backlink: Option<EntryId>,
        is_file: bool,
    },
    Wrap(WrapId),
    /// The payload of a file.
    File,
    /// The first part of a blob. No other goes before the peer has dealt with it: it may have no room.
    FirstPart,
    /// A payload, a notice, a later part of a blob; or an entry that the peer said it did not store.
    Other,
}

impl Sending {
    /// Queues a log; the entries are looked up when there is room for them.
    pub(crate) fn queue(&mut self, log: LogName, bytes_left: u64, entries_left: u64) {
        let queue = self.logs.entry(log).or_default();
        queue.next.clear();
        queue.bytes_left = bytes_left;
        queue.entries_left = entries_left;
    }

    /// Drops what is queued of a log, and forgets what is under way of it.
    pub(crate) fn forget(&mut self, log: &LogName) {
        self.logs.remove(log);
        for outstanding in &mut self.outstanding {
            if matches!(&outstanding.item, Item::Entry { log: of, .. } if of == log) {
                outstanding.item = Item::Other;
            }
        }
    }

    /// Drops what is queued of a log, and forgets what is under way of it and not at or before these tips.
    pub(crate) fn forget_beyond(&mut self, log: &LogName, tips: &[Tip]) {
        self.logs.remove(log);
        let mut kept: BTreeSet<EntryId> = tips.iter().map(|tip| tip.id).collect();
        for outstanding in self.outstanding.iter_mut().rev() {
            match &outstanding.item {
                Item::Entry {
                    log: of,
                    tip,
                    backlink,
                    ..
                } if of == log => {
                    if kept.contains(&tip.id) {
                        kept.extend(backlink);
                    } else {
                        outstanding.item = Item::Other;
                    }
                }
                _ => {}
            }
        }
    }

    /// Drops what is queued of books that `keep` does not name.
    pub(crate) fn retain(&mut self, keep: impl Fn(&LogName) -> bool) {
        self.logs.retain(|log, _| keep(log));
    }

    /// Whether entries of the log were sent and neither acknowledged nor given up.
    pub(crate) fn is_under_way(&self, log: &LogName) -> bool {
        self.outstanding
            .iter()
            .any(|outstanding| matches!(&outstanding.item, Item::Entry { log: of, .. } if of == log))
    }

    /// Whether nothing is left to be sent but blobs and files: what a summary may follow.
    pub(crate) fn is_sent(&self) -> bool {
        self.is_queued_nothing() && self.rest.is_empty()
    }

    /// Whether all is sent and acknowledged.
    pub(crate) fn is_idle(&self) -> bool {
        self.is_idle_but_for_files() && self.files.is_empty() && self.outstanding.is_empty()
    }

    /// Whether entries that are files were sent and neither acknowledged nor given up.
    pub(crate) fn has_files_under_way(&self) -> bool {
        let mut outstanding = self.outstanding.iter();
        outstanding.any(|outstanding| matches!(outstanding.item, Item::Entry { is_file: true, .. }))
    }

    /// The same of all but files.
    pub(crate) fn is_idle_but_for_files(&self) -> bool {
        let mut outstanding = self.outstanding.iter();
        let only_files = outstanding.all(|outstanding| matches!(outstanding.item, Item::File));
        // The rest of a payload is one of a file, then.
        only_files && self.is_queued_nothing() && self.blobs.is_empty()
    }

    fn tries_blob(&self) -> bool {
        let mut outstanding = self.outstanding.iter();
        outstanding.any(|outstanding| matches!(outstanding.item, Item::FirstPart))
    }

    fn is_queued_nothing(&self) -> bool {
        self.logs.is_empty() && self.wraps.is_empty() && self.notices.is_empty() && self.payloads.is_empty()
    }

    /// How many items were ever sent.
    pub(crate) fn items(&self) -> u64 {
        self.items
    }

    fn entries_left(&self) -> u64 {
        self.logs.values().map(|queue| queue.entries_left).sum()
    }

    fn sent(&mut self, item: Item, bytes: u64) {
        self.items += 1;
        self.outstanding_bytes += bytes;
        self.outstanding.push_back(Outstanding { item, bytes });
    }

    /// Counts an item of which nothing is remembered.
    pub(crate) fn sent_other(&mut self, bytes: u64) {
        self.sent(Item::Other, bytes);
    }

    /// Writes the first part of a payload and keeps the rest.
    pub(crate) fn first_part(&mut self, mut payload: Vec<u8>) -> Vec<u8> {
        if payload.len() > CHUNK {
            self.rest = payload.split_off(CHUNK);
        }
        payload
    }
}

impl Session {
    /// Appends the next item, or the next part of one; `false` when there is none, or no room in the window.
    pub(crate) fn write_item(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        if !self.sending.rest.is_empty() {
            let rest = std::mem::take(&mut self.sending.rest);
            let part = self.sending.first_part(rest);
            Frame::Part(part).write(out);
            return Ok(true);
        }
        if self.sending.outstanding_bytes >= WINDOW {
            return Ok(false);
        }
        if let Some(id) = self.sending.wraps.pop_front() {
            if let Some(wrap) = holdings.wrap(&id)?.filter(|wrap| self.is_shared(&wrap.book)) {
                self.sending.sent(Item::Wrap(id), wrap.bytes.len() as u64);
                Frame::Wrap(wrap.bytes).write(out);
            }
            return Ok(true);
        }
        if self.write_notice(holdings, out)? || self.write_entry(holdings, out)? {
            return Ok(true);
        }
        if let Some(id) = self.sending.payloads.pop_front() {
            self.write_payload(id, Item::Other, holdings, out)?;
            return Ok(true);
        }
        if !self.sending.blobs.is_empty() && self.sending.tries_blob() {
            return Ok(false);
        }
        if let Some(blob) = self.sending.blobs.pop_front() {
            self.write_blob(blob, holdings, out)?;
            return Ok(true);
        }
        let Some(id) = self.sending.files.pop_front() else {
            return Ok(false);
        };
        self.write_payload(id, Item::File, holdings, out)?;
        Ok(true)
    }

    fn write_entry(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        let least = self.sending.logs.iter().min_by_key(|(_, queue)| queue.bytes_left);
        let Some(log) = least.map(|(log, _)| *log) else {
            self.progress.to_send = 0;
            return Ok(false);
        };
        let left = self.sending.entries_left();
        if left >= WORTH_TELLING && !std::mem::replace(&mut self.sending.told_coming, true) {
            Frame::Coming { entries: left }.write(out);
        }
        self.progress.to_send = left;
        let Some(entry) = self.next_of(log, holdings)? else {
            self.sending.logs.remove(&log);
            if self.sending.logs.is_empty() {
                self.sending.told_coming = false;
            }
            return Ok(true);
        };
        let known = self.peer.logs.entry(log).or_default();
        let tip = Tip {
            seq: entry.seq,
            id: entry.id,
        };
        note(&mut known.sent, tip, entry.backlink);
        self.compare.touch(&log);
        if let Some(queue) = self.sending.logs.get_mut(&log) {
            queue.bytes_left = queue.bytes_left.saturating_sub(entry.bytes);
            queue.entries_left = queue.entries_left.saturating_sub(1);
        }
        let file = holdings.file(&entry.id)?;
        let is_file = file.is_some();
        let stored = match file {
            // Whoever wants it asks for it, after everything else.
            Some(file) => {
                self.filing.sent();
                Some(StoredEntry {
                    envelope: file.envelope,
                    payload: None,
                })
            }
            None => holdings.entry(&entry.id)?,
        };
        let Some(mut stored) = stored else {
            // Erased meanwhile: what stands on it cannot go either.
            self.sending.logs.remove(&log);
            return Ok(true);
        };
        if self.spares(&log.book, &entry.id, holdings)? {
            stored.payload = None;
        }
        let bytes = match stored.payload {
            Some(_) => entry.bytes,
            None => stored.envelope.len() as u64,
        };
        self.sending.sent(
            Item::Entry {
                log,
                tip,
                backlink: entry.backlink,
                is_file,
            },
            bytes,
        );
        let payload = stored.payload.map(|payload| self.sending.first_part(payload));
        Frame::Entry {
            envelope: stored.envelope,
            payload,
        }
        .write(out);
        Ok(true)
    }

    /// The next entry of a log that the peer lacks.
    fn next_of(&mut self, log: LogName, holdings: &impl Holdings) -> Step<Option<EntryRef>> {
        if !self.is_shared_log(&log) || self.peer.is_out(&log) {
            return Ok(None);
        }
        let Some(queue) = self.sending.logs.get_mut(&log) else {
            return Ok(None);
        };
        if queue.next.is_empty() {
            let Some(state) = holdings.log(&log)? else {
                return Ok(None);
            };
            let sent = self
                .peer
                .logs
                .get(&log)
                .map(|known| known.sent.as_slice())
                .unwrap_or_default();
            queue.next = beyond(holdings, &state, sent, AHEAD)?.into();
        }
        Ok(queue.next.pop_front())
    }

    fn write_payload(
        &mut self,
        id: EntryId,
        item: Item,
        holdings: &impl Holdings,
        out: &mut Vec<u8>,
    ) -> Step {
        let payload = match holdings.place(&id)? {
            Some(place) if self.is_shared_log(&place.log) => holdings.entry(&id)?.and_then(|e| e.payload),
            _ => None,
        };
        match payload {
            Some(payload) => {
                self.sending.sent(item, payload.len() as u64);
                let bytes = self.sending.first_part(payload);
                Frame::Payload { entry: id, bytes }.write(out);
            }
            None => Frame::Lacks {
                payloads: vec![id],
                blobs: vec![],
            }
            .write(out),
        }
        Ok(())
    }

    fn write_blob(&mut self, queue: BlobQueue, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step {
        let BlobQueue {
            digest,
            offset,
            begun,
        } = queue;
        let blob = holdings.blob(&digest)?.filter(|blob| self.is_shared(&blob.book));
        let Some(blob) = blob.filter(|blob| offset < blob.len) else {
            Frame::Lacks {
                payloads: vec![],
                blobs: vec![digest],
            }
            .write(out);
            return Ok(());
        };
        let bytes = holdings.blob_part(&digest, offset, CHUNK)?;
        let after = offset + bytes.len() as u64;
        if !bytes.is_empty() && after < blob.len {
            self.sending.blobs.push_front(BlobQueue {
                digest,
                offset: after,
                begun: true,
            });
        }
        let item = if begun { Item::Other } else { Item::FirstPart };
        self.sending.sent(item, bytes.len() as u64);
        Frame::Blob {
            digest,
            offset,
            len: blob.len,
            bytes,
        }
        .write(out);
        Ok(())
    }

    /// The peer has dealt with this many of our items: stored, or said why not.
    pub(crate) fn on_ack(&mut self, through: u64) -> Step {
        if through < self.sending.acknowledged || through > self.sending.items {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        let mut told = BTreeSet::new();
        let mut wraps = Vec::new();
        while self.sending.acknowledged < through {
            self.sending.acknowledged += 1;
            let Some(done) = self.sending.outstanding.pop_front() else {
                break;
            };
            self.sending.outstanding_bytes -= done.bytes;
            match done.item {
                Item::Entry {
                    log, tip, backlink, ..
                } => {
                    let known = self.peer.logs.entry(log).or_default();
                    note(&mut known.has, tip, backlink);
                    told.insert(log);
                    self.progress.sent += 1;
                }
                Item::Wrap(id) => wraps.push(id),
                Item::File | Item::FirstPart | Item::Other => {}
            }
        }
        self.tell_peer_has(told);
        if !wraps.is_empty() {
            self.events.push_back(Event::PeerHasWraps(wraps));
        }
        self.tell_up_to_date();
        Ok(())
    }

    /// The peer does not take a log for now: it is left out of what we send and compare until then.
    pub(crate) fn on_not_now(
        &mut self,
        log: LogRef,
        reason: u64,
        seconds: u64,
        holdings: &impl Holdings,
    ) -> Step {
        let Some(log) = self.log_named(log, holdings)? else {
            return Ok(());
        };
        let reason = NotNowReason::from_code(reason);
        let until_ms = self.now_ms + seconds.clamp(1, LONGEST_NOT_NOW) * 1000;
        self.sending.forget(&log);
        // That it is not wanted no longer says that it is held.
        self.compare.touch(&log);
        if let Some(known) = self.peer.logs.get_mut(&log) {
            known.sent.clone_from(&known.has);
        }
        self.peer.not_now.insert(log, (reason, until_ms));
        self.events.push_back(Event::NotNow {
            log,
            reason,
            until_ms,
        });
        Ok(())
    }
}
