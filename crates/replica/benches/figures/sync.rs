//! Row 2: ten new records between two that hold all the others, beside Automerge's own sync of the same records.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use automerge::Automerge;
use automerge::sync::{State, SyncDoc as _};
use sothon_net::{Caller, Changes, Endpoint, Expected, Hub, Identity, Limits, run as run_session};
use sothon_records::Edit;
use sothon_replica::DeviceHost;

use crate::line;
use crate::stage::{Stage, act, relay_identity, relay_key};
use crate::wire::{Blind, Fixed, Wired, exchange};

const NEW: usize = 10;

pub type Head = DeviceHost<rand_core::UnwrapErr<getrandom::SysRng>, Fixed>;

pub fn run(stage: &mut Stage) {
    println!("\nRow 2: sync of {NEW} new records (goal: at most 1.6 KB after the handshake, one round trip)");
    stage.head_on_disk();
    let head = stage.head();
    let key = head.station().transport_key();
    let identity = head.station().transport();
    let before = head.export_automerge(&stage.book).expect("saves");
    let mut head = DeviceHost::new(head, Fixed, None);
    let root = head.replica.root();
    let empty = sothon_store::Store::in_memory(root).expect("opens");
    let archive = std::mem::replace(
        &mut stage.relay,
        sothon_archive::Archive::open(empty).expect("opens"),
    );
    let mut relay = Blind::new(archive);
    let first = exchange((&mut head, key), (&mut relay, relay_key()));
    report("a first session (both hold nearly all)", &first);
    let idle = exchange((&mut head, key), (&mut relay, relay_key()));
    report("a session in which nothing is new", &idle);

    let payload = write(stage, &mut head);
    line("payload and envelope of the entry", &payload);
    let kept = exchange((&mut head, key), (&mut relay, relay_key()));
    report("10 new records, the last session remembered", &kept);

    write(stage, &mut head);
    // Another process of the same device: what it remembers of the relay is gone.
    let forgetful = head.replica;
    let mut head = Forgetful(DeviceHost::new(forgetful, Fixed, None));
    let lost = exchange((&mut head, key), (&mut relay, relay_key()));
    report("10 new records, nothing remembered", &lost);

    let mut head = head.0;
    let after = {
        write(stage, &mut head);
        head.replica.export_automerge(&stage.book).expect("saves")
    };
    automerges(&before, &after);

    drop(head.replica.lock());
    let runtime = tokio::runtime::Runtime::new().expect("starts");
    runtime.block_on(over_quic(stage, identity, relay));
}

/// Saves ten records and publishes them in one entry; says its size.
fn write(stage: &mut Stage, head: &mut Head) -> String {
    for _ in 0..NEW {
        let (key, record) = stage.more.next().expect("there are more");
        head.replica
            .edit(stage.book, &[Edit::Create { key, record }], &act())
            .expect("saves");
    }
    let (published, _) = head.publish().expect("publishes");
    let store = head.replica.station().store();
    let sizes: Vec<String> = published
        .entries
        .iter()
        .filter_map(|id| store.envelope(id).ok()?)
        .map(|envelope| format!("{}+{} B", envelope.payload_len(), envelope.bytes().len()))
        .collect();
    sizes.join(", ")
}

fn report(what: &str, wired: &Wired) {
    let Wired {
        there,
        back,
        round_trips,
        equal,
        stored_in,
    } = wired;
    line(
        &format!("{what}: sent, received, together"),
        &format!("{there} + {back} = {} B", there + back),
    );
    let equal = if *equal { "equal" } else { "NOT equal" };
    line(
        &format!("   stored in round trip {stored_in}, silent after {round_trips}"),
        equal,
    );
}

/// A host that has forgotten its peers.
struct Forgetful(Head);

impl sothon_net::Host for Forgetful {
    type Holdings = sothon_archive::Archive;

    fn root(&self) -> sothon_ledger::Root {
        self.0.root()
    }

    fn role(&self) -> sothon_sync::PeerRole {
        self.0.role()
    }

    fn read<T>(&self, read: impl FnOnce(&Self::Holdings) -> T) -> T {
        self.0.read(read)
    }

    fn rights(&self, peer: &sothon_ledger::TransportKey) -> sothon_sync::Rights {
        self.0.rights(peer)
    }

    fn store(&mut self, batches: Vec<sothon_net::FromPeer>) -> sothon_net::StoreReport {
        self.0.store(batches)
    }

    fn now_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn wants(&self) -> sothon_sync::Wants {
        self.0.wants()
    }

    fn told(&mut self, peer: &sothon_ledger::TransportKey, event: &sothon_sync::Event) {
        self.0.told(peer, event);
    }
}

/// Automerge's sync of what is between two saves, with and without what the last sync left behind.
fn automerges(before: &[u8], after: &[u8]) {
    let new = Automerge::load(after).expect("loads");
    let old = Automerge::load(before).expect("loads");
    let wanted = new.get_changes(&old.get_heads());
    for (name, keep) in [("kept", true), ("lost", false)] {
        let mut one = Automerge::load(before).expect("loads");
        let mut two = Automerge::load(before).expect("loads");
        let (mut of_one, mut of_two) = (State::new(), State::new());
        pump(&mut one, &mut two, &mut of_one, &mut of_two);
        if !keep {
            (of_one, of_two) = (State::new(), State::new());
        }
        let ten: Vec<automerge::Change> = wanted.iter().take(NEW).cloned().collect();
        one.apply_changes(ten).expect("applies");
        let (bytes, messages) = pump(&mut one, &mut two, &mut of_one, &mut of_two);
        line(
            &format!("Automerge's own sync of 10 such records, state {name} ({messages} messages)"),
            &format!("{bytes} B"),
        );
    }
}

/// Runs Automerge's own sync to its end: its bytes and messages.
pub fn pump(
    one: &mut Automerge,
    two: &mut Automerge,
    of_one: &mut State,
    of_two: &mut State,
) -> (usize, usize) {
    let (mut bytes, mut messages) = (0, 0);
    loop {
        let there = one.generate_sync_message(of_one);
        let silent = there.is_none();
        if let Some(message) = there {
            bytes += message.clone().encode().len();
            messages += 1;
            two.receive_sync_message(of_two, message).expect("receives");
        }
        let back = two.generate_sync_message(of_two);
        if silent && back.is_none() {
            return (bytes, messages);
        }
        if let Some(message) = back {
            bytes += message.clone().encode().len();
            messages += 1;
            one.receive_sync_message(of_one, message).expect("receives");
        }
    }
}

/// The same over QUIC on loopback: all bytes of UDP payload after the handshake.
async fn over_quic(stage: &mut Stage, identity: ed25519_dalek::SigningKey, relay: Blind) {
    let any = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    let endpoint = Endpoint::bind(any, Identity::new(relay_identity()), Limits::default()).expect("binds");
    let address = endpoint.local_addr().expect("is bound");
    let relay = Hub::start(relay).expect("starts");
    let (listening, serving) = (endpoint.clone(), relay.clone());
    tokio::spawn(async move {
        listening
            .listen(None, move |peer| {
                let hub = serving.clone();
                async move {
                    if let Ok(caller) = Caller::hear(peer, Duration::from_secs(10)).await {
                        caller.serve(&hub).await;
                    }
                }
            })
            .await
    });
    let mut results = Vec::new();
    // First what was written above for Automerge's own sync.
    for new in [false, true, false] {
        let mut head = DeviceHost::new(stage.head(), Fixed, None);
        if new {
            write(stage, &mut head);
        }
        let seen = relay
            .with(|relay| (relay.up_to_date, Changes::default()))
            .await
            .expect("runs");
        let hub = Hub::start(head).expect("starts");
        let dialing = Endpoint::bind(any, Identity::new(identity.clone()), Limits::default()).expect("binds");
        let began = Instant::now();
        let peer = dialing
            .dial(address, Expected::Key(relay_key()), None)
            .await
            .expect("dials");
        let handshake = (began.elapsed(), peer.bytes());
        let began = Instant::now();
        let mut took = Duration::ZERO;
        let after = {
            let session = run_session(&hub, &peer);
            tokio::pin!(session);
            loop {
                tokio::select! {
                    _ = &mut session => break peer.bytes(),
                    () = tokio::time::sleep(Duration::from_millis(1)) => {}
                }
                let now = relay
                    .with(|relay| (relay.up_to_date, Changes::default()))
                    .await
                    .expect("runs");
                if took.is_zero() && now > seen {
                    took = began.elapsed();
                }
                // Acknowledgements of QUIC that still travel.
                if !took.is_zero() && began.elapsed() > took + Duration::from_millis(400) {
                    break peer.bytes();
                }
            }
        };
        results.push((new, handshake, after, took));
        hub.stop().await;
        dialing.close(sothon_net::CloseCode::Done);
    }
    results.remove(0);
    for (new, (shaking, (out, back)), (all_out, all_back), took) in results {
        let what = if new { "10 new records" } else { "nothing new" };
        line(
            &format!(
                "over QUIC, {what}: handshake, UDP payload ({} ms)",
                shaking.as_millis()
            ),
            &format!("{out} + {back} B"),
        );
        line(
            &format!(
                "over QUIC, {what}: after it, UDP payload ({} ms)",
                took.as_millis()
            ),
            &format!(
                "{} + {} = {} B",
                all_out - out,
                all_back - back,
                all_out - out + all_back - back
            ),
        );
    }
    relay.stop().await;
}
