//! One book as it lives on this device: its entries judged, its payloads opened, its document kept up to date.
//!
//! The two foundations meet here: the ledger says which entries count, the book says what is in them. Everything is a
//! function of the entries held and of the register; the document is thrown away and built again when what counts
//! has changed below it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use sothon_book::{ActorId, ApplyError, Book, Gate, GateError};
use sothon_ledger::payload::{self, Changes};
use sothon_ledger::register::{LogHead, OpenBook};
use sothon_ledger::verdict::{ChangeFact, EntryView, Fact, Judge, Verdict};
use sothon_ledger::{
    Actor, AgreeKey, BookId, ChangeHash, DeviceId, EntryId, Envelope, EpochId, EpochSecret, Height, Kind,
    LogId, Register, Seq, cbor, seal,
};
use sothon_records::RecordKey;

use crate::dropping::{drop_key, dropped_kind};
use crate::snapshot::Known;

/// The payload does not open, or does not hold the fields of its kind.
pub(crate) const REFUSED_PAYLOAD: u32 = 1;
/// The changes of an entry have more operations together than one entry may have.
pub(crate) const REFUSED_TOO_MANY: u32 = 2;
/// The gate refuses a change.
pub(crate) const REFUSED_GATE: u32 = 3;
/// A change is by an actor that is not the device's.
pub(crate) const REFUSED_ACTOR: u32 = 4;

/// Not in the form of a drop.
pub(crate) const REFUSED_DROP: u32 = 5;

/// An epoch, as the entry that made it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownEpoch {
    /// The register height whose readers it is for.
    pub height: Height,
    /// What drops are sealed to.
    pub drop_key: AgreeKey,
    /// The entry that made it.
    pub entry: EntryId,
}

/// What is here of an entry's payload.
enum Payload {
    Missing,
    Sealed(Vec<u8>),
    /// A snapshot has what is in it.
    Known(Vec<ChangeFact>),
}

/// An entry whose payload could not be opened yet.
struct Waiting {
    envelope: Envelope,
    payload: Payload,
    /// Whether the judge was told that no secret for it is here.
    told_unreadable: bool,
}

/// What changed in a book.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// Records that may read differently now.
    pub records: BTreeSet<RecordKey>,
    /// Whether any verdict changed.
    pub verdicts: bool,
    /// Whether the document was built again: what an actor wrote before may not be in it, so that it must not go on.
    pub rebuilt: bool,
    /// Whether the document is lost and the book must be read from the store again.
    pub lost: bool,
    /// Agree keys that admitted *keys* entries state.
    pub keys: Vec<(DeviceId, payload::Keys)>,
}

pub(crate) struct Live {
    pub open: OpenBook,
    pub book: Book,
    gate: Gate,
    pub judge: Judge,
    /// Entries and facts that the judge has not heard of yet.
    new_entries: Vec<EntryView>,
    new_facts: Vec<(EntryId, Fact)>,
    /// Entries whose changes became known since the last settling.
    fresh: Vec<EntryId>,
    secrets: BTreeMap<EpochId, EpochSecret>,
    pub epochs: BTreeMap<EpochId, KnownEpoch>,
    waiting: VecDeque<Waiting>,
    /// Of those, what each is for.
    waiting_kinds: HashMap<EntryId, Kind>,
    /// Entries whose facts are known.
    settled: HashSet<EntryId>,
    /// The changes of each entry whose payload was opened and passed.
    carried: HashMap<EntryId, Vec<ChangeHash>>,
    /// Which entry brought a change.
    pub carriers: HashMap<ChangeHash, EntryId>,
    /// Which others did: few changes are in two entries.
    pub carriers_too: HashMap<ChangeHash, BTreeSet<EntryId>>,
    authors: HashMap<ActorId, DeviceId>,
    /// Clear payloads, until their entry is judged.
    clear: HashMap<EntryId, Clear>,
    /// Devices for which a reader said yes.
    pub yes: BTreeSet<DeviceId>,
    /// The heads that receipts cover, by log. A log id alone is no name: whose log it is, says the entry (A2).
    received: HashMap<LogId, BTreeSet<(Seq, EntryId)>>,
    /// Chunks of settled entries that are not in the document.
    chunks: HashMap<ChangeHash, Vec<u8>>,
    /// What the snapshot that the book came from says of entries which have not come from the store.
    known: Known,
    kept: Kept,
}

/// What is known of the book's snapshot in the store.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// There is none.
    Nothing,
    /// It is of no use.
    Useless,
    /// The book had so many changes then, or came from it.
    At { changes: usize, resumed: bool },
}

#[derive(Clone, Debug)]
enum Clear {
    Epoch(EpochId, payload::Epoch),
    Yes(DeviceId),
    Keys(payload::Keys),
    Receipt(Vec<LogHead>),
}

impl Live {
    pub fn new(open: OpenBook) -> Live {
        Live {
            judge: Judge::new(open.book),
            new_entries: Vec::new(),
            new_facts: Vec::new(),
            fresh: Vec::new(),
            open,
            book: Book::new(),
            gate: Gate::new(),
            secrets: BTreeMap::new(),
            epochs: BTreeMap::new(),
            waiting: VecDeque::new(),
            waiting_kinds: HashMap::new(),
            settled: HashSet::new(),
            carried: HashMap::new(),
            carriers: HashMap::new(),
            carriers_too: HashMap::new(),
            authors: HashMap::new(),
            clear: HashMap::new(),
            yes: BTreeSet::new(),
            received: HashMap::new(),
            chunks: HashMap::new(),
            known: Known::default(),
            kept: Kept::Nothing,
        }
    }

    /// A book that came from a snapshot, whose entries are still to be taken.
    pub fn resumed(open: OpenBook, book: Book, gate: Gate, known: Known) -> Live {
        Live {
            kept: Kept::At {
                changes: book.change_count(),
                resumed: true,
            },
            book,
            gate,
            known,
            ..Live::new(open)
        }
    }

    /// A book of which the store has a snapshot that does not fit.
    pub fn with_useless_snapshot(open: OpenBook) -> Live {
        Live {
            kept: Kept::Useless,
            ..Live::new(open)
        }
    }

    pub fn has_useless_snapshot(&self) -> bool {
        matches!(self.kept, Kept::Useless)
    }

    pub fn is_from_snapshot(&self) -> bool {
        matches!(self.kept, Kept::At { resumed: true, .. })
    }

    pub fn snapshot_kept(&mut self) {
        self.kept = Kept::At {
            changes: self.book.change_count(),
            resumed: self.is_from_snapshot(),
        };
    }

    /// By how many changes the book differs from its snapshot in the store.
    pub fn beyond_snapshot(&self) -> usize {
        let kept = match self.kept {
            Kept::At { changes, .. } => changes,
            Kept::Nothing | Kept::Useless => 0,
        };
        self.book.change_count().abs_diff(kept)
    }

    /// The document and its gate as a snapshot has them.
    pub fn snapshot_of_book(&self) -> Option<Vec<u8>> {
        self.book.snapshot(&self.gate).ok()
    }

    /// The changes that an entry carries, once its payload was opened and passed.
    pub fn carried(&self, entry: &EntryId) -> Option<&[ChangeHash]> {
        self.carried.get(entry).map(Vec::as_slice)
    }

    /// Whether all entries that the snapshot knows have come from the store, with their payloads.
    pub fn is_whole(&self) -> bool {
        self.known.is_used_up()
    }

    /// Says that an actor of this device wrote changes that are in no entry yet.
    pub fn wrote_here(&mut self, actor: ActorId, device: DeviceId) {
        self.authors.insert(actor, device);
    }

    pub fn id(&self) -> BookId {
        self.open.book
    }

    /// Whether any secret of the book is held.
    pub fn is_readable(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Whether nothing was ever written in the book, as far as is known here: who writes first makes its first epoch.
    pub fn is_new(&self) -> bool {
        self.epochs.is_empty()
    }

    pub fn secret(&self, epoch: &EpochId) -> Option<&EpochSecret> {
        self.secrets.get(epoch)
    }

    /// The epochs that are known and whose secret is not held.
    pub fn lacking_secrets(&self) -> impl Iterator<Item = EpochId> + '_ {
        self.epochs
            .keys()
            .copied()
            .filter(|epoch| !self.secrets.contains_key(epoch))
    }

    pub fn add_secret(&mut self, epoch: EpochId, secret: EpochSecret) {
        self.secrets.insert(epoch, secret);
    }

    /// The epoch that a new entry uses: of those fresh enough whose secret is held, the lowest id at the greatest
    /// height (§3.6).
    pub fn usable_epoch(&self, register: &Register) -> Option<EpochId> {
        let usable = self.judge.usable_epochs(register);
        usable
            .into_iter()
            .map(|(epoch, _)| epoch)
            .find(|epoch| self.secrets.contains_key(epoch))
    }

    /// The newest epoch that is known, secret or not, and what drops are sealed to: never refused for its age.
    pub fn newest_epoch(&self) -> Option<(EpochId, AgreeKey)> {
        // One that somebody made who may not (any more) would seal the drop to nobody else.
        let by_right = |entry: &EntryId| self.judge.verdict(entry).is_some_and(Verdict::is_by_right);
        let newest = self
            .epochs
            .iter()
            .filter(|(_, epoch)| by_right(&epoch.entry))
            .max_by(|(a, x), (b, y)| x.height.cmp(&y.height).then(b.cmp(a)));
        newest.map(|(id, epoch)| (*id, epoch.drop_key))
    }

    /// The devices that count as readers now: in care and tips only those named at opening and those with a *yes*.
    pub fn counting_readers(&self, register: &Register) -> Vec<DeviceId> {
        let at = register.effective_height();
        let mut readers = register
            .rights()
            .holders(&self.id(), sothon_ledger::Right::Read, at);
        if self.open.kind.compartment().is_guarded() {
            readers.retain(|device| self.open.first_readers.contains(device) || self.yes.contains(device));
        }
        readers
    }

    /// The entries that an entry of this kind by a device must build on to count: the epoch's, or a *yes* for it.
    pub fn must_build_on(&self, kind: Kind, epoch: Option<EpochId>, device: &DeviceId) -> Vec<EntryId> {
        let guarded = self.open.kind.compartment().is_guarded();
        let needed = |view: &&EntryView| match kind {
            Kind::Changes => view.header.kind == Kind::Epoch && view.header.epoch == epoch,
            _ => guarded && matches!(self.clear.get(&view.id), Some(Clear::Yes(of)) if of == device),
        };
        let by_right = |view: &&EntryView| self.judge.verdict(&view.id).is_some_and(Verdict::is_by_right);
        let views = self.judge.set().iter().filter(needed).filter(by_right);
        views.map(|view| view.id).take(8).collect()
    }

    /// Takes an entry that is stored now. Call [`Live::settle`] after the last one.
    pub fn take(&mut self, envelope: Envelope, payload: Option<Vec<u8>>) {
        let id = envelope.id();
        if self.settled.contains(&id) {
            return;
        }
        let payload = match payload {
            None => Payload::Missing,
            Some(bytes) => match self.known.take(&id) {
                Some(facts) => Payload::Known(facts),
                None => Payload::Sealed(bytes),
            },
        };
        if self.waiting_kinds.contains_key(&id) {
            let mut waiting = self.waiting.iter_mut();
            if let Some(waiting) = waiting.find(|waiting| waiting.envelope.id() == id)
                && matches!(waiting.payload, Payload::Missing)
            {
                waiting.payload = payload;
            }
            return;
        }
        self.new_entries.push(EntryView::from(&envelope));
        self.waiting_kinds.insert(id, envelope.header().kind);
        self.waiting.push_back(Waiting {
            envelope,
            payload,
            told_unreadable: false,
        });
    }

    /// A change that this device just made: it is in the document already, and later ones build on it.
    pub fn made_here(&mut self, chunk: &[u8], device: DeviceId) -> Result<(), GateError> {
        let facts = self.gate.check(chunk)?;
        self.authors.insert(facts.actor, device);
        Ok(())
    }

    /// Takes up changes that were saved here and are in no entry yet, in the order of saving.
    /// What stands on something that does not count, or is not here, is left until it does.
    pub fn restore(&mut self, saved: &[(ChangeHash, Vec<u8>)], device: DeviceId) -> BTreeSet<RecordKey> {
        let mut fit: Vec<&[u8]> = Vec::new();
        for (hash, chunk) in saved {
            if !self.in_book(hash) && self.made_here(chunk, device).is_ok() {
                fit.push(chunk);
            }
        }
        match self.book.apply(&fit) {
            Ok(applied) => applied.changed,
            Err(_) => fit
                .iter()
                .filter_map(|chunk| self.book.apply(&[chunk]).ok())
                .flat_map(|applied| applied.changed)
                .collect(),
        }
    }

    /// Opens what can be opened, judges, and brings the document up to date.
    ///
    /// `unpublished` are this device's own changes in no entry yet, in case the document has to be built again.
    pub fn settle(
        &mut self,
        register: &Register,
        unpublished: &[(ChangeHash, Vec<u8>)],
        device: DeviceId,
    ) -> Moved {
        self.open_waiting();
        let entries = std::mem::take(&mut self.new_entries);
        let facts = std::mem::take(&mut self.new_facts);
        let fresh = std::mem::take(&mut self.fresh);
        let outcome = self.judge.advance(register, entries, facts);
        let mut moved = Moved {
            verdicts: !outcome.changed.is_empty(),
            ..Moved::default()
        };
        // What was judged by its envelope, and is opened only now, keeps its verdict.
        let ids: Vec<EntryId> = outcome.admitted.iter().copied().chain(fresh).collect();
        for id in &ids {
            self.learn(id, register, &mut moved);
        }
        let applied = if outcome.rebuild {
            Err(ApplyError::Panicked)
        } else {
            self.apply_admitted(&ids)
        };
        moved.records = match applied {
            Ok(records) => records,
            Err(_) => {
                moved.rebuilt = true;
                // Its changes went with it.
                moved.lost = self.book.is_poisoned();
                self.rebuild()
            }
        };
        moved.records.extend(self.restore(unpublished, device));
        moved
    }

    /// All entries that count, with what names them as the outermost: what a new entry names in `after`.
    pub fn outermost(&self) -> Vec<EntryId> {
        self.judge.heads()
    }

    /// Whether a change is in the document.
    pub fn in_book(&self, hash: &ChangeHash) -> bool {
        self.book.contains(&sothon_book::ChangeHash(hash.0))
    }

    /// Who wrote what an actor wrote.
    pub fn author(&self, actor: &ActorId) -> Option<DeviceId> {
        self.authors.get(actor).copied()
    }

    /// The place from which on receipts may not cover a log yet: below it they do.
    pub fn received_below(&self, device: &DeviceId, log: &LogId) -> Seq {
        let mut forks = self.judge.set().forks();
        if forks.any(|(a, _)| (a.header.device, a.header.log) == (*device, *log)) {
            return 0;
        }
        let mut heads = self.received.get(log).into_iter().flatten().rev();
        let held = heads.find(|(_, id)| self.view(id).is_some_and(|head| head.header.device == *device));
        held.map_or(0, |(seq, _)| seq + 1)
    }

    /// Whether a device at the commune has said that it holds an entry.
    pub fn is_received(&self, entry: &EntryView) -> bool {
        let header = &entry.header;
        let Some(heads) = self.received.get(&header.log) else {
            return false;
        };
        let mut forks = self.judge.set().forks();
        let forked = forks.any(|(a, _)| (a.header.device, a.header.log) == (header.device, header.log));
        heads
            .iter()
            .rev()
            .take_while(|(seq, _)| *seq >= header.seq)
            .any(|(_, id)| {
                let of_this_log =
                    |head: &EntryView| (head.header.device, head.header.log) == (header.device, header.log);
                *id == entry.id
                    || self.view(id).is_some_and(of_this_log)
                        && (!forked || self.judge.set().builds_on(id, &entry.id))
            })
    }

    /// An entry that is held.
    pub fn view(&self, id: &EntryId) -> Option<&EntryView> {
        self.judge.set().get(id)
    }

    fn open_waiting(&mut self) {
        loop {
            let mut progress = false;
            for _ in 0..self.waiting.len() {
                let Some(mut waiting) = self.waiting.pop_front() else {
                    break;
                };
                match self.fact(&mut waiting) {
                    // The judge is told, and it is tried again when something new has come.
                    Some(fact @ Fact::Waiting(_)) => {
                        self.new_facts.push((waiting.envelope.id(), fact));
                        self.waiting.push_back(waiting);
                    }
                    Some(fact) => {
                        let id = waiting.envelope.id();
                        self.settled.insert(id);
                        self.waiting_kinds.remove(&id);
                        self.fresh.push(id);
                        self.new_facts.push((id, fact));
                        progress = true;
                    }
                    None => self.waiting.push_back(waiting),
                }
            }
            if !progress {
                return;
            }
        }
    }

    /// What the payload says, or `None` where it cannot be known yet.
    fn fact(&mut self, waiting: &mut Waiting) -> Option<Fact> {
        let envelope = &waiting.envelope;
        let header = envelope.header();
        if matches!(waiting.payload, Payload::Missing) {
            return None;
        }
        match header.kind {
            Kind::Epoch | Kind::Yes | Kind::Keys | Kind::Receipt | Kind::Final => match &waiting.payload {
                Payload::Sealed(payload) => Some(self.clear_fact(envelope, payload)),
                _ => None,
            },
            Kind::Changes | Kind::Drop => {
                let Some(secret) = header.epoch.as_ref().and_then(|epoch| self.secrets.get(epoch)) else {
                    if !waiting.told_unreadable {
                        waiting.told_unreadable = true;
                        self.new_facts.push((envelope.id(), Fact::Unreadable));
                    }
                    return None;
                };
                // A payload is opened once all that it may build on was.
                let mut before = header.after.iter().chain(header.backlink.iter());
                if !before.all(|id| self.is_passable(id)) {
                    return None;
                }
                let payload = match &mut waiting.payload {
                    Payload::Missing => return None,
                    Payload::Sealed(payload) => payload,
                    Payload::Known(facts) => {
                        let facts = std::mem::take(facts);
                        return Some(self.known_fact(envelope, facts));
                    }
                };
                let opened = if header.kind == Kind::Drop {
                    seal::open_drop(payload, envelope.header_bytes(), &secret.drop_key())
                } else {
                    seal::open_changes(payload, envelope.header_bytes(), secret)
                };
                Some(match opened {
                    Ok(changes) if header.kind == Kind::Drop && !self.is_drop(envelope, &changes) => {
                        Fact::Refused(REFUSED_DROP)
                    }
                    Ok(changes) => self.change_fact(envelope, changes),
                    Err(_) => Fact::Refused(REFUSED_PAYLOAD),
                })
            }
            // A checkpoint's or reply's payload is for those who ask for it; unknown kinds wait for an upgrade.
            _ => Some(Fact::Read),
        }
    }

    fn clear_fact(&mut self, envelope: &Envelope, payload: &[u8]) -> Fact {
        let id = envelope.id();
        let header = envelope.header();
        let (clear, fact) = match header.kind {
            Kind::Epoch => match (cbor::decode::<payload::Epoch>(payload), header.epoch) {
                (Ok(epoch), Some(of)) => (Clear::Epoch(of, epoch), Fact::Epoch { height: epoch.height }),
                _ => return Fact::Refused(REFUSED_PAYLOAD),
            },
            Kind::Yes => match cbor::decode::<payload::Yes>(payload) {
                Ok(yes) => (Clear::Yes(yes.device), Fact::Yes { device: yes.device }),
                Err(_) => return Fact::Refused(REFUSED_PAYLOAD),
            },
            Kind::Keys => match cbor::decode::<payload::Keys>(payload) {
                Ok(keys) => (Clear::Keys(keys), Fact::Read),
                Err(_) => return Fact::Refused(REFUSED_PAYLOAD),
            },
            Kind::Receipt => match cbor::decode::<payload::Receipt>(payload) {
                Ok(receipt) => (Clear::Receipt(receipt.heads), Fact::Read),
                Err(_) => return Fact::Refused(REFUSED_PAYLOAD),
            },
            _ => return Fact::Read,
        };
        self.clear.insert(id, clear);
        fact
    }

    /// Whether what builds on an entry can be opened: its payload was, or holds no changes of anybody else's concern.
    fn is_passable(&self, id: &EntryId) -> bool {
        self.settled.contains(id)
            || self
                .waiting_kinds
                .get(id)
                .is_some_and(|kind| *kind != Kind::Changes)
    }

    /// Whether changes keep to the form of a drop: one change making one record at the key that its author must use.
    fn is_drop(&self, envelope: &Envelope, changes: &Changes) -> bool {
        let header = envelope.header();
        let (Some(kind), [chunk], Some([nonce])) = (
            dropped_kind(self.open.kind),
            changes.chunks.as_slice(),
            changes.actors.as_deref(),
        ) else {
            return false;
        };
        let actor = nonce.actor(&header.book, &header.device);
        let expected = drop_key(kind, &header.device, &actor);
        sothon_book::check_drop(chunk, expected.id).is_ok_and(|(_, key)| key == expected)
    }

    fn change_fact(&mut self, envelope: &Envelope, changes: Changes) -> Fact {
        let header = envelope.header();
        let owned: HashSet<Actor> = changes
            .actors
            .iter()
            .flatten()
            .map(|r| r.actor(&header.book, &header.device))
            .collect();
        let mut facts = Vec::new();
        let mut operations = 0;
        let mut carried = Vec::new();
        for chunk in &changes.chunks {
            let chunk: &[u8] = chunk;
            let passed = match self.gate.check(chunk) {
                Ok(passed) => passed,
                // What it stands on is in a drop whose payload has not come, or was named by nobody.
                Err(GateError::Missing(_)) => return waits(&changes),
                Err(_) => return Fact::Refused(REFUSED_GATE),
            };
            if !owned.contains(&Actor(passed.actor.0)) {
                return Fact::Refused(REFUSED_ACTOR);
            }
            operations += passed.op_count();
            if operations > sothon_book::MAX_OPS as u64 {
                return Fact::Refused(REFUSED_TOO_MANY);
            }
            let hash = ChangeHash(passed.hash.0);
            self.note_carrier(envelope, passed.actor, hash);
            if !self.book.contains(&passed.hash) {
                self.chunks.insert(hash, chunk.to_vec());
            }
            carried.push(hash);
            facts.push(plain(&passed));
        }
        self.carried.insert(envelope.id(), carried);
        Fact::Changes(facts)
    }

    /// The same of an entry that a snapshot knows: its changes are in the document, and passed when it was made.
    fn known_fact(&mut self, envelope: &Envelope, facts: Vec<ChangeFact>) -> Fact {
        for fact in &facts {
            self.note_carrier(envelope, ActorId(fact.actor.0), fact.hash);
        }
        let carried = facts.iter().map(|fact| fact.hash).collect();
        self.carried.insert(envelope.id(), carried);
        Fact::Changes(facts)
    }

    fn note_carrier(&mut self, envelope: &Envelope, actor: ActorId, hash: ChangeHash) {
        self.authors.entry(actor).or_insert(envelope.header().device);
        let carrier = *self.carriers.entry(hash).or_insert(envelope.id());
        if carrier != envelope.id() {
            self.carriers_too.entry(hash).or_default().insert(envelope.id());
        }
    }

    /// Learns from clear entries that count.
    fn learn(&mut self, id: &EntryId, register: &Register, moved: &mut Moved) {
        let Some(verdict) = self.judge.verdict(id).filter(|verdict| verdict.is_admitted()) else {
            return;
        };
        match self.clear.get(id) {
            // Who lets others read, or says that something has come, must do so by right.
            Some(Clear::Yes(_) | Clear::Receipt(_)) if !verdict.is_by_right() => {}
            Some(Clear::Epoch(epoch, body)) => {
                let known = KnownEpoch {
                    height: body.height,
                    drop_key: body.drop_key,
                    entry: *id,
                };
                self.epochs.entry(*epoch).or_insert(known);
            }
            Some(Clear::Yes(device)) => {
                self.yes.insert(*device);
            }
            Some(Clear::Keys(keys)) => {
                if let Some(view) = self.judge.set().get(id) {
                    moved.keys.push((view.header.device, keys.clone()));
                }
            }
            Some(Clear::Receipt(heads)) => {
                let view = self.judge.set().get(id);
                if view.is_some_and(|view| is_at_commune(register, view)) {
                    for head in heads {
                        let heads = self.received.entry(head.log).or_default();
                        heads.insert((head.seq, head.id));
                    }
                }
            }
            None => {}
        }
    }

    fn apply_admitted(&mut self, ids: &[EntryId]) -> Result<BTreeSet<RecordKey>, ApplyError> {
        let mut batch = Vec::new();
        for id in ids {
            if !self.judge.verdict(id).is_some_and(Verdict::is_admitted) {
                continue;
            }
            for hash in self.carried.get(id).into_iter().flatten() {
                if let Some(chunk) = self.chunks.remove(hash) {
                    batch.push((*hash, chunk));
                }
            }
        }
        let chunks: Vec<&[u8]> = batch.iter().map(|(_, chunk)| chunk.as_slice()).collect();
        let applied = self.book.apply(&chunks);
        if applied.is_err() {
            self.chunks.extend(batch);
        }
        Ok(applied?.changed)
    }

    /// Builds the document again from what counts now.
    fn rebuild(&mut self) -> BTreeSet<RecordKey> {
        let old = std::mem::take(&mut self.book);
        for hash in self.carried.values().flatten() {
            if let Some(chunk) = old.change(&sothon_book::ChangeHash(hash.0)) {
                self.chunks.insert(*hash, chunk);
            }
        }
        let mut wanted: Vec<Vec<u8>> = Vec::new();
        let mut taken = HashSet::new();
        let counting = self
            .judge
            .admitted()
            .filter_map(|view| self.carried.get(&view.id));
        for hash in counting.flatten() {
            if taken.insert(*hash)
                && let Some(chunk) = self.chunks.get(hash)
            {
                wanted.push(chunk.clone());
            }
        }
        let mut changed: BTreeSet<RecordKey> = old.keys().collect();
        match self.book.apply(&wanted) {
            Ok(applied) => changed.extend(applied.changed),
            Err(error) => {
                tracing::error!(%error, "a book could not be built in one piece");
                if self.book.is_poisoned() {
                    self.book = Book::new();
                }
                // As much as can be read is better than nothing.
                for chunk in &wanted {
                    if let Ok(applied) = self.book.apply(&[chunk]) {
                        changed.extend(applied.changed);
                    }
                }
            }
        }
        for hash in taken {
            if self.in_book(&hash) {
                self.chunks.remove(&hash);
            }
        }
        changed
    }
}

/// What the ledger is told of changes that the gate cannot judge yet.
fn waits(changes: &Changes) -> Fact {
    let read: Result<Vec<ChangeFact>, _> = changes
        .chunks
        .iter()
        .map(|chunk| sothon_book::ChangeFacts::read(chunk).map(|facts| plain(&facts)))
        .collect();
    match read {
        Ok(facts) => Fact::Waiting(facts),
        Err(_) => Fact::Refused(REFUSED_GATE),
    }
}

fn plain(facts: &sothon_book::ChangeFacts) -> ChangeFact {
    ChangeFact {
        hash: ChangeHash(facts.hash.0),
        actor: Actor(facts.actor.0),
        seq: facts.seq,
        deps: facts.deps.iter().map(|dep| ChangeHash(dep.0)).collect(),
    }
}

/// Whether an entry was written at the commune: by police, office or chair, as the author's role was then. A receipt
/// means "Xã đã nhận" if it was (§3.11).
pub(crate) fn is_at_commune(register: &Register, entry: &EntryView) -> bool {
    was_at_commune(register, &entry.header.device, entry.header.height)
}

/// Whether a device was one at the commune at a register height.
pub(crate) fn was_at_commune(register: &Register, device: &DeviceId, at: Height) -> bool {
    use sothon_ledger::Role::{Chair, Office, Police, PoliceChief};
    register
        .rights()
        .device(device)
        .and_then(|info| info.role_at(at))
        .is_some_and(|span| matches!(span.role, Police | PoliceChief | Office | Chair))
}
