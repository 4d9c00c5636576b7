//! Which epoch a drop is sealed to (design.md §3.6), where a reader may be hostile.
//!
//! Who drops holds no secret and cannot try one. A reader who makes an epoch and keeps its secret, or who announces
//! another's epoch with a key of its own, would take all drops from the other readers. So a reader who has opened an epoch
//! says so by announcing it again, as it is; and what two readers announce alike goes before what one does. It takes two
//! hostile readers to take a drop, and where one reader is all there is, its word is all there is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AgreeKey, DeviceId, EpochId, Height};

/// An epoch, as a reader announces it in an entry that counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Announced {
    /// The epoch.
    pub epoch: EpochId,
    /// The register height whose readers it is for.
    pub height: Height,
    /// What drops are sealed to.
    pub drop_key: AgreeKey,
}

/// The epoch to seal drops to. Of those for the readers that the last removal left, what the caller `opens` itself goes
/// first, then what two readers announce alike, then the greatest height, then the lowest id. If all are older than the
/// removal, the same among those: a drop is never refused for the age of its epoch.
pub fn to_drop_to(
    announced: impl IntoIterator<Item = (DeviceId, Announced)>,
    last_removal: Height,
    opens: impl Fn(&Announced) -> bool,
) -> Option<Announced> {
    let mut readers: BTreeMap<Announced, BTreeSet<DeviceId>> = BTreeMap::new();
    for (reader, epoch) in announced {
        readers.entry(epoch).or_default().insert(reader);
    }
    let best = readers.into_iter().max_by_key(|(epoch, readers)| {
        let fresh = epoch.height >= last_removal;
        let last = (epoch.height, Reverse((epoch.epoch, epoch.drop_key)));
        (fresh, opens(epoch), readers.len() > 1, last)
    });
    best.map(|(epoch, _)| epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(n: u8) -> DeviceId {
        DeviceId([n; 32])
    }

    fn announced(id: u8, height: u64, key: u8) -> Announced {
        Announced {
            epoch: EpochId([id; 32]),
            height: Height(height),
            drop_key: AgreeKey([key; 32]),
        }
    }

    fn chosen(all: &[(u8, Announced)], removal: u64) -> Option<Announced> {
        let all = all.iter().map(|(by, epoch)| (reader(*by), *epoch));
        to_drop_to(all, Height(removal), |_| false)
    }

    #[test]
    fn what_two_readers_announce_goes_before_what_one_made_to_come_first() {
        let (honest, hostile) = (announced(9, 4, 1), announced(0, 7, 2));
        assert_eq!(chosen(&[(1, honest), (3, hostile)], 0), Some(hostile));
        assert_eq!(chosen(&[(1, honest), (2, honest), (3, hostile)], 0), Some(honest));
        // One who says it twice is one.
        let twice = [(1, honest), (2, honest), (3, hostile), (3, hostile)];
        assert_eq!(chosen(&twice, 0), Some(honest));
    }

    #[test]
    fn another_key_under_the_id_of_an_epoch_is_another_announcement() {
        let (honest, hostile) = (announced(9, 4, 2), announced(9, 4, 1));
        assert_eq!(chosen(&[(1, honest), (2, honest), (3, hostile)], 0), Some(honest));
        assert_eq!(chosen(&[(3, hostile), (1, honest), (2, honest)], 0), Some(honest));
    }

    #[test]
    fn who_was_removed_does_not_read_on_because_two_announced_an_older_epoch() {
        let (old, new) = (announced(1, 4, 1), announced(2, 5, 2));
        assert_eq!(chosen(&[(1, old), (2, old), (1, new)], 5), Some(new));
        assert_eq!(chosen(&[(1, old), (2, old)], 5), Some(old));
        assert_eq!(chosen(&[], 5), None);
    }

    #[test]
    fn a_reader_seals_to_what_it_opens_itself_if_that_is_fresh() {
        let (own, other) = (announced(9, 4, 1), announced(1, 6, 2));
        let all = [(1, own), (2, other), (3, other)].map(|(by, epoch)| (reader(by), epoch));
        let opens = |epoch: &Announced| *epoch == own;
        assert_eq!(to_drop_to(all, Height(4), opens), Some(own));
        assert_eq!(to_drop_to(all, Height(5), opens), Some(other));
    }
}
