//! The relay's folder: its key, and a folder for each commune with store and quota.
//!
//! ```text
//! DIR/relay.key                    the transport key's secret half (64 hexadecimal digits), readable by its owner only
//! DIR/communes/<root>/store.db     what is kept of the commune
//! DIR/communes/<root>/quota.json   how much it may use
//! DIR/removed/<root>[-n]/          communes no longer served, as they were
//! ```

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sothon_archive::{Archive, ArchiveError};
use sothon_ledger::Root;
use sothon_net::Identity;
use sothon_store::{OpenError, Store};
use zeroize::Zeroizing;

/// How much a commune may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quota {
    /// The most bytes that are taken in from one author in a day (UTC).
    pub device_day_bytes: u64,
    /// The most entries of one author in a day.
    pub device_day_entries: u64,
    /// The most logs that one author begins in a day.
    pub device_day_logs: u64,
    /// The most bytes of entries that are kept in all.
    pub total_bytes: u64,
}

impl Default for Quota {
    /// 256 MiB and 20 GiB: a commune of 20 villages writes some 20 MiB a year without photos, of which a device may bring some
    /// 430 of the largest a day, and all together some 34,000: of each number seven eighths are for photos.
    ///
    /// 20,000 entries: who writes in one book for ten hours, with a session open all the time, publishes 7,200. 500 logs: a
    /// device begins one for each book in which it writes, of which an office's year has some 110, and one more when it was
    /// restored. A relay that was set back takes what is over that on the days after.
    fn default() -> Self {
        Quota {
            device_day_bytes: 256 << 20,
            device_day_entries: 20_000,
            device_day_logs: 500,
            total_bytes: 20 << 30,
        }
    }
}

/// What is wrong with the relay's folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The operating system.
    #[error("{path}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is a relay already.
    #[error("{0} has a relay's key already")]
    Exists(PathBuf),
    /// There is no relay.
    #[error("{0} has no relay: run `sothon-relay init` first")]
    NoRelay(PathBuf),
    /// The key file is not one.
    #[error("{0} is not a relay's key")]
    Key(PathBuf),
    /// The quota file is not one.
    #[error("{path} is not a quota")]
    Quota {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The commune is not served.
    #[error("commune {0} is not served here")]
    NotServed(Root),
    /// The commune is served already.
    #[error("commune {0} is served here already")]
    Served(Root),
    /// A commune's store.
    #[error("the store of commune {root}")]
    Store {
        /// Whose.
        root: Root,
        /// Why.
        #[source]
        source: OpenError,
    },
    /// What is in a commune's store.
    #[error("the store of commune {root}")]
    Archive {
        /// Whose.
        root: Root,
        /// Why.
        #[source]
        source: ArchiveError,
    },
}

/// The relay's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// Makes a folder and in it a new key.
    ///
    /// # Errors
    /// [`FolderError::Exists`] or [`FolderError::Io`].
    pub fn init(dir: &Path, rng: &mut impl CryptoRng) -> Result<(Folder, Identity), FolderError> {
        let folder = Folder {
            dir: dir.to_path_buf(),
        };
        fs::create_dir_all(folder.communes()).map_err(io_error(dir))?;
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        let path = folder.key_file();
        let text = Zeroizing::new(seed.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        match write_secret(&path, text.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(FolderError::Exists(folder.dir))
            }
            Err(error) => Err(io_error(&path)(error)),
            Ok(()) => Ok((folder, Identity::new(SigningKey::from_bytes(&seed)))),
        }
    }

    /// Opens a folder that [`Folder::init`] made, with its key.
    ///
    /// # Errors
    /// [`FolderError::NoRelay`], [`FolderError::Key`] or [`FolderError::Io`].
    pub fn open(dir: &Path) -> Result<(Folder, Identity), FolderError> {
        let folder = Folder {
            dir: dir.to_path_buf(),
        };
        let path = folder.key_file();
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(FolderError::NoRelay(folder.dir));
            }
            read => Zeroizing::new(read.map_err(io_error(&path))?),
        };
        // The same form as any 32-byte id in hexadecimal digits.
        let seed: Root = text.trim().parse().map_err(|_| FolderError::Key(path))?;
        Ok((folder, Identity::new(SigningKey::from_bytes(&seed.0))))
    }

    /// Adds a commune, with an empty store.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn add(&self, root: Root, quota: Quota) -> Result<(), FolderError> {
        let commune = self.commune(root);
        if commune.join("quota.json").exists() {
            return Err(FolderError::Served(root));
        }
        fs::create_dir_all(&commune).map_err(io_error(&commune))?;
        Store::open_or_create(&commune.join("store.db"), root)
            .map_err(|source| FolderError::Store { root, source })?;
        // Last: a commune counts as added once its quota is there.
        let path = commune.join("quota.json");
        let text = serde_json::to_vec_pretty(&quota).unwrap_or_default();
        fs::write(&path, text).map_err(io_error(&path))
    }

    /// Stops serving a commune. Nothing is deleted: its folder moves to `removed`, and where to is returned.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn remove(&self, root: Root) -> Result<PathBuf, FolderError> {
        let commune = self.commune(root);
        if !commune.exists() {
            return Err(FolderError::NotServed(root));
        }
        let removed = self.dir.join("removed");
        fs::create_dir_all(&removed).map_err(io_error(&removed))?;
        let to = (1..)
            .map(|n| match n {
                1 => removed.join(root.to_string()),
                n => removed.join(format!("{root}-{n}")),
            })
            .find(|path| !path.exists())
            .unwrap_or(removed);
        fs::rename(&commune, &to).map_err(io_error(&commune))?;
        Ok(to)
    }

    /// The communes that are served, with their quotas.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn list(&self) -> Result<Vec<(Root, Quota)>, FolderError> {
        let communes = self.communes();
        let mut out = Vec::new();
        for entry in fs::read_dir(&communes).map_err(io_error(&communes))? {
            let entry = entry.map_err(io_error(&communes))?;
            let name = entry.file_name();
            let Some(root) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let path = entry.path().join("quota.json");
            match fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                read => {
                    let quota = serde_json::from_slice(&read.map_err(io_error(&path))?)
                        .map_err(|source| FolderError::Quota { path, source })?;
                    out.push((root, quota));
                }
            }
        }
        out.sort_by_key(|(root, _)| *root);
        Ok(out)
    }

    /// Opens what is kept of a commune.
    ///
    /// # Errors
    /// [`FolderError::Store`] or [`FolderError::Archive`].
    pub fn archive(&self, root: Root) -> Result<Archive, FolderError> {
        let store = Store::open(&self.commune(root).join("store.db"), root)
            .map_err(|source| FolderError::Store { root, source })?;
        Archive::open(store).map_err(|source| FolderError::Archive { root, source })
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join("relay.key")
    }

    fn communes(&self) -> PathBuf {
        self.dir.join("communes")
    }

    fn commune(&self, root: Root) -> PathBuf {
        self.communes().join(root.to_string())
    }
}

/// Writes a new file that only its owner can read, all of it or nothing.
fn write_secret(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key is worse than none; the error that is returned says why.
        let _ = fs::remove_file(path);
    }
    written
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_path_buf();
    move |source| FolderError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_relay_keeps_its_key_and_its_communes() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("relay");
        assert!(matches!(Folder::open(&dir), Err(FolderError::NoRelay(_))));
        let mut rng = StdRng::seed_from_u64(1);
        let (folder, identity) = Folder::init(&dir, &mut rng).unwrap();
        assert!(matches!(
            Folder::init(&dir, &mut rng),
            Err(FolderError::Exists(_))
        ));
        let (_, again) = Folder::open(&dir).unwrap();
        assert_eq!(identity.public(), again.public());

        let (one, two) = (Root([1; 32]), Root([2; 32]));
        let small = Quota {
            device_day_bytes: 1,
            total_bytes: 2,
            ..Quota::default()
        };
        folder.add(two, small).unwrap();
        folder.add(one, Quota::default()).unwrap();
        assert!(matches!(folder.add(one, small), Err(FolderError::Served(_))));
        assert_eq!(
            folder.list().unwrap(),
            vec![(one, Quota::default()), (two, small)]
        );
        assert_eq!(folder.archive(two).unwrap().root(), two);
        let moved = folder.remove(two).unwrap();
        assert!(moved.join("store.db").exists());
        assert!(matches!(folder.remove(two), Err(FolderError::NotServed(_))));
        assert_eq!(folder.list().unwrap().len(), 1);
    }

    #[test]
    fn a_quota_of_an_earlier_release_is_read_with_what_came_later() {
        let read: Quota = serde_json::from_str("{\"device_day_bytes\": 5, \"total_bytes\": 6}").unwrap();
        let wanted = Quota {
            device_day_bytes: 5,
            total_bytes: 6,
            ..Quota::default()
        };
        assert_eq!(read, wanted);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (folder, _) = Folder::init(dir.path(), &mut StdRng::seed_from_u64(1)).unwrap();
        let mode = fs::metadata(folder.key_file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
