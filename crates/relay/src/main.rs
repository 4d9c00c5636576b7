//! `sothon-relay`: the command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use sothon_ledger::Root;
use sothon_ledger::slip::RootSlip;
use sothon_net::Limits;
use sothon_net::nearby::{Interfaces, Neighbourhood};
use sothon_relay::folder::{Folder, Quota};
use sothon_relay::health;
use sothon_relay::serve::Relay;

/// Trạm chuyển: giữ và chuyển sổ của các xã mà không đọc được.
///
/// Exit codes: 0 done, 1 could not be done (the reason is printed), 2 wrong arguments.
#[derive(Parser, Debug)]
#[command(name = "sothon-relay", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make the relay's folder and key, and print its public key.
    Init(Data),
    /// Print the relay's public key.
    Key(Data),
    /// Serve a commune, by the root slip that its registrar printed.
    Add {
        #[command(flatten)]
        data: Data,
        /// The slip's text: STR-…
        slip: RootSlip,
        /// The most mebibytes that are taken from one author in a day.
        #[arg(long, default_value_t = Quota::default().device_day_bytes >> 20)]
        device_day_mib: u64,
        /// The most entries that are taken from one author in a day.
        #[arg(long, default_value_t = Quota::default().device_day_entries)]
        device_day_entries: u64,
        /// The most logs that one author may begin in a day.
        #[arg(long, default_value_t = Quota::default().device_day_logs)]
        device_day_logs: u64,
        /// The most mebibytes of entries that are kept.
        #[arg(long, default_value_t = Quota::default().total_bytes >> 20)]
        total_mib: u64,
    },
    /// No longer serve a commune. What is kept of it is moved aside, not deleted.
    Remove {
        #[command(flatten)]
        data: Data,
        /// The commune's root, as `list` prints it.
        root: Root,
    },
    /// Print the communes that are served.
    List(Data),
    /// Serve until SIGTERM or SIGINT. SIGHUP: look again which communes are to be served.
    Serve {
        #[command(flatten)]
        data: Data,
        /// The UDP address to listen on.
        #[arg(long, default_value = "[::]:4433")]
        listen: SocketAddr,
        /// The loopback address for /health and /metrics.
        #[arg(long)]
        http: Option<SocketAddr>,
        /// The most connections at a time.
        #[arg(long, default_value_t = 20_000)]
        connections: usize,
        /// The most connections at a time from one address; 0: no limit (tests, measurements).
        #[arg(long, default_value_t = 256)]
        connections_per_address: usize,
        #[command(flatten)]
        announcing: Announcing,
    },
}

#[derive(Args, Debug)]
struct Announcing {
    /// Announce the relay on the local network, so that devices of its communes find it there by themselves.
    #[arg(long)]
    announce: bool,
    /// Only on this interface; may be given several times. `loopback`: on this machine only.
    #[arg(long, requires = "announce")]
    interface: Vec<String>,
    /// The port of mDNS (for tests).
    #[arg(long, requires = "announce", hide = true, default_value_t = Neighbourhood::default().port)]
    mdns_port: u16,
}

impl Announcing {
    fn place(self) -> Option<Neighbourhood> {
        self.announce.then(|| Neighbourhood {
            interfaces: Interfaces::of_names(self.interface),
            port: self.mdns_port,
        })
    }
}

#[derive(Args, Debug)]
struct Data {
    /// The relay's folder.
    #[arg(long = "data", env = "SOTHON_RELAY_DATA")]
    dir: PathBuf,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sothon-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Init(data) => {
            let (_, identity) = Folder::init(&data.dir, &mut rand::rng())?;
            println!("{}", identity.public());
        }
        Command::Key(data) => {
            let (_, identity) = Folder::open(&data.dir)?;
            println!("{}", identity.public());
        }
        Command::Add {
            data,
            slip,
            device_day_mib,
            device_day_entries,
            device_day_logs,
            total_mib,
        } => {
            let quota = Quota {
                device_day_bytes: device_day_mib.saturating_mul(1 << 20),
                device_day_entries,
                device_day_logs,
                total_bytes: total_mib.saturating_mul(1 << 20),
            };
            Folder::open(&data.dir)?.0.add(slip.root, quota)?;
        }
        Command::Remove { data, root } => {
            let moved = Folder::open(&data.dir)?.0.remove(root)?;
            println!("{}", moved.display());
        }
        Command::List(data) => {
            for (root, quota) in Folder::open(&data.dir)?.0.list()? {
                let (day, total) = (quota.device_day_bytes >> 20, quota.total_bytes >> 20);
                let (entries, logs) = (quota.device_day_entries, quota.device_day_logs);
                println!(
                    "{root}  {day} MiB, {entries} entries, {logs} logs a device and day  {total} MiB in all"
                );
            }
        }
        Command::Serve {
            data,
            listen,
            http,
            connections,
            connections_per_address,
            announcing,
        } => {
            let limits = Limits {
                connections,
                connections_per_address: (connections_per_address > 0).then_some(connections_per_address),
                handshakes_before_retry: 256,
                ..Limits::default()
            };
            log_to_stderr();
            tokio::runtime::Runtime::new()
                .context("no runtime")?
                .block_on(serve(data.dir, listen, http, limits, announcing.place()))?;
        }
    }
    Ok(())
}

async fn serve(
    dir: PathBuf,
    listen: SocketAddr,
    http: Option<SocketAddr>,
    limits: Limits,
    announced_at: Option<Neighbourhood>,
) -> anyhow::Result<()> {
    let mut signals = Signals::new()?;
    let (folder, identity) = Folder::open(&dir)?;
    let http = match http {
        Some(address) => Some(health::bind(address).await?),
        None => None,
    };
    let mut relay = Relay::start(folder, identity, listen, limits)?;
    tracing::info!(address = %relay.address()?, "listening");
    if let Some(place) = announced_at {
        relay.announce(place)?;
    }
    if let Some(listener) = http {
        tracing::info!(address = %listener.local_addr()?, "health");
        let relay = relay.clone();
        tokio::spawn(async move {
            if let Err(error) = health::serve(listener, relay).await {
                tracing::error!(%error, "health");
            }
        });
    }
    relay.run(signals.until_stop(&relay)).await?;
    Ok(())
}

/// One JSON object a line: what happened, without names, addresses of devices, or keys beyond their first bytes.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SOTHON_RELAY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,quinn=warn,quinn_proto=warn"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

#[cfg(unix)]
struct Signals {
    term: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            term: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Ends when the relay is to stop.
    async fn until_stop(&mut self, relay: &Relay) {
        loop {
            tokio::select! {
                _ = self.term.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hangup.recv() => {
                    if let Err(error) = relay.reload().await {
                        tracing::error!(%error, "reload");
                    }
                }
            }
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    /// Ends when the relay is to stop. Without signals there is no reloading: the relay is restarted.
    async fn until_stop(&mut self, _relay: &Relay) {
        // Fails only where there is no console to press Ctrl-C on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
