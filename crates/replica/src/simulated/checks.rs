//! What has to hold once everybody has met.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rand::RngExt;
use rand::seq::SliceRandom;
use sothon_book::{Conflict, HistoryStep};
use sothon_ledger::verdict::{Admitted, Aside, Verdict};
use sothon_ledger::{ChangeHash, DeviceId, EntryId, Kind, Right, cbor, payload};
use sothon_records::{RawRecord, RecordKey};

use super::world::{BOOK, HONEST, OFFICE, World};
use crate::live::Live;

/// All that a book says.
#[derive(PartialEq)]
struct Seen {
    verdicts: BTreeMap<EntryId, Verdict>,
    records: BTreeMap<RecordKey, RawRecord>,
    histories: BTreeMap<RecordKey, Vec<HistoryStep>>,
    conflicts: Vec<Conflict>,
}

impl Seen {
    fn of(live: &Live) -> Seen {
        let records: BTreeMap<_, _> = live.book.iter().collect();
        let mut conflicts = live.book.conflicts();
        conflicts.sort_by_key(|conflict| format!("{conflict:?}"));
        Seen {
            verdicts: live
                .judge
                .verdicts()
                .iter()
                .map(|(id, verdict)| (*id, *verdict))
                .collect(),
            histories: records
                .keys()
                .map(|key| (key.clone(), live.book.history(key)))
                .collect(),
            records,
            conflicts,
        }
    }

    fn differs(&self, other: &Seen) -> Option<String> {
        for (id, verdict) in &self.verdicts {
            let theirs = other.verdicts.get(id);
            if theirs != Some(verdict) {
                return Some(format!("{verdict:?} here is {theirs:?} there"));
            }
        }
        if self.verdicts.len() != other.verdicts.len() {
            return Some("they hold different entries".to_owned());
        }
        if self.records != other.records {
            return Some("records differ".to_owned());
        }
        if self.conflicts != other.conflicts {
            return Some("conflicts differ".to_owned());
        }
        (self.histories != other.histories).then(|| "histories differ".to_owned())
    }
}

fn view_is_by_right(live: &Live, id: &EntryId) -> bool {
    live.judge.verdict(id).is_some_and(Verdict::is_by_right)
}

/// What was met in histories, so that a test can say whether it tried enough.
#[derive(Default)]
pub(super) struct Met(BTreeMap<&'static str, u64>);

const EVERYTHING: [&str; 13] = [
    "by right",
    "through",
    "pending",
    "no right",
    "past a cut",
    "rival",
    "on a loser",
    "gate",
    "uncovered",
    "names",
    "epoch",
    "no yes",
    "other",
];

impl Met {
    pub fn add(&mut self, other: Met) {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// Whether each verdict that hostile devices can call forth was.
    pub fn is_everything(&self) -> bool {
        EVERYTHING
            .iter()
            .all(|what| self.0.get(what).is_some_and(|count| *count > 3))
    }
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(what, count)| write!(f, "{what} {count}, "))
    }
}

impl World {
    /// The verdicts of the office, counted.
    pub fn met(&self) -> Met {
        let mut met = Met::default();
        for (_, verdict) in self.devices[OFFICE].live.judge.verdicts().iter() {
            let what = match verdict {
                Verdict::Admitted(Admitted::ByRight) => "by right",
                Verdict::Admitted(Admitted::Through(_)) => "through",
                Verdict::Pending(_) => "pending",
                Verdict::Aside(Aside::NoRight) => "no right",
                Verdict::Aside(Aside::PastCut(_)) => "past a cut",
                Verdict::Aside(Aside::Rival(..)) => "rival",
                Verdict::Aside(Aside::OnLoser(_)) => "on a loser",
                Verdict::Aside(Aside::Gate(_)) => "gate",
                Verdict::Aside(Aside::Uncovered(_)) => "uncovered",
                Verdict::Aside(Aside::Names(_)) => "names",
                Verdict::Aside(Aside::EpochTooOld(..) | Aside::NoEpoch | Aside::EpochAhead(_)) => "epoch",
                Verdict::Aside(Aside::NoYes) => "no yes",
                Verdict::Aside(_) => "other",
            };
            *met.0.entry(what).or_default() += 1;
        }
        met
    }

    /// Everything. `Err`: what does not hold.
    pub fn check_all(&mut self) -> Result<(), String> {
        self.check_wraps()?;
        let seen: Vec<(usize, Seen)> = HONEST.map(|by| (by, Seen::of(&self.devices[by].live))).into();
        for by in HONEST {
            self.check_document(by)?;
            self.check_opened(by)?;
            self.check_edits(by)?;
            self.check_anew(by)?;
        }
        // What a device saved and may not publish is in its own document alone.
        let seen = seen
            .iter()
            .filter(|(by, _)| self.devices[*by].disk.unpublished.is_empty());
        let seen: Vec<&(usize, Seen)> = seen.collect();
        for ((one, a), (other, b)) in seen.iter().zip(seen.iter().skip(1)).map(|(a, b)| (*a, *b)) {
            // Who has other secrets knows less of what is in entries; nobody knows anything else.
            if self.secrets_of(*one) == self.secrets_of(*other)
                && let Some(what) = a.differs(b)
            {
                return Err(format!("{one} and {other}: {what}"));
            }
        }
        self.check_standing()
    }

    fn secrets_of(&self, by: usize) -> BTreeSet<sothon_ledger::EpochId> {
        // Also of epochs whose entry does not count any more: a device opens every wrap of an epoch that was said.
        let live = &self.devices[by].live;
        let stated = live.stated.iter().map(|(epoch, _)| *epoch);
        stated.filter(|epoch| live.secret(epoch).is_some()).collect()
    }

    /// Honest devices wrap for who may read, and for nobody else.
    fn check_wraps(&self) -> Result<(), String> {
        let said_yes = self.said_yes();
        for (epoch, id) in &self.wraps {
            let ours = HONEST.iter().any(|by| {
                let made = self
                    .entries
                    .iter()
                    .find(|e| e.envelope.header().epoch == Some(*epoch));
                made.is_some_and(|e| e.envelope.header().device == self.devices[*by].id)
            });
            let may = (self.begin..=self.height()).any(|h| {
                let height = sothon_ledger::Height(h);
                self.newest().rights().may(id, &BOOK, Right::Read, height)
            });
            let asked = !self.guarded || said_yes.contains(id);
            if ours && !(may && asked) {
                return Err(format!("{id} was given a secret that it never might have"));
            }
        }
        Ok(())
    }

    /// The first readers, and all for whom anybody said yes: in care nobody else is given a secret (B9).
    fn said_yes(&self) -> BTreeSet<DeviceId> {
        let said = self
            .entries
            .iter()
            .filter(|e| e.envelope.header().kind == Kind::Yes);
        let said = said.filter_map(|entry| cbor::decode::<payload::Yes>(&entry.payload).ok());
        let first = self.devices[OFFICE].live.open.first_readers.iter().copied();
        first.chain(said.map(|yes| yes.device)).collect()
    }

    /// The document is what the admitted entries carry and this device saved, and nothing else.
    fn check_document(&self, by: usize) -> Result<(), String> {
        let device = &self.devices[by];
        let live = &device.live;
        if live.book.is_poisoned() {
            return Err(format!("{by}: the document is poisoned"));
        }
        let carried = live
            .judge
            .admitted()
            .filter_map(|view| live.carried(&view.id))
            .flatten();
        let carried: BTreeSet<ChangeHash> = carried.copied().collect();
        if let Some(lacking) = carried.iter().find(|hash| !live.in_book(hash)) {
            return Err(format!("{by}: {lacking} counts and is not in the document"));
        }
        let unpublished: Vec<ChangeHash> = device.disk.unpublished.iter().map(|change| change.hash).collect();
        for change in live.book.changes() {
            let hash = ChangeHash(change.hash.0);
            if !carried.contains(&hash) && !unpublished.contains(&hash) {
                return Err(format!("{by}: {hash} is in the document and does not count"));
            }
        }
        if !live.fits(unpublished) {
            return Err(format!("{by}: what it says is not what a snapshot may hold"));
        }
        Ok(())
    }

    /// What counts and can be opened was opened, whatever it builds on; and who counts as a reader can open what honest
    /// devices wrote.
    fn check_opened(&self, by: usize) -> Result<(), String> {
        let live = &self.devices[by].live;
        let reads = live
            .counting_readers(self.register(by))
            .contains(&self.devices[by].id);
        for view in live
            .judge
            .admitted()
            .filter(|view| view.header.kind == Kind::Changes)
        {
            let Some(epoch) = view.header.epoch else { continue };
            let held = live.secret(&epoch).is_some();
            if held && live.carried(&view.id).is_none() {
                return Err(format!("{by} does not open {}, which counts", view.id));
            }
            let honest = HONEST
                .iter()
                .any(|author| self.devices[*author].id == view.header.device);
            if honest && reads && !held && view_is_by_right(live, &view.id) {
                return Err(format!(
                    "{by} was given no secret for {} of an honest device",
                    view.id
                ));
            }
        }
        Ok(())
    }

    /// Each honest edit is in once, or it is known where it is: unpublished, or in an entry that is held.
    fn check_edits(&self, by: usize) -> Result<(), String> {
        let live = &self.devices[by].live;
        for saved in &self.saved {
            let steps = live.book.history(&saved.record);
            let times = steps.iter().filter(|step| step.act == saved.act).count();
            if times > 1 {
                return Err(format!("{by} has an edit {times} times"));
            }
            if times == 1 || saved.lost || !live.is_readable() {
                continue;
            }
            let kept = self.devices[saved.by]
                .disk
                .unpublished
                .iter()
                .any(|change| change.hash == saved.hash);
            let held = live.carriers.get(&saved.hash);
            let aside = held
                .and_then(|entry| live.judge.verdict(entry))
                .is_some_and(|v| !v.is_admitted());
            let sealed = held.is_none() && self.is_published(saved.hash);
            if !kept && !aside && !sealed {
                return Err(format!(
                    "{by} lacks an edit of {}, and nobody says where it is",
                    saved.by
                ));
            }
        }
        Ok(())
    }

    fn is_published(&self, hash: ChangeHash) -> bool {
        let read =
            |chunk: &Vec<u8>| sothon_book::ChangeFacts::read(chunk).is_ok_and(|facts| facts.hash.0 == hash.0);
        self.entries.iter().any(|entry| entry.chunks.iter().any(read))
    }

    /// The same entries in another order, in pieces, with the register growing meanwhile: the same book.
    fn check_anew(&mut self, by: usize) -> Result<(), String> {
        let now = Seen::of(&self.devices[by].live);
        let mut order: Vec<usize> = self.devices[by].disk.held.iter().copied().collect();
        order.shuffle(&mut self.rng);
        let device = &self.devices[by];
        let mut anew = Live::new(device.live.open.clone());
        let unpublished: Vec<_> = device
            .disk
            .unpublished
            .iter()
            .map(|c| (c.hash, c.chunk.clone()))
            .collect();
        let secrets: Vec<_> = self.secrets_of(by).into_iter().collect();
        let mut height = self.begin;
        while let Some(number) = order.pop() {
            let entry = &self.entries[number];
            let bare = entry.withheld;
            anew.take(entry.envelope.clone(), (!bare).then(|| entry.payload.clone()));
            if self.rng.random_bool(0.3) || order.is_empty() {
                height = if order.is_empty() {
                    device.disk.height
                } else {
                    (height + self.rng.random_range(0..3)).min(device.disk.height)
                };
                for epoch in secrets
                    .iter()
                    .filter(|_| self.rng.random_bool(0.5) || order.is_empty())
                {
                    if let Some(secret) = self.secrets.get(epoch) {
                        anew.add_secret(*epoch, secret.clone());
                    }
                }
                let register = &self.registers[height as usize - 1];
                anew.settle(register, &[], device.id);
            }
        }
        let register = &self.registers[device.disk.height as usize - 1];
        anew.settle(register, &unpublished, device.id);
        if !self.devices[by].live.judge.set().is_empty()
            && let Some(what) = now.differs(&Seen::of(&anew))
        {
            return Err(format!("{by} after reading anew: {what}"));
        }
        Ok(())
    }

    /// Where nobody wrote rivals, the work of honest devices that nobody cut stands by right.
    fn check_standing(&self) -> Result<(), String> {
        let live = &self.devices[OFFICE].live;
        let mut first: BTreeMap<_, ChangeHash> = BTreeMap::new();
        let mut places = BTreeSet::new();
        for entry in &self.entries {
            let header = entry.envelope.header();
            let mut contested = !places.insert((header.device, header.log, header.seq));
            for chunk in &entry.chunks {
                if let Ok(facts) = sothon_book::ChangeFacts::read(chunk) {
                    let hash = ChangeHash(facts.hash.0);
                    contested |= *first.entry((facts.actor, facts.seq)).or_insert(hash) != hash;
                }
            }
            if contested {
                return Ok(());
            }
        }
        for entry in &self.entries {
            let header = entry.envelope.header();
            let author = HONEST.iter().find(|by| self.devices[**by].id == header.device);
            let Some(author) = author.filter(|by| !self.was_cut.contains(by)) else {
                continue;
            };
            let verdict = live.judge.verdict(&entry.envelope.id());
            // Without one it was on a disk alone that was set back.
            if !verdict.is_none_or(|v| v.is_by_right() || matches!(v, Verdict::Pending(_))) {
                return Err(format!("honest work of {author} is {verdict:?}"));
            }
        }
        Ok(())
    }
}
