//! Off what the parts of a list can be ticked: who and what is recorded, as it would stand in the list; and what stands in no
//! such list though it should.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_records::datum::{self, Datum};
use sothon_records::kind::{Field, FieldType, Given, Roll};
use sothon_records::{Fields, Kind, Lang, List, RawRecord, RecordKey, Words, collate, common, enter, show};

use crate::change::Place;
use crate::view::{Entry, View};

/// Something that can be ticked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// The record, or the one that holds the part.
    pub key: RecordKey,
    /// As it is called.
    pub title: Words,
    /// Its unit or group.
    pub under: String,
    /// The part that a tick adds.
    pub fields: Fields,
    /// The records of the kind that name it already, where each should stand in one of them.
    pub named_in: Vec<RecordKey>,
}

impl View {
    /// What can be ticked for a list of a kind on a day, those of a place where one is named; in the order of names.
    pub fn roll(&self, kind: &Kind, list: &List, place: Option<Place>, today: NaiveDate) -> Vec<Offered> {
        let mut offered = Vec::new();
        let named = self.named_in(kind, list, today);
        for roll in list.rolls {
            let Some(kind) = Kind::by_slug(roll.kind) else {
                continue;
            };
            let here = |entry: &Entry| !entry.voided && place.is_none_or(|place| entry.place == place);
            for (key, entry) in self.entries_of(roll.kind).filter(|(_, entry)| here(entry)) {
                let Some(raw) = entry.raw() else { continue };
                if !is_now(kind.fields, &raw.fields, today) {
                    continue;
                }
                let source = |part| Source {
                    view: self,
                    kind,
                    key,
                    raw,
                    part,
                };
                match kind.list(roll.list) {
                    None => offered.extend(source(None).offered(roll, list)),
                    Some(inner) => {
                        let parts = raw.subs.iter().filter(|(sub, _)| sub.kind == inner.name);
                        let now = parts.filter(|(_, fields)| {
                            !common::is_voided(fields) && is_now(inner.fields, fields, today)
                        });
                        offered.extend(
                            now.filter_map(|(_, fields)| source(Some((inner, fields))).offered(roll, list)),
                        );
                    }
                }
            }
        }
        for one in &mut offered {
            one.named_in = named.get(&one.key).cloned().unwrap_or_default();
        }
        offered.sort_by_cached_key(|one| {
            (
                collate::name_key(&one.title.vi),
                one.under.clone(),
                one.key.clone(),
            )
        });
        offered
    }

    /// The records that should stand in a list of a kind and stand in none on a day, those of a place where one is named; in
    /// the order of lists. Nothing for a list that need not have all.
    pub fn left_out(
        &self,
        kind: &Kind,
        list: &List,
        place: Option<Place>,
        today: NaiveDate,
    ) -> Option<(Words, Vec<RecordKey>)> {
        let covers = list.covers?;
        let of = Kind::by_slug(covers.kind)?;
        let named = self.named_in(kind, list, today);
        let here = |entry: &Entry| !entry.voided && place.is_none_or(|place| entry.place == place);
        let mut out: Vec<RecordKey> = self
            .entries_of(of.slug)
            .filter(|(key, entry)| here(entry) && !named.contains_key(*key))
            .filter(|(_, entry)| {
                entry
                    .raw()
                    .is_some_and(|raw| is_now(of.fields, &raw.fields, today))
            })
            .map(|(key, _)| key.clone())
            .collect();
        out.sort_by_cached_key(|key| self.search.order(key).to_vec());
        Some((covers.missing.into(), out))
    }

    /// Of what a list should have all: in which records of the kind each is named on a day.
    fn named_in(&self, kind: &Kind, list: &List, today: NaiveDate) -> BTreeMap<RecordKey, Vec<RecordKey>> {
        let mut named: BTreeMap<RecordKey, Vec<RecordKey>> = BTreeMap::new();
        let Some(field) = list.covers.and_then(|covers| list.field(covers.field)) else {
            return named;
        };
        for (key, entry) in self.entries_of(kind.slug).filter(|(_, entry)| !entry.voided) {
            let Some(raw) = entry.raw().filter(|raw| is_now(kind.fields, &raw.fields, today)) else {
                continue;
            };
            let parts = raw.subs.iter().filter(|(sub, _)| sub.kind == list.name);
            let now =
                parts.filter(|(_, fields)| !common::is_voided(fields) && is_now(list.fields, fields, today));
            for (_, fields) in now {
                if let Some(Datum::Reference(one)) = datum::read(field, fields).datum {
                    // Who was merged goes on in another record, which is the one that is asked about.
                    let one = self.goes_on_in(&one).cloned().unwrap_or(one);
                    named.entry(one).or_default().push(key.clone());
                }
            }
        }
        named
    }
}

/// Whether a day lies in the time that a record or part says, as far as it says one.
fn is_now(declared: &[Field], fields: &Fields, today: NaiveDate) -> bool {
    let day = |name: &str| {
        let field = declared.iter().find(|field| field.name == name)?;
        match datum::read(field, fields).datum {
            Some(Datum::Date(day)) => Some(day),
            _ => None,
        }
    };
    let begun = ["from", "valid_from"]
        .into_iter()
        .filter_map(day)
        .all(|from| from <= today);
    begun
        && ["until", "valid_until"]
            .into_iter()
            .filter_map(day)
            .all(|until| today <= until)
}

/// A record, or a part of it, that is offered.
struct Source<'a> {
    view: &'a View,
    kind: &'static Kind,
    key: &'a RecordKey,
    raw: &'a RawRecord,
    part: Option<(&'static List, &'a Fields)>,
}

impl Source<'_> {
    fn offered(&self, roll: &Roll, list: &List) -> Option<Offered> {
        let mut fields = list.blank();
        for (name, given) in roll.fills {
            let Some(field) = list.field(name) else { continue };
            if datum::read(field, &fields).datum.is_none() {
                datum::write(field, self.given(given, field), &mut fields);
            }
        }
        let titles = |key: &RecordKey| self.view.title(key);
        let said = |field: &Field| show::in_words(field, &fields, &titles).0;
        let title = list.fields.iter().map(said).find(|words| !words.vi.is_empty())?;
        Some(Offered {
            key: self.key.clone(),
            title,
            under: self.words(&roll.under),
            fields,
            named_in: Vec::new(),
        })
    }

    /// What is given, as a value of the field that it fills in; nothing where it would be none.
    fn given(&self, given: &Given, to: &Field) -> Option<Datum> {
        match given {
            Given::Itself => Some(Datum::Reference(self.key.clone())),
            Given::Is(typed) => enter::understand(to, typed).ok().flatten(),
            Given::Said(name, values) => {
                let said = sothon_records::text::folded_words(&self.words(&Given::Field(name))).join(" ");
                let (_, value) = values.iter().find(|(says, _)| *says == said)?;
                enter::understand(to, value).ok().flatten()
            }
            Given::Field(_) | Given::Through(..) | Given::Title | Given::TitleOf(_) => {
                let found = self.datum(given);
                match (to.holds, found) {
                    // What the commune added to one field it did not add to another: there it is “Khác”.
                    (
                        FieldType::Choice(choices),
                        Some(Datum::Choice(had) | Datum::Added { choice: had, .. }),
                    ) => {
                        let same = choices.iter().find(|choice| choice.slug == had.slug);
                        same.map(Datum::Choice)
                    }
                    (FieldType::Text { max }, _) => {
                        let words: String = self.words(given).chars().take(max).collect();
                        (!words.is_empty()).then_some(Datum::Text(words))
                    }
                    (FieldType::Reference(kinds), Some(Datum::Reference(key))) => kinds
                        .contains(&key.kind.as_str())
                        .then_some(Datum::Reference(key)),
                    _ => None,
                }
            }
        }
    }

    fn field(&self, name: &str) -> Option<(&'static Field, &Fields)> {
        match self.part {
            Some((list, fields)) => Some((list.field(name)?, fields)),
            None => Some((self.kind.field(name)?, &self.raw.fields)),
        }
    }

    /// The record that a field names, with its kind.
    fn named(&self, name: &str) -> Option<RecordKey> {
        let (field, fields) = self.field(name)?;
        match datum::read(field, fields).datum {
            Some(Datum::Reference(key)) => Some(key),
            _ => None,
        }
    }

    fn datum(&self, given: &Given) -> Option<Datum> {
        match given {
            Given::Field(name) => {
                let (field, fields) = self.field(name)?;
                datum::read(field, fields).datum
            }
            Given::Through(name, of) => {
                let key = self.named(name)?;
                let field = Kind::by_slug(&key.kind)?.field(of)?;
                datum::read(field, &self.view.record(&key)?.fields).datum
            }
            _ => None,
        }
    }

    fn words(&self, given: &Given) -> String {
        let titles = |key: &RecordKey| self.view.title(key);
        let words = match given {
            Given::Title => self.view.title(self.key),
            Given::TitleOf(name) => self.named(name).and_then(|key| self.view.title(&key)),
            Given::Field(name) => self
                .field(name)
                .map(|(field, fields)| show::in_words(field, fields, &titles).0.get(Lang::Vi).to_owned()),
            _ => None,
        };
        words.unwrap_or_default()
    }
}
