//! Exchanging with others: with the commune's relays, with a device at an address, with who is near, with who calls.
//!
//! The device is in the thread of its sessions meanwhile. This file watches: it publishes before anybody is called or can call,
//! and when something came that asks for a receipt, counts, and ends when all is exchanged or the time is over.

mod lines;
mod meter;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::json;
use sothon_ledger::TransportKey;
use sothon_net::connect::Target;
use sothon_net::nearby::{Beacon, Interfaces, NearbyError, Neighbourhood};
use sothon_net::{CloseCode, Endpoint, Expected, Hub, Identity, LanKey, Limits};
use sothon_replica::{DeviceHost, OwnFiles, SlipCheck, Slot, Station, Told};
use sothon_sync::Event;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use self::lines::{Known, Lines};
use self::meter::{Meter, Note, Why};
use super::status::{counts_line, counts_object, files_line, files_object};
use crate::args;
use crate::clock::Clock;
use crate::context::{Context, Device, Rng};
use crate::fault::{Done, Exit, Fault};

/// The sessions of this device.
type Host = DeviceHost<Rng, Clock>;

/// After what came, so long until it is receipted; several arrivals then share one receipt.
const RECEIPT_AFTER: Duration = Duration::from_millis(500);
/// How long keys that were asked for are waited for when all else is exchanged: a peer that has none of them says nothing.
const KEYS_WITHIN: Duration = Duration::from_millis(500);

/// With whom, and for how long.
struct Plan {
    targets: Vec<Target>,
    listen: Option<SocketAddr>,
    nearby: Option<Neighbourhood>,
    /// By which devices nearby know each other; without it only relays are looked for.
    lan: Option<LanKey>,
    /// Whether devices that are not admitted may find this one nearby, as they find a relay, and call without the key.
    welcome: bool,
    /// Stay until then, whatever is exchanged.
    stay: Option<Duration>,
    /// Stay for ever: until a signal.
    for_ever: bool,
    wait: Duration,
}

/// `sync`.
pub fn sync(context: &Context, sync: args::Sync) -> Done {
    let device = open(context)?;
    let lan = device.lan_key().map(|key| LanKey::new(*key));
    let mut targets = Vec::new();
    if let (Some(address), Some(key)) = (&sync.peer, sync.key) {
        targets.push(target(key, vec![address.clone()], lan.clone()));
    }
    if sync.relay || (targets.is_empty() && !sync.travel.nearby && sync.listen.is_none()) {
        let relays = relays(device.station());
        if relays.is_empty() {
            return Err(Fault::new(
                Exit::NoPeer,
                "no_relay",
                "Xã chưa có trạm chuyển. Dùng --peer, --nearby, hoặc nhờ người giữ danh bạ đặt bằng relays set.",
                "The commune has no relay. Use --peer, --nearby, or have the registrar set one.",
            ));
        }
        targets.extend(relays);
    }
    let plan = Plan {
        targets,
        listen: sync.listen,
        nearby: neighbourhood(&sync.travel),
        lan,
        welcome: false,
        stay: sync.travel.stay.map(Duration::from_secs),
        for_ever: false,
        wait: Duration::from_secs(sync.travel.wait),
    };
    start(context, device, plan)
}

/// `serve`.
pub fn serve(context: &Context, serve: args::Serve) -> Done {
    let device = open(context)?;
    let lan = device.lan_key().map(|key| LanKey::new(*key));
    let plan = Plan {
        targets: Vec::new(),
        listen: Some(serve.listen),
        nearby: neighbourhood(&serve.travel),
        lan,
        welcome: serve.welcome,
        stay: serve.travel.stay.map(Duration::from_secs),
        for_ever: serve.travel.stay.is_none(),
        wait: Duration::from_secs(serve.travel.wait),
    };
    start(context, device, plan)
}

fn target(key: TransportKey, addresses: Vec<String>, lan: Option<LanKey>) -> Target {
    Target {
        addresses,
        expected: Expected::Key(key),
        lan,
    }
}

/// The commune's relays.
pub fn relays(station: &Station) -> Vec<Target> {
    let relays = station.relays().iter();
    relays
        .map(|relay| target(relay.key, relay.addresses.clone(), None))
        .collect()
}

/// Opens the device, unless its register is another than the one that it was told to trust.
fn open(context: &Context) -> Done<Device> {
    let mut device = context.open()?;
    if device.slip_check() == SlipCheck::Differs {
        return Err(sothon_replica::ReplicaError::RegisterDiffers.into());
    }
    // Each command opens the books and locks them again: what its slots may carry goes with the next exchange.
    for slot in [Slot::Unlock, Slot::Lock] {
        device.use_slot(slot, context.clock.now())?;
    }
    Ok(device)
}

/// On which interfaces to look, where it was asked for.
fn neighbourhood(travel: &args::Travel) -> Option<Neighbourhood> {
    travel.nearby.then(|| Neighbourhood {
        interfaces: Interfaces::of_names(travel.interface.clone()),
        port: travel.mdns_port,
    })
}

fn start(context: &Context, device: Device, plan: Plan) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Fault::internal)?;
    runtime.block_on(run(context, device, plan))
}

async fn run(context: &Context, device: Device, plan: Plan) -> Done {
    let (me, root) = (device.station().transport_key(), device.root());
    let announces = plan.nearby.is_some() && plan.lan.is_some();
    let known = Arc::new(RwLock::new(known_keys(&device)));
    let address = plan.listen.unwrap_or_else(|| any_address(&plan.targets));
    let identity = Identity::new(device.station().transport());
    let endpoint = Endpoint::bind(address, identity, Limits::default()).map_err(|error| {
        Fault::new(
            Exit::NoPeer,
            "address",
            format!("Không dùng được địa chỉ {address}: {error}."),
            format!("Cannot use the address {address}: {error}."),
        )
    })?;
    let (notes, mut noted) = mpsc::unbounded_channel();
    let (told, hears) = std::sync::mpsc::channel::<Told>();
    let to = notes.clone();
    std::thread::spawn(move || {
        // Ends with the sessions' thread.
        for told in hears {
            if to.send(Note::Told(told)).is_err() {
                return;
            }
        }
    });
    let hub =
        Hub::start(DeviceHost::new(device, context.clock, Some(told.clone()))).map_err(Fault::internal)?;
    let (stop, stopped) = watch::channel(false);
    let lines = Lines {
        hub: hub.clone(),
        endpoint: endpoint.clone(),
        notes,
        stopped,
        known: known.clone(),
    };
    let mut meter = Meter::new(me, plan.targets.len());
    // Who calls may be done before anything that is published later.
    if publish(&hub, &known, &told, me).await? {
        meter.published();
    }
    if plan.listen.is_some() || announces {
        let bound = endpoint.local_addr().map_err(Fault::internal)?;
        context
            .out
            .object(&json!({"event": "listening", "address": bound.to_string(), "key": me.to_string()}));
        context.out.line(format!(
            "{} {bound} · {} {me}",
            context.out.t("Đang chờ ở", "Listening on"),
            context.out.t("khóa", "key")
        ));
        lines.listen(plan.lan.clone().filter(|_| announces && !plan.welcome));
    }
    let mut _beacon = None;
    if let Some(place) = plan.nearby.as_ref().filter(|_| plan.welcome) {
        let bound = endpoint.local_addr().map_err(Fault::internal)?;
        let mut beacon = Beacon::new(bound, place.clone()).map_err(cannot_look)?;
        beacon
            .announce(&[root].into(), &mut context.rng())
            .map_err(cannot_look)?;
        // Announced until it is dropped.
        _beacon = Some(beacon);
    }
    for target in &plan.targets {
        lines.dial(target.clone());
    }
    if let Some(place) = &plan.nearby {
        lines
            .nearby(plan.lan.clone(), &root, place, &mut context.rng())
            .map_err(cannot_look)?;
    }
    watch_over(context, &plan, &hub, &known, &told, &mut noted, &mut meter).await?;
    let end = hub
        .with(|host: &mut Host| (End::of(host), sothon_net::Changes::default()))
        .await;
    stop.send_replace(true);
    hub.stop().await;
    // The dialed connections say how many bytes they took when they end.
    let grace = Instant::now() + Duration::from_secs(5);
    while meter.dialed_open() > 0 {
        tokio::select! {
            note = noted.recv() => match note {
                Some(note) => meter.take(note),
                None => break,
            },
            () = sleep_until(grace) => break,
        }
    }
    endpoint.close(CloseCode::Done);
    let end = end.map_err(Fault::internal)?;
    if end.slip == SlipCheck::Differs {
        return Err(sothon_replica::ReplicaError::RegisterDiffers.into());
    }
    tell(context, &plan, &meter, hub.counters(), end)
}

fn cannot_look(error: NearbyError) -> Fault {
    Fault::new(
        Exit::NoPeer,
        "nearby",
        format!("Không tìm được máy gần đây: {error}."),
        format!("Cannot look for devices nearby: {error}."),
    )
}

/// How the device stands when the exchange ends.
struct End {
    counts: [usize; 4],
    /// None where that cannot be read.
    files: Option<OwnFiles>,
    unpublished: usize,
    lacks_keys: usize,
    admitted: bool,
    slip: SlipCheck,
}

impl End {
    fn of(host: &mut Host) -> End {
        let device = &host.replica;
        End {
            counts: device.delivery_counts(),
            files: device.own_files().ok(),
            unpublished: device.unpublished(),
            lacks_keys: device.wants().wraps.len(),
            admitted: device.station().is_admitted(),
            slip: device.slip_check(),
        }
    }
}

/// Where to call them from.
pub fn any_address(targets: &[Target]) -> SocketAddr {
    let loopback = |address: &String| address.starts_with("127.") || address.starts_with("[::1]");
    let mut addresses = targets.iter().flat_map(|target| &target.addresses);
    let v6 = addresses.any(|address| address.starts_with('[') && !loopback(address));
    let any: std::net::IpAddr = if v6 {
        std::net::Ipv6Addr::UNSPECIFIED.into()
    } else {
        std::net::Ipv4Addr::UNSPECIFIED.into()
    };
    SocketAddr::new(any, 0)
}

/// Who may answer nearby.
fn known_keys(device: &Device) -> Known {
    let mut devices = HashSet::new();
    if let Ok(register) = device.register() {
        let at = register.effective_height();
        let admitted = register.rights().devices();
        devices.extend(
            admitted
                .filter(|(_, info)| info.role_at(at).is_some())
                .map(|(_, info)| info.transport),
        );
    }
    Known {
        devices,
        relays: device.station().answers_as_relay().into_iter().collect(),
    }
}

/// Publishes, and tells through the same channel as the sessions do, so that what they said before is known as old. Says
/// whether there was anything to publish.
async fn publish(
    hub: &Hub<Host>,
    known: &Arc<RwLock<Known>>,
    told: &std::sync::mpsc::Sender<Told>,
    me: TransportKey,
) -> Done<bool> {
    let (known, told) = (known.clone(), told.clone());
    let work = move |host: &mut Host| {
        if host.replica.register().is_ok() {
            *known.write().unwrap_or_else(PoisonError::into_inner) = known_keys(&host.replica);
        }
        let (done, changes) = match host.publish() {
            Ok((published, changes)) => (Ok(!published.is_empty()), changes),
            Err(error) => (Err(error), sothon_net::Changes::default()),
        };
        if matches!(done, Ok(true)) {
            // A mark of our own among what the sessions tell.
            let _ = told.send(Told {
                peer: me,
                event: Event::Unresolved,
            });
        }
        (done, changes)
    };
    hub.with(work)
        .await
        .map_err(Fault::internal)?
        .map_err(Fault::from)
}

/// Watches until all is exchanged, the time is over, or a signal comes.
async fn watch_over(
    context: &Context,
    plan: &Plan,
    hub: &Hub<Host>,
    known: &Arc<RwLock<Known>>,
    told: &std::sync::mpsc::Sender<Told>,
    noted: &mut mpsc::UnboundedReceiver<Note>,
    meter: &mut Meter,
) -> Done<()> {
    let me = meter.me;
    let end = plan.stay.map(|stay| Instant::now() + stay);
    let mut quiet_until = Instant::now() + plan.wait;
    let (mut publish_at, mut keys_until) = (None, None);
    let mut signal = std::pin::pin!(signal());
    loop {
        let next = [
            end,
            publish_at,
            keys_until.filter(|_| publish_at.is_none()),
            (!plan.for_ever).then_some(quiet_until),
        ];
        let wake = next.into_iter().flatten().min();
        tokio::select! {
            note = noted.recv() => {
                let Some(note) = note else { return Ok(()) };
                meter.take(note);
                // A burst is looked at as one.
                while let Ok(note) = noted.try_recv() {
                    meter.take(note);
                }
                if meter.take_moved() {
                    quiet_until = Instant::now() + plan.wait;
                }
                meter.say(context);
                if meter.take_news() {
                    publish_at = publish_at.or(Some(Instant::now() + RECEIPT_AFTER));
                }
            }
            () = wait_until(wake) => {}
            () = &mut signal => return Ok(()),
        }
        let now = Instant::now();
        if publish_at.is_some_and(|at| at <= now) || (publish_at.is_some() && meter.is_done()) {
            publish_at = None;
            if publish(hub, known, told, me).await? {
                meter.published();
            }
            while let Ok(note) = noted.try_recv() {
                meter.take(note);
            }
        }
        if end.is_some_and(|end| end <= now) {
            return Ok(());
        }
        if end.is_none() && !plan.for_ever && publish_at.is_none() {
            // What came may be sealed under a key that comes only now, since it is asked for when that is known.
            if !meter.is_done() {
                keys_until = None;
            } else if !lacks_keys(hub).await? || *keys_until.get_or_insert(now + KEYS_WITHIN) <= now {
                return Ok(());
            }
            if quiet_until <= now {
                return Ok(());
            }
        }
        if end.is_some() && quiet_until <= now {
            quiet_until = now + plan.wait;
        }
    }
}

async fn lacks_keys(hub: &Hub<Host>) -> Done<bool> {
    let lacks = |host: &mut Host| {
        let lacks = !host.replica.wants().wraps.is_empty();
        (lacks, sothon_net::Changes::default())
    };
    hub.with(lacks).await.map_err(Fault::internal)
}

async fn wait_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => sleep_until(wake).await,
        None => std::future::pending().await,
    }
}

/// Ends at SIGINT or SIGTERM.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut term) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

fn tell(context: &Context, plan: &Plan, meter: &Meter, counters: &sothon_net::Counters, end: End) -> Done {
    use std::sync::atomic::Ordering::Relaxed;
    let out = &context.out;
    let (sent, received) = meter.entries();
    let (wire_sent, wire_received) = meter.wire();
    let why_not = meter.why_not_all();
    let up_to_date = why_not.is_none() && end.admitted;
    // Who is not admitted yet was given the register before it was turned away.
    let turned_away = end.admitted && meter.is_turned_away();
    if (meter.sessions() == 0 || turned_away) && !plan.for_ever {
        return Err(meter.nobody());
    }
    out.object(&json!({
        "event": "done",
        "sessions": meter.sessions(),
        "up_to_date": up_to_date,
        "why_not": why_not.map(Why::name),
        "entries_sent": sent,
        "entries_received": received,
        "wire_bytes_sent": wire_sent,
        "wire_bytes_received": wire_received,
        "session_bytes_sent": counters.sent.load(Relaxed),
        "session_bytes_received": counters.received.load(Relaxed),
        "changes": counts_object(end.counts),
        "files_on_the_way": end.files.map(files_object),
        "unpublished": end.unpublished,
        "epochs_without_key": end.lacks_keys,
        "admitted": end.admitted,
        "heard": meter.is_heard(),
        "left_out": meter.left_out(),
    }));
    out.line(format!(
        "{} {sent} {}, {} {received} {} · {} {wire_sent} B, {} {wire_received} B",
        out.t("Đã gửi", "Sent"),
        out.t("mục", "entries"),
        out.t("nhận", "received"),
        out.t("mục", "entries"),
        out.t("trên mạng: đi", "on the wire: out"),
        out.t("về", "in"),
    ));
    out.line(counts_line(context, end.counts));
    if let Some(files) = end.files.filter(|files| *files != OwnFiles::default()) {
        let label = out.t("Ảnh, tệp", "Photos");
        out.line(format!("{label}: {}", files_line(context, files)));
    }
    if !end.admitted && meter.is_heard() {
        out.line(out.t(
            "Lời xin vào đã tới nơi. Đọc tám chữ (lệnh request) cho người giữ danh bạ; khi họ đồng ý, chạy sync lần nữa.",
            "Your request has arrived. Read the eight words (command request) to the registrar; after their yes, sync again.",
        ));
    } else if !end.admitted {
        out.line(out.t(
            "Đang chờ xã duyệt máy này.",
            "Waiting to be admitted by the commune.",
        ));
    } else if end.lacks_keys > 0 {
        out.line(out.t(
            "Còn sổ chưa mở được: chìa về khi một máy đọc được sổ đó gửi nhận.",
            "Some books do not open yet: their keys come when a reader's device syncs.",
        ));
    }
    let (vi, en) = match why_not.filter(|_| end.admitted) {
        _ if up_to_date => ("Hai bên đã khớp nhau.", "Both sides hold the same."),
        Some(why) => why.words(),
        None => (
            "Chưa khớp hết; lần sau gửi nhận tiếp từ chỗ này.",
            "Not all is exchanged; the next sync goes on from here.",
        ),
    };
    out.line(out.t(vi, en));
    Ok(Exit::Done)
}
