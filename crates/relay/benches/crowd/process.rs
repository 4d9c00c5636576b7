//! The relay as a process, and what the system says of it (Linux).

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

pub fn done(arguments: &[&str], folder: &Path) -> String {
    let out = command(arguments, folder).output().expect("starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("text").trim().to_owned()
}

fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sothon-relay"));
    command.args(arguments).arg("--data").arg(folder);
    command
}

/// A relay that runs; killed when dropped.
pub struct Process {
    child: Child,
    log: Arc<Log>,
    pub address: SocketAddr,
    http: SocketAddr,
}

/// What the system says of it.
#[derive(Clone, Copy)]
pub struct Usage {
    /// Bytes in memory now.
    pub memory: u64,
    /// The most bytes in memory so far.
    pub peak: u64,
    pub threads: u64,
    pub files: usize,
    /// Of all its threads so far.
    pub processor: Duration,
}

impl Process {
    pub fn start(folder: &Path, listen: &str, more: &[&str]) -> Process {
        let serve = ["serve", "--listen", listen, "--http", "127.0.0.1:0"];
        let mut child = command(&[&serve, more].concat(), folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let stderr = child.stderr.take().expect("a pipe");
        let (sender, addresses) = mpsc::channel();
        let log = Arc::new(Log::default());
        let follower = log.clone();
        std::thread::spawn(move || follower.follow(stderr, &sender));
        let said = |message: &str| {
            let (said, address) = addresses.recv_timeout(PATIENCE).expect("it says where it is");
            assert_eq!(said, message);
            address
        };
        let (address, http) = (said("listening"), said("health"));
        Process {
            child,
            log,
            address,
            http,
        }
    }

    pub fn usage(&self) -> Usage {
        let proc = PathBuf::from(format!("/proc/{}", self.child.id()));
        let status = fs::read_to_string(proc.join("status")).expect("runs");
        let number = |name: &str| -> u64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let word = line.and_then(|line| line.split_whitespace().next());
            word.and_then(|word| word.parse().ok()).expect("a number")
        };
        let stat = fs::read_to_string(proc.join("stat")).expect("runs");
        // After the name in brackets: user and system time, in hundredths of a second.
        let after = stat.rsplit_once(") ").expect("a name").1;
        let ticks: u64 = after
            .split(' ')
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().expect("a number"))
            .sum();
        Usage {
            memory: number("VmRSS:") * 1024,
            peak: number("VmHWM:") * 1024,
            threads: number("Threads:"),
            files: fs::read_dir(proc.join("fd")).expect("runs").count(),
            processor: Duration::from_millis(ticks * 10),
        }
    }

    /// The first line of the answer to a question over HTTP.
    pub fn health(&self) -> String {
        let mut stream = TcpStream::connect(self.http).expect("answers");
        write!(
            stream,
            "GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )
        .expect("takes it");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answers");
        answer.lines().next().unwrap_or_default().to_owned()
    }

    /// How many lines it has written, and how many of them warn or worse.
    pub fn lines(&self) -> (usize, usize) {
        let count = |what: &AtomicUsize| what.load(Ordering::Relaxed);
        (count(&self.log.lines), count(&self.log.bad))
    }

    /// Asks it to stop; says how long that took, and whether it ended well.
    pub fn stop(mut self) -> (Duration, bool) {
        let began = Instant::now();
        let sent = Command::new("kill")
            .args(["-s", "TERM", &self.child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|sent| sent.success()));
        let well = self.child.wait().expect("ends").success();
        (began.elapsed(), well)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a relay logs.
#[derive(Default)]
struct Log {
    lines: AtomicUsize,
    bad: AtomicUsize,
}

impl Log {
    /// Counts until the relay ends. Hands on its addresses.
    fn follow(&self, stderr: ChildStderr, addresses: &mpsc::Sender<(String, SocketAddr)>) {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            self.lines.fetch_add(1, Ordering::Relaxed);
            let Ok(line) = serde_json::from_str::<serde_json::Value>(&line) else {
                continue;
            };
            if line["level"] == "WARN" || line["level"] == "ERROR" {
                self.bad.fetch_add(1, Ordering::Relaxed);
            }
            let text = |name: &str| line[name].as_str().unwrap_or_default();
            if let Ok(address) = text("address").parse() {
                // Nobody waits any more once both are known.
                let _ = addresses.send((text("message").to_owned(), address));
            }
        }
    }
}
