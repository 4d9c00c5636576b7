//! What happens to honest devices: cut while they are away, suspended, locked, with a wrong clock, met by courier; and to the
//! relay: full for the day, set back to an old copy.

use std::collections::BTreeSet;

use sothon_courier::Meant;
use sothon_replica::LockedHost;

use super::meeting::Peer;
use super::*;

/// The devices that the office may cut: not itself, and not the chief, without whom nobody says yes.
pub const MAY_BE_CUT: [usize; 5] = [2, 3, 4, 5, 6];

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 3600 * 1000;

impl World {
    /// The office cuts an honest device, wherever that is and whatever it has not sent yet.
    pub(super) fn cut_honest(&mut self, of: usize) -> Result<(), String> {
        if !self.is_admitted(of) {
            return Ok(());
        }
        let id = self.ids[of];
        let cut = self.registrars_mut().cut_device(id, NOW).map(drop);
        if !self.ordered(cut, |_| false)? {
            return Ok(());
        }
        self.note_term(of, false);
        self.leaves_behind(of);
        let away = self.saved.iter().any(|saved| saved.by == of && saved.away);
        self.note_trouble(if away { "cut with unsent work" } else { "cut" });
        Ok(())
    }

    /// What the registrar's machine does not hold of a device does not count for now; a drop cannot be written again by who
    /// sealed it, and neither is a reply.
    pub(super) fn leaves_behind(&mut self, of: usize) {
        let held: BTreeSet<EntryId> = self.ids_at(self.registrar());
        for dropped in self.dropped.iter_mut().filter(|dropped| dropped.by == of) {
            dropped.may_be_lost |= dropped.entry.is_none_or(|id| !held.contains(&id));
        }
        for reply in self.replies.iter_mut().filter(|reply| reply.by == of) {
            reply.may_be_lost |= !held.contains(&reply.entry);
        }
        for saved in self.saved.iter_mut().filter(|saved| saved.by == of) {
            let safe = |(book, _): &(BookId, RecordKey)| {
                let carried = saved.carried.get(book);
                carried.is_some_and(|ids| ids.iter().all(|id| held.contains(id)))
            };
            saved.away |= !saved.records.iter().all(safe);
        }
    }

    fn ids_at(&self, place: usize) -> BTreeSet<EntryId> {
        let store = self.store(place);
        let all = store.envelopes_since(sothon_store::Row::default(), usize::MAX >> 1);
        all.unwrap_or_default()
            .into_iter()
            .map(|(_, envelope)| envelope.id())
            .collect()
    }

    /// It was a mistake, or it is found again: the office admits it as what it was.
    pub(super) fn admit_again(&mut self, of: usize) -> Result<(), String> {
        if !self.was_admitted(of) || self.is_admitted(of) {
            return Ok(());
        }
        let request = RequestSlip::from_text(&self.device(of).request()).map_err(|e| e.to_string())?;
        let (role, scope) = self.role(of);
        let admitted = self
            .registrars_mut()
            .admit(&request, role, vec![scope], None, NOW);
        if self.ordered(admitted, |_| false)? {
            self.note_term(of, true);
            self.note_trouble("admitted again");
        }
        Ok(())
    }

    pub(super) fn note_trouble(&mut self, what: &'static str) {
        *self.troubles.entry(what).or_default() += 1;
    }

    /// Whether a device is one of the commune's by the register that another has.
    fn stands_in(&self, whose: usize, of: usize) -> bool {
        let register = self.register_of(whose);
        register.is_some_and(|register| Party::of(register, &self.transport_key(of)).is_some())
    }

    /// Office or chief suspends a device, or lets it go again; the office itself too, where somebody else suspended it.
    pub(super) fn suspend(&mut self, by: usize, of: usize, begins: bool) -> Result<(), String> {
        if by == of && (begins || by != self.registrar()) {
            return Ok(());
        }
        let id = self.id_of(of);
        let device = self.device_mut(by);
        let known = device.register().is_ok_and(|register| {
            let info = register.rights().device(&id);
            info.is_some_and(|info| info.role_at(register.effective_height()).is_some())
        });
        match device.suspend(id, begins) {
            Ok(()) => {
                if begins {
                    self.note_word(by, id);
                }
                self.note_trouble(if begins { "suspended" } else { "let go" });
                Ok(())
            }
            Err(ReplicaError::Registrar(RegistrarError::NoRole)) if !known => Ok(()),
            // The registrar's word outweighs a chief's.
            Err(ReplicaError::Registrar(RegistrarError::Outweighed)) if by == CHIEF => Ok(()),
            // It has yet to hear that it is the registrar's.
            Err(ReplicaError::NotAdmitted | ReplicaError::Registrar(RegistrarError::MayNotSuspend))
                if !self.knows_its_reign(by) =>
            {
                Ok(())
            }
            Err(error) => Err(format!("{} does not suspend: {error}", ROLES[by].0)),
        }
    }

    /// It is the next day, by everybody's clock, right or wrong.
    pub(super) fn next_day(&mut self) {
        self.relay_clock.next_day();
        self.watches.iter().for_each(Watch::next_day);
    }

    /// Most of those who were cut by mistake are admitted again in the end, and nobody stays suspended.
    pub fn come_back(&mut self) -> Result<(), String> {
        self.lift_quota()?;
        self.settle_register()?;
        let office = self.registrar();
        self.session(CHIEF, RELAY, None)?;
        self.session(office, RELAY, None)?;
        for of in MAY_BE_CUT.into_iter().chain([OFFICE]) {
            if self.rng.random_bool(0.6) {
                self.admit_again(of)?;
            }
        }
        self.come_late()?;
        self.let_everybody_go()?;
        // Who was served by nobody may have known of another branch.
        self.settle_register()?;
        let office = self.registrar();
        for place in [office, CHIEF] {
            self.session(place, RELAY, None)?;
        }
        Ok(())
    }

    /// Whether the relay took no more for the day.
    pub fn note_over_quota(&mut self) {
        self.note_refused("over quota");
    }

    pub(super) fn note_refused(&mut self, what: &'static str) {
        let gauges = self.relay.as_ref().expect("is not under way").gauges();
        if gauges.over_quota.load(Ordering::Relaxed) > 0 {
            self.note_trouble(what);
        }
    }

    /// Whether somebody knows that a party is suspended.
    pub(super) fn knows_suspended(&self, place: usize, other: usize) -> bool {
        let archive = match place {
            rogue if rogue > RELAY => &self.rogue(rogue).archive,
            place => self.archive(place),
        };
        other != RELAY && archive.is_suspended(&self.id_of(other))
    }

    /// A device is locked, meets somebody, and is unlocked.
    pub(super) fn locked_session(
        &mut self,
        by: usize,
        with: usize,
        cut: Option<usize>,
    ) -> Result<(), String> {
        if by == with {
            return Ok(());
        }
        // What was saved is published at locking.
        self.publish(by, NOW)?;
        let key = self.device(by).station().transport_key();
        let Some(host) = self.devices[by].take() else {
            return Ok(());
        };
        self.count += 1;
        let rng = StdRng::seed_from_u64(self.seed.wrapping_add(self.count << 16));
        let locked = LockedHost::new(host.replica.lock(), self.watches[by].clone(), rng, None);
        let met = self.session_with(by, &mut Peer::Locked(Box::new(locked)), key, with, cut);
        self.open(by);
        if met?.brought_something() {
            self.note_trouble("locked and met");
        }
        for place in [by, with] {
            self.check_holds(place)?;
        }
        Ok(())
    }

    /// One makes a courier file, the other takes it in, twice.
    pub(super) fn courier(&mut self, from: usize, to: usize, how: u8) -> Result<(), String> {
        if from == to || !self.was_admitted(from) {
            return Ok(());
        }
        let meant = match how % 3 {
            0 => Meant::Commune,
            1 => Meant::Everybody,
            _ => Meant::Device(self.ids[to]),
        };
        self.count += 1;
        let path = self.folder.path().join(format!("file-{}.sothon", self.count));
        let out = match self.device_mut(from).courier_out(&path, meant, NOW, YEAR) {
            Ok(out) => out,
            Err(ReplicaError::NotAdmitted) if !self.stands_in(from, from) => return Ok(()),
            Err(ReplicaError::Registrar(RegistrarError::UnknownDevice))
                if meant == Meant::Device(self.ids[to]) && !self.stands_in(from, to) =>
            {
                return Ok(());
            }
            Err(error) => return Err(format!("{} makes no file for {}: {error}", name(from), name(to))),
        };
        self.note_published(from, &out.published)?;
        for again in [false, true] {
            let taken = self.device_mut(to).courier_in(&path, NOW, YEAR);
            let taken =
                taken.map_err(|error| format!("{} takes no file of {}: {error}", name(to), name(from)))?;
            if !again && taken.entries > 0 {
                self.note_trouble("met by courier");
            }
            if again && !taken.is_nothing_new() {
                return Err(format!(
                    "{} took a file of {} in twice: {taken:?}",
                    name(to),
                    name(from)
                ));
            }
        }
        self.check_holds(to)
    }

    /// The relay's disk is copied, once.
    pub(super) fn keep_relay(&mut self) -> Result<(), String> {
        let path = self.folder.path().join("relay.old");
        if path.exists() {
            return Ok(());
        }
        self.relay().store().backup(&path).map_err(|e| e.to_string())
    }

    /// The relay is as it was when its disk was copied. What only it held is not looked for: whoever was set back before has
    /// its own work from there.
    pub(super) fn set_relay_back(&mut self) -> Result<(), String> {
        if self.set_back {
            return Ok(());
        }
        // Where no copy was made there is the one of the first day.
        let copy = self.folder.path().join("relay.old");
        let path = if copy.exists() {
            copy
        } else {
            template().join("relay.db")
        };
        let root = self.relay().store().root();
        drop(self.relay.take());
        let disk = self.folder.path().join("relay.db");
        for end in ["", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{end}", disk.display()));
            if file.exists() {
                std::fs::remove_file(file).map_err(|e| e.to_string())?;
            }
        }
        std::fs::copy(&path, &disk).map_err(|e| e.to_string())?;
        let archive = Archive::open(Store::open(&disk, root).map_err(|e| e.to_string())?);
        self.relay = Some(self.relay_clock.relay(archive.map_err(|e| e.to_string())?));
        self.note_trouble("relay set back");
        self.relay_was_set_back = true;
        self.asked_since.clear();
        Ok(())
    }
}

/// What the relay goes by: how much it takes of one device in a day, and which day it is.
#[derive(Clone)]
pub struct RelayClock {
    quota: Quota,
    ms: Arc<AtomicI64>,
}

impl RelayClock {
    /// In some communes the relay takes little in a day.
    pub fn new(seed: u64) -> RelayClock {
        let mut quota = Quota::default();
        if seed % 5 == 3 {
            quota.device_day_bytes = SMALL;
        }
        RelayClock {
            quota,
            ms: Arc::new(AtomicI64::new(NOW * 1000)),
        }
    }

    pub fn is_small(&self) -> bool {
        self.quota.device_day_bytes == SMALL
    }

    /// How much the relay takes in all; `None`: as much as others.
    pub fn set_total(&mut self, total: Option<u64>) {
        self.quota.total_bytes = total.unwrap_or(Quota::default().total_bytes);
    }

    pub fn is_full(&self) -> bool {
        self.quota.total_bytes != Quota::default().total_bytes
    }

    pub fn relay(&self, archive: Archive) -> Relay {
        let ms = self.ms.clone();
        let clock = move || ms.load(Ordering::Relaxed).unsigned_abs();
        Commune::new(archive, self.quota, Box::new(clock))
    }

    pub fn next_day(&self) {
        self.ms.fetch_add(DAY_MS, Ordering::Relaxed);
    }
}

/// More than one entry of anybody here, and less than a busy day.
const SMALL: u64 = 6 << 10;
