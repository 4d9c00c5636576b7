//! A household or person moves to another village: one act, in the old book and in the new one. What is written in the old
//! book afterwards, by somebody who did not know of it, is for [`crate::late`].

use chrono::NaiveDate;
use sothon_ledger::register::OpenBook;
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_overview::Place;
use sothon_overview::identity::Copy;
use sothon_records::kinds::person::State;
use sothon_records::kinds::{Person, Pledge};
use sothon_records::moving::Moved;
use sothon_records::problem::{self, Code, Problem};
use sothon_records::record::{Record as _, differences};
use sothon_records::{
    Datum, Edit, Kind, Lang, RawRecord, RecordKey, SubKey, Value, common, enter, moving, show,
};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::place::open_book;
use crate::{fresh_id, words};

/// The kinds that move; what belongs to them goes with them.
const MOVES: [&str; 2] = ["household", "person"];
pub(crate) const MOVE: &str = "move";
/// The act that puts the day of a move right.
pub(crate) const CORRECT: &str = "move-day";
/// What a form calls the village and the day of a move, and the day of the last one as it is put right.
const TO: &str = "to";
const ON: &str = "moved_on";
const LAST_ON: &str = "last_on";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn moving(&self, key: String) -> Done<MovePage> {
        self.at_desk(move |desk| desk.moving(&key_of(&key)?)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn move_record(&self, key: String, to: String, on: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.move_record(&key_of(&key)?, &to, &on))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn correct_move(&self, key: String, on: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.correct_move(&key_of(&key)?, &on))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn take_up(&self, key: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.take_up(&key_of(&key)?)).await
    }
}

impl Desk {
    /// Whether a record can be moved by this person.
    pub(crate) fn can_move(&self, book: &BookId, key: &RecordKey) -> bool {
        MOVES.contains(&key.kind.as_str())
            && self.writes(book)
            && !self.view.is_voided(key)
            && matches!(self.scope_of_book(book), Some((_, Scope::Village(_))))
    }

    fn scope_of_book(&self, book: &BookId) -> Option<(BookKind, Scope)> {
        let open: &OpenBook = self.device().book_info(book)?;
        Some((open.kind, open.scope))
    }

    /// The book of a village beside one of another village.
    pub(crate) fn beside(&self, book: &BookId, village: u32) -> Option<BookId> {
        let (kind, _) = self.scope_of_book(book)?;
        open_book(self.device(), kind, Scope::Village(village), self.clock().year()).ok()
    }

    fn moving(&self, key: &RecordKey) -> Done<MovePage> {
        let (book, raw) = self.placed(key)?;
        if !self.can_move(&book, key) {
            return Err(sothon_replica::ReplicaError::MayNotWrite.into());
        }
        let today = self.today();
        let here = self.view.place_of(key);
        let other = |village: u32| {
            let place = Place::Village(village);
            // A move names the village's record.
            let there = self.view.is_there(village, today);
            let known = here != Some(place) && there && self.view.village_key(village).is_some();
            let there = self.beside(&book, village).filter(|_| known)?;
            Some(MoveTo {
                to: FormPlace {
                    place: words::scope_text(Scope::Village(village)),
                    label: self.place_name(place),
                },
                arrives: self.writes(&there),
            })
        };
        Ok(MovePage {
            key: key.to_string(),
            title: self.title(key),
            detail: self.detail(key),
            from: here.map(|place| self.place_name(place)).unwrap_or_default(),
            villages: self.view.villages().into_iter().filter_map(other).collect(),
            pledges: self.going_with(&book, key).len(),
            cards: here.map_or(0, |here| self.ending_cards(key, here, today).len()),
            groups: here.map_or(0, |here| self.leaving_groups(key, here, today).len()),
            persons: self.in_care_of(key),
            closed: self.closed_until(here),
            last: self.last_move(key, &raw).map(|(_, moved)| LastMove {
                from: (self.view.village_number(&moved.from))
                    .map(|number| self.place_name(Place::Village(number)))
                    .unwrap_or_default(),
                on: problem::day(moved.on),
            }),
        })
    }

    fn move_record(&mut self, key: &RecordKey, to: &str, on: &str) -> Done<SavedAct> {
        let (book, raw) = self.placed(key)?;
        let page = self.moving(key)?;
        let chosen = page.villages.iter().find(|other| other.to.place == to);
        let number = match words::parse_scope(to) {
            Some(Scope::Village(number)) => chosen.map(|_| number),
            _ => None,
        };
        let village = number.and_then(|number| Some((number, self.view.village_key(number)?.clone())));
        // What is to be filled in is told at once.
        let mut problems = Vec::new();
        if village.is_none() {
            problems.push(Problem::new(
                problem::Place::field(TO),
                Code::Missing,
                "Chọn thôn chuyển đến.",
                "Choose the village.",
            ));
        }
        let last = self.last_move(key, &raw).map(|(_, moved)| moved.on);
        let on = self.day_of_move(key, &raw, on, last, number);
        let (Some((to, village)), Ok(on)) = (village, &on) else {
            problems.extend(on.err());
            return Err(Fault::fields(problems));
        };
        let here = self.view.place_of(key);
        let left = match here {
            Some(Place::Village(number)) => self.view.village_key(number).cloned(),
            _ => None,
        };
        let from = left.ok_or_else(|| {
            Fault::new(
                "no_village",
                "Thôn đang ở chưa có trong danh bạ thôn. Ghi thôn đó trước, rồi chuyển. Chưa lưu gì.",
                "The village that is left has no record. Record it first. Nothing was saved.",
            )
        })?;
        let (on, to_key) = (*on, village.clone());
        let moved = Moved { from, to: to_key, on };
        let mut edits = self.move_edits(&book, key, to, &village, Some(&moved));
        if let Some(here) = here {
            let ends = self.ending_cards(key, here, on).into_iter();
            for (book, edit) in ends.chain(self.leaving_groups(key, here, on)) {
                match edits.iter_mut().find(|(other, _)| *other == book) {
                    Some((_, edits)) => edits.push(edit),
                    None => edits.push((book, vec![edit])),
                }
            }
        }
        self.write_in(&edits, MOVE, key.clone(), Vec::new())
    }

    /// Puts the day of the move right by which a record came to where it is: in each of its books that this person writes.
    fn correct_move(&mut self, key: &RecordKey, on: &str) -> Done<SavedAct> {
        let (book, raw) = self.placed(key)?;
        if !self.can_move(&book, key) {
            return Err(sothon_replica::ReplicaError::MayNotWrite.into());
        }
        let kind = self.kind(&key.kind)?;
        let (part, moved) = self.last_move(key, &raw).ok_or_else(|| {
            Fault::new(
                "not_moved",
                "Hồ sơ này chưa ghi lần chuyển thôn nào có ngày.",
                "This record tells of no move with a day.",
            )
        })?;
        let before = moving::moves(kind, &raw)
            .filter(|(other, _, taken_back)| **other != part && !taken_back)
            .map(|(_, earlier, _)| earlier.on)
            .max();
        let number = self.view.village_number(&moved.to);
        let on = self
            .day_of_move(key, &raw, on, before, number)
            .map_err(|problem| {
                // The form has a day of a new move beside this one.
                let place = problem::Place::field(LAST_ON);
                Fault::fields(vec![Problem { place, ..problem }])
            })?;
        let has_it = |book: &BookId| {
            let record = self.device().record(book, key);
            record.is_some_and(|record| record.subs.contains_key(&part))
        };
        let books = self.device().books_with(key).into_iter();
        let books = books.filter(|book| self.writes(book) && has_it(book));
        let edit = Edit::Set {
            key: key.clone(),
            sub: Some(part.clone()),
            fields: [(moving::ON.to_owned(), Some(Value::Text(on.to_string())))].into(),
        };
        let edits: Vec<_> = books.map(|book| (book, vec![edit.clone()])).collect();
        self.write_in(&edits, CORRECT, key.clone(), Vec::new())
    }

    /// The move by which a record came to where it is, and the key of its part.
    fn last_move(&self, key: &RecordKey, raw: &RawRecord) -> Option<(SubKey, Moved)> {
        let here = self.view.place_of(key);
        let to_here = |moved: &Moved| self.view.village_number(&moved.to).map(Place::Village) == here;
        let all = moving::moves(Kind::by_slug(&key.kind)?, raw);
        let standing = all.filter(|(_, moved, taken_back)| !taken_back && to_here(moved));
        let last = standing.max_by_key(|(part, moved, _)| (moved.on, (*part).clone()));
        last.map(|(part, moved, _)| (part.clone(), moved))
    }

    /// The day of a move as typed: today at the latest; not before the move before it, before the record's own day, or before a
    /// village that came of others was there.
    fn day_of_move(
        &self,
        key: &RecordKey,
        raw: &RawRecord,
        typed: &str,
        last: Option<NaiveDate>,
        to: Option<u32>,
    ) -> Result<NaiveDate, Problem> {
        let place = || problem::Place::field(ON);
        let missing = |vi: &str, en: &str| Problem::new(place(), Code::Missing, vi, en);
        let kind = Kind::by_slug(&key.kind);
        let field = kind.and_then(|kind| kind.list(moving::MOVES)?.field(moving::ON));
        let Some((kind, field)) = kind.zip(field) else {
            return Err(missing("Nhập ngày chuyển.", "Enter the day of the move."));
        };
        let day = match enter::understand(field, typed) {
            Ok(Some(Datum::Date(day))) => day,
            Ok(_) => return Err(Problem::missing(place(), field)),
            Err(problem) => {
                return Err(Problem {
                    place: place(),
                    ..problem
                });
            }
        };
        if day > self.today() {
            return Err(Problem::in_future(place(), field));
        }
        let order = |vi: String, en: String| Problem::new(place(), Code::Order, vi, en);
        if let Some(last) = last.filter(|last| *last > day) {
            let last = problem::day(last);
            return Err(order(
                format!("Ngày chuyển phải từ {last} trở đi: ngày đó mới chuyển đến thôn này."),
                format!("The day of the move must be {last} or after: it came here on that day."),
            ));
        }
        if let Some(began) = show::happened(kind, raw).filter(|began| *began > day) {
            let began = problem::day(began);
            return Err(order(
                format!("Ngày chuyển phải từ {began} trở đi: hồ sơ ghi từ ngày đó."),
                format!("The day of the move must be {began} or after: the record begins on that day."),
            ));
        }
        if let Some(to) = to.filter(|to| !self.view.took_in(*to, day)) {
            let to = self.place_name(Place::Village(to));
            return Err(order(
                format!("Ngày chuyển phải là ngày đã có {to}."),
                format!("The day of the move must be one on which {to} was there."),
            ));
        }
        Ok(day)
    }

    /// That figures were closed, and until when: a move on a day before then changes them.
    fn closed_until(&self, here: Option<Place>) -> Option<String> {
        let concerns = |place: Place| place == Place::Commune || Some(place) == here;
        let closings = self.view.closings();
        let closed = closings.iter().filter(|closing| concerns(closing.place));
        let until = problem::day(closed.map(|closing| closing.until).max()?);
        Some(match self.lang {
            Lang::Vi => format!(
                "Số liệu đến {until} đã chốt. Ngày chuyển từ ngày đó trở về trước làm số đã chốt khác đi, và được báo ở mục Sửa sau khi chốt."
            ),
            Lang::En => format!(
                "Figures are closed until {until}. A move on that day or before makes them others, and is told under “Changed after closing”."
            ),
        })
    }

    /// The persons in care who live in a household: their files move by an act of their own.
    fn in_care_of(&self, household: &RecordKey) -> Vec<String> {
        let (here, today) = (self.view.place_of(household), self.today());
        let lives = |key: &&RecordKey| {
            let person = self.view.record(key).map(|raw| Person::read(raw).value);
            let with = person.is_some_and(|person| {
                // As for what is due: who is managed no more has no file that has to follow.
                let standing = person.standing(today);
                let listed = standing.is_none_or(|standing| standing.state != State::E0);
                listed && person.household.as_ref() == Some(household)
            });
            with && !self.view.is_voided(key) && self.view.place_of(key) == here
        };
        let all = self.view.of_kind(Person::KIND.slug).filter(lives);
        all.map(|key| self.title(key)).collect()
    }

    /// The edits by which a record and what goes with it leave a book for that of another village; `moved`: with its day, where
    /// that is known.
    pub(crate) fn move_edits(
        &self,
        book: &BookId,
        key: &RecordKey,
        to: u32,
        village: &RecordKey,
        moved: Option<&Moved>,
    ) -> Vec<(BookId, Vec<Edit>)> {
        let mut keys = vec![key.clone()];
        keys.extend(self.going_with(book, key));
        let part = moved.map(|moved| {
            let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
            (moving::move_key(fresh_id(&mut rng)), moved.part())
        });
        let part = |of: &RecordKey| part.clone().filter(|_| of == key);
        let gone = |key: &RecordKey| {
            let to = Value::Text(village.to_string());
            let gone = Edit::Set {
                key: key.clone(),
                sub: None,
                fields: [(moving::MOVED_TO.to_owned(), Some(to))].into(),
            };
            let added = part(key).map(|(sub, fields)| Edit::AddSub {
                key: key.clone(),
                sub,
                fields,
            });
            [gone].into_iter().chain(added)
        };
        let mut edits = vec![(*book, keys.iter().flat_map(gone).collect())];
        if let Some(there) = self.beside(book, to).filter(|there| self.writes(there)) {
            let come = keys.iter().filter_map(|key| {
                let mut raw = self.device().record(book, key)?;
                raw.subs.extend(part(key));
                Some(self.arriving(key, &raw, &there))
            });
            edits.push((there, come.flatten().collect()));
        }
        edits
    }

    /// The pledges that go with a household: those of its book that hold today or are for this year.
    fn going_with(&self, book: &BookId, key: &RecordKey) -> Vec<RecordKey> {
        let today = self.today();
        let year = i64::from(self.clock().year());
        let page = self.view.page(key);
        let of_it = page
            .iter()
            .flat_map(|page| &page.concerning)
            .filter(|some| some.kind == Pledge::KIND.slug);
        let goes = |key: &RecordKey| {
            let here = self
                .view
                .books_of(key)
                .first()
                .is_some_and(|open| BookId(open.book.0) == *book);
            let pledge = self.view.record(key).map(|raw| Pledge::read(raw).value);
            here && pledge.is_some_and(|pledge| {
                pledge.common.in_force() && (pledge.holds_on(today) || pledge.year >= Some(year))
            })
        };
        of_it
            .flat_map(|some| &some.records)
            .map(|link| &link.key)
            .filter(|key| goes(key))
            .cloned()
            .collect()
    }

    /// What a record becomes in the book of its new village, where it may have been before.
    pub(crate) fn arriving(&self, key: &RecordKey, raw: &RawRecord, there: &BookId) -> Vec<Edit> {
        let record = moving::carried(raw);
        match self.device().record(there, key) {
            Some(before) => differences(key, &before, &record),
            None => vec![Edit::Create {
                key: key.clone(),
                record,
            }],
        }
    }

    /// What moved and nobody has taken up in its new village.
    pub(crate) fn moved_rows(&self) -> Vec<MovedRow> {
        let row = |(key, copy, to): (&RecordKey, &Copy, u32)| {
            let there = self.beside(&BookId(copy.book.book.0), to);
            MovedRow {
                key: key.to_string(),
                title: self.open_title(key),
                from: self.place_name(copy.book.place),
                to: self.place_name(Place::Village(to)),
                decides: there.is_some_and(|there| self.writes(&there)),
            }
        };
        self.not_taken_up().map(row).collect()
    }

    /// The records that left a village for another one whose books are read here, and are not there; each with its old copy.
    fn not_taken_up(&self) -> impl Iterator<Item = (&RecordKey, &Copy, u32)> {
        let not_there = |key: &RecordKey| {
            let copies = self.view.copies(key);
            let counting = self.view.books_of(key).first().map(|open| open.book);
            let copy = copies.iter().find(|copy| Some(copy.book.book) == counting)?;
            let to = self.gone_to(key, copy)?;
            let there = (copy.book.shelf, Place::Village(to));
            let is_there = copies
                .iter()
                .any(|copy| (copy.book.shelf, copy.book.place) == there);
            let waits = !is_there && self.view.reads(there.0, there.1);
            (waits && !common::is_voided(&copy.raw.fields)).then_some((copy, to))
        };
        let moved = self.view.moved().into_iter();
        moved.filter_map(move |key| not_there(key).map(|(copy, to)| (key, copy, to)))
    }

    /// The village to which a copy of a record says that it has gone.
    pub(crate) fn gone_to(&self, key: &RecordKey, copy: &Copy) -> Option<u32> {
        let kind = Kind::by_slug(&key.kind)?;
        self.view.village_number(&moving::moved_to(kind, &copy.raw)?)
    }

    fn take_up(&mut self, key: &RecordKey) -> Done<SavedAct> {
        let mut waiting = self.not_taken_up().filter(|(waits, ..)| *waits == key);
        let found = waiting.next().map(|(_, copy, to)| (copy.clone(), to));
        drop(waiting);
        let (copy, to) = found.ok_or_else(crate::late::settled)?;
        let there = self
            .beside(&BookId(copy.book.book.0), to)
            .ok_or_else(|| Fault::not_understood("take_up"))?;
        let come = self.arriving(key, &copy.raw, &there);
        self.write_in(&[(there, come)], MOVE, key.clone(), Vec::new())
    }
}
