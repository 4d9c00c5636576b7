//! Sessions over real sockets on loopback: two stores come to hold the same; who must not be served is cut off.

mod common;

use std::time::Duration;

use common::*;
use sothon_ledger::{Height, Role, Scope};
use sothon_net::{CloseCode, Endpoint, Limits, SessionEnd};
use sothon_sync::{CloseReason, Holdings as _};

#[tokio::test]
async fn two_stores_come_to_hold_the_same_and_then_push_what_is_new() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    head.write(30, 700).await;
    let session = head.sync_with(relay.address, expect(RELAY));
    relay.until("first exchange", |seen| seen.entries == 30).await;
    assert_eq!(relay.seen.borrow().height, registrar.height());
    head.until("acknowledged", |seen| seen.peer_has == 30 && seen.up_to_date > 0)
        .await;

    head.write(1, 500).await;
    relay.until("pushed", |seen| seen.entries == 31).await;

    let mut police = start(
        POLICE,
        Machine::in_memory(POLICE, registrar.root()),
        Limits::default(),
    );
    police.learn(registrar.operations()).await;
    let other = police.sync_with(relay.address, expect(RELAY));
    police.until("through the relay", |seen| seen.entries == 31).await;
    head.write(1, 500).await;
    police
        .until("pushed through the relay", |seen| seen.entries == 32)
        .await;

    head.hub.stop().await;
    assert_eq!(ended(session).await.reason, CloseReason::Bye);
    police.hub.stop().await;
    assert_eq!(ended(other).await.reason, CloseReason::Bye);
}

#[tokio::test]
async fn large_entries_travel_whole() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    head.write(8, 1 << 20).await;
    let _session = head.sync_with(relay.address, expect(RELAY));
    relay.until("8 MiB", |seen| seen.entries == 8).await;
    let missing = relay
        .hub
        .with(|machine| {
            let missing = machine.archive().store().missing_payloads(None).unwrap();
            (missing, Default::default())
        })
        .await
        .unwrap();
    assert!(missing.is_empty());
}

#[tokio::test]
async fn two_devices_sync_without_a_relay_and_share_only_what_both_may_hold() {
    let registrar = Registrar::new(1);
    let mut police = start(
        POLICE,
        Machine::in_memory(POLICE, registrar.root()),
        Limits::default(),
    );
    police.learn(registrar.operations()).await;
    police.write(3, 100).await;
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    head.write(2, 100).await;
    let _session = head.sync_with(police.address, expect(POLICE));
    head.until("both books of villages", |seen| seen.entries == 5)
        .await;
    police
        .until("both books of villages", |seen| seen.entries == 5)
        .await;
}

#[tokio::test]
async fn guarded_books_go_to_the_office_and_not_to_a_village() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let police = start(
        POLICE,
        Machine::in_memory(POLICE, registrar.root()),
        Limits::default(),
    );
    police.learn(registrar.operations()).await;
    police
        .hub
        .with(|machine| ((), machine.write_in(CARE, 4, 100)))
        .await
        .unwrap();
    let _session = police.sync_with(relay.address, expect(RELAY));
    relay.until("care", |seen| seen.entries == 4).await;
    let mut office = start(
        OFFICE,
        Machine::in_memory(OFFICE, registrar.root()),
        Limits::default(),
    );
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    for one in [&office, &head] {
        one.learn(registrar.operations()).await;
    }
    let _office = office.sync_with(relay.address, expect(RELAY));
    let _head = head.sync_with(relay.address, expect(RELAY));
    office.until("care", |seen| seen.entries == 4).await;
    head.until("equal", |seen| seen.up_to_date > 0).await;
    assert_eq!(head.seen.borrow().entries, 0);
    let held = head
        .hub
        .with(|machine| (machine.archive().logs(&CARE).unwrap().len(), Default::default()))
        .await;
    assert_eq!(held, Ok(0));
}

#[tokio::test]
async fn a_relay_learns_the_register_from_the_first_device_that_brings_it() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let other = Registrar::new(2);
    let stranger = start(HEAD, Machine::in_memory(HEAD, other.root()), Limits::default());
    stranger.learn(other.operations()).await;
    let refused = ended(stranger.sync_with(relay.address, expect(RELAY))).await;
    assert!(
        refused.by_peer || refused.reason == CloseReason::OtherCommune,
        "{refused:?}"
    );
    assert_eq!(relay.seen.borrow().height, Height(0));

    let office = start(
        OFFICE,
        Machine::in_memory(OFFICE, registrar.root()),
        Limits::default(),
    );
    office.learn(registrar.operations()).await;
    let _session = office.sync_with(relay.address, expect(RELAY));
    let height = registrar.height();
    relay.until("the register", |seen| seen.height == height).await;
}

#[tokio::test]
async fn a_new_device_gets_the_register_and_the_books_in_one_session() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    relay.learn(registrar.operations()).await;
    let police = start(
        POLICE,
        Machine::in_memory(POLICE, registrar.root()),
        Limits::default(),
    );
    police.learn(registrar.operations()).await;
    police.write(5, 100).await;
    let _police = police.sync_with(relay.address, expect(RELAY));
    relay.until("books", |seen| seen.entries == 5).await;
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    let _head = head.sync_with(relay.address, expect(RELAY));
    let height = registrar.height();
    head.until("register and books", |seen| {
        seen.height == height && seen.entries == 5
    })
    .await;
    head.write(1, 100).await;
    relay.until("its own", |seen| seen.entries == 6).await;
}

#[tokio::test]
async fn what_is_found_to_be_lacking_in_the_middle_of_a_session_is_asked_for() {
    use sothon_ledger::{EpochSecret, Receiver, Wrap};
    let registrar = Registrar::new(1);
    let police = start(
        POLICE,
        Machine::in_memory(POLICE, registrar.root()),
        Limits::default(),
    );
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    for one in [&police, &head] {
        one.learn(registrar.operations()).await;
    }
    let secret = EpochSecret::from_bytes([4; 32]);
    let epoch = secret.commit(&VILLAGE, Height(3));
    let wrap = Wrap::seal(
        &registrar.root(),
        VILLAGE,
        epoch,
        &secret,
        Receiver::Device(device(HEAD)),
        sothon_ledger::hpke::AgreeSecret([6; 32]).public(),
        &signing(POLICE),
        &mut rand::rng(),
    );
    let kept = sothon_store::Batch {
        wraps: vec![wrap.unwrap()],
        ..Default::default()
    };
    let add = move |machine: &mut Machine| (machine.archive_mut().add(kept).unwrap(), Default::default());
    police.hub.with(add).await.unwrap();
    let _session = head.sync_with(police.address, expect(POLICE));
    head.until("equal", |seen| seen.up_to_date > 0).await;
    assert_eq!(head.seen.borrow().wraps, 0, "nobody asked");
    let lacks = move |machine: &mut Machine| {
        machine.wanted.wraps.push(epoch);
        ((), Default::default())
    };
    head.hub.with(lacks).await.unwrap();
    head.until("the wrap", |seen| seen.wraps == 1).await;
}

#[tokio::test]
async fn a_key_that_is_not_in_the_register_gets_nothing() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    relay.learn(registrar.operations()).await;
    let unknown = start(9, Machine::in_memory(9, registrar.root()), Limits::default());
    unknown.learn(registrar.operations()).await;
    unknown.write(3, 100).await;
    let end = ended(unknown.sync_with(relay.address, expect(RELAY))).await;
    assert_eq!(
        end,
        sothon_net::Ended {
            reason: CloseReason::NotAdmitted,
            by_peer: true
        }
    );
    assert_eq!(relay.seen.borrow().entries, 0);

    let mut grown = registrar.clone();
    grown.admit(9, Role::VillageHead, Scope::Village(3));
    unknown.learn(grown.operations()).await;
    let _session = unknown.sync_with(relay.address, expect(RELAY));
    relay
        .until("it brings its own admission", |seen| seen.entries == 3)
        .await;
}

#[tokio::test]
async fn a_revoked_device_s_open_session_is_closed_at_the_register_operation() {
    let mut registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    let office = start(
        OFFICE,
        Machine::in_memory(OFFICE, registrar.root()),
        Limits::default(),
    );
    for one in [&head, &office] {
        one.learn(registrar.operations()).await;
    }
    let stolen = head.sync_with(relay.address, expect(RELAY));
    head.until("in session", |seen| seen.up_to_date > 0).await;
    let _office = office.sync_with(relay.address, expect(RELAY));
    let revoked = registrar.revoke(HEAD);
    office.learn(vec![revoked]).await;
    assert_eq!(ended(stolen).await.reason, CloseReason::NotAdmitted);
    let again = ended(head.sync_with(relay.address, expect(RELAY))).await;
    assert_eq!(again.reason, CloseReason::NotAdmitted);

    office.write(2, 100).await;
    relay.until("the others go on", |seen| seen.entries == 2).await;
}

#[tokio::test]
async fn an_exchange_goes_on_after_the_other_side_was_restarted() {
    let dir = tempfile::tempdir().unwrap();
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::on_disk(RELAY, registrar.root(), dir.path()),
        Limits::default(),
    );
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    head.write(40, 200 << 10).await;
    let session = head.sync_with(relay.address, expect(RELAY));
    relay.until("some", |seen| seen.entries >= 3).await;
    relay.hub.stop().await;
    relay.endpoint.close(CloseCode::GoingAway);
    relay.endpoint.wait_idle().await;
    session.await.unwrap();
    let held = relay.seen.borrow().entries;
    assert!((3..40).contains(&held), "{held}");

    let mut relay = start(
        RELAY,
        Machine::on_disk(RELAY, registrar.root(), dir.path()),
        Limits::default(),
    );
    assert!(relay.seen.borrow().entries >= 3);
    let _again = head.sync_with(relay.address, expect(RELAY));
    relay.until("all", |seen| seen.entries == 40).await;
    head.until("acknowledged", |seen| seen.peer_has == 40).await;
}

#[tokio::test]
async fn peers_that_send_garbage_or_nothing_are_cut_off_and_harm_nobody() {
    let registrar = Registrar::new(1);
    let hasty = Limits {
        handshake: Duration::from_millis(500),
        ..Limits::default()
    };
    let mut relay = start(RELAY, Machine::in_memory(RELAY, registrar.root()), hasty);
    relay.learn(registrar.operations()).await;
    let mut head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    let _session = head.sync_with(relay.address, expect(RELAY));
    head.until("in session", |seen| seen.up_to_date > 0).await;

    let hostile = Endpoint::bind(LOOPBACK, identity(NEIGHBOUR), Limits::default()).unwrap();
    let silent = hostile.dial(relay.address, expect(RELAY), None).await.unwrap();
    assert!(matches!(relay.ends.recv().await, Some(SessionEnd::NoHello)));
    assert_eq!(CloseCode::of(&silent.closed().await), Some(CloseCode::Protocol));

    for garbage in [
        vec![0xff; 100],
        vec![0x41, 0x00],
        vec![0x5a, 0xff, 0xff, 0xff, 0xff],
    ] {
        let peer = hostile.dial(relay.address, expect(RELAY), None).await.unwrap();
        let (mut send, _receive) = peer.stream().await.unwrap();
        send.write_all(&garbage).await.unwrap();
        assert!(matches!(relay.ends.recv().await, Some(SessionEnd::NoHello)));
        assert_eq!(CloseCode::of(&peer.closed().await), Some(CloseCode::Protocol));
    }
    head.write(1, 100).await;
    relay.until("the others go on", |seen| seen.entries == 1).await;
}

#[tokio::test]
async fn a_peer_that_is_admitted_and_floods_is_cut_off_and_harms_nobody() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    relay.learn(registrar.operations()).await;
    let head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    let _session = head.sync_with(relay.address, expect(RELAY));

    // A true hello, taken from a session that never goes on, and then frames without sense, without end.
    let hostile = Endpoint::bind(LOOPBACK, identity(NEIGHBOUR), Limits::default()).unwrap();
    let peer = hostile.dial(relay.address, expect(RELAY), None).await.unwrap();
    let (mut send, _receive) = peer.stream().await.unwrap();
    send.write_all(&hello(&registrar, peer.salt())).await.unwrap();
    let flood = tokio::spawn(async move { while send.write_all(&[0x41; 1 << 16]).await.is_ok() {} });
    let end = relay.ends.recv().await;
    assert!(
        matches!(end, Some(SessionEnd::Ended(ended)) if !ended.by_peer && ended.reason == CloseReason::Protocol),
        "{end:?}"
    );
    flood.await.unwrap();
    head.write(1, 100).await;
    relay.until("the others go on", |seen| seen.entries == 1).await;
}

#[tokio::test]
async fn a_device_stays_connected_and_tries_all_addresses() {
    use sothon_net::connect::{Attempt, Target, stay_connected};
    use sothon_net::reconnect::Backoff;
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let address = relay.address;
    let head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    head.write(3, 100).await;
    let target = Target {
        addresses: vec!["nobody.invalid:1".into(), address.to_string()],
        expected: expect(RELAY),
        lan: None,
    };
    let backoff = Backoff {
        first: Duration::from_millis(20),
        longest: Duration::from_millis(100),
        lived: Duration::from_secs(30),
    };
    let (_wake, wake) = tokio::sync::watch::channel(0);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let (attempts, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (hub, endpoint) = (head.hub.clone(), head.endpoint.clone());
    let staying = tokio::spawn(async move {
        let rng: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(1);
        stay_connected(
            &hub,
            &endpoint,
            &target,
            backoff,
            rng,
            (wake, stopped),
            |attempt| {
                let _ = attempts.send(match attempt {
                    Attempt::Open { .. } => "open",
                    Attempt::Over(_) => "over",
                    _ => "none",
                });
            },
        )
        .await;
    });
    relay.until("first", |seen| seen.entries == 3).await;
    relay.hub.stop().await;
    relay.endpoint.close(CloseCode::GoingAway);
    relay.endpoint.wait_idle().await;
    drop(relay);
    let freed = async {
        while std::net::UdpSocket::bind(address).is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), freed)
        .await
        .unwrap();
    assert_eq!(told.recv().await, Some("open"));
    assert_eq!(told.recv().await, Some("over"));
    let mut relay = start_at(
        address,
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    relay.until("after a restart", |seen| seen.entries == 3).await;
    stop.send(true).unwrap();
    staying.await.unwrap();
}

#[tokio::test]
async fn a_key_that_opens_many_sessions_loses_the_oldest() {
    let registrar = Registrar::new(1);
    let mut relay = start(
        RELAY,
        Machine::in_memory(RELAY, registrar.root()),
        Limits::default(),
    );
    let head = start(
        HEAD,
        Machine::in_memory(HEAD, registrar.root()),
        Limits::default(),
    );
    head.learn(registrar.operations()).await;
    let mut sessions = Vec::new();
    for n in 0..6 {
        sessions.push(head.sync_with(relay.address, expect(RELAY)));
        relay.until("open", move |seen| seen.up_to_date > n).await;
    }
    let last = sessions.split_off(2);
    for session in sessions {
        session.await.unwrap();
    }
    assert!(last.iter().any(|session| !session.is_finished()));
}

/// The first bytes of an honest session of the neighbour's device.
fn hello(registrar: &Registrar, salt: [u8; 32]) -> Vec<u8> {
    use sothon_net::Host as _;
    let (mut machine, _) = Machine::in_memory(NEIGHBOUR, registrar.root());
    machine.learn(registrar.operations());
    let config = sothon_sync::SessionConfig {
        role: machine.role(),
        root: registrar.root(),
        initiator: true,
        salt: sothon_sync::SessionSalt(salt),
        limits: Default::default(),
        peer: identity(RELAY).public(),
        knock: None,
    };
    let rights = machine.rights(&identity(RELAY).public());
    let hints = Default::default();
    let mut session = sothon_sync::Session::new(config, rights, hints, machine.archive(), 0).unwrap();
    session.poll_output(machine.archive()).unwrap().unwrap()
}
