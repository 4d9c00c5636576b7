//! A relay over QUIC on loopback, that can be stopped, set back and started again at its place.
#![allow(dead_code, missing_docs)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sothon_ledger::Root;
use sothon_net::Limits;
use sothon_relay::folder::{Folder, Quota};
use sothon_relay::serve::Relay;
use sothon_replica::slip::RootSlip;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long a place may stay taken after who had it has ended.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct RelayAt {
    pub dir: PathBuf,
    /// `KEY@host:port`.
    pub place: String,
    address: SocketAddr,
    running: Option<Running>,
}

struct Running {
    runtime: Runtime,
    relay: Relay,
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl RelayAt {
    /// A relay with a new key in a folder, serving nobody yet.
    pub fn new(dir: PathBuf) -> RelayAt {
        let (_, identity) = Folder::init(&dir, &mut rand::rng()).expect("a folder");
        let key = identity.public();
        let mut relay = RelayAt {
            dir,
            place: String::new(),
            address: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            running: None,
        };
        relay.start();
        relay.place = format!("{key}@{}", relay.address);
        relay
    }

    /// Serves the commune of a slip from now on.
    pub fn add(&mut self, slip: &str) {
        self.stop();
        let (folder, _) = Folder::open(&self.dir).expect("opens");
        let root = RootSlip::from_text(slip).expect("a slip").root;
        folder.add(root, Quota::default()).expect("adds");
        self.start();
    }

    /// How much it takes from its next start on.
    pub fn set_quota(&self, root: Root, quota: Quota) {
        let file = self.dir.join(format!("communes/{root}/quota.json"));
        std::fs::write(file, serde_json::to_vec(&quota).expect("a quota")).expect("writes");
    }

    pub fn start(&mut self) {
        let runtime = Runtime::new().expect("a runtime");
        let until = Instant::now() + PATIENCE;
        let relay = loop {
            let _within = runtime.enter();
            let (folder, identity) = Folder::open(&self.dir).expect("opens");
            match Relay::start(folder, identity, self.address, Limits::default()) {
                Ok(relay) => break relay,
                // Who was there has not quite gone.
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            std::thread::yield_now();
        };
        self.address = relay.address().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let serving = relay.clone();
        let task = runtime.spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serving.run(stopped).await.expect("serves");
        });
        self.running = Some(Running {
            runtime,
            relay,
            task,
            stop,
        });
    }

    /// Waits until so many sessions are open.
    pub fn until_open(&self, sessions: u64) {
        let relay = &self.running.as_ref().expect("it runs").relay;
        let until = Instant::now() + PATIENCE;
        let open = || -> u64 {
            let served = relay.communes().into_iter();
            served
                .map(|(_, served)| served.counters().open.load(Ordering::Relaxed))
                .sum()
        };
        while open() != sessions {
            assert!(Instant::now() < until, "{} sessions, not {sessions}", open());
            std::thread::yield_now();
        }
    }

    pub fn stop(&mut self) {
        if let Some(Running {
            runtime,
            relay,
            task,
            stop,
        }) = self.running.take()
        {
            drop(relay);
            let _ = stop.send(());
            runtime.block_on(task).expect("ends in order");
        }
    }

    /// Takes the relay's folder away and puts a copy of `from` in its place; the relay is stopped.
    pub fn set_back_to(&mut self, from: &Path) {
        self.stop();
        std::fs::remove_dir_all(&self.dir).expect("removes");
        copy(from, &self.dir);
    }
}

impl Drop for RelayAt {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Copies a folder with all below it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("reads") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copies");
        }
    }
}
