//! What would come of a table, for the screen on which it is looked at.

use sothon_records::kinds::Person;
use sothon_records::record::Record as _;
use sothon_records::text::tidy_line;
use sothon_records::{Fields, Kind, Lang, RawRecord, RecordKey, Value, show};
use sothon_sheets::{Line, Why, Wrong, sheet};

use super::OpenTable;
use crate::api::*;
use crate::desk::{Desk, place_of};
use crate::words;

/// So many rows of each sort are shown before the table is taken.
const FIRST: usize = 100;
/// So many records are shown as lists would have them.
const SAMPLES: usize = 5;

impl Desk {
    pub(super) fn seen(&self, table: &OpenTable, places: &[sothon_ledger::Scope]) -> TableSeen {
        let (subject, made) = (table.subject, &table.made);
        let kind = subject.kind();
        let column = |at: usize| {
            let head = table.mapping.columns.iter().find(|column| column.at == at);
            let head = head
                .map(|column| tidy_line(&column.head))
                .filter(|head| !head.is_empty());
            let letters = sheet::letters(at);
            head.map_or_else(|| letters.clone(), |head| format!("{letters}, {}", short(&head)))
        };
        let told = |wrongs: &[Wrong]| -> Vec<TableWrong> {
            let first = wrongs.iter().take(FIRST);
            let first = first.map(|wrong| TableWrong {
                row: wrong.row,
                column: wrong.column.map(column).unwrap_or_default(),
                says: self.w(&wrong.says),
            });
            first.collect()
        };
        let passes = made.passed.iter().take(FIRST).map(|passed| TablePassed {
            row: passed.row,
            title: short(&tidy_line(&passed.named)),
            says: self.passed_since(passed.why).to_owned(),
        });
        let lines = || made.lines.iter().zip(&table.twice);
        let of = |likely: bool| {
            let found = table.twice.iter().flatten();
            let found = found.filter(|twice| twice.adds.is_none());
            found.filter(|twice| twice.likely == likely).count()
        };
        let adds = table.adding().map(super::Adds::count).sum();
        let additions = table.adding().flat_map(|adds| self.additions(adds)).take(FIRST);
        let twices = lines().filter_map(|(line, twice)| {
            let twice = twice.as_ref().filter(|twice| twice.adds.is_none())?;
            Some(TableTwice {
                row: line.row,
                title: self.line_title(kind, &line.record),
                says: twice.says.clone(),
                likely: twice.likely,
            })
        });
        let fresh: Vec<&Line> = table.fresh().collect();
        let asked = subject
            .given()
            .into_iter()
            .filter(|field| table.mapping.column(field.name).is_none());
        TableSeen {
            file: table.file.clone(),
            kind: kind.slug.to_owned(),
            kind_label: kind.label.get(self.lang).to_owned(),
            sheets: table
                .sheets
                .iter()
                .map(|sheet| short(&tidy_line(&sheet.name)))
                .collect(),
            sheet: table.sheet,
            // Where a column says it nothing is to be chosen.
            places: places
                .iter()
                .filter(|_| !table.is_by_village())
                .map(|place| Choice {
                    slug: words::scope_text(*place),
                    label: place_of(*place).map(|at| self.place_name(at)).unwrap_or_default(),
                })
                .collect(),
            place: table.place.map(words::scope_text),
            head_row: table.mapping.head,
            columns: table
                .mapping
                .columns
                .iter()
                .map(|column| TableColumn {
                    at: column.at,
                    letters: sheet::letters(column.at),
                    head: short(&tidy_line(&column.head)),
                    sample: short(&tidy_line(&column.sample)),
                    into: column.into.map(|target| target.slug()).unwrap_or_default(),
                })
                .collect(),
            targets: subject
                .targets()
                .iter()
                .map(|target| Choice {
                    slug: target.slug(),
                    label: self.w(&target.words()),
                })
                .collect(),
            asked: asked.map(|field| self.field(kind, None, field, &[])).collect(),
            values: table.values.clone(),
            records: made.lines.len(),
            fresh: fresh.len(),
            adds,
            additions: additions.collect(),
            passed: made.passed.len(),
            passes: passes.collect(),
            wrong: made.wrong.len(),
            wrongs: told(&made.wrong),
            told: made.told.len(),
            tells: told(&made.told),
            twice: of(false),
            likely: of(true),
            twices: twices.take(FIRST).collect(),
            samples: fresh
                .iter()
                .take(SAMPLES)
                .map(|line| self.line_title(kind, &line.record))
                .collect(),
            notices: self.table_notices(table),
            waits: self.table_waits(table),
        }
    }

    /// What is added to a person of the register: "Thêm trạng thái cho Nguyễn Văn An: Quản lý sau cai, từ 01/03/2026".
    fn additions(&self, adds: &super::Adds) -> Vec<TablePassed> {
        let list = Person::KIND.list(super::EPISODES);
        let said = |fields: &Fields, name: &str| {
            let field = list.and_then(|list| list.field(name));
            let said = field.map(|field| show::in_words(field, fields, &show::no_titles).0);
            said.map(|said| self.w(&said)).unwrap_or_default()
        };
        let whom = self.title(&adds.key);
        let known = self.view.record(&adds.key);
        let ends = adds.ends.iter().map(|ending| {
            let mut fields = known
                .and_then(|known| known.subs.get(&ending.episode))
                .cloned()
                .unwrap_or_default();
            fields.insert(super::ENDED.to_owned(), ending.on.clone());
            let (state, on) = (said(&fields, "state"), said(&fields, super::ENDED));
            let says = match self.lang {
                Lang::Vi => format!("Ghi ngày kết thúc cho {whom}: {state}, đến {on}"),
                Lang::En => format!("The end is written for {whom}: {state}, until {on}"),
            };
            (ending.row, says)
        });
        let added = adds.adds.iter().map(|(stands, fields)| {
            let (state, from) = (said(fields, "state"), said(fields, "from"));
            let says = match self.lang {
                Lang::Vi => format!("Thêm trạng thái cho {whom}: {state}, từ {from}"),
                Lang::En => format!("A state is added for {whom}: {state}, from {from}"),
            };
            (stands.row, says)
        });
        let title = || whom.clone();
        let all = ends.chain(added);
        all.map(|(row, says)| TablePassed {
            row,
            title: title(),
            says,
        })
        .collect()
    }

    fn passed_since(&self, why: Why) -> &'static str {
        match why {
            Why::Beside => self.t(
                "Dòng tổng cộng, chữ ký hoặc ghi chú",
                "A sum, a signature or a remark",
            ),
            Why::Ended => self.t("Đã kết thúc quản lý", "The management has ended"),
            Why::Unsigned => self.t("Chưa ký", "Not signed"),
        }
    }

    /// Why a table cannot be taken yet.
    pub(super) fn table_waits(&self, table: &OpenTable) -> Option<String> {
        let says = if table.place.is_none() && !table.is_by_village() {
            self.t("Chọn thôn của danh sách này.", "Choose the village of this list.")
        } else if !table.made.wrong.is_empty() {
            self.t(
                "Sửa các chỗ dưới đây trong Excel, lưu tệp rồi mở lại. Chưa lưu gì.",
                "Put the places below right in Excel, save the file and open it again. Nothing was saved.",
            )
        } else if table.made.lines.is_empty() {
            self.t(
                "Chưa đọc được dòng nào. Chọn nội dung cho các cột ở dưới.",
                "No row could be read. Choose below what the columns hold.",
            )
        } else if !table.gives_something() && table.twice.iter().flatten().any(|twice| twice.likely) {
            self.t(
                "Các dòng còn lại đều có thể đã có trong sổ. Xem bảng Dòng trùng; nếu là người khác, hộ khác thì chọn nhập cả.",
                "The rows that are left may all be in the register. Look at those below; if they are others, choose to take them too.",
            )
        } else if !table.gives_something() {
            self.t(
                "Sổ đã có mọi dòng trong bảng này.",
                "The register has all rows of this table already.",
            )
        } else {
            return None;
        };
        Some(says.to_owned())
    }

    fn line_title(&self, kind: &Kind, record: &RawRecord) -> String {
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let title = self.w(&sothon_records::show::title(kind, record, &titles));
        let more = ["number", "address"]
            .iter()
            .filter_map(|name| match record.fields.get(*name) {
                Some(Value::Text(text)) if kind.slug == "household" => Some(text.as_str()),
                _ => None,
            });
        let all: Vec<String> = std::iter::once(short(&title)).chain(more.map(short)).collect();
        all.join(", ")
    }
}

/// What is shown of a cell before it is taken.
fn short(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}
