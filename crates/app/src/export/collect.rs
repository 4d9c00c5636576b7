//! What stands in a list that is taken out: the columns of the screen, then each field of the kind that can be read; what has
//! parts has a sheet for each list of them.

use sothon_ledger::BookId;
use sothon_records::kind::{Field, Kind, List as Parts};
use sothon_records::raw::Fields;
use sothon_records::{RawRecord, RecordKey, Words, civil, common, files};
use sothon_sheets::out::{Book, Cell, List, cell};

use crate::api::ListAsk;
use crate::desk::{Desk, place_of};
use crate::fault::Done;
use crate::words;

/// After so many records somebody is told how far it is.
const BETWEEN: usize = 500;

impl Desk {
    /// The book of a list.
    pub(super) fn book_of_list(&self, kind: &'static Kind, ask: &ListAsk, keys: &[RecordKey]) -> Done<Book> {
        let mut lists = vec![self.main_list(kind, ask, keys)?];
        for parts in kind.lists {
            let list = self.part_list(kind, parts, ask.voided, keys)?;
            if !list.rows.is_empty() {
                lists.push(list);
            }
        }
        let title = kind.label.get(self.lang).to_owned();
        let what = self.what_is_listed(kind, ask, keys.len(), true);
        Ok(self.marked(title, what, &personal(is_sensitive(kind)), lists))
    }

    /// A book with what every one has: whose it is, who takes it out and when, how it is to be kept.
    pub(super) fn marked(&self, title: String, what: String, personal: &Words, lists: Vec<List>) -> Book {
        let made = self.clock().instant();
        let local = civil::local(made);
        let who = self.who(Some(self.device().device()));
        let mut marks = self.head_lines(self.today());
        marks.push(what);
        let at = local.format("%d/%m/%Y %H:%M");
        marks.push(self.w(&Words::new(
            format!("Người xuất: {who}, lúc {at}"),
            format!("Taken out by {who}, {at}"),
        )));
        let personal = self.w(personal);
        marks.push(format!(
            "{personal} {}",
            self.t(
                "Chỉ dùng cho công việc của xã; không đăng, không gửi cho người không có trách nhiệm.",
                "For the commune's work only; not to be published or passed on.",
            )
        ));
        if self.practice {
            marks.push(
                self.t(
                    "Số liệu mẫu, không có thật.",
                    "Invented data of the practice commune.",
                )
                .to_owned(),
            );
        }
        let foot = format!("{who}, {at}. {personal}");
        Book {
            title,
            marks,
            foot,
            author: who,
            made: local,
            lists,
        }
    }

    fn main_list(&self, kind: &'static Kind, ask: &ListAsk, keys: &[RecordKey]) -> Done<List> {
        let fields: Vec<&Field> = kind
            .all_fields()
            .filter(|field| is_shown(field, ask.voided))
            .collect();
        let mut heads = vec![self.t("STT", "No.").to_owned(), self.t("Nơi", "Place").to_owned()];
        heads.extend(fields.iter().map(|field| self.head(field)));
        heads.push(self.t("Trạng thái", "State").to_owned());
        // For whom the records were made; nothing is said where all were made for nobody else.
        let behalf = self.made_for_of(keys)?;
        let is_said = behalf.iter().any(|said| !said.is_empty());
        if is_said {
            heads.push(self.t("Ghi thay mặt", "Made on behalf").to_owned());
        }
        // How many photographs there are; nothing is said where there are none.
        let photos: Vec<usize> = keys
            .iter()
            .map(|key| self.view.record(key).map_or(0, files::count))
            .collect();
        let has_photos = photos.iter().any(|count| *count > 0);
        if has_photos {
            heads.push(self.t("Số ảnh, giấy tờ", "Photos, papers").to_owned());
        }
        let mut rows = Vec::with_capacity(keys.len());
        for (at, ((key, behalf), photos)) in keys.iter().zip(&behalf).zip(photos).enumerate() {
            self.told_how_far(at)?;
            let Some(raw) = self.view.record(key) else {
                continue;
            };
            let row = self.row(key);
            let mut cells = vec![number(at), Cell::text(&row.place)];
            cells.extend(fields.iter().map(|field| self.cell(field, &raw.fields)));
            cells.push(Cell::text(&row.state.map(|state| state.word).unwrap_or_default()));
            if is_said {
                cells.push(Cell::text(behalf));
            }
            if has_photos {
                cells.push(Cell::Plain(i64::try_from(photos).unwrap_or(i64::MAX)));
            }
            rows.push(cells);
        }
        Ok(List {
            name: kind.label.get(self.lang).to_owned(),
            heads,
            rows,
        })
    }

    fn made_for_of(&self, keys: &[RecordKey]) -> Done<Vec<String>> {
        let behalves = self.behalves();
        let mut all = Vec::with_capacity(keys.len());
        for (at, key) in keys.iter().enumerate() {
            self.told_how_far(at)?;
            let book = self.view.books_of(key).first().map(|open| BookId(open.book.0));
            all.push(book.map_or_else(String::new, |book| behalves.made_for(&book, key)));
        }
        Ok(all)
    }

    /// The parts of the records: members of households, stages of a file.
    fn part_list(&self, kind: &Kind, parts: &'static Parts, voided: bool, keys: &[RecordKey]) -> Done<List> {
        let fields: Vec<&Field> = parts
            .all_fields()
            .filter(|field| is_shown(field, voided))
            .collect();
        let mut heads = vec![
            self.t("STT", "No.").to_owned(),
            kind.label.get(self.lang).to_owned(),
        ];
        heads.extend(fields.iter().map(|field| self.head(field)));
        let mut rows = Vec::new();
        for (at, key) in keys.iter().enumerate() {
            self.told_how_far(at)?;
            for values in self.view.record(key).into_iter().flat_map(|raw| subs(raw, parts)) {
                if common::is_voided(values) && !voided {
                    continue;
                }
                // The number is the one of the record in the first sheet, by which one finds it there.
                let mut cells = vec![number(at), Cell::text(&self.title(key))];
                cells.extend(fields.iter().map(|field| self.cell(field, values)));
                rows.push(cells);
            }
        }
        Ok(List {
            name: parts.label.get(self.lang).to_owned(),
            heads,
            rows,
        })
    }

    fn told_how_far(&self, at: usize) -> Done {
        if at.is_multiple_of(BETWEEN) && !self.parts().goes_on(at) {
            return Err(sothon_sheets::out::WriteError::Stopped.into());
        }
        Ok(())
    }

    fn head(&self, field: &Field) -> String {
        field.label.get(self.lang).to_owned()
    }

    fn cell(&self, field: &Field, values: &Fields) -> Cell {
        cell(
            field,
            values,
            &|key| self.view.title_words(key, self.lang),
            self.lang,
        )
    }

    /// Which records, in one line; what was searched for only where no log keeps it.
    pub(super) fn what_is_listed(&self, kind: &Kind, ask: &ListAsk, count: usize, typed: bool) -> String {
        let place = ask
            .place
            .as_deref()
            .and_then(words::parse_scope)
            .and_then(place_of);
        let mut parts = vec![
            kind.label.get(self.lang).to_owned(),
            match place {
                Some(place) => self.place_name(place),
                None => self
                    .t("mọi nơi máy này đọc được", "all that can be read here")
                    .to_owned(),
            },
        ];
        let filters = self.filters(Some(kind), place);
        parts.extend(
            filters
                .into_iter()
                .find(|filter| Some(&filter.slug) == ask.filter.as_ref())
                .map(|filter| filter.label),
        );
        let sought = ask.typed.trim();
        if !sought.is_empty() {
            let says = if typed {
                format!("“{sought}”")
            } else {
                String::new()
            };
            parts.push(
                format!("{} {says}", self.t("tìm theo chữ", "searched"))
                    .trim_end()
                    .to_owned(),
            );
        }
        if ask.voided {
            parts.push(self.t("cả bản ghi đã hủy", "voided ones too").to_owned());
        }
        let number = sothon_records::problem::number(i64::try_from(count).unwrap_or(i64::MAX), self.lang);
        parts.push(format!("{number} {}", self.t("dòng", "rows")));
        parts.join("; ")
    }
}

/// Whether a list of such records holds sensitive personal data (NĐ 356/2025/NĐ-CP, Điều 4.1).
pub(super) fn is_sensitive(kind: &Kind) -> bool {
    let shelves = words::shelves_of(kind);
    shelves.iter().any(|shelf| shelf.is_sensitive())
        || kind.all_fields().any(|field| field.sensitive)
        || kind
            .lists
            .iter()
            .any(|list| list.fields.iter().any(|field| field.sensitive))
}

/// What personal data are in a list.
pub(super) fn personal(sensitive: bool) -> Words {
    if sensitive {
        Words::new("Chứa dữ liệu cá nhân nhạy cảm.", "Holds sensitive personal data.")
    } else {
        Words::new("Chứa dữ liệu cá nhân.", "Holds personal data.")
    }
}

/// Whether a field has a column. What acts alone write (a move, a merge) is said by the state.
fn is_shown(field: &Field, voided: bool) -> bool {
    let of_voiding = [common::VOIDED, common::VOID_REASON].contains(&field.name);
    !field.is_hidden() && !field.by_act && (voided || !of_voiding)
}

fn subs<'a>(raw: &'a RawRecord, parts: &'static Parts) -> impl Iterator<Item = &'a Fields> {
    raw.subs
        .iter()
        .filter(|(key, _)| key.kind == parts.name)
        .map(|(_, values)| values)
}

/// The number of a row.
pub(super) fn number(at: usize) -> Cell {
    Cell::Plain(i64::try_from(at).unwrap_or(i64::MAX).saturating_add(1))
}
