//! Households that a division gave to other villages still lie in the book of the old one: they go over into the books of the
//! villages where they belong, with their pledges and with the files of their persons in care, all of them as one act that is
//! looked at before and undone as one. Who may not write those files is told the same whether there are any or not.

use std::collections::BTreeMap;

use sothon_ledger::{BookId, Scope};
use sothon_overview::Place;
use sothon_records::kinds::{Person, Village};
use sothon_records::problem::number;
use sothon_records::{Edit, Record as _, RecordKey, Shelf, Words};
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

/// What goes over into the books of one village.
#[derive(Default)]
struct Going {
    households: Vec<(BookId, RecordKey)>,
    /// The files of their persons in care.
    files: Vec<(BookId, RecordKey)>,
}

impl Going {
    fn all(&self) -> impl Iterator<Item = &(BookId, RecordKey)> {
        self.households.iter().chain(&self.files)
    }
}

impl Desk {
    /// What a village shares out and still lies in its books, by the village to which it goes; as far as this person writes it.
    fn still_here(&self, number: u32) -> BTreeMap<u32, Going> {
        let mut here: BTreeMap<u32, Going> = BTreeMap::new();
        let village = self
            .view
            .village_key(number)
            .and_then(|key| self.view.record(key));
        let Some(village) = village.map(|raw| Village::read(raw).value) else {
            return here;
        };
        let shares = village.shared_out();
        if shares.is_empty() {
            return here;
        }
        for household in shares.keys() {
            if let Some((to, book)) = self.goes_on_to(number, household) {
                here.entry(to)
                    .or_default()
                    .households
                    .push((book, (*household).clone()));
            }
        }
        for person in self.view.of_kind(Person::KIND.slug) {
            let of_these = self.view.record(person).is_some_and(|raw| {
                let household = Person::read(raw).value.household;
                household.is_some_and(|household| shares.contains_key(&household))
            });
            if let Some((to, book)) = of_these.then(|| self.goes_on_to(number, person)).flatten() {
                here.entry(to).or_default().files.push((book, person.clone()));
            }
        }
        here
    }

    /// Where a record belongs that still lies in a book of a village, and that book; `None`: it is where it belongs, or this
    /// person may not move it.
    fn goes_on_to(&self, number: u32, key: &RecordKey) -> Option<(u32, BookId)> {
        let (book, _) = self.placed(key).ok()?;
        let lies_here = self
            .device()
            .book_info(&book)
            .is_some_and(|open| open.scope == Scope::Village(number));
        // Where it goes is the picture's: a village that was divided again has shared it further.
        match self.view.place_of(key).filter(|_| lies_here)? {
            Place::Village(to) if to != number && self.can_move(&book, key) => Some((to, book)),
            _ => None,
        }
    }

    /// How many households of a village wait to go over, and how many files.
    pub(crate) fn shared_count(&self, number: u32) -> (usize, usize) {
        let here = self.still_here(number);
        let count = |of: fn(&Going) -> usize| here.values().map(of).sum();
        (
            count(|going| going.households.len()),
            count(|going| going.files.len()),
        )
    }

    /// The villages in whose books files wait to go over, for who writes them: nobody else learns that there are any.
    pub(crate) fn files_to_move(&self) -> Vec<FilesToMove> {
        if !self.writes_files() {
            return Vec::new();
        }
        let waiting = |number: u32| {
            let (_, files) = self.shared_count(number);
            let name = self.village_name(number);
            (files > 0).then(|| FilesToMove {
                number,
                says: self.w(&Words::new(
                    format!("{files} hồ sơ cần chuyển sang thôn mới"),
                    format!("{files} files to be moved to another village"),
                )),
                from: self.w(&Words::new(
                    format!("{name} đã chia tách"),
                    format!("{name} was divided"),
                )),
            })
        };
        self.view.villages().into_iter().filter_map(waiting).collect()
    }

    /// Whether this person writes files of persons in care.
    fn writes_files(&self) -> bool {
        self.view.reads_any(Shelf::CareFiles) && self.writes_kind(Person::KIND)
    }

    fn shared(&mut self, number: u32) -> Done<Shared> {
        self.refresh();
        let here = self.still_here(number);
        if here.is_empty() {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let (mut moves, mut files) = (0, 0);
        let group = |(to, going): (u32, Going)| {
            let waits = |waiting: &[(BookId, RecordKey)], goes: &mut usize, vi: &str, en: &str| {
                if waiting.iter().all(|(book, _)| self.arrives(book, to)) {
                    *goes += waiting.len();
                    return String::new();
                }
                self.t(vi, en).to_owned()
            };
            let waits_of_files = waits(
                &going.files,
                &mut files,
                "Máy này chưa ghi được vào sổ quản lý của thôn đó, hồ sơ chờ ở đây. Người giữ danh bạ mở sổ trước.",
                "This device cannot write in that village's files yet; they wait here. The registrar opens the book first.",
            );
            let waits = waits(
                &going.households,
                &mut moves,
                "Máy này chưa ghi được vào sổ của thôn đó. Người giữ danh bạ mở sổ trước.",
                "This device cannot write in that village's book yet. The registrar opens it first.",
            );
            let mut rows: Vec<PickRow> = going
                .households
                .iter()
                .filter_map(|(_, key)| self.pick_row(key))
                .collect();
            rows.sort_by_key(|row| sothon_records::collate::key(&row.title));
            SharedTo {
                name: self.village_name(to),
                households: rows,
                waits,
                files: going.files.len(),
                files_wait: waits_of_files,
            }
        };
        let groups = here.into_iter().map(group).collect();
        Ok(Shared {
            number,
            name: self.village_name(number),
            groups,
            moves,
            files,
            care: self.files_words(),
        })
    }

    /// What becomes of the files of persons in care. Who does not write them is told who does, whether there are any or not.
    fn files_words(&self) -> String {
        let says = if self.writes_files() {
            Words::new(
                "Hồ sơ quản lý của người trong các hộ này chuyển cùng lần. Hồ sơ chưa ghi hộ ở lại thôn cũ: mở từng hồ sơ để chuyển thôn. Thẻ phân công: lập thẻ mới cho người giúp đỡ ở thôn mới.",
                "The files of persons of these households go along. A file that names no household stays: open it to move it. Assignment cards are made anew for who helps in the new village.",
            )
        } else {
            Words::new(
                "Hồ sơ quản lý, giúp đỡ, nếu có, do Công an xã chuyển sang thôn mới.",
                "Files of persons in care, if there are any, are moved by the commune’s police.",
            )
        };
        self.w(&says)
    }

    fn arrives(&self, book: &BookId, to: u32) -> bool {
        self.beside(book, to).is_some_and(|there| self.writes(&there))
    }

    fn move_shared(&mut self, from: u32) -> Done<SharedMoved> {
        let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
        let (mut moved, mut files) = (0, 0);
        for (to, going) in self.still_here(from) {
            let Some(village) = self.view.village_key(to).cloned() else {
                continue;
            };
            for (book, key) in going.all().filter(|(book, _)| self.arrives(book, to)) {
                if key.kind == Person::KIND.slug {
                    files += 1;
                } else {
                    moved += 1;
                }
                for (book, edits) in self.move_edits(book, key, to, &village, None) {
                    by_book.entry(book).or_default().extend(edits);
                }
            }
        }
        if by_book.is_empty() {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let saved = self.write_many(by_book, SHARE)?;
        let counted = |count: i64, vi: &str, en: &str| {
            let shown = number(count, self.lang);
            (count > 0).then(|| self.w(&Words::new(format!("{shown} {vi}"), format!("{shown} {en}"))))
        };
        let all = [
            counted(moved, "hộ", "households"),
            counted(files, "hồ sơ", "files"),
        ];
        let what = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Ok(SharedMoved {
            act: saved.act.to_string(),
            says: self.w(&Words::new(
                format!("Đã chuyển {what}, lưu trên máy này"),
                format!("{what} moved, saved on this device"),
            )),
        })
    }
}

/// Whether an act brought a record into the book of another village.
pub(crate) fn moves(what: &str) -> bool {
    [SHARE, crate::moving::MOVE].contains(&what)
}
