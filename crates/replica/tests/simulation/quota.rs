//! A relay that has no more room: what it does not take is said to be left out, no session goes on for ever, and everything
//! comes once there is room again, saves of checkpoints too (A27).

use super::*;

impl World {
    /// The relay takes so many bytes more in all.
    pub(super) fn fill_relay(&mut self, room: u16) -> Result<(), String> {
        let held = self.relay.as_ref().ok_or("the relay is under way")?.gauges();
        let held = held.bytes.load(Ordering::Relaxed);
        self.with_quota(Some(held + u64::from(room)))
    }

    /// The relay has room again.
    pub(super) fn lift_quota(&mut self) -> Result<(), String> {
        if !self.relay_clock.is_full() {
            return Ok(());
        }
        self.note_refused("relay full");
        if self.lacks_save().is_some() {
            self.note_trouble("a save found no room");
        }
        self.with_quota(None)
    }

    fn with_quota(&mut self, total: Option<u64>) -> Result<(), String> {
        self.relay_clock.set_total(total);
        let root = self.relay().store().root();
        drop(self.relay.take());
        let disk = self.folder.path().join("relay.db");
        let archive = Archive::open(Store::open(&disk, root).map_err(|e| e.to_string())?);
        self.relay = Some(self.relay_clock.relay(archive.map_err(|e| e.to_string())?));
        Ok(())
    }

    /// Whose last save of a book the relay has not, though it has the entry that names it.
    fn lacks_save(&self) -> Option<usize> {
        let lacks = |place: &usize| {
            let archive = self.archive(*place);
            let books: Vec<BookId> = self.device(*place).readable().map(|open| open.book).collect();
            books.iter().any(|book| {
                let saves = archive.saves(book).unwrap_or_default();
                let mut own = saves.iter().rev().filter(|save| {
                    let envelope = archive.store().envelope(&save.entry).ok().flatten();
                    envelope.is_some_and(|envelope| envelope.header().device == self.ids[*place])
                });
                let relay = self.relay().store();
                own.next().is_some_and(|save| {
                    let has = relay.has(&save.entry).unwrap_or(false);
                    // What is larger than a day's quota finds no room in any.
                    let fits = !self.relay_clock.is_small() || save.size < SMALL_SAVE;
                    has && fits && !matches!(relay.blob_place(&save.digest), Ok(Some(_)))
                })
            })
        };
        everybody().filter(|place| self.is_admitted(*place)).find(lacks)
    }

    /// In the end the relay has all saves that there are, also those that it had no room for once.
    pub(super) fn check_saves(&self) -> Result<(), String> {
        match self.lacks_save() {
            Some(place) => Err(format!("the relay lacks a save of {}", name(place))),
            None => Ok(()),
        }
    }
}

/// A save that fits in the day of a relay that takes little, beside its entry.
const SMALL_SAVE: u64 = 4 << 10;
