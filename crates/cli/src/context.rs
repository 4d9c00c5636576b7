//! What every command has: the device's folder, the clock, the voice, and how the device is unlocked.

use std::path::PathBuf;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_records::problem;
use sothon_replica::{Folder, Lock, Replica};
use sothon_vault::{Cost, NoKeyStore, Passphrase};
use zeroize::Zeroizing;

use crate::args::{Global, Language, VaultCost};
use crate::clock::Clock;
use crate::fault::{Done, Fault};
use crate::output::Out;

/// The randomness of the operating system.
pub type Rng = UnwrapErr<SysRng>;
/// The device, unlocked.
pub type Device = Replica<Rng>;

/// What every command has.
pub struct Context {
    /// How to speak.
    pub out: Out,
    /// Now.
    pub clock: Clock,
    dir: PathBuf,
    passphrase_file: Option<PathBuf>,
    cost: Cost,
}

impl Context {
    /// From the options that every command takes.
    pub fn new(global: Global) -> Context {
        Context {
            out: Out {
                json: global.json,
                lang: match global.lang {
                    Language::Vi => sothon_records::Lang::Vi,
                    Language::En => sothon_records::Lang::En,
                },
            },
            clock: Clock::new(global.now),
            dir: global.dir,
            passphrase_file: global.passphrase_file,
            cost: match global.vault_cost {
                VaultCost::Lowest => Cost::LOWEST,
                VaultCost::Standard => Cost::STANDARD,
            },
        }
    }

    /// The operating system's randomness.
    pub fn rng(&self) -> Rng {
        UnwrapErr(SysRng)
    }

    /// The device's folder.
    pub fn folder(&self) -> Folder {
        Folder::new(&self.dir)
    }

    /// What validation is told.
    pub fn today(&self) -> problem::Context {
        problem::Context {
            today: self.clock.today(),
        }
    }

    /// Unlocks the device.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn open(&self) -> Done<Device> {
        let station = sothon_replica::Station::open(self.folder())?;
        let passphrase = self.passphrase(false)?;
        Ok(Device::unlock(station, &passphrase, &NoKeyStore, self.rng())?)
    }

    /// Unlocks the device to write the register. Where the commune's relays were met before, one has to confirm first that
    /// nothing newer exists (B13): it is asked now.
    ///
    /// # Errors
    /// What stands in the way; the operation itself says that no relay confirmed.
    pub fn open_to_order(&self) -> Done<Device> {
        let station = sothon_replica::Station::open(self.folder())?;
        let passphrase = self.passphrase(false)?;
        let station = crate::commands::confirming::confirmed(self, station)?;
        Ok(Device::unlock(station, &passphrase, &NoKeyStore, self.rng())?)
    }

    /// Makes a new device's vault with `make`.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn make<T>(&self, make: impl FnOnce(Folder, &Lock<'_>) -> Done<T>) -> Done<T> {
        let folder = self.folder();
        if folder.vault().exists() {
            return Err(sothon_replica::StationError::Exists(self.dir.clone()).into());
        }
        let passphrase = self.passphrase(true)?;
        let lock = Lock {
            passphrase: &passphrase,
            cost: self.cost,
            key_store: &NoKeyStore,
        };
        make(folder, &lock)
    }

    /// From the file, the environment, or the terminal.
    fn passphrase(&self, new: bool) -> Done<Passphrase> {
        let typed = match &self.passphrase_file {
            Some(path) => {
                let read = std::fs::read_to_string(path).map_err(|error| {
                    Fault::usage(
                        format!("Không đọc được tệp mật khẩu {}: {error}.", path.display()),
                        format!("Cannot read the passphrase file {}: {error}.", path.display()),
                    )
                })?;
                let text = Zeroizing::new(read);
                Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())
            }
            None => match std::env::var("SOTHON_PASSPHRASE") {
                Ok(text) => Zeroizing::new(text),
                Err(_) => self.ask(new)?,
            },
        };
        Passphrase::new(&typed).map_err(|_| {
            Fault::usage(
                "Nhập mật khẩu mở sổ (dài nhất 1024 byte).",
                "Enter the passphrase (at most 1024 bytes).",
            )
        })
    }

    /// Asks for a secret on the terminal, without showing it.
    ///
    /// # Errors
    /// There is no terminal.
    pub fn ask_secret(&self, (vi, en): (&str, &str)) -> Done<Zeroizing<String>> {
        rpassword::prompt_password(self.out.t(vi, en))
            .map(Zeroizing::new)
            .map_err(|_| {
                Fault::usage(
                    "Cần chìa trên giấy: dùng --sheet-file, hoặc chạy trong cửa sổ dòng lệnh.",
                    "The key on paper is needed: --sheet-file, or a terminal.",
                )
            })
    }

    fn ask(&self, new: bool) -> Done<Zeroizing<String>> {
        let (vi, en) = if new {
            (
                "Đặt mật khẩu mở sổ (nên ghép bốn từ không liên quan nhau, viết không dấu): ",
                "Set a passphrase (four unrelated words are good): ",
            )
        } else {
            ("Mật khẩu mở sổ: ", "Passphrase: ")
        };
        rpassword::prompt_password(self.out.t(vi, en))
            .map(Zeroizing::new)
            .map_err(|_| {
                Fault::usage(
                    "Cần mật khẩu: dùng --passphrase-file, biến SOTHON_PASSPHRASE, hoặc chạy trong cửa sổ dòng lệnh.",
                    "A passphrase is needed: --passphrase-file, SOTHON_PASSPHRASE, or a terminal.",
                )
            })
    }
}
