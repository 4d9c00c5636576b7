//! All chores: `cargo xtask test`, `cargo xtask demo`, `cargo xtask generate`, `cargo xtask bench`.

mod arrows;
mod checks;
mod command;
mod context;
mod demo;
mod generated;
mod licences;
mod metadata;
mod report;
mod setup;
mod steps;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::context::Context;

/// All chores of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Installs what the tests need where it may, then runs all of them.
    Test(TestArgs),
    /// Shows the main job, end to end, with real processes on loopback.
    Demo(demo::DemoArgs),
    /// Writes anew the checked-in files that are made from others.
    Generate,
    /// Runs the benchmarks, which are never part of the tests.
    Bench,
}

#[derive(Args)]
struct TestArgs {
    /// Also runs what takes hours: soaks, long simulations, long fuzzing.
    #[arg(long)]
    long: bool,
    /// Runs only these steps, by name; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Names the steps and ends.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.chore {
        Chore::Test(TestArgs { list: true, .. }) => {
            steps::all()
                .iter()
                .for_each(|step| println!("{:<14} {}", step.name, step.about));
            Ok(ExitCode::SUCCESS)
        }
        Chore::Test(args) => steps::run(&Context::new(args.long)?, &args.only),
        Chore::Demo(args) => demo::run(&args),
        Chore::Generate => {
            generated::write_all(&Context::new(false)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Chore::Bench => bench(),
    }
}

/// Runs the benchmarks; the figures with machine, commands and date are in docs/benchmarks.md.
fn bench() -> anyhow::Result<ExitCode> {
    println!("For figures that mean something the machine must do nothing else. Building takes minutes.");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["bench", "-p", "sothon-replica", "--bench", "figures", "--locked"])
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
