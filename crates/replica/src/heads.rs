//! Which heads a cut names: all that are held, as far as one operation has room for them.
//!
//! A device may begin as many logs as it likes, and an operation has a bound. Where there are too many, what is left out
//! is chosen by what it is worth: a log that a cut does not name counts as nothing (design.md §3.4), so honest work must
//! come first, and what a liar heaped up must not push it out. What was left out can still be let in by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rand_core::CryptoRng;
use sothon_ledger::register::{CutOf, LogHead};
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, DeviceId, EntryId};
use sothon_store::{LogKey, LogState};

use crate::replica::{Replica, ReplicaError};

/// How many heads a cut names at most. A head has at most 61 bytes, so that they take 244,000 of the 262,144 that an
/// operation may have.
pub(crate) const MOST_HEADS: usize = 4_000;

/// What a cut did not name, since one operation has no room for more heads. Nothing, but where somebody began thousands of
/// logs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NotNamed {
    /// Logs that are held here and were not named: nothing of them counts from now on, until it is let in.
    pub logs: usize,
    /// Those among them in which something counted until now.
    pub counted: usize,
}

/// What a log is worth to a cut; the first is named first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Worth {
    /// What counts of other devices builds on it.
    BuiltOn,
    /// Something in it counts.
    Counts,
    /// Something in it waits for what is not here.
    Waits,
    /// Nothing of it counts.
    Aside,
}

impl<R: CryptoRng> Replica<R> {
    /// The heads of the logs that `of` picks out, with all their branches: which of two rival changes counts, is for the
    /// verdicts, and for an anchor.
    ///
    /// If there are more than `most` ([`MOST_HEADS`], for all cuts of one operation together), logs on which others build come
    /// first, then others that count, then what waits; of each of these the devices take turns, each with its oldest log
    /// first, by the order in which they came here.
    pub(crate) fn heads_to_name(
        &self,
        most: usize,
        of: impl Fn(&LogKey) -> bool,
    ) -> (Vec<LogHead>, NotNamed) {
        let logs: Vec<&LogState> = (self.station.store().index().all())
            .filter(|log| of(&log.key()))
            .collect();
        let mut not_named = NotNamed::default();
        let mut heads: Vec<LogHead> = if logs.iter().map(|log| log.tips().count()).sum::<usize>() <= most {
            logs.into_iter().flat_map(heads).collect()
        } else {
            let mut named = Vec::new();
            for (worth, log) in self.by_worth(logs) {
                if named.len() + log.tips().count() <= most {
                    named.extend(heads(log));
                } else {
                    not_named.logs += 1;
                    not_named.counted += usize::from(worth <= Worth::Counts);
                }
            }
            named
        };
        heads.sort_unstable();
        (heads, not_named)
    }

    /// The logs of a device that its last cut did not name, since there was no room for them (design.md §3.4): nothing of them
    /// counts, until it is let in. None where the cut had room for what is held here, whatever has come since.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before the register is here.
    pub fn left_out(&self, device: &DeviceId) -> Result<usize, ReplicaError> {
        let register = self.register()?;
        let cuts = register.rights().cuts(register.effective_height());
        let Some((_, cut)) = cuts.filter(|(_, cut)| cut.of == CutOf::Device(*device)).last() else {
            return Ok(0);
        };
        let named: BTreeSet<_> = cut.heads.iter().map(|head| head.log).collect();
        let logs = self.station.store().index().all();
        let left_out = logs.filter(|log| {
            let key = log.key();
            let had_room = cut.heads.len() + log.tips().count() <= MOST_HEADS;
            key.device == *device && !named.contains(&key.log) && !had_room
        });
        Ok(left_out.count())
    }

    fn by_worth<'a>(&self, logs: Vec<&'a LogState>) -> Vec<(Worth, &'a LogState)> {
        let mut counting = BTreeSet::new();
        let mut built_on = BTreeSet::new();
        for book in logs.iter().map(|log| log.key().book).collect::<BTreeSet<_>>() {
            self.note_standing(&book, &mut counting, &mut built_on);
        }
        let mut logs: Vec<(Worth, &LogState)> = (logs.into_iter())
            .map(|log| {
                let key = log.key();
                let worth = if built_on.contains(&key) {
                    Worth::BuiltOn
                } else if counting.contains(&key) {
                    Worth::Counts
                } else if self.waits(log) {
                    Worth::Waits
                } else {
                    Worth::Aside
                };
                (worth, log)
            })
            .collect();
        logs.sort_unstable_by_key(|(worth, log)| (*worth, log.number()));
        let mut turns: BTreeMap<_, usize> = BTreeMap::new();
        let mut in_turn: Vec<(Worth, usize, &LogState)> = Vec::with_capacity(logs.len());
        for (worth, log) in logs {
            let turn = turns.entry((worth, log.key().device)).or_default();
            in_turn.push((worth, *turn, log));
            *turn += 1;
        }
        in_turn.sort_by_key(|(worth, turn, log)| (*worth, *turn, log.number()));
        in_turn.into_iter().map(|(worth, _, log)| (worth, log)).collect()
    }

    /// Notes the logs of a book in which something counts, and those on which others build what counts.
    fn note_standing(&self, book: &BookId, counting: &mut BTreeSet<LogKey>, built_on: &mut BTreeSet<LogKey>) {
        let Some(live) = self.books.get(book) else {
            return;
        };
        let mut places: HashMap<EntryId, LogKey> = HashMap::new();
        // Each comes after what it builds on.
        for view in live.judge.admitted() {
            let header = &view.header;
            let key = LogKey {
                book: *book,
                device: header.device,
                log: header.log,
            };
            counting.insert(key);
            let named = header.after.iter().filter_map(|id| places.get(id));
            built_on.extend(named.filter(|log| log.device != header.device));
            places.insert(view.id, key);
        }
    }

    fn waits(&self, log: &LogState) -> bool {
        let live = self.books.get(&log.key().book);
        log.tips().any(|(_, id)| {
            let verdict = live.and_then(|live| live.judge.verdict(&id));
            // A book of which nothing is judged here says nothing against it.
            matches!(verdict, None | Some(Verdict::Pending(_)))
        })
    }
}

fn heads(log: &LogState) -> impl Iterator<Item = LogHead> + '_ {
    let name = log.key().log;
    log.tips().map(move |(seq, id)| LogHead { log: name, seq, id })
}
