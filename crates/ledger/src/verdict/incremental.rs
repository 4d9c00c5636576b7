//! A set that is kept with its verdicts, and judged again only as far as something new can matter.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Kind;
use crate::ids::{BookId, ChangeHash, EntryId, EpochId, Height, OperationId};
use crate::register::{Action, Operation, Register};

use super::facts::{ChangeFact, Fact, Facts};
use super::judge::Steps;
use super::law::Law;
use super::reading::{Reading, incomplete};
use super::set::{EntrySet, EntryView, Node};
use super::{Admitted, Pending, Verdict, Verdicts};

/// One verdict that is new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Changed {
    /// The entry.
    pub entry: EntryId,
    /// What was said before; `None` if the entry is new.
    pub before: Option<Verdict>,
    /// What is said now.
    pub now: Verdict,
}

/// What new entries, facts or operations did to the verdicts.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Outcome {
    /// The verdicts that are new, each entry after what it builds on.
    pub changed: Vec<Changed>,
    /// The entries that are newly admitted, in an order in which their changes can be applied.
    pub admitted: Vec<EntryId>,
    /// Whether an entry that was admitted is no longer: the document has to be built again.
    pub rebuild: bool,
}

/// The entries of a book with their verdicts.
pub struct Judge {
    set: EntrySet,
    facts: Facts,
    steps: Steps,
    verdicts: Vec<Verdict>,
    /// How far the register was evaluated when this was judged, and the operation there.
    judged_at: (Height, Option<OperationId>),
    /// How often all was judged from the beginning.
    full: u64,
}

impl Judge {
    /// Nothing is held of the book yet.
    pub fn new(book: BookId) -> Judge {
        Judge {
            set: EntrySet::new(book),
            facts: Facts::new(),
            steps: Steps::default(),
            verdicts: Vec::new(),
            judged_at: (Height(0), None),
            full: 0,
        }
    }

    /// The entries.
    pub fn set(&self) -> &EntrySet {
        &self.set
    }

    /// What is known of their payloads.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The verdict of an entry; `None` if it is not held.
    pub fn verdict(&self, entry: &EntryId) -> Option<&Verdict> {
        self.verdicts.get(self.set.node(entry)?)
    }

    /// All verdicts: the same as [`super::judge()`] gives for the same set, facts and register.
    pub fn verdicts(&self) -> Verdicts {
        let by_node = self.verdicts.iter().enumerate();
        Verdicts {
            by_entry: by_node
                .map(|(node, verdict)| (self.set.id(node), *verdict))
                .collect(),
        }
    }

    /// The admitted entries, each after what it builds on: in this order their changes make the document.
    pub fn admitted(&self) -> impl Iterator<Item = &EntryView> {
        let admitted = |node: &&Node| self.verdicts[**node].is_admitted();
        self.set
            .order
            .iter()
            .filter(admitted)
            .map(|node| &self.set.held[*node].view)
    }

    /// The outermost admitted entries: what a new entry names (backlink and `after` together). No file is among them, so that
    /// nothing ever waits for one.
    pub fn heads(&self) -> Vec<EntryId> {
        let stands = |id: &EntryId| self.verdict(id).is_some_and(Verdict::is_admitted);
        self.set.outermost(|id| !self.is_file(id) && stands(id))
    }

    fn is_file(&self, id: &EntryId) -> bool {
        let view = self.set.get(id);
        view.is_some_and(|view| view.header.kind == Kind::File)
    }

    /// The outermost of the entries by right that were read and build on nothing that was not: what an entry names that states
    /// keys. Who cannot open a book yet judges by envelopes what those who read may refuse, with all that builds on it;
    /// were its keys among that, nobody would wrap for it, and it would never open the book. What is admitted only through
    /// something that was not read may be outermost here, and who names it is aside for ever.
    pub fn heads_that_were_read(&self) -> Vec<EntryId> {
        let is_read = |id: &EntryId| {
            let node = self.set.node(id);
            node.is_some_and(|node| !self.steps.readings.is_opaque(node))
        };
        let stands = |id: &EntryId| self.verdict(id).is_some_and(Verdict::is_by_right);
        self.set
            .outermost(|id| !self.is_file(id) && stands(id) && is_read(id))
    }

    /// The changes that do not count, each with the rival of its actor and seq that counts instead; ascending.
    pub fn losers(&self) -> BTreeMap<ChangeHash, ChangeHash> {
        self.steps
            .losers
            .iter()
            .map(|(lost, won)| (*lost, *won))
            .collect()
    }

    /// The epochs that an entry which names all heads and the whole register may use, the one to use first: of those for
    /// the readers left by the last removal, the lowest id at the greatest height (§3.6).
    pub fn usable_epochs(&self, register: &Register) -> Vec<(EpochId, Height)> {
        let mut made: BTreeMap<EpochId, Height> = BTreeMap::new();
        let made_by_right =
            |node: &Node| self.set.header(*node).kind == Kind::Epoch && self.verdicts[*node].is_by_right();
        for node in (0..self.set.len()).filter(made_by_right) {
            let header = self.set.header(node);
            if let (Some(epoch), Fact::Epoch { height }) = (header.epoch, self.facts.get(&self.set.id(node)))
            {
                let known = made.entry(epoch).or_insert(*height);
                *known = (*known).min(*height);
            }
        }
        let height = register.effective_height();
        let needed = register.rights().last_removal(&self.set.book(), height);
        let mut out: Vec<(EpochId, Height)> = made.into_iter().filter(|(_, of)| *of >= needed).collect();
        out.sort_by_key(|(id, of)| (Reverse(*of), *id));
        out
    }

    /// How often all was judged from the beginning, for measuring.
    pub fn full_judgements(&self) -> u64 {
        self.full
    }

    /// Takes in new entries, facts and operations, and judges what they concern.
    ///
    /// `register` is the same register as before, grown or not. A fact may come with its entry or later.
    pub fn advance(
        &mut self,
        register: &Register,
        entries: impl IntoIterator<Item = EntryView>,
        facts: impl IntoIterator<Item = (EntryId, Fact)>,
    ) -> Outcome {
        let (known, complete) = (self.set.len(), self.set.order.len());
        let mut full = self.concerned_by(register);
        let height = register.effective_height();
        self.judged_at = (height, register.operation(height).map(Operation::id));

        let mut learned = Vec::new();
        for (id, fact) in facts {
            if *self.facts.get(&id) != fact {
                learned.extend(self.set.node(&id));
                self.facts.insert(id, fact);
            }
        }
        for entry in entries {
            self.set.insert(entry);
        }
        let mut law = Law::new(register, self.set.book());
        let placeholder = Verdict::Pending(Pending::Payload);
        self.verdicts.resize(self.set.len(), placeholder);
        self.steps.readings.read.resize(self.set.len(), None);
        self.steps.standings.found.resize(self.set.len(), None);
        self.steps.by_right.resize(self.set.len(), false);

        let mut todo: Vec<Node> = self.set.order[complete..].to_vec();
        let mut touched: BTreeSet<Node> = (known..self.set.len()).collect();
        full = full
            || !self.epochs_settled(known, &learned)
            || todo.iter().any(|n| law.cuts_name(&self.set.id(*n)))
            || !self.learn(&learned, &mut todo);
        if !full {
            todo.sort_unstable_by_key(|n| self.set.held[*n].place);
            todo.dedup();
            let mut before: Vec<(Node, Verdict)> = todo.iter().map(|n| (*n, self.verdicts[*n])).collect();
            let done = todo.iter().all(|node| self.judge_one(&mut law, *node));
            if done {
                before.extend(self.refresh_incomplete(&law, known, &todo));
                touched.extend(before.iter().map(|(node, _)| *node));
                return self.outcome(known, touched, before);
            }
            for (node, verdict) in before {
                self.verdicts[node] = verdict;
            }
        }
        self.full += 1;
        let verdicts = self.steps.run(&self.set, &self.facts, &mut law);
        let before = std::mem::replace(&mut self.verdicts, verdicts);
        let differs = |node: &Node| *node >= known || before[*node] != self.verdicts[*node];
        let touched: BTreeSet<Node> = (0..self.set.len()).filter(differs).collect();
        let before = touched
            .iter()
            .filter(|n| **n < known)
            .map(|n| (*n, before[*n]))
            .collect();
        self.outcome(known, touched, before)
    }

    /// Whether operations that came since the last time may concern an entry that is judged already.
    fn concerned_by(&self, register: &Register) -> bool {
        let (judged_at, head) = self.judged_at;
        let now = register.effective_height();
        if self.set.is_empty() {
            return false;
        }
        // A fork froze the register, or another branch of it counts now.
        if now < judged_at || register.operation(judged_at).map(Operation::id) != head {
            return true;
        }
        if now == judged_at {
            return false;
        }
        let waits_for_register = |verdict: &Verdict| {
            matches!(
                verdict,
                Verdict::Pending(Pending::Height(_) | Pending::Operation(_))
            )
        };
        let mut new = (judged_at.0 + 1..=now.0).filter_map(|h| register.operation(Height(h)));
        self.verdicts.iter().any(waits_for_register)
            || new.any(|operation| match operation.action() {
                // What is admitted or opened now was not known to any entry that is judged already.
                Action::Found { .. }
                | Action::Admit { .. }
                | Action::ReadingKey { .. }
                | Action::Carrier { .. }
                | Action::OverrideFinal { .. }
                | Action::Erase { .. }
                | Action::Replaced { .. }
                | Action::Relays(_)
                | Action::LanKey { .. }
                | Action::StillCurrent
                | Action::HandOver { .. }
                | Action::Recover { .. } => false,
                Action::Open(open) => open.book == self.set.book(),
                Action::Rights { book, cuts, .. } => *book == self.set.book() || !cuts.is_empty(),
                Action::Close { book, next, .. } => [*book, next.book].contains(&self.set.book()),
                Action::LetIn { book, .. } | Action::Anchor { book, .. } => *book == self.set.book(),
                _ => true,
            })
    }

    /// Whether no entry waited for an epoch that is new.
    fn epochs_settled(&mut self, known: usize, learned: &[Node]) -> bool {
        let new: Vec<Node> = (known..self.set.len()).chain(learned.iter().copied()).collect();
        let epochs: Vec<_> = new
            .iter()
            .map(|n| self.set.header(*n))
            .filter(|header| header.kind == Kind::Epoch)
            .filter_map(|header| header.epoch)
            .collect();
        for node in new {
            self.steps.readings.note_epoch(&self.set, &self.facts, node);
        }
        let waits = |verdict: &Verdict| matches!(verdict, Verdict::Pending(Pending::Epoch(id)) if epochs.contains(id));
        epochs.is_empty() || !self.verdicts[..known].iter().any(waits)
    }

    /// Adds entries of which facts came, and what waited for them. `false` if the facts may concern anything else.
    fn learn(&self, learned: &[Node], todo: &mut Vec<Node>) -> bool {
        for &node in learned {
            let complete = self.set.held[node].place.is_some();
            let waited = matches!(
                self.verdicts[node],
                Verdict::Pending(Pending::Payload | Pending::Gate)
            );
            let sound = self.steps.readings.is_sound(node);
            let above = || self.set.above(&[node], |_| true);
            match (complete, waited, sound) {
                (false, ..) => {}
                // All that builds on it was pending, and concerned nobody.
                (true, true, false) => {
                    let above = above();
                    todo.extend(above.into_iter().filter(|n| self.set.held[*n].place.is_some()));
                }
                // It was held back alone.
                (true, true, true) if self.set.held[node].named_by.is_empty() => todo.push(node),
                // Still waiting for something else: a payload changes nothing about that.
                (true, false, false) if self.waits(node) => {}
                _ => return false,
            }
        }
        true
    }

    fn waits(&self, node: Node) -> bool {
        matches!(self.verdicts[node], Verdict::Pending(_))
    }

    /// Judges a complete entry that nothing judged builds on; `false` if it may turn another's verdict.
    fn judge_one(&mut self, law: &mut Law<'_>, node: Node) -> bool {
        let id = self.set.id(node);
        let steps = &mut self.steps;
        steps.readings.read(&self.set, &self.facts, law, node);
        let alone = match steps.readings.read[node].map(|read| read.reading) {
            None => return false,
            Some(Reading::Pending(pending)) => {
                self.verdicts[node] = Verdict::Pending(pending);
                return true;
            }
            Some(Reading::Refused(aside)) => {
                self.verdicts[node] = Verdict::Aside(aside);
                return true;
            }
            Some(Reading::Sound(alone)) => alone,
        };
        let changes = self.facts.changes(&id);
        let new_rival = changes
            .iter()
            .filter(|change| steps.positions.note(change))
            .count()
            > 0;
        // Beside rivals, what stands on nothing but what is by right and carries nothing that is known already builds on
        // no loser; that a winner has one more supporter turns nothing.
        let peaceful = steps.positions.is_peaceful();
        let apart = || {
            let names = &self.set.held[node].names;
            let carried_before = |change: &ChangeFact| {
                let carriers = steps.readings.carriers.get(&change.hash);
                carriers.is_some_and(|nodes| nodes.len() > 1)
            };
            names.iter().all(|n| self.verdicts[*n].is_by_right())
                && !changes.iter().any(carried_before)
                && !changes
                    .iter()
                    .flat_map(|c| &c.deps)
                    .any(|dep| steps.losers.contains_key(dep))
        };
        if new_rival || !(peaceful || apart()) {
            return false;
        }
        steps.standings.judge(&self.set, &self.facts, law, node);
        let by_right = steps.standings.by_right(node, law.height);
        steps.by_right[node] = by_right;
        if by_right && !self.set.held[node].names.iter().all(|n| steps.by_right[*n]) {
            return false;
        }
        self.verdicts[node] = match alone {
            Some(alone) => alone,
            None if by_right => Verdict::Admitted(Admitted::ByRight),
            None => Verdict::Aside(steps.why_aside(node, law, false)),
        };
        true
    }

    /// Says again for what those wait that are not complete and name something that is new; returns what was said.
    fn refresh_incomplete(
        &mut self,
        law: &Law<'_>,
        known: usize,
        completed: &[Node],
    ) -> Vec<(Node, Verdict)> {
        let new: Vec<Node> = (known..self.set.len()).collect();
        let named_by = |node: &Node| self.set.held[*node].named_by.iter().copied();
        let mut waiting: BTreeSet<Node> = new.iter().chain(completed).flat_map(named_by).collect();
        waiting.extend(new);
        waiting.retain(|n| self.set.held[*n].place.is_none());
        let mut before = Vec::new();
        for node in waiting {
            before.push((node, self.verdicts[node]));
            self.verdicts[node] = Verdict::Pending(incomplete(&self.set, law, node));
        }
        before
    }

    fn outcome(&self, known: usize, touched: BTreeSet<Node>, before: Vec<(Node, Verdict)>) -> Outcome {
        let before: std::collections::HashMap<Node, Verdict> = before.into_iter().collect();
        let mut nodes: Vec<Node> = touched.into_iter().collect();
        nodes.sort_unstable_by_key(|n| (self.set.held[*n].place.is_none(), self.set.held[*n].place, *n));
        let mut out = Outcome::default();
        for node in nodes {
            let entry = self.set.id(node);
            let now = self.verdicts[node];
            let before = (node < known).then(|| before.get(&node).copied()).flatten();
            if before == Some(now) {
                continue;
            }
            let counted = before.is_some_and(|verdict| verdict.is_admitted());
            if now.is_admitted() && !counted {
                out.admitted.push(entry);
            }
            out.rebuild |= counted && !now.is_admitted();
            out.changed.push(Changed { entry, before, now });
        }
        out
    }
}
