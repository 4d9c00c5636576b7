//! Restarts: what comes from snapshots is what comes from the log.

use sothon_store::{Batch as StoreBatch, Local};

use super::*;
use crate::picture::picture;

impl World {
    /// Closes a device and opens it, and a copy of it that has no snapshots.
    pub fn restart(&mut self, place: usize) -> Result<(), String> {
        // The device's own register: the relay's may be older.
        let books: Vec<BookId> = match self.register_of(place) {
            Some(register) => register.rights().books().map(|(book, _)| *book).collect(),
            None => Vec::new(),
        };
        // Who started from a checkpoint has not the whole log.
        let elsewhere = self.elsewhere(place)?;
        self.close(place);
        let name = ROLES[place].0;
        let copy = folder();
        let to = copy.path().join(name);
        copy_device(&self.folder.path().join(name), &to).map_err(|e| e.to_string())?;
        let root = self.relay().store().root();
        let mut store = Store::open(&to.join("store.db"), root).map_err(|e| e.to_string())?;
        let local = books.into_iter().map(Local::NoSnapshot).collect();
        store
            .put(StoreBatch {
                local,
                payloads: elsewhere,
                ..StoreBatch::default()
            })
            .map_err(|e| e.to_string())?;
        drop(store);
        self.open(place);
        let from_log = open(copy.path(), place, self.seed);
        if from_log.from_snapshots() > 0 {
            return Err("the copy was to be opened from the log".into());
        }
        self.resumed += self.device(place).from_snapshots();
        if picture(self.device(place)) != picture(&from_log) {
            return Err(format!(
                "{name} says something else from its snapshots than from its log"
            ));
        }
        Ok(())
    }

    /// Keeps snapshots of everything and restarts everybody.
    pub fn restart_all(&mut self) -> Result<(), String> {
        for place in everybody() {
            self.device_mut(place).keep_snapshots(1);
            self.restart(place)?;
        }
        let written = everybody().any(|place| self.device(place).records().next().is_some());
        if written && self.resumed == 0 {
            return Err("nothing came from a snapshot".into());
        }
        self.check_all()
    }
}

pub(super) fn copy_device(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for file in std::fs::read_dir(from)? {
        let file = file?;
        std::fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}
