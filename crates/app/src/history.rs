//! A record's history: who wrote and changed it, and what of that can be undone from there.

use std::collections::{BTreeMap, BTreeSet};

use sothon_book::{Act, ActId, HistoryStep};
use sothon_ledger::{BookId, ChangeHash};
use sothon_records::{Kind, RecordKey, SubKey, Words, common, files, show};

use crate::api::*;
use crate::books::delivered;
use crate::desk::Desk;
use crate::page::declared;
use crate::typing::retyped;
use crate::words;

/// Acts of many records.
const MANY: [&str; 5] = [
    Act::IMPORT,
    crate::renewing::RENEW,
    crate::duties::MAKE,
    crate::sharing::SHARE,
    crate::cards::MAKE,
];

/// What the act of undoing is called in histories.
const UNDO: &str = "undo";

/// A record's steps in one book, oldest first.
type Steps = (BookId, Vec<HistoryStep>);

/// Whether an act is undone from the history of one record.
enum Undoing {
    /// It is offered.
    Offered,
    /// It was, at this time of a clock.
    Undone(i64),
    /// Somebody has changed the record since.
    ChangedSince,
    /// It changed no value: there is nothing to offer and nothing to say.
    Nothing,
}

impl Desk {
    /// Who wrote and changed a record, newest first: in the book where it counts, then in those where it was before.
    pub(crate) fn history_lines(&self, kind: &Kind, book: &BookId, key: &RecordKey) -> Vec<HistoryLine> {
        let others = self
            .view
            .books_of(key)
            .into_iter()
            .map(|open| BookId(open.book.0));
        let books = std::iter::once(*book).chain(others.filter(|other| other != book));
        let all: Vec<Steps> = books
            .map(|from| (from, self.device().history(&from, key)))
            .collect();
        let undone = undone(&all);
        let mut told = BTreeSet::new();
        let mut lines = Vec::new();
        for (from, steps) in &all {
            // An act in two books is told once, as what it did in the later one.
            let fresh = steps.iter().rev().filter(|step| !told.contains(&step.act));
            lines.extend(fresh.map(|step| {
                let line = self.history_line(kind, from, key, step);
                // What was done in a book that the record has left is history alone.
                let mine = self.writes(book)
                    && self.device().is_of_office(kind)
                    && from == book
                    && self.undoes_whole(from, step, &all);
                let undoing = match undone.get(&step.act) {
                    Some(time) => Undoing::Undone(*time),
                    None => still_undoes(step, from, &all),
                };
                let undoable = mine && matches!(undoing, Undoing::Offered);
                HistoryLine {
                    undoable,
                    many: if undoable { self.undone_with(step) } else { 0 },
                    not_undone: self.not_undone(&undoing, mine),
                    ..line
                }
            }));
            told.extend(steps.iter().map(|step| step.act));
        }
        lines
    }

    /// How many records are undone with an act of many: as the one act that it was.
    fn undone_with(&self, step: &HistoryStep) -> usize {
        // What an undoing set back is as many as what it undid.
        let many = MANY.contains(&step.what.as_str()) || step.what == UNDO;
        if many {
            self.device().records_of_act(&step.act).len()
        } else {
            0
        }
    }

    /// Why an act is not undone from here, for people. That it was is for all to see; that it cannot be any more is for who
    /// might have.
    fn not_undone(&self, undoing: &Undoing, mine: bool) -> String {
        match undoing {
            Undoing::Undone(0) => self.t("Đã hoàn tác", "Undone").to_owned(),
            Undoing::Undone(time) => {
                format!(
                    "{} {}",
                    self.t("Đã hoàn tác", "Undone"),
                    self.w(&words::time(*time))
                )
            }
            Undoing::ChangedSince if mine => self
                .t(
                    "Sau đó đã sửa tiếp, không hoàn tác được",
                    "Changed again since, cannot be undone",
                )
                .to_owned(),
            Undoing::ChangedSince | Undoing::Offered | Undoing::Nothing => String::new(),
        }
    }

    /// Whether an act that moved a record, or put the day of that right, is undone in both books: half of it would leave the
    /// record where it does not belong, or two days of one move.
    fn undoes_whole(&self, from: &BookId, step: &HistoryStep, all: &[Steps]) -> bool {
        let own = self.device().author(from, &step.actor) == Some(self.device().device());
        let holds =
            |(book, steps): &&Steps| self.writes(book) && steps.iter().any(|other| other.act == step.act);
        let of_two_books = crate::sharing::moves(&step.what) || step.what == crate::moving::CORRECT;
        !of_two_books || own || all.iter().filter(holds).count() > 1
    }

    fn history_line(&self, kind: &Kind, book: &BookId, key: &RecordKey, step: &HistoryStep) -> HistoryLine {
        // Whose device a tip came from may say who told (design.md §3.6): it is answered, not named.
        let dropped = self.device().dropped_by(book, key).is_some();
        HistoryLine {
            at: (step.time != 0).then_some(step.time),
            untimed: dropped && step.created && step.time == 0,
            who: if dropped && step.created {
                self.t("Người báo tin", "Who told").to_owned()
            } else {
                self.author(book, &step.actor)
            },
            behalf: if dropped {
                String::new()
            } else {
                self.behalves().words(book, step)
            },
            what: self.w(&words::act(&step.what)),
            changes: self.with_names(book, key, self.change_lines(kind, step)),
            delivery: delivered(self.device().change_delivery(book, &ChangeHash(step.change.0))),
            act: step.act.to_string(),
            undoable: false,
            many: 0,
            not_undone: String::new(),
        }
    }

    /// The same lines; a photograph that comes or goes by an edit has its name from the record.
    fn with_names(&self, book: &BookId, key: &RecordKey, mut lines: Vec<ChangeLine>) -> Vec<ChangeLine> {
        let lacks = |line: &ChangeLine| {
            let sub: SubKey = line.sub.as_deref()?.parse().ok()?;
            (sub.kind == common::FILES.name && line.to.is_empty()).then_some(sub.id)
        };
        for line in &mut lines {
            if let Some(id) = lacks(line) {
                let raw = self.device().record(book, key);
                let name = raw.and_then(|raw| files::one(&raw, id)?.name);
                line.to = name.unwrap_or_default();
            }
        }
        lines
    }

    pub(crate) fn change_lines(&self, kind: &Kind, step: &HistoryStep) -> Vec<ChangeLine> {
        if step.created {
            return Vec::new();
        }
        let (before, after) = step.sides();
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let changes = show::changes(kind, Some(&before), &after, &titles);
        let voiding = |change: &&show::Change| {
            ![common::VOIDED, common::VOID_REASON].contains(&change.place.field.as_str())
        };
        changes
            .iter()
            .filter(voiding)
            .map(|change| {
                let hidden = || Words::new("đã ghi", "written");
                let fields = match &change.place.sub {
                    Some(sub) => before.subs.get(sub),
                    None => Some(&before.fields),
                };
                // What an act wrote is taken back by undoing it, in all its books.
                let old = declared(kind, &change.place)
                    .filter(|field| !field.by_act)
                    .zip(fields)
                    .map(|(field, fields)| retyped(field, fields));
                ChangeLine {
                    label: self.w(&change.label),
                    from: self.w(&change.before),
                    to: if change.hidden {
                        self.w(&hidden())
                    } else {
                        self.w(&change.after)
                    },
                    sub: change.place.sub.as_ref().map(ToString::to_string),
                    field: change.place.field.clone(),
                    // A photograph comes back by undoing, not by its name.
                    old_typed: old.filter(|_| !change.hidden && !is_file(change)),
                }
            })
            .collect()
    }
}

fn is_file(change: &show::Change) -> bool {
    let sub = change.place.sub.as_ref();
    sub.is_some_and(|sub| sub.kind == common::FILES.name)
}

/// The acts that are undone, each with the clock of who undid it. What undid it and was itself undone does not count.
fn undone(all: &[Steps]) -> BTreeMap<ActId, i64> {
    let mut by: BTreeMap<ActId, Vec<(ActId, i64)>> = BTreeMap::new();
    for step in all.iter().flat_map(|(_, steps)| steps) {
        if let Some(undoes) = step.undoes {
            by.entry(undoes).or_default().push((step.act, step.time));
        }
    }
    let counts = |act: &ActId| counted(act, &by, &mut BTreeSet::new());
    let acts = by.iter().filter_map(|(act, undoings)| {
        let last = undoings.iter().rev().find(|(undoing, _)| counts(undoing))?;
        Some((*act, last.1))
    });
    acts.collect()
}

/// Whether an act stands, by what undid what. Software of others can write acts that undo each other: then all of them stand.
fn counted(act: &ActId, by: &BTreeMap<ActId, Vec<(ActId, i64)>>, seen: &mut BTreeSet<ActId>) -> bool {
    if !seen.insert(*act) {
        return true;
    }
    let mut undoings = by.get(act).into_iter().flatten();
    !undoings.any(|(undoing, _)| counted(undoing, by, seen))
}

/// Whether what an act did to a record still stands, so that undoing it does something. What it did in two books, as a move
/// does, is undone in both or in none.
fn still_undoes(step: &HistoryStep, from: &BookId, all: &[Steps]) -> Undoing {
    let does = |(_, steps): &&Steps| steps.iter().any(|one| one.act == step.act);
    let moved = all.iter().filter(does).count() > 1;
    let mut found = all
        .iter()
        .filter(|one| one.0 == *from || (moved && does(one)))
        .map(|(_, steps)| stands(steps, &step.act, moved));
    found
        .find(|one| !matches!(one, Undoing::Offered))
        .unwrap_or(Undoing::Offered)
}

/// The same in one book, as [`sothon_book::Book::undo_edits`] sees it: a record that the act made is voided unless somebody else
/// has written into it, a field goes back unless somebody else has set it since. What was written into a record after a move
/// would stay behind in the book that it left: then the move is not undone.
fn stands(steps: &[HistoryStep], act: &ActId, moved: bool) -> Undoing {
    let mut last = BTreeMap::new();
    let mut places = BTreeSet::new();
    let (mut made, mut since) = (false, false);
    for step in steps {
        let own = step.act == *act;
        made |= own && step.created;
        since = !own && (since || !step.fields.is_empty());
        for change in &step.fields {
            let place = (&change.sub, &change.field);
            last.insert(place, (own, change.new.is_some()));
            if own {
                places.insert(place);
            }
        }
    }
    let is_own = |place| last.get(place).is_some_and(|(own, _)| *own);
    let can = if made {
        last.values().all(|(own, there)| *own || !there)
    } else if moved {
        !since
    } else {
        places.iter().any(is_own)
    };
    match can {
        _ if !made && places.is_empty() => Undoing::Nothing,
        true => Undoing::Offered,
        false => Undoing::ChangedSince,
    }
}
