//! A commune with many records, and an app over it.
#![allow(dead_code)]

use std::fs;
use std::path::Path;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde_json::{Value, json};
use sothon_app::{App, Options};
use sothon_book::Act;
use sothon_ledger::{BookKind, Compartment, Role, Scope};
use sothon_replica::{Folder, Lock, Replica};
use sothon_vault::{Cost, NoKeyStore, Passphrase};

const WORDS: &str = "lua song tre nang";

/// A commune whose registrar's device holds all records.
pub fn prepare(base: &Path, villages: u32, records: usize) {
    let folder = base.join("so-1");
    fs::create_dir(&folder).expect("a folder");
    let passphrase = Passphrase::new(WORDS).expect("is one");
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let (now, year) = (1_780_000_000, 2026);
    let scopes = vec![Scope::Commune];
    let mut device = Replica::found(
        Folder::new(&folder),
        &lock,
        Role::Police,
        scopes,
        now,
        UnwrapErr(SysRng),
    )
    .expect("is founded")
    .replica;
    let all: Vec<u32> = (1..=villages).collect();
    for compartment in [Compartment::Commune, Compartment::General] {
        device
            .open_books(compartment, year, &all, &all, now)
            .expect("open");
    }
    device.publish(now, year).expect("publishes");
    let find = |village| {
        device
            .find_book(BookKind::Village, Scope::Village(village), year)
            .expect("is open")
    };
    let books: Vec<_> = all.into_iter().map(find).collect();
    for (edit, book) in sothon_generator::bulk::edits(1, records).zip(books.into_iter().cycle()) {
        // One by one, as people write.
        device
            .edit(book, &[edit], &Act::of_one_change("add", Some(now)))
            .expect("saves");
    }
    device.publish(now, year).expect("publishes");
    device.lock();
}

/// An app over that commune, asked as a window asks, with its books open.
pub async fn unlocked(base: &Path) -> App {
    let app = start(base);
    unlock(&app).await;
    app
}

/// An app that nobody has unlocked.
pub fn start(base: &Path) -> App {
    let mut options = Options::new(base.to_owned());
    options.cost = Cost::LOWEST;
    options.nearby = None;
    options.listen = "127.0.0.1:0".parse().expect("an address");
    App::start(options).unwrap_or_else(|fault| panic!("{}", fault.says.en))
}

pub async fn unlock(app: &App) {
    ask(app, "unlock", json!({"folder": "so-1", "passphrase": WORDS})).await;
}

/// For asking an app.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Asks, and expects an answer.
pub async fn ask(app: &App, name: &str, arguments: Value) -> Value {
    app.call(name, arguments)
        .await
        .unwrap_or_else(|fault| panic!("{name}: {} {:?}", fault.says.en, fault.problems))
}

/// In MB, as the system counted it.
pub fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1000.0)
}
