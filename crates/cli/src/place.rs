//! Into which book a new record goes.

use sothon_ledger::{BookId, BookKind, Scope};
use sothon_records::kind::{Kind, ShelfFacts, ShelfRule};
use sothon_records::{RawRecord, RecordKey, Shelf, Value, common, show};

use crate::context::{Context, Device};
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

/// The book for a new record: as said, else where this device works, else where the records lie that it names.
///
/// # Errors
/// It is not known which village or unit, or there is no such book.
pub fn book_for(
    context: &Context,
    device: &Device,
    kind: &Kind,
    raw: &RawRecord,
    said: Said,
) -> Done<BookId> {
    let own = own_scopes(device);
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
        .or_else(|| village_of_references(device, kind, raw));
    let unit = said.unit.or(own_unit);
    let for_unit =
        said.unit.is_some() || (said.village.is_none() && own_village.is_none() && own_unit.is_some());
    let facts = ShelfFacts {
        for_unit,
        assigned: matches!(kind.shelf, ShelfRule::ByAssignment { .. }) && is_assigned(device, raw, village),
    };
    let shelf = kind.shelf.shelf(facts);
    let scope =
        match shelf {
            Shelf::Village
            | Shelf::CareFiles
            | Shelf::CareHealth
            | Shelf::CareAssignments
            | Shelf::CareContacts => Scope::Village(village.ok_or_else(|| {
                Fault::input(
                    "village",
                    "Chọn thôn: --village n.",
                    "Choose the village: --village n.",
                )
            })?),
            Shelf::Unit => Scope::Unit(unit.ok_or_else(|| {
                Fault::input("unit", "Chọn đơn vị: --unit n.", "Choose the unit: --unit n.")
            })?),
            _ => Scope::Commune,
        };
    open_book(context, device, words::kind_of(shelf), scope)
}

/// The open book of this year, else of the newest year that has one.
///
/// # Errors
/// There is none.
pub fn open_book(context: &Context, device: &Device, kind: BookKind, scope: Scope) -> Done<BookId> {
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
        .open_book(kind, scope, context.clock.year())
        .or_else(newest)
        .ok_or_else(|| sothon_replica::ReplicaError::NoBook.into())
}

/// For which villages or units this device works.
pub fn own_scopes(device: &Device) -> Vec<Scope> {
    let found = device.register().ok().and_then(|register| {
        let info = register.rights().device(&device.device())?;
        Some(info.role_at(register.effective_height())?.scopes.clone())
    });
    found.unwrap_or_default()
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next();
    first.filter(|_| all.next().is_none())
}

/// The village where the records lie that this one names, if they agree.
fn village_of_references(device: &Device, kind: &Kind, raw: &RawRecord) -> Option<u32> {
    let mut villages: Vec<u32> = show::references(kind, raw)
        .into_iter()
        .flat_map(|(_, key)| device.books_with(&key))
        .filter_map(|book| match device.book_info(&book)?.scope {
            Scope::Village(n) => Some(n),
            _ => None,
        })
        .collect();
    villages.sort_unstable();
    villages.dedup();
    only(villages.into_iter())
}

/// Whether the person whom a record names has an assignment card in the village.
fn is_assigned(device: &Device, raw: &RawRecord, village: Option<u32>) -> bool {
    let Some(Value::Text(person)) = raw.fields.get("person") else {
        return false;
    };
    let card = |key: &RecordKey, card: &RawRecord| {
        key.kind == "assignment"
            && !common::is_voided(&card.fields)
            && card.fields.get("person") == Some(&Value::Text(person.clone()))
    };
    device.records().any(|(open, key, other)| {
        open.kind == BookKind::CareAssignments
            && village.is_none_or(|n| open.scope == Scope::Village(n))
            && card(&key, &other)
    })
}
