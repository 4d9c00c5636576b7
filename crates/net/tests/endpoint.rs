//! Real sockets on loopback: dialing, listening, limits, the closed door of the local network.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sothon_ledger::Root;
use sothon_net::nearby::{Beacon, Interfaces, Nearby, Neighbour, Neighbourhood, Sighting};
use sothon_net::{CloseCode, DialError, Endpoint, Expected, Identity, LanKey, Limits, Peer};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn identity(seed: u8) -> Identity {
    Identity::new(SigningKey::from_bytes(&[seed; 32]))
}

fn endpoint(seed: u8, limits: Limits) -> (Endpoint, SocketAddr) {
    let endpoint = Endpoint::bind(ANY_PORT, identity(seed), limits).unwrap();
    let address = endpoint.local_addr().unwrap();
    (endpoint, address)
}

/// Lets `endpoint` listen, and hands out whom it meets.
fn listen(endpoint: &Endpoint, lan: Option<LanKey>) -> mpsc::UnboundedReceiver<Peer> {
    let (met, peers) = mpsc::unbounded_channel();
    let endpoint = endpoint.clone();
    tokio::spawn(async move {
        endpoint
            .listen(lan, move |peer| {
                let met = met.clone();
                async move {
                    let _ = met.send(peer);
                }
            })
            .await
    });
    peers
}

fn expect(seed: u8) -> Expected {
    Expected::Key(identity(seed).public())
}

#[tokio::test]
async fn two_peers_know_each_other_s_key_and_share_a_salt_and_a_stream() {
    let (relay, address) = endpoint(1, Limits::default());
    let mut met = listen(&relay, None);
    let (device, _) = endpoint(2, Limits::default());
    let ours = device.dial(address, expect(1), None).await.unwrap();
    let theirs = met.recv().await.unwrap();
    assert_eq!((ours.key(), theirs.key()), (relay.key(), device.key()));
    assert_eq!(ours.salt(), theirs.salt());
    let again = device.dial(address, expect(1), None).await.unwrap();
    assert_eq!(met.recv().await.unwrap().key(), device.key());
    assert_ne!(again.salt(), ours.salt());

    let (mut send, _keep) = ours.stream().await.unwrap();
    send.write_all(b"xin chao").await.unwrap();
    send.finish().unwrap();
    let (_keep, mut receive) = theirs.stream().await.unwrap();
    assert_eq!(receive.read_to_end(100).await.unwrap(), b"xin chao");
    theirs.close(CloseCode::NotAuthorized, "");
    assert_eq!(
        CloseCode::of(&ours.closed().await),
        Some(CloseCode::NotAuthorized)
    );
}

#[tokio::test]
async fn a_peer_with_another_key_than_expected_is_not_talked_to() {
    let (relay, address) = endpoint(1, Limits::default());
    let mut met = listen(&relay, None);
    let (device, _) = endpoint(2, Limits::default());
    let refused = device.dial(address, expect(3), None).await.unwrap_err();
    assert!(matches!(refused, DialError::Connection { .. }), "{refused:?}");
    relay.close(CloseCode::GoingAway);
    assert!(met.recv().await.is_none());
}

#[tokio::test]
async fn a_connection_survives_a_change_of_address() {
    let (relay, address) = endpoint(1, Limits::default());
    let mut met = listen(&relay, None);
    let (device, before) = endpoint(2, Limits::default());
    let ours = device.dial(address, expect(1), None).await.unwrap();
    let theirs = met.recv().await.unwrap();
    assert_eq!(theirs.remote_address(), before);
    device.rebind(ANY_PORT).unwrap();
    let (mut send, mut answer) = ours.stream().await.unwrap();
    send.write_all(b"from elsewhere").await.unwrap();
    send.finish().unwrap();
    let (mut reply, mut receive) = theirs.stream().await.unwrap();
    assert_eq!(receive.read_to_end(100).await.unwrap(), b"from elsewhere");
    reply.write_all(b"seen").await.unwrap();
    reply.finish().unwrap();
    assert_eq!(answer.read_to_end(100).await.unwrap(), b"seen");
    assert_ne!(theirs.remote_address(), before);
}

#[tokio::test]
async fn more_connections_than_allowed_from_one_address_are_refused_and_places_come_back() {
    let limits = Limits {
        connections_per_address: Some(2),
        ..Limits::default()
    };
    let (relay, address) = endpoint(1, limits);
    let mut met = listen(&relay, None);
    let (device, _) = endpoint(2, Limits::default());
    let first = device.dial(address, expect(1), None).await.unwrap();
    let _second = device.dial(address, expect(1), None).await.unwrap();
    let (first_there, _second_there) = (met.recv().await.unwrap(), met.recv().await.unwrap());
    let refused = device.dial(address, expect(1), None).await.unwrap_err();
    assert!(
        matches!(
            refused,
            DialError::Connection {
                source: quinn::ConnectionError::ConnectionClosed(_),
                ..
            }
        ),
        "{refused:?}"
    );
    drop(first);
    drop(first_there);
    device.dial(address, expect(1), None).await.unwrap();
}

/// Carries datagrams to a listener and back, and hands out the first byte of each that comes back.
async fn watched(to: SocketAddr) -> (SocketAddr, mpsc::UnboundedReceiver<u8>) {
    let front = UdpSocket::bind(ANY_PORT).await.unwrap();
    let back = UdpSocket::bind(ANY_PORT).await.unwrap();
    back.connect(to).await.unwrap();
    let address = front.local_addr().unwrap();
    let (seen, first_bytes) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (mut there, mut here) = ([0; 65_536], [0; 65_536]);
        let mut who = None;
        loop {
            tokio::select! {
                Ok((len, from)) = front.recv_from(&mut there) => {
                    who = Some(from);
                    let _ = back.send(&there[..len]).await;
                }
                Ok(len) = back.recv(&mut here) => {
                    let _ = seen.send(here[0]);
                    if let Some(who) = who {
                        let _ = front.send_to(&here[..len], who).await;
                    }
                }
                else => return,
            }
        }
    });
    (address, first_bytes)
}

/// Whether a datagram that begins like this is a Retry (RFC 9000 §17.2.5): it asks the other side to come again with a token
/// that only who owns the address can have.
fn is_retry(first: u8) -> bool {
    first & 0x80 != 0 && first & 0x30 == 0x30
}

#[tokio::test]
async fn under_load_an_address_must_be_proved_first() {
    let lan = LanKey::new([9; 32]);
    for (before_retry, proves) in [(0, true), (64, false)] {
        let limits = Limits {
            handshakes_before_retry: before_retry,
            ..Limits::default()
        };
        let (relay, address) = endpoint(1, limits);
        let mut met = listen(&relay, Some(lan.clone()));
        let (address, mut answers) = watched(address).await;
        let (device, _) = endpoint(2, Limits::default());
        device.dial(address, expect(1), Some(&lan)).await.unwrap();
        assert_eq!(met.recv().await.unwrap().key(), device.key());
        // Nothing but the demand for a token comes before it was given.
        assert_eq!(is_retry(answers.recv().await.unwrap()), proves);
        while let Ok(later) = answers.try_recv() {
            assert!(!is_retry(later));
        }
    }
}

#[tokio::test]
async fn a_dial_without_the_commune_s_proof_gets_no_answer_at_all() {
    let (office, address) = endpoint(1, Limits::default());
    let mut met = listen(&office, Some(LanKey::new([9; 32])));
    let hasty = Limits {
        handshake: Duration::from_millis(300),
        ..Limits::default()
    };
    let (prober, _) = endpoint(2, hasty);
    let wrong = LanKey::new([8; 32]);
    for lan in [None, Some(&wrong)] {
        let refused = prober.dial(address, expect(1), lan).await.unwrap_err();
        assert!(matches!(refused, DialError::TimedOut { .. }), "{refused:?}");
    }
    let (device, _) = endpoint(3, Limits::default());
    let lan = LanKey::new([9; 32]);
    device.dial(address, expect(1), Some(&lan)).await.unwrap();
    assert_eq!(met.recv().await.unwrap().key(), device.key());
}

#[tokio::test]
async fn devices_of_one_commune_find_each_other_on_the_loopback_interface() {
    let place = Neighbourhood {
        interfaces: Interfaces::Loopback,
        port: free_port(),
    };
    let mut rng = StdRng::seed_from_u64(1);
    let ours = LanKey::new([9; 32]);
    let stranger = Nearby::start(LanKey::new([8; 32]), 1000, &place, &mut rng).unwrap();
    let mut first = Nearby::start(ours.clone(), 1001, &place, &mut rng).unwrap();
    let mut second = Nearby::start(ours, 1002, &place, &mut rng).unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(first.next(), second.next())
    });
    let (by_first, by_second) = seen.await.unwrap();
    let at = |port| vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)];
    assert_eq!(
        by_first,
        Some(Sighting::Here {
            instance: second.instance().to_owned(),
            neighbour: Neighbour::Device,
            addresses: at(1002)
        })
    );
    assert_eq!(
        by_second,
        Some(Sighting::Here {
            instance: first.instance().to_owned(),
            neighbour: Neighbour::Device,
            addresses: at(1001)
        })
    );
    let leaving = second.instance().to_owned();
    drop(second);
    drop(stranger);
    let gone = tokio::time::timeout(Duration::from_secs(20), first.next())
        .await
        .unwrap();
    assert_eq!(gone, Some(Sighting::Gone { instance: leaving }));
}

#[tokio::test]
async fn a_relay_is_found_by_the_devices_of_the_communes_that_it_serves_and_by_no_others() {
    let place = Neighbourhood {
        interfaces: Interfaces::Loopback,
        port: free_port(),
    };
    let mut rng = StdRng::seed_from_u64(1);
    let (ours, theirs, foreign) = (Root([1; 32]), Root([2; 32]), Root([3; 32]));
    let relay = SocketAddr::from(([0, 0, 0, 0], 4433));
    let mut beacon = Beacon::new(relay, place.clone()).unwrap();
    beacon
        .announce(&BTreeSet::from([theirs, foreign]), &mut rng)
        .unwrap();

    let key = LanKey::new([9; 32]);
    let mut device = Nearby::start(key.clone(), 1001, &place, &mut rng)
        .unwrap()
        .with_relays(&ours);
    // It knows no LAN key yet.
    let mut new = Nearby::look_for_relays(&ours, &place).unwrap();
    let mut neighbour = Nearby::look_for_relays(&theirs, &place).unwrap();
    let seen = next(&mut neighbour).await;
    let Sighting::Here {
        instance: for_theirs, ..
    } = seen
    else {
        panic!("{seen:?}")
    };

    // The relay serves our commune as well, and another no longer.
    beacon
        .announce(&BTreeSet::from([ours, theirs]), &mut rng)
        .unwrap();
    let seen = next(&mut device).await;
    let Sighting::Here {
        instance,
        neighbour: Neighbour::Relay,
        addresses,
    } = &seen
    else {
        panic!("{seen:?}")
    };
    assert_eq!(*addresses, [SocketAddr::from((Ipv4Addr::LOCALHOST, 4433))]);
    assert_ne!(*instance, for_theirs);
    assert_eq!(next(&mut new).await, seen);

    let other = Nearby::start(key, 1002, &place, &mut rng).unwrap();
    let met = next(&mut device).await;
    assert!(
        matches!(&met, Sighting::Here { instance, neighbour: Neighbour::Device, .. } if instance == other.instance()),
        "{met:?}"
    );

    // Of all that went by, one who looks for relays only has seen the relay; and now that it is gone.
    let instance = instance.clone();
    drop(other);
    assert!(matches!(next(&mut device).await, Sighting::Gone { .. }));
    beacon.announce(&BTreeSet::from([theirs]), &mut rng).unwrap();
    assert_eq!(next(&mut new).await, Sighting::Gone { instance });
}

async fn next(nearby: &mut Nearby) -> Sighting {
    tokio::time::timeout(Duration::from_secs(20), nearby.next())
        .await
        .unwrap()
        .unwrap()
}

fn free_port() -> u16 {
    std::net::UdpSocket::bind(ANY_PORT)
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[tokio::test]
async fn a_nearby_device_is_dialed_only_as_far_as_its_key_is_known() {
    let (office, address) = endpoint(1, Limits::default());
    let _met = listen(&office, None);
    let (device, _) = endpoint(2, Limits::default());
    let known = office.key();
    let yes = Expected::Known(Arc::new(move |key: &_| *key == known));
    assert_eq!(device.dial(address, yes, None).await.unwrap().key(), known);
    let no = Expected::Known(Arc::new(|_: &_| false));
    assert!(device.dial(address, no, None).await.is_err());
}
