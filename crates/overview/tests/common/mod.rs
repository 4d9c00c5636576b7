//! A small commune made by hand, for tests.
#![allow(dead_code)]

use chrono::NaiveDate;
use sothon_overview::{BookRef, Change, OpenBook, Place, View};
use sothon_records::civil::{YearOrDate, parse_date};
use sothon_records::kinds::household::Member;
use sothon_records::kinds::village::{VillageName, VillageType};
use sothon_records::kinds::{Household, Pledge, Village};
use sothon_records::{Record, RecordId, RecordKey, Shelf};
use uuid::Uuid;

pub fn id(n: u128) -> RecordId {
    RecordId(Uuid::from_u128(n))
}

pub fn day(text: &str) -> NaiveDate {
    parse_date(text).expect("a date")
}

/// The book of a shelf, place and year.
pub fn book(shelf: Shelf, place: Place, year: u32) -> OpenBook {
    let (kind, number) = match place {
        Place::Commune => (0, 0),
        Place::Village(n) => (1, n),
        Place::Unit(n) => (2, n),
    };
    let mut id = [0; 16];
    id[0] = shelf as u8;
    id[1] = kind;
    id[4..8].copy_from_slice(&number.to_be_bytes());
    id[8..12].copy_from_slice(&year.to_be_bytes());
    OpenBook {
        book: BookRef(id),
        shelf,
        place,
        year,
    }
}

/// A record in a book.
pub fn put<R: Record>(book: OpenBook, n: u128, record: &R) -> Change {
    change(book, R::key(id(n)), Some(record.write()))
}

pub fn change(book: OpenBook, key: RecordKey, record: Option<sothon_records::RawRecord>) -> Change {
    Change {
        book: book.book,
        shelf: book.shelf,
        place: book.place,
        year: book.year,
        key,
        record,
    }
}

pub fn general(village: u32) -> OpenBook {
    book(Shelf::Village, Place::Village(village), 2025)
}

pub fn care(village: u32) -> OpenBook {
    book(Shelf::CareFiles, Place::Village(village), 2025)
}

pub fn commune() -> OpenBook {
    book(Shelf::Commune, Place::Commune, 2025)
}

/// The record of a village; its id is its number.
pub fn village(number: u32) -> Change {
    let name = VillageName {
        name: Some(number.to_string()),
        from: parse_date("2000-01-01"),
        ..VillageName::default()
    };
    let village = Village {
        code: Some(number.to_string()),
        type_of: Some(VillageType::Thon),
        from: parse_date("2000-01-01"),
        names: [(id(1), name)].into(),
        ..Village::default()
    };
    put(commune(), u128::from(number), &village)
}

pub fn village_key(number: u32) -> RecordKey {
    Village::key(id(u128::from(number)))
}

/// A household with members born in these years.
pub fn household(head: &str, born: &[i32]) -> Household {
    let members = born.iter().enumerate().map(|(n, year)| {
        let member = Member {
            name: Some(format!("{head} {n}")),
            born: Some(YearOrDate::Year(*year)),
            ..Member::default()
        };
        (id(n as u128), member)
    });
    Household {
        number: Some(head.to_owned()),
        head: Some(head.to_owned()),
        members: members.collect(),
        ..Household::default()
    }
}

pub fn pledge(household: u128, year: i64, signed: &str) -> Pledge {
    Pledge {
        household: Some(Household::key(id(household))),
        year: Some(year),
        signed_on: parse_date(signed),
        signer: Some("Nguyễn Văn An".into()),
        ..Pledge::default()
    }
}

/// A view of these changes, which is what recomputing gives.
pub fn view(changes: impl IntoIterator<Item = Change>) -> View {
    let mut view = View::new();
    view.apply(changes);
    assert!(view.agrees_with(&view.recomputed()));
    view
}
