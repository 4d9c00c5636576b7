//! Who acts for whom, as screens and records say it. A delegation is shown, never obeyed: what a device may read and write is
//! the register's word alone.

use std::collections::BTreeSet;

use sothon_ledger::{BookId, Right, Scope};
use sothon_overview::acting::Acting;
use sothon_overview::{Due, Place};
use sothon_records::kinds::{Official, Unit, Village};
use sothon_records::problem::day;
use sothon_records::{Record as _, RecordId, RecordKey, Words};

use crate::api::{ActingRow, BehalfChoice, DueRow};
use crate::behalf::Behalf;
use crate::desk::{Desk, place_of, scope_of};
use crate::fault::Done;
use crate::words;

impl Desk {
    /// Who is asked for whom this person acts.
    pub(crate) fn behalves(&self) -> Behalf<'_> {
        Behalf {
            device: self.device(),
            view: &self.view,
            today: self.today(),
            lang: self.lang,
        }
    }

    /// The delegations of today by which this person acts for somebody.
    fn acting_here(&self) -> Vec<Acting> {
        self.behalves().acting()
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
        self.behalves().official_words(key)
    }

    fn official(&self, key: &RecordKey) -> Option<Official> {
        self.behalves().official(key)
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
        match said {
            Some("") => Ok(None),
            Some(said) => self.behalves().said(said).map(Some),
            None => {
                let acting = self.acting_here();
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
}
