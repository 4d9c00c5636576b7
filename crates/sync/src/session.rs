//! The session: its parts, what comes in, what goes out, and in which order things are done.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sothon_ledger::BookId;

use crate::checkpoints::Checkpointing;
use crate::compare::Compare;
use crate::config::{PeerHints, PeerRole, Rights, SessionConfig, SharedBook, Wants};
use crate::event::{CloseReason, Event, Progress};
use crate::extras::Extras;
use crate::files::Filing;
use crate::frame::{Frame, Part};
use crate::framing::FrameReader;
use crate::holdings::{Held, Holdings, HoldingsError, LogName, LogState, WrapScope};
use crate::incoming::Receiving;
use crate::knock::Knocking;
use crate::limits::Strikes;
use crate::notes::Noting;
use crate::notices::Noticing;
use crate::outgoing::Sending;
use crate::peer::PeerView;
use crate::register::RegisterExchange;
use crate::tags::Tagger;

/// About how many bytes one [`Session::poll_output`] gives; a single frame may be longer.
const OUTPUT: usize = 64 << 10;

/// Why a call on a session failed. What a *peer* does wrong is no error here: it ends in [`Event::Closed`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The driver's own holdings could not be read.
    #[error(transparent)]
    Holdings(#[from] HoldingsError),
}

/// Why a step cannot be done.
pub(crate) enum Fault {
    Holdings(HoldingsError),
    Close(CloseReason),
}

impl From<HoldingsError> for Fault {
    fn from(error: HoldingsError) -> Self {
        Fault::Holdings(error)
    }
}

/// The result of a step.
pub(crate) type Step<T = ()> = Result<T, Fault>;

/// One session between two replicas of a commune.
///
/// Every call that can change something takes the holdings and the time (Unix milliseconds; only for "not now until").
/// After each, take all of [`Session::poll_output`] that the connection has room for, and all of
/// [`Session::poll_event`].
#[derive(Debug)]
pub struct Session {
    pub(crate) config: SessionConfig,
    pub(crate) tagger: Tagger,
    pub(crate) peer_role: Option<PeerRole>,
    /// Whether the peer's role has ended.
    pub(crate) peer_ended: bool,
    /// The books that both may hold.
    pub(crate) shared: BTreeMap<BookId, SharedBook>,
    /// Shared books that the peer says it is not served.
    pub(crate) declined: BTreeSet<BookId>,
    pub(crate) hints: PeerHints,
    pub(crate) now_ms: u64,
    pub(crate) register: RegisterExchange,
    pub(crate) receiving: Receiving,
    pub(crate) sending: Sending,
    pub(crate) compare: Compare,
    pub(crate) peer: PeerView,
    pub(crate) extras: Extras,
    pub(crate) filing: Filing,
    pub(crate) noticing: Noticing,
    pub(crate) strikes: Strikes,
    pub(crate) knocking: Knocking,
    pub(crate) noting: Noting,
    pub(crate) checkpointing: Checkpointing,
    pub(crate) events: VecDeque<Event>,
    pub(crate) progress: Progress,
    told_progress: Progress,
    reader: FrameReader,
    /// Frames that wait for nothing, encoded.
    control: Vec<u8>,
    /// How many bytes of them are answers of a round.
    pub(crate) answering: usize,
    closed: bool,
}

impl Session {
    /// Opens a session. The side that opened the connection begins to speak; both may be polled at once.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn new(
        config: SessionConfig,
        rights: Rights,
        hints: PeerHints,
        holdings: &impl Holdings,
        now_ms: u64,
    ) -> Result<Self, SessionError> {
        let mut session = Session {
            tagger: Tagger::new(config.salt),
            peer_role: rights.peer,
            peer_ended: rights.ended,
            shared: rights
                .shared
                .iter()
                .map(|shared| (shared.book, *shared))
                .collect(),
            declined: BTreeSet::new(),
            hints,
            now_ms,
            register: RegisterExchange::default(),
            receiving: Receiving::default(),
            sending: Sending::default(),
            compare: Compare::default(),
            peer: PeerView::default(),
            extras: Extras::default(),
            filing: Filing::default(),
            noticing: Noticing::default(),
            strikes: Strikes::default(),
            knocking: Knocking::new(rights.knocks),
            noting: Noting::default(),
            checkpointing: Checkpointing::default(),
            events: VecDeque::new(),
            progress: Progress::default(),
            told_progress: Progress::default(),
            reader: FrameReader::default(),
            control: Vec::new(),
            answering: 0,
            closed: false,
            config,
        };
        session.step(holdings, now_ms, |session, holdings| {
            session.recall_not_now();
            if session.config.initiator {
                session.open(holdings)
            } else {
                Ok(())
            }
        })?;
        Ok(session)
    }

    /// Takes bytes of the peer's stream, cut anywhere.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn handle(
        &mut self,
        bytes: &[u8],
        holdings: &impl Holdings,
        now_ms: u64,
    ) -> Result<(), SessionError> {
        self.step(holdings, now_ms, |session, holdings| {
            // Handed over in pieces, so that a driver's large buffer is not copied as a whole.
            for piece in bytes.chunks(crate::framing::MAX_FRAME) {
                session.reader.push(piece);
                while let Some(frame) = session.next_frame()? {
                    if let Some(frame) = frame {
                        session.dispatch(frame, holdings)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Looks at the clock: what was "not now" until then is tried again. To be called now and then (a minute).
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn tick(&mut self, holdings: &impl Holdings, now_ms: u64) -> Result<(), SessionError> {
        self.step(holdings, now_ms, |session, holdings| {
            session.knocking.tick();
            session.noting.tick();
            session.checkpointing.tick();
            session.retry_not_now(holdings)
        })
    }

    /// Says what this replica lacks; replaces what was said before, but of files, to which it adds. What was asked once is not
    /// asked again in this session.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn wants(&mut self, wants: Wants, holdings: &impl Holdings, now_ms: u64) -> Result<(), SessionError> {
        self.step(holdings, now_ms, |session, _| {
            session.filing.want(&wants.files);
            session.extras.set(wants);
            Ok(())
        })
    }

    /// Ends the session; the peer is told why.
    pub fn close(&mut self, reason: CloseReason) {
        if self.closed {
            return;
        }
        self.control(Frame::Close {
            reason: reason.code(),
        });
        self.end(reason, false);
    }

    /// The next bytes for the peer; `None` when there is nothing to send for now. Entries are read from the holdings
    /// only here, so a peer that does not read costs no memory.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn poll_output(&mut self, holdings: &impl Holdings) -> Result<Option<Vec<u8>>, SessionError> {
        let mut out = std::mem::take(&mut self.control);
        self.answering = 0;
        while !self.closed && out.len() < OUTPUT {
            let more = match self.next_output(holdings, &mut out) {
                Ok(more) => more,
                Err(fault) => {
                    self.fail(fault)?;
                    false
                }
            };
            if !more {
                break;
            }
        }
        // What was asked of us and is not here was the last that had to be said.
        if !self.closed {
            self.tell_up_to_date();
            if let Err(fault) = self.ask_files(holdings) {
                self.fail(fault)?;
            }
        }
        out.append(&mut self.control);
        self.answering = 0;
        Ok((!out.is_empty()).then_some(out))
    }

    /// The next thing to do or to know.
    pub fn poll_event(&mut self) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        if self.progress != self.told_progress {
            self.told_progress = self.progress;
            return Some(Event::Progress(self.progress));
        }
        None
    }

    /// Whether the session has ended.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether nothing is under way: both said all, and all that was sent is acknowledged. An idle session may be
    /// closed without loss of work. One that is not idle and from which nothing comes for long is stalled; the session
    /// has no clock, so ending it is for the driver.
    pub fn is_idle(&self) -> bool {
        self.closed
            || (self.is_ready()
                && self.control.is_empty()
                && self.sending.is_idle()
                && self.receiving.is_idle()
                && self.compare.is_idle()
                && self.extras.is_idle()
                && self.filing.is_idle()
                && self.noticing.is_idle())
    }

    /// Does a step, then whatever has become possible by it.
    pub(crate) fn step<H: Holdings>(
        &mut self,
        holdings: &H,
        now_ms: u64,
        step: impl FnOnce(&mut Self, &H) -> Step,
    ) -> Result<(), SessionError> {
        self.now_ms = self.now_ms.max(now_ms);
        if self.closed {
            return Ok(());
        }
        self.peer.look_again();
        let done = step(self, holdings).and_then(|()| self.advance(holdings));
        match done {
            Ok(()) => Ok(()),
            Err(fault) => self.fail(fault),
        }
    }

    /// Whether hello and register are behind us and the peer is known: entries may be judged and sent.
    pub(crate) fn is_ready(&self) -> bool {
        self.register.settled && self.peer_role.is_some()
    }

    /// Which wraps both sides should hold alike; `None`: neither stores all, wraps are only asked for.
    pub(crate) fn wrap_scope(&self) -> Option<WrapScope> {
        let peer = self.peer_role?;
        match (self.config.role.stores_all(), peer.stores_all()) {
            (true, true) => Some(WrapScope::All),
            (true, false) => peer.device().map(WrapScope::Of),
            (false, true) => self.config.role.device().map(WrapScope::Of),
            (false, false) => None,
        }
    }

    /// Whether entries of the book may go either way.
    pub(crate) fn is_shared(&self, book: &BookId) -> bool {
        self.shared.contains_key(book) && !self.declined.contains(book)
    }

    /// Whether entries of the log may go either way.
    pub(crate) fn is_shared_log(&self, log: &LogName) -> bool {
        let only = self.shared.get(&log.book).map(|shared| shared.only);
        only.is_some_and(|only| only.is_none_or(|device| device == log.device))
            && !self.declined.contains(&log.book)
    }

    /// The logs of a book that may go either way.
    pub(crate) fn logs_of(&self, book: &BookId, holdings: &impl Holdings) -> Held<Vec<LogState>> {
        let mut logs = holdings.logs(book)?;
        logs.retain(|state| self.is_shared_log(&state.log));
        Ok(logs)
    }

    /// Queues a frame that waits for nothing.
    pub(crate) fn control(&mut self, frame: Frame) {
        frame.write(&mut self.control);
    }

    /// Queues a part of a round's answer. It is as long as what is held here is, whether the peer reads or not: so it is no
    /// sign of a peer that does not, and is begun only while not too much of earlier ones waits.
    pub(crate) fn answer(&mut self, frame: Frame) {
        let before = self.control.len();
        self.control(frame);
        self.answering += self.control.len() - before;
    }

    fn next_frame(&mut self) -> Step<Option<Option<Frame>>> {
        let body = self
            .reader
            .next()
            .map_err(|_| Fault::Close(CloseReason::Protocol))?;
        let Some(body) = body else { return Ok(None) };
        match Frame::decode(&body) {
            Ok(frame) => Ok(Some(frame)),
            Err(crate::frame::FrameError::Unknown) => Err(Fault::Close(CloseReason::Version)),
            Err(_) => Err(Fault::Close(CloseReason::Protocol)),
        }
    }

    fn dispatch(&mut self, frame: Frame, holdings: &impl Holdings) -> Step {
        if !self.register.heard && !matches!(frame, Frame::Hello(_) | Frame::Close { .. }) {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        match frame {
            Frame::Hello(hello) => self.on_hello(hello, holdings),
            Frame::Register { height, register } => self.on_register(height, register, holdings),
            Frame::Operations { last, operations } => self.on_operations(last, operations, holdings),
            Frame::Locator(points) => self.on_locator(points, holdings),
            Frame::Entry { envelope, payload } => self.on_entry(envelope, payload, holdings),
            Frame::Payload { entry, bytes } => self.on_payload(entry, bytes, holdings),
            Frame::Part(bytes) => self.on_part(bytes, holdings),
            Frame::Wrap(bytes) => self.on_wrap(bytes, holdings),
            Frame::Notice { envelope, payload } => self.on_notice(envelope, payload, holdings),
            Frame::Blob {
                digest,
                offset,
                len,
                bytes,
            } => self.on_blob(
                crate::incoming::FramedPart {
                    digest,
                    offset,
                    len,
                    bytes,
                },
                holdings,
            ),
            Frame::Ack(through) => self.on_ack(through),
            Frame::NotNow { log, reason, seconds } => self.on_not_now(log, reason, seconds, holdings),
            Frame::Coming { entries } => {
                self.progress.to_receive = self.progress.to_receive.max(entries);
                Ok(())
            }
            Frame::Lacks { payloads, blobs } => {
                self.extras.lacking(&payloads, &blobs);
                self.filing.lacking(&payloads);
                // What was being sent of these the peer has no room for.
                self.sending.blobs.retain(|blob| !blobs.contains(&blob.digest));
                self.events.push_back(Event::PeerLacks { payloads, blobs });
                self.tell_up_to_date();
                Ok(())
            }
            Frame::Knock(request) => self.on_knock(&request),
            Frame::Note(note) => self.on_note(&note),
            Frame::Starts(books) => {
                self.on_starts(&books);
                Ok(())
            }
            Frame::Filed if self.peer_role.is_some() => self.filed_came(),
            Frame::Heard => {
                self.events.push_back(Event::KnockHeard);
                Ok(())
            }
            Frame::Close { reason } => {
                self.end(CloseReason::from_code(reason), true);
                Ok(())
            }
            // Before the acknowledgement that follows it, else what was not stored would count as stored.
            Frame::Wants {
                part: Part::Unasked,
                logs,
                ..
            } if self.peer_role.is_some() => self.on_wants(Part::Unasked, logs, vec![], holdings),
            frame => self.defer(frame),
        }
    }

    /// Does what has become possible: judges held items, answers what waited for them, hands over a batch, and
    /// acknowledges.
    fn advance(&mut self, holdings: &impl Holdings) -> Step {
        if self.closed {
            return Ok(());
        }
        if self.is_ready() {
            self.begin(holdings)?;
            self.judge_held(holdings)?;
            self.answer_deferred(holdings)?;
            self.ask_extras(holdings)?;
        }
        self.hand_over();
        self.acknowledge();
        if self.is_ready() {
            // After the acknowledgement: what is said of files is said of what was acknowledged before.
            self.ask_files(holdings)?;
        }
        self.check_unread(self.control.len().saturating_sub(self.answering))
    }

    /// Appends what comes next; `false` when there is nothing for now.
    fn next_output(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        if self.write_operations(holdings, out)?
            || self.write_note(holdings, out)?
            || self.write_knock(holdings, out)?
        {
            return Ok(true);
        }
        if self.may_send() && self.write_item(holdings, out)? {
            return Ok(true);
        }
        if self.write_offers(holdings, out)? {
            return Ok(true);
        }
        if self.may_send() && self.write_summary(holdings, out)? {
            return Ok(true);
        }
        Ok(!self.control.is_empty() && {
            out.append(&mut self.control);
            self.answering = 0;
            true
        })
    }

    /// The opener speaks before it has heard anything, by its hints.
    fn may_send(&self) -> bool {
        self.is_ready() || (self.config.initiator && !self.register.heard && self.peer_role.is_some())
    }

    fn fail(&mut self, fault: Fault) -> Result<(), SessionError> {
        match fault {
            Fault::Holdings(error) => Err(error.into()),
            Fault::Close(reason) => {
                self.close(reason);
                Ok(())
            }
        }
    }

    fn end(&mut self, reason: CloseReason, by_peer: bool) {
        if !self.closed {
            self.closed = true;
            self.events.push_back(Event::Closed { reason, by_peer });
        }
    }
}
