//! Who may what, at which height: the register's operations, evaluated.
//!
//! A right is the meeting of two operations: one that gives a device a role for some scopes, and one that grants a
//! role something in a book. It begins at the higher of the two, and is ended by cuts only. A cut of a device also ends
//! the role that it had, so that a book opened later grants it nothing.

use std::collections::{BTreeMap, HashMap};

use crate::ids::{AgreeKey, BookId, DeviceId, EntryId, Height, TransportKey};
use crate::people::{BookKind, Compartment, Right, Role, Scope, Selector};

use super::operation::{Action, Cut, CutOf, Grant, OpenBook, Relay};

/// A device as the register knows it.
#[derive(Clone, Debug)]
pub struct DeviceInfo {
    /// The height at which it was admitted first.
    pub admitted: Height,
    /// The key that it shows in TLS.
    pub transport: TransportKey,
    /// The roles that it has had, in order.
    pub roles: Vec<RoleSpan>,
}

impl DeviceInfo {
    /// The role that it has at a height.
    pub fn role_at(&self, height: Height) -> Option<&RoleSpan> {
        self.roles.iter().rev().find(|span| span.covers(height))
    }

    /// Whether it had a role such as this at every height from one until another: a change of role leaves no gap, a cut does,
    /// however soon it is admitted again.
    pub fn has_throughout(&self, from: Height, until: Height, is: impl Fn(&RoleSpan) -> bool) -> bool {
        let mut at = from;
        while let Some(span) = self.role_at(at).filter(|span| is(span)) {
            match span.until {
                Some(end) if end <= until => at = end,
                _ => return true,
            }
        }
        false
    }
}

/// A role of a device, from one operation until another.
#[derive(Clone, Debug)]
pub struct RoleSpan {
    /// The role.
    pub role: Role,
    /// For which villages or units.
    pub scopes: Vec<Scope>,
    /// The operation that gave it.
    pub from: Height,
    /// The operation that ended it.
    pub until: Option<Height>,
}

impl RoleSpan {
    fn covers(&self, height: Height) -> bool {
        self.from <= height && self.until.is_none_or(|until| height < until)
    }
}

/// A book as the register knows it.
#[derive(Clone, Debug)]
pub struct BookInfo {
    /// The height at which it was opened.
    pub opened: Height,
    /// As it was opened.
    pub open: OpenBook,
    /// The height at which it was closed.
    pub closed: Option<Height>,
    /// Who carries over.
    pub carrier: Option<DeviceId>,
    /// The height at which it was erased.
    pub erased: Option<Height>,
    grants: Vec<GrantSpan>,
}

#[derive(Clone, Debug)]
struct GrantSpan {
    grant: Grant,
    from: Height,
    until: Option<Height>,
}

impl GrantSpan {
    fn covers(&self, height: Height) -> bool {
        self.from <= height && self.until.is_none_or(|until| height < until)
    }
}

/// The register's operations, evaluated.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    devices: BTreeMap<DeviceId, DeviceInfo>,
    books: BTreeMap<BookId, BookInfo>,
    cuts: Vec<(Height, Cut)>,
    let_in: HashMap<EntryId, Height>,
    anchors: HashMap<EntryId, Height>,
    replaced: HashMap<EntryId, Height>,
    reading_keys: BTreeMap<(Compartment, u32), AgreeKey>,
    relays: Vec<Relay>,
    lan_key: Option<(BookId, crate::ids::EpochId, Vec<u8>)>,
    pub(super) unknown_from: Option<Height>,
}

impl Rights {
    /// Evaluates the next operation.
    ///
    /// # Errors
    /// What contradicts the register. Nothing has changed then.
    pub(super) fn apply(&mut self, height: Height, action: &Action) -> Result<(), &'static str> {
        if self.unknown_from.is_some() {
            return Ok(());
        }
        match action {
            Action::Admit {
                device,
                transport,
                role,
                scopes,
                ..
            } => {
                if self
                    .devices
                    .iter()
                    .any(|(id, info)| id != device && info.transport == *transport)
                {
                    return Err("a transport key that another device has");
                }
                let span = RoleSpan {
                    role: *role,
                    scopes: scopes.clone(),
                    from: height,
                    until: None,
                };
                let info = self.devices.entry(*device).or_insert_with(|| DeviceInfo {
                    admitted: height,
                    transport: *transport,
                    roles: Vec::new(),
                });
                info.transport = *transport;
                end_roles(info, height);
                info.roles.push(span);
            }
            Action::Role {
                device,
                role,
                scopes,
                heads,
            } => {
                let info = self
                    .devices
                    .get_mut(device)
                    .ok_or("a device that was never admitted")?;
                end_roles(info, height);
                info.roles.push(RoleSpan {
                    role: *role,
                    scopes: scopes.clone(),
                    from: height,
                    until: None,
                });
                self.cuts.push((
                    height,
                    Cut {
                        of: CutOf::Device(*device),
                        heads: heads.clone(),
                    },
                ));
            }
            Action::Cut(cut) => self.cut(height, cut)?,
            Action::Open(open) => self.open(height, open)?,
            Action::Rights {
                book,
                add,
                remove,
                cuts,
            } => {
                let info = self.books.get_mut(book).ok_or("a book that was never opened")?;
                for span in &mut info.grants {
                    if span.until.is_none() && remove.contains(&span.grant) {
                        span.until = Some(height);
                    }
                }
                info.grants.extend(add.iter().map(|grant| GrantSpan {
                    grant: *grant,
                    from: height,
                    until: None,
                }));
                for cut in cuts {
                    self.cut(height, cut)?;
                }
            }
            Action::ReadingKey {
                compartment,
                year,
                key,
            } => {
                self.reading_keys.insert((*compartment, *year), *key);
            }
            Action::Close {
                book,
                heads,
                next,
                carrier,
            } => {
                let info = self.books.get(book).ok_or("a book that was never opened")?;
                if info.closed.is_some() {
                    return Err("a book that is closed");
                }
                self.open(height, next)?;
                self.cuts.push((
                    height,
                    Cut {
                        of: CutOf::Book(*book),
                        heads: heads.clone(),
                    },
                ));
                if let Some(info) = self.books.get_mut(book) {
                    info.closed = Some(height);
                    info.carrier = Some(*carrier);
                }
            }
            Action::Carrier { book, device } => {
                self.books
                    .get_mut(book)
                    .ok_or("a book that was never opened")?
                    .carrier = Some(*device);
            }
            Action::Erase { book } => {
                self.books
                    .get_mut(book)
                    .ok_or("a book that was never opened")?
                    .erased = Some(height);
            }
            Action::LetIn { entry, .. } => {
                self.let_in.entry(*entry).or_insert(height);
            }
            Action::Anchor { entry, .. } => {
                self.anchors.entry(*entry).or_insert(height);
            }
            Action::Replaced { entries, .. } => {
                for entry in entries {
                    self.replaced.entry(*entry).or_insert(height);
                }
            }
            Action::Relays(relays) => self.relays.clone_from(relays),
            Action::LanKey { book, epoch, sealed } => self.lan_key = Some((*book, *epoch, sealed.clone())),
            Action::Successor | Action::Unknown(_) => self.unknown_from = Some(height),
            Action::OverrideFinal { .. }
            | Action::StillCurrent
            | Action::Found { .. }
            | Action::HandOver { .. }
            | Action::Recover { .. } => {}
        }
        Ok(())
    }

    fn open(&mut self, height: Height, open: &OpenBook) -> Result<(), &'static str> {
        if self.books.contains_key(&open.book) {
            return Err("a book that was opened before");
        }
        let grants = open
            .grants
            .iter()
            .map(|grant| GrantSpan {
                grant: *grant,
                from: height,
                until: None,
            })
            .collect();
        let info = BookInfo {
            opened: height,
            open: open.clone(),
            closed: None,
            carrier: None,
            erased: None,
            grants,
        };
        self.books.insert(open.book, info);
        Ok(())
    }

    fn cut(&mut self, height: Height, cut: &Cut) -> Result<(), &'static str> {
        match cut.of {
            CutOf::Device(device) => {
                end_roles(
                    self.devices
                        .get_mut(&device)
                        .ok_or("a device that was never admitted")?,
                    height,
                );
            }
            CutOf::DeviceInBook(device, book) => {
                if !self.devices.contains_key(&device) || !self.books.contains_key(&book) {
                    return Err("a device or book that is not there");
                }
            }
            CutOf::Book(book) => {
                if !self.books.contains_key(&book) {
                    return Err("a book that was never opened");
                }
            }
        }
        self.cuts.push((height, cut.clone()));
        Ok(())
    }

    /// A device that was ever admitted.
    pub fn device(&self, device: &DeviceId) -> Option<&DeviceInfo> {
        self.devices.get(device)
    }

    /// All devices that were ever admitted.
    pub fn devices(&self) -> impl Iterator<Item = (&DeviceId, &DeviceInfo)> {
        self.devices.iter()
    }

    /// The device that shows this key in TLS.
    pub fn device_by_transport(&self, key: &TransportKey) -> Option<DeviceId> {
        self.devices
            .iter()
            .find(|(_, info)| info.transport == *key)
            .map(|(id, _)| *id)
    }

    /// A book that was ever opened.
    pub fn book(&self, book: &BookId) -> Option<&BookInfo> {
        self.books.get(book)
    }

    /// All books that were ever opened.
    pub fn books(&self) -> impl Iterator<Item = (&BookId, &BookInfo)> {
        self.books.iter()
    }

    /// The book that is open for a row of the table, a scope and a year.
    pub fn open_book(&self, kind: BookKind, scope: Scope, year: u32) -> Option<BookId> {
        self.books
            .iter()
            .find(|(_, b)| {
                b.open.kind == kind && b.open.scope == scope && b.open.year == year && b.erased.is_none()
            })
            .map(|(id, _)| *id)
    }

    /// The heights up to `at` at which operations gave the device this right in this book, in order. What cuts took
    /// away again is still among them.
    pub fn grants(&self, device: &DeviceId, book: &BookId, right: Right, at: Height) -> Vec<Height> {
        let (Some(device), Some(book)) = (self.devices.get(device), self.books.get(book)) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for span in &device.roles {
            for granted in book.grants.iter().filter(|g| g.grant.right == right) {
                let from = span.from.max(granted.from);
                let alive = span.until.is_none_or(|until| from < until)
                    && granted.until.is_none_or(|until| from < until);
                if from <= at && alive && granted.grant.to.matches(span.role, &span.scopes) {
                    out.push(from);
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether the device has the right at that height: a grant that no cut ended.
    pub fn may(&self, device: &DeviceId, book: &BookId, right: Right, at: Height) -> bool {
        let Some(last) = self.grants(device, book, right, at).last().copied() else {
            return false;
        };
        !self.cuts.iter().any(|(height, cut)| {
            *height <= at
                && *height > last
                && match cut.of {
                    CutOf::Device(d) => d == *device,
                    CutOf::DeviceInBook(d, b) => d == *device && b == *book,
                    CutOf::Book(_) => false,
                }
        })
    }

    /// Whether a device of this role, for these places, is given the right in a book at that height: what changing a role
    /// would end and begin. Cuts name devices, and say nothing of one that could be.
    pub fn gives(&self, book: &BookId, right: Right, role: Role, scopes: &[Scope], at: Height) -> bool {
        self.books.get(book).is_some_and(|book| {
            book.grants.iter().any(|granted| {
                granted.covers(at) && granted.grant.right == right && granted.grant.to.matches(role, scopes)
            })
        })
    }

    /// Whether a book has this very grant at a height.
    pub fn has_grant(&self, book: &BookId, grant: &Grant, at: Height) -> bool {
        let book = self.books.get(book);
        let mut grants = book.into_iter().flat_map(|book| &book.grants);
        grants.any(|granted| granted.grant == *grant && granted.covers(at))
    }

    /// The devices that have the right at that height.
    pub fn holders(&self, book: &BookId, right: Right, at: Height) -> Vec<DeviceId> {
        self.devices
            .keys()
            .filter(|device| self.may(device, book, right, at))
            .copied()
            .collect()
    }

    /// The height of the last operation up to `at` that took reading away from somebody who had it (the book's opening
    /// if there was none): an entry's epoch must not be older (§3.6).
    pub fn last_removal(&self, book: &BookId, at: Height) -> Height {
        let opened = self.books.get(book).map_or(Height(0), |info| info.opened);
        let removals = self
            .cuts
            .iter()
            .rev()
            .filter(|(height, _)| *height <= at)
            .filter_map(|(height, cut)| {
                let device = match cut.of {
                    CutOf::Device(device) => device,
                    CutOf::DeviceInBook(device, of) if of == *book => device,
                    _ => return None,
                };
                let before = Height(height.0 - 1);
                let lost = self.may(&device, book, Right::Read, before)
                    && !self.may(&device, book, Right::Read, *height);
                lost.then_some(*height)
            });
        removals.max().unwrap_or(opened).max(opened)
    }

    /// The cuts up to a height.
    pub fn cuts(&self, at: Height) -> impl Iterator<Item = &(Height, Cut)> {
        self.cuts.iter().filter(move |(height, _)| *height <= at)
    }

    /// The height at which an entry was let in.
    pub fn let_in(&self, entry: &EntryId) -> Option<Height> {
        self.let_in.get(entry).copied()
    }

    /// The height at which an entry was anchored.
    pub fn anchored(&self, entry: &EntryId) -> Option<Height> {
        self.anchors.get(entry).copied()
    }

    /// The height at which an entry was said to be written again by others, for an author who will not come back.
    pub fn replaced(&self, entry: &EntryId) -> Option<Height> {
        self.replaced.get(entry).copied()
    }

    /// The reading key on paper of a compartment and year.
    pub fn reading_key(&self, compartment: Compartment, year: u32) -> Option<AgreeKey> {
        self.reading_keys.get(&(compartment, year)).copied()
    }

    /// The commune's relays.
    pub fn relays(&self) -> &[Relay] {
        &self.relays
    }

    /// The sealed key by which devices find each other nearby: commune book, epoch, sealed bytes.
    pub fn lan_key(&self) -> Option<&(BookId, crate::ids::EpochId, Vec<u8>)> {
        self.lan_key.as_ref()
    }

    /// Whether a selector means a device at a height.
    pub fn means(&self, selector: &Selector, device: &DeviceId, at: Height) -> bool {
        self.devices
            .get(device)
            .and_then(|info| info.role_at(at))
            .is_some_and(|span| selector.matches(span.role, &span.scopes))
    }
}

fn end_roles(info: &mut DeviceInfo, height: Height) {
    for span in &mut info.roles {
        span.until.get_or_insert(height);
    }
}
