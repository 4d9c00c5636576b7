//! The relay as a process of its own, with devices over real sockets on loopback.

#[path = "../../net/tests/common/mod.rs"]
mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use common::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sothon_ledger::slip::RootSlip;
use sothon_ledger::{Height, OperationId, Root, TransportKey};
use sothon_net::nearby::{Interfaces, Nearby, Neighbour, Neighbourhood, Sighting};
use sothon_net::reconnect::{After, Backoff, keep_trying};
use sothon_net::{DialError, Expected, Limits, SessionEnd, run};
use sothon_sync::CloseReason;
use tokio::sync::watch;

const MINUTE: Duration = Duration::from_secs(60);

fn command(arguments: &[&str], dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sothon-relay"));
    command.args(arguments).arg("--data").arg(dir);
    command
}

fn done(arguments: &[&str], dir: &Path) -> String {
    let out = command(arguments, dir).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn slip(root: Root) -> String {
    RootSlip::new(root, Height(1), OperationId(root.0), Vec::new()).to_text()
}

/// A relay process; killed when dropped.
struct Process {
    child: Child,
    address: SocketAddr,
    http: SocketAddr,
    lines: mpsc::Receiver<serde_json::Value>,
}

impl Process {
    fn start(dir: &Path, listen: &str) -> Process {
        Process::start_with(dir, listen, &[])
    }

    fn start_with(dir: &Path, listen: &str, more: &[&str]) -> Process {
        let serve = ["serve", "--listen", listen, "--http", "127.0.0.1:0"];
        let mut child = command(&[&serve, more].concat(), dir)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut process = Process {
            child,
            address: LOOPBACK,
            http: LOOPBACK,
            lines,
        };
        process.address = process.line("listening")["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        process.http = process.line("health")["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        process
    }

    /// Waits for the next log line with this message.
    fn line(&self, message: &str) -> serde_json::Value {
        loop {
            let line = self
                .lines
                .recv_timeout(MINUTE)
                .unwrap_or_else(|_| panic!("no line: {message}"));
            if line["message"] == message {
                return line;
            }
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.http).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            while let Ok(line) = self.lines.recv_timeout(MINUTE) {
                eprintln!("relay: {line}");
            }
        }
    }
}

/// A folder with a relay in it that serves these communes, which know it; its key.
fn folder(communes: &mut [&mut Registrar]) -> (tempfile::TempDir, Expected) {
    let dir = tempfile::tempdir().unwrap();
    let printed = done(&["init"], dir.path());
    assert_eq!(printed, done(&["key"], dir.path()));
    let key: TransportKey = printed.trim().parse().unwrap();
    for registrar in communes {
        done(&["add", &slip(registrar.root())], dir.path());
        registrar.relay(key);
    }
    (dir, Expected::Key(key))
}

async fn device(n: u8, registrar: &Registrar) -> Running {
    let device = start(n, Machine::in_memory(n, registrar.root()), Limits::default());
    device.learn(registrar.operations()).await;
    device
}

#[tokio::test]
async fn two_devices_sync_through_the_relay_and_it_stops_in_order() {
    let mut registrar = Registrar::new(1);
    let (dir, relay_key) = folder(&mut [&mut registrar]);
    let mut relay = Process::start(dir.path(), "127.0.0.1:0");
    assert!(relay.get("/health").starts_with("HTTP/1.1 200"));

    let head = device(HEAD, &registrar).await;
    head.write(20, 500).await;
    let head_session = head.sync_with(relay.address, relay_key.clone());
    let mut police = device(POLICE, &registrar).await;
    let police_session = police.sync_with(relay.address, relay_key.clone());
    police.until("through the relay", |seen| seen.entries == 20).await;
    head.write(1, 500).await;
    police.until("pushed", |seen| seen.entries == 21).await;

    let metrics = relay.get("/metrics");
    let short = &registrar.root().to_string()[..8];
    for line in [
        format!("sothon_sessions_open{{commune=\"{short}\"}} 2"),
        format!("sothon_entries_total{{commune=\"{short}\"}} 21"),
        format!(
            "sothon_register_height{{commune=\"{short}\"}} {}",
            registrar.height()
        ),
    ] {
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }

    relay.signal("TERM");
    for session in [head_session, police_session] {
        let end = ended(session).await;
        assert_eq!((end.reason, end.by_peer), (CloseReason::Bye, true));
    }
    assert!(relay.child.wait().unwrap().success());
    let mut log = String::new();
    while let Ok(line) = relay.lines.recv_timeout(MINUTE) {
        log.push_str(&line.to_string());
    }
    for secret in [
        registrar.root().to_string(),
        identity(HEAD).public().to_string(),
        common::device(HEAD).to_string(),
        "127.0.0.1".to_owned(),
    ] {
        assert!(!log.contains(&secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_full_relay_says_so_at_once_serves_whom_it_has_and_takes_the_next_when_one_leaves() {
    let mut registrar = Registrar::new(1);
    let (dir, relay_key) = folder(&mut [&mut registrar]);
    let relay = Process::start_with(dir.path(), "127.0.0.1:0", &["--connections", "2"]);
    let mut head = device(HEAD, &registrar).await;
    let head_session = head.sync_with(relay.address, relay_key.clone());
    head.until("in session", |seen| seen.up_to_date > 0).await;
    let mut police = device(POLICE, &registrar).await;
    let _session = police.sync_with(relay.address, relay_key.clone());
    police.until("in session", |seen| seen.up_to_date > 0).await;

    let mut office = device(OFFICE, &registrar).await;
    for _ in 0..20 {
        let refused = office
            .endpoint
            .dial(relay.address, relay_key.clone(), None)
            .await
            .unwrap_err();
        assert!(matches!(refused, DialError::Connection { .. }), "{refused:?}");
    }
    assert_eq!(relay.line("refused")["connections"], 1);
    head.write(1, 500).await;
    police.until("among the full", |seen| seen.entries == 1).await;
    assert!(relay.get("/health").starts_with("HTTP/1.1 200"));

    head_session.abort();
    let dialing = async {
        loop {
            if let Ok(peer) = office.endpoint.dial(relay.address, relay_key.clone(), None).await {
                return peer;
            }
        }
    };
    let peer = tokio::time::timeout(MINUTE, dialing).await.unwrap();
    let hub = office.hub.clone();
    tokio::spawn(async move { run(&hub, &peer).await });
    office.until("in its place", |seen| seen.entries == 1).await;
}

#[tokio::test]
async fn a_relay_killed_in_mid_sync_loses_nothing_that_it_acknowledged() {
    let mut registrar = Registrar::new(1);
    let (dir, relay_key) = folder(&mut [&mut registrar]);
    let relay = Process::start(dir.path(), "127.0.0.1:0");
    let address = relay.address;
    // Who has nothing to send notices by a keep-alive that the relay is another one.
    let limits = Limits {
        keep_alive: Duration::from_millis(200),
        ..Limits::default()
    };
    let mut head = start(HEAD, Machine::in_memory(HEAD, registrar.root()), limits);
    head.learn(registrar.operations()).await;
    head.write(60, 100 << 10).await;

    let (_wake, wake) = watch::channel(0);
    let (stop, stopping) = watch::channel(false);
    let (endpoint, hub, key) = (head.endpoint.clone(), head.hub.clone(), relay_key.clone());
    let trying = tokio::spawn(async move {
        let backoff = Backoff {
            first: Duration::from_millis(50),
            longest: Duration::from_millis(200),
            lived: Duration::from_secs(30),
        };
        let hasty = |_: &SessionEnd| After::Again;
        keep_trying(backoff, StdRng::seed_from_u64(1), wake, stopping, || async {
            match endpoint.dial(address, key.clone(), None).await {
                Ok(peer) => hasty(&run(&hub, &peer).await),
                Err(_) => After::Again,
            }
        })
        .await;
    });

    let mut relay = relay;
    for round in 1..=3 {
        let some = round * 10;
        head.until("some acknowledged", |seen| seen.peer_has >= some)
            .await;
        let acknowledged = head.seen.borrow().peer_has;
        relay.child.kill().unwrap();
        relay.child.wait().unwrap();
        relay = Process::start(dir.path(), &address.to_string());
        let metrics = relay.get("/metrics");
        let bytes = metrics
            .lines()
            .find(|line| line.starts_with("sothon_entry_bytes{"))
            .unwrap();
        let bytes: u64 = bytes.rsplit(' ').next().unwrap().parse().unwrap();
        assert!(
            bytes >= acknowledged * (100 << 10),
            "{acknowledged} acknowledged, {bytes} bytes kept"
        );
    }
    head.until("all acknowledged", |seen| seen.peer_has == 60).await;
    let mut police = device(POLICE, &registrar).await;
    let _session = police.sync_with(address, relay_key);
    police
        .until("all through the relay", |seen| seen.entries == 60)
        .await;
    stop.send(true).unwrap();
    trying.await.unwrap();
}

#[tokio::test]
async fn a_commune_is_served_from_the_signal_after_it_was_added_until_it_is_removed() {
    let (mut one, mut two) = (Registrar::new(1), Registrar::new(2));
    let (dir, relay_key) = folder(&mut [&mut one]);
    if let Expected::Key(key) = &relay_key {
        two.relay(*key);
    }
    let relay = Process::start(dir.path(), "127.0.0.1:0");
    let mut first = device(HEAD, &one).await;
    let first_session = first.sync_with(relay.address, relay_key.clone());
    first.until("in session", |seen| seen.up_to_date > 0).await;

    let mut second = device(HEAD, &two).await;
    let refused = second.sync_with(relay.address, relay_key.clone()).await.unwrap();
    assert!(matches!(refused, SessionEnd::Connection(_)), "{refused:?}");
    done(&["add", &slip(two.root())], dir.path());
    relay.signal("HUP");
    relay.line("served");
    let second_session = second.sync_with(relay.address, relay_key);
    second.until("in session", |seen| seen.up_to_date > 0).await;

    let listed = done(&["list"], dir.path());
    assert!(
        listed.contains(&one.root().to_string()) && listed.contains(&two.root().to_string()),
        "{listed}"
    );
    let moved = done(&["remove", &one.root().to_string()], dir.path());
    assert!(Path::new(moved.trim()).join("store.db").exists());
    relay.signal("HUP");
    assert_eq!(ended(first_session).await.reason, CloseReason::Bye);
    assert!(!second_session.is_finished());
}

#[tokio::test]
async fn a_device_finds_the_relay_on_its_network_and_syncs_with_it() {
    let (mut ours, mut other, foreign) = (Registrar::new(1), Registrar::new(2), Registrar::new(3));
    let (dir, relay_key) = folder(&mut [&mut ours]);
    let Expected::Key(key) = relay_key else {
        unreachable!()
    };
    other.relay(key);
    let place = Neighbourhood {
        interfaces: Interfaces::Loopback,
        port: UdpSocket::bind(LOOPBACK).unwrap().local_addr().unwrap().port(),
    };
    let port = place.port.to_string();
    let announce = ["--announce", "--interface", "loopback", "--mdns-port", &port];
    let relay = Process::start_with(dir.path(), "0.0.0.0:0", &announce);
    let mut stranger = Nearby::look_for_relays(&foreign.root(), &place).unwrap();
    let mut nearby = Nearby::look_for_relays(&ours.root(), &place).unwrap();
    let mut elsewhere = Nearby::look_for_relays(&other.root(), &place).unwrap();
    let addresses = seen(&mut nearby).await;
    assert_eq!(
        addresses,
        [SocketAddr::from(([127, 0, 0, 1], relay.address.port()))]
    );
    let mut head = device(HEAD, &ours).await;
    head.write(3, 500).await;
    let session = head.sync_with(addresses[0], Expected::Key(key));
    head.until("all acknowledged", |seen| seen.peer_has == 3).await;

    // A commune that is added is announced to from then on; who stops says so.
    done(&["add", &slip(other.root())], dir.path());
    relay.signal("HUP");
    assert_eq!(seen(&mut elsewhere).await, addresses);
    relay.signal("TERM");
    for nearby in [&mut nearby, &mut elsewhere] {
        let gone = tokio::time::timeout(MINUTE, nearby.next()).await.unwrap();
        assert!(matches!(gone, Some(Sighting::Gone { .. })), "{gone:?}");
    }
    assert_eq!(ended(session).await.reason, CloseReason::Bye);
    let unseen = tokio::time::timeout(Duration::ZERO, stranger.next()).await;
    assert!(unseen.is_err(), "{unseen:?}");
}

/// Where the relay that is seen next may be dialed.
async fn seen(nearby: &mut Nearby) -> Vec<SocketAddr> {
    match tokio::time::timeout(MINUTE, nearby.next()).await.unwrap() {
        Some(Sighting::Here {
            neighbour: Neighbour::Relay,
            addresses,
            ..
        }) => addresses,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_over_quota_is_refused_with_a_reason_and_another_commune_does_not_notice() {
    let (mut small, mut other) = (Registrar::new(1), Registrar::new(2));
    let (dir, relay_key) = folder(&mut [&mut other]);
    if let Expected::Key(key) = &relay_key {
        small.relay(*key);
    }
    done(&["add", &slip(small.root()), "--device-day-mib", "1"], dir.path());
    let relay = Process::start(dir.path(), "127.0.0.1:0");
    let mut greedy = device(HEAD, &small).await;
    greedy.write(30, 100 << 10).await;
    let _greedy = greedy.sync_with(relay.address, relay_key.clone());
    greedy.until("refused", |seen| seen.not_now > 0).await;
    let mut neighbour = device(NEIGHBOUR, &small).await;
    neighbour.write(3, 1000).await;
    let _neighbour = neighbour.sync_with(relay.address, relay_key.clone());
    neighbour
        .until("within its own quota", |seen| seen.peer_has >= 3)
        .await;
    let mut honest = device(HEAD, &other).await;
    honest.write(30, 100 << 10).await;
    let _honest = honest.sync_with(relay.address, relay_key);
    honest.until("another commune", |seen| seen.peer_has == 30).await;
    assert!(relay.get("/health").contains("\"ok\""));
}

#[test]
fn health_is_not_served_to_other_machines() {
    let (dir, _) = folder(&mut []);
    let serve = ["serve", "--listen", "127.0.0.1:0", "--http", "0.0.0.0:0"];
    let out = command(&serve, dir.path()).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("loopback"));
}

#[test]
fn what_cannot_be_done_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let out = command(&["serve"], dir.path()).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("init"));
    let out = command(&["add", "not a slip"], dir.path()).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
}

#[tokio::test]
async fn who_was_invited_knocks_at_the_relay_and_gets_the_register_when_it_is_admitted() {
    const NEW: u8 = 9;
    let mut registrar = Registrar::new(1);
    let (dir, relay_key) = folder(&mut [&mut registrar]);
    let relay = Process::start(dir.path(), "127.0.0.1:0");
    let mut police = device(POLICE, &registrar).await;
    let _police = police.sync_with(relay.address, relay_key.clone());
    police.until("up to date", |seen| seen.up_to_date > 0).await;
    let head = device(HEAD, &registrar).await;
    let _head = head.sync_with(relay.address, relay_key.clone());

    // It has no register: what it trusts is on its slip.
    let (mut machine, seen) = Machine::in_memory(NEW, registrar.root());
    machine.knock = Some(registrar.asks(NEW));
    let mut new = start(NEW, (machine, seen), Limits::default());
    let session = new.sync_with(relay.address, relay_key.clone());
    new.until("heard", |seen| seen.heard == 1).await;
    police.until("told of it", |seen| seen.knocks == 1).await;
    assert_eq!(
        head.seen.borrow().knocks,
        0,
        "a village head has nothing to say to it"
    );
    let short = &registrar.root().to_string()[..8];
    let waiting = |n: usize| format!("sothon_knocks{{commune=\"{short}\"}} {n}");
    assert!(relay.get("/metrics").contains(&waiting(1)));
    assert_eq!(new.seen.borrow().height, Height(0));

    registrar.admit(
        NEW,
        sothon_ledger::Role::VillageHead,
        sothon_ledger::Scope::Village(1),
    );
    police.learn(registrar.operations()).await;
    let height = registrar.height();
    new.until("admitted in the session that waited", |seen| {
        seen.height == height && seen.up_to_date > 0
    })
    .await;
    assert!(!session.is_finished());
    assert!(relay.get("/metrics").contains(&waiting(0)));
}

#[tokio::test]
async fn a_knock_outlives_the_relay_s_restart_and_a_replayed_one_does_nothing() {
    const NEW: u8 = 9;
    let mut registrar = Registrar::new(1);
    let (dir, relay_key) = folder(&mut [&mut registrar]);
    let relay = Process::start(dir.path(), "127.0.0.1:0");
    let police = device(POLICE, &registrar).await;
    let session = police.sync_with(relay.address, relay_key.clone());
    let (mut machine, seen) = Machine::in_memory(NEW, registrar.root());
    machine.knock = Some(registrar.asks(NEW));
    let mut new = start(NEW, (machine, seen), Limits::default());
    let knocking = new.sync_with(relay.address, relay_key.clone());
    new.until("heard", |seen| seen.heard == 1).await;
    drop(relay);
    drop((session, knocking, police));

    let relay = Process::start(dir.path(), "127.0.0.1:0");
    let mut office = device(OFFICE, &registrar).await;
    let _office = office.sync_with(relay.address, relay_key.clone());
    office.until("kept on the disk", |seen| seen.knocks == 1).await;
    registrar.admit(
        NEW,
        sothon_ledger::Role::VillageHead,
        sothon_ledger::Scope::Village(1),
    );
    office.learn(registrar.operations()).await;
    office.until("admitted", |seen| seen.knocks == 0).await;

    // The same request under the thief's own transport key, and once more by the device itself.
    let (mut machine, seen) = Machine::in_memory(8, registrar.root());
    machine.knock = Some(registrar.asks(NEW));
    let thief = start(8, (machine, seen), Limits::default());
    let end = ended(thief.sync_with(relay.address, relay_key.clone())).await;
    assert_eq!((end.reason, end.by_peer), (CloseReason::Protocol, true));
    let _again = new.sync_with(relay.address, relay_key.clone());
    let height = registrar.height();
    new.until("the register", |seen| seen.height == height).await;
    assert_eq!(office.seen.borrow().knocks, 0);
}
