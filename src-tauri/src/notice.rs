//! Notices of the system: one sentence of the core, which never holds a name.

use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;

/// Shows one. Where the system has no notices, nothing is lost: the same stands on the first page.
pub(crate) fn show(app: &AppHandle, says: &str) {
    if let Err(error) = app.notification().builder().title("Sổ Thôn").body(says).show() {
        tracing::info!(%error, "the system shows no notices");
    }
}
