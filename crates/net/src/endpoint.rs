//! One UDP socket that dials and listens. What comes out is a [`Peer`]: a connection whose other side has proved that it
//! owns a transport key. What that key may do is not known here.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use quinn::{ClientConfig, ServerConfig, ValidationTokenConfig};
use quinn::{Connection, Incoming, RecvStream, SendStream, TokioRuntime, VarInt};
use rustls::pki_types::CertificateDer;
use sothon_ledger::TransportKey;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::lan::{Doorkeeper, LanKey};
use crate::limits::{Full, Limits, Place, Places};
use crate::reset;
use crate::tls::{self, EXPORT_LABEL, Expected, Identity};

/// Why a connection was closed, as the other side is told (an application error code of QUIC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseCode {
    /// The session is over.
    Done,
    /// This side stops: try again later.
    GoingAway,
    /// The register gives this key nothing here, or nothing any more.
    NotAuthorized,
    /// Something was sent that does not belong to the protocol.
    Protocol,
    /// Nothing came for too long, or too much.
    Limit,
    /// Something failed on this side.
    Internal,
    /// A code of a later version.
    Unknown(u64),
}

impl CloseCode {
    const KNOWN: [CloseCode; 6] = [
        CloseCode::Done,
        CloseCode::GoingAway,
        CloseCode::NotAuthorized,
        CloseCode::Protocol,
        CloseCode::Limit,
        CloseCode::Internal,
    ];

    /// Its number on the wire.
    pub fn code(self) -> u64 {
        match self {
            CloseCode::Done => 0,
            CloseCode::GoingAway => 1,
            CloseCode::NotAuthorized => 2,
            CloseCode::Protocol => 3,
            CloseCode::Limit => 4,
            CloseCode::Internal => 5,
            CloseCode::Unknown(code) => code,
        }
    }

    /// The reason with this number.
    pub fn from_code(code: u64) -> CloseCode {
        CloseCode::KNOWN
            .into_iter()
            .find(|known| known.code() == code)
            .unwrap_or(CloseCode::Unknown(code))
    }

    /// What the other side said when it closed the connection, if it did.
    pub fn of(error: &quinn::ConnectionError) -> Option<CloseCode> {
        match error {
            quinn::ConnectionError::ApplicationClosed(close) => {
                Some(CloseCode::from_code(close.error_code.into_inner()))
            }
            _ => None,
        }
    }

    fn var_int(self) -> VarInt {
        VarInt::from_u64(self.code()).unwrap_or(VarInt::MAX)
    }
}

/// Why there is no endpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The address cannot be used.
    #[error("cannot use the UDP address {address}")]
    Socket {
        /// Which.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The key or algorithms cannot be used.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// Why a dial did not lead to a peer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// The address cannot be dialed from here.
    #[error("cannot dial {address}")]
    Address {
        /// Which.
        address: SocketAddr,
        /// Why.
        #[source]
        source: quinn::ConnectError,
    },
    /// Nobody answered, or who answered is not who was expected, or did not want us.
    #[error("no connection with {address}")]
    Connection {
        /// Whom.
        address: SocketAddr,
        /// Why.
        #[source]
        source: quinn::ConnectionError,
    },
    /// The handshake took too long.
    #[error("no answer from {address}")]
    TimedOut {
        /// From whom.
        address: SocketAddr,
    },
    /// The other side is not what this version expects.
    #[error("the other side's handshake")]
    Handshake,
    /// The key or algorithms cannot be used.
    #[error("cannot set up TLS")]
    Tls(#[from] rustls::Error),
}

/// A UDP socket with a transport identity.
#[derive(Clone)]
pub struct Endpoint {
    quinn: quinn::Endpoint,
    identity: Identity,
    limits: Limits,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("address", &self.quinn.local_addr().ok())
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Opens a socket at `address`. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`].
    pub fn bind(address: SocketAddr, identity: Identity, limits: Limits) -> Result<Endpoint, BindError> {
        let at = |source| BindError::Socket { address, source };
        let socket = std::net::UdpSocket::bind(address).map_err(at)?;
        let quinn = quinn::Endpoint::new(
            reset::endpoint_config(&identity),
            None,
            socket,
            Arc::new(TokioRuntime),
        )
        .map_err(at)?;
        Ok(Endpoint {
            quinn,
            identity,
            limits,
        })
    }

    /// The address that the socket has.
    ///
    /// # Errors
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.quinn.local_addr()
    }

    /// Our transport key.
    pub fn key(&self) -> TransportKey {
        self.identity.public()
    }

    /// Moves to another socket; open connections live on.
    ///
    /// # Errors
    /// What the system says.
    pub fn rebind(&self, address: SocketAddr) -> io::Result<()> {
        self.quinn.rebind(std::net::UdpSocket::bind(address)?)
    }

    /// Dials. With `lan`, the dial proves that it comes from a device of the commune.
    ///
    /// # Errors
    /// [`DialError`].
    pub async fn dial(
        &self,
        address: SocketAddr,
        expected: Expected,
        lan: Option<&LanKey>,
    ) -> Result<Peer, DialError> {
        let mut config = ClientConfig::new(Arc::new(tls::quic_client(&self.identity, expected)?));
        config
            .transport_config(Arc::new(self.limits.transport(true)))
            .token_store(Arc::new(NoTokens));
        if let Some(lan) = lan {
            let lan = lan.clone();
            config.initial_dst_cid_provider(Arc::new(move || lan.dial(&mut rand::rng())));
        }
        // The name goes nowhere: SNI is off, and nobody checks it.
        let connecting = self
            .quinn
            .connect_with(
                config,
                reachable(address, self.local_addr().ok()),
                "sothon.invalid",
            )
            .map_err(|source| DialError::Address { address, source })?;
        let connection = timeout(self.limits.handshake, connecting)
            .await
            .map_err(|_| DialError::TimedOut { address })?
            .map_err(|source| DialError::Connection { address, source })?;
        Peer::new(connection, None).ok_or(DialError::Handshake)
    }

    /// Listens until [`Endpoint::close`]: hands each peer to `serve`, which runs as a task of its own. With `lan`, only
    /// dials that prove to come from a device of the commune are answered.
    ///
    /// # Errors
    /// [`BindError::Tls`].
    pub async fn listen<F, Fut>(&self, lan: Option<LanKey>, serve: F) -> Result<(), BindError>
    where
        F: Fn(Peer) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.quinn.set_server_config(Some(self.server()?));
        let door = lan.map(|key| Mutex::new(Doorkeeper::new(key)));
        let places = Places::default();
        // Each handshake under way holds a clone.
        let handshakes = Arc::new(());
        let mut serving = JoinSet::new();
        while let Some(incoming) = self.quinn.accept().await {
            while serving.try_join_next().is_some() {}
            let under_way = Arc::strong_count(&handshakes) - 1;
            let Some((incoming, place)) = self.screen(incoming, door.as_ref(), &places, under_way) else {
                continue;
            };
            let Ok(connecting) = incoming.accept() else {
                continue;
            };
            let (serve, under_way, limit) = (serve.clone(), handshakes.clone(), self.limits.handshake);
            serving.spawn(async move {
                let connected = timeout(limit, connecting).await;
                drop(under_way);
                if let Ok(Ok(connection)) = connected
                    && let Some(peer) = Peer::new(connection, Some(place))
                {
                    serve(peer).await;
                }
            });
        }
        while serving.join_next().await.is_some() {}
        Ok(())
    }

    /// Decides what becomes of a stranger's first packet.
    fn screen(
        &self,
        incoming: Incoming,
        door: Option<&Mutex<Doorkeeper>>,
        places: &Places,
        handshakes: usize,
    ) -> Option<(Incoming, Place)> {
        let mut door = door.map(|door| door.lock().unwrap_or_else(PoisonError::into_inner));
        if door
            .as_ref()
            .is_some_and(|door| !door.knows(&incoming.orig_dst_cid()))
        {
            incoming.ignore();
            return None;
        }
        if handshakes >= self.limits.handshakes_before_retry && incoming.may_retry() {
            // Cannot fail: it may retry.
            let _ = incoming.retry();
            return None;
        }
        let place = match places.take(incoming.remote_address().ip(), &self.limits) {
            Ok(place) => place,
            Err(full) => {
                incoming.refuse();
                if let Some(connections) = places.refused(Instant::now()) {
                    tracing::warn!(reason = full.name(), connections, "refused");
                }
                return None;
            }
        };
        if let Some(door) = &mut door {
            door.admit(&incoming.orig_dst_cid());
        }
        Some((incoming, place))
    }

    fn server(&self) -> Result<ServerConfig, BindError> {
        let mut tokens = ValidationTokenConfig::default();
        tokens.sent(0);
        let mut config = ServerConfig::with_crypto(Arc::new(tls::quic_server(&self.identity)?));
        config
            .transport_config(Arc::new(self.limits.transport(false)))
            .validation_token_config(tokens)
            .migration(true)
            .max_incoming(1024)
            .incoming_buffer_size(64 * 1024)
            .incoming_buffer_size_total(8 << 20);
        Ok(config)
    }

    /// Closes all connections and stops listening.
    pub fn close(&self, code: CloseCode) {
        self.quinn.close(code.var_int(), b"");
    }

    /// Waits until all connections are gone and their last packets sent.
    pub async fn wait_idle(&self) {
        self.quinn.wait_idle().await;
    }
}

impl Full {
    fn name(self) -> &'static str {
        match self {
            Full::Total => "too many connections",
            Full::Address => "too many connections from one address",
        }
    }
}

/// Keeps no tokens, so that a later dial cannot be linked to an earlier one.
struct NoTokens;

impl quinn::TokenStore for NoTokens {
    fn insert(&self, _server_name: &str, _token: bytes::Bytes) {}

    fn take(&self, _server_name: &str) -> Option<bytes::Bytes> {
        None
    }
}

/// A socket bound to every address of one family reaches "this machine" under loopback only.
fn reachable(address: SocketAddr, local: Option<SocketAddr>) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let ip = match (ip, local) {
        (IpAddr::V4(v4), Some(SocketAddr::V6(_))) => IpAddr::V6(v4.to_ipv6_mapped()),
        _ => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// A connection whose other side has proved that it owns `key`.
#[derive(Debug)]
pub struct Peer {
    connection: Connection,
    key: TransportKey,
    salt: [u8; 32],
    dialed: bool,
    _place: Option<Place>,
}

impl Peer {
    fn new(connection: Connection, place: Option<Place>) -> Option<Peer> {
        let shown = connection.peer_identity()?;
        let key = tls::peer_key(shown.downcast_ref::<Vec<CertificateDer<'static>>>()?)?;
        let mut salt = [0; 32];
        connection
            .export_keying_material(&mut salt, EXPORT_LABEL, b"")
            .ok()?;
        Some(Peer {
            connection,
            key,
            salt,
            dialed: place.is_none(),
            _place: place,
        })
    }

    /// The other side's transport key.
    pub fn key(&self) -> TransportKey {
        self.key
    }

    /// 32 bytes that only the two sides of this connection know, the same on both (RFC 8446 §7.5).
    pub fn salt(&self) -> [u8; 32] {
        self.salt
    }

    /// Whether we dialed.
    pub fn dialed(&self) -> bool {
        self.dialed
    }

    /// Where the other side is now.
    pub fn remote_address(&self) -> SocketAddr {
        self.connection.remote_address()
    }

    /// The bytes sent and received so far, with all headers of QUIC.
    pub fn bytes(&self) -> (u64, u64) {
        let stats = self.connection.stats();
        (stats.udp_tx.bytes, stats.udp_rx.bytes)
    }

    /// The one stream of the session: the dialing side opens it. A listener sees it with the first bytes.
    ///
    /// # Errors
    /// That of the connection.
    pub async fn stream(&self) -> Result<(SendStream, RecvStream), quinn::ConnectionError> {
        if self.dialed {
            self.connection.open_bi().await
        } else {
            self.connection.accept_bi().await
        }
    }

    /// Waits until the connection is closed.
    pub async fn closed(&self) -> quinn::ConnectionError {
        self.connection.closed().await
    }

    /// Closes the connection.
    pub fn close(&self, code: CloseCode, reason: &str) {
        self.connection.close(code.var_int(), reason.as_bytes());
    }
}
