//! What came of each step, printed at the end with its minutes.

use std::time::Duration;

/// What came of a step that did not fail.
pub(crate) enum Outcome {
    /// It holds; a few words on what was looked at.
    Passed(String),
    /// Tests ran; how many.
    Counted(Counts),
    /// It could not be tried, and why.
    Skipped(String),
}

/// Tests by their result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
}

impl Counts {
    /// The sum of both.
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            ignored: self.ignored + other.ignored,
        }
    }

    /// Those that ran.
    pub fn all(self) -> u64 {
        self.passed + self.failed
    }
}

/// One line of the report.
pub(crate) struct Line {
    pub name: &'static str,
    pub took: Duration,
    pub result: Result<Outcome, Failure>,
}

/// A step that failed.
pub(crate) struct Failure {
    pub error: anyhow::Error,
    /// What was counted all the same.
    pub counts: Option<Counts>,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { error, counts: None }
    }
}

/// Prints the report, and returns whether everything holds. Each step counts as one, tests one by one.
pub(crate) fn print(lines: &[Line]) -> bool {
    let mut sum = Counts::default();
    println!("\n{:<14} {:>8}  result", "step", "minutes");
    for line in lines {
        let (word, counts) = match &line.result {
            Ok(Outcome::Passed(what)) => (
                format!("ok: {what}"),
                Counts {
                    passed: 1,
                    ..Counts::default()
                },
            ),
            Ok(Outcome::Counted(counts)) => (format!("ok: {}", in_words(*counts)), *counts),
            Ok(Outcome::Skipped(why)) => (format!("skipped: {why}"), Counts::default()),
            Err(Failure { error, counts }) => {
                let counts = counts.unwrap_or_default();
                // A step can fail with no test failing: what does not compile has no tests.
                let failed = counts.failed.max(1);
                (format!("FAILED: {error:#}"), Counts { failed, ..counts })
            }
        };
        sum.passed += counts.passed;
        sum.failed += counts.failed;
        println!(
            "{:<14} {:>8.1}  {word}",
            line.name,
            line.took.as_secs_f64() / 60.0
        );
    }
    let failed: Vec<&str> = lines
        .iter()
        .filter(|line| line.result.is_err())
        .map(|line| line.name)
        .collect();
    if !failed.is_empty() {
        println!("\nfailed: {}", failed.join(", "));
    }
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    failed.is_empty()
}

/// Adds up what test programs print: "test result:" of cargo test, "Summary" of nextest, "Tests" of vitest, and the
/// lines "# pass 3" at the end of TAP, which Node writes.
pub(crate) fn count(printed: &str) -> Counts {
    let mut counts = Counts::default();
    for line in printed.lines().map(str::trim_start) {
        if let Some((word, number)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) {
            let number = number.parse().unwrap_or(0);
            match word {
                "pass" => counts.passed += number,
                "fail" | "cancelled" => counts.failed += number,
                "skipped" | "todo" => counts.ignored += number,
                _ => {}
            }
            continue;
        }
        let heads = ["test result:", "Summary", "Tests  "];
        let Some(rest) = heads.iter().find_map(|head| line.strip_prefix(head)) else {
            continue;
        };
        for part in rest.split([';', ',', ':', '.', '|']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(word)) = (
                words.next().and_then(|word| word.parse::<u64>().ok()),
                words.next(),
            ) else {
                continue;
            };
            match word {
                "passed" => counts.passed += number,
                "failed" | "timed" => counts.failed += number,
                "ignored" | "skipped" => counts.ignored += number,
                _ => {}
            }
        }
    }
    counts
}

fn in_words(counts: Counts) -> String {
    format!("{} tests, {} not run", counts.passed, counts.ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_cargo_test_are_added_up() {
        let printed = "running 2 tests\n\
            test result: ok. 11 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 20 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 1.29s\n";
        assert_eq!(
            count(printed),
            Counts {
                passed: 31,
                failed: 2,
                ignored: 1
            }
        );
    }

    #[test]
    fn the_results_of_nextest_are_read() {
        let printed =
            "     Summary [   0.512s] 32 tests run: 30 passed (1 slow), 1 failed, 1 timed out, 2 skipped\n";
        assert_eq!(
            count(printed),
            Counts {
                passed: 30,
                failed: 2,
                ignored: 2
            }
        );
    }

    #[test]
    fn the_results_of_node_and_of_vitest_are_read() {
        let tap =
            "ok 1 - a\n# tests 4\n# suites 0\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n";
        let vitest =
            " Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 12 passed | 3 skipped (16)\n";
        assert_eq!(
            count(&format!("{tap}{vitest}")),
            Counts {
                passed: 14,
                failed: 3,
                ignored: 3
            }
        );
    }

    #[test]
    fn a_failed_step_fails_the_whole() {
        let line = |result| Line {
            name: "x",
            took: Duration::ZERO,
            result,
        };
        assert!(print(&[line(Ok(Outcome::Skipped("no database".to_owned())))]));
        let failure = Failure {
            error: anyhow::anyhow!("no"),
            counts: None,
        };
        assert!(!print(&[
            line(Ok(Outcome::Passed("x".to_owned()))),
            line(Err(failure))
        ]));
    }
}
