//! Records that are one office's in a book that several write (design.md §4): a check is the police's, a decision the chair's.
//!
//! The right to write is the right to a book, and no protocol looks into a sealed payload: a program that does not keep to it can
//! write such a record all the same. So each device reads such a record by the changes alone that were written in that office, and
//! writes none itself that is another's. All that reads through here (picture, lists, exports, command line) has it so.

use rand_core::CryptoRng;
use sothon_book::{ActorId, ChangeHash};
use sothon_ledger::verdict::EntryView;
use sothon_ledger::{BookId, DeviceId, Height, Register, Role};
use sothon_records::kind::Office;
use sothon_records::{Edit, Kind, RawRecord, RecordKey, Value};

use crate::live::Live;
use crate::replica::{Replica, ReplicaError};

impl<R: CryptoRng> Replica<R> {
    /// In a commune for practice one person plays all offices. Who calls it elsewhere writes what counts for nobody else.
    pub fn play_all_offices(&mut self) {
        self.plays_all = true;
    }

    /// Whether records of a kind are this device's to write, as far as offices go.
    pub fn is_of_office(&self, kind: &Kind) -> bool {
        let own = || {
            let register = self.register().ok()?;
            role_at(register, &self.device(), register.effective_height())
        };
        self.plays_all
            || kind
                .office
                .is_none_or(|office| own().is_some_and(|role| holds(role, office)))
    }

    /// Whether all that edits say is this device's to write, as far as offices go.
    pub(crate) fn is_of_offices(&self, edits: &[Edit]) -> bool {
        let mut kinds = edits.iter().filter_map(|edit| Kind::by_slug(&edit.key().kind));
        kinds.all(|kind| self.is_of_office(kind))
    }

    /// Where a change of this device says something that is another office's now, and was its own before it got another role:
    /// the last height at which it held that office.
    pub(crate) fn held_office_until(
        &self,
        book: &BookId,
        change: &sothon_ledger::ChangeHash,
    ) -> Option<Height> {
        let (live, register) = (self.books.get(book)?, self.register().ok()?);
        let roles = &register.rights().device(&self.device())?.roles;
        if roles.len() < 2 {
            return None;
        }
        let records = live.book.records_touched(&[ChangeHash(change.0)]);
        let mut kinds = records.iter().filter_map(|key| Kind::by_slug(&key.kind));
        let office = kinds.find(|kind| !self.is_of_office(kind))?.office?;
        let held = roles.iter().rev().find(|span| holds(span.role, office))?;
        held.until.and_then(|until| until.0.checked_sub(1)).map(Height)
    }

    /// Whether an entry says something that its author may not say any more, having another role: then it does not write it
    /// again by itself.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub(crate) fn is_left_by_its_author(
        &self,
        book: &BookId,
        entry: &EntryView,
    ) -> Result<bool, ReplicaError> {
        if self.plays_all {
            return Ok(false);
        }
        let register = self.register()?;
        let role = role_at(register, &entry.header.device, register.effective_height());
        let said = self.says(book, &entry.id)?;
        let kinds = said.iter().filter_map(|edit| Kind::by_slug(&edit.key().kind));
        let mut offices = kinds.filter_map(|kind| kind.office);
        Ok(offices.any(|office| !role.is_some_and(|role| holds(role, office))))
    }

    /// Who wrote last what counts for nothing in a record, where the record would say something else by it.
    pub fn counts_for_nothing(&self, book: &BookId, key: &RecordKey) -> Option<ActorId> {
        let live = self.books.get(book)?;
        let office = self.office_of(key)?;
        let all = live.read(key)?;
        if self.counting(live, key, all.clone()) == all {
            return None;
        }
        let steps = live.book.history(key);
        let counts = |actor: &ActorId, change: &ChangeHash| self.wrote_as(live, actor, change, office);
        let theirs = steps.iter().rfind(|step| !counts(&step.actor, &step.change));
        theirs.map(|step| step.actor)
    }

    /// A record as it counts, of what its book has.
    pub(crate) fn counting(&self, live: &Live, key: &RecordKey, raw: RawRecord) -> RawRecord {
        let Some(office) = self.office_of(key) else {
            return raw;
        };
        let counts = |actor: &ActorId, change: &ChangeHash| self.wrote_as(live, actor, change, office);
        live.book.counted(key, counts).unwrap_or(raw)
    }

    /// What these edits take, so that what they say counts: what another office wrote is no value of the field, and saying the same
    /// is saying something.
    ///
    /// # Errors
    /// [`ReplicaError::MayNotWrite`], where one of them is of a record of another office.
    pub(crate) fn as_of_office(&self, book: &BookId, edits: &[Edit]) -> Result<Vec<Edit>, ReplicaError> {
        let mut all = Vec::with_capacity(edits.len());
        for edit in edits {
            let Some(kind) = Kind::by_slug(&edit.key().kind).filter(|kind| kind.office.is_some()) else {
                all.push(edit.clone());
                continue;
            };
            if !self.is_of_office(kind) {
                return Err(ReplicaError::MayNotWrite);
            }
            all.extend(self.said_before(book, edit));
            all.push(edit.clone());
        }
        Ok(all)
    }

    /// Of an edit that says what stands there by another office already: the edit before it, without which nothing would be
    /// written.
    fn said_before(&self, book: &BookId, edit: &Edit) -> Option<Edit> {
        let Edit::Set { key, sub, fields } = edit else {
            return None;
        };
        let live = self.books.get(book)?;
        let there = live.read(key)?;
        let counting = self.counting(live, key, there.clone());
        let of = |record: &RawRecord| match sub {
            None => Some(record.fields.clone()),
            Some(sub) => record.subs.get(sub).cloned(),
        };
        let (there, counting) = (of(&there)?, of(&counting).unwrap_or_default());
        let again = fields.iter().filter(|(name, value)| {
            let stands = there.get(*name);
            stands == value.as_ref() && stands != counting.get(*name)
        });
        let other = again.map(|(name, value)| {
            let other = match counting.get(name) {
                _ if value.is_some() => None,
                // In the text that is there: none can be made again.
                Some(Value::Long(_)) => Some(Value::Long(" ".to_owned())),
                _ => Some(Value::Bool(true)),
            };
            (name.clone(), other)
        });
        let other: std::collections::BTreeMap<_, _> = other.collect();
        (!other.is_empty()).then(|| Edit::Set {
            key: key.clone(),
            sub: sub.clone(),
            fields: other,
        })
    }

    fn office_of(&self, key: &RecordKey) -> Option<Office> {
        Kind::by_slug(&key.kind)?.office.filter(|_| !self.plays_all)
    }

    /// Whether a change was written in an office: in the role that its device had at the height of the register which its entry
    /// names, of entries that count the one of the least; while it is not published, in today's.
    fn wrote_as(&self, live: &Live, actor: &ActorId, change: &ChangeHash, office: Office) -> bool {
        let role = || {
            let register = self.register().ok()?;
            let hash = sothon_ledger::ChangeHash(change.0);
            let carriers = live.carriers_of(&hash);
            let counting = carriers.filter(|entry| {
                let verdict = live.judge.verdict(entry);
                verdict.is_some_and(sothon_ledger::verdict::Verdict::is_admitted)
            });
            let heights = counting.filter_map(|entry| Some(live.view(&entry)?.header.height));
            let height = heights.min().unwrap_or(register.effective_height());
            role_at(register, &live.author(actor)?, height)
        };
        role().is_some_and(|role| holds(role, office))
    }
}

fn role_at(register: &Register, device: &DeviceId, height: Height) -> Option<Role> {
    let info = register.rights().device(device)?;
    info.role_at(height).map(|span| span.role)
}

fn holds(role: Role, office: Office) -> bool {
    match office {
        Office::Police => matches!(role, Role::Police | Role::PoliceChief),
        Office::Chair => role == Role::Chair,
    }
}
