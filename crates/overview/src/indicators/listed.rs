//! What I02 to I04 share: persons as they stand on their lists, from day to day.
//!
//! [`sothon_records::standing`] says where a person stands on a day; here it is asked on each day on which that can
//! change. Counted is who is on the list, whose term is not over and whose state rests on a document in force.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::kinds::Person;
use sothon_records::kinds::household::Sex;
use sothon_records::kinds::person::State;
use sothon_records::label::Label;
use sothon_records::standing::{LACKS_BASIS, Standing, TERM_OVER, Term};

use super::parts::{PERSONS, choice, measure};
use crate::change::Place;
use crate::facts::{Facts, slug};
use crate::indicator::{Measure, Split, Value};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

/// Persons counted; persons whose term is over and who wait for a decision; persons without a document.
pub(super) const MEASURES: &[Measure] = &[
    measure("persons", Label::new("Số người", "Persons"), PERSONS),
    measure("term-over", TERM_OVER, PERSONS),
    measure("lacks-basis", LACKS_BASIS, PERSONS),
];

/// By state and by sex.
pub(super) const SPLITS: &[Split] = &[
    Split {
        name: "state",
        label: Label::new("Theo trạng thái", "By state"),
        out_of: None,
        part: choice::<State>,
    },
    Split {
        name: "sex",
        label: Label::new("Theo giới tính", "By sex"),
        out_of: None,
        part: choice::<Sex>,
    },
];

/// What a person adds to one of these indicators; `on_list` says whether a standing puts one on its list, whatever is
/// missing or over.
pub(super) fn count(
    view: &View,
    subject: &RecordKey,
    code: &'static str,
    on_list: fn(&Standing<'_>) -> bool,
    deltas: &mut Vec<Delta>,
) {
    let Facts::Person(person) = view.facts(subject) else {
        return;
    };
    let mut steps = Vec::new();
    let mut before: BTreeSet<Series> = BTreeSet::new();
    for day in turning_days(person) {
        let now = counted(view, person, code, on_list, day);
        let mut push = |series: &Series, by| steps.push((*series, day, by));
        now.difference(&before).for_each(|series| push(series, 1));
        before.difference(&now).for_each(|series| push(series, -1));
        before = now;
    }
    view.spread(subject, steps, deltas);
}

/// The days on which a person's standing can change.
pub(super) fn turning_days(person: &Person) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for episode in person.episodes.values().filter(|episode| episode.in_force()) {
        days.extend(episode.from);
        days.extend(episode.ended);
        let until = episode.until.or_else(|| person.computed_until(episode));
        days.extend(until.and_then(|until| until.succ_opt()));
    }
    days
}

fn counted(
    view: &View,
    person: &Person,
    code: &'static str,
    on_list: fn(&Standing<'_>) -> bool,
    day: NaiveDate,
) -> BTreeSet<Series> {
    let Some(standing) = person.standing(day).filter(on_list) else {
        return BTreeSet::new();
    };
    let whole = |measure| BTreeSet::from([Series::whole(code, measure)]);
    match standing.term {
        Term::Over(_) => whole("term-over"),
        Term::Running if !has_basis(view, &standing) => whole("lacks-basis"),
        Term::Running => {
            let mut series = whole("persons");
            series.insert(Series::part(code, "state", slug(standing.state)));
            series.extend(person.sex.map(|sex| Series::part(code, "sex", slug(sex))));
            series
        }
    }
}

/// Whether a state names its document and that document, if it is readable here, is in force.
pub(crate) fn has_basis(view: &View, standing: &Standing<'_>) -> bool {
    let Some(basis) = &standing.episode.basis else {
        return false;
    };
    view.record(basis)
        .is_none_or(|document| !sothon_records::common::is_voided(&document.fields))
}

/// The measures at a village whose care files are readable.
pub(super) fn at(view: &View, period: &Period, place: Place, code: &'static str) -> Option<Vec<Value>> {
    view.reads_care(place).then(|| {
        let count = |measure: &Measure| {
            let series = Series::whole(code, measure.name);
            Value::Number(view.tally.sum(series, place, ..=period.as_of()))
        };
        MEASURES.iter().map(count).collect()
    })
}
