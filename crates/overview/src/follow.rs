//! What comes after something else: a shift after the shift before, a decision after a proposal.

use sothon_records::datum;
use sothon_records::{Kind, RecordKey};

use crate::change::Place;
use crate::view::View;

impl View {
    /// The record from which a new one takes over in a place: of its kind the one that began last. `None` for a kind whose
    /// records do not follow one another.
    pub fn before(&self, kind: &Kind, place: Place) -> Option<&RecordKey> {
        kind.follows?;
        let happened = kind.field(kind.happened)?;
        let here = self
            .entries_of(kind.slug)
            .filter(|(_, entry)| !entry.voided && entry.place == place);
        // Days and instants are kept so that their texts sort as they do.
        let begun = here.filter_map(|(key, entry)| {
            let fields = &entry.raw()?.fields;
            datum::read(happened, fields).datum?;
            Some((fields.get(happened.name).map(datum::shown), key))
        });
        begun.max().map(|(_, key)| key)
    }

    /// Whether no reward in force names a proposal.
    pub fn is_undecided(&self, proposal: &RecordKey) -> bool {
        !self
            .referring(proposal, "reward")
            .any(|reward| !self.is_out(reward))
    }

    /// The proposals of a reward on which nothing was decided, the oldest first.
    pub fn undecided_proposals(&self) -> Vec<&RecordKey> {
        let open = self
            .entries_of("reward-proposal")
            .filter(|(_, entry)| !entry.voided);
        let waiting = open.map(|(key, _)| key).filter(|key| self.is_undecided(key));
        let mut waiting: Vec<&RecordKey> = waiting.collect();
        let proposed = |key: &RecordKey| {
            let kind = Kind::by_slug(&key.kind);
            kind.zip(self.record(key))
                .and_then(|(kind, raw)| sothon_records::show::happened(kind, raw))
        };
        waiting.sort_by_cached_key(|key| proposed(key));
        waiting
    }
}
