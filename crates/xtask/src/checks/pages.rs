//! The pages of the window: formatted, linted, type-checked, tested, built. What each does is in `ui/package.json`.

use anyhow::{Result, anyhow};

use crate::command::Run;
use crate::context::Context;
use crate::package;
use crate::report::{self, Counts, Failure, Outcome};

const PAGES: &str = "ui";
const WINDOW_TESTS: &str = "tests/window";

/// Prettier and eslint, over the pages and over the tests that drive them.
pub(crate) fn lint(context: &Context) -> Result<String> {
    for folder in [PAGES, WINDOW_TESTS] {
        npm(context, folder, "lint").run()?;
    }
    Ok("prettier has nothing to change, eslint nothing to say".to_owned())
}

/// The types of the pages.
pub(crate) fn check(context: &Context) -> Result<String> {
    npm(context, PAGES, "check").run()?;
    Ok("no errors, no warnings".to_owned())
}

/// Builds them into `ui/dist`, from where the program takes them.
pub(crate) fn build(context: &Context) -> Result<String> {
    npm(context, PAGES, "build").run()?;
    Ok("ui/dist is fresh".to_owned())
}

/// Their components, one by one.
pub(crate) fn tests(context: &Context) -> Result<Outcome, Failure> {
    counted(npm(context, PAGES, "test"))
}

/// The whole app in its real window. The programs are those of the tests: so `so-thon` has the feature `window-tests`.
pub(crate) fn window_tests(context: &Context) -> Result<Outcome, Failure> {
    package::build_for_tests(context, &["--features", "sothon-desktop/window-tests"])?;
    let built = context.metadata.target_directory.join("debug");
    counted(npm(context, WINDOW_TESTS, "test").env("SOTHON_PROGRAMS", &built.display().to_string()))
}

fn npm<'a>(context: &Context, folder: &str, script: &str) -> Run<'a> {
    // What is counted is read from what is printed: without colours, whatever the environment says.
    Run::new("npm", &["run", "--silent", script], &context.root.join(folder))
        .env("NO_COLOR", "1")
        .until(context.deadline)
}

fn counted(run: Run<'_>) -> Result<Outcome, Failure> {
    let (printed, success) = run.run_to_end()?;
    let counts = report::count(&printed);
    if success && counts.failed == 0 && counts.passed > 0 {
        return Ok(Outcome::Counted(counts));
    }
    let error = match counts {
        Counts {
            passed: 0, failed: 0, ..
        } => anyhow!("no test ran"),
        counts => anyhow!("{} tests of {} failed", counts.failed, counts.all()),
    };
    Err(Failure {
        error,
        counts: Some(counts),
    })
}
