//! Whether a save is what the log says: its chunks pass the gate, each belongs to a device that wrote what is covered, and all of
//! it is what the outermost signed payloads carry or build on (A9).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sothon_book::{ActorId, Book, ChangeFacts, ChangeHash, Gate};
use sothon_ledger::payload::{Checkpoint, Save};
use sothon_ledger::verdict::{ChangeFact, EntryView};
use sothon_ledger::{Actor, BookId, DeviceId, EntryId, Envelope, Kind, LogId};
use sothon_store::{Fault, Store};

use super::making::open_changes;
use crate::live::Live;
use crate::snapshot::Known;

/// Why a checkpoint is not used, or not yet.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotUsed {
    /// The store.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// These payloads have to vouch for it, and are not here.
    #[error("payloads that vouch for it are not here")]
    Lacks(BTreeSet<EntryId>),
    /// A head is no signed entry of the book that is held.
    #[error("a head that is not held")]
    Head,
    /// An actor is not the device's whose it is said to be.
    #[error("an actor that is not its device's")]
    Actor,
    /// The gate refuses a change, or it stands on one that is not in the save.
    #[error("a change that the gate refuses")]
    Gate,
    /// The save names an entry that its heads do not cover, a change that it does not hold, or one of another device.
    #[error("an entry that carries something else")]
    Entry,
    /// A payload that is here says something else.
    #[error("a payload says something else")]
    Payload,
    /// A change that no entry carries, or that no signed payload carries or builds on.
    #[error("a change that nobody vouches for")]
    Unvouched,
    /// The document could not be built.
    #[error("the changes do not make a document")]
    Document,
}

/// A save that passed.
pub(super) struct Passed {
    pub book: Book,
    pub gate: Gate,
    pub known: Known,
}

/// Checks a save against the entries that are held of the book.
pub(super) fn check(
    live: &Live,
    store: &Store,
    checkpoint: &Checkpoint,
    save: &Save,
) -> Result<Passed, NotUsed> {
    let covered = covered(live, checkpoint)?;
    let owners = owners(&live.id(), checkpoint)?;
    let mut gate = Gate::new();
    let mut facts: Vec<ChangeFacts> = Vec::with_capacity(save.chunks.len());
    for chunk in &save.chunks {
        facts.push(gate.check(chunk).map_err(|_| NotUsed::Gate)?);
    }
    let mut carried: HashMap<EntryId, Vec<u32>> = HashMap::with_capacity(save.entries.len());
    let mut named: HashSet<u32> = HashSet::new();
    for entry in &save.entries {
        let view = live.view(&entry.entry).filter(|view| covered.contains(&view.id));
        let view = view.ok_or(NotUsed::Entry)?;
        for place in &entry.changes {
            let change = facts.get(*place as usize).ok_or(NotUsed::Entry)?;
            if owners.get(&change.actor) != Some(&view.header.device) {
                return Err(NotUsed::Entry);
            }
            named.insert(*place);
        }
        if carried.insert(entry.entry, entry.changes.clone()).is_some() {
            return Err(NotUsed::Entry);
        }
    }
    if named.len() != facts.len() {
        return Err(NotUsed::Unvouched);
    }
    let vouched = read_vouching(live, store, &facts, &carried)?;
    let built_on: HashSet<ChangeHash> = facts
        .iter()
        .flat_map(|change| change.deps.iter().copied())
        .collect();
    let is_vouched = |change: &ChangeFacts| built_on.contains(&change.hash) || vouched.contains(&change.hash);
    if !facts.iter().all(is_vouched) {
        return Err(NotUsed::Unvouched);
    }
    let mut book = Book::new();
    let chunks: Vec<&[u8]> = save.chunks.iter().map(|chunk| chunk.as_slice()).collect();
    book.apply(&chunks).map_err(|_| NotUsed::Document)?;
    let facts = facts.iter().map(plain).collect();
    Ok(Passed {
        book,
        gate,
        known: Known::new(facts, carried),
    })
}

/// The entries of the heads and all that these build on.
pub(super) fn covered(live: &Live, checkpoint: &Checkpoint) -> Result<HashSet<EntryId>, NotUsed> {
    let mut todo = Vec::new();
    for head in &checkpoint.heads {
        let head = Envelope::parse_held(head).map_err(|_| NotUsed::Head)?;
        todo.push(head.id());
    }
    let mut covered = HashSet::new();
    while let Some(id) = todo.pop() {
        let view = live.view(&id).ok_or(NotUsed::Head)?;
        if covered.insert(id) {
            todo.extend(view.header.backlink.iter().chain(&view.header.after));
        }
    }
    Ok(covered)
}

/// The last entries of kind changes or drop in each covered log: by their payloads the rest is vouched for.
pub(super) fn last_of_logs(live: &Live, covered: &HashSet<EntryId>) -> BTreeSet<EntryId> {
    last(covered.iter().filter_map(|id| live.view(id)))
}

fn last<'a>(views: impl Iterator<Item = &'a EntryView>) -> BTreeSet<EntryId> {
    let mut last: BTreeMap<(DeviceId, LogId), &EntryView> = BTreeMap::new();
    for view in views {
        let header = &view.header;
        if !matches!(header.kind, Kind::Changes | Kind::Drop) {
            continue;
        }
        let of_log = last.entry((header.device, header.log)).or_insert(view);
        if of_log.header.seq < header.seq {
            *of_log = view;
        }
    }
    last.values().map(|view| view.id).collect()
}

fn owners(book: &BookId, checkpoint: &Checkpoint) -> Result<HashMap<ActorId, DeviceId>, NotUsed> {
    let mut owners = HashMap::with_capacity(checkpoint.actors.len());
    for owner in &checkpoint.actors {
        if owner.nonce.actor(book, &owner.device) != owner.actor {
            return Err(NotUsed::Actor);
        }
        owners.insert(ActorId(owner.actor.0), owner.device);
    }
    Ok(owners)
}

/// The changes that signed payloads carry which are here: all of those that are held, and of each log the last one, and
/// the last one that is said to carry something, must be. Each must carry what the save says.
fn read_vouching(
    live: &Live,
    store: &Store,
    facts: &[ChangeFacts],
    carried: &HashMap<EntryId, Vec<u32>>,
) -> Result<HashSet<ChangeHash>, NotUsed> {
    let views = || carried.keys().filter_map(|id| live.view(id));
    let carries = |view: &&EntryView| carried.get(&view.id).is_some_and(|places| !places.is_empty());
    let needed: BTreeSet<EntryId> = last(views())
        .into_iter()
        .chain(last(views().filter(carries)))
        .collect();
    let mut lacking = BTreeSet::new();
    let mut vouched = HashSet::new();
    for (id, places) in carried {
        let stored = store.entry(id)?.ok_or(NotUsed::Entry)?;
        let Some(sealed) = stored.payload.held() else {
            if needed.contains(id) {
                lacking.insert(*id);
            }
            continue;
        };
        let epoch = stored.envelope.header().epoch;
        let secret = epoch
            .and_then(|epoch| live.secret(&epoch))
            .ok_or(NotUsed::Payload)?;
        let changes = open_changes(&stored.envelope, &sealed, secret).ok_or(NotUsed::Payload)?;
        let mut said = places.iter().filter_map(|place| facts.get(*place as usize));
        for chunk in &changes.chunks {
            let change = ChangeFacts::read(chunk).map_err(|_| NotUsed::Payload)?;
            if said.next().map(|said| said.hash) != Some(change.hash) {
                return Err(NotUsed::Payload);
            }
            vouched.insert(change.hash);
        }
        if said.next().is_some() {
            return Err(NotUsed::Payload);
        }
    }
    if lacking.is_empty() {
        Ok(vouched)
    } else {
        Err(NotUsed::Lacks(lacking))
    }
}

fn plain(facts: &ChangeFacts) -> ChangeFact {
    ChangeFact {
        hash: sothon_ledger::ChangeHash(facts.hash.0),
        actor: Actor(facts.actor.0),
        seq: facts.seq,
        deps: facts
            .deps
            .iter()
            .map(|dep| sothon_ledger::ChangeHash(dep.0))
            .collect(),
    }
}
