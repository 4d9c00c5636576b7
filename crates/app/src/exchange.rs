//! The exchange that goes on by itself: every relay of the register, who is near, who calls. Nothing here decides what is
//! exchanged; it opens connections, asks the device to publish, and keeps account in plain words.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sothon_ledger::register::Relay;
use sothon_ledger::{Root, TransportKey};
use sothon_net::connect::{Target, dial};
use sothon_net::nearby::{Nearby, Neighbour, Sighting};
use sothon_net::reconnect::{After, Backoff, keep_trying};
use sothon_net::{Caller, Changes, CloseCode, Endpoint, Expected, Host, Hub, Identity, LanKey, Limits, run};
use sothon_replica::{Station, Told};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::api::Standing;
use crate::app::Parts;
use crate::status::{Note, Status, Way};
use crate::words;

/// How long a caller may take to say what it wants.
const HELLO: Duration = Duration::from_secs(10);
/// What was saved goes out so soon while a session is open (design.md §3.11).
const PUBLISH_AFTER: Duration = Duration::from_secs(2);

/// What the exchange asks of whom it carries for.
pub(crate) trait Carried: Host {
    /// Which ways there are now.
    fn ways(&self) -> Ways;

    /// Publishes what was saved and what is owed; says what of it is new. A locked device has nothing to publish.
    fn publish_now(&mut self) -> Changes {
        Changes::default()
    }
}

/// The ways of a device.
#[derive(Default)]
pub(crate) struct Ways {
    /// The relays of the register, or of the invitation.
    pub relays: Vec<Relay>,
    /// Whose transport keys may answer where relays are looked for nearby.
    pub answering: HashSet<TransportKey>,
    /// By which devices of the commune know each other nearby.
    pub lan: Option<[u8; 32]>,
    /// Transport keys of the commune's devices.
    pub devices: HashSet<TransportKey>,
    /// Whether the commune has ever admitted this device, as far as is known here.
    pub was_admitted: bool,
}

impl Ways {
    /// The ways that a device has while it is locked, too.
    pub fn of(station: &Station) -> Ways {
        Ways {
            relays: station.relays().to_vec(),
            answering: station.answers_as_relay().into_iter().collect(),
            was_admitted: words::standing(station) != Standing::Waiting,
            ..Ways::default()
        }
    }
}

/// An exchange that runs until it is stopped.
pub(crate) struct Exchange {
    status: Arc<Mutex<Status>>,
    notes: mpsc::UnboundedSender<Note>,
    stop: watch::Sender<bool>,
    wake: watch::Sender<u64>,
    over: JoinHandle<()>,
}

impl Exchange {
    /// Starts it. `hears` gives what sessions tell.
    pub fn start<H: Carried>(
        parts: Arc<Parts>,
        hub: Hub<H>,
        identity: SigningKey,
        root: Root,
        hears: std::sync::mpsc::Receiver<Told>,
        status: Status,
    ) -> Exchange {
        let status = Arc::new(Mutex::new(status));
        let (notes, noted) = mpsc::unbounded_channel();
        let (stop, stopped) = watch::channel(false);
        let (wake, woken) = watch::channel(0);
        let to = notes.clone();
        std::thread::spawn(move || {
            // Ends with the sessions' thread.
            for told in hears {
                if to.send(Note::Told(told)).is_err() {
                    return;
                }
            }
        });
        let line = Line {
            parts: parts.clone(),
            hub,
            root,
            status: status.clone(),
            notes: notes.clone(),
            stopped,
            woken,
            devices: Arc::default(),
            relays: Arc::default(),
        };
        let over = parts
            .runtime
            .spawn(async move { line.run(identity, noted).await });
        Exchange {
            status,
            notes,
            stop,
            wake,
            over,
        }
    }

    /// How it stands.
    pub fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was saved.
    pub fn saved(&self) {
        // After the end nobody listens, and nothing is to be sent.
        let _ = self.notes.send(Note::Saved);
    }

    /// Tries all ways now.
    pub fn try_now(&self) {
        self.wake.send_modify(|count| *count += 1);
        let _ = self.notes.send(Note::Saved);
    }

    /// Ends it, and waits until it has ended.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // It ends in order or not at all; either way it is over.
        let _ = self.over.await;
    }
}

/// The relays that are dialed: at which addresses, and by which task.
type Dialed = HashMap<TransportKey, (Vec<String>, JoinHandle<()>)>;

/// Looking around nearby: with which key, and by which tasks.
struct Near {
    key: Option<[u8; 32]>,
    tasks: Vec<JoinHandle<()>>,
}

/// What every connection needs.
struct Line<H> {
    parts: Arc<Parts>,
    hub: Hub<H>,
    root: Root,
    status: Arc<Mutex<Status>>,
    notes: mpsc::UnboundedSender<Note>,
    stopped: watch::Receiver<bool>,
    woken: watch::Receiver<u64>,
    devices: Arc<RwLock<HashSet<TransportKey>>>,
    relays: Arc<RwLock<HashSet<TransportKey>>>,
}

impl<H> Clone for Line<H> {
    fn clone(&self) -> Self {
        Line {
            parts: self.parts.clone(),
            hub: self.hub.clone(),
            root: self.root,
            status: self.status.clone(),
            notes: self.notes.clone(),
            stopped: self.stopped.clone(),
            woken: self.woken.clone(),
            devices: self.devices.clone(),
            relays: self.relays.clone(),
        }
    }
}

impl<H: Carried> Line<H> {
    async fn run(self, identity: SigningKey, mut noted: mpsc::UnboundedReceiver<Note>) {
        let endpoint = match Endpoint::bind(
            self.parts.options.listen,
            Identity::new(identity),
            Limits::default(),
        ) {
            Ok(endpoint) => endpoint,
            Err(error) => {
                tracing::error!(%error, "no socket");
                self.take(Note::NoSocket);
                return;
            }
        };
        let mut dialed = Dialed::new();
        let mut near: Option<Near> = None;
        let mut stopped = self.stopped.clone();
        // At the beginning, which is when sessions open.
        let mut publish_at = Some(Instant::now());
        let mut look = true;
        loop {
            if std::mem::take(&mut look) {
                let Ok(ways) = self
                    .hub
                    .with(|host: &mut H| (host.ways(), Changes::default()))
                    .await
                else {
                    break;
                };
                self.follow(&endpoint, &ways, &mut dialed, &mut near);
            }
            let wake = async {
                match publish_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                note = noted.recv() => {
                    let Some(note) = note else { break };
                    let mut next = Some(note);
                    // A burst is looked at as one.
                    while let Some(note) = next {
                        look |= note.changes_ways();
                        if note.asks_to_publish() {
                            publish_at = publish_at.or(Some(Instant::now() + PUBLISH_AFTER));
                        }
                        self.take(note);
                        next = noted.try_recv().ok();
                    }
                }
                () = wake => {
                    publish_at = None;
                    let work = |host: &mut H| ((), host.publish_now());
                    if self.hub.with(work).await.is_err() {
                        break;
                    }
                }
                () = ended(&mut stopped) => break,
            }
        }
        for (_, (_, task)) in dialed {
            task.abort();
        }
        for task in near.into_iter().flat_map(|near| near.tasks) {
            task.abort();
        }
        endpoint.close(CloseCode::Done);
    }

    /// Takes note, and tells the window where something reads differently.
    fn take(&self, note: Note) {
        let now = self.parts.options.clock.now();
        let told = self
            .status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(note, now);
        for told in told {
            self.parts.tell(told);
        }
    }

    /// Dials the relays that there are now, and looks around with the key that there is now.
    fn follow(&self, endpoint: &Endpoint, ways: &Ways, dialed: &mut Dialed, near: &mut Option<Near>) {
        *self.devices.write().unwrap_or_else(PoisonError::into_inner) = ways.devices.clone();
        *self.relays.write().unwrap_or_else(PoisonError::into_inner) = ways.answering.clone();
        self.take(Note::Ways {
            relays: ways.relays.len(),
            was_admitted: ways.was_admitted,
            nearby: self.parts.options.nearby.is_some(),
        });
        dialed.retain(|key, (addresses, task)| {
            let stays = ways
                .relays
                .iter()
                .any(|relay| relay.key == *key && relay.addresses == *addresses);
            if !stays {
                task.abort();
            }
            stays
        });
        for relay in &ways.relays {
            dialed.entry(relay.key).or_insert_with(|| {
                let target = Target {
                    addresses: relay.addresses.clone(),
                    expected: Expected::Key(relay.key),
                    lan: None,
                };
                let line = self.clone();
                let endpoint = endpoint.clone();
                let task = self
                    .parts
                    .runtime
                    .spawn(async move { line.keep(endpoint, target, Way::Relay).await });
                (relay.addresses.clone(), task)
            });
        }
        if near.as_ref().is_none_or(|near| near.key != ways.lan) {
            for task in near.take().into_iter().flat_map(|near| near.tasks) {
                task.abort();
            }
            let mut tasks = Vec::new();
            if let Some(key) = ways.lan {
                tasks.push(self.listen(endpoint.clone(), LanKey::new(key)));
            }
            tasks.extend(self.look_around(endpoint.clone(), ways.lan));
            *near = Some(Near { key: ways.lan, tasks });
        }
    }

    /// Keeps a session with a peer for ever.
    async fn keep(&self, endpoint: Endpoint, target: Target, way: Way) {
        let backoff = Backoff {
            longest: Duration::from_secs(120),
            ..Backoff::default()
        };
        let rng = StdRng::from_rng(&mut rand::rng());
        keep_trying(backoff, rng, self.woken.clone(), self.stopped.clone(), || async {
            let _ = self.notes.send(Note::Trying(way));
            match dial(&endpoint, &target).await {
                Ok(peer) => {
                    let peer = Arc::new(peer);
                    let _ = self.notes.send(Note::Connected(way));
                    self.status
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .meter(&peer);
                    let end = run(&self.hub, &peer).await;
                    let bytes = peer.bytes();
                    drop(peer);
                    let _ = self.notes.send(Note::Over { way, end, bytes });
                }
                Err(failures) => {
                    let why: Vec<String> = failures.iter().map(ToString::to_string).collect();
                    let _ = self.notes.send(Note::NoAnswer {
                        way,
                        why: why.join("; "),
                    });
                }
            }
            After::Again
        })
        .await;
    }

    /// Takes callers who show that they are of the commune.
    fn listen(&self, endpoint: Endpoint, key: LanKey) -> JoinHandle<()> {
        let line = self.clone();
        self.parts.runtime.spawn(async move {
            let root = line.root;
            let serve = move |peer| {
                let line = line.clone();
                async move {
                    let Ok(caller) = Caller::hear(peer, HELLO).await else {
                        return;
                    };
                    if caller.root != root {
                        caller.refuse(CloseCode::NotAuthorized);
                        return;
                    }
                    let _ = line.notes.send(Note::Connected(Way::Nearby));
                    let end = caller.serve(&line.hub).await;
                    let _ = line.notes.send(Note::Over {
                        way: Way::Nearby,
                        end,
                        bytes: (0, 0),
                    });
                }
            };
            if let Err(error) = endpoint.listen(Some(key), serve).await {
                tracing::error!(%error, "cannot listen");
            }
        })
    }

    /// Looks for the commune's relays nearby and, with its key, for devices; dials those that wait for it.
    fn look_around(&self, endpoint: Endpoint, key: Option<[u8; 32]>) -> Option<JoinHandle<()>> {
        let place = self.parts.options.nearby.clone()?;
        let port = endpoint
            .local_addr()
            .map(|address| address.port())
            .unwrap_or_default();
        let mut rng = StdRng::from_rng(&mut rand::rng());
        let started = match key {
            Some(key) => Nearby::start(LanKey::new(key), port, &place, &mut rng)
                .map(|nearby| nearby.with_relays(&self.root)),
            None => Nearby::look_for_relays(&self.root, &place),
        };
        let mut nearby = match started {
            Ok(nearby) => nearby,
            Err(error) => {
                self.take(Note::NoAnswer {
                    way: Way::Nearby,
                    why: error.to_string(),
                });
                return None;
            }
        };
        let line = self.clone();
        Some(self.parts.runtime.spawn(async move {
            let mut dialing: HashMap<String, JoinHandle<()>> = HashMap::new();
            while let Some(sighting) = nearby.next().await {
                match sighting {
                    Sighting::Here {
                        instance,
                        neighbour,
                        addresses,
                    } => {
                        let is_device = neighbour == Neighbour::Device;
                        if is_device && !nearby.dials(&instance) {
                            continue;
                        }
                        let known = if is_device {
                            line.devices.clone()
                        } else {
                            line.relays.clone()
                        };
                        let target = Target {
                            addresses: addresses.iter().map(ToString::to_string).collect(),
                            expected: Expected::Known(Arc::new(move |key| {
                                known.read().unwrap_or_else(PoisonError::into_inner).contains(key)
                            })),
                            lan: key.filter(|_| is_device).map(LanKey::new),
                        };
                        let (keeper, endpoint) = (line.clone(), endpoint.clone());
                        let way = if is_device { Way::Nearby } else { Way::Relay };
                        let task = tokio::spawn(async move { keeper.keep(endpoint, target, way).await });
                        if let Some(old) = dialing.insert(instance, task) {
                            old.abort();
                        }
                    }
                    Sighting::Gone { instance } => {
                        if let Some(task) = dialing.remove(&instance) {
                            task.abort();
                        }
                    }
                    _ => {}
                }
            }
            for (_, task) in dialing {
                task.abort();
            }
        }))
    }
}

/// Ends when it becomes true, or when nobody can make it so any more.
async fn ended(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
