//! A COSE library that we did not write (Python's pycose) verifies our published vectors.

use anyhow::Result;

use crate::command::Run;
use crate::context::Context;
use crate::report::Outcome;
use crate::setup;

/// Runs tests/cose/verify.py over docs/vectors.
pub(crate) fn check(context: &Context) -> Result<Outcome> {
    let vectors = context.root.join("docs/vectors");
    if !vectors.is_dir() {
        return Ok(Outcome::Skipped(
            "docs/vectors IS NOT THERE YET: no entry was verified".to_owned(),
        ));
    }
    let python = setup::python(context);
    let printed = Run::new(
        &python,
        &["verify.py", "../../docs/vectors"],
        &context.root.join("tests/cose"),
    )
    .about("verifying our vectors with pycose")
    .until(context.deadline)
    .run()?;
    Ok(Outcome::Passed(last_line(&printed)))
}

pub(super) fn last_line(printed: &str) -> String {
    printed.lines().last().unwrap_or_default().to_owned()
}
