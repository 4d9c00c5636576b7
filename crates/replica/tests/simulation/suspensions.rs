//! Suspensions: by whom they may come, whom they may hit, and how everybody is let go again. Hostile devices sign them of anybody, of
//! the registrar's own machine too; what holds is reckoned here by who had which role, and from which height on (B10).

use std::collections::BTreeSet;

use sothon_archive::rights_of;
use sothon_ledger::suspension::{Note, Says};

use super::rogue::Rogue;
use super::*;

/// So often the office tries to let everybody go.
const TRIES: usize = 4;

/// That somebody is suspended, as somebody signed it.
pub struct Word {
    pub by: DeviceId,
    pub about: DeviceId,
    /// The register height that it names.
    pub height: Height,
}

impl Rogue {
    /// Signs that somebody is suspended, or no more: at the register's head or where that once was, and counted as it likes.
    pub fn suspends(&self, on: [usize; 3], people: &[DeviceId]) -> Option<(Note, Height)> {
        let operations = self.archive.store().operations(Height(1)).ok()?;
        let long_ago = on[0] % 4 == 3;
        let known = operations.len() - if long_ago { on[2] % operations.len() } else { 0 };
        let mut operations = operations.into_iter().take(known);
        let mut register = Register::found(operations.next()?).ok()?;
        for operation in operations {
            register.add(operation).ok()?;
        }
        let says = Says {
            device: *people.get(on[1] % people.len().max(1))?,
            begins: on[0] % 5 < 4,
            counter: [0, 1, 9, i64::MAX.unsigned_abs()][on[2] % 4],
        };
        Some((
            Note::sign(&register, says, &self.sign),
            register.effective_height(),
        ))
    }
}

impl World {
    /// A hostile device signs a suspension, keeps it for its sessions, and gives it to somebody who hears what it says.
    pub(super) fn slander(&mut self, by: usize, on: [usize; 3], people: &[DeviceId]) -> Result<(), String> {
        let Some((note, height)) = self.rogue(by).suspends(on, people) else {
            return Ok(());
        };
        let about = note.says().device;
        if self.is_broken(Broken::Parroted) && about != self.ids[CHIEF] {
            // Of somebody who may nothing it is refused.
            let _ = self.device_mut(CHIEF).suspend(about, true);
        }
        if note.says().begins {
            let by = note.by();
            self.words.push(Word { by, about, height });
        }
        let rogue = self.rogues[by - RELAY - 1].as_mut().expect("is not under way");
        let kept = rogue.archive.take_suspensions(vec![note.clone()]);
        if kept.is_ok_and(|kept| kept > 0) && about != self.id_of(by) {
            self.note_trouble("suspended by a liar");
        }
        let to = on[2] % (RELAY + 1);
        let key = self.transport_key(by);
        let us = self.ids.get(to).map_or(Party::Relay, |id| Party::Device(*id));
        if rights_of(self.archive(to), us, &key).peer.is_none() {
            return Ok(());
        }
        let mut told = batch();
        told.notes.push(note);
        self.take(to, vec![told])?;
        self.check_suspensions(to)
    }

    /// Notes that an honest device suspended another.
    pub(super) fn note_word(&mut self, by: usize, about: DeviceId) {
        let height = self.register_of(by).map(Register::effective_height);
        let word = Word {
            by: self.ids[by],
            about,
            height: height.unwrap_or_default(),
        };
        self.words.push(word);
    }

    /// Nobody is suspended but whom the office or a police chief has suspended: a chief then and ever since, as far as the
    /// place knows, and of somebody who has not been cut since.
    pub(super) fn check_suspensions(&self, place: usize) -> Result<(), String> {
        // Who follows another branch of the register hears others than those who were asked here.
        let Some(register) = self.register_of(place).filter(|_| self.is_on_line(place)) else {
            return Ok(());
        };
        let known = register.effective_height();
        for of in everybody().chain(rogues()) {
            if !self.knows_suspended(place, of) {
                continue;
            }
            let about = self.id_of(of);
            let stands = |word: &Word| {
                let signer = everybody()
                    .chain(rogues())
                    .find(|place| self.id_of(*place) == word.by);
                let may = signer.is_some_and(|signer| {
                    let is_chief = self.role(signer).0 == Role::PoliceChief;
                    self.reigns_throughout(signer, word.height, known)
                        || is_chief && self.is_throughout(signer, word.height, known)
                });
                word.about == about && may && self.is_throughout(of, word.height, known)
            };
            if !self.words.iter().any(stands) {
                return Err(format!(
                    "{} suspends {}, and nobody said so who may",
                    name(place),
                    name(of)
                ));
            }
        }
        Ok(())
    }

    /// In the end nobody who is admitted is suspended anywhere, and all have heard the same.
    pub(super) fn check_let_go(&self) -> Result<(), String> {
        let heard = |place: usize| -> BTreeSet<&[u8]> {
            let notes = self.archive(place).suspensions().iter();
            notes.map(Note::bytes).collect()
        };
        for place in everybody().filter(|place| self.is_admitted(*place)) {
            if heard(place) != heard(RELAY) {
                return Err(format!(
                    "{} has heard of other suspensions than the relay",
                    name(place)
                ));
            }
            if let Some(of) = everybody().find(|of| self.knows_suspended(place, *of)) {
                return Err(format!("{} still suspends {}", name(place), name(of)));
            }
        }
        Ok(())
    }

    /// The office lets everybody go of whom it is told that somebody serves them nothing. Where nobody serves itself, some
    /// device that is served takes its word there; where none is, who said so is cut.
    pub(super) fn let_everybody_go(&mut self) -> Result<(), String> {
        if self.is_broken(Broken::Unforgiving) {
            return Ok(());
        }
        let office = self.registrar();
        for _ in 0..TRIES {
            let suspends = |place: usize, of: usize| self.knows_suspended(place, of);
            let is_suspended = |of: &usize| (0..=RELAY).chain(rogues()).any(|place| suspends(place, *of));
            let suspended: Vec<usize> = everybody().chain(rogues()).filter(is_suspended).collect();
            for of in &suspended {
                self.suspend(office, *of, false)?;
            }
            // The second time a relay that was set back has the register, and confirms it.
            for _ in 0..2 {
                self.session(office, RELAY, None)?;
            }
            if suspended.is_empty() || !self.knows_suspended(RELAY, office) {
                return Ok(());
            }
            let is_served = |place: &usize| self.is_admitted(*place) && !self.knows_suspended(RELAY, *place);
            let messenger = everybody().filter(|place| *place != office).find(is_served);
            if let Some(messenger) = messenger {
                self.note_trouble("the office let itself go");
                // For everybody.
                self.courier(office, messenger, 1)?;
                self.session(messenger, RELAY, None)?;
                if self.knows_suspended(RELAY, office) {
                    return Err("the office has let itself go, and the relay serves it nothing".to_owned());
                }
            } else {
                self.note_trouble("cut for its suspensions");
                for rogue in rogues() {
                    if self.role(rogue).0 == Role::PoliceChief {
                        self.cut(rogue)?;
                    }
                }
            }
        }
        Err("however often the office lets go, the relay serves it nothing".to_owned())
    }
}
