//! What is no list of records of one kind, taken out as its page has it: rows of many kinds, figures, sums.

use chrono::{DateTime, NaiveDateTime};
use sothon_overview::money;
use sothon_records::{Kind, Lang, RecordKey, Words, civil};
use sothon_sheets::out::{Cell, List};

use super::collect::{is_sensitive, number, personal};
use crate::api::*;
use crate::desk::Desk;
use crate::fault::{Done, Fault};

/// A page as a file has it.
pub(super) struct Page {
    /// The page's name.
    pub title: Words,
    /// Which part of it: a period, a plan; empty: all.
    pub part: String,
    /// Its tables, the first of which is the page.
    pub lists: Vec<List>,
    /// What personal data are in it.
    pub personal: Words,
}

impl Page {
    /// How many rows it has.
    pub(super) fn count(&self) -> usize {
        self.lists.first().map_or(0, |list| list.rows.len())
    }
}

/// The heads of a table: Vietnamese, English.
type Heads<'a> = &'a [(&'a str, &'a str)];

impl Desk {
    /// A page, as this person has it.
    ///
    /// # Errors
    /// This person has no such page here, or there is none of that period or plan; a list of one kind is no page.
    pub(super) fn page_taken(&mut self, what: &TakenOut) -> Done<Page> {
        self.refresh();
        match what {
            TakenOut::List { .. } => Err(Fault::not_understood("what")),
            TakenOut::Due => Ok(self.due_taken()),
            TakenOut::Late => Ok(self.late_taken()),
            TakenOut::Overview { ask } => self.overview_taken(ask),
            TakenOut::Board { ask } => self.board_taken(ask),
            TakenOut::Changes { closing } => self.changes_taken(closing),
            TakenOut::Accounts => self.accounts_taken(),
            TakenOut::People => self.people_taken(),
            TakenOut::Gaps => self.gaps_taken(),
        }
    }

    /// Persons under management have no name there, as on the screen.
    fn due_taken(&self) -> Page {
        let heads = [
            ("Ai, việc gì", "Who or what"),
            ("Cần làm", "To be done"),
            ("Nơi", "Place"),
            ("Hạn", "When"),
            ("Thay mặt", "On behalf"),
        ];
        let due = self.due_rows(self.remind_days(), usize::MAX).0;
        let rows = due
            .iter()
            .map(|row| texts([&row.who, &row.what, &row.place, &row.when.word, &row.behalf]));
        self.one_table(
            Words::new("Việc đến hạn", "What is due"),
            &heads,
            rows,
            personal(false),
        )
    }

    fn late_taken(&self) -> Page {
        let heads = [
            ("Loại", "Kind"),
            ("Bản ghi", "Record"),
            ("Vì sao", "Why"),
            ("Đã ghi", "What was written"),
            ("Người ghi", "By"),
            ("Lúc ghi", "When"),
            ("Thôn hiện nay", "Village now"),
        ];
        let late = self.late_rows();
        let data = personal(any_sensitive(late.iter().map(|row| &row.key)));
        let rows = late.iter().map(|row| {
            let said = row.said.join("; ");
            let mut cells = texts([&row.kind_label, &row.title, &row.why, &said, &row.who]);
            cells.extend([moment(row.at), Cell::text(&row.to)]);
            cells
        });
        self.one_table(Words::new("Mục ghi muộn", "Written late"), &heads, rows, data)
    }

    /// The figures village by village, with the sum last.
    fn overview_taken(&mut self, ask: &OverviewAsk) -> Done<Page> {
        let seen = self.overview(ask)?;
        let mut heads = vec![self.t("Nơi", "Place").to_owned()];
        heads.extend(seen.columns.iter().map(|column| match column.unit.as_str() {
            "" => column.label.clone(),
            unit => format!("{} ({unit})", column.label),
        }));
        heads.push(self.t("Đủ số liệu", "All sent").to_owned());
        let row = |row: &FigureRow| {
            let mut cells = vec![Cell::text(&row.name)];
            cells.extend(row.cells.iter().map(|cell| self.whole(&cell.shown)));
            cells.push(Cell::text(&row.complete));
            cells
        };
        let rows = seen.rows.iter().chain([&seen.total]).map(row).collect();
        let title = Words::new("Toàn xã", "The whole commune");
        let by = seen.villages.iter().find(|by| by.slug == seen.by_villages);
        let part = [Some(seen.period.clone()), by.map(|by| by.label.clone())];
        Ok(Page {
            part: part.into_iter().flatten().collect::<Vec<_>>().join("; "),
            lists: vec![self.numbered(self.w(&title), heads, rows)],
            title,
            personal: Words::new(
                "Số liệu tổng hợp, không có tên người.",
                "Figures only, without names.",
            ),
        })
    }

    fn board_taken(&mut self, ask: &TaskAsk) -> Done<Page> {
        let board = self.task_board(ask)?;
        let heads = [
            ("Bước, giai đoạn", "Step, phase"),
            ("Số", "Number"),
            ("Nhiệm vụ", "Task"),
            ("Chịu trách nhiệm", "Responsible"),
            ("Hạn", "When"),
            ("Trạng thái", "State"),
            ("Tiến độ", "Progress"),
            ("Kế hoạch riêng", "Own plan"),
        ];
        let rows = board.groups.iter().flat_map(|group| {
            group.tasks.iter().map(|task| {
                texts([
                    &group.label,
                    &task.number,
                    &task.title,
                    &task.responsible,
                    &task.due,
                    &task.state.word,
                    &task.progress,
                    &task.own,
                ])
            })
        });
        let chosen = |all: &[Choice], slug: &Option<String>| {
            let chosen = all.iter().find(|choice| Some(&choice.slug) == slug.as_ref());
            chosen.map(|choice| choice.label.clone())
        };
        let part = [
            chosen(&board.plans, &board.plan),
            chosen(&board.places, &board.place),
        ];
        let part = part.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let title = Words::new("Kế hoạch và nhiệm vụ", "Plan and tasks");
        Ok(Page {
            part,
            ..self.one_table(title, &heads, rows, personal(false))
        })
    }

    /// What was changed in a period after it was closed, all of it; and the figures then and now.
    fn changes_taken(&self, closing: &str) -> Done<Page> {
        let page = self.closing_page(closing, usize::MAX)?;
        let heads = [
            ("Bản ghi", "Record"),
            ("Về", "About"),
            ("Thay đổi", "Change"),
            ("Người ghi", "By"),
            ("Lúc ghi", "When"),
            ("Về máy này lúc", "Came here"),
            ("Trước và sau", "Before and after"),
        ];
        let data = personal(any_sensitive(page.changes.iter().map(|change| &change.key)));
        let rows = page.changes.iter().map(|change| {
            let lines: Vec<String> = change.changes.iter().map(before_and_after).collect();
            let mut cells = texts([&change.title, &change.about, &change.what, &change.who]);
            cells.extend([
                moment(change.at),
                moment(change.came),
                Cell::text(&lines.join("; ")),
            ]);
            cells
        });
        let title = Words::new("Sửa sau khi chốt", "Changed after closing");
        let mut taken = self.one_table(title, &heads, rows, data);
        taken.part = format!("{}; {}", page.row.title, page.row.period);
        let heads = [
            ("Chỉ tiêu", "Figure"),
            ("Khi chốt", "When closed"),
            ("Nay", "Now"),
        ];
        let figures = page.figures.iter().map(|figure| {
            vec![
                Cell::text(&figure.label),
                self.whole(&figure.then),
                self.whole(&figure.now),
            ]
        });
        let name = self.t("Số liệu khi chốt và nay", "Figures then and now");
        let figures = self.table(name.to_owned(), &heads, figures);
        taken.lists.extend((!figures.rows.is_empty()).then_some(figures));
        Ok(taken)
    }

    fn accounts_taken(&mut self) -> Done<Page> {
        let heads = [
            ("Năm", "Year"),
            ("Nguồn", "Source"),
            ("Nội dung", "For what"),
            ("Dự toán (đồng)", "Planned (đồng)"),
            ("Đã chi (đồng)", "Spent (đồng)"),
            ("Còn lại (đồng)", "Left (đồng)"),
        ];
        let accounts = self.accounts_read()?;
        let amount = |sum: Option<i128>| {
            let sum =
                sum.map(|sum| i64::try_from(sum).map_or_else(|_| Cell::text(&sum.to_string()), Cell::Whole));
            sum.unwrap_or_default()
        };
        let rows = accounts.iter().flat_map(|account| {
            let source = self.source_words(account);
            account.lines.iter().map(move |line: &money::AccountLine| {
                vec![
                    Cell::Plain(account.year),
                    Cell::text(source),
                    Cell::text(&line.content),
                    amount(line.planned),
                    amount(line.spent),
                    amount(line.left()),
                ]
            })
        });
        let title = Words::new("Bảng kinh phí", "Budget and spending");
        let none = Words::new("Không có dữ liệu cá nhân.", "Holds no personal data.");
        Ok(self.one_table(title, &heads, rows, none))
    }

    /// A row for each device, as the page has one for each under its person.
    fn people_taken(&mut self) -> Done<Page> {
        let heads = [
            ("Họ và tên", "Name"),
            ("Vai trò", "Role"),
            ("Làm thay", "Acting for"),
            ("Máy", "Device"),
            ("Mã máy", "Its code"),
            ("Nghe lần cuối", "Last heard"),
            ("Trạng thái", "State"),
        ];
        let people = self.people()?.people;
        let rows = people.iter().flat_map(|person| {
            person.devices.iter().map(|device| {
                let acting = person.acting.join("; ");
                let mut cells = texts([&person.name, &person.role, &acting, &device.what, &device.short]);
                cells.extend([moment(device.seen), Cell::text(&device.state.word)]);
                cells
            })
        });
        let title = Words::new("Người và máy", "People and devices");
        Ok(self.one_table(title, &heads, rows, personal(false)))
    }

    fn gaps_taken(&self) -> Done<Page> {
        let heads = [
            ("Việc chưa đủ căn cứ", "What is not known enough"),
            ("Đã biết đến đâu", "What is known"),
            ("Ai tìm", "Who finds it out"),
            ("Có rồi thì đổi gì", "What then changes"),
            ("Đã ghi", "Recorded"),
        ];
        let gaps = self.gaps()?;
        let slots = gaps
            .open
            .iter()
            .chain(&gaps.filled)
            .map(|gap| texts([&gap.label, &gap.missing, &gap.filled_by, &gap.changes, &gap.value]));
        let says = |label: &str, says: &str| vec![Cell::text(label), Cell::text(says)];
        let sets = gaps
            .sets_of_criteria
            .iter()
            .map(|set| says(&set.name, &set.says.join("; ")));
        let codes = gaps
            .codes
            .iter()
            .map(|code| says(self.t("Mã và cấp trên của xã", "Codes and superiors"), &code.says));
        let days = gaps
            .days_off
            .iter()
            .map(|year| says(self.t("Ngày nghỉ được thông báo", "Announced days off"), year));
        let rows = slots.chain(sets).chain(codes).chain(days).map(|mut cells| {
            cells.resize(heads.len(), Cell::Empty);
            cells
        });
        let title = Words::new("Chưa đủ căn cứ", "Not known enough");
        let none = Words::new("Không có dữ liệu cá nhân.", "Holds no personal data.");
        Ok(self.one_table(title, &heads, rows, none))
    }

    fn one_table(
        &self,
        title: Words,
        heads: Heads<'_>,
        rows: impl Iterator<Item = Vec<Cell>>,
        personal: Words,
    ) -> Page {
        Page {
            part: String::new(),
            lists: vec![self.table(self.w(&title), heads, rows)],
            title,
            personal,
        }
    }

    fn table(&self, name: String, heads: Heads<'_>, rows: impl Iterator<Item = Vec<Cell>>) -> List {
        let heads = heads.iter().map(|(vi, en)| self.t(vi, en).to_owned()).collect();
        self.numbered(name, heads, rows.collect())
    }

    /// A table whose rows have numbers.
    fn numbered(&self, name: String, mut heads: Vec<String>, mut rows: Vec<Vec<Cell>>) -> List {
        heads.insert(0, self.t("STT", "No.").to_owned());
        for (at, cells) in rows.iter_mut().enumerate() {
            cells.insert(0, number(at));
        }
        List { name, heads, rows }
    }

    /// A whole number with its thousands set apart, as a number; anything else as it is shown.
    fn whole(&self, shown: &str) -> Cell {
        let thousands = match self.lang {
            Lang::Vi => ".",
            Lang::En => ",",
        };
        let number = shown.replace(thousands, "").parse();
        number.map_or_else(|_| Cell::text(shown), Cell::Whole)
    }
}

fn texts<const N: usize>(texts: [&String; N]) -> Vec<Cell> {
    texts.into_iter().map(|text| Cell::text(text)).collect()
}

fn moment(at: Option<i64>) -> Cell {
    let local: Option<NaiveDateTime> = at
        .and_then(|at| DateTime::from_timestamp(at, 0))
        .map(civil::local);
    local.map_or(Cell::Empty, Cell::Moment)
}

/// "Số khẩu: 4 → 5"; the label alone where the values are not told.
fn before_and_after(line: &ChangeLine) -> String {
    match (line.from.as_str(), line.to.as_str()) {
        ("", "") => line.label.clone(),
        (from, to) => format!("{}: {from} → {to}", line.label),
    }
}

/// Whether a record of a kind with sensitive data is among these.
fn any_sensitive<'a>(keys: impl Iterator<Item = &'a String>) -> bool {
    let kind = |key: &String| Kind::by_slug(&key.parse::<RecordKey>().ok()?.kind);
    keys.filter_map(kind).any(is_sensitive)
}
