//! An unlocked device: its books, open; what it edits, publishes and takes in.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::mpsc;

use rand_core::CryptoRng;
use sothon_archive::CourierError;
use sothon_book::ActorId;
use sothon_ledger::outside::Notice;
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::slip::FirstTrust;
use sothon_ledger::{
    BookId, BookKind, ChangeHash, DeviceId, EntryId, Kind, Operation, Register, Right, Root, Scope, Seq,
    TransportKey,
};
use sothon_records::RecordKey;
use sothon_store::{Batch, Fault, Local, LogKey, OpenError as StoreOpenError, PutError, Row, Store};
use sothon_vault::{Cost, KeyStore, Passphrase, Vault, file};

use crate::checkpoints::Start;
use crate::files::FileError;
use crate::invitations::InvitationError;
use crate::keeping::AgreeKeys;
use crate::live::Live;
use crate::pending::{Pending, saved};
use crate::publish::Published;
use crate::registrar::{self, Registrar, RegistrarError};
use crate::secrets::{Secrets, random};
use crate::snapshot::DUE;
use crate::station::{Folder, Station, StationError, Taken};
use crate::unwrapping::Tried;

/// How many entries are read from the store at a time.
const PAGE: usize = 512;

/// Why a device does not open, or cannot do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplicaError {
    /// Its files.
    #[error(transparent)]
    Station(#[from] StationError),
    /// The passphrase, or the vault.
    #[error(transparent)]
    Unlock(#[from] sothon_vault::OpenError),
    /// The vault could not be sealed.
    #[error(transparent)]
    Seal(#[from] sothon_vault::SealError),
    /// The vault's file.
    #[error(transparent)]
    File(#[from] file::FileError),
    /// What the vault holds is not what this version knows.
    #[error("the vault's secrets are not known here")]
    Secrets,
    /// The store could not be written.
    #[error(transparent)]
    Put(#[from] PutError),
    /// The store could not be read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The store could not be made.
    #[error(transparent)]
    Store(#[from] StoreOpenError),
    /// The register.
    #[error(transparent)]
    Registrar(#[from] RegistrarError),
    /// The commune has not admitted this device, or the register has not arrived.
    #[error("the commune has not admitted this device yet")]
    NotAdmitted,
    /// The book is not in the register.
    #[error("there is no such book")]
    NoBook,
    /// The device may not write in the book.
    #[error("this device may not write in that book")]
    MayNotWrite,
    /// An act in several books is undone whole or not at all, and somebody has changed since what it wrote.
    #[error("what the act wrote in several books was changed since: it is not undone in part")]
    ChangedSince,
    /// The device may not read the book, or its secret has not arrived.
    #[error("this device cannot read that book")]
    CannotRead,
    /// The book is being built again and cannot be written now.
    #[error("the book cannot be written now")]
    Unusable,
    /// Something that the book's log holds is not here or cannot be opened: no checkpoint can be made of it.
    #[error("the book is not here as a whole")]
    NotWhole,
    /// No checkpoint is made of a book of drops: by its length it would tell what two of them share (A31), and who starts
    /// fetches every drop anyway.
    #[error("no checkpoint is made of a book of drops")]
    OfDrops,
    /// An edit.
    #[error(transparent)]
    Edit(#[from] sothon_book::EditError),
    /// An act cannot be undone.
    #[error(transparent)]
    Undo(#[from] sothon_book::UndoError),
    /// No reader has made an epoch of the book that this device could use.
    #[error("the book has no key yet that this device could use")]
    NoEpoch,
    /// A sealed part does not open.
    #[error("the sealed part does not open with what this device holds")]
    SealedPart,
    /// The register names another reading key on paper for that compartment and year, or none.
    #[error("that is not the reading key of the compartment and year")]
    NotTheKey,
    /// This device has sealed no such tip.
    #[error("this device has sealed no such tip")]
    NoTip,
    /// The text of a tip that came in parts is not edited: it is what somebody told.
    #[error("the text of a tip that came in parts is not edited")]
    InParts,
    /// Nothing can be sealed to the device that wrote this: its key is not known.
    #[error("the key of who wrote this is not known here")]
    NoKeyOfAuthor,
    /// One save was more than one entry can carry.
    #[error("that is more than can be saved at once")]
    TooLarge,
    /// A file of a record.
    #[error(transparent)]
    OfFile(#[from] FileError),
    /// An invitation, or a request that answers one.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// A courier file cannot be made or taken in.
    #[error(transparent)]
    Courier(#[from] CourierError),
    /// The register that came is not the one that the slip of this device names (A33). Nothing was taken in.
    #[error("the register is another than the slip names")]
    RegisterDiffers,
    /// No relay has confirmed since the start that the register ends where this machine thinks it does (B13). Nothing was
    /// written.
    #[error("no relay has confirmed the end of the register since this program was started")]
    Unconfirmed,
}

/// What happened in an unlocked device.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Records of a book may read differently now.
    Records {
        /// The book.
        book: BookId,
        /// The records.
        keys: BTreeSet<RecordKey>,
    },
    /// Books were opened or became readable.
    Books,
    /// The register grew.
    Register,
    /// How far records have come may read differently now.
    Delivery,
    /// Files of a book have come.
    Files(BookId),
    /// Somebody answered an invitation of this device.
    Invitations,
}

/// An unlocked device.
pub struct Replica<R> {
    pub(crate) station: Station,
    pub(crate) vault: sothon_vault::Opened,
    pub(crate) secrets: Secrets,
    pub(crate) books: BTreeMap<BookId, Live>,
    pub(crate) pending: BTreeMap<BookId, Vec<Pending>>,
    /// The random part of the actor that this device writes with in a book, since it was started (§3.2).
    pub(crate) actors: HashMap<BookId, ActorNonce>,
    /// Agree keys that devices published.
    pub(crate) agree: HashMap<DeviceId, AgreeKeys>,
    /// What it was told of books into which it only drops.
    pub(crate) notices: BTreeMap<BookId, Vec<Notice>>,
    /// What each relay said in the last session that it holds: by log, the place up to which it holds all branches.
    pub(crate) relayed: HashMap<TransportKey, HashMap<LogKey, Seq>>,
    /// The same of files: it holds what these entries announce, too.
    pub(crate) relayed_files: HashMap<TransportKey, HashMap<LogKey, Seq>>,
    /// Changes that were written again and counted as little, since the device was opened.
    pub(crate) tried_again: HashSet<ChangeHash>,
    /// Wraps that were tried.
    pub(crate) tried_wraps: Tried,
    /// Requests that came through sessions and answered no open invitation, since the device was opened.
    pub(crate) unproved: u64,
    /// Books of which this device reads what is in them from a checkpoint, or may.
    pub(crate) starts: BTreeMap<BookId, Start>,
    /// Whether it plays all offices, as in a commune for practice.
    pub(crate) plays_all: bool,
    /// Whether the vault could not be saved with the last entry of each of this device's logs: then that is tried again.
    pub(crate) vault_behind: bool,
    /// What was published as a part of another act: told with what is published next.
    pub(crate) untold: Published,
    pub(crate) rng: R,
    subscribers: Vec<mpsc::Sender<Event>>,
}

/// What founding a commune gives: the device that is the registrar's, and the sheet to print.
pub struct Founded<R> {
    /// The device.
    pub replica: Replica<R>,
    /// The recovery key's secret half, to be printed. The device keeps it until it is said to be on paper
    /// ([`Replica::forget_recovery`]), so that no crash in between loses it.
    pub recovery: zeroize::Zeroizing<[u8; 32]>,
}

/// How a device's vault is made.
pub struct Lock<'a> {
    /// The passphrase.
    pub passphrase: &'a Passphrase,
    /// What a guess costs.
    pub cost: Cost,
    /// The machine's key store.
    pub key_store: &'a dyn KeyStore,
}

impl<R: CryptoRng> Replica<R> {
    /// Founds a commune on this device, which becomes the registrar's: the register with this device admitted in
    /// `role`. Books are opened by [`Replica::open_books`]. The recovery key stays in the vault until
    /// [`Replica::forget_recovery`].
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing is left behind where the folder holds a device already.
    pub fn found(
        folder: Folder,
        lock: &Lock<'_>,
        role: sothon_ledger::Role,
        scopes: Vec<Scope>,
        time: i64,
        mut rng: R,
    ) -> Result<Founded<R>, ReplicaError> {
        let registrar_key = ed25519_dalek::SigningKey::from_bytes(&random(&mut rng));
        let recovery = random::<32>(&mut rng);
        let recovery_public = ed25519_dalek::SigningKey::from_bytes(&recovery)
            .verifying_key()
            .to_bytes();
        let found = registrar::found(&registrar_key, recovery_public, time, &mut rng);
        let root = found.root().ok_or(ReplicaError::NotAdmitted)?;
        let mut secrets = Secrets::generate(&mut rng);
        secrets.registrar = Some(registrar_key);
        secrets.recovery = Some(recovery.clone());
        let mut replica = Self::make(folder, lock, root, secrets, rng)?;
        replica.take_operations(vec![found], Vec::new())?;
        let request = sothon_ledger::slip::RequestSlip::new(
            root,
            replica.station.transport_key(),
            &replica.secrets.sign,
        );
        replica.register_op(time, |registrar, _| registrar.admit(&request, role, scopes, None))?;
        Ok(Founded { replica, recovery })
    }

    /// The recovery key of a commune that was founded here, while nobody has shown that it is on paper.
    pub fn recovery(&self) -> Option<&zeroize::Zeroizing<[u8; 32]>> {
        self.secrets.recovery.as_ref()
    }

    /// The recovery key is on paper: from now on the device has it no more.
    ///
    /// # Errors
    /// The vault could not be written: the key is kept.
    pub fn forget_recovery(&mut self) -> Result<(), ReplicaError> {
        let Some(key) = self.secrets.recovery.take() else {
            return Ok(());
        };
        let forgotten = self.save_vault();
        if forgotten.is_err() {
            self.secrets.recovery = Some(key);
        }
        forgotten
    }

    /// Makes a device for a commune that will admit it, by the commune's slip or an invitation. The slip is kept sealed.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn join(
        folder: Folder,
        lock: &Lock<'_>,
        slip: impl Into<FirstTrust>,
        mut rng: R,
    ) -> Result<Self, ReplicaError> {
        let slip = slip.into();
        let mut secrets = Secrets::generate(&mut rng);
        let root = slip.root();
        secrets.joined_by = Some(slip);
        Self::make(folder, lock, root, secrets, rng)
    }

    fn make(
        folder: Folder,
        lock: &Lock<'_>,
        root: Root,
        secrets: Secrets,
        mut rng: R,
    ) -> Result<Self, ReplicaError> {
        if folder.vault().exists() {
            return Err(StationError::Exists(folder.path().to_owned()).into());
        }
        std::fs::create_dir_all(folder.path())
            .map_err(|_| StationError::Missing(folder.path().to_owned()))?;
        let store = Store::open_or_create(&folder.store(), root)?;
        drop(store);
        let open_part = secrets.open_part(root, &mut rng);
        let (_, bytes) = Vault::create(
            lock.passphrase,
            lock.cost,
            &open_part,
            &secrets.encode(),
            lock.key_store,
            &mut rng,
        )?;
        file::replace(&folder.vault(), &bytes)?;
        Self::open(folder, lock.passphrase, lock.key_store, rng)
    }

    /// Unlocks a device.
    ///
    /// # Errors
    /// [`ReplicaError`]; a wrong passphrase costs time, never data.
    pub fn open(
        folder: Folder,
        passphrase: &Passphrase,
        key_store: &dyn KeyStore,
        rng: R,
    ) -> Result<Self, ReplicaError> {
        let station = Station::open(folder)?;
        Self::unlock(station, passphrase, key_store, rng)
    }

    /// Unlocks a device that works while locked.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn unlock(
        station: Station,
        passphrase: &Passphrase,
        key_store: &dyn KeyStore,
        rng: R,
    ) -> Result<Self, ReplicaError> {
        let (vault, _) = Station::vault(station.folder())?;
        let (vault, secret) = vault.open(passphrase, key_store)?;
        let secrets = Secrets::decode(&secret).ok_or(ReplicaError::Secrets)?;
        let mut replica = Replica {
            station,
            vault,
            secrets,
            books: BTreeMap::new(),
            pending: BTreeMap::new(),
            actors: HashMap::new(),
            agree: HashMap::new(),
            notices: BTreeMap::new(),
            relayed: HashMap::new(),
            relayed_files: HashMap::new(),
            tried_again: HashSet::new(),
            tried_wraps: Tried::default(),
            plays_all: false,
            vault_behind: false,
            untold: Published::default(),
            unproved: 0,
            starts: BTreeMap::new(),
            rng,
            subscribers: Vec::new(),
        };
        replica.load()?;
        // Of an act that was not saved when the program died. A disk that is full for this is no reason not to open.
        replica.drop_unnamed().ok();
        replica.recall_relays();
        Ok(replica)
    }

    /// Locks: secrets and records are dropped. What had to be published was published by [`Replica::publish`].
    pub fn lock(mut self) -> Station {
        self.keep_snapshots_at_lock();
        self.station
    }

    /// The part of the device that works while it is locked.
    pub fn station(&self) -> &Station {
        &self.station
    }

    /// The commune.
    pub fn root(&self) -> Root {
        self.station.root()
    }

    /// This device.
    pub fn device(&self) -> DeviceId {
        self.station.device()
    }

    /// The register.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before its first operation is here.
    pub fn register(&self) -> Result<&Register, ReplicaError> {
        self.station.register().ok_or(ReplicaError::NotAdmitted)
    }

    /// Hears of what happens from now on.
    pub fn subscribe(&mut self) -> mpsc::Receiver<Event> {
        let (sender, receiver) = mpsc::channel();
        self.subscribers.push(sender);
        receiver
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.subscribers
            .retain(|subscriber| subscriber.send(event.clone()).is_ok());
    }

    /// The open book of a row of the table, a scope and a year.
    ///
    /// # Errors
    /// [`ReplicaError::NoBook`].
    pub fn find_book(&self, kind: BookKind, scope: Scope, year: u32) -> Result<BookId, ReplicaError> {
        self.register()?
            .rights()
            .open_book(kind, scope, year)
            .ok_or(ReplicaError::NoBook)
    }

    /// The books that this device can read now.
    pub fn readable(&self) -> impl Iterator<Item = &sothon_ledger::register::OpenBook> {
        self.books
            .values()
            .filter(|live| live.is_readable())
            .map(|live| &live.open)
    }

    /// The books whose records this device shows: those that it can read, those in which nobody has written yet and it may
    /// be the first, and those in which it has written what nobody can read yet.
    pub fn shown(&self) -> impl Iterator<Item = &sothon_ledger::register::OpenBook> {
        self.books
            .iter()
            .filter(|(id, live)| {
                live.is_readable()
                    || live.is_new() && self.counts_as_reader(id)
                    || self.pending.get(*id).is_some_and(|pending| !pending.is_empty())
            })
            .map(|(_, live)| &live.open)
    }

    /// Whether this device may do something in a book now.
    pub fn may(&self, book: &BookId, right: Right) -> bool {
        self.station.register().is_some_and(|register| {
            register
                .rights()
                .may(&self.device(), book, right, register.effective_height())
        })
    }

    /// Signs register operations, on the registrar's machine, once its head is confirmed.
    ///
    /// # Errors
    /// [`ReplicaError`]; the register is as it was.
    pub(crate) fn register_op<T>(
        &mut self,
        time: i64,
        work: impl FnOnce(&mut Registrar<'_>, &mut R) -> Result<T, RegistrarError>,
    ) -> Result<T, ReplicaError> {
        self.register_op_with(time, Vec::new(), work)
    }

    /// The same, and stores `local` in the same transaction.
    pub(crate) fn register_op_with<T>(
        &mut self,
        time: i64,
        local: Vec<Local>,
        work: impl FnOnce(&mut Registrar<'_>, &mut R) -> Result<T, RegistrarError>,
    ) -> Result<T, ReplicaError> {
        self.is_confirmed()?;
        self.register_op_unasked(time, local, work)
    }

    /// The same where no relay can be asked: the recovery sheet has just decided what counts, or the relay itself is gone.
    pub(crate) fn register_op_unasked<T>(
        &mut self,
        time: i64,
        local: Vec<Local>,
        work: impl FnOnce(&mut Registrar<'_>, &mut R) -> Result<T, RegistrarError>,
    ) -> Result<T, ReplicaError> {
        let mut register = self.station.register().ok_or(ReplicaError::NotAdmitted)?.clone();
        let key = self.secrets.registrar_of(&register).cloned();
        let key = &key.ok_or(RegistrarError::NotRegistrar)?;
        let mut registrar = Registrar {
            register: &mut register,
            key,
            time,
            added: Vec::new(),
        };
        let done = work(&mut registrar, &mut self.rng)?;
        let added = registrar.added;
        self.take_operations(added, local)?;
        Ok(done)
    }

    /// Stores operations that this device signed and takes them in.
    pub(crate) fn take_operations(
        &mut self,
        operations: Vec<Operation>,
        local: Vec<Local>,
    ) -> Result<(), ReplicaError> {
        self.station.archive.add(Batch {
            operations,
            local,
            ..Batch::default()
        })?;
        self.absorb(&Taken {
            register_grew: true,
            ..Taken::default()
        })
    }

    /// Brings all books up to date with the log, which is the only truth: from their snapshots where these fit.
    fn load(&mut self) -> Result<(), ReplicaError> {
        let Some(register) = self.station.register().cloned() else {
            return Ok(());
        };
        let all: BTreeSet<BookId> = register.rights().books().map(|(id, _)| *id).collect();
        let begun = self.begin(register.rights().books().map(|(_, info)| info.open.clone()));
        self.books = begun.into_iter().map(|live| (live.open.book, live)).collect();
        self.read_entries(&all)?;
        self.read_notices()?;
        self.recall_read()?;
        // Keys and epochs first, without which nothing opens: the commune's books state them.
        self.settle(all.clone())?;
        self.load_pending()?;
        self.refuse_unfit()?;
        self.look_for_checkpoints()?;
        self.confirm_doubted()?;
        let device = self.device();
        for (book, pending) in &self.pending {
            if let Some(live) = self.books.get_mut(book) {
                for change in pending {
                    live.wrote_here(ActorId(change.actor.actor(book, &device).0), device);
                }
                // What does not fit stays pending and is shown as held back.
                live.restore(&saved(Some(pending)), device);
            }
        }
        self.keep_snapshots(DUE);
        Ok(())
    }

    /// Reads from the log the books whose snapshots say something else than the log.
    fn refuse_unfit(&mut self) -> Result<(), ReplicaError> {
        let mut unfit = BTreeSet::new();
        for (id, live) in &mut self.books {
            let pending = self.pending.get(id).into_iter().flatten();
            if !live.is_from_snapshot() {
                continue;
            }
            if live.fits(pending.map(|change| change.hash)) || live.begin_from_what_counts() {
                live.forget_known();
            } else {
                *live = Live::with_useless_snapshot(live.open.clone());
                unfit.insert(*id);
            }
        }
        if unfit.is_empty() {
            return Ok(());
        }
        self.read_entries(&unfit)?;
        self.settle(unfit)
    }

    /// Rewrites the vault with what the device must not forget.
    pub(crate) fn save_vault(&mut self) -> Result<(), ReplicaError> {
        let bytes = self.vault.reseal(&self.secrets.encode(), &mut self.rng)?;
        file::replace(&self.station.folder().vault(), &bytes)?;
        Ok(())
    }

    /// What is held of entries, for a look from outside: by kind, how many there are.
    pub fn entry_counts(&self) -> Result<BTreeMap<&'static str, usize>, ReplicaError> {
        let mut counts = BTreeMap::new();
        let mut row = Row::default();
        loop {
            let page = self.station.store().envelopes_since(row, PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(counts);
            };
            row = *last;
            for (_, envelope) in &page {
                *counts.entry(kind_name(envelope.header().kind)).or_default() += 1;
            }
        }
    }

    /// Which entries brought a change.
    pub(crate) fn carriers(&self, book: &BookId, hash: &ChangeHash) -> impl Iterator<Item = EntryId> {
        let live = self.books.get(book).into_iter();
        live.flat_map(|live| live.carriers_of(hash))
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Changes => "changes",
        Kind::Checkpoint => "checkpoint",
        Kind::Epoch => "epoch",
        Kind::Yes => "yes",
        Kind::Keys => "keys",
        Kind::Drop => "drop",
        Kind::Reply => "reply",
        Kind::Receipt => "receipt",
        Kind::Final => "final",
        Kind::File => "file",
        _ => "unknown",
    }
}
