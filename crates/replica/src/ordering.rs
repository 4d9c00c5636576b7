//! Writing again for an author who will not come back (design.md §3.4, "going on").
//!
//! Who orders and who writes are two: the registrar's machine seldom may write in the book. So the register's word comes first,
//! by name: from then on the entries are never let in, and their author leaves them alone. Then one who may write there says
//! again what they said, beside what came since, and names them as replaced. A crash in between leaves an order that is open,
//! which everybody sees until somebody has done it.
//!
//! It is ordered only where the author may not write any more, or not that, having another office: what the author has written
//! there meanwhile and nobody here has seen lies past the cut, and cannot come to count beside what is written for it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rand_core::CryptoRng;
use sothon_book::ChangeFacts;
use sothon_ledger::verdict::EntryView;
use sothon_ledger::{BookId, ChangeHash, DeviceId, EntryId, Height, Kind, Register, Right};

use crate::going_on::is_lost;
use crate::live::Live;
use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};

/// What became of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ordered {
    /// The entries that are written again: the one that was named, and what it builds on of the same author.
    pub entries: Vec<EntryId>,
    /// Whether this device has written them again; else somebody has to who may write in the book, and is of the office whose
    /// records they are.
    pub written: bool,
}

impl<R: CryptoRng> Replica<R> {
    /// Orders, as the registrar, that an entry which does not count be written again by others, with what it builds on of the
    /// same author; and does so, where this device may write there. Asked again after a crash it does what was left.
    ///
    /// # Errors
    /// [`RegistrarError::NotAside`], [`RegistrarError::NoRecords`]; [`RegistrarError::StillWrites`];
    /// [`RegistrarError::WrittenAgain`].
    pub fn order_again(&mut self, book: BookId, entry: EntryId, now: i64) -> Result<Ordered, ReplicaError> {
        self.must_be_registrar()?;
        let register = self.register()?;
        let live = self.books.get(&book).ok_or(ReplicaError::NoBook)?;
        let view = live.view(&entry).ok_or(RegistrarError::NotAside)?;
        let author = view.header.device;
        if !is_lost(register, live, &entry) {
            return Err(RegistrarError::NotAside.into());
        }
        if view.header.kind != Kind::Changes {
            return Err(RegistrarError::NoRecords.into());
        }
        if writes_there(register, &author, &book) && !self.is_left_by_its_author(&book, view)? {
            return Err(RegistrarError::StillWrites.into());
        }
        let said = self.said_again(&book, &author)?;
        if said.contains(&entry) || missing(live, &entry) == Some(0) {
            return Err(RegistrarError::WrittenAgain.into());
        }
        let of_author = |view: &&EntryView| {
            view.header.device == author
                && view.header.kind == Kind::Changes
                && is_lost(register, live, &view.id)
                && !said.contains(&view.id)
                && missing(live, &view.id) != Some(0)
        };
        let entries: Vec<EntryId> = (live.judge.set().iter().filter(of_author))
            .map(|view| view.id)
            .filter(|id| *id == entry || live.judge.set().builds_on(&entry, id))
            .collect();
        let new: Vec<EntryId> = (entries.iter().copied())
            .filter(|id| register.rights().replaced(id).is_none())
            .collect();
        if !new.is_empty() {
            self.register_op(now, |registrar, _| registrar.replaced(book, new))?;
        }
        let may = self.may(&book, Right::Write) && self.books.get(&book).is_some_and(Live::is_readable);
        let written = may
            && match self.write_ordered(book, entry, now) {
                // It waits for a device of the office whose records these are.
                Err(ReplicaError::MayNotWrite) => false,
                written => !written?.is_empty(),
            };
        Ok(Ordered { entries, written })
    }

    /// Writes again what the registrar has ordered of the author of an entry in a book and nobody has done, as far as it can be
    /// read here, and publishes it. The entries that are so replaced.
    ///
    /// # Errors
    /// [`RegistrarError::NotOrdered`]; [`RegistrarError::WrittenAgain`] where nothing is left to do;
    /// [`ReplicaError::MayNotWrite`], also where some of it is of an office that this device does not hold: written by it,
    /// that would count for nothing; [`ReplicaError::CannotRead`].
    pub fn write_ordered(
        &mut self,
        book: BookId,
        entry: EntryId,
        now: i64,
    ) -> Result<Vec<EntryId>, ReplicaError> {
        if !self.may(&book, Right::Write) {
            return Err(ReplicaError::MayNotWrite);
        }
        let register = self.register()?;
        let live = self.books.get(&book).ok_or(ReplicaError::NoBook)?;
        let author = live.view(&entry).ok_or(RegistrarError::NotAside)?.header.device;
        if register.rights().replaced(&entry).is_none() {
            return Err(RegistrarError::NotOrdered.into());
        }
        let carried = live.carried(&entry).ok_or(ReplicaError::CannotRead)?;
        let said = self.said_again(&book, &author)?;
        if said.contains(&entry) || carried.iter().all(|hash| live.in_book(hash)) {
            return Err(RegistrarError::WrittenAgain.into());
        }
        let open = live.judge.set().iter().filter(|view| {
            view.header.device == author
                && register.rights().replaced(&view.id).is_some()
                && is_lost(register, live, &view.id)
                && !said.contains(&view.id)
        });
        let lost = self.lost_changes(&book, &author, open, |_| false)?;
        let carriers: BTreeSet<EntryId> = lost.iter().flat_map(|lost| &lost.carriers).copied().collect();
        if !self.say_again(&book, lost, "write-again")? {
            return Err(ReplicaError::Unusable);
        }
        // Whoever is connected hears of it, and of the keys to read it, with what is published next.
        self.untold = self.publishing(|replica, published| replica.publish_changes(&book, now, published))?;
        Ok(carriers.into_iter().collect())
    }

    /// Whether it is for this device to write again what an entry says that is aside: it may write in the book, and none of it
    /// is of an office that it does not hold.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn may_write_again(&self, book: &BookId, entry: &EntryId) -> Result<bool, ReplicaError> {
        Ok(self.may(book, Right::Write) && self.is_of_offices(&self.says(book, entry)?))
    }

    /// The entries of a device in a book that count as written again: named by the device itself in what counts, or, where the
    /// registrar has ordered it, by anybody after that, here or in what counts.
    pub(crate) fn said_again(
        &self,
        book: &BookId,
        device: &DeviceId,
    ) -> Result<HashSet<EntryId>, ReplicaError> {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Ok(HashSet::new());
        };
        let of_device = live
            .judge
            .set()
            .iter()
            .filter(|view| view.header.device == *device);
        let ordered: BTreeMap<EntryId, Height> = of_device
            .filter_map(|view| Some((view.id, register.rights().replaced(&view.id)?)))
            .collect();
        // Who does it has heard of the order: no other entry has to be opened for this.
        let first = ordered.values().min();
        let mut named = HashSet::new();
        for view in live
            .judge
            .admitted()
            .filter(|view| view.header.kind == Kind::Changes)
        {
            let own = view.header.device == *device;
            if own || first.is_some_and(|first| view.header.height >= *first) {
                let replaced = self.replaced_by(live, view)?.into_iter();
                named.extend(replaced.filter(|entry| own || ordered.contains_key(entry)));
            }
        }
        let here = self.pending.get(book).into_iter().flatten();
        let here = here.flat_map(|change| &change.replaces);
        named.extend(here.filter(|entry| ordered.contains_key(*entry)));
        Ok(named)
    }

    /// The changes in a book that others wrote, by the registrar's order, for these that are not in it. None, where some of them
    /// are ordered and what was written for them is not here, or cannot be read yet: what stands on them waits for that.
    pub(crate) fn said_instead(
        &self,
        book: &BookId,
        chunks: &[Vec<u8>],
    ) -> Result<Option<Vec<sothon_book::ChangeHash>>, ReplicaError> {
        let (Some(live), Some(register)) = (self.books.get(book), self.station.register()) else {
            return Ok(None);
        };
        let mut ordered: BTreeMap<EntryId, Height> = BTreeMap::new();
        for facts in chunks.iter().filter_map(|chunk| ChangeFacts::read(chunk).ok()) {
            let hash = ChangeHash(facts.hash.0);
            let carriers = self.carriers(book, &hash);
            ordered.extend(carriers.filter_map(|entry| Some((entry, register.rights().replaced(&entry)?))));
        }
        let Some(first) = ordered.values().min() else {
            return Ok(Some(Vec::new()));
        };
        let mut named: HashSet<EntryId> = HashSet::new();
        let mut said: BTreeSet<ChangeHash> = BTreeSet::new();
        let later = live
            .judge
            .admitted()
            .filter(|view| view.header.kind == Kind::Changes && view.header.height >= *first);
        for view in later {
            let replaced = self.replaced_by(live, view)?;
            if replaced.iter().any(|entry| ordered.contains_key(entry)) {
                said.extend(live.carried(&view.id).into_iter().flatten());
                named.extend(replaced);
            }
        }
        let here = self.pending.get(book).into_iter().flatten();
        let here = here.filter(|change| change.replaces.iter().any(|entry| ordered.contains_key(entry)));
        for change in here {
            said.insert(change.hash);
            named.extend(&change.replaces);
        }
        if !ordered.keys().all(|entry| named.contains(entry)) {
            return Ok(None);
        }
        let said = said.into_iter().filter(|hash| live.in_book(hash));
        Ok(Some(said.map(|hash| sothon_book::ChangeHash(hash.0)).collect()))
    }

    /// The entries that one names as written again, as far as it can be read here.
    fn replaced_by(&self, live: &Live, view: &EntryView) -> Result<Vec<EntryId>, ReplicaError> {
        let changes = self.opened(live, view)?;
        Ok(changes.and_then(|changes| changes.replaces).unwrap_or_default())
    }
}

/// Whether a device may write in a book, as far as the register is evaluated.
pub(crate) fn writes_there(register: &Register, device: &DeviceId, book: &BookId) -> bool {
    let at = register.effective_height();
    register.rights().may(device, book, Right::Write, at)
}

/// How many changes of an entry are nowhere in the book; `None` where it cannot be read here.
pub(crate) fn missing(live: &Live, entry: &EntryId) -> Option<usize> {
    let carried = live.carried(entry)?;
    Some(carried.iter().filter(|hash| !live.in_book(hash)).count())
}

/// Whether an entry carries changes and all of them are in the book.
pub(crate) fn is_in_book(live: &Live, entry: &EntryId) -> bool {
    let carries = live.carried(entry).is_some_and(|carried| !carried.is_empty());
    carries && missing(live, entry) == Some(0)
}
