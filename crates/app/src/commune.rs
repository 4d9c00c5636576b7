//! "Toàn xã": the merged picture as a screen: how fresh it is, what must be handled, figures by village, two charts.

use chrono::{Datelike as _, NaiveDate};
use sothon_ledger::Role;
use sothon_overview::indicator::Compartment;
use sothon_overview::table::{Cell, Column, Row};
use sothon_overview::{Period, Place, Source, Span, Table, Value, indicators};
use sothon_records::civil;
use sothon_records::problem::{day, number};
use sothon_records::{Kind, Lang, Shelf, Words};

use crate::api::{Choice, FigureCell, FigureColumn, FigureRow, Overview, OverviewAsk};
use crate::app::App;
use crate::desk::{Desk, scope_of};
use crate::fault::{Done, Fault};
use crate::words;

/// The figures of the table, in this order.
pub(crate) const FIGURES: [&str; 8] = [
    "I01.households",
    "I21.pledged",
    "I23.activities",
    "I39.share",
    "I02.persons",
    "I03.persons",
    "I16.contacts",
    "I51.received",
];
const DAY: i64 = 24 * 3600;
/// By today's villages, and by those of the day as of which the figures are.
const NOW: &str = "now";
const THEN: &str = "then";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn overview(&self, ask: OverviewAsk) -> Done<Overview> {
        self.at_desk(move |desk| desk.overview(&ask)).await
    }
}

impl Desk {
    /// The page.
    pub(crate) fn overview(&mut self, ask: &OverviewAsk) -> Done<Overview> {
        self.refresh();
        let today = self.today();
        let spans = self.spans();
        let (slug, period) = self.asked_period(ask)?;
        let other_villages = !self.view.same_villages(period.as_of(), today);
        let then = other_villages && ask.villages == THEN;
        let period = period.by_villages_of(if then { period.as_of() } else { today });
        let villages = [
            (NOW, Words::new("Theo thôn hiện nay", "By today’s villages")),
            (
                THEN,
                Words::new(
                    format!("Theo thôn ngày {}", day(period.as_of())),
                    format!("By the villages of {}", day(period.as_of())),
                ),
            ),
        ];
        let villages = villages
            .into_iter()
            .filter(|_| other_villages)
            .map(|(slug, label)| Choice {
                slug: slug.to_owned(),
                label: self.w(&label),
            });
        let table = self.figures(&period);
        let after = period.until().succ_opt().filter(|after| *after <= today);
        let spans = spans.into_iter().map(|(slug, _, label)| Choice {
            slug: slug.to_owned(),
            label: self.w(&label),
        });
        Ok(Overview {
            head: self.head_on(period.as_of()),
            villages: villages.collect(),
            by_villages: if then { THEN } else { NOW }.to_owned(),
            period: self.w(&table.period),
            spans: spans.collect(),
            span: slug.to_owned(),
            before: period.before().map(|before| before.from().to_string()),
            after: after.map(|after| after.to_string()),
            freshness: self.freshness_words(),
            silent: self.silent_words(),
            handle: self.to_handle(),
            charts: self.charts(&period),
            columns: table.columns,
            rows: table.rows,
            total: table.total,
        })
    }

    /// The period that is asked for, as far as it has gone, and its kind.
    ///
    /// # Errors
    /// What is asked is no day, or in no period.
    pub(crate) fn asked_period(&self, ask: &OverviewAsk) -> Done<(&'static str, Period)> {
        let spans = self.spans().into_iter();
        let (slug, span) = spans
            .map(|(slug, span, _)| (slug, span))
            .find(|(slug, _)| *slug == ask.span)
            .unwrap_or(("year", Span::Year));
        let on = if ask.day.is_empty() {
            self.today()
        } else {
            civil::parse_date(&ask.day).ok_or_else(|| Fault::not_understood("overview"))?
        };
        let period = Period::around(span, on).ok_or_else(|| Fault::not_understood("overview"))?;
        Ok((slug, period.seen_on(self.today())))
    }

    /// The kinds of periods to choose from; that of the police for the police.
    fn spans(&self) -> Vec<(&'static str, Span, Words)> {
        let mut spans = vec![
            ("year", Span::Year, Words::new("Năm", "Year")),
            (
                "half",
                Span::SixMonths,
                Words::new("6 tháng đầu năm", "First six months"),
            ),
            ("quarter", Span::Quarter, Words::new("Quý", "Quarter")),
            ("month", Span::Month, Words::new("Tháng", "Month")),
        ];
        if matches!(self.role(), Some(Role::Police | Role::PoliceChief)) {
            let label = Words::new("Năm báo cáo Công an", "Police year");
            spans.push(("police", Span::PoliceYear, label));
        }
        spans
    }

    /// "Số liệu đến 05/01/2026 20:05 · 5/6 thôn đã gửi trong 7 ngày".
    fn freshness_words(&self) -> String {
        let newest = self
            .view
            .freshness()
            .filter_map(|fresh| fresh.last_received)
            .max();
        let Some(newest) = newest else {
            return self
                .t(
                    "Chưa nhận được số liệu của thôn nào",
                    "Nothing was received from any village yet",
                )
                .to_owned();
        };
        let days = i64::from(self.parts().settings().silent_days);
        let today = self.today();
        let mut there = self.view.villages();
        there.retain(|number| self.view.is_there(*number, today));
        let villages = there.len();
        let heard = self
            .view
            .freshness()
            .filter(|fresh| there.contains(&fresh.village));
        let heard = heard.filter(|fresh| {
            let since = fresh.last_received.map(|at| self.now() - at);
            since.is_some_and(|since| since <= days * DAY)
        });
        let heard = heard.count();
        let time = words::time(newest);
        self.w(&Words::new(
            format!(
                "Số liệu đến {} · {heard}/{villages} thôn đã gửi trong {days} ngày",
                time.vi
            ),
            format!(
                "Figures as of {} · {heard} of {villages} villages sent within {days} days",
                time.en
            ),
        ))
    }

    /// The villages that were not heard from for long: "Thôn 4: 12 ngày chưa gửi".
    pub(crate) fn silent_words(&self) -> Vec<String> {
        let today = self.today();
        let all = self.view.freshness();
        let there = all.filter(|fresh| self.view.is_there(fresh.village, today));
        let silent = there.filter_map(|fresh| {
            let name = self.village_name(fresh.village);
            let says = match fresh.last_received {
                None => Words::new("chưa nhận được gì", "never heard from"),
                Some(at) => self.silence(at)?,
            };
            Some(format!("{name}: {}", self.w(&says)))
        });
        silent.collect()
    }

    /// How long nothing came, if that is long: "12 ngày chưa gửi".
    pub(crate) fn silence(&self, since: i64) -> Option<Words> {
        let days = (self.now() - since) / DAY;
        (days > i64::from(self.parts().settings().silent_days)).then(|| {
            Words::new(
                format!("{days} ngày chưa gửi"),
                format!("nothing sent for {days} days"),
            )
        })
    }

    /// The table of figures for a period, with the change on the period before as far as this one has gone.
    pub(crate) fn figures(&self, period: &Period) -> Figures {
        let table = self.view.table(&FIGURES, period);
        let before = period
            .before_so_far()
            // Like is compared with like: both by the same villages.
            .map(|before| {
                self.view
                    .table(&FIGURES, &before.by_villages_of(period.boundary()))
            });
        let shown: Vec<usize> = (0..table.columns.len())
            .filter(|at| self.has_column(&table, *at))
            .collect();
        let columns = shown.iter().filter_map(|at| {
            let column = table.columns.get(*at)?;
            Some(FigureColumn {
                id: format!("{}.{}", column.code, column.measure),
                label: self.heading(column),
                unit: column.unit.get(self.lang).to_owned(),
                share: all_rows(&table).any(|row| {
                    matches!(
                        row.cells.get(*at),
                        Some(Cell {
                            value: Value::Rate { .. },
                            ..
                        })
                    )
                }),
            })
        });
        let row = |row: &Row| {
            let earlier = before.as_ref().and_then(|before| {
                let same = all_rows(before).find(|other| other.place == row.place)?;
                Some((same, &before.total))
            });
            let cells = shown.iter().filter_map(|at| {
                let (cell, column) = (row.cells.get(*at)?, table.columns.get(*at)?);
                let earlier = earlier.and_then(|(same, total)| {
                    // A period of which nothing was recorded is not compared with.
                    total
                        .cells
                        .get(*at)?
                        .value
                        .is_something()
                        .then_some(same.cells.get(*at)?)
                });
                let figure = self.figure_cell(column, cell, earlier.map(|cell| cell.value));
                let applies = row.place.is_some() || is_kept_by_units(column.code);
                Some(match cell.value {
                    Value::Missing if !applies => FigureCell {
                        shown: self.t("không áp dụng", "does not apply").to_owned(),
                        ..figure
                    },
                    _ => figure,
                })
            });
            let complete = &row.complete;
            FigureRow {
                place: row.place.filter(|place| *place != Place::Commune).map(place_text),
                name: self.w(&row.name),
                cells: cells.collect(),
                complete: if complete.behind.is_empty() {
                    String::new()
                } else {
                    self.w(&complete.words)
                },
            }
        };
        Figures {
            period: table.period.clone(),
            columns: columns.collect(),
            rows: table.rows.iter().map(row).collect(),
            total: row(&table.total),
        }
    }

    /// Whether a column is shown: what this person may not see and nobody published is left out as a whole.
    fn has_column(&self, table: &Table, at: usize) -> bool {
        let declared = table
            .columns
            .get(at)
            .and_then(|column| indicators::by_code(column.code));
        let guarded =
            declared.is_some_and(|of| matches!(of.compartment, Compartment::Care | Compartment::Tips));
        let has_any =
            all_rows(table).any(|row| row.cells.get(at).is_some_and(|cell| cell.value != Value::Missing));
        !guarded || has_any
    }

    /// A column's heading: the indicator's name where the measure's says nothing by itself.
    fn heading(&self, column: &Column) -> String {
        match (column.measure, indicators::by_code(column.code)) {
            ("persons", Some(declared)) => declared.label.get(self.lang).to_owned(),
            _ => column.label.get(self.lang).to_owned(),
        }
    }

    fn figure_cell(&self, column: &Column, cell: &Cell, before: Option<Value>) -> FigureCell {
        // What a view shows otherwise than it is, is hidden: nothing else may tell it.
        let hidden = cell.shown != cell.value.words();
        let shown = match cell.value {
            Value::Rate { part, whole } if !hidden => {
                format!("{}/{}", number(part, self.lang), number(whole, self.lang))
            }
            _ => self.w(&cell.shown),
        };
        let source = match cell.source {
            Source::Published { until } => {
                let until = day(until);
                self.w(&Words::new(
                    format!("số đã công bố ngày {until}"),
                    format!("published as of {until}"),
                ))
            }
            _ => String::new(),
        };
        let compares = !hidden && source.is_empty() && column.code != "I01";
        FigureCell {
            shown,
            percent: share_of(cell.value).filter(|_| !hidden),
            change: before
                .filter(|_| compares)
                .and_then(|before| change(before, cell.value, self.lang))
                .unwrap_or_default(),
            value: plain(cell.value).filter(|_| !hidden),
            source,
        }
    }

    /// A figure of the commune for one indicator.
    pub(crate) fn value_of(&self, code: &str, period: &Period, place: Place) -> Value {
        self.view
            .value(code, period, place)
            .map_or(Value::Missing, |figure| figure.main())
    }

    /// The months of a period that have begun, each looked at on its last day or today.
    pub(crate) fn months(&self, period: &Period) -> Vec<Period> {
        let today = self.today();
        let months = period.calendar_months().filter_map(|(from, _): (NaiveDate, _)| {
            Some(Period::month(from.year(), from.month())?.seen_on(today))
        });
        months.collect()
    }
}

/// A table as the window has it.
pub(crate) struct Figures {
    period: Words,
    /// The columns.
    pub columns: Vec<FigureColumn>,
    /// A row a village, then the units.
    pub rows: Vec<FigureRow>,
    /// The commune.
    pub total: FigureRow,
}

/// Whether units keep records that an indicator counts; the households and persons of a village are none of theirs.
fn is_kept_by_units(code: &str) -> bool {
    let Some(declared) = indicators::by_code(code) else {
        return true;
    };
    let mut kinds = Kind::all()
        .iter()
        .filter(|kind| declared.kinds.contains(&kind.code));
    kinds.any(|kind| words::shelves_of(kind).contains(&Shelf::Unit))
}

fn all_rows(table: &Table) -> impl Iterator<Item = &Row> {
    table.rows.iter().chain([&table.total])
}

/// A place as the window names it.
pub(crate) fn place_text(place: Place) -> String {
    words::scope_text(scope_of(place))
}

/// A share in per cent.
pub(crate) fn share_of(value: Value) -> Option<f64> {
    match value {
        Value::Rate { part, whole } if whole > 0 => Some(float(part) * 100.0 / float(whole)),
        _ => None,
    }
}

/// A figure for sorting and for charts: a share in per cent.
pub(crate) fn plain(value: Value) -> Option<f64> {
    match value {
        Value::Missing => None,
        Value::Number(n) | Value::Time(n) => Some(float(n)),
        Value::Rate { .. } => share_of(value),
    }
}

/// Counts of a commune are exact in a float.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(n: i64) -> f64 {
    n as f64
}

/// "▲ 5", "▼ 3", "0": of a share what is above the line.
fn change(before: Value, now: Value, lang: Lang) -> Option<String> {
    let (before, now) = match (before, now) {
        (Value::Number(before), Value::Number(now)) => (before, now),
        (Value::Rate { part: before, .. }, Value::Rate { part: now, .. }) => (before, now),
        _ => return None,
    };
    let by = now.checked_sub(before)?;
    Some(match by.signum() {
        1 => format!("▲ {}", number(by, lang)),
        -1 => format!("▼ {}", number(by.checked_neg()?, lang)),
        _ => "0".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_of_counts_and_of_what_is_above_the_line() {
        let rate = |part, whole| Value::Rate { part, whole };
        assert_eq!(
            change(rate(137, 180), rate(142, 181), Lang::Vi).as_deref(),
            Some("▲ 5")
        );
        assert_eq!(
            change(Value::Number(1200), Value::Number(0), Lang::Vi).as_deref(),
            Some("▼ 1.200")
        );
        assert_eq!(
            change(Value::Number(3), Value::Number(3), Lang::En).as_deref(),
            Some("0")
        );
        assert_eq!(change(Value::Missing, Value::Number(3), Lang::En), None);
    }
}
