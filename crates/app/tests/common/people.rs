//! People with an app each, and a relay between them: real sockets on loopback.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sothon_net::{Identity, Limits};
use sothon_relay::folder::{Folder, Quota};
use sothon_relay::serve::Relay;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::{App, TempDir, app, ask};

/// How long something is waited for that must come.
pub const MINUTE: Duration = Duration::from_secs(60);

/// A relay that can be stopped and started again at the same address.
pub struct Station {
    dir: PathBuf,
    address: SocketAddr,
    relay: Relay,
    stop: oneshot::Sender<()>,
    over: JoinHandle<()>,
}

impl Station {
    pub fn first(dir: &Path) -> (Station, String) {
        let (folder, identity) = Folder::init(dir, &mut rand::rng()).unwrap();
        let key = identity.public();
        let station = Station::start(dir, folder, identity, "127.0.0.1:0".parse().unwrap());
        let line = format!("{key}@{}", station.address);
        (station, line)
    }

    fn start(dir: &Path, folder: Folder, identity: Identity, at: SocketAddr) -> Station {
        let relay = Relay::start(folder, identity, at, Limits::default()).unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = relay.clone();
        let over = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serving.run(stopped).await.unwrap();
        });
        Station {
            dir: dir.to_owned(),
            address: relay.address().unwrap(),
            relay,
            stop,
            over,
        }
    }

    pub async fn serve(&self, root: &str) {
        let (folder, _) = Folder::open(&self.dir).unwrap();
        folder.add(root.parse().unwrap(), Quota::default()).unwrap();
        self.relay.reload().await.unwrap();
    }

    pub async fn end(self) -> (PathBuf, SocketAddr) {
        let Station {
            dir,
            address,
            relay,
            stop,
            over,
        } = self;
        let _ = stop.send(());
        over.await.unwrap();
        drop(relay);
        // Its socket is let go by a task of its own.
        let free = async {
            while std::net::UdpSocket::bind(address).is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(MINUTE, free).await.unwrap();
        (dir, address)
    }

    /// How many bytes of one author the relay takes in a day, from its next start on.
    pub fn room((dir, _): &(PathBuf, SocketAddr), device_day_bytes: u64) {
        let quota = Quota {
            device_day_bytes,
            ..Quota::default()
        };
        for commune in std::fs::read_dir(dir.join("communes")).unwrap() {
            let path = commune.unwrap().path().join("quota.json");
            std::fs::write(path, serde_json::to_vec(&quota).unwrap()).unwrap();
        }
    }

    pub fn again((dir, address): (PathBuf, SocketAddr)) -> Station {
        let (folder, identity) = Folder::open(&dir).unwrap();
        Station::start(&dir, folder, identity, address)
    }
}

/// A person's app, which says when something happened.
pub struct Person {
    pub app: App,
    told: Arc<Notify>,
    /// Where its files lie.
    pub base: TempDir,
}

impl Person {
    pub fn new() -> Person {
        Person::at(tempfile::tempdir().unwrap())
    }

    /// With these files.
    pub fn at(base: TempDir) -> Person {
        let app = app(base.path());
        let told = Arc::new(Notify::new());
        let tell = told.clone();
        app.subscribe(move |_| tell.notify_one());
        Person { app, told, base }
    }

    pub async fn ask(&self, name: &str, arguments: Value) -> Value {
        ask(&self.app, name, arguments).await
    }

    /// Asks again whenever something happened, until the answer is as wanted.
    pub async fn until(&self, name: &str, arguments: Value, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let waiting = async {
            loop {
                let told = self.told.notified();
                last = self.ask(name, arguments.clone()).await;
                if wanted(&last) {
                    return;
                }
                told.await;
            }
        };
        let in_time = tokio::time::timeout(MINUTE, waiting).await.is_ok();
        if !in_time {
            let file = self.ask("helper_file", json!({})).await;
            panic!(
                "{name} stayed at {last:#}\n{}",
                file["text"].as_str().unwrap_or_default()
            );
        }
        last
    }
}

/// The rows of an answer.
pub fn rows<'a>(of: &'a Value, name: &str) -> &'a Vec<Value> {
    of[name].as_array().unwrap()
}

/// The commune's root, as its recovery sheet says it.
async fn root_of(founder: &Person) -> String {
    let sheet = founder.ask("recovery_sheet", json!({})).await;
    let groups = rows(&sheet, "root").iter();
    groups.map(|group| group.as_str().unwrap()).collect()
}

/// A commune of two villages with a relay, founded by the chief of police.
pub async fn founded() -> (Station, TempDir, Person) {
    let dir = tempfile::tempdir().unwrap();
    let (station, line) = Station::first(dir.path());
    let police = Person::new();
    let input = json!({"input": {
        "commune": "Xã Quang Trung", "villages": ["Thôn 1", "Thôn 2"], "person": "Phạm Minh Đức",
        "role": "police-chief", "passphrase": "lua song tre nang", "relay": line,
    }});
    police.ask("found", input).await;
    station.serve(&root_of(&police).await).await;
    police.ask("send_now", json!({})).await;
    (station, dir, police)
}

/// The unit of the test: the women's union.
pub const UNIT: &str = "unit:7";

/// A person of a role asks to be admitted, and is.
pub async fn admitted(chief: &Person, name: &str, role: &str, place: &str) -> Person {
    let person = Person::new();
    let input = json!({"person": name, "role": role, "place": place, "days": 7, "what": "Điện thoại"});
    let slip = chief.ask("invite", json!({ "input": input })).await;
    let input = json!({"slip": slip["text"], "title": "", "passphrase": "cau gio thuyen chum"});
    person.ask("join", json!({ "input": input })).await;
    let page = chief
        .until("people", json!({}), |page| !rows(page, "asking").is_empty())
        .await;
    let asking = &page["asking"][0];
    chief
        .ask(
            "admit",
            json!({"invite": asking["invite"], "device": asking["device"]}),
        )
        .await;
    person
        .until("me", json!({}), |me| me["standing"] == "admitted")
        .await;
    person
}

/// Opens a compartment, with its reading key on paper.
pub async fn open_compartment(chief: &Person, compartment: &str) {
    let of = json!({"compartment": compartment, "year": 2026});
    let sheet = chief.ask("make_reading_key", of.clone()).await;
    let asked = rows(&sheet, "ask").iter();
    let groups: Vec<&Value> = asked
        .map(|n| &sheet["groups"][usize::try_from(n.as_u64().unwrap()).unwrap()])
        .collect();
    assert_eq!(
        chief.ask("confirm_sheet", json!({ "groups": groups })).await,
        true
    );
    chief
        .ask("enter_reading_key", json!({"slip": sheet["slip"]}))
        .await;
    chief.ask("open_compartment", of).await;
}

/// A commune with somebody of every role, care and tips open.
pub async fn commune() -> (Station, TempDir, BTreeMap<&'static str, Person>) {
    let (station, dir, chief) = founded().await;
    let mut people = BTreeMap::new();
    for (who, name, role, place) in [
        ("police", "Lê Văn Hùng", "police", ""),
        ("head-1", "Trịnh Thị Hạnh", "village-head", "village:1"),
        ("head-2", "Mai Văn Lộc", "village-head", "village:2"),
        ("health", "Phạm Thị Thu", "health", ""),
        ("chair", "Hoàng Đình Quân", "chair", ""),
        ("office", "Bùi Thị Lan", "office", ""),
        ("women", "Vũ Thị Yến", "unit", UNIT),
    ] {
        people.insert(who, admitted(&chief, name, role, place).await);
    }
    for compartment in ["care", "tips"] {
        open_compartment(&chief, compartment).await;
    }
    people.insert("chief", chief);
    (station, dir, people)
}
