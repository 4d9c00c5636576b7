//! The year of a commune: Tết, office hours, evenings.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};
use sothon_records::civil;

use crate::dice::Dice;

/// The first day of Tết in Vietnam (UTC+7), by year from 2020.
const TET: [(u32, u32); 12] = [
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 2),
    (1, 23),
];

/// The first day of Tết; outside the table a day near it.
pub(crate) fn tet(year: i32) -> NaiveDate {
    let at = usize::try_from(year - 2020).ok();
    let (month, day) = at.and_then(|at| TET.get(at)).copied().unwrap_or((2, 4));
    date(year, month, day)
}

/// Whether nobody works: from two days before Tết to five days after.
pub(crate) fn is_tet(day: NaiveDate) -> bool {
    let from_tet = (day - tet(day.year())).num_days();
    (-2..=5).contains(&from_tet)
}

/// A day of a month; the month's first where it lacks that day.
pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day)
        .or_else(|| NaiveDate::from_ymd_opt(year, month, 1))
        .unwrap_or_default()
}

/// Days later (or, below 0, earlier).
pub(crate) fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    let moved = if days < 0 {
        day.checked_sub_days(by)
    } else {
        day.checked_add_days(by)
    };
    moved.unwrap_or(day)
}

/// Months later.
pub(crate) fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    civil::after_months(day, months).unwrap_or(day)
}

/// Months earlier.
pub(crate) fn minus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(day)
}

/// The first days of the months that begin in a time, with the part of a month that it begins with.
pub(crate) fn months(from: NaiveDate, until: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let mut spans = Vec::new();
    let mut begins = from;
    while begins <= until {
        let next = plus_months(date(begins.year(), begins.month(), 1), 1);
        spans.push((begins, plus(next, -1).min(until)));
        begins = next;
    }
    spans
}

/// A day between two, both included.
pub(crate) fn day_between(dice: &mut Dice, from: NaiveDate, until: NaiveDate) -> NaiveDate {
    plus(from, dice.between(0, (until - from).num_days().max(0)))
}

/// The same day, or the next on which offices work.
pub(crate) fn working_day(day: NaiveDate) -> NaiveDate {
    let works = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_tet(*day);
    day.iter_days().take(20).find(works).unwrap_or(day)
}

/// The same day, or the first after Tết.
pub(crate) fn after_tet(day: NaiveDate) -> NaiveDate {
    day.iter_days().take(10).find(|day| !is_tet(*day)).unwrap_or(day)
}

/// In the evening, when village heads write: from 18:30 to 21:30.
pub(crate) fn evening(dice: &mut Dice, day: NaiveDate) -> DateTime<Utc> {
    at(day, 18 * 3600 + 1800 + dice.below(3 * 3600))
}

/// In office hours: from 7:30 to 11:30 or from 13:30 to 17:00.
pub(crate) fn office_hours(dice: &mut Dice, day: NaiveDate) -> DateTime<Utc> {
    let second = dice.below(7 * 3600 + 1800);
    let lunch = if second >= 4 * 3600 { 2 * 3600 } else { 0 };
    at(working_day(day), 7 * 3600 + 1800 + second + lunch)
}

/// So many seconds after midnight in Vietnam.
pub(crate) fn at(day: NaiveDate, second: u64) -> DateTime<Utc> {
    let second = u32::try_from(second % 86_400).unwrap_or(0);
    let time = NaiveTime::from_num_seconds_from_midnight_opt(second, 0).unwrap_or_default();
    civil::instant_of(day.and_time(time))
}
