//! The recovery sheet (A7): the registrar's machine is lost, or the register has two branches. The paper key names a new
//! registrar, this machine, and by that chooses the branch of the register that counts. It has no other power.

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use sothon_ledger::register::Action;
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::{Height, Operation, OperationId, Role, Scope};

use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};
use crate::secrets::random;

impl<R: CryptoRng> Replica<R> {
    /// The last operations of the register's branches, where a fork froze it: what the recovery sheet chooses from. None
    /// where it is not frozen.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before the register is here.
    pub fn branches(&self) -> Result<Vec<(Height, OperationId)>, ReplicaError> {
        let register = self.register()?;
        Ok(register.frozen().map(|_| register.tips()).unwrap_or_default())
    }

    /// Makes this machine the registrar's, by the recovery sheet's key. Where the register has branches, `after` is the last
    /// operation of the one that counts from now on. A device without a role is admitted as the office's.
    ///
    /// # Errors
    /// [`RegistrarError::NotTheSheet`]; [`RegistrarError::Branches`] where there is something to choose.
    pub fn recover(
        &mut self,
        sheet: &[u8; 32],
        after: Option<OperationId>,
        time: i64,
    ) -> Result<(), ReplicaError> {
        let recovery = SigningKey::from_bytes(sheet);
        let registrar = SigningKey::from_bytes(&random(&mut self.rng));
        let branches = self.branches()?;
        let register = self.register()?;
        if recovery.verifying_key().to_bytes() != register.recovery() {
            return Err(RegistrarError::NotTheSheet.into());
        }
        let last = match (branches.as_slice(), after) {
            ([], _) => register.head(),
            (branches, Some(id)) => *(branches.iter().find(|(_, tip)| *tip == id))
                .ok_or_else(|| RegistrarError::Branches(branches.to_vec()))?,
            (branches, None) => return Err(RegistrarError::Branches(branches.to_vec()).into()),
        };
        let counter = register.recoveries().saturating_add(1);
        let action = Action::Recover {
            registrar: registrar.verifying_key().to_bytes(),
            counter,
        };
        let operation = Operation::sign(Some(last), time, action, &recovery);
        register
            .clone()
            .add(operation.clone())
            .map_err(RegistrarError::from)?;
        // The key is on the disk before anybody can hear of it.
        self.secrets.registrar = Some(registrar);
        self.save_vault()?;
        self.take_operations(vec![operation], Vec::new())?;
        if !self.station.is_admitted() {
            let request = RequestSlip::new(self.root(), self.station.transport_key(), &self.secrets.sign);
            self.register_op_unasked(time, Vec::new(), |registrar, _| {
                registrar.admit(&request, Role::Office, vec![Scope::Commune], None)
            })?;
        }
        Ok(())
    }
}
