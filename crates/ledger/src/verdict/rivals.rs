//! Step 3: of two changes of one (actor, seq), one counts.
//!
//! An actor's changes form a tree; from its root on, of several next changes one counts. The choice looks at the two
//! changes and at what builds on them, never at another actor's losers, so that no choice waits for another (B1).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::entry::Kind;
use crate::ids::{Actor, ChangeHash, DeviceId};

use super::facts::{ChangeFact, Facts};
use super::law::Law;
use super::reading::Readings;
use super::set::{EntrySet, Node};

/// The different changes that sound entries carry, by (actor, seq). Usually there is one.
#[derive(Default)]
pub(super) struct Positions {
    first: HashMap<(Actor, u64), ChangeHash>,
    /// Where there is more than one: all of them.
    contested: BTreeMap<(Actor, u64), BTreeSet<ChangeHash>>,
}

impl Positions {
    /// Takes note of a change; `true` if it has a rival.
    pub(super) fn note(&mut self, change: &ChangeFact) -> bool {
        let position = (change.actor, change.seq);
        let first = *self.first.entry(position).or_insert(change.hash);
        if first != change.hash {
            let rivals = self.contested.entry(position).or_default();
            rivals.extend([first, change.hash]);
        }
        first != change.hash
    }

    /// Whether there are no rivals at all.
    pub(super) fn is_peaceful(&self) -> bool {
        self.contested.is_empty()
    }

    /// The entries with two different changes of one (actor, seq) in their ancestry and themselves. Drops are left out:
    /// their payloads may come late.
    pub(super) fn rivals_below(&self, set: &EntrySet, readings: &Readings) -> HashMap<Node, (Actor, u64)> {
        let mut out = HashMap::new();
        for (position, rivals) in &self.contested {
            let mut standing_on: HashMap<Node, ChangeHash> = HashMap::new();
            for rival in rivals {
                let carriers: Vec<Node> = carriers(readings, rival)
                    .filter(|n| set.header(*n).kind != Kind::Drop)
                    .collect();
                for node in set.above(&carriers, |n| readings.is_sound(n)) {
                    if *standing_on.entry(node).or_insert(*rival) != *rival {
                        out.entry(node).or_insert(*position);
                    }
                }
            }
        }
        out
    }

    /// The rivals that do not count, each with the change that counts instead.
    pub(super) fn losers(&self, contest: &Contest<'_>) -> HashMap<ChangeHash, ChangeHash> {
        let mut out = HashMap::new();
        let actors: BTreeSet<Actor> = self
            .contested
            .iter()
            .filter(|(_, rivals)| rivals.iter().filter(|r| contest.is_eligible(r)).count() > 1)
            .map(|((actor, _), _)| *actor)
            .collect();
        if actors.is_empty() {
            return out;
        }
        for tree in contest.trees(&actors) {
            // A root, or a change whose predecessor cannot be read here, begins a path.
            let mut paths: Vec<(u64, Option<ChangeHash>)> = tree
                .keys()
                .filter(|(_, below)| below.is_none())
                .copied()
                .collect();
            while let Some(step) = paths.pop() {
                let Some(next) = tree.get(&step) else { continue };
                let Some(winner) = contest.winner(next) else {
                    continue;
                };
                let others = next.iter().filter(|change| **change != winner);
                out.extend(others.map(|loser| (*loser, winner)));
                paths.extend(step.0.checked_add(1).map(|seq| (seq, Some(winner))));
            }
        }
        out
    }
}

/// An actor's changes: those that come next, by seq and by the change of the actor that they stand on.
type Tree = BTreeMap<(u64, Option<ChangeHash>), BTreeSet<ChangeHash>>;

/// What decides between rivals: smaller counts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    not_anchored: bool,
    only_dropped: bool,
    not_by_right: bool,
    supporters: Reverse<usize>,
}

/// What is looked at to choose between rivals.
pub(super) struct Contest<'a> {
    pub(super) set: &'a EntrySet,
    pub(super) facts: &'a Facts,
    pub(super) law: &'a Law<'a>,
    pub(super) readings: &'a Readings,
    /// By node: stands by right.
    pub(super) by_right: &'a [bool],
    /// By node: stands by right or is below what does.
    pub(super) eligible: &'a [bool],
}

impl Contest<'_> {
    fn carriers(&self, change: &ChangeHash) -> impl Iterator<Item = Node> {
        carriers(self.readings, change).filter(|n| self.eligible[*n])
    }

    fn is_eligible(&self, change: &ChangeHash) -> bool {
        self.carriers(change).next().is_some()
    }

    /// The trees of these actors' changes among the eligible.
    fn trees(&self, actors: &BTreeSet<Actor>) -> Vec<Tree> {
        let mut changes: HashMap<ChangeHash, &ChangeFact> = HashMap::new();
        for &node in self.set.order.iter().filter(|n| self.eligible[**n]) {
            for change in self.facts.changes(&self.set.id(node)) {
                changes.insert(change.hash, change);
            }
        }
        let mut places: HashMap<(Actor, u64), Vec<ChangeHash>> = HashMap::new();
        for change in changes.values().filter(|change| actors.contains(&change.actor)) {
            let place = places.entry((change.actor, change.seq)).or_default();
            place.push(change.hash);
        }
        let mut trees: BTreeMap<Actor, Tree> = BTreeMap::new();
        for change in changes.values().filter(|change| actors.contains(&change.actor)) {
            let before = change.seq.checked_sub(1).map(|seq| (change.actor, seq));
            let below = match before.and_then(|before| places.get(&before)) {
                None => Vec::new(),
                // The gate saw it below.
                Some(only) if only.len() == 1 => only.clone(),
                Some(rivals) => below(&changes, change, rivals),
            };
            if below.len() > 1 {
                // It stands on two rivals, of which one loses: it is no candidate.
                continue;
            }
            let step = (change.seq, below.first().copied());
            let tree = trees.entry(change.actor).or_default();
            tree.entry(step).or_default().insert(change.hash);
        }
        trees.into_values().collect()
    }

    /// Of several next changes of an actor, the one that counts.
    fn winner(&self, next: &BTreeSet<ChangeHash>) -> Option<ChangeHash> {
        if next.len() == 1 {
            return next.first().copied();
        }
        let ranked = next.iter().map(|change| (self.rank(change), *change));
        Some(ranked.min()?.1)
    }

    /// The anchored one; else one by right before one only admitted through; else the one on which entries by right of
    /// more *other* devices build; else (by the caller) the lower hash.
    fn rank(&self, change: &ChangeHash) -> Rank {
        let carriers: Vec<Node> = self.carriers(change).collect();
        let device = |n: &Node| self.set.header(*n).device;
        let author = carriers.first().map(device);
        let only_dropped = carriers.iter().all(|n| self.set.header(*n).kind == Kind::Drop);
        let mut above = self.set.above(&carriers, |n| self.eligible[n]);
        if only_dropped {
            // Who names a drop may not hold its payload: what builds on it is what stands on its change.
            above.retain(|n| {
                let mut deps = self.facts.changes(&self.set.id(*n)).iter().flat_map(|c| &c.deps);
                deps.any(|dep| dep == change)
            });
            above = self.set.above(&above, |n| self.eligible[n]);
            above.extend_from_slice(&carriers);
        }
        let anchored = above
            .iter()
            .any(|n| Some(device(n)) == author && self.law.is_anchored(&self.set.id(*n)));
        let supporters: HashSet<DeviceId> = above
            .iter()
            .filter(|n| self.by_right[**n])
            .map(device)
            .filter(|d| Some(*d) != author)
            .collect();
        Rank {
            not_anchored: !anchored,
            only_dropped,
            not_by_right: !carriers.iter().any(|n| self.by_right[*n]),
            supporters: Reverse(supporters.len()),
        }
    }
}

fn carriers(readings: &Readings, change: &ChangeHash) -> impl Iterator<Item = Node> {
    readings.carriers.get(change).into_iter().flatten().copied()
}

/// Those of these changes that are in the ancestry of a change.
fn below(
    changes: &HashMap<ChangeHash, &ChangeFact>,
    change: &ChangeFact,
    among: &[ChangeHash],
) -> Vec<ChangeHash> {
    let mut seen = HashSet::new();
    let mut todo = change.deps.clone();
    while let Some(hash) = todo.pop() {
        if let Some(below) = changes.get(&hash)
            && seen.insert(hash)
        {
            todo.extend_from_slice(&below.deps);
        }
    }
    among.iter().filter(|hash| seen.contains(hash)).copied().collect()
}
