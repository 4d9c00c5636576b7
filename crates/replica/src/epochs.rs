//! Epochs as a reader makes them, and as readers vouch for them to those who only drop (design.md §3.6).

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use sothon_ledger::announced::Announced;
use sothon_ledger::payload;
use sothon_ledger::{BookId, DeviceId, EpochId, EpochSecret, Kind, Receiver, Right, Wrap, cbor};
use sothon_store::Batch;

use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};

/// How old what the register says last is, in seconds, when a fresh epoch whose secret has not come is waited for no longer.
/// Whoever made it, the register's clock is the registrar's.
const SECRET_LATE: i64 = 3600;

impl<R: CryptoRng> Replica<R> {
    pub(crate) fn counts_as_reader(&self, book: &BookId) -> bool {
        match (self.books.get(book), self.station.register()) {
            (Some(live), Some(register)) => live.counting_readers(register).contains(&self.device()),
            _ => false,
        }
    }

    /// An epoch to seal under: a fresh one that is here, or a new one if this device may make it, or has the turn to.
    pub(crate) fn epoch_for(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<Option<(EpochId, EpochSecret)>, ReplicaError> {
        let usable = match (self.books.get(book), self.station.register()) {
            (Some(live), Some(register)) => live.usable_epoch(register),
            _ => None,
        };
        let epoch = match usable {
            Some(epoch) if !self.rolls(book, epoch, now) => epoch,
            _ if self.counts_as_reader(book) => self.make_epoch(book, now, published)?,
            _ => return Ok(None),
        };
        Ok(self
            .books
            .get(book)
            .and_then(|live| live.secret(&epoch))
            .map(|secret| (epoch, secret.clone())))
    }

    /// In a book into which others drop, a reader makes the epoch: the first one, a fresh one when a reader was removed, and
    /// each month's, since who drops cannot (B14).
    pub(crate) fn found_epoch(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Ok(());
        };
        let drops = live.open.grants.iter().any(|grant| grant.right == Right::Drop);
        if !drops || !self.counts_as_reader(book) {
            return Ok(());
        }
        let opened = live.usable_epoch(register);
        let due = match opened {
            Some(epoch) => self.rolls(book, epoch, now),
            // The secret of a fresh one may be on its way to us, or somebody keeps it.
            None if live.judge.usable_epochs(register).is_empty() => true,
            None => now.saturating_sub(register.dated()) >= SECRET_LATE,
        };
        if due {
            self.make_epoch(book, now, published)?;
        } else if let Some(epoch) = opened {
            self.second_epoch(book, epoch, now, published)?;
        }
        Ok(())
    }

    /// Says of an epoch that one other reader made and that this device has opened what it has seen, so that who drops
    /// need not believe one reader alone ([`sothon_ledger::announced`]).
    fn second_epoch(
        &mut self,
        book: &BookId,
        epoch: EpochId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        let Some(live) = self.books.get(book) else {
            return Ok(());
        };
        let said = live
            .announced()
            .filter(|(_, of)| of.epoch == epoch && live.opens(of));
        let readers: BTreeMap<DeviceId, Announced> = said.collect();
        let Some(announced) = readers.values().next() else {
            return Ok(());
        };
        if readers.len() > 1 || readers.contains_key(&self.device()) {
            return Ok(());
        }
        let body = payload::Epoch {
            height: announced.height,
            drop_key: announced.drop_key,
        };
        let id = self.write_clear(book, Kind::Epoch, Some(epoch), cbor::encode(&body), now)?;
        published.entries.push(id);
        Ok(())
    }

    /// Makes an epoch for those who may read now, and wraps it for each of them whose key is known.
    fn make_epoch(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<EpochId, ReplicaError> {
        let secret = EpochSecret::generate(&mut self.rng);
        let height = self.register()?.effective_height();
        let epoch = secret.commit(book, height);
        let body = payload::Epoch {
            height,
            drop_key: secret.drop_key().public(),
        };
        // The wrap for ourselves is on the disk before the epoch can be used: else a crash would lose the secret.
        let wraps = self.wraps_for(book, epoch, &secret)?;
        if !wraps
            .iter()
            .any(|wrap| wrap.to() == Receiver::Device(self.device()))
        {
            return Err(ReplicaError::CannotRead);
        }
        published.wraps.extend(wraps.iter().map(Wrap::id));
        self.station.archive.add(Batch {
            wraps,
            ..Batch::default()
        })?;
        if let Some(live) = self.books.get_mut(book) {
            live.add_secret(epoch, secret);
        }
        let id = self.write_clear(book, Kind::Epoch, Some(epoch), cbor::encode(&body), now)?;
        published.entries.push(id);
        Ok(epoch)
    }
}
