//! Making a checkpoint of a book, from its log.

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use sothon_ledger::payload::{ActorOwner, Changes, Checkpoint, Save, SavedEntry};
use sothon_ledger::verdict::EntryView;
use sothon_ledger::{Actor, BookId, Digest, EntryId, Envelope, Kind, Right, seal};
use sothon_store::{Batch, Blob};

use super::packing::Packing;
use crate::dropping::dropped_kind;
use crate::live::Live;
use crate::publish::{Published, trusted};
use crate::replica::{Replica, ReplicaError};

/// What is in a save, and whose its actors are.
#[derive(Default)]
struct Gathered {
    save: Save,
    packing: Packing,
    actors: BTreeMap<Actor, ActorOwner>,
}

impl<R: CryptoRng> Replica<R> {
    /// Makes a checkpoint of a book with everything that counts in it now, after publishing what was saved here. The
    /// device's earlier ones in the book are of no more use and their saves are dropped. `now` is in unix seconds.
    ///
    /// # Errors
    /// [`ReplicaError::NotWhole`] if a payload is not here or cannot be opened; [`ReplicaError::OfDrops`],
    /// [`ReplicaError::MayNotWrite`], [`ReplicaError::NoEpoch`], [`ReplicaError::TooLarge`] and what the disk says.
    pub fn make_checkpoint(&mut self, book: &BookId, now: i64) -> Result<Published, ReplicaError> {
        self.publishing(|replica, published| {
            replica.publish_changes(book, now, published)?;
            let id = replica.checkpoint(book, now, published)?;
            published.entries.push(id);
            Ok(())
        })
    }

    pub(super) fn checkpoint(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<EntryId, ReplicaError> {
        if !self.may(book, Right::Write) {
            return Err(ReplicaError::MayNotWrite);
        }
        let of_drops = |live: &Live| dropped_kind(live.open.kind).is_some();
        if self.books.get(book).is_some_and(of_drops) {
            return Err(ReplicaError::OfDrops);
        }
        let (epoch, secret) = self
            .epoch_for(book, now, published)?
            .ok_or(ReplicaError::NoEpoch)?;
        let Gathered { save, actors, .. } = self.gather(book)?;
        let too_large = |_| ReplicaError::TooLarge;
        let sealed = seal::seal_save(&save, book, &epoch, &secret, &mut self.rng).map_err(too_large)?;
        let blob = Digest(Sha256::digest(&sealed).into());
        let body = Checkpoint {
            time: trusted(now),
            blob,
            size: sealed.len() as u64,
            heads: self.heads(book)?,
            actors: actors.into_values().collect(),
        };
        let header = self.header(book, Kind::Checkpoint, Some(epoch), now)?;
        let payload =
            seal::seal_checkpoint(&body, &header.encode(), &secret, &mut self.rng).map_err(too_large)?;
        let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
        let save = Blob {
            id: blob,
            book: *book,
            by: None,
            of: Some(envelope.id()),
            bytes: sealed,
        };
        let beside = Batch {
            blobs: vec![save],
            ..Batch::default()
        };
        let id = self.store_own_beside(envelope, payload, beside)?;
        self.settle([*book].into())?;
        Ok(id)
    }

    /// The outermost entries that count, as they were signed, in ascending order of their ids.
    fn heads(&self, book: &BookId) -> Result<Vec<minicbor::bytes::ByteVec>, ReplicaError> {
        let mut ids = self.books.get(book).map(Live::outermost).unwrap_or_default();
        ids.sort_unstable();
        let mut heads = Vec::with_capacity(ids.len());
        for id in ids {
            let envelope = self
                .station
                .store()
                .envelope(&id)?
                .ok_or(ReplicaError::NotWhole)?;
            heads.push(envelope.bytes().to_vec().into());
        }
        Ok(heads)
    }

    /// Reads what counts in a book out of its log.
    fn gather(&self, book: &BookId) -> Result<Gathered, ReplicaError> {
        let live = self.books.get(book).ok_or(ReplicaError::NoBook)?;
        let mut gathered = Gathered::default();
        for view in live.judge.admitted() {
            if view.header.kind != Kind::Changes {
                continue;
            }
            let stored = self.station.store().entry(&view.id)?;
            let stored = stored.ok_or(ReplicaError::NotWhole)?;
            let sealed = stored.payload.held().ok_or(ReplicaError::NotWhole)?;
            let secret = view.header.epoch.and_then(|epoch| live.secret(&epoch));
            let secret = secret.ok_or(ReplicaError::NotWhole)?;
            let changes = seal::open_changes(&sealed, stored.envelope.header_bytes(), secret);
            let changes = changes.map_err(|_| ReplicaError::NotWhole)?;
            gathered.add(view, &changes).ok_or(ReplicaError::NotWhole)?;
        }
        Ok(gathered)
    }
}

impl Gathered {
    fn add(&mut self, view: &EntryView, changes: &Changes) -> Option<()> {
        let header = &view.header;
        for nonce in changes.actors.iter().flatten() {
            let actor = nonce.actor(&header.book, &header.device);
            self.actors.entry(actor).or_insert(ActorOwner {
                actor,
                device: header.device,
                nonce: *nonce,
            });
        }
        let chunks = changes.chunks.iter();
        let changes = chunks
            .map(|chunk| self.packing.pack(chunk))
            .collect::<Option<_>>()?;
        self.save.entries.push(SavedEntry {
            entry: view.id,
            changes,
        });
        Some(())
    }
}
