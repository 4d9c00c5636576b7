//! Files of records (design.md §5): attached before the record that means one is saved, kept with the edit that names it,
//! published beside what was saved, read by what the record says.
//!
//! A file is named by the hash of its sealed bytes, so it does not matter whose entry carries it, nor whether that entry
//! counts: which files belong to a record, the record says.

use std::collections::BTreeSet;

use rand_core::CryptoRng;
use sothon_ledger::file::{FileRef, MAX_FILE, WrongFile, open_file, seal_file};
use sothon_ledger::{BookId, Compartment, EntryId, Envelope, Kind, Right};
use sothon_records::{Edit, Value};
use sothon_store::{Batch, Local};
use zeroize::Zeroizing;

use crate::delivery::Delivery;
use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};

/// Why a file is not attached, or not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Above the bound: it is to be scaled down first.
    #[error("a file has at most {MAX_FILE} bytes, not {0}")]
    TooLarge(usize),
    /// No tip has files: by its length one would tell which tip it belongs to, and who told.
    #[error("there are no files in books of tips")]
    InTips,
    /// What is here under the name is not what the record says.
    #[error(transparent)]
    Wrong(#[from] WrongFile),
}

/// A file that was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum FileRead {
    /// Its bytes.
    Held(Zeroizing<Vec<u8>>),
    /// It is not on this device: it has not come yet, or nobody has it any more.
    NotHere,
}

impl<R: CryptoRng> Replica<R> {
    /// Seals a file into a book under a new key, for the edit that is saved next. The sealed bytes are on the disk when it
    /// returns, so that a move of a thousand photos needs no memory for them; but they are kept only by an edit of that book
    /// that names them ([`Replica::edit_all`]), in the transaction that saves it. If it fails, names them nowhere, or the
    /// program dies before, they go and nobody ever gets them.
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing is attached then.
    pub fn attach(&mut self, book: BookId, bytes: &[u8]) -> Result<FileRef, ReplicaError> {
        let live = self.books.get(&book).ok_or(ReplicaError::NoBook)?;
        if live.open.kind.compartment() == Compartment::Tips {
            return Err(FileError::InTips.into());
        }
        if !self.may(&book, Right::Write) {
            return Err(ReplicaError::MayNotWrite);
        }
        let (file, sealed) =
            seal_file(bytes, &book, &mut self.rng).map_err(|_| FileError::TooLarge(bytes.len()))?;
        let attached = Local::Attached {
            book,
            hash: file.hash,
            bytes: sealed,
        };
        self.station.archive.add(Batch {
            local: vec![attached],
            ..Batch::default()
        })?;
        Ok(file)
    }

    /// What is stored beside edits of attached files: those that they name are kept, the others go.
    pub(crate) fn named_by(&self, edits: &[(BookId, Vec<Edit>)]) -> Result<Vec<Local>, ReplicaError> {
        let unnamed = self.station.store().unnamed()?;
        if unnamed.is_empty() {
            return Ok(Vec::new());
        }
        let names: BTreeSet<(BookId, &[u8])> = edits
            .iter()
            .flat_map(|(book, edits)| edits.iter().flat_map(names).map(move |name| (*book, name)))
            .collect();
        let kept = unnamed
            .iter()
            .filter(|(_, book, hash)| names.contains(&(*book, hash.0.as_slice())));
        let kept = kept.map(|(id, ..)| Local::Named(*id));
        Ok(kept.chain([Local::DropUnnamed]).collect())
    }

    /// Drops the attached files that nothing names.
    pub(crate) fn drop_unnamed(&mut self) -> Result<(), ReplicaError> {
        if !self.station.store().unnamed()?.is_empty() {
            self.station.archive.add(Batch {
                local: vec![Local::DropUnnamed],
                ..Batch::default()
            })?;
        }
        Ok(())
    }

    /// Reads the file that a record of a book means.
    ///
    /// # Errors
    /// [`FileError::Wrong`] where what is here is not what the record says; [`ReplicaError`].
    pub fn file(&self, book: &BookId, file: &FileRef) -> Result<FileRead, ReplicaError> {
        let Some(sealed) = self.station.store().file(book, &file.hash)? else {
            return Ok(FileRead::NotHere);
        };
        let bytes = open_file(&sealed, book, file).map_err(FileError::from)?;
        Ok(FileRead::Held(bytes))
    }

    /// How far a file has come, by the same four states as what is written. `None`: no entry that carries it is here, and it
    /// was not attached here.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn file_delivery(&self, book: &BookId, file: &FileRef) -> Result<Option<Delivery>, ReplicaError> {
        let store = self.station.store();
        let carriers = store.files(book, &file.hash)?;
        let farthest = carriers
            .iter()
            .map(|entry| self.entry_delivery(book, entry))
            .max();
        if farthest.is_some() {
            return Ok(farthest);
        }
        let attached = store.file(book, &file.hash)?.is_some();
        Ok(attached.then_some(Delivery::OnDevice))
    }

    /// Publishes the files of a book that are in no entry yet, one at a time: there may be hundreds.
    pub(crate) fn publish_files(
        &mut self,
        book: &BookId,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        if !self.may(book, Right::Write) {
            return Ok(());
        }
        let mut any = false;
        while let Some((id, payload)) = self.station.store().first_attached(book)? {
            let entry: EntryId = {
                let header = self.header_naming(book, Kind::File, None, Vec::new())?;
                let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
                self.store_own(envelope, payload, vec![Local::Carried(id)])?
            };
            published.entries.push(entry);
            any = true;
        }
        if any {
            self.settle([*book].into())?;
        }
        Ok(())
    }
}

/// What an edit writes that may be a file's name.
fn names(edit: &Edit) -> Vec<&[u8]> {
    let fields: Vec<&Value> = match edit {
        Edit::Create { record, .. } => {
            let subs = record.subs.values().flat_map(|fields| fields.values());
            record.fields.values().chain(subs).collect()
        }
        Edit::AddSub { fields, .. } => fields.values().collect(),
        Edit::Set { fields, .. } => fields.values().flatten().collect(),
    };
    let bytes = fields.into_iter().filter_map(|value| match value {
        Value::Bytes(bytes) => Some(bytes.as_slice()),
        _ => None,
    });
    bytes.collect()
}
