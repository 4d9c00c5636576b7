//! Into which book a new record goes.

use chrono::NaiveDate;
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_records::kind::{Kind, ShelfFacts, ShelfRule};
use sothon_records::kinds::Assignment;
use sothon_records::raw::Value;
use sothon_records::{RawRecord, Record as _, RecordKey, Shelf, show};

use crate::desk::{Desk, Device, place_of, scope_of};
use crate::fault::{Done, Fault};
use crate::words;

/// Where a person says that a record belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// In this village.
    pub village: Option<u32>,
    /// In this unit.
    pub unit: Option<u32>,
}

impl Said {
    /// At a place.
    pub fn at(scope: Scope) -> Said {
        match scope {
            Scope::Village(n) => Said {
                village: Some(n),
                unit: None,
            },
            Scope::Unit(n) => Said {
                village: None,
                unit: Some(n),
            },
            _ => Said::default(),
        }
    }
}

/// What decides where a record belongs, beside what a person says.
pub trait Surroundings {
    /// For which villages and units this device works.
    fn own_scopes(&self) -> Vec<Scope>;
    /// The village where the records lie that this one names, if they agree.
    fn village_of_references(&self, kind: &Kind, raw: &RawRecord) -> Option<u32>;
    /// Today, for a record that says no day yet.
    fn today(&self) -> NaiveDate;
    /// Whether a card of the village is there of which this holds.
    fn any_card(&self, village: Option<u32>, holds: &dyn Fn(&RawRecord) -> bool) -> bool;
}

/// The row of the table of books and the scope for a new record: as said, else where this device works, else where the
/// records lie that it names.
///
/// # Errors
/// It is not known which village or unit.
pub fn row_for(
    with: &impl Surroundings,
    kind: &Kind,
    raw: &RawRecord,
    said: Said,
) -> Done<(BookKind, Scope)> {
    let own = with.own_scopes();
    let own_village = only(own.iter().filter_map(|scope| match scope {
        Scope::Village(n) => Some(*n),
        _ => None,
    }));
    let own_unit = only(own.iter().filter_map(|scope| match scope {
        Scope::Unit(n) => Some(*n),
        _ => None,
    }));
    let village = said
        .village
        .or(own_village)
        .or_else(|| with.village_of_references(kind, raw));
    let unit = said.unit.or(own_unit);
    let for_unit =
        said.unit.is_some() || (said.village.is_none() && own_village.is_none() && own_unit.is_some());
    let facts = ShelfFacts {
        for_unit,
        assigned: matches!(kind.shelf, ShelfRule::ByAssignment { .. })
            && is_assigned(with, kind, raw, village),
    };
    let shelf = kind.shelf.shelf(facts);
    let scope = match shelf {
        Shelf::Village
        | Shelf::CareFiles
        | Shelf::CareHealth
        | Shelf::CareAssignments
        | Shelf::CareContacts => {
            Scope::Village(village.ok_or_else(|| Fault::new("village", "Chọn thôn.", "Choose the village."))?)
        }
        Shelf::Unit => {
            Scope::Unit(unit.ok_or_else(|| Fault::new("unit", "Chọn đơn vị.", "Choose the unit."))?)
        }
        _ => Scope::Commune,
    };
    Ok((words::kind_of(shelf), scope))
}

/// Whether the person whom a record names has an assignment card in the village that holds on the day of the record: what its
/// holder does after its last day is no longer done under it.
fn is_assigned(with: &impl Surroundings, kind: &Kind, raw: &RawRecord, village: Option<u32>) -> bool {
    let Some(Value::Text(person)) = raw.fields.get("person") else {
        return false;
    };
    let day = show::happened(kind, raw).unwrap_or_else(|| with.today());
    with.any_card(village, &|card| {
        card.fields.get("person") == Some(&Value::Text(person.clone()))
            && Assignment::read(card).value.holds_on(day)
    })
}

/// The open book of a year, else of the newest year that has one.
///
/// # Errors
/// There is none.
pub fn open_book(device: &Device, kind: BookKind, scope: Scope, year: u32) -> Done<BookId> {
    let rights = device.register()?.rights();
    let newest = || {
        let books = rights.books().map(|(_, info)| &info.open);
        books
            .filter(|open| open.kind == kind && open.scope == scope)
            .filter_map(|open| Some((open.year, rights.open_book(kind, scope, open.year)?)))
            .max()
            .map(|(_, book)| book)
    };
    rights
        .open_book(kind, scope, year)
        .or_else(newest)
        .ok_or_else(|| sothon_replica::ReplicaError::NoBook.into())
}

/// The only one, if there is only one.
pub fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next();
    first.filter(|_| all.next().is_none())
}

impl Surroundings for Desk {
    fn own_scopes(&self) -> Vec<Scope> {
        self.going_on(Desk::own_scopes(self))
    }

    fn village_of_references(&self, kind: &Kind, raw: &RawRecord) -> Option<u32> {
        let mut villages: Vec<u32> = show::references(kind, raw)
            .into_iter()
            .filter_map(|(_, key)| match self.view.place_of_on(&key, self.today())? {
                sothon_overview::Place::Village(n) => Some(n),
                _ => None,
            })
            .collect();
        villages.sort_unstable();
        villages.dedup();
        only(villages.into_iter())
    }

    fn today(&self) -> NaiveDate {
        Desk::today(self)
    }

    fn any_card(&self, village: Option<u32>, holds: &dyn Fn(&RawRecord) -> bool) -> bool {
        let is_here =
            |key: &RecordKey| village.is_none_or(|n| self.is_in(key, sothon_overview::Place::Village(n)));
        let mut cards = self
            .view
            .of_kind(Assignment::KIND.slug)
            .filter(|key| is_here(key));
        cards.any(|key| self.view.record(key).is_some_and(holds))
    }
}

impl Desk {
    /// The book for a new record.
    ///
    /// # Errors
    /// It is not known which village or unit, there is no such book, or this person may not write in it.
    pub(crate) fn book_for(&self, kind: &Kind, raw: &RawRecord, said: Said) -> Done<BookId> {
        let (row, scope) = row_for(self, kind, raw, said)?;
        let book = open_book(self.device(), row, scope, self.clock().year())?;
        if self.writes(&book) {
            Ok(book)
        } else if matches!(kind.shelf, ShelfRule::ByAssignment { .. }) && self.writes_kind(kind) {
            Err(Fault::new(
                "no_card",
                "Ngày đó không có thẻ tiếp xúc nào còn hiệu lực với người này. Sửa ngày, hoặc hỏi Công an xã. Chưa lưu.",
                "No card for this person holds on that day. Put the day right, or ask the police. Nothing was saved.",
            ))
        } else {
            Err(sothon_replica::ReplicaError::MayNotWrite.into())
        }
    }

    /// The places where this person may write a record of a kind.
    pub(crate) fn places_for(&self, kind: &Kind) -> Vec<Scope> {
        if !self.device().is_of_office(kind) {
            return Vec::new();
        }
        let Ok(register) = self.device().register() else {
            return Vec::new();
        };
        let rows: Vec<BookKind> = [false, true]
            .into_iter()
            .flat_map(|for_unit| [false, true].map(|assigned| ShelfFacts { for_unit, assigned }))
            .map(|facts| words::kind_of(kind.shelf.shelf(facts)))
            .collect();
        let mut places: Vec<Scope> = register
            .rights()
            .books()
            .map(|(_, info)| &info.open)
            .filter(|open| rows.contains(&open.kind) && self.writes(&open.book))
            .map(|open| open.scope)
            .collect();
        places.sort_unstable();
        places.dedup();
        self.going_on(places)
    }

    /// These without the villages that go on in another of them: there one writes from then on.
    fn going_on(&self, places: Vec<Scope>) -> Vec<Scope> {
        let next =
            |scope: Scope| place_of(scope).map(|place| scope_of(self.view.place_on(place, self.today())));
        let ends = |scope: &Scope| next(*scope).is_some_and(|next| next != *scope && places.contains(&next));
        places.iter().copied().filter(|scope| !ends(scope)).collect()
    }

    /// Whether this person can write a record of a kind anywhere.
    pub(crate) fn writes_kind(&self, kind: &Kind) -> bool {
        !self.places_for(kind).is_empty()
    }
}
