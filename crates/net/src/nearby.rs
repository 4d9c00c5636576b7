//! Finding devices of the commune on the local network: mDNS (RFC 6762) and DNS-SD (RFC 6763), `_sothon._udp`.
//!
//! What is announced names nobody: instance and host are random at each start, and the TXT record has a salt and the proof
//! that only holders of the commune's LAN key can make or check (A32). A device is announced on the interfaces given and
//! on no other.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use mdns_sd::{IfKind, Receiver, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use rand_core::Rng;

use crate::lan::{LanKey, SALT};

const SERVICE: &str = "_sothon._udp.local.";
const SALT_KEY: &str = "s";
const PROOF_KEY: &str = "p";
/// The most devices that are seen at a time; one who overheard an announcement could repeat it under many names.
const MOST_HERE: usize = 256;

/// On which interfaces to announce and look.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interfaces {
    /// All but loopback.
    All,
    /// Loopback only: several devices on one machine, in the demo and in tests.
    Loopback,
    /// These, by name.
    Named(Vec<String>),
}

/// Where, and with which UDP port for mDNS itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbourhood {
    /// The interfaces.
    pub interfaces: Interfaces,
    /// The port of mDNS: 5353, but for tests that must not meet a system service.
    pub port: u16,
}

impl Default for Neighbourhood {
    fn default() -> Self {
        Neighbourhood {
            interfaces: Interfaces::All,
            port: mdns_sd::MDNS_PORT,
        }
    }
}

/// Why nearby devices cannot be looked for.
#[derive(Debug, thiserror::Error)]
#[error("cannot look for devices nearby")]
pub struct NearbyError(#[from] mdns_sd::Error);

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sighting {
    /// A device of the commune listens at these addresses, the likeliest first.
    Here {
        /// Names it for as long as it runs.
        instance: String,
        /// Where to dial.
        addresses: Vec<SocketAddr>,
    },
    /// It is gone.
    Gone {
        /// As it was named.
        instance: String,
    },
}

/// Announces this device and sees others, until dropped.
pub struct Nearby {
    daemon: ServiceDaemon,
    events: Receiver<ServiceEvent>,
    key: LanKey,
    instance: String,
    here: BTreeSet<String>,
}

impl std::fmt::Debug for Nearby {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nearby")
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}

impl Nearby {
    /// Announces that a device of the commune listens on UDP port `listening`, and looks for others.
    ///
    /// # Errors
    /// [`NearbyError`] if the system has no sockets for it; what fails later is only logged, since a network that does
    /// not carry mDNS looks just like one without other devices.
    pub fn start(
        key: LanKey,
        listening: u16,
        place: &Neighbourhood,
        rng: &mut impl Rng,
    ) -> Result<Nearby, NearbyError> {
        let daemon = ServiceDaemon::new_with_port(place.port)?;
        daemon.disable_interface(IfKind::All)?;
        let kinds = place.interfaces.kinds();
        daemon.enable_interface(kinds.clone())?;
        if place.interfaces == Interfaces::All {
            daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
        }
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        let instance = random_name(rng);
        let properties = [(SALT_KEY, hex(&salt)), (PROOF_KEY, hex(&key.announcement(&salt)))];
        let mut info = ServiceInfo::new(
            SERVICE,
            &instance,
            &format!("{}.local.", random_name(rng)),
            (),
            listening,
            properties.as_slice(),
        )?
        .enable_addr_auto();
        info.set_interfaces(kinds);
        // The names are 128 random bits: asking around whether somebody has them only costs a second.
        info.set_requires_probe(false);
        let instance = info.get_fullname().to_owned();
        daemon.register(info)?;
        let events = daemon.browse(SERVICE)?;
        Ok(Nearby {
            daemon,
            events,
            key,
            instance,
            here: BTreeSet::new(),
        })
    }

    /// The name under which this device is announced.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Whether we are the one of two who see each other that dials: the other waits to be dialed.
    pub fn dials(&self, instance: &str) -> bool {
        *self.instance < *instance
    }

    /// Waits for the next sighting of another device of the commune. `None`: there will be no more. Others' announcements,
    /// and our own, are passed over.
    pub async fn next(&mut self) -> Option<Sighting> {
        loop {
            match self.events.recv_async().await.ok()? {
                ServiceEvent::ServiceResolved(found) => {
                    let Some(addresses) = self.recognize(&found) else {
                        continue;
                    };
                    let instance = found.fullname;
                    if self.here.len() < MOST_HERE || self.here.contains(&instance) {
                        self.here.insert(instance.clone());
                        return Some(Sighting::Here { instance, addresses });
                    }
                }
                ServiceEvent::ServiceRemoved(_, instance) if self.here.remove(&instance) => {
                    return Some(Sighting::Gone { instance });
                }
                _ => {}
            }
        }
    }

    fn recognize(&self, found: &ResolvedService) -> Option<Vec<SocketAddr>> {
        if found.fullname == self.instance || found.port == 0 {
            return None;
        }
        let salt = unhex(found.get_property_val_str(SALT_KEY)?)?;
        let proof = unhex(found.get_property_val_str(PROOF_KEY)?)?;
        if !self.key.announced(&salt, &proof) {
            return None;
        }
        let addresses: BTreeSet<(bool, IpAddr)> = found
            .addresses
            .iter()
            .map(|ip| ip.to_ip_addr())
            // Link-local IPv6 needs a zone that cannot be dialed everywhere; such a device has another address.
            .filter(|ip| !matches!(ip, IpAddr::V6(v6) if v6.is_unicast_link_local()))
            .map(|ip| (ip.is_ipv6(), ip))
            .collect();
        let addresses: Vec<SocketAddr> = addresses
            .into_iter()
            .map(|(_, ip)| SocketAddr::new(ip, found.port))
            .collect();
        (!addresses.is_empty()).then_some(addresses)
    }
}

impl Drop for Nearby {
    fn drop(&mut self) {
        // Says goodbye to the others; if the daemon is gone already, there is nothing to do.
        let _ = self.daemon.unregister(&self.instance);
        let _ = self.daemon.shutdown();
    }
}

impl Interfaces {
    fn kinds(&self) -> Vec<IfKind> {
        match self {
            Interfaces::All => vec![IfKind::All],
            Interfaces::Loopback => vec![IfKind::LoopbackV4],
            Interfaces::Named(names) => names.iter().map(IfKind::from).collect(),
        }
    }
}

fn random_name(rng: &mut impl Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) || text.len() > 128 {
        return None;
    }
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok())
        .collect()
}
