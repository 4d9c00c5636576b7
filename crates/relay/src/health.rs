//! Health and counters over HTTP, on loopback only: they are nobody else's business.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::commune::short;
use crate::serve::{Relay, Served};

/// Why there is no HTTP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HealthError {
    /// The address is not on loopback.
    #[error("{0} is not a loopback address: health and counters are served to this machine only")]
    NotLoopback(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// Opens the HTTP socket.
///
/// # Errors
/// [`HealthError`].
pub async fn bind(address: SocketAddr) -> Result<tokio::net::TcpListener, HealthError> {
    if !address.ip().is_loopback() {
        return Err(HealthError::NotLoopback(address));
    }
    tokio::net::TcpListener::bind(address)
        .await
        .map_err(|source| HealthError::Listen { address, source })
}

/// Answers `/health` and `/metrics` until the task is dropped.
///
/// # Errors
/// What the system says.
pub async fn serve(listener: tokio::net::TcpListener, relay: Relay) -> std::io::Result<()> {
    let app = Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(relay);
    axum::serve(listener, app).await
}

/// 200 while everything can be stored, 503 when a commune's last attempt failed.
async fn health(State(relay): State<Relay>) -> impl IntoResponse {
    let communes = relay.communes();
    let failing: Vec<String> = communes
        .iter()
        .filter(|(_, served)| served.gauges().failing.load(Ordering::Relaxed))
        .map(|(root, _)| short(*root))
        .collect();
    let status = if failing.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = serde_json::json!({
        "status": if failing.is_empty() { "ok" } else { "cannot store" },
        "communes": communes.len(),
        "failing": failing,
    });
    (status, axum::Json(body))
}

async fn metrics(State(relay): State<Relay>) -> impl IntoResponse {
    let mut out = String::new();
    let communes = relay.communes();
    let mut family = |name: &str, kind: &str, help: &str, read: fn(&Served) -> &AtomicU64| {
        // Writing to a String does not fail.
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (root, served) in &communes {
            let value = read(served).load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}{{commune=\"{}\"}} {value}", short(*root));
        }
    };
    family("sothon_sessions_open", "gauge", "Open sessions.", |s| {
        &s.counters().open
    });
    family("sothon_sessions_total", "counter", "Sessions opened.", |s| {
        &s.counters().opened
    });
    family(
        "sothon_received_bytes_total",
        "counter",
        "Bytes of sessions received.",
        |s| &s.counters().received,
    );
    family(
        "sothon_sent_bytes_total",
        "counter",
        "Bytes of sessions sent.",
        |s| &s.counters().sent,
    );
    family(
        "sothon_stores_total",
        "counter",
        "Transactions for what came.",
        |s| &s.counters().stores,
    );
    family(
        "sothon_not_admitted_total",
        "counter",
        "Sessions closed for want of rights.",
        |s| &s.counters().not_admitted,
    );
    family(
        "sothon_misbehaved_total",
        "counter",
        "Sessions closed for breaking the protocol.",
        |s| &s.counters().misbehaved,
    );
    family(
        "sothon_register_height",
        "gauge",
        "Height of the register held.",
        |s| &s.gauges().register_height,
    );
    family(
        "sothon_register_behind_total",
        "counter",
        "Entries that named a newer register.",
        |s| &s.gauges().register_behind,
    );
    family("sothon_entries_total", "counter", "Entries taken in.", |s| {
        &s.gauges().entries
    });
    family("sothon_entry_bytes", "gauge", "Bytes of entries kept.", |s| {
        &s.gauges().bytes
    });
    family(
        "sothon_over_quota_total",
        "counter",
        "Entries refused for a quota.",
        |s| &s.gauges().over_quota,
    );
    family(
        "sothon_knocks",
        "gauge",
        "Requests to be admitted that wait for the registrar.",
        |s| &s.gauges().knocks,
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], out)
}
