//! Everything that a store answers, read through its interface: two stores hold the same if their pictures are equal.

use std::path::Path;

use sothon_ledger::{EntryId, Height, OperationId, Wrap};
use sothon_store::{Index, Payload, Row, Store, Unpublished};

#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    pub entries: Vec<(EntryId, Payload)>,
    pub operations: Vec<OperationId>,
    pub wraps: Vec<Wrap>,
    pub unpublished: Vec<Unpublished>,
    pub index: Index,
}

impl Picture {
    pub fn of(store: &Store) -> Picture {
        let entries = store.since(Row::default(), usize::MAX >> 1).unwrap();
        Picture {
            entries: entries
                .into_iter()
                .map(|entry| (entry.envelope.id(), entry.payload))
                .collect(),
            operations: store
                .operations(Height(0))
                .unwrap()
                .iter()
                .map(|operation| operation.id())
                .collect(),
            wraps: store.wraps().unwrap(),
            unpublished: store.unpublished().unwrap(),
            index: store.index().clone(),
        }
    }
}

/// The write-ahead log of a store.
pub fn log_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
