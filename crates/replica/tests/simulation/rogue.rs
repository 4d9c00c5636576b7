//! Devices that the office has admitted and that sign whatever their keys let them. They take part in sessions as others do:
//! what is wrong with them is what they hold.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use sothon_archive::{rights_of, role_of};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{self, ActorNonce, Keys, PublishedKey};
use sothon_ledger::{Envelope, EpochId, EpochSecret, Header, Kind, LogId, cbor, seal};
use sothon_net::{FromPeer, Host, StoreReport};
use sothon_store::{Batch as StoreBatch, LogKey, Row};
use sothon_sync::{PeerRole, Rights};

use super::law::Yes;
use super::*;

/// Who they may be.
const MAY_BE: [(Role, Scope); 7] = [
    (Role::DeputyVillageHead, Scope::Village(1)),
    (Role::Police, Scope::Commune),
    (Role::DeputyVillageHead, Scope::Village(2)),
    (Role::Health, Scope::Unit(1)),
    (Role::Office, Scope::Commune),
    (Role::Leader, Scope::Commune),
    (Role::PoliceChief, Scope::Commune),
];

/// A log, its head, and the random part of the actor.
type OwnLog = (LogId, Option<(u64, EntryId)>, ActorNonce);

pub struct Rogue {
    pub sign: SigningKey,
    agree: AgreeSecret,
    pub transport: TransportKey,
    pub role: (Role, Scope),
    pub archive: Archive,
    /// What it can open.
    pub secrets: BTreeMap<EpochId, EpochSecret>,
    /// The changes that it has read, by entry.
    pub read: BTreeMap<EntryId, Vec<Vec<u8>>>,
    /// The random parts of actors that entries name.
    pub nonces: BTreeMap<EntryId, Vec<ActorNonce>>,
    /// The log that it goes on in, by book, and the random part of the actor there.
    pub logs: BTreeMap<BookId, OwnLog>,
    /// What it signed of others, until the simulation has noted it.
    pub yeses: Vec<Yes>,
    pub claims: Vec<Claim>,
    /// How many checkpoints.
    pub checkpoints: usize,
    /// Whether it makes what would vouch for a lie, and what it made.
    pub vouches: bool,
    pub vouching: Vec<(EntryId, Vec<u8>)>,
    pub rng: StdRng,
}

/// Up to which place in a log a liar says to hold it.
pub struct Claim {
    pub log: LogKey,
    pub upto: u64,
}

impl Rogue {
    pub fn new(root: Root, n: u8, seed: u64) -> Rogue {
        let mut rng = StdRng::seed_from_u64(seed ^ (0xbad << 8) ^ u64::from(n));
        Rogue {
            sign: SigningKey::from_bytes(&rng.random()),
            agree: AgreeSecret::derive(&rng.random()),
            transport: TransportKey([100 + n; 32]),
            role: MAY_BE[rng.random_range(0..MAY_BE.len())],
            archive: Archive::open(Store::in_memory(root).expect("a store")).expect("opens"),
            secrets: BTreeMap::new(),
            read: BTreeMap::new(),
            nonces: BTreeMap::new(),
            logs: BTreeMap::new(),
            yeses: Vec::new(),
            claims: Vec::new(),
            checkpoints: 0,
            vouches: false,
            vouching: Vec::new(),
            rng,
        }
    }

    pub fn id(&self) -> DeviceId {
        DeviceId(self.sign.verifying_key().to_bytes())
    }

    /// Takes the register in, and says to whom is to be wrapped, so that it is given secrets like others.
    pub fn begin(&mut self, operations: Vec<sothon_ledger::Operation>) {
        let mut register = batch();
        register.operations = operations;
        self.archive
            .take_in(vec![register], &mut || None, None, &mut |_, _, _| None);
        let Some(register) = self.archive.register() else {
            return;
        };
        let book = register
            .rights()
            .open_book(BookKind::Commune, Scope::Commune, YEAR);
        let Some(book) = book else { return };
        let compartments = [
            Compartment::General,
            Compartment::Care,
            Compartment::Tips,
            Compartment::Commune,
        ];
        let keys = compartments.map(|compartment| PublishedKey {
            compartment,
            year: YEAR,
            key: self.agree.public(),
        });
        let payload = cbor::encode(&Keys { keys: keys.to_vec() });
        let header = self.header(book, Kind::Keys, None);
        if let Some(header) = header {
            self.put(&header, Some(payload.clone()), &payload);
        }
    }

    /// A header at the register's head, next in its log.
    pub fn header(&mut self, book: BookId, kind: Kind, epoch: Option<EpochId>) -> Option<Header> {
        let register = self.archive.register()?;
        let height = register.effective_height();
        let operation = register.operation(height)?.id().tag();
        let fresh = (LogId(self.rng.random()), None, ActorNonce::new(self.rng.random()));
        let (log, head, _) = *self.logs.entry(book).or_insert(fresh);
        let (suite, encoding) = kind.sealing();
        Some(Header {
            version: sothon_ledger::entry::VERSION,
            book,
            device: self.id(),
            log,
            seq: head.map_or(0, |(seq, _)| seq + 1),
            backlink: head.map(|(_, id)| id),
            after: Vec::new(),
            height,
            operation,
            kind,
            epoch,
            suite,
            encoding,
            unknown_critical: false,
        })
    }

    /// Signs, and puts it where sessions find it. What no store takes is tried elsewhere.
    pub fn put(&mut self, header: &Header, held: Option<Vec<u8>>, payload: &[u8]) -> Option<EntryId> {
        let envelope = Envelope::sign(header, payload, &self.sign);
        if Envelope::parse(envelope.bytes()).is_err() {
            return None;
        }
        let id = envelope.id();
        let entries = StoreBatch {
            entries: vec![(envelope, held)],
            ..StoreBatch::default()
        };
        let put = self.archive.add(entries).is_ok();
        if put && let Some((log, head, _)) = self.logs.get_mut(&header.book).filter(|own| own.0 == header.log)
        {
            debug_assert_eq!(*log, header.log);
            *head = Some((header.seq, id));
        }
        put.then_some(id)
    }

    pub fn held(&self, book: &BookId) -> Vec<Envelope> {
        let all = self
            .archive
            .store()
            .envelopes_since(Row::default(), usize::MAX >> 1);
        let all = all.unwrap_or_default().into_iter().map(|(_, envelope)| envelope);
        all.filter(|envelope| envelope.header().book == *book).collect()
    }

    /// Opens whatever it was given.
    pub fn learn(&mut self, book: &BookId) {
        let root = self.archive.root();
        let held = self.held(book);
        for envelope in held.iter().filter(|e| e.header().kind == Kind::Epoch) {
            let Some(epoch) = envelope
                .header()
                .epoch
                .filter(|epoch| !self.secrets.contains_key(epoch))
            else {
                continue;
            };
            let Some(of) = self.body::<payload::Epoch>(envelope) else {
                continue;
            };
            let wraps = self.archive.store().wraps_of(&epoch).unwrap_or_default();
            let me = Receiver::Device(self.id());
            let mut ours = wraps.iter().filter(|wrap| wrap.to() == me);
            let secret = ours.find_map(|wrap| wrap.open(&root, of.height, &self.agree).ok());
            self.secrets.extend(secret.map(|secret| (epoch, secret)));
        }
        for envelope in held.iter().filter(|e| e.header().kind == Kind::Changes) {
            let id = envelope.id();
            let secret = envelope.header().epoch.and_then(|epoch| self.secrets.get(&epoch));
            let (false, Some(secret)) = (self.read.contains_key(&id), secret) else {
                continue;
            };
            let payload = self.archive.store().payload(&id).ok().flatten();
            let Some(payload) = payload.and_then(sothon_store::Payload::held) else {
                continue;
            };
            if let Ok(changes) = seal::open_changes(&payload, &envelope.header().encode(), secret) {
                let chunks = changes.chunks.iter().map(|chunk| chunk.to_vec()).collect();
                self.read.insert(id, chunks);
                self.nonces.insert(id, changes.actors.unwrap_or_default());
            }
        }
    }

    pub fn body<T: for<'b> minicbor::Decode<'b, ()>>(&self, envelope: &Envelope) -> Option<T> {
        let payload = self.archive.store().payload(&envelope.id()).ok()??.held()?;
        minicbor::decode(&payload).ok()
    }
}

impl Host for Rogue {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.archive.root()
    }

    fn role(&self) -> PeerRole {
        let party = Party::Device(self.id());
        let register = self.archive.register();
        register.map_or(PeerRole::Device(self.id()), |register| role_of(register, party))
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        read(&self.archive)
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        rights_of(&self.archive, Party::Device(self.id()), peer)
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let batches = batches.into_iter().map(|from| from.batch).collect();
        let taken = self
            .archive
            .take_in(batches, &mut || None, None, &mut |_, _, _| None);
        StoreReport {
            outcomes: taken.outcomes,
            changed: taken.changed,
            register_grew: taken.register_grew,
        }
    }

    fn now_ms(&self) -> u64 {
        NOW.unsigned_abs() * 1000
    }
}
