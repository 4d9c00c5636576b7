//! What the program says: plain text for people, JSON for machines. Results go to stdout, everything else to stderr.

use std::io::Write as _;

use serde_json::Value;
use sothon_records::{Lang, Words};

/// How and in which language to speak.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    /// JSON for machines.
    pub json: bool,
    /// The language for people.
    pub lang: Lang,
}

impl Out {
    /// The text of the language.
    pub fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// The words of the language.
    pub fn w<'a>(&self, words: &'a Words) -> &'a str {
        words.get(self.lang)
    }

    /// A line of the result, for people only.
    pub fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            write_line(text.as_ref());
        }
    }

    /// The result, for machines only: one line.
    pub fn object(&self, value: &Value) {
        if self.json {
            write_line(&value.to_string());
        }
    }

    /// A remark that is no result.
    pub fn remark(&self, vi: impl AsRef<str>, en: impl AsRef<str>) {
        if !self.json {
            let mut to = std::io::stderr().lock();
            let _ = writeln!(to, "{}", self.t(vi.as_ref(), en.as_ref()));
        }
    }

    /// How far long work has come; said again and again.
    pub fn progress(&self, what: (&str, &str), done: u64, all: u64) {
        const EVERY: u64 = 500;
        if all >= EVERY && (done.is_multiple_of(EVERY) || done == all) {
            self.remark(
                format!("{}: {done}/{all}", what.0),
                format!("{}: {done}/{all}", what.1),
            );
        }
    }

    /// A table for people.
    pub fn table(&self, heads: &[&str], rows: &[Vec<String>]) {
        if self.json {
            return;
        }
        let width = |at: usize| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.chars().count());
            cells
                .chain(heads.get(at).map(|head| head.chars().count()))
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        let row = |cells: &[String]| {
            let padded: Vec<String> = cells
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            write_line(padded.join("  ").trim_end());
        };
        row(&heads.iter().map(|head| (*head).to_owned()).collect::<Vec<_>>());
        row(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>());
        rows.iter().for_each(|cells| row(cells));
    }
}

fn write_line(text: &str) {
    let mut to = std::io::stdout().lock();
    // Who read it may have gone.
    let _ = writeln!(to, "{text}");
    let _ = to.flush();
}
