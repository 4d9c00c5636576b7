//! Changed roles: one operation ends what the old role allowed and begins what the new one does. What may be read and written
//! from then on, and what of unsent work is still taken, is reckoned here.

use sothon_ledger::Kind;

use super::law::{Hold, Order, writes};
use super::*;

/// What a device may become; the first of these, whoever it is.
const ANYBODY: usize = 5;
const MAY_BECOME: [(Role, Scope); 7] = [
    (Role::VillageHead, Scope::Village(1)),
    (Role::VillageHead, Scope::Village(2)),
    (Role::DeputyVillageHead, Scope::Village(1)),
    (Role::DeputyVillageHead, Scope::Village(2)),
    (Role::Leader, Scope::Commune),
    // Whose disk may be set back makes no keys of care and tips.
    (Role::Chair, Scope::Commune),
    (Role::Police, Scope::Commune),
];

impl World {
    /// A device gets another role, or the same one for another village.
    pub(super) fn change_role(&mut self, of: usize, n: u8) -> Result<(), String> {
        let choices = if MAY_BE_SET_BACK.contains(&of) {
            ANYBODY
        } else {
            MAY_BECOME.len()
        };
        let (role, scope) = MAY_BECOME[usize::from(n) % choices];
        if !self.is_admitted(of) || self.role(of) == (role, scope) {
            return Ok(());
        }
        if !self.is_broken(Broken::Kept) {
            let id = self.ids[of];
            let changed = self
                .registrars_mut()
                .change_role(id, role, vec![scope], NOW)
                .map(drop);
            if !self.ordered(changed, |_| false)? {
                return Ok(());
            }
        }
        self.note_order(of, Order::Role((role, scope)));
        self.leaves_behind(of);
        let away = self.saved.iter().any(|saved| saved.by == of && saved.away);
        self.note_trouble(if away {
            "role changed with unsent work"
        } else {
            "role changed"
        });
        Ok(())
    }

    /// Whether something of a device waits that it may not write any more.
    pub(super) fn has_away(&self, place: usize) -> bool {
        let mut books = self.away(place);
        books.any(|book| !self.writes_now(place, &book))
    }

    /// Whether something waits in this book, which only its author's own document shows.
    pub(super) fn has_away_in(&self, place: usize, book: &BookId) -> bool {
        self.away(place).any(|of| of == *book) && !self.writes_now(place, book)
    }

    fn away(&self, place: usize) -> impl Iterator<Item = BookId> + '_ {
        let own = self
            .saved
            .iter()
            .filter(move |saved| saved.by == place && saved.away);
        own.flat_map(|saved| saved.records.iter().map(|(book, _)| *book))
    }

    /// Whoever has heard that it may hold a book no more is given nothing more of it.
    pub(super) fn check_no_more(&self, place: usize) -> Result<(), String> {
        let changed = place < RELAY && self.all_roles(place).nth(1).is_some();
        if !changed || !self.is_admitted(place) || !self.is_on_line(place) || !self.knows_its_terms(place) {
            return Ok(());
        }
        let mut held: BTreeMap<BookId, usize> = BTreeMap::new();
        for log in self.store(place).index().all() {
            let key = log.key();
            if key.device != self.ids[place] {
                *held.entry(key.book).or_default() += usize::try_from(log.entries()).unwrap_or(usize::MAX);
            }
        }
        let mut then = self.held_then.borrow_mut();
        for (book, now) in held {
            if self.hold_now(place, &book) == Hold::All {
                then.remove(&(place, book));
            } else if now > *then.entry((place, book)).or_insert(now) {
                return Err(format!(
                    "{} was given more of {:?}, which its role lets it hold no more",
                    name(place),
                    self.kind(&book)
                ));
            }
        }
        Ok(())
    }

    /// What counts by right was written by who might write there then.
    pub(super) fn check_written(&self) -> Result<(), String> {
        let chief = self.device(CHIEF);
        let register = chief.register().map_err(|e| e.to_string())?;
        for open in chief.readable() {
            let (Some(kind), Some(verdicts)) = (self.kind(&open.book), chief.verdicts(&open.book)) else {
                continue;
            };
            for (entry, _) in verdicts.iter().filter(|(_, verdict)| verdict.is_by_right()) {
                let envelope = chief
                    .station()
                    .store()
                    .envelope(entry)
                    .map_err(|e| e.to_string())?;
                let Some(envelope) = envelope else { continue };
                let header = envelope.header();
                let author = everybody().find(|place| self.ids[*place] == header.device);
                let let_in = register.rights().let_in(entry).is_some();
                let (Some(author), Kind::Changes, false) = (author, header.kind, let_in) else {
                    continue;
                };
                if !writes(self.role_at(author, header.height), kind) {
                    return Err(format!(
                        "what {} wrote in {kind:?} counts, and its role then was {:?}",
                        name(author),
                        self.role_at(author, header.height)
                    ));
                }
            }
        }
        Ok(())
    }
}
