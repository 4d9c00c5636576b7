//! Households without this year's pledge.

use chrono::{Datelike, NaiveDate};
use sothon_records::label::Words;

use super::{Asked, DueKind};
use crate::facts::Facts;

/// The day by which a year's pledges are to be signed: the end of the first quarter (this project's default).
const BY: (u32, u32) = (3, 31);

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    let year = asked.today.year();
    let Some(by) = NaiveDate::from_ymd_opt(year, BY.0, BY.1) else {
        return;
    };
    if by > asked.last {
        return;
    }
    let deadline = view.holidays().roll_forward(by);
    for (key, entry) in view.entries_of("household") {
        if !matches!(entry.facts, Facts::Household(_)) || !asked.wants_place(entry.place) {
            continue;
        }
        let mut pledged = false;
        let mut reason = None;
        for pledge in view.referring(key, "pledge") {
            if let Facts::Pledge(pledge) = view.facts(pledge) {
                let of_year = pledge.year == Some(i64::from(year));
                let covers =
                    |(from, until): (NaiveDate, NaiveDate)| from <= asked.today && asked.today <= until;
                pledged |= pledge.counts.is_some_and(|times| of_year || covers(times));
                if of_year {
                    reason = reason.or(pledge.unsigned_reason.as_deref());
                }
            }
        }
        if pledged {
            continue;
        }
        let what = match reason {
            Some(reason) => Words::new(
                format!("Vận động lại, chưa ký cam kết năm {year}: {reason}"),
                format!("Visit again, pledge of {year} not signed: {reason}"),
            ),
            None => Words::new(
                format!("Ký bản cam kết năm {year}"),
                format!("Sign the pledge of {year}"),
            ),
        };
        asked.note_for(by, deadline, DueKind::Pledge, key, entry.place, what);
    }
}
