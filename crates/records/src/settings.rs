//! What a commune may set ([`Matter`], and the [`choices`] of forms), and what holds on a day by what it has recorded. A matter without a default stays
//! empty until somebody records what was found.

pub mod choices;
mod matter;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::kinds::Setting;
pub use matter::{Declared, Form, Given, Matter};

/// What holds, by the records in force.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    set: BTreeMap<Matter, BTreeMap<NaiveDate, Given>>,
}

impl Settings {
    /// From records in force. What is not understood is as if it were not there; of two from one day the greater value
    /// counts, so that all devices agree until a person has decided.
    pub fn new<'a>(recorded: impl IntoIterator<Item = &'a Setting>) -> Self {
        let mut said: BTreeMap<(Matter, NaiveDate), &str> = BTreeMap::new();
        for setting in recorded {
            if let (Some(matter), Some(from), Some(value)) =
                (setting.matter, setting.from, setting.value.as_deref())
            {
                let known = said.entry((matter, from)).or_insert(value);
                *known = value.max(*known);
            }
        }
        let mut settings = Settings::default();
        for ((matter, from), value) in said {
            if let Some(given) = matter.form().read(value) {
                settings.set.entry(matter).or_default().insert(from, given);
            }
        }
        settings
    }

    /// What is recorded of a matter for a day, and since when it holds.
    pub fn recorded(&self, matter: Matter, on: NaiveDate) -> Option<(NaiveDate, &Given)> {
        let (since, given) = self.set.get(&matter)?.range(..=on).next_back()?;
        Some((*since, given))
    }

    /// What is recorded of a matter from a later day on, the next first.
    pub fn ahead(&self, matter: Matter, on: NaiveDate) -> impl Iterator<Item = (NaiveDate, &Given)> {
        let set = self.set.get(&matter).into_iter().flatten();
        set.filter(move |(from, _)| **from > on)
            .map(|(from, given)| (*from, given))
    }

    /// What holds on a day: as recorded, else the default; `None`: nothing is known.
    pub fn given(&self, matter: Matter, on: NaiveDate) -> Option<Given> {
        let default = || matter.form().read(matter.declared().default?);
        let recorded = self.recorded(matter, on).map(|(_, given)| given.clone());
        recorded.or_else(default)
    }

    fn number(&self, matter: Matter, on: NaiveDate) -> Option<i64> {
        match self.given(matter, on)? {
            Given::Number(n) => Some(n),
            _ => None,
        }
    }

    /// By when the pledges of a day's year are to be signed.
    pub fn pledges_by(&self, on: NaiveDate) -> Option<NaiveDate> {
        match self.given(Matter::PledgeBy, on)? {
            Given::DayOfYear { month, day } => NaiveDate::from_ymd_opt(on.year(), month, day),
            _ => None,
        }
    }

    /// How many days ahead things due are shown.
    pub fn remind_days(&self, on: NaiveDate) -> u64 {
        self.number(Matter::RemindDays, on).map_or(0, i64::unsigned_abs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::parse_date;
    use crate::kind::ChoiceSet;

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    fn setting(matter: Matter, value: &str, from: &str) -> Setting {
        Setting {
            matter: Some(matter),
            value: Some(value.to_owned()),
            from: parse_date(from),
            ..Setting::default()
        }
    }

    #[test]
    fn every_default_is_of_its_form_and_every_matter_says_where_it_is_from_and_what_changes() {
        for matter in Matter::ALL {
            let declared = matter.declared();
            if let Some(default) = declared.default {
                assert!(declared.form.read(default).is_some(), "{}", matter.slug());
            }
            for label in [declared.source, declared.changes, declared.filled_by] {
                assert!(!label.vi.is_empty() && !label.en.is_empty(), "{}", matter.slug());
            }
        }
    }

    #[test]
    fn a_value_holds_from_its_day_on_and_the_default_before_it() {
        let settings = Settings::new([
            &setting(Matter::PledgeBy, "30/4", "2026-01-01"),
            &setting(Matter::PledgeBy, "15/02", "2027-01-01"),
            &setting(Matter::RemindDays, "10 ngày", "2026-06-01"),
        ]);
        let by = |on| settings.pledges_by(day(on)).map(|by| by.to_string());
        assert_eq!(by("2025-12-31").as_deref(), Some("2025-03-31"));
        assert_eq!(by("2026-01-01").as_deref(), Some("2026-04-30"));
        assert_eq!(by("2027-05-01").as_deref(), Some("2027-02-15"));
        assert_eq!(settings.remind_days(day("2026-05-31")), 30);
        assert_eq!(settings.remind_days(day("2026-06-01")), 10);
    }

    #[test]
    fn what_is_recorded_ahead_is_known_and_does_not_hold_yet() {
        let settings = Settings::new([
            &setting(Matter::RemindDays, "10", "2026-01-01"),
            &setting(Matter::RemindDays, "20", "2027-01-01"),
        ]);
        let today = day("2026-12-31");
        assert_eq!(
            settings.recorded(Matter::RemindDays, today),
            Some((day("2026-01-01"), &Given::Number(10)))
        );
        let ahead: Vec<_> = settings.ahead(Matter::RemindDays, today).collect();
        assert_eq!(ahead, [(day("2027-01-01"), &Given::Number(20))]);
        assert_eq!(settings.ahead(Matter::RemindDays, day("2027-01-01")).count(), 0);
    }

    #[test]
    fn a_value_in_words_is_read_as_the_same() {
        for (matter, typed, shown) in [
            (Matter::PledgeBy, "1/4", "01/04"),
            (Matter::RemindDays, "7", "7 ngày"),
            (Matter::OldPopulation, "5200", "5.200 người"),
            (Matter::SecurityLevel, " Cấp độ 2 ", "Cấp độ 2"),
        ] {
            let given = matter.form().read(typed).unwrap();
            assert_eq!(matter.form().words(&given).vi, shown);
            assert_eq!(matter.form().read(&matter.form().typed(&given)), Some(given));
        }
    }

    #[test]
    fn what_is_not_understood_is_as_if_it_were_not_there() {
        let settings = Settings::new([
            &setting(Matter::RemindDays, "nhiều", "2026-01-01"),
            &setting(Matter::RemindDays, "0", "2026-02-01"),
            &setting(Matter::PledgeBy, "29/02", "2026-01-01"),
        ]);
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn of_two_values_from_one_day_all_devices_take_the_same() {
        let (one, other) = (
            setting(Matter::RemindDays, "20", "2026-01-01"),
            setting(Matter::RemindDays, "10", "2026-01-01"),
        );
        assert_eq!(Settings::new([&one, &other]), Settings::new([&other, &one]));
    }

    #[test]
    fn a_slot_has_no_value_until_one_is_recorded() {
        let empty = Settings::default();
        let slots = Matter::ALL.iter().filter(|matter| matter.is_slot());
        for slot in slots {
            assert_eq!(empty.given(*slot, day("2026-06-10")), None, "{}", slot.slug());
        }
        let filled = Settings::new([&setting(Matter::RegisterDays, "5", "2026-07-01")]);
        assert_eq!(
            filled.given(Matter::RegisterDays, day("2026-07-01")),
            Some(Given::Number(5))
        );
        assert_eq!(filled.given(Matter::RegisterDays, day("2026-06-30")), None);
    }
}
