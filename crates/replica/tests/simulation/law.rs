//! Who may what, as the simulation itself reckons it: by the table of books (design.md §4), by whom the office admitted, and
//! by who said yes to whom. No device is asked what it thinks of itself.

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::{BookId, BookKind, DeviceId, EntryId, Height, OperationId, Register, Role, Scope};

use super::{CHIEF, LATE, OFFICE, RELAY, ROLES, SECOND, World, everybody, rogues};

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

/// Whether a place is nobody's at first.
pub fn comes_later(place: usize) -> bool {
    [LATE, SECOND].contains(&place)
}

/// An operation of the register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    pub height: Height,
    /// `None`: before anything happened.
    operation: Option<OperationId>,
}

impl Mark {
    pub const FIRST: Mark = Mark {
        height: Height(0),
        operation: None,
    };

    /// The last operation of a register.
    pub fn of(register: &Register) -> Mark {
        let (height, operation) = register.head();
        Mark {
            height,
            operation: Some(operation),
        }
    }

    /// The operation of a register at a height.
    pub fn at(register: &Register, height: Height) -> Mark {
        let operation = register.operation(height).map(|held| held.id());
        Mark { height, operation }
    }

    /// Whether it lies on the branch that a register follows.
    pub fn stands(&self, register: &Register) -> bool {
        let held = register.operation(self.height).map(|held| held.id());
        self.operation.is_none() || held == self.operation
    }
}

/// From which operation on a device is admitted, and which one ended that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub from: Mark,
    pub until: Option<Mark>,
}

/// A role and where it works.
pub type Post = (Role, Scope);

/// What was ordered of a place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Admit,
    Cut,
    Role(Post),
    Reign,
}

/// All that was ordered, on whatever branch of the register, and what follows from the one that is followed.
#[derive(Clone)]
pub struct Orders {
    made: Vec<(Mark, usize, Order)>,
    /// By place, when a device was admitted and cut.
    pub terms: BTreeMap<usize, Vec<Term>>,
    /// The same of its roles, after the first one.
    pub roles: BTreeMap<usize, Vec<(Mark, Post)>>,
    /// Whose machine was the registrar's.
    pub reigns: Vec<(Mark, usize)>,
}

impl Orders {
    pub fn first() -> Orders {
        let there = everybody().filter(|place| !comes_later(*place));
        let made = there.map(|place| (Mark::FIRST, place, Order::Admit));
        let mut orders = Orders {
            made: made.chain([(Mark::FIRST, OFFICE, Order::Reign)]).collect(),
            terms: BTreeMap::new(),
            roles: BTreeMap::new(),
            reigns: Vec::new(),
        };
        orders.follow(|_| true);
        orders
    }

    /// `stands`: on the branch of the register that is followed.
    pub fn note(&mut self, at: Mark, place: usize, order: Order, stands: bool) {
        self.made.push((at, place, order));
        if stands {
            self.apply(at, place, order);
        }
    }

    /// What follows from those that lie on one branch: what was ordered elsewhere was never ordered.
    pub fn follow(&mut self, stands: impl Fn(&Mark) -> bool) {
        self.terms.clear();
        self.roles.clear();
        self.reigns.clear();
        let mut made: Vec<_> = self.made.iter().filter(|(at, ..)| stands(at)).copied().collect();
        made.sort_by_key(|(at, ..)| at.height);
        for (at, place, order) in made {
            self.apply(at, place, order);
        }
    }

    fn apply(&mut self, at: Mark, place: usize, order: Order) {
        let terms = self.terms.entry(place).or_default();
        match order {
            Order::Admit => terms.push(Term {
                from: at,
                until: None,
            }),
            Order::Cut => {
                if let Some(term) = terms.last_mut() {
                    term.until.get_or_insert(at);
                }
            }
            Order::Role(role) => self.roles.entry(place).or_default().push((at, role)),
            Order::Reign => self.reigns.push((at, place)),
        }
    }

    /// When a place was admitted, on whatever branch: whoever was served by it holds what it was given then.
    fn admitted(&self, place: usize) -> impl Iterator<Item = Mark> + '_ {
        let of = self.made.iter().filter(move |(_, of, _)| *of == place);
        of.filter(|(_, _, order)| *order == Order::Admit)
            .map(|(at, ..)| *at)
    }

    fn all_roles(&self, place: usize) -> impl Iterator<Item = Post> + '_ {
        let of = self.made.iter().filter(move |(_, of, _)| *of == place);
        of.filter_map(|(_, _, order)| match order {
            Order::Role(role) => Some(*role),
            _ => None,
        })
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
pub fn reads((role, at): Post, (kind, of): (BookKind, Scope)) -> bool {
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
pub fn writes((role, at): Post, (kind, of): (BookKind, Scope)) -> bool {
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

fn holds(who: Post, book: (BookKind, Scope)) -> Hold {
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
    /// What a device is, or was until it was cut.
    pub fn role(&self, place: usize) -> Post {
        let changed = self.orders.roles.get(&place).and_then(|roles| roles.last());
        changed.map_or_else(|| self.first_role(place), |(_, role)| *role)
    }

    /// What it was admitted as first.
    fn first_role(&self, place: usize) -> Post {
        match ROLES.get(place) {
            Some((_, role, scope)) => (*role, *scope),
            None => self.rogue(place).role,
        }
    }

    /// All that a device ever was, also where that counts for nothing any more.
    pub fn all_roles(&self, place: usize) -> impl Iterator<Item = Post> + '_ {
        let later = self.orders.all_roles(place);
        later.chain([self.first_role(place)])
    }

    /// What it was at a register height.
    pub fn role_at(&self, place: usize, height: Height) -> Post {
        let changed = self.orders.roles.get(&place).into_iter().flatten();
        let mut then = changed.filter(|(from, _)| from.height <= height);
        then.next_back()
            .map_or_else(|| self.first_role(place), |(_, role)| *role)
    }

    /// Whether a device may write in a book now, by all that was ordered.
    pub fn writes_now(&self, place: usize, book: &BookId) -> bool {
        let kind = self.kind(book);
        self.is_admitted(place) && kind.is_some_and(|kind| writes(self.role(place), kind))
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

    /// The operation that was just made.
    pub fn mark(&self) -> Mark {
        self.register_of(self.registrar()).map_or(Mark::FIRST, Mark::of)
    }

    /// Notes that a device was admitted or cut with the operation that was just made.
    pub fn note_term(&mut self, place: usize, begins: bool) {
        let order = if begins { Order::Admit } else { Order::Cut };
        self.note_order(place, order);
    }

    /// Notes what was ordered with the operation that was just made. What a machine orders that has not heard from when on it is
    /// the registrar's lies beside what made it that: nobody will follow it.
    pub fn note_order(&mut self, place: usize, order: Order) {
        let (at, stands) = (self.mark(), self.knows_its_reign(self.registrar()));
        self.orders.note(at, place, order, stands);
    }

    /// Whether a device was ever admitted.
    pub fn was_admitted(&self, place: usize) -> bool {
        self.orders.admitted(place).next().is_some()
    }

    /// Whether it is admitted now, by all that was ordered.
    pub fn is_admitted(&self, place: usize) -> bool {
        let terms = self.orders.terms.get(&place);
        terms.is_some_and(|terms| terms.iter().any(|term| term.until.is_none()))
    }

    /// Whether a device has heard of all that was ordered about it.
    pub fn knows_its_terms(&self, place: usize) -> bool {
        let terms = self.orders.terms.get(&place).into_iter().flatten();
        let roles = self.orders.roles.get(&place).into_iter().flatten();
        let ordered = terms.flat_map(|term| [Some(term.from), term.until]).flatten();
        let mut ordered = ordered.chain(roles.map(|(from, _)| *from));
        match self.register_of(place) {
            Some(register) => ordered.all(|at| at.stands(register)),
            None => ordered.next().is_none(),
        }
    }

    /// Whether a device was admitted at a height and no less until another.
    pub fn is_throughout(&self, place: usize, from: Height, until: Height) -> bool {
        let during =
            |term: &Term| term.from.height <= from && term.until.is_none_or(|end| until < end.height);
        let terms = self.orders.terms.get(&place);
        terms.is_some_and(|terms| terms.iter().any(during))
    }

    /// Whether it may have been admitted at a height.
    fn was_admitted_at(&self, place: usize, height: Height) -> bool {
        self.orders.admitted(place).any(|from| from.height <= height)
    }

    /// How much of a book a party holds by what it is now.
    pub fn hold_now(&self, place: usize, book: &BookId) -> Hold {
        match self.kind(book) {
            Some(kind) if self.is_admitted(place) => holds(self.role(place), kind),
            _ => Hold::Nothing,
        }
    }

    /// How much of a book a party may hold.
    pub fn hold(&self, place: usize, book: &BookId) -> Hold {
        match self.kind(book) {
            _ if place == RELAY => Hold::All,
            Some(kind) if self.was_admitted(place) => {
                let ever = self.all_roles(place).map(|role| holds(role, kind));
                ever.max().unwrap_or(Hold::Nothing)
            }
            _ => Hold::Nothing,
        }
    }

    /// Whether a device was named as a reader when a book was opened.
    fn is_first(&self, place: usize, kind: (BookKind, Scope)) -> bool {
        place < RELAY && !comes_later(place) && reads(self.first_role(place), kind)
    }

    fn ever_reads(&self, place: usize, kind: (BookKind, Scope)) -> bool {
        self.all_roles(place).any(|role| reads(role, kind))
    }

    /// Whom a yes may make a reader of a guarded book, at most: those named when it was opened, and whoever one of them, or
    /// one of these, signed a yes for while admitted. Whether such a yes stands follows from more than this.
    fn counted(&self, book: &BookId) -> BTreeSet<DeviceId> {
        let Some(kind) = self.kind(book) else {
            return BTreeSet::new();
        };
        let first = everybody().filter(|place| self.is_first(*place, kind));
        let mut counted: BTreeSet<DeviceId> = first.map(|place| self.ids[place]).collect();
        for yes in self.yeses.iter().filter(|yes| yes.book == *book) {
            let author = everybody()
                .chain(rogues())
                .find(|place| self.id_of(*place) == yes.by);
            let might = |place| self.ever_reads(place, kind) && self.was_admitted_at(place, yes.height);
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
        let role = self.was_admitted(place) && self.ever_reads(place, kind);
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
        let counts = |place: usize| !is_guarded(kind.0) || self.is_first(place, kind) || said_yes(place);
        everybody()
            .filter(|place| self.is_admitted(*place) && reads(self.role(*place), kind) && counts(*place))
            .collect()
    }
}
