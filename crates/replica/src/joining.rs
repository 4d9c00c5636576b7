//! A new device until the commune has admitted it: the slip by which it trusts, and how it asks.

use rand_core::CryptoRng;
use sothon_archive::rights_of;
use sothon_ledger::register::Relay;
use sothon_ledger::serving::Party;
use sothon_ledger::slip::{FirstTrust, RequestSlip};
use sothon_ledger::words::Words;
use sothon_ledger::{Register, TransportKey};
use sothon_net::FromPeer;

use crate::replica::Replica;
use crate::secrets::Asking;
use crate::station::Station;

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

impl Station {
    /// Whether the register gives this device a role now.
    pub fn is_admitted(&self) -> bool {
        self.register().is_some_and(|register| {
            let info = register.rights().device(&self.device());
            info.is_some_and(|info| info.role_at(register.effective_height()).is_some())
        })
    }

    /// The commune's relays: those of the register, and before it is here, those of the slip.
    pub fn relays(&self) -> &[Relay] {
        match (self.register(), &self.open.asking) {
            (Some(register), _) => register.rights().relays(),
            (None, Some(asking)) => &asking.relays,
            (None, None) => &[],
        }
    }

    /// Whose transport keys may answer where the commune's relays are looked for nearby: theirs, and, for a device that was
    /// invited and is not admitted, that of the registrar's device.
    pub fn answers_as_relay(&self) -> Vec<TransportKey> {
        let door = self.asking().and_then(|asking| asking.door);
        self.relays().iter().map(|relay| relay.key).chain(door).collect()
    }

    /// What this device knocks with: its request, if it was invited, until the register knows it.
    pub fn knock(&self) -> Option<Vec<u8>> {
        self.asking()?.knock.clone().map(Into::into)
    }

    /// What is done until the register knows this device. One that was cut asks no more: its invitation was used.
    fn asking(&self) -> Option<&Asking> {
        let known = |register: &Register| register.rights().device(&self.device()).is_some();
        self.open
            .asking
            .as_ref()
            .filter(|_| !self.register().is_some_and(known))
    }

    /// Carries on what strangers said at this device's own door, and leaves to relays what they carry already. Says whether
    /// any was new. `now` is in Unix seconds.
    pub(crate) fn carry_knocks(&mut self, batches: &[FromPeer], now: i64) -> bool {
        let party = Party::Device(self.device());
        let strange = |from: &&FromPeer| rights_of(&self.archive, party, &from.peer).peer.is_none();
        let knocks = batches.iter().filter(strange).flat_map(|from| &from.batch.knocks);
        let knocks = knocks.cloned().collect();
        let day = now.div_euclid(24 * 3600);
        let kept = self.archive.forget_old_knocks(day);
        let kept = kept.and_then(|()| self.archive.take_knocks(knocks, day));
        kept.unwrap_or_else(|error| {
            // Who knocked knocks again.
            tracing::error!(%error, "a request to be admitted could not be kept");
            false
        })
    }
}

impl<R: CryptoRng> Replica<R> {
    /// The slip by which this device joined; none on the device that founded.
    pub fn joined_by(&self) -> Option<&FirstTrust> {
        self.secrets.joined_by.as_ref()
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

    /// The request with which this device asks to be admitted, as text.
    pub fn request(&self) -> String {
        self.asks().to_text(&self.secrets.sign)
    }

    /// The same, signed, as it travels.
    pub(crate) fn request_bytes(&self) -> Vec<u8> {
        self.asks().to_bytes(&self.secrets.sign)
    }

    /// The words that the person and the registrar compare before this device is admitted.
    pub fn request_words(&self) -> Words {
        self.asks().words()
    }

    fn asks(&self) -> RequestSlip {
        let transport = self.station.transport_key();
        match self.joined_by().and_then(FirstTrust::invitation) {
            Some(slip) => RequestSlip::answering(slip, transport, &self.secrets.sign),
            None => RequestSlip::new(self.root(), transport, &self.secrets.sign),
        }
    }
}
