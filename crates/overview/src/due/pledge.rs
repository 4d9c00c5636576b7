//! Households without this year's pledge.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use sothon_records::RecordKey;
use sothon_records::label::Words;

use super::{Asked, DueKind};
use crate::change::Place;
use crate::facts::Facts;
use crate::view::View;

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    let year = asked.today.year();
    let Some(by) = view.settings().pledges_by(asked.today) else {
        return;
    };
    if by > asked.last {
        return;
    }
    let deadline = view.holidays().roll_forward(by);
    let sign = Arc::new(Words::new(
        format!("Ký bản cam kết năm {year}"),
        format!("Sign the pledge of {year}"),
    ));
    for (key, entry) in view.entries_of("household") {
        if !matches!(entry.facts, Facts::Household(_)) || !asked.wants_place(entry.place) {
            continue;
        }
        let what = match view.pledge(key, asked.today) {
            Pledge::Signed => continue,
            Pledge::Open(reason) => reason,
        };
        let what = match what {
            Some(reason) => Arc::new(Words::new(
                format!("Vận động lại, chưa ký cam kết năm {year}: {reason}"),
                format!("Visit again, pledge of {year} not signed: {reason}"),
            )),
            None => sign.clone(),
        };
        asked.note_for(by, deadline, DueKind::Pledge, key, entry.place, what);
    }
}

/// How a household stands with this year's pledge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pledge<'a> {
    /// It is signed, or one that was signed before still counts.
    Signed,
    /// It is not; why, where that was recorded.
    Open(Option<&'a str>),
}

impl View {
    /// How a household stands with the pledge of a day's year.
    pub fn pledge(&self, household: &RecordKey, day: NaiveDate) -> Pledge<'_> {
        let mut signed = false;
        let mut reason = None;
        for pledge in self.referring(household, "pledge") {
            if let Facts::Pledge(pledge) = self.facts(pledge) {
                let of_year = pledge.year == Some(i64::from(day.year()));
                let covers = |(from, until): (NaiveDate, NaiveDate)| from <= day && day <= until;
                signed |= pledge.counts.is_some_and(|times| of_year || covers(times));
                if of_year {
                    reason = reason.or(pledge.unsigned_reason.as_deref());
                }
            }
        }
        if signed {
            Pledge::Signed
        } else {
            Pledge::Open(reason)
        }
    }
    /// How many households in force have signed the pledge of a day's year, and how many have not.
    pub fn pledges(&self, place: Option<Place>, day: NaiveDate) -> (usize, usize) {
        let today = |place: Place| self.place_on(place, day);
        let here = |at: Place| place.is_none_or(|place| today(at) == today(place));
        let households = self
            .entries_of("household")
            .filter(|(_, entry)| !entry.voided && here(entry.place));
        let (mut signed, mut open) = (0, 0);
        for (household, _) in households {
            match self.pledge(household, day) {
                Pledge::Signed => signed += 1,
                Pledge::Open(_) => open += 1,
            }
        }
        (signed, open)
    }
}
