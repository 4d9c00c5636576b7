//! What the peer holds, as far as this session knows, and what of ours it therefore lacks.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sothon_ledger::EntryId;

use crate::event::{Event, NotNowReason};
use crate::holdings::{EntryRef, Held, Holdings, LogName, LogState, Tip};
use crate::session::Session;
use crate::tags::{LogRef, Tag};

/// How many entries of a forked log are read at once.
const PAGE: usize = 1024;

/// One log at the peer.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeerLog {
    /// Tips that it holds, by its word in this session.
    pub(crate) has: Vec<Tip>,
    /// Tips that it will hold when all that is under way has come.
    pub(crate) sent: Vec<Tip>,
    /// It holds something here that we lack: what it lacks of ours is not known before that has come.
    pub(crate) unclear: bool,
}

/// The peer's logs.
#[derive(Debug, Default)]
pub(crate) struct PeerView {
    pub(crate) logs: BTreeMap<LogName, PeerLog>,
    /// Whether a log that is not in `logs` is known not to be held by the peer.
    pub(crate) complete: bool,
    /// What the peer does not take, until when (Unix milliseconds).
    pub(crate) not_now: BTreeMap<LogName, (NotNowReason, u64)>,
    /// What we do not take from the peer.
    pub(crate) refused: BTreeMap<LogName, (NotNowReason, u64)>,
    /// What the peer said it leaves out.
    pub(crate) left_out: BTreeSet<LogName>,
    /// The highest register height above both that was told of.
    pub(crate) behind_told: sothon_ledger::Height,
    names: HashMap<LogRef, LogName>,
    /// The names were collected in this step: looking again would find no more.
    names_fresh: bool,
}

impl PeerView {
    /// The holdings may have grown.
    pub(crate) fn look_again(&mut self) {
        self.names_fresh = false;
    }

    /// Whether a log is left out between the two of us for now.
    pub(crate) fn is_out(&self, log: &LogName) -> bool {
        self.not_now.contains_key(log) || self.refused.contains_key(log) || self.left_out.contains(log)
    }
}

/// Moves tips on by an entry that follows `backlink`.
pub(crate) fn note(tips: &mut Vec<Tip>, tip: Tip, backlink: Option<EntryId>) {
    if tips.contains(&tip) {
        return;
    }
    tips.retain(|held| Some(held.id) != backlink);
    tips.push(tip);
}

/// Our entries of a log that are not at or before `tips`, in the order in which they have to go; at most `limit`.
/// Tips that we do not hold say nothing.
pub(crate) fn beyond(
    holdings: &impl Holdings,
    state: &LogState,
    tips: &[Tip],
    limit: usize,
) -> Held<Vec<EntryRef>> {
    let mut known = Vec::new();
    for tip in tips {
        if holdings
            .place(&tip.id)?
            .is_some_and(|place| place.log == state.log)
        {
            known.push(*tip);
        }
    }
    if let ([_], [] | [_]) = (state.tips.as_slice(), known.as_slice()) {
        let from = known.first().map_or(0, |tip| tip.seq + 1);
        return holdings.entries(&state.log, from, limit);
    }
    let all = whole(holdings, &state.log)?;
    let before: HashMap<EntryId, Option<EntryId>> = all.iter().map(|e| (e.id, e.backlink)).collect();
    let mut covered = HashSet::new();
    for tip in known {
        let mut at = Some(tip.id);
        while let Some(id) = at {
            if !covered.insert(id) {
                break;
            }
            at = before.get(&id).copied().flatten();
        }
    }
    Ok(all
        .into_iter()
        .filter(|entry| !covered.contains(&entry.id))
        .take(limit)
        .collect())
}

/// All held entries of a log.
fn whole(holdings: &impl Holdings, log: &LogName) -> Held<Vec<EntryRef>> {
    let mut all: Vec<EntryRef> = Vec::new();
    let mut from = 0;
    loop {
        let page = holdings.entries(log, from, PAGE)?;
        let full = page.len() == PAGE;
        let Some(last) = page.last().map(|entry| entry.seq) else {
            return Ok(all);
        };
        // A page may end within a seq that has several entries: that seq is read again.
        let next = if full && last > from { last } else { last + 1 };
        all.extend(page.into_iter().filter(|entry| !full || entry.seq < next));
        if !full {
            return Ok(all);
        }
        from = next;
    }
}

impl Session {
    /// The log that a reference names, if we hold some of it in a shared book.
    pub(crate) fn log_named(&mut self, name: LogRef, holdings: &impl Holdings) -> Held<Option<LogName>> {
        if let Some(log) = self.peer.names.get(&name) {
            return Ok(self.is_shared_log(log).then_some(*log));
        }
        if std::mem::replace(&mut self.peer.names_fresh, true) {
            return Ok(None);
        }
        self.peer.names.clear();
        for book in self.shared.keys() {
            for state in self.logs_of(book, holdings)? {
                self.peer.names.insert(self.tagger.log(&state.log), state.log);
            }
        }
        Ok(self.peer.names.get(&name).copied())
    }

    /// Our entries at one place of a log, by their tags: what points there may mean.
    pub(crate) fn at_seq(
        &self,
        log: &LogName,
        seq: u64,
        holdings: &impl Holdings,
    ) -> Held<HashMap<Tag, Tip>> {
        let few = self.config.limits.tips + 1;
        let mut entries = holdings.entries(log, seq, few)?;
        if entries.len() == few && entries.iter().all(|entry| entry.seq == seq) {
            entries = holdings.entries(log, seq, self.config.limits.branches + 1)?;
        }
        let here = entries
            .into_iter()
            .take_while(|entry| entry.seq == seq)
            .map(|entry| {
                let tip = Tip {
                    seq: entry.seq,
                    id: entry.id,
                };
                (self.tagger.entry(&entry.id), tip)
            });
        Ok(here.collect())
    }

    /// The peer holds a log up to exactly these tips (and, where `unclear`, something that we lack).
    pub(crate) fn peer_holds(&mut self, log: LogName, tips: Vec<Tip>, unclear: bool) {
        let under_way = self.sending.is_under_way(&log);
        let known = self.peer.logs.entry(log).or_default();
        if !under_way {
            known.sent.clone_from(&tips);
        }
        known.unclear = unclear;
        if known.has != tips {
            known.has.clone_from(&tips);
            if !tips.is_empty() {
                self.events
                    .push_back(Event::PeerHas(vec![LogState { log, tips }]));
            }
        }
    }

    /// The peer holds exactly what we hold of these logs.
    pub(crate) fn peer_equals(&mut self, states: impl IntoIterator<Item = LogState>) {
        let mut told = Vec::new();
        for state in states {
            let known = self.peer.logs.entry(state.log).or_default();
            if known.has != state.tips {
                told.push(state.clone());
                known.has.clone_from(&state.tips);
            }
            known.sent = state.tips;
            known.unclear = false;
        }
        if !told.is_empty() {
            self.events.push_back(Event::PeerHas(told));
        }
    }

    /// Tells what the peer holds of these logs now.
    pub(crate) fn tell_peer_has(&mut self, logs: BTreeSet<LogName>) {
        let states = logs.into_iter().filter_map(|log| {
            let tips = self.peer.logs.get(&log)?.has.clone();
            Some(LogState { log, tips })
        });
        let told: Vec<LogState> = states.collect();
        if !told.is_empty() {
            self.events.push_back(Event::PeerHas(told));
        }
    }

    /// Queues what the peer lacks of a log, as far as we know.
    pub(crate) fn enqueue(&mut self, state: &LogState, holdings: &impl Holdings) -> Held<()> {
        if self.peer.is_out(&state.log) || !self.is_shared_log(&state.log) {
            return Ok(());
        }
        let known = self.peer.logs.get(&state.log);
        if known.is_some_and(|known| known.unclear) {
            return Ok(());
        }
        let sent = known.map(|known| known.sent.as_slice()).unwrap_or_default();
        if state.tips.iter().all(|tip| sent.contains(tip)) {
            return Ok(());
        }
        let from = sent.iter().map(|tip| tip.seq + 1).min().unwrap_or(0);
        let left = holdings.bytes_from(&state.log, from)?;
        let top = state.tips.iter().map(|tip| tip.seq + 1).max().unwrap_or(0);
        self.sending
            .queue(state.log, left, top.saturating_sub(from).max(1));
        Ok(())
    }

    /// Queues whatever the peer is known to lack in these books, or in all.
    pub(crate) fn enqueue_books(
        &mut self,
        books: Option<&[sothon_ledger::BookId]>,
        holdings: &impl Holdings,
    ) -> Held<()> {
        if !self.peer.complete {
            return Ok(());
        }
        let books: Vec<_> = match books {
            Some(books) => books.to_vec(),
            None => self.shared.keys().copied().collect(),
        };
        for book in books {
            if self.is_shared(&book) {
                for state in self.logs_of(&book, holdings)? {
                    self.enqueue(&state, holdings)?;
                }
            }
        }
        Ok(())
    }
}
