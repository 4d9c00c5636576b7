//! The app in a window: a thin shell of Tauri around `sothon_app`.
//!
//! Nothing of the domain, of keys or of networks is here. The pages call commands by name ([`bridge`]), hear one event,
//! and can do nothing else: the capability file allows listening and the app's own commands, the content security policy
//! allows what was built into the program, and the window refuses to go anywhere else ([`window`]).
//!
//! Tauri's isolation pattern is not used. It keeps scripts of others from calling commands unseen; here no script is
//! loaded that was not built in, and it would cost a second frame, its own encryption of every call, and an exception in
//! the policy.
//!
//! The prototype of all objects is not frozen (`freezePrototype`): the charts stand on d3, which gives objects of its own a
//! `toString` by assignment, and that fails under a frozen prototype before the first page is drawn.

#[cfg(desktop)]
mod arguments;
mod bridge;
mod closing;
mod core;
mod notice;
mod options;
#[cfg(desktop)]
mod single;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use tauri::Manager as _;
use tracing_subscriber::EnvFilter;

#[cfg(desktop)]
pub use arguments::Arguments;

/// Starts on a phone, where nobody types arguments.
#[cfg(mobile)]
#[tauri::mobile_entry_point]
pub fn run() {
    // On a phone the system ends the program; nobody reads how it ended.
    let _ = show(None, None);
}

/// Starts on a desktop, and returns when the window was closed.
#[cfg(desktop)]
pub fn start(arguments: Arguments) -> ExitCode {
    show(arguments.base, arguments.file)
}

/// Opens the window over a base folder, with a courier file that somebody opened from where it lies.
fn show(base: Option<PathBuf>, file: Option<PathBuf>) -> ExitCode {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,sothon_desktop=info"));
    // Somebody who embeds this may have a subscriber of their own.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    match build(base, file) {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(closing::on_event)).unwrap_or(u8::MAX)),
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            ExitCode::FAILURE
        }
    }
}

fn build(base: Option<PathBuf>, file: Option<PathBuf>) -> tauri::Result<tauri::App> {
    let context = tauri::tauri_build_context!();
    let builder = tauri::Builder::default();
    // First, so that a second start ends before it touches anything.
    #[cfg(desktop)]
    let builder = builder.plugin(single::plugin(&context.config().identifier, base.as_deref()));
    builder
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(bridge::handler)
        .setup(move |app| {
            // Not beside what the system's parts keep for a program of this name.
            let usual = || app.path().app_local_data_dir().map(|folder| folder.join("books"));
            let base = base.map_or_else(usual, Ok)?;
            let options = options::of(base, app.path().download_dir().ok());
            let core = core::Core::start(options, app.handle());
            if let Some(file) = file {
                core.bring(file);
            }
            app.manage(core);
            window::open(app)?;
            Ok(())
        })
        .build(context)
}
