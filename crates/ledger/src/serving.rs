//! Who is served what: which books two parties of a session may both hold (design.md §3.8, A41).
//!
//! Entries are sealed, and still nobody carries more of care and tips than is needed: one stolen phone and one old key
//! would otherwise open them all. General books may be carried by every device; what is guarded only by devices that
//! read or write it, by the office and by relays. This is about carrying, not about verdicts: it follows the register as
//! it is now, and an entry's right is judged elsewhere.

use std::collections::BTreeMap;

use crate::cbor;
use crate::entry::{Header, Kind};
use crate::ids::{BookId, DeviceId, EntryId, TransportKey};
use crate::payload::Receipt;
use crate::people::{Compartment, Right, Role, Scope};
use crate::register::{LogHead, Register};

/// A side of a session, as the register knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Party {
    /// A device that has a role now.
    Device(DeviceId),
    /// A relay of the commune: keeps everything, reads nothing.
    Relay,
}

impl Party {
    /// Who shows this transport key, by the register as it is now. `None`: nobody whom it knows, or a device whose role
    /// has ended.
    pub fn of(register: &Register, key: &TransportKey) -> Option<Party> {
        let rights = register.rights();
        if let Some(device) = rights.device_by_transport(key) {
            return role(register, &device).map(|_| Party::Device(device));
        }
        rights
            .relays()
            .iter()
            .any(|relay| relay.key == *key)
            .then_some(Party::Relay)
    }

    /// Whether it keeps everything there is: a relay, and the office.
    pub fn keeps_all(self, register: &Register) -> bool {
        match self {
            Party::Relay => true,
            Party::Device(device) => role(register, &device) == Some(Role::Office),
        }
    }

    /// Whether it is told of devices that ask to be admitted: relays, which carry it on, and the commune's own devices,
    /// one of which is the registrar's. The register does not say which one has the registrar key.
    pub fn hears_knocks(self, register: &Register) -> bool {
        let Party::Device(device) = self else {
            return true;
        };
        let span = register
            .rights()
            .device(&device)
            .and_then(|info| info.role_at(register.effective_height()));
        span.is_some_and(|span| span.scopes.contains(&Scope::Commune))
    }
}

/// How much of a book a party is served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Service {
    /// Its own logs; of the logs of others only what is its concern ([`Concern`]).
    Own,
    /// All of it.
    All,
}

/// Which of those who only drop into a book an entry concerns that somebody else wrote there. It is served to them out
/// of its log, as a *notice*: what stands before it in the log is none of their business.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Concern {
    /// All of them: what they seal to, and whose word counts for that.
    Everybody,
    /// Who wrote one of these entries: a reply to it.
    WhoWrote(Vec<EntryId>),
    /// Whose logs these are heads of: a receipt.
    Whose(Vec<LogHead>),
}

impl Concern {
    /// Whom an entry concerns; `None`: nobody who only drops.
    pub fn of(header: &Header, payload: &[u8]) -> Option<Concern> {
        match header.kind {
            Kind::Epoch | Kind::Yes => Some(Concern::Everybody),
            Kind::Reply => Some(Concern::WhoWrote(header.after.clone())),
            Kind::Receipt => {
                let receipt: Receipt = cbor::decode(payload).ok()?;
                Some(Concern::Whose(receipt.heads))
            }
            _ => None,
        }
    }
}

/// The books that a party is served. A book that is not there is none of its business.
pub fn served_books(register: &Register, party: Party) -> BTreeMap<BookId, Service> {
    let rights = register.rights();
    let at = register.effective_height();
    let (device, role) = match party {
        Party::Relay => return rights.books().map(|(book, _)| (*book, Service::All)).collect(),
        Party::Device(device) => match role(register, &device) {
            Some(role) => (device, role),
            None => return BTreeMap::new(),
        },
    };
    let service = |book: &BookId, compartment: Compartment| {
        let may = |right| rights.may(&device, book, right, at);
        let once = |right| !rights.grants(&device, book, right, at).is_empty();
        if compartment == Compartment::General
            || role == Role::Office
            || may(Right::Read)
            || may(Right::Write)
        {
            Some(Service::All)
        } else if once(Right::Write) || once(Right::Drop) {
            Some(Service::Own)
        } else {
            None
        }
    };
    rights
        .books()
        .filter_map(|(book, info)| Some((*book, service(book, info.open.kind.compartment())?)))
        .collect()
}

/// A book of which both sides of a session may hold something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Shared {
    /// The book.
    pub book: BookId,
    /// Whether it is a closed volume.
    pub closed: bool,
    /// `Some`: one side is served no more of it than what is its own ([`Service::Own`]).
    pub only: Option<DeviceId>,
}

/// The books of which both parties are served something, in the order of their ids. Both sides of a session compute it
/// alike.
pub fn shared_books(register: &Register, one: Party, other: Party) -> Vec<Shared> {
    let others = served_books(register, other);
    let own = |party| match party {
        Party::Device(device) => Some(device),
        Party::Relay => None,
    };
    let mut out = Vec::new();
    for (book, service) in served_books(register, one) {
        let only = match (service, others.get(&book)) {
            (Service::All, Some(Service::All)) => None,
            (Service::Own, Some(Service::All)) => own(one),
            (Service::All, Some(Service::Own)) => own(other),
            _ => continue,
        };
        let info = register.rights().book(&book);
        let closed = info.is_some_and(|info| info.closed.is_some());
        out.push(Shared { book, closed, only });
    }
    out
}

/// The role that a device has now.
fn role(register: &Register, device: &DeviceId) -> Option<Role> {
    let span = register
        .rights()
        .device(device)?
        .role_at(register.effective_height())?;
    Some(span.role)
}
