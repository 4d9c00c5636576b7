//! How many bytes a device exchanged this month: an open file of two numbers.

use serde::{Deserialize, Serialize};

use crate::app::Parts;
use crate::files;

const NAME: &str = "usage.json";

#[derive(Clone, Default, Serialize, Deserialize)]
struct Usage {
    /// `2025-06`.
    month: String,
    bytes: u64,
}

fn month(parts: &Parts) -> String {
    parts.options.clock.today().format("%Y-%m").to_string()
}

/// The bytes of this month that were kept.
pub(crate) fn this_month(parts: &Parts, folder: &str) -> u64 {
    let read = || -> Option<Usage> {
        let bytes = std::fs::read(parts.folders.path(folder).ok()?.join(NAME)).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    read()
        .filter(|usage| usage.month == month(parts))
        .map_or(0, |usage| usage.bytes)
}

/// Adds to them. What cannot be kept is only a number.
pub(crate) fn add(parts: &Parts, folder: &str, bytes: u64) {
    let usage = Usage {
        month: month(parts),
        bytes: this_month(parts, folder) + bytes,
    };
    if let (Ok(path), Ok(text)) = (parts.folders.path(folder), serde_json::to_vec(&usage)) {
        let _ = files::replace(&path.join(NAME), &text);
    }
}
