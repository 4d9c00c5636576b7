//! A screen that nobody sees, with a session bus, for programs that need both. Their picture can be looked at.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// Xvfb and a bus; both end when this is dropped.
pub(crate) struct Screen {
    display: String,
    bus: String,
    picture: PathBuf,
    _processes: [Ending; 2],
}

/// A process that is ended when it is dropped.
pub(crate) struct Ending(pub Child);

impl Drop for Ending {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Screen {
    /// Opens one; its picture is kept in a folder that is there.
    pub fn open(folder: &Path) -> Result<Screen> {
        let (display, xvfb) = first_line(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    "1400x800x24",
                    "-nolisten",
                    "tcp",
                    "-fbdir",
                ])
                .arg(folder),
        )?;
        let (bus, daemon) =
            first_line(Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address"]))?;
        Ok(Screen {
            display: format!(":{display}"),
            bus,
            picture: folder.join("Xvfb_screen0"),
            _processes: [xvfb, daemon],
        })
    }

    /// A program that will show itself there.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("GDK_BACKEND", "x11")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1");
        command
    }

    /// How often each colour is on it, as `0xrrggbb`.
    pub fn colours(&self) -> Result<BTreeMap<u32, usize>> {
        let picture = std::fs::read(&self.picture).context("cannot read the picture of the screen")?;
        colours(&picture).context("the picture of the screen is not as expected")
    }
}

/// Counts the colours of an X window dump of 32 bits a pixel: a header of big-endian words, a colour table, pixels.
fn colours(dump: &[u8]) -> Option<BTreeMap<u32, usize>> {
    let word = |index: usize| -> Option<usize> {
        let bytes = dump.get(index * 4..index * 4 + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
    };
    let [header, little_endian, bits, table] = [word(0)?, word(7)?, word(11)?, word(19)?];
    if little_endian != 0 || bits != 32 {
        return None;
    }
    let mut counts = BTreeMap::new();
    for pixel in dump.get(header + table * 12..)?.chunks_exact(4) {
        let [blue, green, red, _] = pixel else { return None };
        *counts
            .entry(u32::from_be_bytes([0, *red, *green, *blue]))
            .or_default() += 1;
    }
    Some(counts)
}

/// Starts a program and waits for the first line that it writes.
fn first_line(command: &mut Command) -> Result<(String, Ending)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut started = Ending(
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?,
    );
    let stdout = started.0.stdout.take().context("no output")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    ensure!(!line.trim().is_empty(), "{name} ended too soon");
    Ok((line.trim().to_owned(), started))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_behind_header_and_table() {
        let mut dump = Vec::new();
        for index in 0..25_u32 {
            let word: u32 = match index {
                0 => 100,
                11 => 32,
                19 => 1,
                _ => 0,
            };
            dump.extend(word.to_be_bytes());
        }
        dump.extend([0xff; 12]);
        dump.extend([0x1b, 0x16, 0xa3, 0, 0x1b, 0x16, 0xa3, 0, 0xff, 0xff, 0xff, 0]);
        assert_eq!(
            colours(&dump).unwrap(),
            BTreeMap::from([(0xa3161b, 2), (0xffffff, 1)])
        );
        assert!(colours(&dump[..50]).is_none());
    }
}
