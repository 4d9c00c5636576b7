//! Drops: records that this device writes and cannot read again (design.md §3.6). The access log is made of them, and so
//! are tips.
//!
//! The header of a drop says nothing that follows from what is in it or from when it was written: it names no entry but
//! the one before it, and the height at which its epoch was made or its author became one who may drop, so that what was
//! sealed a day ago and what is made up now look alike (A18).

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use sothon_book::{Act, ActorId, Book};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{ActorNonce, Changes};
use sothon_ledger::{
    Actor, BookId, BookKind, DeviceId, Encoding, EntryId, Envelope, Header, Height, Kind, Right, Scope,
    Suite, seal,
};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey};
use sothon_store::{Batch, Local, Sealed, Shelf};

use crate::publish::trusted;
use crate::replica::{Replica, ReplicaError};
use crate::secrets::{OwnHead, OwnLog, random};

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

/// A record as it is dropped: one change, by an actor that writes nothing else. Also gives its key. `time` is read by the
/// readers alone.
pub(crate) fn alone(
    nonce: ActorNonce,
    book: &BookId,
    device: &DeviceId,
    kind: &str,
    record: RawRecord,
    time: i64,
) -> Result<(RecordKey, Changes), ReplicaError> {
    let actor = nonce.actor(book, device);
    let key = drop_key(kind, device, &actor);
    let mut alone = Book::new();
    alone.set_actor(ActorId(actor.0));
    let edit = Edit::Create {
        key: key.clone(),
        record,
    };
    let change = alone.edit(&[edit], &Act::of_one_change("drop", None))?;
    let changes = Changes {
        time,
        actors: Some(vec![nonce]),
        chunks: vec![change.bytes.into()],
        replaces: None,
    };
    Ok((key, changes))
}

/// What a drop follows in its log: an entry that is published, or one that waits for its slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    pub log: OwnLog,
    /// The height that the entry there names.
    pub height: Height,
}

impl<R: CryptoRng> Replica<R> {
    /// Writes a record into the access log that this device cannot read again, and publishes it at once.
    ///
    /// # Errors
    /// [`ReplicaError::MayNotWrite`] without the right, [`ReplicaError::NoEpoch`] as long as no reader has made an
    /// epoch, [`ReplicaError::TooLarge`] above 2 KB.
    fn drop_access(
        &mut self,
        book: BookId,
        record: RawRecord,
        now: i64,
        local: Vec<Local>,
    ) -> Result<EntryId, ReplicaError> {
        let nonce = ActorNonce::new(*random(&mut self.rng));
        let (_, changes) = alone(nonce, &book, &self.device(), "access", record, trusted(now))?;
        let before = self.last_in_log(&book)?;
        let (envelope, payload) = self.sealed_drop(&book, &changes, before)?;
        self.store_drop(envelope, payload, local)
    }

    /// Publishes a drop.
    pub(crate) fn store_drop(
        &mut self,
        envelope: Envelope,
        payload: Vec<u8>,
        local: Vec<Local>,
    ) -> Result<EntryId, ReplicaError> {
        let book = envelope.header().book;
        let id = self.store_own(envelope, payload, local)?;
        self.settle([book].into())?;
        self.save_vault()?;
        Ok(id)
    }

    /// The end of this device's log in a book.
    pub(crate) fn last_in_log(&mut self, book: &BookId) -> Result<Before, ReplicaError> {
        let log = self.own_log(book, Kind::Drop)?;
        let last = match log.head {
            Some(head) => self.station.store().envelope(&head.id)?,
            None => None,
        };
        let height = last.map_or(Height(0), |last| last.header().height);
        Ok(Before { log, height })
    }

    /// A drop as it travels, sealed to an epoch of its readers: from here on this device cannot read it.
    pub(crate) fn sealed_drop(
        &mut self,
        book: &BookId,
        changes: &Changes,
        before: Before,
    ) -> Result<(Envelope, Vec<u8>), ReplicaError> {
        if !self.may(book, Right::Drop) {
            return Err(ReplicaError::MayNotWrite);
        }
        let to = self.epoch_to_drop_to(book).ok_or(ReplicaError::NoEpoch)?;
        let device = self.device();
        let register = self.register()?;
        let at = register.effective_height();
        let grants = register.rights().grants(&device, book, Right::Drop, at);
        let granted = grants.last().copied().ok_or(ReplicaError::MayNotWrite)?;
        let height = to.height.max(granted).max(before.height);
        let operation = register.operation(height).ok_or(ReplicaError::NotAdmitted)?;
        let header = Header {
            version: sothon_ledger::entry::VERSION,
            book: *book,
            device,
            log: before.log.log,
            seq: before.log.head.map_or(0, |head| head.seq + 1),
            backlink: before.log.head.map(|head| head.id),
            after: Vec::new(),
            height,
            operation: operation.id().tag(),
            kind: Kind::Drop,
            epoch: Some(to.epoch),
            suite: Suite::HpkeX25519,
            encoding: Encoding::ZstdPadded,
            unknown_critical: false,
        };
        let payload = seal::seal_drop(changes, &header.encode(), &to.drop_key, &mut self.rng)
            .map_err(|_| ReplicaError::TooLarge)?;
        let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
        Ok((envelope, payload))
    }

    /// Records in the access log that something was opened or exported. Before the log is open to this device the
    /// record is kept, sealed, and dropped when it is.
    ///
    /// # Errors
    /// [`ReplicaError`]: then nothing may be shown or exported. [`ReplicaError::TooLarge`] where no drop could carry it.
    pub fn log_access(&mut self, record: RawRecord, now: i64) -> Result<(), ReplicaError> {
        let nonce = ActorNonce::new(*random(&mut self.rng));
        let (_, trial) = alone(
            nonce,
            &BookId([0; 16]),
            &self.device(),
            "access",
            record.clone(),
            trusted(now),
        )?;
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
            let Some(book) = self.open_to_drop(BookKind::TipsAccess) else {
                return Ok(made);
            };
            // In one transaction: a crash leaves it either kept or dropped, never both.
            let forget = Local::Forget {
                shelf: Shelf::Setting,
                key,
            };
            match self.drop_access(book, record, now, vec![forget]) {
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

    /// The commune's book of a kind that is open now: of the latest year.
    pub(crate) fn open_to_drop(&self, kind: BookKind) -> Option<BookId> {
        let rights = self.station.register()?.rights();
        let open = |info: &&sothon_ledger::register::BookInfo| info.closed.is_none() && info.erased.is_none();
        rights
            .books()
            .filter(|(_, info)| info.open.kind == kind && info.open.scope == Scope::Commune)
            .filter(|(_, info)| open(info))
            .max_by_key(|(_, info)| info.open.year)
            .map(|(id, _)| *id)
    }
}

/// Where a drop that was sealed stands in its log, for the one that follows it.
pub(crate) fn after(envelope: &Envelope) -> Before {
    let header = envelope.header();
    Before {
        log: OwnLog {
            log: header.log,
            head: Some(OwnHead {
                seq: header.seq,
                id: envelope.id(),
            }),
        },
        height: header.height,
    }
}

const ACCESS_PREFIX: &[u8] = b"access/";
const ACCESS_AAD: &[u8] = b"sothon/access/1";
