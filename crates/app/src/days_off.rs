//! "Ngày nghỉ, ngày làm bù" of a year: what the law fixes, what the commune has recorded, and what is still to be announced.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use sothon_records::holidays;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::Holiday;
use sothon_records::kinds::holiday::DayForm;
use sothon_records::problem::day;
use sothon_records::{Kind, Record, RecordKey, Words};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};

const KIND: &Kind = Holiday::KIND;
/// The years that can be looked at.
const YEARS: std::ops::RangeInclusive<i32> = 2020..=2099;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn days_off(&self, year: Option<i32>) -> Done<DaysOff> {
        self.at_desk(move |desk| desk.days_off(year)).await
    }
}

impl Desk {
    fn days_off(&self, year: Option<i32>) -> Done<DaysOff> {
        self.reads_commune()?;
        let year = year.unwrap_or(self.today().year());
        if !YEARS.contains(&year) {
            return Err(Fault::not_understood("days_off"));
        }
        let recorded = self.holidays_recorded();
        let of_year = |holiday: &Holiday| {
            let ends = [holiday.from, holiday.until];
            ends.iter().flatten().any(|day| day.year() == year)
        };
        let disputed = holidays::disputed(recorded.iter().map(|(_, holiday)| holiday));
        let here = recorded.iter().filter(|(_, holiday)| of_year(holiday));
        let mut rows: Vec<(Option<NaiveDate>, DayOffRow)> = here
            .map(|(key, holiday)| (holiday.from, self.recorded_days(key, holiday, &disputed)))
            .collect();
        rows.extend(
            holidays::fixed_in(year)
                .into_iter()
                .map(|fixed| (Some(fixed.day), self.fixed_days(&fixed))),
        );
        rows.sort_by(|(one, a), (other, b)| (one, &a.name).cmp(&(other, &b.name)));
        Ok(DaysOff {
            year,
            before: YEARS.contains(&(year - 1)).then_some(year - 1),
            after: YEARS.contains(&(year + 1)).then_some(year + 1),
            unannounced: if self.is_unannounced(year) {
                self.unannounced_words(year)
            } else {
                String::new()
            },
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            writes: self.writes_kind(KIND),
        })
    }

    /// The days off in force, as far as they say when.
    pub(crate) fn holidays_recorded(&self) -> Vec<(RecordKey, Holiday)> {
        let read = |key: &RecordKey| Some((key.clone(), Holiday::read(self.view.record(key)?).value));
        let all = self.view.of_kind(KIND.slug).filter_map(read);
        all.filter(|(key, _)| !self.view.is_voided(key)).collect()
    }

    fn recorded_days(&self, key: &RecordKey, holiday: &Holiday, disputed: &BTreeSet<NaiveDate>) -> DayOffRow {
        let span = holiday.from.zip(holiday.until);
        let twice =
            holiday.days().any(|day| disputed.contains(&day)) || !self.view.breaches_of(key).is_empty();
        let state = match holiday.form {
            _ if twice => (
                Tone::Warn,
                self.t(
                    "Cần chọn: có bản ghi khác cho ngày này",
                    "To be decided: another record says otherwise",
                ),
            ),
            Some(form) => (Tone::Plain, form.label().get(self.lang)),
            None => (Tone::Warn, self.t("Cần xem lại", "To be looked at")),
        };
        DayOffRow {
            key: Some(key.to_string()),
            name: holiday.name.clone().unwrap_or_default(),
            when: span
                .map(|(from, until)| self.span_words(from, until))
                .unwrap_or_default(),
            basis: holiday.basis.clone().unwrap_or_default(),
            state: RowState {
                tone: state.0,
                word: state.1.to_owned(),
            },
        }
    }

    fn fixed_days(&self, fixed: &holidays::Fixed) -> DayOffRow {
        let law = self.t("Bộ luật Lao động, Điều 112", "Labour Code, Điều 112");
        let basis = match fixed.given {
            Some(given) => self.w(&Words::new(
                format!("{law}; rơi vào cuối tuần, nghỉ bù {} (Điều 111)", day(given)),
                format!("{law}; on a weekend, {} is given for it (Điều 111)", day(given)),
            )),
            None => law.to_owned(),
        };
        DayOffRow {
            key: None,
            name: fixed.name.get(self.lang).to_owned(),
            when: self.span_words(fixed.day, fixed.day),
            basis,
            state: RowState {
                tone: Tone::Plain,
                word: self.t("Nghỉ theo luật", "Off by law").to_owned(),
            },
        }
    }

    /// "Thứ Hai, 16/02/2026 – Thứ Sáu, 20/02/2026 (5 ngày)".
    fn span_words(&self, from: NaiveDate, until: NaiveDate) -> String {
        let (first, last) = (self.date_words(from), self.date_words(until));
        if from == until {
            return first;
        }
        let days = (until - from).num_days() + 1;
        self.w(&Words::new(
            format!("{first} – {last} ({days} ngày)"),
            format!("{first} – {last} ({days} days)"),
        ))
    }

    /// What is announced each year or goes by the lunar calendar is not guessed.
    pub(crate) fn unannounced_words(&self, year: i32) -> String {
        self.w(&Words::new(
            format!(
                "Chưa ghi ngày nghỉ nào được thông báo cho năm {year}: Tết Nguyên đán, Giỗ Tổ Hùng Vương, ngày thứ hai \
                 dịp Quốc khánh. Hạn của cơ quan chưa tính các ngày này."
            ),
            format!(
                "No announced day off of {year} is recorded: Lunar New Year, Hùng Kings’ Day, the second day of National \
                 Day. Deadlines of offices do not know of them yet."
            ),
        ))
    }

    /// Whether no announced day off of a year is recorded.
    pub(crate) fn is_unannounced(&self, year: i32) -> bool {
        !self.holidays_recorded().iter().any(|(_, holiday)| {
            holiday.form == Some(DayForm::Off) && holiday.days().any(|day| day.year() == year)
        })
    }
}
