//! What was saved and is in no entry yet, sealed into the store.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::{BookId, ChangeHash, cbor, seal};
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
    pub chunk: Vec<u8>,
}

impl Pending {
    fn new(id: UnpublishedId, actor: ActorNonce, chunk: Vec<u8>) -> Pending {
        let facts = sothon_book::ChangeFacts::read(&chunk).ok();
        Pending {
            id,
            actor,
            hash: ChangeHash(facts.as_ref().map_or([0; 32], |facts| facts.hash.0)),
            operations: facts.as_ref().map_or(0, sothon_book::ChangeFacts::op_count),
            chunk,
        }
    }
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
            );
            self.pending.entry(unpublished.book).or_default().push(pending);
        }
        Ok(())
    }

    /// Saves pending changes durably; the caller has made them in the document.
    pub(crate) fn save_pending(
        &mut self,
        changes: Vec<(BookId, ActorNonce, Vec<u8>)>,
    ) -> Result<(), ReplicaError> {
        let mut local = Vec::new();
        for (book, actor, chunk) in &changes {
            let plain = zeroize::Zeroizing::new(cbor::encode(&SealedPending {
                actor: actor.bytes().into(),
                chunk: chunk.clone().into(),
            }));
            let sealed = seal::seal_bytes(&self.secrets.local, &local_aad(book), &plain, &mut self.rng);
            local.push(Local::Unpublished {
                book: *book,
                sealed: Sealed(sealed),
            });
        }
        let put = self.station.archive.add(Batch {
            local,
            ..Batch::default()
        })?;
        for ((book, actor, chunk), id) in changes.into_iter().zip(put.unpublished) {
            let pending = Pending::new(id, actor, chunk);
            self.pending.entry(book).or_default().push(pending);
        }
        Ok(())
    }
}

fn local_aad(book: &BookId) -> Vec<u8> {
    [b"sothon/unpublished/1".as_slice(), &book.0].concat()
}
