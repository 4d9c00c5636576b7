//! Asking for an indicator: counted over the places that make up the one asked for, or, where the records may not be
//! read here, as the police published it (R70).

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::kinds::figure::Figure as Published;
use sothon_records::label::Words;

use crate::change::Place;
use crate::facts::Facts;
use crate::indicator::{Compartment, Figure, Indicator, Part, Source, Value, When};
use crate::indicators;
use crate::period::Period;
use crate::tally::Series;
use crate::view::View;

impl View {
    /// An indicator for a period and a place; `None`: there is no indicator with this code.
    ///
    /// For [`Place::Commune`] it is the sum over villages and units and what is kept for the commune as a whole; where
    /// data of some are missing it is the sum of the others, and [`Figure::complete`] says which.
    pub fn value(&self, code: &str, period: &Period, place: Place) -> Option<Figure> {
        Some(self.figure(indicators::by_code(code)?, period, place))
    }

    pub(crate) fn figure(&self, declared: &'static Indicator, period: &Period, place: Place) -> Figure {
        let mut figure = self.figure_over(declared, period, &self.places_of(declared, period, place), place);
        if figure.source == Source::Nothing {
            self.fill_published(declared, period, place, &mut figure);
        }
        figure
    }

    /// An indicator counted over some places, which together are one.
    pub(crate) fn figure_over(
        &self,
        declared: &'static Indicator,
        period: &Period,
        places: &[Place],
        place: Place,
    ) -> Figure {
        let mut values: Vec<Value> = Vec::new();
        let mut counted = Vec::new();
        for at in places {
            if let Some(found) = (declared.at)(self, period, *at) {
                counted.push(*at);
                if values.is_empty() {
                    values = found;
                } else {
                    for (sum, value) in values.iter_mut().zip(found) {
                        *sum = sum.and(value);
                    }
                }
            }
        }
        let mut figure = Figure {
            code: declared.code,
            values,
            parts: self.parts(declared, period, &counted),
            as_of: period.as_of(),
            source: Source::Counted,
            complete: self.completeness(period, place),
            version: declared.version,
        };
        if figure.values.is_empty() {
            figure.values = vec![Value::Missing; declared.measures.len()];
            figure.source = Source::Nothing;
        }
        figure
    }

    /// The places whose counts make up a place's figure: of a village those that went into it too. A village that has gone
    /// to another commune is none from then on.
    fn places_of(&self, declared: &Indicator, period: &Period, place: Place) -> Vec<Place> {
        let from = match declared.when {
            When::AsOf => period.as_of(),
            When::During => period.from(),
        };
        let here = |number: &u32| !self.has_left_commune(*number, from);
        match place {
            Place::Village(number) => {
                let all = self.territory(number, period.boundary()).into_iter();
                all.filter(here).map(Place::Village).collect()
            }
            Place::Commune => {
                let villages = self.villages().into_iter().filter(here).map(Place::Village);
                let units = self.unit_numbers().into_iter().map(Place::Unit);
                villages.chain(units).chain([Place::Commune]).collect()
            }
            Place::Unit(_) => vec![place],
        }
    }

    fn parts(&self, declared: &Indicator, period: &Period, places: &[Place]) -> Vec<Part> {
        let mut found = Vec::new();
        for split in declared.splits {
            let sums = |measure: &'static str| {
                let mut sums = BTreeMap::new();
                for place in places {
                    let of = Series::whole(declared.code, measure);
                    let parts = match declared.when {
                        When::AsOf => self.tally.parts(of, *place, ..=period.as_of()),
                        When::During => self.tally.parts(of, *place, period.from()..=period.until()),
                    };
                    for (part, n) in parts {
                        *sums.entry(part).or_insert(0i64) += n;
                    }
                }
                sums
            };
            let above = sums(split.name);
            let below = split.out_of.map(sums);
            let names: BTreeSet<&'static str> = above
                .keys()
                .chain(below.iter().flat_map(|below| below.keys()))
                .copied()
                .collect();
            for name in names {
                let part = above.get(name).copied().unwrap_or(0);
                let value = match &below {
                    Some(below) => Value::Rate {
                        part,
                        whole: below.get(name).copied().unwrap_or(0),
                    },
                    None => Value::Number(part),
                };
                let label = (split.part)(name).map_or_else(|| Words::same(name), Words::from);
                found.push(Part {
                    split: split.name,
                    name,
                    label,
                    value,
                });
            }
        }
        found
    }

    /// What the police have published (R70), for those who may not read the records: of a period just this one, as of
    /// a day the newest.
    fn fill_published(&self, declared: &Indicator, period: &Period, place: Place, figure: &mut Figure) {
        if !matches!(declared.compartment, Compartment::Care | Compartment::Tips) {
            return;
        }
        let fitting = |published: &Published| {
            let at = match &published.village {
                None => Some(Place::Commune),
                Some(village) => self.village_number(village).map(Place::Village),
            };
            let in_time = match declared.when {
                When::AsOf => published.until.is_some_and(|until| until <= period.as_of()),
                When::During => {
                    (published.from, published.until) == (Some(period.from()), Some(period.until()))
                }
            };
            at == Some(place) && in_time && published.value.is_some()
        };
        let published: Vec<&Published> = self
            .published
            .get(declared.code)
            .into_iter()
            .flatten()
            .filter_map(|key| match self.facts(key) {
                Facts::Figure(published) => Some(published.as_ref()),
                _ => None,
            })
            .filter(|published| fitting(published))
            .collect();
        let Some(until) = published.iter().filter_map(|published| published.until).max() else {
            return;
        };
        for (index, (measure, value)) in declared.measures.iter().zip(&mut figure.values).enumerate() {
            let of_measure = |published: &&&Published| {
                published.until == Some(until)
                    && match published.breakdown.as_deref() {
                        None => index == 0,
                        Some(name) => name == measure.name,
                    }
            };
            // Two devices may publish one figure twice, which is shown as such; the view takes the greater.
            if let Some(published) = published.iter().filter(of_measure).max_by_key(|p| p.value)
                && let Some(n) = published.value
            {
                *value = match published.out_of {
                    Some(whole) => Value::Rate { part: n, whole },
                    None => Value::Number(n),
                };
            }
        }
        figure.as_of = until;
        figure.source = Source::Published { until };
    }
}
