//! Who may what, as the simulation itself reckons it: by the table of books (design.md §4), by whom the office admitted, and
//! by who said yes to whom. No device is asked what it thinks of itself.

use std::collections::BTreeSet;

use sothon_ledger::{BookId, BookKind, DeviceId, EntryId, Height, Role, Scope};

use super::{CHIEF, OFFICE, RELAY, ROLES, World, everybody, rogues};

/// How much of a book a device may hold (A41).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Hold {
    Nothing,
    /// What is its own, and what concerns it.
    Own,
    All,
}

/// A yes that somebody signed, honest or not, in the order of signing.
pub struct Yes {
    pub book: BookId,
    pub by: DeviceId,
    pub to: DeviceId,
    /// The register height that it names.
    pub height: Height,
    pub entry: EntryId,
}

/// From which register height on a device is admitted, and which one ended that.
pub struct Term {
    pub from: Height,
    pub until: Option<Height>,
}

impl Term {
    /// Admitted before anything happened.
    pub fn always() -> Term {
        Term {
            from: Height(0),
            until: None,
        }
    }
}

fn is_police(role: Role) -> bool {
    matches!(role, Role::Police | Role::PoliceChief)
}

fn is_head(role: Role) -> bool {
    matches!(role, Role::VillageHead | Role::DeputyVillageHead)
}

/// Whether a book is of care or of tips.
pub fn is_guarded(kind: BookKind) -> bool {
    !matches!(kind, BookKind::Village | BookKind::Unit | BookKind::Commune)
}

/// Whether somebody of this role, working there, reads a book of this kind and scope.
pub fn reads((role, at): (Role, Scope), (kind, of): (BookKind, Scope)) -> bool {
    let own_head = is_head(role) && at == of;
    match kind {
        BookKind::Village => {
            own_head
                || is_police(role)
                || matches!(role, Role::Health | Role::Office | Role::Chair | Role::Leader)
        }
        BookKind::Unit | BookKind::Commune => true,
        BookKind::CareFiles | BookKind::CareHealth => {
            is_police(role) || matches!(role, Role::Health | Role::Chair)
        }
        BookKind::CareAssignments => own_head || is_police(role) || role == Role::Chair,
        BookKind::CareContacts => own_head || is_police(role) || matches!(role, Role::Health | Role::Chair),
        BookKind::Tips | BookKind::TipsPolice => is_police(role),
        BookKind::TipsAccess => matches!(role, Role::PoliceChief | Role::Chair),
        _ => false,
    }
}

/// Whether it writes there.
pub fn writes((role, at): (Role, Scope), (kind, of): (BookKind, Scope)) -> bool {
    let own = at == of;
    match kind {
        BookKind::Village | BookKind::CareContacts => is_police(role) || is_head(role) && own,
        BookKind::Unit => own,
        BookKind::Commune => is_police(role) || matches!(role, Role::Office | Role::Chair),
        BookKind::CareHealth => role == Role::Health,
        BookKind::CareFiles | BookKind::CareAssignments | BookKind::Tips | BookKind::TipsPolice => {
            is_police(role)
        }
        _ => false,
    }
}

fn drops(role: Role, kind: BookKind) -> bool {
    match kind {
        BookKind::Tips => is_head(role) || matches!(role, Role::Health | Role::Office | Role::Unit),
        BookKind::TipsAccess => true,
        _ => false,
    }
}

fn holds(who: (Role, Scope), book: (BookKind, Scope)) -> Hold {
    if !is_guarded(book.0) || who.0 == Role::Office || reads(who, book) || writes(who, book) {
        Hold::All
    } else if drops(who.0, book.0) {
        Hold::Own
    } else {
        Hold::Nothing
    }
}

/// Whether its receipts mean that something has come to the commune.
pub fn is_at_commune(role: Role) -> bool {
    is_police(role) || matches!(role, Role::Office | Role::Chair)
}

impl World {
    /// What a device was admitted as.
    pub fn role(&self, place: usize) -> (Role, Scope) {
        match ROLES.get(place) {
            Some((_, role, scope)) => (*role, *scope),
            None => self.rogue(place).role,
        }
    }

    pub fn id_of(&self, place: usize) -> DeviceId {
        if place > RELAY {
            self.rogue_ids[place - RELAY - 1]
        } else {
            self.ids[place]
        }
    }

    /// Kind and scope of a book: the office opened it.
    pub fn kind(&self, book: &BookId) -> Option<(BookKind, Scope)> {
        let info = self.register_of(OFFICE)?.rights().book(book)?;
        Some((info.open.kind, info.open.scope))
    }

    /// Notes that the office admitted or cut a device with the operation that it just made.
    pub fn note_term(&mut self, place: usize, begins: bool) {
        let at = self
            .register_of(OFFICE)
            .map_or(Height(0), |register| register.height());
        let terms = self.terms.entry(place).or_default();
        if begins {
            terms.push(Term {
                from: at,
                until: None,
            });
        } else if let Some(term) = terms.last_mut() {
            term.until.get_or_insert(at);
        }
    }

    /// Whether a device was ever admitted.
    pub fn was_admitted(&self, place: usize) -> bool {
        self.terms.get(&place).is_some_and(|terms| !terms.is_empty())
    }

    /// Whether it is admitted now, by all that the office ordered.
    pub fn is_admitted(&self, place: usize) -> bool {
        let terms = self.terms.get(&place);
        terms.is_some_and(|terms| terms.iter().any(|term| term.until.is_none()))
    }

    /// Whether a device has heard of all that the office ordered about it.
    pub fn knows_its_terms(&self, place: usize) -> bool {
        let heights = self.terms.get(&place).into_iter().flatten();
        let last = heights.map(|term| term.until.unwrap_or(term.from)).max();
        let known = self
            .register_of(place)
            .map_or(Height(0), |register| register.height());
        last.is_none_or(|last| last <= known)
    }

    /// Whether a device was admitted at a height and no less until another.
    pub fn is_throughout(&self, place: usize, from: Height, until: Height) -> bool {
        let during = |term: &Term| term.from <= from && term.until.is_none_or(|end| until < end);
        let terms = self.terms.get(&place);
        terms.is_some_and(|terms| terms.iter().any(during))
    }

    fn was_admitted_at(&self, place: usize, height: Height) -> bool {
        let during = |term: &Term| term.from <= height && term.until.is_none_or(|until| height < until);
        self.terms
            .get(&place)
            .is_some_and(|terms| terms.iter().any(during))
    }

    /// How much of a book a party may hold.
    pub fn hold(&self, place: usize, book: &BookId) -> Hold {
        match self.kind(book) {
            _ if place == RELAY => Hold::All,
            Some(kind) if self.was_admitted(place) => holds(self.role(place), kind),
            _ => Hold::Nothing,
        }
    }

    /// Whom a yes may make a reader of a guarded book, at most: those named when it was opened, and whoever one of them, or
    /// one of these, signed a yes for while admitted. Whether such a yes stands follows from more than this.
    fn counted(&self, book: &BookId) -> BTreeSet<DeviceId> {
        let Some(kind) = self.kind(book) else {
            return BTreeSet::new();
        };
        let first = everybody().filter(|place| *place != super::LATE && reads(self.role(*place), kind));
        let mut counted: BTreeSet<DeviceId> = first.map(|place| self.ids[place]).collect();
        for yes in self.yeses.iter().filter(|yes| yes.book == *book) {
            let author = everybody()
                .chain(rogues())
                .find(|place| self.id_of(*place) == yes.by);
            let might = |place| reads(self.role(place), kind) && self.was_admitted_at(place, yes.height);
            if counted.contains(&yes.by) && author.is_some_and(might) {
                counted.insert(yes.to);
            }
        }
        counted
    }

    /// Whether a device may be able to open a book, whoever lied.
    pub fn might_read(&self, place: usize, book: &BookId) -> bool {
        let Some(kind) = self.kind(book) else {
            return false;
        };
        let role = self.was_admitted(place) && reads(self.role(place), kind);
        role && (!is_guarded(kind.0) || self.counted(book).contains(&self.id_of(place)))
    }

    /// Who has to be able to read a book, now that everybody has met. A yes by a liar counts where it stands: the police
    /// chief, a reader from the first, says whether it does, and whoever it is for has to mean the same.
    pub fn readers(&self, book: &BookId) -> BTreeSet<usize> {
        let Some(kind) = self.kind(book) else {
            return BTreeSet::new();
        };
        let stands = |entry: &EntryId| {
            let verdicts = self.device(CHIEF).verdicts(book);
            verdicts.is_some_and(|all| all.get(entry).is_some_and(|verdict| verdict.is_by_right()))
        };
        let said_yes = |place: usize| {
            let mut yes = self.yeses.iter().filter(|yes| yes.book == *book);
            // That of an honest reader has to.
            yes.any(|yes| yes.to == self.ids[place] && (yes.by == self.ids[CHIEF] || stands(&yes.entry)))
        };
        let counts = |place: usize| place != super::LATE || !is_guarded(kind.0) || said_yes(place);
        everybody()
            .filter(|place| self.is_admitted(*place) && reads(self.role(*place), kind) && counts(*place))
            .collect()
    }
}
