//! Writing again what changes said that are not in the book: the same values, beside what came since (design.md §3.4,
//! "going on").

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use sothon_records::raw::{Edit, Fields, RawRecord, RecordKey, SubKey, Value};

use crate::book::Book;
use crate::chunk::Chunk;
use crate::ids::ChangeHash;
use crate::places::Touch;
use crate::read::View;

/// What it takes to say again what changes said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Again {
    /// The changes of the book that their writer knew: the edits are made beside what came after these.
    pub heads: Vec<ChangeHash>,
    /// What is to be written, for [`Book::edit_at`].
    pub edits: Vec<Edit>,
}

impl Book {
    /// What `lost` changes said, as edits on the book as their writer saw it, without what is not in it. `below` are those
    /// on which they stand and which are not in the book either; each comes after what it builds on. `instead` are changes
    /// of the book that said again what stands below: the edits go on from these, and do not say that once more. `None` if
    /// they do not fit together, or said nothing that can be written.
    pub fn again(&self, below: &[Vec<u8>], instead: &[ChangeHash], lost: &[Vec<u8>]) -> Option<Again> {
        let chunks: Vec<Chunk> = lost.iter().filter_map(|bytes| Chunk::parse(bytes).ok()).collect();
        let under = below.iter().filter_map(|bytes| Chunk::parse(bytes).ok());
        let deps = under
            .flat_map(|chunk| chunk.deps)
            .chain(chunks.iter().flat_map(|chunk| chunk.deps.iter().copied()));
        let heads: BTreeSet<ChangeHash> = deps.filter(|dep| self.contains(dep)).collect();
        let at = |heads: &BTreeSet<ChangeHash>| {
            let known: Vec<_> = heads.iter().map(|head| head.to_automerge()).collect();
            let seen = || self.doc.fork_at(&known).ok();
            catch_unwind(AssertUnwindSafe(seen)).ok()?
        };
        let mut with_lost = Book::of_document(at(&heads)?).ok()?;
        let heads: BTreeSet<ChangeHash> = heads.into_iter().chain(instead.iter().copied()).collect();
        let before = at(&heads)?;
        let all: Vec<&[u8]> = below.iter().chain(lost).map(Vec::as_slice).collect();
        with_lost.apply(&all).ok()?;

        let mut touched: BTreeMap<RecordKey, Touch> = BTreeMap::new();
        for chunk in &chunks {
            for (key, touch) in with_lost.touches(chunk) {
                let all = touched.entry(key).or_default();
                all.created |= touch.created;
                all.new_subs.extend(touch.new_subs);
                all.fields.extend(touch.fields);
            }
        }
        let (before, after) = (View::now(&before), View::now(&with_lost.doc));
        let mut edits = Vec::new();
        for (key, touch) in touched {
            let Some(written) = after.record(&key) else {
                continue;
            };
            match before.record(&key) {
                None => edits.push(Edit::Create {
                    record: writable(written),
                    key,
                }),
                Some(known) => edits.extend(edits_of(&key, touch, &known, &written)),
            }
        }
        let heads = heads.into_iter().collect();
        (!edits.is_empty()).then_some(Again { heads, edits })
    }
}

/// What was touched of a record that was there before.
fn edits_of(key: &RecordKey, touch: Touch, known: &RawRecord, written: &RawRecord) -> Vec<Edit> {
    let mut edits = Vec::new();
    let subs: BTreeSet<SubKey> = (touch.new_subs.into_iter())
        .chain(touch.fields.iter().filter_map(|(sub, _)| sub.clone()))
        .filter(|sub| !known.subs.contains_key(sub))
        .collect();
    let mut set: BTreeMap<Option<SubKey>, BTreeMap<String, Option<Value>>> = BTreeMap::new();
    for (sub, field) in touch.fields {
        let fields = match &sub {
            None => Some(&written.fields),
            Some(sub) if subs.contains(sub) => continue,
            Some(sub) => written.subs.get(sub),
        };
        let value = fields.and_then(|fields| fields.get(&field)).cloned();
        if !matches!(value, Some(Value::Unknown(_))) {
            set.entry(sub).or_default().insert(field, value);
        }
    }
    for sub in subs {
        if let Some(fields) = written.subs.get(&sub) {
            edits.push(Edit::AddSub {
                key: key.clone(),
                fields: known_values(fields.clone()),
                sub,
            });
        }
    }
    edits.extend(set.into_iter().map(|(sub, fields)| Edit::Set {
        key: key.clone(),
        sub,
        fields,
    }));
    edits
}

fn writable(record: RawRecord) -> RawRecord {
    RawRecord {
        fields: known_values(record.fields),
        subs: record
            .subs
            .into_iter()
            .map(|(sub, fields)| (sub, known_values(fields)))
            .collect(),
    }
}

/// Values that this version can only show cannot be written.
fn known_values(mut fields: Fields) -> Fields {
    fields.retain(|_, value| !matches!(value, Value::Unknown(_)));
    fields
}
