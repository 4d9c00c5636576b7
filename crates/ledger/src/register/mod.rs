//! The register: the commune's signed list of devices, roles, books, rights and cuts (design.md §3.5).
//!
//! One chain of operations by one writer at a time, the registrar key. [`Register`] takes operations in, checks that
//! they follow one another and are signed by who may sign them, and answers what the verdicts ask: who had which right
//! at which height. Rights come from operations only; there is no default in code.

mod operation;
mod rights;
mod unchosen;

use std::collections::{HashMap, HashSet};

pub use operation::{
    Action, Cut, CutOf, Grant, LogHead, MAX_OPERATION, OpenBook, Operation, OperationError, Relay,
};
pub use rights::{BookInfo, DeviceInfo, Rights, RoleSpan};
pub use unchosen::Unchosen;

use crate::ids::{Height, OperationId, OperationTag, Root};
use crate::sign::SignError;

/// The register as far as it is known here.
///
/// All operations together are a tree; the register is one path of it. Where two operations follow one (a fork), only the
/// recovery key chooses: the branch on which it was used with the highest counter. Until then the register is frozen before
/// the fork. So what it says is a function of the set of operations, whatever came first.
#[derive(Clone, Debug)]
pub struct Register {
    /// The path, by height - 1; beyond a fork that nothing decides, what came first.
    chain: Vec<Operation>,
    /// Valid operations that do not lie on it: the evidence of a fork.
    branches: HashMap<OperationId, Operation>,
    /// The last height before a fork that no recovery decided.
    frozen: Option<Height>,
    /// After the last operation of the path.
    state: State,
    /// What holds while the register is frozen: evaluated up to there.
    frozen_rights: Option<Rights>,
}

/// What follows from a path of operations.
#[derive(Clone, Debug)]
struct State {
    registrar: Registrars,
    recovery: [u8; 32],
    counter: u64,
    rights: Rights,
}

/// The keys that were the registrar's, one after the other.
#[derive(Clone, Debug)]
struct Registrars {
    first: [u8; 32],
    /// From which height on it was another.
    later: Vec<(Height, [u8; 32])>,
}

impl Registrars {
    fn new(first: [u8; 32]) -> Registrars {
        let later = Vec::new();
        Registrars { first, later }
    }

    fn now(&self) -> [u8; 32] {
        self.later.last().map_or(self.first, |(_, key)| *key)
    }

    /// The key that it was at every height between two.
    fn throughout(&self, from: Height, until: Height) -> Option<[u8; 32]> {
        let mut known = self.later.iter().take_while(|(height, _)| *height <= until);
        let before = known.clone().take_while(|(height, _)| *height <= from).last();
        let key = before.map_or(self.first, |(_, key)| *key);
        known
            .all(|(height, other)| *height <= from || *other == key)
            .then_some(key)
    }
}

/// What became of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Added {
    /// It is the new head.
    Appended,
    /// It was there.
    Known,
    /// It contradicts one that is there: kept as evidence; the register is frozen before it, or a recovery decided between
    /// the two.
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
    /// It is longer than [`MAX_OPERATION`]: nobody could read it back, this machine neither.
    #[error("the operation at height {height} has {bytes} bytes")]
    TooLong {
        /// Its height.
        height: Height,
        /// Its length.
        bytes: usize,
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

impl State {
    /// Takes the next operation of the path.
    fn take(&mut self, operation: &Operation) -> Result<(), RegisterError> {
        let height = operation.height();
        let signer = match operation.action() {
            Action::Recover { .. } => self.recovery,
            _ => self.registrar.now(),
        };
        operation
            .verify(&signer)
            .map_err(|source| RegisterError::Signer { height, source })?;
        self.apply(operation)
    }

    /// The same of an operation whose signature was verified.
    fn apply(&mut self, operation: &Operation) -> Result<(), RegisterError> {
        let height = operation.height();
        let contradiction = |what| RegisterError::Contradiction { height, what };
        match operation.action() {
            Action::HandOver { registrar } => self.registrar.later.push((height, *registrar)),
            Action::Recover { registrar, counter } => {
                if *counter <= self.counter {
                    return Err(contradiction("a recovery with a counter that was used"));
                }
                self.counter = *counter;
                self.registrar.later.push((height, *registrar));
            }
            Action::Found { .. } => return Err(RegisterError::Found),
            action => self.rights.apply(height, action).map_err(contradiction)?,
        }
        Ok(())
    }
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
            state: State {
                registrar: Registrars::new(registrar),
                recovery,
                counter: 0,
                rights: Rights::default(),
            },
            frozen_rights: None,
        })
    }

    /// Takes an operation in.
    ///
    /// # Errors
    /// [`RegisterError`]; the register is as it was.
    pub fn add(&mut self, operation: Operation) -> Result<Added, RegisterError> {
        let height = operation.height();
        let id = operation.id();
        let bytes = operation.bytes().len();
        if bytes > MAX_OPERATION {
            return Err(RegisterError::TooLong { height, bytes });
        }
        if self.on_chain(height).is_some_and(|held| held.id() == id) || self.branches.contains_key(&id) {
            return Ok(Added::Known);
        }
        let (Some(previous), Some(before)) = (operation.previous(), height.0.checked_sub(1).map(Height))
        else {
            return Err(RegisterError::Found);
        };
        if self.head() == (before, previous) {
            let mut state = self.state.clone();
            state.take(&operation)?;
            self.state = state;
            let decides = self.frozen.is_some() && matches!(operation.action(), Action::Recover { .. });
            self.chain.push(operation);
            if decides {
                self.choose();
            }
            return Ok(Added::Appended);
        }
        let on_chain = self.on_chain(before).filter(|held| held.id() == previous);
        let parent = on_chain.or_else(|| self.branches.get(&previous));
        match parent {
            None => {
                return Err(RegisterError::Gap {
                    height,
                    have: self.height(),
                });
            }
            Some(parent) if parent.height() != before => {
                return Err(RegisterError::Contradiction {
                    height,
                    what: "a height that does not follow the operation before it",
                });
            }
            Some(parent) => self.state_after(&self.path_to(parent))?.take(&operation)?,
        }
        self.branches.insert(id, operation);
        self.choose();
        Ok(Added::Fork(self.frozen.unwrap_or(before)))
    }

    /// Chooses the path among all operations, as far as the recovery key has.
    fn choose(&mut self) {
        let mut all: Vec<Operation> = self.chain.drain(..).collect();
        let came_first: HashSet<OperationId> = all.iter().map(Operation::id).collect();
        all.extend(std::mem::take(&mut self.branches).into_values());
        all.sort_by_key(|operation| (operation.height(), operation.id()));
        let mut next: HashMap<OperationId, Vec<usize>> = HashMap::new();
        // The highest counter with which the recovery key was used at or above each.
        let mut used: HashMap<OperationId, u64> = HashMap::new();
        for (at, operation) in all.iter().enumerate().rev() {
            let here = match operation.action() {
                Action::Recover { counter, .. } => *counter,
                _ => 0,
            };
            let above = used.get(&operation.id()).copied().unwrap_or(0);
            used.insert(operation.id(), here.max(above));
            if let Some(before) = operation.previous() {
                let below = used.entry(before).or_default();
                *below = (*below).max(here).max(above);
                next.entry(before).or_default().push(at);
            }
        }
        self.frozen = None;
        let mut path: Vec<usize> = vec![0];
        while let Some(last) = path.last().and_then(|at| all.get(*at)) {
            let following = next.get(&last.id()).map_or(&[][..], Vec::as_slice);
            let counter = |at: &usize| {
                let operation = all.get(*at);
                operation.and_then(|operation| used.get(&operation.id())).copied()
            };
            let best = following.iter().filter_map(counter).max();
            let chosen: Vec<usize> = (following.iter().copied())
                .filter(|at| counter(at) == best)
                .collect();
            let is_first = |at: &&usize| all.get(**at).is_some_and(|op| came_first.contains(&op.id()));
            match chosen.as_slice() {
                [] => break,
                [one] => path.push(*one),
                [some, ..] => {
                    self.frozen.get_or_insert(last.height());
                    path.push(chosen.iter().find(is_first).copied().unwrap_or(*some));
                }
            }
        }
        let path: HashSet<usize> = path.into_iter().collect();
        for (at, operation) in all.into_iter().enumerate() {
            if path.contains(&at) {
                self.chain.push(operation);
            } else {
                self.branches.insert(operation.id(), operation);
            }
        }
        let whole: Vec<&Operation> = self.chain.iter().collect();
        let frozen = self.frozen.and_then(|height| usize::try_from(height.0).ok());
        let until = frozen.and_then(|height| whole.get(..height));
        let state = self.state_after(&whole);
        self.frozen_rights = until
            .and_then(|until| self.state_after(until).ok())
            .map(|state| state.rights);
        // Each was taken on this very path.
        if let Ok(state) = state {
            self.state = state;
        }
    }

    /// The operations from *found* to this one.
    fn path_to<'a>(&'a self, last: &'a Operation) -> Vec<&'a Operation> {
        let mut path = vec![last];
        let mut at = last;
        while let Some(before) = at.previous().and_then(|id| self.branches.get(&id)) {
            path.push(before);
            at = before;
        }
        let below = usize::try_from(at.height().0.saturating_sub(1)).unwrap_or(usize::MAX);
        path.extend(self.chain.iter().take(below).rev());
        path.reverse();
        path
    }

    /// What follows from a path of operations that were taken.
    fn state_after(&self, path: &[&Operation]) -> Result<State, RegisterError> {
        let mut operations = path.iter();
        let Some(Action::Found {
            registrar, recovery, ..
        }) = operations.next().map(|found| found.action())
        else {
            return Err(RegisterError::Found);
        };
        let mut state = State {
            registrar: Registrars::new(*registrar),
            recovery: *recovery,
            counter: 0,
            rights: Rights::default(),
        };
        operations.try_for_each(|operation| state.apply(operation))?;
        Ok(state)
    }

    fn on_chain(&self, height: Height) -> Option<&Operation> {
        self.chain.get(usize::try_from(height.0.checked_sub(1)?).ok()?)
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
            .rights()
            .unknown_from
            .map_or(self.height(), |height| Height(height.0 - 1));
        self.frozen.map_or(known, |frozen| frozen.min(known))
    }

    /// The last operation held.
    pub fn head(&self) -> (Height, OperationId) {
        (self.height(), self.chain[self.chain.len() - 1].id())
    }

    /// The time that the last operation states, in unix seconds, by the registrar's clock: how old the register is that is
    /// held here (A23).
    pub fn dated(&self) -> i64 {
        self.chain[self.chain.len() - 1].time()
    }

    /// Where a fork freezes it, if one does.
    pub fn frozen(&self) -> Option<Height> {
        self.frozen
    }

    /// The operation at a height.
    pub fn operation(&self, height: Height) -> Option<&Operation> {
        self.on_chain(height)
    }

    /// All operations of the chain, then those beside it.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.chain.iter().chain(self.branches.values())
    }

    /// Whether the register, as far as it is evaluated, has this operation at this height.
    pub fn has(&self, height: Height, tag: OperationTag) -> bool {
        height <= self.effective_height() && self.operation(height).is_some_and(|op| op.id().tag() == tag)
    }

    /// Whether what names this operation at this height names none that counts, whatever follows: the register has another one
    /// there, or this one lies on a branch that was not chosen.
    pub fn is_dead(&self, height: Height, tag: OperationTag) -> bool {
        let beside = |operation: &Operation| operation.height() == height && operation.id().tag() == tag;
        self.frozen.is_none()
            && !self.has(height, tag)
            && (height <= self.effective_height() || self.branches.values().any(beside))
    }

    /// Where the register could go on: the operations that none follows. More than one, where it is forked.
    pub fn tips(&self) -> Vec<(Height, OperationId)> {
        let followed: HashSet<OperationId> = self.operations().filter_map(Operation::previous).collect();
        let mut tips: Vec<(Height, OperationId)> = (self.operations())
            .map(|operation| (operation.height(), operation.id()))
            .filter(|(_, id)| !followed.contains(id))
            .collect();
        tips.sort_unstable();
        tips
    }

    /// The key that signs the next operation.
    pub fn registrar(&self) -> [u8; 32] {
        self.state.registrar.now()
    }

    /// The registrar key, if it was the same at every height from this one until where the register is evaluated.
    pub fn registrar_since(&self, from: Height) -> Option<[u8; 32]> {
        self.state.registrar.throughout(from, self.effective_height())
    }

    /// The recovery key.
    pub fn recovery(&self) -> [u8; 32] {
        self.state.recovery
    }

    /// The counter that a use of the recovery key after an operation has to exceed, on whatever branch it was used.
    pub fn recoveries(&self) -> u64 {
        let counters = self
            .operations()
            .filter_map(|operation| match operation.action() {
                Action::Recover { counter, .. } => Some(*counter),
                _ => None,
            });
        counters.max().unwrap_or(0)
    }

    /// Devices, books, rights; where a fork froze the register, as they were before it.
    pub fn rights(&self) -> &Rights {
        self.frozen_rights.as_ref().unwrap_or(&self.state.rights)
    }
}
