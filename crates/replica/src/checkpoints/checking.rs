//! Whether a save is what the log says: its changes pass the gate, and each is said of an entry of its device that is covered.
//! What signed payloads say of that is in the module beside this one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sothon_book::{ActorId, Book, ChangeFacts, Gate};
use sothon_ledger::payload::{Checkpoint, Save};
use sothon_ledger::verdict::{ChangeFact, EntryView};
use sothon_ledger::{Actor, BookId, DeviceId, EntryId, Envelope, Kind, LogId};
use sothon_store::{Fault, Store};

use super::packing::{NoChange, Unpacked};
use super::vouching;
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
    /// What stands for a change is none, or the gate refuses it.
    #[error(transparent)]
    Change(#[from] NoChange),
    /// The save names an entry that its heads do not cover, one of another kind, or one twice, or says of it what is another device's or too much.
    #[error("an entry that carries something else")]
    Entry,
    /// A payload that is here says something else.
    #[error("a payload says something else")]
    Payload,
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
    let mut unpacked = Unpacked::new();
    let mut carried: HashMap<EntryId, Vec<u32>> = HashMap::with_capacity(save.entries.len());
    for entry in &save.entries {
        let is_covered = |view: &&EntryView| covered.contains(&view.id) && view.header.kind == Kind::Changes;
        let view = live.view(&entry.entry).filter(is_covered);
        let view = view.ok_or(NotUsed::Entry)?;
        let mut changes = Vec::with_capacity(entry.changes.len());
        let mut operations = 0;
        for change in &entry.changes {
            let index = unpacked.take(change)?;
            let facts = unpacked.facts.get(index).ok_or(NotUsed::Entry)?;
            operations += facts.op_count();
            let is_its = owners.get(&facts.actor) == Some(&view.header.device);
            if !is_its || operations > sothon_book::MAX_OPS as u64 {
                return Err(NotUsed::Entry);
            }
            changes.push(u32::try_from(index).map_err(|_| NotUsed::Entry)?);
        }
        if carried.insert(view.id, changes).is_some() {
            return Err(NotUsed::Entry);
        }
    }
    let Unpacked {
        gate, facts, chunks, ..
    } = unpacked;
    // What is here is read from its payload.
    let read = vouching::vouch(live, store, &facts, &carried)?;
    carried.retain(|entry, _| !read.contains(entry));
    let mut book = Book::new();
    let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
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

/// The last entries of kind changes in each covered log: by their payloads the rest is vouched for.
pub(super) fn last_of_logs(live: &Live, covered: &HashSet<EntryId>) -> BTreeSet<EntryId> {
    let mut last: BTreeMap<(DeviceId, LogId), &EntryView> = BTreeMap::new();
    for view in covered.iter().filter_map(|id| live.view(id)) {
        let header = &view.header;
        if header.kind != Kind::Changes {
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
