//! "Tin báo": the police's inbox: which step each tip is at, and what is due. No word of what a tip says.

use chrono::NaiveDate;
use sothon_overview::inbox::TipStanding;
use sothon_records::Shelf;
use sothon_records::civil;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::tip_handling::Step;

use crate::api::{ListFilter, TipInbox, TipRow};
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};

/// What a tip waits for: slug and name.
const LISTS: [(&str, &str, &str); 3] = [
    ("pass-on", "Chờ chuyển", "To be passed on"),
    ("answer", "Chờ trả lời", "To be answered"),
    ("settled", "Đã xong", "Settled"),
];

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn tips(&self) -> Done<TipInbox> {
        self.at_desk(|desk| desk.tip_inbox()).await
    }
}

impl Desk {
    fn tip_inbox(&self) -> Done<TipInbox> {
        if !self.view.reads_any(Shelf::Tips) {
            return Err(Fault::new(
                "not_allowed",
                "Phần này chỉ Công an xã được xem.",
                "Only the police may see this.",
            ));
        }
        let mut tips = self.view.tips();
        tips.sort_by_key(|tip| {
            let limit = tip.next.map(|(_, limit)| limit.unwrap_or(NaiveDate::MAX));
            (limit.is_none(), limit, std::cmp::Reverse(tip.received), tip.key)
        });
        let rows: Vec<TipRow> = tips.iter().map(|tip| self.tip_row(tip)).collect();
        let counts = LISTS.iter().map(|(slug, vi, en)| ListFilter {
            slug: (*slug).to_owned(),
            label: self.t(vi, en).to_owned(),
            count: rows.iter().filter(|row| row.list == *slug).count(),
        });
        Ok(TipInbox {
            counts: counts.collect(),
            rows,
        })
    }

    fn tip_row(&self, tip: &TipStanding<'_>) -> TipRow {
        let step = match tip.step {
            Some(step) => step.label().get(self.lang).to_owned(),
            None => self.t("Chưa xử lý", "Not handled yet").to_owned(),
        };
        let list = match tip.next {
            Some((Step::Transferred, _)) => "pass-on",
            Some(_) => "answer",
            None => "settled",
        };
        TipRow {
            key: tip.key.to_string(),
            title: self.title(tip.key),
            received: Some(civil::date_in_vietnam(tip.received).to_string()),
            step,
            due: tip
                .next
                .and_then(|(_, limit)| limit)
                .map(|limit| self.deadline(limit)),
            list: list.to_owned(),
        }
    }
}
