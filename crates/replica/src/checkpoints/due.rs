//! When a device makes a checkpoint by itself.

use rand_core::CryptoRng;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, Kind};

use crate::live::Live;
use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};

/// So many entries have to have been written since the last one: of fewer, a save spares who starts little.
const WORTH: usize = 500;

impl<R: CryptoRng> Replica<R> {
    /// Makes a checkpoint of a book in which this device has just written, if since the last one at least [`WORTH`] entries
    /// were written, and at least as many as it covers. So the saves of a book are together about twice as long as the last,
    /// whoever sends them over whatever link. Where this device cannot make one, it is left to the others.
    pub(crate) fn make_due_checkpoint(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        let Some(live) = self.books.get_mut(book) else {
            return Ok(());
        };
        let (covered, since) = written(live);
        if since < covered.max(WORTH).max(live.no_checkpoint_before) {
            return Ok(());
        }
        // To find out that there can be none is work, too.
        live.no_checkpoint_before = since + WORTH;
        match self.checkpoint(book, now, published) {
            Ok(id) => {
                published.entries.push(id);
                if let Some(live) = self.books.get_mut(book) {
                    live.no_checkpoint_before = 0;
                }
                Ok(())
            }
            Err(
                ReplicaError::NotWhole
                | ReplicaError::OfDrops
                | ReplicaError::MayNotWrite
                | ReplicaError::NoEpoch
                | ReplicaError::TooLarge,
            ) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// How many entries of changes were written before the last checkpoint that counts by right, and how many since.
fn written(live: &Live) -> (usize, usize) {
    let (mut covered, mut since) = (0, 0);
    for view in live.judge.admitted() {
        match view.header.kind {
            Kind::Changes => since += 1,
            Kind::Checkpoint if live.judge.verdict(&view.id).is_some_and(Verdict::is_by_right) => {
                covered += std::mem::take(&mut since);
            }
            _ => {}
        }
    }
    (covered, since)
}
