//! An app in a folder of its own, asked as a window asks.

pub mod people;
pub mod two;

use std::path::Path;

use serde_json::{Value, json};
pub use sothon_app::App;
use sothon_app::api::Told;
use sothon_app::{Options, clock};
pub use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// An app whose people are in this folder; it is the morning of 10/06/2026.
pub fn app(base: &Path) -> App {
    app_at(base, "2026-06-10T09:00")
}

/// The same at another time.
pub fn app_at(base: &Path, now: &str) -> App {
    let mut options = Options::new(base.to_owned());
    options.cost = sothon_vault::Cost::LOWEST;
    options.nearby = None;
    options.listen = "127.0.0.1:0".parse().unwrap();
    options.clock = clock::Clock::new(Some(clock::parse(now).unwrap()));
    App::start(options).unwrap()
}

/// An app with the practice commune open.
pub async fn practice() -> (TempDir, App) {
    let base = tempfile::tempdir().unwrap();
    let app = app(base.path());
    ask(&app, "open_practice", json!({})).await;
    (base, app)
}

/// What an app asks the system to show from now on, one at a time.
pub fn notices(app: &App) -> UnboundedReceiver<String> {
    let (send, notices) = unbounded_channel();
    app.subscribe(move |told| {
        if let Told::Notify { says } = told {
            // A test that is over hears nothing any more.
            let _ = send.send(says);
        }
    });
    notices
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Asks, and expects an answer.
pub async fn ask(app: &App, name: &str, arguments: Value) -> Value {
    app.call(name, arguments)
        .await
        .unwrap_or_else(|fault| panic!("{name}: {} {} {:?}", fault.code, fault.says.en, fault.problems))
}

/// Asks, and expects to be refused: the fault's code.
pub async fn fault(app: &App, name: &str, arguments: Value) -> &'static str {
    match app.call(name, arguments).await {
        Ok(answer) => panic!("{name} answered {answer}"),
        Err(fault) => fault.code,
    }
}
