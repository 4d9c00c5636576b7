//! What has to hold: at any moment, and once everybody has met.

use std::collections::BTreeMap;

use sothon_book::{Conflict, HistoryStep};
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, BookKind, EntryId, Envelope, Kind, Receiver, Right};
use sothon_records::{RawRecord, RecordKey, Value};
use sothon_replica::{Delivery, FileRead};

use super::law::Hold;
use super::{CHIEF, Device, MARK, RELAY, ROLES, World, everybody, law};

/// All that a device says of a book.
#[derive(PartialEq)]
pub struct Seen {
    records: BTreeMap<RecordKey, RawRecord>,
    conflicts: Vec<Conflict>,
    histories: BTreeMap<RecordKey, Vec<HistoryStep>>,
    verdicts: BTreeMap<EntryId, Verdict>,
}

/// What a device says of a book.
pub fn seen(device: &Device, book: &BookId) -> Seen {
    let records: BTreeMap<_, _> = device.records_of(book).collect();
    let histories = records
        .keys()
        .map(|key| (key.clone(), device.history(book, key)))
        .collect();
    let conflicts = device
        .conflicts()
        .into_iter()
        .filter(|(of, _)| of == book)
        .map(|(_, conflict)| conflict)
        .collect();
    let verdicts = device
        .verdicts(book)
        .map(|v| v.iter().map(|(id, verdict)| (*id, *verdict)).collect())
        .unwrap_or_default();
    Seen {
        records,
        conflicts,
        histories,
        verdicts,
    }
}

impl World {
    fn seen(&self, place: usize, book: &BookId) -> Seen {
        seen(self.device(place), book)
    }

    /// What a party holds and reads is what its role may: checked after everything that it is given.
    pub fn check_holds(&self, place: usize) -> Result<(), String> {
        let name = ROLES.get(place).map_or("relay", |role| role.0);
        let store = self.store(place);
        for log in store.index().all() {
            let key = log.key();
            match self.hold(place, &key.book) {
                Hold::Nothing => return Err(format!("{name} holds entries of a book that it may not hold")),
                Hold::Own if key.device != self.ids[place] => {
                    return Err(format!("{name} holds of a book more than what is its own"));
                }
                Hold::Own | Hold::All => {}
            }
        }
        self.check_suspensions(place)?;
        self.check_no_more(place)?;
        if place == RELAY {
            return Ok(());
        }
        let device = self.device(place);
        for open in device.readable() {
            if !self.might_read(place, &open.book) {
                return Err(format!("{name} can open {:?}, which it may not read", open.kind));
            }
        }
        for (open, key, _) in device.records() {
            if !self.might_read(place, &open.book) {
                return Err(format!("{name} has {key} of {:?} in clear", open.kind));
            }
        }
        self.check_delivery(place)
    }

    /// "Xã đã nhận" and "Đã gửi" are said only of what is there.
    fn check_delivery(&self, place: usize) -> Result<(), String> {
        let device = self.device(place);
        let own = self.ids[place];
        let is_there = |place: &usize| self.all_roles(*place).any(|(role, _)| law::is_at_commune(role));
        let at_commune: Vec<usize> = everybody().filter(is_there).collect();
        for log in device.station().store().index().all() {
            let key = log.key();
            if key.device != own || at_commune.contains(&place) {
                continue;
            }
            let places = device.station().store().places_in_log(&key, 0, usize::MAX >> 1);
            for entry in places.map_err(|e| e.to_string())? {
                let id = entry.id;
                match device.entry_delivery(&key.book, &id) {
                    Delivery::AtCommune => {
                        let held = at_commune
                            .iter()
                            .any(|at| self.store(*at).has(&id).unwrap_or(false));
                        let claimed = self
                            .claims
                            .iter()
                            .any(|claim| claim.log == key && entry.seq <= claim.upto);
                        if !held && !claimed {
                            return Err(format!(
                                "{} says received of what nobody there holds",
                                ROLES[place].0
                            ));
                        }
                    }
                    // What a relay that was set back lacks again is heard of in the next session.
                    Delivery::AtRelay if self.relay_was_set_back && !self.asked_since.contains(&place) => {}
                    Delivery::AtRelay if !self.relay().store().has(&id).unwrap_or(false) => {
                        return Err(format!("{} says sent of what the relay lacks", ROLES[place].0));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Everything that has to hold once everybody has met.
    pub fn check_all(&self) -> Result<(), String> {
        for place in 0..=RELAY {
            self.check_holds(place)?;
        }
        self.check_register()?;
        self.check_let_go()?;
        let books: Vec<(BookId, BookKind)> = {
            let register = self.device(0).register().map_err(|e| e.to_string())?;
            register
                .rights()
                .books()
                .map(|(book, info)| (*book, info.open.kind))
                .collect()
        };
        for (book, kind) in &books {
            self.check_book(book, *kind)?;
        }
        for place in everybody() {
            let left = self.device(place).unpublished();
            if left > 0 && self.is_admitted(place) && !self.has_away(place) {
                return Err(format!("{} still has {left} unpublished", ROLES[place].0));
            }
        }
        let lacking = self.relay().store().missing_payloads(None);
        for id in lacking.map_err(|e| e.to_string())? {
            // What was on no other disk than one that was set back is gone; who is lied to may be without it for long.
            let has = |place: usize| {
                let here = self.device(place).station().store().payload(&id);
                matches!(here, Ok(Some(sothon_store::Payload::Held(_))))
            };
            if let Some(place) = everybody().find(|place| has(*place)) {
                return Err(format!("the relay lacks a payload that {} has", ROLES[place].0));
            }
        }
        self.check_given()?;
        self.check_received()?;
        self.check_saved()?;
        self.check_written()?;
        self.check_replies()?;
        self.check_saves()?;
        self.check_attached()
    }

    /// Each file that an honest device attached has come to all who read its book.
    fn check_attached(&self) -> Result<(), String> {
        for (by, book, file, bytes) in &self.files {
            let relayed = self.relay().store().file(book, &file.hash);
            if relayed.map_err(|e| e.to_string())?.is_none() {
                // Its only disk was set back; or it waits until its author may write there again.
                if self.set_back || !self.writes_now(*by, book) {
                    continue;
                }
                return Err(format!("a file of {} is nowhere", ROLES[*by].0));
            }
            for place in self.readers(book) {
                match self.device(place).file(book, file) {
                    Ok(FileRead::Held(held)) if *held == *bytes => {}
                    other => {
                        let what = other
                            .map(|_| "has not come or is another")
                            .map_err(|e| e.to_string());
                        return Err(format!(
                            "{}: a file of {}: {what:?}",
                            ROLES[place].0, ROLES[*by].0
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn check_book(&self, book: &BookId, kind: BookKind) -> Result<(), String> {
        let readers = self.readers(book);
        let founded = self.relay().store().index().logs(book).next().is_some();
        for place in everybody() {
            let reads = self.device(place).readable().any(|open| open.book == *book);
            let might = self.might_read(place, book);
            if reads && !might {
                return Err(format!("{} reads {kind:?}", ROLES[place].0));
            }
            if !reads && readers.contains(&place) && founded && self.has_epoch(book) {
                return Err(format!("{} does not read {kind:?}", ROLES[place].0));
            }
            let me = Receiver::Device(self.ids[place]);
            let wraps = self
                .relay()
                .store()
                .wraps_of_book(book)
                .map_err(|e| e.to_string())?;
            let honest = |wrap: &&sothon_ledger::Wrap| self.ids.contains(&wrap.from());
            let mut given = wraps.iter().filter(honest);
            if !might && given.any(|wrap| wrap.to() == me) {
                return Err(format!("a secret of {kind:?} was wrapped for {}", ROLES[place].0));
            }
        }
        let mut first: Option<(usize, Seen)> = None;
        for place in readers
            .into_iter()
            .filter(|place| !self.has_away_in(*place, book))
        {
            let seen = self.seen(place, book);
            if let Some((other, theirs)) = &first
                && let Some(what) = differs(theirs, &seen)
            {
                return Err(format!(
                    "{kind:?}: {} and {}: {what}",
                    ROLES[*other].0, ROLES[place].0
                ));
            }
            if first.is_none() {
                first = Some((place, seen));
            }
        }
        Ok(())
    }

    fn has_epoch(&self, book: &BookId) -> bool {
        let store = self.relay().store();
        let verdicts = self.device(CHIEF).verdicts(book);
        // What somebody made who had lost its role meanwhile opens for nobody.
        let is_epoch = |envelope: &Envelope| {
            let verdict = verdicts.as_ref().and_then(|all| all.get(&envelope.id()));
            envelope.header().kind == Kind::Epoch && verdict.is_some_and(|verdict| verdict.is_admitted())
        };
        // Who makes an epoch and gives its secret to nobody shuts its own work alone.
        let mut honest = store
            .index()
            .logs(book)
            .filter(|log| self.ids.contains(&log.key().device));
        honest.any(|log| {
            store
                .entries_of_log(&log.key(), 0, usize::MAX >> 1)
                .is_ok_and(|entries| entries.iter().any(|e| is_epoch(&e.envelope)))
        })
    }

    /// Once all have met, what counts has arrived, and everybody knows it.
    fn check_received(&self) -> Result<(), String> {
        for place in everybody().filter(|place| self.is_admitted(*place)) {
            let device = self.device(place);
            for (open, key, _) in device.records() {
                // What it may hold no more it hears nothing of.
                if self.saved.iter().any(|saved| saved.may_be_lost)
                    || self.hold_now(place, &open.book) != Hold::All
                    || self.has_away_in(place, &open.book)
                {
                    continue;
                }
                let state = device.delivery(&open.book, &key);
                if state != Some(Delivery::AtCommune) {
                    return Err(format!(
                        "{}: {key} of {:?} is {state:?}",
                        ROLES[place].0, open.kind
                    ));
                }
            }
        }
        Ok(())
    }

    /// What was acknowledged is there, once.
    fn check_saved(&self) -> Result<(), String> {
        for saved in &self.saved {
            for (book, key) in &saved.records {
                for place in self.readers(book) {
                    let history = self.device(place).history(book, key);
                    let steps: Vec<&HistoryStep> = history.iter().filter(|s| s.act == saved.act).collect();
                    let many = steps.len();
                    let waits = saved.away && !self.writes_now(saved.by, book);
                    if waits && many == 0 && !self.has_still(saved) {
                        return Err(format!("an edit of {} waits nowhere", ROLES[saved.by].0));
                    }
                    let wrote = |step: &HistoryStep| {
                        step.fields.iter().any(|field| match (&field.new, &saved.value) {
                            (Some(Value::Text(new)), Some(value)) => new == value,
                            (_, value) => value.is_none(),
                        })
                    };
                    // What stood on something that does not count is said again by a change of its own: another act, the same value.
                    let again = many == 0 && saved.value.is_some() && history.iter().any(wrote);
                    if many > 1 || (many == 0 && !saved.may_be_lost && !waits && !again) {
                        return Err(format!(
                            "{} has an edit of {} {many} times",
                            ROLES[place].0, ROLES[saved.by].0
                        ));
                    }
                    if steps.iter().any(|step| saved.value.is_some() && !wrote(step)) {
                        return Err(format!("{}: an edit lost its value", ROLES[place].0));
                    }
                }
            }
        }
        for dropped in &self.dropped {
            for place in self.readers(&dropped.book) {
                let value = Value::Text(dropped.text.clone());
                let many = self
                    .device(place)
                    .records_of(&dropped.book)
                    .filter(|(_, record)| record.fields.values().any(|v| *v == value))
                    .count();
                let dead = self.waits_for_dead(&dropped.book, dropped.entry.as_ref());
                let waits = dead || !self.device(dropped.by).may(&dropped.book, Right::Drop);
                if many > 1 || (many == 0 && !dropped.may_be_lost && !waits) {
                    return Err(format!(
                        "{} has a drop of {} {many} times",
                        ROLES[place].0, ROLES[dropped.by].0
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether who was cut has its own work still: in entries that it holds, or in none yet.
    fn has_still(&self, saved: &super::Saved) -> bool {
        let device = self.device(saved.by);
        let held = |ids: &Vec<EntryId>| {
            let mut ids = ids.iter();
            ids.all(|id| device.station().store().has(id).unwrap_or(false))
        };
        saved.may_be_lost
            || device.unpublished() > 0
            || saved
                .records
                .iter()
                .all(|(book, _)| saved.carried.get(book).is_some_and(held))
    }

    /// Nothing that was written is in clear in any file.
    pub fn check_files(&self) -> Result<(), String> {
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for file in std::fs::read_dir(&folder).map_err(|e| e.to_string())? {
                let path = file.map_err(|e| e.to_string())?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).map_err(|e| e.to_string())?;
                if memmem(&bytes, MARK.as_bytes()) {
                    return Err(format!("{} holds what was written, in clear", path.display()));
                }
            }
        }
        Ok(())
    }
}

fn memmem(hay: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut at = 0;
    while let Some(next) = hay[at..].iter().position(|b| *b == first) {
        if hay[at + next..].starts_with(needle) {
            return true;
        }
        at += next + 1;
    }
    false
}

pub fn differs(one: &Seen, other: &Seen) -> Option<String> {
    if one.verdicts != other.verdicts {
        let differing = one
            .verdicts
            .iter()
            .find(|(id, verdict)| other.verdicts.get(id) != Some(*verdict));
        return Some(format!(
            "verdicts differ ({} and {} entries): {:?} and {:?}",
            one.verdicts.len(),
            other.verdicts.len(),
            differing.map(|(_, v)| v),
            differing.and_then(|(id, _)| other.verdicts.get(id)),
        ));
    }
    if one.records != other.records {
        return Some(format!(
            "records differ ({} and {})",
            one.records.len(),
            other.records.len()
        ));
    }
    if one.conflicts != other.conflicts {
        return Some("conflicts differ".into());
    }
    (one.histories != other.histories).then(|| "histories differ".into())
}
