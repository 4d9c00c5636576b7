//! Undoing an act: edits that set back what it changed, where nobody has changed it since.

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::raw::{Edit, RecordKey, SubKey, Value};

use crate::act::Act;
use crate::book::Book;
use crate::chunk::Chunk;
use crate::conflict::{VOID_REASON, VOIDED};
use crate::ids::{ActId, ChangeHash};
use crate::read::View;

/// What undoing an act takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Undo {
    /// The edits, to be made as an act that names the undone one.
    pub edits: Vec<Edit>,
    /// What was changed since, and is left as it is.
    pub left_alone: Vec<LeftAlone>,
}

/// Something that undoing leaves as it is, since somebody changed it after the act.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LeftAlone {
    /// The record.
    pub key: RecordKey,
    /// The sub-record, if it is about one.
    pub sub: Option<SubKey>,
    /// The field; `None` for a record, or sub-record, that the act made and others have written to since.
    pub field: Option<String>,
}

/// Why an act cannot be undone.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UndoError {
    /// The book has no such act.
    #[error("the book has no act {0}")]
    NoAct(ActId),
}

/// What an act did to one field.
struct Target<'a> {
    first: &'a Chunk,
    last: ChangeHash,
}

impl Book {
    /// What it takes to undo an act. A record or sub-record that the act made is voided for `reason`, never deleted.
    ///
    /// # Errors
    /// If there is no such act in the book.
    pub fn undo_edits(&self, act: &ActId, reason: &str) -> Result<Undo, UndoError> {
        let chunks = self.chunks_of(act);
        if chunks.is_empty() {
            return Err(UndoError::NoAct(*act));
        }
        let own: BTreeSet<ChangeHash> = chunks.iter().map(|chunk| chunk.hash).collect();
        let mut made: BTreeSet<(RecordKey, Option<SubKey>)> = BTreeSet::new();
        let mut targets: BTreeMap<(RecordKey, Option<SubKey>, String), Target<'_>> = BTreeMap::new();
        for chunk in &chunks {
            for (key, touch) in self.touches(chunk) {
                if touch.created {
                    made.insert((key.clone(), None));
                }
                made.extend(touch.new_subs.into_iter().map(|sub| (key.clone(), Some(sub))));
                for (sub, field) in touch.fields {
                    let target = targets.entry((key.clone(), sub, field));
                    target
                        .and_modify(|target| target.last = chunk.hash)
                        .or_insert(Target {
                            first: chunk,
                            last: chunk.hash,
                        });
                }
            }
        }

        let mut undo = Undo::default();
        for (key, sub) in &made {
            // What is inside a record that the act made goes with it.
            if sub.is_some() && made.contains(&(key.clone(), None)) {
                continue;
            }
            if self.others_wrote(key, sub.as_ref(), &own) {
                undo.left_alone.push(LeftAlone {
                    key: key.clone(),
                    sub: sub.clone(),
                    field: None,
                });
            } else {
                let void = [
                    (VOIDED, Value::Bool(true)),
                    (VOID_REASON, Value::Text(reason.to_owned())),
                ];
                let fields = void.map(|(field, value)| (field.to_owned(), Some(value)));
                undo.edits.push(Edit::Set {
                    key: key.clone(),
                    sub: sub.clone(),
                    fields: fields.into(),
                });
            }
        }
        let mut back: BTreeMap<(RecordKey, Option<SubKey>), BTreeMap<String, Option<Value>>> =
            BTreeMap::new();
        for ((key, sub, field), target) in targets {
            if made.contains(&(key.clone(), None)) || made.contains(&(key.clone(), sub.clone())) {
                continue;
            }
            match self.set_back(&key, sub.as_ref(), &field, &target) {
                SetBack::To(value) => {
                    back.entry((key, sub)).or_default().insert(field, value);
                }
                SetBack::Needless => {}
                SetBack::ChangedSince => undo.left_alone.push(LeftAlone {
                    key,
                    sub,
                    field: Some(field),
                }),
            }
        }
        let back = back
            .into_iter()
            .map(|((key, sub), fields)| Edit::Set { key, sub, fields });
        undo.edits.extend(back);
        undo.left_alone.sort();
        Ok(undo)
    }

    /// The changes of an act, in the order in which they were made.
    fn chunks_of(&self, act: &ActId) -> Vec<Chunk> {
        let mut metas = self.doc.get_changes_meta(&[]);
        metas.retain(|meta| {
            let hash = ChangeHash::from_automerge(&meta.hash);
            let named = Act::parse(meta.message.as_deref().unwrap_or_default(), 0).id;
            named.unwrap_or(ActId::of_change(hash)) == *act
        });
        metas.sort_by_key(|meta| (meta.start_op, meta.hash));
        metas
            .iter()
            .filter_map(|meta| self.chunk(&ChangeHash::from_automerge(&meta.hash)))
            .collect()
    }

    /// Whether anything in a record, or sub-record, was written by other changes than these.
    fn others_wrote(&self, key: &RecordKey, sub: Option<&SubKey>, own: &BTreeSet<ChangeHash>) -> bool {
        let view = View::now(&self.doc);
        let maps = view.field_maps(key, sub);
        let mut places = self.places(&maps);
        if sub.is_some() {
            places.truncate(1);
        }
        places.iter().any(|(_, maps)| {
            maps.iter().flat_map(|map| view.entries(map)).any(|entry| {
                let authors = view.written(maps, &entry.key);
                authors
                    .iter()
                    .flat_map(|written| self.authors(written))
                    .any(|a| !own.contains(&a.change))
            })
        })
    }

    fn set_back(&self, key: &RecordKey, sub: Option<&SubKey>, field: &str, target: &Target<'_>) -> SetBack {
        let before: Vec<_> = target.first.deps.iter().map(|dep| dep.to_automerge()).collect();
        let after = [target.last.to_automerge()];
        let read = |view: View<'_>| view.written(&view.field_maps(key, sub), field);
        let before = read(View::at(&self.doc, &before))
            .pop()
            .and_then(|written| written.value);
        let (after, now) = (read(View::at(&self.doc, &after)), read(View::now(&self.doc)));
        let same = after.len() == now.len()
            && after
                .iter()
                .zip(&now)
                .all(|(then, now)| then.op == now.op && then.value == now.value);
        if !same {
            return SetBack::ChangedSince;
        }
        match (
            before,
            now.into_iter().next_back().and_then(|written| written.value),
        ) {
            (before, now) if before == now => SetBack::Needless,
            // It cannot be written, only kept.
            (Some(Value::Unknown(_)), _) => SetBack::ChangedSince,
            (before, _) => SetBack::To(before),
        }
    }
}

enum SetBack {
    To(Option<Value>),
    Needless,
    ChangedSince,
}
