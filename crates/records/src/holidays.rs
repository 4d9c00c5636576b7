//! The calendar of offices: what the law fixes by the date, and what the commune's records say (R76).
//!
//! Bộ luật Lao động 45/2019/QH14, Điều 112.1 names the holidays. Four of them have a fixed date and are here for every
//! year; Điều 111.3 gives the next working day for one that falls on a weekend. The others are announced each year (Tết
//! Nguyên đán, the second day of Quốc khánh: Điều 112.3) or go by the lunar calendar (Giỗ Tổ): they are there once
//! somebody has recorded them, and are not guessed.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::civil::Holidays;
use crate::kinds::Holiday;
use crate::kinds::holiday::DayForm;
use crate::label::Label;

/// The fixed dates, as (month, day, name).
const FIXED: [(u32, u32, Label); 4] = [
    (1, 1, Label::new("Tết Dương lịch", "New Year’s Day")),
    (4, 30, Label::new("Ngày Chiến thắng", "Victory Day")),
    (5, 1, Label::new("Ngày Quốc tế lao động", "Labour Day")),
    (9, 2, Label::new("Quốc khánh", "National Day")),
];
/// The years that are reckoned.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2099;

/// A holiday that the law fixes by its date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fixed {
    /// The day.
    pub day: NaiveDate,
    /// What it is called.
    pub name: Label,
    /// The working day given for it, where it falls on a weekend.
    pub given: Option<NaiveDate>,
}

/// The holidays of a year that the law fixes by their date, in their order.
pub fn fixed_in(year: i32) -> Vec<Fixed> {
    let mut calendar = Holidays::default();
    let fixed = FIXED.iter().filter_map(|(month, date, name)| {
        let day = NaiveDate::from_ymd_opt(year, *month, *date)?;
        calendar.off.insert(day);
        let weekend = day.weekday().number_from_monday() > 5;
        // Those before it in the year have their days already: 30/4 and 1/5 on a weekend give Monday and Tuesday.
        let given = weekend.then(|| calendar.roll_forward(day));
        calendar.off.extend(given);
        Some(Fixed {
            day,
            name: *name,
            given,
        })
    });
    fixed.collect()
}

/// What holds where nothing is recorded: the fixed holidays, with the days given for those on a weekend.
pub fn by_law() -> Holidays {
    let fixed = YEARS.flat_map(fixed_in);
    Holidays {
        off: fixed
            .flat_map(|fixed| [Some(fixed.day), fixed.given])
            .flatten()
            .collect(),
        worked: BTreeSet::new(),
    }
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

/// The days that some records say are off and others say are worked. Until a person has decided they are worked.
pub fn disputed<'a>(recorded: impl IntoIterator<Item = &'a Holiday>) -> BTreeSet<NaiveDate> {
    let (mut off, mut worked) = (BTreeSet::new(), BTreeSet::new());
    for holiday in recorded {
        match holiday.form {
            Some(DayForm::Off) => off.extend(holiday.days()),
            Some(DayForm::Worked) => worked.extend(holiday.days()),
            None => {}
        }
    }
    off.intersection(&worked).copied().collect()
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
    fn the_fixed_holidays_of_a_year_name_the_days_given_for_them() {
        let given: Vec<_> = fixed_in(2022).into_iter().map(|fixed| fixed.given).collect();
        assert_eq!(
            given,
            [
                Some(day("2022-01-03")),
                Some(day("2022-05-02")),
                Some(day("2022-05-03")),
                None
            ]
        );
        assert!(
            fixed_in(2026)
                .iter()
                .all(|fixed| by_law().off.contains(&fixed.day))
        );
    }

    #[test]
    fn a_day_said_to_be_off_and_worked_is_in_dispute_and_worked_until_decided() {
        let record = |form, from: &str, until: &str| Holiday {
            form: Some(form),
            from: parse_date(from),
            until: parse_date(until),
            ..Holiday::default()
        };
        let off = record(DayForm::Off, "2026-02-16", "2026-02-20");
        let worked = record(DayForm::Worked, "2026-02-20", "2026-02-21");
        assert_eq!(disputed([&off, &worked]), [day("2026-02-20")].into());
        assert_eq!(disputed([&off, &off]), BTreeSet::new());
        assert!(with([&off, &worked]).is_working_day(day("2026-02-20")));
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
