//! The one window, and what its pages may not do.

#[cfg(not(feature = "window-tests"))]
use tauri::Manager as _;
use tauri::utils::config::Color;
use tauri::webview::{NewWindowResponse, PermissionKind, PermissionResponse};
use tauri::{App, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// What the capability file calls it.
pub(crate) const LABEL: &str = "main";

/// The page's ground in both looks, so that nothing flashes before the first picture.
const GROUND: Color = Color(0xfa, 0xf9, 0xf6, 0xff);

/// Opens it.
///
/// Its web view keeps nothing on the disk: what is to be kept is kept by the core, sealed. The camera may be asked for,
/// since it reads invitations and the pages ask only when a button for it was pressed; nothing else may.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .background_color(GROUND)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, kind| match kind {
            PermissionKind::Camera => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        })
        .general_autofill_enabled(false)
        .devtools(cfg!(debug_assertions));
    #[cfg(desktop)]
    let builder = builder
        .title("Sổ Thôn")
        .inner_size(1366.0, 768.0)
        .min_inner_size(360.0, 640.0);
    let window = keep_nothing(builder, app)?.build()?;
    with_camera_and_letters(&window)
}

type Builder<'a> = WebviewWindowBuilder<'a, tauri::Wry, App>;

/// WebKitGTK makes a folder all the same, with some empty databases: among what may be thrown away.
#[cfg(not(feature = "window-tests"))]
fn keep_nothing<'a>(builder: Builder<'a>, app: &App) -> tauri::Result<Builder<'a>> {
    Ok(builder
        .incognito(true)
        .data_directory(app.path().app_cache_dir()?))
}

/// A web view that keeps nothing cannot be driven by WebDriver (WebKitGTK and wry): tests give it a folder.
#[cfg(feature = "window-tests")]
fn keep_nothing<'a>(builder: Builder<'a>, _: &App) -> tauri::Result<Builder<'a>> {
    let builder = builder.initialization_script(include_str!("../../tests/window/rig/listen.js"));
    Ok(match std::env::var_os("SOTHON_TEST_WEB_VIEW") {
        Some(folder) => builder.data_directory(folder.into()),
        None => builder.incognito(true),
    })
}

/// WebKitGTK has cameras only where they are switched on; `on_permission_request` then says what is let through. And wry
/// lets input methods show nothing of a word while it is composed: nobody would see what they type, and the last word would
/// go into the next field.
#[cfg(target_os = "linux")]
fn with_camera_and_letters(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{InputMethodContextExt as _, SettingsExt as _, WebViewExt as _};

    window.with_webview(|webview| {
        let view = webview.inner();
        if let Some(settings) = view.settings() {
            settings.set_enable_media_stream(true);
            #[cfg(feature = "window-tests")]
            settings.set_enable_mock_capture_devices(std::env::var_os("SOTHON_TEST_CAMERA").is_some());
        }
        if let Some(input) = view.input_method_context() {
            input.set_enable_preedit(true);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn with_camera_and_letters(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Whether an address is a page that was built into the program: `tauri://localhost`, on Windows and Android
/// `http://tauri.localhost`.
fn is_own(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        ("http" | "https", Some("tauri.localhost")) => cfg!(any(windows, target_os = "android")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_program_are_gone_to() {
        let own = |url: &str| is_own(&url.parse().unwrap());
        assert!(own("tauri://localhost/index.html"));
        for foreign in [
            "https://example.org/",
            "http://localhost:1420/",
            "tauri://example.org/",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
            "javascript:alert(1)",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
