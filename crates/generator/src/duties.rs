//! The duties that come once in months or years: every kind of record that [`crate::every`] has a form of and that the rest
//! of the history does not tell. What a record says is a filled-in form; who writes it, where and how often is a table.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sothon_records::kind::Kind;
use sothon_records::kinds::actor::Actor;
use sothon_records::{Context, Edit, RecordKey, Shelf, validate};

use crate::calendar::{after_tet, day_between, evening, months, office_hours};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Place};
use crate::every;
use crate::story::event;

/// Who has a duty.
#[derive(Clone, Copy)]
enum Who {
    /// Each village's head, in the village's book.
    Heads,
    /// The police, in each village's book or in the commune's.
    Police,
    /// The health station, in each village's book.
    Health,
    Office,
    Chair,
    /// Each of these units, in its own book.
    Units(&'static [Actor]),
}

/// How often.
#[derive(Clone, Copy)]
enum Often {
    /// So often in a thousand months, in each book.
    Monthly(u64),
    /// In each of these months of the year, in each book.
    In(&'static [u32]),
}

use Often::{In, Monthly};
use Who::{Chair, Heads, Health, Office, Police, Units};

/// The months in which quarters end, and halves of a year.
const QUARTERS: Often = In(&[3, 6, 9, 12]);
const HALVES: Often = In(&[6, 12]);

/// What domain.md §7.2 names as repeating, and for the rest what a usual commune would have.
const DUTIES: &[(&str, Who, Often)] = &[
    ("tip-box", Heads, In(&[2])),
    ("guard-team", Heads, In(&[1])),
    ("self-group", Heads, In(&[1])),
    ("business", Heads, In(&[4])),
    ("route", Heads, In(&[5])),
    ("propagandist", Heads, In(&[3])),
    ("group-pledge", Heads, In(&[3])),
    ("consultation", Heads, In(&[11])),
    ("own-plan", Heads, In(&[1])),
    ("patrol", Heads, Monthly(2_000)),
    ("inspection", Heads, QUARTERS),
    ("material", Heads, QUARTERS),
    ("plant-check", Heads, QUARTERS),
    ("village-report", Heads, HALVES),
    ("self-score", Heads, In(&[11])),
    ("reward-proposal", Heads, In(&[12])),
    ("patrol", Units(&[Actor::Military]), Monthly(1_000)),
    ("material", Units(&[Actor::Culture, Actor::Youth]), HALVES),
    ("group-pledge", Units(&[Actor::School, Actor::Women]), In(&[4])),
    ("propagandist", Units(&[Actor::Front, Actor::Veterans]), In(&[3])),
    ("self-score", Units(&[Actor::Front, Actor::School]), In(&[11])),
    ("reward-proposal", Units(&[Actor::Women]), In(&[12])),
    ("commune", Office, In(&[1])),
    ("directive", Office, In(&[1, 7])),
    ("committee", Office, In(&[1])),
    ("launch", Office, In(&[2])),
    ("institution", Office, In(&[1])),
    ("budget", Office, In(&[1, 10])),
    ("conference", Office, HALVES),
    ("good-deed", Office, QUARTERS),
    ("data-request", Office, In(&[4])),
    ("holiday", Office, In(&[12])),
    ("report", Office, HALVES),
    ("setting", Chair, In(&[1])),
    ("choice", Office, In(&[2])),
    ("reward", Chair, In(&[12])),
    ("score-decision", Chair, In(&[12])),
    ("supervision", Police, QUARTERS),
    ("training", Police, In(&[5])),
    ("campaign", Police, In(&[6])),
    ("guidance", Police, In(&[1])),
    ("survey", Police, In(&[4])),
    ("review", Police, In(&[6, 11])),
    ("classification", Police, In(&[12])),
    ("criteria-set", Police, In(&[1])),
    ("score-check", Police, In(&[12])),
    ("review-confirmation", Heads, In(&[7, 12])),
    ("suspicion", Police, In(&[3, 9])),
    ("box-opening", Police, QUARTERS),
    ("hotspot", Police, In(&[8])),
    ("case", Police, In(&[2, 10])),
    ("fugitive", Police, In(&[9])),
    ("police-part", Police, In(&[4])),
    ("document", Police, In(&[2])),
    ("drug-test", Police, QUARTERS),
    ("addiction-finding", Police, In(&[3])),
    ("rehab-registration", Police, In(&[4])),
    ("rehab-stage", Police, In(&[6])),
    ("compulsory-file", Police, In(&[7])),
    ("after-care", Police, In(&[8])),
    ("returnee", Police, In(&[5])),
    ("care-team", Police, In(&[3])),
    ("support", Police, In(&[9])),
    ("violation", Police, In(&[10])),
    ("absence", Police, In(&[11])),
    ("monitoring", Police, In(&[12])),
    ("checkup", Health, QUARTERS),
    ("inspection", Units(&[Actor::Health]), QUARTERS),
];

/// What can be referred to: by kind, what was made when, in whose book.
struct Made(BTreeMap<String, Vec<(DateTime<Utc>, Place, RecordKey)>>);

impl Made {
    fn so_far(world: &World) -> Made {
        let mut made = Made(BTreeMap::new());
        for event in &world.story.events {
            made.add(event.at, event.place, &event.edits);
        }
        made
    }

    fn add(&mut self, at: DateTime<Utc>, place: Place, edits: &[Edit]) {
        for edit in edits {
            if let Edit::Create { key, .. } = edit {
                let of_kind = self.0.entry(key.kind.clone()).or_default();
                of_kind.push((at, place, key.clone()));
            }
        }
    }

    /// The last record of one of these kinds that somebody who writes in a book at a time can point to: in the same book's
    /// village or unit, or the commune's; for what the commune keeps, anywhere.
    fn find(&self, kinds: &[&str], at: DateTime<Utc>, place: Place) -> Option<RecordKey> {
        let mut found: Option<&(DateTime<Utc>, Place, RecordKey)> = None;
        for kind in kinds {
            for one in self.0.get(*kind).into_iter().flatten() {
                let near = one.1 == place || one.1 == Place::Commune || place == Place::Commune;
                if near && one.0 < at && found.is_none_or(|last| last.0 < one.0) {
                    found = Some(one);
                }
            }
        }
        found.map(|(_, _, key)| key.clone())
    }
}

/// Tells all of them; what refers to something that nobody has written yet is left out.
pub(crate) fn tell(world: &mut World) {
    let mut made = Made::so_far(world);
    let spans = months(world.story.from, world.story.until);
    for (first, last) in spans {
        for (slug, who, often) in DUTIES {
            let Some(kind) = Kind::by_slug(slug) else {
                continue;
            };
            for (author, place) in books(world, kind, *who) {
                let topic = format!("duties/{slug}/{author:?}/{place:?}/{first}");
                let mut dice = Dice::new(world.parameters.seed, &topic);
                let times = match often {
                    Monthly(per_mille) => dice.times(1, world.scaled(*per_mille)),
                    In(months) => usize::from(months.contains(&first.month())),
                };
                for _ in 0..times {
                    fill(world, &mut made, kind, (author, place), (first, last), &mut dice);
                }
            }
        }
    }
}

/// Where a duty is done, and by whom.
fn books(world: &World, kind: &Kind, who: Who) -> Vec<(Author, Place)> {
    let villages = 0..world.villages.len();
    let of_village = kind.shelf.shelves().iter().any(|shelf| {
        let of_commune = [Shelf::Commune, Shelf::Tips, Shelf::TipsPolice, Shelf::TipsAccess];
        !of_commune.contains(shelf)
    });
    let by = |author: Author| -> Vec<(Author, Place)> {
        match of_village {
            true => villages.clone().map(|n| (author, Place::Village(n))).collect(),
            false => vec![(author, Place::Commune)],
        }
    };
    match who {
        Heads => villages
            .map(|n| (Author::VillageHead(n), Place::Village(n)))
            .collect(),
        Police => by(Author::Police),
        Health => by(Author::Health),
        Office => by(Author::Office),
        Chair => by(Author::Chair),
        Units(actors) => (world.units.iter().enumerate())
            .filter(|(_, unit)| actors.contains(&unit.actor))
            .map(|(n, unit)| (unit.author, Place::Unit(n)))
            .collect(),
    }
}

fn fill(
    world: &mut World,
    made: &mut Made,
    kind: &'static Kind,
    (author, place): (Author, Place),
    (first, last): (NaiveDate, NaiveDate),
    dice: &mut Dice,
) {
    let day = after_tet(day_between(dice, first, last));
    let at = match author {
        Author::VillageHead(_) | Author::Deputy(_) => evening(dice, day),
        _ => office_hours(dice, day),
    };
    let today = sothon_records::civil::date_in_vietnam(at);
    let find = |kinds: &[&str]| made.find(kinds, at, place);
    let form = every::form(kind, today, dice, &find);
    let Ok(record) = form.record(kind, dice) else {
        return;
    };
    if !validate(kind, &record, &Context { today }).is_empty() {
        return;
    }
    let facts = sothon_records::ShelfFacts {
        for_unit: matches!(place, Place::Unit(_)),
        assigned: false,
    };
    let key = RecordKey {
        kind: kind.slug.to_owned(),
        id: dice.id(),
    };
    let edits = vec![Edit::Create { key, record }];
    made.add(at, place, &edits);
    let shelf = kind.shelf.shelf(facts);
    world
        .story
        .tell(event(at, author, (shelf, place), "duty.enter", edits));
}
