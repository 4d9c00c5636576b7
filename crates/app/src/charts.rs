//! The charts under the merged picture: at most two, each with its finding as its title.

use chrono::Datelike as _;
use sothon_overview::{Period, Place, Value};
use sothon_records::problem::number;
use sothon_records::{Lang, Words};

use crate::api::{ChartLine, ChartSeries};
use crate::commune::{plain, share_of};
use crate::desk::Desk;

/// So many lines can be told apart (ux.md §2).
const LINES: usize = 4;
const PLEDGED: &str = "I21";
const OUTREACH: &str = "I23";

impl Desk {
    /// Pledges by month, and outreach by month; of one month alone there is nothing to draw.
    pub(crate) fn charts(&self, period: &Period) -> Vec<ChartSeries> {
        let months = self.months(period);
        if months.len() < 2 {
            return Vec::new();
        }
        let charts = [self.pledges_by_month(&months), self.outreach_by_month(&months)];
        charts.into_iter().flatten().collect()
    }

    /// The share of households that have pledged: the commune, and the villages that are highest and lowest now.
    fn pledges_by_month(&self, months: &[Period]) -> Option<ChartSeries> {
        let now = months.last()?;
        let mut villages: Vec<(u32, f64)> = self
            .view
            .villages()
            .into_iter()
            .filter_map(|village| {
                let value = self.value_of(PLEDGED, now, Place::Village(village));
                Some((village, share_of(value)?))
            })
            .collect();
        villages.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        let (lowest, share) = *villages.last()?;
        if villages.len() >= LINES {
            villages = villages
                .first()
                .into_iter()
                .chain(villages.last())
                .copied()
                .collect();
        }
        let places = villages.iter().map(|(village, _)| Place::Village(*village));
        let percent = one_decimal(share, self.lang);
        let title = if villages.len() > 1 {
            let name = self.village_name(lowest);
            Words::new(
                format!("{name} thấp nhất: {percent} % hộ ký cam kết"),
                format!("{name} is lowest: {percent} % of households pledged"),
            )
        } else {
            Words::new(
                format!("{percent} % hộ đã ký cam kết"),
                format!("{percent} % of households have pledged"),
            )
        };
        Some(ChartSeries {
            title: format!("{}, {}", self.w(&title), self.span_of_months(months)),
            unit: "%".to_owned(),
            at: self.month_names(months),
            lines: places
                .chain([Place::Commune])
                .map(|place| self.line(PLEDGED, months, place))
                .collect(),
        })
    }

    /// Outreach in the commune, month by month.
    fn outreach_by_month(&self, months: &[Period]) -> Option<ChartSeries> {
        let count = |month: &Period| match self.value_of(OUTREACH, month, Place::Commune) {
            Value::Number(n) => Some(n),
            _ => None,
        };
        // Of months that are equal the later one.
        let (most, month) = months
            .iter()
            .filter_map(|month| Some((count(month)?, month)))
            .max_by_key(|(n, _)| *n)
            .filter(|(n, _)| *n > 0)?;
        let (most, month) = (number(most, self.lang), month.from());
        let title = Words::new(
            format!(
                "Tháng {} nhiều buổi tuyên truyền nhất: {most} buổi",
                month.month()
            ),
            format!("Most outreach in {}: {most} activities", month.format("%B")),
        );
        Some(ChartSeries {
            title: format!("{}, {}", self.w(&title), self.span_of_months(months)),
            unit: self.t("buổi", "activities").to_owned(),
            at: self.month_names(months),
            lines: vec![self.line(OUTREACH, months, Place::Commune)],
        })
    }

    fn line(&self, code: &str, months: &[Period], place: Place) -> ChartLine {
        ChartLine {
            name: self.place_name(place),
            values: months
                .iter()
                .map(|month| plain(self.value_of(code, month, place)))
                .collect(),
        }
    }

    fn month_names(&self, months: &[Period]) -> Vec<String> {
        let name = |month: &Period| match self.lang {
            Lang::Vi => format!("Tháng {}", month.from().month()),
            Lang::En => month.from().format("%B").to_string(),
        };
        months.iter().map(name).collect()
    }

    /// "tháng 1–6/2025".
    fn span_of_months(&self, months: &[Period]) -> String {
        let (Some(first), Some(last)) = (months.first(), months.last()) else {
            return String::new();
        };
        let (first, last) = (first.from(), last.from());
        let of = self.t("tháng", "months");
        if first.year() == last.year() {
            format!("{of} {}–{}/{}", first.month(), last.month(), last.year())
        } else {
            format!(
                "{of} {}/{}–{}/{}",
                first.month(),
                first.year(),
                last.month(),
                last.year()
            )
        }
    }
}

/// "62,9".
fn one_decimal(share: f64, lang: Lang) -> String {
    let text = format!("{share:.1}");
    match lang {
        Lang::Vi => text.replace('.', ","),
        Lang::En => text,
    }
}
