//! What the registrar writes into the register: founding, admission, books, keys on paper, cuts.
//!
//! Pure: a [`Registrar`] signs operations onto a register in memory; the replica stores them.

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use sothon_ledger::register::{Action, Cut, CutOf, LogHead, OpenBook, RegisterError, Relay};
use sothon_ledger::{
    BookId, BookKind, Compartment, DeviceId, EpochId, Operation, Register, Right, Role, Scope,
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
    /// The device is not in the register.
    #[error("the device is not in the register")]
    UnknownDevice,
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

    /// Ends all that a device may; `heads` are those of its logs that still count.
    pub fn cut_device(&mut self, device: DeviceId, heads: Vec<LogHead>) -> Result<(), RegistrarError> {
        if self.register.rights().device(&device).is_none() {
            return Err(RegistrarError::UnknownDevice);
        }
        self.add(Action::Cut(Cut {
            of: CutOf::Device(device),
            heads,
        }))
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
