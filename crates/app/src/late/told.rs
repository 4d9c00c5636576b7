//! What was written late, in words: who wrote what about what, and where it has gone.

use sothon_overview::Place;
use sothon_records::{Kind, RawRecord, RecordKey, show};

use super::{Late, What};
use crate::api::LateRow;
use crate::desk::Desk;

impl Desk {
    pub(super) fn late_row(&self, late: &Late) -> LateRow {
        let said = match &late.what {
            What::InCopy { then, late: wrote } => self.late_words(late, then, wrote),
            What::About(_) | What::Ended => Vec::new(),
        };
        let mut who: Vec<String> = Vec::new();
        for step in &late.steps {
            let author = self.author(&late.old.0, &step.actor);
            if !who.contains(&author) {
                who.push(author);
            }
        }
        let at = late.steps.iter().map(|step| step.time).max();
        LateRow {
            id: late.id(),
            key: late.key.to_string(),
            title: self.open_title(&late.key),
            kind_label: self.kind_label(&late.key),
            why: self.late_why(late),
            to: self.place_name(Place::Village(late.to)),
            said,
            who: who.join(" · "),
            at: at.filter(|at| *at != 0),
            decides: self.settles(late).is_some(),
        }
    }

    /// Why it is late: what has gone where.
    fn late_why(&self, late: &Late) -> String {
        let from = self.place_name(Place::Village(late.from));
        let to = self.place_name(Place::Village(late.to));
        let vi = self.lang == sothon_records::Lang::Vi;
        match &late.what {
            What::InCopy { .. } if vi => format!("Đã chuyển từ {from} sang {to}; sổ {from} còn ghi:"),
            What::InCopy { .. } => format!("Moved from {from} to {to}; written in the book of {from} since:"),
            What::About(gone) => {
                let gone = self.open_title(gone);
                if vi {
                    format!("Ghi trong sổ {from}; {gone} đã chuyển sang {to}.")
                } else {
                    format!("Written in the book of {from}; {gone} has moved to {to}.")
                }
            }
            What::Ended if vi => format!("Ghi trong sổ {from} sau khi thôn đã nhập vào {to}."),
            What::Ended => format!("Written in the book of {from} after it had gone on in {to}."),
        }
    }

    /// "Địa chỉ: Ngõ 7", "Thành viên: Nguyễn Thị Bình"; in care the labels alone.
    fn late_words(&self, of: &Late, then: &RawRecord, late: &RawRecord) -> Vec<String> {
        let Some(kind) = Kind::by_slug(&of.key.kind) else {
            return Vec::new();
        };
        let guarded = self
            .view
            .books_of(&of.key)
            .iter()
            .any(|open| open.shelf.is_sensitive());
        // Of a part that was there before the fields that changed are told, of a new one all.
        let known = then.subs.iter().filter(|(part, _)| late.subs.contains_key(*part));
        let before = RawRecord {
            subs: known
                .map(|(part, fields)| (part.clone(), fields.clone()))
                .collect(),
            ..RawRecord::default()
        };
        let mut after = late.clone();
        for (part, fields) in &before.subs {
            let late = after.subs.entry(part.clone()).or_default();
            let mut whole = fields.clone();
            whole.append(late);
            *late = whole;
        }
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let changes = show::changes(kind, Some(&before), &after, &titles);
        let says = |change: &show::Change| match (guarded || change.hidden, self.w(&change.after)) {
            (false, value) if !value.is_empty() => format!("{}: {value}", self.w(&change.label)),
            _ => self.w(&change.label),
        };
        changes.iter().map(says).collect()
    }
}
