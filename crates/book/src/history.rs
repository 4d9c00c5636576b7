//! Who changed what of a record, when, from what to what; and the acts of a book.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use sothon_records::raw::{RawRecord, RecordId, RecordKey, SubKey, Value};

use crate::act::Act;
use crate::book::Book;
use crate::chunk::Chunk;
use crate::graph::NodeId;
use crate::ids::{ActId, ActorId, ChangeHash};
use crate::read::View;

/// One change of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryStep {
    /// The change.
    pub change: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// The writer's clock in Unix seconds; 0 = unknown.
    pub time: i64,
    /// The act that it is part of.
    pub act: ActId,
    /// The act's code.
    pub what: String,
    /// The act that it undoes.
    pub undoes: Option<ActId>,
    /// The delegation by which its writer says to act for somebody else ([`Act::by_delegation`]).
    pub by_delegation: Option<RecordId>,
    /// Whether it made the record.
    pub created: bool,
    /// What it changed, by sub-record and field.
    pub fields: Vec<FieldChange>,
}

impl HistoryStep {
    /// The fields that it changed, as they were before and as they were after.
    pub fn sides(&self) -> (RawRecord, RawRecord) {
        let (mut before, mut after) = (RawRecord::default(), RawRecord::default());
        for change in &self.fields {
            for (record, value) in [(&mut before, &change.old), (&mut after, &change.new)] {
                let fields = match &change.sub {
                    Some(sub) => record.subs.entry(sub.clone()).or_default(),
                    None => &mut record.fields,
                };
                if let Some(value) = value {
                    fields.insert(change.field.clone(), value.clone());
                }
            }
        }
        (before, after)
    }
}

/// A field before and after a change, as its writer saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldChange {
    /// The sub-record, if the field is inside one.
    pub sub: Option<SubKey>,
    /// The field.
    pub field: String,
    /// The value that the writer saw before.
    pub old: Option<Value>,
    /// The value that the writer left.
    pub new: Option<Value>,
}

/// An act: what one person did as one thing, in one or more changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActSummary {
    /// Its id.
    pub id: ActId,
    /// What was done, as a short code; empty in a change of other software.
    pub what: String,
    /// The act that it undoes.
    pub undoes: Option<ActId>,
    /// Who did it: the writer of its first change.
    pub actor: ActorId,
    /// All who wrote changes of it. Anybody may name anybody's act in a change, and a device that started anew writes
    /// under another actor: whether these are one device is for those to say who know devices.
    pub actors: BTreeSet<ActorId>,
    /// The writer's clock at its first change in Unix seconds; 0 = unknown.
    pub time: i64,
    /// Its changes in this book, in the order in which they were made.
    pub changes: Vec<ChangeHash>,
}

impl Book {
    /// The changes of a record, oldest first: by the count of operations before them, so that each stands after what
    /// its writer knew, and in the same order on every replica.
    ///
    /// The first call after opening reads every change of the book.
    pub fn history(&self, key: &RecordKey) -> Vec<HistoryStep> {
        let mut steps: Vec<_> = self
            .touched()
            .changes(key)
            .iter()
            .filter_map(|node| self.step(key, *node))
            .collect();
        steps.sort_by_key(|(start_op, step)| (*start_op, step.change));
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Whether a record was changed after it was made; without reading how.
    pub fn is_changed(&self, key: &RecordKey) -> bool {
        self.touched().changes(key).len() > 1
    }

    /// The acts of the book, newest first: by the count of operations before them, in the same order on every replica.
    pub fn acts(&self) -> Vec<ActSummary> {
        self.latest_acts(usize::MAX, |_| true)
    }

    /// The last acts of some actors, as many as asked for, with these actors' changes alone; in the order of
    /// [`Book::acts`].
    pub fn latest_acts(&self, most: usize, by: impl Fn(&ActorId) -> bool) -> Vec<ActSummary> {
        let mut acts: BTreeMap<ActId, (u64, ActSummary)> = BTreeMap::new();
        let mut metas = self.doc.get_changes_meta(&[]);
        metas.sort_by_key(|meta| std::cmp::Reverse((meta.start_op, meta.hash)));
        for meta in metas {
            let Some(actor) = ActorId::from_automerge(&meta.actor).filter(&by) else {
                continue;
            };
            let hash = ChangeHash::from_automerge(&meta.hash);
            let act = Act::parse(meta.message.as_deref().unwrap_or_default(), meta.timestamp);
            let id = act.id.unwrap_or(ActId::of_change(hash));
            let full = acts.len() >= most;
            let (start_op, summary) = match acts.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(_) if full => continue,
                Entry::Vacant(fresh) => fresh.insert((
                    meta.start_op,
                    ActSummary {
                        id,
                        what: String::new(),
                        undoes: None,
                        actor,
                        actors: BTreeSet::new(),
                        time: 0,
                        changes: Vec::new(),
                    },
                )),
            };
            // From the last to the first: what the first says stands in the end.
            *start_op = meta.start_op;
            (summary.what, summary.undoes, summary.time) = (act.what, act.undoes, meta.timestamp);
            summary.actor = actor;
            summary.actors.insert(actor);
            summary.changes.push(hash);
        }
        let mut acts: Vec<_> = acts.into_values().collect();
        acts.sort_by_key(|(start_op, act)| (std::cmp::Reverse(*start_op), act.id));
        let acts = acts.into_iter().map(|(_, mut act)| {
            act.changes.reverse();
            act
        });
        acts.collect()
    }

    /// The records that some changes touched.
    pub fn records_touched(&self, changes: &[ChangeHash]) -> BTreeSet<RecordKey> {
        let mut records = BTreeSet::new();
        for hash in changes {
            match (self.graph.find(hash), self.touched_if_known()) {
                (Some(node), Some(touched)) => records.extend(touched.records(node).iter().cloned()),
                (Some(_), None) => {
                    let touches = self.chunk(hash).map(|chunk| self.touches(&chunk));
                    records.extend(touches.into_iter().flat_map(BTreeMap::into_keys));
                }
                (None, _) => {}
            }
        }
        records
    }

    /// The records that an act touched in this book.
    pub fn records_of_act(&self, act: &ActId) -> BTreeSet<RecordKey> {
        let metas = self.doc.get_changes_meta(&[]).into_iter();
        let changes = metas.filter_map(|meta| {
            let hash = ChangeHash::from_automerge(&meta.hash);
            let named = Act::parse(meta.message.as_deref().unwrap_or_default(), 0).id;
            (named.unwrap_or(ActId::of_change(hash)) == *act).then_some(hash)
        });
        self.records_touched(&changes.collect::<Vec<_>>())
    }

    /// All changes of the book, with their writers' clocks in Unix seconds; 0 = unknown.
    pub fn written(&self) -> Vec<(ChangeHash, i64)> {
        let metas = self.doc.get_changes_meta(&[]);
        let written = metas
            .iter()
            .map(|meta| (ChangeHash::from_automerge(&meta.hash), meta.timestamp));
        written.collect()
    }

    /// Whether who made a change had another one then, or made it.
    pub fn knew(&self, change: &ChangeHash, older: &ChangeHash) -> bool {
        let both = self.graph.find(change).zip(self.graph.find(older));
        both.is_some_and(|(change, older)| self.graph.is_ancestor(older, change))
    }

    /// The changes that touched a record, in the order of arrival. The first call after opening reads every change of
    /// the book.
    pub fn changes_touching(&self, key: &RecordKey) -> Vec<ChangeHash> {
        self.touched()
            .changes(key)
            .iter()
            .filter_map(|node| self.graph.hash(*node))
            .collect()
    }

    pub(crate) fn chunk(&self, hash: &ChangeHash) -> Option<Chunk> {
        Chunk::parse(&self.change(hash)?).ok()
    }

    fn step(&self, key: &RecordKey, node: NodeId) -> Option<(u64, HistoryStep)> {
        let hash = self.graph.hash(node)?;
        let chunk = self.chunk(&hash)?;
        let touch = self.touches(&chunk).remove(key)?;
        let deps: Vec<_> = chunk.deps.iter().map(|dep| dep.to_automerge()).collect();
        let after = [hash.to_automerge()];
        let (before, after) = (View::at(&self.doc, &deps), View::at(&self.doc, &after));
        let mut fields = Vec::new();
        for (sub, field) in touch.fields {
            let old = before.field(&before.field_maps(key, sub.as_ref()), &field);
            let new = after.field(&after.field_maps(key, sub.as_ref()), &field);
            if old != new {
                fields.push(FieldChange { sub, field, old, new });
            }
        }
        let act = Act::parse(&chunk.message, chunk.time);
        let step = HistoryStep {
            change: hash,
            actor: chunk.actor(),
            time: chunk.time,
            act: act.id.unwrap_or(ActId::of_change(hash)),
            what: act.what,
            undoes: act.undoes,
            by_delegation: act.by_delegation,
            created: touch.created,
            fields,
        };
        Some((chunk.start_op, step))
    }
}
