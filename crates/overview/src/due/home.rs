//! Persons under management whose household went to another village, and whose own file did not: an act of its own, since who
//! moves a household need not read care.

use chrono::NaiveDate;
use sothon_records::kinds::Household;
use sothon_records::kinds::person::State;
use sothon_records::label::Words;
use sothon_records::{Kind, Record as _, RecordKey, moving};

use super::{Asked, DueKind};
use crate::change::Place;
use crate::facts::Facts;
use crate::view::{Entry, View};

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    for (key, entry) in view.entries_of("person").filter(|(_, entry)| !entry.voided) {
        let Facts::Person(person) = &entry.facts else {
            continue;
        };
        let Some(household) = &person.household else {
            continue;
        };
        let listed = person.standing(asked.today);
        if listed.is_some_and(|standing| standing.state == State::E0) {
            continue;
        }
        let Some(home) = view.entries.get(household).filter(|home| !home.voided) else {
            continue;
        };
        let (there, here) = (
            view.place_on(home.place, asked.today),
            view.place_on(entry.place, asked.today),
        );
        if there == here || !matches!(there, Place::Village(_)) {
            continue;
        }
        // Who moved alone, then or afterwards, does not live there any more: nothing is to follow.
        let (home_moved, own) = (moved_on(view, household), moved_on(view, key));
        let since = match (home_moved, own) {
            (Some(on), own) if own < Some(on) => on.min(asked.today),
            (None, None) if has_gone(home) => asked.today,
            _ => continue,
        };
        let what = Words::new(
            "Hộ đã chuyển thôn, hồ sơ chưa chuyển theo",
            "The household moved, the file did not",
        );
        asked.note(since, DueKind::HomeMoved, key, entry.place, what);
    }
}

/// On which day a record moved last.
fn moved_on(view: &View, key: &RecordKey) -> Option<NaiveDate> {
    let (kind, raw) = (Kind::by_slug(&key.kind)?, view.record(key)?);
    let in_force = moving::moves(kind, raw).filter(|(_, _, voided)| !voided);
    in_force.map(|(_, moved, _)| moved.on).max()
}

/// Whether a household has left a village on a day that nobody wrote down: the copy there alone tells of it.
fn has_gone(home: &Entry) -> bool {
    let mut copies = home.copies.iter();
    copies.any(|copy| moving::moved_to(Household::KIND, &copy.raw).is_some())
}
