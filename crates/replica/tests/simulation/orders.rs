//! The same set in another order: what a device holds, given anew to a device with its keys and an empty store.

use std::collections::BTreeSet;

use super::*;

/// In so many orders is what a device holds read again.
const ORDERS: usize = 2;

impl World {
    /// Verdicts and documents of a device do not depend on the order in which all that it holds came (design.md §3.1).
    pub fn check_orders(&mut self, place: usize) -> Result<(), String> {
        // What somebody cannot publish who was cut, or is something else now, is in its own document alone.
        if !self.is_admitted(place) || self.has_away(place) {
            return Ok(());
        }
        let books: BTreeSet<BookId> = self.device(place).readable().map(|open| open.book).collect();
        for _ in 0..ORDERS {
            let seed = self.rng.random();
            let other = self.in_another_order(place, seed)?;
            for book in &books {
                let (now, then) = (checks::seen(self.device(place), book), checks::seen(&other, book));
                if let Some(what) = checks::differs(&now, &then) {
                    return Err(format!("{}, in another order of arrival: {what}", name(place)));
                }
            }
        }
        Ok(())
    }

    fn in_another_order(&self, place: usize, seed: u64) -> Result<Device, String> {
        let mut rng = StdRng::seed_from_u64(seed);
        let folder = folder();
        let to = folder.path().join(ROLES[place].0);
        std::fs::create_dir(&to).map_err(|e| e.to_string())?;
        let vault = Folder::new(self.folder.path().join(ROLES[place].0)).vault();
        std::fs::copy(vault, Folder::new(&to).vault()).map_err(|e| e.to_string())?;
        let source = self.store(place);
        Store::create(&Folder::new(&to).store(), source.root()).map_err(|e| e.to_string())?;
        let mut device = open(folder.path(), place, seed);
        // Who started from a checkpoint holds no payloads of what that covers; by these it has to say the same.
        let elsewhere: BTreeMap<EntryId, Vec<u8>> = self.elsewhere(place)?.into_iter().collect();
        let fault = |fault: sothon_store::Fault| fault.to_string();
        let operations = source.operations(Height(1)).map_err(fault)?;
        let mut logs: Vec<Vec<ReceivedEntry>> = Vec::new();
        for log in source.index().all() {
            let entries = source
                .entries_of_log(&log.key(), 0, usize::MAX >> 1)
                .map_err(fault)?;
            let received = entries.into_iter().map(|entry| {
                let other = elsewhere.get(&entry.envelope.id());
                ReceivedEntry {
                    payload: entry.payload.held().or_else(|| other.cloned()),
                    envelope: entry.envelope,
                }
            });
            // To be taken from the end.
            let mut received: Vec<_> = received.collect();
            received.reverse();
            logs.push(received);
        }
        let mut wraps = source.wraps().map_err(fault)?;
        wraps.shuffle(&mut rng);
        // The register comes first, and sometimes only the oldest part of it: then not everybody's entries are taken.
        let known = rng.random_range(1..=operations.len().max(1));
        let mut first = batch();
        first.operations = operations[..known.min(operations.len())].to_vec();
        device.take_in(vec![first], NOW).map_err(|e| e.to_string())?;
        for again in [true, false] {
            let mut left = logs.clone();
            if !again {
                let mut rest = batch();
                rest.operations.clone_from(&operations);
                device.take_in(vec![rest], NOW).map_err(|e| e.to_string())?;
            }
            while !left.is_empty() {
                let mut some = batch();
                for _ in 0..rng.random_range(1..12) {
                    if left.is_empty() {
                        break;
                    }
                    let at = rng.random_range(0..left.len());
                    some.entries.extend(left[at].pop());
                    if left[at].is_empty() {
                        left.swap_remove(at);
                    }
                }
                if rng.random_bool(0.5) || left.is_empty() {
                    let from = wraps.len() - rng.random_range(0..=wraps.len());
                    some.wraps = if left.is_empty() {
                        wraps.clone()
                    } else {
                        wraps[from..].to_vec()
                    };
                }
                device.take_in(vec![some], NOW).map_err(|e| e.to_string())?;
                if again && rng.random_bool(0.3) {
                    break;
                }
            }
        }
        // No save comes of any checkpoint: it reads the log, as after sessions that brought none.
        device.all_has_come().map_err(|e| e.to_string())?;
        while !device.wants().saves.is_empty() {
            device.all_has_come().map_err(|e| e.to_string())?;
        }
        Ok(device)
    }
}
