//! Hostile devices in a commune: admitted, lying, colluding, cut, admitted again; and what they were never given.

use sothon_ledger::Kind;
use sothon_ledger::payload;
use sothon_ledger::register::CutOf;

use super::lies::Lie;
use super::rogue::Rogue;
use super::*;

impl World {
    pub(super) fn admit_rogues(&mut self) {
        let root = self.relay().root();
        for place in rogues() {
            let rogue = Rogue::new(root, place as u8, self.seed);
            self.rogue_ids.push(rogue.id());
            self.rogues.push(Some(rogue));
            self.admit_rogue(place).expect("admits");
        }
    }

    /// The office admits it, or admits it again; it is told of the register.
    pub(super) fn admit_rogue(&mut self, place: usize) -> Result<(), String> {
        let rogue = self.rogue(place);
        let request = RequestSlip::new(self.relay().root(), rogue.transport, &rogue.sign);
        let (role, scope) = rogue.role;
        if self.is_admitted(place) {
            return Ok(());
        }
        let office = self.registrars_mut();
        let admitted = office.admit(&request, role, vec![scope], None, NOW);
        if !self.ordered(admitted, |_| false)? {
            return Ok(());
        }
        self.note_term(place, true);
        let operations = self.store(self.registrar()).operations(Height(1));
        let operations = operations.map_err(|e| e.to_string())?;
        let rogue = self.rogues[place - RELAY - 1].as_mut();
        rogue.expect("is not under way").begin(operations);
        Ok(())
    }

    pub(super) fn lie(&mut self, by: usize, lie: Lie, on: [usize; 3]) -> Result<(), String> {
        let people: Vec<DeviceId> = rogues()
            .map(|place| self.rogue(place).id())
            .chain(self.ids.clone())
            .collect();
        // Who is heard of it says it often.
        let is_chief = self.role(by).0 == Role::PoliceChief;
        if lie == Lie::Suspend || is_chief && on[0].is_multiple_of(3) {
            return self.slander(by, on.map(|on| on / 3), &people);
        }
        let vouches = self.is_broken(Broken::Believing);
        if let Some(rogue) = self.rogues[by - RELAY - 1].as_mut() {
            rogue.vouches = vouches;
            rogue.lie(lie, on, &self.records, &people);
            self.yeses.append(&mut rogue.yeses);
            let role = rogue.role.0;
            let claims = std::mem::take(&mut rogue.claims);
            let checkpoints = std::mem::take(&mut rogue.checkpoints);
            // Nobody's receipt but one of a device at the commune means anything.
            if law::is_at_commune(role) {
                self.claims.extend(claims);
            }
            if checkpoints > 0 {
                self.note_trouble("checkpoints by liars");
            }
        }
        Ok(())
    }

    /// What one holds and can open the other has too.
    pub(super) fn collude(&mut self) {
        let mut all: Vec<&mut Rogue> = self.rogues.iter_mut().flatten().collect();
        let [one, other] = all.as_mut_slice() else { return };
        give(one.archive.store(), &mut other.archive);
        give(other.archive.store(), &mut one.archive);
        let secrets: BTreeMap<_, _> = one
            .secrets
            .iter()
            .chain(&other.secrets)
            .map(|(e, s)| (*e, s.clone()))
            .collect();
        one.secrets.clone_from(&secrets);
        other.secrets = secrets;
    }

    pub(super) fn cut(&mut self, of: usize) -> Result<(), String> {
        let id = self.rogue(of).id();
        let cut = self.registrars_mut().cut_device(id, NOW).map(drop);
        if self.ordered(cut, |_| false)? {
            self.note_term(of, false);
        }
        Ok(())
    }

    pub(super) fn let_in(&mut self, n: usize) -> Result<(), String> {
        let office = self.registrars_mut();
        let aside = office.set_aside().map_err(|e| e.to_string())?;
        let Some(entry) = aside.get(n % aside.len().max(1)) else {
            return Ok(());
        };
        let (book, again) = (entry.book, entry.written_again);
        let let_in = office.let_in(book, entry.entry, NOW);
        let role = self.role(self.registrar());
        let unread = self.kind(&book).is_none_or(|kind| !law::reads(role, kind));
        self.ordered(let_in, |why| match why {
            RegistrarError::WrittenAgain => again,
            RegistrarError::Unreadable => unread,
            _ => false,
        })
        .map(drop)
    }

    pub(super) fn anchor(&mut self, n: usize) -> Result<(), String> {
        let office = self.registrars_mut();
        let rivals = office.rivals();
        let Some(rival) = rivals.get(n % rivals.len().max(1)) else {
            return Ok(());
        };
        let branch = rival.branches.get(n % rival.branches.len().max(1));
        let Some(entry) = branch.and_then(|branch| branch.entries.first()) else {
            return Ok(());
        };
        let anchored = office.anchor(rival.book, *entry, NOW);
        let fits = |why: &RegistrarError| matches!(why, RegistrarError::Chosen);
        self.ordered(anchored, fits).map(drop)
    }

    /// Honest devices gave no hostile one a secret of a book that it might never read, nor one for the readers after its cut.
    pub(super) fn check_given(&self) -> Result<(), String> {
        let register = self.register_of(self.registrar()).ok_or("there is no register")?;
        let at = register.effective_height();
        for place in rogues().chain(trouble::MAY_BE_CUT) {
            let id = self.id_of(place);
            for wrap in self.relay().store().wraps().map_err(|e| e.to_string())? {
                let ours = self.ids.contains(&wrap.from()) && wrap.to() == Receiver::Device(id);
                if !ours {
                    continue;
                }
                let grants = register.rights().grants(&id, &wrap.book(), Right::Read, at);
                if !self.might_read(place, &wrap.book()) {
                    return Err(format!(
                        "{} was given a secret of a book that it might never read",
                        name(place)
                    ));
                }
                let cut = register
                    .rights()
                    .cuts(at)
                    .filter(|(_, cut)| cut.of == CutOf::Device(id));
                let cut = cut.map(|(height, _)| *height).max();
                let ended = cut.filter(|cut| grants.iter().all(|grant| grant < cut));
                let made_for = self.made_for(&wrap)?;
                if ended.is_some_and(|cut| made_for.is_some_and(|height| height >= cut)) {
                    return Err(format!(
                        "{} was given a secret for the readers after its cut",
                        name(place)
                    ));
                }
            }
        }
        Ok(())
    }

    /// How often each verdict stands in what the office reads, and what happened to the honest.
    pub fn met(&self) -> BTreeMap<String, u64> {
        let troubles = self.troubles.iter();
        let mut met: BTreeMap<String, u64> = troubles
            .map(|(what, count)| ((*what).to_owned(), *count))
            .collect();
        let office = self.device(self.registrar());
        for open in office.readable() {
            let Some(verdicts) = office.verdicts(&open.book) else {
                continue;
            };
            for (_, verdict) in verdicts.iter() {
                let said = format!("{verdict:?}");
                let name: Vec<&str> = said.split(['(', ' ', ')', '{']).take(2).collect();
                *met.entry(name.join("(")).or_default() += 1;
            }
        }
        met
    }

    /// For the readers of which height an honest device made the epoch of a wrap.
    fn made_for(&self, wrap: &Wrap) -> Result<Option<Height>, String> {
        let store = self.relay().store();
        for log in store.index().logs(&wrap.book()) {
            if !self.ids.contains(&log.key().device) {
                continue;
            }
            let entries = store.entries_of_log(&log.key(), 0, usize::MAX >> 1);
            for entry in entries.map_err(|e| e.to_string())? {
                let header = entry.envelope.header();
                if header.kind == Kind::Epoch && header.epoch == Some(wrap.epoch()) {
                    let body = entry
                        .payload
                        .held()
                        .and_then(|bytes| minicbor::decode::<payload::Epoch>(&bytes).ok());
                    return Ok(body.map(|body| body.height));
                }
            }
        }
        Ok(None)
    }
}

fn give(from: &Store, to: &mut Archive) {
    let operations = from.operations(Height(1)).unwrap_or_default();
    let entries = from
        .since(sothon_store::Row::default(), usize::MAX >> 1)
        .unwrap_or_default();
    let entries = entries.into_iter().map(|entry| ReceivedEntry {
        envelope: entry.envelope,
        payload: entry.payload.held(),
    });
    let all = Batch {
        operations,
        entries: entries.collect(),
        wraps: from.wraps().unwrap_or_default(),
        ..batch()
    };
    to.take_in(vec![all], &mut || None, None, &mut |_, _, _| None);
}
