//! I01 Số hộ, nhân khẩu hiện đang cư trú.

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::label::Label;

use super::parts::{HOUSEHOLDS, PERSONS, measure};
use crate::change::Place;
use crate::facts::{Facts, PopulationFacts};
use crate::indicator::{Compartment, Indicator, Value, When};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

pub(super) const CODE: &str = "I01";
/// Households in the book.
pub(super) const KEPT: Series = Series::whole(CODE, "households");
const RESIDENTS: Series = Series::whole(CODE, "residents");
/// Households with at least one member written down.
const WITH_MEMBERS: Series = Series::whole(CODE, "with-members");

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new("Số hộ, nhân khẩu hiện đang cư trú", "Households and residents"),
    definition: Label::new(
        "Số hộ: hộ trong sổ của thôn (R01); thôn chưa ghi hộ nào thì lấy số hộ của bản ghi dân số (R69) mới nhất. \
         Nhân khẩu: theo bản ghi dân số mới nhất đến thời điểm tính; chưa có thì đếm thành viên các hộ đang cư trú, \
         trừ người đi vắng.",
        "Households: those in the village's book (R01); where none is written down, the number in the newest \
         population record (R69). Residents: by the newest population record up to the day; without one, the members \
         of the households who live there, without those away.",
    ),
    version: 1,
    compartment: Compartment::General,
    when: When::AsOf,
    kinds: &["R01", "R69"],
    measures: &[
        measure("households", Label::new("Số hộ", "Households"), HOUSEHOLDS),
        measure("residents", Label::new("Nhân khẩu", "Residents"), PERSONS),
    ],
    splits: &[],
    count,
    at,
};

fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    let Facts::Household(household) = view.facts(subject) else {
        return;
    };
    // A household has no first day: it counts as long as it is in the book.
    let ever = |series| (series, NaiveDate::MIN, 1);
    let with_members = household.has_members.then(|| ever(WITH_MEMBERS));
    let residents = household.residents.iter().map(|(day, by)| (RESIDENTS, *day, *by));
    let steps = [ever(KEPT)].into_iter().chain(with_members).chain(residents);
    view.spread(subject, steps, deltas);
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    let Place::Village(number) = place else {
        return None;
    };
    let on = period.as_of();
    let population = population_at(view, number, on);
    let sum = |series| view.tally.sum(series, place, ..=on);
    let here = view.has_heard(number);
    let households = match sum(KEPT) {
        kept if here && kept > 0 => Value::Number(kept),
        _ => population
            .recorded()
            .and_then(|population| population.households)
            .map_or(Value::Missing, Value::Number),
    };
    let residents = match population {
        At::Recorded(population) => Value::Number(population.residents),
        At::NotRecorded if here && sum(WITH_MEMBERS) > 0 => Value::Number(sum(RESIDENTS)),
        At::NotRecorded | At::Elsewhere => Value::Missing,
    };
    let known = households != Value::Missing || residents != Value::Missing;
    known.then(|| vec![households, residents])
}

/// The population record by which a village counts.
enum At<'a> {
    Recorded(&'a PopulationFacts),
    /// None.
    NotRecorded,
    /// The record of another village counts its people too: of that in which it has gone on, or of which it was a part.
    Elsewhere,
}

impl<'a> At<'a> {
    fn recorded(&self) -> Option<&'a PopulationFacts> {
        match self {
            At::Recorded(population) => Some(population),
            At::NotRecorded | At::Elsewhere => None,
        }
    }
}

/// Nobody is counted twice where villages were merged or divided: a record covers the village as it was on its day.
fn population_at(view: &View, number: u32, on: NaiveDate) -> At<'_> {
    let record = |number| view.village_key(number).and_then(|key| view.village(key));
    let goes_on = view.village_on(number, on);
    if let (true, Some(until)) = (
        goes_on != number,
        record(number).and_then(|village| village.until),
    ) && newest_population(view, goes_on, on).is_some_and(|newer| newer.date > until)
    {
        return At::Elsewhere;
    }
    // The newest record of a village, unless a part of it was counted by itself since.
    let whole = |number| {
        let newest = newest_population(view, number, on)?;
        let parted = view.villages().into_iter().any(|part| {
            let split = record(part).filter(|village| village.split_from() == view.village_key(number));
            let since = split.and_then(|village| village.from);
            since.is_some_and(|since| newest.date < since && since <= on)
                && newest_population(view, part, on).is_some()
        });
        (!parted).then_some(newest)
    };
    if let Some(own) = whole(number) {
        return At::Recorded(own);
    }
    let part_of = record(number).and_then(|village| {
        let whole = whole(view.village_number(village.split_from()?)?)?;
        (whole.date < village.from?).then_some(whole)
    });
    match part_of {
        Some(_) => At::Elsewhere,
        None => At::NotRecorded,
    }
}

fn newest_population(view: &View, village: u32, on: NaiveDate) -> Option<&PopulationFacts> {
    let villages = view.villages.get(&village)?;
    let populations = villages
        .iter()
        .flat_map(|village| view.referring(village, "population"))
        .filter_map(|key| match view.facts(key) {
            Facts::Population(population) if population.date <= on => {
                Some((population.date, key, population))
            }
            _ => None,
        });
    populations
        .max_by_key(|(date, key, _)| (*date, *key))
        .map(|(_, _, population)| population)
}
