//! The gate: what a change must be before Automerge sees it (design.md §3.3).
//!
//! Automerge trusts its input: one signed change of 90 bytes can make every replica panic, or save a document that
//! does not load again (threats A3, B4). So this is an allow-list. It looks at a change and its ancestors alone, so
//! that all replicas agree whatever the order of arrival, and it is part of the format's version: it does not change
//! within one. It stands apart from any document, since it also judges changes that end up in none (rivals).

mod drop;
#[cfg(test)]
mod hostile;
mod ops;

use std::collections::HashMap;

use crate::book::Book;
use crate::chunk::{Chunk, ChunkError};
use crate::graph::{Graph, RivalsInAncestry};
use crate::ids::{ActorId, ChangeFacts, ChangeHash};
use crate::places::Places;
use crate::snapshot::KnownChange;
pub use drop::{DropError, check_drop};
pub use ops::OpFault;
use ops::Ops;

/// The highest operation counter (design.md §3.3).
pub const MAX_OP: u64 = 1 << 31;
/// The first and the first no longer accepted instant of a change, in Unix seconds: 2000 and 2100.
const TIMES: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// Why a change does not pass.
///
/// [`GateError::Missing`] alone may become another answer later; every other is for good, and the same everywhere.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// It waits for these changes.
    #[error("waits for {} other changes", .0.len())]
    Missing(Vec<ChangeHash>),
    /// The bytes are not a plain change chunk.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// It builds on a change that did not pass.
    #[error("builds on {0}, which did not pass")]
    OnRefused(ChangeHash),
    /// Its dependencies, or its other actors, are not in ascending order.
    #[error("dependencies or actors out of order")]
    Order,
    /// Its ancestry holds two different changes of one actor and seq.
    #[error("two changes of actor {0} with one seq in its ancestry")]
    Rivals(ActorId),
    /// Its seq is not the actor's last in its ancestry + 1.
    #[error("seq {found} where {expected} follows")]
    Seq {
        /// What it says.
        found: u64,
        /// What follows from its ancestry.
        expected: u64,
    },
    /// Its first operation is not 1 + the highest over its dependencies.
    #[error("start_op {found} where {expected} follows")]
    StartOp {
        /// What it says.
        found: u64,
        /// What follows from its dependencies.
        expected: u64,
    },
    /// An operation would lie above [`MAX_OP`].
    #[error("operation counter above 2^31")]
    MaxOp,
    /// Its time is neither 0 nor within 2000 to 2100.
    #[error("time {0} is out of bounds")]
    Time(i64),
    /// An operation is not of the allowed kind, or refers to what is not there.
    #[error("operation {place}: {fault}")]
    Op {
        /// The operation's place in the change, from 0.
        place: usize,
        /// What is wrong with it.
        fault: OpFault,
    },
}

impl From<RivalsInAncestry> for GateError {
    fn from(rivals: RivalsInAncestry) -> Self {
        GateError::Rivals(rivals.0)
    }
}

/// The gate of one book: what it must know of the changes that passed.
#[derive(Debug, Default)]
pub struct Gate {
    graph: Graph,
    ops: Ops,
    refused: HashMap<ChangeHash, GateError>,
}

impl Gate {
    /// A gate that has seen nothing yet.
    pub fn new() -> Gate {
        Gate::default()
    }

    /// The gate of a book that was opened from its save alone: every change of it is judged again, which takes longer
    /// than opening it did.
    ///
    /// # Errors
    /// If the book holds what would not pass, which honest saves never do.
    pub fn of_book(book: &Book) -> Result<Gate, GateError> {
        let mut gate = Gate::new();
        for change in book.changes_since(&[]) {
            gate.check(&change)?;
        }
        Ok(gate)
    }

    /// What it knows of these changes, each after what it builds on; `None` if one did not pass.
    pub(crate) fn save(&self, changes: &[KnownChange]) -> Option<Vec<u8>> {
        let nodes: Option<Vec<_>> = changes
            .iter()
            .map(|change| self.graph.find(&change.hash))
            .collect();
        self.ops.save(&nodes?)
    }

    /// The gate of a book that was opened from a snapshot.
    pub(crate) fn resume(graph: &Graph, saved: &[u8]) -> Result<Gate, ChunkError> {
        Ok(Gate {
            ops: Ops::load(saved, graph.op_counts())?,
            graph: graph.clone(),
            refused: HashMap::new(),
        })
    }

    /// Where the objects lie that these changes made: all that passed, in their order.
    pub(crate) fn places(&self, changes: &[KnownChange]) -> Places {
        self.ops.places(changes)
    }

    /// Judges one change chunk and, if it passes, remembers what later changes need of it. A change that was judged
    /// before gets the same answer again.
    ///
    /// # Errors
    /// Why it does not pass; [`GateError::Missing`] if it waits for others.
    pub fn check(&mut self, bytes: &[u8]) -> Result<ChangeFacts, GateError> {
        let chunk = match Chunk::parse(bytes) {
            Ok(chunk) => chunk,
            Err(error) => {
                // What builds on it is refused too, so its name is kept.
                if let Some(hash) = Chunk::name(bytes) {
                    self.refused.insert(hash, error.into());
                }
                return Err(error.into());
            }
        };
        if self.graph.find(&chunk.hash).is_some() {
            return Ok(chunk.facts());
        }
        if let Some(refusal) = self.refused.get(&chunk.hash) {
            return Err(refusal.clone());
        }
        let judged = self.judge(&chunk);
        match &judged {
            Err(GateError::Missing(_)) | Ok(_) => {}
            Err(refusal) => {
                self.refused.insert(chunk.hash, refusal.clone());
            }
        }
        judged
    }

    /// Whether a change has passed.
    pub fn passed(&self, hash: &ChangeHash) -> bool {
        self.graph.find(hash).is_some()
    }

    /// How many changes have passed.
    pub fn len(&self) -> usize {
        self.graph.len()
    }

    /// Whether nothing has passed yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn judge(&mut self, chunk: &Chunk) -> Result<ChangeFacts, GateError> {
        let ascending = chunk.deps.is_sorted_by(|a, b| a < b)
            && chunk.actors.get(1..).unwrap_or(&[]).is_sorted_by(|a, b| a < b)
            && !chunk.actors.iter().skip(1).any(|other| *other == chunk.actor());
        if !ascending {
            return Err(GateError::Order);
        }
        if chunk.time != 0 && !TIMES.contains(&chunk.time) {
            return Err(GateError::Time(chunk.time));
        }
        if chunk.start_op > MAX_OP || chunk.max_op() > MAX_OP {
            return Err(GateError::MaxOp);
        }
        if let Some(refused) = chunk.deps.iter().find(|dep| self.refused.contains_key(dep)) {
            return Err(GateError::OnRefused(*refused));
        }
        let (mut deps, mut missing) = (Vec::new(), Vec::new());
        for dep in &chunk.deps {
            match self.graph.find(dep) {
                Some(node) => deps.push(node),
                None => missing.push(*dep),
            }
        }
        if !missing.is_empty() {
            return Err(GateError::Missing(missing));
        }
        let ancestry = self.graph.ancestry(&deps)?;
        let expected = self.graph.last_seq(&ancestry.clock, &chunk.actor()) + 1;
        if chunk.seq != expected {
            return Err(GateError::Seq {
                found: chunk.seq,
                expected,
            });
        }
        let expected = ancestry.max_op + 1;
        if chunk.start_op != expected {
            return Err(GateError::StartOp {
                found: chunk.start_op,
                expected,
            });
        }
        let checked = self.ops.check(chunk, &self.graph, &ancestry.clock)?;
        let node = self.graph.add(
            chunk.hash,
            chunk.actor(),
            chunk.start_op,
            chunk.ops.len(),
            ancestry,
        );
        self.ops.add(node, checked);
        Ok(chunk.facts())
    }
}
