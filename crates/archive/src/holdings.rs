//! What a session reads.

use std::collections::BTreeSet;

use sothon_ledger::slip::Knock;
use sothon_ledger::suspension::Note;
use sothon_ledger::{
    BookId, DeviceId, Digest, EntryId, EpochId, Height, LogId, OperationId, Register, Right, Seq, WrapId,
};
use sothon_store::{Fault, LogKey};
use sothon_sync::{
    BlobRef, EntryRef, FileState, Held, Holdings, HoldingsError, LogName, LogState, RegisterTip, SaveRef,
    StoredEntry, StoredWrap, Tip, WantedSave, WrapScope,
};

use crate::archive::Archive;

fn unreadable(fault: Fault) -> HoldingsError {
    HoldingsError(Box::new(fault))
}

fn key(log: &LogName) -> LogKey {
    LogKey {
        book: log.book,
        device: log.device,
        log: log.log,
    }
}

fn state(held: &sothon_store::LogState) -> LogState {
    let LogKey { book, device, log } = held.key();
    LogState {
        log: LogName { book, device, log },
        tips: held.tips().map(|(seq, id)| Tip { seq, id }).collect(),
    }
}

fn entry_ref(held: sothon_store::Place) -> EntryRef {
    let LogKey { book, device, log } = held.log;
    EntryRef {
        log: LogName { book, device, log },
        seq: held.seq,
        id: held.id,
        backlink: held.backlink,
        bytes: held.bytes,
    }
}

impl Archive {
    /// The logs of a book that a device wrote.
    fn logs_by(&self, book: &BookId, device: &DeviceId) -> BTreeSet<LogId> {
        let logs = self.store.index().logs(book).map(sothon_store::LogState::key);
        logs.filter(|key| key.device == *device)
            .map(|key| key.log)
            .collect()
    }

    /// What of the logs of a book concerns a device that only drops there.
    pub(crate) fn notices_for_device(
        &self,
        book: &BookId,
        device: &DeviceId,
    ) -> Result<BTreeSet<EntryId>, Fault> {
        let wrote = |id: &EntryId| self.is_by(id, device);
        self.concerns.of(book, &self.logs_by(book, device), wrote)
    }

    /// The wraps by devices that the register knows as it is now. On a branch that counts no more it may have known others:
    /// who has the same register and never knew them takes nothing of theirs, and would be told of it for ever.
    fn by_known(&self, mut wraps: Vec<WrapId>) -> Vec<WrapId> {
        wraps.retain(|id| self.wraps.signer(id).is_some_and(|signer| self.knows(&signer)));
        wraps
    }

    /// Whether a device wrote an entry that is held.
    fn is_by(&self, id: &EntryId, device: &DeviceId) -> Result<bool, Fault> {
        let place = self.store.place(id)?;
        Ok(place.is_some_and(|place| place.log.device == *device))
    }
}

impl Holdings for Archive {
    fn register(&self) -> Held<Vec<RegisterTip>> {
        let tip = |(height, id)| RegisterTip { height, id };
        match &self.register {
            None => Ok(Vec::new()),
            Some(register) if register.frozen().is_none() => Ok(vec![tip(register.head())]),
            Some(_) => {
                let tips = self.store.register_tips().map_err(unreadable)?;
                Ok(tips.into_iter().map(tip).collect())
            }
        }
    }

    fn operation_ids(&self, height: Height) -> Held<Vec<OperationId>> {
        self.store.operation_ids(height).map_err(unreadable)
    }

    fn operation(&self, id: &OperationId) -> Held<Option<Vec<u8>>> {
        let found = self.store.operation(id).map_err(unreadable)?;
        Ok(found.map(|operation| operation.bytes().to_vec()))
    }

    fn known_device(&self, device: &DeviceId) -> Held<bool> {
        Ok(self.knows(device))
    }

    fn logs(&self, book: &BookId) -> Held<Vec<LogState>> {
        Ok(self.store.index().logs(book).map(state).collect())
    }

    fn log(&self, log: &LogName) -> Held<Option<LogState>> {
        Ok(self.store.index().log(&key(log)).map(state))
    }

    fn entries(&self, log: &LogName, from: Seq, limit: usize) -> Held<Vec<EntryRef>> {
        let found = self
            .store
            .places_in_log(&key(log), from, limit)
            .map_err(unreadable)?;
        Ok(found.into_iter().map(entry_ref).collect())
    }

    fn bytes_from(&self, log: &LogName, from: Seq) -> Held<u64> {
        self.store.bytes_from(&key(log), from).map_err(unreadable)
    }

    fn place(&self, id: &EntryId) -> Held<Option<EntryRef>> {
        Ok(self.store.place(id).map_err(unreadable)?.map(entry_ref))
    }

    fn entry(&self, id: &EntryId) -> Held<Option<StoredEntry>> {
        let found = self.store.entry(id).map_err(unreadable)?;
        Ok(found.map(|entry| StoredEntry {
            envelope: entry.envelope.bytes().to_vec(),
            payload: entry.payload.held(),
        }))
    }

    fn wrap_ids(&self, book: &BookId, scope: WrapScope) -> Held<Vec<WrapId>> {
        Ok(self.by_known(self.wraps.of_book(book, scope)))
    }

    fn wraps_of(&self, epoch: &EpochId, scope: WrapScope) -> Held<Vec<WrapId>> {
        Ok(self.by_known(self.wraps.of_epoch(epoch, scope)))
    }

    fn wrap(&self, id: &WrapId) -> Held<Option<StoredWrap>> {
        let found = self.store.wrap(id).map_err(unreadable)?;
        Ok(found.map(|wrap| StoredWrap {
            book: wrap.book(),
            to: wrap.to(),
            bytes: wrap.bytes().to_vec(),
        }))
    }

    fn notes(&self) -> Held<Vec<Note>> {
        Ok(self.suspensions.iter().cloned().collect())
    }

    fn knocks(&self) -> Held<Vec<Knock>> {
        Ok(self.knocks.iter().map(|kept| kept.knock.clone()).collect())
    }

    fn notices_for(&self, book: &BookId, device: &DeviceId) -> Held<Vec<EntryId>> {
        let found = self.notices_for_device(book, device).map_err(unreadable)?;
        Ok(found.into_iter().collect())
    }

    fn notices_held(&self, book: &BookId, own: &DeviceId) -> Held<Vec<EntryId>> {
        let found = self
            .noticed
            .of(book, &self.logs_by(book, own), |id| self.is_by(id, own));
        Ok(found.map_err(unreadable)?.into_iter().collect())
    }

    fn may_read(&self, book: &BookId, device: &DeviceId) -> Held<bool> {
        let read = |register: &Register| {
            let height = register.effective_height();
            register.rights().may(device, book, Right::Read, height)
        };
        Ok(self.register().is_some_and(read))
    }

    fn checkpoints(&self, book: &BookId) -> Held<Vec<SaveRef>> {
        self.saves(book).map_err(unreadable)
    }

    fn takes_save(&self, offered: &SaveRef, by: Option<&DeviceId>) -> Held<Option<WantedSave>> {
        self.wants_save(offered, by).map_err(unreadable)
    }

    fn is_in_save(&self, entry: &EntryId) -> Held<bool> {
        self.is_before_save(entry).map_err(unreadable)
    }

    fn file(&self, entry: &EntryId) -> Held<Option<FileState>> {
        let found = self.store.file_entry(entry).map_err(unreadable)?;
        Ok(found.map(|(envelope, here)| FileState { envelope, here }))
    }

    fn has_files(&self) -> Held<bool> {
        self.store.has_files().map_err(unreadable)
    }

    fn blob(&self, digest: &Digest) -> Held<Option<BlobRef>> {
        let found = self.store.blob_place(digest).map_err(unreadable)?;
        Ok(found.map(|(book, len)| BlobRef { book, len }))
    }

    fn blob_part(&self, digest: &Digest, offset: u64, max: usize) -> Held<Vec<u8>> {
        let part = self.store.blob_part(digest, offset, max).map_err(unreadable)?;
        Ok(part.unwrap_or_default())
    }
}
