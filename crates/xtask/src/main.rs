//! All chores: `cargo xtask test`, `demo`, `app`, `package`, `generate`, `bench`.

mod arrows;
mod bench;
mod checks;
mod command;
mod context;
mod demo;
mod generated;
mod licences;
mod metadata;
mod package;
mod report;
mod screen;
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
    /// Builds the app as it is shipped and starts it, for real use.
    App {
        /// What the app is told, like `--base DIR`.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Makes a Debian package of the app.
    Package,
    /// Writes anew the checked-in files that are made from others.
    Generate,
    /// Runs the benchmarks, which are never part of the tests.
    Bench {
        /// Only these; `--list` names them.
        only: Vec<String>,
        /// Names the benchmarks and ends.
        #[arg(long)]
        list: bool,
    },
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
        Chore::App { arguments } => app(&arguments),
        Chore::Package => {
            let context = Context::new(true)?;
            setup::prepare_app(&context)?;
            let made = package::make(&context, package::Built::Release)?;
            println!("\n{}\ninstall it with: sudo apt install {0}", made.display());
            Ok(ExitCode::SUCCESS)
        }
        Chore::Generate => {
            generated::write_all(&Context::new(false)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Chore::Bench { list: true, .. } => {
            bench::ALL
                .iter()
                .for_each(|bench| println!("{:<14} {}", bench.name, bench.about));
            Ok(ExitCode::SUCCESS)
        }
        Chore::Bench { only, .. } => {
            bench::run(&Context::new(true)?, &only)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Builds and starts the app; it ends when its window is closed.
fn app(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let context = Context::new(true)?;
    setup::prepare_app(&context)?;
    let program = package::build(&context, package::Built::Release)?;
    let status = std::process::Command::new(program).args(arguments).status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
