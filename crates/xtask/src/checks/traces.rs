//! Nothing of a maker's machine is checked in: no paths into somebody's home, no private keys.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::checked_in;

/// Written in two parts, so that this file does not find itself.
const TRACES: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("PRIVATE", " KEY-----"),
];

/// Looks through every file that is checked in and is text.
pub(crate) fn check(root: &Path) -> Result<String> {
    let mut found = Vec::new();
    let mut looked_at = 0;
    for path in checked_in(root)? {
        let bytes = match fs::read(root.join(&path)) {
            Ok(bytes) => bytes,
            // Removed in the work tree, not yet in the index.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {path}")),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        looked_at += 1;
        found.extend(traces(&text).map(|(line, trace)| format!("{path}:{line}: {trace}")));
    }
    ensure!(
        found.is_empty(),
        "traces of a machine or a key:\n  {}",
        found.join("\n  ")
    );
    Ok(format!("{looked_at} text files"))
}

fn traces(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    text.lines().enumerate().flat_map(|(number, line)| {
        TRACES
            .iter()
            .filter(move |trace| line.contains(**trace))
            .map(move |trace| (number + 1, *trace))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_into_a_home_is_found_with_its_line() {
        let text = format!("fine\nsee {}ho{}lan/x", "/", "me/");
        assert_eq!(traces(&text).map(|(line, _)| line).collect::<Vec<_>>(), [2]);
        assert_eq!(traces("~/.cache, $HOME, https://a.example/homework").count(), 0);
    }
}
