//! Saving: an edit is a change in the document and, sealed, in the store, before anybody says "Đã lưu trên máy".

use std::collections::BTreeSet;

use sothon_book::{Act, ActId, ActorId, EditError};
use sothon_ledger::payload::{ActorNonce, Changes};
use sothon_ledger::{BookId, ChangeHash, EpochSecret, Right, seal};
use sothon_records::{Edit, Fields, RecordKey, Value};

use crate::pending::Unsaved;
use crate::replica::{Event, Replica, ReplicaError};
use crate::secrets::random;
use rand_core::CryptoRng;

/// A change of so many bytes fits into an entry whatever is in it.
const SMALL: usize = 512 << 10;

/// Whether an entry can carry a change alone: what none can carry would never leave this device.
pub(crate) fn fits_an_entry(chunk: &[u8], rng: &mut impl CryptoRng) -> bool {
    if chunk.len() <= SMALL {
        return true;
    }
    let alone = Changes {
        time: 0,
        actors: Some(vec![ActorNonce::new(*random(rng))]),
        chunks: vec![chunk.to_vec().into()],
        replaces: None,
    };
    let nobody = EpochSecret::generate(rng);
    seal::seal_changes(&alone, &[], &nobody, rng).is_ok()
}

/// How many steps one change takes at most: far below what the gate lets pass, so that no record is divided for it.
const STEPS: usize = 20_000;

/// Divides edits so that each part fits into one change.
pub fn divide(edits: Vec<Edit>) -> Vec<Vec<Edit>> {
    let mut parts: Vec<Vec<Edit>> = Vec::new();
    let mut steps = STEPS;
    for edit in edits {
        let cost = steps_of(&edit);
        if steps + cost > STEPS {
            parts.push(Vec::new());
            steps = 0;
        }
        steps += cost;
        if let Some(part) = parts.last_mut() {
            part.push(edit);
        }
    }
    parts
}

fn steps_of(edit: &Edit) -> usize {
    let of = |fields: &Fields| -> usize {
        fields
            .values()
            .map(|value| match value {
                Value::Long(text) => 1 + text.chars().count(),
                _ => 1,
            })
            .sum::<usize>()
            + 1
    };
    match edit {
        Edit::Create { record, .. } => of(&record.fields) + record.subs.values().map(of).sum::<usize>(),
        Edit::AddSub { fields, .. } => of(fields),
        Edit::Set { fields, .. } => fields.len() + 1,
    }
}

/// What was saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saved {
    /// The act, for undoing it.
    pub act: ActId,
    /// The records that it touched.
    pub records: Vec<(BookId, RecordKey)>,
    /// Where an act was undone: the records that stay, whole or in part, since they were changed since.
    pub left: Vec<(BookId, RecordKey)>,
}

impl<R: CryptoRng> Replica<R> {
    /// Saves edits in one book as one act. When it returns they are on the disk.
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing is saved then.
    pub fn edit(&mut self, book: BookId, edits: &[Edit], act: &Act) -> Result<Saved, ReplicaError> {
        self.edit_all(&[(book, edits.to_vec())], act)
    }

    /// Saves edits in several books as one act: one transaction, undone as one. The attached files that the edits name are
    /// kept in the same transaction; others, and all where nothing is saved, go ([`Replica::attach`]).
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing is saved then.
    pub fn edit_all(&mut self, edits: &[(BookId, Vec<Edit>)], act: &Act) -> Result<Saved, ReplicaError> {
        self.edit_all_watched(edits, act, &mut |_| ())
    }

    /// The same; tells after each of the edits how many records there are so far, which are on the disk when it returns.
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing is saved then.
    pub fn edit_all_watched(
        &mut self,
        edits: &[(BookId, Vec<Edit>)],
        act: &Act,
        watch: &mut dyn FnMut(usize),
    ) -> Result<Saved, ReplicaError> {
        let saved = self.save_edits(edits, act, watch);
        if saved.is_err() {
            // What cannot be dropped now is dropped when the device is opened: what is told is why nothing was saved.
            self.drop_unnamed().ok();
        }
        saved
    }

    fn save_edits(
        &mut self,
        edits: &[(BookId, Vec<Edit>)],
        act: &Act,
        watch: &mut dyn FnMut(usize),
    ) -> Result<Saved, ReplicaError> {
        for (book, _) in edits {
            if !self.may(book, Right::Write) {
                return Err(ReplicaError::MayNotWrite);
            }
            // Nobody could publish what is written in a new book by one who does not count as its reader yet (B9).
            let fits = self
                .books
                .get(book)
                .is_some_and(|live| live.is_readable() || live.is_new() && self.counts_as_reader(book));
            if !fits {
                return Err(ReplicaError::CannotRead);
            }
        }
        for (book, edits) in edits {
            let live = self.books.get(book).ok_or(ReplicaError::NoBook)?;
            if edits.iter().any(|edit| live.edits_parts(edit)) {
                return Err(ReplicaError::InParts);
            }
        }
        let edits: Vec<(BookId, Vec<Edit>)> = edits
            .iter()
            .map(|(book, edits)| Ok((*book, self.as_of_office(book, edits)?)))
            .collect::<Result<_, ReplicaError>>()?;
        let mut act = act.clone();
        if edits.len() > 1 && act.id.is_none() {
            act.id = Some(ActId(*random(&mut self.rng)));
        }
        let mut made = Vec::new();
        let mut saved = Saved {
            act: act.id.unwrap_or(ActId([0; 16])),
            records: Vec::new(),
            left: Vec::new(),
        };
        let mut failed = None;
        let mut touched = Vec::new();
        for (book, edits) in &edits {
            touched.push(*book);
            match self.edit_in_memory(*book, edits, &act) {
                Ok((hash, nonce, chunk, keys)) => {
                    if act.id.is_none() {
                        saved.act = ActId::of_change(sothon_book::ChangeHash(hash.0));
                    }
                    saved.records.extend(keys.into_iter().map(|key| (*book, key)));
                    watch(saved.records.len());
                    made.push(Unsaved {
                        book: *book,
                        actor: nonce,
                        chunk,
                        replaces: Vec::new(),
                    });
                }
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        if let Some(ReplicaError::Edit(error)) = &failed
            && !matches!(error, EditError::Poisoned)
        {
            // The edit that failed left its own book as it was.
            touched.pop();
        }
        let stored = match failed {
            Some(error) => Err(error),
            None => self
                .named_by(&edits)
                .and_then(|named| self.save_pending(made, &[], named)),
        };
        if let Err(error) = stored {
            // The document is ahead of the disk: it is built again without what was not saved.
            self.rebuild(&touched)?;
            return Err(error);
        }
        for (book, key) in &saved.records {
            self.tell(Event::Records {
                book: *book,
                keys: [key.clone()].into(),
            });
        }
        self.tell(Event::Delivery);
        Ok(saved)
    }

    fn edit_in_memory(
        &mut self,
        book: BookId,
        edits: &[Edit],
        act: &Act,
    ) -> Result<(ChangeHash, ActorNonce, Vec<u8>, Vec<RecordKey>), ReplicaError> {
        let device = self.device();
        let nonce = match self.actors.get(&book) {
            Some(nonce) => *nonce,
            None => {
                let nonce = ActorNonce::new(*random(&mut self.rng));
                self.actors.insert(book, nonce);
                nonce
            }
        };
        let live = self.books.get_mut(&book).ok_or(ReplicaError::NoBook)?;
        live.book.set_actor(ActorId(nonce.actor(&book, &device).0));
        let change = live.book.edit(edits, act)?;
        if !fits_an_entry(&change.bytes, &mut self.rng) {
            return Err(ReplicaError::TooLarge);
        }
        live.made_here(&change.bytes, device)
            .map_err(|_| ReplicaError::Unusable)?;
        Ok((
            ChangeHash(change.facts.hash.0),
            nonce,
            change.bytes,
            change.changed,
        ))
    }

    /// Builds books again from what is on the disk.
    pub(crate) fn rebuild(&mut self, books: &[BookId]) -> Result<(), ReplicaError> {
        for id in books {
            // What was made under the actor of this start is not on the disk: it must not be continued.
            self.actors.remove(id);
            self.reload(*id)?;
        }
        Ok(())
    }

    /// Undoes an act, as an act of its own; records that it made are voided for `reason`. What somebody changed since stays
    /// as it is, and is named in what was saved. But an act in several books whose records hang together is undone whole or
    /// not at all, since half of a move leaves a record in two places.
    ///
    /// # Errors
    /// [`ReplicaError`]; [`ReplicaError::ChangedSince`] where nothing of it can be undone.
    pub fn undo(&mut self, act: ActId, reason: &str, time: Option<i64>) -> Result<Saved, ReplicaError> {
        let mut edits = Vec::new();
        let mut missing = None;
        let (mut found, mut apart) = (0, true);
        let mut left = BTreeSet::new();
        for (id, live) in &self.books {
            match live.book.undo_edits(&act, reason) {
                Ok(undo) => {
                    found += 1;
                    apart &= undo.apart;
                    left.extend(undo.left_alone.into_iter().map(|alone| (*id, alone.key)));
                    // An import of thousands of records is undone by as many edits: more than one change takes.
                    edits.extend(divide(undo.edits).into_iter().map(|some| (*id, some)));
                }
                // The act is in another book.
                Err(error) => missing = Some(error),
            }
        }
        if !left.is_empty() && (edits.is_empty() || found > 1 && !apart) {
            return Err(ReplicaError::ChangedSince);
        }
        if found == 0
            && let Some(error) = missing
        {
            return Err(error.into());
        }
        let undone = self.edit_all(
            &edits,
            &Act {
                id: None,
                what: "undo".into(),
                undoes: Some(act),
                by_delegation: None,
                time,
            },
        )?;
        Ok(Saved {
            left: left.into_iter().collect(),
            ..undone
        })
    }
}
