//! The main job, end to end: villages record offline, everybody syncs, the commune sees one picture.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

/// How the demo is run.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Leaves what was made in this folder.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs the demo. There is none yet, and it says so.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode> {
    let _ = &args.keep;
    eprintln!("The demo is not there yet: nothing was run and nothing was shown.");
    Ok(ExitCode::FAILURE)
}
