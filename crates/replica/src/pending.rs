//! What was saved and is in no entry yet, sealed into the store.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::{BookId, ChangeHash, EntryId, cbor, seal};
use sothon_store::{Batch, Local, Sealed, UnpublishedId};

use crate::replica::{Replica, ReplicaError};

/// A saved change that is in no entry yet.
pub(crate) struct Pending {
    pub id: UnpublishedId,
    pub actor: ActorNonce,
    /// Its name; one that no chunk can have, should it be none.
    pub hash: ChangeHash,
    /// How many operations it has.
    pub operations: u64,
    /// The counter of its first operation: greater than all that it builds on.
    start: u64,
    pub chunk: Vec<u8>,
    /// Entries whose changes it says again.
    pub replaces: Vec<EntryId>,
}

/// A change that is about to be saved.
pub(crate) struct Unsaved {
    pub book: BookId,
    pub actor: ActorNonce,
    pub chunk: Vec<u8>,
    /// Entries whose changes it says again.
    pub replaces: Vec<EntryId>,
}

impl Pending {
    fn new(id: UnpublishedId, actor: ActorNonce, chunk: Vec<u8>, replaces: Vec<EntryId>) -> Pending {
        let facts = sothon_book::ChangeFacts::read(&chunk).ok();
        Pending {
            id,
            actor,
            hash: ChangeHash(facts.as_ref().map_or([0; 32], |facts| facts.hash.0)),
            operations: facts.as_ref().map_or(0, sothon_book::ChangeFacts::op_count),
            start: facts.map_or(0, |facts| facts.start_op),
            chunk,
            replaces,
        }
    }
}

/// Adds a change: what is saved again after what stands on it comes before it all the same.
fn insert(pending: &mut Vec<Pending>, change: Pending) {
    let at = pending.partition_point(|other| other.start <= change.start);
    pending.insert(at, change);
}

/// Saved changes as a book takes them up.
pub(crate) fn saved(pending: Option<&Vec<Pending>>) -> Vec<(ChangeHash, Vec<u8>)> {
    let pending = pending.into_iter().flatten();
    pending.map(|p| (p.hash, p.chunk.clone())).collect()
}

/// A pending change as it is sealed into the store.
#[derive(Encode, Decode)]
#[cbor(array)]
struct SealedPending {
    #[n(0)]
    actor: ByteArray<16>,
    #[n(1)]
    chunk: ByteVec,
    #[n(2)]
    replaces: Option<Vec<EntryId>>,
}

impl<R: CryptoRng> Replica<R> {
    /// Reads what was saved and is in no entry yet.
    pub(crate) fn load_pending(&mut self) -> Result<(), ReplicaError> {
        for unpublished in self.station.store().unpublished()? {
            let aad = local_aad(&unpublished.book);
            let Some(plain) = seal::open_bytes(&self.secrets.local, &aad, &unpublished.sealed.0) else {
                return Err(ReplicaError::Secrets);
            };
            let sealed: SealedPending = cbor::decode(&plain).map_err(|_| ReplicaError::Secrets)?;
            let pending = Pending::new(
                unpublished.id,
                ActorNonce::new(sealed.actor.into()),
                sealed.chunk.into(),
                sealed.replaces.unwrap_or_default(),
            );
            insert(self.pending.entry(unpublished.book).or_default(), pending);
        }
        Ok(())
    }

    /// Saves changes durably, in place of these that are saved already, in one transaction with what goes beside them; the
    /// caller has made them in the document, or brings it up to date after.
    pub(crate) fn save_pending(
        &mut self,
        changes: Vec<Unsaved>,
        instead_of: &[UnpublishedId],
        beside: Vec<Local>,
    ) -> Result<(), ReplicaError> {
        let mut local = beside;
        local.extend(instead_of.iter().map(|id| Local::Published(*id)));
        for change in &changes {
            let plain = zeroize::Zeroizing::new(cbor::encode(&SealedPending {
                actor: change.actor.bytes().into(),
                chunk: change.chunk.clone().into(),
                replaces: (!change.replaces.is_empty()).then(|| change.replaces.clone()),
            }));
            let aad = local_aad(&change.book);
            let sealed = seal::seal_bytes(&self.secrets.local, &aad, &plain, &mut self.rng);
            local.push(Local::Unpublished {
                book: change.book,
                sealed: Sealed(sealed),
            });
        }
        let put = self.station.archive.add(Batch {
            local,
            ..Batch::default()
        })?;
        for pending in self.pending.values_mut() {
            pending.retain(|change| !instead_of.contains(&change.id));
        }
        for (change, id) in changes.into_iter().zip(put.unpublished) {
            let pending = Pending::new(id, change.actor, change.chunk, change.replaces);
            insert(self.pending.entry(change.book).or_default(), pending);
        }
        Ok(())
    }
}

fn local_aad(book: &BookId) -> Vec<u8> {
    [b"sothon/unpublished/1".as_slice(), &book.0].concat()
}
