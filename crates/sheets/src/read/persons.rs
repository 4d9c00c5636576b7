//! Persons stand in a row for each state of management (domain.md §6): the rows of one become one record with so many
//! episodes. One is who has one number of an identity card; without it, one name and year of birth in one village.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use sothon_records::civil::YearOrDate;
use sothon_records::enter::enter;
use sothon_records::kinds::Person;
use sothon_records::kinds::person::{Episode, Regime, State};
use sothon_records::problem::day;
use sothon_records::record::Record as _;
use sothon_records::text::folded_words;
use sothon_records::unique::{self, UniqueKey};
use sothon_records::{ChoiceSet, Datum, Fields, RawRecord, RecordId, SubKey, Value, Words, datum};

use super::cells::{born, take_in};
use super::{Line, Made, Stands, Wrong};
use crate::guess::Mapping;
use crate::subject::{Subject, VILLAGE};

/// Under which law an episode runs where no column says so: by the day on which it began (Luật 120/2025/QH15, in force on
/// 01/07/2026). The person who imports is told, since Điều 56 has it otherwise for files that were begun before.
pub(super) fn name_regime(fields: &mut Fields) -> Option<Regime> {
    let list = Subject::Persons.part()?;
    let (from, regime) = (list.field("from")?, list.field("regime")?);
    if fields.contains_key("regime") {
        return None;
    }
    let Datum::Date(day) = datum::read(from, fields).datum? else {
        return None;
    };
    let law = Regime::on(day);
    enter(regime, law.slug(), fields).ok().map(|()| law)
}

/// Joins the rows of one person. A row that says nothing more stays a line of its own, which names the row that says it.
pub(super) fn join(made: &mut Made, mapping: &Mapping) {
    let mut joining = Joining {
        mapping,
        lines: Vec::with_capacity(made.lines.len()),
        cards: HashMap::new(),
        named: HashMap::new(),
        wrong: Vec::new(),
        told: Vec::new(),
    };
    for line in std::mem::take(&mut made.lines) {
        joining.line(line);
    }
    for at in 0..joining.lines.len() {
        joining.settle(at);
    }
    made.lines = joining.lines;
    made.wrong.append(&mut joining.wrong);
    made.told.append(&mut joining.told);
}

struct Joining<'a> {
    mapping: &'a Mapping,
    lines: Vec<Line>,
    /// The lines by the number of the card.
    cards: HashMap<String, usize>,
    /// The lines by name and year of birth, in a village.
    named: HashMap<(Option<u32>, UniqueKey<()>), Vec<usize>>,
    wrong: Vec<Wrong>,
    told: Vec<Wrong>,
}

impl Joining<'_> {
    fn line(&mut self, mut line: Line) {
        let keys = unique::unique_keys(Person::KIND, &(), &line.record);
        let keys: Vec<_> = keys.into_iter().map(|key| (line.village, key)).collect();
        let card = line.identity.clone();
        let of_card = card.as_ref().and_then(|card| self.cards.get(card)).copied();
        let found = of_card.or_else(|| self.namesake(&keys, &line));
        let at = match found {
            Some(at) if self.is_another(at, &line, of_card.is_some()) => self.lines.len(),
            Some(at) => {
                line.again = self.take(at, &line);
                if line.again.is_none() {
                    if let Some(card) = card {
                        self.cards.entry(card).or_insert(at);
                    }
                    return;
                }
                at
            }
            None => self.lines.len(),
        };
        if line.again.is_none() {
            if let Some(card) = card {
                self.cards.entry(card).or_insert(at);
            }
            for key in keys {
                self.named.entry(key).or_default().push(at);
            }
        }
        self.lines.push(line);
    }

    /// The line of one name and year of birth; not of another card, nor of another day of birth.
    fn namesake(&self, keys: &[(Option<u32>, UniqueKey<()>)], line: &Line) -> Option<usize> {
        let mut found = keys
            .iter()
            .filter_map(|key| self.named.get(key))
            .flatten()
            .copied();
        found.find(|at| self.lines.get(*at).is_some_and(|other| !are_two(other, line)))
    }

    /// Whether a row that has the card of an earlier one tells of somebody else, or of another village: that is told, and the
    /// rows are not joined.
    fn is_another(&mut self, at: usize, line: &Line, by_card: bool) -> bool {
        let Some(earlier) = self.lines.get(at).filter(|_| by_card) else {
            return false;
        };
        let above = earlier.row;
        let (column, says) = if earlier.village != line.village {
            let says = Words::new(
                format!("Cùng số định danh với dòng {above} nhưng khác thôn. Ghi một thôn ở cả hai dòng."),
                format!(
                    "One identity number with row {above}, and another village. Write one village in both rows."
                ),
            );
            (VILLAGE, says)
        } else if is_somebody_else(&earlier.record, &line.record) {
            let says = Words::new(
                format!(
                    "Cùng số định danh với dòng {above} nhưng khác họ tên và năm sinh. Sửa số cho đúng người."
                ),
                format!(
                    "One identity number with row {above}, and another name and year of birth. Put the number right."
                ),
            );
            ("identity", says)
        } else {
            return false;
        };
        self.wrong.push(Wrong {
            row: line.row,
            column: self.column(column),
            says,
        });
        true
    }

    /// Takes the episodes of a later row into the record of the person, and what else it says; the row that says all of it
    /// already, if there is one.
    fn take(&mut self, at: usize, line: &Line) -> Option<u32> {
        let earlier = self.lines.get_mut(at)?;
        let above = earlier.row;
        let mut told: Vec<(String, Words)> = Vec::new();
        for field in Person::KIND.all_fields() {
            let later = own_fields(field.name, &line.record.fields);
            if !later.is_empty() {
                let says = take_in(field, &mut earlier.record.fields, later, above);
                told.extend(says.map(|says| (field.name.to_owned(), says)));
            }
        }
        earlier.identity = earlier.identity.take().or_else(|| line.identity.clone());
        let mut again = None;
        for (key, fields) in &line.record.subs {
            let same = |(_, here): &(&SubKey, &mut Fields)| {
                ["state", "from"]
                    .iter()
                    .all(|name| here.get(*name) == fields.get(*name))
            };
            let Some((of, here)) = earlier.record.subs.iter_mut().find(same) else {
                earlier.record.subs.insert(key.clone(), fields.clone());
                earlier.more.push(line.row);
                let stands = line.parts.get(key).map(|stands| (key.clone(), *stands));
                earlier.parts.extend(stands);
                continue;
            };
            let above = earlier.parts.get(of).map_or(above, |stands| stands.row);
            again = Some(above);
            let list = Subject::Persons.part();
            for field in list.into_iter().flat_map(|list| list.all_fields()) {
                let later = own_fields(field.name, fields);
                let says = (!later.is_empty())
                    .then(|| take_in(field, here, later, above))
                    .flatten();
                told.extend(says.map(|says| (format!("episodes/{}", field.name), says)));
            }
        }
        let told = told.into_iter().map(|(slug, says)| Wrong {
            row: line.row,
            column: self.mapping.column(&slug).map(|column| column.at),
            says,
        });
        self.told.extend(told);
        again
    }

    /// What holds of all rows of a person together.
    fn settle(&mut self, at: usize) {
        let Some(line) = self.lines.get_mut(at).filter(|line| !line.more.is_empty()) else {
            return;
        };
        let episodes = Person::read(&line.record).value.episodes;
        let wrong = user_after_addiction(&episodes).map(|(user, since)| {
            let row = line.parts.get(&episode_key(user)).map(|stands| stands.row);
            (row.unwrap_or(line.row), since)
        });
        in_order(line);
        if let Some((row, since)) = wrong {
            let since = day(since);
            self.wrong.push(Wrong {
                row,
                column: self.column("episodes/state"),
                says: Words::new(
                    format!("Bảng ghi người này là người nghiện từ {since}: sau ngày đó không ghi là người sử dụng trái phép. Sửa diện hoặc ngày."),
                    format!("The table has this person as addicted since {since}: after that day not as a user. Put the state or the day right."),
                ),
            });
        }
    }

    fn column(&self, slug: &str) -> Option<usize> {
        self.mapping.column(slug).map(|column| column.at)
    }
}

/// The keys of a record that one field has: a choice of several is many.
fn own_fields(name: &str, fields: &Fields) -> Fields {
    let is_own = |key: &str| {
        key.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let own = fields.iter().filter(|(key, _)| is_own(key));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Whether a record of one card tells of somebody else: by name and by year of birth.
pub(super) fn is_somebody_else(one: &RawRecord, other: &RawRecord) -> bool {
    let words = |record: &RawRecord| match record.fields.get("name") {
        Some(Value::Text(name)) => folded_words(name),
        _ => Vec::new(),
    };
    let Some(field) = Person::KIND.field("born") else {
        return false;
    };
    let year = |record: &RawRecord| born(field, &record.fields).map(|born| born.year());
    words(one) != words(other) && year(one) != year(other)
}

/// Whether two rows of one name and year of birth are two people: by their cards, or by their days of birth.
pub fn are_two(one: &Line, other: &Line) -> bool {
    let cards = one.identity.as_ref().zip(other.identity.as_ref());
    cards.is_some_and(|(a, b)| a != b) || one_day_of_birth(&one.record, &other.record) == Some(false)
}

/// Whether two records of persons have one day of birth; none, where of one of them the year alone is known.
pub fn one_day_of_birth(one: &RawRecord, other: &RawRecord) -> Option<bool> {
    let day = |record: &RawRecord| {
        let born = born(Person::KIND.field("born")?, &record.fields)?;
        matches!(born, YearOrDate::Date(_)).then_some(born)
    };
    Some(day(one)? == day(other)?)
}

/// The key of an episode.
pub(super) fn episode_key(id: RecordId) -> SubKey {
    SubKey {
        kind: "episodes".to_owned(),
        id,
    }
}

/// Whether a state says that somebody is addicted, in rehab or substitution.
fn is_addicted(state: State) -> bool {
    state.lists(Regime::A).addicted && !state.lists(Regime::A).after_care
}

/// Gives the episodes their ids in the order of their days: of two that began on one day the one of somebody addicted comes
/// last, so that it is the one that says where the person stands.
fn in_order(line: &mut Line) {
    let ids: Vec<SubKey> = line.record.subs.keys().cloned().collect();
    let mut stood = std::mem::take(&mut line.parts);
    let subs = std::mem::take(&mut line.record.subs).into_iter();
    let mut all: Vec<(Fields, Option<Stands>)> =
        subs.map(|(key, fields)| (fields, stood.remove(&key))).collect();
    let said = |fields: &Fields, name: &str| match fields.get(name) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let is_late = |fields: &Fields| {
        let states = [State::U1, State::U2].map(ChoiceSet::slug);
        !states.contains(&said(fields, "state").as_str())
    };
    all.sort_by_key(|(fields, _)| (said(fields, "from"), is_late(fields)));
    for (id, (fields, stands)) in ids.into_iter().zip(all) {
        line.parts.extend(stands.map(|stands| (id.clone(), stands)));
        line.record.subs.insert(id, fields);
    }
}

/// The episode of a user that began while the person was addicted, and since when.
pub(super) fn user_after_addiction(episodes: &BTreeMap<RecordId, Episode>) -> Option<(RecordId, NaiveDate)> {
    let users = episodes
        .iter()
        .filter(|(_, episode)| matches!(episode.state, Some(State::U1 | State::U2)));
    let addicted = || {
        episodes
            .values()
            .filter(|episode| episode.state.is_some_and(is_addicted))
    };
    let while_addicted = |user: NaiveDate| {
        let since = addicted().filter(|episode| {
            let over = episode.ended.or(episode.until);
            over.is_none_or(|over| over >= user)
        });
        since.filter_map(|episode| episode.from).find(|from| *from < user)
    };
    let mut found = users.filter_map(|(id, user)| Some((*id, while_addicted(user.from?)?)));
    found.next()
}
