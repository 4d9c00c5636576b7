//! Households that a division gave to other villages still lie in the book of the old one: they go over into the books of the
//! villages where they belong, with their pledges, all of them as one act that is looked at before and undone as one.

use std::collections::BTreeMap;

use sothon_ledger::{BookId, Scope};
use sothon_overview::Place;
use sothon_records::kinds::Village;
use sothon_records::problem::number;
use sothon_records::{Edit, Record as _, RecordKey, Words};
use sothon_replica::ReplicaError;

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::Done;

/// What the act is called in histories.
pub(crate) const SHARE: &str = "move-shared";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn shared(&self, number: u32) -> Done<Shared> {
        self.at_desk(move |desk| desk.shared(number)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn move_shared(&self, number: u32) -> Done<SharedMoved> {
        self.at_desk(move |desk| desk.move_shared(number)).await
    }
}

impl Desk {
    /// The households that a village shares out and that still lie in its book, by the village to which they go.
    fn still_here(&self, number: u32) -> BTreeMap<u32, Vec<(BookId, RecordKey)>> {
        let village = self
            .view
            .village_key(number)
            .and_then(|key| self.view.record(key));
        let Some(village) = village.map(|raw| Village::read(raw).value) else {
            return BTreeMap::new();
        };
        let mut here: BTreeMap<u32, Vec<(BookId, RecordKey)>> = BTreeMap::new();
        for household in village.shared_out().into_keys() {
            let Ok((book, _)) = self.placed(household) else {
                continue;
            };
            let lies_here = self
                .device()
                .book_info(&book)
                .is_some_and(|open| open.scope == Scope::Village(number));
            // Where it goes is the picture's: a village that was divided again has shared it further.
            let Some(Place::Village(to)) = self.view.place_of(household).filter(|_| lies_here) else {
                continue;
            };
            if to != number && self.can_move(&book, household) {
                here.entry(to).or_default().push((book, household.clone()));
            }
        }
        here
    }

    /// How many households of a village wait to go over.
    pub(crate) fn shared_count(&self, number: u32) -> usize {
        self.still_here(number).values().map(Vec::len).sum()
    }

    fn shared(&mut self, number: u32) -> Done<Shared> {
        self.refresh();
        let here = self.still_here(number);
        if here.is_empty() {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let mut moves = 0;
        let group = |(to, households): (u32, Vec<(BookId, RecordKey)>)| {
            let arrives = households.iter().all(|(book, _)| self.arrives(book, to));
            moves += if arrives { households.len() } else { 0 };
            let waits = self.t(
                "Máy này chưa ghi được vào sổ của thôn đó. Người giữ danh bạ mở sổ trước.",
                "This device cannot write in that village's book yet. The registrar opens it first.",
            );
            let mut rows: Vec<PickRow> = households
                .iter()
                .filter_map(|(_, key)| self.pick_row(key))
                .collect();
            rows.sort_by_key(|row| sothon_records::collate::key(&row.title));
            SharedTo {
                name: self.village_name(to),
                households: rows,
                waits: if arrives { String::new() } else { waits.to_owned() },
            }
        };
        let groups = here.into_iter().map(group).collect();
        Ok(Shared {
            number,
            name: self.village_name(number),
            groups,
            moves,
        })
    }

    fn arrives(&self, book: &BookId, to: u32) -> bool {
        self.beside(book, to).is_some_and(|there| self.writes(&there))
    }

    fn move_shared(&mut self, from: u32) -> Done<SharedMoved> {
        let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
        let mut moved = 0;
        for (to, households) in self.still_here(from) {
            let Some(village) = self.view.village_key(to).cloned() else {
                continue;
            };
            for (book, household) in households {
                if !self.arrives(&book, to) {
                    continue;
                }
                moved += 1;
                for (book, edits) in self.move_edits(&book, &household, to, &village) {
                    by_book.entry(book).or_default().extend(edits);
                }
            }
        }
        if moved == 0 {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let saved = self.write_many(by_book, SHARE)?;
        let count = number(moved, self.lang);
        Ok(SharedMoved {
            act: saved.act.to_string(),
            says: self.w(&Words::new(
                format!("Đã chuyển {count} hộ, lưu trên máy này"),
                format!("{count} households moved, saved on this device"),
            )),
        })
    }
}

/// Whether an act brought a record into the book of another village.
pub(crate) fn moves(what: &str) -> bool {
    [SHARE, crate::moving::MOVE].contains(&what)
}
