//! Two windows on what the demo made: a village's and the commune's. Where there is a display a person uses them and
//! closes them; with `--windows` and without one, each opens on a screen that nobody sees, and has to be seen there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::process::{Device, PASSPHRASE};
use crate::checks::pages;
use crate::context::Context;
use crate::screen::{Ending, Screen};
use crate::setup;

/// The red of the app's mark, which is on its first page.
const SEAL: u32 = 0xa3161b;
/// How long a window may take to show itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// The windows, if there are to be any.
pub(super) enum Windows {
    /// None was asked for, and there is no display.
    None,
    /// On this display.
    Here,
    /// On screens that nobody sees.
    Unseen,
}

impl Windows {
    /// Builds the app's pages where windows are to be opened: before the app itself, which has them inside.
    pub fn prepare(asked: bool) -> Result<Windows> {
        let display = ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some());
        if !display && !asked {
            return Ok(Windows::None);
        }
        let context = Context::new(true)?;
        setup::prepare_app(&context)?;
        pages::build(&context)?;
        Ok(if display { Windows::Here } else { Windows::Unseen })
    }

    /// Whether the app is needed.
    pub fn any(&self) -> bool {
        !matches!(self, Windows::None)
    }

    /// Opens a window on each device, by the program in this folder. The devices' folders move: the command line has done
    /// its work.
    pub fn show(&self, programs: &Path, under: &Path, devices: [&Device; 2]) -> Result<()> {
        if !self.any() {
            return Ok(());
        }
        let program = &programs.join("so-thon");
        let mut bases = Vec::new();
        for device in devices {
            let base = under.join("windows").join(&device.name);
            std::fs::create_dir_all(&base)?;
            std::fs::rename(&device.dir, base.join("so-1")).context("cannot give a folder to a window")?;
            bases.push(base);
        }
        println!("\n── Hai cửa sổ: {} và {}", devices[0].shown, devices[1].shown);
        match self {
            Windows::Unseen => bases.iter().try_for_each(|base| see(program, base)),
            _ => {
                println!("Mật khẩu của cả hai sổ: {PASSPHRASE}\nĐóng cả hai cửa sổ để kết thúc.");
                let open = |base: &PathBuf| {
                    let started = Command::new(program).arg("--base").arg(base).spawn();
                    Ok(Ending(started.context("cannot start the app")?))
                };
                let mut windows = bases.iter().map(open).collect::<Result<Vec<Ending>>>()?;
                windows.iter_mut().try_for_each(|window| {
                    window.0.wait()?;
                    Ok(())
                })
            }
        }
    }
}

fn see(program: &Path, base: &Path) -> Result<()> {
    let screen = Screen::open(base)?;
    let started = screen
        .command(program)
        .arg("--base")
        .arg(base)
        .env("HOME", base)
        .spawn();
    let _window = Ending(started.context("cannot start the app")?);
    let until = Instant::now() + PATIENCE;
    while screen.colours()?.get(&SEAL).is_none_or(|count| *count < 100) {
        ensure!(Instant::now() < until, "the window was not seen on its screen");
        std::thread::yield_now();
    }
    println!(
        "Cửa sổ đã mở: {}",
        base.file_name().unwrap_or_default().to_string_lossy()
    );
    Ok(())
}
