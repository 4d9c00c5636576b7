//! Notices: what one who only drops into a book is served of the logs of others there, out of their order (epochs, whose
//! word counts, receipts and replies for its own drops).
//!
//! They go one way, from who holds the book whole to who drops into it: the one says by one tag what it has, the other
//! answers with the tags of what concerns it, and sends what is wanted of that. Live, what is new is sent at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use sothon_ledger::serving::Concern;
use sothon_ledger::{BookId, DeviceId, EntryId, Envelope};

use crate::event::{CloseReason, ReceivedEntry};
use crate::frame::{BookTags, Frame};
use crate::holdings::{Held, Holdings};
use crate::limits::FULL;
use crate::session::{Fault, Session, Step};
use crate::tags::{BookRef, Tag};

/// How many notices are compared: of a year there are some hundreds.
const MOST: usize = FULL / 9;

/// How often a peer may say what it has: once, and once more whenever the register changes what both share.
const MOST_SAYINGS: u32 = 1000;

/// How far the two are with notices.
#[derive(Debug, Default)]
pub(crate) struct Noticing {
    /// How often we said what we have and no answer has come.
    awaiting_tags: u32,
    /// How often we answered and what the peer wants of it has not come.
    awaiting_wants: u32,
    /// Notices that we want and that are not stored yet.
    awaiting_items: usize,
    /// Whether we said what we have since what both share was new.
    said: bool,
    /// How often the peer said what it has.
    heard: u32,
    /// What the peer has or was told of; `None` as long as it has not said what it has.
    at_peer: Option<BTreeSet<EntryId>>,
}

impl Noticing {
    pub(crate) fn is_idle(&self) -> bool {
        self.awaiting_tags == 0 && self.awaiting_wants == 0 && self.awaiting_items == 0
    }

    /// What both share has changed: what we have is said again.
    pub(crate) fn say_again(&mut self) {
        self.said = false;
    }

    /// Notices were stored, or passed over.
    pub(crate) fn came(&mut self, count: usize) {
        self.awaiting_items = self.awaiting_items.saturating_sub(count);
    }
}

/// Notices by book.
type Notices = Vec<(BookId, Vec<EntryId>)>;

impl Session {
    /// Says what we have, where we only drop into books of the peer's; before our summary, so that nobody takes the two
    /// for equal and goes.
    pub(crate) fn say_noticed(&mut self, holdings: &impl Holdings) -> Step {
        if std::mem::replace(&mut self.noticing.said, true) {
            return Ok(());
        }
        let Some(own) = self.config.role.device() else {
            return Ok(());
        };
        let books = self.dropped_into_by(&own);
        if books.is_empty() {
            return Ok(());
        }
        let held = collect(books, |book| holdings.notices_held(book, &own))?;
        let tag = self.tagger.notices(&held);
        self.control(Frame::Noticed(tag));
        self.noticing.awaiting_tags += 1;
        Ok(())
    }

    pub(crate) fn on_noticed(&mut self, tag: Tag, holdings: &impl Holdings) -> Step {
        self.noticing.heard += 1;
        if self.noticing.heard > MOST_SAYINGS {
            return Err(Fault::Close(CloseReason::Flood));
        }
        let ours = self.notices_for_peer(|_| true, holdings)?;
        let at_peer = ours.iter().flat_map(|(_, ids)| ids).copied().collect();
        self.noticing.at_peer = Some(at_peer);
        let mut tags: Vec<BookTags> = Vec::new();
        if self.tagger.notices(&ours) != tag {
            let mut room = MOST;
            for (book, ids) in ours {
                let of_book: Vec<Tag> = ids.iter().take(room).map(|id| self.tagger.entry(id)).collect();
                room -= of_book.len();
                tags.push((self.tagger.book(&book), of_book));
            }
        }
        // Where we have none at all, the peer has nothing to want.
        self.noticing.awaiting_wants += u32::from(!tags.is_empty());
        self.control(Frame::NoticeTags(tags));
        Ok(())
    }

    pub(crate) fn on_notice_tags(&mut self, books: Vec<BookTags>, holdings: &impl Holdings) -> Step {
        let Some(still) = self.noticing.awaiting_tags.checked_sub(1) else {
            return Err(Fault::Close(CloseReason::Protocol));
        };
        self.noticing.awaiting_tags = still;
        let Some(own) = self.config.role.device().filter(|_| !books.is_empty()) else {
            self.tell_up_to_date();
            return Ok(());
        };
        let names: HashMap<BookRef, BookId> = self
            .dropped_into_by(&own)
            .into_iter()
            .map(|book| (self.tagger.book(&book), book))
            .collect();
        let mut wanted: Vec<BookTags> = Vec::new();
        for (name, mut tags) in books {
            let Some(book) = names.get(&name) else {
                continue;
            };
            let held = holdings.notices_held(book, &own)?;
            let held: HashSet<Tag> = held.iter().map(|id| self.tagger.entry(id)).collect();
            tags.retain(|tag| !held.contains(tag));
            if !tags.is_empty() {
                wanted.push((name, tags));
            }
        }
        self.noticing.awaiting_items += wanted.iter().map(|(_, tags)| tags.len()).sum::<usize>();
        self.control(Frame::WantNotices(wanted));
        self.tell_up_to_date();
        Ok(())
    }

    pub(crate) fn on_want_notices(&mut self, books: Vec<BookTags>, holdings: &impl Holdings) -> Step {
        let Some(still) = self.noticing.awaiting_wants.checked_sub(1) else {
            return Err(Fault::Close(CloseReason::Protocol));
        };
        self.noticing.awaiting_wants = still;
        let wanted: HashSet<Tag> = books.into_iter().flat_map(|(_, tags)| tags).collect();
        for (_, ids) in self.notices_for_peer(|_| true, holdings)? {
            let ids = ids
                .into_iter()
                .filter(|id| wanted.contains(&self.tagger.entry(id)));
            self.sending.notices.extend(ids.collect::<Vec<_>>());
        }
        Ok(())
    }

    /// Queues what is new since the peer has said what it has.
    pub(crate) fn push_notices(&mut self, books: &[BookId], holdings: &impl Holdings) -> Step {
        if self.noticing.at_peer.is_none() {
            return Ok(());
        }
        // Most of what is new concerns none of these books, and a relay asks this of each open session.
        let ours = self.notices_for_peer(|book| books.contains(book), holdings)?;
        let at_peer = self.noticing.at_peer.get_or_insert_default();
        let new = ours.into_iter().flat_map(|(_, ids)| ids);
        self.sending.notices.extend(new.filter(|id| at_peer.insert(*id)));
        Ok(())
    }

    /// Appends the next notice; `false` when there is none.
    pub(crate) fn write_notice(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        let Some(id) = self.sending.notices.pop_front() else {
            return Ok(false);
        };
        let Some(stored) = holdings.entry(&id)? else {
            return Ok(true);
        };
        if let Some(payload) = stored.payload {
            let bytes = (stored.envelope.len() + payload.len()) as u64;
            let payload = self.sending.first_part(payload);
            self.sending.sent_other(bytes);
            Frame::Notice {
                envelope: stored.envelope,
                payload,
            }
            .write(out);
        }
        Ok(true)
    }

    /// Takes a notice that concerns us; whatever else it may be is passed over.
    pub(crate) fn judge_notice(
        &mut self,
        envelope: Envelope,
        payload: Vec<u8>,
        holdings: &impl Holdings,
    ) -> Step<bool> {
        let header = envelope.header();
        let own = self.config.role.device().filter(|own| *own != header.device);
        let Some(own) = own.filter(|own| self.dropped_into_by(own).contains(&header.book)) else {
            return Ok(false);
        };
        if envelope.check_payload(&payload).is_err() || envelope.verify().is_err() {
            self.strike_invalid()?;
            return Ok(false);
        }
        let ours = self.our_height(holdings)?;
        let too_high = header.height.0 > ours.0.saturating_add(self.config.limits.height_ahead);
        if too_high
            || !holdings.known_device(&header.device)?
            || !concerns(&envelope, &payload, &own, holdings)?
        {
            return Ok(false);
        }
        let id = envelope.id();
        let growing = &self.receiving.growing.notices;
        let held = holdings.notices_held(&header.book, &own)?.contains(&id);
        if held || growing.iter().any(|notice| notice.envelope.id() == id) {
            return Ok(false);
        }
        self.receiving.growing.notices.push(ReceivedEntry {
            envelope,
            payload: Some(payload),
        });
        Ok(true)
    }

    /// The shared books into which a device, one of us two, only drops.
    fn dropped_into_by(&self, device: &DeviceId) -> Vec<BookId> {
        let shared = self.shared.values();
        let dropped = shared.filter(|shared| shared.only == Some(*device));
        dropped
            .map(|shared| shared.book)
            .filter(|book| !self.declined.contains(book))
            .collect()
    }

    fn notices_for_peer(&self, wanted: impl Fn(&BookId) -> bool, holdings: &impl Holdings) -> Held<Notices> {
        let Some(peer) = self.peer_role.and_then(|role| role.device()) else {
            return Ok(Vec::new());
        };
        let mut books = self.dropped_into_by(&peer);
        books.retain(wanted);
        collect(books, |book| holdings.notices_for(book, &peer))
    }
}

/// Books of which there is nothing take no part, so that both mean the same.
fn collect(books: Vec<BookId>, ids: impl Fn(&BookId) -> Held<Vec<EntryId>>) -> Held<Notices> {
    let mut out = Vec::new();
    for book in books {
        let ids = ids(&book)?;
        if !ids.is_empty() {
            out.push((book, ids));
        }
    }
    Ok(out)
}

/// Whether an entry is for a device to know that only drops into its book, by what it says itself.
///
/// # Errors
/// [`crate::HoldingsError`].
pub fn concerns(envelope: &Envelope, payload: &[u8], own: &DeviceId, holdings: &impl Holdings) -> Held<bool> {
    let header = envelope.header();
    match Concern::of(header, payload) {
        Some(Concern::Everybody) => Ok(true),
        Some(Concern::WhoWrote(entries)) => {
            for id in entries {
                if holdings.place(&id)?.is_some_and(|place| place.log.device == *own) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Some(Concern::Whose(heads)) => {
            let logs = holdings.logs(&header.book)?;
            let own = logs.iter().filter(|state| state.log.device == *own);
            let own: HashSet<_> = own.map(|state| state.log.log).collect();
            Ok(heads.iter().any(|head| own.contains(&head.log)))
        }
        None => Ok(false),
    }
}
