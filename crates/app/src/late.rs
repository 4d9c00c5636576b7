//! "Mục ghi muộn": what was written in a village's old book, by somebody who did not know of it, after a household or person
//! had moved from there or the village had ended. Nothing of it is lost or counted twice; whoever writes in both books takes
//! it over to where it belongs now, or says why it stays. What is settled is no longer late.

mod settling;
mod told;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_book::{ChangeHash, HistoryStep};
use sothon_ledger::BookId;
use sothon_overview::identity::Copy;
use sothon_overview::{OpenBook, Place};
use sothon_records::{Kind, RawRecord, RecordKey, Value, civil, common, moving};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::Done;
use crate::typing::refers_to;

pub(crate) use settling::settled;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn late_entries(&self) -> Done<Vec<LateRow>> {
        self.at_desk(|desk| Ok(desk.late_rows())).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn take_late(&self, id: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.take_late(&id)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn leave_late(&self, id: String, reason: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.leave_late(&id, &reason)).await
    }
}

/// Something that was written late.
struct Late {
    key: RecordKey,
    /// The old book, and what stands there.
    old: (BookId, RawRecord),
    from: u32,
    /// The village where it belongs now.
    to: u32,
    what: What,
    /// The steps by which it was written.
    steps: Vec<HistoryStep>,
}

enum What {
    /// In the copy of what had gone.
    InCopy {
        /// What the copy said when it went.
        then: RawRecord,
        /// What was written since.
        late: RawRecord,
    },
    /// A record about what had gone.
    About(RecordKey),
    /// A record of a village that had ended.
    Ended,
}

impl Late {
    fn id(&self) -> String {
        format!("{}@{}", self.key, self.old.0)
    }
}

impl Desk {
    /// What was written late and is not settled, the newest first.
    pub(crate) fn late_rows(&self) -> Vec<LateRow> {
        let mut rows: Vec<LateRow> = self.all_late().iter().map(|late| self.late_row(late)).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        rows
    }

    /// How much there is of it.
    pub(crate) fn late_count(&self) -> usize {
        self.all_late().len()
    }

    fn all_late(&self) -> Vec<Late> {
        let mut all: Vec<Late> = Vec::new();
        for key in self.view.moved() {
            for copy in self.view.copies(key) {
                if let Some((from, to)) = self.went(key, copy) {
                    all.extend(self.late_in_copy(key, copy, from, to));
                    all.extend(self.late_about(key, copy, from, to));
                }
            }
        }
        all.extend(self.late_in_ended());
        let mut told = BTreeSet::new();
        all.retain(|late| told.insert(late.id()));
        all
    }

    /// From where to where a copy of a record says that it went, where it is not back.
    fn went(&self, key: &RecordKey, copy: &Copy) -> Option<(u32, u32)> {
        let (Place::Village(from), Some(Place::Village(to))) = (copy.book.place, self.view.place_of(key))
        else {
            return None;
        };
        self.gone_to(key, copy)
            .filter(|_| from != to && !self.view.is_voided(key))?;
        Some((from, to))
    }

    /// What was written in an old copy after the record had gone on.
    fn late_in_copy(&self, key: &RecordKey, old: &Copy, from: u32, to: u32) -> Option<Late> {
        let book = BookId(old.book.book.0);
        let there = |next: &&Copy| {
            next.book.place == Place::Village(to)
                && next.book.shelf == old.book.shelf
                && next.book.book != old.book.book
        };
        let next = self.view.copies(key).iter().filter(there);
        let all = self.device().history(&book, key);
        let gone = all.iter().rev().find(|step| says_gone(step))?.change;
        let (then, now) = match next.max_by_key(|next| next.book.year) {
            Some(next) => (
                self.as_it_came(&BookId(next.book.book.0), key),
                self.view.record(key)?.clone(),
            ),
            // The new village's book is not read here: what counts is what was known when it went.
            None if !self.view.reads(old.book.shelf, Place::Village(to)) => {
                let known = all
                    .iter()
                    .filter(|step| self.device().knew(&book, &gone, &step.change));
                (replayed(known), RawRecord::default())
            }
            None => return None,
        };
        let late = moving::left_behind(&old.raw, &then, &now);
        if late == RawRecord::default() {
            return None;
        }
        let wrote = |step: &HistoryStep| {
            !self.device().knew(&book, &gone, &step.change)
                && step.fields.iter().any(|change| match &change.sub {
                    Some(sub) => late.subs.contains_key(sub),
                    None => late.fields.contains_key(&change.field),
                })
        };
        Some(Late {
            key: key.clone(),
            old: (book, old.raw.clone()),
            from,
            to,
            steps: all.into_iter().filter(wrote).collect(),
            what: What::InCopy { then, late },
        })
    }

    /// Records about what had gone, made in the books of its old village by somebody who did not know that it had.
    fn late_about(&self, gone: &RecordKey, old: &Copy, from: u32, to: u32) -> Vec<Late> {
        let book = BookId(old.book.book.0);
        let steps = self.device().history(&book, gone);
        let Some(went) = steps.iter().rev().find(|step| says_gone(step)) else {
            return Vec::new();
        };
        let page = self.view.page(gone);
        let named = page.iter().flat_map(|page| &page.concerning);
        let late = |key: &RecordKey| {
            let (open, raw, made) = self.made_in(key, from)?;
            let is_about = |field: &&str| raw.fields.get(*field) == Some(&Value::Text(gone.to_string()));
            let kind = Kind::by_slug(&key.kind)?;
            let mut about = kind.fields.iter().filter(|field| refers_to(field, &gone.kind));
            let about = about.any(|field| is_about(&field.name)) && moving::moved_to(kind, &raw).is_none();
            let of_old = BookId(open.book.0);
            let knew = if of_old == book {
                self.device().knew(&book, &went.change, &made.change)
            } else {
                made.time <= went.time
            };
            (about && !knew).then(|| Late {
                key: key.clone(),
                old: (of_old, raw),
                from,
                to,
                what: What::About(gone.clone()),
                steps: vec![made],
            })
        };
        let links = named.flat_map(|some| &some.records).filter(|link| !link.voided);
        links.filter_map(|link| late(&link.key)).collect()
    }

    /// Records that were made in the books of a village after its last day, and since the day on which that was recorded, where
    /// it goes on in another. By days, since clocks differ.
    fn late_in_ended(&self) -> Vec<Late> {
        let today = self.today();
        let mut all = Vec::new();
        for from in self.view.villages() {
            let to = self.view.village_on(from, today);
            if to == from || self.view.is_there(from, today) {
                continue;
            }
            let Some(recorded) = self.end_recorded(from) else {
                continue;
            };
            let books: Vec<BookId> = self.device().readable().map(|open| open.book).collect();
            for book in books {
                if self.village_of(&book) != Some(from) {
                    continue;
                }
                let written = self.device().written(&book).into_iter();
                let after = |time: i64| {
                    let day = day_of(time).filter(|day| *day >= recorded);
                    day.is_some_and(|day| self.view.village_on(from, day) != from)
                };
                let changes: Vec<ChangeHash> = written
                    .filter(|(_, time)| after(*time))
                    .map(|(change, _)| change)
                    .collect();
                for key in self.device().records_touched(&book, &changes) {
                    let made = self.made_in(&key, from);
                    // What was carried over from an earlier volume was made before.
                    let copies = self.view.copies(&key).iter();
                    let is_new = copies
                        .filter(|copy| copy.book.place == Place::Village(from))
                        .count()
                        == 1;
                    let made = made.filter(|(_, _, made)| is_new && after(made.time));
                    all.extend(made.map(|(_, raw, made)| Late {
                        key,
                        old: (book, raw),
                        from,
                        to,
                        what: What::Ended,
                        steps: vec![made],
                    }));
                }
            }
        }
        all
    }

    /// The day on which the last day of a village was recorded.
    fn end_recorded(&self, village: u32) -> Option<NaiveDate> {
        let key = self.view.village_key(village)?;
        let book = self.view.books_of(key).first()?.book;
        let steps = self.device().history(&BookId(book.0), key);
        let says = |change: &sothon_book::FieldChange| change.sub.is_none() && change.field == "until";
        let last = steps.iter().rev().find(|step| step.fields.iter().any(says))?;
        day_of(last.time)
    }

    /// The step that made a record which counts in a book of this village, in force and not settled as late.
    fn made_in(&self, key: &RecordKey, village: u32) -> Option<(OpenBook, RawRecord, HistoryStep)> {
        let open = self.view.books_of(key).first().copied()?;
        let raw = self.view.record(key)?;
        let open_late = !self.view.is_voided(key) && !raw.fields.contains_key(common::LEFT_LATE);
        if open.place != Place::Village(village) || !open_late {
            return None;
        }
        let steps = self.device().history(&BookId(open.book.0), key);
        let made = steps.into_iter().find(|step| step.created)?;
        Some((open, raw.clone(), made))
    }

    fn village_of(&self, book: &BookId) -> Option<u32> {
        match crate::desk::place_of(self.device().book_info(book)?.scope)? {
            Place::Village(number) => Some(number),
            _ => None,
        }
    }

    /// A record as it was when it came into a book, at the last move.
    fn as_it_came(&self, book: &BookId, key: &RecordKey) -> RawRecord {
        let steps = self.device().history(book, key);
        let came = steps
            .iter()
            .rposition(|step| crate::sharing::moves(&step.what))
            .unwrap_or(0);
        replayed(steps.iter().take(came + 1))
    }
}

/// Whether a step says that its record went to another village.
fn says_gone(step: &HistoryStep) -> bool {
    let says = |change: &sothon_book::FieldChange| {
        change.sub.is_none() && change.field == moving::MOVED_TO && change.new.is_some()
    };
    step.fields.iter().any(says)
}

/// The day of a writer's clock; `None` where it was not known.
fn day_of(time: i64) -> Option<NaiveDate> {
    let instant = chrono::DateTime::from_timestamp(time, 0).filter(|_| time != 0)?;
    Some(civil::local(instant).date())
}

/// What a record says after some steps of its history.
fn replayed<'a>(steps: impl Iterator<Item = &'a HistoryStep>) -> RawRecord {
    let mut record = RawRecord::default();
    for step in steps {
        replay(&mut record, step);
    }
    record
}

fn replay(record: &mut RawRecord, step: &HistoryStep) {
    for change in &step.fields {
        let fields = match &change.sub {
            Some(sub) => record.subs.entry(sub.clone()).or_default(),
            None => &mut record.fields,
        };
        match &change.new {
            Some(value) => fields.insert(change.field.clone(), value.clone()),
            None => fields.remove(&change.field),
        };
    }
}
