//! What was ordered on branches of the register that were not chosen: it counts no more, and whoever keeps the register must
//! see what of it is to be said again.

use std::collections::HashSet;

use crate::ids::{BookId, DeviceId, OperationId};
use crate::people::{Compartment, Right};

use super::{Action, Cut, CutOf, Operation, Register};

/// An operation on a branch that was not chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unchosen<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Whether nothing of it is left to be said: the register says the same by now, a later operation on its own branch took its
    /// place, or what it is about is nowhere in the register.
    pub settled: bool,
}

/// What a later operation of the same branch takes the place of.
#[derive(PartialEq, Eq, Hash)]
enum Subject {
    Device(DeviceId),
    ReadingKey(Compartment, u32),
    Carrier(BookId),
    Relays,
}

impl Subject {
    fn of(action: &Action) -> Option<Subject> {
        Some(match action {
            Action::Admit { device, .. } | Action::Role { device, .. } => Subject::Device(*device),
            Action::Cut(Cut {
                of: CutOf::Device(device),
                ..
            }) => Subject::Device(*device),
            Action::ReadingKey {
                compartment, year, ..
            } => Subject::ReadingKey(*compartment, *year),
            Action::Carrier { book, .. } => Subject::Carrier(*book),
            Action::Relays(_) => Subject::Relays,
            _ => return None,
        })
    }
}

impl Register {
    /// What was ordered on branches that the recovery key did not choose, by height and id. Not what orders nothing by itself: who
    /// the registrar is follows from the choice, and what only dates the register is over. Nothing while a fork is undecided.
    pub fn unchosen(&self) -> Vec<Unchosen<'_>> {
        if self.frozen.is_some() {
            return Vec::new();
        }
        let mut all: Vec<&Operation> = self.branches.values().filter(|op| orders(op.action())).collect();
        all.sort_unstable_by_key(|operation| (operation.height(), operation.id()));
        let replaced = self.replaced_on_their_branch();
        let unchosen = all.into_iter().map(|operation| Unchosen {
            operation,
            settled: replaced.contains(&operation.id()) || !self.lacks(operation.action()),
        });
        unchosen.collect()
    }

    fn replaced_on_their_branch(&self) -> HashSet<OperationId> {
        let mut replaced = HashSet::new();
        for last in self.branches.values() {
            let subject = Subject::of(last.action());
            let mut at = last;
            while let Some(before) = at.previous().and_then(|id| self.branches.get(&id)) {
                if subject.is_some() && Subject::of(before.action()) == subject {
                    replaced.insert(before.id());
                }
                at = before;
            }
        }
        replaced
    }

    /// Whether the register does not say by now what an operation says, though what it is about is there.
    fn lacks(&self, action: &Action) -> bool {
        let rights = self.rights();
        let at = self.effective_height();
        let role = |device: &DeviceId| rights.device(device).and_then(|info| info.role_at(at));
        match action {
            Action::Admit { device, .. } => role(device).is_none(),
            Action::Role {
                device,
                role: new,
                scopes,
                ..
            } => role(device).is_some_and(|span| (span.role, &span.scopes) != (*new, scopes)),
            Action::Cut(cut) => match cut.of {
                CutOf::Device(device) => role(&device).is_some(),
                CutOf::DeviceInBook(device, book) => {
                    let rest = [Right::Read, Right::Write, Right::Drop];
                    rest.iter().any(|right| rights.may(&device, &book, *right, at))
                }
                CutOf::Book(book) => rights.book(&book).is_some_and(|info| {
                    let ended = rights.cuts(at).any(|(_, other)| other.of == cut.of);
                    info.closed.is_none() && !ended
                }),
            },
            Action::Open(open) => rights.open_book(open.kind, open.scope, open.year).is_none(),
            Action::Rights {
                book, add, remove, ..
            } => {
                rights.book(book).is_some()
                    && (add.iter().any(|grant| !rights.has_grant(book, grant, at))
                        || remove.iter().any(|grant| rights.has_grant(book, grant, at)))
            }
            Action::ReadingKey {
                compartment,
                year,
                key,
            } => rights.reading_key(*compartment, *year) != Some(*key),
            Action::Close { book, .. } => rights.book(book).is_some_and(|info| info.closed.is_none()),
            Action::Carrier { book, device } => {
                let info = rights.book(book).filter(|info| info.closed.is_some());
                info.is_some_and(|info| info.carrier != Some(*device))
            }
            Action::Erase { book } => rights.book(book).is_some_and(|info| info.erased.is_none()),
            Action::LetIn { entry, .. } => rights.let_in(entry).is_none(),
            Action::Anchor { entry, .. } => rights.anchored(entry).is_none(),
            Action::Replaced { entries, .. } => entries.iter().any(|entry| rights.replaced(entry).is_none()),
            Action::Relays(relays) => rights.relays() != relays.as_slice(),
            // A later version knows what to make of the others; by name, they are there or not.
            _ => !self.chain.iter().any(|operation| operation.action() == action),
        }
    }
}

/// Whether an operation orders something that somebody may have to say again.
fn orders(action: &Action) -> bool {
    !matches!(
        action,
        Action::Found { .. }
            | Action::LanKey { .. }
            | Action::StillCurrent
            | Action::HandOver { .. }
            | Action::Recover { .. }
    )
}
