//! The settings of this machine: a small open file. No secrets and no names are in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::api::Settings;
use crate::fault::{Done, Fault};
use crate::files;

fn path(base: &Path) -> PathBuf {
    base.join("settings.json")
}

/// Whether settings were ever kept here.
pub(crate) fn exist(base: &Path) -> bool {
    path(base).exists()
}

/// Reads the settings; what is not there or not understood is as it is at the beginning.
pub(crate) fn read(base: &Path) -> Settings {
    fs::read(path(base))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Settings>(&bytes).ok())
        .map(sane)
        .unwrap_or_default()
}

/// Keeps them.
///
/// # Errors
/// The disk.
pub(crate) fn write(base: &Path, settings: &Settings) -> Done {
    let bytes = serde_json::to_vec_pretty(&sane(settings.clone())).map_err(Fault::internal)?;
    files::replace(&path(base), &bytes)
}

/// Within what the screens can show.
fn sane(mut settings: Settings) -> Settings {
    const SIZES: [u16; 4] = [100, 125, 150, 200];
    if !SIZES.contains(&settings.text) {
        settings.text = 100;
    }
    settings.lock_minutes = settings.lock_minutes.clamp(1, 120);
    settings.silent_days = settings.silent_days.clamp(1, 90);
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_another_version_or_damaged_ones_are_read_as_far_as_they_go() {
        let base = tempfile::tempdir().unwrap();
        assert_eq!(read(base.path()), Settings::default());
        fs::write(path(base.path()), br#"{"text":150,"unknown":1,"lockMinutes":0}"#).unwrap();
        let settings = read(base.path());
        assert_eq!(
            (settings.text, settings.lock_minutes, settings.silent_days),
            (150, 1, 7)
        );
        fs::write(path(base.path()), b"{").unwrap();
        assert_eq!(read(base.path()), Settings::default());
        write(
            base.path(),
            &Settings {
                text: 33,
                ..Settings::default()
            },
        )
        .unwrap();
        assert_eq!(read(base.path()).text, 100);
    }
}
