//! Files, or parts of files, that are made from others: checked in, and never stale.
//!
//! Some are made by tests, which fail when the files are stale and write them when they are told to; the rest here.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use crate::arrows;
use crate::command::Run;
use crate::context::Context;
use crate::licences;

/// A part of a file between `<!-- generated: name -->` and `<!-- end of name -->`.
struct Part {
    file: &'static str,
    name: &'static str,
    make: fn() -> String,
}

const PARTS: &[Part] = &[Part {
    file: "ARCHITECTURE.md",
    name: "arrows",
    make: arrows::as_markdown,
}];

/// The program's page about itself.
const LICENCES: &str = "crates/app/src/licences.json";

/// Tests that make files: package, test program, test. With [`WRITE`] set they write instead of comparing.
const MAKERS: &[(&str, &str, &str)] = &[
    (
        "sothon-ledger",
        "vectors",
        "the_vectors_in_docs_are_those_that_this_code_makes",
    ),
    (
        "sothon-courier",
        "vectors",
        "the_courier_vectors_in_docs_are_those_that_this_code_makes",
    ),
    (
        "xtask",
        "exports",
        "the_exports_in_tests_js_are_those_that_this_code_makes",
    ),
    (
        "sothon-app",
        "bindings",
        "the_bindings_in_ui_are_those_that_this_code_makes",
    ),
    (
        "sothon-desktop",
        "permissions",
        "the_pages_may_call_every_command_of_the_core_and_nothing_else",
    ),
];
const WRITE: &str = "SOTHON_WRITE_VECTORS";

/// Fails if anything would change by being made anew.
pub(crate) fn check(context: &Context) -> Result<String> {
    for part in PARTS {
        let (old, new) = part.old_and_new(context)?;
        ensure!(old == new, "{} is stale: run `cargo xtask generate`", part.file);
    }
    let licences =
        fs::read_to_string(context.root.join(LICENCES)).with_context(|| format!("cannot read {LICENCES}"))?;
    ensure!(
        licences == licences::as_json(context)?,
        "{LICENCES} is stale: run `cargo xtask generate`"
    );
    Ok(format!("{} parts are fresh", PARTS.len() + 1))
}

/// Makes all anew.
pub(crate) fn write_all(context: &Context) -> Result<()> {
    for part in PARTS {
        let (old, new) = part.old_and_new(context)?;
        if old == new {
            println!("{}: {} is fresh", part.file, part.name);
        } else {
            fs::write(context.root.join(part.file), new)?;
            println!("{}: {} was written", part.file, part.name);
        }
    }
    fs::write(context.root.join(LICENCES), licences::as_json(context)?)?;
    println!("{LICENCES} was written");
    for (package, program, test) in MAKERS {
        let arguments = [
            "test",
            "--quiet",
            "--locked",
            "--package",
            package,
            "--test",
            program,
            test,
        ];
        Run::new("cargo", &arguments, &context.root)
            .env(WRITE, "1")
            .run()?;
    }
    Ok(())
}

impl Part {
    fn old_and_new(&self, context: &Context) -> Result<(String, String)> {
        let old = fs::read_to_string(context.root.join(self.file))
            .with_context(|| format!("cannot read {}", self.file))?;
        let new = replaced(&old, self.name, &(self.make)()).with_context(|| self.file)?;
        Ok((old, new))
    }
}

fn replaced(text: &str, name: &str, made: &str) -> Result<String> {
    let begin = format!("<!-- generated: {name} -->\n");
    let end = format!("<!-- end of {name} -->");
    let Some((before, rest)) = text.split_once(&begin) else {
        bail!("no line {begin:?}")
    };
    let Some((_, after)) = rest.split_once(&end) else {
        bail!("no line {end:?}")
    };
    Ok(format!("{before}{begin}{made}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let text = "a\n<!-- generated: x -->\nold\n<!-- end of x -->\nb\n";
        let new = replaced(text, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- generated: x -->\nnew\n<!-- end of x -->\nb\n");
        assert!(replaced(text, "y", "new\n").is_err());
    }
}
