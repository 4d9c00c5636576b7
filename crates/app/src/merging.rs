//! What was entered twice becomes one: the record that gives way says in which it goes on. Both histories stay, and it can be
//! taken back.

use std::collections::BTreeSet;

use sothon_book::{FieldChange, HistoryStep};
use sothon_ledger::BookId;
use sothon_records::record::differences;
use sothon_records::{Edit, Kind, RawRecord, RecordKey, SubKey, Value, common, moving, show};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::typing::is_voiding;

/// What the access log says of persons that were looked at here.
const LOOK: &str = "Xem hai bản ghi trước khi gộp";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn merging(&self, kept: String, other: String) -> Done<MergePage> {
        self.at_desk(move |desk| desk.merging(&key_of(&kept)?, &key_of(&other)?))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn merge(&self, kept: String, other: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.merge(&key_of(&kept)?, &key_of(&other)?))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn separate(&self, key: String) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.separate(&key_of(&key)?)).await
    }
}

/// The two, each in the book where it counts, and the first as it becomes.
struct Pair {
    kind: &'static Kind,
    kept: (BookId, RawRecord),
    other: (BookId, RawRecord),
    merged: RawRecord,
}

impl Desk {
    /// Whether this person can merge a record with another.
    pub(crate) fn can_merge(&self, book: &BookId, key: &RecordKey) -> bool {
        Kind::by_slug(&key.kind).is_some_and(moving::merges) && self.writes(book) && !self.view.is_voided(key)
    }

    fn pair(&self, kept: &RecordKey, other: &RecordKey) -> Done<Pair> {
        let kind = self.kind(&kept.kind)?;
        let counts = !self.view.is_voided(kept) && !self.view.is_voided(other);
        if kept == other || kept.kind != other.kind || !moving::merges(kind) || !counts {
            return Err(Fault::new(
                "no_pair",
                "Hai bản ghi này không gộp được nữa: một bản đã hủy hoặc đã gộp.",
                "These records can no longer be merged: one of them is voided or merged.",
            ));
        }
        let (kept, other) = (self.placed(kept)?, self.placed(other)?);
        let merged = moving::merged(kind, &kept.1, &other.1);
        Ok(Pair {
            kind,
            kept,
            other,
            merged,
        })
    }

    fn merging(&mut self, kept: &RecordKey, other: &RecordKey) -> Done<MergePage> {
        let pair = self.pair(kept, other)?;
        self.record_look(&pair.kept.0, kept, Some(LOOK))?;
        self.record_look(&pair.other.0, other, Some(LOOK))?;
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let fields = pair.kind.all_fields();
        let rows = fields
            .filter(|field| !field.by_act && !field.is_hidden() && !is_voiding(field))
            .filter_map(|field| {
                let says = |raw: &RawRecord| self.w(&show::in_words(field, &raw.fields, &titles).0);
                let (here, there) = (says(&pair.kept.1), says(&pair.other.1));
                let row = MergeRow {
                    label: field.label.get(self.lang).to_owned(),
                    taken: here.is_empty() && !there.is_empty() && says(&pair.merged) == there,
                    kept: here,
                    other: there,
                };
                (!row.kept.is_empty() || !row.other.is_empty()).then_some(row)
            });
        let page = self.view.page(other);
        let link = |key: &RecordKey| LinkRow {
            label: self.detail(key),
            ..self.link_to(key)
        };
        Ok(MergePage {
            kept: link(kept),
            other: link(other),
            rows: rows.collect(),
            parts: pair.merged.subs.len() - pair.kept.1.subs.len(),
            named: page
                .iter()
                .flat_map(|page| &page.concerning)
                .map(|some| some.records.len())
                .sum(),
            decides: self.writes(&pair.kept.0) && self.writes(&pair.other.0),
        })
    }

    fn merge(&mut self, kept: &RecordKey, other: &RecordKey) -> Done<SavedAct> {
        let pair = self.pair(kept, other)?;
        crate::typing::check(pair.kind, &pair.kept.1, &pair.merged, &self.context())?;
        self.keeps_photos(pair.kind, &pair.kept.1, &pair.merged)?;
        let mut edits = vec![(pair.other.0, vec![says_merged(other, kept)])];
        let filled = differences(kept, &pair.kept.1, &pair.merged);
        if !filled.is_empty() {
            edits.push((pair.kept.0, filled));
        }
        self.write_in(&edits, "merge", kept.clone(), Vec::new())
    }
}

impl Desk {
    /// Takes a record apart from the one in which it went on: what that one took over goes back, as far as it is there. Parts
    /// (members, episodes) are voided there, and what was written of them since goes back with them; fields that still say
    /// what the merging filled in are as they were before.
    fn separate(&mut self, key: &RecordKey) -> Done<SavedAct> {
        let kind = self.kind(&key.kind)?;
        let (book, raw) = self.placed(key)?;
        let kept = moving::merged_into(kind, &raw).ok_or_else(|| Fault::not_understood("separate"))?;
        let mut own = raw.clone();
        own.fields.remove(moving::MERGED_INTO);
        let mut edits: Vec<(BookId, Vec<Edit>)> = Vec::new();
        let filled = self.filled_in(&book, key, &kept);
        let parts: Vec<&SubKey> = filled.iter().filter_map(|change| change.sub.as_ref()).collect();
        // What went on in a third record took the parts along.
        let mut next = Some(kept.clone());
        let mut passed = BTreeSet::from([key.clone()]);
        while let Some(here) = next.filter(|here| passed.insert(here.clone())) {
            let Ok((there, now)) = self.placed(&here) else {
                break;
            };
            let mut back = now.clone();
            for (sub, fields) in back.subs.iter_mut().filter(|(sub, _)| parts.contains(sub)) {
                if common::is_voided(fields) {
                    continue;
                }
                if here == kept && own.subs.contains_key(sub) {
                    own.subs.insert(sub.clone(), fields.clone());
                }
                let reason = self.t("Tách ra lại", "Separated again").to_owned();
                fields.insert(common::VOIDED.to_owned(), Value::Bool(true));
                fields.insert(common::VOID_REASON.to_owned(), Value::Text(reason));
            }
            for change in filled
                .iter()
                .filter(|change| change.sub.is_none() && here == kept)
            {
                if now.fields.get(&change.field) == change.new.as_ref() {
                    match &change.old {
                        Some(old) => back.fields.insert(change.field.clone(), old.clone()),
                        None => back.fields.remove(&change.field),
                    };
                }
            }
            let undone = differences(&here, &now, &back);
            if !undone.is_empty() {
                edits.push((there, undone));
            }
            next = moving::merged_into(kind, &now);
        }
        let apart = differences(key, &raw, &own);
        match edits.iter_mut().find(|(other, _)| *other == book) {
            Some((_, edits)) => edits.extend(apart),
            None => edits.push((book, apart)),
        }
        self.write_in(&edits, "separate", key.clone(), Vec::new())
    }

    /// What the act that merged a record into another one wrote in that one, in whatever book it was then.
    fn filled_in(&self, book: &BookId, key: &RecordKey, kept: &RecordKey) -> Vec<FieldChange> {
        let into = Some(Value::Text(kept.to_string()));
        let merges = |step: &&HistoryStep| {
            let mut fields = step.fields.iter();
            fields.any(|field| field.field == moving::MERGED_INTO && field.new == into)
        };
        let Some(act) = self
            .device()
            .history(book, key)
            .iter()
            .rfind(merges)
            .map(|step| step.act)
        else {
            return Vec::new();
        };
        let books = self.view.books_of(kept);
        let steps = books
            .iter()
            .flat_map(|open| self.device().history(&BookId(open.book.0), kept));
        steps
            .filter(|step| step.act == act)
            .flat_map(|step| step.fields)
            .collect()
    }
}

fn says_merged(key: &RecordKey, into: &RecordKey) -> Edit {
    let into = Some(Value::Text(into.to_string()));
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields: [(moving::MERGED_INTO.to_owned(), into)].into(),
    }
}
