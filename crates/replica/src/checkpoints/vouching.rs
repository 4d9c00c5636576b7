//! What signed payloads say of a save. The last payload of a log names, by the hashes that its changes build on, all that its
//! author has written before, and Automerge's hash graph vouches for every byte of it (A9). That somebody else's change
//! stands on one says nothing: whoever makes a checkpoint could say it of changes that nobody wrote.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sothon_book::{ChangeFacts, ChangeHash};
use sothon_ledger::verdict::EntryView;
use sothon_ledger::{DeviceId, EntryId, LogId, seal};
use sothon_store::Store;

use super::checking::NotUsed;
use crate::live::Live;

/// Compares what is said of entries (places in `facts`) with the payloads that are here. Of each other entry, all that is said
/// must be what changes of a payload in the same log build on: else the payload itself is lacking. Which are here.
pub(super) fn vouch(
    live: &Live,
    store: &Store,
    facts: &[ChangeFacts],
    carried: &HashMap<EntryId, Vec<u32>>,
) -> Result<HashSet<EntryId>, NotUsed> {
    let mut logs: BTreeMap<(DeviceId, LogId), Vec<&EntryView>> = BTreeMap::new();
    for view in carried.keys().filter_map(|id| live.view(id)) {
        let log = (view.header.device, view.header.log);
        logs.entry(log).or_default().push(view);
    }
    let graph = Graph::of(facts);
    let mut read = HashSet::new();
    let mut lacking = BTreeSet::new();
    for entries in logs.values_mut() {
        entries.sort_unstable_by_key(|view| Reverse((view.header.seq, view.id)));
        let mut vouched = vec![false; facts.len()];
        for view in entries {
            let said = carried.get(&view.id).ok_or(NotUsed::Entry)?;
            if is_here(live, store, view, said, facts)? {
                read.insert(view.id);
            } else if said.is_empty() || !said.iter().all(|place| has(&vouched, *place)) {
                lacking.insert(view.id);
            }
            // If the payload is still to come, what it will vouch for need not come as well.
            graph.walk(said, &mut vouched);
        }
    }
    if lacking.is_empty() {
        Ok(read)
    } else {
        Err(NotUsed::Lacks(lacking))
    }
}

/// Whether the payload of an entry is here; then it carries what is said.
fn is_here(
    live: &Live,
    store: &Store,
    view: &EntryView,
    said: &[u32],
    facts: &[ChangeFacts],
) -> Result<bool, NotUsed> {
    let stored = store.entry(&view.id)?.ok_or(NotUsed::Entry)?;
    let Some(sealed) = stored.payload.held() else {
        return Ok(false);
    };
    let secret = view.header.epoch.and_then(|epoch| live.secret(&epoch));
    let secret = secret.ok_or(NotUsed::Payload)?;
    let changes = seal::open_changes(&sealed, stored.envelope.header_bytes(), secret);
    let changes = changes.map_err(|_| NotUsed::Payload)?;
    let mut carries = Vec::with_capacity(changes.chunks.len());
    for chunk in &changes.chunks {
        carries.push(ChangeFacts::read(chunk).map_err(|_| NotUsed::Payload)?.hash);
    }
    let said = said.iter().map(|place| Some(facts.get(*place as usize)?.hash));
    if said.eq(carries.into_iter().map(Some)) {
        Ok(true)
    } else {
        Err(NotUsed::Payload)
    }
}

fn has(vouched: &[bool], place: u32) -> bool {
    vouched.get(place as usize).is_some_and(|vouched| *vouched)
}

/// What builds on what, by places.
struct Graph(Vec<Vec<u32>>);

impl Graph {
    fn of(facts: &[ChangeFacts]) -> Graph {
        let places: HashMap<ChangeHash, u32> =
            (0..).zip(facts).map(|(at, change)| (change.hash, at)).collect();
        let deps = |change: &ChangeFacts| {
            let deps = change.deps.iter();
            deps.filter_map(|dep| places.get(dep).copied()).collect()
        };
        Graph(facts.iter().map(deps).collect())
    }

    /// Marks changes and all that they build on.
    fn walk(&self, from: &[u32], marked: &mut [bool]) {
        let mut todo = from.to_vec();
        while let Some(place) = todo.pop() {
            match marked.get_mut(place as usize) {
                Some(marked) if !*marked => *marked = true,
                _ => continue,
            }
            todo.extend(self.0.get(place as usize).into_iter().flatten());
        }
    }
}
