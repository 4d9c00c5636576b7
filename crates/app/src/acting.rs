//! Who acts for whom, as screens and records say it. A delegation is shown, never obeyed: what a device may read and write is
//! the register's word alone.

use std::collections::BTreeSet;

use sothon_book::HistoryStep;
use sothon_ledger::{BookId, DeviceId, Right, Scope};
use sothon_overview::acting::Acting;
use sothon_overview::{Due, Place};
use sothon_records::kinds::{Official, Unit, Village};
use sothon_records::problem::day;
use sothon_records::{Lang, Record as _, RecordId, RecordKey, Words};

use crate::api::{ActingRow, BehalfChoice, DueRow};
use crate::clock::day_of;
use crate::desk::{Desk, lower_first, place_of, scope_of};
use crate::fault::{Done, Fault};
use crate::words;

impl Desk {
    /// The delegations of today by which this person acts for somebody.
    fn acting_here(&self) -> Vec<Acting> {
        let own = self.own_officials();
        let mut acting = self.view.acting_on(self.today());
        acting.retain(|one| own.contains(&one.deputy));
        acting
    }

    fn own_officials(&self) -> BTreeSet<RecordKey> {
        let own = self.officials_of(&self.device().device());
        own.into_iter().map(|(_, key)| key).collect()
    }

    fn place_acted_for(&self, acting: &Acting) -> Option<Place> {
        self.view.place_of_official(&acting.principal, self.today())
    }

    /// The places of those for whom this person acts today.
    pub(crate) fn places_acted_for(&self) -> BTreeSet<Place> {
        let acting = self.acting_here();
        acting
            .iter()
            .filter_map(|one| self.place_acted_for(one))
            .collect()
    }

    /// For home: for whom this person acts today, and who acts for this person.
    pub(crate) fn acting_rows(&self) -> Vec<ActingRow> {
        let own = self.own_officials();
        let row = |one: Acting| {
            let until = self.until_words(&one);
            let (who, says, lacks) = match (own.contains(&one.deputy), own.contains(&one.principal)) {
                (true, _) => {
                    let who = self.official_words(&one.principal);
                    let says = Words::new(
                        format!("Đang thay mặt {who}{}", until.vi),
                        format!("Acting for {who}{}", until.en),
                    );
                    (who, says, self.rights_lacked(&one))
                }
                (false, true) => {
                    let who = self.official_words(&one.deputy);
                    let says = Words::new(
                        format!("{who}, đang làm thay ông/bà{}", until.vi),
                        format!("{who} is acting for you{}", until.en),
                    );
                    (who, says, String::new())
                }
                (false, false) => return None,
            };
            (!who.is_empty()).then(|| ActingRow {
                key: one.key.to_string(),
                says: self.w(&says),
                lacks,
            })
        };
        let all = self.view.acting_on(self.today());
        all.into_iter().filter_map(row).collect()
    }

    /// What is said where the register gives the deputy nothing to write where the other works.
    fn rights_lacked(&self, acting: &Acting) -> String {
        let Some(place) = self.place_acted_for(acting) else {
            return String::new();
        };
        let device = self.device();
        let writes = device.register().is_ok_and(|register| {
            let mut books = register.rights().books();
            let here = |scope: Scope| {
                place_of(scope).is_some_and(|of| self.view.place_on(of, self.today()) == place)
            };
            books.any(|(book, info)| here(info.open.scope) && device.may(book, Right::Write))
        });
        if writes {
            return String::new();
        }
        let place = self.place_name(place);
        self.w(&Words::new(
            format!("Máy này chưa được ghi ở {place}. Ủy quyền không mở sổ: cần ghi thì báo người giữ danh bạ của xã."),
            format!("This device may not write in {place}. A delegation opens no book: ask the registrar."),
        ))
    }

    /// ", đến hết 10/12/2026"; nothing where no last day is recorded.
    fn until_words(&self, acting: &Acting) -> Words {
        let until = acting.delegation.until.map(day);
        until.map_or_else(Words::default, |until| {
            Words::new(format!(", đến hết {until}"), format!(", until {until}"))
        })
    }

    /// "Lê Văn Hùng, trưởng thôn".
    pub(crate) fn official_words(&self, key: &RecordKey) -> String {
        let Some(official) = self.official(key) else {
            return String::new();
        };
        match (official.name, official.position) {
            (Some(name), Some(position)) => format!("{name}, {}", lower_first(&position)),
            (name, _) => name.unwrap_or_default(),
        }
    }

    fn official(&self, key: &RecordKey) -> Option<Official> {
        Some(Official::read(self.view.record(key)?).value)
    }

    /// Marks a row of what is due that is somebody else's work, which this person does for them.
    pub(crate) fn with_behalf(&self, due: &Due, row: DueRow) -> DueRow {
        let own: BTreeSet<Place> = self.own_scopes().into_iter().filter_map(place_of).collect();
        let theirs = |one: &Acting| self.place_acted_for(one) == Some(due.place) && !own.contains(&due.place);
        let behalf = self.acting_here().iter().find(|one| theirs(one)).map(|one| {
            let name = self
                .official(&one.principal)
                .and_then(|of| of.name)
                .unwrap_or_default();
            self.w(&Words::new(
                format!("Việc của {name} (thay mặt)"),
                format!("{name}’s work (acting)"),
            ))
        });
        DueRow {
            behalf: behalf.unwrap_or_default(),
            ..row
        }
    }

    /// Who acts now, for the page of a person, a unit or a village: "Nguyễn Thị Mai, phó trưởng thôn, thay mặt Lê Văn Hùng,
    /// trưởng thôn, đến hết 10/12/2026 (Giấy ủy quyền số 3)".
    pub(crate) fn acting_lines(&self, of: &RecordKey) -> Vec<String> {
        let here = |one: &Acting| match of.kind.as_str() {
            kind if kind == Official::KIND.slug => *of == one.principal || *of == one.deputy,
            kind if kind == Unit::KIND.slug || kind == Village::KIND.slug => {
                let principal = self.official(&one.principal);
                principal.and_then(|principal| principal.unit).as_ref() == Some(of)
            }
            _ => false,
        };
        let line = |one: Acting| {
            let (deputy, principal) = (
                self.official_words(&one.deputy),
                self.official_words(&one.principal),
            );
            let until = self.until_words(&one);
            let document = one.delegation.document.as_ref();
            let document = document.map_or_else(String::new, |document| format!(" ({document})"));
            self.w(&Words::new(
                format!("{deputy}, thay mặt {principal}{}{document}", until.vi),
                format!("{deputy}, acting for {principal}{}{document}", until.en),
            ))
        };
        let acting = self.view.acting_on(self.today());
        acting.into_iter().filter(here).map(line).collect()
    }

    /// The same in the row of a person: "Đang thay mặt Lê Văn Hùng, đến hết 10/12/2026".
    pub(crate) fn acting_in_short(&self, person: &RecordKey) -> Vec<String> {
        let name = |key: &RecordKey| self.official(key).and_then(|of| of.name).unwrap_or_default();
        let line = |one: Acting| {
            let until = self.until_words(&one);
            let says = if *person == one.deputy {
                let other = name(&one.principal);
                Words::new(
                    format!("Đang thay mặt {other}{}", until.vi),
                    format!("Acting for {other}{}", until.en),
                )
            } else if *person == one.principal {
                let other = name(&one.deputy);
                Words::new(
                    format!("{other} đang làm thay{}", until.vi),
                    format!("{other} is acting{}", until.en),
                )
            } else {
                return None;
            };
            Some(self.w(&says))
        };
        let acting = self.view.acting_on(self.today());
        acting.into_iter().filter_map(line).collect()
    }

    /// As whom a record can be written today, beside oneself; the places where that is meant by itself.
    pub(crate) fn behalf_choices(&self) -> Vec<BehalfChoice> {
        let choice = |one: Acting| BehalfChoice {
            label: self.w(&Words::new(
                format!("Thay mặt {}", self.official_words(&one.principal)),
                format!("For {}", self.official_words(&one.principal)),
            )),
            detail: self
                .w(&self.until_words(&one))
                .trim_start_matches(", ")
                .to_owned(),
            place: self
                .place_acted_for(&one)
                .map(|place| words::scope_text(scope_of(place))),
            delegation: one.key.to_string(),
        };
        self.acting_here().into_iter().map(choice).collect()
    }

    /// For whom a record is changed unless something else is said, as a form says it.
    pub(crate) fn behalf_at(&self, key: &RecordKey) -> Done<String> {
        let (book, _) = self.placed(key)?;
        let by = self.behalf(None, &[book])?;
        let acting = self.acting_here();
        let one = acting.iter().find(|one| Some(one.key.id) == by);
        Ok(one.map_or_else(String::new, |one| one.key.to_string()))
    }

    /// The delegation that an act names: as said, else that of whose place all of it is written in.
    ///
    /// # Errors
    /// One was said that does not hold today, or is somebody else's.
    pub(crate) fn behalf(&self, said: Option<&str>, books: &[BookId]) -> Done<Option<RecordId>> {
        let acting = self.acting_here();
        match said {
            Some("") => Ok(None),
            Some(said) => {
                let one = acting.iter().find(|one| one.key.to_string() == said);
                let one = one.ok_or_else(|| {
                    Fault::new(
                        "behalf",
                        "Hôm nay không còn ủy quyền này. Chọn “Việc của mình” rồi lưu.",
                        "That delegation does not hold today. Choose your own work, then save.",
                    )
                })?;
                Ok(Some(one.key.id))
            }
            None => {
                let device = self.device();
                let at = |book: &BookId| {
                    let place = place_of(device.book_info(book)?.scope)?;
                    Some(self.view.place_on(place, self.today()))
                };
                let theirs = |one: &&Acting| {
                    let place = self.place_acted_for(one);
                    place.is_some() && books.iter().all(|book| at(book) == place)
                };
                Ok(acting.iter().find(theirs).map(|one| one.key.id))
            }
        }
    }

    /// For whom a change was made, as its writer says: "thay mặt Lê Văn Hùng, trưởng thôn". A word that no delegation of that
    /// day and of that writer bears out is shown as such. Empty: for nobody else.
    pub(crate) fn behalf_words(&self, book: &BookId, step: &HistoryStep) -> String {
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
        let wrote = self.device().author(book, &step.actor);
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
}
