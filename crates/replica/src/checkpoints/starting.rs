//! Starting a book from a checkpoint: which is asked for, when it is used, and when the log is read instead.

use std::collections::{BTreeSet, HashSet};

use rand_core::CryptoRng;
use sothon_ledger::payload::Checkpoint;
use sothon_ledger::serving::Party;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, DeviceId, Digest, EntryId, Kind, Right, seal};
use sothon_store::{Batch, Local, Sealed, Shelf};
use sothon_sync::WantedSave;

use super::checking::{self, NotUsed};
use crate::live::Live;
use crate::replica::{Replica, ReplicaError};

/// Under it, with the book's id, is kept that a book was read from its log.
const READ: &[u8] = b"read/";

/// How a book that starts here stands.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// Checkpoints that are of no use.
    refused: BTreeSet<EntryId>,
    /// The one that is waited for.
    waits: Option<Waits>,
    /// No checkpoint is waited for: all payloads are asked for. So also where the log was read once: at a start nothing of it
    /// is read yet, and were a checkpoint waited for then, one payload that somebody keeps back would hide the book.
    from_log: bool,
    /// That the log was read is kept.
    noted: bool,
    /// Something has come by which what a used checkpoint covers may read differently: its payloads are asked for.
    doubted: bool,
}

/// A checkpoint that is waited for.
#[derive(Debug)]
struct Waits {
    entry: EntryId,
    /// Its save, until it is here.
    save: Option<WantedSave>,
    /// Payloads that vouch for it.
    payloads: BTreeSet<EntryId>,
    /// How much of the save was here when a peer last had nothing more to send.
    seen: Option<u64>,
}

/// What there is to do about a checkpoint.
enum Next {
    Use(Box<Live>),
    Wait(Waits),
}

impl<R: CryptoRng> Replica<R> {
    /// Looks whether books of which nothing was read yet can be read from a checkpoint.
    pub(crate) fn look_for_checkpoints(&mut self) -> Result<(), ReplicaError> {
        let starting: Vec<BookId> = self
            .books
            .iter()
            .filter(|(_, live)| self.is_starting(live))
            .map(|(id, _)| *id)
            .collect();
        for book in starting {
            self.start(book)?;
        }
        Ok(())
    }

    fn is_starting(&self, live: &Live) -> bool {
        live.is_readable() && self.may_start(live) && live.hollow().next().is_some()
    }

    /// Whether a book may be read from a checkpoint: nothing of it was read yet.
    fn may_start(&self, live: &Live) -> bool {
        let from_log = self.starts.get(&live.id()).is_some_and(|start| start.from_log);
        !from_log && live.has_read_nothing() && self.may(&live.id(), Right::Read)
    }

    /// Remembers of these books that their log was read, where it was. On a full disk it is remembered another time: a book can
    /// be read without.
    pub(crate) fn note_read(&mut self, books: &BTreeSet<BookId>) {
        let (mut local, mut noted) = (Vec::new(), Vec::new());
        for book in books {
            let live = self.books.get(book);
            let is_read = live.is_some_and(|live| !live.has_read_nothing() && live.covered().is_empty());
            if !is_read {
                continue;
            }
            let start = self.starts.entry(*book).or_default();
            start.from_log = true;
            if !start.noted {
                noted.push(*book);
                local.push(Local::Keep {
                    shelf: Shelf::Setting,
                    key: [READ, &book.0].concat(),
                    sealed: Sealed(Vec::new()),
                });
            }
        }
        if local.is_empty() {
            return;
        }
        let batch = Batch {
            local,
            ..Batch::default()
        };
        if let Err(why) = self.station.archive.add(batch) {
            tracing::warn!(%why, "it is not kept which books were read");
            return;
        }
        for book in noted {
            self.starts.entry(book).or_default().noted = true;
        }
    }

    /// Which books' logs were read before this start.
    pub(crate) fn recall_read(&mut self) -> Result<(), ReplicaError> {
        for (key, _) in self.station.store().all_kept(Shelf::Setting)? {
            let id = key.strip_prefix(READ).map(<[u8; 16]>::try_from);
            if let Some(Ok(id)) = id {
                let start = self.starts.entry(BookId(id)).or_default();
                (start.from_log, start.noted) = (true, true);
            }
        }
        Ok(())
    }

    /// Whether a book may be read from a checkpoint that is not here yet, or not looked at.
    pub(crate) fn hopes(&self, book: &BookId) -> bool {
        let hollow = |live: &Live| live.hollow().next().is_some();
        self.books
            .get(book)
            .is_some_and(|live| self.may_start(live) && hollow(live))
    }

    fn start(&mut self, book: BookId) -> Result<(), ReplicaError> {
        let store = self.station.store();
        let missing: HashSet<EntryId> = store.missing_payloads(Some(&book))?.into_iter().collect();
        let waits = self.starts.get(&book).and_then(|start| start.waits.as_ref());
        // To look at a save is work, so not before all is here that was asked for.
        if let Some(waits) = waits {
            let save_lacks = match &waits.save {
                Some(save) => self.station.store().blob_place(&save.digest)?.is_none(),
                None => false,
            };
            if save_lacks || waits.payloads.iter().any(|id| missing.contains(id)) {
                return Ok(());
            }
        }
        while let Some((entry, checkpoint)) = self.next_checkpoint(book)? {
            match self.look_at(book, entry, &checkpoint, &missing) {
                Ok(Next::Use(live)) => {
                    if self.use_checkpoint(book, *live)? {
                        self.starts.entry(book).or_default().waits = None;
                        return Ok(());
                    }
                }
                Ok(Next::Wait(waits)) => {
                    self.starts.entry(book).or_default().waits = Some(waits);
                    return Ok(());
                }
                Err(NotUsed::Fault(fault)) => return Err(fault.into()),
                Err(why) => tracing::warn!(%why, "a checkpoint is not used"),
            }
            self.refuse(book, entry, checkpoint.blob)?;
        }
        Ok(())
    }

    /// The last checkpoint of a book that counts, can be opened, and was not refused. Of each device its last one alone is
    /// looked at: the saves of those before are dropped where they are kept, and to wait for each of them would let a
    /// device that makes many and keeps their saves back shut everybody out who starts.
    fn next_checkpoint(&mut self, book: BookId) -> Result<Option<(EntryId, Checkpoint)>, ReplicaError> {
        let Some(live) = self.books.get(&book) else {
            return Ok(None);
        };
        let refused = self.starts.get(&book).map(|start| &start.refused);
        let counting = live.judge.admitted().filter(|view| {
            view.header.kind == Kind::Checkpoint
                && live.judge.verdict(&view.id).is_some_and(Verdict::is_by_right)
        });
        let counting: Vec<(DeviceId, EntryId)> = counting.map(|view| (view.header.device, view.id)).collect();
        let mut seen = BTreeSet::new();
        for (device, id) in counting.into_iter().rev() {
            if !seen.insert(device) || refused.is_some_and(|refused| refused.contains(&id)) {
                continue;
            }
            let Some(stored) = self.station.store().entry(&id)? else {
                continue;
            };
            let secret = stored
                .envelope
                .header()
                .epoch
                .and_then(|epoch| live.secret(&epoch));
            let (Some(payload), Some(secret)) = (stored.payload.held(), secret) else {
                continue;
            };
            match seal::open_checkpoint(&payload, stored.envelope.header_bytes(), secret) {
                Ok(checkpoint) if checkpoint.size <= seal::MAX_SAVE as u64 => {
                    return Ok(Some((id, checkpoint)));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn look_at(
        &self,
        book: BookId,
        entry: EntryId,
        checkpoint: &Checkpoint,
        missing: &HashSet<EntryId>,
    ) -> Result<Next, NotUsed> {
        let live = self.books.get(&book).ok_or(NotUsed::Head)?;
        let store = self.station.store();
        let wait = |save, payloads: BTreeSet<EntryId>| {
            Next::Wait(Waits {
                entry,
                save,
                payloads,
                seen: None,
            })
        };
        let Some(sealed) = store.blob(&checkpoint.blob)? else {
            let covered = checking::covered(live, checkpoint)?;
            let mut payloads = checking::last_of_logs(live, &covered);
            payloads.retain(|id| missing.contains(id));
            let save = WantedSave {
                entry,
                digest: checkpoint.blob,
                size: checkpoint.size,
                held: store.blob_progress(&checkpoint.blob)?,
            };
            return Ok(wait(Some(save), payloads));
        };
        let epoch = live.view(&entry).and_then(|view| view.header.epoch);
        let secret = epoch.and_then(|epoch| Some((epoch, live.secret(&epoch)?)));
        let (epoch, secret) = secret.ok_or(NotUsed::Payload)?;
        let save = seal::open_save(&sealed, &book, &epoch, secret).map_err(|_| NotUsed::Document)?;
        match checking::check(live, store, checkpoint, &save) {
            Ok(passed) => {
                let checking::Passed { book, gate, known } = passed;
                let mut started = Live::started(live.open.clone(), book, gate, known);
                for (epoch, secret) in live.secrets() {
                    started.add_secret(epoch, secret);
                }
                Ok(Next::Use(Box::new(started)))
            }
            Err(NotUsed::Lacks(payloads)) => Ok(wait(None, payloads)),
            Err(why) => Err(why),
        }
    }

    /// Reads the book from a checkpoint that passed; `false` if the entries, judged by the register that is here, say
    /// something else: then the book is as it was.
    fn use_checkpoint(&mut self, book: BookId, live: Live) -> Result<bool, ReplicaError> {
        self.books.insert(book, live);
        self.read_entries(&[book].into())?;
        self.settle([book].into())?;
        let pending = self.pending.get(&book).into_iter().flatten();
        let saved: Vec<_> = pending.map(|change| change.hash).collect();
        let Some(live) = self.books.get_mut(&book) else {
            return Ok(false);
        };
        if live.fits(saved) && !live.is_doubtful() {
            live.forget_known();
            // From now on this device shows it, whatever becomes of the checkpoint.
            self.keep_snapshot(book, 1);
            return Ok(true);
        }
        self.reload(book)?;
        Ok(false)
    }

    /// A checkpoint is of no use, and neither is its save.
    fn refuse(&mut self, book: BookId, entry: EntryId, blob: Digest) -> Result<(), ReplicaError> {
        let start = self.starts.entry(book).or_default();
        start.refused.insert(entry);
        start.waits = None;
        self.station.archive.store_mut().drop_blobs(&[blob])?;
        Ok(())
    }

    /// Saves came that are not what their checkpoints say.
    pub(crate) fn refuse_saves(&mut self, broken: &[Digest]) {
        for start in self.starts.values_mut() {
            let broken = |waits: &mut Waits| waits.save.is_some_and(|save| broken.contains(&save.digest));
            if let Some(waits) = start.waits.take_if(broken) {
                start.refused.insert(waits.entry);
            }
        }
    }

    /// A peer has nothing more to send, or is gone: what no checkpoint was found for is read from the log, and so is what one
    /// was waited for of which nothing came since this was said last (a peer may keep it back, A9).
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn all_has_come(&mut self) -> Result<(), ReplicaError> {
        let starting = self.books.values().filter(|live| self.is_starting(live));
        let starting: Vec<BookId> = starting.map(Live::id).collect();
        for book in starting {
            let store = self.station.store();
            let start = self.starts.entry(book).or_default();
            if let Some(waits) = &mut start.waits {
                let came = waits.save.and_then(|save| store.blob_progress(&save.digest).ok());
                let came = came.unwrap_or_default();
                if waits.seen != Some(came) {
                    waits.seen = Some(came);
                    continue;
                }
                start.refused.insert(waits.entry);
                start.waits = None;
            }
            self.start(book)?;
            let waits = self.starts.get(&book).is_some_and(|start| start.waits.is_some());
            if !waits && self.books.get(&book).is_some_and(|live| self.is_starting(live)) {
                self.starts.entry(book).or_default().from_log = true;
                // Judged by their payloads from now on.
                self.reload(book)?;
            }
        }
        Ok(())
    }

    /// What of the payloads that are not here is not asked for.
    pub(crate) fn spared_payloads(&self) -> HashSet<EntryId> {
        let keeps_all = (self.station.register())
            .is_some_and(|register| Party::Device(self.device()).keeps_all(register));
        let mut spared = HashSet::new();
        for (book, live) in &self.books {
            let start = self.starts.get(book);
            if !keeps_all && !start.is_some_and(|start| start.doubted) {
                spared.extend(live.covered());
            }
            if self.may_start(live) {
                let asked = start.and_then(|start| start.waits.as_ref());
                let asked = |id: &EntryId| asked.is_some_and(|waits| waits.payloads.contains(id));
                spared.extend(live.hollow().filter(|id| !asked(id)));
            }
        }
        spared
    }

    /// The saves that this device asks for.
    pub(crate) fn wanted_saves(&self) -> Vec<WantedSave> {
        let store = self.station.store();
        let waiting = self.starts.values().filter(|start| !start.from_log);
        let saves = waiting.filter_map(|start| start.waits.as_ref()?.save);
        let held = |save: WantedSave| WantedSave {
            held: store.blob_progress(&save.digest).unwrap_or_default(),
            ..save
        };
        saves.map(held).collect()
    }

    /// The books whose contents come from a checkpoint that may read differently by now: they are read as they are, and
    /// being checked.
    pub fn being_checked(&self) -> impl Iterator<Item = BookId> + '_ {
        self.starts
            .iter()
            .filter(|(_, start)| start.doubted)
            .map(|(book, _)| *book)
    }

    /// Reads from the log what was doubted, once all payloads are here.
    pub(crate) fn confirm_doubted(&mut self) -> Result<(), ReplicaError> {
        let books: Vec<BookId> = self
            .books
            .values()
            .filter(|live| !live.covered().is_empty())
            .map(Live::id)
            .collect();
        for book in books {
            let Some(live) = self.books.get(&book) else {
                continue;
            };
            let doubted = live.is_shaken() || self.starts.get(&book).is_some_and(|start| start.doubted);
            if !doubted {
                continue;
            }
            let covered = live.covered().clone();
            self.starts.entry(book).or_default().doubted = true;
            let missing = self.station.store().missing_payloads(Some(&book))?;
            if missing.iter().any(|id| covered.contains(id)) {
                continue;
            }
            self.starts.entry(book).or_default().doubted = false;
            self.starts.entry(book).or_default().from_log = true;
            self.reload(book)?;
        }
        Ok(())
    }
}
