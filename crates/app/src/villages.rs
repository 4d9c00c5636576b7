//! Xã → Thôn: the villages with their names by date, and what happens to one, as one act of who writes the commune's book.
//! The rules are `records::villages`; what counts where is the picture's.

mod told;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_book::EditError;
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_overview::Place;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::village::VillageType;
use sothon_records::kinds::{Household, Village};
use sothon_records::problem::{self, day};
use sothon_records::settings::choices::Changeable;
use sothon_records::villages::{Act, Event, SplitTo, asks};
use sothon_records::{Code, Datum, Edit, Kind, Problem, RawRecord, Record, RecordKey, Words, enter};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, Rng, key_of};
use crate::fault::{Done, Fault};
use crate::place::open_book;
use crate::{fresh_id, words};

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn villages(&self) -> Done<Villages> {
        self.at_desk(|desk| Ok(desk.villages())).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn village_act(&self, number: u32) -> Done<VillageActAsk> {
        self.at_desk(move |desk| desk.village_act(number)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn see_village_act(&self, input: VillageActInput) -> Done<VillageActSeen> {
        self.at_desk(move |desk| desk.see_village_act(&input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn do_village_act(&self, input: VillageActInput) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.do_village_act(&input)).await
    }
}

impl Desk {
    fn villages(&mut self) -> Villages {
        self.refresh();
        let mut numbers: Vec<u32> = self.view.villages().into_iter().collect();
        let today = self.today();
        numbers.sort_by_key(|number| {
            let village = self.record_of_village(*number).map(|(_, village)| village);
            let order = village.and_then(|village| village.order);
            (
                !self.view.is_there(*number, today),
                order.is_none(),
                order,
                *number,
            )
        });
        Villages {
            rows: numbers
                .into_iter()
                .map(|number| self.village_row(number))
                .collect(),
            writes: self.writes_kind(Village::KIND),
        }
    }

    fn village_row(&self, number: u32) -> VillageRow {
        let village = self.record_of_village(number);
        let ended = !self.view.is_there(number, self.today());
        let names = village
            .as_ref()
            .map(|(_, village)| self.names_of(village))
            .unwrap_or_default();
        let happened = village
            .map(|(key, village)| self.happened_to(&key, &village))
            .unwrap_or_default();
        let (shared, files) = self.shared_count(number);
        VillageRow {
            number,
            name: self.village_name(number),
            names,
            happened,
            ended,
            households: self.households_in(number).len(),
            shared,
            files,
        }
    }

    /// The record of a village.
    fn record_of_village(&self, number: u32) -> Option<(RecordKey, Village)> {
        let key = self.view.village_key(number)?;
        Some((key.clone(), Village::read(self.view.record(key)?).value))
    }

    /// The names with their days, the newest first.
    fn names_of(&self, village: &Village) -> Vec<String> {
        let mut names: Vec<_> = village.names.values().filter(|name| name.in_force()).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.from));
        let line = |name: &&sothon_records::kinds::village::VillageName| {
            let from = name.from?;
            let called = name.name.clone()?;
            let type_of = village
                .type_on(from)
                .map(|type_of| type_of.label().get(self.lang).to_owned());
            let typed = type_of.filter(|of| !called.to_lowercase().starts_with(&of.to_lowercase()));
            let called = typed.map_or(called.clone(), |of| format!("{of} {called}"));
            let decision = name
                .decision
                .as_ref()
                .map(|by| format!(" ({by})"))
                .unwrap_or_default();
            let since = self.w(&Words::new(
                format!("từ {}", day(from)),
                format!("since {}", day(from)),
            ));
            Some(format!("{called}: {since}{decision}"))
        };
        names.iter().filter_map(line).collect()
    }

    /// What became of a village, and what went into it.
    fn happened_to(&self, key: &RecordKey, village: &Village) -> Vec<String> {
        let mut says = Vec::new();
        let by =
            |decision: &Option<String>| decision.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
        if let Some(first) = village.until.and_then(|until| until.succ_opt()) {
            let decision = by(&village.end_decision);
            let from = day(first);
            let goes_on = village
                .goes_on_in
                .as_ref()
                .and_then(|to| self.view.village_number(to));
            says.push(match (goes_on, &village.left_to) {
                (Some(to), _) => {
                    let to = self.village_called(to, first);
                    self.w(&Words::new(
                        format!("Nhập vào {to} từ {from}{decision}"),
                        format!("Goes on in {to} since {from}{decision}"),
                    ))
                }
                (None, Some(commune)) => self.w(&Words::new(
                    format!("Chuyển về {commune} từ {from}{decision}"),
                    format!("Went to {commune} on {from}{decision}"),
                )),
                (None, None) => self.w(&Words::new(
                    format!("Giải thể từ {from}{decision}"),
                    format!("Ended on {from}{decision}"),
                )),
            });
        }
        for other in self
            .view
            .of_kind(Village::KIND.slug)
            .filter(|other| *other != key)
        {
            let Some(number) = self.view.village_number(other) else {
                continue;
            };
            let Some((_, other)) = self.record_of_village(number) else {
                continue;
            };
            if other.goes_on_in.as_ref() == Some(key) {
                let first = other.until.and_then(|until| until.succ_opt());
                let name = self.village_called(number, other.until.unwrap_or(self.today()));
                let from = first.map(day).unwrap_or_default();
                says.push(self.w(&Words::new(
                    format!("{name} nhập vào từ {from}"),
                    format!("{name} went into it on {from}"),
                )));
            }
        }
        if let Some(from) = village
            .split_from()
            .and_then(|from| self.view.village_number(from))
        {
            let first = village.from.unwrap_or(self.today());
            let name = self.village_called(from, first);
            let on = day(first);
            says.push(self.w(&Words::new(
                format!("Tách từ {name} ngày {on}"),
                format!("Parted from {name} on {on}"),
            )));
        }
        let mut given: BTreeMap<u32, usize> = BTreeMap::new();
        for to in village.shared_out().into_values() {
            if let Some(to) = self.view.village_number(to) {
                *given.entry(to).or_default() += 1;
            }
        }
        for (to, count) in given {
            let to = self.village_name(to);
            says.push(self.w(&Words::new(
                format!("{count} hộ chuyển sang {to}"),
                format!("{count} households went to {to}"),
            )));
        }
        says
    }

    fn village_called(&self, number: u32, on: NaiveDate) -> String {
        self.w(&self.view.village_name(number, on))
    }

    /// The households that belong to a village today.
    fn households_in(&self, number: u32) -> Vec<RecordKey> {
        let (today, place) = (self.today(), Place::Village(number));
        let all = self.view.of_kind(Household::KIND.slug);
        let here =
            all.filter(|key| self.view.place_of_on(key, today) == Some(place) && !self.view.is_out(key));
        here.cloned().collect()
    }

    fn village_act(&mut self, number: u32) -> Done<VillageActAsk> {
        self.may_change_villages()?;
        self.refresh();
        let today = self.today();
        let others = self.view.villages().into_iter();
        let others = others.filter(|other| *other != number && self.view.is_there(*other, today));
        let choice = |number: u32| Choice {
            slug: words::scope_text(Scope::Village(number)),
            label: self.village_name(number),
        };
        let types = Changeable::named("village/type_of");
        let mut households: Vec<PickRow> = self
            .households_in(number)
            .iter()
            .filter_map(|key| self.pick_row(key))
            .collect();
        households.sort_by_key(|row| sothon_records::collate::key(&row.title));
        Ok(VillageActAsk {
            number,
            name: self.village_name(number),
            others: others.map(choice).collect(),
            types: types.map(|of| self.offered_today(&of, &[])).unwrap_or_default(),
            households,
        })
    }

    fn may_change_villages(&self) -> Done {
        if self.writes_kind(Village::KIND) {
            Ok(())
        } else {
            Err(sothon_replica::ReplicaError::MayNotWrite.into())
        }
    }

    fn see_village_act(&mut self, input: &VillageActInput) -> Done<VillageActSeen> {
        self.refresh();
        // What cannot be saved is said here already.
        let (act, _) = self.village_act_edits(input)?;
        Ok(self.village_act_seen(input.number, &act))
    }

    fn do_village_act(&mut self, input: &VillageActInput) -> Done<SavedAct> {
        self.refresh();
        let (act, edits) = self.village_act_edits(input)?;
        let what = match act.event {
            Event::Rename { .. } => "village-rename",
            Event::Merge { .. } => "village-merge",
            Event::Split { .. } => "village-split",
            Event::Dissolve => "village-end",
            Event::Leave { .. } => "village-leave",
        };
        self.write_in(&edits, what, act.village, Vec::new())
    }

    /// An act and its edits. What is to be put right is told at once: where there is no day yet, also what else is missing.
    fn village_act_edits(&self, input: &VillageActInput) -> Done<(Act, Edits)> {
        let day = day_typed(&input.from);
        let act = self.act_of(input, *day.as_ref().unwrap_or(&self.today()))?;
        let edits = self.village_edits(&act);
        match (day, edits) {
            (Ok(_), edits) => Ok((act, edits?)),
            (Err(wrong), Ok(_)) => Err(wrong),
            (Err(wrong), Err(mut more)) => {
                more.problems.retain(|problem| problem.code == Code::Missing);
                let at = |problem: &Problem| problem.place.field == asks::DECISION;
                let at = more.problems.iter().position(at).unwrap_or(more.problems.len());
                // In the order of the form: the day stands before the decision.
                let after = more.problems.split_off(at);
                more.problems.extend(wrong.problems);
                more.problems.extend(after);
                Err(more)
            }
        }
    }

    /// The edits of an act, each in the book where that village's record counts.
    fn village_edits(&self, act: &Act) -> Done<Edits> {
        self.may_change_villages()?;
        let mut villages: BTreeMap<RecordKey, RawRecord> = BTreeMap::new();
        let mut books: BTreeMap<RecordKey, BookId> = BTreeMap::new();
        for key in self
            .view
            .of_kind(Village::KIND.slug)
            .filter(|key| !self.view.is_voided(key))
        {
            let (book, raw) = self.placed(key)?;
            books.insert(key.clone(), book);
            villages.insert(key.clone(), raw);
        }
        let fresh = open_book(
            self.device(),
            BookKind::Commune,
            Scope::Commune,
            self.clock().year(),
        )?;
        let mut rng: Rng = rand_core::UnwrapErr(getrandom::SysRng);
        let edits = act
            .edits(&villages, || fresh_id(&mut rng))
            .map_err(Fault::fields)?;
        if edits.is_empty() {
            return Err(EditError::NothingToWrite.into());
        }
        let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
        for edit in edits {
            let book = books.get(edit.key()).copied().unwrap_or(fresh);
            by_book.entry(book).or_default().push(edit);
        }
        Ok(by_book.into_iter().collect())
    }

    fn act_of(&self, input: &VillageActInput, from: NaiveDate) -> Done<Act> {
        let unclear = || Fault::not_understood("village_act");
        let village = self.view.village_key(input.number).cloned().ok_or_else(unclear)?;
        let other = || match words::parse_scope(&input.into) {
            Some(Scope::Village(number)) => self.view.village_key(number).cloned(),
            _ => None,
        };
        // Where none is chosen, its own is none either.
        let other = || other().unwrap_or_else(|| village.clone());
        let name = || Some(input.name.clone()).filter(|name| !name.trim().is_empty());
        let event = match input.what.as_str() {
            "rename" => Event::Rename {
                name: input.name.clone(),
                type_of: VillageType::from_slug(&input.type_of),
            },
            "merge" => Event::Merge {
                into: other(),
                name: name(),
            },
            "split" => Event::Split {
                to: match input.into.as_str() {
                    "" => SplitTo::New {
                        name: input.name.clone(),
                        code: self.view.next_village_code(),
                    },
                    _ => SplitTo::Existing(other()),
                },
                households: input
                    .households
                    .iter()
                    .map(|key| key_of(key))
                    .collect::<Done<_>>()?,
            },
            "dissolve" => Event::Dissolve,
            "leave" => Event::Leave {
                commune: input.commune.clone(),
            },
            _ => return Err(unclear()),
        };
        Ok(Act {
            village,
            from,
            decision: input.decision.clone(),
            event,
        })
    }
}

/// Edits by the book in which they are made.
type Edits = Vec<(BookId, Vec<Edit>)>;

/// The first day, as the form of a village reads it.
fn day_typed(typed: &str) -> Done<NaiveDate> {
    let field = Kind::field(Village::KIND, asks::FROM).ok_or_else(|| Fault::not_understood("village_act"))?;
    match enter::understand(field, typed) {
        Ok(Some(Datum::Date(day))) => Ok(day),
        Ok(_) => Err(Fault::fields(vec![Problem::new(
            problem::Place::field(asks::FROM),
            Code::Missing,
            "Nhập từ ngày.",
            "Enter from which day.",
        )])),
        Err(problem) => Err(Fault::fields(vec![problem])),
    }
}
