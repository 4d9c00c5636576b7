//! Undoing all that a device wrote: by edits, which are history too (design.md §3.4). It undoes values, not what others have
//! read (A36); what somebody else has changed since stays as it is and is told.

use rand_core::CryptoRng;
use sothon_book::{Act, ActId};
use sothon_ledger::{BookId, DeviceId, Right};
use sothon_records::{Edit, Kind, RecordKey};

use crate::replica::{Replica, ReplicaError};
use crate::secrets::random;

/// So many edits become one change: far below what an entry may carry.
const EDITS: usize = 500;

/// What undoing a device's work did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UndoneDevice {
    /// The act, for undoing it again; none where there was nothing to undo.
    pub act: Option<ActId>,
    /// The records that were set back or voided.
    pub records: Vec<(BookId, RecordKey)>,
    /// How much others have changed since, which stays as it is.
    pub left_alone: usize,
    /// Books in which it wrote and this device may not write: to be done on a device that may.
    pub elsewhere: Vec<BookId>,
}

impl<R: CryptoRng> Replica<R> {
    /// Undoes what a device wrote, in all books in which this one may write, as one act. What it made is voided for `reason`,
    /// never deleted; a field goes back to what somebody else wrote there last.
    ///
    /// # Errors
    /// [`ReplicaError`]; what was saved until then is saved, and it can be asked again.
    pub fn undo_device(
        &mut self,
        device: &DeviceId,
        reason: &str,
        time: Option<i64>,
    ) -> Result<UndoneDevice, ReplicaError> {
        let mut undone = UndoneDevice::default();
        let mut edits: Vec<(BookId, Vec<Edit>)> = Vec::new();
        for (book, live) in &self.books {
            let actors = live.actors_of(device);
            if actors.is_empty() {
                continue;
            }
            let mut undo = live.book.undo_all_of(&actors, reason);
            undone.left_alone += undo.left_alone.len();
            // What is another office's is not this one's to undo, and counts by who wrote it.
            let all = undo.edits.len();
            undo.edits
                .retain(|edit| Kind::by_slug(&edit.key().kind).is_none_or(|kind| self.is_of_office(kind)));
            undone.left_alone += all - undo.edits.len();
            if undo.edits.is_empty() {
                continue;
            }
            if self.may(book, Right::Write) {
                edits.extend(undo.edits.chunks(EDITS).map(|some| (*book, some.to_vec())));
            } else {
                undone.elsewhere.push(*book);
            }
        }
        let act = Act {
            id: Some(ActId(*random(&mut self.rng))),
            what: "undo".into(),
            undoes: None,
            by_delegation: None,
            time,
        };
        for (book, some) in edits {
            let saved = self.edit(book, &some, &act)?;
            undone.act = act.id;
            undone.records.extend(saved.records);
        }
        undone.records.sort();
        undone.records.dedup();
        Ok(undone)
    }
}
