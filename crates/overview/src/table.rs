//! Figures in rows and columns: a row per village, one for the units, the total; each with how complete it is.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;
use sothon_records::Lang;
use sothon_records::label::{Label, Words};

use crate::change::Place;
use crate::indicator::{Completeness, Figure, Indicator, Measure, Source, Value};
use crate::indicators;
use crate::period::Period;
use crate::view::View;

/// A column: one measure of an indicator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Column {
    /// The indicator's code.
    pub code: &'static str,
    /// The measure's name.
    pub measure: &'static str,
    /// The heading.
    pub label: Label,
    /// The unit.
    pub unit: Label,
}

/// A figure in its place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cell {
    /// The value, exact.
    pub value: Value,
    /// As it may be shown.
    pub shown: Words,
    /// Where it comes from.
    pub source: Source,
}

/// A row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// The place; `None`: the units together.
    pub place: Option<Place>,
    /// Its name on the day.
    pub name: Words,
    /// Its figures, one for each column.
    pub cells: Vec<Cell>,
    /// How complete they are.
    pub complete: Completeness,
}

/// A table of figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Table {
    /// The period in words.
    pub period: Words,
    /// The day as of which figures of a day are.
    pub as_of: NaiveDate,
    /// The columns.
    pub columns: Vec<Column>,
    /// A row per village in the order of the list of villages, then the units together if they have any figure.
    pub rows: Vec<Row>,
    /// The commune as a whole.
    pub total: Row,
}

impl View {
    /// The villages by which something is counted on a day: those that exist, and those that have ended or not begun and
    /// are no other village then.
    fn villages_of(&self, boundary: NaiveDate) -> BTreeSet<u32> {
        let known = self.villages().into_iter();
        known.map(|number| self.village_on(number, boundary)).collect()
    }

    /// Whether on two days the same villages are there, with the same parts.
    pub fn same_villages(&self, one: NaiveDate, other: NaiveDate) -> bool {
        let same = |number: u32| self.village_on(number, one) == self.village_on(number, other);
        self.villages_on(one) == self.villages_on(other) && self.villages().into_iter().all(same)
    }

    /// A table of indicators for a period. A code (`I34`) gives a column for each of its measures, a code with a
    /// measure (`I34.received`) that one; what is not known is left out.
    pub fn table(&self, codes: &[&str], period: &Period) -> Table {
        let wanted: Vec<(&'static Indicator, Vec<(usize, &'static Measure)>)> =
            codes.iter().filter_map(|code| measures_of(code)).collect();
        let row = |place: Option<Place>, name: Words, complete: Completeness| {
            let mut cells = Vec::new();
            for (declared, measures) in &wanted {
                let figure = match place {
                    Some(place) => self.figure(declared, period, place),
                    None => self.figure_over(declared, period, &self.unit_places(), Place::Commune),
                };
                let shown_for = place.unwrap_or(Place::Commune);
                cells.extend(
                    measures
                        .iter()
                        .map(|(index, _)| cell(declared, &figure, *index, shown_for)),
                );
            }
            Row {
                place,
                name,
                cells,
                complete,
            }
        };
        let (as_of, boundary) = (period.as_of(), period.boundary());
        let mut villages: Vec<u32> = self.villages_of(boundary).into_iter().collect();
        villages.sort_by_key(|number| {
            let village = self.village_key(*number).and_then(|key| self.village(key));
            let order = village.and_then(|village| village.order);
            (order.is_none(), order, *number)
        });
        let mut rows: Vec<Row> = villages
            .into_iter()
            .map(|number| {
                let place = Place::Village(number);
                row(
                    Some(place),
                    self.village_name(number, boundary),
                    self.completeness(period, place),
                )
            })
            // What has ended and goes on nowhere has a row as long as something of it counts.
            .filter(|row| {
                let Some(Place::Village(number)) = row.place else {
                    return true;
                };
                self.is_there(number, boundary) || row.cells.iter().any(|cell| cell.value.is_something())
            })
            .collect();
        let units = row(None, Words::new("Các đơn vị", "Units"), Completeness::default());
        if units.cells.iter().any(|cell| cell.value != Value::Missing) {
            rows.push(units);
        }
        let total = row(
            Some(Place::Commune),
            self.place_name(Place::Commune, as_of),
            self.completeness(period, Place::Commune),
        );
        let columns = wanted.iter().flat_map(|(declared, measures)| {
            measures.iter().map(|(_, measure)| Column {
                code: declared.code,
                measure: measure.name,
                label: measure.label,
                unit: measure.unit,
            })
        });
        Table {
            period: period.words(),
            as_of,
            columns: columns.collect(),
            rows,
            total,
        }
    }
}

fn measures_of(code: &str) -> Option<(&'static Indicator, Vec<(usize, &'static Measure)>)> {
    let (code, name) = match code.split_once('.') {
        Some((code, name)) => (code, Some(name)),
        None => (code, None),
    };
    let declared = indicators::by_code(code)?;
    let measures = declared
        .measures
        .iter()
        .enumerate()
        .filter(|(_, measure)| name.is_none_or(|name| measure.name == name));
    Some((declared, measures.collect()))
}

fn cell(declared: &Indicator, figure: &Figure, index: usize, place: Place) -> Cell {
    let value = figure.values.get(index).copied().unwrap_or(Value::Missing);
    let shown = |lang| value.shown(declared, place, lang);
    Cell {
        value,
        shown: Words::new(shown(Lang::Vi), shown(Lang::En)),
        source: figure.source.clone(),
    }
}
