//! Machines of an invented commune: stores, hubs and sockets, and what a test can wait for.
#![allow(dead_code)]

pub mod commune;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

pub use commune::*;
use sothon_archive::{Archive, rights_of, role_of};
use sothon_ledger::serving::Party;
use sothon_ledger::{BookId, Height, Operation, Register, Root, TransportKey};
use sothon_net::{
    Caller, Changes, Ended, Endpoint, Expected, FromPeer, Host, Hub, Identity, Limits, SessionEnd,
    StoreReport, run,
};
use sothon_store::{Batch, Store};
use sothon_sync::{CloseReason, Event, Holdings as _, PeerRole, Rights, Wants, WrapScope};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

pub const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
pub fn identity(n: u8) -> Identity {
    Identity::new(signing(n + 100))
}

pub fn expect(n: u8) -> Expected {
    Expected::Key(identity(n).public())
}

/// What a test can wait for.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Entries held.
    pub entries: u64,
    pub height: Height,
    /// Wraps held in the village's book.
    pub wraps: usize,
    /// How often a session said that both are equal.
    pub up_to_date: usize,
    /// How often a peer said "not now".
    pub not_now: usize,
    /// How sessions ended.
    pub closed: Vec<CloseReason>,
    /// The most entries that a peer was known to hold.
    pub peer_has: u64,
    /// Requests to be admitted that are kept here.
    pub knocks: usize,
    /// How often a peer said that it keeps ours.
    pub heard: usize,
}

/// A device, or a relay inside the test.
pub struct Machine {
    archive: Archive,
    n: u8,
    author: Author,
    /// What it says it lacks.
    pub wanted: Wants,
    /// What it knocks with.
    pub knock: Option<Vec<u8>>,
    seen: watch::Sender<Seen>,
}

impl Machine {
    pub fn new(n: u8, store: Store) -> (Machine, watch::Receiver<Seen>) {
        let (seen, watching) = watch::channel(Seen::default());
        let archive = Archive::open(store).unwrap();
        let mut machine = Machine {
            archive,
            n,
            author: Author::new(n),
            wanted: Wants::default(),
            knock: None,
            seen,
        };
        let own = sothon_sync::LogName {
            book: VILLAGE,
            device: device(n),
            log: machine.author.log(),
        };
        if let Some(state) = machine.archive.log(&own).unwrap() {
            machine.author.go_on(state.tips[0].seq, state.tips[0].id);
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
        let head = self.archive.register().unwrap().head();
        let mut batch = Batch::default();
        for _ in 0..count {
            let (envelope, payload) = self.author.write(book, head, len);
            batch.entries.push((envelope, Some(payload)));
        }
        let put = self.archive.add(batch).unwrap();
        self.look();
        Changes {
            changed: self.archive.changed(&put),
            register_grew: false,
        }
    }

    pub fn archive_mut(&mut self) -> &mut Archive {
        &mut self.archive
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
        let wraps = self.archive.wrap_ids(&VILLAGE, WrapScope::All).unwrap().len();
        self.seen.send_modify(|seen| {
            seen.wraps = wraps;
            seen.entries = entries;
            seen.height = height;
            seen.knocks = self.archive.knock_count();
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
        rights_of(&self.archive, self.party(), peer)
    }

    fn now_ms(&self) -> u64 {
        1_750_000_000_000
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let mut batches: Vec<_> = batches.into_iter().map(|from| from.batch).collect();
        let knocks = batches
            .iter_mut()
            .flat_map(|batch| std::mem::take(&mut batch.knocks));
        let knocks: Vec<_> = knocks.collect();
        let new = self.archive.take_knocks(knocks, 20_000).unwrap();
        let mut taken = self
            .archive
            .take_in(batches, &mut || None, None, &mut |_, _, _| None);
        taken.changed.knocks = new;
        self.look();
        StoreReport {
            outcomes: taken.outcomes,
            changed: taken.changed,
            register_grew: taken.register_grew,
        }
    }

    fn wants(&self) -> Wants {
        self.wanted.clone()
    }

    fn knock(&self) -> Option<Vec<u8>> {
        self.knock.clone()
    }

    fn told(&mut self, _: &TransportKey, event: &Event) {
        self.seen.send_modify(|seen| match event {
            Event::UpToDate { .. } => seen.up_to_date += 1,
            Event::NotNow { .. } => seen.not_now += 1,
            Event::KnockHeard => seen.heard += 1,
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
