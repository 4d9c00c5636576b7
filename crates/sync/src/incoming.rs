//! Receiving: what comes is checked, put into a batch, and acknowledged when the driver has stored it.
//!
//! One batch is with the driver at a time; the next one grows meanwhile, so many entries share one transaction.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sothon_ledger::epoch::Wrap;
use sothon_ledger::register::Operation;
use sothon_ledger::slip::Knock;
use sothon_ledger::suspension::Note;
use sothon_ledger::{Digest, EntryId, Envelope, Kind};

use crate::event::{
    Batch, BatchId, BlobPart, CloseReason, Event, ReceivedEntry, ReceivedPayload, StoreOutcome,
};
use crate::frame::Frame;
use crate::holdings::{Holdings, LogName, Tip};
use crate::limits::ROOM;
use crate::session::{Fault, Session, SessionError, Step};

/// What comes in.
#[derive(Debug, Default)]
pub(crate) struct Receiving {
    /// How many items have begun to come.
    items: u64,
    /// An item of which parts are still to come.
    partial: Option<(u64, Item)>,
    /// Items that wait for the registers to be equal.
    held: VecDeque<(u64, Item)>,
    /// Bytes in `partial`, `held` and both batches.
    pub(crate) bytes: u64,
    pub(crate) growing: Growing,
    with_driver: Option<WithDriver>,
    next_batch: u64,
    acknowledged: u64,
    /// Entries in the batches, and the tips that their logs will have.
    pub(crate) pending: BTreeMap<EntryId, Pending>,
    pub(crate) tips: BTreeMap<LogName, Vec<Tip>>,
    /// What came from the peer, so that it holds it, and was not told yet.
    pub(crate) peer_sent: BTreeSet<LogName>,
    /// Logs of which an entry came without the one before it; the peer was told.
    pub(crate) gaps: BTreeSet<LogName>,
    /// Bytes of items in this session.
    pub(crate) total: u64,
    pub(crate) stored_items: u64,
}

#[derive(Debug)]
pub(crate) enum Item {
    Entry(Box<Envelope>, Option<Vec<u8>>),
    Payload(Box<Envelope>, Vec<u8>),
    Notice(Box<Envelope>, Vec<u8>),
    Wrap(Vec<u8>),
    Blob(FramedPart),
}

/// A part of a blob as a peer sends it.
#[derive(Debug)]
pub(crate) struct FramedPart {
    pub(crate) digest: Digest,
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Growing {
    /// Items before the first one of this batch.
    pub(crate) begins: Option<u64>,
    operations: Vec<Operation>,
    pub(crate) entries: Vec<ReceivedEntry>,
    pub(crate) payloads: Vec<ReceivedPayload>,
    pub(crate) notices: Vec<ReceivedEntry>,
    pub(crate) wraps: Vec<Wrap>,
    pub(crate) blobs: Vec<BlobPart>,
    knocks: Vec<Knock>,
    notes: Vec<Note>,
    pub(crate) bytes: u64,
}

#[derive(Debug)]
struct WithDriver {
    id: BatchId,
    begins: Option<u64>,
    bytes: u64,
    operations: bool,
    entries: Vec<EntryId>,
    /// Of these, the files whose payload has not come.
    files: Vec<EntryId>,
    notices: usize,
    wraps: u64,
    knocks: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    pub(crate) log: LogName,
    pub(crate) seq: u64,
}

impl Item {
    pub(crate) fn bytes(&self) -> u64 {
        let len = match self {
            Item::Entry(envelope, payload) => envelope.bytes().len() + payload.as_ref().map_or(0, Vec::len),
            Item::Notice(envelope, payload) => envelope.bytes().len() + payload.len(),
            Item::Payload(_, bytes) | Item::Wrap(bytes) => bytes.len(),
            Item::Blob(part) => part.bytes.len(),
        };
        len as u64
    }

    /// How many bytes are still to come in parts.
    fn lacks(&self) -> u64 {
        match self {
            Item::Entry(envelope, Some(payload))
            | Item::Payload(envelope, payload)
            | Item::Notice(envelope, payload) => envelope.payload_len().saturating_sub(payload.len() as u64),
            _ => 0,
        }
    }
}

impl Receiving {
    /// How many items have been dealt with: stored, or refused with a word.
    pub(crate) fn finished(&self) -> u64 {
        let firsts = [
            self.partial.as_ref().map(|(at, _)| *at),
            self.held.front().map(|(at, _)| *at),
            self.growing.begins,
            self.with_driver.as_ref().and_then(|batch| batch.begins),
        ];
        firsts.into_iter().flatten().min().unwrap_or(self.items)
    }

    /// How many items have begun to come.
    pub(crate) fn begun(&self) -> u64 {
        self.items
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.finished() == self.items && self.with_driver.is_none() && self.growing.operations.is_empty()
    }

    /// Adds a register operation to the growing batch.
    pub(crate) fn operation(&mut self, operation: Operation) {
        self.growing.operations.push(operation);
    }

    /// Adds a request to the growing batch.
    pub(crate) fn knock(&mut self, knock: Knock) {
        self.growing.knocks.push(knock);
    }

    /// Adds a suspension to the growing batch.
    pub(crate) fn note(&mut self, note: Note) {
        self.growing.notes.push(note);
    }

    /// Begins an item; what it holds counts from now.
    fn begin(&mut self, bytes: u64) -> u64 {
        let at = self.items;
        self.items += 1;
        self.bytes += bytes;
        self.total += bytes;
        at
    }
}

impl Session {
    /// What the driver did with a batch: acknowledges it, or says what was not taken.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn stored(
        &mut self,
        batch: BatchId,
        outcome: StoreOutcome,
        holdings: &impl Holdings,
        now_ms: u64,
    ) -> Result<(), SessionError> {
        self.step(holdings, now_ms, |session, holdings| {
            let Some(done) = session.receiving.with_driver.take_if(|done| done.id == batch) else {
                return Ok(());
            };
            session.receiving.bytes = session.receiving.bytes.saturating_sub(done.bytes);
            if done.knocks && outcome == StoreOutcome::Stored {
                session.knock_stored();
            }
            match outcome {
                StoreOutcome::Failed => return Err(Fault::Close(CloseReason::Storage)),
                StoreOutcome::Stored => {}
                StoreOutcome::StoredExcept { logs, saves } => {
                    for left in logs {
                        session.leave_out(left)?;
                    }
                    session.leave_saves_out(saves);
                }
            }
            let mut stored = 0;
            for id in done.entries {
                stored += u64::from(session.receiving.pending.remove(&id).is_some());
            }
            if session.receiving.pending.is_empty() {
                session.receiving.tips.clear();
            }
            session.progress.received += stored;
            session.progress.to_receive = session.progress.to_receive.saturating_sub(stored);
            session.receiving.stored_items += stored + done.wraps;
            session.noticing.came(done.notices);
            session.filing.announced(&done.files);
            session.tell_up_to_date();
            if done.operations {
                session.register.unstored.clear();
                session.unstored_again();
                session.after_operations(holdings)?;
                session.retry_after_register(holdings)?;
            }
            Ok(())
        })
    }

    pub(crate) fn on_entry(
        &mut self,
        envelope: Vec<u8>,
        payload: Option<Vec<u8>>,
        holdings: &impl Holdings,
    ) -> Step {
        match Envelope::parse_held(&envelope) {
            Ok(envelope) => {
                if envelope.header().kind == Kind::File {
                    // The peer believes nothing that was said before it came, also if it is held already.
                    self.filing.say_again();
                }
                self.on_item(Item::Entry(Box::new(envelope), payload), holdings)
            }
            Err(_) => {
                self.receiving.begin(0);
                self.strike_invalid()
            }
        }
    }

    pub(crate) fn on_notice(
        &mut self,
        envelope: Vec<u8>,
        payload: Vec<u8>,
        holdings: &impl Holdings,
    ) -> Step {
        match Envelope::parse_held(&envelope) {
            Ok(envelope) => self.on_item(Item::Notice(Box::new(envelope), payload), holdings),
            Err(_) => {
                self.receiving.begin(0);
                self.strike_invalid()
            }
        }
    }

    pub(crate) fn on_payload(&mut self, entry: EntryId, bytes: Vec<u8>, holdings: &impl Holdings) -> Step {
        self.extras.payload_came(&entry);
        self.filing.came(&entry);
        let held = if self.extras.asked_payload(&entry) || self.filing.asked(&entry) {
            holdings.entry(&entry)?
        } else {
            None
        };
        match held.and_then(|held| Envelope::parse_held(&held.envelope).ok()) {
            Some(envelope) => self.on_item(Item::Payload(Box::new(envelope), bytes), holdings),
            None => {
                self.receiving.begin(0);
                self.strike_invalid()
            }
        }
    }

    pub(crate) fn on_wrap(&mut self, bytes: Vec<u8>, holdings: &impl Holdings) -> Step {
        self.on_item(Item::Wrap(bytes), holdings)
    }

    pub(crate) fn on_blob(&mut self, part: FramedPart, holdings: &impl Holdings) -> Step {
        self.on_item(Item::Blob(part), holdings)
    }

    pub(crate) fn on_part(&mut self, bytes: Vec<u8>, holdings: &impl Holdings) -> Step {
        let Some((at, mut item)) = self.receiving.partial.take() else {
            return Err(Fault::Close(CloseReason::Protocol));
        };
        let len = bytes.len() as u64;
        if len == 0 || len > item.lacks() {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        self.receiving.bytes += len;
        self.receiving.total += len;
        if let Item::Entry(_, Some(payload)) | Item::Payload(_, payload) | Item::Notice(_, payload) =
            &mut item
        {
            payload.extend_from_slice(&bytes);
        }
        self.received(at, item, holdings)
    }

    /// Counts bytes that are no item's against what a stranger may send.
    pub(crate) fn receive_bytes(&mut self, bytes: u64) -> Step {
        self.receiving.total += bytes;
        if self.peer_role.is_none() && self.receiving.total > self.config.limits.unknown_bytes {
            return Err(Fault::Close(CloseReason::Flood));
        }
        Ok(())
    }

    fn on_item(&mut self, item: Item, holdings: &impl Holdings) -> Step {
        if self.receiving.partial.is_some() {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        let at = self.receiving.begin(item.bytes());
        self.received(at, item, holdings)
    }

    /// An item, or one more part of it, is here.
    fn received(&mut self, at: u64, item: Item, holdings: &impl Holdings) -> Step {
        if self.receiving.bytes > ROOM {
            return Err(Fault::Close(CloseReason::Flood));
        }
        self.receive_bytes(0)?;
        if item.lacks() > 0 {
            self.receiving.partial = Some((at, item));
            return Ok(());
        }
        if !self.is_ready() || !self.receiving.held.is_empty() {
            self.receiving.held.push_back((at, item));
            return Ok(());
        }
        self.judge(at, item, holdings)
    }

    /// Judges what waited for the registers to be equal.
    pub(crate) fn judge_held(&mut self, holdings: &impl Holdings) -> Step {
        while let Some((at, item)) = self.receiving.held.pop_front() {
            self.judge(at, item, holdings)?;
        }
        Ok(())
    }

    /// Operations in the growing batch are still to be stored.
    fn unstored_again(&mut self) {
        self.register
            .unstored
            .extend(self.receiving.growing.operations.iter().map(Operation::id));
    }

    /// Gives the growing batch to the driver, if it has none.
    pub(crate) fn hand_over(&mut self) {
        let growing = &mut self.receiving.growing;
        let beside = growing.operations.is_empty() && growing.knocks.is_empty() && growing.notes.is_empty();
        let empty = growing.begins.is_none() && beside;
        if empty || self.receiving.with_driver.is_some() {
            return;
        }
        let growing = std::mem::take(growing);
        let id = BatchId(self.receiving.next_batch);
        self.receiving.next_batch += 1;
        self.receiving.with_driver = Some(WithDriver {
            id,
            begins: growing.begins,
            bytes: growing.bytes,
            operations: !growing.operations.is_empty(),
            entries: growing.entries.iter().map(|entry| entry.envelope.id()).collect(),
            files: (growing.entries.iter())
                .filter(|entry| entry.payload.is_none() && entry.envelope.header().kind == Kind::File)
                .map(|entry| entry.envelope.id())
                .collect(),
            notices: growing.notices.len(),
            wraps: growing.wraps.len() as u64,
            knocks: !growing.knocks.is_empty(),
        });
        self.events.push_back(Event::Store(Batch {
            id,
            operations: growing.operations,
            entries: growing.entries,
            payloads: growing.payloads,
            notices: growing.notices,
            wraps: growing.wraps,
            blobs: growing.blobs,
            knocks: growing.knocks,
            notes: growing.notes,
        }));
    }

    /// Tells the peer how many of its items are dealt with, and the driver what the peer holds since it sent it.
    pub(crate) fn acknowledge(&mut self) {
        let sent = std::mem::take(&mut self.receiving.peer_sent);
        self.tell_peer_has(sent);
        let finished = self.receiving.finished();
        if finished > self.receiving.acknowledged {
            self.receiving.acknowledged = finished;
            self.control(Frame::Ack(finished));
        }
    }
}
