//! An invented commune for tests: a register, devices with stores, and hosts that say what happens to them.
#![allow(dead_code)]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sothon_archive::{Archive, rights_of, role_of};
use sothon_ledger::register::{Action, Cut, CutOf, Grant, OpenBook, Relay};
use sothon_ledger::serving::Party;
use sothon_ledger::{
    BookId, BookKind, DeviceId, Encoding, EntryId, Envelope, Header, Height, Kind, LogId, Operation,
    Register, Right, Role, Root, Scope, Selector, Seq, Suite, TransportKey,
};
use sothon_net::{
    Caller, Changes, Ended, Endpoint, Expected, FromPeer, Host, Hub, Identity, Limits, SessionEnd,
    StoreReport, run,
};
use sothon_store::{Batch, Store};
use sothon_sync::{CloseReason, Event, Holdings as _, PeerRole, Rights};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

pub const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
pub const VILLAGE: BookId = BookId([1; 16]);
pub const CARE: BookId = BookId([2; 16]);

pub const HEAD: u8 = 1;
pub const NEIGHBOUR: u8 = 2;
pub const POLICE: u8 = 3;
pub const OFFICE: u8 = 4;
pub const RELAY: u8 = 5;

pub fn signing(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

pub fn device(n: u8) -> DeviceId {
    DeviceId(signing(n).verifying_key().to_bytes())
}

pub fn identity(n: u8) -> Identity {
    Identity::new(signing(n + 100))
}

pub fn expect(n: u8) -> Expected {
    Expected::Key(identity(n).public())
}

/// The register of a commune, as its registrar has it.
#[derive(Clone)]
pub struct Registrar {
    key: SigningKey,
    register: Register,
}

impl Registrar {
    /// Two village heads, police and office are admitted; two books are open; relay `RELAY` serves.
    pub fn new(commune: u8) -> Registrar {
        let mut registrar = Registrar::founded(commune);
        registrar.admit(HEAD, Role::VillageHead, Scope::Village(1));
        registrar.admit(NEIGHBOUR, Role::VillageHead, Scope::Village(2));
        registrar.admit(POLICE, Role::Police, Scope::Commune);
        registrar.admit(OFFICE, Role::Office, Scope::Commune);
        let all = [Role::VillageHead, Role::Police, Role::Office];
        registrar.open(VILLAGE, BookKind::Village, &all);
        registrar.open(CARE, BookKind::CareFiles, &[Role::Police]);
        registrar.relay(identity(RELAY).public());
        registrar
    }

    /// Says which relay serves from now on.
    pub fn relay(&mut self, key: TransportKey) {
        self.order(Action::Relays(vec![Relay {
            key,
            addresses: Vec::new(),
        }]));
    }

    pub fn founded(commune: u8) -> Registrar {
        let key = SigningKey::from_bytes(&[200; 32]);
        let found = Action::Found {
            registrar: key.verifying_key().to_bytes(),
            recovery: [0; 32],
            nonce: [commune; 16],
        };
        let register = Register::found(Operation::sign(None, 0, found, &key)).unwrap();
        Registrar { key, register }
    }

    pub fn root(&self) -> Root {
        self.register.root()
    }

    pub fn height(&self) -> Height {
        self.register.height()
    }

    pub fn operations(&self) -> Vec<Operation> {
        self.register.operations().cloned().collect()
    }

    pub fn order(&mut self, action: Action) -> Operation {
        let operation = Operation::sign(Some(self.register.head()), 0, action, &self.key);
        self.register.add(operation.clone()).unwrap();
        operation
    }

    pub fn admit(&mut self, n: u8, role: Role, scope: Scope) -> Operation {
        self.order(Action::Admit {
            device: device(n),
            transport: identity(n).public(),
            role,
            scopes: vec![scope],
            until: None,
        })
    }

    pub fn revoke(&mut self, n: u8) -> Operation {
        self.order(Action::Cut(Cut {
            of: CutOf::Device(device(n)),
            heads: Vec::new(),
        }))
    }

    fn open(&mut self, book: BookId, kind: BookKind, roles: &[Role]) {
        let grants = roles.iter().flat_map(|role| {
            let to = Selector {
                role: *role,
                scope: None,
            };
            [Right::Read, Right::Write].map(|right| Grant { right, to })
        });
        self.order(Action::Open(OpenBook {
            book,
            kind,
            scope: Scope::Village(1),
            year: 2025,
            grants: grants.collect(),
            first_readers: Vec::new(),
            previous: None,
        }));
    }
}

/// What a test can wait for.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Entries held.
    pub entries: u64,
    pub height: Height,
    /// How often a session said that both are equal.
    pub up_to_date: usize,
    /// How often a peer said "not now".
    pub not_now: usize,
    /// How sessions ended.
    pub closed: Vec<CloseReason>,
    /// The most entries that a peer was known to hold.
    pub peer_has: u64,
}

/// A device, or a relay inside the test.
pub struct Machine {
    archive: Archive,
    n: u8,
    log: LogId,
    next: (Seq, Option<EntryId>),
    seen: watch::Sender<Seen>,
    rng: StdRng,
}

impl Machine {
    pub fn new(n: u8, store: Store) -> (Machine, watch::Receiver<Seen>) {
        let (seen, watching) = watch::channel(Seen::default());
        let archive = Archive::open(store).unwrap();
        let mut machine = Machine {
            archive,
            n,
            log: LogId([n; 16]),
            next: (0, None),
            seen,
            rng: StdRng::seed_from_u64(n.into()),
        };
        let own = sothon_sync::LogName {
            book: VILLAGE,
            device: device(n),
            log: machine.log,
        };
        if let Some(state) = machine.archive.log(&own).unwrap() {
            machine.next = (state.tips[0].seq + 1, Some(state.tips[0].id));
        }
        machine.look();
        (machine, watching)
    }

    pub fn on_disk(n: u8, root: Root, dir: &Path) -> (Machine, watch::Receiver<Seen>) {
        let path = dir.join(format!("{n}.db"));
        Machine::new(n, Store::open_or_create(&path, root).unwrap())
    }

    pub fn in_memory(n: u8, root: Root) -> (Machine, watch::Receiver<Seen>) {
        Machine::new(n, Store::in_memory(root).unwrap())
    }

    /// Takes operations in, as from the registrar's own machine.
    pub fn learn(&mut self, operations: Vec<Operation>) -> Changes {
        let batch = Batch {
            operations,
            ..Batch::default()
        };
        let put = self.archive.add(batch).unwrap();
        self.look();
        Changes {
            changed: self.archive.changed(&put),
            register_grew: true,
        }
    }

    /// Publishes `count` entries of `len` bytes each in the village's book.
    pub fn write(&mut self, count: usize, len: usize) -> Changes {
        self.write_in(VILLAGE, count, len)
    }

    pub fn write_in(&mut self, book: BookId, count: usize, len: usize) -> Changes {
        let (height, id) = self.archive.register().unwrap().head();
        let mut batch = Batch::default();
        for _ in 0..count {
            let mut payload = vec![0; len];
            self.rng.fill_bytes(&mut payload);
            let (seq, backlink) = self.next;
            let header = Header {
                version: 1,
                book,
                device: device(self.n),
                log: self.log,
                seq,
                backlink,
                after: Vec::new(),
                height,
                operation: id.tag(),
                kind: Kind::Changes,
                epoch: Some(sothon_ledger::EpochId([3; 32])),
                suite: Suite::XChaCha20Poly1305,
                encoding: Encoding::ZstdPadded,
                unknown_critical: false,
            };
            let envelope = Envelope::sign(&header, &payload, &signing(self.n));
            self.next = (seq + 1, Some(envelope.id()));
            batch.entries.push((envelope, Some(payload)));
        }
        let put = self.archive.add(batch).unwrap();
        self.look();
        Changes {
            changed: self.archive.changed(&put),
            register_grew: false,
        }
    }

    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    fn party(&self) -> Party {
        if self.n == RELAY {
            Party::Relay
        } else {
            Party::Device(device(self.n))
        }
    }

    fn look(&mut self) {
        let entries = self.archive.store().index().all().map(|log| log.entries()).sum();
        let height = self.archive.register().map_or(Height(0), Register::height);
        self.seen.send_modify(|seen| {
            seen.entries = entries;
            seen.height = height;
        });
    }
}

impl Host for Machine {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.archive.root()
    }

    fn role(&self) -> PeerRole {
        match self.archive.register() {
            Some(register) => role_of(register, self.party()),
            None if self.n == RELAY => PeerRole::Relay,
            None => PeerRole::Device(device(self.n)),
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        read(&self.archive)
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        rights_of(self.archive.register(), self.party(), peer)
    }

    fn now_ms(&self) -> u64 {
        1_750_000_000_000
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let batches = batches.into_iter().map(|from| from.batch).collect();
        let taken = self
            .archive
            .take_in(batches, &mut || None, None, &mut |_, _| None);
        self.look();
        StoreReport {
            outcomes: taken.outcomes,
            changed: taken.changed,
            register_grew: taken.register_grew,
        }
    }

    fn told(&mut self, _: &TransportKey, event: &Event) {
        self.seen.send_modify(|seen| match event {
            Event::UpToDate { .. } => seen.up_to_date += 1,
            Event::NotNow { .. } => seen.not_now += 1,
            Event::Closed { reason, .. } => seen.closed.push(*reason),
            Event::PeerHas(logs) => {
                let tips = logs.iter().flat_map(|log| &log.tips);
                let most = tips.map(|tip| tip.seq + 1).max().unwrap_or(0);
                seen.peer_has = seen.peer_has.max(most);
            }
            _ => {}
        });
    }
}

/// A machine with its hub and socket.
pub struct Running {
    pub hub: Hub<Machine>,
    pub endpoint: Endpoint,
    pub address: SocketAddr,
    pub seen: watch::Receiver<Seen>,
    /// How the sessions ended that others began.
    pub ends: mpsc::UnboundedReceiver<SessionEnd>,
}

/// Runs a machine that listens.
pub fn start(n: u8, (machine, seen): (Machine, watch::Receiver<Seen>), limits: Limits) -> Running {
    start_at(LOOPBACK, n, (machine, seen), limits)
}

pub fn start_at(
    address: SocketAddr,
    n: u8,
    (machine, seen): (Machine, watch::Receiver<Seen>),
    limits: Limits,
) -> Running {
    let hub = Hub::start(machine).unwrap();
    let within = limits.handshake;
    let endpoint = Endpoint::bind(address, identity(n), limits).unwrap();
    let address = endpoint.local_addr().unwrap();
    let (ended, ends) = mpsc::unbounded_channel();
    let (listening, serving) = (endpoint.clone(), hub.clone());
    tokio::spawn(async move {
        listening
            .listen(None, move |peer| {
                let (hub, ended) = (serving.clone(), ended.clone());
                async move {
                    let end = match Caller::hear(peer, within).await {
                        Ok(caller) => caller.serve(&hub).await,
                        Err(end) => end,
                    };
                    let _ = ended.send(end);
                }
            })
            .await
    });
    Running {
        hub,
        endpoint,
        address,
        seen,
        ends,
    }
}

impl Running {
    /// Dials and runs a session until its end.
    pub fn sync_with(&self, address: SocketAddr, expected: Expected) -> JoinHandle<SessionEnd> {
        let (endpoint, hub) = (self.endpoint.clone(), self.hub.clone());
        tokio::spawn(async move {
            let peer = endpoint.dial(address, expected, None).await.unwrap();
            run(&hub, &peer).await
        })
    }

    /// Waits until what is seen fits.
    pub async fn until(&mut self, what: &str, fits: impl Fn(&Seen) -> bool) {
        let waiting = self.seen.wait_for(|seen| fits(seen));
        let waited = tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .map(|_| ());
        if waited.is_err() {
            panic!("{what}: {:?}", *self.seen.borrow());
        }
    }

    pub async fn write(&self, count: usize, len: usize) {
        self.hub
            .with(move |machine| ((), machine.write(count, len)))
            .await
            .unwrap();
    }

    pub async fn learn(&self, operations: Vec<Operation>) {
        self.hub
            .with(move |machine| ((), machine.learn(operations)))
            .await
            .unwrap();
    }
}

/// Waits for an end that has a reason.
pub async fn ended(session: JoinHandle<SessionEnd>) -> Ended {
    let end = tokio::time::timeout(Duration::from_secs(20), session)
        .await
        .unwrap()
        .unwrap();
    match end {
        SessionEnd::Ended(ended) => ended,
        other => panic!("{other:?}"),
    }
}
