//! What of a device works while it is locked: register, store, transport key. Sealed entries move; nothing is read.

use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use sothon_archive::{Archive, ArchiveError};
use sothon_ledger::{DeviceId, Digest, EntryId, Register, Root, TransportKey, cbor};
use sothon_store::{OpenError, PutError, Stamp, Store};
use sothon_sync::{Changed, StoreOutcome};
use sothon_vault::{Vault, file};

use crate::secrets::OpenPart;

/// The files of a device.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A device in this folder.
    pub fn new(path: impl Into<PathBuf>) -> Folder {
        Folder(path.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The vault.
    pub fn vault(&self) -> PathBuf {
        self.0.join("vault.sothon")
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.0.join("store.db")
    }
}

/// Why a device's files do not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StationError {
    /// There is no device in the folder.
    #[error("there is no device in {0}")]
    Missing(PathBuf),
    /// There is one already.
    #[error("there is a device in {0} already")]
    Exists(PathBuf),
    /// The vault's file.
    #[error(transparent)]
    File(#[from] file::FileError),
    /// The vault is damaged or of a newer version.
    #[error(transparent)]
    Vault(#[from] sothon_vault::ParseError),
    /// The vault's open part is not one that this version knows.
    #[error("the vault's open part is not known here")]
    OpenPart,
    /// The store.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// What the store holds as register and wraps.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// A device as far as it works while it is locked.
pub struct Station {
    folder: Folder,
    pub(crate) open: OpenPart,
    pub(crate) archive: Archive,
    /// Whether a relay had the same register, since this program was started (B13).
    pub(crate) agreed: bool,
}

/// What was new in batches that came from peers or a file.
#[derive(Debug, Default)]
pub struct Taken {
    /// One for each batch, in their order.
    pub outcomes: Vec<StoreOutcome>,
    /// Whether the register grew.
    pub register_grew: bool,
    /// New entries, and known ones whose payload came.
    pub entries: Vec<EntryId>,
    /// How many notices were new: entries out of logs of books into which this device only drops.
    pub notices: usize,
    /// How many wraps were new.
    pub wraps: usize,
    /// How many saves of checkpoints came to their end.
    pub saves: usize,
    /// Saves that were not what their checkpoints say.
    pub broken_saves: Vec<Digest>,
    /// What is new, for sessions with other peers.
    pub changed: Changed,
    /// What stood in the way, where an outcome is [`StoreOutcome::Failed`].
    pub fault: Option<PutError>,
}

impl Taken {
    /// Whether anything was new.
    pub fn is_empty(&self) -> bool {
        !self.register_grew
            && self.entries.is_empty()
            && self.notices == 0
            && self.wraps == 0
            && self.saves == 0
    }
}

impl Station {
    /// Opens a device's files without a passphrase.
    ///
    /// # Errors
    /// [`StationError`].
    pub fn open(folder: Folder) -> Result<Station, StationError> {
        let (_, open) = Self::vault(&folder)?;
        let archive = Archive::open(Store::open(&folder.store(), open.root)?)?;
        Ok(Station {
            folder,
            open,
            archive,
            agreed: false,
        })
    }

    /// Reads the vault's file.
    pub(crate) fn vault(folder: &Folder) -> Result<(Vault, OpenPart), StationError> {
        if !folder.vault().exists() {
            return Err(StationError::Missing(folder.path().to_owned()));
        }
        let vault = Vault::parse(&file::read(&folder.vault())?)?;
        let open = cbor::decode(vault.open_part()).map_err(|_| StationError::OpenPart)?;
        Ok((vault, open))
    }

    /// The device's files.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The commune.
    pub fn root(&self) -> Root {
        self.open.root
    }

    /// The device.
    pub fn device(&self) -> DeviceId {
        self.open.device
    }

    /// The key that the device shows in TLS.
    pub fn transport_key(&self) -> TransportKey {
        self.open.transport_key()
    }

    /// The secret half of the key that the device shows in TLS.
    pub fn transport(&self) -> ed25519_dalek::SigningKey {
        self.open.transport()
    }

    /// The register, once its first operation is here.
    pub fn register(&self) -> Option<&Register> {
        self.archive.register()
    }

    /// The store.
    pub fn store(&self) -> &Store {
        self.archive.store()
    }

    /// What sessions read.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Stores what came, durably: operations that follow the register, entries of admitted devices, wraps that their
    /// signer signed. `at` is now in unix seconds.
    pub fn take_in(&mut self, batches: Vec<sothon_sync::Batch>, at: i64, rng: &mut impl CryptoRng) -> Taken {
        let held = self.open.held;
        let mut stamp = || Stamp::new(at, &held, rng).ok();
        let taken = self
            .archive
            .take_in(batches, &mut stamp, None, &mut |_, _, _| None);
        let sothon_archive::Taken {
            outcomes,
            put,
            register_grew,
            // As good as an operation: the register grew.
            suspensions: _,
            changed,
            fault,
        } = taken;
        let entries = put
            .entries
            .into_iter()
            .map(|(_, id)| id)
            .chain(put.payloads)
            .collect();
        let notices = put.notices.len();
        Taken {
            outcomes,
            register_grew,
            entries,
            notices,
            wraps: put.wraps.len(),
            saves: put.blobs.len(),
            broken_saves: put.broken_blobs,
            changed,
            fault,
        }
    }
}
