//! "Xuất bảng": a list or another page of rows as it stands on the screen, as a workbook or CSV.
//!
//! It holds what the person can read here, and nothing of hidden fields. That it was taken out, by whom, when and why, goes into
//! the access log before the file is made (design.md §3.10, §4); the log names no record and repeats no search, since a name may
//! have been searched for. The file says the same of itself. Looking at pages is asked for one by one, a list at once: so the
//! reason is asked for every list, not only for those of care and tips.

mod collect;
mod pages;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use sothon_records::kind::Kind;
use sothon_records::{Lang, Words};
use sothon_sheets::out::{self, Book, List, WriteError};

use self::pages::Page;
use crate::api::*;
use crate::app::{App, Parts};
use crate::desk::Desk;
use crate::exchange_page::size;
use crate::fault::{Done, Fault};
use crate::shelves;
use crate::words;

/// A list of one day gets at most this many names.
const NAMES: u32 = 100;

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Xlsx,
    Csv,
}

impl Form {
    fn of(slug: &str) -> Done<Form> {
        match slug {
            "xlsx" => Ok(Form::Xlsx),
            "csv" => Ok(Form::Csv),
            _ => Err(Fault::not_understood("form")),
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Form::Xlsx => "xlsx",
            Form::Csv => "csv",
        }
    }
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn exporting(&self, what: TakenOut) -> Done<ExportPage> {
        let parts = self.parts().clone();
        self.at_desk(move |desk| desk.export_page(&parts, &what)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn export_list(&self, ask: ExportAsk) -> Done<Exported> {
        let form = Form::of(&ask.form)?;
        let parts = self.parts().clone();
        parts.stopping.store(false, Ordering::Relaxed);
        let shelf = shelves::shelves(&parts)
            .into_iter()
            .find(|shelf| shelf.id == ask.place)
            .ok_or_else(place_gone)?;
        let (name, book, count) = self
            .at_desk(move |desk| desk.take_out(&ask.what, &ask.reason, form))
            .await?;
        let lang = self.lang();
        let place = shelf.words.get(lang).to_owned();
        // The book is not held up while a file is written.
        let write = move || -> Done<Exported> {
            let bytes = match form {
                Form::Xlsx => out::xlsx(&book, &mut |rows| parts.goes_on(rows)),
                Form::Csv => out::csv(&book, &mut |rows| parts.goes_on(rows)),
            }?;
            let path = keep(&shelf.path, &name, form.ending(), &bytes)?;
            Ok(Exported {
                name: shelves::named(&path),
                place,
                path: path.display().to_string(),
                size: size(bytes.len() as u64, lang),
                count,
                says: said_after(form, &book.lists, lang),
            })
        };
        let runtime = self.parts().runtime.clone();
        runtime.spawn_blocking(write).await.map_err(Fault::internal)?
    }
}

impl Desk {
    fn export_page(&mut self, parts: &Parts, taken: &TakenOut) -> Done<ExportPage> {
        let (title, what, count, personal) = match taken {
            TakenOut::List { list } => {
                let kind = self.one_kind(list)?;
                let count = self.listed(&from_the_first(list), 0).total;
                let what = self.what_is_listed(kind, list, count, true);
                let personal = collect::personal(collect::is_sensitive(kind));
                (kind.label.get(self.lang).to_owned(), what, count, personal)
            }
            _ => {
                let page = self.page_taken(taken)?;
                let (what, count) = (self.what_of_page(&page), page.count());
                (self.w(&page.title), what, count, page.personal)
            }
        };
        let personal = self.w(&personal);
        let says = [
            personal.as_str(),
            self.t(
                "Ai có tệp này đều đọc được. Giữ tệp ở máy cơ quan; không gửi qua Zalo, không dán lên bảng tin.",
                "Whoever has the file can read it. Keep it on a device of the office; send it by no messenger.",
            ),
            self.t(
                "Lần xuất này được ghi vào nhật ký truy cập: ai xuất, lúc nào, danh sách nào, bao nhiêu dòng, vì sao.",
                "This goes into the access log: who, when, which list, how many rows, why.",
            ),
        ];
        Ok(ExportPage {
            title,
            what,
            count,
            places: shelves::shelves(parts)
                .into_iter()
                .map(|shelf| Choice {
                    label: self.w(&shelf.words),
                    slug: shelf.id,
                })
                .collect(),
            says: says.iter().map(|says| (*says).to_owned()).collect(),
        })
    }

    /// What is to be written and under which name, after it was recorded that it is taken out.
    fn take_out(&mut self, what: &TakenOut, reason: &str, form: Form) -> Done<(String, Book, usize)> {
        let TakenOut::List { list } = what else {
            return self.take_out_page(what, reason, form);
        };
        let kind = self.one_kind(list)?;
        let keys = self.listed(&from_the_first(list), usize::MAX).keys;
        if keys.is_empty() {
            return Err(nothing_there());
        }
        let book = self.book_of_list(kind, list, &keys)?;
        let scope = format!(
            "{}; .{}",
            self.what_is_listed(kind, list, keys.len(), false),
            form.ending()
        );
        self.record_export(&scope, keys.len(), reason)?;
        Ok((self.export_name(kind, list), book, keys.len()))
    }

    fn take_out_page(&mut self, what: &TakenOut, reason: &str, form: Form) -> Done<(String, Book, usize)> {
        let page = self.page_taken(what)?;
        let (what, count) = (self.what_of_page(&page), page.count());
        if count == 0 {
            return Err(nothing_there());
        }
        let name = sothon_records::text::folded_words(&page.title.vi).join("-");
        let name = format!("{name}-{}", self.today().format("%Y-%m-%d"));
        let book = self.marked(self.w(&page.title), what.clone(), &page.personal, page.lists);
        self.record_export(&format!("{what}; .{}", form.ending()), count, reason)?;
        Ok((name, book, count))
    }

    /// Which page, which part of it, and how many rows, in one line.
    fn what_of_page(&self, page: &Page) -> String {
        let count = format!("{} {}", self.count(page.count()), self.t("dòng", "rows"));
        let parts = [self.w(&page.title), page.part.clone(), count];
        let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        said.join("; ")
    }

    /// The kind of a list, if this person reads it.
    fn one_kind(&self, list: &ListAsk) -> Done<&'static Kind> {
        let [slug] = list.kinds.as_slice() else {
            return Err(Fault::not_understood("kinds"));
        };
        let kind = self.kind(slug)?;
        let reads = words::shelves_of(kind)
            .into_iter()
            .any(|shelf| self.view.reads_any(shelf));
        if reads {
            Ok(kind)
        } else {
            Err(Fault::new(
                "may_not_read",
                "Vai trò này không đọc sổ có danh sách này nên không xuất được.",
                "Your role does not read the book of this list, so it cannot be taken out.",
            ))
        }
    }

    /// A file's name: it lies where others look, so it tells of no person, and of a list in care or tips not even which.
    fn export_name(&self, kind: &Kind, list: &ListAsk) -> String {
        let sensitive = words::shelves_of(kind).iter().any(|shelf| shelf.is_sensitive());
        let what = if sensitive {
            "danh-sach".to_owned()
        } else {
            sothon_records::text::folded_words(kind.label.vi).join("-")
        };
        let place = match list.place.as_deref().and_then(words::parse_scope) {
            Some(sothon_ledger::Scope::Village(n)) => format!("-thon-{n}"),
            Some(sothon_ledger::Scope::Unit(n)) => format!("-don-vi-{n}"),
            _ => String::new(),
        };
        format!("{what}{place}-{}", self.today().format("%Y-%m-%d"))
    }
}

/// Writes a file under a name that nothing has yet; what is there is never written over, and half a file does not stay.
fn keep(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> Done<PathBuf> {
    for n in 1..=NAMES {
        let path = match n {
            1 => folder.join(format!("{name}.{ending}")),
            n => folder.join(format!("{name}-{n}.{ending}")),
        };
        let made = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path);
        let mut file = match made {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
            Err(_) => return Err(not_kept()),
        };
        if file.write_all(bytes).and_then(|()| file.sync_all()).is_err() {
            drop(file);
            // It is ours and of this moment: nobody else's file is taken away.
            let _ = std::fs::remove_file(&path);
            return Err(not_kept());
        }
        return Ok(path);
    }
    Err(Fault::new(
        "export_names",
        "Hôm nay đã có quá nhiều tệp cùng tên ở nơi này. Chuyển bớt tệp đi rồi xuất lại.",
        "There are too many files of this name and day. Move some away, then try again.",
    ))
}

fn said_after(form: Form, lists: &[List], lang: Lang) -> Vec<String> {
    let mut says = Vec::new();
    match form {
        Form::Xlsx => says.push(Words::new(
            "Mở bằng Excel hoặc LibreOffice. Mỗi trang in có lại dòng tên cột.",
            "Opens in Excel and LibreOffice. The heads come back on each printed page.",
        )),
        Form::Csv => {
            says.push(Words::new(
                "Tệp CSV dùng cho phần mềm khác. Ô bắt đầu bằng dấu = + - @ có thêm dấu ' ở trước để không chạy như công thức.",
                "CSV is for other programs. Cells that begin with = + - @ have a ' in front, so that they are not reckoned.",
            ));
            let others: Vec<&str> = lists.iter().skip(1).map(|list| list.name.as_str()).collect();
            if !others.is_empty() {
                let others = others.join(", ");
                says.push(Words::new(
                    format!("Tệp CSV không có bảng phụ: {others}. Cần các bảng đó thì xuất tệp Excel."),
                    format!("CSV leaves these out: {others}. For them, take the list out as an Excel file."),
                ));
            }
        }
    }
    says.iter().map(|says| says.get(lang).to_owned()).collect()
}

fn nothing_there() -> Fault {
    Fault::new(
        "export_empty",
        "Danh sách chưa có dòng nào để xuất. Bỏ bớt điều kiện lọc rồi xuất lại.",
        "There is nothing in the list. Take a filter away, then try again.",
    )
}

fn place_gone() -> Fault {
    Fault::new(
        "export_place",
        "Không còn thấy thẻ nhớ này. Cắm lại thẻ nhớ rồi chọn lại.",
        "The stick is not there any more. Put it in again, then choose again.",
    )
}

fn not_kept() -> Fault {
    Fault::new(
        "export_not_kept",
        "Không ghi được tệp vào nơi đã chọn. Kiểm tra chỗ trống rồi xuất lại, hoặc chọn nơi khác.",
        "The file could not be written there. Look whether there is room, or choose another place.",
    )
}

impl From<WriteError> for Fault {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Stopped => Fault::new(
                "export_stopped",
                "Đã dừng xuất. Chưa có tệp nào.",
                "It was stopped. No file was made.",
            ),
            WriteError::TooLarge => Fault::new(
                "export_large",
                "Danh sách dài hơn một trang tính. Lọc theo thôn rồi xuất từng phần.",
                "The list is longer than a sheet. Filter it by village and take it out in parts.",
            ),
            other => Fault::internal(other),
        }
    }
}

/// A file holds all of a list, wherever one stands in it.
fn from_the_first(list: &ListAsk) -> ListAsk {
    ListAsk {
        from: 0,
        ..list.clone()
    }
}
