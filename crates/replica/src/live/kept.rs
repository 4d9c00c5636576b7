//! A book and its snapshot in the store: which it came from, and how far it has gone since.

use sothon_book::{ActorId, Book, Gate};
use sothon_ledger::register::OpenBook;
use sothon_ledger::{ChangeHash, DeviceId, EntryId};

use super::Live;
use crate::snapshot::Known;

/// What is known of the book's snapshot in the store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept {
    /// There is none.
    Nothing,
    /// It is of no use.
    Useless,
    /// The book had so many changes then, or came from it.
    At { changes: usize, resumed: bool },
}

impl Live {
    /// A book that came from a snapshot, whose entries are still to be taken.
    pub fn resumed(open: OpenBook, book: Book, gate: Gate, known: Known) -> Live {
        Live {
            kept: Kept::At {
                changes: book.change_count(),
                resumed: true,
            },
            book,
            gate,
            known,
            ..Live::new(open)
        }
    }

    /// A book of which the store has a snapshot that does not fit.
    pub fn with_useless_snapshot(open: OpenBook) -> Live {
        Live {
            kept: Kept::Useless,
            ..Live::new(open)
        }
    }

    pub fn has_useless_snapshot(&self) -> bool {
        matches!(self.kept, Kept::Useless)
    }

    pub fn is_from_snapshot(&self) -> bool {
        matches!(self.kept, Kept::At { resumed: true, .. })
    }

    pub fn snapshot_gone(&mut self) {
        self.kept = Kept::Nothing;
    }

    pub fn snapshot_kept(&mut self) {
        self.kept = Kept::At {
            changes: self.book.change_count(),
            resumed: self.is_from_snapshot(),
        };
    }

    /// By how many changes the book differs from its snapshot in the store.
    pub fn beyond_snapshot(&self) -> usize {
        let kept = match self.kept {
            Kept::At { changes, .. } => changes,
            Kept::Nothing | Kept::Useless => 0,
        };
        self.book.change_count().abs_diff(kept)
    }

    /// The document and its gate as a snapshot has them.
    pub fn snapshot_of_book(&self) -> Option<Vec<u8>> {
        self.book.snapshot(&self.gate).ok()
    }

    /// The changes that an entry carries, once its payload was opened and passed.
    pub fn carried(&self, entry: &EntryId) -> Option<&[ChangeHash]> {
        self.carried.get(entry).map(Vec::as_slice)
    }

    /// The same of all entries whose payload was opened.
    pub fn all_carried(&self) -> impl Iterator<Item = (&EntryId, &[ChangeHash])> {
        self.carried
            .iter()
            .map(|(entry, changes)| (entry, changes.as_slice()))
    }

    /// Whether all entries that the snapshot knows have come from the store, with their payloads.
    pub fn is_whole(&self) -> bool {
        self.known.is_used_up()
    }

    /// Lets go of what the snapshot said of entries: they have come.
    pub fn forget_known(&mut self) {
        self.known = Known::default();
    }

    /// Says that an actor of this device wrote changes that are in no entry yet.
    pub fn wrote_here(&mut self, actor: ActorId, device: DeviceId) {
        self.authors.insert(actor, device);
    }
}
