//! Replicas and wires in memory: sessions are driven by a seed, bytes are cut anywhere, wires break, stores lose what
//! they had not confirmed.
#![allow(dead_code)] // each test file uses its part

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ed25519_dalek::SigningKey;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::register::{Action, Operation};
use sothon_ledger::slip::Knock;
use sothon_ledger::{
    BookId, DeviceId, Digest, Encoding, EntryId, Envelope, EpochId, EpochSecret, Header, Height, Kind, LogId,
    OperationId, OperationTag, Receiver, Role, Root, Suite, TransportKey, Wrap, WrapId,
};
use sothon_sync::*;

/// What a replica holds.
#[derive(Clone, Default)]
pub struct Store {
    pub operations: BTreeMap<(Height, OperationId), Operation>,
    pub entries: BTreeMap<EntryId, (EntryRef, StoredEntry)>,
    pub logs: BTreeMap<LogName, BTreeSet<(u64, EntryId)>>,
    pub wraps: BTreeMap<WrapId, Wrap>,
    pub blobs: BTreeMap<Digest, (BookId, Vec<u8>)>,
    /// What this store would serve a device as notices, right or wrong.
    pub concerns: BTreeMap<(BookId, DeviceId), Vec<EntryId>>,
    pub noticed: BTreeMap<EntryId, Envelope>,
    /// Logs that this store does not take.
    pub quota: BTreeSet<LogName>,
    /// Checkpoints of which the saves are held whole, or are to be fetched.
    pub saves: Vec<SaveRef>,
    /// How many bytes of saves this store takes.
    pub room_for_saves: usize,
    pub knocks: Vec<Knock>,
    /// Devices that may carry books and not read them.
    pub carries_only: BTreeSet<DeviceId>,
    /// How often it was asked where an entry stands.
    pub places: Cell<usize>,
}

impl Store {
    pub fn add_operation(&mut self, operation: &Operation) {
        let follows = match operation.previous() {
            None => true,
            Some(before) => self
                .operations
                .contains_key(&(Height(operation.height().0 - 1), before)),
        };
        if follows {
            self.operations
                .insert((operation.height(), operation.id()), operation.clone());
        }
    }

    pub fn add_entry(&mut self, envelope: &Envelope, payload: Option<Vec<u8>>) {
        let header = envelope.header();
        let log = LogName {
            book: header.book,
            device: header.device,
            log: header.log,
        };
        if let Some(backlink) = header.backlink {
            assert!(
                self.entries.contains_key(&backlink),
                "an entry stored without the one before it"
            );
        }
        let bytes = (envelope.bytes().len() + payload.as_ref().map_or(0, Vec::len)) as u64;
        let place = EntryRef {
            log,
            seq: header.seq,
            id: envelope.id(),
            backlink: header.backlink,
            bytes,
        };
        let stored = StoredEntry {
            envelope: envelope.bytes().to_vec(),
            payload,
        };
        self.entries.entry(envelope.id()).or_insert((place, stored));
        self.logs
            .entry(log)
            .or_default()
            .insert((header.seq, envelope.id()));
    }

    pub fn height(&self) -> Height {
        self.operations
            .keys()
            .map(|(height, _)| *height)
            .max()
            .unwrap_or_default()
    }

    pub fn ids(&self, books: &BTreeSet<BookId>) -> BTreeSet<EntryId> {
        self.entries
            .iter()
            .filter(|(_, (at, _))| books.contains(&at.log.book))
            .map(|(id, _)| *id)
            .collect()
    }
}

impl Holdings for Store {
    fn register(&self) -> Held<Vec<RegisterTip>> {
        let parents: BTreeSet<_> = self.operations.values().filter_map(Operation::previous).collect();
        Ok(self
            .operations
            .keys()
            .filter(|(_, id)| !parents.contains(id))
            .map(|(height, id)| RegisterTip {
                height: *height,
                id: *id,
            })
            .collect())
    }

    fn operation_ids(&self, height: Height) -> Held<Vec<OperationId>> {
        Ok(self
            .operations
            .keys()
            .filter(|(at, _)| *at == height)
            .map(|(_, id)| *id)
            .collect())
    }

    fn operation(&self, id: &OperationId) -> Held<Option<Vec<u8>>> {
        Ok(self
            .operations
            .values()
            .find(|op| op.id() == *id)
            .map(|op| op.bytes().to_vec()))
    }

    fn known_device(&self, device: &DeviceId) -> Held<bool> {
        Ok(self
            .operations
            .values()
            .any(|op| matches!(op.action(), Action::Admit { device: of, .. } if of == device)))
    }

    fn logs(&self, book: &BookId) -> Held<Vec<LogState>> {
        let names = self.logs.keys().filter(|log| log.book == *book);
        Ok(names.filter_map(|log| self.log(log).unwrap()).collect())
    }

    fn log(&self, log: &LogName) -> Held<Option<LogState>> {
        let Some(entries) = self.logs.get(log) else {
            return Ok(None);
        };
        let before: BTreeSet<_> = entries
            .iter()
            .filter_map(|(_, id)| self.entries[id].0.backlink)
            .collect();
        let tips = entries
            .iter()
            .filter(|(_, id)| !before.contains(id))
            .map(|(seq, id)| Tip { seq: *seq, id: *id })
            .collect();
        Ok(Some(LogState { log: *log, tips }))
    }

    fn entries(&self, log: &LogName, from: u64, limit: usize) -> Held<Vec<EntryRef>> {
        let Some(entries) = self.logs.get(log) else {
            return Ok(vec![]);
        };
        let range = entries.range((from, EntryId([0; 32]))..);
        Ok(range.take(limit).map(|(_, id)| self.entries[id].0).collect())
    }

    fn bytes_from(&self, log: &LogName, from: u64) -> Held<u64> {
        Ok(self
            .entries(log, from, usize::MAX)?
            .iter()
            .map(|entry| entry.bytes)
            .sum())
    }

    fn place(&self, id: &EntryId) -> Held<Option<EntryRef>> {
        self.places.set(self.places.get() + 1);
        Ok(self.entries.get(id).map(|(place, _)| *place))
    }

    fn entry(&self, id: &EntryId) -> Held<Option<StoredEntry>> {
        Ok(self.entries.get(id).map(|(_, stored)| stored.clone()))
    }

    fn wrap_ids(&self, book: &BookId, scope: WrapScope) -> Held<Vec<WrapId>> {
        let within = |wrap: &&Wrap| wrap.book() == *book && in_scope(wrap, scope);
        Ok(self.wraps.values().filter(within).map(Wrap::id).collect())
    }

    fn wraps_of(&self, epoch: &EpochId, scope: WrapScope) -> Held<Vec<WrapId>> {
        let within = |wrap: &&Wrap| wrap.epoch() == *epoch && in_scope(wrap, scope);
        Ok(self.wraps.values().filter(within).map(Wrap::id).collect())
    }

    fn wrap(&self, id: &WrapId) -> Held<Option<StoredWrap>> {
        Ok(self.wraps.get(id).map(|wrap| StoredWrap {
            book: wrap.book(),
            to: wrap.to(),
            bytes: wrap.bytes().to_vec(),
        }))
    }

    fn knocks(&self) -> Held<Vec<Knock>> {
        Ok(self.knocks.clone())
    }

    fn notices_for(&self, book: &BookId, device: &DeviceId) -> Held<Vec<EntryId>> {
        Ok(self.concerns.get(&(*book, *device)).cloned().unwrap_or_default())
    }

    fn notices_held(&self, book: &BookId, _: &DeviceId) -> Held<Vec<EntryId>> {
        let of_book = |held: &&Envelope| held.header().book == *book;
        Ok(self.noticed.values().filter(of_book).map(Envelope::id).collect())
    }

    fn may_read(&self, _: &BookId, device: &DeviceId) -> Held<bool> {
        Ok(!self.carries_only.contains(device))
    }

    fn file(&self, entry: &EntryId) -> Held<Option<FileState>> {
        let held = self.entries.get(entry).map(|(_, stored)| stored);
        Ok(held.and_then(|stored| {
            let envelope = Envelope::parse_held(&stored.envelope).unwrap();
            (envelope.header().kind == Kind::File).then(|| FileState {
                envelope: stored.envelope.clone(),
                here: stored.payload.is_some(),
            })
        }))
    }

    fn has_files(&self) -> Held<bool> {
        let mut ids = self.entries.keys();
        Ok(ids.any(|id| self.file(id).unwrap().is_some()))
    }

    fn checkpoints(&self, book: &BookId) -> Held<Vec<SaveRef>> {
        let mut held = self.saves.clone();
        held.retain(|save| {
            let blob = self.blobs.get(&save.digest);
            blob.is_some_and(|(of, bytes)| of == book && bytes.len() as u64 == save.size)
        });
        Ok(held)
    }

    fn takes_save(&self, offered: &SaveRef, _: Option<&DeviceId>) -> Held<Option<WantedSave>> {
        let held = self
            .blobs
            .get(&offered.digest)
            .map_or(0, |(_, bytes)| bytes.len()) as u64;
        let SaveRef { entry, digest, size } = *offered;
        let wanted = WantedSave {
            entry,
            digest,
            size,
            held,
        };
        Ok((held < size).then_some(wanted))
    }

    fn blob(&self, digest: &Digest) -> Held<Option<BlobRef>> {
        Ok(self.blobs.get(digest).map(|(book, bytes)| BlobRef {
            book: *book,
            len: bytes.len() as u64,
        }))
    }

    fn blob_part(&self, digest: &Digest, offset: u64, max: usize) -> Held<Vec<u8>> {
        let bytes = &self.blobs[digest].1[offset as usize..];
        Ok(bytes[..bytes.len().min(max)].to_vec())
    }
}

/// The reference of a log in the session of the n-th connection, as docs/format-session.md defines it.
pub fn log_ref(connection: u8, log: &LogName) -> [u8; 8] {
    use sha2::{Digest as _, Sha256};
    let hash = Sha256::new()
        .chain_update([connection; 32])
        .chain_update([4])
        .chain_update(log.book.0)
        .chain_update(log.device.0)
        .chain_update(log.log.0);
    hash.finalize()[..8].try_into().unwrap()
}

fn in_scope(wrap: &Wrap, scope: WrapScope) -> bool {
    match scope {
        WrapScope::All => true,
        WrapScope::Of(device) => wrap.to() == Receiver::Device(device) || wrap.from() == device,
    }
}

/// A side: its store, its key, its place in the commune, and what it remembers of others.
pub struct Replica {
    pub role: PeerRole,
    pub key: SigningKey,
    pub books: BTreeSet<BookId>,
    pub store: Store,
    pub hints: BTreeMap<usize, PeerHints>,
}

impl Replica {
    pub fn device(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }
}

/// One side of a connection.
pub struct Side {
    pub replica: usize,
    pub session: Session,
    /// Batches that the session gave out and that are not on disk yet.
    pub batches: VecDeque<Batch>,
    pub events: Vec<Event>,
    fresh: Vec<Event>,
    pub parts: Vec<BlobPart>,
    /// Entries stored, in order.
    pub stored: Vec<(LogName, u64)>,
    pub wire: VecDeque<u8>,
    pub sent: u64,
    /// All that was sent.
    pub said: Vec<u8>,
}

/// A connection.
pub struct Link {
    pub sides: [Side; 2],
}

/// All of it.
pub struct World {
    pub rng: StdRng,
    pub root: Root,
    pub registrar: SigningKey,
    pub register: Vec<Operation>,
    pub replicas: Vec<Replica>,
    pub links: Vec<Link>,
    pub closed_books: BTreeSet<BookId>,
    /// Books of which only one device's own logs are shared.
    pub only: BTreeMap<BookId, DeviceId>,
    pub limits: Limits,
    pub now_ms: u64,
    /// Replicas that speak version 1: nothing that is said of files leaves or reaches them.
    pub without_files: BTreeSet<usize>,
    /// What a replica knocks with.
    pub knocks: BTreeMap<usize, Vec<u8>>,
    connections: u8,
    /// Entries that came though their book is not shared.
    pub unserved: u32,
}

pub fn book(n: u8) -> BookId {
    BookId([n; 16])
}

impl World {
    pub fn new(seed: u64) -> World {
        let mut rng = StdRng::seed_from_u64(seed);
        let registrar = key(&mut rng);
        let found = Operation::sign(
            None,
            0,
            Action::Found {
                registrar: registrar.verifying_key().to_bytes(),
                recovery: [7; 32],
                nonce: [1; 16],
            },
            &registrar,
        );
        World {
            root: Root(found.id().0),
            register: vec![found],
            registrar,
            rng,
            replicas: Vec::new(),
            links: Vec::new(),
            closed_books: BTreeSet::new(),
            only: BTreeMap::new(),
            limits: Limits::default(),
            now_ms: 1_000_000,
            without_files: BTreeSet::new(),
            knocks: BTreeMap::new(),
            connections: 0,
            unserved: 0,
        }
    }

    pub fn operation(&mut self, action: Action) -> Operation {
        let last = self.register.last().map(|op| (op.height(), op.id()));
        let operation = Operation::sign(last, 0, action, &self.registrar);
        self.register.push(operation.clone());
        operation
    }

    /// A device with these books, admitted by an operation that nobody holds yet.
    pub fn device(&mut self, books: &[u8]) -> usize {
        let key = key(&mut self.rng);
        let device = DeviceId(key.verifying_key().to_bytes());
        self.operation(Action::Admit {
            device,
            transport: TransportKey(device.0),
            role: Role::VillageHead,
            scopes: vec![],
            until: None,
        });
        self.add(PeerRole::Device(device), key, books)
    }

    pub fn relay(&mut self, books: &[u8]) -> usize {
        let key = key(&mut self.rng);
        self.add(PeerRole::Relay, key, books)
    }

    fn add(&mut self, role: PeerRole, key: SigningKey, books: &[u8]) -> usize {
        let books = books.iter().map(|n| book(*n)).collect();
        self.replicas.push(Replica {
            role,
            key,
            books,
            store: Store::default(),
            hints: BTreeMap::new(),
        });
        self.replicas.len() - 1
    }

    /// Gives a replica the register as it is now.
    pub fn inform(&mut self, replica: usize) {
        for operation in &self.register {
            self.replicas[replica].store.add_operation(operation);
        }
    }

    /// Writes an entry as a replica's device, after the tip of its log or after `after`.
    pub fn write(&mut self, author: usize, to: u8, log: u8, len: usize) -> EntryId {
        let name = LogName {
            book: book(to),
            device: self.replicas[author].device(),
            log: LogId([log; 16]),
        };
        let tip = self.replicas[author]
            .store
            .log(&name)
            .unwrap()
            .and_then(|state| state.tips.first().copied());
        let envelope = self.entry(author, name, tip, len);
        envelope.id()
    }

    /// Writes an entry at a place, which may make a fork.
    pub fn entry(&mut self, author: usize, name: LogName, before: Option<Tip>, len: usize) -> Envelope {
        let (envelope, payload) = self.sign(author, name, before, len);
        self.replicas[author].store.add_entry(&envelope, Some(payload));
        envelope
    }

    pub fn sign(
        &mut self,
        author: usize,
        name: LogName,
        before: Option<Tip>,
        len: usize,
    ) -> (Envelope, Vec<u8>) {
        let mut payload = vec![0; len];
        self.rng.fill_bytes(&mut payload);
        let replica = &self.replicas[author];
        let header = Header {
            version: 1,
            book: name.book,
            device: name.device,
            log: name.log,
            seq: before.map_or(0, |tip| tip.seq + 1),
            backlink: before.map(|tip| tip.id),
            after: vec![],
            height: Height(replica.store.height().0.max(1)),
            operation: OperationTag([0; 8]),
            kind: Kind::Changes,
            epoch: Some(EpochId([3; 32])),
            suite: Suite::XChaCha20Poly1305,
            encoding: Encoding::ZstdPadded,
            unknown_critical: false,
        };
        (Envelope::sign(&header, &payload, &replica.key), payload)
    }

    /// Writes a file in a log of files.
    pub fn file(&mut self, author: usize, to: u8, log: u8, len: usize) -> EntryId {
        let name = LogName {
            book: book(to),
            device: self.replicas[author].device(),
            log: LogId([log; 16]),
        };
        let state = self.replicas[author].store.log(&name).unwrap();
        let tip = state.and_then(|state| state.tips.first().copied());
        let (envelope, payload) = self.sign(author, name, tip, len);
        let mut header = envelope.header().clone();
        (header.kind, header.epoch) = (Kind::File, None);
        (header.suite, header.encoding) = (Suite::OwnKey, Encoding::Padded);
        let replica = &mut self.replicas[author];
        let envelope = Envelope::sign(&header, &payload, &replica.key);
        replica.store.add_entry(&envelope, Some(payload));
        envelope.id()
    }

    /// A wrap of a book's epoch, made by one replica's device for another's.
    pub fn wrap(&mut self, from: usize, to: usize, epoch: u8) -> WrapId {
        let secret = EpochSecret::generate(&mut self.rng);
        let wrap = Wrap::seal(
            &self.root,
            book(1),
            EpochId([epoch; 32]),
            &secret,
            Receiver::Device(self.replicas[to].device()),
            AgreeSecret::derive(&[9; 32]).public(),
            &self.replicas[from].key,
            &mut self.rng,
        )
        .unwrap();
        let id = wrap.id();
        self.replicas[from].store.wraps.insert(id, wrap);
        id
    }

    pub fn rights(&self, of: usize, peer: usize) -> Rights {
        let (us, them) = (&self.replicas[of], &self.replicas[peer]);
        let known = |device: PeerRole| {
            device
                .device()
                .is_none_or(|device| us.store.known_device(&device).unwrap_or(false))
        };
        Rights {
            ended: false,
            peer: known(them.role).then_some(them.role),
            knocks: true,
            shared: us
                .books
                .intersection(&them.books)
                .map(|book| SharedBook {
                    book: *book,
                    closed: self.closed_books.contains(book),
                    only: self.only.get(book).copied(),
                })
                .collect(),
        }
    }

    /// Connects two replicas with the hints that they have; the first one opens.
    pub fn connect(&mut self, opener: usize, other: usize) -> usize {
        self.connections = self.connections.wrapping_add(1);
        let salt = SessionSalt([self.connections; 32]);
        let side = |us: usize, peer: usize, initiator: bool| {
            let config = SessionConfig {
                role: self.replicas[us].role,
                root: self.root,
                initiator,
                salt,
                limits: self.limits,
                peer: TransportKey(self.replicas[peer].device().0),
                knock: self.knocks.get(&us).cloned(),
            };
            let hints = self.replicas[us].hints.get(&peer).cloned().unwrap_or_default();
            let session = Session::new(
                config,
                self.rights(us, peer),
                hints,
                &self.replicas[us].store,
                self.now_ms,
            );
            Side {
                replica: us,
                session: session.unwrap(),
                batches: VecDeque::new(),
                events: Vec::new(),
                fresh: Vec::new(),
                parts: Vec::new(),
                stored: Vec::new(),
                wire: VecDeque::new(),
                sent: 0,
                said: Vec::new(),
            }
        };
        let link = Link {
            sides: [side(opener, other, true), side(other, opener, false)],
        };
        self.links.push(link);
        self.links.len() - 1
    }

    /// Lets one side of a link act once; says whether anything happened.
    pub fn act(&mut self, link: usize, at: usize) -> bool {
        let mut busy = false;
        let [first, second] = &mut self.links[link].sides;
        let (us, them) = if at == 0 { (first, second) } else { (second, first) };
        let store = &self.replicas[us.replica].store;
        if us.wire.len() < 100_000
            && let Some(mut bytes) = us.session.poll_output(store).unwrap()
        {
            if [us.replica, them.replica]
                .iter()
                .any(|replica| self.without_files.contains(replica))
            {
                bytes = without_files(bytes);
            }
            us.sent += bytes.len() as u64;
            us.said.extend_from_slice(&bytes);
            us.wire.extend(bytes);
            busy = true;
        }
        if !them.wire.is_empty() {
            let most = them.wire.len();
            let len = if self.rng.random_bool(0.5) {
                most
            } else {
                self.rng.random_range(1..=most)
            };
            let chunk: Vec<u8> = them.wire.drain(..len).collect();
            us.session.handle(&chunk, store, self.now_ms).unwrap();
            busy = true;
        }
        while let Some(event) = us.session.poll_event() {
            busy |= !matches!(event, Event::Progress(_));
            match event {
                Event::Store(batch) => us.batches.push_back(batch),
                event => us.fresh.push(event),
            }
        }
        us.events.extend(us.fresh.iter().cloned());
        self.remember(link, at);
        if self.rng.random_bool(0.7) && self.store_batch(link, at) {
            busy = true;
        }
        busy || !self.links[link].sides[at].batches.is_empty()
    }

    /// Stores a batch and says so to every session of the replica.
    fn store_batch(&mut self, link: usize, at: usize) -> bool {
        let Some(batch) = self.links[link].sides[at].batches.pop_front() else {
            return false;
        };
        let us = self.links[link].sides[at].replica;
        let peer = self.links[link].sides[1 - at].replica;
        let shared: BTreeSet<BookId> = self.replicas[us]
            .books
            .intersection(&self.replicas[peer].books)
            .copied()
            .collect();
        let store = &mut self.replicas[us].store;
        for operation in &batch.operations {
            store.add_operation(operation);
        }
        let mut left_out = BTreeMap::new();
        for entry in &batch.entries {
            let header = entry.envelope.header();
            let log = LogName {
                book: header.book,
                device: header.device,
                log: header.log,
            };
            assert!(
                shared.contains(&log.book),
                "an entry of a book that the two do not share"
            );
            if store.quota.contains(&log) {
                left_out.insert(
                    log,
                    LeftOut {
                        log,
                        reason: NotNowReason::Quota,
                        seconds: 60,
                    },
                );
            } else {
                store.add_entry(&entry.envelope, entry.payload.clone());
            }
        }
        for payload in &batch.payloads {
            store.entries.get_mut(&payload.entry).unwrap().1.payload = Some(payload.bytes.clone());
        }
        for notice in &batch.notices {
            store
                .noticed
                .insert(notice.envelope.id(), notice.envelope.clone());
        }
        for wrap in &batch.wraps {
            store.wraps.insert(wrap.id(), wrap.clone());
        }
        let before = store.knocks.len();
        for knock in batch.knocks {
            if !store.knocks.contains(&knock) {
                store.knocks.push(knock);
            }
        }
        let knocks = store.knocks.len() > before;
        let register = !batch.operations.is_empty();
        let mut saves = Vec::new();
        for part in &batch.blobs {
            let Some(book) = store.entries.get(&part.entry).map(|(at, _)| at.log.book) else {
                continue;
            };
            let Some(room) = store.room_for_saves.checked_sub(part.bytes.len()) else {
                saves.push(part.digest);
                continue;
            };
            store.room_for_saves = room;
            let (_, bytes) = store.blobs.entry(part.digest).or_insert((book, Vec::new()));
            assert_eq!(bytes.len() as u64, part.offset, "not the next part");
            bytes.extend_from_slice(&part.bytes);
        }
        let outcome = if left_out.is_empty() && saves.is_empty() {
            StoreOutcome::Stored
        } else {
            let logs = left_out.into_values().collect();
            StoreOutcome::StoredExcept { logs, saves }
        };
        let rights = self.rights(us, peer);
        let side = &mut self.links[link].sides[at];
        let store = &self.replicas[us].store;
        side.parts.extend(batch.blobs);
        for entry in &batch.entries {
            let header = entry.envelope.header();
            let log = LogName {
                book: header.book,
                device: header.device,
                log: header.log,
            };
            side.stored.push((log, header.seq));
        }
        if register {
            side.session.rights_changed(&rights, store, self.now_ms).unwrap();
        }
        side.session
            .stored(batch.id, outcome, store, self.now_ms)
            .unwrap();
        let changed = Changed {
            register,
            books: batch
                .entries
                .iter()
                .map(|entry| entry.envelope.header().book)
                .collect(),
            wraps: batch.wraps.iter().map(Wrap::id).collect(),
            payloads: batch.payloads.iter().map(|payload| payload.entry).collect(),
            knocks,
        };
        self.changed(us, &changed, Some((link, at)));
        true
    }

    /// Tells the replica's sessions, but one, what is new.
    pub fn changed(&mut self, replica: usize, changed: &Changed, but: Option<(usize, usize)>) {
        for link in 0..self.links.len() {
            for at in 0..2 {
                if self.links[link].sides[at].replica == replica && but != Some((link, at)) {
                    let peer = self.links[link].sides[1 - at].replica;
                    let rights = self.rights(replica, peer);
                    let store = &self.replicas[replica].store;
                    let session = &mut self.links[link].sides[at].session;
                    if changed.register {
                        session.rights_changed(&rights, store, self.now_ms).unwrap();
                    }
                    session.local_changed(changed, store, self.now_ms).unwrap();
                }
            }
        }
    }

    /// Lets both sides of a link look at the clock.
    pub fn tick(&mut self, link: usize) {
        for side in &mut self.links[link].sides {
            let store = &self.replicas[side.replica].store;
            side.session.tick(store, self.now_ms).unwrap();
        }
    }

    fn remember(&mut self, link: usize, at: usize) {
        let peer = self.links[link].sides[1 - at].replica;
        let us = self.links[link].sides[at].replica;
        let events = std::mem::take(&mut self.links[link].sides[at].fresh);
        for event in &events {
            // Whatever is said of the peer is so: nothing is acknowledged that is not on its disk.
            let theirs = &self.replicas[peer].store;
            match event {
                Event::PeerHas(heads) => {
                    for tip in heads.iter().flat_map(|state| &state.tips) {
                        assert!(
                            theirs.entries.contains_key(&tip.id),
                            "acknowledged and not stored"
                        );
                    }
                }
                Event::Refused {
                    reason: NotNowReason::NotServed,
                    ..
                } => self.unserved += 1,
                Event::PeerHasWraps(wraps) => assert!(wraps.iter().all(|id| theirs.wraps.contains_key(id))),
                _ => {}
            }
        }
        let hints = self.replicas[us].hints.entry(peer).or_default();
        for event in &events {
            match event {
                Event::PeerHas(heads) => {
                    for state in heads {
                        hints.heads.retain(|held| held.log != state.log);
                        hints.heads.push(state.clone());
                    }
                }
                Event::PeerRegister { height, same: true } => hints.register = Some(*height),
                Event::PeerNeedsNoSaves(saves) => hints.saves.clone_from(saves),
                Event::UpToDate { left_out } if left_out.is_empty() => hints.complete = true,
                Event::NotNow {
                    log,
                    reason,
                    until_ms,
                } => {
                    hints.not_now.retain(|(of, _, _)| of != log);
                    hints.not_now.push((*log, *reason, *until_ms));
                }
                _ => {}
            }
        }
    }

    /// Runs until nothing moves. Panics when that takes forever.
    pub fn run(&mut self) {
        let mut quiet = 0;
        for _ in 0..200_000 {
            let mut busy = false;
            for link in 0..self.links.len() {
                busy |= self.act(link, 0);
                busy |= self.act(link, 1);
            }
            quiet = if busy { 0 } else { quiet + 1 };
            if quiet > 20 {
                return;
            }
        }
        panic!("the sessions never come to rest");
    }

    /// Breaks a connection: what is on the wire and in batches not stored is lost.
    pub fn cut(&mut self, link: usize) {
        self.links.remove(link);
    }

    pub fn told(&self, link: usize, at: usize, what: impl Fn(&Event) -> bool) -> bool {
        self.links[link].sides[at].events.iter().any(what)
    }

    pub fn up_to_date(&self, link: usize) -> bool {
        (0..2).all(|at| self.told(link, at, |event| matches!(event, Event::UpToDate { .. })))
    }

    pub fn bytes(&self, link: usize) -> (u64, u64) {
        (self.links[link].sides[0].sent, self.links[link].sides[1].sent)
    }

    /// Panics unless two replicas hold the same of the books that both may hold.
    pub fn assert_equal(&self, one: usize, other: usize) {
        let (one, other) = (&self.replicas[one], &self.replicas[other]);
        let shared: BTreeSet<BookId> = one.books.intersection(&other.books).copied().collect();
        assert_eq!(one.store.ids(&shared), other.store.ids(&shared));
    }
}

/// The types of whole frames, each with its bytes.
pub fn frames(mut bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let mut outer = minicbor::Decoder::new(bytes);
        let mut inner = minicbor::Decoder::new(outer.bytes().unwrap());
        inner.array().unwrap();
        let (frame, rest) = bytes.split_at(outer.position());
        frames.push((inner.u64().unwrap(), frame));
        bytes = rest;
    }
    frames
}

/// What a side says of version 1: a hello that says so, and nothing of files.
fn without_files(bytes: Vec<u8>) -> Vec<u8> {
    let mut left = Vec::new();
    for (of, frame) in frames(&bytes) {
        let at = left.len();
        match of {
            33 => {}
            _ => left.extend_from_slice(frame),
        }
        if of == 0 {
            // Behind the byte string's head, the array's and the type.
            let head = if frame[0] == 0x58 { 2 } else { 1 };
            assert_eq!(std::mem::replace(&mut left[at + head + 2], 1), 2);
        }
    }
    left
}

fn key(rng: &mut StdRng) -> SigningKey {
    let mut seed = [0; 32];
    rng.fill_bytes(&mut seed);
    SigningKey::from_bytes(&seed)
}
