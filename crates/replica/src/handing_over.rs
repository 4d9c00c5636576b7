//! The registrar's machine hands over to another one, while both are there: no paper key is needed (design.md §3.5).
//!
//! The register names the other machine's own device key as the registrar's from then on: it is the one key that everybody
//! knows to be there and nowhere else, so none has to be carried. What it signs as registrar and what it signs as a device
//! cannot be taken for one another (docs/format.md §4).

use rand_core::CryptoRng;
use sothon_ledger::DeviceId;

use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};

impl<R: CryptoRng> Replica<R> {
    /// Makes another device the registrar's. From this operation on this one orders nothing more; the other does as soon
    /// as it has heard of it. Open invitations stay here and are of no use: the other makes its own.
    ///
    /// # Errors
    /// [`RegistrarError::OwnDevice`], [`RegistrarError::UnknownDevice`], [`RegistrarError::NoRole`] for a device that was cut,
    /// [`RegistrarError`].
    pub fn hand_over(&mut self, to: DeviceId, time: i64) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        if to == self.device() {
            return Err(RegistrarError::OwnDevice.into());
        }
        self.register_op(time, |registrar, _| registrar.hand_over(to))
    }
}
