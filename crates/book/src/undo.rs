//! Undoing an act: edits that set back what it changed, where nobody has changed it since.

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::raw::{Edit, RecordKey, SubKey, Value};

use crate::act::Act;
use crate::book::Book;
use crate::chunk::Chunk;
use crate::conflict::{VOID_REASON, VOIDED};
use crate::ids::{ActId, ActorId, ChangeHash};
use crate::read::{View, Written};

/// What undoing an act takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Undo {
    /// The edits, to be made as an act that names the undone one.
    pub edits: Vec<Edit>,
    /// What was changed since, and is left as it is.
    pub left_alone: Vec<LeftAlone>,
    /// Whether one of its records can be undone without the others: the act only made records, or took in a table.
    pub apart: bool,
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
        let undo = self.undo_of(&chunks, reason);
        let is_import = |chunk: &Chunk| self.what_of(chunk).is_some_and(|what| what == Act::IMPORT);
        Ok(Undo {
            apart: undo.apart || chunks.iter().all(is_import),
            ..undo
        })
    }

    /// What it takes to undo everything that some actors wrote: one device's. A field goes back to what somebody else
    /// wrote last; what somebody else has changed since stays as it is. What they made is voided for `reason`.
    pub fn undo_all_of(&self, actors: &BTreeSet<ActorId>, reason: &str) -> Undo {
        let mut chunks: Vec<Chunk> = (self.changes_since(&[]).iter())
            .filter_map(|bytes| Chunk::parse(bytes).ok())
            .filter(|chunk| actors.contains(&chunk.actor()))
            .collect();
        chunks.sort_by_key(|chunk| (chunk.start_op, chunk.hash));
        self.undo_of(&chunks, reason)
    }

    /// What it takes to undo changes, which stand in the order in which they were made.
    fn undo_of(&self, chunks: &[Chunk], reason: &str) -> Undo {
        let own: BTreeSet<ChangeHash> = chunks.iter().map(|chunk| chunk.hash).collect();
        let mut made: BTreeSet<(RecordKey, Option<SubKey>)> = BTreeSet::new();
        let mut targets: BTreeMap<(RecordKey, Option<SubKey>, String), Vec<&Chunk>> = BTreeMap::new();
        for chunk in chunks {
            for (key, touch) in self.touches(chunk) {
                if touch.created {
                    made.insert((key.clone(), None));
                }
                made.extend(touch.new_subs.into_iter().map(|sub| (key.clone(), Some(sub))));
                for (sub, field) in touch.fields {
                    targets.entry((key.clone(), sub, field)).or_default().push(chunk);
                }
            }
        }

        let is_made = |key: &RecordKey| made.contains(&(key.clone(), None));
        let mut undo = Undo {
            apart: made.iter().map(|(key, _)| key).all(is_made)
                && targets.keys().map(|(key, ..)| key).all(is_made),
            ..Undo::default()
        };
        for (key, sub) in &made {
            // What is inside a record that the act made goes with it.
            if sub.is_some() && made.contains(&(key.clone(), None)) {
                continue;
            }
            if sub.is_none() && self.is_voided(key) {
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
        for ((key, sub, field), by) in targets {
            if made.contains(&(key.clone(), None)) || made.contains(&(key.clone(), sub.clone())) {
                continue;
            }
            match self.set_back(&key, sub.as_ref(), &field, &by) {
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
        undo
    }

    fn what_of(&self, chunk: &Chunk) -> Option<String> {
        let meta = self.doc.get_change_meta_by_hash(&chunk.hash.to_automerge())?;
        Some(Act::parse(meta.message.as_deref()?, 0).what)
    }

    fn is_voided(&self, key: &RecordKey) -> bool {
        let view = View::now(&self.doc);
        view.field(&view.record_maps(key), VOIDED) == Some(Value::Bool(true))
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

    /// What a field has to be set to, so that these changes of it, in the order in which they were made, are undone.
    fn set_back(&self, key: &RecordKey, sub: Option<&SubKey>, field: &str, by: &[&Chunk]) -> SetBack {
        let read = |view: View<'_>| view.written(&view.field_maps(key, sub), field);
        let now = read(View::now(&self.doc));
        let mut back: Option<Vec<Written>> = None;
        for chunk in by.iter().rev() {
            let left = read(View::at(&self.doc, &[chunk.hash.to_automerge()]));
            if !is_same(&left, back.as_deref().unwrap_or(&now)) {
                // What stood there before was written by somebody else.
                break;
            }
            let deps: Vec<_> = chunk.deps.iter().map(|dep| dep.to_automerge()).collect();
            back = Some(read(View::at(&self.doc, &deps)));
        }
        let Some(back) = back else {
            return SetBack::ChangedSince;
        };
        let value = |written: Vec<Written>| written.into_iter().next_back().and_then(|last| last.value);
        match (value(back), value(now)) {
            (back, now) if back == now => SetBack::Needless,
            // It cannot be written, only kept.
            (Some(Value::Unknown(_)), _) => SetBack::ChangedSince,
            (back, _) => SetBack::To(back),
        }
    }
}

fn is_same(one: &[Written], other: &[Written]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.op == other.op && one.value == other.value)
}

enum SetBack {
    To(Option<Value>),
    Needless,
    ChangedSince,
}
