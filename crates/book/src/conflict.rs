//! Conflicts as ordinary values: what concurrent edits left behind, for a person to choose from.
//!
//! Automerge keeps every concurrent value of a field and shows the same one everywhere. Sides with equal values are no
//! question to anybody. A record that was voided while somebody who did not know edited it is one: "voided here and
//! edited there". Choosing is an edit that sets the field; it supersedes every side.

use std::collections::{BTreeMap, BTreeSet};

use automerge::iter::MapRangeItem;
use automerge::{ObjId, ObjType, ScalarValueRef, ValueRef};
use sothon_records::raw::{Edit, RecordKey, SubKey, Value};

use crate::book::Book;
use crate::graph::NodeId;
use crate::ids::{ActorId, ChangeHash};
use crate::read::{View, parse_key};

/// The field that is `true` in a voided record.
pub const VOIDED: &str = "voided";
/// The field that says why a record was voided.
pub const VOID_REASON: &str = "void_reason";

/// Values of a record that need a person's choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The record.
    pub key: RecordKey,
    /// The sub-record, if the field is inside one.
    pub sub: Option<SubKey>,
    /// The field.
    pub field: String,
    /// What it is about.
    pub kind: ConflictKind,
    /// The sides; the first is the one that is shown meanwhile, on every replica the same.
    pub sides: Vec<Side>,
}

/// What a conflict is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum ConflictKind {
    /// The sides are values of one field.
    Field,
    /// The record was voided on the first side, and edited without knowledge of it on the others.
    VoidedWhileEdited,
}

/// One side of a conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Side {
    /// The sub-record that this side wrote to.
    pub sub: Option<SubKey>,
    /// The field that this side wrote.
    pub field: String,
    /// The value; `None` for a long text that was emptied.
    pub value: Option<Value>,
    /// Who wrote it and when.
    pub author: OpAuthor,
}

/// Who wrote a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpAuthor {
    /// The actor, which the ledger knows a device for.
    pub actor: ActorId,
    /// The change in which it was written.
    pub change: ChangeHash,
    /// The writer's clock in Unix seconds; 0 = unknown.
    pub time: i64,
}

impl Book {
    /// All conflicts, in the order of their records.
    pub fn conflicts(&self) -> Vec<Conflict> {
        self.disputed
            .iter()
            .flat_map(|key| self.conflicts_of(key))
            .collect()
    }

    /// The records that have conflicts, ascending. Kept up to date by every edit and batch.
    pub fn disputed(&self) -> &BTreeSet<RecordKey> {
        &self.disputed
    }

    /// The conflicts of one record.
    pub fn conflicts_of(&self, key: &RecordKey) -> Vec<Conflict> {
        let view = View::now(&self.doc);
        let maps = view.record_maps(key);
        let mut conflicts = Vec::new();
        for (sub, maps) in self.places(&maps) {
            for field in fields_in_dispute(view, &maps) {
                let mut sides = self.sides(&maps, sub.as_ref(), &field);
                sides.reverse();
                if sides
                    .iter()
                    .any(|side| Some(&side.value) != sides.first().map(|first| &first.value))
                {
                    let (key, sub, kind) = (key.clone(), sub.clone(), ConflictKind::Field);
                    conflicts.push(Conflict {
                        key,
                        sub,
                        field,
                        kind,
                        sides,
                    });
                }
            }
        }
        conflicts.extend(self.voided_while_edited(key, &maps));
        conflicts
    }

    /// The edit that chooses a value; it supersedes every side. Of a record that was voided while edited, one sets
    /// [`VOIDED`]: to `true` again, or to what brings the record back.
    pub fn resolve(key: &RecordKey, sub: Option<&SubKey>, field: &str, value: Option<Value>) -> Edit {
        let fields = BTreeMap::from([(field.to_owned(), value)]);
        Edit::Set {
            key: key.clone(),
            sub: sub.cloned(),
            fields,
        }
    }

    /// Notes whether a record is in conflict.
    pub(crate) fn judge_dispute(&mut self, key: &RecordKey) {
        let maps = View::now(&self.doc).record_maps(key);
        let suspect = maps.len() > 1 || maps.iter().any(|map| self.is_suspect(map));
        if !suspect || self.conflicts_of(key).is_empty() {
            self.disputed.remove(key);
        } else {
            self.disputed.insert(key.clone());
        }
    }

    /// Whether a record's map, or a sub-record's inside it, may hold a conflict.
    fn is_suspect(&self, map: &ObjId) -> bool {
        View::now(&self.doc).entries(map).any(|entry| {
            entry.conflict
                || is_voiding(&entry)
                || matches!(entry.value, ValueRef::Object(ObjType::Map)) && self.is_suspect(&entry.id())
        })
    }

    /// The record's own maps and those of each of its sub-records.
    pub(crate) fn places(&self, maps: &[ObjId]) -> Vec<(Option<SubKey>, Vec<ObjId>)> {
        let view = View::now(&self.doc);
        let mut subs: BTreeSet<SubKey> = BTreeSet::new();
        for entry in maps.iter().flat_map(|map| view.entries(map)) {
            if entry.conflict || matches!(entry.value, ValueRef::Object(ObjType::Map)) {
                subs.extend(parse_key(&entry.key));
            }
        }
        let inside = subs.into_iter().map(|sub| {
            let maps = view.sub_maps(maps, &sub);
            (Some(sub), maps)
        });
        std::iter::once((None, maps.to_vec())).chain(inside).collect()
    }

    /// What was written at a field, the shown value last.
    fn sides(&self, maps: &[ObjId], sub: Option<&SubKey>, field: &str) -> Vec<Side> {
        let written = View::now(&self.doc).written(maps, field);
        let side = |written: crate::read::Written| {
            let author = self.author(&written.op)?;
            Some(Side {
                sub: sub.cloned(),
                field: field.to_owned(),
                value: written.value,
                author,
            })
        };
        written.into_iter().filter_map(side).collect()
    }

    /// Who wrote an operation.
    fn author(&self, op: &ObjId) -> Option<OpAuthor> {
        let ObjId::Id(_, actor, _) = op else { return None };
        let actor = ActorId::from_automerge(actor)?;
        let change = self.doc.hash_for_opid(op)?;
        let time = self.doc.get_change_meta_by_hash(&change)?.timestamp;
        Some(OpAuthor {
            actor,
            change: ChangeHash::from_automerge(&change),
            time,
        })
    }

    fn voided_while_edited(&self, key: &RecordKey, maps: &[ObjId]) -> Option<Conflict> {
        let view = View::now(&self.doc);
        let voided = Some(Value::Bool(true));
        if view.field(maps, VOIDED) != voided {
            return None;
        }
        let mut voidings = self.sides(maps, None, VOIDED);
        voidings.reverse();
        voidings.retain(|side| side.value == voided);
        let voids: Vec<NodeId> = voidings
            .iter()
            .filter_map(|side| self.graph.find(&side.author.change))
            .collect();
        let mut sides = Vec::new();
        let mut judged: BTreeMap<ChangeHash, bool> = BTreeMap::new();
        for (sub, maps) in self.places(maps) {
            let fields: BTreeSet<String> = maps
                .iter()
                .flat_map(|map| view.entries(map))
                .map(|entry| entry.key.into_owned())
                .collect();
            for field in fields
                .into_iter()
                .filter(|field| sub.is_some() || parse_key(field).is_none())
            {
                for written in view.written(&maps, &field) {
                    let authors = self.authors(&written);
                    let unaware = authors.into_iter().find(|author| {
                        *judged.entry(author.change).or_insert_with(|| {
                            let edit = self.graph.find(&author.change);
                            edit.is_some_and(|edit| {
                                !voids.contains(&edit)
                                    && voids.iter().all(|void| self.concurrent(edit, *void))
                            })
                        })
                    });
                    if let Some(author) = unaware {
                        sides.push(Side {
                            sub: sub.clone(),
                            field: field.clone(),
                            value: written.value,
                            author,
                        });
                    }
                }
            }
        }
        if sides.is_empty() {
            return None;
        }
        let first = voidings.into_iter().next()?;
        sides.insert(0, first);
        let kind = ConflictKind::VoidedWhileEdited;
        Some(Conflict {
            key: key.clone(),
            sub: None,
            field: VOIDED.to_owned(),
            kind,
            sides,
        })
    }

    /// Who wrote a value: of a long text, everybody who wrote a letter that is still there, the latest first.
    pub(crate) fn authors(&self, written: &crate::read::Written) -> BTreeSet<OpAuthor> {
        let mut authors: BTreeSet<OpAuthor> = self.author(&written.op).into_iter().collect();
        if written.is_text {
            let letters = View::now(&self.doc).letters(&written.op);
            authors.extend(letters.filter_map(|letter| self.author(&letter.id())));
        }
        authors
    }

    fn concurrent(&self, a: NodeId, b: NodeId) -> bool {
        !self.graph.is_ancestor(a, b) && !self.graph.is_ancestor(b, a)
    }
}

/// The fields at which more than one value may be.
fn fields_in_dispute(view: View<'_>, maps: &[ObjId]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut disputed = BTreeSet::new();
    for entry in maps.iter().flat_map(|map| view.entries(map)) {
        let is_sub = matches!(entry.value, ValueRef::Object(ObjType::Map)) && parse_key(&entry.key).is_some();
        let key = entry.key.into_owned();
        if !is_sub && (entry.conflict || seen.contains(&key)) {
            disputed.insert(key.clone());
        }
        seen.insert(key);
    }
    disputed
}

/// Whether an entry of a map says that the record is voided.
pub(crate) fn is_voiding(entry: &MapRangeItem<'_>) -> bool {
    entry.key == VOIDED && matches!(entry.value, ValueRef::Scalar(ScalarValueRef::Boolean(true)))
}
