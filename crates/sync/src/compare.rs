//! Rounds of comparison: when they are due, what their parts wait for, and what follows from each answer.
//!
//! The side that opened the connection begins a round with a summary. If the other side finds its own tag different it
//! answers with its own summary (after what it pushes by hints) or at once with the tags of its books. Whoever gets
//! Books answers with Logs of those that differ; whoever gets Logs knows what the other lacks, and answers with what
//! itself wants. When all of that has been sent, the next summary shows whether anything is left.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::event::{CloseReason, Event};
use crate::frame::{BookLogs, Frame};
use crate::holdings::{Held, Holdings, LogName, LogState, Tip};
use crate::limits::FULL;
use crate::session::{Fault, Session, Step};
use crate::tags::{LogRef, Tag};

/// Bytes of frames that may wait for items before them to be stored.
const MAX_DEFERRED: usize = 4 << 20;

/// How far the comparison has come.
#[derive(Debug, Default)]
pub(crate) struct Compare {
    begun: bool,
    hints_used: bool,
    /// Frames that are answered when all items before them are stored.
    deferred: VecDeque<(u64, Frame)>,
    deferred_bytes: usize,
    /// The opener's: a round is due; it is the first since something new.
    due: bool,
    fresh: bool,
    awaiting_reply: bool,
    /// The other side's: a summary is to be answered.
    reply_due: bool,
    pub(crate) awaiting_logs: u32,
    pub(crate) awaiting_wants: u32,
    /// The tag of our last summary, and the logs that it stood for.
    sent: Option<Tag>,
    summed: BTreeMap<LogName, Vec<Tip>>,
    /// What our Books stood for, until the Logs come; what our Logs said, until the Wants come.
    pub(crate) asked: BTreeMap<LogName, Vec<Tip>>,
    pub(crate) listed: BTreeMap<LogName, Vec<Tip>>,
    /// The peer asked about closed volumes, so they differ.
    pub(crate) closed_differ: bool,
    /// Logs and wants whose last part has not come yet.
    pub(crate) logs: Vec<BookLogs>,
    pub(crate) wanted: BTreeSet<LogName>,
    /// Logs asked for along all branches in this round.
    pub(crate) asked_back: BTreeSet<LogName>,
    /// Items that had moved when the last round began, and how many rounds moved none.
    moved: u64,
    still_rounds: u32,
    equal: bool,
    unresolved: bool,
    told: bool,
}

impl Compare {
    /// A round is due because something is new.
    pub(crate) fn start(&mut self) {
        self.due = true;
        self.fresh = true;
        self.unresolved = false;
    }

    /// Entries of a log went either way, or it is left out: what was said of it before is no longer so.
    pub(crate) fn touch(&mut self, log: &LogName) {
        self.summed.remove(log);
        self.asked.remove(log);
        self.listed.remove(log);
    }

    /// What is told of being up to date is told again when it is so again.
    pub(crate) fn disturb(&mut self) {
        self.told = false;
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.deferred.is_empty() && !self.due && !self.awaiting_reply && !self.reply_due && !self.in_round()
    }

    /// Whether all entries that can come have come: both hold the same, or trying was given up.
    pub(crate) fn is_done(&self) -> bool {
        self.equal || self.unresolved
    }

    /// Whether nothing more is to be compared for now, and all that was found has come.
    pub(crate) fn is_over(&self) -> bool {
        self.told || self.unresolved
    }

    fn in_round(&self) -> bool {
        self.awaiting_logs > 0 || self.awaiting_wants > 0
    }
}

impl Session {
    /// What is done once, when the registers are equal: push by hints, and the first round.
    pub(crate) fn begin(&mut self, holdings: &impl Holdings) -> Step {
        if std::mem::replace(&mut self.compare.begun, true) {
            return Ok(());
        }
        self.push_by_hints(holdings)?;
        self.say_noticed(holdings)?;
        if self.config.initiator && self.compare.sent.is_none() {
            self.compare.start();
        }
        Ok(())
    }

    /// Queues what the peer lacks by our memory of it; once. A device pushes its own logs: who else has brought the
    /// others is not for it to guess. A relay pushes all.
    pub(crate) fn push_by_hints(&mut self, holdings: &impl Holdings) -> Step {
        if std::mem::replace(&mut self.compare.hints_used, true) {
            return Ok(());
        }
        let mut hints = std::mem::take(&mut self.hints);
        self.hints.saves = std::mem::take(&mut hints.saves);
        let own = self.config.role.device();
        let mut heads = tips_of(hints.heads);
        let books: Vec<_> = self.shared.keys().copied().collect();
        for book in books {
            for state in self.logs_of(&book, holdings)? {
                if own.is_some_and(|own| own != state.log.device) {
                    continue;
                }
                let Some(tips) = heads.remove(&state.log).or(hints.complete.then(Vec::new)) else {
                    continue;
                };
                let known = self.peer.logs.entry(state.log).or_default();
                for tip in tips {
                    known.unclear |= holdings.place(&tip.id)?.is_none();
                    known.sent.push(tip);
                }
                self.enqueue(&state, holdings)?;
            }
        }
        for id in hints.wraps {
            self.offer_wrap(id, holdings)?;
        }
        Ok(())
    }

    /// Keeps a frame until all items that came before it are stored.
    pub(crate) fn defer(&mut self, frame: Frame) -> Step {
        let bytes = frame.weight();
        self.compare.deferred_bytes += bytes;
        if self.compare.deferred_bytes > MAX_DEFERRED {
            return Err(Fault::Close(CloseReason::Flood));
        }
        self.compare.deferred.push_back((self.receiving.begun(), frame));
        Ok(())
    }

    pub(crate) fn answer_deferred(&mut self, holdings: &impl Holdings) -> Step {
        while self.is_ready() {
            let stored = self.receiving.finished();
            if self.compare.deferred.front().is_none_or(|(at, _)| *at > stored) {
                break;
            }
            let Some((_, frame)) = self.compare.deferred.pop_front() else {
                break;
            };
            self.compare.deferred_bytes = self.compare.deferred_bytes.saturating_sub(frame.weight());
            match frame {
                Frame::Summary { tag, except } => self.on_summary(tag, except, holdings)?,
                Frame::Agree => self.on_agree(),
                Frame::Books {
                    volumes,
                    closed,
                    books,
                } => self.on_books(volumes, closed, books, holdings)?,
                Frame::Logs {
                    more,
                    books,
                    unserved,
                } => self.on_logs(more, books, unserved, holdings)?,
                Frame::Wants { part, logs, unserved } => self.on_wants(part, logs, unserved, holdings)?,
                Frame::WrapTags { book, tags } => self.on_wrap_tags(book, tags, holdings)?,
                Frame::WantWrapTags { book, tags } => self.on_want_wrap_tags(book, tags, holdings)?,
                Frame::WantWraps(epochs) => self.on_want_wraps(epochs, holdings)?,
                Frame::WantPayloads(entries) => self.on_want_payloads(entries, holdings)?,
                Frame::WantBlobs(blobs) => self.on_want_blobs(blobs)?,
                Frame::Offers(offers) => self.on_offers(offers, holdings)?,
                Frame::Filed => self.on_filed(),
                Frame::Noticed(tag) => self.on_noticed(tag, holdings)?,
                Frame::NoticeTags(books) => self.on_notice_tags(books, holdings)?,
                Frame::WantNotices(books) => self.on_want_notices(books, holdings)?,
                _ => return Err(Fault::Close(CloseReason::Protocol)),
            }
        }
        Ok(())
    }

    /// Appends our summary, if one is due and what it stands for is sent and stored.
    pub(crate) fn write_summary(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        if !self.sending.is_sent() || !self.receiving.is_idle() {
            return Ok(false);
        }
        if self.config.initiator {
            if !self.compare.due || self.compare.awaiting_reply || self.compare.in_round() {
                return Ok(false);
            }
            self.compare.due = false;
            let moved = self.sending.items() + self.receiving.stored_items;
            let still = !std::mem::take(&mut self.compare.fresh) && moved == self.compare.moved;
            // What the peer sends of a round may not have come when the round's last word is said: one more look.
            self.compare.still_rounds = if still { self.compare.still_rounds + 1 } else { 0 };
            if self.compare.still_rounds > 1 {
                self.compare.unresolved = true;
                self.events.push_back(Event::Unresolved);
                return Ok(false);
            }
            self.compare.moved = moved;
            self.compare.awaiting_reply = true;
            self.compare.asked_back.clear();
        } else if !std::mem::take(&mut self.compare.reply_due) {
            return Ok(false);
        }
        let books = self.books_held(holdings)?;
        let tag = self.summary_tag(&books);
        let except = self.our_exceptions();
        // Before it, so that what the peer wants of them is known when it says that all is equal.
        self.offer(holdings, out)?;
        self.compare.sent = Some(tag);
        self.compare.summed = tips_of(books.into_iter().flat_map(|book| book.logs));
        Frame::Summary { tag, except }.write(out);
        Ok(true)
    }

    fn on_summary(&mut self, tag: Tag, except: Vec<LogRef>, holdings: &impl Holdings) -> Step {
        let mut left_out = BTreeSet::new();
        for log in except {
            left_out.extend(self.log_named(log, holdings)?);
        }
        self.peer.left_out = left_out;
        let books = self.books_held(holdings)?;
        let equal = self.summary_tag(&books) == tag;
        if self.config.initiator {
            if !std::mem::take(&mut self.compare.awaiting_reply) {
                return Err(Fault::Close(CloseReason::Protocol));
            }
            if !equal {
                return self.ask_books(holdings);
            }
            if self.compare.sent != Some(tag) {
                self.control(Frame::Agree);
            }
            self.offers_were_answered();
            self.found_equal(books.into_iter().flat_map(|book| book.logs).collect(), holdings)?;
            return Ok(());
        }
        self.compare.asked_back.clear();
        if equal {
            self.found_equal(books.into_iter().flat_map(|book| book.logs).collect(), holdings)?;
            self.compare.reply_due = true;
            return Ok(());
        }
        self.compare.equal = false;
        if self.sending.is_sent() && !self.compare.in_round() {
            // Nothing of ours is on its way that would explain it: no need to hear the same from the opener.
            return self.ask_books(holdings);
        }
        self.compare.reply_due = true;
        Ok(())
    }

    /// The opener has found our last summary to be equal to what it holds.
    fn on_agree(&mut self) {
        let summed = std::mem::take(&mut self.compare.summed);
        self.peer_equals(summed.into_iter().map(|(log, tips)| LogState { log, tips }));
        self.peer.complete = true;
        self.compare.equal = true;
        self.compare.told = false;
        self.filing.say_again();
        self.tell_up_to_date();
    }

    fn found_equal(&mut self, logs: Vec<LogState>, holdings: &impl Holdings) -> Held<()> {
        self.peer_equals(logs);
        self.compare.equal = true;
        self.compare.told = false;
        self.filing.say_again();
        self.progress.to_receive = 0;
        if !std::mem::replace(&mut self.peer.complete, true) {
            self.enqueue_books(None, holdings)?;
        }
        self.tell_up_to_date();
        Ok(())
    }

    /// Tells once that both hold the same, when all that was sent is acknowledged too.
    pub(crate) fn tell_up_to_date(&mut self) {
        // What came of payloads and saves counts when it is stored.
        let extras = self.extras.is_idle() && self.receiving.is_idle();
        let idle = self.sending.is_idle_but_for_files() && self.noticing.is_idle() && extras;
        if self.compare.equal && !self.compare.told && idle {
            self.compare.told = true;
            let out: BTreeSet<LogName> = (self.peer.not_now.keys())
                .chain(self.peer.refused.keys())
                .chain(&self.peer.left_out)
                .copied()
                .collect();
            self.events.push_back(Event::UpToDate {
                left_out: out.into_iter().collect(),
            });
            if self.filing.tell_again() {
                // Who is told that all else is equal forgets what was said of files. The peer says it no second time.
                self.events.push_back(Event::PeerHasFiles);
            }
        }
    }

    fn ask_books(&mut self, holdings: &impl Holdings) -> Step {
        self.compare.equal = false;
        // The answer to the opener's summary is in these tags.
        self.compare.awaiting_reply = false;
        self.ask(crate::frame::Volumes::Open, holdings)
    }

    /// Books came instead of a summary.
    pub(crate) fn reply_came(&mut self) {
        self.compare.awaiting_reply = false;
        self.compare.equal = false;
    }

    /// A part of the round is done; when all are, the peer's state is known.
    pub(crate) fn round_goes_on(&mut self, holdings: &impl Holdings) -> Step {
        if self.compare.in_round() {
            return Ok(());
        }
        self.compare.closed_differ = false;
        self.peer.complete = true;
        self.compare.due = self.config.initiator;
        self.enqueue_books(None, holdings)?;
        Ok(())
    }

    /// The logs that we leave out, for the peer to leave out too.
    fn our_exceptions(&self) -> Vec<LogRef> {
        let out: BTreeSet<&LogName> = self.peer.not_now.keys().chain(self.peer.refused.keys()).collect();
        // What does not fit a frame keeps the tags apart, and nothing else.
        out.into_iter()
            .take(FULL / 9)
            .map(|log| self.tagger.log(log))
            .collect()
    }
}

/// The tips of logs, by log.
pub(crate) fn tips_of(logs: impl IntoIterator<Item = LogState>) -> BTreeMap<LogName, Vec<Tip>> {
    logs.into_iter().map(|state| (state.log, state.tips)).collect()
}
