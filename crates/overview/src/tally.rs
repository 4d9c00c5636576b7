//! Counts by series, place and day, kept up as contributions come and go.
//!
//! A state (a household, a person on a list) is +1 on the day on which it begins and −1 on the day after its last, so
//! the count on a day is the sum up to it. An event (a meeting) is +1 on its day, so the count of a period is the sum
//! over it. Either way a figure for any day or period is one range sum.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use chrono::NaiveDate;

use crate::change::Place;

/// One series of counts: of an indicator, one measure of it, as a whole or one part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Series {
    /// The indicator's code.
    pub code: &'static str,
    /// The measure, or the name of a split.
    pub measure: &'static str,
    /// The part; empty for the whole.
    pub part: &'static str,
}

impl Series {
    /// A measure of an indicator as a whole.
    pub const fn whole(code: &'static str, measure: &'static str) -> Self {
        Series {
            code,
            measure,
            part: "",
        }
    }

    /// A part of it.
    pub const fn part(code: &'static str, measure: &'static str, part: &'static str) -> Self {
        Series { code, measure, part }
    }
}

/// What one subject adds to a series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Delta {
    /// The series.
    pub series: Series,
    /// Where it counts.
    pub place: Place,
    /// From which day on, or on which day.
    pub day: NaiveDate,
    /// How much.
    pub by: i64,
}

/// All counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tally(BTreeMap<(Place, Series), BTreeMap<NaiveDate, i64>>);

impl Tally {
    /// Adds a contribution.
    pub fn add(&mut self, delta: &Delta) {
        self.shift(delta, delta.by);
    }

    /// Takes a contribution back.
    pub fn take_back(&mut self, delta: &Delta) {
        self.shift(delta, delta.by.wrapping_neg());
    }

    fn shift(&mut self, delta: &Delta, by: i64) {
        let at = (delta.place, delta.series);
        let days = self.0.entry(at).or_default();
        let count = days.entry(delta.day).or_default();
        // Wrapping, so that what was added can always be taken back exactly.
        *count = count.wrapping_add(by);
        if *count == 0 {
            days.remove(&delta.day);
        }
        if days.is_empty() {
            self.0.remove(&at);
        }
    }

    /// The sum of a series at one place over days.
    pub fn sum(&self, series: Series, place: Place, days: impl RangeBounds<NaiveDate>) -> i64 {
        let Some(counts) = self.0.get(&(place, series)) else {
            return 0;
        };
        if is_backwards(&days) {
            return 0;
        }
        counts.range(days).map(|(_, n)| *n).fold(0, i64::saturating_add)
    }

    /// The parts of a measure at one place with their sums, those that are not 0.
    pub fn parts(
        &self,
        of: Series,
        place: Place,
        days: impl RangeBounds<NaiveDate> + Clone,
    ) -> Vec<(&'static str, i64)> {
        let series = self
            .0
            .range((place, of)..)
            .map(|((at, series), _)| (*at, *series))
            .take_while(|(at, series)| {
                *at == place && (series.code, series.measure) == (of.code, of.measure)
            });
        series
            .filter(|(_, series)| !series.part.is_empty())
            .map(|(_, series)| (series.part, self.sum(series, place, days.clone())))
            .filter(|(_, n)| *n != 0)
            .collect()
    }
}

/// A range that ends before it begins, of which a map would make a panic.
fn is_backwards(days: &impl RangeBounds<NaiveDate>) -> bool {
    use std::ops::Bound::{Excluded, Included};
    match (days.start_bound(), days.end_bound()) {
        (Included(from), Included(to)) => from > to,
        (Included(from), Excluded(to)) | (Excluded(from), Included(to)) => from >= to,
        (Excluded(from), Excluded(to)) => from >= to,
        _ => false,
    }
}
