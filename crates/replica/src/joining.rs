//! A new device until the commune has admitted it: the slip by which it trusts, and how it asks.

use rand_core::CryptoRng;
use sothon_ledger::register::Relay;
use sothon_ledger::slip::{FirstTrust, RequestSlip};
use sothon_ledger::words::Words;

use crate::replica::Replica;

/// How the register that came stands to the slip by which this device joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlipCheck {
    /// There is nothing to compare yet: no register so high, or this device founded the commune.
    Waits,
    /// The register has the operation that the slip names.
    Fits,
    /// It has another one at that height: this is not the register that the slip was made from. Exchange has to stop,
    /// and the registrar be told.
    Differs,
}

impl<R: CryptoRng> Replica<R> {
    /// The slip by which this device joined; none on the device that founded.
    pub fn joined_by(&self) -> Option<&FirstTrust> {
        self.secrets.joined_by.as_ref()
    }

    /// Whether the register gives this device a role now.
    pub fn is_admitted(&self) -> bool {
        self.station.register().is_some_and(|register| {
            let info = register.rights().device(&self.device());
            info.is_some_and(|info| info.role_at(register.effective_height()).is_some())
        })
    }

    /// Compares the register with the slip.
    pub fn slip_check(&self) -> SlipCheck {
        let (Some(register), Some(slip)) = (self.station.register(), self.joined_by()) else {
            return SlipCheck::Waits;
        };
        match register.operation(slip.height()) {
            None => SlipCheck::Waits,
            Some(operation) if slip.names(&operation.id()) => SlipCheck::Fits,
            Some(_) => SlipCheck::Differs,
        }
    }

    /// The commune's relays: those of the register, and before it is here, those of the slip.
    pub fn relays(&self) -> &[Relay] {
        match (self.station.register(), self.joined_by()) {
            (Some(register), _) => register.rights().relays(),
            (None, Some(slip)) => slip.relays(),
            (None, None) => &[],
        }
    }

    /// The request with which this device asks to be admitted, as text.
    pub fn request(&self) -> String {
        self.asks().to_text(&self.secrets.sign)
    }

    /// The words that the person and the registrar compare before this device is admitted.
    pub fn request_words(&self) -> Words {
        self.asks().words()
    }

    /// What this device knocks with: its request, as long as it was invited and is not admitted.
    pub fn knock(&self) -> Option<Vec<u8>> {
        let invited = self.joined_by().is_some_and(|slip| slip.invitation().is_some());
        (invited && !self.is_admitted()).then(|| self.asks().to_bytes(&self.secrets.sign))
    }

    fn asks(&self) -> RequestSlip {
        let transport = self.station.transport_key();
        match self.joined_by().and_then(FirstTrust::invitation) {
            Some(slip) => RequestSlip::answering(slip, transport, &self.secrets.sign),
            None => RequestSlip::new(self.root(), transport, &self.secrets.sign),
        }
    }
}
