//! Into which book a new record goes: the rule is the app's, what it asks of its surroundings is answered from the device.

use chrono::NaiveDate;
use sothon_app::place::{Surroundings, only, row_for};
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_records::kind::Kind;
use sothon_records::kinds::Assignment;
use sothon_records::{RawRecord, Record as _, show};

use crate::context::{Context, Device};
use crate::fault::Done;

pub use sothon_app::place::Said;

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
    let here = Here(device, context.clock.today());
    let (row, scope) = row_for(&here, kind, raw, said)?;
    open_book(context, device, row, scope)
}

/// The open book of this year, else of the newest year that has one.
///
/// # Errors
/// There is none.
pub fn open_book(context: &Context, device: &Device, kind: BookKind, scope: Scope) -> Done<BookId> {
    device.register()?;
    sothon_app::place::open_book(device, kind, scope, context.clock.year())
        .map_err(|_| sothon_replica::ReplicaError::NoBook.into())
}

/// For which villages or units this device works.
pub fn own_scopes(device: &Device) -> Vec<Scope> {
    sothon_app::words::own_span(device.station())
        .map(|span| span.scopes.clone())
        .unwrap_or_default()
}

/// A device without a picture: it is asked record by record.
struct Here<'a>(&'a Device, NaiveDate);

impl Surroundings for Here<'_> {
    fn own_scopes(&self) -> Vec<Scope> {
        own_scopes(self.0)
    }

    fn village_of_references(&self, kind: &Kind, raw: &RawRecord) -> Option<u32> {
        let mut villages: Vec<u32> = show::references(kind, raw)
            .into_iter()
            .flat_map(|(_, key)| self.0.books_with(&key))
            .filter_map(|book| match self.0.book_info(&book)?.scope {
                Scope::Village(n) => Some(n),
                _ => None,
            })
            .collect();
        villages.sort_unstable();
        villages.dedup();
        only(villages.into_iter())
    }

    fn today(&self) -> NaiveDate {
        self.1
    }

    fn any_card(&self, village: Option<u32>, holds: &dyn Fn(&RawRecord) -> bool) -> bool {
        self.0.records().any(|(open, key, card)| {
            open.kind == BookKind::CareAssignments
                && key.kind == Assignment::KIND.slug
                && village.is_none_or(|n| open.scope == Scope::Village(n))
                && holds(&card)
        })
    }
}
