//! What was closed: a period of which a report was signed (R61), figures were published (R70), or a village or unit has scored
//! itself (R60); and which records fed it, so that what is changed in them afterwards can be told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sothon_records::kinds::{Figure, Report, SelfScore};
use sothon_records::{Kind, Record as _, RecordKey, show};

use crate::change::Place;
use crate::indicator::When;
use crate::indicators;
use crate::view::View;

const CLOSING: [&str; 3] = [Report::KIND.slug, Figure::KIND.slug, SelfScore::KIND.slug];

/// A period that was closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closing {
    /// The kind of record by which it was closed: `report`, `figure`, `self-score`.
    pub by: &'static str,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// Whose period: a village's or unit's own; else the commune's.
    pub place: Place,
    /// The records that closed it: a report, all figures of a period, all scores of a place and period.
    pub records: BTreeSet<RecordKey>,
    /// The indicators that were published, and where; none: all of the place.
    pub of: BTreeSet<(String, Place)>,
}

/// How a record fed a period that was closed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fed {
    /// It was there before: what takes it away or brings it back matters.
    Standing,
    /// It happened within the period, or closed it: every change of it matters.
    Whole,
}

/// Where a record stood and on which days it happened: as it counts now, of the days before it moved too, and as it did before
/// a change that may have taken it out of a period.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Stood {
    /// The places.
    pub places: BTreeSet<Place>,
    /// Where it was before, and until before which day: what is counted of days before that counts there.
    pub before: BTreeSet<(Place, NaiveDate)>,
    /// The days.
    pub days: BTreeSet<NaiveDate>,
}

impl View {
    /// All periods that were closed, the latest first. What is voided has closed nothing, and a report that is not signed
    /// neither.
    pub fn closings(&self) -> Vec<Closing> {
        let mut found: BTreeMap<(NaiveDate, NaiveDate, &str, Place, Option<&RecordKey>), Closing> =
            BTreeMap::new();
        let mut put = |by, from, until, place, alone, key: &RecordKey, of: Option<(String, Place)>| {
            let closing = found
                .entry((until, from, by, place, alone))
                .or_insert_with(|| Closing {
                    by,
                    from,
                    until,
                    place,
                    records: BTreeSet::new(),
                    of: BTreeSet::new(),
                });
            closing.records.insert(key.clone());
            closing.of.extend(of);
        };
        let in_force = |slug| self.entries_of(slug).filter(|(_, entry)| !entry.voided);
        for (key, entry) in in_force(Report::KIND.slug) {
            let report = entry.raw().map(|raw| Report::read(raw).value).unwrap_or_default();
            if let (Some(from), Some(until), Some(_)) = (report.from, report.until, report.signed_on) {
                put(
                    Report::KIND.slug,
                    from,
                    until,
                    Place::Commune,
                    Some(key),
                    key,
                    None,
                );
            }
        }
        for (key, entry) in in_force(Figure::KIND.slug) {
            let figure = entry.raw().map(|raw| Figure::read(raw).value).unwrap_or_default();
            let place = match &figure.village {
                Some(village) => self.village_number(village).map(Place::Village),
                None => Some(Place::Commune),
            };
            if let (Some(from), Some(until), Some(place), Some(code)) =
                (figure.from, figure.until, place, figure.indicator)
            {
                let of = Some((code, place));
                put(Figure::KIND.slug, from, until, Place::Commune, None, key, of);
            }
        }
        for (key, entry) in in_force(SelfScore::KIND.slug) {
            let score = entry
                .raw()
                .map(|raw| SelfScore::read(raw).value)
                .unwrap_or_default();
            if let (Some(from), Some(until)) = (score.from, score.until) {
                put(SelfScore::KIND.slug, from, until, entry.place, None, key, None);
            }
        }
        found.into_values().rev().collect()
    }

    /// Whether a record is of a kind that closes periods.
    pub fn can_close(&self, key: &RecordKey) -> bool {
        CLOSING.contains(&key.kind.as_str())
    }

    /// Where a record stands and when it happened, as it counts now.
    pub fn stands(&self, key: &RecordKey) -> Stood {
        let happened = Kind::by_slug(&key.kind)
            .zip(self.record(key))
            .and_then(|(kind, raw)| show::happened(kind, raw));
        let stays = |key: &RecordKey| {
            let entry = self.entries.get(key).into_iter();
            entry.flat_map(|entry| entry.stays_before.iter().copied())
        };
        Stood {
            places: self.place_of(key).into_iter().collect(),
            before: stays(key).chain(self.counts_with(key).flat_map(stays)).collect(),
            days: happened.into_iter().collect(),
        }
    }

    /// The records where another one counts that does not move by itself: a pledge with its household, a contact with its
    /// person.
    fn counts_with(&self, key: &RecordKey) -> impl Iterator<Item = &RecordKey> {
        let of = match key.kind.as_str() {
            "pledge" => "household",
            "contact" => "person",
            _ => "",
        };
        let entry = self.entries.get(key).into_iter();
        entry
            .flat_map(|entry| &entry.refers_to)
            .filter(move |to| to.kind == of)
    }

    /// How a record fed a period that was closed; `None`: it did not, wherever and whenever it stood.
    pub fn fed(&self, closing: &Closing, key: &RecordKey, stood: &Stood) -> Option<Fed> {
        if closing.records.contains(key) {
            return Some(Fed::Whole);
        }
        let kind = Kind::by_slug(&key.kind)?;
        let feeds = |place: &Place| {
            let place = self.place_on(*place, closing.until);
            let within = |at: Place| at == Place::Commune || self.place_on(at, closing.until) == place;
            if closing.of.is_empty() {
                return !kind.feeds.is_empty() && within(closing.place);
            }
            let asked = |(code, at): &(String, Place)| kind.feeds.contains(&code.as_str()) && within(*at);
            closing.of.iter().any(asked)
        };
        let fed_before = |(place, until): &(Place, NaiveDate)| {
            // What is counted as of the last day counts where it was then; what happened, where it was on its own.
            let counts = match is_standing(kind) {
                true => closing.until < *until,
                false => stood.days.iter().any(|day| day < until),
            };
            counts && feeds(place)
        };
        let stands = stood.places.iter().any(feeds) || stood.before.iter().any(fed_before);
        if self.can_close(key) || !stands {
            return None;
        }
        let fed = |happened: &NaiveDate| {
            if *happened > closing.until {
                None
            } else if *happened >= closing.from {
                Some(Fed::Whole)
            } else {
                is_standing(kind).then_some(Fed::Standing)
            }
        };
        stood.days.iter().filter_map(fed).max()
    }
}

/// Whether what is recorded once counts from then on, until something ends it.
fn is_standing(kind: &Kind) -> bool {
    let mut of_a_day = indicators::ALL.iter().filter(|one| one.when == When::AsOf);
    of_a_day.any(|one| one.kinds.contains(&kind.code))
}
