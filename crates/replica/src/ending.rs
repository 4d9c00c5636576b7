//! What the registrar ends and begins: a role, a device, a device in one book, a book (design.md §3.4, §3.5).
//!
//! Rights are ended by cuts alone, and a cut names the heads that still count: those that this machine holds. What had
//! not arrived here by then is aside everywhere, and its honest author goes on by itself; what it cannot write again, the
//! registrar lets in by name.

use rand_core::CryptoRng;
use sothon_ledger::register::{Cut, CutOf};
use sothon_ledger::serving::{Party, Service, served_books};
use sothon_ledger::{BookId, DeviceId, Right, Role, Scope};
use sothon_store::LogKey;

use crate::heads::{MOST_HEADS, NotNamed};
use crate::invitations::InvitationError;
use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};
use crate::table;

impl<R: CryptoRng> Replica<R> {
    /// Gives a device another role, or the same one for other places. One operation ends what the old role allowed, but for
    /// what is held here, and begins what the new one allows. Says which logs it could not name.
    ///
    /// # Errors
    /// [`InvitationError::Place`] where the role needs another place, [`RegistrarError`].
    pub fn change_role(
        &mut self,
        device: DeviceId,
        role: Role,
        scopes: Vec<Scope>,
        time: i64,
    ) -> Result<NotNamed, ReplicaError> {
        self.must_be_registrar()?;
        if !table::works_for(role, &scopes) {
            return Err(InvitationError::Place.into());
        }
        self.holds_all_of(&self.may_have_written(&device)?)?;
        let (heads, not_named) = self.heads_to_name(MOST_HEADS, |log| log.device == device);
        self.register_op(time, |registrar, _| registrar.role(device, role, scopes, heads))?;
        Ok(not_named)
    }

    /// Ends all that a device may. What is held of its logs here still counts.
    ///
    /// # Errors
    /// [`RegistrarError::OwnDevice`] for this machine itself, [`RegistrarError`].
    pub fn cut_device(&mut self, device: DeviceId, time: i64) -> Result<NotNamed, ReplicaError> {
        self.cut(CutOf::Device(device), time)
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
    ) -> Result<NotNamed, ReplicaError> {
        self.cut(CutOf::DeviceInBook(device, book), time)
    }

    /// Ends a book: nobody writes changes or drops in it any more. What is held of it here still counts.
    ///
    /// # Errors
    /// [`RegistrarError`].
    pub fn cut_book(&mut self, book: BookId, time: i64) -> Result<NotNamed, ReplicaError> {
        self.cut(CutOf::Book(book), time)
    }

    /// Ends what `of` says. What is held here of it still counts, but for logs that one operation has no room to name.
    ///
    /// # Errors
    /// [`RegistrarError::OwnDevice`] for all that this machine itself may, [`RegistrarError`].
    pub fn cut(&mut self, of: CutOf, time: i64) -> Result<NotNamed, ReplicaError> {
        self.must_be_registrar()?;
        if of == CutOf::Device(self.device()) {
            return Err(RegistrarError::OwnDevice.into());
        }
        let books = match of {
            CutOf::Device(device) => self.may_have_written(&device)?,
            CutOf::DeviceInBook(_, book) | CutOf::Book(book) => vec![book],
            _ => return Err(ReplicaError::Unusable),
        };
        self.holds_all_of(&books)?;
        let (heads, not_named) = self.heads_to_name(MOST_HEADS, |log| concerns(&of, log));
        self.register_op(time, |registrar, _| registrar.cut(Cut { of, heads }))?;
        Ok(not_named)
    }

    pub(crate) fn must_be_registrar(&self) -> Result<(), RegistrarError> {
        if self.is_registrar() {
            Ok(())
        } else {
            Err(RegistrarError::NotRegistrar)
        }
    }

    /// The books in which a device may ever have written. What a cut does not name counts as nothing, so nothing is cut by a
    /// machine that is not served all of these.
    fn may_have_written(&self, device: &DeviceId) -> Result<Vec<BookId>, ReplicaError> {
        let register = self.register()?;
        let (rights, at) = (register.rights(), register.effective_height());
        let ever = |book: &BookId| {
            [Right::Read, Right::Write, Right::Drop]
                .into_iter()
                .any(|right| !rights.grants(device, book, right, at).is_empty())
        };
        Ok(rights.books().map(|(book, _)| *book).filter(ever).collect())
    }

    pub(crate) fn holds_all_of(&self, books: &[BookId]) -> Result<(), ReplicaError> {
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
}

/// Whether a cut is about a log.
fn concerns(of: &CutOf, log: &LogKey) -> bool {
    match *of {
        CutOf::Device(device) => log.device == device,
        CutOf::DeviceInBook(device, book) => (log.device, log.book) == (device, book),
        CutOf::Book(book) => log.book == book,
        _ => false,
    }
}
