//! The register: the commune's signed list of devices, roles, books, rights and cuts (design.md §3.5).
//!
//! One chain of operations by one writer at a time, the registrar key. [`Register`] takes operations in, checks that
//! they follow one another and are signed by who may sign them, and answers what the verdicts ask: who had which right
//! at which height. Rights come from operations only; there is no default in code.

mod operation;
mod rights;

use std::collections::HashMap;

pub use operation::{Action, Cut, CutOf, Grant, LogHead, OpenBook, Operation, OperationError, Relay};
pub use rights::{BookInfo, DeviceInfo, Rights, RoleSpan};

use crate::ids::{Height, OperationId, OperationTag, Root};
use crate::sign::SignError;

/// The register as far as it is known here.
#[derive(Clone, Debug)]
pub struct Register {
    /// The chain, by height - 1.
    chain: Vec<Operation>,
    /// Valid operations that do not lie on the chain: the evidence of a fork.
    branches: HashMap<OperationId, Operation>,
    /// The last height before a fork that no recovery decided.
    frozen: Option<Height>,
    registrar: [u8; 32],
    recovery: [u8; 32],
    counter: u64,
    rights: Rights,
}

/// What became of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Added {
    /// It is the new head.
    Appended,
    /// It was there.
    Known,
    /// It contradicts one that is there: kept as evidence; the register is frozen before it.
    Fork(Height),
}

/// Why an operation is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The first operation is not a *found* operation, or a later one is.
    #[error("a register begins with one found operation")]
    Found,
    /// It names a previous operation that is not here.
    #[error("operations between height {have} and {height} are missing")]
    Gap {
        /// Its height.
        height: Height,
        /// Our height.
        have: Height,
    },
    /// It is not signed by the key that may make it.
    #[error("the operation at height {height} is not signed by who may make it")]
    Signer {
        /// Its height.
        height: Height,
        /// What is wrong with the signature.
        #[source]
        source: SignError,
    },
    /// It names a device or book that is not in the register, or one that is there already.
    #[error("the operation at height {height} contradicts the register: {what}")]
    Contradiction {
        /// Its height.
        height: Height,
        /// What.
        what: &'static str,
    },
}

impl Register {
    /// Begins with the *found* operation.
    ///
    /// # Errors
    /// [`RegisterError::Found`] or [`RegisterError::Signer`].
    pub fn found(operation: Operation) -> Result<Register, RegisterError> {
        let Action::Found {
            registrar, recovery, ..
        } = *operation.action()
        else {
            return Err(RegisterError::Found);
        };
        operation
            .verify(&registrar)
            .map_err(|source| RegisterError::Signer {
                height: Height(1),
                source,
            })?;
        Ok(Register {
            chain: vec![operation],
            branches: HashMap::new(),
            frozen: None,
            registrar,
            recovery,
            counter: 0,
            rights: Rights::default(),
        })
    }

    /// Takes the next operation in.
    ///
    /// # Errors
    /// [`RegisterError`]; the register is as it was.
    pub fn add(&mut self, operation: Operation) -> Result<Added, RegisterError> {
        let height = operation.height();
        let at = usize::try_from(height.0 - 1).unwrap_or(usize::MAX);
        if self.chain.get(at).is_some_and(|held| held.id() == operation.id())
            || self.branches.contains_key(&operation.id())
        {
            return Ok(Added::Known);
        }
        if height.0 == 1 {
            return Err(RegisterError::Found);
        }
        let parent = self
            .chain
            .get(at - 1)
            .filter(|held| Some(held.id()) == operation.previous());
        let Some(_) = parent else {
            return match operation.previous().and_then(|id| self.branches.get(&id)) {
                Some(before) if before.height().0 + 1 == height.0 => {
                    // On a branch beside the chain: evidence, so only what its signers signed.
                    let signer = match operation.action() {
                        Action::Recover { .. } => self.recovery,
                        _ => self.registrar_on_branch(before),
                    };
                    operation
                        .verify(&signer)
                        .map_err(|source| RegisterError::Signer { height, source })?;
                    self.branches.insert(operation.id(), operation);
                    Ok(Added::Fork(self.frozen.unwrap_or(self.height())))
                }
                Some(_) => Err(RegisterError::Contradiction {
                    height,
                    what: "a height that does not follow the operation before it",
                }),
                None => Err(RegisterError::Gap {
                    height,
                    have: self.height(),
                }),
            };
        };
        let signer = match operation.action() {
            Action::Recover { .. } => self.recovery,
            _ => self.registrar_before(at),
        };
        operation
            .verify(&signer)
            .map_err(|source| RegisterError::Signer { height, source })?;
        if at < self.chain.len() {
            let before = Height(height.0 - 1);
            self.branches.insert(operation.id(), operation);
            self.frozen = Some(self.frozen.map_or(before, |frozen| frozen.min(before)));
            return Ok(Added::Fork(before));
        }
        let contradiction = |what| RegisterError::Contradiction { height, what };
        match operation.action() {
            Action::HandOver { registrar } => self.registrar = *registrar,
            Action::Recover { registrar, counter } => {
                if *counter <= self.counter {
                    return Err(contradiction("a recovery with a counter that was used"));
                }
                self.counter = *counter;
                self.registrar = *registrar;
            }
            Action::Found { .. } => return Err(RegisterError::Found),
            action => {
                let mut rights = self.rights.clone();
                rights.apply(height, action).map_err(contradiction)?;
                self.rights = rights;
            }
        }
        self.chain.push(operation);
        Ok(Added::Appended)
    }

    /// The commune.
    pub fn root(&self) -> Root {
        Root(self.chain[0].id().0)
    }

    /// The height of the last operation held.
    pub fn height(&self) -> Height {
        Height(self.chain.len() as u64)
    }

    /// The height up to which the register is evaluated: before a fork, and before an operation of a later version.
    pub fn effective_height(&self) -> Height {
        let known = self
            .rights
            .unknown_from
            .map_or(self.height(), |height| Height(height.0 - 1));
        self.frozen.map_or(known, |frozen| frozen.min(known))
    }

    /// The last operation held.
    pub fn head(&self) -> (Height, OperationId) {
        (self.height(), self.chain[self.chain.len() - 1].id())
    }

    /// Where a fork freezes it, if one does.
    pub fn frozen(&self) -> Option<Height> {
        self.frozen
    }

    /// The operation at a height.
    pub fn operation(&self, height: Height) -> Option<&Operation> {
        self.chain.get(usize::try_from(height.0.checked_sub(1)?).ok()?)
    }

    /// All operations of the chain, then those beside it.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.chain.iter().chain(self.branches.values())
    }

    /// Whether the register, as far as it is evaluated, has this operation at this height.
    pub fn has(&self, height: Height, tag: OperationTag) -> bool {
        height <= self.effective_height() && self.operation(height).is_some_and(|op| op.id().tag() == tag)
    }

    /// The key that signs the next operation.
    pub fn registrar(&self) -> [u8; 32] {
        self.registrar
    }

    /// The recovery key.
    pub fn recovery(&self) -> [u8; 32] {
        self.recovery
    }

    /// Devices, books, rights.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The key that signs what follows an operation on a branch.
    fn registrar_on_branch(&self, last: &Operation) -> [u8; 32] {
        let mut at = last;
        loop {
            if let Action::HandOver { registrar } | Action::Recover { registrar, .. } = at.action() {
                return *registrar;
            }
            match at.previous().and_then(|id| self.branches.get(&id)) {
                Some(before) => at = before,
                None => {
                    return self.registrar_before(usize::try_from(at.height().0 - 1).unwrap_or(usize::MAX));
                }
            }
        }
    }

    fn registrar_before(&self, at: usize) -> [u8; 32] {
        let mut key = [0; 32];
        for operation in &self.chain[..at.min(self.chain.len())] {
            match operation.action() {
                Action::Found { registrar, .. }
                | Action::HandOver { registrar }
                | Action::Recover { registrar, .. } => key = *registrar,
                _ => {}
            }
        }
        key
    }
}
