//! Civil dates in Vietnam (UTC+7) and how the law counts time.
//!
//! Bộ luật Dân sự 2015, Điều 147–148, applied by analogy (domain.md §3.3, "Counting time"): the day of the event does
//! not count; a term of months or years ends at the end of the corresponding day, or on the month's last day where
//! there is none. For a term that binds a person that plain day is its end; an office's deadline that falls on a day
//! off rolls forward to the next working day.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, SecondsFormat, Utc, Weekday};
use serde::{Deserialize, Serialize};

const VIETNAM_HOURS: i64 = 7;

/// The civil date in Vietnam at an instant.
pub fn date_in_vietnam(instant: DateTime<Utc>) -> NaiveDate {
    local(instant).date()
}

/// Date and time of day in Vietnam at an instant.
pub fn local(instant: DateTime<Utc>) -> NaiveDateTime {
    let naive = instant.naive_utc();
    naive
        .checked_add_signed(chrono::Duration::hours(VIETNAM_HOURS))
        .unwrap_or(naive)
}

/// The instant of a date and time of day in Vietnam.
pub fn instant_of(local: NaiveDateTime) -> DateTime<Utc> {
    local
        .checked_sub_signed(chrono::Duration::hours(VIETNAM_HOURS))
        .unwrap_or(local)
        .and_utc()
}

/// Reads `2025-06-10`, and nothing else: four digits of the year, 1 to 9999.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !form {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// Reads `2025-06-10T14:05:00Z`, and nothing else: whole seconds, in UTC.
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    (write_instant(instant) == text).then_some(instant)
}

/// Writes `2025-06-10T14:05:00Z`.
pub fn write_instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Whether a day lies within a spell, both ends included. An end that is open is no limit.
pub fn is_within(from: Option<NaiveDate>, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

/// The day on which a term of months ends that begins with an event on `from`.
pub fn after_months(from: NaiveDate, months: u32) -> Option<NaiveDate> {
    from.checked_add_months(Months::new(months))
}

/// The day on which a term of days ends that begins with an event on `from`.
pub fn after_days(from: NaiveDate, days: u64) -> Option<NaiveDate> {
    from.checked_add_days(Days::new(days))
}

/// Days off beside Saturdays and Sundays, and Saturdays and Sundays on which offices work (ngày làm bù).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Holidays {
    /// Days off.
    pub off: BTreeSet<NaiveDate>,
    /// Weekend days worked.
    pub worked: BTreeSet<NaiveDate>,
}

impl Holidays {
    /// Whether offices work on this day.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.worked.contains(&day) || (!weekend && !self.off.contains(&day))
    }

    /// This day, or the next working day if it is a day off: the end of an office's deadline.
    pub fn roll_forward(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days()
            .take(60)
            .find(|day| self.is_working_day(*day))
            .unwrap_or(day)
    }

    /// The n-th working day after an event on `from` (which does not count itself).
    pub fn after_working_days(&self, from: NaiveDate, n: usize) -> NaiveDate {
        if n == 0 {
            return from;
        }
        let days = from
            .iter_days()
            .skip(1)
            .take(n.saturating_mul(10).saturating_add(60));
        days.filter(|day| self.is_working_day(*day))
            .nth(n - 1)
            .unwrap_or(from)
    }
}

/// A date of birth, or the year where only that is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum YearOrDate {
    /// Only the year.
    Year(i32),
    /// The day.
    Date(NaiveDate),
}

/// A text that is neither `1985` nor `1985-06-10`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("neither a year nor a date")]
pub struct NotYearOrDate;

impl YearOrDate {
    /// The year.
    pub fn year(self) -> i32 {
        match self {
            YearOrDate::Year(year) => year,
            YearOrDate::Date(date) => date.year(),
        }
    }

    /// The least and the greatest age in whole years that someone born then can have on a day. They differ by one
    /// where only the year is known.
    pub fn age_on(self, day: NaiveDate) -> (i32, i32) {
        match self {
            YearOrDate::Year(year) => {
                let greatest = day.year() - year;
                ((greatest - 1).max(0), greatest.max(0))
            }
            YearOrDate::Date(born) => {
                let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
                let age = (day.year() - born.year() - i32::from(!had_birthday)).max(0);
                (age, age)
            }
        }
    }

    /// Whether someone born then may be under 18 on a day: in doubt yes, since that protects.
    pub fn may_be_under_18(self, day: NaiveDate) -> bool {
        self.age_on(day).0 < 18
    }
}

impl fmt::Display for YearOrDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            YearOrDate::Year(year) => write!(f, "{year:04}"),
            YearOrDate::Date(date) => write!(f, "{}", date.format("%Y-%m-%d")),
        }
    }
}

impl FromStr for YearOrDate {
    type Err = NotYearOrDate;

    fn from_str(text: &str) -> Result<Self, NotYearOrDate> {
        if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().map(YearOrDate::Year).map_err(|_| NotYearOrDate);
        }
        parse_date(text).map(YearOrDate::Date).ok_or(NotYearOrDate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn terms_of_months_end_on_the_corresponding_day_or_the_months_last() {
        for (from, months, end) in [
            ("2028-02-29", 24, "2030-02-28"),
            ("2025-01-31", 12, "2026-01-31"),
            ("2025-01-31", 1, "2025-02-28"),
            ("2025-08-31", 6, "2026-02-28"),
            ("2026-07-01", 36, "2029-07-01"),
        ] {
            assert_eq!(
                after_months(day(from), months),
                Some(day(end)),
                "{from} + {months}"
            );
        }
    }

    #[test]
    fn an_offices_deadline_on_a_day_off_moves_to_the_next_working_day() {
        let mut calendar = Holidays::default();
        assert_eq!(calendar.roll_forward(day("2026-01-31")), day("2026-02-02"));
        calendar.off.insert(day("2026-02-02"));
        assert_eq!(calendar.roll_forward(day("2026-01-31")), day("2026-02-03"));
        calendar.worked.insert(day("2026-01-31"));
        assert_eq!(calendar.roll_forward(day("2026-01-31")), day("2026-01-31"));
    }

    #[test]
    fn working_days_are_counted_from_the_day_after() {
        let calendar = Holidays::default();
        assert_eq!(
            calendar.after_working_days(day("2025-06-06"), 3),
            day("2025-06-11")
        );
        assert_eq!(
            calendar.after_working_days(day("2025-06-06"), 0),
            day("2025-06-06")
        );
    }

    #[test]
    fn the_civil_date_is_that_of_vietnam() {
        let late = parse_instant("2025-06-10T17:30:00Z").unwrap();
        assert_eq!(date_in_vietnam(late), day("2025-06-11"));
        assert_eq!(instant_of(local(late)), late);
    }

    #[test]
    fn only_the_written_form_of_dates_and_instants_is_read() {
        for bad in [
            "2025-6-1",
            "2025-02-30",
            "+2025-01-1",
            "2025-01-011",
            "",
            "hôm nay",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
        for bad in [
            "2025-06-10",
            "2025-06-10T14:05:00+07:00",
            "2025-06-10T14:05:00.5Z",
        ] {
            assert_eq!(parse_instant(bad), None, "{bad}");
        }
    }

    #[test]
    fn in_doubt_a_person_is_under_18() {
        let today = day("2025-06-10");
        assert!(YearOrDate::Year(2007).may_be_under_18(today));
        assert!(!YearOrDate::Year(2006).may_be_under_18(today));
        assert!(YearOrDate::Date(day("2007-06-11")).may_be_under_18(today));
        assert!(!YearOrDate::Date(day("2007-06-10")).may_be_under_18(today));
        assert_eq!(YearOrDate::Year(2030).age_on(today), (0, 0));
    }
}
