//! Many devices of many communes, each with a real connection and a real session, and little else.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sothon_archive::{Archive, rights_of, role_of};
use sothon_ledger::register::Action;
use sothon_ledger::serving::Party;
use sothon_ledger::{DeviceId, Role, Root, Scope, TransportKey};
use sothon_net::reconnect::{After, Backoff, keep_trying};
use sothon_net::{DialError, Endpoint, Expected, Identity, Limits, Peer};
use sothon_store::{Batch, Store};
use sothon_sync::{Event, PeerHints, Session, SessionConfig, SessionSalt};
use tokio::sync::{Semaphore, oneshot, watch};
use tokio::task::JoinHandle;

use crate::common::{LOOPBACK, Registrar};

const CHUNK: usize = 64 * 1024;
/// How long a device waits until it is served before it counts as not served. The app has no such limit.
const PATIENCE: Duration = Duration::from_secs(60);
const NOW_MS: u64 = 1_750_000_000_000;

/// One commune's register, as all its devices here have it.
pub struct Commune {
    root: Root,
    relay: TransportKey,
    archive: Mutex<Archive>,
}

impl Commune {
    /// Admits these phones as village heads, and one village each.
    pub fn new<'a>(
        registrar: &mut Registrar,
        relay: TransportKey,
        phones: impl Iterator<Item = &'a Arc<Phone>>,
    ) -> Commune {
        registrar.relay(relay);
        for (at, phone) in phones.enumerate() {
            registrar.order(Action::Admit {
                device: phone.device,
                transport: phone.endpoint.key(),
                role: Role::VillageHead,
                // Village 1 is left to those that write.
                scopes: vec![Scope::Village(u32::try_from(at).expect("few") + 2)],
                until: None,
            });
        }
        let store = Store::in_memory(registrar.root()).expect("opens");
        let mut archive = Archive::open(store).expect("opens");
        let batch = Batch {
            operations: registrar.operations(),
            ..Batch::default()
        };
        archive.add(batch).expect("stores");
        Commune {
            root: registrar.root(),
            relay,
            archive: Mutex::new(archive),
        }
    }

    fn session(&self, device: DeviceId, peer: &Peer) -> Session {
        let archive = self.archive.lock().expect("whole");
        let party = Party::Device(device);
        let config = SessionConfig {
            role: role_of(archive.register().expect("there"), party),
            root: self.root,
            initiator: true,
            salt: SessionSalt(peer.salt()),
            limits: sothon_sync::Limits::default(),
            peer: peer.key(),
            knock: None,
        };
        let rights = rights_of(&archive, party, &self.relay);
        Session::new(config, rights, PeerHints::default(), &*archive, NOW_MS).expect("opens")
    }

    /// What is to be sent, and whether both hold the same.
    fn pump(&self, session: &mut Session) -> (Vec<u8>, bool) {
        let mut archive = self.archive.lock().expect("whole");
        let (mut out, mut equal) = (Vec::new(), false);
        loop {
            while let Some(event) = session.poll_event() {
                match event {
                    Event::UpToDate { .. } => equal = true,
                    Event::Store(batch) => {
                        let id = batch.id;
                        let taken = archive.take_in(vec![batch], &mut || None, None, &mut |_, _, _| None);
                        for outcome in taken.outcomes {
                            session.stored(id, outcome, &*archive, NOW_MS).expect("reads");
                        }
                    }
                    _ => {}
                }
            }
            match session.poll_output(&*archive).expect("reads") {
                Some(bytes) => out.extend(bytes),
                None => return (out, equal),
            }
        }
    }

    fn hear(&self, session: &mut Session, bytes: &[u8]) {
        let archive = self.archive.lock().expect("whole");
        session.handle(bytes, &*archive, NOW_MS).expect("reads");
    }
}

/// A device: a key and a socket.
pub struct Phone {
    endpoint: Endpoint,
    device: DeviceId,
}

impl Phone {
    pub fn new(number: usize) -> Phone {
        Phone::at(LOOPBACK, number)
    }

    pub fn at(address: SocketAddr, number: usize) -> Phone {
        let key = |of: u8| {
            let mut seed = [of; 32];
            seed[..8].copy_from_slice(&number.to_le_bytes());
            SigningKey::from_bytes(&seed)
        };
        Phone {
            endpoint: Endpoint::bind(address, Identity::new(key(1)), Limits::default()).expect("a socket"),
            device: DeviceId(key(2).verifying_key().to_bytes()),
        }
    }
}

/// A session that is open, until it is dropped.
pub struct Open(JoinHandle<()>);

impl Open {
    pub fn is_over(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why a device has no session.
#[derive(Debug)]
pub enum NotServed {
    Dial(DialError),
    /// The connection ended, or nothing came for long.
    Ended,
}

/// Dials, and waits until both sides hold the same.
pub async fn open(phone: &Phone, commune: &Arc<Commune>, at: SocketAddr) -> Result<Open, NotServed> {
    let expected = Expected::Key(commune.relay);
    let peer = phone
        .endpoint
        .dial(at, expected, None)
        .await
        .map_err(NotServed::Dial)?;
    let (equal, served) = oneshot::channel();
    let open = Open(tokio::spawn(converse(peer, commune.clone(), phone.device, equal)));
    match tokio::time::timeout(PATIENCE, served).await {
        Ok(Ok(())) => Ok(open),
        _ => Err(NotServed::Ended),
    }
}

async fn converse(peer: Peer, commune: Arc<Commune>, device: DeviceId, equal: oneshot::Sender<()>) {
    let Ok((mut send, mut receive)) = peer.stream().await else {
        return;
    };
    let mut session = commune.session(device, &peer);
    let mut equal = Some(equal);
    loop {
        let (out, are_equal) = commune.pump(&mut session);
        if send.write_all(&out).await.is_err() {
            return;
        }
        if are_equal && let Some(tell) = equal.take() {
            // Whoever waits may have given up.
            let _ = tell.send(());
        }
        match receive.read_chunk(CHUNK, true).await {
            Ok(Some(chunk)) => commune.hear(&mut session, &chunk.bytes),
            _ => return,
        }
    }
}

/// Opens these, at most `abreast` at once; those that could not be are errors.
pub async fn open_all(
    wanted: impl Iterator<Item = (Arc<Phone>, Arc<Commune>)>,
    at: SocketAddr,
    abreast: usize,
) -> Vec<Result<Open, NotServed>> {
    let turns = Arc::new(Semaphore::new(abreast));
    let opening: Vec<_> = wanted
        .map(|(phone, commune)| {
            let turns = turns.clone();
            tokio::spawn(async move {
                let _turn = turns.acquire().await;
                open(&phone, &commune, at).await
            })
        })
        .collect();
    let mut opened = Vec::new();
    for one in opening {
        opened.push(one.await.expect("does not panic"));
    }
    opened
}

/// All at once, each again and again as the app does it, until all are served. Says how often one had to dial again.
pub async fn come_back(
    wanted: impl Iterator<Item = (Arc<Phone>, Arc<Commune>)>,
    at: SocketAddr,
) -> (Vec<Open>, usize) {
    let trying: Vec<_> = wanted
        .map(|(phone, commune)| {
            tokio::spawn(async move {
                let (_wake, woken) = watch::channel(0);
                let (_stop, stopping) = watch::channel(false);
                let opened = Mutex::new((None, 0));
                let rng = StdRng::from_seed(phone.device.0);
                keep_trying(Backoff::default(), rng, woken, stopping, || async {
                    let open = open(&phone, &commune, at).await.ok();
                    let mut opened = opened.lock().expect("whole");
                    opened.1 += 1;
                    opened.0 = open;
                    if opened.0.is_some() {
                        After::Stop
                    } else {
                        After::Again
                    }
                })
                .await;
                opened.into_inner().expect("whole")
            })
        })
        .collect();
    let (mut all, mut again) = (Vec::new(), 0);
    for one in trying {
        let (open, dials) = one.await.expect("does not panic");
        all.extend(open);
        again += dials - 1;
    }
    (all, again)
}
