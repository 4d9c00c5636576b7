//! What the registrar ends and begins: a role, a device, a device in one book, a book (design.md §3.4, §3.5).
//!
//! Rights are ended by cuts alone, and a cut names the heads that still count: those that this machine holds. What had
//! not arrived here by then is aside everywhere, and its honest author goes on by itself; what it cannot write again, the
//! registrar lets in by name.

use rand_core::CryptoRng;
use sothon_ledger::register::{Cut, CutOf, LogHead};
use sothon_ledger::serving::{Party, Service, served_books};
use sothon_ledger::{BookId, DeviceId, Right, Role, Scope};
use sothon_store::LogKey;

use crate::invitations::InvitationError;
use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};
use crate::table;

impl<R: CryptoRng> Replica<R> {
    /// Gives a device another role, or the same one for other places. One operation ends what the old role allowed, but for
    /// what is held here, and begins what the new one allows.
    ///
    /// # Errors
    /// [`InvitationError::Place`] where the role needs another place, [`RegistrarError`].
    pub fn change_role(
        &mut self,
        device: DeviceId,
        role: Role,
        scopes: Vec<Scope>,
        time: i64,
    ) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        if !table::works_for(role, &scopes) {
            return Err(InvitationError::Place.into());
        }
        let heads = self.heads_of_device(&device)?;
        self.register_op(time, |registrar, _| registrar.role(device, role, scopes, heads))
    }

    /// Ends all that a device may. What is held of its logs here still counts.
    ///
    /// # Errors
    /// [`RegistrarError::OwnDevice`] for this machine itself, [`RegistrarError`].
    pub fn cut_device(&mut self, device: DeviceId, time: i64) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        if device == self.device() {
            return Err(RegistrarError::OwnDevice.into());
        }
        let heads = self.heads_of_device(&device)?;
        let of = CutOf::Device(device);
        self.register_op(time, |registrar, _| registrar.cut(Cut { of, heads }))
    }

    /// Ends all that a device may in one book. What is held of its logs there still counts.
    ///
    /// # Errors
    /// [`RegistrarError`].
    pub fn cut_device_in_book(
        &mut self,
        device: DeviceId,
        book: BookId,
        time: i64,
    ) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        self.holds_all_of(&[book])?;
        let heads = self.held_heads(|log| (log.device, log.book) == (device, book));
        let of = CutOf::DeviceInBook(device, book);
        self.register_op(time, |registrar, _| registrar.cut(Cut { of, heads }))
    }

    /// Ends a book: nobody writes changes or drops in it any more. What is held of it here still counts.
    ///
    /// # Errors
    /// [`RegistrarError`].
    pub fn cut_book(&mut self, book: BookId, time: i64) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        self.holds_all_of(&[book])?;
        let heads = self.held_heads(|log| log.book == book);
        let of = CutOf::Book(book);
        self.register_op(time, |registrar, _| registrar.cut(Cut { of, heads }))
    }

    pub(crate) fn must_be_registrar(&self) -> Result<(), RegistrarError> {
        if self.is_registrar() {
            Ok(())
        } else {
            Err(RegistrarError::NotRegistrar)
        }
    }

    /// The heads of a device's logs that are held here.
    ///
    /// # Errors
    /// [`RegistrarError::NotHeld`]: what a cut does not name counts as nothing, so nothing is cut by a machine that is not
    /// served all that the device may have written.
    fn heads_of_device(&self, device: &DeviceId) -> Result<Vec<LogHead>, ReplicaError> {
        let register = self.register()?;
        let (rights, at) = (register.rights(), register.effective_height());
        let ever = |book: &BookId| {
            [Right::Read, Right::Write, Right::Drop]
                .into_iter()
                .any(|right| !rights.grants(device, book, right, at).is_empty())
        };
        let wrote: Vec<BookId> = rights.books().map(|(book, _)| *book).filter(ever).collect();
        self.holds_all_of(&wrote)?;
        Ok(self.held_heads(|log| log.device == *device))
    }

    fn holds_all_of(&self, books: &[BookId]) -> Result<(), ReplicaError> {
        let served = served_books(self.register()?, Party::Device(self.device()));
        let not_held = books
            .iter()
            .filter(|book| served.get(book) != Some(&Service::All));
        let not_held: Vec<BookId> = not_held.copied().collect();
        if not_held.is_empty() {
            Ok(())
        } else {
            Err(RegistrarError::NotHeld(not_held).into())
        }
    }

    /// All branches count: which of two rival changes does, is for the verdicts, and for an anchor.
    fn held_heads(&self, of: impl Fn(&LogKey) -> bool) -> Vec<LogHead> {
        let logs = self.station.store().index().all();
        let mut heads: Vec<LogHead> = logs
            .filter(|log| of(&log.key()))
            .flat_map(|log| {
                let name = log.key().log;
                log.tips().map(move |(seq, id)| LogHead { log: name, seq, id })
            })
            .collect();
        heads.sort_unstable();
        heads
    }
}
