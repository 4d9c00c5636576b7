//! The rows of a table as records. A row is read whole or not at all; what is to be put right is told by row and column.

mod cells;
mod further;
mod passed;
mod persons;

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::enter::enter;
use sothon_records::kinds::person::Regime;
use sothon_records::problem::Weight;
use sothon_records::settings::choices::Offers;
use sothon_records::text::folded_words;
use sothon_records::{
    Context, Field, Fields, Place, RawRecord, RecordId, RecordKey, SubKey, Value, Words, common, validate,
};

use self::cells::{Added, identity, plain, put, short, take_in};
pub use self::further::{Ending, Further, further};
pub use self::passed::{Passed, Why};
pub use self::persons::{are_two, one_day_of_birth};
use crate::guess::{Mapping, is_numbering};
use crate::open::OpenError;
use crate::sheet::{Cell, Row, Sheet};
use crate::subject::{SoughtBy, Subject, Target, VILLAGE};
use crate::synonyms;

/// A record as a table has it.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// The number of its first row.
    pub row: u32,
    /// The numbers of the later rows that tell of the same person.
    pub more: Vec<u32>,
    /// An earlier row that says all of it.
    pub again: Option<u32>,
    /// The record.
    pub record: RawRecord,
    /// The number of the village that a column names.
    pub village: Option<u32>,
    /// The number of the person's identity card, digits alone. For comparing; it is kept nowhere.
    pub identity: Option<String>,
    /// Of each of its parts where it stands.
    pub parts: BTreeMap<SubKey, Stands>,
}

/// Where a part of a record stands in a table: a member, an episode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stands {
    /// The number of its row.
    pub row: u32,
    /// The law under which an episode runs where no column says so: by the day on which it began.
    pub by_day: Option<Regime>,
}

/// Something to be put right, or to be known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The number of the row.
    pub row: u32,
    /// The column, from 0; none where the table has none for it.
    pub column: Option<usize>,
    /// What, in one sentence.
    pub says: Words,
}

/// What a table became.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Made {
    /// The records.
    pub lines: Vec<Line>,
    /// What is to be put right; then nothing is taken.
    pub wrong: Vec<Wrong>,
    /// Cells that are not taken, since an earlier row of the same household or person says something else.
    pub told: Vec<Wrong>,
    /// Rows that were passed over.
    pub passed: Vec<Passed>,
    /// How many rows that were read the file hides.
    pub hidden: usize,
}

/// A household of the register, as a table of pledges says which.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sought {
    /// The number of the village that a column names.
    pub village: Option<u32>,
    /// The name of its head.
    pub head: String,
    /// Its number.
    pub number: String,
    /// Its address.
    pub address: String,
}

/// What the register has for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// This one.
    One(RecordKey),
    /// None.
    Nothing,
    /// So many, and nothing tells them apart.
    Several(usize),
}

/// What reading is told from outside.
pub struct Given<'a> {
    /// Today.
    pub context: Context,
    /// What holds for all rows, where no column says it: by the field's name, as one types it.
    pub values: &'a BTreeMap<String, String>,
    /// The choices that the commune has added.
    pub offers: &'a Offers,
    /// The number of the village that a text names, or what is to be put right.
    pub village: &'a dyn Fn(&str) -> Result<u32, Words>,
    /// Finds a household.
    pub household: &'a dyn Fn(&Sought) -> Found,
    /// Makes the id of a part.
    pub fresh: &'a mut dyn FnMut() -> RecordId,
    /// Is told how many rows were read, and says whether to go on.
    pub watch: &'a mut dyn FnMut(usize) -> bool,
}

/// Makes records of the rows below the heads.
///
/// # Errors
/// [`OpenError::Stopped`], where `watch` says so.
pub fn read(
    sheet: &Sheet,
    subject: Subject,
    mapping: &Mapping,
    given: &mut Given<'_>,
) -> Result<Made, OpenError> {
    let mut reading = Reading {
        sheet,
        subject,
        mapping,
        made: Made::default(),
        draft: None,
    };
    let rows = sheet.rows.iter().filter(|row| row.number > mapping.head);
    for (at, row) in rows.enumerate() {
        if at.is_multiple_of(200) && !(given.watch)(at) {
            return Err(OpenError::Stopped);
        }
        reading.row(row, given);
    }
    reading.close(given);
    if subject == Subject::Persons {
        persons::join(&mut reading.made, mapping);
    }
    reading.made.told.sort_by_key(|told| (told.row, told.column));
    reading.made.wrong.sort_by_key(|wrong| (wrong.row, wrong.column));
    Ok(reading.made)
}

/// A record while its rows are read.
struct Draft {
    row: u32,
    record: RawRecord,
    identity: Option<String>,
    parts: BTreeMap<SubKey, Stands>,
    /// The village as it was written; none where nothing was.
    village: Option<String>,
    sought: Sought,
    /// Where each value stood.
    stood: BTreeMap<Place, (u32, usize)>,
    /// What was said of a place already.
    said: BTreeSet<Place>,
}

struct Reading<'a> {
    sheet: &'a Sheet,
    subject: Subject,
    mapping: &'a Mapping,
    made: Made,
    draft: Option<Draft>,
}

impl Reading<'_> {
    fn row(&mut self, row: &Row, given: &mut Given<'_>) {
        let used = || self.mapping.columns.iter().filter(|column| column.into.is_some());
        if used().all(|column| row.cell(column.at).is_empty()) || is_numbering(row) {
            return;
        }
        if let Some(passed) = passed::passed(row, self.subject, self.mapping) {
            self.made.passed.push(passed);
            return;
        }
        self.made.hidden += usize::from(self.sheet.hidden.contains(&row.number));
        if !self.goes_on(row) {
            self.close(given);
        }
        let mut draft = self.draft.take().unwrap_or_else(|| self.blank(row.number, given));
        // A row of members is one member; of persons one episode.
        let part = self.subject.part().map(|list| {
            let key = SubKey {
                kind: list.name.to_owned(),
                id: (given.fresh)(),
            };
            (key, list.blank())
        });
        let (key, mut fields) = part.map_or((None, BTreeMap::new()), |(key, fields)| (Some(key), fields));
        let mut filled = false;
        for column in &self.mapping.columns {
            let cell = row.cell(column.at);
            let (Some(target), false) = (column.into, cell.is_empty()) else {
                continue;
            };
            let place = match (&target, &key) {
                (Target::Part(_, field), Some(key)) => Place::sub(key, field.name),
                (Target::Field(field), _) => Place::field(field.name),
                (Target::Village, _) => Place::field(VILLAGE),
                _ => Place::field("household"),
            };
            let kind = self.subject.kind().slug;
            let added = |typed: &str| {
                let path = format!("{kind}/{}", target.slug());
                given.offers.meant(&path, typed).map(str::to_owned)
            };
            match target {
                Target::Field(field) => {
                    if let Some((above, _)) = draft.stood.get(&place).copied() {
                        self.said_again(&mut draft, field, cell, &added, (above, row.number, column.at));
                        continue;
                    }
                    self.made
                        .wrong
                        .extend(
                            put(field, cell, &added, &mut draft.record.fields)
                                .err()
                                .map(|says| {
                                    draft.said.insert(place.clone());
                                    Wrong {
                                        row: row.number,
                                        column: Some(column.at),
                                        says,
                                    }
                                }),
                        );
                }
                Target::Part(_, field) => {
                    filled = true;
                    self.made
                        .wrong
                        .extend(put(field, cell, &added, &mut fields).err().map(|says| {
                            draft.said.insert(place.clone());
                            Wrong {
                                row: row.number,
                                column: Some(column.at),
                                says,
                            }
                        }));
                }
                // Members stand below: the household has its village already.
                Target::Village if draft.village.is_some() => continue,
                Target::Village => {
                    draft.village = Some(cell.typed());
                    match plain(cell).and_then(|said| (given.village)(&said)) {
                        Ok(number) => draft.sought.village = Some(number),
                        Err(says) => self.made.wrong.push(Wrong {
                            row: row.number,
                            column: Some(column.at),
                            says: short(says),
                        }),
                    }
                }
                Target::Sought(by) => *sought_by(&mut draft.sought, by) = cell.typed(),
                Target::Identity => draft.identity = identity(cell),
                Target::Standing => {}
            }
            draft.stood.insert(place, (row.number, column.at));
        }
        if let Some(key) = key.filter(|_| filled) {
            let by_day = match self.subject {
                Subject::Persons => persons::name_regime(&mut fields),
                _ => None,
            };
            let row = row.number;
            draft.parts.insert(key.clone(), Stands { row, by_day });
            draft.stood.entry(Place::sub(&key, "")).or_insert((row, 0));
            draft.record.subs.insert(key, fields);
        }
        self.draft = Some(draft);
    }

    /// What a later row of a household says of the household itself.
    fn said_again(
        &mut self,
        draft: &mut Draft,
        field: &Field,
        cell: &Cell,
        added: Added<'_>,
        at: (u32, u32, usize),
    ) {
        let mut later = Fields::new();
        let (above, row, column) = (at.0, at.1, Some(at.2));
        match put(field, cell, added, &mut later) {
            Err(says) => self.made.wrong.push(Wrong { row, column, says }),
            Ok(()) => {
                let says = take_in(field, &mut draft.record.fields, later, above);
                let told = says.map(|says| Wrong { row, column, says });
                self.made.told.extend(told);
            }
        }
    }

    fn blank(&self, row: u32, given: &Given<'_>) -> Draft {
        let kind = self.subject.kind();
        let mut record = kind.blank();
        if let Some(field) = kind.field(common::OCCURRED) {
            let today = given.context.today.format("%d/%m/%Y").to_string();
            let _ = enter(field, &today, &mut record.fields);
        }
        for field in self.subject.given() {
            if let Some(typed) = given.values.get(field.name) {
                // What cannot be read is missing, and is told as that.
                let _ = enter(field, typed, &mut record.fields);
            }
        }
        Draft {
            row,
            record,
            identity: None,
            parts: BTreeMap::new(),
            village: None,
            sought: Sought::default(),
            stood: BTreeMap::new(),
            said: BTreeSet::new(),
        }
    }

    /// Whether a row tells of one more member of the same household.
    fn goes_on(&self, row: &Row) -> bool {
        let Some(draft) = self
            .draft
            .as_ref()
            .filter(|_| self.subject == Subject::Households)
        else {
            return false;
        };
        if self.mapping.column("members/name").is_none() {
            return false;
        }
        let said = |slug: &str| {
            self.mapping
                .column(slug)
                .map(|column| row.cell(column.at).typed())
                .unwrap_or_default()
        };
        let has = |name: &str| match draft.record.fields.get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let same = |name: &str| {
            let here = said(name);
            here.is_empty() || folded_words(&here) == folded_words(&has(name))
        };
        let is_head = synonyms::is_head(&said("members/relation"));
        // A household has one head: a second begins another, whatever its number is.
        let has_head = draft.record.subs.values().any(is_head_member);
        let village = said(VILLAGE);
        let one_village = village.is_empty()
            || (draft.village.as_ref()).is_some_and(|here| folded_words(here) == folded_words(&village));
        same("number") && same("head") && one_village && !(is_head && has_head)
    }

    /// Ends the record that is being read.
    fn close(&mut self, given: &Given<'_>) {
        let Some(mut draft) = self.draft.take() else {
            return;
        };
        if self.subject == Subject::Households {
            name_head(&mut draft);
        }
        if let (Some(column), None) = (self.mapping.column(VILLAGE), &draft.village) {
            self.made.wrong.push(Wrong {
                row: draft.row,
                column: Some(column.at),
                says: Words::new("Ghi tên thôn ở dòng này.", "Write the village in this row."),
            });
        }
        if self.subject == Subject::Pledges {
            self.name_signer(&mut draft);
            self.find_household(&mut draft, given);
        }
        let problems = validate(self.subject.kind(), &draft.record, &given.context);
        for problem in problems
            .into_iter()
            .filter(|problem| problem.weight == Weight::Blocks)
        {
            if draft.said.contains(&problem.place) {
                continue;
            }
            let (row, column) = self.stands(&draft, &problem.place);
            self.made.wrong.push(Wrong {
                row,
                column,
                says: short(problem.says),
            });
        }
        self.made.lines.push(Line {
            row: draft.row,
            more: Vec::new(),
            again: None,
            record: draft.record,
            village: draft.sought.village,
            identity: draft.identity,
            parts: draft.parts,
        });
    }

    /// Where a value stood, or would stand.
    fn stands(&self, draft: &Draft, place: &Place) -> (u32, Option<usize>) {
        if let Some((row, column)) = draft.stood.get(place) {
            return (*row, Some(*column));
        }
        let slug = match &place.sub {
            Some(sub) => format!("{}/{}", sub.kind, place.field),
            None => place.field.clone(),
        };
        let row = place
            .sub
            .as_ref()
            .and_then(|sub| draft.stood.get(&Place::sub(sub, "")));
        let column = self.mapping.column(&slug).map(|column| column.at);
        (row.map_or(draft.row, |(row, _)| *row), column)
    }

    /// The head signs where the table has no column of who did; the preview says so.
    fn name_signer(&self, draft: &mut Draft) {
        let signer = self.subject.kind().field("signer");
        let (None, Some(field)) = (self.mapping.column("signer"), signer) else {
            return;
        };
        if draft.record.fields.contains_key("signed_on") {
            let _ = enter(field, &draft.sought.head, &mut draft.record.fields);
        }
    }

    fn find_household(&mut self, draft: &mut Draft, given: &Given<'_>) {
        let place = Place::field("household");
        let says = match (given.household)(&draft.sought) {
            Found::One(key) => {
                let value = Value::Text(key.to_string());
                draft.record.fields.insert("household".to_owned(), value);
                return;
            }
            // Nobody knows where to look: that is told already.
            Found::Nothing if draft.sought.village.is_none() && self.mapping.column(VILLAGE).is_some() => {
                draft.said.insert(place);
                return;
            }
            Found::Nothing if draft.sought.says_nothing() => return,
            Found::Nothing => Words::new(
                "Sổ chưa có hộ này. Nhập danh sách hộ trước, hoặc sửa tên chủ hộ, số hộ cho đúng.",
                "The register has no such household. Import the households first, or put the name or number right.",
            ),
            Found::Several(n) => Words::new(
                format!("Sổ có {n} hộ như thế. Thêm cột số hộ hoặc địa chỉ."),
                format!("The register has {n} such households. Add a column with the number or the address."),
            ),
        };
        let (row, column) = self.stands(draft, &place);
        draft.said.insert(place);
        self.made.wrong.push(Wrong { row, column, says });
    }
}

impl Sought {
    fn says_nothing(&self) -> bool {
        [&self.head, &self.number, &self.address]
            .iter()
            .all(|said| said.is_empty())
    }
}

fn sought_by(sought: &mut Sought, by: SoughtBy) -> &mut String {
    match by {
        SoughtBy::Number => &mut sought.number,
        SoughtBy::Head => &mut sought.head,
        SoughtBy::Address => &mut sought.address,
    }
}

/// The head's name stands among the members where no column has it.
fn name_head(draft: &mut Draft) {
    if draft.record.fields.contains_key("head") {
        return;
    }
    let mut members = draft.record.subs.values();
    let head = members.find(|fields| is_head_member(fields));
    if let Some(name) = head.and_then(|fields| fields.get("name")).cloned() {
        draft.record.fields.insert("head".to_owned(), name);
    }
}

fn is_head_member(fields: &Fields) -> bool {
    fields.get("relation") == Some(&Value::Text("head".to_owned()))
}
