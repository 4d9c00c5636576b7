//! The verdict function: the four steps over a whole set.

use std::collections::HashMap;

use crate::entry::Kind;
use crate::ids::ChangeHash;
use crate::register::Register;

use super::facts::Facts;
use super::law::Law;
use super::reading::{Reading, Readings, incomplete};
use super::rivals::{Contest, Positions};
use super::set::{EntrySet, Node};
use super::standing::Standings;
use super::{Admitted, Aside, Verdict, Verdicts};

/// Judges all entries of a book under the register, as far as it is evaluated.
///
/// Depends on nothing else: not on the order in which entries came, nor on who brought them (design.md §3.1).
pub fn judge(set: &EntrySet, facts: &Facts, register: &Register) -> Verdicts {
    let mut law = Law::new(register, set.book());
    let mut steps = Steps::default();
    let verdicts = steps.run(set, facts, &mut law);
    Verdicts {
        by_entry: verdicts
            .into_iter()
            .enumerate()
            .map(|(node, verdict)| (set.id(node), verdict))
            .collect(),
    }
}

/// What the first steps found: kept to judge what comes later.
#[derive(Default)]
pub(super) struct Steps {
    pub(super) readings: Readings,
    pub(super) positions: Positions,
    pub(super) standings: Standings,
    /// By node: stands by right under the register as it is.
    pub(super) by_right: Vec<bool>,
    /// The changes that do not count, each with the rival that counts instead.
    pub(super) losers: HashMap<ChangeHash, ChangeHash>,
}

impl Steps {
    /// Judges all from the beginning; the verdicts are by node.
    pub(super) fn run(&mut self, set: &EntrySet, facts: &Facts, law: &mut Law<'_>) -> Vec<Verdict> {
        *self = Steps::default();

        // 1. Reading.
        self.readings.read.resize(set.len(), None);
        for node in 0..set.len() {
            self.readings.note_epoch(set, facts, node);
        }
        for &node in &set.order {
            self.readings.read(set, facts, law, node);
        }
        let sound: Vec<Node> = set
            .order
            .iter()
            .copied()
            .filter(|n| self.readings.is_sound(*n))
            .collect();

        // 2. By right.
        for &node in &sound {
            for change in facts.changes(&set.id(node)) {
                self.positions.note(change);
            }
        }
        self.standings.rivals_below = self.positions.rivals_below(set, &self.readings);
        self.standings.found.resize(set.len(), None);
        self.by_right.resize(set.len(), false);
        for &node in &sound {
            self.standings.judge(set, facts, law, node);
            self.by_right[node] = self.standings.by_right(node, law.height);
        }
        let eligible = with_what_is_below(set, self.by_right.clone());

        // 3. Rivals.
        let fate = self.rivals(set, facts, law, &eligible);

        // 4. What stays: by right and alive, and what that builds on.
        let alive: Vec<bool> = self
            .by_right
            .iter()
            .zip(&fate)
            .map(|(by_right, lost)| *by_right && lost.is_none())
            .collect();
        let admitted = admitted(set, &alive);

        let mut verdicts = Vec::with_capacity(set.len());
        for node in 0..set.len() {
            verdicts.push(match self.readings.read[node].map(|read| read.reading) {
                None => Verdict::Pending(incomplete(set, law, node)),
                Some(Reading::Pending(pending)) => Verdict::Pending(pending),
                Some(Reading::Refused(aside)) => Verdict::Aside(aside),
                Some(Reading::Sound(Some(alone))) => alone,
                Some(Reading::Sound(None)) => match (admitted[node], fate[node]) {
                    // A drop that lost may lie below what stays.
                    (_, Some(lost)) => Verdict::Aside(lost),
                    (Some(admitted), None) => Verdict::Admitted(admitted),
                    (None, None) => Verdict::Aside(self.why_aside(node, law, eligible[node])),
                },
            });
        }
        verdicts
    }

    /// Why an entry that did not lose to a rival is aside.
    pub(super) fn why_aside(&self, node: Node, law: &Law<'_>, eligible: bool) -> Aside {
        match &self.standings.found[node] {
            Some(standing) if !eligible => standing.reason(law.height),
            _ => Aside::Alone,
        }
    }

    /// By node: how an entry among the eligible lost to a rival, or builds on one that did.
    fn rivals(
        &mut self,
        set: &EntrySet,
        facts: &Facts,
        law: &Law<'_>,
        eligible: &[bool],
    ) -> Vec<Option<Aside>> {
        let mut fate: Vec<Option<Aside>> = vec![None; set.len()];
        self.losers = self.positions.losers(&Contest {
            set,
            facts,
            law,
            readings: &self.readings,
            by_right: &self.by_right,
            eligible,
        });
        let losers = &self.losers;
        if losers.is_empty() {
            return fate;
        }
        // What brings down all that names it: a drop that lost brings down only what stands on its change.
        let mut spreads = vec![false; set.len()];
        for &node in set.order.iter().filter(|n| eligible[**n]) {
            let changes = facts.changes(&set.id(node));
            let lost = changes
                .iter()
                .filter_map(|c| Some((c.hash, *losers.get(&c.hash)?)))
                .min();
            let on_loser = set.held[node].names.iter().find(|n| spreads[**n]);
            let on_lost_change = changes
                .iter()
                .flat_map(|c| &c.deps)
                .filter(|dep| losers.contains_key(*dep))
                .filter_map(|dep| self.readings.carriers.get(dep)?.iter().map(|n| set.id(*n)).min())
                .min();
            let below = on_loser.map(|n| set.id(*n)).or(on_lost_change);
            fate[node] = match (lost, below) {
                (Some((lost, winner)), _) => Some(Aside::Rival(lost, winner)),
                (None, Some(id)) => Some(Aside::OnLoser(id)),
                (None, None) => None,
            };
            let drop = set.header(node).kind == Kind::Drop;
            spreads[node] = below.is_some() || (lost.is_some() && !drop);
        }
        fate
    }
}

/// By node: how an entry is admitted, given what is by right and alive.
fn admitted(set: &EntrySet, alive: &[bool]) -> Vec<Option<Admitted>> {
    let mut out: Vec<Option<Admitted>> = vec![None; set.len()];
    for &node in set.order.iter().rev() {
        let above = set.held[node].named_by.iter().filter_map(|n| match out[*n]? {
            Admitted::ByRight => Some(set.id(*n)),
            Admitted::Through(by) => Some(by),
        });
        out[node] = if alive[node] {
            Some(Admitted::ByRight)
        } else {
            above.min().map(Admitted::Through)
        };
    }
    out
}

/// Adds to the marked entries all that they build on.
fn with_what_is_below(set: &EntrySet, mut marked: Vec<bool>) -> Vec<bool> {
    for &node in set.order.iter().rev() {
        if marked[node] {
            for &below in &set.held[node].names {
                marked[below] = true;
            }
        }
    }
    marked
}
