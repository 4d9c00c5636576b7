//! I21 Hộ ký cam kết.

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::label::Label;

use super::i01_residents::KEPT;
use super::parts::{HOUSEHOLDS, measure};
use crate::change::Place;
use crate::facts::Facts;
use crate::indicator::{Compartment, Indicator, Value, When};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

const CODE: &str = "I21";
const PLEDGED: Series = Series::whole(CODE, "pledged");

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new("Hộ ký cam kết", "Households that have pledged"),
    definition: Label::new(
        "Số hộ có bản cam kết còn hiệu lực tại thời điểm tính (đã ký, trong năm cam kết hoặc đến ngày hiệu lực ghi \
         trong bản), trên tổng số hộ trong sổ của thôn. Hộ có nhiều bản tính một lần.",
        "Households with a pledge in force on the day (signed, within its year or until the day that it names), of all \
         households in the village's book. A household with several pledges counts once.",
    ),
    version: 1,
    compartment: Compartment::General,
    when: When::AsOf,
    kinds: &["R01", "R02"],
    measures: &[measure(
        "pledged",
        Label::new("Hộ ký cam kết", "Pledged"),
        HOUSEHOLDS,
    )],
    splits: &[],
    count,
    at,
};

/// A household counts where it is, on each day that one of its pledges covers.
fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    let Facts::Household(_) = view.facts(subject) else {
        return;
    };
    let mut times: Vec<(NaiveDate, NaiveDate)> = view
        .referring(subject, "pledge")
        .filter_map(|key| match view.facts(key) {
            Facts::Pledge(pledge) => pledge.counts,
            _ => None,
        })
        .collect();
    times.sort_unstable();
    let mut steps = Vec::new();
    let mut push = |day, by| steps.push((PLEDGED, day, by));
    let mut covered: Option<NaiveDate> = None;
    for (from, until) in times {
        let begins = match covered {
            Some(last) if until <= last => continue,
            Some(last) if from <= last => last.succ_opt(),
            _ => Some(from),
        };
        if let (Some(begins), Some(ends)) = (begins, until.succ_opt()) {
            push(begins, 1);
            push(ends, -1);
        }
        covered = Some(until);
    }
    view.spread(subject, steps, deltas);
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    let Place::Village(number) = place else {
        return None;
    };
    let sum = |series| view.tally.sum(series, place, ..=period.as_of());
    let whole = sum(KEPT);
    let known = view.has_heard(number) && whole > 0;
    known.then(|| {
        vec![Value::Rate {
            part: sum(PLEDGED),
            whole,
        }]
    })
}
