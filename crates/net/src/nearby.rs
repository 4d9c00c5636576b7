//! Finding devices and relays of the commune on the local network: mDNS (RFC 6762) and DNS-SD (RFC 6763),
//! `_sothon._udp`.
//!
//! What is announced names nobody: instance and host are random at each start, and the TXT record has a salt and the proof
//! that only holders of the commune's LAN key can make or check (A32); a relay's is by [`LanKey::of_relay`]. Which of the
//! two keys fits tells a device from a relay. Announced is on the interfaces given and on no other. Nothing but where to
//! dial is taken from an announcement: who answers there has to be of the register.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use mdns_sd::{IfKind, Receiver, ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use rand_core::Rng;
use sothon_ledger::Root;

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

/// Why nearby devices and relays cannot be looked for, or this one not be announced.
#[derive(Debug, thiserror::Error)]
#[error("cannot look for devices nearby")]
pub struct NearbyError(#[from] mdns_sd::Error);

/// What somebody nearby says to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbour {
    /// A device: it answers only to a dial that bears the LAN key's proof, and one of the two dials ([`Nearby::dials`]).
    Device,
    /// A relay of the register: it is always dialed, without proof.
    Relay,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sighting {
    /// A device or relay of the commune listens at these addresses, the likeliest first.
    Here {
        /// Names it for as long as it runs.
        instance: String,
        /// Which of the two.
        neighbour: Neighbour,
        /// Where to dial.
        addresses: Vec<SocketAddr>,
    },
    /// It is gone.
    Gone {
        /// As it was named.
        instance: String,
    },
}

/// Announces this device and sees others and relays, until dropped.
pub struct Nearby {
    daemon: ServiceDaemon,
    events: Receiver<ServiceEvent>,
    devices: Option<LanKey>,
    relays: Option<LanKey>,
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
        let daemon = place.daemon()?;
        let instance = announce(&daemon, &key, (None, listening), place, rng)?;
        Ok(Nearby {
            events: daemon.browse(SERVICE)?,
            daemon,
            devices: Some(key),
            relays: None,
            instance,
            here: BTreeSet::new(),
        })
    }

    /// Looks for relays of the commune only, and announces nothing: for a device that cannot open the commune's LAN key
    /// yet.
    ///
    /// # Errors
    /// As [`Nearby::start`].
    pub fn look_for_relays(root: &Root, place: &Neighbourhood) -> Result<Nearby, NearbyError> {
        let daemon = place.daemon()?;
        Ok(Nearby {
            events: daemon.browse(SERVICE)?,
            daemon,
            devices: None,
            relays: Some(LanKey::of_relay(root)),
            instance: String::new(),
            here: BTreeSet::new(),
        })
    }

    /// Sees relays of the commune, too.
    #[must_use]
    pub fn with_relays(mut self, root: &Root) -> Nearby {
        self.relays = Some(LanKey::of_relay(root));
        self
    }

    /// The name under which this device is announced; empty if it is not.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Whether we are the one of two who see each other that dials: the other waits to be dialed.
    pub fn dials(&self, instance: &str) -> bool {
        *self.instance < *instance
    }

    /// Waits for the next sighting of another device, or of a relay, of the commune. `None`: there will be no more.
    /// Others' announcements, and our own, are passed over.
    pub async fn next(&mut self) -> Option<Sighting> {
        loop {
            match self.events.recv_async().await.ok()? {
                ServiceEvent::ServiceResolved(found) => {
                    let Some((neighbour, addresses)) = self.recognize(&found) else {
                        continue;
                    };
                    let instance = found.fullname;
                    if self.here.len() < MOST_HERE || self.here.contains(&instance) {
                        self.here.insert(instance.clone());
                        return Some(Sighting::Here {
                            instance,
                            neighbour,
                            addresses,
                        });
                    }
                }
                ServiceEvent::ServiceRemoved(_, instance) if self.here.remove(&instance) => {
                    return Some(Sighting::Gone { instance });
                }
                _ => {}
            }
        }
    }

    fn recognize(&self, found: &ResolvedService) -> Option<(Neighbour, Vec<SocketAddr>)> {
        if found.fullname == self.instance || found.port == 0 {
            return None;
        }
        let salt = unhex(found.get_property_val_str(SALT_KEY)?)?;
        let proof = unhex(found.get_property_val_str(PROOF_KEY)?)?;
        let made_with = |key: &Option<LanKey>| key.as_ref().is_some_and(|key| key.announced(&salt, &proof));
        let neighbour = if made_with(&self.devices) {
            Neighbour::Device
        } else if made_with(&self.relays) {
            Neighbour::Relay
        } else {
            return None;
        };
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
        (!addresses.is_empty()).then_some((neighbour, addresses))
    }
}

impl Drop for Nearby {
    fn drop(&mut self) {
        // Says goodbye to the others; if the daemon is gone already, there is nothing to do.
        if !self.instance.is_empty() {
            let _ = self.daemon.unregister(&self.instance);
        }
        let _ = self.daemon.shutdown();
    }
}

/// Announces a relay, once for each commune that it serves and under another name for each, until dropped.
pub struct Beacon {
    daemon: ServiceDaemon,
    listening: SocketAddr,
    place: Neighbourhood,
    announced: BTreeMap<Root, String>,
}

impl std::fmt::Debug for Beacon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beacon")
            .field("listening", &self.listening)
            .field("communes", &self.announced.len())
            .finish_non_exhaustive()
    }
}

impl Beacon {
    /// Gets ready to announce a relay that listens at this address. If it listens at every address, those of the
    /// interfaces are announced.
    ///
    /// # Errors
    /// As [`Nearby::start`].
    pub fn new(listening: SocketAddr, place: Neighbourhood) -> Result<Beacon, NearbyError> {
        Ok(Beacon {
            daemon: place.daemon()?,
            listening,
            place,
            announced: BTreeMap::new(),
        })
    }

    /// Announces to these communes, and no longer to others.
    ///
    /// # Errors
    /// As [`Nearby::start`]; what could be announced is.
    pub fn announce(&mut self, communes: &BTreeSet<Root>, rng: &mut impl Rng) -> Result<(), NearbyError> {
        let announced = std::mem::take(&mut self.announced);
        let (kept, gone) = announced
            .into_iter()
            .partition(|(root, _)| communes.contains(root));
        self.announced = kept;
        for instance in BTreeMap::<_, _>::into_values(gone) {
            self.daemon.unregister(&instance)?;
        }
        let ip = Some(self.listening.ip()).filter(|ip| !ip.is_unspecified());
        for root in communes {
            if !self.announced.contains_key(root) {
                let (key, at) = (LanKey::of_relay(root), (ip, self.listening.port()));
                let instance = announce(&self.daemon, &key, at, &self.place, rng)?;
                self.announced.insert(*root, instance);
            }
        }
        Ok(())
    }
}

impl Drop for Beacon {
    fn drop(&mut self) {
        // As for a device.
        for instance in self.announced.values() {
            let _ = self.daemon.unregister(instance);
        }
        let _ = self.daemon.shutdown();
    }
}

/// Announces under a new random name, which it returns. Without `ip`, the addresses are those of the interfaces.
fn announce(
    daemon: &ServiceDaemon,
    key: &LanKey,
    (ip, port): (Option<IpAddr>, u16),
    place: &Neighbourhood,
    rng: &mut impl Rng,
) -> Result<String, NearbyError> {
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    let instance = random_name(rng);
    let host = format!("{}.local.", random_name(rng));
    let properties = [(SALT_KEY, hex(&salt)), (PROOF_KEY, hex(&key.announcement(&salt)))];
    let properties = properties.as_slice();
    let mut info = match ip {
        Some(ip) => ServiceInfo::new(SERVICE, &instance, &host, ip, port, properties)?,
        None => ServiceInfo::new(SERVICE, &instance, &host, (), port, properties)?.enable_addr_auto(),
    };
    info.set_interfaces(place.interfaces.kinds());
    // The names are 128 random bits: asking around whether somebody has them only costs a second.
    info.set_requires_probe(false);
    let instance = info.get_fullname().to_owned();
    daemon.register(info)?;
    Ok(instance)
}

impl Neighbourhood {
    fn daemon(&self) -> Result<ServiceDaemon, NearbyError> {
        let daemon = ServiceDaemon::new_with_port(self.port)?;
        daemon.disable_interface(IfKind::All)?;
        daemon.enable_interface(self.interfaces.kinds())?;
        if self.interfaces == Interfaces::All {
            daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
        }
        Ok(daemon)
    }
}

impl Interfaces {
    /// The interfaces that are named, or all if none is; `loopback` for loopback.
    pub fn of_names(names: Vec<String>) -> Interfaces {
        match names.as_slice() {
            [] => Interfaces::All,
            [name] if name == "loopback" => Interfaces::Loopback,
            _ => Interfaces::Named(names),
        }
    }

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
