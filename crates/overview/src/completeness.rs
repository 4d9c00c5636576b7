//! How complete a figure is, and the villages by their names of the day: "5/6 thôn; thôn 6 nhận cuối 12/03/2025".

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::kinds::village::VillageType;
use sothon_records::label::Words;
use sothon_records::problem::day;
use sothon_records::{Shelf, civil};

use crate::change::Place;
use crate::indicator::{Completeness, GRACE_DAYS};
use crate::period::Period;
use crate::view::View;

impl View {
    /// How complete figures of a period are, for a village or for the commune.
    pub fn completeness(&self, period: &Period, place: Place) -> Completeness {
        let as_of = period.as_of();
        let villages: Vec<u32> = match place {
            Place::Commune => self.villages_on(as_of).into_iter().collect(),
            // Of a village into which others went, each that was there on that day.
            Place::Village(number) => {
                let there = self.villages_on(as_of);
                let all = self.territory(number, period.boundary());
                let parts: Vec<u32> = all.intersection(&there).copied().collect();
                if parts.is_empty() { vec![number] } else { parts }
            }
            Place::Unit(_) => Vec::new(),
        };
        let mut complete = Completeness {
            villages: villages.len(),
            ..Completeness::default()
        };
        for number in villages {
            let received = self
                .freshness
                .get(&number)
                .map(|fresh| fresh.last_received.and_then(date_of));
            let fresh = match received {
                Some(last) => last.is_some_and(|last| civil::after_days(last, GRACE_DAYS) >= Some(as_of)),
                // Nobody says when: a device's own village.
                None => self.has_heard(number),
            };
            if fresh {
                complete.fresh += 1;
            } else {
                complete.behind.push((number, received.flatten()));
            }
        }
        complete.words = self.completeness_words(&complete, as_of);
        complete
    }

    fn completeness_words(&self, complete: &Completeness, as_of: NaiveDate) -> Words {
        if complete.villages == 0 {
            return Words::default();
        }
        let mut words = Words::new(
            format!("{}/{} thôn", complete.fresh, complete.villages),
            format!("{} of {} villages", complete.fresh, complete.villages),
        );
        for (number, last) in &complete.behind {
            let name = self.village_name(*number, as_of);
            let (vi, en) = (small_first(&name.vi), name.en);
            match last {
                Some(last) => {
                    words.vi += &format!("; {vi} nhận cuối {}", day(*last));
                    words.en += &format!("; {en} last heard from on {}", day(*last));
                }
                None => {
                    words.vi += &format!("; {vi} chưa nhận được gì");
                    words.en += &format!("; {en} never heard from");
                }
            }
        }
        words
    }

    /// The villages that exist on a day, by their records; without records those known.
    pub(crate) fn villages_on(&self, day: NaiveDate) -> BTreeSet<u32> {
        let mut known = self.villages();
        known.retain(|number| self.is_there(*number, day));
        known
    }

    /// Whether a village exists on a day, by its record; one without is there as long as it is known.
    pub fn is_there(&self, number: u32, day: NaiveDate) -> bool {
        let village = self.village_key(number).and_then(|key| self.village(key));
        village.is_none_or(|village| village.exists_on(day))
    }

    /// Whether one may have moved to a village on a day: those with which a register began were there before the day that it has
    /// of them, those that came of others were not.
    pub fn took_in(&self, number: u32, day: NaiveDate) -> bool {
        let village = self.village_key(number).and_then(|key| self.village(key));
        village.is_none_or(|village| {
            let began_with = village.begins_after(day) && !village.came_of_others();
            village.exists_on(day) || (village.common.in_force() && began_with)
        })
    }

    /// A village's name on a day: "Thôn 6"; the former commune behind it where two have one name.
    pub fn village_name(&self, number: u32, on: NaiveDate) -> Words {
        let name = |number: u32| -> Option<(Words, Option<String>)> {
            let village = self.village(self.village_key(number)?)?;
            let name = village.name_near(on)?;
            let called = VillageType::called(village.type_on(on), &name);
            Some((Words::same(called), village.former_commune.clone()))
        };
        let Some((mut words, former)) = name(number) else {
            return Words::new(format!("Thôn {number}"), format!("Village {number}"));
        };
        let has_namesake = self
            .villages
            .keys()
            .filter(|other| **other != number && self.is_there(**other, on))
            .any(|other| name(*other).is_some_and(|(other, _)| other == words));
        if let (true, Some(former)) = (has_namesake, former) {
            words = Words::new(
                format!("{} ({former} cũ)", words.vi),
                format!("{} (formerly {former})", words.en),
            );
        }
        words
    }

    /// The name of a place.
    pub fn place_name(&self, place: Place, on: NaiveDate) -> Words {
        match place {
            Place::Commune => Words::new("Toàn xã", "Commune"),
            Place::Village(number) => self.village_name(number, on),
            Place::Unit(number) => match self.unit_key(number).and_then(|key| self.title(key)) {
                Some(title) => Words::same(title),
                None => Words::new(format!("Đơn vị {number}"), format!("Unit {number}")),
            },
        }
    }

    /// Whether care files of a village are readable here.
    pub(crate) fn reads_care(&self, place: Place) -> bool {
        matches!(place, Place::Village(_)) && self.reads(Shelf::CareFiles, place)
    }
}

fn date_of(seconds: i64) -> Option<NaiveDate> {
    chrono::DateTime::from_timestamp(seconds, 0).map(civil::date_in_vietnam)
}

/// As it stands inside a sentence: "thôn 6".
fn small_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}
