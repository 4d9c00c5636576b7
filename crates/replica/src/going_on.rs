//! Going on (design.md §3.4): what this device wrote, and does not count any more, it writes again by itself, as far as it
//! may write there now.
//!
//! A change belongs to its device, whichever of its logs carries it (B11). So a change that can stand as it is, is carried
//! again as it is: it keeps its place and its time, nothing can be in the book twice whatever else comes back, and over a
//! value that changed meanwhile both are shown, since the change still says what its author had seen. What stands on
//! something that does not count itself is said again by a new change: the same values, by a fresh actor, beside what came
//! since. Either names the entries that it replaces, and goes the way of everything that is saved: sealed and on the disk,
//! in the document, then in an entry of a log that counts.
//!
//! For an author who will not come back the registrar orders by name that others write it again (`ordering.rs`): what was so
//! ordered its author leaves alone from then on, so that it is not in twice when the author comes back after all.

use std::collections::{BTreeSet, HashMap, HashSet};

use rand_core::CryptoRng;
use sothon_book::{Act, ActId, ActorId, Again, ChangeFacts};
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::verdict::{Aside, EntryView, Pending, Verdict};
use sothon_ledger::{BookId, ChangeHash, DeviceId, EntryId, Kind, Register, Right, payload};
use sothon_records::{Edit, RecordKey};

use crate::edit::{divide, fits_an_entry};
use crate::live::Live;
use crate::pending::Unsaved;
use crate::publish::Published;
use crate::replica::{Event, Replica, ReplicaError};
use crate::secrets::random;
use sothon_store::UnpublishedId;

/// A change that counts nowhere.
pub(crate) struct Lost {
    facts: ChangeFacts,
    chunk: Vec<u8>,
    actor: ActorNonce,
    /// The entries that carry it.
    pub carriers: Vec<EntryId>,
    /// Where it is saved and in no entry yet.
    saved: Option<UnpublishedId>,
}

impl<R: CryptoRng> Replica<R> {
    /// Writes again what this device wrote in a book and does not count there; says *yes* again where its *yes* does not
    /// count. What counted as little when it was tried is not tried again before the next start.
    pub(crate) fn go_on(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        self.say_yes_again(book, now, published)?;
        if !self.may(book, Right::Write) {
            return Ok(());
        }
        let lost = self.own_lost(book)?;
        let tried: Vec<ChangeHash> = lost.iter().map(|lost| hash(&lost.facts)).collect();
        let lost = self.of_own_offices(book, lost)?;
        let (as_they_are, mut anew) = match self.books.get(book) {
            Some(live) => part(live, lost),
            None => return Ok(()),
        };
        let mut again = !as_they_are.is_empty();
        if again {
            let unsaved = as_they_are.into_iter().map(|lost| Unsaved {
                book: *book,
                actor: lost.actor,
                chunk: lost.chunk,
                replaces: lost.carriers,
            });
            self.save_pending(unsaved.collect(), &[], Vec::new())?;
            self.settle([*book].into())?;
        }
        anew.extend(self.stranded(book));
        // What stands on something that others are to write again waits until that can be read, and is tried then.
        let waits = match self.books.get(book) {
            Some(live) => self
                .said_instead(book, &live.below(anew.iter().map(|lost| &lost.facts)))?
                .is_none(),
            None => true,
        };
        if !waits {
            self.tried_again.extend(tried);
        }
        if !anew.is_empty() && !waits {
            anew.sort_by_key(|lost| (lost.facts.start_op, lost.facts.hash));
            again |= match self.say_again(book, anew, "edit") {
                // It waits, and holds up nothing else.
                Err(ReplicaError::MayNotWrite) => false,
                said => said?,
            };
        }
        if again {
            self.publish_changes(book, now, published)?;
        }
        Ok(())
    }

    /// What is saved and in no entry yet, and stands on what will not count.
    fn stranded(&self, book: &BookId) -> Vec<Lost> {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Vec::new();
        };
        let saved = self.pending.get(book).into_iter().flatten();
        let own: HashSet<ChangeHash> = saved.clone().map(|change| change.hash).collect();
        let will_not_count = |dep: &ChangeHash| {
            let mut carriers = self.carriers(book, dep).peekable();
            own.contains(dep)
                || live.in_book(dep)
                || carriers.peek().is_some() && carriers.all(|entry| is_lost(register, live, &entry))
        };
        let mut found = Vec::new();
        for change in saved.filter(|change| !live.in_book(&change.hash)) {
            if let Ok(facts) = ChangeFacts::read(&change.chunk)
                && facts.deps.iter().all(|dep| will_not_count(&ChangeHash(dep.0)))
            {
                found.push(Lost {
                    facts,
                    chunk: change.chunk.clone(),
                    actor: change.actor,
                    carriers: change.replaces.clone(),
                    saved: Some(change.id),
                });
            }
        }
        // What is another office's by now would count for nothing: it waits here, with what stands on it, until what it stands
        // on itself is let in.
        let below = live.below(found.iter().map(|lost| &lost.facts));
        let chunks: Vec<Vec<u8>> = found.iter().map(|lost| lost.chunk.clone()).collect();
        let is_ours = |count: usize| {
            let said = live.book.again(&below, &[], &chunks[..count]);
            said.is_none_or(|said| self.is_of_offices(&said.edits))
        };
        if !found.is_empty() && !is_ours(found.len()) {
            let ours = (1..found.len()).take_while(|count| is_ours(*count)).count();
            found.truncate(ours);
        }
        found
    }

    /// What this device wrote in a book and counts nowhere, but for what was tried and what others write again by name.
    fn own_lost(&self, book: &BookId) -> Result<Vec<Lost>, ReplicaError> {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Ok(Vec::new());
        };
        let is_own = |view: &&EntryView| {
            view.header.device == self.device()
                && view.header.kind == Kind::Changes
                && is_lost(register, live, &view.id)
        };
        let own: Vec<&EntryView> = live.judge.set().iter().filter(is_own).collect();
        let is_ordered = |view: &&&EntryView| register.rights().replaced(&view.id).is_some();
        let ordered = own.iter().filter(is_ordered);
        let carried = ordered.filter_map(|view| live.carried(&view.id));
        let ordered: HashSet<ChangeHash> = carried.flatten().copied().collect();
        let skips = |hash: &ChangeHash| self.tried_again.contains(hash) || ordered.contains(hash);
        let mut lost = self.lost_changes(book, &self.device(), own.into_iter(), skips)?;
        if !lost.is_empty() {
            // What was said anew is a change of its own: after a start, only what it names tells that it was.
            let said = self.said_again(book, &self.device())?;
            lost.retain(|lost| !lost.carriers.iter().any(|entry| said.contains(entry)));
        }
        Ok(lost)
    }

    /// Of what is lost, what this device may say again as far as offices go. An entry that says something which is now another
    /// office's, since this device has another role, waits aside, with what it builds on: said again here it would count for
    /// nothing. It counts as what it was written as when the registrar lets it in, or as what one of that office writes again.
    fn of_own_offices(&self, book: &BookId, mut lost: Vec<Lost>) -> Result<Vec<Lost>, ReplicaError> {
        let Some(live) = self.books.get(book) else {
            return Ok(lost);
        };
        let carriers: BTreeSet<EntryId> = lost.iter().flat_map(|lost| &lost.carriers).copied().collect();
        let mut waiting = Vec::new();
        for entry in carriers {
            if !self.is_of_offices(&self.says(book, &entry)?) {
                waiting.push(entry);
            }
        }
        let waits = |entry: &EntryId| {
            let on = |top: &EntryId| top == entry || live.judge.set().builds_on(top, entry);
            waiting.iter().any(on)
        };
        lost.retain(|lost| !lost.carriers.iter().any(waits));
        Ok(lost)
    }

    /// The changes of these entries of a device that are nowhere in the book and not skipped, each after what it builds on.
    pub(crate) fn lost_changes<'a>(
        &self,
        book: &BookId,
        device: &DeviceId,
        entries: impl Iterator<Item = &'a EntryView>,
        skips: impl Fn(&ChangeHash) -> bool,
    ) -> Result<Vec<Lost>, ReplicaError> {
        let Some(live) = self.books.get(book) else {
            return Ok(Vec::new());
        };
        let mut lost: HashMap<ChangeHash, Lost> = HashMap::new();
        for view in entries {
            let carried = live.carried(&view.id).unwrap_or_default();
            let missing: HashSet<&ChangeHash> = carried
                .iter()
                .filter(|hash| !live.in_book(hash) && !skips(hash))
                .collect();
            if missing.is_empty() {
                continue;
            }
            // The random part of an actor stands in the payload alone.
            let Some(changes) = self.opened(live, view)? else {
                continue;
            };
            let actors: HashMap<ActorId, ActorNonce> = (changes.actors.iter().flatten())
                .map(|nonce| (ActorId(nonce.actor(book, device).0), *nonce))
                .collect();
            for chunk in changes.chunks {
                let Ok(facts) = ChangeFacts::read(&chunk) else {
                    continue;
                };
                let name = hash(&facts);
                if let Some(actor) = actors.get(&facts.actor).filter(|_| missing.contains(&name)) {
                    let one = lost.entry(name).or_insert_with(|| Lost {
                        facts,
                        chunk: chunk.into(),
                        actor: *actor,
                        carriers: Vec::new(),
                        saved: None,
                    });
                    one.carriers.push(view.id);
                }
            }
        }
        let mut lost: Vec<Lost> = lost.into_values().collect();
        lost.sort_by_key(|lost| (lost.facts.start_op, lost.facts.hash));
        Ok(lost)
    }

    /// Says what changes said that cannot be carried as they are, by fresh actors, and that it replaces the entries that carry
    /// them. Whether it did.
    ///
    /// # Errors
    /// [`ReplicaError::MayNotWrite`] where some of it is of an office that this device does not hold.
    pub(crate) fn say_again(
        &mut self,
        book: &BookId,
        mut lost: Vec<Lost>,
        what: &str,
    ) -> Result<bool, ReplicaError> {
        let Some(live) = self.books.get(book) else {
            return Ok(false);
        };
        // What was carried as it is may have been all that was in the way.
        lost.retain(|lost| !live.in_book(&hash(&lost.facts)));
        let Some(last) = lost.last() else {
            return Ok(false);
        };
        let mut act = Act::of_one_change(what, Some(last.facts.time));
        let below = live.below(lost.iter().map(|lost| &lost.facts));
        let Some(instead) = self.said_instead(book, &below)? else {
            return Ok(false);
        };
        let chunks: Vec<Vec<u8>> = lost.iter().map(|lost| lost.chunk.clone()).collect();
        let Some(Again { heads, edits }) = live.book.again(&below, &instead, &chunks) else {
            tracing::warn!("what does not count could not be written again");
            return Ok(false);
        };
        if !self.is_of_offices(&edits) {
            return Err(ReplicaError::MayNotWrite);
        }
        let carriers = lost.iter().flat_map(|lost| &lost.carriers);
        let replaces: BTreeSet<EntryId> = carriers.copied().collect();
        let replaces: Vec<EntryId> = replaces.into_iter().collect();
        let touched = edits.iter().map(|edit| match edit {
            Edit::Create { key, .. } | Edit::AddSub { key, .. } | Edit::Set { key, .. } => key.clone(),
        });
        let keys: BTreeSet<RecordKey> = touched.collect();
        let alone = edits.iter().map(|edit| vec![edit.clone()]).collect();
        // What is too much for one entry was in several; of one edit none was.
        for parts in [divide(edits), alone] {
            if parts.len() > 1 {
                act.id = Some(ActId(*random(&mut self.rng)));
            }
            if let Some(made) = self.say_parts(book, &heads, &parts, &act, &replaces) {
                let said: Vec<UnpublishedId> = lost.iter().filter_map(|lost| lost.saved).collect();
                self.save_pending(made, &said, Vec::new())?;
                self.settle([*book].into())?;
                // They are in the document before it is settled, which tells of what is new to it alone.
                self.tell(Event::Records { book: *book, keys });
                return Ok(true);
            }
            self.reload(*book)?;
        }
        tracing::warn!("what does not count could not be written again");
        Ok(false)
    }

    /// Makes each part of edits in the document, beside what came after `heads`. None, where one of them is refused or is more
    /// than an entry can carry: then the document is to be read again.
    fn say_parts(
        &mut self,
        book: &BookId,
        heads: &[sothon_book::ChangeHash],
        parts: &[Vec<Edit>],
        act: &Act,
        replaces: &[EntryId],
    ) -> Option<Vec<Unsaved>> {
        let device = self.device();
        let live = self.books.get_mut(book)?;
        let mut made = Vec::new();
        for part in parts {
            let nonce = ActorNonce::new(*random(&mut self.rng));
            let fresh = ActorId(nonce.actor(book, &device).0);
            let change = live.book.edit_at(heads, fresh, part, act).ok()?;
            live.made_here(&change.bytes, device).ok()?;
            if !fits_an_entry(&change.bytes, &mut self.rng) {
                return None;
            }
            made.push(Unsaved {
                book: *book,
                actor: nonce,
                chunk: change.bytes,
                replaces: replaces.to_vec(),
            });
        }
        Some(made)
    }

    fn say_yes_again(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Ok(());
        };
        if !self.counts_as_reader(book) {
            return Ok(());
        }
        let said: BTreeSet<_> = live
            .yes_of(self.device())
            .filter(|(entry, device)| is_lost(register, live, entry) && !live.yes.contains(device))
            .map(|(_, device)| device)
            .collect();
        for device in said {
            let body = sothon_ledger::cbor::encode(&payload::Yes { device });
            let id = self.write_clear(book, Kind::Yes, None, body, now)?;
            published.entries.push(id);
        }
        Ok(())
    }
}

/// Whether an entry will not count: it is aside for another reason than its form, or it names what lies on a branch
/// of the register that is dead.
pub(crate) fn is_lost(register: &Register, live: &Live, entry: &EntryId) -> bool {
    match live.judge.verdict(entry) {
        Some(Verdict::Aside(Aside::Gate(_) | Aside::Backlink | Aside::NamesFile(_))) => false,
        Some(Verdict::Aside(_)) => true,
        // However much longer the dead branch is than the one that counts.
        Some(Verdict::Pending(Pending::Height(height) | Pending::Operation(height))) => {
            let named = live.view(entry).map(|view| view.header.operation);
            named.is_some_and(|tag| register.is_dead(*height, tag))
        }
        _ => false,
    }
}

/// Parts changes into those that can stand in the book as they are, and the others.
fn part(live: &Live, lost: Vec<Lost>) -> (Vec<Lost>, Vec<Lost>) {
    let mut fits: HashSet<ChangeHash> = HashSet::new();
    let mut seqs: HashMap<ActorId, u64> = HashMap::new();
    let (mut as_they_are, mut anew) = (Vec::new(), Vec::new());
    for lost in lost {
        let facts = &lost.facts;
        let stands = facts.deps.iter().all(|dep| {
            let dep = ChangeHash(dep.0);
            live.in_book(&dep) || fits.contains(&dep)
        });
        let last = seqs
            .entry(facts.actor)
            .or_insert_with(|| live.book.actor_seq(facts.actor));
        if stands && facts.seq == *last + 1 {
            *last = facts.seq;
            fits.insert(hash(facts));
            as_they_are.push(lost);
        } else {
            anew.push(lost);
        }
    }
    (as_they_are, anew)
}

fn hash(facts: &ChangeFacts) -> ChangeHash {
    ChangeHash(facts.hash.0)
}
