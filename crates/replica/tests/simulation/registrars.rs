//! The registrar's machine: handed over, lost, copied; and the recovery sheet, which names another and chooses between the
//! branches of a forked register (design.md §3.5, A7). What was ordered on a branch that was not chosen counts for nothing:
//! whoever was admitted there is admitted no more, and who wrote by it goes on.

use std::collections::BTreeSet;

use sothon_ledger::register::Action;

use super::law::{Mark, Order};
use super::meeting::Peer;
use super::*;

/// Which machines may come to be the registrar's.
pub const MAY_ORDER: [usize; 3] = [OFFICE, CHIEF, SECOND];

/// What a machine has heard of relays.
#[derive(Clone, Copy)]
pub struct Asked {
    /// Whether one has confirmed its register since its program was started; `None`: perhaps.
    agreed: Option<bool>,
    /// Whether it ever met one.
    met: Option<bool>,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            agreed: Some(false),
            met: Some(false),
        }
    }
}

impl Asked {
    /// It met a relay before, and none has said since that the register ends where it thinks (B13).
    fn must_wait(self) -> bool {
        (self.agreed, self.met) == (Some(false), Some(true))
    }

    fn need_not_wait(self) -> bool {
        self.agreed == Some(true) || self.met == Some(false)
    }
}

impl World {
    /// Whose machine is the registrar's, by all that was ordered.
    pub fn registrar(&self) -> usize {
        self.orders.reigns.last().map_or(OFFICE, |(_, place)| *place)
    }

    pub(super) fn registrars_mut(&mut self) -> &mut Device {
        let place = self.registrar();
        self.device_mut(place)
    }

    /// Whether a machine has heard that it is the registrar's, if it is.
    pub(super) fn knows_its_reign(&self, place: usize) -> bool {
        let (from, of) = self.orders.reigns[self.orders.reigns.len() - 1];
        of != place
            || self
                .register_of(place)
                .is_some_and(|register| from.stands(register))
    }

    /// Whether a machine was the registrar's at a height and no less until another.
    pub(super) fn reigns_throughout(&self, place: usize, from: Height, until: Height) -> bool {
        let ends = self.orders.reigns.iter().skip(1).map(|(end, _)| Some(end.height));
        let spans = self.orders.reigns.iter().zip(ends.chain([None]));
        let mut own = spans.filter(|((_, of), _)| *of == place);
        own.any(|((begun, _), end)| begun.height <= from && end.is_none_or(|end| until < end))
    }

    fn is_frozen(&self, place: usize) -> bool {
        self.register_of(place)
            .is_some_and(|register| register.frozen().is_some())
    }

    /// Whether a place follows the branch of the register on which the registrar's machine is.
    pub(super) fn is_on_line(&self, place: usize) -> bool {
        let (Some(one), Some(other)) = (self.register_of(place), self.register_of(self.registrar())) else {
            return false;
        };
        let (low, high) = if one.height() <= other.height() {
            (one, other)
        } else {
            (other, one)
        };
        Mark::of(low).stands(high) && one.frozen().is_none() && other.frozen().is_none()
    }

    /// Whether the registrar's machine ordered it. It may be refused for want of a relay that confirms the register, and must
    /// be then (B13), or for what `fits` allows; and while the register is forked, or it has not heard yet whose it is.
    pub(super) fn ordered(
        &mut self,
        done: Result<(), ReplicaError>,
        fits: impl Fn(&RegistrarError) -> bool,
    ) -> Result<bool, String> {
        let place = self.registrar();
        let asked = self.asked.get(&place).copied().unwrap_or_default();
        match done {
            Ok(()) if asked.must_wait() => {
                Err("the office ordered what no relay could confirm since it was started".to_owned())
            }
            Ok(()) => {
                self.died |= !self.knows_its_reign(place);
                Ok(true)
            }
            Err(ReplicaError::Unconfirmed) if !asked.need_not_wait() => Ok(false),
            Err(ReplicaError::Registrar(RegistrarError::Frozen)) if self.is_frozen(place) => Ok(false),
            Err(ReplicaError::NotAdmitted | ReplicaError::Registrar(RegistrarError::NotRegistrar))
                if !self.knows_its_reign(place) =>
            {
                Ok(false)
            }
            Err(ReplicaError::Registrar(why)) if fits(&why) => Ok(false),
            Err(error) => Err(format!("the office ({}): {error}", name(place))),
        }
    }

    /// Notes that a program was started again.
    pub(super) fn note_started_again(&mut self, place: usize) {
        self.asked.entry(place).or_default().agreed = Some(false);
    }

    /// Notes that a device asked the relay; `whole`: to the end.
    pub(super) fn note_asked(&mut self, place: usize, whole: bool) {
        let known = whole && self.knows(RELAY, place) && self.knows(place, RELAY);
        let head = |place| self.register_of(place).map(Register::head);
        // A relay that was set back may confirm nothing.
        let sure = known
            && !self.relay_was_set_back
            && head(place) == head(RELAY)
            && ![place, RELAY].into_iter().any(|place| self.is_frozen(place));
        let now = |was: Option<bool>, sure: bool| was.filter(|was| *was).or(sure.then_some(true));
        let asked = self.asked.entry(place).or_default();
        asked.agreed = now(asked.agreed, sure);
        asked.met = now(asked.met, known);
    }

    fn admit_second(&mut self, place: usize) -> Result<(), String> {
        if self.was_admitted(place) {
            return self.admit_again(place);
        }
        let request = RequestSlip::from_text(&self.device(place).request()).map_err(|e| e.to_string())?;
        let (role, scope) = self.role(place);
        let admitted = self
            .registrars_mut()
            .admit(&request, role, vec![scope], None, NOW);
        if self.ordered(admitted, |_| false)? {
            self.note_term(place, true);
        }
        Ok(())
    }

    /// The registrar's machine hands over to another, which has to hear of it.
    pub(super) fn hand_over(&mut self, to: u8) -> Result<(), String> {
        let (from, to) = (self.registrar(), MAY_ORDER[usize::from(to) % MAY_ORDER.len()]);
        if from == to {
            return Ok(());
        }
        if !self.is_admitted(to) {
            self.admit_second(to)?;
        }
        if !self.is_admitted(to) {
            return Ok(());
        }
        let id = self.ids[to];
        let handed = self.registrars_mut().hand_over(id, NOW);
        if self.ordered(handed, |_| false)? {
            self.note_order(to, Order::Reign);
            self.note_trouble("handed over");
        }
        Ok(())
    }

    /// One is told all that another knows of the register, on whatever branch.
    fn tell_register(&mut self, from: usize, to: usize) -> Result<(), String> {
        let operations = self.store(from).operations(Height(1));
        let known = Batch {
            operations: operations.map_err(|e| e.to_string())?,
            ..batch()
        };
        self.take(to, vec![known]).map(drop)
    }

    /// The registrar's machine is lost, or the register is forked: by the sheet another machine takes over, `told`
    /// before of all that was ordered or not. `cuts`: it ends the lost one.
    pub(super) fn recover(&mut self, to: u8, branch: u8, cuts: bool, told: bool) -> Result<(), String> {
        let (old, by) = (self.registrar(), MAY_ORDER[usize::from(to) % MAY_ORDER.len()]);
        let others = MAY_ORDER.into_iter().chain([RELAY]);
        for from in others.filter(|from| told && *from != by) {
            self.tell_register(from, by)?;
        }
        if self.register_of(by).is_none() || old == by && !self.is_frozen(by) {
            return Ok(());
        }
        let sheet = founded().1;
        let device = self.device_mut(by);
        let done = match device.recover(&sheet, None, NOW) {
            Err(ReplicaError::Registrar(RegistrarError::Branches(branches))) => {
                let (_, chosen) = branches[usize::from(branch) % branches.len()];
                device.recover(&sheet, Some(chosen), NOW)
            }
            done => done,
        };
        done.map_err(|error| format!("{} does not take over: {error}", name(by)))?;
        self.note_recovered(by)?;
        self.name_relay(by)?;
        self.note_trouble(if old == by {
            "fork settled"
        } else {
            "registrar lost"
        });
        if self.is_broken(Broken::Deposed) {
            // Without a role, or of itself, it is refused.
            let old = self.ids[old];
            let _ = self.device_mut(by).hand_over(old, NOW);
        } else if cuts && old != by && old != CHIEF {
            self.cut_honest(old)?;
        }
        Ok(())
    }

    /// By an older register no relay may be known: who took over names it anew, and brings it there.
    fn name_relay(&mut self, by: usize) -> Result<(), String> {
        let is_known = |register: &Register| {
            register
                .rights()
                .relays()
                .iter()
                .any(|relay| relay.key == RELAY_KEY)
        };
        if self.register_of(by).is_some_and(is_known) {
            return Ok(());
        }
        let named = self.device_mut(by).set_relays(vec![relay()], NOW);
        if self.ordered(named, |_| false)? {
            self.tell_register(by, RELAY)?;
            self.note_trouble("recovered by a register without a relay");
        }
        Ok(())
    }

    fn note_recovered(&mut self, by: usize) -> Result<(), String> {
        let register = self.register_of(by).ok_or("there is no register")?.clone();
        let at = |height: u64| register.operation(Height(height));
        let is_recovery =
            |height: &u64| matches!(at(*height).map(|op| op.action()), Some(Action::Recover { .. }));
        let mut heights = (1..=register.height().0).rev();
        let recovery = heights.find(is_recovery).ok_or("a recovery that is nowhere")?;
        let was_admitted = recovery < register.height().0;
        let others = (0..=RELAY).filter(|place| *place != by);
        let followed = |place: usize| self.register_of(place).map(Mark::of);
        self.died |= others.filter_map(followed).any(|mark| !mark.stands(&register));
        let before = self.orders.clone();
        self.orders
            .note(Mark::at(&register, Height(recovery)), by, Order::Reign, true);
        if was_admitted {
            self.orders.note(Mark::of(&register), by, Order::Admit, true);
        }
        self.orders.follow(|at| at.stands(&register));
        let changed = |place: &usize| {
            let same = before.terms.get(place) == self.orders.terms.get(place)
                && before.roles.get(place) == self.orders.roles.get(place);
            *place != by && !same
        };
        let gone: BTreeSet<usize> = everybody().filter(changed).collect();
        for saved in self.saved.iter_mut().filter(|saved| gone.contains(&saved.by)) {
            saved.away = true;
        }
        for dropped in &mut self.dropped {
            dropped.may_be_lost |= gone.contains(&dropped.by);
        }
        for reply in &mut self.replies {
            reply.may_be_lost |= gone.contains(&reply.by);
        }
        Ok(())
    }

    /// Whether an entry may wait for ever, since it, or the key under which it is sealed, names a branch of the register that was
    /// not chosen: a drop or a reply nobody writes again.
    pub(super) fn waits_for_dead(&self, book: &BookId, entry: Option<&EntryId>) -> bool {
        let verdicts = self.device(CHIEF).verdicts(book);
        let counts = verdicts
            .as_ref()
            .zip(entry)
            .and_then(|(all, entry)| all.get(entry));
        self.died && !counts.is_some_and(|verdict| verdict.is_admitted())
    }

    /// The disk of the registrar's machine is copied, and the copy orders beside it: somebody hears of the one, others of the
    /// other.
    pub(super) fn fork(&mut self, to: usize) -> Result<(), String> {
        let place = self.registrar();
        if self.is_frozen(place) || !self.knows_its_reign(place) {
            return Ok(());
        }
        // Then the copy has nothing to say but what it orders.
        self.publish(place, NOW)?;
        for _ in 0..2 {
            self.session(place, RELAY, None)?;
        }
        self.close(place);
        self.count += 1;
        let path = self.folder.path().join(format!("copy-{}", self.count));
        let from = self.folder.path().join(ROLES[place].0);
        restart::copy_device(&from, &path.join(ROLES[place].0)).map_err(|e| e.to_string())?;
        self.open(place);
        self.session(place, RELAY, None)?;
        let copy = open(&path, place, self.seed.wrapping_add(self.count << 8));
        let copy = DeviceHost::new(copy, self.watches[place].clone(), None);
        let mut copy = Peer::Device(Box::new(copy));
        let (key, asked) = (self.transport_key(place), self.asked.clone());
        self.session_with(place, &mut copy, key, RELAY, None)?;
        self.asked = asked;
        let Peer::Device(mut copy) = copy else {
            return Ok(());
        };
        // Where no relay has confirmed it, it orders nothing (B13).
        if copy.replica.still_current(NOW + 7).is_err() {
            return Ok(());
        }
        let operations = copy.replica.station().store().operations(Height(1));
        let operations = operations.map_err(|e| e.to_string())?;
        let ordered = self.registrars_mut().still_current(NOW);
        if !self.ordered(ordered, |_| false)? {
            return Ok(());
        }
        self.forked = true;
        self.note_trouble("register forked");
        let to = to % (RELAY + 1);
        self.take(
            to,
            vec![Batch {
                operations,
                ..batch()
            }],
        )?;
        self.check_holds(to)
    }

    /// Machines that were the registrar's go on ordering, as far as they have not heard of it.
    pub(super) fn deposed_orders(&mut self) -> Result<(), String> {
        let (from, now) = self.orders.reigns[self.orders.reigns.len() - 1];
        for place in MAY_ORDER.into_iter().filter(|place| *place != now) {
            let knows = self
                .register_of(place)
                .is_some_and(|register| from.stands(register));
            match self.device_mut(place).still_current(NOW + 11) {
                Ok(()) if knows => {
                    return Err(format!("{} orders, and is the registrar's no more", name(place)));
                }
                Ok(()) => {
                    self.died = true;
                    self.note_trouble("ordered by who was deposed");
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// In the end all that anybody knows of the register is told, and where it is forked, the sheet settles it.
    pub(super) fn settle_register(&mut self) -> Result<(), String> {
        if self.orders.reigns.len() == 1 && !self.forked && !self.died {
            return Ok(());
        }
        for place in everybody() {
            self.session(place, RELAY, None)?;
        }
        let by = self.registrar();
        self.session(by, RELAY, None)?;
        // Whom nobody serves is told by hand.
        for place in MAY_ORDER.into_iter().filter(|place| *place != by) {
            self.tell_register(place, by)?;
        }
        // Who took over while somebody else did is a stranger to all others, and hears nothing of theirs.
        let by = [by, CHIEF].into_iter().find(|place| self.is_frozen(*place));
        if let Some(by) = by {
            let (to, branch) = (MAY_ORDER.iter().position(|place| *place == by), self.rng.random());
            let to = to.and_then(|to| u8::try_from(to).ok()).unwrap_or(0);
            self.recover(to, branch, false, true)?;
            self.session(by, RELAY, None)?;
        }
        Ok(())
    }

    /// All follow one register, and one machine orders.
    pub(super) fn check_register(&self) -> Result<(), String> {
        let now = self.registrar();
        let register = self.register_of(now).ok_or("there is no register")?;
        let followed = |place: usize| {
            self.register_of(place)
                .map(|register| (register.head(), register.frozen()))
        };
        let admitted = everybody().filter(|place| self.is_admitted(*place));
        for place in admitted.chain([RELAY]) {
            if followed(place) != Some((register.head(), None)) {
                return Err(format!(
                    "{} follows another register than {}, whose machine is the registrar's: {:?}, {:?}",
                    name(place),
                    name(now),
                    followed(place),
                    followed(now)
                ));
            }
            if place != RELAY && self.device(place).is_registrar() != (place == now) {
                return Err(format!(
                    "{} orders, or the registrar's machine does not",
                    name(place)
                ));
            }
        }
        Ok(())
    }
}
