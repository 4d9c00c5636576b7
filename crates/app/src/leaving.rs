//! What ends in the village that a household or person leaves: the assignment cards of the person (R36), by which the head of
//! that village goes on meeting who lives there no more; the household's place in a self-management group (R13).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_ledger::BookId;
use sothon_overview::Place;
use sothon_records::kinds::{Assignment, SelfGroup};
use sothon_records::record::Record as _;
use sothon_records::{Datum, Edit, Field, Fields, RecordKey, SubKey, Value, common, datum};

use crate::desk::Desk;

impl Desk {
    /// The edits that end the cards of a person in a village, each in its book: on the day on which the person left; one that had
    /// not begun then on its first day, or at once where it has not begun yet. Only those that this person may write.
    pub(crate) fn ending_cards(&self, person: &RecordKey, from: Place, on: NaiveDate) -> Vec<(BookId, Edit)> {
        let today = self.today();
        let ending = |key: &RecordKey| {
            let (book, raw) = self.placed(key).ok()?;
            let card = Assignment::read(&raw).value;
            let runs = card.common.in_force() && card.until.is_none_or(|until| until > on);
            if card.person.as_ref() != Some(person) || !runs || !self.writes(&book) || !self.is_in(key, from)
            {
                return None;
            }
            if card.from.is_some_and(|from| from > today) {
                let reason = self.t(
                    "Người được phân công gặp đã chuyển thôn",
                    "The person has moved away",
                );
                return Some((book, common::void(key, reason)));
            }
            let until = card.from.map_or(on, |from| from.max(on));
            let edit = Edit::Set {
                key: key.clone(),
                sub: None,
                fields: ended_on(Assignment::KIND.field("until")?, until),
            };
            Some((book, edit))
        };
        let cards = self.view.of_kind(Assignment::KIND.slug);
        cards.filter_map(ending).collect()
    }

    /// The edits that end the membership of a household in the groups of a village, on the day on which it left.
    pub(crate) fn leaving_groups(
        &self,
        household: &RecordKey,
        from: Place,
        on: NaiveDate,
    ) -> Vec<(BookId, Edit)> {
        let today = self.today();
        let ending = |key: &RecordKey| {
            let (book, raw) = self.placed(key).ok()?;
            let group = SelfGroup::read(&raw).value;
            if !group.common.in_force() || !self.writes(&book) || !self.is_in(key, from) {
                return None;
            }
            let (id, member) = group.members.iter().find(|(_, member)| {
                let begun = member.from.is_none_or(|from| from <= today);
                member.voided != Some(true)
                    && member.household.as_ref() == Some(household)
                    && begun
                    && member.until.is_none_or(|until| until > on)
            })?;
            let list = SelfGroup::KIND.list("members")?;
            let sub = SubKey {
                kind: list.name.to_owned(),
                id: *id,
            };
            let edit = Edit::Set {
                key: key.clone(),
                sub: Some(sub),
                fields: ended_on(list.field("until")?, member.from.map_or(on, |from| from.max(on))),
            };
            Some((book, edit))
        };
        let groups = self.view.of_kind(SelfGroup::KIND.slug);
        groups.filter_map(ending).collect()
    }
}

fn ended_on(field: &Field, day: NaiveDate) -> BTreeMap<String, Option<Value>> {
    let mut fields = Fields::new();
    datum::write(field, Some(Datum::Date(day)), &mut fields);
    fields
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect()
}
