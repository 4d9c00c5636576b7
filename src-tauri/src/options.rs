//! How the core is started; tests say more.

use std::path::PathBuf;

use sothon_app::Options;

/// As it is shipped: nothing of it can be set but the folder.
#[cfg(not(feature = "window-tests"))]
pub(crate) fn of(base: PathBuf, downloads: Option<PathBuf>) -> Options {
    Options {
        downloads,
        sticks: sticks(),
        ..Options::new(base)
    }
}

/// Where Linux shows sticks and cards that are in. Windows gives them letters, which nothing here looks for yet.
#[cfg(not(feature = "window-tests"))]
fn sticks() -> Vec<PathBuf> {
    let user = if cfg!(target_os = "linux") {
        std::env::var_os("USER")
    } else {
        None
    };
    let of_user = |user| {
        ["/media", "/run/media"]
            .map(|shown| PathBuf::from(shown).join(&user))
            .to_vec()
    };
    user.map(of_user).unwrap_or_default()
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
        sticks: said("SOTHON_TEST_STICKS")
            .map(PathBuf::from)
            .into_iter()
            .collect(),
        minute: said("SOTHON_TEST_MINUTE").map_or(std::time::Duration::from_secs(60), |seconds| {
            std::time::Duration::from_secs(seconds.parse().expect("seconds"))
        }),
        ..Options::new(base)
    }
}
