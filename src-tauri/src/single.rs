//! One window for one base folder: a second start brings the first to the front.
//!
//! This is for people who forget that it is open. What keeps two programs out of one person's books is the core's lock
//! of the folder, which also holds where there is no session bus.

use std::path::Path;

use clap::Parser as _;
use sha2::{Digest as _, Sha256};
use tauri::plugin::TauriPlugin;
use tauri::{Manager as _, Wry};

use crate::arguments::Arguments;
use crate::core::Core;
use crate::window;

/// The plugin, under a name that belongs to the base folder.
pub(crate) fn plugin(identifier: &str, base: Option<&Path>) -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(bus_name(identifier, base))
        .callback(|app, arguments, folder| {
            // What cannot be read was said where it was typed.
            let file = Arguments::try_parse_from(arguments)
                .ok()
                .and_then(|said| said.file);
            if let (Some(file), Some(core)) = (file, app.try_state::<Core>()) {
                core.bring(Path::new(&folder).join(file));
            }
            if let Some(window) = app.get_webview_window(window::LABEL) {
                // Whoever started it a second time sees it, or nothing changes.
                let _ = window.unminimize();
                let _ = window.set_focus();
            }
        })
        .build()
}

/// The program's own name for the usual folder; for another one, with letters that are the same at each start.
fn bus_name(identifier: &str, base: Option<&Path>) -> String {
    let Some(base) = base else {
        return identifier.to_owned();
    };
    // A folder that is not there yet has no other way to be written.
    let base = std::fs::canonicalize(base).unwrap_or_else(|_| base.to_owned());
    let hash = Sha256::digest(base.as_os_str().as_encoded_bytes());
    let letters: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{identifier}.In{letters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_base_folder_has_its_own_name_and_the_usual_one_the_programs() {
        let name = |base: Option<&str>| bus_name("org.sothon.SoThon", base.map(Path::new));
        assert_eq!(name(None), "org.sothon.SoThon");
        assert_eq!(name(Some("/a")), name(Some("/a")));
        assert_ne!(name(Some("/a")), name(Some("/b")));
        assert!(name(Some("/Ngõ 5 của.tôi")).is_ascii());
    }
}
