//! The wraps held, found in memory: a session asks for them all the time, and there are few.

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::{BookId, DeviceId, EpochId, Receiver, Wrap, WrapId};
use sothon_sync::WrapScope;

/// The wraps held, without their bytes.
#[derive(Debug, Default)]
pub(crate) struct Wraps {
    all: BTreeMap<WrapId, WrapRef>,
    by_book: BTreeMap<BookId, BTreeSet<WrapId>>,
    by_epoch: BTreeMap<EpochId, BTreeSet<WrapId>>,
    by_signer: BTreeMap<DeviceId, usize>,
    by_place: BTreeMap<(DeviceId, EpochId, Receiver), usize>,
}

#[derive(Debug)]
struct WrapRef {
    to: Receiver,
    from: DeviceId,
}

impl WrapRef {
    /// Whether a device is given it, or has made it. One for a key on paper lies with every reader: the sheet is for the
    /// day on which the others are gone.
    fn concerns(&self, device: &DeviceId) -> bool {
        self.to == Receiver::Device(*device) || self.from == *device || matches!(self.to, Receiver::Paper(..))
    }
}

impl Wraps {
    /// Takes a wrap in; twice is once.
    pub(crate) fn add(&mut self, wrap: &Wrap) {
        let held = WrapRef {
            to: wrap.to(),
            from: wrap.from(),
        };
        if self.all.insert(wrap.id(), held).is_none() {
            self.by_book.entry(wrap.book()).or_default().insert(wrap.id());
            self.by_epoch.entry(wrap.epoch()).or_default().insert(wrap.id());
            *self.by_signer.entry(wrap.from()).or_default() += 1;
            *self.by_place.entry(place(wrap)).or_default() += 1;
        }
    }

    /// All of them.
    pub(crate) fn ids(&self) -> impl Iterator<Item = WrapId> + '_ {
        self.all.keys().copied()
    }

    /// Those that a device has signed.
    pub(crate) fn signed_by(&self, signer: &DeviceId) -> Vec<WrapId> {
        let own = self.all.iter().filter(|(_, wrap)| wrap.from == *signer);
        own.map(|(id, _)| *id).collect()
    }

    /// Who signed one.
    pub(crate) fn signer(&self, id: &WrapId) -> Option<DeviceId> {
        self.all.get(id).map(|wrap| wrap.from)
    }

    /// How many a device has signed.
    pub(crate) fn by(&self, signer: &DeviceId) -> usize {
        self.by_signer.get(signer).copied().unwrap_or(0)
    }

    /// How many the signer of one has signed of the same epoch for the same receiver.
    pub(crate) fn like(&self, wrap: &Wrap) -> usize {
        self.by_place.get(&place(wrap)).copied().unwrap_or(0)
    }

    /// Those of an epoch that were made for a device.
    pub(crate) fn made_for(&self, epoch: &EpochId, device: &DeviceId) -> Vec<WrapId> {
        let ids = self.by_epoch.get(epoch).into_iter().flatten();
        let made_for = |id: &&WrapId| {
            let wrap = self.all.get(*id);
            wrap.is_some_and(|wrap| wrap.to == Receiver::Device(*device))
        };
        ids.filter(made_for).copied().collect()
    }

    /// Those of a book.
    pub(crate) fn of_book(&self, book: &BookId, scope: WrapScope) -> Vec<WrapId> {
        self.within(self.by_book.get(book), scope)
    }

    /// Those of an epoch.
    pub(crate) fn of_epoch(&self, epoch: &EpochId, scope: WrapScope) -> Vec<WrapId> {
        self.within(self.by_epoch.get(epoch), scope)
    }

    fn within(&self, ids: Option<&BTreeSet<WrapId>>, scope: WrapScope) -> Vec<WrapId> {
        let fits = |id: &&WrapId| match scope {
            WrapScope::All => true,
            WrapScope::Of(device) => self.all.get(id).is_some_and(|wrap| wrap.concerns(&device)),
        };
        ids.into_iter().flatten().filter(fits).copied().collect()
    }
}

/// By whom, of what and for whom.
fn place(wrap: &Wrap) -> (DeviceId, EpochId, Receiver) {
    (wrap.from(), wrap.epoch(), wrap.to())
}
