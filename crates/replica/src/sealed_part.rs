//! A part of a record that is sealed once more (the teller of a tip): under a key of the epoch's secret and the
//! record's id, or of its drop key where the record was dropped; opened one at a time with a reason that is recorded before it is shown (design.md §4).

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::{AgreeKey, BookId, EpochId, cbor, hpke, seal};
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

/// HPKE `info` of the sealed part of a record that is dropped.
const DROPPED_INFO: &[u8] = b"sothon/dropped-part/1";

/// Seals a part of a record that will be dropped: who drops has no secret of the book, so to the epoch's drop key.
pub(crate) fn seal_dropped(
    book: &BookId,
    key: &RecordKey,
    plain: &[u8],
    to: &(EpochId, AgreeKey),
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, ReplicaError> {
    let sealed =
        hpke::seal(&to.1, DROPPED_INFO, &aad(book, key), plain, rng).map_err(|_| ReplicaError::NoEpoch)?;
    Ok(cbor::encode(&SealedPart {
        epoch: to.0,
        sealed: sealed.into(),
    }))
}

/// How long the sealed part of a record that is dropped is, for so many bytes.
pub(crate) fn dropped_len(plain: usize) -> usize {
    cbor::encode(&SealedPart {
        epoch: EpochId([0; 32]),
        sealed: vec![0; plain + hpke::OVERHEAD].into(),
    })
    .len()
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
        let before = self.secrets.all_logs();
        let (epoch, secret) = self
            .epoch_for(book, now, &mut Published::default())?
            .ok_or(ReplicaError::NoEpoch)?;
        // A new epoch may have begun a log.
        if before != self.secrets.all_logs() {
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
        let aad = aad(book, key);
        let written = seal::open_bytes(&secret.record_key(key.id.0.as_bytes()), &aad, &part.sealed);
        let dropped = || hpke::open(&secret.drop_key(), DROPPED_INFO, &aad, &part.sealed).ok();
        written
            .or_else(|| dropped().map(Zeroizing::new))
            .ok_or(ReplicaError::SealedPart)
    }
}

fn aad(book: &BookId, key: &RecordKey) -> Vec<u8> {
    [b"sothon/part/1".as_slice(), &book.0, key.to_string().as_bytes()].concat()
}
