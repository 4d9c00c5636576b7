//! The benchmarks; the figures with machine, commands and date are in docs/benchmarks.md.

use anyhow::{Result, ensure};

use crate::command::Run;
use crate::context::Context;
use crate::setup;

/// One of them.
pub(crate) struct Bench {
    pub name: &'static str,
    pub about: &'static str,
    run: fn(&Context) -> Result<()>,
}

/// All, in the order in which they run.
pub(crate) const ALL: &[Bench] = &[
    Bench {
        name: "figures",
        about: "rows 2 to 5 of the design's table, and the gate's share",
        run: |context| cargo(context, "sothon-replica", "figures"),
    },
    Bench {
        name: "day",
        about: "a person's day in the app",
        run: |context| cargo(context, "sothon-app", "day"),
    },
    Bench {
        name: "tables",
        about: "an Excel file taken in, and lists of 20,000 rows",
        run: |context| cargo(context, "sothon-app", "tables"),
    },
    Bench {
        name: "crowd",
        about: "a relay with 10,000 connections, and beyond its limits",
        run: |context| cargo(context, "sothon-relay", "crowd"),
    },
    Bench {
        name: "flow",
        about: "entries a second through a relay, beside signatures and the disk",
        run: |context| cargo(context, "sothon-relay", "flow"),
    },
    Bench {
        name: "pouchdb",
        about: "the same records by PouchDB's replication and by ours; installs npm packages",
        run: pouchdb,
    },
];

/// Runs those named, or all.
///
/// # Errors
/// When one is not known or fails.
pub(crate) fn run(context: &Context, only: &[String]) -> Result<()> {
    for name in only {
        ensure!(
            ALL.iter().any(|bench| bench.name == name),
            "there is no benchmark `{name}`"
        );
    }
    println!("For figures that mean something the machine must do nothing else. Building takes minutes.");
    for bench in ALL {
        if only.is_empty() || only.iter().any(|name| name == bench.name) {
            (bench.run)(context)?;
        }
    }
    Ok(())
}

fn cargo(context: &Context, package: &str, bench: &str) -> Result<()> {
    Run::new(
        "cargo",
        &["bench", "--locked", "-p", package, "--bench", bench],
        &context.root,
    )
    .run()
    .map(drop)
}

fn pouchdb(context: &Context) -> Result<()> {
    setup::npm_packages(context, setup::BENCH_FOLDER)?;
    let packages = ["sothon-cli", "sothon-relay", "sothon-generator"];
    let mut arguments = vec!["build", "--locked", "--release"];
    arguments.extend(packages.iter().flat_map(|package| ["-p", package]));
    Run::new("cargo", &arguments, &context.root).run()?;
    let programs = context.metadata.target_directory.join("release");
    Run::new(
        "node",
        &["replicate.mjs"],
        &context.root.join(setup::BENCH_FOLDER),
    )
    .env("SOTHON_PROGRAMS", &programs.to_string_lossy())
    .run()
    .map(drop)
}
