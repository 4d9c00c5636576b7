//! The end: the core publishes, seals and locks before the program is gone, but never holds the window for long.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};

use crate::core::Core;

/// How long a closed window may go on. Whatever is not sent by then is on the disk, sealed, and sent next time.
const PATIENCE: Duration = Duration::from_secs(5);

static ENDING: AtomicBool = AtomicBool::new(false);

/// Hides a window that is closed, and ends the program when the core is done.
pub(crate) fn on_event(app: &AppHandle, event: RunEvent) {
    let RunEvent::WindowEvent {
        label,
        event: WindowEvent::CloseRequested { api, .. },
        ..
    } = event
    else {
        return;
    };
    api.prevent_close();
    if ENDING.swap(true, Ordering::SeqCst) {
        return;
    }
    if let Some(window) = app.get_webview_window(&label) {
        // To the person it is closed; if it cannot be hidden it stays for a moment.
        let _ = window.hide();
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if tokio::time::timeout(PATIENCE, app.state::<Core>().quit())
            .await
            .is_err()
        {
            tracing::warn!("the core was not done in time");
        }
        app.exit(0);
    });
}
