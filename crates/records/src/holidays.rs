//! The calendar of offices: what the law fixes by the date, and what the commune's records say (R76).
//!
//! Bộ luật Lao động 45/2019/QH14, Điều 112.1 names the holidays. Four of them have a fixed date and are here for every
//! year; Điều 111.3 gives the next working day for one that falls on a weekend. The others are announced each year (Tết
//! Nguyên đán, the second day of Quốc khánh: Điều 112.3) or go by the lunar calendar (Giỗ Tổ): they are there once
//! somebody has recorded them, and are not guessed.

use chrono::{Datelike, NaiveDate};

use crate::civil::Holidays;
use crate::kinds::Holiday;
use crate::kinds::holiday::DayForm;

/// The fixed dates, as (month, day).
const FIXED: [(u32, u32); 4] = [(1, 1), (4, 30), (5, 1), (9, 2)];
/// The years that are reckoned.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2099;

/// What holds where nothing is recorded: the fixed holidays, with the days given for those on a weekend.
pub fn by_law() -> Holidays {
    let mut calendar = Holidays::default();
    let days = YEARS.flat_map(|year| {
        FIXED
            .iter()
            .filter_map(move |(month, day)| NaiveDate::from_ymd_opt(year, *month, *day))
    });
    for day in days {
        let weekend = day.weekday().number_from_monday() > 5;
        calendar.off.insert(day);
        if weekend {
            // Those before it in the year have their days already: 30/4 and 1/5 on a weekend give Monday and Tuesday.
            let given = calendar.roll_forward(day);
            calendar.off.insert(given);
        }
    }
    calendar
}

/// The same with what the commune has recorded.
pub fn with<'a>(recorded: impl IntoIterator<Item = &'a Holiday>) -> Holidays {
    let mut calendar = by_law();
    for holiday in recorded {
        match holiday.form {
            Some(DayForm::Off) => calendar.off.extend(holiday.days()),
            Some(DayForm::Worked) => calendar.worked.extend(holiday.days()),
            None => {}
        }
    }
    calendar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::parse_date;

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    #[test]
    fn a_fixed_holiday_on_a_weekend_gives_the_next_working_days() {
        let calendar = by_law();
        // Saturday 30/04/2022 and Sunday 01/05 gave Monday and Tuesday.
        for (off, works) in [
            ("2022-05-03", "2022-05-04"),
            ("2022-01-03", "2022-01-04"),
            ("2023-09-04", "2023-09-05"),
            ("2026-01-01", "2026-01-02"),
        ] {
            assert!(!calendar.is_working_day(day(off)), "{off}");
            assert!(calendar.is_working_day(day(works)), "{works}");
        }
    }

    #[test]
    fn what_is_recorded_is_added_and_a_worked_day_is_worked() {
        let record = |form, from: &str, until: &str| Holiday {
            form: Some(form),
            from: parse_date(from),
            until: parse_date(until),
            ..Holiday::default()
        };
        let tet = record(DayForm::Off, "2026-02-16", "2026-02-20");
        let instead = record(DayForm::Worked, "2026-02-28", "2026-02-28");
        let wrong = record(DayForm::Off, "2026-03-01", "2062-03-01");
        let calendar = with([&tet, &instead, &wrong]);
        assert_eq!(calendar.roll_forward(day("2026-02-16")), day("2026-02-23"));
        assert!(calendar.is_working_day(day("2026-02-28")));
        assert!(calendar.is_working_day(day("2026-03-02")));
    }
}
