//! The next contact with each person: by the assignment card where there is one, else as agreed at the last contact.

use std::collections::BTreeSet;

use sothon_records::RecordKey;
use sothon_records::kinds::Contact;
use sothon_records::kinds::contact::next_contact;
use sothon_records::label::Words;

use super::{Asked, DueKind};
use crate::facts::{ContactFacts, Facts};
use crate::view::View;

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    let mut with_card: BTreeSet<&RecordKey> = BTreeSet::new();
    for (key, entry) in view.entries_of("assignment") {
        let Facts::Assignment(card) = &entry.facts else {
            continue;
        };
        if !card.holds_on(asked.today) {
            continue;
        }
        with_card.extend(&card.person);
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
        if let Some(next) = next_contact(card, &contacts) {
            let who = card.assignee.clone().unwrap_or_default();
            let what = Words::new(
                format!("Tiếp xúc, thăm (phân công: {who})"),
                format!("Contact (assigned to {who})"),
            );
            asked.note(next, DueKind::Contact, key, entry.place, what);
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
                .standing(asked.today)
                .is_none_or(|standing| standing.lists.is_empty()),
            _ => view.record(person).is_some(),
        };
        if let (Some(next), false) = (contact.next_on, over) {
            // Who may not read the file finds the way by the contact itself.
            let subject = if view.record(person).is_some() {
                person
            } else {
                contact_key
            };
            let Some(place) = view.place_of(subject) else {
                continue;
            };
            let what = Words::new("Tiếp xúc, thăm theo hẹn lần trước", "Contact as agreed last time");
            asked.note(next, DueKind::Contact, subject, place, what);
        }
    }
}

fn facts<'a>(view: &'a View, key: &RecordKey) -> Option<&'a ContactFacts> {
    match view.facts(key) {
        Facts::Contact(contact) => Some(contact),
        _ => None,
    }
}
