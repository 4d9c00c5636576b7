//! Step 1: is everything there that an entry names, has it the right form, did the gate pass it?

use std::collections::{HashMap, HashSet};

use crate::entry::{Encoding, Kind, Suite, VERSION};
use crate::ids::{ChangeHash, EntryId, EpochId};

use super::facts::{ChangeFact, Fact, Facts};
use super::law::Law;
use super::set::{EntrySet, Node};
use super::{Aside, Pending, Verdict};

/// What step 1 says of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    /// It waits, and with it what builds on it.
    Pending(Pending),
    /// It is refused, and with it what builds on it.
    Refused(Aside),
    /// It can be judged. A verdict here holds back this entry alone.
    Sound(Option<Verdict>),
}

/// What step 1 keeps of an entry for those that build on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    pub(super) reading: Reading,
    /// Something below it, or itself, is judged by its envelope only.
    opaque: bool,
    /// The lowest of the entries below it, or itself, whose payload is missing and holds back that entry alone.
    absent: Option<EntryId>,
}

impl Read {
    pub(super) fn is_sound(&self) -> bool {
        matches!(self.reading, Reading::Sound(_))
    }

    fn waits(pending: Pending) -> Read {
        Read {
            reading: Reading::Pending(pending),
            opaque: false,
            absent: None,
        }
    }
}

/// What step 1 has found so far.
#[derive(Default)]
pub(super) struct Readings {
    /// By node; `None` while the entry is not complete.
    pub(super) read: Vec<Option<Read>>,
    /// The sound entries that carry a change.
    pub(super) carriers: HashMap<ChangeHash, Vec<Node>>,
    /// The epochs of which an entry is held.
    pub(super) epochs: HashSet<EpochId>,
}

impl Readings {
    pub(super) fn is_sound(&self, node: Node) -> bool {
        self.read
            .get(node)
            .is_some_and(|read| read.as_ref().is_some_and(Read::is_sound))
    }

    /// Whether an entry, or one that it builds on, is judged by its envelope alone.
    pub(super) fn is_opaque(&self, node: Node) -> bool {
        let read = self.read.get(node).copied().flatten();
        read.is_some_and(|read| read.opaque)
    }

    /// Takes note of an epoch, if the entry makes one.
    pub(super) fn note_epoch(&mut self, set: &EntrySet, facts: &Facts, node: Node) {
        let header = set.header(node);
        if header.kind == Kind::Epoch && matches!(facts.get(&set.id(node)), Fact::Epoch { .. }) {
            self.epochs.extend(header.epoch);
        }
    }

    /// Reads a complete entry; those that it builds on were read before.
    pub(super) fn read(&mut self, set: &EntrySet, facts: &Facts, law: &Law<'_>, node: Node) {
        let read = self.look(set, facts, law, node);
        if read.is_sound() {
            for change in facts.changes(&set.id(node)) {
                let carriers = self.carriers.entry(change.hash).or_default();
                if !carriers.contains(&node) {
                    carriers.push(node);
                }
            }
        }
        if self.read.len() < set.len() {
            self.read.resize(set.len(), None);
        }
        self.read[node] = Some(read);
    }

    fn look(&self, set: &EntrySet, facts: &Facts, law: &Law<'_>, node: Node) -> Read {
        if let Some(pending) = lacks_version_or_register(set, law, node) {
            return Read::waits(pending);
        }
        let header = set.header(node);
        let names = &set.held[node].names;
        let below: Vec<(Node, Read)> = names
            .iter()
            .filter_map(|n| Some((*n, self.read.get(*n).copied().flatten()?)))
            .collect();
        let behind = below
            .iter()
            .find(|(_, read)| matches!(read.reading, Reading::Pending(_)));
        if let Some((other, _)) = behind {
            return Read::waits(Pending::Behind(set.id(*other)));
        }
        if let Some(epoch) = header.epoch
            && header.kind != Kind::Epoch
            && !self.epochs.contains(&epoch)
        {
            return Read::waits(Pending::Epoch(epoch));
        }
        // Nothing in a file concerns a verdict, so that it may come after everything else.
        let fact = match header.kind {
            Kind::File => &Fact::Read,
            _ => facts.get(&set.id(node)),
        };
        let alone = is_held_back_alone(header.kind);
        if *fact == Fact::Missing && !alone {
            return Read::waits(Pending::Payload);
        }

        let itself = (*fact == Fact::Missing).then(|| set.id(node));
        let opaque = facts.envelope_only(&set.id(node)) || below.iter().any(|(_, read)| read.opaque);
        let absent = below
            .iter()
            .filter_map(|(_, read)| read.absent)
            .chain(itself)
            .min();
        let found = |reading| Read {
            reading,
            opaque,
            absent,
        };

        let refused_below = below
            .iter()
            .find(|(_, read)| matches!(read.reading, Reading::Refused(_)));
        if let Some((other, _)) = refused_below {
            return found(Reading::Refused(Aside::OnRefused(set.id(*other))));
        }
        let before = header.backlink.and_then(|id| set.node(&id));
        let is_file = |node| set.header(node).kind == Kind::File;
        if before.is_some_and(|before| !set.follows(node, before) || is_file(node) != is_file(before)) {
            return found(Reading::Refused(Aside::Backlink));
        }
        // A release that does not know files lets wait what names one, and all that builds on it.
        if let Some(file) = names
            .iter()
            .find(|named| is_file(**named) && Some(**named) != before)
        {
            return found(Reading::Refused(Aside::NamesFile(set.id(*file))));
        }
        let changes = match fact {
            Fact::Changes(changes) | Fact::Waiting(changes) => changes.as_slice(),
            _ => &[],
        };
        let waiting = matches!(fact, Fact::Waiting(_));
        match (fact, self.uncovered(set, node, changes)) {
            (Fact::Missing, _) => found(Reading::Sound(Some(Verdict::Pending(Pending::Payload)))),
            (Fact::Refused(code), _) if alone => {
                found(Reading::Sound(Some(Verdict::Aside(Aside::Gate(*code)))))
            }
            (Fact::Refused(code), _) => found(Reading::Refused(Aside::Gate(*code))),
            (_, None) if waiting => found(Reading::Pending(Pending::Gate)),
            (_, None) => found(Reading::Sound(None)),
            (_, Some(_)) if opaque && waiting => found(Reading::Pending(Pending::Gate)),
            // What cannot be read may carry it.
            (_, Some(_)) if opaque => found(Reading::Sound(None)),
            (_, Some(dep)) => match absent {
                Some(other) => found(Reading::Pending(Pending::Behind(other))),
                None => found(Reading::Refused(Aside::Uncovered(dep))),
            },
        }
    }

    /// A change that one of these stands on, and that no sound ancestor and no earlier one of these carries.
    fn uncovered(&self, set: &EntrySet, node: Node, changes: &[ChangeFact]) -> Option<ChangeHash> {
        let mut earlier = HashSet::new();
        for change in changes {
            for dep in &change.deps {
                let carriers = self.carriers.get(dep).map_or(&[][..], Vec::as_slice);
                if !earlier.contains(dep) && !set.reaches_any(node, carriers) {
                    return Some(*dep);
                }
            }
            earlier.insert(change.hash);
        }
        None
    }
}

/// What keeps an entry waiting whatever it builds on.
fn lacks_version_or_register(set: &EntrySet, law: &Law<'_>, node: Node) -> Option<Pending> {
    let header = set.header(node);
    let later = header.unknown_critical
        || header.version > VERSION
        || matches!(header.kind, Kind::Unknown(_))
        || matches!(header.suite, Suite::Unknown(_))
        || matches!(header.encoding, Encoding::Unknown(_));
    if later {
        return Some(Pending::Upgrade);
    }
    if header.height > law.height {
        return Some(Pending::Height(header.height));
    }
    let has = law.register.has(header.height, header.operation);
    (!has).then_some(Pending::Operation(header.height))
}

/// The verdict of an entry that is not complete.
pub(super) fn incomplete(set: &EntrySet, law: &Law<'_>, node: Node) -> Pending {
    if let Some(pending) = lacks_version_or_register(set, law, node) {
        return pending;
    }
    if let Some(id) = set.first_missing(node) {
        return Pending::Entry(id);
    }
    let names = set.held[node].names.iter();
    let waiting = names.filter(|n| set.held[**n].place.is_none());
    let first = waiting.map(|n| set.id(*n)).min();
    first.map_or(Pending::Payload, Pending::Behind)
}

/// The kinds of which a missing or refused payload holds back the entry alone.
fn is_held_back_alone(kind: Kind) -> bool {
    matches!(kind, Kind::Drop | Kind::Checkpoint | Kind::Receipt)
}
