//! How far the tips of this device have come: recomputed from heights and receipts, never remembered (A23); and what was
//! answered.

use rand_core::CryptoRng;
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::outside::Said;
use sothon_ledger::payload::Changes;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, EntryId, Envelope, Kind, seal};
use sothon_records::kinds::tip_parts::TipId;
use sothon_records::kinds::tip_reply::{SLUG, TipReply};
use sothon_store::LogKey;

use crate::dropping::drop_key;
use crate::live::was_at_commune;
use crate::replica::{Replica, ReplicaError};
use crate::tips::{KeptPart, SentIn};

/// How far a part of a tip has come; the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TipState {
    /// It cannot be sent any more, since this device was set back: to be written again.
    Lost,
    /// It was sealed by a branch of the register that was not chosen: it counts nowhere, and is to be written again.
    DeadBranch,
    /// It waits for its slot.
    Waiting,
    /// It has left its slot and is on this device alone, as far as is known.
    Sent,
    /// The relay holds it, by its word in the last session.
    AtRelay,
    /// The police hold it, by their signed receipt.
    Received,
}

/// A part of a tip of this device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OwnPart {
    /// How far it has come.
    pub state: TipState,
    /// How it left, and when by this device's clock.
    pub sent: Option<(SentIn, i64)>,
}

/// A tip of this device: all that it knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnTip {
    /// Its id.
    pub id: TipId,
    /// When it was sealed, by this device's clock.
    pub saved: i64,
    /// Its parts.
    pub parts: Vec<OwnPart>,
    /// What was answered, in no order that means anything.
    pub replies: Vec<TipReply>,
}

impl OwnTip {
    /// As far as that part which has come least far.
    pub fn state(&self) -> TipState {
        let states = self.parts.iter().map(|part| part.state);
        states.min().unwrap_or(TipState::Lost)
    }
}

/// A reply as it came.
struct Reply {
    answers: Vec<EntryId>,
    reply: TipReply,
}

impl<R: CryptoRng> Replica<R> {
    /// The tips that this device sealed, in their order.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn own_tips(&self) -> Result<Vec<OwnTip>, ReplicaError> {
        let mut tips = Vec::new();
        let mut replies: Option<(BookId, Vec<Reply>)> = None;
        for (id, kept) in self.kept_tips()? {
            if replies.as_ref().is_none_or(|(book, _)| *book != kept.book) {
                replies = Some((kept.book, self.replies(&kept.book)?));
            }
            let answered = |reply: &&Reply| kept.parts.iter().any(|part| reply.answers.contains(&part.entry));
            let came = replies.iter().flat_map(|(_, replies)| replies);
            tips.push(OwnTip {
                id,
                saved: kept.saved,
                parts: kept
                    .parts
                    .iter()
                    .map(|part| self.own_part(&kept.book, part))
                    .collect(),
                replies: came.filter(answered).map(|reply| reply.reply.clone()).collect(),
            });
        }
        Ok(tips)
    }

    fn own_part(&self, book: &BookId, part: &KeptPart) -> OwnPart {
        let log = LogKey {
            book: *book,
            device: self.device(),
            log: part.log,
        };
        let state = match (&part.waiting, &part.sent) {
            (Some(_), _) => TipState::Waiting,
            (None, None) => TipState::Lost,
            (None, Some(_)) if self.is_tip_dead(part) => TipState::DeadBranch,
            (None, Some(_)) if self.is_tip_received(book, part) => TipState::Received,
            (None, Some(_)) => {
                let mut relays = self.relayed.values();
                let held = relays.any(|held| held.get(&log).is_some_and(|held| *held >= part.seq));
                if held { TipState::AtRelay } else { TipState::Sent }
            }
        };
        OwnPart {
            state,
            sent: part.sent.map(|sent| (sent.slot, sent.at)),
        }
    }

    /// Whether a part names an operation on a branch of the register that was not chosen.
    fn is_tip_dead(&self, part: &KeptPart) -> bool {
        // Who only drops into a book judges nothing of it: the envelope says it all.
        let envelope = self.station.store().envelope(&part.entry).ok().flatten();
        let (Some(register), Some(envelope)) = (self.station.register(), envelope) else {
            return false;
        };
        let header = envelope.header();
        register.is_dead(header.height, header.operation)
    }

    /// Whether somebody at the commune who reads the book has signed that it holds a part.
    fn is_tip_received(&self, book: &BookId, part: &KeptPart) -> bool {
        let Some(register) = self.station.register() else {
            return false;
        };
        let judged = self.books.get(book).is_some_and(|live| {
            let view = live.view(&part.entry);
            view.is_some_and(|view| live.is_received(view))
        });
        let told = self.outside(book).is_some_and(|outside| {
            let mut counting = outside.counting();
            counting.any(|notice| {
                let header = notice.envelope.header();
                let Said::Receipt(heads) = &notice.said else {
                    return false;
                };
                let mut heads = heads.iter();
                was_at_commune(register, &header.device, header.height)
                    && heads.any(|head| head.log == part.log && head.seq >= part.seq)
            })
        });
        judged || told
    }

    /// The replies in a book that are sealed to this device and keep to their form.
    fn replies(&self, book: &BookId) -> Result<Vec<Reply>, ReplicaError> {
        let mut replies = Vec::new();
        if let Some(outside) = self.outside(book) {
            for notice in outside.counting() {
                if let Said::Reply(sealed) = &notice.said {
                    replies.extend(self.open_reply(&notice.envelope, sealed));
                }
            }
        }
        if let Some(live) = self.books.get(book) {
            let of_kind = live
                .judge
                .set()
                .iter()
                .filter(|view| view.header.kind == Kind::Reply);
            for view in of_kind {
                let counts = live.judge.verdict(&view.id).is_some_and(Verdict::is_by_right);
                let Some(entry) = self.station.store().entry(&view.id)?.filter(|_| counts) else {
                    continue;
                };
                if let Some(sealed) = entry.payload.held() {
                    replies.extend(self.open_reply(&entry.envelope, &sealed));
                }
            }
        }
        Ok(replies)
    }

    fn open_reply(&self, envelope: &Envelope, sealed: &[u8]) -> Option<Reply> {
        let header = envelope.header();
        let open = &self.books.get(&header.book)?.open;
        let secret: &AgreeSecret = self.secrets.agree.get(&(open.kind.compartment(), open.year))?;
        let changes = seal::open_drop(sealed, envelope.header_bytes(), secret).ok()?;
        let reply = read_reply(envelope, &changes)?;
        Some(Reply {
            answers: header.after.clone(),
            reply,
        })
    }
}

/// What a reply says, if it keeps to its form: as a drop, one change that makes one record at the key that its author
/// must use.
fn read_reply(envelope: &Envelope, changes: &Changes) -> Option<TipReply> {
    let header = envelope.header();
    let ([chunk], Some([nonce])) = (changes.chunks.as_slice(), changes.actors.as_deref()) else {
        return None;
    };
    let actor = nonce.actor(&header.book, &header.device);
    let expected = drop_key(SLUG, &header.device, &actor);
    let (facts, key) = sothon_book::check_drop(chunk, expected.id).ok()?;
    if key != expected || facts.actor.0 != actor.0 {
        return None;
    }
    let mut alone = sothon_book::Book::new();
    alone.apply(&[&chunk[..]]).ok()?;
    Some(TipReply::read(&alone.get(&key)?))
}
