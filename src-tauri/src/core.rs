//! The app's core, or why it could not be started.

use std::path::PathBuf;
use std::sync::Once;

use serde_json::Value;
use sothon_app::api::Told;
use sothon_app::{App, Fault, FaultTold, Options};
use tauri::{AppHandle, Emitter as _};

use crate::notice;

/// The event that the pages hear.
const EVENT: &str = "sothon";

/// What answers the pages. A core that could not be started answers every call with the reason, so that the window can
/// say it in a sentence.
pub(crate) enum Core {
    Running(App),
    Refused(Fault),
}

impl Core {
    pub fn start(options: Options, window: &AppHandle) -> Core {
        let app = match App::start(options) {
            Ok(app) => app,
            Err(fault) => {
                tracing::error!(code = fault.code, "the core could not be started");
                return Core::Refused(fault);
            }
        };
        let window = window.clone();
        app.subscribe(move |told| tell(&window, &told));
        Core::Running(app)
    }

    pub async fn call(&self, name: &str, arguments: Value) -> Result<Value, FaultTold> {
        static FIRST: Once = Once::new();
        // Whoever wonders why a window is empty sees here whether its pages ever ran.
        FIRST.call_once(|| tracing::info!("the pages are up"));
        match self {
            Core::Running(app) => app
                .call(name, arguments)
                .await
                .map_err(|fault| fault.told(app.lang())),
            // The settings, and so the language, could not be read.
            Core::Refused(fault) => Err(fault.told(Default::default())),
        }
    }

    /// Hands over a courier file; one that could not be started takes none.
    pub fn bring(&self, file: PathBuf) {
        if let Core::Running(app) = self {
            // The folder that it is meant from may be another one's when it is read.
            app.bring(std::path::absolute(&file).unwrap_or(file));
        }
    }

    pub async fn quit(&self) {
        if let Core::Running(app) = self {
            app.quit().await;
        }
    }
}

fn tell(window: &AppHandle, told: &Told) {
    if let Told::Notify { says } = told {
        notice::show(window, says);
    }
    if let Err(error) = window.emit(EVENT, told) {
        tracing::warn!(%error, "the pages could not be told");
    }
}
