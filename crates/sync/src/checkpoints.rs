//! Checkpoints in a session (design.md §3.7): who keeps everything is offered their saves, and who starts a book is spared
//! the payloads that are in one. What a save is worth is for who reads it; a session sees neither.

use std::collections::BTreeSet;

use sothon_ledger::{BookId, Digest, EntryId};

use crate::config::PeerRole;
use crate::frame::{Frame, Offer};
use crate::holdings::{Held, Holdings, LogState, SaveRef};
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
    /// Those of entries that it held when the last session ended with all equal: they are passed over once.
    known: BTreeSet<Digest>,
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

    /// The peer asks for it.
    pub(crate) fn asked(&mut self, digest: Digest) {
        self.taken.insert(digest);
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
        let offers = self.offers(holdings)?;
        // It holds all that we hold, so what it does not take now it will not take later.
        let offered = offers.iter().map(|(_, digest, _)| *digest);
        self.checkpointing.taken.extend(offered);
        Ok(write(offers, out))
    }

    /// Remembers which saves the peer was offered in earlier sessions, by what it held when all was equal.
    pub(crate) fn hint_saves(&mut self, heads: &[LogState], holdings: &impl Holdings) -> Held<()> {
        for save in self.saves(holdings)? {
            let Some(place) = holdings.place(&save.entry)? else {
                continue;
            };
            let of_log = heads.iter().filter(|state| state.log == place.log);
            let mut tips = of_log.flat_map(|state| &state.tips);
            if tips.any(|tip| tip.seq >= place.seq) {
                self.checkpointing.known.insert(save.digest);
            }
        }
        Ok(())
    }

    /// Appends the checkpoints whose saves are held, for a peer that keeps everything. What it has already it passes over,
    /// and what it lacked the entry of comes with the next summary.
    pub(crate) fn offer(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step {
        let mut offers = self.offers(holdings)?;
        let known = std::mem::take(&mut self.checkpointing.known);
        offers.retain(|(_, digest, _)| !known.contains(digest));
        write(offers, out);
        Ok(())
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

    /// The saves that the peer may take: it keeps everything, and so do we or they are our own.
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
                let author = holdings.place(&save.entry)?.map(|place| place.log.device);
                if own.is_none() || own == author {
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
