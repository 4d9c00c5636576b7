//! Which rows of a table are in the register already, or twice in the table; and which household a row names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sothon_ledger::BookId;
use sothon_overview::Place as At;
use sothon_overview::alike::Alikes;
use sothon_records::alike::{Known, Likeness, Namesakes};
use sothon_records::unique::{self, UniqueKey};
use sothon_records::{RawRecord, RecordKey, SubKey, Value, Words};
use sothon_sheets::guess::folded;
use sothon_sheets::read::{are_two, one_day_of_birth};
use sothon_sheets::{Found, Line, Mapping, Sought, Subject, VILLAGE, Wrong};

use super::{Adds, ENDED, EPISODES, OpenTable, Twice};
use crate::desk::{Desk, place_of};
use crate::fresh_id;

impl Desk {
    /// Of each line: with what it is twice, in the register or in the table itself, and what it adds there; and what cannot be
    /// added.
    pub(super) fn twice_of(&self, table: &OpenTable, lines: &[Line]) -> (Vec<Option<Twice>>, Vec<Wrong>) {
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
            adds: None,
        };
        let earlier = |row: u32, likely: bool| Twice {
            says: format!("{} {row}", self.t("Trùng với dòng", "Twice with row")),
            likely,
            adds: None,
        };
        let mut growing = Growing::new(self, table);
        let is_likely = |likeness: Likeness| likeness >= Likeness::Likely;
        let judged = lines.iter().map(|line| {
            let place = table.place_of(line.village)?;
            let card = line.identity.as_deref();
            // What is surest comes first.
            let found = alikes.get(&place)?.of(&line.record);
            let of_card = card.and_then(|number| people.get(number));
            let twice = found.iter().filter(|(likeness, _)| *likeness == Likeness::Twice);
            let twice: Vec<&RecordKey> = twice.map(|(_, key)| *key).collect();
            let same = match (of_card, table.subject) {
                (Some(key), _) => Some((key, true)),
                (None, Subject::Persons) => self.of_namesakes(&twice, line, place, &people),
                (None, _) => twice.first().map(|key| (*key, true)),
            };
            if let Some((key, is_sure)) = same {
                let mut twice = there(key, false);
                // All its rows are passed over with it, but for a state that the register has not.
                twice.says += &self.with_rows(&line.more);
                if is_sure {
                    twice.adds = growing.adds(key, line);
                } else {
                    // Nothing goes into a file that may be another person's.
                    twice.likely = true;
                    twice.says += self.t(
                        "; muốn thêm trạng thái thì ghi đủ ngày sinh, đúng thôn",
                        "; for a further state write the full day of birth and the village",
                    );
                }
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
            let likely = found.first().filter(|(likeness, _)| is_likely(*likeness));
            likely.map(|(_, key)| there(key, true)).or(before)
        });
        let judged = judged.collect();
        (judged, growing.wrong)
    }

    /// Which of some persons of one name and year of birth a line without a known card is about, and whether that is sure: one
    /// alone lives in its village, was born on its day, and has no other card. Where nothing speaks against somebody and the
    /// register has all that the line says, it is nobody new either.
    fn of_namesakes<'a>(
        &self,
        namesakes: &[&'a RecordKey],
        line: &Line,
        place: At,
        cards: &HashMap<String, RecordKey>,
    ) -> Option<(&'a RecordKey, bool)> {
        let today = self.today();
        let here = self.view.place_on(place, today);
        let day = |key: &RecordKey| one_day_of_birth(self.view.record(key)?, &line.record);
        let has_other_card = |key: &RecordKey| {
            let mut all = cards.iter().filter(|(_, of)| *of == key);
            line.identity.is_some() && all.any(|(number, _)| Some(number) != line.identity.as_ref())
        };
        let may_be = |key: &RecordKey| {
            self.view.place_of_on(key, today) == Some(here) && day(key) != Some(false) && !has_other_card(key)
        };
        let possible: Vec<&RecordKey> = namesakes.iter().copied().filter(|key| may_be(key)).collect();
        let says_all = |key: &RecordKey| {
            let known = self.view.record(key);
            known.is_some_and(|known| sothon_sheets::further(line, known, &Mapping::default()).is_nothing())
        };
        match possible.as_slice() {
            [one] => Some((*one, day(one) == Some(true) || says_all(one))),
            [] => namesakes.first().map(|key| (*key, false)),
            // Two that may be meant: only what one of them says already is nothing new.
            [first, ..] => match possible.iter().find(|key| says_all(key)) {
                Some(key) => Some((*key, true)),
                None => Some((*first, false)),
            },
        }
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

/// The persons of the register while the rows of a table add to them.
struct Growing<'a> {
    desk: &'a Desk,
    table: &'a OpenTable,
    /// The book and the record of each as it would be after the rows before.
    grown: HashMap<RecordKey, (BookId, RawRecord)>,
    wrong: Vec<Wrong>,
}

impl<'a> Growing<'a> {
    fn new(desk: &'a Desk, table: &'a OpenTable) -> Self {
        Growing {
            desk,
            table,
            grown: HashMap::new(),
            wrong: Vec::new(),
        }
    }

    /// What a line adds to a person of the register, whom this person writes; what does not fit is told.
    fn adds(&mut self, key: &RecordKey, line: &Line) -> Option<Adds> {
        let (desk, mapping) = (self.desk, &self.table.mapping);
        if self.table.subject != Subject::Persons || line.again.is_some() || desk.view.is_voided(key) {
            return None;
        }
        let (book, known) = match self.grown.get(key) {
            Some(grown) => grown.clone(),
            None => desk.placed(key).ok().filter(|(book, _)| desk.writes(book))?,
        };
        let mut further = sothon_sheets::further(line, &known, mapping);
        let place = desk.view.place_of_on(key, desk.today());
        let said = self.table.place_of(line.village);
        let stands_elsewhere = place != said.map(|said| desk.view.place_on(said, desk.today()));
        if let (true, Some(place)) = (stands_elsewhere && !further.is_nothing(), place) {
            let place = desk.place_name(place);
            further.wrong.push(Wrong {
                row: line.row,
                column: mapping.column(VILLAGE).map(|column| column.at),
                says: Words::new(
                    format!("Sổ ghi người này ở {place}. Ghi đúng thôn, hoặc chuyển thôn trong hồ sơ trước."),
                    format!("The register has this person in {place}. Put the village right, or move the person first."),
                ),
            });
        }
        if !further.wrong.is_empty() {
            self.wrong.append(&mut further.wrong);
            return None;
        }
        if further.is_nothing() {
            return None;
        }
        let mut grown = known;
        for ending in &further.ends {
            let fields = grown.subs.get_mut(&ending.episode)?;
            fields.insert(ENDED.to_owned(), ending.on.clone());
        }
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        for (_, fields) in &further.adds {
            let id = fresh_id(&mut rng);
            let kind = EPISODES.to_owned();
            grown.subs.insert(SubKey { kind, id }, fields.clone());
        }
        self.grown.insert(key.clone(), (book, grown));
        Some(Adds {
            key: key.clone(),
            book,
            adds: further.adds,
            ends: further.ends,
        })
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
