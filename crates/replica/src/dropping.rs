//! Drops: records that this device writes and cannot read again (design.md §3.6). The access log is made of them.

use sha2::{Digest as _, Sha256};
use sothon_book::{Act, ActorId, Book};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{ActorNonce, Changes};
use sothon_ledger::{Actor, BookId, BookKind, DeviceId, EntryId, Envelope, Kind, Right, Scope, Suite, seal};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey};
use sothon_store::{Batch, Local, Sealed, Shelf};

use crate::replica::{Replica, ReplicaError};
use crate::secrets::random;
use rand_core::CryptoRng;

/// The key that a drop's record must have: nobody can choose it, so nobody can strike a record that is there (A19).
pub(crate) fn drop_key(kind: &str, device: &DeviceId, actor: &Actor) -> RecordKey {
    let hash = Sha256::new().chain_update(device).chain_update(actor).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    RecordKey {
        kind: kind.to_owned(),
        id: RecordId(uuid::Uuid::from_bytes(id)),
    }
}

/// The kind of record that may be dropped into a book.
pub(crate) fn dropped_kind(book: BookKind) -> Option<&'static str> {
    match book {
        BookKind::Tips => Some("tip"),
        BookKind::TipsAccess => Some("access"),
        _ => None,
    }
}

impl<R: CryptoRng> Replica<R> {
    /// Writes a record that this device cannot read again, and publishes it at once.
    ///
    /// # Errors
    /// [`ReplicaError::MayNotWrite`] without the right, [`ReplicaError::NoEpoch`] as long as no reader has made an
    /// epoch, [`ReplicaError::TooLarge`] above 2 KB.
    pub fn drop_record(
        &mut self,
        book: BookId,
        record: RawRecord,
        now: i64,
    ) -> Result<EntryId, ReplicaError> {
        self.drop_with(book, record, now, Vec::new())
    }

    /// The same, with what is to be on the disk together with it.
    fn drop_with(
        &mut self,
        book: BookId,
        record: RawRecord,
        now: i64,
        local: Vec<Local>,
    ) -> Result<EntryId, ReplicaError> {
        if !self.may(&book, Right::Drop) {
            return Err(ReplicaError::MayNotWrite);
        }
        let live = self.books.get(&book).ok_or(ReplicaError::NoBook)?;
        let kind = dropped_kind(live.open.kind).ok_or(ReplicaError::MayNotWrite)?;
        let (epoch, _, to) = self.epoch_to_drop_to(&book).ok_or(ReplicaError::NoEpoch)?;
        let changes = self.dropped(book, kind, record)?;
        let mut header = self.header(&book, Kind::Drop, Some(epoch), now)?;
        header.suite = Suite::HpkeX25519;
        let payload = seal::seal_drop(&changes, &header.encode(), &to, &mut self.rng)
            .map_err(|_| ReplicaError::TooLarge)?;
        let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
        let id = self.store_own(envelope, payload, local)?;
        self.settle([book].into())?;
        self.save_vault()?;
        Ok(id)
    }

    /// A record as it is dropped: one change, by an actor that writes nothing else.
    fn dropped(&mut self, book: BookId, kind: &str, record: RawRecord) -> Result<Changes, ReplicaError> {
        let device = self.device();
        let nonce = ActorNonce::new(*random(&mut self.rng));
        let actor = nonce.actor(&book, &device);
        let mut alone = Book::new();
        alone.set_actor(ActorId(actor.0));
        let edit = Edit::Create {
            key: drop_key(kind, &device, &actor),
            record,
        };
        let change = alone.edit(&[edit], &Act::of_one_change("drop", None))?;
        Ok(Changes {
            time: 0,
            actors: Some(vec![nonce]),
            chunks: vec![change.bytes.into()],
            replaces: None,
        })
    }

    /// Records in the access log that something was opened or exported. Before the log is open to this device the
    /// record is kept, sealed, and dropped when it is.
    ///
    /// # Errors
    /// [`ReplicaError`]: then nothing may be shown or exported. [`ReplicaError::TooLarge`] where no drop could carry it.
    pub fn log_access(&mut self, record: RawRecord, now: i64) -> Result<(), ReplicaError> {
        let trial = self.dropped(BookId([0; 16]), "access", record.clone())?;
        let nobody = AgreeSecret::generate(&mut self.rng).public();
        seal::seal_drop(&trial, &[], &nobody, &mut self.rng).map_err(|_| ReplicaError::TooLarge)?;
        let key = random::<16>(&mut self.rng).to_vec();
        let plain = serde_json::to_vec(&record).map_err(|_| ReplicaError::TooLarge)?;
        let sealed = Sealed(seal::seal_bytes(
            &self.secrets.local,
            ACCESS_AAD,
            &plain,
            &mut self.rng,
        ));
        let keep = Local::Keep {
            shelf: Shelf::Setting,
            key: [ACCESS_PREFIX, &key].concat(),
            sealed,
        };
        self.station.archive.add(Batch {
            local: vec![keep],
            ..Batch::default()
        })?;
        self.drop_accesses(now).map(|_| ())
    }

    /// Drops what was recorded before the log could be written to. Says which entries that made.
    pub(crate) fn drop_accesses(&mut self, now: i64) -> Result<Vec<EntryId>, ReplicaError> {
        let mut made = Vec::new();
        for (key, sealed) in self.station.store().all_kept(Shelf::Setting)? {
            if !key.starts_with(ACCESS_PREFIX) {
                continue;
            }
            let Some(plain) = seal::open_bytes(&self.secrets.local, ACCESS_AAD, &sealed.0) else {
                continue;
            };
            let Ok(record) = serde_json::from_slice::<RawRecord>(&plain) else {
                continue;
            };
            let Some(book) = self.access_log() else {
                return Ok(made);
            };
            // In one transaction: a crash leaves it either kept or dropped, never both.
            let forget = Local::Forget {
                shelf: Shelf::Setting,
                key,
            };
            match self.drop_with(book, record, now, vec![forget]) {
                Ok(id) => made.push(id),
                // Not yet admitted, or no more: it waits, and what else is to be published does not wait for it.
                Err(ReplicaError::NoEpoch | ReplicaError::NoBook | ReplicaError::MayNotWrite) => {
                    return Ok(made);
                }
                Err(ReplicaError::TooLarge | ReplicaError::Edit(_)) => {
                    tracing::error!("a record for the access log cannot be dropped and stays here");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    fn access_log(&self) -> Option<BookId> {
        let rights = self.station.register()?.rights();
        let open = |info: &&sothon_ledger::register::BookInfo| info.closed.is_none() && info.erased.is_none();
        rights
            .books()
            .filter(|(_, info)| info.open.kind == BookKind::TipsAccess && info.open.scope == Scope::Commune)
            .filter(|(_, info)| open(info))
            .max_by_key(|(_, info)| info.open.year)
            .map(|(id, _)| *id)
    }
}

const ACCESS_PREFIX: &[u8] = b"access/";
const ACCESS_AAD: &[u8] = b"sothon/access/1";
