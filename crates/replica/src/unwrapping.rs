//! Opening the wraps that are here for this device.
//!
//! Who may sign wraps can sign many for one device that open to nothing. Opening one costs a Diffie-Hellman, and books are
//! settled all the time: so one that did not open is not tried again until this device has another key.

use std::collections::HashSet;

use rand_core::CryptoRng;
use sothon_ledger::{BookId, Height, WrapId};

use crate::replica::{Replica, ReplicaError};

/// Wraps that did not open since the device was unlocked, and with how many agree keys. Those that did are not among them: a
/// book that is read anew needs its secrets again.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    keys: usize,
    in_vain: HashSet<(WrapId, Height)>,
    times: u64,
}

impl Tried {
    /// Whether a wrap was tried in vain with the keys that there are.
    fn was(&mut self, wrap: &(WrapId, Height), keys: usize) -> bool {
        if self.keys != keys {
            self.keys = keys;
            self.in_vain.clear();
        }
        self.in_vain.contains(wrap)
    }
}

impl<R: CryptoRng> Replica<R> {
    /// Opens the wraps that are here for this device. Says whether any secret is new.
    pub(crate) fn open_secrets(&mut self, book: &BookId) -> Result<bool, ReplicaError> {
        let Some(live) = self.books.get_mut(book) else {
            return Ok(false);
        };
        let lacking: Vec<_> = live.unopened().collect();
        let root = self.station.root();
        let device = self.station.device();
        let keys = self.secrets.agree.len();
        let mut found = false;
        for (epoch, height) in lacking {
            for id in self.station.archive.wraps_for(&epoch, &device) {
                if self.tried_wraps.was(&(id, height), keys) {
                    continue;
                }
                self.tried_wraps.times += 1;
                let Some(wrap) = self.station.store().wrap(&id)? else {
                    continue;
                };
                let opened = self
                    .secrets
                    .agree
                    .values()
                    .filter(|secret| secret.public() == wrap.key())
                    .find_map(|secret| wrap.open(&root, height, secret).ok());
                if let Some(secret) = opened {
                    live.add_secret(epoch, secret);
                    found = true;
                    break;
                }
                self.tried_wraps.in_vain.insert((id, height));
            }
        }
        Ok(found)
    }

    /// How often a wrap was tried since the device was opened, for whoever watches.
    pub fn wraps_tried(&self) -> u64 {
        self.tried_wraps.times
    }
}
