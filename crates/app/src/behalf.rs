//! For whom somebody acts today, and for whom a change says that it was made: asked of a device and its picture, in a window and
//! on the command line alike. What a device may read and write is the register's word alone.

use chrono::NaiveDate;
use sothon_book::HistoryStep;
use sothon_ledger::{BookId, DeviceId};
use sothon_overview::View;
use sothon_overview::acting::Acting;
use sothon_records::kinds::Official;
use sothon_records::{Lang, Record as _, RecordId, RecordKey, Value};

use crate::clock::day_of;
use crate::desk::{Device, lower_first, upper_first};
use crate::fault::{Done, Fault};

/// A device and its picture on a day, asked who acts for whom.
pub struct Behalf<'a> {
    /// The device.
    pub device: &'a Device,
    /// What it reads.
    pub view: &'a View,
    /// Today.
    pub today: NaiveDate,
    /// In which language it answers.
    pub lang: Lang,
}

impl Behalf<'_> {
    fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// The persons whose device it is, by all positions that they hold: name and record.
    pub fn officials_of(&self, device: &DeviceId) -> Vec<(String, RecordKey)> {
        let wanted = Value::Text(device.to_string());
        let officials = self.view.of_kind(Official::KIND.slug).filter_map(|key| {
            if self.view.is_voided(key) {
                return None;
            }
            let raw = self.view.record(key)?;
            let here = raw
                .subs
                .values()
                .any(|fields| fields.get("device") == Some(&wanted));
            let official = here.then(|| Official::read(raw))?;
            Some((official.value.name?, key.clone()))
        });
        officials.collect()
    }

    /// The delegations of today by which this device's person acts for somebody.
    pub fn acting(&self) -> Vec<Acting> {
        let own = self.officials_of(&self.device.device());
        let mut acting = self.view.acting_on(self.today);
        acting.retain(|one| own.iter().any(|(_, key)| *key == one.deputy));
        acting
    }

    /// What is recorded of an official.
    pub fn official(&self, key: &RecordKey) -> Option<Official> {
        Some(Official::read(self.view.record(key)?).value)
    }

    /// "Lê Văn Hùng, trưởng thôn".
    pub fn official_words(&self, key: &RecordKey) -> String {
        let Some(official) = self.official(key) else {
            return String::new();
        };
        match (official.name, official.position) {
            (Some(name), Some(position)) => format!("{name}, {}", lower_first(&position)),
            (name, _) => name.unwrap_or_default(),
        }
    }

    /// The delegation with this key.
    ///
    /// # Errors
    /// It does not hold today, or is somebody else's.
    pub fn said(&self, key: &str) -> Done<RecordId> {
        let acting = self.acting();
        let one = acting.iter().find(|one| one.key.to_string() == key);
        one.map(|one| one.key.id).ok_or_else(|| {
            Fault::new(
                "behalf",
                "Hôm nay không còn ủy quyền này. Chọn “Việc của mình” rồi lưu.",
                "That delegation does not hold today. Choose your own work, then save.",
            )
        })
    }

    /// For whom a change was made, as its writer says: "thay mặt Lê Văn Hùng, trưởng thôn". A word that no delegation of that
    /// day and of that writer bears out is shown as such. Empty: for nobody else.
    pub fn words(&self, book: &BookId, step: &HistoryStep) -> String {
        let Some(id) = step.by_delegation else {
            return String::new();
        };
        let named = self
            .view
            .delegation(id)
            .map(|one| self.official_words(&one.principal));
        let Some(named) = named.filter(|named| !named.is_empty()) else {
            return self
                .t(
                    "ghi là làm thay, không thấy ủy quyền trên máy này",
                    "said to act for somebody; the delegation is not here",
                )
                .to_owned();
        };
        let wrote = self.device.author(book, &step.actor);
        let on = (step.time != 0).then(|| day_of(step.time));
        let acting = on.and_then(|on| self.view.acting_by(id, on));
        let is_theirs = |device: &DeviceId, one: &Acting| {
            let theirs = self.officials_of(device);
            theirs.iter().any(|(_, key)| *key == one.deputy)
        };
        let holds = acting
            .zip(wrote)
            .is_some_and(|(one, device)| is_theirs(&device, &one));
        match (holds, self.lang) {
            (true, Lang::Vi) => format!("thay mặt {named}"),
            (true, Lang::En) => format!("for {named}"),
            (false, Lang::Vi) => format!("ghi là thay mặt {named}, không thấy ủy quyền của ngày đó"),
            (false, Lang::En) => format!("said to be for {named}; no delegation of that day is seen"),
        }
    }

    /// For whom a record was made, as a line of its own; empty: for nobody else.
    pub fn made_for(&self, book: &BookId, key: &RecordKey) -> String {
        let steps = self.device.history(book, key);
        let made = steps.iter().find(|step| step.created);
        made.map_or_else(String::new, |step| upper_first(&self.words(book, step)))
    }
}
