//! I34 Tin tố giác.

use chrono::{Days, NaiveDate};
use sothon_records::kinds::tip::Channel;
use sothon_records::kinds::tip_handling::{Finding, Step, step_due};
use sothon_records::label::Label;
use sothon_records::{RecordKey, Shelf, civil};

use super::parts::{choice, measure};
use crate::change::Place;
use crate::facts::{Facts, TipHandlingFacts, slug};
use crate::indicator::{Compartment, Indicator, Split, Value, When};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

const CODE: &str = "I34";
const TIPS: Label = Label::new("tin", "tips");
const RECEIVED: Series = Series::whole(CODE, "received");
const PASSED_ON: Series = Series::whole(CODE, "passed-on");
const ANSWERED: Series = Series::whole(CODE, "answered");
const LATE: Series = Series::whole(CODE, "late");
/// Not passed on: due a day after the day of receipt, and a week after it.
const OPEN_URGENT: Series = Series::whole(CODE, "open-urgent");
const OPEN: Series = Series::whole(CODE, "open");
const URGENT_DAYS: u64 = 1;
const DAYS: u64 = 7;

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new("Tin tố giác", "Tip-offs"),
    definition: Label::new(
        "Tin nhận trong kỳ (R40, theo ngày nhận); trong đó đã chuyển, trả lời hoặc lưu hồ sơ, đã trả lời; quá hạn là \
         tin chuyển sau hạn hoặc chưa chuyển khi đã quá hạn: 24 giờ với tin khẩn, 7 ngày với tin khác (R41).",
        "Tips received in the period (R40, by the day of receipt); of these passed on, answered or filed, and answered; \
         late are those passed on after the limit, or not passed on when it was over: 24 hours where it cannot wait, \
         else 7 days (R41).",
    ),
    version: 1,
    compartment: Compartment::Tips,
    when: When::During,
    kinds: &["R40", "R41"],
    measures: &[
        measure("received", Label::new("Tin nhận", "Received"), TIPS),
        measure("passed-on", Label::new("Đã chuyển, xử lý", "Passed on"), TIPS),
        measure("answered", Label::new("Đã trả lời", "Answered"), TIPS),
        measure("late", Label::new("Quá hạn", "Late"), TIPS),
    ],
    splits: &[
        Split {
            name: "channel",
            label: Label::new("Theo kênh", "By channel"),
            out_of: None,
            part: choice::<Channel>,
        },
        Split {
            name: "finding",
            label: Label::new("Theo kết luận", "By finding"),
            out_of: None,
            part: choice::<Finding>,
        },
    ],
    count,
    at,
};

fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    let (Facts::Tip(tip), Some(place)) = (view.facts(subject), view.place_of(subject)) else {
        return;
    };
    let day = civil::date_in_vietnam(tip.received);
    let mut push = |series| {
        deltas.push(Delta {
            series,
            place,
            day,
            by: 1,
        });
    };
    push(RECEIVED);
    if let Some(channel) = tip.channel {
        push(Series::part(CODE, "channel", channel));
    }
    let newest = handlings(view, subject)
        .filter(|handling| handling.finding.is_some())
        .max_by_key(|handling| (handling.date, handling.step));
    if let Some(finding) = newest.and_then(|handling| handling.finding) {
        push(Series::part(CODE, "finding", slug(finding)));
    }
    if handlings(view, subject).any(|handling| handling.step == Step::Answered) {
        push(ANSWERED);
    }
    match passed_on(view, subject) {
        Some(on) => {
            push(PASSED_ON);
            if step_due(Step::Transferred, tip.received, tip.urgent).is_some_and(|due| due < on) {
                push(LATE);
            }
        }
        None if tip.urgent => push(OPEN_URGENT),
        None => push(OPEN),
    }
}

/// The steps in force of handling a tip.
pub(crate) fn handlings<'a>(
    view: &'a View,
    tip: &RecordKey,
) -> impl Iterator<Item = &'a TipHandlingFacts> + use<'a> {
    view.referring(tip, "tip-handling")
        .filter_map(|key| match view.facts(key) {
            Facts::TipHandling(handling) => Some(handling),
            _ => None,
        })
}

/// The day on which a tip was passed on, or settled without that.
pub(crate) fn passed_on(view: &View, tip: &RecordKey) -> Option<NaiveDate> {
    handlings(view, tip)
        .filter(|handling| matches!(handling.step, Step::Transferred | Step::Answered | Step::Filed))
        .map(|handling| handling.date)
        .min()
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    if place != Place::Commune || !view.reads(Shelf::Tips, place) {
        return None;
    }
    let (from, until) = (period.from(), period.until());
    let sum = |series| view.tally.sum(series, place, from..=until);
    // Open and over: the limit ended before the day looked at.
    let over = |series, days: u64| {
        let last = period.as_of().checked_sub_days(Days::new(days + 1));
        last.map_or(0, |last| view.tally.sum(series, place, from..=until.min(last)))
    };
    let late = sum(LATE) + over(OPEN_URGENT, URGENT_DAYS) + over(OPEN, DAYS);
    Some(vec![
        Value::Number(sum(RECEIVED)),
        Value::Number(sum(PASSED_ON)),
        Value::Number(sum(ANSWERED)),
        Value::Number(late),
    ])
}
