//! "Cần xem lại": what two people wrote differently, what is there twice; choosing. Nothing is lost by choosing: the
//! record's history keeps every value.

use std::collections::BTreeMap;

use sothon_book::{Book, ConflictKind, Side};
use sothon_ledger::BookId;
use sothon_records::enter::enter;
use sothon_records::kind::Field;
use sothon_records::kind::Unique;
use sothon_records::problem::Weight;
use sothon_records::{
    Edit, Fields, Kind, Problem, RawRecord, RecordKey, SubKey, Value, common, datum, show, validate,
};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::questions;

/// What the access log says of a question of care or tips that was looked at.
const LOOK: &str = "Xem chỗ hai người ghi khác nhau";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn review(&self) -> Done<Review> {
        self.at_desk(|desk| {
            desk.questions_looked_at();
            desk.review()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn conflict(&self, id: String) -> Done<Conflict> {
        self.at_desk(move |desk| desk.conflict(&id)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn decide(&self, id: String, decision: Decision) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.decide(&id, decision)).await
    }
}

impl Desk {
    fn review(&self) -> Done<Review> {
        let row = |(book, conflict): &(BookId, sothon_book::Conflict)| {
            let at = conflict.sides.iter().map(|side| side.author.time).max();
            ConflictRow {
                id: questions::id_of(book, conflict),
                title: match conflict.kind {
                    ConflictKind::VoidedWhileEdited => self
                        .t(
                            "Một người hủy bản ghi, một người sửa",
                            "Voided by one person, edited by another",
                        )
                        .to_owned(),
                    _ => format!(
                        "{}: {}",
                        self.t("Hai người ghi khác nhau", "Written differently by two people"),
                        questions::label_of(conflict, self.lang)
                    ),
                },
                about: self.open_title(&conflict.key),
                at: at.filter(|at| *at != 0),
                decides: self.decides(book, &conflict.key),
            }
        };
        let mut open = self.device().conflicts();
        // Whether a record stands at all is asked before what it says: who decides the latter knows that it was voided, and
        // then nobody is asked any more.
        open.sort_by_key(|(_, conflict)| conflict.kind != ConflictKind::VoidedWhileEdited);
        let mut conflicts: Vec<ConflictRow> = open.iter().map(row).collect();
        // What this person can decide comes first.
        conflicts.sort_by_key(|row| !row.decides);
        let twice = self.twice().into_iter().map(|(records, rules)| BreachRow {
            says: rules
                .iter()
                .map(|rule| rule.label.get(self.lang))
                .collect::<Vec<_>>()
                .join(" · "),
            records: records
                .iter()
                .map(|key| LinkRow {
                    title: self.open_title(key),
                    ..self.link_to(key)
                })
                .collect(),
            merges: records.len() > 1
                && records
                    .iter()
                    .all(|key| self.placed(key).is_ok_and(|(book, _)| self.can_merge(&book, key))),
        });
        let [.., held_back] = self.device().delivery_counts();
        Ok(Review {
            conflicts,
            twice: twice.collect(),
            moved: self.moved_rows(),
            held_back,
            write_again: self.to_write_again()?,
            rivals: self.rivals_to_choose(),
        })
    }

    /// Records that are there twice, each group once with every rule that says so.
    pub(crate) fn twice(&self) -> Vec<(Vec<RecordKey>, Vec<&'static Unique>)> {
        let mut groups: Vec<(Vec<RecordKey>, Vec<&'static Unique>)> = Vec::new();
        for breach in self.view.breaches() {
            match groups.iter_mut().find(|(records, _)| *records == breach.records) {
                Some((_, rules)) if breach.subs.is_empty() => rules.push(breach.rule),
                _ => groups.push((breach.records, vec![breach.rule])),
            }
        }
        groups
    }

    /// Whether a question is this person's to decide: of a record of one office, that office's.
    pub(crate) fn decides(&self, book: &BookId, key: &RecordKey) -> bool {
        let kind = Kind::by_slug(&key.kind);
        self.writes(book) && kind.is_some_and(|kind| self.device().is_of_office(kind))
    }

    /// The question of an id.
    ///
    /// # Errors
    /// Somebody has decided it.
    fn question(&self, id: &str) -> Done<(BookId, sothon_book::Conflict)> {
        let all = self.device().conflicts().into_iter();
        let mut those = all.filter(|(book, conflict)| questions::id_of(book, conflict) == id);
        those.next().ok_or_else(|| {
            Fault::new(
                "decided",
                "Việc này đã có người chọn xong. Cả hai giá trị vẫn còn trong lịch sử của bản ghi.",
                "Somebody has decided this already. Both values are kept in the record's history.",
            )
        })
    }

    fn conflict(&mut self, id: &str) -> Done<Conflict> {
        let (book, conflict) = self.question(id)?;
        if !self.looked.contains(id) {
            self.record_look(&book, &conflict.key, Some(LOOK))?;
            self.looked.insert(id.to_owned());
        }
        let key = &conflict.key;
        let declared = declared(key, conflict.sub.as_ref(), &conflict.field);
        let voided = conflict.kind == ConflictKind::VoidedWhileEdited;
        let sides = if voided {
            self.voided_sides(&book, &conflict)
        } else {
            self.field_sides(&book, &conflict)
        };
        let field = declared
            .filter(|of| !voided && !of.is_hidden() && of.name == conflict.field)
            .zip(Kind::by_slug(&key.kind))
            .map(|(of, kind)| {
                let list = conflict.sub.as_ref().and_then(|sub| kind.list(&sub.kind));
                self.field(kind, list, of, &[])
            });
        let title = self.title(key);
        Ok(Conflict {
            id: id.to_owned(),
            about: if title.is_empty() {
                self.kind_label(key)
            } else {
                title
            },
            kind_label: self.kind_label(key),
            label: if voided {
                self.t("Hủy hay giữ bản ghi", "Whether the record is voided")
                    .to_owned()
            } else {
                questions::label_of(&conflict, self.lang)
            },
            voided,
            sides,
            field,
            decides: self.decides(&book, key),
            key: key.to_string(),
        })
    }

    fn field_sides(&self, book: &BookId, conflict: &sothon_book::Conflict) -> Vec<ConflictSide> {
        let values: Vec<String> = conflict
            .sides
            .iter()
            .map(|side| self.side_words(&conflict.key, side))
            .collect();
        let side = |(n, side): (usize, &Side)| {
            let value = values.get(n).cloned().unwrap_or_default();
            // The first is set against the second, all others against the first.
            let other = values.get(usize::from(n == 0)).cloned().unwrap_or_default();
            ConflictSide {
                pieces: pieces(&value, &other),
                value,
                who: self.author(book, &side.author.actor),
                at: (side.author.time != 0).then_some(side.author.time),
                label: String::new(),
            }
        };
        conflict.sides.iter().enumerate().map(side).collect()
    }

    /// The voiding, then what each of the others changed without knowing of it.
    fn voided_sides(&self, book: &BookId, conflict: &sothon_book::Conflict) -> Vec<ConflictSide> {
        let key = &conflict.key;
        let mut sides = Vec::new();
        if let Some(void) = conflict.sides.first() {
            let reason = match self.device().record(book, key) {
                Some(raw) => match raw.fields.get(common::VOID_REASON) {
                    Some(Value::Text(reason)) => reason.clone(),
                    _ => String::new(),
                },
                None => String::new(),
            };
            sides.push(ConflictSide {
                pieces: whole(&reason),
                value: reason,
                who: self.author(book, &void.author.actor),
                at: (void.author.time != 0).then_some(void.author.time),
                label: self.t("Hủy bản ghi", "Voided the record").to_owned(),
            });
        }
        let mut by_author: BTreeMap<_, Vec<&Side>> = BTreeMap::new();
        for side in conflict.sides.iter().skip(1) {
            by_author.entry(side.author.actor).or_default().push(side);
        }
        for (actor, written) in by_author {
            let line = |side: &&Side| {
                let label = match declared(key, side.sub.as_ref(), &side.field) {
                    Some(of) => of.label.get(self.lang),
                    None => &side.field,
                };
                format!("{label}: {}", self.side_words(key, side))
            };
            let lines: Vec<String> = written.iter().map(line).collect();
            let value = lines.join(" · ");
            let at = written.iter().map(|side| side.author.time).max();
            sides.push(ConflictSide {
                pieces: whole(&value),
                value,
                who: self.author(book, &actor),
                at: at.filter(|at| *at != 0),
                label: self.t("Sửa bản ghi", "Edited the record").to_owned(),
            });
        }
        sides
    }

    /// A side's value in words; empty: nothing.
    fn side_words(&self, key: &RecordKey, side: &Side) -> String {
        let Some(value) = &side.value else {
            return String::new();
        };
        match declared(key, side.sub.as_ref(), &side.field) {
            Some(of) if of.is_hidden() => "…".to_owned(),
            Some(of) if of.name == side.field => {
                let fields: Fields = [(side.field.clone(), value.clone())].into();
                let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
                self.w(&show::in_words(of, &fields, &titles).0)
            }
            // One box of a choice of several.
            Some(_) => self
                .t(
                    if *value == Value::Bool(true) {
                        "Có"
                    } else {
                        "Không"
                    },
                    if *value == Value::Bool(true) { "Yes" } else { "No" },
                )
                .to_owned(),
            None => datum::shown(value),
        }
    }

    fn decide(&mut self, id: &str, decision: Decision) -> Done<SavedAct> {
        let (book, conflict) = self.question(id)?;
        let key = conflict.key.clone();
        let kind = self.kind(&key.kind)?;
        if conflict.kind == ConflictKind::VoidedWhileEdited {
            let edit = match decision {
                Decision::Side { index: 0 } => {
                    Book::resolve(&key, None, &conflict.field, Some(Value::Bool(true)))
                }
                Decision::Side { .. } => common::restore(&key),
                Decision::Other { .. } => return Err(Fault::not_understood("decide")),
            };
            return self.write(book, &[edit], "resolve", key, Vec::new());
        }
        let value = match decision {
            Decision::Side { index } => match conflict.sides.get(index) {
                Some(side) => side.value.clone(),
                None => return Err(Fault::not_understood("decide")),
            },
            Decision::Other { typed } => third_value(&conflict, &typed)?,
        };
        let raw = self.device().record(&book, &key).unwrap_or_default();
        let notices =
            self.check_choice(kind, &raw, conflict.sub.as_ref(), &conflict.field, value.as_ref())?;
        let edit: Edit = Book::resolve(&key, conflict.sub.as_ref(), &conflict.field, value);
        self.write(book, &[edit], "resolve", key, notices)
    }

    /// The record with the value chosen must be one that can be saved; what was amiss before stands in nobody's way.
    fn check_choice(
        &self,
        kind: &Kind,
        before: &RawRecord,
        sub: Option<&SubKey>,
        field: &str,
        value: Option<&Value>,
    ) -> Done<Vec<String>> {
        let mut after = before.clone();
        let fields = match sub {
            Some(sub) => after.subs.entry(sub.clone()).or_default(),
            None => &mut after.fields,
        };
        match value {
            Some(value) => fields.insert(field.to_owned(), value.clone()),
            None => fields.remove(field),
        };
        let context = self.context();
        let known = validate(kind, before, &context);
        let (blocking, notices): (Vec<Problem>, Vec<Problem>) = validate(kind, &after, &context)
            .into_iter()
            .filter(|problem| !known.contains(problem))
            .partition(|problem| problem.weight == Weight::Blocks);
        if !blocking.is_empty() {
            return Err(Fault::fields(blocking));
        }
        Ok(notices.iter().map(|notice| self.w(&notice.says)).collect())
    }
}

/// Another value than those of the sides, as it was typed.
fn third_value(conflict: &sothon_book::Conflict, typed: &str) -> Done<Option<Value>> {
    let of = declared(&conflict.key, conflict.sub.as_ref(), &conflict.field);
    let Some(of) = of.filter(|of| !of.is_hidden() && of.name == conflict.field) else {
        return Err(Fault::not_understood("decide"));
    };
    let mut fields = Fields::new();
    enter(of, typed, &mut fields).map_err(|mut problem| {
        problem.place.sub.clone_from(&conflict.sub);
        Fault::fields(vec![problem])
    })?;
    Ok(fields.remove(&conflict.field))
}

/// The declaration of the field that a key of a book belongs to.
fn declared(key: &RecordKey, sub: Option<&SubKey>, field: &str) -> Option<&'static Field> {
    let kind = Kind::by_slug(&key.kind)?;
    let name = field.split('/').next().unwrap_or(field);
    match sub {
        Some(sub) => kind.list(&sub.kind)?.field(name),
        None => kind.field(name),
    }
}

fn whole(text: &str) -> Vec<Piece> {
    vec![Piece {
        text: text.to_owned(),
        differs: false,
    }]
}

/// A value in pieces: what it begins and ends with as the other does, and what is different between.
fn pieces(value: &str, other: &str) -> Vec<Piece> {
    let (here, there) = (parts(value), parts(other));
    let begin = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let left = here.len().min(there.len()) - begin;
    let ends = here.iter().rev().zip(there.iter().rev()).take(left);
    let end = here.len() - ends.take_while(|(a, b)| a == b).count();
    let piece = |parts: Option<&[&str]>, differs: bool| {
        let text = parts.unwrap_or_default().concat();
        (!text.is_empty()).then_some(Piece { text, differs })
    };
    [
        piece(here.get(..begin), false),
        piece(here.get(begin..end), true),
        piece(here.get(end..), false),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Words and numbers, and what stands between them.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if first.is_alphanumeric() {
            rest.find(|c: char| !c.is_alphanumeric())
        } else {
            Some(first.len_utf8())
        };
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        parts.push(part);
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(value: &str, other: &str) -> String {
        let mark = |piece: Piece| match piece.differs {
            true => format!("[{}]", piece.text),
            false => piece.text,
        };
        pieces(value, other).into_iter().map(mark).collect()
    }

    #[test]
    fn the_words_that_differ_are_marked_and_nothing_is_lost() {
        assert_eq!(marked("03/06/2025", "05/06/2025"), "[03]/06/2025");
        assert_eq!(marked("Nguyễn Văn Ân", "Nguyễn Văn An"), "Nguyễn Văn [Ân]");
        assert_eq!(marked("ngõ 5 dài", "ngõ 5"), "ngõ 5[ dài]");
        assert_eq!(marked("ngõ 5", "ngõ 5 dài"), "ngõ 5");
        assert_eq!(marked("", "x"), "");
        assert_eq!(marked("a a", "a"), "a[ a]");
        assert_eq!(marked("Có", "Không"), "[Có]");
    }
}
