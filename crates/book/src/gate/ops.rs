//! The gate's rules for operations: each object, element and predecessor that an operation names must be there, of the
//! right kind, in its ancestry or earlier in its own change.

mod saved;

use std::collections::HashMap;
use std::sync::Arc;

use super::GateError;
use crate::chunk::{Action, Chunk, Key, OpRef, Scalar};
use crate::graph::{Clock, Graph, NodeId};
use crate::ids::ActorId;

/// The deepest object: root 0, record 1, sub-record 2, its text 3.
const MAX_DEPTH: u8 = 4;

/// What is wrong with an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpFault {
    /// Its object was not made in its ancestry or earlier in its change.
    #[error("writes to an object that is not there")]
    NoObject,
    /// A key in a text, an element in a map, or an empty key.
    #[error("its key does not fit its object")]
    KeyKind,
    /// The insert flag in a map, or none in a text.
    #[error("its insert flag does not fit its object")]
    Insert,
    /// A text holds letters only: inserts of one letter each.
    #[error("not a letter, in a text")]
    NotALetter,
    /// A value with an action that has none.
    #[error("a value beside an action that has none")]
    StrayValue,
    /// The element that it names is not in that text, in its ancestry.
    #[error("names an element that is not there")]
    NoElement,
    /// A predecessor is not an operation on the same key or element, in its ancestry.
    #[error("names a predecessor that is not there")]
    NoPredecessor,
    /// Its predecessors are not in ascending order.
    #[error("predecessors out of order")]
    PredecessorOrder,
    /// A delete that deletes nothing, or an insert that replaces something.
    #[error("the number of predecessors does not fit the action")]
    PredecessorCount,
    /// It leaves a value beside another of its own change: as if one person said two things at once.
    #[error("leaves a second value of its own change at its key")]
    SecondValue,
    /// Objects nested deeper than any book's.
    #[error("nested too deep")]
    Depth,
    /// It names an actor that it does not use.
    #[error("an actor is named and not used")]
    UnusedActor,
}

/// An object's number; the root is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct ObjectId(u32);

const ROOT: ObjectId = ObjectId(0);

/// A map key's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct KeyId(u32);

#[derive(Clone, Copy, Debug)]
struct Object {
    is_text: bool,
    depth: u8,
}

/// What is remembered of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Seen {
    /// A value at a key of a map.
    Value(ObjectId, KeyId),
    /// A map or text at a key of a map.
    Made(ObjectId, KeyId, ObjectId),
    /// A letter of a text.
    Letter(ObjectId),
    /// A delete: it is nothing that others could name.
    Delete,
}

/// Equal operations in a row, as the letters of a text are, from a place in the change on.
#[derive(Clone, Copy, Debug)]
struct Run {
    from: u32,
    seen: Seen,
}

/// The operations of the changes that passed.
#[derive(Debug)]
pub(super) struct Ops {
    of_node: Vec<OfChange>,
    objects: Vec<Object>,
    keys: HashMap<Arc<str>, KeyId>,
}

impl Default for Ops {
    fn default() -> Self {
        Ops {
            of_node: Vec::new(),
            objects: vec![Object {
                is_text: false,
                depth: 0,
            }],
            keys: HashMap::new(),
        }
    }
}

/// What is remembered of a change's operations.
#[derive(Debug)]
struct OfChange {
    runs: Box<[Run]>,
    len: u32,
}

impl OfChange {
    fn new(seen: &[Seen]) -> OfChange {
        let mut runs: Vec<Run> = Vec::new();
        for (from, seen) in (0..).zip(seen) {
            if runs.last().is_none_or(|run| run.seen != *seen) {
                runs.push(Run { from, seen: *seen });
            }
        }
        OfChange {
            runs: runs.into_boxed_slice(),
            len: seen.len() as u32,
        }
    }

    fn get(&self, place: usize) -> Option<Seen> {
        let place = u32::try_from(place).ok().filter(|place| *place < self.len)?;
        let after = self.runs.partition_point(|run| run.from <= place);
        self.runs.get(after.checked_sub(1)?).map(|run| run.seen)
    }
}

/// What a change that passed adds to [`Ops`].
pub(super) struct Checked {
    seen: Vec<Seen>,
    objects: Vec<Object>,
    new_keys: Vec<Arc<str>>,
}

/// A change being checked.
struct Check<'a> {
    chunk: &'a Chunk,
    known: &'a Ops,
    graph: &'a Graph,
    clock: &'a Clock,
    seen: Vec<Seen>,
    objects: Vec<Object>,
    new_keys: Vec<Arc<str>>,
    new_key_ids: HashMap<Arc<str>, KeyId>,
    used: Vec<bool>,
    /// The value that this change has left at a key so far, by the operation's counter.
    live: HashMap<(u32, u32), u64>,
}

impl Ops {
    pub fn check(&self, chunk: &Chunk, graph: &Graph, clock: &Clock) -> Result<Checked, GateError> {
        let mut check = Check {
            chunk,
            known: self,
            graph,
            clock,
            seen: Vec::with_capacity(chunk.ops.len()),
            objects: Vec::new(),
            new_keys: Vec::new(),
            new_key_ids: HashMap::new(),
            used: vec![false; chunk.actors.len()],
            live: HashMap::new(),
        };
        for place in 0..chunk.ops.len() {
            check.op(place).map_err(|fault| GateError::Op { place, fault })?;
        }
        if check.used.iter().skip(1).any(|used| !used) {
            return Err(GateError::Op {
                place: chunk.ops.len(),
                fault: OpFault::UnusedActor,
            });
        }
        Ok(Checked {
            seen: check.seen,
            objects: check.objects,
            new_keys: check.new_keys,
        })
    }

    /// Adds what a change brings; changes are added in the order of their nodes.
    pub fn add(&mut self, node: NodeId, checked: Checked) {
        debug_assert_eq!(node.index(), self.of_node.len());
        for key in checked.new_keys {
            let id = KeyId(self.keys.len() as u32);
            self.keys.insert(key, id);
        }
        self.objects.extend(checked.objects);
        self.of_node.push(OfChange::new(&checked.seen));
    }
}

impl Check<'_> {
    fn op(&mut self, place: usize) -> Result<(), OpFault> {
        let Some(op) = self.chunk.ops.get(place) else {
            return Ok(());
        };
        let object_id = match op.object {
            None => ROOT,
            Some(object) => match self.find(object) {
                Some(Seen::Made(_, _, made)) => made,
                _ => return Err(OpFault::NoObject),
            },
        };
        let object = self.object(object_id).ok_or(OpFault::NoObject)?;
        if op.action != Action::Put && op.value != Scalar::Null {
            return Err(OpFault::StrayValue);
        }
        if !op
            .preds
            .iter()
            .map(|pred| self.order(*pred))
            .is_sorted_by(|a, b| a < b)
        {
            return Err(OpFault::PredecessorOrder);
        }
        if op.action == Action::Delete && op.preds.is_empty() {
            return Err(OpFault::PredecessorCount);
        }
        let seen = match (&op.key, object.is_text) {
            (Key::Map(key), false) => {
                if key.is_empty() {
                    return Err(OpFault::KeyKind);
                }
                if op.insert {
                    return Err(OpFault::Insert);
                }
                let key = self.key(key);
                for pred in &op.preds {
                    match self.find(*pred) {
                        Some(Seen::Value(in_object, at) | Seen::Made(in_object, at, _))
                            if (in_object, at) == (object_id, key) => {}
                        _ => return Err(OpFault::NoPredecessor),
                    }
                }
                let counter = self.chunk.start_op + place as u64;
                let own = match op.action {
                    Action::Delete => self.live.remove(&(object_id.0, key.0)),
                    _ => self.live.insert((object_id.0, key.0), counter),
                };
                if own.is_some_and(|counter| !op.preds.contains(&OpRef { actor: 0, counter })) {
                    return Err(OpFault::SecondValue);
                }
                match op.action {
                    Action::Put => Seen::Value(object_id, key),
                    Action::Delete => Seen::Delete,
                    Action::MakeMap | Action::MakeText => {
                        let depth = object.depth + 1;
                        if depth > MAX_DEPTH {
                            return Err(OpFault::Depth);
                        }
                        let made = ObjectId((self.known.objects.len() + self.objects.len()) as u32);
                        self.objects.push(Object {
                            is_text: op.action == Action::MakeText,
                            depth,
                        });
                        Seen::Made(object_id, key, made)
                    }
                }
            }
            (Key::Head | Key::Element(_), true) => {
                let element = match op.key {
                    Key::Element(element) => Some(element),
                    _ => None,
                };
                if element.is_some_and(|e| self.find(e) != Some(Seen::Letter(object_id))) {
                    return Err(OpFault::NoElement);
                }
                match (op.action, op.insert) {
                    (Action::Put, true) => {
                        if !op.preds.is_empty() {
                            return Err(OpFault::PredecessorCount);
                        }
                        if !matches!(&op.value, Scalar::Text(text) if text.chars().count() == 1) {
                            return Err(OpFault::NotALetter);
                        }
                        Seen::Letter(object_id)
                    }
                    (Action::Delete, false) => {
                        // Nothing ever replaces a letter, so the letter itself is all there is to delete.
                        match element {
                            Some(element) if op.preds == [element] => Seen::Delete,
                            Some(_) => return Err(OpFault::NoPredecessor),
                            None => return Err(OpFault::NoElement),
                        }
                    }
                    (Action::Put, false) | (Action::Delete, true) => return Err(OpFault::Insert),
                    (Action::MakeMap | Action::MakeText, _) => return Err(OpFault::NotALetter),
                }
            }
            _ => return Err(OpFault::KeyKind),
        };
        self.seen.push(seen);
        Ok(())
    }

    /// An operation in the ancestry or earlier in this change.
    fn find(&mut self, op: OpRef) -> Option<Seen> {
        *self.used.get_mut(op.actor)? = true;
        let (actor, counter) = self.chunk.resolve(op)?;
        if op.actor == 0
            && let Some(place) = counter.checked_sub(self.chunk.start_op)
        {
            return self.seen.get(usize::try_from(place).ok()?).copied();
        }
        let (node, place) = self.graph.holder(self.clock, &actor, counter)?;
        self.known.of_node.get(node.index())?.get(place)
    }

    /// How Automerge orders operations: by counter, then by the actor's bytes.
    fn order(&self, op: OpRef) -> (u64, Option<ActorId>) {
        (op.counter, self.chunk.actors.get(op.actor).copied())
    }

    fn object(&self, id: ObjectId) -> Option<Object> {
        let known = self.known.objects.len();
        let place = id.0 as usize;
        match place.checked_sub(known) {
            None => self.known.objects.get(place),
            Some(new) => self.objects.get(new),
        }
        .copied()
    }

    fn key(&mut self, key: &Arc<str>) -> KeyId {
        if let Some(id) = self.known.keys.get(key).or_else(|| self.new_key_ids.get(key)) {
            return *id;
        }
        let id = KeyId((self.known.keys.len() + self.new_keys.len()) as u32);
        self.new_keys.push(Arc::clone(key));
        self.new_key_ids.insert(Arc::clone(key), id);
        id
    }
}
