//! Suspension (B10): a phone is lost at night. The registrar or the police chief signs a note, and nobody serves the device
//! any more. It changes no verdict; the registrar turns it into a cut, or lifts it.

use rand_core::CryptoRng;
use sothon_ledger::suspension::{Note, Says};
use sothon_ledger::{DeviceId, Role};

use crate::registrar::RegistrarError;
use crate::replica::{Event, Replica, ReplicaError};

impl<R: CryptoRng> Replica<R> {
    /// Suspends a device, or lets it go again (`begins` false). What is said holds here when this returns, and reaches the
    /// others by sessions and courier files; a session that is open is told by a change of the register
    /// ([`sothon_net::Changes::register_grew`]). A chief may have suspended the registrar's own machine: that is let go there
    /// like any other, also unheard, since whoever serves it nothing does not tell it why.
    ///
    /// # Errors
    /// [`RegistrarError::MayNotSuspend`] for who is neither registrar nor police chief; [`RegistrarError::OwnDevice`] for
    /// who would suspend itself, or let itself go and is not the registrar; [`RegistrarError::NoRole`] for a device that may nothing anyway; [`RegistrarError::Outweighed`] where it would say
    /// nothing. Nothing was said then.
    pub fn suspend(&mut self, device: DeviceId, begins: bool) -> Result<(), ReplicaError> {
        let register = self.register()?;
        let at = register.effective_height();
        let role = |device: &DeviceId| {
            let info = register.rights().device(device);
            info.and_then(|info| info.role_at(at)).map(|span| span.role)
        };
        let registrar = self.secrets.registrar_of(register);
        let key = match registrar {
            Some(registrar) => registrar,
            None if role(&self.device()) == Some(Role::PoliceChief) => &self.secrets.sign,
            None => return Err(RegistrarError::MayNotSuspend.into()),
        };
        if device == self.device() && (begins || registrar.is_none()) {
            return Err(RegistrarError::OwnDevice.into());
        }
        if role(&device).is_none() {
            return Err(RegistrarError::NoRole.into());
        }
        let by = DeviceId(key.verifying_key().to_bytes());
        let held = self.station.archive.suspensions();
        let counter = held.next_counter(register, &device, &by);
        let says = Says {
            device,
            begins,
            counter,
        };
        let note = Note::sign(register, says, key);
        let mut then = held.clone();
        if !then.take(register, note.clone()) || then.holds(register, &device) != begins {
            return Err(RegistrarError::Outweighed.into());
        }
        self.station.archive.take_suspensions(vec![note])?;
        self.tell(Event::Register);
        Ok(())
    }

    /// The devices that are suspended now.
    pub fn suspended(&self) -> Vec<DeviceId> {
        let archive = &self.station.archive;
        let devices = archive
            .register()
            .into_iter()
            .flat_map(|register| register.rights().devices());
        devices
            .map(|(device, _)| *device)
            .filter(|device| archive.is_suspended(device))
            .collect()
    }
}
