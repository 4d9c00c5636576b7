//! "Ghi nhiều bản cam kết": the evening's stack of paper, one line a household, saved as one act or not at all.

use std::collections::{BTreeMap, BTreeSet};

use sothon_ledger::{BookId, Scope};
use sothon_overview::due::Pledge as Stands;
use sothon_records::kinds::{Household, Pledge};
use sothon_records::record::differences;
use sothon_records::{Edit, Kind, Lang, Place, Problem, RawRecord, Record, RecordKey, problem};
use sothon_replica::ReplicaError;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of, place_of};
use crate::fault::{Done, Fault};
use crate::place::{Said, only};
use crate::typing::entered;
use crate::{fresh_id, words};

const KIND: &Kind = Pledge::KIND;
const SIGNER: &str = "signer";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn stack(&self, place: Option<String>) -> Done<Stack> {
        self.at_desk(move |desk| desk.stack(place.as_deref())).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn save_stack(&self, input: StackInput) -> Done<StackSaved> {
        self.at_desk(move |desk| desk.save_stack(&input)).await
    }
}

impl Desk {
    fn stack(&mut self, place: Option<&str>) -> Done<Stack> {
        self.refresh();
        let places = self.places_for(KIND);
        if places.is_empty() {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let asked = place
            .and_then(words::parse_scope)
            .filter(|place| places.contains(place));
        let place = asked.or_else(|| only(places.iter().copied()));
        let (mut signed, mut open) = (0, Vec::new());
        for (key, household) in place.into_iter().flat_map(|place| self.households_of(place)) {
            match self.view.pledge(&key, self.today()) {
                Stands::Signed => signed += 1,
                Stands::Open(reason) => open.push((key, household, reason.unwrap_or_default().to_owned())),
            }
        }
        open.sort_by_cached_key(|(_, household, _)| order(household.number.as_deref()));
        let groups: BTreeSet<&String> = (open.iter())
            .filter_map(|(_, household, _)| household.group.as_ref())
            .collect();
        let choice = |scope: &Scope| Choice {
            slug: words::scope_text(*scope),
            label: place_of(*scope).map_or_else(String::new, |place| self.place_name(place)),
        };
        Ok(Stack {
            places: places.iter().map(choice).collect(),
            place: place.map(words::scope_text),
            groups: groups.into_iter().cloned().collect(),
            year: self.year(),
            signed,
            rows: open
                .into_iter()
                .map(|(key, household, reason)| self.stack_row(&key, household, reason))
                .collect(),
        })
    }

    fn stack_row(&self, key: &RecordKey, household: Household, reason: String) -> StackRow {
        let number = household.number.unwrap_or_default();
        let number = match self.lang {
            Lang::Vi => format!("Hộ số {number}"),
            Lang::En => format!("Household {number}"),
        };
        StackRow {
            household: key.to_string(),
            head: household.head.unwrap_or_default(),
            what: match household.address {
                Some(address) => format!("{number} · {address}"),
                None => number,
            },
            group: household.group.unwrap_or_default(),
            reason,
        }
    }

    fn households_of(&self, place: Scope) -> Vec<(RecordKey, Household)> {
        let here = |key: &&RecordKey| place_of(place).is_some_and(|place| self.is_in(key, place));
        let all = self.view.of_kind(Household::KIND.slug);
        all.filter(here)
            .filter(|key| !self.view.is_out(key))
            .filter_map(|key| Some((key.clone(), Household::read(self.view.record(key)?).value)))
            .collect()
    }

    fn year(&self) -> i64 {
        i64::from(self.clock().year())
    }

    /// Saves all sheets as one act. When it returns they are on the disk.
    fn save_stack(&mut self, input: &StackInput) -> Done<StackSaved> {
        self.refresh();
        let place = words::parse_scope(&input.place).filter(|place| self.places_for(KIND).contains(place));
        let place = place.ok_or(ReplicaError::MayNotWrite)?;
        let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
        let mut problems: Vec<Problem> = Vec::new();
        let mut lines: BTreeSet<&str> = BTreeSet::new();
        for line in &input.lines {
            // One household twice is one sheet.
            if !lines.insert(&line.household) {
                continue;
            }
            match self.sheet(place, &input.signed_on, line) {
                Ok((book, edits)) => by_book.entry(book).or_default().extend(edits),
                Err(fault) if fault.problems.is_empty() => return Err(fault),
                Err(fault) => {
                    problems.extend(fault.problems.into_iter().map(|problem| at_line(problem, line)))
                }
            }
        }
        // What is wrong with the day is wrong with each sheet, and is said once.
        let mut said = BTreeSet::new();
        problems.retain(|problem| said.insert(problem.place.clone()));
        if !problems.is_empty() {
            return Err(Fault::fields(problems));
        }
        if by_book.values().all(Vec::is_empty) {
            return Err(sothon_book::EditError::NothingToWrite.into());
        }
        let saved = self.write_many(by_book, "add")?;
        self.discard_unfinished(&crate::unfinished::of_stack(&input.place))?;
        let number = problem::number(i64::try_from(lines.len()).unwrap_or(i64::MAX), self.lang);
        Ok(StackSaved {
            act: saved.act.to_string(),
            says: match self.lang {
                Lang::Vi => format!("Đã lưu {number} bản cam kết trên máy này"),
                Lang::En => format!("{number} pledges saved on this device"),
            },
        })
    }

    /// The pledge of one sheet: a new one, or the one that said why the household had not signed yet.
    fn sheet(&self, place: Scope, signed_on: &str, line: &StackLine) -> Done<(BookId, Vec<Edit>)> {
        let household = key_of(&line.household)?;
        let mut values: BTreeMap<String, String> = [
            ("household", line.household.clone()),
            ("year", self.year().to_string()),
            ("signed_on", signed_on.to_owned()),
            (SIGNER, line.signer.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let context = self.context();
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        if let Some((key, book, before)) = self.unsigned(&household) {
            values.insert("unsigned_reason".to_owned(), String::new());
            let after = entered(KIND, Some(&before), &values, &[], &context, &mut rng)?;
            return Ok((book, differences(&key, &before, &after.record)));
        }
        let made = entered(KIND, None, &values, &[], &context, &mut rng)?;
        let book = self.book_for(KIND, &made.record, Said::at(place))?;
        let key = RecordKey {
            kind: KIND.slug.to_owned(),
            id: fresh_id(&mut rng),
        };
        let record = made.record;
        Ok((book, vec![Edit::Create { key, record }]))
    }

    /// This year's pledge of a household that is not signed, where this device may write it.
    fn unsigned(&self, household: &RecordKey) -> Option<(RecordKey, BookId, RawRecord)> {
        let page = self.view.page(household)?;
        let of_it = page.concerning.iter().filter(|some| some.kind == KIND.slug);
        of_it.flat_map(|some| &some.records).find_map(|link| {
            let (book, raw) = self.placed(&link.key).ok()?;
            let pledge = Pledge::read(&raw).value;
            let waits = pledge.common.in_force() && !pledge.is_signed() && pledge.year == Some(self.year());
            (waits && self.writes(&book)).then(|| (link.key.clone(), book, raw))
        })
    }
}

/// Households are called in the order of their numbers, as far as these are numbers: 2 before 10, 10 before 10A.
fn order(number: Option<&str>) -> (u64, String) {
    let text = number.unwrap_or_default();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text.get(..digits).and_then(|digits| digits.parse().ok());
    (number.unwrap_or(u64::MAX), text.to_owned())
}

/// Who signed stands on each line; the day stands above them all.
fn at_line(mut problem: Problem, line: &StackLine) -> Problem {
    if problem.place == Place::field(SIGNER) {
        problem.place.field = format!("{SIGNER}:{}", line.household);
    }
    problem
}
