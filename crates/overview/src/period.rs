//! Periods for which figures are asked: of the calendar, the police year (15/12–14/12), free ones, or one day.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;
use sothon_records::civil;
use sothon_records::label::Words;
use sothon_records::problem::day;

/// What kind of period.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// The first six months of a year.
    SixMonths,
    /// The first nine months of a year.
    NineMonths,
    /// A year.
    Year,
    /// From 15/12 of the year before to 14/12 (QĐ 28/2025/QĐ-TTg, Điều 7).
    PoliceYear,
    /// One day.
    Day,
    /// Any other.
    Free,
}

/// From the first to the last day, both included; what is counted as of a day is counted as of [`Period::as_of`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Period {
    span: Span,
    from: NaiveDate,
    until: NaiveDate,
    as_of: NaiveDate,
    /// By the villages of which day; `None`: of the day as of which it is.
    boundary: Option<NaiveDate>,
}

impl Period {
    fn new(span: Span, from: NaiveDate, until: NaiveDate) -> Self {
        Period {
            span,
            from,
            until,
            as_of: until,
            boundary: None,
        }
    }

    /// Some months of a year, the first being 1 to 12.
    fn months(span: Span, year: i32, first: u32, months: u32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let next = civil::after_months(from, months)?;
        Some(Self::new(span, from, next.pred_opt()?))
    }

    /// A month; `None` where there is no such month.
    pub fn month(year: i32, month: u32) -> Option<Self> {
        Self::months(Span::Month, year, month, 1)
    }

    /// A quarter, 1 to 4.
    pub fn quarter(year: i32, quarter: u32) -> Option<Self> {
        let first = quarter.checked_sub(1)?.checked_mul(3)?.checked_add(1)?;
        Self::months(Span::Quarter, year, first, 3)
    }

    /// The first six months of a year.
    pub fn six_months(year: i32) -> Option<Self> {
        Self::months(Span::SixMonths, year, 1, 6)
    }

    /// The first nine months of a year.
    pub fn nine_months(year: i32) -> Option<Self> {
        Self::months(Span::NineMonths, year, 1, 9)
    }

    /// A year.
    pub fn year(year: i32) -> Option<Self> {
        Self::months(Span::Year, year, 1, 12)
    }

    /// The police year that ends in this year: 15/12 of the year before to 14/12.
    pub fn police_year(year: i32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year.checked_sub(1)?, 12, 15)?;
        Some(Self::new(
            Span::PoliceYear,
            from,
            NaiveDate::from_ymd_opt(year, 12, 14)?,
        ))
    }

    /// One day.
    pub fn day(day: NaiveDate) -> Self {
        Self::new(Span::Day, day, day)
    }

    /// The month, quarter, day or other period of these days that has a name, else as [`Period::free`].
    pub fn named(from: NaiveDate, until: NaiveDate) -> Option<Self> {
        let spans = [
            Span::Month,
            Span::Quarter,
            Span::SixMonths,
            Span::NineMonths,
            Span::Year,
        ];
        let known = spans.into_iter().filter_map(|span| Period::around(span, until));
        let mut named = known.chain((from == until).then(|| Period::day(until)));
        let named = named.find(|period| (period.from(), period.until()) == (from, until));
        named.or_else(|| Period::free(from, until))
    }

    /// Any period; `None` where it ends before it begins.
    pub fn free(from: NaiveDate, until: NaiveDate) -> Option<Self> {
        (from <= until).then(|| Self::new(Span::Free, from, until))
    }

    /// The period of a kind in which a day lies; for a free one the day itself.
    pub fn around(span: Span, day: NaiveDate) -> Option<Self> {
        let year = day.year();
        match span {
            Span::Month => Self::month(year, day.month()),
            Span::Quarter => Self::quarter(year, day.month0() / 3 + 1),
            Span::SixMonths => Self::six_months(year),
            Span::NineMonths => Self::nine_months(year),
            Span::Year => Self::year(year),
            Span::PoliceYear => {
                let later = (day.month(), day.day()) >= (12, 15);
                Self::police_year(year.checked_add(i32::from(later))?)
            }
            Span::Day | Span::Free => Some(Self::day(day)),
        }
    }

    /// The period before it, as reports compare them: the month before a month, the first six months of the year
    /// before; for a free one the same number of days before.
    pub fn before(&self) -> Option<Self> {
        match self.span {
            Span::Month | Span::Quarter | Span::Day => Self::around(self.span, self.from.pred_opt()?),
            Span::SixMonths | Span::NineMonths | Span::Year => {
                Self::around(self.span, self.from.with_year(self.from.year().checked_sub(1)?)?)
            }
            Span::PoliceYear => Self::police_year(self.until.year().checked_sub(1)?),
            Span::Free => {
                let days = u64::try_from((self.until - self.from).num_days()).ok()?;
                let until = self.from.pred_opt()?;
                Self::free(until.checked_sub_days(Days::new(days))?, until)
            }
        }
    }

    /// What it compares with while it is not over: the period before it, as far as this one has gone; else the whole.
    pub fn before_so_far(&self) -> Option<Self> {
        let before = self.before()?;
        if self.as_of >= self.until {
            return Some(before);
        }
        let until = match self.span {
            Span::SixMonths | Span::NineMonths | Span::Year | Span::PoliceYear => {
                let year_before = |day: NaiveDate| day.with_year(day.year().checked_sub(1)?);
                year_before(self.as_of).or_else(|| year_before(self.as_of.pred_opt()?))?
            }
            Span::Month | Span::Quarter | Span::Day | Span::Free => {
                let days = u64::try_from((self.as_of - self.from).num_days()).ok()?;
                before.from.checked_add_days(Days::new(days))?
            }
        };
        Self::free(before.from, until.min(before.until))
    }

    /// The same, looked at on a day: what is not over yet is counted as of that day.
    pub fn seen_on(mut self, today: NaiveDate) -> Self {
        self.as_of = self.until.min(today);
        self
    }

    /// The same by the villages of a day, as if they had been so at all times: "theo địa giới ngày …". Otherwise by those
    /// of the day as of which it is.
    pub fn by_villages_of(mut self, day: NaiveDate) -> Self {
        self.boundary = Some(day);
        self
    }

    /// The day by whose villages it is counted.
    pub fn boundary(&self) -> NaiveDate {
        self.boundary.unwrap_or(self.as_of)
    }

    /// What kind of period.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Its first day.
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// Its last day.
    pub fn until(&self) -> NaiveDate {
        self.until
    }

    /// The day as of which is counted what is counted as of a day.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// In words, as a heading has it: "tháng 6/2025".
    pub fn words(&self) -> Words {
        let (year, month) = (self.until.year(), self.until.month());
        let quarter = ["I", "II", "III", "IV"]
            .get(self.from.month0() as usize / 3)
            .copied()
            .unwrap_or("");
        match self.span {
            Span::Month => Words::new(format!("tháng {month}/{year}"), format!("month {month}/{year}")),
            Span::Quarter => Words::new(
                format!("quý {quarter}/{year}"),
                format!("quarter {quarter}/{year}"),
            ),
            Span::SixMonths => Words::new(
                format!("6 tháng đầu năm {year}"),
                format!("first six months of {year}"),
            ),
            Span::NineMonths => Words::new(
                format!("9 tháng đầu năm {year}"),
                format!("first nine months of {year}"),
            ),
            Span::Year => Words::new(format!("năm {year}"), format!("year {year}")),
            Span::PoliceYear | Span::Free => {
                let (from, until) = (day(self.from), day(self.until));
                Words::new(
                    format!("từ {from} đến {until}"),
                    format!("from {from} to {until}"),
                )
            }
            Span::Day => Words::new(
                format!("ngày {}", day(self.until)),
                format!("on {}", day(self.until)),
            ),
        }
    }

    /// The calendar months that it touches, as the days of each that lie in it, no later than the day looked at.
    pub fn calendar_months(&self) -> impl Iterator<Item = (NaiveDate, NaiveDate)> + use<> {
        let (first, last) = (self.from, self.until.min(self.as_of));
        let begin = first.with_day(1);
        (0..1200u32)
            .map_while(move |n| {
                let month = civil::after_months(begin?, n)?;
                let end = civil::after_months(month, 1)?.pred_opt()?;
                Some((month.max(first), end.min(last)))
            })
            .take_while(move |(from, until)| from <= until && *from <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        civil::parse_date(text).unwrap()
    }

    fn ends(period: Option<Period>) -> (String, String) {
        let period = period.unwrap();
        (period.from().to_string(), period.until().to_string())
    }

    #[test]
    fn periods_begin_and_end_as_calendar_and_police_year_have_it() {
        for (period, from, until) in [
            (Period::month(2024, 2), "2024-02-01", "2024-02-29"),
            (Period::month(2025, 12), "2025-12-01", "2025-12-31"),
            (Period::quarter(2025, 4), "2025-10-01", "2025-12-31"),
            (Period::six_months(2025), "2025-01-01", "2025-06-30"),
            (Period::nine_months(2025), "2025-01-01", "2025-09-30"),
            (Period::year(2025), "2025-01-01", "2025-12-31"),
            (Period::police_year(2025), "2024-12-15", "2025-12-14"),
        ] {
            assert_eq!(ends(period), (from.to_owned(), until.to_owned()));
        }
        assert_eq!(Period::month(2025, 13), None);
        assert_eq!(Period::quarter(2025, 0), None);
        assert_eq!(Period::free(on("2025-02-01"), on("2025-01-31")), None);
    }

    #[test]
    fn a_day_lies_in_one_police_year_and_15_december_begins_the_next() {
        let year = |text| Period::around(Span::PoliceYear, on(text)).unwrap().until().year();
        assert_eq!(year("2025-12-14"), 2025);
        assert_eq!(year("2025-12-15"), 2026);
        assert_eq!(year("2026-01-01"), 2026);
    }

    #[test]
    fn the_period_before_is_the_one_that_reports_compare_with() {
        let before = |period: Option<Period>| ends(period.unwrap().before());
        let is = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        assert_eq!(before(Period::month(2025, 1)), is("2024-12-01", "2024-12-31"));
        assert_eq!(before(Period::quarter(2025, 1)), is("2024-10-01", "2024-12-31"));
        assert_eq!(before(Period::six_months(2025)), is("2024-01-01", "2024-06-30"));
        assert_eq!(before(Period::police_year(2025)), is("2023-12-15", "2024-12-14"));
        assert_eq!(
            before(Period::free(on("2025-03-01"), on("2025-03-10"))),
            is("2025-02-19", "2025-02-28")
        );
        let leap = Period::day(on("2024-03-01"));
        assert_eq!(before(Some(leap)), is("2024-02-29", "2024-02-29"));
    }

    #[test]
    fn a_period_that_is_not_over_compares_with_the_one_before_as_far_as_it_has_gone() {
        let so_far = |period: Period, on_day| ends(period.seen_on(on(on_day)).before_so_far());
        let is = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        let year = Period::year(2025).unwrap();
        assert_eq!(so_far(year, "2025-06-10"), is("2024-01-01", "2024-06-10"));
        assert_eq!(
            so_far(Period::year(2024).unwrap(), "2024-02-29"),
            is("2023-01-01", "2023-02-28")
        );
        assert_eq!(so_far(year, "2026-02-01"), is("2024-01-01", "2024-12-31"));
        let march = Period::month(2025, 3).unwrap();
        assert_eq!(so_far(march, "2025-03-30"), is("2025-02-01", "2025-02-28"));
    }

    #[test]
    fn the_months_of_a_period_are_cut_to_it_and_to_the_day_looked_at() {
        let months = |period: Period| -> Vec<(String, String)> {
            period
                .calendar_months()
                .map(|(from, until)| (from.to_string(), until.to_string()))
                .collect()
        };
        let is = |from: &str, until: &str| (from.to_owned(), until.to_owned());
        let free = Period::free(on("2025-01-20"), on("2025-03-05")).unwrap();
        let whole = [
            is("2025-01-20", "2025-01-31"),
            is("2025-02-01", "2025-02-28"),
            is("2025-03-01", "2025-03-05"),
        ];
        assert_eq!(months(free), whole);
        assert_eq!(
            months(free.seen_on(on("2025-02-10"))),
            [whole[0].clone(), is("2025-02-01", "2025-02-10")]
        );
        assert_eq!(months(free.seen_on(on("2025-01-01"))), []);
    }

    #[test]
    fn headings_say_the_period_in_words() {
        let words = |period: Option<Period>| period.unwrap().words().vi;
        assert_eq!(words(Period::month(2025, 6)), "tháng 6/2025");
        assert_eq!(words(Period::quarter(2025, 2)), "quý II/2025");
        assert_eq!(words(Period::police_year(2025)), "từ 15/12/2024 đến 14/12/2025");
    }
}
