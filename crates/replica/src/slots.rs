//! When a device sends a drop: in slots that say nothing (design.md §3.6, A18).
//!
//! In a small village the moment alone tells who told. So every device that may tell sends at moments that do not depend
//! on whether there is something to tell: once a day at the first unlocking, and when it is locked after use. In each of
//! them goes one tip that waits, or one dummy, which nobody but the readers can tell apart.

use minicbor::{Decode, Encode};

/// A moment at which one drop goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Slot {
    /// The first unlocking of a civil day in UTC+7.
    Unlock,
    /// Locking after use.
    Lock,
}

/// So many seconds there are at least between two slots at locking: the lock that closes an idle device after minutes would
/// else fill the relay.
const BETWEEN_LOCKS: i64 = 3600;
/// UTC+7, in seconds.
pub(crate) const ZONE: i64 = 7 * 3600;

/// The last slots of a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(array)]
pub struct LastSlots {
    /// The day of the last one at unlocking, counted from 1970-01-01.
    #[n(0)]
    pub unlock: Option<i64>,
    /// The moment of the last one at locking, in unix seconds.
    #[n(1)]
    pub lock: Option<i64>,
}

impl LastSlots {
    /// Whether a slot is due now. Asks nothing but the moments: not what waits, and not how long ago something was written.
    /// A clock that was set back makes one slot more, none less.
    pub fn is_due(&self, slot: Slot, now: i64) -> bool {
        match slot {
            Slot::Unlock => self.unlock != Some(day(now)),
            Slot::Lock => self
                .lock
                .is_none_or(|last| now < last || now.saturating_sub(last) >= BETWEEN_LOCKS),
        }
    }

    /// With a slot that was used now.
    pub fn with(mut self, slot: Slot, now: i64) -> LastSlots {
        match slot {
            Slot::Unlock => self.unlock = Some(day(now)),
            Slot::Lock => self.lock = Some(now),
        }
        self
    }
}

fn day(now: i64) -> i64 {
    now.saturating_add(ZONE).div_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: i64 = 1_749_520_800; // 10/06/2025 09:00 UTC+7

    #[test]
    fn there_is_one_slot_a_day_at_unlocking_by_the_days_of_vietnam() {
        let mut last = LastSlots::default();
        assert!(last.is_due(Slot::Unlock, MORNING));
        last = last.with(Slot::Unlock, MORNING);
        assert!(!last.is_due(Slot::Unlock, MORNING + 14 * 3600));
        assert!(
            last.is_due(Slot::Unlock, MORNING + 15 * 3600),
            "midnight in Vietnam"
        );
        assert!(
            last.is_due(Slot::Unlock, MORNING - 86_400),
            "a clock that was set back"
        );
    }

    #[test]
    fn there_is_one_at_locking_and_not_at_each_of_many_in_an_hour() {
        let last = LastSlots::default().with(Slot::Lock, MORNING);
        assert!(!last.is_due(Slot::Lock, MORNING + 3599));
        assert!(last.is_due(Slot::Lock, MORNING + 3600));
        assert!(last.is_due(Slot::Lock, MORNING - 10));
        assert!(last.is_due(Slot::Unlock, MORNING), "each counts by itself");
    }
}
