//! The key by which devices of the commune know each other nearby: in the register, sealed under the commune book's
//! epoch (design.md §3.9).

use rand_core::CryptoRng;
use sothon_ledger::seal;
use zeroize::Zeroizing;

use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};
use crate::secrets::random;

impl<R: CryptoRng> Replica<R> {
    /// The key, where the register has one and this device can read it.
    pub fn lan_key(&self) -> Option<Zeroizing<[u8; 32]>> {
        let (book, epoch, sealed) = self.station.register()?.rights().lan_key()?;
        let secret = self.books.get(book)?.secret(epoch)?;
        seal::open_lan_key(sealed, &self.root(), book, secret)
    }

    /// Makes a new key and writes it into the register, on the registrar's machine.
    ///
    /// # Errors
    /// [`ReplicaError::NoEpoch`] where this device may neither use nor make an epoch of the commune's book.
    pub fn set_lan_key(&mut self, now: i64) -> Result<(), ReplicaError> {
        let book = self.commune_book().ok_or(ReplicaError::NoBook)?;
        let found = self.epoch_for(&book, now, &mut Published::default())?;
        let (epoch, secret) = found.ok_or(ReplicaError::NoEpoch)?;
        // It may be a new epoch, in a new log.
        self.save_vault()?;
        let key = random::<32>(&mut self.rng);
        let sealed = seal::seal_lan_key(&key, &self.root(), &book, &secret, &mut self.rng);
        self.register_op(now, |registrar, _| registrar.lan_key(book, epoch, sealed))
    }
}
