//! Serving: one socket, one hub per commune, until told to stop.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use sothon_ledger::Root;
use sothon_net::nearby::{Beacon, NearbyError, Neighbourhood};
use sothon_net::{BindError, Caller, CloseCode, Counters, Endpoint, Hub, Identity, Limits, Peer, SessionEnd};

use crate::commune::{Commune, Gauges, short};
use crate::folder::{Folder, FolderError};

/// How long open connections get to send what waits when the relay stops.
const FAREWELL: Duration = Duration::from_secs(10);

type Clock = fn() -> u64;

/// A commune that is served.
#[derive(Clone, Debug)]
pub struct Served {
    hub: Hub<Commune<Clock>>,
    gauges: Arc<Gauges>,
}

impl Served {
    /// What its sessions have done.
    pub fn counters(&self) -> &Counters {
        self.hub.counters()
    }

    /// What is counted of it.
    pub fn gauges(&self) -> &Gauges {
        &self.gauges
    }
}

/// Why the relay cannot serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The socket.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The announcement on the local network.
    #[error("cannot announce the relay nearby")]
    Nearby(#[from] NearbyError),
    /// No thread could be started, or no address is there.
    #[error("the system refuses")]
    System(#[from] std::io::Error),
}

/// The relay while it runs.
#[derive(Clone, Debug)]
pub struct Relay {
    endpoint: Endpoint,
    hello_within: Duration,
    folder: Folder,
    communes: Arc<RwLock<BTreeMap<Root, Served>>>,
    beacon: Option<Arc<Mutex<Beacon>>>,
}

impl Relay {
    /// Opens the socket and all communes' stores. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ServeError`]: a store that cannot be opened keeps the relay from starting, so that somebody looks at it.
    pub fn start(
        folder: Folder,
        identity: Identity,
        listen: SocketAddr,
        limits: Limits,
    ) -> Result<Relay, ServeError> {
        let hello_within = limits.handshake;
        let relay = Relay {
            endpoint: Endpoint::bind(listen, identity, limits)?,
            hello_within,
            folder,
            communes: Arc::default(),
            beacon: None,
        };
        for (root, _) in relay.folder.list()? {
            relay.open(root)?;
        }
        Ok(relay)
    }

    /// Announces the relay on the local network from now on, to each commune that it serves.
    ///
    /// # Errors
    /// [`ServeError::Nearby`].
    pub fn announce(&mut self, place: Neighbourhood) -> Result<(), ServeError> {
        self.beacon = Some(Arc::new(Mutex::new(Beacon::new(self.address()?, place)?)));
        let served = self.communes().into_iter().map(|(root, _)| root);
        self.announce_to(&served.collect())
    }

    fn announce_to(&self, communes: &BTreeSet<Root>) -> Result<(), ServeError> {
        if let Some(beacon) = &self.beacon {
            let mut beacon = beacon.lock().unwrap_or_else(PoisonError::into_inner);
            beacon.announce(communes, &mut rand::rng())?;
        }
        Ok(())
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.endpoint.local_addr()
    }

    /// The communes that are served now.
    pub fn communes(&self) -> Vec<(Root, Served)> {
        let communes = self.communes.read().unwrap_or_else(PoisonError::into_inner);
        communes
            .iter()
            .map(|(root, served)| (*root, served.clone()))
            .collect()
    }

    /// Looks at the folder again: serves communes that were added, and no longer those that were removed.
    ///
    /// # Errors
    /// [`ServeError`]; what could be done is done.
    pub async fn reload(&self) -> Result<(), ServeError> {
        let listed: BTreeSet<Root> = self.folder.list()?.into_iter().map(|(root, _)| root).collect();
        let mut gone = Vec::new();
        {
            let mut communes = self.communes.write().unwrap_or_else(PoisonError::into_inner);
            communes.retain(|root, served| {
                let keep = listed.contains(root);
                if !keep {
                    gone.push((*root, served.clone()));
                }
                keep
            });
        }
        for (root, served) in gone {
            served.hub.stop().await;
            tracing::info!(commune = %short(root), "no longer served");
        }
        for &root in &listed {
            let known = self
                .communes
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .contains_key(&root);
            if !known {
                self.open(root)?;
            }
        }
        self.announce_to(&listed)?;
        Ok(())
    }

    /// Accepts connections until `stop` is ready; then stores what came, says goodbye and ends.
    ///
    /// # Errors
    /// [`ServeError::Bind`].
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let relay = self.clone();
        let listening = self.endpoint.listen(None, move |peer| {
            let relay = relay.clone();
            async move { relay.serve(peer).await }
        });
        tokio::pin!(listening);
        tokio::select! {
            ended = &mut listening => return Ok(ended?),
            () = stop => {}
        }
        tracing::info!("stopping");
        if let Err(error) = self.announce_to(&BTreeSet::new()) {
            // The others notice when they dial.
            tracing::warn!(%error, "the announcement stays until it is too old");
        }
        let farewell = async {
            for (_, served) in self.communes() {
                served.hub.stop().await;
            }
            // Each connection closes itself when its last bytes are confirmed.
            self.endpoint.wait_idle().await;
        };
        tokio::select! {
            ended = &mut listening => return Ok(ended?),
            done = tokio::time::timeout(FAREWELL, farewell) => {
                if done.is_err() {
                    tracing::warn!("some connections did not end by themselves");
                }
            }
        }
        self.endpoint.close(CloseCode::GoingAway);
        // After this, whoever still does not answer is left behind.
        let _ = tokio::time::timeout(FAREWELL, listening).await;
        let _ = tokio::time::timeout(FAREWELL, self.endpoint.wait_idle()).await;
        tracing::info!("stopped");
        Ok(())
    }

    async fn serve(&self, peer: Peer) {
        let key = peer.key();
        let caller = match Caller::hear(peer, self.hello_within).await {
            Ok(caller) => caller,
            Err(error) => {
                tracing::debug!(peer = ?key, %error, "no session");
                return;
            }
        };
        let root = caller.root;
        let served = self
            .communes
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&root)
            .cloned();
        let Some(served) = served else {
            tracing::info!(peer = ?key, commune = %short(root), "a commune that is not served");
            caller.refuse(CloseCode::NotAuthorized);
            return;
        };
        tracing::info!(peer = ?key, commune = %short(root), "session opened");
        match caller.serve(&served.hub).await {
            SessionEnd::Ended(_) => {}
            end => tracing::info!(peer = ?key, commune = %short(root), %end, "connection ended"),
        }
    }

    fn open(&self, root: Root) -> Result<(), ServeError> {
        let quotas = self.folder.list()?;
        let quota = quotas.into_iter().find(|(listed, _)| *listed == root);
        let (_, quota) = quota.ok_or(FolderError::NotServed(root))?;
        let commune = Commune::new(self.folder.archive(root)?, quota, now_ms as Clock);
        let gauges = commune.gauges();
        let served = Served {
            hub: Hub::start(commune)?,
            gauges,
        };
        self.communes
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(root, served);
        tracing::info!(commune = %short(root), "served");
        Ok(())
    }
}

/// The machine's clock. A clock before 1970 counts as 1970.
fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
