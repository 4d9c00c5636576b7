//! What is held of each author log, in memory: a pure fold over the entries in the order of their arrival, so a session
//! can compare and summarise without a query.

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::{BookId, DeviceId, EntryId, LogId, Seq};

/// The place of an entry in the order of arrival at this store, from 1. It means nothing to any other store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Row(pub i64);

/// The name of an author log. The log id alone is not a name: another device may take the same (threats.md A2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LogKey {
    /// The book.
    pub book: BookId,
    /// The author.
    pub device: DeviceId,
    /// The log.
    pub log: LogId,
}

/// What is held of one author log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogState {
    key: LogKey,
    /// Its row in the table of logs.
    pub(crate) number: i64,
    next: Seq,
    tips: BTreeSet<(Seq, EntryId)>,
    entries: u64,
    bytes: u64,
    /// Seqs held above a gap.
    above: BTreeSet<Seq>,
    /// Entries that were named as a backlink when they were not a tip: not here yet, or already followed.
    followed: BTreeSet<(Seq, EntryId)>,
}

impl LogState {
    pub(crate) fn new(key: LogKey, number: i64) -> Self {
        LogState {
            key,
            number,
            next: 0,
            tips: BTreeSet::new(),
            entries: 0,
            bytes: 0,
            above: BTreeSet::new(),
            followed: BTreeSet::new(),
        }
    }

    /// Takes in an entry that is not yet in.
    pub(crate) fn add(&mut self, seq: Seq, id: EntryId, backlink: Option<EntryId>, bytes: u64) {
        self.entries += 1;
        self.bytes += bytes;
        if let (Some(before), Some(seq)) = (backlink, seq.checked_sub(1))
            && !self.tips.remove(&(seq, before))
        {
            self.followed.insert((seq, before));
        }
        if !self.followed.contains(&(seq, id)) {
            self.tips.insert((seq, id));
        }
        if seq > self.next {
            self.above.insert(seq);
        } else if seq == self.next {
            self.next += 1;
            while self.above.remove(&self.next) {
                self.next += 1;
            }
        }
    }

    /// Book, device and log.
    pub fn key(&self) -> LogKey {
        self.key
    }

    /// Its place among the logs in the order in which they were first held here, from 1.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// The first seq that is not held: everything below is, in at least one branch.
    pub fn next(&self) -> Seq {
        self.next
    }

    /// The entries that no held entry follows, by seq; more than one where the log is forked or has a gap.
    pub fn tips(&self) -> impl DoubleEndedIterator<Item = (Seq, EntryId)> + '_ {
        self.tips.iter().copied()
    }

    /// How many entries are held, forks included.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The size of envelopes and signed payloads in bytes, whether a payload is held or not.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// What is held of all logs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Index {
    books: BTreeMap<BookId, BTreeMap<(DeviceId, LogId), LogState>>,
}

impl Index {
    /// The books of which anything is held.
    pub fn books(&self) -> impl Iterator<Item = BookId> + '_ {
        self.books.keys().copied()
    }

    /// The logs of a book, by device and log id.
    pub fn logs(&self, book: &BookId) -> impl Iterator<Item = &LogState> {
        self.books.get(book).into_iter().flat_map(|logs| logs.values())
    }

    /// One log.
    pub fn log(&self, key: &LogKey) -> Option<&LogState> {
        self.books.get(&key.book)?.get(&(key.device, key.log))
    }

    /// All logs.
    pub fn all(&self) -> impl Iterator<Item = &LogState> {
        self.books.values().flat_map(|logs| logs.values())
    }

    pub(crate) fn set(&mut self, state: LogState) {
        let key = state.key;
        self.books
            .entry(key.book)
            .or_default()
            .insert((key.device, key.log), state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: LogKey = LogKey {
        book: BookId([1; 16]),
        device: DeviceId([2; 32]),
        log: LogId([3; 16]),
    };

    /// A tree of entries: each names one of those before it, or none.
    fn tree(parents: &[usize]) -> Vec<(Seq, EntryId, Option<EntryId>)> {
        let mut out: Vec<(Seq, EntryId, Option<EntryId>)> = Vec::new();
        for (n, parent) in parents.iter().enumerate() {
            let id = EntryId([n as u8; 32]);
            let before = out.get(parent % (n + 1)).map(|(seq, id, _)| (*seq, *id));
            out.push((before.map_or(0, |(seq, _)| seq + 1), id, before.map(|(_, id)| id)));
        }
        out
    }

    proptest! {
        #[test]
        fn tips_and_height_do_not_depend_on_the_order_of_arrival(
            parents in proptest::collection::vec(0usize..40, 0..40),
            order in any::<u64>(),
            held in 0usize..40,
        ) {
            let mut arrived = tree(&parents);
            let len = arrived.len().max(1);
            for n in (1..arrived.len()).rev() {
                arrived.swap(n, (order.wrapping_mul(n as u64 + 7) >> 11) as usize % (n + 1));
            }
            arrived.truncate(held % (len + 1));
            let mut log = LogState::new(KEY, 1);
            for (seq, id, backlink) in &arrived {
                log.add(*seq, *id, *backlink, 1);
            }
            let tips: BTreeSet<_> = arrived
                .iter()
                .filter(|(_, id, _)| !arrived.iter().any(|(_, _, backlink)| *backlink == Some(*id)))
                .map(|(seq, id, _)| (*seq, *id))
                .collect();
            prop_assert_eq!(log.tips().collect::<BTreeSet<_>>(), tips);
            let next = (0..).find(|seq| !arrived.iter().any(|(held, _, _)| held == seq));
            prop_assert_eq!(Some(log.next()), next);
            prop_assert_eq!(log.entries(), arrived.len() as u64);
        }
    }
}
