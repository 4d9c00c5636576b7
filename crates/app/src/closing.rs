//! "Sửa sau khi chốt": what was changed in records that fed a period after a report of it was signed, its figures were
//! published, or its village had scored itself. A change counts as late that was written afterwards, by the clocks of both
//! writers; and one that was written before and came to this device afterwards, if the device was receiving already then.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_book::{ActId, ChangeHash, FieldChange, HistoryStep};
use sothon_ledger::BookId;
use sothon_overview::closing::{Closing, Fed};
use sothon_overview::{Period, Place, Value};
use sothon_records::kinds::{Figure, Household, Pledge, Report};
use sothon_records::record::Record as _;
use sothon_records::{Kind, RawRecord, RecordKey, Value as Kept, civil, common, moving, show};
use sothon_replica::Came;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, place_of};
use crate::fault::{Done, Fault};
use crate::words;

/// So many closings are told, the latest first.
const SHOWN: usize = 40;
/// So many changes of one are shown, the newest first; a file of them has all.
const CHANGES: usize = 200;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn closings(&self) -> Done<Vec<ClosingRow>> {
        self.at_desk(|desk| desk.closing_rows()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn changed_since_closing(&self, ask: OverviewAsk) -> Done<ClosedWithin> {
        self.at_desk(move |desk| desk.closed_within(&ask)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn closing(&self, id: String) -> Done<ClosingPage> {
        self.at_desk(move |desk| desk.closing_page(&id, CHANGES)).await
    }
}

/// A period that was closed, when, and what came after.
struct Closed {
    closing: Closing,
    at: i64,
    who: String,
    after: Vec<After>,
}

/// A change that came after.
struct After {
    book: BookId,
    key: RecordKey,
    step: HistoryStep,
    came: Option<i64>,
}

impl Desk {
    fn closing_rows(&self) -> Done<Vec<ClosingRow>> {
        let all = self.closed(self.view.closings().into_iter().take(SHOWN).collect())?;
        Ok(all.iter().map(|closed| self.closing_row(closed)).collect())
    }

    /// What was changed in the period of a picture after it, or a part of it, was closed: each change once, however often it
    /// was closed.
    fn closed_within(&self, ask: &OverviewAsk) -> Done<ClosedWithin> {
        let (_, period) = self.asked_period(ask)?;
        let mut within = self.view.closings();
        within.retain(|closing| period.from() <= closing.from && closing.until <= period.until());
        let mut changed = self.closed(within)?;
        changed.retain(|closed| !closed.after.is_empty());
        let all = changed.iter().flat_map(|closed| &closed.after);
        let once: BTreeSet<_> = all
            .map(|after| (after.book, &after.key, after.step.change))
            .collect();
        let changes = once.len();
        let mut ids = changed.iter().map(|closed| id_of(&closed.closing));
        Ok(ClosedWithin {
            changes,
            closing: ids.next().filter(|_| ids.next().is_none()),
        })
    }

    /// A closing with what was changed after it, at most so many changes.
    pub(crate) fn closing_page(&self, id: &str, most: usize) -> Done<ClosingPage> {
        let mut all = self.view.closings();
        all.retain(|closing| id_of(closing) == id);
        let closed = self.closed(all)?.pop().ok_or_else(|| {
            Fault::new(
                "no_closing",
                "Bản chốt này không còn: bản ghi đã hủy hoặc kỳ đã sửa.",
                "This is closed no more: its record was voided or its period changed.",
            )
        })?;
        let mut after: Vec<&After> = closed.after.iter().rev().collect();
        after.sort_by_key(|after| std::cmp::Reverse(after.came.unwrap_or(after.step.time)));
        Ok(ClosingPage {
            row: self.closing_row(&closed),
            figures: self.figures_then(&closed.closing),
            changes: after
                .into_iter()
                .take(most)
                .map(|after| self.changed_after(after))
                .collect(),
        })
    }

    /// The id of the closing of which a record is a part.
    pub(crate) fn closing_of(&self, key: &RecordKey) -> Option<String> {
        if !self.view.can_close(key) {
            return None;
        }
        let all = self.view.closings();
        all.iter()
            .find(|closing| closing.records.contains(key))
            .map(id_of)
    }

    /// Closings with when they were made, and what came after each.
    fn closed(&self, closings: Vec<Closing>) -> Done<Vec<Closed>> {
        let made = |closing: Closing| {
            let steps = closing.records.iter().filter_map(|key| self.closing_step(key));
            let (book, last) = steps.max_by_key(|(_, step)| step.time)?;
            Some(Closed {
                at: last.time,
                who: self.author(&book, &last.actor),
                closing,
                after: Vec::new(),
            })
        };
        let mut all: Vec<Closed> = closings.into_iter().filter_map(made).collect();
        let Some(first) = all.iter().map(|closed| closed.at).min() else {
            return Ok(all);
        };
        let came = self.device().came_after(first)?;
        let books: Vec<_> = self
            .device()
            .readable()
            .map(|open| (open.book, place_of(open.scope)))
            .collect();
        for (book, place) in books {
            let written = self.device().written(&book).into_iter();
            let late: Vec<ChangeHash> = written
                .filter(|(change, time)| *time > first || came.changes.contains_key(&(book, ledgers(change))))
                .map(|(change, _)| change)
                .collect();
            for key in self.device().records_touched(&book, &late) {
                self.put_after(&mut all, (&book, place), &key, &came);
            }
        }
        Ok(all)
    }

    /// Puts what came late to a record beside the closings that it fed.
    fn put_after(
        &self,
        all: &mut [Closed],
        (book, place): (&BookId, Option<Place>),
        key: &RecordKey,
        came: &Came,
    ) {
        let mut now = self.view.stands(key);
        // It may have been moved out of this book.
        now.places.extend(place);
        // What was only made has no other day than today's, and its history need not be read for that.
        let changed = self.device().is_changed(book, key);
        let mut steps = if changed {
            self.device().history(book, key)
        } else {
            Vec::new()
        };
        let mut elsewhere: Option<BTreeSet<ActId>> = None;
        let fed: Vec<(&mut Closed, Fed, bool)> = all
            .iter_mut()
            .filter_map(|closed| {
                let mut stood = now.clone();
                let late = steps.iter().filter(|step| step.time > closed.at);
                stood.days.extend(late.flat_map(|step| days_before(key, step)));
                let fed = self.view.fed(&closed.closing, key, &stood)?;
                // Whether by where it was before alone.
                let left = !std::mem::take(&mut stood.before).is_empty()
                    && self.view.fed(&closed.closing, key, &stood).is_none();
                Some((closed, fed, left))
            })
            .collect();
        if fed.is_empty() {
            return;
        }
        if !changed {
            steps = self.device().history(book, key);
        }
        for (closed, fed, left) in fed {
            // What was done in several books, as moving is, is told of that of the village that was left.
            let also_there = match left {
                true => Some(&*elsewhere.get_or_insert_with(|| self.acts_elsewhere(book, key))),
                false => None,
            };
            // What closed it came when it came.
            let closes = closed.closing.records.contains(key);
            let receiving = !closes && came.first.is_some_and(|first| first <= closed.at);
            let after = |step: &HistoryStep| {
                if also_there.is_some_and(|acts| acts.contains(&step.act)) {
                    return None;
                }
                let arrived = came.changes.get(&(*book, ledgers(&step.change))).copied();
                let arrived = arrived.filter(|time| receiving && *time > closed.at);
                let written = step.time > closed.at;
                if !written && arrived.is_none() {
                    return None;
                }
                let step = self.without_later_moves(key, step, closed.closing.until)?;
                let matters = fed == Fed::Whole || step.created || says_whether(&step);
                matters.then(|| After {
                    book: *book,
                    key: key.clone(),
                    step,
                    came: arrived.filter(|_| !written),
                })
            };
            closed.after.extend(steps.iter().filter_map(after));
        }
    }

    /// The acts that wrote a record in other books than this one.
    fn acts_elsewhere(&self, book: &BookId, key: &RecordKey) -> BTreeSet<ActId> {
        let books = self.device().books_with(key).into_iter();
        let others = books.filter(|other| other != book);
        let steps = others.flat_map(|other| self.device().history(&other, key));
        steps.map(|step| step.act).collect()
    }

    /// A step without what it says of a move whose day came after a day: until then the record counts where it was. `None`: it says
    /// nothing else.
    fn without_later_moves(
        &self,
        key: &RecordKey,
        step: &HistoryStep,
        until: NaiveDate,
    ) -> Option<HistoryStep> {
        let days = self.moved_in(key, step);
        if days.is_empty() || days.iter().any(|day| *day <= until) {
            return Some(step.clone());
        }
        let mut rest = step.clone();
        rest.fields.retain(|change| !is_of_move(change));
        (!step.created && !rest.fields.is_empty()).then_some(rest)
    }

    /// Of which days a step tells that a record moved; a pledge moves on its household's.
    fn moved_in(&self, key: &RecordKey, step: &HistoryStep) -> Vec<NaiveDate> {
        let Some(kind) = Kind::by_slug(&key.kind) else {
            return Vec::new();
        };
        if moving::has_days(kind) {
            return days_of_moves(kind, self.view.record(key), step);
        }
        let household = || Pledge::read(self.view.record(key)?).value.household;
        let goes_along = key.kind == Pledge::KIND.slug && step.what == crate::moving::MOVE;
        let Some(household) = goes_along.then(household).flatten() else {
            return Vec::new();
        };
        let books = self.device().books_with(&household).into_iter();
        let steps = books.flat_map(|book| self.device().history(&book, &household));
        let raw = self.view.record(&household);
        let days = steps.filter(|other| other.act == step.act);
        days.flat_map(|step| days_of_moves(Household::KIND, raw, &step))
            .collect()
    }

    /// The step by which a record closed its period: a report with its signature, others when they were made.
    fn closing_step(&self, key: &RecordKey) -> Option<(BookId, HistoryStep)> {
        let book = BookId(self.view.books_of(key).first()?.book.0);
        let steps = self.device().history(&book, key);
        let signs = |step: &&HistoryStep| {
            let mut fields = step.fields.iter();
            fields.any(|change| change.sub.is_none() && change.field == "signed_on" && change.old.is_none())
        };
        let closes = if key.kind == Report::KIND.slug {
            steps.iter().rev().find(signs)
        } else {
            steps.iter().find(|step| step.created)
        };
        Some((book, closes?.clone()))
    }

    fn closing_row(&self, closed: &Closed) -> ClosingRow {
        let closing = &closed.closing;
        let title = match closing.records.first() {
            Some(key) if closing.by == Report::KIND.slug => {
                let raw = self.view.record(key);
                let number = raw.and_then(|raw| Report::read(raw).value.number);
                let more = number.map(|number| format!(", {} {number}", self.t("số", "no.")));
                format!(
                    "{}: {}{}",
                    self.kind_label(key),
                    self.title(key),
                    more.unwrap_or_default()
                )
            }
            Some(key) if closing.by == Figure::KIND.slug => self.kind_label(key),
            Some(key) => format!("{}, {}", self.kind_label(key), self.place_name(closing.place)),
            None => String::new(),
        };
        let period = Period::named(closing.from, closing.until);
        let at = words::time(closed.at);
        ClosingRow {
            id: id_of(closing),
            title,
            period: period.map(|period| self.w(&period.words())).unwrap_or_default(),
            closed: format!("{} {} · {}", self.t("Chốt", "Closed"), self.w(&at), closed.who),
            changes: closed.after.len(),
        }
    }

    fn changed_after(&self, after: &After) -> ChangedAfter {
        let guarded = self
            .view
            .books_of(&after.key)
            .iter()
            .any(|open| open.shelf.is_sensitive());
        let kind_label = self.kind_label(&after.key);
        let place = self.view.place_of(&after.key).map(|place| self.place_name(place));
        let title = self.open_title(&after.key);
        let changes = Kind::by_slug(&after.key.kind).map(|kind| self.change_lines(kind, &after.step));
        let told = |line: ChangeLine| match guarded {
            true => ChangeLine {
                from: String::new(),
                to: self.t("đã ghi", "written").to_owned(),
                old_typed: None,
                ..line
            },
            false => line,
        };
        ChangedAfter {
            key: after.key.to_string(),
            title: if title.is_empty() {
                kind_label.clone()
            } else {
                title
            },
            about: [Some(kind_label), place]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", "),
            what: self.w(&words::act(&after.step.what)),
            who: self.author(&after.book, &after.step.actor),
            at: (after.step.time != 0).then_some(after.step.time),
            came: after.came,
            changes: changes.into_iter().flatten().map(told).collect(),
        }
    }

    /// The published figures of a closing that would be others today, as far as this device counts.
    fn figures_then(&self, closing: &Closing) -> Vec<FigureThen> {
        let Some(period) = Period::free(closing.from, closing.until) else {
            return Vec::new();
        };
        let then = |key: &RecordKey| {
            let figure = Figure::read(self.view.record(key)?).value;
            let place = match &figure.village {
                Some(village) => Place::Village(self.view.village_number(village)?),
                None => Place::Commune,
            };
            if figure.breakdown.is_some() {
                return None;
            }
            let now = match self.view.value(&figure.indicator?, &period, place)?.main() {
                Value::Number(now) => (now, None),
                Value::Rate { part, whole } => (part, Some(whole)),
                Value::Missing | Value::Time(_) => return None,
            };
            let published = (figure.value?, figure.out_of);
            let shown = |(value, out_of): (i64, Option<i64>)| match out_of {
                Some(whole) => format!("{value}/{whole}"),
                None => sothon_records::problem::number(value, self.lang),
            };
            (now != published).then(|| FigureThen {
                label: self.title(key),
                then: shown(published),
                now: shown(now),
            })
        };
        let figures = closing.records.iter().filter(|key| key.kind == Figure::KIND.slug);
        figures.filter_map(then).collect()
    }
}

fn id_of(closing: &Closing) -> String {
    closing
        .records
        .first()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn ledgers(change: &ChangeHash) -> sothon_ledger::ChangeHash {
    sothon_ledger::ChangeHash(change.0)
}

/// On which days a record happened until a step said another.
fn days_before(key: &RecordKey, step: &HistoryStep) -> Vec<NaiveDate> {
    let Some(kind) = Kind::by_slug(&key.kind) else {
        return Vec::new();
    };
    let said = step.fields.iter();
    said.filter(|change| change.sub.is_none() && change.field == kind.happened)
        .filter_map(|change| show::happened_by(kind, change.old.as_ref()?))
        .collect()
}

/// Of which days a step tells that a record moved: of a day that was put right both, of what moved the last.
fn days_of_moves(kind: &Kind, raw: Option<&RawRecord>, step: &HistoryStep) -> Vec<NaiveDate> {
    let day = |value: &Kept| match value {
        Kept::Text(text) => civil::parse_date(text),
        _ => None,
    };
    let (mut put_right, mut moved) = (Vec::new(), None);
    for change in &step.fields {
        let Some(part) = change.sub.as_ref().filter(|part| part.kind == moving::MOVES) else {
            continue;
        };
        let on = if change.field == moving::ON {
            let old = change.old.as_ref().and_then(day);
            let new = change.new.as_ref().and_then(day);
            if let (Some(old), Some(new)) = (old, new) {
                put_right.extend([old, new]);
            }
            new
        } else {
            // One that is taken back, the day that it had.
            let part = raw.and_then(|raw| raw.subs.get(part));
            part.and_then(|part| Some(moving::Moved::read(kind, part)?.on))
        };
        moved = moved.max(on);
    }
    match put_right.is_empty() {
        true => moved.into_iter().collect(),
        false => put_right,
    }
}

/// Whether a change says that the record moved.
fn is_of_move(change: &FieldChange) -> bool {
    match &change.sub {
        Some(part) => part.kind == moving::MOVES,
        None => change.field == moving::MOVED_TO,
    }
}

/// Whether a step takes a record away or brings it back: voids or restores it, moves or merges it.
fn says_whether(step: &HistoryStep) -> bool {
    let names = [common::VOIDED, moving::MOVED_TO, moving::MERGED_INTO];
    let own = |change: &FieldChange| change.sub.is_none() && names.contains(&change.field.as_str());
    step.fields.iter().any(|change| own(change) || is_of_move(change))
}
