//! Rows of what is due, for home and for a village's page. Who is in care, and what a tip says, is never on them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_ledger::DeviceId;
use sothon_overview::due::{self, AHEAD_DAYS};
use sothon_overview::{Due, DueKind, Place, Who};
use sothon_records::kinds::{Contact, Pledge, Progress, Task, TipHandling};
use sothon_records::problem::{day, number};
use sothon_records::{Kind, Record, RecordKey, Words};

use crate::api::{DueRow, FramePlace, Report, RowState, Tone, WriteFrom};
use crate::desk::{Desk, place_of};

/// The `kind` of the row of a lost device.
const LOST_DEVICE: &str = "lost-device";
/// So few days before its deadline a thing is "soon".
const SOON: i64 = 7;

impl Desk {
    /// What is due for this person: of their own places, for the commune's people everywhere. At most so many rows, and
    /// how many there are.
    pub(crate) fn due_rows(&self, ahead_days: u64, most: usize) -> (Vec<DueRow>, usize) {
        let row = |(due, count): (Due, usize)| match (due.kind, count) {
            (_, 0) => self.with_behalf(&due, self.due_row(&due)),
            (DueKind::Pledge, _) => match self.village_record(due.place) {
                Some(village) => self.with_behalf(&due, self.pledges_row(&due, &village, count)),
                None => self.due_row(&due),
            },
            (_, 1) => self.with_behalf(&due, self.due_row(&due)),
            _ => {
                let places = Words::new(format!("{count} thôn"), format!("{count} villages"));
                DueRow {
                    place: self.w(&places),
                    ..self.due_row(&due)
                }
            }
        };
        let (gathered, books) = (self.gathered(ahead_days), self.unopened_years());
        let losses = self.losses_to_report();
        let total = gathered.len() + books.len() + losses.len();
        let dated = |(due, count): (Due, usize)| (due.date, row((due, count)));
        let mut rows: Vec<(NaiveDate, DueRow)> = gathered.into_iter().take(most).map(dated).collect();
        rows.extend(books.into_iter().map(|due| self.books_row(due)));
        rows.sort_by_key(|(date, _)| *date);
        // Hours are left, not days: it stands above all else.
        let losses = losses.iter().map(|loss| self.loss_row(loss));
        rows.splice(0..0, losses);
        rows.truncate(most);
        (rows.into_iter().map(|(_, row)| row).collect(), total)
    }

    /// By when each of those rows is due.
    pub(crate) fn due_days(&self, ahead_days: u64) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = self
            .gathered(ahead_days)
            .into_iter()
            .map(|(due, _)| due.date)
            .collect();
        days.extend(self.unopened_years().into_iter().map(|(by, _)| by));
        let losses = self.losses_to_report();
        days.extend(
            losses
                .iter()
                .map(|(_, report)| crate::clock::day_of(report.until)),
        );
        days
    }

    /// A loss that is still to be reported; its row opens the device's page.
    fn loss_row(&self, (device, report): &(DeviceId, Report)) -> (NaiveDate, DueRow) {
        let what = Words::new(
            format!("Báo cơ quan chuyên trách trước {}", self.when(report.until)),
            format!("Report it to the authority by {}", self.when(report.until)),
        );
        let who = Words::new(
            format!("Máy bị mất: {}", self.who(Some(*device))),
            format!("Lost device: {}", self.who(Some(*device))),
        );
        let row = DueRow {
            key: device.to_string(),
            kind: LOST_DEVICE.to_owned(),
            who: self.w(&who),
            what: self.w(&what),
            when: report.state.clone(),
            write: None,
            place: String::new(),
            behalf: String::new(),
            to: None,
        };
        (crate::clock::day_of(report.until), row)
    }

    /// The books of a year that the registrar has still to open, and by when: of the next one from December on.
    fn books_row(&self, (by, year): (NaiveDate, u32)) -> (NaiveDate, DueRow) {
        let row = DueRow {
            key: String::new(),
            kind: String::new(),
            who: self.w(&Words::new(format!("Sổ năm {year}"), format!("Books of {year}"))),
            what: self
                .t(
                    "Mở sổ cho cả xã ở mục Người và máy",
                    "Open them under People and devices",
                )
                .to_owned(),
            when: self.deadline(by),
            write: None,
            place: String::new(),
            behalf: String::new(),
            to: Some(FramePlace::People),
        };
        (by, row)
    }

    /// What is due in a village.
    pub(crate) fn due_in(&self, village: u32) -> Vec<DueRow> {
        let who = Who {
            ahead_days: AHEAD_DAYS,
            ..Who::village(village)
        };
        let due = self.view.due(self.today(), &who);
        due.iter().map(|due| self.due_row(due)).collect()
    }

    /// What is due for this person, and of how many it is one row. For who looks after many villages the pledges of a
    /// village are one, and so is what a task asks of several; 0: it stands by itself.
    fn gathered(&self, ahead_days: u64) -> Vec<(Due, usize)> {
        let own = self.own_scopes().into_iter().filter_map(place_of);
        let own = own.chain(self.places_acted_for());
        let places = (!self.is_commune_wide()).then(|| own.collect());
        let who = Who {
            places,
            ahead_days,
            ..Who::default()
        };
        let due = self.view.due(self.today(), &who);
        if !self.is_commune_wide() {
            return due.into_iter().map(|due| (due, 0)).collect();
        }
        let key = |due: &Due| match due.kind {
            DueKind::Pledge => self
                .village_record(due.place)
                .map(|village| (due.kind, due.date, village)),
            DueKind::Task => Some((due.kind, due.date, due.subject.clone())),
            _ => None,
        };
        let mut several: BTreeMap<(DueKind, NaiveDate, RecordKey), usize> = BTreeMap::new();
        for key in due.iter().filter_map(key) {
            *several.entry(key).or_default() += 1;
        }
        let rows = due.into_iter().filter_map(|due| {
            let count = match key(&due) {
                Some(key) => several.remove(&key)?,
                None => 0,
            };
            Some((due, count))
        });
        rows.collect()
    }

    fn village_record(&self, place: Place) -> Option<RecordKey> {
        match place {
            Place::Village(village) => self.view.village_key(village).cloned(),
            _ => None,
        }
    }

    fn pledges_row(&self, due: &Due, village: &RecordKey, count: usize) -> DueRow {
        let what = Words::new(
            format!("{count} hộ chưa ký bản cam kết"),
            format!("{count} households have not signed the pledge"),
        );
        DueRow {
            key: village.to_string(),
            kind: village.kind.clone(),
            who: self.place_name(due.place),
            what: self.w(&what),
            when: self.deadline(due.date),
            write: None,
            place: String::new(),
            behalf: String::new(),
            to: None,
        }
    }

    fn due_row(&self, due: &Due) -> DueRow {
        let place = match due.place {
            Place::Commune => String::new(),
            place => self.place_name(place),
        };
        let (who, what) = self.who_and_what(due);
        DueRow {
            key: due.subject.to_string(),
            kind: due.subject.kind.clone(),
            who,
            what,
            when: self.deadline(due.date),
            write: self.write_for(due),
            place,
            behalf: String::new(),
            to: None,
        }
    }

    fn who_and_what(&self, due: &Due) -> (String, String) {
        let hidden = |who: Words, what: Words| (self.w(&who), self.w(&what));
        let a_person = || Words::new("1 người trong diện quản lý", "1 person under management");
        match due.kind {
            DueKind::Contact if due.subject.kind == "assignment" => hidden(
                Words::new("1 người được phân công", "1 person assigned"),
                Words::new("Tiếp xúc, mở ra mới hiện tên", "Contact; open it to see the name"),
            ),
            DueKind::Contact => hidden(
                a_person(),
                Words::new(
                    "Tiếp xúc theo hẹn, mở ra mới hiện tên",
                    "Contact as agreed; open it to see the name",
                ),
            ),
            DueKind::TermOver => hidden(
                a_person(),
                Words::new("Hết thời hạn, chờ quyết định", "Term over, decision pending"),
            ),
            DueKind::TermEnds => hidden(a_person(), Words::new("Sắp hết thời hạn", "Term ends soon")),
            DueKind::LacksBasis => hidden(
                a_person(),
                Words::new(
                    "Thiếu căn cứ của trạng thái",
                    "The document of the state is missing",
                ),
            ),
            DueKind::HomeMoved => hidden(
                a_person(),
                Words::new(
                    "Hộ đã chuyển thôn, hồ sơ chưa chuyển theo",
                    "The household moved, the file did not",
                ),
            ),
            DueKind::TipPassOn | DueKind::TipAnswer => {
                (self.t("1 tin báo", "1 tip").to_owned(), self.w(&due.what))
            }
            DueKind::OwnTask => (self.w(&due.what), self.title(&due.subject)),
            DueKind::Task | DueKind::Pledge | DueKind::DataReply | DueKind::DataRequest => {
                let who = match due.kind {
                    DueKind::Task => self.task_title(&due.subject),
                    _ => self.title(&due.subject),
                };
                (who, self.w(&due.what))
            }
        }
    }

    /// A task's title without its number in the plan, which says nothing on home.
    fn task_title(&self, key: &RecordKey) -> String {
        let task = self.view.record(key).map(|raw| Task::read(raw).value);
        let title = task.and_then(|task| task.title);
        title.unwrap_or_else(|| self.title(key))
    }

    /// What is written to do it.
    fn write_for(&self, due: &Due) -> Option<WriteFrom> {
        let (kind, field, says): (&Kind, _, _) = match due.kind {
            DueKind::Pledge => (
                Pledge::KIND,
                "household",
                Words::new("Ghi bản cam kết", "Record the pledge"),
            ),
            DueKind::Task => (
                Progress::KIND,
                "task",
                Words::new("Báo tiến độ", "Report progress"),
            ),
            DueKind::Contact if matches!(due.subject.kind.as_str(), "assignment" | "person") => {
                let field = if due.subject.kind == "person" {
                    "person"
                } else {
                    "assignment"
                };
                (
                    Contact::KIND,
                    field,
                    Words::new("Ghi tiếp xúc", "Record a contact"),
                )
            }
            DueKind::TipPassOn | DueKind::TipAnswer => (
                TipHandling::KIND,
                "tip",
                Words::new("Ghi xử lý tin", "Record a step"),
            ),
            _ => return None,
        };
        self.writes_kind(kind).then(|| WriteFrom {
            kind: kind.slug.to_owned(),
            label: self.w(&says),
            field: field.to_owned(),
        })
    }

    /// How a deadline stands, with its date: "Quá hạn 3 ngày", "Hôm nay", "Còn 5 ngày, 15/06/2025".
    pub(crate) fn deadline(&self, date: NaiveDate) -> RowState {
        let mut state = self.time_left(date);
        if date > self.today() {
            state.word += &format!(", {}", day(date));
        }
        state
    }

    /// How a deadline stands: "Quá hạn 3 ngày", "Hôm nay", "Còn 5 ngày".
    pub(crate) fn time_left(&self, date: NaiveDate) -> RowState {
        let tone = match (date - self.today()).num_days() {
            left if left < 0 => Tone::Late,
            left if left <= SOON => Tone::Warn,
            _ => Tone::Plain,
        };
        RowState {
            tone,
            word: due::when(date, self.today(), self.lang),
        }
    }

    /// A count as people read it.
    pub(crate) fn count(&self, n: usize) -> String {
        number(i64::try_from(n).unwrap_or(i64::MAX), self.lang)
    }
}
