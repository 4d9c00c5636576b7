//! A lost device: what was on it, and the one act that ends it (design.md §3.5, §3.6).

use rand_core::CryptoRng;
use sothon_ledger::{BookId, DeviceId, Right, Role, Scope};

use crate::heads::NotNamed;
use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};

/// A book that a device could read, or into which it wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HadOnIt {
    /// The book.
    pub book: BookId,
    /// Whether the device could read it.
    pub read: bool,
    /// How many records it has now; `None` where this device cannot read it.
    pub records: Option<usize>,
    /// How many entries of the device are held here.
    pub wrote: u64,
}

/// What ending a lost device did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Its role and places until then.
    pub role: Option<(Role, Vec<Scope>)>,
    /// What was on it.
    pub had: Vec<HadOnIt>,
    /// Its logs that the cut had no room to name.
    pub not_named: NotNamed,
    /// The books that have a new key already.
    pub renewed: Vec<BookId>,
    /// The books that get a new key from whoever of their readers writes there next: until then nobody writes in them.
    pub to_renew: Vec<BookId>,
}

impl<R: CryptoRng> Replica<R> {
    /// What is, or was, on a device: the books that its roles let it read, and those in which it wrote. General books of
    /// others may lie on it sealed (design.md §3.8); they are not among these.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before the register is here.
    pub fn what_is_on(&self, device: &DeviceId) -> Result<Vec<HadOnIt>, ReplicaError> {
        let register = self.register()?;
        let (rights, at) = (register.rights(), register.effective_height());
        let mut had = Vec::new();
        for (book, _) in rights.books() {
            let read = !rights.grants(device, book, Right::Read, at).is_empty();
            let logs = self.station.store().index().logs(book);
            let wrote = (logs.filter(|log| log.key().device == *device))
                .map(sothon_store::LogState::entries)
                .sum();
            if !read && wrote == 0 {
                continue;
            }
            let live = self.books.get(book).filter(|live| live.is_readable());
            had.push(HadOnIt {
                book: *book,
                read,
                records: live.map(|live| live.book.keys().count()),
                wrote,
            });
        }
        Ok(had)
    }

    /// The books that a device could read and that have no key yet that it does not know; none while its reading goes on.
    /// Until there is one nobody writes in them.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before the register is here.
    pub fn lacks_new_key(&self, device: &DeviceId) -> Result<Vec<BookId>, ReplicaError> {
        let register = self.register()?;
        let (rights, at) = (register.rights(), register.effective_height());
        let ended = |book: &BookId| {
            !rights.grants(device, book, Right::Read, at).is_empty()
                && !rights.may(device, book, Right::Read, at)
        };
        let books = self.books.iter().filter(|(book, _)| ended(book));
        let lacks = books.filter(|(_, live)| live.usable_epoch(register).is_none());
        Ok(lacks.map(|(book, _)| *book).collect())
    }

    /// Ends a lost device: a cut of all that it may, and new keys for the books that it read, as far as this device may make
    /// them. The others' readers make theirs before they write there again. Of a device that is cut already what was left
    /// is done: so this is asked again after a crash.
    ///
    /// # Errors
    /// As [`Replica::cut_device`].
    pub fn end_lost(&mut self, device: DeviceId, now: i64) -> Result<Ended, ReplicaError> {
        self.must_be_registrar()?;
        let register = self.register()?;
        let at = register.effective_height();
        let info = register.rights().device(&device);
        let known = info.is_some();
        let role = info
            .and_then(|info| info.role_at(at))
            .map(|span| (span.role, span.scopes.clone()));
        let had = self.what_is_on(&device)?;
        let mut not_named = NotNamed::default();
        if role.is_some() || !known {
            not_named = self.cut_device(device, now)?;
        }
        let mut ended = Ended {
            role,
            had,
            not_named,
            renewed: Vec::new(),
            to_renew: Vec::new(),
        };
        let read: Vec<BookId> = (ended.had.iter().filter(|had| had.read))
            .map(|had| had.book)
            .collect();
        for book in read {
            let made = self.counts_as_reader(&book) && self.renew(&book, now)?;
            let list = if made {
                &mut ended.renewed
            } else {
                &mut ended.to_renew
            };
            list.push(book);
        }
        // A new key may stand in a new log.
        self.save_vault()?;
        Ok(ended)
    }

    /// Makes an epoch of a book, unless a fresh one is here. Whether there is one.
    fn renew(&mut self, book: &BookId, now: i64) -> Result<bool, ReplicaError> {
        match self.epoch_for(book, now, &mut Published::default()) {
            Ok(found) => Ok(found.is_some()),
            // Its own keys are not stated yet.
            Err(ReplicaError::CannotRead) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
