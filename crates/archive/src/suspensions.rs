//! Suspension notes as they are held: who is not served while they stand.

use sothon_ledger::DeviceId;
use sothon_ledger::suspension::{Note, Suspensions};
use sothon_store::PutError;

use crate::archive::Archive;

impl Archive {
    /// The notes that are held.
    pub fn suspensions(&self) -> &Suspensions {
        &self.suspensions
    }

    /// Whether a device is suspended: it is served nothing, and its entries still count as they did.
    pub fn is_suspended(&self, device: &DeviceId) -> bool {
        self.register
            .as_ref()
            .is_some_and(|register| self.suspensions.holds(register, device))
    }

    /// Keeps notes that count by the register. Says how many were new: if any, everybody's rights are looked at again.
    ///
    /// # Errors
    /// [`PutError`]; all is as it was then.
    pub fn take_suspensions(&mut self, notes: Vec<Note>) -> Result<usize, PutError> {
        let Some(register) = &self.register else {
            return Ok(0);
        };
        let mut all = self.suspensions.clone();
        for note in notes {
            all.take(register, note);
        }
        let is_new = |note: &&Note| !self.suspensions.iter().any(|held| held == *note);
        let keep: Vec<Note> = all.iter().filter(is_new).cloned().collect();
        if keep.is_empty() {
            return Ok(0);
        }
        self.store.put_suspensions(&[], &keep)?;
        self.suspensions = all;
        Ok(keep.len())
    }

    /// Forgets notes of which nothing follows any more, since the register has grown.
    pub(crate) fn settle_suspensions(&mut self) {
        let Some(register) = &self.register else {
            return;
        };
        let mut left = self.suspensions.clone();
        left.settle(register);
        let kept = |note: &&Note| !left.iter().any(|other| other == *note);
        let gone: Vec<Note> = self.suspensions.iter().filter(kept).cloned().collect();
        // What stays on the disk now is forgotten when the register grows again.
        if !gone.is_empty() && self.store.put_suspensions(&gone, &[]).is_ok() {
            self.suspensions = left;
        }
    }
}
