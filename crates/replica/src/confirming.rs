//! The registrar's machine writes only after its head was confirmed (B13): restored from a backup, it would not know what
//! it ordered since, and would fork the register honestly.

use rand_core::CryptoRng;
use sothon_ledger::{Height, OperationId, TransportKey};
use sothon_store::{Fault, Shelf};
use sothon_sync::Event;

use crate::publish::trusted;
use crate::replica::{Replica, ReplicaError};
use crate::station::Station;

/// So long after its last operation the register is signed again as still current, in seconds: every device may then tell
/// how old its register is (A23).
const WEEK: i64 = 7 * 24 * 3600;

impl Station {
    /// Whether the register may not be written yet: a relay of the commune was met before, and since this program was
    /// started none has said that our register is the same as its own. A commune that never met its relay has nobody to ask.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn awaits_relay(&self) -> Result<bool, Fault> {
        if self.agreed {
            return Ok(false);
        }
        for relay in self.relays() {
            if self.store().kept(Shelf::Hint, &relay.key.0)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A relay had the same register when it ended there, as a session of this program's told.
    pub fn agreed_at(&mut self, head: (Height, OperationId)) {
        self.agreed |= self.register().is_some_and(|register| register.head() == head);
    }

    /// Takes what a session with `peer` told.
    pub(crate) fn hear(&mut self, peer: &TransportKey, event: &Event) {
        let same = matches!(event, Event::PeerRegister { same: true, .. });
        self.agreed |= same && self.relays().iter().any(|relay| relay.key == *peer);
    }
}

impl<R: CryptoRng> Replica<R> {
    /// That the register may be written now.
    pub(crate) fn is_confirmed(&self) -> Result<(), ReplicaError> {
        // Whoever is not the registrar hears that instead.
        let orders = self.secrets.registrar_of(self.register()?).is_some();
        if orders && self.station.awaits_relay()? {
            return Err(ReplicaError::Unconfirmed);
        }
        Ok(())
    }

    /// On the registrar's machine, signs once a week that nothing newer exists (A23). Says whether it did now.
    pub(crate) fn keep_current(&mut self, now: i64) -> Result<bool, ReplicaError> {
        let register = self.register()?;
        let age = now.saturating_sub(register.dated());
        let due = register.frozen().is_none()
            && self.secrets.registrar_of(register).is_some()
            // A date in the time to come was a wrong clock's.
            && !(-WEEK..WEEK).contains(&age)
            && trusted(now) != 0;
        if !due || self.station.awaits_relay()? {
            return Ok(false);
        }
        self.still_current(now)?;
        Ok(true)
    }
}
