//! What two replicas hold, laid side by side: tags of books, then heights and tips of the logs that differ, then what
//! each wants of the other.

use std::collections::{BTreeSet, HashMap};

use sothon_ledger::BookId;

use crate::event::CloseReason;
use crate::frame::{BookLogs, Frame, How, LogWant, Part, Points};
use crate::holdings::{Held, Holdings, LogName, LogState, Tip};
use crate::limits::FULL;
use crate::register::spread;
use crate::session::{Fault, Session, Step};
use crate::tags::{BookRef, LogRef, Tag};

/// How many points describe a forked log: more than a log has tips.
const MOST_POINTS: usize = 1_200;

impl Session {
    pub(crate) fn on_logs(
        &mut self,
        more: bool,
        books: Vec<BookLogs>,
        unserved: Vec<BookRef>,
        holdings: &impl Holdings,
    ) -> Step {
        self.compare.logs.extend(books);
        let count: usize = self.compare.logs.iter().map(|book| 1 + book.logs.len()).sum();
        if count > self.config.limits.logs {
            return Err(Fault::Close(CloseReason::Flood));
        }
        if self.compare.awaiting_logs == 0 {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        self.decline(unserved);
        if more {
            return Ok(());
        }
        let names: HashMap<BookRef, BookId> = self
            .shared
            .keys()
            .map(|book| (self.tagger.book(book), *book))
            .collect();
        let mut differ: std::collections::BTreeMap<BookId, (Tag, HashMap<LogRef, Points>)> =
            Default::default();
        let mut foreign = BTreeSet::new();
        for said in std::mem::take(&mut self.compare.logs) {
            match names.get(&said.book) {
                Some(book) if self.is_shared(book) => {
                    let (_, logs) = differ
                        .entry(*book)
                        .or_insert_with(|| (said.wraps, HashMap::new()));
                    logs.extend(said.logs.into_iter().map(|log| (log.log, log.points)));
                }
                _ => {
                    foreign.insert(said.book);
                }
            }
        }
        self.equal_but(&differ.keys().copied().collect());
        let mut wants = Vec::new();
        for (book, (wraps, theirs)) in differ {
            self.lay_beside(&book, theirs, &mut wants, holdings)?;
            self.compare_wraps(&book, wraps, holdings)?;
        }
        self.may_answer()?;
        self.say_wants(wants, foreign.into_iter().collect());
        self.compare.awaiting_logs -= 1;
        self.round_goes_on(holdings)
    }

    /// What we asked about and the peer did not answer with logs is equal; closed volumes only if it did not ask back.
    fn equal_but(&mut self, differ: &BTreeSet<BookId>) {
        let closed_differ = self.compare.closed_differ;
        let asked = std::mem::take(&mut self.compare.asked);
        let equal: Vec<LogState> = asked
            .into_iter()
            .filter(|(log, _)| {
                let closed = self.shared.get(&log.book).is_some_and(|shared| shared.closed);
                self.is_shared_log(log) && !differ.contains(&log.book) && !(closed && closed_differ)
            })
            .map(|(log, tips)| LogState { log, tips })
            .collect();
        self.peer_equals(equal);
    }

    /// Compares one book's logs: queues what the peer lacks, collects what we lack.
    fn lay_beside(
        &mut self,
        book: &BookId,
        mut theirs: HashMap<LogRef, Points>,
        wants: &mut Vec<LogWant>,
        holdings: &impl Holdings,
    ) -> Step {
        for state in self.logs_of(book, holdings)? {
            let name = self.tagger.log(&state.log);
            let points = theirs.remove(&name).unwrap_or_default();
            if self.peer.is_out(&state.log) {
                continue;
            }
            let (known, unknown) = self.resolve_all(&state.log, &points, holdings)?;
            self.peer_holds(state.log, known, !unknown.is_empty());
            if unknown.is_empty() {
                self.enqueue(&state, holdings)?;
                continue;
            }
            let top = state.tips.iter().map(|tip| tip.seq).max().unwrap_or(0);
            let ahead = unknown
                .iter()
                .map(|seq| seq.saturating_sub(top))
                .max()
                .unwrap_or(0);
            self.progress.to_receive = self.progress.to_receive.saturating_add(ahead);
            // An unknown entry where we hold others: the log is forked between us.
            if unknown.iter().all(|seq| *seq > top) {
                wants.push(LogWant {
                    log: name,
                    how: How::After,
                    points: self.points(&state.tips),
                });
            } else {
                self.compare.asked_back.insert(state.log);
                wants.push(self.want_along(&state.log, holdings)?);
            }
        }
        let refused: BTreeSet<LogRef> = self.peer.refused.keys().map(|log| self.tagger.log(log)).collect();
        for (log, points) in theirs {
            if !refused.contains(&log) {
                let entries = points
                    .iter()
                    .map(|(seq, _)| seq.saturating_add(1))
                    .max()
                    .unwrap_or(0);
                self.progress.to_receive = self.progress.to_receive.saturating_add(entries);
                wants.push(LogWant {
                    log,
                    how: How::After,
                    points: vec![],
                });
            }
        }
        Ok(())
    }

    fn say_wants(&mut self, wants: Vec<LogWant>, unserved: Vec<BookRef>) {
        let mut logs = Vec::new();
        let mut bytes = 0;
        for want in wants {
            bytes += 16 + 18 * want.points.len();
            logs.push(want);
            if bytes > FULL {
                let logs = std::mem::take(&mut logs);
                self.answer(Frame::Wants {
                    part: Part::More,
                    logs,
                    unserved: vec![],
                });
                bytes = 0;
            }
        }
        self.answer(Frame::Wants {
            part: Part::Last,
            logs,
            unserved,
        });
    }

    pub(crate) fn on_wants(
        &mut self,
        part: Part,
        logs: Vec<LogWant>,
        unserved: Vec<BookRef>,
        holdings: &impl Holdings,
    ) -> Step {
        if part != Part::Unasked && self.compare.awaiting_wants == 0 {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        self.decline(unserved);
        for want in logs {
            if let Some(log) = self.log_named(want.log, holdings)? {
                if part != Part::Unasked {
                    self.compare.wanted.insert(log);
                }
                self.on_want(log, want.how, want.points, holdings)?;
            }
        }
        if part != Part::Last {
            return Ok(());
        }
        // Of what we listed and the peer does not want, it holds at least as much, and said so if it holds more.
        let wanted = std::mem::take(&mut self.compare.wanted);
        for (log, tips) in std::mem::take(&mut self.compare.listed) {
            let unclear = self.peer.logs.get(&log).is_some_and(|known| known.unclear);
            if !wanted.contains(&log) && self.is_shared_log(&log) && !unclear {
                self.peer_holds(log, tips, false);
            }
        }
        self.compare.awaiting_wants -= 1;
        self.round_goes_on(holdings)
    }

    fn on_want(&mut self, log: LogName, how: How, points: Points, holdings: &impl Holdings) -> Step {
        let Some(state) = holdings.log(&log)?.filter(|_| self.is_shared_log(&log)) else {
            return Ok(());
        };
        let (known, unknown) = self.resolve_all(&log, &points, holdings)?;
        let top = known.iter().map(|tip| tip.seq + 1).max().unwrap_or(0);
        let had = self
            .peer
            .logs
            .get(&log)
            .and_then(|known| known.has.iter().map(|tip| tip.seq + 1).max());
        if had.is_some_and(|had| had > top) {
            self.strike_rewind()?;
        }
        match how {
            How::Again => {
                // The tips may be of entries that are still to be stored: what they cover is acknowledged in its turn.
                self.sending.forget_beyond(&log, &known);
                let at_peer = self.peer.logs.entry(log).or_default();
                at_peer.unclear = !unknown.is_empty();
                at_peer.sent = known;
            }
            How::After => self.peer_holds(log, known, !unknown.is_empty()),
            How::Along => {
                let under_way = self.sending.is_under_way(&log);
                let at_peer = self.peer.logs.entry(log).or_default();
                at_peer.unclear = false;
                if !under_way {
                    at_peer.sent = known;
                }
            }
        }
        if !unknown.is_empty() && self.compare.asked_back.insert(log) {
            let want = self.want_along(&log, holdings)?;
            self.control(Frame::Wants {
                part: Part::Unasked,
                logs: vec![want],
                unserved: vec![],
            });
        }
        Ok(self.enqueue(&state, holdings)?)
    }

    /// Points along all branches of a log, ever further apart, so that the peer finds where they part.
    fn want_along(&self, log: &LogName, holdings: &impl Holdings) -> Held<LogWant> {
        let tips = self.known_tips(log, holdings)?;
        let mut points = self.points(&tips);
        let mut seqs: BTreeSet<u64> = BTreeSet::new();
        for tip in &tips {
            seqs.extend(spread(tip.seq, 0));
        }
        for seq in seqs.into_iter().rev() {
            for entry in holdings.entries(log, seq, self.config.limits.tips)? {
                let point = (entry.seq, self.tagger.entry(&entry.id));
                if entry.seq == seq && points.len() < MOST_POINTS && !points.contains(&point) {
                    points.push(point);
                }
            }
        }
        Ok(LogWant {
            log: self.tagger.log(log),
            how: How::Along,
            points,
        })
    }

    /// The points that we hold, and the seqs of those that we do not.
    fn resolve_all(
        &self,
        log: &LogName,
        points: &Points,
        holdings: &impl Holdings,
    ) -> Held<(Vec<Tip>, Vec<u64>)> {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        // Many points may lie at one seq, which is read once.
        let mut here: Option<(u64, HashMap<Tag, Tip>)> = None;
        for (seq, tag) in points.iter().take(MOST_POINTS) {
            let at = match &here {
                Some((of, at)) if of == seq => at,
                _ => &here.insert((*seq, self.at_seq(log, *seq, holdings)?)).1,
            };
            match at.get(tag) {
                Some(tip) => known.push(*tip),
                None => unknown.push(*seq),
            }
        }
        Ok((known, unknown))
    }

    pub(crate) fn points(&self, tips: &[Tip]) -> Points {
        tips.iter()
            .map(|tip| (tip.seq, self.tagger.entry(&tip.id)))
            .collect()
    }
}
