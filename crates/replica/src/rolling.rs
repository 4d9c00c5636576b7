//! A book's epoch is renewed every month, so that a secret that leaked opens a month and no more (A35, B15).
//!
//! Months are those that the register's operations state, which the registrar signs at least weekly: two readers then mean
//! the same month, and the new epoch has a greater height than the old one, by which everybody prefers it. The reader first
//! in hash(device, month) makes it; the others wait a week for it. An epoch of an older month stays valid: who was away
//! publishes what was written.

use chrono::{DateTime, Datelike as _};
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use sothon_ledger::{BookId, DeviceId, EpochId, Height, Register};

use crate::replica::Replica;
use crate::slots::ZONE;

/// How long the others wait for the reader whose turn it is, in seconds.
const TURN: i64 = 7 * 24 * 3600;

/// Months since the year 0, in UTC+7; `None` for a time that no calendar knows.
fn month(time: i64) -> Option<i64> {
    let day = DateTime::from_timestamp(time.checked_add(ZONE)?, 0)?;
    Some(i64::from(day.year()) * 12 + i64::from(day.month0()))
}

/// The month that an operation states.
fn month_at(register: &Register, height: Height) -> Option<i64> {
    month(register.operation(height)?.time())
}

/// Whose turn it is in a month.
fn first_of(readers: &[DeviceId], month: i64) -> Option<DeviceId> {
    let place = |device: &DeviceId| {
        Sha256::new()
            .chain_update(b"sothon/roll/1")
            .chain_update(device.0)
            .chain_update(month.to_be_bytes())
            .finalize()
    };
    readers.iter().copied().min_by_key(|device| place(device))
}

impl<R: CryptoRng> Replica<R> {
    /// Whether this device makes a new epoch of a book now, since the one in use is of a month that is over.
    pub(crate) fn rolls(&self, book: &BookId, epoch: EpochId, now: i64) -> bool {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return false;
        };
        let last = register.effective_height();
        let (Some(used), Some(this)) = (
            live.epochs
                .get(&epoch)
                .and_then(|height| month_at(register, *height)),
            month_at(register, last),
        ) else {
            return false;
        };
        if used >= this || !self.counts_as_reader(book) {
            return false;
        }
        let turn = first_of(&live.counting_readers(register), this) == Some(self.device());
        turn || {
            // Since the month's first operation, which everybody has who knows that it is another month.
            let heights = (1..=last.0).rev().map(Height);
            let began = heights
                .take_while(|height| month_at(register, *height) == Some(this))
                .filter_map(|height| register.operation(height))
                .last();
            began.is_some_and(|operation| now.saturating_sub(operation.time()) >= TURN)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_one_of_vietnam() {
        // 31 May 2025, 16:59:59 UTC is still May there; a second later it is June.
        assert_eq!(month(1_748_710_799), Some(2025 * 12 + 4));
        assert_eq!(month(1_748_710_800), Some(2025 * 12 + 5));
        assert_eq!(month(i64::MAX), None);
    }

    #[test]
    fn the_turn_goes_round_and_everybody_means_the_same_reader() {
        let readers: Vec<DeviceId> = (0..5).map(|n| DeviceId([n; 32])).collect();
        let mut turned = readers.clone();
        turned.reverse();
        let turns: std::collections::BTreeSet<DeviceId> = (0..60)
            .filter_map(|month| {
                assert_eq!(first_of(&readers, month), first_of(&turned, month));
                first_of(&readers, month)
            })
            .collect();
        assert_eq!(turns.len(), readers.len());
        assert_eq!(first_of(&[], 1), None);
    }
}
