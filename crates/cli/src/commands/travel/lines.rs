//! The connections: dialed, accepted, found nearby.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sothon_ledger::{Root, TransportKey};
use sothon_net::connect::{Target, dial};
use sothon_net::nearby::{Nearby, NearbyError, Neighbour, Neighbourhood, Sighting};
use sothon_net::reconnect::{After, Backoff, keep_trying};
use sothon_net::{Caller, CloseCode, Endpoint, Expected, Hub, LanKey, run};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::Host;
use super::meter::Note;
use crate::context::Rng;

/// How long a caller may take to say what it wants.
const HELLO: Duration = Duration::from_secs(10);

/// What every connection needs.
#[derive(Clone)]
pub struct Lines {
    /// The sessions.
    pub hub: Hub<Host>,
    /// The socket.
    pub endpoint: Endpoint,
    /// Where to note.
    pub notes: mpsc::UnboundedSender<Note>,
    /// Becomes true at the end.
    pub stopped: watch::Receiver<bool>,
    /// Whom the commune's register knows.
    pub known: Arc<RwLock<Known>>,
}

/// The transport keys of who may answer nearby.
#[derive(Default)]
pub struct Known {
    /// Of the commune's devices.
    pub devices: HashSet<TransportKey>,
    /// Of its relays.
    pub relays: HashSet<TransportKey>,
}

impl Lines {
    /// Takes callers.
    pub fn listen(&self, lan: Option<LanKey>) {
        let (endpoint, hub) = (self.endpoint.clone(), self.hub.clone());
        tokio::spawn(async move {
            let serve = move |peer| {
                let hub = hub.clone();
                async move {
                    let Ok(caller) = Caller::hear(peer, HELLO).await else {
                        return;
                    };
                    let ours = hub
                        .with(|host: &mut Host| (host.replica.root(), Default::default()))
                        .await;
                    match ours {
                        Ok(root) if root == caller.root => {
                            let end = caller.serve(&hub).await;
                            tracing::info!(%end, "a caller's session is over");
                        }
                        _ => caller.refuse(CloseCode::NotAuthorized),
                    }
                }
            };
            if let Err(error) = endpoint.listen(lan, serve).await {
                tracing::error!(%error, "cannot listen");
            }
        });
    }

    /// Keeps a session with a peer that was asked for.
    pub fn dial(&self, target: Target) {
        let lines = self.clone();
        tokio::spawn(async move { lines.keep(target, true).await });
    }

    async fn keep(&self, target: Target, asked: bool) {
        let (_wake, wake) = watch::channel(0);
        let backoff = Backoff {
            first: Duration::from_millis(300),
            longest: Duration::from_secs(30),
            lived: Duration::from_secs(30),
        };
        let rng = StdRng::from_rng(&mut rand::rng());
        keep_trying(backoff, rng, wake, self.stopped.clone(), || async {
            match dial(&self.endpoint, &target).await {
                Ok(peer) => {
                    let _ = self.notes.send(Note::Connected);
                    // Its end is noted even where the loop is stopped meanwhile.
                    let (hub, notes) = (self.hub.clone(), self.notes.clone());
                    let session = tokio::spawn(async move {
                        let end = run(&hub, &peer).await;
                        let bytes = peer.bytes();
                        tracing::info!(%end, "a session is over");
                        let _ = notes.send(Note::Over { end, bytes });
                    });
                    let _ = session.await;
                }
                Err(failures) => {
                    let why: Vec<String> = failures.iter().map(ToString::to_string).collect();
                    let why = why.join("; ");
                    let _ = self.notes.send(Note::NoAnswer { asked, why });
                }
            }
            After::Again
        })
        .await;
    }

    /// Looks for relays of the commune nearby and, with its key, for devices; dials those that wait for it.
    ///
    /// # Errors
    /// The system has no sockets for it.
    pub fn nearby(
        &self,
        key: Option<LanKey>,
        root: &Root,
        place: &Neighbourhood,
        rng: &mut Rng,
    ) -> Result<(), NearbyError> {
        let port = self
            .endpoint
            .local_addr()
            .map(|address| address.port())
            .unwrap_or_default();
        let mut nearby = match &key {
            Some(key) => Nearby::start(key.clone(), port, place, rng)?.with_relays(root),
            None => Nearby::look_for_relays(root, place)?,
        };
        let lines = self.clone();
        let mut stopped = self.stopped.clone();
        tokio::spawn(async move {
            let mut dialing: HashMap<String, JoinHandle<()>> = HashMap::new();
            loop {
                let sighting = tokio::select! {
                    sighting = nearby.next() => sighting,
                    _ = stopped.wait_for(|stopped| *stopped) => None,
                };
                match sighting {
                    Some(Sighting::Here {
                        instance,
                        neighbour,
                        addresses,
                    }) => {
                        let is_device = neighbour == Neighbour::Device;
                        if is_device && !nearby.dials(&instance) {
                            continue;
                        }
                        let known = lines.known.clone();
                        let target = Target {
                            addresses: addresses.iter().map(ToString::to_string).collect(),
                            expected: Expected::Known(Arc::new(move |key| {
                                let known = known.read().unwrap_or_else(PoisonError::into_inner);
                                let expected = if is_device { &known.devices } else { &known.relays };
                                expected.contains(key)
                            })),
                            lan: key.clone().filter(|_| is_device),
                        };
                        let keeper = lines.clone();
                        let task = tokio::spawn(async move { keeper.keep(target, false).await });
                        if let Some(old) = dialing.insert(instance, task) {
                            old.abort();
                        }
                    }
                    Some(Sighting::Gone { instance }) => {
                        if let Some(task) = dialing.remove(&instance) {
                            task.abort();
                        }
                    }
                    Some(_) => {}
                    None => return,
                }
            }
        });
        Ok(())
    }
}
