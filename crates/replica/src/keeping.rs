//! What a reader owes the other readers: wraps of the secrets that it holds (design.md §3.6).

use std::collections::{BTreeMap, HashSet};

use rand_core::CryptoRng;
use sothon_ledger::payload;
use sothon_ledger::{
    AgreeKey, BookId, Compartment, DeviceId, EntryId, EpochId, EpochSecret, Kind, Receiver, Wrap, WrapId,
    cbor,
};
use sothon_store::Batch;

use crate::replica::{Replica, ReplicaError};

/// The agree keys that a device has stated, by what they are for.
pub(crate) type AgreeKeys = BTreeMap<(Compartment, u32), Vec<AgreeKey>>;

/// So many are remembered of a device for one thing: a device that is honest has one, and one more each time that its disk
/// was set back whole.
pub(crate) const MOST_KEYS: usize = 4;

impl<R: CryptoRng> Replica<R> {
    /// Wraps every epoch whose secret is here for every reader that counts and has no wrap yet.
    pub(crate) fn wrap_missing(&mut self) -> Result<Vec<WrapId>, ReplicaError> {
        let mut wraps = Vec::new();
        let books: Vec<BookId> = self.books.keys().copied().collect();
        for book in books {
            let Some(live) = self.books.get(&book) else {
                continue;
            };
            let held: Vec<(EpochId, EpochSecret)> = live
                .epochs
                .keys()
                .filter_map(|epoch| Some((*epoch, live.secret(epoch)?.clone())))
                .collect();
            for (epoch, secret) in held {
                wraps.extend(self.wraps_for(&book, epoch, &secret)?);
            }
        }
        let made: Vec<WrapId> = wraps.iter().map(Wrap::id).collect();
        if !made.is_empty() {
            self.station.archive.add(Batch {
                wraps: wraps.clone(),
                ..Batch::default()
            })?;
        }
        Ok(made)
    }

    /// The wraps of an epoch that are missing and can be made.
    pub(crate) fn wraps_for(
        &mut self,
        book: &BookId,
        epoch: EpochId,
        secret: &EpochSecret,
    ) -> Result<Vec<Wrap>, ReplicaError> {
        let wraps = self.station.store().wraps_of(&epoch)?;
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Ok(Vec::new());
        };
        let place = (live.open.kind.compartment(), live.open.year);
        let readers = live.counting_readers(register);
        // Who does not read the book any more gives its secrets to nobody: nobody would count what it wraps, and it would wrap
        // again each time.
        if !readers.contains(&self.device()) {
            return Ok(Vec::new());
        }
        // A wrap by who does not read the book may hold anything, and one for another key opens nothing: neither keeps a
        // reader from being given the secret.
        let there: HashSet<(Receiver, AgreeKey)> = wraps
            .into_iter()
            .filter(|wrap| readers.contains(&wrap.from()))
            .map(|wrap| (wrap.to(), wrap.key()))
            .collect();
        let mut to: Vec<(Receiver, AgreeKey)> = readers
            .into_iter()
            .filter(|device| !self.station.archive.is_suspended(device))
            .flat_map(|device| {
                let keys = self.agree_keys(&device, place);
                keys.into_iter().map(move |key| (Receiver::Device(device), key))
            })
            .collect();
        if let Some(key) = register.rights().reading_key(place.0, place.1) {
            to.push((Receiver::Paper(place.0, place.1), key));
        }
        to.retain(|wrapped| !there.contains(wrapped));
        let root = self.station.root();
        let mut wraps = Vec::with_capacity(to.len());
        for (receiver, key) in to {
            // A key that nothing can be sealed to is its owner's loss, nobody else's.
            if let Ok(wrap) = Wrap::seal(
                &root,
                *book,
                epoch,
                secret,
                receiver,
                key,
                &self.secrets.sign,
                &mut self.rng,
            ) {
                wraps.push(wrap);
            }
        }
        Ok(wraps)
    }

    /// The key that is sealed to for a device where it can only be one: of those that it has stated the one that came last.
    pub(crate) fn agree_key(&self, device: &DeviceId, place: (Compartment, u32)) -> Option<AgreeKey> {
        self.agree_keys(device, place).pop()
    }

    /// The keys that a device may have.
    fn agree_keys(&self, device: &DeviceId, place: (Compartment, u32)) -> Vec<AgreeKey> {
        if *device == self.device() {
            let own = self.secrets.agree.get(&place);
            return own.map(|secret| secret.public()).into_iter().collect();
        }
        let stated = self.agree.get(device).and_then(|keys| keys.get(&place));
        stated.cloned().unwrap_or_default()
    }

    /// Says *yes*: this device's person wants the other to count as a reader of a book in care or tips (B9).
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn say_yes(&mut self, book: &BookId, device: DeviceId, now: i64) -> Result<EntryId, ReplicaError> {
        if !self.counts_as_reader(book) {
            return Err(ReplicaError::CannotRead);
        }
        let id = self.write_clear(book, Kind::Yes, None, cbor::encode(&payload::Yes { device }), now)?;
        self.save_vault()?;
        Ok(id)
    }

    /// Readers in care and tips for whom nobody said yes yet: by book.
    pub fn readers_waiting(&self) -> Vec<(BookId, DeviceId)> {
        let Some(register) = self.station.register() else {
            return Vec::new();
        };
        let at = register.effective_height();
        let mut out = Vec::new();
        for (id, live) in &self.books {
            if live.open.kind.compartment().is_guarded() {
                let counting = live.counting_readers(register);
                let may = register.rights().holders(id, sothon_ledger::Right::Read, at);
                out.extend(
                    may.into_iter()
                        .filter(|d| !counting.contains(d))
                        .map(|device| (*id, device)),
                );
            }
        }
        out
    }
}
