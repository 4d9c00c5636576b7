//! The machine's key store (Secret Service, Windows Credential Manager, Android Keystore), as far as a vault needs it.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// A place of the machine that keeps small secrets apart from the disk's files.
///
/// A vault keeps one item there, `vault/<id in hex>`; others may keep theirs under other names, such as the last head
/// of an author log (threats A15).
pub trait KeyStore {
    /// Whether this machine has a key store at all.
    fn is_present(&self) -> bool;

    /// The item of this name, `None` if the store has none.
    ///
    /// # Errors
    /// [`KeyStoreError`] when the store cannot be asked or the person refused.
    fn get(&self, item: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError>;

    /// Keeps an item under this name, in place of an earlier one. When it returns, the item survives a restart.
    ///
    /// # Errors
    /// [`KeyStoreError`] when nothing was kept.
    fn put(&self, item: &str, value: &[u8]) -> Result<(), KeyStoreError>;

    /// Forgets an item; one that is not there is no error.
    ///
    /// # Errors
    /// [`KeyStoreError`] when the store cannot be asked.
    fn remove(&self, item: &str) -> Result<(), KeyStoreError>;
}

/// The key store could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyStoreError {
    /// This machine has none.
    #[error("this machine has no key store")]
    Absent,
    /// It is locked, or the person said no.
    #[error("the key store is locked or access was refused")]
    Refused(#[source] Option<Box<dyn Error + Send + Sync>>),
    /// It is there and failed.
    #[error("the key store failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

/// A machine without a key store: a server, a headless session.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoKeyStore;

impl KeyStore for NoKeyStore {
    fn is_present(&self) -> bool {
        false
    }

    fn get(&self, _item: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        Ok(None)
    }

    fn put(&self, _item: &str, _value: &[u8]) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Absent)
    }

    fn remove(&self, _item: &str) -> Result<(), KeyStoreError> {
        Ok(())
    }
}

/// A key store that lives in memory, for tests and simulations. It does not survive a restart.
#[derive(Default)]
pub struct MemoryKeyStore(Mutex<HashMap<String, Zeroizing<Vec<u8>>>>);

impl KeyStore for MemoryKeyStore {
    fn is_present(&self) -> bool {
        true
    }

    fn get(&self, item: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyStoreError> {
        Ok(self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(item)
            .cloned())
    }

    fn put(&self, item: &str, value: &[u8]) -> Result<(), KeyStoreError> {
        let mut items = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        items.insert(item.to_owned(), Zeroizing::new(value.to_vec()));
        Ok(())
    }

    fn remove(&self, item: &str) -> Result<(), KeyStoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(item);
        Ok(())
    }
}
