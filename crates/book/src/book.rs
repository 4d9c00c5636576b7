//! The book itself: an Automerge document with the records of one village, unit or commune.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Automerge, ReadDoc, SaveOptions};
use sothon_records::raw::{Edit, RawRecord, RecordKey};

use crate::act::Act;
use crate::chunk::{Chunk, MAX_CHUNK_BYTES, MAX_OPS};
use crate::edit::{EditError, perform};
use crate::gate::MAX_OP;
use crate::graph::{Graph, NodeId};
use crate::ids::{ActorId, ChangeFacts, ChangeHash};
use crate::places::Places;
use crate::read::View;
use crate::snapshot::KnownChange;
use crate::touched::Touched;

/// A book: its records, its whole history, and which of its records are in conflict.
#[derive(Debug)]
pub struct Book {
    pub(crate) doc: Automerge,
    pub(crate) graph: Graph,
    /// How many changes of each actor are in the book.
    seqs: HashMap<ActorId, u64>,
    /// The highest operation counter in the book.
    max_op: u64,
    pub(crate) disputed: BTreeSet<RecordKey>,
    pub(crate) places: Places,
    /// Which change touched which record; made when first asked for, since it reads every change.
    touched: OnceLock<Touched>,
    actor: Option<ActorId>,
    pub(crate) poisoned: bool,
}

/// A change that this device just made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalChange {
    /// The plain, uncompressed change chunk.
    pub bytes: Vec<u8>,
    /// What the ledger is told about it.
    pub facts: ChangeFacts,
    /// The records that it touches, each once.
    pub changed: Vec<RecordKey>,
}

/// Why saved bytes are not a book.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Automerge cannot read them.
    #[error("not a saved book")]
    Document(#[from] automerge::AutomergeError),
    /// Automerge panicked over them.
    #[error("a saved book that cannot be opened")]
    Panicked,
    /// A document, but none of ours: an actor of another length, or a history that does not hang together.
    #[error("not the history of a book")]
    Foreign,
}

/// The book was poisoned by a panic and holds nothing that could be saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the book is unusable and must be built again")]
pub struct Poisoned;

impl Default for Book {
    fn default() -> Self {
        Book::new()
    }
}

impl Book {
    /// An empty book.
    pub fn new() -> Book {
        Book {
            doc: Automerge::new(),
            graph: Graph::default(),
            seqs: HashMap::new(),
            max_op: 0,
            disputed: BTreeSet::new(),
            places: Places::default(),
            touched: OnceLock::new(),
            actor: None,
            poisoned: false,
        }
    }

    /// Opens what [`Book::save`] wrote. The bytes must come from our own sealed snapshot or checkpoint: they do not
    /// pass the gate.
    ///
    /// # Errors
    /// If they are no saved book; never a panic.
    pub fn load(bytes: &[u8]) -> Result<Book, LoadError> {
        let load = || {
            let doc = Automerge::load(bytes)?;
            Book::of_document(doc)
        };
        catch_unwind(AssertUnwindSafe(load)).unwrap_or(Err(LoadError::Panicked))
    }

    pub(crate) fn of_document(doc: Automerge) -> Result<Book, LoadError> {
        let mut book = Book { doc, ..Book::new() };
        book.note_changes()?;
        let (places, suspects) = book.survey();
        book.places = places;
        book.disputed = suspects
            .into_iter()
            .filter(|key| !book.conflicts_of(key).is_empty())
            .collect();
        Ok(book)
    }

    /// Notes the changes of a document that was just loaded.
    pub(crate) fn note_changes(&mut self) -> Result<Vec<KnownChange>, LoadError> {
        let changes = self.known_changes().ok_or(LoadError::Foreign)?;
        for change in &changes {
            let find = |dep| self.graph.find(dep);
            let deps: Vec<NodeId> = change.deps.iter().filter_map(find).collect();
            if deps.len() != change.deps.len() {
                return Err(LoadError::Foreign);
            }
            let ancestry = self.graph.ancestry(&deps).map_err(|_| LoadError::Foreign)?;
            let ops = (change.max_op + 1).saturating_sub(change.start_op) as usize;
            self.graph
                .add(change.hash, change.actor, change.start_op, ops, ancestry);
            let seq = self.seqs.entry(change.actor).or_default();
            *seq = change.seq.max(*seq);
            self.max_op = change.max_op.max(self.max_op);
        }
        Ok(changes)
    }

    /// The whole book as bytes, as Automerge saves it.
    ///
    /// # Errors
    /// If the book is poisoned.
    pub fn save(&self) -> Result<Vec<u8>, Poisoned> {
        self.save_with(true)
    }

    /// The same, not compressed.
    pub(crate) fn save_plain(&self) -> Result<Vec<u8>, Poisoned> {
        self.save_with(false)
    }

    fn save_with(&self, deflate: bool) -> Result<Vec<u8>, Poisoned> {
        if self.poisoned {
            return Err(Poisoned);
        }
        let save = || {
            self.doc.save_with_options(SaveOptions {
                retain_orphans: false,
                deflate,
            })
        };
        catch_unwind(AssertUnwindSafe(save)).map_err(|_| Poisoned)
    }

    /// A plain `.automerge` file, which any Automerge opens.
    ///
    /// # Errors
    /// If the book is poisoned.
    pub fn export_automerge(&self) -> Result<Vec<u8>, Poisoned> {
        self.save()
    }

    /// Names who writes from now on. An actor belongs to one device and is used by one book at a time.
    pub fn set_actor(&mut self, actor: ActorId) {
        self.doc.set_actor(actor.to_automerge());
        self.actor = Some(actor);
    }

    /// Who writes.
    pub fn actor(&self) -> Option<ActorId> {
        self.actor
    }

    /// How many changes of an actor are in the book.
    pub fn actor_seq(&self, actor: ActorId) -> u64 {
        self.seqs.get(&actor).copied().unwrap_or(0)
    }

    /// Makes edits as one change: all of them or, after an error, none.
    ///
    /// # Errors
    /// What is wrong with the first edit that cannot be made.
    pub fn edit(&mut self, edits: &[Edit], act: &Act) -> Result<LocalChange, EditError> {
        if self.poisoned {
            return Err(EditError::Poisoned);
        }
        self.actor.ok_or(EditError::NoActor)?;
        if !act.is_writable() {
            return Err(EditError::ActCode(act.what.chars().take(80).collect()));
        }
        let heads = self.doc.get_heads();
        let doc = &mut self.doc;
        let most = usize::try_from(MAX_OP.saturating_sub(self.max_op))
            .unwrap_or(MAX_OPS)
            .min(MAX_OPS);
        let made = catch_unwind(AssertUnwindSafe(|| commit(doc, edits, act, most)));
        let Ok(made) = made else {
            self.poison();
            return Err(EditError::Poisoned);
        };
        let bytes = made?;
        let Ok(chunk) = Chunk::parse(&bytes) else {
            return Err(self.take_back(&heads));
        };
        let changed = self.remember(&chunk);
        // An edit supersedes what it sees and is concurrent with nothing: it can end a conflict, not begin one.
        for key in &changed {
            if self.disputed.contains(key) {
                self.judge_dispute(key);
            }
        }
        Ok(LocalChange {
            bytes,
            facts: chunk.facts(),
            changed: changed.into_iter().collect(),
        })
    }

    /// Makes edits on the book as it was at `heads`, beside what came since, so that both values are shown where they
    /// differ (design.md §3.4, "going on"). The actor must never have written before.
    ///
    /// # Errors
    /// As [`Book::edit`]; also if the book does not know `heads`.
    pub fn edit_at(
        &mut self,
        heads: &[ChangeHash],
        fresh: ActorId,
        edits: &[Edit],
        act: &Act,
    ) -> Result<LocalChange, EditError> {
        if self.poisoned {
            return Err(EditError::Poisoned);
        }
        if self.actor_seq(fresh) > 0 {
            return Err(EditError::ActorNotFresh(fresh));
        }
        // A fork rather than Automerge's `isolate`: that breaks the rule on the first operation (design.md §3.3).
        let heads: Vec<_> = heads.iter().map(|head| head.to_automerge()).collect();
        // The fork's own graph is never asked: it lives for this one change.
        let mut fork = Book {
            doc: self.doc.fork_at(&heads)?,
            ..Book::new()
        };
        fork.set_actor(fresh);
        let change = fork.edit(edits, act)?;
        self.apply(std::slice::from_ref(&change.bytes))
            .map_err(|_| EditError::Poisoned)?;
        Ok(change)
    }

    /// Whether Automerge panicked: then the book reads as empty, takes nothing more, and must be built again from the
    /// log.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// A record as it is now. Where concurrent edits left several values, the one that every replica shows.
    pub fn get(&self, key: &RecordKey) -> Option<RawRecord> {
        View::now(&self.doc).record(key)
    }

    /// The keys of all records, ascending.
    pub fn keys(&self) -> impl Iterator<Item = RecordKey> + '_ {
        View::now(&self.doc).keys()
    }

    /// All records, ascending by key.
    pub fn iter(&self) -> impl Iterator<Item = (RecordKey, RawRecord)> + '_ {
        View::now(&self.doc).records()
    }

    /// The changes on which no other change of the book builds yet, ascending.
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.doc
            .get_heads()
            .iter()
            .map(ChangeHash::from_automerge)
            .collect()
    }

    /// Whether a change is in the book.
    pub fn contains(&self, hash: &ChangeHash) -> bool {
        self.graph.find(hash).is_some()
    }

    /// How many changes are in the book.
    pub fn change_count(&self) -> usize {
        self.graph.len()
    }

    /// What the ledger is told about a change in the book.
    pub fn facts(&self, hash: &ChangeHash) -> Option<ChangeFacts> {
        let change = self.change(hash)?;
        Chunk::parse(&change).ok().map(|chunk| chunk.facts())
    }

    /// The chunk of a change in the book.
    pub fn change(&self, hash: &ChangeHash) -> Option<Vec<u8>> {
        self.doc
            .get_change_by_hash(&hash.to_automerge())
            .map(|change| change.raw_bytes().to_vec())
    }

    /// The chunks of the changes that are not `heads` nor in their ancestry, each after all that it builds on.
    pub fn changes_since(&self, heads: &[ChangeHash]) -> Vec<Vec<u8>> {
        let heads: Vec<_> = heads.iter().map(|head| head.to_automerge()).collect();
        self.doc
            .get_changes(&heads)
            .iter()
            .map(|change| change.raw_bytes().to_vec())
            .collect()
    }

    /// The chunks of an actor's changes from a seq on, in the order of their seq.
    pub fn changes_of(&self, actor: ActorId, from_seq: u64) -> Vec<Vec<u8>> {
        self.graph
            .of_actor(&actor, from_seq)
            .filter_map(|hash| self.change(&hash))
            .collect()
    }

    /// Which records each change touched.
    pub(crate) fn touched(&self) -> &Touched {
        self.touched.get_or_init(|| {
            let mut touched = Touched::default();
            for change in self.doc.get_changes(&[]) {
                let node = self.graph.find(&ChangeHash::from_automerge(&change.hash()));
                if let (Some(node), Ok(chunk)) = (node, Chunk::parse(change.raw_bytes())) {
                    touched.add(node, &self.touches(&chunk).into_keys().collect());
                }
            }
            touched
        })
    }

    /// The same, if it was made already.
    pub(crate) fn touched_if_known(&self) -> Option<&Touched> {
        self.touched.get()
    }

    /// Takes back the change just made, which is none that the gate would pass: it would have to supersede more
    /// concurrent values than one change may. The document is built again as it was.
    fn take_back(&mut self, heads: &[automerge::ChangeHash]) -> EditError {
        let doc = &self.doc;
        match catch_unwind(AssertUnwindSafe(|| doc.fork_at(heads))) {
            Ok(Ok(before)) => {
                let actor = self.doc.get_actor().clone();
                self.doc = before.with_actor(actor);
                EditError::TooLarge
            }
            _ => {
                self.poison();
                EditError::Poisoned
            }
        }
    }

    /// Notes a change that the document just took; the records that it touches.
    pub(crate) fn remember(&mut self, chunk: &Chunk) -> BTreeSet<RecordKey> {
        self.places.add(chunk);
        let keys: BTreeSet<RecordKey> = self.touches(chunk).into_keys().collect();
        let deps: Vec<NodeId> = chunk.deps.iter().filter_map(|dep| self.graph.find(dep)).collect();
        // The document took the change, so its ancestry is free of rivals.
        if let Ok(ancestry) = self.graph.ancestry(&deps) {
            let node = self.graph.add(
                chunk.hash,
                chunk.actor(),
                chunk.start_op,
                chunk.ops.len(),
                ancestry,
            );
            if let Some(touched) = self.touched.get_mut() {
                touched.add(node, &keys);
            }
        }
        self.seqs.insert(chunk.actor(), chunk.seq);
        self.max_op = chunk.max_op().max(self.max_op);
        keys
    }

    pub(crate) fn poison(&mut self) {
        *self = Book {
            poisoned: true,
            ..Book::new()
        };
    }
}

/// Makes one change, or rolls everything back.
fn commit(doc: &mut Automerge, edits: &[Edit], act: &Act, most_ops: usize) -> Result<Vec<u8>, EditError> {
    if edits.iter().map(bytes_of).sum::<usize>() > MAX_CHUNK_BYTES / 2 {
        return Err(EditError::TooLarge);
    }
    let mut tx = doc.transaction();
    for edit in edits {
        // Dropping the transaction rolls it back.
        perform(&mut tx, edit)?;
        if tx.pending_ops() > most_ops {
            return Err(EditError::TooLarge);
        }
    }
    if tx.pending_ops() == 0 {
        return Err(EditError::NothingToWrite);
    }
    let options = CommitOptions::default()
        .with_message(act.message())
        .with_time(act.change_time());
    tx.commit_with(options);
    let change = doc.get_last_local_change().ok_or(EditError::NothingToWrite)?;
    Ok(change.raw_bytes().to_vec())
}

/// About how many bytes an edit will take.
fn bytes_of(edit: &Edit) -> usize {
    use sothon_records::raw::Value;
    let value = |value: &Value| match value {
        Value::Text(text) => text.len(),
        // A letter is an operation of its own.
        Value::Long(text) => text.len() + text.chars().count() * 4,
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    };
    let fields = |fields: &sothon_records::raw::Fields| -> usize {
        fields.iter().map(|(field, is)| field.len() + 8 + value(is)).sum()
    };
    match edit {
        Edit::Create { record, .. } => {
            fields(&record.fields) + record.subs.values().map(fields).sum::<usize>()
        }
        Edit::AddSub { fields: of_sub, .. } => fields(of_sub),
        Edit::Set { fields, .. } => fields
            .iter()
            .map(|(field, is)| field.len() + 8 + is.as_ref().map_or(0, value))
            .sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use automerge::ObjId;

    #[test]
    fn a_change_that_would_not_pass_the_gate_is_taken_back() {
        let key: RecordKey = "household/00000000000000000000000000000001".parse().unwrap();
        let create = [Edit::Create {
            key: key.clone(),
            record: RawRecord::default(),
        }];
        let mut book = Book::new();
        book.set_actor(ActorId([1; 16]));
        book.edit(&create, &Act::of_one_change("edit", None)).unwrap();
        let before = (book.doc.get_heads(), book.save().unwrap());
        let mut tx = book.doc.transaction();
        tx.put(ObjId::Root, "x".repeat(300), 1).unwrap();
        tx.commit();
        assert!(matches!(book.take_back(&before.0), EditError::TooLarge));
        assert_eq!((book.doc.get_heads(), book.save().unwrap()), before);
        let fields = [("name".to_owned(), Some(sothon_records::raw::Value::Int(1)))].into();
        let next = book
            .edit(
                &[Edit::Set {
                    key,
                    sub: None,
                    fields,
                }],
                &Act::of_one_change("edit", None),
            )
            .unwrap();
        assert_eq!(next.facts.seq, 2);
    }
}
