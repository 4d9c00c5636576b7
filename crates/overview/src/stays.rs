//! Where a household or person was on a day: a move has a day since then, and what is counted as of a day before it counts in
//! the village that was left. A move without a day (of an older release, or of a village that was divided) counts where the
//! record is now.

use chrono::NaiveDate;
use sothon_records::RecordKey;

use crate::change::Place;
use crate::tally::{Delta, Series};
use crate::view::{Entry, View};

impl Entry {
    /// Where the record was on a day.
    pub fn place_at(&self, day: NaiveDate) -> Place {
        let before = self.stays_before.iter().find(|(_, until)| day < *until);
        before.map_or(self.place, |(place, _)| *place)
    }
}

impl View {
    /// Where a record was on a day.
    pub fn place_at(&self, key: &RecordKey, day: NaiveDate) -> Option<Place> {
        self.entries.get(key).map(|entry| entry.place_at(day))
    }

    /// What a record adds to series of states: from day to day where it was, so that it counts once on each.
    pub(crate) fn spread(
        &self,
        key: &RecordKey,
        steps: impl IntoIterator<Item = (Series, NaiveDate, i64)>,
        deltas: &mut Vec<Delta>,
    ) {
        let Some(entry) = self.entries.get(key) else {
            return;
        };
        for (series, day, by) in steps {
            let mut push = |place, day, by| {
                deltas.push(Delta {
                    series,
                    place,
                    day,
                    by,
                });
            };
            let mut from = day;
            for (place, until) in &entry.stays_before {
                if from < *until {
                    push(*place, from, by);
                    push(*place, *until, by.wrapping_neg());
                    from = *until;
                }
            }
            push(entry.place, from, by);
        }
    }
}
