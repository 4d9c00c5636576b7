//! A household or person moves to another village: one act, in the old book and in the new one. What is written in the old
//! book afterwards, by somebody who did not know of it, is for [`crate::late`].

use sothon_ledger::register::OpenBook;
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_overview::Place;
use sothon_overview::identity::Copy;
use sothon_records::kinds::Pledge;
use sothon_records::record::{Record as _, differences};
use sothon_records::{Edit, Kind, RawRecord, RecordKey, Value, common, moving};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::place::open_book;
use crate::words;

/// The kinds that move; what belongs to them goes with them.
const MOVES: [&str; 2] = ["household", "person"];
pub(crate) const MOVE: &str = "move";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn moving(&self, key: String) -> Done<MovePage> {
        self.at_desk(move |desk| desk.moving(&key_of(&key)?)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn move_record(&self, key: String, to: String) -> Done<SavedAct> {
        self.at_desk(move |desk| {
            let Some(Scope::Village(to)) = words::parse_scope(&to) else {
                return Err(Fault::not_understood("move_record"));
            };
            desk.move_record(&key_of(&key)?, to)
        })
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
        let (book, _) = self.placed(key)?;
        if !self.can_move(&book, key) {
            return Err(sothon_replica::ReplicaError::MayNotWrite.into());
        }
        let here = self.view.place_of(key);
        let other = |village: u32| {
            let place = Place::Village(village);
            // A move names the village's record.
            let there = self.view.is_there(village, self.today());
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
            cards: here.map_or(0, |here| self.ending_cards(key, here).len()),
            groups: here.map_or(0, |here| self.leaving_groups(key, here).len()),
        })
    }

    fn move_record(&mut self, key: &RecordKey, to: u32) -> Done<SavedAct> {
        let (book, _) = self.placed(key)?;
        let possible = self.moving(key)?.villages;
        let place = words::scope_text(Scope::Village(to));
        let village = self.view.village_key(to).cloned();
        let (Some(village), true) = (village, possible.iter().any(|other| other.to.place == place)) else {
            return Err(Fault::not_understood("move_record"));
        };
        let mut edits = self.move_edits(&book, key, to, &village);
        if let Some(here) = self.view.place_of(key) {
            let ends = self.ending_cards(key, here).into_iter();
            for (book, edit) in ends.chain(self.leaving_groups(key, here)) {
                match edits.iter_mut().find(|(other, _)| *other == book) {
                    Some((_, edits)) => edits.push(edit),
                    None => edits.push((book, vec![edit])),
                }
            }
        }
        self.write_in(&edits, MOVE, key.clone(), Vec::new())
    }

    /// The edits by which a record and what goes with it leave a book for that of another village.
    pub(crate) fn move_edits(
        &self,
        book: &BookId,
        key: &RecordKey,
        to: u32,
        village: &RecordKey,
    ) -> Vec<(BookId, Vec<Edit>)> {
        let mut keys = vec![key.clone()];
        keys.extend(self.going_with(book, key));
        let gone = |key: &RecordKey| Edit::Set {
            key: key.clone(),
            sub: None,
            fields: [(
                moving::MOVED_TO.to_owned(),
                Some(Value::Text(village.to_string())),
            )]
            .into(),
        };
        let mut edits = vec![(*book, keys.iter().map(gone).collect())];
        if let Some(there) = self.beside(book, to).filter(|there| self.writes(there)) {
            let come = keys
                .iter()
                .filter_map(|key| Some(self.arriving(key, &self.device().record(book, key)?, &there)));
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
