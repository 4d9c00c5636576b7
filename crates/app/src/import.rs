//! "Nhập từ Excel": a table that somebody keeps, looked at before anything is saved, then saved as one act or not at all.
//!
//! While it is looked at it is held here, in the memory of the open book, and goes when the book is locked. What its columns
//! mean is remembered, sealed. Numbers of identity cards tell people apart and are kept nowhere (R47 alone has them).

mod fault;
mod notices;
mod seen;
mod twice;
mod village;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::Ordering;

use sothon_book::Act;
use sothon_ledger::BookId;
use sothon_records::{Edit, Fields, Lang, RecordKey, SubKey};
use sothon_sheets::guess::Known;
use sothon_sheets::{Ending, Given, Line, Made, Mapping, Sheet, Stands, Subject, guess};

use self::twice::Households;
use crate::api::*;
use crate::app::{App, Parts};
use crate::desk::Desk;
use crate::exchange_page::size;
use crate::fault::{Done, Fault};
use crate::place::Said;
use crate::shelves::{self, Lying};
use crate::{fresh_id, words};

/// So many files are shown, the newest first.
const SHOWN: usize = 20;
/// The name under which the meaning of heads is kept.
const UNDER: &str = "table/";

/// A table that is looked at.
pub(crate) struct OpenTable {
    file: String,
    subject: Subject,
    sheets: Vec<Sheet>,
    sheet: usize,
    mapping: Mapping,
    place: Option<sothon_ledger::Scope>,
    values: BTreeMap<String, String>,
    likely: bool,
    made: Made,
    /// Of each line: with what it is twice.
    twice: Vec<Option<Twice>>,
}

/// Why a line is not taken as a record of its own.
#[derive(Clone, PartialEq, Eq)]
struct Twice {
    says: String,
    likely: bool,
    /// What it adds to the record that is there.
    adds: Option<Adds>,
}

/// Further episodes of a person who is in the register, and those of the register that the table ends.
#[derive(Clone, PartialEq, Eq)]
struct Adds {
    key: RecordKey,
    book: BookId,
    adds: Vec<(Stands, Fields)>,
    ends: Vec<Ending>,
}

impl Adds {
    /// How many episodes it adds or ends.
    fn count(&self) -> usize {
        self.adds.len() + self.ends.len()
    }
}

/// The list of a person's episodes, and the field by which one ends.
const EPISODES: &str = "episodes";
const ENDED: &str = "ended";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn tables(&self) -> Done<Tables> {
        let parts = self.parts().clone();
        self.at_desk(move |desk| Ok(desk.tables(&parts))).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn open_table(
        &self,
        file: String,
        kind: String,
        place: Option<String>,
    ) -> Done<TableSeen> {
        let subject = Subject::of(&kind).ok_or_else(|| Fault::not_understood("kind"))?;
        let parts = self.parts().clone();
        parts.stopping.store(false, Ordering::Relaxed);
        // The book is not held up while a file is read.
        let read = move || -> Done<(String, Vec<Sheet>)> {
            let path = shelves::find(&parts, &file)
                .filter(|path| is_table(path))
                .ok_or_else(gone)?;
            let bytes = within(&path)?;
            let sheets = sothon_sheets::open(&bytes, &mut |rows| parts.goes_on(rows))?;
            Ok((shelves::named(&path), sheets))
        };
        let runtime = self.parts().runtime.clone();
        let (file, sheets) = runtime.spawn_blocking(read).await.map_err(Fault::internal)??;
        self.at_desk(move |desk| {
            let place = place.as_deref().and_then(words::parse_scope);
            desk.look_at_table(file, sheets, subject, place)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn see_table(&self, ask: TableAsk) -> Done<TableSeen> {
        self.parts().stopping.store(false, Ordering::Relaxed);
        self.at_desk(move |desk| desk.see_table(ask)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn import_table(&self) -> Done<Imported> {
        self.at_desk(|desk| desk.import_table()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn stop_table(&self) -> Done {
        self.parts().stopping.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Parts {
    /// Tells how many rows of a table were read or written; whether to go on.
    pub(crate) fn goes_on(&self, rows: usize) -> bool {
        self.tell(Told::Table { rows, of: None });
        !self.stopping.load(Ordering::Relaxed)
    }
}

impl Desk {
    fn tables(&self, parts: &Parts) -> Tables {
        let shelves = shelves::shelves(parts);
        let mut files: Vec<Lying> = shelves.iter().flat_map(|shelf| shelf.files(is_table)).collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.at));
        files.truncate(SHOWN);
        let files = files.into_iter().map(|file| TableFile {
            place: self.w(&file.place),
            size: size(file.bytes, self.lang),
            at: file.at,
            id: file.id,
            name: file.name,
        });
        Tables {
            files: files.collect(),
        }
    }

    fn look_at_table(
        &mut self,
        file: String,
        sheets: Vec<Sheet>,
        subject: Subject,
        place: Option<sothon_ledger::Scope>,
    ) -> Done<TableSeen> {
        if !self.writes_kind(subject.kind()) {
            return Err(sothon_replica::ReplicaError::MayNotWrite.into());
        }
        let known = self.known_heads(subject);
        // The sheet that says most of what is asked for, the first of equals.
        let meant = |sheet: &Sheet| {
            let mapping = guess(sheet, subject, &known);
            mapping
                .columns
                .iter()
                .filter(|column| column.into.is_some())
                .count()
        };
        let best = (0..sheets.len())
            .rev()
            .max_by_key(|at| sheets.get(*at).map(meant));
        let sheet = best.unwrap_or_default();
        let mapping = sheets.get(sheet).map(|sheet| guess(sheet, subject, &known));
        self.table = Some(OpenTable {
            file,
            subject,
            sheets,
            sheet,
            mapping: mapping.unwrap_or_default(),
            place,
            values: BTreeMap::new(),
            likely: false,
            made: Made::default(),
            twice: Vec::new(),
        });
        self.table_seen()
    }

    fn see_table(&mut self, ask: TableAsk) -> Done<TableSeen> {
        let mut table = self.table.take().ok_or_else(no_table)?;
        let known = self.known_heads(table.subject);
        if let Some(at) = ask
            .sheet
            .filter(|at| *at != table.sheet && *at < table.sheets.len())
        {
            table.sheet = at;
            table.mapping = table
                .sheets
                .get(at)
                .map(|sheet| guess(sheet, table.subject, &known))
                .unwrap_or_default();
        }
        for said in ask.columns {
            let target = table.subject.target(&said.into);
            for column in &mut table.mapping.columns {
                if column.at == said.at {
                    column.into = target;
                } else if column.into == target {
                    // Two columns do not hold one thing: the one that was said last does.
                    column.into = None;
                }
            }
        }
        if let Some(place) = ask.place.as_deref() {
            table.place = words::parse_scope(place);
        }
        table.values = ask.values;
        table.likely = ask.likely;
        self.table = Some(table);
        self.table_seen()
    }

    /// Reads the rows of the open table anew, and says what would come of it.
    fn table_seen(&mut self) -> Done<TableSeen> {
        let mut table = self.table.take().ok_or_else(no_table)?;
        let places = self.places_for(table.subject.kind());
        table.place = table
            .place
            .filter(|place| places.contains(place))
            .or_else(|| crate::place::only(places.iter().copied()))
            .or_else(|| self.village_said(&table.told(), &places));
        let judged = self.judge_table(&table, &places);
        let outcome = judged.map(|(made, twice)| {
            (table.made, table.twice) = (made, twice);
            self.seen(&table, &places)
        });
        self.table = Some(table);
        outcome
    }

    /// The records of the rows, and what of them is there already.
    fn judge_table(
        &self,
        table: &OpenTable,
        places: &[sothon_ledger::Scope],
    ) -> Done<(Made, Vec<Option<Twice>>)> {
        let mut made = self.read_table(table, places)?;
        let (twice, mut wrong) = self.twice_of(table, &made.lines);
        made.wrong.append(&mut wrong);
        made.wrong.sort_by_key(|wrong| (wrong.row, wrong.column));
        Ok((made, twice))
    }

    fn read_table(&self, table: &OpenTable, places: &[sothon_ledger::Scope]) -> Done<Made> {
        let households = Households::of(self, table);
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let sheet = table.sheets.get(table.sheet).ok_or_else(no_table)?;
        // A village stands in many rows.
        let known = std::cell::RefCell::new(BTreeMap::new());
        let village = |said: &str| {
            let mut known = known.borrow_mut();
            let found = known
                .entry(said.to_owned())
                .or_insert_with(|| self.village_of_row(said, places));
            found.clone()
        };
        let made = sothon_sheets::read(
            sheet,
            table.subject,
            &table.mapping,
            &mut Given {
                context: self.context(),
                values: &table.values,
                offers: self.view.offers(),
                village: &village,
                household: &|sought| households.find(table.place_of(sought.village), sought),
                fresh: &mut || fresh_id(&mut rng),
                watch: &mut |rows| self.parts().goes_on(rows),
            },
        )?;
        Ok(made)
    }

    /// Saves the open table as one act. When it returns it is on the disk.
    fn import_table(&mut self) -> Done<Imported> {
        let mut table = self.table.take().ok_or_else(no_table)?;
        let is_as_seen = match self.is_as_seen(&mut table) {
            Ok(is) => is,
            Err(fault) => {
                self.table = Some(table);
                return Err(fault);
            }
        };
        // What is to be done first is told first.
        let refused = match self.table_waits(&table) {
            Some(says) => Some(Fault::new("table_waits", says.clone(), says)),
            None if is_as_seen => None,
            None => Some(Fault::new(
                "table_changed",
                "Sổ có thay đổi từ lúc xem bảng. Xem lại bên dưới rồi nhập. Chưa lưu gì.",
                "The register has changed since the table was looked at. Look at it again below. Nothing was saved.",
            )),
        };
        if let Some(fault) = refused {
            self.table = Some(table);
            return Err(fault);
        }
        let saved = self.save_table(&table);
        let imported = match saved {
            Ok(imported) => imported,
            Err(fault) => {
                self.table = Some(table);
                return Err(fault);
            }
        };
        // What was saved is saved, also where this cannot be remembered.
        if let Err(fault) = self.keep_heads(&table) {
            tracing::warn!(code = fault.code, "the heads of a table could not be kept");
        }
        Ok(imported)
    }

    /// Judges the rows anew: since they were looked at, records may have come from other devices. Whether all is as it was.
    fn is_as_seen(&self, table: &mut OpenTable) -> Done<bool> {
        let places = self.places_for(table.subject.kind());
        let (made, twice) = self.judge_table(table, &places)?;
        // Parts have other ids each time.
        let same = |a: &Line, b: &Line| a.record.fields == b.record.fields && a.village == b.village;
        let is_same = made.wrong == table.made.wrong
            && twice == table.twice
            && made.lines.len() == table.made.lines.len()
            && made.lines.iter().zip(&table.made.lines).all(|(a, b)| same(a, b));
        (table.made, table.twice) = (made, twice);
        Ok(is_same)
    }

    fn save_table(&mut self, table: &OpenTable) -> Done<Imported> {
        let kind = table.subject.kind();
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
        for line in table.fresh() {
            let said = table.scope_of(line.village).map(Said::at).unwrap_or_default();
            let book = self.book_for(kind, &line.record, said)?;
            let key = RecordKey {
                kind: kind.slug.to_owned(),
                id: fresh_id(&mut rng),
            };
            by_book.entry(book).or_default().push(Edit::Create {
                key,
                record: line.record.clone(),
            });
        }
        let mut episodes = 0;
        for adds in table.adding() {
            let edits = by_book.entry(adds.book).or_default();
            let key = || adds.key.clone();
            edits.extend(adds.ends.iter().map(|ending| Edit::Set {
                key: key(),
                sub: Some(ending.episode.clone()),
                fields: [(ENDED.to_owned(), Some(ending.on.clone()))].into(),
            }));
            edits.extend(adds.adds.iter().map(|(_, fields)| Edit::AddSub {
                key: key(),
                sub: SubKey {
                    kind: EPISODES.to_owned(),
                    id: fresh_id(&mut rng),
                },
                fields: fields.clone(),
            }));
            episodes += adds.count();
        }
        let parts = self.parts().clone();
        let of = Some(by_book.values().map(Vec::len).sum());
        let mut tell = |rows| parts.tell(Told::Table { rows, of });
        tell(0);
        let saved = self.write_many_watched(by_book, Act::IMPORT, None, &mut tell)?;
        let records = saved.records.len();
        let says = self.imported_words(table.fresh().count(), episodes);
        Ok(Imported {
            act: saved.act.to_string(),
            records,
            says,
        })
    }

    /// "Đã nhập 12 bản ghi, ghi 1 trạng thái cho người đã có trong sổ, lưu trên máy này".
    fn imported_words(&self, fresh: usize, episodes: usize) -> String {
        let (records, more) = (self.count(fresh), self.count(episodes));
        let parts = match self.lang {
            Lang::Vi => [
                format!("nhập {records} bản ghi"),
                format!("ghi {more} trạng thái cho người đã có trong sổ"),
            ],
            Lang::En => [
                format!("{records} records imported"),
                format!("{more} states written for persons in the register"),
            ],
        };
        let said = parts.into_iter().zip([fresh > 0 || episodes == 0, episodes > 0]);
        let said: Vec<String> = said.filter(|(_, said)| *said).map(|(part, _)| part).collect();
        let said = said.join(", ");
        match self.lang {
            Lang::Vi => format!("Đã {said}, lưu trên máy này"),
            Lang::En => format!("{said}, saved on this device"),
        }
    }

    /// What was said of the heads of such tables before.
    fn known_heads(&self, subject: Subject) -> Known {
        let name = format!("{UNDER}{}", subject.kind().slug);
        let kept = self.device().kept(&name).unwrap_or_default();
        let own = kept.into_iter().find(|(of, _)| *of == name);
        own.and_then(|(_, plain)| serde_json::from_slice(&plain).ok())
            .unwrap_or_default()
    }

    fn keep_heads(&mut self, table: &OpenTable) -> Done {
        /// More heads than that nobody's tables have; the newest stay.
        const MOST: usize = 500;
        let mut known = table.mapping.known();
        for (head, into) in self.known_heads(table.subject) {
            if known.len() < MOST {
                known.entry(head).or_insert(into);
            }
        }
        let plain = serde_json::to_vec(&known).map_err(Fault::internal)?;
        let name = format!("{UNDER}{}", table.subject.kind().slug);
        Ok(self.device_mut().keep(&name, &plain)?)
    }
}

impl OpenTable {
    /// What is said of the table around it: the file's name, the sheet's, and what stands above the heads.
    fn told(&self) -> String {
        let sheet = self.sheets.get(self.sheet);
        let above = sheet.into_iter().flat_map(|sheet| &sheet.rows);
        let above = above.take_while(|row| row.number < self.mapping.head);
        let cells = above.flat_map(|row| row.cells.iter().map(sothon_sheets::Cell::typed));
        let name = sheet.map(|sheet| sheet.name.clone());
        let all: Vec<String> = [self.file.clone()].into_iter().chain(name).chain(cells).collect();
        // A sign between them, or the end of one and the beginning of another would be a name.
        all.join(" ; ")
    }

    /// What would be added to persons of the register.
    fn adding(&self) -> impl Iterator<Item = &Adds> + Clone {
        self.twice
            .iter()
            .flatten()
            .filter_map(|twice| twice.adds.as_ref())
    }

    /// Whether anything would be saved.
    fn gives_something(&self) -> bool {
        self.fresh().next().is_some() || self.adding().next().is_some()
    }

    /// The lines that would be saved as records.
    fn fresh(&self) -> impl Iterator<Item = &Line> + Clone {
        let lines = self.made.lines.iter().zip(&self.twice);
        lines
            .filter(|(_, twice)| twice.as_ref().is_none_or(|twice| twice.likely && self.likely))
            .map(|(line, _)| line)
    }
}

/// Whether a file may be a table, by its name.
fn is_table(path: &Path) -> bool {
    const ENDINGS: [&str; 5] = ["xlsx", "xlsm", "xls", "csv", "ods"];
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .map(str::to_lowercase);
    // What Excel keeps beside a file that is open.
    let is_lock = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("~$"));
    !is_lock && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// The bytes of a file, if it is not larger than any that is read.
fn within(path: &Path) -> Done<Vec<u8>> {
    use std::io::Read as _;
    let limit = u64::try_from(sothon_sheets::open::FILE).unwrap_or(u64::MAX);
    let file = std::fs::File::open(path).map_err(|_| gone())?;
    let mut bytes = Vec::new();
    // One byte more than is allowed: what is larger is told as that.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| gone())?;
    Ok(bytes)
}

fn gone() -> Fault {
    Fault::new(
        "table_gone",
        "Không còn thấy tệp này. Cắm lại thẻ nhớ hoặc chép tệp vào thư mục Tải về rồi chọn lại.",
        "The file is not there any more. Put the stick in again, or copy it to the downloads, then choose again.",
    )
}

fn no_table() -> Fault {
    Fault::new(
        "no_table",
        "Chưa mở bảng nào. Chọn tệp rồi mở lại.",
        "No table is open. Choose the file again.",
    )
}
