//! Runs other programs: their output is shown as it comes and can be counted afterwards.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// A command line in a folder.
pub(crate) struct Run<'a> {
    command: Command,
    shown: String,
    deadline: Option<Instant>,
    about: &'a str,
}

impl<'a> Run<'a> {
    pub fn new(program: impl AsRef<Path>, arguments: &[&str], folder: &Path) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder).stdin(Stdio::null());
        let shown = format!("{} {}", program.display(), arguments.join(" "));
        Self {
            command,
            shown,
            deadline: None,
            about: "",
        }
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn until(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Says in the error what was being done.
    pub fn about(mut self, about: &'a str) -> Self {
        self.about = about;
        self
    }

    /// Runs and returns all that was printed, standard output and standard error as they came.
    ///
    /// # Errors
    /// When it cannot be started, fails, or runs beyond the deadline.
    pub fn run(mut self) -> Result<String> {
        println!("$ {}", self.shown);
        let (printed, success) = self.follow()?;
        if !success {
            bail!("{}`{}` failed", self.prefix(), self.shown);
        }
        Ok(printed)
    }

    /// Like [`Run::run`], but a failure of the program is for the caller to judge.
    pub fn run_to_end(mut self) -> Result<(String, bool)> {
        println!("$ {}", self.shown);
        self.follow()
    }

    fn follow(&mut self) -> Result<(String, bool)> {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{}cannot start `{}`", self.prefix(), self.shown))?;
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            forward(stdout, sender.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            forward(stderr, sender);
        }
        let mut printed = String::new();
        loop {
            let patience = self.deadline.map_or(Duration::from_secs(3600), |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            match lines.recv_timeout(patience) {
                Ok(line) => {
                    println!("{line}");
                    printed.push_str(&line);
                    printed.push('\n');
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if self.deadline.is_none() => {}
                Err(RecvTimeoutError::Timeout) => {
                    child.kill().context("cannot end a command that ran too long")?;
                    bail!(
                        "{}`{}` was ended: the time for all tests was over",
                        self.prefix(),
                        self.shown
                    );
                }
            }
        }
        let success = child.wait()?.success();
        Ok((printed, success))
    }

    fn prefix(&self) -> String {
        if self.about.is_empty() {
            String::new()
        } else {
            format!("{}: ", self.about)
        }
    }
}

/// Whether a program runs and says that it is well. Its output is not shown.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while let Ok(1..) = reader.read_until(b'\n', &mut line) {
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\n', '\r'])
                .to_owned();
            line.clear();
            if lines.send(text).is_err() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = Run::new("sh", &["-c", "echo said; exit 3"], Path::new("/"))
            .about("trying")
            .run();
        assert_eq!(
            error.unwrap_err().to_string(),
            "trying: `sh -c echo said; exit 3` failed"
        );
    }

    #[test]
    fn both_streams_are_kept() {
        let printed = Run::new("sh", &["-c", "echo out; echo err >&2"], Path::new("/"))
            .run()
            .unwrap();
        assert!(printed.contains("out\n") && printed.contains("err\n"));
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let soon = Instant::now() + Duration::from_millis(50);
        let error = Run::new("sleep", &["600"], Path::new("/"))
            .until(Some(soon))
            .run()
            .unwrap_err();
        assert!(error.to_string().contains("was ended"));
    }
}
