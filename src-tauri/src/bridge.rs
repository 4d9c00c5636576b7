//! Calls of the pages, handed to the app's core as they are.

use tauri::Manager as _;
use tauri::ipc::{Invoke, InvokeBody, InvokeError};

use crate::core::Core;

/// Answers a call, without ever holding up the window. Tauri has compared its name with the capability's list before;
/// the core refuses unknown names too.
pub(crate) fn handler(invoke: Invoke<tauri::Wry>) -> bool {
    let Invoke {
        message, resolver, ..
    } = invoke;
    let InvokeBody::Json(arguments) = message.payload().clone() else {
        return false;
    };
    resolver.respond_async(async move {
        let webview = message.webview();
        webview
            .state::<Core>()
            .call(message.command(), arguments)
            .await
            .map_err(InvokeError::from)
    });
    true
}
