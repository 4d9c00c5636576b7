//! The package is built, laid out in a root of its own, and the program in it started: its first page must be seen.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::Run;
use crate::context::Context;
use crate::package::{self, Built};
use crate::screen::{Ending, Screen};

/// How long the program may take to show itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the program says when a page has called it: the scripts of the pages run.
const UP: &str = "the pages are up";

/// The red of the app's mark, which is on the first page and nowhere else on the screen.
const SEAL: u32 = 0xa3161b;

/// Builds, lays out, starts, looks.
pub(crate) fn check(context: &Context) -> Result<String> {
    let package = package::make(context, Built::ForTests)?;
    let scratch = context.made("installed");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    let root = scratch.join("root");
    std::fs::create_dir_all(&root)?;
    let (from, to) = (package.display().to_string(), root.display().to_string());
    Run::new("dpkg-deb", &["--extract", &from, &to], &context.root)
        .until(context.deadline)
        .run()?;
    ensure!(
        root.join("usr/share/applications/so-thon.desktop").exists(),
        "the package has no entry in the menu"
    );
    see_first_page(&root.join("usr/bin/so-thon"), &scratch)?;
    Ok("the program of the package shows its first page".to_owned())
}

fn see_first_page(program: &Path, scratch: &Path) -> Result<()> {
    let screen = Screen::open(scratch)?;
    let mut app = Ending(
        screen
            .command(program)
            .arg("--base")
            .arg(scratch.join("books"))
            .env("HOME", scratch)
            .env_remove("XDG_DATA_HOME")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the program of the package")?,
    );
    let until = Instant::now() + PATIENCE;
    wait_for_line(&mut app.0, UP, until)?;
    while screen.colours()?.get(&SEAL).is_none_or(|count| *count < 100) {
        ensure!(
            Instant::now() < until,
            "the first page was not seen on the screen"
        );
        std::thread::yield_now();
    }
    drop(app);
    for folder in [".cache", ".config", ".local"] {
        keeps_nothing(&scratch.join(folder))?;
    }
    Ok(())
}

/// Of the pages nothing is left in a folder: empty databases that the web view makes in any case are no harm.
fn keeps_nothing(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            keeps_nothing(&path)?;
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let empty = name == "salt" || name.starts_with("hsts-storage.sqlite");
        ensure!(empty, "the shipped program leaves {}", path.display());
    }
    Ok(())
}

fn wait_for_line(child: &mut Child, wanted: &str, until: Instant) -> Result<()> {
    let stderr = child.stderr.take().context("no output")?;
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        // Read to its end even when nobody listens any more: the program must not be stopped by a full pipe.
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let mut said = Vec::new();
    loop {
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) if line.contains(wanted) => return Ok(()),
            Ok(line) => said.push(line),
            Err(_) => bail!(
                "the program did not say {wanted:?}, but:\n  {}",
                said.join("\n  ")
            ),
        }
    }
}
