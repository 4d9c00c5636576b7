//! The next contact with each person: by the assignment card where there is one, else as agreed at the last contact.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::kinds::contact::next_contact;
use sothon_records::kinds::{Assignment, Contact};
use sothon_records::label::Words;

use super::{Asked, DueKind};
use crate::change::Place;
use crate::facts::{ContactFacts, Facts};
use crate::view::View;

/// The next contact with somebody.
pub(crate) struct NextContact {
    /// By when.
    pub on: NaiveDate,
    /// The assignment card; without one the person, or the contact at which it was agreed.
    pub subject: RecordKey,
    /// The person, as card or contact names it.
    pub person: Option<RecordKey>,
    /// Where it belongs.
    pub place: Place,
    /// Who is assigned, where there is a card.
    pub assignee: Option<String>,
}

pub(super) fn due(asked: &mut Asked<'_>) {
    for next in next_contacts(asked.view, asked.today) {
        let what = match next.assignee {
            Some(who) => Words::new(
                format!("Tiếp xúc, thăm (phân công: {who})"),
                format!("Contact (assigned to {who})"),
            ),
            None => Words::new("Tiếp xúc, thăm theo hẹn lần trước", "Contact as agreed last time"),
        };
        asked.note(next.on, DueKind::Contact, &next.subject, next.place, what);
    }
}

/// The next contact with each person who has an assignment card in force, or with whom one was agreed.
pub(crate) fn next_contacts(view: &View, today: NaiveDate) -> Vec<NextContact> {
    let mut found = Vec::new();
    let mut with_card: BTreeSet<&RecordKey> = BTreeSet::new();
    for (key, entry) in view.entries_of("assignment") {
        let Facts::Assignment(card) = &entry.facts else {
            continue;
        };
        if !card.holds_on(today) {
            continue;
        }
        with_card.extend(&card.person);
        if let Some(on) = next_by_card(view, key, card) {
            found.push(NextContact {
                on,
                subject: key.clone(),
                person: card.person.clone(),
                place: entry.place,
                assignee: Some(card.assignee.clone().unwrap_or_default()),
            });
        }
    }
    let contacted: BTreeSet<&RecordKey> = view
        .entries_of("contact")
        .flat_map(|(_, entry)| &entry.refers_to)
        .filter(|key| key.kind == "person" && !with_card.contains(key))
        .collect();
    for person in contacted {
        let newest = view
            .referring(person, "contact")
            .filter_map(|key| Some((facts(view, key)?, key)))
            .max_by_key(|(contact, key)| (contact.date, *key));
        let Some((contact, contact_key)) = newest else {
            continue;
        };
        let over = match view.facts(person) {
            Facts::Person(person) => person
                .standing(today)
                .is_none_or(|standing| standing.lists.is_empty()),
            _ => view.record(person).is_some(),
        };
        if let (Some(on), false) = (contact.next_on, over) {
            // Who may not read the file finds the way by the contact itself.
            let subject = if view.record(person).is_some() {
                person
            } else {
                contact_key
            };
            let Some(place) = view.place_of(subject) else {
                continue;
            };
            found.push(NextContact {
                on,
                subject: subject.clone(),
                person: Some(person.clone()),
                place,
                assignee: None,
            });
        }
    }
    found
}

/// The next contact under a card, from the contacts since it began.
pub(crate) fn next_by_card(view: &View, key: &RecordKey, card: &Assignment) -> Option<NaiveDate> {
    let contacts: BTreeSet<&RecordKey> = card
        .person
        .iter()
        .chain([key])
        .flat_map(|of| view.referring(of, "contact"))
        .collect();
    let contacts: Vec<Contact> = contacts
        .into_iter()
        .filter_map(|key| facts(view, key))
        .filter(|contact| card.from.is_none_or(|from| from <= contact.date))
        .map(|contact| Contact {
            date: Some(contact.date),
            next_on: contact.next_on,
            ..Contact::default()
        })
        .collect();
    next_contact(card, &contacts)
}

fn facts<'a>(view: &'a View, key: &RecordKey) -> Option<&'a ContactFacts> {
    match view.facts(key) {
        Facts::Contact(contact) => Some(contact),
        _ => None,
    }
}
