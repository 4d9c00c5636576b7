//! What the registrar writes into the register: founding, admission, books, keys on paper, roles, cuts, what is let in.
//!
//! Pure: a [`Registrar`] signs operations onto a register in memory; the replica stores them.

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use sothon_ledger::register::{
    Action, Cut, CutOf, Grant, LogHead, OpenBook, OperationError, RegisterError, Relay,
};
use sothon_ledger::{
    BookId, BookKind, Compartment, DeviceId, EntryId, EpochId, Height, Operation, OperationId, Register,
    Right, Role, Scope,
};

use crate::secrets::random;
use crate::table;
use sothon_ledger::slip::{ReadingKeySlip, RequestSlip};

/// Why the registrar cannot do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrarError {
    /// This device does not have the registrar key.
    #[error("this device does not have the registrar key")]
    NotRegistrar,
    /// The request is for another commune.
    #[error("the request is for another commune")]
    ForeignRequest,
    /// The register has a fork: nothing is added until the recovery key decides.
    #[error("the register is frozen by a fork")]
    Frozen,
    /// Care and tips are not opened before a reading key on paper or two reader devices exist (B7).
    #[error("{0:?} needs a reading key on paper or two reader devices first")]
    NoSecondReader(Compartment),
    /// The books are open already.
    #[error("the books of that year are open already")]
    AlreadyOpen,
    /// Only a village's general book is opened to a unit.
    #[error("only a village's general book is opened to a unit")]
    NotForUnits,
    /// The unit's devices may read that book already.
    #[error("the unit reads that book already")]
    Opened,
    /// The book is not open to the unit.
    #[error("that book is not open to the unit")]
    NotOpened,
    /// The device is not in the register.
    #[error("the device is not in the register")]
    UnknownDevice,
    /// The book is not in the register.
    #[error("the book is not in the register")]
    UnknownBook,
    /// The device has no role now: it was cut, and has to be admitted again.
    #[error("the device has no role now")]
    NoRole,
    /// The device has just that role, for just these places.
    #[error("the device has that role already")]
    SameRole,
    /// The registrar's machine would shut itself out.
    #[error("that is the registrar's own machine")]
    OwnDevice,
    /// This machine is not served all of these books, and does not know which heads a cut has to name. A machine of the
    /// office is served everything.
    #[error("{} books are not held here, so that nobody knows what a cut would leave", .0.len())]
    NotHeld(Vec<BookId>),
    /// The entry is not held, or counts, or waits for something.
    #[error("that entry is not aside")]
    NotAside,
    /// Its author has written it again, or it was written again by name.
    #[error("what the entry says was written again")]
    WrittenAgain,
    /// Its author may write in that book, and writes it again itself.
    #[error("the entry's author may write there, and writes it again itself")]
    StillWrites,
    /// The entry holds no records: it is let in, or not.
    #[error("the entry holds no records that somebody else could write")]
    NoRecords,
    /// Nobody has ordered that others write the entry again.
    #[error("nobody has ordered that the entry be written again")]
    NotOrdered,
    /// This device cannot see whether the entry's author has written it again.
    #[error("the book of the entry cannot be read here")]
    Unreadable,
    /// No rival of what the entry carries is held.
    #[error("the entry has no rival")]
    NoRival,
    /// One of the rivals was chosen before.
    #[error("one of the rivals is chosen already")]
    Chosen,
    /// Only the registrar and police chiefs suspend a device.
    #[error("only the registrar and police chiefs suspend a device")]
    MayNotSuspend,
    /// The registrar's word about a device stands, or the register does not say whose word counts.
    #[error("the registrar's word about this device stands")]
    Outweighed,
    /// The key is not that of the commune's recovery sheet.
    #[error("that is not the key of the recovery sheet")]
    NotTheSheet,
    /// The register has these branches, and one has to be chosen.
    #[error("the register has {} branches, of which one has to be chosen", .0.len())]
    Branches(Vec<(Height, OperationId)>),
    /// The operation is none that anybody could read: it became too long.
    #[error("the operation cannot be read back")]
    Operation(#[from] OperationError),
    /// The operation contradicts the register.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// Signs operations onto a register.
pub(crate) struct Registrar<'a> {
    pub register: &'a mut Register,
    pub key: &'a SigningKey,
    /// Unix seconds.
    pub time: i64,
    /// What was added.
    pub added: Vec<Operation>,
}

/// The *found* operation.
pub(crate) fn found(
    registrar: &SigningKey,
    recovery: [u8; 32],
    time: i64,
    rng: &mut impl CryptoRng,
) -> Operation {
    let registrar_key = registrar.verifying_key().to_bytes();
    let action = Action::Found {
        registrar: registrar_key,
        recovery,
        nonce: *random(rng),
    };
    Operation::sign(None, time, action, registrar)
}

impl Registrar<'_> {
    fn add(&mut self, action: Action) -> Result<(), RegistrarError> {
        if self.register.frozen().is_some() {
            return Err(RegistrarError::Frozen);
        }
        let operation = Operation::sign(Some(self.register.head()), self.time, action, self.key);
        // What nobody could read back, this machine's own store neither, is not even tried.
        Operation::parse(operation.bytes())?;
        self.register.add(operation.clone())?;
        self.added.push(operation);
        Ok(())
    }

    pub fn admit(
        &mut self,
        request: &RequestSlip,
        role: Role,
        scopes: Vec<Scope>,
        until: Option<i64>,
    ) -> Result<(), RegistrarError> {
        if request.root != self.register.root() {
            return Err(RegistrarError::ForeignRequest);
        }
        let RequestSlip {
            device, transport, ..
        } = *request;
        self.add(Action::Admit {
            device,
            transport,
            role,
            scopes,
            until,
        })
    }

    pub fn relays(&mut self, relays: Vec<Relay>) -> Result<(), RegistrarError> {
        self.add(Action::Relays(relays))
    }

    pub fn lan_key(&mut self, book: BookId, epoch: EpochId, sealed: Vec<u8>) -> Result<(), RegistrarError> {
        self.add(Action::LanKey { book, epoch, sealed })
    }

    pub fn still_current(&mut self) -> Result<(), RegistrarError> {
        self.add(Action::StillCurrent)
    }

    pub fn reading_key(&mut self, slip: &ReadingKeySlip) -> Result<(), RegistrarError> {
        self.add(Action::ReadingKey {
            compartment: slip.compartment,
            year: slip.year,
            key: slip.key,
        })
    }

    /// Opens the books of a compartment for a year: those that are not open yet. In care and tips those who may read
    /// now are named as the first readers (B9).
    pub fn open(
        &mut self,
        compartment: Compartment,
        year: u32,
        villages: &[u32],
        units: &[u32],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<BookId>, RegistrarError> {
        let mut opened = Vec::new();
        for kind in BookKind::ALL
            .into_iter()
            .filter(|kind| kind.compartment() == compartment)
        {
            for scope in table::scopes(kind, villages, units) {
                if self.register.rights().open_book(kind, scope, year).is_some() {
                    continue;
                }
                let mut open = OpenBook {
                    book: BookId(*random(rng)),
                    kind,
                    scope,
                    year,
                    grants: table::grants(kind, scope),
                    first_readers: Vec::new(),
                    previous: None,
                };
                if compartment.is_guarded() {
                    open.first_readers = self.readers_to_be(&open);
                    let on_paper = self.register.rights().reading_key(compartment, year).is_some();
                    if !on_paper && open.first_readers.len() < 2 {
                        return Err(RegistrarError::NoSecondReader(compartment));
                    }
                }
                opened.push(open.book);
                self.add(Action::Open(open))?;
            }
        }
        if opened.is_empty() {
            Err(RegistrarError::AlreadyOpen)
        } else {
            Ok(opened)
        }
    }

    /// Another role for a device; `heads` are those of its logs that still count.
    pub fn role(
        &mut self,
        device: DeviceId,
        role: Role,
        scopes: Vec<Scope>,
        heads: Vec<LogHead>,
    ) -> Result<(), RegistrarError> {
        let rights = self.register.rights();
        let info = rights.device(&device).ok_or(RegistrarError::UnknownDevice)?;
        let span = info
            .role_at(self.register.effective_height())
            .ok_or(RegistrarError::NoRole)?;
        if (span.role, &span.scopes) == (role, &scopes) {
            return Err(RegistrarError::SameRole);
        }
        self.add(Action::Role {
            device,
            role,
            scopes,
            heads,
        })
    }

    /// Ends a right; the heads are those that still count.
    pub fn cut(&mut self, cut: Cut) -> Result<(), RegistrarError> {
        let rights = self.register.rights();
        match cut.of {
            CutOf::Device(device) | CutOf::DeviceInBook(device, _) if rights.device(&device).is_none() => {
                return Err(RegistrarError::UnknownDevice);
            }
            CutOf::Book(book) | CutOf::DeviceInBook(_, book) if rights.book(&book).is_none() => {
                return Err(RegistrarError::UnknownBook);
            }
            _ => {}
        }
        self.add(Action::Cut(cut))
    }

    /// Makes an entry count that does not, and what it builds on.
    pub fn let_in(&mut self, book: BookId, entry: EntryId) -> Result<(), RegistrarError> {
        self.add(Action::LetIn { book, entry })
    }

    /// Orders that others write entries again, whose author will not come back.
    pub fn replaced(&mut self, book: BookId, entries: Vec<EntryId>) -> Result<(), RegistrarError> {
        self.add(Action::Replaced { book, entries })
    }

    /// Makes another device's key the registrar's.
    pub fn hand_over(&mut self, to: DeviceId) -> Result<(), RegistrarError> {
        let rights = self.register.rights();
        let info = rights.device(&to).ok_or(RegistrarError::UnknownDevice)?;
        info.role_at(self.register.effective_height())
            .ok_or(RegistrarError::NoRole)?;
        self.add(Action::HandOver { registrar: to.0 })
    }

    /// Gives and takes rights in a book; whoever loses something is in the cuts.
    pub fn rights(
        &mut self,
        book: BookId,
        add: Vec<Grant>,
        remove: Vec<Grant>,
        cuts: Vec<Cut>,
    ) -> Result<(), RegistrarError> {
        self.add(Action::Rights {
            book,
            add,
            remove,
            cuts,
        })
    }

    /// Chooses the branch on which an entry lies.
    pub fn anchor(&mut self, book: BookId, entry: EntryId) -> Result<(), RegistrarError> {
        self.add(Action::Anchor { book, entry })
    }

    fn readers_to_be(&self, open: &OpenBook) -> Vec<DeviceId> {
        let at = self.register.effective_height();
        let rights = self.register.rights();
        let may = |device: &DeviceId| {
            open.grants
                .iter()
                .filter(|g| g.right == Right::Read)
                .any(|g| rights.means(&g.to, device, at))
        };
        rights.devices().map(|(device, _)| *device).filter(may).collect()
    }
}
