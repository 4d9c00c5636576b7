//! Entries that wait for operations of the register: so many of one device are kept (design.md §3.2, A27).
//!
//! Only what names a height above ours is counted. What waits for an entry of another log is not: in a first exchange
//! most of all that is honest does so, until that log's turn comes.

use std::collections::BTreeMap;

use sothon_ledger::{DeviceId, Height};

/// How many entries of one device may wait at a time.
const MOST_WAITING: usize = 1_000;

/// How many entries of each device came that name a height above ours, since the register grew or the start.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    ours: Height,
    by: BTreeMap<DeviceId, usize>,
}

impl Waiting {
    /// Whether another entry that names this height is one too many; else it is counted.
    pub(crate) fn is_too_many(&mut self, device: DeviceId, height: Height, ours: Height) -> bool {
        if self.ours != ours {
            self.ours = ours;
            self.by.clear();
        }
        if height <= ours {
            return false;
        }
        let count = self.by.entry(device).or_default();
        if *count >= MOST_WAITING {
            return true;
        }
        *count += 1;
        false
    }
}
