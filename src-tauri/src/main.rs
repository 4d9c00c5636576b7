//! `so-thon`: the app in a window.

// No console window beside it on Windows.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    sothon_desktop::start(sothon_desktop::Arguments::parse())
}
