//! One book as it lives on this device: its entries judged, its payloads opened, its document kept up to date.
//!
//! The two foundations meet here: the ledger says which entries count, the book says what is in them. Everything is a
//! function of the entries held and of the register; the document is thrown away and built again when what counts
//! has changed below it.

mod kept;
mod payloads;
mod start;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use sothon_book::{ActorId, ApplyError, Book, ChangeFacts, Gate, GateError};
use sothon_ledger::announced::Announced;
use sothon_ledger::payload;
use sothon_ledger::register::{LogHead, OpenBook};
use sothon_ledger::verdict::{EntryView, Fact, Judge, Verdict};
use sothon_ledger::{
    BookId, ChangeHash, DeviceId, EntryId, Envelope, EpochId, EpochSecret, Height, Kind, LogId, Register, Seq,
};
use sothon_records::RecordKey;
use sothon_store::StoredEntry;

use crate::snapshot::Known;
use kept::Kept;
use payloads::Payload;

/// An entry whose payload could not be opened yet.
struct Waiting {
    envelope: Envelope,
    payload: Payload,
    /// Whether the judge was told how it stands: unreadable here, or waiting at the gate.
    told: bool,
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
    /// The epochs that entries which count announce, with the lowest height that one says.
    pub epochs: BTreeMap<EpochId, Height>,
    /// What each of those entries says.
    announced: BTreeMap<EntryId, Announced>,
    /// All epochs that any entry states, counting or not, with the heights that they say: what does not count is opened
    /// too, so that it can be written again.
    pub stated: BTreeSet<(EpochId, Height)>,
    waiting: VecDeque<Waiting>,
    /// Of those, what each is for.
    waiting_kinds: HashMap<EntryId, Kind>,
    /// Of those, which lack nothing but a secret.
    shut: HashSet<EntryId>,
    /// Entries whose facts are known.
    settled: HashSet<EntryId>,
    /// The changes of each entry whose payload was opened and passed.
    carried: HashMap<EntryId, Vec<ChangeHash>>,
    /// Which entry brought a change.
    pub carriers: HashMap<ChangeHash, EntryId>,
    /// Which others did: few changes are in two entries.
    pub carriers_too: HashMap<ChangeHash, BTreeSet<EntryId>>,
    authors: HashMap<ActorId, DeviceId>,
    /// Drops that say nothing, read since they were asked for last.
    dummies: Vec<EntryId>,
    /// Clear payloads, until their entry is judged.
    clear: HashMap<EntryId, Clear>,
    /// Devices for which a reader said yes.
    pub yes: BTreeSet<DeviceId>,
    /// The heads that receipts cover, by log. A log id alone is no name: whose log it is, says the entry (A2).
    received: HashMap<LogId, BTreeSet<(Seq, EntryId)>>,
    /// Entries that count and whose changes could not be applied when the document was built: what they stand on counts
    /// too, and was not opened yet.
    stuck: Vec<EntryId>,
    /// Chunks of settled entries that are not in the document.
    chunks: HashMap<ChangeHash, Vec<u8>>,
    /// What the snapshot that the book came from says of entries which have not come from the store.
    known: Known,
    /// Entries of which a checkpoint says what they carry, and whose payloads are not here.
    covered: HashSet<EntryId>,
    /// These may read differently by what else is here.
    shaken: bool,
    has_checkpoint: bool,
    /// What has no payload here may be read from a checkpoint: until it is, it is judged by its envelope.
    pub hopes: bool,
    /// No checkpoint is tried before so many entries have come since the last one.
    pub no_checkpoint_before: usize,
    kept: Kept,
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
            announced: BTreeMap::new(),
            stated: BTreeSet::new(),
            waiting: VecDeque::new(),
            waiting_kinds: HashMap::new(),
            shut: HashSet::new(),
            settled: HashSet::new(),
            carried: HashMap::new(),
            carriers: HashMap::new(),
            carriers_too: HashMap::new(),
            authors: HashMap::new(),
            dummies: Vec::new(),
            clear: HashMap::new(),
            yes: BTreeSet::new(),
            received: HashMap::new(),
            stuck: Vec::new(),
            chunks: HashMap::new(),
            known: Known::default(),
            covered: HashSet::new(),
            shaken: false,
            has_checkpoint: false,
            hopes: false,
            no_checkpoint_before: 0,
            kept: Kept::Nothing,
        }
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

    /// The epochs that any entry states and whose secret is not held, with the heights that are said of them.
    pub fn unopened(&self) -> impl Iterator<Item = (EpochId, Height)> + '_ {
        let held = |(epoch, _): &&(EpochId, Height)| !self.secrets.contains_key(epoch);
        self.stated.iter().filter(held).copied()
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

    /// The epochs that readers announce, each with who does.
    pub fn announced(&self) -> impl Iterator<Item = (DeviceId, Announced)> + '_ {
        // One that somebody made who may not (any more) would seal a drop to nobody else.
        let by_right = |entry: &EntryId| self.judge.verdict(entry).is_some_and(Verdict::is_by_right);
        let counting = self.announced.iter().filter(move |(entry, _)| by_right(entry));
        counting.filter_map(|(entry, announced)| Some((self.view(entry)?.header.device, *announced)))
    }

    /// Whether the secret of an epoch is held and is what the announcement says of it.
    pub fn opens(&self, announced: &Announced) -> bool {
        let held = self.secret(&announced.epoch);
        held.is_some_and(|secret| {
            secret.commit(&self.id(), announced.height) == announced.epoch
                && secret.drop_key().public() == announced.drop_key
        })
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

    /// Takes an entry as the store has it. Call [`Live::settle`] after the last one.
    pub fn take_stored(&mut self, entry: StoredEntry) {
        let header = entry.envelope.header();
        if header.kind == Kind::File {
            self.take(entry.envelope, None);
        } else if entry.payload == sothon_store::Payload::Dropped && header.kind == Kind::Drop {
            // Of drops only the payloads of dummies are dropped, when they were read.
            let _ = self.known.take(&entry.envelope.id());
            self.take_with(entry.envelope, Payload::Known(Vec::new()));
        } else if entry.payload == sothon_store::Payload::Dropped {
            // What was dropped comes from nowhere else either.
            self.take_with(entry.envelope, Payload::Missing);
        } else {
            self.take(entry.envelope, entry.payload.held());
        }
    }

    /// Takes an entry that is stored now. Call [`Live::settle`] after the last one.
    pub fn take(&mut self, envelope: Envelope, payload: Option<Vec<u8>>) {
        if self.settled.contains(&envelope.id()) {
            return;
        }
        if envelope.header().kind == Kind::File {
            // Judged by its envelope, and read when a record's file is asked for.
            self.settled.insert(envelope.id());
            self.new_entries.push(EntryView::from(&envelope));
            return;
        }
        let payload = match payload {
            // Read by who made the checkpoint from which this book came.
            None => match self.known.take(&envelope.id()) {
                Some(facts) => {
                    self.covered.insert(envelope.id());
                    Payload::Known(facts)
                }
                None => Payload::Missing,
            },
            Some(bytes) => match self.known.take(&envelope.id()) {
                Some(facts) => Payload::Known(facts),
                None => Payload::Sealed(bytes),
            },
        };
        self.take_with(envelope, payload);
    }

    fn take_with(&mut self, envelope: Envelope, payload: Payload) {
        let id = envelope.id();
        if self.settled.contains(&id) {
            return;
        }
        if self.waiting_kinds.contains_key(&id) {
            let mut waiting = self.waiting.iter_mut();
            if let Some(waiting) = waiting.find(|waiting| waiting.envelope.id() == id)
                && matches!(waiting.payload, Payload::Missing)
            {
                waiting.payload = payload;
            }
            return;
        }
        self.has_checkpoint |= envelope.header().kind == Kind::Checkpoint;
        self.new_entries.push(EntryView::from(&envelope));
        self.waiting_kinds.insert(id, envelope.header().kind);
        self.waiting.push_back(Waiting {
            envelope,
            payload,
            told: false,
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
        let less = |verdict: Option<Verdict>, now: Verdict| {
            verdict.is_some_and(|before| before.is_by_right() && !now.is_by_right())
        };
        if moved.verdicts {
            self.look_at_covered();
        }
        if outcome.rebuild || outcome.changed.iter().any(|one| less(one.before, one.now)) {
            self.learn_anew(register, &mut moved);
        } else {
            for id in &ids {
                self.learn(id, register, &mut moved);
            }
        }
        let applied = if outcome.rebuild {
            Err(ApplyError::Panicked)
        } else {
            self.apply_admitted(&ids)
        };
        moved.records = match applied {
            Ok(mut records) => {
                records.extend(self.apply_stuck());
                records
            }
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

    /// The same for an entry of this kind.
    pub fn names(&self, kind: Kind) -> Vec<EntryId> {
        match kind {
            Kind::Keys => self.judge.heads_that_were_read(),
            _ => self.outermost(),
        }
    }

    /// The dummies that were read since this was asked last, and count: their payloads are of no use any more.
    pub fn read_dummies(&mut self) -> Vec<EntryId> {
        let (read, waits) = std::mem::take(&mut self.dummies)
            .into_iter()
            .partition(|id| self.judge.verdict(id).is_some_and(Verdict::is_admitted));
        self.dummies = waits;
        read
    }

    /// Whether a change is in the document.
    pub fn in_book(&self, hash: &ChangeHash) -> bool {
        self.book.contains(&sothon_book::ChangeHash(hash.0))
    }

    /// Which entries brought a change.
    pub fn carriers_of(&self, hash: &ChangeHash) -> impl Iterator<Item = EntryId> {
        let others = self.carriers_too.get(hash).into_iter().flatten();
        self.carriers.get(hash).into_iter().chain(others).copied()
    }

    /// Who wrote what an actor wrote.
    pub fn author(&self, actor: &ActorId) -> Option<DeviceId> {
        self.authors.get(actor).copied()
    }

    /// The actors under which a device wrote.
    pub fn actors_of(&self, device: &DeviceId) -> BTreeSet<ActorId> {
        let of_it = self.authors.iter().filter(|(_, author)| *author == device);
        of_it.map(|(actor, _)| *actor).collect()
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

    /// Forgets what entries said that count no more, or less.
    fn learn_anew(&mut self, register: &Register, moved: &mut Moved) {
        self.epochs.clear();
        self.announced.clear();
        self.yes.clear();
        self.received.clear();
        let counting: Vec<EntryId> = self.judge.admitted().map(|view| view.id).collect();
        for id in &counting {
            self.learn(id, register, moved);
        }
    }

    /// The entries in which a device said *yes*, whether they count or not, each with the one that it is for.
    pub fn yes_of(&self, device: DeviceId) -> impl Iterator<Item = (EntryId, DeviceId)> {
        let own = self
            .judge
            .set()
            .iter()
            .filter(move |view| view.header.device == device);
        own.filter_map(|view| match self.clear.get(&view.id)? {
            Clear::Yes(of) => Some((view.id, *of)),
            _ => None,
        })
    }

    /// The agree keys that a device has stated in entries that count.
    pub fn keys_of(&self, device: DeviceId) -> impl Iterator<Item = &payload::Keys> {
        let own = self
            .judge
            .admitted()
            .filter(move |view| view.header.device == device);
        own.filter_map(|view| match self.clear.get(&view.id)? {
            Clear::Keys(keys) => Some(keys),
            _ => None,
        })
    }

    /// The chunks of other changes that are not in the document and on which these stand, each after what it builds on.
    pub fn below<'a>(&self, own: impl Iterator<Item = &'a ChangeFacts>) -> Vec<Vec<u8>> {
        let mut seen: HashSet<ChangeHash> = HashSet::new();
        let mut todo: Vec<ChangeHash> = Vec::new();
        for facts in own {
            seen.insert(ChangeHash(facts.hash.0));
            todo.extend(facts.deps.iter().map(|dep| ChangeHash(dep.0)));
        }
        let mut below = Vec::new();
        while let Some(hash) = todo.pop() {
            if let Some(chunk) = self.chunks.get(&hash)
                && seen.insert(hash)
                && let Ok(facts) = ChangeFacts::read(chunk)
            {
                todo.extend(facts.deps.iter().map(|dep| ChangeHash(dep.0)));
                below.push((facts.start_op, hash, chunk.clone()));
            }
        }
        below.sort_unstable_by_key(|(start, hash, _)| (*start, *hash));
        below.into_iter().map(|(_, _, chunk)| chunk).collect()
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
                let height = self.epochs.entry(*epoch).or_insert(body.height);
                *height = body.height.min(*height);
                self.announced.insert(*id, body.announces(*epoch));
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

    /// Applies what could not be applied before and can be now.
    fn apply_stuck(&mut self) -> BTreeSet<RecordKey> {
        let mut changed = BTreeSet::new();
        loop {
            let before = self.stuck.len();
            for id in std::mem::take(&mut self.stuck) {
                match self.apply_admitted(&[id]) {
                    Ok(records) => changed.extend(records),
                    Err(_) => self.stuck.push(id),
                }
            }
            if self.stuck.is_empty() || self.stuck.len() == before {
                return changed;
            }
        }
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
        let lacks = |id: &EntryId| {
            self.carried
                .get(id)
                .into_iter()
                .flatten()
                .any(|hash| !self.in_book(hash))
        };
        let counting = self.judge.admitted().map(|view| view.id);
        self.stuck = counting.filter(lacks).collect();
        changed
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
