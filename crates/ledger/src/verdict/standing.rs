//! Step 2: does an entry stand by right at a register height?

use std::collections::HashMap;
use std::sync::Arc;

use crate::entry::Kind;
use crate::ids::{Actor, Height};

use super::Aside;
use super::facts::{Fact, Facts};
use super::law::{Excluded, Law};
use super::set::{EntrySet, Node};

/// What step 2 keeps of an entry: enough to say whether it stands by right at any height.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// Why it does not stand, apart from cuts.
    fault: Option<Aside>,
    let_in: Option<Height>,
    excluded: Vec<Excluded>,
    /// The epoch and yes entries below it, in order: shared with those that it names where nothing is new.
    marks: Arc<[Node]>,
}

impl Standing {
    /// Whether the entry stands by right at a register height.
    pub(super) fn by_right(&self, height: Height) -> bool {
        // An operation that lets an entry in makes it stand without grant and lawfulness.
        self.let_in.is_some_and(|at| at <= height)
            || (self.fault.is_none() && !self.excluded.iter().any(|cut| cut.holds_at(height)))
    }

    /// Why it does not stand by right at a register height.
    pub(super) fn reason(&self, height: Height) -> Aside {
        let cut = self.excluded.iter().find(|cut| cut.holds_at(height));
        match (self.fault, cut) {
            (Some(Aside::NoRight), _) => Aside::NoRight,
            (_, Some(cut)) => Aside::PastCut(cut.at),
            (Some(fault), None) => fault,
            (None, None) => Aside::Alone,
        }
    }
}

/// What step 2 has found so far, by node; `None` for what is not sound.
#[derive(Default)]
pub(super) struct Standings {
    pub(super) found: Vec<Option<Standing>>,
    /// Entries with two rival changes in their ancestry and themselves.
    pub(super) rivals_below: HashMap<Node, (Actor, u64)>,
}

impl Standings {
    pub(super) fn by_right(&self, node: Node, height: Height) -> bool {
        self.found
            .get(node)
            .is_some_and(|found| found.as_ref().is_some_and(|standing| standing.by_right(height)))
    }

    /// Judges a sound entry; those that it builds on were judged before.
    pub(super) fn judge(&mut self, set: &EntrySet, facts: &Facts, law: &mut Law<'_>, node: Node) {
        let marks = self.marks(set, node);
        let standing = Standing {
            fault: self.fault(set, facts, law, node, &marks),
            let_in: law.let_in(&set.id(node)),
            excluded: law.exclusions(set, node),
            marks,
        };
        if self.found.len() < set.len() {
            self.found.resize(set.len(), None);
        }
        self.found[node] = Some(standing);
    }

    fn fault(
        &self,
        set: &EntrySet,
        facts: &Facts,
        law: &mut Law<'_>,
        node: Node,
        marks: &[Node],
    ) -> Option<Aside> {
        if !law.grants(set.header(node)) {
            return Some(Aside::NoRight);
        }
        self.unlawful(set, node)
            .or_else(|| self.epoch_fault(set, facts, law, node, marks))
            .or_else(|| self.lacks_yes(set, facts, law, node, marks))
    }

    /// Lawful: what it names directly stands by right at the height that *this* entry names and names no greater
    /// height, and there are no rivals below.
    fn unlawful(&self, set: &EntrySet, node: Node) -> Option<Aside> {
        let height = set.header(node).height;
        for &named in &set.held[node].names {
            if set.header(named).height > height {
                return Some(Aside::HeightFalls(set.id(named)));
            }
            if !self.by_right(named, height) {
                return Some(Aside::Names(set.id(named)));
            }
        }
        let (actor, seq) = self.rivals_below.get(&node)?;
        Some(Aside::RivalsBelow(*actor, *seq))
    }

    /// Fresh: the epoch is for the readers that were left by the last removal which the author knew of. An epoch is
    /// what an entry by right below says it is; of several, the one for the lowest height, so that nobody makes an old
    /// epoch young by saying so. Drops are never refused for age.
    fn epoch_fault(
        &self,
        set: &EntrySet,
        facts: &Facts,
        law: &mut Law<'_>,
        node: Node,
        marks: &[Node],
    ) -> Option<Aside> {
        let header = set.header(node);
        match header.kind {
            Kind::Epoch => match facts.get(&set.id(node)) {
                Fact::Epoch { height } if *height > header.height => Some(Aside::EpochAhead(*height)),
                _ => header.epoch.is_none().then_some(Aside::NoEpoch),
            },
            Kind::Changes | Kind::Checkpoint => {
                let made = marks.iter().filter_map(|mark| {
                    let Fact::Epoch { height } = facts.get(&set.id(*mark)) else {
                        return None;
                    };
                    let this = header.epoch.is_some() && set.header(*mark).epoch == header.epoch;
                    (this && self.by_right(*mark, header.height)).then_some(*height)
                });
                let Some(made) = made.min() else {
                    return Some(Aside::NoEpoch);
                };
                let removal = law.last_removal(header.height);
                (made < removal).then_some(Aside::EpochTooOld(made, removal))
            }
            _ => None,
        }
    }

    /// In care and tips an epoch, yes or receipt of a device not named at opening needs a *yes* for it below, by a
    /// reader that counts already.
    fn lacks_yes(
        &self,
        set: &EntrySet,
        facts: &Facts,
        law: &Law<'_>,
        node: Node,
        marks: &[Node],
    ) -> Option<Aside> {
        let header = set.header(node);
        let needs = law.is_guarded()
            && matches!(header.kind, Kind::Epoch | Kind::Yes | Kind::Receipt)
            && !law.is_first_reader(&header.device);
        let has = |mark: &Node| {
            let said = *facts.get(&set.id(*mark))
                == Fact::Yes {
                    device: header.device,
                };
            said && self.by_right(*mark, header.height)
        };
        (needs && !marks.iter().any(has)).then_some(Aside::NoYes)
    }

    /// The epoch and yes entries below an entry.
    fn marks(&self, set: &EntrySet, node: Node) -> Arc<[Node]> {
        let marked = |n: &Node| matches!(set.header(*n).kind, Kind::Epoch | Kind::Yes);
        let names = &set.held[node].names;
        let below = |n: &Node| self.found.get(*n).and_then(|found| Some(&found.as_ref()?.marks));
        let longest = names.iter().filter_map(below).max_by_key(|marks| marks.len());
        let mut new: Vec<Node> = names.iter().copied().filter(marked).collect();
        for other in names.iter().filter_map(below) {
            if !longest.is_some_and(|longest| Arc::ptr_eq(longest, other)) {
                new.extend_from_slice(other);
            }
        }
        let longest: Arc<[Node]> = longest.map_or_else(|| Arc::from([]), Arc::clone);
        new.retain(|mark| longest.binary_search(mark).is_err());
        if new.is_empty() {
            return longest;
        }
        new.extend_from_slice(&longest);
        new.sort_unstable();
        new.dedup();
        new.into()
    }
}
