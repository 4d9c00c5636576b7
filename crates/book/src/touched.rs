//! Which change touched which record.

use std::collections::{BTreeSet, HashMap};

use sothon_records::raw::RecordKey;

use crate::graph::NodeId;

/// An index from records to changes and back.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    by_record: HashMap<RecordKey, Vec<NodeId>>,
    by_change: HashMap<NodeId, Vec<RecordKey>>,
}

impl Touched {
    pub fn add(&mut self, change: NodeId, records: &BTreeSet<RecordKey>) {
        for record in records {
            self.by_record.entry(record.clone()).or_default().push(change);
        }
        self.by_change.insert(change, records.iter().cloned().collect());
    }

    /// The changes that touched a record, in the order of arrival.
    pub fn changes(&self, record: &RecordKey) -> &[NodeId] {
        self.by_record.get(record).map_or(&[], Vec::as_slice)
    }

    /// The records that a change touched.
    pub fn records(&self, change: NodeId) -> &[RecordKey] {
        self.by_change.get(&change).map_or(&[], Vec::as_slice)
    }
}
