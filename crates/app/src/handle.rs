//! What the merged picture says must be handled: late tasks, terms, contacts, tips, silent villages, open questions.

use sothon_overview::{Due, DueKind, Who};
use sothon_records::{Words, problem::day};

use crate::api::{HandleRow, RowState, Tone};
use crate::desk::Desk;

/// So many silent villages are named; of more it is said how many.
const NAMED: usize = 2;

impl Desk {
    /// What must be handled, each with the screen where that is done; what is most urgent first.
    pub(crate) fn to_handle(&self) -> Vec<HandleRow> {
        let due = self.view.due(self.today(), &Who::default());
        let of = |kinds: &[DueKind], late_only: bool| -> Vec<&Due> {
            due.iter()
                .filter(|due| kinds.contains(&due.kind) && (!late_only || due.late_by_days > 0))
                .collect()
        };
        let late = Words::new("Quá hạn", "Late");
        let mut rows = vec![
            self.by_first(
                &of(&[DueKind::Task], true),
                &Words::new("việc của kế hoạch", "things that the plan asks"),
                &late,
                "tasks",
            ),
            self.by_first(
                &of(&[DueKind::TipPassOn, DueKind::TipAnswer], false),
                &Words::new("tin báo chờ xử lý", "tips to be handled"),
                &late,
                "tips",
            ),
            self.by_first(
                &of(&[DueKind::TermOver], false),
                &Words::new("hồ sơ hết thời hạn", "files whose term is over"),
                &Words::new("Chờ quyết định", "Decision pending"),
                "care",
            ),
            self.by_first(
                &of(&[DueKind::TermEnds], false),
                &Words::new("hồ sơ sắp hết thời hạn", "files whose term ends soon"),
                &late,
                "care",
            ),
            self.by_first(
                &of(&[DueKind::LacksBasis], false),
                &Words::new("hồ sơ thiếu căn cứ", "files without a document"),
                &Words::new("Thiếu căn cứ", "Document missing"),
                "care",
            ),
            self.by_first(
                &of(&[DueKind::HomeMoved], false),
                &Words::new(
                    "hồ sơ chưa chuyển theo hộ",
                    "files that did not go with the household",
                ),
                &Words::new("Chưa chuyển", "Not moved"),
                "care",
            ),
            self.by_first(
                &of(&[DueKind::Contact], true),
                &Words::new("người chưa được tiếp xúc", "persons not contacted"),
                &late,
                "care",
            ),
        ];
        rows.push(self.silent_row());
        rows.push(self.review_row());
        rows.into_iter().flatten().collect()
    }

    /// How many, with the state of the first: late ones by `late`, others by the time that is left.
    fn by_first(&self, due: &[&Due], what: &Words, late: &Words, to: &str) -> Option<HandleRow> {
        let first = due.first()?;
        let state = if first.late_by_days > 0 {
            RowState {
                tone: Tone::Late,
                word: self.w(late),
            }
        } else {
            self.deadline(first.date)
        };
        let since = if first.late_by_days > 0 {
            let (date, days) = (day(first.date), first.late_by_days);
            Words::new(
                format!("{}, lâu nhất từ {date} ({days} ngày)", what.vi),
                format!("{}, the oldest since {date} ({days} days)", what.en),
            )
        } else {
            what.clone()
        };
        Some(HandleRow {
            says: format!("{} {}", self.count(due.len()), self.w(&since)),
            count: due.len(),
            state,
            to: to.to_owned(),
        })
    }

    fn silent_row(&self) -> Option<HandleRow> {
        let silent = self.silent_words();
        let says = if silent.len() > NAMED {
            let days = self.parts().settings().silent_days;
            self.w(&Words::new(
                format!("{} thôn chưa gửi trong {days} ngày", silent.len()),
                format!("{} villages sent nothing within {days} days", silent.len()),
            ))
        } else {
            silent.join("; ")
        };
        (!silent.is_empty()).then(|| HandleRow {
            says,
            count: silent.len(),
            state: RowState {
                tone: Tone::Warn,
                word: self.t("Chưa gửi", "Not heard from").to_owned(),
            },
            to: "people".to_owned(),
        })
    }

    fn review_row(&self) -> Option<HandleRow> {
        let count = self.questions();
        let says = Words::new(
            format!("{count} chỗ ghi khác nhau hoặc ghi hai lần"),
            format!("{count} written differently by two people, or twice"),
        );
        (count > 0).then(|| HandleRow {
            says: self.w(&says),
            count,
            state: RowState {
                tone: Tone::Warn,
                word: self.t("Cần xem lại", "To be looked at").to_owned(),
            },
            to: "review".to_owned(),
        })
    }
}
