//! Libraries that we did not write (Python's pycose, cbor2, PyNaCl, …) verify and open our published vectors.

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
    let printed = Run::new(&python, &["verify.py"], &context.root.join("tests/cose"))
        .about("reading our vectors with other libraries")
        .until(context.deadline)
        .run()?;
    Ok(Outcome::Passed(last_line(&printed)))
}

pub(super) fn last_line(printed: &str) -> String {
    printed.lines().last().unwrap_or_default().to_owned()
}
