//! The main job, end to end, with real processes on loopback: six villages record offline, everybody syncs, the commune
//! sees one picture. Every claim that is printed was checked; what is not so ends the demo with a failure.

mod carried;
mod cast;
mod cut;
mod fire;
mod process;
mod search;
mod story;
mod tip;
mod windows;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use process::Programs;

/// How the demo is run.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Leaves what was made in this folder.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Households a village.
    #[arg(long, default_value_t = 120)]
    households: u32,
    /// Opens the two windows also where there is no display, on screens that nobody sees.
    #[arg(long)]
    windows: bool,
    /// Only the main job: no stick, no restored backup, no tip, no revoked device, no fire.
    #[arg(long)]
    quick: bool,
}

/// The day of the demo: 10/06/2025.
const NOW: &str = "2025-06-10T08:00";

/// Builds what the demo needs and runs it.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode> {
    let windows = windows::Windows::prepare(args.windows)?;
    let programs = Programs {
        folder: build(&windows)?,
        now: NOW.to_owned(),
    };
    let made;
    let folder = match &args.keep {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            ensure!(
                std::fs::read_dir(folder)?.next().is_none(),
                "{} is not empty: the demo overwrites nothing",
                folder.display()
            );
            folder.as_path()
        }
        None => {
            made = Folder::new()?;
            made.0.as_path()
        }
    };
    story::tell(&programs, folder, args.households, args.quick, &windows)?;
    if args.keep.is_some() {
        println!("\nWhat the demo made is in {}.", folder.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the programs, and says where they are. All at once: what they stand on is built with the features of all.
fn build(windows: &windows::Windows) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut packages = vec!["sothon-cli", "sothon-relay", "sothon-generator"];
    if windows.any() {
        packages.push("sothon-desktop");
    }
    println!("Building {} …", packages.join(", "));
    let built = Command::new(&cargo)
        .args(["build", "--quiet", "--locked"])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .status()
        .context("cannot start cargo")?;
    ensure!(built.success(), "the programs do not build");
    let own = std::env::current_exe()?;
    own.parent()
        .map(Path::to_owned)
        .context("the programs lie beside this one")
}

/// A folder that is gone when the demo ends, however it ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Folder> {
        let path = std::env::temp_dir().join(format!("sothon-demo-{}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {error}", self.0.display());
        }
    }
}
