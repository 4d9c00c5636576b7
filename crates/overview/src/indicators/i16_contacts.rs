//! I16 Tiếp xúc, tư vấn.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::kinds::Person;
use sothon_records::label::Label;

use super::parts::{PERSONS, TIMES, measure};
use crate::change::Place;
use crate::facts::Facts;
use crate::indicator::{Compartment, Indicator, Value, When};
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

const CODE: &str = "I16";
const CONTACTS: Series = Series::whole(CODE, "contacts");

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new("Tiếp xúc, tư vấn", "Contacts and counselling"),
    definition: Label::new(
        "Lượt tiếp xúc trong kỳ (R22) với người trong diện quản lý; số người được tiếp xúc; tỷ lệ người được tiếp xúc \
         ít nhất một lần trong mỗi tháng của kỳ, trên số người ở ngoài cộng đồng và trong diện quản lý suốt ít nhất \
         một tháng của kỳ (tháng đầu và tháng cuối tính phần nằm trong kỳ).",
        "Contacts in the period (R22) with persons under management; persons contacted; the share of persons contacted \
         at least once in each month of the period, of those in the community and under management throughout at \
         least one month of it (of the first and last month the part within the period).",
    ),
    version: 1,
    compartment: Compartment::Care,
    when: When::During,
    kinds: &["R20", "R22"],
    measures: &[
        measure("contacts", Label::new("Lượt tiếp xúc", "Contacts"), TIMES),
        measure(
            "persons",
            Label::new("Số người được tiếp xúc", "Persons contacted"),
            PERSONS,
        ),
        measure(
            "monthly",
            Label::new(
                "Tiếp xúc ít nhất một lần mỗi tháng",
                "Contacted at least once a month",
            ),
            PERSONS,
        ),
    ],
    splits: &[],
    count,
    at,
};

/// Contacts count where their person was on their day.
fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    let Facts::Person(_) = view.facts(subject) else {
        return;
    };
    deltas.extend(contact_days(view, subject).filter_map(|day| {
        Some(Delta {
            series: CONTACTS,
            place: view.place_at(subject, day)?,
            day,
            by: 1,
        })
    }));
}

fn contact_days<'a>(view: &'a View, person: &RecordKey) -> impl Iterator<Item = NaiveDate> + use<'a> {
    view.referring(person, "contact")
        .filter_map(|key| match view.facts(key) {
            Facts::Contact(contact) => Some(contact.date),
            _ => None,
        })
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    if !view.reads_care(place) {
        return None;
    }
    let months: Vec<(NaiveDate, NaiveDate)> = period.calendar_months().collect();
    let (mut contacted, mut monthly, mut due) = (0, 0, 0);
    for (key, entry) in view
        .entries_of("person")
        // Who moved within the period counts once, where one was at its end.
        .filter(|(_, entry)| entry.place_at(period.as_of()) == place)
    {
        let Facts::Person(person) = &entry.facts else {
            continue;
        };
        let days: BTreeSet<NaiveDate> = contact_days(view, key)
            .filter(|day| (period.from()..=period.until()).contains(day))
            .collect();
        contacted += i64::from(!days.is_empty());
        let mut asked = months
            .iter()
            .filter(|(from, until)| is_managed_throughout(person, *from, *until))
            .peekable();
        if asked.peek().is_some() {
            due += 1;
            monthly += i64::from(asked.all(|(from, until)| days.range(*from..=*until).next().is_some()));
        }
    }
    let contacts = view.tally.sum(CONTACTS, place, period.from()..=period.until());
    let share = if due == 0 {
        Value::Missing
    } else {
        Value::Rate {
            part: monthly,
            whole: due,
        }
    };
    Some(vec![Value::Number(contacts), Value::Number(contacted), share])
}

/// Whether a person is in the community and under management on each day: asked where it can change.
fn is_managed_throughout(person: &Person, from: NaiveDate, until: NaiveDate) -> bool {
    let managed = |day: NaiveDate| {
        person
            .standing(day)
            .is_some_and(|standing| standing.is_managed() && standing.state.is_at_home())
    };
    managed(from)
        && super::listed::turning_days(person)
            .range(from..=until)
            .all(|day| managed(*day))
}
