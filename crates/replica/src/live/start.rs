//! A book that came from a checkpoint, or may come from one: what is read, what is only said.

use std::collections::HashSet;

use sothon_book::{Book, Gate};
use sothon_ledger::register::OpenBook;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{EntryId, EpochId, EpochSecret, Kind};

use super::Live;
use super::payloads::Payload;
use crate::snapshot::Known;

impl Live {
    /// A book that came from a checkpoint, whose entries are still to be taken.
    pub fn started(open: OpenBook, book: Book, gate: Gate, known: Known) -> Live {
        Live {
            book,
            gate,
            known,
            ..Live::new(open)
        }
    }

    /// Whether what is here of the book is judged by envelopes, until it is read from a checkpoint or from the log.
    pub(super) fn hopes(&self) -> bool {
        self.hopes && self.has_checkpoint
    }

    /// Whether nothing that anybody wrote has been read yet.
    pub fn has_read_nothing(&self) -> bool {
        self.carried.values().all(Vec::is_empty)
    }

    /// The entries of kind changes that are here without their payloads.
    pub fn hollow(&self) -> impl Iterator<Item = EntryId> + '_ {
        let hollow = self
            .waiting
            .iter()
            .filter(|waiting| matches!(waiting.payload, Payload::Missing));
        let ids = hollow.map(|waiting| (waiting.envelope.id(), waiting.envelope.header().kind));
        ids.filter(|(_, kind)| *kind == Kind::Changes).map(|(id, _)| id)
    }

    /// The entries of which a checkpoint says what they carry, and whose payloads this device has not read.
    pub fn covered(&self) -> &HashSet<EntryId> {
        &self.covered
    }

    /// Whether what a checkpoint says may read differently by what has come since: a cut or a rival among what it covers.
    /// Then the payloads are read. It is a matter of how things stand, so that a start says the same.
    pub fn is_shaken(&self) -> bool {
        self.shaken
    }

    /// Whether a part of what a checkpoint covers does not count, or is told by a rival.
    pub fn is_doubtful(&self) -> bool {
        let aside = |id: &EntryId| matches!(self.judge.verdict(id), Some(Verdict::Aside(_)));
        self.covered.iter().any(aside) || self.is_rivalled()
    }

    /// Looks whether all that a checkpoint covers stands by right, and has no rival.
    pub(super) fn look_at_covered(&mut self) {
        let counts_less = |id: &EntryId| {
            let verdict = self.judge.verdict(id);
            verdict.is_some_and(|verdict| !verdict.is_by_right() && !matches!(verdict, Verdict::Pending(_)))
        };
        self.shaken = self.covered.iter().any(counts_less) || self.is_rivalled();
    }

    /// Takes out of a document that is not what the log says whatever does not count, where the log cannot be read instead:
    /// the payloads of what a checkpoint covers are not here. Whether that is so.
    pub fn begin_from_what_counts(&mut self) -> bool {
        let cannot_be_read = !self.covered.is_empty();
        if cannot_be_read {
            self.rebuild();
        }
        cannot_be_read
    }

    fn is_rivalled(&self) -> bool {
        !self.covered.is_empty() && !self.judge.losers().is_empty()
    }

    /// The secrets that are held, for the book built again.
    pub fn secrets(&self) -> impl Iterator<Item = (EpochId, EpochSecret)> + '_ {
        self.secrets.iter().map(|(id, secret)| (*id, secret.clone()))
    }
}
