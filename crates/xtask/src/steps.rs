//! The steps of `cargo xtask test`, in the order in which they are run. A new check is a line here.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, anyhow, ensure};

use crate::checks::{
    automerge_js, cose_python, coverage, dependencies, layout, links, package, pages, security, traces,
};
use crate::command::{Run, answers};
use crate::context::Context;
use crate::report::{self, Counts, Failure, Line, Outcome};
use crate::{arrows, generated, licences, setup};

/// One step.
pub(crate) struct Step {
    pub name: &'static str,
    pub about: &'static str,
    run: fn(&Context) -> Result<Outcome, Failure>,
    only_long: bool,
}

/// All steps: first what is cheap to say, then what takes minutes.
pub(crate) fn all() -> Vec<Step> {
    vec![
        step(
            "setup",
            "installs what is missing, or says what to install",
            |context| Ok(setup::prepare(context)?),
        ),
        step("layout", "the top level is as agreed", |context| {
            holds(layout::check(&context.root))
        }),
        step(
            "traces",
            "no path of a machine and no private key is checked in",
            |context| holds(traces::check(&context.root)),
        ),
        step(
            "links",
            "links between pages lead to files that are there",
            |context| holds(links::check(&context.root)),
        ),
        step("arrows", "no crate builds on what it must not", |context| {
            holds(arrows::check(context))
        }),
        step(
            "licences",
            "all that we build on has a licence that lets us",
            |context| holds(licences::check(context)),
        ),
        step(
            "advisories",
            "no known holes, where a database is given",
            |context| Ok(licences::check_advisories(context)?),
        ),
        step("dependencies", "each direct dependency is explained", |context| {
            holds(dependencies::check(&context.root))
        }),
        step(
            "security",
            "docs/security.md answers every finding and names tests that exist",
            |context| holds(security::check(&context.root)),
        ),
        step(
            "coverage",
            "docs/coverage.md answers every kind and duty and names files and tests that exist",
            |context| holds(coverage::check(&context.root)),
        ),
        step("generated", "generated files are fresh", |context| {
            holds(generated::check(context))
        }),
        step(
            "ui-lint",
            "the pages and their tests are formatted and linted",
            |context| holds(pages::lint(context)),
        ),
        step("ui-check", "the types of the pages hold", |context| {
            holds(pages::check(context))
        }),
        step("ui-test", "the components of the pages", pages::tests),
        step("ui-build", "the pages are built for the program", |context| {
            holds(pages::build(context))
        }),
        step("fmt", "the code is formatted", |context| {
            cargo(context, &["fmt", "--all", "--check"], &[])?;
            Ok(Outcome::Passed("rustfmt has nothing to change".to_owned()))
        }),
        step("clippy", "clippy has nothing to say", |context| {
            cargo(
                context,
                &[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--locked",
                    "--",
                    "-D",
                    "warnings",
                ],
                &[],
            )?;
            Ok(Outcome::Passed("no warnings".to_owned()))
        }),
        step("rust", "all Rust tests", rust_tests),
        step(
            "docs",
            "the pages of the code build, and their links lead somewhere",
            |context| {
                let warnings = [("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links")];
                cargo(
                    context,
                    &[
                        "doc",
                        "--workspace",
                        "--no-deps",
                        "--document-private-items",
                        "--keep-going",
                        "--locked",
                    ],
                    &warnings,
                )?;
                Ok(Outcome::Passed("no warnings".to_owned()))
            },
        ),
        step(
            "package",
            "the Debian package shows its first page when started",
            |context| holds(package::check(context)),
        ),
        step(
            "window",
            "the app in its real window, driven as a person would",
            pages::window_tests,
        ),
        step("cose", "another COSE library verifies our vectors", |context| {
            Ok(cose_python::check(context)?)
        }),
        step("automerge-js", "another Automerge reads our exports", |context| {
            Ok(automerge_js::check(context)?)
        }),
        Step {
            only_long: true,
            ..step("soaks", "ignored tests named soak_…, which take hours", soaks)
        },
    ]
}

/// Runs the steps, all of them even when one fails, and prints the report.
pub(crate) fn run(context: &Context, only: &[String]) -> Result<ExitCode> {
    let mut steps = all();
    for name in only {
        ensure!(
            steps.iter().any(|step| step.name == name),
            "there is no step {name:?}: see --list"
        );
    }
    steps.retain(|step| {
        let asked_for = only.is_empty() || only.iter().any(|name| name == step.name);
        asked_for && (context.long || !step.only_long)
    });
    ensure!(!steps.is_empty(), "that step is run only with --long");
    let mut lines = Vec::new();
    for step in steps {
        println!("\n== {}: {}", step.name, step.about);
        let start = Instant::now();
        let result = (step.run)(context);
        if let Err(failure) = &result {
            println!("FAILED: {:#}", failure.error);
        }
        lines.push(Line {
            name: step.name,
            took: start.elapsed(),
            result,
        });
    }
    Ok(if report::print(&lines) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn step(name: &'static str, about: &'static str, run: fn(&Context) -> Result<Outcome, Failure>) -> Step {
    Step {
        name,
        about,
        run,
        only_long: false,
    }
}

fn rust_tests(context: &Context) -> Result<Outcome, Failure> {
    if answers("cargo", &["nextest", "--version"]) {
        let at_once = at_once().to_string();
        // nextest does not run the examples in doc comments.
        let tests = tests(
            context,
            &[
                "nextest",
                "run",
                "--workspace",
                "--locked",
                "--no-fail-fast",
                "--status-level",
                "slow",
                "--test-threads",
                &at_once,
            ],
        )?;
        let examples = tests_of_docs(context)?;
        return Ok(Outcome::Counted(tests.and(examples)));
    }
    tests(context, &["test", "--workspace", "--locked", "--no-fail-fast"]).map(Outcome::Counted)
}

/// So many tests run at once: more than there are cores, since a good part of them waits for sockets, links and processes.
fn at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores + cores.div_ceil(2)
}

fn tests_of_docs(context: &Context) -> Result<Counts, Failure> {
    tests(
        context,
        &["test", "--doc", "--workspace", "--locked", "--no-fail-fast"],
    )
}

/// Only tests with "soak" in their names: others are ignored because they are parts of tests with several processes.
fn soaks(context: &Context) -> Result<Outcome, Failure> {
    let counts = tests(
        context,
        &[
            "test",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "soak",
            "--",
            "--ignored",
        ],
    )?;
    if counts.all() == 0 {
        return Ok(Outcome::Skipped("THERE ARE NO SOAKS YET".to_owned()));
    }
    Ok(Outcome::Counted(counts))
}

fn tests(context: &Context, arguments: &[&str]) -> Result<Counts, Failure> {
    let (printed, success) = Run::new("cargo", arguments, &context.root)
        .until(context.deadline)
        .run_to_end()?;
    let counts = report::count(&printed);
    if success && counts.failed == 0 {
        return Ok(counts);
    }
    let what = match counts {
        Counts { failed: 0, .. } => "it did not build, or a test program ended before its tests".to_owned(),
        counts => format!("{} tests of {}", counts.failed, counts.all()),
    };
    let error = anyhow!("`cargo {}` failed: {what}", arguments.join(" "));
    Err(Failure {
        error,
        counts: Some(counts),
    })
}

fn cargo(context: &Context, arguments: &[&str], environment: &[(&str, &str)]) -> Result<String> {
    let run = Run::new("cargo", arguments, &context.root).until(context.deadline);
    environment
        .iter()
        .fold(run, |run, (name, value)| run.env(name, value))
        .run()
}

fn holds(result: Result<String>) -> Result<Outcome, Failure> {
    Ok(Outcome::Passed(result?))
}

#[cfg(test)]
mod tests_of_steps {
    use super::*;

    #[test]
    fn no_two_steps_have_one_name() {
        let mut names: Vec<&str> = all().iter().map(|step| step.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
