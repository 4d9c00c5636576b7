//! The commune as a whole: parameters, villages, units, and its history put together month by month.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use sothon_records::kinds::actor::Actor;
use sothon_records::{RecordKey, Shelf};

use crate::calendar;
use crate::dice::Dice;
use crate::event::{Author, Event, Place};
use crate::home::Home;
use crate::office::Offices;
use crate::story::Story;
use crate::{care, divisions, duties, faults, life, office, outreach, pledges, tips, village};

/// What a commune is made from. Equal parameters make equal communes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameters {
    /// The seed of all choices.
    pub seed: u64,
    /// How many villages.
    pub villages: usize,
    /// How many households a village has, on average (a fifth more or less).
    pub households: usize,
    /// The first day of recording.
    pub from: NaiveDate,
    /// The last day of recording.
    pub until: NaiveDate,
    /// How much is going on, in per cent: 100 is a usual commune. It scales meetings, visits, tips, conflicts, slips.
    pub scale: u64,
    /// Whether also what is written once in months or years is told: then every kind of record is there.
    pub whole: bool,
}

impl Parameters {
    /// The demo: the six villages of Quang Trung from the start of the plan to the eve of 10/06/2025.
    pub fn demo(seed: u64) -> Self {
        Parameters {
            seed,
            villages: 6,
            households: 150,
            from: calendar::date(2024, 11, 4),
            until: calendar::date(2025, 6, 9),
            scale: 100,
            whole: false,
        }
    }

    /// A commune of this size over whole years, with all that its people write.
    pub fn years(seed: u64, villages: usize, households: usize, first: i32, years: i32) -> Self {
        Parameters {
            seed,
            villages,
            households,
            from: calendar::date(first, 1, 2),
            until: calendar::date(first + years.max(1) - 1, 12, 31),
            scale: 100,
            whole: true,
        }
    }
}

/// A village of the commune.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VillageOf {
    /// Its record (R74).
    pub key: RecordKey,
    /// Its fixed code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its head's name.
    pub head: String,
    /// Its deputy head's name.
    pub deputy: String,
}

/// A unit of the commune.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitOf {
    /// Its record (R68).
    pub key: RecordKey,
    /// Under which its choices are drawn.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is in the plan.
    pub actor: Actor,
    /// Who writes for it.
    pub author: Author,
    /// Its leader's name.
    pub leader: String,
}

/// An invented commune with its history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commune {
    /// What it was made from.
    pub parameters: Parameters,
    /// Its villages.
    pub villages: Vec<VillageOf>,
    /// Its units, police, health station and office among them.
    pub units: Vec<UnitOf>,
    /// What was recorded, in order of time.
    pub events: Vec<Event>,
}

/// A village while the history is made.
pub(crate) struct VillageState {
    pub homes: Vec<Home>,
    pub dice: Dice,
    /// The next household number.
    pub next_number: usize,
}

/// Everything that the parts of the generator know of.
pub(crate) struct World {
    pub parameters: Parameters,
    pub villages: Vec<VillageOf>,
    pub states: Vec<VillageState>,
    pub units: Vec<UnitOf>,
    pub story: Story,
}

impl World {
    pub fn head(&self, village: usize) -> String {
        self.villages
            .get(village)
            .map(|village| village.head.clone())
            .unwrap_or_default()
    }

    /// How often something happens that happens to `n` of a thousand, at this scale.
    pub fn scaled(&self, n: u64) -> u64 {
        n * self.parameters.scale / 100
    }
}

impl Commune {
    /// Makes a commune.
    pub fn generate(parameters: Parameters) -> Self {
        let Parameters {
            seed, from, until, ..
        } = parameters;
        let Offices { villages, units } = office::people(&parameters);
        let states = (0..villages.len()).map(|n| VillageState {
            homes: Vec::new(),
            dice: Dice::new(seed, &format!("village/{n}")),
            next_number: 1,
        });
        let states = states.collect();
        let mut world = World {
            parameters,
            villages,
            states,
            units,
            story: Story::new(from, until),
        };
        office::found(&mut world);
        for n in 0..world.villages.len() {
            village::enter(&mut world, n);
        }
        let plans = office::plans(&mut world);
        let mut cares = care::begin(&mut world);
        for (first, last) in calendar::months(from, until) {
            for n in 0..world.villages.len() {
                life::month(&mut world, n, first, last);
                outreach::month(&mut world, n, first, last);
                faults::month(&mut world, n, first, last);
                pledges::month(&mut world, n, first, last);
            }
            outreach::units(&mut world, first, last);
            office::month(&mut world, first, last);
        }
        care::tell(&mut world, &mut cares);
        let received = tips::tell(&mut world);
        care::publish(&mut world, &cares, &received);
        office::progress(&mut world, &plans);
        faults::office(&mut world);
        if parameters.whole {
            duties::tell(&mut world);
            divisions::tell(&mut world);
        }
        let World {
            villages,
            units,
            mut story,
            ..
        } = world;
        // Stable: what was told first stays first within a second.
        story.events.sort_by_key(|event| event.at);
        Commune {
            parameters,
            villages,
            units,
            events: story.events,
        }
    }

    /// Everybody who writes, in order.
    pub fn authors(&self) -> BTreeSet<Author> {
        self.events.iter().map(|event| event.author).collect()
    }

    /// What one author wrote.
    pub fn by_author(&self, author: Author) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.author == author)
    }

    /// What was written to one book.
    pub fn of_book(&self, shelf: Shelf, place: Place) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .filter(move |event| (event.shelf, event.place) == (shelf, place))
    }

    /// What touches records of a kind (its slug).
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events
            .iter()
            .filter(move |event| event.keys().any(|key| key.kind == kind))
    }

    /// What was recorded up to and with a day.
    pub fn until(&self, day: NaiveDate) -> impl Iterator<Item = &Event> {
        self.events.iter().take_while(move |event| event.day() <= day)
    }

    /// What was recorded in a year.
    pub fn in_year(&self, year: i32) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.day().year() == year)
    }

    /// The pairs of events that write the same field while their authors know nothing of each other.
    pub fn conflicts(&self) -> Vec<(&Event, &Event)> {
        let mut pairs: Vec<Vec<&Event>> = Vec::new();
        for event in &self.events {
            let Some(number) = event.conflict.map(|number| number as usize) else {
                continue;
            };
            pairs.resize(pairs.len().max(number + 1), Vec::new());
            if let Some(pair) = pairs.get_mut(number) {
                pair.push(event);
            }
        }
        let pairs = pairs
            .iter()
            .filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
        pairs.collect()
    }
}
