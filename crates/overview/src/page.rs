//! A record's page: what it holds, where it is, and its references in both directions. A household's page so has its
//! members, its pledges, the visits, and whatever else concerns it.

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::Serialize;
use sothon_records::label::Words;
use sothon_records::unique::Breach;
use sothon_records::{Kind, Label, Lang, RecordKey, Shelf, moving, show};

use crate::change::{OpenBook, Place};
use crate::view::View;

/// A book in which a record stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Standing {
    /// The book's row in the table of books.
    pub shelf: Shelf,
    /// Whose book it is.
    pub place: Place,
    /// The year of the volume.
    pub year: u32,
}

/// Another record that this one names, or that names this one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Link {
    /// Its key.
    pub key: RecordKey,
    /// The field that names it: of this record, or of the other.
    pub field: Words,
    /// Its title; `None`: not readable here.
    pub title: Option<String>,
    /// When it happened.
    pub happened: Option<NaiveDate>,
    /// Where it belongs.
    pub place: Option<Place>,
    /// Whether it is voided.
    pub voided: bool,
}

/// The records of one kind that name this one, newest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Concerning {
    /// The kind.
    pub kind: &'static str,
    /// As people read it.
    pub label: Label,
    /// The records.
    pub records: Vec<Link>,
}

/// A record's page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RecordPage {
    /// Its key.
    pub key: RecordKey,
    /// Its kind.
    pub kind: Label,
    /// Where it belongs.
    pub place: Place,
    /// The books in which it stands, the one that counts first.
    pub books: Vec<Standing>,
    /// Its fields and parts.
    pub page: show::Page,
    /// What it names.
    pub names: Vec<Link>,
    /// What names it, kind by kind in the order of the codes.
    pub concerning: Vec<Concerning>,
    /// Rules of uniqueness that it breaks, with the other records.
    pub twice_with: Vec<(Label, Vec<RecordKey>)>,
}

impl View {
    /// A record's page; `None`: it is not readable here, or of a kind that this version does not know.
    pub fn page(&self, key: &RecordKey) -> Option<RecordPage> {
        let kind = Kind::by_slug(&key.kind)?;
        let raw = self.record(key)?;
        let titles = |key: &RecordKey| self.title(key);
        // What it was merged with is told by itself.
        let of_others = show::references(kind, raw)
            .into_iter()
            .filter(|(at, _)| at.field != moving::MERGED_INTO);
        let names = of_others.map(|(at, to)| {
            let field = match &at.sub {
                Some(sub) => kind.list(&sub.kind).and_then(|list| list.field(&at.field)),
                None => kind.field(&at.field),
            };
            let label = field.map_or_else(|| Words::same(&at.field), |field| field.label.into());
            self.link(&to, label)
        });
        let taken_in = self.taken_in_by(key);
        let concerning = Kind::all().iter().filter_map(|kind| {
            let mut records: Vec<Link> = self
                .referring(key, kind.slug)
                .filter(|from| !taken_in.contains(from))
                .map(|from| self.link(from, self.naming_field(kind, from, key)))
                .collect();
            records.sort_by(|a, b| (Reverse(a.happened), &a.key).cmp(&(Reverse(b.happened), &b.key)));
            (!records.is_empty()).then_some(Concerning {
                kind: kind.slug,
                label: kind.label,
                records,
            })
        });
        Some(RecordPage {
            key: key.clone(),
            kind: kind.label,
            place: self.place_of(key)?,
            books: self.books_of(key).iter().map(standing).collect(),
            page: show::page(kind, raw, &titles),
            names: names.collect(),
            concerning: concerning.collect(),
            twice_with: self
                .breaches_of(key)
                .into_iter()
                .map(|breach| others(breach, key))
                .collect(),
        })
    }

    fn link(&self, key: &RecordKey, field: Words) -> Link {
        let raw = self.record(key);
        Link {
            key: key.clone(),
            field,
            title: self.title_words(key, Lang::Vi),
            happened: Kind::by_slug(&key.kind)
                .zip(raw)
                .and_then(|(kind, raw)| show::happened(kind, raw)),
            place: self.place_of(key),
            voided: self.is_voided(key),
        }
    }

    fn naming_field(&self, kind: &Kind, from: &RecordKey, to: &RecordKey) -> Words {
        let found = self.record(from).and_then(|raw| {
            let (at, _) = show::references(kind, raw)
                .into_iter()
                .find(|(_, named)| named == to)?;
            match at.sub {
                Some(sub) => kind.list(&sub.kind)?.field(&at.field),
                None => kind.field(&at.field),
            }
        });
        found.map(|field| field.label.into()).unwrap_or_default()
    }
}

fn standing(book: &OpenBook) -> Standing {
    Standing {
        shelf: book.shelf,
        place: book.place,
        year: book.year,
    }
}

fn others(breach: Breach, key: &RecordKey) -> (Label, Vec<RecordKey>) {
    let records = breach.records.into_iter().filter(|other| other != key);
    (breach.rule.label, records.collect())
}
