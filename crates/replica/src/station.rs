//! What of a device works while it is locked: register, store, transport key. Sealed entries move; nothing is read.

use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use sothon_ledger::register::RegisterError;
use sothon_ledger::{
    Added, DeviceId, EntryId, Height, Operation, Receiver, Register, Root, TransportKey, Wrap, cbor,
};
use sothon_store::{Batch, Fault, OpenError, PutError, Stamp, Store};
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
    /// The store could not be read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// What the store holds as a register is none.
    #[error("the register in the store")]
    Register(#[from] RegisterError),
}

/// A device as far as it works while it is locked.
pub struct Station {
    folder: Folder,
    pub(crate) open: OpenPart,
    pub(crate) register: Option<Register>,
    pub(crate) store: Store,
}

/// What was new in a batch that came from a peer or a file.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// How many operations the register grew by.
    pub operations: usize,
    /// New entries, and known ones whose payload came.
    pub entries: Vec<EntryId>,
    /// New wraps.
    pub wraps: usize,
    /// Operations or wraps that were refused.
    pub refused: usize,
    /// Where a fork of the register was found.
    pub fork: Option<Height>,
}

impl Taken {
    /// Whether anything was new.
    pub fn is_empty(&self) -> bool {
        self.operations == 0 && self.entries.is_empty() && self.wraps == 0
    }
}

impl Station {
    /// Opens a device's files without a passphrase.
    ///
    /// # Errors
    /// [`StationError`].
    pub fn open(folder: Folder) -> Result<Station, StationError> {
        let (_, open) = Self::vault(&folder)?;
        let store = Store::open(&folder.store(), open.root)?;
        let register = load_register(&store)?;
        Ok(Station {
            folder,
            open,
            register,
            store,
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
        self.register.as_ref()
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Stores what came, durably, in one transaction: operations that follow the register, entries that were verified,
    /// wraps that their signer signed. `at` is now in unix seconds.
    ///
    /// # Errors
    /// [`PutError`]; nothing is stored then.
    pub fn take(
        &mut self,
        operations: Vec<Operation>,
        entries: Vec<(sothon_ledger::Envelope, Option<Vec<u8>>)>,
        payloads: Vec<(EntryId, Vec<u8>)>,
        wraps: &[Vec<u8>],
        at: i64,
        rng: &mut impl CryptoRng,
    ) -> Result<Taken, PutError> {
        let mut taken = Taken::default();
        let mut register = self.register.clone();
        let mut good = Vec::new();
        for operation in operations {
            let added = match &mut register {
                Some(register) => register.add(operation.clone()),
                None if operation.root() == Some(self.open.root) => {
                    Register::found(operation.clone()).map(|new| {
                        register = Some(new);
                        Added::Appended
                    })
                }
                None => Err(RegisterError::Found),
            };
            match added {
                Ok(Added::Appended) => {
                    taken.operations += 1;
                    good.push(operation);
                }
                Ok(Added::Known) => {}
                Ok(Added::Fork(height)) => {
                    taken.fork = Some(height);
                    good.push(operation);
                }
                Err(_) => taken.refused += 1,
            }
        }
        let mut stored_wraps = Vec::new();
        for bytes in wraps {
            match Wrap::parse(bytes) {
                Ok(wrap) => stored_wraps.push(stored(&wrap)),
                Err(_) => taken.refused += 1,
            }
        }
        let stamp = Stamp::new(at, &self.open.held, rng)?;
        let put = self.store.put(Batch {
            operations: good,
            entries,
            payloads,
            wraps: stored_wraps,
            stamp: Some(stamp),
            ..Batch::default()
        })?;
        self.register = register;
        taken.entries = put
            .entries
            .into_iter()
            .map(|(_, id)| id)
            .chain(put.payloads)
            .collect();
        taken.wraps = put.wraps.len();
        Ok(taken)
    }
}

/// A wrap as the store keeps it: found by the key that it is sealed to, or by the device.
pub(crate) fn stored(wrap: &Wrap) -> sothon_store::Wrap {
    let to = match wrap.to() {
        Receiver::Device(device) => device.0,
        _ => wrap.key().0,
    };
    sothon_store::Wrap {
        id: wrap.id(),
        book: wrap.book(),
        epoch: wrap.epoch(),
        to,
        bytes: wrap.bytes().to_vec(),
    }
}

fn load_register(store: &Store) -> Result<Option<Register>, StationError> {
    let mut operations = store.operations(Height(1))?.into_iter();
    let Some(first) = operations.next() else {
        return Ok(None);
    };
    let mut register = Register::found(first)?;
    for operation in operations {
        register.add(operation)?;
    }
    Ok(Some(register))
}
