//! TLS 1.3 with raw public keys on both sides (RFC 7250): who speaks is known by the transport key alone.
//!
//! There are no certificates, no names and no certificate authorities. There are no tickets, no resumption and no early
//! data, because a resumed session would not show the peer's key again and so outlive a revocation (A17). A server
//! accepts any well-formed key here; what the key may do is judged after the handshake, from the register. A client
//! says beforehand whom it expects, and shows its own key to nobody else.

use std::fmt;
use std::sync::Arc;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime, alg_id};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::{CertifiedKey, Signer, SigningKey as TlsSigningKey, public_key_to_spki};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, PeerMisbehaved,
    ServerConfig, SignatureAlgorithm, SignatureScheme,
};
use sha2::Sha256;
use sothon_ledger::TransportKey;
use zeroize::Zeroizing;

/// The application protocol (RFC 7301) that both sides must name.
pub const ALPN: &[u8] = b"sothon/1";
/// The label under which the session's salt is exported (RFC 8446 §7.5).
pub const EXPORT_LABEL: &[u8] = b"EXPORTER-sothon/1";
/// What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410 §4).
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// The transport key pair of this device or relay.
#[derive(Clone)]
pub struct Identity {
    key: Arc<SigningKey>,
}

impl Identity {
    /// Takes the pair from its secret half.
    pub fn new(key: SigningKey) -> Identity {
        Identity { key: Arc::new(key) }
    }

    /// The public half, as the register names it.
    pub fn public(&self) -> TransportKey {
        TransportKey(self.key.verifying_key().to_bytes())
    }

    /// A key for `purpose` that is the same in every run of this program and tells nothing of the secret half.
    pub(crate) fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        // HMAC pads a short key with zeros to its block (RFC 2104 §2).
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.key.as_bytes());
        let mac = Hmac::<Sha256>::new(&(*block).into()).chain_update(purpose);
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    fn certified(&self) -> Arc<CertifiedKey> {
        let spki = public_key_to_spki(&alg_id::ED25519, self.public().0);
        Arc::new(CertifiedKey::new(
            vec![CertificateDer::from(spki.as_ref().to_vec())],
            Arc::new(self.clone()),
        ))
    }
}

/// Shows the public half only.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.public()).finish()
    }
}

impl TlsSigningKey for Identity {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&SignatureScheme::ED25519)
            .then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(public_key_to_spki(&alg_id::ED25519, self.public().0))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ED25519
    }
}

impl Signer for Identity {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.key.sign(message).to_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// Whom a client expects to answer.
#[derive(Clone)]
#[non_exhaustive]
pub enum Expected {
    /// Exactly this key: a relay's from the register or slip, or a peer's.
    Key(TransportKey),
    /// Any key for which this says yes: nearby, where it is not known beforehand which device answers.
    Known(Arc<dyn Fn(&TransportKey) -> bool + Send + Sync>),
}

impl Expected {
    fn accepts(&self, key: &TransportKey) -> bool {
        match self {
            Expected::Key(expected) => expected == key,
            Expected::Known(known) => known(key),
        }
    }
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Key(key) => f.debug_tuple("Key").field(key).finish(),
            Expected::Known(_) => f.write_str("Known(..)"),
        }
    }
}

/// The TLS side of a client that shows `identity` and expects `expected`.
///
/// # Errors
/// What rustls refuses of the configuration.
pub fn client_config(identity: &Identity, expected: Expected) -> Result<ClientConfig, Error> {
    let provider = Arc::new(provider());
    let mut config = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(RawKeyVerifier { provider, expected }))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(
            identity.certified(),
        )));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    config.enable_sni = false;
    Ok(config)
}

/// The TLS side of a server that shows `identity` and takes any well-formed key.
///
/// # Errors
/// What rustls refuses of the configuration.
pub fn server_config(identity: &Identity) -> Result<ServerConfig, Error> {
    let provider = Arc::new(provider());
    let verifier = RawKeyVerifier {
        provider: provider.clone(),
        expected: Expected::Known(Arc::new(|_| true)),
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(
            identity.certified(),
        )));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.max_early_data_size = 0;
    Ok(config)
}

/// [`client_config`] for QUIC.
///
/// # Errors
/// What rustls refuses of the configuration.
pub(crate) fn quic_client(identity: &Identity, expected: Expected) -> Result<QuicClientConfig, Error> {
    client_config(identity, expected)?
        .try_into()
        .map_err(|_| Error::General("no cipher suite for QUIC".into()))
}

/// [`server_config`] for QUIC.
///
/// # Errors
/// What rustls refuses of the configuration.
pub(crate) fn quic_server(identity: &Identity) -> Result<QuicServerConfig, Error> {
    server_config(identity)?
        .try_into()
        .map_err(|_| Error::General("no cipher suite for QUIC".into()))
}

/// The peer's transport key, out of what it showed in the handshake. `None`: not one Ed25519 key.
pub(crate) fn peer_key(shown: &[CertificateDer<'_>]) -> Option<TransportKey> {
    match shown {
        [key] => parse_spki(key),
        _ => None,
    }
}

/// ring's algorithms, but one key exchange and one signature: fewer ways to be asked for something else.
fn provider() -> CryptoProvider {
    CryptoProvider {
        kx_groups: vec![ring::kx_group::X25519],
        ..ring::default_provider()
    }
}

/// Reads an Ed25519 key from a SubjectPublicKeyInfo. Keys of small order are refused: anybody could sign for them.
fn parse_spki(der: &[u8]) -> Option<TransportKey> {
    let key = TransportKey::from_slice(der.strip_prefix(SPKI_PREFIX.as_slice())?)?;
    let point = VerifyingKey::from_bytes(&key.0).ok()?;
    (!point.is_weak()).then_some(key)
}

/// Verifies raw Ed25519 keys, for both sides.
#[derive(Debug)]
struct RawKeyVerifier {
    provider: Arc<CryptoProvider>,
    expected: Expected,
}

impl RawKeyVerifier {
    fn check_key(&self, shown: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Result<(), Error> {
        let key = others
            .is_empty()
            .then(|| parse_spki(shown))
            .flatten()
            .ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
        if self.expected.accepts(&key) {
            Ok(())
        } else {
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }

    fn check_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if signed.scheme != SignatureScheme::ED25519 {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        verify_tls13_signature_with_raw_key(
            message,
            &SubjectPublicKeyInfoDer::from(shown.as_ref()),
            signed,
            &self.provider.signature_verification_algorithms,
        )
    }
}

fn no_tls12<T>() -> Result<T, Error> {
    Err(Error::PeerIncompatible(
        rustls::PeerIncompatible::Tls13RequiredForQuic,
    ))
}

impl ServerCertVerifier for RawKeyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check_key(end_entity, intermediates)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for RawKeyVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check_key(end_entity, intermediates)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
