//! Which village a village is on a day: by the records of villages (R74) one goes on in another, or was a part of another
//! before. Books stay whose they are; what is in them counts where their village goes on, and nowhere twice.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::kinds::Household;
use sothon_records::{Datum, Kind, RawRecord, Record as _, RecordKey, datum};

use crate::change::Place;
use crate::view::View;

impl View {
    /// The village that has on a day what was or is another one's: where that goes on after its end; of what it was a
    /// part before it began; else itself.
    pub fn village_on(&self, number: u32, day: NaiveDate) -> u32 {
        let mut way = vec![number];
        let mut at = number;
        while let Some(next) = self.next_on(at, day) {
            if let Some(first) = way.iter().position(|before| *before == next) {
                // A ring has no end: all of it is where the least is.
                return way.iter().skip(first).min().copied().unwrap_or(at);
            }
            way.push(next);
            at = next;
        }
        at
    }

    /// The next village on that way; `None`: it is itself.
    fn next_on(&self, number: u32, day: NaiveDate) -> Option<u32> {
        let village = self.village(self.village_key(number)?)?;
        let next = if village.ended_by(day) {
            village.goes_on_in.as_ref()
        } else if village.begins_after(day) {
            village.split_from()
        } else {
            None
        };
        self.village_number(next?)
    }

    /// A place as it is on a day.
    pub fn place_on(&self, place: Place, day: NaiveDate) -> Place {
        match place {
            Place::Village(number) => Place::Village(self.village_on(number, day)),
            other => other,
        }
    }

    /// Where a record belongs on a day.
    pub fn place_of_on(&self, key: &RecordKey, day: NaiveDate) -> Option<Place> {
        Some(self.place_on(self.place_of(key)?, day))
    }

    /// All villages that are this one on a day, itself among them; none if it is another one then.
    pub fn territory(&self, number: u32, day: NaiveDate) -> BTreeSet<u32> {
        let known = self.villages().into_iter().chain([number]);
        known
            .filter(|other| self.village_on(*other, day) == number)
            .collect()
    }

    /// A code that no village has: the number after the greatest.
    pub fn next_village_code(&self) -> String {
        let greatest = self.villages().into_iter().max().unwrap_or(0);
        greatest.saturating_add(1).to_string()
    }

    /// Whether a village has gone to another commune by a day.
    pub fn has_left_commune(&self, number: u32, day: NaiveDate) -> bool {
        let village = self.village_key(number).and_then(|key| self.village(key));
        village.is_some_and(|village| village.left_to.is_some() && village.ended_by(day))
    }

    /// Where a record belongs by the maps of divisions: a household that a village shares out, and what is about one, in the
    /// village to which it goes.
    pub(crate) fn shared_place(
        &self,
        kind: Option<&Kind>,
        key: &RecordKey,
        raw: &RawRecord,
        place: Place,
    ) -> Place {
        if self.shared.is_empty() {
            return place;
        }
        let named = || {
            let field = kind?.field(Household::KIND.slug)?;
            match datum::read(field, &raw.fields).datum? {
                Datum::Reference(household) => Some(household),
                _ => None,
            }
        };
        let household = if key.kind == Household::KIND.slug {
            Some(key.clone())
        } else {
            named()
        };
        let Some(household) = household else { return place };
        let (mut at, mut seen) = (place, BTreeSet::new());
        while let Place::Village(number) = at
            && seen.insert(number)
        {
            let records = self.villages.get(&number).into_iter().flatten();
            let mut shares = records.filter_map(|village| self.shared.get(village)?.get(&household));
            match shares.next().and_then(|to| self.village_number(to)) {
                Some(next) => at = Place::Village(next),
                None => break,
            }
        }
        at
    }

    /// The villages that share households out to one.
    pub(crate) fn gave_to(&self, number: u32) -> impl Iterator<Item = u32> {
        let gives = move |to: &RecordKey| self.village_number(to) == Some(number);
        let giving = self
            .shared
            .iter()
            .filter(move |(_, shares)| shares.values().any(gives));
        giving.filter_map(|(giver, _)| self.village_number(giver))
    }

    /// The households that are shared out to one of these villages.
    pub(crate) fn shared_to(&self, villages: &BTreeSet<RecordKey>) -> BTreeSet<RecordKey> {
        let all = self.shared.values().flatten();
        all.filter(|(_, to)| villages.contains(*to))
            .map(|(household, _)| household.clone())
            .collect()
    }
}
