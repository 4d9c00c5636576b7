//! Real processes in folders of their own.
#![allow(dead_code, missing_docs)]

pub mod link;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub const PASSPHRASE: &str = "lua xanh song dai";
pub const NOW: &str = "2025-06-10T08:00";

/// A folder with the devices of a test.
pub struct World {
    pub folder: TempDir,
}

/// How a command ended.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The last object that was answered.
    pub fn object(&self) -> Value {
        let last = self.stdout.lines().last().unwrap_or("null");
        serde_json::from_str(last).unwrap_or_else(|_| panic!("no object in {:?}", self.stdout))
    }

    /// The object of what went wrong.
    pub fn error(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or("null");
        let value: Value =
            serde_json::from_str(last).unwrap_or_else(|_| panic!("no error in {:?}", self.stderr));
        value["error"].clone()
    }
}

impl World {
    pub fn new() -> World {
        World {
            folder: TempDir::new().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, device: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sothon"));
        command
            .arg("--dir")
            .arg(self.path(device))
            .args(["--vault-cost", "lowest"])
            .args(arguments)
            .env_remove("SOTHON_LOG")
            .env_remove("SOTHON_LANG")
            .env("SOTHON_NOW", NOW)
            .env("SOTHON_PASSPHRASE", PASSPHRASE)
            .stdin(Stdio::null());
        command
    }

    /// Runs a command for machines.
    pub fn run(&self, device: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(device, arguments);
        Ran::of(command.arg("--json").output().expect("sothon starts"))
    }

    /// Runs a command for machines that has to succeed.
    pub fn ask(&self, device: &str, arguments: &[&str]) -> Value {
        let ran = self.run(device, arguments);
        assert_eq!(ran.code, 0, "{device}: {arguments:?}: {}", ran.stderr);
        ran.object()
    }

    /// Runs a command for people.
    pub fn say(&self, device: &str, arguments: &[&str]) -> Ran {
        Ran::of(self.command(device, arguments).output().expect("sothon starts"))
    }

    /// Starts a device that takes callers on loopback: where, and with which key.
    pub fn serve(&self, device: &str, more: &[&str]) -> Serving {
        let mut command = self.command(device, &["--json", "serve", "--listen", "127.0.0.1:0"]);
        let mut child = command
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sothon starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("an object");
        Serving {
            address: said["address"].as_str().expect("an address").to_owned(),
            key: said["key"].as_str().expect("a key").to_owned(),
            child,
            lines,
        }
    }

    /// Exchanges between two devices, one serving.
    pub fn meet(&self, serving: &str, calling: &str) -> Value {
        let serve = self.serve(serving, &["--for", "30"]);
        self.ask(calling, &["sync", "--peer", &serve.address, "--key", &serve.key])
    }

    /// An office that has founded a commune of two villages, and village 1 admitted; they have met.
    pub fn commune() -> World {
        let world = World::new();
        let founded = world.ask("office", &["found", "--villages", "2", "--year", "2025"]);
        world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
        world.meet("office", "thon1");
        world
    }

    /// Has a device join and admits it.
    pub fn admit(&self, founded: &Value, device: &str, role: &[&str]) {
        let slip = founded["slip"].as_str().expect("a slip");
        let joined = self.ask(device, &["join", slip]);
        let mut admit = vec!["admit", joined["request"].as_str().expect("a request")];
        admit.extend(role);
        self.ask("office", &admit);
    }
}

/// A device that takes callers; ended when dropped.
pub struct Serving {
    pub address: String,
    pub key: String,
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Serving {
    /// Ends it in order: what it said last.
    pub fn end(mut self) -> Value {
        let ended = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(ended.expect("is there").success());
        let mut said = String::new();
        self.lines.read_to_string(&mut said).expect("lines");
        let last = said.lines().last().expect("a line");
        serde_json::from_str(last).expect("an object")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // SIGTERM, so that it ends in order.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

pub const HOUSEHOLD: [&str; 5] = [
    "add",
    "household",
    "number=5",
    "head=Nguyễn Văn An",
    "address=Ngõ 5",
];
