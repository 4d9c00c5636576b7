//! What happens to villages in years: one gets another name, one goes on in its neighbour, one is divided. Records of villages
//! alone change (domain.md §8.3); in the books of villages people go on, as on devices that do not know yet.
//!
//! Its dice are its own, so that nothing else in a commune is drawn otherwise.

use std::collections::BTreeMap;

use chrono::Datelike;
use sothon_records::kinds::Village;
use sothon_records::problem::day;
use sothon_records::villages::{Act, Event as What, SplitTo};
use sothon_records::{RawRecord, Record, RecordKey, Shelf};

use crate::calendar::{date, office_hours};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Event, Place};
use crate::replay::Books;
use crate::story::event;

const BOOK: (Shelf, Place) = (Shelf::Commune, Place::Commune);
/// Over fewer years, and with fewer villages, nothing of it happens.
const YEARS: i32 = 3;
const VILLAGES: usize = 4;
/// How many households a division gives away.
const GOING: usize = 8;

pub(crate) fn tell(world: &mut World) {
    let (first, last) = (world.story.from.year(), world.story.until.year());
    if last - first + 1 < YEARS || world.villages.len() < VILLAGES {
        return;
    }
    let mut dice = Dice::new(world.parameters.seed, "villages");
    let (merged_on, divided_on) = (date(last, 10, 1), date(last, 11, 1));
    let going: Option<Vec<RecordKey>> = world.states.first().map(|state| {
        let there = state.homes.iter().filter(|home| !home.gone && !home.in_care);
        there.take(GOING).map(|home| home.key()).collect()
    });
    let key = |n: usize| world.villages.get(n).map(|village| village.key.clone());
    let count = world.villages.len();
    let acts = [
        (
            "village.rename",
            key(1),
            date(first + 1, 7, 1),
            Some(What::Rename {
                name: "Thôn Đông".to_owned(),
                type_of: None,
            }),
        ),
        (
            "village.merge",
            key(count - 1),
            merged_on,
            key(count - 2).map(|into| What::Merge { into, name: None }),
        ),
        (
            "village.divide",
            key(0),
            divided_on,
            going.map(|households| What::Split {
                to: SplitTo::New {
                    name: "Thôn Bãi Mới".to_owned(),
                    code: format!("quang-trung-{}", count + 1),
                },
                households,
            }),
        ),
    ];
    for (number, (what, village, from, happens)) in (1..).zip(acts) {
        let (Some(village), Some(happens)) = (village, happens) else {
            continue;
        };
        let act = Act {
            village,
            from,
            decision: format!("Nghị quyết số {number}/NQ-HĐND ngày {}", day(from)),
            event: happens,
        };
        // What cannot be is no part of the history; a test sees to it that all of this can.
        let Ok(edits) = act.edits(&villages(&world.story.events), || dice.id()) else {
            continue;
        };
        let at = office_hours(&mut dice, from);
        world
            .story
            .tell(event(at, Author::Office, BOOK, what, edits).of(from));
    }
}

/// The records of villages, after all that was told.
fn villages(events: &[Event]) -> BTreeMap<RecordKey, RawRecord> {
    let of_village = |key: &RecordKey| key.kind == Village::KIND.slug;
    let about = |event: &&Event| event.keys().any(of_village);
    let mut told: Vec<&Event> = events.iter().filter(about).collect();
    told.sort_by_key(|event| event.at);
    let mut books = Books::after(told).unwrap_or_default();
    let mut records = books.0.remove(&BOOK).unwrap_or_default();
    records.retain(|key, _| of_village(key));
    records
}
