//! Whose books are on this machine: a folder for each person, under one base folder.
//!
//! In each, beside vault and store: `card.json` (what its owner calls it), `tries.json` (wrong passphrases), `noticed.json`
//! (the day of the last notice), `lock` (held while this or another program has the folder open), `making` (there while a
//! device is made in it). All of it can be read by whoever holds the machine.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sothon_replica::{Folder, Station};

use crate::api::{FolderCard, Standing};
use crate::fault::{Done, Fault};
use crate::files;
use crate::words;

/// Wrong passphrases before a wait.
const TRIES: u32 = 5;
/// How long it then is, in seconds.
const WAIT: i64 = 20 * 60;
/// The folder of the practice commune.
pub(crate) const PRACTICE: &str = "practice";

/// What its owner calls a folder.
const CARD: &str = "card.json";
/// There from before a device is made in a folder until it is whole.
const MAKING: &str = "making";

/// The folders under a base folder.
pub(crate) struct Folders {
    base: PathBuf,
}

/// What the owner of a folder calls it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Card {
    /// "Sổ của bác Hùng"; may be empty.
    pub title: String,
    /// The commune's name; may be empty.
    pub commune: String,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Tries {
    wrong: u32,
    until: Option<i64>,
}

/// Held while a folder is in use by this program.
pub(crate) struct Guard {
    _held: File,
}

impl Folders {
    /// The folders under `base`, which is made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(base: &Path) -> Done<Folders> {
        fs::create_dir_all(base).map_err(|error| Fault::from(sothon_store::Fault::from(error)))?;
        Ok(Folders {
            base: base.to_owned(),
        })
    }

    /// The ids of folders that hold a device, in their order.
    pub fn ids(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.base).into_iter().flatten().flatten();
        let mut ids: Vec<String> = entries
            .filter(|entry| Folder::new(entry.path()).vault().exists())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        ids.sort();
        ids
    }

    /// The folder of an id.
    ///
    /// # Errors
    /// There is none, or the id is not one of ours.
    pub fn folder(&self, id: &str) -> Done<Folder> {
        let folder = Folder::new(self.path(id)?);
        if folder.vault().exists() {
            Ok(folder)
        } else {
            Err(sothon_replica::StationError::Missing(folder.path().to_owned()).into())
        }
    }

    /// A new folder for an id, in which a device is made: until [`Folders::made`] it does not count.
    ///
    /// # Errors
    /// The id is not one of ours, or has a device; the disk.
    pub fn make(&self, id: &str) -> Done<Folder> {
        let folder = Folder::new(self.path(id)?);
        if folder.vault().exists() {
            return Err(sothon_replica::StationError::Exists(folder.path().to_owned()).into());
        }
        fs::create_dir_all(folder.path()).map_err(|error| Fault::from(sothon_store::Fault::from(error)))?;
        files::replace(&folder.path().join(MAKING), b"")?;
        Ok(folder)
    }

    /// The device in a folder is whole.
    ///
    /// # Errors
    /// The disk.
    pub fn made(&self, id: &str) -> Done {
        let path = self.path(id)?.join(MAKING);
        fs::remove_file(path).map_err(|error| sothon_store::Fault::from(error).into())
    }

    /// Throws away what was left half made when the program was ended while it made a device. Its person saw no sheet and
    /// no words of it, so nothing of theirs is in it, and they begin again. What has a card was whole, whatever a power cut
    /// brought back.
    pub fn discard_half_made(&self) {
        for id in self.ids() {
            let Ok(path) = self.path(&id) else { continue };
            let half = path.join(MAKING).exists() && !path.join(CARD).exists();
            // Held: another program is making it.
            if half && self.hold(&id).is_ok() {
                // What cannot be thrown away is asked for its passphrase as any other.
                let _ = fs::remove_dir_all(path);
            }
        }
    }

    /// The path of an id, whether or not there is a device in it.
    ///
    /// # Errors
    /// The id is not one of ours.
    pub fn path(&self, id: &str) -> Done<PathBuf> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
            return Err(Fault::not_understood("folder"));
        }
        Ok(self.base.join(id))
    }

    /// A new id: the lowest number that is free.
    pub fn fresh(&self) -> String {
        (1_u32..)
            .map(|number| format!("so-{number}"))
            .find(|id| !self.base.join(id).exists())
            .unwrap_or_default()
    }

    /// Holds a folder for this program alone.
    ///
    /// # Errors
    /// Another program has it open, or the disk does not let us.
    pub fn hold(&self, id: &str) -> Done<Guard> {
        let path = self.path(id)?.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|error| Fault::from(sothon_store::Fault::from(error)))?;
        match file.try_lock() {
            Ok(()) => Ok(Guard { _held: file }),
            Err(TryLockError::WouldBlock) => Err(Fault::new(
                "folder_in_use",
                "Sổ này đang mở ở một cửa sổ khác. Dùng cửa sổ đó, hoặc đóng nó rồi mở lại. (Đ-08)",
                "These books are open in another window. Use that one, or close it first. (Đ-08)",
            )),
            Err(TryLockError::Error(error)) => Err(sothon_store::Fault::from(error).into()),
        }
    }

    /// What the owner calls a folder.
    pub fn card(&self, id: &str) -> Card {
        self.read(id, CARD)
    }

    /// Keeps what the owner calls it.
    ///
    /// # Errors
    /// The disk.
    pub fn keep_card(&self, id: &str, card: &Card) -> Done {
        self.write(id, CARD, card)
    }

    /// Until when no passphrase is tried, if that is still to come.
    pub fn wait_until(&self, id: &str, now: i64) -> Option<i64> {
        let tries: Tries = self.read(id, "tries.json");
        // A clock that was set back does not make the wait longer than it ever is.
        tries.until.filter(|until| *until > now && *until - now <= WAIT)
    }

    /// Counts a wrong passphrase; gives how many tries are left, or until when to wait.
    pub fn count_wrong(&self, id: &str, now: i64) -> Result<u32, i64> {
        let mut tries: Tries = self.read(id, "tries.json");
        if tries.until.is_some() {
            tries = Tries::default();
        }
        tries.wrong += 1;
        let over = tries.wrong >= TRIES;
        tries.until = over.then_some(now + WAIT);
        // On a disk that cannot be written the passphrase still costs its time.
        let _ = self.write(id, "tries.json", &tries);
        match tries.until {
            Some(until) => Err(until),
            None => Ok(TRIES - tries.wrong),
        }
    }

    /// Forgets wrong passphrases.
    pub fn forget_wrong(&self, id: &str) {
        if let Ok(path) = self.path(id) {
            // Where there are none there is no file.
            let _ = fs::remove_file(path.join("tries.json"));
        }
    }

    /// A folder as the first screen shows it; `device` is what could be opened of it, or why not.
    pub fn show(
        &self,
        id: &str,
        device: Result<&Station, &Fault>,
        now: i64,
        lang: sothon_records::Lang,
    ) -> FolderCard {
        let card = self.card(id);
        let w = |vi: &str, en: &str| sothon_records::Words::new(vi, en).get(lang).to_owned();
        let standing = device.ok().map(words::standing);
        let title = if !card.title.is_empty() {
            card.title
        } else if let Some(span) = device.ok().and_then(words::own_span) {
            words::span(span).get(lang).to_owned()
        } else {
            match standing {
                Some(Standing::Waiting) => w("Máy đang chờ xã duyệt", "Waiting to be admitted"),
                Some(_) => w("Máy không còn quyền", "A device without rights"),
                // Whose it is stands in what cannot be read.
                None => w("Sổ trên máy này", "Books on this device"),
            }
        };
        FolderCard {
            id: id.to_owned(),
            title,
            commune: card.commune,
            practice: id == PRACTICE,
            standing,
            wait_until: self.wait_until(id, now),
            trouble: device.err().map(|fault| fault.says.get(lang).to_owned()),
        }
    }

    /// Throws the practice commune away: all of its folder.
    ///
    /// # Errors
    /// The disk.
    pub fn discard_practice(&self) -> Done {
        let path = self.path(PRACTICE)?;
        if !path.exists() {
            return Ok(());
        }
        fs::remove_dir_all(path).map_err(|error| sothon_store::Fault::from(error).into())
    }

    fn read<T: for<'de> Deserialize<'de> + Default>(&self, id: &str, name: &str) -> T {
        let Ok(path) = self.path(id) else {
            return T::default();
        };
        fs::read(path.join(name))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    fn write(&self, id: &str, name: &str, value: &impl Serialize) -> Done {
        let bytes = serde_json::to_vec(value).map_err(Fault::internal)?;
        files::replace(&self.path(id)?.join(name), &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders() -> (tempfile::TempDir, Folders) {
        let base = tempfile::tempdir().unwrap();
        let folders = Folders::open(base.path()).unwrap();
        fs::create_dir(base.path().join("so-1")).unwrap();
        (base, folders)
    }

    #[test]
    fn after_five_wrong_passphrases_there_is_a_wait_that_ends() {
        let (_base, folders) = folders();
        for left in [4, 3, 2, 1] {
            assert_eq!(folders.count_wrong("so-1", 1000), Ok(left));
            assert_eq!(folders.wait_until("so-1", 1000), None);
        }
        assert_eq!(folders.count_wrong("so-1", 1000), Err(1000 + WAIT));
        assert_eq!(folders.wait_until("so-1", 1001), Some(1000 + WAIT));
        assert_eq!(folders.wait_until("so-1", 1000 + WAIT), None);
        assert_eq!(folders.count_wrong("so-1", 3000), Ok(4));
        folders.forget_wrong("so-1");
        assert_eq!(folders.count_wrong("so-1", 3000), Ok(4));
    }

    #[test]
    fn a_clock_set_back_for_years_does_not_lock_anybody_out() {
        let (_base, folders) = folders();
        for _ in 0..TRIES {
            let _ = folders.count_wrong("so-1", 2_000_000_000);
        }
        assert_eq!(folders.wait_until("so-1", 1_000_000_000), None);
    }

    #[test]
    fn what_was_half_made_is_thrown_away_and_nothing_else() {
        let (base, folders) = folders();
        let vault = |id: &str| {
            let folder = folders.make(id).unwrap();
            fs::write(folder.vault(), b"a vault").unwrap();
        };
        // Half made; named in the last moment; being made by another program; whole.
        for id in ["so-2", "so-3", "so-4", "so-5"] {
            vault(id);
        }
        folders.keep_card("so-3", &Card::default()).unwrap();
        let held = folders.hold("so-4").unwrap();
        folders.made("so-5").unwrap();
        folders.discard_half_made();
        assert_eq!(folders.ids(), ["so-3", "so-4", "so-5"]);
        assert!(!base.path().join("so-2").exists());
        drop(held);
    }

    #[test]
    fn a_folder_is_held_by_one_alone() {
        let (_base, folders) = folders();
        let held = folders.hold("so-1").unwrap();
        assert_eq!(
            folders.hold("so-1").err().map(|fault| fault.code),
            Some("folder_in_use")
        );
        drop(held);
        assert!(folders.hold("so-1").is_ok());
    }

    #[test]
    fn an_id_never_leads_out_of_the_base_folder() {
        let (_base, folders) = folders();
        for id in ["..", "a/b", "", "/etc", "a\\b", "tên"] {
            assert!(folders.path(id).is_err(), "{id}");
        }
    }
}
