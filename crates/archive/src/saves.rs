//! The saves of checkpoints: which are held, which are taken, and what they spare who starts (design.md §3.7). Nothing of one
//! can be read here; what is bounded is who may bring it, how long it is, and how many of one device are kept.

use sothon_ledger::{BookId, DeviceId, Digest, EntryId, Kind, seal};
use sothon_store::{BlobPart, Fault};
use sothon_sync::{SaveRef, WantedSave};

use crate::archive::{Archive, Gate};

/// What becomes of a part of a save.
pub(crate) enum SavePart {
    Taken(BlobPart),
    /// There is no room for it now.
    NoRoom(Digest),
    /// It belongs to no checkpoint, or is longer than any.
    NotOne,
}

impl Archive {
    /// The checkpoints of a book whose saves are held whole, those that came last at the end.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn saves(&self, book: &BookId) -> Result<Vec<SaveRef>, Fault> {
        let held = self.store.checkpoints(book)?.into_iter();
        Ok(held
            .map(|(entry, digest, size)| SaveRef { entry, digest, size })
            .collect())
    }

    /// What is wanted of a save that is offered: those of a device's last checkpoint in a book, offered by the device itself
    /// or by one that keeps everything.
    pub(crate) fn wants_save(
        &self,
        offered: &SaveRef,
        by: Option<&DeviceId>,
    ) -> Result<Option<WantedSave>, Fault> {
        let Some((book, device)) = self.checkpoint(&offered.entry)? else {
            return Ok(None);
        };
        let rightly = by.is_none_or(|by| *by == device) && offered.size <= seal::MAX_SAVE as u64;
        if !rightly || self.store.blob_place(&offered.digest)?.is_some() {
            return Ok(None);
        }
        let row = self.store.row_of(&offered.entry)?;
        for save in self.saves(&book)? {
            let of = self.checkpoint(&save.entry)?;
            if of == Some((book, device)) && self.store.row_of(&save.entry)? >= row {
                return Ok(None);
            }
        }
        Ok(Some(WantedSave {
            entry: offered.entry,
            digest: offered.digest,
            size: offered.size,
            held: self.store.blob_progress(&offered.digest)?,
        }))
    }

    /// Whether an entry of kind changes came before the checkpoint of which a save is held, so that it is likely in it.
    pub(crate) fn is_before_save(&self, entry: &EntryId) -> Result<bool, Fault> {
        let Some(envelope) = self.store.envelope(entry)? else {
            return Ok(false);
        };
        let header = envelope.header();
        if header.kind != Kind::Changes {
            return Ok(false);
        }
        let Some(last) = self.saves(&header.book)?.pop() else {
            return Ok(false);
        };
        Ok(self.store.row_of(entry)? < self.store.row_of(&last.entry)?)
    }

    /// A part of a save as the store takes it, if it belongs to a checkpoint that is held and the gate lets its author go on.
    pub(crate) fn save_part(&self, part: sothon_sync::BlobPart, gate: &mut Gate<'_>) -> SavePart {
        let Some(envelope) = self.store.envelope(&part.entry).ok().flatten() else {
            return SavePart::NotOne;
        };
        let header = envelope.header();
        if header.kind != Kind::Checkpoint || part.len > seal::MAX_SAVE as u64 {
            return SavePart::NotOne;
        }
        if gate(self, &envelope, part.bytes.len() as u64).is_some() {
            return SavePart::NoRoom(part.digest);
        }
        SavePart::Taken(BlobPart {
            id: part.digest,
            book: header.book,
            by: Some(header.device),
            of: Some(part.entry),
            start: part.offset,
            size: part.len,
            bytes: part.bytes,
        })
    }

    fn checkpoint(&self, entry: &EntryId) -> Result<Option<(BookId, DeviceId)>, Fault> {
        let envelope = self.store.envelope(entry)?;
        let header = envelope.as_ref().map(|envelope| envelope.header());
        Ok(header
            .filter(|header| header.kind == Kind::Checkpoint)
            .map(|header| (header.book, header.device)))
    }
}
