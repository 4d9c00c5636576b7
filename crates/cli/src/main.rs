//! `sothon`: the whole job on the command line. See docs/cli.md.

mod args;
mod commands;
mod context;
mod fault;
mod lookup;
mod output;
mod place;
mod typed;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use sothon_app::{clock, words};

use crate::args::Args;
use crate::context::Context;
use crate::fault::{Exit, Fault};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    if std::env::var_os("SOTHON_LOG").is_some() {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::from_env("SOTHON_LOG"))
            .with_writer(std::io::stderr)
            .init();
    }
    let context = Context::new(args.global);
    match commands::run(&context, args.command) {
        Ok(exit) => exit.into(),
        Err(fault) => fault.tell(&context.out),
    }
}

/// What clap says; for machines as an object like every other fault.
fn usage(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !asked && std::env::args_os().any(|arg| arg == "--json") {
        let text = error.to_string();
        return Fault::usage(text.clone(), text).tell(&output::Out {
            json: true,
            lang: sothon_records::Lang::Vi,
        });
    }
    // Where it cannot be printed there is nobody to read it.
    let _ = error.print();
    if asked {
        Exit::Done.into()
    } else {
        Exit::Usage.into()
    }
}
