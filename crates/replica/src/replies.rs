//! Replies of the police to who dropped a tip: sealed to the author's device, which has no other way to hear of it. Who
//! sends one cannot open it again; what was done with the tip is in the police's own records.

use rand_core::CryptoRng;
use sothon_ledger::entry::MAX_AFTER;
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, ChangeHash, DeviceId, EntryId, Envelope, Kind, Right, seal};
use sothon_records::RecordKey;
use sothon_records::kinds::tip_reply::{SLUG, TipReply};

use crate::dropping::alone;
use crate::going_on::is_lost;
use crate::publish::trusted;
use crate::replica::{Event, Replica, ReplicaError};
use crate::secrets::random;

/// The replies to a tip.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replies {
    /// Those that count.
    pub counting: Vec<EntryId>,
    /// Those that do not, as of a branch of the register that was not chosen: who told does not read them. They cannot be
    /// written again but by a person: they are sealed to who told alone, and to their place in the log.
    pub lost: Vec<EntryId>,
}

impl<R: CryptoRng> Replica<R> {
    /// Answers who dropped a record. Published at once.
    ///
    /// # Errors
    /// [`ReplicaError::NoTip`] where the record was not dropped, [`ReplicaError::NoKeyOfAuthor`] where its author has not
    /// stated a key for the year, [`ReplicaError::TooLarge`] where the text is too long.
    pub fn reply_to_tip(
        &mut self,
        book: &BookId,
        key: &RecordKey,
        reply: &TipReply,
        now: i64,
    ) -> Result<EntryId, ReplicaError> {
        if !self.may(book, Right::Write) {
            return Err(ReplicaError::MayNotWrite);
        }
        let (dropped, author) = self.dropped_by(book, key).ok_or(ReplicaError::NoTip)?;
        let open = self.book_info(book).ok_or(ReplicaError::NoBook)?;
        let place = (open.kind.compartment(), open.year);
        let to = self
            .agree_key(&author, place)
            .ok_or(ReplicaError::NoKeyOfAuthor)?;
        let nonce = ActorNonce::new(*random(&mut self.rng));
        let (_, changes) = alone(nonce, book, &self.device(), SLUG, reply.write(), trusted(now))?;
        let mut header = self.header(book, Kind::Reply, None, now)?;
        // Named also where something else names it already: by this its author is found.
        if header.backlink != Some(dropped) && !header.after.contains(&dropped) {
            header.after.truncate(MAX_AFTER - 1);
            header.after.push(dropped);
            header.after.sort_unstable();
        }
        let payload = seal::seal_drop(&changes, &header.encode(), &to, &mut self.rng)
            .map_err(|_| ReplicaError::TooLarge)?;
        let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
        let id = self.store_own(envelope, payload, Vec::new())?;
        self.settle([*book].into())?;
        self.save_vault()?;
        self.tell(Event::Delivery);
        Ok(id)
    }

    /// The replies that were made to a record, by whomever.
    pub fn replies_to_tip(&self, book: &BookId, key: &RecordKey) -> Replies {
        let mut replies = Replies::default();
        let (Some(live), Some((dropped, _))) = (self.books.get(book), self.dropped_by(book, key)) else {
            return replies;
        };
        for view in live.judge.set().iter() {
            if view.header.kind != Kind::Reply || !view.header.after.contains(&dropped) {
                continue;
            }
            let verdict = live.judge.verdict(&view.id);
            if verdict.is_some_and(Verdict::is_admitted) {
                replies.counting.push(view.id);
            } else if (self.station.register()).is_some_and(|register| is_lost(register, live, &view.id)) {
                replies.lost.push(view.id);
            }
        }
        replies
    }

    /// The entry that dropped a record, and whose it is; `None` where it was written otherwise.
    pub fn dropped_by(&self, book: &BookId, key: &RecordKey) -> Option<(EntryId, DeviceId)> {
        let live = self.books.get(book)?;
        let made = live.book.history(key).into_iter().find(|step| step.created)?;
        self.carriers(book, &ChangeHash(made.change.0)).find_map(|entry| {
            let view = live.view(&entry)?;
            (view.header.kind == Kind::Drop).then_some((entry, view.header.device))
        })
    }
}
