//! Which rows of a table are in the register already, or twice in the table; and which household a row names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sothon_overview::Place as At;
use sothon_overview::alike::Alikes;
use sothon_records::alike::{Known, Likeness, Namesakes};
use sothon_records::unique::{self, UniqueKey};
use sothon_records::{RecordKey, Value};
use sothon_sheets::guess::folded;
use sothon_sheets::read::are_two;
use sothon_sheets::{Found, Line, Sought, Subject};

use super::{OpenTable, Twice};
use crate::desk::{Desk, place_of};

impl Desk {
    /// Of each line: with what it is twice, in the register or in the table itself.
    pub(super) fn twice_of(&self, table: &OpenTable, lines: &[Line]) -> Vec<Option<Twice>> {
        let kind = table.subject.kind();
        let people = match table.subject {
            Subject::Persons => self.identities(),
            _ => HashMap::new(),
        };
        let places: BTreeSet<At> = lines
            .iter()
            .filter_map(|line| table.place_of(line.village))
            .collect();
        let alikes = places
            .into_iter()
            .map(|place| (place, self.view.alikes(kind, self.places_of(place))));
        let alikes: BTreeMap<At, Alikes<'_>> = alikes.collect();
        let mut rows: HashMap<UniqueKey<At>, &Line> = HashMap::new();
        let mut cards: HashMap<&str, &Line> = HashMap::new();
        let mut named: BTreeMap<At, Namesakes<u32>> = BTreeMap::new();
        let there = |key: &RecordKey, likely: bool| Twice {
            says: self.t("Đã có trong sổ: ", "In the register: ").to_owned() + &self.title(key),
            likely,
        };
        let earlier = |row: u32, likely: bool| Twice {
            says: format!("{} {row}", self.t("Trùng với dòng", "Twice with row")),
            likely,
        };
        let is_likely = |likeness: Likeness| likeness >= Likeness::Likely;
        let judged = lines.iter().map(|line| {
            let place = table.place_of(line.village)?;
            let card = line.identity.as_deref();
            // What is surest comes first.
            let found = alikes.get(&place)?.of(&line.record).into_iter().next();
            let twice = found.filter(|(likeness, _)| *likeness == Likeness::Twice);
            let of_card = card.and_then(|number| people.get(number));
            if let Some(key) = of_card.or(twice.map(|(_, key)| key)) {
                let mut twice = there(key, false);
                // All its rows are passed over with it.
                twice.says += &self.with_rows(&line.more);
                return Some(twice);
            }
            if let Some(row) = line.again {
                return Some(earlier(row, false));
            }
            let keys = unique::unique_keys(kind, &place, &line.record);
            let of_card = card.and_then(|card| cards.get(card));
            if let Some(other) = keys.iter().find_map(|key| rows.get(key)).or(of_card) {
                // Of two people with one name and year of birth both can be taken.
                let may_be = table.subject == Subject::Persons && are_two(other, line);
                return Some(earlier(other.row, may_be));
            }
            rows.extend(keys.into_iter().map(|key| (key, line)));
            cards.extend(card.map(|card| (card, line)));
            let known = Known::of(kind, &line.record)?;
            let named = named.entry(place).or_default();
            let before = named.like(&known).find(|(likeness, _)| is_likely(*likeness));
            let before = before.map(|(_, row)| earlier(*row, true));
            named.put(known, line.row);
            let likely = found.filter(|(likeness, _)| is_likely(*likeness));
            likely.map(|(_, key)| there(key, true)).or(before)
        });
        judged.collect()
    }

    /// The later rows of a person, for a sentence.
    fn with_rows(&self, rows: &[u32]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let rows: Vec<String> = rows.iter().map(u32::to_string).collect();
        format!(" ({} {})", self.t("kể cả dòng", "with row"), rows.join(", "))
    }

    /// The persons whose number the police's own part has.
    fn identities(&self) -> HashMap<String, RecordKey> {
        let parts = self
            .view
            .of_kind("police-part")
            .filter(|key| !self.view.is_voided(key));
        let numbers = parts.filter_map(|key| {
            let fields = &self.view.record(key)?.fields;
            let (Value::Text(number), Value::Text(person)) = (fields.get("identity")?, fields.get("person")?)
            else {
                return None;
            };
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            Some((digits, person.parse().ok()?))
        });
        numbers.collect()
    }
}

/// The households of the places of a table, as it names them: by place and head.
pub(super) struct Households {
    all: HashMap<At, HashMap<String, Vec<Named>>>,
    /// Of a village that has ended, the one in which it goes on today.
    next: BTreeMap<At, At>,
}

struct Named {
    key: RecordKey,
    number: String,
    address: String,
}

impl Households {
    pub(super) fn of(desk: &Desk, table: &OpenTable) -> Households {
        let mut all: HashMap<At, HashMap<String, Vec<Named>>> = HashMap::new();
        if table.subject == Subject::Pledges {
            for key in desk
                .view
                .of_kind("household")
                .filter(|key| !desk.view.is_voided(key))
            {
                let place = desk.view.place_of_on(key, desk.today());
                let Some((place, raw)) = place.zip(desk.view.record(key)) else {
                    continue;
                };
                let said = |name: &str| match raw.fields.get(name) {
                    Some(Value::Text(text)) => folded(text),
                    _ => String::new(),
                };
                let named = Named {
                    key: key.clone(),
                    number: said("number"),
                    address: said("address"),
                };
                let here = all.entry(place).or_default();
                here.entry(said("head")).or_default().push(named);
            }
        }
        // A book goes on being written in after its village has ended: there the same households are found.
        let said = table.place.and_then(place_of).into_iter();
        let said = said.chain(desk.view.villages().into_iter().map(At::Village));
        let ended: Vec<(At, At)> = said
            .map(|place| (place, desk.view.place_on(place, desk.today())))
            .filter(|(place, next)| place != next)
            .collect();
        Households {
            all,
            next: ended.into_iter().collect(),
        }
    }

    /// By the head's name, then by what tells namesakes apart; without a name by the number alone.
    pub(super) fn find(&self, place: Option<At>, sought: &Sought) -> Found {
        let place = place.map(|place| self.next.get(&place).copied().unwrap_or(place));
        let Some(here) = place.and_then(|place| self.all.get(&place)) else {
            return Found::Nothing;
        };
        let (head, number, address) = (
            folded(&sought.head),
            folded(&sought.number),
            folded(&sought.address),
        );
        let mut found: Vec<&Named> = if head.is_empty() {
            let all = here.values().flatten();
            all.filter(|named| !number.is_empty() && named.number == number)
                .collect()
        } else {
            here.get(&head).into_iter().flatten().collect()
        };
        for (said, of) in [
            (&number, (|n| &n.number) as fn(&Named) -> &String),
            (&address, |n| &n.address),
        ] {
            if found.len() > 1 && !said.is_empty() {
                found.retain(|named| of(named) == said);
            }
        }
        match found.as_slice() {
            [] => Found::Nothing,
            [one] => Found::One(one.key.clone()),
            several => Found::Several(several.len()),
        }
    }
}
