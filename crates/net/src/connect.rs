//! From "this relay, at these addresses" to a session, once or for ever.

use std::net::SocketAddr;

use rand_core::Rng;
use sothon_sync::CloseReason;
use tokio::net::lookup_host;
use tokio::sync::watch;

use crate::driver::{SessionEnd, run};
use crate::endpoint::{DialError, Endpoint, Peer};
use crate::host::Host;
use crate::hub::Hub;
use crate::lan::LanKey;
use crate::reconnect::{After, Backoff, keep_trying};
use crate::tls::Expected;

/// Whom to dial, and where.
#[derive(Clone, Debug)]
pub struct Target {
    /// `host:port` each; tried in this order.
    pub addresses: Vec<String>,
    /// Who has to answer.
    pub expected: Expected,
    /// With which proof, where the other side answers only to devices of the commune.
    pub lan: Option<LanKey>,
}

/// What came of an attempt to have a session.
#[derive(Debug)]
#[non_exhaustive]
pub enum Attempt {
    /// No address could be dialed: which were tried, and why not.
    NoAnswer(Vec<NoAnswer>),
    /// A session is open.
    Open {
        /// Where.
        address: SocketAddr,
    },
    /// It is over.
    Over(SessionEnd),
}

/// An address at which nobody answered as expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// The name has no address, or there is no one to ask.
    #[error("{name} was not found")]
    Name {
        /// The name, with its port.
        name: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The dial failed.
    #[error(transparent)]
    Dial(#[from] DialError),
}

/// Dials the addresses of a target, one after another, until one answers.
///
/// # Errors
/// Why none did, one for each that was tried.
pub async fn dial(endpoint: &Endpoint, target: &Target) -> Result<Peer, Vec<NoAnswer>> {
    let v4_only = endpoint.local_addr().is_ok_and(|local| local.is_ipv4());
    let mut failures = Vec::new();
    for name in &target.addresses {
        let found = match lookup_host(name).await {
            Ok(found) => found,
            Err(source) => {
                let name = name.clone();
                failures.push(NoAnswer::Name { name, source });
                continue;
            }
        };
        for address in found.filter(|address| address.is_ipv4() || !v4_only) {
            match endpoint
                .dial(address, target.expected.clone(), target.lan.as_ref())
                .await
            {
                Ok(peer) => return Ok(peer),
                Err(error) => failures.push(error.into()),
            }
        }
    }
    Err(failures)
}

/// Keeps a session open for ever: dials, runs it, and dials again. `told` hears of each attempt.
pub async fn stay_connected<H: Host>(
    hub: &Hub<H>,
    endpoint: &Endpoint,
    target: &Target,
    backoff: Backoff,
    rng: impl Rng,
    (wake, stop): (watch::Receiver<u64>, watch::Receiver<bool>),
    told: impl Fn(&Attempt),
) {
    keep_trying(backoff, rng, wake, stop, || async {
        let peer = match dial(endpoint, target).await {
            Ok(peer) => peer,
            Err(failures) => {
                told(&Attempt::NoAnswer(failures));
                return After::Again;
            }
        };
        told(&Attempt::Open {
            address: peer.remote_address(),
        });
        let end = run(hub, &peer).await;
        let after = after(&end);
        told(&Attempt::Over(end));
        after
    })
    .await;
}

/// Whether trying again can help. Also who is not admitted tries again: the other side may get the register later.
fn after(end: &SessionEnd) -> After {
    match end {
        SessionEnd::Stopped(_) => After::Stop,
        SessionEnd::Ended(ended) => match ended.reason {
            CloseReason::OtherCommune | CloseReason::Version => After::Rest,
            CloseReason::Bye if !ended.by_peer => After::Stop,
            _ => After::Again,
        },
        _ => After::Again,
    }
}
