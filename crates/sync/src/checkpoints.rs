//! Checkpoints in a session (design.md §3.7): who keeps everything is offered their saves, and who starts a book is spared
//! the payloads that are in one. What a save is worth is for who reads it; a session sees neither.

use std::collections::BTreeSet;

use sothon_ledger::{BookId, Digest, EntryId};

use crate::config::PeerRole;
use crate::event::Event;
use crate::frame::{Frame, Offer};
use crate::holdings::{Held, Holdings, SaveRef};
use crate::session::{Session, Step};
use crate::tags::BookRef;

/// The most offers that are looked at between two ticks: each book has a few.
const MOST_OFFERS: usize = 1_000;

/// Checkpoints in a session.
#[derive(Debug, Default)]
pub(crate) struct Checkpointing {
    /// There may be some that the peer was not offered.
    to_offer: bool,
    /// Those that the peer offered or asked for itself, and those that it was offered when it held their entries.
    taken: BTreeSet<Digest>,
    /// Those that it was offered with the last summary, or in earlier sessions, and has not asked for.
    offered: BTreeSet<Digest>,
    /// Those of them that it passed over while it held their entries.
    passed: BTreeSet<Digest>,
    begun: bool,
    /// How many the peer has offered.
    heard: usize,
    said_starts: bool,
    /// The books of which the peer holds nothing.
    starting: BTreeSet<BookId>,
}

impl Checkpointing {
    /// There may be new ones.
    pub(crate) fn look_again(&mut self) {
        self.to_offer = true;
    }

    pub(crate) fn tick(&mut self) {
        self.heard = 0;
    }

    /// The peer asks for it. Whether it comes to keep it is seen when it is offered the next time.
    pub(crate) fn asked(&mut self, digest: Digest) {
        self.taken.insert(digest);
        self.offered.remove(&digest);
        self.passed.remove(&digest);
    }
}

impl Session {
    /// Says once of which books that may be read here nothing is held, before the first books are compared: payloads that are
    /// in a checkpoint's save need not come. Who only carries a book has no use for a save.
    pub(crate) fn say_starts(&mut self, holdings: &impl Holdings) -> Held<()> {
        let said = std::mem::replace(&mut self.checkpointing.said_starts, true);
        let Some(device) = self.config.role.device().filter(|_| !said) else {
            return Ok(());
        };
        let mut books = Vec::new();
        for (book, shared) in &self.shared {
            let is_whole = shared.only.is_none();
            if is_whole && holdings.logs(book)?.is_empty() && holdings.may_read(book, &device)? {
                books.push(self.tagger.book(book));
            }
        }
        if !books.is_empty() {
            self.control(Frame::Starts(books));
        }
        Ok(())
    }

    /// The peer holds nothing of these books.
    pub(crate) fn on_starts(&mut self, books: &[BookRef]) {
        let named: BTreeSet<&BookRef> = books.iter().collect();
        let shared = self.shared.iter().filter(|(_, shared)| shared.only.is_none());
        let starting = shared.filter(|(book, _)| named.contains(&self.tagger.book(book)));
        let starting: BTreeSet<BookId> = starting.map(|(book, _)| *book).collect();
        self.checkpointing.starting.extend(starting);
    }

    /// Whether the payload of an entry is not sent to who starts its book.
    pub(crate) fn spares(&self, book: &BookId, entry: &EntryId, holdings: &impl Holdings) -> Held<bool> {
        Ok(self.checkpointing.starting.contains(book) && holdings.is_in_save(entry)?)
    }

    /// Appends an offer of what is new after all was found equal: what was held before goes with the summaries.
    pub(crate) fn write_offers(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        if !self.checkpointing.to_offer || !self.compare.is_done() || !self.sending.is_sent() {
            return Ok(false);
        }
        self.checkpointing.to_offer = false;
        let mut offers = self.offers(holdings)?;
        offers.retain(|(_, digest, _)| !self.checkpointing.passed.contains(digest));
        // It holds all that we hold, so what it does not take now it will not take later in this session.
        let offered = offers.iter().map(|(_, digest, _)| *digest);
        self.checkpointing.taken.extend(offered);
        Ok(write(offers, out))
    }

    /// Appends the checkpoints whose saves are held, for a peer that keeps everything. What it has already it passes over,
    /// and what it lacked the entry of comes with the next summary. With the first one goes only what is new by our memory.
    pub(crate) fn offer(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step {
        let mut offers = self.offers(holdings)?;
        let digests = offers.iter().map(|(_, digest, _)| *digest).collect();
        if !std::mem::replace(&mut self.checkpointing.begun, true) {
            let known: BTreeSet<Digest> = std::mem::take(&mut self.hints.saves).into_iter().collect();
            offers.retain(|(_, digest, _)| !known.contains(digest));
        }
        self.checkpointing.offered = digests;
        write(offers, out);
        Ok(())
    }

    /// The peer has answered a summary, and the offers before it: both hold the same.
    pub(crate) fn offers_were_answered(&mut self) {
        if self.peer_role.is_some_and(PeerRole::stores_all) {
            let offered = std::mem::take(&mut self.checkpointing.offered);
            let passed = &mut self.checkpointing.passed;
            passed.extend(offered);
            self.events
                .push_back(Event::PeerNeedsNoSaves(passed.iter().copied().collect()));
        }
    }

    fn offers(&self, holdings: &impl Holdings) -> Held<Vec<Offer>> {
        let mut saves = self.saves(holdings)?;
        saves.retain(|save| !self.checkpointing.taken.contains(&save.digest));
        saves.truncate(MOST_OFFERS);
        let offers = saves.into_iter();
        Ok(offers
            .map(|SaveRef { entry, digest, size }| (entry, digest, size))
            .collect())
    }

    /// The saves that the peer may take: it keeps everything, and so do we or they are our own. Of a log that is left out for
    /// now it need not have the entry, and what it passed over it would not have refused.
    fn saves(&self, holdings: &impl Holdings) -> Held<Vec<SaveRef>> {
        let mut saves = Vec::new();
        if !self.peer_role.is_some_and(PeerRole::stores_all) {
            return Ok(saves);
        }
        let own = self
            .config
            .role
            .device()
            .filter(|_| !self.config.role.stores_all());
        for (book, shared) in &self.shared {
            if shared.only.is_some() || self.declined.contains(book) {
                continue;
            }
            for save in holdings.checkpoints(book)? {
                let log = holdings.place(&save.entry)?.map(|place| place.log);
                let log = log.filter(|log| own.is_none_or(|own| own == log.device));
                if log.is_some_and(|log| !self.peer.is_out(&log)) {
                    saves.push(save);
                }
            }
        }
        Ok(saves)
    }

    /// The peer offers saves; the entries that it sent before are stored.
    pub(crate) fn on_offers(&mut self, offers: Vec<Offer>, holdings: &impl Holdings) -> Step {
        if !self.config.role.stores_all() {
            return Ok(());
        }
        let peer = self.peer_role.filter(|role| !role.stores_all());
        let by = peer.and_then(PeerRole::device);
        for (entry, digest, size) in offers {
            self.checkpointing.heard += 1;
            if self.checkpointing.heard > MOST_OFFERS {
                return Ok(());
            }
            let shared = match holdings.place(&entry)? {
                Some(place) => self.is_shared(&place.log.book),
                None => false,
            };
            let offered = SaveRef { entry, digest, size };
            self.checkpointing.taken.insert(digest);
            if shared && let Some(save) = holdings.takes_save(&offered, by.as_ref())? {
                self.extras.take_up(save);
            }
        }
        Ok(())
    }
}

fn write(offers: Vec<Offer>, out: &mut Vec<u8>) -> bool {
    let any = !offers.is_empty();
    if any {
        Frame::Offers(offers).write(out);
    }
    any
}
