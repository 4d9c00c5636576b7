//! Asks the commune's relays whether the register ends where this machine thinks it does, before something is added (B13).

use std::sync::mpsc::channel;
use std::time::Duration;

use sothon_net::connect::{Target, dial};
use sothon_net::{CloseCode, Endpoint, Hub, Identity, Limits, run};
use sothon_replica::{LockedHost, Station, Told};
use sothon_sync::Event;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::travel::{any_address, relays};
use crate::context::Context;
use crate::fault::{Done, Fault};

/// How long a relay may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long saying goodbye to relays may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// The device, having heard a relay where one must be heard and one answers. What came meanwhile is stored.
pub fn confirmed(context: &Context, station: Station) -> Done<Station> {
    if !station
        .awaits_relay()
        .map_err(sothon_replica::ReplicaError::from)?
    {
        return Ok(station);
    }
    let folder = station.folder().clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Fault::internal)?;
    let agreed = runtime.block_on(ask(context, station))?;
    let mut station = Station::open(folder)?;
    if let Some(head) = agreed {
        station.agreed_at(head);
    }
    Ok(station)
}

/// The end of the register, once one of the relays has the same.
async fn ask(
    context: &Context,
    station: Station,
) -> Done<Option<(sothon_ledger::Height, sothon_ledger::OperationId)>> {
    let targets = relays(&station);
    let identity = Identity::new(station.transport());
    let endpoint =
        Endpoint::bind(any_address(&targets), identity, Limits::default()).map_err(Fault::internal)?;
    let (told, hears) = channel::<Told>();
    let host = LockedHost::new(station, context.clock, context.rng(), Some(told));
    let hub = Hub::start(host).map_err(Fault::internal)?;
    let mut calls = JoinSet::new();
    for target in targets {
        let (endpoint, hub) = (endpoint.clone(), hub.clone());
        calls.spawn(async move { call(&endpoint, &hub, &target).await });
    }
    let heard = tokio::task::spawn_blocking(move || {
        // Ends with the sessions' thread, at the latest.
        hears
            .iter()
            .any(|told| matches!(told.event, Event::PeerRegister { same: true, .. }))
    });
    // Whatever came of it: the host itself knows whether it was a relay that agreed.
    let _ = timeout(ANSWER, async {
        tokio::select! {
            _ = heard => {}
            () = async { while calls.join_next().await.is_some() {} } => {}
        }
    })
    .await;
    let agreed = hub
        .with(|host| {
            let station = host.station();
            let heard = station.awaits_relay().is_ok_and(|awaits| !awaits);
            let head = station.register().map(sothon_ledger::Register::head);
            (head.filter(|_| heard), sothon_net::Changes::default())
        })
        .await
        .map_err(Fault::internal)?;
    hub.stop().await;
    // The command goes on, or ends at once: a relay that hears nothing of it would keep the session for half a minute.
    let _ = timeout(FAREWELL, async {
        while calls.join_next().await.is_some() {}
        endpoint.close(CloseCode::Done);
        endpoint.wait_idle().await;
    })
    .await;
    Ok(agreed)
}

async fn call<H: sothon_net::Host>(endpoint: &Endpoint, hub: &Hub<H>, target: &Target) {
    match dial(endpoint, target).await {
        Ok(peer) => {
            let end = run(hub, &peer).await;
            tracing::info!(%end, "the session that was to confirm the register is over");
        }
        Err(failures) => {
            let why: Vec<String> = failures.iter().map(ToString::to_string).collect();
            tracing::info!(why = why.join("; "), "no relay confirms the register");
        }
    }
}
