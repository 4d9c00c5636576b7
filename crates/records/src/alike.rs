//! Whether two records may be one that was entered twice: by the name, whose words may stand in any order, without marks, or
//! shortened to a letter. The year of birth and the house speak for it or against it; what they are of a kind follows from
//! its rules of uniqueness.

use std::collections::HashMap;

use crate::civil::YearOrDate;
use crate::common;
use crate::datum::{self, Datum};
use crate::kind::{Field, FieldType, Kind, List, Once, Part};
use crate::raw::{Fields, RawRecord};
use crate::text::folded_words;
use crate::unique;

/// How much two records look like one, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Likeness {
    /// The name speaks for it, and nothing against it.
    Named,
    /// So does the year of birth or the house.
    Likely,
    /// They break a rule of uniqueness.
    Twice,
}

/// What a record is known by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// The words of the name without marks, sorted.
    words: Vec<String>,
    born: Option<i32>,
    /// What else the rules compare beside the name, in their order: of a household its address and its number.
    house: Vec<Option<String>>,
}

impl Known {
    /// What a record is known by; `None` where it has no name.
    pub fn of(kind: &Kind, raw: &RawRecord) -> Option<Known> {
        let name = name_of(kind.all_fields())?;
        let words = sorted_words(name, &raw.fields)?;
        let mut born = None;
        let mut house = Vec::new();
        for part in beside(kind, name) {
            let says = unique::value(kind, part, &raw.fields).filter(|says| !says.is_empty());
            match part {
                Part::Year(_) => born = born.or_else(|| says?.parse().ok()),
                _ => house.push(says),
            }
        }
        let born = born.or_else(|| kind.all_lists().find_map(|list| born_among(list, raw, &words)));
        Some(Known { words, born, house })
    }

    /// How much two records look like one; `None`: nothing says so. Years of birth more than one apart are two people: one
    /// apart they are as far as the two calendars.
    pub fn likeness(&self, other: &Known) -> Option<Likeness> {
        if self.words != other.words && !self.is_shortened(other) {
            return None;
        }
        let apart = self.born.zip(other.born).map(|(a, b)| a.abs_diff(b));
        if apart.is_some_and(|years| years > 1) {
            return None;
        }
        let mut houses = self.house.iter().zip(&other.house);
        let one_house = houses.any(|(a, b)| a.is_some() && a == b);
        Some(if apart == Some(0) || one_house {
            Likeness::Likely
        } else {
            Likeness::Named
        })
    }

    /// Whether the names differ only in that words of one are letters of the other ("Nguyễn V. An"). One word at least they
    /// must share whole.
    fn is_shortened(&self, other: &Known) -> bool {
        let (mut here, mut there) = (Vec::new(), Vec::new());
        let mut shared = false;
        let (mut a, mut b) = (self.words.iter().peekable(), other.words.iter().peekable());
        loop {
            match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x == y => {
                    shared |= !is_letter(x);
                    a.next();
                    b.next();
                }
                (Some(x), Some(y)) if x < y => here.extend(a.next()),
                (Some(_), None) => here.extend(a.next()),
                (_, Some(_)) => there.extend(b.next()),
                (None, None) => break,
            }
        }
        shared && here.len() == there.len() && here.iter().zip(&there).all(|(x, y)| is_letter_of(x, y))
    }
}

fn is_letter(word: &str) -> bool {
    word.chars().count() == 1
}

/// Whether one of two different words is the other's first letter.
fn is_letter_of(a: &str, b: &str) -> bool {
    (is_letter(a) && b.starts_with(a)) || (is_letter(b) && a.starts_with(b))
}

/// What all spellings of a record's name have in common, as one number: names with different ones are never alike, and most
/// with the same one are looked at for nothing. 0 without a name.
pub fn spelling(kind: &Kind, raw: &RawRecord) -> u32 {
    let words = name_of(kind.all_fields()).and_then(|name| sorted_words(name, &raw.fields));
    words.map_or(0, |words| spelling_of(&words))
}

fn spelling_of(words: &[String]) -> u32 {
    // FNV-1a of the first letters, which are in order since the words are.
    let letters = words.iter().filter_map(|word| word.chars().next());
    let hash = letters.fold(0x811c_9dc5_u32, |hash, letter| {
        (hash ^ u32::from(letter)).wrapping_mul(0x0100_0193)
    });
    hash.max(1)
}

/// Whether a field, of the kind or of one of its lists, has a part in this.
pub fn weighs(kind: &Kind, field: &Field) -> bool {
    let Some(name) = name_of(kind.all_fields()) else {
        return false;
    };
    let in_rule = beside(kind, name).iter().any(|part| part.name() == field.name);
    let in_list = |list: &List| name_of(list.all_fields()).is_some() && is_born(field) && has(list, field);
    field.is_name || in_rule || kind.all_lists().any(in_list)
}

fn has(list: &List, field: &Field) -> bool {
    list.field(field.name).is_some_and(|own| own.holds == field.holds)
}

fn is_born(field: &Field) -> bool {
    matches!(field.holds, FieldType::YearOrDate)
}

fn name_of(mut fields: impl Iterator<Item = &'static Field>) -> Option<&'static Field> {
    fields.find(|field| field.is_name)
}

fn sorted_words(name: &Field, fields: &Fields) -> Option<Vec<String>> {
    let Datum::Text(text) = datum::read(name, fields).datum? else {
        return None;
    };
    let mut words = folded_words(&text);
    words.sort_unstable();
    (!words.is_empty()).then_some(words)
}

/// What the kind's rules compare beside its name, each once.
fn beside(kind: &Kind, name: &Field) -> Vec<&'static Part> {
    let mut beside: Vec<&'static Part> = Vec::new();
    for rule in kind.unique {
        let Once::Record { parts, .. } = rule.once else {
            continue;
        };
        if parts.iter().any(|part| part.name() == name.name) {
            let others = parts.iter().filter(|part| part.name() != name.name);
            for part in others {
                if !beside.contains(&part) {
                    beside.push(part);
                }
            }
        }
    }
    beside
}

/// The year of birth of the part in force that has this name: of a household's head, who is one of its members. Of two with
/// one name the elder counts: parts have no order, and the answer must be the same each time a table is read.
fn born_among(list: &List, raw: &RawRecord, words: &[String]) -> Option<i32> {
    let name = name_of(list.all_fields())?;
    let born = list.all_fields().find(|field| is_born(field))?;
    let parts = raw.subs.iter().filter(|(key, _)| key.kind == list.name);
    let named = parts.map(|(_, fields)| fields).filter(|fields| {
        !common::is_voided(fields) && sorted_words(name, fields).is_some_and(|other| other == words)
    });
    let years = named.filter_map(|fields| match datum::read(born, fields).datum? {
        Datum::YearOrDate(YearOrDate::Year(year)) => Some(year),
        Datum::YearOrDate(YearOrDate::Date(day)) => Some(chrono::Datelike::year(&day)),
        _ => None,
    });
    years.min()
}

/// Records by their names, to be asked for those that look like another.
#[derive(Clone, Debug)]
pub struct Namesakes<K> {
    named: HashMap<u32, Vec<(Known, K)>>,
}

impl<K> Default for Namesakes<K> {
    fn default() -> Self {
        Namesakes {
            named: HashMap::new(),
        }
    }
}

impl<K> Namesakes<K> {
    /// Puts a record in.
    pub fn put(&mut self, known: Known, key: K) {
        let spelled = self.named.entry(spelling_of(&known.words)).or_default();
        spelled.push((known, key));
    }

    /// Those that look like another, in the order in which they were put in.
    pub fn like<'a>(&'a self, known: &Known) -> impl Iterator<Item = (Likeness, &'a K)> {
        let spelled = self.named.get(&spelling_of(&known.words));
        let alike = move |(other, key): &'a (Known, K)| Some((known.likeness(other)?, key));
        spelled.into_iter().flatten().filter_map(alike)
    }
}
