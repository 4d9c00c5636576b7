//! The handshake, in memory: who is let through and who is not, and that no session can be resumed.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use rustls::client::{ClientConnection, Resumption};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConnection};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, Error, HandshakeKind, ServerConfig, SignatureScheme};
use sothon_ledger::TransportKey;
use sothon_net::tls::{self, Expected, Identity};

fn identity(seed: u8) -> Identity {
    Identity::new(SigningKey::from_bytes(&[seed; 32]))
}

fn client(seed: u8, expected: u8) -> ClientConfig {
    tls::client_config(&identity(seed), Expected::Key(identity(expected).public())).unwrap()
}

fn server(seed: u8) -> ServerConfig {
    tls::server_config(&identity(seed)).unwrap()
}

/// Carries bytes between the two until both are done or one gives up.
fn handshake(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
) -> Result<(ClientConnection, ServerConnection), Error> {
    let name = ServerName::try_from("sothon.invalid").unwrap();
    let mut client = ClientConnection::new(client.clone(), name)?;
    let mut server = ServerConnection::new(server.clone())?;
    for _ in 0..10 {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            server.read_tls(&mut wire).unwrap();
            server.process_new_packets()?;
        }
        let mut wire = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        let mut wire = wire.as_slice();
        while !wire.is_empty() {
            client.read_tls(&mut wire).unwrap();
            client.process_new_packets()?;
        }
    }
    assert!(!client.is_handshaking() && !server.is_handshaking());
    Ok((client, server))
}

fn refused(client: ClientConfig, server: ServerConfig) -> Error {
    handshake(&Arc::new(client), &Arc::new(server)).unwrap_err()
}

/// Shows `shown` and signs with the key of `signs`, as a raw key or as if it were a certificate.
#[derive(Debug)]
struct Liar {
    key: Arc<CertifiedKey>,
    raw: bool,
}

impl Liar {
    fn new(shown: Vec<u8>, signs: u8, raw: bool) -> Arc<Liar> {
        let key = CertifiedKey::new(vec![CertificateDer::from(shown)], Arc::new(identity(signs)));
        Arc::new(Liar {
            key: Arc::new(key),
            raw,
        })
    }
}

impl rustls::client::ResolvesClientCert for Liar {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.key.clone())
    }

    fn only_raw_public_keys(&self) -> bool {
        self.raw
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl ResolvesServerCert for Liar {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key.clone())
    }

    fn only_raw_public_keys(&self) -> bool {
        self.raw
    }
}

fn spki(seed: u8) -> Vec<u8> {
    use rustls::sign::SigningKey as _;
    identity(seed).public_key().unwrap().as_ref().to_vec()
}

#[test]
fn both_sides_see_the_other_s_raw_key_and_the_same_salt() {
    let (client, server) = handshake(&Arc::new(client(1, 2)), &Arc::new(server(2))).unwrap();
    assert_eq!(server.peer_certificates().unwrap()[0].as_ref(), spki(1));
    assert_eq!(client.peer_certificates().unwrap()[0].as_ref(), spki(2));
    assert_eq!(server.alpn_protocol(), Some(tls::ALPN));
    let ours = client
        .export_keying_material([0; 32], tls::EXPORT_LABEL, Some(b""))
        .unwrap();
    let theirs = server
        .export_keying_material([0; 32], tls::EXPORT_LABEL, Some(b""))
        .unwrap();
    assert_eq!(ours, theirs);
}

#[test]
fn a_server_with_another_key_than_expected_is_refused() {
    assert!(matches!(
        refused(client(1, 3), server(2)),
        Error::InvalidCertificate(_)
    ));
}

#[test]
fn a_server_whose_key_is_not_known_is_refused_before_the_client_shows_its_own() {
    let known = identity(3).public();
    let expected = Expected::Known(Arc::new(move |key: &TransportKey| *key == known));
    let client = tls::client_config(&identity(1), expected).unwrap();
    assert!(matches!(refused(client, server(2)), Error::InvalidCertificate(_)));
}

#[test]
fn a_server_that_shows_a_key_that_it_does_not_own_is_refused() {
    let mut server = server(2);
    server.cert_resolver = Liar::new(spki(3), 2, true);
    assert!(matches!(
        refused(client(1, 3), server),
        Error::InvalidCertificate(_)
    ));
}

#[test]
fn a_client_that_shows_a_key_that_it_does_not_own_is_refused() {
    let mut client = client(1, 2);
    client.client_auth_cert_resolver = Liar::new(spki(3), 1, true);
    assert!(matches!(refused(client, server(2)), Error::InvalidCertificate(_)));
}

#[test]
fn a_client_without_a_key_is_refused() {
    let mut client = client(1, 2);
    #[derive(Debug)]
    struct Nothing;
    impl rustls::client::ResolvesClientCert for Nothing {
        fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            None
        }
        fn only_raw_public_keys(&self) -> bool {
            true
        }
        fn has_certs(&self) -> bool {
            false
        }
    }
    client.client_auth_cert_resolver = Arc::new(Nothing);
    assert!(matches!(
        refused(client, server(2)),
        Error::NoCertificatesPresented
    ));
}

#[test]
fn certificates_instead_of_raw_keys_are_refused_on_both_sides() {
    let mut with_certificate = client(1, 2);
    with_certificate.client_auth_cert_resolver = Liar::new(spki(1), 1, false);
    assert!(matches!(
        refused(with_certificate, server(2)),
        Error::PeerIncompatible(_)
    ));
    let mut with_certificate = server(2);
    with_certificate.cert_resolver = Liar::new(spki(2), 2, false);
    assert!(matches!(
        refused(client(1, 2), with_certificate),
        Error::PeerIncompatible(_)
    ));
}

#[test]
fn keys_that_are_no_ed25519_keys_are_refused() {
    let mut small_order = spki(1);
    small_order[12..].fill(0);
    small_order[12] = 1;
    let short = spki(1)[..43].to_vec();
    let mut other_algorithm = spki(1);
    other_algorithm[8] = 0x6e;
    for shown in [small_order, short, other_algorithm, Vec::new(), vec![0x30; 5000]] {
        let mut client = client(1, 2);
        client.client_auth_cert_resolver = Liar::new(shown, 1, true);
        assert!(matches!(refused(client, server(2)), Error::InvalidCertificate(_)));
    }
}

#[test]
fn another_application_protocol_is_refused() {
    let mut other = client(1, 2);
    other.alpn_protocols = vec![b"h3".to_vec()];
    refused(other, server(2));
}

#[test]
fn a_second_connection_is_a_full_handshake_even_if_the_client_wants_to_resume() {
    let mut eager = client(1, 2);
    eager.resumption = Resumption::in_memory_sessions(8);
    eager.enable_early_data = true;
    let (eager, server) = (Arc::new(eager), Arc::new(server(2)));
    for _ in 0..3 {
        let (client, server) = handshake(&eager, &server).unwrap();
        assert_eq!(client.tls13_tickets_received(), 0);
        assert_eq!(client.handshake_kind(), Some(HandshakeKind::Full));
        assert_eq!(server.handshake_kind(), Some(HandshakeKind::Full));
        assert!(server.peer_certificates().is_some());
    }
}

#[test]
fn our_client_resumes_nothing_even_if_the_server_gives_tickets() {
    let mut generous = server(2);
    generous.send_tls13_tickets = 4;
    generous.session_storage = rustls::server::ServerSessionMemoryCache::new(8);
    let (client, generous) = (Arc::new(client(1, 2)), Arc::new(generous));
    for _ in 0..3 {
        let (client, server) = handshake(&client, &generous).unwrap();
        assert_eq!(client.handshake_kind(), Some(HandshakeKind::Full));
        assert_eq!(server.handshake_kind(), Some(HandshakeKind::Full));
    }
}
