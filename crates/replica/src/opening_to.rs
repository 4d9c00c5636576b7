//! Opening a village's general book to a union or unit, and closing it again: the table gives units none, the commune may
//! (design.md §4).

use rand_core::CryptoRng;
use sothon_ledger::register::{Cut, CutOf, Grant};
use sothon_ledger::{BookId, BookKind, DeviceId, Right, Role, Scope, Selector};

use crate::heads::{MOST_HEADS, NotNamed};
use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};

/// Reading, for the devices of a unit.
fn reading(unit: u32) -> Grant {
    Grant {
        right: Right::Read,
        to: Selector {
            role: Role::Unit,
            scope: Some(Scope::Unit(unit)),
        },
    }
}

impl<R: CryptoRng> Replica<R> {
    /// The units that may read a village's general book because the commune opened it to them, of these.
    ///
    /// # Errors
    /// [`ReplicaError::NotAdmitted`] before the register is here.
    pub fn opened_to(&self, book: &BookId, units: &[u32]) -> Result<Vec<u32>, ReplicaError> {
        let register = self.register()?;
        let (rights, at) = (register.rights(), register.effective_height());
        let reads = |unit: &u32| rights.gives(book, Right::Read, Role::Unit, &[Scope::Unit(*unit)], at);
        Ok(units.iter().copied().filter(reads).collect())
    }

    /// Lets the devices of a unit read a village's general book, with all that is in it already.
    ///
    /// # Errors
    /// [`RegistrarError::NotForUnits`] for any other book, [`RegistrarError::Opened`] where it is so, [`RegistrarError`].
    pub fn open_to_unit(&mut self, book: BookId, unit: u32, time: i64) -> Result<(), ReplicaError> {
        self.for_units(&book)?;
        if !self.opened_to(&book, &[unit])?.is_empty() {
            return Err(RegistrarError::Opened.into());
        }
        self.register_op(time, |registrar, _| {
            registrar.rights(book, vec![reading(unit)], Vec::new(), Vec::new())
        })
    }

    /// Ends that. What its devices have read they keep; what is written from now on is sealed under a key that they do not
    /// get. Devices that read the book as those of another unit go on.
    ///
    /// # Errors
    /// [`RegistrarError::NotForUnits`] for any other book, [`RegistrarError::NotOpened`] where it is not so, [`RegistrarError`].
    pub fn close_to_unit(&mut self, book: BookId, unit: u32, time: i64) -> Result<NotNamed, ReplicaError> {
        self.for_units(&book)?;
        if self.opened_to(&book, &[unit])?.is_empty() {
            return Err(RegistrarError::NotOpened.into());
        }
        self.holds_all_of(&[book])?;
        let mut not_named = NotNamed::default();
        let mut cuts = Vec::new();
        let devices = self.who_read_as(&book, unit)?;
        // A reader has few logs there: receipts, and keys that it made.
        let most = MOST_HEADS / devices.len().max(1);
        for device in devices {
            let (heads, left) = self.heads_to_name(most, |log| (log.device, log.book) == (device, book));
            not_named.logs += left.logs;
            not_named.counted += left.counted;
            cuts.push(Cut {
                of: CutOf::DeviceInBook(device, book),
                heads,
            });
        }
        let remove = vec![reading(unit)];
        self.register_op(time, |registrar, _| {
            registrar.rights(book, Vec::new(), remove, cuts)
        })?;
        Ok(not_named)
    }

    /// The devices that read the book as those of this unit, and of no other.
    fn who_read_as(&self, book: &BookId, unit: u32) -> Result<Vec<DeviceId>, ReplicaError> {
        let register = self.register()?;
        let (rights, at) = (register.rights(), register.effective_height());
        let only = |device: &DeviceId| {
            let span = rights.device(device).and_then(|info| info.role_at(at));
            span.is_some_and(|span| {
                let others: Vec<Scope> = (span.scopes.iter().copied())
                    .filter(|scope| *scope != Scope::Unit(unit))
                    .collect();
                reading(unit).to.matches(span.role, &span.scopes)
                    && !rights.gives(book, Right::Read, span.role, &others, at)
            })
        };
        let readers = rights.holders(book, Right::Read, at).into_iter();
        Ok(readers.filter(only).collect())
    }

    fn for_units(&self, book: &BookId) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        let rights = self.register()?.rights();
        let info = rights.book(book).ok_or(RegistrarError::UnknownBook)?;
        if info.open.kind != BookKind::Village {
            return Err(RegistrarError::NotForUnits.into());
        }
        Ok(())
    }
}
