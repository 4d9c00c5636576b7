//! A part of a record that is sealed once more (the teller of a tip): under a key of the epoch's secret and the
//! record's id, opened one at a time with a reason that is recorded before it is shown (design.md §4).

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::{BookId, EpochId, cbor, seal};
use sothon_records::{RawRecord, RecordKey};
use zeroize::Zeroizing;

use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};

#[derive(Encode, Decode)]
#[cbor(array)]
struct SealedPart {
    #[n(0)]
    epoch: EpochId,
    #[n(1)]
    sealed: ByteVec,
}

impl<R: CryptoRng> Replica<R> {
    /// Seals a part of a record that is about to be saved in a book.
    ///
    /// # Errors
    /// [`ReplicaError::NoEpoch`] where this device may neither use nor make an epoch of the book.
    pub fn seal_part(
        &mut self,
        book: &BookId,
        key: &RecordKey,
        plain: &[u8],
        now: i64,
    ) -> Result<Vec<u8>, ReplicaError> {
        let before = self.secrets.logs.clone();
        let (epoch, secret) = self
            .epoch_for(book, now, &mut Published::default())?
            .ok_or(ReplicaError::NoEpoch)?;
        // A new epoch may have begun a log.
        if before != self.secrets.logs {
            self.save_vault()?;
        }
        let part_key = secret.record_key(key.id.0.as_bytes());
        let sealed = seal::seal_bytes(&part_key, &aad(book, key), plain, &mut self.rng);
        Ok(cbor::encode(&SealedPart {
            epoch,
            sealed: sealed.into(),
        }))
    }

    /// Opens a sealed part. `access` is the record for the access log, which is durable before anything is opened.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn open_part(
        &mut self,
        book: &BookId,
        key: &RecordKey,
        sealed: &[u8],
        access: RawRecord,
        now: i64,
    ) -> Result<Zeroizing<Vec<u8>>, ReplicaError> {
        let part: SealedPart = cbor::decode(sealed).map_err(|_| ReplicaError::SealedPart)?;
        self.log_access(access, now)?;
        let live = self.books.get(book).ok_or(ReplicaError::NoBook)?;
        let secret = live.secret(&part.epoch).ok_or(ReplicaError::CannotRead)?;
        seal::open_bytes(
            &secret.record_key(key.id.0.as_bytes()),
            &aad(book, key),
            &part.sealed,
        )
        .ok_or(ReplicaError::SealedPart)
    }
}

fn aad(book: &BookId, key: &RecordKey) -> Vec<u8> {
    [b"sothon/part/1".as_slice(), &book.0, key.to_string().as_bytes()].concat()
}
