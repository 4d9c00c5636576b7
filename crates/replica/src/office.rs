//! The registrar's and the heads' acts on an unlocked device: admit, open books, keys on paper.

use rand_core::CryptoRng;
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::register::Relay;
use sothon_ledger::{BookId, Compartment, Role, Scope};
use zeroize::Zeroizing;

use crate::invitations::InvitationError;
use crate::registrar::{Registrar, RegistrarError};
use crate::replica::{Replica, ReplicaError};
use crate::secrets::random;
use sothon_ledger::slip::{ReadingKeySlip, RequestSlip, RootSlip};

/// A reading key on paper, as its service's head makes it.
pub struct ReadingKey {
    /// The secret half, to be printed and then forgotten.
    pub secret: Zeroizing<[u8; 32]>,
    /// What the registrar is given.
    pub slip: ReadingKeySlip,
}

impl<R: CryptoRng> Replica<R> {
    /// Whether the registrar key is on this device.
    pub fn is_registrar(&self) -> bool {
        let register = self.station.register();
        register.is_some_and(|register| self.secrets.registrar_of(register).is_some())
    }

    /// The slip that a new device and a relay are given.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before there is a register.
    pub fn root_slip(&self) -> Result<RootSlip, ReplicaError> {
        let register = self.register()?;
        let (height, operation) = register.head();
        Ok(RootSlip::new(
            register.root(),
            height,
            operation,
            register.rights().relays().to_vec(),
        ))
    }

    /// Admits a device. `until` reminds the registrar (days since 1970-01-01); it ends nothing by itself.
    ///
    /// # Errors
    /// [`ReplicaError`]; who answers an invitation is admitted by [`Replica::admit_asked`].
    pub fn admit(
        &mut self,
        request: &RequestSlip,
        role: Role,
        scopes: Vec<Scope>,
        until: Option<i64>,
        time: i64,
    ) -> Result<(), ReplicaError> {
        if request.answer.is_some() {
            return Err(InvitationError::Invited.into());
        }
        self.register_op(time, |registrar, _| registrar.admit(request, role, scopes, until))
    }

    /// Names the commune's relays, all of them. Nobody is asked before, since the relay may be what was lost.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn set_relays(&mut self, relays: Vec<Relay>, time: i64) -> Result<(), ReplicaError> {
        self.register_op_unasked(time, Vec::new(), |registrar, _| registrar.relays(relays))
    }

    /// Signs that nothing newer exists.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn still_current(&mut self, time: i64) -> Result<(), ReplicaError> {
        self.register_op(time, |registrar, _| registrar.still_current())
    }

    /// Opens the books of a compartment for a year, for these villages and units.
    ///
    /// # Errors
    /// [`ReplicaError`]; care and tips need a reading key on paper or two reader devices first.
    pub fn open_books(
        &mut self,
        compartment: Compartment,
        year: u32,
        villages: &[u32],
        units: &[u32],
        time: i64,
    ) -> Result<Vec<BookId>, ReplicaError> {
        self.register_op(time, |registrar, rng| {
            registrar.open(compartment, year, villages, units, rng)
        })
    }

    /// What stands against opening those books now; nothing is written.
    ///
    /// # Errors
    /// As [`Replica::open_books`].
    pub fn may_open_books(
        &mut self,
        compartment: Compartment,
        year: u32,
        villages: &[u32],
        units: &[u32],
    ) -> Result<(), ReplicaError> {
        let mut register = self.station.register().ok_or(ReplicaError::NotAdmitted)?.clone();
        let key = self.secrets.registrar_of(&register).cloned();
        let key = &key.ok_or(RegistrarError::NotRegistrar)?;
        let mut registrar = Registrar {
            register: &mut register,
            key,
            time: 0,
            added: Vec::new(),
        };
        registrar.open(compartment, year, villages, units, &mut self.rng)?;
        Ok(())
    }

    /// Enters a reading key on paper into the register.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn enter_reading_key(&mut self, slip: &ReadingKeySlip, time: i64) -> Result<(), ReplicaError> {
        self.register_op(time, |registrar, _| registrar.reading_key(slip))
    }

    /// Makes a reading key on paper: the police chief for care and tips, the chair for the others (B7).
    ///
    /// # Errors
    /// [`ReplicaError::MayNotWrite`] for anybody else, the registrar included.
    pub fn make_reading_key(
        &mut self,
        compartment: Compartment,
        year: u32,
    ) -> Result<ReadingKey, ReplicaError> {
        let register = self.register()?;
        let role = register
            .rights()
            .device(&self.device())
            .and_then(|info| info.role_at(register.effective_height()))
            .map(|span| span.role);
        let wanted = if compartment.is_guarded() {
            Role::PoliceChief
        } else {
            Role::Chair
        };
        if role != Some(wanted) {
            return Err(ReplicaError::MayNotWrite);
        }
        let ikm = random::<32>(&mut self.rng);
        let secret = AgreeSecret::derive(&ikm);
        let slip = ReadingKeySlip::new(compartment, year, secret.public());
        Ok(ReadingKey {
            secret: Zeroizing::new(secret.0),
            slip,
        })
    }
}
