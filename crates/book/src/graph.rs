//! The changes of a book as a graph: who builds on whom, and whether one change is in another's ancestry.
//!
//! An actor's changes form a tree, since a device set back to an old state writes a second "next" change (rivals,
//! design.md §3.4). Each branch of it is a **lane** here: a run of one actor's changes without gaps, begun at the root
//! or on a change of another lane of the same actor. A **clock** says for each lane up to which seq it is in a
//! change's ancestry. One clock per change would cost actors × changes (threats B21), so a clock is kept only where
//! the way back to the next kept ones has become [`CLOCK_STEP`] changes long, or longer where there are very many lanes.

use std::collections::{HashMap, HashSet};

use crate::ids::{ActorId, ChangeHash};

/// After how many changes without one a clock is kept.
const CLOCK_STEP: usize = 16;

/// A change's place in the graph: its number in the order of arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct NodeId(u32);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct LaneId(u32);

/// What is in a change's ancestry: the highest seq of each lane by its number, 0 for none. Lanes made later are not in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Clock(Vec<u32>);

#[derive(Clone, Debug)]
struct Node {
    hash: ChangeHash,
    lane: LaneId,
    seq: u64,
    start_op: u64,
    /// The highest operation in the ancestry, itself included.
    max_op: u64,
    deps: Box<[NodeId]>,
    clock: Option<Box<Clock>>,
}

#[derive(Clone, Debug)]
struct Lane {
    /// The change that the lane's first one follows, unless that is its actor's first.
    parent: Option<(LaneId, u64)>,
    first_seq: u64,
    nodes: Vec<NodeId>,
}

/// Two changes of one actor and seq are in one ancestry: no document can hold both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RivalsInAncestry(pub ActorId);

/// The graph of the changes accepted so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    by_hash: HashMap<ChangeHash, NodeId>,
    lanes: Vec<Lane>,
    lanes_of: HashMap<ActorId, Vec<LaneId>>,
    /// The actors with more than one lane: only they can have rivals.
    forked: Vec<ActorId>,
}

/// The ancestry of a change that is not yet in the graph.
#[derive(Debug)]
pub(crate) struct Ancestry {
    pub clock: Clock,
    /// The highest operation over the dependencies; 0 without any.
    pub max_op: u64,
    deps: Box<[NodeId]>,
    /// How many changes had to be visited.
    visited: usize,
}

impl Graph {
    pub fn find(&self, hash: &ChangeHash) -> Option<NodeId> {
        self.by_hash.get(hash).copied()
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn hash(&self, node: NodeId) -> Option<ChangeHash> {
        self.node(node).map(|node| node.hash)
    }

    /// How many operations each change has, in the order of arrival.
    pub fn op_counts(&self) -> impl Iterator<Item = usize> + '_ {
        let counts = self.nodes.iter();
        counts.map(|node| (node.max_op + 1).saturating_sub(node.start_op) as usize)
    }

    /// The ancestry of a change that builds on `deps`.
    pub fn ancestry(&self, deps: &[NodeId]) -> Result<Ancestry, RivalsInAncestry> {
        let mut kept = Clock::default();
        let mut between: Vec<(LaneId, u64)> = Vec::new();
        let mut todo: Vec<NodeId> = deps.to_vec();
        let mut seen = HashSet::new();
        while let Some(id) = todo.pop() {
            let Some(node) = self.node(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            if kept.covers(node.lane, node.seq) {
                continue;
            }
            match &node.clock {
                Some(clock) => kept.merge(clock),
                None => {
                    between.push((node.lane, node.seq));
                    todo.extend(node.deps.iter());
                }
            }
        }
        let mut clock = kept;
        for (lane, seq) in between {
            clock.raise(lane, seq);
        }
        let max_op = deps
            .iter()
            .filter_map(|dep| self.node(*dep))
            .map(|node| node.max_op)
            .max()
            .unwrap_or(0);
        self.refuse_rivals(&clock)?;
        Ok(Ancestry {
            clock,
            max_op,
            deps: deps.into(),
            visited: seen.len(),
        })
    }

    /// The actor's last seq in an ancestry; 0 if there is none.
    pub fn last_seq(&self, clock: &Clock, actor: &ActorId) -> u64 {
        self.tip(clock, actor).map_or(0, |(_, seq)| seq)
    }

    /// Adds a change whose seq is the actor's last in its ancestry + 1.
    pub fn add(
        &mut self,
        hash: ChangeHash,
        actor: ActorId,
        start_op: u64,
        ops: usize,
        ancestry: Ancestry,
    ) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let tip = self.tip(&ancestry.clock, &actor);
        let seq = tip.map_or(0, |(_, seq)| seq) + 1;
        let lane = match tip {
            Some((lane, tip)) if self.lane(lane).is_some_and(|lane| lane.last_seq() == tip) => lane,
            parent => {
                let lane = LaneId(self.lanes.len() as u32);
                self.lanes.push(Lane {
                    parent,
                    first_seq: seq,
                    nodes: Vec::new(),
                });
                let lanes = self.lanes_of.entry(actor).or_default();
                lanes.push(lane);
                if lanes.len() == 2 {
                    self.forked.push(actor);
                }
                lane
            }
        };
        if let Some(lane) = self.lanes.get_mut(lane.0 as usize) {
            lane.nodes.push(id);
        }
        let Ancestry {
            mut clock,
            max_op,
            deps,
            visited,
        } = ancestry;
        let clock = (visited >= self.clock_step()).then(|| {
            clock.raise(lane, seq);
            Box::new(clock)
        });
        let max_op = max_op.max(start_op.saturating_add(ops as u64).saturating_sub(1));
        self.nodes.push(Node {
            hash,
            lane,
            seq,
            start_op,
            max_op,
            deps,
            clock,
        });
        self.by_hash.insert(hash, id);
        id
    }

    /// The change in an ancestry that holds an operation, and the operation's place in that change; the place may lie
    /// past the change's last operation.
    pub fn holder(&self, clock: &Clock, actor: &ActorId, counter: u64) -> Option<(NodeId, usize)> {
        let (mut lane_id, mut last) = self.tip(clock, actor)?;
        loop {
            let lane = self.lane(lane_id)?;
            let known = usize::try_from(last.checked_sub(lane.first_seq)? + 1).ok()?;
            let nodes = lane.nodes.get(..known)?;
            let after = nodes.partition_point(|id| self.node(*id).is_some_and(|n| n.start_op <= counter));
            if let Some(id) = after.checked_sub(1).and_then(|place| nodes.get(place)) {
                let place = usize::try_from(counter - self.node(*id)?.start_op).ok()?;
                return Some((*id, place));
            }
            (lane_id, last) = lane.parent?;
        }
    }

    /// An actor's changes from a seq on, in the order of their seq (for a graph without rivals).
    pub fn of_actor(&self, actor: &ActorId, from_seq: u64) -> impl Iterator<Item = ChangeHash> + '_ {
        let lanes = self
            .lanes_of
            .get(actor)
            .into_iter()
            .flatten()
            .filter_map(|lane| self.lane(*lane));
        let nodes = lanes
            .flat_map(|lane| lane.nodes.iter())
            .filter_map(|id| self.node(*id));
        nodes
            .filter(move |node| node.seq >= from_seq)
            .map(|node| node.hash)
    }

    /// Whether `older` is `newer` or in its ancestry.
    pub fn is_ancestor(&self, older: NodeId, newer: NodeId) -> bool {
        let Some(node) = self.node(older) else {
            return false;
        };
        self.ancestry(&[newer])
            .is_ok_and(|ancestry| ancestry.clock.covers(node.lane, node.seq))
    }

    /// The last of an actor's changes in an ancestry without rivals.
    fn tip(&self, clock: &Clock, actor: &ActorId) -> Option<(LaneId, u64)> {
        let lanes = self.lanes_of.get(actor)?;
        lanes
            .iter()
            .filter_map(|lane| Some((*lane, clock.get(*lane)?)))
            .max_by_key(|(_, seq)| *seq)
    }

    fn refuse_rivals(&self, clock: &Clock) -> Result<(), RivalsInAncestry> {
        for actor in &self.forked {
            let mut on_the_way = HashMap::new();
            let mut at = self.tip(clock, actor);
            while let Some((lane, seq)) = at {
                on_the_way.insert(lane, seq);
                at = self.lane(lane).and_then(|lane| lane.parent);
            }
            let mut lanes = self.lanes_of.get(actor).into_iter().flatten();
            if lanes.any(|lane| {
                clock
                    .get(*lane)
                    .is_some_and(|seq| on_the_way.get(lane) != Some(&seq))
            }) {
                return Err(RivalsInAncestry(*actor));
            }
        }
        Ok(())
    }

    /// With very many lanes, fewer and longer: so neither memory nor time grows with the square of what a hostile
    /// device can write.
    fn clock_step(&self) -> usize {
        self.lanes.len().isqrt().max(CLOCK_STEP)
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn lane(&self, id: LaneId) -> Option<&Lane> {
        self.lanes.get(id.0 as usize)
    }
}

impl NodeId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Lane {
    fn last_seq(&self) -> u64 {
        self.first_seq + self.nodes.len() as u64 - 1
    }
}

impl Clock {
    fn get(&self, lane: LaneId) -> Option<u64> {
        self.0
            .get(lane.0 as usize)
            .filter(|seq| **seq > 0)
            .map(|seq| u64::from(*seq))
    }

    fn covers(&self, lane: LaneId, seq: u64) -> bool {
        self.get(lane).is_some_and(|known| known >= seq)
    }

    fn raise(&mut self, lane: LaneId, seq: u64) {
        let place = lane.0 as usize;
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        if let Some(known) = self.0.get_mut(place) {
            // A seq is no greater than the number of changes, which are numbered in 32 bits.
            *known = u32::try_from(seq).unwrap_or(u32::MAX).max(*known);
        }
    }

    fn merge(&mut self, other: &Clock) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (known, seq) in self.0.iter_mut().zip(&other.0) {
            *known = (*seq).max(*known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    fn name(number: usize) -> ChangeHash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        ChangeHash(hash)
    }

    struct Known {
        id: NodeId,
        actor: ActorId,
        seq: u64,
        start_op: u64,
        ops: usize,
        ancestors: HashSet<usize>,
    }

    /// Random changes of a few actors, rivals among them, beside a model that keeps whole sets of ancestors.
    fn compare(seed: u64, size: usize, actors: u8) -> (usize, usize) {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut graph = Graph::default();
        let mut known: Vec<Known> = Vec::new();
        let (mut rivals, mut refused) = (0, 0);
        for _ in 0..size {
            let mut deps: Vec<usize> = (0..rng.random_range(0..4))
                .filter_map(|_| {
                    let far = if rng.random_bool(0.8) { 5 } else { 60 };
                    let back = rng.random_range(1..=far);
                    known.len().checked_sub(back)
                })
                .collect();
            deps.sort_unstable();
            deps.dedup();
            let mut ancestors: HashSet<usize> = deps.iter().copied().collect();
            for dep in &deps {
                ancestors.extend(known[*dep].ancestors.iter());
            }
            let seqs: HashSet<(ActorId, u64)> = ancestors
                .iter()
                .map(|n| (known[*n].actor, known[*n].seq))
                .collect();
            let ids: Vec<NodeId> = deps.iter().map(|dep| known[*dep].id).collect();
            let ancestry = graph.ancestry(&ids);
            if seqs.len() < ancestors.len() {
                assert!(ancestry.is_err(), "rivals in the ancestry of {deps:?}");
                refused += 1;
                continue;
            }
            let ancestry = ancestry.expect("no rivals");
            for (number, node) in known.iter().enumerate() {
                let inside = ancestors.contains(&number);
                for place in 0..node.ops {
                    let found = graph.holder(&ancestry.clock, &node.actor, node.start_op + place as u64);
                    assert_eq!(
                        found == Some((node.id, place)),
                        inside,
                        "operation {place} of {number}"
                    );
                }
            }
            let actor = ActorId([rng.random_range(0..actors); 16]);
            let of_actor = |n: &&usize| known[**n].actor == actor;
            let seq = ancestors
                .iter()
                .filter(of_actor)
                .map(|n| known[*n].seq)
                .max()
                .unwrap_or(0)
                + 1;
            assert_eq!(graph.last_seq(&ancestry.clock, &actor) + 1, seq);
            let top = ancestors
                .iter()
                .map(|n| known[*n].start_op + known[*n].ops as u64 - 1)
                .max()
                .unwrap_or(0);
            assert_eq!(ancestry.max_op, top);
            rivals += usize::from(known.iter().any(|node| (node.actor, node.seq) == (actor, seq)));
            let (start_op, ops) = (top + 1, rng.random_range(0..3));
            let id = graph.add(name(known.len()), actor, start_op, ops, ancestry);
            known.push(Known {
                id,
                actor,
                seq,
                start_op,
                ops,
                ancestors,
            });
        }
        for _ in 0..200 {
            let (a, b) = (rng.random_range(0..known.len()), rng.random_range(0..known.len()));
            let expected = a == b || known[b].ancestors.contains(&a);
            assert_eq!(
                graph.is_ancestor(known[a].id, known[b].id),
                expected,
                "{a} under {b}"
            );
        }
        (rivals, refused)
    }

    #[test]
    fn the_clocks_say_what_whole_sets_of_ancestors_say() {
        let (mut rivals, mut refused) = (0, 0);
        for seed in 0..60 {
            let (more_rivals, more_refused) = compare(seed, 120, 1 + (seed % 5) as u8);
            rivals += more_rivals;
            refused += more_refused;
        }
        assert!(
            rivals > 100 && refused > 100,
            "{rivals} rivals, {refused} refused: the test tries too little"
        );
    }

    #[test]
    fn a_way_back_is_short_however_long_the_history() {
        let mut graph = Graph::default();
        let mut last: Vec<NodeId> = Vec::new();
        for number in 0..5_000usize {
            let ancestry = graph.ancestry(&last).expect("no rivals");
            assert!(ancestry.visited <= CLOCK_STEP, "visited {}", ancestry.visited);
            let actor = ActorId([(number % 250) as u8; 16]);
            last = vec![graph.add(name(number), actor, number as u64 + 1, 1, ancestry)];
        }
    }
}
