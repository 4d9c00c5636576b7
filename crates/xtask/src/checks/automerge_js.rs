//! The Automerge of npm reads the document that we export, and finds in it what we say is in it.

use anyhow::Result;

use super::cose_python::last_line;
use crate::command::Run;
use crate::context::Context;
use crate::report::Outcome;

/// Each `<name>.automerge` here has a `<name>.json` beside it.
const EXPORTS: &str = "tests/js/exports";

/// Runs tests/js/read-exports.mjs.
pub(crate) fn check(context: &Context) -> Result<Outcome> {
    if !context.root.join(EXPORTS).is_dir() {
        return Ok(Outcome::Skipped(format!(
            "{EXPORTS} IS NOT THERE YET: no export was read"
        )));
    }
    let printed = Run::new(
        "node",
        &["read-exports.mjs", "exports"],
        &context.root.join("tests/js"),
    )
    .about("reading our exports with Automerge for JavaScript")
    .until(context.deadline)
    .run()?;
    Ok(Outcome::Passed(last_line(&printed)))
}
