//! Make, open, seal again.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::cost::Cost;
use crate::key::{self, KeyStoreSecret};
use crate::key_store::{KeyStore, KeyStoreError};
use crate::layout::{self, Fields, Header, MAX_PART_LEN, NONCE_LEN, ParseError, VaultId};
use crate::passphrase::Passphrase;

/// The opaque secret of a vault, erased from memory when dropped.
pub type Secret = Zeroizing<Vec<u8>>;

/// A vault as read from disk, still locked.
#[derive(Clone)]
pub struct Vault(Fields);

/// What lets an opened vault be sealed again without asking for the passphrase. Drop it to lock.
pub struct Opened {
    header: Header,
    header_bytes: Vec<u8>,
    open_part: Vec<u8>,
    key: Zeroizing<[u8; 32]>,
}

/// Why a vault did not open. Nothing on disk has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The passphrase is not the one.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The passphrase is the one, but the sealed part or the open part is not what was written.
    #[error("this vault was changed by somebody else")]
    Damaged,
    /// The vault was made with a secret in this machine's key store, which is gone or is another one: the vault was
    /// copied to another machine, or the key store was emptied. Only admission anew by the office helps.
    #[error("the key store of this machine does not have this vault's secret")]
    KeyStoreSecretMissing,
    /// The key store could not be asked; another try may help.
    #[error("this vault needs the machine's key store")]
    KeyStore(#[from] KeyStoreError),
    /// The machine could not give the memory that the cost asks for.
    #[error("opening this vault needs {memory_kib} KiB of memory")]
    OutOfMemory {
        /// Memory asked for, in KiB.
        memory_kib: u32,
    },
}

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The open part or the secret is longer than [`MAX_PART_LEN`].
    #[error("{len} bytes are too many for a vault, at most {MAX_PART_LEN} fit")]
    TooLong {
        /// The length that was asked for, in bytes.
        len: usize,
    },
    /// The key store is there and did not keep or give the secret.
    #[error("the machine's key store did not do its part")]
    KeyStore(#[from] KeyStoreError),
    /// The vault's key-store secret is gone, so that no new key can be made from it.
    #[error("the key store of this machine does not have this vault's secret")]
    KeyStoreSecretMissing,
    /// The machine could not give the memory that the cost asks for.
    #[error("this cost needs {memory_kib} KiB of memory")]
    OutOfMemory {
        /// Memory asked for, in KiB.
        memory_kib: u32,
    },
}

impl Vault {
    /// Makes a vault: its bytes, to be written to disk, and the means to seal it again.
    ///
    /// Where `key_store` is present, a secret of its own is put there first and will be needed at each opening.
    ///
    /// # Errors
    /// [`SealError`] when a part is too long, the key store fails or memory is short.
    pub fn create(
        passphrase: &Passphrase,
        cost: Cost,
        open_part: &[u8],
        secret: &[u8],
        key_store: &dyn KeyStore,
        rng: &mut impl CryptoRng,
    ) -> Result<(Opened, Vec<u8>), SealError> {
        check_len(open_part)?;
        check_len(secret)?;
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let id = VaultId(id);
        let store_secret = if key_store.is_present() {
            Some(KeyStoreSecret::make(id, key_store, rng)?)
        } else {
            None
        };
        let opened = Opened::derive(
            passphrase,
            cost,
            id,
            store_secret.as_ref(),
            open_part.to_vec(),
            rng,
        )?;
        let bytes = opened.reseal(secret, rng)?;
        Ok((opened, bytes))
    }

    /// Reads a vault's bytes. The open part can be used from here on; the rest needs the passphrase.
    ///
    /// # Errors
    /// [`ParseError`] for foreign, damaged and newer files.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        layout::parse(bytes).map(Self)
    }

    /// This vault's id.
    pub fn id(&self) -> VaultId {
        self.0.header.id
    }

    /// What a guess at its passphrase costs.
    pub fn cost(&self) -> Cost {
        self.0.header.cost
    }

    /// Whether it was made with a key store and opens only with it.
    pub fn needs_key_store(&self) -> bool {
        self.0.header.key_store_mark.is_some()
    }

    /// The part that is readable while locked. It is vouched for only by opening the vault.
    pub fn open_part(&self) -> &[u8] {
        &self.0.open
    }

    /// Opens the vault: the means to seal it again, and the secret. Takes as long as its [`Cost`] says.
    ///
    /// # Errors
    /// [`OpenError`]; trying again is always possible.
    pub fn open(
        &self,
        passphrase: &Passphrase,
        key_store: &dyn KeyStore,
    ) -> Result<(Opened, Secret), OpenError> {
        let Fields {
            header,
            header_bytes,
            open,
            nonce,
            sealed,
        } = &self.0;
        let store_secret = match header.key_store_mark {
            Some(mark) => Some(
                KeyStoreSecret::fetch(header.id, key_store)?
                    .filter(|secret| secret.mark() == mark)
                    .ok_or(OpenError::KeyStoreSecretMissing)?,
            ),
            None => None,
        };
        let key = key::derive(
            passphrase,
            header.cost,
            &header.salt,
            header.id,
            store_secret.as_ref(),
        )
        .map_err(|_| OpenError::OutOfMemory {
            memory_kib: header.cost.memory_kib(),
        })?;
        if !bool::from(key.check.ct_eq(&header.key_check)) {
            return Err(OpenError::WrongPassphrase);
        }
        let aad = layout::additional_data(header_bytes, open);
        let secret = cipher(&key.seal)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .map_err(|_| OpenError::Damaged)?;
        let opened = Opened {
            header: header.clone(),
            header_bytes: header_bytes.clone(),
            open_part: open.clone(),
            key: key.seal,
        };
        Ok((opened, Zeroizing::new(secret)))
    }
}

impl Opened {
    /// The vault's id.
    pub fn id(&self) -> VaultId {
        self.header.id
    }

    /// What a guess at its passphrase costs.
    pub fn cost(&self) -> Cost {
        self.header.cost
    }

    /// The part that is readable while locked, now vouched for.
    pub fn open_part(&self) -> &[u8] {
        &self.open_part
    }

    /// The vault's bytes with a new secret in place of the last one. Takes no passphrase and no time.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn reseal(&self, secret: &[u8], rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
        check_len(secret)?;
        let aad = layout::additional_data(&self.header_bytes, &self.open_part);
        let nonce = fresh_nonce(&aad, secret, rng);
        let sealed = cipher(&self.key)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret,
                    aad: &aad,
                },
            )
            .map_err(|_| SealError::TooLong { len: secret.len() })?;
        Ok(layout::write(
            self.header_bytes.clone(),
            self.open_part.clone(),
            nonce,
            sealed,
        ))
    }

    /// Takes another open part, which counts from the next [`Opened::reseal`] on.
    ///
    /// # Errors
    /// [`SealError::TooLong`]; then the earlier one stays.
    pub fn set_open_part(&mut self, open_part: &[u8]) -> Result<(), SealError> {
        check_len(open_part)?;
        self.open_part = open_part.to_vec();
        Ok(())
    }

    /// The vault under a new passphrase or cost. The old one opens the file until the new bytes are on disk, and
    /// any copy of the old file for ever: a passphrase that somebody saw calls for new keys, not only for this.
    ///
    /// # Errors
    /// [`SealError`]; then nothing has changed.
    pub fn change_passphrase(
        &self,
        passphrase: &Passphrase,
        cost: Cost,
        secret: &[u8],
        key_store: &dyn KeyStore,
        rng: &mut impl CryptoRng,
    ) -> Result<(Self, Vec<u8>), SealError> {
        check_len(secret)?;
        let id = self.header.id;
        let store_secret = match self.header.key_store_mark {
            Some(mark) => Some(
                KeyStoreSecret::fetch(id, key_store)?
                    .filter(|secret| secret.mark() == mark)
                    .ok_or(SealError::KeyStoreSecretMissing)?,
            ),
            None => None,
        };
        let opened = Self::derive(
            passphrase,
            cost,
            id,
            store_secret.as_ref(),
            self.open_part.clone(),
            rng,
        )?;
        let bytes = opened.reseal(secret, rng)?;
        Ok((opened, bytes))
    }

    fn derive(
        passphrase: &Passphrase,
        cost: Cost,
        id: VaultId,
        store_secret: Option<&KeyStoreSecret>,
        open_part: Vec<u8>,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, SealError> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let key =
            key::derive(passphrase, cost, &salt, id, store_secret).map_err(|_| SealError::OutOfMemory {
                memory_kib: cost.memory_kib(),
            })?;
        let header = Header {
            id,
            salt,
            cost,
            key_check: key.check,
            key_store_mark: store_secret.map(KeyStoreSecret::mark),
        };
        Ok(Self {
            header_bytes: header.encode(),
            header,
            open_part,
            key: key.seal,
        })
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("id", &self.id())
            .field("cost", &self.cost())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("id", &self.id())
            .field("cost", &self.cost())
            .finish_non_exhaustive()
    }
}

fn check_len(part: &[u8]) -> Result<(), SealError> {
    if part.len() > MAX_PART_LEN {
        return Err(SealError::TooLong { len: part.len() });
    }
    Ok(())
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}

/// A nonce from randomness and from what it seals, so that a cloned machine with cloned randomness does not use one
/// nonce for two secrets (threats A40).
fn fresh_nonce(aad: &[u8], secret: &[u8], rng: &mut impl CryptoRng) -> [u8; NONCE_LEN] {
    let mut random = Zeroizing::new([0; 32]);
    rng.fill_bytes(random.as_mut());
    let hash = Sha256::new()
        .chain_update(b"sothon/vault/nonce/1")
        .chain_update(random.as_ref())
        .chain_update((aad.len() as u64).to_be_bytes())
        .chain_update(aad)
        .chain_update(secret)
        .finalize();
    let mut nonce = [0; NONCE_LEN];
    nonce
        .iter_mut()
        .zip(hash.iter())
        .for_each(|(to, from)| *to = *from);
    nonce
}
