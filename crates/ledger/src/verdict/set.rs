//! The entries of one book that are held, and how they build on one another.
//!
//! Ancestry is kept as the graph itself: no entry carries a set of its ancestors, so memory grows with the entries and
//! with what they name. Entries may arrive in any order; an entry is *complete* when all that it builds on is held, and
//! complete entries have a place in an order in which each comes after what it builds on.

use std::collections::{HashMap, HashSet};

use crate::entry::{Envelope, Header};
use crate::ids::{BookId, DeviceId, EntryId, Height, LogId, Seq};

/// What a verdict looks at in an envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryView {
    /// The entry's id.
    pub id: EntryId,
    /// The clear header.
    pub header: Header,
}

impl From<&Envelope> for EntryView {
    fn from(envelope: &Envelope) -> Self {
        EntryView {
            id: envelope.id(),
            header: envelope.header().clone(),
        }
    }
}

/// An entry's number in its set: in the order of arrival.
pub(super) type Node = usize;

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) view: EntryView,
    /// What it names directly and is held: backlink and `after`, by id once complete.
    pub(super) names: Vec<Node>,
    /// What names it directly.
    pub(super) named_by: Vec<Node>,
    /// How many of those that it names are not complete.
    lacking: usize,
    /// Its place among the complete.
    pub(super) place: Option<usize>,
    /// The height at which its log began, once complete.
    pub(super) log_began: Height,
}

/// The entries of one book.
#[derive(Clone, Debug)]
pub struct EntrySet {
    book: BookId,
    pub(super) held: Vec<Held>,
    by_id: HashMap<EntryId, Node>,
    /// Entries that are named and not held, with those that name them.
    awaited: HashMap<EntryId, Vec<Node>>,
    /// The complete, each after what it builds on.
    pub(super) order: Vec<Node>,
    places: HashMap<(DeviceId, LogId, Seq), Node>,
    /// Pairs of entries at one place of one log.
    twins: Vec<(Node, Node)>,
    forked: HashSet<(DeviceId, LogId)>,
}

impl EntrySet {
    /// An empty set for a book.
    pub fn new(book: BookId) -> EntrySet {
        EntrySet {
            book,
            held: Vec::new(),
            by_id: HashMap::new(),
            awaited: HashMap::new(),
            order: Vec::new(),
            places: HashMap::new(),
            twins: Vec::new(),
            forked: HashSet::new(),
        }
    }

    /// The book.
    pub fn book(&self) -> BookId {
        self.book
    }

    /// Takes an entry in; `false` if it is held already or belongs to another book.
    pub fn insert(&mut self, view: EntryView) -> bool {
        if view.header.book != self.book || self.by_id.contains_key(&view.id) {
            return false;
        }
        let node = self.held.len();
        self.by_id.insert(view.id, node);
        let place = (view.header.device, view.header.log, view.header.seq);
        if let Some(twin) = self.places.get(&place) {
            self.twins.push((*twin, node));
            self.forked.insert((view.header.device, view.header.log));
        } else {
            self.places.insert(place, node);
        }
        let mut named: Vec<EntryId> = view
            .header
            .backlink
            .iter()
            .chain(&view.header.after)
            .copied()
            .collect();
        named.sort_unstable();
        named.dedup();
        let mut names = Vec::with_capacity(named.len());
        let mut lacking = 0;
        for id in named {
            match self.by_id.get(&id) {
                Some(&other) if other != node => {
                    names.push(other);
                    self.held[other].named_by.push(node);
                    lacking += usize::from(self.held[other].place.is_none());
                }
                _ => {
                    self.awaited.entry(id).or_default().push(node);
                    lacking += 1;
                }
            }
        }
        let log_began = view.header.height;
        let id = view.id;
        self.held.push(Held {
            view,
            names,
            named_by: Vec::new(),
            lacking,
            place: None,
            log_began,
        });
        for waiting in self.awaited.remove(&id).unwrap_or_default() {
            self.held[waiting].names.push(node);
            self.held[node].named_by.push(waiting);
        }
        if lacking == 0 {
            self.complete(node);
        }
        true
    }

    /// Gives a place to an entry that lacks nothing, and to those that waited for it.
    fn complete(&mut self, first: Node) {
        let mut ready = vec![first];
        while let Some(node) = ready.pop() {
            self.held[node].place = Some(self.order.len());
            self.order.push(node);
            let backlink = self.held[node].view.header.backlink;
            if let Some(before) = backlink.and_then(|id| self.node(&id)) {
                self.held[node].log_began = self.held[before].log_began;
                if !self.follows(node, before) {
                    // A log whose backlinks do not go down by one is not told by its seqs either.
                    let header = self.header(node);
                    self.forked.insert((header.device, header.log));
                }
            }
            let mut names = std::mem::take(&mut self.held[node].names);
            names.sort_unstable_by_key(|n| self.held[*n].view.id);
            self.held[node].names = names;
            for at in 0..self.held[node].named_by.len() {
                let next = self.held[node].named_by[at];
                self.held[next].lacking -= 1;
                if self.held[next].lacking == 0 {
                    ready.push(next);
                }
            }
        }
    }

    /// How many entries are held.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether an entry is held.
    pub fn contains(&self, id: &EntryId) -> bool {
        self.by_id.contains_key(id)
    }

    /// A held entry.
    pub fn get(&self, id: &EntryId) -> Option<&EntryView> {
        self.by_id.get(id).map(|node| &self.held[*node].view)
    }

    /// All held entries, in the order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = &EntryView> {
        self.held.iter().map(|held| &held.view)
    }

    /// The entries that are named and not held.
    pub fn missing(&self) -> impl Iterator<Item = &EntryId> {
        self.awaited.keys()
    }

    /// Pairs of entries that one device wrote at one place of one log: two signatures that the office may act on.
    pub fn forks(&self) -> impl Iterator<Item = (&EntryView, &EntryView)> {
        self.twins
            .iter()
            .map(|(a, b)| (&self.held[*a].view, &self.held[*b].view))
    }

    /// Of these entries, those that no other of them builds on: what `after` has to name.
    ///
    /// The entries handed in are closed: what one builds on is among them as far as it matters to the caller.
    pub fn outermost(&self, among: impl Fn(&EntryId) -> bool) -> Vec<EntryId> {
        let mut covered = vec![false; self.held.len()];
        let mut out = Vec::new();
        for &node in self.order.iter().rev() {
            let held = &self.held[node];
            let chosen = among(&held.view.id);
            if chosen && !covered[node] {
                out.push(held.view.id);
            }
            if chosen || covered[node] {
                for &below in &held.names {
                    covered[below] = true;
                }
            }
        }
        out.sort_unstable();
        out
    }

    /// Whether `below` is an ancestor of `entry`; `false` while something that `entry` builds on is missing.
    pub fn builds_on(&self, entry: &EntryId, below: &EntryId) -> bool {
        match (self.by_id.get(entry), self.by_id.get(below)) {
            (Some(&entry), Some(&below)) if self.held[entry].place.is_some() => {
                self.reaches_any(entry, &[below])
            }
            _ => false,
        }
    }

    pub(super) fn node(&self, id: &EntryId) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    pub(super) fn header(&self, node: Node) -> &Header {
        &self.held[node].view.header
    }

    pub(super) fn id(&self, node: Node) -> EntryId {
        self.held[node].view.id
    }

    /// Whether an entry is the next of its log after another.
    pub(super) fn follows(&self, node: Node, before: Node) -> bool {
        let (header, before) = (self.header(node), self.header(before));
        (before.device, before.log) == (header.device, header.log)
            && before.seq.checked_add(1) == Some(header.seq)
    }

    /// The lowest id that a held entry names and that is not held.
    pub(super) fn first_missing(&self, node: Node) -> Option<EntryId> {
        let header = self.header(node);
        let named = header.backlink.iter().chain(&header.after);
        named
            .filter(|id| self.by_id.get(id).is_none_or(|n| *n == node))
            .min()
            .copied()
    }

    /// Whether one of `targets` is an ancestor of a complete entry.
    ///
    /// Looks at what lies between the two only: what has a lower place than all targets cannot lead to one.
    pub(super) fn reaches_any(&self, node: Node, targets: &[Node]) -> bool {
        let names = &self.held[node].names;
        if names.iter().any(|n| targets.contains(n)) {
            return true;
        }
        let Some(lowest) = targets.iter().filter_map(|n| self.held[*n].place).min() else {
            return false;
        };
        let mut seen = HashSet::new();
        let mut todo = names.clone();
        while let Some(next) = todo.pop() {
            if self.held[next].place < Some(lowest) || !seen.insert(next) {
                continue;
            }
            if targets.contains(&next) {
                return true;
            }
            todo.extend_from_slice(&self.held[next].names);
        }
        false
    }

    /// Marks everything that builds on `roots`, and these, as far as `through` allows.
    pub(super) fn above(&self, roots: &[Node], through: impl Fn(Node) -> bool) -> Vec<Node> {
        let mut seen: HashSet<Node> = HashSet::new();
        let mut todo: Vec<Node> = roots.to_vec();
        let mut out = Vec::new();
        while let Some(node) = todo.pop() {
            if through(node) && seen.insert(node) {
                out.push(node);
                todo.extend_from_slice(&self.held[node].named_by);
            }
        }
        out
    }

    /// Whether `entry` is `head` or an ancestor of it in the same log. The head is complete.
    pub(super) fn in_chain(&self, entry: Node, head: Node) -> bool {
        let (e, h) = (self.header(entry), self.header(head));
        if entry == head {
            return true;
        }
        if (e.device, e.log) != (h.device, h.log) {
            return false;
        }
        if self.forked.contains(&(e.device, e.log)) {
            self.reaches_any(head, &[entry])
        } else {
            // One entry at each place: what lies lower is what the chain of backlinks leads to.
            e.seq < h.seq
        }
    }
}
