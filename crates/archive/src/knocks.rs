//! Who asks to be admitted: few, kept for a while, for the registrar.
//!
//! A stranger can fill this, since nobody but the registrar can tell a right proof from a wrong one. So it is small, the
//! newest push out the oldest, and who waits knocks again and again: a flood delays, it shuts nobody out for good.

use sothon_ledger::slip::Knock;
use sothon_store::{PutError, StoredKnock};

use crate::archive::Archive;

/// How many requests are kept of a commune.
pub const MOST_KNOCKS: usize = 64;
/// For how many days one is kept.
const DAYS: i64 = 30;

impl Archive {
    /// Keeps requests that came on `day` (days since 1970-01-01). Says whether any was new.
    ///
    /// # Errors
    /// [`PutError`]; all is as it was then.
    pub fn take_knocks(&mut self, knocks: Vec<Knock>, day: i64) -> Result<bool, PutError> {
        let mut keep: Vec<StoredKnock> = Vec::new();
        for knock in knocks {
            let held = self.knocks.iter().chain(&keep).any(|held| held.knock == knock);
            if !held && knock.request().root == self.root() && !self.is_answered(&knock) {
                keep.retain(|other| !same_place(&other.knock, &knock));
                keep.push(StoredKnock { knock, day });
            }
        }
        if keep.is_empty() {
            return Ok(false);
        }
        let mut all = self.knocks.clone();
        all.retain(|old| !keep.iter().any(|new| same_place(&old.knock, &new.knock)));
        all.extend(keep.iter().cloned());
        let over = all.len().saturating_sub(MOST_KNOCKS);
        let dropped: Vec<Knock> = all.drain(..over).map(|old| old.knock).collect();
        keep.retain(|new| !dropped.contains(&new.knock));
        self.store.put_knocks(&dropped, &keep)?;
        self.knocks = all;
        Ok(true)
    }

    /// Forgets requests that are too old on `day`.
    ///
    /// # Errors
    /// [`PutError`]; all is as it was then.
    pub fn forget_old_knocks(&mut self, day: i64) -> Result<(), PutError> {
        self.forget(|_, old| old.day < day.saturating_sub(DAYS))
    }

    /// How many requests are kept.
    pub fn knock_count(&self) -> usize {
        self.knocks.len()
    }

    /// Forgets requests of devices that the register has admitted.
    pub(crate) fn answer_knocks(&mut self) {
        // What stays on the disk now is forgotten when the register grows again.
        let _ = self.forget(|archive, old| archive.is_answered(&old.knock));
    }

    fn forget(&mut self, over: impl Fn(&Archive, &StoredKnock) -> bool) -> Result<(), PutError> {
        let gone = self.knocks.iter().filter(|old| over(self, old));
        let gone: Vec<Knock> = gone.map(|old| old.knock.clone()).collect();
        if !gone.is_empty() {
            self.store.put_knocks(&gone, &[])?;
            self.knocks.retain(|old| !gone.contains(&old.knock));
        }
        Ok(())
    }

    /// Whether the register knows the device, or its transport key.
    fn is_answered(&self, knock: &Knock) -> bool {
        let request = knock.request();
        self.register.as_ref().is_some_and(|register| {
            let rights = register.rights();
            rights.device(&request.device).is_some()
                || rights.device_by_transport(&request.transport).is_some()
        })
    }
}

fn same_place(one: &Knock, other: &Knock) -> bool {
    one.invitation() == other.invitation() && one.request().transport == other.request().transport
}
