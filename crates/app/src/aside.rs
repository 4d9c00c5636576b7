//! What is aside: which entries do not count and why; letting one in, having it written again, choosing between two, undoing
//! what a device wrote; what was ordered on a branch of the register that was not chosen.

use std::collections::BTreeSet;

use sothon_ledger::register::Unchosen;
use sothon_ledger::{BookId, DeviceId, EntryId};
use sothon_records::Words;
use sothon_replica::{RegistrarError, RivalChanges, SetAside, WhyOut, why_aside};

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
            let found = desk.set_aside(&entry)?;
            let now = desk.now();
            desk.device_mut().let_in(found.book, found.entry, now)?;
            desk.register_written()?;
            desk.asides()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn write_again(&self, entry: String) -> Done<WrittenAgain> {
        self.at_desk(move |desk| desk.write_again(&entry)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn unchosen(&self) -> Done<Vec<UnchosenRow>> {
        self.at_desk(|desk| desk.unchosen()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn choose_rival(&self, entry: String) -> Done<Asides> {
        self.at_desk(move |desk| {
            let (book, entry) = desk.rival(&entry).ok_or(RegistrarError::NoRival)?;
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
        // What lost to a rival is chosen, not let in, and is looked at beside it.
        let has_rival = |one: &SetAside| {
            let mut branches = rivals.clone().flat_map(|rivals| &rivals.branches);
            branches.any(|branch| branch.entries.contains(&one.entry))
        };
        let row = |one: &SetAside| -> Done<AsideRow> {
            Ok(AsideRow {
                entry: one.entry.to_string(),
                short: words::short(one.entry),
                who: self.who(Some(one.device)),
                device: one.device.to_string(),
                book: self.book_name(&one.book),
                why: self.w(&why_aside(&one.why)),
                at: came.get(&one.entry).copied(),
                state: self.again_state(one),
                lets_in: registrar
                    && !one.written_again
                    && !one.ordered
                    && matches!(one.why, WhyOut::Aside(_))
                    && !has_rival(one),
                again: self.again(one, registrar)?,
                says: one.missing.is_some() && !has_rival(one),
            })
        };
        Ok(Asides {
            rows: all.iter().map(row).collect::<Done<_>>()?,
            rivals: rivals
                .map(|rivals| RivalRow {
                    who: self.who(Some(rivals.device)),
                    device: rivals.device.to_string(),
                    book: self.book_name(&rivals.book),
                    says: reads.contains(&rivals.book),
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
                                open: registrar && !rivals.is_chosen(),
                            })
                        })
                        .collect(),
                })
                .collect(),
            registrar,
        })
    }

    pub(crate) fn set_aside(&self, entry: &str) -> Done<SetAside> {
        let all = self.device().set_aside()?;
        let found = all.into_iter().find(|one| one.entry.to_string() == entry);
        Ok(found.ok_or(RegistrarError::NotAside)?)
    }

    pub(crate) fn rival(&self, entry: &str) -> Option<(BookId, EntryId)> {
        self.device().rivals().iter().find_map(|rivals| {
            let mut entries = rivals.branches.iter().flat_map(|branch| &branch.entries);
            let found = entries.find(|id| id.to_string() == entry)?;
            Some((rivals.book, *found))
        })
    }

    fn again(&self, one: &SetAside, registrar: bool) -> Done<Option<WritesAgain>> {
        let orders = registrar && one.may_be_ordered;
        let is_open = one.ordered && !one.written_again;
        if !orders && !is_open {
            return Ok(None);
        }
        let writes = one.missing.is_some() && self.device().may_write_again(&one.book, &one.entry)?;
        Ok(match (orders, writes) {
            (true, true) => Some(WritesAgain::OrdersAndWrites),
            (true, false) => Some(WritesAgain::Orders),
            (false, true) => Some(WritesAgain::Writes),
            (false, false) => None,
        })
    }

    /// How many entries are ordered to be written again and wait for this device.
    pub(crate) fn to_write_again(&self) -> Done<usize> {
        let all = self.device().set_aside()?;
        let again = all.iter().map(|one| self.again(one, false));
        let again: Vec<Option<WritesAgain>> = again.collect::<Done<_>>()?;
        let writes = |again: &&Option<WritesAgain>| matches!(again, Some(WritesAgain::Writes));
        Ok(again.iter().filter(writes).count())
    }

    /// How many places there are where a device wrote two different things and this one, the registrar's, has not chosen.
    pub(crate) fn rivals_to_choose(&self) -> usize {
        if !self.device().is_registrar() {
            return 0;
        }
        let all = self.device().rivals();
        all.iter().filter(|rivals| !rivals.is_chosen()).count()
    }

    fn write_again(&mut self, entry: &str) -> Done<WrittenAgain> {
        let found = self.set_aside(entry)?;
        let now = self.now();
        let said = if found.ordered {
            let written = self.device_mut().write_ordered(found.book, found.entry, now)?;
            self.publish()?;
            self.follow();
            again_words(written.len())
        } else {
            let ordered = self.device_mut().order_again(found.book, found.entry, now)?;
            self.register_written()?;
            if ordered.written {
                self.publish()?;
                self.follow();
                again_words(ordered.entries.len())
            } else {
                let count = ordered.entries.len();
                Words::new(
                    format!(
                        "Đã giao ghi lại {count} mục. Báo người được ghi sổ đó mở trang này sau khi gửi nhận."
                    ),
                    format!(
                        "{count} entries are to be written again. Tell one who may write in that book to open this page after exchanging."
                    ),
                )
            }
        };
        Ok(WrittenAgain { says: self.w(&said) })
    }

    fn unchosen(&self) -> Done<Vec<UnchosenRow>> {
        let mut all = self.device().register()?.unchosen();
        all.sort_by_key(|one| one.settled);
        let device = |id: DeviceId| Words::same(self.who_is(&id));
        let book = |id: &BookId| Words::same(self.book_name(id));
        let row = |one: &Unchosen<'_>| {
            let (tone, vi, en) = if one.settled {
                (Tone::Plain, "Không cần làm lại", "Nothing left to do")
            } else {
                (Tone::Warn, "Còn phải làm lại", "To be said again")
            };
            UnchosenRow {
                operation: one.operation.id().to_string(),
                says: self.w(&words::operation(one.operation.action(), device, book)),
                at: Some(one.operation.time()).filter(|time| *time != 0),
                state: RowState {
                    tone,
                    word: self.t(vi, en).to_owned(),
                },
            }
        };
        Ok(all.iter().map(row).collect())
    }

    /// How much of it is left to be said again; nothing where there is only one branch.
    pub(crate) fn unchosen_words(&self) -> Done<String> {
        let all = self.device().register()?.unchosen();
        if all.is_empty() {
            return Ok(String::new());
        }
        let left = all.iter().filter(|one| !one.settled).count();
        let said = match left {
            0 => Words::new(
                "Không còn việc nào phải làm lại",
                "Nothing is left to be said again",
            ),
            left => Words::new(
                format!("Còn {left} việc phải làm lại"),
                format!("{left} are to be said again"),
            ),
        };
        Ok(self.w(&said))
    }

    /// A device as people call it: the person, and the beginning of its id.
    fn who_is(&self, device: &DeviceId) -> String {
        let short = words::short(device);
        match self.person_of(device) {
            Some((name, _)) => format!("{name} ({short})"),
            None => short,
        }
    }

    fn again_state(&self, one: &SetAside) -> RowState {
        let (tone, vi, en) = match (one.written_again, one.ordered, one.missing) {
            (true, ..) => (Tone::Ok, "Đã ghi lại", "Written again"),
            (false, true, _) => (Tone::Warn, "Đã giao ghi lại", "To be written again"),
            (false, false, None) => (Tone::Warn, "Máy này không đọc được", "Not readable here"),
            (false, false, Some(_)) => (Tone::Warn, "Chưa ai ghi lại", "Not written again"),
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

fn again_words(count: usize) -> Words {
    Words::new(
        format!("Đã ghi lại thay {count} mục."),
        format!("{count} entries were written again."),
    )
}
