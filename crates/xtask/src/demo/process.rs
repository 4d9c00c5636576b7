//! The demo's processes: devices (`sothon`) that are asked something and answer in JSON, and the relay.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

/// The passphrase of every device of the demo.
pub(super) const PASSPHRASE: &str = "song dai lua xanh";
/// How long any one process may take: the demo ends by itself.
const PATIENCE: Duration = Duration::from_secs(240);

/// Where the programs are, and when it is.
#[derive(Clone)]
pub(super) struct Programs {
    pub folder: PathBuf,
    pub now: String,
}

/// A device: a folder, and a name for the story.
#[derive(Clone)]
pub(super) struct Device {
    pub name: String,
    pub shown: String,
    pub dir: PathBuf,
    programs: Programs,
}

impl Device {
    pub fn new(programs: &Programs, name: &str, shown: &str, under: &Path) -> Device {
        Device {
            name: name.to_owned(),
            shown: shown.to_owned(),
            dir: under.join(name),
            programs: programs.clone(),
        }
    }

    /// The same device at another time.
    pub fn at(&self, now: &str) -> Device {
        let mut later = self.clone();
        now.clone_into(&mut later.programs.now);
        later
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.programs.folder.join("sothon"));
        command
            .arg("--dir")
            .arg(&self.dir)
            .args(["--now", &self.programs.now, "--vault-cost", "lowest", "--json"])
            .args(arguments)
            .env("SOTHON_PASSPHRASE", PASSPHRASE)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a command that goes on beside the story.
    pub fn start(&self, arguments: &[&str]) -> Result<Running> {
        let child = self.command(arguments).spawn().context("cannot start sothon")?;
        Ok(Running {
            child,
            about: format!("{}: {}", self.name, arguments.join(" ")),
        })
    }

    /// Runs a command and returns what it answered: the last line of its output.
    pub fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let (code, answer, errors) = self.try_ask(arguments)?;
        ensure!(
            code == 0,
            "{}: {} ended with {code}: {errors}",
            self.name,
            arguments.join(" ")
        );
        Ok(answer)
    }

    /// Runs a command as a person would, and returns what it says.
    pub fn say(&self, arguments: &[&str]) -> Result<String> {
        let mut command = self.command(arguments);
        let plain: Vec<_> = command
            .get_args()
            .filter(|a| *a != "--json")
            .map(std::ffi::OsStr::to_owned)
            .collect();
        let mut spoken = Command::new(command.get_program());
        spoken.args(plain).env("SOTHON_PASSPHRASE", PASSPHRASE);
        command = spoken;
        let output = command.stdin(Stdio::null()).output()?;
        ensure!(
            output.status.success(),
            "{}: {}: {}",
            self.name,
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs a command whose failure may be right: exit code, answer, what it said on standard error.
    pub fn try_ask(&self, arguments: &[&str]) -> Result<(i32, Value, String)> {
        let output = self.start(arguments)?.output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("null");
        let answer = serde_json::from_str(last).unwrap_or(Value::Null);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((output.status.code().unwrap_or(-1), answer, errors))
    }
}

/// A process of the demo; ended when dropped.
pub(super) struct Running {
    child: Child,
    about: String,
}

impl Running {
    /// Waits for its end, with patience.
    pub fn output(mut self) -> Result<Output> {
        let (sender, ended) = mpsc::channel();
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let errors = std::thread::spawn(move || read_all(stderr));
        std::thread::spawn(move || {
            // Its output ends when it does. Who waits for it may have lost patience.
            let _ = sender.send(read_all(stdout));
        });
        let Ok(stdout) = ended.recv_timeout(PATIENCE) else {
            bail!("{} does not end", self.about);
        };
        let status = self.child.wait()?;
        let stderr = errors.join().unwrap_or_default();
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    }

    /// Reads its output line by line until one is what is waited for.
    pub fn until_line(&mut self, wanted: impl Fn(&str) -> bool) -> Result<String> {
        let stdout = self.child.stdout.take().context("its output is read already")?;
        let mut lines = BufReader::new(stdout);
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                bail!("{} ended too soon", self.about);
            }
            if wanted(&line) {
                self.child.stdout = Some(lines.into_inner());
                return Ok(line);
            }
        }
    }

    /// Kills it at once: SIGKILL.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits: SIGTERM.
    pub fn end(mut self) -> Result<()> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(asked.success(), "{} could not be asked to end", self.about);
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(from: Option<impl std::io::Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        // What was read before an error is still worth showing.
        let _ = from.read_to_end(&mut bytes);
    }
    bytes
}

/// The relay of the demo.
pub(super) struct Relay {
    program: PathBuf,
    pub dir: PathBuf,
    pub address: String,
    pub http: String,
    pub key: String,
    running: Option<Running>,
}

impl Relay {
    /// Makes the relay's folder and key, and finds it two free ports on loopback.
    pub fn make(programs: &Programs, under: &Path) -> Result<Relay> {
        let dir = under.join("relay");
        let program = programs.folder.join("sothon-relay");
        let made = Command::new(&program)
            .arg("init")
            .arg("--data")
            .arg(&dir)
            .output()?;
        ensure!(
            made.status.success(),
            "sothon-relay init: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let udp = UdpSocket::bind("127.0.0.1:0")?.local_addr()?;
        let tcp = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        Ok(Relay {
            program,
            dir,
            address: udp.to_string(),
            http: tcp.to_string(),
            key: String::from_utf8_lossy(&made.stdout).trim().to_owned(),
            running: None,
        })
    }

    /// Serves a commune, by its root slip.
    pub fn add(&self, slip: &str) -> Result<()> {
        let added = Command::new(&self.program)
            .arg("add")
            .arg("--data")
            .arg(&self.dir)
            .arg(slip)
            .output()?;
        ensure!(
            added.status.success(),
            "sothon-relay add: {}",
            String::from_utf8_lossy(&added.stderr)
        );
        Ok(())
    }

    /// Starts it, and waits until its health page answers.
    pub fn start(&mut self) -> Result<()> {
        let child = Command::new(&self.program)
            .arg("serve")
            .arg("--data")
            .arg(&self.dir)
            .args([
                "--listen",
                &self.address,
                "--http",
                &self.http,
                "--connections-per-address",
                "0",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start sothon-relay")?;
        self.running = Some(Running {
            child,
            about: "sothon-relay serve".into(),
        });
        let until = Instant::now() + Duration::from_secs(30);
        while self.page("/health").is_err() {
            ensure!(Instant::now() < until, "the relay does not answer");
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Stops it in order.
    pub fn stop(&mut self) -> Result<()> {
        self.running.take().map_or(Ok(()), Running::end)
    }

    /// A page of its loopback HTTP.
    pub fn page(&self, path: &str) -> Result<String> {
        use std::io::Write as _;
        let mut stream = std::net::TcpStream::connect(&self.http)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        Ok(answer)
    }

    /// A counter of its metrics page.
    pub fn counter(&self, name: &str) -> Result<f64> {
        let page = self.page("/metrics")?;
        let lines = page.lines().filter(|line| line.starts_with(name));
        Ok(lines
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum())
    }
}
