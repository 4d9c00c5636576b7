//! How much of this machine strangers and peers may take: time-outs, buffers, connections (A27).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use quinn::{IdleTimeout, TransportConfig, VarInt};

/// The limits of an endpoint. The defaults fit a device; a relay raises the number of connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A connection on which nothing arrives for so long is dead.
    pub idle: Duration,
    /// How often the dialing side shows that it is alive. Below the 30 s after which routers forget a UDP flow.
    pub keep_alive: Duration,
    /// A handshake must be over, and the session's stream open, within this time.
    pub handshake: Duration,
    /// The most connections at a time.
    pub connections: usize,
    /// The most connections at a time from one address (IPv6: one /64 network); `None` lifts the limit, for tests and
    /// for a relay behind a proxy. Whole communes share an address behind their provider, so it is not small.
    pub connections_per_address: Option<usize>,
    /// While more than so many handshakes are under way, a dialer must first prove that its address is its own
    /// (RFC 9000 §8.1.2).
    pub handshakes_before_retry: usize,
    /// The most unread bytes that a peer may have sent.
    pub receive_window: u32,
    /// The most bytes that are kept for a peer that has not yet confirmed them.
    pub send_window: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            idle: Duration::from_secs(60),
            keep_alive: Duration::from_secs(20),
            handshake: Duration::from_secs(10),
            connections: 64,
            connections_per_address: Some(64),
            handshakes_before_retry: 16,
            receive_window: 512 * 1024,
            send_window: 1024 * 1024,
        }
    }
}

impl Limits {
    /// The transport's side of the limits. Only the dialing side keeps connections alive, which halves the packets that
    /// thousands of idle devices cost.
    pub(crate) fn transport(&self, dialing: bool) -> TransportConfig {
        let window = VarInt::from_u32(self.receive_window);
        let mut config = TransportConfig::default();
        config
            .max_idle_timeout(IdleTimeout::try_from(self.idle).ok())
            .keep_alive_interval(dialing.then_some(self.keep_alive))
            .max_concurrent_bidi_streams(VarInt::from_u32(u32::from(!dialing)))
            .max_concurrent_uni_streams(VarInt::from_u32(0))
            .datagram_receive_buffer_size(None)
            // Probes for larger packets cost more than what most sessions carry; on a weak link they are lost besides.
            .mtu_discovery_config(None)
            .stream_receive_window(window)
            .receive_window(window)
            .send_window(self.send_window);
        config
    }
}

/// How often it is told that connections are refused. A line for each would let strangers fill the disk.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// Why a connection is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// There are too many.
    Total,
    /// There are too many from its address.
    Address,
}

/// Counts the connections there are, by address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
    /// Refused since that was last told, and when.
    refused: u64,
    told: Option<Instant>,
}

impl Places {
    /// Takes a place for a connection from `address`.
    pub(crate) fn take(&self, address: IpAddr, limits: &Limits) -> Result<Place, Full> {
        let network = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.total >= limits.connections {
            return Err(Full::Total);
        }
        let here = taken.by_network.get(&network).copied().unwrap_or(0);
        if limits.connections_per_address.is_some_and(|most| here >= most) {
            return Err(Full::Address);
        }
        taken.total += 1;
        taken.by_network.insert(network, here + 1);
        Ok(Place {
            places: self.clone(),
            network,
        })
    }

    /// Counts a connection that was refused. Says how many there were, when it is time to tell.
    pub(crate) fn refused(&self, now: Instant) -> Option<u64> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.refused += 1;
        let due = taken
            .told
            .is_none_or(|told| now.saturating_duration_since(told) >= TOLD_EVERY);
        due.then(|| {
            taken.told = Some(now);
            std::mem::take(&mut taken.refused)
        })
    }
}

/// One connection's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    network: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        if let Some(here) = taken.by_network.get_mut(&self.network) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

/// What counts as one address: in IPv6 a /64, since one subscriber has all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_cannot_take_all_places_and_gives_back_what_it_took() {
        let limits = Limits {
            connections: 3,
            connections_per_address: Some(2),
            ..Limits::default()
        };
        let places = Places::default();
        let first = places.take(address("192.0.2.1"), &limits).unwrap();
        let _second = places.take(address("::ffff:192.0.2.1"), &limits).unwrap();
        assert_eq!(
            places.take(address("192.0.2.1"), &limits).unwrap_err(),
            Full::Address
        );
        let _other = places.take(address("192.0.2.2"), &limits).unwrap();
        assert_eq!(
            places.take(address("192.0.2.3"), &limits).unwrap_err(),
            Full::Total
        );
        drop(first);
        let _again = places.take(address("192.0.2.1"), &limits).unwrap();
    }

    #[test]
    fn however_many_are_refused_it_is_told_once_a_minute_with_their_number() {
        let places = Places::default();
        let start = Instant::now();
        assert_eq!(places.refused(start), Some(1));
        for second in 0..60 {
            assert_eq!(places.refused(start + Duration::from_secs(second)), None);
        }
        assert_eq!(places.refused(start + TOLD_EVERY), Some(61));
        assert_eq!(places.refused(start + TOLD_EVERY), None);
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let limits = Limits {
            connections_per_address: Some(1),
            ..Limits::default()
        };
        let places = Places::default();
        let _one = places.take(address("2001:db8::1"), &limits).unwrap();
        assert!(places.take(address("2001:db8::ffff:1"), &limits).is_err());
        assert!(places.take(address("2001:db8:0:1::1"), &limits).is_ok());
    }
}
