//! What a table knows of a person who is in the register already: a further state becomes a further episode of that person, if it
//! fits between those that the register has. Nothing that is there is written over; a day on which the register's open
//! episode ended is filled in, since without it nothing can come after it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_records::kinds::Person;
use sothon_records::kinds::person::{Episode, State};
use sothon_records::problem::day;
use sothon_records::record::Record as _;
use sothon_records::{ChoiceSet as _, Fields, RawRecord, RecordId, SubKey, Value, Words};

use super::persons::{episode_key, is_somebody_else, user_after_addiction};
use super::{Line, Stands, Wrong};
use crate::guess::Mapping;

const ENDED: &str = "ended";

/// What a table adds to a person of the register.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Further {
    /// The new episodes, the earliest first.
    pub adds: Vec<(Stands, Fields)>,
    /// The register's episodes that had no end, which the table ends.
    pub ends: Vec<Ending>,
    /// Why it cannot be added.
    pub wrong: Vec<Wrong>,
}

/// An episode of the register that a row ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// The number of the row.
    pub row: u32,
    /// The episode.
    pub episode: SubKey,
    /// The day.
    pub on: Value,
}

impl Further {
    /// Whether the register has all of it.
    pub fn is_nothing(&self) -> bool {
        self.adds.is_empty() && self.ends.is_empty() && self.wrong.is_empty()
    }
}

/// An episode that is there when a further one is looked at; of a row, if the register has it not.
struct Here {
    row: Option<u32>,
    episode: Episode,
}

/// What a line of a table adds to the record of the same person; nothing, where the register has all of its states.
pub fn further(line: &Line, known: &RawRecord, mapping: &Mapping) -> Further {
    let mut register = Person::read(known).value.episodes;
    register.retain(|_, episode| episode.in_force());
    let told = Person::read(&line.record).value.episodes;
    let mut adding: Vec<(RecordId, &Episode)> = Vec::new();
    let mut ending: Vec<(RecordId, Ending)> = Vec::new();
    let row = |id: &RecordId| {
        line.parts
            .get(&episode_key(*id))
            .map_or(line.row, |stands| stands.row)
    };
    for (id, episode) in &told {
        let mut all = register.iter_mut();
        let same = all.find(|(_, here)| (here.state, here.from) == (episode.state, episode.from));
        let Some((key, here)) = same else {
            adding.push((*id, episode));
            continue;
        };
        let ended = line
            .record
            .subs
            .get(&episode_key(*id))
            .and_then(|fields| fields.get(ENDED));
        if let (None, Some(on)) = (here.ended, ended) {
            here.ended = episode.ended;
            let (row, on) = (row(id), on.clone());
            let episode = episode_key(*key);
            ending.push((*key, Ending { row, episode, on }));
        }
    }
    let mut further = Further::default();
    if adding.is_empty() && ending.is_empty() {
        return further;
    }
    adding.sort_by_key(|(_, episode)| episode.from);
    let column = |slug: &str| mapping.column(slug).map(|column| column.at);
    if is_somebody_else(known, &line.record) {
        further.wrong.push(Wrong {
            row: line.row,
            column: column("identity"),
            says: Words::new(
                "Sổ ghi số định danh này cho người khác họ tên và năm sinh. Sửa số cho đúng người.",
                "The register has this identity number for another name and year of birth. Put the number right.",
            ),
        });
        return further;
    }
    // What the register says by itself is no matter of the table.
    let was_user_after = user_after_addiction(&register).is_some();
    let here = |(id, episode): (&RecordId, &Episode)| {
        let episode = episode.clone();
        (*id, Here { row: None, episode })
    };
    let mut there: BTreeMap<RecordId, Here> = register.iter().map(here).collect();
    for (id, ending) in &ending {
        let Some(ended) = register.get(id) else { continue };
        let mut later = there.values().filter(|other| other.episode.from > ended.from);
        let clash = later.find_map(|other| clash(other, ended));
        further.wrong.extend(clash.map(|(slug, says)| Wrong {
            row: ending.row,
            column: column(slug),
            says,
        }));
    }
    for (id, episode) in &adding {
        match there.values().find_map(|here| clash(here, episode)) {
            Some((slug, says)) => further.wrong.push(Wrong {
                row: row(id),
                column: column(slug),
                says,
            }),
            None => {
                let (row, episode) = (Some(row(id)), (*episode).clone());
                there.insert(*id, Here { row, episode });
            }
        }
    }
    let together = there.into_iter().map(|(id, here)| (id, here.episode)).collect();
    let is_new = further.wrong.is_empty() && !was_user_after;
    let user = user_after_addiction(&together).filter(|_| is_new);
    if let Some((user, since)) = user {
        let of = adding.iter().map(|(id, _)| id).find(|id| **id == user);
        let since = day(since);
        further.wrong.push(Wrong {
            row: of.or(adding.first().map(|(id, _)| id)).map_or(line.row, row),
            column: column("episodes/state"),
            says: Words::new(
                format!("Sổ và bảng ghi người này là người nghiện từ {since}: sau ngày đó không ghi là người sử dụng trái phép. Sửa trạng thái hoặc ngày."),
                format!("Register and table have this person as addicted since {since}: after that day not as a user. Put the state or the day right."),
            ),
        });
    }
    let added = adding.iter().filter_map(|(id, _)| {
        let key = episode_key(*id);
        let stands = line.parts.get(&key).copied();
        Some((stands?, line.record.subs.get(&key)?.clone()))
    });
    further.adds = added.collect();
    further.ends = ending.into_iter().map(|(_, ending)| ending).collect();
    further
}

/// Why an episode does not fit beside another one, and the column where that is seen.
fn clash(here: &Here, new: &Episode) -> Option<(&'static str, Words)> {
    let (since, from) = here.episode.from.zip(new.from)?;
    let (vi, en) = here
        .episode
        .state
        .map_or(("", ""), |state: State| (state.label().vi, state.label().en));
    let (who, by) = match here.row {
        None => ("Sổ".to_owned(), "The register".to_owned()),
        Some(row) => (format!("Dòng {row}"), format!("Row {row}")),
    };
    let began = day(since);
    let over = |episode: &Episode, by: NaiveDate| episode.ended.is_some_and(|ended| ended <= by);
    if since == from {
        let says = Words::new(
            format!("{who} ghi “{vi}” từ cùng ngày {began}. Sửa trạng thái hoặc ngày."),
            format!("{by} has “{en}” from the same day, {began}. Put the state or the day right."),
        );
        return Some(("episodes/state", says));
    }
    if from < since {
        let says = Words::new(
            format!(
                "{who} ghi “{vi}” từ {began}: trạng thái ở dòng này phải kết thúc trước hoặc vào ngày đó."
            ),
            format!("{by} has “{en}” from {began}: the state of this row must have ended by that day."),
        );
        return (!over(new, since)).then_some(("episodes/ended", says));
    }
    if over(&here.episode, from) {
        return None;
    }
    let says = match here.episode.ended {
        Some(ended) => {
            let ended = day(ended);
            Words::new(
                format!("{who} ghi “{vi}” từ {began} đến {ended}: trùng thời gian với dòng này. Sửa ngày."),
                format!("{by} has “{en}” from {began} to {ended}: this row overlaps. Put the day right."),
            )
        }
        None if here.row.is_some() => Words::new(
            format!("{who} ghi “{vi}” từ {began}, chưa kết thúc. Ghi ngày kết thúc ở dòng đó."),
            format!("{by} has “{en}” from {began}, not ended. Write its end in that row."),
        ),
        None => Words::new(
            format!(
                "Sổ còn ghi “{vi}” từ {began}, chưa kết thúc. Ghi ngày kết thúc trong hồ sơ trước, hoặc thêm dòng của trạng thái đó có ngày kết thúc."
            ),
            format!(
                "The register still has “{en}” from {began}, not ended. Write its end in the file first, or add a row of that state with its end."
            ),
        ),
    };
    Some(("episodes/from", says))
}
