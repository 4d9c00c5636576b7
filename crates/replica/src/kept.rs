//! What a device keeps for its own person, sealed and never published: drafts of forms.

use rand_core::CryptoRng;
use sothon_ledger::seal;
use sothon_store::{Batch, Local, Sealed, Shelf};
use zeroize::Zeroizing;

use crate::replica::{Replica, ReplicaError};

const PREFIX: &[u8] = b"kept/";

/// Something kept: its name, and what it is.
pub type Kept = (String, Zeroizing<Vec<u8>>);

impl<R: CryptoRng> Replica<R> {
    /// Keeps something under a name, in place of what was there. When it returns it is on the disk.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn keep(&mut self, name: &str, plain: &[u8]) -> Result<(), ReplicaError> {
        let key = key(name);
        let sealed = seal::seal_bytes(&self.secrets.local, &aad(&key), plain, &mut self.rng);
        self.write_kept(Local::Keep {
            shelf: Shelf::Setting,
            key,
            sealed: Sealed(sealed),
        })
    }

    /// Forgets it.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn forget(&mut self, name: &str) -> Result<(), ReplicaError> {
        self.write_kept(Local::Forget {
            shelf: Shelf::Setting,
            key: key(name),
        })
    }

    /// What is kept under names that begin so; what does not open is left out.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn kept(&self, beginning: &str) -> Result<Vec<Kept>, ReplicaError> {
        let beginning = key(beginning);
        let all = self.station.store().all_kept(Shelf::Setting)?;
        let open = |(key, sealed): (Vec<u8>, Sealed)| {
            let plain = seal::open_bytes(&self.secrets.local, &aad(&key), &sealed.0)?;
            let name = String::from_utf8(key.get(PREFIX.len()..)?.to_vec()).ok()?;
            Some((name, plain))
        };
        Ok(all
            .into_iter()
            .filter(|(key, _)| key.starts_with(&beginning))
            .filter_map(open)
            .collect())
    }

    fn write_kept(&mut self, local: Local) -> Result<(), ReplicaError> {
        self.station.archive.add(Batch {
            local: vec![local],
            ..Batch::default()
        })?;
        Ok(())
    }
}

fn key(name: &str) -> Vec<u8> {
    [PREFIX, name.as_bytes()].concat()
}

fn aad(key: &[u8]) -> Vec<u8> {
    [b"sothon/kept/1".as_slice(), key].concat()
}
