//! I23 Buổi tuyên truyền, lượt người.

use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::outreach::{Audience, Form};
use sothon_records::label::Label;
use sothon_records::{RecordKey, Shelf};

use super::parts::{TIMES, choice, measure};
use crate::change::Place;
use crate::facts::Facts;
use crate::indicator::{Compartment, Indicator, Split, Value, When};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

const CODE: &str = "I23";
const ACTIVITIES: Series = Series::whole(CODE, "activities");
const ATTENDANCE: Series = Series::whole(CODE, "attendance");

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new(
        "Buổi tuyên truyền, lượt người",
        "Outreach activities and attendance",
    ),
    definition: Label::new(
        "Số hoạt động tuyên truyền, văn hóa trong kỳ (R04), kể cả vận động cá biệt, của thôn và của đơn vị; lượt người \
         là tổng số người của các hoạt động đó. Một buổi có nhiều đối tượng được tính ở từng đối tượng.",
        "Outreach activities in the period (R04), visits to one household included, of villages and units; attendance \
         is the sum over them. An activity for several audiences counts under each.",
    ),
    version: 1,
    compartment: Compartment::General,
    when: When::During,
    kinds: &["R04"],
    measures: &[
        measure(
            "activities",
            Label::new("Buổi tuyên truyền", "Activities"),
            Label::new("buổi", "activities"),
        ),
        measure("attendance", Label::new("Lượt người", "Attendance"), TIMES),
    ],
    splits: &[
        Split {
            name: "form",
            label: Label::new("Theo hình thức", "By form"),
            out_of: None,
            part: choice::<Form>,
        },
        Split {
            name: "audience",
            label: Label::new("Theo đối tượng", "By audience"),
            out_of: None,
            part: choice::<Audience>,
        },
        Split {
            name: "lead",
            label: Label::new("Theo đơn vị chủ trì", "By who led"),
            out_of: None,
            part: choice::<Actor>,
        },
    ],
    count,
    at,
};

fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    let (Facts::Outreach(outreach), Some(place)) = (view.facts(subject), view.place_of(subject)) else {
        return;
    };
    let mut push = |series, by| {
        deltas.push(Delta {
            series,
            place,
            day: outreach.date,
            by,
        });
    };
    push(ACTIVITIES, 1);
    push(ATTENDANCE, outreach.attendance);
    if let Some(form) = outreach.form {
        push(Series::part(CODE, "form", form), 1);
    }
    for audience in &outreach.audience {
        push(Series::part(CODE, "audience", audience), 1);
    }
    if let Some(lead) = outreach.lead {
        push(Series::part(CODE, "lead", lead), 1);
    }
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    let known = match place {
        Place::Village(number) => view.has_heard(number),
        Place::Unit(_) => view.reads(Shelf::Unit, place),
        Place::Commune => false,
    };
    let sum = |series| Value::Number(view.tally.sum(series, place, period.from()..=period.until()));
    known.then(|| vec![sum(ACTIVITIES), sum(ATTENDANCE)])
}
