//! Persons under management whose household went to another village, and whose own file did not: an act of its own, since who
//! moves a household need not read care.

use sothon_records::kinds::person::State;
use sothon_records::label::Words;
use sothon_records::moving;
use sothon_records::{Kind, RecordKey};

use super::{Asked, DueKind};
use crate::change::Place;
use crate::facts::Facts;
use crate::view::View;

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
        let since = moved_on(view, household).filter(|on| *on <= asked.today);
        let what = Words::new(
            "Hộ đã chuyển thôn, hồ sơ chưa chuyển theo",
            "The household moved, the file did not",
        );
        let since = since.unwrap_or(asked.today);
        asked.note(since, DueKind::HomeMoved, key, entry.place, what);
    }
}

/// On which day a household moved last.
fn moved_on(view: &View, household: &RecordKey) -> Option<chrono::NaiveDate> {
    let (kind, raw) = (Kind::by_slug(&household.kind)?, view.record(household)?);
    let in_force = moving::moves(kind, raw).filter(|(_, _, voided)| !voided);
    in_force.map(|(_, moved, _)| moved.on).max()
}
