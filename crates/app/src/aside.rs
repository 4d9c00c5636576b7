//! What is aside: which entries do not count and why; letting one in, choosing between two, undoing what a device wrote.

use std::collections::BTreeSet;

use sothon_ledger::{BookId, EntryId};
use sothon_records::Words;
use sothon_replica::{RegistrarError, RivalChanges, SetAside, why_aside};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::people::device_of;
use crate::typing::tidy_reason;
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn asides(&self) -> Done<Asides> {
        self.at_desk(|desk| desk.asides()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn let_in(&self, entry: String) -> Done<Asides> {
        self.at_desk(move |desk| {
            let all = desk.device().set_aside()?;
            let found = all.iter().find(|one| one.entry.to_string() == entry);
            let (book, entry) = found
                .map(|one| (one.book, one.entry))
                .ok_or(RegistrarError::NotAside)?;
            let now = desk.now();
            desk.device_mut().let_in(book, entry, now)?;
            desk.register_written()?;
            desk.asides()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn choose_rival(&self, entry: String) -> Done<Asides> {
        self.at_desk(move |desk| {
            let all = desk.device().rivals();
            let carried = |rivals: &RivalChanges| {
                let mut entries = rivals.branches.iter().flat_map(|branch| &branch.entries);
                let found = entries.find(|id| id.to_string() == entry);
                found.map(|id| (rivals.book, *id))
            };
            let (book, entry) = all.iter().find_map(carried).ok_or(RegistrarError::NoRival)?;
            let now = desk.now();
            desk.device_mut().anchor(book, entry, now)?;
            desk.register_written()?;
            desk.asides()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn undo_device(&self, device: String, reason: String) -> Done<UndoneTold> {
        self.at_desk(move |desk| desk.undo_device(&device, &reason)).await
    }
}

impl Desk {
    /// What is aside in books that this person reads; in all that are held here for the registrar, who lets in.
    fn asides(&self) -> Done<Asides> {
        let registrar = self.device().is_registrar();
        let reads: BTreeSet<BookId> = self.device().readable().map(|open| open.book).collect();
        let concerns = |book: &BookId| registrar || reads.contains(book);
        let mut all = self.device().set_aside()?;
        all.retain(|one| concerns(&one.book));
        all.sort_by_key(|one| one.written_again);
        let rivals: Vec<RivalChanges> = self.device().rivals();
        let rivals = rivals.iter().filter(|rivals| concerns(&rivals.book));
        let carried = rivals.clone().flat_map(|rivals| &rivals.branches);
        let mut ids: BTreeSet<EntryId> = all.iter().map(|one| one.entry).collect();
        ids.extend(carried.filter_map(|branch| branch.entries.first()));
        let came = self.device().arrived(&ids)?;
        let row = |one: &SetAside| AsideRow {
            entry: one.entry.to_string(),
            short: words::short(one.entry),
            who: self.who(Some(one.device)),
            device: one.device.to_string(),
            book: self.book_name(&one.book),
            why: self.w(&why_aside(&one.why)),
            at: came.get(&one.entry).copied(),
            state: self.again_state(one),
            lets_in: registrar && !one.written_again,
        };
        Ok(Asides {
            rows: all.iter().map(row).collect(),
            rivals: rivals
                .map(|rivals| RivalRow {
                    who: self.who(Some(rivals.device)),
                    device: rivals.device.to_string(),
                    book: self.book_name(&rivals.book),
                    branches: rivals
                        .branches
                        .iter()
                        .filter_map(|branch| {
                            let entry = branch.entries.first()?;
                            Some(RivalBranch {
                                entry: entry.to_string(),
                                short: words::short(entry),
                                at: came.get(entry).copied(),
                                state: self.rival_state(branch.counts, branch.anchored),
                                open: registrar && !(branch.counts && branch.anchored),
                            })
                        })
                        .collect(),
                })
                .collect(),
            registrar,
        })
    }

    fn again_state(&self, one: &SetAside) -> RowState {
        let (tone, vi, en) = match (one.written_again, one.missing) {
            (true, _) => (Tone::Ok, "Đã ghi lại", "Written again"),
            (false, None) => (Tone::Warn, "Máy này không đọc được", "Not readable here"),
            (false, Some(_)) => (Tone::Warn, "Chưa ai ghi lại", "Not written again"),
        };
        RowState {
            tone,
            word: self.t(vi, en).to_owned(),
        }
    }

    fn rival_state(&self, counts: bool, anchored: bool) -> RowState {
        let (tone, vi, en) = match (counts, anchored) {
            (true, true) => (Tone::Ok, "Được tính, xã đã chọn", "Counts, chosen"),
            (true, false) => (Tone::Ok, "Được tính", "Counts"),
            (false, _) => (Tone::Plain, "Không được tính", "Does not count"),
        };
        RowState {
            tone,
            word: self.t(vi, en).to_owned(),
        }
    }

    /// A book as this commune calls it: "Sổ thôn, Thôn Đông, 2026".
    pub(crate) fn book_name(&self, book: &BookId) -> String {
        let Some(open) = self.device().book_info(book) else {
            return words::short(book);
        };
        let kind = self.w(&words::book_kind(open.kind).1);
        match crate::desk::place_of(open.scope) {
            Some(sothon_overview::Place::Commune) | None => format!("{kind}, {}", open.year),
            Some(place) => format!("{kind}, {}, {}", self.place_name(place), open.year),
        }
    }

    fn undo_device(&mut self, device: &str, reason: &str) -> Done<UndoneTold> {
        let device = device_of(device)?;
        let reason = tidy_reason(reason).ok_or_else(|| {
            Fault::new(
                "reason",
                "Nhập lý do, dài nhất 300 ký tự. Chưa hoàn tác gì.",
                "Enter a reason of at most 300 characters. Nothing was undone.",
            )
        })?;
        let now = self.now();
        let undone = self.device_mut().undo_device(&device, &reason, Some(now))?;
        self.follow();
        let mut says = vec![match undone.records.len() {
            0 => Words::new(
                "Không có gì của máy đó để hoàn tác trong các sổ máy này được ghi.",
                "There is nothing of that device to undo in the books in which this one may write.",
            ),
            records => Words::new(
                format!("Đã hoàn tác {records} bản ghi."),
                format!("{records} records were set back."),
            ),
        }];
        if undone.left_alone > 0 {
            says.push(Words::new(
                format!(
                    "{} chỗ người khác đã sửa sau đó được giữ nguyên.",
                    undone.left_alone
                ),
                format!(
                    "{} places that others have changed since stay as they are.",
                    undone.left_alone
                ),
            ));
        }
        says.extend(undone.elsewhere.iter().map(|book| {
            let name = self.book_name(book);
            Words::new(
                format!("{name}: làm trên máy được ghi sổ này."),
                format!("{name}: to be done on a device that may write there."),
            )
        }));
        Ok(UndoneTold {
            act: undone
                .act
                .filter(|_| !undone.records.is_empty())
                .map(|act| act.to_string()),
            says: says.iter().map(|words| self.w(words)).collect(),
        })
    }
}
