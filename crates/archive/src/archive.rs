//! Store, register and index of wraps together, and how what was received gets in.

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::register::{Register, RegisterError};
use sothon_ledger::suspension::{Note, Suspensions};
use sothon_ledger::{
    Added, BookId, DeviceId, Digest, EntryId, Envelope, EpochId, Height, Operation, Right, Root, Wrap, WrapId,
};
use sothon_store::{Batch as StoreBatch, BlobPart, Fault, Put, PutError, Stamp, Store, StoredKnock};
use sothon_sync::{Batch, Changed, LeftOut, LogName, NotNowReason, StoreOutcome};

use crate::notices::{self, Concerns};
use crate::saves::SavePart;
use crate::waiting::Waiting;
use crate::wraps::Wraps;

/// The most operations beside the chain that are kept: evidence of a fork needs few.
const MOST_BRANCH_OPERATIONS: usize = 1000;
/// The most wraps by one device: some ten books, devices and epochs a month, for many years.
const MOST_WRAPS_BY_DEVICE: usize = 100_000;
/// The most wraps by one device of one epoch for one receiver: one for each key that the receiver stated, of which an honest
/// one has more only where its disk was set back.
const MOST_WRAPS_ALIKE: usize = 16;
/// The most notices of one book that are kept: those of a year are some hundreds.
const MOST_NOTICES: usize = 10_000;

/// Why a store cannot be read into an archive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// What the disk or the file does not allow.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The stored operations do not follow one another.
    #[error("the stored register is damaged")]
    Register(#[from] RegisterError),
}

/// Store, register and index of wraps of one commune.
#[derive(Debug)]
pub struct Archive {
    pub(crate) store: Store,
    pub(crate) register: Option<Register>,
    pub(crate) wraps: Wraps,
    /// What of the logs held here concerns who only drops.
    pub(crate) concerns: Concerns,
    /// What was served to us out of its log: what concerns us, and how many there are by book.
    pub(crate) noticed: Concerns,
    noticed_count: BTreeMap<BookId, usize>,
    /// Who asks to be admitted, the oldest first.
    pub(crate) knocks: Vec<StoredKnock>,
    pub(crate) suspensions: Suspensions,
    waiting: Waiting,
}

/// Decides, per entry and per part of a checkpoint's save, whether it is taken now: `Some` says why not, and for how many
/// seconds. Last are the bytes that it would take.
pub type Gate<'a> = dyn FnMut(&Archive, &Envelope, u64) -> Option<(NotNowReason, u64)> + 'a;

/// What became of batches.
#[derive(Debug, Default)]
pub struct Taken {
    /// One for each batch, in their order.
    pub outcomes: Vec<StoreOutcome>,
    /// What is new on the disk.
    pub put: Put,
    /// Whether the register has grown.
    pub register_grew: bool,
    /// How many suspensions were new.
    pub suspensions: usize,
    /// What is new, for the other sessions.
    pub changed: Changed,
    /// What stood in the way, where an outcome is [`StoreOutcome::Failed`].
    pub fault: Option<PutError>,
}

impl Archive {
    /// Reads register and wraps out of a store.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn open(store: Store) -> Result<Archive, ArchiveError> {
        let register = load_register(&store)?;
        let mut wraps = Wraps::default();
        for wrap in store.wraps()? {
            wraps.add(&wrap);
        }
        let knocks = store.knocks()?;
        let mut suspensions = Suspensions::default();
        if let Some(register) = &register {
            for note in store.suspensions()? {
                suspensions.take(register, note);
            }
        }
        let mut archive = Archive {
            store,
            register,
            wraps,
            concerns: Concerns::default(),
            noticed: Concerns::default(),
            noticed_count: BTreeMap::new(),
            knocks,
            suspensions,
            waiting: Waiting::default(),
        };
        for book in archive.store.noticed_books()? {
            for (envelope, payload) in archive.store.notices(&book)? {
                archive.noticed(&envelope, &payload);
            }
        }
        archive.look_after_new_books()?;
        Ok(archive)
    }

    /// Looks after books into which somebody may drop, as soon as the register has opened them.
    fn look_after_new_books(&mut self) -> Result<(), Fault> {
        let Some(register) = &self.register else {
            return Ok(());
        };
        let dropped_into = register.rights().books().filter(|(book, info)| {
            let mut grants = info.open.grants.iter();
            grants.any(|grant| grant.right == Right::Drop) && !self.concerns.has(book)
        });
        for book in dropped_into.map(|(book, _)| *book).collect::<Vec<_>>() {
            notices::read(&self.store, register, &book, &mut self.concerns)?;
        }
        Ok(())
    }

    fn noticed(&mut self, envelope: &Envelope, payload: &[u8]) {
        let book = envelope.header().book;
        self.noticed.open(book);
        self.noticed.add(envelope, payload);
        *self.noticed_count.entry(book).or_default() += 1;
    }

    /// Notes the notices of a batch that were new.
    fn notice(&mut self, notices: &[(Envelope, Vec<u8>)], put: &Put) {
        for (envelope, payload) in notices {
            if put.notices.contains(&envelope.id()) {
                self.noticed(envelope, payload);
            }
        }
    }

    /// Notes what of entries that were stored concerns who only drops.
    fn concern(&mut self, entries: &[(Envelope, Option<Vec<u8>>)]) {
        for (envelope, payload) in entries {
            if let Some(payload) = payload {
                self.concerns.add(envelope, payload);
            }
        }
    }

    /// The same of entries whose payload came later.
    fn concern_late(&mut self, payloads: &[(EntryId, Vec<u8>)]) {
        for (id, payload) in payloads {
            // What cannot be read now is looked at when the store is opened again.
            if let Ok(Some(envelope)) = self.store.envelope(id) {
                self.concerns.add(&envelope, payload);
            }
        }
    }

    /// The commune.
    pub fn root(&self) -> Root {
        self.store.root()
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The store, for what is not received: a device's own entries and sealed things. Operations and wraps must come in
    /// through [`Archive::add`].
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// The register; `None` before its first operation has come.
    pub fn register(&self) -> Option<&Register> {
        self.register.as_ref()
    }

    /// The wraps that were made of an epoch for a device.
    pub fn wraps_for(&self, epoch: &EpochId, device: &DeviceId) -> Vec<WrapId> {
        self.wraps.made_for(epoch, device)
    }

    /// Stores what this replica made itself, register operations and wraps included.
    ///
    /// # Errors
    /// [`PutError`]; nothing is stored then.
    pub fn add(&mut self, batch: StoreBatch) -> Result<Put, PutError> {
        let mut register = None;
        for operation in &batch.operations {
            let grown = register.get_or_insert_with(|| self.register.clone());
            grow(grown, self.store.root(), operation.clone());
        }
        let wraps = batch.wraps.clone();
        let (entries, notices) = (batch.entries.clone(), batch.notices.clone());
        let put = self.store.put(batch)?;
        if let Some(register) = register {
            self.register = register;
            self.answer_knocks();
            self.settle_suspensions();
            self.look_after_new_books()?;
        }
        wraps.iter().for_each(|wrap| self.wraps.add(wrap));
        self.concern(&entries);
        self.notice(&notices, &put);
        Ok(put)
    }

    /// Stores what sessions have received, in one transaction if nothing stands against it. What is not well-formed, or
    /// by nobody whom the register knows, is left out; of a log, nothing after an entry that `gate` leaves out is taken.
    ///
    /// `stamp` makes the sealed moment at which entries are first held (devices; a relay gives none), `day` is the day on
    /// which use is counted (relays).
    pub fn take_in(
        &mut self,
        mut batches: Vec<Batch>,
        stamp: &mut dyn FnMut() -> Option<Stamp>,
        day: Option<i64>,
        gate: &mut Gate<'_>,
    ) -> Taken {
        let mut taken = Taken::default();
        let before = self.register.as_ref().map(Register::head);
        let notes: Vec<Note> = batches
            .iter_mut()
            .flat_map(|batch| std::mem::take(&mut batch.notes))
            .collect();
        let prepared: Vec<Prepared> = batches
            .into_iter()
            .map(|batch| self.prepare(batch, gate))
            .collect();
        let whole = merge(prepared.iter().map(|one| one.batch(day)), stamp());
        match self.store.put(whole) {
            Ok(put) => {
                for one in &prepared {
                    self.note(one, &put);
                    taken.outcomes.push(one.outcome());
                }
                taken.put = put;
            }
            // One of them is at fault, or the disk: each by itself, so that nobody pays for another.
            Err(_) => {
                let mut torn = false;
                for one in &prepared {
                    // Operations that follow one which is not on the disk must not get there.
                    if torn && !one.operations.is_empty() {
                        taken.outcomes.push(StoreOutcome::Failed);
                        continue;
                    }
                    match self.store.put(merge([one.batch(day)], stamp())) {
                        Ok(put) => {
                            self.note(one, &put);
                            taken.outcomes.push(one.outcome());
                            add_up(&mut taken.put, put);
                        }
                        Err(error) => {
                            torn |= !one.operations.is_empty();
                            taken.outcomes.push(StoreOutcome::Failed);
                            taken.fault = Some(error);
                        }
                    }
                }
                // What was not stored must not be known either.
                match load_register(&self.store) {
                    Ok(register) => self.register = register,
                    // Then nothing can be said of anybody until the store is opened again.
                    Err(_) => self.register = None,
                }
            }
        }
        taken.changed = self.changed(&taken.put);
        taken.register_grew = self.register.as_ref().map(Register::head) != before;
        if taken.register_grew {
            self.answer_knocks();
            self.settle_suspensions();
            if let Err(fault) = self.look_after_new_books() {
                taken.fault = Some(fault.into());
            }
        }
        match self.take_suspensions(notes) {
            // Everybody's rights are looked at again, as after an operation.
            Ok(new) => {
                taken.suspensions = new;
                taken.register_grew |= new > 0;
                taken.changed.register |= new > 0;
            }
            // They come again with the next session.
            Err(error) => taken.fault = taken.fault.or(Some(error)),
        }
        taken
    }

    /// Whether a device was ever admitted.
    pub fn knows(&self, device: &DeviceId) -> bool {
        self.register
            .as_ref()
            .is_some_and(|register| register.rights().device(device).is_some())
    }

    /// Sorts out what of a batch can be stored. Operations are known from here on, so that what follows them is too.
    fn prepare(&mut self, batch: Batch, gate: &mut Gate<'_>) -> Prepared {
        let mut out = Prepared::default();
        for operation in batch.operations {
            if grow(&mut self.register, self.store.root(), operation.clone()) {
                out.operations.push(operation);
            }
        }
        for entry in batch.entries {
            let log = log_name(&entry.envelope);
            if out.left_out.iter().any(|left| left.log == log) {
                continue;
            }
            let refused = if self.knows(&log.device) {
                let size = entry.envelope.bytes().len() as u64 + entry.envelope.payload_len();
                let refused = gate(self, &entry.envelope, size);
                refused.or_else(|| self.has_to_wait(&entry.envelope))
            } else {
                Some((NotNowReason::UnknownDevice, 3600))
            };
            match refused {
                Some((reason, seconds)) => out.left_out.push(LeftOut { log, reason, seconds }),
                None => out.entries.push((entry.envelope, entry.payload)),
            }
        }
        let missing = batch.payloads.into_iter().filter(|payload| {
            self.store.has(&payload.entry).unwrap_or(false)
                || out
                    .entries
                    .iter()
                    .any(|(envelope, _)| envelope.id() == payload.entry)
        });
        out.payloads = missing.map(|payload| (payload.entry, payload.bytes)).collect();
        out.notices = batch
            .notices
            .into_iter()
            .filter(|notice| self.takes_notice(&notice.envelope))
            .filter_map(|notice| Some((notice.envelope, notice.payload?)))
            .collect();
        for part in batch.blobs {
            if out.saves_left_out.contains(&part.digest) {
                continue;
            }
            match self.save_part(part, gate) {
                SavePart::Taken(part) => out.blob_parts.push(part),
                SavePart::NoRoom(digest) => out.saves_left_out.push(digest),
                SavePart::NotOne => {}
            }
        }
        let mut new = Wraps::default();
        for wrap in batch.wraps {
            if self.takes(&wrap, &new) {
                new.add(&wrap);
                out.wraps.push(wrap);
            }
        }
        out
    }

    /// What names a height above ours is kept until the register comes, but not any number of it.
    fn has_to_wait(&mut self, envelope: &Envelope) -> Option<(NotNowReason, u64)> {
        let ours = self.register.as_ref().map_or(Height(0), Register::height);
        let header = envelope.header();
        let too_many = self.waiting.is_too_many(header.device, header.height, ours);
        too_many.then_some((NotNowReason::HeightAhead, 24 * 3600))
    }

    /// Whether a wrap is taken beside those that are held and those that are new with it.
    fn takes(&self, wrap: &Wrap, new: &Wraps) -> bool {
        self.knows(&wrap.from())
            && self.wraps.by(&wrap.from()) + new.by(&wrap.from()) < MOST_WRAPS_BY_DEVICE
            && self.wraps.like(wrap) + new.like(wrap) < MOST_WRAPS_ALIKE
            && self
                .register
                .as_ref()
                .is_some_and(|register| register.rights().book(&wrap.book()).is_some())
    }

    fn takes_notice(&self, envelope: &Envelope) -> bool {
        let header = envelope.header();
        let held = self.noticed_count.get(&header.book).copied().unwrap_or(0);
        self.knows(&header.device) && held < MOST_NOTICES
    }

    fn note(&mut self, stored: &Prepared, put: &Put) {
        for wrap in &stored.wraps {
            self.wraps.add(wrap);
        }
        self.concern(&stored.entries);
        self.concern_late(&stored.payloads);
        self.notice(&stored.notices, put);
    }

    /// What other sessions are to be told of a put.
    pub fn changed(&self, put: &Put) -> Changed {
        let books = put.entries.iter().filter_map(|(_, id)| {
            let place = self.store.place(id).ok().flatten()?;
            Some(place.log.book)
        });
        Changed {
            register: !put.operations.is_empty(),
            books: books.collect::<BTreeSet<_>>().into_iter().collect(),
            wraps: put.wraps.clone(),
            payloads: put.payloads.clone(),
            knocks: false,
        }
    }
}

/// The log in which an entry stands.
pub fn log_name(envelope: &Envelope) -> LogName {
    let header = envelope.header();
    LogName {
        book: header.book,
        device: header.device,
        log: header.log,
    }
}

/// A batch of which everything can be stored.
#[derive(Default)]
struct Prepared {
    operations: Vec<Operation>,
    entries: Vec<(Envelope, Option<Vec<u8>>)>,
    payloads: Vec<(EntryId, Vec<u8>)>,
    notices: Vec<(Envelope, Vec<u8>)>,
    wraps: Vec<Wrap>,
    blob_parts: Vec<BlobPart>,
    left_out: Vec<LeftOut>,
    saves_left_out: Vec<Digest>,
}

impl Prepared {
    fn outcome(&self) -> StoreOutcome {
        if self.left_out.is_empty() && self.saves_left_out.is_empty() {
            StoreOutcome::Stored
        } else {
            StoreOutcome::StoredExcept {
                logs: self.left_out.clone(),
                saves: self.saves_left_out.clone(),
            }
        }
    }

    fn batch(&self, day: Option<i64>) -> StoreBatch {
        StoreBatch {
            operations: self.operations.clone(),
            entries: self.entries.clone(),
            payloads: self.payloads.clone(),
            notices: self.notices.clone(),
            wraps: self.wraps.clone(),
            blob_parts: self.blob_parts.clone(),
            day,
            ..StoreBatch::default()
        }
    }
}

fn merge(batches: impl IntoIterator<Item = StoreBatch>, stamp: Option<Stamp>) -> StoreBatch {
    let mut whole = StoreBatch {
        stamp,
        ..StoreBatch::default()
    };
    for batch in batches {
        whole.operations.extend(batch.operations);
        whole.entries.extend(batch.entries);
        whole.payloads.extend(batch.payloads);
        whole.notices.extend(batch.notices);
        whole.wraps.extend(batch.wraps);
        whole.blob_parts.extend(batch.blob_parts);
        whole.day = batch.day;
    }
    whole
}

fn add_up(whole: &mut Put, put: Put) {
    whole.operations.extend(put.operations);
    whole.entries.extend(put.entries);
    whole.payloads.extend(put.payloads);
    whole.notices.extend(put.notices);
    whole.wraps.extend(put.wraps);
    whole.blobs.extend(put.blobs);
    whole.broken_blobs.extend(put.broken_blobs);
}

/// Takes an operation into the register. Whether it is to be stored.
fn grow(register: &mut Option<Register>, root: Root, operation: Operation) -> bool {
    match register {
        Some(register) => {
            let follows = operation.previous() == Some(register.head().1);
            if !follows && beside(register) >= MOST_BRANCH_OPERATIONS {
                return false;
            }
            matches!(register.add(operation), Ok(Added::Appended | Added::Fork(_)))
        }
        None if operation.root() == Some(root) => match Register::found(operation) {
            Ok(founded) => {
                *register = Some(founded);
                true
            }
            Err(_) => false,
        },
        None => false,
    }
}

/// How many operations are held beside the chain.
fn beside(register: &Register) -> usize {
    let chained = usize::try_from(register.height().0).unwrap_or(usize::MAX);
    register.operations().count().saturating_sub(chained)
}

fn load_register(store: &Store) -> Result<Option<Register>, ArchiveError> {
    let mut operations = store.operations(Height(1))?.into_iter();
    let Some(first) = operations.next() else {
        return Ok(None);
    };
    let mut register = Register::found(first)?;
    for operation in operations {
        register.add(operation)?;
    }
    Ok(Some(register))
}
