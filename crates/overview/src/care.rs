//! Persons under management as a list has them: where each stands today, and the next contact. Who may not read the
//! files has the assignment cards.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::kinds::{Assignment, Person};
use sothon_records::standing::Standing;

use crate::change::Place;
use crate::due::{next_by_card, next_contacts};
use crate::facts::Facts;
use crate::indicators::has_basis;
use crate::view::View;

/// A person under management on a day.
#[derive(Clone, Debug)]
pub struct InCare<'a> {
    /// The record.
    pub key: &'a RecordKey,
    /// What it says.
    pub person: &'a Person,
    /// Where it belongs.
    pub place: Place,
    /// Where the person stands; `None`: no episode has begun that can be read.
    pub standing: Option<Standing<'a>>,
    /// Whether that rests on a document in force.
    pub has_basis: bool,
    /// The next contact.
    pub next: Option<NaiveDate>,
    /// Who is assigned, by the cards in force.
    pub assigned: BTreeSet<String>,
}

/// An assignment card in force.
#[derive(Clone, Debug)]
pub struct Card<'a> {
    /// The record.
    pub key: &'a RecordKey,
    /// What it says.
    pub card: &'a Assignment,
    /// Where it belongs.
    pub place: Place,
    /// The next contact; `None`: none is due before it ends.
    pub next: Option<NaiveDate>,
}

impl View {
    /// The persons whose files are readable here, as they stand on a day.
    pub fn in_care(&self, today: NaiveDate) -> Vec<InCare<'_>> {
        let mut next: BTreeMap<RecordKey, NaiveDate> = BTreeMap::new();
        for contact in next_contacts(self, today) {
            if let Some(person) = contact.person {
                let first = next.entry(person).or_insert(contact.on);
                *first = contact.on.min(*first);
            }
        }
        let persons = self.entries_of("person").filter_map(|(key, entry)| {
            let Facts::Person(person) = &entry.facts else {
                return None;
            };
            let standing = person.standing(today);
            let cards = self
                .referring(key, "assignment")
                .filter_map(|card| match self.facts(card) {
                    Facts::Assignment(card) if card.holds_on(today) => card.assignee.clone(),
                    _ => None,
                });
            Some(InCare {
                key,
                person,
                place: entry.place,
                has_basis: standing
                    .as_ref()
                    .is_some_and(|standing| has_basis(self, standing)),
                standing,
                next: next.get(key).copied(),
                assigned: cards.collect(),
            })
        });
        persons.collect()
    }

    /// The assignment cards in force on a day.
    pub fn cards(&self, today: NaiveDate) -> Vec<Card<'_>> {
        let cards = self.entries_of("assignment").filter_map(|(key, entry)| {
            let Facts::Assignment(card) = &entry.facts else {
                return None;
            };
            card.holds_on(today).then(|| Card {
                key,
                card,
                place: entry.place,
                next: next_by_card(self, key, card),
            })
        });
        cards.collect()
    }
}
