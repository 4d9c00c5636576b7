//! How the core is started; tests say more.

use std::path::PathBuf;

use sothon_app::Options;

/// As it is shipped: nothing of it can be set but the folder.
#[cfg(not(feature = "window-tests"))]
pub(crate) fn of(base: PathBuf, downloads: Option<PathBuf>) -> Options {
    Options {
        downloads,
        ..Options::new(base)
    }
}

/// As tests want it: a cheap vault, a clock that starts where the test says, nothing sent beyond loopback.
#[cfg(feature = "window-tests")]
pub(crate) fn of(base: PathBuf, _: Option<PathBuf>) -> Options {
    use chrono::NaiveDateTime;
    use sothon_app::clock::Clock;
    use sothon_net::nearby::{Interfaces, Neighbourhood};

    let said = |name: &str| std::env::var(name).ok();
    let now = said("SOTHON_TEST_NOW").map(|now| {
        NaiveDateTime::parse_from_str(&now, "%Y-%m-%dT%H:%M").expect("a time like 2025-06-10T08:00")
    });
    // A port of its own, so that no system service is met; without one nobody is looked for.
    let nearby = said("SOTHON_TEST_MDNS_PORT").map(|port| Neighbourhood {
        interfaces: Interfaces::Loopback,
        port: port.parse().expect("a port"),
    });
    Options {
        cost: sothon_vault::Cost::LOWEST,
        clock: Clock::new(now),
        nearby,
        listen: (std::net::Ipv4Addr::LOCALHOST, 0).into(),
        ..Options::new(base)
    }
}
